#include "statistics/internal/cube_dense.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include "statistics/internal/cube_parallel.h"
#include "statistics/internal/cube_sparse.h"

namespace thb {
namespace {

constexpr std::size_t kSmallCells = std::size_t{1} << 16;
constexpr std::size_t kMostCells = std::size_t{1} << 25;
constexpr std::size_t kCellsPerRecord = 8;
// Every thread counts into an array of its own while all of them together take no more than this.
constexpr std::size_t kPrivateBytes = std::size_t{256} << 20;
constexpr std::size_t kBlockRows = 2048;
constexpr std::size_t kSlices = 64;

// Extents of the array: values and ALL. The last dimension varies fastest.
std::vector<std::size_t> ExtentsOf(const RecordTable& table) {
  std::vector<std::size_t> extents;
  for (const auto& labels : table.labels) extents.push_back(labels.size());
  return extents;
}

std::size_t Product(std::span<const std::size_t> extents) {
  return std::accumulate(extents.begin(), extents.end(), std::size_t{1}, std::multiplies<>());
}

template <typename Count>
class DenseCube {
 public:
  DenseCube(const RecordTable& table, int threads)
      : table_(table), threads_(threads), extents_(ExtentsOf(table)), cells_(Product(extents_)) {}

  Result<Cube> Compute(const CubeLimits& limits) {
    CountRecords();
    for (std::size_t d = 0; d < extents_.size(); ++d) RollUp(d);
    return Collect(limits);
  }

 private:
  using Array = std::vector<Count>;

  void CountRecords() {
    const std::size_t affordable = kPrivateBytes / (cells_ * sizeof(Count));
    const std::size_t parts =
        std::clamp<std::size_t>(affordable, 1, static_cast<std::size_t>(threads_));
    std::vector<Array> arrays(parts);
    ParallelFor(parts, threads_, [&](std::size_t part, std::size_t) {
      arrays[part].assign(cells_, 0);
      const auto [begin, end] = PartOf(table_.records, parts, part);
      for (std::size_t at = begin; at < end; at += kBlockRows) {
        CountBlock(arrays[part], at, std::min(kBlockRows, end - at));
      }
    });
    array_ = std::move(arrays[0]);
    if (parts == 1) return;
    ParallelFor(kSlices, threads_, [&](std::size_t slice, std::size_t) {
      const auto [begin, end] = PartOf(cells_, kSlices, slice);
      for (std::size_t part = 1; part < parts; ++part) {
        for (std::size_t i = begin; i < end; ++i) array_[i] += arrays[part][i];
      }
    });
  }

  void CountBlock(Array& array, std::size_t begin, std::size_t rows) const {
    std::array<std::uint32_t, kBlockRows> cell;
    std::fill_n(cell.begin(), rows, 0);
    for (std::size_t d = 0; d < extents_.size(); ++d) {
      std::visit(
          [&](const auto& codes) {
            const auto extent = static_cast<std::uint32_t>(extents_[d]);
            for (std::size_t i = 0; i < rows; ++i) cell[i] = cell[i] * extent + codes[begin + i];
          },
          table_.codes[d]);
    }
    if (table_.counts.empty()) {
      for (std::size_t i = 0; i < rows; ++i) ++array[cell[i]];
    } else {
      for (std::size_t i = 0; i < rows; ++i) {
        array[cell[i]] += static_cast<Count>(table_.counts[begin + i]);
      }
    }
  }

  // Adds the values of one dimension up into its ALL. Cells that are ALL in a dimension still to
  // come are zero, and those of earlier ones are summed along.
  void RollUp(std::size_t dimension) {
    const std::size_t extent = extents_[dimension];
    const std::size_t inner = Product(std::span(extents_).subspan(dimension + 1));
    const std::size_t outer = cells_ / extent / inner;
    const bool split_outer = outer >= kSlices;
    ParallelFor(kSlices, threads_, [&](std::size_t slice, std::size_t) {
      const auto [outer_begin, outer_end] =
          split_outer ? PartOf(outer, kSlices, slice) : std::pair(std::size_t{0}, outer);
      const auto [inner_begin, inner_end] =
          split_outer ? std::pair(std::size_t{0}, inner) : PartOf(inner, kSlices, slice);
      for (std::size_t o = outer_begin; o < outer_end; ++o) {
        Count* const all = array_.data() + o * extent * inner;
        for (std::size_t value = 1; value < extent; ++value) {
          const Count* const cells = all + value * inner;
          for (std::size_t i = inner_begin; i < inner_end; ++i) all[i] += cells[i];
        }
      }
    });
  }

