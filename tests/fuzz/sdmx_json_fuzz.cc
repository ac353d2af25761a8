// SDMX-JSON data messages.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "exchange_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  CheckReader(content, &thb::ReadSdmxJson);
  return 0;
}
