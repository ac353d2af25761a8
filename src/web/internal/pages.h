#pragma once
// One function for each page. Each gives the finished answer or the error that the frame shows as a
// page; pages with `edition` find it in the visit.

#include "web/internal/kinds.h"
#include "web/internal/page.h"

namespace thb {

Result<Response> OverviewPage(const PageVisit& visit);
Result<Response> ExplorerPage(const PageVisit& visit);
Result<Response> ExplorerDownload(const PageVisit& visit);
Result<Response> IndicatorsPage(const PageVisit& visit);
Result<Response> IndicatorPage(const PageVisit& visit);
Result<Response> WhyPage(const PageVisit& visit);
Result<Response> ReportIndexPage(const PageVisit& visit);
Result<Response> ReportPage(const PageVisit& visit);
Result<Response> ReportDownload(const PageVisit& visit);
Result<Response> EstimatesPage(const PageVisit& visit);
Result<Response> EstimateAnswerPage(const PageVisit& visit);
Result<Response> ReleasesPage(const PageVisit& visit);
Result<Response> ReleasePage(const PageVisit& visit);
Result<Response> ReturnsPage(const PageVisit& visit);
Result<Response> SenderPage(const PageVisit& visit);
Result<Response> VintagePage(const PageVisit& visit);
Result<Response> CompareVintagesPage(const PageVisit& visit);
Result<Response> CodeListsPage(const PageVisit& visit);
Result<Response> CodeListPage(const PageVisit& visit);
Result<Response> MethodsPage(const PageVisit& visit);
Result<Response> AboutPage(const PageVisit& visit);
Result<Response> AccessibilityPage(const PageVisit& visit);

// What is wrong, in the house style, with what exists and what to do.
Response ErrorPageOf(const PageVisit& visit, int status, const Error& error);

}  // namespace thb
