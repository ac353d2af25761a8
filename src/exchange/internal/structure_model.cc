#include "exchange/internal/structure_model.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/csv.h"
#include "base/resources.h"
#include "base/text.h"
#include "exchange/internal/writers.h"

namespace thb {
namespace {

using Role = StructureComponent::Role;

constexpr std::string_view kFlagList = "OBS_FLAG";
constexpr std::string_view kStatusList = "OBS_STATUS";

struct KindInfo {
  StructureKind kind;
  std::string_view name;
  std::string_view urn;  // package and class
};

constexpr std::array<KindInfo, 5> kKinds = {
    {{StructureKind::kDataflow, "dataflow", "datastructure.Dataflow"},
     {StructureKind::kCodelist, "codelist", "codelist.Codelist"},
     {StructureKind::kConceptScheme, "conceptscheme", "conceptscheme.ConceptScheme"},
     {StructureKind::kDataStructure, "datastructure", "datastructure.DataStructure"},
     {StructureKind::kConstraint, "contentconstraint", "registry.ContentConstraint"}}};

const KindInfo& InfoOfKind(StructureKind kind) {
  return *std::find_if(kKinds.begin(), kKinds.end(),
                       [&](const KindInfo& info) { return info.kind == kind; });
}

// The combinations of flags, with the labels of their letters joined.
Result<CodeList> FlagList(const Codes& codes) {
  const CodeList* letters = codes.Find("obs_status");
  const auto text = FindResource("codelists/flag_combinations.csv");
  if (letters == nullptr || !text) return Fail(ErrorCode::kInternal, "no list of flags");
  CsvReader reader(*text, "flag_combinations.csv");
  std::vector<std::string> row;
  TRY(reader.Next(row));
  std::vector<Code> out;
  while (TRY(reader.Next(row))) {
    Code code{row[0], "", "leaf", "", ""};
    for (const char letter : code.id) {
      const std::string one(1, letter);
      code.en += (code.en.empty() ? "" : ", ") + letters->Label(one, Language::kEn);
      code.nl += (code.nl.empty() ? "" : ", ") + letters->Label(one, Language::kNl);
    }
    out.push_back(std::move(code));
  }
  return CodeList::Make(std::string(kFlagList), std::move(out));
}

}  // namespace

std::string_view StructureKindName(StructureKind kind) {
  return InfoOfKind(kind).name;
}

std::vector<StructureComponent> ComponentsOf(const Dataset& dataset) {
  std::vector<StructureComponent> components;
  for (std::size_t i = 0; i < dataset.dimensions.size(); ++i) {
    const Dimension& dimension = dataset.dimensions[i];
    if (i == dataset.time_index()) {
      components.push_back(
          {Role::kTime, "TIME_PERIOD", dimension.id, "", "ObservationalTimePeriod", i});
    } else {
      components.push_back(
          {Role::kDimension, dimension.id, dimension.id, ToUpperAscii(dimension.codelist), "", i});
    }
  }
  const auto add = [&](Role role, std::string_view id, std::string_view list,
                       std::string_view type) {
    components.push_back({role, std::string(id), std::string(id), std::string(list), type, 0});
  };
  add(Role::kMeasure, kValueColumn, "", "Double");
  add(Role::kAttribute, kFlagColumn, kFlagList, "");
  add(Role::kAttribute, kConfColumn, "CONF_STATUS", "");
  add(Role::kAttribute, kLowerColumn, "", "Double");
  add(Role::kAttribute, kUpperColumn, "", "Double");
  add(Role::kAttribute, kReasonColumn, "MISSING_REASON", "");
  add(Role::kAttribute, kCandidatesColumn, "", "String");
  return components;
}

std::string ConceptName(const StructureComponent& component, Language language,
                        const Codes& codes) {
  return codes.Find("concept")->Label(component.name_id, language);
}

StructureIdentity IdentityOf(const StructureRef& ref, const Datasets& datasets) {
  if (ref.kind == StructureKind::kCodelist) {
    return {std::string(kStructureAgency), ref.id, std::string(kStructureVersion)};
  }
  const Dataset& dataset = *datasets.Find(ref.id);
  return {dataset.agency, ToUpperAscii(dataset.id), dataset.version};
}

std::string StructureUrn(const StructureRef& ref, const Datasets& datasets) {
  const StructureIdentity identity = IdentityOf(ref, datasets);
  return "urn:sdmx:org.sdmx.infomodel." + std::string(InfoOfKind(ref.kind).urn) + "=" +
         identity.agency + ":" + identity.id + "(" + identity.version + ")";
}

std::string ConceptUrn(const Dataset& dataset, const StructureComponent& component) {
  return "urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept=" + dataset.SdmxId() + "." +
         component.id;
}

std::string DataNamespace(const Dataset& dataset) {
  return "urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=" + dataset.SdmxId() +
         ":ObsLevelDim:TIME_PERIOD";
}

std::string StructureName(const StructureRef& ref, Language language, const Codes& codes,
                          const Datasets& datasets) {
  if (ref.kind == StructureKind::kCodelist) return SdmxCodelistName(ref.id, language, codes);
  const Dataset& dataset = *datasets.Find(ref.id);
  return language == Language::kNl ? dataset.nl : dataset.en;
}

std::string StructureAddress(const StructureRef& ref, const Datasets& datasets) {
  const StructureIdentity identity = IdentityOf(ref, datasets);
  return "/api/dissemination/sdmx/2.1/" + std::string(StructureKindName(ref.kind)) + "/" +
         identity.agency + "/" + identity.id + "/" + identity.version;
}

std::string SdmxPeriod(std::string_view time) {
  const std::size_t dash = time.find('-');
  if (dash == std::string_view::npos) return std::string(time);
  const std::string_view first = time.substr(0, dash);
  const std::string_view second = time.substr(dash + 1);
  if (StartsWith(second, "H")) return std::string(first) + "-S" + std::string(second.substr(1));
  const auto from = ParseInt(first);
  const auto to = ParseInt(second);
  if (second.size() != 4 || !from || !to) return std::string(time);
  return std::string(first) + "-01-01/P" + std::to_string(*to - *from + 1) + "Y";
}

std::vector<StructureRef> AllStructures(StructureKind kind, const Datasets& datasets) {
  std::set<StructureRef> refs;
  for (const Dataset& dataset : datasets.all()) {
    if (kind != StructureKind::kCodelist) {
      refs.insert({kind, dataset.id});
      continue;
    }
    for (const StructureComponent& component : ComponentsOf(dataset)) {
      if (!component.codelist.empty()) refs.insert({kind, component.codelist});
    }
    refs.insert({kind, std::string(kStatusList)});
  }
  return {refs.begin(), refs.end()};
}

std::vector<StructureRef> StructureChildren(const StructureRef& ref, const Datasets& datasets) {
  switch (ref.kind) {
    case StructureKind::kConstraint:
      return {{StructureKind::kDataflow, ref.id}};
    case StructureKind::kDataflow:
      return {{StructureKind::kDataStructure, ref.id}};
    case StructureKind::kDataStructure:
      break;
    case StructureKind::kConceptScheme:
    case StructureKind::kCodelist:
      return {};
  }
  std::set<StructureRef> refs = {{StructureKind::kConceptScheme, ref.id}};
  for (const StructureComponent& component : ComponentsOf(*datasets.Find(ref.id))) {
    if (!component.codelist.empty()) refs.insert({StructureKind::kCodelist, component.codelist});
  }
  return {refs.begin(), refs.end()};
}

std::vector<StructureRef> StructureParents(const StructureRef& ref, const Datasets& datasets) {
  switch (ref.kind) {
    case StructureKind::kConstraint:
      return {};
    case StructureKind::kDataflow:
      return {{StructureKind::kConstraint, ref.id}};
    case StructureKind::kDataStructure:
      return {{StructureKind::kDataflow, ref.id}};
    case StructureKind::kConceptScheme:
      return {{StructureKind::kDataStructure, ref.id}};
    case StructureKind::kCodelist:
      break;
  }
  std::vector<StructureRef> refs;
  for (const Dataset& dataset : datasets.all()) {
    const auto components = ComponentsOf(dataset);
    const bool uses = std::any_of(components.begin(), components.end(),
                                  [&](const auto& c) { return c.codelist == ref.id; });
    if (uses) refs.push_back({StructureKind::kDataStructure, dataset.id});
  }
  return refs;
}

Result<CodeList> SdmxCodelist(std::string_view id, const Codes& codes) {
  if (id == kFlagList) return FlagList(codes);
  const CodeList* list = codes.Find(ToLowerAscii(id));
  if (list == nullptr) return Fail(ErrorCode::kNotFound, "no code list " + std::string(id));
  return *list;
}

std::string SdmxCodelistName(std::string_view id, Language language, const Codes& codes) {
  const CodeList& concepts = *codes.Find("concept");
  if (id == kStatusList) return concepts.Label(kFlagList, language);
  const std::string lower = ToLowerAscii(id);
  if (concepts.Find(lower) != nullptr) return concepts.Label(lower, language);
  return concepts.Label(id, language);
}

std::optional<std::set<std::string>> CodesOfDimension(const Dataset& dataset, std::size_t index) {
  std::set<std::string> codes;
  for (const ViewSource& source : dataset.sources) {
    const ViewDimension& dimension = source.dimensions.at(dataset.dimensions[index].id);
    if (dimension.base.empty()) {
      codes.insert(dimension.constant);
    } else if (dimension.codes.empty()) {
      return std::nullopt;
    }
    for (const auto& [code, base] : dimension.codes) codes.insert(code);
  }
  if (codes.empty()) return std::nullopt;
  return codes;
}

std::vector<Code> CodesOfItem(const StructureItem& item, const Codes& codes) {
  const auto list = SdmxCodelist(item.ref.id, codes);
  std::vector<Code> out;
  if (!list) return out;
  for (const Code& code : list->codes()) {
    if (item.only && item.only->count(code.id) == 0) continue;
    out.push_back(code);
    // A parent that is left out is none.
    if (item.only && item.only->count(code.parent) == 0) out.back().parent.clear();
  }
  return out;
}

Availability MeasureAvailability(const Dataset& dataset, const std::vector<SnapshotCell>& cells,
                                 const Codes& codes) {
  const WriteOptions options;
  std::set<Key> series;
  for (const SnapshotCell& cell : cells) series.insert(Key(cell.key.begin(), cell.key.end() - 1));
  return {UsedCodes({dataset, cells, options, codes}), series.size(), cells.size()};
}

std::string WriteCodelistTsv(const CodeList& list, Language language) {
  std::string out;
  for (const Code& code : list.codes()) {
    out += code.id + '\t' + (language == Language::kNl ? code.nl : code.en) + '\n';
  }
  return out;
}

}  // namespace thb
