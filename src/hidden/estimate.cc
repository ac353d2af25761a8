#include "hidden/estimate.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <span>

#include "base/text.h"
#include "hidden/internal/cells.h"
#include "hidden/internal/poisson.h"
#include "hidden/visibility.h"

namespace thb {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kMaxAlternatives = 10;
constexpr std::size_t kMaxOverlapsShown = 8;
constexpr std::size_t kMaxSuppressedShown = 10;
constexpr double kSparseCell = 5;

// What the estimator makes of variants of the table, until it is stopped.
class Variants {
 public:
  Variants(const PointEstimator& estimator, StopFlag stop) : estimator_(estimator), stop_(stop) {}

  void Add(SensitivityKind kind, Remark what, const ListTable& table) {
    if (IsStopped(stop_)) return;
    SensitivityRow row{kind, std::move(what), table.Observed(), std::nullopt};
    if (table.lists.size() >= 2 && table.Observed() > 0) row.total = estimator_(table);
    if (!IsStopped(stop_)) rows.push_back(std::move(row));
  }

  std::vector<SensitivityRow> rows;

 private:
  const PointEstimator& estimator_;
  StopFlag stop_;
};

bool IsOverlap(const OverlapCell& cell) {
  return std::popcount(cell.mask) >= 2;
}

// Suppressed cells at an end of their bounds: those of which `upper` says which end.
ListTable AtBounds(const ListTable& table,
                   const std::function<std::optional<bool>(const OverlapCell&)>& upper) {
  ListTable at = table;
  for (OverlapCell& cell : at.cells) {
    const std::optional<bool> end = upper(cell);
    if (end) cell.count = cell.lower = cell.upper = *end ? cell.upper : cell.lower;
  }
  std::erase_if(at.cells, [](const OverlapCell& cell) { return cell.upper <= 0; });
  return at;
}

struct BoundsOfAll {
  const char* text;
  const char* id;
  bool single_upper;   // of those on one list
  bool overlap_upper;  // of those on several
};
constexpr std::array<BoundsOfAll, 4> kBoundsOfAll{
    {{"suppressed counts at the lower bound", "sensitivity.lower_bounds", false, false},
     {"suppressed counts at the upper bound", "sensitivity.upper_bounds", true, true},
     {"suppressed overlaps at the lower bound, single lists at the upper",
      "sensitivity.overlaps_lower", true, false},
     {"suppressed overlaps at the upper bound, single lists at the lower",
      "sensitivity.overlaps_upper", false, true}}};

ListTable AtBounds(const ListTable& table, const BoundsOfAll& bounds) {
  return AtBounds(table, [&](const OverlapCell& cell) {
    return std::optional(IsOverlap(cell) ? bounds.overlap_upper : bounds.single_upper);
  });
}

// Without suppressed counts of both kinds the mixed ends are those of all.
std::span<const BoundsOfAll> DistinctBounds(const ListTable& table) {
  if (!table.HasBounds()) return {};
  bool single = false;
  bool overlap = false;
  for (const OverlapCell& cell : table.cells) {
    if (cell.lower < cell.upper) (IsOverlap(cell) ? overlap : single) = true;
  }
  return std::span(kBoundsOfAll).first(single && overlap ? 4 : 2);
}

void AddSuppressed(const ListTable& table, Variants& variants) {
  if (!table.HasBounds()) return;
  for (const BoundsOfAll& bounds : DistinctBounds(table)) {
    variants.Add(SensitivityKind::kSuppressed, {bounds.text, bounds.id, {}},
                 AtBounds(table, bounds));
  }
  const auto add = [&](const std::string& what, bool upper, ListMask only) {
    Remark remark{what + (upper ? " at the upper bound" : " at the lower bound"),
                  upper ? "sensitivity.upper_bound" : "sensitivity.lower_bound",
                  {{"what", what}}};
    variants.Add(SensitivityKind::kSuppressed, std::move(remark),
                 AtBounds(table, [&](const OverlapCell& cell) {
                   return cell.mask == only ? std::optional(upper) : std::nullopt;
                 }));
  };
  std::size_t shown = 0;
  for (const OverlapCell& cell : table.cells) {
    if (cell.lower >= cell.upper || ++shown > kMaxSuppressedShown) continue;
    for (const bool upper : {false, true}) add(TermName(cell.mask, table.lists), upper, cell.mask);
  }
}

// Largest over smallest total of the rows of one kind, the point among them; infinite where a
// variant has none.
double RangeOf(const std::vector<SensitivityRow>& rows, SensitivityKind kind, double point,
               bool missing_counts) {
  double low = point;
  double high = point;
  for (const SensitivityRow& row : rows) {
    if (row.kind != kind) continue;
    if (!row.total && missing_counts) return kInfinity;
    if (!row.total) continue;
    low = std::min(low, *row.total);
    high = std::max(high, *row.total);
  }
  return low > 0 ? high / low : kInfinity;
}

// A given model on a variant of its table: a list that was merged stands for its parts.
ModelTerms Carried(const ModelTerms& terms, const std::vector<std::string>& from,
                   const std::vector<std::string>& to) {
  ModelTerms carried;
  for (const ListMask term : terms) {
    ListMask mask = 0;
    bool whole = true;
    for (std::size_t i = 0; i < from.size(); ++i) {
      if ((term >> i & 1) == 0) continue;
      const auto found = std::find_if(to.begin(), to.end(), [&](const std::string& name) {
        return name == from[i] || StartsWith(name, from[i] + "+") || EndsWith(name, "+" + from[i]);
      });
      whole = whole && found != to.end();
      if (found != to.end()) mask |= ListMask{1} << (found - to.begin());
    }
    if (whole && std::popcount(mask) >= 2) carried.push_back(mask);
  }
  return CloseDownwards(carried);
}

PointEstimator Repeats(const ListTable& table, const SelectionOptions& options) {
  return [&table, options](const ListTable& variant) -> std::optional<double> {
    SelectionOptions own = options;
    own.fixed = Carried(options.fixed, table.lists, variant.lists);
    const Selection selection = SelectOnce(variant, own);
    if (!selection.admissible) return std::nullopt;
    return variant.Observed() + selection.unobserved;
  };
}

// Probability of a larger deviance, by the approximation of Wilson and Hilferty (1931).
double ChiSquaredTail(double deviance, double degrees) {
  if (degrees <= 0) return 1;
  const double c = 2 / (9 * degrees);
  return NormalCdf(-(std::cbrt(deviance / degrees) - (1 - c)) / std::sqrt(c));
}

void FillModels(const ListTable& table, const SelectedModel& selected,
                PopulationEstimate& estimate) {
  estimate.model = ModelName(selected.fit.terms, table.lists);
  estimate.search = selected.search;
  estimate.models = selected.models;
  estimate.admissible = selected.admissible;
  double low = selected.fit.total;
  double high = selected.fit.total;
  for (const ScoredModel& model : selected.ranked) {
    const double above = model.bic - selected.ranked.front().bic;
    if (above <= kNearBestBic) {
      low = std::min(low, model.total);
      high = std::max(high, model.total);
    }
    if (estimate.alternatives.size() < kMaxAlternatives) {
      estimate.alternatives.push_back(
          {ModelName(model.terms, table.lists), model.bic, above, model.total});
    }
  }
  estimate.evidence.model_range = low > 0 ? high / low : kInfinity;
  const LoglinearFit& fit = selected.fit;
  estimate.evidence.parameters_per_cell =
      static_cast<double>(fit.parameter_count) / static_cast<double>(table.cells.size());
  const double cells = std::ldexp(1.0, static_cast<int>(table.lists.size())) - 1;
  estimate.evidence.misfit = ChiSquaredTail(fit.deviance, cells - fit.parameter_count);
}

// The overlaps whose persons move the estimate most, each person alone.
void FillOverlaps(const ListTable& table, PopulationEstimate& estimate) {
  std::vector<CellInfluence> influence = estimate.bootstrap.influence;
  std::erase_if(influence, [](const CellInfluence& c) { return std::popcount(c.mask) < 2; });
  const auto moves = [&](const CellInfluence& c) { return std::abs(c.total - estimate.point); };
  std::sort(influence.begin(), influence.end(),
            [&](const CellInfluence& a, const CellInfluence& b) {
              return moves(a) != moves(b) ? moves(a) > moves(b) : a.mask < b.mask;
            });
  if (influence.size() > kMaxOverlapsShown) influence.resize(kMaxOverlapsShown);
  for (const CellInfluence& cell : influence) {
    estimate.overlaps.push_back({TermName(cell.mask, table.lists), cell.count, cell.total});
  }
}

// The interval reaches as far as the bounds of suppressed cells do.
void WidenToBounds(PopulationEstimate& estimate) {
  bool any = false;
  for (const SensitivityRow& row : estimate.sensitivity) {
    if (row.kind != SensitivityKind::kSuppressed) continue;
    any = true;
    for (BootstrapInterval* interval : {&estimate.interval, &estimate.interval80}) {
      if (interval->level == 0) continue;
      interval->lower = std::min(interval->lower, row.total.value_or(interval->lower));
      interval->upper = std::max(interval->upper, row.total.value_or(kInfinity));
    }
  }
  if (any) estimate.interval_method += kWidened;
}

void FillInterval(const BootstrapOptions& options, PopulationEstimate& estimate) {
  const BootstrapResult& bootstrap = estimate.bootstrap;
  estimate.replicates = bootstrap.done;
  estimate.replicates_wanted = bootstrap.wanted;
  if (bootstrap.done > 0) {
    estimate.interval = bootstrap.bca;
    estimate.interval80 = bootstrap.bca80;
    estimate.interval_method = "BCa bootstrap, " + std::to_string(bootstrap.done) +
                               (bootstrap.done == 1 ? " replicate" : " replicates") +
                               ", selection repeated in each";
    const double low = QuantileType8(bootstrap.totals, 0.1);
    const double high = QuantileType8(bootstrap.totals, 0.9);
    estimate.evidence.replicate_range = low > 0 ? high / low : kInfinity;
    estimate.evidence.without_estimate =
        static_cast<double>(bootstrap.without_estimate) / static_cast<double>(bootstrap.done);
  } else if (estimate.profile) {
    estimate.interval = {options.level, estimate.profile->lower, estimate.profile->upper, 0, 0};
    estimate.interval_method = "profile likelihood of the chosen model";
    estimate.warnings.push_back(
        {"The interval takes the model as known; with --bootstrap it would tell how unstable the "
         "choice is.",
         "model_taken_as_known"});
  } else {
    estimate.interval = {options.level, estimate.observed, kInfinity, 0, 0};
    estimate.interval_method = "none";
  }
  if (!bootstrap.interrupted) return;
  estimate.evidence.interrupted = true;
  estimate.warnings.push_back({"Interrupted: " + std::to_string(bootstrap.done) + " of " +
                                   std::to_string(bootstrap.wanted) + " replicates were done.",
                               "interrupted_replicates",
                               {{"done", static_cast<double>(bootstrap.done)},
                                {"wanted", static_cast<double>(bootstrap.wanted)}}});
}

// What moves the estimate comes before the bootstrap, which takes longest: who interrupts that one
// has all the rest.
void FillSensitivity(const ListTable& table, const SelectedModel& selected,
                     const SelectionOptions& selection, PopulationEstimate& estimate) {
  const StopFlag stop = selection.stop;
  estimate.sensitivity = Sensitivity(table, estimate.point, Repeats(table, selection), stop);
  if (!IsStopped(stop)) AddVisibility(table, selected.fit.terms, selected.fit.bic, estimate);
  if (!IsStopped(stop)) return;
  estimate.evidence.interrupted = true;
  estimate.warnings.push_back(
      {"Interrupted: what moves the estimate was not all tried.", "interrupted_sensitivity"});
}

void Warn(const ListTable& table, const LoglinearFit& fit, PopulationEstimate& estimate) {
  std::vector<std::string> infinite;
  for (const LoglinearParameter& parameter : fit.parameters) {
    if (std::isfinite(parameter.value)) continue;
    infinite.push_back(TermName(parameter.term, table.lists));
  }
  if (!infinite.empty()) {
    estimate.warnings.push_back({"Nobody is on all of " + Join(infinite, ", nor on all of ") +
                                     ": the parameter is minus infinity.",
                                 "minus_infinity",
                                 {{"terms", Join(infinite, ", ")}}});
  }
  std::size_t sparse = 0;
  for (const OverlapCell& cell : table.cells) {
    if (std::popcount(cell.mask) >= 2 && cell.count < kSparseCell) ++sparse;
  }
  if (sparse > 0) {
    const std::size_t all = estimate.evidence.overlap_cells;
    estimate.warnings.push_back(
        {std::to_string(sparse) + " of the " + std::to_string(all) +
             " overlaps hold fewer than 5 persons.",
         "sparse",
         {{"sparse", static_cast<double>(sparse)}, {"all", static_cast<double>(all)}}});
  }
  if (table.lists.size() == 2) {
    estimate.warnings.push_back(
        {"With two lists nothing can be checked: their independence is assumed.", "two_lists"});
  }
  if (table.HasBounds()) {
    estimate.warnings.push_back(SuppressedRemark());
  }
}

std::string NameOf(SelectionMethod method) {
  switch (method) {
    case SelectionMethod::kStepwise:
      return "stepwise";
    case SelectionMethod::kBic:
      return "bic";
    case SelectionMethod::kFixed:
      return "fixed";
  }
  return "";
}

// Evidence that sensitivity and table give, on top of what is there.
void MergeEvidence(const VerdictEvidence& from, VerdictEvidence& into) {
  into.observed = from.observed;
  into.point = from.point;
  into.lower = from.lower;
  into.upper = from.upper;
  into.overlap_persons = from.overlap_persons;
  into.overlap_cells = from.overlap_cells;
  into.left_out_range = from.left_out_range;
  into.suppressed_range = from.suppressed_range;
}

Result<void> CheckTable(const ListTable& table) {
  if (table.lists.size() < 2) {
    return Fail(ErrorCode::kUnsupported, "one list: without an overlap there is no estimate", {},
                "add a second list of the same persons");
  }
  if (table.Observed() <= 0) {
    return Fail(ErrorCode::kStructure, "nobody is on any list", {}, "check the counts");
  }
  const bool overlap = std::any_of(table.cells.begin(), table.cells.end(),
                                   [](const auto& cell) { return std::popcount(cell.mask) >= 2; });
  if (!overlap) {
    return Fail(ErrorCode::kStructure,
                "nobody is on two lists: any number of unobserved persons fits", {},
                "link the lists, or add one that overlaps");
  }
  return {};
}

}  // namespace

