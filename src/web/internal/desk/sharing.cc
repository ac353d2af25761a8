// Who sees a record and why; giving it to a colleague, closing it off, and opening one in an
// emergency.

#include <algorithm>

#include "access/account.h"
#include "access/approval.h"
#include "access/emergency.h"
#include "base/text.h"
#include "people/authorize.h"
#include "people/second_person.h"
#include "web/internal/desk/account.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

using Kind = DeskField::Kind;

std::string RuleWord(const DeskVisit& visit, const std::string& rule) {
  const std::string key = "rule." + rule;
  return visit.texts().Has(key) ? visit.T(key) : rule;
}

std::string GroupWords(const DeskVisit& visit, const std::set<FieldGroup>& groups) {
  std::string text;
  for (const FieldGroup group : groups)
    text += (text.empty() ? "" : ", ") + FieldGroupWord(visit, group);
  return text;
}

// Colleagues first, by the same function that decides when they come; then those who take part.
Result<Html> WhoSees(const DeskVisit& visit, const OpenedRecord& record) {
  DataTable table{.id = "who",
                  .caption = visit.T("access.caption"),
                  .columns = {{visit.T("access.who")},
                              {visit.T("access.why")},
                              {visit.T("access.groups")},
                              {visit.T("access.until")}},
                  .rows = {},
                  .empty = visit.T("access.nobody"),
                  .notes = {visit.T("access.note")}};
  if (record.facts.organisation == visit.actor.organisation) {
    for (const Account& account : TRY(ListAccounts(visit.work, visit.actor.organisation))) {
      const auto actor = LoadActor(visit.work.database, account.id, visit.now);
      if (!actor) continue;
      const Verdict verdict = visit.work.roles.Decide(*actor, record.facts, Right::kList,
                                                      FieldGroup::kReference, visit.now);
      if (!verdict.visible) continue;
      const auto groups = visit.work.roles.Readable(*actor, record.facts, visit.now);
      table.rows.push_back({Html(account.name), Html(RuleWord(visit, verdict.rule)),
                            Html(GroupWords(visit, groups)), Html()});
    }
  }
  for (const Participation& one : record.facts.participants) {
    if (one.until && *one.until <= visit.now) continue;
    const std::string who = one.organisation.empty() ? visit.AccountName(one.account)
                                                     : visit.OrganisationName(one.organisation);
    table.rows.push_back(
        {Html(who), Html(RuleWord(visit, "participant." + one.kind)),
         Html(GroupWords(visit, one.groups)),
         Html(one.until ? visit.DateTime(*one.until) : visit.T("access.open_end"))});
  }
  return RenderTable(visit, table);
}

DeskForm AssignForm(const DeskVisit& visit, const OpenedRecord& record,
                    const std::vector<Account>& accounts) {
  DeskForm form;
  form.id = "assign";
  form.action = visit.Link(RecordPath(record.file.head.id, "/assign"));
  form.version = record.file.head.version;
  DeskField who{.name = "account",
                .label = visit.T("assign.to"),
                .kind = Kind::kSelect,
                .help = visit.T("assign.help"),
                .choices = {{"", visit.T("choice.choose")}},
                .required = true};
  for (const Account& account : accounts) {
    if (account.id != record.file.head.owner) who.choices.push_back({account.id, account.name});
  }
  form.fields = {who};
  form.button = visit.T("assign.button");
  return form;
}

DeskForm RestrictForm(const DeskVisit& visit, const OpenedRecord& record) {
  DeskForm form;
  form.id = "restrict";
  form.action = visit.Link(RecordPath(record.file.head.id, "/restrict"));
  form.version = record.file.head.version;
  form.fields = {{.name = "restriction",
                  .label = visit.T("restrict.what"),
                  .kind = Kind::kSelect,
                  .help = visit.T("restrict.help"),
                  .choices = CodeChoices(visit, "restriction", visit.T("choice.choose")),
                  .required = true}};
  form.button = visit.T("restrict.button");
  return form;
}

Result<std::vector<FieldChoice>> GlassGrounds(const DeskVisit& visit) {
  std::vector<FieldChoice> choices{{"", visit.T("choice.choose")}};
  for (const BreakGlassGround& ground : TRY(BreakGlassGrounds())) {
    choices.push_back({ground.code, visit.dutch() ? ground.nl : ground.en});
  }
  return choices;
}

