#pragma once
// What the readers share: their surroundings, and one function per format.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "exchange/exchange.h"
#include "exchange/internal/grid.h"

namespace thb {

struct ReadContext {
  const ReadOptions& options;
  const Codes& codes;
  const Datasets& datasets;
  std::string place;
};

Result<ParsedFile> ReadSdmxCsv(std::string_view content, const ReadContext& context);
Result<ParsedFile> ReadTsv(std::string_view content, const ReadContext& context);
Result<ParsedFile> ReadJsonStat(std::string_view content, const ReadContext& context);
Result<ParsedFile> ReadSdmxJson(std::string_view content, const ReadContext& context);
// Our own CSV and XLSX: nothing where no row of `grid` is their header.
Result<std::optional<ParsedFile>> ReadPlainTable(const Grid& grid, const ReadContext& context);

// The dataset of a file that names `id` ("crim_thb_sex", "ESTAT:CRIM_THB_SEX(1.0)", or nothing) and
// has these dimensions; --dataset goes before both. Errors: kNotFound, kStructure.
Result<const Dataset*> ChooseDataset(std::string_view id,
                                     const std::vector<std::string>& dimensions,
                                     const ReadContext& context);

// Position in `columns` of each dimension of the dataset. Frequency and unit may be absent, as
// their columns are in older files; their position is then npos. TIME_PERIOD and time are one.
// Errors: kStructure, naming the dimension that is missing.
Result<std::vector<std::size_t>> LocateDimensions(const Dataset& dataset,
                                                  const std::vector<std::string>& columns,
                                                  const std::string& place);

// "a, b" of a header that has a column twice is an error. Errors: kStructure.
Result<void> CheckDistinct(const std::vector<std::string>& columns, const std::string& place);

// A record below the header `columns`: in CSV it has as many fields, in a sheet nothing stands
// where the header is empty. Errors: kParse, kStructure.
Result<void> CheckRecord(const Grid& grid, std::size_t row,
                         const std::vector<std::string>& columns);

// Error for a record that has not as many fields as the header.
tl::unexpected<Error> FieldCountError(std::size_t found, std::size_t wanted, char separator,
                                      std::string_view first_field, const std::string& place);

}  // namespace thb
