// Applies a mapping to the rows of a table.

#include <algorithm>
#include <unordered_map>

#include "base/text.h"
#include "codes/names.h"
#include "exchange/internal/mapping.h"
#include "exchange/internal/table_builder.h"

namespace thb {
namespace {

constexpr std::size_t kAbsent = std::string::npos;
constexpr std::string_view kGeoCode = "@geo";        // the reporting country of the row
constexpr std::string_view kSenderCode = "@sender";  // the country that sends the file

// What a text of a column means in a dimension: a code, or a reason to skip the row.
struct Resolution {
  std::string code;
  std::string skip;
};

// The rows of the file that share a key; in a return, each row by itself.
struct KeyGroup {
  std::vector<std::size_t> rows;
};

// A route with its columns located and its texts resolved once each.
struct BoundRule {
  const DimensionRule* rule = nullptr;  // null: the total
  const Dimension* dimension = nullptr;
  std::size_t column = kAbsent;
  std::unordered_map<std::string, Resolution> resolved;
};

struct BoundRoute {
  const Route* route = nullptr;
  std::vector<std::pair<std::size_t, const std::vector<std::string>*>> when;
  const Dataset* dataset = nullptr;
  std::vector<BoundRule> rules;  // in the order of the dataset's dimensions
};

// A cell of the outcome: which groups of rows fall on it.
struct PlacedCell {
  std::size_t route = 0;
  Key key;
  std::vector<std::size_t> groups;
};

bool EqualsNoCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

class MappedReader {
 public:
  MappedReader(const Grid& grid, std::size_t header, const Mapping& mapping,
               const ReadContext& context)
      : grid_(grid), header_(header), mapping_(mapping), context_(context) {}

  Result<ParsedFile> Read();

 private:
  Result<void> ReadHeader();
  Result<void> CheckFormulas() const;
  void BindRoutes();
  Result<void> GroupRows();
  std::string RawKey(std::size_t row) const;
  Result<void> PlaceGroup(std::size_t group);
  const BoundRoute* RouteOf(std::size_t row) const;
  Result<std::optional<Key>> KeyOf(BoundRoute& route, std::size_t row, std::string& skip);
  Result<Resolution> Resolve(BoundRule& rule, std::string_view text, std::size_t row);
  std::optional<std::string> LookUp(const BoundRule& rule, std::string_view text) const;
  Result<Cell> CellOf(std::size_t row) const;
  Result<void> BuildCells();
  Cell ConflictOf(const PlacedCell& placed) const;
  void ReportRepeated(const KeyGroup& group, const std::string& key);
  void ReportAmbiguous(const PlacedCell& placed);
  std::string NameOf(const PlacedCell& placed) const;
  std::size_t ColumnOf(const std::string& name) const;

