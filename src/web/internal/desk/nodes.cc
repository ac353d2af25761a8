// The focal point's side of the exchange with other states: what waits, what came, answering it.
// Keys and partners are kept by the operator, with two people (thb node).

#include <algorithm>

#include "base/text.h"
#include "people/authorize.h"
#include "referral/cross_border.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

using Kind = DeskField::Kind;

constexpr const char* kAccept = "accept";
constexpr const char* kDecline = "decline";
constexpr const char* kComplete = "done";
constexpr const char* kErase = "erased";
constexpr const char* kKeep = "kept";

std::string PartnerName(const DeskVisit& visit, const std::string& node) {
  return visit.LabelOf("citizen", std::string(StateOfNode(node))) + " (" + node + ")";
}

std::string ReferralLink(const DeskVisit& visit, const NodeTaken& taken) {
  return visit.Link("/nodes/" + taken.partner + "/" + taken.id);
}

Result<Html> NoticeTable(const DeskVisit& visit) {
  DataTable table{.id = "node-notices",
                  .caption = visit.T("nodes.notices"),
                  .columns = {{visit.T("column.task")},
                              {visit.T("border.partner")},
                              {visit.T("column.date")},
                              {visit.T("column.act")}},
                  .rows = {},
                  .empty = visit.T("nodes.notices.none"),
                  .notes = {}};
  for (const NodeNotice& one : TRY(OpenNodeNotices(visit.work.database))) {
    table.rows.push_back({Html(visit.LabelOf("node_notice", one.kind)),
                          Html(PartnerName(visit, one.partner)), Html(visit.DateTime(one.opened)),
                          ActionButton(visit, visit.Link("/node-notices/" + one.id),
                                       visit.T("desk.task.done"), {})});
  }
  return RenderTable(visit, table);
}

Result<Html> CameTable(const DeskVisit& visit) {
  DataTable table{
      .id = "node-referrals",
      .caption = visit.T("nodes.came"),
      .columns = {{visit.T("column.date")}, {visit.T("border.partner")}, {visit.T("column.state")}},
      .rows = {},
      .empty = visit.T("nodes.came.none"),
      .notes = {}};
  for (const NodeTaken& one : TRY(LoadNodeReferrals(visit.work.database))) {
    table.rows.push_back({TextLink(ReferralLink(visit, one), visit.DateTime(one.taken)),
                          Html(PartnerName(visit, one.partner)),
                          Html(visit.LabelOf("node_state", one.state))});
  }
  return RenderTable(visit, table);
}

// The row of the one in the address. Errors: kNotFound.
Result<NodeTaken> TakenOf(const DeskVisit& visit) {
  for (NodeTaken& one : TRY(LoadNodeReferrals(visit.work.database))) {
    const bool same = one.partner == visit.request.Parameter("partner") &&
                      one.id == visit.request.Parameter("package");
    if (same) return std::move(one);
  }
  return NoSuchRecord();
}

bool IsReadable(const NodeTaken& taken) {
  return taken.state == "taken" || taken.state == "accepted" || taken.state == "declined" ||
         taken.state == "done";
}

// What may be answered now.
std::vector<std::string> AnswersTo(const NodeTaken& taken) {
  if (taken.state == "taken") return {kAccept, kDecline};
  if (taken.state == "accepted") return {kComplete};
  if (taken.state == "withdrawn") return {kErase, kKeep};
  if (taken.state == "kept") return {kErase};
  return {};
}

Facts ReferralFacts(const DeskVisit& visit, const NodeReferral& referral) {
  Facts facts = {
      {visit.T("consent.purpose"), Html(visit.LabelOf("consent_purpose", referral.purpose))},
      {visit.T("nodes.consent"),
       Html(visit.T("nodes.consent.words",
                    {{"date", referral.consent_given}, {"language", referral.consent_language}}))}};
  if (referral.urgent) facts.insert(facts.begin(), {visit.T("word.urgent"), Html()});
  for (const NodeField& field : referral.fields) {
    facts.emplace_back(visit.LabelOf("node_field", field.name), TypedText(field.value));
  }
  return facts;
}

// All that was said, for the record that is opened from it.
std::string NarrativeOf(const DeskVisit& visit, const NodeTaken& taken,
                        const NodeReferral& referral) {
  std::string text =
      visit.T("nodes.narrative", {{"partner", PartnerName(visit, taken.partner)}}) + "\n";
  for (const NodeField& field : referral.fields) {
    text += "\n" + visit.LabelOf("node_field", field.name) + ": " + field.value;
  }
  return text;
}

std::vector<Crumb> NodeCrumbs(const DeskVisit& visit) {
  return {{visit.T("nav.nodes"), visit.Link("/nodes")}};
}

