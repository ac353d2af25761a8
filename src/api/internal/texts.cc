#include "api/internal/texts.h"

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/resources.h"
#include "base/text.h"

namespace thb {
namespace {

using Texts = std::map<std::string, std::string, std::less<>>;

Result<Texts> LoadLanguage(std::string_view language) {
  const std::string name = "locales/api." + std::string(language) + ".json";
  const auto content = FindResource(name);
  if (!content) return Fail(ErrorCode::kInternal, "not embedded", name);
  const Json json = TRY(ParseJson(*content, name));
  Texts texts;
  if (!json.is_object()) return Fail(ErrorCode::kInternal, "not an object of texts", name);
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string()) return Fail(ErrorCode::kInternal, "not a text", name + ":" + key);
    texts.emplace(key, value.get<std::string>());
  }
  return texts;
}

}  // namespace

Result<ApiTexts> ApiTexts::Load() {
  ApiTexts texts;
  texts.en_ = TRY(LoadLanguage("en"));
  texts.nl_ = TRY(LoadLanguage("nl"));
  for (const auto& [key, text] : texts.en_) {
    if (texts.nl_.count(key) == 0) return Fail(ErrorCode::kInternal, "no Dutch text", key);
  }
  return texts;
}

bool ApiTexts::Has(const std::string& key) const {
  return en_.count(key) > 0;
}

std::string ApiTexts::Text(const std::string& key, Language language,
                           const TextFacts& facts) const {
  const Texts& texts = language == Language::kNl ? nl_ : en_;
  const auto found = texts.find(key);
  if (found == texts.end()) return {};
  std::string text = found->second;
  for (const auto& [name, value] : facts) text = ReplaceAll(text, "{" + name + "}", value);
  return text;
}

}  // namespace thb
