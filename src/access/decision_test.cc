// The whole table of Decide against a statement of the rules that was written apart from the code
// and from rules/roles.json, and the printed matrix of docs/access-matrix.md.

#include "access/decision.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <sstream>

#include "base/files.h"
#include "base/text.h"
#include "codes/codes.h"

namespace thb {
namespace {

constexpr Instant kNow = 1'700'000'000;

const Roles& TheRoles() {
  static const Roles roles = [] {
    auto loaded = Roles::Load();
    EXPECT_TRUE(loaded.has_value()) << loaded.error().ToLine();
    return *std::move(loaded);
  }();
  return roles;
}

// --- the statement of the rules ------------------------------------------------------------------

// What each role may do with each field group, and what it does with a record: r read, e edit,
// x export. Realm, then the groups in the order of FieldGroup.
constexpr std::string_view kStatement = R"(
role                       realm       ref idn con nar scr rfl dec ass she int chi inv imm pro acts
referrer                   support     r   -   -   -   -   r   -   -   -   -   -   -   -   -   list
case_worker                support     re  re  re  re  re  re  r   re  re  re  re  -   -   re  list screen refer answer assign assist restrict
child_worker               support     re  re  re  re  re  re  r   re  re  re  re  -   -   re  list screen refer answer assign assist restrict
shelter_worker             support     re  r   re  -   -   re  -   re  re  re  r   -   -   -   list answer assist
health_worker              support     re  re  re  -   re  re  -   re  -   re  r   -   -   re  list screen refer answer assist
residence_adviser          support     r   r   r   r   -   r   r   -   -   -   r   -   re  -   list answer
support_supervisor         support     rex rx  rex rx  rx  rex rx  rex -   re  rex -   -   -   list refer answer assign assist restrict erase merge
guardian                   support     r   r   re  r   -   r   r   re  r   r   re  -   r   -   list
lawyer                     support     r   r   r   r   -   r   r   re  -   r   r   -   re  -   list
police_investigator        police      re  re  re  re  re  re  re  -   -   re  re  re  -   -   list screen refer answer decide assign restrict
labour_inspector           police      re  re  re  re  re  re  r   -   -   re  re  re  -   -   list screen refer answer assign restrict
border_officer             police      re  re  re  re  re  re  -   -   -   re  re  -   -   -   list screen refer answer assign
prosecutor                 police      re  r   -   r   -   re  re  -   -   -   r   re  -   -   list refer answer decide assign restrict
witness_protection_officer police      re  re  re  re  -   re  r   -   -   re  r   re  -   -   list refer answer assign restrict
police_supervisor          police      rex rx  re  rx  rx  rex rex -   -   re  rex rex -   -   list refer answer decide assign restrict erase merge
immigration_officer        immigration r   r   -   -   -   -   re  -   -   -   -   -   re  -   list answer decide
focal_officer              focal       re  re  re  re  re  re  re  re  -   re  re  -   -   -   list screen refer answer decide assign assist restrict
decision_officer           focal       re  r   -   r   r   re  re  -   -   -   r   -   -   -   list refer answer decide assign
duplicates_custodian       focal       r   r   -   -   -   -   -   -   -   -   -   -   -   -   list merge
custodian                  focal       r   re  -   -   -   -   -   -   -   -   -   -   -   -   list restrict erase
administrator              operations  -   -   -   -   -   -   -   -   -   -   -   -   -   -
recovery_officer           operations  -   -   -   -   -   -   -   -   -   -   -   -   -   -
statistician               operations  -   -   -   -   -   -   -   -   -   -   -   -   -   -
auditor                    audit       -   -   -   -   -   -   -   -   -   -   -   -   -   -
)";

struct Stated {
  std::string realm;
  std::set<std::pair<FieldGroup, char>> fields;
  std::set<std::string> acts;
};

std::map<std::string, Stated> Statement() {
  std::map<std::string, Stated> statement;
  std::istringstream lines{std::string(kStatement)};
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string id;
    if (!(words >> id) || id == "role") continue;
    Stated& row = statement[id];
    words >> row.realm;
    for (const FieldGroup group : kAllFieldGroups) {
      std::string cell;
      words >> cell;
      for (const char letter : cell) row.fields.emplace(group, letter);
    }
    std::string act;
    while (words >> act) row.acts.insert(act);
  }
  return statement;
}

