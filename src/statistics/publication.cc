#include "statistics/publication.h"

#include <algorithm>
#include <list>
#include <map>
#include <mutex>
#include <utility>

#include "statistics/internal/embargo.h"

namespace thb {
namespace {

constexpr std::size_t kKeptEditions = 4;
constexpr std::size_t kKeptAnswers = 6;  // no more than editions, since they hold them

// What grows when anything was added or withdrawn. Neither vintages nor releases are ever changed.
struct Version {
  std::int64_t vintage = 0;
  std::int64_t release = 0;
  std::int64_t withdrawals = 0;
  bool operator==(const Version&) const = default;
};

Result<Version> LoadVersion(Database& database) {
  Version version;
  TRY(
      database.Query("SELECT (SELECT COALESCE(MAX(id), 0) FROM vintage), "
                     "(SELECT COALESCE(MAX(id), 0) FROM statistical_release), "
                     "(SELECT COUNT(*) FROM release_withdrawal)",
                     {}, [&](const SqlRow& row) -> Result<void> {
                       version = {row.Int(0), row.Int(1), row.Int(2)};
                       return {};
                     }));
  return version;
}

// One connection, for one thread at a time.
class Connection {
 public:
  explicit Connection(std::string address) : address_(std::move(address)) {}

  Result<void> Open() {
    database_ = TRY(Database::Open(address_, Database::Mode::kOpenExisting));
    return {};
  }

  // Runs `read` under the lock; once more on a new connection where the database failed, since a
  // server may have been restarted.
  template <typename Read>
  auto Run(const Read& read) -> decltype(read(std::declval<Database&>())) {
    const std::lock_guard lock(mutex_);
    if (database_ != nullptr) {
      auto result = read(*database_);
      if (result || result.error().code != ErrorCode::kDatabase) return result;
      database_.reset();
    }
    TRY(Open());
    return read(*database_);
  }

 private:
  const std::string address_;
  std::mutex mutex_;
  std::unique_ptr<Database> database_;
};

// The editions that were asked for last, the newest first.
class EditionCache {
 public:
  std::shared_ptr<const Edition> Find(const std::string& token) {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(editions_.begin(), editions_.end(),
                                    [&](const auto& edition) { return edition->token == token; });
    if (found == editions_.end()) return nullptr;
    editions_.splice(editions_.begin(), editions_, found);
    return editions_.front();
  }

  void Keep(std::shared_ptr<const Edition> edition) {
    const std::lock_guard lock(mutex_);
    editions_.push_front(std::move(edition));
    if (editions_.size() > kKeptEditions) editions_.pop_back();
  }

 private:
  std::mutex mutex_;
  std::list<std::shared_ptr<const Edition>> editions_;
};

// What a database holds, as it was read.
using SharedHoldings = std::shared_ptr<const Holdings>;

// The answers to the questions of one second: most requests of a busy server ask the same. What
// may be shown follows from the holdings and the time, so an answer holds as long as both do.
class AnswerCache {
 public:
  using Question = std::pair<std::string, std::optional<Instant>>;

  std::shared_ptr<const Edition> Find(const SharedHoldings& holdings, Instant now,
                                      const Question& question) {
    const std::lock_guard lock(mutex_);
    if (holdings != holdings_ || now != now_) return nullptr;
    const auto found = answers_.find(question);
    return found == answers_.end() ? nullptr : found->second;
  }

  void Keep(const SharedHoldings& holdings, Instant now, const Question& question,
            const std::shared_ptr<const Edition>& edition) {
    const std::lock_guard lock(mutex_);
    if (holdings != holdings_ || now != now_ || answers_.size() >= kKeptAnswers) answers_.clear();
    holdings_ = holdings;
    now_ = now;
    answers_[question] = edition;
  }

 private:
  std::mutex mutex_;
  SharedHoldings holdings_;
  Instant now_ = 0;
  std::map<Question, std::shared_ptr<const Edition>> answers_;
};

class StoredPublication final : public Publication {
 public:
  StoredPublication(const std::string& address, Audience audience, const Codes& codes,
                    const Datasets& datasets)
      : audience_(audience),
        codes_(codes),
        datasets_(datasets),
        lookups_(address),
        loads_(address) {}

  Result<void> Open() {
    TRY(lookups_.Open());
    return loads_.Open();
  }

  Audience audience() const override { return audience_; }

  Result<std::shared_ptr<const Edition>> At(const std::string& collection,
                                            std::optional<Instant> as_of, Instant now) override {
    const auto holdings = TRY(Current());
    const AnswerCache::Question question = {collection, as_of};
    if (auto kept = answers_.Find(holdings, now, question)) return kept;
    auto edition = TRY(EditionOf(TRY(EmbargoOf(*holdings, now).At(collection, as_of))));
    answers_.Keep(holdings, now, question, edition);
    return edition;
  }

