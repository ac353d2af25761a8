// Looks whether keys open, and says how things stand, without showing a key.

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "store/internal/backends.h"
#include "store/internal/data_classes.h"
#include "store/internal/erasures.h"
#include "store/internal/key_store.h"
#include "store/internal/key_work.h"
#include "store/internal/sealed_rows.h"
#include "store/internal/stored_vault.h"
#include "store/keys.h"
#include "store/private_file.h"

namespace thb {
namespace {

class KeyChecking {
 public:
  KeyChecking(const KeyWork& work, const std::vector<std::string>& share_texts)
      : work_(work), share_texts_(share_texts) {}

  Result<std::vector<KeyCheck>> Run() {
    if (Note("key-file", CheckKeyFile()) && Note("data-keys", CheckDataKeys())) {
      Note("recovery", CheckRecovery());
      if (Note("key-store", CheckKeyStore())) {
        Note("erasures", CheckErasures());
        Note("fields", CheckFields());
      }
    }
    if (!share_texts_.empty()) Note("shares", CheckShares());
    return std::move(checks_);
  }

 private:
  // What was found, or what is wrong.
  bool Note(std::string name, const Result<std::string>& outcome) {
    const bool good = outcome.has_value();
    checks_.push_back({good, std::move(name), good ? *outcome : outcome.error().ToLine()});
    return good;
  }

  Result<std::string> CheckKeyFile() {
    TRY(CheckKeyPlace(work_.places, work_.database));
    installation_ = TRY(ReadKeyFile(work_.places.key_file));
    if (installation_.size() > 1) {
      return Fail(ErrorCode::kIntegrity, "a rotation was stopped half-way", work_.places.key_file,
                  "run `thb key rotate` again");
    }
    return std::string("nobody else can read it, and it lies apart from the database");
  }

  Result<std::string> CheckDataKeys() {
    data_ = TRY(DataKeys::Load(work_.database, installation_));
    return std::to_string(data_.all().size()) + " data keys open";
  }

  Result<std::string> CheckRecovery() {
    const auto keys = TRY(LoadRecoveryKeys(work_.database));
    for (const DataKey& key : data_.all()) {
      if (!keys.empty() && key.recovery_key == keys.front().id && !key.recovery_copy.empty()) {
        continue;
      }
      return Fail(ErrorCode::kIntegrity, "a data key has no copy for recovery",
                  "data_key " + key.id, "run `thb key rotate --officers`");
    }
    return std::string("every data key has a copy; give shares to prove that they open it");
  }

  // Every key of the key store is unwrapped.
  Result<std::string> CheckKeyStore() {
    store_ = TRY(KeyStore::Open(work_.places.database, Database::Mode::kOpenExisting));
    std::size_t good = 0, bad = 0;
    std::string last;
    while (true) {
      const auto ids = TRY(store_->ReadIds(last, kSealedBatch));
      if (ids.empty()) break;
      last = ids.back();
      for (const WrappedKey& key : TRY(store_->Read(ids))) {
        const auto sealed = ParseSealed(key.wrapped);
        const DataKey* wrapping = sealed ? data_.Find(sealed->key_id) : nullptr;
        auto plain = wrapping == nullptr ? std::nullopt
                                         : OpenWith(wrapping->key, *sealed, KeyContext(key.key_id));
        ++(plain ? good : bad);
        if (plain) Wipe(*plain);
      }
    }
    if (bad > 0) {
      return Fail(ErrorCode::kSealed, std::to_string(bad) + " keys of the key store do not open",
                  {}, "restore the key store from its backup");
    }
    return std::to_string(good) + " keys open";
  }

  // Finishes what a crash left undone: marked keys, and those that only the journal knows.
  Result<std::string> CheckErasures() {
    vault_ = TRY(OpenVaultWith(work_.places, data_, work_.random));
    const std::int64_t marked = TRY(DestroyMarked(work_.database, *vault_));
    const std::string path =
        work_.places.erasures.empty() ? work_.places.key_file + ".erasures" : work_.places.erasures;
    const auto destroyed = TRY(store_->DestroyedIds());
    if (destroyed.empty() && !std::filesystem::exists(path)) return std::string("none so far");
    const std::set<std::string> journal = TRY(ReadErasures(path));
    std::vector<std::string> missing;
    for (const std::string& id : destroyed) {
      if (journal.count(id) == 0) missing.push_back(id);
    }
    if (!missing.empty()) {
      TRY(AppendErasures(path, missing));
      return Fail(ErrorCode::kIntegrity,
                  std::to_string(missing.size()) + " erasures were missing in the journal", path,
                  "they were added again; find out who changed the file");
    }
    std::vector<std::string> known;
    for (const std::string& id : journal) {
      if (!std::binary_search(destroyed.begin(), destroyed.end(), id)) known.push_back(id);
    }
    if (!known.empty()) TRY(store_->Destroy(known));
    return std::to_string(journal.size()) + " in the journal, " +
           std::to_string(marked + static_cast<std::int64_t>(known.size())) + " finished now";
  }

