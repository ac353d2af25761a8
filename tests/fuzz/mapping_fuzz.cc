// A mapping file, applied to a fixed table.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "exchange_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  thb::ReadOptions options;
  options.mapping_text = content;
  options.mapping_place = "mapping.json";
  if (!content.empty())
    CheckExchange("Land,Jahr,Zahl\nNL,2020,1\nNL,2020,<5\nEU,2020,:\n", options);
  return 0;
}
