#include "statistics/snapshot.h"

#include <algorithm>
#include <bit>
#include <mutex>

#include "base/text.h"
#include "statistics/internal/levels.h"

namespace thb {

Result<Where> ParseWhere(std::string_view text) {
  Where where;
  if (Trim(text).empty()) return where;
  for (const std::string_view part : Split(text, ';')) {
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == part.size()) {
      return Fail(ErrorCode::kUsage, "not a filter: " + std::string(part), {},
                  "write dimension=code, joined by ; and several codes by +, as age=Y_LT18;sex=F");
    }
    const std::string dimension(Trim(part.substr(0, equals)));
    if (where.count(dimension) > 0) {
      return Fail(ErrorCode::kUsage, "dimension " + dimension + " is filtered twice", {},
                  "join its codes by +");
    }
    std::vector<std::string>& codes = where[dimension];
    for (const std::string_view code : Split(part.substr(equals + 1), '+')) {
      codes.emplace_back(Trim(code));
    }
    std::sort(codes.begin(), codes.end());
    codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  }
  return where;
}

std::string FormatWhere(const Where& where) {
  std::string out;
  for (const auto& [dimension, codes] : where) {
    if (!out.empty()) out += ';';
    out += dimension + "=" + Join(codes, "+");
  }
  return out;
}

LevelCache::LevelCache() = default;
LevelCache::LevelCache(const LevelCache&) {}
LevelCache& LevelCache::operator=(const LevelCache&) {
  by_slice_.clear();
  return *this;
}
LevelCache::LevelCache(LevelCache&& other) noexcept : by_slice_(std::move(other.by_slice_)) {}
LevelCache& LevelCache::operator=(LevelCache&& other) noexcept {
  by_slice_ = std::move(other.by_slice_);
  return *this;
}
LevelCache::~LevelCache() = default;

void LevelCache::Clear() {
  by_slice_.clear();
}

const SliceLevels& LevelCache::Get(const Snapshot& snapshot, const Dataset& dataset,
                                   const std::map<Key, SnapshotCell>& slice) {
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = by_slice_.find(&slice); found != by_slice_.end()) return *found->second;
  }
  // Sorted without the lock: readers of other slices go on. Who comes second drops its own.
  auto levels = std::make_unique<SliceLevels>(SortIntoLevels(snapshot, dataset, slice));
  const std::unique_lock lock(mutex_);
  return *by_slice_.try_emplace(&slice, std::move(levels)).first->second;
}

Snapshot::Snapshot(const Codes& codes, const Datasets& datasets)
    : codes_(&codes), datasets_(&datasets) {}

namespace {

std::pair<std::string, std::string> SliceOf(const Dataset& dataset, const Key& key) {
  const std::size_t geo = dataset.geo_index();
  return {geo == std::string::npos ? "" : key[geo], key[dataset.time_index()]};
}

}  // namespace

namespace {

constexpr char kTableSeparator = '+';

bool NamesTable(std::string_view tables, std::string_view table) {
  const auto names = Split(tables, kTableSeparator);
  return std::find(names.begin(), names.end(), table) != names.end();
}

std::string WithoutTable(std::string_view tables, std::string_view table) {
  std::string rest;
  for (const std::string_view name : Split(tables, kTableSeparator)) {
    if (name == table) continue;
    if (!rest.empty()) rest += kTableSeparator;
    rest += name;
  }
  return rest;
}

}  // namespace

Snapshot::SliceCells& Snapshot::Own(std::shared_ptr<SliceCells>& cells) {
  if (cells == nullptr) {
    cells = std::make_shared<SliceCells>();
    return *cells;
  }
  // Counting reads nothing that another thread did before it let go of the cells; taking a
  // reference does.
  const std::shared_ptr<SliceCells> taken = cells;
  if (taken.use_count() > 2) cells = std::make_shared<SliceCells>(*taken);
  return *cells;
}

bool Snapshot::IsSynthetic() const {
  return std::any_of(vintages.begin(), vintages.end(),
                     [](const Vintage& vintage) { return vintage.synthetic; });
}

