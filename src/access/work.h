#pragma once
// What every act on a record needs: where it is kept, who acts, when, and the log in which it is
// written. Functions of people and referral take it first.

#include <cstddef>
#include <cstdint>

#include "access/decision.h"
#include "base/date.h"
#include "store/audit.h"
#include "store/database.h"
#include "store/vault.h"

namespace thb {

// What one password hash costs: Argon2id (RFC 9106; libsodium's version 1.3, one lane). A hash
// names its own cost, so that another one holds for new passwords only. Tests take less.
struct PasswordCost {
  std::uint64_t passes = 3;
  std::size_t memory_bytes = std::size_t{64} << 20;
};

struct Work {
  Database& database;
  Vault& vault;
  AuditLog& log;
  const Roles& roles;
  const Actor& actor;
  Instant now;
  RandomBytes random;
  PasswordCost password_cost = {};
};

}  // namespace thb
