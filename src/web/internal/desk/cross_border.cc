// A referral of a person to another state (casework rule 17): the checks before, the choice of
// fields, sending, and taking it back.

#include "referral/cross_border.h"

#include <algorithm>

#include "base/text.h"
#include "people/consent.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

using Kind = DeskField::Kind;

constexpr const char* kPath = "/cross-border";

CrossBorder BorderOf(const DeskVisit& visit) {
  return {visit.site.node_rules(), visit.work};
}

// States that have a partner, once each.
Result<std::vector<std::string>> PartnerStates(const DeskVisit& visit) {
  std::vector<std::string> states;
  for (const NodePartner& partner : TRY(LoadNodePartners(visit.work.database))) {
    const std::string state(StateOfNode(partner.node));
    if (std::find(states.begin(), states.end(), state) == states.end()) states.push_back(state);
  }
  return states;
}

std::vector<FieldChoice> Choices(const DeskVisit& visit) {
  return {{"", visit.T("choice.choose")}};
}

Result<std::vector<FieldChoice>> StateChoices(const DeskVisit& visit) {
  std::vector<FieldChoice> choices = Choices(visit);
  for (const std::string& state : TRY(PartnerStates(visit))) {
    choices.push_back({state, visit.LabelOf("citizen", state)});
  }
  return choices;
}

std::string PartnerName(const DeskVisit& visit, const std::string& node) {
  return visit.LabelOf("citizen", std::string(StateOfNode(node))) + " (" + node + ")";
}

Result<std::vector<FieldChoice>> PartnerChoices(const DeskVisit& visit) {
  std::vector<FieldChoice> choices = Choices(visit);
  for (const NodePartner& partner : TRY(LoadNodePartners(visit.work.database))) {
    choices.push_back({partner.node, PartnerName(visit, partner.node)});
  }
  return choices;
}

// The frame that the forms of one record share.
FormPage PageOf(const DeskVisit& visit, const RecordHead& head, const char* title,
                const char* lead) {
  FormPage page;
  page.page = {.title = visit.T(title),
               .lead = visit.T(lead),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, head)};
  page.page.crumbs.push_back({visit.T("do.cross_border"), visit.Link(RecordPath(head.id, kPath))});
  return page;
}

std::string CheckWords(const DeskVisit& visit, bool made, const std::string& by, Instant at,
                       bool bars) {
  if (!made) return visit.T("border.check.none");
  if (visit.now - at > kMaxNodeCheckAgeSeconds) return visit.T("border.check.old");
  return visit.T(bars ? "border.check.bars" : "border.check.clear",
                 {{"date", visit.Date(at)}, {"by", visit.AccountName(by)}});
}

// One row for each person and state: what holds, and what is missing.
Result<Html> ConditionTable(const DeskVisit& visit, const OpenedRecord& record) {
  DataTable table{.id = "border-conditions",
                  .caption = visit.T("border.conditions"),
                  .columns = {{visit.T("border.state")},
                              {visit.T("consent.person")},
                              {visit.T("border.consent")},
                              {visit.T("border.protection")},
                              {visit.T("border.risk")}},
                  .rows = {},
                  .empty = visit.T("border.no_partner"),
                  .notes = {visit.T("border.conditions.note")}};
  CrossBorder border = BorderOf(visit);
  for (const std::string& state : TRY(PartnerStates(visit))) {
    for (const std::string& person : record.file.persons) {
      const PersonFile file = TRY(ReadPerson(visit.work, person));
      const NodeChecks checks = TRY(border.Checks(record.file.head.id, person, state));
      std::string purposes;
      for (const Consent& one : TRY(ConsentsOf(visit.work, person))) {
        const auto standing = TRY(StandingConsent(visit.work, person, one.purpose, one.recipient));
        if (StateOfRecipient(one.recipient) != state || !standing || standing->id != one.id) {
          continue;
        }
        purposes += (purposes.empty() ? "" : ", ") + visit.LabelOf("consent_purpose", one.purpose);
      }
      table.rows.push_back(
          {Html(visit.LabelOf("citizen", state)), Html(PersonLabel(visit, file)),
           Html(purposes.empty() ? visit.T("consent.none") : purposes),
           Html(CheckWords(visit, checks.protection.made, checks.protection.by,
                           checks.protection.at, checks.protection.from_states.contains(state))),
           Html(CheckWords(visit, checks.risk.made, checks.risk.by, checks.risk.at,
                           checks.risk.risk_found))});
    }
  }
  return RenderTable(visit, table);
}

