#include "statistics/check.h"

#include "base/resources.h"
#include "statistics/impute.h"
#include "statistics/internal/test_cells.h"

namespace thb {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ClaimsTest, ReadsColumnsByName) {
  const auto claims = ParseClaims(
      "value,id,indicator,note,period,op,where\n"
      "63, A1 ,victims.share.sex.F,x,2019-2020,eq,\"age=Y_LT18;sex=F\"\n",
      "c.csv");
  ASSERT_TRUE(claims.has_value());
  ASSERT_THAT(*claims, SizeIs(1));
  const Claim& claim = claims->front();
  EXPECT_EQ(claim.id, "A1");
  EXPECT_EQ(claim.indicator, "victims.share.sex.F");
  EXPECT_EQ(claim.value, "63");
  EXPECT_EQ(claim.op, "eq");
  EXPECT_EQ(claim.where, "age=Y_LT18;sex=F");
  EXPECT_EQ(claim.place, "c.csv:2");
}

TEST(ClaimsTest, RefusesFilesThatAreNoClaims) {
  for (const char* text :
       {"", "id,indicator\nA,x\n", "id,indicator,value\nA,x\n", "id,value\nZ999,5\n"}) {
    const auto claims = ParseClaims(text, "c.csv");
    ASSERT_FALSE(claims.has_value()) << text;
    EXPECT_EQ(claims.error().code, ErrorCode::kStructure) << text;
  }
}

TEST(ClaimsTest, LooksUpTheFiguresOfTheReport) {
  const auto claims = ParseClaims("id,value\nF024,73\nF088,33\n", "c.csv");
  ASSERT_TRUE(claims.has_value());
  EXPECT_EQ(claims->at(0).indicator, "victims.share.age.Y_GE18");
  EXPECT_EQ(claims->at(0).denominator, "known");
  EXPECT_EQ(claims->at(1).indicator, "convictions.per_suspect");
  EXPECT_EQ(claims->at(1).place, "c.csv:3");
}

// Rule 18.
TEST(ClaimsTest, TheReportsFiguresAreInScopeAsTheRuleSays) {
  const auto text = FindResource("mappings/report_2022_figures.csv");
  ASSERT_TRUE(text.has_value());
  const auto claims = ParseClaims(*text, "figures");
  ASSERT_TRUE(claims.has_value());
  ASSERT_THAT(*claims, SizeIs(118));
  const auto within = [](int n, std::initializer_list<std::pair<int, int>> ranges) {
    return std::any_of(ranges.begin(), ranges.end(),
                       [&](const auto& range) { return n >= range.first && n <= range.second; });
  };
  for (std::size_t i = 0; i < claims->size(); ++i) {
    const Claim& claim = (*claims)[i];
    const int n = static_cast<int>(i) + 1;
    const bool not_statistical =
        within(n, {{1, 2}, {13, 13}, {61, 67}, {76, 76}, {101, 108}, {110, 116}});
    EXPECT_EQ(claim.indicator == "not_statistical", not_statistical) << claim.id;
    EXPECT_EQ(claim.indicator == "no_dataset", n == 3) << claim.id;
    if (not_statistical || n == 3) continue;
    EXPECT_NE(World().indicators.Find(claim.indicator), nullptr) << claim.id;
  }
}

class CheckTest : public CellsTest {
 protected:
  // 40 victims in 2020 against 50 in 2019; 23 percent of those of known age are children.
  void SetUp() override {
    Victims({"time=2019 : 50", "time=2019 sex=F : 20", "time=2019 sex=M : 30", " : 40",
             "sex=F : 25", "sex=M : 10", "sex=UNK : 5"});
  }

  IndicatorQuery QueryOf(const std::string& figure) const { return *ParseFigureId(figure); }

