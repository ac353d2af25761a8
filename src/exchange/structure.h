#pragma once
// Structures: what a client has to know before it can read the data. Dataflows, data structure
// definitions, concept schemes and code lists follow from the definitions of the datasets; a
// constraint says which codes really occur.
//
// As at Eurostat, a dataflow, its structure and its concept scheme share one id, the dataset's in
// capitals, and the agency of the dataset. Code lists are ours (agency OPENTHB), their ids the
// lists' names in capitals; OBS_FLAG holds every combination of flags that a cell may carry.

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "codes/codes.h"
#include "statistics/dataset.h"
#include "statistics/snapshot.h"

namespace thb {

inline constexpr std::string_view kStructureAgency = "OPENTHB";
inline constexpr std::string_view kStructureVersion = "1.0";

enum class StructureKind { kDataflow, kCodelist, kConceptScheme, kDataStructure, kConstraint };

// "dataflow", "codelist", "conceptscheme", "datastructure", "contentconstraint".
std::string_view StructureKindName(StructureKind kind);

// A structure: the dataset that it belongs to ("crim_thb_sex"), or a code list ("GEO").
struct StructureRef {
  StructureKind kind = StructureKind::kDataflow;
  std::string id;
  auto operator<=>(const StructureRef&) const = default;
};

// What a structure refers to, and what refers to it.
std::vector<StructureRef> StructureChildren(const StructureRef& ref, const Datasets& datasets);
std::vector<StructureRef> StructureParents(const StructureRef& ref, const Datasets& datasets);
// All of a kind. Code lists: those that a structure uses, and OBS_STATUS.
std::vector<StructureRef> AllStructures(StructureKind kind, const Datasets& datasets);

// Codes of a list by its SDMX id. Errors: kNotFound.
Result<CodeList> SdmxCodelist(std::string_view id, const Codes& codes);
std::string SdmxCodelistName(std::string_view id, Language language, const Codes& codes);
// The codes that a dataset can hold of a dimension; nothing where it is the whole list.
std::optional<std::set<std::string>> CodesOfDimension(const Dataset& dataset, std::size_t index);

// Which codes occur in the data of a dataset, in the order of their lists, and how much there is.
struct Availability {
  std::vector<std::vector<std::string>> codes;
  std::size_t series = 0;
  std::size_t observations = 0;
};
Availability MeasureAvailability(const Dataset& dataset, const std::vector<SnapshotCell>& cells,
                                 const Codes& codes);

enum class StructureDetail { kFull, kStub };

struct StructureItem {
  StructureRef ref;
  StructureDetail detail = StructureDetail::kFull;
  // Code lists: only these codes, marked as partial; nothing: all.
  std::optional<std::set<std::string>> only = std::nullopt;
  // Constraints: what the data hold. Must outlive the call.
  const Availability* availability = nullptr;
};

struct StructureOptions {
  Instant time = 0;                   // stamp of preparation
  Language language = Language::kEn;  // of the first name
  bool one_language = false;          // names in that language only
};

// SDMX-ML 2.1 and SDMX-JSON 2.1 structure messages.
std::string WriteStructureMl(const std::vector<StructureItem>& items,
                             const StructureOptions& options, const Codes& codes,
                             const Datasets& datasets);
std::string WriteStructureJson(const std::vector<StructureItem>& items,
                               const StructureOptions& options, const Codes& codes,
                               const Datasets& datasets);
// A code list as lines of code, tab and label.
std::string WriteCodelistTsv(const CodeList& list, Language language);

// The XML schema for structure-specific data of a dataset, with time at the observation, in the
// form of SDMX 2.1. It imports SDMXDataStructureSpecific.xsd and SDMXCommon.xsd of the standard,
// which a validator has to find beside it.
std::string WriteDataXsd(const Dataset& dataset, const Codes& codes);

// An SDMX 2.1 error message with a code of the standard: 100 no results, 110 unauthorised, 130 too
// large, 140 syntax, 150 semantics, 500 internal, 501 not implemented, 503 unavailable.
std::string WriteErrorMl(int code, std::string_view text);

}  // namespace thb
