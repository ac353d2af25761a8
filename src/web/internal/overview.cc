// The home page: what is known, what is missing, what is estimated, what changed.

#include <algorithm>

#include "web/internal/figures.h"
#include "web/internal/pages.h"
#include "web/internal/revisions.h"
#include "web/internal/table_file.h"

namespace thb {
namespace {

// Years on the overview; the explorer has the others.
constexpr std::size_t kYearsShown = 8;
constexpr std::size_t kChangesShown = 12;

// One population in one year, as sent and with estimates.
struct Pair {
  IndicatorValue reported;
  IndicatorValue estimated;
};

class Overview {
 public:
  explicit Overview(const PageVisit& visit) : visit_(visit) {}

  Result<Response> Make() {
    imputed_ = TRY(visit_.site.Imputed(visit_.edition, kDefaultMethod));
    years_ = LatestYears(visit_.snapshot(), "thb_victims", kYearsShown);
    Page page{visit_.T("home.title"), visit_.T("home.lead"), "", {}, {}};
    if (years_.empty()) {
      page.body = El("p", {{"class", "thb-empty"}}, visit_.T("home.no_victims"));
      return RenderPage(visit_, page);
    }
    for (const char* population : kPopulations) {
      for (const int year : years_) {
        const std::string id = std::string(population) + ".count";
        figures_[{population, year}] = {
            TRY(ReadFigure(visit_.Reported(), id, kUnion, {year, year})),
            TRY(ReadFigure(visit_.EvaluatorOf(*imputed_), id, kUnion, {year, year}))};
      }
    }
    Html states = TRY(StatesSection());
    Html changes = TRY(ChangesSection());
    Html next = TRY(NextSection());
    std::vector<PageSection> sections;
    sections.push_back({"years", visit_.T("home.years"), YearsSection()});
    sections.push_back({"states", visit_.T("home.states"), std::move(states)});
    sections.push_back({"missing", visit_.T("home.missing"), MissingSection()});
    sections.push_back({"changes", visit_.T("home.changes"), std::move(changes)});
    sections.push_back({"next", visit_.T("home.next"), std::move(next)});
    page.body = Tiles() + RenderContents(visit_, sections) + RenderSections(sections) +
                FoldedLegend(visit_);
    return RenderPage(visit_, page);
  }

 private:
  const Pair& At(const char* population, int year) const { return figures_.at({population, year}); }

  bool AnyEstimate() const {
    return std::any_of(years_.begin(), years_.end(), [this](int year) {
      return At("victims", year).estimated.value != At("victims", year).reported.value;
    });
  }

  // The latest year in four numbers.
  Html Tiles() const {
    const int year = years_.back();
    Html items;
    for (const char* population : kPopulations) {
      const Pair& pair = At(population, year);
      Html notes = El("p", {{"class", "thb-tile__note"}}, CoverageText(visit_, pair.reported));
      if (!pair.estimated.estimated.empty() && pair.estimated.value != pair.reported.value) {
        notes += El("p", {{"class", "thb-tile__note"}}, visit_.T("home.with_estimates"), " ",
                    ValueHtml(visit_, ShowIndicator(visit_, pair.estimated)));
      }
      items += El(
          "li", {{"class", "thb-tile"}},
          El("p", {{"class", "thb-tile__name"}}, visit_.T(std::string("population.") + population)),
          El("p", {{"class", "thb-tile__number"}},
             ValueHtml(visit_, ShowIndicator(visit_, pair.reported))),
          notes);
    }
    return El("section", {{"class", "thb-tiles"}, {"aria-labelledby", "now"}},
              El("h2", {{"id", "now"}}, visit_.T("home.now", {{"year", std::to_string(year)}})),
              El("ul", items));
  }

  Html YearsSection() const {
    LineChart chart;
    chart.text = MakeChartText(visit_, "years-chart", visit_.T("home.years_chart"),
                               visit_.T("home.years_description"));
    chart.series = {{visit_.T("series.sent"), {}}, {visit_.T("series.estimated"), {}}};
    DataTable table{.id = "by-year",
                    .caption = visit_.T("home.years_table"),
                    .columns = {{visit_.T("column.year"), false}},
                    .rows = {},
                    .empty = "",
                    .notes = {visit_.T("home.years_note")}};
    for (const char* population : kPopulations) {
      table.columns.push_back({visit_.T(std::string("population.") + population), true});
    }
    for (const int year : years_) {
      chart.categories.push_back(std::to_string(year));
      chart.series[0].values.push_back(ChartValueOf(visit_, At("victims", year).reported));
      chart.series[1].values.push_back(ChartValueOf(visit_, At("victims", year).estimated));
    }
    if (!AnyEstimate()) chart.series.pop_back();
    for (auto year = years_.rbegin(); year != years_.rend(); ++year) {
      std::vector<Html> row{Html(std::to_string(*year))};
      for (const char* population : kPopulations) {
        const IndicatorValue& value = At(population, *year).reported;
        row.push_back(ValueHtml(visit_, ShowIndicator(visit_, value)) +
                      El("span", {{"class", "thb-sub"}}, ShortCoverage(visit_, value)));
      }
      table.rows.push_back(std::move(row));
    }
    return RenderTableWithChart(
        visit_, {Html::Chart(RenderLineChart(chart)),
                 "",
                 table,
                 false,
                 true,
                 {{visit_.T("home.explore"),
                   visit_.Link("/explorer",
                               {{"dataset", "thb_victims"}, {"rows", "geo"}, {"cols", "time"}})}},
                 chart.text.title});
  }

