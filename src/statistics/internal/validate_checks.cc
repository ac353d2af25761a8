#include "statistics/internal/validate_checks.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <set>

#include "base/text.h"

namespace thb {
namespace {

constexpr std::size_t kMaxTermsShown = 6;

// The points of a table that share all codes but that of one dimension, group by group.
void ForEachGroup(const VtlTable& table, std::size_t dimension,
                  const std::function<void(const std::vector<const VtlPoint*>&)>& visit) {
  std::vector<std::pair<std::uint64_t, std::size_t>> sorted;  // group, position
  sorted.reserve(table.points().size());
  for (std::size_t i = 0; i < table.points().size(); ++i) {
    sorted.emplace_back(table.Without(table.Packed(i), dimension), i);
  }
  std::sort(sorted.begin(), sorted.end());
  std::vector<const VtlPoint*> group;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    group.push_back(&table.points()[sorted[i].second]);
    if (i + 1 < sorted.size() && sorted[i + 1].first == sorted[i].first) continue;
    if (group.size() > 1) visit(group);
    group.clear();
  }
}

// A sum in the making. Words are found for it only where a rule is broken.
struct Sum {
  Interval value;
  bool known = true;  // false once a missing cell takes part
  std::vector<const VtlPoint*> parts;

  void Add(const VtlPoint& point) {
    const auto interval = IntervalOf(*point.cell);
    if (!interval) {
      known = false;
      return;
    }
    value.lower += interval->lower;
    value.upper += interval->upper;
    parts.push_back(&point);
  }
};

// "women, children" of the dimensions in the mask.
std::string LabelOf(const Codes& codes, const Dataset& dataset, const Key& key, unsigned mask) {
  std::string label;
  for (std::size_t d = 0; d < key.size(); ++d) {
    if ((mask >> d & 1U) == 0) continue;
    if (!label.empty()) label += ", ";
    label += LabelInSentence(codes, dataset.dimensions[d], key[d]);
  }
  return label;
}

// "women 34 + men 12 = 46", by the dimensions in the mask.
std::string SumText(const Codes& codes, const Dataset& dataset, const Sum& sum, unsigned mask) {
  std::string text;
  for (std::size_t i = 0; i < std::min(sum.parts.size(), kMaxTermsShown); ++i) {
    const VtlPoint& part = *sum.parts[i];
    if (!text.empty()) text += " + ";
    text += LabelOf(codes, dataset, *part.key, mask) + " " + IntervalText(*IntervalOf(*part.cell));
  }
  if (sum.parts.size() > kMaxTermsShown) {
    text += " + " + std::to_string(sum.parts.size() - kMaxTermsShown) + " more";
  }
  return sum.parts.size() > 1 ? text + " = " + IntervalText(sum.value) : text;
}

// Reports a sum that is certainly over or under its total, by one of two rules ("": neither).
void CompareSum(const RuleContext& context, const Dataset& dataset, const Sum& sum,
                const VtlPoint& total, unsigned mask, std::string_view over,
                std::string_view under) {
  const auto value = IntervalOf(*total.cell);
  if (!value || !sum.known || sum.parts.empty()) return;
  const bool is_over = sum.value.lower > value->upper;
  const bool is_under = sum.value.upper < value->lower;
  const std::string_view rule = is_over ? over : under;
  if (!(is_over || is_under) || rule.empty()) return;
  const std::string verb = is_over ? " exceed" : " fall";
  context.sink.Add(rule, dataset, *total.key,
                   SumText(context.codes, dataset, sum, mask) + verb +
                       (sum.parts.size() > 1 ? "" : "s") + (is_over ? "" : " short of") +
                       " the total " + IntervalText(*value));
}

const VtlPoint* FindCode(const std::vector<const VtlPoint*>& group, std::size_t dimension,
                         std::string_view code) {
  for (const VtlPoint* point : group) {
    if ((*point->key)[dimension] == code) return point;
  }
  return nullptr;
}

// The citizenship cells of one group: what adds up to the total, and each group's own countries.
class CitizenGroup {
 public:
  CitizenGroup(const RuleContext& context, const Dataset& dataset, std::size_t dimension,
               const std::vector<const VtlPoint*>& points)
      : context_(context), dataset_(dataset), dimension_(dimension), points_(points) {
    for (const std::string_view code : {"NAT", "EU27_2020_FOR", "NEU27_2020_FOR"}) {
      if (const VtlPoint* point = FindCode(points, dimension, code)) groups_.push_back(point);
    }
  }

