#pragma once
// Splits CSV text into fields at the speed of memory: the commas and line ends of a few kilobytes
// are found 64 bytes at a time, without a branch per byte, and then used up one by one. Reads
// exactly what base/csv.h's CsvReader reads; it is apart because a record file has a hundred
// million fields.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace thb {

enum class FieldStatus { kOk, kOpenQuote, kTextAfterQuote, kTooLong };

struct CsvField {
  std::string_view text;  // a part of the scanned text, or valid until the next call
  bool inside = true;     // whether it is a part of the scanned text
  bool last = false;      // the record ends with this field
};

class FieldScanner {
 public:
  // `text` must outlive the scanner and begin at the begin of a record.
  FieldScanner(std::string_view text, std::size_t max_field_bytes)
      : text_(text), max_field_bytes_(max_field_bytes) {
    LoadWindow(0);
  }

  // Skips empty lines; false at the end of the text.
  bool BeginRecord() {
    while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) {
      TakeStop();
      ++at_;
    }
    return at_ < text_.size();
  }

  // The short way through most records: where the next record has `columns` fields, none of them
  // too long, and lies in the window with its line end, its stops relative to `origin`; nothing is
  // consumed otherwise. A field that begins with a quotation mark ends with one and has none
  // between. To be called at the begin of a record.
  struct PlainRow {
    const char* origin = nullptr;
    const std::uint16_t* stops = nullptr;
    bool quoted = false;  // whether a field begins with a quotation mark
  };
  bool TakePlainRow(std::size_t columns, PlainRow& row) {
    if (count_ - next_ < columns) return false;
    row.origin = text_.data() + window_;
    row.stops = stops_.data() + next_;
    const std::size_t end = window_ + row.stops[columns - 1];
    // A record of a usual length has no field that is too long.
    if (end >= text_.size() || end - at_ > max_field_bytes_) return false;
    const char* begin = text_.data() + at_;
    bool plain = row.origin[row.stops[columns - 1]] != ',';
    row.quoted = false;
    for (std::size_t column = 0; column < columns; ++column) {
      const char* const stop = row.origin + row.stops[column];
      plain &= (*stop == ',') | (column + 1 == columns);
      row.quoted |= *begin == '"';
      begin = stop + 1;
    }
    if (!plain || (row.quoted && !QuotesEncloseFields(columns, row))) return false;
    next_ += columns;
    at_ = end + 1;
    return true;
  }

  // Where the next field begins.
  std::size_t position() const { return at_; }

  FieldStatus Next(CsvField& field) {
    if (at_ < text_.size() && text_[at_] == '"') [[unlikely]]
      return NextQuoted(field);
    const std::size_t stop = TakeStop();
    field.text = text_.substr(at_, stop - at_);
    field.inside = true;
    EndField(stop, field);
    return field.text.size() > max_field_bytes_ ? FieldStatus::kTooLong : FieldStatus::kOk;
  }

 private:
  static constexpr std::size_t kBlock = 64;
  static constexpr std::size_t kWindow = 128 * kBlock;

  // The next comma, CR, LF or end of the text.
  std::size_t TakeStop() {
    while (next_ == count_) [[unlikely]]
      LoadWindow(window_ + kWindow);
    return window_ + stops_[next_++];
  }

  // Whether each field of a row that begins with a quotation mark is enclosed in two and holds
  // none: then no stop lies inside a field either.
  bool QuotesEncloseFields(std::size_t columns, const PlainRow& row) const;

  void EndField(std::size_t stop, CsvField& field) {
    field.last = stop >= text_.size() || text_[stop] != ',';
    at_ = stop < text_.size() ? stop + 1 : stop;
  }

  // Finds the stops of the window of text that begins at `window`.
  void LoadWindow(std::size_t window);
  FieldStatus NextQuoted(CsvField& field);

  std::string_view text_;
  std::size_t max_field_bytes_;
  std::size_t at_ = 0;
  std::size_t window_ = 0;
  std::size_t next_ = 0;   // the stop to be taken next
  std::size_t count_ = 0;  // stops in the window
  // Offsets in the window. One more than its bytes for the end of the text, and room for a block
  // to be written without looking.
  std::array<std::uint16_t, kWindow + kBlock + 1> stops_;
  std::string unescaped_;  // a quoted field that holds doubled quotes
};

}  // namespace thb
