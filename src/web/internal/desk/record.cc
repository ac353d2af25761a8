// One record: what is known, what can be done, what happened. And the forms that change it.

#include "access/account.h"
#include "people/authorize.h"
#include "people/note.h"
#include "referral/referral.h"
#include "referral/task.h"
#include "referral/timeline.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

std::string RestrictionWords(const DeskVisit& visit, const std::set<Restriction>& restrictions) {
  std::string words;
  for (const Restriction restriction : restrictions) {
    words +=
        (words.empty() ? "" : ", ") + visit.LabelOf("restriction", RestrictionName(restriction));
  }
  return words.empty() ? visit.T("word.none") : words;
}

Facts RecordFactList(const DeskVisit& visit, const OpenedRecord& record) {
  const RecordHead& head = record.file.head;
  Html state(visit.T(head.closed ? "word.closed" : "word.open"));
  if (head.urgent) state += Html(" ") + StatusWord(visit.T("word.urgent"), true);
  if (head.restricted) state += Html(" ") + StatusWord(visit.T("word.restricted"));
  return {{visit.T("fact.state"), state},
          {visit.T("fact.age"), Html(AgeBandWord(visit, head.age_band))},
          {visit.T("fact.status"),
           Html(visit.T("victim." + std::string(VictimStatusName(head.status))))},
          {visit.T("fact.organisation"), Html(visit.OrganisationName(head.organisation))},
          {visit.T("fact.owner"), Html(visit.AccountName(head.owner))},
          {visit.T("fact.legal_ground"), Html(visit.LabelOf("legal_ground", head.legal_ground))},
          {visit.T("fact.restrictions"), Html(RestrictionWords(visit, record.file.restrictions))},
          {visit.T("fact.opened"), Html(visit.DateTime(head.opened))}};
}

// Links to what this account may do with the record, in the order of a case's life.
Html WhatCanBeDone(const DeskVisit& visit, const OpenedRecord& record) {
  const std::string& id = record.file.head.id;
  Html items;
  const auto link = [&](Right right, FieldGroup group, const char* rest, const char* text) {
    if (!Can(visit, record.facts, right, group)) return;
    items += El("li", TextLink(visit.Link(RecordPath(id, rest)), visit.T(text)));
  };
  link(Right::kEdit, FieldGroup::kIdentity, "/persons/new", "do.person");
  link(Right::kScreen, FieldGroup::kScreening, "/screenings/new", "do.screen");
  link(Right::kEdit, FieldGroup::kReferral, "/consents", "do.consent");
  link(Right::kRefer, FieldGroup::kReferral, "/referrals/new", "do.refer");
  link(Right::kRead, FieldGroup::kReferral, "/cross-border", "do.cross_border");
  link(Right::kRead, FieldGroup::kDecision, "/decisions", "do.decide");
  link(Right::kRead, FieldGroup::kChild, "/child", "do.child");
  link(Right::kRead, FieldGroup::kAssistance, "/assistance", "do.assist");
  link(Right::kEdit, FieldGroup::kNarrative, "/narrative", "do.narrative");
  link(Right::kEdit, FieldGroup::kNarrative, "/notes/new", "do.note");
  link(Right::kRead, FieldGroup::kNarrative, "/files", "do.files");
  link(Right::kRead, FieldGroup::kProtectedNote, "/protected", "do.protected");
  link(Right::kEdit, FieldGroup::kIdentity, "/duplicate", "do.duplicate");
  link(Right::kEdit, FieldGroup::kReference, "/state", "do.state");
  link(Right::kRead, FieldGroup::kReference, "/access", "do.access");
  link(Right::kRead, FieldGroup::kIdentity, "/requests", "do.requests");
  return El("nav", {{"class", "desk-do"}, {"aria-label", visit.T("do.label")}}, El("ul", items));
}

Result<Html> PersonList(const DeskVisit& visit, const OpenedRecord& record) {
  Html items;
  for (const std::string& id : record.file.persons) {
    const PersonFile person = TRY(ReadPerson(visit.work, id));
    items += El("li", TextLink(visit.Link("/persons/" + id), PersonLabel(visit, person)), " (",
                AgeBandWord(visit, person.age_band), ")");
  }
  if (items.empty()) return El("p", {{"class", "thb-empty"}}, visit.T("person.none"));
  return El("ul", {{"class", "thb-list"}}, items);
}

