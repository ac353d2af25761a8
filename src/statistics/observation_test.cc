#include "statistics/observation.h"

#include <gtest/gtest.h>

#include "statistics/internal/test_cells.h"

namespace thb {
namespace {

TEST(CellTest, ZeroSuppressedAndMissingAreThreeStates) {
  const Cell zero = Cell::Value(0);
  EXPECT_EQ(zero.state, CellState::kValue);
  EXPECT_EQ(zero.flags, "");
  const Cell below_five = Cell::Suppressed(0, 4);
  EXPECT_EQ(below_five.state, CellState::kSuppressed);
  EXPECT_EQ(below_five.lower, 0);
  EXPECT_EQ(below_five.upper, 4);
  EXPECT_EQ(below_five.flags, "c");
  const Cell missing = Cell::Missing("conflict", "b");
  EXPECT_EQ(missing.state, CellState::kMissing);
  EXPECT_EQ(missing.reason, "conflict");
  EXPECT_EQ(missing.flags, "b");
  EXPECT_NE(zero, below_five);
  EXPECT_NE(zero, Cell::Missing("not_sent"));
  EXPECT_NE(Cell::Missing("not_sent"), Cell::Missing("not_collected"));
}

TEST(CellTest, EveryReasonIsACode) {
  for (const char* reason : {"not_sent", "not_collected", "not_applicable", "conflict"}) {
    EXPECT_NE(World().codes.Find("missing_reason")->Find(reason), nullptr) << reason;
  }
}

TEST(KeyTest, IsDescribedByWhatIsNotAtItsTotal) {
  const Dataset& victims = *World().datasets.Find("thb_victims");
  const Key key = KeyOf(victims, "sex=F age=UNK");
  EXPECT_EQ(DescribeKey(victims, key), "sex=F age=UNK geo=EL time=2020");
  EXPECT_EQ(JoinKey(key), "TOTAL.TOTAL.F.UNK.TOTAL.ICCS0204.EL.2020");
  const Dataset& persons = *World().datasets.Find("thb_persons");
  EXPECT_EQ(DescribeKey(persons, KeyOf(persons, "leg_stat=PER_CNV")),
            "leg_stat=PER_CNV offence=ART2 geo=EL time=2020");
}

TEST(SeverityTest, HasNames) {
  EXPECT_EQ(SeverityName(Severity::kInfo), "info");
  EXPECT_EQ(SeverityName(Severity::kWarning), "warning");
  EXPECT_EQ(SeverityName(Severity::kError), "error");
}

}  // namespace
}  // namespace thb
