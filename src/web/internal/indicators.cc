// Indicators: which there are, and what is known about one.

#include <algorithm>

#include "base/text.h"
#include "codes/format.h"
#include "statistics/impute.h"
#include "web/internal/figures.h"
#include "web/internal/pages.h"
#include "web/internal/refusals.h"
#include "web/internal/search.h"
#include "web/internal/table_file.h"

namespace thb {
namespace {

constexpr std::size_t kYearsShown = 12;
constexpr std::size_t kItemsShown = 60;

// The indicator that has the dataset: changes and rates are of another one.
const Indicator& BaseOf(const Indicators& indicators, const Indicator& indicator) {
  const Indicator* base = &indicator;
  while (base->dataset.empty()) base = indicators.Find(base->of);
  return *base;
}

bool IsList(const Indicator& indicator) {
  return indicator.unit == "LIST";
}

// An identifier that may go on in the next line after each of its parts.
Html Breakable(const std::string& id) {
  Html html;
  std::string_view rest = id;
  for (std::size_t dot = rest.find_first_of("._+"); dot != std::string_view::npos;
       dot = rest.find_first_of("._+")) {
    html += Html(rest.substr(0, dot + 1)) + El("wbr");
    rest.remove_prefix(dot + 1);
  }
  return html += Html(rest);
}

// A list has entries and no value.
std::string EntriesText(const PageVisit& visit, const IndicatorValue& value) {
  return visit.T("fact.entries", {{"count", static_cast<double>(value.items.size())}});
}

class IndicatorView {
 public:
  IndicatorView(const PageVisit& visit, const Indicator& indicator)
      : visit_(visit),
        indicator_(indicator),
        base_(BaseOf(visit.site.indicators(), indicator)),
        dataset_(*visit.site.datasets().Find(base_.dataset)) {}

  Result<Response> Make() {
    TRY(ReadParameters());
    imputed_ =
        TRY(visit_.site.Imputed(visit_.edition, method_ == "none" ? kDefaultMethod : method_));
    const std::string name = visit_.Name(indicator_);
    Page page{visit_.T("indicator.title", {{"name", name}}),
              visit_.Definition(indicator_),
              "/indicators",
              {{visit_.T("nav.indicators"), visit_.Link("/indicators")}},
              {}};
    RecordView record;
    record.lead = RenderForm(visit_, Form());
    const IndicatorValue value = TRY(Read(visit_.snapshot(), std::string(kUnion), period_));
    record.facts = TRY(Summary(value));
    if (IsList(indicator_)) {
      record.sections.push_back({"items", visit_.T("indicator.items"), Items(value)});
    } else {
      Html years = TRY(Years());
      record.sections.push_back({"years", visit_.T("indicator.years"), std::move(years)});
      if (dataset_.geo_index() != std::string::npos) {
        Html states = TRY(States());
        record.sections.push_back({"states",
                                   visit_.T("indicator.states", {{"period", period_.ToString()}}),
                                   std::move(states)});
      }
    }
    record.sections.push_back({"made", visit_.T("indicator.made"), Made(value)});
    page.body = RenderRecord(visit_, record) + FoldedLegend(visit_);
    return RenderPage(visit_, page);
  }

 private:
  Result<void> ReadParameters() {
    years_ = LatestYears(visit_.snapshot(), base_.dataset, kYearsShown);
    for (const std::string& time : visit_.snapshot().Times(base_.dataset)) {
      const Result<Period> period = ParsePeriod(time);
      if (period) periods_.push_back(*period);
    }
    for (std::size_t i = 1; i < years_.size(); ++i) {
      periods_.push_back({years_[i - 1], years_[i], 0});
    }
    std::sort(periods_.begin(), periods_.end(), [](const Period& a, const Period& b) {
      return std::tuple(b.last, b.first, b.half) < std::tuple(a.last, a.first, a.half);
    });
    periods_.erase(std::unique(periods_.begin(), periods_.end()), periods_.end());
    if (const std::string text = visit_.Parameter("period"); !text.empty()) {
      period_ = TRY(ReadPeriod(visit_, text));
    } else if (!years_.empty()) {
      period_ = {years_.back(), years_.back(), 0};
    } else if (!periods_.empty()) {
      period_ = periods_.front();
    } else {
      return Fail(ErrorCode::kNotFound, visit_.T("indicator.no_data"), indicator_.id,
                  visit_.T("error.other_collection"));
    }
    where_ = visit_.Parameter("where");
    TRY(ReadWhere(visit_, where_));
    rule_ = visit_.Parameter("denominator");
    method_ = visit_.Parameter("impute");
    const std::vector<std::string> methods = ImputationMethods();
    const bool known = method_.empty() || method_ == "none" ||
                       std::find(methods.begin(), methods.end(), method_) != methods.end();
    if (!known) {
      return Fail(ErrorCode::kUsage, visit_.T("error.method", {{"method", method_}}), "impute",
                  visit_.T("error.choose", {{"choices", Join(methods, ", ")}}));
    }
    if (method_.empty()) method_ = kDefaultMethod;
    return {};
  }

