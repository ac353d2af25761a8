#pragma once
// An estimate of a hidden population as a page shows it: verdict, numbers, drawings, tables.

#include "hidden/survey.h"
#include "web/internal/kinds.h"

namespace thb {

// What the reader said about the lists; both may be empty.
struct ListsDescription {
  std::string population;  // "presumed", "identified", "both"
  std::string period;      // "2019-2020"
};

// "Not supported", with the note that tells its weight.
Html VerdictHtml(const PageVisit& visit, const Judgement& judgement);
// "fragile" in the reader's language.
std::string VerdictWord(const PageVisit& visit, Verdict verdict);
// A sentence about an estimate; one that is not translated stays English and says so to a screen
// reader.
Html RemarkHtml(const PageVisit& visit, const Remark& remark);

// Everything about the pooled estimate, then the strata, then `last`. The pooled part has an
// estimate.
Html SurveyHtml(const PageVisit& visit, const StratifiedLists& lists, const SurveyAnswer& answer,
                const SurveyRequest& request, const ListsDescription& description,
                PageSection last);

}  // namespace thb
