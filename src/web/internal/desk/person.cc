// A person of a record: who she is, how it is safe to reach her, what happened to her.

#include "people/person.h"
#include "base/text.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

constexpr std::size_t kMaxCodes = 400;

// "unknown", "not_asked" and "refused" are answers of their own beside the codes of a list.
struct GivenWord {
  Given given;
  const char* word;
};
constexpr GivenWord kGivenWords[] = {
    {Given::kNotAsked, "not_asked"}, {Given::kUnknown, "unknown"}, {Given::kRefused, "refused"}};

std::vector<FieldChoice> GivenChoices(const DeskVisit& visit) {
  std::vector<FieldChoice> choices;
  for (const GivenWord& one : kGivenWords) {
    choices.push_back({one.word, visit.T("given." + std::string(one.word))});
  }
  return choices;
}

std::vector<FieldChoice> ListChoices(const DeskVisit& visit, std::string_view list) {
  std::vector<FieldChoice> choices = GivenChoices(visit);
  const CodeList* codes = visit.site.context().codes.Find(list);
  for (FieldChoice& choice : CodeChoices(visit, list)) {
    if (SaysOfOnePerson(*codes->Find(choice.value))) choices.push_back(std::move(choice));
  }
  return choices;
}

std::optional<Given> GivenOf(const std::string& word) {
  for (const GivenWord& one : kGivenWords) {
    if (word == one.word) return one.given;
  }
  return std::nullopt;
}

std::string WordOfGiven(Given given) {
  for (const GivenWord& one : kGivenWords) {
    if (given == one.given) return one.word;
  }
  return "not_asked";
}

Answer AnswerTyped(const DeskVisit& visit, std::string_view name) {
  const std::string word = visit.Typed(name);
  if (word.empty()) return {};
  if (const auto given = GivenOf(word)) return {*given, ""};
  return {Given::kKnown, word};
}

std::string WordOfAnswer(const Answer& answer) {
  return answer.given == Given::kKnown ? answer.value : WordOfGiven(answer.given);
}

// Codes separated by commas, as they are typed.
Answers AnswersTyped(const DeskVisit& visit, std::string_view name) {
  Answers answers;
  for (const std::string_view part : Split(visit.Typed(name), ',')) {
    if (!Trim(part).empty()) answers.values.emplace_back(Trim(part));
  }
  if (!answers.values.empty()) answers.given = Given::kKnown;
  return answers;
}

std::string WordOfAnswers(const Answers& answers) {
  return Join(answers.values, ", ");
}

// The part of an identity that the form asks for; all else stays as it is.
Identity IdentityTyped(const DeskVisit& visit, Identity identity) {
  if (identity.names.empty()) identity.names.emplace_back();
  identity.names.front().first_name = visit.Typed("first_name");
  identity.names.front().second_name = visit.Typed("second_name");
  const std::string alias = visit.Typed("alias");
  if (!alias.empty()) {
    if (identity.names.size() == 1) {
      identity.names.emplace_back();
      identity.names.back().kind = "alias";
    }
    identity.names[1].first_name = alias;
  }
  const std::string birth = visit.Typed("birthdate");
  if (!birth.empty()) {
    identity.birthdate.given = Given::kKnown;
    identity.birthdate.date = birth;
    identity.birthdate.estimated = visit.Typed("estimated") == "yes";
  } else {
    identity.birthdate = {GivenOf(visit.Typed("birth_given")).value_or(Given::kNotAsked), "",
                          false};
  }
  const std::string child = visit.Typed("possibly_child");
  identity.possibly_child = child == "yes"  ? YesNo::kYes
                            : child == "no" ? YesNo::kNo
                                            : YesNo::kUnknown;
  identity.sex = AnswerTyped(visit, "sex");
  Answer citizen = AnswerTyped(visit, "citizen");
  identity.citizenship.given = citizen.given;
  if (citizen.given == Given::kKnown) {
    if (identity.citizenship.values.empty()) identity.citizenship.values.emplace_back();
    identity.citizenship.values.front() = citizen.value;
  } else {
    identity.citizenship.values.clear();
  }
  identity.languages = AnswersTyped(visit, "languages");
  return identity;
}

