#pragma once
// Runs several chains until they agree or a limit is reached.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.h"
#include "hidden/convergence.h"
#include "hidden/stop.h"

namespace thb {

struct ChainPlan {
  std::size_t chains = 4;
  std::size_t first_sweeps = 500;  // warm-up; the first round is as long
  std::size_t rounds = 8;          // each twice as long as the one before, which it replaces
  bool keep_last = false;          // the round before stays, too: three quarters of a run count
  std::size_t kept = 1000;         // draws kept of a chain and round, at most
  std::size_t threads = 1;
  std::size_t watched = 0;  // columns that decide on convergence, from the first; 0: all
  // Where R-hat is above the limit after so many rounds, the run gives up.
  std::size_t look_after = 0;  // 0: it does not
  double give_up_above = 0;
  StopFlag stop = nullptr;
};

struct ChainRun {
  std::vector<Chains> columns;   // what was watched, of the last round
  ChainDiagnostics diagnostics;  // the worst of the watched columns
  std::uint64_t sweeps = 0;      // of all chains, with warm-up
  bool gave_up = false;
};

// kInterrupted where the run was stopped before its first round was whole.
Result<void> CheckHasRound(const ChainRun& run);

// Moves chain `chain` on by `sweeps` and appends a row of `columns` numbers after each `every`-th;
// every = 0 keeps nothing. A round is several calls, whose sweeps are multiples of `every`. Called
// for different chains from different threads.
using AdvanceChain = std::function<void(std::size_t chain, std::size_t sweeps, std::size_t every,
                                        std::vector<double>* rows)>;

// Stopped, the last whole round is the result; without one the columns are empty.
// The result depends on the plan and the chains' own seeds, not on the number of threads.
ChainRun RunChains(const ChainPlan& plan, std::size_t columns, const AdvanceChain& advance);

}  // namespace thb
