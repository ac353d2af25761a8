#include "hidden/loglinear.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "base/random.h"
#include "hidden/internal/existence.h"
#include "hidden/internal/loglinear_engine.h"
#include "hidden/internal/poisson.h"
#include "hidden/internal/test_tables.h"
#include "hidden/internal/transform.h"

namespace thb {
namespace {

TEST(Loglinear, TwoListsAreLincolnPetersen) {
  const auto fit = FitLoglinear(TableOf({0, 40, 60, 20}), {});
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->admissibility, Admissibility::kAdmissible);
  EXPECT_NEAR(fit->unobserved, 40.0 * 60 / 20, 1e-9);
  EXPECT_NEAR(fit->deviance, 0, 1e-9);
  EXPECT_NEAR(fit->standard_error, std::sqrt(1.0 / 40 + 1.0 / 60 + 1.0 / 20), 1e-9);
}

TEST(Loglinear, AModelOfThreeListsHasItsClosedForm) {
  // A and B independent given C: the unobserved cell is n_A n_B / n_AB of those not on C.
  const auto fit = FitLoglinear(TableOf({0, 30, 20, 6, 50, 9, 7, 3}), {0b101, 0b110});
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->unobserved, 30.0 * 20 / 6, 1e-8);
}

TEST(Loglinear, NamesModels) {
  const std::vector<std::string> lists = {"A", "B", "C"};
  EXPECT_EQ(ModelName({}, lists), "main effects");
  EXPECT_EQ(ModelName({0b011, 0b110}, lists), "A:B + B:C");
  EXPECT_EQ(ModelName(CloseDownwards({0b111}), lists), "A:B:C");
  EXPECT_EQ(*ParseModel("A:B + B:C", lists), (ModelTerms{0b011, 0b110}));
  EXPECT_EQ(*ParseModel("C:B:A", lists), (ModelTerms{0b011, 0b101, 0b110, 0b111}));
  EXPECT_FALSE(ParseModel("A:D", lists));
}

// Chan, Silverman and Vincent, table 2.
TEST(Loglinear, ArtificialTableFailsInTheWaysItWasMadeFor) {
  const ListTable table = TableOf({0, 40, 30, 6, 20, 0, 0, 0});
  const ListMask ab = 0b011;
  const ListMask ac = 0b101;
  const ListMask bc = 0b110;
  const auto check = [&](const ModelTerms& terms) { return CheckModel(table, terms); };
  EXPECT_EQ(check({}), Admissibility::kAdmissible);
  EXPECT_EQ(check({ac}), Admissibility::kAdmissible);
  EXPECT_EQ(check({bc}), Admissibility::kAdmissible);
  EXPECT_EQ(check({ac, bc}), Admissibility::kAdmissible);
  EXPECT_EQ(check({ab}), Admissibility::kNoEstimate);
  EXPECT_EQ(check({ab, ac}), Admissibility::kNoEstimate);
  EXPECT_EQ(check({ab, bc}), Admissibility::kNoEstimate);
  EXPECT_EQ(check({ab, ac, bc}), Admissibility::kNotIdentifiable);
  // Of that table no model fails both tests; everybody on the same two lists does.
  EXPECT_EQ(CheckModel(TableOf({0, 0, 0, 5, 0, 0, 0, 0}), {ab}), Admissibility::kNeither);
  EXPECT_EQ(CheckModel(TableOf({0, 5, 5, 0}), {}), Admissibility::kNoEstimate);
  EXPECT_EQ(CheckModel(TableOf({0, 5, 5, 0}), {ab}), Admissibility::kNotIdentifiable);
}

