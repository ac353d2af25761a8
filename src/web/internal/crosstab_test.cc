#include "web/internal/crosstab.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace thb {
namespace {

class CrosstabTest : public ::testing::Test {
 protected:
  CrosstabTest()
      : codes_(*Codes::Load()), datasets_(*Datasets::Load(codes_)), snapshot_(codes_, datasets_) {
    Put("T", "NL", "2019", Cell::Value(30));
    Put("F", "NL", "2019", Cell::Value(20));
    Put("M", "NL", "2019", Cell::Value(10));
    Put("T", "NL", "2020", Cell::Value(0));
    Put("T", "BE", "2019", Cell::Suppressed(0, 4));
    Put("T", "BE", "2020", Cell::Missing("not_collected"));
  }

  void Put(const std::string& sex, const std::string& geo, const std::string& time, Cell cell) {
    const Dataset& dataset = *datasets_.Find("thb_victims");
    snapshot_.Put(dataset, {{"TOTAL", "TOTAL", sex, "TOTAL", "TOTAL", "ICCS0204", geo, time},
                            std::move(cell),
                            1,
                            "f.csv:2",
                            "thb_victims",
                            ""});
  }

  Result<Crosstab> Make(const std::string& rows, const std::string& columns, Where filters,
                        std::optional<Period> period = {}) {
    CrosstabQuery query{datasets_.Find("thb_victims"), rows, columns, std::move(filters), period};
    const auto stored = StoredCodes(codes_, snapshot_, *query.dataset);
    CompleteFilters(stored, query);
    return MakeCrosstab(codes_, snapshot_, stored, std::move(query));
  }

  Codes codes_;
  Datasets datasets_;
  Snapshot snapshot_;
};

TEST_F(CrosstabTest, KeepsTheFourStatesApart) {
  const Crosstab table = *Make("geo", "time", {{"geo", {"NL", "BE", "LU"}}});
  ASSERT_EQ(table.column_codes, (std::vector<std::string>{"2019", "2020"}));
  EXPECT_EQ(table.cells[0][0].cell.value, 30);
  EXPECT_EQ(table.cells[0][1].cell.state, CellState::kValue);
  EXPECT_EQ(table.cells[0][1].cell.value, 0);
  EXPECT_EQ(table.cells[1][0].cell.state, CellState::kSuppressed);
  EXPECT_EQ(table.cells[1][0].cell.upper, 4);
  EXPECT_EQ(table.cells[1][1].cell.reason, "not_collected");
  EXPECT_EQ(table.cells[2][0].cell.reason, "not_sent");
}

TEST_F(CrosstabTest, AddsUpAndCountsWhatIsMissing) {
  const Crosstab table =
      *Make("geo", "sex", {{"geo", {"EU27_2020"}}, {"sex", {"T"}}}, Period{2019, 2020, 0});
  const CrosstabCell& sum = table.cells[0][0];
  EXPECT_EQ(sum.cell.lower, 30);
  EXPECT_EQ(sum.cell.upper, 34);
  EXPECT_EQ(sum.parts, 54U);
  EXPECT_EQ(sum.missing, 51U);
  const std::vector<SnapshotCell> cells = ToCells(table);
  ASSERT_EQ(cells.size(), 1U);
  EXPECT_EQ(Join(cells[0].key, "."), "TOTAL.TOTAL.T.TOTAL.TOTAL.ICCS0204.EU27_2020.2019+2020");
  EXPECT_NE(cells[0].cell.flags.find('d'), std::string::npos) << "the sum is not complete";
}

TEST_F(CrosstabTest, FindsTheCellsBehindAPlace) {
  const Dataset& dataset = *datasets_.Find("thb_victims");
  const Where where = {{"sex", {"F"}}, {"geo", {"NL"}}, {"time", {"2019"}}};
  const auto cells = *CellsBehind(codes_, snapshot_, dataset, where);
  ASSERT_EQ(cells.size(), 1U);
  EXPECT_EQ(cells[0].cell.value, 20);
}

TEST_F(CrosstabTest, ReadsAViewAndItsUnion) {
  CrosstabQuery query{datasets_.Find("crim_thb_sex"),
                      "geo",
                      "time",
                      {{"leg_stat", {"PER_VICT"}}, {"geo", {"EU27_2020", "NL"}}},
                      {}};
  const auto stored = StoredCodes(codes_, snapshot_, *query.dataset);
  CompleteFilters(stored, query);
  EXPECT_EQ(query.filters["unit"], std::vector<std::string>{"NR"});
  const Crosstab table = *MakeCrosstab(codes_, snapshot_, stored, query);
  EXPECT_EQ(table.cells[0][0].cell.upper, 34);
  EXPECT_EQ(table.cells[1][0].cell.value, 30);
}

TEST_F(CrosstabTest, RefusesWhatDoesNotFit) {
  EXPECT_EQ(Make("geo", "geo", {}).error().code, ErrorCode::kUsage);
  EXPECT_EQ(Make("colour", "geo", {}).error().code, ErrorCode::kUsage);
  EXPECT_EQ(Make("geo", "time", {{"sex", {"X"}}}).error().code, ErrorCode::kUnknownCode);
  EXPECT_EQ(Make("geo", "time", {{"time", {"soon"}}}).error().code, ErrorCode::kUsage);
}

}  // namespace
}  // namespace thb