  Result<std::vector<CheckRow>> TryCheck(const std::vector<Claim>& claims) const {
    CheckContext context;
    context.indicators = &World().indicators;
    context.codes = &World().codes;
    context.other_views = views_;
    context.evaluate = [&](const IndicatorQuery& query,
                           const View& view) -> Result<IndicatorValue> {
      const Snapshot* snapshot = view.as_of.empty() ? &snapshot_ : &earlier_;
      Snapshot imputed(World().codes, World().datasets);
      if (!view.impute.empty()) {
        imputed =
            TRY(ImputeTotals(*snapshot, World().datasets, {"EL", "FR"}, query.period, view.impute));
        snapshot = &imputed;
      }
      return Evaluator(World().codes, World().datasets, World().indicators, *snapshot)
          .Evaluate(query);
    };
    return CheckClaims(claims, context);
  }
  std::vector<CheckRow> CheckAll(const std::vector<Claim>& claims) const {
    auto rows = TryCheck(claims);
    if (!rows) ADD_FAILURE() << rows.error().ToLine();
    return rows ? *std::move(rows) : std::vector<CheckRow>(claims.size());
  }
  CheckRow Check(const Claim& claim) const { return CheckAll({claim}).front(); }

  static Claim ClaimOf(const std::string& indicator, const std::string& value,
                       const std::string& unit = "", const std::string& op = "") {
    Claim claim;
    claim.id = "C1";
    claim.indicator = indicator;
    claim.geo = "EL";
    claim.period = "2020";
    claim.value = value;
    claim.unit = unit;
    claim.op = op;
    claim.place = "c.csv:2";
    return claim;
  }
  std::string Verdict(const std::string& indicator, const std::string& value,
                      const std::string& unit = "", const std::string& op = "") const {
    return Check(ClaimOf(indicator, value, unit, op)).verdict;
  }

  Snapshot earlier_{World().codes, World().datasets};
  std::vector<View> views_;
};

TEST_F(CheckTest, EqualAfterRoundingToThePrintedPrecision) {
  const char* share = "victims.share.sex.F";  // 62.5
  EXPECT_EQ(Verdict(share, "63"), "reproduced");
  EXPECT_EQ(Verdict(share, "62.5"), "reproduced");
  EXPECT_EQ(Verdict(share, "62,5 %"), "reproduced");
  EXPECT_EQ(Verdict(share, "62.50"), "reproduced");
  EXPECT_EQ(Verdict(share, "63", "percent", "eq"), "reproduced");
  EXPECT_EQ(Verdict(share, "62"), "differs");
  EXPECT_EQ(Verdict(share, "63.0"), "differs") << "one decimal is claimed";
}

TEST_F(CheckTest, ReadsGroupedThousands) {
  Victims({"geo=FR : 14311"});
  for (const char* value : {"14311", "14 311",
                            "14\xC2\xA0"
                            "311",
                            "14\xE2\x80\xAF"
                            "311"}) {
    Claim claim = ClaimOf("victims.count", value, "count (victims)");
    claim.geo = "FR";
    EXPECT_EQ(Check(claim).verdict, "reproduced") << value;
  }
}

TEST_F(CheckTest, BelowAndAbove) {
  EXPECT_EQ(Verdict("victims.share.sex.UNK", "<13"), "reproduced");
  EXPECT_EQ(Verdict("victims.share.sex.UNK", "<12"), "differs");
  EXPECT_EQ(Verdict("victims.share.sex.UNK", "12", "", "gt"), "reproduced");
  EXPECT_EQ(Verdict("victims.share.sex.UNK", ">12.5"), "differs") << "equal is not above";
  EXPECT_EQ(Verdict("victims.share.sex.UNK", "12.5", "", "lt"), "differs");
}

