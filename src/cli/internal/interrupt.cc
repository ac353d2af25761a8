#include "cli/internal/interrupt.h"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <ctime>

namespace thb {
namespace {

constexpr std::int64_t kNever = -1;
constexpr std::int64_t kNanoseconds = 1'000'000'000;

// A signal handler can reach nothing but what has static lifetime.
std::atomic<bool> interrupted{false};
std::atomic<std::int64_t> first_at{kNever};  // nanoseconds
static_assert(std::atomic<bool>::is_always_lock_free);
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

// Both functions that it calls are safe in a handler.
void OnInterrupt(int signal) {
  const int saved = errno;
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t at = now.tv_sec * kNanoseconds + now.tv_nsec;
  std::int64_t first = kNever;
  if (first_at.compare_exchange_strong(first, at)) {
    interrupted.store(true);
  } else if (at - first >= kSameInterruptSeconds * kNanoseconds) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
  errno = saved;
}

}  // namespace

InterruptFlag::InterruptFlag() {
  interrupted.store(false);
  first_at.store(kNever);
  std::signal(SIGINT, OnInterrupt);
  std::signal(SIGTERM, OnInterrupt);
}

InterruptFlag::~InterruptFlag() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

const std::atomic<bool>& InterruptFlag::stop() const {
  return interrupted;
}

}  // namespace thb
