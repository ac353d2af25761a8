#pragma once
// From records to returns: the cells that a national office sends for its register.

#include <string>
#include <vector>

#include "statistics/record.h"
#include "statistics/snapshot.h"

namespace thb {

// The cells of thb_victims for the given records of one state: the total, every margin of one
// dimension, sex by age, and the finest table. A year of `years` without a record has a total of
// zero. Sorted by key.
std::vector<SnapshotCell> VictimCells(const Dataset& dataset, const std::string& geo,
                                      const std::vector<int>& years,
                                      const std::vector<VictimRecord>& records);

// thb_victims_forms: every form that a person mentions counts; the total counts persons.
std::vector<SnapshotCell> FormCells(const Dataset& dataset, const std::string& geo,
                                    const std::vector<int>& years,
                                    const std::vector<VictimRecord>& records);

// What a state sends about one stage and offence, zeros included.
struct StageSent {
  int year = 0;
  std::string leg_stat;
  std::string offence;
};

// thb_persons for the records of one state, over the stages it sends.
std::vector<SnapshotCell> PersonCells(const Dataset& dataset, const std::string& geo,
                                      const std::vector<StageSent>& stages,
                                      const std::vector<PersonRecord>& records);

}  // namespace thb
