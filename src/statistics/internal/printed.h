#pragma once
// How the values of a claims file are printed: what number, unit and comparison the text states.

#include <string>
#include <vector>

#include "statistics/check.h"

namespace thb {

constexpr double kAlmostPoints = 10;  // "almost" is below by at most so many points (rule 17)

// A printed value, read.
struct Printed {
  enum class Kind { kNumber, kFraction, kList, kUnreadable };
  Kind kind = Kind::kUnreadable;
  double number = 0;  // in the unit of the claim; a fraction in percent
  int decimals = 0;
  std::vector<std::string> list;
  std::string op;  // implied by the text: "<1" says lt
};

Printed ReadPrinted(const Claim& claim);

// The unit as a code; words of a report are understood. Empty: the indicator's own.
std::string UnitOf(const Claim& claim);

// The comparison that the claim makes: its own, else that of its text or unit; "" is equality.
std::string OperatorOf(const Claim& claim, const Printed& printed);

}  // namespace thb
