// The progress report: read online with every figure a link to its way back, or taken as a file.

#include <algorithm>
#include <set>

#include "base/text.h"
#include "exchange/exchange.h"
#include "report/render.h"
#include "report/report.h"
#include "web/internal/figures.h"
#include "web/internal/pages.h"
#include "web/internal/refusals.h"
#include "web/internal/table_file.h"

namespace thb {
namespace {

// Bytes of a figure that stays on one line: "1 234", "25 %". A list of countries is longer.
constexpr std::size_t kShortFigure = 16;

// The day that the report gives: the release's, or that of the newest return. The clock's would
// make another report every second.
Instant DateOf(const Edition& edition) {
  return edition.release ? edition.release->published : edition.updated;
}

Result<Document> DocumentOf(const PageVisit& visit, const Period& period) {
  const auto imputed = TRY(visit.site.Imputed(visit.edition, kDefaultMethod));
  const Evaluator reported = visit.Reported();
  const Evaluator estimated = visit.EvaluatorOf(*imputed);
  const Edition& edition = *visit.edition;
  ReportInput input{reported,       &estimated, period,
                    visit.language, {},         DateOf(edition),
                    kDefaultMethod, "",         edition.snapshot.IsSynthetic()};
  if (edition.release) input.release = edition.release->name;
  if (visit.site.context().contributions) {
    input.contributions = TRY(visit.site.context().contributions(period));
  }
  if (visit.site.context().national) {
    input.national = TRY(visit.site.context().national(period));
  }
  return BuildReport(input);
}

// Writes the body of a document into the frame of this site.
class OnlineReport {
 public:
  OnlineReport(const PageVisit& visit, const Document& document, const Period& period)
      : visit_(visit), document_(document), period_(period) {
    Number();
  }

  Html Write() {
    Html html;
    for (const std::string& line : document_.imprint) {
      html += El("p", {{"class", "thb-quiet"}}, line);
    }
    Html text;
    for (std::size_t i = 0; i < document_.sections.size(); ++i) text += SectionOf(i);
    return html + El("div", {{"class", "thb-report-page"}}, Contents(),
                     El("div", {{"class", "thb-report"}}, text, Notes()));
  }

 private:
  void Number() {
    int chapter = 0;
    int part = 0;
    for (const ReportSection& section : document_.sections) {
      if (section.box) {
        numbers_.emplace_back();
      } else if (section.level <= 2) {
        part = 0;
        numbers_.push_back(std::to_string(++chapter) + ". ");
      } else {
        numbers_.push_back(std::to_string(chapter) + "." + std::to_string(++part) + ". ");
      }
    }
  }

  Html Contents() const {
    Html items;
    for (std::size_t i = 0; i < document_.sections.size(); ++i) {
      const ReportSection& section = document_.sections[i];
      items += El("li", {{"class", OnlyIf(section.level > 2, "thb-contents__part")}},
                  El("a", {{"class", "ecl-link"}, {"href", "#" + section.id}},
                     numbers_[i] + section.heading));
    }
    return El(
        "details", {{"class", "thb-fold"}, {"open", OnlyIf(true)}},
        El("summary", document_.labels.contents),
        El("nav", {{"class", "thb-report__contents"}, {"aria-label", document_.labels.contents}},
           El("ul", items)));
  }

  Html SectionOf(std::size_t index) {
    const ReportSection& section = document_.sections[index];
    Html blocks;
    for (const ReportBlock& block : section.blocks) {
      blocks += std::visit([this](const auto& one) { return Block(one); }, block);
    }
    const std::string heading_id = section.id + "-heading";
    const Html heading = section.level <= 2
                             ? El("h2", {{"id", heading_id}}, numbers_[index] + section.heading)
                             : El("h3", {{"id", heading_id}}, numbers_[index] + section.heading);
    return El("section",
              {{"id", section.id},
               {"class", section.box ? "thb-section thb-report__box" : "thb-section"},
               {"aria-labelledby", heading_id}},
              heading, blocks);
  }

  Html Block(const ReportParagraph& block) { return El("p", Runs(block.runs)); }

