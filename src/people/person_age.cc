// Ages (rule 11): what protects and what is counted are two things.

#include "base/text.h"
#include "people/internal/person_rows.h"

namespace thb {
namespace {

constexpr std::string_view kChildDespiteDocuments = "child_despite_documents";
constexpr int kAdultYears = 18;
// An estimate is trusted this far: someone taken for 22 or younger may be a child.
constexpr int kEstimateYears = 5;

// "2004-11-26" minus 18 years is "1986-11-26": dates in ISO form compare as texts.
std::string YearsBefore(Instant at, int years) {
  const std::string day = FormatDate(at);
  const auto year = ParseInt(std::string_view(day).substr(0, 4)).value_or(0) - years;
  std::string digits = std::to_string(year);
  return std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits + day.substr(4);
}

enum class Age { kChild, kAdult, kUncertain };

// What the date of birth says by itself.
Age AgeByDate(const Birthdate& birthdate, Instant at) {
  if (birthdate.given != Given::kKnown) return Age::kUncertain;
  const int margin = birthdate.estimated ? kEstimateYears : 0;
  constexpr std::string_view kFirst = "0000-01-01";
  constexpr std::string_view kLast = "0000-12-31";
  const std::string& date = birthdate.date;
  const std::string earliest = date + std::string(kFirst.substr(date.size()));
  const std::string latest = date + std::string(kLast.substr(date.size()));
  if (latest <= YearsBefore(at, kAdultYears + margin)) return Age::kAdult;
  if (earliest > YearsBefore(at, kAdultYears - margin)) return Age::kChild;
  return Age::kUncertain;
}

// With what was decided and what the worker who saw her says.
Age AgeOf(const Identity& identity, std::string_view decision, Instant at) {
  if (decision == "adult") return Age::kAdult;
  // Her documents said adult when it was decided: it holds until it is decided anew.
  if (decision == kChildDespiteDocuments) return Age::kChild;
  if (decision == "child") {
    // She grows up by the date of birth, where there is one.
    return AgeByDate(identity.birthdate, at) == Age::kAdult ? Age::kAdult : Age::kChild;
  }
  const Age by_date = AgeByDate(identity.birthdate, at);
  if (by_date == Age::kAdult && identity.possibly_child == YesNo::kYes) return Age::kUncertain;
  if (by_date == Age::kUncertain && identity.possibly_child == YesNo::kNo) return Age::kAdult;
  return by_date;
}

}  // namespace

AgeBand AgeBandOf(const Identity& identity, std::string_view age_decision, Instant at) {
  switch (AgeOf(identity, age_decision, at)) {
    case Age::kChild:
      return AgeBand::kChild;
    case Age::kAdult:
      return AgeBand::kAdult;
    case Age::kUncertain:
      return AgeBand::kPresumedChild;
  }
  return AgeBand::kPresumedChild;
}

std::string ChildDecision(const Identity& identity, Instant at) {
  const bool despite = AgeByDate(identity.birthdate, at) == Age::kAdult;
  return despite ? std::string(kChildDespiteDocuments) : "child";
}

std::string AgeGroupOf(const Identity& identity, std::string_view age_decision, Instant at) {
  switch (AgeOf(identity, age_decision, at)) {
    case Age::kChild:
      return "Y_LT18";
    case Age::kAdult:
      return "Y_GE18";
    case Age::kUncertain:
      return "UNK";
  }
  return "UNK";
}

}  // namespace thb
