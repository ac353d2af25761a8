#pragma once
// The machine interfaces in Eurostat's own paths: a client written for Eurostat works by changing
// its host. Figures are read through Publication alone, so that an embargo holds here too.
//
// Sources: Eurostat's user guides of its statistics and SDMX interfaces, SDMX REST 1.5 and 2.x.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/date.h"
#include "codes/codes.h"
#include "http/router.h"
#include "statistics/dataset.h"
#include "statistics/publication.h"

namespace thb {

// Cells of one answer; more is refused with 413.
inline constexpr std::size_t kMaxApiCells = 1'000'000;
// Bytes of all answers that are kept.
inline constexpr std::size_t kApiCacheBytes = std::size_t{32} << 20;

struct ApiContext {
  // These outlive the routes.
  const Codes* codes = nullptr;
  const Datasets* datasets = nullptr;
  Publication* publication = nullptr;
  std::function<Instant()> clock;
  // Milliseconds that only grow. Where they are given, an answer may be repeated within the second
  // of the clock in which it was made, without asking the database whether something was added.
  std::function<std::int64_t()> ticks = {};
  std::string version;  // of the program: what it answers may change with it
  std::size_t max_cells = kMaxApiCells;
  std::size_t cache_bytes = kApiCacheBytes;
};

// Handlers share a cache and may be called from many threads. Errors: kInternal where the texts of
// the reference metadata are broken.
Result<std::vector<Route>> ApiRoutes(ApiContext context);

}  // namespace thb
