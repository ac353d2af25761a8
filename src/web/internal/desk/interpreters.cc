// The organisation's register of interpreters, and booking one for a case (casework rule 15): after
// a check for conflicts, in the sex that is wished for, and never who came along.

#include "base/text.h"
#include "referral/assistance.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

using Kind = DeskField::Kind;

Assistance AssistanceOf(const DeskVisit& visit) {
  return {visit.site.assistance_kinds(), visit.work};
}

std::string SexWord(const DeskVisit& visit, const std::string& sex) {
  if (sex.empty()) return visit.T("interpreter.any_sex");
  return sex == "UNK" ? visit.T("given.unknown") : visit.LabelOf("sex", sex);
}

std::vector<FieldChoice> SexChoices(const DeskVisit& visit, const char* first) {
  return {{first, SexWord(visit, first)},
          {"F", visit.LabelOf("sex", "F")},
          {"M", visit.LabelOf("sex", "M")}};
}

std::vector<DeskField> InterpreterFields(const DeskVisit& visit) {
  return {{.name = "name", .label = visit.T("column.name"), .required = true, .max_bytes = 200},
          {.name = "phone", .label = visit.T("interpreter.phone"), .max_bytes = 200},
          {.name = "sex",
           .label = visit.T("person.sex"),
           .kind = Kind::kSelect,
           .choices = SexChoices(visit, "UNK"),
           .required = true},
          {.name = "languages",
           .label = visit.T("interpreter.languages"),
           .help = visit.T("interpreter.languages.help"),
           .required = true,
           .max_bytes = 300},
          {.name = "bound",
           .label = visit.T("interpreter.bound"),
           .kind = Kind::kRadio,
           .help = visit.T("interpreter.bound.help"),
           .choices = {{"yes", visit.T("choice.yes")}, {"no", visit.T("choice.no")}},
           .required = true}};
}

FormPage InterpreterForm(const DeskVisit& visit, const Interpreter& interpreter,
                         const std::string& path) {
  FormPage page;
  page.page = {.title = interpreter.id.empty() ? visit.T("interpreter.new") : interpreter.name,
               .kind = "form",
               .section = "/organisation",
               .crumbs = {{visit.T("interpreters.question"), visit.Link("/interpreters")}}};
  page.form.action = visit.Link(path);
  page.form.fields = InterpreterFields(visit);
  page.form.button = visit.T("form.save");
  if (!interpreter.id.empty()) {
    page.form.version = interpreter.version;
    page.stored = {{"name", {interpreter.name}},
                   {"phone", {interpreter.phone}},
                   {"sex", {interpreter.sex}},
                   {"languages", {Join(interpreter.languages, " ")}},
                   {"bound", {interpreter.bound_to_secrecy ? "yes" : "no"}}};
  }
  page.save = [interpreter](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    Interpreter changed = interpreter;
    changed.name = saving.Typed("name");
    changed.phone = saving.Typed("phone");
    changed.sex = saving.Typed("sex");
    changed.languages.clear();
    const std::string languages = ReplaceAll(ToLowerAscii(saving.Typed("languages")), ",", " ");
    for (const std::string_view one : Split(languages, ' ')) {
      if (!one.empty()) changed.languages.emplace_back(one);
    }
    changed.bound_to_secrecy = saving.Typed("bound") == "yes";
    changed.version = version;
    Assistance assistance = AssistanceOf(saving);
    TRY(assistance.SaveInterpreter(changed));
    return saving.Link("/interpreters");
  };
  return page;
}

std::string InterpreterLine(const DeskVisit& visit, const Interpreter& one) {
  return one.name + " (" + Join(one.languages, ", ") + "; " + SexWord(visit, one.sex) + ")";
}

DeskForm BookingForm(const DeskVisit& visit, const std::string& record,
                     const std::vector<Interpreter>& interpreters) {
  std::vector<FieldChoice> choices = {{"", visit.T("choice.choose")}};
  for (const Interpreter& one : interpreters) {
    if (one.bound_to_secrecy) choices.push_back({one.id, InterpreterLine(visit, one)});
  }
  DeskForm form;
  form.action = visit.Link(RecordPath(record, "/interpreter"));
  form.fields = {
      {.name = "language",
       .label = visit.T("interpreter.language"),
       .help = visit.T("person.languages.help"),
       .required = true,
       .max_bytes = 8},
      {.name = "sex",
       .label = visit.T("interpreter.sex_wanted"),
       .kind = Kind::kSelect,
       .help = visit.T("interpreter.sex_wanted.help"),
       .choices = SexChoices(visit, "")},
      {.name = "interpreter",
       .label = visit.T("interpreter.who"),
       .kind = Kind::kSelect,
       .choices = choices,
       .required = true},
      {.name = "came_along",
       .label = visit.T("interpreter.came_along"),
       .kind = Kind::kRadio,
       .help = visit.T("interpreter.came_along.help"),
       .choices = {{"no", visit.T("choice.no")}, {"yes", visit.T("choice.yes")}},
       .required = true},
      {.name = "conflict",
       .label = visit.T("interpreter.conflict"),
       .kind = Kind::kRadio,
       .help = visit.T("interpreter.conflict.help"),
       .choices = {{"yes", visit.T("interpreter.conflict.none")},
                   {"no", visit.T("interpreter.conflict.not_asked")}},
       .required = true},
      {.name = "on", .label = visit.T("interpreter.on"), .kind = Kind::kDay, .required = true}};
  form.button = visit.T("interpreter.book");
  return form;
}

}  // namespace

