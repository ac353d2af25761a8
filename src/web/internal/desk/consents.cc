// Consent, per purpose and recipient, and what may stand in for it: an override on a ground of the
// country's closed list with a second person, or the notice that a law asks for.
//
// The person may look on while consent is asked for, so this page has the quick way out.

#include <set>

#include "people/consent.h"
#include "referral/cross_border.h"
#include "referral/referral.h"
#include "web/internal/desk/account.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

using Kind = DeskField::Kind;

// Of the text that is read out below; changes with it.
constexpr const char* kConsentText = "2026-11";

std::vector<FieldChoice> StateChoices(const DeskVisit& visit) {
  std::vector<FieldChoice> choices;
  for (const ConsentState state :
       {ConsentState::kGiven, ConsentState::kRefused, ConsentState::kNotAsked}) {
    const std::string name(ConsentStateName(state));
    choices.push_back({name, visit.T("consent.state." + name)});
  }
  return choices;
}

// Organisations, then the states that a partner is known of.
Result<std::vector<FieldChoice>> RecipientChoices(const DeskVisit& visit) {
  std::vector<FieldChoice> choices = OtherOrganisations(visit, visit.T("choice.choose"));
  std::set<std::string> seen;
  for (const NodePartner& partner : TRY(LoadNodePartners(visit.work.database))) {
    const std::string recipient = RecipientOfState(StateOfNode(partner.node));
    if (!seen.insert(recipient).second) continue;
    choices.push_back({recipient, visit.T("consent.other_state",
                                          {{"state", visit.OrganisationName(recipient)}})});
  }
  return choices;
}

std::vector<DeskField> ConsentFields(const DeskVisit& visit, const OpenedRecord& record,
                                     const std::vector<FieldChoice>& persons,
                                     const std::vector<FieldChoice>& recipients) {
  return {
      {.name = "person",
       .label = visit.T("consent.person"),
       .kind = Kind::kSelect,
       .choices = persons,
       .required = true},
      {.name = "purpose",
       .label = visit.T("consent.purpose"),
       .kind = Kind::kSelect,
       .choices = CodeChoices(visit, "consent_purpose", visit.T("choice.choose")),
       .required = true},
      {.name = "recipient",
       .label = visit.T("consent.recipient"),
       .kind = Kind::kSelect,
       .choices = recipients,
       .required = true},
      {.name = "groups",
       .label = visit.T("consent.groups"),
       .kind = Kind::kChecks,
       .help = visit.T("consent.groups.help"),
       .choices = GroupChoices(visit, record.file.readable),
       .required = true},
      {.name = "state",
       .label = visit.T("consent.said"),
       .kind = Kind::kRadio,
       .help = visit.T("consent.said.help"),
       .choices = StateChoices(visit),
       .required = true},
      {.name = "how",
       .label = visit.T("consent.how"),
       .kind = Kind::kSelect,
       .choices = CodeChoices(visit, "consent_how", visit.T("choice.choose")),
       .required = true},
      {.name = "language",
       .label = visit.T("consent.language"),
       .help = visit.T("person.languages.help"),
       .required = true,
       .max_bytes = 20},
      {.name = "interpreter",
       .label = visit.T("consent.interpreter"),
       .kind = Kind::kChecks,
       .choices = {{"yes", visit.T("consent.interpreter.yes")}}},
      {.name = "interpreter_name", .label = visit.T("consent.interpreter_name"), .max_bytes = 200},
      {.name = "room", .label = visit.T("consent.room"), .help = visit.T("consent.room.help")},
      {.name = "expires", .label = visit.T("consent.expires"), .kind = Kind::kDay}};
}

Result<Consent> ConsentTyped(const DeskVisit& visit, const std::string& record) {
  Consent consent;
  consent.record = record;
  consent.person = visit.Typed("person");
  consent.state = TRY(ParseConsentState(visit.Typed("state")));
  consent.purpose = visit.Typed("purpose");
  consent.recipient = visit.Typed("recipient");
  consent.groups = TRY(TypedGroups(visit, "groups"));
  consent.text_version = kConsentText;
  consent.language = visit.Typed("language");
  consent.how = visit.Typed("how");
  consent.given_by = "person";
  consent.interpreter = visit.Typed("interpreter") == "yes";
  consent.interpreter_name = visit.Typed("interpreter_name");
  consent.who_was_in_room = visit.Typed("room");
  consent.date = visit.now;
  if (const auto expires = TRY(TypedDay(visit, "expires"))) {
    consent.expires = (*expires + 1) * kSecondsOfDay - 1;
  }
  return consent;
}

