// Our own CSV.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "exchange_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  CheckReader(
      content,
      [](std::string_view text, const thb::ReadContext& context) -> thb::Result<thb::ParsedFile> {
        const thb::Grid grid = TRY(thb::ReadCsvGrid(text, "in"));
        return TRY(thb::ReadPlainTable(grid, context)).value_or(thb::ParsedFile());
      });
  return 0;
}
