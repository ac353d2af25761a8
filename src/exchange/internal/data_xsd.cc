// The XML schema of structure-specific data, made from the definition of a dataset.

#include <set>

#include "base/text.h"
#include "exchange/internal/sdmx_ml.h"
#include "exchange/internal/structure_model.h"

namespace thb {
namespace {

using Role = StructureComponent::Role;

constexpr std::string_view kAny = "unbounded";

std::string TypeOf(const StructureComponent& component) {
  if (!component.codelist.empty()) return component.codelist + "_CODES";
  if (component.role == Role::kTime) return "c:ObservationalTimePeriodType";
  return component.type == "Double" ? "xs:double" : "xs:string";
}

void WriteSimpleTypes(XmlWriter& xml, const std::vector<StructureComponent>& components,
                      const Codes& codes) {
  std::set<std::string> written;
  for (const StructureComponent& component : components) {
    if (component.codelist.empty() || !written.insert(component.codelist).second) continue;
    xml.Open("xs:simpleType", {{"name", TypeOf(component)}});
    xml.Open("xs:restriction", {{"base", "xs:string"}});
    for (const Code& code : CodesOfItem({{StructureKind::kCodelist, component.codelist}}, codes)) {
      xml.Empty("xs:enumeration", {{"value", code.id}});
    }
    xml.Close();
    xml.Close();
  }
}

void OpenRestriction(XmlWriter& xml, std::string_view name) {
  xml.Open("xs:complexType", {{"name", name}});
  xml.Open("xs:complexContent");
  xml.Open("xs:restriction", {{"base", "d:" + std::string(name)}});
  xml.Open("xs:sequence");
  xml.Empty("xs:element", {{"ref", "c:Annotations"}, {"minOccurs", "0"}});
}

// Closes the type; attributes of the base that do not occur are prohibited.
void CloseRestriction(XmlWriter& xml, std::initializer_list<std::string_view> prohibited) {
  for (const std::string_view name : prohibited) {
    xml.Empty("xs:attribute", {{"name", name}, {"use", "prohibited"}});
  }
  xml.Close();
  xml.Close();
  xml.Close();
}

void WriteAttribute(XmlWriter& xml, const StructureComponent& component, bool required) {
  xml.Empty("xs:attribute", {{"name", component.id},
                             {"type", TypeOf(component)},
                             {"use", required ? "required" : "optional"}});
}

}  // namespace

std::string WriteDataXsd(const Dataset& dataset, const Codes& codes) {
  const std::string space = DataNamespace(dataset);
  const auto components = ComponentsOf(dataset);
  XmlWriter xml;
  xml.Open("xs:schema", {{"xmlns:xs", "http://www.w3.org/2001/XMLSchema"},
                         {"xmlns", space},
                         {"xmlns:d", kSpecificNamespace},
                         {"xmlns:c", kCommonNamespace},
                         {"targetNamespace", space},
                         {"elementFormDefault", "qualified"},
                         {"attributeFormDefault", "unqualified"}});
  xml.Empty("xs:import", {{"namespace", kCommonNamespace}, {"schemaLocation", "SDMXCommon.xsd"}});
  xml.Empty("xs:import", {{"namespace", kSpecificNamespace},
                          {"schemaLocation", "SDMXDataStructureSpecific.xsd"}});
  WriteSimpleTypes(xml, components, codes);

  OpenRestriction(xml, "DataSetType");
  xml.Empty("xs:element", {{"name", "DataProvider"},
                           {"type", "c:DataProviderReferenceType"},
                           {"form", "unqualified"},
                           {"minOccurs", "0"}});
  xml.Open("xs:choice", {{"minOccurs", "0"}});
  xml.Empty(
      "xs:element",
      {{"name", "Series"}, {"type", "SeriesType"}, {"form", "unqualified"}, {"maxOccurs", kAny}});
  xml.Close();
  xml.Close();
  CloseRestriction(xml, {"REPORTING_YEAR_START_DAY"});

  OpenRestriction(xml, "SeriesType");
  xml.Empty("xs:element", {{"name", "Obs"},
                           {"type", "ObsType"},
                           {"form", "unqualified"},
                           {"minOccurs", "0"},
                           {"maxOccurs", kAny}});
  xml.Close();
  for (const StructureComponent& component : components) {
    if (component.role == Role::kDimension) WriteAttribute(xml, component, true);
  }
  CloseRestriction(xml, {"TIME_PERIOD", "REPORTING_YEAR_START_DAY"});

  OpenRestriction(xml, "ObsType");
  xml.Close();
  for (const StructureComponent& component : components) {
    if (component.role != Role::kDimension) {
      WriteAttribute(xml, component, component.role == Role::kTime);
    }
  }
  CloseRestriction(xml, {"type", "REPORTING_YEAR_START_DAY"});
  xml.Close();
  return xml.Take();
}

}  // namespace thb
