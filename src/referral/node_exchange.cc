#include "referral/node_exchange.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "referral/internal/node_rows.h"
#include "referral/task.h"
#include "store/keys.h"

namespace thb {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;
constexpr int kWorkingDaysToAcknowledge = 2;
constexpr const char* kTaskKind = "node";  // of codelists/task_kind.csv

// 1970-01-01 was a Thursday.
bool IsWeekday(Instant instant) {
  const std::int64_t day = (instant / kDaySeconds + 3) % 7;
  return day < 5;
}

NodeReferral BodyOf(const NodeSending& sending) {
  NodeReferral body;
  body.purpose = sending.purpose;
  body.urgent = sending.urgent;
  body.consent_given = FormatDate(sending.consent.given_at);
  body.consent_text = sending.consent.text;
  body.consent_language = sending.consent.language;
  body.transfer_ground = sending.transfer_ground;
  body.fields = sending.fields;
  return body;
}

NodeSent SentOf(const NodeOutboxRow& row) {
  return {row.id,     row.partner,   row.kind,   row.sequence, row.record,    row.state,
          row.answer, row.withdrawn, row.issued, row.expires,  row.answer_due};
}

NodeTaken TakenOf(const NodeInboxRow& row) {
  return {row.id, row.partner, row.kind, row.state, row.taken, false, row.record};
}

tl::unexpected<Error> NoReferral(std::string_view package) {
  return Fail(ErrorCode::kNotFound, "there is no such referral", std::string(package),
              "see the list of referrals from other nodes");
}

// The referral and what it replaced, the newest first: any of them may be the one that was taken.
Result<std::vector<NodeOutboxRow>> ChainOf(Database& database, std::string_view package) {
  std::vector<NodeOutboxRow> chain;
  auto row = TRY(FindOutbox(database, package));
  if (!row || row->kind != NodeKind::kReferral) return NoReferral(package);
  for (auto later = TRY(SelectOutbox(database, "replaces = $1", {row->id})); !later.empty();
       later = TRY(SelectOutbox(database, "replaces = $1", {row->id}))) {
    row = later.front();
  }
  while (row) {
    const std::string earlier = row->replaces;
    chain.push_back(*std::move(row));
    row = std::nullopt;
    if (!earlier.empty()) row = TRY(FindOutbox(database, earlier));
  }
  return chain;
}

Result<void> MarkWithdrawn(const NodeWork& work, const NodeOutboxRow& row) {
  const std::vector<SqlValue> values = {row.id};
  TRY(work.database.Execute("UPDATE node_outbox SET withdrawn = 1 WHERE id = $1", values));
  TRY(CloseNoticesOf(work, "no_acknowledgement", row.id));
  // It is not sent again; what did not leave yet never does.
  if (row.state != "replaced") {
    TRY(SetOutboxState(work.database, row.id, row.attempts == 0 ? "stopped" : "withdrawn"));
  }
  return {};
}

// Tells the partner of each that may have reached it. Within the caller's transaction.
Result<int> QueueWithdrawals(const NodeWork& work, const std::vector<NodeOutboxRow>& chain,
                             const std::string& reason) {
  int told = 0;
  for (const NodeOutboxRow& row : chain) {
    if (row.withdrawn) continue;
    TRY(MarkWithdrawn(work, row));
    if (row.attempts == 0) continue;
    NodeOutgoing outgoing;
    outgoing.partner = row.partner;
    outgoing.kind = NodeKind::kWithdrawn;
    outgoing.body = NodeAnswer{row.id, row.hash, reason, ""};
    outgoing.record = row.record;
    outgoing.person = row.person;
    outgoing.answers = row.id;
    TRY(QueueNodePackage(work, outgoing));
    ++told;
  }
  return told;
}

// The row of a referral that was taken; for one that only said another again, that one.
Result<NodeInboxRow> FindReferral(Database& database, std::string_view partner,
                                  std::string_view package) {
  auto row = TRY(FindInbox(database, partner, package));
  while (row && row->state == "same") {
    const std::string earlier = row->replaces;
    row = TRY(FindInbox(database, partner, earlier));
  }
  if (!row || row->kind != NodeKind::kReferral) return NoReferral(package);
  return *std::move(row);
}

// Destroys the key, then says so, in this order: what is signed is true. `row` is "erasing".
Result<void> FinishErasure(const NodeWork& work, const NodeInboxRow& row) {
  if (!row.body_key.empty()) TRY(work.vault.DestroyKey(row.body_key));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(SetInboxState(work.database, row, std::string(kOutcomeErased)));
  const auto asked =
      TRY(SelectInbox(work.database, "partner = $1 AND answers = $2 AND kind = 'withdrawn'",
                      {row.partner, row.id}));
  for (const NodeInboxRow& request : asked) {
    NodeOutgoing outgoing;
    outgoing.partner = row.partner;
    outgoing.kind = NodeKind::kErasureAnswer;
    outgoing.body = NodeAnswer{request.id, request.hash, std::string(kOutcomeErased), ""};
    outgoing.answers = request.id;
    TRY(QueueNodePackage(work, outgoing));
  }
  TRY(LogNode(work, "node.erase", "package", {row.id, row.partner}));
  return transaction.Commit();
}

Result<void> BeginErasure(const NodeWork& work, const NodeInboxRow& row) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(SetInboxState(work.database, row, "erasing"));
  const std::vector<SqlValue> values = {row.body_key, row.partner};
  // The answers that we took and sent about the referral lie under the same key.
  TRY(work.database.Execute("UPDATE node_inbox SET body = '' WHERE body_key = $1 AND partner = $2",
                            values));
  TRY(CloseNoticesOf(work, "erasure_asked", row.id));
  return transaction.Commit();
}

