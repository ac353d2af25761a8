#include "access/approval.h"

#include "access/account.h"
#include "access/internal/sql.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr int kMaxApprovalsRead = 1'000;

constexpr const char* kSelect =
    "SELECT id, kind, organisation, detail, reason, state, asked_by, asked_at, expires, "
    "answered_by, answered_at, answer, reason_key FROM approval ";

struct ApprovalRow {
  Approval approval;
  std::string reason_key;
};

Result<ApprovalRow> ReadRow(const SqlRow& row, Instant now) {
  ApprovalRow read;
  Approval& approval = read.approval;
  approval.id = row.Text(0);
  approval.kind = TRY(ParseApprovalKind(row.Text(1), "approval.kind"));
  approval.organisation = row.Text(2);
  approval.detail = row.Text(3);
  approval.reason = row.Text(4);
  approval.state = TRY(ParseApprovalState(row.Text(5), "approval.state"));
  approval.asked_by = row.Text(6);
  approval.asked_at = row.Int(7);
  approval.expires = row.Int(8);
  approval.answered_by = row.Text(9);
  approval.answered_at = row.Int(10);
  approval.answer = row.Text(11);
  read.reason_key = row.Text(12);
  const bool waits =
      approval.state == ApprovalState::kOpen || approval.state == ApprovalState::kAgreed;
  if (waits && now >= approval.expires) approval.state = ApprovalState::kExpired;
  return read;
}

FieldAddress ReasonAddress(std::string_view id) {
  return {"approval", id, "reason"};
}
FieldAddress AnswerAddress(std::string_view id) {
  return {"approval", id, "answer"};
}

Result<std::string> SealText(const Work& work, const FieldAddress& address, std::string_view key,
                             std::string_view text) {
  return key.empty() ? work.vault.SealForSystem(address, text)
                     : work.vault.Seal(key, address, text);
}

// Opens reason and answer. An erased case's reason is gone with its key; the approval stays.
Result<std::string> OpenText(Vault& vault, const FieldAddress& address, std::string_view sealed) {
  auto text = vault.Open(address, sealed);
  if (!text && text.error().code == ErrorCode::kSealed) return std::string();
  return text;
}

Result<void> Complete(const Work& work, Approval& approval) {
  approval.reason = TRY(OpenText(work.vault, ReasonAddress(approval.id), approval.reason));
  approval.answer = TRY(OpenText(work.vault, AnswerAddress(approval.id), approval.answer));
  return work.database.Query(
      "SELECT subject FROM approval_subject WHERE approval = $1 ORDER BY subject",
      SqlValues{approval.id}, [&](const SqlRow& row) -> Result<void> {
        approval.subjects.emplace_back(row.Text(0));
        return {};
      });
}

Result<std::vector<ApprovalRow>> LoadRows(const Work& work, const std::string& where,
                                          const SqlValues& values) {
  std::vector<ApprovalRow> rows;
  TRY(work.database.Query(kSelect + where, values, [&](const SqlRow& row) -> Result<void> {
    rows.push_back(TRY(ReadRow(row, work.now)));
    return {};
  }));
  for (ApprovalRow& row : rows) TRY(Complete(work, row.approval));
  return rows;
}

tl::unexpected<Error> NoApproval(std::string_view id) {
  return Fail(ErrorCode::kNotFound, "there is no such request", std::string(id),
              "read the list again");
}

Result<ApprovalRow> LoadRow(const Work& work, std::string_view id) {
  auto rows = TRY(LoadRows(work, "WHERE id = $1", {SqlText(id)}));
  if (rows.empty()) return NoApproval(id);
  return std::move(rows.front());
}

// Whether `maker` made the account or gave it a role. What the operator of the server made is
// exempt: he makes the first accounts, and could read the keys.
Result<bool> Made(const Work& work, const std::string& maker, const std::string& account) {
  if (maker == OperatorActor().account) return false;
  return Exists(work.database,
                "SELECT 1 FROM account WHERE id = $1 AND made_by = $2 UNION "
                "SELECT 1 FROM account_role WHERE account = $1 AND granted_by = $2",
                {account, maker});
}

