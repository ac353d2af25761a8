#pragma once
// Referrals to and from other nodes: what was sent and taken, and what came of it (rule 17).
//
// Every function opens transactions of its own and writes the log in them: an act is whole, or it
// did not happen. What destroys keys (AnswerNodeErasure, AttendNode) is called outside any other
// transaction, since keys do not come back with a rollback. Nothing here knows
// how a package travels (node_delivery.h).

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "referral/node_gate.h"
#include "referral/node_package.h"
#include "referral/node_partners.h"

namespace thb {

// After this a package that was not acknowledged is delivered again, byte by byte the same.
inline constexpr std::int64_t kNodeResendSeconds = 6 * 3'600;
// A package that comes twice is acknowledged anew at most this often.
inline constexpr std::int64_t kNodeAcknowledgeAgainSeconds = 3'600;
// How often one package is said anew by itself.
inline constexpr int kMaxNodeReplacements = 5;
inline constexpr std::size_t kMaxNodePackagesShown = 500;

// --- Sending ----------------------------------------------------------------------------------

// A package that was sent. No text of it.
struct NodeSent {
  std::string id;
  std::string partner;
  NodeKind kind = NodeKind::kReferral;
  std::int64_t sequence = 0;
  std::string record;
  // "waiting", "sent", "acknowledged", "withdrawn", "stopped", "expired"
  std::string state;
  std::string answer;  // "", "accepted", "declined", "done", "erased", "kept"
  bool withdrawn = false;
  Instant issued = 0;
  Instant expires = 0;
  Instant answer_due = 0;
};

// Queues a referral and returns the package's id. Errors: those of CheckNodeSending; kForbidden
// where the partner has no confirmed key; kNotFound.
Result<std::string> SendNodeReferral(const NodeWork& work, const NodeRules& rules,
                                     const NodeSending& sending);
// Consent was withdrawn, or the referral has no more ground: asks the partner to stop and to erase.
// It cannot be enforced there. `reason` is a code. A referral that is still waiting is not sent at
// all. Errors: kNotFound.
Result<void> WithdrawNodeReferral(const NodeWork& work, std::string_view package,
                                  const std::string& reason);
// The same for every referral that rests on a consent: part of its withdrawal, in the caller's
// transaction. Returns how many there were.
Result<int> WithdrawNodeReferralsOn(const NodeWork& work, std::string_view consent);
// Withdraws whatever was sent of a record, or of one person of it, takes our own copies away and
// forgets whose they were: part of an erasure, in its transaction. The copies' keys are marked;
// DestroyMarked (store/keys.h) destroys them after it. Returns how many withdrawals were queued.
Result<int> EraseNodeCopies(const NodeWork& work, std::string_view record,
                            std::string_view person = {});
// The newest first.
Result<std::vector<NodeSent>> LoadNodeSent(Database& database, std::string_view record = {});

// --- What was taken -------------------------------------------------------------------

struct NodeTaken {
  std::string id;
  std::string partner;
  NodeKind kind = NodeKind::kReferral;
  // "taken", "accepted", "declined", "done", "withdrawn", "erased", "kept", "same"
  std::string state;
  Instant taken = 0;
  bool again = false;  // it, or what it replaces, had been taken before: nothing new was stored
  std::string record = {};  // that was opened from it
};

// Referrals from partners, the newest first.
Result<std::vector<NodeTaken>> LoadNodeReferrals(Database& database);
// Reads one, in the log. Errors: kNotFound;
// kForbidden where it was withdrawn or erased.
Result<NodeReferral> OpenNodeReferral(const NodeWork& work, std::string_view partner,
                                      std::string_view package);
// kAccepted, kDeclined (with a reason as outcome) or kCompleted. Errors: kConflict where its state
// does not have this answer; kUsage for another kind.
Result<void> AnswerNodeReferral(const NodeWork& work, std::string_view partner,
                                std::string_view package, NodeKind answer,
                                const std::string& outcome, const std::string& note);
// The answer to a withdrawal: erased, which destroys the key of what was taken before it is said,
// or kept, by the law that the note names. Errors: kConflict where it was not withdrawn.
Result<void> AnswerNodeErasure(const NodeWork& work, std::string_view partner,
                               std::string_view package, bool erased, const std::string& law);

// --- Notices ----------------------------------------------------------------------------------

// What a person has to look at: "no_acknowledgement", "erasure_asked", "erasure_kept",
// "key_offered", "key_revoked", "stopped", "expired", "not_taken".
struct NodeNotice {
  std::string id;
  std::string kind;
  std::string partner;
  std::string subject;  // id of a package or a key set
  Instant opened = 0;
};
// Opens those that time brings: no acknowledgement within two working days, expired unacknowledged.
// Finishes erasures that a crash left half done. Returns how many were opened.
Result<int> AttendNode(const NodeWork& work);
Result<std::vector<NodeNotice>> OpenNodeNotices(Database& database);
// Each open notice is a task "node" for whoever holds the duty "nodes"; the task of a closed one is
// closed. Once for each notice, whatever became of its task.
Result<void> OpenNodeTasks(const NodeWork& work);
// Errors: kNotFound.
Result<void> CloseNodeNotice(const NodeWork& work, std::string_view notice);

// The end of the second working day after that of `from`.
Instant TwoWorkingDaysAfter(Instant from, const std::function<bool(Instant)>& is_working_day);

}  // namespace thb
