// What readers make of the files that Eurostat, SDMX clients and officers send.

#include "exchange/exchange.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "exchange/internal/testing.h"

namespace thb {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

Cell Confidential(Cell cell, const std::string& conf) {
  cell.conf = conf;
  return cell;
}

std::map<std::string, Cell> ParseCells(std::string_view content, const ReadOptions& options = {}) {
  const auto file = Parse(content, options);
  EXPECT_TRUE(file) << file.error().ToLine();
  return file ? CellsOf(*file) : std::map<std::string, Cell>();
}

TEST(SdmxCsv, ReadsWhatEurostatSends) {
  const auto cells = ParseCells(
      "DATAFLOW,LAST "
      "UPDATE,freq,leg_stat,sex,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\r\n"
      "ESTAT:CRIM_THB_SEX(1.0),22/05/26 11:00:00,A,PER_VICT,T,NR,EL,2020,97,b,\r\n"
      "ESTAT:CRIM_THB_SEX(1.0),22/05/26 11:00:00,A,PER_VICT,UNK,NR,EL,2020,:,,\r\n"
      "ESTAT:CRIM_THB_SEX(1.0),22/05/26 11:00:00,A,PER_SUSP,F,NR,EL,2020,,,C\r\n"
      "ESTAT:CRIM_THB_SEX(1.0),22/05/26 11:00:00,A,PER_CNV,M,NR,EL,2020,,c,\r\n"
      "ESTAT:CRIM_THB_SEX(1.0),22/05/26 11:00:00,A,PER_CNV,T,NR,EL,2020,,z,\r\n");
  EXPECT_THAT(cells, UnorderedElementsAre(
                         Pair("thb_victims:TOTAL.TOTAL.T.TOTAL.TOTAL.ICCS0204.EL.2020",
                              Cell::Value(97, "b")),
                         Pair("thb_victims:TOTAL.TOTAL.UNK.TOTAL.TOTAL.ICCS0204.EL.2020",
                              Cell::Missing("not_sent")),
                         Pair("thb_persons:PER_SUSP.ART2.TOTAL.F.TOTAL.TOTAL.ICCS0204.EL.2020",
                              Confidential(Cell::Suppressed(0, -1, ""), "C")),
                         Pair("thb_persons:PER_CNV.ART2.TOTAL.M.TOTAL.TOTAL.ICCS0204.EL.2020",
                              Cell::Suppressed(0, -1, "c")),
                         Pair("thb_persons:PER_CNV.ART2.TOTAL.T.TOTAL.TOTAL.ICCS0204.EL.2020",
                              Cell::Missing("not_applicable", "z"))));
}

TEST(SdmxCsv, ReadsOlderDownloadsWithoutConfStatusAndFrequency) {
  EXPECT_THAT(
      ParseCells("DATAFLOW,LAST UPDATE,citizen,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\n"
                 "ESTAT:CRIM_THB_VCTZ(1.0),01/02/23 11:00:00,NAT,RO,2020,596,\n"),
      ElementsAre(Pair("thb_victims:TOTAL.TOTAL.T.TOTAL.RO.ICCS0204.RO.2020", Cell::Value(596))));
}

TEST(SdmxCsv, SkipsRatesAndStatusesThatWeDoNotKeepWithAReason) {
  const auto file = Parse(
      "DATAFLOW,LAST UPDATE,freq,leg_stat,sex,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\n"
      "ESTAT:CRIM_THB_SEX(1.0),x,A,PER_VICT,T,P_MHAB,NL,2020,56.5,\n"
      "ESTAT:CRIM_THB_SEX(1.0),x,A,PER_SUSP,T,P_MHAB,NL,2020,10.5,\n"
      "ESTAT:CRIM_THB_SEX(1.0),x,A,PER_PRIS,T,NR,NL,2020,5,\n");
  ASSERT_TRUE(file) << file.error().ToLine();
  ASSERT_EQ(file->skipped.size(), 2U);
  EXPECT_EQ(file->skipped[0].reason, "unit P_MHAB of crim_thb_sex has no place in our datasets");
  EXPECT_EQ(file->skipped[0].rows, 2U);
  EXPECT_EQ(file->skipped[0].first_place, "in:2");
  EXPECT_EQ(file->skipped[1].reason,
            "leg_stat PER_PRIS of crim_thb_sex has no place in our datasets");
  EXPECT_EQ(file->rows_read, 3U);
}

TEST(SdmxCsv, KeepsGroupsOfCitizensAndTheTableItCameAs) {
  const auto file = Parse(
      "DATAFLOW,LAST UPDATE,freq,citizen,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\n"
      "ESTAT:CRIM_THB_VCTZ(1.0),x,A,EU27_2020_FOR,NR,AT,2020,40,,\n"
      "ESTAT:CRIM_THB_VCTZ(1.0),x,A,NAT,NR,EU27_2020,2020,2500,,\n");
  ASSERT_TRUE(file) << file.error().ToLine();
  ASSERT_EQ(file->parts.size(), 1U);
  EXPECT_EQ(file->parts[0].table, "crim_thb_vctz");
  EXPECT_EQ(file->parts[0].observations[0].key[4], "EU27_2020_FOR");
  EXPECT_EQ(file->parts[0].observations[1].key[4], "NAT");  // of no single state
  EXPECT_EQ(file->parts[0].observations[0].place, "in:2");
}

constexpr const char* kVersion2 =
    "STRUCTURE,STRUCTURE_ID,ACTION,status,entity,sex,age,citizen,exploitation,geo,TIME_PERIOD,"
    "OBS_VALUE,OBS_FLAG\n";

TEST(SdmxCsv2, AppliesActionsAndWildcards) {
  const auto file = Parse(std::string(kVersion2) +
                          "dataflow,OPENTHB:THB_VICTIMS(1.0),M,TOTAL,TOTAL,T,TOTAL,TOTAL,ICCS0204,"
                          "NL,2020,984,p\n"
                          "dataflow,OPENTHB:THB_VICTIMS(1.0),R,TOTAL,TOTAL,F,TOTAL,TOTAL,ICCS0204,"
                          "NL,2020,NaN,\n"
                          "dataflow,OPENTHB:THB_VICTIMS(1.0),D,,,,,,,NL,2019,,\n"
                          "dataflow,OPENTHB:THB_VICTIMS(1.0),D,TOTAL,TOTAL,M,TOTAL,TOTAL,ICCS0204,"
                          "NL,2020,-,\n"
                          "dataflow,OPENTHB:THB_VICTIMS(1.0),I,TOTAL,TOTAL,UNK,TOTAL,TOTAL,"
                          "ICCS0204,NL,2020,1,\n");
  ASSERT_TRUE(file) << file.error().ToLine();
  const TablePart& part = file->parts.at(0);
  EXPECT_TRUE(part.has_actions);
  EXPECT_THAT(part.actions, ElementsAre(Action::kMerge, Action::kReplace, Action::kDelete,
                                        Action::kDelete, Action::kMerge));
  EXPECT_EQ(part.observations[1].cell, Cell::Missing("not_sent"));
  EXPECT_EQ(part.observations[2].key, (Key{"", "", "", "", "", "", "NL", "2019"}));
}

TEST(SdmxCsv2, ReadsSemicolonsSubfieldsLabelsAndColumnsOfOnesOwn) {
  const auto file = Parse(
      "STRUCTURE[|];STRUCTURE_ID;freq: Frequency;sex: Sex;leg_stat;unit;geo;TIME_PERIOD;OBS_VALUE;"
      "OBS_FLAG[];UPDATED\n"
      "dataflow;ESTAT:CRIM_THB_SEX(1.0): Persons;A: Annual;T: "
      "Total;PER_VICT;NR;NL;2020;984;b|e;x\n");
  ASSERT_TRUE(file) << file.error().ToLine();
  EXPECT_EQ(file->parts.at(0).observations.at(0).cell, Cell::Value(984, "be"));
  EXPECT_FALSE(file->parts[0].has_actions);
  ASSERT_EQ(file->findings.size(), 1U);
  EXPECT_THAT(file->findings[0].message, HasSubstr("UPDATED"));
}

TEST(Tsv, IsKnownByItsDimensions) {
  const auto file = Parse(
      "freq,sex,age,unit,geo\\TIME_PERIOD\t2019 \t2020 \n"
      "A,F,Y_LT18,NR,NL\t12 e\t: c\n"
      "A,T,TOTAL,NR,NL\t: \t0 \n");
  ASSERT_TRUE(file) << file.error().ToLine();
  EXPECT_EQ(file->format, "tsv");
  EXPECT_EQ(file->parts.at(0).table, "crim_thb_vsage");
  EXPECT_THAT(
      CellsOf(*file),
      UnorderedElementsAre(
          Pair("thb_victims:TOTAL.TOTAL.F.Y_LT18.TOTAL.ICCS0204.NL.2019", Cell::Value(12, "e")),
          Pair("thb_victims:TOTAL.TOTAL.F.Y_LT18.TOTAL.ICCS0204.NL.2020",
               Cell::Suppressed(0, -1, "c")),
          Pair("thb_victims:TOTAL.TOTAL.T.TOTAL.TOTAL.ICCS0204.NL.2020", Cell::Value(0))));
}

constexpr const char* kJsonStatHead =
    R"({"version":"2.0","class":"dataset","id":["iccs","geo","time"],"size":[2,1,2],"dimension":{)"
    R"("iccs":{"category":{"index":["ICCS0204","ICCS02041"]}},)"
    R"("geo":{"category":{"label":{"NL":"Netherlands"}}},)"
    R"("time":{"category":{"index":{"2020":1,"2019":0}}}},)";

TEST(JsonStat, ReadsDenseAndSparseTablesAlike) {
  const std::string dense =
      std::string(kJsonStatHead) + R"("value":[10,20,null,5],"status":[null,"e","c",null]})";
  const std::string sparse =
      std::string(kJsonStatHead) + R"("value":{"0":10,"1":20,"3":5},"status":{"1":"e","2":"c"}})";
  const auto cells = ParseCells(dense);
  EXPECT_EQ(cells, ParseCells(sparse));
  EXPECT_EQ(cells.at("thb_victims:TOTAL.TOTAL.T.TOTAL.TOTAL.ICCS0204.NL.2020"),
            Cell::Value(20, "e"));
  EXPECT_EQ(cells.at("thb_victims:TOTAL.TOTAL.T.TOTAL.TOTAL.ICCS02041.NL.2019"),
            Cell::Suppressed(0, -1, "c"));
}

TEST(SdmxJson, ReadsSeriesAndDataSetDimensions) {
  const auto cells = ParseCells(
      R"({"meta":{},"data":{"structures":[{"links":[{"rel":"dataflow","urn":)"
      R"x("urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=ESTAT:CRIM_THB_VEXP(1.0)"}],)x"
      R"("dimensions":{"dataSet":[{"id":"freq","values":[{"id":"A"}]}],)"
      R"("series":[{"id":"iccs","values":[{"id":"ICCS0204"},{"id":"ICCS02042"}]},)"
      R"({"id":"unit","values":[{"id":"NR"}]},{"id":"geo","values":[{"id":"BE"}]}],)"
      R"("observation":[{"id":"TIME_PERIOD","values":[{"value":"2019"},{"id":"2020"}]}]},)"
      R"("attributes":{"observation":[{"id":"OBS_FLAG","values":[{"id":"p"}]}]}}],)"
      R"("dataSets":[{"action":"Replace","series":{)"
      R"("0:0:0":{"observations":{"0":[150],"1":[160,0]}},)"
      R"("1:0:0":{"observations":{"1":["NaN"]}}}}]}})");
  EXPECT_EQ(cells.at("thb_victims:TOTAL.TOTAL.T.TOTAL.TOTAL.ICCS0204.BE.2019"), Cell::Value(150));
  EXPECT_EQ(cells.at("thb_victims:TOTAL.TOTAL.T.TOTAL.TOTAL.ICCS0204.BE.2020"),
            Cell::Value(160, "p"));
  EXPECT_EQ(cells.at("thb_victims:TOTAL.TOTAL.T.TOTAL.TOTAL.ICCS02042.BE.2020"),
            Cell::Missing("not_sent"));
}

constexpr const char* kTemplate =
    "table,year,country,sex,age,citizenship,form,number,flag,note\n"
    "victims,2023,NL,,,,,801,,all forms\n"
    "Victims,2023,Netherlands,women,children,own nationals,begging,<5,,\n"
    "victims,2023,,F,Y_LT18,Bulgaria,ICCS02041,c,,\n"
    "suspects,2023,NL,,,,,not collected,,\n"
    "convictions,2023,NL,,,,,,p,\n";

TEST(ReturnTemplate, ReadsWordsAndCodesAndTakesTheSenderAsCountry) {
  ReadOptions options;
  options.sender = "NL";
  const auto file = Parse(kTemplate, options);
  ASSERT_TRUE(file) << file.error().ToLine();
  EXPECT_EQ(file->mapping, "return_template");
  EXPECT_FALSE(file->foreign);
  EXPECT_THAT(
      CellsOf(*file),
      UnorderedElementsAre(
          Pair("thb_victims:TOTAL.TOTAL.T.TOTAL.TOTAL.ICCS0204.NL.2023", Cell::Value(801)),
          Pair("thb_victims:TOTAL.TOTAL.F.Y_LT18.NL.BEG.NL.2023", Cell::Suppressed(0, 4)),
          Pair("thb_victims:TOTAL.TOTAL.F.Y_LT18.BG.ICCS02041.NL.2023", Cell::Suppressed(0, -1)),
          Pair("thb_persons:PER_SUSP.ART2.TOTAL.T.TOTAL.TOTAL.ICCS0204.NL.2023",
               Cell::Missing("not_collected")),
          Pair("thb_persons:PER_CNV.ART2.TOTAL.T.TOTAL.TOTAL.ICCS0204.NL.2023",
               Cell::Missing("not_sent", "p"))));
}

TEST(ReturnTemplate, KeepsARepeatedRowForValidation) {
  const auto file = Parse("table,year,country,number\nvictims,2023,NL,1\nvictims,2023,NL,2\n");
  ASSERT_TRUE(file) << file.error().ToLine();
  EXPECT_EQ(file->parts.at(0).observations.size(), 2U);
  EXPECT_TRUE(file->findings.empty());
}

constexpr const char* kForeignMapping = R"({
  "id": "own", "collection": "NATIONAL_REGISTER", "form_counting": "unknown", "foreign": true,
  "signature": ["Land", "Jahr", "Zahl"], "optional": ["Geschlecht"],
  "cells": {"value": "Zahl", "thousands": ".", "missing": {"k.A.": "not_collected"}},
  "not_in_key": ["Zahl"],
  "recodes": {"sex": {"w": "F", "weiblich": "F", "x": "!no sex of ours"}},
  "routes": [{"when": {"Land": ["EU"]}, "skip": "an aggregate"},
             {"dataset": "thb_victims", "dimensions": {
               "sex": {"column": "Geschlecht", "recode": "sex", "empty": "T"},
               "geo": {"column": "Land", "lookup": ["country"]}, "time": {"column": "Jahr"}}}]})";