std::string LabelOf(const std::vector<FieldChoice>& choices, const std::string& value) {
  for (const FieldChoice& choice : choices) {
    if (choice.value == value) return choice.label;
  }
  return value;
}

DeskForm GlassForm(const DeskVisit& visit, const std::vector<FieldChoice>& grounds) {
  DeskForm form;
  form.action = visit.Link("/break-glass");
  form.fields = {
      {.name = "reference", .label = visit.T("open.reference"), .required = true, .max_bytes = 100},
      {.name = "ground",
       .label = visit.T("glass.ground"),
       .kind = Kind::kSelect,
       .choices = grounds,
       .required = true},
      {.name = "reason",
       .label = visit.T("glass.reason"),
       .kind = Kind::kArea,
       .required = true,
       .max_bytes = 4'000}};
  form.button = visit.T("glass.button");
  return form;
}

Result<Html> GlassToReview(const DeskVisit& visit) {
  Html items;
  const std::vector<FieldChoice> grounds = TRY(GlassGrounds(visit));
  for (const BreakGlassCase& one : TRY(BreakGlassToReview(visit.work))) {
    const auto button = [&](const char* finding) {
      return ActionButton(visit, visit.Link("/break-glass/" + one.id),
                          visit.T("glass." + std::string(finding)), {{"finding", finding}});
    };
    items += El("li", visit.DateTime(one.from), ", ", LabelOf(grounds, one.ground), ", ",
                visit.T("glass.due", {{"when", visit.DateTime(one.review_due)}}),
                TypedText(one.reason), button("justified"), button("not_justified"));
  }
  if (items.empty()) return Html();
  return El("h2", visit.T("glass.review")) + El("ul", {{"class", "thb-list"}}, items);
}

DeskForm LiftForm(const DeskVisit& visit, const OpenedRecord& record) {
  DeskForm form;
  form.id = "lift";
  form.action = visit.Link(RecordPath(record.file.head.id, "/lift"));
  std::vector<FieldChoice> choices = {{"", visit.T("choice.choose")}};
  for (const Restriction one : record.file.restrictions) {
    // A child's ends with a decision on her age.
    if (one == Restriction::kChild) continue;
    const std::string name(RestrictionName(one));
    choices.push_back({name, visit.LabelOf("restriction", name)});
  }
  form.fields = {{.name = "restriction",
                  .label = visit.T("restrict.what"),
                  .kind = Kind::kSelect,
                  .choices = choices,
                  .required = true},
                 {.name = "reason",
                  .label = visit.T("approval.reason"),
                  .kind = Kind::kArea,
                  .required = true,
                  .max_bytes = kMaxReasonBytes}};
  form.button = visit.T("accounts.ask");
  return form;
}

bool CanBeLifted(const OpenedRecord& record) {
  const auto& restrictions = record.file.restrictions;
  return restrictions.size() > restrictions.count(Restriction::kChild);
}

// What a second person has agreed to over this record; "" where nobody has.
Result<std::string> AgreedGlass(const DeskVisit& visit, const std::string& record) {
  for (const Approval& one : TRY(ApprovalsAsked(visit.work))) {
    if (one.kind == ApprovalKind::kProtectedGlass && one.state == ApprovalState::kAgreed &&
        one.subjects == std::vector<std::string>{record}) {
      return one.id;
    }
  }
  return std::string();
}

// A protected record is opened once a second person has agreed; until then this asks for one.
Result<std::string> OpenOrAsk(const DeskVisit& visit, const RecordFacts& facts) {
  const std::string ground = visit.Typed("ground");
  const std::string reason = visit.Typed("reason");
  const std::string key = TRY(KeyOfRecord(visit.work.database, facts.record));
  const std::string approval = TRY(AgreedGlass(visit, facts.record));
  if (GlassNeedsSecondPerson(facts) && approval.empty()) {
    TRY(AskToBreakTheGlass(visit.work, facts, ground, reason, key));
    return visit.Link("/approvals");
  }
  TRY(BreakTheGlass(visit.work, facts, ground, reason, approval, key));
  return visit.Link(RecordPath(facts.record));
}

}  // namespace

Result<Response> AccessPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const Verdict own = visit.work.roles.Decide(visit.actor, record.facts, Right::kRead,
                                              FieldGroup::kReference, visit.now);
  DeskPage page{.title = visit.T("access.question"),
                .lead = visit.T("access.lead"),
                .kind = "record",
                .section = "/cases",
                .crumbs = RecordCrumbs(visit, record.file.head)};
  page.body = RenderFacts({{visit.T("access.you"), Html(RuleWord(visit, own.rule))},
                           {visit.T("access.your_groups"),
                            Html(GroupWords(visit, record.file.readable))}}) +
              TRY(WhoSees(visit, record));
  if (Can(visit, record.facts, Right::kAssign, FieldGroup::kReference)) {
    page.body +=
        El("h2", visit.T("assign.heading")) +
        RenderDeskForm(
            visit,
            AssignForm(visit, record, TRY(ListAccounts(visit.work, visit.actor.organisation))), {});
  }
  if (Can(visit, record.facts, Right::kRestrict, FieldGroup::kReference)) {
    page.body += El("h2", visit.T("restrict.heading")) +
                 RenderDeskForm(visit, RestrictForm(visit, record), {});
    if (CanBeLifted(record)) {
      page.body += El("p", TextLink(visit.Link(RecordPath(record.file.head.id, "/lift")),
                                    visit.T("restrict.lift")));
    }
  }
  return RenderDeskPage(visit, page);
}

