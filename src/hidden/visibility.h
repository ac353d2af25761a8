#pragma once
// Do persons differ in how visible they are to all lists at once?
//
// Estimator. A log-linear model with one parameter more: gamma times the number of pairs among the
// lists that a person is on (Darroch, Fienberg, Glonek and Junker 1993, JASA 88: the first term of
// heterogeneity in a Rasch model; Rcapture's Mth Darroch). Maximum likelihood by Newton's method.
// Assumptions: those of loglinear.h, with a normal spread of visibility instead of persons who are
// alike. It is not selected as an estimate, since it extrapolates from that shape; but where it
// fits as well as the selected model, what that model says rests on everybody being equally
// visible.

#include <optional>

#include "hidden/lists.h"
#include "hidden/loglinear.h"

namespace thb {

inline constexpr std::size_t kMinVisibilityLists = 3;
inline constexpr std::size_t kMaxVisibilityLists = 12;

struct VisibilityFit {
  double gamma = 0;  // above 0: who is on one list is more easily on others
  double bic = 0;
  double total = 0;
};

// The model of `terms` (closed downwards) with gamma. Nothing where the table has fewer or more
// lists than above, or where the fit does not converge.
std::optional<VisibilityFit> FitVisibility(const ListTable& table, const ModelTerms& terms);

}  // namespace thb
