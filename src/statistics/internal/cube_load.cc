// Reading a record file: chunks of the text are read by several threads, each with dictionaries of
// its own, and put together in the order of the file with one dictionary.
//
// A chunk begins after a line feed near its nominal begin, on the guess that this line feed ends a
// record and is not inside a quoted field. The guess verifies itself: the first chunk begins at a
// record, and when a chunk that does has been read to its end without an error, the next one begins
// at a record, too. Whatever goes wrong, the text is read again as one chunk: that is the truth,
// and names the first error of the file.

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <limits>
#include <optional>
#include <utility>

#include "base/text.h"
#include "statistics/cube.h"
#include "statistics/internal/cube_dictionary.h"
#include "statistics/internal/cube_file.h"
#include "statistics/internal/cube_parallel.h"
#include "statistics/internal/cube_scan.h"

namespace thb {
namespace {

constexpr std::uint64_t kMaxTotal = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kBlockRows = 128;

// What a column of the file is for: the index of a dimension, or one of these.
constexpr int kUnused = -1;
constexpr int kCount = -2;

struct UsedColumn {
  std::size_t column = 0;
  int role = kUnused;
};

struct Layout {
  std::vector<int> roles;        // [column]
  std::vector<UsedColumn> used;  // those with a role, in the order of the file
  std::size_t dimensions = 0;
  bool counted = false;
  std::size_t body = 0;  // where the first record begins
};

struct Input {
  std::string_view text;
  const std::string& place;
  const CubeLimits& limits;
  Layout layout;
};

struct Chunk {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t worker = 0;         // whose dictionaries its codes refer to
  std::vector<CodeColumn> codes;  // [dimension], codes of the worker's dictionary
  std::vector<std::uint64_t> counts;
  std::size_t records = 0;
  std::uint64_t total = 0;
};

using Dictionaries = std::vector<Dictionary>;  // [dimension]

std::string PlaceOf(const Input& input, std::size_t offset) {
  const auto lines = std::count(input.text.begin(),
                                input.text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
  return input.place + ":" + std::to_string(lines + 1);
}

tl::unexpected<Error> FieldError(FieldStatus status, const std::string& place) {
  switch (status) {
    case FieldStatus::kOpenQuote:
      return Fail(ErrorCode::kParse, "a quoted field is not closed", place,
                  "close the quotation mark");
    case FieldStatus::kTextAfterQuote:
      return Fail(ErrorCode::kParse, "text follows a closing quotation mark", place,
                  "double the quotation marks inside the field");
    default:
      return Fail(ErrorCode::kLimit, "a field is too long", place,
                  "check the line breaks and quotation marks");
  }
}

// ---------------------------------------------------------------- header

Result<std::vector<std::string>> ReadHeader(Input& input) {
  const std::size_t mark = StartsWith(input.text, "\xEF\xBB\xBF") ? 3 : 0;
  FieldScanner scanner(input.text.substr(mark), input.limits.max_field_bytes);
  if (!scanner.BeginRecord()) {
    return Fail(ErrorCode::kParse, "the file is empty", input.place,
                "begin it with a line that names the columns");
  }
  std::vector<std::string> names;
  CsvField field;
  while (!field.last) {
    const std::string place = PlaceOf(input, mark + scanner.position());
    if (names.size() == input.limits.max_columns) {
      return Fail(ErrorCode::kLimit,
                  "more than " + std::to_string(input.limits.max_columns) + " columns", place,
                  "remove the columns that are not needed");
    }
    const FieldStatus status = scanner.Next(field);
    if (status != FieldStatus::kOk) return FieldError(status, place);
    if (!IsValidUtf8(field.text)) {
      return Fail(ErrorCode::kEncoding, "a column name is not UTF-8", place,
                  "save the file as UTF-8");
    }
    names.emplace_back(field.text);
  }
  input.layout.body = mark + scanner.position();
  return names;
}

Result<void> CheckRequest(std::span<const std::string> by, std::string_view count_column,
                          const CubeLimits& limits) {
  if (by.empty()) return Fail(ErrorCode::kUsage, "no dimension is named", "--by", "name columns");
  if (by.size() > limits.max_dimensions) {
    return Fail(ErrorCode::kLimit,
                "more than " + std::to_string(limits.max_dimensions) + " dimensions", "--by",
                "name fewer columns");
  }
  for (std::size_t i = 0; i < by.size(); ++i) {
    if (std::find(by.begin(), by.begin() + static_cast<std::ptrdiff_t>(i), by[i]) !=
        by.begin() + static_cast<std::ptrdiff_t>(i)) {
      return Fail(ErrorCode::kUsage, "column '" + by[i] + "' is named twice", "--by",
                  "name it once");
    }
    if (by[i] == "count" || by[i] == count_column) {
      return Fail(ErrorCode::kUsage, "column '" + by[i] + "' cannot be a dimension", "--by",
                  "rename it; 'count' and the column of --count are the figures of the table");
    }
  }
  return {};
}

Result<std::size_t> FindColumn(const std::vector<std::string>& names, std::string_view name,
                               const std::string& place) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    return Fail(ErrorCode::kStructure, "no column '" + std::string(name) + "'", place,
                "name one of: " + Join(names, ", "));
  }
  if (std::find(found + 1, names.end(), name) != names.end()) {
    return Fail(ErrorCode::kStructure, "two columns are named '" + std::string(name) + "'", place,
                "rename one of them");
  }
  return static_cast<std::size_t>(found - names.begin());
}

Result<void> FindColumns(Input& input, const std::vector<std::string>& names,
                         std::span<const std::string> by, std::string_view count_column) {
  const std::string place = input.place + ":1";
  Layout& layout = input.layout;
  layout.roles.assign(names.size(), kUnused);
  layout.dimensions = by.size();
  for (std::size_t i = 0; i < by.size(); ++i) {
    layout.roles[TRY(FindColumn(names, by[i], place))] = static_cast<int>(i);
  }
  if (!count_column.empty()) {
    layout.roles[TRY(FindColumn(names, count_column, place))] = kCount;
    layout.counted = true;
  }
  for (std::size_t column = 0; column < names.size(); ++column) {
    if (layout.roles[column] != kUnused) layout.used.push_back({column, layout.roles[column]});
  }
  return {};
}

// ---------------------------------------------------------------- one chunk

// Reads the records of one chunk, block by block: row by row where the fields begin and end, then
// dimension by dimension their codes, which keeps one dictionary at a time at hand.
class ChunkReader {
 public:
  ChunkReader(const Input& input, Dictionaries& dictionaries, Chunk& chunk)
      : input_(input),
        dictionaries_(dictionaries),
        chunk_(chunk),
        text_(input.text.substr(chunk.begin, chunk.end - chunk.begin)),
        text_end_(text_.data() + text_.size()),
        scanner_(text_, input.limits.max_field_bytes),
        fields_(input.layout.dimensions * kBlockRows) {
    chunk_.codes.assign(input.layout.dimensions, CodeColumn());
  }

