#include "statistics/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "base/csv.h"
#include "base/files.h"
#include "base/resources.h"
#include "base/text.h"
#include "statistics/internal/validate_checks.h"
#include "statistics/vtl.h"

namespace thb {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Row {
  std::string dataset;
  std::string codes;  // "sex=F age=Y_LT18"; the rest at its total, EL, 2020, PER_SUSP, ART2
  Cell cell;
};

Cell V(double value) {
  return Cell::Value(value);
}
Cell Below5() {
  return Cell::Suppressed(0, 4);
}

class ValidateTest : public testing::Test {
 protected:
  Key MakeKey(const Dataset& dataset, const std::string& text) const {
    std::map<std::string, std::string> codes = {
        {"geo", "EL"},       {"time", "2020"},       {"leg_stat", "PER_SUSP"},
        {"offence", "ART2"}, {"agency", "EUROJUST"}, {"measure", "CASES"}};
    if (!text.empty()) {
      for (const std::string_view part : Split(text, ' ')) {
        const std::size_t equals = part.find('=');
        codes[std::string(part.substr(0, equals))] = part.substr(equals + 1);
      }
    }
    Key key;
    for (const Dimension& dimension : dataset.dimensions) {
      const auto given = codes.find(dimension.id);
      key.push_back(given == codes.end() ? dimension.total : given->second);
    }
    return key;
  }

  ParsedFile File(const std::vector<Row>& rows) const {
    ParsedFile file;
    int line = 2;
    for (const Row& row : rows) {
      auto part = std::find_if(file.parts.begin(), file.parts.end(),
                               [&](const TablePart& p) { return p.dataset == row.dataset; });
      if (part == file.parts.end()) {
        part = file.parts.insert(part, TablePart{});
        part->dataset = row.dataset;
      }
      part->observations.push_back({MakeKey(*datasets_.Find(row.dataset), row.codes), row.cell,
                                    "f.csv:" + std::to_string(line++)});
    }
    return file;
  }

  // "severity rule key: message" of each finding.
  std::vector<std::string> Lines(const ParsedFile& file,
                                 const ValidateOptions& options = {}) const {
    const auto findings = Validate(file, codes_, datasets_, options);
    if (!findings) return {findings.error().ToLine()};
    std::vector<std::string> lines;
    for (const Finding& f : *findings) {
      lines.push_back(std::string(SeverityName(f.severity)) + " " + f.rule + " " + f.key + ": " +
                      f.message);
    }
    return lines;
  }
  std::vector<std::string> Lines(const std::vector<Row>& rows,
                                 const ValidateOptions& options = {}) const {
    return Lines(File(rows), options);
  }

  // The rules broken, each once.
  std::set<std::string> Rules(const std::vector<Row>& rows) const {
    std::set<std::string> rules;
    const std::vector<Finding> findings = Validate(File(rows), codes_, datasets_, {}).value();
    for (const Finding& f : findings) {
      rules.insert(f.rule);
    }
    return rules;
  }

