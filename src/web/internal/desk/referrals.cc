// Referrals and transfers: the inbox, a referral from draft to done, and the grounds on which one
// may go: consent, or an override that a second person agrees to.

#include "base/text.h"
#include "people/consent.h"
#include "referral/referral.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

std::string StateWord(const DeskVisit& visit, ReferralState state) {
  return visit.T("referral.state." + std::string(NameOf(state)));
}

std::string KindWord(const DeskVisit& visit, ReferralKind kind) {
  return visit.T(kind == ReferralKind::kTransfer ? "referral.transfer" : "referral.referral");
}

Html RowWords(const DeskVisit& visit, const ReferralRow& row) {
  Html words = StatusWord(StateWord(visit, row.state));
  if (row.urgent) words += Html(" ") + StatusWord(visit.T("word.urgent"), true);
  if (row.overdue) words += Html(" ") + StatusWord(visit.T("word.overdue"), true);
  if (!row.escalated_to.empty()) {
    words += Html(" ") + StatusWord(visit.T("escalated." + row.escalated_to));
  }
  return words;
}

DataTable ReferralTable(const DeskVisit& visit, const std::string& id, const std::string& caption,
                        const std::vector<ReferralRow>& rows) {
  DataTable table{.id = id,
                  .caption = caption,
                  .columns = {{visit.T("column.reference")},
                              {visit.T("column.from")},
                              {visit.T("column.to")},
                              {visit.T("column.purpose")},
                              {visit.T("column.due")},
                              {visit.T("column.state")}},
                  .rows = {},
                  .empty = visit.T("referral.none"),
                  .notes = {}};
  for (const ReferralRow& row : rows) {
    table.rows.push_back(
        {TextLink(visit.Link("/referrals/" + row.id), row.reference),
         Html(visit.OrganisationName(row.sender)), Html(visit.OrganisationName(row.receiver)),
         Html(visit.LabelOf("consent_purpose", row.purpose)),
         Html(row.due ? visit.DateTime(*row.due) : visit.T("due.none")), RowWords(visit, row)});
  }
  return table;
}

Referrals ReferralsOf(const DeskVisit& visit) {
  return {visit.site.countries(), visit.work};
}

std::vector<DeskField> DraftFields(const DeskVisit& visit, const OpenedRecord& record,
                                   const std::vector<FieldChoice>& persons) {
  using Kind = DeskField::Kind;
  return {{.name = "kind",
           .label = visit.T("referral.kind"),
           .kind = Kind::kRadio,
           .help = visit.T("referral.kind.help"),
           .choices = {{"referral", visit.T("referral.referral")},
                       {"transfer", visit.T("referral.transfer")}},
           .required = true},
          {.name = "person",
           .label = visit.T("referral.person"),
           .kind = Kind::kSelect,
           .choices = persons,
           .required = true},
          {.name = "receiver",
           .label = visit.T("referral.receiver"),
           .kind = Kind::kSelect,
           .choices = OtherOrganisations(visit, visit.T("choice.choose")),
           .required = true},
          {.name = "purpose",
           .label = visit.T("referral.purpose"),
           .kind = Kind::kSelect,
           .choices = CodeChoices(visit, "consent_purpose", visit.T("choice.choose")),
           .required = true},
          {.name = "groups",
           .label = visit.T("referral.groups"),
           .kind = Kind::kChecks,
           .help = visit.T("referral.groups.help"),
           .choices = GroupChoices(visit, record.file.readable),
           .required = true},
          {.name = "urgent",
           .label = visit.T("referral.urgent"),
           .kind = Kind::kChecks,
           .choices = {{"yes", visit.T("referral.urgent.yes")}}},
          {.name = "due",
           .label = visit.T("referral.due"),
           .kind = Kind::kDay,
           .help = visit.T("referral.due.help")},
          {.name = "message",
           .label = visit.T("referral.message"),
           .kind = Kind::kArea,
           .help = visit.T("referral.message.help"),
           .max_bytes = kMaxReferralText}};
}

Result<ReferralDraft> DraftTyped(const DeskVisit& visit, const std::string& record) {
  ReferralDraft draft;
  draft.kind =
      visit.Typed("kind") == "transfer" ? ReferralKind::kTransfer : ReferralKind::kReferral;
  draft.record = record;
  draft.person = visit.Typed("person");
  draft.receiver = visit.Typed("receiver");
  draft.purpose = visit.Typed("purpose");
  draft.groups = TRY(TypedGroups(visit, "groups"));
  draft.urgent = visit.Typed("urgent") == "yes";
  // An answer is due by the end of the day that was chosen.
  if (const auto due = TRY(TypedDay(visit, "due"))) draft.due = (*due + 1) * kSecondsOfDay - 1;
  draft.message = visit.Typed("message");
  draft.submission = visit.Typed("submission");
  return draft;
}

