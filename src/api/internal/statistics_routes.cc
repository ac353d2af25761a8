// The statistics interface: JSON-stat 2.0, any dimension as a filter.

#include <array>
#include <map>

#include "api/internal/query.h"
#include "api/internal/state.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr std::array<Representation, 1> kForms = {{{"json", "application/json", "json-stat"}}};

std::vector<RouteParameter> Parameters() {
  std::vector<RouteParameter> parameters = {
      PathParameter("code", "dataset, whatever its case", "CRIM_THB_SEX"),
      QueryParameter("format", "JSON, the only one", "JSON"),
      QueryParameter("lang", "language of labels: en or nl", "en"),
      QueryParameter("time", "a period; repeated: any of them", "2020", true),
      QueryParameter("sinceTimePeriod", "periods that begin no earlier", "2019"),
      QueryParameter("untilTimePeriod", "periods that end no later", "2021"),
      QueryParameter("lastTimePeriod", "the last so many periods of the dataset", "2")};
  for (const auto& [name, example] : std::map<std::string, std::string>{{"geo", "NL"},
                                                                        {"sex", "F"},
                                                                        {"age", "Y_LT18"},
                                                                        {"citizen", "NAT"},
                                                                        {"leg_stat", "PER_VICT"},
                                                                        {"unit", "NR"},
                                                                        {"freq", "A"}}) {
    parameters.push_back(QueryParameter(
        name, "a code of this dimension, where the dataset has it; repeated: any of them", example,
        true));
  }
  AppendEditionParameters(parameters);
  return parameters;
}

// Parameters that are no dimensions.
const std::vector<std::string>& Reserved() {
  static const std::vector<std::string> names = {
      "format",         "lang", "sinceTimePeriod", "untilTimePeriod",
      "lastTimePeriod", "asOf", "release",         "collection"};
  return names;
}

Result<DataQuery> ParseStatisticsQuery(const Request& request, const Dataset& dataset,
                                       const Codes& codes) {
  DataQuery query;
  std::map<std::size_t, std::vector<std::string_view>> by_dimension;
  for (const auto& [name, value] : request.query) {
    if (std::find(Reserved().begin(), Reserved().end(), name) != Reserved().end()) continue;
    auto dimension = FindDimension(dataset, name);
    if (!dimension) {
      Error error = std::move(dimension).error();
      error.what = "no parameter or dimension \"" + name.substr(0, 60) + "\"";
      error.remedy += ", or " + Join(Reserved(), ", ");
      return tl::make_unexpected(std::move(error));
    }
    by_dimension[*dimension].push_back(value);
  }
  for (const auto& [dimension, values] : by_dimension) {
    query.filters.push_back(TRY(MakeValueFilter(dimension, values, dataset, codes)));
  }
  if (const auto since = request.Query("sinceTimePeriod")) {
    query.start = TRY(ParseTimeSpan(*since, "sinceTimePeriod"));
  }
  if (const auto until = request.Query("untilTimePeriod")) {
    query.end = TRY(ParseTimeSpan(*until, "untilTimePeriod"));
  }
  if (const auto last = request.Query("lastTimePeriod")) {
    query.last_periods = TRY(ParseCount(*last, "lastTimePeriod"));
  }
  return query;
}

ApiResult<Response> WriteAnswer(ApiState& state, const Request& request, const EditionPtr& edition,
                                const Dataset& dataset, Language language) {
  const DataQuery query = API_TRY(ParseStatisticsQuery(request, dataset, state.codes()));
  const auto cells = API_TRY(
      SelectCells(*state.CellsOf(edition, dataset), dataset, query, state.context().max_cells));
  if (cells.empty()) {
    const EmptyAnswer empty = WhyEmpty(*state.CellsOf(edition, dataset), dataset, query);
    return ApiFail(404, ErrorCode::kNotFound, empty.what, ToUpperAscii(dataset.id), empty.remedy);
  }
  WriteOptions options;
  options.time = edition->updated;
  options.language = language;
  options.synthetic = edition->snapshot.IsSynthetic();
  WrittenTable written =
      API_TRY(WriteTable(Format::kJsonStat, dataset, cells, options, state.codes()));
  return Response::Text("application/json", std::move(written.bytes));
}

ApiResult<Response> HandleStatistics(ApiState& state, const Request& request) {
  const Representation& form = *TRY(ChooseRepresentation(request, kForms));
  const Language language = TRY(ChooseLanguage(request));
  TRY(CheckRepeated(request, Reserved()));
  const Dataset& dataset = *TRY(state.FindFlow("*", request.Parameter("code"), "*"));
  const EditionPtr edition = TRY(state.EditionOf(request));
  return state.Answer(request, ErrorStyle::kJsonStat, edition, form.type, language,
                      [&] { return WriteAnswer(state, request, edition, dataset, language); });
}

}  // namespace

std::vector<Route> StatisticsRoutes(const std::shared_ptr<ApiState>& state) {
  Route route;
  route.pattern = "/api/dissemination/statistics/1.0/data/{code}";
  route.tag = "statistics";
  route.summary = "a dataset or a part of it as JSON-stat 2.0";
  route.parameters = Parameters();
  route.produces = {"application/json"};
  route.statuses = {304, 404, 406, 413};
  route.strict_query = false;  // dimensions differ by dataset: the handler refuses the rest
  route.handler = [state](const Request& request) {
    auto response = HandleStatistics(*state, request);
    return response ? *std::move(response) : ErrorResponse(ErrorStyle::kJsonStat, response.error());
  };
  return {std::move(route)};
}

}  // namespace thb