  // The non-empty cells, in the order of the array, which is the order that a Cube has.
  Result<Cube> Collect(const CubeLimits& limits) {
    const std::size_t lines = cells_ / extents_.back();
    std::array<std::size_t, kSlices + 1> first{};  // first cell of each slice of lines
    ParallelFor(kSlices, threads_, [&](std::size_t slice, std::size_t) {
      const auto [begin, end] = PartOf(lines, kSlices, slice);
      const auto at = [&](std::size_t line) {
        return array_.begin() + static_cast<std::ptrdiff_t>(line * extents_.back());
      };
      const auto empty = std::count(at(begin), at(end), Count{0});
      first[slice + 1] = (end - begin) * extents_.back() - static_cast<std::size_t>(empty);
    });
    std::partial_sum(first.begin(), first.end(), first.begin());
    if (first.back() > limits.max_cells) return TooManyCells(limits);
    Cube cube;
    cube.dimensions = table_.dimensions;
    cube.labels = table_.labels;
    cube.counts.resize(first.back());
    for (const std::size_t extent : extents_) {
      cube.codes.push_back(MakeCodeColumn(extent - 1, first.back()));
    }
    ParallelFor(kSlices, threads_, [&](std::size_t slice, std::size_t) {
      const auto [begin, end] = PartOf(lines, kSlices, slice);
      CollectLines(cube, begin, end, first[slice]);
    });
    return cube;
  }

  void CollectLines(Cube& cube, std::size_t line, std::size_t end, std::size_t at) const {
    const std::size_t width = extents_.back();
    const std::size_t begin = at;
    std::vector<std::size_t> line_ends;  // one past the last cell of each line
    line_ends.reserve(end - line);
    std::visit(
        [&](auto& codes) {
          using Code = typename std::decay_t<decltype(codes)>::value_type;
          // Local pointers: bytes may alias anything, also the pointers inside a vector.
          Code* const out = codes.data();
          std::uint64_t* const counts = cube.counts.data();
          for (std::size_t l = line; l < end; ++l) {
            const Count* const cells = array_.data() + l * width;
            for (std::size_t value = 0; value < width; ++value) {
              if (cells[value] == 0) continue;
              out[at] = static_cast<Code>(value);
              counts[at++] = cells[value];
            }
            line_ends.push_back(at);
          }
        },
        cube.codes.back());
    std::size_t stride = 1;  // lines that share a code
    for (std::size_t d = extents_.size() - 1; d-- > 0; stride *= extents_[d]) {
      FillCodes(cube.codes[d], line, stride, extents_[d], begin, line_ends);
    }
  }

  // Writes the codes of one dimension but the last, which all cells of a line share.
  static void FillCodes(CodeColumn& column, std::size_t line, std::size_t stride,
                        std::size_t extent, std::size_t at,
                        const std::vector<std::size_t>& line_ends) {
    std::visit(
        [&](auto& codes) {
          using Code = typename std::decay_t<decltype(codes)>::value_type;
          std::size_t l = 0;
          while (l < line_ends.size()) {
            const std::size_t run = std::min(stride - (line + l) % stride, line_ends.size() - l);
            const auto code = static_cast<Code>((line + l) / stride % extent);
            l += run;
            std::fill(codes.begin() + static_cast<std::ptrdiff_t>(at),
                      codes.begin() + static_cast<std::ptrdiff_t>(line_ends[l - 1]), code);
            at = line_ends[l - 1];
          }
        },
        column);
  }

  const RecordTable& table_;
  int threads_;
  std::vector<std::size_t> extents_;
  std::size_t cells_;
  Array array_;
};

}  // namespace

bool FitsDenseCube(const RecordTable& table) {
  const std::size_t most = std::clamp(table.records * kCellsPerRecord, kSmallCells, kMostCells);
  std::size_t cells = 1;
  for (const std::size_t extent : ExtentsOf(table)) {
    if (extent > most / cells) return false;
    cells *= extent;
  }
  return true;
}

Result<Cube> ComputeDenseCube(const RecordTable& table, int threads, const CubeLimits& limits) {
  if (table.total <= std::numeric_limits<std::uint32_t>::max()) {
    return DenseCube<std::uint32_t>(table, threads).Compute(limits);
  }
  return DenseCube<std::uint64_t>(table, threads).Compute(limits);
}

}  // namespace thb
