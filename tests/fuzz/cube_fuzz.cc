// Reads any bytes as a record file, alone and with several threads, and holds the cube against
// what must be true of every one: errors and tables do not depend on the threads, the first cell
// is the total, and no cell is empty.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "statistics/cube.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

void CheckCube(const thb::RecordTable& table, const thb::CubeLimits& limits) {
  const auto one = thb::ComputeCube(table, 1, limits);
  const auto two = thb::ComputeCube(table, 2, limits);
  Require(one.has_value() == two.has_value());
  if (!one) return;
  Require(one->counts.empty() == (table.total == 0));
  if (!one->counts.empty()) Require(one->counts.front() == table.total);
  for (const std::uint64_t count : one->counts) Require(count > 0 && count <= table.total);
  Require(thb::CubeCsv(*one, 1) == thb::CubeCsv(*two, 2));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  thb::CubeLimits limits;
  limits.max_columns = 8;
  limits.max_field_bytes = 64;
  limits.max_distinct = 32;
  limits.max_cells = 4096;
  limits.chunk_bytes = 16;
  const std::vector<std::string> by = {"a", "b"};
  for (const std::string_view count : {"", "n"}) {
    const auto one = thb::LoadRecords(text, "fuzz.csv", by, count, 1, limits);
    const auto two = thb::LoadRecords(text, "fuzz.csv", by, count, 2, limits);
    Require(one.has_value() == two.has_value());
    if (!one) {
      Require(one.error().ToLine() == two.error().ToLine());
      continue;
    }
    Require(one->labels == two->labels && one->codes == two->codes && one->counts == two->counts);
    CheckCube(*one, limits);
  }
  return 0;
}
