#include "store/keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/files.h"
#include "base/text.h"
#include "store/testing.h"

namespace thb {
namespace {

using ::testing::HasSubstr;

class KeysTest : public TestOnBothStores {
 protected:
  KeyWork Work() { return {store_->places, *store_->database, store_->random, store_->now}; }

  // A row of the log with a sealed detail is the sealed field that these tests go by.
  std::int64_t Keep(AuditLog& log, const std::string& key, const std::string& detail) {
    auto transaction = Transaction::Begin(*store_->database);
    AuditEvent event{"account-1", "person.edit", "person", {"p1"}, "own_case", detail, key};
    auto appended = log.Append(*store_->database, event, store_->now);
    EXPECT_TRUE(appended.has_value()) << appended.error().ToLine();
    EXPECT_TRUE(transaction->Commit().has_value());
    return appended.value_or(0);
  }
  std::string Column(const std::string& sql) {
    std::string text;
    const auto read = store_->database->Query(sql, {}, [&](const SqlRow& row) -> Result<void> {
      text += std::string(row.Text(0)) + "\n";
      return {};
    });
    EXPECT_TRUE(read.has_value()) << read.error().ToLine();
    return text;
  }
  std::string Detail(std::int64_t sequence) {
    return std::string(Trim(
        Column("SELECT detail FROM audit_entry WHERE sequence = " + std::to_string(sequence))));
  }
  // What the field says, "" where it does not open.
  std::string Opened(Vault& vault, std::int64_t sequence) {
    const std::string row = std::to_string(sequence);
    return vault.Open({"audit_entry", row, "detail"}, Detail(sequence)).value_or("");
  }
  void ExpectWholeLog() {
    const auto vault = store_->OpenAnotherVault();
    const auto report = VerifyAudit(*store_->database, *vault, {});
    ASSERT_TRUE(report.has_value()) << report.error().ToLine();
    for (const AuditFinding& finding : report->findings) {
      ADD_FAILURE() << finding.sequence << ": " << finding.message;
    }
  }
  void ExpectSound(const std::vector<std::string>& shares = {}) {
    const auto checks = CheckKeys(Work(), shares);
    ASSERT_TRUE(checks.has_value()) << checks.error().ToLine();
    for (const KeyCheck& check : *checks) EXPECT_TRUE(check.good) << check.name << check.message;
  }
  RebuildIndexes NoIndexes() {
    return [](Database&, Vault&) -> Result<void> { return {}; };
  }
};

TEST_P(KeysTest, MakesKeysOnce) {
  const auto again = MakeKeys(Work());
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
  ExpectSound();
}

TEST_P(KeysTest, RotatesTheInstallationKey) {
  const std::string key = store_->vault->NewKey(KeyKind::kPerson).value();
  const std::int64_t kept = Keep(*store_->log, key, "Synthetic detail");
  const std::string before = Detail(kept);
  const std::string old_file = ReadFile(store_->places.key_file).value();
  ASSERT_TRUE(RotateInstallationKey(Work()).has_value());

  EXPECT_EQ(Detail(kept), before) << "fields are not sealed anew";
  EXPECT_THAT(Opened(*store_->OpenAnotherVault(), kept), HasSubstr("Synthetic detail"));
  ASSERT_TRUE(store_->vault->Follow().has_value()) << "a running process goes on";
  EXPECT_THAT(Opened(*store_->vault, kept), HasSubstr("Synthetic detail"));
  ExpectSound();
  ExpectWholeLog();

  ASSERT_TRUE(WriteFile(store_->places.key_file, old_file).has_value());
  std::filesystem::permissions(store_->places.key_file, std::filesystem::perms::owner_read);
  const auto opened = OpenVault(store_->places, store_->random);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::kSealed);
}

TEST_P(KeysTest, AnyTwoOfThreeOfficersRecover) {
  const auto shares = RotateRecoveryKey(Work());
  ASSERT_TRUE(shares.has_value()) << shares.error().ToLine();
  ASSERT_EQ(shares->size(), 3u);
  const std::string key = store_->vault->NewKey(KeyKind::kPerson).value();
  const std::int64_t kept = Keep(*store_->log, key, "Synthetic detail");
  ExpectSound({(*shares)[1]});
  ExpectSound(*shares);
  for (const auto& [a, b] : {std::pair(0, 1), std::pair(2, 0), std::pair(1, 2)}) {
    store_->places.key_file = store_->folder() + "/keys/recovered" + std::to_string(a) + ".key";
    const auto recovered = RecoverKeys(
        Work(), {(*shares)[static_cast<std::size_t>(a)], (*shares)[static_cast<std::size_t>(b)]});
    ASSERT_TRUE(recovered.has_value()) << recovered.error().ToLine();
    EXPECT_THAT(Opened(*store_->OpenAnotherVault(), kept), HasSubstr("Synthetic detail"));
  }
  EXPECT_THAT(Column("SELECT action FROM audit_entry ORDER BY sequence"),
              HasSubstr("key.recover\nkey.recover\nkey.recover"));
  ExpectWholeLog();
}

TEST_P(KeysTest, OneOfficerRecoversNothing) {
  const auto old_shares = RotateRecoveryKey(Work());
  const auto shares = RotateRecoveryKey(Work());
  ASSERT_TRUE(old_shares.has_value() && shares.has_value());
  store_->places.key_file = store_->folder() + "/keys/recovered.key";
  std::string mistyped = (*shares)[1];
  mistyped[mistyped.rfind('-') + 1] ^= 1;
  const std::vector<std::pair<std::vector<std::string>, ErrorCode>> wrong = {
      {{(*shares)[0]}, ErrorCode::kForbidden},
      {{(*shares)[0], (*shares)[0]}, ErrorCode::kForbidden},
      {{(*shares)[0], (*old_shares)[1]}, ErrorCode::kForbidden},
      {{(*old_shares)[0], (*old_shares)[1]}, ErrorCode::kForbidden},
      {{(*shares)[0], mistyped}, ErrorCode::kParse},
      {{(*shares)[0], "words"}, ErrorCode::kParse}};
  for (const auto& [texts, code] : wrong) {
    const auto recovered = RecoverKeys(Work(), texts);
    ASSERT_FALSE(recovered.has_value());
    EXPECT_EQ(recovered.error().code, code) << recovered.error().ToLine();
  }
  EXPECT_FALSE(std::filesystem::exists(store_->places.key_file));
}

TEST_P(KeysTest, MakesAllKeysAnewWhileOthersWork) {
  const auto keys = store_->vault->NewKeys(KeyKind::kPerson, 2).value();
  const std::int64_t of_person = Keep(*store_->log, keys[0], "Synthetic detail 1");
  const std::int64_t of_month = Keep(*store_->log, "", "Synthetic detail 2");
  const std::int64_t erased = Keep(*store_->log, keys[1], "Synthetic detail 3");
  ASSERT_TRUE(store_->vault->DestroyKey(keys[1]).has_value());
  const std::string before = Detail(of_person);
  const std::string index = store_->vault->BlindIndex("document", "X1", 64);
  const auto status_before = StatusOfKeys(Work());

  int rebuilt = 0;
  const RebuildIndexes rebuild = [&](Database&, Vault& vault) -> Result<void> {
    ++rebuilt;
    EXPECT_NE(vault.BlindIndex("document", "X1", 64), index);
    EXPECT_THAT(vault.BlindIndexes("document", "X1", 64), ::testing::Contains(index));
    return {};
  };
  auto progress = Rekey(Work(), rebuild);
  ASSERT_TRUE(progress.has_value()) << progress.error().ToLine();
  EXPECT_EQ(progress->step, "waiting");
  EXPECT_EQ(progress->sealed, 2);
  EXPECT_EQ(progress->finish_from, store_->now + kRekeyGrace);
  EXPECT_NE(Detail(of_person), before);

  // This process has not followed: it seals under an old version.
  const std::int64_t late = Keep(*store_->log, keys[0], "Synthetic detail 4");
  EXPECT_EQ(Rekey(Work(), rebuild)->step, "waiting") << "before its time";
  store_->now += kRekeyGrace;
  progress = Rekey(Work(), rebuild);
  ASSERT_TRUE(progress.has_value()) << progress.error().ToLine();
  EXPECT_EQ(progress->step, "waiting") << "something was left, so it waits again";
  EXPECT_EQ(progress->sealed, 1);
  ASSERT_TRUE(store_->vault->Follow().has_value());
  store_->now += kRekeyGrace;
  progress = Rekey(Work(), rebuild);
  ASSERT_TRUE(progress.has_value()) << progress.error().ToLine();
  EXPECT_EQ(progress->step, "done");
  EXPECT_EQ(rebuilt, 3);

  const auto fresh = store_->OpenAnotherVault();
  EXPECT_THAT(Opened(*fresh, of_person), HasSubstr("Synthetic detail 1"));
  EXPECT_THAT(Opened(*fresh, of_month), HasSubstr("Synthetic detail 2"));
  EXPECT_THAT(Opened(*fresh, late), HasSubstr("Synthetic detail 4"));
  EXPECT_EQ(Opened(*fresh, erased), "");
  EXPECT_FALSE(fresh->Open({"audit_entry", std::to_string(of_person), "detail"}, before))
      << "the old key is gone";
  EXPECT_EQ(fresh->BlindIndexes("document", "X1", 64).size(), 1u);
  ExpectSound();
  ExpectWholeLog();
  const auto status = StatusOfKeys(Work());
  for (const KeyStatus& now : *status) {
    for (const KeyStatus& was : *status_before) {
      EXPECT_TRUE(now.id.empty() || now.id != was.id || now.state == "old") << now.purpose;
    }
  }
}

TEST_P(KeysTest, OpensWhatAnotherProcessSealedUnderNewKeys) {
  const std::string key = store_->vault->NewKey(KeyKind::kPerson).value();
  const FieldAddress address = {"person", "p1", "name"};
  ASSERT_TRUE(store_->vault->Open(address, store_->vault->Seal(key, address, "x").value()));
  ASSERT_TRUE(Rekey(Work(), NoIndexes()).has_value());
  const auto other = store_->OpenAnotherVault();
  EXPECT_EQ(store_->vault->Open(address, other->Seal(key, address, "new").value()).value_or(""),
            "new");
  const std::string fresh = other->NewKey(KeyKind::kPerson).value();
  EXPECT_EQ(other->Open(address, store_->vault->Seal(fresh, address, "y").value()).value_or(""),
            "y");
  const std::string secret = other->SealForSystem({"account", "a1", "totp"}, "new").value();
  EXPECT_EQ(store_->vault->Open({"account", "a1", "totp"}, secret).value_or(""), "new");
}

TEST_P(KeysTest, KeepsOldKeysWhileAFieldDoesNotOpen) {
  const std::string key = store_->vault->NewKey(KeyKind::kPerson).value();
  const std::int64_t kept = Keep(*store_->log, key, "Synthetic detail");
  ASSERT_TRUE(store_->database
                  ->Execute("UPDATE audit_entry SET detail = 's1." + NewId(store_->random) +
                            ".1.AAAA' WHERE sequence = " + std::to_string(kept))
                  .has_value());
  EXPECT_EQ(Rekey(Work(), NoIndexes())->step, "waiting");
  store_->now += kRekeyGrace;
  const auto progress = Rekey(Work(), NoIndexes());
  ASSERT_FALSE(progress.has_value());
  EXPECT_EQ(progress.error().code, ErrorCode::kSealed);
  const auto checks = CheckKeys(Work(), {});
  ASSERT_TRUE(checks.has_value());
  EXPECT_FALSE(checks->back().good);
  EXPECT_THAT(checks->back().message, HasSubstr("audit_entry.detail"));
}

TEST_P(KeysTest, GoesOnAfterAStop) {
  const std::string key = store_->vault->NewKey(KeyKind::kPerson).value();
  std::int64_t last = 0;
  {
    auto all = Transaction::Begin(*store_->database);
    for (int i = 0; i < 450; ++i) last = Keep(*store_->log, key, "Synthetic " + std::to_string(i));
    ASSERT_TRUE(all->Commit().has_value());
  }
  const RebuildIndexes broken = [](Database&, Vault&) -> Result<void> {
    return Fail(ErrorCode::kDatabase, "stopped");
  };
  EXPECT_FALSE(Rekey(Work(), broken).has_value());
  const auto progress = Rekey(Work(), NoIndexes());
  ASSERT_TRUE(progress.has_value()) << progress.error().ToLine();
  EXPECT_EQ(progress->sealed, 0) << "the fields were done";
  EXPECT_THAT(Opened(*store_->OpenAnotherVault(), last), HasSubstr("Synthetic 449"));
}

TEST_P(KeysTest, DestroysWhatWasMarkedAndHealsAfterACrash) {
  const auto keys = store_->vault->NewKeys(KeyKind::kPerson, 3).value();
  {
    auto transaction = Transaction::Begin(*store_->database);
    ASSERT_TRUE(MarkForDestruction(*store_->database, keys[0]).has_value());
  }
  EXPECT_EQ(DestroyMarked(*store_->database, *store_->vault).value(), 0) << "rolled back";
  ASSERT_TRUE(MarkForDestruction(*store_->database, keys[0]).has_value());
  ASSERT_TRUE(MarkForDestruction(*store_->database, keys[0]).has_value());
  ExpectSound();
  EXPECT_TRUE(store_->vault->WasDestroyed(keys[0]).value());

  // A crash after the journal's line and before the key store: the journal decides.
  const std::string journal = store_->places.key_file + ".erasures";
  const std::string text = ReadFile(journal).value();
  ASSERT_TRUE(WriteFile(journal, text + "\nerased " + keys[1] + "\nerased 01h").has_value());
  ExpectSound();
  EXPECT_TRUE(store_->vault->WasDestroyed(keys[1]).value());
  EXPECT_FALSE(store_->vault->WasDestroyed(keys[2]).value());

  // A journal that lost a line gets it back, and that is said.
  ASSERT_TRUE(WriteFile(journal, "").has_value());
  auto checks = CheckKeys(Work(), {});
  ASSERT_TRUE(checks.has_value());
  EXPECT_TRUE(std::any_of(checks->begin(), checks->end(), [](const KeyCheck& check) {
    return check.name == "erasures" && !check.good;
  }));
  ExpectSound();
  EXPECT_THAT(ReadFile(journal).value(), HasSubstr(keys[1]));
}

INSTANTIATE_TEST_SUITE_P(Both, KeysTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
