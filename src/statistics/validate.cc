#include "statistics/validate.h"

#include <algorithm>
#include <deque>
#include <set>

#include "base/csv.h"
#include "base/resources.h"
#include "base/text.h"
#include "statistics/internal/validate_checks.h"
#include "statistics/internal/validate_table.h"
#include "statistics/vtl.h"

namespace thb {
namespace {

constexpr const char* kRuleBookFile = "rules/rules.csv";

Result<Severity> ReadSeverity(const std::string& name, const std::string& place) {
  for (const Severity severity : {Severity::kInfo, Severity::kWarning, Severity::kError}) {
    if (SeverityName(severity) == name) return severity;
  }
  return Fail(ErrorCode::kInternal, "no severity " + name, place, "write info, warning or error");
}

Result<RuleDescription> ReadRule(const std::vector<std::string>& fields, const std::string& place) {
  constexpr std::size_t kColumns = 8;
  if (fields.size() != kColumns) {
    return Fail(ErrorCode::kInternal, "not 8 columns", place, "correct the file");
  }
  RuleDescription rule;
  rule.id = fields[0];
  rule.severity_return = TRY(ReadSeverity(fields[1], place));
  rule.severity_foreign = TRY(ReadSeverity(fields[2], place));
  for (const std::string_view parameter : Split(fields[3], ';')) {
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) continue;
    rule.parameters.emplace(parameter.substr(0, equals), parameter.substr(equals + 1));
  }
  rule.title_en = fields[4];
  rule.title_nl = fields[5];
  rule.description_en = fields[6];
  rule.source = fields[7];
  return rule;
}

// Failures of VTL rules in plain words.
class Narrator {
 public:
  Narrator(const Codes& codes, const RuleBook& book) : codes_(codes), book_(book) {}

  std::string Tell(const VtlRuleInfo& rule, const VtlResult& result, const Dataset& dataset) const {
    if (!rule.is_hierarchical) return Datapoint(rule, result);
    const Dimension& dimension = dataset.dimensions[*dataset.IndexOf(result.dimension)];
    const std::string& left = result.key[*dataset.IndexOf(result.dimension)];
    const std::string whole =
        (left == dimension.total ? "the total" : LabelInSentence(codes_, dimension, left)) + " " +
        IntervalText(*result.value);
    std::size_t count = 0;
    const std::string parts = Parts(result, dimension, count);
    const bool many = count != 1;
    if (rule.relation == ">=") return parts + (many ? " exceed " : " exceeds ") + whole;
    if (rule.relation == "<=") return parts + (many ? " fall" : " falls") + " short of " + whole;
    if (rule.relation == "=") return parts + (many ? " differ" : " differs") + " from " + whole;
    return parts + " against " + whole + ", where " + rule.text + " is required";
  }

 private:
  std::string Datapoint(const VtlRuleInfo& rule, const VtlResult& result) const {
    const RuleDescription* description = book_.Find(rule.id);
    const std::string value = result.value ? IntervalText(*result.value) : "missing";
    return value + ": " +
           (description != nullptr ? description->title_en : "it breaks " + rule.text);
  }

  std::string Parts(const VtlResult& result, const Dimension& dimension, std::size_t& count) const {
    std::string text;
    for (const VtlTerm& term : result.terms) {
      if (!term.value || (term.absent && *term.value == Interval{})) continue;
      ++count;
      if (!text.empty()) text += term.minus ? " - " : " + ";
      text += LabelInSentence(codes_, dimension, term.code) + " " + IntervalText(*term.value);
    }
    if (text.empty()) return IntervalText(*result.sum);
    return count > 1 ? text + " = " + IntervalText(*result.sum) : text;
  }

  const Codes& codes_;
  const RuleBook& book_;
};

Result<std::vector<VtlProgram>> LoadPrograms(const ValidateOptions& options) {
  std::vector<VtlProgram> programs;
  if (!options.rules_text.empty()) {
    programs.push_back(TRY(VtlProgram::Parse(options.rules_text, options.rules_place)));
    return programs;
  }
  for (const ResourceFile& file : ResourcesUnder("rules/")) {
    if (!EndsWith(file.name, ".vtl")) continue;
    programs.push_back(TRY(VtlProgram::Parse(file.content, std::string(file.name))));
  }
  return programs;
}

// Every base dataset's cells; those that the file does not have are empty tables.
class Tables {
 public:
  static Result<void> Fill(const ParsedFile& file, const Codes& codes, const Datasets& datasets,
                           const Snapshot* prior, FindingSink& sink, Tables& tables) {
    for (const Dataset& dataset : datasets.all()) {
      if (dataset.is_view()) continue;
      CheckedTable& checked = tables.all_.emplace_back();
      TRY(FillCheckedTable(file, codes, dataset, prior, sink, checked));
      tables.by_id_.emplace(dataset.id, &checked);
    }
    return {};
  }