Html BookingSection(const DeskVisit& visit, const std::vector<InterpreterBooking>& bookings) {
  Html items;
  for (const InterpreterBooking& one : bookings) {
    std::string text = visit.DayText(one.on) + ": " + one.language;
    if (!one.sex_wanted.empty()) text += ", " + SexWord(visit, one.sex_wanted);
    if (!one.name.empty()) text += ", " + one.name;
    items += El("li", text);
  }
  if (items.empty()) return El("p", {{"class", "thb-empty"}}, visit.T("interpreter.none_booked"));
  return El("ul", {{"class", "thb-list"}}, items);
}

Result<Response> InterpretersPage(const DeskVisit& visit) {
  Assistance assistance = AssistanceOf(visit);
  const bool keeps = visit.May("interpreters");
  DataTable table{.id = "interpreters",
                  .caption = visit.T("interpreters.caption"),
                  .columns = {{visit.T("column.name")},
                              {visit.T("interpreter.languages")},
                              {visit.T("person.sex")},
                              {visit.T("interpreter.phone")},
                              {visit.T("interpreter.bound")}},
                  .rows = {},
                  .empty = visit.T("interpreters.none"),
                  .notes = {visit.T("interpreters.note")}};
  for (const Interpreter& one : TRY(assistance.FindInterpreters({}))) {
    table.rows.push_back(
        {keeps ? TextLink(visit.Link("/interpreters/" + one.id), one.name) : Html(one.name),
         Html(Join(one.languages, ", ")), Html(SexWord(visit, one.sex)), Html(one.phone),
         Html(visit.T(one.bound_to_secrecy ? "choice.yes" : "choice.no"))});
  }
  DeskPage page{
      .title = visit.T("interpreters.question"), .kind = "list", .section = "/organisation"};
  page.body = RenderTable(visit, table);
  if (keeps) {
    page.body += El("p", TextLink(visit.Link("/interpreters/new"), visit.T("interpreter.new")));
  }
  return RenderDeskPage(visit, page);
}

Result<Response> NewInterpreterPage(const DeskVisit& visit) {
  return RunFormPage(visit, InterpreterForm(visit, {}, "/interpreters/new"));
}

Result<Response> InterpreterPage(const DeskVisit& visit) {
  Assistance assistance = AssistanceOf(visit);
  const std::string id = visit.request.Parameter("interpreter");
  for (const Interpreter& one : TRY(assistance.FindInterpreters({}))) {
    if (one.id != id) continue;
    return RunFormPage(visit, InterpreterForm(visit, one, "/interpreters/" + id));
  }
  return Fail(ErrorCode::kNotFound, "there is no such interpreter");
}

Result<Response> BookInterpreterPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string& id = record.file.head.id;
  Assistance assistance = AssistanceOf(visit);
  FormPage page;
  page.page = {.title = visit.T("interpreter.question"),
               .lead = visit.T("interpreter.lead"),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, record.file.head)};
  page.page.crumbs.push_back({visit.T("do.assist"), visit.Link(RecordPath(id, "/assistance"))});
  page.form = BookingForm(visit, id, TRY(assistance.FindInterpreters({})));
  Put(page.stored, "on", FormatDay(visit.Today()));
  page.save = [&](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    InterpreterBooking booking;
    booking.record = id;
    booking.person = VictimOf(record);
    booking.interpreter = saving.Typed("interpreter");
    booking.language = ToLowerAscii(saving.Typed("language"));
    booking.sex_wanted = saving.Typed("sex");
    booking.on = TRY(ParseDay(saving.Typed("on")));
    booking.conflict_checked = saving.Typed("conflict") == "yes";
    booking.came_with_person = saving.Typed("came_along") == "yes";
    Assistance saved = AssistanceOf(saving);
    TRY(saved.Book(booking));
    return saving.Link(RecordPath(id, "/assistance"));
  };
  return RunFormPage(visit, page);
}

}  // namespace thb
