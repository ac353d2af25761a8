// Reads rules/roles.json, and answers what does not depend on a record.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "access/decision.h"
#include "access/internal/role_table.h"
#include "base/json.h"
#include "base/resources.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr const char* kFile = "rules/roles.json";
constexpr std::string_view kAllOthers = "*";

std::vector<std::string> Strings(const Json& json, const char* name) {
  return json.contains(name) ? json.at(name).get<std::vector<std::string>>()
                             : std::vector<std::string>{};
}

Result<void> AddFieldRights(const Json& json, const char* name, Right right, Role& role) {
  for (const std::string& word : Strings(json, name)) {
    const FieldGroup group = TRY(ParseFieldGroup(word, kFile));
    role.rights.emplace(right, group);
  }
  return {};
}

Result<void> AddActs(const Json& json, Role& role) {
  for (const std::string& word : Strings(json, "acts")) {
    const Right right = TRY(ParseRight(word, kFile));
    const auto group = GroupOf(right);
    if (!group) {
      return Fail(ErrorCode::kInternal, word + " is no act: it is held for field groups", kFile);
    }
    role.rights.emplace(right, *group);
  }
  return {};
}

Result<Role> ReadRole(const Json& json) {
  Role role;
  role.id = json.at("id").get<std::string>();
  role.en = json.at("label").at("en").get<std::string>();
  role.nl = json.at("label").at("nl").get<std::string>();
  role.realm = TRY(ParseRealm(json.at("realm").get<std::string>(), kFile));
  for (const std::string& word : Strings(json, "scopes")) {
    const Scope scope = TRY(ParseScope(word, kFile));
    role.scopes.insert(scope);
  }
  for (const std::string& word : Strings(json, "clearances")) {
    const Restriction restriction = TRY(ParseRestriction(word, kFile));
    role.clearances.insert(restriction);
  }
  TRY(AddFieldRights(json, "read", Right::kRead, role));
  TRY(AddFieldRights(json, "edit", Right::kEdit, role));
  TRY(AddFieldRights(json, "export", Right::kExport, role));
  TRY(AddActs(json, role));
  for (auto& kind : Strings(json, "organisations")) role.organisations.insert(std::move(kind));
  for (auto& other : Strings(json, "excludes")) role.excludes.insert(std::move(other));
  for (auto& duty : Strings(json, "duties")) role.duties.insert(std::move(duty));
  role.participant_only = json.value("participant_only", false);
  role.break_glass = json.value("break_glass", false);
  return role;
}

bool Excludes(const Role& role, const Role& other) {
  return role.id != other.id &&
         (role.excludes.count(std::string(kAllOthers)) > 0 || role.excludes.count(other.id) > 0);
}

bool IsApart(Realm realm) {
  return realm == Realm::kPolice || realm == Realm::kSupport || realm == Realm::kImmigration;
}

}  // namespace

bool MayBeTogether(const Role& a, const Role& b) {
  return !(IsApart(a.realm) && IsApart(b.realm) && a.realm != b.realm) && !Excludes(a, b) &&
         !Excludes(b, a);
}

std::optional<FieldGroup> GroupOf(Right right) {
  switch (right) {
    case Right::kList:
    case Right::kAssign:
    case Right::kRestrict:
      return FieldGroup::kReference;
    case Right::kScreen:
      return FieldGroup::kScreening;
    case Right::kRefer:
    case Right::kAnswer:
      return FieldGroup::kReferral;
    case Right::kDecide:
      return FieldGroup::kDecision;
    case Right::kAssist:
      return FieldGroup::kAssistance;
    case Right::kErase:
    case Right::kMerge:
      return FieldGroup::kIdentity;
    case Right::kRead:
    case Right::kEdit:
    case Right::kExport:
      return std::nullopt;
  }
  return std::nullopt;
}

Roles::Roles(std::unique_ptr<RoleTable> table) : table_(std::move(table)) {}
Roles::~Roles() = default;
Roles::Roles(Roles&&) noexcept = default;
Roles& Roles::operator=(Roles&&) noexcept = default;