  Result<IndicatorValue> Read(const Snapshot& snapshot, const std::string& geo,
                              const Period& period) const {
    IndicatorQuery query;
    query.id = indicator_.id;
    query.geo = geo;
    query.period = period;
    query.where = where_;
    query.denominator = rule_;
    return visit_.EvaluatorOf(snapshot).Evaluate(query);
  }

  FormView Form() const {
    FormView form{visit_.request.path,
                  visit_.T("indicator.form"),
                  visit_.Choice(),
                  {},
                  visit_.T("form.show")};
    if (!where_.empty()) form.hidden.emplace_back("where", where_);
    FormField period{"period", visit_.T("field.period"), "", FormField::Kind::kSelect, {}, ""};
    bool listed = false;
    for (const Period& one : periods_) {
      period.choices.push_back({one.ToString(), one.ToString(), one == period_});
      listed = listed || one == period_;
    }
    if (!listed) period.choices.push_back({period_.ToString(), period_.ToString(), true});
    form.fields.push_back(std::move(period));
    if (indicator_.kind == IndicatorKind::kShare) {
      FormField rule{
          "denominator", visit_.T("field.denominator"), "", FormField::Kind::kSelect, {}, ""};
      for (const char* one : {"all", "known"}) {
        const std::string chosen = rule_.empty() ? indicator_.denominator_rule : rule_;
        rule.choices.push_back({one, visit_.T(std::string("denominator.") + one), chosen == one});
      }
      form.fields.push_back(std::move(rule));
    }
    FormField method{"impute", visit_.T("field.impute"), "", FormField::Kind::kSelect, {}, ""};
    for (const std::string& one : ImputationMethods()) {
      method.choices.push_back({one, visit_.T("method." + one), method_ == one});
    }
    method.choices.push_back({"none", visit_.T("method.none"), method_ == "none"});
    form.fields.push_back(std::move(method));
    return form;
  }

  Html Shown(const IndicatorValue& value) const {
    return ValueHtml(visit_, ShowIndicator(visit_, value));
  }

  Html Plain(const std::optional<double>& value) const {
    return value ? Html(visit_.Number(*value)) : Html("–");
  }

  Result<Facts> Summary(const IndicatorValue& value) const {
    Facts facts;
    const Html shown = IsList(indicator_) ? Html(EntriesText(visit_, value))
                                          : El("span", {{"class", "thb-big"}}, Shown(value));
    facts.emplace_back(visit_.T("fact.value", {{"period", period_.ToString()}}),
                       shown + " " +
                           El("a", {{"class", "ecl-link"}, {"href", WhyLink(visit_, value)}},
                              visit_.T("why.link")));
    if (method_ != "none" && !IsList(indicator_)) {
      const IndicatorValue estimated = TRY(Read(*imputed_, std::string(kUnion), period_));
      Html text = Shown(estimated);
      if (estimated.estimated.empty()) {
        text = Html(visit_.T(value.value ? "fact.nothing_estimated" : "fact.cannot_estimate"));
      }
      facts.emplace_back(visit_.T("fact.estimated", {{"method", visit_.T("method." + method_)}}),
                         std::move(text));
    }
    if (value.denominator) {
      facts.emplace_back(visit_.T("fact.numerator"), Plain(value.numerator));
      facts.emplace_back(visit_.T("fact.denominator"), Plain(value.denominator));
    }
    if (dataset_.geo_index() != std::string::npos) {
      facts.emplace_back(visit_.T("fact.coverage"), Html(CoverageText(visit_, value)));
      const auto list = [&](const char* key, const std::vector<std::string>& geos) {
        if (!geos.empty()) facts.emplace_back(visit_.T(key), Html(visit_.Places(geos)));
      };
      list("fact.missing", value.missing);
      list("fact.breakdown", value.missing_breakdown);
      list("fact.suppressed", value.suppressed);
      list("fact.flagged", value.estimated);
      list("fact.one_period", value.one_period_only);
    }
    return facts;
  }

