// Making data and person keys anew while others go on working. The steps, each of which may be
// stopped and gone on with: new data keys; a new version of every key of the key store, wrapped by
// them; every sealed field sealed under the newest version; blind indexes; a wait, until every
// process has followed; what they left, once more; then the old keys go.

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "store/internal/data_classes.h"
#include "store/internal/key_store.h"
#include "store/internal/key_work.h"
#include "store/internal/sealed_rows.h"
#include "store/internal/stored_vault.h"
#include "store/keys.h"

namespace thb {
namespace {

constexpr std::string_view kKeysStep = "keys";
constexpr std::string_view kFieldsStep = "fields";
constexpr std::string_view kIndexesStep = "indexes";
constexpr std::string_view kWaitingStep = "waiting";
constexpr std::string_view kDone = "done";

struct State {
  std::string step;  // "" where no rekey is under way
  std::string position;
  Instant sealed_at = 0;
};

Result<State> LoadState(Database& database) {
  State state;
  TRY(database.Query("SELECT step, position, sealed_at FROM rekey WHERE id = 1", {},
                     [&](const SqlRow& row) -> Result<void> {
                       state = {std::string(row.Text(0)), std::string(row.Text(1)), row.Int(2)};
                       return {};
                     }));
  return state;
}

Result<void> SaveState(Database& database, const State& state) {
  const std::vector<SqlValue> values = {state.step, state.position, state.sealed_at};
  return database.Execute("UPDATE rekey SET step = $1, position = $2, sealed_at = $3 WHERE id = 1",
                          values);
}

class Rekeying {
 public:
  Rekeying(const KeyWork& work, const RebuildIndexes& rebuild, std::unique_ptr<KeyStore> store)
      : work_(work), rebuild_(rebuild), store_(std::move(store)) {}

  Result<RekeyProgress> Run() {
    state_ = TRY(LoadState(work_.database));
    if (state_.step.empty()) TRY(Start());
    TRY(LoadKeys());
    if (state_.step == kKeysStep) {
      TRY(RenewStoreKeys());
      TRY(Enter(kFieldsStep));
    }
    if (state_.step == kFieldsStep) {
      TRY(SealAll());
      TRY(Enter(kIndexesStep));
    }
    if (state_.step == kIndexesStep) {
      TRY(rebuild_(work_.database, *vault_));
      TRY(Wait());
      return Progress();
    }
    if (work_.now < state_.sealed_at + kRekeyGrace) return Progress();
    return Sweep();
  }

 private:
  RekeyProgress Progress() const {
    return {state_.step, sealed_, state_.step == kWaitingStep ? state_.sealed_at + kRekeyGrace : 0};
  }

  Result<void> Enter(std::string_view step) {
    state_.step = step;
    state_.position.clear();
    return SaveState(work_.database, state_);
  }

  Result<void> Wait() {
    state_.sealed_at = work_.now;
    return Enter(kWaitingStep);
  }

  // The new data keys are the active ones from here on; the old still open.
  Result<void> Start() {
    const auto installation = TRY(ReadKeyFile(work_.places.key_file));
    const DataKeys data = TRY(DataKeys::Load(work_.database, installation));
    const auto recovery = TRY(LoadRecoveryKeys(work_.database));
    if (recovery.empty()) {
      return Fail(ErrorCode::kNotFound, "there is no recovery key to seal the new keys to", {},
                  "make one with `thb key rotate --officers`");
    }
    const auto vault = TRY(OpenVaultWith(work_.places, data, work_.random));
    Transaction transaction = TRY(Transaction::Begin(work_.database));
    TRY(work_.database.Execute("UPDATE data_key SET state = 'old'"));
    for (const std::string_view purpose : kPurposes) {
      const std::int64_t generation = data.Active(purpose).generation + 1;
      DataKey key = MakeDataKey(purpose, generation, work_.now, work_.random);
      CopyForRecovery(key, recovery.front(), work_.random);
      TRY(InsertDataKey(work_.database, key, WrapDataKey(key, installation.front(), work_.random)));
    }
    state_.step = kKeysStep;
    const std::vector<SqlValue> values = {state_.step, std::int64_t{0}};
    TRY(work_.database.Execute(
        "INSERT INTO rekey (id, step, position, sealed_at) VALUES (1, $1, '', $2)", values));
    TRY(LogKeyAct(work_, *vault, "key.rekey"));
    TRY(transaction.Commit());
    return store_->NoteChange();
  }

  Result<void> LoadKeys() {
    const auto installation = TRY(ReadKeyFile(work_.places.key_file));
    data_ = TRY(DataKeys::Load(work_.database, installation));
    vault_ = TRY(OpenVaultWith(work_.places, data_, work_.random));
    return {};
  }

  // Gives each key whose newest version an old data key wraps a new version.
  Result<void> RenewStoreKeys() {
    std::string last;
    while (true) {
      const auto ids = TRY(store_->ReadIds(last, kSealedBatch));
      if (ids.empty()) break;
      last = ids.back();
      Transaction transaction = TRY(Transaction::Begin(store_->database()));
      // Waits for a destruction that is under way, so that no destroyed key gets a new version.
      TRY(store_->NoteChange());
      TRY(store_->Add(TRY(NewVersions(ids))));
      TRY(transaction.Commit());
    }
    TRY(store_->NoteChange());
    return vault_->Follow();
  }

