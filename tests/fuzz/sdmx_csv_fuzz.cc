// SDMX-CSV 1.0 and 2.x.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "exchange/exchange.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const thb::Codes codes = thb::Codes::Load().value();
  static const thb::Datasets datasets = thb::Datasets::Load(codes).value();
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  static_cast<void>(thb::ParseFile(content, "in", {}, codes, datasets));
  return 0;
}
