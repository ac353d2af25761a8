#include "statistics/release.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace thb {
namespace {

bool IsNameCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
         c == '_' || c == '.';
}

// A name stands in addresses and file names.
Result<void> CheckRelease(const Release& release) {
  const std::string& name = release.name;
  const bool plain = !name.empty() && name.size() <= kMaxReleaseName && name.front() != '.' &&
                     std::all_of(name.begin(), name.end(), IsNameCharacter);
  if (!plain) {
    return Fail(ErrorCode::kUsage, "not a name of a release: \"" + name + "\"", {},
                "use letters, digits, hyphens, underscores and points, at most " +
                    std::to_string(kMaxReleaseName) + ", as 2024-01");
  }
  for (const std::string* note : {&release.note_en, &release.note_nl}) {
    if (note->size() > kMaxReleaseNote || !IsValidUtf8(*note)) {
      return Fail(ErrorCode::kUsage, "not a note of a release", {},
                  "write UTF-8 text of at most " + std::to_string(kMaxReleaseNote) + " bytes");
    }
  }
  return {};
}

bool Holds(const Release& release, std::int64_t vintage) {
  return std::find(release.vintages.begin(), release.vintages.end(), vintage) !=
         release.vintages.end();
}

// Whether the vintage is public by then through a release of its own collection.
bool IsReleasedBy(const std::vector<Release>& releases, const Vintage& vintage, Instant time) {
  return std::any_of(releases.begin(), releases.end(), [&](const Release& release) {
    return release.collection == vintage.collection && !release.IsEmbargoed(time) &&
           Holds(release, vintage.id);
  });
}

// Whether another collection lets its vintage be published at that time.
bool LetsGo(const std::vector<Release>& releases, const Vintage& vintage, Instant published) {
  const bool has_releases =
      std::any_of(releases.begin(), releases.end(),
                  [&](const Release& release) { return release.collection == vintage.collection; });
  return !has_releases || IsReleasedBy(releases, vintage, published);
}

