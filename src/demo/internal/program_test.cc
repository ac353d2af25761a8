#include "demo/internal/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace thb {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ProgramTest, StaysAtThePriorsWhereNothingIsRequired) {
  Program program;
  program.AddCount(3);
  program.AddCount(0);
  const auto counts = program.Solve();
  ASSERT_TRUE(counts);
  EXPECT_EQ(*counts, (std::vector<std::int64_t>{3, 0}));
}

TEST(ProgramTest, FindsTheNearestIntegersThatSatisfyAShare) {
  // 27 % of 100, from a prior of 20 %.
  Program program;
  const std::size_t part = program.AddCount(20);
  const std::size_t rest = program.AddCount(80);
  program.RequireEqual("total", {{part, 1}, {rest, 1}}, 100);
  program.RequireAtLeast("share", {{part, 200 - 53}, {rest, -53}}, 0);
  const auto counts = program.Solve();
  ASSERT_TRUE(counts);
  EXPECT_EQ(*counts, (std::vector<std::int64_t>{27, 73}));
}

TEST(ProgramTest, APriorOfZeroIsAStructuralZero) {
  Program program;
  const std::size_t zero = program.AddCount(0);
  program.RequireAtLeast("one", {{zero, 1}}, 1);
  const auto counts = program.Solve();
  ASSERT_FALSE(counts);
  EXPECT_THAT(counts.error().what, HasSubstr("one"));
}

TEST(ProgramTest, NamesOnlyTheClaimsThatContradictEachOther) {
  Program program;
  const std::size_t a = program.AddCount(5);
  const std::size_t b = program.AddCount(5);
  program.RequireEqual("bystander", {{b, 1}}, 7);
  program.RequireAtLeast("high", {{a, 1}, {b, 1}}, 20);
  program.Require("low", {{a, 1}}, 0, 10);
  const auto counts = program.Solve();
  ASSERT_FALSE(counts);
  EXPECT_EQ(counts.error().code, ErrorCode::kConflict);
  EXPECT_THAT(counts.error().what, HasSubstr("bystander, high, low"));

  Program other;
  const std::size_t c = other.AddCount(5);
  const std::size_t d = other.AddCount(5);
  other.RequireEqual("bystander", {{d, 1}}, 7);
  other.RequireAtLeast("high", {{c, 1}}, 20);
  other.Require("low", {{c, 1}}, 0, 10);
  const auto none = other.Solve();
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().what, HasSubstr("high, low"));
  EXPECT_THAT(none.error().what, Not(HasSubstr("bystander")));
}

TEST(ProgramTest, NamesClaimsThatOnlyIntegersContradict) {
  // Half of an odd number: real numbers exist, integers do not.
  Program program;
  const std::size_t a = program.AddCount(3);
  const std::size_t b = program.AddCount(4);
  program.RequireEqual("odd", {{a, 1}, {b, 1}}, 7);
  program.RequireEqual("half", {{a, 1}, {b, -1}}, 0);
  const auto counts = program.Solve();
  ASSERT_FALSE(counts);
  EXPECT_EQ(counts.error().code, ErrorCode::kConflict);
  EXPECT_THAT(counts.error().what, HasSubstr("odd, half"));
}

TEST(ProgramTest, ArithmeticIsNeverBlamed) {
  Program program;
  const std::size_t a = program.AddCount(3);
  const std::size_t b = program.AddCount(3);
  program.RequireEqual("", {{a, 1}, {b, -1}}, 0);
  program.RequireEqual("four", {{a, 1}}, 4);
  program.RequireEqual("five", {{b, 1}}, 5);
  const auto counts = program.Solve();
  ASSERT_FALSE(counts);
  EXPECT_THAT(counts.error().what, testing::EndsWith(": four, five"));
}

}  // namespace
}  // namespace thb
