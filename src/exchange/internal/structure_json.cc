// SDMX-JSON 2.1 structure messages.

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "exchange/internal/structure_model.h"

namespace thb {
namespace {

using Role = StructureComponent::Role;

constexpr std::string_view kSchema = "https://json.sdmx.org/2.1/sdmx-json-structure-schema.json";

class StructureJsonWriter {
 public:
  StructureJsonWriter(const StructureOptions& options, const Codes& codes, const Datasets& datasets)
      : options_(options), codes_(codes), datasets_(datasets) {}

  std::string Write(const std::vector<StructureItem>& items) const;

 private:
  Json Named(Json json, const std::string& en, const std::string& nl) const;
  Json Item(const StructureItem& item) const;
  void AddContent(Json& json, const StructureItem& item) const;
  Json Component(const Dataset& dataset, const StructureComponent& component) const;
  Json DataStructure(const Dataset& dataset) const;
  Json Constraint(const StructureItem& item) const;

  const StructureOptions& options_;
  const Codes& codes_;
  const Datasets& datasets_;
};

Json StructureJsonWriter::Named(Json json, const std::string& en, const std::string& nl) const {
  const bool dutch = options_.language == Language::kNl;
  json["name"] = dutch ? nl : en;
  if (options_.one_language) {
    json["names"] = {{dutch ? "nl" : "en", dutch ? nl : en}};
  } else {
    json["names"] = {{"en", en}, {"nl", nl}};
  }
  return json;
}

Json StructureJsonWriter::Component(const Dataset& dataset,
                                    const StructureComponent& component) const {
  Json json = {{"id", component.id}};
  if (component.role == Role::kDimension) json["position"] = component.dimension;
  if (component.role == Role::kAttribute) {
    json["usage"] = "optional";
    json["attributeRelationship"] = {{"observation", Json::object()}};
  }
  json["conceptIdentity"] = ConceptUrn(dataset, component);
  Json representation;
  if (component.codelist.empty()) {
    representation["format"] = {{"dataType", component.type}};
  } else {
    representation["enumeration"] =
        StructureUrn({StructureKind::kCodelist, component.codelist}, datasets_);
  }
  if (component.id == "CANDIDATES") {
    representation["minOccurs"] = 0;
    representation["maxOccurs"] = "unbounded";
  }
  json["localRepresentation"] = representation;
  return json;
}

Json StructureJsonWriter::DataStructure(const Dataset& dataset) const {
  Json dimensions = {{"id", "DimensionDescriptor"}, {"dimensions", Json::array()}};
  Json attributes = {{"id", "AttributeDescriptor"}, {"attributes", Json::array()}};
  Json measures = {{"id", "MeasureDescriptor"}, {"measures", Json::array()}};
  for (const StructureComponent& component : ComponentsOf(dataset)) {
    Json json = Component(dataset, component);
    switch (component.role) {
      case Role::kDimension:
        dimensions["dimensions"].push_back(std::move(json));
        break;
      case Role::kTime:
        dimensions["timeDimension"] = std::move(json);
        break;
      case Role::kMeasure:
        measures["measures"].push_back(std::move(json));
        break;
      case Role::kAttribute:
        attributes["attributes"].push_back(std::move(json));
        break;
    }
  }
  return {{"attributeList", attributes}, {"dimensionList", dimensions}, {"measureList", measures}};
}

Json StructureJsonWriter::Constraint(const StructureItem& item) const {
  Json keys = Json::array();
  for (const StructureComponent& component : ComponentsOf(*datasets_.Find(item.ref.id))) {
    if (component.role != Role::kDimension && component.role != Role::kTime) continue;
    Json values = Json::array();
    for (const std::string& code : item.availability->codes[component.dimension]) {
      values.push_back(component.role == Role::kTime ? SdmxPeriod(code) : code);
    }
    keys.push_back({{"id", component.id}, {"include", true}, {"values", values}});
  }
  return Json::array({{{"include", true}, {"keyValues", keys}}});
}

void StructureJsonWriter::AddContent(Json& json, const StructureItem& item) const {
  switch (item.ref.kind) {
    case StructureKind::kDataflow:
      json["structure"] = StructureUrn({StructureKind::kDataStructure, item.ref.id}, datasets_);
      return;
    case StructureKind::kCodelist:
      json["isPartial"] = item.only.has_value();
      json["codes"] = Json::array();
      for (const Code& code : CodesOfItem(item, codes_)) {
        Json entry = Named({{"id", code.id}}, code.en, code.nl);
        if (!code.parent.empty()) entry["parent"] = code.parent;
        json["codes"].push_back(std::move(entry));
      }
      return;
    case StructureKind::kConceptScheme:
      json["concepts"] = Json::array();
      for (const StructureComponent& component : ComponentsOf(*datasets_.Find(item.ref.id))) {
        json["concepts"].push_back(Named({{"id", component.id}},
                                         ConceptName(component, Language::kEn, codes_),
                                         ConceptName(component, Language::kNl, codes_)));
      }
      return;
    case StructureKind::kDataStructure:
      json["dataStructureComponents"] = DataStructure(*datasets_.Find(item.ref.id));
      return;
    case StructureKind::kConstraint:
      json["constraintAttachment"] = {
          {"dataflows",
           Json::array({StructureUrn({StructureKind::kDataflow, item.ref.id}, datasets_)})}};
      if (item.availability != nullptr && item.availability->observations > 0) {
        json["cubeRegions"] = Constraint(item);
      }
      return;
  }
}

Json StructureJsonWriter::Item(const StructureItem& item) const {
  const StructureIdentity identity = IdentityOf(item.ref, datasets_);
  Json json =
      Named({{"id", identity.id}}, StructureName(item.ref, Language::kEn, codes_, datasets_),
            StructureName(item.ref, Language::kNl, codes_, datasets_));
  json["version"] = identity.version;
  json["agencyID"] = identity.agency;
  if (item.detail == StructureDetail::kStub) {
    json["isExternalReference"] = true;
    json["links"] =
        Json::array({{{"href", StructureAddress(item.ref, datasets_)}, {"rel", "external"}}});
    return json;
  }
  AddContent(json, item);
  return json;
}

std::string StructureJsonWriter::Write(const std::vector<StructureItem>& items) const {
  const bool dutch = options_.language == Language::kNl;
  Json languages = Json::array({dutch ? "nl" : "en"});
  if (!options_.one_language) languages.push_back(dutch ? "en" : "nl");
  Json message = {{"$schema", kSchema},
                  {"meta",
                   {{"id", "STRUCTURE"},
                    {"test", false},
                    {"prepared", FormatInstant(options_.time)},
                    {"contentLanguages", languages},
                    {"sender", {{"id", kStructureAgency}, {"name", "OpenTHB"}}}}},
                  {"data", Json::object()}};
  for (const StructureItem& item : items) {
    const char* group = "";
    switch (item.ref.kind) {
      case StructureKind::kDataflow:
        group = "dataflows";
        break;
      case StructureKind::kCodelist:
        group = "codelists";
        break;
      case StructureKind::kConceptScheme:
        group = "conceptSchemes";
        break;
      case StructureKind::kDataStructure:
        group = "dataStructures";
        break;
      case StructureKind::kConstraint:
        group = "dataConstraints";
        break;
    }
    message["data"][group].push_back(Item(item));
  }
  return message.dump() + "\n";
}

}  // namespace

std::string WriteStructureJson(const std::vector<StructureItem>& items,
                               const StructureOptions& options, const Codes& codes,
                               const Datasets& datasets) {
  return StructureJsonWriter(options, codes, datasets).Write(items);
}

}  // namespace thb
