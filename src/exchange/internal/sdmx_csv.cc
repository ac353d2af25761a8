// Reads SDMX-CSV: version 1.0 as Eurostat sends it, and 2.0 and 2.1 with actions (field guide of
// the SDMX technical working group).

#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include "base/csv.h"
#include "base/text.h"
#include "exchange/internal/reader.h"
#include "exchange/internal/table_builder.h"

namespace thb {
namespace {

constexpr std::size_t kAbsent = std::string::npos;

// Where the columns are that are no dimensions.
struct Columns {
  bool version2 = false;
  char separator = ',';
  char subfield = '\0';            // within a multi-valued attribute
  bool labelled = false;           // "sex: Sex" in the header, "F: Females" below
  std::vector<std::string> names;  // without brackets and labels
  std::vector<bool> multi_valued;
  std::size_t structure_id = kAbsent;
  std::size_t action = kAbsent;
  std::size_t value = kAbsent;
  std::size_t flags = kAbsent;
  std::size_t conf = kAbsent;
  std::size_t lower = kAbsent;
  std::size_t upper = kAbsent;
  std::size_t reason = kAbsent;
  std::size_t candidates = kAbsent;
  std::size_t comment = kAbsent;
};

// The dataset that a row names, and where its dimensions are.
struct Table {
  TableBuilder builder;
  std::vector<std::size_t> positions;
};

class SdmxCsvReader {
 public:
  SdmxCsvReader(std::string_view content, const ReadContext& context)
      : content_(content), context_(context) {}

  Result<ParsedFile> Read();

 private:
  Result<void> ReadHeader(std::vector<std::string> fields, const std::string& place);
  void NameColumn(std::size_t at, const std::string& name);
  bool IsServiceColumn(std::size_t at) const;
  Result<void> CheckColumns(const std::string& place) const;
  Result<Table*> TableOf(std::string_view structure_id, const std::string& place);
  Result<void> CheckOtherColumns(const Table& table, const std::string& place);
  Result<void> ReadRow(const std::vector<std::string>& fields, const std::string& place);
  Result<std::optional<Action>> ReadAction(const std::vector<std::string>& fields,
                                           const std::string& place) const;
  Result<void> CheckDelete(const CellText& text, const std::string& place) const;

