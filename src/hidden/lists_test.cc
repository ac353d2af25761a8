#include "hidden/lists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace thb {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string ErrorOf(std::string_view csv, const std::vector<std::string>& strata = {}) {
  const auto lists = ReadLists(csv, "l.csv", strata);
  return lists ? "" : lists.error().ToLine();
}

TEST(ReadLists, AddsUpRowsOfCountsAndOfRecords) {
  const auto counted = ReadLists("A,B,count\n1,0,5\n0,1,7\n1,1,2\n1,0,1\n0,0,\n", "l.csv", {});
  ASSERT_TRUE(counted) << counted.error().ToLine();
  EXPECT_THAT(counted->pooled.lists, ElementsAre("A", "B"));
  EXPECT_EQ(counted->pooled.cells.size(), 3U);
  EXPECT_EQ(counted->pooled.At(1), 6);
  EXPECT_EQ(counted->pooled.At(3), 2);
  EXPECT_EQ(counted->pooled.Observed(), 15);
  const auto records = ReadLists("\"A\";\"B\"\n1;0\n1;0\n1;1\n", "l.csv", {});
  ASSERT_TRUE(records) << records.error().ToLine();
  EXPECT_EQ(records->pooled.At(1), 2);
  EXPECT_EQ(records->pooled.At(2), 0);
}

TEST(ReadLists, KeepsSuppressedCountsAsBounds) {
  const auto lists = ReadLists("A,B,count\n1,0,50\n0,1,7\n1,1,<5\n", "l.csv", {});
  ASSERT_TRUE(lists) << lists.error().ToLine();
  EXPECT_TRUE(lists->pooled.HasBounds());
  EXPECT_EQ(lists->pooled.cells[2].lower, 0);
  EXPECT_EQ(lists->pooled.cells[2].upper, 4);
  EXPECT_EQ(lists->pooled.At(3), 2);
  EXPECT_THAT(ErrorOf("A,B,count\n1,1,:c\n"), HasSubstr("without a bound; at l.csv:2"));
}

TEST(ReadLists, SplitsByStratumAndKnowsWhichListsApply) {
  const auto lists =
      ReadLists("sex,A,B,C,count\nM,1,0,,4\nM,1,1,,2\nF,1,0,0,3\nF,0,1,1,5\n", "l.csv", {"sex"});
  ASSERT_TRUE(lists) << lists.error().ToLine();
  ASSERT_EQ(lists->strata.size(), 2U);
  EXPECT_THAT(lists->strata[0].values, ElementsAre("F"));
  EXPECT_EQ(lists->strata[0].applicable, 7U);
  EXPECT_EQ(lists->strata[1].applicable, 3U);
  EXPECT_EQ(lists->pooled.At(1), 7);
  EXPECT_THAT(ErrorOf("sex,A,B,count\nM,1,,4\nM,1,1,2\n", {"sex"}),
              HasSubstr("list B is empty in some rows and not in others in M"));
}

TEST(Lists, AreLeftOutAndMerged) {
  const auto lists = ReadLists("A,B,C,count\n1,0,0,5\n0,1,0,7\n1,1,0,2\n0,1,1,<4\n", "l.csv", {});
  ASSERT_TRUE(lists);
  const ListTable kept = KeepLists(lists->pooled, 0b101);
  EXPECT_THAT(kept.lists, ElementsAre("A", "C"));
  EXPECT_EQ(kept.At(0b01), 7);
  EXPECT_EQ(kept.At(0b10), 1.5);
  EXPECT_EQ(kept.cells[1].upper, 3);
  const ListTable merged = MergeLists(lists->pooled, 0, 1);
  EXPECT_THAT(merged.lists, ElementsAre("A+B", "C"));
  EXPECT_EQ(merged.At(0b01), 14);
  EXPECT_EQ(merged.At(0b11), 1.5);
}

TEST(ReadLists, RefusesWhatIsNoTableOfLists) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("the file is empty"));
  EXPECT_THAT(ErrorOf("A,B\n"), HasSubstr("no rows"));
  EXPECT_THAT(ErrorOf("count\n3\n"), HasSubstr("no column is a list"));
  EXPECT_THAT(ErrorOf("A,A\n1,0\n"), HasSubstr("two columns are named A"));
  EXPECT_THAT(ErrorOf("A,,B\n1,0,1\n"), HasSubstr("column 2 has no name"));
  EXPECT_THAT(ErrorOf("A,B\n1\n"), HasSubstr("l.csv:2"));
  EXPECT_THAT(ErrorOf("A,B\n1,2\n"), HasSubstr("list B has the value 2"));
  EXPECT_THAT(ErrorOf("A,B,count\n0,0,3\n"), HasSubstr("persons on no list"));
  EXPECT_THAT(ErrorOf("A,B,count\n1,0,-3\n"), HasSubstr("not a count: -3"));
  EXPECT_THAT(ErrorOf("A,B,count\n1,0,1.5\n"), HasSubstr("not a count: 1.5"));
  EXPECT_THAT(ErrorOf("A,B,count\n1,0,<0\n"), HasSubstr("not a count"));
  EXPECT_THAT(ErrorOf("A,B,count\n1,0,2e9\n"), HasSubstr("not a count"));
  EXPECT_THAT(ErrorOf("A,B,count\n1,0,9e8\n1,0,9e8\n"), HasSubstr("an overlap of more than"));
  EXPECT_THAT(ErrorOf("A,B,count\n1,0,9e8\n0,1,9e8\n"), HasSubstr("more than 1000000000 persons"));
  EXPECT_THAT(ErrorOf("A,B\n1,\n1,\n"), HasSubstr("list B is empty in every row"));
  EXPECT_THAT(ErrorOf("A,B\n1,0\n", {"sex"}), HasSubstr("there is no column sex"));
  EXPECT_THAT(ErrorOf("a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q\n"), HasSubstr("17 lists"));
}

}  // namespace
}  // namespace thb