Result<Response> AssignPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string& id = record.file.head.id;
  FormPage page;
  page.page = {.title = visit.T("assign.heading"),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, record.file.head)};
  page.form = AssignForm(visit, record, TRY(ListAccounts(visit.work, visit.actor.organisation)));
  page.save = [&](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    const Actor receiver =
        TRY(LoadActor(saving.work.database, saving.Typed("account"), saving.now));
    TRY(AssignRecord(saving.work, id, version, receiver, record.facts.group));
    return saving.Link("/cases");
  };
  return RunFormPage(visit, page);
}

Result<Response> RestrictPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string& id = record.file.head.id;
  FormPage page;
  page.page = {.title = visit.T("restrict.heading"),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, record.file.head)};
  page.form = RestrictForm(visit, record);
  page.save = [&](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    const Restriction restriction = TRY(ParseRestriction(saving.Typed("restriction")));
    TRY(SetRestriction(saving.work, id, version, restriction));
    return saving.Link(RecordPath(id, "/access"));
  };
  return RunFormPage(visit, page);
}

Result<Response> LiftRestrictionPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string& id = record.file.head.id;
  if (!Can(visit, record.facts, Right::kRestrict, FieldGroup::kReference)) {
    return Fail(ErrorCode::kForbidden, "your account may not lift this record's restrictions",
                "record", "ask your supervisor");
  }
  FormPage page;
  page.page = {.title = visit.T("restrict.lift"),
               .lead = visit.T("restrict.lift.lead"),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, record.file.head)};
  page.form = LiftForm(visit, record);
  page.save = [&](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    const Restriction restriction = TRY(ParseRestriction(saving.Typed("restriction")));
    TRY(AskToLift(saving.work, id, restriction, saving.Typed("reason")));
    return saving.Link("/approvals");
  };
  return RunFormPage(visit, page);
}

// By an exact reference. One that does not exist, and one that this account may not open, are
// answered alike.
Result<Response> BreakGlassPage(const DeskVisit& visit) {
  FormPage page;
  page.again = true;
  page.page = {.title = visit.T("glass.question"), .lead = visit.T("glass.lead"), .kind = "form"};
  page.form = GlassForm(visit, TRY(GlassGrounds(visit)));
  page.below = TRY(GlassToReview(visit));
  page.save = [](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    return OpenOrAsk(saving,
                     TRY(FactsByReference(saving.work.database, saving.Typed("reference"))));
  };
  return RunFormPage(visit, page);
}

Result<Response> ReviewGlassPage(const DeskVisit& visit) {
  TRY(ReviewBreakGlass(visit.work, visit.request.Parameter("glass"), visit.Typed("finding"), ""));
  return Response::Redirect(visit.Link("/break-glass"));
}

}  // namespace thb