Result<void> AnswerKept(const NodeWork& work, const NodeInboxRow& row, const std::string& law) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(SetInboxState(work.database, row, std::string(kOutcomeKept)));
  const auto asked =
      TRY(SelectInbox(work.database, "partner = $1 AND answers = $2 AND kind = 'withdrawn'",
                      {row.partner, row.id}));
  for (const NodeInboxRow& request : asked) {
    NodeOutgoing outgoing;
    outgoing.partner = row.partner;
    outgoing.kind = NodeKind::kErasureAnswer;
    outgoing.body = NodeAnswer{request.id, request.hash, std::string(kOutcomeKept), law};
    outgoing.answers = request.id;
    TRY(QueueNodePackage(work, outgoing));
  }
  TRY(CloseNoticesOf(work, "erasure_asked", row.id));
  TRY(LogNode(work, "node.keep", "package", {row.id, row.partner}));
  return transaction.Commit();
}

// Opens a notice for each package that no acknowledgement came for; `expired` ends them as well.
Result<int> NoticeOverdue(const NodeWork& work) {
  int opened = 0;
  const std::string pending = "kind <> 'received' AND state IN ('waiting', 'sent') AND ";
  for (const NodeOutboxRow& row : TRY(SelectOutbox(
           work.database, pending + "expires <= $1 ORDER BY issued, id", {work.now}))) {
    TRY(SetOutboxState(work.database, row.id, "expired"));
    TRY(CloseNoticesOf(work, "no_acknowledgement", row.id));
    TRY(OpenNotice(work, "expired", row.partner, row.id));
    ++opened;
  }
  const auto overdue = TRY(SelectOutbox(
      work.database,
      pending + "answer_due <= $1 AND NOT EXISTS (SELECT 1 FROM node_notice WHERE kind = "
                "'no_acknowledgement' AND subject = node_outbox.id) ORDER BY issued, id",
      {work.now}));
  for (const NodeOutboxRow& row : overdue) {
    TRY(OpenNotice(work, "no_acknowledgement", row.partner, row.id));
    ++opened;
  }
  return opened;
}

}  // namespace

Result<std::string> SendNodeReferral(const NodeWork& work, const NodeRules& rules,
                                     const NodeSending& sending) {
  TRY(CheckNodeSending(sending, rules, work.now));
  // A key of its own, so that what was sent can be erased here too. If the rest fails, a key is
  // left over that seals nothing.
  const std::string body_key = TRY(work.vault.NewKey(KeyKind::kPerson));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  NodeOutgoing outgoing;
  outgoing.partner = sending.partner;
  outgoing.kind = NodeKind::kReferral;
  outgoing.body = BodyOf(sending);
  outgoing.record = sending.record;
  outgoing.person = sending.person;
  outgoing.consent = sending.consent.id;
  outgoing.body_key = body_key;
  const std::string id = TRY(QueueNodePackage(work, outgoing));
  TRY(LogNode(work, "node.refer", "package", {id, sending.record, sending.partner}, "consent"));
  TRY(transaction.Commit());
  return id;
}

Result<void> WithdrawNodeReferral(const NodeWork& work, std::string_view package,
                                  const std::string& reason) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const auto chain = TRY(ChainOf(work.database, package));
  TRY(QueueWithdrawals(work, chain, reason));
  TRY(LogNode(work, "node.withdraw", "package", {chain.front().id, chain.front().record}, reason));
  return transaction.Commit();
}

