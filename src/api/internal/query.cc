#include "api/internal/query.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "exchange/structure.h"

namespace thb {
namespace {

constexpr int kDaysOfMonth = 31;
constexpr int kDaysOfYear = 12 * kDaysOfMonth;
constexpr std::size_t kMaxCount = 1'000'000;

// Whole text of `digits` digits as a number, or nothing.
std::optional<int> Digits(std::string_view text, std::size_t digits) {
  if (text.size() != digits) return std::nullopt;
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

std::optional<TimeSpan> Months(int year, int first, int count) {
  const int from = year * kDaysOfYear + (first - 1) * kDaysOfMonth;
  return TimeSpan{from, from + count * kDaysOfMonth - 1};
}

// "A1", "S1", "H1", "Q1", "M01": a part of a year.
std::optional<TimeSpan> PartOfYear(int year, std::string_view part) {
  const auto number = Digits(part.substr(1), part[0] == 'M' ? 2 : 1);
  const auto split = [&](int parts) -> std::optional<TimeSpan> {
    if (!number || *number < 1 || *number > parts) return std::nullopt;
    return Months(year, (*number - 1) * (12 / parts) + 1, 12 / parts);
  };
  switch (part[0]) {
    case 'A':
      return split(1);
    case 'S':
    case 'H':
      return split(2);
    case 'Q':
      return split(4);
    case 'M':
      return split(12);
    default:
      return std::nullopt;
  }
}

std::optional<TimeSpan> SpanOf(std::string_view text) {
  const auto year = Digits(text.substr(0, std::min<std::size_t>(4, text.size())), 4);
  if (!year) return std::nullopt;
  if (text.size() == 4) return Months(*year, 1, 12);
  if (text[4] != '-' || text.size() < 7) return std::nullopt;
  const std::string_view rest = text.substr(5);
  if (rest[0] < '0' || rest[0] > '9') return PartOfYear(*year, rest);
  if (const auto last = Digits(rest, 4)) {
    if (*last < *year) return std::nullopt;
    return TimeSpan{*year * kDaysOfYear, (*last + 1) * kDaysOfYear - 1};
  }
  const auto month = Digits(rest.substr(0, 2), 2);
  if (!month || *month < 1 || *month > 12) return std::nullopt;
  if (rest.size() == 2) return Months(*year, *month, 1);
  const auto day = rest[2] == '-' ? Digits(rest.substr(3), 2) : std::nullopt;
  if (!day || *day < 1 || *day > kDaysOfMonth) return std::nullopt;
  const int number = *year * kDaysOfYear + (*month - 1) * kDaysOfMonth + *day - 1;
  return TimeSpan{number, number};
}

std::string ListOf(const std::vector<std::string>& names) {
  if (names.size() <= kMaxListedCodes) return Join(names, ", ");
  const std::vector<std::string> first(names.begin(), names.begin() + kMaxListedCodes);
  return Join(first, ", ") + " and " + std::to_string(names.size() - kMaxListedCodes) + " more";
}

std::vector<std::string> CodesOf(const Dataset& dataset, std::size_t index, const Codes& codes) {
  const auto only = CodesOfDimension(dataset, index);
  std::vector<std::string> out;
  for (const Code& code : codes.Find(dataset.dimensions[index].codelist)->codes()) {
    if (!only || only->count(code.id) > 0) out.push_back(code.id);
  }
  return out;
}

Result<void> CheckCode(const Dataset& dataset, std::size_t index, const std::string& code,
                       const Codes& codes) {
  const CodeList& list = *codes.Find(dataset.dimensions[index].codelist);
  const auto only = CodesOfDimension(dataset, index);
  if (list.Find(code) != nullptr && (!only || only->count(code) > 0)) return {};
  const auto known = CodesOf(dataset, index, codes);
  std::string remedy = "use one of: " + ListOf(known);
  if (known.size() > kMaxListedCodes) {
    remedy += " (code list " + ToUpperAscii(dataset.dimensions[index].codelist) + ")";
  }
  if (const auto nearest = Nearest(code, known))
    remedy = "did you mean " + *nearest + "? Or " + remedy;
  return Fail(ErrorCode::kUnknownCode,
              "no code \"" + code.substr(0, 100) + "\" in " + dataset.dimensions[index].id,
              dataset.dimensions[index].id, std::move(remedy));
}

Result<KeyPattern> ParseOneKey(std::string_view key, const Dataset& dataset, const Codes& codes,
                               std::size_t& values) {
  KeyPattern pattern;
  pattern.codes.resize(dataset.time_index());
  if (key.empty() || key == "*" || key == "all") return pattern;
  const auto parts = Split(key, '.');
  if (parts.size() != pattern.codes.size()) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < dataset.time_index(); ++i) {
      names.push_back(dataset.dimensions[i].id);
    }
    return Fail(ErrorCode::kUsage,
                "the key has " + std::to_string(parts.size()) + " parts, not " +
                    std::to_string(names.size()),
                "key", "write " + Join(names, ".") + "; leave a part empty for any code");
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].empty() || parts[i] == "*") continue;
    for (const std::string_view code : Split(parts[i], '+')) {
      if (++values > kMaxFilterValues) {
        return Fail(ErrorCode::kLimit,
                    "more than " + std::to_string(kMaxFilterValues) + " codes in the key", "key",
                    "ask for less at once");
      }
      TRY(CheckCode(dataset, i, std::string(code), codes));
      pattern.codes[i].emplace_back(code);
    }
  }
  return pattern;
}

