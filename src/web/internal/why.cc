// The way back of one figure: from the indicator to numerator and denominator, the cells, the
// returns they came in with, the line of the file.

#include <algorithm>
#include <set>

#include "base/text.h"
#include "codes/names.h"
#include "statistics/explain.h"
#include "statistics/impute.h"
#include "web/internal/crosstab.h"
#include "web/internal/figures.h"
#include "web/internal/pages.h"
#include "web/internal/refusals.h"
#include "web/internal/table_file.h"

namespace thb {
namespace {

// Rows of one table; what is beyond is counted and said.
constexpr std::size_t kMaxCellRows = 2'000;

const Vintage* VintageOf(const Snapshot& snapshot, std::int64_t id) {
  const auto found = std::find_if(snapshot.vintages.begin(), snapshot.vintages.end(),
                                  [id](const Vintage& one) { return one.id == id; });
  return found == snapshot.vintages.end() ? nullptr : &*found;
}

// What a cell counts, in words, without state and year.
std::string Counted(const PageVisit& visit, const Dataset& dataset, const Key& key) {
  std::string text;
  for (std::size_t i = 0; i < dataset.dimensions.size() && i < key.size(); ++i) {
    const Dimension& dimension = dataset.dimensions[i];
    if (i == dataset.geo_index() || i == dataset.time_index() || key[i] == dimension.total)
      continue;
    text += (text.empty() ? "" : ", ") + visit.Label(dimension, key[i]);
  }
  return text.empty() ? visit.T("revision.total") : text;
}

struct CellRow {
  std::string geo;
  std::string time;
  const SnapshotCell* cell = nullptr;
  const Dataset* dataset = nullptr;
};

// The file and line, with a link to the return where it was sent in one.
Html SourceOf(const PageVisit& visit, const Snapshot& snapshot, const SnapshotCell& cell) {
  if (!cell.method.empty()) {
    Html text(visit.T("why.imputed", {{"method", visit.T("method." + cell.method)}}));
    if (!cell.place.empty()) text += " " + visit.T("why.basis", {{"place", cell.place}});
    return text;
  }
  const Vintage* vintage = VintageOf(snapshot, cell.vintage);
  if (vintage == nullptr) return Html(cell.place);
  return El("a",
            {{"class", "ecl-link"},
             {"href", visit.Link("/vintages/" + std::to_string(vintage->id) + "#cell",
                                 {{"place", cell.place}})}},
            cell.place) +
         El("span", {{"class", "thb-sub"}},
            visit.T("why.sent", {{"sender", visit.Place(vintage->sender)},
                                 {"date", visit.Date(vintage->time)}}));
}

// In the order of the countries' names, as on every page.
std::vector<CellRow> ByName(const PageVisit& visit, std::vector<CellRow> rows) {
  std::vector<std::string> geos;
  for (const CellRow& row : rows) geos.push_back(row.geo);
  std::map<std::string, std::size_t> order;
  for (const std::string& geo : SortByName(std::move(geos), visit.tag())) {
    order.emplace(geo, order.size());
  }
  std::stable_sort(rows.begin(), rows.end(), [&](const CellRow& a, const CellRow& b) {
    return order.at(a.geo) < order.at(b.geo);
  });
  return rows;
}

DataTable CellTable(const PageVisit& visit, const Snapshot& snapshot, const std::string& id,
                    const std::string& caption, const std::vector<CellRow>& rows) {
  DataTable table{.id = id,
                  .caption = caption,
                  .columns = {{visit.T("column.state"), false},
                              {visit.T("column.year"), false},
                              {visit.T("column.counted"), false},
                              {visit.T("column.value"), true},
                              {visit.T("column.source"), false}},
                  .rows = {},
                  .empty = visit.T("why.no_cells"),
                  .notes = {}};
  const std::size_t at_most = RowsOf(visit, id, kMaxCellRows);
  for (const CellRow& row : ByName(visit, rows)) {
    if (table.rows.size() >= at_most) break;
    std::string counted;
    if (row.dataset != nullptr) counted = Counted(visit, *row.dataset, row.cell->key);
    table.rows.push_back({Html(visit.Place(row.geo)), Html(row.time), Html(counted),
                          ValueHtml(visit, ShowCell(visit, row.cell->cell)),
                          SourceOf(visit, snapshot, *row.cell)});
  }
  if (rows.size() > table.rows.size()) {
    table.notes.push_back(
        visit.T("table.more", {{"count", static_cast<double>(rows.size() - table.rows.size())}}));
  }
  return table;
}

// A figure of an indicator, with its parts.
class FigureView {
 public:
  FigureView(const PageVisit& visit, const Snapshot& snapshot)
      : visit_(visit), snapshot_(snapshot) {}

