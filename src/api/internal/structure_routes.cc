// Structures of both SDMX interfaces: dataflows, data structure definitions, code lists, concept
// schemes, content constraints, and the XML schema of data.

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "api/internal/state.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr std::array<Representation, 7> kForms21 = {
    {{"xml", "application/vnd.sdmx.structure+xml;version=2.1", "xml"},
     {"", "application/xml", "xml"},
     {"", "text/xml", "xml"},
     {"json", "application/vnd.sdmx.structure+json;version=2.1.0", "json"},
     {"", "application/vnd.sdmx.structure+json", "json"},
     {"", "application/json", "json"},
     {"tsv", "text/tab-separated-values", "tsv"}}};

constexpr std::array<Representation, 6> kForms30 = {
    {{"json", "application/vnd.sdmx.structure+json;version=2.1.0", "json"},
     {"", "application/vnd.sdmx.structure+json", "json"},
     {"", "application/json", "json"},
     {"xml", "application/vnd.sdmx.structure+xml;version=2.1", "xml"},
     {"", "application/xml", "xml"},
     {"tsv", "text/tab-separated-values", "tsv"}}};

using Refs = std::set<StructureRef>;

// Names of kinds in paths; SDMX 3.0 calls the constraint a data constraint.
const std::map<std::string, StructureKind, std::less<>>& Kinds() {
  static const std::map<std::string, StructureKind, std::less<>> kinds = {
      {"dataflow", StructureKind::kDataflow},
      {"datastructure", StructureKind::kDataStructure},
      {"codelist", StructureKind::kCodelist},
      {"conceptscheme", StructureKind::kConceptScheme},
      {"contentconstraint", StructureKind::kConstraint},
      {"dataconstraint", StructureKind::kConstraint}};
  return kinds;
}

std::string KindList() {
  std::vector<std::string> names;
  for (const auto& [name, kind] : Kinds()) names.push_back(name);
  return Join(names, ", ");
}

ApiResult<StructureKind> ParseKind(std::string_view name) {
  const auto found = Kinds().find(name);
  if (found != Kinds().end()) return found->second;
  return ApiFail(400, ErrorCode::kUsage,
                 "no kind of structure \"" + std::string(name.substr(0, 40)) + "\"", "path",
                 "use one of: " + KindList() + " (or data)");
}

// The structures that a path names. Errors: 404 with the list.
ApiResult<Refs> FindStructures(const ApiState& state, StructureKind kind, const Request& request) {
  const auto part = [&](const std::string& name) -> std::string {
    const auto found = request.parameters.find(name);
    return found == request.parameters.end() ? "*" : found->second;
  };
  TRY(CheckAgency(part("agency")));
  TRY(CheckVersion(part("version")));
  const auto all = AllStructures(kind, state.datasets());
  Refs refs;
  const std::string ids = part("id");
  for (const std::string_view id : Split(ids, ',')) {
    if (id == "*" || id == "all") {
      refs.insert(all.begin(), all.end());
      continue;
    }
    const std::string wanted = ToUpperAscii(id);
    const auto found = std::find_if(all.begin(), all.end(), [&](const StructureRef& ref) {
      return ToUpperAscii(ref.id) == wanted;
    });
    if (found == all.end()) {
      std::vector<std::string> known;
      for (const StructureRef& ref : all) known.push_back(ToUpperAscii(ref.id));
      return ApiFail(404, ErrorCode::kNotFound,
                     "no " + std::string(StructureKindName(kind)) + " \"" +
                         std::string(id.substr(0, 60)) + "\"",
                     "path", "use one of: " + Join(known, ", "));
    }
    refs.insert(*found);
  }
  return refs;
}

using Step = std::vector<StructureRef> (*)(const StructureRef&, const Datasets&);

Refs Neighbours(const Refs& from, Step step, const Datasets& datasets) {
  Refs out;
  for (const StructureRef& ref : from) {
    const auto next = step(ref, datasets);
    out.insert(next.begin(), next.end());
  }
  return out;
}

// All that is reached by any number of steps.
Refs Closure(const Refs& from, Step step, const Datasets& datasets) {
  Refs reached;
  Refs edge = from;
  while (!edge.empty()) {
    Refs next;
    for (const StructureRef& ref : Neighbours(edge, step, datasets)) {
      if (reached.insert(ref).second) next.insert(ref);
    }
    edge = std::move(next);
  }
  return reached;
}