const std::set<std::string> kParticipantsOnly = {"guardian", "lawyer", "immigration_officer"};
const std::set<std::string> kTakeInReferrals = {
    "case_worker",       "child_worker",  "shelter_worker",   "support_supervisor",
    "police_supervisor", "focal_officer", "decision_officer", "immigration_officer"};
const std::set<std::string> kBreakGlass = {
    "case_worker",         "child_worker",     "shelter_worker",   "support_supervisor",
    "police_investigator", "labour_inspector", "police_supervisor"};
const std::map<Restriction, std::set<std::string>> kCleared = {
    {Restriction::kChild,
     {"child_worker", "support_supervisor", "witness_protection_officer", "police_supervisor",
      "focal_officer", "decision_officer", "duplicates_custodian", "custodian"}},
    {Restriction::kProtectedWitness, {"witness_protection_officer", "custodian"}},
    {Restriction::kStaffMember, {"support_supervisor", "police_supervisor", "custodian"}},
};

// How the actor stands to the record.
enum class Relation {
  kElsewhere,         // another organisation
  kColleague,         // the record's organisation, another group
  kSameGroup,         //
  kOwner,             //
  kDeputy,            // stands in for the owner
  kNamed,             // takes part by name, all groups, may edit; another organisation
  kNamedReader,       // the same without editing
  kNamedPart,         // by name, for contact and shelter only
  kNamedEnded,        // took part until just now
  kNamedNotYet,       // takes part from the next second on
  kNamedTask,         // by a task
  kReferredTo,        // the actor's organisation takes part by a referral
  kCustodianGave,     // the owner, to whom the custodian gave the identity
  kBrokeGlass,        // a colleague who broke the glass
  kBrokeGlassTwo,     // with a second person
  kBrokeGlassOver,    // four hours ago
  kBrokeGlassAbroad,  // from another organisation
  kExcludedOwner,     //
  kFormerOwner,       // owns the record, but works elsewhere now
  kPausedOwner,       //
  kPausedUrgent,      // paused, and this is an own open urgent record
  kPausedDeputy,      // paused, and it is a colleague's urgent one
};
constexpr int kRelations = static_cast<int>(Relation::kPausedDeputy) + 1;

bool In(Relation relation, std::initializer_list<Relation> set) {
  return std::find(set.begin(), set.end(), relation) != set.end();
}

// The way to the record that a scope opens: nearest first. National scope knows no nearness.
enum class Near { kNot, kNational, kOrganisation, kGroup, kOwn };

Near NearnessOf(Relation relation, Scope scope) {
  using enum Relation;
  if (scope == Scope::kNational) return Near::kNational;
  if (In(relation, {kOwner, kDeputy, kCustodianGave, kPausedUrgent})) return Near::kOwn;
  if (relation == kSameGroup && scope != Scope::kOwn) return Near::kGroup;
  if (In(relation, {kColleague, kSameGroup, kBrokeGlass, kBrokeGlassTwo, kBrokeGlassOver}) &&
      scope == Scope::kOrganisation) {
    return Near::kOrganisation;
  }
  return Near::kNot;
}

bool SaysRow(const Stated& row, Right right, FieldGroup group) {
  if (right == Right::kRead) return row.fields.count({group, 'r'}) > 0;
  if (right == Right::kEdit) return row.fields.count({group, 'e'}) > 0;
  if (right == Right::kExport) return row.fields.count({group, 'x'}) > 0;
  static const std::map<Right, FieldGroup> home = {
      {Right::kList, FieldGroup::kReference},     {Right::kAssign, FieldGroup::kReference},
      {Right::kRestrict, FieldGroup::kReference}, {Right::kScreen, FieldGroup::kScreening},
      {Right::kRefer, FieldGroup::kReferral},     {Right::kAnswer, FieldGroup::kReferral},
      {Right::kDecide, FieldGroup::kDecision},    {Right::kAssist, FieldGroup::kAssistance},
      {Right::kErase, FieldGroup::kIdentity},     {Right::kMerge, FieldGroup::kIdentity}};
  return home.at(right) == group && row.acts.count(std::string(WordOf(right))) > 0;
}

