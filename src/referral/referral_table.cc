// States and events of a referral, and its rows.

#include <algorithm>
#include <array>
#include <utility>

#include "referral/internal/referral_rows.h"
#include "referral/internal/stored.h"

namespace thb {
namespace {

using State = ReferralState;
using Event = ReferralEvent;

constexpr std::array<std::pair<State, std::string_view>, 8> kStates{
    {{State::kDraft, "draft"},
     {State::kSent, "sent"},
     {State::kAcknowledged, "acknowledged"},
     {State::kAccepted, "accepted"},
     {State::kDeclined, "declined"},
     {State::kRedirected, "redirected"},
     {State::kDone, "done"},
     {State::kRevoked, "revoked"}}};

struct EventNames {
  Event event;
  std::string_view name;
  std::string_view action;  // of the log
};
constexpr std::array<EventNames, 7> kEvents{
    {{Event::kSend, "send", "referral.send"},
     {Event::kAcknowledge, "acknowledge", "referral.acknowledge"},
     {Event::kAccept, "accept", "referral.accept"},
     {Event::kDecline, "decline", "referral.decline"},
     {Event::kRedirect, "redirect", "referral.redirect"},
     {Event::kComplete, "complete", "referral.complete"},
     {Event::kRevoke, "revoke", "referral.revoke"}}};

const EventNames& NamesOf(Event event) {
  return *std::find_if(kEvents.begin(), kEvents.end(),
                       [&](const EventNames& names) { return names.event == event; });
}

constexpr std::string_view kColumns =
    "SELECT id, reference, kind, state, record_id, person_id, sender, author, receiver, purpose, "
    "field_groups, urgent, sent, due, consent_id, override_id, escalated_to, redirect_to, version, "
    "sealed_message FROM referral ";

State StateNamed(std::string_view name) {
  const auto found = std::find_if(kStates.begin(), kStates.end(),
                                  [&](const auto& entry) { return entry.second == name; });
  return found == kStates.end() ? State::kRevoked : found->first;
}

Result<Referral> ReadRow(const SqlRow& row) {
  Referral referral;
  referral.id = row.Text(0);
  referral.reference = row.Text(1);
  referral.kind = row.Text(2) == "transfer" ? ReferralKind::kTransfer : ReferralKind::kReferral;
  referral.state = StateNamed(row.Text(3));
  referral.record = row.Text(4);
  referral.person = row.Text(5);
  referral.sender = row.Text(6);
  referral.author = row.Text(7);
  referral.receiver = row.Text(8);
  referral.purpose = row.Text(9);
  referral.groups = TRY(SplitFieldGroups(row.Text(10)));
  referral.urgent = row.Int(11) != 0;
  referral.sent = MaybeInt(row, 12);
  referral.due = MaybeInt(row, 13);
  referral.basis.consent_id = row.Text(14);
  if (!row.IsNull(15)) referral.basis.override_id = row.Text(15);
  referral.escalated_to = row.Text(16);
  referral.redirect_to = row.Text(17);
  referral.version = row.Int(18);
  return referral;
}

}  // namespace

std::string_view NameOf(ReferralState state) {
  return std::find_if(kStates.begin(), kStates.end(),
                      [&](const auto& entry) { return entry.first == state; })
      ->second;
}

std::string_view NameOf(ReferralEvent event) {
  return NamesOf(event).name;
}

std::string_view ActionOf(ReferralEvent event) {
  return NamesOf(event).action;
}

const std::vector<ReferralTransition>& ReferralTransitions() {
  constexpr auto kBySender = ReferralParty::kSender;
  constexpr auto kByReceiver = ReferralParty::kReceiver;
  static const std::vector<ReferralTransition> table{
      {State::kDraft, Event::kSend, State::kSent, kBySender, false},
      {State::kSent, Event::kAcknowledge, State::kAcknowledged, kByReceiver, false},
      {State::kSent, Event::kAccept, State::kAccepted, kByReceiver, false},
      {State::kAcknowledged, Event::kAccept, State::kAccepted, kByReceiver, false},
      {State::kSent, Event::kDecline, State::kDeclined, kByReceiver, true},
      {State::kAcknowledged, Event::kDecline, State::kDeclined, kByReceiver, true},
      {State::kSent, Event::kRedirect, State::kRedirected, kByReceiver, true},
      {State::kAcknowledged, Event::kRedirect, State::kRedirected, kByReceiver, true},
      {State::kAccepted, Event::kComplete, State::kDone, kByReceiver, false},
      {State::kDraft, Event::kRevoke, State::kRevoked, kBySender, false},
      {State::kSent, Event::kRevoke, State::kRevoked, kBySender, false},
      {State::kAcknowledged, Event::kRevoke, State::kRevoked, kBySender, false},
      {State::kAccepted, Event::kRevoke, State::kRevoked, kBySender, false},
  };
  return table;
}

bool IsLive(ReferralState state) {
  return state == State::kSent || state == State::kAcknowledged || state == State::kAccepted;
}

Result<ReferralRowData> FetchReferral(Database& database, std::string_view id) {
  ReferralRowData data;
  const std::vector<SqlValue> values = {std::string(id)};
  const bool found = TRY(FirstRow(database, std::string(kColumns) + "WHERE id = $1", values,
                                  [&](const SqlRow& row) -> Result<void> {
                                    data.referral = TRY(ReadRow(row));
                                    data.sealed_message = row.Text(19);
                                    return {};
                                  }));
  if (!found) return NoSuchRecord();
  return data;
}

Result<std::vector<Referral>> FetchReferrals(Database& database, const std::string& where,
                                             std::vector<SqlValue> values) {
  std::vector<Referral> referrals;
  values.emplace_back(static_cast<std::int64_t>(kMaxReferralsShown));
  TRY(database.Query(std::string(kColumns) + where +
                         " ORDER BY urgent DESC, COALESCE(due, made), "
                         "id LIMIT $" +
                         std::to_string(values.size()),
                     values, [&](const SqlRow& row) -> Result<void> {
                       referrals.push_back(TRY(ReadRow(row)));
                       return {};
                     }));
  return referrals;
}

Result<void> StoreReferralEvent(const Work& work, const Referral& referral, std::string_view event,
                                ReferralState to, std::string_view reason, std::string_view key) {
  const std::vector<SqlValue> state = {std::string(NameOf(to)), referral.id};
  TRY(work.database.Execute("UPDATE referral SET state = $1 WHERE id = $2", state));
  const std::string id = NewId(work.random);
  const std::string sealed =
      reason.empty() ? std::string()
                     : TRY(work.vault.Seal(key, {"referral_event", id, "sealed_reason"}, reason));
  const std::vector<SqlValue> values = {id,
                                        referral.id,
                                        referral.version,
                                        std::string(event),
                                        std::string(NameOf(to)),
                                        work.actor.account,
                                        work.actor.organisation,
                                        work.now,
                                        sealed};
  return work.database.Execute(
      "INSERT INTO referral_event (id, referral_id, ordinal, event, state, account, organisation, "
      "happened, sealed_reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      values);
}

}  // namespace thb