// Rule 17: below the fraction by at most ten points, the distance printed.
TEST_F(CheckTest, AlmostIsBelowByAtMostTenPoints) {
  Victims({"sex=F : 26", "sex=M : 9"});  // 65 percent
  const CheckRow row = Check(ClaimOf("victims.share.sex.F", "2/3", "ratio (almost)"));
  EXPECT_EQ(row.verdict, "reproduced");
  EXPECT_THAT(row.warnings, Contains(HasSubstr("1.66666")));
  EXPECT_EQ(Verdict("victims.share.sex.F", "3/4", "", "almost"), "reproduced") << "exactly ten";
  EXPECT_EQ(Verdict("victims.share.sex.F", "4/5", "", "almost"), "differs");
  EXPECT_EQ(Verdict("victims.share.sex.F", "1/2", "", "almost"), "differs")
      << "above is not almost";
  EXPECT_EQ(Verdict("victims.share.sex.F", "65", "", "almost"), "differs") << "equal is not almost";
}

TEST_F(CheckTest, FractionsAreRoundedPercents) {
  EXPECT_EQ(Verdict("victims.share.sex.M", "1/4", "ratio"), "reproduced");
  EXPECT_EQ(Verdict("victims.share.sex.M", "1/3", "ratio"), "differs");
}

TEST_F(CheckTest, ListsOfStatesAreSets) {
  Victims({"citizen=EL : 39", "citizen=RO : 1", "geo=FR citizen=FR : 5"});
  Claim claim = ClaimOf("states.own_nationals", "FR;EL");
  claim.geo = "EU27_2020";
  EXPECT_EQ(Check(claim).verdict, "reproduced");
  EXPECT_EQ(Check(claim).computed, "2: EL FR");
  claim.value = "EL";
  EXPECT_EQ(Check(claim).verdict, "differs");
  EXPECT_EQ(Check(claim).reason, "another list");
  claim.value = "2";
  claim.unit = "count (Member States)";
  EXPECT_EQ(Check(claim).verdict, "reproduced");
}

TEST_F(CheckTest, RankedListsAreInOrderFromTheTop) {
  Victims({"citizen=RO : 20", "citizen=BG : 15", "citizen=NG : 5"});
  EXPECT_EQ(Verdict("victims.top.citizen", "RO;BG"), "reproduced");
  EXPECT_EQ(Verdict("victims.top.citizen", "RO, BG, NG"), "reproduced");
  EXPECT_EQ(Verdict("victims.top.citizen", "BG;RO"), "differs");
  EXPECT_EQ(Verdict("victims.top.citizen", "RO;BG;NG;PL"), "differs");
  Claim within = ClaimOf("victims.top.citizen", "2", "rank (top N)", "top");
  within.item = "BG";
  EXPECT_EQ(Check(within).verdict, "reproduced");
  within.item = "NG";
  EXPECT_EQ(Check(within).verdict, "differs");
}

TEST_F(CheckTest, AFallPrintedWithoutItsSignIsWarned) {
  const CheckRow fall = Check(ClaimOf("victims.change", "20", "percent change"));
  EXPECT_EQ(fall.verdict, "reproduced");
  EXPECT_THAT(fall.warnings, Contains(HasSubstr("sign")));
  const CheckRow with_sign = Check(ClaimOf("victims.change", "-20", "percent change"));
  EXPECT_EQ(with_sign.verdict, "reproduced");
  EXPECT_THAT(with_sign.warnings, IsEmpty());
  EXPECT_EQ(Verdict("victims.share.sex.F", "-63"), "differs") << "a share has no sign";
}

TEST_F(CheckTest, ARisePrintedAsAFallDiffers) {
  Victims({"time=2018 : 40"});
  Claim claim = ClaimOf("victims.change", "-25", "percent change");
  claim.period = "2019";
  EXPECT_EQ(Check(claim).computed, "25");
  EXPECT_EQ(Check(claim).verdict, "differs");
}