  // The way back of one entry of a list, "" where no indicator says the same.
  std::string WhyOfItem(const IndicatorItem& item) const {
    IndicatorValue value;
    IndicatorQuery& query = value.query;
    query.period = period_;
    query.where = where_;
    const std::string last =
        indicator_.id.substr(indicator_.id.find('.', indicator_.id.find('.') + 1) + 1);
    switch (indicator_.kind) {
      case IndicatorKind::kTop:
        query.id = indicator_.id.substr(0, indicator_.id.find(".top")) + ".count";
        query.where += (where_.empty() ? "" : ";") + std::string("citizen=") + item.code;
        break;
      case IndicatorKind::kMainForm:
        query.id = "victims.share.exploitation." + last;
        query.geo = item.code;
        break;
      case IndicatorKind::kOwnNationals:
        query.id = "victims.share.citizen.NAT";
        query.geo = item.code;
        break;
      case IndicatorKind::kReporting:
        query.id = last + ".count";
        query.geo = item.code;
        break;
      default:
        return "";
    }
    if (visit_.site.indicators().Find(query.id) == nullptr) return "";
    return WhyLink(visit_, value);
  }

  Html Items(const IndicatorValue& value) const {
    const bool states = indicator_.kind != IndicatorKind::kTop;
    DataTable table{.id = "list",
                    .caption = visit_.Name(indicator_) + ", " + period_.ToString(),
                    .columns = {{visit_.T(states ? "column.state" : "column.citizenship"), false},
                                {visit_.T("column.rank"), true},
                                {visit_.T("column.value"), true}},
                    .rows = {},
                    .empty = ReasonText(visit_, value.missing_reason),
                    .notes = {}};
    const std::size_t rows = RowsOf(visit_, table.id, kItemsShown);
    for (const IndicatorItem& item : value.items) {
      if (table.rows.size() >= rows) break;
      ShownValue shown{Mark::kValue,
                       visit_.Number(item.value, states && item.value < 100 ? 1 : 0),
                       "",
                       {},
                       WhyOfItem(item),
                       FormatNumber(RoundHalfAway(item.value, states && item.value < 100 ? 1 : 0))};
      table.rows.push_back({Html(visit_.Place(item.code)), Html(std::to_string(item.rank)),
                            ValueHtml(visit_, shown)});
    }
    if (value.items.size() > table.rows.size()) {
      table.notes.push_back(visit_.T(
          "table.more", {{"count", static_cast<double>(value.items.size() - table.rows.size())}}));
    }
    return RenderPublishedTable(visit_, table);
  }