struct Operator {
  std::string_view name;
  Comparison comparison;
};

constexpr std::array<Operator, 10> kOperators = {{{"eq", Comparison::kEq},
                                                  {"ne", Comparison::kNe},
                                                  {"lt", Comparison::kLt},
                                                  {"le", Comparison::kLe},
                                                  {"gt", Comparison::kGt},
                                                  {"ge", Comparison::kGe},
                                                  {"co", Comparison::kContains},
                                                  {"nc", Comparison::kLacks},
                                                  {"sw", Comparison::kStarts},
                                                  {"ew", Comparison::kEnds}}};

bool IsOrder(Comparison comparison) {
  return comparison == Comparison::kLt || comparison == Comparison::kLe ||
         comparison == Comparison::kGt || comparison == Comparison::kGe;
}

bool IsEquality(Comparison comparison) {
  return comparison == Comparison::kEq || comparison == Comparison::kNe;
}

Result<Condition> ParseCondition(std::string_view text, const std::string& place) {
  const std::size_t colon = text.find(':');
  Condition condition;
  if (colon == std::string_view::npos) {
    condition.value = text;
    return condition;
  }
  const auto found = std::find_if(kOperators.begin(), kOperators.end(), [&](const Operator& known) {
    return known.name == text.substr(0, colon);
  });
  if (found == kOperators.end()) {
    std::vector<std::string> names;
    for (const Operator& known : kOperators) names.emplace_back(known.name);
    return Fail(
        ErrorCode::kUsage,
        "no operator \"" + std::string(text.substr(0, std::min<std::size_t>(colon, 20))) + "\"",
        place, "use one of: " + Join(names, ", "));
  }
  condition.comparison = found->comparison;
  condition.value = text.substr(colon + 1);
  return condition;
}

// Codes and periods of a condition must be such.
Result<void> CheckCondition(Condition& condition, std::size_t component, const Dataset& dataset,
                            const Codes& codes, const std::string& place) {
  if (condition.value.empty()) {
    return Fail(ErrorCode::kUsage, "a value is empty", place, "give a value or leave it out");
  }
  if (component == dataset.time_index()) {
    if (IsEquality(condition.comparison) || IsOrder(condition.comparison)) {
      condition.span = TRY(ParseTimeSpan(condition.value, place));
    }
    return {};
  }
  if (component < dataset.time_index() && IsEquality(condition.comparison)) {
    return CheckCode(dataset, component, condition.value, codes);
  }
  return {};
}