std::vector<DeskField> AnswerFields(const DeskVisit& visit, const std::string& answer) {
  if (answer == kDecline) {
    return {{.name = "reason",
             .label = visit.T("nodes.decline.reason"),
             .kind = Kind::kRadio,
             .choices = {{"not_competent", visit.T("nodes.decline.not_competent")},
                         {"no_place", visit.T("nodes.decline.no_place")},
                         {"danger", visit.T("nodes.decline.danger")}},
             .required = true},
            {.name = "note",
             .label = visit.T("nodes.note"),
             .kind = Kind::kArea,
             .help = visit.T("nodes.note.help"),
             .max_bytes = kMaxNodeNoteBytes}};
  }
  if (answer == kKeep) {
    return {{.name = "law",
             .label = visit.T("nodes.law"),
             .help = visit.T("nodes.law.help"),
             .required = true,
             .max_bytes = 500}};
  }
  return {};
}

// Carries an answer out and gives the address to go to.
Result<std::string> CarryOut(const DeskVisit& visit, const NodeTaken& taken,
                             const std::string& answer) {
  const NodeWork work = TRY(NodeWorkOf(visit.work));
  const std::string back = visit.Link("/nodes");
  if (answer == kErase || answer == kKeep) {
    TRY(AnswerNodeErasure(work, taken.partner, taken.id, answer == kErase, visit.Typed("law")));
    return back;
  }
  if (answer == kAccept) {
    const NodeReferral referral = TRY(OpenNodeReferral(work, taken.partner, taken.id));
    CrossBorder border(visit.site.node_rules(), visit.work);
    const std::string record =
        TRY(border.OpenRecordFrom(taken.partner, taken.id, NarrativeOf(visit, taken, referral)));
    return visit.Link(RecordPath(record));
  }
  const NodeKind kind = answer == kDecline ? NodeKind::kDeclined : NodeKind::kCompleted;
  TRY(AnswerNodeReferral(work, taken.partner, taken.id, kind, visit.Typed("reason"),
                         visit.Typed("note")));
  return back;
}

}  // namespace

Result<Response> NodesPage(const DeskVisit& visit) {
  DeskPage page{.title = visit.T("nodes.question"), .kind = "list", .section = "/nodes"};
  page.body = TRY(NoticeTable(visit)) + TRY(CameTable(visit));
  return RenderDeskPage(visit, page);
}

Result<Response> CloseNodeNoticePage(const DeskVisit& visit) {
  TRY(CloseNodeNotice(TRY(NodeWorkOf(visit.work)), visit.request.Parameter("notice")));
  return Response::Redirect(visit.Link("/nodes"));
}

Result<Response> NodeReferralPage(const DeskVisit& visit) {
  const NodeTaken taken = TRY(TakenOf(visit));
  DeskPage page{.title = visit.T("nodes.referral"),
                .kind = "record",
                .section = "/nodes",
                .crumbs = NodeCrumbs(visit)};
  page.body =
      RenderFacts({{visit.T("border.partner"), Html(PartnerName(visit, taken.partner))},
                   {visit.T("column.date"), Html(visit.DateTime(taken.taken))},
                   {visit.T("column.state"), Html(visit.LabelOf("node_state", taken.state))}});
  if (IsReadable(taken)) {
    const NodeReferral referral =
        TRY(OpenNodeReferral(TRY(NodeWorkOf(visit.work)), taken.partner, taken.id));
    page.body += RenderFacts(ReferralFacts(visit, referral));
  } else {
    page.body += El("p", visit.T("nodes.withdrawn"));
  }
  Html links;
  for (const std::string& answer : AnswersTo(taken)) {
    links += El("li", TextLink(ReferralLink(visit, taken) + "/" + answer,
                               visit.T("nodes.answer." + answer)));
  }
  if (!taken.record.empty()) {
    links += El("li", TextLink(visit.Link(RecordPath(taken.record)), visit.T("nodes.record")));
  }
  if (!links.empty()) {
    page.body +=
        El("nav", {{"class", "desk-do"}, {"aria-label", visit.T("do.label")}}, El("ul", links));
  }
  return RenderDeskPage(visit, page);
}

Result<Response> AnswerNodePage(const DeskVisit& visit) {
  const NodeTaken taken = TRY(TakenOf(visit));
  const std::string answer = visit.request.Parameter("answer");
  const std::vector<std::string> may = AnswersTo(taken);
  if (std::find(may.begin(), may.end(), answer) == may.end()) {
    return Fail(ErrorCode::kConflict, "the referral is not in a state for this", answer,
                "open it again");
  }
  FormPage page;
  page.page = {.title = visit.T("nodes.answer." + answer),
               .lead = visit.T("nodes.answer." + answer + ".lead"),
               .kind = "form",
               .section = "/nodes",
               .crumbs = NodeCrumbs(visit)};
  page.page.crumbs.push_back({visit.T("nodes.referral"), ReferralLink(visit, taken)});
  page.form.action = ReferralLink(visit, taken) + "/" + answer;
  page.form.fields = AnswerFields(visit, answer);
  page.form.button = visit.T("nodes.answer." + answer);
  page.save = [taken, answer](const DeskVisit& saving, std::int64_t) {
    return CarryOut(saving, taken, answer);
  };
  return RunFormPage(visit, page);
}

}  // namespace thb
