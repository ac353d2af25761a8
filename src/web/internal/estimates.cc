// How many were not seen: the estimates that states published, and one of the reader's own lists.

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "chart/chart.h"
#include "hidden/survey.h"
#include "web/internal/deadline.h"
#include "web/internal/estimate_view.h"
#include "web/internal/figures.h"
#include "web/internal/pages.h"
#include "web/internal/refusals.h"
#include "web/internal/table_file.h"

namespace thb {
namespace {

constexpr std::size_t kReplicates = 1000;
constexpr std::array<const char*, 3> kMethods{"stepwise", "bic", "dga"};
constexpr std::array<const char*, 3> kListed{"presumed", "identified", "both"};
constexpr const char* kExample =
    "police,shelter,inspectorate,count\n1,0,0,120\n0,1,0,85\n0,0,1,60\n1,1,0,24\n1,0,1,15\n"
    "0,1,1,11\n1,1,1,4\n";

struct Asked {
  std::string lists;
  std::string method = "stepwise";
  std::string strata;
  ListsDescription description;
  std::string file = {};         // the table of the answer that is asked for, "" the answer itself
  bool english_refusal = false;  // from a room that speaks English only
};

// The form that posts the same again, for a table of the answer as a file.
constexpr const char* kSameForm = "same";

Result<Asked> ReadForm(const PageVisit& visit) {
  Asked asked;
  for (const auto& [name, value] : TRY(ParseForm(visit.request.body))) {
    if (name == "lists") asked.lists = value;
    if (name == "method") asked.method = value;
    if (name == "strata") asked.strata = value;
    if (name == "population") asked.description.population = value;
    if (name == "file") asked.file = value;
    if (name == "period") asked.description.period = std::string(Trim(value));
  }
  return asked;
}

// --- the form
// -------------------------------------------------------------------------------------

FormField Choice(const PageVisit& visit, const std::string& name, const std::string& chosen,
                 const std::array<const char*, 3>& values, bool optional) {
  FormField field;
  field.name = name;
  field.label = visit.T("estimate." + name);
  field.roomy = true;
  if (optional) field.choices.push_back({"", visit.T("estimate.not_stated"), chosen.empty()});
  for (const char* value : values) {
    field.choices.push_back({value, visit.T("estimate." + name + "." + value), chosen == value});
  }
  return field;
}

FormField Text(const PageVisit& visit, const std::string& name, const std::string& value) {
  FormField field;
  field.name = name;
  field.kind = FormField::Kind::kText;
  field.label = visit.T("estimate.form." + name);
  field.help = visit.T("estimate.form." + name + "_help");
  field.value = value;
  return field;
}

Html AskForm(const PageVisit& visit, const Asked& asked, bool wrong) {
  FormView form;
  form.action = "/" + visit.tag() + "/estimates";
  form.post = true;
  form.label = visit.T("estimate.form");
  form.button = visit.T("estimate.form.button");
  FormField lists = Text(visit, "lists", asked.lists);
  lists.kind = FormField::Kind::kArea;
  lists.wrong = wrong;
  form.fields = {std::move(lists), Choice(visit, "method", asked.method, kMethods, false),
                 Choice(visit, "population", asked.description.population, kListed, true),
                 Text(visit, "period", asked.description.period),
                 Text(visit, "strata", asked.strata)};
  return El("p", visit.T("estimate.form.kept")) + RenderForm(visit, form);
}

// Nothing is kept on the server, so that a file is made from the lists once more.
Html SameForm(const PageVisit& visit, const Asked& asked) {
  Html fields;
  for (const auto& [name, value] : QueryPairs{{"lists", asked.lists},
                                              {"method", asked.method},
                                              {"population", asked.description.population},
                                              {"period", asked.description.period},
                                              {"strata", asked.strata}}) {
    fields += El("input", {{"type", "hidden"}, {"name", name}, {"value", value}});
  }
  return El("form",
            {{"id", kSameForm},
             {"method", "post"},
             {"action", "/" + visit.tag() + "/estimates"},
             {"hidden", OnlyIf(true)}},
            fields);
}

// --- one answer
// -----------------------------------------------------------------------------------

std::string ByProgram(const PageVisit& visit) {
  return visit.T("estimate.by_program");
}

Result<SurveyRequest> RequestOf(const PageVisit& visit, Asked& asked) {
  SurveyRequest request;
  const bool offered = std::find(kMethods.begin(), kMethods.end(), asked.method) != kMethods.end();
  if (!offered) {
    return Fail(ErrorCode::kUsage, visit.T("estimate.error.method"), "method", ByProgram(visit));
  }
  request.method = TRY(ParseSurveyMethod(asked.method));
  request.options.bootstrap.replicates = kReplicates;
  std::string& population = asked.description.population;
  const bool known = std::find(kListed.begin(), kListed.end(), population) != kListed.end();
  if (!known && !population.empty()) {
    return Fail(ErrorCode::kUsage, visit.T("estimate.error.population"), "population");
  }
  std::string& period = asked.description.period;
  if (!period.empty()) period = TRY(ReadPeriod(visit, period)).ToString();
  return request;
}

Result<StratifiedLists> ListsOf(const PageVisit& visit, Asked& asked) {
  if (Trim(asked.lists).empty()) {
    return Fail(ErrorCode::kUsage, visit.T("estimate.error.empty"), "",
                visit.T("estimate.error.empty_do"));
  }
  if (asked.lists.size() > kMaxPostedLists) {
    return Fail(ErrorCode::kLimit, visit.T("estimate.error.long"), "", ByProgram(visit));
  }
  std::vector<std::string> columns;
  for (const std::string_view column : Split(asked.strata, ',')) {
    if (!Trim(column).empty()) columns.emplace_back(Trim(column));
  }
  Result<StratifiedLists> read = ReadLists(asked.lists, visit.T("estimate.form.lists"), columns);
  asked.english_refusal = !read;
  StratifiedLists lists = TRY(std::move(read));
  if (lists.pooled.lists.size() > kMaxPageLists || lists.strata.size() > kMaxPageStrata) {
    return Fail(ErrorCode::kLimit,
                visit.T("estimate.error.large",
                        {{"lists", visit.Number(static_cast<double>(kMaxPageLists))},
                         {"strata", visit.Number(static_cast<double>(kMaxPageStrata))}}),
                "", ByProgram(visit));
  }
  return lists;
}

bool Interrupted(const SurveyPart& part) {
  return part.estimate ? part.estimate->evidence.interrupted
                       : part.estimate.error().code == ErrorCode::kInterrupted;
}

// The whole answer in time, or none: half an answer would depend on how busy the machine is.
Result<SurveyAnswer> Compute(const PageVisit& visit, const StratifiedLists& lists,
                             SurveyRequest& request, Asked& asked) {
  const auto turn = visit.site.TakeEstimate();
  if (!turn) {
    return Fail(ErrorCode::kRenderer, visit.T("estimate.error.busy"), "",
                visit.T("estimate.error.busy_do"));
  }
  const Deadline deadline(visit.site.context().estimate_limit);
  request.options.bootstrap.stop = &deadline.passed();
  SurveyAnswer answer = EstimateSurvey(lists, request, nullptr);
  request.options.bootstrap.stop = nullptr;
  if (Interrupted(answer.pooled) ||
      std::any_of(answer.strata.begin(), answer.strata.end(), Interrupted)) {
    return Fail(ErrorCode::kInterrupted, visit.T("estimate.error.slow"), "", ByProgram(visit));
  }
  asked.english_refusal = !answer.pooled.estimate;
  if (!answer.pooled.estimate) return tl::make_unexpected(answer.pooled.estimate.error());
  return answer;
}

Result<Html> AnswerHtml(const PageVisit& visit, Asked& asked) {
  SurveyRequest request = TRY(RequestOf(visit, asked));
  const StratifiedLists lists = TRY(ListsOf(visit, asked));
  const SurveyAnswer answer = TRY(Compute(visit, lists, request, asked));
  Html change = El("p", visit.T("estimate.change_text")) + AskForm(visit, asked, false);
  return SurveyHtml(visit, lists, answer, request, asked.description,
                    {"change", visit.T("estimate.change"), std::move(change)}) +
         SameForm(visit, asked);
}

// Said above the form, which keeps what was written.
Html ErrorSummary(const PageVisit& visit, const Asked& asked, const Error& error) {
  const auto said = [&](const std::string& text) {
    const bool foreign = asked.english_refusal && visit.language != Language::kEn;
    return foreign ? El("span", {{"lang", "en"}}, Capital(text)) : Html(Capital(text));
  };
  Html text = said(error.what);
  if (!error.place.empty()) text += Html(" (" + error.place + ")");
  return El("div", {{"class", "thb-note thb-note--warning"}, {"role", "alert"}, {"id", "wrong"}},
            El("p", El("strong", visit.T("estimate.error.title"))), El("p", text),
            error.remedy.empty() ? Html() : El("p", said(error.remedy)));
}

// Other sites must not make an office's browser work. Browsers send this header on every request.
bool FromElsewhere(const Request& request) {
  const std::string_view site = request.Header("sec-fetch-site");
  return !site.empty() && site != "same-origin" && site != "none";
}

// --- what states estimate
// -------------------------------------------------------------------------

std::string Persons(const PageVisit& visit, double value) {
  return visit.Number(std::round(value));
}

std::string VerdictText(const PageVisit& visit, const std::string& verdict) {
  return visit.T("estimate.verdict." + (verdict.empty() ? std::string("none") : verdict));
}

Html VerdictCell(const PageVisit& visit, const std::string& verdict) {
  const std::string word = VerdictText(visit, verdict);
  return verdict == "unsupported" ? El("strong", word) : Html(word);
}

// Registered victims of the same state and years, with their way back; nothing without an edition.
Result<Html> RegisteredCell(const PageVisit& visit, const NationalEstimate& e) {
  if (!visit.edition) return Html("–");
  const IndicatorValue value = TRY(ReadFigure(visit.Reported(), "victims.count", e.geo, e.period));
  return ValueHtml(visit, ShowIndicator(visit, value));
}

Result<std::vector<Html>> NationalRow(const PageVisit& visit, const NationalEstimate& e) {
  Html registered = TRY(RegisteredCell(visit, e));
  const std::string upper = e.upper ? Persons(visit, *e.upper) : visit.T("estimate.no_bound");
  const std::string range =
      visit.T("estimate.range", {{"lower", Persons(visit, e.lower)}, {"upper", upper}});
  const std::string level = visit.Number(std::round(100 * e.level));
  const std::string source =
      visit.T("estimate.file",
              {{"source", e.source}, {"file", e.file_name}, {"date", visit.Date(e.received)}});
  return std::vector<Html>{
      Html(visit.Place(e.geo) + ", " + e.period.ToString()),
      std::move(registered),
      Html(Persons(visit, e.point)),
      VerdictCell(visit, e.verdict),
      Html(visit.T("estimate.with_level", {{"range", range}, {"level", level}})),
      Fragment(visit.T("estimate.population." + e.population), ". ",
               visit.T("estimate.method." + e.method)),
      Fragment(e.synthetic ? visit.T("estimate.synthetic") + " " : "", source)};
}

// Registered numbers beside the estimates, drawn; the verdict stands at the bar, too.
Result<Html> NationalChart(const PageVisit& visit, const std::vector<NationalEstimate>& rows) {
  BarChart chart;
  chart.text.id = "chart-national";
  chart.text.title = visit.T("estimate.published_table");
  chart.text.unit = visit.T("estimate.persons");
  chart.text.language = visit.tag();
  chart.horizontal = true;
  Series registered{visit.T("estimate.registered"), {}};
  Series estimated{visit.T("estimate.estimate"), {}};
  for (const NationalEstimate& e : rows) {
    chart.categories.push_back(visit.Place(e.geo) + ", " + e.period.ToString());
    ChartValue count;
    if (visit.edition) {
      const IndicatorValue value =
          TRY(ReadFigure(visit.Reported(), "victims.count", e.geo, e.period));
      count = ChartValueOf(visit, value);
    }
    registered.values.push_back(std::move(count));
    ChartValue point;
    point.value = e.point;
    point.lower = e.lower;
    point.upper = e.upper;
    point.label = visit.T("estimate.bar", {{"number", Persons(visit, e.point)},
                                           {"verdict", VerdictText(visit, e.verdict)}});
    estimated.values.push_back(std::move(point));
  }
  chart.series = {std::move(registered), std::move(estimated)};
  return Html::Chart(RenderBarChart(chart));
}

Result<PageSection> NationalSection(const PageVisit& visit) {
  std::vector<NationalEstimate> rows;
  if (visit.site.context().national) rows = TRY(visit.site.context().national(std::nullopt));
  TableWithChart view;
  view.table = {.id = "national-table",
                .caption = visit.T("estimate.published_table"),
                .columns = {{visit.T("estimate.state"), false},
                            {visit.T("estimate.registered"), true},
                            {visit.T("estimate.estimate"), true},
                            {visit.T("estimate.verdict"), false},
                            {visit.T("estimate.interval_short"), true},
                            {visit.T("estimate.who"), false},
                            {visit.T("estimate.source"), false}},
                .rows = {},
                .empty = visit.T("estimate.published_empty"),
                .notes = {}};
  for (const NationalEstimate& e : rows) {
    view.table.rows.push_back(TRY(NationalRow(visit, e)));
  }
  if (!rows.empty()) view.chart = TRY(NationalChart(visit, rows));
  Html body = El("p", visit.T("estimate.published_text"));
  body += RenderTableWithChart(visit, view);
  return PageSection{"published", visit.T("estimate.published"), std::move(body)};
}

Page PageOf(const PageVisit& visit) {
  return {visit.T("estimate.title"), visit.T("estimate.lead"), "/estimates", {}, {}};
}

}  // namespace

Result<Response> EstimatesPage(const PageVisit& visit) {
  std::vector<PageSection> sections;
  sections.push_back(TRY(NationalSection(visit)));
  const bool office = visit.site.context().publication.audience() == Audience::kOffice;
  Html own = El("p", visit.T("estimate.own_text"));
  if (office) {
    own += AskForm(visit, {kExample, "stepwise", "", {}}, false);
  } else {
    own += El("p", visit.T("estimate.own_program")) +
           El("pre", {{"class", "thb-code"}},
              "thb estimate lists.csv --population identified --period 2019-2020");
  }
  sections.push_back({"own", visit.T("estimate.own"), std::move(own)});
  Html words;
  for (const Verdict verdict : {Verdict::kSupported, Verdict::kFragile, Verdict::kUnsupported}) {
    words += El("li", El("strong", VerdictWord(visit, verdict)), " ",
                visit.T("estimate.verdict." + VerdictName(verdict) + ".text"));
  }
  sections.push_back(
      {"verdicts", visit.T("estimate.verdicts"),
       El("p", visit.T("estimate.verdict_limits")) + El("ul", {{"class", "thb-list"}}, words)});
  Page page = PageOf(visit);
  page.body = RenderSections(sections);
  return RenderPage(visit, page);
}

Result<Response> EstimateAnswerPage(const PageVisit& visit) {
  constexpr int kForbidden = 403;
  Page page = PageOf(visit);
  page.crumbs = {{visit.T("nav.estimates"), "/" + visit.tag() + "/estimates"}};
  if (FromElsewhere(visit.request)) {
    const Error error{ErrorCode::kUsage, visit.T("estimate.error.elsewhere"), "",
                      visit.T("estimate.error.elsewhere_do")};
    return ErrorPageOf(visit, kForbidden, error);
  }
  Asked asked = TRY(ReadForm(visit));
  visit.file->wanted = asked.file;
  visit.file->form = kSameForm;
  const Result<Html> answer = AnswerHtml(visit, asked);
  int status = 200;
  if (answer) {
    page.title = visit.T("estimate.answer_title");
    page.lead = visit.T("estimate.answer_lead");
    page.body = *answer;
  } else {
    constexpr int kUnavailable = 503;
    const bool busy = answer.error().code == ErrorCode::kRenderer;
    status = busy ? kUnavailable : InfoOf(answer.error().code).http_status;
    page.body = ErrorSummary(visit, asked, answer.error()) + AskForm(visit, asked, true);
  }
  Response response = RenderPage(visit, page, status);
  if (answer && !asked.file.empty()) response = TRY(FileOf(visit));
  response.cache_control = "no-store";
  return response;
}

}  // namespace thb
