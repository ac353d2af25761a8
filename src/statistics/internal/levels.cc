#include "statistics/internal/levels.h"

#include <algorithm>
#include <bit>
#include <optional>

namespace thb {
namespace {

bool IsPlace(const Dataset& dataset, std::size_t i) {
  return i == dataset.geo_index() || i == dataset.time_index();
}

bool IsSelector(const Dataset& dataset, std::size_t i) {
  return !IsPlace(dataset, i) && dataset.dimensions[i].total.empty();
}

// One combination of selectors.
class Resolver {
 public:
  Resolver(const Snapshot& snapshot, const Dataset& dataset, const Where& where,
           std::string_view geo, const std::map<LevelMask, Level>& levels, bool foreign)
      : snapshot_(snapshot),
        dataset_(dataset),
        where_(where),
        geo_(geo),
        levels_(levels),
        foreign_(foreign) {}

  Resolved Run() const {
    const LevelMask needed = NeededMask();
    for (const LevelMask mask : Candidates(needed)) {
      if (auto resolved = TryLevel(mask, needed)) return *resolved;
    }
    if (auto resolved = PartialLevel(needed)) return *resolved;
    Resolved none;
    none.kind = Resolved::Kind::kNoBreakdown;
    return none;
  }

 private:
  const std::vector<std::string>* FilterOf(std::size_t i) const {
    const auto filter = where_.find(dataset_.dimensions[i].id);
    return filter == where_.end() ? nullptr : &filter->second;
  }

  LevelMask NeededMask() const {
    LevelMask mask = 0;
    for (std::size_t i = 0; i < dataset_.dimensions.size(); ++i) {
      const auto* filter = FilterOf(i);
      if (filter == nullptr || IsPlace(dataset_, i) || IsSelector(dataset_, i)) continue;
      const std::string& total = dataset_.dimensions[i].total;
      if (std::find(filter->begin(), filter->end(), total) == filter->end()) {
        mask |= LevelMask{1} << i;
      }
    }
    return mask;
  }

  // Levels that contain the needed one, the coarsest first.
  std::vector<LevelMask> Candidates(LevelMask needed) const {
    std::vector<LevelMask> masks;
    for (const auto& [mask, level] : levels_) {
      if ((mask & needed) == needed) masks.push_back(mask);
    }
    std::sort(masks.begin(), masks.end(), [](LevelMask a, LevelMask b) {
      const int bits_a = std::popcount(a);
      const int bits_b = std::popcount(b);
      return bits_a != bits_b ? bits_a < bits_b : a < b;
    });
    return masks;
  }

  bool IsWithin(std::size_t i, const std::string& code, const std::string& group) const {
    return code != group && snapshot_.HasParts(dataset_.dimensions[i], group) &&
           !snapshot_.Cover(dataset_.dimensions[i], group, {code}, geo_).empty();
  }

  // Of a group and its parts the group alone counts.
  void DropParts(std::size_t i, std::set<std::string>& codes) const {
    if (codes.size() < 2 || dataset_.dimensions[i].codelist == "geo") return;
    std::vector<std::string> groups;
    for (const std::string& code : codes) {
      if (snapshot_.HasParts(dataset_.dimensions[i], code)) groups.push_back(code);
    }
    std::erase_if(codes, [&](const std::string& code) {
      return std::any_of(groups.begin(), groups.end(),
                         [&](const std::string& group) { return IsWithin(i, code, group); });
    });
  }

  // Whether the level holds only a group that contains what is asked for: then the part is not
  // known, and not zero, unless the group is.
  bool OnlyInGroup(const Level& level, LevelMask mask) const {
    for (std::size_t i = 0; i < dataset_.dimensions.size(); ++i) {
      const auto* filter = FilterOf(i);
      if ((mask & (LevelMask{1} << i)) == 0 || filter == nullptr) continue;
      for (const std::string& code : *filter) {
        if (!snapshot_.Cover(dataset_.dimensions[i], code, level.stored[i], geo_).empty()) continue;
        for (const std::string& group : level.stored[i]) {
          if (IsWithin(i, code, group) && !PartsFill(level, i, group)) return true;
        }
      }
    }
    return false;
  }

  // Whether the group's stored parts add up to it, so that its other parts are zero.
  bool PartsFill(const Level& level, std::size_t i, const std::string& group) const {
    double whole = 0;
    double parts = 0;
    for (const SnapshotCell* cell : level.cells) {
      const bool own = cell->key[i] == group;
      if (!own && !IsWithin(i, cell->key[i], group)) continue;
      if (cell->cell.state != CellState::kValue) return false;
      (own ? whole : parts) += cell->cell.value;
    }
    return whole == parts;
  }

