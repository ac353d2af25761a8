#pragma once
// The HTTP server: libmicrohttpd behind our own types. Everything from outside has a limit.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/date.h"
#include "base/result.h"
#include "http/router.h"

namespace thb {

struct ServerOptions {
  std::string address = "127.0.0.1";  // an IPv4 or IPv6 address
  std::uint16_t port = 8480;          // 0 takes a free one
  std::string certificate;            // PEM text; TLS (1.2 or 1.3) where both are given
  std::string private_key;            // PEM text
  // Of the request line and headers together. An open connection that has been used holds twice
  // this in memory.
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_body_bytes = 1024 * 1024;
  std::size_t max_connections = 12'000;
  // Of a connection on which nothing moves. A request has to be received within twice this time.
  unsigned timeout_s = 30;
  unsigned io_threads = 2;
  unsigned workers = 2;           // threads that run handlers
  std::size_t max_queue = 1'000;  // waiting requests; beyond that 503 with Retry-After
  // One finished request as a line of JSON, without address, agent, query or referrer. Called by
  // one thread at a time.
  std::function<void(const std::string& line)> access_log;
  // Of the log and the Date header, which are without a time where it is not given. Called from
  // several threads.
  std::function<Instant()> clock;
};

class Server {
 public:
  // Listens and answers until Stop. `router` must outlive it. Adds /healthz and /metrics of its
  // own. Raises the process's soft limit of open files where max_connections needs it. Errors: kIo
  // where the address is taken, kUsage for an address or certificate that is none.
  static Result<std::unique_ptr<Server>> Start(ServerOptions options, const Router& router);
  virtual ~Server() = default;

  virtual std::uint16_t port() const = 0;
  // Takes no new connection, finishes the open requests (at most `grace_s`, and what a handler has
  // begun), then returns. The destructor does the same without grace.
  virtual void Stop(unsigned grace_s) = 0;
};

}  // namespace thb
