// Posts to real servers of this program, over TCP and over TLS.

#include "http/client.h"

#include <gtest/gtest.h>

#include <string>

#include "base/files.h"
#include "base/process.h"
#include "http/internal/certificate_testing.h"
#include "http/server.h"

namespace thb {
namespace {

class ClientTest : public ::testing::Test {
 protected:
  ClientTest() {
    Route route;
    route.method = Method::kPost;
    route.pattern = "/take";
    route.handler = [this](const Request& request) {
      taken_ = request.body;
      type_ = request.Header("content-type");
      return Response::Text("text/plain", "received\n", 202);
    };
    Route away;
    away.method = Method::kPost;
    away.pattern = "/away";
    away.handler = [](const Request&) { return Response::Redirect("/take"); };
    Route much;
    much.method = Method::kPost;
    much.pattern = "/much";
    much.handler = [](const Request&) {
      return Response::Text("text/plain", std::string(kMaxAnswerBytes + 1, 'x'));
    };
    router_ = std::make_unique<Router>(Router::Make({route, away, much}).value());
  }
  std::string Start(const TestCertificate* certificate) {
    ServerOptions options;
    options.port = 0;
    if (certificate != nullptr) {
      options.certificate = certificate->certificate;
      options.private_key = certificate->key;
    }
    server_ = Server::Start(std::move(options), *router_).value();
    return (certificate != nullptr ? "https://127.0.0.1:" : "http://127.0.0.1:") +
           std::to_string(server_->port());
  }

  std::string taken_;
  std::string type_;
  std::unique_ptr<Router> router_;
  std::unique_ptr<Server> server_;
};

TEST_F(ClientTest, PostsTheBytesAndReadsTheStatus) {
  const std::string address = Start(nullptr);
  const std::string body("a\0b\xff", 4);
  EXPECT_EQ(PostBytes(address + "/take", "application/octet-stream", body, {}).value(), 202);
  EXPECT_EQ(taken_, body);
  EXPECT_EQ(type_, "application/octet-stream");
  EXPECT_EQ(PostBytes(address + "/none", "text/plain", "", {}).value(), 404);
}

TEST_F(ClientTest, FollowsNothingAndReadsNoFlood) {
  const std::string address = Start(nullptr);
  EXPECT_EQ(PostBytes(address + "/away", "text/plain", "secret", {}).value(), 303);
  EXPECT_EQ(taken_, "");
  EXPECT_EQ(PostBytes(address + "/much", "text/plain", "", {}).error().code, ErrorCode::kIo);
}

TEST_F(ClientTest, TrustsOnlyACertificateThatWasVouchedFor) {
  const TestCertificate certificate = MakeTestCertificate("127.0.0.1");
  const std::string address = Start(&certificate);
  const auto folder = TemporaryDirectory::Make();
  const std::string file = folder->path() + "/authority.pem";
  ASSERT_TRUE(WriteFile(file, certificate.certificate).has_value());
  EXPECT_EQ(PostBytes(address + "/take", "text/plain", "x", {}).error().code, ErrorCode::kIo);
  EXPECT_EQ(taken_, "");
  const auto posted = PostBytes(address + "/take", "text/plain", "x", {file, 20});
  ASSERT_TRUE(posted.has_value()) << posted.error().ToLine();
  EXPECT_EQ(*posted, 202);
  EXPECT_EQ(taken_, "x");
}

TEST_F(ClientTest, ACertificateOfAnotherNameIsNotTrusted) {
  const TestCertificate certificate = MakeTestCertificate("127.0.0.2");
  const std::string address = Start(&certificate);
  const auto folder = TemporaryDirectory::Make();
  const std::string file = folder->path() + "/authority.pem";
  ASSERT_TRUE(WriteFile(file, certificate.certificate).has_value());
  EXPECT_EQ(PostBytes(address + "/take", "text/plain", "x", {file, 20}).error().code,
            ErrorCode::kIo);
  EXPECT_EQ(taken_, "");
}

TEST_F(ClientTest, PlainHttpStaysOnTheMachine) {
  for (const char* address : {"http://example.invalid/take", "ftp://127.0.0.1/x", "file:///etc",
                              "http://127.0.0.1.example.invalid:80/", ""}) {
    EXPECT_EQ(PostBytes(address, "text/plain", "x", {}).error().code, ErrorCode::kUsage) << address;
  }
  EXPECT_EQ(PostBytes("http://127.0.0.1:1/take", "text/plain", "x", {}).error().code,
            ErrorCode::kIo);
}

}  // namespace
}  // namespace thb
