// How often do the intervals hold the truth, and does the verdict warn where they do not?
//
//   coverage_study [--runs N] [--scenario NAME] [--methods M,M] [--bootstrap N] [--threads N]
//                  [--rows FILE]
//
// Prints the table of docs/methods/hidden-population-coverage.md. Data set i of a scenario has the
// seed i + 1, the same for every method. --rows writes one line for each estimate with what its
// verdict rests on.

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>

#include "base/text.h"
#include "bench/coverage/scenarios.h"
#include "hidden/bayesian.h"
#include "hidden/estimate.h"

namespace thb {
namespace {

constexpr double kLargeError = 0.25;  // of the truth: the estimate has failed

struct Settings {
  std::size_t runs = 500;
  std::size_t replicates = 200;
  std::size_t threads = 1;
  std::string scenario;
  std::vector<std::string> methods = {"stepwise", "bic", "bayes", "dga", "lcmcr"};
  std::string rows;
};

// One estimate of one data set.
struct Outcome {
  bool answered = false;
  bool covered = false;
  bool failed = false;  // misses the truth, or is more than a quarter off
  bool warned = false;  // fragile or unsupported
  bool unsupported = false;
  double log_ratio = 0;  // of the estimate to the truth
  double width = 0;      // upper over lower
  std::string row;
};

Result<PopulationEstimate> Run(const ListTable& table, const std::string& method,
                               const Settings& settings, std::uint64_t seed) {
  if (const auto bayesian = BayesianMethodOf(method)) {
    BayesianOptions options;
    options.method = *bayesian;
    options.seed = seed;
    options.brief = true;
    return EstimateBayesian(table, options);
  }
  EstimateOptions options;
  options.selection.method = method == "bic" ? SelectionMethod::kBic : SelectionMethod::kStepwise;
  options.bootstrap.replicates = settings.replicates;
  options.bootstrap.seed = seed;
  return EstimateLoglinear(table, options);
}

std::string RowOf(const PopulationEstimate& e, double truth, const Outcome& outcome) {
  const VerdictEvidence& v = e.evidence;
  std::string row;
  for (const double value :
       {truth, e.observed, e.point, e.interval.lower, e.interval.upper, outcome.covered ? 1.0 : 0.0,
        outcome.failed ? 1.0 : 0.0, outcome.warned ? 1.0 : 0.0, v.overlap_persons,
        v.parameters_per_cell, v.model_range, v.replicate_range, v.without_estimate,
        v.left_out_range, v.visibility_range, v.misfit, e.converged ? 1.0 : 0.0}) {
    row += "," + FormatNumber(value);
  }
  return row;
}

Outcome Try(const Scenario& scenario, const std::string& method, const Settings& settings,
            std::uint64_t run) {
  Outcome outcome;
  const auto drawn = SimulateLists(scenario.truth, run + 1);
  if (!drawn) return outcome;
  const auto estimate = Run(drawn->table, method, settings, run + 1);
  // A refusal is a warning of the clearest kind.
  outcome.warned = true;
  outcome.unsupported = true;
  if (!estimate) return outcome;
  const auto truth = static_cast<double>(drawn->population);
  outcome.answered = true;
  outcome.covered = estimate->interval.lower <= truth && truth <= estimate->interval.upper;
  outcome.failed = !outcome.covered || !(std::fabs(estimate->point - truth) <= kLargeError * truth);
  outcome.warned = estimate->judgement.verdict != Verdict::kSupported;
  outcome.unsupported = estimate->judgement.verdict == Verdict::kUnsupported;
  outcome.log_ratio = std::log(estimate->point / truth);
  outcome.width = estimate->interval.upper / estimate->interval.lower;
  outcome.row = scenario.name + "," + method + RowOf(*estimate, truth, outcome);
  return outcome;
}

std::string Percent(double part, double whole) {
  char text[32];
  if (whole <= 0) return "-";
  std::snprintf(text, sizeof text, "%.0f", 100 * part / whole);
  return text;
}

double Median(std::vector<double> values) {
  if (values.empty()) return NAN;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

std::string Line(const std::string& scenario, const std::string& method,
                 const std::vector<Outcome>& outcomes) {
  double answered = 0;
  double covered = 0;
  double failed = 0;
  double warned = 0;
  double warned_failed = 0;
  double unsupported = 0;
  std::vector<double> ratios;
  std::vector<double> widths;
  for (const Outcome& outcome : outcomes) {
    warned += outcome.warned;
    unsupported += outcome.unsupported;
    if (!outcome.answered) continue;
    ++answered;
    covered += outcome.covered;
    failed += outcome.failed;
    warned_failed += outcome.failed && outcome.warned;
    ratios.push_back(outcome.log_ratio);
    widths.push_back(outcome.width);
  }
  char numbers[64];
  std::snprintf(numbers, sizeof numbers, " %+.0f | %.2f |", 100 * std::expm1(Median(ratios)),
                Median(widths));
  const auto all = static_cast<double>(outcomes.size());
  return "| " + scenario + " | " + method + " |" + numbers + " " + Percent(covered, answered) +
         " | " + Percent(failed, answered) + " | " + Percent(warned, all) + " | " +
         Percent(unsupported, all) + " | " + Percent(warned_failed, failed) + " |";
}

std::vector<Outcome> RunAll(const Scenario& scenario, const std::string& method,
                            const Settings& settings) {
  std::vector<Outcome> outcomes(settings.runs);
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < settings.runs; i = next++) {
      outcomes[i] = Try(scenario, method, settings, i);
    }
  };
  std::vector<std::thread> helpers;
  for (std::size_t i = 1; i < settings.threads; ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
  return outcomes;
}

bool ReadSettings(int argc, char** argv, Settings* settings) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    const std::string value = argv[i + 1];
    const auto number = static_cast<std::size_t>(std::max(0L, std::atol(value.c_str())));
    if (option == "--runs") {
      settings->runs = number;
    } else if (option == "--bootstrap") {
      settings->replicates = number;
    } else if (option == "--threads") {
      settings->threads = number;
    } else if (option == "--scenario") {
      settings->scenario = value;
    } else if (option == "--rows") {
      settings->rows = value;
    } else if (option == "--methods") {
      settings->methods.clear();
      for (const auto method : Split(value, ',')) settings->methods.emplace_back(method);
    } else {
      return false;
    }
  }
  return argc % 2 == 1;
}

