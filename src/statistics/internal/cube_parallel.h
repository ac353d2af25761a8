#pragma once
// A loop whose turns run on several threads.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace thb {

inline constexpr int kMaxCubeThreads = 256;

// Calls task(index, worker) for every index below `count`, each once; indices are handed out in
// rising order and no two calls with the same worker overlap. worker < threads.
template <typename Task>
void ParallelFor(std::size_t count, int threads, Task&& task) {
  std::atomic<std::size_t> next{0};
  const auto work = [&](std::size_t worker) {
    for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) task(i, worker);
  };
  const auto wanted = static_cast<std::size_t>(std::clamp(threads, 1, kMaxCubeThreads));
  std::vector<std::jthread> helpers;
  helpers.reserve(wanted);
  for (std::size_t worker = 1; worker < std::min(wanted, count); ++worker) {
    try {
      helpers.emplace_back(work, worker);
    } catch (const std::system_error&) {
      break;  // the system has no more threads; fewer do the same work
    }
  }
  work(0);
}

// The part of [0, total) that is the `index`-th of `parts` nearly equal ones.
inline std::pair<std::size_t, std::size_t> PartOf(std::size_t total, std::size_t parts,
                                                  std::size_t index) {
  const std::size_t size = total / parts;
  const std::size_t rest = total % parts;
  const std::size_t begin = index * size + std::min(index, rest);
  return {begin, begin + size + (index < rest ? 1 : 0)};
}

}  // namespace thb
