#include "referral/cross_border.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "access/organisation.h"
#include "base/json.h"
#include "base/text.h"
#include "people/authorize.h"
#include "people/consent.h"
#include "people/person.h"
#include "people/record.h"
#include "referral/calendar.h"
#include "referral/internal/node_rows.h"
#include "referral/internal/persons.h"
#include "referral/internal/stored.h"

namespace thb {
namespace {

constexpr std::string_view kNodePrefix = "node:";
constexpr std::string_view kGroupPrefix = "group_";  // of parents in codelists/node_field.csv
constexpr const char* kCheckTable = "node_check";
constexpr const char* kCheckColumn = "sealed_content";
constexpr const char* kProtection = "protection";
constexpr const char* kRisk = "risk";
constexpr const char* kCrossBorder = "cross_border";  // codelists/consent_purpose.csv
constexpr const char* kViews = "views";
constexpr const char* kByGuardian = "guardian";  // codelists/consent_how.csv

// Who may refer the record; or those to whom it was referred for this, the focal point.
Result<void> AdmitSender(const Work& work, std::string_view record) {
  TRY(Admit(work, record, Right::kRead, FieldGroup::kReferral));
  const std::vector<SqlValue> values = {std::string(record), work.actor.organisation,
                                        std::string(kCrossBorder)};
  const bool for_this = TRY(FirstRow(
      work.database,
      "SELECT id FROM referral WHERE record_id = $1 AND receiver = $2 AND purpose = $3 AND state "
      "IN ('sent', 'acknowledged', 'accepted')",
      values, [](const SqlRow&) -> Result<void> { return {}; }));
  if (for_this) return {};
  TRY(Admit(work, record, Right::kRefer, FieldGroup::kReferral));
  return {};
}

// --- What the record says ---------------------------------------------------------------------

std::string PhoneLine(const SafePhone& phone) {
  std::vector<std::string> parts;
  for (const std::string& part :
       {phone.number, phone.who_may_answer, phone.safe_words, phone.hours}) {
    if (!part.empty()) parts.push_back(part);
  }
  if (phone.never_leave_message) parts.emplace_back("never leave a message");
  return Join(parts, "; ");
}

std::string ContactLines(const Contact& contact) {
  std::vector<std::string> lines;
  for (const SafePhone& phone : contact.phones) lines.push_back(PhoneLine(phone));
  for (const std::string& email : contact.emails) lines.push_back(email);
  if (!contact.other.empty()) lines.push_back(contact.other);
  return Join(lines, "\n");
}

std::string NameOf(const PersonName& name) {
  return std::string(Trim(name.first_name + " " + name.second_name));
}

void AddIdentity(const Identity& identity, std::map<std::string, std::string>& values) {
  values["sex"] = identity.sex.value;
  values["languages"] = Join(identity.languages.values, ", ");
  values["date_of_birth"] = identity.birthdate.date;
  if (identity.birthdate.estimated) values["date_of_birth"] += " (estimated)";
  values["citizenship"] = Join(identity.citizenship.values, ", ");
  std::vector<std::string> others;
  for (const PersonName& name : identity.names) {
    if (&name != &identity.names.front()) others.push_back(NameOf(name));
  }
  values["other_names"] = Join(others, "; ");
  if (!identity.names.empty()) {
    values["given_name"] = identity.names.front().first_name;
    values["family_name"] = identity.names.front().second_name;
  }
  std::vector<std::string> documents;
  for (const IdentityDocument& one : identity.documents) {
    documents.push_back(one.kind + " " + one.country + " " + one.number);
  }
  values["document"] = Join(documents, "; ");
}

std::map<std::string, std::string> ValuesOf(const CaseFile& record, const PersonFile& person) {
  std::map<std::string, std::string> values;
  values["sender_reference"] = record.head.reference;
  values["age_band"] = AgeBandName(person.age_band);
  values["decision"] = VictimStatusName(record.head.status);
  if (person.identity) AddIdentity(*person.identity, values);
  if (person.contact) {
    values["safe_contact"] = ContactLines(*person.contact);
    values["safety"] = person.contact->warning;
  }
  if (person.context) values["forms"] = Join(person.context->forms.values, ", ");
  if (record.narrative) values["narrative"] = *record.narrative;
  return values;
}

// --- Checks -----------------------------------------------------------------------------------

struct StoredCheck {
  std::string account;
  Instant made = 0;
  Json content;
};

Result<void> StoreCheck(const Work& work, std::string_view record, std::string_view person,
                        const char* kind, const Json& content) {
  const PersonPlace place = TRY(PersonOfRecord(work.database, record, person));
  const Admission admitted = TRY(Admit(work, record, Right::kEdit, FieldGroup::kReferral));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::string id = NewId(work.random);
  const std::vector<SqlValue> values = {
      id,
      std::string(record),
      std::string(person),
      std::string(kind),
      work.actor.account,
      work.now,
      TRY(SealObject(work.vault, place.key, {kCheckTable, id, kCheckColumn}, content))};
  TRY(
      work.database.Execute("INSERT INTO node_check (id, record_id, person_id, kind, account, "
                            "made, sealed_content) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                            values));
  TRY(LogAct(work, std::string("node.check_") + kind, "record", {std::string(record)},
             admitted.ground));
  return transaction.Commit();
}

// The newest first.
Result<std::vector<StoredCheck>> LoadChecks(const Work& work, std::string_view person,
                                            const char* kind) {
  std::vector<StoredCheck> checks;
  const std::vector<SqlValue> values = {std::string(person), std::string(kind)};
  TRY(work.database.Query(
      "SELECT id, account, made, sealed_content FROM node_check WHERE person_id = $1 AND kind = $2 "
      "ORDER BY made DESC, id DESC LIMIT 100",
      values, [&](const SqlRow& row) -> Result<void> {
        checks.push_back(
            {std::string(row.Text(1)), row.Int(2),
             TRY(OpenObject(work.vault, {kCheckTable, row.Text(0), kCheckColumn}, row.Text(3)))});
        return {};
      }));
  return checks;
}

Result<NodeChecks> NewestChecks(const Work& work, std::string_view person, std::string_view state) {
  NodeChecks found;
  const auto protections = TRY(LoadChecks(work, person, kProtection));
  if (!protections.empty()) {
    const StoredCheck& newest = protections.front();
    found.protection = {true, newest.account, newest.made, {}};
    for (const Json& one : newest.content.value("from_states", Json::array())) {
      found.protection.from_states.insert(one.get<std::string>());
    }
  }
  for (const StoredCheck& one : TRY(LoadChecks(work, person, kRisk))) {
    if (SealedText(one.content, "state") != state) continue;
    found.risk = {true, one.account, one.made, SealedText(one.content, "found") == "yes"};
    break;
  }
  return found;
}

// --- Consent ----------------------------------------------------------------------------------

Result<void> CheckCovered(const Consent& consent, const std::vector<NodeField>& fields,
                          const NodeRules& rules) {
  for (const NodeField& field : fields) {
    const Code* code = rules.fields().Find(field.name);
    if (code == nullptr || !StartsWith(code->parent, kGroupPrefix)) continue;
    const auto group = ParseFieldGroup(code->parent.substr(kGroupPrefix.size()), "fields");
    // What has no field group of ours never leaves: CheckNodeSending says so.
    if (!group || consent.groups.contains(*group)) continue;
    return Fail(ErrorCode::kForbidden, "the consent does not cover: " + code->en, "consent",
                "leave it out, or ask the person");
  }
  return {};
}

Result<void> CheckChild(const Work& work, const Consent& consent, AgeBand band) {
  if (band != AgeBand::kChild && band != AgeBand::kPresumedChild) return {};
  const auto all = TRY(ConsentsOf(work, consent.person));
  const bool views = std::any_of(all.begin(), all.end(), [](const Consent& one) {
    return one.purpose == kViews && one.state != ConsentState::kNotAsked;
  });
  if (consent.how == kByGuardian && views) return {};
  return Fail(ErrorCode::kForbidden,
              "a child goes to another state with the guardian's consent and its own views",
              "consent", "record both");
}

// --- A record from a referral that came -------------------------------------------------------

std::string ValueOf(const NodeReferral& referral, std::string_view name) {
  for (const NodeField& field : referral.fields) {
    if (field.name == name) return std::string(Trim(field.value));
  }
  return {};
}

std::vector<std::string> ListedIn(const std::string& value, std::string_view list,
                                  const Codes& codes) {
  std::vector<std::string> found;
  for (const std::string_view part : Split(value, ',')) {
    const Code* code = codes.Find(list)->Find(Trim(part));
    if (code != nullptr && SaysOfOnePerson(*code)) found.emplace_back(code->id);
  }
  return found;
}

// What is a code or a date here; all that was said stands in the narrative.
Identity IdentityOf(const NodeReferral& referral, const Codes& codes) {
  Identity identity;
  PersonName name;
  name.first_name = ValueOf(referral, "given_name");
  name.second_name = ValueOf(referral, "family_name");
  if (!name.first_name.empty() || !name.second_name.empty()) identity.names.push_back(name);
  const std::string age = ValueOf(referral, "age_band");
  if (age == AgeBandName(AgeBand::kChild) || age == AgeBandName(AgeBand::kPresumedChild)) {
    identity.possibly_child = YesNo::kYes;
  } else if (age == AgeBandName(AgeBand::kAdult)) {
    identity.possibly_child = YesNo::kNo;
  }
  const std::string birth = ValueOf(referral, "date_of_birth");
  if (ParseDay(birth)) identity.birthdate = {Given::kKnown, birth, false};
  const auto sex = ListedIn(ValueOf(referral, "sex"), "sex", codes);
  if (!sex.empty()) identity.sex = {Given::kKnown, sex.front()};
  const auto citizenship = ListedIn(ValueOf(referral, "citizenship"), "citizen", codes);
  if (!citizenship.empty()) identity.citizenship = {Given::kKnown, citizenship};
  return identity;
}

Result<void> LinkRecordToReferral(const Work& work, std::string_view partner,
                                  std::string_view package, const std::string& record) {
  const std::vector<SqlValue> values = {record, std::string(partner), std::string(package)};
  return work.database.Execute("UPDATE node_inbox SET record = $1 WHERE partner = $2 AND id = $3",
                               values);
}

}  // namespace

std::string RecipientOfState(std::string_view state) {
  return std::string(kNodePrefix) + std::string(state);
}

std::string_view StateOfRecipient(std::string_view recipient) {
  return StartsWith(recipient, kNodePrefix) ? recipient.substr(kNodePrefix.size())
                                            : std::string_view();
}

NodeWork NodeWorkOfSystem(const Work& work) {
  return {work.database, work.vault, work.log, "system", work.now, work.random, {}};
}

Result<std::vector<NodeField>> CrossBorder::Propose(std::string_view record,
                                                    std::string_view person) {
  TRY(AdmitSender(work_, record));
  TRY(PersonOfRecord(work_.database, record, person));
  const CaseFile file = TRY(ReadRecord(work_, record));
  const PersonFile read = TRY(ReadPerson(work_, person));
  std::map<std::string, std::string> values = ValuesOf(file, read);
  values["focal_point"] = TRY(FindOrganisation(work_.database, work_.actor.organisation)).name;
  std::vector<NodeField> fields;
  for (const Code& code : rules_.fields().codes()) {
    if (code.kind != "minimum" && code.kind != "optional") continue;
    const auto value = values.find(code.id);
    fields.push_back({code.id, value == values.end() ? "" : value->second});
  }
  return fields;
}

Result<void> CrossBorder::RecordProtection(std::string_view record, std::string_view person,
                                           const std::set<std::string>& from_states) {
  Json states = Json::array();
  for (const std::string& state : from_states) {
    TRY(CheckListed("citizen", state, "from_states"));
    states.push_back(state);
  }
  return StoreCheck(work_, record, person, kProtection, {{"from_states", states}});
}

Result<void> CrossBorder::RecordRisk(std::string_view record, std::string_view person,
                                     std::string_view state, bool risk_found,
                                     std::string_view reasons) {
  TRY(CheckNodeName(state));
  TRY(CheckLength(reasons, kMaxNodeCheckText, "reasons"));
  if (Trim(reasons).empty()) {
    return Fail(ErrorCode::kBadValue, "what was found is not said", "reasons",
                "write down who was asked, and what was found");
  }
  return StoreCheck(work_, record, person, kRisk,
                    {{"state", state}, {"found", risk_found ? "yes" : "no"}, {"reasons", reasons}});
}

Result<NodeChecks> CrossBorder::Checks(std::string_view record, std::string_view person,
                                       std::string_view state) {
  TRY(Admit(work_, record, Right::kRead, FieldGroup::kReferral));
  TRY(PersonOfRecord(work_.database, record, person));
  return NewestChecks(work_, person, state);
}

Result<NodeConsent> CrossBorder::ConsentFor(const CrossBorderDraft& draft) {
  const std::string state(StateOfNode(draft.partner));
  NodeConsent found;
  const auto standing =
      TRY(StandingConsent(work_, draft.person, draft.purpose, RecipientOfState(state)));
  // Without one the gate says what is missing.
  if (!standing || standing->record != draft.record) return found;
  TRY(CheckCovered(*standing, draft.fields, rules_));
  const PersonPlace place = TRY(PlaceOfPerson(work_.database, draft.person));
  TRY(CheckChild(work_, *standing, place.age_band));
  found.id = standing->id;
  found.given = true;
  found.state = state;
  found.purpose = standing->purpose;
  found.text = standing->text_version;
  found.language = standing->language;
  found.given_at = standing->date;
  found.expires = standing->expires;
  return found;
}

Result<std::string> CrossBorder::Send(const CrossBorderDraft& draft) {
  const NodeWork node = TRY(NodeWorkOf(work_));
  TRY(AdmitSender(work_, draft.record));
  TRY(PersonOfRecord(work_.database, draft.record, draft.person));
  TRY(CheckNodeName(draft.partner));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  NodeSending sending;
  sending.partner = draft.partner;
  sending.record = draft.record;
  sending.person = draft.person;
  sending.purpose = draft.purpose;
  sending.urgent = draft.urgent;
  sending.consent = TRY(ConsentFor(draft));
  const NodeChecks checks = TRY(NewestChecks(work_, draft.person, StateOfNode(draft.partner)));
  sending.protection = checks.protection;
  sending.risk = checks.risk;
  sending.transfer_ground = draft.transfer_ground;
  sending.fields = draft.fields;
  std::string id = TRY(SendNodeReferral(node, rules_, sending));
  TRY(transaction.Commit());
  return id;
}

Result<std::vector<NodeSent>> CrossBorder::SentOf(std::string_view record) {
  TRY(Admit(work_, record, Right::kRead, FieldGroup::kReferral));
  auto sent = TRY(LoadNodeSent(work_.database, record));
  std::erase_if(sent, [](const NodeSent& one) { return one.kind != NodeKind::kReferral; });
  return sent;
}

Result<void> CrossBorder::Withdraw(std::string_view record, std::string_view package,
                                   const std::string& reason) {
  TRY(AdmitSender(work_, record));
  const auto row = TRY(FindOutbox(work_.database, package));
  if (!row || row->record != record) return NoSuchRecord();
  NodeWork node = NodeWorkOfSystem(work_);
  node.actor = work_.actor.account;
  return WithdrawNodeReferral(node, package, reason);
}

Result<std::string> CrossBorder::OpenRecordFrom(std::string_view partner, std::string_view package,
                                                const std::string& narrative) {
  const NodeWork node = TRY(NodeWorkOf(work_));
  const Codes codes = TRY(Codes::Load());
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  const auto before = TRY(FindInbox(work_.database, partner, package));
  if (before && !before->record.empty()) {
    TRY(transaction.Commit());
    return before->record;
  }
  const NodeReferral referral = TRY(OpenNodeReferral(node, partner, package));
  if (before && before->state == "taken") {
    TRY(AnswerNodeReferral(node, partner, package, NodeKind::kAccepted, "", ""));
  }
  NewRecord entry;
  entry.narrative = narrative;
  const std::string age = ValueOf(referral, "age_band");
  if (age == AgeBandName(AgeBand::kChild) || age == AgeBandName(AgeBand::kPresumedChild)) {
    entry.possibly_child = YesNo::kYes;
  }
  entry.submission = std::string(package);
  const RecordHead head = TRY(CreateRecord(work_, entry));
  NewPerson person;
  person.identity = IdentityOf(referral, codes);
  TRY(AddPerson(work_, head.id, person));
  TRY(LinkRecordToReferral(work_, partner, package, head.id));
  TRY(transaction.Commit());
  return head.id;
}

}  // namespace thb
