#pragma once
// What the tests of this room share.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exchange/exchange.h"

namespace thb {

// The shipped code lists and datasets, loaded once.
const Codes& TestCodes();
const Datasets& TestDatasets();

Result<ParsedFile> Parse(std::string_view content, const ReadOptions& options = {},
                         const std::string& place = "in");

// Every observation by "dataset:key"; the last one counts where a key is repeated.
std::map<std::string, Cell> CellsOf(const ParsedFile& file);

// A ZIP archive of these parts, stored or deflated.
std::string MakeZip(const std::vector<std::pair<std::string, std::string>>& parts);
// A workbook of one sheet with this XML inside <sheetData>.
std::string MakeXlsx(const std::string& sheet_data);
// Rows of inline texts; a text that starts with "=" becomes a formula.
std::string MakeXlsxOfRows(const std::vector<std::vector<std::string>>& rows);

// THB_REFERENCE_DIR, or "" outside CI where it is not set; a failure in CI.
std::string ReferenceDirectory();

}  // namespace thb
