#include "web/internal/table_file.h"

#include <algorithm>

#include "base/csv.h"
#include "base/text.h"
#include "exchange/exchange.h"

namespace thb {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kNoBreakSpace = "\u00a0";
constexpr std::string_view kMinus = "\u2212";

std::string Unescaped(std::string_view text) {
  std::string plain(text);
  for (const auto& [entity, character] : {std::pair("&lt;", "<"),
                                          {"&gt;", ">"},
                                          {"&quot;", "\""},
                                          {"&#39;", "'"},
                                          {"&apos;", "'"},
                                          {"&amp;", "&"}}) {
    plain = ReplaceAll(plain, entity, character);
  }
  return plain;
}

// "7 155" and "−1,5" as a program reads them; anything else as it is, with plain spaces.
std::string PlainNumber(const std::string& text) {
  std::string number = ReplaceAll(ReplaceAll(text, kNoBreakSpace, ""), kMinus, "-");
  if (number.size() > 1 && number[0] == '+') number.erase(0, 1);
  std::replace(number.begin(), number.end(), ',', '.');
  return ParseDecimal(number) ? number : text;
}

// Writes the text of a fragment into the parts of a cell. Our markup is well-formed by
// construction, so that a stack of what is open is all that it takes.
class CellReader {
 public:
  PlainCell Read(std::string_view markup) {
    while (!markup.empty()) {
      const std::size_t open = std::min(markup.find('<'), markup.size());
      AddText(markup.substr(0, open));
      markup.remove_prefix(open);
      if (markup.empty()) break;
      const std::size_t close = std::min(markup.find('>'), markup.size() - 1);
      AddTag(markup.substr(1, close - 1));
      markup.remove_prefix(close + 1);
    }
    for (std::string* part : {&cell_.text, &cell_.letters, &cell_.remarks}) {
      *part = Trim(ReplaceAll(*part, kNoBreakSpace, " "));
    }
    if (!value_.empty()) cell_.text = value_;
    return std::move(cell_);
  }

 private:
  void AddText(std::string_view text) {
    std::string& part = open_.empty() ? cell_.text : *open_.back();
    part += Unescaped(text);
  }

  static std::string AttributeOf(std::string_view tag, std::string_view name) {
    const std::string start = " " + std::string(name) + "=\"";
    const std::size_t at = tag.find(start);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = tag.substr(at + start.size());
    return Unescaped(rest.substr(0, rest.find('"')));
  }

  void AddTag(std::string_view tag) {
    if (StartsWith(tag, "/")) {
      if (!open_.empty()) open_.pop_back();
      return;
    }
    if (EndsWith(tag, "/")) return;
    std::string* part = open_.empty() ? &cell_.text : open_.back();
    const std::string kind = AttributeOf(tag, "class");
    if (kind == "thb-letters") part = &cell_.letters;
    if (kind == "thb-hear" || kind == "thb-sub") {
      part = &cell_.remarks;
      if (!part->empty()) *part += "; ";
    }
    if (StartsWith(tag, "data ")) value_ = AttributeOf(tag, "value");
    open_.push_back(part);
  }

  PlainCell cell_;
  std::string value_;
  std::vector<std::string*> open_;
};

// Remarks are spoken in brackets on the page.
std::string WithoutBrackets(const std::string& text) {
  const bool bracketed = StartsWith(text, "(") && EndsWith(text, ")") && text.size() > 2;
  return bracketed ? text.substr(1, text.size() - 2) : text;
}

// A spreadsheet would run what begins so; senders choose the names of their files.
std::string Harmless(const std::string& text) {
  constexpr std::string_view kFormula = "=+-@\t\r";
  const bool formula = !text.empty() && kFormula.find(text.front()) != std::string_view::npos;
  std::string safe;
  if (formula && !ParseDecimal(text)) safe = "'";
  return safe + text;
}

// Which of a column's parts have anything in them.
struct Parts {
  bool letters = false;
  bool remarks = false;
};

std::string NameOf(const PageVisit& visit, const std::string& table_id) {
  // "/en/indicators/victims.count" and "by-state": "indicators-victims.count-by-state".
  std::string name;
  for (const std::string_view part : Split(std::string_view(visit.request.path).substr(1), '/')) {
    if (part == visit.tag() || part.empty()) continue;
    name += std::string(part) + "-";
  }
  return (name.empty() ? "overview-" : name) + table_id;
}

}  // namespace