// Rank by elimination, the definition that the count of cells stands in for.
std::size_t DesignRank(const std::vector<ListMask>& terms, const std::vector<ListMask>& cells) {
  std::vector<std::vector<double>> rows;
  for (const ListMask cell : cells) {
    auto& row = rows.emplace_back();
    for (const ListMask term : terms) row.push_back((cell & term) == term ? 1 : 0);
  }
  std::size_t rank = 0;
  for (std::size_t column = 0; column < terms.size(); ++column) {
    std::size_t pivot = rank;
    while (pivot < rows.size() && std::abs(rows[pivot][column]) < 1e-9) ++pivot;
    if (pivot == rows.size()) continue;
    std::swap(rows[pivot], rows[rank]);
    for (std::size_t r = rank + 1; r < rows.size(); ++r) {
      const double factor = rows[r][column] / rows[rank][column];
      for (std::size_t c = 0; c < terms.size(); ++c) rows[r][c] -= factor * rows[rank][c];
    }
    ++rank;
  }
  return rank;
}

struct Drawn {
  std::vector<double> counts;
  std::vector<double> margins;
  ModelTerms terms;
};

Drawn Draw(Random& random, std::size_t lists) {
  Drawn drawn;
  const std::size_t cells = std::size_t{1} << lists;
  const std::uint64_t density = 2 + random.Below(8);
  drawn.counts.assign(cells, 0.0);
  for (std::size_t w = 1; w < cells; ++w) {
    if (random.Below(10) < density) drawn.counts[w] = static_cast<double>(1 + random.Below(9));
  }
  drawn.counts[1] += 1;
  drawn.margins = drawn.counts;
  SupersetSum(drawn.margins.data(), lists);
  const std::uint64_t wanted = random.Below(8);
  for (std::uint64_t i = 0; i < wanted; ++i) {
    const auto term = static_cast<ListMask>(random.Below(cells));
    if (std::popcount(term) >= 2 && std::popcount(term) <= 3) drawn.terms.push_back(term);
  }
  drawn.terms = CloseDownwards(drawn.terms);
  return drawn;
}

TEST(Loglinear, IdentifiabilityIsTheRankOfTheDesign) {
  Random random(1);
  int failing = 0;
  for (int i = 0; i < 4000; ++i) {
    const std::size_t lists = 2 + random.Below(4);
    const Drawn drawn = Draw(random, lists);
    std::vector<ListMask> terms = {0};
    std::vector<ListMask> dropped;
    const auto add = [&](ListMask t) { (drawn.margins[t] > 0 ? terms : dropped).push_back(t); };
    for (std::size_t l = 0; l < lists; ++l) add(ListMask{1} << l);
    for (const ListMask t : drawn.terms) add(t);
    std::vector<ListMask> cells;
    for (std::size_t w = 1; w < drawn.counts.size(); ++w) {
      const auto cell = static_cast<ListMask>(w);
      if (std::none_of(dropped.begin(), dropped.end(),
                       [&](ListMask t) { return (cell & t) == t; })) {
        cells.push_back(cell);
      }
    }
    const auto found = CheckExistence(lists, drawn.counts, drawn.margins, drawn.terms);
    const bool full = DesignRank(terms, cells) == terms.size();
    EXPECT_EQ((static_cast<int>(found) & 2) == 0, full);
    failing += full ? 0 : 1;
  }
  EXPECT_GT(failing, 50);
}

