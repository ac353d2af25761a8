#include "people/consent.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "people/internal/person_rows.h"
#include "people/internal/record_rows.h"
#include "people/internal/rows.h"
#include "people/notice.h"

namespace thb {
namespace {

constexpr std::array<std::string_view, 4> kStates = {"given", "refused", "not_asked", "withdrawn"};
constexpr std::string_view kNodePrefix = "node:";
constexpr std::string_view kColumns =
    "id, record_id, person_id, state, purpose, recipient, field_groups, given, expires, withdrawn, "
    "sealed_circumstances";

std::string CircumstancesToJson(const Consent& consent, std::string_view withdrawal_reason) {
  const Json json = {{"text_version", consent.text_version},
                     {"language", consent.language},
                     {"how", consent.how},
                     {"given_by", consent.given_by},
                     {"interpreter", consent.interpreter},
                     {"interpreter_name", consent.interpreter_name},
                     {"who_was_in_room", consent.who_was_in_room},
                     {"remark", consent.remark},
                     {"withdrawal_reason", withdrawal_reason}};
  return json.dump();
}

Result<void> ReadCircumstances(std::string_view text, Consent& consent) {
  const Json json = TRY(ParseJson(text, "consent"));
  consent.text_version = json.value("text_version", "");
  consent.language = json.value("language", "");
  consent.how = json.value("how", "");
  consent.given_by = json.value("given_by", "");
  consent.interpreter = json.value("interpreter", false);
  consent.interpreter_name = json.value("interpreter_name", "");
  consent.who_was_in_room = json.value("who_was_in_room", "");
  consent.remark = json.value("remark", "");
  return {};
}

Result<Consent> ReadRow(Vault& vault, const SqlRow& row) {
  Consent consent;
  consent.state = TRY(ParseConsentState(row.Text(3)));
  consent.groups = TRY(SplitFieldGroups(row.Text(6)));
  consent.id = row.Text(0);
  consent.record = row.Text(1);
  consent.person = row.Text(2);
  consent.purpose = row.Text(4);
  consent.recipient = row.Text(5);
  consent.date = row.Int(7);
  if (!row.IsNull(8)) consent.expires = row.Int(8);
  if (!row.IsNull(9)) consent.withdrawn = row.Int(9);
  TRY(ReadCircumstances(
      TRY(vault.Open({"consent", consent.id, "sealed_circumstances"}, row.Text(10))), consent));
  return consent;
}

Result<void> CheckConsent(const Consent& consent) {
  TRY(CheckCode("consent_purpose", consent.purpose, "purpose"));
  if (consent.state == ConsentState::kWithdrawn) {
    return Fail(ErrorCode::kBadValue, "a withdrawal withdraws a consent", "state",
                "withdraw the one that was given");
  }
  if (consent.state != ConsentState::kNotAsked) {
    TRY(CheckCode("consent_how", consent.how, "how"));
  }
  for (const auto& [text, field] :
       {std::pair(&consent.recipient, "recipient"),
        std::pair(&consent.text_version, "text_version"), std::pair(&consent.language, "language"),
        std::pair(&consent.how, "how"), std::pair(&consent.given_by, "given_by"),
        std::pair(&consent.interpreter_name, "interpreter_name"),
        std::pair(&consent.who_was_in_room, "who_was_in_room"),
        std::pair(&consent.remark, "remark")}) {
    TRY(CheckText(*text, kMaxShortTextBytes, field));
  }
  if (consent.state == ConsentState::kGiven && consent.recipient.empty()) {
    return Fail(ErrorCode::kBadValue, "a consent names who may know", "recipient",
                "name the organisation or the other state");
  }
  return {};
}

// The person herself, or who may speak for her: never one who may be exploiting her (rule 11).
Result<void> CheckGiver(const Work& work, const Consent& consent) {
  if (consent.given_by == "person") return {};
  const std::vector<SqlValue> values = {consent.given_by, consent.record};
  const bool appointed =
      TRY(QueryOne(work.database,
                   "SELECT 1 FROM record_participant WHERE id = $1 AND record_id = $2 "
                   "AND kind IN ('guardian', 'lawyer')",
                   values, [](const SqlRow&) -> Result<void> { return {}; }));
  if (appointed) return {};
  Result<PersonRow> giver = PersonRowOf(work.database, consent.given_by);
  if (!giver || giver->record != consent.record) {
    return Fail(ErrorCode::kBadValue, "nobody of this record", "given_by",
                "say \"person\", or name a guardian of the record");
  }
  if (TRY(OpenIdentity(work.vault, *giver)).possible_exploiter == YesNo::kNo) return {};
  return Fail(ErrorCode::kForbidden, "who may be exploiting her cannot consent for her", "given_by",
              "ask the appointed guardian, or record that nobody was asked");
}

Result<void> Insert(const Work& work, const Consent& consent, const std::string& key) {
  std::int64_t ordinal = 0;
  const std::vector<SqlValue> person = {consent.person};
  TRY(QueryOne(work.database, "SELECT COUNT(*) FROM consent WHERE person_id = $1", person,
               [&](const SqlRow& row) -> Result<void> {
                 ordinal = row.Int(0) + 1;
                 return {};
               }));
  const std::string sealed = TRY(work.vault.Seal(
      key, {"consent", consent.id, "sealed_circumstances"}, CircumstancesToJson(consent, "")));
  const std::vector<SqlValue> values = {consent.id,
                                        consent.record,
                                        consent.person,
                                        std::string(ConsentStateName(consent.state)),
                                        consent.purpose,
                                        consent.recipient,
                                        JoinFieldGroups(consent.groups),
                                        consent.date,
                                        consent.expires ? SqlValue(*consent.expires) : SqlValue(),
                                        work.now,
                                        ordinal,
                                        sealed};
  return work.database.Execute(
      "INSERT INTO consent (id, record_id, person_id, state, purpose, recipient, field_groups, "
      "given, expires, made, ordinal, sealed_circumstances) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      values);
}

Result<void> TellRecipient(const Work& work, const Consent& consent, const std::string& recipient) {
  Notice notice;
  notice.kind = "consent.withdrawn";
  notice.record = consent.record;
  notice.subject = consent.id;
  if (StartsWith(recipient, kNodePrefix)) {
    notice.duty = "nodes";
  } else {
    notice.organisation = recipient;
  }
  TRY(AddNotice(work, std::move(notice)));
  return {};
}

Result<std::vector<std::string>> OrganisationsOf(Database& database, const std::string& consent) {
  std::vector<std::string> organisations;
  const std::vector<SqlValue> values = {consent};
  TRY(
      database.Query("SELECT DISTINCT organisation FROM record_participant WHERE consent_id = $1 "
                     "AND organisation <> '' ORDER BY organisation",
                     values, [&](const SqlRow& row) -> Result<void> {
                       organisations.emplace_back(row.Text(0));
                       return {};
                     }));
  return organisations;
}

// Ends what rests on a consent and tells those who had it.
Result<Withdrawal> EndWhatRests(const Work& work, const Consent& consent) {
  Withdrawal withdrawal;
  withdrawal.recipients = TRY(OrganisationsOf(work.database, consent.id));
  auto& recipients = withdrawal.recipients;
  const bool listed =
      std::find(recipients.begin(), recipients.end(), consent.recipient) != recipients.end();
  if (!consent.recipient.empty() && !listed) recipients.push_back(consent.recipient);
  withdrawal.ended = TRY(EndParticipations(work, "consent_id", consent.id));
  for (const std::string& recipient : recipients) TRY(TellRecipient(work, consent, recipient));
  return withdrawal;
}

Result<void> MarkWithdrawn(const Work& work, const Consent& consent, std::string_view reason) {
  const std::string key = TRY(PersonRowOf(work.database, consent.person)).key;
  const std::string sealed = TRY(work.vault.Seal(
      key, {"consent", consent.id, "sealed_circumstances"}, CircumstancesToJson(consent, reason)));
  const std::vector<SqlValue> values = {work.now, sealed, consent.id};
  return work.database.Execute(
      "UPDATE consent SET state = 'withdrawn', withdrawn = $1, sealed_circumstances = $2 "
      "WHERE id = $3",
      values);
}

// A refusal after a consent to the same takes that back.
Result<void> TakeBackEarlier(const Work& work, const Consent& refusal) {
  const auto earlier =
      TRY(StandingConsent(work, refusal.person, refusal.purpose, refusal.recipient));
  if (!earlier) return {};
  TRY(MarkWithdrawn(work, *earlier, "refused"));
  TRY(EndWhatRests(work, *earlier));
  return {};
}

}  // namespace

std::string_view ConsentStateName(ConsentState state) {
  return kStates[static_cast<std::size_t>(state)];
}

Result<ConsentState> ParseConsentState(std::string_view name) {
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    if (kStates[i] == name) return static_cast<ConsentState>(i);
  }
  return Fail(ErrorCode::kUnknownCode, "no state of consent " + std::string(name), "state",
              "say given, refused, not_asked or withdrawn");
}

Result<std::string> RecordConsent(const Work& work, const Consent& consent) {
  const AdmittedPerson admitted =
      TRY(AdmitPerson(work, consent.person, Right::kEdit, FieldGroup::kReferral));
  Consent kept = consent;
  kept.id = NewId(work.random);
  kept.record = admitted.row.record;
  TRY(CheckConsent(kept));
  if (kept.state != ConsentState::kNotAsked) TRY(CheckGiver(work, kept));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  if (kept.state == ConsentState::kRefused) TRY(TakeBackEarlier(work, kept));
  TRY(Insert(work, kept, admitted.row.key));
  TRY(TouchRecord(work, kept.record));
  TRY(LogAct(work, "consent.record", "consent", {kept.id}, admitted.admission.ground,
             ConsentStateName(kept.state), admitted.row.key));
  TRY(transaction.Commit());
  return kept.id;
}

Result<std::vector<Consent>> ConsentsOf(const Work& work, std::string_view person) {
  const AdmittedPerson admitted =
      TRY(AdmitPerson(work, person, Right::kRead, FieldGroup::kReferral));
  const bool interpreter = work.roles
                               .Decide(work.actor, admitted.admission.facts, Right::kRead,
                                       FieldGroup::kInterpreter, work.now)
                               .allowed;
  std::vector<Consent> consents;
  std::vector<std::string> shown;
  const std::vector<SqlValue> values = {std::string(person)};
  TRY(work.database.Query("SELECT " + std::string(kColumns) +
                              " FROM consent WHERE person_id = $1 ORDER BY ordinal DESC, id",
                          values, [&](const SqlRow& row) -> Result<void> {
                            consents.push_back(TRY(ReadRow(work.vault, row)));
                            if (!interpreter) consents.back().interpreter_name.clear();
                            shown.push_back(consents.back().id);
                            return {};
                          }));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, "consent.list", "consent", std::move(shown), admitted.admission.ground));
  TRY(transaction.Commit());
  return consents;
}

