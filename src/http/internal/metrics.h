#pragma once
// Counters of the server, as Prometheus text. Safe from many threads.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "http/message.h"

namespace thb {

class ServerMetrics {
 public:
  // One row per route. `method` and `route` are the labels.
  struct Label {
    Method method = Method::kGet;
    std::string route;
  };
  explicit ServerMetrics(std::vector<Label> labels);

  const Label& label(std::size_t row) const { return labels_[row]; }
  std::size_t rows() const { return labels_.size(); }
  void Count(std::size_t row, int status, double seconds, std::uint64_t bytes);
  void ConnectionOpened() { ++open_connections_; }
  void ConnectionClosed() { --open_connections_; }
  // `waiting` is the length of the queue now.
  std::string Render(std::size_t waiting) const;

 private:
  // Upper bounds in seconds; the last bucket has none.
  static constexpr std::array<double, 11> kBounds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                     0.1,    0.25,  1,      2.5,   10};
  struct Row {
    std::array<std::atomic<std::uint64_t>, 6> classes{};  // by the first digit of the status
    std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> buckets{};
    std::atomic<std::uint64_t> microseconds{0};
    std::atomic<std::uint64_t> bytes{0};
  };

  void RenderRequests(std::string& out) const;
  void RenderLatency(std::string& out) const;
  std::string Labels(std::size_t row) const;

  std::vector<Label> labels_;
  std::vector<Row> rows_;
  std::atomic<std::int64_t> open_connections_{0};
};

}  // namespace thb
