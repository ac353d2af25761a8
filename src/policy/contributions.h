#pragma once
// Contributions: what Member States said beside their figures, as lists of states under a
// statement. The format of the file is in docs/report.md.

#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "codes/codes.h"
#include "store/database.h"

namespace thb {

enum class ContributionKind {
  kClosed,   // these states and no other
  kExample,  // these among others: silence of the rest says nothing
  kRanked,   // countries in an order that matters
};

// One state of a list. Rows of one list (theme and period) follow one another and share kind and
// statements.
struct Contribution {
  std::string theme;  // "labour.visa"; the part before the point is the group in the report
  Period period;
  std::string state;  // a Member State; in a ranked list any country
  ContributionKind kind = ContributionKind::kClosed;
  std::string statement_en;  // a sentence with {states} once, where the list is named
  std::string statement_nl;
  std::string source;

  bool operator==(const Contribution&) const = default;
};

// The groups of themes, in the order of the report.
const std::vector<std::string>& ContributionGroups();

// Reads columns theme, period, state, kind, statement_en, statement_nl, source, in any order.
// Statements may be left out after the first row of a list. Errors: kStructure (columns, a list
// that is not in one piece), kUnknownCode (state, kind, group), kBadValue (statement without
// {states}), kConflict (two statements, sources or kinds in a list, a state twice), and those of
// the CSV reader, each with place:line.
Result<std::vector<Contribution>> ParseContributions(std::string_view text,
                                                     const std::string& place, const Codes& codes);

// Stores lists; a list of the same theme and period is replaced. In one transaction.
Result<void> SaveContributions(Database& database, const std::vector<Contribution>& contributions);

// Lists whose period touches `period`, by group, theme and period, states in the order of the file.
Result<std::vector<Contribution>> LoadContributions(Database& database, Period period);

}  // namespace thb
