// Protected notes (counselling, health, legal aid), which the running server cannot read: they are
// sealed to the organisation's key and opened with a passphrase (casework rule 2). A passphrase is
// in no address, no log and no draft.

#include "access/account.h"
#include "people/note.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

using Kind = DeskField::Kind;

std::string NotesPath(const std::string& record, const std::string& rest = {}) {
  return RecordPath(record, "/protected" + rest);
}

DeskField Passphrase(const DeskVisit& visit, const char* name, const char* label) {
  return {.name = name,
          .label = visit.T(label),
          .kind = Kind::kPassword,
          .required = true,
          .max_bytes = kMaxPassphraseBytes};
}

Html NoteTable(const DeskVisit& visit, const std::string& record, const std::vector<Note>& notes) {
  DataTable table{.id = "protected",
                  .caption = visit.T("protected.caption"),
                  .columns = {{visit.T("protected.written")}, {visit.T("protected.by")}},
                  .rows = {},
                  .empty = visit.T("protected.none"),
                  .notes = {}};
  for (const Note& note : notes) {
    table.rows.push_back(
        {TextLink(visit.Link(NotesPath(record, "/" + note.id)), visit.DateTime(note.written)),
         Html(visit.AccountName(note.account))});
  }
  return RenderTable(visit, table);
}

DeskPage KeyFrame(const DeskVisit& visit, const std::string& title, const std::string& lead) {
  return {.title = title,
          .lead = lead,
          .kind = "form",
          .section = "/organisation",
          .crumbs = {{visit.T("organisation.question"), visit.Link("/organisation")}}};
}

Result<DeskField> ColleagueField(const DeskVisit& visit, const char* name, const char* label) {
  DeskField field{.name = name,
                  .label = visit.T(label),
                  .kind = Kind::kSelect,
                  .choices = {{"", visit.T("choice.choose")}},
                  .required = true};
  for (const Account& one : TRY(ListAccounts(visit.work, visit.actor.organisation))) {
    if (one.Live(visit.now)) field.choices.push_back({one.id, one.name});
  }
  return field;
}

}  // namespace

Result<Response> ProtectedNotesPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string& id = record.file.head.id;
  DeskPage frame{.title = visit.T("protected.question"),
                 .lead = visit.T("protected.lead"),
                 .kind = "form",
                 .section = "/cases",
                 .crumbs = RecordCrumbs(visit, record.file.head)};
  frame.body = NoteTable(visit, id, TRY(ProtectedNotesOf(visit.work, id))) +
               El("p", TextLink(visit.Link("/note-key/members"), visit.T("notekey.admit")));
  if (!Can(visit, record.facts, Right::kEdit, FieldGroup::kProtectedNote)) {
    return RenderDeskPage(visit, frame);
  }
  FormPage page;
  page.page = std::move(frame);
  page.form.action = visit.Link(NotesPath(id));
  page.form.fields = {{.name = "text",
                       .label = visit.T("note.text"),
                       .kind = Kind::kArea,
                       .required = true,
                       .max_bytes = kMaxNoteBytes}};
  page.form.button = visit.T("protected.write");
  page.save = [&](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    TRY(WriteProtectedNote(saving.work, id, saving.Typed("text")));
    return saving.Link(NotesPath(id));
  };
  return RunFormPage(visit, page);
}

// The text is shown in the answer itself and nowhere else.
Result<Response> ProtectedNotePage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string& id = record.file.head.id;
  const std::string note = visit.request.Parameter("note");
  bool there = false;
  for (const Note& one : TRY(ProtectedNotesOf(visit.work, id))) there = there || one.id == note;
  if (!there) return Fail(ErrorCode::kNotFound, "there is no such note");
  FormPage page;
  page.page = {.title = visit.T("protected.open"),
               .lead = visit.T("protected.open.lead"),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, record.file.head)};
  page.page.crumbs.push_back({visit.T("protected.question"), visit.Link(NotesPath(id))});
  page.form.action = visit.Link(NotesPath(id, "/" + note));
  page.form.fields = {Passphrase(visit, "passphrase", "protected.passphrase")};
  page.form.button = visit.T("protected.open");
  page.answer = [&](const DeskVisit& saving, std::int64_t) -> Result<Response> {
    const Note shown = TRY(ReadProtectedNote(saving.work, note, saving.Typed("passphrase")));
    DeskPage answer = page.page;
    answer.title = saving.DateTime(shown.written);
    answer.lead.clear();
    answer.body = TypedText(shown.text);
    return RenderDeskPage(saving, answer);
  };
  return RunFormPage(visit, page);
}

Result<Response> MakeNoteKeyPage(const DeskVisit& visit) {
  FormPage page;
  page.again = true;
  page.page = KeyFrame(visit, visit.T("notekey.make"), visit.T("notekey.make.lead"));
  page.form.action = visit.Link("/note-key");
  page.form.fields = {Passphrase(visit, "passphrase", "notekey.own"),
                      TRY(ColleagueField(visit, "officer", "notekey.officer")),
                      Passphrase(visit, "passphrase_officer", "notekey.officer_passphrase")};
  page.form.fields.front().help = visit.T("notekey.passphrase.help");
  page.form.button = visit.T("notekey.button");
  page.page.body = El("p", TextLink(visit.Link("/note-key/members"), visit.T("notekey.admit"))) +
                   El("p", TextLink(visit.Link("/note-key/remove"), visit.T("notekey.remove")));
  page.save = [](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    TRY(MakeOrganisationKey(saving.work, saving.Typed("passphrase"), saving.Typed("officer"),
                            saving.Typed("passphrase_officer")));
    return saving.Link("/organisation");
  };
  return RunFormPage(visit, page);
}

Result<Response> AdmitToNoteKeyPage(const DeskVisit& visit) {
  FormPage page;
  page.page = KeyFrame(visit, visit.T("notekey.admit"), visit.T("notekey.admit.lead"));
  page.form.action = visit.Link("/note-key/members");
  page.form.fields = {Passphrase(visit, "passphrase", "notekey.own"),
                      TRY(ColleagueField(visit, "account", "notekey.colleague")),
                      Passphrase(visit, "passphrase_colleague", "notekey.colleague_passphrase")};
  page.form.fields.back().help = visit.T("notekey.passphrase.help");
  page.form.button = visit.T("notekey.admit");
  page.save = [](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    TRY(AddKeyMember(saving.work, saving.Typed("passphrase"), saving.Typed("account"),
                     saving.Typed("passphrase_colleague")));
    return saving.Link("/organisation");
  };
  return RunFormPage(visit, page);
}

Result<Response> RemoveFromNoteKeyPage(const DeskVisit& visit) {
  FormPage page;
  page.page = KeyFrame(visit, visit.T("notekey.remove"), visit.T("notekey.remove.lead"));
  page.form.action = visit.Link("/note-key/remove");
  page.form.fields = {TRY(ColleagueField(visit, "account", "notekey.colleague"))};
  page.form.button = visit.T("notekey.remove");
  page.save = [](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    TRY(RemoveKeyMember(saving.work, saving.Typed("account")));
    return saving.Link("/organisation");
  };
  return RunFormPage(visit, page);
}

}  // namespace thb
