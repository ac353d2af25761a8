// What waits for me, my cases, and looking for a case.

#include <algorithm>

#include "access/account.h"
#include "access/usage.h"
#include "base/text.h"
#include "people/search.h"
#include "referral/referral.h"
#include "referral/task.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

constexpr int kOnDesk = 20;  // cases on the first page

Html RecordLink(const DeskVisit& visit, const RecordHead& head) {
  return TextLink(visit.Link(RecordPath(head.id)), head.reference);
}

// What a reader must not miss of a record, each a word.
Html RecordWords(const DeskVisit& visit, const RecordHead& head) {
  Html words;
  if (head.urgent) words += StatusWord(visit.T("word.urgent"), true) + Html(" ");
  if (head.restricted) words += StatusWord(visit.T("word.restricted")) + Html(" ");
  if (head.closed) words += StatusWord(visit.T("word.closed"));
  return words;
}

DataTable RecordTable(const DeskVisit& visit, const std::string& id, const std::string& caption,
                      const std::vector<RecordLine>& lines) {
  DataTable table{.id = id,
                  .caption = caption,
                  .columns = {{visit.T("column.reference")},
                              {visit.T("column.name")},
                              {visit.T("column.age")},
                              {visit.T("column.status")},
                              {visit.T("column.changed")},
                              {visit.T("column.note")}},
                  .rows = {},
                  .empty = visit.T("cases.empty"),
                  .notes = {}};
  for (const RecordLine& line : lines) {
    const RecordHead& head = line.head;
    table.rows.push_back({RecordLink(visit, head), Html(line.name),
                          Html(AgeBandWord(visit, head.age_band)),
                          Html(visit.T("victim." + std::string(VictimStatusName(head.status)))),
                          Html(visit.Date(head.changed)), RecordWords(visit, head)});
  }
  return table;
}

Html DueWord(const DeskVisit& visit, const std::optional<Instant>& due) {
  if (!due) return Html(visit.T("due.none"));
  Html text(visit.DateTime(*due));
  return *due < visit.now ? text + " " + StatusWord(visit.T("word.overdue"), true) : text;
}

Result<Html> TaskTable(const DeskVisit& visit) {
  Tasks tasks(visit.work);
  const std::vector<Task> mine = TRY(tasks.Mine());
  DataTable table{.id = "tasks",
                  .caption = visit.T("desk.tasks"),
                  .columns = {{visit.T("column.task")},
                              {visit.T("column.case")},
                              {visit.T("column.due")},
                              {visit.T("column.for")},
                              {visit.T("column.act")}},
                  .rows = {},
                  .empty = visit.T("desk.tasks.none"),
                  .notes = {}};
  for (const Task& task : mine) {
    const std::string what = visit.LabelOf("task_kind", task.kind);
    Html title =
        task.record.empty() ? Html(what) : TextLink(visit.Link(RecordPath(task.record)), what);
    if (task.urgent) title += Html(" ") + StatusWord(visit.T("word.urgent"), true);
    Html acts = ActionButton(visit, visit.Link("/tasks/" + task.id), visit.T("desk.task.done"),
                             {{kVersionField, std::to_string(task.version)}});
    // What waits for whoever holds a duty belongs to no organisation, so nobody can hand it over.
    if (!task.organisation.empty()) {
      acts +=
          El("p", {{"class", "desk-act"}},
             TextLink(visit.Link("/tasks/" + task.id + "/assign"), visit.T("desk.task.assign")));
    }
    table.rows.push_back(
        {title, Html(task.reference), DueWord(visit, task.due),
         Html(task.account.empty() ? visit.T("name.on_duty") : visit.AccountName(task.account)),
         acts});
  }
  return RenderTable(visit, table);
}

