// What a person may ask about her data, and its end: rights requests, erasure with what has to be
// redacted before it, and what is due by its retention period (casework rules 5 and 19).

#include <algorithm>

#include "access/approval.h"
#include "people/attachment.h"
#include "people/erasure.h"
#include "people/note.h"
#include "people/second_person.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

using Kind = DeskField::Kind;

constexpr int kDueShown = 200;

DeskPage RecordForm(const DeskVisit& visit, const RecordHead& head, const std::string& title) {
  return {.title = title, .kind = "form", .section = "/cases", .crumbs = RecordCrumbs(visit, head)};
}

std::string RequestPath(const std::string& record, const std::string& rest = {}) {
  return RecordPath(record, "/requests" + rest);
}

Html RequestTable(const DeskVisit& visit, const OpenedRecord& record,
                  const std::vector<RightsRequest>& requests) {
  const bool decides = Can(visit, record.facts, Right::kEdit, FieldGroup::kIdentity);
  DataTable table{.id = "requests",
                  .caption = visit.T("requests.caption"),
                  .columns = {{visit.T("requests.kind")},
                              {visit.T("requests.received")},
                              {visit.T("column.due")},
                              {visit.T("column.state")},
                              {visit.T("requests.remark")}},
                  .rows = {},
                  .empty = visit.T("requests.none"),
                  .notes = {visit.T("requests.note")}};
  for (const RightsRequest& one : requests) {
    const bool open = one.state == "open";
    const std::string kind = visit.LabelOf("rights_request", one.kind);
    Html due(visit.Date(one.due));
    if (open && one.due < visit.now) due += Html(" ") + StatusWord(visit.T("word.overdue"), true);
    Html state = StatusWord(visit.T("requests.state." + one.state));
    if (!one.ground.empty()) state += Html(" " + visit.LabelOf("rights_ground", one.ground));
    table.rows.push_back({open && decides
                              ? TextLink(visit.Link(RequestPath(one.record, "/" + one.id)), kind)
                              : Html(kind),
                          Html(visit.Date(one.received)), due, state, TypedText(one.remark)});
  }
  return RenderTable(visit, table);
}

DeskField RemarkField(const DeskVisit& visit) {
  return {.name = "remark",
          .label = visit.T("requests.remark"),
          .kind = Kind::kArea,
          .max_bytes = kMaxShortTextBytes};
}

DeskForm NewRequestForm(const DeskVisit& visit, const std::string& record,
                        const std::vector<FieldChoice>& persons) {
  DeskForm form;
  form.action = visit.Link(RequestPath(record));
  form.fields = {{.name = "person",
                  .label = visit.T("requests.person"),
                  .kind = Kind::kSelect,
                  .choices = persons,
                  .required = true},
                 {.name = "kind",
                  .label = visit.T("requests.kind"),
                  .kind = Kind::kSelect,
                  .choices = CodeChoices(visit, "rights_request", visit.T("choice.choose")),
                  .required = true},
                 {.name = "received",
                  .label = visit.T("requests.received"),
                  .kind = Kind::kDay,
                  .required = true},
                 RemarkField(visit)};
  form.button = visit.T("requests.enter");
  return form;
}

Html PlanFacts(const DeskVisit& visit, const ErasurePlan& plan) {
  std::string recipients;
  for (const std::string& one : plan.recipients) {
    recipients += (recipients.empty() ? "" : ", ") + visit.OrganisationName(one);
  }
  const auto count = [&](const std::vector<std::string>& all) {
    return Html(std::to_string(all.size()));
  };
  return RenderFacts(
      {{visit.T("erase.goes"),
        Html(visit.T(plan.whole_record ? "erase.whole_record" : "erase.person_alone"))},
       {visit.T("erase.notes"), count(plan.notes)},
       {visit.T("erase.files"), count(plan.files)},
       {visit.T("erase.recipients"),
        Html(recipients.empty() ? visit.T("name.nobody") : recipients)}});
}

Html HoldNote(const DeskVisit& visit) {
  return El("div", {{"class", "thb-note thb-note--warning"}},
            El("p", El("strong", visit.T("erase.hold"))));
}