  Result<Html> Years() const {
    LineChart chart;
    chart.text = MakeChartText(visit_, "chart", visit_.Name(indicator_),
                               visit_.T("indicator.chart_description"));
    chart.percent = indicator_.unit == "PC";
    chart.text.unit = visit_.LabelOf("unit", indicator_.unit);
    chart.series = {{visit_.T("series.sent"), {}}, {visit_.T("series.estimated"), {}}};
    DataTable table{
        .id = "by-year",
        .caption = visit_.T("indicator.years_table", {{"name", visit_.Name(indicator_)}}),
        .columns = {{visit_.T("column.year"), false},
                    {visit_.T("column.sent"), true},
                    {visit_.T("column.with_estimates"), true},
                    {visit_.T("fact.numerator"), true},
                    {visit_.T("fact.denominator"), true},
                    {visit_.T("column.coverage"), false}},
        .rows = {},
        .empty = visit_.T("indicator.no_years"),
        .notes = {}};
    bool differs = false;
    for (const int year : years_) {
      const Period period{year, year, 0};
      const IndicatorValue sent = TRY(Read(visit_.snapshot(), std::string(kUnion), period));
      const IndicatorValue estimated = TRY(Read(*imputed_, std::string(kUnion), period));
      chart.categories.push_back(std::to_string(year));
      chart.series[0].values.push_back(ChartValueOf(visit_, sent));
      chart.series[1].values.push_back(ChartValueOf(visit_, estimated));
      differs = differs || sent.value != estimated.value;
      const bool agency = dataset_.geo_index() == std::string::npos;
      table.rows.push_back({Html(std::to_string(year)), Shown(sent),
                            method_ == "none" ? Html("–") : Shown(estimated), Plain(sent.numerator),
                            Plain(sent.denominator),
                            Html(agency ? "–" : ShortCoverage(visit_, sent))});
    }
    std::reverse(table.rows.begin(), table.rows.end());
    if (!differs || method_ == "none") chart.series.pop_back();
    const auto& values = chart.series[0].values;
    const bool any = std::any_of(values.begin(), values.end(),
                                 [](const ChartValue& one) { return one.value.has_value(); });
    const bool drawn = years_.size() > 1 && any;
    return RenderTableWithChart(visit_, {drawn ? Html::Chart(RenderLineChart(chart)) : Html(),
                                         "",
                                         table,
                                         false,
                                         true,
                                         {},
                                         chart.text.title});
  }

  std::string StatusOf(const IndicatorValue& value) const {
    if (!value.value) return ReasonText(visit_, value.missing_reason);
    if (!value.suppressed.empty()) return visit_.T("mark.suppressed");
    if (!value.estimated.empty()) return visit_.T("mark.estimated");
    return visit_.T("status.sent");
  }

  Result<Html> States() const {
    MapChart map;
    map.text = MakeChartText(visit_, "map", visit_.Name(indicator_) + ", " + period_.ToString(),
                             visit_.T("indicator.map_description"));
    map.percent = indicator_.unit == "PC";
    map.text.unit = visit_.LabelOf("unit", indicator_.unit);
    DataTable table{
        .id = "by-state",
        .caption = visit_.T("indicator.states_table",
                            {{"name", visit_.Name(indicator_)}, {"period", period_.ToString()}}),
        .columns = {{visit_.T("column.state"), false},
                    {visit_.T("column.sent"), true},
                    {visit_.T("fact.numerator"), true},
                    {visit_.T("fact.denominator"), true},
                    {visit_.T("column.with_estimates"), true},
                    {visit_.T("column.status"), false}},
        .rows = {},
        .empty = "",
        .notes = {}};
    for (const std::string& geo : MembersByName(visit_)) {
      const IndicatorValue sent = TRY(Read(visit_.snapshot(), geo, period_));
      const IndicatorValue estimated = TRY(Read(*imputed_, geo, period_));
      const bool differs = method_ != "none" && sent.value != estimated.value;
      table.rows.push_back(
          {El("a", {{"class", "ecl-link"}, {"href", visit_.Link("/returns/" + geo)}},
              visit_.Place(geo)),
           Shown(sent), Plain(sent.numerator), Plain(sent.denominator),
           differs ? Shown(estimated) : Html("–"), Html(StatusOf(sent))});
      map.values[geo] = ChartValueOf(visit_, sent);
    }
    const bool any = std::any_of(map.values.begin(), map.values.end(), [](const auto& one) {
      return one.second.value.has_value() || one.second.lower.has_value();
    });
    const Html drawn = any ? Html::Chart(TRY(RenderMap(map))) : Html();
    return RenderTableWithChart(visit_, {drawn, "", table, false, true, {}, map.text.title});
  }

