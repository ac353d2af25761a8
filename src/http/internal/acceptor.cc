#include "http/internal/acceptor.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <utility>

namespace thb {
namespace {

// Between two looks whether a connection has ended, or the system has files again.
constexpr std::chrono::milliseconds kPause{10};

bool IsTransient(int error) {
  return error == EAGAIN || error == EINTR || error == ECONNABORTED;
}

}  // namespace

Acceptor::Acceptor(int listener, std::size_t max_open, Add add)
    : listener_(listener),
      wake_(eventfd(0, EFD_CLOEXEC)),
      max_open_(max_open),
      add_(std::move(add)) {}

Acceptor::~Acceptor() {
  Stop();
  close(wake_);
}

void Acceptor::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Acceptor::Stop() {
  if (stopped_.exchange(true)) return;
  const std::uint64_t one = 1;
  // Cannot fail: the counter is far from full.
  static_cast<void>(!write(wake_, &one, sizeof(one)));
  if (thread_.joinable()) thread_.join();
  close(listener_);
}

void Acceptor::Run() {
  std::array<pollfd, 2> waiting = {{{listener_, POLLIN, 0}, {wake_, POLLIN, 0}}};
  while (!stopped_) {
    if (open_ >= max_open_) {
      std::this_thread::sleep_for(kPause);
      continue;
    }
    if (poll(waiting.data(), waiting.size(), -1) > 0 && waiting[0].revents != 0) AcceptOne();
  }
}

void Acceptor::AcceptOne() {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const int fd = accept4(listener_, generic, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) {
    // No files or memory are left: the connection waits until there are.
    if (!IsTransient(errno)) std::this_thread::sleep_for(kPause);
    return;
  }
  ++open_;
  if (!add_(fd, generic, size)) --open_;
}

}  // namespace thb
