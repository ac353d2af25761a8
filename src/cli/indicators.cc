// thb indicators, thb explain, thb check, thb backtest: figures and where they come from.

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/files.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/workspace.h"
#include "statistics/check.h"
#include "statistics/explain.h"
#include "statistics/impute.h"
#include "statistics/joint.h"

namespace thb {
namespace {

constexpr const char* kDefaultGeo = "EU27_2020";

Json Number(const std::optional<double>& value) {
  if (!value) return nullptr;
  constexpr double kExactInteger = 9e15;
  if (*value == std::floor(*value) && std::abs(*value) < kExactInteger) {
    return static_cast<std::int64_t>(*value);
  }
  return *value;
}

Json ValueJson(const IndicatorValue& v) {
  Json json = {{"id", v.query.id},
               {"geo", v.query.geo},
               {"period", v.query.period.ToString()},
               {"where", v.query.where},
               {"denominator_rule", v.query.denominator},
               {"base", v.query.base ? Json(v.query.base->ToString()) : Json(nullptr)},
               {"value", Number(v.value)},
               {"unit", v.unit},
               {"numerator", Number(v.numerator)},
               {"denominator", Number(v.denominator)},
               {"lower", Number(v.lower)},
               {"upper", Number(v.upper)},
               {"flags", v.flags},
               {"complete", v.complete},
               {"missing_reason", v.missing_reason},
               {"reported", v.reported},
               {"missing", v.missing},
               {"estimated", v.estimated},
               {"suppressed", v.suppressed},
               {"missing_breakdown", v.missing_breakdown},
               {"one_period_only", v.one_period_only},
               {"warnings", v.warnings},
               {"figure", v.FigureId()}};
  if (v.value_all) json["value_all"] = *v.value_all;
  json["items"] = Json::array();
  for (const IndicatorItem& item : v.items) {
    json["items"].push_back({{"code", item.code}, {"value", item.value}, {"rank", item.rank}});
  }
  return json;
}

std::string ShowValue(const IndicatorValue& v, int decimals) {
  if (!v.value) return ": " + v.missing_reason;
  if (v.unit == "LIST") {
    std::string text = FormatNumber(*v.value) + ":";
    constexpr std::size_t kShown = 10;
    for (std::size_t i = 0; i < std::min(v.items.size(), kShown); ++i) {
      text += " " + v.items[i].code;
    }
    return v.items.size() > kShown ? text + " ..." : text;
  }
  std::string text = FormatNumber(RoundHalfAway(*v.value, decimals));
  if (v.lower)
    text += " [" + FormatNumber(*v.lower) + ", " + (v.upper ? FormatNumber(*v.upper) : "") + "]";
  return v.flags.empty() ? text : text + " " + v.flags;
}

Result<IndicatorQuery> QueryFrom(const Arguments& arguments, const std::string& geo) {
  IndicatorQuery query;
  query.geo = geo;
  query.where = Join(arguments.All("--where"), ";");
  query.denominator = arguments.Get("--denominator");
  query.period = TRY(ParsePeriod(arguments.Get("--period")));
  if (arguments.Has("--base")) query.base = TRY(ParsePeriod(arguments.Get("--base")));
  return query;
}

// Whether the filter fits the indicator: its dataset has the dimension and does not fix it itself.
bool Applies(const Workspace& workspace, const Indicator& indicator, const Where& where) {
  const Indicator* base = &indicator;
  while (base->dataset.empty()) base = workspace.indicators.Find(base->of);
  const Dataset* dataset = workspace.datasets.Find(base->dataset);
  for (const auto& [dimension, codes] : where) {
    if (!dataset->IndexOf(dimension) || base->population.count(dimension) > 0) return false;
    if (base->numerator.count(dimension) > 0 && base->numerator.at(dimension) != codes) {
      return false;
    }
  }
  return true;
}

Result<std::vector<IndicatorValue>> EvaluateAll(const Arguments& arguments,
                                                const Evaluator& evaluator,
                                                const Workspace& workspace,
                                                const std::string& geo) {
  IndicatorQuery query = TRY(QueryFrom(arguments, geo));
  const Where where = TRY(ParseWhere(query.where));
  std::vector<IndicatorValue> values;
  for (const Indicator& indicator : workspace.indicators.all()) {
    if (arguments.Has("--id") && indicator.id != arguments.Get("--id")) continue;
    const bool agency = indicator.dataset == "thb_agency";
    if (agency && geo != kDefaultGeo) continue;
    query.id = indicator.id;
    if (!arguments.Has("--id") && !Applies(workspace, indicator, where)) continue;
    values.push_back(TRY(evaluator.Evaluate(query)));
  }
  if (values.empty() && !query.where.empty()) {
    return Fail(ErrorCode::kUsage, "no indicator can be filtered by " + query.where, "--where",
                "see docs/datasets.md for the dimensions of each dataset");
  }
  return values;
}

Result<int> RunIndicators(const Arguments& arguments, const Environment& environment) {
  const auto workspace = TRY(Workspace::Load());
  if (arguments.Has("--id")) TRY(workspace->indicators.Get(arguments.Get("--id")));
  const Period period = TRY(ParsePeriod(arguments.Get("--period")));
  const auto opened = TRY(OpenSnapshot(arguments, environment, *workspace));
  const Snapshot snapshot =
      TRY(ImputeBy(arguments.Get("--impute"), *workspace, opened.snapshot, period));
  const Evaluator evaluator(workspace->codes, workspace->datasets, workspace->indicators, snapshot);
  std::vector<std::string> geos = {arguments.Get("--geo", kDefaultGeo)};
  if (!arguments.Has("--geo")) {
    const auto members = workspace->codes.Members(kDefaultGeo);
    geos.insert(geos.end(), members.begin(), members.end());
  }
  Json json = Json::array();
  std::vector<std::vector<std::string>> text = {
      {"indicator", "geo", "period", "value", "unit", "numerator", "denominator", "reported"}};
  for (const std::string& geo : geos) {
    for (const auto& v : TRY(EvaluateAll(arguments, evaluator, *workspace, geo))) {
      const int decimals = workspace->indicators.Find(v.query.id)->decimals;
      json.push_back(ValueJson(v));
      text.push_back({v.query.id, geo, v.query.period.ToString(), ShowValue(v, decimals), v.unit,
                      v.numerator ? FormatNumber(*v.numerator) : "",
                      v.denominator ? FormatNumber(*v.denominator) : "",
                      std::to_string(v.reported.size())});
    }
  }
  TRY(Deliver(arguments, environment,
              arguments.Has("--json") ? json.dump(1) + "\n" : TextTable(text)));
  return kDone;
}

// --- explain ----------------------------------------------------------------------------------

const Vintage* VintageOf(const Snapshot& snapshot, std::int64_t id) {
  for (const Vintage& vintage : snapshot.vintages) {
    if (vintage.id == id) return &vintage;
  }
  return nullptr;
}

std::string ShowCellValue(const Cell& cell) {
  if (cell.state == CellState::kMissing) return ": " + cell.reason;
  if (cell.state == CellState::kSuppressed) {
    return "suppressed, " + FormatNumber(cell.lower) + " to " +
           (cell.upper < 0 ? "no bound" : FormatNumber(cell.upper));
  }
  return FormatNumber(cell.value) + (cell.flags.empty() ? "" : " " + cell.flags);
}

Json ExplanationJson(const Explanation& explanation, const Evaluator& evaluator) {
  Json json = ValueJson(explanation.value);
  const Indicator* indicator = evaluator.indicators().Find(explanation.value.query.id);
  json["name"] = indicator->en;
  json["definition"] = indicator->definition_en;
  json["cells"] = Json::array();
  for (const ExplainedCell& cell : explanation.cells) {
    Json row = {{"role", cell.role},
                {"geo", cell.geo},
                {"time", cell.time},
                {"key", cell.described},
                {"value", ShowCellValue(cell.cell->cell)},
                {"place", cell.cell->place}};
    if (!cell.cell->method.empty()) row["method"] = cell.cell->method;
    if (const Vintage* v = VintageOf(evaluator.snapshot(), cell.cell->vintage)) {
      row["vintage"] = v->id;
      row["file"] = v->file_name;
      row["sha256"] = v->file_sha256;
      row["sender"] = v->sender;
      row["imported"] = FormatInstant(v->time);
    }
    json["cells"].push_back(std::move(row));
  }
  json["parts"] = Json::array();
  for (const Explanation& part : explanation.parts) {
    json["parts"].push_back(ExplanationJson(part, evaluator));
  }
  return json;
}

void AppendCells(const Explanation& explanation, const Evaluator& evaluator,
                 const std::string& indent, std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::set<std::int64_t> vintages;
  for (const ExplainedCell& cell : explanation.cells) {
    const std::string from = cell.cell->method.empty()
                                 ? "vintage " + std::to_string(cell.cell->vintage)
                                 : "imputed by " + cell.cell->method;
    rows.push_back({indent + cell.role, cell.geo, cell.time, ShowCellValue(cell.cell->cell),
                    cell.described, from, cell.cell->place});
    if (cell.cell->method.empty()) vintages.insert(cell.cell->vintage);
  }
  text += TextTable(rows);
  for (const std::int64_t id : vintages) {
    const Vintage* v = VintageOf(evaluator.snapshot(), id);
    if (v == nullptr) continue;
    text += indent + "vintage " + std::to_string(id) + ": " + v->file_name + ", sent by " +
            (v->sender.empty() ? "several" : v->sender) + ", imported " + FormatInstant(v->time) +
            ", " + v->format + ", SHA-256 " + v->file_sha256 + "\n";
  }
}

void AppendExplanation(const Explanation& explanation, const Evaluator& evaluator,
                       const std::string& indent, std::string& text) {
  const IndicatorValue& v = explanation.value;
  const Indicator* indicator = evaluator.indicators().Find(v.query.id);
  text += indent + v.FigureId() + " = " + ShowValue(v, indicator->decimals) + " " + v.unit + "\n";
  text += indent + "  " + indicator->en + ". " + indicator->definition_en + "\n";
  if (v.value && v.denominator) {
    text += indent + "  exact: " + FormatNumber(*v.value) + " from " + FormatNumber(*v.numerator) +
            " and " + FormatNumber(*v.denominator) + "\n";
  }
  const auto list = [&](const char* name, const std::vector<std::string>& codes) {
    if (!codes.empty()) text += indent + "  " + name + ": " + Join(codes, " ") + "\n";
  };
  list("missing", v.missing);
  list("suppressed", v.suppressed);
  list("estimated", v.estimated);
  list("without this breakdown", v.missing_breakdown);
  list("in one period only", v.one_period_only);
  for (const std::string& warning : v.warnings) text += indent + "  note: " + warning + "\n";
  AppendCells(explanation, evaluator, indent + "  ", text);
  for (const Explanation& part : explanation.parts) {
    AppendExplanation(part, evaluator, indent + "  ", text);
  }
}

Result<IndicatorQuery> ExplainQuery(const Arguments& arguments) {
  IndicatorQuery query = TRY(ParseFigureId(arguments.Get("INDICATOR")));
  if (arguments.Has("--geo")) query.geo = arguments.Get("--geo");
  if (arguments.Has("--where")) query.where = Join(arguments.All("--where"), ";");
  if (arguments.Has("--denominator")) query.denominator = arguments.Get("--denominator");
  if (arguments.Has("--base")) query.base = TRY(ParsePeriod(arguments.Get("--base")));
  if (arguments.Has("--period")) query.period = TRY(ParsePeriod(arguments.Get("--period")));
  if (query.period.first == 0) {
    return Fail(ErrorCode::kUsage, "no period is named", "--period", "give --period 2019-2020");
  }
  return query;
}

Result<int> RunExplain(const Arguments& arguments, const Environment& environment) {
  const auto workspace = TRY(Workspace::Load());
  const IndicatorQuery query = TRY(ExplainQuery(arguments));
  const auto opened = TRY(OpenSnapshot(arguments, environment, *workspace));
  const Snapshot snapshot = TRY(
      ImputeBy(arguments.Get("--impute", query.impute), *workspace, opened.snapshot, query.period));
  const Evaluator evaluator(workspace->codes, workspace->datasets, workspace->indicators, snapshot);
  const Explanation explanation = TRY(Explain(evaluator, query));
  if (arguments.Has("--json")) {
    environment.out(Json::array({ExplanationJson(explanation, evaluator)}).dump(1) + "\n");
    return kDone;
  }
  std::string text;
  AppendExplanation(explanation, evaluator, "", text);
  environment.out(text);
  return kDone;
}

// --- check ------------------------------------------------------------------------------------

// Snapshots of a database by view, each loaded once.
class Views {
 public:
  Views(const Workspace& workspace, OpenCollection& opened)
      : workspace_(workspace), opened_(opened) {}

