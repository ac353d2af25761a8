// SDMX-ML 2.1 structure messages.

#include <algorithm>
#include <array>
#include <functional>

#include "base/text.h"
#include "exchange/exchange.h"
#include "exchange/internal/sdmx_ml.h"
#include "exchange/internal/structure_model.h"

namespace thb {
namespace {

using Role = StructureComponent::Role;

class StructureMlWriter {
 public:
  StructureMlWriter(const StructureOptions& options, const Codes& codes, const Datasets& datasets)
      : options_(options), codes_(codes), datasets_(datasets) {}

  std::string Write(const std::vector<StructureItem>& items);

 private:
  void WriteGroup(const std::vector<StructureItem>& items, StructureKind kind,
                  std::string_view element);
  // Opens a maintainable structure with its names. True where it is a stub, which has no content.
  bool OpenItem(const StructureItem& item, std::string_view element,
                XmlWriter::Attributes more = {});
  void WriteDataflow(const StructureItem& item);
  void WriteCodelist(const StructureItem& item);
  void WriteConcepts(const StructureItem& item);
  void WriteDataStructure(const StructureItem& item);
  void WriteConstraint(const StructureItem& item);
  void WriteRef(const StructureRef& ref, std::string_view package, std::string_view type);
  void WriteComponent(const Dataset& dataset, const StructureComponent& component);
  void WriteRepresentation(const StructureComponent& component);
  void WriteNames(const std::string& en, const std::string& nl);

