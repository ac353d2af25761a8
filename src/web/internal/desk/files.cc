// Files of a record: what a reader may open, sending one, keeping one, removing one. A file is
// never shown in the desk's own origin: the browser keeps it.

#include <algorithm>

#include "people/attachment.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

using Kind = DeskField::Kind;

std::string FilesPath(const std::string& record, const std::string& rest = {}) {
  return RecordPath(record, "/files" + rest);
}

std::string SizeWords(const DeskVisit& visit, std::int64_t bytes) {
  constexpr std::int64_t kKilobyte = 1'000;
  const auto kilobytes = static_cast<double>((bytes + kKilobyte - 1) / kKilobyte);
  return visit.T("files.size", {{"count", kilobytes}});
}

Html FileTable(const DeskVisit& visit, const OpenedRecord& record,
               const std::vector<Attachment>& files) {
  DataTable table{.id = "files",
                  .caption = visit.T("files.caption"),
                  .columns = {{visit.T("files.name")},
                              {visit.T("files.size.heading")},
                              {visit.T("files.group")},
                              {visit.T("files.added")},
                              {visit.T("column.act")}},
                  .rows = {},
                  .empty = visit.T("files.none"),
                  .notes = {visit.T("files.note")}};
  for (const Attachment& file : files) {
    const std::string path = FilesPath(file.record, "/" + file.id);
    Html act;
    if (Can(visit, record.facts, Right::kEdit, file.group)) {
      act = ActionButton(visit, visit.Link(path + "/remove"), visit.T("files.remove"), {});
    }
    Html name = TextLink(visit.Link(path), file.name);
    if (file.redaction_wanted) name += Html(" ") + StatusWord(visit.T("files.redaction"), true);
    table.rows.push_back({name, Html(SizeWords(visit, file.bytes)),
                          Html(FieldGroupWord(visit, file.group)), Html(visit.Date(file.added)),
                          act});
  }
  return RenderTable(visit, table);
}

// Groups of which the reader may both see and add.
std::set<FieldGroup> GroupsToAddTo(const DeskVisit& visit, const OpenedRecord& record) {
  std::set<FieldGroup> groups;
  for (const FieldGroup group : record.file.readable) {
    if (Can(visit, record.facts, Right::kEdit, group)) groups.insert(group);
  }
  return groups;
}

DeskForm AddForm(const DeskVisit& visit, const OpenedRecord& record) {
  DeskForm form;
  form.action = visit.Link(FilesPath(record.file.head.id));
  form.fields = {{.name = "file",
                  .label = visit.T("files.file"),
                  .kind = Kind::kFile,
                  .help = visit.T("files.file.help"),
                  .required = true},
                 {.name = "group",
                  .label = visit.T("note.group"),
                  .kind = Kind::kSelect,
                  .help = visit.T("note.group.help"),
                  .choices = GroupChoices(visit, GroupsToAddTo(visit, record)),
                  .required = true}};
  form.button = visit.T("files.add");
  return form;
}

// The last part of what may be a path, without what a file name cannot hold.
std::string NameOf(const SentFile& file) {
  std::string name = file.name.substr(file.name.find_last_of("/\\") + 1);
  std::erase_if(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  return name;
}

}  // namespace

Result<Response> FilesPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string& id = record.file.head.id;
  DeskPage frame{.title = visit.T("files.question"),
                 .lead = visit.T("files.lead"),
                 .kind = "form",
                 .section = "/cases",
                 .crumbs = RecordCrumbs(visit, record.file.head)};
  frame.body = FileTable(visit, record, TRY(AttachmentsOf(visit.work, id)));
  if (GroupsToAddTo(visit, record).empty() || record.file.persons.empty()) {
    return RenderDeskPage(visit, frame);
  }
  FormPage page;
  page.page = std::move(frame);
  page.form = AddForm(visit, record);
  page.save = [&](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    const SentFile& file = saving.files.find("file")->second;
    const FieldGroup group = TRY(ParseFieldGroup(saving.Typed("group"), "group"));
    TRY(AddAttachment(saving.work, id, group, NameOf(file), file.content, record.file.persons));
    return saving.Link(FilesPath(id));
  };
  return RunFormPage(visit, page);
}

Result<Response> FilePage(const DeskVisit& visit) {
  const std::string record = visit.request.Parameter("record");
  std::string content;
  const Attachment file = TRY(ReadAttachment(visit.work, visit.request.Parameter("file"),
                                             [&content](std::string_view piece) -> Result<void> {
                                               content += piece;
                                               return {};
                                             }));
  if (file.record != record) return Fail(ErrorCode::kNotFound, "there is no such file");
  Response response = Response::Text(file.type, std::move(content));
  response.download_name = file.name;
  AddDeskHeaders(response);
  return response;
}

Result<Response> RemoveFilePage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string& id = record.file.head.id;
  const std::string file = visit.request.Parameter("file");
  const std::vector<Attachment> files = TRY(AttachmentsOf(visit.work, id));
  const bool here = std::any_of(files.begin(), files.end(),
                                [&](const Attachment& one) { return one.id == file; });
  if (!here) return Fail(ErrorCode::kNotFound, "there is no such file");
  TRY(RemoveAttachment(visit.work, file));
  return Response::Redirect(visit.Link(FilesPath(id)));
}

}  // namespace thb