bool Cleared(const std::string& role, std::optional<Restriction> restriction,
             bool children_too = true) {
  if (!restriction || kCleared.count(*restriction) == 0) return true;
  if (*restriction == Restriction::kChild && !children_too) return true;
  return kCleared.at(*restriction).count(role) > 0;
}

struct Situation {
  std::string role;
  Scope scope;
  Relation relation;
  std::optional<Restriction> restriction;
};

bool ScopeOpens(const Situation& s, Right right, FieldGroup group) {
  const Near near = NearnessOf(s.relation, s.scope);
  if (near == Near::kNot || kParticipantsOnly.count(s.role) > 0) return false;
  if (near != Near::kOwn && !Cleared(s.role, s.restriction)) return false;
  // A deputy has no clearance by standing in, but children's records cannot wait.
  if (s.relation == Relation::kDeputy && !Cleared(s.role, s.restriction, false)) return false;
  if (near == Near::kNational) {
    return group == FieldGroup::kReference && (right == Right::kList || right == Right::kRead);
  }
  // Where a victim lives and what an immigration service knows stays with the record's worker.
  return near == Near::kOwn || (group != FieldGroup::kShelter && group != FieldGroup::kImmigration);
}

bool ParticipationOpens(const Situation& s, Right right, FieldGroup group) {
  using enum Relation;
  if (!In(s.relation,
          {kNamed, kNamedReader, kNamedPart, kNamedTask, kReferredTo, kCustodianGave})) {
    return false;
  }
  if (s.relation == kReferredTo) {
    const bool takes_in = s.scope == Scope::kOrganisation ||
                          (s.scope != Scope::kNational && kTakeInReferrals.count(s.role) > 0);
    if (!takes_in || !Cleared(s.role, s.restriction, false)) return false;
  }
  if (group == FieldGroup::kProtectedNote) return false;
  const bool looks = right == Right::kList || right == Right::kRead;
  if (s.relation == kCustodianGave) {
    return looks && (group == FieldGroup::kIdentity || group == FieldGroup::kReference);
  }
  if (s.relation == kNamedPart && group != FieldGroup::kContact && group != FieldGroup::kShelter) {
    return looks && group == FieldGroup::kReference;
  }
  if (looks) return true;
  if (right == Right::kMerge) return s.relation == kNamedTask;
  const std::set<Right> owners = {Right::kAssign, Right::kExport, Right::kRestrict, Right::kErase};
  if (owners.count(right) > 0) return false;
  if (right == Right::kEdit && group == FieldGroup::kReference) return false;
  return s.relation != kNamedReader || right == Right::kAnswer;
}

bool BreakGlassOpens(const Situation& s, Right right, FieldGroup group) {
  using enum Relation;
  if (!In(s.relation, {kBrokeGlass, kBrokeGlassTwo}) || s.scope == Scope::kNational) return false;
  const bool shut = s.restriction == Restriction::kProtectedWitness ||
                    s.restriction == Restriction::kStaffMember ||
                    s.restriction == Restriction::kCustodian;
  if (shut && s.relation != kBrokeGlassTwo) return false;
  if (kBreakGlass.count(s.role) == 0 || (right != Right::kList && right != Right::kRead)) {
    return false;
  }
  return group != FieldGroup::kShelter && group != FieldGroup::kImmigration &&
         group != FieldGroup::kProtectedNote;
}

