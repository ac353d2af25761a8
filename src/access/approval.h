#pragma once
// Acts that need two persons (rule 8): one asks, another who has the duty agrees, then it is done
// once. The asker never agrees, nor does an account that the asker made or gave a role to, or one
// that made the asker's or gave it a role.

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"

namespace thb {

enum class ApprovalKind {
  kNationalScope,    // subject: the account
  kRole,             // the account, of a role in another scope
  kResetFactor,      // the account
  kMerge,            // the records
  kErase,            // the person
  kExport,           // the records, more than kMaxExportAlone
  kLiftRestriction,  // the record
  kKeyRecovery,      // the key
  kProtectedGlass,   // break-glass of a protected record: the record
  kConsentOverride,  // the record
};
inline constexpr std::size_t kMaxExportAlone = 20;
inline constexpr Instant kApprovalSeconds = Instant{7} * 86'400;
// Where danger is imminent (rule 10), and for break-glass.
inline constexpr Instant kUrgentApprovalSeconds = 86'400;
inline constexpr std::size_t kMaxApprovalSubjects = 1'000;
inline constexpr std::size_t kMaxReasonBytes = 4'000;

enum class ApprovalState { kOpen, kAgreed, kRefused, kWithdrawn, kExpired, kDone };

struct Approval {
  std::string id;
  ApprovalKind kind = ApprovalKind::kMerge;
  std::string organisation;           // whose matter it is: that of the record or account
  std::vector<std::string> subjects;  // ids
  std::string detail;                 // what exactly is agreed to: "decision_officer national"
  std::string reason;                 // sealed
  ApprovalState state = ApprovalState::kOpen;
  std::string asked_by;
  Instant asked_at = 0;
  Instant expires = 0;
  std::string answered_by;
  Instant answered_at = 0;
  std::string answer;  // sealed: why it was refused
};

std::string_view WordOf(ApprovalKind kind);
std::string_view WordOf(ApprovalState state);
Result<ApprovalState> ParseApprovalState(std::string_view word, const std::string& place);
Result<ApprovalKind> ParseApprovalKind(std::string_view word, const std::string& place);
// The duty that lets an account agree: "agree.merge", "agree.national_scope", ...
std::string DutyOf(ApprovalKind kind);

struct ApprovalRequest {
  ApprovalKind kind = ApprovalKind::kMerge;
  std::string organisation;
  std::vector<std::string> subjects;
  std::string detail = {};
  std::string reason;
  Instant lasts = kApprovalSeconds;
  // The key that the reason is sealed under (a case key), the system's where it is "".
  std::string key = {};
};

// Whether the asker has the right to ask is for the caller to decide (Authorize).
// Errors: kBadValue (no subject, no reason), kLimit.
Result<std::string> AskApproval(const Work& work, const ApprovalRequest& request);
// Errors: kNotFound where there is none or it is not for this actor; kForbidden for the asker and
// those whom he made; kConflict where it is not open any more.
Result<void> Agree(const Work& work, std::string_view id);
Result<void> Refuse(const Work& work, std::string_view id, std::string_view reason);
// By the asker.
Result<void> Withdraw(const Work& work, std::string_view id);
// Marks an agreed one as done, once: within the caller's transaction, in which it is carried out.
// Kind, subjects (in any order) and detail must be those agreed to, and the actor the asker.
// Errors: kForbidden, "a second person is needed".
Result<void> JoinUseApproval(const Work& work, std::string_view id, ApprovalKind kind,
                             const std::set<std::string>& subjects, std::string_view detail = {});
// Errors: kNotFound where there is none, or the actor neither asked nor may agree nor reads the
// log.
Result<Approval> FindApproval(const Work& work, std::string_view id);
// What waits for this actor's answer, oldest first; and what he asked for and is not done.
Result<std::vector<Approval>> ApprovalsToAnswer(const Work& work);
Result<std::vector<Approval>> ApprovalsAsked(const Work& work);

}  // namespace thb
