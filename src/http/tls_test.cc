// TLS with a certificate made on the spot.

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>

#include "http/internal/certificate_testing.h"
#include "http/internal/testing.h"
#include "http/server.h"

namespace thb {
namespace {

// What the server sends until it ends the connection; "" where there is no handshake.
std::string FetchOverTls(std::uint16_t port, const std::string& request, const char* versions) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  gnutls_certificate_credentials_t credentials = nullptr;
  gnutls_session_t session = nullptr;
  gnutls_certificate_allocate_credentials(&credentials);
  gnutls_init(&session, GNUTLS_CLIENT);
  gnutls_priority_set_direct(session, versions, nullptr);
  gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
  gnutls_transport_set_int(session, fd);
  gnutls_handshake_set_timeout(session, 10'000);
  gnutls_record_set_timeout(session, 10'000);
  std::string answer;
  if (gnutls_handshake(session) == GNUTLS_E_SUCCESS) {
    gnutls_record_send(session, request.data(), request.size());
    std::array<char, 16384> buffer;
    ssize_t count = 0;
    while ((count = gnutls_record_recv(session, buffer.data(), buffer.size())) > 0) {
      answer.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }
  gnutls_deinit(session);
  gnutls_certificate_free_credentials(credentials);
  close(fd);
  return answer;
}

TEST(Tls, IsServedWhereACertificateIsGiven) {
  Route route;
  route.pattern = "/";
  const std::string body(200'000, 'x');
  route.handler = [&body](const Request&) { return Response::Text("image/png", body); };
  const Router router = Router::Make({route}).value();
  const TestCertificate made = MakeTestCertificate("127.0.0.1");
  ServerOptions options;
  options.port = 0;
  options.certificate = made.certificate;
  options.private_key = made.key;
  const auto server = Server::Start(options, router);
  ASSERT_TRUE(server) << server.error().ToLine();
  const std::string request = GetRequest("/", "Connection: close\r\n");
  for (const char* versions : {"NORMAL:-VERS-ALL:+VERS-TLS1.3", "NORMAL:-VERS-ALL:+VERS-TLS1.2"}) {
    const std::string answer = FetchOverTls((*server)->port(), request, versions);
    EXPECT_EQ(answer.substr(0, 15), "HTTP/1.1 200 OK") << versions;
    EXPECT_EQ(answer.substr(answer.size() - std::min(answer.size(), body.size())), body);
  }
  EXPECT_EQ(FetchOverTls((*server)->port(), request, "NORMAL:-VERS-ALL:+VERS-TLS1.1"), "");
  // A client that speaks no TLS gets no answer, and the server goes on.
  EXPECT_EQ(Fetch((*server)->port(), request), std::nullopt);
  EXPECT_NE(FetchOverTls((*server)->port(), request, "NORMAL"), "");
}

}  // namespace
}  // namespace thb
