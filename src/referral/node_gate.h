#pragma once
// What has to hold before a person's data leave for another state (casework rule 17). Pure.
//
// `cross_border.h` fills NodeSending from the record: the consent that names the state, the check
// for international protection, the check for risk at the destination, the choice of fields. There
// is no override: who may not be sent across the border with consent is referred at home.

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "codes/codes.h"
#include "referral/node_package.h"

namespace thb {

// A check is made anew where it is older.
inline constexpr std::int64_t kMaxNodeCheckAgeSeconds = 30 * 86'400;

// Of the person; of a child, of the guardian, the child's views recorded.
struct NodeConsent {
  bool given = false;
  bool withdrawn = false;
  std::string state;    // that it names: "BE"
  std::string purpose;  // codelists/consent_purpose.csv
  std::string text;     // version of what was read out
  std::string language;
  Instant given_at = 0;
  std::optional<Instant> expires = {};
  std::string id = {};  // in people
};

// Whether the person seeks, or has, international protection, and from which states.
struct NodeProtectionCheck {
  bool made = false;
  std::string by;  // account
  Instant at = 0;
  std::set<std::string> from_states;  // codes
};

// Whether the person would be in danger there: exploiters, family, debts, officials.
struct NodeRiskCheck {
  bool made = false;
  std::string by;
  Instant at = 0;
  bool risk_found = false;
};

struct NodeSending {
  std::string partner;  // node
  std::string record;
  std::string person;
  std::string purpose;
  bool urgent = false;
  NodeConsent consent;
  NodeProtectionCheck protection;
  NodeRiskCheck risk;
  std::string transfer_ground;  // codelists/transfer_ground.csv
  std::vector<NodeField> fields;
};

// The lists that the gate reads.
class NodeRules {
 public:
  // Errors: kInternal where a list is missing.
  static Result<NodeRules> Load();

  // Of codelists/node_field.csv those of kind "minimum": what is ticked before somebody chooses.
  std::vector<std::string> MinimumFields() const;
  // Whether personal data go to this state as they do at home: the Union and the EEA.
  bool IsWithinEea(std::string_view state) const;
  const CodeList& fields() const { return *codes_.Find("node_field"); }
  const CodeList& transfer_grounds() const { return *codes_.Find("transfer_ground"); }

 private:
  explicit NodeRules(Codes codes) : codes_(std::move(codes)) {}
  Codes codes_;
};

// Errors: kForbidden, `place` naming the condition: "consent", "protection", "risk",
// "transfer_ground", "fields"; kUnknownCode for a field or ground that no list has.
Result<void> CheckNodeSending(const NodeSending& sending, const NodeRules& rules, Instant now);

}  // namespace thb
