#include "http/multipart.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace thb {
namespace {

constexpr std::size_t kMaxBoundaryBytes = 70;
constexpr std::string_view kLineEnd = "\r\n";

tl::unexpected<Error> Malformed(const std::string& what) {
  return Fail(ErrorCode::kParse, what, "body", "send the form as the page has it");
}

bool IsBoundaryCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("'()+_,-./:=?").find(c) != std::string_view::npos;
}

Result<std::string_view> BoundaryOf(std::string_view content_type) {
  constexpr std::string_view kMark = "boundary=";
  for (const std::string_view part : Split(content_type, ';')) {
    std::string_view value = Trim(part);
    if (!StartsWith(ToLowerAscii(value), kMark)) continue;
    value.remove_prefix(kMark.size());
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    const bool good = !value.empty() && value.size() <= kMaxBoundaryBytes &&
                      std::all_of(value.begin(), value.end(), IsBoundaryCharacter);
    if (good) return value;
    break;
  }
  return Malformed("a form with files has no boundary");
}

// The three codes that a browser writes in a quoted name.
std::string DecodeName(std::string_view name) {
  std::string text(name);
  text = ReplaceAll(text, "%22", "\"");
  text = ReplaceAll(text, "%0D", "\r");
  return ReplaceAll(text, "%0A", "\n");
}

// The value of a parameter in quotes: name="x".
std::optional<std::string> Quoted(std::string_view header, std::string_view parameter) {
  const std::string begin = "; " + std::string(parameter) + "=\"";
  const std::size_t at = header.find(begin);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = header.substr(at + begin.size());
  const std::size_t end = rest.find('"');
  if (end == std::string_view::npos) return std::nullopt;
  return DecodeName(rest.substr(0, end));
}

Result<FormPart> ReadHead(std::string_view head) {
  FormPart part;
  bool named = false;
  for (std::size_t begin = 0; begin < head.size();) {
    const std::size_t end = std::min(head.find(kLineEnd, begin), head.size());
    const std::string_view line = head.substr(begin, end - begin);
    begin = end + kLineEnd.size();
    constexpr std::string_view kDisposition = "content-disposition: form-data";
    if (!StartsWith(ToLowerAscii(line), kDisposition)) continue;
    const auto name = Quoted(line, "name");
    if (!name || named) return Malformed("a part of the form has no name");
    named = true;
    part.name = *name;
    if (const auto file = Quoted(line, "filename")) {
      part.is_file = true;
      part.file_name = *file;
    }
  }
  if (!named) return Malformed("a part of the form has no name");
  if (!IsValidUtf8(part.name) || !IsValidUtf8(part.file_name)) {
    return Fail(ErrorCode::kEncoding, "a name in the form is not UTF-8", "body",
                "rename the file and send it again");
  }
  return part;
}

}  // namespace

Result<std::vector<FormPart>> ParseMultipart(std::string_view content_type, std::string_view body) {
  const std::string delimiter = "--" + std::string(TRY(BoundaryOf(content_type)));
  if (!StartsWith(body, delimiter)) return Malformed("the form does not begin with its boundary");
  body.remove_prefix(delimiter.size());
  const std::string next = std::string(kLineEnd) + delimiter;
  std::vector<FormPart> parts;
  while (StartsWith(body, kLineEnd)) {
    if (parts.size() == kMaxFormParts) {
      return Fail(ErrorCode::kLimit, "the form has too many parts", "body", "send fewer");
    }
    body.remove_prefix(kLineEnd.size());
    const std::size_t head = body.substr(0, kMaxPartHeadBytes).find("\r\n\r\n");
    if (head == std::string_view::npos) {
      if (body.size() < kMaxPartHeadBytes) return Malformed("the head of a part does not end");
      return Fail(ErrorCode::kLimit, "the head of a part is too long", "body",
                  "give the file a shorter name");
    }
    FormPart part = TRY(ReadHead(body.substr(0, head)));
    body.remove_prefix(head + 2 * kLineEnd.size());
    const std::size_t end = body.find(next);
    if (end == std::string_view::npos) return Malformed("a part of the form does not end");
    part.content = body.substr(0, end);
    if (!part.is_file && !IsValidUtf8(part.content)) {
      return Fail(ErrorCode::kEncoding, "a text in the form is not UTF-8", part.name,
                  "type it again");
    }
    parts.push_back(std::move(part));
    body.remove_prefix(end + next.size());
  }
  if (body != "--" && body != "--\r\n") return Malformed("the form does not end with its boundary");
  return parts;
}

}  // namespace thb
