// Why a referral may go: consent, an override, or the protection of a child; and overrides.

#include <algorithm>
#include <utility>

#include "access/approval.h"
#include "access/organisation.h"
#include "base/text.h"
#include "people/authorize.h"
#include "people/consent.h"
#include "referral/internal/persons.h"
#include "referral/internal/referral_rows.h"
#include "referral/internal/referral_rules.h"
#include "referral/internal/stored.h"
#include "referral/task.h"

namespace thb {
namespace {

constexpr std::string_view kTable = "consent_override";
constexpr std::string_view kReasons = "sealed_reasons";
constexpr Instant kSecondPersonSeconds = 86'400;

tl::unexpected<Error> Missing(std::string what) {
  return Fail(ErrorCode::kForbidden, std::move(what), "consent",
              "ask the person, or use a ground of the closed list with a second person");
}

// The field groups that go beyond `limit`; reference and referral always go along.
std::set<FieldGroup> Beyond(const std::set<FieldGroup>& groups, const std::set<FieldGroup>& limit) {
  std::set<FieldGroup> beyond;
  for (const FieldGroup group : groups) {
    const bool free = group == FieldGroup::kReference || group == FieldGroup::kReferral;
    if (!free && !limit.contains(group)) beyond.insert(group);
  }
  return beyond;
}

Result<bool> EnforcesImmigration(const Work& work, std::string_view organisation) {
  if (!RulesOfReferral()) return tl::make_unexpected(RulesOfReferral().error());
  const Organisation receiver = TRY(FindOrganisation(work.database, organisation));
  return RulesOfReferral()->immigration_enforcement.contains(receiver.kind);
}

Result<FoundBasis> ByConsent(const Work& work, const Referral& referral,
                             const std::string& consent) {
  const auto standing =
      TRY(StandingConsent(work, referral.person, referral.purpose, referral.receiver));
  if (!standing || standing->id != consent || standing->record != referral.record) {
    return Missing("no consent to this purpose and recipient stands");
  }
  const std::set<FieldGroup> beyond = Beyond(referral.groups, standing->groups);
  if (!beyond.empty()) {
    return Missing("the consent does not cover: " + JoinFieldGroups(beyond));
  }
  return FoundBasis{consent, {}, false};
}

bool IsProtectedAsChild(AgeBand band) {
  return band == AgeBand::kChild || band == AgeBand::kPresumedChild;
}

Result<FoundBasis> ByChildProtection(const Work& work, const Referral& referral) {
  if (!RulesOfReferral()) return tl::make_unexpected(RulesOfReferral().error());
  const PersonPlace person = TRY(PlaceOfPerson(work.database, referral.person));
  const Organisation receiver = TRY(FindOrganisation(work.database, referral.receiver));
  if (!IsProtectedAsChild(person.age_band) ||
      !RulesOfReferral()->protects_children.contains(receiver.kind)) {
    return Missing("there is neither a consent nor an override");
  }
  return FoundBasis{{}, {}, true};
}

Result<OverrideGround> GroundOf(const Countries& countries, std::string_view country,
                                std::string_view code) {
  TRY(countries.Find(country));
  std::vector<std::string> codes;
  for (OverrideGround& ground : countries.OverrideGrounds(country)) {
    if (ground.code == code) return std::move(ground);
    codes.push_back(ground.code);
  }
  return Fail(ErrorCode::kUnknownCode, "the country has no such ground", "ground",
              "choose one of " + Join(codes, ", "));
}

struct OverrideRow {
  Override data;
  std::string organisation;
  std::string approval;
  std::string sealed;
};

constexpr std::string_view kColumns =
    "SELECT id, record_id, person_id, country, ground, recipient, field_groups, asked_by, asked, "
    "agreed_by, agreed, second_person_due, told, tell_by, version, organisation, approval, "
    "sealed_reasons FROM consent_override ";

Result<OverrideRow> ReadRow(const SqlRow& row) {
  OverrideRow out;
  Override& data = out.data;
  data.id = row.Text(0);
  data.record = row.Text(1);
  data.person = row.Text(2);
  data.country = row.Text(3);
  data.ground = row.Text(4);
  data.recipient = row.Text(5);
  data.groups = TRY(SplitFieldGroups(row.Text(6)));
  data.asked_by = row.Text(7);
  data.asked = row.Int(8);
  data.agreed_by = row.Text(9);
  data.agreed = MaybeInt(row, 10);
  data.second_person_due = MaybeInt(row, 11);
  data.told = row.Int(12) != 0;
  data.tell_by = MaybeInt(row, 13);
  data.version = row.Int(14);
  out.organisation = row.Text(15);
  out.approval = row.Text(16);
  out.sealed = row.Text(17);
  return out;
}

Result<OverrideRow> FetchOverride(Database& database, std::string_view id) {
  OverrideRow out;
  const std::vector<SqlValue> values = {std::string(id)};
  const bool found = TRY(FirstRow(database, std::string(kColumns) + "WHERE id = $1", values,
                                  [&](const SqlRow& row) -> Result<void> {
                                    out = TRY(ReadRow(row));
                                    return {};
                                  }));
  if (!found) return NoSuchRecord();
  return out;
}

std::string DetailOf(std::string_view ground, std::string_view recipient) {
  return std::string(ground) + " " + std::string(recipient);
}

// It holds for this referral, was not used, and a second person agreed or still can in time.
Result<FoundBasis> ByOverride(const Work& work, const Countries& countries,
                              const Referral& referral, const std::string& id) {
  const OverrideRow row = TRY(FetchOverride(work.database, id));
  const Override& data = row.data;
  if (data.record != referral.record || data.person != referral.person ||
      data.recipient != referral.receiver || data.asked_by != work.actor.account) {
    return Missing("the override is for another person, recipient or worker");
  }
  const std::set<FieldGroup> beyond = Beyond(referral.groups, data.groups);
  if (!beyond.empty()) {
    return Missing("the ground does not cover: " + JoinFieldGroups(beyond));
  }
  const std::vector<SqlValue> values = {id};
  const bool used = TRY(FirstRow(work.database, "SELECT id FROM referral WHERE override_id = $1",
                                 values, [](const SqlRow&) -> Result<void> { return {}; }));
  if (used) return Missing("the override was used for another referral");
  const OverrideGround ground = TRY(GroundOf(countries, data.country, data.ground));
  if (TRY(EnforcesImmigration(work, referral.receiver)) && !ground.needs_document) {
    return Missing("towards immigration enforcement only consent or a legal order will do");
  }
  const Approval approval = TRY(FindApproval(work, row.approval));
  if (approval.state == ApprovalState::kAgreed) {
    TRY(JoinUseApproval(work, row.approval, ApprovalKind::kConsentOverride, {data.record},
                        DetailOf(data.ground, data.recipient)));
  } else if (!ground.imminent || approval.state != ApprovalState::kOpen) {
    return Missing("a second person has not agreed to the override");
  }
  return FoundBasis{{}, id, data.ground == "child_protection"};
}

Result<void> CheckRequest(const Work& work, const OverrideRequest& request,
                          const OverrideGround& ground, const PersonPlace& person) {
  TRY(CheckLength(request.reason, kMaxReferralText, "reason"));
  TRY(CheckLength(request.document, kMaxReferralText, "document"));
  TRY(CheckLength(request.delay_reason, kMaxReferralText, "delay_reason"));
  const auto refuse = [](const char* what, const char* field, const char* remedy) {
    return Fail(ErrorCode::kBadValue, what, field, remedy);
  };
  if (Trim(request.reason).empty()) {
    return refuse("an override needs a reason", "reason", "write down what makes it necessary");
  }
  if (ground.needs_document && Trim(request.document).empty()) {
    return refuse("this ground needs the reference of the order", "document",
                  "give number and date of the order");
  }
  if (ground.code == "child_protection" && !IsProtectedAsChild(person.age_band)) {
    return refuse("the person is not protected as a child", "ground", "choose another ground");
  }
  const bool reviewed = request.tell_by && *request.tell_by >= DayOfInstant(work.now) &&
                        !Trim(request.delay_reason).empty();
  if (!request.told && !reviewed) {
    return refuse("the person is told, or the delay has a reason and a day of review", "tell_by",
                  "say which");
  }
  if (TRY(EnforcesImmigration(work, request.recipient)) && !ground.needs_document) {
    return Fail(ErrorCode::kForbidden,
                "towards immigration enforcement only consent or a legal order will do", "ground",
                "ask the person");
  }
  return {};
}

Result<void> OpenOverrideTasks(const Work& work, const OverrideRequest& request,
                               const std::string& id, const std::string& organisation,
                               std::optional<Instant> second_person_due) {
  Task task;
  task.organisation = organisation;
  task.record = request.record;
  task.source = id;
  task.kind = "override_second_person";
  task.due = second_person_due;
  task.urgent = second_person_due.has_value();
  TRY(OpenTask(work.database, work.random, task, work.now));
  if (request.told) return {};
  task.kind = "override_tell";
  task.account = work.actor.account;
  task.urgent = false;
  task.due = InstantOfDay(*request.tell_by);
  TRY(OpenTask(work.database, work.random, task, work.now));
  return {};
}

}  // namespace

Result<FoundBasis> CheckBasis(const Work& work, const Countries& countries,
                              const Referral& referral, const ReferralBasis& basis) {
  if (!basis.consent_id.empty()) return ByConsent(work, referral, basis.consent_id);
  if (!basis.override_id.empty()) {
    return ByOverride(work, countries, referral, basis.override_id);
  }
  return ByChildProtection(work, referral);
}

Result<std::string> Referrals::AskOverride(const OverrideRequest& request) {
  const Admission admitted =
      TRY(Admit(work_, request.record, Right::kRefer, FieldGroup::kReferral));
  const PersonPlace person = TRY(PersonOfRecord(work_.database, request.record, request.person));
  const OverrideGround ground = TRY(GroundOf(countries_, request.country, request.ground));
  TRY(CheckRequest(work_, request, ground, person));
  std::set<FieldGroup> groups;
  for (const std::string& name : ground.groups) groups.insert(TRY(ParseFieldGroup(name, "groups")));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  const std::string id = NewId(work_.random);
  ApprovalRequest approval;
  approval.kind = ApprovalKind::kConsentOverride;
  approval.organisation = admitted.facts.organisation;
  approval.subjects = {request.record};
  approval.detail = DetailOf(request.ground, request.recipient);
  approval.reason = request.reason;
  approval.key = person.key;
  if (ground.imminent) approval.lasts = kUrgentApprovalSeconds;
  const std::string approval_id = TRY(AskApproval(work_, approval));
  const Json reasons = {
      {"reason", request.reason}, {"document", request.document}, {"delay", request.delay_reason}};
  const std::string sealed =
      TRY(SealObject(work_.vault, person.key, {kTable, id, kReasons}, reasons));
  const std::optional<Instant> due =
      ground.imminent ? std::optional<Instant>(work_.now + kSecondPersonSeconds) : std::nullopt;
  const std::vector<SqlValue> values = {id,
                                        request.record,
                                        request.person,
                                        admitted.facts.organisation,
                                        request.country,
                                        request.ground,
                                        request.recipient,
                                        JoinFieldGroups(groups),
                                        work_.actor.account,
                                        work_.now,
                                        approval_id,
                                        NullOr(due),
                                        std::int64_t{request.told},
                                        NullOr(request.told ? std::nullopt : request.tell_by),
                                        sealed};
  TRY(work_.database.Execute(
      "INSERT INTO consent_override (id, record_id, person_id, organisation, country, ground, "
      "recipient, field_groups, asked_by, asked, approval, second_person_due, told, tell_by, "
      "sealed_reasons, agreed_by, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
      "$12, $13, $14, $15, '', 1)",
      values));
  TRY(OpenOverrideTasks(work_, request, id, admitted.facts.organisation, due));
  TRY(LogAct(work_, "override.ask", "override", {id, request.record}, request.ground,
             request.reason, person.key));
  TRY(transaction.Commit());
  return id;
}

Result<void> Referrals::AgreeOverride(std::string_view id, std::int64_t version) {
  const OverrideRow row = TRY(FetchOverride(work_.database, id));
  const Admission admitted =
      TRY(Admit(work_, row.data.record, Right::kRead, FieldGroup::kReferral));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(RaiseVersion(work_.database, kTable, id, version));
  TRY(Agree(work_, row.approval));
  const std::vector<SqlValue> values = {work_.actor.account, work_.now, std::string(id)};
  TRY(work_.database.Execute(
      "UPDATE consent_override SET agreed_by = $1, agreed = $2 WHERE id = $3", values));
  TRY(CloseTasksOf(work_.database, id, "override_second_person", work_.now));
  TRY(LogAct(work_, "override.agree", "override", {std::string(id), row.data.record},
             admitted.ground));
  return transaction.Commit();
}

Result<void> Referrals::RecordTold(std::string_view id, std::int64_t version) {
  const OverrideRow row = TRY(FetchOverride(work_.database, id));
  const Admission admitted =
      TRY(Admit(work_, row.data.record, Right::kRefer, FieldGroup::kReferral));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(RaiseVersion(work_.database, kTable, id, version));
  const std::vector<SqlValue> values = {std::string(id)};
  TRY(work_.database.Execute("UPDATE consent_override SET told = 1, tell_by = NULL WHERE id = $1",
                             values));
  TRY(CloseTasksOf(work_.database, id, "override_tell", work_.now));
  TRY(LogAct(work_, "override.told", "override", {std::string(id), row.data.record},
             admitted.ground));
  return transaction.Commit();
}

Result<Override> Referrals::LoadOverride(std::string_view id) {
  OverrideRow row = TRY(FetchOverride(work_.database, id));
  const Admission admitted =
      TRY(Admit(work_, row.data.record, Right::kRead, FieldGroup::kReferral));
  if (admitted.facts.organisation != work_.actor.organisation) return NoSuchRecord();
  const Json reasons = TRY(OpenObject(work_.vault, {kTable, row.data.id, kReasons}, row.sealed));
  row.data.reason = SealedText(reasons, "reason");
  row.data.document = SealedText(reasons, "document");
  row.data.delay_reason = SealedText(reasons, "delay");
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(LogAct(work_, "override.read", "override", {row.data.id, row.data.record}, admitted.ground));
  TRY(transaction.Commit());
  return std::move(row.data);
}

Result<std::vector<Override>> Referrals::OverridesOf(std::string_view record) {
  const Admission admitted = TRY(Admit(work_, record, Right::kRead, FieldGroup::kReferral));
  std::vector<Override> overrides;
  if (admitted.facts.organisation != work_.actor.organisation) return overrides;
  const std::vector<SqlValue> values = {std::string(record)};
  TRY(work_.database.Query(std::string(kColumns) + "WHERE record_id = $1 ORDER BY asked DESC, id",
                           values, [&](const SqlRow& row) -> Result<void> {
                             OverrideRow one = TRY(ReadRow(row));
                             overrides.push_back(std::move(one.data));
                             return {};
                           }));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(LogAct(work_, "override.list", "record", {std::string(record)}, admitted.ground));
  TRY(transaction.Commit());
  return overrides;
}

}  // namespace thb