// Rule 19, as F117.
TEST_F(CheckTest, PercentAndPercentagePointsAreToldApart) {
  // 40 percent to 62.5 percent: 22.5 points, or 56.25 percent.
  const CheckRow percent = Check(ClaimOf("victims.share.sex.F.change", "23", "percent"));
  EXPECT_EQ(percent.verdict, "differs");
  EXPECT_THAT(percent.matches, ElementsAre("victims.share.sex.F.difference@EL:2020/2019"));
  EXPECT_EQ(Verdict("victims.share.sex.F.difference", "23", "percentage points"), "reproduced");
  const CheckRow unit = Check(ClaimOf("victims.share.sex.F.difference", "23", "percent"));
  EXPECT_EQ(unit.verdict, "differs");
  EXPECT_THAT(unit.reason, HasSubstr("PP, not PC"));
}

// Rule 19, as F088.
TEST_F(CheckTest, ADifferingRatioMatchesTheOneThatItIs) {
  Persons({"leg_stat=PER_SUSP : 100", "leg_stat=PER_PRSC : 45", "leg_stat=PER_CNV : 20"});
  const CheckRow row = Check(ClaimOf("convictions.per_suspect", "45", "percent"));
  EXPECT_EQ(row.verdict, "differs");
  EXPECT_EQ(row.computed, "20");
  EXPECT_EQ(row.reason, "computed less claimed: -25");
  EXPECT_THAT(row.matches, Contains("prosecutions.per_suspect@EL:2020"));
}

// Rule 19, as F024 and F025.
TEST_F(CheckTest, TheOtherDenominatorIsTheFirstMatch) {
  Claim claim = ClaimOf("victims.share.sex.F", "71", "percent");  // 25 of 35
  const CheckRow row = Check(claim);
  EXPECT_EQ(row.verdict, "differs");
  EXPECT_THAT(row.matches, ElementsAre("victims.share.sex.F{known}@EL:2020"));
  claim.denominator = "known";
  EXPECT_EQ(Check(claim).verdict, "reproduced");
}

// Rule 14: check matches the total or the panel and says which.
TEST_F(CheckTest, AChangeIsReproducedByTheTotalsOrByThePanel) {
  Victims({"geo=FR time=2019 : 50", "geo=DE : 80"});  // 120 against 100; the panel fell by 20
  Persons({"time=2019 : 100", " : 80"});
  Claim claim = ClaimOf("victims.change", "-20", "percent change");
  claim.geo = "EU27_2020";
  const CheckRow row = Check(claim);
  EXPECT_EQ(row.verdict, "reproduced");
  EXPECT_THAT(row.matches, ElementsAre("victims.change_panel@EU27_2020:2020/2019"));
  EXPECT_THAT(row.warnings, Contains(HasSubstr("not by victims.change")));
  claim.indicator = "victims.change_panel";
  claim.value = "20";
  EXPECT_EQ(Check(claim).verdict, "reproduced") << "a fall without its sign";
  claim.indicator = "victims.change";
  EXPECT_EQ(Check(claim).verdict, "reproduced");
  EXPECT_THAT(Check(claim).matches, IsEmpty()) << "by the totals, as claimed";
  claim.value = "21";
  EXPECT_EQ(Check(claim).verdict, "differs");
}

TEST_F(CheckTest, EarlierVintagesAndImputedTotalsAreLookedAt) {
  earlier_.Put(Table("thb_victims"), CellFrom(Table("thb_victims"), " : 38"));
  views_ = {{"2021-06-30", ""}, {"", "locf"}};
  const CheckRow row = Check(ClaimOf("victims.count", "38"));
  EXPECT_EQ(row.verdict, "differs");
  EXPECT_THAT(row.matches, ElementsAre("victims.count@EL:2020 as of 2021-06-30"));
  Claim claim = ClaimOf("victims.count", "38");
  claim.as_of = "2021-06-30";
  EXPECT_EQ(Check(claim).verdict, "reproduced");
}

