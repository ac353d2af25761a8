#include "http/internal/metrics.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace thb {
namespace {

void Heading(std::string& out, std::string_view name, std::string_view type,
             std::string_view help) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
  out.append(name).append(" ").append(type).append("\n");
}

void Gauge(std::string& out, std::string_view name, std::string_view help, std::string value) {
  Heading(out, name, "gauge", help);
  out.append(name).append(" ").append(value).append("\n");
}

// Of this process, in bytes; 0 where the system does not say.
std::uint64_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

ServerMetrics::ServerMetrics(std::vector<Label> labels)
    : labels_(std::move(labels)), rows_(labels_.size()) {}

void ServerMetrics::Count(std::size_t row, int status, double seconds, std::uint64_t bytes) {
  Row& counters = rows_[row];
  const auto status_class = static_cast<std::size_t>(std::clamp(status / 100, 0, 5));
  const auto bucket = static_cast<std::size_t>(
      std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin());
  counters.classes[status_class].fetch_add(1, std::memory_order_relaxed);
  counters.buckets[bucket].fetch_add(1, std::memory_order_relaxed);
  counters.microseconds.fetch_add(static_cast<std::uint64_t>(seconds * 1e6),
                                  std::memory_order_relaxed);
  counters.bytes.fetch_add(bytes, std::memory_order_relaxed);
}

std::string ServerMetrics::Labels(std::size_t row) const {
  const Label& label = labels_[row];
  return "method=\"" + std::string(MethodName(label.method)) + "\",route=\"" +
         ReplaceAll(ReplaceAll(label.route, "\\", "\\\\"), "\"", "\\\"") + "\"";
}

std::string ServerMetrics::Render(std::size_t waiting) const {
  std::string out;
  RenderRequests(out);
  RenderLatency(out);
  Gauge(out, "thb_http_open_connections", "Connections that are open.",
        std::to_string(open_connections_.load()));
  Gauge(out, "thb_http_queue_length", "Requests that wait for a worker.", std::to_string(waiting));
  Gauge(out, "process_resident_memory_bytes", "Resident memory of the process.",
        std::to_string(ResidentBytes()));
  return out;
}

void ServerMetrics::RenderRequests(std::string& out) const {
  Heading(out, "thb_http_requests_total", "counter", "Requests answered, by route and status.");
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    for (std::size_t i = 0; i < rows_[row].classes.size(); ++i) {
      const std::uint64_t count = rows_[row].classes[i].load(std::memory_order_relaxed);
      if (count == 0) continue;
      out += "thb_http_requests_total{" + Labels(row) + ",class=\"" +
             (i == 0 ? "none" : std::to_string(i) + "xx") + "\"} " + std::to_string(count) + "\n";
    }
  }
  Heading(out, "thb_http_response_bytes_total", "counter", "Bytes of bodies sent, by route.");
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    const std::uint64_t bytes = rows_[row].bytes.load(std::memory_order_relaxed);
    if (bytes == 0) continue;
    out += "thb_http_response_bytes_total{" + Labels(row) + "} " + std::to_string(bytes) + "\n";
  }
}

void ServerMetrics::RenderLatency(std::string& out) const {
  constexpr std::string_view kName = "thb_http_request_seconds";
  Heading(out, kName, "histogram", "From the first line of the request to the end of the answer.");
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    std::uint64_t count = 0;
    std::string lines;
    for (std::size_t i = 0; i <= kBounds.size(); ++i) {
      count += rows_[row].buckets[i].load(std::memory_order_relaxed);
      lines.append(kName).append("_bucket{").append(Labels(row)).append(",le=\"");
      lines += (i < kBounds.size() ? FormatNumber(kBounds[i]) : "+Inf") + "\"} " +
               std::to_string(count) + "\n";
    }
    if (count == 0) continue;
    const auto sum = static_cast<double>(rows_[row].microseconds.load()) / 1e6;
    lines.append(kName).append("_sum{").append(Labels(row)).append("} ");
    lines.append(FormatNumber(sum)).append("\n").append(kName).append("_count{");
    lines.append(Labels(row)).append("} ").append(std::to_string(count)).append("\n");
    out += lines;
  }
}

}  // namespace thb