FormValues ValuesOfIdentity(const Identity& identity) {
  FormValues values;
  const PersonName name = identity.names.empty() ? PersonName() : identity.names.front();
  Put(values, "first_name", name.first_name);
  Put(values, "second_name", name.second_name);
  Put(values, "alias", identity.names.size() > 1 ? identity.names[1].first_name : "");
  Put(values, "birthdate", identity.birthdate.date);
  Put(values, "birth_given", WordOfGiven(identity.birthdate.given));
  if (identity.birthdate.estimated) Put(values, "estimated", "yes");
  Put(values, "possibly_child",
      identity.possibly_child == YesNo::kYes  ? "yes"
      : identity.possibly_child == YesNo::kNo ? "no"
                                              : "unknown");
  Put(values, "sex", WordOfAnswer(identity.sex));
  const bool known =
      identity.citizenship.given == Given::kKnown && !identity.citizenship.values.empty();
  Put(values, "citizen",
      known ? identity.citizenship.values.front() : WordOfGiven(identity.citizenship.given));
  Put(values, "languages", WordOfAnswers(identity.languages));
  return values;
}

std::vector<DeskField> IdentityFields(const DeskVisit& visit) {
  using Kind = DeskField::Kind;
  return {{.name = "first_name",
           .label = visit.T("person.first_name"),
           .max_bytes = kMaxPersonNameBytes},
          {.name = "second_name",
           .label = visit.T("person.second_name"),
           .max_bytes = kMaxPersonNameBytes},
          {.name = "alias", .label = visit.T("person.alias"), .max_bytes = kMaxPersonNameBytes},
          {.name = "birthdate",
           .label = visit.T("person.birthdate"),
           .help = visit.T("person.birthdate.help"),
           .max_bytes = 10},
          {.name = "birth_given",
           .label = visit.T("person.birth_given"),
           .kind = Kind::kSelect,
           .choices = GivenChoices(visit)},
          {.name = "estimated",
           .label = visit.T("person.estimated"),
           .kind = Kind::kChecks,
           .choices = {{"yes", visit.T("person.estimated.yes")}}},
          {.name = "possibly_child",
           .label = visit.T("person.possibly_child"),
           .kind = Kind::kRadio,
           .help = visit.T("entry.child.help"),
           .choices = YesNoUnknown(visit)},
          {.name = "sex",
           .label = visit.T("person.sex"),
           .kind = Kind::kSelect,
           .choices = ListChoices(visit, "sex")},
          {.name = "citizen",
           .label = visit.T("person.citizen"),
           .kind = Kind::kSelect,
           .choices = ListChoices(visit, "citizen")},
          {.name = "languages",
           .label = visit.T("person.languages"),
           .help = visit.T("person.languages.help"),
           .max_bytes = kMaxCodes}};
}

DeskField ReasonField(const DeskVisit& visit) {
  return {.name = "reason",
          .label = visit.T("person.reason"),
          .help = visit.T("person.reason.help"),
          .max_bytes = kMaxShortTextBytes};
}

FormValues ValuesOfContact(const Contact& contact) {
  FormValues values;
  const SafePhone phone = contact.phones.empty() ? SafePhone() : contact.phones.front();
  Put(values, "phone", phone.number);
  Put(values, "who", phone.who_may_answer);
  Put(values, "words", phone.safe_words);
  Put(values, "hours", phone.hours);
  if (phone.never_leave_message) Put(values, "no_message", "yes");
  Put(values, "email", contact.emails.empty() ? "" : contact.emails.front());
  Put(values, "other", contact.other);
  Put(values, "warning", contact.warning);
  return values;
}

Contact ContactTyped(const DeskVisit& visit, Contact contact) {
  contact.given = Given::kKnown;
  const std::string number = visit.Typed("phone");
  if (number.empty()) {
    if (!contact.phones.empty()) contact.phones.erase(contact.phones.begin());
  } else {
    if (contact.phones.empty()) contact.phones.emplace_back();
    contact.phones.front() = {number, visit.Typed("who"), visit.Typed("words"),
                              visit.Typed("hours"), visit.Typed("no_message") == "yes"};
  }
  const std::string email = visit.Typed("email");
  if (contact.emails.empty() && !email.empty()) contact.emails.emplace_back();
  if (!contact.emails.empty()) contact.emails.front() = email;
  std::erase_if(contact.emails, [](const std::string& one) { return one.empty(); });
  contact.other = visit.Typed("other");
  contact.warning = visit.Typed("warning");
  return contact;
}