TEST_F(CheckTest, AClaimMayNameAnImputation) {
  Victims({"geo=FR time=2021 : 5"});
  Claim claim = ClaimOf("victims.count", "40");
  claim.period = "2021";
  EXPECT_EQ(Check(claim).verdict, "not_computable");
  EXPECT_EQ(Check(claim).reason, "no_data");
  claim.impute = "locf";
  EXPECT_EQ(Check(claim).verdict, "reproduced") << "the 40 of 2020";
}

// Rule 17.
TEST_F(CheckTest, NotComputableHasAReason) {
  for (const char* reason : {"no_dataset", "no_data", "not_statistical", "ambiguous"}) {
    const CheckRow row = Check(ClaimOf(reason, "2"));
    EXPECT_EQ(row.verdict, "not_computable");
    EXPECT_EQ(row.reason, reason);
    EXPECT_EQ(row.computed, "");
  }
  EXPECT_EQ(Check(ClaimOf("", "2")).reason, "not_statistical");
  EXPECT_EQ(Check(ClaimOf("legal_persons.suspects.count", "none")).reason, "no_data");
  EXPECT_EQ(Check(ClaimOf("victims.count", "about a third")).reason, "ambiguous");
}

TEST_F(CheckTest, AnIndicatorThatIsNoneHasNoDatasetAndStopsNoOtherClaim) {
  const auto rows = CheckAll({ClaimOf("hotline.calls.count", "7"), ClaimOf("victims.count", "40")});
  EXPECT_EQ(rows[0].verdict, "not_computable");
  EXPECT_EQ(rows[0].reason, "no_dataset");
  EXPECT_THAT(rows[0].warnings, Contains(HasSubstr("no indicator hotline.calls.count")));
  EXPECT_EQ(rows[1].verdict, "reproduced");
}

// Rule 19, as F094 with F095.
TEST_F(CheckTest, UnequalWindowsThatAreComparedAreWarned) {
  Claim window = ClaimOf("victims.count", "90");
  window.period = "2019-2020";
  window.compare_to = "C2";
  Claim year = ClaimOf("victims.count", "50");
  year.id = "C2";
  year.period = "2019";
  const auto rows = CheckAll({window, year});
  for (const CheckRow& row : rows) {
    EXPECT_EQ(row.verdict, "reproduced") << row.id;
    EXPECT_THAT(row.warnings, Contains(HasSubstr("unequal_windows"))) << row.id;
  }
  window.compare_to.clear();
  EXPECT_THAT(CheckAll({window, year})[1].warnings, IsEmpty()) << "a year beside its window";
}

// Rule 6.
TEST_F(CheckTest, ComparingCompositionsIsRefused) {
  Claim one = ClaimOf("victims.count", "40");
  one.geo = "EU28";
  one.compare_to = "C2";
  Claim two = ClaimOf("victims.count", "40");
  two.id = "C2";
  two.geo = "EU27_2020";
  const auto rows = TryCheck({one, two});
  ASSERT_FALSE(rows.has_value());
  EXPECT_EQ(rows.error().code, ErrorCode::kMixed);
}

TEST_F(CheckTest, AMalformedClaimIsNamedByItsPlace) {
  const auto expect = [&](const Claim& claim, ErrorCode code) {
    const auto rows = TryCheck({claim});
    ASSERT_FALSE(rows.has_value()) << claim.indicator << claim.op;
    EXPECT_EQ(rows.error().code, code);
    EXPECT_THAT(rows.error().place, HasSubstr("c.csv:2"));
  };
  Claim claim = ClaimOf("victims.count", "40");
  claim.period = "twenty";
  expect(claim, ErrorCode::kUsage);
  claim = ClaimOf("victims.count", "40");
  claim.base = "twenty";
  expect(claim, ErrorCode::kUsage);
  claim = ClaimOf("victims.count", "40");
  claim.where = "colour=RED";
  expect(claim, ErrorCode::kUsage);
  expect(ClaimOf("victims.count", "40", "", "about"), ErrorCode::kUsage);
}

}  // namespace
}  // namespace thb
