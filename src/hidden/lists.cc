#include "hidden/lists.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/csv.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr std::size_t kMaxStrata = 1000;
constexpr std::string_view kCountColumn = "count";

// Counts of one overlap while rows are added up.
struct Interval {
  double lower = 0;
  double upper = 0;
};

using Cells = std::map<ListMask, Interval>;

struct StratumRows {
  Cells cells;
  ListMask marked = 0;   // lists with a 0 or 1 in some row
  ListMask skipped = 0;  // lists left empty in some row
};

// What the header says.
struct Columns {
  std::vector<std::string> lists;
  std::vector<std::size_t> list_at;
  std::vector<std::size_t> stratum_at;
  std::optional<std::size_t> count_at;
  std::size_t size = 0;
};

Result<Columns> ReadHeader(const std::vector<std::string>& header, const std::string& place,
                           const std::vector<std::string>& strata_columns) {
  Columns columns;
  columns.size = header.size();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string name(Trim(header[i]));
    if (name.empty() || !IsValidUtf8(name)) {
      return Fail(ErrorCode::kStructure, "column " + std::to_string(i + 1) + " has no name", place,
                  "name every column");
    }
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      return Fail(ErrorCode::kStructure, "two columns are named " + name, place, "rename one");
    }
    names.push_back(name);
    if (std::find(strata_columns.begin(), strata_columns.end(), name) != strata_columns.end()) {
      continue;
    }
    if (ToLowerAscii(name) == kCountColumn) {
      columns.count_at = i;
    } else {
      columns.lists.push_back(name);
      columns.list_at.push_back(i);
    }
  }
  for (const std::string& name : strata_columns) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      return Fail(ErrorCode::kStructure, "there is no column " + name, place,
                  "the columns are " + Join(names, ", "));
    }
    columns.stratum_at.push_back(static_cast<std::size_t>(found - names.begin()));
  }
  if (columns.lists.empty()) {
    return Fail(ErrorCode::kStructure, "no column is a list", place,
                "give each list a column of 0 and 1");
  }
  if (columns.lists.size() > kMaxLists) {
    return Fail(
        ErrorCode::kLimit,
        std::to_string(columns.lists.size()) + " lists, more than " + std::to_string(kMaxLists),
        place, "merge lists, or remove the columns that are no lists");
  }
  return columns;
}

// A whole number from 0 to kMaxListCount, or nothing.
std::optional<double> WholeCount(std::string_view text) {
  const auto value = ParseDecimal(text);
  if (!value || *value < 0 || *value > kMaxListCount) return std::nullopt;
  const auto whole = static_cast<std::int64_t>(*value);
  if (static_cast<double>(whole) < *value) return std::nullopt;
  return *value;
}

Result<Interval> ReadCount(std::string_view text, const std::string& place) {
  text = Trim(text);
  if (text == ":c") {
    return Fail(ErrorCode::kBadValue, "a suppressed count without a bound", place,
                "write its bound: <5 for one of 0 to 4");
  }
  if (StartsWith(text, "<")) {
    const auto bound = WholeCount(Trim(text.substr(1)));
    if (bound && *bound >= 1) return Interval{0, *bound - 1};
  } else if (const auto count = WholeCount(text)) {
    return Interval{*count, *count};
  }
  return Fail(
      ErrorCode::kBadValue, "not a count: " + std::string(text.substr(0, 40)), place,
      "write a whole number up to " + FormatNumber(kMaxListCount) + ", or <5 for a suppressed one");
}

// Adds one row to its stratum.
Result<void> AddRow(const std::vector<std::string>& fields, const Columns& columns,
                    const std::string& place, StratumRows& rows) {
  ListMask mask = 0;
  for (std::size_t i = 0; i < columns.lists.size(); ++i) {
    const std::string_view value = Trim(fields[columns.list_at[i]]);
    const ListMask bit = ListMask{1} << i;
    (value.empty() ? rows.skipped : rows.marked) |= bit;
    if (value == "1") {
      mask |= bit;
    } else if (!value.empty() && value != "0") {
      return Fail(ErrorCode::kStructure,
                  "list " + columns.lists[i] + " has the value " + std::string(value.substr(0, 40)),
                  place,
                  "write 0 or 1; name a column of counts count, and name other columns as strata");
    }
  }
  Interval count{1, 1};
  if (columns.count_at) {
    const std::string_view text = Trim(fields[*columns.count_at]);
    if (mask == 0 && text.empty()) return {};  // the unknown that is asked for
    count = TRY(ReadCount(text, place));
  }
  if (count.upper == 0) return {};
  if (mask == 0) {
    return Fail(ErrorCode::kBadValue, "a row of persons on no list", place,
                "remove it: who is on no list was not observed");
  }
  Interval& cell = rows.cells[mask];
  cell.lower += count.lower;
  cell.upper += count.upper;
  if (cell.upper > kMaxListCount) {
    return Fail(ErrorCode::kLimit, "an overlap of more than " + FormatNumber(kMaxListCount), place,
                "count persons, not contacts");
  }
  return {};
}

ListTable MakeTable(const std::vector<std::string>& lists, const Cells& cells) {
  ListTable table;
  table.lists = lists;
  for (const auto& [mask, interval] : cells) {
    table.cells.push_back(
        {mask, (interval.lower + interval.upper) / 2, interval.lower, interval.upper});
  }
  return table;
}

using StrataRows = std::map<std::vector<std::string>, StratumRows>;

