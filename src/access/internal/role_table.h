#pragma once
// What roles.cc has read, for decision.cc.

#include <vector>

#include "access/decision.h"

namespace thb {

struct RoleTable {
  std::vector<Role> roles;
};

// Whether one account may hold both: realms that stay apart, and what a role excludes.
bool MayBeTogether(const Role& a, const Role& b);
// The role of a grant where the actor's organisation and the scope may have it. A grant that the
// table has ceased to allow gives nothing.
const Role* HeldRole(const Roles& roles, const Actor& actor, const RoleGrant& grant);
// False where the actor's roles may not be together: such an account can do nothing at all.
bool HoldsTogether(const Roles& roles, const Actor& actor);

}  // namespace thb
