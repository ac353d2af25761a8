#pragma once
// Reading figures for pages: one call for one figure, as it was sent and with estimates.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "web/internal/values.h"

namespace thb {

// The four populations that the overview follows.
inline constexpr std::array<const char*, 4> kPopulations{"victims", "suspects", "prosecutions",
                                                         "convictions"};
// The method of the estimates that pages show beside what was sent.
inline constexpr const char* kDefaultMethod = "locf";

// Evaluates with defaults. Errors: those of Evaluator::Evaluate.
Result<IndicatorValue> ReadFigure(const Evaluator& evaluator, std::string_view id,
                                  std::string_view geo, Period period);

// Members of the Union in the order of their names.
std::vector<std::string> MembersByName(const PageVisit& visit);

// The years that pages show: those of the dataset, the latest `at_most` of them.
std::vector<int> LatestYears(const Snapshot& snapshot, std::string_view dataset,
                             std::size_t at_most);

// "25 of 27 Member States".
std::string CoverageText(const PageVisit& visit, const IndicatorValue& value);

// "25 of 27", where the heading says of what.
std::string ShortCoverage(const PageVisit& visit, const IndicatorValue& value);

// The codes of a filter in words: "Sex: Women and girls; Age class: Children".
std::string FilterText(const PageVisit& visit, const Dataset& dataset, const Where& where);

// Text of a chart, with the source below it.
ChartText MakeChartText(const PageVisit& visit, const std::string& id, const std::string& title,
                        const std::string& description);

}  // namespace thb
