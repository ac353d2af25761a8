#include "statistics/explain.h"

#include "statistics/internal/test_cells.h"

namespace thb {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class ExplainTest : public CellsTest {
 protected:
  Explanation ExplainFigure(std::string_view figure) const {
    const Evaluator evaluator(World().codes, World().datasets, World().indicators, snapshot_);
    auto explained = Explain(evaluator, *ParseFigureId(figure));
    if (!explained) ADD_FAILURE() << explained.error().ToLine();
    return explained ? *std::move(explained) : Explanation{};
  }
  // "numerator sex=F geo=EL time=2020 = 20, return.csv:2".
  static std::vector<std::string> CellsOf(const Explanation& explanation) {
    std::vector<std::string> cells;
    for (const ExplainedCell& cell : explanation.cells) {
      cells.push_back(cell.role + " " + cell.described + " = " +
                      FormatNumber(cell.cell->cell.value) + ", " + cell.cell->place);
    }
    return cells;
  }
  static double SumOf(const Explanation& explanation, std::string_view role) {
    double sum = 0;
    for (const ExplainedCell& cell : explanation.cells) {
      if (cell.role == role) sum += cell.cell->cell.value;
    }
    return sum;
  }
};

TEST_F(ExplainTest, ACountLeadsToItsCellsAndTheirPlace) {
  Victims({"time=2019 : 10", " : 30", "geo=FR : 5"});
  const Explanation explanation = ExplainFigure("victims.count@EL:2019-2020");
  EXPECT_EQ(explanation.value.value, 40);
  EXPECT_THAT(CellsOf(explanation), ElementsAre("count geo=EL time=2019 = 10, return.csv:1",
                                                "count geo=EL time=2020 = 30, return.csv:2"));
  EXPECT_EQ(explanation.cells.front().geo, "EL");
  EXPECT_EQ(explanation.cells.front().time, "2019");
  EXPECT_EQ(explanation.cells.front().cell->vintage, 1);
}

TEST_F(ExplainTest, AShareLeadsToNumeratorAndDenominator) {
  Victims({" : 40", "sex=F age=Y_LT18 : 5", "sex=F age=Y_GE18 : 15", "sex=M age=UNK : 20"});
  EXPECT_THAT(CellsOf(ExplainFigure("victims.share.sex.F@EL:2020")),
              UnorderedElementsAre("numerator sex=F age=Y_LT18 geo=EL time=2020 = 5, return.csv:2",
                                   "numerator sex=F age=Y_GE18 geo=EL time=2020 = 15, return.csv:3",
                                   "denominator geo=EL time=2020 = 40, return.csv:1"));
}

TEST_F(ExplainTest, KnownShowsWhatIsLeftOut) {
  Victims({" : 40", "sex=F : 20", "sex=M : 10", "sex=UNK : 10"});
  const Explanation explanation = ExplainFigure("victims.share.sex.F{known}@EL:2020");
  EXPECT_EQ(SumOf(explanation, "denominator") - SumOf(explanation, "left out of the denominator"),
            explanation.value.denominator);
  EXPECT_EQ(SumOf(explanation, "left out of the denominator"), 10);
}

// The cells shown are those that take part: rule 12 leaves FR and the year 2019 out.
TEST_F(ExplainTest, TheCellsOfAShareAddUpToIt) {
  Victims({"time=2019 : 7", " : 40", "sex=F : 20", "sex=M : 20", "geo=FR : 100"});
  const Explanation explanation = ExplainFigure("victims.share.sex.F@EU27_2020:2019-2020");
  EXPECT_EQ(SumOf(explanation, "numerator"), explanation.value.numerator);
  EXPECT_EQ(SumOf(explanation, "denominator"), explanation.value.denominator);
}

TEST_F(ExplainTest, ARatioHasTwoParts) {
  Persons({"leg_stat=PER_SUSP : 100", "leg_stat=PER_PRSC : 50"});
  const Explanation explanation = ExplainFigure("prosecutions.per_suspect@EL:2020");
  EXPECT_THAT(explanation.cells, IsEmpty());
  ASSERT_THAT(explanation.parts, SizeIs(2));
  EXPECT_EQ(explanation.parts[0].value.FigureId(), "prosecutions.count@EL:2020");
  EXPECT_EQ(explanation.parts[1].value.FigureId(), "suspects.count@EL:2020");
  EXPECT_EQ(CellsOf(explanation.parts[1]).front(),
            "count leg_stat=PER_SUSP offence=ART2 geo=EL time=2020 = 100, return.csv:1");
}

TEST_F(ExplainTest, AChangeHasItsTwoWindows) {
  Victims({"time=2015 sex=F : 10", "sex=F : 15"});
  const Explanation explanation = ExplainFigure("victims.change[sex=F]@EL:2020/2015");
  ASSERT_THAT(explanation.parts, SizeIs(2));
  EXPECT_EQ(explanation.parts[0].value.FigureId(), "victims.count[sex=F]@EL:2020");
  EXPECT_EQ(explanation.parts[1].value.FigureId(), "victims.count[sex=F]@EL:2015");
  EXPECT_THAT(explanation.parts[1].cells, SizeIs(1));
}

TEST_F(ExplainTest, ARateShowsEventsAndPopulation) {
  Victims({" : 5"});
  Put("population", {" : 1000000"});
  const Explanation explanation = ExplainFigure("victims.rate@EL:2020");
  ASSERT_THAT(explanation.parts, SizeIs(1));
  EXPECT_EQ(SumOf(explanation, "population"), 1000000);
}

TEST_F(ExplainTest, ARankedListShowsTheCellsOfEachCountry) {
  Victims({" : 100", "citizen=RO : 60", "citizen=NG : 40"});
  const Explanation explanation = ExplainFigure("victims.top.citizen@EL:2020");
  EXPECT_EQ(SumOf(explanation, "rank 1"), 60);
  EXPECT_EQ(SumOf(explanation, "rank 2"), 40);
  EXPECT_THAT(explanation.cells, SizeIs(2));
}

TEST_F(ExplainTest, AWindowOfAnotherAgencyDoesNotHideTheYears) {
  Put("thb_agency",
      {"agency=EUROPOL measure=MEETINGS time=2019-2020 : 9", "time=2019 : 4", "time=2020 : 6"});
  const Explanation cases = ExplainFigure("eurojust.cases.count@EU27_2020:2019-2020");
  EXPECT_EQ(cases.value.value, 10);
  EXPECT_EQ(SumOf(cases, "count"), 10);
  EXPECT_EQ(SumOf(ExplainFigure("europol.meetings.count@EU27_2020:2019-2020"), "count"), 9);
}

TEST_F(ExplainTest, ImputedCellsNameTheirMethod) {
  SnapshotCell cell = CellFrom(Table("thb_victims"), " : 7 e");
  cell.vintage = 0;
  cell.method = "locf";
  snapshot_.Put(Table("thb_victims"), cell);
  const Explanation explanation = ExplainFigure("victims.count@EL:2020");
  ASSERT_THAT(explanation.cells, SizeIs(1));
  EXPECT_EQ(explanation.cells.front().cell->method, "locf");
}

TEST_F(ExplainTest, HandsOnTheErrorsOfTheEvaluator) {
  const Evaluator evaluator(World().codes, World().datasets, World().indicators, snapshot_);
  const auto explained = Explain(evaluator, *ParseFigureId("victims.cuont@EL:2020"));
  ASSERT_FALSE(explained.has_value());
  EXPECT_EQ(explained.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace thb
