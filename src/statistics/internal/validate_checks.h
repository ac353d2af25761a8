#pragma once
// The named checks that VTL cannot say. Each adds its findings to the sink.

#include <array>
#include <string_view>

#include "statistics/internal/validate_table.h"

namespace thb {

// The rules that these checks and FillCheckedTable can report; all are in rules/rules.csv.
inline constexpr std::array<std::string_view, 14> kCheckRules = {"parts_over_total.citizen",
                                                                 "parts_under_total.citizen",
                                                                 "parts_over_total.citizen_group",
                                                                 "parts_over_total.entity",
                                                                 "parts_under_total.entity",
                                                                 "cross_over_total",
                                                                 "cross_under_total",
                                                                 "subset_over_set",
                                                                 "year_on_year",
                                                                 "main_form_over_mentions",
                                                                 "form_tables_disagree",
                                                                 "duplicate_key",
                                                                 "tables_disagree",
                                                                 "sender_geo"};

struct RuleContext {
  const Codes& codes;
  const Snapshot* prior = nullptr;
  FindingSink& sink;
};

// parts_over_total.citizen, parts_under_total.citizen, parts_over_total.citizen_group: countries
// and derived groups. A group that was sent stands for its countries.
void CheckCitizens(const RuleContext& context, const CheckedTable& table);

// parts_over_total.entity, parts_under_total.entity: several entities may register one person, so
// that the sum may exceed the total but not fall below it, unless an unknown entity is coded.
void CheckEntities(const RuleContext& context, const CheckedTable& table);

// cross_over_total, cross_under_total: cells by two or more dimensions at once against the total
// over those, where no table lies between. subset_over_set: one such cell above its total.
void CheckCrossTables(const RuleContext& context, const CheckedTable& table);

// year_on_year: a total that is a multiple of that of the year before, in the file or before it.
void CheckYearOnYear(const RuleContext& context, const CheckedTable& table);

// main_form_over_mentions, form_tables_disagree: thb_victims against thb_victims_forms.
void CheckFormTables(const RuleContext& context, const CheckedTable& main,
                     const CheckedTable& mentions);

// The English label of a code as it reads inside a sentence: "women".
std::string LabelInSentence(const Codes& codes, const Dimension& dimension,
                            const std::string& code);

}  // namespace thb