std::vector<DeskField> ContactFields(const DeskVisit& visit) {
  using Kind = DeskField::Kind;
  return {{.name = "phone", .label = visit.T("contact.phone"), .max_bytes = 100},
          {.name = "who", .label = visit.T("contact.who"), .max_bytes = kMaxShortTextBytes},
          {.name = "words",
           .label = visit.T("contact.words"),
           .help = visit.T("contact.words.help"),
           .max_bytes = kMaxShortTextBytes},
          {.name = "hours", .label = visit.T("contact.hours"), .max_bytes = kMaxShortTextBytes},
          {.name = "no_message",
           .label = visit.T("contact.no_message"),
           .kind = Kind::kChecks,
           .choices = {{"yes", visit.T("contact.no_message.yes")}}},
          {.name = "email", .label = visit.T("contact.email"), .max_bytes = 200},
          {.name = "other", .label = visit.T("contact.other"), .max_bytes = kMaxShortTextBytes},
          {.name = "warning",
           .label = visit.T("contact.warning"),
           .kind = Kind::kArea,
           .help = visit.T("contact.warning.help"),
           .max_bytes = kMaxShortTextBytes},
          ReasonField(visit)};
}

FormValues ValuesOfContext(const VictimContext& context) {
  FormValues values;
  Put(values, "form", WordOfAnswer(context.main_exploitation));
  Put(values, "recruitment", context.recruitment);
  Put(values, "control", context.control);
  Put(values, "vulnerabilities", context.vulnerabilities);
  return values;
}

Html ContactFacts(const DeskVisit& visit, const Contact& contact) {
  Facts facts;
  for (const SafePhone& phone : contact.phones) {
    facts.emplace_back(visit.T("contact.phone"), Html(phone.number));
    if (!phone.who_may_answer.empty())
      facts.emplace_back(visit.T("contact.who"), Html(phone.who_may_answer));
    if (!phone.safe_words.empty())
      facts.emplace_back(visit.T("contact.words"), Html(phone.safe_words));
    if (!phone.hours.empty()) facts.emplace_back(visit.T("contact.hours"), Html(phone.hours));
    if (phone.never_leave_message) {
      facts.emplace_back(visit.T("contact.no_message"),
                         StatusWord(visit.T("contact.no_message.yes"), true));
    }
  }
  for (const std::string& email : contact.emails)
    facts.emplace_back(visit.T("contact.email"), Html(email));
  if (!contact.other.empty()) facts.emplace_back(visit.T("contact.other"), Html(contact.other));
  if (!contact.warning.empty())
    facts.emplace_back(visit.T("contact.warning"), TypedText(contact.warning));
  if (facts.empty()) return El("p", {{"class", "thb-empty"}}, visit.T("contact.none"));
  return RenderFacts(facts);
}

std::string Spoken(const DeskVisit& visit, std::string_view list, const Answer& answer) {
  if (answer.given != Given::kKnown) return visit.T("given." + WordOfGiven(answer.given));
  return visit.LabelOf(list, answer.value);
}

struct OpenedPerson {
  PersonFile person;
  OpenedRecord record;
};
Result<OpenedPerson> OpenPerson(const DeskVisit& visit) {
  PersonFile person = TRY(ReadPerson(visit.work, visit.request.Parameter("person")));
  OpenedRecord record = TRY(OpenRecord(visit, person.record));
  return OpenedPerson{std::move(person), std::move(record)};
}

DeskPage PersonPageOf(const DeskVisit& visit, const OpenedPerson& opened,
                      const std::string& title) {
  DeskPage page{.title = title, .kind = "form", .section = "/cases"};
  page.crumbs = RecordCrumbs(visit, opened.record.file.head);
  page.crumbs.push_back({visit.T("person.one"), visit.Link("/persons/" + opened.person.id)});
  return page;
}

Error NotReadable() {
  return Error{ErrorCode::kForbidden, "these fields are not open to this account", "", ""};
}

}  // namespace

