#include "store/vault.h"

#include <sodium.h>

#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

#include "store/internal/data_keys.h"
#include "store/internal/erasures.h"
#include "store/internal/key_store.h"
#include "store/internal/stored_vault.h"

namespace thb {
namespace {

// Unwrapped keys that are kept in memory; when there are more, all are forgotten.
constexpr std::size_t kMaxKeptKeys = 200'000;
constexpr std::int64_t kSystemVersion = 0;

std::string ContextOf(const FieldAddress& address) {
  const std::string_view parts[] = {address.table, address.row, address.column};
  return Netstrings(parts);
}

std::string PlaceOf(const FieldAddress& address) {
  return std::string(address.table) + "." + std::string(address.column);
}

std::string_view KindName(KeyKind kind) {
  return kind == KeyKind::kPerson ? "person" : "case";
}

// `bits` bits of a keyed hash, as hexadecimal digits.
std::string TruncatedHash(const DataKey& key, std::string_view index, std::string_view value,
                          int bits) {
  const std::string_view parts[] = {index, value};
  const std::string hash = KeyedHash(key.key.view(), Netstrings(parts));
  std::uint64_t number = 0;
  for (const char c : hash.substr(0, 8)) number = number << 8 | static_cast<unsigned char>(c);
  bits = std::clamp(bits, 1, 64);
  number >>= 64 - bits;
  std::string digits;
  for (int shift = (bits - 1) / 4 * 4; shift >= 0; shift -= 4) {
    digits += "0123456789abcdef"[number >> shift & 15];
  }
  return digits;
}

struct FieldKey {
  std::int64_t version = 0;
  SecretKey key;
};
using FieldKeys = std::vector<FieldKey>;  // all versions, the newest last

class StoredVault : public Vault {
 public:
  StoredVault(KeyPlaces places, RandomBytes random, std::unique_ptr<KeyStore> store, DataKeys data,
              std::int64_t change)
      : places_(std::move(places)),
        random_(std::move(random)),
        store_(std::move(store)),
        change_(change),
        data_(std::make_shared<const DataKeys>(std::move(data))) {}

  Result<std::string> NewKey(KeyKind kind) override { return TRY(NewKeys(kind, 1)).front(); }

  Result<std::vector<std::string>> NewKeys(KeyKind kind, std::size_t count) override {
    const std::lock_guard lock(store_mutex_);
    return Make(KindName(kind), "", count);
  }

  Result<void> DestroyKey(std::string_view key_id) override {
    const std::lock_guard lock(store_mutex_);
    // First the journal: a key that it names is destroyed again after a crash or a restore.
    TRY(AppendErasures(places_.erasures, {std::string(key_id)}));
    TRY(TRY(Store())->Destroy({std::string(key_id)}));
    const std::unique_lock kept_lock(kept_mutex_);
    kept_.erase(std::string(key_id));
    if (month_id_ == key_id) month_.clear();
    return {};
  }

  Result<bool> HasKey(std::string_view key_id) override {
    const std::lock_guard lock(store_mutex_);
    return !TRY(TRY(Store())->Read({std::string(key_id)})).empty();
  }

  Result<bool> WasDestroyed(std::string_view key_id) override {
    const std::lock_guard lock(store_mutex_);
    return TRY(Store())->WasDestroyed(key_id);
  }

  Result<void> Prefetch(const std::vector<std::string>& key_ids) override {
    std::vector<std::string> missing;
    {
      const std::shared_lock lock(kept_mutex_);
      for (const std::string& id : key_ids) {
        if (kept_.count(id) == 0) missing.push_back(id);
      }
    }
    if (missing.empty()) return {};
    const std::lock_guard lock(store_mutex_);
    return Fetch(missing);
  }

  Result<std::string> MonthKey(Instant now) override {
    const std::string month = FormatDate(now).substr(0, 7);
    const std::lock_guard lock(store_mutex_);
    if (month_ == month) return month_id_;
    std::string id = TRY(TRY(Store())->FindMonth(month));
    if (id.empty()) id = TRY(Make("month", month, 1)).front();
    month_ = month;
    month_id_ = id;
    return id;
  }

  Result<void> Follow() override {
    TRY(FollowChange());
    return {};
  }

  Result<std::string> Seal(std::string_view key_id, const FieldAddress& address,
                           std::string_view plain) override {
    if (plain.empty()) return std::string();
    const FieldKeys keys = TRY(Following([&] { return KeysOf(key_id, address); }));
    return SealWith(keys.back().key, key_id, keys.back().version, ContextOf(address), plain,
                    random_);
  }

  Result<std::string> SealForSystem(const FieldAddress& address, std::string_view plain) override {
    if (plain.empty()) return std::string();
    const auto data = Data();
    const DataKey& key = data->Active(kSystemPurpose);
    return SealWith(key.key, key.id, kSystemVersion, ContextOf(address), plain, random_);
  }

