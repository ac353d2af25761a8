#pragma once
// What the commands of casework begin with: a database and the places of its keys.

#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "store/audit.h"
#include "store/database.h"
#include "store/keys.h"
#include "store/vault.h"

namespace thb {

// --db, --key and --erasures.
std::vector<Option> KeyOptions();

// Where the keys lie: --key, or thb.key among the credentials that the service manager gave.
// Errors: kUsage where neither is there.
Result<KeyPlaces> PlacesOf(const Arguments& arguments);

// A database with its keys open. The log refers to the vault, so it stays where it was made.
struct Casework {
  KeyPlaces places;
  std::unique_ptr<Database> database;
  std::unique_ptr<Vault> vault;
  std::unique_ptr<AuditLog> log;

  static Result<std::unique_ptr<Casework>> Open(const Arguments& arguments);
};

// The action that was asked for, out of those that there are. Errors: kUsage.
Result<std::string> ChooseAction(const Arguments& arguments,
                                 const std::vector<std::string>& actions);

}  // namespace thb