  void CheckTotal(const VtlPoint& total) const {
    Sum sum;
    for (const VtlPoint* group : groups_) sum.Add(*group);
    for (const VtlPoint* point : points_) {
      const std::string& code = (*point->key)[dimension_];
      if (point == &total || IsCitizenGroup(code) || InGroups(*point)) continue;
      sum.Add(*point);
    }
    CompareSum(context_, dataset_, sum, total, 1U << dimension_, "parts_over_total.citizen",
               "parts_under_total.citizen");
  }

  void CheckGroups() const {
    for (const VtlPoint* group : points_) {
      const std::string& code = (*group->key)[dimension_];
      const auto value = IntervalOf(*group->cell);
      if (!IsCitizenGroup(code) || !value) continue;
      Sum sum;
      for (const VtlPoint* point : points_) {
        if (IsCountry((*point->key)[dimension_]) && Contains(code, *point)) sum.Add(*point);
      }
      if (!sum.known || sum.value.lower <= value->upper) continue;
      const unsigned mask = 1U << dimension_;
      context_.sink.Add("parts_over_total.citizen_group", dataset_, *group->key,
                        SumText(context_.codes, dataset_, sum, mask) + " exceed " +
                            LabelOf(context_.codes, dataset_, *group->key, mask) + " " +
                            IntervalText(*value));
    }
  }

 private:
  static bool IsCountry(std::string_view code) {
    return !IsCitizenGroup(code) && code != "TOTAL" && code != "STLS" && code != "OTH" &&
           code != "UNK" && code != "NRP";
  }

  bool Contains(const std::string& group, const VtlPoint& point) const {
    const std::string& country = (*point.key)[dimension_];
    return context_.codes.CitizenIn(country, group, (*point.key)[dataset_.geo_index()]);
  }

  bool InGroups(const VtlPoint& point) const {
    if (!IsCountry((*point.key)[dimension_])) return false;
    return std::any_of(groups_.begin(), groups_.end(), [&](const VtlPoint* group) {
      return Contains((*group->key)[dimension_], point);
    });
  }

  const RuleContext& context_;
  const Dataset& dataset_;
  std::size_t dimension_;
  const std::vector<const VtlPoint*>& points_;
  std::vector<const VtlPoint*> groups_;  // those that were sent
};

// One state and year: its cells by what they break down.
class CrossTables {
 public:
  // `points` are positions in the table.
  CrossTables(const RuleContext& context, const CheckedTable& table,
              const std::vector<unsigned>& masks, const std::vector<std::size_t>& points)
      : context_(context), table_(table), dataset_(*table.dataset) {
    for (const std::size_t point : points) by_mask_[masks[point]].push_back(point);
  }

  void Check() const {
    for (const auto& [fine, cells] : by_mask_) {
      for (const auto& [coarse, unused] : by_mask_) {
        const unsigned away = fine & ~coarse;
        if ((fine & coarse) != coarse || std::popcount(away) < 2) continue;
        if (HasSum(fine, coarse, cells)) {
          CheckSums(cells, away);
        } else {
          CheckCells(cells, away);
        }
      }
    }
  }

 private:
  // Whether the fine cells add up to the coarse ones, with no table between them.
  bool HasSum(unsigned fine, unsigned coarse, const std::vector<std::size_t>& cells) const {
    for (const auto& [between, unused] : by_mask_) {
      const bool inside = (between & coarse) == coarse && (between & fine) == between;
      if (inside && between != fine && between != coarse) return false;
    }
    std::vector<const Key*> keys;
    for (const std::size_t cell : cells) keys.push_back(table_.table.points()[cell].key);
    for (std::size_t d = 0; d < dataset_.dimensions.size(); ++d) {
      if (((fine & ~coarse) >> d & 1U) == 0) continue;
      if (IsMultiCoded(dataset_, d, context_.sink.form_counting())) return false;
      if (!AreDisjoint(context_.codes, dataset_, d, keys)) return false;
    }
    return true;
  }

  // The cell with the dimensions of the mask at their totals, or null.
  const VtlPoint* TotalOf(std::size_t cell, unsigned mask) const {
    std::uint64_t packed = table_.table.Packed(cell);
    for (std::size_t d = 0; d < dataset_.dimensions.size(); ++d) {
      if ((mask >> d & 1U) == 0) continue;
      const auto offset = table_.table.Offset(d, dataset_.dimensions[d].total);
      if (!offset) return nullptr;
      packed = table_.table.Without(packed, d) + *offset;
    }
    return table_.table.Find(packed);
  }

