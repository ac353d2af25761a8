#include "referral/referral.h"

#include <algorithm>
#include <map>
#include <utility>

#include "access/organisation.h"
#include "base/text.h"
#include "people/authorize.h"
#include "people/consent.h"
#include "people/record.h"
#include "people/reference.h"
#include "referral/cross_border.h"
#include "referral/internal/persons.h"
#include "referral/internal/referral_rows.h"
#include "referral/internal/referral_rules.h"
#include "referral/internal/stored.h"
#include "referral/roster.h"
#include "referral/task.h"

namespace thb {
namespace {

constexpr std::string_view kTable = "referral";
constexpr std::string_view kMessage = "sealed_message";
constexpr Instant kMinute = 60;

std::string_view NameOfKind(ReferralKind kind) {
  return kind == ReferralKind::kTransfer ? "transfer" : "referral";
}

// A form that makes a draft has a number, so that sending it twice makes one.
Result<void> CheckSubmission(const ReferralDraft& draft) {
  if (draft.submission.empty()) {
    return Fail(ErrorCode::kBadValue, "the form has no number of its own", "submission",
                "load the form again");
  }
  return CheckLength(draft.submission, kMaxSubmission, "submission");
}

Result<void> CheckDraft(const Work& work, const ReferralDraft& draft) {
  TRY(CheckListed("consent_purpose", draft.purpose, "purpose"));
  TRY(CheckLength(draft.message, kMaxReferralText, "message"));
  const auto receiver = FindOrganisation(work.database, draft.receiver);
  if (!receiver || !receiver->active || draft.receiver == work.actor.organisation) {
    return Fail(ErrorCode::kBadValue, "this organisation cannot receive it", "receiver",
                "choose another organisation");
  }
  if (draft.groups.empty() || draft.groups.contains(FieldGroup::kProtectedNote)) {
    return Fail(ErrorCode::kBadValue,
                draft.groups.empty() ? "nothing would be shared"
                                     : "protected notes stay with the organisation that wrote them",
                "groups", "choose what the receiver needs");
  }
  return {};
}

Result<std::string> SealMessage(const Work& work, const std::string& id, const std::string& key,
                                const std::string& message) {
  if (message.empty()) return std::string();
  return work.vault.Seal(key, {kTable, id, kMessage}, message);
}

// The id of an earlier submission of the same form, "" where there is none. Errors: kConflict where
// it is somebody else's.
Result<std::string> SubmittedBefore(const Work& work, const std::string& submission) {
  std::string id;
  std::string author;
  const std::vector<SqlValue> values = {submission};
  TRY(FirstRow(work.database, "SELECT id, author FROM referral WHERE submission = $1", values,
               [&](const SqlRow& row) -> Result<void> {
                 id = row.Text(0);
                 author = row.Text(1);
                 return {};
               }));
  if (id.empty() || author == work.actor.account) return id;
  return Fail(ErrorCode::kConflict, "the form was sent by another account", "submission",
              "load the form again");
}

ReferralRow RowFor(const Referral& referral, Instant now) {
  ReferralRow row;
  row.id = referral.id;
  row.reference = referral.reference;
  row.kind = referral.kind;
  row.state = referral.state;
  row.record = referral.record;
  row.sender = referral.sender;
  row.receiver = referral.receiver;
  row.purpose = referral.purpose;
  row.urgent = referral.urgent;
  row.sent = referral.sent;
  row.due = referral.due;
  const bool waits =
      referral.state == ReferralState::kSent || referral.state == ReferralState::kAcknowledged;
  row.overdue = waits && referral.due && *referral.due < now;
  row.escalated_to = referral.escalated_to;
  return row;
}

// Those of records that the actor may read the referrals of; one entry in the log names them all.
Result<std::vector<ReferralRow>> Shown(const Work& work, const std::vector<Referral>& referrals) {
  std::vector<std::string> records;
  for (const Referral& referral : referrals) records.push_back(referral.record);
  std::sort(records.begin(), records.end());
  records.erase(std::unique(records.begin(), records.end()), records.end());
  std::map<std::string, bool, std::less<>> open;
  for (const RecordFacts& facts : TRY(FactsOfMany(work.database, records))) {
    open[facts.record] =
        work.roles.Decide(work.actor, facts, Right::kRead, FieldGroup::kReferral, work.now).allowed;
  }
  std::vector<ReferralRow> rows;
  std::vector<std::string> subjects;
  for (const Referral& referral : referrals) {
    if (!open[referral.record]) continue;
    rows.push_back(RowFor(referral, work.now));
    subjects.push_back(referral.id);
  }
  if (subjects.empty()) return rows;
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, "referral.list", "referral", std::move(subjects), "list"));
  TRY(transaction.Commit());
  return rows;
}