  Result<IndicatorValue> Evaluate(const IndicatorQuery& query, const View& view) {
    const Snapshot* snapshot = TRY(Get(view, query.period));
    const Evaluator evaluator(workspace_.codes, workspace_.datasets, workspace_.indicators,
                              *snapshot);
    return evaluator.Evaluate(query);
  }

  // Dates on which the collection changed, with and without imputation.
  std::vector<View> Others() const {
    std::set<std::string> dates;
    for (const Vintage& vintage : opened_.snapshot.vintages) {
      if (vintage.collection == opened_.snapshot.collection) dates.insert(FormatDate(vintage.time));
    }
    std::vector<View> views;
    for (const std::string& method : ImputationMethods()) views.push_back({"", method});
    for (const std::string& date : dates) {
      views.push_back({date, ""});
      for (const std::string& method : ImputationMethods()) views.push_back({date, method});
    }
    return views;
  }

 private:
  Result<const Snapshot*> Get(const View& view, const Period& period) {
    const std::string base_key = view.as_of;
    if (snapshots_.count(base_key) == 0) {
      if (view.as_of.empty()) {
        snapshots_.emplace(base_key, opened_.snapshot);
      } else {
        const Instant until = TRY(ParseAsOf(view.as_of));
        snapshots_.emplace(
            base_key, TRY(LoadSnapshot(*opened_.database, workspace_.codes, workspace_.datasets,
                                       opened_.snapshot.collection, until)));
      }
    }
    const Snapshot& base = snapshots_.at(base_key);
    if (view.impute.empty()) return &base;
    const std::string key = base_key + "|" + view.impute + "|" + period.ToString();
    if (snapshots_.count(key) == 0) {
      const Period both{period.Preceding().first, period.last, 0};
      snapshots_.emplace(
          key, TRY(ImputeTotals(base, workspace_.datasets, workspace_.codes.Members(kDefaultGeo),
                                both, view.impute)));
    }
    return &snapshots_.at(key);
  }

