// Releases: what was published and what comes next; what one release changed.

#include <algorithm>

#include "web/internal/figures.h"
#include "web/internal/pages.h"
#include "web/internal/revisions.h"
#include "web/internal/table_file.h"

namespace thb {
namespace {

std::string NoteOf(const PageVisit& visit, const Release& release) {
  return visit.dutch() && !release.note_nl.empty() ? release.note_nl : release.note_en;
}

std::string ReleaseLink(const PageVisit& visit, const Release& release) {
  return "/" + visit.tag() + "/releases/" + EncodeComponent(release.name) +
         "?collection=" + EncodeComponent(release.collection);
}

TimelineItem EventOf(const PageVisit& visit, const Release& release, const std::string& status,
                     bool linked) {
  TimelineItem event;
  event.date = visit.Date(release.published);
  event.status = status;
  const Html name(visit.T("release.name", {{"release", release.name}}));
  event.title =
      linked ? El("a", {{"class", "ecl-link"}, {"href", ReleaseLink(visit, release)}}, name) : name;
  event.body = El("p", {{"class", "thb-quiet"}}, visit.LabelOf("collection", release.collection));
  if (const std::string note = NoteOf(visit, release); !note.empty()) {
    event.body += El("p", note);
  }
  return event;
}

// The release that is meant; the only one of that name where no collection is named.
Result<Release> FindPublished(const PageVisit& visit, const std::string& name) {
  const std::string collection = visit.Parameter("collection");
  for (const Release& release : TRY(visit.site.context().publication.Releases(visit.now))) {
    const bool fits = collection.empty() || release.collection == collection;
    if (release.name == name && fits) return release;
  }
  return Fail(ErrorCode::kNotFound, visit.T("error.no_release", {{"release", name}}), "",
              visit.T("error.see_releases"));
}

// Whether one of these releases holds generated records.
Result<bool> HoldSynthetic(const PageVisit& visit, const std::vector<Release>& releases) {
  Publication& publication = visit.site.context().publication;
  for (const Release& release : releases) {
    const auto edition = TRY(publication.Of(release.collection, release.name, visit.now));
    if (edition->snapshot.IsSynthetic()) return true;
  }
  return false;
}

}  // namespace

Result<Response> ReleasesPage(const PageVisit& visit) {
  Publication& publication = visit.site.context().publication;
  std::vector<TimelineItem> coming;
  for (const Release& release : TRY(publication.Calendar(visit.now))) {
    coming.push_back(EventOf(visit, release, visit.T("release.coming"), false));
  }
  std::vector<Release> releases = TRY(publication.Releases(visit.now));
  std::reverse(releases.begin(), releases.end());
  std::vector<TimelineItem> published;
  for (const Release& release : releases) {
    published.push_back(EventOf(visit, release, visit.T("release.published"), true));
  }
  const auto show = [&](const std::vector<TimelineItem>& events, const char* empty) {
    return events.empty() ? El("p", {{"class", "thb-empty"}}, visit.T(empty))
                          : RenderTimeline(events);
  };
  const bool synthetic = TRY(HoldSynthetic(visit, releases));
  Page page{visit.T("releases.title"), visit.T("releases.lead"), "/releases", {}, {}, synthetic};
  page.body = RenderSections(
      {{"calendar", visit.T("releases.calendar"), show(coming, "calendar.empty")},
       {"published", visit.T("releases.published"), show(published, "releases.empty")}});
  return RenderPage(visit, page);
}

Result<Response> ReleasePage(const PageVisit& visit) {
  const Release release = TRY(FindPublished(visit, visit.request.Parameter("name")));
  const QueryPairs view = {{"collection", release.collection}, {"release", release.name}};
  const bool synthetic = TRY(HoldSynthetic(visit, {release}));
  Page page{visit.T("release.title", {{"release", Unbroken(release.name)}}),
            visit.T("release.lead"),
            "/releases",
            {{visit.T("nav.releases"), visit.Link("/releases")}},
            {},
            synthetic};
  RecordView record;
  record.facts = {
      {visit.T("fact.published"), Html(visit.Date(release.published))},
      {visit.T("fact.collection"), Html(visit.LabelOf("collection", release.collection))},
      {visit.T("fact.vintages"), Html(visit.Number(static_cast<double>(release.vintages.size())))},
      {visit.T("fact.see"),
       El("a", {{"class", "ecl-link"}, {"href", visit.Link("", view)}},
          visit.T("release.overview")) +
           " · " +
           El("a", {{"class", "ecl-link"}, {"href", visit.Link("/explorer", view)}},
              visit.T("release.explore"))}};
  if (const std::string note = NoteOf(visit, release); !note.empty()) {
    record.sections.push_back({"notes", visit.T("release.notes"), El("p", note)});
  }
  const auto change = TRY(ChangeOf(visit, release.collection, release.name));
  Html revisions;
  if (!change) {
    revisions = El("p", {{"class", "thb-empty"}}, visit.T("release.first"));
  } else {
    revisions =
        El("p",
           visit.T("home.changes_lead",
                   {{"after", change->after.name},
                    {"before", change->before.name},
                    {"cells", static_cast<double>(change->revisions.size())},
                    {"totals", static_cast<double>(Totals(visit, change->revisions).size())}})) +
        RenderRevisions(visit, change->revisions,
                        visit.T("release.revisions_table", {{"before", change->before.name}}),
                        kMaxRevisionRows);
  }
  record.sections.push_back({"revision", visit.T("release.revisions"), revisions});
  page.body = RenderRecord(visit, record) + FoldedLegend(visit);
  return RenderPage(visit, page);
}

}  // namespace thb
