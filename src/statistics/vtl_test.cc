#include "statistics/vtl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

namespace thb {
namespace {

using ::testing::HasSubstr;

// A table of (sex, age, time) and its cells, which it owns.
class Table {
 public:
  Table& Add(std::string sex, std::string age, std::string time, Cell cell) {
    keys_.push_back({std::move(sex), std::move(age), std::move(time)});
    cells_.push_back(std::move(cell));
    points_.push_back({&keys_.back(), &cells_.back()});
    return *this;
  }
  Table& Add(std::string sex, double value) {
    return Add(std::move(sex), "TOTAL", "2020", Cell::Value(value));
  }
  Table& Add(std::string sex, Cell cell) {
    return Add(std::move(sex), "TOTAL", "2020", std::move(cell));
  }

  VtlTable Make() const { return VtlTable::Make({"sex", "age", "time"}, points_).value(); }

 private:
  std::deque<Key> keys_;
  std::deque<Cell> cells_;
  std::vector<VtlPoint> points_;
};

// The outcomes of all data points or groups, in order: T, F or ?.
std::string Outcomes(const std::string& text, const Table& table) {
  const auto program = VtlProgram::Parse(text, "rules.vtl");
  if (!program) return program.error().ToLine();
  const VtlTable made = table.Make();
  const auto results = program->Run({{"DS", &made}});
  if (!results) return results.error().ToLine();
  std::string out;
  for (const VtlResult& result : *results) {
    out += result.outcome == VtlOutcome::kTrue    ? 'T'
           : result.outcome == VtlOutcome::kFalse ? 'F'
                                                  : '?';
  }
  return out;
}

std::string Datapoint(const std::string& condition) {
  return "define datapoint ruleset R (variable sex, age, time as Y, obs_value as O, obs_flag, "
         "conf_status, missing_reason) is " +
         condition + " end datapoint ruleset; DS_r := check_datapoint(DS, R all);";
}

std::string Hierarchy(const std::string& rules, const std::string& options) {
  return "define hierarchical ruleset H (variable condition time rule sex) is " + rules +
         " end hierarchical ruleset; DS_r := check_hierarchy(DS, H " + options + ");";
}

struct ExpressionCase {
  const char* condition;
  const char* outcome;  // on F, 12 of 2020, flag "b"
};

class VtlExpression : public testing::TestWithParam<ExpressionCase> {};

TEST_P(VtlExpression, GivesItsTruthValue) {
  Table table;
  table.Add("F", Cell::Value(12, "b"));
  EXPECT_EQ(Outcomes(Datapoint(GetParam().condition), table), GetParam().outcome)
      << GetParam().condition;
}

INSTANTIATE_TEST_SUITE_P(
    All, VtlExpression,
    testing::Values(
        ExpressionCase{"O = 12", "T"}, ExpressionCase{"O <> 12", "F"},
        ExpressionCase{"O < 12", "F"}, ExpressionCase{"O <= 12", "T"},
        ExpressionCase{"O > 11.5", "T"}, ExpressionCase{"O >= 13", "F"},
        ExpressionCase{"O = 2 + 5 * 2", "T"}, ExpressionCase{"O = (2 + 4) * 2", "T"},
        ExpressionCase{"O - 2 - 3 = 7", "T"}, ExpressionCase{"O / 4 / 3 = 1", "T"},
        ExpressionCase{"O = - -12", "T"}, ExpressionCase{"O / 0 = 1", "?"},
        ExpressionCase{"sex = \"F\" and age = \"TOTAL\"", "T"},
        ExpressionCase{"sex = \"M\" or Y >= \"2021\"", "F"},
        ExpressionCase{"sex = \"F\" xor true", "F"}, ExpressionCase{"not (sex = \"F\")", "F"},
        ExpressionCase{"sex in {\"M\", \"F\"}", "T"}, ExpressionCase{"sex not_in {\"M\"}", "T"},
        ExpressionCase{"O in {-12, 12}", "T"}, ExpressionCase{"between(O, 12, 20)", "T"},
        ExpressionCase{"between(Y, \"2008\", \"2019\")", "F"}, ExpressionCase{"isnull(O)", "F"},
        ExpressionCase{"nvl(null, O) = 12", "T"}, ExpressionCase{"abs(5 - O) = 7", "T"},
        ExpressionCase{"round(O / 7, 1) = 1.7", "T"}, ExpressionCase{"round(O / 7) = 2", "T"},
        ExpressionCase{"if O > 5 then sex = \"F\" else false", "T"},
        ExpressionCase{"(if O > 50 then 1 else 2) = 2", "T"}, ExpressionCase{"null", "?"},
        ExpressionCase{"O = null", "?"}, ExpressionCase{"O = null and false", "F"},
        ExpressionCase{"O = null or true", "T"}, ExpressionCase{"obs_flag = \"b\"", "T"},
        ExpressionCase{"conf_status = \"\"", "T"}, ExpressionCase{"missing_reason = \"\"", "T"},
        ExpressionCase{"when sex = \"M\" then O > 100", "T"},
        ExpressionCase{"when sex = \"F\" then O > 100", "F"},
        ExpressionCase{"when O = null then O > 100", "?"},
        ExpressionCase{"/* a */ O = // b\n 12", "T"}));

TEST(Vtl, SuppressedCellBreaksARuleOnlyWhereEveryValueDoes) {
  Table table;
  table.Add("F", Cell::Suppressed(0, 4)).Add("M", Cell::Suppressed(5, -1));
  EXPECT_EQ(Outcomes(Datapoint("O <= 4"), table), "TF");
  EXPECT_EQ(Outcomes(Datapoint("O <= 3"), table), "?F");
  EXPECT_EQ(Outcomes(Datapoint("O >= 5"), table), "FT");
  EXPECT_EQ(Outcomes(Datapoint("O = 2"), table), "?F");
  EXPECT_EQ(Outcomes(Datapoint("2 * O <= 8"), table), "TF");
  EXPECT_EQ(Outcomes(Datapoint("10 - O >= 6"), table), "TF");
  EXPECT_EQ(Outcomes(Datapoint("abs(O - 2) <= 2"), table), "TF");
}

TEST(Vtl, MissingCellIsNull) {
  Table table;
  table.Add("F", Cell::Missing("not_sent"));
  EXPECT_EQ(Outcomes(Datapoint("isnull(O)"), table), "T");
  EXPECT_EQ(Outcomes(Datapoint("O > 3"), table), "?");
  EXPECT_EQ(Outcomes(Datapoint("missing_reason = \"not_sent\""), table), "T");
}

TEST(Vtl, InvalidIsTheDefaultOutput) {
  Table table;
  table.Add("F", 1).Add("M", 2);
  const std::string text =
      "define datapoint ruleset R (variable obs_value) is obs_value > 1 end datapoint ruleset "
      "DS_r <- check_datapoint(DS, R);";
  EXPECT_EQ(Outcomes(text, table), "F");
}

TEST(Vtl, ComponentsReplaceTheSignatureInOrder) {
  Table table;
  table.Add("F", 1);
  const std::string ruleset =
      "define datapoint ruleset R (variable a as X, b) is X = \"2020\" and b = \"F\" "
      "end datapoint ruleset ";
  EXPECT_EQ(Outcomes(ruleset + "DS_r := check_datapoint(DS, R components time, sex all);", table),
            "T");
  EXPECT_THAT(Outcomes(ruleset + "DS_r := check_datapoint(DS, R all);", table),
              HasSubstr("has no component a; at rules.vtl:1:"));
  EXPECT_THAT(
      Outcomes(ruleset + "DS_r := check_datapoint(DS, R components time, obs_value);", table),
      HasSubstr("another type"));
}

TEST(Vtl, HierarchyComparesTheLeftItemWithTheSum) {
  Table table;
  table.Add("T", 10).Add("F", 6).Add("M", 5);
  EXPECT_EQ(Outcomes(Hierarchy("T = F + M", "all"), table), "F");
  EXPECT_EQ(Outcomes(Hierarchy("T >= F + M", "all"), table), "F");
  EXPECT_EQ(Outcomes(Hierarchy("T <= F + M", "all"), table), "T");
  EXPECT_EQ(Outcomes(Hierarchy("T > F; T < F", "all"), table), "TF");
  EXPECT_EQ(Outcomes(Hierarchy("M = + T - F + 'NO ONE'", "always_zero all"), table), "F");
}

TEST(Vtl, HierarchyResultCarriesTermsAndSum) {
  Table table;
  table.Add("T", 10).Add("F", Cell::Suppressed(0, 4)).Add("M", 11);
  const auto program = VtlProgram::Parse(
      Hierarchy("X: T >= F + M errorcode \"over\" errorlevel 2", "partial_zero"), "r.vtl");
  ASSERT_TRUE(program);
  EXPECT_EQ(program->rules()[0].id, "over");
  EXPECT_EQ(program->rules()[0].level, 2);
  EXPECT_EQ(program->rules()[0].text, "T >= F + M");
  EXPECT_EQ(program->rules()[0].relation, ">=");
  const VtlTable made = table.Make();
  const auto results = program->Run({{"DS", &made}});
  ASSERT_TRUE(results);
  ASSERT_EQ(results->size(), 1U);
  const VtlResult& result = results->front();
  EXPECT_EQ(result.key, (Key{"T", "TOTAL", "2020"}));
  EXPECT_EQ(result.dimension, "sex");
  EXPECT_EQ(result.value, (Interval{10, 10}));
  EXPECT_EQ(result.sum, (Interval{11, 15}));
  EXPECT_EQ(result.terms[0].code, "F");
}

TEST(Vtl, RuleWithoutErrorcodeIsNamedAfterItsRuleset) {
  const auto program = VtlProgram::Parse(Hierarchy("T = F; second: T = M", ""), "r.vtl");
  ASSERT_TRUE(program);
  EXPECT_EQ(program->rules()[0].id, "H.1");
  EXPECT_EQ(program->rules()[1].id, "H.second");
  EXPECT_EQ(program->rules()[1].place, "r.vtl:1:84");
}

struct ModeCase {
  const char* mode;
  const char* outcome;  // of T = F + M + UNK, in the four years of the test
};

class VtlMode : public testing::TestWithParam<ModeCase> {};

TEST_P(VtlMode, DecidesWhichGroupsAreEvaluated) {
  Table table;
  // 2017: all there. 2018: UNK absent. 2019: the total absent. 2020: F there and missing.
  table.Add("T", "TOTAL", "2017", Cell::Value(3)).Add("F", "TOTAL", "2017", Cell::Value(1));
  table.Add("M", "TOTAL", "2017", Cell::Value(2)).Add("UNK", "TOTAL", "2017", Cell::Value(0));
  table.Add("T", "TOTAL", "2018", Cell::Value(3)).Add("F", "TOTAL", "2018", Cell::Value(1));
  table.Add("M", "TOTAL", "2018", Cell::Value(1)).Add("F", "TOTAL", "2019", Cell::Value(1));
  table.Add("T", "TOTAL", "2020", Cell::Value(3)).Add("M", "TOTAL", "2020", Cell::Value(9));
  table.Add("F", "TOTAL", "2020", Cell::Missing("conflict"));
  EXPECT_EQ(Outcomes(Hierarchy("T = F + M + UNK", std::string(GetParam().mode) + " all"), table),
            GetParam().outcome)
      << GetParam().mode;
}

INSTANTIATE_TEST_SUITE_P(
    All, VtlMode,
    testing::Values(ModeCase{"", "T"}, ModeCase{"non_null", "T"}, ModeCase{"non_zero", "TF?"},
                    ModeCase{"partial_null", "T???"}, ModeCase{"partial_zero", "TF?"},
                    ModeCase{"always_null", "T???"}, ModeCase{"always_zero", "TFF?"}));

TEST(Vtl, NonZeroLeavesOutGroupsOfNoughts) {
  Table table;
  table.Add("T", 0).Add("F", 0);
  EXPECT_EQ(Outcomes(Hierarchy("T = F", "non_zero all"), table), "");
  EXPECT_EQ(Outcomes(Hierarchy("T = F", "partial_zero all"), table), "T");
}

TEST(Vtl, ConditionOfAHierarchicalRuleChoosesGroups) {
  Table table;
  table.Add("T", "TOTAL", "2019", Cell::Value(1)).Add("F", "TOTAL", "2019", Cell::Value(2));
  table.Add("T", "TOTAL", "2020", Cell::Value(1)).Add("F", "TOTAL", "2020", Cell::Value(2));
  EXPECT_EQ(Outcomes(Hierarchy("when time = \"2020\" then T >= F", "all"), table), "F");
  EXPECT_EQ(Outcomes(Hierarchy("T >= F", "all"), table), "FF");
}

TEST(Vtl, DatasetPriorityComputesWhatIsNotSent) {
  Table table;
  table.Add("T", 10).Add("A", 4).Add("B1", 5).Add("B2", 3);
  const std::string rules = "T >= A + B; B = B1 + B2";
  EXPECT_EQ(Outcomes(Hierarchy(rules, "partial_zero dataset all"), table), "T");
  EXPECT_EQ(Outcomes(Hierarchy(rules, "partial_zero dataset_priority all"), table), "F");
  table.Add("B", 6);
  EXPECT_EQ(Outcomes(Hierarchy(rules, "partial_zero dataset_priority all"), table), "TF");
}

TEST(Vtl, RulesetOnAValueDomainTakesItsComponentFromTheStatement) {
  Table table;
  table.Add("T", 1).Add("F", 2);
  const std::string ruleset =
      "define hierarchical ruleset H (valuedomain rule CL_SEX) is T >= F "
      "end hierarchical ruleset; ";
  EXPECT_EQ(Outcomes(ruleset + "DS_r := check_hierarchy(DS, H rule sex);", table), "F");
  EXPECT_THAT(Outcomes(ruleset + "DS_r := check_hierarchy(DS, H);", table),
              HasSubstr("names no component"));
  EXPECT_THAT(Outcomes(ruleset + "DS_r := check_hierarchy(DS, H rule geo);", table),
              HasSubstr("has no dimension geo"));
}

TEST(Vtl, UnknownDatasetIsNamedWithItsPlace) {
  const std::string text =
      "define datapoint ruleset R (variable obs_value) is obs_value > 1 end datapoint ruleset;\n"
      "DS_r := check_datapoint(OTHER, R);";
  EXPECT_EQ(Outcomes(text, Table()),
            "no dataset OTHER; at rules.vtl:2:1; choose one of DS [not-found]");
}

TEST(VtlTable, RefusesARepeatedKey) {
  const Key key = {"F"};
  const Cell cell = Cell::Value(1);
  const auto table = VtlTable::Make({"sex"}, {{&key, &cell}, {&key, &cell}});
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().code, ErrorCode::kConflict);
}

TEST(VtlTable, RefusesMoreCombinationsThanItCanNumber) {
  std::deque<Key> keys;
  const Cell cell = Cell::Value(1);
  std::vector<VtlPoint> points;
  for (int i = 0; i < 300; ++i) {
    keys.push_back(Key(8, std::to_string(i)));
    points.push_back({&keys.back(), &cell});
  }
  const auto table = VtlTable::Make(std::vector<std::string>(8, "d"), points);
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().code, ErrorCode::kLimit);
}