Result<Consent> LoadConsent(const Work& work, std::string_view consent) {
  Consent found;
  const std::vector<SqlValue> values = {std::string(consent)};
  const bool there =
      TRY(QueryOne(work.database, "SELECT " + std::string(kColumns) + " FROM consent WHERE id = $1",
                   values, [&](const SqlRow& row) -> Result<void> {
                     found = TRY(ReadRow(work.vault, row));
                     return {};
                   }));
  if (!there) return NoSuchRecord();
  return found;
}

Result<std::optional<Consent>> NewestConsent(const Work& work, std::string_view person,
                                             std::string_view purpose, std::string_view recipient) {
  std::optional<Consent> newest;
  const std::vector<SqlValue> values = {std::string(person), std::string(purpose),
                                        std::string(recipient)};
  TRY(QueryOne(work.database,
               "SELECT " + std::string(kColumns) +
                   " FROM consent WHERE person_id = $1 AND purpose = $2 AND recipient = $3 "
                   "ORDER BY ordinal DESC, id DESC LIMIT 1",
               values, [&](const SqlRow& row) -> Result<void> {
                 newest = TRY(ReadRow(work.vault, row));
                 return {};
               }));
  return newest;
}

Result<std::optional<Consent>> StandingConsent(const Work& work, std::string_view person,
                                               std::string_view purpose,
                                               std::string_view recipient) {
  auto newest = TRY(NewestConsent(work, person, purpose, recipient));
  const bool stands = newest && newest->state == ConsentState::kGiven && !newest->withdrawn &&
                      (!newest->expires || *newest->expires > work.now);
  if (!stands) newest.reset();
  return newest;
}

Result<Withdrawal> WithdrawConsent(const Work& work, std::string_view consent,
                                   std::string_view reason) {
  TRY(CheckText(reason, kMaxShortTextBytes, "reason"));
  const Result<Consent> found = LoadConsent(work, consent);
  if (!found && found.error().code != ErrorCode::kNotFound) {
    return tl::make_unexpected(found.error());
  }
  const Admission admission = TRY(Admit(work, found ? std::string_view(found->record) : consent,
                                        Right::kEdit, FieldGroup::kReferral));
  if (!found) return NoSuchRecord();
  // Said twice, it was said.
  if (found->state == ConsentState::kWithdrawn) return Withdrawal{};
  if (found->state != ConsentState::kGiven) {
    return Fail(ErrorCode::kConflict, "this consent was not given", "consent",
                "withdraw the one that was");
  }
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(MarkWithdrawn(work, *found, reason));
  Withdrawal withdrawal = TRY(EndWhatRests(work, *found));
  TRY(TouchRecord(work, found->record));
  TRY(LogAct(work, "consent.withdraw", "consent", {found->id}, admission.ground));
  TRY(transaction.Commit());
  return withdrawal;
}

}  // namespace thb
