#include "api/internal/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace thb {
namespace {

using ::testing::HasSubstr;

class QueryTest : public ::testing::Test {
 protected:
  QueryTest() : codes_(*Codes::Load()), datasets_(*Datasets::Load(codes_)) {}

  const Dataset& Sex() const { return *datasets_.Find("crim_thb_sex"); }

  static SnapshotCell MakeCell(Key key, Cell cell) {
    SnapshotCell out;
    out.key = std::move(key);
    out.cell = std::move(cell);
    return out;
  }
  // Victims of three states and four years; the flag e on 2021.
  static std::vector<SnapshotCell> Cells() {
    std::vector<SnapshotCell> cells;
    double value = 1;
    for (const char* geo : {"BE", "EL", "NL"}) {
      for (const char* time : {"2018", "2019", "2020", "2021"}) {
        const bool last = time == std::string("2021");
        cells.push_back(MakeCell({"A", "PER_VICT", "T", "NR", geo, time},
                                 Cell::Value(value++, last ? "e" : "")));
      }
    }
    return cells;
  }
  std::vector<std::string> Select(const DataQuery& query) const {
    std::vector<std::string> found;
    const auto cells = SelectCells(Cells(), Sex(), query, 100);
    if (!cells) return {cells.error().ToLine()};
    for (const SnapshotCell& cell : *cells) {
      found.push_back(cell.key[4] + cell.key[5]);
    }
    return found;
  }
  std::vector<std::string> Filtered(const std::string& name, const std::string& text) const {
    DataQuery query;
    auto filter = ParseComponentFilter(name, text, Sex(), codes_);
    if (!filter) return {filter.error().ToLine()};
    query.filters.push_back(*std::move(filter));
    return Select(query);
  }
  std::string KeyError(const std::string& key) const {
    const auto parsed = ParseSdmxKey(key, Sex(), codes_);
    return parsed ? "" : parsed.error().ToLine();
  }