bool CompareSpans(Comparison comparison, const TimeSpan& cell, const TimeSpan& asked) {
  switch (comparison) {
    case Comparison::kEq:
      return cell == asked;
    case Comparison::kNe:
      return !(cell == asked);
    case Comparison::kLt:
      return cell.last < asked.first;
    case Comparison::kLe:
      return cell.last <= asked.last;
    case Comparison::kGt:
      return cell.first > asked.last;
    case Comparison::kGe:
      return cell.first >= asked.first;
    default:
      return false;
  }
}

bool CompareTexts(Comparison comparison, std::string_view cell, std::string_view asked) {
  switch (comparison) {
    case Comparison::kEq:
      return cell == asked;
    case Comparison::kNe:
      return cell != asked;
    case Comparison::kLt:
      return cell < asked;
    case Comparison::kLe:
      return cell <= asked;
    case Comparison::kGt:
      return cell > asked;
    case Comparison::kGe:
      return cell >= asked;
    case Comparison::kContains:
      return cell.find(asked) != std::string_view::npos;
    case Comparison::kLacks:
      return cell.find(asked) == std::string_view::npos;
    case Comparison::kStarts:
      return StartsWith(cell, asked);
    case Comparison::kEnds:
      return EndsWith(cell, asked);
  }
  return false;
}

std::string_view TextOf(const SnapshotCell& cell, std::size_t component) {
  if (component < cell.key.size()) return cell.key[component];
  switch (component - cell.key.size()) {
    case 0:
      return cell.cell.flags;
    case 1:
      return cell.cell.conf;
    default:
      return cell.cell.reason;
  }
}

bool Holds(const Condition& condition, std::string_view text) {
  if (!condition.span) return CompareTexts(condition.comparison, text, condition.value);
  const auto span = SpanOf(text);
  return span && CompareSpans(condition.comparison, *span, *condition.span);
}

bool Passes(const SnapshotCell& cell, const ComponentFilter& filter) {
  const std::string_view text = TextOf(cell, filter.component);
  return std::any_of(filter.any_of.begin(), filter.any_of.end(), [&](const auto& all) {
    return std::all_of(all.begin(), all.end(),
                       [&](const Condition& condition) { return Holds(condition, text); });
  });
}

bool Fits(const Key& key, const KeyPattern& pattern) {
  for (std::size_t i = 0; i < pattern.codes.size(); ++i) {
    const auto& codes = pattern.codes[i];
    if (!codes.empty() && std::find(codes.begin(), codes.end(), key[i]) == codes.end()) {
      return false;
    }
  }
  return true;
}

bool InPeriod(const std::string& time, const DataQuery& query) {
  if (!query.start && !query.end) return true;
  const auto span = SpanOf(time);
  if (!span) return false;
  return (!query.start || span->first >= query.start->first) &&
         (!query.end || span->last <= query.end->last);
}

bool Asked(const SnapshotCell& cell, const Dataset& dataset, const DataQuery& query) {
  if (!InPeriod(cell.key[dataset.time_index()], query)) return false;
  const bool fits = query.keys.empty() ||
                    std::any_of(query.keys.begin(), query.keys.end(),
                                [&](const KeyPattern& pattern) { return Fits(cell.key, pattern); });
  return fits && std::all_of(query.filters.begin(), query.filters.end(),
                             [&](const ComponentFilter& filter) { return Passes(cell, filter); });
}

// The last periods that the dataset has.
std::set<std::string> LastPeriods(const std::vector<SnapshotCell>& cells, std::size_t count) {
  std::set<std::string> times;
  for (const SnapshotCell& cell : cells) times.insert(cell.key.back());
  while (times.size() > count) times.erase(times.begin());
  return times;
}