  Codes codes_ = Codes::Load().value();
  Datasets datasets_ = Datasets::Load(codes_).value();
};

TEST_F(ValidateTest, AReturnIsOnTheStateThatSendsIt) {
  ValidateOptions options;
  options.sender = "EL";
  const auto file = File({{"thb_victims", "", V(7)},
                          {"thb_victims", "geo=FR", V(8)},
                          {"thb_victims", "geo=FR sex=F", V(8)},
                          {"thb_victims", "geo=FR sex=M", V(0)}});
  const auto sender_findings = [&] {
    std::vector<std::string> lines;
    const auto findings = Validate(file, codes_, datasets_, options).value();
    for (const Finding& finding : findings) {
      if (finding.rule == "sender_geo") lines.push_back(finding.message);
    }
    return lines;
  };
  EXPECT_THAT(sender_findings(), ElementsAre("the return of EL holds cells of FR"));
  options.foreign = true;
  EXPECT_THAT(sender_findings(), IsEmpty());
  options.foreign = false;
  options.sender = "EU27_2020";
  EXPECT_THAT(sender_findings(), IsEmpty()) << "an aggregate sends for its members";
  options.sender = "";
  EXPECT_THAT(sender_findings(), IsEmpty());
}

TEST_F(ValidateTest, SumOverTheTotalIsAnErrorInAReturn) {
  EXPECT_THAT(Lines({{"thb_victims", "", V(40)},
                     {"thb_victims", "sex=F", V(34)},
                     {"thb_victims", "sex=M", V(12)}}),
              ElementsAre("error parts_over_total.sex thb_victims:geo=EL time=2020: women and "
                          "girls 34 + men and boys 12 = 46 exceed the total 40"));
}

TEST_F(ValidateTest, SumOverTheTotalIsAWarningInAForeignTable) {
  ValidateOptions options;
  options.foreign = true;
  EXPECT_THAT(Lines({{"thb_victims", "", V(40)}, {"thb_victims", "sex=F", V(46)}}, options),
              ElementsAre("warning parts_over_total.sex thb_victims:geo=EL time=2020: women and "
                          "girls 46 exceeds the total 40"));
}

TEST_F(ValidateTest, SumBelowTheTotalIsAnErrorInAReturnAndInformationInAForeignTable) {
  const std::vector<Row> rows = {{"thb_victims", "", V(40)}, {"thb_victims", "sex=F", V(30)}};
  EXPECT_THAT(Lines(rows),
              ElementsAre("error parts_under_total.sex thb_victims:geo=EL time=2020: women and "
                          "girls 30 falls short of the total 40"));
  ParsedFile file = File(rows);
  file.foreign = true;
  EXPECT_THAT(Lines(file), ElementsAre(HasSubstr("info parts_under_total.sex ")));
}

struct RuleCase {
  const char* name;
  std::vector<Row> rows;
  std::set<std::string> rules;  // all that are broken
};

class ValidateRules : public ValidateTest, public testing::WithParamInterface<RuleCase> {};

TEST_P(ValidateRules, AreBrokenOrNot) {
  EXPECT_EQ(Rules(GetParam().rows), GetParam().rules);
}

const char* const kV = "thb_victims";
const char* const kF = "thb_victims_forms";
const char* const kP = "thb_persons";

INSTANTIATE_TEST_SUITE_P(
    Parts, ValidateRules,
    testing::Values(
        RuleCase{"sum", {{kV, "", V(9)}, {kV, "sex=F", V(5)}, {kV, "sex=UNK", V(4)}}, {}},
        RuleCase{"total only", {{kV, "", V(9)}}, {}},
        RuleCase{"parts only", {{kV, "sex=F", V(9)}, {kV, "age=UNK", V(3)}}, {}},
        RuleCase{"age",
                 {{kV, "", V(9)}, {kV, "age=Y_LT18", V(2)}, {kV, "age=Y_GE18", V(6)}},
                 {"parts_under_total.age"}},
        RuleCase{"children",
                 {{kV, "", V(9)}, {kV, "age=Y_LT18", V(10)}},
                 {"parts_over_total.age", "children_over_persons"}},
        RuleCase{"bands stand for their group",
                 {{kV, "", V(9)},
                  {kV, "age=Y_LT15", V(1)},
                  {kV, "age=Y15-17", V(2)},
                  {kV, "age=Y_GE18", V(6)}},
                 {}},
        RuleCase{"bands",
                 {{kV, "", V(3)}, {kV, "age=Y_LT18", V(3)}, {kV, "age=Y_LT15", V(1)}},
                 {"age_bands"}},
        RuleCase{"status",
                 {{kV, "", V(9)}, {kV, "status=IDENTIFIED", V(5)}, {kV, "status=PRESUMED", V(5)}},
                 {"parts_over_total.status"}},
        RuleCase{"status holds",
                 {{kV, "", V(9)}, {kV, "status=IDENTIFIED", V(5)}, {kV, "status=PRESUMED", V(4)}},
                 {}},
        RuleCase{"within a part",
                 {{kV, "sex=F", V(9)}, {kV, "sex=F age=Y_LT18", V(10)}},
                 {"parts_over_total.age", "children_over_persons"}},
        RuleCase{
            "persons", {{kP, "", V(9)}, {kP, "person=LEGAL", V(10)}}, {"parts_over_total.person"}},
        RuleCase{"decision",
                 {{"thb_decisions", "", V(9)}, {"thb_decisions", "decision=ART2", V(8)}},
                 {"parts_under_total.decision"}},
        RuleCase{"judgment",
                 {{"thb_judgments", "", V(9)}, {"thb_judgments", "judgment=CONV", V(10)}},
                 {"parts_over_total.judgment"}},
        RuleCase{"instance",
                 {{"thb_judgments", "", V(9)}, {"thb_judgments", "instance=FIRST", V(8)}},
                 {"parts_under_total.instance"}}));

INSTANTIATE_TEST_SUITE_P(
    Bounds, ValidateRules,
    testing::Values(
        RuleCase{"may hold", {{kV, "", V(9)}, {kV, "sex=F", V(7)}, {kV, "sex=M", Below5()}}, {}},
        RuleCase{"cannot hold above",
                 {{kV, "", V(9)}, {kV, "sex=F", V(10)}, {kV, "sex=M", Below5()}},
                 {"parts_over_total.sex"}},
        RuleCase{"cannot hold below",
                 {{kV, "", V(15)}, {kV, "sex=F", V(10)}, {kV, "sex=M", Below5()}},
                 {"parts_under_total.sex"}},
        RuleCase{"suppressed total", {{kV, "", Below5()}, {kV, "sex=F", V(4)}}, {}},
        RuleCase{"suppressed total broken",
                 {{kV, "", Below5()}, {kV, "sex=F", V(5)}},
                 {"parts_over_total.sex"}},
        RuleCase{"no upper bound", {{kV, "", V(90)}, {kV, "sex=F", Cell::Suppressed(5, -1)}}, {}},
        RuleCase{"missing part",
                 {{kV, "", V(9)}, {kV, "sex=F", V(7)}, {kV, "sex=M", Cell::Missing("conflict")}},
                 {}},
        RuleCase{"missing total", {{kV, "", Cell::Missing("not_sent")}, {kV, "sex=F", V(7)}}, {}}));

INSTANTIATE_TEST_SUITE_P(
    Entities, ValidateRules,
    testing::Values(
        RuleCase{"over",
                 {{kV, "", V(9)}, {kV, "entity=POLICE", V(7)}, {kV, "entity=NGO", V(5)}},
                 {"parts_over_total.entity"}},
        RuleCase{
            "below", {{kV, "", V(9)}, {kV, "entity=POLICE", V(7)}}, {"parts_under_total.entity"}},
        RuleCase{"below with an unknown entity",
                 {{kV, "", V(9)}, {kV, "entity=POLICE", V(7)}, {kV, "entity=UNK", V(1)}},
                 {}}));

INSTANTIATE_TEST_SUITE_P(
    Citizens, ValidateRules,
    testing::Values(RuleCase{"countries",
                             {{kV, "", V(9)}, {kV, "citizen=EL", V(4)}, {kV, "citizen=NG", V(5)}},
                             {}},
                    RuleCase{"countries over",
                             {{kV, "", V(9)}, {kV, "citizen=EL", V(4)}, {kV, "citizen=NG", V(6)}},
                             {"parts_over_total.citizen"}},
                    RuleCase{"countries below",
                             {{kV, "", V(9)}, {kV, "citizen=EL", V(4)}},
                             {"parts_under_total.citizen"}},
                    RuleCase{"groups",
                             {{kV, "", V(9)},
                              {kV, "citizen=NAT", V(4)},
                              {kV, "citizen=EU27_2020_FOR", V(3)},
                              {kV, "citizen=UNK", V(2)}},
                             {}},
                    RuleCase{"a group stands for its countries",
                             {{kV, "", V(9)},
                              {kV, "citizen=EL", V(4)},
                              {kV, "citizen=EU27_2020_FOR", V(5)},
                              {kV, "citizen=RO", V(3)},
                              {kV, "citizen=BG", V(1)}},
                             {}},
                    RuleCase{"countries over their group",
                             {{kV, "", V(9)},
                              {kV, "citizen=NEU27_2020_FOR", V(9)},
                              {kV, "citizen=UK", V(6)},
                              {kV, "citizen=NG", V(4)}},
                             {"parts_over_total.citizen_group"}}));

INSTANTIATE_TEST_SUITE_P(Forms, ValidateRules,
                         testing::Values(RuleCase{"over",
                                                  {{kV, "", V(9)},
                                                   {kV, "exploitation=ICCS02041", V(5)},
                                                   {kV, "exploitation=ICCS02042", V(5)}},
                                                  {"forms_over_total"}},
                                         RuleCase{
                                             "below",
                                             {{kV, "", V(9)}, {kV, "exploitation=ICCS02041", V(5)}},
                                             {"forms_under_total"}},
                                         RuleCase{"finer forms stand for theirs",
                                                  {{kV, "", V(9)},
                                                   {kV, "exploitation=ICCS02041", V(5)},
                                                   {kV, "exploitation=BEG", V(3)},
                                                   {kV, "exploitation=OTH", V(1)}},
                                                  {}},
                                         RuleCase{"finer forms",
                                                  {{kV, "", V(4)},
                                                   {kV, "exploitation=ICCS02043_02044", V(4)},
                                                   {kV, "exploitation=BEG", V(3)}},
                                                  {"finer_forms"}},
                                         RuleCase{"mentions may exceed together",
                                                  {{kF, "", V(9)},
                                                   {kF, "exploitation=ICCS02041", V(8)},
                                                   {kF, "exploitation=BEG", V(8)}},
                                                  {}},
                                         RuleCase{"a mention over the total",
                                                  {{kF, "", V(9)}, {kF, "exploitation=BEG", V(10)}},
                                                  {"mentions_over_total"}},
                                         RuleCase{"too few mentions",
                                                  {{kF, "", V(9)}, {kF, "exploitation=BEG", V(8)}},
                                                  {"mentions_under_total"}},
                                         RuleCase{"main form over its mentions",
                                                  {{kV, "", V(9)},
                                                   {kF, "", V(9)},
                                                   {kV, "exploitation=BEG", V(9)},
                                                   {kF, "exploitation=BEG", V(8)},
                                                   {kF, "exploitation=UNK", V(1)}},
                                                  {"main_form_over_mentions"}},
                                         RuleCase{"totals of both form tables",
                                                  {{kV, "", V(9)}, {kF, "", V(8)}},
                                                  {"form_tables_disagree"}}));

INSTANTIATE_TEST_SUITE_P(
    Persons, ValidateRules,
    testing::Values(
        RuleCase{"fewer at each stage",
                 {{kP, "", V(9)}, {kP, "leg_stat=PER_PRSC", V(8)}, {kP, "leg_stat=PER_CNV", V(2)}},
                 {}},
        RuleCase{"more prosecuted",
                 {{kP, "", V(9)}, {kP, "leg_stat=PER_PRSC", V(10)}},
                 {"stages.prosecuted_over_suspects"}},
        RuleCase{"more convicted",
                 {{kP, "leg_stat=PER_PRSC", V(9)}, {kP, "leg_stat=PER_CNV", V(10)}},
                 {"stages.convicted_over_prosecuted"}},
        RuleCase{"more convicted than suspected",
                 {{kP, "", V(9)}, {kP, "leg_stat=PER_CNV", V(10)}},
                 {"stages.convicted_over_suspects"}},
        RuleCase{"offences apart",
                 {{kP, "", V(9)}, {kP, "leg_stat=PER_CNV offence=ART18_4", V(10)}},
                 {}},
        RuleCase{"parts of a stage are not compared",
                 {{kP, "", V(9)},
                  {kP, "sex=F", V(3)},
                  {kP, "sex=M", V(6)},
                  {kP, "leg_stat=PER_CNV", V(5)},
                  {kP, "sex=F leg_stat=PER_CNV", V(4)},
                  {kP, "sex=M leg_stat=PER_CNV", V(1)}},
                 {}},
        RuleCase{"sums of what has no total",
                 {{kP, "sex=F", V(3)}, {kP, "sex=F leg_stat=PER_CNV", V(4)}},
                 {"stages.convicted_over_suspects"}},
        RuleCase{"sex of a legal person",
                 {{kP, "person=LEGAL", V(1)}, {kP, "person=LEGAL sex=F", V(1)}},
                 {"legal_person_breakdown"}},
        RuleCase{"Article 18a in 2020", {{kP, "offence=ART18A", V(1)}}, {"offence_before_its_law"}},
        RuleCase{"Article 18a in 2025", {{kP, "offence=ART18A time=2025", V(1)}}, {}},
        RuleCase{"none under Article 18a", {{kP, "offence=ART18A", V(0)}}, {}}));

INSTANTIATE_TEST_SUITE_P(
    CrossTables, ValidateRules,
    testing::Values(
        RuleCase{"adds up", {{kV, "", V(9)}, {kV, "sex=F age=Y_LT18", V(9)}}, {}},
        RuleCase{"over",
                 {{kV, "", V(9)}, {kV, "sex=F age=Y_LT18", V(5)}, {kV, "sex=M age=UNK", V(5)}},
                 {"cross_over_total"}},
        RuleCase{"below", {{kV, "", V(9)}, {kV, "sex=F age=Y_LT18", V(5)}}, {"cross_under_total"}},
        RuleCase{"bounds",
                 {{kV, "", V(9)}, {kV, "sex=F age=UNK", V(7)}, {kV, "sex=M age=UNK", Below5()}},
                 {}},
        RuleCase{"a margin lies between",
                 {{kV, "", V(9)},
                  {kV, "sex=F", V(9)},
                  {kV, "sex=F age=Y_LT18", V(5)},
                  {kV, "sex=F age=Y_GE18", V(4)}},
                 {}},
        RuleCase{
            "entities may count twice",
            {{kV, "", V(9)}, {kV, "sex=F entity=NGO", V(8)}, {kV, "sex=F entity=POLICE", V(8)}},
            {}},
        RuleCase{"one entity cannot",
                 {{kV, "", V(9)}, {kV, "sex=F entity=NGO", V(10)}},
                 {"subset_over_set"}},
        RuleCase{"groups and countries together have no sum",
                 {{kV, "", V(9)},
                  {kV, "sex=F citizen=RO", V(8)},
                  {kV, "sex=F citizen=EU27_2020_FOR", V(9)}},
                 {}}));

INSTANTIATE_TEST_SUITE_P(
    Years, ValidateRules,
    testing::Values(
        RuleCase{"up", {{kV, "", V(198)}, {kV, "time=2021", V(1525)}}, {"year_on_year"}},
        RuleCase{"down", {{kV, "", V(489)}, {kV, "time=2021", V(9)}}, {"year_on_year"}},
        RuleCase{"small", {{kV, "", V(10)}, {kV, "time=2021", V(59)}}, {}},
        RuleCase{"less than three times", {{kV, "", V(100)}, {kV, "time=2021", V(299)}}, {}},
        RuleCase{"two years apart", {{kV, "time=2019", V(100)}, {kV, "time=2021", V(900)}}, {}},
        RuleCase{"other states", {{kV, "", V(100)}, {kV, "geo=BE time=2021", V(900)}}, {}},
        RuleCase{"sums of cross-classifications",
                 {{kV, "sex=F age=UNK", V(60)},
                  {kV, "sex=M age=UNK", V(40)},
                  {kV, "sex=F age=UNK time=2021", V(900)}},
                 {"year_on_year"}},
        RuleCase{"parts",
                 {{kV, "sex=F", V(10)}, {kV, "sex=M", V(5)}, {kV, "sex=F time=2021", V(10)}},
                 {}}));

TEST_F(ValidateTest, JumpNamesBothYears) {
  EXPECT_THAT(Lines({{kV, "geo=FR time=2016", V(1516)}, {kV, "geo=FR time=2017", V(198)}}),
              ElementsAre("warning year_on_year thb_victims:geo=FR time=2017: 198 after 1516 in "
                          "2016, one in 7.7"));
}

TEST_F(ValidateTest, JumpIsAgainstThePriorSnapshotWhereTheFileHasNoYearBefore) {
  Snapshot prior(codes_, datasets_);
  const Dataset& dataset = *datasets_.Find(kV);
  SnapshotCell cell;
  cell.key = MakeKey(dataset, "time=2019");
  cell.cell = V(1000);
  prior.Put(dataset, cell);
  ValidateOptions options;
  options.prior = &prior;
  EXPECT_THAT(Lines({{kV, "", V(100)}}, options), ElementsAre(HasSubstr("100 after 1000 in 2019")));
  EXPECT_THAT(Lines({{kV, "", V(900)}}, options), IsEmpty());
}

TEST_F(ValidateTest, FormsOverTheTotalDependOnTheWayOfCounting) {
  const std::vector<Row> rows = {{kV, "", V(5)}, {kV, "exploitation=ICCS02041", V(6)}};
  for (const auto& [counting, severity] : std::map<std::string, std::string>{
           {"main", "error"}, {"mentions", "info"}, {"unknown", "warning"}, {"", "error"}}) {
    ValidateOptions options;
    options.form_counting = counting;
    EXPECT_THAT(Lines(rows, options), ElementsAre(HasSubstr(severity + " forms_over_total")));
  }
  ParsedFile file = File(rows);
  file.foreign = true;
  file.form_counting = "main";
  EXPECT_THAT(Lines(file), ElementsAre(HasSubstr("warning forms_over_total")));
}

TEST_F(ValidateTest, RepeatedKeyIsAnErrorInAReturnAndTakesNoPartInOtherRules) {
  EXPECT_THAT(Lines({{kV, "", V(5)}, {kV, "sex=F", V(9)}, {kV, "sex=F", V(3)}}),
              ElementsAre("error duplicate_key thb_victims:sex=F geo=EL time=2020: the key occurs "
                          "twice: 9 at f.csv:3 and 3 at f.csv:4"));
}

TEST_F(ValidateTest, TablesOfOneFileMayShareCellsThatAgree) {
  ParsedFile file = File({{kV, "", V(5)}});
  TablePart other = file.parts[0];
  file.parts[0].table = "crim_thb_sex";
  other.table = "crim_thb_vexp";
  file.parts.push_back(other);
  EXPECT_THAT(Lines(file), IsEmpty());
  file.parts[1].observations[0].cell = V(6);
  EXPECT_THAT(Lines(file), ElementsAre(HasSubstr("crim_thb_sex and crim_thb_vexp disagree: 5 at")));
}

TEST_F(ValidateTest, ActionsAreAppliedToThePriorSnapshot) {
  Snapshot prior(codes_, datasets_);
  const Dataset& dataset = *datasets_.Find(kV);
  for (const auto& [codes, value] :
       std::map<std::string, double>{{"", 10}, {"sex=F", 6}, {"sex=M", 4}}) {
    SnapshotCell cell;
    cell.key = MakeKey(dataset, codes);
    cell.cell = V(value);
    prior.Put(dataset, cell);
  }
  ValidateOptions options;
  options.prior = &prior;
  ParsedFile file = File({{kV, "sex=F", V(7)}});
  file.parts[0].has_actions = true;
  file.parts[0].actions = {Action::kMerge};
  EXPECT_THAT(Lines(file, options), ElementsAre(HasSubstr("7 + men and boys 4 = 11 exceed")));
  file.parts[0].actions = {Action::kDelete};
  EXPECT_THAT(Lines(file, options), ElementsAre(HasSubstr("men and boys 4 falls short of")));
}

TEST_F(ValidateTest, OwnRulesReplaceTheShippedOnes) {
  ValidateOptions options;
  options.rules_text =
      "define hierarchical ruleset MINE (variable rule sex) is a: T > F errorlevel 1 "
      "end hierarchical ruleset; r := check_hierarchy(thb_victims, MINE);";
  options.rules_place = "mine.vtl";
  EXPECT_THAT(Lines({{kV, "", V(5)}, {kV, "sex=F", V(5)}, {kV, "age=UNK", V(99)}}, options),
              ElementsAre("info MINE.a thb_victims:geo=EL time=2020: women and girls 5 against "
                          "the total 5, where T > F is required"));
  options.rules_text = "define nonsense";
  EXPECT_THAT(Lines(ParsedFile{}, options), ElementsAre(HasSubstr("mine.vtl:1:8")));
}

TEST_F(ValidateTest, HasErrorsLooksForErrorsOnly) {
  EXPECT_FALSE(HasErrors({}));
  EXPECT_FALSE(HasErrors({{"a", Severity::kWarning, "", ""}}));
  EXPECT_TRUE(HasErrors({{"a", Severity::kWarning, "", ""}, {"b", Severity::kError, "", ""}}));
}

// What the shipped files say about one another.

std::vector<VtlRuleInfo> ShippedVtlRules() {
  std::vector<VtlRuleInfo> rules;
  for (const ResourceFile& file : ResourcesUnder("rules/")) {
    if (!EndsWith(file.name, ".vtl")) continue;
    const auto program = VtlProgram::Parse(file.content, std::string(file.name));
    EXPECT_TRUE(program) << (program ? "" : program.error().ToLine());
    if (!program) continue;
    rules.insert(rules.end(), program->rules().begin(), program->rules().end());
  }
  return rules;
}

TEST(RuleBook, KnowsEveryShippedVtlRuleAndItsLevel) {
  const RuleBook book = RuleBook::Load().value();
  for (const VtlRuleInfo& rule : ShippedVtlRules()) {
    const RuleDescription* description = book.Find(rule.id);
    ASSERT_NE(description, nullptr) << rule.id << " at " << rule.place;
    EXPECT_EQ(rule.level, static_cast<int>(description->severity_return) + 1) << rule.place;
  }
}

TEST(RuleBook, HoldsExactlyTheRulesThatCanBeReported) {
  std::set<std::string> possible(kCheckRules.begin(), kCheckRules.end());
  for (const VtlRuleInfo& rule : ShippedVtlRules()) possible.insert(rule.id);
  std::set<std::string> described;
  const RuleBook book = RuleBook::Load().value();
  for (const RuleDescription& rule : book.all()) {
    EXPECT_TRUE(described.insert(rule.id).second) << rule.id << " is described twice";
    EXPECT_FALSE(rule.title_en.empty() || rule.title_nl.empty() || rule.description_en.empty() ||
                 rule.source.empty())
        << rule.id;
  }
  EXPECT_EQ(described, possible);
  EXPECT_EQ(book.Find("no_such_rule"), nullptr);
}

// A code that is added to a list must be added to the sums over it.
TEST(ShippedRules, NameEveryPartOfEachTotal) {
  const Codes codes = Codes::Load().value();
  std::string texts;
  for (const VtlRuleInfo& rule : ShippedVtlRules()) texts += " " + rule.text + " ";
  texts = ReplaceAll(texts, "'", "");
  for (const char* list :
       {"sex", "age", "status", "person", "decision", "judgment", "instance", "exploitation"}) {
    for (const Code& code : codes.Find(list)->codes()) {
      if (code.parent.empty() && code.kind != "total") continue;
      EXPECT_THAT(texts, HasSubstr(" " + code.id + " ")) << list;
    }
  }
}

// UNODC GLOTIP, EU-27: what is known of its quality (research on the 2023 release).

class Glotip : public ValidateTest {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("THB_REFERENCE_DIR");
    if (folder == nullptr) {
      const char* ci = std::getenv("CI");
      if (ci != nullptr && std::string_view(ci) == "true") {
        FAIL() << "THB_REFERENCE_DIR is not set";
      }
      GTEST_SKIP() << "THB_REFERENCE_DIR is not set";
    }
    Read(std::string(folder) + "/unodc_glotip_eu27.csv");
  }

