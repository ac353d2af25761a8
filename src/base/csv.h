#pragma once
// RFC 4180 comma-separated values: a pull reader over a text in memory, and a writer.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace thb {

struct CsvLimits {
  std::size_t max_columns = 1000;
  std::size_t max_field_bytes = 1 << 20;
};

// Reads records one by one. `text` must outlive the reader. A byte-order mark is skipped; lines end
// in LF or CRLF; a quoted field may hold separators, doubled quotes and line breaks.
// Errors (kParse, kLimit) carry "place:line".
class CsvReader {
 public:
  CsvReader(std::string_view text, std::string place, char separator = ',', CsvLimits limits = {});

  // Fills `fields` with the next record; false at the end. A wholly empty line is skipped.
  Result<bool> Next(std::vector<std::string>& fields);

  // Line, counted from 1, on which the record last returned began.
  std::size_t line() const { return record_line_; }
  // "place:line" of the record last returned.
  std::string Place() const;

 private:
  Result<void> ReadField(std::string& field);
  Result<void> ReadQuoted(std::string& field);

  std::string_view text_;
  std::string place_;
  char separator_;
  CsvLimits limits_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t record_line_ = 1;
};

// The separator used in a header line: the one of , ; TAB that occurs most outside quotes.
char GuessSeparator(std::string_view text);

// Appends one record with LF at its end; fields are quoted only where they must be.
void AppendCsv(std::string& out, std::span<const std::string> fields, char separator = ',');

}  // namespace thb