  const std::deque<CheckedTable>& all() const { return all_; }
  const CheckedTable* Find(std::string_view id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
  }

 private:
  std::deque<CheckedTable> all_;
  std::map<std::string, const CheckedTable*, std::less<>> by_id_;
};

Result<void> RunPrograms(const std::vector<VtlProgram>& programs, const Tables& tables,
                         const Narrator& narrator, FindingSink& sink) {
  std::map<std::string, const VtlTable*> views;
  for (const CheckedTable& checked : tables.all()) {
    views.emplace(checked.dataset->id, &checked.table);
  }
  for (const VtlProgram& program : programs) {
    const std::vector<VtlResult> results = TRY(program.Run(views));
    for (const VtlResult& result : results) {
      if (result.outcome != VtlOutcome::kFalse) continue;
      const VtlRuleInfo& rule = program.rules()[result.rule];
      const Dataset& dataset = *tables.Find(result.dataset)->dataset;
      sink.Add(rule.id, dataset, result.key, narrator.Tell(rule, result, dataset), rule.level);
    }
  }
  return {};
}

void RunChecks(const Tables& tables, const RuleContext& context) {
  for (const CheckedTable& table : tables.all()) {
    CheckCitizens(context, table);
    CheckEntities(context, table);
    CheckCrossTables(context, table);
    CheckYearOnYear(context, table);
  }
  const CheckedTable* main = tables.Find("thb_victims");
  const CheckedTable* mentions = tables.Find("thb_victims_forms");
  if (main != nullptr && mentions != nullptr) CheckFormTables(context, *main, *mentions);
}

// sender_geo: a state reports on itself. One finding per other state, at its first cell.
void CheckSender(const ParsedFile& file, const std::string& sender, const Codes& codes,
                 const Datasets& datasets, FindingSink& sink) {
  if (sender.empty() || codes.IsAggregate(sender)) return;
  std::set<std::string> named;
  for (const TablePart& part : file.parts) {
    const Dataset& dataset = *datasets.Find(part.dataset);
    if (dataset.geo_index() == std::string::npos) continue;
    for (const Observation& observation : part.observations) {
      const std::string& geo = observation.key[dataset.geo_index()];
      if (geo == sender || !named.insert(geo).second) continue;
      sink.Add("sender_geo", dataset, observation.key,
               "the return of " + sender + " holds cells of " + geo);
    }
  }
}

// What the options say, else the file, else what the two kinds of table usually count.
std::string FormCounting(const ParsedFile& file, const ValidateOptions& options, bool foreign) {
  if (!options.form_counting.empty()) return options.form_counting;
  if (!file.form_counting.empty()) return file.form_counting;
  return foreign ? "unknown" : "main";
}

}  // namespace

Result<RuleBook> RuleBook::Load() {
  const auto text = FindResource(kRuleBookFile);
  if (!text) return Fail(ErrorCode::kInternal, "not embedded", kRuleBookFile);
  RuleBook book;
  CsvReader reader(*text, kRuleBookFile);
  std::vector<std::string> fields;
  TRY(reader.Next(fields));  // the header
  while (TRY(reader.Next(fields))) book.all_.push_back(TRY(ReadRule(fields, reader.Place())));
  std::sort(book.all_.begin(), book.all_.end(),
            [](const RuleDescription& a, const RuleDescription& b) { return a.id < b.id; });
  return book;
}

const RuleDescription* RuleBook::Find(std::string_view id) const {
  const auto found =
      std::lower_bound(all_.begin(), all_.end(), id,
                       [](const RuleDescription& rule, std::string_view i) { return rule.id < i; });
  return found == all_.end() || found->id != id ? nullptr : &*found;
}

Result<std::vector<Finding>> Validate(const ParsedFile& file, const Codes& codes,
                                      const Datasets& datasets, const ValidateOptions& options) {
  const RuleBook book = TRY(RuleBook::Load());
  const std::vector<VtlProgram> programs = TRY(LoadPrograms(options));
  const bool foreign = options.foreign || file.foreign;
  FindingSink sink(book, foreign, FormCounting(file, options, foreign));
  Tables tables;
  TRY(Tables::Fill(file, codes, datasets, options.prior, sink, tables));
  TRY(RunPrograms(programs, tables, Narrator(codes, book), sink));
  if (options.rules_text.empty()) {
    if (!foreign) CheckSender(file, options.sender, codes, datasets, sink);
    RunChecks(tables, RuleContext{codes, options.prior, sink});
  }
  return sink.Take();
}

bool HasErrors(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& f) { return f.severity == Severity::kError; });
}

}  // namespace thb
