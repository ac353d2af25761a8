#pragma once
// Truths that the estimators are tried on: some that their assumptions hold for, more that they
// break.

#include <string>
#include <vector>

#include "hidden/simulate.h"

namespace thb {

struct Scenario {
  std::string name;
  std::string what;  // for the table's legend
  ListTruth truth;
};

std::vector<Scenario> CoverageScenarios();

}  // namespace thb
