// thb cube: all margins of a record file.

#include <algorithm>
#include <thread>

#include "base/text.h"
#include "cli/command.h"
#include "cli/workspace.h"
#include "statistics/cube.h"

namespace thb {
namespace {

constexpr std::int64_t kMaxThreads = 256;

Result<int> ThreadsOf(const Arguments& arguments) {
  if (!arguments.Has("--threads")) {
    return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  }
  const auto threads = ParseInt(arguments.Get("--threads"));
  if (!threads || *threads < 1 || *threads > kMaxThreads) {
    return Fail(ErrorCode::kUsage, "not a number of threads: " + arguments.Get("--threads"),
                "--threads", "give 1 to 256");
  }
  return static_cast<int>(*threads);
}

Result<int> RunCube(const Arguments& arguments, const Environment& environment) {
  const int threads = TRY(ThreadsOf(arguments));
  std::vector<std::string> by;
  const std::string dimensions = arguments.Get("--by");
  for (const std::string_view dimension : Split(dimensions, ',')) by.emplace_back(Trim(dimension));
  const RecordTable table =
      TRY(LoadRecordFile(arguments.Get("MICRODATA"), by, arguments.Get("--count"), threads));
  const Cube cube = TRY(ComputeCube(table, threads));
  TRY(Deliver(arguments, environment, CubeCsv(cube, threads)));
  environment.note(std::to_string(table.records) + " records, " +
                   std::to_string(cube.counts.size()) + " cells");
  return kDone;
}

}  // namespace

Command CubeCommand() {
  return {"cube",
          "all margins of a record file in one pass",
          {{"MICRODATA", "MICRODATA", "CSV, one line per record", true},
           {"--by", "D,D", "columns to count by", true},
           {"--count", "COLUMN", "column of counts, where the file is aggregated"},
           {"--threads", "N", "threads; default: all"},
           {"--out", "TABLE", "write here in place of stdout"}},
          RunCube};
}

}  // namespace thb
