#include "hidden/simulate.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "base/csv.h"
#include "base/draws.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr int kMaxScalings = 2000;
constexpr double kMarginPrecision = 1e-12;
constexpr int kMaxPartnersTried = 100;

tl::unexpected<Error> Refuse(const std::string& what, const std::string& remedy) {
  return Fail(ErrorCode::kUsage, what, "simulated lists", remedy);
}

Result<void> CheckShares(const ListTruth& truth) {
  for (const double share : {truth.missed_match, truth.false_match}) {
    if (!(share >= 0 && share <= 1)) {
      return Refuse("not a share of matches: " + FormatNumber(share), "give 0 to 1");
    }
  }
  if (truth.classes.size() > kMaxSimulatedClasses) {
    return Refuse("too many classes", "give at most " + std::to_string(kMaxSimulatedClasses));
  }
  for (const SimulatedClass& kind : truth.classes) {
    if (!(kind.share > 0 && kind.share < 1e9) ||
        !(kind.odds_factor > 0 && kind.odds_factor < 1e9)) {
      return Refuse("a class needs a positive share and a positive factor", "give both");
    }
  }
  return {};
}

Result<void> Check(const ListTruth& truth) {
  if (truth.population < 1 || static_cast<double>(truth.population) > kMaxSimulatedPopulation) {
    return Refuse("not a population: " + std::to_string(truth.population), "give 1 to 1e9");
  }
  const std::size_t lists = truth.lists.size();
  if (lists < 1 || lists > kMaxSimulatedLists) {
    return Refuse(std::to_string(lists) + " lists",
                  "give 1 to " + std::to_string(kMaxSimulatedLists));
  }
  for (std::size_t i = 0; i < lists; ++i) {
    const SimulatedList& list = truth.lists[i];
    if (list.name.empty() || ToLowerAscii(list.name) == "count") {
      return Refuse("a list cannot be called '" + list.name + "'", "give it a name");
    }
    if (!(list.probability > 0 && list.probability < 1)) {
      return Refuse(
          "not a probability of list " + list.name + ": " + FormatNumber(list.probability),
          "give a number between 0 and 1");
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (truth.lists[j].name == list.name) {
        return Refuse("two lists are called " + list.name, "rename one");
      }
    }
  }
  for (const SimulatedPair& pair : truth.pairs) {
    if (pair.first >= lists || pair.second >= lists || pair.first == pair.second ||
        !(pair.odds_ratio > 0 && pair.odds_ratio < 1e9)) {
      return Refuse("a pair needs two different lists and a positive odds ratio", "give them");
    }
  }
  for (const SimulatedInside& inside : truth.inside) {
    if (inside.inner >= lists || inside.outer >= lists || inside.inner == inside.outer) {
      return Refuse("a list cannot lie inside itself", "name two different lists");
    }
  }
  return CheckShares(truth);
}

// Probabilities of all cells in a class: odds ratios as given, and the lists' odds scaled until
// each list has its probability (iterative proportional fitting).
std::vector<double> CellProbabilities(const ListTruth& truth, double odds_factor) {
  const std::size_t lists = truth.lists.size();
  std::vector<double> cells(std::size_t{1} << lists, 1.0);
  for (std::size_t cell = 0; cell < cells.size(); ++cell) {
    for (const SimulatedPair& pair : truth.pairs) {
      if ((cell >> pair.first & 1U) != 0 && (cell >> pair.second & 1U) != 0) {
        cells[cell] *= pair.odds_ratio;
      }
    }
  }
  for (int i = 0; i < kMaxScalings; ++i) {
    double largest = 0;
    for (std::size_t list = 0; list < lists; ++list) {
      const double odds =
          odds_factor * truth.lists[list].probability / (1 - truth.lists[list].probability);
      double on = 0;
      double off = 0;
      for (std::size_t cell = 0; cell < cells.size(); ++cell) {
        ((cell >> list & 1U) != 0 ? on : off) += cells[cell];
      }
      const double wanted = odds / (1 + odds);
      largest = std::max(largest, std::fabs(on / (on + off) - wanted));
      for (std::size_t cell = 0; cell < cells.size(); ++cell) {
        cells[cell] *= (cell >> list & 1U) != 0 ? wanted / on : (1 - wanted) / off;
      }
    }
    if (largest < kMarginPrecision) break;
  }
  return cells;
}

