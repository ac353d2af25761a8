#include "bench/coverage/scenarios.h"

namespace thb {
namespace {

// Four lists that hold about a quarter of ten thousand persons, as the published tables do.
ListTruth FourLists() {
  ListTruth truth;
  truth.population = 10'000;
  truth.lists = {{"A", 0.08}, {"B", 0.05}, {"C", 0.12}, {"D", 0.06}};
  return truth;
}

ListTruth ThreeLists() {
  ListTruth truth;
  truth.population = 3'000;
  truth.lists = {{"A", 0.2}, {"B", 0.15}, {"C", 0.25}};
  return truth;
}

ListTruth FiveLists() {
  ListTruth truth = FourLists();
  truth.lists.push_back({"E", 0.03});
  return truth;
}

}  // namespace

std::vector<Scenario> CoverageScenarios() {
  std::vector<Scenario> scenarios;
  const auto add = [&](const std::string& name, const std::string& what, const ListTruth& base,
                       auto&& change) {
    ListTruth truth = base;
    change(truth);
    scenarios.push_back({name, what, truth});
  };
  const auto nothing = [](ListTruth&) {};
  add("independent", "four independent lists, 10,000 persons", FourLists(), nothing);
  add("independent-3", "three independent lists, 3,000 persons", ThreeLists(), nothing);
  add("independent-5", "five independent lists, 10,000 persons", FiveLists(), nothing);
  add("pair", "one pair with an odds ratio of 3", FourLists(),
      [](ListTruth& t) { t.pairs = {{0, 1, 3}}; });
  add("pairs", "two pairs with odds ratios of 3 and 0.4", FourLists(),
      [](ListTruth& t) { t.pairs = {{0, 1, 3}, {2, 3, 0.4}}; });
  add("heterogeneity", "70 % of the persons with 0.3 times the odds, 30 % with 3 times",
      FourLists(), [](ListTruth& t) { t.classes = {{0.7, 0.3}, {0.3, 3}}; });
  add("hidden class", "60 % of the persons with 0.05 times the odds of being on any list",
      FourLists(), [](ListTruth& t) { t.classes = {{0.6, 0.05}, {0.4, 2}}; });
  add("sparse", "1,000 persons and short lists: about 15 on two of them", FourLists(),
      [](ListTruth& t) {
        t.population = 1'000;
        for (SimulatedList& list : t.lists) list.probability *= 0.6;
      });
  add("false matches", "3 % of the records joined to another person's", FourLists(),
      [](ListTruth& t) { t.false_match = 0.03; });
  add("missed matches", "20 % of further listings not recognised", FourLists(),
      [](ListTruth& t) { t.missed_match = 0.2; });
  add("list inside list", "everybody on B is on C too", FourLists(),
      [](ListTruth& t) { t.inside = {{1, 2}}; });
  return scenarios;
}

}  // namespace thb