FormValues ValuesOf(const Referral& referral) {
  FormValues values;
  Put(values, "kind", referral.kind == ReferralKind::kTransfer ? "transfer" : "referral");
  Put(values, "person", referral.person);
  Put(values, "receiver", referral.receiver);
  Put(values, "purpose", referral.purpose);
  for (const FieldGroup group : referral.groups) values["groups"].emplace_back(WordOf(group));
  if (referral.urgent) Put(values, "urgent", "yes");
  if (referral.due) Put(values, "due", FormatDay(DayOfInstant(*referral.due)));
  Put(values, "message", referral.message);
  return values;
}

std::string GroupWords(const DeskVisit& visit, const std::set<FieldGroup>& groups) {
  std::string words;
  for (const FieldGroup group : groups) {
    words += (words.empty() ? "" : ", ") + FieldGroupWord(visit, group);
  }
  return words;
}

// What a referral would share beyond a consent.
std::set<FieldGroup> NotCovered(const Referral& referral, const Consent& consent) {
  std::set<FieldGroup> beyond;
  for (const FieldGroup group : referral.groups) {
    const bool free = group == FieldGroup::kReference || group == FieldGroup::kReferral;
    if (!free && !consent.groups.contains(group)) beyond.insert(group);
  }
  return beyond;
}

Facts ReferralFacts(const DeskVisit& visit, const Referral& referral) {
  Html state = StatusWord(StateWord(visit, referral.state));
  if (referral.urgent) state += Html(" ") + StatusWord(visit.T("word.urgent"), true);
  Facts facts = {
      {visit.T("fact.state"), state},
      {visit.T("referral.kind"), Html(KindWord(visit, referral.kind))},
      {visit.T("column.from"), Html(visit.OrganisationName(referral.sender))},
      {visit.T("column.to"), Html(visit.OrganisationName(referral.receiver))},
      {visit.T("column.purpose"), Html(visit.LabelOf("consent_purpose", referral.purpose))},
      {visit.T("referral.groups"), Html(GroupWords(visit, referral.groups))}};
  if (referral.sent)
    facts.emplace_back(visit.T("referral.sent"), Html(visit.DateTime(*referral.sent)));
  if (referral.due) facts.emplace_back(visit.T("column.due"), Html(visit.DateTime(*referral.due)));
  if (!referral.escalated_to.empty()) {
    facts.emplace_back(visit.T("referral.escalated"),
                       Html(visit.T("escalated." + referral.escalated_to)));
  }
  if (!referral.basis.consent_id.empty()) {
    facts.emplace_back(visit.T("referral.basis"), Html(visit.T("referral.basis.consent")));
  } else if (!referral.basis.override_id.empty()) {
    facts.emplace_back(visit.T("referral.basis"),
                       TextLink(visit.Link("/overrides/" + referral.basis.override_id),
                                visit.T("referral.basis.override")));
  }
  if (!referral.message.empty())
    facts.emplace_back(visit.T("referral.message"), TypedText(referral.message));
  if (!referral.reason.empty())
    facts.emplace_back(visit.T("referral.reason"), TypedText(referral.reason));
  if (!referral.redirect_to.empty()) {
    facts.emplace_back(visit.T("referral.redirect_to"),
                       Html(visit.OrganisationName(referral.redirect_to)));
  }
  return facts;
}

// What lets a draft go: a consent of the person that stands, or an override for this receiver.
Result<Html> WaysToSend(const DeskVisit& visit, const Referral& referral) {
  Html items;
  const std::string send = visit.Link("/referrals/" + referral.id + "/send");
  const auto way = [&](const std::string& text, const char* field, const std::string& id) {
    QueryPairs hidden{{kVersionField, std::to_string(referral.version)}};
    if (!id.empty()) hidden.emplace_back(field, id);
    items +=
        El("li", text, " ", ActionButton(visit, send, visit.T("referral.send"), hidden, "primary"));
  };
  for (const Consent& consent : TRY(ConsentsOf(visit.work, referral.person))) {
    if (consent.state != ConsentState::kGiven || consent.withdrawn) continue;
    if (consent.recipient != referral.receiver || consent.purpose != referral.purpose) continue;
    if (const auto beyond = NotCovered(referral, consent); !beyond.empty()) {
      items += El("li", visit.T("referral.consent_short", {{"date", visit.Date(consent.date)},
                                                           {"groups", GroupWords(visit, beyond)}}));
      continue;
    }
    way(visit.T("referral.on_consent",
                {{"date", visit.Date(consent.date)},
                 {"purpose", visit.LabelOf("consent_purpose", consent.purpose)}}),
        "consent", consent.id);
  }
  Referrals referrals = ReferralsOf(visit);
  const auto overrides = TRY(referrals.OverridesOf(referral.record));
  for (const Override& one : overrides) {
    if (one.person != referral.person || one.recipient != referral.receiver) continue;
    way(visit.T("referral.on_override", {{"date", visit.Date(one.asked)}}), "override", one.id);
  }
  // A child's protection needs neither; the room refuses where it does not apply.
  const PersonFile person = TRY(ReadPerson(visit.work, referral.person));
  if (person.age_band == AgeBand::kChild || person.age_band == AgeBand::kPresumedChild) {
    way(visit.T("referral.for_child"), "", "");
  }
  Html html = El("h2", visit.T("referral.basis.heading")) + El("p", visit.T("referral.basis.help"));
  html += items.empty() ? El("p", {{"class", "thb-empty"}}, visit.T("referral.basis.none"))
                        : El("ul", {{"class", "thb-list desk-ways"}}, items);
  html += El("ul", {{"class", "thb-inline"}},
             El("li", TextLink(visit.Link(RecordPath(referral.record, "/consents"),
                                          {{"recipient", referral.receiver}}),
                               visit.T("referral.record_consent"))),
             El("li", TextLink(visit.Link(RecordPath(referral.record, "/overrides/new"),
                                          {{"recipient", referral.receiver}}),
                               visit.T("referral.ask_override"))));
  return html;
}

