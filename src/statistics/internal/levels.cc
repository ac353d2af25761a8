#include "statistics/internal/levels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <set>

namespace thb {
namespace {

using Mask = std::uint32_t;

// Cells of one level and the codes that each dimension takes there.
struct Level {
  std::vector<const SnapshotCell*> cells;
  std::vector<std::set<std::string>> stored;
};

class Resolver {
 public:
  Resolver(const Snapshot& snapshot, const Dataset& dataset, const Where& where,
           std::string_view geo)
      : snapshot_(snapshot), dataset_(dataset), where_(where), geo_(geo) {}

  Resolved Run(const std::map<Key, SnapshotCell>& slice) {
    SortIntoLevels(slice);
    if (levels_.empty()) return {};
    const Mask needed = NeededMask();
    for (const Mask mask : Candidates(needed)) {
      if (auto resolved = TryLevel(mask, needed)) return *resolved;
    }
    if (auto resolved = PartialLevel(needed)) return *resolved;
    Resolved none;
    none.kind = Resolved::Kind::kNoBreakdown;
    return none;
  }

 private:
  bool IsPlace(std::size_t i) const {
    return i == dataset_.geo_index() || i == dataset_.time_index();
  }

  // Dimensions without a total (legal status, offence) select; they are no breakdown.
  bool IsSelector(std::size_t i) const {
    return !IsPlace(i) && dataset_.dimensions[i].total.empty();
  }

  bool Selected(const Key& key, std::size_t i) const {
    const auto filter = where_.find(dataset_.dimensions[i].id);
    if (filter == where_.end()) return true;
    for (const std::string& code : filter->second) {
      if (code == key[i]) return true;
      const auto parts = snapshot_.Cover(dataset_.dimensions[i], code, {key[i]}, geo_);
      if (!parts.empty()) return true;
    }
    return false;
  }

  void SortIntoLevels(const std::map<Key, SnapshotCell>& slice) {
    for (const auto& [key, cell] : slice) {
      Mask mask = 0;
      bool selected = true;
      for (std::size_t i = 0; i < key.size() && selected; ++i) {
        if (IsPlace(i)) continue;
        if (IsSelector(i)) {
          selected = Selected(key, i);
        } else if (key[i] != dataset_.dimensions[i].total) {
          mask |= Mask{1} << i;
        }
      }
      if (!selected) continue;
      Level& level = levels_[mask];
      level.stored.resize(key.size());
      level.cells.push_back(&cell);
      for (std::size_t i = 0; i < key.size(); ++i) level.stored[i].insert(key[i]);
    }
  }

  const std::vector<std::string>* FilterOf(std::size_t i) const {
    const auto filter = where_.find(dataset_.dimensions[i].id);
    return filter == where_.end() ? nullptr : &filter->second;
  }

  Mask NeededMask() const {
    Mask mask = 0;
    for (std::size_t i = 0; i < dataset_.dimensions.size(); ++i) {
      const auto* filter = FilterOf(i);
      if (filter == nullptr || IsPlace(i) || IsSelector(i)) continue;
      const std::string& total = dataset_.dimensions[i].total;
      if (std::find(filter->begin(), filter->end(), total) == filter->end()) mask |= Mask{1} << i;
    }
    return mask;
  }

  // Levels that contain the needed one, the coarsest first.
  std::vector<Mask> Candidates(Mask needed) const {
    std::vector<Mask> masks;
    for (const auto& [mask, level] : levels_) {
      if ((mask & needed) == needed) masks.push_back(mask);
    }
    std::sort(masks.begin(), masks.end(), [](Mask a, Mask b) {
      const int bits_a = std::popcount(a);
      const int bits_b = std::popcount(b);
      return bits_a != bits_b ? bits_a < bits_b : a < b;
    });
    return masks;
  }

