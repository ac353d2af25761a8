// Evaluator of indicator.h against the statistical rules, on numbers that can be followed by hand.

#include "statistics/internal/test_cells.h"

namespace thb {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Optional;
using ::testing::SizeIs;

class EvaluateTest : public CellsTest {
 protected:
  // Every Member State sends `total` for the year; tests overwrite some.
  void AllVictims(const std::string& year, const std::string& total) {
    for (const std::string& geo : World().codes.Members("EU27_2020")) {
      Victims({"geo=" + geo + " time=" + year + " : " + total});
    }
  }
};

using CountTest = EvaluateTest;

TEST_F(CountTest, SumsStatesAndYears) {
  AllVictims("2019", "10");
  AllVictims("2020", "20");
  Victims({"geo=UK : 1000", "geo=AL : 1000"});
  const auto value = Figure("victims.count@EU27_2020:2019-2020");
  EXPECT_THAT(value.value, Optional(27.0 * 30));
  EXPECT_TRUE(value.complete);
  EXPECT_THAT(value.reported, SizeIs(27));
  EXPECT_THAT(value.missing, IsEmpty());
  EXPECT_EQ(value.flags, "");
  EXPECT_FALSE(value.lower.has_value() || value.upper.has_value());
  EXPECT_THAT(value.warnings, ElementsAre("two_year_double_count")) << "rule 7";
  EXPECT_EQ(value.FigureId(), "victims.count@EU27_2020:2019-2020");
}

// Rule 13, in small: one state hidden, one whose total is missing beside its form rows.
TEST_F(CountTest, NamesWhatIsMissingAndBoundsWhatIsSuppressed) {
  AllVictims("2020", "10");
  Victims({"geo=MT : <5", "geo=HR : conflict", "geo=HR exploitation=ICCS02041 : 7"});
  const auto value = Figure("victims.count@EU27_2020:2020");
  EXPECT_THAT(value.value, Optional(250.0));
  EXPECT_THAT(value.lower, Optional(250.0));
  EXPECT_THAT(value.upper, Optional(254.0));
  EXPECT_THAT(value.missing, ElementsAre("HR"));
  EXPECT_THAT(value.suppressed, ElementsAre("MT"));
  EXPECT_THAT(value.warnings, ElementsAre("total_missing: HR"));
  EXPECT_FALSE(value.complete);
  EXPECT_EQ(value.flags, "") << "e only where something was imputed (rule 12)";
}

TEST_F(CountTest, AStateThatSentNothingButTheReasonDidNotReport) {
  Victims({" : not_sent", "geo=FR : 3"});
  const auto value = Figure("victims.count@EL:2020");
  EXPECT_EQ(value.missing_reason, "not_sent");
  EXPECT_THAT(value.missing, ElementsAre("EL"));
  EXPECT_THAT(value.warnings, IsEmpty()) << "total_missing is for states with other figures";
}

TEST_F(CountTest, AnOpenBoundHasNoUpper) {
  Victims({" : 5.."});
  const auto value = Figure("victims.count@EL:2020");
  EXPECT_THAT(value.lower, Optional(5.0));
  EXPECT_FALSE(value.upper.has_value());
}

TEST_F(CountTest, AYearThatIsMissingInAWindowIsNamed) {
  Victims({"time=2019 : 10"});
  const auto value = Figure("victims.count@EL:2019-2020");
  EXPECT_THAT(value.value, Optional(10.0));
  EXPECT_THAT(value.missing, ElementsAre("EL"));
  EXPECT_THAT(value.warnings, Contains("year_missing: EL 2020"));
  EXPECT_FALSE(value.complete);
}

TEST_F(CountTest, NothingIsNoZero) {
  const auto value = Figure("victims.count@EL:2020");
  EXPECT_FALSE(value.value.has_value());
  EXPECT_EQ(value.missing_reason, "no_data");
  Victims({" : 0"});
  EXPECT_THAT(Figure("victims.count@EL:2020").value, Optional(0.0));
}

TEST_F(CountTest, AStateWithoutTheBreakdownIsNotAnUnknown) {
  Victims({" : 30", "sex=F : 20", "sex=M : 10", "geo=FR : 50"});
  const auto value = Figure("victims.count[sex=UNK]@EU27_2020:2020");
  EXPECT_THAT(value.value, Optional(0.0));
  EXPECT_THAT(value.missing_breakdown, ElementsAre("FR"));
  EXPECT_THAT(value.missing, Contains("DE"));
}

TEST_F(CountTest, EstimatesAreFlagged) {
  Victims({" : 30 e", "geo=FR : 5"});
  const auto value = Figure("victims.count@EU27_2020:2020");
  EXPECT_EQ(value.flags, "e");
  EXPECT_THAT(value.estimated, ElementsAre("EL"));
}

TEST_F(CountTest, UseOfServicesHasTwoLegalBases) {
  Persons({"offence=ART2 : 100", "offence=ART18_4 : 3", "time=2021 offence=ART18A : 2"});
  EXPECT_THAT(Figure("use_of_services.suspects.count@EL:2020-2021").value, Optional(5.0));
  EXPECT_THAT(Figure("suspects.count@EL:2020").value, Optional(100.0));
}

using ShareTest = EvaluateTest;

TEST_F(ShareTest, AllKeepsTheUnknownAndKnownLeavesItOut) {
  Victims({" : 40", "sex=F : 20", "sex=M : 10", "sex=UNK : 10"});
  const auto all = Figure("victims.share.sex.F@EL:2020");
  EXPECT_THAT(all.value, Optional(50.0));
  EXPECT_EQ(all.query.denominator, "all");
  const auto known = Figure("victims.share.sex.F{known}@EL:2020");
  EXPECT_NEAR(known.value.value(), 200.0 / 3, 1e-9);
  EXPECT_THAT(known.denominator, Optional(30.0));
  EXPECT_EQ(known.FigureId(), "victims.share.sex.F{known}@EL:2020");
}

TEST_F(ShareTest, KnownIsWithinTheFilter) {
  Victims({" : 40", "sex=F age=Y_LT18 : 6", "sex=F age=Y_GE18 : 9", "sex=F age=UNK : 5",
           "sex=M age=UNK : 20"});
  EXPECT_THAT(Figure("victims.share.age.Y_LT18[sex=F]{known}@EL:2020").value, Optional(40.0));
  EXPECT_THAT(Figure("victims.share.age.Y_LT18[sex=F]@EL:2020").value, Optional(30.0));
}

TEST_F(ShareTest, TheShareOfTheUnknownAmongTheKnownIsRefused) {
  Victims({" : 40", "sex=F : 30", "sex=UNK : 10"});
  EXPECT_THAT(Figure("victims.share.sex.UNK@EL:2020").value, Optional(25.0));
  EXPECT_EQ(CodeOf("victims.share.sex.UNK{known}@EL:2020"), ErrorCode::kUsage);
}

// Rule 12.
TEST_F(ShareTest, UsesOnlyStatesWithTheBreakdown) {
  Victims({" : 40", "sex=F : 20", "sex=M : 20", "geo=FR : 100"});
  const auto value = Figure("victims.share.sex.F@EU27_2020:2020");
  EXPECT_THAT(value.value, Optional(50.0));
  EXPECT_THAT(value.denominator, Optional(40.0));
  EXPECT_THAT(value.missing_breakdown, ElementsAre("FR"));
  EXPECT_THAT(value.reported, ElementsAre("EL"));
  EXPECT_THAT(value.missing, Not(Contains("FR")));
  EXPECT_FALSE(value.complete);
}

TEST_F(ShareTest, UsesOnlyTheYearsWithTheBreakdown) {
  Victims({"time=2019 : 100", " : 40", "sex=F : 20", "sex=M : 20"});
  const auto value = Figure("victims.share.sex.F@EL:2019-2020");
  EXPECT_THAT(value.denominator, Optional(40.0));
  EXPECT_THAT(value.missing_breakdown, ElementsAre("EL"));
  EXPECT_FALSE(value.complete);
}

TEST_F(ShareTest, AStateThatSentTheGroupOnlyLacksTheSubForm) {
  Victims({" : 40", "exploitation=ICCS02041 : 30", "exploitation=BEG : 10", "geo=FR : 100",
           "geo=FR exploitation=ICCS02041 : 60", "geo=FR exploitation=ICCS02043_02044 : 40"});
  const auto value = Figure("victims.share.exploitation.BEG@EU27_2020:2020");
  EXPECT_THAT(value.value, Optional(25.0));
  EXPECT_THAT(value.missing_breakdown, ElementsAre("FR"));
}

// Rule 11.
TEST_F(ShareTest, CarriesTheIntervalOfSuppressedCells) {
  Victims({"sex=F : <5", "sex=M : 96"});
  const auto value = Figure("victims.share.sex.F@EL:2020");
  EXPECT_THAT(value.value, Optional(0.0));
  EXPECT_THAT(value.lower, Optional(0.0));
  ASSERT_TRUE(value.upper.has_value());
  EXPECT_GE(*value.upper, 4.0) << "4 of 100 is possible";
  EXPECT_LE(*value.upper, 100.0 * 4 / 96);
  EXPECT_THAT(value.suppressed, ElementsAre("EL"));
}

TEST_F(ShareTest, NobodyHasNoShare) {
  Victims({" : 0"});
  const auto value = Figure("victims.share.sex.F@EL:2020");
  EXPECT_FALSE(value.value.has_value());
  EXPECT_EQ(value.missing_reason, "zero_denominator");
  EXPECT_EQ(Figure("victims.share.sex.F@FR:2020").missing_reason, "no_data");
  Victims({" : 5"});
  EXPECT_EQ(Figure("victims.share.sex.F@EL:2020").missing_reason, "no_breakdown");
}

TEST_F(ShareTest, AFilterMayWidenThePartItself) {
  Victims({" : 50", "citizen=EL : 15", "citizen=RO : 5", "citizen=NG : 30"});
  EXPECT_THAT(Figure("victims.share.citizen.NAT@EL:2020").value, Optional(30.0));
  EXPECT_THAT(Figure("victims.share.citizen.NAT[citizen=EU27_2020]@EL:2020").value, Optional(75.0));
  EXPECT_THAT(Figure("victims.share.citizen.NAT[citizen=EU27_2020]{known}@EL:2020").value,
              Optional(75.0));
  EXPECT_EQ(CodeOf("victims.share.citizen.NAT[citizen=NEU27_2020]@EL:2020"), ErrorCode::kUsage);
}

using RatioTest = EvaluateTest;

// Rule 14.
TEST_F(RatioTest, UsesStatesWithBothStagesAndShowsTheRatioOverAll) {
  Persons({"leg_stat=PER_SUSP : 100", "leg_stat=PER_PRSC : 50", "geo=FR leg_stat=PER_SUSP : 300",
           "geo=DE leg_stat=PER_PRSC : 70"});
  const auto value = Figure("prosecutions.per_suspect@EU27_2020:2020");
  EXPECT_THAT(value.value, Optional(50.0));
  EXPECT_THAT(value.value_all, Optional(30.0));
  EXPECT_THAT(value.reported, ElementsAre("EL"));
  EXPECT_THAT(value.missing_breakdown, ElementsAre("DE", "FR"));
  EXPECT_FALSE(value.complete);
}

TEST_F(RatioTest, HasNoSecondValueWhereAllStatesHaveBothStages) {
  Persons({"leg_stat=PER_SUSP : 100", "leg_stat=PER_PRSC : 120"});
  const auto value = Figure("prosecutions.per_suspect@EL:2020");
  EXPECT_THAT(value.value, Optional(120.0));
  EXPECT_FALSE(value.value_all.has_value());
}

TEST_F(RatioTest, MatchesStagesByYear) {
  Persons(
      {"time=2019 leg_stat=PER_SUSP : 100", "leg_stat=PER_SUSP : 100", "leg_stat=PER_PRSC : 40"});
  EXPECT_THAT(Figure("prosecutions.per_suspect@EL:2019-2020").value, Optional(40.0));
}

TEST_F(RatioTest, CarriesTheIntervalBeyondAHundred) {
  Persons({"leg_stat=PER_SUSP : 100", "leg_stat=PER_PRSC : <5", "geo=FR leg_stat=PER_SUSP : 100",
           "geo=FR leg_stat=PER_PRSC : 198"});
  const auto value = Figure("prosecutions.per_suspect@EU27_2020:2020");
  EXPECT_THAT(value.value, Optional(99.0));
  EXPECT_THAT(value.lower, Optional(99.0));
  EXPECT_THAT(value.upper, Optional(101.0));
  EXPECT_THAT(value.suppressed, ElementsAre("EL"));
}

TEST_F(RatioTest, WithoutADenominatorThereIsNone) {
  Persons({"leg_stat=PER_SUSP : 0", "leg_stat=PER_PRSC : 3"});
  EXPECT_EQ(Figure("prosecutions.per_suspect@EL:2020").missing_reason, "zero_denominator");
  EXPECT_EQ(Figure("prosecutions.per_suspect@FR:2020").missing_reason, "no_data");
}

using ChangeTest = EvaluateTest;

TEST_F(ChangeTest, ComparesPublishedTotalsAndThePanelStatesWithBoth) {
  Victims({"time=2019 : 100", " : 150", "geo=FR time=2019 : 100", "geo=DE : 30"});
  const auto total = Figure("victims.change@EU27_2020:2020");
  EXPECT_THAT(total.value, Optional(-10.0)) << "180 against 200";
  EXPECT_THAT(total.one_period_only, ElementsAre("DE", "FR"));
  EXPECT_EQ(total.FigureId(), "victims.change@EU27_2020:2020/2019");
  const auto panel = Figure("victims.change_panel@EU27_2020:2020");
  EXPECT_THAT(panel.value, Optional(50.0));
  EXPECT_THAT(panel.reported, ElementsAre("EL"));
  EXPECT_THAT(panel.one_period_only, ElementsAre("DE", "FR"));
}

TEST_F(ChangeTest, ThePanelNeedsEveryYearOfBothWindows) {
  Victims({"time=2017 : 10", "time=2018 : 10", "time=2019 : 30", "geo=FR time=2017 : 5",
           "geo=FR time=2018 : 5", "geo=FR time=2019 : 6", "geo=FR : 6"});
  const auto panel = Figure("victims.change_panel@EU27_2020:2019-2020");
  EXPECT_THAT(panel.value, Optional(20.0));
  EXPECT_THAT(panel.one_period_only, ElementsAre("EL"));
}

TEST_F(ChangeTest, TheBaseIsThePrecedingWindowUnlessGiven) {
  Victims({"time=2015 : 10", "time=2019 : 100", " : 150"});
  EXPECT_THAT(Figure("victims.change@EL:2020").value, Optional(50.0));
  EXPECT_THAT(Figure("victims.change@EL:2020/2015").value, Optional(1400.0));
}

TEST_F(ChangeTest, UnequalWindowsComparePerYearAndSaySo) {
  Victims({"time=2018 : 100", "time=2019 : 110", " : 130"});
  const auto value = Figure("victims.change@EL:2019-2020/2018");
  EXPECT_THAT(value.value, Optional(20.0)) << "120 a year against 100";
  EXPECT_THAT(value.warnings, Contains("unequal_windows"));
  const auto panel = Figure("victims.change_panel@EL:2019-2020/2018");
  EXPECT_THAT(panel.value, Optional(20.0));
  EXPECT_THAT(panel.warnings, Contains("unequal_windows"));
}

TEST_F(ChangeTest, SaysWhichWindowHasNoValue) {
  Victims({" : 150", "geo=FR time=2019 : 1", "geo=DE time=2019 : 0", "geo=DE : 4"});
  EXPECT_EQ(Figure("victims.change@EL:2020").missing_reason, "no_data_in_base");
  EXPECT_EQ(Figure("victims.change@FR:2020").missing_reason, "no_data");
  EXPECT_EQ(Figure("victims.change@DE:2020").missing_reason, "zero_denominator");
}

// Rule 11.
TEST_F(ChangeTest, CarriesTheIntervalOfSuppressedCells) {
  Victims({"time=2019 : 100", "geo=FR time=2019 : 100", " : 116", "geo=FR : <5"});
  const auto value = Figure("victims.change@EU27_2020:2020");
  EXPECT_THAT(value.value, Optional(-42.0));
  EXPECT_THAT(value.lower, Optional(-42.0));
  EXPECT_THAT(value.upper, Optional(-40.0));
  EXPECT_THAT(value.suppressed, ElementsAre("FR"));
  const auto panel = Figure("victims.change_panel@EU27_2020:2020");
  EXPECT_THAT(panel.lower, Optional(-42.0));
  EXPECT_THAT(panel.upper, Optional(-40.0));
}

TEST_F(ChangeTest, ASuppressedBaseWidensTheInterval) {
  Victims({"time=2019 : 4", "geo=FR time=2019 : <5", " : 8", "geo=FR : 0"});
  const auto value = Figure("victims.change@EU27_2020:2020");
  EXPECT_THAT(value.value, Optional(100.0));
  EXPECT_THAT(value.lower, Optional(0.0)) << "8 against 8";
  EXPECT_THAT(value.upper, Optional(100.0)) << "8 against 4";
}

TEST_F(ChangeTest, DifferencesAreInPercentagePoints) {
  Victims({"time=2019 : 50", "time=2019 sex=F : 20", "time=2019 sex=M : 30", " : 50", "sex=F : 25",
           "sex=M : 25"});
  const auto points = Figure("victims.share.sex.F.difference@EL:2020");
  EXPECT_THAT(points.value, Optional(10.0));
  EXPECT_EQ(points.unit, "PP");
  EXPECT_THAT(Figure("victims.share.sex.F.change@EL:2020").value, Optional(25.0));
}

TEST_F(ChangeTest, DifferencesOfUnequalWindowsSaySo) {
  Victims({"time=2018 : 50", "time=2018 sex=F : 20", "time=2018 sex=M : 30", "time=2019 : 50",
           "time=2019 sex=F : 20", "time=2019 sex=M : 30", " : 50", "sex=F : 30", "sex=M : 20"});
  const auto points = Figure("victims.share.sex.F.difference@EL:2019-2020/2018");
  EXPECT_THAT(points.value, Optional(10.0)) << "percentages are not divided by years";
  EXPECT_THAT(points.warnings, Contains("unequal_windows"));
}

TEST_F(ChangeTest, DifferencesCarryTheInterval) {
  Victims({"time=2019 : 100", "time=2019 sex=F : 40", "time=2019 sex=M : 60", " : 100",
           "sex=F : <5", "sex=M : 60", "sex=UNK : 36..40"});
  const auto points = Figure("victims.share.sex.F.difference@EL:2020");
  EXPECT_THAT(points.lower, Optional(-40.0));
  EXPECT_THAT(points.upper, Optional(-36.0));
}

TEST_F(ChangeTest, AFilterIsHandedOn) {
  Victims({"time=2019 : 50", "time=2019 sex=F : 20", "time=2019 sex=M : 30", " : 50", "sex=F : 25",
           "sex=M : 25"});
  EXPECT_THAT(Figure("victims.change[sex=F]@EL:2020").value, Optional(25.0));
}

// Rule 6.
TEST_F(ChangeTest, AcrossCompositionsIsRefused) {
  AllVictims("2012", "5");
  AllVictims("2020", "10");
  EXPECT_THAT(Figure("victims.change@EU27_2020:2020/2012").value, Optional(100.0));
  EXPECT_EQ(CodeOf("victims.change@EU:2020/2012"), ErrorCode::kMixed);
  EXPECT_EQ(CodeOf("victims.change_panel@EU:2020/2012"), ErrorCode::kMixed);
}

TEST_F(ChangeTest, AnotherCompositionHasItsOwnMembers) {
  AllVictims("2019", "10");
  Victims({"time=2019 geo=UK : 1000"});
  EXPECT_THAT(Figure("victims.count@EU28:2019").value, Optional(1270.0));
  EXPECT_THAT(Figure("victims.count@EU27_2007:2019").value, Optional(1260.0)) << "without Croatia";
}

using RateTest = EvaluateTest;

TEST_F(RateTest, IsPerMillionOnTheFirstOfJanuary) {
  Victims({"time=2019 : 30", " : 50"});
  Put("population", {"time=2019 : 9000000", " : 11000000"});
  EXPECT_NEAR(Figure("victims.rate@EL:2020").value.value(), 50 / 11.0, 1e-9);
  const auto window = Figure("victims.rate@EL:2019-2020");
  EXPECT_THAT(window.value, Optional(8.0)) << "80 over the mean of 10 million";
  EXPECT_THAT(window.warnings, Contains("sum_over_mean_population"));
  EXPECT_EQ(window.flags, "");
}

TEST_F(RateTest, WithoutPopulationIsMissingWithTheReason) {
  Victims({" : 50", "geo=FR : 10"});
  Put("population", {"geo=FR : 5000000"});
  EXPECT_EQ(Figure("victims.rate@EL:2020").missing_reason, "no_population");
  EXPECT_EQ(Figure("victims.rate@BE:2020").missing_reason, "no_data");
  const auto eu = Figure("victims.rate@EU27_2020:2020");
  EXPECT_THAT(eu.value, Optional(2.0)) << "events without population take no part";
  EXPECT_THAT(eu.missing, Contains("EL"));
  EXPECT_FALSE(eu.complete);
}

TEST_F(RateTest, UnderFiveEventsIsUnreliable) {
  Put("population", {" : 1000000"});
  Victims({" : 4"});
  EXPECT_EQ(Figure("victims.rate@EL:2020").flags, "u");
  Victims({" : 5"});
  EXPECT_EQ(Figure("victims.rate@EL:2020").flags, "");
}

TEST_F(RateTest, AFilterBySexOrAgeRestrictsTheInhabitantsToo) {
  Victims({" : 50", "sex=F : 30", "sex=M : 20"});
  Put("population", {" : 10000000", "sex=F : 6000000", "sex=M : 4000000"});
  EXPECT_THAT(Figure("victims.rate[sex=F]@EL:2020").value, Optional(5.0));
  EXPECT_THAT(Figure("victims.rate[sex=F]@EL:2020").denominator, Optional(6000000.0));
  Victims({"geo=FR : 9", "geo=FR sex=F : 9"});
  Put("population", {"geo=FR : 67000000"});
  EXPECT_EQ(Figure("victims.rate[sex=F]@FR:2020").missing_reason, "no_population");
}

TEST_F(RateTest, AFilterByFormLeavesAllInhabitants) {
  Victims({" : 50", "exploitation=ICCS02041 : 30", "exploitation=ICCS02042 : 20"});
  Put("population", {" : 10000000"});
  EXPECT_THAT(Figure("victims.rate[exploitation=ICCS02041]@EL:2020").value, Optional(3.0));
}

TEST_F(RateTest, FlagsAreOneOfEurostatsCombinations) {
  Put("population", {" : 1000000"});
  Victims({" : 4 e"});
  EXPECT_EQ(Figure("victims.rate@EL:2020").flags, "e") << "eu is none";
}

TEST_F(RateTest, CarriesTheInterval) {
  Put("population", {" : 2000000"});
  Victims({" : <5"});
  const auto value = Figure("victims.rate@EL:2020");
  EXPECT_EQ(value.missing_reason, "suppressed") << "nothing else is known";
  EXPECT_THAT(value.lower, Optional(0.0));
  EXPECT_THAT(value.upper, Optional(2.0));
}

using TopTest = EvaluateTest;

// Rule 5.
TEST_F(TopTest, RanksEuAndOtherCitizensApart) {
  Victims({" : 100", "citizen=EL : 20", "citizen=RO : 30", "citizen=UK : 10", "citizen=NG : 25",
           "citizen=UNK : 15", "geo=FR : 40", "geo=FR citizen=RO : 5", "geo=FR citizen=FR : 35"});
  EXPECT_EQ(Describe(Figure("victims.top.citizen[citizen=EU27_2020]@EU27_2020:2020").items),
            "FR 35 #1, RO 35 #1, EL 20 #3");
  EXPECT_EQ(Describe(Figure("victims.top.citizen[citizen=NEU27_2020]@EU27_2020:2020").items),
            "NG 25 #1, UK 10 #2");
  EXPECT_EQ(Describe(Figure("victims.top.citizen@EL:2020").items),
            "RO 30 #1, NG 25 #2, EL 20 #3, UK 10 #4");
}

TEST_F(TopTest, WarnsWhereAHiddenCountCouldChangeTheOrder) {
  Victims(
      {"citizen=RO : 30", "citizen=BG : 10", "geo=FR citizen=BG : <5", "geo=FR citizen=PL : 12"});
  const std::string figure = "victims.top.citizen[citizen=EU27_2020]@EU27_2020:2020";
  EXPECT_THAT(Figure(figure).warnings, Contains("rank_uncertain")) << "BG may have 14";
  Victims({"geo=FR citizen=PL : 20"});
  EXPECT_THAT(Figure(figure).warnings, Not(Contains("rank_uncertain")));
}

TEST_F(TopTest, WarnsWhereAHiddenCountCouldBreakATie) {
  Victims({"citizen=BG : 10", "geo=FR citizen=BG : <5", "citizen=PL : 10"});
  EXPECT_THAT(Figure("victims.top.citizen@EU27_2020:2020").warnings, Contains("rank_uncertain"));
}

TEST_F(TopTest, NamesStatesThatSentNoCitizenships) {
  Victims({"citizen=RO : 30", "geo=FR : 10"});
  const auto value = Figure("victims.top.citizen@EU27_2020:2020");
  EXPECT_THAT(value.missing_breakdown, ElementsAre("FR"));
  EXPECT_FALSE(value.complete);
  EXPECT_EQ(Figure("victims.top.citizen@DE:2020").missing_reason, "no_data");
}

using StatesTest = EvaluateTest;

TEST_F(StatesTest, MainFormIsAboveEveryOtherKnownForm) {
  Victims({"exploitation=ICCS02041 : 10", "exploitation=ICCS02042 : 12", "exploitation=UNK : 78",
           "geo=FR exploitation=ICCS02041 : 12", "geo=FR exploitation=ICCS02042 : 12",
           "geo=DE exploitation=ICCS02042 : 6", "geo=DE exploitation=BEG : 4",
           "geo=DE exploitation=CRIM : 5", "geo=DE exploitation=ICCS02041 : 5"});
  const auto value = Figure("states.main_form.ICCS02042@EU27_2020:2020");
  EXPECT_EQ(Describe(value.items), "DE 30, EL 12");
  EXPECT_THAT(value.value, Optional(2.0));
  EXPECT_EQ(value.unit, "LIST");
}

TEST_F(StatesTest, MainFormIsThatOfTheWholeWindow) {
  Victims({"time=2019 exploitation=CRIM : 1", "time=2019 exploitation=ICCS02041 : 5",
           "exploitation=CRIM : 6", "exploitation=ICCS02041 : 1"});
  EXPECT_EQ(Figure("states.main_form.CRIM@EL:2019-2020").items.size(), 1U);
  EXPECT_EQ(Figure("states.main_form.CRIM@EL:2019").items.size(), 0U);
}

TEST_F(StatesTest, AGroupWithoutItsPartsStandsForItself) {
  Victims({"exploitation=ICCS02041 : 4", "exploitation=ICCS02042 : 6",
           "exploitation=ICCS02043_02044 : 10", "geo=FR exploitation=ICCS02042 : 9",
           "geo=FR exploitation=ICCS02043_02044 : 11", "geo=FR exploitation=BEG : 6",
           "geo=FR exploitation=CRIM : 5"});
  EXPECT_EQ(Describe(Figure("states.main_form.ICCS02043_02044@EU27_2020:2020").items),
            "EL 50, FR 55");
  const auto labour = Figure("states.main_form.ICCS02042@EU27_2020:2020");
  ASSERT_THAT(labour.items, SizeIs(1)) << "in EL the other forms are the most frequent";
  EXPECT_EQ(labour.items.front().code, "FR");
}

TEST_F(StatesTest, OwnNationalsFromNinetyFivePercent) {
  Victims({"citizen=EL : 95", "citizen=RO : 5", "geo=FR citizen=FR : 94", "geo=FR citizen=UNK : 6",
           "geo=HU citizen=HU : 7", "geo=DE : 3", "geo=SK : 0"});
  EXPECT_EQ(Describe(Figure("states.own_nationals@EU27_2020:2020").items), "EL 95, HU 100");
}

TEST_F(StatesTest, ReportingListsStatesWithAFigureZeroIncluded) {
  Victims({" : 0", "geo=FR time=2019 : 8", "geo=HR : conflict", "geo=HR exploitation=CRIM : 3",
           "geo=DE : not_collected"});
  const auto value = Figure("states.reporting.victims@EU27_2020:2019-2020");
  EXPECT_EQ(Describe(value.items), "EL 0, FR 8, HR 0") << "a reason is no figure";
  EXPECT_THAT(value.missing, Contains("DE"));
  EXPECT_THAT(value.missing, SizeIs(24));
}

TEST_F(StatesTest, ReportingOnUseOfServicesIsWhateverTheStage) {
  Persons({"offence=ART2 : 100", "geo=FR offence=ART18_4 leg_stat=PER_CNV : 0",
           "geo=DE offence=ART18A : 4"});
  EXPECT_EQ(Describe(Figure("states.reporting.use_of_services@EU27_2020:2020").items),
            "DE 4, FR 0");
}

using AgencyTest = EvaluateTest;

// Rule 2.
TEST_F(AgencyTest, AWindowIsNeverSplit) {
  Put("thb_agency", {"time=2019-2020 : 400", "time=2021 : 150", "time=2022 : 160",
                     "measure=JITS time=2019 : 5", "measure=JITS time=2020 : 6"});
  EXPECT_THAT(Figure("eurojust.cases.count@EU27_2020:2019-2020").value, Optional(400.0));
  EXPECT_EQ(Figure("eurojust.cases.count@EU27_2020:2019").missing_reason, "no_data");
  EXPECT_THAT(Figure("eurojust.cases.count@EU27_2020:2021-2022").value, Optional(310.0));
  EXPECT_THAT(Figure("eurojust.jits.count@EU27_2020:2019-2020").value, Optional(11.0))
      << "the window of another measure is not this one's";
  EXPECT_EQ(Figure("europol.meetings.count@EU27_2020:2021").missing_reason, "no_data");
}

TEST_F(AgencyTest, HalfYearsAreKept) {
  Put("thb_agency", {"time=2021-H2 : 40", "time=2022-H1 : 50"});
  EXPECT_THAT(Figure("eurojust.cases.count@EU27_2020:2022-H1").value, Optional(50.0));
  EXPECT_THAT(Figure("eurojust.cases.change@EU27_2020:2022-H1").value, Optional(25.0));
  EXPECT_EQ(Figure("eurojust.cases.count@EU27_2020:2022").missing_reason, "no_data");
}

TEST_F(AgencyTest, ACompleteFigureHasNoStates) {
  Put("thb_agency", {" : 40"});
  const auto value = Figure("eurojust.cases.count@EU27_2020:2020");
  EXPECT_TRUE(value.complete);
  EXPECT_THAT(value.reported, IsEmpty());
  EXPECT_THAT(value.missing, IsEmpty());
}

using FilterTest = EvaluateTest;

TEST_F(FilterTest, RefusesWhatCannotBeFiltered) {
  Victims({" : 1"});
  EXPECT_EQ(CodeOf("victims.count[colour=RED]@EL:2020"), ErrorCode::kUsage);
  EXPECT_EQ(CodeOf("victims.count[geo=EL]@EL:2020"), ErrorCode::kUsage);
  EXPECT_EQ(CodeOf("victims.count[time=2020]@EL:2020"), ErrorCode::kUsage);
  EXPECT_EQ(CodeOf("victims.count[sex=X]@EL:2020"), ErrorCode::kUnknownCode);
  EXPECT_EQ(CodeOf("suspects.count[leg_stat=PER_CNV]@EL:2020"), ErrorCode::kUsage);
  EXPECT_EQ(CodeOf("suspects.change[leg_stat=PER_CNV]@EL:2020"), ErrorCode::kUsage);
  EXPECT_EQ(CodeOf("prosecutions.per_suspect[status=PRESUMED]@EL:2020"), ErrorCode::kUsage);
  EXPECT_EQ(CodeOf("victims.share.sex.F{some}@EL:2020"), ErrorCode::kUsage);
  EXPECT_EQ(CodeOf("victims.nothing@EL:2020"), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf("victims.count@XX:2020"), ErrorCode::kUnknownCode);
}

TEST_F(FilterTest, IsNormalised) {
  Victims({" : 1"});
  EXPECT_EQ(Figure("victims.count[sex=UNK+F;age=Y_LT18]@EL:2020").FigureId(),
            "victims.count[age=Y_LT18;sex=F+UNK]@EL:2020");
}

}  // namespace
}  // namespace thb
