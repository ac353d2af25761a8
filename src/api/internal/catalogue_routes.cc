// The catalogue: table of contents, DCAT, and the reference metadata of each dataset.

#include <array>
#include <map>

#include "api/internal/dcat.h"
#include "api/internal/esms.h"
#include "api/internal/state.h"
#include "base/text.h"
#include "exchange/xml_writer.h"

namespace thb {
namespace {

constexpr std::string_view kRoot = "/api/dissemination/";
constexpr std::string_view kCatalogueIri = "/api/dissemination/catalogue/dcat";

constexpr std::array<Representation, 1> kTocText = {{{"txt", "text/plain", "txt"}}};
constexpr std::array<Representation, 2> kTocXml = {
    {{"xml", "application/xml", "xml"}, {"", "text/xml", "xml"}}};
constexpr std::array<Representation, 2> kDcat = {
    {{"rdf", "application/rdf+xml", "rdf"}, {"ttl", "text/turtle", "ttl"}}};
constexpr std::array<Representation, 4> kEsms = {
    {{"json", "application/vnd.sdmx.metadata+json;version=2.1.0", "json"},
     {"", "application/vnd.sdmx.metadata+json", "json"},
     {"", "application/json", "json"},
     {"txt", "text/plain", "txt"}}};

// What the catalogue says of a dataset.
struct Entry {
  const Dataset* dataset = nullptr;
  std::size_t values = 0;
  std::string start;
  std::string end;
  std::size_t states = 0;
};

std::vector<Entry> Entries(ApiState& state, const EditionPtr& edition) {
  std::vector<Entry> entries;
  for (const Dataset& dataset : state.datasets().all()) {
    Entry entry;
    entry.dataset = &dataset;
    const CellsPtr cells = state.CellsOf(edition, dataset);
    entry.values = cells->size();
    std::set<std::string> states;
    for (const SnapshotCell& cell : *cells) {
      const std::string& time = cell.key.back();
      if (entry.start.empty() || time < entry.start) entry.start = time;
      if (time > entry.end) entry.end = time;
      if (dataset.geo_index() == std::string::npos) continue;
      const std::string& geo = cell.key[dataset.geo_index()];
      if (!state.codes().IsAggregate(geo)) states.insert(geo);
    }
    entry.states = states.size();
    entries.push_back(std::move(entry));
  }
  return entries;
}

// With a word where the records are generated.
std::string TitleOf(const Dataset& dataset, const Edition& edition, Language language) {
  const bool dutch = language == Language::kNl;
  const std::string& title = dutch ? dataset.nl : dataset.en;
  if (!edition.snapshot.IsSynthetic()) return title;
  return title + (dutch ? " (synthetische gegevens)" : " (synthetic records)");
}

// "19.12.2022", as Eurostat prints it.
std::string PointedDate(Instant instant) {
  const std::string iso = FormatDate(instant);
  return iso.substr(8, 2) + "." + iso.substr(5, 2) + "." + iso.substr(0, 4);
}

// The two folders: Eurostat's tables and our datasets.
struct Folder {
  std::string_view code;
  bool views = false;
};
constexpr std::array<Folder, 2> kFolders = {{{"crim_thb", true}, {"openthb", false}}};

void AppendTocLine(std::string& out, int depth, const std::vector<std::string>& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out += '\t';
    out += '"';
    if (i == 0) out += std::string(static_cast<std::size_t>(depth) * 4, ' ');
    out += ReplaceAll(fields[i], "\"", "'");
    out += '"';
  }
  out += '\n';
}

std::string WriteTocText(const std::vector<Entry>& entries, const ApiTexts& texts,
                         const Edition& edition, Language language) {
  std::string out;
  AppendTocLine(out, 0,
                {"title", "code", "type", "last update of data", "last table structure change",
                 "data start", "data end", "values"});
  AppendTocLine(out, 0,
                {texts.Text("toc.root", language), "data", "folder", " ", " ", " ", " ", " "});
  for (const Folder& folder : kFolders) {
    const std::string code(folder.code);
    AppendTocLine(out, 1,
                  {texts.Text("toc." + code, language), code, "folder", " ", " ", " ", " ", " "});
    for (const Entry& entry : entries) {
      if (entry.dataset->is_view() != folder.views) continue;
      AppendTocLine(out, 2,
                    {TitleOf(*entry.dataset, edition, language), entry.dataset->id, "dataset",
                     PointedDate(edition.updated), " ", entry.start, entry.end,
                     std::to_string(entry.values)});
    }
  }
  return out;
}

void WriteTocTitle(XmlWriter& xml, std::string_view tag, const std::string& title) {
  xml.Text("nt:title", title, {{"language", tag}});
}

std::string DataAddress(const Dataset& dataset, std::string_view format) {
  return std::string(kRoot) + "sdmx/2.1/data/" + ToUpperAscii(dataset.id) +
         "?format=" + std::string(format);
}

std::string EsmsAddress(const Dataset& dataset) {
  return std::string(kRoot) + "sdmx/3.0/metadata/structure/dataflow/" + dataset.agency + "/" +
         ToUpperAscii(dataset.id) + "/" + dataset.version;
}

void WriteTocLeaf(XmlWriter& xml, const Entry& entry, const Edition& edition) {
  const Dataset& dataset = *entry.dataset;
  xml.Open("nt:leaf", {{"type", "dataset"}});
  WriteTocTitle(xml, "en", TitleOf(dataset, edition, Language::kEn));
  WriteTocTitle(xml, "nl", TitleOf(dataset, edition, Language::kNl));
  xml.Text("nt:code", dataset.id);
  xml.Text("nt:lastUpdate", PointedDate(edition.updated));
  xml.Text("nt:dataStart", entry.start);
  xml.Text("nt:dataEnd", entry.end);
  xml.Text("nt:values", std::to_string(entry.values));
  xml.Text("nt:metadata", EsmsAddress(dataset), {{"format", "sdmx"}});
  xml.Text("nt:downloadLink", DataAddress(dataset, "TSV"), {{"format", "tsv"}});
  xml.Text("nt:downloadLink", DataAddress(dataset, "sdmx_2.1_structured"), {{"format", "sdmx"}});
  xml.Close();
}

std::string WriteTocXml(const std::vector<Entry>& entries, const ApiTexts& texts,
                        const Edition& edition) {
  XmlWriter xml;
  const std::string created = FormatInstant(edition.updated);
  xml.Open("nt:tree",
           {{"xmlns:nt", "urn:eu.europa.ec.eurostat.navtree"}, {"creationDate", created}});
  for (const Folder& folder : kFolders) {
    const std::string code(folder.code);
    xml.Open("nt:branch");
    WriteTocTitle(xml, "en", texts.Text("toc." + code, Language::kEn));
    WriteTocTitle(xml, "nl", texts.Text("toc." + code, Language::kNl));
    xml.Text("nt:code", code);
    xml.Open("nt:children");
    for (const Entry& entry : entries) {
      if (entry.dataset->is_view() == folder.views) WriteTocLeaf(xml, entry, edition);
    }
    xml.Close();
    xml.Close();
  }
  xml.Close();
  return xml.Take();
}

struct DistributionForm {
  std::string_view name;   // of the parameter "format"
  std::string_view media;  // registered media type
  std::string_view file;   // code of the Union's list of file types
};
constexpr std::array<DistributionForm, 3> kDistributions = {
    {{"SDMX-CSV", "text/csv", "CSV"},
     {"TSV", "text/tab-separated-values", "TSV"},
     {"sdmx_2.1_structured", "application/xml", "XML"}}};

std::string Anchor(const std::string& name) {
  return std::string(kCatalogueIri) + "#" + name;
}

void AddDistributions(std::vector<RdfResource>& resources, RdfResource& dataset_resource,
                      const Dataset& dataset) {
  constexpr std::string_view kAuthority = "http://publications.europa.eu/resource/authority/";
  const auto add = [&](std::string_view file, std::string_view media, const std::string& address) {
    RdfResource distribution;
    distribution.iri = Anchor(ToUpperAscii(dataset.id) + "-" + std::string(file));
    distribution.type = "dcat:Distribution";
    distribution.Link("dcat:accessURL", address);
    distribution.Link("dcat:downloadURL", address);
    distribution.Link("dct:format", std::string(kAuthority) + "file-type/" + std::string(file));
    distribution.Link("dcat:mediaType",
                      "https://www.iana.org/assignments/media-types/" + std::string(media));
    distribution.Link("dcat:accessService", Anchor("service"));
    dataset_resource.Link("dcat:distribution", distribution.iri);
    resources.push_back(std::move(distribution));
  };
  for (const DistributionForm& form : kDistributions) {
    add(form.file, form.media, DataAddress(dataset, form.name));
  }
  add("JSON", "application/json",
      std::string(kRoot) + "statistics/1.0/data/" + ToUpperAscii(dataset.id));
}

std::vector<RdfResource> Catalogue(const std::vector<Entry>& entries, const ApiTexts& texts,
                                   const ApiState& state, const Edition& edition) {
  const std::string authority = "http://publications.europa.eu/resource/authority/";
  const auto both = [&](RdfResource& resource, const std::string& predicate, const std::string& key,
                        const auto& facts) {
    resource.Text(predicate, texts.Text(key, Language::kEn, facts(Language::kEn)), "en");
    resource.Text(predicate, texts.Text(key, Language::kNl, facts(Language::kNl)), "nl");
  };
  const auto no_facts = [](Language) { return TextFacts(); };
  std::vector<RdfResource> resources;
  RdfResource catalogue{std::string(kCatalogueIri), "dcat:Catalog", {}};
  both(catalogue, "dct:title", "dcat.title", no_facts);
  const bool synthetic = edition.snapshot.IsSynthetic();
  both(catalogue, "dct:description", synthetic ? "dcat.description.synthetic" : "dcat.description",
       no_facts);
  catalogue.Link("dct:publisher", Anchor("publisher"));
  catalogue.Link("dct:language", authority + "language/ENG");
  catalogue.Link("dct:language", authority + "language/NLD");
  catalogue.Typed("dct:modified", FormatInstant(edition.updated), "xsd:dateTime");
  catalogue.Link("dcat:service", Anchor("service"));
  RdfResource publisher{Anchor("publisher"), "foaf:Agent", {}};
  both(publisher, "foaf:name", "dcat.publisher", no_facts);
  RdfResource service{Anchor("service"), "dcat:DataService", {}};
  both(service, "dct:title", "dcat.service", no_facts);
  service.Link("dcat:endpointURL", std::string(kRoot));
  service.Link("dcat:endpointDescription", "/api/openapi.json");
  for (const Entry& entry : entries) {
    if (entry.values == 0) continue;
    const Dataset& dataset = *entry.dataset;
    RdfResource resource{Anchor(ToUpperAscii(dataset.id)), "dcat:Dataset", {}};
    resource.Text("dct:title", TitleOf(dataset, edition, Language::kEn), "en");
    resource.Text("dct:title", TitleOf(dataset, edition, Language::kNl), "nl");
    both(resource, "dct:description", "dcat.dataset", [&](Language language) {
      return TextFacts{
          {"title", TitleOf(dataset, edition, language)},
          {"collection", state.codes().Find("collection")->Label(edition.collection, language)},
          {"state_count", std::to_string(entry.states)},
          {"start", entry.start},
          {"end", entry.end}};
    });
    both(resource, "dcat:keyword", "dcat.keyword", no_facts);
    resource.Typed("dct:identifier", ToUpperAscii(dataset.id), "xsd:string");
    resource.Typed("dct:modified", FormatInstant(edition.updated), "xsd:dateTime");
    resource.Link("dct:publisher", Anchor("publisher"));
    resource.Link("dcat:theme", authority + "data-theme/JUST");
    resource.Link("dct:accrualPeriodicity", authority + "frequency/ANNUAL");
    resource.Link("foaf:page", EsmsAddress(dataset));
    AddDistributions(resources, resource, dataset);
    catalogue.Link("dcat:dataset", resource.iri);
    service.Link("dcat:servesDataset", resource.iri);
    resources.push_back(std::move(resource));
  }
  resources.push_back(std::move(publisher));
  resources.push_back(std::move(service));
  resources.insert(resources.begin(), std::move(catalogue));
  return resources;
}

using Writer = std::function<ApiResult<std::string>(ApiState&, const Request&, const EditionPtr&,
                                                    const Representation&, Language)>;

ApiResult<Response> Handle(ApiState& state, const Request& request,
                           std::span<const Representation> forms, ErrorStyle style,
                           const Writer& write) {
  TRY(CheckRepeated(request, {"lang", "format", "asOf", "release", "collection"}));
  const Representation& form = *TRY(ChooseRepresentation(request, forms));
  const Language language = TRY(ChooseLanguage(request));
  const EditionPtr edition = TRY(state.EditionOf(request));
  return state.Answer(request, style, edition, form.type, language, [&]() -> ApiResult<Response> {
    std::string body = TRY(write(state, request, edition, form, language));
    std::string type(form.type);
    if (StartsWith(type, "text/")) type += ";charset=utf-8";
    return Response::Text(std::move(type), std::move(body));
  });
}

Route MakeRoute(const std::shared_ptr<ApiState>& state, std::string pattern, std::string tag,
                std::string summary, std::span<const Representation> forms, ErrorStyle style,
                Writer write) {
  Route route;
  route.pattern = std::string(kRoot) + std::move(pattern);
  route.tag = std::move(tag);
  route.summary = std::move(summary);
  std::string names;
  for (const Representation& form : forms) {
    if (!form.name.empty()) names += (names.empty() ? "" : " or ") + std::string(form.name);
    route.produces.emplace_back(form.type);
  }
  route.parameters = {QueryParameter("lang", "language of texts: en or nl", "en"),
                      QueryParameter("format", names, std::string(forms[0].name))};
  AppendEditionParameters(route.parameters);
  route.statuses = {304, 404, 406};
  route.handler = [state, forms, style, write = std::move(write)](const Request& request) {
    auto response = Handle(*state, request, forms, style, write);
    return response ? *std::move(response) : ErrorResponse(style, response.error());
  };
  return route;
}

}  // namespace