  // Every sealed field opens, or was erased.
  Result<std::string> CheckFields() {
    std::int64_t opened = 0, erased = 0, lost = 0;
    std::string place;
    for (const SealedColumn& column : TRY(SealedColumns())) {
      TRY(WalkSealedRows(
          work_.database, column, "", [&](const std::vector<SealedRow>& rows) -> Result<void> {
            for (const SealedRow& row : rows) {
              auto plain = vault_->Open({column.table, row.row, column.column}, row.value);
              if (plain) {
                Wipe(*plain);
                ++opened;
              } else if (const auto sealed = ParseSealed(row.value);
                         sealed && TRY(vault_->WasDestroyed(sealed->key_id))) {
                ++erased;
              } else {
                if (lost++ == 0) place = column.table + "." + column.column;
              }
            }
            return {};
          }));
    }
    if (lost > 0) {
      return Fail(ErrorCode::kSealed, std::to_string(lost) + " fields do not open", place,
                  "their keys are lost or they were changed; restore from a backup");
    }
    return std::to_string(opened) + " fields open, " + std::to_string(erased) + " are erased";
  }

  Result<std::string> CheckShares() {
    const auto keys = TRY(LoadRecoveryKeys(work_.database));
    std::vector<std::string> texts = share_texts_;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const OfficerShare share = TRY(ParseShare(texts[i], "share " + std::to_string(i + 1)));
      if (keys.empty() || !IsGenuine(share, keys.front())) {
        return Fail(ErrorCode::kForbidden, "the share is not of the database's recovery key",
                    "share " + std::to_string(share.share.number),
                    "use the shares that were handed out last");
      }
    }
    if (texts.size() == 1) return std::string("the share is the one that was handed out");
    for (std::size_t i = 0; i + 1 < texts.size(); ++i) {
      for (std::size_t j = i + 1; j < texts.size(); ++j) {
        const SecretKey secret = TRY(SecretFromShares(work_.database, {texts[i], texts[j]}));
        const DataKeys recovered = TRY(DataKeys::Recover(work_.database, secret));
        TRY(CompareKeys(recovered));
      }
    }
    return "every two of the " + std::to_string(texts.size()) + " recover all data keys";
  }

  Result<void> CompareKeys(const DataKeys& recovered) const {
    for (const DataKey& key : data_.all()) {
      const DataKey* copy = recovered.Find(key.id);
      if (copy != nullptr && copy->key.view() == key.key.view()) continue;
      return Fail(ErrorCode::kIntegrity, "a copy for recovery is of another key",
                  "data_key " + key.id, "run `thb key rotate --officers`");
    }
    return {};
  }

  const KeyWork& work_;
  const std::vector<std::string>& share_texts_;
  std::vector<KeyCheck> checks_;
  std::vector<InstallationKey> installation_;
  DataKeys data_;
  std::unique_ptr<KeyStore> store_;
  std::unique_ptr<Vault> vault_;
};

}  // namespace

Result<std::vector<KeyCheck>> CheckKeys(const KeyWork& work,
                                        const std::vector<std::string>& share_texts) {
  return KeyChecking(work, share_texts).Run();
}

Result<std::vector<KeyStatus>> StatusOfKeys(const KeyWork& work) {
  const auto installation = TRY(ReadKeyFile(work.places.key_file));
  const DataKeys data = TRY(DataKeys::Load(work.database, installation));
  std::vector<KeyStatus> status;
  for (const DataKey& key : data.all()) {
    status.push_back(
        {key.purpose, key.id, key.generation, key.active ? "active" : "old", key.made});
  }
  const auto store = TRY(KeyStore::Open(work.places.database, Database::Mode::kOpenExisting));
  for (const auto& [kind, count] : TRY(store->CountByKind())) {
    status.push_back({kind, "", 0, "", 0, count});
  }
  return status;
}

}  // namespace thb