Result<Roles> Roles::Load() {
  const auto text = FindResource(kFile);
  if (!text) return Fail(ErrorCode::kInternal, "not embedded", kFile);
  const Json json = TRY(ParseJson(*text, kFile));
  auto table = std::make_unique<RoleTable>();
  for (const Json& row : json.at("roles")) {
    Role role = TRY(ReadRole(row));
    for (const std::string& duty : role.duties) {
      if (!json.at("duties").contains(duty)) {
        return Fail(ErrorCode::kInternal, role.id + " has the unknown duty " + duty, kFile);
      }
    }
    table->roles.push_back(std::move(role));
  }
  return Roles(std::move(table));
}

const Role* Roles::Find(std::string_view id) const {
  const auto found = std::find_if(table_->roles.begin(), table_->roles.end(),
                                  [&](const Role& role) { return role.id == id; });
  return found == table_->roles.end() ? nullptr : &*found;
}

std::vector<std::string> Roles::Ids() const {
  std::vector<std::string> ids;
  for (const Role& role : table_->roles) ids.push_back(role.id);
  return ids;
}

Result<void> Roles::CheckGrants(std::string_view organisation_kind,
                                const std::vector<RoleGrant>& grants) const {
  for (const RoleGrant& grant : grants) {
    const Role* role = Find(grant.role);
    if (role == nullptr) {
      const auto nearest = Nearest(grant.role, Ids());
      return Fail(ErrorCode::kUnknownCode, "no role " + grant.role, kFile,
                  nearest ? "did you mean " + *nearest + "?" : "`thb user roles` lists them");
    }
    if (role->organisations.count(std::string(organisation_kind)) == 0) {
      return Fail(ErrorCode::kForbidden,
                  "an organisation of kind " + std::string(organisation_kind) + " cannot have a " +
                      role->id,
                  kFile, "`thb user roles` lists which kinds can");
    }
    if (role->scopes.count(grant.scope) == 0) {
      return Fail(ErrorCode::kForbidden,
                  role->id + " is not held in the scope " + std::string(WordOf(grant.scope)), kFile,
                  "`thb user roles` lists its scopes");
    }
    for (const RoleGrant& other : grants) {
      const Role* second = Find(other.role);
      if (second != nullptr && !MayBeTogether(*role, *second)) {
        return Fail(ErrorCode::kForbidden,
                    role->id + " and " + second->id + " are never one account", kFile,
                    "give the second role to another account");
      }
    }
  }
  return {};
}

const Role* HeldRole(const Roles& roles, const Actor& actor, const RoleGrant& grant) {
  const Role* role = roles.Find(grant.role);
  if (role == nullptr || role->scopes.count(grant.scope) == 0 ||
      role->organisations.count(actor.organisation_kind) == 0) {
    return nullptr;
  }
  return role;
}

bool HoldsTogether(const Roles& roles, const Actor& actor) {
  for (const RoleGrant& first : actor.roles) {
    for (const RoleGrant& second : actor.roles) {
      const Role* a = roles.Find(first.role);
      const Role* b = roles.Find(second.role);
      if (a != nullptr && b != nullptr && !MayBeTogether(*a, *b)) return false;
    }
  }
  return true;
}

bool Roles::MayActFor(const Actor& actor, std::string_view duty,
                      std::string_view organisation) const {
  // Whoever is paused can still report a person in danger.
  if (!HoldsTogether(*this, actor) || (actor.paused && duty != "report")) return false;
  return std::any_of(actor.roles.begin(), actor.roles.end(), [&](const RoleGrant& grant) {
    const Role* role = HeldRole(*this, actor, grant);
    return role != nullptr && role->duties.count(std::string(duty)) > 0 &&
           (grant.scope == Scope::kNational || actor.organisation == organisation);
  });
}

bool Roles::MayAct(const Actor& actor, std::string_view duty) const {
  return MayActFor(actor, duty, actor.organisation);
}

}  // namespace thb
