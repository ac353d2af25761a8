#pragma once
// The cells of one dataset as the rules see them.

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "statistics/validate.h"
#include "statistics/vtl.h"

namespace thb {

// Collects findings, with severities from the rule book.
class FindingSink {
 public:
  FindingSink(const RuleBook& book, bool foreign, std::string form_counting)
      : book_(book), foreign_(foreign), form_counting_(std::move(form_counting)) {}

  // `level` is a rule's errorlevel, which counts where the rule book does not know the rule.
  void Add(std::string_view rule, const Dataset& dataset, const Key& key, std::string message,
           int level = 0);
  // The number of a rule's parameter. Every parameter that is asked for is in rules/rules.csv.
  double Parameter(std::string_view rule, std::string_view name) const;

  bool foreign() const { return foreign_; }
  const std::string& form_counting() const { return form_counting_; }
  std::vector<Finding> Take();  // sorted by rule and key

 private:
  Severity SeverityOf(std::string_view rule, int level) const;

  const RuleBook& book_;
  bool foreign_;
  std::string form_counting_;
  std::vector<Finding> findings_;
};

// A dataset's cells after the file has been applied. Not copyable: points refer to it.
struct CheckedTable {
  CheckedTable() = default;
  CheckedTable(const CheckedTable&) = delete;
  CheckedTable& operator=(const CheckedTable&) = delete;

  const Dataset* dataset = nullptr;
  std::deque<Key> keys;
  std::deque<Cell> cells;
  VtlTable table;
};

// Fills `checked` with the cells of one dataset: actions applied to the prior snapshot, repeated
// keys made missing and reported (duplicate_key, tables_disagree), totals of tables that hold only
// a cross-classification added up. Errors: kLimit.
Result<void> FillCheckedTable(const ParsedFile& file, const Codes& codes, const Dataset& dataset,
                              const Snapshot* prior, FindingSink& sink, CheckedTable& checked);

// Which dimensions a key breaks down (is not at the total of), one bit each; dimensions without a
// total, geo and time are never among them.
unsigned BreakdownOf(const Dataset& dataset, const Key& key);
// The key with the dimensions of the mask at their totals.
Key AtTotals(const Dataset& dataset, Key key, unsigned mask);

// Codes of citizenship that stand for several countries.
bool IsCitizenGroup(std::string_view code);
// A breakdown whose parts may count one person twice: entities, forms that are not counted as main.
bool IsMultiCoded(const Dataset& dataset, std::size_t dimension, std::string_view form_counting);
// True where the codes are parts of one whole, none containing another.
bool AreDisjoint(const Codes& codes, const Dataset& dataset, std::size_t dimension,
                 const std::vector<const Key*>& keys);

// "12", "0 to 4", "5 or more".
std::string IntervalText(const Interval& interval);

}  // namespace thb