  void CheckSums(const std::vector<std::size_t>& cells, unsigned away) const {
    std::map<const VtlPoint*, Sum> sums;
    for (const std::size_t cell : cells) {
      if (const VtlPoint* total = TotalOf(cell, away)) {
        sums[total].Add(table_.table.points()[cell]);
      }
    }
    for (const auto& [total, sum] : sums) {
      CompareSum(context_, dataset_, sum, *total, away, "cross_over_total", "cross_under_total");
    }
  }

  // Where cells have no sum, each alone must not exceed its total. A cell between the two that is
  // exact settles it: then one of the steps is reported by the rule of its own dimension.
  void CheckCells(const std::vector<std::size_t>& cells, unsigned away) const {
    for (const std::size_t cell : cells) {
      const VtlPoint* total = TotalOf(cell, away);
      if (total == nullptr) continue;
      const VtlPoint& point = table_.table.points()[cell];
      const auto part = IntervalOf(*point.cell);
      const auto whole = IntervalOf(*total->cell);
      if (!part || !whole || part->lower <= whole->upper || HasExactBetween(cell, away)) continue;
      context_.sink.Add("subset_over_set", dataset_, *point.key,
                        LabelOf(context_.codes, dataset_, *point.key, away) + " " +
                            IntervalText(*part) + " exceeds the total " + IntervalText(*whole));
    }
  }

  bool HasExactBetween(std::size_t cell, unsigned away) const {
    for (unsigned part = (away - 1) & away; part != 0; part = (part - 1) & away) {
      const VtlPoint* between = TotalOf(cell, part);
      if (between != nullptr && between->cell->state == CellState::kValue) return true;
    }
    return false;
  }

  const RuleContext& context_;
  const CheckedTable& table_;
  const Dataset& dataset_;
  std::map<unsigned, std::vector<std::size_t>> by_mask_;
};

// The total of the year before, from the file or the prior snapshot.
std::optional<Interval> YearBefore(const RuleContext& context, const CheckedTable& table,
                                   std::size_t point, const Key& key, int year) {
  const Dataset& dataset = *table.dataset;
  const std::size_t time = dataset.time_index();
  const std::string before = std::to_string(year - 1);
  if (const auto offset = table.table.Offset(time, before)) {
    const std::uint64_t packed = table.table.Without(table.table.Packed(point), time) + *offset;
    if (const VtlPoint* found = table.table.Find(packed)) return IntervalOf(*found->cell);
  }
  if (context.prior == nullptr || dataset.geo_index() == std::string::npos) return std::nullopt;
  Where where;
  for (std::size_t d = 0; d < key.size(); ++d) {
    const Dimension& dimension = dataset.dimensions[d];
    if (d == time || d == dataset.geo_index() || !dimension.total.empty()) continue;
    where[dimension.id] = {key[d]};
  }
  const Resolved resolved =
      context.prior->Resolve(dataset, where, key[dataset.geo_index()], before);
  if (resolved.kind != Resolved::Kind::kValue || resolved.missing || resolved.partial) {
    return std::nullopt;
  }
  const double infinity = std::numeric_limits<double>::infinity();
  return Interval{resolved.lower, resolved.bounded ? resolved.upper : infinity};
}

std::string JumpText(const Interval& value, const Interval& before, int year) {
  std::string text =
      IntervalText(value) + " after " + IntervalText(before) + " in " + std::to_string(year - 1);
  if (!value.exact() || !before.exact() || value.lower == 0 || before.lower == 0) return text;
  const bool up = value.lower > before.lower;
  const double ratio = up ? value.lower / before.lower : before.lower / value.lower;
  const std::string times = FormatNumber(std::round(ratio * 10) / 10);
  return text + (up ? ", " + times + " times as many" : ", one in " + times);
}

}  // namespace

std::string LabelInSentence(const Codes& codes, const Dimension& dimension,
                            const std::string& code) {
  const CodeList* list = codes.Find(dimension.codelist);
  const Code* found = list == nullptr ? nullptr : list->Find(code);
  if (found == nullptr) return code;
  std::string label = list->Label(code, Language::kEn);
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (found->kind != "country" && label.size() > 1 && upper(label[0]) && !upper(label[1])) {
    label[0] = static_cast<char>(label[0] - 'A' + 'a');
  }
  return label;
}