  // Ends early, without an error, when `stop` is set.
  Result<void> Read(const std::atomic<bool>& stop) {
    while (!stop.load(std::memory_order_relaxed)) {
      // The rows before a malformed one come first, also with their errors.
      const Result<void> rows = ReadRows();
      const std::size_t full = rows_;
      TRY(EncodeBlock());
      TRY(rows);
      if (full < kBlockRows) return {};
    }
    return {};
  }

 private:
  // Not a string_view: compilers copy that as one word of 16 bytes, which must wait for its halves.
  struct KeptField {
    const char* data = nullptr;
    std::uint32_t size = 0;
  };

  static constexpr std::ptrdiff_t kKeyBytes = Dictionary::kKeyBytes;

  // Fills the block, or a part of it at the end of the text or before a malformed row.
  Result<void> ReadRows() {
    for (rows_ = 0; rows_ < kBlockRows && scanner_.BeginRecord(); ++rows_) {
      row_begins_[rows_] = scanner_.position();
      row_fields_ = fields_.data() + rows_ * chunk_.codes.size();
      FieldScanner::PlainRow row;
      if (scanner_.TakePlainRow(input_.layout.roles.size(), row)) [[likely]] {
        TRY(KeepPlainRow(row));
      } else {
        TRY(ReadRow());
      }
    }
    return {};
  }

  Result<void> KeepPlainRow(const FieldScanner::PlainRow& row) {
    const char* const end = row.origin + row.stops[input_.layout.roles.size() - 1];
    if (input_.layout.counted || text_end_ - end < kKeyBytes) [[unlikely]] {
      for (const UsedColumn& used : input_.layout.used) {
        const KeptField field = PlainField(row, used.column);
        TRY(Keep(used.role, {field.data, field.size}, true));
      }
      return {};
    }
    // The same for nearly all rows, without a result and a look at quotation marks for each field.
    if (row.quoted) {
      for (const UsedColumn& used : input_.layout.used) {
        row_fields_[used.role] = PlainField(row, used.column);
      }
    } else {
      for (const UsedColumn& used : input_.layout.used) {
        row_fields_[used.role] = BareField(row, used.column);
      }
    }
    return {};
  }

