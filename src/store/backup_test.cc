#include "store/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.h"
#include "base/text.h"
#include "store/testing.h"

namespace thb {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class BackupTest : public TestOnBothStores {
 protected:
  void SetUp() override {
    TestOnBothStores::SetUp();
    if (store_ == nullptr) return;
    plan_.out = store_->folder() + "/backup";
    plan_.keys_out = store_->folder() + "/key-backup";
  }

  KeyWork Work() { return {store_->places, *store_->database, store_->random, store_->now}; }

  std::int64_t Keep(const std::string& key, const std::string& detail) {
    auto transaction = Transaction::Begin(*store_->database);
    const auto appended = store_->log->Append(
        *store_->database, {"account-1", "person.edit", "person", {"p1"}, "own_case", detail, key},
        store_->now++);
    EXPECT_TRUE(appended.has_value()) << appended.error().ToLine();
    EXPECT_TRUE(transaction->Commit().has_value());
    return appended.value_or(0);
  }
  // Every row of the tables, the log up to an entry.
  std::string State(std::int64_t last) {
    const std::string up_to = " WHERE sequence <= " + std::to_string(last) + " ORDER BY sequence";
    std::string state;
    for (const std::string& sql :
         {"SELECT id || purpose || state || wrapped || recovery_copy FROM data_key ORDER BY id" +
              std::string(),
          "SELECT id || public_part || commitments FROM recovery_key ORDER BY id" + std::string(),
          "SELECT actor || action || commitment || detail_key || detail || hash FROM audit_entry" +
              up_to,
          "SELECT subject FROM audit_subject" + up_to + ", ordinal"}) {
      const auto read = store_->database->Query(sql, {}, [&](const SqlRow& row) -> Result<void> {
        state += std::string(row.Text(0)) + "\n";
        return {};
      });
      EXPECT_TRUE(read.has_value()) << read.error().ToLine();
    }
    return state;
  }
  std::string Opened(std::int64_t sequence) {
    const std::string row = std::to_string(sequence);
    std::string detail;
    (void)store_->database->Query("SELECT detail FROM audit_entry WHERE sequence = " + row, {},
                                  [&](const SqlRow& found) -> Result<void> {
                                    detail = found.Text(0);
                                    return {};
                                  });
    return store_->vault->Open({"audit_entry", row, "detail"}, detail).value_or("");
  }

  // The disk with the database is gone; keys, journal and backups are elsewhere.
  void LoseDatabase() {
    store_->log.reset();
    store_->vault.reset();
    store_->database.reset();
    if (GetParam() == std::string("sqlite")) {
      fs::remove_all(store_->folder() + "/data");
      fs::create_directories(store_->folder() + "/data");
      return;
    }
    const std::string schema =
        store_->places.database.substr(store_->places.database.rfind("%3D") + 3);
    const auto server = Database::Open(std::getenv("THB_TEST_POSTGRES"), Database::Mode::kCreate);
    ASSERT_TRUE(server.has_value());
    for (const std::string& name : {schema, "keys_of_" + schema}) {
      ASSERT_TRUE((*server)->Execute("DROP SCHEMA \"" + name + "\" CASCADE").has_value());
    }
    ASSERT_TRUE((*server)->Execute("CREATE SCHEMA \"" + schema + "\"").has_value());
  }
  Result<Restored> Restore(const Backup& backup, std::optional<AuditHead> old_head = {}) {
    return RestoreBackup(store_->places, {backup.file, backup.keys_file, std::move(old_head)},
                         store_->random, store_->now);
  }
  void OpenRestored() {
    store_->database = store_->Connect();
    store_->vault = store_->OpenAnotherVault();
    ASSERT_TRUE(store_->database && store_->vault);
    store_->log = std::make_unique<AuditLog>(*store_->vault, store_->random);
  }
  void ExpectRefused(const Result<Restored>& restored, ErrorCode code) {
    ASSERT_FALSE(restored.has_value());
    EXPECT_EQ(restored.error().code, code) << restored.error().ToLine();
    if (GetParam() == std::string("sqlite")) {
      EXPECT_TRUE(fs::is_empty(store_->folder() + "/data")) << "something was left behind";
    }
  }