void CheckCitizens(const RuleContext& context, const CheckedTable& table) {
  const Dataset& dataset = *table.dataset;
  const auto dimension = dataset.IndexOf("citizen");
  if (!dimension || dataset.geo_index() == std::string::npos) return;
  ForEachGroup(table.table, *dimension, [&](const std::vector<const VtlPoint*>& points) {
    const CitizenGroup group(context, dataset, *dimension, points);
    group.CheckGroups();
    const VtlPoint* total = FindCode(points, *dimension, dataset.dimensions[*dimension].total);
    if (total != nullptr) group.CheckTotal(*total);
  });
}

void CheckEntities(const RuleContext& context, const CheckedTable& table) {
  const Dataset& dataset = *table.dataset;
  const auto dimension = dataset.IndexOf("entity");
  if (!dimension) return;
  ForEachGroup(table.table, *dimension, [&](const std::vector<const VtlPoint*>& points) {
    const Dimension& entity = dataset.dimensions[*dimension];
    const VtlPoint* total = FindCode(points, *dimension, entity.total);
    if (total == nullptr) return;
    Sum sum;
    for (const VtlPoint* point : points) {
      if (point != total) sum.Add(*point);
    }
    const bool unknown_coded = FindCode(points, *dimension, "UNK") != nullptr;
    CompareSum(context, dataset, sum, *total, 1U << *dimension, "parts_over_total.entity",
               unknown_coded ? "" : "parts_under_total.entity");
  });
}

void CheckCrossTables(const RuleContext& context, const CheckedTable& table) {
  std::vector<unsigned> masks;
  std::map<std::uint64_t, std::vector<std::size_t>> slices;
  for (std::size_t i = 0; i < table.table.points().size(); ++i) {
    masks.push_back(BreakdownOf(*table.dataset, *table.table.points()[i].key));
    std::uint64_t slice = table.table.Packed(i);
    for (std::size_t d = 0; d < table.dataset->dimensions.size(); ++d) {
      if (!table.dataset->dimensions[d].total.empty()) slice = table.table.Without(slice, d);
    }
    slices[slice].push_back(i);
  }
  for (const auto& [slice, points] : slices) CrossTables(context, table, masks, points).Check();
}

void CheckYearOnYear(const RuleContext& context, const CheckedTable& table) {
  constexpr std::string_view kRule = "year_on_year";
  const double factor = context.sink.Parameter(kRule, "factor");
  const double difference = context.sink.Parameter(kRule, "difference");
  const auto jumps = [&](const Interval& high, const Interval& low) {
    return high.lower - low.upper >= difference && high.lower >= factor * low.upper;
  };
  const Dataset& dataset = *table.dataset;
  for (std::size_t i = 0; i < table.table.points().size(); ++i) {
    const VtlPoint& point = table.table.points()[i];
    const std::string& time = (*point.key)[dataset.time_index()];
    const auto year = ParseInt(time);
    const auto value = IntervalOf(*point.cell);
    if (BreakdownOf(dataset, *point.key) != 0 || time.size() != 4 || !year || !value) continue;
    const auto before = YearBefore(context, table, i, *point.key, static_cast<int>(*year));
    if (!before || !(jumps(*value, *before) || jumps(*before, *value))) continue;
    context.sink.Add(kRule, dataset, *point.key,
                     JumpText(*value, *before, static_cast<int>(*year)));
  }
}

void CheckFormTables(const RuleContext& context, const CheckedTable& main,
                     const CheckedTable& mentions) {
  const auto form = main.dataset->IndexOf("exploitation");
  std::map<Key, const VtlPoint*> by_key;
  for (const VtlPoint& point : mentions.table.points()) by_key.emplace(*point.key, &point);
  for (const VtlPoint& point : main.table.points()) {
    const auto other = by_key.find(*point.key);
    const auto left = IntervalOf(*point.cell);
    const auto right = other == by_key.end() ? std::nullopt : IntervalOf(*other->second->cell);
    if (!left || !right || !form) continue;
    const std::string& code = (*point.key)[*form];
    const bool total = code == main.dataset->dimensions[*form].total;
    if (total && (left->lower > right->upper || left->upper < right->lower)) {
      context.sink.Add("form_tables_disagree", *main.dataset, *point.key,
                       IntervalText(*left) + " victims by main form, " + IntervalText(*right) +
                           " in the table of every form");
    } else if (!total && code != "UNK" && left->lower > right->upper) {
      context.sink.Add("main_form_over_mentions", *main.dataset, *point.key,
                       IntervalText(*left) + " victims with this main form exceed the " +
                           IntervalText(*right) + " for whom it is mentioned");
    }
  }
}

}  // namespace thb
