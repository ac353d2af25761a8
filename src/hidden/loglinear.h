#pragma once
// Hierarchical log-linear models of overlapping lists.
//
// Estimator. The count of every cell w (the persons on exactly the lists of w, not none) is Poisson
// with mean exp(sum of theta_s over the subsets s of w that are terms of the model). Terms are the
// intercept, one main effect for each list, and interactions, closed downwards: with a three-list
// term come its two-list terms. Parameters maximise the likelihood by Newton's method. The number
// of persons on no list, the dark figure, is exp(theta of the empty set): the highest-order
// interaction of the complete table is assumed to be absent, which no data of these lists can test.
//
// Extended estimates. Where nobody is on all lists of a term, its parameter is minus infinity: the
// term and every cell that contains it take no part (Chan, Silverman and Vincent 2021, Journal of
// Survey Statistics and Methodology 9). For the rest, a model is admissible where
//  - the estimate exists: some table that is positive in every cell has the observed margins
//    (Fienberg and Rinaldo 2012, Annals of Statistics 40);
//  - it is identifiable: the design matrix has full column rank. For a hierarchical model this is
//    so exactly where a cell remains that is no term: with fewer, the intercept is free; with one
//    more, that cell alone has an alternating sum over its subsets that is not zero.
//
// Assumptions: a closed population over the period, every person recognised on every list, persons
// alike in their chances within a stratum, beyond what the interactions say.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "hidden/lists.h"

namespace thb {

// Interactions of two lists or more, closed downwards, ascending. Main effects are always there.
using ModelTerms = std::vector<ListMask>;

enum class Admissibility {
  kAdmissible = 0,
  kNoEstimate = 1,       // the maximum likelihood estimate does not exist
  kNotIdentifiable = 2,  // the parameters are not determined
  kNeither = 3,          // both
};

// "" for an admissible model.
std::string AdmissibilityText(Admissibility admissibility);

struct LoglinearParameter {
  ListMask term = 0;  // 0 is the intercept
  double value = 0;   // natural logarithm; minus infinity where nobody is on all of its lists
};

struct LoglinearFit {
  ModelTerms terms;
  Admissibility admissibility = Admissibility::kAdmissible;
  bool converged = false;
  // What follows has no meaning where the model is not admissible.
  double unobserved = 0;  // the dark figure
  double total = 0;       // with it
  double log_likelihood = 0;
  double deviance = 0;
  int parameter_count = 0;  // those at minus infinity too
  double bic = 0;           // -2 log likelihood + parameters x log(persons observed)
  double aic = 0;
  double standard_error = 0;  // of log(unobserved), from the information at the estimate
  std::vector<LoglinearParameter> parameters;  // intercept, main effects, interactions
};

// The smallest model that has these interactions.
ModelTerms CloseDownwards(const ModelTerms& terms);
// Those of no larger term.
ModelTerms Generators(const ModelTerms& terms);
// "LA:NG + NG:GP", the generators, lower terms understood; "main effects" where there are none.
std::string ModelName(const ModelTerms& terms, const std::vector<std::string>& lists);
// "LA:NG", the lists of one term or cell.
std::string TermName(ListMask term, const std::vector<std::string>& lists);
// Reads what ModelName writes. Errors: kUsage for a list that is not in the table.
Result<ModelTerms> ParseModel(std::string_view text, const std::vector<std::string>& lists);

// Counts by cell, 2^lists of them; that of the empty set is 0.
std::vector<double> DenseCounts(const ListTable& table);

// Whether the model has an estimate on this table.
Admissibility CheckModel(const ListTable& table, const ModelTerms& terms);

// Errors: kStructure where the table has fewer than two lists or nobody; kLimit for more terms than
// can be fitted.
Result<LoglinearFit> FitLoglinear(const ListTable& table, const ModelTerms& terms);

}  // namespace thb