std::string SensitivityName(SensitivityKind kind) {
  switch (kind) {
    case SensitivityKind::kListLeftOut:
      return "list_left_out";
    case SensitivityKind::kListsMerged:
      return "lists_merged";
    case SensitivityKind::kVisibility:
      return "visibility";
    case SensitivityKind::kInteraction:
      return "interaction";
    case SensitivityKind::kSuppressed:
      return "suppressed";
  }
  return "";
}

Remark WithoutList(const std::string& list) {
  return {"without " + list, "sensitivity.left_out", {{"list", list}}};
}

std::vector<SensitivityRow> Sensitivity(const ListTable& table, double point,
                                        const PointEstimator& estimator, StopFlag stop) {
  Variants variants(estimator, stop);
  const std::size_t lists = table.lists.size();
  const ListMask all = (ListMask{1} << lists) - 1;
  for (std::size_t i = 0; i < lists && lists > 2; ++i) {
    variants.Add(SensitivityKind::kListLeftOut, WithoutList(table.lists[i]),
                 KeepLists(table, all & ~(ListMask{1} << i)));
  }
  for (std::size_t i = 0; i < lists && lists > 2 && lists <= kMaxListsForMerging; ++i) {
    for (std::size_t j = i + 1; j < lists; ++j) {
      Remark remark{table.lists[i] + " and " + table.lists[j] + " as one list",
                    "sensitivity.merged",
                    {{"first", table.lists[i]}, {"second", table.lists[j]}}};
      variants.Add(SensitivityKind::kListsMerged, std::move(remark), MergeLists(table, i, j));
    }
  }
  AddSuppressed(table, variants);
  const double observed = table.Observed();
  const double dark = point - observed;
  variants.rows.push_back(
      {SensitivityKind::kInteraction,
       {"the highest interaction halves the dark figure", "sensitivity.interaction_half"},
       observed,
       observed + dark / 2});
  variants.rows.push_back({SensitivityKind::kInteraction,
                           {"the highest interaction doubles it", "sensitivity.interaction_double"},
                           observed,
                           observed + 2 * dark});
  return std::move(variants.rows);
}

