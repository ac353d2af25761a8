#include "statistics/cube.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/csv.h"
#include "statistics/internal/cube_dense.h"
#include "statistics/internal/cube_parallel.h"
#include "statistics/internal/cube_sparse.h"

namespace thb {
namespace {

// A row of the table as text, without being built: the labels are ready, the count is printed.
class CsvRows {
 public:
  explicit CsvRows(const Cube& cube) : cube_(cube) {
    for (const auto& labels : cube.labels) {
      std::vector<std::string>& texts = texts_.emplace_back();
      for (const std::string& label : labels) {
        AppendCsv(texts.emplace_back(), std::span(&label, 1));
        texts.back().back() = ',';
      }
    }
  }

  std::size_t BytesOf(std::size_t begin, std::size_t end) const {
    std::size_t bytes = 0;
    for (std::size_t d = 0; d < texts_.size(); ++d) {
      std::visit(
          [&](const auto& codes) {
            for (std::size_t row = begin; row < end; ++row) bytes += texts_[d][codes[row]].size();
          },
          cube_.codes[d]);
    }
    for (std::size_t row = begin; row < end; ++row) bytes += DigitsOf(cube_.counts[row]) + 1;
    return bytes;
  }

  // Fills `bytes`, which has the size that BytesOf says.
  void Write(std::size_t begin, std::size_t end, std::span<char> bytes) const {
    char* out = bytes.data();
    for (std::size_t row = begin; row < end; ++row) {
      for (std::size_t d = 0; d < texts_.size(); ++d) {
        const std::string& text = texts_[d][CodeAt(cube_.codes[d], row)];
        std::memcpy(out, text.data(), text.size());
        out += text.size();
      }
      out = std::to_chars(out, bytes.data() + bytes.size(), cube_.counts[row]).ptr;
      *out++ = '\n';
    }
  }

 private:
  static std::size_t DigitsOf(std::uint64_t value) {
    std::size_t digits = 1;
    for (; value >= 10; value /= 10) ++digits;
    return digits;
  }

  const Cube& cube_;
  std::vector<std::vector<std::string>> texts_;  // [dimension][code], with the comma behind
};

}  // namespace

CodeColumn MakeCodeColumn(std::size_t largest_code, std::size_t rows) {
  if (largest_code <= 0xff) return std::vector<std::uint8_t>(rows);
  if (largest_code <= 0xffff) return std::vector<std::uint16_t>(rows);
  return std::vector<std::uint32_t>(rows);
}

std::uint32_t CodeAt(const CodeColumn& column, std::size_t row) {
  return std::visit([row](const auto& codes) { return std::uint32_t{codes[row]}; }, column);
}

Result<Cube> ComputeCube(const RecordTable& table, int threads, const CubeLimits& limits) {
  const int workers = std::clamp(threads, 1, kMaxCubeThreads);
  if (FitsDenseCube(table)) return ComputeDenseCube(table, workers, limits);
  return ComputeSparseCube(table, workers, limits);
}

std::string CubeCsv(const Cube& cube, int threads) {
  std::vector<std::string> header = cube.dimensions;
  header.emplace_back("count");
  std::string csv;
  AppendCsv(csv, header);
  const CsvRows rows(cube);
  constexpr std::size_t kRowsPerPart = std::size_t{1} << 16;
  const std::size_t parts = cube.counts.size() / kRowsPerPart + 1;
  std::vector<std::size_t> offsets(parts + 1);
  ParallelFor(parts, threads, [&](std::size_t part, std::size_t) {
    const auto [begin, end] = PartOf(cube.counts.size(), parts, part);
    offsets[part + 1] = rows.BytesOf(begin, end);
  });
  offsets[0] = csv.size();
  for (std::size_t part = 0; part < parts; ++part) offsets[part + 1] += offsets[part];
  csv.resize(offsets.back());
  ParallelFor(parts, threads, [&](std::size_t part, std::size_t) {
    const auto [begin, end] = PartOf(cube.counts.size(), parts, part);
    rows.Write(begin, end,
               std::span(csv).subspan(offsets[part], offsets[part + 1] - offsets[part]));
  });
  return csv;
}

}  // namespace thb
