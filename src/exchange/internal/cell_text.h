#pragma once
// The parts of a cell as they stand in a file, and back.

#include <string>
#include <string_view>

#include "base/result.h"
#include "statistics/observation.h"

namespace thb {

// Names of the columns and attributes that carry a cell, in every format that can.
inline constexpr std::string_view kValueColumn = "OBS_VALUE";
inline constexpr std::string_view kFlagColumn = "OBS_FLAG";
inline constexpr std::string_view kConfColumn = "CONF_STATUS";
inline constexpr std::string_view kLowerColumn = "OBS_LOWER";
inline constexpr std::string_view kUpperColumn = "OBS_UPPER";
inline constexpr std::string_view kReasonColumn = "MISSING_REASON";
inline constexpr std::string_view kCandidatesColumn = "CANDIDATES";
// A remark on the data set as a whole, in each row: says that the records are synthetic.
inline constexpr std::string_view kCommentColumn = "COMMENT_DSET";
inline constexpr char kCandidateSeparator = '|';

// Above this a double no longer tells neighbouring integers apart.
inline constexpr double kMaxCount = 9'007'199'254'740'992;

// Views into the file; empty where nothing is said.
struct CellText {
  std::string_view value;  // "12", ":", ": c", "<5", ""
  std::string_view flags;
  std::string_view conf;
  std::string_view lower;
  std::string_view upper;
  std::string_view reason;
  std::string_view candidates;  // joined by kCandidateSeparator
  bool nan_is_missing = false;  // SDMX-CSV 2.x: NaN and #N/A are missing, else illegal
};

// The parts of a cell as texts; a field that does not apply is empty.
struct CellFields {
  std::string value, flags, conf, lower, upper, reason, candidates;
};

// What a cell says. A value is a count: not negative, an integer, at most kMaxCount. "<5" is
// suppressed with bounds 0 to 4 and gets the flag c. No value is suppressed where bounds, the flag
// c or a confidentiality status say so, else missing: for the reason given, not_applicable where
// the flag is z, else not_sent. Errors: kBadValue, kUnknownCode (flag, reason), kStructure (parts
// that contradict each other).
Result<Cell> ReadCell(const CellText& text, const Codes& codes, const std::string& place);

CellFields PrintCell(const Cell& cell);

// A number or nothing in "<5" and "< 5".
std::string_view LessThan(std::string_view value);

}  // namespace thb