  const Grid& grid_;
  std::size_t header_;
  const Mapping& mapping_;
  const ReadContext& context_;
  std::vector<std::string> columns_;
  std::vector<std::size_t> key_columns_;
  std::size_t value_column_ = kAbsent;
  std::size_t flag_column_ = kAbsent;
  std::vector<BoundRoute> routes_;
  std::vector<KeyGroup> groups_;
  std::vector<PlacedCell> placed_;  // in the order of the file
  std::unordered_map<std::string, std::size_t> placed_by_key_;
  SkipCounter skips_;
  ParsedFile file_;
};

std::size_t MappedReader::ColumnOf(const std::string& name) const {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  return found == columns_.end() ? kAbsent : static_cast<std::size_t>(found - columns_.begin());
}

Result<ParsedFile> MappedReader::Read() {
  TRY(ReadHeader());
  TRY(CheckFormulas());
  BindRoutes();
  TRY(GroupRows());
  for (std::size_t group = 0; group < groups_.size(); ++group) TRY(PlaceGroup(group));
  TRY(BuildCells());
  MergeSkipped(file_, skips_.Take());
  file_.mapping = mapping_.id;
  file_.collection = mapping_.collection;
  file_.form_counting = mapping_.form_counting;
  file_.foreign = mapping_.foreign;
  return std::move(file_);
}

Result<void> MappedReader::ReadHeader() {
  for (const std::string_view cell : grid_.Row(header_)) columns_.emplace_back(Trim(cell));
  TRY(CheckDistinct(columns_, grid_.Place(header_)));
  value_column_ = ColumnOf(mapping_.value);
  flag_column_ = mapping_.flag.empty() ? kAbsent : ColumnOf(mapping_.flag);
  std::vector<std::string> known = mapping_.signature;
  known.insert(known.end(), mapping_.optional.begin(), mapping_.optional.end());
  known.insert(known.end(), mapping_.ignored.begin(), mapping_.ignored.end());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::string& name = columns_[i];
    // A column that a return has and the mapping does not know would be lost without a word. In a
    // foreign table it takes part in the key.
    if (!mapping_.foreign && !name.empty() &&
        std::find(known.begin(), known.end(), name) == known.end()) {
      const auto nearest = Nearest(name, known);
      return Fail(ErrorCode::kStructure, "column \"" + name.substr(0, 80) + "\" is not in the form",
                  grid_.Place(header_),
                  nearest ? "did you mean " + *nearest + "?" : "remove the column");
    }
    if (std::find(mapping_.not_in_key.begin(), mapping_.not_in_key.end(), name) ==
        mapping_.not_in_key.end()) {
      key_columns_.push_back(i);
    }
  }
  return {};
}

// A foreign table is taken as its author saved it; a return must say its figures itself.
Result<void> MappedReader::CheckFormulas() const {
  for (const FormulaCell& formula : grid_.formulas()) {
    const bool inside = formula.row >= grid_.Number(header_) && formula.column < columns_.size();
    if (!inside || (mapping_.foreign && formula.has_value)) continue;
    return Fail(ErrorCode::kUnsupported,
                "cell " + CellName(formula.row, formula.column) + " holds a formula", grid_.place(),
                "paste the figures as values");
  }
  return {};
}

void MappedReader::BindRoutes() {
  for (const Route& route : mapping_.routes) {
    BoundRoute bound;
    bound.route = &route;
    for (const auto& [column, texts] : route.when)
      bound.when.emplace_back(ColumnOf(column), &texts);
    bound.dataset = context_.datasets.Find(route.dataset);
    if (bound.dataset != nullptr) {
      for (const Dimension& dimension : bound.dataset->dimensions) {
        BoundRule rule;
        rule.dimension = &dimension;
        const auto found = route.dimensions.find(dimension.id);
        if (found != route.dimensions.end()) {
          rule.rule = &found->second;
          if (!rule.rule->column.empty()) rule.column = ColumnOf(rule.rule->column);
        }
        bound.rules.push_back(std::move(rule));
      }
    }
    routes_.push_back(std::move(bound));
  }
}

std::string MappedReader::RawKey(std::size_t row) const {
  std::string key;
  for (const std::size_t column : key_columns_) {
    key += grid_.At(row, column);
    key += '\x1f';  // the unit separator stands in no spreadsheet
  }
  return key;
}

Result<void> MappedReader::GroupRows() {
  std::unordered_map<std::string, std::size_t> group_of;
  for (std::size_t row = header_ + 1; row < grid_.rows(); ++row) {
    const auto cells = grid_.Row(row);
    if (std::all_of(cells.begin(), cells.end(), [](auto cell) { return Trim(cell).empty(); })) {
      continue;
    }
    ++file_.rows_read;
    if (!mapping_.foreign) {
      TRY(CheckRecord(grid_, row, columns_));
      groups_.push_back({{row}});
      continue;
    }
    const auto [entry, added] = group_of.emplace(RawKey(row), groups_.size());
    if (added) groups_.emplace_back();
    groups_[entry->second].rows.push_back(row);
  }
  return {};
}

const BoundRoute* MappedReader::RouteOf(std::size_t row) const {
  for (const BoundRoute& route : routes_) {
    const bool fits = std::all_of(route.when.begin(), route.when.end(), [&](const auto& condition) {
      const std::string_view text = Trim(grid_.At(row, condition.first));
      return std::any_of(condition.second->begin(), condition.second->end(),
                         [&](const std::string& wanted) { return EqualsNoCase(text, wanted); });
    });
    if (fits) return &route;
  }
  return nullptr;
}

// The rows of a group differ in the value only, so the first speaks for all.
Result<void> MappedReader::PlaceGroup(std::size_t group) {
  const KeyGroup& rows = groups_[group];
  const std::size_t row = rows.rows.front();
  const BoundRoute* found = RouteOf(row);
  std::string skip;
  std::optional<Key> key;
  if (found == nullptr) {
    if (!mapping_.foreign) {
      return Fail(ErrorCode::kUnknownCode, "no table of the form fits this row", grid_.Place(row),
                  "see docs/formats/return-template.md for the tables");
    }
    skip = "no route of the mapping fits";
  } else if (found->dataset == nullptr) {
    skip = found->route->skip;
  } else {
    key = TRY(KeyOf(routes_[static_cast<std::size_t>(found - routes_.data())], row, skip));
  }
  if (!key) {
    if (rows.rows.size() > 1) ReportRepeated(rows, grid_.Place(row));
    skips_.Add(skip, grid_.Place(row), rows.rows.size());
    return {};
  }
  const auto route = static_cast<std::size_t>(found - routes_.data());
  const std::string name = found->dataset->id + ":" + JoinKey(*key);
  if (rows.rows.size() > 1) {
    ReportRepeated(rows, found->dataset->id + ":" + DescribeKey(*found->dataset, *key));
  }
  if (mapping_.foreign) {
    const auto [entry, added] = placed_by_key_.emplace(name, placed_.size());
    if (!added) {
      placed_[entry->second].groups.push_back(group);
      return {};
    }
  }
  placed_.push_back({route, *std::move(key), {group}});
  return {};
}

Result<std::optional<Key>> MappedReader::KeyOf(BoundRoute& route, std::size_t row,
                                               std::string& skip) {
  Key key;
  for (BoundRule& rule : route.rules) {
    if (rule.rule == nullptr) {
      key.push_back(rule.dimension->total);
      continue;
    }
    if (rule.rule->column.empty()) {
      key.push_back(rule.rule->constant);
      continue;
    }
    const std::string_view text =
        rule.column == kAbsent ? std::string_view() : Trim(grid_.At(row, rule.column));
    auto resolution = TRY(Resolve(rule, text, row));
    if (!resolution.skip.empty()) {
      skip = resolution.skip;
      return std::nullopt;
    }
    key.push_back(std::move(resolution.code));
  }
  // "@geo" needs the country, which may come later in the key.
  const std::size_t geo = route.dataset->geo_index();
  for (std::string& code : key) {
    if (code == kGeoCode && geo != std::string::npos) code = key[geo];
  }
  return key;
}

Result<Resolution> MappedReader::Resolve(BoundRule& rule, std::string_view text, std::size_t row) {
  const std::string key(text);
  if (const auto known = rule.resolved.find(key); known != rule.resolved.end()) {
    return known->second;
  }
  Resolution resolution;
  const auto code = LookUp(rule, text);
  if (code && StartsWith(*code, "!")) {
    resolution.skip = code->substr(1);
  } else if (code) {
    resolution.code = *code;
  } else if (mapping_.foreign) {
    resolution.skip = "no code of " + rule.dimension->id + " for " + rule.rule->column + " \"" +
                      key.substr(0, 80) + "\"";
  } else if (text.empty()) {
    return Fail(ErrorCode::kStructure, "no " + rule.rule->column + " is given", grid_.Place(row),
                rule.rule->empty == kSenderCode ? "fill it in or give --sender" : "fill it in");
  } else if (const CodeList* list = context_.codes.Find(rule.dimension->codelist)) {
    TRY(list->Check(text, grid_.Place(row)));
  }
  rule.resolved.emplace(key, resolution);
  return resolution;
}

std::optional<std::string> MappedReader::LookUp(const BoundRule& rule,
                                                std::string_view text) const {
  if (text.empty() && !rule.rule->empty.empty()) {
    if (rule.rule->empty != kSenderCode) return rule.rule->empty;
    if (context_.options.sender.empty()) return std::nullopt;
    return context_.options.sender;
  }
  const std::string lower = ToLowerAscii(text);
  if (!rule.rule->recode.empty()) {
    const Recode& recode = mapping_.recodes.at(rule.rule->recode);
    auto found = recode.find(text);
    if (found == recode.end()) found = recode.find(lower);
    if (found != recode.end()) return found->second;
  }
  const CodeList* list = context_.codes.Find(rule.dimension->codelist);
  if (list == nullptr) return text.empty() ? std::nullopt : std::optional(std::string(text));
  for (const std::string& lookup : rule.rule->lookups) {
    std::optional<std::string> code;
    if (lookup == "iso3") code = CountryFromIso3(text);
    if (lookup == "country" && !text.empty()) code = CountryFromName(text);
    if (lookup == "codelist") {
      for (const Code& candidate : list->codes()) {
        if (text == candidate.id || lower == ToLowerAscii(candidate.id) ||
            lower == ToLowerAscii(candidate.en) || lower == ToLowerAscii(candidate.nl)) {
          code = candidate.id;
          break;
        }
      }
    }
    if (code && list->Find(*code) != nullptr) return code;
  }
  return std::nullopt;
}

// "1757" of "1,757"; other texts as they are.
std::string WithoutThousands(std::string_view text, const std::string& separator) {
  const std::string whole(text);
  if (separator.empty() || text.find(separator) == std::string_view::npos) return whole;
  std::string digits;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find(separator, begin);
    const std::string_view group =
        text.substr(begin, end == std::string_view::npos ? end : end - begin);
    const bool fits = begin == 0 ? !group.empty() && group.size() <= 3 : group.size() == 3;
    if (!fits || group.find_first_not_of("0123456789") != std::string_view::npos) return whole;
    digits += group;
    if (end == std::string_view::npos) return digits;
    begin = end + separator.size();
  }
}