void Snapshot::Put(const Dataset& dataset, SnapshotCell cell) {
  levels_.Clear();
  SliceCells& slice = Own(slices_[dataset.id][SliceOf(dataset, cell.key)]);
  // Several views hold one cell, the total: it stays while one of them has it.
  if (const auto before = slice.find(cell.key); before != slice.end()) {
    const std::string& earlier = before->second.table;
    const bool views = cell.table != dataset.id && earlier != dataset.id && !earlier.empty();
    if (views && !cell.table.empty() && !NamesTable(earlier, cell.table)) {
      cell.table = earlier + kTableSeparator + cell.table;
    }
  }
  Key key = cell.key;
  slice.insert_or_assign(std::move(key), std::move(cell));
}

template <typename InScope, typename Matches>
void Snapshot::EraseWhere(const Dataset& dataset, const InScope& in_scope, const Matches& matches) {
  levels_.Clear();
  const auto slices = slices_.find(dataset.id);
  if (slices == slices_.end()) return;
  for (auto& [slice_key, slice] : slices->second) {
    if (!in_scope(slice_key)) continue;
    if (std::any_of(slice->begin(), slice->end(), matches)) std::erase_if(Own(slice), matches);
  }
  std::erase_if(slices->second, [](const auto& entry) { return entry.second->empty(); });
}

void Snapshot::Erase(const Dataset& dataset, const Key& pattern) {
  const auto fits = [](const std::string& wanted, const std::string& code) {
    return wanted.empty() || wanted == code;
  };
  const auto scope = SliceOf(dataset, pattern);
  EraseWhere(
      dataset,
      [&](const SliceKey& slice) {
        return fits(scope.first, slice.first) && fits(scope.second, slice.second);
      },
      [&](const auto& entry) {
        return std::equal(pattern.begin(), pattern.end(), entry.first.begin(), fits);
      });
}

void Snapshot::EraseScope(const Dataset& dataset, std::string_view geo, std::string_view time,
                          std::string_view table) {
  // A whole dataset replaces whatever was there; a view only what came in the form of that view.
  const auto in_scope = [&](const SliceKey& slice) {
    return (geo == "*" || geo == slice.first) && (time == "*" || time == slice.second);
  };
  EraseWhere(dataset, in_scope,
             [&](const auto& entry) { return table == dataset.id || entry.second.table == table; });
  const auto slices = slices_.find(dataset.id);
  if (table == dataset.id || slices == slices_.end()) return;
  for (auto& [slice_key, slice] : slices->second) {
    if (!in_scope(slice_key)) continue;
    for (auto& [key, cell] : Own(slice)) cell.table = WithoutTable(cell.table, table);
  }
}

void Snapshot::ChangeCells(const Dataset& dataset,
                           const std::function<void(SnapshotCell&)>& change) {
  levels_.Clear();
  const auto slices = slices_.find(dataset.id);
  if (slices == slices_.end()) return;
  for (auto& [slice_key, slice] : slices->second) {
    for (auto& [key, cell] : Own(slice)) change(cell);
  }
}

std::set<std::string> Snapshot::Geos(std::string_view dataset) const {
  std::set<std::string> geos;
  const auto slices = slices_.find(dataset);
  if (slices == slices_.end()) return geos;
  for (const auto& [key, slice] : slices->second) geos.insert(key.first);
  return geos;
}

std::set<std::string> Snapshot::Times(std::string_view dataset) const {
  std::set<std::string> times;
  const auto slices = slices_.find(dataset);
  if (slices == slices_.end()) return times;
  for (const auto& [key, slice] : slices->second) times.insert(key.second);
  return times;
}

const std::map<Key, SnapshotCell>& Snapshot::Slice(std::string_view dataset, std::string_view geo,
                                                   std::string_view time) const {
  static const std::map<Key, SnapshotCell> kEmpty;
  const auto slices = slices_.find(dataset);
  if (slices == slices_.end()) return kEmpty;
  const auto slice = slices->second.find({std::string(geo), std::string(time)});
  return slice == slices->second.end() ? kEmpty : *slice->second;
}

