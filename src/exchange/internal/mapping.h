#pragma once
// A mapping: how the rows of a foreign spreadsheet, or of a form of ours, become cells. It is data
// (mappings/*.json, or a file of the user's); docs/formats/mapping.md describes its JSON.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "exchange/internal/reader.h"

namespace thb {

// Text of a column -> code. A code of "@geo" is the reporting country; one that starts with "!" is
// the reason for which the row is skipped.
using Recode = std::map<std::string, std::string, std::less<>>;

// How one dimension gets its code.
struct DimensionRule {
  std::string constant;  // the code, where no column gives it
  std::string column;
  std::string recode;                // name of a recode table, "" for none
  std::vector<std::string> lookups;  // tried after it: codelist, iso3, country
  std::string empty;  // code of an empty text; "@sender"; "" makes it a text like any other
};

// Rows that satisfy `when` go to a dataset, or are skipped.
struct Route {
  std::map<std::string, std::vector<std::string>> when;  // column -> its texts
  std::string skip;  // the reason, where the rows have no dataset
  std::string dataset;
  std::map<std::string, DimensionRule> dimensions;  // others are at their total
};

struct Mapping {
  std::string id;
  std::string collection;
  std::string form_counting;
  bool foreign = false;
  std::string sheet;                   // "" for the first sheet that has the header
  std::vector<std::string> signature;  // columns by which the header is known; all must be there
  std::vector<std::string> optional;   // columns that a route may use and that may be absent
  std::vector<std::string> ignored;    // columns that say nothing about a cell
  std::size_t header_row = 0;          // number of the header's row; 0 to look for it
  std::string value;                   // column of the figures
  std::string flag;                    // column of the flags, "" for none
  std::string thousands;               // separator of thousands, "" for none
  std::map<std::string, std::pair<double, double>> suppressed;  // text -> bounds, upper -1 for none
  std::map<std::string, std::string> missing;                   // text -> reason
  std::vector<std::string> not_in_key;  // foreign: columns that tell no rows apart
  std::map<std::string, Recode> recodes;
  std::vector<Route> routes;  // the first that fits is taken
};

// Errors: kParse, kStructure (an unknown or missing member, column, dataset or dimension),
// kUnknownCode.
Result<Mapping> ParseMapping(std::string_view json, const std::string& place, const Codes& codes,
                             const Datasets& datasets);

// Those that are shipped, by id. Errors: as ParseMapping.
Result<std::vector<Mapping>> ShippedMappings(const Codes& codes, const Datasets& datasets);

// The row of the header, or nothing where the grid is no table for this mapping.
std::optional<std::size_t> FindMappedHeader(const Mapping& mapping, const Grid& grid);
// The columns of the signature that the likeliest header row lacks, and that row; nothing where no
// row has at least half of them.
std::optional<std::pair<std::vector<std::string>, std::size_t>> NearlyMatched(
    const Mapping& mapping, const Grid& grid);

// Reads the table below the header. In a foreign table a repeated key loads no value: its cell is
// missing for a conflict, with a finding duplicate_key or, where different keys of the file fall on
// one cell, ambiguous_key. In a return both rows are kept for validation.
// Errors: kStructure, kUnknownCode, kBadValue, kUnsupported (a formula in a return).
Result<ParsedFile> ReadMappedTable(const Grid& grid, std::size_t header, const Mapping& mapping,
                                   const ReadContext& context);

}  // namespace thb
