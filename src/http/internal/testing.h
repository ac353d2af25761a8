#pragma once
// A client for the tests: it sends exactly the bytes that it is given.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace thb {

struct ClientResponse {
  bool operator==(const ClientResponse&) const = default;
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // without the chunks' frame
};

class RawClient {
 public:
  // Connects to 127.0.0.1; a failure is seen at the first Send.
  explicit RawClient(std::uint16_t port);
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient();

  bool Send(std::string_view bytes);
  // Nothing where the connection ended, or stood still for `patience`, before a whole response.
  std::optional<ClientResponse> Receive(bool head = false);
  // Whether the server ends the connection; reads and forgets what comes before.
  bool IsClosed();
  // Everything until the connection ends.
  std::string ReceiveAll();

  std::chrono::milliseconds patience = std::chrono::seconds(10);

 private:
  bool Fill();
  std::optional<std::string> Take(std::size_t count);
  std::optional<std::string> TakeLine();

  int fd_ = -1;
  std::string buffer_;
};

// "GET target HTTP/1.1" with a host and the headers given, each "Name: value\r\n".
std::string GetRequest(std::string_view target, std::string_view headers = {});
// One request on a connection of its own.
std::optional<ClientResponse> Fetch(std::uint16_t port, std::string_view request);

}  // namespace thb
