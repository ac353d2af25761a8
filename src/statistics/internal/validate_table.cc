#include "statistics/internal/validate_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <tuple>

#include "base/text.h"

namespace thb {
namespace {

Severity SeverityOfName(std::string_view name) {
  if (name == "info") return Severity::kInfo;
  return name == "warning" ? Severity::kWarning : Severity::kError;
}

std::string CellText(const Cell& cell) {
  const auto interval = IntervalOf(cell);
  return interval ? IntervalText(*interval) : "missing (" + cell.reason + ")";
}

// A cell of the file under construction, and where it came from.
struct Entry {
  Cell cell;
  std::string table;  // "" where it is of the prior snapshot
  std::string place;
};

using Entries = std::map<Key, Entry>;

bool Matches(const Key& pattern, const Key& key) {
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (!pattern[i].empty() && pattern[i] != key[i]) return false;
  }
  return true;
}

// What the database has for the states and years that a file with actions touches.
void AddPrior(const TablePart& part, const Dataset& dataset, const Snapshot& prior,
              Entries& entries) {
  std::set<std::pair<std::string, std::string>> slices;
  for (const Observation& observation : part.observations) {
    const std::size_t geo = dataset.geo_index();
    slices.emplace(geo == std::string::npos ? "" : observation.key[geo],
                   observation.key[dataset.time_index()]);
  }
  for (const auto& [geo, time] : slices) {
    for (const auto& [key, cell] : prior.Slice(dataset.id, geo, time)) {
      entries.try_emplace(key, Entry{cell.cell, "", cell.place});
    }
  }
}

void AddCell(const TablePart& part, const Observation& observation, const Dataset& dataset,
             FindingSink& sink, Entries& entries) {
  const std::string table = part.table.empty() ? part.dataset : part.table;
  const auto [found, is_new] =
      entries.try_emplace(observation.key, Entry{observation.cell, table, observation.place});
  if (is_new) return;
  Entry& entry = found->second;
  const std::string values = CellText(entry.cell) + " at " + entry.place + " and " +
                             CellText(observation.cell) + " at " + observation.place;
  if (entry.table.empty()) {
    entry = Entry{observation.cell, table, observation.place};
  } else if (entry.table == table) {
    sink.Add("duplicate_key", dataset, observation.key, "the key occurs twice: " + values);
    entry.cell = Cell::Missing("conflict");
  } else if (CellText(entry.cell) != CellText(observation.cell)) {
    sink.Add("tables_disagree", dataset, observation.key,
             entry.table + " and " + table + " disagree: " + values);
    entry.cell = Cell::Missing("conflict");
  }
}

void AddPart(const TablePart& part, const Dataset& dataset, const Snapshot* prior,
             FindingSink& sink, Entries& entries) {
  if (part.has_actions && prior != nullptr) AddPrior(part, dataset, *prior, entries);
  for (std::size_t i = 0; i < part.observations.size(); ++i) {
    const Observation& observation = part.observations[i];
    if (part.has_actions && part.actions[i] == Action::kDelete) {
      std::erase_if(entries,
                    [&](const auto& entry) { return Matches(observation.key, entry.first); });
      continue;
    }
    AddCell(part, observation, dataset, sink, entries);
  }
}

// The sum of a cross-classification, or nothing where it has no sum.
std::optional<Cell> SumOf(const Codes& codes, const Dataset& dataset,
                          const std::vector<Entries::const_iterator>& cells, unsigned mask,
                          std::string_view form_counting) {
  std::vector<const Key*> keys;
  for (const auto& cell : cells) keys.push_back(&cell->first);
  for (std::size_t d = 0; d < dataset.dimensions.size(); ++d) {
    if ((mask >> d & 1U) == 0) continue;
    if (IsMultiCoded(dataset, d, form_counting) || !AreDisjoint(codes, dataset, d, keys)) return {};
  }
  Interval sum;
  for (const auto& cell : cells) {
    const auto value = IntervalOf(cell->second.cell);
    if (!value) return {};
    sum.lower += value->lower;
    sum.upper += value->upper;
  }
  if (sum.exact()) return Cell::Value(sum.lower);
  return Cell::Suppressed(sum.lower, std::isinf(sum.upper) ? -1 : sum.upper);
}

// A table that holds nothing but one cross-classification has its totals in its sums.
void AddSums(const Codes& codes, const Dataset& dataset, std::string_view form_counting,
             Entries& entries) {
  struct Slice {
    unsigned mask = 0;
    bool mixed = false;
    std::vector<Entries::const_iterator> cells;
  };
  const unsigned all = ~0U;
  std::map<Key, Slice> slices;
  for (auto entry = entries.cbegin(); entry != entries.cend(); ++entry) {
    const unsigned mask = BreakdownOf(dataset, entry->first);
    Slice& slice = slices[AtTotals(dataset, entry->first, all)];
    slice.mixed = slice.mixed || (!slice.cells.empty() && slice.mask != mask);
    slice.mask = mask;
    slice.cells.push_back(entry);
  }
  for (const auto& [total, slice] : slices) {
    if (slice.mixed || slice.mask == 0) continue;
    if (auto sum = SumOf(codes, dataset, slice.cells, slice.mask, form_counting)) {
      entries.try_emplace(total, Entry{*std::move(sum), "", ""});
    }
  }
}

}  // namespace

