#include "web/internal/crosstab.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace thb {
namespace {

constexpr const char* kUnionCode = "EU27_2020";

std::vector<std::string> DimensionNames(const Dataset& dataset) {
  std::vector<std::string> names;
  for (const Dimension& dimension : dataset.dimensions) names.push_back(dimension.id);
  return names;
}

Result<const Dimension*> FindDimension(const Dataset& dataset, const std::string& id) {
  const auto index = dataset.IndexOf(id);
  if (!index) {
    return Fail(ErrorCode::kUsage, "no dimension " + id, dataset.id,
                "choose one of " + Join(DimensionNames(dataset), ", "));
  }
  return &dataset.dimensions[*index];
}

Result<void> CheckFilters(const Codes& codes, const Dataset& dataset, const Where& filters) {
  for (const auto& [id, chosen] : filters) {
    const Dimension& dimension = *TRY(FindDimension(dataset, id));
    for (const std::string& code : chosen) {
      if (id == "time") {
        TRY(ParsePeriod(code));
        continue;
      }
      TRY(codes.Find(dimension.codelist)->Check(code, id));
    }
  }
  return {};
}

// What one place of a table adds up: states, years and a filter for the rest.
struct Parts {
  std::vector<std::string> geos;
  std::vector<std::string> times;
  Where where;
};

Parts PartsOf(const Codes& codes, const Dataset& dataset, Where where) {
  Parts parts;
  if (dataset.geo_index() == std::string::npos) {
    parts.geos = {""};
  } else if (const auto geo = where.find("geo"); geo != where.end()) {
    for (const std::string& code : geo->second) {
      const auto members = codes.Members(code);
      if (members.empty()) parts.geos.push_back(code);
      parts.geos.insert(parts.geos.end(), members.begin(), members.end());
    }
  } else {
    parts.geos = codes.Members(kUnionCode);
  }
  if (const auto time = where.find("time"); time != where.end()) parts.times = time->second;
  where.erase("geo");
  where.erase("time");
  parts.where = std::move(where);
  return parts;
}

// Adds cells up with their states apart.
class Sum {
 public:
  void Miss(const std::string& reason) {
    ++parts_;
    ++missing_;
    reason_ = reason;
  }

  void Add(double value, double lower, double upper, bool bounded, bool suppressed,
           const std::string& flags) {
    ++parts_;
    any_ = true;
    value_ += value;
    lower_ += lower;
    upper_ += upper;
    bounded_ &= bounded;
    suppressed_ |= suppressed;
    flags_ += flags;
  }

  CrosstabCell Finish() const {
    CrosstabCell result;
    result.parts = parts_;
    result.missing = missing_;
    if (!any_) {
      result.cell = Cell::Missing(parts_ == 1 && !reason_.empty() ? reason_ : "not_sent");
      return result;
    }
    const std::string flags = MergeFlags(flags_);
    result.cell = suppressed_ ? Cell::Suppressed(lower_, bounded_ ? upper_ : -1, flags)
                              : Cell::Value(value_, flags);
    return result;
  }

