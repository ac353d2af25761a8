#pragma once
// What a request asks of a dataset: keys, filters, periods. Parsers are written by hand and
// bounded.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codes/codes.h"
#include "statistics/dataset.h"
#include "statistics/snapshot.h"

namespace thb {

inline constexpr std::size_t kMaxKeyBytes = 4'000;
inline constexpr std::size_t kMaxKeys = 100;            // alternatives of one request
inline constexpr std::size_t kMaxFilterValues = 1'000;  // values of all keys, or of one filter
inline constexpr std::size_t kMaxFilterBytes = 8'000;   // of one filter
inline constexpr std::size_t kMaxListedCodes = 60;      // in an error

// Days, counted with months of 31, so that periods of all lengths compare.
struct TimeSpan {
  int first = 0;
  int last = 0;
  bool operator==(const TimeSpan&) const = default;
};

// "2020", "2020-A1", "2020-S2" or "2020-H2", "2020-Q3", "2020-07" or "2020-M07", "2020-07-31" and
// our windows "2017-2018". Errors: kBadValue.
Result<TimeSpan> ParseTimeSpan(std::string_view text, const std::string& place);

// Codes by dimension without time; none: any.
struct KeyPattern {
  std::vector<std::vector<std::string>> codes;
};

enum class Comparison { kEq, kNe, kLt, kLe, kGt, kGe, kContains, kLacks, kStarts, kEnds };

struct Condition {
  Comparison comparison = Comparison::kEq;
  std::string value;
  std::optional<TimeSpan> span;  // of a condition on time
};

// One component: any of the alternatives, of which each is a list of conditions that all hold.
struct ComponentFilter {
  std::size_t component = 0;  // a dimension, or beyond them the position in FilterAttributes()
  std::vector<std::vector<Condition>> any_of;
};

struct DataQuery {
  std::vector<KeyPattern> keys;                   // any of them; none: all
  std::vector<ComponentFilter> filters;           // all of them
  std::optional<TimeSpan> start;                  // periods that begin no earlier
  std::optional<TimeSpan> end;                    // periods that end no later
  std::optional<std::size_t> last_periods;        // of the dataset
  std::optional<std::size_t> first_observations;  // of each series
  std::optional<std::size_t> last_observations;
};

// Attributes that a filter may name: OBS_FLAG, CONF_STATUS, MISSING_REASON.
std::vector<std::string> FilterAttributes();

// The dimension of a name, whatever its case; "TIME_PERIOD" is time. Errors: kUsage, with the list.
Result<std::size_t> FindDimension(const Dataset& dataset, std::string_view name);

// "A.PER_VICT+PER_SUSP..NR.NL,A...": one part for each dimension but time; "" and "*" are any, "+"
// joins alternatives, "," joins keys; "all", "*" or "" for everything. Errors: kUsage for another
// number of parts, kUnknownCode with the codes that exist, kLimit.
Result<std::vector<KeyPattern>> ParseSdmxKey(std::string_view key, const Dataset& dataset,
                                             const Codes& codes);

// "ge:2019+le:2021,2024": "," joins alternatives, "+" what must hold together; without an operator
// a value is compared by eq. Operators: eq ne lt le gt ge co nc sw ew. Codes in eq and ne must
// exist. Errors: kUsage, kUnknownCode, kBadValue, kLimit.
Result<ComponentFilter> ParseComponentFilter(std::string_view name, std::string_view text,
                                             const Dataset& dataset, const Codes& codes);

// The filter of the statistics interface: values of one dimension of which any will do.
Result<ComponentFilter> MakeValueFilter(std::size_t dimension,
                                        const std::vector<std::string_view>& values,
                                        const Dataset& dataset, const Codes& codes);

// A count of observations or periods: 1 to a million. Errors: kBadValue.
Result<std::size_t> ParseCount(std::string_view text, const std::string& place);

// The cells asked for, in their order, which is that of keys. Errors: kLimit for more than
// `max_cells`.
Result<std::vector<SnapshotCell>> SelectCells(const std::vector<SnapshotCell>& cells,
                                              const Dataset& dataset, const DataQuery& query,
                                              std::size_t max_cells);

// Why a query finds nothing, and what to ask for instead: the first dimension of which the dataset
// holds none of the codes asked for, with those that it holds; else that each is there alone.
struct EmptyAnswer {
  std::string what;
  std::string remedy;
};
EmptyAnswer WhyEmpty(const std::vector<SnapshotCell>& cells, const Dataset& dataset,
                     const DataQuery& query);

}  // namespace thb
