// Reads Eurostat's TSV: series in rows, periods in columns, "12 e", ": c" and ":" in the cells.

#include "base/text.h"
#include "exchange/internal/reader.h"
#include "exchange/internal/table_builder.h"

namespace thb {
namespace {

// Lines one by one, without their ends.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  bool Next(std::string_view& line) {
    while (!rest_.empty()) {
      const std::size_t end = rest_.find('\n');
      line = rest_.substr(0, end);
      rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
      if (EndsWith(line, "\r")) line.remove_suffix(1);
      ++number_;
      if (!line.empty()) return true;
    }
    return false;
  }
  std::size_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

struct Header {
  std::vector<std::string> dimensions;  // without time
  std::vector<std::string> times;
};

Result<Header> ReadHeader(std::string_view line, const std::string& place) {
  Header header;
  const auto fields = Split(line, '\t');
  if (fields.size() > kMaxGridColumns) {
    return Fail(ErrorCode::kLimit, "more than " + std::to_string(kMaxGridColumns) + " columns",
                place, "remove the columns that are not needed");
  }
  const std::string_view corner = fields[0].substr(0, fields[0].find('\\'));
  for (const std::string_view dimension : Split(corner, ',')) {
    header.dimensions.emplace_back(Trim(dimension));
  }
  for (std::size_t i = 1; i < fields.size(); ++i) header.times.emplace_back(Trim(fields[i]));
  TRY(CheckDistinct(header.dimensions, place));
  TRY(CheckDistinct(header.times, place));
  return header;
}

// "12 e" as value and flags.
CellText ReadText(std::string_view field) {
  CellText text;
  field = Trim(field);
  const std::size_t space = field.find(' ');
  text.value = field.substr(0, space);
  if (space != std::string_view::npos) text.flags = Trim(field.substr(space));
  return text;
}

Result<void> ReadSeries(std::string_view line, const Header& header,
                        const std::vector<std::size_t>& positions, const std::string& place,
                        TableBuilder& builder) {
  const auto fields = Split(line, '\t');
  if (fields.size() != header.times.size() + 1) {
    return FieldCountError(fields.size(), header.times.size() + 1, '\t', fields[0], place);
  }
  const auto series = Split(fields[0], ',');
  if (series.size() != header.dimensions.size()) {
    return Fail(ErrorCode::kParse,
                std::to_string(series.size()) + " codes where the header has " +
                    std::to_string(header.dimensions.size()) + " dimensions",
                place, "check the commas of the first column");
  }
  std::vector<std::string_view> codes(positions.size());
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (positions[i] < series.size()) codes[i] = series[positions[i]];
  }
  for (std::size_t i = 0; i < header.times.size(); ++i) {
    codes[builder.table().time_index()] = header.times[i];
    // The format fills the periods that a series does not have; what is not sent is absent.
    if (Trim(fields[i + 1]) == ":") continue;
    TRY(builder.Add(codes, ReadText(fields[i + 1]), place));
  }
  return {};
}

}  // namespace

Result<ParsedFile> ReadTsv(std::string_view content, const ReadContext& context) {
  if (StartsWith(content, "\xEF\xBB\xBF")) content.remove_prefix(3);
  Lines lines(content);
  std::string_view line;
  lines.Next(line);
  const auto place = [&] { return context.place + ":" + std::to_string(lines.number()); };
  const Header header = TRY(ReadHeader(line, place()));
  const Dataset* dataset = TRY(ChooseDataset("", header.dimensions, context));
  std::vector<std::string> columns = header.dimensions;
  columns.emplace_back("time");
  const auto positions = TRY(LocateDimensions(*dataset, columns, place()));
  for (const std::string& dimension : header.dimensions) {
    if (!dataset->IndexOf(ToLowerAscii(dimension))) {
      return Fail(ErrorCode::kStructure,
                  "\"" + dimension.substr(0, 80) + "\" is no dimension of " + dataset->id, place(),
                  "name the dataset with --dataset");
    }
  }
  ParsedFile file;
  file.format = "tsv";
  TableBuilder builder(*dataset, context);
  while (lines.Next(line)) {
    ++file.rows_read;
    TRY(ReadSeries(line, header, positions, place(), builder));
  }
  builder.MoveInto(file);
  return file;
}

}  // namespace thb
