#pragma once
// What the writers share, and one function per format.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "exchange/exchange.h"
#include "exchange/internal/cell_text.h"

namespace thb {

struct TableToWrite {
  const Dataset& dataset;
  const std::vector<SnapshotCell>& cells;
  const WriteOptions& options;
  const Codes& codes;
};

// Every key fits the dataset and none is repeated. Errors: kInternal, kConflict.
Result<void> CheckTable(const TableToWrite& table);

Result<WrittenTable> WriteSdmxCsv(const TableToWrite& table);
Result<WrittenTable> WriteSdmxCsv2(const TableToWrite& table);
Result<WrittenTable> WriteSdmxJson(const TableToWrite& table);
Result<WrittenTable> WriteSdmxMl(const TableToWrite& table);
Result<WrittenTable> WriteJsonStat(const TableToWrite& table);
Result<WrittenTable> WriteTsv(const TableToWrite& table);
Result<WrittenTable> WriteCsv(const TableToWrite& table);
Result<WrittenTable> WriteXlsx(const TableToWrite& table);

// Header and rows of CSV and XLSX: dataset, dimensions, then the parts of a cell.
std::vector<std::string> PlainHeader(const TableToWrite& table);
std::vector<std::string> PlainRow(const TableToWrite& table, const SnapshotCell& cell);

// The codes of each dimension that occur, in the order of their lists; periods in time order.
std::vector<std::vector<std::string>> UsedCodes(const TableToWrite& table);
std::string CodeLabel(const TableToWrite& table, const Dimension& dimension, std::string_view code,
                      Language language);
// Name of a dimension or attribute: "Sex".
std::string ConceptLabel(const TableToWrite& table, std::string_view concept_id, Language language);
std::string DatasetLabel(const Dataset& dataset, Language language);

// The cells as a format without bounds, reasons and candidates says them: no value where there is
// none, and the flag c where a suppressed value would not be known for one otherwise.
// `with_conf` where the format has CONF_STATUS.
CellFields PrintReduced(const Cell& cell, bool with_conf);
// What PrintReduced leaves out, counted.
std::vector<std::string> ReducedLosses(const TableToWrite& table, bool with_conf);

// Whether a part of cells is asked for.
bool Wants(const WriteOptions& options, std::string_view part);

// Appends a JSON string literal.
void AppendJson(std::string& out, std::string_view text);

}  // namespace thb