Result<int> WithdrawNodeReferralsOn(const NodeWork& work, std::string_view consent) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const auto rows = TRY(SelectOutbox(work.database,
                                     "consent = $1 AND kind = 'referral' AND state <> 'replaced' "
                                     "AND withdrawn = 0 ORDER BY issued, id",
                                     {std::string(consent)}));
  for (const NodeOutboxRow& row : rows) {
    TRY(WithdrawNodeReferral(work, row.id, "consent_withdrawn"));
  }
  TRY(transaction.Commit());
  return static_cast<int>(rows.size());
}

Result<int> EraseNodeCopies(const NodeWork& work, std::string_view record,
                            std::string_view person) {
  // All of the record, where no person is named.
  constexpr const char* kWhose = "record = $1 AND ($2 = '' OR person = $3)";
  const std::vector<SqlValue> whose = {std::string(record), std::string(person),
                                       std::string(person)};
  int told = 0;
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const auto rows = TRY(SelectOutbox(
      work.database,
      std::string(kWhose) + " AND kind = 'referral' AND state <> 'replaced' ORDER BY issued, id",
      whose));
  for (const NodeOutboxRow& row : rows) {
    for (const NodeOutboxRow& link : TRY(ChainOf(work.database, row.id))) {
      told += TRY(QueueWithdrawals(work, {link}, "erasure"));
      const std::vector<SqlValue> values = {link.id};
      TRY(work.database.Execute("UPDATE node_outbox SET body = '' WHERE id = $1", values));
      if (!link.body_key.empty()) TRY(MarkForDestruction(work.database, link.body_key));
    }
  }
  TRY(work.database.Execute(
      std::string("UPDATE node_outbox SET record = '', person = '', consent = '' WHERE ") + kWhose,
      whose));
  if (!rows.empty()) TRY(LogNode(work, "node.erase_copies", "record", {std::string(record)}));
  TRY(transaction.Commit());
  return told;
}

Result<std::vector<NodeSent>> LoadNodeSent(Database& database, std::string_view record) {
  const std::string order =
      " ORDER BY issued DESC, id LIMIT " + std::to_string(kMaxNodePackagesShown);
  const auto rows =
      record.empty()
          ? TRY(SelectOutbox(database, "kind <> 'received' AND state <> 'replaced'" + order, {}))
          : TRY(SelectOutbox(database,
                             "kind <> 'received' AND state <> 'replaced' AND record = $1" + order,
                             {std::string(record)}));
  std::vector<NodeSent> sent;
  for (const NodeOutboxRow& row : rows) sent.push_back(SentOf(row));
  return sent;
}

Result<std::vector<NodeTaken>> LoadNodeReferrals(Database& database) {
  std::vector<NodeTaken> taken;
  for (const NodeInboxRow& row :
       TRY(SelectInbox(database,
                       "kind = 'referral' AND state <> 'same' ORDER BY taken DESC, id LIMIT " +
                           std::to_string(kMaxNodePackagesShown),
                       {}))) {
    taken.push_back(TakenOf(row));
  }
  return taken;
}

Result<NodeReferral> OpenNodeReferral(const NodeWork& work, std::string_view partner,
                                      std::string_view package) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const NodeInboxRow row = TRY(FindReferral(work.database, partner, package));
  constexpr std::array<std::string_view, 4> kReadable = {"taken", "accepted", "declined", "done"};
  if (std::find(kReadable.begin(), kReadable.end(), row.state) == kReadable.end()) {
    return Fail(ErrorCode::kForbidden, "the referral was withdrawn by its sender",
                std::string(package), "answer whether it is erased here");
  }
  const std::string stored = TRY(work.vault.Open({"node_inbox", row.hash, "body"}, row.body));
  const std::string text = stored.substr(stored.find('\n') + 1);
  auto opened = TRY(DecodeNodePackage(text));
  TRY(LogNode(work, "node.read", "package", {row.id, row.partner}));
  TRY(transaction.Commit());
  return std::get<NodeReferral>(std::move(opened.body));
}

