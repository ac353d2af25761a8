#include "hidden/bootstrap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "hidden/internal/test_tables.h"
#include "hidden/profile.h"

namespace thb {
namespace {

BootstrapResult Replicated(const ListTable& table, const SelectionOptions& selection, double point,
                           BootstrapOptions options) {
  const auto result = Bootstrap(table, selection, point, options);
  EXPECT_TRUE(result) << result.error().ToLine();
  return *result;
}

TEST(Bootstrap, QuantilesAreOfTypeEight) {
  // quantile(c(1, 2, 4, 8), c(.1, .25, .5, .9), type = 8) in R
  const std::vector<double> x = {1, 2, 4, 8};
  EXPECT_NEAR(QuantileType8(x, 0.1), 1, 1e-12);
  EXPECT_NEAR(QuantileType8(x, 0.25), 1 + 5.0 / 12, 1e-12);
  EXPECT_NEAR(QuantileType8(x, 0.5), 3, 1e-12);
  EXPECT_NEAR(QuantileType8(x, 0.9), 8, 1e-12);
  EXPECT_EQ(QuantileType8({5}, 0.3), 5);
  EXPECT_TRUE(std::isinf(QuantileType8({1, INFINITY, INFINITY}, 0.9)));
}

TEST(Bootstrap, DoesNotDependOnTheThreads) {
  const ListTable table = TableOf({0, 40, 30, 9, 20, 6, 4, 2});
  BootstrapOptions options;
  options.replicates = 300;
  options.seed = 9;
  for (const auto method : {SelectionMethod::kStepwise, SelectionMethod::kBic}) {
    SelectionOptions selection;
    selection.method = method;
    options.threads = 1;
    options.seed = 9;
    const auto one = Replicated(table, selection, 200, options);
    options.threads = 4;
    const auto four = Replicated(table, selection, 200, options);
    EXPECT_EQ(one.totals, four.totals);
    EXPECT_EQ(one.bca.lower, four.bca.lower);
    EXPECT_EQ(one.bca.upper_error, four.bca.upper_error);
    options.seed = 10;
    EXPECT_NE(one.totals, Replicated(table, selection, 200, options).totals);
  }
}

// On two large lists the bootstrap of Lincoln-Petersen is nearly normal on the scale of logarithms,
// with the delta method's deviation.
TEST(Bootstrap, AgreesWithTheDeltaMethodWhereThatHolds) {
  const ListTable table = TableOf({0, 40000, 60000, 20000});
  BootstrapOptions options;
  options.replicates = 4000;
  options.threads = 2;
  SelectionOptions selection;
  selection.method = SelectionMethod::kFixed;
  const double dark = 120000;
  const auto result = Replicated(table, selection, 120000 + dark, options);
  const double deviation = dark * std::sqrt(1.0 / 40000 + 1.0 / 60000 + 1.0 / 20000);
  EXPECT_NEAR((result.bca.upper - result.bca.lower) / (2 * 1.96 * deviation), 1, 0.06);
  EXPECT_NEAR((result.bca.upper + result.bca.lower) / 2, 240000, 300);
  EXPECT_GT(result.bca.lower_error, 0);
  EXPECT_LT(result.bca.lower_error, 0.2 * deviation);
}

TEST(Bootstrap, AReplicateWithoutOverlapIsInfinite) {
  const ListTable table = TableOf({0, 30, 30, 1});
  BootstrapOptions options;
  options.replicates = 400;
  SelectionOptions selection;
  const auto result = Replicated(table, selection, 61 + 900, options);
  EXPECT_GT(result.without_estimate, 80U);
  EXPECT_TRUE(std::isinf(result.bca.upper));
  EXPECT_FALSE(std::isnan(result.bca.lower));
  EXPECT_TRUE(std::isinf(result.influence[2].total));
}

TEST(Bootstrap, SuppressedCellsWiden) {
  ListTable known = TableOf({0, 400, 300, 5});
  ListTable suppressed = known;
  suppressed.cells[2] = {3, 5, 1, 9};
  BootstrapOptions options;
  options.replicates = 2000;
  options.threads = 2;
  SelectionOptions selection;
  const double point = 705 + 400.0 * 300 / 5;
  const auto narrow = Replicated(known, selection, point, options);
  const auto wide = Replicated(suppressed, selection, point, options);
  EXPECT_LT(wide.bca80.lower, narrow.bca80.lower);
  EXPECT_GT(wide.bca80.upper, narrow.bca80.upper);
}

TEST(Bootstrap, StopsWhenToldAndKeepsWhatItHas) {
  const ListTable table = TableOf({0, 40, 30, 9, 20, 6, 4, 2});
  std::atomic<bool> stop = true;
  BootstrapOptions options;
  options.replicates = 100000;
  options.stop = &stop;
  const auto result = Replicated(table, {}, 200, options);
  EXPECT_TRUE(result.interrupted);
  EXPECT_LT(result.done, 100000U);
}

TEST(Bootstrap, RefusesOptionsOutOfRange) {
  const ListTable table = TableOf({0, 40, 30, 9});
  BootstrapOptions options;
  options.level = 1;
  EXPECT_FALSE(Bootstrap(table, {}, 200, options));
  options.level = 0.9;
  options.threads = 0;
  EXPECT_FALSE(Bootstrap(table, {}, 200, options));
  options.threads = 1;
  options.replicates = kMaxReplicates + 1;
  EXPECT_FALSE(Bootstrap(table, {}, 200, options));
}

struct PublishedInterval {
  std::string table;
  SelectionMethod method;
  std::size_t order;
  double point;
  double acceleration;  // 0: not published
  double lower;
  double upper;
  double lower80;
  double upper80;
  std::string model = {};  // of kFixed; "": main effects
};

// Replicates that a test can afford; the search through higher orders takes longest.
std::size_t ReplicatesFor(const PublishedInterval& row) {
  if (row.method != SelectionMethod::kBic) return 10000;
  return row.order > 3 ? 300 : 1000;
}

// By stepwise and BIC the choice is repeated in each replicate; with a fixed model it is not:
// Korea's best model alone (the published ntop = 1), and independent lists (Binette and Steorts).
// Both sides draw at random, theirs a thousand times: within three standard errors of the
// difference, and half a percent.
TEST(Bootstrap, IntervalsOfPublishedTables) {
  const std::vector<PublishedInterval> published = {
      {"UKdat_5", SelectionMethod::kStepwise, 0, 11312.99029, -0.01218108, 8784.78, 14700.55,
       9623.86, 12531.14},
      {"Ned_5", SelectionMethod::kStepwise, 0, 121521.6137, -0.01659998, 47393.14, 162845.54,
       107091.98, 152813.72},
      {"UKdat", SelectionMethod::kStepwise, 0, 11417.99109, -0.01287116, 9418.19, 14160.62, 9664.36,
       12505.33},
      {"Korea", SelectionMethod::kBic, 0, 157.1667, 0, 128.3, 349.7, 135, 288},
      {"Korea", SelectionMethod::kFixed, 0, 157.1667, 0, 130.8, 248.8, 136, 198, "b:c + c:d"},
      {"UKdat_5", SelectionMethod::kBic, 2, 22991.33, 0, 11456, 43894, 12910, 38602},
      {"UKdat_5", SelectionMethod::kBic, 4, 25311.29, 0, 11168, 56052, 0, 0},
      {"UKdat_5", SelectionMethod::kFixed, 0, 13444, 0, 12004, 15160, 0, 0},
      {"Ned_5", SelectionMethod::kFixed, 0, 52924, 0, 48641, 57777, 0, 0}};
  for (const PublishedInterval& row : published) {
    const auto table = ReferenceTable(row.table);
    if (!table) GTEST_SKIP() << "THB_REFERENCE_DIR is not set";
    SelectionOptions selection;
    selection.method = row.method;
    selection.max_order = row.order;
    if (!row.model.empty()) selection.fixed = *ParseModel(row.model, table->lists);
    BootstrapOptions options;
    options.replicates = ReplicatesFor(row);
    options.threads = 2;
    const auto result = Replicated(*table, selection, row.point, options);
    if (row.acceleration != 0) {
      EXPECT_NEAR(result.acceleration, row.acceleration, 1e-7) << row.table;
    }
    const auto check = [&](double ours, double error, double theirs) {
      const double both = error * std::sqrt(1 + static_cast<double>(options.replicates) / 1000);
      EXPECT_LT(std::abs(ours - theirs), 3 * both + 0.005 * theirs)
          << row.table << " order " << row.order << ": " << ours << " against " << theirs
          << ", error " << error;
    };
    check(result.bca.lower, result.bca.lower_error, row.lower);
    check(result.bca.upper, result.bca.upper_error, row.upper);
    if (row.lower80 == 0) continue;  // not published
    check(result.bca80.lower, result.bca80.lower_error, row.lower80);
    check(result.bca80.upper, result.bca80.upper_error, row.upper80);
  }
}

// The variance of Lincoln and Petersen: n1 n2 (n1 - m) (n2 - m) / m^3.
TEST(Profile, IsCloseToTheDeltaMethodOnLargeLists) {
  const auto interval = ProfileLikelihood(TableOf({0, 40000, 60000, 20000}), {}, 0.95);
  ASSERT_TRUE(interval);
  const double deviation = std::sqrt(6e4 * 8e4 * 4e4 * 6e4 / 8e12);
  EXPECT_NEAR(interval->point, 240000, 5);
  EXPECT_NEAR((interval->upper - interval->lower) / (2 * 1.96 * deviation), 1, 0.01);
  EXPECT_FALSE(ProfileLikelihood(TableOf({0, 40, 60, 0}), {}, 0.95));
  EXPECT_FALSE(ProfileLikelihood(TableOf({0, 40, 60, 9}), {}, 1.5));
}

}  // namespace
}  // namespace thb
