#include "exchange/internal/json_document.h"

#include "base/text.h"

namespace thb {
namespace {

constexpr std::size_t kMaxDepth = 64;

tl::unexpected<Error> WrongKind(const std::string& what, const std::string& kind,
                                const std::string& place) {
  return Fail(ErrorCode::kStructure, what + " is missing or no " + kind, place,
              "check the file against its format");
}

}  // namespace

Result<JsonDocument> JsonDocument::Parse(std::string_view text, const std::string& place) {
  if (StartsWith(text, "\xEF\xBB\xBF")) text.remove_prefix(3);
  JsonDocument document;
  document.parser_ = std::make_unique<simdjson::dom::parser>();
  auto error = document.parser_->allocate(text.size() + 1, kMaxDepth);
  if (!error) error = document.parser_->parse(text.data(), text.size()).get(document.root_);
  if (!error) return document;
  if (error == simdjson::DEPTH_ERROR) {
    return Fail(ErrorCode::kLimit,
                "JSON nested deeper than " + std::to_string(kMaxDepth) + " levels", place,
                "flatten it");
  }
  return Fail(ErrorCode::kParse, std::string("not valid JSON: ") + simdjson::error_message(error),
              place, "check that the file is whole, with a JSON validator");
}

std::optional<JsonElement> Member(JsonElement element, std::string_view name) {
  simdjson::dom::object object;
  if (element.get(object)) return std::nullopt;
  JsonElement found;
  if (object.at_key(name).get(found)) return std::nullopt;
  return found;
}

std::string_view TextMember(JsonElement element, std::string_view name) {
  const auto member = Member(element, name);
  std::string_view text;
  if (!member || member->get(text)) return {};
  return text;
}

Result<std::optional<std::string>> ScalarText(JsonElement element, const std::string& place) {
  std::string_view text;
  double number = 0;
  std::int64_t integer = 0;
  if (element.is_null()) return std::nullopt;
  if (!element.get(text)) return std::string(text);
  if (!element.get(integer)) return std::to_string(integer);
  if (!element.get(number)) return FormatNumber(number);
  return Fail(ErrorCode::kStructure, "neither a number nor a text", place,
              "check the file against its format");
}

Result<simdjson::dom::array> AsArray(std::optional<JsonElement> element, const std::string& what,
                                     const std::string& place) {
  simdjson::dom::array array;
  if (!element || element->get(array)) return WrongKind(what, "array", place);
  return array;
}

Result<simdjson::dom::object> AsObject(std::optional<JsonElement> element, const std::string& what,
                                       const std::string& place) {
  simdjson::dom::object object;
  if (!element || element->get(object)) return WrongKind(what, "object", place);
  return object;
}

}  // namespace thb