std::vector<std::uint64_t> DrawCells(const ListTruth& truth, Random* random) {
  std::vector<SimulatedClass> classes = truth.classes;
  if (classes.empty()) classes.push_back({});
  std::vector<double> shares;
  for (const SimulatedClass& kind : classes) shares.push_back(kind.share);
  const auto sizes = DrawMultinomial(*random, truth.population, shares);
  std::vector<std::uint64_t> counts(std::size_t{1} << truth.lists.size());
  for (std::size_t k = 0; k < classes.size(); ++k) {
    const auto drawn =
        DrawMultinomial(*random, sizes[k], CellProbabilities(truth, classes[k].odds_factor));
    for (std::size_t cell = 0; cell < counts.size(); ++cell) counts[cell] += drawn[cell];
  }
  return counts;
}

void PutInside(const ListTruth& truth, std::vector<std::uint64_t>* counts) {
  // As often as there are such rules, so that chains of them come to an end.
  for (std::size_t round = 0; round < truth.inside.size(); ++round) {
    for (const SimulatedInside& inside : truth.inside) {
      const std::size_t outer = std::size_t{1} << inside.outer;
      for (std::size_t cell = 0; cell < counts->size(); ++cell) {
        if ((cell >> inside.inner & 1U) == 0 || (cell & outer) != 0) continue;
        (*counts)[cell | outer] += (*counts)[cell];
        (*counts)[cell] = 0;
      }
    }
  }
}

// Every listing of a person but the first may become a person of its own.
std::uint64_t MissMatches(const ListTruth& truth, Random* random,
                          std::vector<std::uint64_t>* counts) {
  std::uint64_t missed = 0;
  for (std::size_t list = 1; list < truth.lists.size(); ++list) {
    const std::size_t bit = std::size_t{1} << list;
    std::uint64_t alone = 0;
    for (std::size_t cell = 0; cell < counts->size(); ++cell) {
      if ((cell & bit) == 0 || (cell & (bit - 1)) == 0) continue;
      const std::uint64_t split = DrawBinomial(*random, (*counts)[cell], truth.missed_match);
      (*counts)[cell] -= split;
      (*counts)[cell & ~bit] += split;
      alone += split;
    }
    (*counts)[bit] += alone;
    missed += alone;
  }
  return missed;
}

std::size_t DrawRecord(Random* random, std::uint64_t records,
                       const std::vector<std::uint64_t>& counts) {
  std::uint64_t place = random->Below(records);
  std::size_t cell = 1;
  while (place >= counts[cell]) place -= counts[cell++];
  return cell;
}

// Records of two persons on different lists become one.
std::uint64_t JoinRecords(const ListTruth& truth, Random* random,
                          std::vector<std::uint64_t>* counts) {
  std::uint64_t records = std::accumulate(counts->begin() + 1, counts->end(), std::uint64_t{0});
  const std::uint64_t wanted = DrawBinomial(*random, records, truth.false_match);
  std::uint64_t joined = 0;
  for (std::uint64_t i = 0; i < wanted && records > 1; ++i) {
    const std::size_t first = DrawRecord(random, records, *counts);
    for (int attempt = 0; attempt < kMaxPartnersTried; ++attempt) {
      const std::size_t second = DrawRecord(random, records, *counts);
      if ((first & second) != 0) continue;
      --(*counts)[first];
      --(*counts)[second];
      ++(*counts)[first | second];
      --records;
      ++joined;
      break;
    }
  }
  return joined;
}

}  // namespace

Result<SimulatedLists> SimulateLists(const ListTruth& truth, std::uint64_t seed) {
  TRY(Check(truth));
  Random random(seed);
  SimulatedLists result;
  result.population = truth.population;
  std::vector<std::uint64_t> counts = DrawCells(truth, &random);
  PutInside(truth, &counts);
  result.on_no_list = counts[0];
  result.missed_matches = MissMatches(truth, &random, &counts);
  result.false_matches = JoinRecords(truth, &random, &counts);
  for (const SimulatedList& list : truth.lists) result.table.lists.push_back(list.name);
  for (std::size_t cell = 1; cell < counts.size(); ++cell) {
    if (counts[cell] == 0) continue;
    const auto count = static_cast<double>(counts[cell]);
    result.table.cells.push_back({static_cast<ListMask>(cell), count, count, count});
  }
  return result;
}

std::string ListsCsv(const ListTable& table) {
  std::vector<std::string> header = table.lists;
  header.push_back("count");
  std::string csv;
  AppendCsv(csv, header);
  for (const OverlapCell& cell : table.cells) {
    std::vector<std::string> row;
    for (std::size_t list = 0; list < table.lists.size(); ++list) {
      row.push_back((cell.mask >> list & 1U) != 0 ? "1" : "0");
    }
    row.push_back(FormatNumber(cell.count));
    AppendCsv(csv, row);
  }
  return csv;
}

}  // namespace thb
