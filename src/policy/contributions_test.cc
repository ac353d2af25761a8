#include "policy/contributions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/resources.h"

namespace thb {
namespace {

constexpr std::string_view kHeader = "theme,period,state,kind,statement_en,statement_nl,source\n";

const Codes& TestCodes() {
  static const Result<Codes> kCodes = Codes::Load();
  EXPECT_TRUE(kCodes) << kCodes.error().ToLine();
  return *kCodes;
}

Result<std::vector<Contribution>> Parse(const std::string& rows) {
  return ParseContributions(std::string(kHeader) + rows, "c.csv", TestCodes());
}

Error ErrorOf(const std::string& rows) {
  const auto parsed = Parse(rows);
  EXPECT_FALSE(parsed);
  return parsed ? Error{} : parsed.error();
}

TEST(ParseContributions, FillsStatementsOfALaterRow) {
  const auto rows = Parse(
      "labour.visa,2019-2020,BE,closed,Said by {states}.,Gezegd door {states}.,s\n"
      "labour.visa,2019-2020,CY,closed,,,s\n");
  ASSERT_TRUE(rows) << rows.error().ToLine();
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ((*rows)[1].state, "CY");
  EXPECT_EQ((*rows)[1].statement_nl, "Gezegd door {states}.");
  EXPECT_EQ((*rows)[1].period, (Period{2019, 2020}));
}

TEST(ParseContributions, ReadsColumnsInAnyOrder) {
  const auto rows = ParseContributions(
      "source;state;theme;kind;period;statement_nl;statement_en\n"
      "s;EL;other.x;example;2020;N {states};E {states}\n",
      "c.csv", TestCodes());
  ASSERT_TRUE(rows) << rows.error().ToLine();
  EXPECT_EQ(rows->front().kind, ContributionKind::kExample);
  EXPECT_EQ(rows->front().statement_en, "E {states}");
}

TEST(ParseContributions, NamesWhatIsWrongAndWhere) {
  EXPECT_EQ(ErrorOf("labour.a,2020,XX,closed,{states},{states},s\n").code, ErrorCode::kUnknownCode);
  EXPECT_EQ(ErrorOf("labour.a,2020,XX,closed,{states},{states},s\n").place, "c.csv:2");
  EXPECT_EQ(ErrorOf("labour.a,2020,BE,open,{states},{states},s\n").code, ErrorCode::kUnknownCode);
  EXPECT_EQ(ErrorOf("nothing.a,2020,BE,closed,{states},{states},s\n").code,
            ErrorCode::kUnknownCode);
  EXPECT_EQ(ErrorOf("labour.a,20,BE,closed,{states},{states},s\n").code, ErrorCode::kBadValue);
  EXPECT_EQ(ErrorOf("labour.a,2020,BE,closed,no states,{states},s\n").code, ErrorCode::kBadValue);
  EXPECT_EQ(ErrorOf("labour.a,2020,BE,closed,{states}{states},{states},s\n").code,
            ErrorCode::kBadValue);
  EXPECT_EQ(ErrorOf("labour.a,2020,BE,closed,{states}\n").code, ErrorCode::kStructure);
}

TEST(ParseContributions, RefusesListsThatContradictThemselves) {
  const std::string first = "labour.a,2020,BE,closed,{states},{states},s\n";
  EXPECT_EQ(ErrorOf(first + "labour.a,2020,BE,closed,,,s\n").code, ErrorCode::kConflict);
  EXPECT_EQ(ErrorOf(first + "labour.a,2020,FR,example,,,s\n").code, ErrorCode::kConflict);
  EXPECT_EQ(ErrorOf(first + "labour.a,2020,FR,closed,other {states},,s\n").code,
            ErrorCode::kConflict);
  EXPECT_EQ(ErrorOf(first + "labour.b,2020,FR,closed,{states},{states},s\n" + first).code,
            ErrorCode::kStructure);
}

TEST(ParseContributions, TakesOtherCountriesOnlyInARankedList) {
  EXPECT_EQ(ErrorOf("labour.a,2020,NG,closed,{states},{states},s\n").code, ErrorCode::kUnknownCode);
  EXPECT_EQ(ErrorOf("labour.a,2020,EU27_2020,ranked,{states},{states},s\n").code,
            ErrorCode::kUnknownCode);
  EXPECT_TRUE(Parse("labour.a,2020,NG,ranked,{states},{states},s\n"));
}

TEST(ParseContributions, ReadsTheDemonstrationFile) {
  const auto text = FindResource("templates/demo_contributions.csv");
  ASSERT_TRUE(text);
  const auto rows = ParseContributions(*text, "demo_contributions.csv", TestCodes());
  ASSERT_TRUE(rows) << rows.error().ToLine();
  std::vector<std::string> labour;
  for (const Contribution& row : *rows) {
    if (row.theme == "statistics.labour_main_form") labour.push_back(row.state);
  }
  EXPECT_THAT(labour, testing::ElementsAre("BE", "IT", "LV", "LU", "MT", "PL", "SK"));
}

class StoredContributions : public testing::Test {
 protected:
  void SetUp() override {
    auto database = Database::Open(":memory:", Database::Mode::kCreate);
    ASSERT_TRUE(database) << database.error().ToLine();
    database_ = *std::move(database);
  }
  std::unique_ptr<Database> database_;
};

TEST_F(StoredContributions, ComeBackForEveryPeriodThatTheyTouch) {
  const auto rows = Parse(
      "justice.a,2019-2022,BE,closed,{states},{states},s\n"
      "labour.b,2019-2020,FR,example,{states},{states},s\n"
      "labour.b,2019-2020,AT,example,,,s\n");
  ASSERT_TRUE(rows);
  ASSERT_TRUE(SaveContributions(*database_, *rows));
  const auto both = LoadContributions(*database_, {2020, 2020});
  ASSERT_TRUE(both) << both.error().ToLine();
  // Groups in the order of the report, states in that of the file.
  EXPECT_THAT(*both, testing::ElementsAre((*rows)[1], (*rows)[2], (*rows)[0]));
  const auto later = LoadContributions(*database_, {2021, 2022});
  ASSERT_TRUE(later);
  EXPECT_THAT(*later, testing::ElementsAre((*rows)[0]));
  EXPECT_TRUE(LoadContributions(*database_, {2015, 2016})->empty());
}

TEST_F(StoredContributions, AreReplacedListByList) {
  ASSERT_TRUE(
      SaveContributions(*database_, *Parse("labour.a,2020,BE,closed,{states},{states},s\n"
                                           "labour.a,2020,FR,closed,,,s\n"
                                           "labour.b,2020,IT,closed,{states},{states},s\n")));
  ASSERT_TRUE(
      SaveContributions(*database_, *Parse("labour.a,2020,ES,closed,{states},{states},s\n")));
  const auto rows = LoadContributions(*database_, {2020, 2020});
  ASSERT_TRUE(rows);
  std::vector<std::string> states;
  for (const Contribution& row : *rows) states.push_back(row.theme + " " + row.state);
  EXPECT_THAT(states, testing::UnorderedElementsAre("labour.a ES", "labour.b IT"));
}

}  // namespace
}  // namespace thb
