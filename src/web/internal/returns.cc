// Returns: each sender's vintages, their findings and cells, and what changed between two of them.

#include <algorithm>
#include <set>

#include "base/text.h"
#include "web/internal/figures.h"
#include "web/internal/pages.h"
#include "web/internal/revisions.h"
#include "web/internal/search.h"
#include "web/internal/table_file.h"

namespace thb {
namespace {

constexpr std::size_t kCellsOnPage = 100;
// Vintages of one sender whose contents are looked into, the latest ones.
constexpr std::size_t kMaxSummaries = 60;
constexpr std::size_t kMaxComparedRows = 100;  // of one dataset; its file has all
constexpr const char* kSeveral = "several";    // the sender of files that have many

// Which tables and years a vintage holds.
using Scope = std::set<std::pair<std::string, std::string>>;

std::string SenderKey(const Vintage& vintage) {
  return vintage.sender.empty() ? kSeveral : vintage.sender;
}

std::string SenderName(const PageVisit& visit, const std::string& key) {
  return key == kSeveral ? visit.T("sender.several") : visit.Place(key);
}

std::string SenderInText(const PageVisit& visit, const std::string& key) {
  return key == kSeveral ? visit.T("sender.several") : visit.PlaceInText(key);
}

Result<std::vector<Vintage>> AllVintages(const PageVisit& visit) {
  Publication& publication = visit.site.context().publication;
  std::vector<Vintage> all;
  for (const std::string& collection : TRY(publication.Collections(visit.now))) {
    for (Vintage& vintage : TRY(publication.Vintages(collection, visit.now))) {
      all.push_back(std::move(vintage));
    }
  }
  std::sort(all.begin(), all.end(), [](const Vintage& a, const Vintage& b) {
    return std::pair(a.time, a.id) < std::pair(b.time, b.id);
  });
  return all;
}

Result<Vintage> FindVintage(const PageVisit& visit, const std::string& text) {
  const auto id = ParseInt(text);
  for (const Vintage& vintage : TRY(AllVintages(visit))) {
    if (id && vintage.id == *id) return vintage;
  }
  return Fail(ErrorCode::kNotFound, visit.T("error.no_vintage", {{"vintage", text}}), "",
              visit.T("error.see_returns"));
}

std::string StatusWord(const PageVisit& visit, const Vintage& vintage) {
  return visit.T(vintage.accepted ? "status.accepted" : "status.rejected");
}

std::string VintageLink(const PageVisit& visit, std::int64_t id) {
  return "/" + visit.tag() + "/vintages/" + std::to_string(id);
}

Scope ScopeOf(const Snapshot& contents, const Datasets& datasets) {
  Scope scope;
  for (const Dataset& dataset : datasets.all()) {
    if (dataset.is_view()) continue;
    for (const std::string& time : contents.Times(dataset.id)) scope.emplace(dataset.id, time);
  }
  return scope;
}

// "Registered victims: 2019, 2020".
std::string ScopeText(const PageVisit& visit, const Scope& scope) {
  std::map<std::string, std::string> years;
  for (const auto& [dataset, time] : scope) {
    std::string& text = years[dataset];
    text += (text.empty() ? "" : ", ") + time;
  }
  std::string all;
  for (const auto& [id, text] : years) {
    const Dataset* dataset = visit.site.datasets().Find(id);
    all +=
        (all.empty() ? "" : "; ") + (dataset == nullptr ? id : visit.Title(*dataset)) + ": " + text;
  }
  return all;
}

bool ScopesOverlap(const Scope& a, const Scope& b) {
  return std::any_of(a.begin(), a.end(), [&](const auto& one) { return b.count(one) > 0; });
}

struct FindingCount {
  int errors = 0;
  int warnings = 0;
  int notes = 0;
  bool shown = true;  // false: not for this audience yet
};

Result<FindingCount> CountFindings(const PageVisit& visit, std::int64_t id) {
  FindingCount count;
  const auto findings = visit.site.context().publication.Findings(id, visit.now);
  if (!findings && findings.error().code == ErrorCode::kNotFound) {
    count.shown = false;
    return count;
  }
  for (const Finding& finding : TRY(std::move(findings))) {
    if (finding.severity == Severity::kError) ++count.errors;
    if (finding.severity == Severity::kWarning) ++count.warnings;
    if (finding.severity == Severity::kInfo) ++count.notes;
  }
  return count;
}

std::string FindingsText(const PageVisit& visit, const FindingCount& count) {
  if (!count.shown) return visit.T("findings.later");
  return visit.T("findings.count", {{"errors", static_cast<double>(count.errors)},
                                    {"warnings", static_cast<double>(count.warnings)},
                                    {"notes", static_cast<double>(count.notes)}});
}

// --- one sender
// -----------------------------------------------------------------------------------

// A vintage with what it holds and the one whose figures it replaced.
struct Sent {
  Vintage vintage;
  Scope scope;
  std::int64_t replaced = 0;
};

Result<std::vector<Sent>> SentBy(const PageVisit& visit, const std::string& sender) {
  std::vector<Sent> sent;
  for (const Vintage& vintage : TRY(AllVintages(visit))) {
    if (SenderKey(vintage) == sender) sent.push_back({vintage, {}, 0});
  }
  const std::size_t skip = sent.size() > kMaxSummaries ? sent.size() - kMaxSummaries : 0;
  for (std::size_t i = skip; i < sent.size(); ++i) {
    if (!sent[i].vintage.accepted) continue;
    const Snapshot contents =
        TRY(visit.site.context().publication.Contents(sent[i].vintage.id, visit.now));
    sent[i].scope = ScopeOf(contents, visit.site.datasets());
    for (std::size_t earlier = skip; earlier < i; ++earlier) {
      if (ScopesOverlap(sent[earlier].scope, sent[i].scope))
        sent[i].replaced = sent[earlier].vintage.id;
    }
  }
  return sent;
}

std::string CompareLink(const PageVisit& visit, std::int64_t from, std::int64_t to) {
  return "/" + visit.tag() + "/compare?from=" + std::to_string(from) + "&to=" + std::to_string(to);
}

// The latest two files that hold a table and year in common; 0 where no two do.
std::pair<std::int64_t, std::int64_t> ComparablePair(const std::vector<Sent>& sent) {
  for (auto later = sent.rbegin(); later != sent.rend(); ++later) {
    if (later->replaced != 0) return {later->replaced, later->vintage.id};
  }
  return {0, 0};
}

Html CompareForm(const PageVisit& visit, const std::vector<Sent>& sent) {
  std::size_t accepted = 0;
  const auto [first, second] = ComparablePair(sent);
  FormView form{
      "/" + visit.tag() + "/compare", visit.T("compare.form"), {}, {}, visit.T("compare.button")};
  for (const char* name : {"from", "to"}) {
    FormField field{name, visit.T(std::string("compare.") + name), "", FormField::Kind::kSelect, {},
                    ""};
    for (const Sent& one : sent) {
      if (!one.vintage.accepted) continue;
      ++accepted;
      field.choices.push_back(
          {std::to_string(one.vintage.id),
           FormatDate(one.vintage.time) + " " + one.vintage.file_name,
           one.vintage.id == (std::string_view(name) == "to" ? second : first)});
    }
    form.fields.push_back(std::move(field));
  }
  constexpr std::size_t kTwoOfTwo = 4;
  return accepted < kTwoOfTwo ? Html() : RenderForm(visit, form);
}

// --- one vintage
// ----------------------------------------------------------------------------------

Facts VintageFacts(const PageVisit& visit, const Vintage& vintage) {
  Facts facts = {
      {visit.T("fact.status"), El("strong", StatusWord(visit, vintage))},
      {visit.T("fact.sender"),
       El("a",
          {{"class", "ecl-link"},
           {"href", "/" + visit.tag() + "/returns/" + EncodeComponent(SenderKey(vintage))}},
          SenderName(visit, SenderKey(vintage)))},
      {visit.T("fact.counts_from"), Html(visit.Date(vintage.time))},
      {visit.T("fact.collection"), Html(visit.LabelOf("collection", vintage.collection))},
      {visit.T("fact.file"), El("code", vintage.file_name)},
      {visit.T("fact.format"),
       Html(vintage.format + (vintage.mapping.empty() ? "" : " (" + vintage.mapping + ")"))},
      {visit.T("fact.rows"), Html(visit.Number(static_cast<double>(vintage.rows_read)))},
      {visit.T("fact.cells"), Html(visit.Number(static_cast<double>(vintage.cells)))}};
  if (!vintage.form_counting.empty()) {
    facts.emplace_back(visit.T("fact.counting"),
                       Html(visit.LabelOf("form_counting", vintage.form_counting)));
  }
  facts.emplace_back("SHA-256", El("code", {{"class", "thb-hash"}}, vintage.file_sha256));
  return facts;
}

Result<Html> FindingsSection(const PageVisit& visit, const Vintage& vintage) {
  const auto findings = visit.site.context().publication.Findings(vintage.id, visit.now);
  if (!findings && findings.error().code == ErrorCode::kNotFound) {
    return El("p", {{"class", "thb-empty"}}, visit.T("findings.later"));
  }
  DataTable table{.id = "findings",
                  .caption = visit.T("findings.table"),
                  .columns = {{visit.T("column.severity"), false},
                              {visit.T("column.rule"), false},
                              {visit.T("column.where"), false},
                              {visit.T("column.message"), false}},
                  .rows = {},
                  .empty = visit.T("findings.none"),
                  .notes = {}};
  for (const Finding& finding : TRY(std::move(findings))) {
    const RuleDescription* rule = visit.site.rules().Find(finding.rule);
    const std::string title =
        rule == nullptr ? finding.rule : (visit.dutch() ? rule->title_nl : rule->title_en);
    table.rows.push_back({Html(visit.T("severity." + std::string(SeverityName(finding.severity)))),
                          El("span", title) + El("span", {{"class", "thb-sub"}}, finding.rule),
                          El("code", finding.key), Html(finding.message)});
  }
  return RenderPublishedTable(visit, table);
}

Result<Html> SkippedSection(const PageVisit& visit, const Vintage& vintage) {
  DataTable table{.id = "skipped",
                  .caption = visit.T("skipped.table"),
                  .columns = {{visit.T("column.reason"), false},
                              {visit.T("column.rows"), true},
                              {visit.T("column.first"), false}},
                  .rows = {},
                  .empty = visit.T("skipped.none"),
                  .notes = {}};
  for (const SkippedRows& skipped :
       TRY(visit.site.context().publication.Skipped(vintage.id, visit.now))) {
    table.rows.push_back({Html(skipped.reason),
                          Html(visit.Number(static_cast<double>(skipped.rows))),
                          El("code", skipped.first_place)});
  }
  return RenderPublishedTable(visit, table);
}

struct HeldCell {
  const Dataset* dataset = nullptr;
  SnapshotCell cell;
};

std::vector<HeldCell> HeldCells(const PageVisit& visit, const Snapshot& contents) {
  std::vector<HeldCell> held;
  for (const Dataset& dataset : visit.site.datasets().all()) {
    if (dataset.is_view()) continue;
    for (SnapshotCell& cell : contents.Cells(dataset)) held.push_back({&dataset, std::move(cell)});
  }
  return held;
}

// `only`: every cell is of this dataset, whose name the caption has.
DataTable CellsTable(const PageVisit& visit, const std::string& id, const std::string& caption,
                     const Dataset* only) {
  DataTable table = {.id = id,
                     .caption = caption,
                     .columns = {{visit.T("column.line"), false},
                                 {visit.T("column.what"), false},
                                 {visit.T("column.counted"), false},
                                 {visit.T("column.state"), false},
                                 {visit.T("column.year"), false},
                                 {visit.T("column.value"), true}},
                     .rows = {},
                     .empty = visit.T("vintage.no_cells"),
                     .notes = {}};
  if (only != nullptr) {
    table.caption = visit.Title(*only) + ". " + caption;
    table.columns.erase(table.columns.begin() + 1);
  }
  return table;
}

// The dataset of all cells, nullptr where they are of several.
const Dataset* OnlyDataset(const std::vector<HeldCell>& held) {
  const bool one =
      !held.empty() && std::all_of(held.begin(), held.end(), [&](const HeldCell& cell) {
        return cell.dataset == held.front().dataset;
      });
  return one ? held.front().dataset : nullptr;
}

std::vector<Html> CellRowOf(const PageVisit& visit, const HeldCell& held, const Dataset* only) {
  const Dataset& dataset = *held.dataset;
  std::string counted;
  for (std::size_t i = 0; i < dataset.dimensions.size(); ++i) {
    const Dimension& dimension = dataset.dimensions[i];
    if (i == dataset.geo_index() || i == dataset.time_index()) continue;
    if (held.cell.key[i] == dimension.total) continue;
    counted += (counted.empty() ? "" : ", ") + visit.Label(dimension, held.cell.key[i]);
  }
  const bool placed = dataset.geo_index() != std::string::npos;
  const std::size_t colon = held.cell.place.rfind(':');
  std::vector<Html> row = {
      El("code", colon == std::string::npos ? held.cell.place : held.cell.place.substr(colon + 1)),
      Html(visit.Title(dataset)),
      Html(counted.empty() ? visit.T("revision.total") : counted),
      Html(placed ? visit.Place(held.cell.key[dataset.geo_index()]) : visit.Place("")),
      Html(held.cell.key[dataset.time_index()]),
      ValueHtml(visit, ShowCell(visit, held.cell.cell))};
  if (only != nullptr) row.erase(row.begin() + 1);
  return row;
}

bool SentAt(const HeldCell& held, const std::string& place) {
  return !place.empty() && held.cell.place == place;
}

// The page of the cells that is asked for, else that of the cell that the reader came from.
Result<std::size_t> PageOfCells(const PageVisit& visit, const std::vector<HeldCell>& held,
                                std::size_t pages) {
  const std::string asked = visit.Parameter("page");
  if (asked.empty()) {
    const std::string place = visit.Parameter("place");
    const auto came = std::find_if(held.begin(), held.end(),
                                   [&](const HeldCell& one) { return SentAt(one, place); });
    if (came == held.end()) return 1;
    return static_cast<std::size_t>(came - held.begin()) / kCellsOnPage + 1;
  }
  const auto page = ParseInt(asked);
  if (page && *page >= 1 && static_cast<std::size_t>(*page) <= pages) {
    return static_cast<std::size_t>(*page);
  }
  return Fail(ErrorCode::kUsage, visit.T("error.no_page", {{"page", asked}}), "page",
              visit.T("error.pages", {{"pages", static_cast<double>(pages)}}));
}

// The row of the cell that the reader came from is where the link of the way back leads.
std::vector<Html> MarkedRow(const PageVisit& visit, std::vector<Html> row, bool first) {
  row[0] = El("span", {{"class", "thb-came"}, {"id", OnlyIf(first, "cell")}}, row[0]) +
           El("span", {{"class", "thb-sub"}}, visit.T("vintage.came"));
  return row;
}

Html PageLinks(const PageVisit& visit, const Vintage& vintage, std::size_t page,
               std::size_t pages) {
  if (pages < 2) return {};
  Html links;
  const auto link = [&](std::size_t to, const char* text) {
    const std::string address =
        VintageLink(visit, vintage.id) + "?page=" + std::to_string(to) + "#held";
    links += El("li", El("a", {{"class", "ecl-link"}, {"href", address}}, visit.T(text)));
  };
  if (page > 1) link(page - 1, "page.previous");
  if (page < pages) link(page + 1, "page.next");
  return El("nav", {{"class", "thb-pages"}, {"aria-label", visit.T("page.label")}},
            El("ul", links));
}

// The cells as sent, a page at a time; the one that the reader came from is marked.
Result<Html> CellsSection(const PageVisit& visit, const Vintage& vintage) {
  if (!vintage.accepted) return El("p", {{"class", "thb-empty"}}, visit.T("vintage.rejected"));
  const Snapshot contents = TRY(visit.site.context().publication.Contents(vintage.id, visit.now));
  const std::vector<HeldCell> held = HeldCells(visit, contents);
  const std::string place = visit.Parameter("place");
  const std::size_t pages =
      std::max<std::size_t>(1, (held.size() + kCellsOnPage - 1) / kCellsOnPage);
  const std::size_t page = TRY(PageOfCells(visit, held, pages));
  const Dataset* only = OnlyDataset(held);
  DataTable table = CellsTable(
      visit, "cells",
      visit.T("vintage.cells_table",
              {{"page", static_cast<double>(page)}, {"pages", static_cast<double>(pages)}}),
      only);
  const std::size_t from = IsAskedFor(visit, table.id) ? 0 : (page - 1) * kCellsOnPage;
  const std::size_t to = std::min(held.size(), from + RowsOf(visit, table.id, kCellsOnPage));
  bool marked = false;
  for (std::size_t i = from; i < to; ++i) {
    table.rows.push_back(CellRowOf(visit, held[i], only));
    if (!SentAt(held[i], place)) continue;
    table.rows.back() = MarkedRow(visit, std::move(table.rows.back()), !marked);
    marked = true;
  }
  Html html;
  if (!place.empty() && !marked && visit.Parameter("page").empty()) {
    html += El("p", {{"class", "thb-note"}, {"id", "cell"}},
               visit.T("vintage.no_such_cell", {{"place", place}}));
  }
  return html + RenderPublishedTable(visit, table) + PageLinks(visit, vintage, page, pages);
}

}  // namespace

Result<Response> ReturnsPage(const PageVisit& visit) {
  struct Row {
    std::size_t files = 0;
    std::size_t rejected = 0;
    std::int64_t cells = 0;
    Instant last = 0;
  };
  const std::string query = visit.Parameter("q");
  const SearchWords wanted = WantedWords(visit);
  std::map<std::string, Row> senders;
  bool synthetic = false;
  for (const Vintage& vintage : TRY(AllVintages(visit))) {
    Row& row = senders[SenderKey(vintage)];
    synthetic |= vintage.synthetic;
    ++row.files;
    row.rejected += vintage.accepted ? 0 : 1;
    row.cells += vintage.cells;
    row.last = std::max(row.last, vintage.time);
  }
  Worklist list;
  list.search = query;
  list.search_label = visit.T("returns.search");
  list.table = {.id = "senders",
                .caption = visit.T("returns.table"),
                .columns = {{visit.T("fact.sender"), false},
                            {visit.T("column.last"), false},
                            {visit.T("column.files"), true},
                            {visit.T("column.rejected"), true},
                            {visit.T("fact.cells"), true}},
                .rows = {},
                .empty = visit.T(senders.empty() ? "returns.empty" : "returns.none"),
                .notes = {}};
  std::vector<std::pair<std::string, std::string>> order;
  for (const auto& [sender, row] : senders) order.emplace_back(SenderName(visit, sender), sender);
  std::sort(order.begin(), order.end());
  for (const auto& [name, sender] : order) {
    if (!wanted.In(name + " " + sender)) continue;
    const Row& row = senders.at(sender);
    list.table.rows.push_back(
        {El("a",
            {{"class", "ecl-link"},
             {"href", "/" + visit.tag() + "/returns/" + EncodeComponent(sender)}},
            name),
         Html(visit.Date(row.last)), Html(visit.Number(static_cast<double>(row.files))),
         Html(visit.Number(static_cast<double>(row.rejected))),
         Html(visit.Number(static_cast<double>(row.cells)))});
  }
  Page page{visit.T("returns.title"), visit.T("returns.lead"), "/returns", {}, {}, synthetic};
  page.body = RenderWorklist(visit, list);
  return RenderPage(visit, page);
}

Result<Response> SenderPage(const PageVisit& visit) {
  const std::string& sender = visit.request.Parameter("sender");
  const bool known = sender == kSeveral || visit.site.codes().Find("geo")->Find(sender) != nullptr;
  std::vector<Sent> sent = TRY(SentBy(visit, sender));
  if (sent.empty() && !known) {
    return Fail(ErrorCode::kNotFound, visit.T("error.no_sender", {{"sender", sender}}), "",
                visit.T("error.see_returns"));
  }
  const std::string name = SenderName(visit, sender);
  Page page{visit.T("sender.title", {{"sender", SenderInText(visit, sender)}}),
            visit.T("sender.lead"),
            "/returns",
            {{visit.T("nav.returns"), visit.Link("/returns")}},
            {}};
  page.synthetic =
      std::any_of(sent.begin(), sent.end(), [](const Sent& one) { return one.vintage.synthetic; });
  std::vector<TimelineItem> events;
  for (auto one = sent.rbegin(); one != sent.rend(); ++one) {
    const Vintage& vintage = one->vintage;
    TimelineItem event;
    event.date = visit.Date(vintage.time);
    event.status = StatusWord(visit, vintage);
    event.title = El("a", {{"class", "ecl-link"}, {"href", VintageLink(visit, vintage.id)}},
                     vintage.file_name);
    const FindingCount found = TRY(CountFindings(visit, vintage.id));
    event.body = El("p", ScopeText(visit, one->scope)) +
                 El("p", {{"class", "thb-quiet"}},
                    visit.T("sender.entry", {{"cells", static_cast<double>(vintage.cells)},
                                             {"format", vintage.format}}),
                    " ", FindingsText(visit, found));
    if (one->replaced != 0) {
      event.body += El(
          "p",
          El("a", {{"class", "ecl-link"}, {"href", CompareLink(visit, one->replaced, vintage.id)}},
             visit.T("sender.compare")));
    }
    events.push_back(std::move(event));
  }
  page.body = events.empty()
                  ? El("p", {{"class", "thb-empty"}}, visit.T("sender.empty"))
                  : RenderSections({{"sent", visit.T("sender.sent"), RenderTimeline(events)}});
  const Html form = CompareForm(visit, sent);
  if (!form.empty()) {
    page.body += RenderSections({{"compare", visit.T("compare.heading"), form}});
  }
  return RenderPage(visit, page);
}

Result<Response> VintagePage(const PageVisit& visit) {
  const Vintage vintage = TRY(FindVintage(visit, visit.request.Parameter("id")));
  const std::string sender = SenderKey(vintage);
  Page page{
      visit.T("vintage.title",
              {{"sender", SenderInText(visit, sender)}, {"date", visit.Date(vintage.time)}}),
      visit.T("vintage.lead"),
      "/returns",
      {{visit.T("nav.returns"), visit.Link("/returns")},
       {SenderName(visit, sender), "/" + visit.tag() + "/returns/" + EncodeComponent(sender)}},
      {}};
  page.synthetic = vintage.synthetic;
  RecordView record;
  record.facts = VintageFacts(visit, vintage);
  Html findings = TRY(FindingsSection(visit, vintage));
  Html skipped = TRY(SkippedSection(visit, vintage));
  Html cells = TRY(CellsSection(visit, vintage));
  record.sections = {{"found", visit.T("findings.heading"), std::move(findings)},
                     {"left-out", visit.T("skipped.heading"), std::move(skipped)},
                     {"held", visit.T("vintage.cells"), std::move(cells)}};
  page.body = RenderRecord(visit, record) + FoldedLegend(visit);
  return RenderPage(visit, page);
}

Result<Response> CompareVintagesPage(const PageVisit& visit) {
  const Vintage from = TRY(FindVintage(visit, visit.Parameter("from")));
  const Vintage to = TRY(FindVintage(visit, visit.Parameter("to")));
  Publication& publication = visit.site.context().publication;
  const Snapshot before = TRY(publication.Contents(from.id, visit.now));
  const Snapshot after = TRY(publication.Contents(to.id, visit.now));
  const Scope old_scope = ScopeOf(before, visit.site.datasets());
  const Scope new_scope = ScopeOf(after, visit.site.datasets());
  std::vector<Revision> revisions = Compare(visit.site.datasets(), before, after);
  // Years and tables that only one of the two holds are no difference between them.
  std::erase_if(revisions, [&](const Revision& revision) {
    const Dataset* dataset = visit.site.datasets().Find(revision.dataset);
    const std::pair<std::string, std::string> scope{revision.dataset,
                                                    revision.key[dataset->time_index()]};
    return old_scope.count(scope) == 0 || new_scope.count(scope) == 0;
  });
  const std::string sender = SenderKey(to);
  const std::string other = SenderKey(from);
  const std::string name = SenderName(visit, sender);
  Page page{sender == other ? visit.T("compare.title", {{"sender", SenderInText(visit, sender)}})
                            : visit.T("compare.title_two", {{"from", SenderInText(visit, other)},
                                                            {"to", SenderInText(visit, sender)}}),
            visit.T("compare.lead"),
            "/returns",
            {{visit.T("nav.returns"), visit.Link("/returns")},
             {name, "/" + visit.tag() + "/returns/" + EncodeComponent(sender)}},
            {},
            from.synthetic || to.synthetic};
  RecordView record;
  for (const auto& [key, vintage, scope] :
       {std::tuple<const char*, const Vintage*, const Scope*>{"compare.from", &from, &old_scope},
        {"compare.to", &to, &new_scope}}) {
    record.facts.emplace_back(
        visit.T(key), El("a", {{"class", "ecl-link"}, {"href", VintageLink(visit, vintage->id)}},
                         vintage->file_name) +
                          El("span", {{"class", "thb-sub"}},
                             SenderName(visit, SenderKey(*vintage)) + ", " +
                                 visit.Date(vintage->time) + ". " + ScopeText(visit, *scope)));
  }
  if (ScopesOverlap(old_scope, new_scope)) {
    record.sections.push_back(
        {"difference", visit.T("compare.count", {{"count", static_cast<double>(revisions.size())}}),
         RenderRevisions(visit, revisions, visit.T("compare.table"), kMaxComparedRows)});
  } else {
    record.sections.push_back({"difference", visit.T("compare.nothing_shared"),
                               El("p", {{"class", "thb-empty"}}, visit.T("compare.choose_other"))});
  }
  page.body = RenderRecord(visit, record) + FoldedLegend(visit);
  return RenderPage(visit, page);
}

}  // namespace thb
