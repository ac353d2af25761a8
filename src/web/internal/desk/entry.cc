// First entry (casework rule 15): three questions, each of which may stay unknown, then a reference
// and the number to call. All else comes later.

#include "referral/roster.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

YesNo YesNoOf(const std::string& word) {
  if (word == "yes") return YesNo::kYes;
  return word == "no" ? YesNo::kNo : YesNo::kUnknown;
}

DeskForm EntryForm(const DeskVisit& visit) {
  DeskForm form;
  form.id = "entry";
  form.action = visit.Link("/entry");
  form.hidden = {{"submission", SubmissionOf(visit)}};
  form.fields = {{.name = "danger",
                  .label = visit.T("entry.danger"),
                  .kind = DeskField::Kind::kRadio,
                  .choices = YesNoUnknown(visit),
                  .required = true},
                 {.name = "child",
                  .label = visit.T("entry.child"),
                  .kind = DeskField::Kind::kRadio,
                  .help = visit.T("entry.child.help"),
                  .choices = YesNoUnknown(visit),
                  .required = true},
                 {.name = "reach",
                  .label = visit.T("entry.reach"),
                  .help = visit.T("entry.reach.help"),
                  .max_bytes = kMaxShortTextBytes}};
  form.button = visit.T("entry.button");
  return form;
}

// Whom to call now: the own organisation's duty, and the national focal points'.
Html NumbersToCall(const DeskVisit& visit) {
  Html items;
  for (const Organisation& organisation : visit.Organisations()) {
    const bool own = organisation.id == visit.actor.organisation;
    if (!organisation.active || (!own && organisation.kind != "FOCAL")) continue;
    const auto on_call = OnCallAt(visit.work.database, organisation.id, visit.now);
    if (!on_call || on_call->out_of_hours.empty()) continue;
    items += El("div", El("dt", organisation.name),
                El("dd", {{"class", "desk-number"}}, on_call->out_of_hours));
  }
  items += El("div", El("dt", visit.T("entry.emergency")),
              El("dd", {{"class", "desk-number"}}, visit.T("entry.emergency.number")));
  return El("dl", {{"class", "thb-facts"}}, items);
}

}  // namespace

Result<Response> EntryPage(const DeskVisit& visit) {
  FormPage page;
  page.page = {.title = visit.T("entry.title"),
               .lead = visit.T("entry.lead"),
               .kind = "form",
               .section = "/entry"};
  page.form = EntryForm(visit);
  Put(page.stored, "danger", "unknown");
  Put(page.stored, "child", "unknown");
  page.save = [](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    NewRecord entry;
    entry.danger_now = YesNoOf(saving.Typed("danger"));
    entry.possibly_child = YesNoOf(saving.Typed("child"));
    entry.referrer_reach = saving.Typed("reach");
    entry.submission = saving.Typed("submission");
    const RecordHead head = TRY(CreateRecord(saving.work, entry));
    return saving.Link(RecordPath(head.id, "/entered"));
  };
  return RunFormPage(visit, page);
}

Result<Response> EnteredPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const RecordHead& head = record.file.head;
  DeskPage page{.title = visit.T("entered.title"),
                .lead = visit.T("entered.lead"),
                .kind = "page",
                .section = "/entry"};
  page.body = El("p", {{"class", "desk-reference"}}, head.reference) +
              El("p", visit.T("entered.keep")) + El("h2", visit.T("entered.call")) +
              NumbersToCall(visit) +
              El("p", TextLink(visit.Link(RecordPath(head.id)), visit.T("entered.more"))) +
              El("p", TextLink(visit.Link("/entry"), visit.T("entered.another")));
  return RenderDeskPage(visit, page);
}

}  // namespace thb