  // The cells of a level that add up to the filter (filtered) or to the whole (not filtered).
  Resolved AddUp(const Level& level, LevelMask mask, bool filtered) const {
    std::vector<std::set<std::string>> wanted(dataset_.dimensions.size());
    for (std::size_t i = 0; i < dataset_.dimensions.size(); ++i) {
      if ((mask & (LevelMask{1} << i)) == 0) continue;
      const auto* filter = filtered ? FilterOf(i) : nullptr;
      const std::vector<std::string> codes =
          filter != nullptr ? *filter : std::vector<std::string>{dataset_.dimensions[i].total};
      for (const std::string& code : codes) {
        const auto cover = snapshot_.Cover(dataset_.dimensions[i], code, level.stored[i], geo_);
        wanted[i].insert(cover.begin(), cover.end());
      }
      DropParts(i, wanted[i]);
    }
    Resolved sum;
    sum.kind = Resolved::Kind::kValue;
    for (const SnapshotCell* cell : level.cells) {
      bool matches = true;
      for (std::size_t i = 0; i < wanted.size() && matches; ++i) {
        if ((mask & (LevelMask{1} << i)) != 0) matches = wanted[i].count(cell->key[i]) > 0;
      }
      if (matches) Add(sum, *cell);
    }
    return sum;
  }

  static void Add(Resolved& sum, const SnapshotCell& cell) {
    sum.cells.push_back(&cell);
    for (const char flag : cell.cell.flags) {
      if (sum.flags.find(flag) == std::string::npos) sum.flags += flag;
    }
    std::sort(sum.flags.begin(), sum.flags.end());
    sum.estimated |= !cell.method.empty() || cell.cell.flags.find('e') != std::string::npos ||
                     cell.cell.flags.find('s') != std::string::npos;
    switch (cell.cell.state) {
      case CellState::kValue:
        sum.value += cell.cell.value;
        sum.lower += cell.cell.value;
        sum.upper += cell.cell.value;
        break;
      case CellState::kSuppressed:
        sum.suppressed = true;
        sum.lower += cell.cell.lower;
        if (cell.cell.upper < 0) {
          sum.bounded = false;
        } else {
          sum.upper += cell.cell.upper;
        }
        break;
      case CellState::kMissing:
        sum.missing = true;
        break;
    }
  }

  LevelMask EntityMask() const {
    const auto entity = dataset_.IndexOf("entity");
    return entity ? LevelMask{1} << *entity : 0;
  }

  enum class Completeness { kNo, kWithinBounds, kExact };

  // Whether the level's parts are all there: do they add up to the total that was sent?
  Completeness CompletenessOf(const Level& level, LevelMask mask, LevelMask needed) const {
    const Resolved parts = AddUp(level, mask, false);
    if (parts.missing) return Completeness::kNo;
    // Several entities may register one person, so they add up to no total (rule 7).
    const LevelMask entity = EntityMask();
    const auto total_level = levels_.find(0);
    if (total_level == levels_.end()) {
      return foreign_ || (mask & entity & ~needed) != 0 ? Completeness::kNo : Completeness::kExact;
    }
    const Resolved total = AddUp(total_level->second, 0, false);
    const bool own_entities = mask == needed && (mask & entity) != 0 && !foreign_;
    if (own_entities && parts.value >= total.value) return Completeness::kExact;
    if (total.missing || total.suppressed) return Completeness::kNo;
    if (!parts.suppressed && parts.value == total.value) return Completeness::kExact;
    // A person may mention several forms, so a return's mentions need not add up (rule 4).
    if (dataset_.id == "thb_victims_forms" && parts.value >= total.value && !foreign_) {
      return Completeness::kExact;
    }
    const bool within = parts.suppressed && parts.lower <= total.value &&
                        (!parts.bounded || total.value <= parts.upper);
    return within ? Completeness::kWithinBounds : Completeness::kNo;
  }

  // The level's answer where it is certain: its own cells, or a complete finer breakdown.
  std::optional<Resolved> TryLevel(LevelMask mask, LevelMask needed) const {
    const Level& level = levels_.at(mask);
    Resolved sum = AddUp(level, mask, true);
    if (mask == needed && needed == 0) {
      if (sum.missing) sum.kind = Resolved::Kind::kNoBreakdown;
      return sum;
    }
    if (OnlyInGroup(level, mask)) return std::nullopt;
    const Completeness completeness = CompletenessOf(level, mask, needed);
    if (completeness == Completeness::kNo) return std::nullopt;
    if (completeness == Completeness::kWithinBounds) {
      if (sum.cells.empty()) return std::nullopt;
      Tighten(level, mask, sum);
    }
    return sum;
  }

  // What is hidden in one part follows from the total less the other parts, where each person is in
  // one part alone (rule 11): forms of a foreign table may be counted more than once.
  void Tighten(const Level& level, LevelMask mask, Resolved& sum) const {
    const auto form = dataset_.IndexOf("exploitation");
    if (foreign_ && form && (mask & (LevelMask{1} << *form)) != 0) return;
    if ((mask & EntityMask()) != 0) return;
    const auto total_level = levels_.find(0);
    if (total_level == levels_.end() || !sum.suppressed || !sum.bounded) return;
    const Resolved total = AddUp(total_level->second, 0, false);
    const Resolved parts = AddUp(level, mask, false);
    if (!parts.bounded) return;
    const double rest_lower = parts.lower - sum.lower;
    const double rest_upper = parts.upper - sum.upper;
    sum.lower = std::max(sum.lower, total.value - rest_upper);
    sum.upper = std::min(sum.upper, total.value - rest_lower);
    sum.value = std::max(sum.value, sum.lower);
  }