// A consent that ends by itself ends what rests on it.
Result<std::optional<Instant>> EndOf(const Work& work, const std::string& consent) {
  if (consent.empty()) return std::optional<Instant>();
  const Consent given = TRY(LoadConsent(work, consent));
  return given.expires;
}

// The receiver takes part from the sending on, with what was chosen and nothing else.
Result<void> LetIn(const Work& work, const Referral& referral, const std::string& consent) {
  Participation participation;
  participation.kind = "referral";
  participation.organisation = referral.receiver;
  participation.groups = referral.groups;
  participation.groups.insert({FieldGroup::kReference, FieldGroup::kReferral});
  participation.from = work.now;
  participation.until = TRY(EndOf(work, consent));
  TRY(AddParticipant(work, referral.record, participation, referral.id, consent));
  return {};
}

// The worker who accepted takes part by name, and may work in what the purpose is about.
Result<void> LetWork(const Work& work, const Referral& referral) {
  if (!RulesOfReferral()) return tl::make_unexpected(RulesOfReferral().error());
  Participation participation;
  participation.kind = "referral";
  participation.account = work.actor.account;
  participation.groups = referral.groups;
  participation.groups.insert({FieldGroup::kReference, FieldGroup::kReferral});
  participation.from = work.now;
  participation.until = TRY(EndOf(work, referral.basis.consent_id));
  TRY(AddParticipant(work, referral.record, participation, referral.id, referral.basis.consent_id));
  const auto works_in = RulesOfReferral()->works_in.find(referral.purpose);
  if (works_in == RulesOfReferral()->works_in.end()) return {};
  std::erase_if(participation.groups,
                [&](FieldGroup group) { return !works_in->second.contains(group); });
  if (participation.groups.empty()) return {};
  participation.may_edit = true;
  TRY(AddParticipant(work, referral.record, participation, referral.id, referral.basis.consent_id));
  return {};
}

Result<void> TakeOver(const Work& work, const Referral& referral) {
  const Organisation receiver = TRY(FindOrganisation(work.database, referral.receiver));
  const RecordHead head = TRY(FindHead(work.database, referral.record));
  const std::string group =
      work.actor.groups.size() == 1 ? *work.actor.groups.begin() : std::string();
  TRY(MoveRecord(work, referral.record, head.version, work.actor, group, receiver.regime));
  return {};
}

Result<void> OpenReceiversTask(const Work& work, const Referral& referral,
                               std::optional<Instant> due) {
  Task task;
  task.organisation = referral.receiver;
  task.record = referral.record;
  task.kind = referral.urgent ? "referral_urgent" : "referral_received";
  task.source = referral.id;
  task.due = due;
  task.urgent = referral.urgent;
  const OnCall call = TRY(OnCallAt(work.database, referral.receiver, work.now));
  task.account = call.on_duty;
  TRY(OpenTask(work.database, work.random, task, work.now));
  return {};
}

Result<void> TellAuthor(const Work& work, const Referral& referral, const std::string& kind) {
  Task task;
  task.organisation = referral.sender;
  task.account = referral.author;
  task.record = referral.record;
  task.kind = kind;
  task.source = referral.id;
  task.urgent = referral.urgent;
  TRY(OpenTask(work.database, work.random, task, work.now));
  return {};
}

Result<void> TellReceiver(const Work& work, const Referral& referral, const std::string& kind) {
  Task task;
  task.organisation = referral.receiver;
  task.kind = kind;  // without the record, which the receiver sees no more
  task.source = referral.id;
  TRY(OpenTask(work.database, work.random, task, work.now));
  return {};
}