Result<Html> ScreeningsOf(const DeskVisit& visit, const std::string& record) {
  Screenings screenings(visit.site.screening_lists(), visit.work);
  const auto all = TRY(screenings.OfRecord(record));
  Html items;
  for (const Screening& one : all) {
    const ScreeningList* list = visit.site.screening_lists().Find(one.list);
    const std::string name = list == nullptr ? one.list : visit.dutch() ? list->nl : list->en;
    const bool draft = one.state == ScreeningState::kDraft;
    items +=
        El("li", TextLink(visit.Link("/screenings/" + one.id), name), ", ", visit.Date(one.changed),
           " ", StatusWord(visit.T(draft ? "screening.draft" : "screening.finished")));
  }
  if (items.empty()) return El("p", {{"class", "thb-empty"}}, visit.T("screening.none"));
  return El("ul", {{"class", "thb-list"}}, items);
}

Result<Html> NoteList(const DeskVisit& visit, const std::string& record) {
  Html html;
  for (const Note& note : TRY(NotesOf(visit.work, record))) {
    html += El("article", {{"class", "desk-note"}},
               El("p", {{"class", "thb-quiet"}}, visit.DateTime(note.written), ", ",
                  visit.AccountName(note.account), ", ", FieldGroupWord(visit, note.group)),
               TypedText(note.text));
  }
  return html.empty() ? El("p", {{"class", "thb-empty"}}, visit.T("note.none")) : html;
}

// The name of a list or kind of entry that is data of referral, "" where it is none.
std::string NameOfData(const DeskVisit& visit, const CaseEvent& event) {
  const bool dutch = visit.dutch();
  if (event.kind == "screening") {
    const ScreeningList* list = visit.site.screening_lists().Find(event.code);
    if (list != nullptr) return dutch ? list->nl : list->en;
  }
  if (event.kind == "assistance" || event.kind == "follow_up") {
    const AssistanceKind* kind = visit.site.assistance_kinds().Find(event.code);
    if (kind != nullptr) return dutch ? kind->nl : kind->en;
  }
  if (event.kind == "override") {
    for (const OverrideGround& ground : visit.site.countries().OverrideGrounds(visit.Country())) {
      if (ground.code == event.code) return dutch ? ground.nl : ground.en;
    }
  }
  return {};
}

// The word for what an event's code says.
std::string EventCode(const DeskVisit& visit, const CaseEvent& event) {
  if (event.code.empty()) return {};
  if (const std::string name = NameOfData(visit, event); !name.empty()) return name;
  // A code of the procedure has its track before it: "reflection.started".
  const std::string last = event.code.substr(event.code.rfind('.') + 1);
  for (const std::string& key :
       {"event." + event.kind + "." + event.code, event.kind + ".event." + event.code,
        event.kind + ".state." + event.code, event.kind + "." + last}) {
    if (visit.texts().Has(key)) return visit.T(key);
  }
  for (const char* list : {"task_kind", "legal_period", "guardian_kind", "guardian_end"}) {
    const CodeList* codes = visit.site.context().codes.Find(list);
    if (codes != nullptr && codes->Find(event.code) != nullptr) {
      return codes->Label(event.code, visit.language);
    }
  }
  return event.code;
}

Result<Html> Timeline(const DeskVisit& visit, const std::string& record) {
  const auto events = TRY(TimelineOf(visit.work, visit.site.procedure_rules(), record));
  std::vector<TimelineItem> items;
  for (const CaseEvent& event : events) {
    TimelineItem item;
    item.date = visit.DayText(event.on);
    if (event.upcoming) {
      item.status = visit.T(event.on < visit.Today() ? "word.overdue" : "word.upcoming");
    }
    const std::string key = "event." + event.kind;
    item.title = Html(visit.texts().Has(key) ? visit.T(key) : event.kind);
    std::string what = EventCode(visit, event);
    if (!event.actor.empty()) what += (what.empty() ? "" : ", ") + visit.AccountName(event.actor);
    if (!what.empty()) item.body = El("p", what);
    items.push_back(std::move(item));
  }
  if (items.empty()) return El("p", {{"class", "thb-empty"}}, visit.T("timeline.none"));
  return RenderTimeline(items);
}