// Where the exact test says that an estimate exists, the fit has the observed margins and no mean
// near 0; where it says that none does, some mean runs to 0.
TEST(Loglinear, ExistenceAgreesWithWhereTheLikelihoodRuns) {
  Random random(2);
  int without = 0;
  int checked = 0;
  for (int i = 0; i < 4000; ++i) {
    const std::size_t lists = 2 + random.Below(4);
    const Drawn drawn = Draw(random, lists);
    const auto found = CheckExistence(lists, drawn.counts, drawn.margins, drawn.terms);
    if ((static_cast<int>(found) & 2) != 0) continue;
    LoglinearEngine engine(lists);
    engine.SetCounts(drawn.counts);
    engine.Fit(drawn.terms, LoglinearEngine::Start::kCold);
    const double variance = engine.InterceptVariance();
    std::vector<double> means(drawn.counts.size(), 1.0);
    for (std::size_t w = 0; w < means.size(); ++w) {
      if (!std::isnan(engine.start()[w])) means[w] = std::exp(engine.start()[w]);
    }
    for (const ListMask t : drawn.terms) means[t] = drawn.margins[t] > 0 ? means[t] : 0;
    for (std::size_t l = 0; l < lists; ++l) {
      if (drawn.margins[ListMask{1} << l] <= 0) means[ListMask{1} << l] = 0;
    }
    SubsetProduct(means.data(), lists);
    double smallest = 1;
    for (std::size_t w = 1; w < means.size(); ++w) {
      if (means[w] > 0) smallest = std::min(smallest, means[w]);
    }
    ++checked;
    without += found == Admissibility::kAdmissible ? 0 : 1;
    if (found == Admissibility::kAdmissible) {
      EXPECT_GT(smallest, 1e-6) << i;
      EXPECT_GT(variance, 0);
    } else {
      EXPECT_LT(smallest, 1e-6) << i;
    }
  }
  EXPECT_GT(without, 100);
  EXPECT_GT(checked, 1000);
}

TEST(Loglinear, WarmAndColdStartsMeet) {
  Random random(3);
  LoglinearEngine engine(5);
  for (int i = 0; i < 500; ++i) {
    const Drawn drawn = Draw(random, 5);
    if (CheckExistence(5, drawn.counts, drawn.margins, drawn.terms) != Admissibility::kAdmissible) {
      continue;
    }
    engine.SetCounts(drawn.counts);
    ASSERT_TRUE(engine.Fit(drawn.terms, LoglinearEngine::Start::kWarm));
    const double warm = engine.intercept();
    ASSERT_TRUE(engine.Fit(drawn.terms, LoglinearEngine::Start::kCold));
    EXPECT_NEAR(engine.intercept(), warm, 1e-6 * (1 + std::abs(warm)));
    for (const ListMask term : engine.active()) {
      EXPECT_NEAR(engine.FittedMargin(term), engine.Margin(term), 1e-5);
    }
  }
}

// Seven lists are summed by components; the seventh holds everybody of a random half, so the first
// six must be fitted as they are alone, and a term that joins all must change nothing.
TEST(Loglinear, ComponentsAreTheWholeTable) {
  Random random(4);
  for (int i = 0; i < 50; ++i) {
    Drawn six = Draw(random, 6);
    for (std::size_t l = 0; l < 6; ++l) six.counts[std::size_t{1} << l] += 20;
    six.counts[0b000011] += 5;
    LoglinearEngine small(6);
    small.SetCounts(six.counts);
    if (small.Check(six.terms) != Admissibility::kAdmissible) continue;
    ASSERT_TRUE(small.Fit(six.terms, LoglinearEngine::Start::kCold));
    std::vector<double> seven(128, 0.0);
    std::copy(six.counts.begin(), six.counts.end(), seven.begin());
    for (std::size_t w = 1; w < 64; ++w) seven[64 + w] = 2 * six.counts[w];
    // As many on the seventh list alone as independence says.
    seven[64] = 2 * std::exp(small.intercept());
    LoglinearEngine large(7);
    large.SetCounts(seven);
    ASSERT_TRUE(large.Fit(six.terms, LoglinearEngine::Start::kCold));
    EXPECT_NEAR(large.intercept(), small.intercept(), 1e-7);
    for (const ListMask pair : {0b0000011U, 0b0010010U, 0b1000001U, 0b1100000U}) {
      const double expected =
          pair < 64 ? 3 * small.FittedMargin(pair) : 2 * small.FittedMargin(pair & 63);
      EXPECT_NEAR(large.FittedMargin(pair), expected, 1e-5 * (1 + expected));
    }
    const double variance = large.InterceptVariance();
    EXPECT_GT(variance, 0);
    EXPECT_LT(variance, small.InterceptVariance());
  }
}