  Html Made(const IndicatorValue& value) const {
    Facts facts;
    facts.emplace_back(visit_.T("fact.definition"), Html(visit_.Definition(indicator_)));
    if (!indicator_.population.empty()) {
      facts.emplace_back(visit_.T("fact.population"),
                         Html(FilterText(visit_, dataset_, indicator_.population)));
    }
    if (!indicator_.numerator.empty()) {
      facts.emplace_back(visit_.T("fact.numerator_is"),
                         Html(FilterText(visit_, dataset_, indicator_.numerator)));
    }
    if (const Result<Where> where = ParseWhere(where_); where && !where->empty()) {
      facts.emplace_back(visit_.T("fact.filter"), Html(FilterText(visit_, dataset_, *where)));
    }
    for (const auto& [key, id] : {std::pair<const char*, std::string>{"fact.of", indicator_.of},
                                  {"fact.per", indicator_.per}}) {
      const Indicator* other = visit_.site.indicators().Find(id);
      if (other == nullptr) continue;
      facts.emplace_back(
          visit_.T(key),
          El("a", {{"class", "ecl-link"}, {"href", visit_.Link("/indicators/" + other->id)}},
             visit_.Name(*other)));
    }
    if (!value.query.denominator.empty()) {
      facts.emplace_back(visit_.T("field.denominator"),
                         Html(visit_.T("denominator." + value.query.denominator)));
    }
    facts.emplace_back(visit_.T("fact.unit"), Html(visit_.LabelOf("unit", indicator_.unit)));
    facts.emplace_back(visit_.T("fact.dataset"), Html(visit_.Title(dataset_)));
    facts.emplace_back(visit_.T("fact.id"), El("code", value.FigureId()));
    return RenderFacts(facts) +
           El("p", El("a", {{"class", "ecl-link"}, {"href", WhyLink(visit_, value)}},
                      visit_.T("indicator.way_back")));
  }

  const PageVisit& visit_;
  const Indicator& indicator_;
  const Indicator& base_;
  const Dataset& dataset_;
  std::vector<int> years_;
  std::vector<Period> periods_;
  Period period_;
  std::string where_;
  std::string rule_;
  std::string method_;
  std::shared_ptr<const Snapshot> imputed_;
};

}  // namespace

Result<Response> IndicatorsPage(const PageVisit& visit) {
  const std::string query = visit.Parameter("q");
  const std::vector<int> years = LatestYears(visit.snapshot(), "thb_victims", 1);
  const Period latest = years.empty() ? Period{} : Period{years.back(), years.back(), 0};
  Worklist list;
  list.search = query;
  list.search_label = visit.T("indicators.search");
  list.table = {.id = "indicators",
                .caption = visit.T("indicators.table", {{"period", latest.ToString()}}),
                .columns = {{visit.T("column.indicator"), false},
                            {visit.T("column.value"), true},
                            {visit.T("column.unit"), false},
                            {visit.T("column.coverage"), false},
                            {visit.T("column.id"), false}},
                .rows = {},
                .empty = visit.T("indicators.none", {{"query", query}}),
                .notes = {},
                .wide_heading = true};
  const SearchWords wanted = WantedWords(visit);
  for (const Indicator& indicator : visit.site.indicators().all()) {
    const std::string text =
        indicator.id + " " + visit.Name(indicator) + " " + visit.Definition(indicator);
    if (!wanted.In(text)) continue;
    const Dataset& dataset =
        *visit.site.datasets().Find(BaseOf(visit.site.indicators(), indicator).dataset);
    Html value("–");
    std::string coverage = "–";
    if (latest.first > 0) {
      const IndicatorValue read = TRY(ReadFigure(visit.Reported(), indicator.id, kUnion, latest));
      value = IsList(indicator) ? Html(EntriesText(visit, read))
                                : ValueHtml(visit, ShowIndicator(visit, read));
      if (dataset.geo_index() != std::string::npos) coverage = ShortCoverage(visit, read);
    }
    list.table.rows.push_back(
        {El("a", {{"class", "ecl-link"}, {"href", visit.Link("/indicators/" + indicator.id)}},
            visit.Name(indicator)),
         value, Html(visit.LabelOf("unit", indicator.unit)), Html(coverage),
         El("code", Breakable(indicator.id))});
  }
  list.count =
      visit.T("indicators.count", {{"count", static_cast<double>(list.table.rows.size())}});
  Page page{visit.T("indicators.title"), visit.T("indicators.lead"), "/indicators", {}, {}};
  page.body = RenderWorklist(visit, list) + FoldedLegend(visit);
  return RenderPage(visit, page);
}

Result<Response> IndicatorPage(const PageVisit& visit) {
  const Indicator* indicator = TRY(ReadIndicator(visit, visit.request.Parameter("id")));
  return IndicatorView(visit, *indicator).Make();
}

}  // namespace thb
