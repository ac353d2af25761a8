// The contract of Database, run on SQLite and, where THB_TEST_POSTGRES names a server that the test
// run started, on PostgreSQL.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "store/database.h"

namespace thb {
namespace {

class StoreTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (GetParam() == std::string("sqlite")) {
      path_ = std::filesystem::temp_directory_path() /
              ("thb_store_test_" + std::to_string(getpid()) + ".db");
      std::filesystem::remove(path_);
      address_ = path_.string();
    } else {
      const char* server = std::getenv("THB_TEST_POSTGRES");
      if (server == nullptr) {
        const char* ci = std::getenv("CI");
        ASSERT_TRUE(ci == nullptr || ci != std::string("true")) << "no PostgreSQL was started";
        GTEST_SKIP() << "THB_TEST_POSTGRES is not set";
      }
      address_ = server;
    }
    database_ = Open(Database::Mode::kCreate);
    ASSERT_TRUE(database_->Execute("DROP TABLE IF EXISTS probe").has_value());
    ASSERT_TRUE(database_
                    ->Execute("CREATE TABLE probe (id BIGINT PRIMARY KEY, name TEXT, "
                              "amount DOUBLE PRECISION)")
                    .has_value());
  }

  void TearDown() override {
    if (database_) {
      EXPECT_TRUE(database_->Execute("DROP TABLE IF EXISTS probe").has_value());
    }
    database_.reset();
    for (const char* suffix : {"", "-wal", "-shm"}) {
      if (!path_.empty()) std::filesystem::remove(path_.string() + suffix);
    }
  }

  std::unique_ptr<Database> Open(Database::Mode mode) {
    auto opened = Database::Open(address_, mode);
    if (!opened) ADD_FAILURE() << opened.error().ToLine();
    return opened ? std::move(*opened) : nullptr;
  }

  std::int64_t Count() {
    std::int64_t count = -1;
    EXPECT_TRUE(database_
                    ->Query("SELECT COUNT(*) FROM probe", {},
                            [&](const SqlRow& row) -> Result<void> {
                              count = row.Int(0);
                              return {};
                            })
                    .has_value());
    return count;
  }

  std::filesystem::path path_;
  std::string address_;
  std::unique_ptr<Database> database_;
};

std::vector<SqlValue> Probe(std::int64_t id, std::string name, double amount) {
  return {id, std::move(name), amount};
}

TEST_P(StoreTest, KeepsEveryTypeExactly) {
  const std::string name = "Ελλάδα ' \" ; -- $1";
  ASSERT_TRUE(database_
                  ->Execute("INSERT INTO probe (id, name, amount) VALUES ($1, $2, $3)",
                            Probe(INT64_C(9007199254740993), name, 0.1))
                  .has_value());
  const std::vector<SqlValue> nulls = {std::int64_t{2}, std::monostate{}, std::monostate{}};
  ASSERT_TRUE(database_->Execute("INSERT INTO probe (id, name, amount) VALUES ($1, $2, $3)", nulls)
                  .has_value());
  int rows = 0;
  ASSERT_TRUE(database_
                  ->Query("SELECT id, name, amount FROM probe ORDER BY id DESC", {},
                          [&](const SqlRow& row) -> Result<void> {
                            if (++rows == 1) {
                              EXPECT_EQ(row.Int(0), INT64_C(9007199254740993));
                              EXPECT_EQ(row.Text(1), name);
                              EXPECT_EQ(row.Double(2), 0.1);
                            } else {
                              EXPECT_TRUE(row.IsNull(1));
                              EXPECT_TRUE(row.IsNull(2));
                            }
                            return {};
                          })
                  .has_value());
  EXPECT_EQ(rows, 2);
}

TEST_P(StoreTest, RollsBackWhatIsNotCommitted) {
  {
    auto transaction = Transaction::Begin(*database_);
    ASSERT_TRUE(transaction.has_value());
    ASSERT_TRUE(
        database_
            ->Execute("INSERT INTO probe (id, name, amount) VALUES ($1, $2, $3)", Probe(1, "a", 1))
            .has_value());
  }
  EXPECT_EQ(Count(), 0);
}

TEST_P(StoreTest, InsertsManyRowsAndRefusesAllOnAConflict) {
  std::vector<std::vector<SqlValue>> rows;
  for (std::int64_t i = 0; i < 2000; ++i) rows.push_back(Probe(i, "n", 1));
  {
    auto transaction = Transaction::Begin(*database_);
    ASSERT_TRUE(transaction.has_value());
    ASSERT_TRUE(
        database_->ExecuteMany("INSERT INTO probe (id, name, amount) VALUES ($1, $2, $3)", rows)
            .has_value());
    ASSERT_TRUE(transaction->Commit().has_value());
  }
  EXPECT_EQ(Count(), 2000);
  rows = {Probe(5000, "a", 1), Probe(5000, "b", 1)};
  {
    auto transaction = Transaction::Begin(*database_);
    ASSERT_TRUE(transaction.has_value());
    const auto result =
        database_->ExecuteMany("INSERT INTO probe (id, name, amount) VALUES ($1, $2, $3)", rows);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::kDatabase);
  }
  EXPECT_EQ(Count(), 2000);
}

