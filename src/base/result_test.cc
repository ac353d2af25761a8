#include "base/result.h"

#include <gtest/gtest.h>

#include <set>

namespace thb {
namespace {

Result<int> Half(int number) {
  if (number % 2 != 0)
    return Fail(ErrorCode::kBadValue, "odd number", "argument", "pass an even one");
  return number / 2;
}

Result<int> Quarter(int number) {
  const int half = TRY(Half(number));
  return TRY(Half(half));
}

TEST(ResultTest, TryTakesTheValueOrReturnsTheError) {
  EXPECT_EQ(*Quarter(12), 3);
  const auto failed = Quarter(6);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().ToLine(), "odd number; at argument; pass an even one [bad-value]");
}

TEST(ResultTest, ALineHoldsNoLineBreak) {
  const Error error{ErrorCode::kIo, "a\nb\x01", "c\r", ""};
  EXPECT_EQ(error.ToLine(), "a b ; at c  [io]");
}

TEST(ResultTest, TheTableFollowsTheEnumerationAndHasEachNameOnce) {
  std::set<std::string_view> names;
  int index = 0;
  for (const ErrorInfo& info : ErrorTable()) {
    EXPECT_EQ(static_cast<int>(info.code), index++);
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_GE(info.exit_status, 1);
    EXPECT_LE(info.exit_status, 3);
    EXPECT_GE(info.http_status, 400);
  }
}

}  // namespace
}  // namespace thb
