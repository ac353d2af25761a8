#pragma once
// Whether a hierarchical model has a maximum likelihood estimate on a sparse table.

#include <span>

#include "hidden/loglinear.h"

namespace thb {

// Beyond this many lists the exact test costs more than a fit.
inline constexpr std::size_t kMaxExactLists = 8;

// `counts` and `margins` (superset sums) by cell, `terms` closed downwards.
//
// The estimate exists unless some direction of the parameters leaves the mean of every cell with
// persons as it is, raises none and lowers one (Fienberg and Rinaldo 2012, theorem 3 as a linear
// programme). A direction is given by its values on the cells that are terms: 0 where there are
// persons, at most 0 elsewhere, free on the empty set. So there are as few unknowns as there are
// empty cells among the terms, plus one; mostly none is left after the equations, or one, whose
// signs decide. For more, Stiemke's alternative is decided by a phase-one simplex with Bland's
// rule.
Admissibility CheckExistence(std::size_t lists, std::span<const double> counts,
                             std::span<const double> margins, std::span<const ListMask> terms);

}  // namespace thb
