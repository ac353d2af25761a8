#include "store/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "base/files.h"
#include "base/random.h"
#include "base/text.h"
#include "store/testing.h"

namespace thb {
namespace {

using ::testing::HasSubstr;

constexpr int kEntries = 40;
constexpr int kRounds = 12;

class AuditTest : public TestOnBothStores {
 protected:
  Database& database() { return *store_->database; }

  std::int64_t Append(const AuditEvent& event) {
    auto transaction = Transaction::Begin(database());
    const auto appended = store_->log->Append(database(), event, store_->now++);
    EXPECT_TRUE(appended.has_value()) << appended.error().ToLine();
    EXPECT_TRUE(transaction->Commit().has_value());
    return appended.value_or(0);
  }
  void AppendSome(int count) {
    if (key_.empty()) key_ = store_->vault->NewKey(KeyKind::kPerson).value();
    auto transaction = Transaction::Begin(database());
    for (int i = 0; i < count; ++i) {
      Append({"account-1",
              "person.read",
              "person",
              {"p1", "p" + std::to_string(i)},
              "own_case",
              "opened by Synthetic Person " + std::to_string(i),
              i % 2 == 0 ? key_ : ""});
    }
    EXPECT_TRUE(transaction->Commit().has_value());
  }
  AuditHead Head() { return SignHead(database(), *store_->vault, store_->now).value(); }
  AuditReport Verify(const std::vector<AuditHead>& heads = {}) {
    auto report = VerifyAudit(database(), *store_->vault, heads);
    EXPECT_TRUE(report.has_value()) << report.error().ToLine();
    return report.value_or(AuditReport{});
  }
  void Run(const std::string& sql) {
    const auto done = database().Execute(sql);
    ASSERT_TRUE(done.has_value()) << sql << ": " << done.error().ToLine();
  }
  std::string Read(const std::string& sql) {
    std::string text;
    const auto read = database().Query(sql, {}, [&](const SqlRow& row) -> Result<void> {
      text = row.Text(0);
      return {};
    });
    EXPECT_TRUE(read.has_value()) << read.error().ToLine();
    return text;
  }
  void ExpectWhole(const AuditReport& report) {
    for (const AuditFinding& finding : report.findings) {
      ADD_FAILURE() << finding.sequence << ": " << finding.message;
    }
  }
  // Tampers, expects the first finding at `sequence`, and takes the tampering back.
  void ExpectFound(const std::vector<std::string>& tampering, std::int64_t sequence,
                   const std::vector<AuditHead>& heads = {}) {
    auto transaction = Transaction::Begin(database());
    for (const std::string& sql : tampering) Run(sql);
    const AuditReport report = Verify(heads);
    ASSERT_FALSE(report.findings.empty()) << tampering.front();
    EXPECT_EQ(report.findings.front().sequence, sequence)
        << tampering.front() << ": " << report.findings.front().message;
  }
  std::int64_t Draw(std::int64_t first, std::int64_t last) {
    return first +
           static_cast<std::int64_t>(draws_.Below(static_cast<std::uint64_t>(last - first + 1)));
  }