ReadOptions WithMapping(const char* json) {
  ReadOptions options;
  options.mapping_text = json;
  options.mapping_place = "own.json";
  return options;
}

TEST(Mapping, ReadsAForeignTableAndLoadsNoContradiction) {
  const auto file = Parse(
      "Stand 2024;;;\nLand;Jahr;Geschlecht;Zahl\nDeutschland;2020;;1.234\nDeutschland;2020;w;3\n"
      "Deutschland;2020;weiblich;4\nFrankreich;2020;;5\nFrankreich;2020;;5\nEU;2020;;9\n"
      "Spanien;2020;x;1\nSpanien;2020;;k.A.\nAtlantis;2020;;1\n",
      WithMapping(kForeignMapping));
  ASSERT_TRUE(file) << file.error().ToLine();
  const auto cells = CellsOf(*file);
  EXPECT_EQ(cells.at("thb_victims:TOTAL.TOTAL.T.TOTAL.TOTAL.ICCS0204.DE.2020"), Cell::Value(1234));
  EXPECT_EQ(cells.at("thb_victims:TOTAL.TOTAL.T.TOTAL.TOTAL.ICCS0204.ES.2020"),
            Cell::Missing("not_collected"));
  const Cell& ambiguous = cells.at("thb_victims:TOTAL.TOTAL.F.TOTAL.TOTAL.ICCS0204.DE.2020");
  EXPECT_EQ(ambiguous.reason, "conflict");
  EXPECT_THAT(ambiguous.candidates, ElementsAre("3", "4"));
  EXPECT_THAT(cells.at("thb_victims:TOTAL.TOTAL.T.TOTAL.TOTAL.ICCS0204.FR.2020").candidates,
              ElementsAre("5", "5"));
  ASSERT_EQ(file->findings.size(), 2U);
  EXPECT_EQ(file->findings[0].rule, "duplicate_key");
  EXPECT_EQ(file->findings[1].rule, "ambiguous_key");
  EXPECT_THAT(file->findings[0].message, HasSubstr("rows 6, 7"));
  ASSERT_EQ(file->skipped.size(), 3U);
  EXPECT_EQ(file->skipped[0].reason, "an aggregate");
  EXPECT_EQ(file->skipped[1].reason, "no sex of ours");
  EXPECT_EQ(file->skipped[2].reason, "no code of geo for Land \"Atlantis\"");
}