  void Read(const std::string& path) {
    const std::string text = ReadFile(path).value();
    CsvReader reader(text, path);
    std::vector<std::string> row;
    ASSERT_TRUE(reader.Next(row).value());
    file_.foreign = true;
    file_.form_counting = "unknown";
    std::map<std::string, std::map<Key, std::size_t>> seen;
    while (reader.Next(row).value()) {
      const bool victim = row[2] == "PER_VICT";
      if (row[2] == "OFFENCES" || (row[7] != "Total" && row[7] != "by form of exploitation")) {
        continue;
      }
      const Dataset& dataset = *datasets_.Find(victim ? kV : kP);
      Key key = MakeKey(dataset, "geo=" + row[3] + " time=" + row[4] + " sex=" + row[5] + " age=" +
                                     row[6] + " exploitation=" + row[9] + " leg_stat=" + row[2]);
      const Cell cell = row[13] == "1" ? Below5() : V(ParseDecimal(row[11]).value());
      Add(dataset, std::move(key), cell, seen[dataset.id]);
    }
  }

  void Add(const Dataset& dataset, Key key, const Cell& cell, std::map<Key, std::size_t>& seen) {
    auto part = std::find_if(file_.parts.begin(), file_.parts.end(),
                             [&](const TablePart& p) { return p.dataset == dataset.id; });
    if (part == file_.parts.end()) {
      part = file_.parts.insert(part, TablePart{});
      part->dataset = dataset.id;
    }
    const auto [found, is_new] = seen.emplace(key, part->observations.size());
    if (is_new) {
      part->observations.push_back({std::move(key), cell, "glotip"});
    } else {
      part->observations[found->second].cell = Cell::Missing("conflict");
    }
  }