// What is so whatever else holds.
bool Never(const Situation& s, const Stated& row, Right right, FieldGroup group) {
  using enum Relation;
  if (In(s.relation, {kExcludedOwner, kPausedOwner, kPausedDeputy})) return true;
  if (row.realm == "operations" || row.realm == "audit") return true;
  if (group == FieldGroup::kInvestigation && row.realm != "police") return true;
  if (s.restriction == Restriction::kLegalHold &&
      (right == Right::kErase || right == Right::kMerge)) {
    return true;
  }
  const bool sees_through_custodian =
      s.relation == kCustodianGave || s.relation == kBrokeGlassTwo ||
      (s.role == "custodian" &&
       !In(s.relation, {kElsewhere, kNamed, kNamedReader, kNamedPart, kNamedEnded, kNamedNotYet,
                        kNamedTask, kReferredTo, kBrokeGlassAbroad, kFormerOwner}));
  return s.restriction == Restriction::kCustodian && group == FieldGroup::kIdentity &&
         !sees_through_custodian;
}

bool Expected(const Situation& s, const Stated& row, Right right, FieldGroup group) {
  return !Never(s, row, right, group) && SaysRow(row, right, group) &&
         (ScopeOpens(s, right, group) || ParticipationOpens(s, right, group) ||
          BreakGlassOpens(s, right, group));
}

// --- the same situations for Decide
// ----------------------------------------------------------------

Actor ActorOf(const Role& role, Scope scope) {
  Actor actor;
  actor.account = "account-1";
  actor.organisation = "organisation-1";
  actor.organisation_kind = *role.organisations.begin();
  actor.groups = {"group-1"};
  actor.roles = {{role.id, scope}};
  return actor;
}

Participation Named(std::string kind, bool may_edit) {
  Participation p;
  p.kind = std::move(kind);
  p.account = "account-1";
  p.groups = {kAllFieldGroups.begin(), kAllFieldGroups.end()};
  p.may_edit = may_edit;
  return p;
}

void TakePart(Relation relation, RecordFacts& facts) {
  using enum Relation;
  facts.organisation = "organisation-2";
  Participation p = Named(relation == kNamedTask ? "task" : "referral", relation != kNamedReader);
  if (relation == kNamedPart) p.groups = {FieldGroup::kContact, FieldGroup::kShelter};
  if (relation == kNamedEnded) p.until = kNow;
  if (relation == kNamedNotYet) p.from = kNow + 1;
  if (relation == kReferredTo) {
    p.account.clear();
    p.organisation = "organisation-1";
  }
  facts.participants = {p};
}

void BreakTheirGlass(Relation relation, Actor& actor, RecordFacts& facts) {
  using enum Relation;
  if (relation == kBrokeGlassAbroad) facts.organisation = "organisation-2";
  const Instant until = relation == kBrokeGlassOver ? kNow : kNow + 1;
  actor.broken_glass = {{"another-record", kNow + 100, true},
                        {"record-1", until, relation != kBrokeGlass}};
}

void Stand(Relation relation, Actor& actor, RecordFacts& facts) {
  using enum Relation;
  facts.record = "record-1";
  facts.organisation = "organisation-1";
  facts.group = "group-2";
  facts.owner = "account-2";
  if (relation == kElsewhere) facts.organisation = "organisation-2";
  if (relation == kSameGroup) facts.group = "group-1";
  if (In(relation,
         {kOwner, kCustodianGave, kExcludedOwner, kFormerOwner, kPausedOwner, kPausedUrgent})) {
    facts.owner = "account-1";
  }
  if (In(relation, {kDeputy, kPausedDeputy})) actor.stands_for = {"account-2"};
  if (In(relation,
         {kNamed, kNamedReader, kNamedPart, kNamedEnded, kNamedNotYet, kNamedTask, kReferredTo})) {
    TakePart(relation, facts);
  }
  if (relation == kCustodianGave) {
    facts.participants = {Named("custodian", true)};
    facts.participants[0].groups = {FieldGroup::kIdentity};
    facts.participants[0].may_edit = false;
  }
  if (In(relation, {kBrokeGlass, kBrokeGlassTwo, kBrokeGlassOver, kBrokeGlassAbroad})) {
    BreakTheirGlass(relation, actor, facts);
  }
  if (relation == kExcludedOwner) facts.excluded_accounts = {"account-1"};
  if (relation == kFormerOwner) facts.organisation = "organisation-2";
  if (In(relation, {kPausedOwner, kPausedUrgent, kPausedDeputy})) actor.paused = true;
  facts.urgent = In(relation, {kPausedUrgent, kPausedDeputy});
}

