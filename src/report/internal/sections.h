#pragma once
// The sections of the report, in the order of the page.

#include <string>

#include "report/document.h"
#include "report/internal/composer.h"

namespace thb {

ReportSection MakeSummary(Composer& composer);
ReportSection MakeCoverage(Composer& composer);
ReportSection MakeEstimates(Composer& composer);
ReportSection MakeVictims(Composer& composer);
ReportSection MakeSexualExploitation(Composer& composer);
ReportSection MakeLabourExploitation(Composer& composer);
ReportSection MakeOtherForms(Composer& composer);
ReportSection MakeChildren(Composer& composer);
ReportSection MakeUseOfServices(Composer& composer);
ReportSection MakeJustice(Composer& composer);
ReportSection MakeAgencies(Composer& composer);
// Of a report with national estimates.
ReportSection MakeHidden(Composer& composer);
ReportSection MakeCountries(Composer& composer);
ReportSection MakeMethods(Composer& composer);

// The heading of the contributions and one section for each of their groups; none without any.
std::vector<ReportSection> MakeContributions(Composer& composer);

// Parts of sections that several of them have.

// "In 2019-2020, 14 311 victims were registered." with its coverage and what is compared with the
// preceding window. `population` is "victims", "suspects" ...; false where there are no data, which
// is then said.
bool AddCount(Composer& composer, ReportParagraph& paragraph, const std::string& population);

// How a share moved against the preceding window, where that has one. `what` is a key of the
// locale that names the share within a sentence.
void AddShareChange(Composer& composer, ReportParagraph& paragraph, const std::string& share,
                    std::string_view what, const std::string& where = {});

// The years that a chart over time shows: preceding window (of a short period), period and the year
// after, without
// leading and trailing years without any figure of the population.
std::optional<Period> ChartYears(Composer& composer, const std::string& population);

// "2021 (25)" where not all Member States reported.
std::string YearLabel(Composer& composer, const std::string& population, int year);

}  // namespace thb