DeskForm OneArea(const DeskVisit& visit, const std::string& action, const std::string& name,
                 const std::string& label, std::size_t max_bytes) {
  DeskForm form;
  form.action = visit.Link(action);
  form.fields = {
      {.name = name, .label = label, .kind = DeskField::Kind::kArea, .max_bytes = max_bytes}};
  form.button = visit.T("form.save");
  return form;
}

// State, urgency and legal ground: one form each, on one page.
Html StateForms(const DeskVisit& visit, const OpenedRecord& record) {
  const RecordHead& head = record.file.head;
  const std::string path = RecordPath(head.id, "/state");
  const QueryPairs version{{kVersionField, std::to_string(head.version)}};
  const auto button = [&](const char* act, const char* text) {
    QueryPairs hidden = version;
    hidden.emplace_back("act", act);
    return ActionButton(visit, visit.Link(path), visit.T(text), hidden);
  };
  Html html;
  if (!head.closed) {
    html += head.urgent ? button("calm", "state.not_urgent") : button("urgent", "state.urgent");
  } else {
    html += button("reopen", "state.reopen");
  }
  return html;
}

DeskForm CloseForm(const DeskVisit& visit, const RecordHead& head) {
  DeskForm form;
  form.id = "close";
  form.action = visit.Link(RecordPath(head.id, "/close"));
  form.version = head.version;
  form.fields = {{.name = "reason",
                  .label = visit.T("close.reason"),
                  .kind = DeskField::Kind::kSelect,
                  .help = visit.T("close.help"),
                  .choices = CodeChoices(visit, "closing_reason", visit.T("choice.choose")),
                  .required = true}};
  form.button = visit.T("close.button");
  return form;
}

DeskForm GroundForm(const DeskVisit& visit, const RecordHead& head) {
  DeskForm form;
  form.id = "ground";
  form.action = visit.Link(RecordPath(head.id, "/legal-ground"));
  form.version = head.version;
  form.fields = {{.name = "ground",
                  .label = visit.T("fact.legal_ground"),
                  .kind = DeskField::Kind::kSelect,
                  .help = visit.T("ground.help"),
                  .choices = CodeChoices(visit, "legal_ground"),
                  .required = true}};
  form.button = visit.T("form.save");
  return form;
}

}  // namespace

Result<Response> DeskRecordPage(const DeskVisit& visit) {
  const std::string& id = visit.request.Parameter("record");
  const OpenedRecord record = TRY(OpenRecord(visit, id));
  const RecordHead& head = record.file.head;
  RecordView view;
  view.lead = WhatCanBeDone(visit, record);
  view.facts = RecordFactList(visit, record);
  const auto section = [&](const char* name, const char* heading, Html body) {
    view.sections.push_back({name, visit.T(heading), std::move(body)});
  };
  if (Readable(record, FieldGroup::kIdentity)) {
    section("persons", "record.persons", TRY(PersonList(visit, record)));
  }
  if (record.file.referrer_reach && !record.file.referrer_reach->empty()) {
    section("reach", "record.reach", TypedText(*record.file.referrer_reach));
  }
  if (record.file.narrative) {
    section("narrative", "record.narrative",
            record.file.narrative->empty()
                ? El("p", {{"class", "thb-empty"}}, visit.T("narrative.none"))
                : TypedText(*record.file.narrative));
  }
  if (Readable(record, FieldGroup::kScreening)) {
    section("screenings", "record.screenings", TRY(ScreeningsOf(visit, id)));
  }
  if (Readable(record, FieldGroup::kReferral)) {
    section("referrals", "record.referrals", TRY(ReferralList(visit, id)));
  }
  section("notes", "record.notes", TRY(NoteList(visit, id)));
  section("timeline", "record.timeline", TRY(Timeline(visit, id)));
  DeskPage page{.title = visit.T("record.title", {{"reference", head.reference}}),
                .kind = "record",
                .section = "/cases"};
  page.crumbs = {{visit.T("nav.cases"), visit.Link("/cases")}};
  page.body = RenderRecord(visit, view);
  return RenderDeskPage(visit, page);
}

