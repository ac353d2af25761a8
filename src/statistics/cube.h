#pragma once
// All margins of a record file: the CUBE of its dimensions.
//
// A record file (microdata) has one line per person, or per combination of values with a count. The
// cube counts the records of every combination of values, for every subset of the dimensions: 2^n
// tables for n dimensions, read from the records once. It is exact counting, not an estimate.
//
// Method: columns are dictionary-encoded; the finest table is counted once; every margin is summed
// from a finer table, never from the records. Where the full table is small, it is an array summed
// along one dimension after the other (Zhao, Deshpande, Naughton 1997, "An array-based algorithm
// for simultaneous multidimensional aggregates"); where it is large and sparse, sorted lists of its
// non-empty cells are (Gray et al. 1997, "Data cube", for the operator and its value ALL).
//
// Same input, same bytes: neither the table, nor the cube, nor an error depends on `threads`.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace thb {

// What a margin shows in place of a value; no value of the input may read so.
inline constexpr std::string_view kAllLabel = "ALL";
// The code of kAllLabel; the values of a dimension have the codes from 1 on.
inline constexpr std::uint32_t kAllCode = 0;

// What is accepted from outside. The defaults are the limits of the program; tests lower them.
struct CubeLimits {
  std::size_t max_file_bytes = std::size_t{16} << 30;
  std::size_t max_columns = 1000;
  std::size_t max_field_bytes = std::size_t{1} << 16;
  std::size_t max_dimensions = 16;
  std::size_t max_distinct = std::size_t{1} << 20;  // values of one dimension
  std::size_t max_records = 4'000'000'000;          // positions are 32 bits wide
  std::size_t max_cells = std::size_t{1} << 26;     // rows of the cube
  std::size_t chunk_bytes = std::size_t{1} << 22;   // what one thread reads at a time
};

// One code per row, in 1, 2 or 4 bytes, as few as the largest code needs.
using CodeColumn =
    std::variant<std::vector<std::uint8_t>, std::vector<std::uint16_t>, std::vector<std::uint32_t>>;

// `rows` zeros, wide enough for codes up to `largest_code`.
CodeColumn MakeCodeColumn(std::size_t largest_code, std::size_t rows);
std::uint32_t CodeAt(const CodeColumn& column, std::size_t row);

// A record file in memory, reduced to the dimensions asked for: one byte per record and dimension
// of up to 255 values, and eight more for the counts where there are any.
struct RecordTable {
  std::vector<std::string> dimensions;
  std::vector<std::vector<std::string>> labels;  // [dimension][code]; [0] is kAllLabel, the values
                                                 // follow in byte order
  std::vector<CodeColumn> codes;                 // [dimension], one code from 1 on per record
  std::vector<std::uint64_t> counts;             // one per record; empty: every record counts once
  std::size_t records = 0;
  std::uint64_t total = 0;  // sum of the counts, at most 2^63 - 1
};

// Reads CSV text (RFC 4180, comma, UTF-8, header line; a byte-order mark and empty lines are
// skipped) and keeps the columns named in `by`, in that order. `count_column` names the column of
// counts of an aggregated file, or is empty. An empty field is a value like any other; in a file of
// one column it must be written "", as an empty line is none.
// Errors: kUsage and kStructure for columns that are missing, repeated or too many; kParse for a
// malformed row; kBadValue for a count, or for the value ALL; kEncoding; kLimit. `place` is the
// name of the file; errors of a row say "place:line", the first one of the file.
Result<RecordTable> LoadRecords(std::string_view csv, const std::string& place,
                                std::span<const std::string> by, std::string_view count_column,
                                int threads, const CubeLimits& limits = {});

// The same for a file, which is mapped and not copied; it must not shrink meanwhile.
// Errors: also kNotFound, kIo.
Result<RecordTable> LoadRecordFile(const std::string& path, std::span<const std::string> by,
                                   std::string_view count_column, int threads,
                                   const CubeLimits& limits = {});

// The cells of all margins whose count is not zero, ordered by the code of the first dimension,
// then of the second, and so on: ALL first, then the values in byte order. The first cell is
// therefore the grand total.
struct Cube {
  std::vector<std::string> dimensions;
  std::vector<std::vector<std::string>> labels;  // as in RecordTable
  std::vector<CodeColumn> codes;                 // [dimension], one code per cell; kAllCode: margin
  std::vector<std::uint64_t> counts;             // one per cell, never 0
};

// Errors: kLimit where the cube has too many cells.
Result<Cube> ComputeCube(const RecordTable& table, int threads, const CubeLimits& limits = {});

// One column per dimension, then `count`; the rows in the order of the cells.
std::string CubeCsv(const Cube& cube, int threads = 1);

}  // namespace thb
