#include "report/internal/html.h"

#include <map>
#include <set>
#include <vector>

#include "base/text.h"

namespace thb {
namespace {

// Writes one document. The order of the members' calls is the order of the page.
class HtmlWriter {
 public:
  HtmlWriter(const Document& document, HtmlTarget target, std::string_view css)
      : document_(document), labels_(document.labels), target_(target), css_(css) {
    for (std::size_t i = 0; i < document.figures.size(); ++i) {
      figure_numbers_.emplace(document.figures[i].id, i + 1);
    }
    NumberSections();
  }

  std::string Write() {
    WriteHead();
    WriteTitle();
    if (target_ != HtmlTarget::kPandoc) WriteContents();
    out_ += "<main id=\"text\">\n";
    for (std::size_t i = 0; i < document_.sections.size(); ++i) WriteSection(i);
    WriteFigures();
    WriteNotes();
    out_ += "</main>\n</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  bool screen() const { return target_ == HtmlTarget::kScreen; }
  bool pandoc() const { return target_ == HtmlTarget::kPandoc; }

  void NumberSections() {
    int chapter = 0;
    int part = 0;
    for (const ReportSection& section : document_.sections) {
      if (section.box) {
        numbers_.emplace_back();
      } else if (section.level <= 2) {
        part = 0;
        numbers_.push_back(std::to_string(++chapter) + ".");
      } else {
        numbers_.push_back(std::to_string(chapter) + "." + std::to_string(++part) + ".");
      }
    }
    figures_number_ = std::to_string(++chapter) + ".";
  }

  void WriteHead() {
    out_ += "<!DOCTYPE html>\n<html lang=\"" + EscapeXml(document_.language) + "\"";
    if (pandoc()) out_ += " xmlns:epub=\"http://www.idpf.org/2007/ops\"";
    out_ += ">\n<head>\n<meta charset=\"utf-8\">\n";
    out_ += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    out_ += "<meta name=\"author\" content=\"OpenTHB\">\n";
    out_ += "<title>" + EscapeXml(document_.title) + " – " + EscapeXml(document_.subtitle) +
            "</title>\n";
    if (!pandoc()) {
      out_ += "<style>\n" + std::string(css_);
      out_ += "@page { @bottom-right { content: counter(page) \" " + labels_.page_of +
              " \" counter(pages); } }\n</style>\n";
    }
    out_ += "</head>\n<body>\n";
  }

  void WriteTitle() {
    if (screen()) out_ += "<a class=\"skip\" href=\"#text\">" + EscapeXml(labels_.skip) + "</a>\n";
    out_ += pandoc() ? "" : "<header>\n<p class=\"house\">OpenTHB</p>\n";
    out_ += pandoc() ? "" : "<h1>" + EscapeXml(document_.title) + "</h1>\n";
    out_ += "<p class=\"subtitle\">" + EscapeXml(document_.subtitle) + "</p>\n";
    for (const std::string& line : document_.imprint) {
      out_ += "<p class=\"imprint\">" + EscapeXml(line) + "</p>\n";
    }
    out_ += pandoc() ? "" : "</header>\n";
  }

  void WriteContents() {
    out_ += "<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">" +
            EscapeXml(labels_.contents) + "</h2>\n<ul>\n";
    for (std::size_t i = 0; i < document_.sections.size(); ++i) {
      const ReportSection& section = document_.sections[i];
      const std::string level = section.level > 2 ? " class=\"part\"" : "";
      out_ += "<li" + level + "><a href=\"#" + section.id + "\">" + Heading(i) + "</a></li>\n";
    }
    if (!document_.figures.empty()) {
      out_ += "<li><a href=\"#figures\">" + figures_number_ + " " + EscapeXml(labels_.figures) +
              "</a></li>\n";
    }
    out_ += "</ul>\n</nav>\n";
  }

  std::string Heading(std::size_t section) const {
    const std::string number = numbers_[section].empty() ? "" : numbers_[section] + " ";
    return number + EscapeXml(document_.sections[section].heading);
  }

  void WriteSection(std::size_t index) {
    const ReportSection& section = document_.sections[index];
    const std::string tag = section.level <= 2 ? "h2" : "h3";
    const std::string kind = section.box ? " class=\"box\"" : "";
    out_ += "<section" + kind + " id=\"" + section.id + "\" aria-labelledby=\"" + section.id +
            "-heading\">\n<" + tag + " id=\"" + section.id + "-heading\">" + Heading(index) + "</" +
            tag + ">\n";
    for (const ReportBlock& block : section.blocks) {
      std::visit([this](const auto& b) { WriteBlock(b); }, block);
    }
    out_ += "</section>\n";
  }

  void WriteBlock(const ReportParagraph& block) {
    out_ += "<p>";
    WriteRuns(block.runs);
    out_ += "</p>\n";
  }

  void WriteBlock(const ReportNotice& block) {
    out_ += "<div class=\"notice\" role=\"note\"><p>";
    WriteRuns(block.runs);
    out_ += "</p></div>\n";
  }

  void WriteBlock(const ReportList& block) {
    out_ += "<ul>\n";
    for (const Inlines& item : block.items) {
      out_ += "<li>";
      WriteRuns(item);
      out_ += "</li>\n";
    }
    out_ += "</ul>\n";
  }

  void WriteBlock(const ReportTable& table) {
    if (!pandoc()) {
      out_ += table.wide
                  ? "<div class=\"table wide\" tabindex=\"0\" role=\"region\" aria-label=\"" +
                        EscapeXml(table.caption) + "\">\n"
                  : "<div class=\"table\">\n";
    }
    out_ += "<table>\n<caption>" + EscapeXml(table.caption) + "</caption>\n<thead>\n<tr>";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      out_ += "<th scope=\"col\"" + Alignment(ColumnIsNumber(table, i)) + ">" +
              EscapeXml(table.columns[i]) + "</th>";
    }
    out_ += "</tr>\n</thead>\n<tbody>\n";
    for (const auto& row : table.rows) WriteRow(row);
    out_ += "</tbody>\n</table>\n";
    for (const std::string& note : table.notes) {
      out_ += "<p class=\"table-note\">" + EscapeXml(note) + "</p>\n";
    }
    if (!pandoc()) out_ += "</div>\n";
  }

