#include "exchange/internal/writers.h"

#include <algorithm>
#include <set>
#include <span>

#include "base/csv.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr std::string_view kPartColumns[] = {kValueColumn,     kFlagColumn,  kConfColumn,
                                             kLowerColumn,     kUpperColumn, kReasonColumn,
                                             kCandidatesColumn};

void AppendParts(std::vector<std::string>& row, CellFields fields) {
  for (std::string* part : {&fields.value, &fields.flags, &fields.conf, &fields.lower,
                            &fields.upper, &fields.reason, &fields.candidates}) {
    row.push_back(std::move(*part));
  }
}

// The rows of SDMX-CSV, whose versions differ in their first columns and in the parts of a cell.
class SdmxCsvWriter {
 public:
  SdmxCsvWriter(const TableToWrite& table, std::vector<std::string> first_names,
                std::vector<std::string> first_values, std::span<const std::string_view> parts)
      : table_(table), first_values_(std::move(first_values)) {
    row_ = std::move(first_names);
    for (std::size_t i = 0; i < table.dataset.dimensions.size(); ++i) {
      const bool is_time = i == table.dataset.time_index();
      if (is_time && table.options.series_only) continue;
      const std::string& id = table.dataset.dimensions[i].id;
      row_.push_back(Label(is_time ? "TIME_PERIOD" : id, id));
    }
    for (const std::string_view part : parts) {
      wanted_.push_back(!table.options.series_only && Wants(table.options, part));
      if (wanted_.back()) row_.push_back(Label(part, part));
    }
    if (table.options.synthetic) row_.push_back(Label(kCommentColumn, kCommentColumn));
    AppendCsv(out_, row_);
  }

  void Add(const SnapshotCell& cell, const CellFields& fields) {
    row_ = first_values_;
    const std::size_t end = cell.key.size() - (table_.options.series_only ? 1 : 0);
    for (std::size_t i = 0; i < end; ++i) row_.push_back(CodeText(i, cell.key[i]));
    const std::string* parts[] = {&fields.value, &fields.flags,  &fields.conf,      &fields.lower,
                                  &fields.upper, &fields.reason, &fields.candidates};
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      if (wanted_[i]) row_.push_back(*parts[i]);
    }
    if (table_.options.synthetic) row_.emplace_back(kSyntheticComment);
    if (table_.options.series_only && !series_.insert(row_).second) return;
    AppendCsv(out_, row_);
  }

  std::string Take() { return std::move(out_); }

 private:
  std::string Label(std::string_view id, std::string_view concept_id) const {
    if (!table_.options.labels) return std::string(id);
    return std::string(id) + ": " + ConceptLabel(table_, concept_id, table_.options.language);
  }
  std::string CodeText(std::size_t index, const std::string& code) const {
    if (!table_.options.labels || index == table_.dataset.time_index()) return code;
    return code + ": " +
           CodeLabel(table_, table_.dataset.dimensions[index], code, table_.options.language);
  }

  const TableToWrite& table_;
  std::vector<std::string> first_values_;
  std::vector<bool> wanted_;
  std::vector<std::string> row_;
  std::set<std::vector<std::string>> series_;
  std::string out_;
};

std::string WithFlagC(const std::string& flags) {
  return flags.find('c') != std::string::npos ? flags : MergeFlags(flags + "c");
}

// "22/05/26 11:00:00", as Eurostat prints the last update.
std::string EurostatStamp(Instant time) {
  const std::string iso = FormatInstant(time);  // 2026-05-22T11:00:00Z
  return iso.substr(8, 2) + "/" + iso.substr(5, 2) + "/" + iso.substr(2, 2) + " " +
         iso.substr(11, 8);
}

void AddLoss(std::vector<std::string>& losses, std::size_t count, const std::string& one,
             const std::string& many) {
  if (count > 0) losses.push_back(std::to_string(count) + " " + (count == 1 ? one : many));
}

}  // namespace

Result<void> CheckTable(const TableToWrite& table) {
  std::vector<const Key*> keys;
  for (const SnapshotCell& cell : table.cells) {
    if (cell.key.size() != table.dataset.dimensions.size()) {
      return Fail(ErrorCode::kInternal, "a cell does not fit its dataset",
                  table.dataset.id + ":" + JoinKey(cell.key));
    }
    keys.push_back(&cell.key);
  }
  std::sort(keys.begin(), keys.end(), [](const Key* a, const Key* b) { return *a < *b; });
  const auto repeated = std::adjacent_find(keys.begin(), keys.end(),
                                           [](const Key* a, const Key* b) { return *a == *b; });
  if (repeated == keys.end()) return {};
  return Fail(ErrorCode::kConflict, "two cells have the same key",
              table.dataset.id + ":" + JoinKey(**repeated), "write each cell once");
}

std::vector<std::string> PlainHeader(const TableToWrite& table) {
  std::vector<std::string> header = {"dataset"};
  for (const Dimension& dimension : table.dataset.dimensions) header.push_back(dimension.id);
  header.insert(header.end(), std::begin(kPartColumns), std::end(kPartColumns));
  if (table.options.synthetic) header.emplace_back(kCommentColumn);
  return header;
}