  Result<Response> Make(const IndicatorQuery& query) {
    const Evaluator evaluator = visit_.EvaluatorOf(snapshot_);
    const Explanation explanation = TRY(Explain(evaluator, query));
    const IndicatorValue& value = explanation.value;
    const Indicator& indicator = *visit_.site.indicators().Find(value.query.id);
    const ShownValue shown = ShowIndicator(visit_, value);
    Page page{
        value.value ? visit_.T("why.title", {{"value", shown.text}}) : visit_.T("why.title_none"),
        visit_.T("why.lead", {{"name", visit_.Name(indicator)},
                              {"geo", visit_.Place(value.query.geo)},
                              {"period", value.query.period.ToString()}}),
        visit_.Parameter("from").empty() ? "/indicators" : "/report",
        Trail(indicator),
        {}};
    RecordView record;
    record.facts = FactsOf(explanation);
    AddSections(explanation, record.sections);
    page.body = RenderRecord(visit_, record) + FoldedLegend(visit_);
    return RenderPage(visit_, page);
  }

 private:
  // The way that the reader came: from a report, or else from the indicator.
  std::vector<Crumb> Trail(const Indicator& indicator) const {
    const Result<Period> report = ParsePeriod(visit_.Parameter("from"));
    const std::string period = report ? report->ToString() : "";
    if (period.empty()) {
      return {{visit_.T("nav.indicators"), visit_.Link("/indicators")},
              {visit_.Name(indicator), visit_.Link("/indicators/" + indicator.id)}};
    }
    return {{visit_.T("nav.report"), visit_.Link("/report")},
            {visit_.T("reports.link", {{"period", period}}), visit_.Link("/report/" + period)}};
  }

  Facts FactsOf(const Explanation& explanation) const {
    const IndicatorValue& value = explanation.value;
    const Indicator& indicator = *visit_.site.indicators().Find(value.query.id);
    Facts facts;
    facts.emplace_back(visit_.T("fact.printed"),
                       El("span", {{"class", "thb-big"}},
                          ValueHtml(visit_, WithoutLink(ShowIndicator(visit_, value)))));
    facts.emplace_back(visit_.T("fact.indicator"),
                       El("a",
                          {{"class", "ecl-link"},
                           {"href", visit_.Link("/indicators/" + indicator.id,
                                                {{"period", value.query.period.ToString()},
                                                 {"where", value.query.where}})}},
                          visit_.Name(indicator)));
    facts.emplace_back(visit_.T("fact.definition"), Html(visit_.Definition(indicator)));
    if (value.value && value.denominator) {
      facts.emplace_back(visit_.T("fact.calculation"),
                         Html(visit_.T(value.unit == "P_MHAB" ? "why.rate" : "why.percent",
                                       {{"numerator", visit_.Number(value.numerator.value_or(0))},
                                        {"denominator", visit_.Number(*value.denominator)},
                                        {"exact", visit_.Number(*value.value, 4)}})));
    }
    if (!value.query.denominator.empty() && !indicator.numerator.empty()) {
      facts.emplace_back(visit_.T("field.denominator"),
                         Html(visit_.T("denominator." + value.query.denominator)));
    }
    if (!value.query.where.empty()) {
      facts.emplace_back(visit_.T("fact.filter"), FilterOf(value));
    }
    if (!value.query.impute.empty()) {
      facts.emplace_back(visit_.T("field.impute"), Html(visit_.T("method." + value.query.impute)));
    }
    const auto list = [&](const char* key, const std::vector<std::string>& geos) {
      if (!geos.empty()) facts.emplace_back(visit_.T(key), Html(visit_.Places(geos)));
    };
    list("fact.missing", value.missing);
    list("fact.breakdown", value.missing_breakdown);
    list("fact.suppressed", value.suppressed);
    list("fact.flagged", value.estimated);
    list("fact.one_period", value.one_period_only);
    for (const std::string& warning : value.warnings) {
      facts.emplace_back(visit_.T("fact.note"), Html(WarningText(warning)));
    }
    facts.emplace_back(visit_.T("fact.id"), El("code", value.FigureId()));
    return facts;
  }

