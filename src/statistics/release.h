#pragma once
// Releases (rule 27): a frozen, named set of vintages with a publication time, embargoed until
// then. A release is never changed; the next one revises it. Only under embargo can it be taken
// back. docs/releases.md is for the office.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "statistics/repository.h"
#include "statistics/snapshot.h"
#include "store/database.h"

namespace thb {

inline constexpr std::size_t kMaxReleaseName = 64;      // bytes
inline constexpr std::size_t kMaxReleaseNote = 10'000;  // bytes, per language

struct Release {
  std::int64_t id = 0;
  std::string collection;
  std::string name;       // "2024-01", unique within the collection
  Instant published = 0;  // embargoed until then
  Instant made = 0;       // when it was put together
  std::string note_en;
  std::string note_nl;
  std::vector<std::int64_t> vintages;  // all that the release shows, those of earlier ones included

  bool IsEmbargoed(Instant now) const { return now < published; }
};

// Freezes the accepted vintages of a collection that count at `cutoff`, and those of other
// collections that hold reference data (population, agencies): where such a collection has releases
// of its own, only what they will have published by this one's time. Assigns the id. Errors: kUsage
// for a name or note that is none; kConflict for a name that is taken, and where reference data in
// it become public sooner with a release to come of another collection; kNotFound for a collection
// without vintages; kDatabase.
Result<Release> MakeRelease(Database& database, Release release, Instant cutoff);

// Takes a release back: from then on it is as if it had not been made, and its name is free.
// Errors: kNotFound, kConflict for one that is published at `now`, kDatabase.
Result<void> WithdrawRelease(Database& database, const std::string& collection,
                             const std::string& name, Instant now);

// Those that are not withdrawn, by publication time and id. Errors: kDatabase.
Result<std::vector<Release>> LoadReleases(Database& database);
// Errors: kNotFound naming those that exist, embargoed ones too; so this is for the office.
Result<Release> FindRelease(const std::vector<Release>& releases, const std::string& collection,
                            const std::string& name);

// The cells that a release froze, with the flags that their senders gave. Errors: kDatabase.
Result<Snapshot> LoadReleasedSnapshot(Database& database, const Codes& codes,
                                      const Datasets& datasets, const Release& release);

// Where a release stands among those of its collection at a time.
struct ReleaseStanding {
  std::optional<Release> previous;  // the one published just before it
  bool latest = false;              // no other was published after it by then
};
// One that is under embargo stands as it will when it is published.
ReleaseStanding StandingOf(const std::vector<Release>& releases, const Release& release,
                           Instant now);

// The cells as the release shows them: with p on those of its newest reference year while it is the
// latest, and r on those whose value differs from the previous release. Neither takes a flag of the
// sender away, and p goes before r: a flag is added only where Eurostat's combinations allow it.
// Errors: kDatabase.
Result<Snapshot> LoadShownSnapshot(Database& database, const Codes& codes, const Datasets& datasets,
                                   const Release& release, const ReleaseStanding& standing);

// A cell that two releases show differently.
struct Revision {
  std::string dataset;
  Key key;
  std::optional<SnapshotCell> before;  // nothing: not there
  std::optional<SnapshotCell> after;
  // Why, as far as the two cells say it: a code of the list revision_reason. first_sent (the state
  // had sent nothing of that year), added, no_longer_sent, corrected, estimate_replaced, estimated,
  // suppressed, disclosed, reason_changed, flags.
  std::string reason;

  // After less before, where both are numbers.
  std::optional<double> Difference() const;
};

// Cell by cell, by dataset and in key order, between any two snapshots of one collection. Flags p
// and r are left out of the comparison; a cell that is not there equals one that was not sent.
std::vector<Revision> Compare(const Datasets& datasets, const Snapshot& before,
                              const Snapshot& after);

}  // namespace thb
