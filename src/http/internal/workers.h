#pragma once
// A fixed number of threads and a queue with a limit.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace thb {

class WorkerPool {
 public:
  using Job = std::function<void()>;

  WorkerPool(unsigned threads, std::size_t max_queue);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool() { Finish(); }

  // False where the queue is full or the pool has finished; the job is then not run.
  bool Post(Job job);
  // The next step of work that has begun: not held back by the limit. False after Finish.
  bool PostNext(Job job);
  std::size_t waiting() const;
  // Runs what is queued and joins the threads. May be called again.
  void Finish();

 private:
  bool Add(Job job, std::size_t limit);
  void Run();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> queue_;
  std::vector<std::thread> threads_;
  std::size_t max_queue_;
  bool finished_ = false;
};

}  // namespace thb
