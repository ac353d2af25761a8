#pragma once
// The anonymised record: the shape in which persons reach statistics. A register's extract delivers
// it; the demo's synthetic registers have it too. It holds no identity and no date.

#include <string>
#include <vector>

namespace thb {

// One registered victim in the year of first registration. Codes are those of codelists/.
struct VictimRecord {
  std::string geo;           // reporting Member State
  int year = 0;              // year of first registration
  std::string status;        // IDENTIFIED or PRESUMED
  std::string entity;        // registering entity
  std::string sex;           // M, F, OTH, UNK
  std::string age;           // Y_LT18, Y_GE18, UNK
  std::string citizen;       // a country, STLS, OTH, UNK; groups such as NAT are derived from it
  std::string exploitation;  // the main form; UNK where it is not known
  std::vector<std::string> forms;  // every form, the main one included; empty where UNK
};

// One person at one stage of the proceedings, in the year of that stage.
struct PersonRecord {
  std::string geo;
  int year = 0;
  std::string leg_stat;  // PER_SUSP, PER_PRSC, PER_CNV
  std::string offence;   // ART2 (trafficking), ART18_4 or ART18A (use of services)
  std::string person;    // NATURAL or LEGAL
  std::string sex;
  std::string age;
  std::string citizen;
  std::string exploitation;
};

}  // namespace thb
