#include "base/csv.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace thb {

CsvReader::CsvReader(std::string_view text, std::string place, char separator, CsvLimits limits)
    : text_(text), place_(std::move(place)), separator_(separator), limits_(limits) {
  if (StartsWith(text_, "\xEF\xBB\xBF")) at_ = 3;
}

std::string CsvReader::Place() const {
  return place_ + ":" + std::to_string(record_line_);
}

Result<bool> CsvReader::Next(std::vector<std::string>& fields) {
  while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) {
    if (text_[at_] == '\n') ++line_;
    ++at_;
  }
  fields.clear();
  record_line_ = line_;
  if (at_ >= text_.size()) return false;
  while (true) {
    if (fields.size() == limits_.max_columns) {
      return Fail(ErrorCode::kLimit,
                  "more than " + std::to_string(limits_.max_columns) + " columns", Place(),
                  "remove the columns that are not needed");
    }
    TRY(ReadField(fields.emplace_back()));
    if (at_ >= text_.size()) return true;
    if (text_[at_] == separator_) {
      ++at_;
      continue;
    }
    if (text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') {
      ++at_;
      ++line_;
    }
    return true;
  }
}

Result<void> CsvReader::ReadField(std::string& field) {
  if (at_ < text_.size() && text_[at_] == '"') return ReadQuoted(field);
  const std::size_t begin = at_;
  while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n' &&
         text_[at_] != '\r') {
    ++at_;
  }
  if (at_ - begin > limits_.max_field_bytes) {
    return Fail(ErrorCode::kLimit, "a field is too long", Place(), "check the line breaks");
  }
  field.assign(text_.substr(begin, at_ - begin));
  return {};
}

Result<void> CsvReader::ReadQuoted(std::string& field) {
  const std::size_t opened_line = line_;
  ++at_;
  while (true) {
    if (at_ >= text_.size()) {
      return Fail(ErrorCode::kParse, "a quoted field is not closed",
                  place_ + ":" + std::to_string(opened_line), "close the quotation mark");
    }
    const char c = text_[at_++];
    if (c == '"') {
      if (at_ < text_.size() && text_[at_] == '"') {
        field += '"';
        ++at_;
        continue;
      }
      break;
    }
    if (c == '\n') ++line_;
    field += c;
    if (field.size() > limits_.max_field_bytes) {
      return Fail(ErrorCode::kLimit, "a quoted field is too long",
                  place_ + ":" + std::to_string(opened_line), "check its closing quotation mark");
    }
  }
  const bool ends =
      at_ >= text_.size() || text_[at_] == separator_ || text_[at_] == '\n' || text_[at_] == '\r';
  if (!ends) {
    return Fail(ErrorCode::kParse, "text follows a closing quotation mark", Place(),
                "double the quotation marks inside the field");
  }
  return {};
}

char GuessSeparator(std::string_view text) {
  constexpr std::array kCandidates = {',', ';', '\t'};
  std::array<std::size_t, kCandidates.size()> counts{};
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n') break;
    for (std::size_t i = 0; i < kCandidates.size(); ++i) {
      if (c == kCandidates[i]) ++counts[i];
    }
  }
  const auto best = std::max_element(counts.begin(), counts.end());
  return kCandidates[static_cast<std::size_t>(best - counts.begin())];
}

void AppendCsv(std::string& out, std::span<const std::string> fields, char separator) {
  const std::string special = std::string("\"\r\n") + separator;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out += separator;
    if (fields[i].find_first_of(special) == std::string::npos) {
      out += fields[i];
      continue;
    }
    out += '"';
    out += ReplaceAll(fields[i], "\"", "\"\"");
    out += '"';
  }
  out += '\n';
}

}  // namespace thb