bool IsOver(const NodeSent& sent) {
  return sent.withdrawn || sent.state == "stopped" || sent.state == "expired";
}

Result<Html> SentTable(const DeskVisit& visit, const std::string& record) {
  DataTable table{.id = "border-sent",
                  .caption = visit.T("border.sent"),
                  .columns = {{visit.T("column.date")},
                              {visit.T("border.partner")},
                              {visit.T("column.state")},
                              {visit.T("column.act")}},
                  .rows = {},
                  .empty = visit.T("border.sent.none"),
                  .notes = {}};
  CrossBorder border = BorderOf(visit);
  for (const NodeSent& one : TRY(border.SentOf(record))) {
    const bool withdrawn =
        one.state == "withdrawn" && one.answer != kOutcomeErased && one.answer != kOutcomeKept;
    const std::string state = one.answer.empty() || withdrawn ? one.state : one.answer;
    table.rows.push_back({Html(visit.DateTime(one.issued)), Html(PartnerName(visit, one.partner)),
                          Html(visit.LabelOf("node_state", state)),
                          IsOver(one)
                              ? Html()
                              : TextLink(visit.Link(RecordPath(record, "/cross-border/withdraw"),
                                                    {{"package", one.id}}),
                                         visit.T("border.withdraw"))});
  }
  return RenderTable(visit, table);
}

// A value that a form carries on, from the address or from the form itself.
std::string Carried(const DeskVisit& visit, const char* name) {
  const std::string typed = visit.Typed(name);
  return typed.empty() ? visit.Parameter(name) : typed;
}

std::vector<FieldChoice> FieldChoices(const DeskVisit& visit) {
  std::vector<FieldChoice> choices;
  for (const Code& code : visit.site.node_rules().fields().codes()) {
    if (code.kind != "minimum" && code.kind != "optional") continue;
    choices.push_back({code.id, visit.LabelOf("node_field", code.id)});
  }
  return choices;
}

// What is to be said, one text for each field that was chosen.
struct BorderForm {
  CrossBorderDraft draft;
  std::string fields;  // as they are carried: "sex,languages"
};

Result<BorderForm> CarriedForm(const DeskVisit& visit, const std::string& record) {
  BorderForm form;
  form.fields = Carried(visit, "fields");
  form.draft.record = record;
  form.draft.person = Carried(visit, "person");
  form.draft.partner = Carried(visit, "partner");
  form.draft.purpose = Carried(visit, "purpose");
  TRY(CheckNodeName(form.draft.partner));
  CrossBorder border = BorderOf(visit);
  const std::vector<std::string_view> chosen = Split(form.fields, ',');
  for (NodeField& field : TRY(border.Propose(record, form.draft.person))) {
    if (std::find(chosen.begin(), chosen.end(), field.name) == chosen.end()) continue;
    form.draft.fields.push_back(std::move(field));
  }
  return form;
}

// Said in sentences, or in several lines.
bool IsLong(const std::string& field) {
  static const std::set<std::string> fields = {"needs",     "safe_contact", "safety",
                                               "health",    "accompanying", "arrival",
                                               "narrative", "compensation"};
  return fields.contains(field);
}

std::vector<DeskField> TextFields(const DeskVisit& visit, const CrossBorderDraft& draft) {
  std::vector<DeskField> fields;
  for (const NodeField& field : draft.fields) {
    fields.push_back({.name = "say-" + field.name,
                      .label = visit.LabelOf("node_field", field.name),
                      .kind = IsLong(field.name) ? Kind::kArea : Kind::kText,
                      .max_bytes = kMaxNodeFieldBytes});
  }
  if (!visit.site.node_rules().IsWithinEea(StateOfNode(draft.partner))) {
    fields.push_back({.name = "ground",
                      .label = visit.T("border.ground"),
                      .kind = Kind::kSelect,
                      .help = visit.T("border.ground.help"),
                      .choices = CodeChoices(visit, "transfer_ground", visit.T("choice.choose")),
                      .required = true});
  }
  fields.push_back({.name = "urgent",
                    .label = visit.T("border.urgent"),
                    .kind = Kind::kChecks,
                    .choices = {{"yes", visit.T("word.urgent")}}});
  return fields;
}

CrossBorderDraft DraftTyped(const DeskVisit& visit, CrossBorderDraft draft) {
  for (NodeField& field : draft.fields) field.value = visit.Typed("say-" + field.name);
  // What is empty says nothing, and does not travel.
  std::erase_if(draft.fields, [](const NodeField& field) { return field.value.empty(); });
  draft.transfer_ground = visit.Typed("ground");
  draft.urgent = visit.Typed("urgent") == "yes";
  return draft;
}

}  // namespace

