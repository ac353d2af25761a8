#include "api/internal/esms.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "base/csv.h"
#include "base/json.h"
#include "base/resources.h"
#include "base/text.h"
#include "codes/names.h"

namespace thb {
namespace {

constexpr std::string_view kUnion = "EU27_2020";
constexpr int kRelevance = 12;  // the heading on completeness
constexpr std::string_view kSchema = "https://json.sdmx.org/2.1/sdmx-json-metadata-schema.json";

// Concepts of the ESS, in the order of ESMS.
constexpr std::array<std::string_view, kEsmsHeadings> kConcepts = {
    "CONTACT",       "META_UPDATE", "STAT_PRES",    "UNIT_MEASURE",     "REF_PERIOD",
    "INST_MANDATE",  "CONF",        "REL_POLICY",   "FREQ_DISS",        "ACCESSIBILITY_CLARITY",
    "QUALITY_MGMNT", "RELEVANCE",   "ACCURACY",     "TIMELINESS_PUNCT", "COHER_COMPAR",
    "COST_BURDEN",   "DATA_REV",    "STAT_PROCESS", "COMMENT_DSET"};

std::string OrNone(const std::string& text, Language language) {
  if (!text.empty()) return text;
  return language == Language::kNl ? "geen" : "none";
}

std::string NamesOf(const std::set<std::string>& geos, Language language) {
  std::vector<std::string> names;
  for (const std::string& geo : geos) names.push_back(CountryName(geo, LanguageTag(language)));
  return OrNone(Join(names, ", "), language);
}

// Which states and years have cells, and which of the 27 have none in the last year.
struct Coverage {
  std::set<std::string> years;
  std::set<std::string> states;
  std::set<std::string> missing_last;
  std::size_t suppressed = 0;
  std::size_t estimated = 0;
};

Coverage Measure(const Dataset& dataset, const std::vector<SnapshotCell>& cells,
                 const Codes& codes) {
  Coverage coverage;
  for (const SnapshotCell& cell : cells) coverage.years.insert(cell.key.back());
  std::set<std::string> last;
  for (const SnapshotCell& cell : cells) {
    if (cell.cell.state == CellState::kSuppressed) ++coverage.suppressed;
    if (cell.cell.flags.find('e') != std::string::npos) ++coverage.estimated;
    if (dataset.geo_index() == std::string::npos) continue;
    const std::string& geo = cell.key[dataset.geo_index()];
    if (codes.IsAggregate(geo)) continue;
    coverage.states.insert(geo);
    if (cell.key.back() == *coverage.years.rbegin()) last.insert(geo);
  }
  if (dataset.geo_index() == std::string::npos || cells.empty()) return coverage;
  for (const std::string& member : codes.Members(kUnion)) {
    if (last.count(member) == 0) coverage.missing_last.insert(member);
  }
  return coverage;
}

std::string Dimensions(const Dataset& dataset, Language language, const Codes& codes) {
  std::vector<std::string> names;
  for (const Dimension& dimension : dataset.dimensions) {
    std::string name = codes.Find("concept")->Label(dimension.id, language);
    if (!dimension.codelist.empty()) name += " (" + ToUpperAscii(dimension.codelist) + ")";
    names.push_back(std::move(name));
  }
  return Join(names, ", ");
}

std::string Rules(Language language) {
  const auto text = FindResource("rules/rules.csv");
  if (!text) return {};
  CsvReader reader(*text, "rules.csv");
  std::vector<std::string> row;
  std::vector<std::string> titles;
  const auto header = reader.Next(row);
  if (!header || !*header) return {};
  const std::string wanted = language == Language::kNl ? "title_nl" : "title_en";
  const auto column = std::find(row.begin(), row.end(), wanted) - row.begin();
  for (auto more = reader.Next(row); more && *more; more = reader.Next(row)) {
    if (static_cast<std::size_t>(column) < row.size()) {
      titles.push_back(row[static_cast<std::size_t>(column)]);
    }
  }
  return std::to_string(titles.size()) + ": " + Join(titles, "; ");
}

std::string Releases(const std::vector<Release>& releases, const Edition& edition,
                     Language language) {
  std::vector<std::string> texts;
  for (const Release& release : releases) {
    if (release.collection != edition.collection) continue;
    texts.push_back(release.name + " (" + FormatDate(release.published) + ")");
  }
  return OrNone(Join(texts, ", "), language);
}

TextFacts FactsFor(ApiState& state, const Edition& edition, const Dataset& dataset,
                   const Coverage& coverage, const std::vector<Release>& releases,
                   Language language) {
  const Codes& codes = state.codes();
  std::set<std::string> senders;
  for (const Vintage& vintage : edition.snapshot.vintages) {
    if (!vintage.sender.empty()) senders.insert(vintage.sender);
  }
  std::vector<std::string> flags;
  for (const Code& code : codes.Find("obs_status")->codes()) {
    flags.push_back(code.id + " " + (language == Language::kNl ? code.nl : code.en));
  }
  TextFacts facts;
  facts["dataset"] = ToUpperAscii(dataset.id);
  facts["title"] = language == Language::kNl ? dataset.nl : dataset.en;
  facts["agency"] = dataset.agency;
  facts["dimensions"] = Dimensions(dataset, language, codes);
  facts["collection"] = codes.Find("collection")->Label(edition.collection, language);
  facts["updated"] = FormatDate(edition.updated);
  facts["start"] = coverage.years.empty() ? "-" : *coverage.years.begin();
  facts["end"] = coverage.years.empty() ? "-" : *coverage.years.rbegin();
  facts["states"] = NamesOf(coverage.states, language);
  facts["state_count"] = std::to_string(coverage.states.size());
  facts["missing"] = NamesOf(coverage.missing_last, language);
  facts["suppressed"] = std::to_string(coverage.suppressed);
  facts["estimated"] = std::to_string(coverage.estimated);
  facts["files"] = std::to_string(edition.snapshot.vintages.size());
  facts["flags"] = Join(flags, "; ");
  facts["rules"] = Rules(language);
  facts["releases"] = Releases(releases, edition, language);
  facts["release"] = edition.release ? edition.release->name : OrNone("", language);
  return facts;
}

// The text of a heading: completeness without gaps, and generated records, have one of their own.
std::string EsmsKey(int index, const Coverage& coverage, bool synthetic) {
  const std::string key = "esms." + std::to_string(index + 1);
  const bool complete = coverage.missing_last.empty();
  if (index + 1 == kRelevance && complete) return key + ".complete";
  if (index + 1 == kEsmsHeadings && synthetic) return key + ".synthetic";
  return key;
}

}  // namespace

Result<std::vector<EsmsHeading>> DescribeDataset(ApiState& state, const ApiTexts& texts,
                                                 const EditionPtr& edition,
                                                 const Dataset& dataset) {
  const Coverage coverage = Measure(dataset, *state.CellsOf(edition, dataset), state.codes());
  const auto releases = TRY(state.context().publication->Releases(state.context().clock()));
  const TextFacts en = FactsFor(state, *edition, dataset, coverage, releases, Language::kEn);
  const TextFacts nl = FactsFor(state, *edition, dataset, coverage, releases, Language::kNl);
  std::vector<EsmsHeading> headings;
  for (int i = 0; i < kEsmsHeadings; ++i) {
    const std::string key = "esms." + std::to_string(i + 1);
    const std::string body = EsmsKey(i, coverage, edition->snapshot.IsSynthetic());
    headings.push_back({std::string(kConcepts[static_cast<std::size_t>(i)]),
                        texts.Text(key + ".title", Language::kEn),
                        texts.Text(key + ".title", Language::kNl),
                        texts.Text(body, Language::kEn, en), texts.Text(body, Language::kNl, nl)});
  }
  return headings;
}

std::string WriteEsmsJson(const std::vector<EsmsHeading>& headings, const EditionPtr& edition,
                          const Dataset& dataset, Language language) {
  const bool dutch = language == Language::kNl;
  Json attributes = Json::array();
  for (const EsmsHeading& heading : headings) {
    attributes.push_back(
        {{"id", heading.id}, {"value", {{"en", heading.text_en}, {"nl", heading.text_nl}}}});
    attributes.back()["annotations"] = Json::array(
        {{{"id", "TITLE"}, {"texts", {{"en", heading.title_en}, {"nl", heading.title_nl}}}}});
  }
  const Json set = {
      {"id", ToUpperAscii(dataset.id)},
      {"agencyID", kStructureAgency},
      {"version", "1.0.0"},
      {"name", dutch ? dataset.nl : dataset.en},
      {"names", {{"en", dataset.en}, {"nl", dataset.nl}}},
      {"metadataflow",
       "urn:sdmx:org.sdmx.infomodel.metadatastructure.Metadataflow=OPENTHB:ESMS(1.0)"},
      {"targets",
       Json::array({"urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=" + dataset.SdmxId()})},
      {"attributes", attributes}};
  const Json message = {{"$schema", kSchema},
                        {"meta",
                         {{"id", "ESMS"},
                          {"test", edition->snapshot.IsSynthetic()},
                          {"prepared", FormatInstant(edition->updated)},
                          {"contentLanguages", Json::array({"en", "nl"})},
                          {"sender", {{"id", kStructureAgency}}}}},
                        {"data", {{"metadataSets", Json::array({set})}}}};
  return message.dump(1) + "\n";
}

std::string WriteEsmsText(const std::vector<EsmsHeading>& headings, const EditionPtr& edition,
                          const Dataset& dataset, Language language) {
  const bool dutch = language == Language::kNl;
  std::string out = (dutch ? dataset.nl : dataset.en) + " (" + ToUpperAscii(dataset.id) + ")\n";
  // What must not be overlooked stands on top as well as under its heading.
  if (edition->snapshot.IsSynthetic()) {
    out += "\n" + (dutch ? headings.back().text_nl : headings.back().text_en) + "\n";
  }
  int number = 0;
  for (const EsmsHeading& heading : headings) {
    out += "\n" + std::to_string(++number) + ". " + (dutch ? heading.title_nl : heading.title_en) +
           "\n" + (dutch ? heading.text_nl : heading.text_en) + "\n";
  }
  return out;
}

}  // namespace thb
