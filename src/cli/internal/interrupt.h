#pragma once
// Ctrl-C in a long run: what is computed so far is the answer.

#include <atomic>

namespace thb {

// timeout(1), npm and terminals that signal a process and then its group send the same interrupt
// twice, milliseconds apart. What follows the first one within this time is taken for the same.
inline constexpr int kSameInterruptSeconds = 1;

// While it lives, the first interrupt (SIGINT, SIGTERM) sets the flag instead of ending the
// program; another one, kSameInterruptSeconds later or more, ends it. One at a time.
class InterruptFlag {
 public:
  InterruptFlag();
  ~InterruptFlag();
  InterruptFlag(const InterruptFlag&) = delete;
  InterruptFlag& operator=(const InterruptFlag&) = delete;

  const std::atomic<bool>& stop() const;
};

}  // namespace thb
