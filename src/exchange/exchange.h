#pragma once
// Files in and out: every format in which tables on trafficking in human beings travel.
//
// A reader turns the bytes of one file into observations of our own datasets (never of a view) and
// accounts for every row that it could not place. It knows a format by its content, never by its
// name. A file that is malformed, holds an unknown code or an illegal number gives one error and
// nothing else. Writers give equal bytes for equal input and say what their format cannot carry.

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "codes/codes.h"
#include "statistics/dataset.h"
#include "statistics/observation.h"
#include "statistics/snapshot.h"

namespace thb {

struct ReadOptions {
  std::string dataset;        // overrides the dataset that the file names; "" detects it
  std::string mapping;        // id of a shipped mapping, mappings/<id>.json; "" detects one
  std::string mapping_text;   // JSON of a mapping of the user's own; goes before `mapping`
  std::string mapping_place;  // names mapping_text in errors
  std::string sender;         // geo code, may be ""; citizens "NAT" of no other state are its own
};

// Reads SDMX-CSV 1.0 and 2.x, SDMX-JSON 2.x, JSON-stat 2.0, Eurostat's TSV, our own CSV and XLSX,
// and any CSV or XLSX through a mapping. `place` names the file in errors and observations.
// Errors: kParse, kEncoding, kLimit, kUnsupported for files that cannot be read; kStructure for
// columns or dimensions; kUnknownCode and kBadValue for a cell; kNotFound for a dataset or mapping.
Result<ParsedFile> ParseFile(std::string_view content, const std::string& place,
                             const ReadOptions& options, const Codes& codes,
                             const Datasets& datasets);

enum class Format { kSdmxCsv, kSdmxCsv2, kSdmxJson, kSdmxMl, kJsonStat, kTsv, kCsv, kXlsx };

// "sdmx-csv" (1.0), "sdmx-csv-2", "sdmx-json", "sdmx-ml" (2.1, structure-specific), "json-stat",
// "tsv", "csv", "xlsx". Errors: kUsage.
Result<Format> ParseFormat(std::string_view name);

// The last three are known to the SDMX formats only, labels to SDMX-CSV.
struct WriteOptions {
  Instant time = 0;  // stamps of preparation and update, properties of a workbook
  Language language = Language::kEn;
  // Parts of a cell by their column, "OBS_VALUE", "OBS_FLAG" ...; nothing: all that there are.
  std::optional<std::set<std::string>> parts = std::nullopt;
  bool series_only = false;  // the keys of series, without time and cells; not in SDMX-JSON
  bool labels = false;       // "F: Women and girls" in place of "F"
  // The records were generated: the file says so (kSyntheticComment) wherever its format has a
  // place for it. TSV has none; its name is to say it.
  bool synthetic = false;
};

// Begins the names of files with generated records.
inline constexpr std::string_view kSyntheticPrefix = "synthetic-";
// What the files themselves say: in column COMMENT_DSET of the CSV formats and the workbook, as
// source and note of JSON-stat, as name of a test message in SDMX-JSON and SDMX-ML. Readers know a
// file of generated records by it.
inline constexpr std::string_view kSyntheticComment = "Synthetic records not to be quoted";

struct WrittenTable {
  std::string bytes;
  std::vector<std::string> losses;  // what the format does not carry: "12 bounds", "3 reasons"
};

// Writes the cells of one dataset or view; their keys have its dimensions. The rows stand in the
// order of `cells` or, where the format sorts, in key order. Full fidelity (value, flags,
// confidentiality, bounds, reasons, candidates): SDMX-CSV 2.0, SDMX-JSON, JSON-stat, CSV, XLSX.
// Errors: kConflict for a repeated key, kLimit, kIo (XLSX).
Result<WrittenTable> WriteTable(Format format, const Dataset& dataset,
                                const std::vector<SnapshotCell>& cells, const WriteOptions& options,
                                const Codes& codes);

}  // namespace thb