// "references": what comes along with the structures asked for.
ApiResult<Refs> FindReferences(const Refs& asked, std::string_view references,
                               const Datasets& datasets) {
  if (references == "none") return Refs{};
  if (references == "children") return Neighbours(asked, &StructureChildren, datasets);
  if (references == "descendants") return Closure(asked, &StructureChildren, datasets);
  if (references == "parents") return Neighbours(asked, &StructureParents, datasets);
  if (references == "ancestors") return Closure(asked, &StructureParents, datasets);
  Refs refs = Neighbours(asked, &StructureParents, datasets);
  refs.merge(Neighbours(refs, &StructureChildren, datasets));
  if (references == "parentsandsiblings") return refs;
  if (references == "all") {
    refs.merge(Closure(asked, &StructureChildren, datasets));
    return refs;
  }
  const auto kind = Kinds().find(references);
  if (kind == Kinds().end()) {
    return ApiFail(400, ErrorCode::kUsage,
                   "no references \"" + std::string(references.substr(0, 40)) + "\"", "references",
                   "use none, children, descendants, parents, parentsandsiblings, ancestors, all, "
                   "or a kind: " +
                       KindList());
  }
  refs = Closure(asked, &StructureChildren, datasets);
  refs.merge(Closure(asked, &StructureParents, datasets));
  std::erase_if(refs, [&](const StructureRef& ref) { return ref.kind != kind->second; });
  return refs;
}

struct Detail {
  bool stub_asked = false;
  bool stub_references = false;
  bool partial = false;
};

ApiResult<Detail> ParseDetail(std::string_view text) {
  if (text == "full" || text == "raw") return Detail{};
  if (text == "allstubs" || text == "allcompletestubs") return Detail{true, true, false};
  if (text == "referencestubs" || text == "referencecompletestubs") {
    return Detail{false, true, false};
  }
  if (text == "referencepartial") return Detail{false, false, true};
  return ApiFail(400, ErrorCode::kUsage, "no detail \"" + std::string(text.substr(0, 40)) + "\"",
                 "detail",
                 "use full, allstubs, referencestubs, allcompletestubs, referencecompletestubs or "
                 "referencepartial");
}

// The codes of a list that the structures asked for can hold; nothing where it is all of them.
std::optional<std::set<std::string>> PartialCodes(const std::string& list, const Refs& asked,
                                                  const ApiState& state) {
  std::set<std::string> codes;
  for (const StructureRef& ref : asked) {
    const Dataset* dataset = state.datasets().Find(ref.id);
    if (dataset == nullptr) return std::nullopt;
    for (std::size_t i = 0; i < dataset->time_index(); ++i) {
      if (ToUpperAscii(dataset->dimensions[i].codelist) != list) continue;
      const auto only = CodesOfDimension(*dataset, i);
      if (!only) return std::nullopt;
      codes.insert(only->begin(), only->end());
    }
  }
  if (codes.empty()) return std::nullopt;
  return codes;
}

// The codes that the last part of a path names; nothing: all. Errors: 400, 404 with the list.
ApiResult<std::optional<std::set<std::string>>> FindItems(const ApiState& state,
                                                          const Request& request,
                                                          const Refs& asked) {
  const auto part = request.parameters.find("item");
  const bool all = part == request.parameters.end() || part->second == "all" || part->second == "*";
  if (all) return std::optional<std::set<std::string>>();
  if (asked.size() != 1 || asked.begin()->kind != StructureKind::kCodelist) {
    return ApiFail(400, ErrorCode::kUsage, "only the codes of one code list can be asked for",
                   "item", "write all");
  }
  const CodeList list = API_TRY(SdmxCodelist(asked.begin()->id, state.codes()));
  std::set<std::string> items;
  for (const std::string_view with_plus : Split(part->second, ',')) {
    for (const std::string_view item : Split(with_plus, '+')) {
      const auto known = list.Check(item, "item");
      if (!known) return tl::make_unexpected(ApiError{404, known.error()});
      items.emplace(item);
    }
  }
  return std::optional<std::set<std::string>>(std::move(items));
}

struct Message {
  std::vector<StructureItem> items;
  std::vector<std::unique_ptr<Availability>> available;
};