  KeptField BareField(const FieldScanner::PlainRow& row, std::size_t column) const {
    const char* const begin =
        column == 0 ? text_.data() + row_begins_[rows_] : row.origin + row.stops[column - 1] + 1;
    return {begin, static_cast<std::uint32_t>(row.origin + row.stops[column] - begin)};
  }

  // The field of a plain row, without its quotation marks.
  KeptField PlainField(const FieldScanner::PlainRow& row, std::size_t column) const {
    const KeptField field = BareField(row, column);
    if (*field.data != '"') return field;
    return {field.data + 1, field.size - 2};
  }

  Result<void> ReadRow() {
    const std::size_t columns = input_.layout.roles.size();
    CsvField field;
    std::size_t column = 0;
    for (; !field.last; ++column) {
      const std::size_t begin = scanner_.position();
      const FieldStatus status = scanner_.Next(field);
      if (status != FieldStatus::kOk) [[unlikely]] {
        return FieldError(status, PlaceOf(input_, chunk_.begin + begin));
      }
      if (column == columns) [[unlikely]]
        return Ragged("more than");
      TRY(Keep(input_.layout.roles[column], field.text, field.inside));
    }
    if (column != columns) [[unlikely]]
      return Ragged("fewer than");
    return {};
  }

  tl::unexpected<Error> Ragged(std::string_view relation) const {
    return Fail(ErrorCode::kParse,
                "a row has " + std::string(relation) + " the " +
                    std::to_string(input_.layout.roles.size()) + " fields of the header",
                RowPlace(rows_), "check its commas and quotation marks");
  }

  // Keeps a field of the row for EncodeBlock, where it is if it stays there and a key's bytes can
  // be read from it, else as a copy.
  Result<void> Keep(int role, std::string_view field, bool inside) {
    if (role == kUnused) return {};
    if (role == kCount) return ReadCount(field);
    KeptField& kept = row_fields_[role];
    if (inside && text_end_ - field.data() >= kKeyBytes) [[likely]] {
      kept.data = field.data();
    } else {
      std::string& copy = copies_.emplace_back(field);
      copy.resize(copy.size() + kKeyBytes);
      kept.data = copy.data();
    }
    kept.size = static_cast<std::uint32_t>(field.size());
    return {};
  }

  Result<void> ReadCount(std::string_view field) {
    const std::optional<std::int64_t> count = ParseInt(field);
    if (!count || *count < 0) {
      return Fail(ErrorCode::kBadValue, "'" + std::string(field.substr(0, 40)) + "' is not a count",
                  RowPlace(rows_), "write an integer of 0 or more");
    }
    const auto value = static_cast<std::uint64_t>(*count);
    if (value > kMaxTotal - chunk_.total) {
      return Fail(ErrorCode::kLimit, "the counts add up to more than 2^63 - 1", RowPlace(rows_),
                  "check the column of counts");
    }
    chunk_.total += value;
    chunk_.counts.push_back(value);
    return {};
  }

  Result<void> EncodeBlock() {
    chunk_.records += rows_;
    if (!input_.layout.counted) chunk_.total = chunk_.records;
    if (chunk_.records > input_.limits.max_records) {
      return Fail(ErrorCode::kLimit,
                  "more than " + std::to_string(input_.limits.max_records) + " records",
                  input_.place, "aggregate the file and name its column of counts");
    }
    std::size_t first_refused = rows_;
    std::optional<Error> refusal;
    for (std::size_t d = 0; d < chunk_.codes.size(); ++d) {
      const std::size_t encoded = Encode(d, first_refused, refusal);
      first_refused = std::min(first_refused, encoded);
    }
    if (refusal) return tl::make_unexpected(*std::move(refusal));
    copies_.clear();
    return {};
  }

  // Appends the codes of the first `rows` fields of a dimension to the chunk. Returns how many;
  // fewer than asked where a field is refused, which `refusal` then says.
  std::size_t Encode(std::size_t dimension, std::size_t rows, std::optional<Error>& refusal) {
    Dictionary& dictionary = dictionaries_[dimension];
    const std::size_t dimensions = chunk_.codes.size();
    std::array<std::uint32_t, kBlockRows> codes;
    for (std::size_t row = 0; row < rows; ++row) {
      const KeptField& kept = fields_[row * dimensions + dimension];
      const std::string_view field(kept.data, kept.size);
      codes[row] = dictionary.Find(Dictionary::KeyOf(field), field);
      if (codes[row] != Dictionary::kUnseen) [[likely]]
        continue;
      const Result<std::uint32_t> code = Admit(dictionary, row, field);
      if (!code) {
        refusal = code.error();
        return row;
      }
      codes[row] = *code;
    }
    Append(chunk_.codes[dimension], dictionary.labels().size(), std::span(codes).first(rows));
    return rows;
  }

