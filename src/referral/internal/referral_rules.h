#pragma once
// rules/referral.json.

#include <map>
#include <set>
#include <string>

#include "access/decision.h"
#include "base/result.h"

namespace thb {

struct ReferralRules {
  std::map<std::string, std::set<FieldGroup>, std::less<>> works_in;  // by purpose
  std::set<std::string, std::less<>> immigration_enforcement;         // kinds of organisations
  std::set<std::string, std::less<>> protects_children;
};

// Read once, from constant data.
const Result<ReferralRules>& RulesOfReferral();

}  // namespace thb
