// A form with files. The input is the value of the content type, a line end, and the body.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/multipart.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::string_view body = input.substr(std::min(line + 1, input.size()));
  const auto parts = thb::ParseMultipart(input.substr(0, line), body);
  if (!parts) return 0;
  Require(parts->size() <= thb::kMaxFormParts);
  std::size_t bytes = 0;
  for (const thb::FormPart& part : *parts) {
    Require(part.content.data() >= body.data());
    Require(part.content.data() + part.content.size() <= body.data() + body.size());
    bytes += part.content.size();
  }
  Require(bytes <= body.size());
  return 0;
}