// The second person is another one: not the asker, not somebody whom it concerns, and neither made
// the other. An administrator who has made a second self would otherwise ask as the one and agree
// as the other.
Result<bool> IsIndependent(const Work& work, const Approval& approval) {
  const std::string& self = work.actor.account;
  if (self == approval.asked_by) return false;
  for (const std::string& subject : approval.subjects) {
    if (subject == self) return false;
  }
  return !TRY(Made(work, approval.asked_by, self)) && !TRY(Made(work, self, approval.asked_by));
}

bool HasDuty(const Work& work, const Approval& approval) {
  return work.roles.MayActFor(work.actor, DutyOf(approval.kind), approval.organisation);
}

Result<ApprovalRow> LoadToAnswer(const Work& work, std::string_view id) {
  ApprovalRow row = TRY(LoadRow(work, id));
  if (row.approval.asked_by != work.actor.account && !HasDuty(work, row.approval)) {
    return NoApproval(id);
  }
  if (!TRY(IsIndependent(work, row.approval))) {
    return Fail(ErrorCode::kForbidden, "a second person has to answer this", std::string(id),
                "somebody answers who did not ask, whom it does not concern, and whose account the "
                "asker did not make");
  }
  return row;
}

tl::unexpected<Error> NotOpen(const Approval& approval) {
  return Fail(ErrorCode::kConflict,
              "the request is " + std::string(WordOf(approval.state)) + ", not open", approval.id,
              "ask again");
}

// Moves it on from `from` where it is still there and not expired.
Result<bool> Move(const Work& work, const Approval& approval, ApprovalState to,
                  std::string_view sealed_answer) {
  return Exists(work.database,
                "UPDATE approval SET state = $1, answered_by = $2, answered_at = $3, answer = $4 "
                "WHERE id = $5 AND state = 'open' AND expires > $6 RETURNING id",
                {SqlText(WordOf(to)), work.actor.account, work.now, SqlText(sealed_answer),
                 approval.id, work.now});
}

Result<void> CheckRequest(const ApprovalRequest& request) {
  if (request.subjects.empty() || request.subjects.size() > kMaxApprovalSubjects) {
    return Fail(ErrorCode::kBadValue,
                "a request concerns 1 to " + std::to_string(kMaxApprovalSubjects) + " things",
                "subjects", "split it");
  }
  if (Trim(request.reason).empty() || request.reason.size() > kMaxReasonBytes ||
      !IsValidUtf8(request.reason)) {
    return Fail(ErrorCode::kBadValue, "no reason, or one that is too long", "reason",
                "say in up to " + std::to_string(kMaxReasonBytes) +
                    " bytes why it is needed, for the second person to judge");
  }
  return {};
}

Deed DeedOf(std::string action, const Approval& approval) {
  return {std::move(action), "approval", {approval.id}, std::string(WordOf(approval.kind))};
}

}  // namespace

std::string DutyOf(ApprovalKind kind) {
  return "agree." + std::string(WordOf(kind));
}

Result<std::string> AskApproval(const Work& work, const ApprovalRequest& request) {
  TRY(CheckRequest(request));
  const std::string id = NewId(work.random);
  const std::string reason = TRY(SealText(work, ReasonAddress(id), request.key, request.reason));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const SqlValues values = {id,
                            SqlText(WordOf(request.kind)),
                            request.organisation,
                            request.detail,
                            reason,
                            request.key,
                            work.actor.account,
                            work.now,
                            work.now + request.lasts};
  TRY(work.database.Execute(
      "INSERT INTO approval (id, kind, organisation, detail, reason, reason_key, state, asked_by, "
      "asked_at, expires, answered_by, answered_at, answer, done_at) VALUES ($1, $2, $3, $4, $5, "
      "$6, 'open', $7, $8, $9, '', 0, '', 0)",
      values));
  const std::set<std::string> subjects(request.subjects.begin(), request.subjects.end());
  std::vector<std::vector<SqlValue>> rows;
  for (const std::string& subject : subjects) rows.push_back({id, subject});
  TRY(work.database.ExecuteMany("INSERT INTO approval_subject (approval, subject) VALUES ($1, $2)",
                                rows));
  Approval asked;
  asked.id = id;
  asked.kind = request.kind;
  TRY(Log(work, DeedOf("approval.ask", asked)));
  TRY(transaction.Commit());
  return id;
}

Result<void> Agree(const Work& work, std::string_view id) {
  const ApprovalRow row = TRY(LoadToAnswer(work, id));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  if (!TRY(Move(work, row.approval, ApprovalState::kAgreed, {}))) return NotOpen(row.approval);
  TRY(Log(work, DeedOf("approval.agree", row.approval)));
  return transaction.Commit();
}

