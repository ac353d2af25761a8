#pragma once
// How a long run is ended early: somebody else, on any thread, sets a flag.

#include <atomic>

namespace thb {

// Where it becomes true, what is done so far is the answer. Null: never. It outlives the run.
using StopFlag = const std::atomic<bool>*;

inline bool IsStopped(StopFlag stop) {
  return stop != nullptr && stop->load(std::memory_order_relaxed);
}

}  // namespace thb