// The note in the address, where it waits for redaction.
Result<Note> OpenNote(const DeskVisit& visit, const std::string& record) {
  for (Note& one : TRY(NotesOf(visit.work, record))) {
    if (one.id == visit.request.Parameter("note") && one.redaction_wanted) return std::move(one);
  }
  return Fail(ErrorCode::kNotFound, "there is no such note");
}

}  // namespace

Result<Response> RequestsPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string& id = record.file.head.id;
  FormPage page;
  page.page = RecordForm(visit, record.file.head, visit.T("requests.question"));
  page.page.lead = visit.T("requests.lead");
  page.page.body = RequestTable(visit, record, TRY(RightsRequestsOf(visit.work, id)));
  page.form = NewRequestForm(visit, id, TRY(PersonChoices(visit, record)));
  Put(page.stored, "received", FormatDay(visit.Today()));
  page.save = [&](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    const Day received = TRY(ParseDay(saving.Typed("received")));
    TRY(OpenRightsRequest(saving.work, saving.Typed("person"), saving.Typed("kind"),
                          received * kSecondsOfDay, saving.Typed("remark")));
    return saving.Link(RequestPath(id));
  };
  return RunFormPage(visit, page);
}

Result<Response> DecideRequestPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string& id = record.file.head.id;
  const std::vector<RightsRequest> all = TRY(RightsRequestsOf(visit.work, id));
  const auto request = std::find_if(all.begin(), all.end(), [&](const RightsRequest& one) {
    return one.id == visit.request.Parameter("request") && one.state == "open";
  });
  if (request == all.end()) return Fail(ErrorCode::kNotFound, "there is no such request");
  FormPage page;
  page.page = RecordForm(visit, record.file.head, visit.T("requests.decide"));
  page.page.lead = visit.LabelOf("rights_request", request->kind);
  page.page.body = El("p", visit.T("requests.decide.note"));
  page.form.action = visit.Link(RequestPath(id, "/" + request->id));
  page.form.fields = {{.name = "decision",
                       .label = visit.T("requests.decision"),
                       .kind = Kind::kRadio,
                       .choices = {{"granted", visit.T("requests.state.granted")},
                                   {"refused", visit.T("requests.state.refused")}},
                       .required = true},
                      {.name = "ground",
                       .label = visit.T("requests.ground"),
                       .kind = Kind::kSelect,
                       .help = visit.T("requests.ground.help"),
                       .choices = CodeChoices(visit, "rights_ground", visit.T("choice.none"))},
                      RemarkField(visit)};
  page.form.button = visit.T("requests.decide");
  page.save = [&](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    TRY(DecideRightsRequest(saving.work, request->id, saving.Typed("decision") == "granted",
                            saving.Typed("ground"), saving.Typed("remark")));
    return saving.Link(RequestPath(id));
  };
  return RunFormPage(visit, page);
}

// Shows what would go, and asks a second person. It is carried out from the list of what one asked.
Result<Response> ErasePage(const DeskVisit& visit) {
  const std::string person = visit.request.Parameter("person");
  const ErasurePlan plan = TRY(PlanErasure(visit.work, person));
  const OpenedRecord record = TRY(OpenRecord(visit, plan.record));
  if (!Can(visit, record.facts, Right::kErase, FieldGroup::kIdentity)) {
    return Fail(ErrorCode::kForbidden, "your account may not erase a person of this record",
                "record", "ask your supervisor");
  }
  FormPage page;
  page.page = RecordForm(visit, record.file.head, visit.T("erase.question"));
  page.page.lead = visit.T("erase.lead");
  page.page.body = PlanFacts(visit, plan);
  if (plan.legal_hold) {
    page.page.body += HoldNote(visit);
    return RenderDeskPage(visit, page.page);
  }
  page.form.action = visit.Link("/persons/" + person + "/erase");
  page.form.fields = {{.name = "reason",
                       .label = visit.T("approval.reason"),
                       .kind = Kind::kArea,
                       .required = true,
                       .max_bytes = kMaxReasonBytes}};
  page.form.button = visit.T("accounts.ask");
  page.save = [&](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    TRY(AskToErase(saving.work, person, saving.Typed("reason")));
    return saving.Link("/approvals");
  };
  return RunFormPage(visit, page);
}

