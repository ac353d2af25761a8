#pragma once
// A snapshot: every cell of one collection as it was known at one time, in memory, with the vintage
// each came from. Evaluation, export, report and explain read snapshots, never the database.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "codes/codes.h"
#include "statistics/observation.h"

namespace thb {

// One accepted or rejected import of one file.
struct Vintage {
  std::int64_t id = 0;
  std::string collection;
  std::string sender;  // geo code or organisation; "" where the file has several
  Instant time = 0;    // from when it counts
  std::string file_name;
  std::string file_sha256;
  std::string format;
  std::string mapping;
  std::string form_counting;
  bool foreign = false;
  bool accepted = false;
  bool synthetic = false;  // its records were generated: all that shows them has to say so
  std::int64_t rows_read = 0;
  std::int64_t cells = 0;
};

struct SnapshotCell {
  Key key;
  Cell cell;
  std::int64_t vintage = 0;  // 0: imputed
  std::string place;         // file place within the vintage
  std::string table;         // dataset or views ("a+b") in whose form it was sent
  std::string method;        // imputation method, "" for reported cells
};

class Snapshot;
struct SliceLevels;

// A filter: dimension -> codes, in which derived groups (NAT, EU27_2020) and parents stand for what
// lies below them. Dimensions that are not named are at their total.
using Where = std::map<std::string, std::vector<std::string>>;

// "age=Y_LT18;sex=F+UNK". Errors: kUsage; codes are checked where they are used.
Result<Where> ParseWhere(std::string_view text);
std::string FormatWhere(const Where& where);  // sorted

// The answer of one state and year.
struct Resolved {
  enum class Kind { kValue, kNotReported, kNoBreakdown };
  Kind kind = Kind::kNotReported;
  double value = 0;  // sum of the known cells
  double lower = 0;  // with suppressed cells at their lower and upper bounds
  double upper = 0;
  bool bounded = true;      // false: a suppressed cell without an upper bound takes part
  bool suppressed = false;  // a suppressed cell takes part
  bool partial = false;     // parts add up to less than the total; absent parts are not known
  bool missing = false;     // a missing cell (conflict ...) takes part
  bool estimated = false;   // an imputed cell, or one flagged e or s, takes part
  std::string flags;        // union of the cells' flags, alphabetical
  std::vector<const SnapshotCell*> cells;  // those added up
};

// Levels of slices, sorted once on first use (internal/levels.h). A copy starts empty: the levels
// point into the cells of the snapshot they belong to. Get is safe from many threads; what it
// returns stays until Clear.
class LevelCache {
 public:
  LevelCache();
  LevelCache(const LevelCache&);
  LevelCache& operator=(const LevelCache&);
  LevelCache(LevelCache&&) noexcept;
  LevelCache& operator=(LevelCache&&) noexcept;
  ~LevelCache();
  void Clear();
  const SliceLevels& Get(const Snapshot& snapshot, const Dataset& dataset,
                         const std::map<Key, SnapshotCell>& slice);

 private:
  std::shared_mutex mutex_;
  std::map<const void*, std::unique_ptr<SliceLevels>> by_slice_;
};

// Const functions are safe from many threads, as long as none writes to this snapshot. Codes and
// datasets must outlive it.
//
// A copy shares the cells of the original until one of the two writes to them; the two may be used
// by different threads.
class Snapshot {
 public:
  Snapshot(const Codes& codes, const Datasets& datasets);

  std::string collection;
  std::optional<Instant> as_of;
  std::string imputed;  // the method by which missing totals were filled in, "" where none was
  std::vector<Vintage> vintages;  // that contribute, by id

  // Whether a vintage of generated records is among them.
  bool IsSynthetic() const;

  // Replaces a cell of the same key.
  void Put(const Dataset& dataset, SnapshotCell cell);
  // Removes every cell that the pattern matches; an empty code matches all.
  void Erase(const Dataset& dataset, const Key& pattern);
  // Removes the cells of one state and year ("*": all) that were sent in the form of `table`.
  void EraseScope(const Dataset& dataset, std::string_view geo, std::string_view time,
                  std::string_view table);
  // Lets `change` rewrite every cell of a dataset, all but its key.
  void ChangeCells(const Dataset& dataset, const std::function<void(SnapshotCell&)>& change);

  // States and years for which the dataset has any cell.
  std::set<std::string> Geos(std::string_view dataset) const;
  std::set<std::string> Times(std::string_view dataset) const;
  // Cells of one state and year, sorted by key; empty where there are none.
  const std::map<Key, SnapshotCell>& Slice(std::string_view dataset, std::string_view geo,
                                           std::string_view time) const;
  // All cells of a dataset in key order. A view's cells are derived from its base.
  std::vector<SnapshotCell> Cells(const Dataset& dataset) const;

  // The count of `where` in one state and year. A breakdown that is stored is read; one that is not
  // is added up from the coarsest stored breakdown that contains it and adds up to its total. Parts
  // that add up to the total are complete, so a part that is absent there is a known zero. Where
  // the total itself is absent, only a return (never a foreign table) is added up.
  Resolved Resolve(const Dataset& dataset, const Where& where, std::string_view geo,
                   std::string_view time) const;
  // The stored codes of one dimension that together stand for `code` in that state: the code itself
  // where it is stored, else its parts.
  std::vector<std::string> Cover(const Dimension& dimension, const std::string& code,
                                 const std::set<std::string>& stored, std::string_view geo) const;
  // Whether anything lies below the code.
  bool HasParts(const Dimension& dimension, const std::string& code) const;
  bool IsForeign(std::int64_t vintage) const;

 private:
  using SliceKey = std::pair<std::string, std::string>;  // geo, time
  using SliceCells = std::map<Key, SnapshotCell>;

  // The cells behind a pointer, made or copied where they are not this snapshot's alone.
  static SliceCells& Own(std::shared_ptr<SliceCells>& cells);
  // Removes the cells that `matches` of the slices that are in scope, and slices left empty.
  template <typename InScope, typename Matches>
  void EraseWhere(const Dataset& dataset, const InScope& in_scope, const Matches& matches);
  std::vector<SnapshotCell> ViewCells(const Dataset& view) const;
  void AppendSourceCells(const Dataset& view, const ViewSource& source,
                         std::vector<SnapshotCell>& out) const;

  const Codes* codes_;
  const Datasets* datasets_;
  std::map<std::string, std::map<SliceKey, std::shared_ptr<SliceCells>>, std::less<>> slices_;
  mutable LevelCache levels_;
};

}  // namespace thb