Html CountTiles(const DeskVisit& visit, const RecordCounts& counts) {
  Html items;
  const auto tile = [&](const char* text, int count, const QueryPairs& query) {
    items += El("li", {{"class", "thb-tile"}},
                El("p", {{"class", "thb-tile__name"}},
                   TextLink(visit.Link("/cases", query), visit.T(text))),
                El("p", {{"class", "thb-tile__number"}}, std::to_string(count)));
  };
  tile("count.open", counts.open, {});
  tile("count.urgent", counts.urgent, {{"urgent", "yes"}});
  tile("count.children", counts.children, {{"age", "child"}});
  tile("count.mine", counts.mine, {{"whose", "mine"}});
  Html html = El("div", {{"class", "thb-tiles"}}, El("ul", items));
  if (counts.more) html += El("p", {{"class", "thb-quiet"}}, visit.T("count.more"));
  return html;
}

FormView FilterForm(const DeskVisit& visit) {
  const auto select = [&](const char* name, const char* label,
                          const std::vector<FieldChoice>& all) {
    FormField field;
    field.name = name;
    field.label = visit.T(label);
    field.choices = all;
    const std::string chosen = visit.Parameter(name);
    for (FieldChoice& choice : field.choices) choice.chosen = choice.value == chosen;
    return field;
  };
  const FieldChoice all{"", visit.T("filter.all")};
  FormView form;
  form.action = visit.Link("/cases");
  form.label = visit.T("filter.label");
  form.fields = {
      select("whose", "filter.whose",
             {all,
              {"mine", visit.T("filter.mine")},
              {"owned", visit.T("filter.owned")},
              {"shared", visit.T("filter.shared")}}),
      select("age", "filter.age",
             {all,
              {"child", visit.T("age.child")},
              {"presumed_child", visit.T("age.presumed_child")},
              {"adult", visit.T("age.adult")},
              {"unknown", visit.T("age.unknown")}}),
      select("urgent", "filter.urgent", {all, {"yes", visit.T("filter.urgent_only")}}),
      select("closed", "filter.closed",
             {{"", visit.T("filter.open_only")}, {"yes", visit.T("filter.closed_only")}})};
  form.button = visit.T("filter.button");
  return form;
}

Result<RecordFilter> FilterOf(const DeskVisit& visit) {
  RecordFilter filter;
  const std::string whose = visit.Parameter("whose");
  filter.mine = whose == "mine";
  if (whose == "owned") filter.participating = Participating::kOwned;
  if (whose == "shared") filter.participating = Participating::kShared;
  if (const std::string age = visit.Parameter("age"); !age.empty()) {
    filter.age_band = TRY(ParseAgeBand(age));
  }
  filter.urgent_only = visit.Parameter("urgent") == "yes";
  filter.closed = visit.Parameter("closed") == "yes";
  filter.after = visit.Parameter("after");
  return filter;
}

DeskForm ReferenceForm(const DeskVisit& visit) {
  DeskForm form;
  form.id = "open";
  form.action = visit.Link("/open");
  form.fields = {{.name = "reference",
                  .label = visit.T("open.reference"),
                  .help = visit.T("open.help"),
                  .required = true,
                  .max_bytes = 100}};
  form.button = visit.T("open.button");
  return form;
}

DeskForm SearchForm(const DeskVisit& visit) {
  DeskForm form;
  form.id = "search";
  form.action = visit.Link("/search");
  form.fields = {{.name = "name",
                  .label = visit.T("search.name"),
                  .help = visit.T("search.name.help"),
                  .max_bytes = kMaxPersonNameBytes},
                 {.name = "year", .label = visit.T("search.year"), .max_bytes = 4},
                 {.name = "phone", .label = visit.T("search.phone"), .max_bytes = 100},
                 {.name = "document", .label = visit.T("search.document"), .max_bytes = 100},
                 {.name = "ground",
                  .label = visit.T("search.ground"),
                  .kind = DeskField::Kind::kSelect,
                  .help = visit.T("search.ground.help"),
                  .choices = CodeChoices(visit, "search_ground", visit.T("choice.choose"))},
                 {.name = "reference",
                  .label = visit.T("search.case"),
                  .help = visit.T("search.case.help"),
                  .max_bytes = 100}};
  form.button = visit.T("search.button");
  return form;
}