  Result<std::uint32_t> Admit(Dictionary& dictionary, std::size_t row,
                              std::string_view field) const {
    if (field == kAllLabel) {
      return Fail(ErrorCode::kBadValue, "the value ALL is reserved for margins", RowPlace(row),
                  "remove the rows that are totals, or rename the value");
    }
    if (!IsValidUtf8(field)) {
      return Fail(ErrorCode::kEncoding, "a value is not UTF-8", RowPlace(row),
                  "save the file as UTF-8");
    }
    if (dictionary.labels().size() == input_.limits.max_distinct) {
      return Fail(
          ErrorCode::kLimit,
          "a dimension has more than " + std::to_string(input_.limits.max_distinct) + " values",
          RowPlace(row), "leave out columns that are names or numbers of persons");
    }
    return dictionary.Add(Dictionary::KeyOf(field), field);
  }

  // A column is as narrow as the codes so far allow, and copied when that changes.
  static void Append(CodeColumn& column, std::size_t largest_code,
                     std::span<const std::uint32_t> codes) {
    CodeColumn wider = MakeCodeColumn(largest_code, 0);
    if (wider.index() > column.index()) {
      std::visit([](auto& to, const auto& from) { Copy(std::span(from), to); }, wider, column);
      column = std::move(wider);
    }
    std::visit([&](auto& to) { Copy(codes, to); }, column);
  }

  template <typename From, typename To>
  static void Copy(std::span<const From> from, std::vector<To>& to) {
    const std::size_t old = to.size();
    to.resize(old + from.size());
    // A local pointer: bytes may alias anything, also the pointers inside a vector.
    To* const out = to.data() + old;
    for (std::size_t i = 0; i < from.size(); ++i) out[i] = static_cast<To>(from[i]);
  }

  std::string RowPlace(std::size_t row) const {
    return PlaceOf(input_, chunk_.begin + row_begins_[row]);
  }