  void WriteRow(const std::vector<ReportCell>& row) {
    out_ += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string tag = i == 0 ? "th" : "td";
      out_ += "<" + tag + (i == 0 ? " scope=\"row\"" : "") + Alignment(row[i].number) + ">";
      WriteRuns(row[i].runs);
      out_ += "</" + tag + ">";
    }
    out_ += "</tr>\n";
  }

  static bool ColumnIsNumber(const ReportTable& table, std::size_t column) {
    return !table.rows.empty() && table.rows[0][column].number;
  }

  // pandoc reads the style, browsers the class.
  std::string Alignment(bool number) const {
    if (!number) return "";
    return pandoc() ? " style=\"text-align:right\"" : " class=\"number\"";
  }

  void WriteBlock(const ReportChart& chart) {
    ++charts_;
    const std::string number = std::to_string(charts_);
    if (pandoc()) {
      out_ += "<p><img src=\"chart-" + number + ".png\" alt=\"" + EscapeXml(chart.summary) +
              "\" width=\"600\"></p>\n";
      if (chart.table_on_paper) WriteBlock(chart.table);
      return;
    }
    out_ += "<figure aria-label=\"" + EscapeXml(chart.caption) + "\">\n" + chart.svg + "\n";
    if (screen()) {
      out_ += "<details><summary>" + EscapeXml(labels_.chart_table) + "</summary>\n";
      WriteBlock(chart.table);
      out_ += "</details>\n";
    } else if (chart.table_on_paper) {
      WriteBlock(chart.table);
    }
    out_ += "</figure>\n";
  }

  void WriteRuns(const Inlines& runs) {
    for (const Inline& run : runs) {
      if (run.strong) out_ += "<strong>";
      switch (run.kind) {
        case Inline::Kind::kText:
          out_ += EscapeXml(run.text);
          break;
        case Inline::Kind::kFigure:
          WriteFigure(run);
          break;
        case Inline::Kind::kFootnote:
          WriteCall(run.footnote);
          break;
      }
      if (run.strong) out_ += "</strong>";
    }
  }

  void WriteFigure(const Inline& run) {
    const std::string id = EscapeXml(run.figure_id);
    const auto number = figure_numbers_.find(run.figure_id);
    const std::string attributes = " data-figure=\"" + id + "\" title=\"" + id + "\">";
    if (pandoc()) {
      out_ += EscapeXml(run.text);
    } else if (number == figure_numbers_.end()) {
      out_ += "<span" + attributes + EscapeXml(run.text) + "</span>";
    } else {
      out_ += "<a class=\"figure\" href=\"#figure-" + std::to_string(number->second) + "\"" +
              attributes + EscapeXml(run.text) + "</a>";
    }
  }