std::string_view KindOf(const ReferralBasis& basis) {
  if (!basis.consent_id.empty()) return "consent";
  return basis.override_id.empty() ? "child_protection" : "override";
}

const ReferralTransition* TransitionOf(ReferralState state, ReferralEvent event) {
  for (const ReferralTransition& transition : ReferralTransitions()) {
    if (transition.from == state && transition.event == event) return &transition;
  }
  return nullptr;
}

ReferralParty PartyOf(ReferralEvent event) {
  return event == ReferralEvent::kSend || event == ReferralEvent::kRevoke
             ? ReferralParty::kSender
             : ReferralParty::kReceiver;
}

// The right on the record, then the side on which the actor stands.
Result<Admission> AdmitParty(const Work& work, const Referral& referral, ReferralParty party) {
  const bool sends = party == ReferralParty::kSender;
  Admission admitted = TRY(
      Admit(work, referral.record, sends ? Right::kRefer : Right::kAnswer, FieldGroup::kReferral));
  if (work.actor.organisation == (sends ? referral.sender : referral.receiver)) return admitted;
  return Fail(ErrorCode::kForbidden,
              sends ? "only the organisation that sent it may do this"
                    : "only the organisation that received it may do this",
              "referral", "ask that organisation");
}

bool IsParty(const Work& work, const Referral& referral, const RecordFacts& facts) {
  const std::string& mine = work.actor.organisation;
  return mine == referral.sender || mine == referral.receiver || mine == facts.organisation;
}

Result<std::string> LastReason(const Work& work, const std::string& referral) {
  std::string id;
  std::string sealed;
  const std::vector<SqlValue> values = {referral};
  TRY(FirstRow(work.database,
               "SELECT id, sealed_reason FROM referral_event WHERE referral_id = $1 ORDER BY "
               "ordinal DESC",
               values, [&](const SqlRow& row) -> Result<void> {
                 id = row.Text(0);
                 sealed = row.Text(1);
                 return {};
               }));
  return work.vault.Open({"referral_event", id, "sealed_reason"}, sealed);
}

// Never refused for a version: the rows are locked as they are, before the record (see Send).
Result<void> LockResting(Database& database, std::string_view consent) {
  const std::vector<SqlValue> key = {std::string(consent)};
  return database.Execute(
      "UPDATE referral SET version = version + 1 WHERE consent_id = $1 AND "
      "state IN ('sent', 'acknowledged', 'accepted')",
      key);
}

// Ends every referral that rests on a consent. Returns how many.
Result<int> RevokeResting(const Work& work, std::string_view consent) {
  const std::vector<Referral> resting = TRY(FetchReferrals(
      work.database, "WHERE consent_id = $1 AND state IN ('sent', 'acknowledged', 'accepted')",
      {std::string(consent)}));
  for (const Referral& referral : resting) {
    const std::vector<SqlValue> values = {referral.id};
    TRY(work.database.Execute("UPDATE referral SET version = version + 1 WHERE id = $1", values));
    TRY(StoreReferralEvent(work, referral, "consent_withdrawn", ReferralState::kRevoked, {}, {}));
    TRY(EndParticipants(work, referral.id));
    TRY(CloseTasksOf(work.database, referral.id, {}, work.now));
    TRY(TellReceiver(work, referral, "consent_withdrawn"));
    TRY(LogAct(work, "referral.revoke", "referral", {referral.id, referral.record},
               "consent_withdrawn"));
  }
  return static_cast<int>(resting.size());
}

}  // namespace

