#include "demo/internal/rounding.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace thb {
namespace {

TEST(RoundingTest, KeepsMarginsAndStaysNextToTheFittedTable) {
  // Independence: every fitted cell is 5 * 5 / 15 = 1.67, so each integer is 1 or 2.
  const std::vector<double> prior(9, 1.0);
  const std::vector<std::int64_t> margin = {5, 5, 5};
  const auto counts = RoundToMargins(prior, {margin, margin});
  ASSERT_TRUE(counts);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ((*counts)[i * 3] + (*counts)[i * 3 + 1] + (*counts)[i * 3 + 2], 5);
    EXPECT_EQ((*counts)[i] + (*counts)[i + 3] + (*counts)[i + 6], 5);
  }
  for (const std::int64_t count : *counts) EXPECT_TRUE(count == 1 || count == 2) << count;
}

TEST(RoundingTest, KeepsStructuralZeros) {
  const std::vector<double> prior = {0, 1, 1, 0};
  const std::vector<std::int64_t> rows = {3, 4};
  const std::vector<std::int64_t> columns = {4, 3};
  const auto counts = RoundToMargins(prior, {rows, columns});
  ASSERT_TRUE(counts);
  EXPECT_EQ(*counts, (std::vector<std::int64_t>{0, 3, 4, 0}));
}

TEST(RoundingTest, RefusesZerosThatLeaveNoTable) {
  const std::vector<double> prior = {0, 1, 1, 0};
  const std::vector<std::int64_t> rows = {3, 4};
  const std::vector<std::int64_t> columns = {3, 4};
  EXPECT_FALSE(RoundToMargins(prior, {rows, columns}));
}

TEST(RoundingTest, RefusesMarginsOfDifferentSum) {
  const std::vector<double> prior(4, 1.0);
  const std::vector<std::int64_t> rows = {3, 4};
  const std::vector<std::int64_t> columns = {3, 5};
  const auto counts = RoundToMargins(prior, {rows, columns});
  ASSERT_FALSE(counts);
  EXPECT_EQ(counts.error().code, ErrorCode::kInternal);
}

TEST(RoundingTest, HoldsForManyTables) {
  Random random(7);
  for (int trial = 0; trial < 200; ++trial) {
    const std::size_t height = 1 + random.Below(12);
    const std::size_t width = 1 + random.Below(12);
    std::vector<double> prior;
    std::vector<std::int64_t> rows(height, 0);
    std::vector<std::int64_t> columns(width, 0);
    for (std::size_t cell = 0; cell < height * width; ++cell) {
      const auto count = static_cast<std::int64_t>(random.Below(6));
      prior.push_back(0.1 + random.Uniform());
      rows[cell / width] += count;
      columns[cell % width] += count;
    }
    const auto counts = RoundToMargins(prior, {rows, columns});
    ASSERT_TRUE(counts) << trial;
    std::vector<std::int64_t> row_sums(height, 0);
    std::vector<std::int64_t> column_sums(width, 0);
    for (std::size_t cell = 0; cell < counts->size(); ++cell) {
      EXPECT_GE((*counts)[cell], 0);
      row_sums[cell / width] += (*counts)[cell];
      column_sums[cell % width] += (*counts)[cell];
    }
    EXPECT_EQ(row_sums, rows);
    EXPECT_EQ(column_sums, columns);
  }
}

}  // namespace
}  // namespace thb
