#include "exchange/internal/testing.h"

#include <zip.h>

#include <cstdlib>

#include "base/text.h"
#include "exchange/internal/grid.h"

namespace thb {

const Codes& TestCodes() {
  static const Codes codes = Codes::Load().value();
  return codes;
}

const Datasets& TestDatasets() {
  static const Datasets datasets = Datasets::Load(TestCodes()).value();
  return datasets;
}

Result<ParsedFile> Parse(std::string_view content, const ReadOptions& options,
                         const std::string& place) {
  return ParseFile(content, place, options, TestCodes(), TestDatasets());
}

std::map<std::string, Cell> CellsOf(const ParsedFile& file) {
  std::map<std::string, Cell> cells;
  for (const TablePart& part : file.parts) {
    for (const Observation& observation : part.observations) {
      cells[part.dataset + ":" + JoinKey(observation.key)] = observation.cell;
    }
  }
  return cells;
}

std::string MakeZip(const std::vector<std::pair<std::string, std::string>>& parts) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(source);
  zip_t* archive = zip_open_from_source(source, ZIP_TRUNCATE, &error);
  for (const auto& [name, content] : parts) {
    zip_source_t* part = zip_source_buffer(archive, content.data(), content.size(), 0);
    zip_file_add(archive, name.c_str(), part, ZIP_FL_OVERWRITE);
  }
  EXPECT_EQ(zip_close(archive), 0);
  zip_stat_t stat;
  zip_source_stat(source, &stat);
  std::string bytes(stat.size, '\0');
  zip_source_open(source);
  zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  zip_source_free(source);
  return bytes;
}

std::string MakeXlsx(const std::string& sheet_data) {
  return MakeZip(
      {{"xl/workbook.xml",
        "<workbook xmlns:r=\"r\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"a\"/></sheets>"
        "</workbook>"},
       {"xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id=\"a\" Type=\"x/worksheet\" "
        "Target=\"worksheets/sheet1.xml\"/></Relationships>"},
       {"xl/worksheets/sheet1.xml",
        "<worksheet><sheetData>" + sheet_data + "</sheetData></worksheet>"}});
}

std::string MakeXlsxOfRows(const std::vector<std::vector<std::string>>& rows) {
  std::string data;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    data += "<row r=\"" + std::to_string(row + 1) + "\">";
    for (std::size_t column = 0; column < rows[row].size(); ++column) {
      const std::string& text = rows[row][column];
      const std::string name = CellName(row + 1, column);
      if (StartsWith(text, "=")) {
        data += "<c r=\"" + name + "\"><f>" + EscapeXml(text.substr(1)) + "</f><v>7</v></c>";
      } else {
        data += "<c r=\"" + name + "\" t=\"inlineStr\"><is><t>" + EscapeXml(text) + "</t></is></c>";
      }
    }
    data += "</row>";
  }
  return MakeXlsx(data);
}

std::string ReferenceDirectory() {
  const char* directory = std::getenv("THB_REFERENCE_DIR");
  if (directory != nullptr && *directory != '\0') return directory;
  const char* ci = std::getenv("CI");
  if (ci != nullptr && std::string_view(ci) == "true") {
    ADD_FAILURE() << "THB_REFERENCE_DIR is not set";
  }
  return {};
}

}  // namespace thb
