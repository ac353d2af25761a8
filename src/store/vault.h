#pragma once
// Keys, sealed fields and blind indexes (design section 7; casework rules 4 to 6).
//
// The tree of keys: an installation key, kept in a file outside the database, wraps the data keys
// of one database, one for each purpose (fields, blind indexes, log, node exchange). The data key
// for fields wraps a key per person and a key per case, which lie in a key store of their own.
// Destroying a person's key makes what was sealed under it unreadable for good.
//
// Fields are sealed with XChaCha20-Poly1305 under a random nonce and bound to their address, so
// that a value moved to another row or column does not open. A sealed text names its key.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"

namespace thb {

// Random bytes of the operating system, or of a seed in tests. Ids, nonces and keys come from it.
using RandomBytes = std::function<std::string(std::size_t count)>;
RandomBytes SystemRandom();
// 128 random bits as 26 characters of Crockford's base 32 in lower case: the id of a row.
std::string NewId(const RandomBytes& random);

// Where a sealed value lives. `row` is the id of the row, never its position.
struct FieldAddress {
  std::string_view table;
  std::string_view row;
  std::string_view column;
};

enum class KeyKind { kPerson, kCase };

// Safe to use from many threads. Errors of all functions: kSealed where a key is lost, destroyed or
// wrong, or the text was sealed for another address; kDatabase from the key store.
class Vault {
 public:
  virtual ~Vault() = default;

  // A new key, durable in the key store when this returns. Many at once cost one commit.
  virtual Result<std::string> NewKey(KeyKind kind) = 0;
  virtual Result<std::vector<std::string>> NewKeys(KeyKind kind, std::size_t count) = 0;
  // Writes it into the erasure journal, destroys it in the key store and forgets it; other
  // processes forget it at their next Follow. A key that is not there is no error. Call it after
  // the transaction that erases the rows has been committed.
  virtual Result<void> DestroyKey(std::string_view key_id) = 0;
  // Whether the key store has it.
  virtual Result<bool> HasKey(std::string_view key_id) = 0;
  // Whether it was destroyed, as opposed to lost or never made.
  virtual Result<bool> WasDestroyed(std::string_view key_id) = 0;
  // Reads many keys at once, before a list is opened.
  virtual Result<void> Prefetch(const std::vector<std::string>& key_ids) = 0;

  // The key of the log's month in which `now` lies, made at need. It seals search terms and what
  // else the log holds of no person, and is destroyed at the log's retention.
  virtual Result<std::string> MonthKey(Instant now) = 0;
  // Takes over keys that another process rotated, made anew or destroyed. One small query; a
  // server calls it at the beginning of each request. Opening follows by itself where it must.
  virtual Result<void> Follow() = 0;

  // Under a person's or a case's key.
  virtual Result<std::string> Seal(std::string_view key_id, const FieldAddress& address,
                                   std::string_view plain) = 0;
  // Under the database's own key: TOTP secrets, sessions, drafts, queued jobs, nodes' secret keys.
  virtual Result<std::string> SealForSystem(const FieldAddress& address,
                                            std::string_view plain) = 0;
  // Opens what either of them made. The empty text is the seal of nothing: it opens as empty.
  virtual Result<std::string> Open(const FieldAddress& address, std::string_view sealed) = 0;

  // A keyed hash of `bits` (1 to 64) bits of a normalised value, as hexadecimal digits; another for
  // each index name. Rule 6: identifiers 64 bits; phonetic buckets few enough bits that at least 50
  // persons share one on average.
  virtual std::string BlindIndex(std::string_view index, std::string_view value,
                                 int bits) const = 0;
  // The same under each key that rows may still have been written with, the newest first: one,
  // but several during a rekey. Rows are written with BlindIndex, searches look for all of these.
  virtual std::vector<std::string> BlindIndexes(std::string_view index, std::string_view value,
                                                int bits) const = 0;

  // Salted commitment to a text: the log holds it in place of the text.
  virtual std::string Commitment(std::string_view salt, std::string_view text) const = 0;
  // Ed25519 with the log's own key: signature and public key as base64.
  virtual std::string SignLogHead(std::string_view message) const = 0;
  virtual std::string LogPublicKey() const = 0;
  // Whether it was made by this log's key or an earlier one.
  virtual bool CheckLogSignature(std::string_view message, std::string_view signature) const = 0;
};

// Where a database and its keys lie.
struct KeyPlaces {
  std::string database;       // a file path or a postgresql:// address
  std::string key_file;       // the installation key
  std::string erasures = {};  // the erasure journal; "" is "<key file>.erasures"
};

// Opens the keys of a database. Refuses a key file that others can read or that lies in the
// database's folder (kForbidden). Errors: kNotFound, kParse, kDatabase; kSealed where the key file
// is not this database's.
Result<std::unique_ptr<Vault>> OpenVault(const KeyPlaces& places, RandomBytes random);

}  // namespace thb