Html IdentityFacts(const DeskVisit& visit, const PersonFile& person) {
  const Identity& identity = *person.identity;
  std::string names;
  for (const PersonName& name : identity.names) {
    const std::string one = std::string(Trim(name.first_name + " " + name.second_name));
    if (!one.empty())
      names +=
          (names.empty() ? "" : "; ") + one + " (" + visit.LabelOf("name_kind", name.kind) + ")";
  }
  const bool born = identity.birthdate.given == Given::kKnown;
  std::string citizens;
  for (const std::string& one : identity.citizenship.values) {
    citizens += (citizens.empty() ? "" : ", ") + visit.LabelOf("citizen", one);
  }
  if (citizens.empty()) citizens = visit.T("given." + WordOfGiven(identity.citizenship.given));
  return RenderFacts(
      {{visit.T("person.names"), Html(names.empty() ? visit.T("person.no_name") : names)},
       {visit.T("person.birthdate"),
        Html(born ? identity.birthdate.date + (identity.birthdate.estimated
                                                   ? " (" + visit.T("person.estimated.yes") + ")"
                                                   : "")
                  : visit.T("given." + WordOfGiven(identity.birthdate.given)))},
       {visit.T("fact.age"), Html(AgeBandWord(visit, person.age_band))},
       {visit.T("person.sex"), Html(Spoken(visit, "sex", identity.sex))},
       {visit.T("person.citizen"), Html(citizens)},
       {visit.T("person.languages"), Html(WordOfAnswers(identity.languages))}});
}

Result<Response> NewPersonPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  FormPage page;
  page.page = {.title = visit.T("person.new"),
               .lead = visit.T("person.new.lead"),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, record.file.head)};
  page.form.action = visit.Link(RecordPath(record.file.head.id, "/persons/new"));
  page.form.fields = IdentityFields(visit);
  page.form.fields.insert(page.form.fields.begin(), {.name = "role",
                                                     .label = visit.T("person.role"),
                                                     .kind = DeskField::Kind::kSelect,
                                                     .choices = CodeChoices(visit, "person_role"),
                                                     .required = true});
  page.form.button = visit.T("form.save");
  page.stored = ValuesOfIdentity({});
  Put(page.stored, "role", record.file.persons.empty() ? "victim" : "relative");
  // What the first entry said of the victim's age holds until somebody says otherwise.
  if (record.file.persons.empty() && record.file.head.age_band == AgeBand::kAdult) {
    Put(page.stored, "possibly_child", "no");
  } else if (record.file.persons.empty() && record.file.head.age_band == AgeBand::kChild) {
    Put(page.stored, "possibly_child", "yes");
  }
  page.save = [id = record.file.head.id](const DeskVisit& saving,
                                         std::int64_t) -> Result<std::string> {
    const PersonAdded added =
        TRY(AddPerson(saving.work, id, {saving.Typed("role"), IdentityTyped(saving, {})}));
    return saving.Link("/persons/" + added.id);
  };
  return RunFormPage(visit, page);
}

Result<Response> PersonPage(const DeskVisit& visit) {
  const OpenedPerson opened = TRY(OpenPerson(visit));
  const PersonFile& person = opened.person;
  RecordView view;
  const auto edit = [&](FieldGroup group, const char* rest) {
    if (!Can(visit, opened.record.facts, Right::kEdit, group)) return Html();
    return El("p", TextLink(visit.Link("/persons/" + person.id + rest), visit.T("form.change")));
  };
  if (person.identity) {
    view.sections.push_back(
        {"identity", visit.T("person.identity"),
         IdentityFacts(visit, person) + edit(FieldGroup::kIdentity, "/identity")});
  }
  if (person.contact) {
    view.sections.push_back(
        {"contact", visit.T("person.contact"),
         ContactFacts(visit, *person.contact) + edit(FieldGroup::kContact, "/contact")});
  }
  if (person.context) {
    const VictimContext& context = *person.context;
    view.sections.push_back(
        {"context", visit.T("person.context"),
         RenderFacts({{visit.T("context.form"),
                       Html(Spoken(visit, "exploitation", context.main_exploitation))},
                      {visit.T("context.recruitment"), TypedText(context.recruitment)},
                      {visit.T("context.control"), TypedText(context.control)},
                      {visit.T("context.vulnerabilities"), TypedText(context.vulnerabilities)}}) +
             edit(FieldGroup::kNarrative, "/context")});
  }
  DeskPage page = PersonPageOf(visit, opened, PersonLabel(visit, person));
  page.kind = "record";
  page.body = RenderRecord(visit, view);
  if (person.identity) {
    page.body += El("p", TextLink(visit.Link("/persons/" + person.id + "/duplicates"),
                                  visit.T("duplicates.link")));
  }
  if (Can(visit, opened.record.facts, Right::kErase, FieldGroup::kIdentity)) {
    page.body +=
        El("p", TextLink(visit.Link("/persons/" + person.id + "/erase"), visit.T("erase.link")));
  }
  return RenderDeskPage(visit, page);
}