 private:
  std::size_t parts_ = 0;
  std::size_t missing_ = 0;
  std::string reason_;
  bool any_ = false;
  double value_ = 0;
  double lower_ = 0;
  double upper_ = 0;
  bool bounded_ = true;
  bool suppressed_ = false;
  std::string flags_;
};

CrosstabCell SumOfDataset(const Snapshot& snapshot, const Dataset& dataset, const Parts& parts) {
  Sum sum;
  for (const std::string& geo : parts.geos) {
    for (const std::string& time : parts.times) {
      const Resolved part = snapshot.Resolve(dataset, parts.where, geo, time);
      if (part.kind != Resolved::Kind::kValue) {
        sum.Miss(part.cells.empty() ? "" : part.cells.front()->cell.reason);
      } else {
        sum.Add(part.value, part.lower, part.upper, part.bounded, part.suppressed, part.flags);
      }
    }
  }
  return sum.Finish();
}

// A view's cells are derived once for a table.
using ViewCells = std::map<Key, const SnapshotCell*>;

// Every key of a view that a place adds up; the total where nothing is asked for.
std::vector<Key> KeysOf(const Dataset& view, const Parts& parts) {
  std::vector<Key> keys = {{}};
  for (std::size_t i = 0; i < view.dimensions.size(); ++i) {
    const Dimension& dimension = view.dimensions[i];
    std::vector<std::string> codes;
    if (i == view.geo_index()) {
      codes = parts.geos;
    } else if (i == view.time_index()) {
      codes = parts.times;
    } else if (const auto asked = parts.where.find(dimension.id); asked != parts.where.end()) {
      codes = asked->second;
    } else {
      codes = {dimension.total};
    }
    std::vector<Key> longer;
    for (const Key& key : keys) {
      for (const std::string& code : codes) {
        longer.push_back(key);
        longer.back().push_back(code);
      }
    }
    keys = std::move(longer);
  }
  return keys;
}

CrosstabCell SumOfView(const ViewCells& cells, const Dataset& view, const Parts& parts) {
  Sum sum;
  for (const Key& key : KeysOf(view, parts)) {
    const auto found = cells.find(key);
    if (found == cells.end() || found->second->cell.state == CellState::kMissing) {
      sum.Miss(found == cells.end() ? "" : found->second->cell.reason);
      continue;
    }
    const Cell& cell = found->second->cell;
    const bool suppressed = cell.state == CellState::kSuppressed;
    sum.Add(cell.value, suppressed ? cell.lower : cell.value,
            suppressed ? std::max(0.0, cell.upper) : cell.value, !suppressed || cell.upper >= 0,
            suppressed, cell.flags);
  }
  return sum.Finish();
}

std::vector<std::string> YearsIn(const std::vector<std::string>& stored,
                                 const std::optional<Period>& period) {
  std::vector<std::string> times;
  for (const std::string& time : stored) {
    const auto year = ParseInt(time);
    if (!period || (year && *year >= period->first && *year <= period->last)) times.push_back(time);
  }
  return times;
}

// The codes of an axis where none is chosen. Citizenships are many: their groups stand for them.
std::vector<std::string> AxisCodes(const Codes& codes, const Dimension& dimension,
                                   const std::vector<std::string>& stored, bool is_view) {
  if (dimension.id != "citizen" || is_view) {
    if (dimension.id != "geo") return stored;
    std::vector<std::string> geos = stored;
    if (std::find(geos.begin(), geos.end(), kUnionCode) == geos.end()) {
      geos.insert(geos.begin(), kUnionCode);
    }
    return geos;
  }
  const std::vector<std::string> groups = {
      "TOTAL", "NAT", "EU27_2020_FOR", "NEU27_2020_FOR", "STLS", "OTH", "UNK"};
  std::vector<std::string> known;
  const CodeList* list = codes.Find(dimension.codelist);
  for (const std::string& group : groups) {
    if (list->Find(group) != nullptr) known.push_back(group);
  }
  return known;
}

Result<std::vector<std::string>> CodesOfAxis(
    const Codes& codes, const std::map<std::string, std::vector<std::string>>& stored,
    const CrosstabQuery& query, const std::string& id) {
  const Dimension& dimension = *TRY(FindDimension(*query.dataset, id));
  if (const auto chosen = query.filters.find(id); chosen != query.filters.end()) {
    return chosen->second;
  }
  const auto found = stored.find(id);
  const std::vector<std::string> held =
      found == stored.end() ? std::vector<std::string>() : found->second;
  if (id == "time") return YearsIn(held, query.period);
  return AxisCodes(codes, dimension, held, query.dataset->is_view());
}

bool SaysNothing(const CrosstabCell& place) {
  return place.cell.state == CellState::kMissing && place.cell.reason == "not_sent";
}

// Figures of agencies are of years, halves and windows of years, each measure in its own: a period
// that the table has no figure of would read as if it had not been sent.
void DropEmptyTimes(Crosstab& table) {
  if (table.query.columns == "time") {
    for (std::size_t column = table.column_codes.size(); column-- > 0;) {
      const auto at = static_cast<std::ptrdiff_t>(column);
      const bool empty = std::all_of(table.cells.begin(), table.cells.end(),
                                     [&](const auto& row) { return SaysNothing(row[column]); });
      if (!empty) continue;
      table.column_codes.erase(table.column_codes.begin() + at);
      for (auto& row : table.cells) row.erase(row.begin() + at);
    }
  } else if (table.query.rows == "time") {
    for (std::size_t row = table.row_codes.size(); row-- > 0;) {
      if (!std::all_of(table.cells[row].begin(), table.cells[row].end(), SaysNothing)) continue;
      table.row_codes.erase(table.row_codes.begin() + static_cast<std::ptrdiff_t>(row));
      table.cells.erase(table.cells.begin() + static_cast<std::ptrdiff_t>(row));
    }
  }
}

}  // namespace

