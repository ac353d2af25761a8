#include "base/json.h"

#include <nlohmann/json.hpp>

namespace thb {
namespace {

constexpr int kMaxDepth = 64;

// Nesting depth outside strings; the parser itself would recurse without a bound.
bool TooDeep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') {
      if (++depth > kMaxDepth) return true;
    }
    if (c == '}' || c == ']') --depth;
  }
  return false;
}

}  // namespace

Result<Json> ParseJson(std::string_view text, const std::string& place) {
  if (TooDeep(text)) {
    return Fail(ErrorCode::kLimit, "JSON nested deeper than 64 levels", place, "flatten it");
  }
  // Exceptions of the library end here.
  try {
    return Json::parse(text);
  } catch (const Json::exception& error) {
    return Fail(ErrorCode::kParse, std::string("not valid JSON: ") + error.what(), place,
                "check the file with a JSON validator");
  }
}

}  // namespace thb
