#pragma once
// The words for changes and shares, by documented thresholds (docs/report.md): the text of a report
// follows from its figures, and one word never covers figures of different bands.

#include <string>

namespace thb {

// For a change in percent, as printed, that is rounded to whole percent: "same" for 0 %, else the
// direction with the band of its size: "up_slight" under 10 %, "up_clear" from 10 to under 25 %,
// "up_considerable" from 25 %; likewise "down_slight", "down_clear", "down_considerable". The
// message patterns select by these.
std::string ChangeWord(double percent);

// "up", "down" or, where both print as the same whole percent, "same".
std::string DirectionWord(double before, double after);

// How a share in percent reads as a fraction: "half", "third" and "quarter" where it is within half
// a point of it, "almost_..." up to 3 points below, "over_..." up to 3 points above, else "none".
std::string FractionWord(double percent);

}  // namespace thb
