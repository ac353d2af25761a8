#pragma once
// Accepts connections on a thread of its own. libmicrohttpd could accept by itself, but cannot be
// told to stop accepting while it works: its threads and the one that stops it then take the same
// socket out of the same set, and the second of them aborts the program.

#include <sys/socket.h>

#include <atomic>
#include <cstddef>
#include <functional>
#include <thread>

namespace thb {

class Acceptor {
 public:
  // Takes the connection over, also where it refuses it; false where it does.
  using Add = std::function<bool(int fd, const sockaddr* address, socklen_t size)>;

  // Owns `listener`. At most `max_open` connections are open; more wait in the system's queue.
  Acceptor(int listener, std::size_t max_open, Add add);
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;
  ~Acceptor();

  void Start();
  // One that was added has ended.
  void Closed() { --open_; }
  std::size_t open() const { return open_; }
  // Accepts no more. May be called again.
  void Stop();

 private:
  void Run();
  void AcceptOne();

  int listener_;
  int wake_;
  std::size_t max_open_;
  Add add_;
  std::atomic<std::size_t> open_{0};
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

}  // namespace thb