ApiResult<Message> Assemble(ApiState& state, const Request& request, const EditionPtr& edition,
                            StructureKind kind) {
  const Refs asked = TRY(FindStructures(state, kind, request));
  const Refs others = TRY(FindReferences(
      asked, ToLowerAscii(request.Query("references").value_or("none")), state.datasets()));
  const Detail detail = TRY(ParseDetail(ToLowerAscii(request.Query("detail").value_or("full"))));
  const auto items = TRY(FindItems(state, request, asked));
  Refs all = asked;
  all.insert(others.begin(), others.end());
  Message message;
  for (const StructureRef& ref : all) {
    StructureItem item{ref};
    const bool is_asked = asked.count(ref) > 0;
    if (is_asked ? detail.stub_asked : detail.stub_references) {
      item.detail = StructureDetail::kStub;
    }
    if (is_asked) item.only = items;
    if (detail.partial && !is_asked && ref.kind == StructureKind::kCodelist) {
      item.only = PartialCodes(ref.id, asked, state);
    }
    if (ref.kind == StructureKind::kConstraint && edition) {
      const Dataset& dataset = *state.datasets().Find(ref.id);
      message.available.push_back(std::make_unique<Availability>(
          MeasureAvailability(dataset, *state.CellsOf(edition, dataset), state.codes())));
      item.availability = message.available.back().get();
    }
    message.items.push_back(std::move(item));
  }
  return message;
}

ApiResult<Response> WriteMessage(ApiState& state, const Request& request, const EditionPtr& edition,
                                 StructureKind kind, const Representation& form,
                                 Language language) {
  const Message message = TRY(Assemble(state, request, edition, kind));
  std::string body;
  if (form.id == "tsv") {
    if (kind != StructureKind::kCodelist || message.items.size() != 1) {
      return ApiFail(406, ErrorCode::kUnsupported, "TSV is for one code list", "format",
                     "ask for xml or json, or name one code list");
    }
    const CodeList list = API_TRY(SdmxCodelist(message.items[0].ref.id, state.codes()));
    body = WriteCodelistTsv(list, language);
  } else {
    StructureOptions options;
    options.time = edition ? edition->updated : 0;
    options.language = language;
    options.one_language = request.Query("lang").has_value();
    body = form.id == "xml"
               ? WriteStructureMl(message.items, options, state.codes(), state.datasets())
               : WriteStructureJson(message.items, options, state.codes(), state.datasets());
  }
  std::string type(form.type);
  if (StartsWith(type, "text/")) type += ";charset=utf-8";
  return Response::Text(std::move(type), std::move(body));
}

// Only a constraint says something about data, so only it needs that some are published. The rest
// follows from the program.
ApiResult<EditionPtr> EditionFor(ApiState& state, const Request& request, StructureKind kind) {
  auto edition = state.EditionOf(request);
  if (edition) return edition;
  const bool named =
      request.Query("asOf") || request.Query("release") || request.Query("collection");
  if (named || kind == StructureKind::kConstraint || edition.error().status != 404) {
    return tl::make_unexpected(std::move(edition).error());
  }
  return EditionPtr();
}

ApiResult<Response> HandleStructure(ApiState& state, const Request& request, bool version_3,
                                    const std::vector<std::string>& known) {
  const StructureKind kind = TRY(ParseKind(request.Parameter("structure")));
  TRY(CheckParameters(request, known));
  const Representation& form = *(version_3 ? TRY(ChooseRepresentation(request, kForms30))
                                           : TRY(ChooseRepresentation(request, kForms21)));
  const Language language = TRY(ChooseLanguage(request));
  const EditionPtr edition = TRY(EditionFor(state, request, kind));
  const ErrorStyle style = version_3 ? ErrorStyle::kSdmxJson : ErrorStyle::kSdmxMl;
  return state.Answer(request, style, edition, form.type, language,
                      [&] { return WriteMessage(state, request, edition, kind, form, language); });
}

ApiResult<Response> HandleSchema(ApiState& state, const Request& request) {
  const std::string& context = request.Parameter("context");
  if (context != "dataflow" && context != "datastructure") {
    return ApiFail(400, ErrorCode::kUsage, "no context \"" + context.substr(0, 40) + "\"",
                   "context", "use dataflow or datastructure");
  }
  const Dataset& dataset = *TRY(state.FindFlow(request.Parameter("agency"), request.Parameter("id"),
                                               request.Parameter("version")));
  return state.Answer(request, ErrorStyle::kSdmxMl, nullptr, "application/xml", Language::kEn, [&] {
    return ApiResult<Response>(
        Response::Text("application/xml", WriteDataXsd(dataset, state.codes())));
  });
}

