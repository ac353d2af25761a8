#include "referral/internal/data.h"

#include <utility>

#include "base/resources.h"

namespace thb {

tl::unexpected<Error> BadData(std::string what, const std::string& place) {
  return Fail(ErrorCode::kInternal, std::move(what), place, "correct the data file");
}

Result<Json> LoadDataFile(std::string_view name) {
  const auto text = FindResource(name);
  if (!text) return BadData("the data file is missing", std::string(name));
  return ParseJson(*text, std::string(name));
}

Result<std::string> TextAt(const Json& object, const char* key, const std::string& place,
                           std::string absent) {
  const auto found = object.find(key);
  if (found == object.end()) return absent;
  if (!found->is_string()) return BadData(std::string(key) + " is no text", place);
  return found->get<std::string>();
}

Result<int> NumberAt(const Json& object, const char* key, const std::string& place, int absent) {
  const auto found = object.find(key);
  if (found == object.end()) return absent;
  if (!found->is_number_integer()) return BadData(std::string(key) + " is no whole number", place);
  return found->get<int>();
}

Result<bool> FlagAt(const Json& object, const char* key, const std::string& place, bool absent) {
  const auto found = object.find(key);
  if (found == object.end()) return absent;
  if (!found->is_boolean()) return BadData(std::string(key) + " is neither true nor false", place);
  return found->get<bool>();
}

Result<std::vector<std::string>> TextsAt(const Json& object, const char* key,
                                         const std::string& place) {
  std::vector<std::string> texts;
  const auto found = object.find(key);
  if (found == object.end()) return texts;
  if (!found->is_array()) return BadData(std::string(key) + " is no list", place);
  for (const Json& item : *found) {
    if (!item.is_string()) return BadData(std::string(key) + " holds what is no text", place);
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

Result<Json> ArrayAt(const Json& object, const char* key, const std::string& place) {
  const auto found = object.find(key);
  if (found == object.end()) return Json::array();
  if (!found->is_array()) return BadData(std::string(key) + " is no list", place);
  return *found;
}

}  // namespace thb
