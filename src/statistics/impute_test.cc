#include "statistics/impute.h"

#include "statistics/internal/test_cells.h"

namespace thb {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

const std::vector<std::string> kMembers = {"EL", "FR", "DE"};

class ImputeTest : public CellsTest {
 protected:
  // EL did not send 2020.
  void SetUp() override {
    Victims({"time=2017 : 10", "time=2018 : 20", "time=2019 : 33", "geo=FR time=2019 : 100",
             "geo=FR : 150", "geo=DE time=2018 : 40", "geo=DE : 50"});
  }
  std::optional<double> EstimateOf(const std::string& method, int year = 2020,
                                   const std::string& geo = "EL") const {
    return Estimate(snapshot_, Table("thb_victims"), ImputedSeries().front(), kMembers, geo, year,
                    method);
  }
  Snapshot Impute(const std::string& method, const Period& period = {2020, 2020, 0}) const {
    auto imputed = ImputeTotals(snapshot_, World().datasets, kMembers, period, method);
    EXPECT_TRUE(imputed.has_value());
    return *std::move(imputed);
  }
};

TEST_F(ImputeTest, CarriesTheLastValueForward) {
  EXPECT_THAT(EstimateOf("locf"), Optional(33.0));
  EXPECT_THAT(EstimateOf("locf", 2022), Optional(33.0)) << "three years back";
  EXPECT_EQ(EstimateOf("locf", 2023), std::nullopt);
  EXPECT_EQ(EstimateOf("locf", 2019, "FR"), std::nullopt) << "FR sent nothing before 2019";
}

TEST_F(ImputeTest, TakesTheMeanOfTheThreeYearsBefore) {
  EXPECT_THAT(EstimateOf("mean"), Optional(21.0));
  EXPECT_THAT(EstimateOf("mean", 2021), Optional(26.5)) << "of 2018 and 2019";
  EXPECT_EQ(EstimateOf("mean", 2023), std::nullopt);
}

TEST_F(ImputeTest, MovesTheLastValueWithTheMatchedPanel) {
  EXPECT_THAT(EstimateOf("panel"), Optional(49.5)) << "33 by 150/100; DE has no 2019";
  EXPECT_EQ(EstimateOf("panel", 2019, "FR"), std::nullopt);
  EXPECT_EQ(EstimateOf("panel", 2021), std::nullopt) << "no state has 2021";
}

TEST_F(ImputeTest, FillsTotalsWithWholeNumbersFlaggedE) {
  const Snapshot completed = Impute("panel");
  const auto& slice = completed.Slice("thb_victims", "EL", "2020");
  ASSERT_EQ(slice.size(), 1U);
  const SnapshotCell& cell = slice.begin()->second;
  EXPECT_EQ(cell.cell, Cell::Value(50, "e"));
  EXPECT_EQ(cell.method, "panel");
  EXPECT_EQ(cell.vintage, 0);
  EXPECT_EQ(cell.key, KeyOf(Table("thb_victims"), ""));
  EXPECT_THAT(snapshot_.Slice("thb_victims", "EL", "2020"), IsEmpty()) << "a copy is completed";
}

// Rule 24: cells and totals are flagged.
TEST_F(ImputeTest, FiguresFromImputedTotalsAreFlagged) {
  const auto value = EvaluateOn(Impute("locf"), "victims.count@EU27_2020:2020");
  ASSERT_TRUE(value.has_value());
  EXPECT_THAT(value->value, Optional(233.0));
  EXPECT_EQ(value->flags, "e");
  EXPECT_THAT(value->estimated, ElementsAre("EL"));
  const auto change = EvaluateOn(Impute("locf"), "victims.change@EL:2020");
  EXPECT_EQ(change->flags, "e");
}

TEST_F(ImputeTest, BreakdownsAreNotImputed) {
  Victims({"time=2019 sex=F : 33"});
  const auto share = EvaluateOn(Impute("locf"), "victims.share.sex.F@EL:2020");
  ASSERT_TRUE(share.has_value());
  EXPECT_EQ(share->missing_reason, "no_breakdown");
}

TEST_F(ImputeTest, NeverRestsOnEstimates) {
  Victims({" : 99 e", "geo=FR time=2021 : 150"});
  EXPECT_THAT(EstimateOf("locf", 2021), Optional(33.0)) << "the sender's own estimate is one";
  const Snapshot completed = Impute("locf", {2020, 2021, 0});
  const auto& slice = completed.Slice("thb_victims", "EL", "2021");
  ASSERT_EQ(slice.size(), 1U);
  EXPECT_EQ(slice.begin()->second.cell.value, 33);
}

TEST_F(ImputeTest, LeavesWhatIsKnownZeroOrSuppressed) {
  Victims({" : <5"});
  EXPECT_EQ(Impute("locf").Slice("thb_victims", "EL", "2020").begin()->second.cell,
            Cell::Suppressed(0, 4));
  Victims({" : 0"});
  EXPECT_EQ(Impute("locf").Slice("thb_victims", "EL", "2020").begin()->second.cell, Cell::Value(0));
}

TEST_F(ImputeTest, FillsATotalThatIsMissingForAReason) {
  Victims({" : not_sent"});
  EXPECT_EQ(Impute("locf").Slice("thb_victims", "EL", "2020").begin()->second.cell,
            Cell::Value(33, "e"));
}

TEST_F(ImputeTest, SkipsYearsThatNobodyReported) {
  const Snapshot completed = Impute("locf", {2021, 2021, 0});
  EXPECT_THAT(completed.Slice("thb_victims", "EL", "2021"), IsEmpty());
}

TEST_F(ImputeTest, CompletesEveryStageByItself) {
  Persons(
      {"time=2019 leg_stat=PER_CNV : 7", "geo=FR leg_stat=PER_CNV : 9", "leg_stat=PER_SUSP : 60"});
  const Snapshot completed = Impute("locf");
  EXPECT_THAT(EvaluateOn(completed, "convictions.count@EL:2020")->value, Optional(7.0));
  EXPECT_THAT(EvaluateOn(completed, "suspects.count@EL:2020")->value, Optional(60.0));
  EXPECT_EQ(EvaluateOn(completed, "prosecutions.count@EL:2020")->missing_reason, "no_data");
}

TEST_F(ImputeTest, RefusesAnUnknownMethod) {
  const auto imputed =
      ImputeTotals(snapshot_, World().datasets, kMembers, {2020, 2020, 0}, "magic");
  ASSERT_FALSE(imputed.has_value());
  EXPECT_EQ(imputed.error().code, ErrorCode::kUsage);
  EXPECT_EQ(imputed.error().remedy, "choose one of locf, mean, panel");
}

TEST_F(ImputeTest, BacktestHidesEveryTotalThatHasHistory) {
  std::vector<std::string> rows;
  for (const BacktestRow& row : Backtest(snapshot_, World().datasets, kMembers)) {
    EXPECT_EQ(row.population, "victims");
    rows.push_back(row.method + " " + row.geo + " " + std::to_string(row.time) + ": " +
                   FormatNumber(row.estimate) + " for " + FormatNumber(row.actual));
  }
  EXPECT_THAT(rows, ElementsAre("locf EL 2018: 10 for 20", "locf EL 2019: 20 for 33",
                                "locf FR 2020: 100 for 150", "locf DE 2020: 40 for 50",
                                "mean EL 2018: 10 for 20", "mean EL 2019: 15 for 33",
                                "mean FR 2020: 100 for 150", "mean DE 2020: 40 for 50"))
      << "no panel: no two states share two years before";
}

}  // namespace
}  // namespace thb
