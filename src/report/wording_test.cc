#include "report/wording.h"

#include <gtest/gtest.h>

namespace thb {
namespace {

TEST(ChangeWord, FollowsTheBands) {
  EXPECT_EQ(ChangeWord(0), "same");
  EXPECT_EQ(ChangeWord(0.49), "same");
  EXPECT_EQ(ChangeWord(-0.49), "same");
  EXPECT_EQ(ChangeWord(1.17), "up_slight");
  EXPECT_EQ(ChangeWord(9.49), "up_slight");
  EXPECT_EQ(ChangeWord(9.5), "up_clear") << "printed as 10 %";
  EXPECT_EQ(ChangeWord(-24.4), "down_clear");
  EXPECT_EQ(ChangeWord(-24.9), "down_considerable") << "printed as 25 %";
  EXPECT_EQ(ChangeWord(25), "up_considerable");
  EXPECT_EQ(ChangeWord(-71.6), "down_considerable");
}

// The report of 2022 calls +6.1 % and +24.4 % both "slight", and -6.5 %, -71.6 % and -61.7 % all
// "considerable".
TEST(ChangeWord, TellsApartWhatTheReportOf2022Merged) {
  EXPECT_NE(ChangeWord(6.1), ChangeWord(24.4));
  EXPECT_NE(ChangeWord(-6.5), ChangeWord(-71.6));
}

TEST(DirectionWord, ComparesWhatIsPrinted) {
  EXPECT_EQ(DirectionWord(23.4, 32.6), "up");
  EXPECT_EQ(DirectionWord(52.3, 43.0), "down");
  EXPECT_EQ(DirectionWord(32.6, 33.4), "same");
}

TEST(FractionWord, NamesFractionsNearby) {
  EXPECT_EQ(FractionWord(23), "almost_quarter");
  EXPECT_EQ(FractionWord(25.2), "quarter");
  EXPECT_EQ(FractionWord(50.4), "half");
  EXPECT_EQ(FractionWord(52), "over_half");
  EXPECT_EQ(FractionWord(33), "third");
  EXPECT_EQ(FractionWord(43), "none");
}

}  // namespace
}  // namespace thb
