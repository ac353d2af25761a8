#include "referral/internal/referral_rules.h"

#include <utility>

#include "referral/internal/data.h"
#include "referral/internal/stored.h"

namespace thb {
namespace {

Result<std::set<std::string, std::less<>>> Kinds(const Json& file, const char* key,
                                                 const std::string& place) {
  std::set<std::string, std::less<>> kinds;
  for (std::string& kind : TRY(TextsAt(file, key, place))) {
    TRY(CheckListed("organisation_kind", kind, place));
    kinds.insert(std::move(kind));
  }
  return kinds;
}

Result<ReferralRules> Read() {
  const std::string place = "rules/referral.json";
  const Json file = TRY(LoadDataFile(place));
  ReferralRules rules;
  for (const Json& item : TRY(ArrayAt(file, "purposes", place))) {
    const std::string purpose = TRY(TextAt(item, "purpose", place));
    TRY(CheckListed("consent_purpose", purpose, place));
    for (const std::string& group : TRY(TextsAt(item, "works_in", place))) {
      rules.works_in[purpose].insert(TRY(ParseFieldGroup(group, place)));
    }
  }
  rules.immigration_enforcement = TRY(Kinds(file, "immigration_enforcement", place));
  rules.protects_children = TRY(Kinds(file, "protects_children", place));
  return rules;
}

}  // namespace

const Result<ReferralRules>& RulesOfReferral() {
  static const Result<ReferralRules> rules = Read();
  return rules;
}

}  // namespace thb
