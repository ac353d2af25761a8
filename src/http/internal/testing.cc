#include "http/internal/testing.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "base/text.h"

namespace thb {

RawClient::RawClient(std::uint16_t port) {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    close(fd_);
    fd_ = -1;
  }
}

RawClient::~RawClient() {
  if (fd_ >= 0) close(fd_);
}

bool RawClient::Send(std::string_view bytes) {
  while (fd_ >= 0 && !bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return fd_ >= 0;
}

bool RawClient::Fill() {
  pollfd waiting{fd_, POLLIN, 0};
  if (fd_ < 0 || poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return false;
  std::array<char, 65536> bytes;
  const ssize_t count = recv(fd_, bytes.data(), bytes.size(), 0);
  if (count <= 0) return false;
  buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

std::optional<std::string> RawClient::Take(std::size_t count) {
  while (buffer_.size() < count) {
    if (!Fill()) return std::nullopt;
  }
  std::string taken = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return taken;
}

std::optional<std::string> RawClient::TakeLine() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    if (!Fill()) return std::nullopt;
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

std::optional<ClientResponse> RawClient::Receive(bool head) {
  ClientResponse response;
  std::optional<std::string> line = TakeLine();
  if (!line || !StartsWith(*line, "HTTP/1.1 ")) return std::nullopt;
  response.status = std::atoi(line->c_str() + 9);
  while ((line = TakeLine()) && !line->empty()) {
    const std::size_t colon = line->find(':');
    if (colon == std::string::npos) return std::nullopt;
    response.headers[ToLowerAscii(line->substr(0, colon))] = Trim(line->substr(colon + 1));
  }
  if (!line) return std::nullopt;
  if (head || response.status == 204 || response.status == 304) return response;
  if (response.headers["transfer-encoding"] != "chunked") {
    const auto body = Take(std::strtoul(response.headers["content-length"].c_str(), nullptr, 10));
    if (!body) return std::nullopt;
    response.body = *body;
    return response;
  }
  while (true) {
    const auto size_line = TakeLine();
    if (!size_line) return std::nullopt;
    const std::size_t size = std::strtoul(size_line->c_str(), nullptr, 16);
    const auto part = Take(size);
    if (!part || !TakeLine()) return std::nullopt;
    if (size == 0) return response;
    response.body += *part;
  }
}

bool RawClient::IsClosed() {
  buffer_.clear();
  while (Fill()) buffer_.clear();
  pollfd waiting{fd_, POLLIN, 0};
  if (fd_ < 0) return true;
  if (poll(&waiting, 1, 0) <= 0) return false;
  char byte = 0;
  return recv(fd_, &byte, 1, MSG_DONTWAIT | MSG_PEEK) <= 0;
}

std::string RawClient::ReceiveAll() {
  while (Fill()) {
  }
  return std::move(buffer_);
}

std::string GetRequest(std::string_view target, std::string_view headers) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) +
         "\r\n";
}

std::optional<ClientResponse> Fetch(std::uint16_t port, std::string_view request) {
  RawClient client(port);
  client.Send(request);
  return client.Receive(StartsWith(request, "HEAD"));
}

}  // namespace thb