Html ConsentWords(const DeskVisit& visit, const Consent& consent) {
  if (consent.withdrawn) return StatusWord(visit.T("consent.state.withdrawn"), true);
  const bool over = consent.expires && *consent.expires < visit.now;
  if (over) return StatusWord(visit.T("consent.expired"), true);
  return StatusWord(visit.T("consent.state." + std::string(ConsentStateName(consent.state))));
}

Result<Html> ConsentTable(const DeskVisit& visit, const OpenedRecord& record) {
  DataTable table{.id = "consents",
                  .caption = visit.T("consent.caption"),
                  .columns = {{visit.T("consent.recipient")},
                              {visit.T("consent.purpose")},
                              {visit.T("consent.groups")},
                              {visit.T("consent.said")},
                              {visit.T("column.date")},
                              {visit.T("column.act")}},
                  .rows = {},
                  .empty = visit.T("consent.none"),
                  .notes = {}};
  const std::string path = RecordPath(record.file.head.id, "/consents/withdraw");
  for (const std::string& person : record.file.persons) {
    for (const Consent& consent : TRY(ConsentsOf(visit.work, person))) {
      std::string groups;
      for (const FieldGroup group : consent.groups) {
        groups += (groups.empty() ? "" : ", ") + FieldGroupWord(visit, group);
      }
      const bool stands = consent.state == ConsentState::kGiven && !consent.withdrawn;
      table.rows.push_back({Html(visit.OrganisationName(consent.recipient)),
                            Html(visit.LabelOf("consent_purpose", consent.purpose)), Html(groups),
                            ConsentWords(visit, consent), Html(visit.Date(consent.date)),
                            stands ? TextLink(visit.Link(path, {{"consent", consent.id}}),
                                              visit.T("consent.withdraw"))
                                   : Html()});
    }
  }
  return RenderTable(visit, table);
}

// What is read out before the question, in the words of the page's language.
Html TextToRead(const DeskVisit& visit) {
  return El("section", {{"class", "desk-read"}, {"aria-labelledby", "consent-text"}},
            El("h2", {{"id", "consent-text"}}, visit.T("consent.text.heading")),
            El("p", visit.T("consent.text.what")), El("p", visit.T("consent.text.free")),
            El("p", visit.T("consent.text.back")), El("p", visit.T("consent.text.limits")));
}

Referrals ReferralsOf(const DeskVisit& visit) {
  return {visit.site.countries(), visit.work};
}

std::vector<FieldChoice> GroundChoices(const DeskVisit& visit) {
  std::vector<FieldChoice> choices{{"", visit.T("choice.choose")}};
  for (const OverrideGround& ground : visit.site.countries().OverrideGrounds(visit.Country())) {
    choices.push_back({ground.code, visit.dutch() ? ground.nl : ground.en});
  }
  return choices;
}

std::string GroundWord(const DeskVisit& visit, const std::string& code) {
  for (const FieldChoice& choice : GroundChoices(visit)) {
    if (choice.value == code) return choice.label;
  }
  return code;
}

std::vector<DeskField> OverrideFields(const DeskVisit& visit,
                                      const std::vector<FieldChoice>& persons) {
  return {{.name = "person",
           .label = visit.T("consent.person"),
           .kind = Kind::kSelect,
           .choices = persons,
           .required = true},
          {.name = "recipient",
           .label = visit.T("consent.recipient"),
           .kind = Kind::kSelect,
           .choices = OtherOrganisations(visit, visit.T("choice.choose")),
           .required = true},
          {.name = "ground",
           .label = visit.T("override.ground"),
           .kind = Kind::kSelect,
           .help = visit.T("override.ground.help"),
           .choices = GroundChoices(visit),
           .required = true},
          {.name = "reason",
           .label = visit.T("override.reason"),
           .kind = Kind::kArea,
           .required = true,
           .max_bytes = kMaxReferralText},
          {.name = "document",
           .label = visit.T("override.document"),
           .help = visit.T("override.document.help"),
           .max_bytes = 200},
          {.name = "told",
           .label = visit.T("override.told"),
           .kind = Kind::kRadio,
           .choices = {{"yes", visit.T("override.told.yes")}, {"no", visit.T("override.told.no")}},
           .required = true},
          {.name = "tell_by",
           .label = visit.T("override.tell_by"),
           .kind = Kind::kDay,
           .help = visit.T("override.tell_by.help")},
          {.name = "delay_reason",
           .label = visit.T("override.delay"),
           .kind = Kind::kArea,
           .max_bytes = kMaxReferralText}};
}