  const Workspace& workspace_;
  OpenCollection& opened_;
  std::map<std::string, Snapshot> snapshots_;
};

Json CheckJson(const CheckRow& row) {
  return Json{{"id", row.id},
              {"verdict", row.verdict},
              {"claimed", row.claimed},
              {"computed", row.computed},
              {"matches", row.matches},
              {"reason", row.reason},
              {"warnings", row.warnings}};
}

std::string CheckText(const std::vector<CheckRow>& rows) {
  std::string text;
  for (const CheckRow& row : rows) {
    text += row.id + "  " + row.verdict + "  claimed " + row.claimed;
    if (!row.computed.empty()) text += ", computed " + row.computed;
    if (!row.reason.empty()) text += "; " + row.reason;
    for (const std::string& match : row.matches) text += "; matches " + match;
    for (const std::string& warning : row.warnings) text += "; note: " + warning;
    text += "\n";
  }
  return text;
}

Result<int> RunCheck(const Arguments& arguments, const Environment& environment) {
  const auto workspace = TRY(Workspace::Load());
  const std::string path = arguments.Get("CLAIMS");
  const auto claims = TRY(ParseClaims(TRY(ReadFile(path)), path));
  auto opened = TRY(OpenSnapshot(arguments, environment, *workspace));
  Views views(*workspace, opened);
  CheckContext context;
  context.indicators = &workspace->indicators;
  context.codes = &workspace->codes;
  context.evaluate = [&](const IndicatorQuery& query, const View& view) {
    return views.Evaluate(query, view);
  };
  context.other_views = views.Others();
  auto rows = TRY(CheckClaims(claims, context));
  const auto contradictions =
      TRY(FindJointContradictions(claims, workspace->indicators, workspace->codes));
  for (const JointContradiction& contradiction : contradictions) {
    environment.note("these claims cannot all be true of " + contradiction.population + ": " +
                     Join(contradiction.claims, ", "));
    for (CheckRow& row : rows) {
      const auto& ids = contradiction.claims;
      if (std::find(ids.begin(), ids.end(), row.id) == ids.end()) continue;
      row.warnings.push_back("cannot be true together: " + Join(ids, " "));
    }
  }
  Json json = Json::array();
  for (const CheckRow& row : rows) json.push_back(CheckJson(row));
  TRY(Deliver(arguments, environment,
              arguments.Has("--json") ? json.dump(1) + "\n" : CheckText(rows)));
  const auto count = [&](const char* verdict) {
    return std::to_string(std::count_if(rows.begin(), rows.end(),
                                        [&](const CheckRow& r) { return r.verdict == verdict; }));
  };
  environment.note(count("reproduced") + " reproduced, " + count("differs") + " differ, " +
                   count("not_computable") + " not computable");
  const bool differs = std::any_of(rows.begin(), rows.end(),
                                   [](const CheckRow& r) { return r.verdict == "differs"; });
  return differs || !contradictions.empty() ? kFindings : kDone;
}

// --- backtest ---------------------------------------------------------------------------------

// Mean absolute percentage error and the error of the sum, by method and population.
std::string BacktestText(const std::vector<BacktestRow>& rows) {
  struct Error {
    double absolute = 0, estimate = 0, actual = 0;
    int cells = 0;
  };
  std::map<std::pair<std::string, std::string>, Error> errors;
  for (const BacktestRow& row : rows) {
    Error& error = errors[{row.population, row.method}];
    error.absolute += std::abs(row.estimate - row.actual);
    error.estimate += row.estimate;
    error.actual += row.actual;
    ++error.cells;
  }
  std::vector<std::vector<std::string>> table = {
      {"population", "method", "cells", "weighted absolute error %", "error of the sum %"}};
  for (const auto& [key, error] : errors) {
    const auto percent = [&](double value) {
      return error.actual == 0 ? std::string(":")
                               : FormatNumber(RoundHalfAway(100 * value / error.actual, 1));
    };
    table.push_back({key.first, key.second, std::to_string(error.cells), percent(error.absolute),
                     percent(error.estimate - error.actual)});
  }
  return TextTable(table);
}

Result<int> RunBacktest(const Arguments& arguments, const Environment& environment) {
  const auto workspace = TRY(Workspace::Load());
  const auto opened = TRY(OpenSnapshot(arguments, environment, *workspace));
  const auto rows =
      Backtest(opened.snapshot, workspace->datasets, workspace->codes.Members(kDefaultGeo));
  if (!arguments.Has("--json")) {
    environment.out(BacktestText(rows));
    return kDone;
  }
  Json json = Json::array();
  for (const BacktestRow& row : rows) {
    json.push_back({{"method", row.method},
                    {"population", row.population},
                    {"geo", row.geo},
                    {"time", std::to_string(row.time)},
                    {"estimate", Number(row.estimate)},
                    {"actual", Number(row.actual)}});
  }
  environment.out(json.dump(1) + "\n");
  return kDone;
}

std::vector<Option> FigureOptions() {
  return {
      {"--geo", "G", "state or aggregate; default EU27_2020"},
      {"--where", "D=V+V;D=V", "restricts the population, that is the denominator", false, true},
      {"--denominator", "RULE", "all (unknown stays in) or known"},
      {"--base", "P", "base window of a change; default the preceding one of equal length"},
      {"--impute", "METHOD", "complete missing totals: locf, mean, panel or none"},
      {"--json", "", "as JSON"}};
}

Command Figures(std::string name, std::string summary, std::vector<Option> first,
                std::function<Result<int>(const Arguments&, const Environment&)> run) {
  Command command{std::move(name), std::move(summary), std::move(first), std::move(run)};
  for (const auto& options : {DatabaseOptions(), FigureOptions()}) {
    command.options.insert(command.options.end(), options.begin(), options.end());
  }
  return command;
}

}  // namespace

Command IndicatorsCommand() {
  return Figures("indicators", "all indicators of a period with their coverage",
                 {{"--period", "P", "a year, 2020, or a window, 2019-2020", true},
                  {"--id", "ID", "this indicator only"},
                  {"--out", "FILE", "write here in place of stdout"}},
                 RunIndicators);
}

Command ExplainCommand() {
  return Figures("explain", "the way back of one figure to the files it came from",
                 {{"INDICATOR", "INDICATOR", "an indicator, or a figure id of the report", true},
                  {"--period", "P", "a year or window, where the figure id has none"}},
                 RunExplain);
}

Command CheckCommand() {
  Command command{"check", "recompute the figures of a claims file", {}, RunCheck};
  command.options = DatabaseOptions();
  command.options.insert(command.options.begin(),
                         {"CLAIMS", "CLAIMS", "CSV: id,indicator,geo,period,value,unit", true});
  command.options.push_back({"--out", "FILE", "write here in place of stdout"});
  command.options.push_back({"--json", "", "as JSON"});
  return command;
}

Command BacktestCommand() {
  Command command{
      "backtest", "what each imputation method would have said on past years", {}, RunBacktest};
  command.options = DatabaseOptions();
  command.options.push_back({"--json", "", "every estimate as JSON"});
  return command;
}

}  // namespace thb
