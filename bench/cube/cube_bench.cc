// Runs the cube once and prints one JSON object with its times in seconds and its peak memory:
// cube_bench FILE THREADS TABLE.csv DIMENSION…

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/text.h"
#include "statistics/cube.h"

namespace thb {
namespace {

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Seconds of processor time of all threads: what other work on the machine disturbs less.
double Processor() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// In bytes, the mapped file included.
long PeakMemory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss * 1024;
}

Result<void> Measure(const std::string& path, int threads, const std::string& out,
                     std::span<const std::string> by) {
  const double start = Now();
  const double start_cpu = Processor();
  const RecordTable table = TRY(LoadRecordFile(path, by, {}, threads));
  const double loaded = Now();
  const double loaded_cpu = Processor();
  const long load_memory = PeakMemory();
  const Cube cube = TRY(ComputeCube(table, threads));
  const double computed = Now();
  const double computed_cpu = Processor();
  const long memory = PeakMemory();
  TRY(WriteFile(out, CubeCsv(cube, threads)));
  const double written = Now();
  std::printf(
      "{\"load\": %.6f, \"cube\": %.6f, \"all\": %.6f, \"load_cpu\": %.6f, "
      "\"cube_cpu\": %.6f, \"records\": %zu, \"cells\": %zu, "
      "\"load_memory\": %ld, \"memory\": %ld}\n",
      loaded - start, computed - loaded, written - start, loaded_cpu - start_cpu,
      computed_cpu - loaded_cpu, table.records, cube.counts.size(), load_memory, memory);
  return {};
}

int Run(std::span<char*> arguments) {
  const std::optional<std::int64_t> threads =
      arguments.size() >= 5 ? ParseInt(arguments[2]) : std::nullopt;
  if (!threads || *threads < 1 || *threads > 1024) {
    std::fputs("usage: cube_bench FILE THREADS TABLE.csv DIMENSION...\n", stderr);
    return 2;
  }
  const std::vector<std::string> by(arguments.begin() + 4, arguments.end());
  if (auto done = Measure(arguments[1], static_cast<int>(*threads), arguments[3], by); !done) {
    std::fprintf(stderr, "%s\n", done.error().ToLine().c_str());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace thb

int main(int count, char** values) {
  return thb::Run({values, static_cast<std::size_t>(count)});
}
