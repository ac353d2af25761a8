#pragma once
// Do the data support an estimate? A rule from measurable ingredients, the same for every method.
//
// Each ingredient has two named thresholds: beyond the first the estimate is fragile, beyond the
// second it is unsupported. The verdict is that of the worst ingredient. The thresholds are
// choices, set by simulation so that the verdict warns where the method fails (docs/methods); they
// prove nothing: what every list misses alike leaves no trace in any of them.

#include <cstddef>
#include <string>
#include <vector>

#include "hidden/remark.h"

namespace thb {

enum class Verdict { kSupported, kFragile, kUnsupported };

// "supported", "fragile", "unsupported".
std::string VerdictName(Verdict verdict);

// What is known about an estimate. A range without values is 1, a share 0.
struct VerdictEvidence {
  double observed = 0;
  double point = 0;
  double lower = 0;
  double upper = 0;
  double overlap_persons = 0;      // on two lists or more
  std::size_t overlap_cells = 0;   // combinations of lists that hold them
  double parameters_per_cell = 0;  // parameters of the model over cells with persons
  double model_range = 1;          // largest over smallest total of the models about as good
  double visibility_range = 1;     // the same between the model and one in which persons differ in
                                   // visibility, where that one fits as well
  double replicate_range = 1;      // 90 over 10 percent quantile of the replicates
  double without_estimate = 0;     // share of the replicates
  double left_out_range = 1;       // largest over smallest total when a list is left out, the
                                   // estimate itself included
  double suppressed_range = 1;     // the same over the bounds of suppressed cells
  double misfit = 1;               // probability of a worse fit, were the model true
  bool interrupted = false;
  bool converged = true;  // the chains of a simulated posterior agree
};

struct VerdictReason {
  Verdict verdict = Verdict::kSupported;
  Remark remark;  // a plain sentence; what it counts is {n}
};

struct Judgement {
  Verdict verdict = Verdict::kSupported;
  std::string text;                    // one or two plain sentences for a reader who decides
  std::vector<VerdictReason> reasons;  // what stands against the estimate, worst first
};

Judgement JudgeEstimate(const VerdictEvidence& evidence);

}  // namespace thb