  BackupPlan plan_;
};

TEST_P(BackupTest, GivesTheSameStateAndKeepsTheErasedErased) {
  const auto keys = store_->vault->NewKeys(KeyKind::kPerson, 3).value();
  const std::int64_t kept = Keep(keys[0], "Synthetic detail 1");
  const std::int64_t erased_before = Keep(keys[1], "Synthetic detail 2");
  const std::int64_t erased_after = Keep(keys[2], "Synthetic detail 3");
  ASSERT_TRUE(store_->vault->DestroyKey(keys[1]).has_value());
  const auto backup = MakeBackup(Work(), plan_);
  ASSERT_TRUE(backup.has_value()) << backup.error().ToLine();
  const std::int64_t last = SignHead(*store_->database, *store_->vault, store_->now)->sequence;
  const std::string state = State(last);

  ASSERT_TRUE(store_->vault->DestroyKey(keys[2]).has_value());
  Keep(keys[0], "Synthetic detail 4");
  const AuditHead head = SignHead(*store_->database, *store_->vault, store_->now).value();
  LoseDatabase();
  const auto restored = Restore(*backup, head);
  ASSERT_TRUE(restored.has_value()) << restored.error().ToLine();
  EXPECT_EQ(restored->erased, 1);
  EXPECT_EQ(restored->head.sequence, last);

  OpenRestored();
  EXPECT_EQ(State(last), state);
  EXPECT_THAT(Opened(kept), HasSubstr("Synthetic detail 1"));
  EXPECT_EQ(Opened(erased_before), "");
  EXPECT_EQ(Opened(erased_after), "") << "erased after the backup, and readable again";
  EXPECT_TRUE(store_->vault->WasDestroyed(keys[2]).value());
  Keep(keys[0], "Synthetic detail 5");
  const auto report = VerifyAudit(*store_->database, *store_->vault, {head});
  ASSERT_TRUE(report.has_value());
  EXPECT_TRUE(report->findings.empty()) << report->findings.front().message;
  ASSERT_EQ(report->notes.size(), 1u);
  const auto checks = CheckKeys(Work(), {});
  for (const KeyCheck& check : *checks) EXPECT_TRUE(check.good) << check.message;
}

TEST_P(BackupTest, RefusesWithoutTheWholeJournal) {
  const auto keys = store_->vault->NewKeys(KeyKind::kPerson, 2).value();
  for (const std::string& key : keys) ASSERT_TRUE(store_->vault->DestroyKey(key).has_value());
  const auto backup = MakeBackup(Work(), plan_);
  ASSERT_TRUE(backup.has_value()) << backup.error().ToLine();
  LoseDatabase();
  const std::string journal = store_->places.key_file + ".erasures";
  const std::string text = ReadFile(journal).value();
  fs::remove(journal);
  ExpectRefused(Restore(*backup), ErrorCode::kNotFound);
  ASSERT_TRUE(WriteFile(journal, "\nerased " + keys[0] + "\n").has_value());
  ExpectRefused(Restore(*backup), ErrorCode::kIntegrity);
  ASSERT_TRUE(WriteFile(journal, "\nerased " + keys[0] + "\nerased " + std::string(26, '0') + "\n")
                  .has_value());
  ExpectRefused(Restore(*backup), ErrorCode::kIntegrity);
  ASSERT_TRUE(WriteFile(journal, text).has_value());
  EXPECT_TRUE(Restore(*backup).has_value());
}

TEST_P(BackupTest, RefusesAChangedBackupAndOneThatIsNotItsOwn) {
  const auto backup = MakeBackup(Work(), plan_);
  ASSERT_TRUE(backup.has_value()) << backup.error().ToLine();
  const auto there = Restore(*backup);
  ASSERT_FALSE(there.has_value());
  EXPECT_EQ(there.error().code, ErrorCode::kConflict) << there.error().ToLine();
  LoseDatabase();

  const std::string content = ReadFile(backup->file).value();
  std::string changed = content;
  changed[changed.size() / 2] ^= 1;
  ASSERT_TRUE(WriteFile(backup->file, changed).has_value());
  ExpectRefused(Restore(*backup), ErrorCode::kIntegrity);
  ASSERT_TRUE(WriteFile(backup->file, content).has_value());

  const std::string manifest_path = backup->file + ".manifest";
  const std::string manifest = ReadFile(manifest_path).value();
  ASSERT_TRUE(WriteFile(manifest_path, ReplaceAll(manifest, "\"erased\": 0", "\"erased\": -1"))
                  .has_value());
  ExpectRefused(Restore(*backup), ErrorCode::kIntegrity);
  const std::size_t signature = manifest.find("\"signature\": \"") + 14;
  ASSERT_TRUE(WriteFile(manifest_path, manifest.substr(0, signature) + "\"}").has_value());
  ExpectRefused(Restore(*backup), ErrorCode::kIntegrity);
  ASSERT_TRUE(WriteFile(manifest_path, manifest).has_value());

  Backup alone = *backup;
  alone.keys_file.clear();
  ExpectRefused(Restore(alone), ErrorCode::kUsage);
  AuditHead forged{100, "00", store_->now, "", ""};
  ExpectRefused(Restore(*backup, forged), ErrorCode::kIntegrity);
  const auto other = TestStore::Make("sqlite");
  const std::string own = store_->places.key_file;
  store_->places.key_file = other->places.key_file;
  ExpectRefused(Restore(*backup), ErrorCode::kSealed);
  store_->places.key_file = own;
  EXPECT_TRUE(Restore(*backup).has_value());
}

TEST_P(BackupTest, HoldsNoKeyOfAPersonAndKeepsKeysForAFewDays) {
  const std::string key = store_->vault->NewKey(KeyKind::kPerson).value();
  plan_.keep_days = 7;
  const auto first = MakeBackup(Work(), plan_);
  ASSERT_TRUE(first.has_value()) << first.error().ToLine();
  for (const auto& entry : fs::directory_iterator(plan_.out)) {
    EXPECT_THAT(ReadFile(entry.path().string()).value(), Not(HasSubstr(key))) << entry.path();
    EXPECT_EQ(entry.status().permissions(), fs::perms::owner_read | fs::perms::owner_write);
  }
  EXPECT_EQ(fs::status(first->keys_file).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  store_->now += 7 * 86'400;
  EXPECT_TRUE(MakeBackup(Work(), plan_)->deleted.empty());
  store_->now += 1;
  EXPECT_EQ(MakeBackup(Work(), plan_)->deleted, std::vector{first->keys_file});
  EXPECT_FALSE(fs::exists(first->keys_file));
  EXPECT_TRUE(fs::exists(first->file));
}

TEST_P(BackupTest, RefusesFoldersThatHoldTooMuch) {
  BackupPlan plan = plan_;
  plan.keys_out = plan.out + "/keys";
  EXPECT_EQ(MakeBackup(Work(), plan).error().code, ErrorCode::kForbidden);
  plan = plan_;
  plan.out = store_->folder() + "/keys";
  EXPECT_EQ(MakeBackup(Work(), plan).error().code, ErrorCode::kForbidden);
  plan = plan_;
  plan.keep_days = kMaxKeyBackupDays + 1;
  EXPECT_EQ(MakeBackup(Work(), plan).error().code, ErrorCode::kUsage);
}

INSTANTIATE_TEST_SUITE_P(Both, BackupTest, kBothStores, NameOfStore);

TEST(StatisticsBackupTest, NeedsNoKeys) {
  const auto store = TestStore::Make("sqlite");
  KeyPlaces places;
  places.database = store->folder() + "/data/statistics.db";
  const auto database = Database::Open(places.database, Database::Mode::kCreate);
  ASSERT_TRUE(database.has_value());
  const auto backup = MakeBackup({places, **database, store->random, store->now},
                                 {store->folder() + "/backup", "", 30});
  ASSERT_TRUE(backup.has_value()) << backup.error().ToLine();
  places.database = store->folder() + "/restored.db";
  const auto restored = RestoreBackup(places, {backup->file, "", {}}, store->random, store->now);
  ASSERT_TRUE(restored.has_value()) << restored.error().ToLine();
  EXPECT_TRUE(Database::Open(places.database, Database::Mode::kOpenExisting).has_value());
}

}  // namespace
}  // namespace thb