  const StructureOptions& options_;
  const Codes& codes_;
  const Datasets& datasets_;
  XmlWriter xml_;
};

void StructureMlWriter::WriteNames(const std::string& en, const std::string& nl) {
  const bool dutch = options_.language == Language::kNl;
  xml_.Text("c:Name", dutch ? nl : en, {{"xml:lang", dutch ? "nl" : "en"}});
  if (options_.one_language) return;
  xml_.Text("c:Name", dutch ? en : nl, {{"xml:lang", dutch ? "en" : "nl"}});
}

bool StructureMlWriter::OpenItem(const StructureItem& item, std::string_view element,
                                 XmlWriter::Attributes more) {
  const StructureIdentity identity = IdentityOf(item.ref, datasets_);
  const std::string urn = StructureUrn(item.ref, datasets_);
  const std::string address = StructureAddress(item.ref, datasets_);
  XmlWriter::Attributes attributes = {{"urn", urn},
                                      {"id", identity.id},
                                      {"agencyID", identity.agency},
                                      {"version", identity.version},
                                      {"isFinal", "true"}};
  attributes.insert(attributes.end(), more.begin(), more.end());
  const bool stub = item.detail == StructureDetail::kStub;
  if (stub) {
    attributes.emplace_back("isExternalReference", "true");
    attributes.emplace_back("structureURL", address);
  }
  xml_.Open(element, attributes);
  WriteNames(StructureName(item.ref, Language::kEn, codes_, datasets_),
             StructureName(item.ref, Language::kNl, codes_, datasets_));
  return stub;
}

void StructureMlWriter::WriteRef(const StructureRef& ref, std::string_view package,
                                 std::string_view type) {
  const StructureIdentity identity = IdentityOf(ref, datasets_);
  xml_.Empty("Ref", {{"id", identity.id},
                     {"version", identity.version},
                     {"agencyID", identity.agency},
                     {"package", package},
                     {"class", type}});
}

void StructureMlWriter::WriteDataflow(const StructureItem& item) {
  if (!OpenItem(item, "s:Dataflow")) {
    xml_.Open("s:Structure");
    WriteRef({StructureKind::kDataStructure, item.ref.id}, "datastructure", "DataStructure");
    xml_.Close();
  }
  xml_.Close();
}

void StructureMlWriter::WriteCodelist(const StructureItem& item) {
  const bool partial = item.only.has_value();
  XmlWriter::Attributes attributes;
  if (partial) attributes.emplace_back("isPartial", "true");
  if (!OpenItem(item, "s:Codelist", attributes)) {
    for (const Code& code : CodesOfItem(item, codes_)) {
      xml_.Open("s:Code", {{"id", code.id}});
      WriteNames(code.en, code.nl);
      if (!code.parent.empty()) {
        xml_.Open("s:Parent");
        xml_.Empty("Ref", {{"id", code.parent}});
        xml_.Close();
      }
      xml_.Close();
    }
  }
  xml_.Close();
}

void StructureMlWriter::WriteConcepts(const StructureItem& item) {
  if (!OpenItem(item, "s:ConceptScheme")) {
    for (const StructureComponent& component : ComponentsOf(*datasets_.Find(item.ref.id))) {
      xml_.Open("s:Concept", {{"id", component.id}});
      WriteNames(ConceptName(component, Language::kEn, codes_),
                 ConceptName(component, Language::kNl, codes_));
      xml_.Close();
    }
  }
  xml_.Close();
}

void StructureMlWriter::WriteRepresentation(const StructureComponent& component) {
  xml_.Open("s:LocalRepresentation");
  if (component.codelist.empty()) {
    xml_.Empty("s:TextFormat", {{"textType", component.type}});
  } else {
    xml_.Open("s:Enumeration");
    WriteRef({StructureKind::kCodelist, component.codelist}, "codelist", "Codelist");
    xml_.Close();
  }
  xml_.Close();
}

void StructureMlWriter::WriteComponent(const Dataset& dataset,
                                       const StructureComponent& component) {
  const std::string position = std::to_string(component.dimension + 1);
  switch (component.role) {
    case Role::kDimension:
      xml_.Open("s:Dimension", {{"id", component.id}, {"position", position}});
      break;
    case Role::kTime:
      xml_.Open("s:TimeDimension", {{"id", component.id}, {"position", position}});
      break;
    case Role::kMeasure:
      xml_.Open("s:PrimaryMeasure", {{"id", component.id}});
      break;
    case Role::kAttribute:
      xml_.Open("s:Attribute", {{"id", component.id}, {"assignmentStatus", "Conditional"}});
      break;
  }
  const std::string scheme = ToUpperAscii(dataset.id);
  xml_.Open("s:ConceptIdentity");
  xml_.Empty("Ref", {{"id", component.id},
                     {"maintainableParentID", scheme},
                     {"maintainableParentVersion", dataset.version},
                     {"agencyID", dataset.agency},
                     {"package", "conceptscheme"},
                     {"class", "Concept"}});
  xml_.Close();
  WriteRepresentation(component);
  if (component.role == Role::kAttribute) {
    xml_.Open("s:AttributeRelationship");
    xml_.Open("s:PrimaryMeasure");
    xml_.Empty("Ref", {{"id", "OBS_VALUE"}});
    xml_.Close();
    xml_.Close();
  }
  xml_.Close();
}

void StructureMlWriter::WriteDataStructure(const StructureItem& item) {
  if (!OpenItem(item, "s:DataStructure")) {
    const Dataset& dataset = *datasets_.Find(item.ref.id);
    const auto components = ComponentsOf(dataset);
    const auto list = [&](std::string_view element, std::string_view id, auto&& belongs) {
      xml_.Open(element, {{"id", id}});
      for (const StructureComponent& component : components) {
        if (belongs(component.role)) WriteComponent(dataset, component);
      }
      xml_.Close();
    };
    xml_.Open("s:DataStructureComponents");
    list("s:DimensionList", "DimensionDescriptor",
         [](Role role) { return role == Role::kDimension || role == Role::kTime; });
    list("s:AttributeList", "AttributeDescriptor",
         [](Role role) { return role == Role::kAttribute; });
    list("s:MeasureList", "MeasureDescriptor", [](Role role) { return role == Role::kMeasure; });
    xml_.Close();
  }
  xml_.Close();
}

void StructureMlWriter::WriteConstraint(const StructureItem& item) {
  if (!OpenItem(item, "s:ContentConstraint", {{"type", "Actual"}})) {
    const Dataset& dataset = *datasets_.Find(item.ref.id);
    xml_.Open("s:ConstraintAttachment");
    xml_.Open("s:Dataflow");
    WriteRef({StructureKind::kDataflow, item.ref.id}, "datastructure", "Dataflow");
    xml_.Close();
    xml_.Close();
    if (item.availability != nullptr && item.availability->observations > 0) {
      xml_.Open("s:CubeRegion", {{"include", "true"}});
      for (const StructureComponent& component : ComponentsOf(dataset)) {
        if (component.role != Role::kDimension && component.role != Role::kTime) continue;
        xml_.Open("c:KeyValue", {{"id", component.id}});
        for (const std::string& code : item.availability->codes[component.dimension]) {
          xml_.Text("c:Value", component.role == Role::kTime ? SdmxPeriod(code) : code);
        }
        xml_.Close();
      }
      xml_.Close();
    }
  }
  xml_.Close();
}

void StructureMlWriter::WriteGroup(const std::vector<StructureItem>& items, StructureKind kind,
                                   std::string_view element) {
  const auto of_kind = [&](const StructureItem& item) { return item.ref.kind == kind; };
  if (std::none_of(items.begin(), items.end(), of_kind)) return;
  xml_.Open(element);
  for (const StructureItem& item : items) {
    if (!of_kind(item)) continue;
    switch (kind) {
      case StructureKind::kDataflow:
        WriteDataflow(item);
        break;
      case StructureKind::kCodelist:
        WriteCodelist(item);
        break;
      case StructureKind::kConceptScheme:
        WriteConcepts(item);
        break;
      case StructureKind::kDataStructure:
        WriteDataStructure(item);
        break;
      case StructureKind::kConstraint:
        WriteConstraint(item);
        break;
    }
  }
  xml_.Close();
}

std::string StructureMlWriter::Write(const std::vector<StructureItem>& items) {
  xml_.Open("m:Structure", {{"xmlns:m", kMessageNamespace},
                            {"xmlns:s", kStructureNamespace},
                            {"xmlns:c", kCommonNamespace}});
  xml_.Open("m:Header");
  WriteHeaderStart(xml_, "STRUCTURE", options_.time);
  xml_.Close();
  xml_.Open("m:Structures");
  WriteGroup(items, StructureKind::kDataflow, "s:Dataflows");
  WriteGroup(items, StructureKind::kCodelist, "s:Codelists");
  WriteGroup(items, StructureKind::kConceptScheme, "s:Concepts");
  WriteGroup(items, StructureKind::kDataStructure, "s:DataStructures");
  WriteGroup(items, StructureKind::kConstraint, "s:Constraints");
  xml_.Close();
  xml_.Close();
  return xml_.Take();
}

}  // namespace

void WriteHeaderStart(XmlWriter& xml, std::string_view id, Instant prepared, bool test) {
  xml.Text("m:ID", id);
  xml.Text("m:Test", test ? "true" : "false");
  xml.Text("m:Prepared", FormatInstant(prepared));
  xml.Empty("m:Sender", {{"id", kStructureAgency}});
  if (test) xml.Text("c:Name", kSyntheticComment, {{"xml:lang", "en"}});
}

std::string WriteStructureMl(const std::vector<StructureItem>& items,
                             const StructureOptions& options, const Codes& codes,
                             const Datasets& datasets) {
  return StructureMlWriter(options, codes, datasets).Write(items);
}

std::string WriteErrorMl(int code, std::string_view text) {
  XmlWriter xml;
  xml.Open("m:Error", {{"xmlns:m", kMessageNamespace}, {"xmlns:c", kCommonNamespace}});
  xml.Open("m:ErrorMessage", {{"code", std::to_string(code)}});
  xml.Text("c:Text", text, {{"xml:lang", "en"}});
  xml.Close();
  xml.Close();
  return xml.Take();
}

}  // namespace thb
