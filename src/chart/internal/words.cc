#include "chart/internal/words.h"

#include <array>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/resources.h"
#include "base/text.h"
#include "chart/chart.h"

namespace thb {

std::string ChartWord(std::string_view key, std::string_view language) {
  const std::string base = ToLowerAscii(language.substr(0, language.find_first_of("-_")));
  for (const std::string& candidate : {base, std::string("en")}) {
    const std::string name = "locales/chart." + candidate + ".json";
    const auto resource = FindResource(name);
    if (!resource) continue;
    const Result<Json> json = ParseJson(*resource, name);
    if (!json || !json->is_object()) continue;
    const auto found = json->find(std::string(key));
    if (found != json->end() && found->is_string()) return found->get<std::string>();
  }
  return std::string(key);
}

std::string ChartWord(std::string_view key, std::string_view language, std::string_view value) {
  return ReplaceAll(ChartWord(key, language), "{}", value);
}

std::string MarkWord(Mark mark, std::string_view language) {
  constexpr std::array<std::string_view, 6> kKeys = {"value",      "zero",      "missing",
                                                     "suppressed", "estimated", "provisional"};
  return ChartWord(kKeys[static_cast<std::size_t>(mark)], language);
}

}  // namespace thb