  // The country-years 2008 to 2021 whose cells of these codes are all printed as numbers.
  std::set<std::string> Printed(const std::vector<std::string>& codes) const {
    const Dataset& dataset = *datasets_.Find(kV);
    std::map<Key, bool> numbers;
    std::set<std::pair<std::string, std::string>> slices;
    for (const TablePart& part : file_.parts) {
      if (part.dataset != kV) continue;
      for (const Observation& observation : part.observations) {
        numbers[observation.key] = observation.cell.state == CellState::kValue;
        slices.emplace(observation.key[dataset.geo_index()], observation.key[dataset.time_index()]);
      }
    }
    std::set<std::string> keys;
    for (const auto& [geo, time] : slices) {
      if (time < "2008") continue;
      std::string place = "geo=" + geo;
      place += " time=" + time;
      const bool all = std::all_of(codes.begin(), codes.end(), [&](const std::string& code) {
        return numbers[MakeKey(dataset, place + (code.empty() ? "" : " " + code))];
      });
      if (all) keys.insert("thb_victims:" + place);
    }
    return keys;
  }

  std::size_t Count(const std::vector<Finding>& findings, const std::string& rule,
                    const std::set<std::string>& keys) const {
    return static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(),
                      [&](const Finding& f) { return f.rule == rule && keys.count(f.key) > 0; }));
  }

  ParsedFile file_;
};

