#pragma once
// A referral of one of our persons to another state, and the case that is opened from one that
// came: what the exchange between nodes (node_exchange.h) needs of the records (rule 17).
//
// Before a person's data leave stand the consent that names the state ("node:BE" in people), the
// two checks, and a choice of fields; a child's guardian consents, and the child's views are
// recorded. It is sent by who may refer the record, or by the focal point to which it was referred
// for the purpose "cross_border". Each act and its entries in the log are one transaction. A
// withdrawal of the consent and an erasure reach the partner by themselves
// (Referrals::WithdrawConsent, EraseReferralRows).

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"
#include "referral/node_exchange.h"

namespace thb {

inline constexpr std::size_t kMaxNodeCheckText = 4'000;

// Whom a consent to another state names: "node:BE". And the state; "" where it is an organisation.
std::string RecipientOfState(std::string_view state);
std::string_view StateOfRecipient(std::string_view recipient);

struct CrossBorderDraft {
  std::string record;
  std::string person;
  std::string partner;  // node
  std::string purpose;  // of the consent
  bool urgent = false;
  std::string transfer_ground;    // codelists/transfer_ground.csv; "" within the EEA
  std::vector<NodeField> fields;  // chosen, with what is to be said
};

// What a page says of the two checks for one state: who made them and when, and whether they bar
// it. From which states a person seeks protection is not shown again.
struct NodeChecks {
  NodeProtectionCheck protection;
  NodeRiskCheck risk;
};

class CrossBorder {
 public:
  CrossBorder(const NodeRules& rules, const Work& work) : rules_(rules), work_(work) {}

  // The fields that may be sent, in the list's order, each with what the record holds; "" where it
  // holds nothing or the actor may not read it.
  Result<std::vector<NodeField>> Propose(std::string_view record, std::string_view person);

  // Records a check (kEdit on kReferral). Errors: kUnknownCode for what is no state; kBadValue
  // without reasons for what was found about the risk; kLimit.
  Result<void> RecordProtection(std::string_view record, std::string_view person,
                                const std::set<std::string>& from_states);
  Result<void> RecordRisk(std::string_view record, std::string_view person, std::string_view state,
                          bool risk_found, std::string_view reasons);
  // The newest of each (kRead on kReferral).
  Result<NodeChecks> Checks(std::string_view record, std::string_view person,
                            std::string_view state);

  // Queues it (as said above, with the duty "nodes") and returns the package's id. Errors: those of
  // SendNodeReferral; kForbidden at "consent" where it does not cover a field's group, or is not
  // the guardian's for a child, or the child's views are not recorded.
  Result<std::string> Send(const CrossBorderDraft& draft);
  // What went of a record (kRead on kReferral), the newest first.
  Result<std::vector<NodeSent>> SentOf(std::string_view record);
  // By who may send it, the duty apart: it only stops what was shared.
  Result<void> Withdraw(std::string_view record, std::string_view package,
                        const std::string& reason);

  // Accepts a referral that came and opens a record from it, of the actor's organisation, with what
  // it says of the person. `narrative` is the whole of it in the words of the page. Twice gives the
  // same record. Returns the record's id. Errors: those of AnswerNodeReferral and CreateRecord.
  Result<std::string> OpenRecordFrom(std::string_view partner, std::string_view package,
                                     const std::string& narrative);

 private:
  Result<NodeConsent> ConsentFor(const CrossBorderDraft& draft);

  const NodeRules& rules_;
  const Work& work_;
};

// For what follows from an act on a record, whoever may do that act: a withdrawal, an erasure.
NodeWork NodeWorkOfSystem(const Work& work);

}  // namespace thb