  // The cells of a level that add up to the filter (filtered) or to the whole (not filtered).
  Resolved AddUp(const Level& level, Mask mask, bool filtered) const {
    std::vector<std::set<std::string>> wanted(dataset_.dimensions.size());
    for (std::size_t i = 0; i < dataset_.dimensions.size(); ++i) {
      if ((mask & (Mask{1} << i)) == 0) continue;
      const auto* filter = filtered ? FilterOf(i) : nullptr;
      const std::vector<std::string> codes =
          filter != nullptr ? *filter : std::vector<std::string>{dataset_.dimensions[i].total};
      for (const std::string& code : codes) {
        const auto cover = snapshot_.Cover(dataset_.dimensions[i], code, level.stored[i], geo_);
        wanted[i].insert(cover.begin(), cover.end());
      }
    }
    Resolved sum;
    sum.kind = Resolved::Kind::kValue;
    for (const SnapshotCell* cell : level.cells) {
      bool matches = true;
      for (std::size_t i = 0; i < wanted.size() && matches; ++i) {
        if ((mask & (Mask{1} << i)) != 0) matches = wanted[i].count(cell->key[i]) > 0;
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
      case CellState::kMissing: sum.missing = true; break;
    }
  }

  bool AnyForeign(const Level& level) const {
    return std::any_of(level.cells.begin(), level.cells.end(), [&](const SnapshotCell* cell) {
      return snapshot_.IsForeign(cell->vintage);
    });
  }

  enum class Completeness { kNo, kWithinBounds, kExact };

  // Whether the level's parts are all there: do they add up to the total that was sent?
  Completeness CompletenessOf(const Level& level, Mask mask) const {
    const Resolved parts = AddUp(level, mask, false);
    if (parts.missing) return Completeness::kNo;
    const auto total_level = levels_.find(0);
    if (total_level == levels_.end()) {
      return AnyForeign(level) ? Completeness::kNo : Completeness::kExact;
    }
    const Resolved total = AddUp(total_level->second, 0, false);
    if (total.missing || total.suppressed) return Completeness::kNo;
    if (!parts.suppressed && parts.value == total.value) return Completeness::kExact;
    // A person may mention several forms, so a return's mentions need not add up (rule 4).
    if (dataset_.id == "thb_victims_forms" && parts.value >= total.value && !AnyForeign(level)) {
      return Completeness::kExact;
    }
    const bool within = parts.suppressed && parts.lower <= total.value &&
                        (!parts.bounded || total.value <= parts.upper);
    return within ? Completeness::kWithinBounds : Completeness::kNo;
  }

  // The level's answer where it is certain: its own cells, or a complete finer breakdown.
  std::optional<Resolved> TryLevel(Mask mask, Mask needed) const {
    const Level& level = levels_.at(mask);
    Resolved sum = AddUp(level, mask, true);
    if (mask == needed && needed == 0) {
      if (sum.missing) sum.kind = Resolved::Kind::kNoBreakdown;
      return sum;
    }
    const Completeness completeness = CompletenessOf(level, mask);
    if (completeness == Completeness::kNo) return std::nullopt;
    if (completeness == Completeness::kWithinBounds && sum.cells.empty()) return std::nullopt;
    return sum;
  }

  // The needed breakdown as sent, though its parts do not add up to the total.
  std::optional<Resolved> PartialLevel(Mask needed) const {
    const auto found = levels_.find(needed);
    if (found != levels_.end()) {
      Resolved sum = AddUp(found->second, needed, true);
      sum.partial = true;
      if (sum.cells.empty()) return ZeroByMargin(needed);
      const bool any_known =
          std::any_of(sum.cells.begin(), sum.cells.end(), [](const SnapshotCell* cell) {
            return cell->cell.state != CellState::kMissing;
          });
      if (!any_known) sum.kind = Resolved::Kind::kNoBreakdown;
      return sum;
    }
    return ZeroByMargin(needed);
  }

  // Where a coarser margin that contains the query is zero, so is the query.
  std::optional<Resolved> ZeroByMargin(Mask needed) const {
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
  std::map<Mask, Level> levels_;
};

}  // namespace

Resolved ResolveInSlice(const Snapshot& snapshot, const Dataset& dataset, const Where& where,
                        std::string_view geo, const std::map<Key, SnapshotCell>& slice) {
  return Resolver(snapshot, dataset, where, geo).Run(slice);
}

}  // namespace thb
