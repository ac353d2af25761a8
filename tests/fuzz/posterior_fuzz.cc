// Reads any bytes as overlapping lists, runs every Bayesian method on them with short chains, and
// holds the answer against what must be true of every one: an error that says something, or a total
// of at least the persons observed and an interval in order, on any number of threads.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "hidden/bayes_threshold.h"
#include "hidden/decomposable.h"
#include "hidden/latent_class.h"

namespace {

constexpr std::size_t kMaxFuzzedLists = 6;  // of thresholding: more are slow under the sanitizers

void Require(bool condition) {
  if (!condition) std::abort();
}

void CheckSummary(const thb::PosteriorSummary& total, double observed) {
  Require(std::isfinite(total.upper) && std::isfinite(total.mean));
  Require(total.lower >= observed * (1 - 1e-9) && total.lower <= total.median);
  Require(total.median <= total.upper);
}

// Errors are errors of the data, never of the program.
template <typename Estimate>
bool Answered(const thb::Result<Estimate>& estimate) {
  if (estimate) return true;
  Require(estimate.error().code == thb::ErrorCode::kUnsupported ||
          estimate.error().code == thb::ErrorCode::kStructure);
  Require(!estimate.error().ToLine().empty());
  return false;
}

void TryDecomposable(const thb::ListTable& table) {
  const auto estimate = thb::EstimateDecomposable(table, {});
  if (Answered(estimate)) CheckSummary(estimate->total, estimate->observed);
}

void TryThreshold(const thb::ListTable& table) {
  if (table.lists.size() > kMaxFuzzedLists) return;
  for (const double variance : {1.0, 0.0}) {
    thb::ThresholdOptions options;
    options.prior_variance = variance;
    options.chains = 2;
    options.first_sweeps = 10;
    options.rounds = 1;
    const auto estimate = thb::EstimateByThreshold(table, options);
    if (Answered(estimate)) CheckSummary(estimate->total, estimate->observed);
  }
}

void TryLatentClasses(const thb::ListTable& table) {
  thb::LatentClassOptions options;
  options.classes = 4;
  options.chains = 2;
  options.first_sweeps = 8;
  options.rounds = 1;
  const auto one = thb::EstimateLatentClasses(table, options);
  options.threads = 2;
  const auto two = thb::EstimateLatentClasses(table, options);
  Require(one.has_value() == two.has_value());
  if (!Answered(one)) return;
  Require(one->totals == two->totals);
  CheckSummary(one->total, one->observed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto lists = thb::ReadLists(text, "fuzz.csv", {});
  if (!lists) return 0;
  TryDecomposable(lists->pooled);
  TryThreshold(lists->pooled);
  TryLatentClasses(lists->pooled);
  return 0;
}