Result<std::vector<PersonHit>> HitsOf(const DeskVisit& visit) {
  PersonQuery query;
  query.name = visit.Typed("name");
  if (const std::string year = visit.Typed("year"); !year.empty()) {
    const auto number = ParseInt(year);
    if (!number) return Fail(ErrorCode::kBadValue, "the year is no number", "year", "write 1999");
    query.birth_year = static_cast<int>(*number);
  }
  query.phone = visit.Typed("phone");
  query.region = visit.Country() == "EL" ? "GR" : visit.Country();
  query.document_number = visit.Typed("document");
  query.ground = visit.Typed("ground");
  if (const std::string reference = visit.Typed("reference"); !reference.empty()) {
    query.record = TRY(FindRecord(visit.work, reference));
  }
  return SearchPersons(visit.work, query);
}

Html HitTable(const DeskVisit& visit, const std::vector<PersonHit>& hits) {
  DataTable table{.id = "hits",
                  .caption = visit.T("search.hits"),
                  .columns = {{visit.T("column.name")},
                              {visit.T("column.reference")},
                              {visit.T("column.age")},
                              {visit.T("column.similarity"), true}},
                  .rows = {},
                  .empty = visit.T("search.none"),
                  .notes = {visit.T("search.note")}};
  constexpr double kPercent = 100;
  for (const PersonHit& hit : hits) {
    table.rows.push_back({Html(hit.name),
                          TextLink(visit.Link(RecordPath(hit.record)), hit.reference),
                          Html(AgeBandWord(visit, hit.age_band)),
                          Html(std::to_string(static_cast<int>(hit.similarity * kPercent)))});
  }
  return RenderTable(visit, table);
}

}  // namespace

Result<Response> DeskHome(const DeskVisit& visit) {
  DeskPage page{.title = visit.T("home.question"), .kind = "desk"};
  Html alerts;
  for (const Alert& alert : TRY(OpenAlerts(visit.work))) {
    const std::string key = "alert." + alert.kind;
    alerts +=
        El("li", visit.texts().Has(key) ? visit.T(key) : alert.kind, " ",
           ActionButton(visit, visit.Link("/alerts/" + alert.id), visit.T("alert.close"), {}));
  }
  if (!alerts.empty()) {
    page.body +=
        El("section", {{"class", "thb-note thb-note--warning"}, {"aria-labelledby", "alerts"}},
           El("h2", {{"id", "alerts"}}, visit.T("alert.heading")),
           El("ul", {{"class", "thb-list"}}, alerts));
  }
  page.body += CountTiles(visit, TRY(CountRecords(visit.work)));
  if (visit.May("report")) {
    page.body +=
        El("p", El("a", {{"class", "ecl-button thb-button"}, {"href", visit.Link("/entry")}},
                   visit.T("nav.entry")));
  }
  RecordFilter mine;
  mine.mine = true;
  mine.limit = kOnDesk;
  const RecordPage cases = TRY(ListRecords(visit.work, mine));
  page.body +=
      RenderSections({{"waiting", visit.T("desk.waiting"), TRY(TaskTable(visit))},
                      {"inbox", visit.T("inbox.heading"), TRY(InboxTable(visit))},
                      {"cases", visit.T("desk.mine"),
                       RenderTable(visit, RecordTable(visit, "mine", visit.T("desk.mine.caption"),
                                                      cases.lines))}});
  return RenderDeskPage(visit, page);
}

Result<Response> CloseTaskPage(const DeskVisit& visit) {
  Tasks tasks(visit.work);
  TRY(tasks.Close(visit.request.Parameter("task"), VersionTyped(visit), TaskState::kDone));
  return Response::Redirect(visit.Link(""));
}

