#pragma once
// Lists drawn from a known truth, to see what an estimator makes of it.
//
// Model. Each person of the population belongs to a class; within a class the lists that hold the
// person follow a log-linear model whose list probabilities are given and whose pairs of lists have
// given odds ratios. Then everybody on an inner list is put on the outer one too, and the linkage
// goes wrong: persons on several lists are taken for several, and records of different persons for
// one. Whole cells are drawn, so that the cost does not depend on the population.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "hidden/lists.h"

namespace thb {

inline constexpr std::size_t kMaxSimulatedLists = 10;
inline constexpr double kMaxSimulatedPopulation = 1e9;
inline constexpr std::size_t kMaxSimulatedClasses = 100;

struct SimulatedList {
  std::string name;
  double probability = 0;  // of a person whose class has the factor 1, 0 < p < 1
};

struct SimulatedPair {
  std::size_t first = 0;
  std::size_t second = 0;
  double odds_ratio = 1;  // above 1: persons on one are more likely on the other; positive
};

// A kind of persons that every list sees more, or less, than others.
struct SimulatedClass {
  double share = 1;        // of the population; those of all classes are scaled to 1
  double odds_factor = 1;  // times the odds of being on each list; positive
};

struct SimulatedInside {
  std::size_t inner = 0;
  std::size_t outer = 0;
};

struct ListTruth {
  std::uint64_t population = 0;
  std::vector<SimulatedList> lists;
  std::vector<SimulatedPair> pairs;
  std::vector<SimulatedClass> classes;  // none: one of factor 1
  std::vector<SimulatedInside> inside;
  double missed_match = 0;  // probability that a further listing of a person is not recognised
  double false_match = 0;   // records wrongly joined to another one's, as a share of all records
};

struct SimulatedLists {
  ListTable table;
  std::uint64_t population = 0;
  std::uint64_t on_no_list = 0;
  std::uint64_t missed_matches = 0;  // listings that were taken for a person of their own
  std::uint64_t false_matches = 0;   // records that were joined to another person's
};

// The same truth and seed give the same lists. Errors: kUsage, naming the field that is wrong.
Result<SimulatedLists> SimulateLists(const ListTruth& truth, std::uint64_t seed);

// Header and one line for each combination of lists that holds somebody; ReadLists reads it.
std::string ListsCsv(const ListTable& table);

}  // namespace thb