  std::string_view content_;
  const ReadContext& context_;
  Columns columns_;
  std::map<std::string, std::unique_ptr<Table>, std::less<>> tables_;
  std::vector<Table*> order_;
  ParsedFile file_;
};

std::string_view FieldAt(const std::vector<std::string>& fields, std::size_t at) {
  return at == kAbsent ? std::string_view() : std::string_view(fields[at]);
}

// "F" of "F: Females".
std::string_view WithoutLabel(std::string_view text) {
  return text.substr(0, text.find(": "));
}

Result<ParsedFile> SdmxCsvReader::Read() {
  const std::string_view start =
      StartsWith(content_, "\xEF\xBB\xBF") ? content_.substr(3) : content_;
  columns_.version2 = StartsWith(start, "STRUCTURE") || StartsWith(start, "\"STRUCTURE");
  columns_.separator = GuessSeparator(start);
  CsvReader reader(content_, context_.place, columns_.separator);
  std::vector<std::string> fields;
  TRY(reader.Next(fields));
  TRY(ReadHeader(fields, reader.Place()));
  const std::size_t width = fields.size();
  while (TRY(reader.Next(fields))) {
    if (fields.size() != width) {
      return FieldCountError(fields.size(), width, columns_.separator, fields[0], reader.Place());
    }
    ++file_.rows_read;
    file_.synthetic |= FieldAt(fields, columns_.comment) == kSyntheticComment;
    TRY(ReadRow(fields, reader.Place()));
  }
  file_.format = columns_.version2 ? "sdmx-csv-2" : "sdmx-csv";
  for (Table* table : order_) table->builder.MoveInto(file_);
  return std::move(file_);
}

Result<void> SdmxCsvReader::ReadHeader(std::vector<std::string> fields, const std::string& place) {
  // The character between the brackets of STRUCTURE[;] parts the values of an attribute.
  if (columns_.version2 && fields[0].size() > 10 && fields[0][9] == '[') {
    columns_.subfield = fields[0][10];
  }
  columns_.labelled = std::any_of(fields.begin(), fields.end(), [](const std::string& field) {
    return field.find(": ") != std::string::npos;
  });
  for (std::size_t i = 0; i < fields.size(); ++i) {
    std::string_view name = Trim(WithoutLabel(fields[i]));
    const std::size_t bracket = name.find('[');
    columns_.multi_valued.push_back(bracket != std::string_view::npos && i > 0);
    columns_.names.emplace_back(name.substr(0, bracket));
    NameColumn(i, columns_.names.back());
  }
  TRY(CheckDistinct(columns_.names, place));
  return CheckColumns(place);
}

void SdmxCsvReader::NameColumn(std::size_t at, const std::string& name) {
  if (name == (columns_.version2 ? "STRUCTURE_ID" : "DATAFLOW")) columns_.structure_id = at;
  if (name == "ACTION" && columns_.version2) columns_.action = at;
  if (name == kValueColumn) columns_.value = at;
  if (name == kFlagColumn || name == "OBS_STATUS") columns_.flags = at;
  if (name == kConfColumn) columns_.conf = at;
  if (name == kLowerColumn) columns_.lower = at;
  if (name == kUpperColumn) columns_.upper = at;
  if (name == kReasonColumn) columns_.reason = at;
  if (name == kCandidatesColumn) columns_.candidates = at;
  if (name == kCommentColumn) columns_.comment = at;
}

// Columns that identify the message and say nothing about a cell.
bool SdmxCsvReader::IsServiceColumn(std::size_t at) const {
  constexpr std::array<std::string_view, 6> kService = {"STRUCTURE", "STRUCTURE_NAME", "SERIES_KEY",
                                                        "OBS_KEY",   "LAST UPDATE",    "DATAFLOW"};
  const std::string& name = columns_.names[at];
  return std::find(kService.begin(), kService.end(), name) != kService.end();
}

Result<void> SdmxCsvReader::CheckColumns(const std::string& place) const {
  if (columns_.structure_id == kAbsent) {
    return Fail(ErrorCode::kStructure, "column STRUCTURE_ID is missing", place, "add it");
  }
  if (columns_.value != kAbsent || columns_.action != kAbsent) return {};
  const auto nearest = Nearest(kValueColumn, columns_.names);
  return Fail(ErrorCode::kStructure, "column OBS_VALUE is missing", place,
              nearest ? "is it the column " + *nearest + "?" : "add it");
}

Result<Table*> SdmxCsvReader::TableOf(std::string_view structure_id, const std::string& place) {
  if (const auto found = tables_.find(structure_id); found != tables_.end()) {
    return found->second.get();
  }
  if (Trim(structure_id).empty()) {
    return Fail(ErrorCode::kStructure, "a row names no dataset", place,
                "fill in " + columns_.names[columns_.structure_id]);
  }
  const ReadContext at{context_.options, context_.codes, context_.datasets, place};
  const Dataset* dataset = TRY(ChooseDataset(WithoutLabel(structure_id), columns_.names, at));
  auto positions = TRY(LocateDimensions(*dataset, columns_.names, context_.place + ":1"));
  auto table =
      std::make_unique<Table>(Table{TableBuilder(*dataset, context_), std::move(positions)});
  TRY(CheckOtherColumns(*table, context_.place + ":1"));
  order_.push_back(table.get());
  return tables_.emplace(structure_id, std::move(table)).first->second.get();
}

// SDMX-CSV 2 allows columns of one's own; they are named, not read. Version 1.0 does not.
Result<void> SdmxCsvReader::CheckOtherColumns(const Table& table, const std::string& place) {
  for (std::size_t i = 0; i < columns_.names.size(); ++i) {
    const Columns& c = columns_;
    const std::array known = {c.structure_id, c.action, c.value,  c.flags,      c.conf,
                              c.lower,        c.upper,  c.reason, c.candidates, c.comment};
    const bool is_dimension =
        std::find(table.positions.begin(), table.positions.end(), i) != table.positions.end();
    if (is_dimension || IsServiceColumn(i) ||
        std::find(known.begin(), known.end(), i) != known.end()) {
      continue;
    }
    if (!columns_.version2) {
      return Fail(ErrorCode::kStructure,
                  "column \"" + columns_.names[i].substr(0, 80) + "\" is no dimension of " +
                      table.builder.table().id,
                  place, "remove the column or correct its name");
    }
    if (order_.empty()) {
      file_.findings.push_back({"ignored_column", Severity::kInfo, place,
                                "column " + columns_.names[i].substr(0, 80) + " is not read"});
    }
  }
  return {};
}

Result<void> SdmxCsvReader::ReadRow(const std::vector<std::string>& fields,
                                    const std::string& place) {
  Table& table = *TRY(TableOf(fields[columns_.structure_id], place));
  std::vector<std::string_view> codes;
  for (const std::size_t position : table.positions) {
    const std::string_view code = FieldAt(fields, position);
    codes.push_back(columns_.labelled ? WithoutLabel(code) : code);
    if (codes.back() == "~") {
      return Fail(ErrorCode::kUnsupported, "a dimension is switched off by ~", place,
                  "give the code of the total instead");
    }
  }
  CellText text{FieldAt(fields, columns_.value),     FieldAt(fields, columns_.flags),
                FieldAt(fields, columns_.conf),      FieldAt(fields, columns_.lower),
                FieldAt(fields, columns_.upper),     FieldAt(fields, columns_.reason),
                FieldAt(fields, columns_.candidates)};
  text.nan_is_missing = columns_.version2;
  const auto action = TRY(ReadAction(fields, place));
  if (action == Action::kDelete) {
    TRY(CheckDelete(text, place));
    return table.builder.Add(codes, {}, place, action);
  }
  if (columns_.labelled) {
    text.flags = WithoutLabel(text.flags);
    text.conf = WithoutLabel(text.conf);
    text.reason = WithoutLabel(text.reason);
  }
  // The values of a multi-valued attribute are parted by a character of the file's choice.
  std::string flags(text.flags);
  std::string candidates(text.candidates);
  const auto joined = [&](std::size_t at) {
    return at != kAbsent && columns_.multi_valued[at] && columns_.subfield != '\0';
  };
  if (joined(columns_.flags)) flags = ReplaceAll(flags, std::string(1, columns_.subfield), "");
  if (joined(columns_.candidates)) {
    std::replace(candidates.begin(), candidates.end(), columns_.subfield, kCandidateSeparator);
  }
  text.flags = flags;
  text.candidates = candidates;
  return table.builder.Add(codes, text, place, action);
}

Result<std::optional<Action>> SdmxCsvReader::ReadAction(const std::vector<std::string>& fields,
                                                        const std::string& place) const {
  if (columns_.action == kAbsent) return std::nullopt;
  const std::string_view action = Trim(WithoutLabel(fields[columns_.action]));
  // Information and append, of version 2.0, are merges in 2.1; merge is its default.
  if (action == "M" || action == "I" || action == "A" || action.empty()) return Action::kMerge;
  if (action == "R") return Action::kReplace;
  if (action == "D") return Action::kDelete;
  return Fail(ErrorCode::kUnknownCode,
              "unknown action \"" + std::string(action.substr(0, 20)) + "\"", place,
              "write M, R or D (I and A are read as M)");
}

// A delete row marks what is to go; nothing marked means the whole observation.
Result<void> SdmxCsvReader::CheckDelete(const CellText& text, const std::string& place) const {
  const bool attribute = !text.flags.empty() || !text.conf.empty() || !text.lower.empty() ||
                         !text.upper.empty() || !text.reason.empty() || !text.candidates.empty();
  if (!attribute || !text.value.empty()) return {};
  return Fail(ErrorCode::kUnsupported, "a delete of an attribute without its value", place,
              "send the observation anew with action R");
}

}  // namespace

Result<ParsedFile> ReadSdmxCsv(std::string_view content, const ReadContext& context) {
  return SdmxCsvReader(content, context).Read();
}

}  // namespace thb