void NameUntried(const ListTable& table, PopulationEstimate& estimate) {
  const auto name = [&](const std::string& what, const std::string& id, std::size_t most) {
    if (table.lists.size() <= most) return;
    estimate.warnings.push_back(
        {what + " was not tried: there are more than " + std::to_string(most) + " lists.",
         id,
         {{"most", static_cast<double>(most)}}});
  };
  name("Merging lists", "merging_untried", kMaxListsForMerging);
  name("Visibility that differs between persons", "visibility_untried", kMaxVisibilityLists);
}

void AddVisibility(const ListTable& table, const ModelTerms& terms, double bic,
                   PopulationEstimate& estimate) {
  const std::size_t lists = table.lists.size();
  if (lists < kMinVisibilityLists || lists > kMaxVisibilityLists) return;
  const double price = std::log(estimate.observed);
  const auto add = [&](const ModelTerms& beside, const Remark& what, double above_bic) {
    SensitivityRow row{SensitivityKind::kVisibility, what, estimate.observed, std::nullopt};
    const auto fit = FitVisibility(table, beside);
    if (fit) row.total = fit->total;
    estimate.sensitivity.push_back(row);
    if (!fit || fit->gamma <= 0 || fit->bic - bic > above_bic) return;
    const double range =
        std::max(fit->total, estimate.point) / std::min(fit->total, estimate.point);
    estimate.evidence.visibility_range = std::max(estimate.evidence.visibility_range, range);
  };
  add(terms, {"persons differ in visibility, beside the model", "sensitivity.visibility_beside"},
      price - kVisibilityRatio);
  if (terms.empty()) return;
  add({}, {"persons differ in visibility, in place of the model", "sensitivity.visibility_instead"},
      kVisibilityBic);
}

