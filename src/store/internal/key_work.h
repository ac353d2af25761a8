#pragma once
// What the acts on keys share.

#include <string>
#include <string_view>
#include <vector>

#include "store/internal/data_keys.h"
#include "store/internal/recovery.h"
#include "store/keys.h"

namespace thb {

// An entry of the log, in the caller's transaction.
Result<void> LogKeyAct(const KeyWork& work, Vault& vault, std::string_view action);

// Puts the key's copy for recovery into it.
void CopyForRecovery(DataKey& key, const RecoveryKey& recovery, const RandomBytes& random);

// The secret half of the database's recovery key, from the first two shares. Errors as RecoverKeys.
Result<SecretKey> SecretFromShares(Database& database, const std::vector<std::string>& share_texts);

}  // namespace thb
