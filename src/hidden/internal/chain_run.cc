#include "hidden/internal/chain_run.h"

#include <algorithm>
#include <atomic>
#include <thread>

namespace thb {
namespace {

constexpr std::size_t kSweepsBetweenLooks = 50;  // at the stop flag

void OnThreads(std::size_t threads, std::size_t tasks,
               const std::function<void(std::size_t)>& task) {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < tasks; i = next++) task(i);
  };
  std::vector<std::thread> helpers;
  for (std::size_t i = 1; i < std::min(threads, tasks); ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
}

std::vector<Chains> ByColumn(const std::vector<std::vector<double>>& rows, std::size_t columns) {
  std::vector<Chains> result(columns, Chains(rows.size()));
  for (std::size_t c = 0; c < rows.size(); ++c) {
    for (std::size_t i = 0; i < rows[c].size(); ++i) {
      result[i % columns][c].push_back(rows[c][i]);
    }
  }
  return result;
}

// The draws of a chain's earlier rows, one in `step`, and of its later ones.
std::vector<std::vector<double>> Joined(const std::vector<std::vector<double>>& earlier,
                                        std::size_t step,
                                        const std::vector<std::vector<double>>& later,
                                        std::size_t columns) {
  std::vector<std::vector<double>> all(earlier.size());
  for (std::size_t c = 0; c < earlier.size(); ++c) {
    for (std::size_t i = (step - 1) * columns; i < earlier[c].size(); i += step * columns) {
      for (std::size_t column = 0; column < columns; ++column) {
        all[c].push_back(earlier[c][i + column]);
      }
    }
    all[c].insert(all[c].end(), later[c].begin(), later[c].end());
  }
  return all;
}

ChainDiagnostics Worst(const std::vector<Chains>& columns, std::size_t watched) {
  ChainDiagnostics worst = DiagnoseChains(columns.front());
  for (std::size_t i = 1; i < watched; ++i) {
    const ChainDiagnostics other = DiagnoseChains(columns[i]);
    worst.rhat = std::max(worst.rhat, other.rhat);
    worst.bulk_ess = std::min(worst.bulk_ess, other.bulk_ess);
    worst.tail_ess = std::min(worst.tail_ess, other.tail_ess);
  }
  return worst;
}

}  // namespace

Result<void> CheckHasRound(const ChainRun& run) {
  if (!run.columns.empty()) return {};
  return Fail(ErrorCode::kInterrupted, "interrupted before the chains gave an estimate", {},
              "give it more time, or use stepwise");
}

ChainRun RunChains(const ChainPlan& plan, std::size_t columns, const AdvanceChain& advance) {
  const auto in_steps = [&](std::size_t sweeps, std::size_t every, std::size_t chain,
                            std::vector<double>* rows) {
    const std::size_t unit = std::max<std::size_t>(every, 1);
    const std::size_t step = (kSweepsBetweenLooks + unit - 1) / unit * unit;
    for (std::size_t done = 0; done < sweeps && !IsStopped(plan.stop); done += step) {
      advance(chain, std::min(step, sweeps - done), every, rows);
    }
  };
  ChainRun run;
  OnThreads(plan.threads, plan.chains,
            [&](std::size_t chain) { in_steps(plan.first_sweeps, 0, chain, nullptr); });
  if (IsStopped(plan.stop)) return run;
  run.sweeps = plan.first_sweeps * plan.chains;
  std::size_t sweeps = plan.first_sweeps;
  std::vector<std::vector<double>> last;
  std::size_t last_every = 0;
  for (std::size_t round = 0; round < plan.rounds; ++round, sweeps *= 2) {
    const std::size_t every = (sweeps + plan.kept - 1) / plan.kept;
    std::vector<std::vector<double>> rows(plan.chains);
    OnThreads(plan.threads, plan.chains,
              [&](std::size_t chain) { in_steps(sweeps, every, chain, &rows[chain]); });
    if (IsStopped(plan.stop)) break;
    run.sweeps += sweeps * plan.chains;
    const std::size_t watched = plan.watched == 0 ? columns : plan.watched;
    const bool joins = !last.empty() && every % last_every == 0;
    run.columns = ByColumn(joins ? Joined(last, every / last_every, rows, columns) : rows, columns);
    run.diagnostics = Worst(run.columns, watched);
    if (run.diagnostics.Converged()) break;
    // Whether the chains still disagree is for the last round to say.
    if (round + 1 == plan.look_after &&
        Worst(ByColumn(rows, columns), watched).rhat > plan.give_up_above) {
      run.gave_up = true;
      break;
    }
    if (plan.keep_last) {
      last = std::move(rows);
      last_every = every;
    }
  }
  return run;
}

}  // namespace thb