Result<Response> RedactionPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string& id = record.file.head.id;
  Html items;
  for (const Note& note : TRY(NotesOf(visit.work, id))) {
    if (!note.redaction_wanted) continue;
    items += El("li", FieldGroupWord(visit, note.group), ", ", visit.DateTime(note.written), " ",
                TextLink(visit.Link(RecordPath(id, "/notes/" + note.id + "/redact")),
                         visit.T("redact.note")));
  }
  for (const Attachment& file : TRY(AttachmentsOf(visit.work, id))) {
    if (!file.redaction_wanted) continue;
    items += El("li", file.name, " ",
                TextLink(visit.Link(RecordPath(id, "/files")), visit.T("redact.file")));
  }
  DeskPage page{.title = visit.T("redact.question"),
                .lead = visit.T("redact.lead"),
                .kind = "record",
                .section = "/cases",
                .crumbs = RecordCrumbs(visit, record.file.head)};
  page.body = items.empty() ? El("p", {{"class", "thb-empty"}}, visit.T("redact.none"))
                            : El("ul", {{"class", "thb-list"}}, items);
  page.body += El("p", visit.T("redact.then"), " ",
                  TextLink(visit.Link("/approvals"), visit.T("nav.approvals")));
  return RenderDeskPage(visit, page);
}

Result<Response> RedactNotePage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string& id = record.file.head.id;
  const Note note = TRY(OpenNote(visit, id));
  std::vector<FieldChoice> named = {{"", visit.T("choice.choose")}};
  for (const FieldChoice& person : TRY(PersonChoices(visit, record))) {
    const auto& all = note.persons;
    if (std::find(all.begin(), all.end(), person.value) != all.end()) named.push_back(person);
  }
  FormPage page;
  page.page = RecordForm(visit, record.file.head, visit.T("redact.note"));
  page.page.lead = visit.T("redact.note.lead");
  page.form.action = visit.Link(RecordPath(id, "/notes/" + note.id + "/redact"));
  page.form.version = note.version;
  page.form.fields = {{.name = "person",
                       .label = visit.T("redact.person"),
                       .kind = Kind::kSelect,
                       .choices = named,
                       .required = true},
                      {.name = "text",
                       .label = visit.T("redact.text"),
                       .kind = Kind::kArea,
                       .required = true,
                       .max_bytes = kMaxNoteBytes}};
  page.form.button = visit.T("form.save");
  Put(page.stored, "text", note.text);
  page.save = [&](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    TRY(RedactNote(saving.work, note.id, version, saving.Typed("text"), saving.Typed("person")));
    return saving.Link(RecordPath(id, "/redaction"));
  };
  return RunFormPage(visit, page);
}

Result<Response> RetentionPage(const DeskVisit& visit) {
  DataTable table{
      .id = "retention",
      .caption = visit.T("retention.caption"),
      .columns = {{visit.T("column.reference")}, {visit.T("column.due")}, {visit.T("column.note")}},
      .rows = {},
      .empty = visit.T("retention.none"),
      .notes = {visit.T("retention.note")}};
  for (const RetentionDue& one : TRY(DueForErasure(visit.work, visit.Country(), kDueShown))) {
    const CaseFile file = TRY(ReadRecord(visit.work, one.record));
    Html words;
    if (one.legal_hold) words += StatusWord(visit.LabelOf("restriction", "legal_hold"), true);
    if (!one.verified) words += Html(" ") + StatusWord(visit.T("retention.unverified"));
    table.rows.push_back({TextLink(visit.Link(RecordPath(one.record)), file.head.reference),
                          Html(visit.Date(one.due)), words});
  }
  DeskPage page{.title = visit.T("retention.question"),
                .lead = visit.T("retention.lead"),
                .kind = "list",
                .section = "/organisation"};
  page.body = RenderTable(visit, table);
  return RenderDeskPage(visit, page);
}

}  // namespace thb
