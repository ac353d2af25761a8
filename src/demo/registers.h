#pragma once
// The synthetic registers of the demo: 27 national registers for 2017 to 2021 whose EU margins
// equal the published figures, as the records that a real register would deliver. No record
// describes a person who exists.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "statistics/record.h"

namespace thb {

// A figure of an EU agency, dataset thb_agency.
struct AgencyFigure {
  std::string agency;   // EUROJUST, EUROPOL
  std::string measure;  // CASES, JITS, MEETINGS
  std::string time;     // a year, a half-year "2022-H1" or a window "2017-2018" that is never split
  int value = 0;
};

// One line of what the demo says about itself.
struct ManifestRow {
  std::string id;  // of the published figure, or what is modelled
  std::string source;
  std::string statement;
  bool fixed = false;  // holds exactly; otherwise modelled
};

struct Registers {
  std::vector<VictimRecord> victims;  // every record that both vintages of 2021 together have
  std::vector<PersonRecord> persons;  // natural persons: no state sends legal ones (missing, not 0)
  std::vector<AgencyFigure> agency;
  // The states that send figures on the use of services (offence ART18_4), sorted. They send every
  // stage, zeros too; the others send nothing, and none sends 2021.
  std::vector<std::string> use_of_services_2017_2018;
  std::vector<std::string> use_of_services_2019_2020;
  std::vector<ManifestRow> manifest;
};

// The same seed gives the same registers; another one moves what no figure fixes. Takes seconds:
// it solves integer programmes. Errors: kConflict where published figures contradict each other,
// naming them; kInternal.
Result<Registers> BuildRegisters(std::uint64_t seed);

// Whether a state's figures of 2021 for a population (PER_VICT, PER_SUSP, PER_PRSC, PER_CNV) are in
// the vintage of December 2022; the others come with that of January 2024.
bool InFirstVintage2021(std::string_view geo, std::string_view population);

}  // namespace thb