  Result<Html> StatesSection() const {
    const Evaluator evaluator = visit_.Reported();
    MapChart map;
    const int last = years_.back();
    map.text =
        MakeChartText(visit_, "states-map", visit_.T("home.map", {{"year", std::to_string(last)}}),
                      visit_.T("home.map_description", {{"year", std::to_string(last)}}));
    DataTable table{.id = "by-state",
                    .caption = visit_.T("home.states_table"),
                    .columns = {{visit_.T("column.state"), false}},
                    .rows = {},
                    .empty = "",
                    .notes = {},
                    .wide_heading = false,
                    .matrix = true};
    // The latest year first: on a narrow screen it is the one in view.
    const std::vector<int> years(years_.rbegin(), years_.rend());
    for (const int year : years) table.columns.push_back({std::to_string(year), true});
    for (const std::string& geo : MembersByName(visit_)) {
      std::vector<Html> row{El("a",
                               {{"class", "ecl-link"}, {"href", visit_.Link("/returns/" + geo)}},
                               visit_.Place(geo))};
      for (const int year : years) {
        const IndicatorValue value = TRY(ReadFigure(evaluator, "victims.count", geo, {year, year}));
        row.push_back(ValueHtml(visit_, ShowIndicator(visit_, value)));
        if (year == last) map.values[geo] = ChartValueOf(visit_, value);
      }
      table.rows.push_back(std::move(row));
    }
    return RenderTableWithChart(
        visit_, {Html::Chart(TRY(RenderMap(map))), "", table, false, true, {}, map.text.title});
  }

  // Which states are missing from which total, and what an estimate makes of it.
  Html MissingSection() const {
    DataTable table{.id = "gaps",
                    .caption = visit_.T("home.gaps_table"),
                    .columns = {{visit_.T("column.what"), false},
                                {visit_.T("column.year"), false},
                                {visit_.T("column.missing"), false},
                                {visit_.T("column.sent"), true},
                                {visit_.T("column.estimated"), true},
                                {visit_.T("column.estimated_for"), false}},
                    .rows = {},
                    .empty = visit_.T("home.no_gaps"),
                    .notes = {}};
    for (const char* population : kPopulations) {
      for (auto year = years_.rbegin(); year != years_.rend(); ++year) {
        const Pair& pair = At(population, *year);
        if (pair.reported.missing.empty() && pair.estimated.estimated.empty()) continue;
        table.rows.push_back({Html(visit_.T(std::string("population.") + population)),
                              Html(std::to_string(*year)),
                              Html(visit_.Places(pair.reported.missing)),
                              ValueHtml(visit_, ShowIndicator(visit_, pair.reported)),
                              ValueHtml(visit_, ShowIndicator(visit_, pair.estimated)),
                              Html(visit_.Places(pair.estimated.estimated))});
      }
    }
    return El("p", visit_.T("home.missing_lead"), " ",
              El("a", {{"class", "ecl-link"}, {"href", visit_.Link("/methods#imputation")}},
                 visit_.T("home.missing_more"))) +
           RenderPublishedTable(visit_, table);
  }

  Result<Html> ChangesSection() const {
    const auto change =
        TRY(ChangeOf(visit_, visit_.edition->collection, visit_.Parameter("release")));
    if (!change) return El("p", {{"class", "thb-empty"}}, visit_.T("home.no_changes"));
    const std::vector<Revision> totals = Totals(visit_, change->revisions);
    Html html = El("p", visit_.T("home.changes_lead",
                                 {{"after", change->after.name},
                                  {"before", change->before.name},
                                  {"cells", static_cast<double>(change->revisions.size())},
                                  {"totals", static_cast<double>(totals.size())}}));
    DataTable table = RevisionTable(visit_, totals, visit_.T("home.changes_table"), kChangesShown);
    html += RenderPublishedTable(visit_, table);
    html += El("p", El("a",
                       {{"class", "ecl-link"},
                        {"href", visit_.Link("/releases/" + EncodeComponent(change->after.name),
                                             {{"collection", visit_.edition->collection}})}},
                       visit_.T("home.changes_all", {{"release", change->after.name}})));
    return html;
  }

  Result<Html> NextSection() const {
    const std::vector<Release> calendar =
        TRY(visit_.site.context().publication.Calendar(visit_.now));
    Html items;
    for (const Release& release : calendar) {
      items += El("li", El("strong", visit_.Date(release.published)), ": ",
                  visit_.T("calendar.entry",
                           {{"release", release.name},
                            {"collection", visit_.LabelOf("collection", release.collection)}}));
    }
    if (items.empty()) return El("p", {{"class", "thb-empty"}}, visit_.T("calendar.empty"));
    return El("ul", {{"class", "thb-list"}}, items);
  }

  const PageVisit& visit_;
  std::shared_ptr<const Snapshot> imputed_;
  std::vector<int> years_;
  std::map<std::pair<std::string, int>, Pair> figures_;
};

}  // namespace

Result<Response> OverviewPage(const PageVisit& visit) {
  return Overview(visit).Make();
}

}  // namespace thb