  Html Block(const ReportNotice& block) {
    return El("div", {{"class", "thb-note"}, {"role", "note"}}, El("p", Runs(block.runs)));
  }

  Html Block(const ReportList& block) {
    Html items;
    for (const Inlines& item : block.items) items += El("li", Runs(item));
    return El("ul", {{"class", "thb-list"}}, items);
  }

  DataTable TableOf(const ReportTable& table) {
    DataTable data{.id = "table-" + std::to_string(++tables_),
                   .caption = table.caption,
                   .columns = {},
                   .rows = {},
                   .empty = "",
                   .notes = table.notes};
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      data.columns.push_back({table.columns[i], !table.rows.empty() && table.rows[0][i].number});
    }
    for (const std::vector<ReportCell>& row : table.rows) {
      std::vector<Html>& cells = data.rows.emplace_back();
      for (const ReportCell& cell : row) cells.push_back(Runs(cell.runs));
    }
    return data;
  }

  Html Block(const ReportTable& table) { return RenderPublishedTable(visit_, TableOf(table)); }

  Html Block(const ReportChart& chart) {
    return RenderTableWithChart(
        visit_, {Html::Chart(chart.svg), "", TableOf(chart.table), true, false, {}, chart.caption});
  }

  Html Runs(const Inlines& runs) {
    Html html;
    for (const Inline& run : runs) {
      Html one;
      switch (run.kind) {
        case Inline::Kind::kText:
          one = Html(run.text);
          break;
        case Inline::Kind::kFigure:
          one = El(
              "a",
              {{"class", run.text.size() <= kShortFigure ? "thb-figure thb-nowrap" : "thb-figure"},
               {"href",
                visit_.Link("/why", {{"figure", run.figure_id}, {"from", period_.ToString()}})},
               {"title", visit_.T("why.ask")}},
              run.text);
          break;
        case Inline::Kind::kFootnote:
          one = Call(run.footnote);
          break;
      }
      html += run.strong ? El("strong", one) : one;
    }
    return html;
  }

  Html Call(std::size_t index) {
    const std::string number = std::to_string(index + 1);
    const bool first = called_.insert(index).second;
    return El("sup", El("a",
                        {{"class", "thb-call"},
                         {"id", OnlyIf(first, "call-" + number)},
                         {"href", "#note-" + number},
                         {"role", "doc-noteref"},
                         {"aria-label", document_.labels.footnote + " " + number}},
                        number));
  }

  Html Notes() {
    if (document_.footnotes.empty()) return {};
    Html items;
    for (std::size_t i = 0; i < document_.footnotes.size(); ++i) {
      const std::string number = std::to_string(i + 1);
      items += El("li", {{"id", "note-" + number}}, Runs(document_.footnotes[i].runs), " ",
                  El("a",
                     {{"class", "ecl-link"},
                      {"href", "#call-" + number},
                      {"role", "doc-backlink"},
                      {"aria-label", document_.labels.back + " " + number}},
                     "↩"));
    }
    return El("section",
              {{"class", "thb-section thb-report__notes"},
               {"id", "footnotes"},
               {"role", "doc-endnotes"},
               {"aria-labelledby", "notes-heading"}},
              El("h2", {{"id", "notes-heading"}}, document_.labels.footnotes), El("ol", items));
  }

  const PageVisit& visit_;
  const Document& document_;
  Period period_;
  std::vector<std::string> numbers_;
  std::set<std::size_t> called_;
  std::size_t tables_ = 0;
};

std::string ReportPath(const Period& period) {
  return "/report/" + period.ToString();
}

// Two-year windows as the Union's reports have them, then single years.
std::vector<Period> PeriodsOfReports(const Snapshot& snapshot) {
  std::vector<Period> periods;
  const std::vector<int> years = YearsOf(snapshot, "thb_victims");
  for (auto year = years.rbegin(); year != years.rend(); ++year) {
    const bool both = std::find(years.begin(), years.end(), *year - 1) != years.end();
    if (both) periods.push_back({*year - 1, *year, 0});
    periods.push_back({*year, *year, 0});
  }
  return periods;
}

}  // namespace

