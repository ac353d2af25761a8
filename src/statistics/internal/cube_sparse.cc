// A cell is a key, the codes of its dimensions packed into one integer with the first dimension on
// top, and its count. The cells are cut into groups by the code of the first dimension; the group
// of ALL is the sum of the others. A group is rolled up along the other dimensions one by one: its
// cells with one code set to ALL are sorted, added up and merged in. Dimensions with many values
// go first, so that a margin is made from a small table. Groups are independent: threads take them
// in turn, and their results stand in order.

#include "statistics/internal/cube_sparse.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <numeric>
#include <utility>

#include "statistics/internal/cube_parallel.h"

namespace thb {
namespace {

__extension__ using Wide = unsigned __int128;

template <typename Key>
struct Cell {
  Key key;
  std::uint64_t count;
};

// Stable radix sort by the bits of the key below `bits`; `scratch` is a buffer to keep.
template <typename Key>
void SortCells(std::vector<Cell<Key>>& cells, std::vector<Cell<Key>>& scratch, unsigned bits) {
  constexpr std::size_t kFew = 256;
  constexpr unsigned kDigitBits = 8;
  constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
  if (cells.size() <= kFew) {
    std::sort(cells.begin(), cells.end(),
              [](const auto& a, const auto& b) { return a.key < b.key; });
    return;
  }
  scratch.resize(cells.size());
  for (unsigned shift = 0; shift < bits; shift += kDigitBits) {
    const auto digit = [shift](const Cell<Key>& cell) {
      return static_cast<std::size_t>(cell.key >> shift) % kDigits;
    };
    std::array<std::size_t, kDigits + 1> begin{};
    for (const Cell<Key>& cell : cells) ++begin[digit(cell) + 1];
    if (std::find(begin.begin() + 1, begin.end(), cells.size()) != begin.end()) continue;
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    for (const Cell<Key>& cell : cells) scratch[begin[digit(cell)]++] = cell;
    cells.swap(scratch);
  }
}

// Adds up cells of equal key, which stand side by side; drops empty ones.
template <typename Key>
void AddUp(std::vector<Cell<Key>>& cells) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < cells.size();) {
    Cell<Key> sum = cells[i++];
    while (i < cells.size() && cells[i].key == sum.key) sum.count += cells[i++].count;
    if (sum.count > 0) cells[kept++] = sum;
  }
  cells.resize(kept);
}

