#include "hidden/simulate.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

namespace thb {
namespace {

ListTruth ThreeLists() {
  ListTruth truth;
  truth.population = 100'000'000;
  truth.lists = {{"A", 0.1}, {"B", 0.2}, {"C", 0.05}};
  return truth;
}

double OnAll(const ListTable& table, ListMask lists) {
  double sum = 0;
  for (const OverlapCell& cell : table.cells) {
    if ((cell.mask & lists) == lists) sum += cell.count;
  }
  return sum;
}

TEST(SimulateTest, ListsHaveTheirProbabilities) {
  const auto drawn = SimulateLists(ThreeLists(), 1);
  ASSERT_TRUE(drawn);
  const double n = 1e8;
  // Five standard deviations.
  EXPECT_NEAR(OnAll(drawn->table, 1) / n, 0.1, 5 * std::sqrt(0.1 / n));
  EXPECT_NEAR(OnAll(drawn->table, 2) / n, 0.2, 5 * std::sqrt(0.2 / n));
  EXPECT_NEAR(OnAll(drawn->table, 7) / n, 0.001, 5 * std::sqrt(0.001 / n));
  EXPECT_NEAR(static_cast<double>(drawn->on_no_list) / n, 0.684, 5 * std::sqrt(0.22 / n));
  EXPECT_EQ(drawn->table.Observed() + static_cast<double>(drawn->on_no_list), n);
}

TEST(SimulateTest, PairsHaveTheirOddsRatioAndListsKeepTheirProbability) {
  ListTruth truth = ThreeLists();
  truth.pairs = {{0, 1, 4}};
  const auto drawn = SimulateLists(truth, 2);
  ASSERT_TRUE(drawn);
  const double n = 1e8;
  const double both = OnAll(drawn->table, 3);
  const double a = OnAll(drawn->table, 1);
  const double b = OnAll(drawn->table, 2);
  EXPECT_NEAR(both * (n - a - b + both) / ((a - both) * (b - both)), 4, 0.02);
  EXPECT_NEAR(a / n, 0.1, 5 * std::sqrt(0.1 / n));
}

TEST(SimulateTest, ClassesMakeListsDependent) {
  ListTruth truth = ThreeLists();
  truth.classes = {{0.5, 1}, {0.5, 0.1}};
  const auto drawn = SimulateLists(truth, 3);
  ASSERT_TRUE(drawn);
  const double n = 1e8;
  const double low = 0.1 / 9 / (1 + 0.1 / 9);
  EXPECT_NEAR(OnAll(drawn->table, 1) / n, (0.1 + low) / 2, 5 * std::sqrt(0.1 / n));
  EXPECT_GT(OnAll(drawn->table, 3) * n, 1.4 * OnAll(drawn->table, 1) * OnAll(drawn->table, 2));
}

TEST(SimulateTest, AnInnerListLiesInsideTheOuterOne) {
  ListTruth truth = ThreeLists();
  truth.inside = {{0, 1}, {1, 2}};
  const auto drawn = SimulateLists(truth, 4);
  ASSERT_TRUE(drawn);
  EXPECT_EQ(OnAll(drawn->table, 1), OnAll(drawn->table, 7));
  EXPECT_EQ(OnAll(drawn->table, 2), OnAll(drawn->table, 6));
}

TEST(SimulateTest, MissedMatchesSplitPersons) {
  ListTruth truth = ThreeLists();
  const auto exact = SimulateLists(truth, 5);
  truth.missed_match = 0.1;
  const auto missed = SimulateLists(truth, 5);
  truth.missed_match = 1;
  const auto all = SimulateLists(truth, 5);
  ASSERT_TRUE(exact && missed && all);
  EXPECT_EQ(missed->table.Observed(),
            exact->table.Observed() + static_cast<double>(missed->missed_matches));
  // Further listings: of those on two lists one, on three two.
  double further = 0;
  for (const OverlapCell& cell : exact->table.cells) {
    further += cell.count * (std::popcount(cell.mask) - 1);
  }
  EXPECT_NEAR(static_cast<double>(missed->missed_matches) / further, 0.1, 0.001);
  EXPECT_EQ(OnAll(all->table, 3) + OnAll(all->table, 5) + OnAll(all->table, 6), 0);
}

TEST(SimulateTest, FalseMatchesJoinRecords) {
  ListTruth truth = ThreeLists();
  truth.population = 10'000;
  const auto exact = SimulateLists(truth, 6);
  truth.false_match = 0.05;
  const auto joined = SimulateLists(truth, 6);
  ASSERT_TRUE(exact && joined);
  EXPECT_EQ(joined->table.Observed(),
            exact->table.Observed() - static_cast<double>(joined->false_matches));
  EXPECT_NEAR(static_cast<double>(joined->false_matches) / exact->table.Observed(), 0.05, 0.02);
  for (ListMask list = 1; list < 8; list *= 2) {
    EXPECT_EQ(OnAll(joined->table, list), OnAll(exact->table, list));
  }
}

TEST(SimulateTest, WritesWhatReadListsReads) {
  const auto drawn = SimulateLists(ThreeLists(), 7);
  ASSERT_TRUE(drawn);
  const auto read = ReadLists(ListsCsv(drawn->table), "lists.csv", {});
  ASSERT_TRUE(read) << read.error().ToLine();
  EXPECT_EQ(read->pooled.lists, drawn->table.lists);
  ASSERT_EQ(read->pooled.cells.size(), drawn->table.cells.size());
  for (std::size_t i = 0; i < drawn->table.cells.size(); ++i) {
    EXPECT_EQ(read->pooled.cells[i].mask, drawn->table.cells[i].mask);
    EXPECT_EQ(read->pooled.cells[i].count, drawn->table.cells[i].count);
  }
}

TEST(SimulateTest, TheSeedDecides) {
  const auto a = SimulateLists(ThreeLists(), 8);
  const auto b = SimulateLists(ThreeLists(), 8);
  const auto c = SimulateLists(ThreeLists(), 9);
  ASSERT_TRUE(a && b && c);
  EXPECT_EQ(ListsCsv(a->table), ListsCsv(b->table));
  EXPECT_NE(ListsCsv(a->table), ListsCsv(c->table));
}

TEST(SimulateTest, RefusesWhatIsNoTruth) {
  const auto refused = [](auto&& change) {
    ListTruth truth = ThreeLists();
    change(truth);
    const auto drawn = SimulateLists(truth, 1);
    return !drawn && drawn.error().code == ErrorCode::kUsage;
  };
  EXPECT_TRUE(refused([](ListTruth& t) { t.population = 0; }));
  EXPECT_TRUE(refused([](ListTruth& t) { t.lists.clear(); }));
  EXPECT_TRUE(refused([](ListTruth& t) { t.lists[0].probability = 1; }));
  EXPECT_TRUE(refused([](ListTruth& t) { t.lists[0].name = "B"; }));
  EXPECT_TRUE(refused([](ListTruth& t) { t.lists[0].name = "count"; }));
  EXPECT_TRUE(refused([](ListTruth& t) { t.pairs = {{0, 0, 2}}; }));
  EXPECT_TRUE(refused([](ListTruth& t) { t.pairs = {{0, 1, 0}}; }));
  EXPECT_TRUE(refused([](ListTruth& t) { t.classes = {{1, -1}}; }));
  EXPECT_TRUE(refused([](ListTruth& t) { t.inside = {{1, 1}}; }));
  EXPECT_TRUE(refused([](ListTruth& t) { t.missed_match = 1.5; }));
}

}  // namespace
}  // namespace thb
