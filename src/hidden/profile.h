#pragma once
// The profile likelihood interval of one log-linear model.
//
// Estimator. For a total N the persons on no list are taken as N less those observed, the model is
// fitted to the complete table, and the multinomial likelihood is maximised over everything else
// (Cormack 1992, Biometrics 48). The interval holds the N whose deviance from the best one is below
// the chi-squared quantile of one degree of freedom.
// Assumptions: the model was chosen beforehand. The interval knows nothing of the selection and is
// too short after one; it is printed beside the bootstrap, not in its place.

#include "base/result.h"
#include "hidden/lists.h"
#include "hidden/loglinear.h"

namespace thb {

struct ProfileInterval {
  double level = 0;
  double point = 0;  // where the likelihood is largest
  double lower = 0;
  double upper = 0;  // infinite where the likelihood does not fall far enough
};

// Errors: kStructure where the model has no estimate on this table, kUsage for a level that is not
// within 0 and 1.
Result<ProfileInterval> ProfileLikelihood(const ListTable& table, const ModelTerms& terms,
                                          double level);

}  // namespace thb