std::vector<std::string> PlainRow(const TableToWrite& table, const SnapshotCell& cell) {
  std::vector<std::string> row = {table.dataset.id};
  row.insert(row.end(), cell.key.begin(), cell.key.end());
  AppendParts(row, PrintCell(cell.cell));
  if (table.options.synthetic) row.emplace_back(kSyntheticComment);
  return row;
}

std::vector<std::vector<std::string>> UsedCodes(const TableToWrite& table) {
  std::vector<std::vector<std::string>> used;
  for (std::size_t i = 0; i < table.dataset.dimensions.size(); ++i) {
    std::set<std::string> codes;
    for (const SnapshotCell& cell : table.cells) codes.insert(cell.key[i]);
    std::vector<std::string>& ordered = used.emplace_back();
    if (const CodeList* list = table.codes.Find(table.dataset.dimensions[i].codelist)) {
      for (const Code& code : list->codes()) {
        if (codes.erase(code.id) > 0) ordered.push_back(code.id);
      }
    }
    ordered.insert(ordered.end(), codes.begin(), codes.end());
  }
  return used;
}

std::string CodeLabel(const TableToWrite& table, const Dimension& dimension, std::string_view code,
                      Language language) {
  const CodeList* list = table.codes.Find(dimension.codelist);
  return list == nullptr ? std::string(code) : list->Label(code, language);
}

std::string ConceptLabel(const TableToWrite& table, std::string_view concept_id,
                         Language language) {
  const CodeList* list = table.codes.Find("concept");
  return list == nullptr ? std::string(concept_id) : list->Label(concept_id, language);
}

std::string DatasetLabel(const Dataset& dataset, Language language) {
  return language == Language::kNl ? dataset.nl : dataset.en;
}

CellFields PrintReduced(const Cell& cell, bool with_conf) {
  CellFields fields;
  if (cell.state == CellState::kValue) fields.value = FormatNumber(cell.value);
  fields.flags = cell.flags;
  const bool confidential = !cell.conf.empty() && cell.conf != "F";
  if (with_conf) {
    fields.conf = cell.conf;
    if (cell.state == CellState::kSuppressed && !confidential) {
      fields.flags = WithFlagC(cell.flags);
    }
  } else if (cell.state == CellState::kSuppressed || confidential) {
    fields.flags = WithFlagC(cell.flags);
  }
  return fields;
}

std::vector<std::string> ReducedLosses(const TableToWrite& table, bool with_conf) {
  std::size_t bounds = 0;
  std::size_t reasons = 0;
  std::size_t candidates = 0;
  std::size_t confs = 0;
  for (const SnapshotCell& entry : table.cells) {
    const Cell& cell = entry.cell;
    if (cell.state == CellState::kSuppressed && (cell.lower > 0 || cell.upper >= 0)) ++bounds;
    const bool marked_z = cell.flags.find('z') != std::string::npos;
    const std::string implied = marked_z ? "not_applicable" : "not_sent";
    if (cell.state == CellState::kMissing && cell.reason != implied) ++reasons;
    if (!cell.candidates.empty()) ++candidates;
    if (!with_conf && !cell.conf.empty()) ++confs;
  }
  std::vector<std::string> losses;
  AddLoss(losses, bounds, "bound", "bounds");
  AddLoss(losses, reasons, "reason", "reasons");
  AddLoss(losses, candidates, "list of candidates", "lists of candidates");
  AddLoss(losses, confs, "confidentiality status", "confidentiality statuses");
  return losses;
}

bool Wants(const WriteOptions& options, std::string_view part) {
  return !options.parts || options.parts->count(std::string(part)) > 0;
}

void AppendJson(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

Result<WrittenTable> WriteCsv(const TableToWrite& table) {
  WrittenTable written;
  AppendCsv(written.bytes, PlainHeader(table));
  for (const SnapshotCell& cell : table.cells) {
    AppendCsv(written.bytes, PlainRow(table, cell));
  }
  return written;
}

// DATAFLOW, LAST UPDATE, dimensions, OBS_VALUE, OBS_FLAG, CONF_STATUS: Eurostat's layout.
Result<WrittenTable> WriteSdmxCsv(const TableToWrite& table) {
  SdmxCsvWriter writer(table, {"DATAFLOW", "LAST UPDATE"},
                       {table.dataset.SdmxId(), EurostatStamp(table.options.time)},
                       std::span(kPartColumns).first(3));
  for (const SnapshotCell& cell : table.cells) writer.Add(cell, PrintReduced(cell.cell, true));
  return WrittenTable{writer.Take(), ReducedLosses(table, true)};
}

// Without ACTION the message is information, which a reader takes as a whole return.
Result<WrittenTable> WriteSdmxCsv2(const TableToWrite& table) {
  SdmxCsvWriter writer(table, {"STRUCTURE", "STRUCTURE_ID"}, {"dataflow", table.dataset.SdmxId()},
                       kPartColumns);
  for (const SnapshotCell& cell : table.cells) writer.Add(cell, PrintCell(cell.cell));
  return WrittenTable{writer.Take(), {}};
}

}  // namespace thb
