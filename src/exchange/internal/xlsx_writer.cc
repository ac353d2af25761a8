// Writes XLSX: a sheet of cells in the columns of our CSV, and a sheet with the labels of the
// codes.

#include <xlsxwriter.h>

#include <algorithm>
#include <memory>
#include <set>

#include "base/files.h"
#include "base/process.h"
#include "base/text.h"
#include "exchange/internal/grid.h"
#include "exchange/internal/writers.h"

namespace thb {
namespace {

constexpr double kWideColumn = 14;
constexpr double kLabelColumn = 60;

struct CloseUnused {
  void operator()(lxw_workbook* workbook) const { lxw_workbook_free(workbook); }
};

// Figures are numbers, so that a spreadsheet can add them up; what it would round stays a text.
void WriteField(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column, const std::string& text) {
  if (text.empty()) return;
  constexpr std::size_t kExactDigits = 15;
  const auto number = ParseDecimal(text);
  if (number && text.size() <= kExactDigits && FormatNumber(*number) == text) {
    worksheet_write_number(sheet, row, column, *number, nullptr);
  } else {
    worksheet_write_string(sheet, row, column, text.c_str(), nullptr);
  }
}

void WriteHeader(lxw_worksheet* sheet, const std::vector<std::string>& header, lxw_format* bold) {
  for (std::size_t i = 0; i < header.size(); ++i) {
    worksheet_write_string(sheet, 0, static_cast<lxw_col_t>(i), header[i].c_str(), bold);
  }
  worksheet_set_column(sheet, 0, static_cast<lxw_col_t>(header.size() - 1), kWideColumn, nullptr);
  worksheet_freeze_panes(sheet, 1, 0);
}

void WriteCells(lxw_worksheet* sheet, const TableToWrite& table, lxw_format* bold) {
  const auto header = PlainHeader(table);
  WriteHeader(sheet, header, bold);
  lxw_row_t row = 1;
  for (const SnapshotCell& cell : table.cells) {
    const auto fields = PlainRow(table, cell);
    for (std::size_t i = 0; i < fields.size(); ++i) {
      WriteField(sheet, row, static_cast<lxw_col_t>(i), fields[i]);
    }
    ++row;
  }
  worksheet_autofilter(sheet, 0, 0, row - 1, static_cast<lxw_col_t>(header.size() - 1));
}

void WriteLabels(lxw_worksheet* sheet, const TableToWrite& table, lxw_format* bold) {
  WriteHeader(sheet, {"dimension", "code", "en", "nl"}, bold);
  worksheet_set_column(sheet, 2, 3, kLabelColumn, nullptr);
  const auto codes = UsedCodes(table);
  lxw_row_t row = 1;
  const auto write = [&](const std::string& dimension, const std::string& code,
                         const std::string& en, const std::string& nl) {
    const std::string* fields[] = {&dimension, &code, &en, &nl};
    for (lxw_col_t i = 0; i < 4; ++i) {
      if (!fields[i]->empty()) worksheet_write_string(sheet, row, i, fields[i]->c_str(), nullptr);
    }
    ++row;
  };
  write("dataset", table.dataset.id, table.dataset.en, table.dataset.nl);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const Dimension& dimension = table.dataset.dimensions[i];
    write(dimension.id, "", ConceptLabel(table, dimension.id, Language::kEn),
          ConceptLabel(table, dimension.id, Language::kNl));
    if (dimension.codelist.empty()) continue;  // a period is its own label
    for (const std::string& code : codes[i]) {
      write(dimension.id, code, CodeLabel(table, dimension, code, Language::kEn),
            CodeLabel(table, dimension, code, Language::kNl));
    }
  }
}

void SetProperties(lxw_workbook* workbook, const TableToWrite& table) {
  // The library wants texts that it may change; it copies them.
  std::string title = DatasetLabel(table.dataset, table.options.language);
  std::string author = "OpenTHB";
  std::string subject = table.dataset.SdmxId();
  lxw_doc_properties properties = {};
  properties.title = title.data();
  properties.subject = subject.data();
  properties.author = author.data();
  std::string comment(table.options.synthetic ? kSyntheticComment : "");
  if (!comment.empty()) properties.comments = comment.data();
  // The library takes 0 for the present moment.
  properties.created = static_cast<time_t>(std::max<Instant>(1, table.options.time));
  workbook_set_properties(workbook, &properties);
}

}  // namespace

Result<WrittenTable> WriteXlsx(const TableToWrite& table) {
  if (table.cells.size() >= kMaxGridRows) {
    return Fail(ErrorCode::kLimit, std::to_string(table.cells.size()) + " cells in a sheet",
                table.dataset.id, "narrow it with --where, or export csv");
  }
  const TemporaryDirectory directory = TRY(TemporaryDirectory::Make());
  const std::string path = directory.path() + "/table.xlsx";
  std::unique_ptr<lxw_workbook, CloseUnused> workbook(workbook_new(path.c_str()));
  if (workbook == nullptr) return Fail(ErrorCode::kIo, "no memory for a workbook", path);
  SetProperties(workbook.get(), table);
  lxw_format* bold = workbook_add_format(workbook.get());
  format_set_bold(bold);
  WriteCells(workbook_add_worksheet(workbook.get(), "Data"), table, bold);
  WriteLabels(workbook_add_worksheet(workbook.get(), "Labels"), table, bold);
  const lxw_error error = workbook_close(workbook.release());
  if (error != LXW_NO_ERROR) {
    return Fail(ErrorCode::kIo, std::string("the workbook: ") + lxw_strerror(error), path,
                "check the space in the folder for temporary files");
  }
  WrittenTable written;
  written.bytes = TRY(ReadFile(path));
  return written;
}

}  // namespace thb