Result<Response> NarrativePage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const RecordHead& head = record.file.head;
  FormPage page;
  page.page = {.title = visit.T("narrative.question"),
               .lead = visit.T("narrative.lead"),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, head)};
  page.form = OneArea(visit, RecordPath(head.id, "/narrative"), "narrative",
                      visit.T("record.narrative"), kMaxNarrativeBytes);
  page.form.version = head.version;
  Put(page.stored, "narrative", record.file.narrative.value_or(""));
  page.save = [id = head.id](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    TRY(EditNarrative(saving.work, id, version, saving.Typed("narrative")));
    return saving.Link(RecordPath(id));
  };
  return RunFormPage(visit, page);
}

Result<Response> NewNotePage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const RecordHead& head = record.file.head;
  FormPage page;
  page.page = {.title = visit.T("note.question"),
               .lead = visit.T("note.lead"),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, head)};
  page.form = OneArea(visit, RecordPath(head.id, "/notes/new"), "text", visit.T("note.text"),
                      kMaxNoteBytes);
  page.form.fields.front().required = true;
  std::set<FieldGroup> groups;
  for (const FieldGroup group : record.file.readable) {
    if (Can(visit, record.facts, Right::kEdit, group)) groups.insert(group);
  }
  page.form.fields.push_back({.name = "group",
                              .label = visit.T("note.group"),
                              .kind = DeskField::Kind::kSelect,
                              .help = visit.T("note.group.help"),
                              .choices = GroupChoices(visit, groups),
                              .required = true});
  Put(page.stored, "group", "narrative");
  page.save = [id = head.id, persons = record.file.persons](const DeskVisit& saving,
                                                            std::int64_t) -> Result<std::string> {
    const FieldGroup group = TRY(ParseFieldGroup(saving.Typed("group"), "group"));
    TRY(WriteNote(saving.work, id, group, saving.Typed("text"), persons));
    return saving.Link(RecordPath(id, "#notes"));
  };
  return RunFormPage(visit, page);
}

Result<Response> StatePage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const RecordHead& head = record.file.head;
  if (visit.step == FormStep::kSave) {
    const std::string act = visit.Typed("act");
    const std::int64_t version = VersionTyped(visit);
    if (act == "urgent" || act == "calm") {
      TRY(SetUrgent(visit.work, head.id, version, act == "urgent"));
    } else if (act == "reopen") {
      TRY(ReopenRecord(visit.work, head.id, version));
    }
    return Response::Redirect(visit.Link(RecordPath(head.id)));
  }
  DeskPage page{.title = visit.T("state.question"), .kind = "form", .section = "/cases"};
  page.crumbs = RecordCrumbs(visit, head);
  FormState ground;
  Put(ground.values, "ground", head.legal_ground);
  page.body = RenderFacts(RecordFactList(visit, record)) + StateForms(visit, record) +
              El("h2", visit.T("ground.heading")) +
              RenderDeskForm(visit, GroundForm(visit, head), ground);
  if (!head.closed) {
    page.body +=
        El("h2", visit.T("close.heading")) + RenderDeskForm(visit, CloseForm(visit, head), {});
  }
  return RenderDeskPage(visit, page);
}

Result<Response> LegalGroundPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const RecordHead& head = record.file.head;
  FormPage page;
  page.page = {.title = visit.T("ground.heading"),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, head)};
  page.form = GroundForm(visit, head);
  Put(page.stored, "ground", head.legal_ground);
  page.save = [id = head.id](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    TRY(SetLegalGround(saving.work, id, version, saving.Typed("ground")));
    return saving.Link(RecordPath(id));
  };
  return RunFormPage(visit, page);
}

Result<Response> CloseCasePage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const RecordHead& head = record.file.head;
  FormPage page;
  page.page = {.title = visit.T("close.heading"),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, head)};
  page.form = CloseForm(visit, head);
  page.save = [id = head.id](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    TRY(CloseRecord(saving.work, id, version, saving.Typed("reason")));
    return saving.Link(RecordPath(id));
  };
  return RunFormPage(visit, page);
}

}  // namespace thb
