#pragma once
// Organisations and their groups: who is controller of a record, under which regime.
//
// An organisation's name is in the clear, as it is in every list: a shelter whose place is secret
// takes a name that tells nothing. Functions that change something take the version that was read
// and give kStale where it is another; all are written in the log.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"

namespace thb {

inline constexpr std::size_t kMaxNameBytes = 200;

struct Organisation {
  std::string id;
  std::string kind;  // a code of codelists/organisation_kind.csv
  std::string name;
  std::string country;     // a code of geo: "NL"
  std::string controller;  // who answers for its personal data, as the record names it
  std::string regime;      // "GDPR", or "LED" (Directive (EU) 2016/680)
  bool active = true;
  std::int64_t version = 0;
};

struct Group {
  std::string id;
  std::string organisation;
  std::string name;
  bool active = true;
  std::int64_t version = 0;
};

// Makes it and returns its id; `id`, `active` and `version` are not read. Needs the duty
// "organisations". Errors: kForbidden, kBadValue (a field, named), kConflict (the name exists).
Result<std::string> AddOrganisation(const Work& work, const Organisation& organisation);
// Name, country, controller, regime and activity; never the kind. An organisation that has active
// accounts is not put out of service (kConflict). Errors: kNotFound, kStale and those above.
Result<void> ChangeOrganisation(const Work& work, const Organisation& organisation);
// Errors: kNotFound.
Result<Organisation> FindOrganisation(Database& database, std::string_view id);
// All, by name: everyone who refers needs the list. Inactive ones come last.
Result<std::vector<Organisation>> ListOrganisations(Database& database);
// The focal point of a state. Errors: kNotFound.
Result<std::string> FocalPointOf(Database& database, std::string_view country);

// Groups of an organisation for which the actor has the duty "accounts". Errors as above.
Result<std::string> AddGroup(const Work& work, const Group& group);
Result<void> ChangeGroup(const Work& work, const Group& group);
Result<std::vector<Group>> ListGroups(Database& database, std::string_view organisation);

}  // namespace thb
