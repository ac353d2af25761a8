#pragma once
// A table of a page as a file: CSV with exactly the rows, columns and words that are shown.
//
// The address of the page with `file=<id of the table>` gives it: the page is made as always, and
// the table that was asked for is taken down while it is written. So what is shown and what is
// taken cannot differ, and a table that a page cuts short for reading is whole in its file.

#include <memory>
#include <string>

#include "web/internal/kinds.h"

namespace thb {

// Rows of a table that is asked for as a file.
inline constexpr std::size_t kMaxFileRows = 100'000;

struct TableFile {
  std::string wanted;      // id of the table; "" where the page itself is asked for
  std::string form = {};   // of a posted page: id of the form that posts the same again
  bool synthetic = false;  // what the page shows was generated; known when it is done
  std::optional<DataTable> table;
};

// Whether this table is what the address asks for, so that no row is to be left out.
bool IsAskedFor(const PageVisit& visit, const std::string& table_id);
// Rows to write: those that a page shows, or all where the table is asked for as a file.
std::size_t RowsOf(const PageVisit& visit, const std::string& table_id, std::size_t on_page);
// The address of the file.
std::string FileLink(const PageVisit& visit, const std::string& table_id);

// RenderTable, with a link to the file below where the page offers files; a button that posts the
// page's form again where its address alone does not make it.
Html RenderPublishedTable(const PageVisit& visit, const DataTable& table);

// UTF-8 with a mark of it at the start, which spreadsheets need. Numbers are without separators of
// thousands and have a point, in every language. What stands small beside a figure has columns of
// its own: its letters, its remarks. Generated records say so in the last column of each row.
std::string CsvOf(const PageVisit& visit, const DataTable& table, bool synthetic);
// The file that was asked for, taken down while its page was made. Errors: kNotFound.
Result<Response> FileOf(const PageVisit& visit);
// The file of the answer; `name` without its ending.
Response CsvResponse(const PageVisit& visit, const DataTable& table, bool synthetic,
                     const std::string& name);

// A cell in plain text.
struct PlainCell {
  std::string text;
  std::string letters;
  std::string remarks;
};
PlainCell PlainCellOf(const Html& cell, bool number);

}  // namespace thb
