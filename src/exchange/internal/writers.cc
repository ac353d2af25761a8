#include "exchange/internal/writers.h"

#include <algorithm>
#include <set>

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

std::vector<std::string> DimensionColumns(const Dataset& dataset) {
  std::vector<std::string> columns;
  for (const Dimension& dimension : dataset.dimensions) columns.push_back(dimension.id);
  columns.back() = "TIME_PERIOD";
  return columns;
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

std::vector<std::string> PlainHeader(const Dataset& dataset) {
  std::vector<std::string> header = {"dataset"};
  for (const Dimension& dimension : dataset.dimensions) header.push_back(dimension.id);
  header.insert(header.end(), std::begin(kPartColumns), std::end(kPartColumns));
  return header;
}

std::vector<std::string> PlainRow(const Dataset& dataset, const SnapshotCell& cell) {
  std::vector<std::string> row = {dataset.id};
  row.insert(row.end(), cell.key.begin(), cell.key.end());
  AppendParts(row, PrintCell(cell.cell));
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
  AppendCsv(written.bytes, PlainHeader(table.dataset));
  for (const SnapshotCell& cell : table.cells) {
    AppendCsv(written.bytes, PlainRow(table.dataset, cell));
  }
  return written;
}

// DATAFLOW, LAST UPDATE, dimensions, OBS_VALUE, OBS_FLAG, CONF_STATUS: Eurostat's layout.
Result<WrittenTable> WriteSdmxCsv(const TableToWrite& table) {
  WrittenTable written;
  std::vector<std::string> row = {"DATAFLOW", "LAST UPDATE"};
  const auto dimensions = DimensionColumns(table.dataset);
  row.insert(row.end(), dimensions.begin(), dimensions.end());
  for (const std::string_view column : {kValueColumn, kFlagColumn, kConfColumn}) {
    row.emplace_back(column);
  }
  AppendCsv(written.bytes, row);
  const std::string stamp = EurostatStamp(table.options.time);
  for (const SnapshotCell& cell : table.cells) {
    row = {table.dataset.SdmxId(), stamp};
    row.insert(row.end(), cell.key.begin(), cell.key.end());
    CellFields fields = PrintReduced(cell.cell, true);
    for (std::string* part : {&fields.value, &fields.flags, &fields.conf}) {
      row.push_back(std::move(*part));
    }
    AppendCsv(written.bytes, row);
  }
  written.losses = ReducedLosses(table, true);
  return written;
}

// Without ACTION the message is information, which a reader takes as a whole return.
Result<WrittenTable> WriteSdmxCsv2(const TableToWrite& table) {
  WrittenTable written;
  std::vector<std::string> row = {"STRUCTURE", "STRUCTURE_ID"};
  const auto dimensions = DimensionColumns(table.dataset);
  row.insert(row.end(), dimensions.begin(), dimensions.end());
  row.insert(row.end(), std::begin(kPartColumns), std::end(kPartColumns));
  AppendCsv(written.bytes, row);
  for (const SnapshotCell& cell : table.cells) {
    row = {"dataflow", table.dataset.SdmxId()};
    row.insert(row.end(), cell.key.begin(), cell.key.end());
    AppendParts(row, PrintCell(cell.cell));
    AppendCsv(written.bytes, row);
  }
  return written;
}

}  // namespace thb