TEST_P(StoreTest, StopsAtTheFirstErrorOfACallback) {
  const std::vector<std::vector<SqlValue>> rows = {Probe(1, "a", 1), Probe(2, "b", 2)};
  ASSERT_TRUE(
      database_->ExecuteMany("INSERT INTO probe (id, name, amount) VALUES ($1, $2, $3)", rows)
          .has_value());
  int seen = 0;
  const auto result =
      database_->Query("SELECT id FROM probe ORDER BY id", {}, [&](const SqlRow&) -> Result<void> {
        ++seen;
        return Fail(ErrorCode::kLimit, "enough");
      });
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(seen, 1);
}

TEST_P(StoreTest, OpensAgainWithItsSchema) {
  database_.reset();
  database_ = Open(Database::Mode::kOpenExisting);
  ASSERT_NE(database_, nullptr);
  EXPECT_EQ(Count(), 0);
}

TEST_P(StoreTest, NamesABrokenStatement) {
  const auto result = database_->Execute("SELEC 1");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kDatabase);
}

TEST_P(StoreTest, InnerTransactionIsPartOfTheOuter) {
  const std::string insert = "INSERT INTO probe (id) VALUES (1)";
  {
    auto outer = Transaction::Begin(*database_);
    ASSERT_TRUE(outer.has_value());
    auto inner = Transaction::Begin(*database_);
    ASSERT_TRUE(inner.has_value());
    ASSERT_TRUE(database_->Execute(insert).has_value());
    ASSERT_TRUE(inner->Commit().has_value());
  }
  EXPECT_EQ(Count(), 0) << "the outer one was not committed";
  {
    auto outer = Transaction::Begin(*database_);
    ASSERT_TRUE(outer.has_value());
    {
      auto inner = Transaction::Begin(*database_);
      ASSERT_TRUE(database_->Execute(insert).has_value());
    }
    const auto committed = outer->Commit();
    ASSERT_FALSE(committed.has_value()) << "half of it is gone";
    EXPECT_EQ(committed.error().code, ErrorCode::kInternal);
  }
  EXPECT_EQ(Count(), 0);
  auto outer = Transaction::Begin(*database_);
  ASSERT_TRUE(outer.has_value());
  auto inner = Transaction::Begin(*database_);
  ASSERT_TRUE(inner.has_value());
  ASSERT_TRUE(database_->Execute(insert).has_value());
  ASSERT_TRUE(inner->Commit().has_value());
  ASSERT_TRUE(outer->Commit().has_value());
  EXPECT_EQ(Count(), 1);
}

// Without turns, each would wait for the row that the other one holds.
TEST_P(StoreTest, WritersOfRowsInOppositeOrdersBothGetThrough) {
  ASSERT_TRUE(database_->Execute("INSERT INTO probe (id, amount) VALUES (1, 0), (2, 0)"));
  constexpr int kRounds = 100;
  const auto write = [&](const std::vector<std::int64_t>& order) {
    const auto own = Open(Database::Mode::kOpenExisting);
    ASSERT_NE(own, nullptr);
    for (int round = 0; round < kRounds; ++round) {
      auto transaction = Transaction::Begin(*own);
      ASSERT_TRUE(transaction) << transaction.error().ToLine();
      for (const std::int64_t id : order) {
        const std::vector<SqlValue> values = {id};
        const auto done =
            own->Execute("UPDATE probe SET amount = amount + 1 WHERE id = $1", values);
        ASSERT_TRUE(done) << done.error().ToLine();
      }
      ASSERT_TRUE(transaction->Commit());
    }
  };
  std::thread other([&] { write({2, 1}); });
  write({1, 2});
  other.join();
  double sum = 0;
  ASSERT_TRUE(database_->Query("SELECT amount FROM probe", {}, [&](const SqlRow& row) {
    sum += row.Double(0);
    return Result<void>();
  }));
  EXPECT_EQ(sum, 4 * kRounds);
}

INSTANTIATE_TEST_SUITE_P(Both, StoreTest, ::testing::Values("sqlite", "postgresql"),
                         [](const auto& parameter) { return std::string(parameter.param); });

TEST(DatabaseTest, RefusesAMissingFileAndAForeignOne) {
  const auto missing = Database::Open("/nonexistent/thb.db", Database::Mode::kOpenExisting);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(Database::Open("", Database::Mode::kCreate).has_value());
  const auto unreachable =
      Database::Open("postgresql://nobody:secret@127.0.0.1:1/x", Database::Mode::kCreate);
  ASSERT_FALSE(unreachable.has_value());
  EXPECT_EQ(unreachable.error().ToLine().find("secret"), std::string::npos);
}

}  // namespace
}  // namespace thb
