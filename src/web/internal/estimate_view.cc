#include "web/internal/estimate_view.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/text.h"
#include "chart/chart.h"
#include "web/internal/table_file.h"

namespace thb {
namespace {

constexpr std::size_t kOverlapsDrawn = 15;
// What is drawn beside an estimate is at most so many times as large; the rest is in the table.
constexpr double kDrawnRange = 8;
constexpr double kWholeFrom = 10;  // smaller factors keep a decimal

std::string Persons(const PageVisit& visit, double value) {
  return std::isfinite(value) ? visit.Number(std::round(value)) : visit.T("estimate.no_bound");
}

std::string Range(const PageVisit& visit, const BootstrapInterval& interval) {
  return visit.T("estimate.range", {{"lower", Persons(visit, interval.lower)},
                                    {"upper", Persons(visit, interval.upper)}});
}

std::string ModelText(const PageVisit& visit, const std::string& model) {
  return model == "main effects" ? visit.T("estimate.main_effects") : model;
}

ChartText TextOf(const PageVisit& visit, const std::string& id, const std::string& title) {
  ChartText text;
  text.id = "chart-" + id;  // the section has the id itself
  text.title = title;
  text.unit = visit.T("estimate.persons");
  text.language = visit.tag();
  return text;
}

// How the interval was made, in the reader's language.
std::string IntervalMethod(const PageVisit& visit, const PopulationEstimate& e) {
  if (e.replicates > 0) {
    return visit.T("estimate.by_bootstrap", {{"count", static_cast<double>(e.replicates)}});
  }
  return e.posterior.empty() ? visit.T("estimate.by_profile") : visit.T("estimate.by_posterior");
}

Facts FactsOf(const PageVisit& visit, const PopulationEstimate& e,
              const ListsDescription& description) {
  const auto said = [&](const std::string& text) {
    return text.empty() ? visit.T("estimate.not_stated") : text;
  };
  const std::string population = description.population.empty()
                                     ? ""
                                     : visit.T("estimate.population." + description.population);
  const std::string level = visit.Number(std::round(100 * e.interval.level));
  return {{visit.T("estimate.observed"), Html(Persons(visit, e.observed))},
          {visit.T("estimate.point"), Html(Persons(visit, e.point))},
          {visit.T("estimate.interval", {{"level", level}}),
           Fragment(Range(visit, e.interval), El("br"), IntervalMethod(visit, e))},
          {visit.T("estimate.method"), Html(visit.T("estimate.method." + e.method))},
          {visit.T("estimate.model"), Html(ModelText(visit, e.model))},
          {visit.T("estimate.population"), Html(said(population))},
          {visit.T("estimate.period"), Html(said(description.period))}};
}

Html Remarks(const PageVisit& visit, const std::vector<Remark>& remarks) {
  if (remarks.empty()) return {};
  Html items;
  for (const Remark& remark : remarks) items += El("li", RemarkHtml(visit, remark));
  return El("ul", {{"class", "thb-list"}}, items);
}

Html VerdictSection(const PageVisit& visit, const SurveyPart& part) {
  const PopulationEstimate& e = *part.estimate;
  std::vector<Remark> reasons;
  for (const VerdictReason& reason : e.judgement.reasons) reasons.push_back(reason.remark);
  std::vector<Remark> warnings = part.warnings;
  warnings.insert(warnings.end(), e.warnings.begin(), e.warnings.end());
  Html html = El("p", visit.T("estimate.verdict_limits"));
  if (!reasons.empty()) {
    html += El("h3", visit.T("estimate.reasons")) + Remarks(visit, reasons);
  }
  if (!warnings.empty()) {
    html += El("h3", visit.T("estimate.warnings")) + Remarks(visit, warnings);
  }
  return html;
}

ChartValue CellValue(const OverlapCell& cell) {
  ChartValue value;
  if (cell.lower < cell.upper) {
    value.mark = Mark::kSuppressed;
    value.lower = cell.lower;
    value.upper = cell.upper;
  } else {
    value.value = cell.count;
  }
  return value;
}

// Persons on two lists or more, the most frequent combination first.
Html OverlapsSection(const PageVisit& visit, const ListTable& table, const PopulationEstimate& e) {
  std::vector<OverlapCell> cells;
  for (const OverlapCell& cell : table.cells) {
    if (std::popcount(cell.mask) >= 2) cells.push_back(cell);
  }
  std::stable_sort(cells.begin(), cells.end(),
                   [](const auto& a, const auto& b) { return a.count > b.count; });
  OverlapChart all;
  all.text = TextOf(visit, "overlaps", visit.T("estimate.overlaps_chart"));
  all.lists = table.lists;
  for (const OverlapCell& cell : cells) {
    Overlap overlap;
    for (std::size_t i = 0; i < table.lists.size(); ++i) {
      if ((cell.mask >> i & 1) != 0) overlap.on.push_back(i);
    }
    overlap.value = CellValue(cell);
    all.overlaps.push_back(std::move(overlap));
  }
  const ChartTable words = TableOf(all);
  TableWithChart view;
  view.table = {.id = "overlaps-table",
                .caption = visit.T("estimate.overlaps_table"),
                .columns = {{visit.T("estimate.on_lists"), false},
                            {Capital(visit.T("estimate.persons")), true},
                            {visit.T("estimate.one_less"), true}},
                .rows = {},
                .empty = "",
                .notes = {visit.T("estimate.one_less_note")},
                .wide_heading = true};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    std::string lists;
    for (const std::size_t list : all.overlaps[i].on) {
      lists += (lists.empty() ? "" : ":") + table.lists[list];
    }
    const auto carrying = std::find_if(e.overlaps.begin(), e.overlaps.end(),
                                       [&](const auto& one) { return one.lists == lists; });
    view.table.rows.push_back(
        {Html(words.rows[i][0]), Html(words.rows[i][1]),
         Html(carrying == e.overlaps.end() ? "–" : Persons(visit, carrying->total))});
  }
  if (all.overlaps.size() > kOverlapsDrawn) all.overlaps.resize(kOverlapsDrawn);
  view.chart = Html::Chart(RenderOverlapChart(all));
  view.chart_title = all.text.title;
  return El("p", visit.T("estimate.overlaps_text")) + RenderTableWithChart(visit, view);
}

// One answer among others.
struct Otherwise {
  Html name;
  std::string plain_name;
  std::string beside;  // a second column, "" where there is none
  std::optional<double> total;
};

// Drawn around the estimate and written in full.
Html Compared(const PageVisit& visit, const std::string& id, const PopulationEstimate& e,
              const std::vector<Otherwise>& rows, const std::vector<TableColumn>& columns) {
  RangeChart chart;
  chart.text = TextOf(visit, id, visit.T("estimate." + id + "_chart"));
  chart.reference = e.point;
  chart.reference_name = visit.T("estimate.this_estimate");
  TableWithChart view;
  view.table = {.id = id + "-table",
                .caption = visit.T("estimate." + id + "_chart"),
                .columns = columns,
                .rows = {},
                .empty = "",
                .notes = {},
                .wide_heading = true};
  for (const Otherwise& row : rows) {
    const bool drawn = row.total && *row.total <= kDrawnRange * e.point;
    if (drawn) {
      chart.categories.push_back(row.plain_name);
      ChartValue value;
      value.value = row.total;
      chart.values.push_back(value);
    }
    std::vector<Html> cells{row.name};
    if (!row.beside.empty()) cells.emplace_back(row.beside);
    cells.emplace_back(row.total ? Persons(visit, *row.total) : visit.T("estimate.none"));
    view.table.rows.push_back(std::move(cells));
  }
  if (chart.categories.size() < rows.size()) {
    view.table.notes.push_back(
        visit.T("estimate.not_drawn", {{"times", visit.Number(kDrawnRange)}}));
  }
  view.chart = Html::Chart(RenderRangeChart(chart));
  return RenderTableWithChart(visit, view);
}

Html ModelsSection(const PageVisit& visit, const PopulationEstimate& e) {
  std::vector<Otherwise> rows;
  for (const AlternativeModel& model : e.alternatives) {
    const std::string name = ModelText(visit, model.model);
    rows.push_back({Html(name), name, visit.Number(model.above_best, 1), model.total});
  }
  return El("p", visit.T("estimate.models_text", {{"count", static_cast<double>(e.admissible)},
                                                  {"near", visit.Number(kNearBestBic)}})) +
         Compared(visit, "models", e, rows,
                  {{visit.T("estimate.model"), false},
                   {visit.T("estimate.above_best"), true},
                   {visit.T("estimate.point"), true}});
}

std::string PlainRemark(const PageVisit& visit, const Remark& remark);

Html SensitivitySection(const PageVisit& visit, const PopulationEstimate& e) {
  std::vector<Otherwise> rows;
  for (const SensitivityRow& row : e.sensitivity) {
    rows.push_back({RemarkHtml(visit, row.what), PlainRemark(visit, row.what), "", row.total});
  }
  return El("p", visit.T("estimate.sensitivity_text")) +
         Compared(visit, "sensitivity", e, rows,
                  {{visit.T("estimate.what_if"), false}, {visit.T("estimate.point"), true}});
}

std::vector<Html> StratumRow(const PageVisit& visit, const std::string& name,
                             const PopulationEstimate& e) {
  return {Html(name), Html(Persons(visit, e.observed)), Html(Persons(visit, e.point)),
          Html(Range(visit, e.interval)), Html(VerdictWord(visit, e.judgement.verdict))};
}

Html StrataSection(const PageVisit& visit, const SurveyAnswer& answer) {
  const std::string level = visit.Number(std::round(100 * answer.pooled.estimate->interval.level));
  DataTable table{.id = "strata-table",
                  .caption = visit.T("estimate.strata_table"),
                  .columns = {{visit.T("estimate.stratum"), false},
                              {visit.T("estimate.observed"), true},
                              {visit.T("estimate.point"), true},
                              {visit.T("estimate.interval", {{"level", level}}), true},
                              {visit.T("estimate.verdict"), false}},
                  .rows = {},
                  .empty = "",
                  .notes = {}};
  for (const SurveyPart& part : answer.strata) {
    if (part.estimate) {
      table.rows.push_back(StratumRow(visit, part.stratum, *part.estimate));
    } else {
      table.rows.push_back({Html(part.stratum), "–", Html(visit.T("estimate.none")), "–",
                            El("span", {{"lang", "en"}}, Capital(part.estimate.error().what))});
    }
  }
  if (answer.sum) {
    table.rows.push_back(StratumRow(visit, visit.T("estimate.sum"), *answer.sum));
  } else {
    table.notes.push_back(visit.T("estimate.no_sum"));
  }
  return El("p", visit.T("estimate.strata_text")) + RenderPublishedTable(visit, table);
}

// The same by the program, so that the numbers can be made again.
std::string CommandOf(const SurveyRequest& request, const StratifiedLists& lists,
                      const ListsDescription& description) {
  std::string command = "thb estimate lists.csv --method " + request.method.name;
  if (!request.method.bayesian) {
    command += " --bootstrap " + std::to_string(request.options.bootstrap.replicates);
  }
  command += " --seed " + std::to_string(request.options.bootstrap.seed);
  if (!lists.columns.empty()) command += " --strata '" + Join(lists.columns, ",") + "'";
  if (!description.population.empty()) command += " --population " + description.population;
  if (!description.period.empty()) command += " --period " + description.period;
  return command;
}

MessageArguments ArgumentsOf(const PageVisit& visit, const Remark& remark) {
  MessageArguments arguments;
  for (const auto& [name, value] : remark.values) {
    if (const auto* number = std::get_if<double>(&value)) {
      const bool whole = *number >= kWholeFrom || *number == std::floor(*number);
      arguments[name] = std::isfinite(*number) ? visit.Number(*number, whole ? 0 : 1)
                                               : visit.T("estimate.infinite");
    } else {
      arguments[name] = std::get<std::string>(value);
    }
  }
  return arguments;
}

std::string PlainRemark(const PageVisit& visit, const Remark& remark) {
  const std::string key = "remark." + remark.id;
  return visit.texts().Has(key) ? visit.T(key, ArgumentsOf(visit, remark)) : Capital(remark.text);
}

}  // namespace

