#include "http/internal/watch.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

namespace thb {
namespace {

// How often the connections are looked at.
constexpr std::chrono::milliseconds kInterval{500};
// A connection counts as idle when nothing came for so long. A client that is at work sends its
// next request sooner, and learns from the answer that the connection ends.
constexpr std::chrono::milliseconds kQuiet{100};

std::int64_t NowMs() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

ConnectionWatch::Peer::Peer(int fd) : fd_(fd), since_(NowMs()) {}

void ConnectionWatch::Peer::ReplySent() {
  since_ = NowMs();
  begun_ = false;
}

ConnectionWatch::ConnectionWatch(std::chrono::seconds limit)
    : limit_(limit), thread_([this] { Run(); }) {}

ConnectionWatch::~ConnectionWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

ConnectionWatch::Peer* ConnectionWatch::Open(int fd) {
  auto peer = std::make_unique<Peer>(fd);
  Peer* opened = peer.get();
  const std::lock_guard lock(mutex_);
  peers_.emplace(opened, std::move(peer));
  return opened;
}

void ConnectionWatch::Close(Peer* peer) {
  const std::lock_guard lock(mutex_);
  peers_.erase(peer);
}

void ConnectionWatch::EndIdleOnes() {
  const std::int64_t latest = NowMs() - kQuiet.count();
  const std::lock_guard lock(mutex_);
  for (const auto& [key, peer] : peers_) {
    int waiting = 0;
    if (peer->begun_ || peer->since_ > latest) continue;
    if (ioctl(peer->fd_, FIONREAD, &waiting) == 0 && waiting == 0) shutdown(peer->fd_, SHUT_RD);
  }
}

void ConnectionWatch::Run() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kInterval, [this] { return stopped_; })) EndSlowOnes();
}

// Only shuts the connection down: the I/O thread sees its end and closes it. The lock keeps the
// descriptor from being closed, and taken by another connection, meanwhile.
void ConnectionWatch::EndSlowOnes() {
  const std::int64_t earliest =
      NowMs() - std::chrono::duration_cast<std::chrono::milliseconds>(limit_).count();
  for (const auto& [key, peer] : peers_) {
    const std::int64_t since = peer->since_;
    if (since != Peer::kReceived && since < earliest) shutdown(peer->fd_, SHUT_RDWR);
  }
}

}  // namespace thb