  Result<std::string> Open(const FieldAddress& address, std::string_view sealed) override {
    if (sealed.empty()) return std::string();
    const auto parsed = ParseSealed(sealed);
    if (!parsed) return DoesNotOpen(address);
    return Following([&] { return OpenNow(address, *parsed); });
  }

  std::string BlindIndex(std::string_view index, std::string_view value, int bits) const override {
    return TruncatedHash(Data()->Active(kIndexPurpose), index, value, bits);
  }

  std::vector<std::string> BlindIndexes(std::string_view index, std::string_view value,
                                        int bits) const override {
    std::vector<std::string> hashes;
    const auto data = Data();
    for (const DataKey* key : data->Of(kIndexPurpose)) {
      hashes.push_back(TruncatedHash(*key, index, value, bits));
    }
    return hashes;
  }

  // Needs no key of its own: the salt is random and sealed with the text.
  std::string Commitment(std::string_view salt, std::string_view text) const override {
    const std::string_view parts[] = {"commitment", salt, text};
    return ToHex(KeyedHash("", Netstrings(parts)));
  }

  std::string SignLogHead(std::string_view message) const override {
    return SignWith(Data()->Active(kLogPurpose).key, message);
  }
  std::string LogPublicKey() const override { return Data()->Active(kLogPurpose).public_part; }
  bool CheckLogSignature(std::string_view message, std::string_view signature) const override {
    const auto data = Data();
    const auto keys = data->Of(kLogPurpose);
    return std::any_of(keys.begin(), keys.end(), [&](const DataKey* key) {
      return VerifySignature(key->public_part, message, signature);
    });
  }

 private:
  static tl::unexpected<Error> DoesNotOpen(const FieldAddress& address) {
    return Fail(ErrorCode::kSealed, "a sealed field was changed or moved", PlaceOf(address),
                "restore it from a backup and find out who can write to the database");
  }

  // Under store_mutex_. A connection that the server cut is opened anew at the next use.
  Result<KeyStore*> Store() {
    if (!store_->database().IsUsable()) {
      store_ = TRY(KeyStore::Open(places_.database, Database::Mode::kOpenExisting));
    }
    return store_.get();
  }

  // Tries again where a key is missing that another process made after this one's were read.
  template <typename Work>
  auto Following(const Work& work) -> decltype(work()) {
    auto outcome = work();
    if (outcome || outcome.error().code != ErrorCode::kSealed) return outcome;
    if (TRY(FollowChange())) outcome = work();
    return outcome;
  }

  // Whether there was a change to follow.
  Result<bool> FollowChange() {
    const std::lock_guard lock(store_mutex_);
    const std::int64_t change = TRY(TRY(Store())->Changes());
    if (change == change_) return false;
    const auto database = TRY(Database::Open(places_.database, Database::Mode::kOpenExisting));
    const auto installation = TRY(ReadKeyFile(places_.key_file));
    auto data = std::make_shared<const DataKeys>(TRY(DataKeys::Load(*database, installation)));
    const std::unique_lock kept_lock(kept_mutex_);
    data_ = std::move(data);
    kept_.clear();
    month_.clear();
    change_ = change;
    return true;
  }

  Result<std::string> OpenNow(const FieldAddress& address, const SealedText& sealed) {
    std::optional<std::string> plain;
    const auto data = Data();
    if (const DataKey* key = data->Find(sealed.key_id);
        key != nullptr && key->purpose == kSystemPurpose) {
      plain = OpenWith(key->key, sealed, ContextOf(address));
    } else {
      const FieldKeys keys = TRY(KeysOf(sealed.key_id, address));
      for (const FieldKey& version : keys) {
        if (version.version != sealed.version) continue;
        plain = OpenWith(version.key, sealed, ContextOf(address));
      }
    }
    if (!plain) return DoesNotOpen(address);
    return *std::move(plain);
  }

  std::shared_ptr<const DataKeys> Data() const {
    const std::shared_lock lock(kept_mutex_);
    return data_;
  }

  // Under store_mutex_.
  Result<std::vector<std::string>> Make(std::string_view kind, const std::string& label,
                                        std::size_t count) {
    const auto data = Data();
    const DataKey& wrapping = data->Active(kFieldsPurpose);
    std::vector<std::string> ids;
    std::vector<WrappedKey> rows;
    for (std::size_t i = 0; i < count; ++i) {
      ids.push_back(NewId(random_));
      std::string bytes = random_(kKeyBytes);
      rows.push_back(
          {ids.back(), 1, std::string(kind), label,
           SealWith(wrapping.key, wrapping.id, 0, KeyContext(ids.back()), bytes, random_)});
      Wipe(bytes);
    }
    TRY(TRY(Store())->Add(rows));
    return ids;
  }