Result<OverrideRequest> OverrideTyped(const DeskVisit& visit, const std::string& record) {
  OverrideRequest request;
  request.record = record;
  request.person = visit.Typed("person");
  request.country = visit.Country();
  request.ground = visit.Typed("ground");
  request.recipient = visit.Typed("recipient");
  request.reason = visit.Typed("reason");
  request.document = visit.Typed("document");
  request.told = visit.Typed("told") == "yes";
  request.tell_by = TRY(TypedDay(visit, "tell_by"));
  request.delay_reason = visit.Typed("delay_reason");
  return request;
}

Html OverrideActs(const DeskVisit& visit, const Override& one) {
  const std::string address = visit.Link("/overrides/" + one.id);
  const auto button = [&](const char* act, const char* text) {
    return ActionButton(visit, address, visit.T(text),
                        {{kVersionField, std::to_string(one.version)}, {"act", act}}, "primary");
  };
  Html acts;
  if (one.agreed_by.empty() && one.asked_by != visit.actor.account) {
    acts += button("agree", "override.agree");
  }
  if (!one.told) acts += button("told", "override.now_told");
  return acts;
}

}  // namespace

Result<Response> ConsentsPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const RecordHead& head = record.file.head;
  const std::vector<FieldChoice> persons = TRY(PersonChoices(visit, record));
  FormPage page;
  page.page = {.title = visit.T("consent.question"),
               .lead = visit.T("consent.lead"),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, head)};
  page.page.quick_exit = true;
  page.page.body = TextToRead(visit);
  page.form.action = visit.Link(RecordPath(head.id, "/consents"));
  page.form.fields = ConsentFields(visit, record, persons, TRY(RecipientChoices(visit)));
  page.form.button = visit.T("consent.button");
  Put(page.stored, "person", VictimOf(record));
  Put(page.stored, "purpose", "referral");
  Put(page.stored, "recipient", visit.Parameter("recipient"));
  page.below =
      TRY(ConsentTable(visit, record)) +
      El("p", TextLink(visit.Link(RecordPath(head.id, "/notice")), visit.T("notice.link")));
  page.save = [id = head.id](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    const Consent consent = TRY(ConsentTyped(saving, id));
    Referrals referrals = ReferralsOf(saving);
    TRY(referrals.RecordConsent(consent));
    return saving.Link(RecordPath(id, "/consents"));
  };
  return RunFormPage(visit, page);
}

Result<Response> WithdrawConsentPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string typed = visit.Typed("consent");
  const std::string consent = typed.empty() ? visit.Parameter("consent") : typed;
  FormPage page;
  page.page = {.title = visit.T("withdraw.question"),
               .lead = visit.T("withdraw.lead"),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, record.file.head)};
  page.page.quick_exit = true;
  page.form.action = visit.Link(RecordPath(record.file.head.id, "/consents/withdraw"));
  page.form.hidden = {{"consent", consent}};
  page.form.fields = {{.name = "how", .label = visit.T("withdraw.how"), .kind = Kind::kArea}};
  page.form.button = visit.T("consent.withdraw");
  page.save = [&](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    Referrals referrals = ReferralsOf(saving);
    TRY(referrals.WithdrawConsent(consent, saving.Typed("how")));
    return saving.Link(RecordPath(record.file.head.id, "/consents"));
  };
  return RunFormPage(visit, page);
}