Severity FindingSink::SeverityOf(std::string_view rule, int level) const {
  const RuleDescription* description = book_.Find(rule);
  if (description == nullptr) {
    if (level == 1) return Severity::kInfo;
    return level == 2 ? Severity::kWarning : Severity::kError;
  }
  const auto counting = description->parameters.find(form_counting_);
  if (counting != description->parameters.end()) return SeverityOfName(counting->second);
  return foreign_ ? description->severity_foreign : description->severity_return;
}

void FindingSink::Add(std::string_view rule, const Dataset& dataset, const Key& key,
                      std::string message, int level) {
  findings_.push_back({std::string(rule), SeverityOf(rule, level),
                       dataset.id + ":" + DescribeKey(dataset, key), std::move(message)});
}

double FindingSink::Parameter(std::string_view rule, std::string_view name) const {
  const RuleDescription* description = book_.Find(rule);
  if (description == nullptr) return 0;
  const auto found = description->parameters.find(std::string(name));
  return found == description->parameters.end() ? 0 : ParseDecimal(found->second).value_or(0);
}

std::vector<Finding> FindingSink::Take() {
  std::sort(findings_.begin(), findings_.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.rule, a.key, a.message) < std::tie(b.rule, b.key, b.message);
  });
  return std::move(findings_);
}

Result<void> FillCheckedTable(const ParsedFile& file, const Codes& codes, const Dataset& dataset,
                              const Snapshot* prior, FindingSink& sink, CheckedTable& checked) {
  Entries entries;
  for (const TablePart& part : file.parts) {
    if (part.dataset == dataset.id) AddPart(part, dataset, prior, sink, entries);
  }
  // A foreign table is never known to be whole, so that its sums say nothing of its totals.
  if (!sink.foreign()) AddSums(codes, dataset, sink.form_counting(), entries);
  std::vector<std::string> dimensions;
  for (const Dimension& dimension : dataset.dimensions) dimensions.push_back(dimension.id);
  std::vector<VtlPoint> points;
  points.reserve(entries.size());
  while (!entries.empty()) {
    auto entry = entries.extract(entries.begin());
    checked.keys.push_back(std::move(entry.key()));
    checked.cells.push_back(std::move(entry.mapped().cell));
    points.push_back({&checked.keys.back(), &checked.cells.back()});
  }
  checked.dataset = &dataset;
  checked.table = TRY(VtlTable::Make(std::move(dimensions), std::move(points)));
  return {};
}

unsigned BreakdownOf(const Dataset& dataset, const Key& key) {
  unsigned mask = 0;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const std::string& total = dataset.dimensions[i].total;
    if (!total.empty() && key[i] != total) mask |= 1U << i;
  }
  return mask;
}

Key AtTotals(const Dataset& dataset, Key key, unsigned mask) {
  for (std::size_t i = 0; i < key.size(); ++i) {
    const std::string& total = dataset.dimensions[i].total;
    if ((mask >> i & 1U) != 0 && !total.empty()) key[i] = total;
  }
  return key;
}

bool IsCitizenGroup(std::string_view code) {
  static constexpr std::array<std::string_view, 6> kGroups = {
      "NAT", "EU27_2020_FOR", "NEU27_2020_FOR", "FOR", "EU27_2020", "NEU27_2020"};
  return std::find(kGroups.begin(), kGroups.end(), code) != kGroups.end();
}

bool IsMultiCoded(const Dataset& dataset, std::size_t dimension, std::string_view form_counting) {
  const std::string& id = dataset.dimensions[dimension].id;
  if (id == "entity") return true;
  return id == "exploitation" && (dataset.id == "thb_victims_forms" || form_counting != "main");
}

bool AreDisjoint(const Codes& codes, const Dataset& dataset, std::size_t dimension,
                 const std::vector<const Key*>& keys) {
  const Dimension& of = dataset.dimensions[dimension];
  std::set<std::string> used;
  for (const Key* key : keys) used.insert((*key)[dimension]);
  const CodeList* list = codes.Find(of.codelist);
  bool group = false;
  bool country = false;
  for (const std::string& code : used) {
    const Code* found = list == nullptr ? nullptr : list->Find(code);
    if (found == nullptr) return false;
    group |= IsCitizenGroup(code);
    country |= found->kind == "country";
    if (code != of.total && found->parent.empty() && found->kind != "country") return false;
    for (const Code* up = list->Find(found->parent); up != nullptr; up = list->Find(up->parent)) {
      if (used.count(up->id) > 0) return false;
    }
  }
  return !(of.codelist == "citizen" && group && (country || used.count("FOR") > 0));
}

std::string IntervalText(const Interval& interval) {
  if (interval.exact()) return FormatNumber(interval.lower);
  if (std::isinf(interval.upper)) return FormatNumber(interval.lower) + " or more";
  return FormatNumber(interval.lower) + " to " + FormatNumber(interval.upper);
}

}  // namespace thb
