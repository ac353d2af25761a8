#pragma once
// The statistics desk's pages: server-rendered, in English and Dutch, without script and by
// keyboard.
//
// A page reads figures through Publication alone, so that an embargo holds here as everywhere.
// Every page carries the security headers and a strong entity tag; answers that depend on an
// edition are kept in a bounded cache under the edition's token.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "codes/codes.h"
#include "http/router.h"
#include "policy/contributions.h"
#include "policy/national_estimates.h"
#include "statistics/indicator.h"
#include "statistics/publication.h"

namespace thb {

// What the pages are made of. What the references name must outlive the routes. The functions are
// called from many threads.
struct WebContext {
  const Codes& codes;
  const Datasets& datasets;
  const Indicators& indicators;
  Publication& publication;
  std::function<Instant()> clock;
  // Statements of the Member States for the report of a period; none where the function is empty.
  std::function<Result<std::vector<Contribution>>(Period)> contributions = {};
  std::string version = {};  // of the program, for the foot of the page
  // Milliseconds that only grow; with them a page may be repeated within the second of the clock in
  // which it was made (http/recent_answers.h).
  std::function<std::int64_t()> ticks = {};
  // Where readers reach who runs the site: an address of mail, or one that begins with https://.
  std::string contact = {};
  // National estimates whose period lies in the given one, or all; none where it is empty.
  std::function<Result<std::vector<NationalEstimate>>(std::optional<Period>)> national = {};
  // The page of estimates answers within this time or refuses.
  std::chrono::milliseconds estimate_limit{8000};
};

// "/", "/en/...", "/nl/..." and "/assets/...". Errors: kInternal where a text, rule or style sheet
// is not embedded.
Result<std::vector<Route>> WebRoutes(const WebContext& context);

// For Router::SetErrorPage: a page that says what is wrong and what to do. A path below /api gets
// problem details.
Result<Router::ErrorPage> WebErrorPage(const WebContext& context);

}  // namespace thb
