#pragma once
// The synthetic victims of one period.

#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "demo/internal/targets.h"
#include "statistics/record.h"

namespace thb {

// Builds the victims of `years`, the years of the targets' `period`, in three steps: an integer
// programme over the person, state, year and citizenship tables of the period, which share margins
// and satisfy every target; controlled rounding of their joint distribution; and draws for what no
// figure says. `earlier` has the victims by state of the year before, for `carried` targets.
// Errors: kConflict naming targets that contradict each other; kInternal.
Result<std::vector<VictimRecord>> BuildVictims(const std::string& period,
                                               const std::vector<int>& years,
                                               const std::vector<Target>& targets,
                                               const Patterns& patterns,
                                               const EarlierCounts& earlier, Random& random);

}  // namespace thb