TEST(Loglinear, UkCoefficientsAreThoseOfSparseMse) {
  const auto table = ReferenceTable("UKdat_5");
  if (!table) GTEST_SKIP() << "THB_REFERENCE_DIR is not set";
  const auto model =
      ParseModel("LA:NG + NG:GP + PFNCA:GP + LA:PFNCA + GO:GP + NG:GO", table->lists);
  const auto fit = FitLoglinear(*table, *model);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->total, 11312.99029, 5e-6);
  const std::vector<std::pair<std::string, double>> expected = {
      {"LA", -5.08847677},    {"NG", -2.90506559},       {"PFNCA", -2.14851994},
      {"GO", -2.52177293},    {"GP", -3.30533398},       {"LA:NG", 1.52395333},
      {"NG:GP", -2.92170206}, {"PFNCA:GP", -1.24675133}, {"LA:PFNCA", 0.92242572},
      {"GO:GP", -1.19052060}, {"NG:GO", -0.55335021}};
  EXPECT_NEAR(fit->parameters[0].value, 9.05590519, 5e-9);
  for (const auto& [name, value] : expected) {
    bool seen = false;
    for (const LoglinearParameter& parameter : fit->parameters) {
      if (TermName(parameter.term, table->lists) != name) continue;
      seen = true;
      EXPECT_NEAR(parameter.value, value, 5e-9) << name;
    }
    EXPECT_TRUE(seen) << name;
  }
}

TEST(Loglinear, BicOfPublishedModels) {
  const auto uk = ReferenceTable("UKdat_5");
  const auto ned = ReferenceTable("Ned_5");
  const auto korea = ReferenceTable("Korea");
  if (!uk || !ned || !korea) GTEST_SKIP() << "THB_REFERENCE_DIR is not set";
  const auto order2 = FitLoglinear(*uk, {0b00011, 0b00101, 0b00110, 0b10010, 0b01100});
  EXPECT_NEAR(order2->bic, 196.5398, 1e-4);
  EXPECT_NEAR(order2->total, 22991.33, 5e-3);
  const auto order3 = FitLoglinear(*uk, {0b00111, 0b10010, 0b01100});
  EXPECT_NEAR(order3->bic, 195.8791, 1e-4);
  EXPECT_NEAR(order3->total, 25311.29, 5e-3);
  const auto dutch = FitLoglinear(*ned, {0b10101, 0b00011, 0b01010, 0b01100});
  EXPECT_NEAR(dutch->bic, 219.1707, 1e-4);
  EXPECT_NEAR(dutch->total, 148788.8, 0.05);
  EXPECT_NEAR(FitLoglinear(*korea, {0b011})->total, 268.7777778, 5e-8);
}

TEST(Poisson, TailsAgreeWithTables) {
  EXPECT_NEAR(LogFactorial(20), 42.335616460753485, 1e-12);
  EXPECT_NEAR(LogFactorial(1.5), std::lgamma(2.5), 1e-13);
  EXPECT_NEAR(PoissonSmallerTail(0, 2), std::exp(-2), 1e-15);
  EXPECT_NEAR(PoissonSmallerTail(5, 2), 0.052653017343711, 1e-13);
  EXPECT_NEAR(PoissonSmallerTail(1, 1), 1 - std::exp(-1), 1e-13);
  EXPECT_NEAR(PoissonSmallerTail(60, 20) / 3.018e-13, 1, 0.5);
  // The approximation meets the sum where it takes over.
  for (const double z : {-6.0, -2.0, -0.5, 0.0, 1.0, 4.0}) {
    const double below = PoissonSmallerTail(std::floor(3.999e6 + z * 2000), 3.999e6);
    const double above = PoissonSmallerTail(std::floor(4.001e6 + z * 2000), 4.001e6);
    EXPECT_NEAR(below / above, 1, 0.01) << z;
  }
  EXPECT_NEAR(NormalQuantile(0.975), 1.959963984540054, 1e-12);
  EXPECT_NEAR(NormalQuantile(1e-10), -6.361340902404056, 1e-9);
  EXPECT_NEAR(NormalQuantile(0.5), 0, 1e-12);
}

}  // namespace
}  // namespace thb
