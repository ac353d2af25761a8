// What an entry of the log costs: store_bench FOLDER ROUNDS [postgresql://…]
//
// In turn, in one process and on one disk: a bare durable commit of one row, and a commit of the
// same row with its sealed field and its log entry. Both rows have the same bytes. Prints one
// object of JSON: medians and 95th percentiles in milliseconds, and the ratio of the medians.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/text.h"
#include "store/audit.h"
#include "store/keys.h"

namespace thb {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kFieldBytes = 300;  // a name, a date of birth, contacts

struct Times {
  std::vector<double> milliseconds;
  double At(double share) {
    std::sort(milliseconds.begin(), milliseconds.end());
    return milliseconds[static_cast<std::size_t>(share *
                                                 static_cast<double>(milliseconds.size() - 1))];
  }
};

class Bench {
 public:
  static Result<void> Run(const KeyPlaces& places, int rounds) {
    const auto database = TRY(Database::Open(places.database, Database::Mode::kCreate));
    const RandomBytes random = SystemRandom();
    TRY(MakeKeys({places, *database, random, 1}));
    TRY(
        database->Execute("CREATE TABLE bench_row (id TEXT PRIMARY KEY, key_id TEXT NOT NULL, "
                          "sealed TEXT NOT NULL)"));
    const auto vault = TRY(OpenVault(places, random));
    Bench bench(*database, *vault, random);
    bench.key_ = TRY(vault->NewKey(KeyKind::kPerson));
    for (int round = 0; round < rounds; ++round) {
      // In turn, so that a slow moment of the disk meets both.
      TRY(Timed(bench.bare_, [&] { return bench.WriteBare(); }));
      TRY(Timed(bench.logged_, [&] { return bench.WriteLogged(); }));
    }
    bench.Print();
    return {};
  }

 private:
  Bench(Database& database, Vault& vault, RandomBytes random)
      : database_(database), vault_(vault), random_(random), log_(vault, random) {}

  template <typename Work>
  static Result<void> Timed(Times& times, const Work& work) {
    const auto begin = Clock::now();
    TRY(work());
    times.milliseconds.push_back(
        std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
    return {};
  }

  Result<void> Insert(const std::string& id, const std::string& sealed) {
    const std::vector<SqlValue> values = {id, key_, sealed};
    return database_.Execute("INSERT INTO bench_row (id, key_id, sealed) VALUES ($1, $2, $3)",
                             values);
  }

  Result<void> WriteBare() {
    const std::string id = NewId(random_);
    Transaction transaction = TRY(Transaction::Begin(database_));
    TRY(Insert(id, std::string(sealed_bytes_, 'x')));
    return transaction.Commit();
  }

  Result<void> WriteLogged() {
    const std::string id = NewId(random_);
    Transaction transaction = TRY(Transaction::Begin(database_));
    const std::string sealed =
        TRY(vault_.Seal(key_, {"bench_row", id, "sealed"}, std::string(kFieldBytes, 'x')));
    sealed_bytes_ = sealed.size();
    TRY(Insert(id, sealed));
    TRY(log_.Append(
        database_,
        {"account-1", "person.edit", "person", {id}, "own_case", "changed: contact", key_}, 1));
    return transaction.Commit();
  }

  void Print() {
    std::printf(
        "{\"database\": \"%s\", \"rounds\": %zu, \"bare\": %.3f, \"bare_p95\": %.3f, "
        "\"logged\": %.3f, \"logged_p95\": %.3f, \"ratio\": %.2f}\n",
        std::string(database_.Kind()).c_str(), bare_.milliseconds.size(), bare_.At(0.5),
        bare_.At(0.95), logged_.At(0.5), logged_.At(0.95), logged_.At(0.5) / bare_.At(0.5));
  }

  Database& database_;
  Vault& vault_;
  RandomBytes random_;
  AuditLog log_;
  std::string key_;
  std::size_t sealed_bytes_ = kFieldBytes * 3 / 2;
  Times bare_;
  Times logged_;
};

}  // namespace
}  // namespace thb

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: store_bench FOLDER ROUNDS [postgresql://...]\n", stderr);
    return 2;
  }
  const std::string folder = argv[1];
  std::filesystem::create_directories(folder + "/data");
  std::filesystem::create_directories(folder + "/keys");
  thb::KeyPlaces places;
  places.database = argc > 3 ? std::string(argv[3]) : folder + "/data/bench.db";
  places.key_file = folder + "/keys/bench.key";
  const int rounds = static_cast<int>(thb::ParseInt(argv[2]).value_or(0));
  const auto done = thb::Bench::Run(places, std::max(rounds, 1));
  if (!done) std::fprintf(stderr, "store_bench: %s\n", done.error().ToLine().c_str());
  return done ? 0 : 1;
}
