#include "statistics/impute.h"

#include <algorithm>

#include "base/text.h"
#include "statistics/indicator.h"

namespace thb {

std::vector<std::string> ImputationMethods() {
  return {"locf", "mean", "panel"};
}

std::vector<TotalSeries> ImputedSeries() {
  const auto stage = [](const char* population, const char* leg_stat) {
    return TotalSeries{
        population, "thb_persons", {{"leg_stat", {leg_stat}}, {"offence", {"ART2"}}}};
  };
  return {{"victims", "thb_victims", {}},
          stage("suspects", "PER_SUSP"),
          stage("prosecutions", "PER_PRSC"),
          stage("convictions", "PER_CNV")};
}

namespace {

std::optional<double> Known(const Snapshot& snapshot, const Dataset& dataset,
                            const TotalSeries& series, const std::string& geo, int year) {
  const Resolved resolved = snapshot.Resolve(dataset, series.where, geo, std::to_string(year));
  const bool known = resolved.kind == Resolved::Kind::kValue && !resolved.suppressed &&
                     !resolved.missing && !resolved.estimated;
  if (!known) return std::nullopt;
  return resolved.value;
}

// The latest earlier year with a value.
std::optional<int> LastYear(const Snapshot& snapshot, const Dataset& dataset,
                            const TotalSeries& series, const std::string& geo, int year) {
  for (int back = 1; back <= kMaxYearsBack; ++back) {
    if (Known(snapshot, dataset, series, geo, year - back)) return year - back;
  }
  return std::nullopt;
}

// Growth from `from` to `to` over the other states that have both years.
std::optional<double> PanelGrowth(const Snapshot& snapshot, const Dataset& dataset,
                                  const TotalSeries& series,
                                  const std::vector<std::string>& members,
                                  const std::string& left_out, int from, int to) {
  double before = 0;
  double after = 0;
  for (const std::string& geo : members) {
    if (geo == left_out) continue;
    const auto start = Known(snapshot, dataset, series, geo, from);
    const auto end = Known(snapshot, dataset, series, geo, to);
    if (!start || !end) continue;
    before += *start;
    after += *end;
  }
  if (before == 0) return std::nullopt;
  return after / before;
}

// The cell that a state's estimate rests on: file and line of its last total, for the way back.
std::string BasisOf(const Snapshot& snapshot, const Dataset& dataset, const TotalSeries& series,
                    const std::string& geo, int year) {
  const auto last = LastYear(snapshot, dataset, series, geo, year);
  if (!last) return "";
  const Resolved resolved = snapshot.Resolve(dataset, series.where, geo, std::to_string(*last));
  return resolved.cells.empty() ? "" : resolved.cells.front()->place;
}

}  // namespace

std::optional<double> Estimate(const Snapshot& snapshot, const Dataset& dataset,
                               const TotalSeries& series, const std::vector<std::string>& members,
                               const std::string& geo, int year, const std::string& method) {
  if (method == "mean") {
    double sum = 0;
    int years = 0;
    for (int back = 1; back <= kMeanYears; ++back) {
      const auto value = Known(snapshot, dataset, series, geo, year - back);
      if (!value) continue;
      sum += *value;
      ++years;
    }
    if (years == 0) return std::nullopt;
    return sum / years;
  }
  const auto last = LastYear(snapshot, dataset, series, geo, year);
  if (!last) return std::nullopt;
  const double carried = *Known(snapshot, dataset, series, geo, *last);
  if (method == "locf") return carried;
  const auto growth = PanelGrowth(snapshot, dataset, series, members, geo, *last, year);
  if (!growth) return std::nullopt;
  return carried * *growth;
}

namespace {

// The key of the total cell of a series.
Key TotalKey(const Dataset& dataset, const TotalSeries& series, const std::string& geo, int year) {
  Key key;
  for (const Dimension& dimension : dataset.dimensions) {
    const auto fixed = series.where.find(dimension.id);
    key.push_back(fixed == series.where.end() ? dimension.total : fixed->second.front());
  }
  key[dataset.geo_index()] = geo;
  key[dataset.time_index()] = std::to_string(year);
  return key;
}

bool AnyReported(const Snapshot& snapshot, const Dataset& dataset, const TotalSeries& series,
                 const std::vector<std::string>& members, int year) {
  return std::any_of(members.begin(), members.end(), [&](const std::string& geo) {
    return Known(snapshot, dataset, series, geo, year).has_value();
  });
}

// Suppressed totals are known within bounds, so they are not imputed.
bool IsMissing(const Snapshot& snapshot, const Dataset& dataset, const TotalSeries& series,
               const std::string& geo, int year) {
  const Resolved resolved = snapshot.Resolve(dataset, series.where, geo, std::to_string(year));
  return resolved.kind != Resolved::Kind::kValue || resolved.missing;
}

}  // namespace

Result<Snapshot> ImputeTotals(const Snapshot& snapshot, const Datasets& datasets,
                              const std::vector<std::string>& members, const Period& period,
                              const std::string& method) {
  const auto methods = ImputationMethods();
  if (std::find(methods.begin(), methods.end(), method) == methods.end()) {
    return Fail(ErrorCode::kUsage, "no imputation method " + method, "--impute",
                "choose one of " + Join(methods, ", "));
  }
  Snapshot completed = snapshot;
  completed.imputed = method;
  for (const TotalSeries& series : ImputedSeries()) {
    const Dataset& dataset = *TRY(datasets.Get(series.dataset));
    for (int year = period.first; year <= period.last; ++year) {
      if (!AnyReported(snapshot, dataset, series, members, year)) continue;
      for (const std::string& geo : members) {
        if (!IsMissing(snapshot, dataset, series, geo, year)) continue;
        // Estimates rest on what was reported, never on other estimates.
        const auto estimate = Estimate(snapshot, dataset, series, members, geo, year, method);
        if (!estimate) continue;
        SnapshotCell cell;
        cell.key = TotalKey(dataset, series, geo, year);
        cell.cell = Cell::Value(RoundHalfAway(*estimate, 0), "e");
        cell.table = series.dataset;
        cell.method = method;
        cell.place = BasisOf(snapshot, dataset, series, geo, year);
        completed.Put(dataset, std::move(cell));
      }
    }
  }
  return completed;
}

std::vector<BacktestRow> Backtest(const Snapshot& snapshot, const Datasets& datasets,
                                  const std::vector<std::string>& members) {
  std::vector<BacktestRow> rows;
  for (const TotalSeries& series : ImputedSeries()) {
    const Dataset& dataset = *datasets.Find(series.dataset);
    for (const std::string& method : ImputationMethods()) {
      for (const std::string& geo : members) {
        for (const std::string& time : snapshot.Times(series.dataset)) {
          const auto year = ParseInt(time);
          if (!year) continue;
          const int t = static_cast<int>(*year);
          const auto actual = Known(snapshot, dataset, series, geo, t);
          if (!actual) continue;
          const auto estimate = Estimate(snapshot, dataset, series, members, geo, t, method);
          if (!estimate) continue;
          rows.push_back({method, series.population, geo, t, RoundHalfAway(*estimate, 0), *actual});
        }
      }
    }
  }
  return rows;
}

}  // namespace thb
