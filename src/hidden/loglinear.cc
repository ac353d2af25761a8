#include "hidden/loglinear.h"

#include <algorithm>
#include <bit>

#include "base/text.h"
#include "hidden/internal/loglinear_engine.h"

namespace thb {
namespace {

constexpr std::size_t kMaxTerms = 1000;

}  // namespace

std::string AdmissibilityText(Admissibility admissibility) {
  switch (admissibility) {
    case Admissibility::kAdmissible:
      return "";
    case Admissibility::kNoEstimate:
      return "no maximum likelihood estimate exists";
    case Admissibility::kNotIdentifiable:
      return "the parameters are not identifiable";
    case Admissibility::kNeither:
      return "no maximum likelihood estimate exists and the parameters are not identifiable";
  }
  return "";
}

ModelTerms CloseDownwards(const ModelTerms& terms) {
  ModelTerms closed;
  for (const ListMask term : terms) {
    for (ListMask subset = term; subset != 0; subset = (subset - 1) & term) {
      if (std::popcount(subset) >= 2) closed.push_back(subset);
    }
  }
  std::sort(closed.begin(), closed.end());
  closed.erase(std::unique(closed.begin(), closed.end()), closed.end());
  return closed;
}

ModelTerms Generators(const ModelTerms& terms) {
  ModelTerms generators;
  for (const ListMask term : terms) {
    const bool within = std::any_of(terms.begin(), terms.end(), [&](ListMask other) {
      return other != term && (other & term) == term;
    });
    if (!within) generators.push_back(term);
  }
  return generators;
}

std::string TermName(ListMask term, const std::vector<std::string>& lists) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    if ((term >> i & 1) != 0) names.push_back(lists[i]);
  }
  return Join(names, ":");
}

std::string ModelName(const ModelTerms& terms, const std::vector<std::string>& lists) {
  std::vector<std::string> names;
  for (const ListMask term : Generators(terms)) names.push_back(TermName(term, lists));
  return names.empty() ? "main effects" : Join(names, " + ");
}

Result<ModelTerms> ParseModel(std::string_view text, const std::vector<std::string>& lists) {
  ModelTerms terms;
  if (Trim(text).empty() || Trim(text) == "main effects") return terms;
  for (const std::string_view generator : Split(text, '+')) {
    ListMask term = 0;
    for (const std::string_view part : Split(generator, ':')) {
      const std::string name(Trim(part));
      const auto found = std::find(lists.begin(), lists.end(), name);
      if (found == lists.end()) {
        return Fail(ErrorCode::kUsage, "no list " + name, std::string(text),
                    "the lists are " + Join(lists, ", "));
      }
      term |= ListMask{1} << (found - lists.begin());
    }
    terms.push_back(term);
  }
  return CloseDownwards(terms);
}

std::vector<double> DenseCounts(const ListTable& table) {
  std::vector<double> counts(std::size_t{1} << table.lists.size(), 0.0);
  for (const OverlapCell& cell : table.cells) counts[cell.mask] = cell.count;
  return counts;
}

Admissibility CheckModel(const ListTable& table, const ModelTerms& terms) {
  LoglinearEngine engine(table.lists.size());
  engine.SetCounts(DenseCounts(table));
  return engine.Check(CloseDownwards(terms));
}

Result<LoglinearFit> FitLoglinear(const ListTable& table, const ModelTerms& terms) {
  const ModelTerms closed = CloseDownwards(terms);
  if (closed.size() > kMaxTerms) {
    return Fail(ErrorCode::kLimit,
                "a model of " + std::to_string(closed.size()) + " interactions, more than " +
                    std::to_string(kMaxTerms),
                {}, "choose smaller terms");
  }
  if (table.lists.size() < 2 || table.Observed() <= 0) {
    return Fail(ErrorCode::kStructure, "an estimate needs two lists with persons", {},
                "give a table of two lists or more");
  }
  LoglinearEngine engine(table.lists.size());
  engine.SetCounts(DenseCounts(table));
  return DescribeFit(engine, closed);
}

}  // namespace thb
