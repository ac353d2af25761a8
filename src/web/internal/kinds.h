#pragma once
// The five kinds of page, and the table that they share. A page of this room is one of them, so
// that who knows one page knows all: a worklist (what there is), a record (what is known of one
// thing), a timeline (what happened when), a form (one question, asked plainly), a table with its
// chart.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "web/internal/page.h"

namespace thb {

struct TableColumn {
  std::string heading;
  bool number = false;  // set against the right edge
};

// Rows have a cell for each column; the first is the row's heading.
struct DataTable {
  std::string id;       // unique on the page
  std::string caption;  // says what the table shows
  std::vector<TableColumn> columns;
  std::vector<std::vector<Html>> rows;
  std::string empty;               // what is said in place of a table without rows
  std::vector<std::string> notes;  // below it
  bool wide_heading = false;       // the first column may wrap
  // The columns are of one kind, years or codes: on a narrow screen the table scrolls, with its
  // first column in view. Else each row becomes a card there.
  bool matrix = false;
};
// In a region of its own that scrolls and takes the focus.
Html RenderTable(const Texts& texts, const DataTable& table);

struct PageSection {
  std::string id;
  std::string heading;
  Html body;
};
Html RenderSections(const std::vector<PageSection>& sections);
// Links to the sections, where they are many.
Html RenderContents(const Texts& texts, const std::vector<PageSection>& sections);

using Facts = std::vector<std::pair<std::string, Html>>;
Html RenderFacts(const Facts& facts);

// Worklist: a search that works without script, and a table of links.
struct Worklist {
  std::optional<std::string> search;  // what is searched for now
  std::string search_label;
  std::string count;  // "12 indicators"
  DataTable table;
};
Html RenderWorklist(const PageVisit& visit, const Worklist& list);

// Record: facts on top, then sections.
struct RecordView {
  Facts facts;
  Html lead;
  std::vector<PageSection> sections;
};
Html RenderRecord(const Texts& texts, const RecordView& record);

// Timeline: what happened, the latest first or the next first.
struct TimelineItem {
  std::string date;
  std::string status;  // a word
  Html title;
  Html body;
};
Html RenderTimeline(const std::vector<TimelineItem>& events);

// Form: fields in groups, sent by GET so that the address holds the answer, unless it says `post`.
struct FieldChoice {
  std::string value;
  std::string label;
  bool chosen = false;
};
struct FormField {
  enum class Kind { kSelect, kCheckboxes, kRadio, kText, kArea };
  std::string name;
  std::string label;
  std::string help;
  Kind kind = Kind::kSelect;
  std::vector<FieldChoice> choices;
  std::string value;   // kText, kArea
  bool wrong = false;  // the error is told above the form, in an element "wrong"
  bool roomy = false;  // kSelect: its choices are long
};
struct FormView {
  std::string action;
  std::string label;
  QueryPairs hidden;
  std::vector<FormField> fields;
  std::string button;
  bool post = false;  // for what is too long for an address, or must not stand in one
};
Html RenderForm(const Texts& texts, const FormView& form);

// Table with chart: the same figures drawn and written, and the files with exactly them.
struct TableWithChart {
  Html chart;  // empty: no chart
  std::string description;
  DataTable table;
  bool fold_table = false;  // below a chart that says the same
  bool beside = false;      // chart and table side by side where there is room
  std::vector<std::pair<std::string, std::string>> downloads;  // label, address
  std::string chart_title = {};  // what the drawing shows; the table's caption where it is empty
};
// "Take these figures with you", with links.
Html RenderDownloads(const PageVisit& visit,
                     const std::vector<std::pair<std::string, std::string>>& downloads);
Html RenderTableWithChart(const PageVisit& visit, const TableWithChart& view);

}  // namespace thb