TEST_F(Glotip, WomenAndMenExceedTheTotalIn16Of220CountryYears) {
  const auto findings = Validate(file_, codes_, datasets_, {}).value();
  const auto printed = Printed({"", "sex=F", "sex=M"});
  EXPECT_EQ(printed.size(), 220U);
  EXPECT_EQ(Count(findings, "parts_over_total.sex", printed), 16U);
  EXPECT_FALSE(HasErrors(findings));
}

TEST_F(Glotip, FormsExceedTheTotalIn24Of84CountryYears) {
  const auto findings = Validate(file_, codes_, datasets_, {}).value();
  const auto printed = Printed(
      {"", "exploitation=ICCS02041", "exploitation=ICCS02042", "exploitation=ICCS02043_02044"});
  EXPECT_EQ(printed.size(), 84U);
  EXPECT_EQ(Count(findings, "forms_over_total", printed), 24U);
}

TEST_F(Glotip, TotalsThatJumpAreNamed) {
  const auto lines = Lines(file_);
  EXPECT_THAT(lines,
              testing::Contains(HasSubstr("year_on_year thb_victims:geo=FR time=2017: 198")));
  EXPECT_THAT(lines, testing::Contains(HasSubstr("year_on_year thb_victims:geo=HU time=2017: 9")));
}

}  // namespace
}  // namespace thb
