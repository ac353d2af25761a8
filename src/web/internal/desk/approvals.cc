// What needs a second person: what waits for one's answer, and what one asked for and may now carry
// out (casework rule 8).

#include "access/account.h"
#include "access/approval.h"
#include "access/decision.h"
#include "base/text.h"
#include "people/authorize.h"
#include "people/erasure.h"
#include "people/person.h"
#include "people/record.h"
#include "people/search.h"
#include "referral/erase.h"
#include "web/internal/desk/account.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

// Overrides, emergency openings and exports are gone on with where they were begun; a key is
// recovered on the command line.
bool IsCarriedOutHere(ApprovalKind kind) {
  switch (kind) {
    case ApprovalKind::kNationalScope:
    case ApprovalKind::kRole:
    case ApprovalKind::kResetFactor:
    case ApprovalKind::kLiftRestriction:
    case ApprovalKind::kErase:
    case ApprovalKind::kMerge:
      return true;
    default:
      return false;
  }
}

bool IsAboutAccount(ApprovalKind kind) {
  return kind == ApprovalKind::kNationalScope || kind == ApprovalKind::kRole ||
         kind == ApprovalKind::kResetFactor;
}

// Whom or which case it is about, as far as this reader may see it.
std::string SubjectWords(const DeskVisit& visit, const Approval& approval) {
  std::string words;
  for (const std::string& subject : approval.subjects) {
    std::string word;
    if (IsAboutAccount(approval.kind)) {
      const auto account = FindAccount(visit.work, subject);
      if (account) word = account->name + " (" + account->login + ")";
    } else {
      std::string record = subject;
      if (const auto place = PlaceOfPerson(visit.work.database, subject)) record = place->record;
      const auto file = ReadRecord(visit.work, record);
      word = file ? file->head.reference : visit.T("approval.not_yours");
    }
    words += (words.empty() ? "" : ", ") + word;
  }
  return words;
}

std::string DetailWords(const DeskVisit& visit, const Approval& approval) {
  switch (approval.kind) {
    case ApprovalKind::kLiftRestriction:
      return visit.LabelOf("restriction", approval.detail);
    case ApprovalKind::kMerge:
      return visit.T("approval.merge.detail");
    case ApprovalKind::kNationalScope:
    case ApprovalKind::kRole:
      break;
    default:
      return approval.detail;
  }
  const auto grant = ParseGrant(approval.detail);
  return grant ? GrantWords(visit, *grant) : approval.detail;
}

// Two persons' acts, like answers to them, ask for password and code of the last minutes.
std::optional<Response> SignInAgainFirst(const DeskVisit& visit) {
  if (RequireReauthentication(*visit.session, visit.now)) return std::nullopt;
  return Response::Redirect(visit.Link("/again", {{"next", visit.Link("/approvals")}}));
}

std::string ApprovalWord(const DeskVisit& visit, ApprovalKind kind) {
  return visit.T("approval." + std::string(WordOf(kind)));
}

Html ApprovalsToGive(const DeskVisit& visit, const std::vector<Approval>& approvals) {
  Html items;
  for (const Approval& one : approvals) {
    const std::string address = visit.Link("/approvals/" + one.id);
    items +=
        El("article", {{"class", "desk-note"}}, El("h3", ApprovalWord(visit, one.kind)),
           RenderFacts({{visit.T("approval.by"), Html(visit.AccountName(one.asked_by))},
                        {visit.T("approval.about"), Html(SubjectWords(visit, one))},
                        {visit.T("approval.at"), Html(visit.DateTime(one.asked_at))},
                        {visit.T("approval.detail"), Html(DetailWords(visit, one))},
                        {visit.T("approval.reason"), TypedText(one.reason)},
                        {visit.T("approval.expires"), Html(visit.DateTime(one.expires))}}),
           El("div", {{"class", "desk-buttons"}},
              ActionButton(visit, address, visit.T("approval.agree"), {{"answer", "agree"}},
                           "primary"),
              ActionButton(visit, address, visit.T("approval.refuse"), {{"answer", "refuse"}})));
  }
  return items.empty() ? El("p", {{"class", "thb-empty"}}, visit.T("approval.none")) : items;
}

