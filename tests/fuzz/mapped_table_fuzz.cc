// A table through a mapping: the return template.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "exchange_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  thb::ReadOptions options;
  options.mapping = "return_template";
  options.sender = "NL";
  CheckExchange(content, options);
  return 0;
}