Result<std::string> Referrals::Draft(const ReferralDraft& draft) {
  const Admission admitted = TRY(Admit(work_, draft.record, Right::kRefer, FieldGroup::kReferral));
  const PersonPlace person = TRY(PersonOfRecord(work_.database, draft.record, draft.person));
  TRY(CheckSubmission(draft));
  TRY(CheckDraft(work_, draft));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  const std::string before = TRY(SubmittedBefore(work_, draft.submission));
  if (!before.empty()) {
    TRY(transaction.Commit());
    return before;
  }
  const std::string id = NewId(work_.random);
  const std::string sealed = TRY(SealMessage(work_, id, person.key, draft.message));
  const std::vector<SqlValue> values = {id,
                                        NewReference(work_.random),
                                        std::string(NameOfKind(draft.kind)),
                                        std::string(NameOf(ReferralState::kDraft)),
                                        draft.record,
                                        draft.person,
                                        work_.actor.organisation,
                                        work_.actor.account,
                                        draft.receiver,
                                        draft.purpose,
                                        JoinFieldGroups(draft.groups),
                                        std::int64_t{draft.urgent},
                                        work_.now,
                                        NullOr(draft.due),
                                        draft.submission,
                                        sealed};
  TRY(work_.database.Execute(
      "INSERT INTO referral (id, reference, kind, state, record_id, person_id, sender, author, "
      "receiver, purpose, field_groups, urgent, made, due, submission, sealed_message, consent_id, "
      "rests_on_age, escalated_to, redirect_to, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
      "$9, $10, $11, $12, $13, $14, $15, $16, '', 0, '', '', 1)",
      values));
  TRY(LogAct(work_, "referral.draft", "referral", {id, draft.record}, admitted.ground));
  TRY(transaction.Commit());
  return id;
}

Result<void> Referrals::Edit(std::string_view id, std::int64_t version,
                             const ReferralDraft& draft) {
  const ReferralRowData row = TRY(FetchReferral(work_.database, id));
  const Referral& referral = row.referral;
  const Admission admitted = TRY(AdmitParty(work_, referral, ReferralParty::kSender));
  if (referral.state != ReferralState::kDraft || draft.record != referral.record ||
      draft.person != referral.person) {
    return Fail(ErrorCode::kConflict, "only a draft can be changed, and not whom it is about",
                "referral", "revoke it and write another one");
  }
  TRY(CheckDraft(work_, draft));
  const PersonPlace person = TRY(PersonOfRecord(work_.database, draft.record, draft.person));
  const std::string sealed = TRY(SealMessage(work_, referral.id, person.key, draft.message));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(RaiseVersion(work_.database, kTable, id, version));
  const std::vector<SqlValue> values = {std::string(NameOfKind(draft.kind)),
                                        draft.receiver,
                                        draft.purpose,
                                        JoinFieldGroups(draft.groups),
                                        std::int64_t{draft.urgent},
                                        NullOr(draft.due),
                                        sealed,
                                        std::string(id)};
  TRY(work_.database.Execute(
      "UPDATE referral SET kind = $1, receiver = $2, purpose = $3, field_groups = $4, urgent = $5, "
      "due = $6, sealed_message = $7 WHERE id = $8",
      values));
  TRY(LogAct(work_, "referral.edit", "referral", {referral.id, referral.record}, admitted.ground));
  return transaction.Commit();
}

Result<void> Referrals::Send(std::string_view id, std::int64_t version,
                             const ReferralBasis& basis) {
  const ReferralRowData row = TRY(FetchReferral(work_.database, id));
  const Referral& referral = row.referral;
  TRY(AdmitParty(work_, referral, ReferralParty::kSender));
  if (TransitionOf(referral.state, ReferralEvent::kSend) == nullptr) {
    return Fail(ErrorCode::kConflict, "only a draft can be sent", "referral", "look at its state");
  }
  const PersonPlace person = TRY(PersonOfRecord(work_.database, referral.record, referral.person));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(RaiseVersion(work_.database, kTable, id, version));
  // The record and the log's head are locked from here on, so that a withdrawal comes wholly before
  // the look at the consent, or wholly after the sending, which it then revokes. Whoever locks
  // takes referral, record and head in this order.
  TRY(LetIn(work_, referral, basis.consent_id));
  const FoundBasis found = TRY(CheckBasis(work_, countries_, referral, basis));
  const DutyContact contact = TRY(DutyContactOf(work_.database, referral.receiver));
  const Instant wanted = referral.urgent ? work_.now + contact.acknowledge_minutes * kMinute
                                         : work_.now + kAnswerSeconds;
  const Instant due = referral.urgent ? wanted : referral.due.value_or(wanted);
  const std::vector<SqlValue> values = {work_.now,
                                        due,
                                        found.consent,
                                        NullOrText(found.override_id),
                                        std::int64_t{found.rests_on_age},
                                        std::string(id)};
  TRY(work_.database.Execute(
      "UPDATE referral SET sent = $1, due = $2, consent_id = $3, override_id = $4, rests_on_age = "
      "$5 WHERE id = $6",
      values));
  TRY(StoreReferralEvent(work_, referral, NameOf(ReferralEvent::kSend), ReferralState::kSent, {},
                         person.key));
  TRY(OpenReceiversTask(work_, referral, due));
  TRY(LogAct(work_, "referral.send", "referral", {referral.id, referral.record, referral.receiver},
             KindOf(basis)));
  return transaction.Commit();
}

