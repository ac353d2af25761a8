#pragma once
// The recovery key: its public half seals a copy of every data key, its secret half is split among
// three officers, any two of whom can open those copies.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"
#include "store/internal/crypto.h"
#include "store/internal/shamir.h"

namespace thb {

inline constexpr int kOfficers = 3;

struct RecoveryKey {
  std::string id;
  std::string public_part;               // X25519, base64
  std::vector<std::string> commitments;  // of each officer's share
  Instant made = 0;
};

// What one officer keeps, read from its text.
struct OfficerShare {
  std::string recovery_key;
  SecretShare share;
};

struct NewRecoveryKey {
  RecoveryKey key;
  std::vector<std::string> share_texts;  // secret: for the officers' eyes, then wiped
};

NewRecoveryKey MakeRecoveryKey(Instant now, const RandomBytes& random);
Result<void> InsertRecoveryKey(Database& database, const RecoveryKey& key);
// The newest first.
Result<std::vector<RecoveryKey>> LoadRecoveryKeys(Database& database);

// Errors: kParse where a share is mistyped or none.
Result<OfficerShare> ParseShare(std::string_view text, const std::string& place);
// Whether it is the share that was handed out.
bool IsGenuine(const OfficerShare& share, const RecoveryKey& key);
// The secret half of the key. Errors: kForbidden where the shares are one officer's, of different
// keys, or not genuine.
Result<SecretKey> CombineOfficers(const OfficerShare& a, const OfficerShare& b,
                                  const RecoveryKey& key);

// A copy that only the secret half opens (libsodium's sealed box), base64.
std::string SealCopy(std::string_view plain, const RecoveryKey& key, const RandomBytes& random);
std::optional<SecretKey> OpenCopy(std::string_view copy, const SecretKey& secret);

}  // namespace thb
