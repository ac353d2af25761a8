#include "hidden/estimate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <bit>
#include <cmath>

#include "hidden/internal/test_tables.h"

namespace thb {
namespace {

using testing::HasSubstr;

Result<PopulationEstimate> Estimated(const ListTable& table, SelectionMethod method,
                                     std::size_t replicates = 200) {
  EstimateOptions options;
  options.selection.method = method;
  options.bootstrap.replicates = replicates;
  return EstimateLoglinear(table, options);
}

std::vector<std::string> Texts(const std::vector<Remark>& remarks) {
  std::vector<std::string> texts;
  for (const Remark& remark : remarks) texts.push_back(remark.text);
  return texts;
}

// Three large lists that miss people independently: 10 000 persons, chances 0.5, 0.4, 0.3.
ListTable Independent() {
  std::vector<double> counts(8, 0.0);
  const double p[] = {0.5, 0.4, 0.3};
  for (std::size_t w = 1; w < 8; ++w) {
    double share = 10000;
    for (std::size_t i = 0; i < 3; ++i) share *= (w >> i & 1) != 0 ? p[i] : 1 - p[i];
    counts[w] = std::round(share);
  }
  return TableOf(counts);
}

TEST(Estimate, OfIndependentListsIsSupported) {
  for (const auto method : {SelectionMethod::kStepwise, SelectionMethod::kBic}) {
    const auto estimate = Estimated(Independent(), method);
    ASSERT_TRUE(estimate) << estimate.error().ToLine();
    EXPECT_NEAR(estimate->point, 10000, 10);
    EXPECT_LT(estimate->interval.lower, 10000);
    EXPECT_GT(estimate->interval.upper, 10000);
    EXPECT_EQ(estimate->model, "main effects");
    EXPECT_EQ(estimate->judgement.verdict, Verdict::kSupported) << estimate->judgement.text;
    EXPECT_EQ(estimate->sensitivity.size(), 3U + 3U + 2U + 1U);
    EXPECT_TRUE(estimate->profile);
    EXPECT_FALSE(estimate->overlaps.empty());
    EXPECT_EQ(estimate->replicates, 200U);
  }
}

TEST(Estimate, OfTheUkDataIsNot) {
  const auto table = ReferenceTable("UKdat_5");
  if (!table) GTEST_SKIP() << "THB_REFERENCE_DIR is not set";
  for (const auto method : {SelectionMethod::kStepwise, SelectionMethod::kBic}) {
    const auto estimate = Estimated(*table, method);
    ASSERT_TRUE(estimate);
    EXPECT_NE(estimate->judgement.verdict, Verdict::kSupported);
    EXPECT_FALSE(estimate->judgement.reasons.empty());
    EXPECT_EQ(estimate->alternatives[0].above_best, 0);
  }
}

TEST(Estimate, RefusesWhatHasNone) {
  const auto error = [](const ListTable& table) {
    const auto estimate = Estimated(table, SelectionMethod::kStepwise, 10);
    return estimate ? "" : estimate.error().ToLine();
  };
  EXPECT_THAT(error(TableOf({0, 5})), HasSubstr("one list"));
  EXPECT_THAT(error(TableOf({0, 0, 0, 0})), HasSubstr("nobody is on any list"));
  EXPECT_THAT(error(TableOf({0, 5, 6, 0})), HasSubstr("nobody is on two lists"));
  // The second list lies within the first: nobody is on it alone, so it says nothing.
  EXPECT_THAT(error(TableOf({0, 50, 0, 20})), HasSubstr("no maximum likelihood estimate exists"));
}

TEST(Estimate, OfAGivenModelNamesItsFailure) {
  const ListTable artificial = TableOf({0, 40, 30, 6, 20, 0, 0, 0});
  EstimateOptions options;
  options.selection.method = SelectionMethod::kFixed;
  options.bootstrap.replicates = 0;
  options.selection.fixed = {0b011};
  EXPECT_THAT(EstimateLoglinear(artificial, options).error().ToLine(),
              HasSubstr("no maximum likelihood estimate exists; at the model A:B"));
  options.selection.fixed = {0b011, 0b101, 0b110};
  EXPECT_THAT(EstimateLoglinear(artificial, options).error().ToLine(),
              HasSubstr("the parameters are not identifiable"));
  options.selection.fixed = {0b101};
  const auto estimate = EstimateLoglinear(artificial, options);
  ASSERT_TRUE(estimate);
  EXPECT_EQ(estimate->interval_method, "profile likelihood of the chosen model");
  EXPECT_THAT(Texts(estimate->warnings), testing::Contains(HasSubstr("Nobody is on all of A:C")));
}

TEST(Estimate, StoppedBeforeThereIsAModelSaysSo) {
  const std::atomic<bool> stop = true;
  for (const auto method : {SelectionMethod::kStepwise, SelectionMethod::kBic}) {
    EstimateOptions options;
    options.selection.method = method;
    options.bootstrap.stop = &stop;
    const auto estimate = EstimateLoglinear(Independent(), options);
    ASSERT_FALSE(estimate);
    EXPECT_EQ(estimate.error().code, ErrorCode::kInterrupted);
  }
}

TEST(Estimate, StoppedInTheBootstrapHasAllThatComesBefore) {
  std::atomic<bool> stop = false;
  EstimateOptions options;
  options.bootstrap.replicates = kMaxReplicates;
  options.bootstrap.stop = &stop;
  options.bootstrap.progress = [&](std::size_t) { stop = true; };
  const auto estimate = EstimateLoglinear(Independent(), options);
  ASSERT_TRUE(estimate) << estimate.error().ToLine();
  EXPECT_LT(estimate->replicates, kMaxReplicates);
  EXPECT_EQ(estimate->sensitivity.size(), 3U + 3U + 2U + 1U);
  EXPECT_THAT(Texts(estimate->warnings), testing::Contains(HasSubstr("Interrupted: ")));
  EXPECT_EQ(estimate->judgement.verdict, Verdict::kFragile);
}

TEST(Estimate, NamesWhatItDidNotTry) {
  std::vector<double> counts(512, 0.0);
  for (std::size_t w = 1; w < counts.size(); ++w) counts[w] = 20.0 / std::popcount(w);
  for (double& count : counts) count = std::round(count);
  const auto estimate = Estimated(TableOf(counts), SelectionMethod::kStepwise, 0);
  ASSERT_TRUE(estimate) << estimate.error().ToLine();
  EXPECT_THAT(Texts(estimate->warnings),
              testing::Contains("Merging lists was not tried: there are more than 8 lists."));
}

TEST(Estimate, SuppressedCellsWidenIt) {
  ListTable table = Independent();
  ASSERT_EQ(table.cells[2].mask, 3U);
  const auto known = Estimated(table, SelectionMethod::kStepwise);
  table.cells[2].lower = 1000;
  table.cells[2].upper = 1800;
  const auto wide = Estimated(table, SelectionMethod::kStepwise);
  ASSERT_TRUE(known && wide);
  EXPECT_LT(wide->interval.lower, known->interval.lower);
  EXPECT_GT(wide->interval.upper, known->interval.upper);
  EXPECT_THAT(wide->interval_method, HasSubstr("bounds of suppressed counts"));
}

TEST(Estimate, StrataAddUp) {
  std::vector<PopulationEstimate> parts;
  for (const std::uint64_t seed : {1U, 2U}) {
    EstimateOptions options;
    options.bootstrap.replicates = 500;
    options.bootstrap.seed = seed;
    parts.push_back(*EstimateLoglinear(Independent(), options));
  }
  const PopulationEstimate sum = SumOfStrata(parts, 0.95);
  EXPECT_NEAR(sum.point, 20000, 20);
  const double one = parts[0].interval.upper - parts[0].interval.lower;
  const double both = sum.interval.upper - sum.interval.lower;
  EXPECT_NEAR(both / one, std::sqrt(2.0), 0.25);
  EXPECT_EQ(sum.judgement.verdict, Verdict::kSupported);
}

TEST(Verdict, IsThatOfTheWorstReason) {
  VerdictEvidence evidence{.observed = 1000,
                           .point = 2000,
                           .lower = 1800,
                           .upper = 2300,
                           .overlap_persons = 300,
                           .overlap_cells = 4};
  EXPECT_EQ(JudgeEstimate(evidence).verdict, Verdict::kSupported);
  EXPECT_TRUE(JudgeEstimate(evidence).reasons.empty());
  evidence.model_range = 2;
  EXPECT_EQ(JudgeEstimate(evidence).verdict, Verdict::kFragile);
  evidence.overlap_persons = 3;
  const Judgement judgement = JudgeEstimate(evidence);
  EXPECT_EQ(judgement.verdict, Verdict::kUnsupported);
  ASSERT_EQ(judgement.reasons.size(), 2U);
  EXPECT_THAT(judgement.reasons[0].remark.text, HasSubstr("Only 3"));
  evidence.upper = NAN;
  EXPECT_EQ(JudgeEstimate(evidence).verdict, Verdict::kUnsupported);
}

}  // namespace
}  // namespace thb