Result<void> Referrals::AfterEvent(const Referral& referral, const ReferralTransition& transition) {
  switch (transition.to) {
    case ReferralState::kAccepted:
      if (referral.kind == ReferralKind::kTransfer) {
        TRY(TakeOver(work_, referral));
      } else {
        TRY(LetWork(work_, referral));
      }
      return TellAuthor(work_, referral, "referral_answered");
    case ReferralState::kDeclined:
    case ReferralState::kDone:
      TRY(EndParticipants(work_, referral.id));
      return TellAuthor(work_, referral, "referral_answered");
    case ReferralState::kRedirected:
      TRY(EndParticipants(work_, referral.id));
      return TellAuthor(work_, referral, "referral_redirected");
    case ReferralState::kRevoked:
      TRY(EndParticipants(work_, referral.id));
      if (IsLive(referral.state)) TRY(TellReceiver(work_, referral, "referral_revoked"));
      return {};
    default:
      return {};
  }
}

Result<void> Referrals::Apply(std::string_view id, std::int64_t version, ReferralEvent event,
                              std::string_view reason, std::string_view redirect_to) {
  const ReferralRowData row = TRY(FetchReferral(work_.database, id));
  const Referral& referral = row.referral;
  const Admission admitted = TRY(AdmitParty(work_, referral, PartyOf(event)));
  const ReferralTransition* transition = TransitionOf(referral.state, event);
  if (transition == nullptr || event == ReferralEvent::kSend) {
    return Fail(ErrorCode::kConflict,
                "a referral that is " + std::string(NameOf(referral.state)) + " cannot " +
                    std::string(NameOf(event)),
                "referral", "look at its state");
  }
  if (transition->needs_reason && Trim(reason).empty()) {
    return Fail(ErrorCode::kBadValue, "this answer needs a reason", "reason", "write down why");
  }
  TRY(CheckLength(reason, kMaxReferralText, "reason"));
  if (event == ReferralEvent::kRedirect && !FindOrganisation(work_.database, redirect_to)) {
    return Fail(ErrorCode::kBadValue, "name the organisation that fits better", "redirect_to",
                "choose one of the list");
  }
  const std::string key = TRY(KeyFor(work_.database, referral.record, referral.person));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(RaiseVersion(work_.database, kTable, id, version));
  const bool moves =
      transition->to == ReferralState::kAccepted && referral.kind == ReferralKind::kTransfer;
  TRY(StoreReferralEvent(work_, referral, NameOf(event),
                         moves ? ReferralState::kDone : transition->to, reason, key));
  const std::vector<SqlValue> values = {std::string(redirect_to), std::string(id)};
  TRY(work_.database.Execute("UPDATE referral SET redirect_to = $1 WHERE id = $2", values));
  TRY(CloseTasksOf(work_.database, id, {}, work_.now));
  TRY(AfterEvent(referral, *transition));
  TRY(LogAct(work_, ActionOf(event), "referral", {referral.id, referral.record}, admitted.ground));
  return transaction.Commit();
}