template <typename Key>
class SparseCube {
 public:
  SparseCube(const RecordTable& table, int threads, const CubeLimits& limits)
      : table_(table), threads_(threads), limits_(limits), groups_(table.labels[0].size()) {
    unsigned shift = 0;
    shifts_.resize(table.labels.size());
    for (std::size_t d = table.labels.size(); d-- > 0;) {
      shifts_[d] = shift;
      shift += static_cast<unsigned>(std::bit_width(table.labels[d].size() - 1));
    }
    roll_up_order_.resize(table.labels.size() - 1);
    std::iota(roll_up_order_.begin(), roll_up_order_.end(), std::size_t{1});
    const auto size = [&](std::size_t d) { return table.labels[d].size(); };
    std::sort(roll_up_order_.begin(), roll_up_order_.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(size(b), a) < std::pair(size(a), b);
    });
  }

  Result<Cube> Compute() {
    GroupRecords();
    ParallelFor(groups_.size(), threads_, [&](std::size_t group, std::size_t) {
      std::vector<Cell<Key>> scratch;
      SortCells(groups_[group], scratch, shifts_[0]);
      AddUp(groups_[group]);
    });
    SumGroups();
    std::atomic<std::size_t> total{0};
    ParallelFor(groups_.size(), threads_, [&](std::size_t group, std::size_t) {
      if (total.load() <= limits_.max_cells) total += RollUp(groups_[group]);
    });
    if (total.load() > limits_.max_cells) return TooManyCells(limits_);
    return Collect();
  }

 private:
  // Keys hold the codes of all dimensions but the first, whose code is the number of the group.
  Key KeyOf(std::size_t record) const {
    Key key = 0;
    for (std::size_t d = 1; d < shifts_.size(); ++d) {
      key |= static_cast<Key>(CodeAt(table_.codes[d], record)) << shifts_[d];
    }
    return key;
  }

  void GroupRecords() {
    const auto group_of = [&](std::size_t record) { return CodeAt(table_.codes[0], record); };
    std::vector<std::size_t> sizes(groups_.size());
    for (std::size_t i = 0; i < table_.records; ++i) ++sizes[group_of(i)];
    for (std::size_t g = 0; g < groups_.size(); ++g) groups_[g].reserve(sizes[g]);
    for (std::size_t i = 0; i < table_.records; ++i) {
      groups_[group_of(i)].push_back({KeyOf(i), table_.counts.empty() ? 1 : table_.counts[i]});
    }
  }

  void SumGroups() {
    std::vector<Cell<Key>>& all = groups_[kAllCode];
    for (std::size_t g = 1; g < groups_.size(); ++g) {
      all.insert(all.end(), groups_[g].begin(), groups_[g].end());
    }
    std::vector<Cell<Key>> scratch;
    SortCells(all, scratch, shifts_[0]);
    AddUp(all);
  }

  // Returns the number of cells; stops where there are more than the limit.
  std::size_t RollUp(std::vector<Cell<Key>>& cells) const {
    std::vector<Cell<Key>> margin;
    std::vector<Cell<Key>> scratch;
    for (const std::size_t d : roll_up_order_) {
      const unsigned end = d == 1 ? shifts_[0] : shifts_[d - 1];
      const Key others = ~(((Key{1} << (end - shifts_[d])) - 1) << shifts_[d]);
      margin.clear();
      margin.reserve(cells.size());
      for (const Cell<Key>& cell : cells) margin.push_back({cell.key & others, cell.count});
      SortCells(margin, scratch, shifts_[0]);
      AddUp(margin);
      scratch.resize(cells.size() + margin.size());
      std::merge(cells.begin(), cells.end(), margin.begin(), margin.end(), scratch.begin(),
                 [](const auto& a, const auto& b) { return a.key < b.key; });
      cells.swap(scratch);
      if (cells.size() > limits_.max_cells) break;
    }
    cells.shrink_to_fit();
    return cells.size();
  }

  Cube Collect() {
    std::vector<std::size_t> first = {0};
    for (const auto& group : groups_) first.push_back(first.back() + group.size());
    Cube cube;
    cube.dimensions = table_.dimensions;
    cube.labels = table_.labels;
    cube.counts.resize(first.back());
    for (const auto& labels : table_.labels) {
      cube.codes.push_back(MakeCodeColumn(labels.size() - 1, first.back()));
    }
    ParallelFor(groups_.size(), threads_, [&](std::size_t group, std::size_t) {
      for (std::size_t i = 0; i < groups_[group].size(); ++i) {
        cube.counts[first[group] + i] = groups_[group][i].count;
      }
      for (std::size_t d = 0; d < cube.codes.size(); ++d) {
        CollectCodes(cube.codes[d], first[group], group, d);
      }
      groups_[group] = {};
    });
    return cube;
  }

  void CollectCodes(CodeColumn& column, std::size_t at, std::size_t group, std::size_t d) const {
    std::visit(
        [&](auto& codes) {
          using Code = typename std::decay_t<decltype(codes)>::value_type;
          const std::vector<Cell<Key>>& cells = groups_[group];
          if (d == 0) {
            std::fill_n(codes.begin() + static_cast<std::ptrdiff_t>(at), cells.size(),
                        static_cast<Code>(group));
            return;
          }
          const unsigned end = d == 1 ? shifts_[0] : shifts_[d - 1];
          const Key mask = (Key{1} << (end - shifts_[d])) - 1;
          for (std::size_t i = 0; i < cells.size(); ++i) {
            codes[at + i] = static_cast<Code>((cells[i].key >> shifts_[d]) & mask);
          }
        },
        column);
  }

  const RecordTable& table_;
  int threads_;
  const CubeLimits& limits_;
  std::vector<std::vector<Cell<Key>>> groups_;  // [code of the first dimension]
  std::vector<unsigned> shifts_;                // [dimension], lowest bit of its code in a key
  std::vector<std::size_t> roll_up_order_;
};

}  // namespace

tl::unexpected<Error> TooManyCells(const CubeLimits& limits) {
  return Fail(ErrorCode::kLimit,
              "the cube has more than " + std::to_string(limits.max_cells) + " cells", "--by",
              "name fewer dimensions, or columns with fewer values");
}

Result<Cube> ComputeSparseCube(const RecordTable& table, int threads, const CubeLimits& limits) {
  unsigned bits = 0;  // of the dimensions that a key holds
  for (std::size_t d = 1; d < table.labels.size(); ++d) {
    bits += static_cast<unsigned>(std::bit_width(table.labels[d].size() - 1));
  }
  if (bits < 64) return SparseCube<std::uint64_t>(table, threads, limits).Compute();
  if (bits < 128) return SparseCube<Wide>(table, threads, limits).Compute();
  return Fail(ErrorCode::kLimit, "the dimensions have more than 2^127 combinations", "--by",
              "name fewer dimensions, or columns with fewer values");
}

}  // namespace thb