Result<Response> IdentityPage(const DeskVisit& visit) {
  const OpenedPerson opened = TRY(OpenPerson(visit));
  if (!opened.person.identity) return tl::make_unexpected(NotReadable());
  FormPage page;
  page.page = PersonPageOf(visit, opened, visit.T("person.identity.question"));
  page.form.action = visit.Link("/persons/" + opened.person.id + "/identity");
  page.form.version = opened.person.version;
  page.form.fields = IdentityFields(visit);
  page.form.fields.push_back(ReasonField(visit));
  page.form.button = visit.T("form.save");
  page.stored = ValuesOfIdentity(*opened.person.identity);
  page.save = [&](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    TRY(EditIdentity(saving.work, opened.person.id, version,
                     IdentityTyped(saving, *opened.person.identity), saving.Typed("reason")));
    return saving.Link("/persons/" + opened.person.id);
  };
  return RunFormPage(visit, page);
}

Result<Response> ContactPage(const DeskVisit& visit) {
  const OpenedPerson opened = TRY(OpenPerson(visit));
  if (!opened.person.contact) return tl::make_unexpected(NotReadable());
  FormPage page;
  page.page = PersonPageOf(visit, opened, visit.T("contact.question"));
  page.page.lead = visit.T("contact.lead");
  page.form.action = visit.Link("/persons/" + opened.person.id + "/contact");
  page.form.version = opened.person.version;
  page.form.fields = ContactFields(visit);
  page.form.button = visit.T("form.save");
  page.stored = ValuesOfContact(*opened.person.contact);
  page.save = [&](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    TRY(EditContact(saving.work, opened.person.id, version,
                    ContactTyped(saving, *opened.person.contact), saving.Typed("reason")));
    return saving.Link("/persons/" + opened.person.id);
  };
  return RunFormPage(visit, page);
}

Result<Response> ContextPage(const DeskVisit& visit) {
  const OpenedPerson opened = TRY(OpenPerson(visit));
  if (!opened.person.context) return tl::make_unexpected(NotReadable());
  using Kind = DeskField::Kind;
  FormPage page;
  page.page = PersonPageOf(visit, opened, visit.T("context.question"));
  page.form.action = visit.Link("/persons/" + opened.person.id + "/context");
  page.form.version = opened.person.version;
  page.form.fields = {{.name = "form",
                       .label = visit.T("context.form"),
                       .kind = Kind::kSelect,
                       .choices = ListChoices(visit, "exploitation")},
                      {.name = "recruitment",
                       .label = visit.T("context.recruitment"),
                       .kind = Kind::kArea,
                       .max_bytes = kMaxShortTextBytes},
                      {.name = "control",
                       .label = visit.T("context.control"),
                       .kind = Kind::kArea,
                       .max_bytes = kMaxShortTextBytes},
                      {.name = "vulnerabilities",
                       .label = visit.T("context.vulnerabilities"),
                       .kind = Kind::kArea,
                       .max_bytes = kMaxShortTextBytes},
                      ReasonField(visit)};
  page.form.button = visit.T("form.save");
  page.stored = ValuesOfContext(*opened.person.context);
  page.save = [&](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    VictimContext context = *opened.person.context;
    context.main_exploitation = AnswerTyped(saving, "form");
    context.recruitment = saving.Typed("recruitment");
    context.control = saving.Typed("control");
    context.vulnerabilities = saving.Typed("vulnerabilities");
    TRY(EditVictimContext(saving.work, opened.person.id, version, context, saving.Typed("reason")));
    return saving.Link("/persons/" + opened.person.id);
  };
  return RunFormPage(visit, page);
}

}  // namespace thb