std::string VerdictWord(const PageVisit& visit, Verdict verdict) {
  return visit.T("estimate.verdict." + VerdictName(verdict));
}

Html VerdictHtml(const PageVisit& visit, const Judgement& judgement) {
  const bool warned = judgement.verdict != Verdict::kSupported;
  return El("p", {{"class", warned ? "thb-note thb-note--warning" : "thb-note"}},
            El("strong", VerdictWord(visit, judgement.verdict)), " ",
            visit.T("estimate.verdict." + VerdictName(judgement.verdict) + ".text"));
}

Html RemarkHtml(const PageVisit& visit, const Remark& remark) {
  if (visit.texts().Has("remark." + remark.id)) return Html(PlainRemark(visit, remark));
  return El("span", {{"lang", "en"}}, Capital(remark.text));
}

Html SurveyHtml(const PageVisit& visit, const StratifiedLists& lists, const SurveyAnswer& answer,
                const SurveyRequest& request, const ListsDescription& description,
                PageSection last) {
  const PopulationEstimate& e = *answer.pooled.estimate;
  RecordView record;
  record.lead = VerdictHtml(visit, e.judgement);
  record.facts = FactsOf(visit, e, description);
  const auto add = [&](const std::string& id, Html body) {
    record.sections.push_back({id, visit.T("estimate." + id), std::move(body)});
  };
  add("why_verdict", VerdictSection(visit, answer.pooled));
  if (!answer.strata.empty()) add("by_stratum", StrataSection(visit, answer));
  add("overlaps", OverlapsSection(visit, lists.pooled, e));
  if (!e.alternatives.empty()) add("models", ModelsSection(visit, e));
  add("sensitivity", SensitivitySection(visit, e));
  add("again", El("p", visit.T("estimate.again_text")) +
                   El("pre", {{"class", "thb-code"}}, CommandOf(request, lists, description)));
  record.sections.push_back(std::move(last));
  return RenderRecord(visit, record);
}

}  // namespace thb
