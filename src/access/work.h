#pragma once
// What every act on a record needs: where it is kept, who acts, when, and the log in which it is
// written. Functions of people and referral take it first.

#include "access/decision.h"
#include "base/date.h"
#include "store/audit.h"
#include "store/database.h"
#include "store/vault.h"

namespace thb {

struct Work {
  Database& database;
  Vault& vault;
  AuditLog& log;
  const Roles& roles;
  const Actor& actor;
  Instant now;
  RandomBytes random;
};

}  // namespace thb