  Random draws_{3};
  std::string key_;
};

std::string Where(std::int64_t sequence) {
  return " WHERE sequence = " + std::to_string(sequence);
}

TEST_P(AuditTest, IsWholeWhenNobodyTouchedIt) {
  AppendSome(5);
  const AuditHead head = Head();
  const Instant next = store_->now;
  AppendSome(2);
  const AuditReport report = Verify({head});
  ExpectWhole(report);
  EXPECT_EQ(report.entries, 8) << "the first tells of the making of the keys";
  EXPECT_EQ(report.protected_to, 6);
  EXPECT_EQ(report.protected_at, head.signed_at);
  EXPECT_EQ(report.unprotected_from, next);
  EXPECT_FALSE(Verify().protected_to.has_value());
}

TEST_P(AuditTest, IsWholeOverManyBatchesAndAfterErasure) {
  AppendSome(1'100);
  ASSERT_TRUE(store_->vault->DestroyKey(key_).has_value());
  const AuditReport report = Verify({Head()});
  ExpectWhole(report);
  EXPECT_EQ(report.unprotected_from, 0);
}

TEST_P(AuditTest, FindsAFlippedBitInAnyColumn) {
  AppendSome(kEntries);
  for (const std::string column : {"actor", "action", "subject_kind", "ground", "commitment",
                                   "detail_key", "detail", "hash"}) {
    for (int round = 0; round < kRounds; ++round) {
      const std::int64_t sequence = Draw(2, kEntries + 1);
      std::string text = Read("SELECT " + column + " FROM audit_entry" + Where(sequence));
      text[draws_.Below(text.size())] ^= 1;
      ExpectFound({"UPDATE audit_entry SET " + column + " = '" + ReplaceAll(text, "'", "''") + "'" +
                   Where(sequence)},
                  sequence);
    }
  }
  ExpectFound({"UPDATE audit_entry SET at = at + 1" + Where(7)}, 7);
  ExpectFound({"UPDATE audit_subject SET subject = 'p2' WHERE ordinal = 0 AND sequence = 9"}, 9);
  ExpectFound({"DELETE FROM audit_subject WHERE ordinal = 1 AND sequence = 9"}, 9);
  ExpectFound({"INSERT INTO audit_subject (sequence, ordinal, subject) VALUES (9, 2, 'p3')"}, 9);
  ExpectFound({"UPDATE audit_subject SET ordinal = ordinal + 2 WHERE sequence = 9 AND ordinal = 0"},
              9);
  ExpectWhole(Verify());
}

TEST_P(AuditTest, FindsARemovedRow) {
  AppendSome(kEntries);
  for (int round = 0; round < kRounds; ++round) {
    const std::int64_t sequence = Draw(1, kEntries + 1);
    ExpectFound({"DELETE FROM audit_subject" + Where(sequence),
                 "DELETE FROM audit_entry" + Where(sequence)},
                sequence);
  }
}

TEST_P(AuditTest, FindsASwappedPair) {
  AppendSome(kEntries);
  for (int round = 0; round < kRounds; ++round) {
    const std::int64_t first = Draw(2, kEntries - 1);
    const std::int64_t second = Draw(first + 1, kEntries);
    const std::string a = std::to_string(first), b = std::to_string(second);
    std::vector<std::string> swap;
    for (const std::string column : {"at", "actor", "action", "subject_kind", "ground",
                                     "commitment", "detail_key", "detail", "hash"}) {
      const std::string from = "(SELECT x." + column +
                               " FROM audit_entry x WHERE x.sequence = " + a + " + " + b +
                               " - audit_entry.sequence)";
      swap.push_back("UPDATE audit_entry SET " + column + " = " + from + " WHERE sequence IN (" +
                     a + ", " + b + ")");
    }
    swap.push_back("UPDATE audit_subject SET ordinal = ordinal + 10" + Where(first));
    swap.push_back("UPDATE audit_subject SET sequence = " + a + Where(second));
    swap.push_back("UPDATE audit_subject SET sequence = " + b + ", ordinal = ordinal - 10" +
                   Where(first) + " AND ordinal >= 10");
    ExpectFound(swap, first);
  }
}

TEST_P(AuditTest, FindsACutTail) {
  AppendSome(kEntries / 2);
  const AuditHead old_head = Head();
  const std::string old_signature = Read("SELECT signature FROM audit_head");
  const std::string old_time = Read("SELECT signed_at FROM audit_head");
  AppendSome(kEntries / 2);
  const AuditHead head = Head();
  const std::string from = std::to_string(old_head.sequence + 1);
  const std::vector<std::string> cut = {"DELETE FROM audit_subject WHERE sequence >= " + from,
                                        "DELETE FROM audit_entry WHERE sequence >= " + from};
  ExpectFound(cut, old_head.sequence + 1);

  // Without keys he can set the head back, but not sign it.
  std::vector<std::string> forged = cut;
  forged.push_back("UPDATE audit_head SET sequence = " + std::to_string(old_head.sequence) +
                   ", hash = '" + old_head.hash + "'");
  ExpectFound(forged, old_head.sequence);

  // With an older copy of the database he has the signature too: only a head kept elsewhere helps.
  forged.push_back("UPDATE audit_head SET signature = '" + old_signature +
                   "', signed_at = " + old_time);
  ExpectFound(forged, old_head.sequence + 1, {old_head, head});
  auto transaction = Transaction::Begin(database());
  for (const std::string& sql : forged) Run(sql);
  ExpectWhole(Verify());
  ExpectWhole(Verify({old_head}));
}

TEST_P(AuditTest, FindsAnEmptiedLogAndOneThatWasMadeAnew) {
  AppendSome(3);
  const AuditHead head = Head();
  const std::vector<std::string> emptied = {
      "DELETE FROM audit_subject", "DELETE FROM audit_entry",
      "UPDATE audit_head SET sequence = 0, hash = '', signed_at = 0, signature = ''"};
  ExpectFound(emptied, 1);
  // Even with the keys, what was signed before cannot be told otherwise.
  auto transaction = Transaction::Begin(database());
  for (const std::string& sql : emptied) Run(sql);
  AppendSome(10);
  ExpectWhole(Verify());
  const AuditReport report = Verify({head});
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].sequence, head.sequence);
}

TEST_P(AuditTest, FindsAForgedHead) {
  AppendSome(3);
  AuditHead forged = Head();
  forged.sequence += 5;
  ExpectFound({"UPDATE audit_head SET signed_at = signed_at + 1"}, 4);
  const AuditReport report = Verify({forged});
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_THAT(report.findings[0].message, HasSubstr("not signed"));
}

TEST_P(AuditTest, TellsARestoreFromACut) {
  AppendSome(5);
  const AuditHead early = Head();
  const std::string signature = Read("SELECT signature FROM audit_head");
  const std::string time = Read("SELECT signed_at FROM audit_head");
  AppendSome(5);
  const AuditHead lost = Head();
  // As a restore leaves it.
  for (const std::string& sql : std::vector<std::string>{
           "DELETE FROM audit_subject WHERE sequence > 6",
           "DELETE FROM audit_entry WHERE sequence > 6",
           "UPDATE audit_head SET sequence = 6, hash = '" + early.hash + "', signed_at = " + time +
               ", signature = '" + signature + "'"}) {
    Run(sql);
  }
  EXPECT_EQ(Verify({early, lost}).findings.size(), 1u);
  ASSERT_TRUE(
      RecordRestore(database(), *store_->vault, store_->random, lost, store_->now).has_value());
  AppendSome(9);
  const AuditReport report = Verify({early, lost});
  ExpectWhole(report);
  ASSERT_EQ(report.notes.size(), 1u);
  EXPECT_THAT(report.notes[0].message, HasSubstr("gave up entries 7 to 11"));
  EXPECT_EQ(report.protected_to, 6);
  ExpectFound({"UPDATE audit_restore SET old_sequence = old_sequence + 5"}, 6, {early, lost});
}

TEST_P(AuditTest, IsVerifiedWithoutKeys) {
  AppendSome(5);
  const AuditHead head = Head();
  ExpectWhole(VerifyAuditWithoutKeys(database(), {head}).value());
  ExpectWhole(VerifyAuditWithoutKeys(database(), {}).value());
  auto transaction = Transaction::Begin(database());
  Run("UPDATE audit_head SET signed_at = signed_at + 1");
  EXPECT_EQ(VerifyAuditWithoutKeys(database(), {head})->findings.size(), 1u);
}

TEST_P(AuditTest, KeepsHeadsInAFile) {
  const std::string path = store_->folder() + "/heads";
  AppendSome(1);
  EXPECT_TRUE(WriteHead(database(), *store_->vault, path, store_->now).value());
  EXPECT_FALSE(WriteHead(database(), *store_->vault, path, store_->now + 60).value())
      << "nothing has happened";
  std::ofstream(path, std::ios::app) << "thb-head 1 3 torn";
  AppendSome(1);
  EXPECT_TRUE(WriteHead(database(), *store_->vault, path, store_->now).value());
  const auto heads = ReadHeads(path);
  ASSERT_TRUE(heads.has_value()) << heads.error().ToLine();
  ASSERT_EQ(heads->size(), 2u);
  const AuditReport report = Verify(*heads);
  ExpectWhole(report);
  EXPECT_EQ(report.protected_to, 3);
  ASSERT_TRUE(WriteFile(path, "something else .\n").has_value());
  EXPECT_FALSE(ReadHeads(path).has_value());
}

TEST_P(AuditTest, RefusesNamesAndWhatIsTooLarge) {
  AuditEvent event{"account-1", "person.read", "person", {"Synthetic Person"}, "own_case"};
  const auto refused = store_->log->Append(database(), event, store_->now);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kInternal);
  event.subjects = std::vector<std::string>(kMaxAuditSubjects + 1, "p1");
  EXPECT_EQ(store_->log->Append(database(), event, store_->now).error().code, ErrorCode::kLimit);
  event.subjects = {"p1"};
  event.detail = std::string(kMaxAuditDetailBytes + 1, 'x');
  EXPECT_EQ(store_->log->Append(database(), event, store_->now).error().code, ErrorCode::kLimit);
  ExpectWhole(Verify());
}

TEST_P(AuditTest, AppendsOfTwoConnectionsFollowOneAnother) {
  const auto other = store_->Connect();
  std::thread second([&] {
    for (int i = 0; i < 50; ++i) {
      auto transaction = Transaction::Begin(*other);
      ASSERT_TRUE(transaction.has_value()) << transaction.error().ToLine();
      const auto done = store_->log->Append(
          *other, {"account-2", "person.read", "person", {"p2"}, "own_case"}, store_->now);
      ASSERT_TRUE(done.has_value()) << done.error().ToLine();
      ASSERT_TRUE(transaction->Commit().has_value());
    }
  });
  for (int i = 0; i < 50; ++i) {
    auto transaction = Transaction::Begin(database());
    EXPECT_TRUE(store_->log
                    ->Append(database(), {"account-1", "person.read", "person", {"p1"}, "own_case"},
                             store_->now)
                    .has_value());
    EXPECT_TRUE(transaction->Commit().has_value());
  }
  second.join();
  const AuditReport report = Verify();
  ExpectWhole(report);
  EXPECT_EQ(report.entries, 101);
}

INSTANTIATE_TEST_SUITE_P(Both, AuditTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