Result<Response> CrossBorderPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const RecordHead& head = record.file.head;
  DeskPage page{.title = visit.T("border.question"),
                .lead = visit.T("border.lead"),
                .kind = "record",
                .section = "/cases",
                .crumbs = RecordCrumbs(visit, head)};
  page.body = TRY(ConditionTable(visit, record));
  Html links;
  const auto link = [&](const char* rest, const char* text) {
    links += El("li", TextLink(visit.Link(RecordPath(head.id, rest)), visit.T(text)));
  };
  if (Can(visit, record.facts, Right::kEdit, FieldGroup::kReferral)) {
    link("/consents", "do.consent");
    link("/cross-border/protection", "border.protection.do");
    link("/cross-border/risk", "border.risk.do");
  }
  if (visit.May("nodes")) link("/cross-border/choose", "border.send");
  page.body +=
      El("nav", {{"class", "desk-do"}, {"aria-label", visit.T("do.label")}}, El("ul", links)) +
      TRY(SentTable(visit, head.id));
  return RenderDeskPage(visit, page);
}

Result<Response> ProtectionCheckPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string id = record.file.head.id;
  const std::vector<FieldChoice> persons = TRY(PersonChoices(visit, record));
  FormPage page =
      PageOf(visit, record.file.head, "border.protection.question", "border.protection.lead");
  page.form.action = visit.Link(RecordPath(id, "/cross-border/protection"));
  page.form.fields = {{.name = "person",
                       .label = visit.T("consent.person"),
                       .kind = Kind::kSelect,
                       .choices = persons,
                       .required = true},
                      {.name = "seeks",
                       .label = visit.T("border.protection.seeks"),
                       .kind = Kind::kRadio,
                       .choices = {{"no", visit.T("choice.no")}, {"yes", visit.T("choice.yes")}},
                       .required = true},
                      {.name = "states",
                       .label = visit.T("border.protection.states"),
                       .help = visit.T("border.protection.states.help"),
                       .max_bytes = 200}};
  page.form.button = visit.T("form.save");
  Put(page.stored, "person", VictimOf(record));
  page.save = [id](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    std::set<std::string> states;
    const std::string typed = ReplaceAll(ToUpperAscii(saving.Typed("states")), ",", " ");
    for (const std::string_view one : Split(typed, ' ')) {
      if (!one.empty()) states.emplace(one);
    }
    if ((saving.Typed("seeks") == "yes") != !states.empty()) {
      return Fail(ErrorCode::kBadValue, saving.T("border.protection.which"), "states",
                  saving.T("border.protection.states.help"));
    }
    CrossBorder border = BorderOf(saving);
    TRY(border.RecordProtection(id, saving.Typed("person"), states));
    return saving.Link(RecordPath(id, kPath));
  };
  return RunFormPage(visit, page);
}

Result<Response> RiskCheckPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string id = record.file.head.id;
  const std::vector<FieldChoice> persons = TRY(PersonChoices(visit, record));
  FormPage page = PageOf(visit, record.file.head, "border.risk.question", "border.risk.lead");
  page.form.action = visit.Link(RecordPath(id, "/cross-border/risk"));
  page.form.fields = {{.name = "person",
                       .label = visit.T("consent.person"),
                       .kind = Kind::kSelect,
                       .choices = persons,
                       .required = true},
                      {.name = "state",
                       .label = visit.T("border.state"),
                       .kind = Kind::kSelect,
                       .choices = TRY(StateChoices(visit)),
                       .required = true},
                      {.name = "found",
                       .label = visit.T("border.risk.found"),
                       .kind = Kind::kRadio,
                       .choices = {{"no", visit.T("choice.no")}, {"yes", visit.T("choice.yes")}},
                       .required = true},
                      {.name = "reasons",
                       .label = visit.T("border.risk.reasons"),
                       .kind = Kind::kArea,
                       .help = visit.T("border.risk.reasons.help"),
                       .required = true,
                       .max_bytes = kMaxNodeCheckText}};
  page.form.button = visit.T("form.save");
  Put(page.stored, "person", VictimOf(record));
  page.save = [id](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    CrossBorder border = BorderOf(saving);
    TRY(border.RecordRisk(id, saving.Typed("person"), saving.Typed("state"),
                          saving.Typed("found") == "yes", saving.Typed("reasons")));
    return saving.Link(RecordPath(id, kPath));
  };
  return RunFormPage(visit, page);
}