std::string Describe(const Situation& s, Right right, FieldGroup group) {
  return s.role + " in scope " + std::string(WordOf(s.scope)) + ", relation " +
         std::to_string(static_cast<int>(s.relation)) + ", restriction " +
         (s.restriction ? std::string(WordOf(*s.restriction)) : "none") + ": " +
         std::string(WordOf(right)) + " " + std::string(WordOf(group));
}

std::vector<std::optional<Restriction>> RestrictionsAndNone() {
  std::vector<std::optional<Restriction>> all = {std::nullopt};
  for (const Restriction restriction : kAllRestrictions) all.emplace_back(restriction);
  return all;
}

void CompareSituation(const Situation& s, const Stated& row) {
  Actor actor = ActorOf(*TheRoles().Find(s.role), s.scope);
  RecordFacts facts;
  Stand(s.relation, actor, facts);
  if (s.restriction) facts.restrictions = {*s.restriction};
  const bool held = TheRoles().Find(s.role)->scopes.count(s.scope) > 0;
  for (const FieldGroup group : kAllFieldGroups) {
    for (const Right right : kAllRights) {
      const Verdict verdict = TheRoles().Decide(actor, facts, right, group, kNow);
      ASSERT_EQ(verdict.allowed, held && Expected(s, row, right, group))
          << Describe(s, right, group) << ": " << verdict.rule;
      ASSERT_EQ(verdict.visible, held && Expected(s, row, Right::kRead, FieldGroup::kReference))
          << Describe(s, right, group) << ": " << verdict.rule;
    }
  }
}

TEST(DecisionTest, TheWholeTableIsAsStated) {
  const auto statement = Statement();
  ASSERT_EQ(statement.size(), TheRoles().Ids().size());
  for (const std::string& id : TheRoles().Ids()) {
    ASSERT_EQ(statement.count(id), 1U) << id;
    ASSERT_EQ(statement.at(id).realm, WordOf(TheRoles().Find(id)->realm)) << id;
    for (const Scope scope : kAllScopes) {
      for (int relation = 0; relation < kRelations; ++relation) {
        for (const auto& restriction : RestrictionsAndNone()) {
          CompareSituation({id, scope, static_cast<Relation>(relation), restriction},
                           statement.at(id));
          if (HasFatalFailure()) return;
        }
      }
    }
  }
}

// --- what the table cannot say
// ---------------------------------------------------------------------

Actor CaseWorker() {
  Actor actor = ActorOf(*TheRoles().Find("case_worker"), Scope::kGroup);
  actor.organisation_kind = "NGO";
  return actor;
}

RecordFacts OwnRecord() {
  RecordFacts facts;
  facts.record = "record-1";
  facts.organisation = "organisation-1";
  facts.owner = "account-1";
  facts.group = "group-1";
  return facts;
}

bool Reads(const Actor& actor, const RecordFacts& facts, FieldGroup group) {
  return TheRoles().Decide(actor, facts, Right::kRead, group, kNow).allowed;
}

TEST(DecisionTest, RolesOfTwoRealmsInOneAccountOpenNothing) {
  Actor actor = CaseWorker();
  ASSERT_TRUE(Reads(actor, OwnRecord(), FieldGroup::kIdentity));
  actor.roles.push_back({"police_investigator", Scope::kOwn});
  const Verdict verdict =
      TheRoles().Decide(actor, OwnRecord(), Right::kRead, FieldGroup::kIdentity, kNow);
  EXPECT_FALSE(verdict.allowed);
  EXPECT_FALSE(verdict.visible);
  EXPECT_EQ(verdict.rule, "realms");
  EXPECT_FALSE(TheRoles().MayAct(actor, "report"));
}