struct ErrorCase {
  std::string text;
  const char* message;  // a part of the line
  ErrorCode code = ErrorCode::kParse;
};

class VtlErrors : public testing::TestWithParam<ErrorCase> {};

TEST_P(VtlErrors, NameWhatAndWhere) {
  const auto program = VtlProgram::Parse(GetParam().text, "r.vtl");
  ASSERT_FALSE(program) << GetParam().text;
  EXPECT_THAT(program.error().ToLine(), HasSubstr(GetParam().message));
  EXPECT_EQ(program.error().code, GetParam().code);
}

std::string Repeat(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

INSTANTIATE_TEST_SUITE_P(
    All, VtlErrors,
    testing::Values(
        ErrorCase{"nonsense", "expected ':=', found the end; at r.vtl:1:9"},
        ErrorCase{"42", "expected define or a result such as DS_r, found '42'; at r.vtl:1:1"},
        ErrorCase{"DS_r := inner_join(A, B);", "'inner_join' is not in the subset",
                  ErrorCode::kUnsupported},
        ErrorCase{"define operator f() is 1 end operator;", "'define operator' is not in",
                  ErrorCode::kUnsupported},
        ErrorCase{"DS_r := check_datapoint(A, R);", "no ruleset R is defined above; at r.vtl:1:28",
                  ErrorCode::kNotFound},
        ErrorCase{"/* never ends", "comment without an end; at r.vtl:1:1"},
        ErrorCase{"x := \"never ends\n\"", "text without an end; at r.vtl:1:6"},
        ErrorCase{"x := 12abc", "bad number"},
        ErrorCase{"\n  #", "unexpected character; at r.vtl:2:3"},
        ErrorCase{"\xff", "not valid UTF-8", ErrorCode::kEncoding},
        ErrorCase{std::string(kMaxVtlBytes + 1, ' '), "longer than 1 MiB", ErrorCode::kLimit},
        ErrorCase{Datapoint("X = 1"), "'X' is not in the signature of the ruleset"},
        ErrorCase{Datapoint("O = \"1\""), "'=' takes a number, not a text"},
        ErrorCase{Datapoint("O"), "a condition is true or false, not a number"},
        ErrorCase{Datapoint("not sex = \"F\""), "'not' takes a boolean, not a text"},
        ErrorCase{Datapoint("sex + 1 = 2"), "'+' takes a number, not a text"},
        ErrorCase{Datapoint("O > 1 and O"), "'and' takes a boolean, not a number"},
        ErrorCase{Datapoint("O in {1, O}"), "a set holds constants only"},
        ErrorCase{Datapoint("sex in {1}"), "'in' takes a text, not a number"},
        ErrorCase{Datapoint("O in {}"), "expected a value, found '}'"},
        ErrorCase{Datapoint("sqrt(O) = 1"), "the function 'sqrt' is not in the subset",
                  ErrorCode::kUnsupported},
        ErrorCase{Datapoint("between(O, 1)"), "wrong number of arguments of 'between'"},
        ErrorCase{Datapoint("abs(O, 1) = 1"), "wrong number of arguments of 'abs'"},
        ErrorCase{Datapoint("round(O, 99) = 1"), "round takes its decimals"},
        ErrorCase{Datapoint("if O > 1 then true"), "expected 'else'"},
        ErrorCase{Datapoint("if O > 1 then 1 else \"a\""), "'if' takes a number, not a text"},
        ErrorCase{Datapoint("(O > 1"), "expected ')', found 'end'"},
        ErrorCase{Datapoint("O > 1 errorlevel 9"), "expected errorlevel 1 (information)"},
        ErrorCase{Datapoint("O > 1 errorcode 9"), "expected an error code in double quotes"},
        ErrorCase{Datapoint("a: O > 1; a: O > 2"), "the rule a is defined twice"},
        ErrorCase{Datapoint(Repeat("(", 70) + "O"), "nested deeper than 64", ErrorCode::kLimit},
        ErrorCase{Datapoint(Repeat("- ", 70) + "O = 1"), "nested deeper", ErrorCode::kLimit},
        ErrorCase{Datapoint("O = 1" + Repeat(" + 1", 2000)), "more than 2000 parts",
                  ErrorCode::kLimit},
        ErrorCase{Datapoint("O = 1" + Repeat("; O = 1", 2000)), "more than 2000 rules",
                  ErrorCode::kLimit},
        ErrorCase{Hierarchy("T", ""), "expected =, <, <=, > or >=, found 'end'"},
        ErrorCase{Hierarchy("T <> F", ""), "expected =, <, <=, > or >=, found '<>'"},
        ErrorCase{Hierarchy("T = ", ""), "expected a code, found 'end'"},
        ErrorCase{Hierarchy("T = F [time = \"2020\"]", ""), "a condition on an item is not in",
                  ErrorCode::kUnsupported},
        ErrorCase{Hierarchy("T = A" + Repeat("+ A", 500), ""), "more than 500 items",
                  ErrorCode::kLimit},
        ErrorCase{Hierarchy("A = B; B = C; C = A", ""), "the rules compute A from itself"},
        ErrorCase{Hierarchy("T = F", "bogus"), "expected ')', found 'bogus'"},
        ErrorCase{Hierarchy("T = F", "condition time, sex"), "takes 1 components, not 2"},
        ErrorCase{"define datapoint ruleset R (valuedomain X) is 1 = 1 end datapoint ruleset",
                  "on value domains is not in the subset", ErrorCode::kUnsupported},
        ErrorCase{"define datapoint ruleset R (variable a, b as a) is 1 = 1", "'a' is named twice"},
        ErrorCase{"define datapoint ruleset R (variable a) is end datapoint ruleset",
                  "expected a rule, found 'end'"},
        ErrorCase{Datapoint("O = 1") + Datapoint("O = 1"), "the ruleset R is defined twice"},
        ErrorCase{Hierarchy("T = F", "") + "x := check_datapoint(DS, H);",
                  "H is a ruleset of the other kind"}));

}  // namespace
}  // namespace thb
