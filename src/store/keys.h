#pragma once
// What is done with keys as a whole: making, rotating, making anew, recovering, checking (casework
// rules 4 and 5). Each act is an entry of the log. Secrets go into files that nobody else can read,
// or are handed to the caller once.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "store/database.h"
#include "store/vault.h"

namespace thb {

// What every act on keys needs. No transaction is open on the database.
struct KeyWork {
  const KeyPlaces& places;
  Database& database;
  RandomBytes random;
  Instant now = 0;
  std::string actor = "operator";
};

// The texts of the three officers' shares of the recovery key: secret, to be handed out and wiped.
using RecoveryShares = std::vector<std::string>;

// Makes the data keys, the recovery key and the key store of a database that has none, and the key
// file where it is not there. Errors: kConflict where there are keys already, those of OpenVault.
Result<RecoveryShares> MakeKeys(const KeyWork& work);

// Puts a new installation key into the key file and wraps the data keys with it. A stop half-way
// leaves a key file that opens the database; running it again finishes it.
Result<void> RotateInstallationKey(const KeyWork& work);

// Hands out shares of a new recovery key; those of the old one open nothing any more.
Result<RecoveryShares> RotateRecoveryKey(const KeyWork& work);

// Opens the data keys with two officers' shares and writes a new key file at work.places.key_file,
// which must not be there. Errors: kParse, kForbidden (a share of another key, one officer twice),
// kConflict.
Result<void> RecoverKeys(const KeyWork& work, const std::vector<std::string>& share_texts);

// Rewrites blind indexes under the newest key: called once in a rekey, and again after a stop.
using RebuildIndexes = std::function<Result<void>(Database&, Vault&)>;

struct RekeyProgress {
  std::string step;  // "keys", "fields", "indexes", "waiting", "done"
  std::int64_t sealed = 0;
  Instant finish_from = 0;  // while waiting: when a further call can finish
};
// Makes new data and person keys and seals every field anew, while others go on working. It ends
// "waiting": other processes may still seal under the old keys until they Follow. Called again
// kRekeyGrace seconds later, it seals what they left and destroys the old keys: "done". A stop
// loses nothing; calling it again goes on. Errors: kSealed where a field does not open and its key
// was not destroyed: then the old keys stay.
inline constexpr Instant kRekeyGrace = 3'600;
Result<RekeyProgress> Rekey(const KeyWork& work, const RebuildIndexes& rebuild);

struct KeyCheck {
  bool good = false;
  std::string name;     // "key-file", "data-keys", "recovery", ...
  std::string message;  // what was looked at, or what is wrong and what to do
};
// Looks whether everything opens, and with shares whether they recover, without showing a key. One
// share is held against its commitment alone. Finishes destructions that a crash left undone.
Result<std::vector<KeyCheck>> CheckKeys(const KeyWork& work,
                                        const std::vector<std::string>& share_texts);

struct KeyStatus {
  std::string purpose;  // of a data key, or "person", "case", "month" in the key store
  std::string id;       // of a data key
  std::int64_t generation = 0;
  std::string state;  // "active", "old"; of the key store: ""
  Instant made = 0;
  std::int64_t count = 1;  // of the key store
};
Result<std::vector<KeyStatus>> StatusOfKeys(const KeyWork& work);

// Destroys the keys of the log's months before `month` ("2025-01", the first to keep): search terms
// and what else the log holds of no person become unreadable, the chain stays whole. Errors: kUsage
// where it is no month or lies in the future. Returns how many months.
Result<std::int64_t> ExpireMonths(const KeyWork& work, std::string_view month);

// Erasing takes two steps, since a key cannot be part of the transaction. In the transaction that
// removes the rows, the key is marked; after it, whatever is marked is destroyed. A crash between
// the two is made good by the next call. Returns how many were destroyed.
Result<void> MarkForDestruction(Database& database, std::string_view key_id);
Result<std::int64_t> DestroyMarked(Database& database, Vault& vault);

}  // namespace thb
