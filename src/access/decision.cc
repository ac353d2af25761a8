#include "access/decision.h"

#include <algorithm>
#include <initializer_list>

#include "access/internal/role_table.h"

namespace thb {
namespace {

// How a record is reached, in the order in which a verdict names it.
enum class Way { kOwn, kGroup, kOrganisation, kNational, kParticipant, kBreakGlass };

struct Question {
  const Actor& actor;
  const RecordFacts& facts;
  Right right;
  FieldGroup group;
  Instant now;
};

// The answer of one way: whether it reaches the record at all, and why it allows or refuses.
struct Answer {
  bool allowed = false;
  std::string rule;
};

Answer Allowed(std::string rule) {
  return {true, std::move(rule)};
}
Answer Refused(std::string rule) {
  return {false, std::move(rule)};
}

bool Has(const RecordFacts& facts, Restriction restriction) {
  return facts.restrictions.count(restriction) > 0;
}

// Own work, or that of a colleague whom the account stands in for. Whoever has changed to another
// organisation has left his records behind.
bool IsOwn(const Question& q) {
  return q.actor.organisation == q.facts.organisation && !q.facts.owner.empty() &&
         (q.actor.account == q.facts.owner || q.actor.stands_for.count(q.facts.owner) > 0);
}

bool IsInGroup(const Question& q) {
  return q.actor.organisation == q.facts.organisation && !q.facts.group.empty() &&
         q.actor.groups.count(q.facts.group) > 0;
}

// The nearest way in which a scope reaches the record. Scopes contain each other, but national
// scope is of another kind: it never gives more than the reference.
std::optional<Way> ReachOf(const Question& q, Scope scope) {
  if (scope == Scope::kNational) return Way::kNational;
  if (IsOwn(q)) return Way::kOwn;
  if (scope != Scope::kOwn && IsInGroup(q)) return Way::kGroup;
  if (scope == Scope::kOrganisation && q.actor.organisation == q.facts.organisation) {
    return Way::kOrganisation;
  }
  return std::nullopt;
}

std::string_view NameOf(Way way) {
  switch (way) {
    case Way::kOwn:
      return "scope.own";
    case Way::kGroup:
      return "scope.group";
    case Way::kOrganisation:
      return "scope.organisation";
    case Way::kNational:
      return "scope.national";
    case Way::kParticipant:
      return "participant";
    case Way::kBreakGlass:
      return "break_glass";
  }
  return {};
}

// A restricted record is opened by a scope wider than one's own only with a clearance.
std::optional<Restriction> Uncleared(const Role& role, const RecordFacts& facts,
                                     std::initializer_list<Restriction> guarded) {
  for (const Restriction restriction : guarded) {
    if (Has(facts, restriction) && role.clearances.count(restriction) == 0) return restriction;
  }
  return std::nullopt;
}

// Whoever stands in for a colleague sees his children's records, not those of witnesses and staff.
std::optional<Restriction> GuardOf(const Question& q, const Role& role, Way way) {
  if (q.actor.account == q.facts.owner && way == Way::kOwn) return std::nullopt;
  if (way != Way::kOwn && Has(q.facts, Restriction::kChild) &&
      role.clearances.count(Restriction::kChild) == 0) {
    return Restriction::kChild;
  }
  return Uncleared(role, q.facts, {Restriction::kProtectedWitness, Restriction::kStaffMember});
}

// What holds whatever the role's row says: where each field group stays.
bool StaysWithin(const Question& q, const Role& role, Way way) {
  switch (q.group) {
    case FieldGroup::kInvestigation:
      return role.realm == Realm::kPolice;
    case FieldGroup::kShelter:
    case FieldGroup::kImmigration:
      return way == Way::kOwn || way == Way::kParticipant;
    case FieldGroup::kProtectedNote:
      return q.actor.organisation == q.facts.organisation &&
             (way == Way::kOwn || way == Way::kGroup || way == Way::kOrganisation);
    default:
      return true;
  }
}

Answer ByScope(const Question& q, const Role& role, Scope scope) {
  const auto way = ReachOf(q, scope);
  if (!way || role.participant_only) return Refused("out_of_scope");
  if (const auto guard = GuardOf(q, role, *way)) {
    return Refused("restricted." + std::string(WordOf(*guard)));
  }
  if (*way == Way::kNational &&
      (q.group != FieldGroup::kReference || (q.right != Right::kList && q.right != Right::kRead))) {
    return Refused("national");
  }
  if (role.rights.count({q.right, q.group}) == 0 || !StaysWithin(q, role, *way)) {
    return Refused("role");
  }
  return Allowed(std::string(NameOf(*way)));
}

bool IsLive(const Participation& participation, Instant now) {
  return participation.from <= now && (!participation.until || now < *participation.until);
}

// A participation that names the account, or its organisation to those who take in what comes
// there. One that names a protected record's organisation is for cleared roles alone.
bool TakesPart(const Question& q, const Role& role, Scope scope, const Participation& p) {
  if (!IsLive(p, q.now)) return false;
  if (!p.account.empty()) return p.account == q.actor.account;
  if (p.organisation.empty() || p.organisation != q.actor.organisation) return false;
  if (scope == Scope::kNational) return false;
  if (scope != Scope::kOrganisation && role.duties.count("intake") == 0) return false;
  return !Uncleared(role, q.facts, {Restriction::kProtectedWitness, Restriction::kStaffMember});
}

// A participation shows its groups and the reference; it can be worked in where it says so; what
// concerns the record as a whole stays with the owner.
bool Gives(const Participation& p, Right right, FieldGroup group) {
  const bool names_group = group == FieldGroup::kReference || p.groups.count(group) > 0;
  switch (right) {
    case Right::kList:
    case Right::kRead:
      return names_group;
    case Right::kAnswer:
      return names_group && (p.kind == "referral" || p.may_edit);
    case Right::kEdit:
      return group != FieldGroup::kReference && names_group && p.may_edit;
    case Right::kScreen:
    case Right::kRefer:
    case Right::kDecide:
    case Right::kAssist:
      return names_group && p.may_edit;
    case Right::kMerge:
      return names_group && p.may_edit && p.kind == "task";
    case Right::kAssign:
    case Right::kExport:
    case Right::kRestrict:
    case Right::kErase:
      return false;
  }
  return false;
}

Answer ByParticipation(const Question& q, const Role& role, Scope scope) {
  for (const Participation& p : q.facts.participants) {
    if (TakesPart(q, role, scope, p) && Gives(p, q.right, q.group) &&
        role.rights.count({q.right, q.group}) > 0 && StaysWithin(q, role, Way::kParticipant)) {
      return Allowed(std::string(NameOf(Way::kParticipant)) + "." + p.kind);
    }
  }
  return Refused("out_of_scope");
}

bool NeedsSecondPerson(const RecordFacts& facts) {
  return Has(facts, Restriction::kProtectedWitness) || Has(facts, Restriction::kStaffMember) ||
         Has(facts, Restriction::kCustodian);
}

const BreakGlass* OpenGlass(const Question& q) {
  for (const BreakGlass& glass : q.actor.broken_glass) {
    if (glass.record == q.facts.record && q.now < glass.until &&
        (glass.second_person || !NeedsSecondPerson(q.facts))) {
      return &glass;
    }
  }
  return nullptr;
}

// Looking only, and never across the border of an organisation: between organisations there is the
// referral with a ground.
Answer ByBreakGlass(const Question& q, const Role& role, Scope scope) {
  const bool looks = q.right == Right::kList || q.right == Right::kRead;
  if (!role.break_glass || role.participant_only || scope == Scope::kNational || !looks ||
      q.actor.organisation != q.facts.organisation || OpenGlass(q) == nullptr) {
    return Refused("out_of_scope");
  }
  if (role.rights.count({q.right, q.group}) == 0 || !StaysWithin(q, role, Way::kBreakGlass)) {
    return Refused("role");
  }
  return Allowed(std::string(NameOf(Way::kBreakGlass)));
}

// Where a register has a custodian, an identity is seen through him alone: by his own role, by what
// he granted, or by break-glass to which a second person agreed.
bool CustodianAgrees(const Question& q, const Role& role) {
  if (role.duties.count("custodian") > 0 && q.actor.organisation == q.facts.organisation) {
    return true;
  }
  const bool granted = std::any_of(
      q.facts.participants.begin(), q.facts.participants.end(), [&](const Participation& p) {
        return p.kind == "custodian" && IsLive(p, q.now) && p.groups.count(q.group) > 0 &&
               p.account == q.actor.account;
      });
  return granted || OpenGlass(q) != nullptr;
}

// What a restriction takes away from every way.
std::optional<std::string> Withheld(const Question& q, const Role& role) {
  if (Has(q.facts, Restriction::kLegalHold) &&
      (q.right == Right::kErase || q.right == Right::kMerge)) {
    return "restricted.legal_hold";
  }
  if (Has(q.facts, Restriction::kCustodian) && q.group == FieldGroup::kIdentity &&
      !CustodianAgrees(q, role)) {
    return "restricted.custodian";
  }
  return std::nullopt;
}

// The first way that allows; else the refusal that tells most.
Answer Ask(const Roles& roles, const Question& q) {
  Answer refusal = Refused("out_of_scope");
  const auto consider = [&](const Answer& answer) {
    if (!answer.allowed && answer.rule != "out_of_scope") refusal = answer;
    return answer.allowed;
  };
  for (const RoleGrant& grant : q.actor.roles) {
    const Role* role = HeldRole(roles, q.actor, grant);
    if (role == nullptr) continue;
    if (const auto withheld = Withheld(q, *role)) {
      consider(Refused(*withheld));
      continue;
    }
    for (const auto& by : {ByScope, ByParticipation, ByBreakGlass}) {
      Answer answer = by(q, *role, grant.scope);
      if (consider(answer)) return answer;
    }
  }
  return refusal;
}

// What shuts the account out of the record before any role is looked at.
std::optional<std::string> ShutOut(const Roles& roles, const Actor& actor,
                                   const RecordFacts& facts) {
  if (facts.excluded_accounts.count(actor.account) > 0) return "excluded";
  if (!HoldsTogether(roles, actor)) return "realms";
  const bool own_urgent =
      facts.urgent && !facts.closed && !facts.owner.empty() && facts.owner == actor.account;
  if (actor.paused && !own_urgent) return "paused";
  return std::nullopt;
}

}  // namespace

Verdict Roles::Decide(const Actor& actor, const RecordFacts& facts, Right right, FieldGroup group,
                      Instant now) const {
  if (auto shut = ShutOut(*this, actor, facts)) return {false, false, *std::move(shut)};
  Answer answer = Ask(*this, {actor, facts, right, group, now});
  const bool visible =
      answer.allowed ||
      Ask(*this, {actor, facts, Right::kRead, FieldGroup::kReference, now}).allowed;
  return {answer.allowed, visible, std::move(answer.rule)};
}

std::set<FieldGroup> Roles::Readable(const Actor& actor, const RecordFacts& facts,
                                     Instant now) const {
  std::set<FieldGroup> groups;
  for (const FieldGroup group : kAllFieldGroups) {
    if (Decide(actor, facts, Right::kRead, group, now).allowed) groups.insert(group);
  }
  return groups;
}

}  // namespace thb
