// Persons who may be one: side by side where one may see both, through the custodian between
// organisations, who asks each owner about his own (casework rule 9). Nothing is merged by itself.

#include <algorithm>

#include "access/approval.h"
#include "people/search.h"
#include "people/second_person.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

using Kind = DeskField::Kind;

constexpr int kCandidatesShown = 100;
constexpr double kPercent = 100;

std::string Alike(double similarity) {
  return std::to_string(static_cast<int>(similarity * kPercent));
}

// The person in the address and her record. Errors: kNotFound also where she is out of scope.
struct Compared {
  PersonFile person;
  OpenedRecord record;
};
Result<Compared> OpenCompared(const DeskVisit& visit) {
  PersonFile person = TRY(ReadPerson(visit.work, visit.request.Parameter("person")));
  OpenedRecord record = TRY(OpenRecord(visit, person.record));
  if (!person.identity) {
    return Fail(ErrorCode::kForbidden, "your account may not see who she is", "person",
                "ask the case's worker");
  }
  return Compared{std::move(person), std::move(record)};
}

Html SideBySide(const DeskVisit& visit, const PersonComparison& both) {
  const auto side = [&](const PersonFile& person) {
    return El("section", {{"class", "desk-side"}},
              El("h2", TextLink(visit.Link("/persons/" + person.id), PersonLabel(visit, person))),
              IdentityFacts(visit, person));
  };
  return El("p", visit.T("duplicates.alike", {{"percent", both.similarity * kPercent}})) +
         El("div", {{"class", "desk-sides"}}, side(both.left), side(both.right));
}

DeskForm MergeForm(const DeskVisit& visit, const PersonFile& left, const PersonFile& right) {
  DeskForm form;
  form.action = visit.Link("/persons/" + left.id + "/compare/" + right.id);
  form.fields = {
      {.name = "into",
       .label = visit.T("duplicates.into"),
       .kind = Kind::kRadio,
       .help = visit.T("duplicates.into.help"),
       .choices = {{left.id, PersonLabel(visit, left)}, {right.id, PersonLabel(visit, right)}},
       .required = true},
      {.name = "reason",
       .label = visit.T("approval.reason"),
       .kind = Kind::kArea,
       .required = true,
       .max_bytes = kMaxReasonBytes}};
  form.button = visit.T("accounts.ask");
  return form;
}

std::vector<FieldChoice> AnswerChoices(const DeskVisit& visit) {
  return {{"same", visit.T("duplicates.same")},
          {"other", visit.T("duplicates.other")},
          {"unsure", visit.T("duplicates.unsure")}};
}

}  // namespace

Result<Response> PersonDuplicatesPage(const DeskVisit& visit) {
  const Compared compared = TRY(OpenCompared(visit));
  const std::string& id = compared.person.id;
  DataTable table{.id = "alike",
                  .caption = visit.T("duplicates.caption"),
                  .columns = {{visit.T("column.name")}, {visit.T("column.similarity"), true}},
                  .rows = {},
                  .empty = visit.T("duplicates.none"),
                  .notes = {visit.T("duplicates.note")}};
  for (const DuplicateHint& hint : TRY(FindDuplicates(visit.work, id))) {
    const PersonFile other = TRY(ReadPerson(visit.work, hint.person));
    table.rows.push_back({TextLink(visit.Link("/persons/" + id + "/compare/" + hint.person),
                                   PersonLabel(visit, other)),
                          Html(Alike(hint.similarity))});
  }
  DeskPage page{.title = visit.T("duplicates.person.question"),
                .kind = "list",
                .section = "/cases",
                .crumbs = RecordCrumbs(visit, compared.record.file.head)};
  page.body = RenderTable(visit, table);
  return RenderDeskPage(visit, page);
}

Result<Response> ComparePage(const DeskVisit& visit) {
  const Compared compared = TRY(OpenCompared(visit));
  const PersonComparison both =
      TRY(ComparePersons(visit.work, compared.person.id, visit.request.Parameter("other")));
  FormPage page;
  page.page = {.title = visit.T("duplicates.compare.question"),
               .kind = "record",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, compared.record.file.head)};
  page.page.body = SideBySide(visit, both);
  if (!Can(visit, compared.record.facts, Right::kMerge, FieldGroup::kIdentity)) {
    return RenderDeskPage(visit, page.page);
  }
  page.form = MergeForm(visit, both.left, both.right);
  page.save = [&](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    const bool left = saving.Typed("into") == both.left.id;
    TRY(AskToMerge(saving.work, left ? both.left.id : both.right.id,
                   left ? both.right.id : both.left.id, saving.Typed("reason")));
    return saving.Link("/approvals");
  };
  return RunFormPage(visit, page);
}

// No name is shown to the custodian: organisations, and how alike they are.
Result<Response> DuplicatesPage(const DeskVisit& visit) {
  DataTable table{.id = "candidates",
                  .caption = visit.T("duplicates.candidates"),
                  .columns = {{visit.T("duplicates.found")},
                              {visit.T("duplicates.owners")},
                              {visit.T("column.similarity"), true},
                              {visit.T("column.state")},
                              {visit.T("column.act")}},
                  .rows = {},
                  .empty = visit.T("duplicates.candidates.none"),
                  .notes = {visit.T("duplicates.candidates.note")}};
  for (const DuplicateCandidate& one : TRY(DuplicateCandidates(visit.work, kCandidatesShown))) {
    const bool open = one.state == "open";
    table.rows.push_back({Html(visit.Date(one.found)),
                          Html(visit.OrganisationName(one.left_organisation) + ", " +
                               visit.OrganisationName(one.right_organisation)),
                          Html(Alike(one.similarity)),
                          StatusWord(visit.T("duplicates.state." + one.state)),
                          open ? ActionButton(visit, visit.Link("/duplicates/" + one.id),
                                              visit.T("duplicates.ask"), {})
                               : Html()});
  }
  DeskPage page{.title = visit.T("duplicates.question"), .kind = "list", .section = "/duplicates"};
  page.body = RenderTable(visit, table);
  return RenderDeskPage(visit, page);
}

Result<Response> AskOwnersPage(const DeskVisit& visit) {
  TRY(AskOwners(visit.work, visit.request.Parameter("candidate")));
  return Response::Redirect(visit.Link("/duplicates"));
}

// What the custodian asks the owner, about the person of this case alone.
Result<Response> AnswerDuplicatePage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string& id = record.file.head.id;
  const std::vector<DuplicateQuestion> questions = TRY(DuplicateQuestions(visit.work, id));
  FormPage page;
  page.page = {.title = visit.T("duplicates.answer.question"),
               .lead = visit.T("duplicates.answer.lead"),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, record.file.head)};
  if (questions.empty()) {
    page.page.body = El("p", {{"class", "thb-empty"}}, visit.T("duplicates.answer.none"));
    return RenderDeskPage(visit, page.page);
  }
  const std::string candidate = questions.front().candidate;
  page.form.action = visit.Link(RecordPath(id, "/duplicate"));
  page.form.fields = {{.name = "answer",
                       .label = visit.T("duplicates.answer"),
                       .kind = Kind::kRadio,
                       .choices = AnswerChoices(visit),
                       .required = true}};
  page.form.button = visit.T("duplicates.answer.button");
  page.save = [&](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    TRY(AnswerDuplicate(saving.work, candidate, id, saving.Typed("answer")));
    return saving.Link(RecordPath(id));
  };
  return RunFormPage(visit, page);
}

}  // namespace thb