TEST(DecisionTest, AnOrganisationOfAnotherKindHasNoUseOfARole) {
  Actor actor = CaseWorker();
  actor.organisation_kind = "POLICE";
  EXPECT_FALSE(Reads(actor, OwnRecord(), FieldGroup::kReference));
  EXPECT_FALSE(TheRoles().MayAct(actor, "report"));
}

TEST(DecisionTest, AnUnknownRoleGivesNothing) {
  Actor actor = CaseWorker();
  actor.roles = {{"case-worker", Scope::kGroup}};
  EXPECT_FALSE(Reads(actor, OwnRecord(), FieldGroup::kReference));
}

TEST(DecisionTest, ARecordWithoutOwnerOrGroupIsNobodysOwn) {
  Actor actor = CaseWorker();
  RecordFacts facts = OwnRecord();
  facts.owner.clear();
  facts.group.clear();
  actor.account.clear();
  actor.groups = {""};
  EXPECT_FALSE(Reads(actor, facts, FieldGroup::kReference));
}

TEST(DecisionTest, SeveralRolesOpenWhatEachOpens) {
  Actor actor = CaseWorker();
  EXPECT_FALSE(Reads(actor, OwnRecord(), FieldGroup::kImmigration));
  actor.roles.push_back({"residence_adviser", Scope::kOwn});
  EXPECT_TRUE(Reads(actor, OwnRecord(), FieldGroup::kImmigration));
  EXPECT_TRUE(Reads(actor, OwnRecord(), FieldGroup::kShelter));
}

TEST(DecisionTest, ImmigrationTakesPartOnlyInWhatAReferralNames) {
  Actor actor = ActorOf(*TheRoles().Find("immigration_officer"), Scope::kOwn);
  RecordFacts facts = OwnRecord();
  EXPECT_TRUE(TheRoles().Readable(actor, facts, kNow).empty());
  facts.organisation = "organisation-2";
  Participation referral;
  referral.kind = "referral";
  referral.organisation = actor.organisation;
  referral.groups = {FieldGroup::kDecision, FieldGroup::kNarrative};
  facts.participants = {referral};
  EXPECT_EQ(TheRoles().Readable(actor, facts, kNow),
            (std::set{FieldGroup::kReference, FieldGroup::kDecision}));
}

TEST(DecisionTest, APausedAccountKeepsItsOwnUrgentRecordUntilItIsClosed) {
  Actor actor = CaseWorker();
  actor.paused = true;
  RecordFacts facts = OwnRecord();
  facts.urgent = true;
  EXPECT_TRUE(Reads(actor, facts, FieldGroup::kIdentity));
  facts.closed = true;
  EXPECT_FALSE(Reads(actor, facts, FieldGroup::kReference));
  EXPECT_TRUE(TheRoles().MayAct(actor, "report"));
  EXPECT_FALSE(TheRoles().MayAct(actor, "search"));
}

TEST(DecisionTest, AVerdictNamesItsRule) {
  const Actor actor = CaseWorker();
  RecordFacts facts = OwnRecord();
  const auto rule = [&](FieldGroup group) {
    return TheRoles().Decide(actor, facts, Right::kRead, group, kNow).rule;
  };
  EXPECT_EQ(rule(FieldGroup::kIdentity), "scope.own");
  EXPECT_EQ(rule(FieldGroup::kInvestigation), "role");
  facts.owner = "account-2";
  EXPECT_EQ(rule(FieldGroup::kIdentity), "scope.group");
  facts.restrictions = {Restriction::kChild};
  EXPECT_EQ(rule(FieldGroup::kIdentity), "restricted.child");
  facts.organisation = "organisation-2";
  EXPECT_EQ(rule(FieldGroup::kIdentity), "out_of_scope");
}