TEST(Mapping, TakesASavedResultOfAFormulaInAForeignTableOnly) {
  const std::string workbook =
      MakeXlsxOfRows({{"=NOW()"}, {"Land", "Jahr", "Zahl"}, {"Spain", "2020", "=3+4"}});
  const auto foreign = Parse(workbook, WithMapping(kForeignMapping));
  ASSERT_TRUE(foreign) << foreign.error().ToLine();
  EXPECT_EQ(foreign->parts.at(0).observations.at(0).cell, Cell::Value(7));
  EXPECT_EQ(foreign->parts[0].observations[0].place, "in!S!3");
}

TEST(Mapping, SaysWhatIsWrongWithItself) {
  const std::pair<const char*, const char*> cases[] = {
      {"{", "not valid JSON"},
      {R"({"id":"x"})", "member collection is missing"},
      {R"({"id":"x","colour":"red"})", "no member \"colour\""},
      {R"({"id":"x","collection":"UNODC_GLOTIP","form_counting":"main","signature":["a"],)"
       R"("cells":{"value":"b"},"routes":[]})",
       "column \"b\" is neither"},
      {R"({"id":"x","collection":"UNODC_GLOTIP","form_counting":"main","signature":["a"],)"
       R"("cells":{"value":"a"},"routes":[{"dataset":"thb_victims"}]})",
       "nothing gives dimension geo"},
      {R"({"id":"x","collection":"UNODC_GLOTIP","form_counting":"main","signature":["a"],)"
       R"("cells":{"value":"a"},"routes":[{"dataset":"thb_victims","dimensions":{"sex":"X"}}]})",
       "unknown code \"X\""}};
  for (const auto& [json, message] : cases) {
    const auto file = Parse("a\n1\n", WithMapping(json));
    ASSERT_FALSE(file) << json;
    EXPECT_THAT(file.error().ToLine(), HasSubstr(message)) << json;
    EXPECT_THAT(file.error().ToLine(), HasSubstr("own.json")) << json;
  }
}

TEST(ParseFile, KnowsTheFormatByContentWhateverTheName) {
  const auto file = Parse("dataset,sex,age,geo,time,OBS_VALUE\npopulation,T,TOTAL,NL,2020,17\n", {},
                          "table.xlsx");
  ASSERT_TRUE(file) << file.error().ToLine();
  EXPECT_EQ(file->format, "csv");
}

TEST(ParseFile, LetsTheDatasetBeNamed) {
  ReadOptions options;
  options.dataset = "thb_victims_forms";
  const auto file = Parse(
      "status,entity,sex,age,citizen,exploitation,geo\\TIME_PERIOD\t2020 \n"
      "TOTAL,TOTAL,T,TOTAL,TOTAL,ICCS0204,NL\t5 \n",
      options);
  ASSERT_TRUE(file) << file.error().ToLine();
  EXPECT_EQ(file->parts.at(0).dataset, "thb_victims_forms");
}

}  // namespace
}  // namespace thb