Result<Response> AssignTaskPage(const DeskVisit& visit) {
  Tasks tasks(visit.work);
  const std::vector<Task> mine = TRY(tasks.Mine());
  const auto task = std::find_if(mine.begin(), mine.end(), [&](const Task& one) {
    return one.id == visit.request.Parameter("task") && !one.organisation.empty();
  });
  if (task == mine.end()) return Fail(ErrorCode::kNotFound, "there is no such task");
  FormPage page;
  page.page = {.title = visit.T("desk.task.assign.title"),
               .lead = visit.LabelOf("task_kind", task->kind) + " " + task->reference,
               .kind = "form"};
  page.form.action = visit.Link("/tasks/" + task->id + "/assign");
  page.form.version = task->version;
  DeskField who{.name = "account",
                .label = visit.T("assign.to"),
                .kind = DeskField::Kind::kSelect,
                .help = visit.T("assign.help"),
                .choices = {{"", visit.T("choice.choose")}},
                .required = true};
  for (const Account& account : TRY(ListAccounts(visit.work, visit.actor.organisation))) {
    if (account.Live(visit.now)) who.choices.push_back({account.id, account.name});
  }
  page.form.fields = {who};
  page.form.button = visit.T("assign.button");
  page.save = [&](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    const Actor receiver =
        TRY(LoadActor(saving.work.database, saving.Typed("account"), saving.now));
    Tasks saved(saving.work);
    TRY(saved.Assign(task->id, version, receiver));
    return saving.Link("");
  };
  return RunFormPage(visit, page);
}

Result<Response> CloseAlertPage(const DeskVisit& visit) {
  TRY(CloseAlert(visit.work, visit.request.Parameter("alert")));
  return Response::Redirect(visit.Link(""));
}

Result<Response> CasesPage(const DeskVisit& visit) {
  const RecordFilter filter = TRY(FilterOf(visit));
  const RecordPage found = TRY(ListRecords(visit.work, filter));
  DeskPage page{.title = visit.T("cases.question"), .kind = "list", .section = "/cases"};
  page.body =
      RenderForm(visit, FilterForm(visit)) +
      RenderTable(visit, RecordTable(visit, "cases", visit.T("cases.caption"), found.lines));
  if (!found.next.empty()) {
    QueryPairs query = visit.request.query;
    std::erase_if(query, [](const auto& pair) { return pair.first == "after"; });
    query.emplace_back("after", found.next);
    page.body += El("p", TextLink(visit.Link("/cases", query), visit.T("cases.next")));
  }
  page.body += RenderDeskForm(visit, ReferenceForm(visit), {});
  return RenderDeskPage(visit, page);
}

Result<Response> OpenPage(const DeskVisit& visit) {
  FormPage page;
  page.page = {.title = visit.T("open.question"), .kind = "form", .section = "/cases"};
  page.form = ReferenceForm(visit);
  page.save = [](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    const auto record = FindRecord(saving.work, saving.Typed("reference"));
    if (record) return saving.Link(RecordPath(*record));
    if (record.error().code != ErrorCode::kNotFound) return tl::make_unexpected(record.error());
    return Fail(ErrorCode::kUnknownCode, "no record that you may see has this reference",
                "reference", "compare it with the paper");
  };
  return RunFormPage(visit, page);
}

// The answer is shown at once: what was searched for stands in no address.
Result<Response> SearchPage(const DeskVisit& visit) {
  constexpr int kOk = 200;
  constexpr int kUnprocessable = 422;
  DeskPage page{.title = visit.T("search.question"),
                .lead = visit.T("search.lead"),
                .kind = "form",
                .section = "/search"};
  const DeskForm form = SearchForm(visit);
  FormState state{visit.typed};
  Html hits;
  if (visit.step == FormStep::kSave) {
    state.errors = CheckFields(visit, form, visit.typed);
    if (state.errors.empty()) {
      const auto found = HitsOf(visit);
      if (found) {
        hits = HitTable(visit, *found);
      } else {
        state.errors.push_back(
            {"", ErrorSentence(visit, found.error()) + " (" + found.error().what + ")"});
      }
    }
  }
  page.body = hits + RenderDeskForm(visit, form, state);
  return RenderDeskPage(visit, page, state.errors.empty() ? kOk : kUnprocessable);
}

}  // namespace thb