Result<Cell> MappedReader::CellOf(std::size_t row) const {
  const std::string_view value = Trim(grid_.At(row, value_column_));
  const std::string_view flags =
      flag_column_ == kAbsent ? std::string_view() : grid_.At(row, flag_column_);
  const std::string key(value);
  CellText text;
  text.flags = flags;
  std::string lower;
  std::string upper;
  const std::string digits = WithoutThousands(value, mapping_.thousands);
  if (const auto bounds = mapping_.suppressed.find(key); bounds != mapping_.suppressed.end()) {
    lower = FormatNumber(bounds->second.first);
    if (bounds->second.second >= 0) upper = FormatNumber(bounds->second.second);
    text.lower = lower;
    text.upper = upper;
    if (flags.empty()) text.flags = "c";
  } else if (const auto reason = mapping_.missing.find(key); reason != mapping_.missing.end()) {
    text.reason = reason->second;
  } else {
    text.value = digits;
  }
  return ReadCell(text, context_.codes, grid_.Place(row));
}

Result<void> MappedReader::BuildCells() {
  std::map<std::string, TableBuilder> builders;
  std::vector<std::string> order;
  for (const PlacedCell& placed : placed_) {
    const Dataset& dataset = *routes_[placed.route].dataset;
    auto builder = builders.find(dataset.id);
    if (builder == builders.end()) {
      builder = builders.emplace(dataset.id, TableBuilder(dataset, context_)).first;
      order.push_back(dataset.id);
    }
    const std::vector<std::size_t>& rows = groups_[placed.groups.front()].rows;
    // Every value is held to the rules, those of a conflict too.
    for (const std::size_t group : placed.groups) {
      for (const std::size_t row : groups_[group].rows) TRY(CellOf(row));
    }
    const bool single = placed.groups.size() == 1 && rows.size() == 1;
    if (placed.groups.size() > 1) ReportAmbiguous(placed);
    const Cell cell = single ? TRY(CellOf(rows.front())) : ConflictOf(placed);
    const std::vector<std::string_view> codes(placed.key.begin(), placed.key.end());
    TRY(builder->second.AddCell(codes, cell, grid_.Place(rows.front())));
  }
  for (const std::string& id : order) builders.at(id).MoveInto(file_);
  return {};
}