std::map<std::string, std::vector<std::string>> StoredCodes(const Codes& codes,
                                                            const Snapshot& snapshot,
                                                            const Dataset& dataset) {
  std::vector<std::set<std::string>> seen(dataset.dimensions.size());
  const auto see = [&](const Key& key) {
    for (std::size_t i = 0; i < key.size(); ++i) seen[i].insert(key[i]);
  };
  if (dataset.is_view()) {
    for (const SnapshotCell& cell : snapshot.Cells(dataset)) see(cell.key);
  } else {
    auto geos = snapshot.Geos(dataset.id);
    if (dataset.geo_index() == std::string::npos) geos = {""};
    for (const std::string& geo : geos) {
      for (const std::string& time : snapshot.Times(dataset.id)) {
        for (const auto& [key, cell] : snapshot.Slice(dataset.id, geo, time)) see(key);
      }
    }
  }
  std::map<std::string, std::vector<std::string>> stored;
  for (std::size_t i = 0; i < dataset.dimensions.size(); ++i) {
    const Dimension& dimension = dataset.dimensions[i];
    std::vector<std::string>& list = stored[dimension.id];
    if (dimension.codelist.empty()) {
      list.assign(seen[i].begin(), seen[i].end());
      continue;
    }
    for (const Code& code : codes.Find(dimension.codelist)->codes()) {
      if (seen[i].count(code.id) > 0 || code.id == dimension.total) list.push_back(code.id);
    }
  }
  return stored;
}

void CompleteFilters(const std::map<std::string, std::vector<std::string>>& stored,
                     CrosstabQuery& query) {
  for (const Dimension& dimension : query.dataset->dimensions) {
    const bool free = !dimension.total.empty() || dimension.id == "geo" || dimension.id == "time" ||
                      dimension.id == query.rows || dimension.id == query.columns ||
                      query.filters.count(dimension.id) > 0;
    if (free) continue;
    const auto held = stored.find(dimension.id);
    if (held == stored.end() || held->second.empty()) continue;
    query.filters[dimension.id] = {held->second.front()};
  }
}

Where Crosstab::At(std::size_t row, std::size_t column) const {
  Where where = query.filters;
  where[query.rows] = {row_codes[row]};
  where[query.columns] = {column_codes[column]};
  return where;
}