Result<std::vector<std::int64_t>> VintagesAt(Database& database,
                                             const std::vector<Vintage>& vintages,
                                             const std::vector<Release>& releases,
                                             const Release& release, Instant cutoff) {
  const auto reference = TRY(LoadReferenceVintages(database));
  std::vector<std::int64_t> ids;
  bool any = false;
  for (const Vintage& vintage : vintages) {
    if (!vintage.accepted || vintage.time > cutoff) continue;
    const bool own = vintage.collection == release.collection;
    any |= own;
    if (own || (reference.count(vintage.id) > 0 && LetsGo(releases, vintage, release.published))) {
      ids.push_back(vintage.id);
    }
  }
  if (!any) {
    return Fail(ErrorCode::kNotFound,
                "nothing was accepted of " + release.collection + " by " + FormatInstant(cutoff),
                {}, "import returns first, or give another collection or cutoff");
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

// Another collection's release to come that shows reference data of this one before its time would
// break the embargo that is to be set here.
Result<void> CheckOthers(const std::vector<Release>& releases, const Release& release,
                         const std::vector<Vintage>& vintages) {
  for (const Vintage& vintage : vintages) {
    if (vintage.collection != release.collection || !Holds(release, vintage.id)) continue;
    for (const Release& other : releases) {
      const bool sooner = other.published > release.made && other.published < release.published;
      if (other.collection == release.collection || !sooner || !Holds(other, vintage.id)) continue;
      if (IsReleasedBy(releases, vintage, other.published)) continue;
      return Fail(ErrorCode::kConflict,
                  "vintage " + std::to_string(vintage.id) + " becomes public with release " +
                      other.name + " of " + other.collection + " at " +
                      FormatInstant(other.published),
                  {}, "publish this release no later, or withdraw that one first");
    }
  }
  return {};
}

Result<void> InsertRelease(Database& database, Release& release) {
  TRY(database.Query("SELECT COALESCE(MAX(id), 0) + 1 FROM statistical_release", {},
                     [&](const SqlRow& row) -> Result<void> {
                       release.id = row.Int(0);
                       return {};
                     }));
  const std::vector<SqlValue> values = {release.id,        release.collection, release.name,
                                        release.published, release.made,       release.note_en,
                                        release.note_nl};
  TRY(database.Execute(
      "INSERT INTO statistical_release (id, collection, name, published, made, note_en, note_nl) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      values));
  std::vector<std::vector<SqlValue>> rows;
  for (const std::int64_t vintage : release.vintages) rows.push_back({release.id, vintage});
  return database.ExecuteMany(
      "INSERT INTO release_vintage (release_id, vintage_id) VALUES ($1, $2)", rows);
}

bool ComesBefore(const Release& a, const Release& b) {
  return a.published != b.published ? a.published < b.published : a.id < b.id;
}

}  // namespace

Result<Release> MakeRelease(Database& database, Release release, Instant cutoff) {
  TRY(CheckRelease(release));
  Transaction transaction = TRY(Transaction::Begin(database));
  const auto releases = TRY(LoadReleases(database));
  for (const Release& other : releases) {
    if (other.collection != release.collection || other.name != release.name) continue;
    return Fail(ErrorCode::kConflict, "there is a release " + release.name + " already", {},
                "releases are never changed: choose another name");
  }
  const auto vintages = TRY(LoadVintages(database));
  release.vintages = TRY(VintagesAt(database, vintages, releases, release, cutoff));
  TRY(CheckOthers(releases, release, vintages));
  // Two at once take the same id, and the second to commit fails: so no name is taken twice.
  TRY(InsertRelease(database, release));
  TRY(transaction.Commit());
  return release;
}

Result<void> WithdrawRelease(Database& database, const std::string& collection,
                             const std::string& name, Instant now) {
  Transaction transaction = TRY(Transaction::Begin(database));
  const Release release = TRY(FindRelease(TRY(LoadReleases(database)), collection, name));
  if (!release.IsEmbargoed(now)) {
    return Fail(ErrorCode::kConflict,
                "release " + name + " is public since " + FormatInstant(release.published), {},
                "make another release that corrects it");
  }
  const std::vector<SqlValue> values = {release.id, now};
  TRY(database.Execute("INSERT INTO release_withdrawal (release_id, withdrawn) VALUES ($1, $2)",
                       values));
  return transaction.Commit();
}

Result<std::vector<Release>> LoadReleases(Database& database) {
  std::vector<Release> releases;
  TRY(database.Query(
      "SELECT id, collection, name, published, made, note_en, note_nl FROM statistical_release "
      "WHERE id NOT IN (SELECT release_id FROM release_withdrawal) ORDER BY published, id",
      {}, [&](const SqlRow& row) -> Result<void> {
        Release release;
        release.id = row.Int(0);
        release.collection = row.Text(1);
        release.name = row.Text(2);
        release.published = row.Int(3);
        release.made = row.Int(4);
        release.note_en = row.Text(5);
        release.note_nl = row.Text(6);
        releases.push_back(std::move(release));
        return {};
      }));
  std::map<std::int64_t, Release*> by_id;
  for (Release& release : releases) by_id[release.id] = &release;
  // A withdrawn release, or one made between the two statements, is not among those read.
  TRY(database.Query(
      "SELECT release_id, vintage_id FROM release_vintage ORDER BY release_id, vintage_id", {},
      [&](const SqlRow& row) -> Result<void> {
        const auto found = by_id.find(row.Int(0));
        if (found != by_id.end()) found->second->vintages.push_back(row.Int(1));
        return {};
      }));
  return releases;
}

Result<Release> FindRelease(const std::vector<Release>& releases, const std::string& collection,
                            const std::string& name) {
  std::vector<std::string> names;
  for (const Release& release : releases) {
    if (release.collection != collection) continue;
    if (release.name == name) return release;
    names.push_back(release.name);
  }
  return Fail(ErrorCode::kNotFound, "no release " + name + " of " + collection, {},
              names.empty() ? "make one with `thb release --name NAME --publish TIME --db DB`"
                            : "choose one of " + Join(names, ", "));
}

Result<Snapshot> LoadReleasedSnapshot(Database& database, const Codes& codes,
                                      const Datasets& datasets, const Release& release) {
  const std::set<std::int64_t> frozen(release.vintages.begin(), release.vintages.end());
  Snapshot snapshot =
      TRY(FoldVintages(database, codes, datasets, release.collection,
                       [&](const Vintage& vintage) { return frozen.count(vintage.id) > 0; }));
  snapshot.as_of = release.published;
  return snapshot;
}

ReleaseStanding StandingOf(const std::vector<Release>& releases, const Release& release,
                           Instant now) {
  const Instant at = std::max(now, release.published);
  ReleaseStanding standing;
  standing.latest = true;
  for (const Release& other : releases) {
    if (other.collection != release.collection || other.id == release.id) continue;
    if (ComesBefore(other, release)) {
      if (!standing.previous || ComesBefore(*standing.previous, other)) standing.previous = other;
    } else if (!other.IsEmbargoed(at)) {
      standing.latest = false;
    }
  }
  return standing;
}

namespace {

// A number, or one that is held back.
bool IsHeld(const Cell& cell) {
  return cell.state != CellState::kMissing;
}

bool SameFigure(const Cell& a, const Cell& b) {
  if (a.state != b.state) return false;
  if (a.state == CellState::kValue) return a.value == b.value;
  return a.lower == b.lower && a.upper == b.upper;
}

// The flags with one more, where that is a combination of Eurostat's.
std::string WithFlag(const std::string& flags, char flag) {
  const auto joined = NormaliseFlags(flags + flag, "");
  return joined ? *joined : flags;
}

// Sets p and r on the cells that came with the collection's own vintages.
class FlagSetter {
 public:
  FlagSetter(const Datasets& datasets, const Snapshot* previous, bool latest, Snapshot& snapshot)
      : datasets_(datasets), previous_(previous), latest_(latest), snapshot_(snapshot) {
    for (const Vintage& vintage : snapshot.vintages) {
      if (vintage.collection == snapshot.collection) own_.insert(vintage.id);
    }
  }

  void Run() {
    // Population is there for later years than victims; only where a collection has nothing else
    // does it say what is new.
    const int newest_count = NewestYear(false);
    const int newest_reference = newest_count > 0 ? 0 : NewestYear(true);
    for (const Dataset& dataset : datasets_.all()) {
      if (dataset.is_view()) continue;
      const int newest = IsReference(dataset.id) ? newest_reference : newest_count;
      snapshot_.ChangeCells(dataset, [&](SnapshotCell& cell) { SetFlags(dataset, newest, cell); });
    }
  }

 private:
  static int YearOf(const std::string& time) {
    const auto period = ParsePeriod(time);
    return period ? period->last : 0;
  }

  bool IsOwn(const SnapshotCell& cell) const {
    return own_.count(cell.vintage) > 0 && IsHeld(cell.cell);
  }

  int NewestYear(bool reference) const {
    int newest = 0;
    for (const Dataset& dataset : datasets_.all()) {
      if (dataset.is_view() || IsReference(dataset.id) != reference) continue;
      for (const std::string& time : snapshot_.Times(dataset.id)) {
        if (YearOf(time) > newest && AnyOwn(dataset, time)) newest = YearOf(time);
      }
    }
    return newest;
  }

  bool AnyOwn(const Dataset& dataset, const std::string& time) const {
    for (const std::string& geo : snapshot_.Geos(dataset.id)) {
      for (const auto& [key, cell] : snapshot_.Slice(dataset.id, geo, time)) {
        if (IsOwn(cell)) return true;
      }
    }
    return false;
  }

  void SetFlags(const Dataset& dataset, int newest, SnapshotCell& cell) const {
    if (!IsOwn(cell)) return;
    if (latest_ && YearOf(cell.key[dataset.time_index()]) == newest) {
      cell.cell.flags = WithFlag(cell.cell.flags, 'p');
    }
    if (IsRevised(dataset, cell)) cell.cell.flags = WithFlag(cell.cell.flags, 'r');
  }

  bool IsRevised(const Dataset& dataset, const SnapshotCell& cell) const {
    if (previous_ == nullptr) return false;
    const std::size_t geo = dataset.geo_index();
    const auto& slice = previous_->Slice(dataset.id, geo == std::string::npos ? "" : cell.key[geo],
                                         cell.key[dataset.time_index()]);
    const auto before = slice.find(cell.key);
    return before != slice.end() && IsHeld(before->second.cell) &&
           !SameFigure(before->second.cell, cell.cell);
  }

  const Datasets& datasets_;
  const Snapshot* previous_;
  bool latest_;
  Snapshot& snapshot_;
  std::set<std::int64_t> own_;
};

}  // namespace

Result<Snapshot> LoadShownSnapshot(Database& database, const Codes& codes, const Datasets& datasets,
                                   const Release& release, const ReleaseStanding& standing) {
  Snapshot snapshot = TRY(LoadReleasedSnapshot(database, codes, datasets, release));
  std::optional<Snapshot> previous;
  if (standing.previous) {
    previous = TRY(LoadReleasedSnapshot(database, codes, datasets, *standing.previous));
  }
  FlagSetter(datasets, previous ? &*previous : nullptr, standing.latest, snapshot).Run();
  return snapshot;
}

std::optional<double> Revision::Difference() const {
  const auto is_number = [](const std::optional<SnapshotCell>& cell) {
    return cell && cell->cell.state == CellState::kValue;
  };
  if (!is_number(before) || !is_number(after)) return std::nullopt;
  return after->cell.value - before->cell.value;
}

namespace {

// What is compared of a cell: all but the flags that a release adds. One that is not there is one
// that was not sent.
Cell Comparable(const SnapshotCell* cell) {
  if (cell == nullptr) return Cell::Missing("not_sent");
  Cell comparable = cell->cell;
  std::erase_if(comparable.flags, [](char flag) { return flag == 'p' || flag == 'r'; });
  return comparable;
}

bool IsEstimate(const SnapshotCell& cell) {
  return !cell.method.empty() || cell.cell.flags.find_first_of("es") != std::string::npos;
}

class Comparer {
 public:
  Comparer(const Dataset& dataset, const Snapshot& before) : dataset_(dataset), before_(before) {}

  std::optional<Revision> Compare(const SnapshotCell* before, const SnapshotCell* after) const {
    const Cell old_cell = Comparable(before);
    const Cell new_cell = Comparable(after);
    if (old_cell == new_cell) return std::nullopt;
    Revision revision;
    revision.dataset = dataset_.id;
    revision.key = before != nullptr ? before->key : after->key;
    if (before != nullptr) revision.before = *before;
    if (after != nullptr) revision.after = *after;
    if (IsHeld(old_cell) && IsHeld(new_cell)) {
      revision.reason = ReasonOfChange(*before, *after);
    } else if (IsHeld(old_cell)) {
      revision.reason = "no_longer_sent";
    } else if (IsHeld(new_cell)) {
      revision.reason = HadSent(revision.key) ? "added" : "first_sent";
    } else {
      revision.reason = "reason_changed";
    }
    return revision;
  }

 private:
  static std::string ReasonOfChange(const SnapshotCell& before, const SnapshotCell& after) {
    if (SameFigure(before.cell, after.cell)) return "flags";
    if (IsEstimate(before) != IsEstimate(after)) {
      return IsEstimate(before) ? "estimate_replaced" : "estimated";
    }
    if (before.cell.state == after.cell.state) return "corrected";
    return after.cell.state == CellState::kSuppressed ? "suppressed" : "disclosed";
  }

  bool HadSent(const Key& key) const {
    const std::size_t geo = dataset_.geo_index();
    const auto& slice = before_.Slice(dataset_.id, geo == std::string::npos ? "" : key[geo],
                                      key[dataset_.time_index()]);
    return std::any_of(slice.begin(), slice.end(),
                       [](const auto& entry) { return IsHeld(entry.second.cell); });
  }

  const Dataset& dataset_;
  const Snapshot& before_;
};

}  // namespace

std::vector<Revision> Compare(const Datasets& datasets, const Snapshot& before,
                              const Snapshot& after) {
  std::vector<Revision> revisions;
  for (const Dataset& dataset : datasets.all()) {
    if (dataset.is_view()) continue;
    const Comparer comparer(dataset, before);
    const auto old_cells = before.Cells(dataset);
    const auto new_cells = after.Cells(dataset);
    auto a = old_cells.begin();
    auto b = new_cells.begin();
    while (a != old_cells.end() || b != new_cells.end()) {
      const bool first = b == new_cells.end() || (a != old_cells.end() && a->key <= b->key);
      const bool second = a == old_cells.end() || (b != new_cells.end() && b->key <= a->key);
      auto revision = comparer.Compare(first ? &*a : nullptr, second ? &*b : nullptr);
      if (revision) revisions.push_back(std::move(*revision));
      a += first ? 1 : 0;
      b += second ? 1 : 0;
    }
  }
  return revisions;
}

}  // namespace thb