int Main(int argc, char** argv) {
  Settings settings;
  if (!ReadSettings(argc, argv, &settings)) {
    std::cerr << "usage: coverage_study [--runs N] [--scenario NAME] [--methods M,M]\n"
                 "                      [--bootstrap N] [--threads N] [--rows FILE]\n";
    return 2;
  }
  std::ofstream rows;
  if (!settings.rows.empty()) {
    rows.open(settings.rows);
    rows
        << "scenario,method,truth,observed,point,lower,upper,covered,failed,warned,overlap_persons,"
           "parameters_per_cell,model_range,replicate_range,without_estimate,left_out_range,"
           "visibility_range,misfit,"
           "converged\n";
  }
  std::cout << "| truth | method | bias % | upper / lower | covered % | failed % | warned % | "
               "unsupported % | warned where failed % |\n|---|---|---|---|---|---|---|---|---|\n";
  for (const Scenario& scenario : CoverageScenarios()) {
    if (!settings.scenario.empty() && scenario.name != settings.scenario) continue;
    for (const std::string& method : settings.methods) {
      const auto outcomes = RunAll(scenario, method, settings);
      std::cout << Line(scenario.name, method, outcomes) << std::endl;
      for (const Outcome& outcome : outcomes) {
        if (rows.is_open() && outcome.answered) rows << outcome.row << '\n';
      }
      rows.flush();
    }
  }
  return 0;
}

}  // namespace
}  // namespace thb

int main(int argc, char** argv) {
  return thb::Main(argc, argv);
}