Result<Crosstab> MakeCrosstab(const Codes& codes, const Snapshot& snapshot,
                              const std::map<std::string, std::vector<std::string>>& stored,
                              CrosstabQuery query) {
  const Dataset& dataset = *query.dataset;
  TRY(CheckFilters(codes, dataset, query.filters));
  if (query.rows == query.columns) {
    TRY(FindDimension(dataset, query.rows));
    return Fail(ErrorCode::kUsage, "rows and columns are both " + query.rows, "cols",
                "choose two dimensions of " + Join(DimensionNames(dataset), ", "));
  }
  Crosstab table;
  table.row_codes = TRY(CodesOfAxis(codes, stored, query, query.rows));
  table.column_codes = TRY(CodesOfAxis(codes, stored, query, query.columns));
  if (table.row_codes.size() * table.column_codes.size() > kMaxCrosstabCells) {
    return Fail(ErrorCode::kLimit,
                "the table would have more than " + std::to_string(kMaxCrosstabCells) + " cells",
                dataset.id, "choose fewer codes in the rows or columns");
  }
  const bool time_is_axis = query.rows == "time" || query.columns == "time";
  if (!time_is_axis && query.filters.count("time") == 0) {
    const auto held = stored.find("time");
    if (held != stored.end()) query.filters["time"] = YearsIn(held->second, query.period);
  }
  table.query = std::move(query);
  std::vector<SnapshotCell> view_cells;
  ViewCells by_key;
  if (dataset.is_view()) {
    view_cells = snapshot.Cells(dataset);
    for (const SnapshotCell& cell : view_cells) by_key.emplace(cell.key, &cell);
  }
  for (std::size_t row = 0; row < table.row_codes.size(); ++row) {
    std::vector<CrosstabCell>& cells = table.cells.emplace_back();
    for (std::size_t column = 0; column < table.column_codes.size(); ++column) {
      const Parts parts = PartsOf(codes, dataset, table.At(row, column));
      cells.push_back(dataset.is_view() ? SumOfView(by_key, dataset, parts)
                                        : SumOfDataset(snapshot, dataset, parts));
    }
  }
  const bool windows = dataset.geo_index() == std::string::npos;
  if (windows && table.query.filters.count("time") == 0) DropEmptyTimes(table);
  return table;
}

Result<std::vector<SnapshotCell>> CellsBehind(const Codes& codes, const Snapshot& snapshot,
                                              const Dataset& dataset, const Where& where) {
  TRY(CheckFilters(codes, dataset, where));
  const Parts parts = PartsOf(codes, dataset, where);
  std::vector<SnapshotCell> cells;
  if (dataset.is_view()) {
    const std::vector<SnapshotCell> all = snapshot.Cells(dataset);
    ViewCells by_key;
    for (const SnapshotCell& cell : all) by_key.emplace(cell.key, &cell);
    for (const Key& key : KeysOf(dataset, parts)) {
      const auto found = by_key.find(key);
      if (found != by_key.end()) cells.push_back(*found->second);
    }
    return cells;
  }
  for (const std::string& geo : parts.geos) {
    for (const std::string& time : parts.times) {
      for (const SnapshotCell* cell : snapshot.Resolve(dataset, parts.where, geo, time).cells) {
        cells.push_back(*cell);
      }
    }
  }
  return cells;
}

std::vector<SnapshotCell> ToCells(const Crosstab& table) {
  const Dataset& dataset = *table.query.dataset;
  std::vector<SnapshotCell> cells;
  for (std::size_t row = 0; row < table.row_codes.size(); ++row) {
    for (std::size_t column = 0; column < table.column_codes.size(); ++column) {
      const Where where = table.At(row, column);
      SnapshotCell cell;
      for (const Dimension& dimension : dataset.dimensions) {
        const auto asked = where.find(dimension.id);
        if (asked != where.end()) {
          cell.key.push_back(Join(asked->second, "+"));
        } else {
          cell.key.push_back(dimension.id == "geo" ? kUnionCode : dimension.total);
        }
      }
      const CrosstabCell& place = table.cells[row][column];
      cell.cell = place.cell;
      const bool partial = place.missing > 0 && cell.cell.state != CellState::kMissing;
      if (partial) cell.cell.flags = MergeFlags(cell.cell.flags + "d");
      cells.push_back(std::move(cell));
    }
  }
  return cells;
}

}  // namespace thb