  Codes codes_;
  Datasets datasets_;
};

TEST_F(QueryTest, PeriodsOfAllLengthsCompare) {
  const auto span = [](std::string_view text) { return *ParseTimeSpan(text, "t"); };
  EXPECT_EQ(span("2020"), span("2020-A1"));
  EXPECT_EQ(span("2020-S2"), span("2020-H2"));
  EXPECT_EQ(span("2020-M07"), span("2020-07"));
  EXPECT_EQ(span("2020-Q1").first, span("2020-01-01").first);
  EXPECT_EQ(span("2017-2018").first, span("2017").first);
  EXPECT_EQ(span("2017-2018").last, span("2018").last);
  EXPECT_LT(span("2019").last, span("2020-01-01").first);
  for (const char* bad : {"", "20", "2020-", "2020-1", "2020-13", "2020-Q5", "2020-X1", "2020-S3",
                          "2020-07-32", "2020-07-", "20200", "2021-2020", "abcd", "2020-M13"}) {
    EXPECT_FALSE(ParseTimeSpan(bad, "t")) << bad;
  }
}

TEST_F(QueryTest, AKeyNamesSeries) {
  DataQuery query;
  query.keys = *ParseSdmxKey("A.PER_VICT..NR.NL+BE", Sex(), codes_);
  EXPECT_EQ(Select(query).size(), 8U);
  query.keys = *ParseSdmxKey("A.*.*.*.NL,....EL", Sex(), codes_);
  EXPECT_EQ(Select(query).size(), 8U);
  for (const char* all : {"all", "*", "", "...."}) {
    query.keys = *ParseSdmxKey(all, Sex(), codes_);
    EXPECT_EQ(Select(query).size(), 12U) << all;
  }
}

TEST_F(QueryTest, AWrongKeySaysWhatThereIs) {
  EXPECT_THAT(KeyError("A.PER_VICT"), HasSubstr("write freq.leg_stat.sex.unit.geo"));
  EXPECT_THAT(KeyError("A.PER_PRIS.T.NR.NL"), HasSubstr("PER_SUSP, PER_PRSC, PER_CNV, PER_VICT"));
  EXPECT_THAT(KeyError("A.PER_VICT.F+X.NR.NL"), HasSubstr("use one of: T, F, M, UNK"));
  EXPECT_THAT(KeyError("A.PER_VICT.T.NR.GR"), HasSubstr("code list GEO"));
  EXPECT_THAT(KeyError(std::string(kMaxKeyBytes + 1, '.')), HasSubstr("[limit]"));
  EXPECT_THAT(KeyError(std::string(kMaxKeys, ',')), HasSubstr("[limit]"));
  std::string many = "A";
  for (std::size_t i = 0; i < kMaxFilterValues; ++i) many += "+A";
  EXPECT_THAT(KeyError(many + "...."), HasSubstr("[limit]"));
}

TEST_F(QueryTest, FiltersCompareCodesTimesAndAttributes) {
  using List = std::vector<std::string>;
  EXPECT_EQ(Filtered("geo", "NL,EL").size(), 8U);
  EXPECT_EQ(Filtered("GEO", "ne:NL+ne:EL").size(), 4U);
  EXPECT_EQ(Filtered("geo", "sw:N").size(), 4U);
  EXPECT_EQ(Filtered("geo", "ew:L").size(), 8U);
  EXPECT_EQ(Filtered("geo", "co:E").size(), 8U);
  EXPECT_EQ(Filtered("geo", "nc:E").size(), 4U);
  EXPECT_EQ(Filtered("geo", "gt:BE+lt:NL").size(), 4U);
  EXPECT_EQ(Filtered("TIME_PERIOD", "ge:2019+le:2020,2018").size(), 9U);
  EXPECT_EQ(Filtered("time", "gt:2020-S1").size(), 3U);
  EXPECT_EQ(Filtered("time", "lt:2019").size(), 3U);
  EXPECT_EQ(Filtered("OBS_FLAG", "co:e"), (List{"BE2021", "EL2021", "NL2021"}));
  EXPECT_THAT(Filtered("geo", "xx:NL")[0], HasSubstr("eq, ne, lt"));
  EXPECT_THAT(Filtered("geo", "XX")[0], HasSubstr("no code"));
  EXPECT_THAT(Filtered("citizen", "NAT")[0], HasSubstr("freq, leg_stat, sex, unit, geo, time"));
  EXPECT_THAT(Filtered("time", "ge:soon")[0], HasSubstr("no period"));
  EXPECT_THAT(Filtered("geo", "NL,")[0], HasSubstr("empty"));
}

TEST_F(QueryTest, PeriodsAndEndsOfSeries) {
  using List = std::vector<std::string>;
  DataQuery query;
  query.start = *ParseTimeSpan("2019", "t");
  query.end = *ParseTimeSpan("2020", "t");
  EXPECT_EQ(Select(query).size(), 6U);
  query.last_observations = 1;
  EXPECT_EQ(Select(query), (List{"BE2020", "EL2020", "NL2020"}));
  query.first_observations = 1;
  EXPECT_EQ(Select(query).size(), 6U);
  DataQuery last;
  last.last_periods = 1;
  EXPECT_EQ(Select(last), (List{"BE2021", "EL2021", "NL2021"}));
}

TEST_F(QueryTest, TooMuchIsRefused) {
  EXPECT_FALSE(SelectCells(Cells(), Sex(), {}, 11));
  EXPECT_TRUE(SelectCells(Cells(), Sex(), {}, 12));
  DataQuery query;
  query.first_observations = 4;
  EXPECT_FALSE(SelectCells(Cells(), Sex(), query, 11));
  EXPECT_FALSE(ParseCount("0", "n"));
  EXPECT_FALSE(ParseCount("1000001", "n"));
  EXPECT_EQ(*ParseCount("1000000", "n"), 1'000'000U);
}

}  // namespace
}  // namespace thb
