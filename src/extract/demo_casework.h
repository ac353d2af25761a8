#pragma once
// The other direction, for the demo and the tests: a casework database whose persons, all
// synthetic, give the demo's records when they are extracted.

#include <string>
#include <vector>

#include "base/result.h"
#include "statistics/record.h"
#include "store/audit.h"
#include "store/database.h"
#include "store/vault.h"

namespace thb {

// A database with its keys, as store/keys.h made them.
struct CaseworkPlace {
  Database& database;
  Vault& vault;
  AuditLog& log;
  RandomBytes random;
};

// Fills an empty casework database with the records of one state: a focal point registers each
// person at a day of her year; every tenth is referred to a help organisation that keeps a linked
// record of its own, and every twentieth record is a signal about nobody counted. Names are made of
// random syllables and say "Synthetic". Every act goes through people's own functions and its log.
// Errors: those of people.
Result<void> FillDemoCasework(const CaseworkPlace& place, const std::string& geo,
                              const std::vector<VictimRecord>& records);

}  // namespace thb