PlainCell PlainCellOf(const Html& cell, bool number) {
  PlainCell plain = CellReader().Read(cell.markup());
  plain.remarks = WithoutBrackets(plain.remarks);
  if (number) {
    const std::string joined = ReplaceAll(plain.text, " ", kNoBreakSpace);
    const std::string found = PlainNumber(joined);
    if (found != joined) plain.text = found;
  }
  return plain;
}

bool IsAskedFor(const PageVisit& visit, const std::string& table_id) {
  return visit.file && visit.file->wanted == table_id;
}

std::size_t RowsOf(const PageVisit& visit, const std::string& table_id, std::size_t on_page) {
  return IsAskedFor(visit, table_id) ? kMaxFileRows : on_page;
}

std::string FileLink(const PageVisit& visit, const std::string& table_id) {
  std::string link(visit.request.path);
  char separator = '?';
  for (const auto& [name, value] : visit.request.query) {
    if (name == "file" || value.empty()) continue;
    link += separator + EncodeComponent(name) + "=" + EncodeComponent(value);
    separator = '&';
  }
  return link + separator + "file=" + EncodeComponent(table_id);
}

Html RenderPublishedTable(const PageVisit& visit, const DataTable& table) {
  Html html = RenderTable(visit, table);
  if (!visit.file || table.rows.empty()) return html;
  if (IsAskedFor(visit, table.id)) visit.file->table = table;
  const std::string label = visit.T("table.file_of", {{"caption", table.caption}});
  const Html taken = visit.file->form.empty() ? El("a",
                                                   {{"class", "ecl-link"},
                                                    {"href", FileLink(visit, table.id)},
                                                    {"rel", "nofollow"},
                                                    {"aria-label", label}},
                                                   visit.T("table.file"))
                                              : El("button",
                                                   {{"class", "ecl-link thb-link-button"},
                                                    {"type", "submit"},
                                                    {"form", visit.file->form},
                                                    {"name", "file"},
                                                    {"value", table.id},
                                                    {"aria-label", label}},
                                                   visit.T("table.file"));
  return html + El("p", {{"class", "thb-file"}}, taken);
}

std::string CsvOf(const PageVisit& visit, const DataTable& table, bool synthetic) {
  std::vector<std::vector<PlainCell>> rows;
  std::vector<Parts> parts(table.columns.size());
  for (const std::vector<Html>& row : table.rows) {
    std::vector<PlainCell>& cells = rows.emplace_back();
    for (std::size_t i = 0; i < row.size() && i < parts.size(); ++i) {
      cells.push_back(PlainCellOf(row[i], table.columns[i].number));
      parts[i].letters |= !cells.back().letters.empty();
      parts[i].remarks |= !cells.back().remarks.empty();
    }
  }
  std::vector<std::string> fields;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const std::string& heading = table.columns[i].heading;
    fields.push_back(heading);
    if (parts[i].letters) fields.push_back(visit.T("table.letters", {{"column", heading}}));
    if (parts[i].remarks) fields.push_back(visit.T("table.remarks", {{"column", heading}}));
  }
  if (synthetic) fields.push_back(visit.T("table.nature"));
  std::string csv(kByteOrderMark);
  AppendCsv(csv, fields);
  for (const std::vector<PlainCell>& row : rows) {
    fields.clear();
    for (std::size_t i = 0; i < row.size(); ++i) {
      fields.push_back(Harmless(row[i].text));
      if (parts[i].letters) fields.push_back(row[i].letters);
      if (parts[i].remarks) fields.push_back(Harmless(row[i].remarks));
    }
    if (synthetic) fields.push_back(visit.T("synthetic.short"));
    AppendCsv(csv, fields);
  }
  return csv;
}

Result<Response> FileOf(const PageVisit& visit) {
  if (!visit.file->table) {
    return Fail(ErrorCode::kNotFound, visit.T("error.no_table", {{"table", visit.file->wanted}}),
                "file", visit.T("error.see_table"));
  }
  return CsvResponse(visit, *visit.file->table, visit.file->synthetic, "");
}

Response CsvResponse(const PageVisit& visit, const DataTable& table, bool synthetic,
                     const std::string& name) {
  Response response = Response::Text("text/csv; charset=utf-8", CsvOf(visit, table, synthetic));
  response.download_name = std::string(synthetic ? kSyntheticPrefix : "") +
                           (name.empty() ? NameOf(visit, table.id) : name) + ".csv";
  AddSecurityHeaders(response);
  return response;
}

}  // namespace thb