Html ApprovalsThatWait(const DeskVisit& visit, const std::vector<Approval>& approvals) {
  DataTable table{.id = "asked",
                  .caption = visit.T("approval.asked"),
                  .columns = {{visit.T("approval.what")},
                              {visit.T("approval.at")},
                              {visit.T("column.state")},
                              {visit.T("column.act")}},
                  .rows = {},
                  .empty = visit.T("approval.asked.none"),
                  .notes = {visit.T("approval.asked.note")}};
  for (const Approval& one : approvals) {
    Html act;
    if (one.state == ApprovalState::kAgreed && IsCarriedOutHere(one.kind)) {
      act = ActionButton(visit, visit.Link("/approvals/" + one.id + "/done"),
                         visit.T("approval.carry_out"), {}, "primary");
    } else if (one.state == ApprovalState::kOpen) {
      act = ActionButton(visit, visit.Link("/approvals/" + one.id + "/withdraw"),
                         visit.T("approval.withdraw"), {});
    }
    table.rows.push_back({Html(ApprovalWord(visit, one.kind)), Html(visit.DateTime(one.asked_at)),
                          StatusWord(visit.T("approval.state." + std::string(WordOf(one.state)))),
                          act});
  }
  return RenderTable(visit, table);
}

std::string FirstOf(const Approval& approval) {
  return approval.subjects.empty() ? "" : approval.subjects.front();
}

Result<void> Lift(const DeskVisit& visit, const Approval& approval) {
  const std::string record = FirstOf(approval);
  const RecordHead head = TRY(FindHead(visit.work.database, record));
  const Restriction restriction = TRY(ParseRestriction(approval.detail));
  TRY(LiftRestriction(visit.work, record, head.version, restriction, approval.id));
  return {};
}

Result<Response> Erase(const DeskVisit& visit, const Approval& approval) {
  const std::string person = FirstOf(approval);
  const PersonPlace place = TRY(PlaceOfPerson(visit.work.database, person));
  const Erased erased = TRY(ErasePerson(visit.work, person, approval.id,
                                        [&](std::string_view record, std::string_view whom) {
                                          return EraseReferralRows(visit.work, record, whom);
                                        }));
  if (!erased.done) return Response::Redirect(visit.Link(RecordPath(place.record, "/redaction")));
  return Response::Redirect(visit.Link("/approvals"));
}

// The kept person is the detail; the other is the victim of the other record.
Result<void> Merge(const DeskVisit& visit, const Approval& approval) {
  const PersonPlace kept = TRY(PlaceOfPerson(visit.work.database, approval.detail));
  for (const std::string& record : approval.subjects) {
    if (record == kept.record) continue;
    const CaseFile other = TRY(ReadRecord(visit.work, record));
    if (other.persons.empty()) return NoSuchRecord();
    return MergePersons(visit.work, approval.detail, other.persons.front(), approval.id);
  }
  return NoSuchRecord();
}

}  // namespace

Result<Response> ApprovalsPage(const DeskVisit& visit) {
  DeskPage page{.title = visit.T("approval.question"), .kind = "list", .section = "/approvals"};
  page.body = ApprovalsToGive(visit, TRY(ApprovalsToAnswer(visit.work))) +
              ApprovalsThatWait(visit, TRY(ApprovalsAsked(visit.work)));
  return RenderDeskPage(visit, page);
}

Result<Response> AnswerApprovalPage(const DeskVisit& visit) {
  const std::string& id = visit.request.Parameter("approval");
  if (const auto first = SignInAgainFirst(visit)) return *first;
  if (visit.Typed("answer") == "agree") {
    TRY(Agree(visit.work, id));
  } else {
    TRY(Refuse(visit.work, id, visit.T("approval.refused_here")));
  }
  return Response::Redirect(visit.Link("/approvals"));
}

Result<Response> CarryOutPage(const DeskVisit& visit) {
  if (const auto first = SignInAgainFirst(visit)) return *first;
  const Approval approval = TRY(FindApproval(visit.work, visit.request.Parameter("approval")));
  switch (approval.kind) {
    case ApprovalKind::kNationalScope:
    case ApprovalKind::kRole:
      TRY(GrantRole(visit.work, FirstOf(approval), TRY(ParseGrant(approval.detail)), approval.id));
      break;
    case ApprovalKind::kResetFactor:
      return ShowFirstCredentials(
          visit, TRY(ResetCredentials(visit.work, FirstOf(approval), approval.id)));
    case ApprovalKind::kLiftRestriction:
      TRY(Lift(visit, approval));
      break;
    case ApprovalKind::kErase:
      return Erase(visit, approval);
    case ApprovalKind::kMerge:
      TRY(Merge(visit, approval));
      break;
    default:
      return Fail(ErrorCode::kConflict, "this is gone on with where it was begun", "approval",
                  "open that page again");
  }
  return Response::Redirect(visit.Link("/approvals"));
}

Result<Response> WithdrawApprovalPage(const DeskVisit& visit) {
  TRY(Withdraw(visit.work, visit.request.Parameter("approval")));
  return Response::Redirect(visit.Link("/approvals"));
}

}  // namespace thb
