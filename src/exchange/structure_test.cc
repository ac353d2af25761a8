#include "exchange/structure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "exchange/exchange.h"

namespace thb {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class StructureTest : public ::testing::Test {
 protected:
  StructureTest() : codes_(*Codes::Load()), datasets_(*Datasets::Load(codes_)) {}

  const Dataset& Sex() const { return *datasets_.Find("crim_thb_sex"); }
  static SnapshotCell MakeCell(Key key, Cell cell) {
    SnapshotCell out;
    out.key = std::move(key);
    out.cell = std::move(cell);
    return out;
  }

  Codes codes_;
  Datasets datasets_;
};

TEST_F(StructureTest, AStructureLeadsToItsConceptsAndCodeLists) {
  const auto children =
      StructureChildren({StructureKind::kDataStructure, "crim_thb_sex"}, datasets_);
  const auto has = [&](StructureKind kind, std::string_view id) {
    return std::any_of(children.begin(), children.end(),
                       [&](const auto& ref) { return ref.kind == kind && ref.id == id; });
  };
  EXPECT_TRUE(has(StructureKind::kConceptScheme, "crim_thb_sex"));
  for (const char* id : {"FREQ", "LEG_STAT", "SEX", "UNIT", "GEO", "OBS_FLAG", "MISSING_REASON"}) {
    EXPECT_TRUE(has(StructureKind::kCodelist, id)) << id;
  }
  EXPECT_FALSE(has(StructureKind::kCodelist, "AGE"));
  const auto parents = StructureParents({StructureKind::kCodelist, "ICCS"}, datasets_);
  ASSERT_EQ(parents.size(), 1U);
  EXPECT_EQ(parents[0].id, "crim_thb_vexp");
}

TEST_F(StructureTest, TheListOfFlagsHoldsCombinations) {
  const auto list = SdmxCodelist("OBS_FLAG", codes_);
  ASSERT_TRUE(list);
  EXPECT_EQ(list->Label("be", Language::kEn), "Break in time series, Estimated");
  EXPECT_FALSE(SdmxCodelist("NO_SUCH_LIST", codes_));
}

TEST_F(StructureTest, APartialListKeepsOnlyTheCodesOfTheView) {
  const auto only = CodesOfDimension(Sex(), 1);
  ASSERT_TRUE(only);
  EXPECT_EQ(*only, (std::set<std::string>{"PER_VICT", "PER_SUSP", "PER_PRSC", "PER_CNV"}));
  EXPECT_FALSE(CodesOfDimension(Sex(), *Sex().IndexOf("geo")));
  StructureItem item;
  item.ref = {StructureKind::kCodelist, "LEG_STAT"};
  item.only = only;
  const std::string text = WriteStructureMl({item}, {}, codes_, datasets_);
  EXPECT_THAT(text, HasSubstr("isPartial=\"true\""));
  EXPECT_THAT(text, HasSubstr("PER_VICT"));
  EXPECT_THAT(text, Not(HasSubstr("PER_PRIS")));
}

TEST_F(StructureTest, AStubHasNoContent) {
  StructureItem item;
  item.ref = {StructureKind::kCodelist, "SEX"};
  item.detail = StructureDetail::kStub;
  EXPECT_THAT(WriteStructureMl({item}, {}, codes_, datasets_), Not(HasSubstr("s:Code ")));
  EXPECT_THAT(WriteStructureJson({item}, {}, codes_, datasets_), Not(HasSubstr("codes")));
}

TEST_F(StructureTest, OneLanguageWhereItIsAskedFor) {
  const StructureItem item{{StructureKind::kDataflow, "crim_thb_sex"}};
  const StructureOptions options{0, Language::kNl, true};
  for (const std::string& text : {WriteStructureMl({item}, options, codes_, datasets_),
                                  WriteStructureJson({item}, options, codes_, datasets_)}) {
    EXPECT_THAT(text, HasSubstr("Bij mensenhandel betrokken personen"));
    EXPECT_THAT(text, Not(HasSubstr("Persons involved")));
  }
}

TEST_F(StructureTest, SeriesHoldTheirObservations) {
  const std::vector<SnapshotCell> cells = {
      MakeCell({"A", "PER_VICT", "T", "NR", "NL", "2019"}, Cell::Value(7)),
      MakeCell({"A", "PER_VICT", "T", "NR", "NL", "2020"}, Cell::Suppressed(0, 4)),
      MakeCell({"A", "PER_VICT", "T", "NR", "EL", "2019"}, Cell::Value(1, "be"))};
  const auto written = WriteTable(Format::kSdmxMl, Sex(), cells, {}, codes_);
  ASSERT_TRUE(written) << written.error().ToLine();
  EXPECT_THAT(written->bytes, HasSubstr("geo=\"NL\">\n<Obs TIME_PERIOD=\"2019\" OBS_VALUE=\"7\"/>\n"
                                        "<Obs TIME_PERIOD=\"2020\" OBS_FLAG=\"c\" OBS_LOWER=\"0\" "
                                        "OBS_UPPER=\"4\"/>"));
  // Greece first: key order, whatever the order of the cells.
  EXPECT_LT(written->bytes.find("geo=\"EL\""), written->bytes.find("geo=\"NL\""));
}

TEST_F(StructureTest, PeriodsOfAgenciesBecomePeriodsOfSdmx) {
  const Dataset& agency = *datasets_.Find("thb_agency");
  const auto written = WriteTable(Format::kSdmxMl, agency,
                                  {MakeCell({"EUROPOL", "CASES", "2022-H1"}, Cell::Value(1)),
                                   MakeCell({"EUROPOL", "CASES", "2017-2018"}, Cell::Value(2))},
                                  {}, codes_);
  ASSERT_TRUE(written) << written.error().ToLine();
  EXPECT_THAT(written->bytes, HasSubstr("TIME_PERIOD=\"2022-S1\""));
  EXPECT_THAT(written->bytes, HasSubstr("TIME_PERIOD=\"2017-01-01/P2Y\""));
}

TEST_F(StructureTest, PartsAndSeriesKeysOnRequest) {
  const std::vector<SnapshotCell> cells = {
      MakeCell({"A", "PER_VICT", "T", "NR", "NL", "2019"}, Cell::Value(7, "e")),
      MakeCell({"A", "PER_VICT", "T", "NR", "NL", "2020"}, Cell::Value(8))};
  WriteOptions options;
  options.parts = {"OBS_VALUE"};
  const auto values = WriteTable(Format::kSdmxCsv2, Sex(), cells, options, codes_);
  EXPECT_EQ(values->bytes,
            "STRUCTURE,STRUCTURE_ID,freq,leg_stat,sex,unit,geo,TIME_PERIOD,OBS_VALUE\n"
            "dataflow,ESTAT:CRIM_THB_SEX(1.0),A,PER_VICT,T,NR,NL,2019,7\n"
            "dataflow,ESTAT:CRIM_THB_SEX(1.0),A,PER_VICT,T,NR,NL,2020,8\n");
  EXPECT_THAT(WriteTable(Format::kSdmxJson, Sex(), cells, options, codes_)->bytes,
              HasSubstr("\"0:0:0:0:0:1\":[8]"));
  options.series_only = true;
  const auto series = WriteTable(Format::kSdmxCsv2, Sex(), cells, options, codes_);
  EXPECT_EQ(series->bytes,
            "STRUCTURE,STRUCTURE_ID,freq,leg_stat,sex,unit,geo\n"
            "dataflow,ESTAT:CRIM_THB_SEX(1.0),A,PER_VICT,T,NR,NL\n");
  options = {};
  options.labels = true;
  EXPECT_THAT(WriteTable(Format::kSdmxCsv, Sex(), cells, options, codes_)->bytes,
              HasSubstr("PER_VICT: Victim"));
}

TEST_F(StructureTest, AnErrorMessageIsEscaped) {
  EXPECT_THAT(WriteErrorMl(150, "no code <x>"), HasSubstr("code=\"150\""));
  EXPECT_THAT(WriteErrorMl(150, "no code <x>"), HasSubstr("&lt;x&gt;"));
}

}  // namespace
}  // namespace thb
