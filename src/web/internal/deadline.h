#pragma once
// Work that has to be over by a time: a flag is set when the time has passed.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace thb {

class Deadline {
 public:
  explicit Deadline(std::chrono::milliseconds within)
      : passed_(within <= std::chrono::milliseconds(0)), watch_([this, within] {
          std::unique_lock lock(mutex_);
          if (!ended_.wait_for(lock, within, [this] { return over_; })) passed_.store(true);
        }) {}
  ~Deadline() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    ended_.notify_one();
    watch_.join();
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  const std::atomic<bool>& passed() const { return passed_; }

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;  // before its time
  std::atomic<bool> passed_;
  std::thread watch_;  // last, since it uses the others
};

}  // namespace thb