  Result<std::shared_ptr<const Edition>> Of(const std::string& collection,
                                            const std::string& release, Instant now) override {
    const auto holdings = TRY(Current());
    return EditionOf(TRY(EmbargoOf(*holdings, now).Of(collection, release)));
  }

  Result<std::vector<std::string>> Collections(Instant now) override {
    const auto holdings = TRY(Current());
    return EmbargoOf(*holdings, now).Collections();
  }

  Result<std::vector<Release>> Releases(Instant now) override {
    const auto holdings = TRY(Current());
    return EmbargoOf(*holdings, now).Releases();
  }

  Result<std::vector<Release>> Calendar(Instant now) override {
    const auto holdings = TRY(Current());
    return EmbargoOf(*holdings, now).Calendar();
  }

  Result<std::vector<Vintage>> Vintages(const std::string& collection, Instant now) override {
    const auto holdings = TRY(Current());
    return EmbargoOf(*holdings, now).Vintages(collection);
  }

  Result<std::vector<Finding>> Findings(std::int64_t vintage, Instant now) override {
    const auto holdings = TRY(Current());
    TRY(EmbargoOf(*holdings, now).CheckFindings(vintage));
    return lookups_.Run([&](Database& database) { return LoadFindings(database, vintage); });
  }

  Result<std::vector<SkippedRows>> Skipped(std::int64_t vintage, Instant now) override {
    const auto holdings = TRY(Current());
    TRY(EmbargoOf(*holdings, now).CheckSkipped(vintage));
    return lookups_.Run([&](Database& database) { return LoadSkipped(database, vintage); });
  }

  Result<Snapshot> Contents(std::int64_t vintage, Instant now) override {
    const auto holdings = TRY(Current());
    TRY(EmbargoOf(*holdings, now).CheckSkipped(vintage));
    const auto found = std::find_if(holdings->vintages.begin(), holdings->vintages.end(),
                                    [vintage](const Vintage& one) { return one.id == vintage; });
    return loads_.Run([&](Database& database) {
      return FoldVintages(database, codes_, datasets_, found->collection,
                          [vintage](const Vintage& one) { return one.id == vintage; });
    });
  }

 private:
  Embargo EmbargoOf(const Holdings& holdings, Instant now) const {
    return Embargo(codes_, holdings, audience_, now);
  }

  // What the database holds now, read again where something was added.
  Result<SharedHoldings> Current() {
    return lookups_.Run([&](Database& database) -> Result<SharedHoldings> {
      const Version version = TRY(LoadVersion(database));
      if (holdings_ != nullptr && version == version_) return holdings_;
      auto holdings = std::make_shared<Holdings>();
      // In this order, so that no release names a vintage that was not read.
      holdings->releases = TRY(LoadReleases(database));
      holdings->vintages = TRY(LoadVintages(database));
      holdings->reference = TRY(LoadReferenceVintages(database));
      holdings_ = std::move(holdings);
      version_ = version;
      return holdings_;
    });
  }

  // Editions are loaded one at a time; those that are kept do not wait for it.
  Result<std::shared_ptr<const Edition>> EditionOf(const EditionPlan& plan) {
    if (auto kept = editions_.Find(plan.token)) return kept;
    return loads_.Run([&](Database& database) -> Result<std::shared_ptr<const Edition>> {
      if (auto kept = editions_.Find(plan.token)) return kept;
      Snapshot snapshot = TRY(Load(database, plan));
      Instant updated = 0;
      for (const Vintage& vintage : snapshot.vintages) updated = std::max(updated, vintage.time);
      auto edition = std::make_shared<const Edition>(Edition{
          plan.collection, plan.release, plan.as_of, std::move(snapshot), updated, plan.token});
      editions_.Keep(edition);
      return edition;
    });
  }

  Result<Snapshot> Load(Database& database, const EditionPlan& plan) const {
    if (plan.release) {
      return LoadShownSnapshot(database, codes_, datasets_, *plan.release, plan.standing);
    }
    Snapshot snapshot =
        TRY(FoldVintages(database, codes_, datasets_, plan.collection, [&](const Vintage& vintage) {
          return plan.vintages.count(vintage.id) > 0;
        }));
    snapshot.as_of = plan.as_of;
    return snapshot;
  }

  const Audience audience_;
  const Codes& codes_;
  const Datasets& datasets_;
  Connection lookups_;
  SharedHoldings holdings_;  // both under the lock of lookups_
  Version version_;
  Connection loads_;
  EditionCache editions_;
  AnswerCache answers_;
};

}  // namespace

Result<std::unique_ptr<Publication>> Publication::Open(std::string address, Audience audience,
                                                       const Codes& codes,
                                                       const Datasets& datasets) {
  auto publication = std::make_unique<StoredPublication>(address, audience, codes, datasets);
  TRY(publication->Open());
  return publication;
}

}  // namespace thb