bool Snapshot::IsForeign(std::int64_t vintage) const {
  const auto found = std::find_if(vintages.begin(), vintages.end(),
                                  [&](const Vintage& v) { return v.id == vintage; });
  return found != vintages.end() && found->foreign;
}

std::vector<SnapshotCell> Snapshot::Cells(const Dataset& dataset) const {
  if (dataset.is_view()) return ViewCells(dataset);
  std::vector<SnapshotCell> cells;
  const auto slices = slices_.find(dataset.id);
  if (slices == slices_.end()) return cells;
  for (const auto& [slice_key, slice] : slices->second) {
    for (const auto& [key, cell] : *slice) cells.push_back(cell);
  }
  std::sort(cells.begin(), cells.end(),
            [](const SnapshotCell& a, const SnapshotCell& b) { return a.key < b.key; });
  return cells;
}

namespace {

// Groups of citizens and what they consist of; below NAT, EU27_2020_FOR and NEU27_2020_FOR there
// are countries, which depend on the reporting state.
std::vector<std::string> CitizenParts(const std::string& group) {
  if (group == "TOTAL") return {"EU27_2020", "NEU27_2020", "STLS", "OTH", "NRP", "UNK"};
  if (group == "EU27_2020") return {"NAT", "EU27_2020_FOR"};
  if (group == "NEU27_2020") return {"NEU27_2020_FOR"};
  if (group == "FOR") return {"EU27_2020_FOR", "NEU27_2020_FOR"};
  return {};
}

bool IsCountryGroup(const std::string& code) {
  return code == "NAT" || code == "EU27_2020_FOR" || code == "NEU27_2020_FOR";
}

}  // namespace

bool Snapshot::HasParts(const Dimension& dimension, const std::string& code) const {
  if (dimension.codelist == "citizen") return IsCountryGroup(code) || !CitizenParts(code).empty();
  const CodeList* list = codes_->Find(dimension.codelist);
  return list != nullptr && !list->Children(code).empty();
}

std::vector<std::string> Snapshot::Cover(const Dimension& dimension, const std::string& code,
                                         const std::set<std::string>& stored,
                                         std::string_view geo) const {
  if (stored.count(code) > 0) return {code};
  std::vector<std::string> cover;
  if (dimension.codelist == "citizen" && IsCountryGroup(code)) {
    for (const std::string& candidate : stored) {
      if (IsCountryGroup(candidate) || !CitizenParts(candidate).empty()) continue;
      if (codes_->CitizenIn(candidate, code, geo)) cover.push_back(candidate);
    }
    return cover;
  }
  std::vector<std::string> parts;
  if (dimension.codelist == "citizen") {
    parts = CitizenParts(code);
    // The nationals of a reporting state outside the Union are no citizens of it.
    const bool outside = !geo.empty() && !codes_->IsMember("EU27_2020", geo);
    if (outside && code == "EU27_2020") std::erase(parts, "NAT");
    if (outside && code == "NEU27_2020") parts.emplace_back("NAT");
  } else if (const CodeList* list = codes_->Find(dimension.codelist)) {
    parts = list->Children(code);
  }
  for (const std::string& part : parts) {
    const auto below = Cover(dimension, part, stored, geo);
    cover.insert(cover.end(), below.begin(), below.end());
  }
  return cover;
}

Resolved Snapshot::Resolve(const Dataset& dataset, const Where& where, std::string_view geo,
                           std::string_view time) const {
  const auto& slice = Slice(dataset.id, geo, time);
  if (slice.empty()) return {};
  return ResolveInSlice(*this, dataset, where, geo, levels_.Get(*this, dataset, slice));
}