Result<void> Refuse(const Work& work, std::string_view id, std::string_view reason) {
  const ApprovalRow row = TRY(LoadToAnswer(work, id));
  if (reason.size() > kMaxReasonBytes || !IsValidUtf8(reason)) {
    return Fail(ErrorCode::kBadValue, "the reason is too long", "reason",
                "give at most " + std::to_string(kMaxReasonBytes) + " bytes of UTF-8");
  }
  const std::string answer = TRY(SealText(work, AnswerAddress(id), row.reason_key, reason));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  if (!TRY(Move(work, row.approval, ApprovalState::kRefused, answer))) {
    return NotOpen(row.approval);
  }
  TRY(Log(work, DeedOf("approval.refuse", row.approval)));
  return transaction.Commit();
}

Result<void> Withdraw(const Work& work, std::string_view id) {
  const ApprovalRow row = TRY(LoadRow(work, id));
  if (row.approval.asked_by != work.actor.account) return NoApproval(id);
  Transaction transaction = TRY(Transaction::Begin(work.database));
  if (!TRY(Exists(work.database,
                  "UPDATE approval SET state = 'withdrawn' WHERE id = $1 AND state IN ('open', "
                  "'agreed') RETURNING id",
                  {row.approval.id}))) {
    return NotOpen(row.approval);
  }
  TRY(Log(work, DeedOf("approval.withdraw", row.approval)));
  return transaction.Commit();
}

Result<void> JoinUseApproval(const Work& work, std::string_view id, ApprovalKind kind,
                             const std::set<std::string>& subjects, std::string_view detail) {
  const auto refusal = [&] {
    return Fail(ErrorCode::kForbidden, "a second person is needed", std::string(WordOf(kind)),
                "ask for it, saying why; carry it out once somebody with the duty \"" +
                    DutyOf(kind) + "\" has agreed");
  };
  if (id.empty()) return refusal();
  Transaction transaction = TRY(Transaction::Begin(work.database));
  if (!TRY(Exists(work.database,
                  "UPDATE approval SET state = 'done', done_at = $1 WHERE id = $2 AND kind = $3 "
                  "AND detail = $4 AND asked_by = $5 AND state = 'agreed' AND expires > $6 "
                  "RETURNING id",
                  {work.now, SqlText(id), SqlText(WordOf(kind)), SqlText(detail),
                   work.actor.account, work.now}))) {
    return refusal();
  }
  const ApprovalRow row = TRY(LoadRow(work, id));
  if (std::set<std::string>(row.approval.subjects.begin(), row.approval.subjects.end()) !=
      subjects) {
    return refusal();
  }
  TRY(Log(work, DeedOf("approval.use", row.approval)));
  return transaction.Commit();
}

Result<Approval> FindApproval(const Work& work, std::string_view id) {
  ApprovalRow row = TRY(LoadRow(work, id));
  const Approval& approval = row.approval;
  if (approval.asked_by != work.actor.account && approval.answered_by != work.actor.account &&
      !HasDuty(work, approval)) {
    return NoApproval(id);
  }
  return std::move(row.approval);
}

Result<std::vector<Approval>> ApprovalsToAnswer(const Work& work) {
  auto rows = TRY(LoadRows(work,
                           "WHERE state = 'open' AND expires > $1 ORDER BY asked_at, id LIMIT " +
                               std::to_string(kMaxApprovalsRead),
                           {work.now}));
  std::vector<Approval> approvals;
  for (ApprovalRow& row : rows) {
    if (HasDuty(work, row.approval) && TRY(IsIndependent(work, row.approval))) {
      approvals.push_back(std::move(row.approval));
    }
  }
  return approvals;
}

Result<std::vector<Approval>> ApprovalsAsked(const Work& work) {
  auto rows = TRY(LoadRows(work,
                           "WHERE asked_by = $1 AND state IN ('open', 'agreed', 'refused') AND "
                           "expires > $2 ORDER BY asked_at, id LIMIT " +
                               std::to_string(kMaxApprovalsRead),
                           {work.actor.account, work.now}));
  std::vector<Approval> approvals;
  for (ApprovalRow& row : rows) approvals.push_back(std::move(row.approval));
  return approvals;
}

}  // namespace thb
