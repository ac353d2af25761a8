#pragma once
// The words of a VTL text.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace thb {

enum class VtlTokenKind { kName, kQuotedName, kText, kNumber, kSymbol, kEnd };

struct VtlToken {
  VtlTokenKind kind = VtlTokenKind::kEnd;
  std::string text;        // without quotes; "" at the end
  double number = 0;       // kNumber
  std::size_t line = 1;    // from 1
  std::size_t column = 1;  // from 1, in bytes
  std::size_t begin = 0;   // offset in the text
  std::size_t end = 0;
};

// Errors: kParse with "place:line:column", kLimit, kEncoding. The last token is kEnd.
Result<std::vector<VtlToken>> LexVtl(std::string_view text, const std::string& place);

}  // namespace thb
