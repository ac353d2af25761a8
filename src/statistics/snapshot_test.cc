#include "statistics/snapshot.h"

#include "statistics/internal/test_cells.h"

namespace thb {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using Kind = Resolved::Kind;

TEST(WhereTest, IsSortedAndReadsBack) {
  const auto where = ParseWhere(" sex = UNK+F+F;age=Y_LT18");
  ASSERT_TRUE(where.has_value());
  EXPECT_EQ(FormatWhere(*where), "age=Y_LT18;sex=F+UNK");
  EXPECT_EQ(*ParseWhere(FormatWhere(*where)), *where);
  EXPECT_THAT(*ParseWhere("  "), IsEmpty());
}

TEST(WhereTest, RefusesWhatIsNoFilter) {
  for (const char* text : {"sex", "sex=", "=F", "sex=F;", "sex=F;sex=M"}) {
    const auto where = ParseWhere(text);
    ASSERT_FALSE(where.has_value()) << text;
    EXPECT_EQ(where.error().code, ErrorCode::kUsage);
  }
}

class SnapshotTest : public CellsTest {
 protected:
  double Value(std::string_view where) const {
    const Resolved resolved = Resolve(where);
    EXPECT_EQ(resolved.kind, Kind::kValue) << where;
    return resolved.value;
  }
  SnapshotCell ViewCell(std::string_view view, std::string_view key) const {
    for (SnapshotCell& cell : snapshot_.Cells(Table(view))) {
      if (JoinKey(cell.key) == key) return std::move(cell);
    }
    ADD_FAILURE() << "no " << key << " in " << view;
    return {};
  }
};

TEST_F(SnapshotTest, TellsNotReportedFromZeroAndFromNoBreakdown) {
  Victims({" : 0", "geo=FR : 7"});
  EXPECT_EQ(Resolve("", "BE").kind, Kind::kNotReported);
  EXPECT_EQ(Resolve("", "EL", "2019").kind, Kind::kNotReported);
  EXPECT_EQ(Value(""), 0);
  EXPECT_EQ(Value("sex=F"), 0) << "nobody was registered, so no woman was";
  EXPECT_EQ(Resolve("sex=F", "FR").kind, Kind::kNoBreakdown);
}

TEST_F(SnapshotTest, ReadsStoredBreakdownsAndKnowsAbsentPartsOfACompleteOneAsZero) {
  Victims({" : 30", "sex=F : 20", "sex=M : 10"});
  EXPECT_EQ(Value("sex=F"), 20);
  EXPECT_EQ(Value("sex=F+M"), 30);
  EXPECT_EQ(Value("sex=UNK"), 0);
  EXPECT_FALSE(Resolve("sex=F").partial);
}

TEST_F(SnapshotTest, ABreakdownBelowItsTotalIsPartialAndItsAbsentPartsAreUnknown) {
  Victims({" : 30", "sex=F : 20"});
  EXPECT_EQ(Value("sex=F"), 20);
  EXPECT_TRUE(Resolve("sex=F").partial);
  EXPECT_EQ(Resolve("sex=M").kind, Kind::kNoBreakdown);
}

TEST_F(SnapshotTest, AddsUpTheCoarsestCompleteBreakdown) {
  Victims({" : 30", "sex=F age=Y_LT18 : 5", "sex=F age=Y_GE18 : 15", "sex=M age=UNK : 10"});
  EXPECT_EQ(Value("sex=F"), 20);
  EXPECT_EQ(Value("age=UNK"), 10);
  EXPECT_EQ(Value("age=Y_LT18;sex=M"), 0);
  EXPECT_THAT(Resolve("sex=F").cells, SizeIs(2));
  EXPECT_EQ(Resolve("citizen=NAT").kind, Kind::kNoBreakdown);
}

TEST_F(SnapshotTest, AnAbsentTotalIsAddedUpInAReturnOnly) {
  Victims({"sex=F : 20", "sex=M : 10"});
  EXPECT_EQ(Value(""), 30);
  MakeForeign();
  Snapshot foreign = snapshot_;
  EXPECT_EQ(foreign.Resolve(Table("thb_victims"), {}, "EL", "2020").kind, Kind::kNoBreakdown);
  const Resolved women = foreign.Resolve(Table("thb_victims"), {{"sex", {"F"}}}, "EL", "2020");
  EXPECT_EQ(women.kind, Kind::kValue) << "what was sent is read";
  EXPECT_EQ(women.value, 20);
}

// Rule 7: the total is distinct persons, and several entities may register one person.
TEST_F(SnapshotTest, EntitiesAreNotAddedUpToAnAbsentTotal) {
  Victims({"entity=POLICE : 20", "entity=NGO : 10"});
  EXPECT_EQ(Resolve("").kind, Kind::kNoBreakdown);
  EXPECT_EQ(Value("entity=NGO"), 10);
}

// Rule 7: more in the entities than in the total is information.
TEST_F(SnapshotTest, EntitiesAboveTheTotalAreNotPartial) {
  Victims({" : 20", "entity=POLICE : 20", "entity=NGO : 10"});
  EXPECT_EQ(Value(""), 20);
  EXPECT_EQ(Value("entity=NGO"), 10);
  EXPECT_FALSE(Resolve("entity=NGO").partial);
}

TEST_F(SnapshotTest, AMissingTotalIsNotTheSumOfItsParts) {
  Victims({" : conflict", "sex=F : 20", "sex=M : 10"});
  EXPECT_EQ(Resolve("").kind, Kind::kNoBreakdown);
  EXPECT_EQ(Value("sex=F"), 20);
  EXPECT_TRUE(Resolve("sex=F").partial);
}

TEST_F(SnapshotTest, SuppressedCellsAreBoundsAroundTheKnownSum) {
  Victims({"sex=F : <5", "sex=M : 10", "sex=UNK : <5"});
  const Resolved both = Resolve("sex=F+M");
  EXPECT_EQ(both.value, 10);
  EXPECT_EQ(both.lower, 10);
  EXPECT_EQ(both.upper, 14);
  EXPECT_TRUE(both.suppressed && both.bounded);
  EXPECT_EQ(both.flags, "c");
  EXPECT_EQ(Resolve("").upper, 18);
}

TEST_F(SnapshotTest, ASuppressedCellWithoutUpperBoundLeavesTheSumOpen) {
  Victims({"sex=F : 5..", "sex=M : 10"});
  const Resolved all = Resolve("");
  EXPECT_EQ(all.value, 10);
  EXPECT_EQ(all.lower, 15);
  EXPECT_FALSE(all.bounded);
}

// Rule 11: what the total leaves for one hidden cell is what it is.
TEST_F(SnapshotTest, OneSuppressedPartOfAConsistentRowIsTightenedByTheTotal) {
  Victims({" : 12", "sex=F : <5", "sex=M : 9"});
  const Resolved women = Resolve("sex=F");
  EXPECT_EQ(women.kind, Kind::kValue);
  EXPECT_EQ(women.lower, 3);
  EXPECT_EQ(women.upper, 3);
}

// Rule 11: entities may count a person twice, so nothing follows from their total.
TEST_F(SnapshotTest, ASuppressedPartOfAMultiCodedRowKeepsItsBounds) {
  Victims({" : 12", "entity=POLICE : <5", "entity=NGO : 9"});
  const Resolved police = Resolve("entity=POLICE");
  EXPECT_EQ(police.lower, 0);
  EXPECT_EQ(police.upper, 4);
}

TEST_F(SnapshotTest, AMissingPartIsNoZero) {
  Victims({" : 30", "sex=F : 20", "sex=M : conflict"});
  EXPECT_EQ(Resolve("sex=M").kind, Kind::kNoBreakdown);
  const Resolved both = Resolve("sex=F+M");
  EXPECT_TRUE(both.missing);
  EXPECT_EQ(both.value, 20);
}

TEST_F(SnapshotTest, FlagsAreTheUnionAndEstimatesAreMarked) {
  Victims({"sex=F : 20 p", "sex=M : 10 be", "sex=UNK : 1"});
  EXPECT_EQ(Resolve("").flags, "bep");
  EXPECT_TRUE(Resolve("").estimated);
  EXPECT_FALSE(Resolve("sex=F").estimated);
}

TEST_F(SnapshotTest, CountriesAddUpToTheGroupsOfCitizens) {
  Victims({" : 60", "citizen=EL : 10", "citizen=RO : 20", "citizen=NG : 15", "citizen=UK : 5",
           "citizen=STLS : 4", "citizen=OTH : 3", "citizen=UNK : 3"});
  EXPECT_EQ(Value("citizen=NAT"), 10);
  EXPECT_EQ(Value("citizen=EU27_2020_FOR"), 20);
  EXPECT_EQ(Value("citizen=EU27_2020"), 30);
  EXPECT_EQ(Value("citizen=NEU27_2020"), 20) << "UK citizens are no EU citizens in any year";
  EXPECT_EQ(Value("citizen=FOR"), 40);
  EXPECT_EQ(Value("citizen=STLS"), 4);
  EXPECT_EQ(Value("citizen=FR"), 0);
}

TEST_F(SnapshotTest, NationalsOfAStateOutsideTheUnionAreNoEuCitizens) {
  Victims({"geo=UK : 30", "geo=UK citizen=UK : 10", "geo=UK citizen=RO : 20"});
  EXPECT_EQ(Resolve("citizen=EU27_2020", "UK").value, 20);
  EXPECT_EQ(Resolve("citizen=NEU27_2020", "UK").value, 10);
  EXPECT_EQ(Resolve("citizen=NAT", "UK").value, 10);
}

TEST_F(SnapshotTest, SentGroupsAreUsedBesideCountries) {
  Victims({" : 30", "citizen=EL : 10", "citizen=EU27_2020_FOR : 12", "citizen=NG : 8"});
  EXPECT_EQ(Value("citizen=EU27_2020"), 22);
  EXPECT_EQ(Value("citizen=TOTAL"), 30);
}

// Rule 12: a group says nothing of its members.
TEST_F(SnapshotTest, AMemberOfASentGroupIsNotZero) {
  Victims({" : 30", "citizen=NAT : 10", "citizen=EU27_2020_FOR : 20"});
  EXPECT_EQ(Resolve("citizen=RO").kind, Kind::kNoBreakdown);
  EXPECT_EQ(Value("citizen=NEU27_2020"), 0);
}

TEST_F(SnapshotTest, ASubFormOfASentGroupIsNotZero) {
  Victims({" : 30", "exploitation=ICCS02041 : 10", "exploitation=ICCS02043_02044 : 20",
           "geo=FR : 30", "geo=FR exploitation=ICCS02041 : 30"});
  EXPECT_EQ(Resolve("exploitation=BEG").kind, Kind::kNoBreakdown);
  EXPECT_EQ(Resolve("exploitation=BEG+CRIM").kind, Kind::kNoBreakdown);
  EXPECT_EQ(Value("exploitation=ICCS02042"), 0);
  EXPECT_EQ(Resolve("exploitation=BEG", "FR").kind, Kind::kValue) << "no group was sent";
}

TEST_F(SnapshotTest, ASubFormOfAnEmptyGroupIsZero) {
  Victims({" : 30", "exploitation=ICCS02041 : 30", "exploitation=ICCS02043_02044 : 0"});
  EXPECT_EQ(Value("exploitation=BEG"), 0);
}

// Returns leave out their zeros, beside a group as everywhere.
TEST_F(SnapshotTest, AnAbsentPartOfAGroupWhosePartsAddUpIsZero) {
  Victims({" : 30", "exploitation=ICCS02041 : 10", "exploitation=ICCS02043_02044 : 20",
           "exploitation=BEG : 12", "exploitation=CRIM : 8"});
  EXPECT_EQ(Value("exploitation=ORG"), 0);
  EXPECT_EQ(Value("exploitation=BEG+ORG"), 12);
}

TEST_F(SnapshotTest, AnAbsentPartOfAGroupWhosePartsDoNotAddUpIsUnknown) {
  Victims({" : 30", "exploitation=ICCS02041 : 10", "exploitation=ICCS02043_02044 : 20",
           "exploitation=BEG : 12"});
  EXPECT_EQ(Resolve("exploitation=ORG").kind, Kind::kNoBreakdown);
}

TEST_F(SnapshotTest, AnAgeWithinASentGroupIsNotZero) {
  Victims({" : 30", "age=Y_LT18 : 10", "age=Y_GE18 : 20"});
  EXPECT_EQ(Resolve("age=Y_LT15").kind, Kind::kNoBreakdown);
}

TEST_F(SnapshotTest, SubFormsAddUpToTheirGroup) {
  Victims(
      {" : 30", "exploitation=ICCS02041 : 10", "exploitation=BEG : 12", "exploitation=CRIM : 8"});
  EXPECT_EQ(Value("exploitation=ICCS02043_02044"), 20);
  EXPECT_EQ(Value("exploitation=BEG+CRIM"), 20);
  EXPECT_EQ(Value("exploitation=ORG"), 0);
}

TEST_F(SnapshotTest, AGroupAndItsPartsAreCountedOnce) {
  Victims({" : 30", "exploitation=ICCS02041 : 10", "exploitation=ICCS02043_02044 : 20",
           "exploitation=BEG : 12"});
  EXPECT_EQ(Value("exploitation=ICCS02043_02044"), 20);
  EXPECT_EQ(Value("exploitation=ICCS02043_02044+BEG"), 20);
  EXPECT_EQ(Value("exploitation=BEG"), 12);
}

TEST_F(SnapshotTest, SelectorsAreNoBreakdown) {
  Persons({"leg_stat=PER_SUSP : 40", "leg_stat=PER_SUSP sex=F : 10", "leg_stat=PER_SUSP sex=M : 30",
           "leg_stat=PER_CNV : 7", "offence=ART18_4 : 2", "offence=ART18A : 1"});
  const auto value = [&](std::string_view where) {
    return Resolve(where, "EL", "2020", "thb_persons").value;
  };
  EXPECT_EQ(value("leg_stat=PER_SUSP;offence=ART2"), 40);
  EXPECT_EQ(value("leg_stat=PER_SUSP;offence=ART2;sex=F"), 10);
  EXPECT_EQ(value("leg_stat=PER_SUSP;offence=ART18_4+ART18A"), 3);
  EXPECT_EQ(value("leg_stat=PER_SUSP;offence=USE"), 3);
  EXPECT_EQ(Resolve("leg_stat=PER_PRSC;offence=ART2", "EL", "2020", "thb_persons").kind,
            Kind::kNotReported);
}

TEST_F(SnapshotTest, CoverNamesTheStoredPartsOnce) {
  const Dimension& citizen = Table("thb_victims").dimensions[4];
  const auto cover = [&](const char* code, const std::set<std::string>& stored) {
    return snapshot_.Cover(citizen, code, stored, "EL");
  };
  EXPECT_THAT(cover("EU27_2020", {"EU27_2020", "EL"}), ElementsAre("EU27_2020"));
  EXPECT_THAT(cover("EU27_2020", {"EL", "FR", "NG"}), UnorderedElementsAre("EL", "FR"));
  EXPECT_THAT(cover("TOTAL", {"EL", "NG", "STLS", "UNK"}),
              UnorderedElementsAre("EL", "NG", "STLS", "UNK"));
  EXPECT_THAT(cover("FR", {"EU27_2020"}), IsEmpty());
}

TEST_F(SnapshotTest, ErasesByPatternAndKeepsCopiesApart) {
  Victims({" : 30", "sex=F : 20", "sex=F time=2019 : 9", "geo=FR sex=F : 1"});
  Snapshot copy = snapshot_;
  Key pattern(Table("thb_victims").dimensions.size());
  pattern[2] = "F";
  pattern[6] = "EL";
  snapshot_.Erase(Table("thb_victims"), pattern);
  EXPECT_THAT(snapshot_.Cells(Table("thb_victims")), SizeIs(2));
  EXPECT_THAT(copy.Cells(Table("thb_victims")), SizeIs(4));
  EXPECT_THAT(snapshot_.Times("thb_victims"), ElementsAre("2020"));
  EXPECT_THAT(snapshot_.Geos("thb_victims"), ElementsAre("EL", "FR"));
}

TEST_F(SnapshotTest, AnswersFollowEveryWrite) {
  Victims({" : 30"});
  EXPECT_EQ(Value(""), 30);
  Victims({" : 31"});
  EXPECT_EQ(Value(""), 31);
  Snapshot copy = snapshot_;
  Victims({" : 32"});
  EXPECT_EQ(Value(""), 32);
  EXPECT_EQ(copy.Resolve(Table("thb_victims"), {}, "EL", "2020").value, 31);
  snapshot_.Erase(Table("thb_victims"), Key(Table("thb_victims").dimensions.size()));
  EXPECT_EQ(Resolve("").kind, Kind::kNotReported);
}

TEST_F(SnapshotTest, AScopeIsAStateAYearAndAForm) {
  const Dataset& victims = Table("thb_victims");
  Put("thb_victims", {"sex=F : 20", "sex=F time=2019 : 9", "geo=FR sex=F : 1"}, "crim_thb_sex");
  Put("thb_victims", {"citizen=NAT : 5"}, "crim_thb_vctz");
  snapshot_.EraseScope(victims, "EL", "2020", "crim_thb_sex");
  EXPECT_EQ(Resolve("sex=F").kind, Kind::kNoBreakdown);
  EXPECT_THAT(snapshot_.Slice("thb_victims", "EL", "2020"), SizeIs(1)) << "another view stays";
  EXPECT_THAT(snapshot_.Cells(victims), SizeIs(3));
  snapshot_.EraseScope(victims, "EL", "2020", "thb_victims");
  EXPECT_THAT(snapshot_.Cells(victims), SizeIs(2)) << "the dataset replaces whatever was there";
  snapshot_.EraseScope(victims, "*", "*", "thb_victims");
  EXPECT_THAT(snapshot_.Cells(victims), IsEmpty());
}

TEST_F(SnapshotTest, ViewsShowVictimsAndPersonsInEurostatsForm) {
  Victims({" : 30 p", "sex=F : 20", "sex=M : 10"});
  Persons({"leg_stat=PER_CNV : 7"});
  EXPECT_EQ(ViewCell("crim_thb_sex", "A.PER_VICT.T.NR.EL.2020").cell, Cell::Value(30, "p"));
  EXPECT_EQ(ViewCell("crim_thb_sex", "A.PER_VICT.UNK.NR.EL.2020").cell, Cell::Value(0));
  EXPECT_EQ(ViewCell("crim_thb_sex", "A.PER_CNV.T.NR.EL.2020").cell, Cell::Value(7));
  EXPECT_EQ(ViewCell("crim_thb_sex", "A.PER_CNV.F.NR.EL.2020").cell.reason, "not_sent");
  EXPECT_EQ(ViewCell("crim_thb_vsage", "A.F.TOTAL.NR.EL.2020").cell, Cell::Value(20));
}

TEST_F(SnapshotTest, ViewsKeepSuppressionAndReasons) {
  Victims({" : 30", "sex=F : <5", "sex=M : conflict"});
  EXPECT_EQ(ViewCell("crim_thb_sex", "A.PER_VICT.F.NR.EL.2020").cell, Cell::Suppressed(0, 4));
  EXPECT_EQ(ViewCell("crim_thb_sex", "A.PER_VICT.M.NR.EL.2020").cell.reason, "conflict");
}

// Rule 8.
TEST_F(SnapshotTest, AnotherSexGoesToUnknownWithFlagD) {
  Victims({" : 30", "sex=F : 20", "sex=M : 5", "sex=OTH : 2", "sex=UNK : 3", "geo=FR : 3",
           "geo=FR sex=F : 2", "geo=FR sex=UNK : 1"});
  EXPECT_EQ(ViewCell("crim_thb_sex", "A.PER_VICT.UNK.NR.EL.2020").cell, Cell::Value(5, "d"));
  EXPECT_EQ(ViewCell("crim_thb_sex", "A.PER_VICT.UNK.NR.FR.2020").cell, Cell::Value(1));
}

TEST_F(SnapshotTest, AViewCellWithAMissingPartHasItsReason) {
  Victims({" : 30", "sex=OTH : 2", "sex=UNK : conflict"});
  EXPECT_EQ(ViewCell("crim_thb_sex", "A.PER_VICT.UNK.NR.EL.2020").cell.reason, "conflict");
}

}  // namespace
}  // namespace thb