Result<Response> NewOverridePage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string id = record.file.head.id;
  const std::vector<FieldChoice> persons = TRY(PersonChoices(visit, record));
  FormPage page;
  page.again = true;
  page.page = {.title = visit.T("override.question"),
               .lead = visit.T("override.lead"),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, record.file.head)};
  page.form.action = visit.Link(RecordPath(id, "/overrides/new"));
  page.form.fields = OverrideFields(visit, persons);
  page.form.button = visit.T("override.button");
  Put(page.stored, "person", VictimOf(record));
  Put(page.stored, "recipient", visit.Parameter("recipient"));
  page.save = [id](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    const OverrideRequest request = TRY(OverrideTyped(saving, id));
    Referrals referrals = ReferralsOf(saving);
    return saving.Link("/overrides/" + TRY(referrals.AskOverride(request)));
  };
  return RunFormPage(visit, page);
}

Result<Response> OverridePage(const DeskVisit& visit) {
  const std::string& id = visit.request.Parameter("override");
  Referrals referrals = ReferralsOf(visit);
  if (visit.step == FormStep::kSave) {
    if (!RequireReauthentication(*visit.session, visit.now)) return AskAgain(visit);
    if (visit.Typed("act") == "agree") {
      TRY(referrals.AgreeOverride(id, VersionTyped(visit)));
    } else {
      TRY(referrals.RecordTold(id, VersionTyped(visit)));
    }
    return Response::Redirect(visit.Link("/overrides/" + id));
  }
  const Override one = TRY(referrals.LoadOverride(id));
  const OpenedRecord record = TRY(OpenRecord(visit, one.record));
  DeskPage page{.title = visit.T("override.title"), .kind = "record", .section = "/cases"};
  page.crumbs = RecordCrumbs(visit, record.file.head);
  Facts facts = {{visit.T("override.ground"), Html(GroundWord(visit, one.ground))},
                 {visit.T("consent.recipient"), Html(visit.OrganisationName(one.recipient))},
                 {visit.T("override.asked"),
                  Html(visit.AccountName(one.asked_by) + ", " + visit.DateTime(one.asked))},
                 {visit.T("override.agreed"), one.agreed_by.empty()
                                                  ? StatusWord(visit.T("override.not_agreed"), true)
                                                  : Html(visit.AccountName(one.agreed_by))},
                 {visit.T("override.reason"), TypedText(one.reason)}};
  if (one.agreed_by.empty() && one.second_person_due) {
    facts.emplace_back(visit.T("override.second_due"),
                       Html(visit.DateTime(*one.second_person_due)));
  }
  facts.emplace_back(visit.T("override.told"),
                     Html(visit.T(one.told ? "override.told.yes" : "override.told.no")));
  if (!one.told && one.tell_by)
    facts.emplace_back(visit.T("override.tell_by"), Html(visit.DayText(*one.tell_by)));
  page.body = RenderFacts(facts) + OverrideActs(visit, one);
  return RenderDeskPage(visit, page);
}

// The notice of a duty to notify: every field that would be sent, before it is.
Result<Response> NoticePage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string id = record.file.head.id;
  Referrals referrals = ReferralsOf(visit);
  const auto preview = referrals.PreviewNotice(id, VictimOf(record), visit.Country());
  DeskPage page{.title = visit.T("notice.question"),
                .lead = visit.T("notice.lead"),
                .kind = "form",
                .section = "/cases",
                .crumbs = RecordCrumbs(visit, record.file.head)};
  if (!preview) {
    if (preview.error().code == ErrorCode::kNotFound) return tl::make_unexpected(preview.error());
    page.body = El("p", {{"class", "thb-empty"}}, visit.T("notice.none"));
    return RenderDeskPage(visit, page);
  }
  Facts facts;
  std::string seen;
  for (const NoticePreview::Field& field : preview->fields) {
    facts.emplace_back(visit.T("notice.field." + field.code), Html(field.value));
    seen += field.code + "=" + field.value + ";";
  }
  if (visit.step == FormStep::kSave) {
    if (visit.Typed("seen") != seen) {
      return Fail(ErrorCode::kStale, "the notice would now be another", "notice", "read it again");
    }
    TRY(referrals.SendNotice(id, VictimOf(record), *preview));
    return Response::Redirect(visit.Link(RecordPath(id)));
  }
  page.body = RenderFacts(facts) + El("p", {{"class", "thb-quiet"}}, preview->source) +
              ActionButton(visit, visit.Link(RecordPath(id, "/notice")), visit.T("notice.send"),
                           {{"seen", seen}}, "primary");
  return RenderDeskPage(visit, page);
}

}  // namespace thb