  // The first call carries the note on paper; later ones repeat its number.
  void WriteCall(std::size_t index) {
    const std::string number = std::to_string(index + 1);
    const bool first = called_.insert(index).second;
    if (screen()) {
      const std::string anchor = first ? " id=\"call-" + number + "\"" : "";
      out_ += "<sup><a" + anchor + " href=\"#note-" + number +
              "\" role=\"doc-noteref\" aria-label=\"" + EscapeXml(labels_.footnote) + " " + number +
              "\">" + number + "</a></sup>";
    } else if (!first) {
      out_ += "<sup class=\"again\">" + number + "</sup>";
    } else if (pandoc()) {
      out_ += "<a epub:type=\"noteref\" href=\"#note-" + number + "\">" + number + "</a>";
    } else {
      out_ += "<span class=\"note\">";
      WriteRuns(document_.footnotes[index].runs);
      out_ += "</span>";
    }
  }

  void WriteFigures() {
    if (document_.figures.empty()) return;
    out_ +=
        "<section id=\"figures\" aria-labelledby=\"figures-heading\">\n"
        "<h2 id=\"figures-heading\">" +
        figures_number_ + " " + EscapeXml(labels_.figures) + "</h2>\n<p>" +
        EscapeXml(labels_.figures_text) + "</p>\n";
    out_ += pandoc() ? "" : "<div class=\"table figures\">\n";
    out_ += "<table>\n<caption>" + EscapeXml(labels_.figures) + "</caption>\n<thead>\n<tr>";
    out_ += "<th scope=\"col\">" + EscapeXml(labels_.figure) + "</th><th scope=\"col\"" +
            Alignment(true) + ">" + EscapeXml(labels_.value) + "</th><th scope=\"col\">" +
            EscapeXml(labels_.identifier) + "</th></tr>\n</thead>\n<tbody>\n";
    for (std::size_t i = 0; i < document_.figures.size(); ++i) {
      const FigureEntry& figure = document_.figures[i];
      out_ += "<tr id=\"figure-" + std::to_string(i + 1) + "\"><th scope=\"row\">" +
              EscapeXml(figure.label) + "</th><td" + Alignment(true) + ">" +
              EscapeXml(figure.text) + "</td><td><code>" + Breakable(figure.id) +
              "</code></td></tr>\n";
    }
    out_ += "</tbody>\n</table>\n";
    out_ += pandoc() ? "" : "</div>\n";
    out_ += "</section>\n";
  }

  // Long ids may break after their own punctuation.
  std::string Breakable(const std::string& id) const {
    std::string text;
    for (const char c : id) {
      text += EscapeXml(std::string_view(&c, 1));
      if (!pandoc() && (c == '.' || c == ';' || c == ']' || c == '}' || c == '@')) text += "<wbr>";
    }
    return text;
  }

  void WriteNotes() {
    if (document_.footnotes.empty() || target_ == HtmlTarget::kPaper) return;
    if (screen()) {
      out_ +=
          "<section id=\"footnotes\" role=\"doc-endnotes\" aria-labelledby=\"notes-heading\">\n"
          "<h2 id=\"notes-heading\">" +
          EscapeXml(labels_.footnotes) + "</h2>\n<ol>\n";
    }
    for (std::size_t i = 0; i < document_.footnotes.size(); ++i) {
      const std::string number = std::to_string(i + 1);
      out_ += screen() ? "<li id=\"note-" + number + "\">"
                       : "<aside epub:type=\"footnote\" id=\"note-" + number + "\"><p>";
      WriteRuns(document_.footnotes[i].runs);
      out_ += screen() ? " <a href=\"#call-" + number + "\" role=\"doc-backlink\" aria-label=\"" +
                             EscapeXml(labels_.back) + " " + number + "\">↩</a></li>\n"
                       : "</p></aside>\n";
    }
    if (screen()) out_ += "</ol>\n</section>\n";
  }

  const Document& document_;
  const DocumentLabels& labels_;
  HtmlTarget target_;
  std::string_view css_;
  std::string out_;
  std::map<std::string, std::size_t> figure_numbers_;
  std::vector<std::string> numbers_;
  std::string figures_number_;
  std::set<std::size_t> called_;
  std::size_t charts_ = 0;
};

}  // namespace

std::string WriteHtml(const Document& document, HtmlTarget target, std::string_view css) {
  return HtmlWriter(document, target, css).Write();
}

}  // namespace thb