Result<Response> ChooseFieldsPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string id = record.file.head.id;
  const std::vector<FieldChoice> persons = TRY(PersonChoices(visit, record));
  FormPage page = PageOf(visit, record.file.head, "border.choose.question", "border.choose.lead");
  page.form.action = visit.Link(RecordPath(id, "/cross-border/choose"));
  page.form.fields = {{.name = "person",
                       .label = visit.T("consent.person"),
                       .kind = Kind::kSelect,
                       .choices = persons,
                       .required = true},
                      {.name = "partner",
                       .label = visit.T("border.partner"),
                       .kind = Kind::kSelect,
                       .choices = TRY(PartnerChoices(visit)),
                       .required = true},
                      {.name = "purpose",
                       .label = visit.T("consent.purpose"),
                       .kind = Kind::kSelect,
                       .choices = CodeChoices(visit, "consent_purpose", visit.T("choice.choose")),
                       .required = true},
                      {.name = "fields",
                       .label = visit.T("border.fields"),
                       .kind = Kind::kChecks,
                       .help = visit.T("border.fields.help"),
                       .choices = FieldChoices(visit),
                       .required = true}};
  page.form.button = visit.T("border.choose.button");
  Put(page.stored, "person", VictimOf(record));
  Put(page.stored, "purpose", "cross_border");
  page.stored["fields"] = visit.site.node_rules().MinimumFields();
  page.save = [id](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    const auto chosen = saving.typed.find("fields");
    return saving.Link(RecordPath(id, "/cross-border/send"),
                       {{"person", saving.Typed("person")},
                        {"partner", saving.Typed("partner")},
                        {"purpose", saving.Typed("purpose")},
                        {"fields", chosen == saving.typed.end() ? "" : Join(chosen->second, ",")}});
  };
  return RunFormPage(visit, page);
}

Result<Response> SendAbroadPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string id = record.file.head.id;
  // Asked for without what was chosen: a bookmark, or the address after an error.
  if (Carried(visit, "partner").empty()) {
    return Response::Redirect(visit.Link(RecordPath(id, "/cross-border/choose")));
  }
  const BorderForm carried = TRY(CarriedForm(visit, id));
  FormPage page = PageOf(visit, record.file.head, "border.send.question", "border.send.lead");
  page.page.body =
      RenderFacts({{visit.T("border.partner"), Html(PartnerName(visit, carried.draft.partner))},
                   {visit.T("consent.purpose"),
                    Html(visit.LabelOf("consent_purpose", carried.draft.purpose))}});
  page.form.action = visit.Link(RecordPath(id, "/cross-border/send"));
  page.form.hidden = {{"person", carried.draft.person},
                      {"partner", carried.draft.partner},
                      {"purpose", carried.draft.purpose},
                      {"fields", carried.fields}};
  page.form.fields = TextFields(visit, carried.draft);
  page.form.button = visit.T("border.send.button");
  for (const NodeField& field : carried.draft.fields) {
    Put(page.stored, "say-" + field.name, field.value);
  }
  page.save = [id, carried](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    CrossBorder border = BorderOf(saving);
    TRY(border.Send(DraftTyped(saving, carried.draft)));
    return saving.Link(RecordPath(id, kPath));
  };
  return RunFormPage(visit, page);
}

Result<Response> WithdrawAbroadPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string id = record.file.head.id;
  const std::string package = Carried(visit, "package");
  FormPage page =
      PageOf(visit, record.file.head, "border.withdraw.question", "border.withdraw.lead");
  page.form.action = visit.Link(RecordPath(id, "/cross-border/withdraw"));
  page.form.hidden = {{"package", package}};
  page.form.fields = {{.name = "reason",
                       .label = visit.T("border.withdraw.reason"),
                       .kind = Kind::kRadio,
                       .choices = {{"not_needed", visit.T("border.withdraw.not_needed")},
                                   {"danger", visit.T("border.withdraw.danger")},
                                   {"mistake", visit.T("border.withdraw.mistake")}},
                       .required = true}};
  page.form.button = visit.T("border.withdraw");
  page.save = [id, package](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    CrossBorder border = BorderOf(saving);
    TRY(border.Withdraw(id, package, saving.Typed("reason")));
    return saving.Link(RecordPath(id, kPath));
  };
  return RunFormPage(visit, page);
}

}  // namespace thb
