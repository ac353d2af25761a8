// Feeds any bytes to the VTL parser, and runs what it accepts over a small table.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>

#include "statistics/vtl.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto program = thb::VtlProgram::Parse(text, "rules.vtl");
  if (!program) return 0;
  static const std::array<thb::Key, 4> keys = {
      {{"T", "2020"}, {"F", "2020"}, {"M", "2020"}, {"T", "2019"}}};
  static const std::array<thb::Cell, 4> cells = {thb::Cell::Value(9), thb::Cell::Suppressed(0, 4),
                                                 thb::Cell::Missing("not_sent"),
                                                 thb::Cell::Suppressed(5, -1)};
  std::vector<thb::VtlPoint> points;
  for (std::size_t i = 0; i < keys.size(); ++i) points.push_back({&keys[i], &cells[i]});
  const auto table = thb::VtlTable::Make({"sex", "time"}, points);
  if (table) static_cast<void>(program->Run({{"DS", &*table}}));
  return 0;
}
