#include "hidden/latent_class.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <span>

#include "base/draws.h"
#include "base/text.h"
#include "hidden/internal/cells.h"
#include "hidden/internal/chain_run.h"
#include "hidden/internal/latent_class_chain.h"

namespace thb {
namespace {

constexpr std::size_t kKeptDraws = 2000;
constexpr std::size_t kMaxChains = 256;
constexpr std::size_t kMaxRounds = 20;
constexpr std::size_t kRoundsBeforeLadders = 4;
constexpr double kSeveralModes = 1.05;  // R-hat
constexpr std::size_t kLadderSweeps = 4;
constexpr std::size_t kLadderRounds = 5;
// Close together where the modes part, wide where there is little left to tell.
constexpr std::array<double, 12> kPowers = {1,    0.8,  0.64, 0.51,  0.41,  0.33,
                                            0.23, 0.16, 0.11, 0.055, 0.027, 0.012};

Result<void> CheckOptions(const LatentClassOptions& options) {
  const auto refuse = [](const std::string& what, const std::string& remedy) {
    return Fail(ErrorCode::kUsage, what, "latent class model", remedy);
  };
  if (options.classes < 1 || options.classes > kMaxLatentClasses) {
    return refuse("cannot use " + std::to_string(options.classes) + " classes",
                  "give 1 to " + std::to_string(kMaxLatentClasses));
  }
  if (!(options.alpha_shape > 0) || !(options.alpha_rate > 0)) {
    return refuse("the prior of the concentration needs a positive shape and rate",
                  "use 0.25 and 0.25");
  }
  if (!(options.level > 0 && options.level < 1)) {
    return refuse("not a level: " + FormatNumber(options.level), "give one between 0 and 1");
  }
  if (options.chains < 1 || options.chains > kMaxChains || options.first_sweeps < 1 ||
      options.rounds < 1 || options.rounds > kMaxRounds) {
    return refuse("chains, sweeps or rounds out of range", "use 4 chains and 8 rounds");
  }
  return {};
}

ClassCells CellsOf(const ListTable& table) {
  ClassCells cells;
  cells.lists = table.lists.size();
  for (const OverlapCell& cell : table.cells) {
    const auto count = static_cast<std::uint64_t>(std::llround(cell.count));
    if (cell.mask == 0 || count == 0) continue;
    cells.masks.push_back(cell.mask);
    cells.counts.push_back(count);
    cells.weights.push_back(static_cast<double>(count));
    cells.observed += count;
  }
  return cells;
}

// Chains at falling powers of the likelihood; the first has power 1.
class Ladder {
 public:
  Ladder(const ClassCells& cells, const ClassPrior& prior, std::span<const double> powers,
         Random random)
      : random_(random) {
    for (const double power : powers) {
      rungs_.push_back(
          std::make_unique<LatentClassChain>(cells, prior, power, Random(random_.Next())));
    }
  }
  // Every rung moves, then neighbours may exchange, in alternating pairs.
  void Sweep() {
    for (const auto& rung : rungs_) rung->Sweep();
    for (std::size_t i = odd_ ? 1 : 0; i + 1 < rungs_.size(); i += 2) {
      rungs_[i]->Exchange(rungs_[i + 1].get(), &random_);
    }
    odd_ = !odd_;
  }
  const LatentClassChain& Cold() const { return *rungs_.front(); }

 private:
  Random random_;
  bool odd_ = false;
  std::vector<std::unique_ptr<LatentClassChain>> rungs_;
};

ChainRun RunLadders(const ClassCells& cells, const ClassPrior& prior,
                    std::span<const double> powers, std::uint64_t seed, const ChainPlan& plan) {
  std::vector<Ladder> ladders;
  for (std::size_t c = 0; c < plan.chains; ++c) {
    ladders.emplace_back(cells, prior, powers, StreamOf(seed, c));
  }
  const auto advance = [&](std::size_t c, std::size_t sweeps, std::size_t every,
                           std::vector<double>* rows) {
    for (std::size_t i = 1; i <= sweeps; ++i) {
      ladders[c].Sweep();
      if (every == 0 || i % every != 0) continue;
      rows->push_back(ladders[c].Cold().Total());
      rows->push_back(static_cast<double>(ladders[c].Cold().Occupied()));
    }
  };
  ChainRun run = RunChains(plan, 2, advance);
  run.sweeps *= powers.size();
  return run;
}

// Plain chains; where those still disagree after some rounds, ladders.
ChainRun RunUntilAgreed(const ClassCells& cells, const ClassPrior& prior,
                        const LatentClassOptions& options, bool* ladders) {
  ChainPlan plan;
  plan.chains = options.chains;
  plan.first_sweeps = options.first_sweeps;
  plan.rounds = options.rounds;
  plan.kept = kKeptDraws;
  plan.keep_last = true;
  plan.threads = options.threads;
  plan.stop = options.stop;
  plan.watched = 1;  // the total; how many classes there are is told, but decides nothing
  if (options.ladders) {
    plan.look_after = kRoundsBeforeLadders;
    plan.give_up_above = kSeveralModes;
  }
  ChainRun plain = RunLadders(cells, prior, std::span(kPowers).first(1), options.seed, plan);
  *ladders = plain.gave_up;
  if (!plain.gave_up) return plain;
  plan.chains = (options.chains + 1) / 2;
  plan.first_sweeps *= kLadderSweeps;
  plan.rounds = std::min(options.rounds, kLadderRounds);
  plan.look_after = 0;
  ChainRun run =
      RunLadders(cells, prior, kPowers, StreamOf(options.seed, options.chains).Next(), plan);
  if (run.columns.empty()) return plain;  // stopped: the chains that disagree are all there is
  run.sweeps += plain.sweeps;
  return run;
}

}  // namespace

Result<LatentClassEstimate> EstimateLatentClasses(const ListTable& table,
                                                  const LatentClassOptions& options) {
  TRY(CheckOptions(options));
  TRY(CheckForEstimation(table, kMaxLists, "lcmcr"));
  const ClassCells cells = CellsOf(table);
  const ClassPrior prior{options.classes, options.alpha_shape, options.alpha_rate};
  LatentClassEstimate estimate;
  ChainRun run = RunUntilAgreed(cells, prior, options, &estimate.ladders);
  TRY(CheckHasRound(run));
  estimate.observed = static_cast<double>(cells.observed);
  estimate.total = SummariseChains(run.columns[0], options.level);
  estimate.diagnostics = DiagnoseChains(run.columns[0]);
  estimate.converged = estimate.diagnostics.Converged();
  estimate.mean_classes = SummariseChains(run.columns[1], options.level).mean;
  estimate.sweeps = run.sweeps;
  estimate.totals = std::move(run.columns[0]);
  estimate.warnings = DataWarnings(table);
  if (estimate.ladders) {
    estimate.warnings.push_back(
        {"The posterior has several modes: quite different mixtures of classes fit about as well.",
         "several_modes"});
  }
  return estimate;
}

}  // namespace thb
