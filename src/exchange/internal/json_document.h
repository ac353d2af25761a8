#pragma once
// JSON of large tables, parsed by simdjson: objects keep the order and the repetitions of the file,
// and reading one takes time in proportion to its size. Include in .cc files only.

#include <simdjson.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace thb {

using JsonElement = simdjson::dom::element;

class JsonDocument {
 public:
  // Errors: kParse, kEncoding, kLimit (nesting deeper than 64).
  static Result<JsonDocument> Parse(std::string_view text, const std::string& place);
  JsonElement root() const { return root_; }

 private:
  std::unique_ptr<simdjson::dom::parser> parser_;  // owns what the elements point into
  JsonElement root_;
};

// The member of an object, or nothing where there is none or `element` is no object.
std::optional<JsonElement> Member(JsonElement element, std::string_view name);
// "" where there is none or it is no string.
std::string_view TextMember(JsonElement element, std::string_view name);
// A string as it is, a number in our notation, null as nothing. Errors: kStructure for the rest.
Result<std::optional<std::string>> ScalarText(JsonElement element, const std::string& place);
// Errors: kStructure, saying that `what` should be an array or an object.
Result<simdjson::dom::array> AsArray(std::optional<JsonElement> element, const std::string& what,
                                     const std::string& place);
Result<simdjson::dom::object> AsObject(std::optional<JsonElement> element, const std::string& what,
                                       const std::string& place);

}  // namespace thb
