#pragma once
// Numbers, lists and dates as they are printed for a reader, by ICU, for any BCP 47 language tag.
//
// House style, as the Commission prints its reports in every language: digits are grouped in threes
// by a no-break space from one thousand on ("14 311"), the decimal mark is the language's, a
// no-break space stands before the per cent sign ("63 %"), and minus is U+2212. "en" is read as
// British English, and so is an ill-formed tag.

#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"

namespace thb {

// `decimals` (0 to 15) places, half away from zero; a value that rounds to zero has no sign. From
// 1e15 on the number is in scientific notation. Not finite: an en dash.
std::string FormatDecimal(double value, int decimals, std::string_view language);

// `percent` is in per cent: 63 gives "63 %".
std::string FormatPercent(double percent, int decimals, std::string_view language);

// "lower–upper"; one number where both print alike; spaces about the dash where one is negative.
std::string FormatRange(double lower, double upper, int decimals, std::string_view language);

// "België, Frankrijk en Ierland". With `including` the list is open and says so in front
// ("onder meer België en Frankrijk"); languages without that word in locales/ use the English one.
// An empty list gives an empty text.
std::string FormatList(const std::vector<std::string>& items, std::string_view language,
                       bool including = false);

// The day in UTC, written out: "19 december 2022".
std::string FormatLongDate(Instant instant, std::string_view language);

}  // namespace thb