std::vector<ListTable> TablesAtBounds(const ListTable& table) {
  std::vector<ListTable> tables;
  for (const BoundsOfAll& bounds : DistinctBounds(table)) {
    tables.push_back(AtBounds(table, bounds));
  }
  return tables;
}

VerdictEvidence EvidenceOf(const ListTable& table, double point, double lower, double upper,
                           const std::vector<SensitivityRow>& sensitivity) {
  VerdictEvidence evidence;
  evidence.observed = table.Observed();
  evidence.point = point;
  evidence.lower = lower;
  evidence.upper = upper;
  for (const OverlapCell& cell : table.cells) {
    if (std::popcount(cell.mask) < 2) continue;
    evidence.overlap_persons += cell.count;
    ++evidence.overlap_cells;
  }
  evidence.left_out_range = RangeOf(sensitivity, SensitivityKind::kListLeftOut, point, false);
  evidence.suppressed_range = RangeOf(sensitivity, SensitivityKind::kSuppressed, point, true);
  return evidence;
}

Result<PopulationEstimate> EstimateLoglinear(const ListTable& table,
                                             const EstimateOptions& options) {
  TRY(CheckTable(table));
  SelectionOptions selection = options.selection;
  selection.stop = options.bootstrap.stop;
  const SelectedModel selected = TRY(SelectModel(table, selection));
  if (selected.fit.admissibility != Admissibility::kAdmissible) {
    return Fail(ErrorCode::kStructure, AdmissibilityText(selected.fit.admissibility),
                "the model " + ModelName(selected.fit.terms, table.lists),
                "merge lists, leave one out, or choose another model");
  }
  PopulationEstimate estimate;
  estimate.method = NameOf(selection.method);
  estimate.observed = table.Observed();
  estimate.point = selected.fit.total;
  estimate.converged = selected.fit.converged;
  FillModels(table, selected, estimate);
  FillSensitivity(table, selected, selection, estimate);
  const double level = options.bootstrap.level;
  estimate.bootstrap = TRY(Bootstrap(table, selection, estimate.point, options.bootstrap));
  if (auto profile = ProfileLikelihood(table, selected.fit.terms, level)) {
    estimate.profile = *profile;
  }
  estimate.chosen = estimate.bootstrap.models;
  FillInterval(options.bootstrap, estimate);
  FillOverlaps(table, estimate);
  WidenToBounds(estimate);
  MergeEvidence(EvidenceOf(table, estimate.point, estimate.interval.lower, estimate.interval.upper,
                           estimate.sensitivity),
                estimate.evidence);
  Warn(table, selected.fit, estimate);
  NameUntried(table, estimate);
  if (!estimate.converged) {
    estimate.warnings.push_back({"The fit did not converge.", "fit_not_converged"});
  }
  estimate.judgement = JudgeEstimate(estimate.evidence);
  return estimate;
}

