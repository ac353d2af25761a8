#pragma once
// Ends connections that send their request too slowly. libmicrohttpd's own timeout counts from the
// last byte, so that one byte now and then would hold a connection for ever.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace thb {

class ConnectionWatch {
 public:
  // `limit` is the time from the opening of the connection, or from the end of the last reply, to
  // the end of the next request.
  explicit ConnectionWatch(std::chrono::seconds limit);
  ConnectionWatch(const ConnectionWatch&) = delete;
  ConnectionWatch& operator=(const ConnectionWatch&) = delete;
  ~ConnectionWatch();

  class Peer {
   public:
    explicit Peer(int fd);
    void RequestBegun() { begun_ = true; }
    void RequestReceived() { since_ = kReceived; }
    void ReplySent();

   private:
    friend class ConnectionWatch;
    static constexpr std::int64_t kReceived = -1;
    int fd_;
    std::atomic<std::int64_t> since_;  // milliseconds of the steady clock
    std::atomic<bool> begun_{false};
  };

  // The peer is the watch's; it is valid until Close.
  Peer* Open(int fd);
  // Ends connections that are idle.
  void EndIdleOnes();
  // To be called while the descriptor is still open.
  void Close(Peer* peer);

 private:
  void Run();
  void EndSlowOnes();

  std::chrono::seconds limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<Peer*, std::unique_ptr<Peer>> peers_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace thb
