#include "exchange/internal/table_builder.h"

#include <algorithm>

#include "base/date.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr std::size_t kMaxCodeBytes = 64;

// What an absent column of older files stands for.
std::string_view DefaultCode(const Dimension& dimension) {
  if (dimension.id == "freq") return "A";
  if (dimension.id == "unit") return "NR";
  return {};
}

// Countries have one code here, and it is Eurostat's.
Result<void> CheckListed(const CodeList& list, std::string_view code, const std::string& place) {
  Result<void> checked = list.Check(code, place);
  if (checked || (list.id() != "geo" && list.id() != "citizen")) return checked;
  Error error = checked.error();
  if (code == "GR") error.remedy = "Greece is EL";
  if (code == "GB") error.remedy = "the United Kingdom is UK";
  return tl::make_unexpected(std::move(error));
}

// States report years; agencies, which have no state, half-years and windows of years too.
Result<std::string> CheckTime(std::string_view text, const Dataset& table,
                              const std::string& place) {
  std::string time(text);
  if (const std::size_t semester = time.find("-S"); semester != std::string::npos) {
    time.replace(semester, 2, "-H");
  }
  const auto period = ParsePeriod(time);
  const bool years_only = table.geo_index() != std::string::npos;
  if (!period || (years_only && (period->years() > 1 || period->half != 0))) {
    return Fail(
        ErrorCode::kBadValue,
        "time \"" + std::string(text.substr(0, 40)) + "\" is no reference period of " + table.id,
        place, years_only ? "write a year from 1900 to 2200" : "write 2022 or 2022-H1");
  }
  return time;
}

}  // namespace

void SkipCounter::Add(const std::string& reason, const std::string& place, std::size_t rows) {
  const auto [entry, added] = position_.emplace(reason, rows_.size());
  if (added) rows_.push_back({reason, 0, place});
  rows_[entry->second].rows += rows;
}

void MergeSkipped(ParsedFile& file, std::vector<SkippedRows> skipped) {
  for (SkippedRows& skip : skipped) {
    const auto same =
        std::find_if(file.skipped.begin(), file.skipped.end(),
                     [&](const SkippedRows& other) { return other.reason == skip.reason; });
    if (same == file.skipped.end()) {
      file.skipped.push_back(std::move(skip));
    } else {
      same->rows += skip.rows;
    }
  }
}

TableBuilder::TableBuilder(const Dataset& table, const ReadContext& context)
    : table_(&table), context_(context), known_(table.dimensions.size()) {
  const auto add = [&](const Dataset* dataset, const ViewSource* source) {
    Target target{dataset, source, {}};
    target.part.dataset = dataset->id;
    target.part.table = table.id;
    targets_.push_back(std::move(target));
  };
  if (!table.is_view()) add(&table, nullptr);
  for (const ViewSource& source : table.sources) {
    if (const Dataset* base = context.datasets.Find(source.dataset)) add(base, &source);
  }
}

Result<std::string> TableBuilder::CheckCode(std::size_t dimension, std::string_view code,
                                            const std::string& place) {
  const Dimension& wanted = table_->dimensions[dimension];
  const bool is_time = dimension == table_->time_index();
  auto& known = known_[dimension];
  if (!is_time && known.find(code) != known.end()) return std::string(code);
  if (code.size() > kMaxCodeBytes) {
    return Fail(ErrorCode::kUnknownCode,
                "a code of " + std::to_string(code.size()) + " bytes in dimension " + wanted.id,
                place, "see the code list " + wanted.codelist);
  }
  if (is_time) return CheckTime(code, *table_, place);
  if (const CodeList* list = context_.codes.Find(wanted.codelist)) {
    TRY(CheckListed(*list, code, place));
  }
  known.emplace(code);
  return std::string(code);
}

Result<Key> TableBuilder::CheckKey(std::span<const std::string_view> codes,
                                   const std::string& place, bool wildcards) {
  Key key(table_->dimensions.size());
  for (std::size_t i = 0; i < key.size(); ++i) {
    std::string_view code = Trim(codes[i]);
    if (code.empty()) code = DefaultCode(table_->dimensions[i]);
    if (code.empty() && wildcards) continue;
    if (code.empty()) {
      return Fail(ErrorCode::kStructure, "no code in dimension " + table_->dimensions[i].id, place,
                  "fill in a code; the total has one too");
    }
    key[i] = TRY(CheckCode(i, code, place));
  }
  return key;
}

