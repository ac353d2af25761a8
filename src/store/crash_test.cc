// A child process writes mixed entries and says after each that it is durable; it is killed at
// random moments. Whatever it had said is there, nothing is half there, and the log verifies.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <set>

#include "base/random.h"
#include "store/testing.h"

namespace thb {
namespace {

constexpr int kWrites = 1'000;
constexpr int kMostBetweenKills = 60;

// The row that goes with an entry: who has the one must have the other.
constexpr const char* kTable =
    "CREATE TABLE crash_row (id TEXT PRIMARY KEY, state BIGINT NOT NULL, sealed TEXT NOT NULL, "
    "key_id TEXT NOT NULL)";

// What the child does. It opens everything anew: nothing that is open goes through a fork.
class Writer {
 public:
  explicit Writer(const KeyPlaces& places)
      : database_(Database::Open(places.database, Database::Mode::kOpenExisting).value()),
        vault_(OpenVault(places, SystemRandom()).value()),
        log_(*vault_, SystemRandom()) {}

  // Three kinds of writes in turn: a new row with a key, a change of the row before, its erasure.
  Result<void> Write(int number) {
    const std::string id = "w" + std::to_string(number - number % 3);
    switch (number % 3) {
      case 0:
        return Insert(id);
      case 1:
        return Change(id);
      default:
        return Erase(id);
    }
  }

 private:
  Result<void> Append(const std::string& action, const std::string& id, const std::string& key) {
    TRY(log_.Append(*database_,
                    {"account-1", action, "row", {id}, "own_case", "Synthetic detail", key}, 1));
    return {};
  }

  Result<void> Insert(const std::string& id) {
    const std::string key = TRY(vault_->NewKey(KeyKind::kPerson));
    const std::string sealed =
        TRY(vault_->Seal(key, {"crash_row", id, "sealed"}, "Synthetic Person " + id));
    Transaction transaction = TRY(Transaction::Begin(*database_));
    const std::vector<SqlValue> values = {id, std::int64_t{1}, sealed, key};
    TRY(database_->Execute(
        "INSERT INTO crash_row (id, state, sealed, key_id) VALUES ($1, $2, $3, $4)", values));
    TRY(Append("row.new", id, key));
    return transaction.Commit();
  }

  Result<void> Change(const std::string& id) {
    Transaction transaction = TRY(Transaction::Begin(*database_));
    const SqlValue value = id;
    TRY(database_->Execute("UPDATE crash_row SET state = 2 WHERE id = $1", std::span(&value, 1)));
    TRY(Append("row.change", id, ""));
    return transaction.Commit();
  }

  Result<void> Erase(const std::string& id) {
    Transaction transaction = TRY(Transaction::Begin(*database_));
    const SqlValue value = id;
    std::string key;
    TRY(database_->Query("SELECT key_id FROM crash_row WHERE id = $1", std::span(&value, 1),
                         [&](const SqlRow& row) -> Result<void> {
                           key = row.Text(0);
                           return {};
                         }));
    TRY(database_->Execute("UPDATE crash_row SET state = 3 WHERE id = $1", std::span(&value, 1)));
    TRY(MarkForDestruction(*database_, key));
    TRY(Append("row.erase", id, ""));
    TRY(transaction.Commit());
    TRY(DestroyMarked(*database_, *vault_));
    return {};
  }