Cell MappedReader::ConflictOf(const PlacedCell& placed) const {
  std::vector<std::size_t> rows;
  for (const std::size_t group : placed.groups) {
    rows.insert(rows.end(), groups_[group].rows.begin(), groups_[group].rows.end());
  }
  std::sort(rows.begin(), rows.end());
  Cell cell = Cell::Missing("conflict");
  for (const std::size_t row : rows) {
    // The mark between candidates cannot stand inside one.
    cell.candidates.push_back(ReplaceAll(Trim(grid_.At(row, value_column_)), "|", "/"));
  }
  return cell;
}

void MappedReader::ReportRepeated(const KeyGroup& group, const std::string& key) {
  std::vector<std::string> numbers;
  std::vector<std::string> values;
  for (const std::size_t row : group.rows) {
    numbers.push_back(std::to_string(grid_.Number(row)));
    values.emplace_back(Trim(grid_.At(row, value_column_)));
  }
  file_.findings.push_back({"duplicate_key", Severity::kWarning, key,
                            "rows " + Join(numbers, ", ") + " have the same key and the values " +
                                Join(values, ", ") + "; none is loaded"});
}

void MappedReader::ReportAmbiguous(const PlacedCell& placed) {
  std::vector<std::string> rows;
  for (const std::size_t group : placed.groups) {
    for (const std::size_t row : groups_[group].rows) {
      rows.push_back(std::to_string(grid_.Number(row)) + " (" +
                     std::string(Trim(grid_.At(row, value_column_))) + ")");
    }
  }
  file_.findings.push_back(
      {"ambiguous_key", Severity::kWarning, NameOf(placed),
       "rows " + Join(rows, ", ") + " have different keys that mean one cell; none is loaded"});
}

std::string MappedReader::NameOf(const PlacedCell& placed) const {
  const Dataset& dataset = *routes_[placed.route].dataset;
  return dataset.id + ":" + DescribeKey(dataset, placed.key);
}

}  // namespace

Result<ParsedFile> ReadMappedTable(const Grid& grid, std::size_t header, const Mapping& mapping,
                                   const ReadContext& context) {
  return MappedReader(grid, header, mapping, context).Read();
}

}  // namespace thb