  // The needed breakdown as sent, though its parts do not add up to the total.
  std::optional<Resolved> PartialLevel(LevelMask needed) const {
    const auto found = levels_.find(needed);
    if (found != levels_.end() && !OnlyInGroup(found->second, needed)) {
      Resolved sum = AddUp(found->second, needed, true);
      sum.partial = true;
      if (sum.cells.empty()) return ZeroByMargin(needed);
      const bool any_known = std::any_of(
          sum.cells.begin(), sum.cells.end(),
          [](const SnapshotCell* cell) { return cell->cell.state != CellState::kMissing; });
      if (!any_known) sum.kind = Resolved::Kind::kNoBreakdown;
      return sum;
    }
    return ZeroByMargin(needed);
  }

  // Where a coarser margin that contains the query is zero, so is the query.
  std::optional<Resolved> ZeroByMargin(LevelMask needed) const {
    for (const auto& [mask, level] : levels_) {
      if ((mask & ~needed) != 0) continue;
      Resolved sum = AddUp(level, mask, true);
      const bool zero = !sum.cells.empty() && !sum.missing && !sum.suppressed && sum.value == 0;
      if (zero) return sum;
    }
    return std::nullopt;
  }

  const Snapshot& snapshot_;
  const Dataset& dataset_;
  const Where& where_;
  std::string_view geo_;
  const std::map<LevelMask, Level>& levels_;
  bool foreign_;
};

// Whether a combination of selectors is asked for; a dimension that is not named selects all.
bool Selected(const Snapshot& snapshot, const Dataset& dataset, const Where& where,
              std::string_view geo, const std::vector<std::string>& selectors) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < dataset.dimensions.size(); ++i) {
    if (!IsSelector(dataset, i)) continue;
    const std::string& code = selectors[next++];
    const auto filter = where.find(dataset.dimensions[i].id);
    if (filter == where.end()) continue;
    const bool asked =
        std::any_of(filter->second.begin(), filter->second.end(), [&](const std::string& wanted) {
          return wanted == code ||
                 !snapshot.Cover(dataset.dimensions[i], wanted, {code}, geo).empty();
        });
    if (!asked) return false;
  }
  return true;
}

// Adds the answer of one combination of selectors to that of the others.
void Join(Resolved& sum, const Resolved& part, bool first) {
  if (first) {
    sum = part;
    return;
  }
  if (part.kind != Resolved::Kind::kValue || sum.kind != Resolved::Kind::kValue) {
    const Resolved& known = sum.kind == Resolved::Kind::kValue ? sum : part;
    Resolved joined = known;
    joined.partial = true;
    sum = std::move(joined);
    return;
  }
  sum.value += part.value;
  sum.lower += part.lower;
  sum.upper += part.upper;
  sum.bounded &= part.bounded;
  sum.suppressed |= part.suppressed;
  sum.partial |= part.partial;
  sum.missing |= part.missing;
  sum.estimated |= part.estimated;
  for (const char flag : part.flags) {
    if (sum.flags.find(flag) == std::string::npos) sum.flags += flag;
  }
  std::sort(sum.flags.begin(), sum.flags.end());
  sum.cells.insert(sum.cells.end(), part.cells.begin(), part.cells.end());
}

}  // namespace

SliceLevels SortIntoLevels(const Snapshot& snapshot, const Dataset& dataset,
                           const std::map<Key, SnapshotCell>& slice) {
  SliceLevels levels;
  for (const auto& [key, cell] : slice) {
    LevelMask mask = 0;
    std::vector<std::string> selectors;
    for (std::size_t i = 0; i < key.size(); ++i) {
      if (IsPlace(dataset, i)) continue;
      if (IsSelector(dataset, i)) {
        selectors.push_back(key[i]);
      } else if (key[i] != dataset.dimensions[i].total) {
        mask |= LevelMask{1} << i;
      }
    }
    Level& level = levels.by_selectors[selectors][mask];
    level.stored.resize(key.size());
    level.cells.push_back(&cell);
    for (std::size_t i = 0; i < key.size(); ++i) level.stored[i].insert(key[i]);
    levels.foreign |= snapshot.IsForeign(cell.vintage);
  }
  return levels;
}

Resolved ResolveInSlice(const Snapshot& snapshot, const Dataset& dataset, const Where& where,
                        std::string_view geo, const SliceLevels& slice) {
  Resolved sum;
  bool first = true;
  for (const auto& [selectors, levels] : slice.by_selectors) {
    if (!Selected(snapshot, dataset, where, geo, selectors)) continue;
    Join(sum, Resolver(snapshot, dataset, where, geo, levels, slice.foreign).Run(), first);
    first = false;
  }
  return sum;
}

}  // namespace thb
