// Vintages and snapshots, on SQLite and, where THB_TEST_POSTGRES names a server that the test run
// started, on PostgreSQL.

#include "statistics/repository.h"

#include "statistics/internal/test_database.h"

namespace thb {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RepositoryTest : public StoredTest {};

TEST_P(RepositoryTest, KeepsEveryStateOfACell) {
  ParsedFile file =
      File({" : 30 bp", "sex=F : <5", "sex=M : 5..", "sex=UNK : 0", "sex=OTH : conflict"});
  Cell& conflict = file.parts[0].observations[4].cell;
  conflict.candidates = {"1", "2 000"};
  conflict.conf = "C";
  const std::int64_t id = Save(100, file);
  const Snapshot snapshot = Load();
  const auto& slice = snapshot.Slice("thb_victims", "EL", "2020");
  ASSERT_THAT(slice, SizeIs(5));
  for (const Observation& observation : file.parts[0].observations) {
    const SnapshotCell& cell = slice.at(observation.key);
    EXPECT_EQ(cell.cell, observation.cell) << observation.place;
    EXPECT_EQ(cell.place, observation.place);
    EXPECT_EQ(cell.vintage, id);
    EXPECT_EQ(cell.table, "thb_victims");
    EXPECT_EQ(cell.method, "");
  }
}

TEST_P(RepositoryTest, KeepsTheVintageItsFindingsAndWhatWasSkipped) {
  ParsedFile file = File({" : 30"});
  file.skipped = {{"no dataset for Offences", 12, "f.csv:9"}, {"a region", 1, "f.csv:3"}};
  Vintage vintage;
  vintage.collection = kReturns;
  vintage.sender = "EL";
  vintage.time = 1671404400;
  vintage.file_name = "Ελλάδα.csv";
  vintage.file_sha256 = "ab12";
  vintage.format = "csv";
  vintage.mapping = "m";
  vintage.form_counting = "main";
  vintage.accepted = true;
  vintage.synthetic = true;
  vintage.rows_read = 14;
  vintage.cells = 1;
  const std::vector<Finding> findings = {{"year_on_year", Severity::kWarning, "k", "tripled"},
                                         {"a_rule", Severity::kInfo, "", "so it is"}};
  const auto id = SaveVintage(*database_, World().datasets, vintage, file, findings);
  ASSERT_TRUE(id.has_value());
  const auto vintages = LoadVintages(*database_);
  ASSERT_TRUE(vintages.has_value());
  ASSERT_THAT(*vintages, SizeIs(1));
  const Vintage& read = vintages->front();
  EXPECT_EQ(read.id, *id);
  EXPECT_EQ(read.sender + read.file_name + read.file_sha256 + read.format + read.mapping +
                read.form_counting,
            "ELΕλλάδα.csvab12csvmmain");
  EXPECT_EQ(read.time, 1671404400);
  EXPECT_TRUE(read.accepted);
  EXPECT_FALSE(read.foreign);
  EXPECT_TRUE(read.synthetic);
  EXPECT_EQ(read.rows_read, 14);
  EXPECT_EQ(read.cells, 1);
  const auto stored = LoadFindings(*database_, *id);
  ASSERT_THAT(*stored, SizeIs(2));
  EXPECT_EQ(stored->at(0).rule, "year_on_year");
  EXPECT_EQ(stored->at(0).severity, Severity::kWarning);
  EXPECT_EQ(stored->at(1).message, "so it is");
  const auto skipped = LoadSkipped(*database_, *id);
  ASSERT_THAT(*skipped, SizeIs(2));
  EXPECT_EQ(skipped->at(0).reason, "no dataset for Offences");
  EXPECT_EQ(skipped->at(0).rows, 12U);
  EXPECT_EQ(skipped->at(1).first_place, "f.csv:3");
  EXPECT_THAT(*LoadFindings(*database_, *id + 1), IsEmpty());
}

// Rule 26.
TEST_P(RepositoryTest, AReturnReplacesTheSendersDatasetAndYear) {
  Save(100, File({" : 30", "sex=F : 20", "time=2019 : 9", "geo=FR : 5"}));
  Save(200, File({" : 31"}));
  EXPECT_THAT(CellsOf(Load()),
              ElementsAre("geo=EL time=2019 : 9", "geo=EL time=2020 : 31", "geo=FR time=2020 : 5"));
}

TEST_P(RepositoryTest, ReplacesOneDatasetOnly) {
  Save(100, File({"leg_stat=PER_SUSP : 7"}, "thb_persons", "thb_persons"));
  Save(200, File({" : 31"}));
  EXPECT_THAT(CellsOf(Load(), "thb_persons"), SizeIs(1));
}

TEST_P(RepositoryTest, IsReadAsOfATime) {
  Save(200, File({" : 31"}));
  Save(100, File({" : 30", "sex=F : 20"}));
  EXPECT_THAT(CellsOf(Load(99)), IsEmpty());
  EXPECT_THAT(CellsOf(Load(100)),
              ElementsAre("sex=F geo=EL time=2020 : 20", "geo=EL time=2020 : 30"));
  EXPECT_THAT(CellsOf(Load(199)), SizeIs(2));
  EXPECT_THAT(CellsOf(Load(200)), ElementsAre("geo=EL time=2020 : 31"))
      << "the effective time counts, not the order of import";
  const Snapshot snapshot = Load(150);
  EXPECT_EQ(snapshot.collection, kReturns);
  EXPECT_EQ(snapshot.as_of, 150);
  EXPECT_THAT(snapshot.vintages, SizeIs(1));
}

TEST_P(RepositoryTest, ARejectedVintageIsKeptAndInvisible) {
  Save(100, File({" : 30"}));
  Save(200, File({" : 31", "time=2019 : 4"}), kReturns, false);
  EXPECT_THAT(CellsOf(Load()), ElementsAre("geo=EL time=2020 : 30"));
  EXPECT_THAT(*LoadVintages(*database_), SizeIs(2));
}

TEST_P(RepositoryTest, AViewReplacesWhatCameInItsOwnForm) {
  Save(100, File({"sex=F : 20", "sex=M : 10"}, "crim_thb_sex"));
  Save(200, File({"citizen=NAT : 25"}, "crim_thb_vctz"));
  Save(300, File({"sex=F : 21"}, "crim_thb_sex"));
  EXPECT_THAT(CellsOf(Load()),
              ElementsAre("sex=F geo=EL time=2020 : 21", "citizen=NAT geo=EL time=2020 : 25"));
  Save(400, File({" : 40"}));
  EXPECT_THAT(CellsOf(Load()), ElementsAre("geo=EL time=2020 : 40"))
      << "the dataset itself replaces every view of it";
  Save(500, File({"sex=F : 22"}, "crim_thb_sex"));
  EXPECT_THAT(CellsOf(Load()), SizeIs(2)) << "a view leaves what came with the dataset";
}

// Two views both send the total; leaving it out of one does not unsend it in the other.
TEST_P(RepositoryTest, ACellOfTwoViewsStaysWhileOneOfThemHasIt) {
  Save(100, File({" : 30", "citizen=NAT : 30"}, "crim_thb_vctz"));
  Save(200, File({" : 30", "sex=F : 20"}, "crim_thb_sex"));
  Save(300, File({"sex=F : 20"}, "crim_thb_sex"));
  EXPECT_THAT(CellsOf(Load()), ::testing::Contains("geo=EL time=2020 : 30"));
}

TEST_P(RepositoryTest, ActionsMergeAndDelete) {
  Save(100, File({" : 30", "sex=F : 20", "sex=M : 10", "time=2019 sex=F : 5"}));
  ParsedFile file = File({" : 31", "sex=UNK : 1", "sex=M : not_sent"});
  file.parts[0].has_actions = true;
  file.parts[0].actions = {Action::kMerge, Action::kReplace, Action::kDelete};
  Save(200, file);
  EXPECT_THAT(CellsOf(Load()),
              ElementsAre("sex=F geo=EL time=2019 : 5", "sex=F geo=EL time=2020 : 20",
                          "geo=EL time=2020 : 31", "sex=UNK geo=EL time=2020 : 1"));
  EXPECT_THAT(CellsOf(Load(199)), SizeIs(4));
}

TEST_P(RepositoryTest, AnEmptyCodeOfADeleteMatchesAll) {
  Save(100, File({" : 30", "sex=F : 20", "sex=M : 10", "time=2019 sex=F : 5", "geo=FR sex=F : 2"}));
  ParsedFile file = File({"sex=F : not_sent"});
  file.parts[0].has_actions = true;
  file.parts[0].actions = {Action::kDelete};
  Key& pattern = file.parts[0].observations[0].key;
  for (std::string& code : pattern) {
    if (code != "F" && code != "EL") code.clear();
  }
  Save(200, file);
  EXPECT_THAT(CellsOf(Load()), ElementsAre("sex=F geo=FR time=2020 : 2",
                                           "sex=M geo=EL time=2020 : 10", "geo=EL time=2020 : 30"));
}

TEST_P(RepositoryTest, ActionsApplyInFileOrder) {
  ParsedFile file = File({" : 1", " : not_sent", " : 2"});
  file.parts[0].has_actions = true;
  file.parts[0].actions = {Action::kMerge, Action::kDelete, Action::kMerge};
  Save(100, file);
  EXPECT_THAT(CellsOf(Load()), ElementsAre("geo=EL time=2020 : 2"));
}

TEST_P(RepositoryTest, AForeignTableReplacesItsWholeDataset) {
  ParsedFile first = File({" : 30", "geo=FR time=2019 : 5"});
  first.foreign = true;
  Save(100, first, kGlotip);
  ParsedFile second = File({" : 31"});
  second.foreign = true;
  const std::int64_t id = Save(200, second, kGlotip);
  const Snapshot snapshot = Load({}, kGlotip);
  EXPECT_THAT(CellsOf(snapshot), ElementsAre("geo=EL time=2020 : 31"));
  EXPECT_TRUE(snapshot.IsForeign(id));
  EXPECT_FALSE(snapshot.IsForeign(id + 1));
}

TEST_P(RepositoryTest, CollectionsNeverMix) {
  Save(100, File({" : 30"}));
  Save(200, File({" : 99", "geo=FR : 99"}), kGlotip);
  const Snapshot snapshot = Load();
  EXPECT_THAT(CellsOf(snapshot), ElementsAre("geo=EL time=2020 : 30"));
  ASSERT_THAT(snapshot.vintages, SizeIs(1)) << "only those that contribute";
  EXPECT_EQ(snapshot.vintages.front().collection, kReturns);
}

TEST_P(RepositoryTest, PopulationIsTakenFromOtherCollectionsWhereThereIsNoOwn) {
  Save(100, File({" : 30"}));
  Save(300, File({" : 1000000", "geo=FR : 5000000"}, "population", "population"), "POPULATION");
  EXPECT_THAT(CellsOf(Load(), "population"), SizeIs(2));
  EXPECT_THAT(Load().vintages, SizeIs(2));
  Save(200, File({" : 1000001"}, "population", "population"));
  EXPECT_THAT(CellsOf(Load(), "population"), ::testing::Contains("geo=EL time=2020 : 1000001"))
      << "its own comes first";
}

TEST_P(RepositoryTest, SeveralPartsOfOneDatasetAreKept) {
  ParsedFile file = File({"sex=F : 20"}, "crim_thb_sex");
  file.parts.push_back(File({"citizen=NAT : 12"}, "crim_thb_vctz").parts.front());
  Save(100, file);
  EXPECT_THAT(CellsOf(Load()), SizeIs(2));
}

TEST_P(RepositoryTest, ChoosesACollection) {
  const auto none = ChooseCollection(*database_, "");
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
  Save(100, File({" : 1"}), "ZZZ", false);
  EXPECT_FALSE(ChooseCollection(*database_, "").has_value()) << "only what was accepted";
  Save(100, File({" : 1"}), kGlotip);
  EXPECT_EQ(*ChooseCollection(*database_, ""), kGlotip);
  Save(100, File({" : 1"}), "AAA");
  EXPECT_EQ(*ChooseCollection(*database_, ""), "AAA");
  Save(100, File({" : 1"}), kReturns);
  EXPECT_EQ(*ChooseCollection(*database_, ""), kReturns);
  EXPECT_EQ(*ChooseCollection(*database_, kGlotip), kGlotip);
  const auto unknown = ChooseCollection(*database_, "ZZZ");
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
}

INSTANTIATE_TEST_SUITE_P(Both, RepositoryTest, ::testing::Values("sqlite", "postgresql"),
                         [](const auto& parameter) { return std::string(parameter.param); });

}  // namespace
}  // namespace thb