// Keeps the first and last observations of each series; cells of a series stand together.
void KeepEnds(std::vector<SnapshotCell>& cells, const DataQuery& query) {
  std::vector<SnapshotCell> kept;
  const auto same_series = [](const Key& a, const Key& b) {
    return std::equal(a.begin(), a.end() - 1, b.begin(), b.end() - 1);
  };
  for (std::size_t begin = 0; begin < cells.size();) {
    std::size_t end = begin + 1;
    while (end < cells.size() && same_series(cells[begin].key, cells[end].key)) ++end;
    const std::size_t count = end - begin;
    const std::size_t first = query.first_observations.value_or(0);
    const std::size_t last = query.last_observations.value_or(0);
    for (std::size_t i = 0; i < count; ++i) {
      if (i < first || count - i <= last) kept.push_back(std::move(cells[begin + i]));
    }
    begin = end;
  }
  cells = std::move(kept);
}

}  // namespace

Result<TimeSpan> ParseTimeSpan(std::string_view text, const std::string& place) {
  if (const auto span = SpanOf(text)) return *span;
  return Fail(ErrorCode::kBadValue, "\"" + std::string(text.substr(0, 40)) + "\" is no period",
              place, "write a year, 2020, or 2020-S1, 2020-Q1, 2020-07, 2020-07-31");
}

std::vector<std::string> FilterAttributes() {
  return {"OBS_FLAG", "CONF_STATUS", "MISSING_REASON"};
}

Result<std::size_t> FindDimension(const Dataset& dataset, std::string_view name) {
  const std::string lower = ToLowerAscii(name);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < dataset.dimensions.size(); ++i) {
    const std::string& id = dataset.dimensions[i].id;
    if (lower == id || (i == dataset.time_index() && lower == "time_period")) return i;
    names.push_back(id);
  }
  return Fail(
      ErrorCode::kUsage,
      "no dimension \"" + std::string(name.substr(0, 60)) + "\" in " + ToUpperAscii(dataset.id),
      "query", "use one of: " + Join(names, ", "));
}

Result<std::vector<KeyPattern>> ParseSdmxKey(std::string_view key, const Dataset& dataset,
                                             const Codes& codes) {
  if (key.size() > kMaxKeyBytes) {
    return Fail(ErrorCode::kLimit, "a key of more than " + std::to_string(kMaxKeyBytes) + " bytes",
                "key", "leave parts empty, or ask for less at once");
  }
  std::vector<KeyPattern> patterns;
  std::size_t values = 0;
  for (const std::string_view one : Split(key, ',')) {
    if (patterns.size() == kMaxKeys) {
      return Fail(ErrorCode::kLimit, "more than " + std::to_string(kMaxKeys) + " keys", "key",
                  "ask for less at once");
    }
    patterns.push_back(TRY(ParseOneKey(one, dataset, codes, values)));
  }
  return patterns;
}

Result<ComponentFilter> ParseComponentFilter(std::string_view name, std::string_view text,
                                             const Dataset& dataset, const Codes& codes) {
  const std::string place = "c[" + std::string(name.substr(0, 60)) + "]";
  ComponentFilter filter;
  const auto attributes = FilterAttributes();
  const auto attribute = std::find(attributes.begin(), attributes.end(), ToUpperAscii(name));
  if (attribute != attributes.end()) {
    filter.component =
        dataset.dimensions.size() + static_cast<std::size_t>(attribute - attributes.begin());
  } else {
    auto dimension = FindDimension(dataset, name);
    if (!dimension) {
      Error error = std::move(dimension).error();
      error.place = place;
      error.remedy += ", " + Join(attributes, ", ");
      return tl::make_unexpected(std::move(error));
    }
    filter.component = *dimension;
  }
  if (text.size() > kMaxFilterBytes) {
    return Fail(ErrorCode::kLimit,
                "a filter of more than " + std::to_string(kMaxFilterBytes) + " bytes", place,
                "ask for less at once");
  }
  std::size_t values = 0;
  for (const std::string_view alternative : Split(text, ',')) {
    std::vector<Condition>& all = filter.any_of.emplace_back();
    for (const std::string_view part : Split(alternative, '+')) {
      if (++values > kMaxFilterValues) {
        return Fail(ErrorCode::kLimit, "more than " + std::to_string(kMaxFilterValues) + " values",
                    place, "ask for less at once");
      }
      all.push_back(TRY(ParseCondition(part, place)));
      TRY(CheckCondition(all.back(), filter.component, dataset, codes, place));
    }
  }
  return filter;
}