  std::unique_ptr<Database> database_;
  std::unique_ptr<Vault> vault_;
  AuditLog log_;
};

class CrashTest : public TestOnBothStores {
 protected:
  // Runs a child from write `next` on and kills it after some acknowledgements and a moment more.
  // Returns the number of the first write that was not acknowledged.
  int RunAndKill(int next) {
    const int until = next + static_cast<int>(random_.Below(kMostBetweenKills));
    const auto moment = static_cast<useconds_t>(random_.Below(3'000));
    int ends[2];
    if (pipe(ends) != 0) return next;
    const pid_t child = fork();
    if (child == 0) {
      close(ends[0]);
      Writer writer(store_->places);
      for (int number = next; number < kWrites; ++number) {
        if (!writer.Write(number)) _exit(1);
        if (write(ends[1], ".", 1) != 1) _exit(2);
      }
      _exit(0);
    }
    close(ends[1]);
    char buffer[1];
    while (next < until && read(ends[0], buffer, 1) == 1) ++next;
    usleep(moment);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << "write " << next << " failed";
    while (read(ends[0], buffer, 1) == 1) ++next;
    close(ends[0]);
    return next;
  }

  void Open() {
    store_->database = store_->Connect();
    store_->vault = store_->OpenAnotherVault();
    ASSERT_TRUE(store_->database && store_->vault);
  }
  void Close() {
    store_->log.reset();
    store_->vault.reset();
    store_->database.reset();
  }

  std::map<std::string, std::int64_t> Rows() {
    std::map<std::string, std::int64_t> rows;
    EXPECT_TRUE(store_->database
                    ->Query("SELECT id, state FROM crash_row", {},
                            [&](const SqlRow& row) -> Result<void> {
                              rows.emplace(row.Text(0), row.Int(1));
                              return {};
                            })
                    .has_value());
    return rows;
  }
  // Row -> what the log says was done with it.
  std::map<std::string, std::set<std::string>> Entries() {
    std::map<std::string, std::set<std::string>> entries;
    EXPECT_TRUE(store_->database
                    ->Query("SELECT s.subject, e.action FROM audit_entry e JOIN audit_subject s ON "
                            "s.sequence = e.sequence WHERE e.subject_kind = 'row'",
                            {},
                            [&](const SqlRow& row) -> Result<void> {
                              entries[std::string(row.Text(0))].emplace(row.Text(1));
                              return {};
                            })
                    .has_value());
    return entries;
  }

  // Returns the write to go on with: the first that is not there.
  int ExpectWhole(int acknowledged) {
    Open();
    const auto rows = Rows();
    const auto entries = Entries();
    static const std::set<std::string> kDone[] = {
        {"row.new"}, {"row.new", "row.change"}, {"row.new", "row.change", "row.erase"}};
    int next = 0;
    for (const auto& [id, state] : rows) {
      const auto found = entries.find(id);
      EXPECT_TRUE(found != entries.end() && found->second == kDone[state - 1])
          << id << " and the log do not say the same";
      next = std::max(next, std::stoi(id.substr(1)) + static_cast<int>(state));
    }
    EXPECT_EQ(rows.size(), entries.size());
    EXPECT_GE(next, acknowledged) << "an acknowledged write is gone";
    EXPECT_LE(next, acknowledged + 1);
    EXPECT_EQ(rows.size(), static_cast<std::size_t>(next + 2) / 3);
    const auto report = VerifyAudit(*store_->database, *store_->vault, {});
    EXPECT_TRUE(report.has_value() && report->findings.empty());
    // What an erasure left half-way is made good, and all else opens.
    const auto checks =
        CheckKeys({store_->places, *store_->database, store_->random, store_->now}, {});
    EXPECT_TRUE(checks.has_value());
    for (const KeyCheck& check : checks.value_or(std::vector<KeyCheck>{})) {
      EXPECT_TRUE(check.good) << check.name << ": " << check.message;
    }
    ExpectErased();
    Close();
    return next;
  }

  void ExpectErased() {
    ASSERT_TRUE(store_->vault->Follow().has_value());
    EXPECT_TRUE(
        store_->database
            ->Query("SELECT id, sealed FROM crash_row WHERE state = 3", {},
                    [&](const SqlRow& row) -> Result<void> {
                      const std::string id(row.Text(0));
                      EXPECT_FALSE(store_->vault->Open({"crash_row", id, "sealed"}, row.Text(1)))
                          << id << " was erased and opens";
                      return {};
                    })
            .has_value());
  }

  Random random_{5};
};

TEST_P(CrashTest, NothingAcknowledgedIsLostAndNothingIsHalfThere) {
  ASSERT_TRUE(store_->database->Execute(kTable).has_value());
  Close();
  int next = 0, kills = 0;
  while (next < kWrites && !HasFailure()) {
    next = ExpectWhole(RunAndKill(next));
    ++kills;
  }
  EXPECT_GE(kills, 12) << "too few to mean anything";
}

INSTANTIATE_TEST_SUITE_P(Both, CrashTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
