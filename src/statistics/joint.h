#pragma once
// Whether the shares claimed for one population can all be true together.
//
// Every share is a linear statement on the cells of one table (sex x age x citizenship group x
// form), known to within its rounding: p percent of a population means that the part lies from
// (p - 0.5) to under (p + 0.5) percent of it, and that there is somebody in that population. A
// count fixes the size of the table or of a part; without one the table may have any size. A table
// that satisfies all of them exists or not: a linear programme, solved by Clp. Where none exists,
// claims are left out as long as the rest stays infeasible (deletion filter; Chinneck and Dravnieks
// 1991, ORSA Journal on Computing 3), which leaves an irreducible set: without any one of its
// claims, the others can be true together.
//
// Assumptions: the claims of one population, place and period are over the same states; cells are
// real numbers, not integers. So a contradiction found is one, and one that only integers show is
// not found.

#include <string>
#include <vector>

#include "base/result.h"
#include "codes/codes.h"
#include "statistics/check.h"
#include "statistics/indicator.h"
#include "statistics/snapshot.h"

namespace thb {

struct JointContradiction {
  std::string population;           // "victims EU27_2020 2019-2020"
  std::vector<std::string> claims;  // ids of an irreducible set, in file order
};

// One entry per population whose claims contradict each other, in the order in which the file
// first names them. A population is that of the indicator in one geo, period, as_of and impute.
// Shares over and filters by sex, age, citizen and exploitation take part, and counts; other
// claims and values that cannot be read do not. Errors: kUsage for a malformed period, filter or
// denominator rule, kUnknownCode, kLimit where the claims cut one population into too many cells.
Result<std::vector<JointContradiction>> FindJointContradictions(const std::vector<Claim>& claims,
                                                                const Indicators& indicators,
                                                                const Codes& codes);

// The most persons that `where`, a filter by the same four dimensions, has in any table for which
// every claim is true; what the claims leave room for. Errors: as above; kUsage where they speak of
// several populations or of none, or no count bounds the answer; kConflict where they contradict
// each other.
Result<double> MaximumOf(const Where& where, const std::vector<Claim>& claims,
                         const Indicators& indicators, const Codes& codes);

}  // namespace thb
