// Mapping files: the JSON is the input, the table is fixed.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "exchange/exchange.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const thb::Codes codes = thb::Codes::Load().value();
  static const thb::Datasets datasets = thb::Datasets::Load(codes).value();
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  thb::ReadOptions options;
  options.mapping_text = content;
  options.mapping_place = "mapping.json";
  constexpr std::string_view kTable = "Land,Jahr,Zahl\nNL,2020,1\nNL,2020,<5\nEU,2020,:\n";
  static_cast<void>(thb::ParseFile(kTable, "in", options, codes, datasets));
  return 0;
}