Route MakeRoute(const std::shared_ptr<ApiState>& state, bool version_3, const std::string& rest,
                const std::string& summary) {
  Route route;
  route.pattern = version_3 ? "/api/dissemination/sdmx/3.0/structure/{structure}/{agency}" + rest
                            : "/api/dissemination/sdmx/2.1/{structure}/{agency}" + rest;
  route.tag = version_3 ? "sdmx-3.0" : "sdmx-2.1";
  route.summary = summary;
  route.parameters = {PathParameter("structure", "one of " + KindList(), "dataflow"),
                      PathParameter("agency", "ESTAT, OPENTHB, all or *", "ESTAT")};
  if (rest.find("{id}") != std::string::npos) {
    route.parameters.push_back(
        PathParameter("id", "id, several joined by commas, all or *", "CRIM_THB_SEX"));
  }
  if (rest.find("{version}") != std::string::npos) {
    route.parameters.push_back(PathParameter("version", "1.0, latest, + or *", "1.0"));
  }
  if (rest.find("{item}") != std::string::npos) {
    route.parameters.push_back(
        PathParameter("item", "all, or codes of one code list joined by commas or +", "all"));
  }
  const std::vector<RouteParameter> more = {
      QueryParameter("references",
                     "none, children, descendants, parents, parentsandsiblings, ancestors, all or "
                     "a kind of structure",
                     "descendants"),
      QueryParameter("detail",
                     "full, allstubs, referencestubs, allcompletestubs, referencecompletestubs or "
                     "referencepartial",
                     "full"),
      QueryParameter("format", "xml, json, or tsv of one code list", "xml"),
      QueryParameter("lang", "names in this language only: en or nl", "en"),
      QueryParameter("compressed", "says nothing: compression follows Accept-Encoding", "false")};
  route.parameters.insert(route.parameters.end(), more.begin(), more.end());
  AppendEditionParameters(route.parameters);
  const auto types = [](const auto& forms) {
    std::vector<std::string> out;
    for (const Representation& form : forms) out.emplace_back(form.type);
    return out;
  };
  route.produces = version_3 ? types(kForms30) : types(kForms21);
  route.statuses = {304, 404, 406};
  route.strict_query = false;  // the handler refuses, in the form of the standard
  route.handler = [state, version_3, known = QueryNames(route.parameters)](const Request& request) {
    auto response = HandleStructure(*state, request, version_3, known);
    return response ? *std::move(response)
                    : ErrorResponse(version_3 ? ErrorStyle::kSdmxJson : ErrorStyle::kSdmxMl,
                                    response.error());
  };
  return route;
}

Route SchemaRoute(const std::shared_ptr<ApiState>& state) {
  Route route;
  route.pattern = "/api/dissemination/sdmx/2.1/schema/{context}/{agency}/{id}/{version}";
  route.tag = "sdmx-2.1";
  route.summary = "the XML schema of structure-specific data";
  route.parameters = {PathParameter("context", "dataflow or datastructure", "dataflow"),
                      PathParameter("agency", "ESTAT, OPENTHB or *", "ESTAT"),
                      PathParameter("id", "dataflow", "CRIM_THB_SEX"),
                      PathParameter("version", "1.0, latest or *", "1.0")};
  route.produces = {"application/xml"};
  route.statuses = {304, 404};
  route.handler = [state](const Request& request) {
    auto response = HandleSchema(*state, request);
    return response ? *std::move(response) : ErrorResponse(ErrorStyle::kSdmxMl, response.error());
  };
  return route;
}

}  // namespace

std::vector<Route> StructureRoutes(const std::shared_ptr<ApiState>& state) {
  return {MakeRoute(state, false, "", "all structures of a kind"),
          MakeRoute(state, false, "/{id}", "a structure"),
          MakeRoute(state, false, "/{id}/", "a structure"),
          MakeRoute(state, false, "/{id}/{version}", "a structure in a version"),
          MakeRoute(state, false, "/{id}/{version}/{item}", "items of a structure"),
          SchemaRoute(state),
          MakeRoute(state, true, "", "all structures of a kind"),
          MakeRoute(state, true, "/{id}", "a structure"),
          MakeRoute(state, true, "/{id}/{version}", "a structure in a version"),
          MakeRoute(state, true, "/{id}/{version}/{item}", "items of a structure")};
}

}  // namespace thb
