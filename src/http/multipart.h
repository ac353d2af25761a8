#pragma once
// Forms with files (multipart/form-data, RFC 7578, as browsers send it by the HTML standard).
//
// Strict: what a browser does not send is refused. Parts are views into the body.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace thb {

inline constexpr std::size_t kMaxFormParts = 500;
inline constexpr std::size_t kMaxPartHeadBytes = 2'048;

struct FormPart {
  std::string name;
  std::string file_name;  // as the browser gave it: a name, never a path to be trusted
  bool is_file = false;
  std::string_view content;
};

// `content_type` is the header's value, with the boundary. Errors: kParse for what is not such a
// form, kEncoding for a name or a text that is not UTF-8, kLimit for more parts or longer heads.
Result<std::vector<FormPart>> ParseMultipart(std::string_view content_type, std::string_view body);

}  // namespace thb