  // Reads keys from the key store into memory. Under store_mutex_, so that a key which is being
  // destroyed does not come back.
  Result<void> Fetch(const std::vector<std::string>& key_ids) {
    const auto data = Data();
    std::unordered_map<std::string, FieldKeys> fetched;
    for (const WrappedKey& row : TRY(TRY(Store())->Read(key_ids))) {
      const auto sealed = ParseSealed(row.wrapped);
      const DataKey* wrapping = sealed ? data->Find(sealed->key_id) : nullptr;
      auto plain = wrapping == nullptr ? std::nullopt
                                       : OpenWith(wrapping->key, *sealed, KeyContext(row.key_id));
      // A key that cannot be unwrapped is as good as lost; who asks for it is told.
      if (!plain || plain->size() != kKeyBytes) continue;
      fetched[row.key_id].push_back({row.version, SecretKey(*plain)});
      Wipe(*plain);
    }
    const std::unique_lock lock(kept_mutex_);
    if (kept_.size() + fetched.size() > kMaxKeptKeys) kept_.clear();
    for (auto& [id, keys] : fetched) kept_[id] = std::move(keys);
    return {};
  }

  std::optional<FieldKeys> Kept(std::string_view key_id) const {
    const std::shared_lock lock(kept_mutex_);
    const auto found = kept_.find(std::string(key_id));
    if (found == kept_.end()) return {};
    return found->second;
  }

  Result<FieldKeys> KeysOf(std::string_view key_id, const FieldAddress& address) {
    if (auto kept = Kept(key_id)) return *std::move(kept);
    const std::lock_guard lock(store_mutex_);
    TRY(Fetch({std::string(key_id)}));
    if (auto kept = Kept(key_id)) return *std::move(kept);
    if (TRY(TRY(Store())->WasDestroyed(key_id))) {
      return Fail(ErrorCode::kSealed, "the field was erased: its key is destroyed",
                  PlaceOf(address));
    }
    return Fail(ErrorCode::kSealed, "the key of a sealed field is lost", PlaceOf(address),
                "restore the key store from its backup");
  }

  const KeyPlaces places_;
  const RandomBytes random_;

  std::mutex store_mutex_;  // taken before kept_mutex_
  std::unique_ptr<KeyStore> store_;
  std::int64_t change_;
  std::string month_, month_id_;

  mutable std::shared_mutex kept_mutex_;
  std::shared_ptr<const DataKeys> data_;
  std::unordered_map<std::string, FieldKeys> kept_;
};

}  // namespace

RandomBytes SystemRandom() {
  return [](std::size_t count) {
    std::string bytes(count, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    return bytes;
  };
}

std::string NewId(const RandomBytes& random) {
  constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";
  const std::string bytes = random(16);
  std::string id;
  // 130 bits in groups of five, the first two of them zero.
  unsigned buffer = 0;
  int held = 2;
  for (const char c : bytes) {
    buffer = (buffer << 8 | static_cast<unsigned char>(c)) & 0xffff;
    held += 8;
    while (held >= 5) {
      held -= 5;
      id += kDigits[buffer >> held & 31];
    }
  }
  return id;
}

std::string KeyContext(std::string_view key_id) {
  const std::string_view parts[] = {"wrapped_key", key_id};
  return Netstrings(parts);
}

namespace {

Result<std::unique_ptr<Vault>> MakeVault(const KeyPlaces& places, DataKeys data,
                                         std::unique_ptr<KeyStore> store, std::int64_t change,
                                         RandomBytes random) {
  if (sodium_init() < 0) return Fail(ErrorCode::kInternal, "libsodium does not start");
  KeyPlaces known = places;
  if (known.erasures.empty()) known.erasures = known.key_file + ".erasures";
  return std::unique_ptr<Vault>(new StoredVault(std::move(known), std::move(random),
                                                std::move(store), std::move(data), change));
}

}  // namespace

Result<std::unique_ptr<Vault>> OpenVaultWith(const KeyPlaces& places, DataKeys data,
                                             RandomBytes random) {
  auto store = TRY(KeyStore::Open(places.database, Database::Mode::kOpenExisting));
  const std::int64_t change = TRY(store->Changes());
  return MakeVault(places, std::move(data), std::move(store), change, std::move(random));
}

Result<std::unique_ptr<Vault>> OpenVault(const KeyPlaces& places, RandomBytes random) {
  const auto database = TRY(Database::Open(places.database, Database::Mode::kOpenExisting));
  TRY(CheckKeyPlace(places, *database));
  const auto installation = TRY(ReadKeyFile(places.key_file));
  // Keys that change while they are read are followed later: so the change is read first.
  auto store = TRY(KeyStore::Open(places.database, Database::Mode::kOpenExisting));
  const std::int64_t change = TRY(store->Changes());
  DataKeys data = TRY(DataKeys::Load(*database, installation));
  return MakeVault(places, std::move(data), std::move(store), change, std::move(random));
}

}  // namespace thb
