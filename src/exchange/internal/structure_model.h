#pragma once
// The components of a dataset as SDMX knows them.

#include <string>
#include <string_view>
#include <vector>

#include "exchange/structure.h"

namespace thb {

struct StructureComponent {
  enum class Role { kDimension, kTime, kMeasure, kAttribute };
  Role role = Role::kDimension;
  std::string id;             // "geo", "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG"
  std::string name_id;        // in the list of concepts: "time"
  std::string codelist;       // SDMX id; "" where it is not coded
  std::string_view type;      // SDMX data type where it is not coded
  std::size_t dimension = 0;  // position in keys
};

// Dimensions, time, measure, attributes.
std::vector<StructureComponent> ComponentsOf(const Dataset& dataset);

std::string ConceptName(const StructureComponent& component, Language language, const Codes& codes);

// "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=ESTAT:CRIM_THB_SEX(1.0)".
std::string StructureUrn(const StructureRef& ref, const Datasets& datasets);
std::string ConceptUrn(const Dataset& dataset, const StructureComponent& component);
// Namespace of structure-specific data.
std::string DataNamespace(const Dataset& dataset);

// Agency, id and version.
struct StructureIdentity {
  std::string agency;
  std::string id;
  std::string version;
};
StructureIdentity IdentityOf(const StructureRef& ref, const Datasets& datasets);
std::string StructureName(const StructureRef& ref, Language language, const Codes& codes,
                          const Datasets& datasets);
// Where the whole of a stub is: an address on this server.
std::string StructureAddress(const StructureRef& ref, const Datasets& datasets);

// Years as they are, "2022-H1" as "2022-S1", "2017-2018" as "2017-01-01/P2Y": periods of SDMX.
std::string SdmxPeriod(std::string_view time);

// Codes of an item after its restriction, in list order.
std::vector<Code> CodesOfItem(const StructureItem& item, const Codes& codes);

}  // namespace thb
