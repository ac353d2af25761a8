// Data of the SDMX interfaces, 2.1 (REST 1.5) and 3.0 (REST 2.x).

#include <algorithm>
#include <array>
#include <memory>

#include "api/internal/query.h"
#include "api/internal/state.h"
#include "base/text.h"
#include "http/accept.h"
#include "http/gzip.h"

namespace thb {
namespace {

// Cells from which on SDMX-CSV is written in slices, so that memory holds one of them.
constexpr std::size_t kSliceCells = 20'000;

constexpr std::string_view kCsv1 = "application/vnd.sdmx.data+csv;version=1.0.0";
constexpr std::string_view kCsv2 = "application/vnd.sdmx.data+csv;version=2.0.0";
constexpr std::string_view kJson = "application/vnd.sdmx.data+json;version=2.1.0";
constexpr std::string_view kMl = "application/vnd.sdmx.structurespecificdata+xml;version=2.1";
constexpr std::string_view kTsv = "text/tab-separated-values";

constexpr std::array<Representation, 12> kForms21 = {
    {{"sdmx_2.1_structured", kMl, "sdmx-ml"},
     {"structurespecificdata", "application/vnd.sdmx.structurespecificdata+xml", "sdmx-ml"},
     {"", "application/xml", "sdmx-ml"},
     {"", "text/xml", "sdmx-ml"},
     {"sdmx-csv", kCsv1, "sdmx-csv"},
     {"csvdata", "text/csv", "sdmx-csv"},
     {"", kCsv2, "sdmx-csv-2"},
     {"tsv", kTsv, "tsv"},
     {"json", "application/json", "json-stat"},
     {"jsondata", kJson, "sdmx-json"},
     {"sdmx-json", "application/vnd.sdmx.data+json", "sdmx-json"},
     {"sdmx-csv-2", "application/vnd.sdmx.data+csv", "sdmx-csv-2"}}};

constexpr std::array<Representation, 9> kForms30 = {
    {{"jsondata", kJson, "sdmx-json"},
     {"", "application/vnd.sdmx.data+json", "sdmx-json"},
     {"", "application/json", "sdmx-json"},
     {"csvdata", kCsv2, "sdmx-csv-2"},
     {"sdmx-csv", "text/csv", "sdmx-csv-2"},
     {"", kCsv1, "sdmx-csv"},
     {"tsv", kTsv, "tsv"},
     {"json", "application/json;profile=json-stat", "json-stat"},
     {"structurespecificdata", kMl, "sdmx-ml"}}};

enum class Version { k21, k30 };

// One request for data, as far as it is understood.
struct DataRequest {
  Version version = Version::k21;
  const Dataset* dataset = nullptr;
  const Representation* form = nullptr;
  Format format = Format::kSdmxMl;
  Language language = Language::kEn;
  bool labels = false;
  EditionPtr edition;
  std::string key;
};

Result<void> ReadCommonOptions(const Request& request, DataQuery& query) {
  if (const auto count = request.Query("firstNObservations")) {
    query.first_observations = TRY(ParseCount(*count, "firstNObservations"));
  }
  if (const auto count = request.Query("lastNObservations")) {
    query.last_observations = TRY(ParseCount(*count, "lastNObservations"));
  }
  if (const auto start = request.Query("startPeriod")) {
    query.start = TRY(ParseTimeSpan(*start, "startPeriod"));
  }
  if (const auto end = request.Query("endPeriod")) {
    query.end = TRY(ParseTimeSpan(*end, "endPeriod"));
  }
  return {};
}

Result<DataQuery> ReadQuery(const Request& request, const DataRequest& data, const Codes& codes) {
  DataQuery query;
  query.keys = TRY(ParseSdmxKey(data.key, *data.dataset, codes));
  TRY(ReadCommonOptions(request, query));
  for (const auto& [name, value] : request.query) {
    if (!StartsWith(name, "c[")) continue;
    const std::string_view component = std::string_view(name).substr(2, name.size() - 3);
    query.filters.push_back(TRY(ParseComponentFilter(component, value, *data.dataset, codes)));
  }
  return query;
}

const std::vector<std::string>& Attributes() {
  static const std::vector<std::string> names = {"OBS_FLAG",  "CONF_STATUS",    "OBS_LOWER",
                                                 "OBS_UPPER", "MISSING_REASON", "CANDIDATES"};
  return names;
}

// "detail" of SDMX 2.1: which parts there are of series and observations.
ApiResult<void> ReadDetail(const Request& request, WriteOptions& options) {
  const std::string detail = ToLowerAscii(request.Query("detail").value_or("full"));
  if (detail == "full") return {};
  if (detail == "dataonly") {
    options.parts = {"OBS_VALUE"};
  } else if (detail == "serieskeysonly" || detail == "nodata") {
    options.series_only = true;
  } else {
    return ApiFail(400, ErrorCode::kUsage, "no detail \"" + detail.substr(0, 40) + "\"", "detail",
                   "use one of: full, dataonly, serieskeysonly, nodata");
  }
  return {};
}

// "attributes" and "measures" of SDMX 3.0.
ApiResult<void> ReadParts(const Request& request, WriteOptions& options) {
  std::set<std::string> parts;
  for (const std::string_view name : Split(request.Query("attributes").value_or("dsd"), ',')) {
    if (name == "dsd" || name == "all" || name == "obs") {
      parts.insert(Attributes().begin(), Attributes().end());
    } else if (std::find(Attributes().begin(), Attributes().end(), name) != Attributes().end()) {
      parts.emplace(name);
    } else if (name != "none" && name != "msd" && name != "dataset" && name != "series") {
      return ApiFail(
          400, ErrorCode::kUsage, "no attribute \"" + std::string(name.substr(0, 40)) + "\"",
          "attributes",
          "use dsd, msd, dataset, series, obs, all, none or some of: " + Join(Attributes(), ", "));
    }
  }
  for (const std::string_view name : Split(request.Query("measures").value_or("all"), ',')) {
    if (name == "all" || name == "OBS_VALUE") {
      parts.insert("OBS_VALUE");
    } else if (name != "none") {
      return ApiFail(400, ErrorCode::kUsage,
                     "no measure \"" + std::string(name.substr(0, 40)) + "\"", "measures",
                     "use all, none or OBS_VALUE");
    }
  }
  if (parts.size() <= Attributes().size()) options.parts = std::move(parts);
  return {};
}

// What the standard has and this service has not is refused, not ignored.
ApiResult<void> RefuseUnsupported(const Request& request) {
  const auto refuse = [](const std::string& name, const std::string& remedy) {
    return ApiFail(501, ErrorCode::kUnsupported, name + " is not implemented", name, remedy);
  };
  if (const auto history = request.Query("includeHistory"); history && *history != "false") {
    return refuse("includeHistory", "ask for an earlier edition by asOf");
  }
  if (request.Query("updatedAfter")) {
    return refuse("updatedAfter", "compare two editions by asOf or release");
  }
  if (const auto at = request.Query("dimensionAtObservation");
      at && *at != "TIME_PERIOD" && *at != "AllDimensions") {
    return refuse("dimensionAtObservation", "use TIME_PERIOD or AllDimensions");
  }
  return {};
}

// "labels=both" of SDMX-CSV, as a parameter of the address or of the media type.
ApiResult<void> ReadLabels(const Request& request, DataRequest& data) {
  if (data.format != Format::kSdmxCsv && data.format != Format::kSdmxCsv2) return {};
  const bool parameter = request.Query("labels").has_value();
  std::string labels(request.Query("labels").value_or(""));
  const auto ranges = ParseAccept(request.Header("accept"));
  const auto type = ParseMediaType(data.form->type);
  const MediaType* range = type ? BestRange(ranges, *type) : nullptr;
  if (range != nullptr && !request.Query("format")) {
    if (!parameter) labels = range->Parameter("labels");
    const std::string_view keys = range->Parameter("keys");
    const std::string_view times = range->Parameter("timeformat");
    if ((!keys.empty() && keys != "none") || (!times.empty() && times != "original")) {
      return ApiFail(406, ErrorCode::kUnsupported, "keys and normalized times are not written",
                     "Accept", "leave keys and timeFormat out");
    }
  }
  if (labels.empty() || labels == "id") return {};
  if (labels != "both") {
    return ApiFail(parameter ? 400 : 406, ErrorCode::kUnsupported,
                   "labels=" + labels.substr(0, 20) + " is not written", "labels",
                   "use id or both");
  }
  data.labels = true;
  return {};
}

ApiResult<WriteOptions> ReadOptions(const Request& request, const DataRequest& data) {
  WriteOptions options;
  options.time = data.edition->updated;
  options.language = data.language;
  options.synthetic = data.edition->snapshot.IsSynthetic();
  TRY(RefuseUnsupported(request));
  if (data.version == Version::k21) {
    TRY(ReadDetail(request, options));
  } else {
    TRY(ReadParts(request, options));
  }
  if (options.series_only && data.format != Format::kSdmxCsv && data.format != Format::kSdmxCsv2 &&
      data.format != Format::kSdmxMl) {
    return ApiFail(406, ErrorCode::kUnsupported, "this format has no keys without observations",
                   "detail", "ask for SDMX-CSV or sdmx_2.1_structured");
  }
  options.labels = data.labels;
  return options;
}

std::string FileName(const DataRequest& data) {
  std::string ending = ".json";
  if (data.form->id == "tsv") ending = ".tsv";
  if (data.form->id == "sdmx-ml") ending = ".xml";
  if (StartsWith(data.form->id, "sdmx-csv")) ending = ".csv";
  const std::string_view prefix = data.edition->snapshot.IsSynthetic() ? kSyntheticPrefix : "";
  return std::string(prefix) + data.dataset->id + ending;
}

// A table that is written when it is asked for, a slice at a time, its header once.
std::function<std::string(std::size_t)> SlicedCsv(std::vector<SnapshotCell> cells, Format format,
                                                  const Dataset& dataset,
                                                  const WriteOptions& options, const Codes& codes) {
  auto all = std::make_shared<std::vector<SnapshotCell>>(std::move(cells));
  auto at = std::make_shared<std::size_t>(0);
  return [all, at, format, &dataset, options, &codes](std::size_t) -> std::string {
    if (*at >= all->size()) return {};
    const std::size_t end = std::min(*at + kSliceCells, all->size());
    const std::vector<SnapshotCell> slice(
        std::make_move_iterator(all->begin() + static_cast<std::ptrdiff_t>(*at)),
        std::make_move_iterator(all->begin() + static_cast<std::ptrdiff_t>(end)));
    const bool first = *at == 0;
    *at = end;
    auto written = WriteTable(format, dataset, slice, options, codes);
    if (!written) return {};
    return first ? std::move(written->bytes) : written->bytes.substr(written->bytes.find('\n') + 1);
  };
}

bool WantsFile(const Request& request) {
  for (const std::string_view name : {"compressed", "compress"}) {
    if (const auto value = request.Query(name); value && *value == "true") return true;
  }
  return false;
}

ApiResult<Response> NoData(ApiState& state, const DataRequest& data, const DataQuery& query) {
  if (data.version == Version::k30) {
    Response response;
    response.status = 204;
    return response;
  }
  const EmptyAnswer empty =
      WhyEmpty(*state.CellsOf(data.edition, *data.dataset), *data.dataset, query);
  return ApiFail(404, ErrorCode::kNotFound, empty.what, ToUpperAscii(data.dataset->id),
                 empty.remedy);
}

ApiResult<Response> WriteData(ApiState& state, const Request& request, const DataRequest& data) {
  const DataQuery query = API_TRY(ReadQuery(request, data, state.codes()));
  const WriteOptions options = TRY(ReadOptions(request, data));
  auto cells = API_TRY(SelectCells(*state.CellsOf(data.edition, *data.dataset), *data.dataset,
                                   query, state.context().max_cells));
  if (cells.empty()) return NoData(state, data, query);
  Response response;
  response.content_type = data.form->type;
  if (StartsWith(response.content_type, "text/")) response.content_type += ";charset=utf-8";
  response.download_name = FileName(data);
  response.headers.emplace_back(
      "Link", "</api/dissemination/sdmx/2.1/datastructure/" + data.dataset->agency + "/" +
                  ToUpperAscii(data.dataset->id) + "/" + data.dataset->version +
                  "?references=descendants>; rel=\"describedby\"");
  const bool csv = data.format == Format::kSdmxCsv || data.format == Format::kSdmxCsv2;
  if (csv && !options.series_only && cells.size() > kSliceCells && !WantsFile(request)) {
    response.stream =
        SlicedCsv(std::move(cells), data.format, *data.dataset, options, state.codes());
    return response;
  }
  WrittenTable written =
      API_TRY(WriteTable(data.format, *data.dataset, cells, options, state.codes()));
  if (WantsFile(request)) {
    written.bytes = Gzip(written.bytes);
    response.content_type = "application/gzip";
    response.download_name += ".gz";
  }
  response.body = std::make_shared<const std::string>(std::move(written.bytes));
  return response;
}

ErrorStyle StyleOf(Version version) {
  return version == Version::k21 ? ErrorStyle::kSdmxMl : ErrorStyle::kSdmxJson;
}

// "formatVersion" chooses between the versions of SDMX-CSV.
ApiResult<void> ApplyFormatVersion(const Request& request, DataRequest& data) {
  const auto asked = request.Query("formatVersion");
  if (!asked) return {};
  const bool csv = StartsWith(data.form->id, "sdmx-csv");
  const bool one = csv && (*asked == "1.0" || *asked == "1.0.0");
  const bool two = csv && (*asked == "2.0" || *asked == "2.0.0");
  if (!one && !two) {
    return ApiFail(400, ErrorCode::kUsage,
                   "no version \"" + std::string(asked->substr(0, 20)) + "\" of this format",
                   "formatVersion", "use 1.0 or 2.0 with SDMX-CSV");
  }
  for (const Representation& form : kForms21) {
    if (form.type == (one ? kCsv1 : kCsv2)) data.form = &form;
  }
  return {};
}

ApiResult<Response> HandleData(ApiState& state, const Request& request, DataRequest data,
                               const std::vector<std::string>& known) {
  TRY(CheckParameters(request, known, data.version == Version::k30));
  data.form = data.version == Version::k21 ? TRY(ChooseRepresentation(request, kForms21))
                                           : TRY(ChooseRepresentation(request, kForms30));
  TRY(ApplyFormatVersion(request, data));
  data.format = API_TRY(ParseFormat(data.form->id));
  data.language = TRY(ChooseLanguage(request));
  TRY(ReadLabels(request, data));
  data.edition = TRY(state.EditionOf(request));
  // Labels may be asked for by the header alone, so they are part of what the answer is kept under.
  const std::string variant = std::string(data.form->type) + (data.labels ? ";labels=both" : "");
  return state.Answer(request, StyleOf(data.version), data.edition, variant, data.language,
                      [&] { return WriteData(state, request, data); });
}

// "CRIM_THB_SEX" or "ESTAT,CRIM_THB_SEX,1.0".
ApiResult<const Dataset*> FindFlow21(const ApiState& state, std::string_view resource) {
  const auto parts = Split(resource, ',');
  if (parts.size() == 1) return state.FindFlow("*", parts[0], "*");
  if (parts.size() > 3) {
    return ApiFail(400, ErrorCode::kUsage, "a dataflow has at most three parts", "resource",
                   "write AGENCY,ID,VERSION");
  }
  return state.FindFlow(parts[0], parts[1], parts.size() == 3 ? parts[2] : "*");
}

ApiResult<Response> Handle21(ApiState& state, const Request& request,
                             const std::vector<std::string>& known) {
  DataRequest data;
  data.dataset = TRY(FindFlow21(state, request.Parameter("resource")));
  const auto key = request.parameters.find("key");
  data.key = key == request.parameters.end() ? "all" : key->second;
  const auto provider = request.parameters.find("provider");
  if (provider != request.parameters.end()) TRY(CheckAgency(provider->second));
  return HandleData(state, request, std::move(data), known);
}

ApiResult<Response> Handle30(ApiState& state, const Request& request,
                             const std::vector<std::string>& known) {
  DataRequest data;
  data.version = Version::k30;
  const std::string& context = request.Parameter("context");
  if (context != "dataflow" && context != "*") {
    return ApiFail(400, ErrorCode::kUsage, "no context \"" + context.substr(0, 40) + "\"",
                   "context", "use dataflow");
  }
  data.dataset = TRY(state.FindFlow(request.Parameter("agency"), request.Parameter("id"),
                                    request.Parameter("version")));
  const auto key = request.parameters.find("key");
  data.key = key == request.parameters.end() ? "*" : key->second;
  return HandleData(state, request, std::move(data), known);
}

std::vector<RouteParameter> CommonParameters() {
  std::vector<RouteParameter> parameters = {
      QueryParameter("lang", "language of labels: en or nl", "en"),
      QueryParameter("formatVersion", "of SDMX-CSV: 1.0 or 2.0", "2.0"),
      QueryParameter("labels", "in SDMX-CSV: id, or both for codes with labels", "both"),
      QueryParameter("startPeriod", "periods that begin no earlier", "2019"),
      QueryParameter("endPeriod", "periods that end no later", "2021"),
      QueryParameter("firstNObservations", "the first so many observations of each series", "1"),
      QueryParameter("lastNObservations", "the last so many observations of each series", "1"),
      QueryParameter("dimensionAtObservation",
                     "TIME_PERIOD or AllDimensions; says nothing, the format decides",
                     "TIME_PERIOD"),
      QueryParameter("updatedAfter", "not implemented: 501", "2026-01-01T00:00:00Z"),
      QueryParameter("includeHistory", "false; true is not implemented: 501", "false")};
  AppendEditionParameters(parameters);
  return parameters;
}

template <std::size_t kCount>
std::vector<std::string> TypesOf(const std::array<Representation, kCount>& forms) {
  std::vector<std::string> types;
  for (const Representation& form : forms) types.emplace_back(form.type);
  return types;
}

Route MakeRoute21(const std::shared_ptr<ApiState>& state, const std::string& rest,
                  const std::string& summary) {
  Route route;
  route.pattern = "/api/dissemination/sdmx/2.1/data/{resource}" + rest;
  route.tag = "sdmx-2.1";
  route.summary = summary;
  route.parameters = {
      PathParameter("resource", "dataflow: ID or AGENCY,ID,VERSION", "CRIM_THB_SEX")};
  if (rest.find("{key}") != std::string::npos) {
    route.parameters.push_back(PathParameter(
        "key", "codes of the dimensions joined by points; empty: any; +: or; all: everything",
        "A.PER_VICT.T.NR.NL+BE"));
  }
  if (rest.find("{provider}") != std::string::npos) {
    route.parameters.push_back(
        PathParameter("provider", "all: data are not told apart by provider", "all"));
  }
  route.parameters.push_back(QueryParameter(
      "format", "sdmx_2.1_structured, SDMX-CSV, TSV, JSON (JSON-stat) or jsondata (SDMX-JSON)",
      "SDMX-CSV"));
  route.parameters.push_back(
      QueryParameter("detail", "full, dataonly, serieskeysonly or nodata", "dataonly"));
  route.parameters.push_back(
      QueryParameter("compressed", "true: a file compressed by gzip", "true"));
  const auto common = CommonParameters();
  route.parameters.insert(route.parameters.end(), common.begin(), common.end());
  route.produces = TypesOf(kForms21);
  route.statuses = {304, 404, 406, 413, 501};
  route.strict_query = false;  // the handler refuses, in the form of the standard
  route.handler = [state, known = QueryNames(route.parameters)](const Request& request) {
    auto response = Handle21(*state, request, known);
    return response ? *std::move(response) : ErrorResponse(ErrorStyle::kSdmxMl, response.error());
  };
  return route;
}

Route MakeRoute30(const std::shared_ptr<ApiState>& state, const std::string& rest,
                  const std::string& summary) {
  Route route;
  route.pattern = "/api/dissemination/sdmx/3.0/data/{context}/{agency}/{id}/{version}" + rest;
  route.tag = "sdmx-3.0";
  route.summary = summary;
  route.parameters = {PathParameter("context", "dataflow", "dataflow"),
                      PathParameter("agency", "ESTAT, OPENTHB or *", "ESTAT"),
                      PathParameter("id", "dataflow", "CRIM_THB_SEX"),
                      PathParameter("version", "1.0, + (latest) or *", "1.0")};
  if (!rest.empty()) {
    route.parameters.push_back(PathParameter(
        "key", "codes joined by points; empty or *: any; a comma joins keys", "A.PER_VICT.T.NR.*"));
  }
  const std::vector<RouteParameter> more = {
      QueryParameter("c[geo]",
                     "filter of a dimension or attribute, c[NAME]: eq ne lt le gt ge co "
                     "nc sw ew; comma: or, plus: and",
                     "NL,BE"),
      QueryParameter("c[TIME_PERIOD]", "filter of time", "ge:2019+le:2021"),
      QueryParameter("attributes", "dsd, all, none or names of attributes", "dsd"),
      QueryParameter("measures", "all, none or OBS_VALUE", "all"),
      QueryParameter("format",
                     "jsondata, csvdata, tsv, json (JSON-stat), structurespecificdata "
                     "(SDMX-ML 2.1)",
                     "csvdata"),
      QueryParameter("compress", "true: a file compressed by gzip", "true")};
  route.parameters.insert(route.parameters.end(), more.begin(), more.end());
  const auto common = CommonParameters();
  route.parameters.insert(route.parameters.end(), common.begin(), common.end());
  route.produces = TypesOf(kForms30);
  route.statuses = {204, 304, 404, 406, 413, 501};
  route.strict_query = false;
  route.handler = [state, known = QueryNames(route.parameters)](const Request& request) {
    auto response = Handle30(*state, request, known);
    return response ? *std::move(response) : ErrorResponse(ErrorStyle::kSdmxJson, response.error());
  };
  return route;
}

}  // namespace

std::vector<Route> SdmxDataRoutes(const std::shared_ptr<ApiState>& state) {
  return {MakeRoute21(state, "", "all data of a dataflow"),
          MakeRoute21(state, "/", "all data of a dataflow"),
          MakeRoute21(state, "/{key}", "data of a dataflow by key"),
          MakeRoute21(state, "/{key}/", "data of a dataflow by key"),
          MakeRoute21(state, "/{key}/{provider}", "data of a dataflow by key"),
          MakeRoute30(state, "", "all data of a dataflow"),
          MakeRoute30(state, "/{key}", "data of a dataflow by key")};
}

}  // namespace thb
