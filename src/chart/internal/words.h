#pragma once
// The fixed words of charts, from locales/chart.<language>.json.

#include <string>
#include <string_view>

namespace thb {

// The word of `key`. A language without a file, or a file without the key, gives English.
std::string ChartWord(std::string_view key, std::string_view language);
// With {} in the word replaced by `value`.
std::string ChartWord(std::string_view key, std::string_view language, std::string_view value);

}  // namespace thb
