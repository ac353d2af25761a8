// thb estimate: how many persons are on none of the lists.

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/date.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/internal/interrupt.h"
#include "cli/workspace.h"
#include "hidden/survey.h"
#include "policy/national_estimates.h"

namespace thb {
namespace {

constexpr std::int64_t kMaxThreads = 256;
constexpr std::int64_t kDefaultReplicates = 1000;
constexpr std::chrono::seconds kProgressEvery{2};

// What was asked for.
struct Request {
  SurveyRequest survey;
  std::string population;
  std::string period;
  std::vector<std::string> strata_columns;
  std::string row;  // file to write a row of national estimates to, "" none
  std::string geo;
  std::string source;
};

Result<std::int64_t> IntegerOf(const Arguments& arguments, const std::string& option,
                               std::int64_t fallback, std::int64_t low, std::int64_t high) {
  if (!arguments.Has(option)) return fallback;
  const auto value = ParseInt(arguments.Get(option));
  if (!value || *value < low || *value > high) {
    return Fail(ErrorCode::kUsage, "not a number for " + option + ": " + arguments.Get(option),
                option, "give " + std::to_string(low) + " to " + std::to_string(high));
  }
  return *value;
}

Result<double> ShareOf(const Arguments& arguments, const std::string& option, double fallback) {
  if (!arguments.Has(option)) return fallback;
  const auto value = ParseDecimal(arguments.Get(option));
  if (!value || !(*value > 0) || !(*value < 1)) {
    return Fail(ErrorCode::kUsage, "not a share for " + option + ": " + arguments.Get(option),
                option, "give a number between 0 and 1");
  }
  return *value;
}

Result<void> ReadMethod(const Arguments& arguments, SurveyRequest& request) {
  request.method = TRY(ParseSurveyMethod(arguments.Get("--method", "stepwise")));
  SelectionOptions& selection = request.options.selection;
  selection.threshold = TRY(ShareOf(arguments, "--threshold", kStepwiseThreshold));
  selection.max_order =
      static_cast<std::size_t>(TRY(IntegerOf(arguments, "--max-order", 0, 2, kMaxLists)));
  request.model = arguments.Get("--model");
  if (!arguments.Has("--model")) return {};
  if (request.method.bayesian) {
    return Fail(ErrorCode::kUsage, "method " + request.method.name + " takes no model", "--model",
                "leave it out, or use stepwise");
  }
  request.method.selection = SelectionMethod::kFixed;
  return {};
}

// A row names a state, a period and who was listed; without them nobody could place the number.
Result<void> ReadRow(const Arguments& arguments, Request& request) {
  request.row = arguments.Get("--row");
  request.geo = arguments.Get("--geo");
  request.source = arguments.Get("--source");
  if (request.row.empty()) return {};
  for (const char* needed : {"--geo", "--source", "--population", "--period"}) {
    if (arguments.Has(needed)) continue;
    return Fail(ErrorCode::kUsage, "a row of national estimates needs " + std::string(needed),
                "--row", "say whose lists they are, of when, of whom, and where they come from");
  }
  return {};
}

Result<Request> ReadRequest(const Arguments& arguments) {
  Request request;
  TRY(ReadMethod(arguments, request.survey));
  BootstrapOptions& bootstrap = request.survey.options.bootstrap;
  bootstrap.replicates = static_cast<std::size_t>(TRY(
      IntegerOf(arguments, "--bootstrap", kDefaultReplicates, 0, std::int64_t{kMaxReplicates})));
  bootstrap.seed = static_cast<std::uint64_t>(TRY(IntegerOf(arguments, "--seed", 1, 0, INT64_MAX)));
  const std::int64_t all = std::max(1U, std::thread::hardware_concurrency());
  bootstrap.threads =
      static_cast<std::size_t>(TRY(IntegerOf(arguments, "--threads", all, 1, kMaxThreads)));
  bootstrap.level = TRY(ShareOf(arguments, "--level", 0.95));
  request.population = arguments.Get("--population");
  if (arguments.Has("--population") && request.population != "presumed" &&
      request.population != "identified" && request.population != "both") {
    return Fail(ErrorCode::kUsage, "no population " + request.population, "--population",
                "choose one of presumed, identified, both");
  }
  if (arguments.Has("--period")) {
    request.period = TRY(ParsePeriod(arguments.Get("--period"))).ToString();
  }
  TRY(ReadRow(arguments, request));
  const std::string strata = arguments.Get("--strata");
  for (const std::string_view column : Split(strata, ',')) {
    if (!Trim(column).empty()) request.strata_columns.emplace_back(Trim(column));
  }
  return request;
}

Json NumberOrNull(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json ModelsJson(const PopulationEstimate& e) {
  Json models = Json::array();
  for (const AlternativeModel& model : e.alternatives) {
    models.push_back({{"model", model.model},
                      {"bic", model.bic},
                      {"above_best", model.above_best},
                      {"total", NumberOrNull(model.total)}});
  }
  return models;
}

Json SensitivityJson(const PopulationEstimate& e) {
  Json rows = Json::array();
  for (const SensitivityRow& row : e.sensitivity) {
    rows.push_back({{"kind", SensitivityName(row.kind)},
                    {"what", row.what.text},
                    {"observed", row.observed},
                    {"total", row.total ? NumberOrNull(*row.total) : Json(nullptr)}});
  }
  return rows;
}

Json EvidenceJson(const VerdictEvidence& e) {
  return {{"overlap_persons", e.overlap_persons},
          {"overlap_cells", e.overlap_cells},
          {"parameters_per_cell", e.parameters_per_cell},
          {"model_range", NumberOrNull(e.model_range)},
          {"visibility_range", NumberOrNull(e.visibility_range)},
          {"replicate_range", NumberOrNull(e.replicate_range)},
          {"without_estimate", e.without_estimate},
          {"left_out_range", NumberOrNull(e.left_out_range)},
          {"suppressed_range", NumberOrNull(e.suppressed_range)},
          {"misfit", e.misfit}};
}

Json EstimateJson(const PopulationEstimate& e, const Request& request, const std::string& stratum,
                  const std::vector<Remark>& about_table) {
  Json warnings = Json::array();
  for (const Remark& warning : about_table) warnings.push_back(warning.text);
  for (const Remark& warning : e.warnings) warnings.push_back(warning.text);
  Json reasons = Json::array();
  for (const VerdictReason& reason : e.judgement.reasons) reasons.push_back(reason.remark.text);
  Json overlaps = Json::array();
  for (const CarryingOverlap& overlap : e.overlaps) {
    overlaps.push_back({{"lists", overlap.lists},
                        {"count", overlap.count},
                        {"with_one_less", NumberOrNull(overlap.total)}});
  }
  Json json = {{"method", e.method},
               {"population", request.population},
               {"period", request.period},
               {"stratum", stratum},
               {"observed", e.observed},
               {"point", NumberOrNull(e.point)},
               {"lower", NumberOrNull(e.interval.lower)},
               {"upper", NumberOrNull(e.interval.upper)},
               {"level", e.interval.level},
               {"lower_error", NumberOrNull(e.interval.lower_error)},
               {"upper_error", NumberOrNull(e.interval.upper_error)},
               {"interval", e.interval_method}};
  if (e.interval80.level > 0) {
    json["lower80"] = NumberOrNull(e.interval80.lower);
    json["upper80"] = NumberOrNull(e.interval80.upper);
  }
  if (e.profile) {
    json["profile"] = {{"lower", NumberOrNull(e.profile->lower)},
                       {"upper", NumberOrNull(e.profile->upper)}};
  }
  if (e.chains) {
    json["chains"] = {{"chains", e.chains->chains},
                      {"draws", e.chains->draws},
                      {"rhat", NumberOrNull(e.chains->rhat)},
                      {"bulk_ess", e.chains->bulk_ess},
                      {"tail_ess", e.chains->tail_ess}};
  }
  json.update({{"model", e.model},
               {"search", e.search},
               {"models_tried", e.models},
               {"models_admissible", e.admissible},
               {"converged", e.converged},
               {"replicates", e.replicates},
               {"seed", request.survey.options.bootstrap.seed},
               {"verdict", VerdictName(e.judgement.verdict)},
               {"verdict_text", e.judgement.text},
               {"reasons", reasons},
               {"warnings", warnings},
               {"models", ModelsJson(e)},
               {"sensitivity", SensitivityJson(e)},
               {"overlaps", overlaps},
               {"evidence", EvidenceJson(e.evidence)}});
  return json;
}

Json AnswerJson(const SurveyAnswer& answer, const PopulationEstimate& pooled,
                const Request& request) {
  Json json = EstimateJson(pooled, request, "", answer.pooled.warnings);
  if (answer.strata.empty()) return json;
  json["strata"] = Json::array();
  for (const SurveyPart& part : answer.strata) {
    json["strata"].push_back(
        part.estimate ? EstimateJson(*part.estimate, request, part.stratum, part.warnings)
                      : Json{{"stratum", part.stratum},
                             {"verdict", VerdictName(Verdict::kUnsupported)},
                             {"error", part.estimate.error().ToLine()}});
  }
  if (answer.sum) json["sum"] = EstimateJson(*answer.sum, request, "sum of strata", {});
  return json;
}

std::string Whole(double value) {
  return std::isfinite(value) ? FormatNumber(std::round(value)) : "no bound";
}

std::string Line(const std::string& label, const std::string& text) {
  return label + std::string(label.size() < 13 ? 13 - label.size() : 1, ' ') + text + "\n";
}

std::string IntervalText(const BootstrapInterval& interval, bool errors) {
  std::string text = FormatNumber(100 * interval.level) + " %: " + Whole(interval.lower) + " to " +
                     Whole(interval.upper);
  if (errors) {
    text += " (Monte Carlo error " + Whole(interval.lower_error) + " and " +
            Whole(interval.upper_error) + ")";
  }
  return text;
}

std::string ModelsText(const PopulationEstimate& e) {
  if (e.alternatives.empty()) return "";
  std::vector<std::vector<std::string>> rows = {{"model", "BIC above best", "estimate"}};
  for (const AlternativeModel& model : e.alternatives) {
    rows.push_back(
        {model.model, FormatNumber(std::round(model.above_best * 100) / 100), Whole(model.total)});
  }
  return "\nBest models by BIC, of " + std::to_string(e.admissible) + " with an estimate (" +
         std::to_string(e.models) + " tried)\n" + TextTable(rows);
}

std::string SensitivityText(const PopulationEstimate& e) {
  if (e.sensitivity.empty()) return "";
  std::vector<std::vector<std::string>> rows = {{"what if", "observed", "estimate"}};
  for (const SensitivityRow& row : e.sensitivity) {
    rows.push_back({row.what.text, Whole(row.observed), row.total ? Whole(*row.total) : "none"});
  }
  return "\nWhat moves it\n" + TextTable(rows);
}

std::string OverlapsText(const PopulationEstimate& e) {
  if (e.overlaps.empty()) return "";
  std::vector<std::vector<std::string>> rows = {{"on exactly", "persons", "with one less"}};
  for (const CarryingOverlap& overlap : e.overlaps) {
    rows.push_back({overlap.lists, FormatNumber(overlap.count), Whole(overlap.total)});
  }
  return "\nThe overlaps that carry it\n" + TextTable(rows);
}

std::string VerdictText(const PopulationEstimate& e, const std::vector<Remark>& warnings) {
  std::string text = Line("verdict", VerdictName(e.judgement.verdict) + ". " + e.judgement.text);
  for (const VerdictReason& reason : e.judgement.reasons)
    text += Line("", "- " + reason.remark.text);
  for (const Remark& warning : warnings) text += Line("warning", warning.text);
  for (const Remark& warning : e.warnings) text += Line("warning", warning.text);
  return text;
}

std::string EstimateText(const PopulationEstimate& e, const Request& request,
                         const std::string& stratum, const std::vector<Remark>& warnings) {
  const std::string population = request.population == "both" ? "presumed and identified victims"
                                                              : request.population + " victims";
  std::string text;
  text += Line("population", request.population.empty()
                                 ? "not stated (--population presumed, identified or both)"
                                 : population);
  text += Line("period", request.period.empty() ? "not stated (--period)" : request.period);
  text += Line("stratum", stratum.empty() ? "all" : stratum);
  text += Line("observed", FormatNumber(e.observed) + " persons");
  text += Line("estimate", Whole(e.point) + " persons, those observed included");
  const bool simulated = e.replicates > 0 || e.chains.has_value();
  text += Line("interval", IntervalText(e.interval, simulated));
  if (e.interval80.level > 0) text += Line("", IntervalText(e.interval80, simulated));
  text += Line("", e.interval_method);
  if (e.profile && e.replicates > 0) {
    text +=
        Line("", "with the model taken as known (profile likelihood): " + Whole(e.profile->lower) +
                     " to " + Whole(e.profile->upper));
  }
  text += Line("method", e.method + ": " + e.search);
  text += Line("model", e.model);
  text += VerdictText(e, warnings);
  return text + ModelsText(e) + SensitivityText(e) + OverlapsText(e);
}

std::string AnswerText(const SurveyAnswer& answer, const PopulationEstimate& pooled,
                       const Request& request) {
  std::string text = EstimateText(pooled, request, "", answer.pooled.warnings);
  for (const SurveyPart& part : answer.strata) {
    text += "\n----\n";
    text += part.estimate ? EstimateText(*part.estimate, request, part.stratum, part.warnings)
                          : Line("stratum", part.stratum) +
                                Line("estimate", "none: " + part.estimate.error().ToLine());
  }
  if (answer.sum) {
    text += "\n----\n" + EstimateText(*answer.sum, request, "sum of the strata", {});
  } else if (!answer.strata.empty()) {
    text += "\n----\n" + Line("sum", "none: a stratum has no estimate");
  }
  return text;
}

// As `thb import` takes it. Strata have their sum where there is one.
Result<void> WriteRow(const SurveyAnswer& answer, const PopulationEstimate& pooled,
                      const Request& request, const Environment& environment) {
  const PopulationEstimate& e = answer.sum ? *answer.sum : pooled;
  NationalEstimate row;
  row.geo = request.geo;
  row.period = TRY(ParsePeriod(request.period));
  row.population = request.population;
  row.method = request.survey.method.name;
  row.observed = e.observed;
  row.point = e.point;
  row.lower = e.interval.lower;
  if (std::isfinite(e.interval.upper)) row.upper = e.interval.upper;
  row.level = e.interval.level;
  row.model = e.model;
  row.verdict = VerdictName(e.judgement.verdict);
  row.source = request.source;
  const std::string text = WriteNationalEstimates({row});
  // What the import would refuse is refused now.
  const Codes codes = TRY(Codes::Load());
  TRY(ParseNationalEstimates(text, request.row, codes));
  TRY(WriteFile(request.row, text));
  environment.note("row of national estimates written to " + request.row);
  return {};
}

Result<int> RunEstimate(const Arguments& arguments, const Environment& environment) {
  const InterruptFlag interrupt;
  Request request = TRY(ReadRequest(arguments));
  const std::string path = arguments.Get("LISTS");
  const StratifiedLists lists = TRY(ReadLists(TRY(ReadFile(path)), path, request.strata_columns));
  request.survey.options.bootstrap.stop = &interrupt.stop();
  auto told = std::chrono::steady_clock::now();
  const auto progress = [&](const std::string& part) {
    return [&, part](std::size_t done) {
      const auto now = std::chrono::steady_clock::now();
      if (now - told < kProgressEvery) return;
      told = now;
      environment.note(part + ": " +
                       (done == 0
                            ? "one person less in each cell"
                            : std::to_string(done) + " of " +
                                  std::to_string(request.survey.options.bootstrap.replicates) +
                                  " replicates"));
    };
  };
  const SurveyAnswer answer = EstimateSurvey(lists, request.survey, progress);
  const PopulationEstimate pooled = TRY(Result<PopulationEstimate>(answer.pooled.estimate));
  if (interrupt.stop().load()) environment.note("interrupted: the answer rests on what was done");
  if (!request.row.empty()) TRY(WriteRow(answer, pooled, request, environment));
  TRY(Deliver(arguments, environment,
              arguments.Has("--json") ? AnswerJson(answer, pooled, request).dump(1) + "\n"
                                      : AnswerText(answer, pooled, request)));
  return kDone;
}

}  // namespace

Command EstimateCommand() {
  return {"estimate",
          "how many persons are on none of the lists",
          {{"LISTS", "LISTS", "CSV: a 0/1 column for each list, and a count", true},
           {"--method", "M", "stepwise (default), bic, bayes, dga or lcmcr"},
           {"--bootstrap", "N", "replicates of stepwise and bic; default: 1000"},
           {"--seed", "S", "of the replicates and chains; default: 1"},
           {"--level", "P", "of the interval; default: 0.95"},
           {"--strata", "C,C", "columns whose values are estimated apart, too"},
           {"--population", "P", "presumed, identified or both: who was listed"},
           {"--period", "P", "years that the lists cover: 2020 or 2019-2020"},
           {"--model", "MODEL", "this model: A:B + B:C, lists joined by colons"},
           {"--max-order", "N", "largest interaction for BIC; default: 3, over five lists 2"},
           {"--threshold", "P", "of stepwise; default: 0.02"},
           {"--threads", "N", "threads; default: all"},
           {"--row", "FILE", "write a row of national estimates here, for thb import"},
           {"--geo", "GEO", "state of that row"},
           {"--source", "TEXT", "where the lists of that row come from"},
           {"--json", "", "one JSON object"},
           {"--out", "FILE", "write here in place of stdout"}},
          RunEstimate};
}

}  // namespace thb