PopulationEstimate SumOfStrata(const std::vector<PopulationEstimate>& parts, double level) {
  PopulationEstimate sum;
  sum.converged = true;
  sum.model = "a model for each stratum";
  sum.search = "the sum of separate estimates";
  std::vector<const BootstrapResult*> bootstraps;
  std::vector<double> points;
  for (const PopulationEstimate& part : parts) {
    sum.method = part.method;
    sum.observed += part.observed;
    sum.point += part.point;
    sum.converged = sum.converged && part.converged;
    sum.evidence.overlap_persons += part.evidence.overlap_persons;
    sum.evidence.overlap_cells += part.evidence.overlap_cells;
    bootstraps.push_back(&part.bootstrap);
    points.push_back(part.point);
  }
  BootstrapOptions options;
  options.level = level;
  sum.bootstrap = AddBootstraps(bootstraps, points, options);
  FillInterval(options, sum);
  sum.evidence.observed = sum.observed;
  sum.evidence.point = sum.point;
  sum.evidence.lower = sum.interval.lower;
  sum.evidence.upper = sum.interval.upper;
  sum.judgement = JudgeEstimate(sum.evidence);
  for (const PopulationEstimate& part : parts) {
    if (part.judgement.verdict <= sum.judgement.verdict) continue;
    sum.judgement.verdict = part.judgement.verdict;
    sum.judgement.text = part.judgement.text;
  }
  return sum;
}

}  // namespace thb