Result<void> AnswerNodeReferral(const NodeWork& work, std::string_view partner,
                                std::string_view package, NodeKind answer,
                                const std::string& outcome, const std::string& note) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const NodeInboxRow row = TRY(FindReferral(work.database, partner, package));
  const bool first =
      row.state == "taken" && (answer == NodeKind::kAccepted || answer == NodeKind::kDeclined);
  const bool last = row.state == "accepted" && answer == NodeKind::kCompleted;
  if (!first && !last) {
    return Fail(ErrorCode::kConflict,
                "a referral that is " + row.state + " cannot be " + std::string(NameOf(answer)),
                std::string(package), "see its state");
  }
  if (answer == NodeKind::kDeclined && outcome.empty()) {
    return Fail(ErrorCode::kBadValue, "there is no reason for declining", std::string(package),
                "give one: the person has to be referred elsewhere");
  }
  TRY(SetInboxState(work.database, row, NameOf(answer)));
  NodeOutgoing outgoing;
  outgoing.partner = row.partner;
  outgoing.kind = answer;
  outgoing.body = NodeAnswer{row.id, row.hash, outcome, note};
  outgoing.answers = row.id;
  outgoing.body_key = row.body_key;
  TRY(QueueNodePackage(work, outgoing));
  TRY(LogNode(work, "node.answer", "package", {row.id, row.partner}, std::string(NameOf(answer))));
  return transaction.Commit();
}

Result<void> AnswerNodeErasure(const NodeWork& work, std::string_view partner,
                               std::string_view package, bool erased, const std::string& law) {
  const NodeInboxRow row = TRY(FindReferral(work.database, partner, package));
  if (row.state != "withdrawn" && row.state != "kept") {
    return Fail(ErrorCode::kConflict, "the sender did not ask to erase this", std::string(package),
                "see its state");
  }
  if (!erased && law.empty()) {
    return Fail(ErrorCode::kBadValue, "what keeps it is not named", std::string(package),
                "name the law by which it has to be kept, or erase it");
  }
  if (!erased) return AnswerKept(work, row, law);
  TRY(BeginErasure(work, row));
  return FinishErasure(work, row);
}

Result<int> AttendNode(const NodeWork& work) {
  for (const NodeInboxRow& row : TRY(SelectInbox(work.database, "state = 'erasing'", {}))) {
    TRY(FinishErasure(work, row));
  }
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const int opened = TRY(NoticeOverdue(work));
  TRY(transaction.Commit());
  return opened;
}

Result<std::vector<NodeNotice>> OpenNodeNotices(Database& database) {
  std::vector<NodeNotice> notices;
  TRY(database.Query(
      "SELECT id, kind, partner, subject, opened FROM node_notice WHERE closed = 0 ORDER BY "
      "opened, kind, subject LIMIT 500",
      {}, [&](const SqlRow& row) -> Result<void> {
        notices.push_back({std::string(row.Text(0)), std::string(row.Text(1)),
                           std::string(row.Text(2)), std::string(row.Text(3)), row.Int(4)});
        return {};
      }));
  return notices;
}

Result<void> CloseNodeNotice(const NodeWork& work, std::string_view notice) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const auto open = TRY(OpenNodeNotices(work.database));
  if (std::none_of(open.begin(), open.end(),
                   [&](const NodeNotice& one) { return one.id == notice; })) {
    return Fail(ErrorCode::kNotFound, "no open notice of this id", std::string(notice),
                "see `thb node status`");
  }
  const std::vector<SqlValue> values = {work.now, work.actor, std::string(notice)};
  TRY(work.database.Execute("UPDATE node_notice SET closed = $1, closed_by = $2 WHERE id = $3",
                            values));
  TRY(CloseTasksOf(work.database, notice, kTaskKind, work.now));
  TRY(LogNode(work, "node.close_notice", "notice", {std::string(notice)}));
  return transaction.Commit();
}

Result<void> OpenNodeTasks(const NodeWork& work) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  std::vector<std::string> over;
  const std::vector<SqlValue> kind = {std::string(kTaskKind)};
  TRY(work.database.Query(
      "SELECT n.id FROM node_notice n JOIN task t ON t.source = n.id WHERE n.closed <> 0 AND "
      "t.kind = $1 AND t.state = 'open'",
      kind, [&](const SqlRow& row) -> Result<void> {
        over.emplace_back(row.Text(0));
        return {};
      }));
  for (const std::string& notice : over) {
    TRY(CloseTasksOf(work.database, notice, kTaskKind, work.now));
  }
  for (const NodeNotice& notice : TRY(OpenNodeNotices(work.database))) {
    Task task;
    task.duty = "nodes";
    task.kind = kTaskKind;
    task.source = notice.id;
    TRY(OpenTask(work.database, work.random, task, work.now, Repeat::kNever));
  }
  return transaction.Commit();
}

Instant TwoWorkingDaysAfter(Instant from, const std::function<bool(Instant)>& is_working_day) {
  Instant day = from / kDaySeconds * kDaySeconds;
  for (int counted = 0; counted < kWorkingDaysToAcknowledge;) {
    day += kDaySeconds;
    if (is_working_day ? is_working_day(day) : IsWeekday(day)) ++counted;
  }
  return day + kDaySeconds - 1;
}

}  // namespace thb