std::vector<Route> CatalogueRoutes(const std::shared_ptr<ApiState>& state,
                                   const std::shared_ptr<const ApiTexts>& texts) {
  std::vector<Route> routes;
  routes.push_back(
      MakeRoute(state, "catalogue/toc/txt", "catalogue", "the table of contents as text with tabs",
                kTocText, ErrorStyle::kSdmxMl,
                [texts](ApiState& api, const Request&, const EditionPtr& edition,
                        const Representation&, Language language) -> ApiResult<std::string> {
                  return WriteTocText(Entries(api, edition), *texts, *edition, language);
                }));
  routes.push_back(MakeRoute(state, "catalogue/toc/xml", "catalogue",
                             "the table of contents as XML", kTocXml, ErrorStyle::kSdmxMl,
                             [texts](ApiState& api, const Request&, const EditionPtr& edition,
                                     const Representation&, Language) -> ApiResult<std::string> {
                               return WriteTocXml(Entries(api, edition), *texts, *edition);
                             }));
  routes.push_back(
      MakeRoute(state, "catalogue/dcat", "catalogue", "the catalogue as linked data (DCAT-AP)",
                kDcat, ErrorStyle::kSdmxMl,
                [texts](ApiState& api, const Request&, const EditionPtr& edition,
                        const Representation& form, Language) -> ApiResult<std::string> {
                  const auto resources = Catalogue(Entries(api, edition), *texts, api, *edition);
                  return form.id == "ttl" ? WriteTurtle(resources) : WriteRdfXml(resources);
                }));
  Route esms = MakeRoute(
      state, "sdmx/3.0/metadata/structure/dataflow/{agency}/{id}/{version}", "catalogue",
      "the reference metadata of a dataset, by the 19 headings of ESMS", kEsms,
      ErrorStyle::kSdmxJson,
      [texts](ApiState& api, const Request& request, const EditionPtr& edition,
              const Representation& form, Language language) -> ApiResult<std::string> {
        const Dataset& dataset = *TRY(api.FindFlow(
            request.Parameter("agency"), request.Parameter("id"), request.Parameter("version")));
        const auto headings = API_TRY(DescribeDataset(api, *texts, edition, dataset));
        return form.id == "txt" ? WriteEsmsText(headings, edition, dataset, language)
                                : WriteEsmsJson(headings, edition, dataset, language);
      });
  esms.parameters.insert(esms.parameters.begin(),
                         {PathParameter("agency", "ESTAT, OPENTHB or *", "ESTAT"),
                          PathParameter("id", "dataflow", "CRIM_THB_SEX"),
                          PathParameter("version", "1.0, + or *", "1.0")});
  routes.push_back(std::move(esms));
  return routes;
}

}  // namespace thb