  Result<std::vector<WrappedKey>> NewVersions(const std::vector<std::string>& ids) {
    const DataKey& wrapping = data_.Active(kFieldsPurpose);
    std::map<std::string, WrappedKey> newest;
    for (WrappedKey& key : TRY(store_->Read(ids))) newest[key.key_id] = std::move(key);
    std::vector<WrappedKey> fresh;
    for (auto& [id, key] : newest) {
      const auto sealed = ParseSealed(key.wrapped);
      if (sealed && sealed->key_id == wrapping.id) continue;
      std::string bytes = work_.random(kKeyBytes);
      key.wrapped = SealWith(wrapping.key, wrapping.id, 0, KeyContext(id), bytes, work_.random);
      Wipe(bytes);
      ++key.version;
      fresh.push_back(std::move(key));
    }
    return fresh;
  }

  // From the saved position, or all where there is none.
  Result<void> SealAll() {
    const auto columns = TRY(SealedColumns());
    const auto parts = Split(state_.position, ' ');
    auto at = std::find_if(columns.begin(), columns.end(), [&](const SealedColumn& column) {
      return parts[0] == column.table + "." + column.column;
    });
    std::string row = at != columns.end() && parts.size() == 2 ? std::string(parts[1]) : "";
    if (at == columns.end()) at = columns.begin();
    for (; at != columns.end(); ++at) {
      TRY(WalkSealedRows(work_.database, *at, row,
                         [&](const std::vector<SealedRow>& rows) { return SealBatch(*at, rows); }));
      row.clear();
    }
    return {};
  }

  Result<void> SealBatch(const SealedColumn& column, const std::vector<SealedRow>& rows) {
    const auto newest = TRY(NewestVersions(rows));
    Transaction transaction = TRY(Transaction::Begin(work_.database));
    for (const SealedRow& row : rows) {
      const auto sealed = ParseSealed(row.value);
      const std::string key_id(sealed ? sealed->key_id : "");
      const DataKey* system = data_.Find(key_id);
      const auto version = newest.find(key_id);
      const bool current = system != nullptr
                               ? system->active
                               : version != newest.end() && version->second == sealed->version;
      if (!current) TRY(SealAnew(column, row, key_id, system != nullptr));
    }
    state_.position = column.table + "." + column.column + " " + rows.back().row;
    TRY(SaveState(work_.database, state_));
    return transaction.Commit();
  }

  Result<std::map<std::string, std::int64_t>> NewestVersions(const std::vector<SealedRow>& rows) {
    std::vector<std::string> ids;
    for (const SealedRow& row : rows) {
      if (const auto sealed = ParseSealed(row.value)) ids.emplace_back(sealed->key_id);
    }
    std::map<std::string, std::int64_t> newest;
    for (const WrappedKey& key : TRY(store_->Read(ids))) newest[key.key_id] = key.version;
    TRY(vault_->Prefetch(ids));
    return newest;
  }

  Result<void> SealAnew(const SealedColumn& column, const SealedRow& row, const std::string& key_id,
                        bool system) {
    const FieldAddress address = {column.table, row.row, column.column};
    auto plain = vault_->Open(address, row.value);
    if (!plain) {
      // What was erased stays as it is; what is lost is a reason to keep the old keys.
      if (plain.error().code != ErrorCode::kSealed) return tl::make_unexpected(plain.error());
      if (!TRY(vault_->WasDestroyed(key_id))) ++lost_[column.table + "." + column.column];
      return {};
    }
    const std::string fresh = system ? TRY(vault_->SealForSystem(address, *plain))
                                     : TRY(vault_->Seal(key_id, address, *plain));
    Wipe(*plain);
    ++sealed_;
    // Only where nobody has changed the field meanwhile.
    const std::vector<SqlValue> values = {fresh, row.row, row.value};
    return work_.database.Execute("UPDATE " + column.table + " SET " + column.column +
                                      " = $1 WHERE " + column.row + " = $2 AND " + column.column +
                                      " = $3",
                                  values);
  }

  // What a process that had not followed made meanwhile. Where there was something, another may
  // come, and the wait begins anew.
  Result<RekeyProgress> Sweep() {
    state_.position.clear();
    sealed_ = 0;
    TRY(RenewStoreKeys());
    TRY(SealAll());
    TRY(rebuild_(work_.database, *vault_));
    if (!lost_.empty()) {
      return Fail(ErrorCode::kSealed,
                  std::to_string(lost_.begin()->second) + " fields do not open; the old keys stay",
                  lost_.begin()->first, "restore the key store or the fields, then go on");
    }
    if (sealed_ > 0) {
      TRY(Wait());
      return Progress();
    }
    TRY(store_->DropOldVersions());
    Transaction transaction = TRY(Transaction::Begin(work_.database));
    // Old keys of the log still verify heads that were signed with them.
    TRY(work_.database.Execute("DELETE FROM data_key WHERE state = 'old' AND purpose <> 'log'"));
    TRY(work_.database.Execute("DELETE FROM rekey"));
    TRY(LogKeyAct(work_, *vault_, "key.rekeyed"));
    TRY(transaction.Commit());
    TRY(store_->NoteChange());
    state_.step = kDone;
    return Progress();
  }

  const KeyWork& work_;
  const RebuildIndexes& rebuild_;
  std::unique_ptr<KeyStore> store_;
  DataKeys data_;
  std::unique_ptr<Vault> vault_;
  State state_;
  std::int64_t sealed_ = 0;
  std::map<std::string, std::int64_t> lost_;
};

}  // namespace

Result<RekeyProgress> Rekey(const KeyWork& work, const RebuildIndexes& rebuild) {
  TRY(CheckKeyPlace(work.places, work.database));
  auto store = TRY(KeyStore::Open(work.places.database, Database::Mode::kOpenExisting));
  return Rekeying(work, rebuild, std::move(store)).Run();
}

}  // namespace thb