// The events that the table gives this side now.
Html EventButtons(const DeskVisit& visit, const Referral& referral) {
  const bool sender = referral.sender == visit.actor.organisation;
  const bool receiver = referral.receiver == visit.actor.organisation;
  Html buttons;
  for (const ReferralTransition& one : ReferralTransitions()) {
    const bool mine = one.party == ReferralParty::kSender ? sender : receiver;
    if (one.from != referral.state || !mine || one.event == ReferralEvent::kSend) continue;
    const std::string name(NameOf(one.event));
    const std::string address = visit.Link("/referrals/" + referral.id + "/" + name);
    const std::string label = visit.T("referral.event." + name);
    const bool asks = one.needs_reason || one.event == ReferralEvent::kRedirect;
    buttons +=
        asks ? El("a", {{"class", "ecl-button desk-button--secondary"}, {"href", address}}, label)
             : ActionButton(visit, address, label,
                            {{kVersionField, std::to_string(referral.version)}});
  }
  return buttons.empty() ? Html() : El("div", {{"class", "desk-buttons"}}, buttons);
}

Result<Referral> LoadReferral(const DeskVisit& visit) {
  Referrals referrals = ReferralsOf(visit);
  return referrals.Load(visit.request.Parameter("referral"));
}

std::optional<ReferralTransition> TransitionOf(const Referral& referral, std::string_view name) {
  for (const ReferralTransition& one : ReferralTransitions()) {
    if (one.from == referral.state && NameOf(one.event) == name) return one;
  }
  return std::nullopt;
}

DeskPage ReferralFrame(const DeskVisit& visit, const Referral& referral, const std::string& title) {
  DeskPage page{.title = title, .kind = "form", .section = "/inbox"};
  page.crumbs = {{visit.T("nav.inbox"), visit.Link("/inbox")},
                 {referral.reference, visit.Link("/referrals/" + referral.id)}};
  return page;
}

}  // namespace

Result<Html> InboxTable(const DeskVisit& visit) {
  Referrals referrals = ReferralsOf(visit);
  const auto rows = TRY(referrals.Inbox());
  return RenderTable(visit, ReferralTable(visit, "inbox-table", visit.T("inbox.caption"), rows));
}

Result<Html> ReferralList(const DeskVisit& visit, const std::string& record) {
  Referrals referrals = ReferralsOf(visit);
  const auto rows = TRY(referrals.OfRecord(record));
  return RenderTable(visit,
                     ReferralTable(visit, "referral-table", visit.T("referral.caption"), rows));
}

Result<Response> InboxPage(const DeskVisit& visit) {
  Referrals referrals = ReferralsOf(visit);
  const auto sent = TRY(referrals.Outbox());
  DeskPage page{.title = visit.T("inbox.question"), .kind = "list", .section = "/inbox"};
  page.body =
      TRY(InboxTable(visit)) +
      RenderTable(visit, ReferralTable(visit, "outbox-table", visit.T("outbox.caption"), sent));
  return RenderDeskPage(visit, page);
}

