#include "web/internal/revisions.h"

#include <algorithm>

#include "web/internal/table_file.h"
#include "web/internal/values.h"

namespace thb {
namespace {

Html SideOf(const PageVisit& visit, const std::optional<SnapshotCell>& cell) {
  if (!cell) return El("span", {{"class", "thb-quiet"}}, visit.T("revision.absent"));
  return ValueHtml(visit, ShowCell(visit, cell->cell));
}

std::string DifferenceText(const PageVisit& visit, const Revision& revision) {
  const auto difference = revision.Difference();
  if (!difference) return "";
  return (*difference > 0 ? "+" : "") + visit.Number(*difference);
}

// The breakdowns of a cell in words: "Women and girls, Children".
std::string Described(const PageVisit& visit, const Dataset& dataset, const Key& key) {
  std::string text;
  for (std::size_t i = 0; i < dataset.dimensions.size(); ++i) {
    const Dimension& dimension = dataset.dimensions[i];
    if (i == dataset.geo_index() || i == dataset.time_index()) continue;
    if (key[i] == dimension.total) continue;
    text += (text.empty() ? "" : ", ") + visit.Label(dimension, key[i]);
  }
  return text.empty() ? visit.T("revision.total") : text;
}

// Headline figures before the others, each group in the order in which they came.
std::vector<const Revision*> TotalsFirst(const PageVisit& visit,
                                         const std::vector<Revision>& revisions) {
  std::vector<const Revision*> order;
  for (const bool totals : {true, false}) {
    for (const Revision& revision : revisions) {
      const Dataset* dataset = visit.site.datasets().Find(revision.dataset);
      if (dataset != nullptr && IsTotal(*dataset, revision.key) == totals) {
        order.push_back(&revision);
      }
    }
  }
  return order;
}

// `only`: all are of this dataset, whose name the caption has. A column that would say nothing, or
// the same in each row, is left out; the reason that all share is a note.
DataTable TableOfRevisions(const PageVisit& visit, const std::vector<Revision>& revisions,
                           const std::string& id, const std::string& caption, std::size_t at_most,
                           const Dataset* only) {
  const bool differences = std::any_of(revisions.begin(), revisions.end(), [](const Revision& one) {
    return one.Difference().has_value();
  });
  const bool one_reason = !revisions.empty() &&
                          std::all_of(revisions.begin(), revisions.end(), [&](const Revision& one) {
                            return one.reason == revisions.front().reason;
                          });
  DataTable table{.id = id,
                  .caption = caption,
                  .columns = {{visit.T(only == nullptr ? "column.what" : "column.counted"), false},
                              {visit.T("column.state"), false},
                              {visit.T("column.year"), false},
                              {visit.T("column.before"), true},
                              {visit.T("column.after"), true}},
                  .rows = {},
                  .empty = visit.T("revision.none"),
                  .notes = {},
                  .wide_heading = true};
  if (differences) table.columns.push_back({visit.T("column.difference"), true});
  if (!one_reason) table.columns.push_back({visit.T("column.reason"), false});
  const std::size_t rows = RowsOf(visit, id, at_most);
  for (const Revision* revision : TotalsFirst(visit, revisions)) {
    if (table.rows.size() >= rows) break;
    const Dataset& dataset = *visit.site.datasets().Find(revision->dataset);
    const bool placed = dataset.geo_index() != std::string::npos;
    const std::string what = Described(visit, dataset, revision->key);
    table.rows.push_back(
        {Html(only == nullptr ? visit.Title(dataset) + ": " + what : Capital(what)),
         Html(visit.Place(placed ? revision->key[dataset.geo_index()] : "")),
         Html(revision->key[dataset.time_index()]), SideOf(visit, revision->before),
         SideOf(visit, revision->after)});
    std::vector<Html>& row = table.rows.back();
    if (differences) row.emplace_back(DifferenceText(visit, *revision));
    if (!one_reason) row.emplace_back(RevisionReason(visit, *revision));
  }
  if (one_reason) {
    table.notes.push_back(
        visit.T("revision.reason_of_all", {{"reason", RevisionReason(visit, revisions.front())}}));
  }
  if (revisions.size() > table.rows.size()) {
    table.notes.push_back(visit.T(
        "revision.more", {{"count", static_cast<double>(revisions.size() - table.rows.size())}}));
  }
  return table;
}

}  // namespace

std::string RevisionReason(const PageVisit& visit, const Revision& revision) {
  return visit.LabelOf("revision_reason", revision.reason);
}

bool IsTotal(const Dataset& dataset, const Key& key) {
  for (std::size_t i = 0; i < dataset.dimensions.size(); ++i) {
    const Dimension& dimension = dataset.dimensions[i];
    if (i == dataset.geo_index() || i == dataset.time_index() || dimension.total.empty()) continue;
    if (key[i] != dimension.total) return false;
  }
  return true;
}

std::vector<Revision> Totals(const PageVisit& visit, const std::vector<Revision>& revisions) {
  std::vector<Revision> totals;
  for (const Revision& revision : revisions) {
    const Dataset* dataset = visit.site.datasets().Find(revision.dataset);
    if (dataset != nullptr && IsTotal(*dataset, revision.key)) totals.push_back(revision);
  }
  return totals;
}

DataTable RevisionTable(const PageVisit& visit, const std::vector<Revision>& revisions,
                        const std::string& caption, std::size_t at_most) {
  return TableOfRevisions(visit, revisions, "revisions", caption, at_most, nullptr);
}

Html RenderRevisions(const PageVisit& visit, const std::vector<Revision>& revisions,
                     const std::string& caption, std::size_t at_most) {
  Html html;
  for (const Dataset& dataset : visit.site.datasets().all()) {
    std::vector<Revision> own;
    for (const Revision& revision : revisions) {
      if (revision.dataset == dataset.id) own.push_back(revision);
    }
    if (own.empty()) continue;
    html += RenderPublishedTable(
        visit, TableOfRevisions(visit, own, "revisions-" + dataset.id,
                                visit.Title(dataset) + ". " + caption, at_most, &dataset));
  }
  return html.empty() ? El("p", {{"class", "thb-empty"}}, visit.T("revision.none")) : html;
}

Result<std::optional<LastChange>> ChangeOf(const PageVisit& visit, const std::string& collection,
                                           const std::string& release) {
  Publication& publication = visit.site.context().publication;
  std::vector<Release> releases = TRY(publication.Releases(visit.now));
  std::erase_if(releases, [&](const Release& one) { return one.collection != collection; });
  const auto found = release.empty()
                         ? (releases.empty() ? releases.end() : releases.end() - 1)
                         : std::find_if(releases.begin(), releases.end(),
                                        [&](const Release& one) { return one.name == release; });
  if (found == releases.end() || found == releases.begin()) return std::optional<LastChange>();
  const Release& before = *(found - 1);
  const auto old_edition = TRY(publication.Of(collection, before.name, visit.now));
  const auto new_edition = TRY(publication.Of(collection, found->name, visit.now));
  return std::optional<LastChange>(
      LastChange{before, *found,
                 Compare(visit.site.datasets(), old_edition->snapshot, new_edition->snapshot)});
}

}  // namespace thb