  // The filter in words where the indicator has a dataset of its own, else as it is written.
  Html FilterOf(const IndicatorValue& value) const {
    const Indicator* base = visit_.site.indicators().Find(value.query.id);
    while (base != nullptr && base->dataset.empty()) base = visit_.site.indicators().Find(base->of);
    const Result<Where> where = ParseWhere(value.query.where);
    if (base == nullptr || !where) return El("code", value.query.where);
    return Html(FilterText(visit_, *visit_.site.datasets().Find(base->dataset), *where));
  }

  static ShownValue WithoutLink(ShownValue value) {
    value.why.clear();
    return value;
  }

  std::string WarningText(const std::string& warning) const {
    const std::size_t colon = warning.find(": ");
    const std::string key = "warning." + warning.substr(0, colon);
    if (!visit_.texts().Has(key)) return warning;
    const std::string rest = colon == std::string::npos ? "" : warning.substr(colon + 2);
    return visit_.T(key, {{"what", rest}});
  }

  // A table for each role; then the parts of a ratio, change or rate.
  void AddSections(const Explanation& explanation, std::vector<PageSection>& sections) {
    const Indicator& indicator = *visit_.site.indicators().Find(explanation.value.query.id);
    std::vector<std::string> roles;
    for (const ExplainedCell& cell : explanation.cells) {
      if (std::find(roles.begin(), roles.end(), cell.role) == roles.end()) {
        roles.push_back(cell.role);
      }
    }
    for (const std::string& role : roles) {
      std::vector<CellRow> rows;
      const Dataset* dataset =
          visit_.site.datasets().Find(role == "population" ? "population" : indicator.dataset);
      for (const ExplainedCell& cell : explanation.cells) {
        if (cell.role == role) rows.push_back({cell.geo, cell.time, cell.cell, dataset});
      }
      const std::string id = "cells-" + std::to_string(++tables_);
      const std::string heading = visit_.T("role." + ReplaceAll(role, " ", "_"),
                                           {{"name", visit_.Name(indicator)},
                                            {"period", explanation.value.query.period.ToString()}});
      sections.push_back(
          {id, heading,
           RenderPublishedTable(visit_,
                                CellTable(visit_, snapshot_, id + "-table",
                                          visit_.T("why.cells", {{"what", heading}}), rows))});
    }
    for (const Explanation& part : explanation.parts) {
      const ShownValue shown = ShowIndicator(visit_, part.value);
      const Indicator& of = *visit_.site.indicators().Find(part.value.query.id);
      const std::string id = "part-" + std::to_string(++tables_);
      PageSection section{id,
                          visit_.T("why.part", {{"name", visit_.Name(of)},
                                                {"period", part.value.query.period.ToString()}}),
                          El("p", {{"class", "thb-big"}}, ValueHtml(visit_, shown))};
      std::vector<PageSection> inner;
      AddSections(part, inner);
      // A count is its cells: they stand under the heading that names it.
      if (inner.size() == 1) section.body += inner.front().body;
      sections.push_back(std::move(section));
      if (inner.size() == 1) continue;
      for (PageSection& one : inner) sections.push_back(std::move(one));
    }
  }