Result<Response> NewReferralPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const RecordHead& head = record.file.head;
  const std::vector<FieldChoice> persons = TRY(PersonChoices(visit, record));
  FormPage page;
  page.page = {.title = visit.T("referral.new"),
               .lead = visit.T("referral.new.lead"),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, head)};
  page.form.action = visit.Link(RecordPath(head.id, "/referrals/new"));
  page.form.hidden = {{"submission", SubmissionOf(visit)}};
  page.form.fields = DraftFields(visit, record, persons);
  page.form.button = visit.T("referral.draft");
  Put(page.stored, "kind", "referral");
  Put(page.stored, "person", VictimOf(record));
  page.stored["groups"] = {"reference", "identity", "contact"};
  page.save = [id = head.id](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    const ReferralDraft draft = TRY(DraftTyped(saving, id));
    Referrals referrals = ReferralsOf(saving);
    const std::string made = TRY(referrals.Draft(draft));
    return saving.Link("/referrals/" + made);
  };
  return RunFormPage(visit, page);
}

Result<Response> ReferralPage(const DeskVisit& visit) {
  const Referral referral = TRY(LoadReferral(visit));
  DeskPage page = ReferralFrame(visit, referral,
                                visit.T("referral.title", {{"reference", referral.reference}}));
  page.kind = "record";
  page.body = RenderFacts(ReferralFacts(visit, referral)) + EventButtons(visit, referral);
  if (referral.state == ReferralState::kDraft && referral.sender == visit.actor.organisation) {
    page.body += El("p", TextLink(visit.Link("/referrals/" + referral.id + "/edit"),
                                  visit.T("referral.edit"))) +
                 TRY(WaysToSend(visit, referral));
  }
  page.body +=
      El("p", TextLink(visit.Link(RecordPath(referral.record)), visit.T("referral.record")));
  return RenderDeskPage(visit, page);
}

Result<Response> EditReferralPage(const DeskVisit& visit) {
  const Referral referral = TRY(LoadReferral(visit));
  const OpenedRecord record = TRY(OpenRecord(visit, referral.record));
  const std::vector<FieldChoice> persons = TRY(PersonChoices(visit, record));
  FormPage page;
  page.page = ReferralFrame(visit, referral, visit.T("referral.edit"));
  page.form.action = visit.Link("/referrals/" + referral.id + "/edit");
  page.form.version = referral.version;
  page.form.fields = DraftFields(visit, record, persons);
  page.form.button = visit.T("form.save");
  page.stored = ValuesOf(referral);
  page.save = [&](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    const ReferralDraft draft = TRY(DraftTyped(saving, referral.record));
    Referrals referrals = ReferralsOf(saving);
    TRY(referrals.Edit(referral.id, version, draft));
    return saving.Link("/referrals/" + referral.id);
  };
  return RunFormPage(visit, page);
}

Result<Response> SendReferralPage(const DeskVisit& visit) {
  const std::string& id = visit.request.Parameter("referral");
  Referrals referrals = ReferralsOf(visit);
  const ReferralBasis basis{visit.Typed("consent"), visit.Typed("override")};
  TRY(referrals.Send(id, VersionTyped(visit), basis));
  return Response::Redirect(visit.Link("/referrals/" + id));
}

// Acknowledge, accept, decline, redirect, complete, revoke: with a reason where the table asks one.
Result<Response> ReferralEventPage(const DeskVisit& visit) {
  const Referral referral = TRY(LoadReferral(visit));
  const std::string& name = visit.request.Parameter("event");
  const auto transition = TransitionOf(referral, name);
  if (!transition || transition->event == ReferralEvent::kSend) {
    return Fail(ErrorCode::kConflict, "the referral is not in a state for this", name,
                "open it again");
  }
  FormPage page;
  page.page = ReferralFrame(visit, referral, visit.T("referral.event." + name));
  page.page.body = RenderFacts(ReferralFacts(visit, referral));
  page.form.action = visit.Link("/referrals/" + referral.id + "/" + name);
  page.form.version = referral.version;
  if (transition->needs_reason) {
    page.form.fields.push_back({.name = "reason",
                                .label = visit.T("referral.reason"),
                                .kind = DeskField::Kind::kArea,
                                .help = visit.T("referral.reason.help"),
                                .required = true,
                                .max_bytes = kMaxReferralText});
  }
  if (transition->event == ReferralEvent::kRedirect) {
    page.form.fields.push_back({.name = "redirect_to",
                                .label = visit.T("referral.redirect_to"),
                                .kind = DeskField::Kind::kSelect,
                                .choices = OtherOrganisations(visit, visit.T("choice.choose")),
                                .required = true});
  }
  page.form.button = visit.T("referral.event." + name);
  page.save = [&](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    Referrals referrals = ReferralsOf(saving);
    TRY(referrals.Apply(referral.id, version, transition->event, saving.Typed("reason"),
                        saving.Typed("redirect_to")));
    // Where it is over for the receiver, the receiver sees it no more.
    const bool over = transition->party == ReferralParty::kReceiver && !IsLive(transition->to);
    return saving.Link(over ? "/inbox" : "/referrals/" + referral.id);
  };
  return RunFormPage(visit, page);
}

}  // namespace thb