Result<Response> ReportIndexPage(const PageVisit& visit) {
  if (const std::string asked = visit.Parameter("period"); !asked.empty()) {
    const Period period = TRY(ReadPeriod(visit, asked));
    return Response::Redirect(visit.Link(ReportPath(period)));
  }
  Worklist list;
  list.table = {.id = "reports",
                .caption = visit.T("reports.table"),
                .columns = {{visit.T("field.period"), false},
                            {visit.T("reports.read"), false},
                            {visit.T("reports.files"), false}},
                .rows = {},
                .empty = visit.T("reports.empty"),
                .notes = {}};
  for (const Period& period : PeriodsOfReports(visit.snapshot())) {
    const auto file = [&](const char* format, const char* name) {
      return El("a",
                {{"class", "ecl-link"},
                 {"href", visit.Link(ReportPath(period) + "/download", {{"format", format}})},
                 {"rel", "nofollow"}},
                std::string(name) + " " + period.ToString());
    };
    list.table.rows.push_back(
        {Html(period.ToString()),
         El("a", {{"class", "ecl-link"}, {"href", visit.Link(ReportPath(period))}},
            visit.T("reports.link", {{"period", period.ToString()}})),
         file("pdf", "PDF") + " · " + file("docx", "DOCX")});
  }
  FormView form{
      visit.request.path, visit.T("reports.form"), visit.Choice(), {}, visit.T("form.show")};
  form.fields.push_back({"period",
                         visit.T("reports.other"),
                         visit.T("reports.other_help"),
                         FormField::Kind::kText,
                         {},
                         ""});
  Page page{visit.T("reports.title"), visit.T("reports.lead"), "/report", {}, {}};
  page.body = RenderWorklist(visit, list) + RenderForm(visit, form);
  return RenderPage(visit, page);
}

Result<Response> ReportPage(const PageVisit& visit) {
  const Period period = TRY(ReadPeriod(visit, visit.request.Parameter("period")));
  const Document document = TRY(DocumentOf(visit, period));
  Page page{visit.T("report.title", {{"period", Unbroken(period.ToString())}}),
            document.title,
            "/report",
            {{visit.T("nav.report"), visit.Link("/report")}},
            {}};
  const auto file = [&](const char* format, const char* key) {
    return El("li",
              El("a",
                 {{"class", "ecl-link"},
                  {"href", visit.Link(ReportPath(period) + "/download", {{"format", format}})},
                  {"rel", "nofollow"}},
                 visit.T(key)));
  };
  page.body =
      El("p", visit.T("report.figures")) +
      El("ul", {{"class", "thb-inline"}}, file("pdf", "report.pdf"), file("docx", "report.docx")) +
      OnlineReport(visit, document, period).Write();
  return RenderPage(visit, page);
}

Result<Response> ReportDownload(const PageVisit& visit) {
  const Period period = TRY(ReadPeriod(visit, visit.request.Parameter("period")));
  const std::string format = visit.Parameter("format");
  if (format != "pdf" && format != "docx") {
    return Fail(ErrorCode::kUsage, visit.T("error.format", {{"format", format}}), "format",
                visit.T("error.choose", {{"choices", std::string("pdf, docx")}}));
  }
  const auto turn = visit.site.TakeRenderer();
  if (turn == nullptr) {
    return Fail(ErrorCode::kRenderer, visit.T("error.busy"), format, visit.T("error.later"));
  }
  const Document document = TRY(DocumentOf(visit, period));
  const Instant date = DateOf(*visit.edition);
  const bool pdf = format == "pdf";
  Response response = Response::Text(
      pdf ? "application/pdf"
          : "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
      pdf ? TRY(RenderPdf(document, date)) : TRY(RenderDocx(document, date)));
  const std::string prefix(visit.snapshot().IsSynthetic() ? kSyntheticPrefix : "");
  response.download_name =
      prefix + "thb-report-" + period.ToString() + "-" + visit.tag() + "." + format;
  AddSecurityHeaders(response);
  return response;
}

}  // namespace thb
