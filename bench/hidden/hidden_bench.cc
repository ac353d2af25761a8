// One piece of work on one table of lists, in one thread, its processor time as JSON:
// hidden_bench TABLE.csv stepwise REPLICATES | bic ORDER | bic-bootstrap ORDER REPLICATES |
//   lcmcr SEED
// hidden_bench CHAINS.csv chains 0: how many effective draws somebody else's chains hold, by the
//   function that judges ours; a column for each chain, no header.

#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/files.h"
#include "base/text.h"
#include "hidden/bootstrap.h"
#include "hidden/convergence.h"
#include "hidden/latent_class.h"
#include "hidden/lists.h"
#include "hidden/select.h"

namespace {

double ProcessorSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

template <typename T>
T OrExit(thb::Result<T> result) {
  if (result) return *std::move(result);
  std::fprintf(stderr, "%s\n", result.error().ToLine().c_str());
  std::exit(1);
}

void PrintChains(const thb::Chains& chains, double cpu, unsigned long long sweeps) {
  const thb::ChainDiagnostics found = thb::DiagnoseChains(chains);
  const thb::PosteriorSummary total = thb::SummariseChains(chains, 0.95);
  std::printf(
      "{\"cpu\": %.4f, \"point\": %.6g, \"lower\": %.6g, \"upper\": %.6g, \"bulk\": %.1f, "
      "\"tail\": %.1f, \"rhat\": %.4f, \"chains\": %zu, \"draws\": %zu, \"sweeps\": %llu}\n",
      cpu, total.median, total.lower, total.upper, found.bulk_ess, found.tail_ess, found.rhat,
      found.chains, found.draws, sweeps);
}

int LatentClasses(const std::string& path, const char* seed) {
  const thb::ListTable table = OrExit(thb::ReadLists(OrExit(thb::ReadFile(path)), path, {})).pooled;
  thb::LatentClassOptions options;
  options.seed = std::strtoull(seed, nullptr, 10);
  const auto estimate = OrExit(thb::EstimateLatentClasses(table, options));
  PrintChains(estimate.totals, ProcessorSeconds(), estimate.sweeps);
  return 0;
}

int OthersChains(const std::string& path) {
  const std::string text = OrExit(thb::ReadFile(path));
  thb::Chains chains;
  for (const std::string_view line : thb::Split(text, '\n')) {
    if (thb::Trim(line).empty()) continue;
    const auto draws = thb::Split(line, ',');
    chains.resize(draws.size());
    for (std::size_t c = 0; c < draws.size(); ++c) {
      chains[c].push_back(thb::ParseDecimal(thb::Trim(draws[c])).value_or(0));
    }
  }
  PrintChains(chains, 0, 0);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const std::string path = argv[1];
  const std::string work = argv[2];
  if (work == "lcmcr") return LatentClasses(path, argv[3]);
  if (work == "chains") return OthersChains(path);
  const thb::ListTable table = OrExit(thb::ReadLists(OrExit(thb::ReadFile(path)), path, {})).pooled;
  thb::SelectionOptions selection;
  thb::BootstrapOptions bootstrap;
  if (work == "stepwise") {
    bootstrap.replicates = std::strtoul(argv[3], nullptr, 10);
  } else {
    selection.method = thb::SelectionMethod::kBic;
    selection.max_order = std::strtoul(argv[3], nullptr, 10);
    bootstrap.replicates = argc > 4 ? std::strtoul(argv[4], nullptr, 10) : 0;
  }
  const thb::Selection chosen = thb::SelectOnce(table, selection);
  const double point = table.Observed() + chosen.unobserved;
  std::size_t models = 0;
  double lower = 0;
  double upper = 0;
  if (work == "bic") {
    models = OrExit(thb::SelectModel(table, selection)).models;
  } else {
    const auto result = OrExit(thb::Bootstrap(table, selection, point, bootstrap));
    lower = result.bca.lower;
    upper = result.bca.upper;
  }
  std::printf(
      "{\"cpu\": %.4f, \"point\": %.10g, \"models\": %zu, \"lower\": %.6g, \"upper\": %.6g}\n",
      ProcessorSeconds(), point, models, lower, upper);
  return 0;
}
