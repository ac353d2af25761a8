#pragma once
// The document model: what a report says, apart from how it is printed. Renderers (render.h) know
// nothing of statistics, and nothing here knows of a format.

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace thb {

// A run of text within a paragraph, an item or a cell.
struct Inline {
  enum class Kind { kText, kFigure, kFootnote };
  Kind kind = Kind::kText;
  std::string text;          // kText, kFigure
  std::string figure_id;     // kFigure: what `thb explain` takes
  std::size_t footnote = 0;  // kFootnote: index in Document::footnotes
  bool strong = false;

  static Inline Text(std::string text) { return {Kind::kText, std::move(text), {}, 0, false}; }
  static Inline Figure(std::string text, std::string id) {
    return {Kind::kFigure, std::move(text), std::move(id), 0, false};
  }
  static Inline Footnote(std::size_t index) { return {Kind::kFootnote, {}, {}, index, false}; }
};
using Inlines = std::vector<Inline>;

// The words without marks.
std::string PlainText(const Inlines& runs);

struct ReportParagraph {
  Inlines runs;
};

struct ReportList {
  std::vector<Inlines> items;
};

struct ReportCell {
  Inlines runs;
  bool number = false;  // set against the right edge
};

struct ReportTable {
  std::string caption;
  std::vector<std::string> columns;           // headings; the first is that of the row headings
  std::vector<std::vector<ReportCell>> rows;  // as many cells as columns; the first is a heading
  std::vector<std::string> notes;             // below the table: what its marks mean
  bool wide = false;                          // needs a page on its side
};

// A chart or a map, with the table behind it.
struct ReportChart {
  std::string caption;  // says what it shows
  std::string svg;      // one <svg> element
  std::string summary;  // one sentence for those who cannot see it
  ReportTable table;
  bool table_on_paper = true;  // false where a table of the text says the same
};

// A box that must not be overlooked.
struct ReportNotice {
  Inlines runs;
};

using ReportBlock =
    std::variant<ReportParagraph, ReportList, ReportTable, ReportChart, ReportNotice>;

struct ReportSection {
  std::string id;  // of the anchor: "victims"
  std::string heading;
  int level = 2;     // 2 or 3
  bool box = false;  // set apart as a summary
  std::vector<ReportBlock> blocks;
};

struct Footnote {
  Inlines runs;
};

// One figure of the text, for the list at the end.
struct FigureEntry {
  std::string id;
  std::string text;   // as first printed
  std::string label;  // title of the indicator
};

// Words of the page itself, in the document's language.
struct DocumentLabels {
  std::string skip;          // "Skip to the text"
  std::string contents;      // heading of the table of contents
  std::string footnotes;     // heading of the notes of the page
  std::string footnote;      // "Footnote", before a number
  std::string back;          // "Back to the text"
  std::string figures;       // heading of the list of figures
  std::string figures_text;  // what the list is for
  std::string figure;        // column heading
  std::string value;         // column heading
  std::string identifier;    // column heading
  std::string chart_table;   // "The figures behind this chart"
  std::string page_of;       // between page number and number of pages
};

struct Document {
  std::string language;  // BCP 47
  std::string title;
  std::string subtitle;
  std::vector<std::string> imprint;  // collection, state of the data, release, program
  std::vector<ReportSection> sections;
  std::vector<Footnote> footnotes;   // in the order of their first call
  std::vector<FigureEntry> figures;  // in the order of their first appearance
  DocumentLabels labels;
};

// Puts footnotes into the order of their first call and drops those that are not called.
void NumberFootnotes(Document& document);

}  // namespace thb