Result<ComponentFilter> MakeValueFilter(std::size_t dimension,
                                        const std::vector<std::string_view>& values,
                                        const Dataset& dataset, const Codes& codes) {
  const std::string& place = dataset.dimensions[dimension].id;
  ComponentFilter filter;
  filter.component = dimension;
  for (const std::string_view value : values) {
    Condition condition;
    condition.value = value;
    TRY(CheckCondition(condition, dimension, dataset, codes, place));
    filter.any_of.push_back({std::move(condition)});
  }
  return filter;
}

Result<std::size_t> ParseCount(std::string_view text, const std::string& place) {
  const auto number = ParseInt(text);
  if (number && *number >= 1 && *number <= static_cast<std::int64_t>(kMaxCount)) {
    return static_cast<std::size_t>(*number);
  }
  return Fail(ErrorCode::kBadValue, "\"" + std::string(text.substr(0, 40)) + "\" is no count",
              place, "give a whole number from 1 to " + std::to_string(kMaxCount));
}

Result<std::vector<SnapshotCell>> SelectCells(const std::vector<SnapshotCell>& cells,
                                              const Dataset& dataset, const DataQuery& query,
                                              std::size_t max_cells) {
  std::optional<std::set<std::string>> periods;
  if (query.last_periods) periods = LastPeriods(cells, *query.last_periods);
  const bool ends = query.first_observations || query.last_observations;
  std::vector<SnapshotCell> selected;
  for (const SnapshotCell& cell : cells) {
    if (periods && periods->count(cell.key.back()) == 0) continue;
    if (!Asked(cell, dataset, query)) continue;
    if (selected.size() == max_cells && !ends) {
      return Fail(ErrorCode::kLimit,
                  "the answer has more than " + std::to_string(max_cells) + " cells",
                  ToUpperAscii(dataset.id), "give a key, a filter or a shorter period");
    }
    selected.push_back(cell);
  }
  if (ends) KeepEnds(selected, query);
  if (selected.size() > max_cells) {
    return Fail(ErrorCode::kLimit,
                "the answer has more than " + std::to_string(max_cells) + " cells",
                ToUpperAscii(dataset.id), "give a key, a filter or a shorter period");
  }
  return selected;
}

EmptyAnswer WhyEmpty(const std::vector<SnapshotCell>& cells, const Dataset& dataset,
                     const DataQuery& query) {
  if (cells.empty()) {
    return {"this dataset holds no data", "see which do: /api/dissemination/catalogue/toc/txt"};
  }
  for (std::size_t i = 0; i < dataset.dimensions.size(); ++i) {
    const auto passes = [&](const SnapshotCell& cell) {
      const bool key =
          query.keys.empty() ||
          std::any_of(query.keys.begin(), query.keys.end(), [&](const KeyPattern& one) {
            if (i >= one.codes.size() || one.codes[i].empty()) return true;
            return std::count(one.codes[i].begin(), one.codes[i].end(), cell.key[i]) > 0;
          });
      const bool in_time = i != dataset.time_index() || InPeriod(cell.key[i], query);
      return key && in_time &&
             std::all_of(query.filters.begin(), query.filters.end(),
                         [&](const ComponentFilter& filter) {
                           return filter.component != i || Passes(cell, filter);
                         });
    };
    if (std::any_of(cells.begin(), cells.end(), passes)) continue;
    std::set<std::string> held;
    for (const SnapshotCell& cell : cells) held.insert(cell.key[i]);
    const std::string& id = dataset.dimensions[i].id;
    return {
        "no data for this " + id,
        "the data have " + id + " " + ListOf(std::vector<std::string>(held.begin(), held.end()))};
  }
  return {"no data for these codes together", "each of them has data alone: leave one out"};
}

}  // namespace thb