  const PageVisit& visit_;
  const Snapshot& snapshot_;
  std::size_t tables_ = 0;
};

// A place of a table of the explorer.
Result<Response> PlacePage(const PageVisit& visit) {
  const Dataset& dataset = *TRY(ReadDataset(visit, visit.Parameter("dataset")));
  const Where where = TRY(ReadWhere(visit, visit.Parameter("where")));
  const std::vector<SnapshotCell> cells =
      TRY(CellsBehind(visit.site.codes(), visit.snapshot(), dataset, where));
  std::vector<CellRow> rows;
  double sum = 0;
  for (const SnapshotCell& cell : cells) {
    const std::string geo =
        dataset.geo_index() == std::string::npos ? "" : cell.key[dataset.geo_index()];
    rows.push_back({geo, cell.key[dataset.time_index()], &cell, &dataset});
    if (cell.cell.state == CellState::kValue) sum += cell.cell.value;
  }
  Facts facts;
  facts.emplace_back(visit.T("fact.dataset"), Html(visit.Title(dataset)));
  for (const auto& [id, codes] : where) {
    const Dimension& dimension = dataset.dimensions[*dataset.IndexOf(id)];
    std::string labels;
    for (const std::string& code : codes) {
      labels += (labels.empty() ? "" : ", ") + visit.Label(dimension, code);
    }
    facts.emplace_back(visit.Concept(id), Html(labels));
  }
  facts.emplace_back(visit.T("fact.sum"), Html(visit.Number(sum)));
  Page page{visit.T("why.place_title"),
            visit.T("why.place_lead"),
            "/explorer",
            {{visit.T("nav.explorer"), visit.Link("/explorer", {{"dataset", dataset.id}})}},
            {}};
  RecordView record;
  record.facts = std::move(facts);
  record.sections.push_back(
      {"cells", visit.T("why.place_cells"),
       RenderPublishedTable(
           visit, CellTable(visit, visit.snapshot(), "cells-table",
                            visit.T("why.cells", {{"what", visit.Title(dataset)}}), rows))});
  page.body = RenderRecord(visit, record) + FoldedLegend(visit);
  return RenderPage(visit, page);
}

}  // namespace

Result<Response> WhyPage(const PageVisit& visit) {
  const std::string figure = visit.Parameter("figure");
  if (figure.empty() && visit.Parameter("dataset").empty()) {
    return Fail(ErrorCode::kUsage, visit.T("error.no_figure"), "figure", visit.T("error.ask_why"));
  }
  if (figure.empty()) return PlacePage(visit);
  const Result<IndicatorQuery> parsed = ParseFigureId(figure);
  if (!parsed) {
    return Fail(ErrorCode::kUsage, visit.T("error.figure", {{"figure", figure}}), "figure",
                visit.T("error.ask_why"));
  }
  const IndicatorQuery& query = *parsed;
  TRY(ReadIndicator(visit, query.id));
  if (query.period.first == 0) {
    return Fail(ErrorCode::kUsage, visit.T("error.no_period"), "figure", visit.T("error.ask_why"));
  }
  if (query.impute.empty()) return FigureView(visit, visit.snapshot()).Make(query);
  const std::vector<std::string> methods = ImputationMethods();
  if (std::find(methods.begin(), methods.end(), query.impute) == methods.end()) {
    return Fail(ErrorCode::kUsage, visit.T("error.method", {{"method", query.impute}}), "figure",
                visit.T("error.choose", {{"choices", Join(methods, ", ")}}));
  }
  const auto imputed = TRY(visit.site.Imputed(visit.edition, query.impute));
  return FigureView(visit, *imputed).Make(query);
}

}  // namespace thb