  const Input& input_;
  Dictionaries& dictionaries_;
  Chunk& chunk_;
  std::string_view text_;
  const char* text_end_;
  FieldScanner scanner_;
  KeptField* row_fields_ = nullptr;                 // [dimension], of the row that is read
  std::size_t rows_ = 0;                            // rows in the block
  std::array<std::size_t, kBlockRows> row_begins_;  // offsets in the chunk
  // [row][dimension], and not the other way, since columns of 4096 bytes share cache lines.
  std::vector<KeptField> fields_;
  std::deque<std::string> copies_;  // what fields_ cannot leave in the text
};

// ---------------------------------------------------------------- all chunks

std::vector<Chunk> SplitAtLines(const Input& input, std::size_t chunk_bytes) {
  std::vector<Chunk> chunks;
  std::size_t begin = input.layout.body;
  while (begin < input.text.size()) {
    std::size_t end = input.text.size();
    if (chunk_bytes < end - begin) {
      const std::size_t line_feed = input.text.find('\n', begin + chunk_bytes);
      if (line_feed != std::string_view::npos) end = line_feed + 1;
    }
    chunks.emplace_back();
    chunks.back().begin = begin;
    chunks.back().end = end;
    begin = end;
  }
  return chunks;
}

// One dictionary for all workers: the values in byte order, and where each worker's codes went.
struct MergedLabels {
  std::vector<std::string> labels;
  std::vector<std::vector<std::uint32_t>> code_of;  // [worker][the worker's code]
};

MergedLabels MergeLabels(const std::vector<Dictionaries>& workers, std::size_t dimension) {
  MergedLabels merged;
  std::vector<std::string>& labels = merged.labels;
  for (const Dictionaries& dictionaries : workers) {
    const auto& own = dictionaries[dimension].labels();
    labels.insert(labels.end(), own.begin(), own.end());
  }
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  for (const Dictionaries& dictionaries : workers) {
    std::vector<std::uint32_t>& codes = merged.code_of.emplace_back();
    for (const std::string& label : dictionaries[dimension].labels()) {
      const auto at = std::lower_bound(labels.begin(), labels.end(), label);
      codes.push_back(static_cast<std::uint32_t>(at - labels.begin()) + 1);
    }
  }
  labels.insert(labels.begin(), std::string(kAllLabel));
  return merged;
}

// Translates a chunk's codes into its rows of one column; frees the chunk's column.
void JoinCodes(Chunk& chunk, std::size_t offset, std::size_t dimension,
               const std::vector<std::uint32_t>& code_of, CodeColumn& column) {
  std::visit(
      [&](auto& to, const auto& from) {
        using Code = typename std::decay_t<decltype(to)>::value_type;
        // Local pointers: bytes may alias anything, also the pointers inside a vector.
        Code* const out = to.data() + offset;
        const std::span in(from);
        const std::span map(code_of);
        for (std::size_t row = 0; row < in.size(); ++row) {
          out[row] = static_cast<Code>(map[in[row]]);
        }
      },
      column, chunk.codes[dimension]);
  chunk.codes[dimension] = CodeColumn();
}

Result<RecordTable> JoinChunks(const Input& input, std::vector<Chunk>& chunks,
                               const std::vector<Dictionaries>& workers, int threads) {
  RecordTable table;
  std::vector<std::size_t> offsets = {0};
  for (Chunk& chunk : chunks) {
    table.records += chunk.records;
    if (table.records > input.limits.max_records || chunk.total > kMaxTotal - table.total) {
      return Fail(ErrorCode::kLimit, "too many records", input.place, "aggregate the file");
    }
    table.total += chunk.total;
    table.counts.insert(table.counts.end(), chunk.counts.begin(), chunk.counts.end());
    chunk.counts = {};
    offsets.push_back(table.records);
  }
  std::vector<MergedLabels> merged;
  for (std::size_t d = 0; d < input.layout.dimensions; ++d) {
    merged.push_back(MergeLabels(workers, d));
    if (merged.back().labels.size() - 1 > input.limits.max_distinct) {
      return Fail(ErrorCode::kLimit, "a dimension has too many values", input.place,
                  "leave out columns that are names or numbers of persons");
    }
  }
  // Memory is in place once it is written, so its columns are made in parallel, too.
  table.codes.resize(merged.size());
  ParallelFor(merged.size(), threads, [&](std::size_t d, std::size_t) {
    table.codes[d] = MakeCodeColumn(merged[d].labels.size() - 1, table.records);
  });
  ParallelFor(chunks.size(), threads, [&](std::size_t i, std::size_t) {
    for (std::size_t d = 0; d < merged.size(); ++d) {
      JoinCodes(chunks[i], offsets[i], d, merged[d].code_of[chunks[i].worker], table.codes[d]);
    }
  });
  for (MergedLabels& labels : merged) table.labels.push_back(std::move(labels.labels));
  return table;
}

Result<RecordTable> ReadBody(const Input& input, int threads, std::size_t chunk_bytes) {
  std::vector<Chunk> chunks = SplitAtLines(input, chunk_bytes);
  std::vector<Dictionaries> workers(static_cast<std::size_t>(threads),
                                    Dictionaries(input.layout.dimensions));
  std::vector<Result<void>> results(chunks.size());
  std::atomic<bool> failed{false};
  ParallelFor(chunks.size(), threads, [&](std::size_t i, std::size_t worker) {
    if (failed.load(std::memory_order_relaxed)) return;
    chunks[i].worker = worker;
    results[i] = ChunkReader(input, workers[worker], chunks[i]).Read(failed);
    if (!results[i]) failed.store(true, std::memory_order_relaxed);
  });
  for (Result<void>& result : results) TRY(std::move(result));
  return JoinChunks(input, chunks, workers, threads);
}

}  // namespace

Result<RecordTable> LoadRecords(std::string_view csv, const std::string& place,
                                std::span<const std::string> by, std::string_view count_column,
                                int threads, const CubeLimits& limits) {
  TRY(CheckRequest(by, count_column, limits));
  if (csv.size() > limits.max_file_bytes) {
    return Fail(ErrorCode::kLimit,
                "the file has more than " + std::to_string(limits.max_file_bytes) + " bytes", place,
                "split it, or aggregate it and name its column of counts");
  }
  Input input{csv, place, limits, {}};
  const std::vector<std::string> names = TRY(ReadHeader(input));
  TRY(FindColumns(input, names, by, count_column));
  const int workers = std::clamp(threads, 1, kMaxCubeThreads);
  auto table = ReadBody(input, workers, std::max<std::size_t>(1, limits.chunk_bytes));
  if (!table) table = ReadBody(input, 1, csv.size());
  if (!table) return table;
  table->dimensions.assign(by.begin(), by.end());
  return table;
}

Result<RecordTable> LoadRecordFile(const std::string& path, std::span<const std::string> by,
                                   std::string_view count_column, int threads,
                                   const CubeLimits& limits) {
  const MappedFile file = TRY(MappedFile::Open(path, limits.max_file_bytes));
  return LoadRecords(file.text(), path, by, count_column, threads, limits);
}

}  // namespace thb