TEST(RolesTest, GrantsThatCannotBeTogetherAreRefused) {
  const Roles& roles = TheRoles();
  EXPECT_TRUE(roles.CheckGrants("NGO", {{"case_worker", Scope::kOwn}, {"lawyer", Scope::kOwn}}));
  const auto refused = [&](const char* kind, std::vector<RoleGrant> grants) {
    const auto result = roles.CheckGrants(kind, grants);
    return result ? std::string("allowed") : std::string(InfoOf(result.error().code).name);
  };
  EXPECT_EQ(refused("NGO", {{"police_investigator", Scope::kOwn}}), "forbidden");
  EXPECT_EQ(refused("NGO", {{"case_worker", Scope::kNational}}), "forbidden");
  EXPECT_EQ(refused("NGO", {{"administrator", Scope::kOrganisation}, {"lawyer", Scope::kOwn}}),
            "forbidden");
  EXPECT_EQ(refused("NGO", {{"case_worker", Scope::kOwn}, {"auditor", Scope::kOrganisation}}),
            "forbidden");
  EXPECT_EQ(refused("NGO", {{"caseworker", Scope::kOwn}}), "unknown-code");
}

// Rule 7 over every pair, whatever organisation might hold both.
TEST(RolesTest, PoliceSupportAndImmigrationAreNeverTogether) {
  for (const std::string& a : TheRoles().Ids()) {
    for (const std::string& b : TheRoles().Ids()) {
      const std::set<Realm> apart = {Realm::kPolice, Realm::kSupport, Realm::kImmigration};
      const Realm first = TheRoles().Find(a)->realm;
      const Realm second = TheRoles().Find(b)->realm;
      if (first == second || apart.count(first) == 0 || apart.count(second) == 0) continue;
      Actor actor;
      actor.organisation_kind = *TheRoles().Find(a)->organisations.begin();
      actor.roles = {{a, *TheRoles().Find(a)->scopes.begin()},
                     {b, *TheRoles().Find(b)->scopes.begin()}};
      for (const std::string& duty : TheRoles().Find(a)->duties) {
        EXPECT_FALSE(TheRoles().MayAct(actor, duty)) << a << " and " << b << ": " << duty;
      }
    }
  }
}

TEST(RolesTest, KindsOfOrganisationsExist) {
  const auto codes = Codes::Load();
  ASSERT_TRUE(codes.has_value());
  const CodeList* kinds = codes->Find("organisation_kind");
  ASSERT_NE(kinds, nullptr);
  for (const std::string& id : TheRoles().Ids()) {
    for (const std::string& kind : TheRoles().Find(id)->organisations) {
      EXPECT_NE(kinds->Find(kind), nullptr) << id << ": " << kind;
    }
  }
}

TEST(RolesTest, DutiesReachTheOwnOrganisationOrAll) {
  Actor actor;
  actor.organisation = "organisation-1";
  actor.organisation_kind = "NGO";
  actor.roles = {{"administrator", Scope::kOrganisation}};
  EXPECT_TRUE(TheRoles().MayActFor(actor, "accounts", "organisation-1"));
  EXPECT_FALSE(TheRoles().MayActFor(actor, "accounts", "organisation-2"));
  EXPECT_FALSE(TheRoles().MayAct(actor, "log"));
  actor.roles = {{"administrator", Scope::kNational}};
  EXPECT_TRUE(TheRoles().MayActFor(actor, "accounts", "organisation-2"));
}

// --- docs/access-matrix.md
// -------------------------------------------------------------------------

// The letters of what a situation allows in a field group: rights in the order of the enumeration.
std::string Letters(const Actor& actor, const RecordFacts& facts, FieldGroup group) {
  static const std::map<Right, std::string> letters = {
      {Right::kList, "L"},   {Right::kRead, "R"},   {Right::kEdit, "E"},     {Right::kScreen, "S"},
      {Right::kRefer, "F"},  {Right::kAnswer, "A"}, {Right::kDecide, "D"},   {Right::kAssign, "G"},
      {Right::kAssist, "H"}, {Right::kExport, "X"}, {Right::kRestrict, "T"}, {Right::kErase, "Z"},
      {Right::kMerge, "M"}};
  std::string text;
  for (const Right right : kAllRights) {
    if (TheRoles().Decide(actor, facts, right, group, kNow).allowed) text += letters.at(right);
  }
  return text.empty() ? "·" : text;
}