Result<Referral> Referrals::Load(std::string_view id) {
  ReferralRowData row = TRY(FetchReferral(work_.database, id));
  Referral& referral = row.referral;
  const Admission admitted =
      TRY(Admit(work_, referral.record, Right::kRead, FieldGroup::kReferral));
  // A receiver does not see to whom else the person was referred.
  if (!IsParty(work_, referral, admitted.facts)) return NoSuchRecord();
  referral.message = TRY(work_.vault.Open({kTable, referral.id, kMessage}, row.sealed_message));
  referral.reason = TRY(LastReason(work_, referral.id));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(LogAct(work_, "referral.read", "referral", {referral.id, referral.record}, admitted.ground));
  TRY(transaction.Commit());
  return std::move(referral);
}

Result<ReferrerCopy> Referrals::CopyFor(std::string_view reference) {
  const std::string canonical = ParseReference(reference).value_or("");
  const std::vector<Referral> found = TRY(FetchReferrals(
      work_.database, "WHERE reference = $1 AND author = $2", {canonical, work_.actor.account}));
  if (found.empty()) return NoSuchRecord();
  const ReferralRowData row = TRY(FetchReferral(work_.database, found.front().id));
  ReferrerCopy copy;
  copy.reference = row.referral.reference;
  copy.state = row.referral.state;
  copy.receiver = row.referral.receiver;
  copy.escalated_to = row.referral.escalated_to;
  copy.sent = row.referral.sent;
  copy.message = TRY(work_.vault.Open({kTable, row.referral.id, kMessage}, row.sealed_message));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(LogAct(work_, "referral.copy", "referral", {row.referral.id}, "author"));
  TRY(transaction.Commit());
  return copy;
}

Result<std::vector<ReferralRow>> Referrals::OfRecord(std::string_view record) {
  const Admission admitted = TRY(Admit(work_, record, Right::kRead, FieldGroup::kReferral));
  std::vector<Referral> referrals =
      TRY(FetchReferrals(work_.database, "WHERE record_id = $1", {std::string(record)}));
  std::erase_if(referrals, [&](const Referral& referral) {
    return !IsParty(work_, referral, admitted.facts);
  });
  return Shown(work_, referrals);
}

Result<std::vector<ReferralRow>> Referrals::Inbox() {
  const std::vector<Referral> referrals = TRY(FetchReferrals(
      work_.database, "WHERE receiver = $1 AND state IN ('sent', 'acknowledged', 'accepted')",
      {work_.actor.organisation}));
  return Shown(work_, referrals);
}

Result<std::vector<ReferralRow>> Referrals::Outbox() {
  const std::vector<Referral> referrals =
      TRY(FetchReferrals(work_.database, "WHERE sender = $1 AND state NOT IN ('done', 'revoked')",
                         {work_.actor.organisation}));
  return Shown(work_, referrals);
}

Result<int> Referrals::WithdrawConsent(std::string_view consent, std::string_view reason) {
  // Before the transaction: a refusal is written in the log and stays there.
  const Consent given = TRY(LoadConsent(work_, consent));
  TRY(Admit(work_, given.record, Right::kEdit, FieldGroup::kReferral));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(LockResting(work_.database, consent));
  TRY(thb::WithdrawConsent(work_, consent, reason));
  const int revoked = TRY(RevokeResting(work_, consent)) +
                      TRY(WithdrawNodeReferralsOn(NodeWorkOfSystem(work_), consent));
  TRY(transaction.Commit());
  return revoked;
}

Result<std::string> Referrals::RecordConsent(const Consent& consent) {
  // Before the transaction, as above.
  TRY(Admit(work_, consent.record, Right::kEdit, FieldGroup::kReferral));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  std::optional<Consent> taken_back;
  if (consent.state == ConsentState::kRefused) {
    taken_back = TRY(StandingConsent(work_, consent.person, consent.purpose, consent.recipient));
  }
  if (taken_back) TRY(LockResting(work_.database, taken_back->id));
  std::string id = TRY(thb::RecordConsent(work_, consent));
  if (taken_back) {
    TRY(RevokeResting(work_, taken_back->id));
    TRY(WithdrawNodeReferralsOn(NodeWorkOfSystem(work_), taken_back->id));
  }
  TRY(transaction.Commit());
  return id;
}

}  // namespace thb
