#include "http/internal/workers.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace thb {

WorkerPool::WorkerPool(unsigned threads, std::size_t max_queue) : max_queue_(max_queue) {
  for (unsigned i = 0; i < std::max(threads, 1u); ++i) threads_.emplace_back([this] { Run(); });
}

bool WorkerPool::Post(Job job) {
  return Add(std::move(job), max_queue_);
}

bool WorkerPool::PostNext(Job job) {
  return Add(std::move(job), std::numeric_limits<std::size_t>::max());
}

bool WorkerPool::Add(Job job, std::size_t limit) {
  {
    const std::lock_guard lock(mutex_);
    if (finished_ || queue_.size() >= limit) return false;
    queue_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

std::size_t WorkerPool::waiting() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void WorkerPool::Finish() {
  {
    const std::lock_guard lock(mutex_);
    finished_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void WorkerPool::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return finished_ || !queue_.empty(); });
    if (queue_.empty()) return;
    Job job = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
}

}  // namespace thb
