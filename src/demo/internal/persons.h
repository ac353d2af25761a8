#pragma once
// The synthetic suspects, prosecuted and convicted persons of 2017 to 2021.

#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "demo/internal/targets.h"
#include "statistics/record.h"

namespace thb {

struct ReportingStates {
  std::vector<std::string> first;   // 2017-2018
  std::vector<std::string> second;  // 2019-2020
};

// Those that send figures on the use of services; the others send none, which is not zero.
ReportingStates UseOfServicesStates(const Patterns& patterns);

// Builds them as BuildVictims builds victims: an integer programme over state and person tables,
// controlled rounding, draws. Every person is a natural one: no state has sent legal persons.
// Errors: kConflict naming targets that contradict each other; kInternal.
Result<std::vector<PersonRecord>> BuildPersons(const std::vector<Target>& targets,
                                               const Patterns& patterns, Random& random);

}  // namespace thb
