#pragma once
// Cells that changed, as a table: between two releases, or between two vintages of a sender.

#include <string>
#include <vector>

#include "statistics/release.h"
#include "web/internal/kinds.h"

namespace thb {

// Rows of one table of a page; what is beyond is counted, said, and in the table's file.
inline constexpr std::size_t kMaxRevisionRows = 25;

// Why the cell changed, in words: what the sender did.
std::string RevisionReason(const PageVisit& visit, const Revision& revision);

// Whether every breakdown of the cell is at its total: a headline figure.
bool IsTotal(const Dataset& dataset, const Key& key);

// One table for each dataset that differs, headline figures first, then in key order; `at_most`
// rows in each.
Html RenderRevisions(const PageVisit& visit, const std::vector<Revision>& revisions,
                     const std::string& caption, std::size_t at_most);

// All in one table, headline figures first, then in key order. `at_most` rows.
DataTable RevisionTable(const PageVisit& visit, const std::vector<Revision>& revisions,
                        const std::string& caption, std::size_t at_most);

// Only headline figures.
std::vector<Revision> Totals(const PageVisit& visit, const std::vector<Revision>& revisions);

// The revisions of the last release of a collection against the one before it; nothing where there
// are not two. Errors: kDatabase.
struct LastChange {
  Release before;
  Release after;
  std::vector<Revision> revisions;
};
Result<std::optional<LastChange>> ChangeOf(const PageVisit& visit, const std::string& collection,
                                           const std::string& release);

}  // namespace thb