Result<StrataRows> ReadRows(CsvReader& reader, const Columns& columns) {
  StrataRows strata;
  std::vector<std::string> fields;
  while (TRY(reader.Next(fields))) {
    if (fields.size() != columns.size) {
      return Fail(ErrorCode::kParse,
                  std::to_string(fields.size()) + " fields where the header has " +
                      std::to_string(columns.size),
                  reader.Place(), "give every row a value for every column");
    }
    std::vector<std::string> values;
    for (const std::size_t at : columns.stratum_at) values.emplace_back(Trim(fields[at]));
    for (const std::string& value : values) {
      if (!IsValidUtf8(value)) {
        return Fail(ErrorCode::kEncoding, "a stratum that is not UTF-8", reader.Place(),
                    "save the file as UTF-8");
      }
    }
    TRY(AddRow(fields, columns, reader.Place(), strata[std::move(values)]));
    if (strata.size() > kMaxStrata) {
      return Fail(ErrorCode::kLimit, "more than " + std::to_string(kMaxStrata) + " strata",
                  reader.Place(), "use fewer or coarser strata columns");
    }
  }
  return strata;
}

// A list applies to a stratum in all of its rows or in none.
Result<void> CheckApplicable(const StrataRows& strata, const Columns& columns,
                             const std::string& place) {
  ListMask anywhere = 0;
  for (const auto& [values, rows] : strata) {
    anywhere |= rows.marked;
    for (std::size_t i = 0; i < columns.lists.size(); ++i) {
      if (((rows.marked & rows.skipped) >> i & 1) == 0) continue;
      const std::string where = values.empty() ? "" : " in " + Join(values, ", ");
      return Fail(ErrorCode::kConflict,
                  "list " + columns.lists[i] + " is empty in some rows and not in others" + where,
                  place, "write 0 or 1 in every row, or leave a list that does not apply empty");
    }
  }
  for (std::size_t i = 0; i < columns.lists.size(); ++i) {
    if ((anywhere >> i & 1) != 0) continue;
    return Fail(ErrorCode::kStructure, "list " + columns.lists[i] + " is empty in every row", place,
                "remove the column");
  }
  return {};
}

// Fills the cells of `into` with those of `table`, each at the place that `place` gives it.
template <typename Place>
void AddUp(const ListTable& table, ListTable& into, const Place& place) {
  std::map<ListMask, OverlapCell> cells;
  for (const OverlapCell& cell : table.cells) {
    const ListMask mask = place(cell.mask);
    if (mask == 0) continue;
    OverlapCell& sum = cells[mask];
    sum.mask = mask;
    sum.count += cell.count;
    sum.lower += cell.lower;
    sum.upper += cell.upper;
  }
  for (const auto& [mask, cell] : cells) into.cells.push_back(cell);
}

}  // namespace

double ListTable::Observed() const {
  double sum = 0;
  for (const OverlapCell& cell : cells) sum += cell.count;
  return sum;
}

bool ListTable::HasBounds() const {
  return std::any_of(cells.begin(), cells.end(),
                     [](const OverlapCell& cell) { return cell.lower < cell.upper; });
}

double ListTable::At(ListMask mask) const {
  const auto found =
      std::lower_bound(cells.begin(), cells.end(), mask,
                       [](const OverlapCell& cell, ListMask wanted) { return cell.mask < wanted; });
  return found == cells.end() || found->mask != mask ? 0 : found->count;
}

ListTable KeepLists(const ListTable& table, ListMask keep) {
  std::vector<std::size_t> from;
  ListTable kept;
  for (std::size_t i = 0; i < table.lists.size(); ++i) {
    if ((keep >> i & 1) == 0) continue;
    from.push_back(i);
    kept.lists.push_back(table.lists[i]);
  }
  AddUp(table, kept, [&](ListMask mask) {
    ListMask to = 0;
    for (std::size_t i = 0; i < from.size(); ++i) to |= (mask >> from[i] & 1) << i;
    return to;
  });
  return kept;
}

ListTable MergeLists(const ListTable& table, std::size_t first, std::size_t second) {
  ListTable merged = table;
  merged.lists[first] += "+" + merged.lists[second];
  for (OverlapCell& cell : merged.cells) {
    if ((cell.mask >> second & 1) != 0) cell.mask |= ListMask{1} << first;
  }
  const ListMask all = (ListMask{1} << table.lists.size()) - 1;
  return KeepLists(merged, all & ~(ListMask{1} << second));
}

Result<StratifiedLists> ReadLists(std::string_view csv, const std::string& place,
                                  const std::vector<std::string>& strata_columns) {
  const std::string_view header_line = csv.substr(0, csv.find('\n'));
  CsvReader reader(csv, place, GuessSeparator(header_line));
  std::vector<std::string> header;
  if (!TRY(reader.Next(header))) {
    return Fail(ErrorCode::kStructure, "the file is empty", place,
                "give a header of list names and a row for each overlap");
  }
  const Columns columns = TRY(ReadHeader(header, reader.Place(), strata_columns));
  const StrataRows strata = TRY(ReadRows(reader, columns));
  if (strata.empty()) {
    return Fail(ErrorCode::kStructure, "the file has a header and no rows", place,
                "give a row for each overlap");
  }
  TRY(CheckApplicable(strata, columns, place));
  StratifiedLists lists;
  lists.columns = strata_columns;
  Cells pooled;
  for (const auto& [values, rows] : strata) {
    lists.strata.push_back({values, MakeTable(columns.lists, rows.cells), rows.marked});
    for (const auto& [mask, interval] : rows.cells) {
      pooled[mask].lower += interval.lower;
      pooled[mask].upper += interval.upper;
    }
  }
  lists.pooled = MakeTable(columns.lists, pooled);
  if (lists.pooled.Observed() > kMaxListCount) {
    return Fail(ErrorCode::kLimit, "more than " + FormatNumber(kMaxListCount) + " persons", place,
                "count persons, not contacts");
  }
  return lists;
}

}  // namespace thb
