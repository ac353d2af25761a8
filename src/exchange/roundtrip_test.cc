// What is written is read back: the same cells in every format of full fidelity, and what is
// promised in the others.

#include <gtest/gtest.h>

#include "base/text.h"
#include "exchange/internal/testing.h"

namespace thb {
namespace {

constexpr Instant kTime = 1'671'436'800;  // 2022-12-19T08:00:00Z

SnapshotCell At(Key key, Cell cell) {
  SnapshotCell entry;
  entry.key = std::move(key);
  entry.cell = std::move(cell);
  return entry;
}

Cell Conflict(std::vector<std::string> candidates) {
  Cell cell = Cell::Missing("conflict");
  cell.candidates = std::move(candidates);
  return cell;
}

Cell Confidential(Cell cell, const std::string& conf) {
  cell.conf = conf;
  return cell;
}

// One cell of each kind; two years, so that tables of periods have gaps.
std::vector<SnapshotCell> EveryKind() {
  const auto key = [](const char* sex, const char* citizen, const char* geo, const char* time) {
    return Key{"TOTAL", "TOTAL", sex, "TOTAL", citizen, "ICCS0204", geo, time};
  };
  return {At(key("T", "TOTAL", "EL", "2019"), Cell::Value(1234567)),
          At(key("T", "TOTAL", "EL", "2020"), Cell::Value(0, "be")),
          At(key("F", "TOTAL", "EL", "2020"), Cell::Suppressed(0, 4)),
          At(key("M", "TOTAL", "EL", "2020"), Cell::Suppressed(0, -1)),
          At(key("M", "TOTAL", "FR", "2019"), Confidential(Cell::Suppressed(2, 9, ""), "C")),
          At(key("UNK", "TOTAL", "FR", "2019"), Confidential(Cell::Value(7), "F")),
          At(key("F", "TOTAL", "FR", "2019"), Cell::Missing("not_sent")),
          At(key("F", "TOTAL", "FR", "2020"), Cell::Missing("not_collected")),
          At(key("T", "UK", "NL", "2020"), Cell::Missing("not_applicable", "z")),
          At(key("T", "BG", "NL", "2020"), Conflict({"74", "22", "<5", "1,757"}))};
}

const Dataset& Victims() {
  return *TestDatasets().Find("thb_victims");
}

WrittenTable Write(Format format, const Dataset& dataset, const std::vector<SnapshotCell>& cells,
                   Language language = Language::kEn) {
  auto written = WriteTable(format, dataset, cells, {kTime, language}, TestCodes());
  EXPECT_TRUE(written) << written.error().ToLine();
  return written ? *std::move(written) : WrittenTable();
}

std::map<std::string, Cell> Expected(const Dataset& dataset,
                                     const std::vector<SnapshotCell>& cells) {
  std::map<std::string, Cell> expected;
  for (const SnapshotCell& cell : cells) expected[dataset.id + ":" + JoinKey(cell.key)] = cell.cell;
  return expected;
}

struct FormatCase {
  Format format;
  const char* name;
};

TEST(SyntheticMark, StandsInEveryFormatThatHasAPlaceForIt) {
  for (const auto& [format, told] : std::map<Format, bool>{{Format::kSdmxCsv, true},
                                                           {Format::kSdmxCsv2, true},
                                                           {Format::kSdmxJson, true},
                                                           {Format::kJsonStat, true},
                                                           {Format::kCsv, true},
                                                           {Format::kXlsx, true},
                                                           {Format::kTsv, false}}) {
    for (const bool synthetic : {false, true}) {
      WriteOptions options{.time = kTime};
      options.synthetic = synthetic;
      const auto written = WriteTable(format, Victims(), EveryKind(), options, TestCodes());
      ASSERT_TRUE(written) << written.error().ToLine();
      const auto file = ParseFile(written->bytes, "f", {}, TestCodes(), TestDatasets());
      ASSERT_TRUE(file) << file.error().ToLine();
      EXPECT_EQ(file->synthetic, synthetic && told) << static_cast<int>(format);
    }
  }
  WriteOptions options{.time = kTime};
  options.synthetic = true;
  const auto ml = WriteTable(Format::kSdmxMl, Victims(), EveryKind(), options, TestCodes());
  ASSERT_TRUE(ml);
  EXPECT_NE(ml->bytes.find("<m:Test>true</m:Test>"), std::string::npos);
  EXPECT_NE(ml->bytes.find(kSyntheticComment), std::string::npos);
}

class FullFidelity : public testing::TestWithParam<FormatCase> {};

TEST_P(FullFidelity, KeepsEveryPartOfEveryCell) {
  const WrittenTable written = Write(GetParam().format, Victims(), EveryKind());
  EXPECT_TRUE(written.losses.empty());
  const auto file = Parse(written.bytes);
  ASSERT_TRUE(file) << file.error().ToLine();
  EXPECT_EQ(file->format, GetParam().name);
  EXPECT_EQ(file->collection, "EUROSTAT_RETURN");
  EXPECT_EQ(CellsOf(*file), Expected(Victims(), EveryKind()));
}

TEST_P(FullFidelity, TellsDatasetsOfEqualDimensionsApart) {
  const Dataset& forms = *TestDatasets().Find("thb_victims_forms");
  const auto file = Parse(Write(GetParam().format, forms, EveryKind()).bytes);
  ASSERT_TRUE(file) << file.error().ToLine();
  ASSERT_EQ(file->parts.size(), 1U);
  EXPECT_EQ(file->parts[0].dataset, "thb_victims_forms");
  EXPECT_EQ(file->form_counting, "mentions");
}

TEST_P(FullFidelity, WritesEqualBytesForEqualInput) {
  EXPECT_EQ(Write(GetParam().format, Victims(), EveryKind()).bytes,
            Write(GetParam().format, Victims(), EveryKind()).bytes);
}

TEST_P(FullFidelity, KeepsLargeCountsExactly) {
  const std::vector<SnapshotCell> cells = {
      At({"T", "TOTAL", "DE", "2020"}, Cell::Value(9'007'199'254'740'991))};
  const Dataset& population = *TestDatasets().Find("population");
  const auto file = Parse(Write(GetParam().format, population, cells).bytes);
  ASSERT_TRUE(file) << file.error().ToLine();
  EXPECT_EQ(CellsOf(*file), Expected(population, cells));
}

TEST_P(FullFidelity, ReadsAgencyPeriods) {
  const std::vector<SnapshotCell> cells = {
      At({"EUROJUST", "CASES", "2022-H1"}, Cell::Value(79)),
      At({"EUROJUST", "CASES", "2019-2020"}, Cell::Value(331))};
  const Dataset& agency = *TestDatasets().Find("thb_agency");
  const auto file = Parse(Write(GetParam().format, agency, cells).bytes);
  ASSERT_TRUE(file) << file.error().ToLine();
  EXPECT_EQ(CellsOf(*file), Expected(agency, cells));
}

INSTANTIATE_TEST_SUITE_P(Formats, FullFidelity,
                         testing::Values(FormatCase{Format::kSdmxCsv2, "sdmx-csv-2"},
                                         FormatCase{Format::kSdmxJson, "sdmx-json"},
                                         FormatCase{Format::kJsonStat, "json-stat"},
                                         FormatCase{Format::kCsv, "csv"},
                                         FormatCase{Format::kXlsx, "xlsx"}),
                         [](const auto& test) { return ReplaceAll(test.param.name, "-", "_"); });

class ReducedFidelity : public testing::TestWithParam<FormatCase> {};

TEST_P(ReducedFidelity, KeepsValueFlagAndConfidentialityAndNamesTheRest) {
  const bool has_conf = GetParam().format == Format::kSdmxCsv;
  const WrittenTable written = Write(GetParam().format, Victims(), EveryKind());
  std::vector<std::string> losses = {"2 bounds", "2 reasons", "1 list of candidates"};
  if (!has_conf) losses.emplace_back("2 confidentiality statuses");
  EXPECT_EQ(written.losses, losses);
  const auto file = Parse(written.bytes);
  ASSERT_TRUE(file) << file.error().ToLine();
  EXPECT_EQ(file->format, GetParam().name);
  const auto cells = CellsOf(*file);
  for (const SnapshotCell& entry : EveryKind()) {
    const auto found = cells.find("thb_victims:" + JoinKey(entry.key));
    // In TSV ":" fills what a series does not have: a missing cell comes back as an absent one.
    if (!has_conf && entry.cell.state == CellState::kMissing && entry.cell.flags.empty()) {
      EXPECT_EQ(found, cells.end());
      continue;
    }
    ASSERT_NE(found, cells.end());
    const Cell& cell = found->second;
    EXPECT_EQ(cell.state, entry.cell.state);
    EXPECT_EQ(cell.value, entry.cell.value);
    if (has_conf) {
      EXPECT_EQ(cell.conf, entry.cell.conf);
      EXPECT_EQ(cell.flags, entry.cell.flags);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, ReducedFidelity,
                         testing::Values(FormatCase{Format::kSdmxCsv, "sdmx-csv"},
                                         FormatCase{Format::kTsv, "tsv"}),
                         [](const auto& test) { return ReplaceAll(test.param.name, "-", "_"); });

TEST(WriteTable, SdmxCsvIsInEurostatsLayout) {
  const Dataset& view = *TestDatasets().Find("crim_thb_sex");
  const WrittenTable written =
      Write(Format::kSdmxCsv, view,
            {At({"A", "PER_VICT", "T", "NR", "NL", "2020"}, Cell::Value(984, "b")),
             At({"A", "PER_VICT", "F", "NR", "NL", "2020"}, Cell::Suppressed(0, 4))});
  EXPECT_EQ(written.bytes,
            "DATAFLOW,LAST UPDATE,freq,leg_stat,sex,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,"
            "CONF_STATUS\n"
            "ESTAT:CRIM_THB_SEX(1.0),19/12/22 08:00:00,A,PER_VICT,T,NR,NL,2020,984,b,\n"
            "ESTAT:CRIM_THB_SEX(1.0),19/12/22 08:00:00,A,PER_VICT,F,NR,NL,2020,,c,\n");
}

TEST(WriteTable, TsvIsInEurostatsLayout) {
  const Dataset& view = *TestDatasets().Find("crim_thb_vexp");
  const WrittenTable written =
      Write(Format::kTsv, view,
            {At({"A", "ICCS0204", "NR", "NL", "2020"}, Cell::Value(984, "e")),
             At({"A", "ICCS0204", "NR", "NL", "2019"}, Cell::Suppressed(0, -1)),
             At({"A", "ICCS0204", "NR", "BE", "2020"}, Cell::Value(5))});
  EXPECT_EQ(written.bytes,
            "freq,iccs,unit,geo\\TIME_PERIOD\t2019 \t2020 \n"
            "A,ICCS0204,NR,BE\t: \t5 \n"
            "A,ICCS0204,NR,NL\t: c\t984 e\n");
}

TEST(WriteTable, LabelsFollowTheLanguage) {
  const WrittenTable written = Write(Format::kJsonStat, Victims(), EveryKind(), Language::kNl);
  EXPECT_NE(written.bytes.find("\"EL\":\"Griekenland\""), std::string::npos);
  EXPECT_NE(written.bytes.find("\"label\":\"Geslacht\""), std::string::npos);
}

TEST(WriteTable, RefusesARepeatedKey) {
  auto cells = EveryKind();
  cells.push_back(cells[0]);
  const auto written =
      WriteTable(Format::kCsv, Victims(), cells, {kTime, Language::kEn}, TestCodes());
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kConflict);
}

TEST(WriteTable, WritesATableWithoutCells) {
  for (const char* name :
       {"sdmx-csv", "sdmx-csv-2", "sdmx-json", "json-stat", "tsv", "csv", "xlsx"}) {
    EXPECT_FALSE(Write(*ParseFormat(name), Victims(), {}).bytes.empty()) << name;
  }
}

TEST(ParseFormat, NamesTheFormatsThatExist) {
  const auto format = ParseFormat("xml");
  ASSERT_FALSE(format);
  EXPECT_NE(format.error().remedy.find("sdmx-csv-2"), std::string::npos);
}

}  // namespace
}  // namespace thb