tl::expected<Key, std::size_t> TableBuilder::Convert(const Target& target, const Key& key) const {
  if (target.source == nullptr) return key;
  const Dataset& base = *target.dataset;
  Key converted(base.dimensions.size());
  for (std::size_t i = 0; i < converted.size(); ++i) converted[i] = base.dimensions[i].total;
  for (const auto& [dimension, code] : target.source->fixed) {
    if (const auto at = base.IndexOf(dimension)) converted[*at] = code;
  }
  for (std::size_t i = 0; i < key.size(); ++i) {
    const auto rule = target.source->dimensions.find(table_->dimensions[i].id);
    if (rule == target.source->dimensions.end()) continue;
    const ViewDimension& view = rule->second;
    if (view.base.empty()) {
      if (!key[i].empty() && key[i] != view.constant) return tl::make_unexpected(i);
      continue;
    }
    const auto at = base.IndexOf(view.base);
    if (!at) return tl::make_unexpected(i);
    converted[*at] = key[i];
    if (view.codes.empty() || key[i].empty()) continue;
    const auto code = view.codes.find(key[i]);
    if (code == view.codes.end()) return tl::make_unexpected(i);
    // A code that gathers several of ours ("UNK+OTH") is read as the first of them.
    converted[*at] = std::string(Split(code->second, '+').front());
  }
  return converted;
}

void TableBuilder::ResolveNationals(const Dataset& dataset, Key& key) const {
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (dataset.dimensions[i].codelist != "citizen" || key[i] != "NAT") continue;
    const std::size_t geo = dataset.geo_index();
    std::string state = geo == std::string::npos ? std::string() : key[geo];
    if (state.empty()) state = context_.options.sender;
    // The nationals of the states of an aggregate are no single citizenship.
    if (!state.empty() && !context_.codes.IsAggregate(state)) key[i] = state;
  }
}

void TableBuilder::Append(Target& target, Key key, const Cell& cell, const std::string& place,
                          std::optional<Action> action) const {
  ResolveNationals(*target.dataset, key);
  target.part.observations.push_back({std::move(key), cell, place});
  if (!action) return;
  target.part.has_actions = true;
  target.part.actions.push_back(*action);
}

Result<void> TableBuilder::AddCell(std::span<const std::string_view> codes, const Cell& cell,
                                   const std::string& place, std::optional<Action> action) {
  const bool is_delete = action == Action::kDelete;
  const Key key = TRY(CheckKey(codes, place, is_delete));
  if (++observations_ > kMaxObservations) {
    return Fail(ErrorCode::kLimit,
                "more than " + std::to_string(kMaxObservations) + " observations", place,
                "split the file");
  }
  std::size_t misfit = 0;
  bool placed = false;
  for (Target& target : targets_) {
    auto converted = Convert(target, key);
    if (!converted) {
      misfit = std::max(misfit, converted.error());
      continue;
    }
    Append(target, *std::move(converted), cell, place, action);
    placed = true;
    if (!is_delete) break;  // only a pattern can mean several datasets
  }
  if (!placed) {
    skips_.Add(table_->dimensions[misfit].id + " " + key[misfit] + " of " + table_->id +
                   " has no place in our datasets",
               place);
  }
  return {};
}

Result<void> TableBuilder::Add(std::span<const std::string_view> codes, const CellText& text,
                               const std::string& place, std::optional<Action> action) {
  if (action == Action::kDelete) return AddCell(codes, Cell::Missing("not_sent"), place, action);
  const Key key = TRY(CheckKey(codes, place, false));
  const bool kept = std::any_of(targets_.begin(), targets_.end(), [&](const Target& target) {
    return Convert(target, key).has_value();
  });
  // Rates and other units are skipped before they are held to the rules of counts.
  return AddCell(codes, kept ? TRY(ReadCell(text, context_.codes, place)) : Cell(), place, action);
}

void TableBuilder::MoveInto(ParsedFile& file) {
  for (Target& target : targets_) {
    if (!target.part.observations.empty()) file.parts.push_back(std::move(target.part));
  }
  MergeSkipped(file, skips_.Take());
}

}  // namespace thb