struct Column {
  std::string title;
  std::vector<Scope> scopes;  // the first that the role is held in is used
  Relation relation;
};

const std::vector<Column>& Columns() {
  using enum Relation;
  static const std::vector<Column> columns = {
      {"own", {Scope::kOwn, Scope::kGroup, Scope::kOrganisation}, kOwner},
      {"group", {Scope::kGroup, Scope::kOrganisation}, kSameGroup},
      {"organisation", {Scope::kOrganisation}, kColleague},
      {"national", {Scope::kNational}, kElsewhere},
      {"participant", {Scope::kOwn, Scope::kGroup, Scope::kOrganisation, Scope::kNational}, kNamed},
      {"break-glass", {Scope::kOwn, Scope::kGroup}, kBrokeGlass}};
  return columns;
}

std::string Words(const std::set<std::string>& words) {
  const std::vector<std::string> list(words.begin(), words.end());
  return words.empty() ? "none" : Join(list, ", ");
}

std::string RoleSection(const Role& role) {
  std::set<std::string> scopes;
  std::set<std::string> clearances;
  for (const Scope scope : role.scopes) scopes.emplace(WordOf(scope));
  for (const Restriction r : role.clearances) clearances.emplace(WordOf(r));
  std::string text =
      "\n## " + role.id + "\n\n" + role.en + "; realm " + std::string(WordOf(role.realm)) +
      ". Scopes: " + Words(scopes) + ". Held in: " + Words(role.organisations) +
      ". Cleared for: " + Words(clearances) + ". Duties: " + Words(role.duties) + ".\n";
  std::string table = "\n| fields |";
  std::string rule = "\n|---|";
  for (const Column& column : Columns()) {
    table += " " + column.title + " |";
    rule += "---|";
  }
  table += rule;
  bool any = false;
  for (const FieldGroup group : kAllFieldGroups) {
    table += "\n| " + std::string(WordOf(group)) + " |";
    for (const Column& column : Columns()) {
      const auto scope = std::find_if(column.scopes.begin(), column.scopes.end(),
                                      [&](Scope s) { return role.scopes.count(s) > 0; });
      std::string cell = "·";
      if (scope != column.scopes.end()) {
        Actor actor = ActorOf(role, *scope);
        RecordFacts facts;
        Stand(column.relation, actor, facts);
        cell = Letters(actor, facts, group);
      }
      any = any || cell != "·";
      table += " " + cell + " |";
    }
  }
  return text + (any ? table + "\n" : "\nSees no record.\n");
}

std::string Matrix() {
  std::string text =
      "# Who may do what\n\n"
      "Printed from the one function that decides (`Roles::Decide`); a test compares it with this "
      "page\n(`THB_UPDATE_GOLDEN=1 access_test` writes it anew). Records here carry no "
      "restriction; what restrictions,\nexclusions and pauses take away is in "
      "[src/access/README.md](../src/access/README.md). The column *participant*\nis the most that "
      "a participation can give: it gives no more than the groups that it names. *National* "
      "stands\n"
      "for records of other organisations.\n\n"
      "L listed, R read, E edit, S screen, F refer, A answer a referral, D decide, G give to "
      "another worker,\nH assist, X export, T restrict, Z erase (with a second person), M merge "
      "(with a second person), · nothing.\n";
  for (const std::string& id : TheRoles().Ids()) text += RoleSection(*TheRoles().Find(id));
  return text;
}

TEST(RolesTest, TheMatrixIsThatOfThePage) {
  const std::string path = std::string(THB_DOCS_DIR) + "/access-matrix.md";
  if (std::getenv("THB_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(WriteFile(path, Matrix()).has_value());
  }
  const auto page = ReadFile(path);
  ASSERT_TRUE(page.has_value()) << page.error().ToLine();
  EXPECT_EQ(*page, Matrix()) << "THB_UPDATE_GOLDEN=1 access_test writes the page anew";
}

}  // namespace
}  // namespace thb