namespace {

// Every combination of the view's own codes; geo and time are filled in by the caller.
std::vector<Key> ViewKeys(const Dataset& view, const ViewSource& source) {
  std::vector<Key> keys = {Key(view.dimensions.size())};
  for (std::size_t i = 0; i < view.dimensions.size(); ++i) {
    const ViewDimension& rule = source.dimensions.at(view.dimensions[i].id);
    if (rule.base == "geo" || rule.base == "time") continue;
    std::vector<Key> next;
    for (const Key& key : keys) {
      if (rule.base.empty()) {
        next.push_back(key);
        next.back()[i] = rule.constant;
      }
      for (const auto& [code, base] : rule.codes) {
        next.push_back(key);
        next.back()[i] = code;
      }
    }
    keys = std::move(next);
  }
  return keys;
}

Where BaseWhere(const Dataset& view, const ViewSource& source, const Key& key) {
  Where where;
  for (const auto& [dimension, code] : source.fixed) where[dimension] = {code};
  for (std::size_t i = 0; i < view.dimensions.size(); ++i) {
    const ViewDimension& rule = source.dimensions.at(view.dimensions[i].id);
    if (rule.base.empty() || rule.codes.empty()) continue;
    for (const std::string_view code : Split(rule.codes.at(key[i]), '+')) {
      where[rule.base].emplace_back(code);
    }
  }
  return where;
}

// Whether a view's code takes in another one of ours: another sex goes to unknown, with flag d.
bool HoldsMore(const Dataset& base, const Where& where, const Resolved& resolved) {
  for (const auto& [dimension, codes] : where) {
    if (codes.size() < 2) continue;
    const std::size_t index = *base.IndexOf(dimension);
    for (const SnapshotCell* cell : resolved.cells) {
      const bool counts = cell->cell.state != CellState::kValue || cell->cell.value > 0;
      if (counts && cell->key[index] != codes.front()) return true;
    }
  }
  return false;
}

std::optional<SnapshotCell> ViewCell(Key key, const Resolved& resolved) {
  if (resolved.kind == Resolved::Kind::kNotReported) return std::nullopt;
  SnapshotCell cell;
  cell.key = std::move(key);
  if (!resolved.cells.empty()) {
    cell.vintage = resolved.cells.front()->vintage;
    cell.place = resolved.cells.front()->place;
    cell.method = resolved.cells.front()->method;
  }
  if (resolved.kind == Resolved::Kind::kNoBreakdown || resolved.missing) {
    const auto part = std::find_if(resolved.cells.begin(), resolved.cells.end(),
                                   [](const SnapshotCell* c) { return !c->cell.reason.empty(); });
    cell.cell = Cell::Missing(part == resolved.cells.end() ? "not_sent" : (*part)->cell.reason);
  } else if (resolved.suppressed) {
    cell.cell = Cell::Suppressed(resolved.lower, resolved.bounded ? resolved.upper : -1,
                                 MergeFlags(resolved.flags));
  } else {
    cell.cell = Cell::Value(resolved.value, MergeFlags(resolved.flags));
  }
  return cell;
}

}  // namespace

void Snapshot::AppendSourceCells(const Dataset& view, const ViewSource& source,
                                 std::vector<SnapshotCell>& out) const {
  const Dataset* base = datasets_->Find(source.dataset);
  const std::vector<Key> keys = ViewKeys(view, source);
  const auto slices = slices_.find(source.dataset);
  if (slices == slices_.end()) return;
  for (const auto& [slice_key, slice] : slices->second) {
    for (Key key : keys) {
      const Where where = BaseWhere(view, source, key);
      Resolved resolved = Resolve(*base, where, slice_key.first, slice_key.second);
      if (HoldsMore(*base, where, resolved)) resolved.flags += 'd';
      key[view.geo_index()] = slice_key.first;
      key[view.time_index()] = slice_key.second;
      if (auto cell = ViewCell(std::move(key), resolved)) out.push_back(std::move(*cell));
    }
  }
}

std::vector<SnapshotCell> Snapshot::ViewCells(const Dataset& view) const {
  std::vector<SnapshotCell> cells;
  for (const ViewSource& source : view.sources) AppendSourceCells(view, source, cells);
  std::sort(cells.begin(), cells.end(),
            [](const SnapshotCell& a, const SnapshotCell& b) { return a.key < b.key; });
  return cells;
}

}  // namespace thb
