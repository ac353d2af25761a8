#include "store/internal/recovery.h"

#include <sodium.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr std::size_t kCheckDigits = 8;
constexpr std::size_t kGroup = 8;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

std::string PublicHalf(std::string_view secret) {
  std::string half(crypto_box_PUBLICKEYBYTES, '\0');
  crypto_scalarmult_base(Bytes(half), Bytes(secret));
  return half;
}

std::string CommitmentOf(std::string_view recovery_key, const SecretShare& share) {
  const std::string number = std::to_string(share.number);
  const std::string_view parts[] = {"thb-share", recovery_key, number, share.bytes};
  return Sha256Hex(Netstrings(parts));
}

// "00112233-44556677-…", for paper and typing.
std::string Grouped(const std::string& digits) {
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && i % kGroup == 0) text += '-';
    text += digits[i];
  }
  return text;
}

std::string ShareText(std::string_view recovery_key, const SecretShare& share) {
  const std::string number = std::to_string(share.number);
  return "OpenTHB recovery share " + number + " of " + std::to_string(kOfficers) +
         ". Two officers together can open the database. Keep it offline.\n" + "share " +
         std::string(recovery_key) + " " + number + " " + Grouped(ToHex(share.bytes)) + " " +
         CommitmentOf(recovery_key, share).substr(0, kCheckDigits) + "\n";
}

std::optional<std::string> FromHex(std::string_view digits) {
  std::string bytes(digits.size() / 2, '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  if (sodium_hex2bin(Bytes(bytes), bytes.size(), digits.data(), digits.size(), "-", &length,
                     &end) != 0 ||
      end != digits.data() + digits.size()) {
    return {};
  }
  bytes.resize(length);
  return bytes;
}

}  // namespace

NewRecoveryKey MakeRecoveryKey(Instant now, const RandomBytes& random) {
  NewRecoveryKey made;
  made.key.id = NewId(random);
  made.key.made = now;
  std::string secret = random(kKeyBytes);
  made.key.public_part = ToBase64(PublicHalf(secret));
  for (SecretShare& share : SplitSecret(secret, kOfficers, random)) {
    made.key.commitments.push_back(CommitmentOf(made.key.id, share));
    made.share_texts.push_back(ShareText(made.key.id, share));
    Wipe(share.bytes);
  }
  Wipe(secret);
  return made;
}

Result<void> InsertRecoveryKey(Database& database, const RecoveryKey& key) {
  const std::vector<SqlValue> values = {key.id, key.public_part, Join(key.commitments, " "),
                                        key.made};
  return database.Execute(
      "INSERT INTO recovery_key (id, public_part, commitments, made) VALUES ($1, $2, $3, $4)",
      values);
}

Result<std::vector<RecoveryKey>> LoadRecoveryKeys(Database& database) {
  std::vector<RecoveryKey> keys;
  TRY(
      database.Query("SELECT id, public_part, commitments, made FROM recovery_key ORDER BY made "
                     "DESC, id",
                     {}, [&](const SqlRow& row) -> Result<void> {
                       RecoveryKey& key = keys.emplace_back();
                       key.id = row.Text(0);
                       key.public_part = row.Text(1);
                       for (const std::string_view commitment : Split(row.Text(2), ' ')) {
                         key.commitments.emplace_back(commitment);
                       }
                       key.made = row.Int(3);
                       return {};
                     }));
  return keys;
}

Result<OfficerShare> ParseShare(std::string_view text, const std::string& place) {
  for (const std::string_view line : Split(text, '\n')) {
    const auto words = Split(Trim(line), ' ');
    if (words.size() != 5 || words[0] != "share") continue;
    auto bytes = FromHex(words[3]);
    const auto number = ParseInt(words[2]);
    if (!bytes || bytes->size() != kKeyBytes || !number || *number < 1 || *number > kOfficers) {
      break;
    }
    OfficerShare share{std::string(words[1]), {static_cast<int>(*number), *std::move(bytes)}};
    if (CommitmentOf(share.recovery_key, share.share).substr(0, kCheckDigits) != words[4]) {
      return Fail(ErrorCode::kParse, "the share is mistyped: its last word does not fit", place,
                  "compare it with the paper, group by group");
    }
    return share;
  }
  return Fail(ErrorCode::kParse, "is no recovery share", place,
              "it has a line: share KEY NUMBER DIGITS CHECK");
}

bool IsGenuine(const OfficerShare& share, const RecoveryKey& key) {
  const auto number = static_cast<std::size_t>(share.share.number);
  return share.recovery_key == key.id && number >= 1 && number <= key.commitments.size() &&
         CommitmentOf(key.id, share.share) == key.commitments[number - 1];
}

Result<SecretKey> CombineOfficers(const OfficerShare& a, const OfficerShare& b,
                                  const RecoveryKey& key) {
  if (a.share.number == b.share.number) {
    return Fail(ErrorCode::kForbidden, "both shares are one officer's",
                "share " + std::to_string(a.share.number), "two officers are needed");
  }
  for (const OfficerShare* share : {&a, &b}) {
    if (IsGenuine(*share, key)) continue;
    return Fail(ErrorCode::kForbidden, "the share is not of the database's recovery key",
                "share " + std::to_string(share->share.number),
                "use the shares that were handed out last");
  }
  std::string secret = CombineShares(a.share, b.share);
  const SecretKey combined(secret);
  Wipe(secret);
  if (ToBase64(PublicHalf(combined.view())) != key.public_part) {
    return Fail(ErrorCode::kSealed, "the shares do not give the recovery key", key.id,
                "restore the table recovery_key from a backup");
  }
  return combined;
}

// The ephemeral key comes from `random`, which crypto_box_seal would not take; the form is its own.
std::string SealCopy(std::string_view plain, const RecoveryKey& key, const RandomBytes& random) {
  const std::string receiver = FromBase64(key.public_part).value_or("");
  std::string secret = random(kKeyBytes);
  const std::string ephemeral = PublicHalf(secret);
  std::string nonce(crypto_box_NONCEBYTES, '\0');
  const std::string both = ephemeral + receiver;
  crypto_generichash(Bytes(nonce), nonce.size(), Bytes(both), both.size(), nullptr, 0);
  std::string box(plain.size() + crypto_box_MACBYTES, '\0');
  const int status = receiver.size() == crypto_box_PUBLICKEYBYTES
                         ? crypto_box_easy(Bytes(box), Bytes(plain), plain.size(), Bytes(nonce),
                                           Bytes(receiver), Bytes(secret))
                         : -1;
  Wipe(secret);
  return status == 0 ? ToBase64(ephemeral + box) : std::string();
}

std::optional<SecretKey> OpenCopy(std::string_view copy, const SecretKey& secret) {
  const auto box = FromBase64(copy);
  if (!box || box->size() != kKeyBytes + crypto_box_SEALBYTES) return {};
  std::string plain(kKeyBytes, '\0');
  const bool opened = crypto_box_seal_open(Bytes(plain), Bytes(*box), box->size(),
                                           Bytes(PublicHalf(secret.view())), secret.data()) == 0;
  const SecretKey key(plain);
  Wipe(plain);
  if (!opened) return {};
  return key;
}

}  // namespace thb
