#include "hidden/verdict.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace thb {
namespace {

// An ingredient warns above its limit, or below it where less is worse.
struct Limits {
  double fragile;
  double unsupported;
};

constexpr Limits kOverlapPersons = {30, 8};  // below
constexpr Limits kParametersPerCell = {0.9, 1.5};
constexpr Limits kModelRange = {1.5, 4};
constexpr Limits kVisibilityRange = {1.1, 3};
constexpr Limits kReplicateRange = {1.8, 5};
constexpr Limits kIntervalRange = {2.5, 8};
constexpr Limits kWithoutEstimate = {0.002, 0.1};
constexpr Limits kLeftOutRange = {3, 10};
constexpr Limits kSuppressedRange = {1.5, 4};
constexpr Limits kDarkRange = {12, 60};     // estimated over observed
constexpr Limits kMisfit = {0.001, 1e-12};  // below

std::string Number(double value) {
  if (!std::isfinite(value)) return "infinitely many";
  char text[64];
  const bool whole = value >= 10 || value == std::floor(value);
  std::snprintf(text, sizeof text, whole ? "%.0f" : "%.1f", value);
  return text;
}

class Judge {
 public:
  void Above(double value, const Limits& limits, Remark remark) {
    // Not "value <= limit": what is not a number is no support.
    if (value <= limits.fragile) return;
    Add(value <= limits.unsupported ? Verdict::kFragile : Verdict::kUnsupported, std::move(remark));
  }
  void Below(double value, const Limits& limits, Remark remark) {
    if (value >= limits.fragile) return;
    Add(value >= limits.unsupported ? Verdict::kFragile : Verdict::kUnsupported, std::move(remark));
  }
  void Add(Verdict verdict, Remark remark) {
    remark.id = "verdict." + remark.id;
    reasons_[verdict == Verdict::kUnsupported ? 1 : 0].push_back({verdict, std::move(remark)});
    judgement_.verdict = std::max(judgement_.verdict, verdict);
  }
  Judgement Take() {
    judgement_.reasons = reasons_[1];
    judgement_.reasons.insert(judgement_.reasons.end(), reasons_[0].begin(), reasons_[0].end());
    return std::move(judgement_);
  }

 private:
  Judgement judgement_;
  std::vector<VerdictReason> reasons_[2];  // fragile, unsupported
};

// A sentence around one number.
Remark Counting(const std::string& id, const std::string& before, double number,
                const std::string& after) {
  return {before + Number(number) + after, id, {{"n", number}}};
}

std::string Summary(Verdict verdict) {
  switch (verdict) {
    case Verdict::kSupported:
      return "The data support an estimate of this size, if the lists miss people for reasons that "
             "the model can express. Quote the interval, not the number alone.";
    case Verdict::kFragile:
      return "The estimate is fragile: choices that the data cannot settle move it. Quote it only "
             "as a range, with the reasons below.";
    case Verdict::kUnsupported:
      return "The data do not support an estimate. Do not quote the number; say how many were "
             "observed.";
  }
  return "";
}

}  // namespace

std::string VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kSupported:
      return "supported";
    case Verdict::kFragile:
      return "fragile";
    case Verdict::kUnsupported:
      return "unsupported";
  }
  return "";
}

Judgement JudgeEstimate(const VerdictEvidence& e) {
  Judge judge;
  const double interval = e.lower > 0 ? e.upper / e.lower : HUGE_VAL;
  const double dark = e.observed > 0 ? e.point / e.observed : HUGE_VAL;
  judge.Below(e.overlap_persons, kOverlapPersons,
              Counting("overlap_persons", "Only ", e.overlap_persons,
                       " persons are on more than one list."));
  judge.Above(e.parameters_per_cell, kParametersPerCell,
              {"The model has nearly as many parameters as the table has cells with persons.",
               "parameters_per_cell"});
  judge.Above(e.model_range, kModelRange,
              Counting("model_range", "Models that fit about as well differ by a factor of ",
                       e.model_range, "."));
  judge.Above(e.visibility_range, kVisibilityRange,
              Counting("visibility_range",
                       "Persons seem to differ in how visible they are; allowing for it moves the "
                       "estimate by a factor of ",
                       e.visibility_range, "."));
  judge.Above(e.replicate_range, kReplicateRange,
              Counting("replicate_range", "The middle 80 % of the replicates spans a factor of ",
                       e.replicate_range,
                       ": another sample of the same persons could choose another model."));
  judge.Above(interval, kIntervalRange,
              Counting("interval_range", "The interval spans a factor of ", interval, "."));
  judge.Above(e.without_estimate, kWithoutEstimate,
              Counting("without_estimate", "", 100 * e.without_estimate,
                       " % of the replicates have no estimate at all."));
  judge.Above(
      e.left_out_range, kLeftOutRange,
      Counting("left_out_range", "Leaving out a list moves the estimate by a factor of up to ",
               e.left_out_range, "."));
  judge.Above(e.suppressed_range, kSuppressedRange,
              Counting("suppressed_range", "The suppressed counts alone leave a factor of ",
                       e.suppressed_range, "."));
  judge.Above(dark, kDarkRange,
              Counting("dark_range", "The estimate is ", dark, " times the persons observed."));
  judge.Below(e.misfit, kMisfit, {"The model fits the table badly.", "misfit"});
  if (!e.converged) {
    judge.Add(
        Verdict::kUnsupported,
        {"The computation has not converged: the number may be far from what the method says.",
         "not_converged"});
  }
  if (e.interrupted) judge.Add(Verdict::kFragile, {"The run was interrupted.", "interrupted"});
  Judgement judgement = judge.Take();
  judgement.text = Summary(judgement.verdict);
  return judgement;
}

}  // namespace thb
