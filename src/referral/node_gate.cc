#include "referral/node_gate.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace thb {
namespace {

constexpr const char* kUnion = "EU27_2020";
// Of the European Economic Area, where the GDPR holds by the EEA Agreement (decision 154/2018).
constexpr std::array<std::string_view, 3> kEeaBesideTheUnion = {"IS", "LI", "NO"};
// Kinds of codelists/node_field.csv.
constexpr std::string_view kMinimum = "minimum";
constexpr std::string_view kOptional = "optional";

tl::unexpected<Error> Forbid(const char* condition, std::string what, std::string remedy) {
  return Fail(ErrorCode::kForbidden, std::move(what), condition, std::move(remedy));
}

bool IsFresh(bool made, std::string_view by, Instant at, Instant now) {
  return made && !by.empty() && at <= now && now - at <= kMaxNodeCheckAgeSeconds;
}

Result<void> CheckConsent(const NodeConsent& consent, std::string_view state,
                          std::string_view purpose, Instant now) {
  if (!consent.given || consent.withdrawn || consent.given_at > now ||
      (consent.expires && *consent.expires <= now)) {
    return Forbid("consent", "there is no consent that holds to send this to another state",
                  "ask the person, with an interpreter, and record the answer");
  }
  if (consent.state != state || consent.purpose != purpose) {
    return Forbid("consent", "the consent names another state or purpose",
                  "ask for consent to " + std::string(state) + " and this purpose");
  }
  if (consent.text.empty() || consent.language.empty()) {
    return Forbid("consent", "the consent does not say which text was read out, in which language",
                  "complete the record of the consent");
  }
  return {};
}

Result<void> CheckSafety(const NodeSending& sending, std::string_view state, Instant now) {
  const NodeProtectionCheck& protection = sending.protection;
  if (!IsFresh(protection.made, protection.by, protection.at, now)) {
    return Forbid("protection",
                  "whether the person seeks international protection was not checked "
                  "within the last 30 days",
                  "ask, and record the check");
  }
  if (protection.from_states.count(std::string(state)) > 0) {
    return Forbid("protection", "the person seeks protection from this state",
                  "nothing about the person may go there");
  }
  const NodeRiskCheck& risk = sending.risk;
  if (!IsFresh(risk.made, risk.by, risk.at, now)) {
    return Forbid("risk", "the danger at the destination was not assessed within the last 30 days",
                  "assess it, and record it");
  }
  if (risk.risk_found) {
    return Forbid("risk", "the assessment found danger at the destination",
                  "do not send; refer at home, or assess anew when it changes");
  }
  return {};
}

Result<void> CheckTransfer(const NodeSending& sending, const NodeRules& rules,
                           std::string_view state) {
  if (!sending.transfer_ground.empty()) {
    TRY(rules.transfer_grounds().Check(sending.transfer_ground, "transfer_ground"));
    return {};
  }
  if (rules.IsWithinEea(state)) return {};
  return Forbid("transfer_ground", std::string(state) + " is a third country",
                "record the ground on which personal data may go there");
}

Result<void> CheckFields(const NodeSending& sending, const NodeRules& rules) {
  if (sending.fields.empty()) {
    return Forbid("fields", "no field was chosen", "choose at least the minimum");
  }
  std::set<std::string, std::less<>> seen;
  for (const NodeField& field : sending.fields) {
    TRY(rules.fields().Check(field.name, "fields"));
    const Code& code = *rules.fields().Find(field.name);
    if (code.kind != kMinimum && code.kind != kOptional) {
      return Forbid("fields", code.en + " never leaves the state", "leave it out");
    }
    if (!seen.insert(field.name).second) {
      return Fail(ErrorCode::kConflict, field.name + " is given twice", "fields", "give it once");
    }
  }
  return {};
}

}  // namespace

Result<NodeRules> NodeRules::Load() {
  NodeRules rules(TRY(Codes::Load()));
  for (const char* list : {"node_field", "transfer_ground"}) {
    if (rules.codes_.Find(list) == nullptr) {
      return Fail(ErrorCode::kInternal, "a list is missing", list);
    }
  }
  return rules;
}

std::vector<std::string> NodeRules::MinimumFields() const {
  std::vector<std::string> names;
  for (const Code& code : fields().codes()) {
    if (code.kind == kMinimum) names.push_back(code.id);
  }
  return names;
}

bool NodeRules::IsWithinEea(std::string_view state) const {
  return codes_.IsMember(kUnion, state) ||
         std::find(kEeaBesideTheUnion.begin(), kEeaBesideTheUnion.end(), state) !=
             kEeaBesideTheUnion.end();
}

Result<void> CheckNodeSending(const NodeSending& sending, const NodeRules& rules, Instant now) {
  TRY(CheckNodeName(sending.partner));
  const std::string_view state = StateOfNode(sending.partner);
  TRY(CheckConsent(sending.consent, state, sending.purpose, now));
  TRY(CheckSafety(sending, state, now));
  TRY(CheckTransfer(sending, rules, state));
  return CheckFields(sending, rules);
}

}  // namespace thb
