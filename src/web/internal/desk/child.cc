// The track of a child, or of a person whose age is uncertain: guardian, age, best interests, and
// who may be told.

#include "referral/child.h"

#include <algorithm>

#include "access/account.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

using Kind = DeskField::Kind;

constexpr std::size_t kMaxReasons = 20'000;

std::string ChildPath(const std::string& record, const std::string& rest = {}) {
  return RecordPath(record, "/child" + rest);
}

DeskPage ChildFrame(const DeskVisit& visit, const OpenedRecord& record, const std::string& title) {
  DeskPage page{.title = title, .kind = "form", .section = "/cases"};
  page.crumbs = RecordCrumbs(visit, record.file.head);
  page.crumbs.push_back({visit.T("do.child"), visit.Link(ChildPath(record.file.head.id))});
  return page;
}

DeskField DayField(const DeskVisit& visit, const char* name, const char* label) {
  return {.name = name, .label = visit.T(label), .kind = Kind::kDay, .required = true};
}

DeskField AreaField(const DeskVisit& visit, const char* name, const char* label, bool required) {
  return {.name = name,
          .label = visit.T(label),
          .kind = Kind::kArea,
          .required = required,
          .max_bytes = kMaxReasons};
}

std::string OutcomeWord(const DeskVisit& visit, AgeOutcome outcome) {
  switch (outcome) {
    case AgeOutcome::kPending:
      return visit.T("age_outcome.pending");
    case AgeOutcome::kChild:
      return visit.T("age_outcome.child");
    case AgeOutcome::kAdult:
      return visit.T("age_outcome.adult");
    case AgeOutcome::kStillUncertain:
      break;
  }
  return visit.T("age_outcome.uncertain");
}

// What is offered only to whom the room would let do it.
Html EditLink(const DeskVisit& visit, const OpenedRecord& record, const char* path,
              const char* text) {
  if (!Can(visit, record.facts, Right::kEdit, FieldGroup::kChild)) return {};
  return El("p", TextLink(visit.Link(ChildPath(record.file.head.id, path)), visit.T(text)));
}

Html GuardianSection(const DeskVisit& visit, const OpenedRecord& record,
                     const std::vector<Guardianship>& guardians) {
  Html items;
  bool there = false;
  for (const Guardianship& one : guardians) {
    there = there || !one.until;
    std::string text = visit.LabelOf("guardian_kind", one.kind);
    if (!one.name.empty()) text += ": " + one.name;
    if (!one.organisation.empty()) text += ", " + visit.OrganisationName(one.organisation);
    text += ", " + visit.T("track.since", {{"day", visit.DayText(one.from)}});
    if (one.until) text += ", " + visit.T("child.until", {{"day", visit.DayText(*one.until)}});
    Html end;
    if (!one.until && Can(visit, record.facts, Right::kEdit, FieldGroup::kChild)) {
      end = TextLink(visit.Link(ChildPath(record.file.head.id, "/guardian/" + one.id)),
                     visit.T("child.end_guardian"));
    }
    items += El("li", text, " ", end);
  }
  Html html;
  if (!there) {
    html += El("div", {{"class", "thb-note thb-note--warning"}},
               El("p", El("strong", visit.T("child.no_guardian"))));
  }
  if (!items.empty()) html += El("ul", {{"class", "thb-list"}}, items);
  return html + (there ? Html() : EditLink(visit, record, "/guardian", "child.appoint"));
}

Html AgeSection(const DeskVisit& visit, const OpenedRecord& record,
                const std::vector<AgeAssessment>& assessments) {
  Html items;
  const std::string& id = record.file.head.id;
  const bool decides = Can(visit, record.facts, Right::kDecide, FieldGroup::kDecision);
  for (const AgeAssessment& one : assessments) {
    const bool pending = one.outcome == AgeOutcome::kPending;
    items += El("li", visit.LabelOf("age_method", one.method), ", ", visit.DayText(one.begun), " ",
                StatusWord(OutcomeWord(visit, one.outcome)), " ",
                pending && decides ? TextLink(visit.Link(ChildPath(id, "/age/" + one.id)),
                                              visit.T("child.decide_age"))
                                   : Html());
  }
  Html html = El("p", visit.T("child.age.rule"));
  if (!items.empty()) html += El("ul", {{"class", "thb-list"}}, items);
  return html + EditLink(visit, record, "/age", "child.begin_age");
}

Html InterestsSection(const DeskVisit& visit, const OpenedRecord& record,
                      const std::vector<BestInterests>& all) {
  Html items;
  for (const BestInterests& one : all) {
    items += El("article", {{"class", "desk-note"}},
                El("p", El("strong", visit.LabelOf("best_interests_question", one.question)), ", ",
                   visit.DayText(one.on)),
                RenderFacts({{visit.T("child.views"), TypedText(one.views)},
                             {visit.T("child.weighed"), TypedText(one.weighed)},
                             {visit.T("child.outcome"), TypedText(one.outcome)}}));
  }
  return items + EditLink(visit, record, "/interests", "child.record_interests");
}

Html ToldSection(const DeskVisit& visit, const OpenedRecord& record,
                 const std::vector<MayBeTold>& all) {
  Html items;
  for (const MayBeTold& one : all) {
    items +=
        El("li",
           StatusWord(visit.T(one.may_be_told ? "child.may" : "child.may_not"), !one.may_be_told),
           " ", one.who, one.why.empty() ? "" : " (" + one.why + ")");
  }
  return (items.empty() ? Html() : El("ul", {{"class", "thb-list"}}, items)) +
         EditLink(visit, record, "/told", "child.set_told");
}

// The record in the address, and its victim. Errors: kConflict where there is nobody yet.
struct ChildCase {
  OpenedRecord record;
  std::string person;
};
Result<ChildCase> OpenChild(const DeskVisit& visit) {
  OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  std::string person = VictimOf(record);
  if (person.empty()) {
    return Fail(ErrorCode::kConflict, "the record has no person yet", "person",
                "enter the person first");
  }
  return ChildCase{std::move(record), std::move(person)};
}

}  // namespace

Result<Response> ChildPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string& id = record.file.head.id;
  DeskPage page{.title = visit.T("child.question"),
                .lead = visit.T("child.lead"),
                .kind = "record",
                .section = "/cases",
                .crumbs = RecordCrumbs(visit, record.file.head)};
  const std::string person = VictimOf(record);
  if (person.empty()) {
    page.body = El("p", {{"class", "thb-empty"}}, visit.T("person.none"));
    return RenderDeskPage(visit, page);
  }
  ChildTrack track(visit.work);
  const auto guardians = TRY(track.Guardians(id, person));
  const auto ages = TRY(track.AgeAssessments(id, person));
  const auto interests = TRY(track.BestInterestsOf(id, person));
  const auto told = TRY(track.WhoMayBeTold(id, person));
  page.body =
      RenderFacts({{visit.T("fact.age"), Html(AgeBandWord(visit, record.file.head.age_band))}}) +
      RenderSections(
          {{"guardian", visit.T("child.guardian"), GuardianSection(visit, record, guardians)},
           {"age", visit.T("child.age"), AgeSection(visit, record, ages)},
           {"interests", visit.T("child.interests"), InterestsSection(visit, record, interests)},
           {"told", visit.T("child.told"), ToldSection(visit, record, told)}});
  return RenderDeskPage(visit, page);
}

Result<Response> GuardianPage(const DeskVisit& visit) {
  const ChildCase child = TRY(OpenChild(visit));
  const std::string& id = child.record.file.head.id;
  std::vector<FieldChoice> relatives = TRY(PersonChoices(visit, child.record));
  relatives.insert(relatives.begin(), {"", visit.T("choice.none")});
  FormPage page;
  page.page = ChildFrame(visit, child.record, visit.T("child.appoint"));
  page.form.action = visit.Link(ChildPath(id, "/guardian"));
  page.form.fields = {{.name = "kind",
                       .label = visit.T("child.guardian.kind"),
                       .kind = Kind::kSelect,
                       .choices = CodeChoices(visit, "guardian_kind", visit.T("choice.choose")),
                       .required = true},
                      {.name = "organisation",
                       .label = visit.T("child.guardian.organisation"),
                       .kind = Kind::kSelect,
                       .choices = OtherOrganisations(visit, visit.T("choice.none"))},
                      {.name = "name", .label = visit.T("child.guardian.name"), .max_bytes = 200},
                      {.name = "relative",
                       .label = visit.T("child.guardian.relative"),
                       .kind = Kind::kSelect,
                       .help = visit.T("child.guardian.relative.help"),
                       .choices = relatives},
                      DayField(visit, "from", "child.from")};
  page.form.button = visit.T("child.appoint");
  Put(page.stored, "from", FormatDay(visit.Today()));
  page.save = [&](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    Guardianship guardian;
    guardian.record = id;
    guardian.person = child.person;
    guardian.kind = saving.Typed("kind");
    guardian.organisation = saving.Typed("organisation");
    guardian.name = saving.Typed("name");
    const std::string relative = saving.Typed("relative");
    if (relative != child.person) guardian.relative = relative;
    guardian.from = TRY(ParseDay(saving.Typed("from")));
    ChildTrack track(saving.work);
    TRY(track.AppointGuardian(guardian));
    return saving.Link(ChildPath(id));
  };
  return RunFormPage(visit, page);
}

// Until the next guardian is entered, the alarm of a child without one rings again.
Result<Response> EndGuardianPage(const DeskVisit& visit) {
  const ChildCase child = TRY(OpenChild(visit));
  const std::string& id = child.record.file.head.id;
  ChildTrack track(visit.work);
  const std::vector<Guardianship> all = TRY(track.Guardians(id, child.person));
  const auto found = std::find_if(all.begin(), all.end(), [&](const Guardianship& one) {
    return one.id == visit.request.Parameter("guardian") && !one.until;
  });
  if (found == all.end()) return Fail(ErrorCode::kNotFound, "there is no such guardianship");
  FormPage page;
  page.page = ChildFrame(visit, child.record, visit.T("child.end_guardian"));
  page.page.lead = visit.T("child.end_guardian.lead");
  page.form.action = visit.Link(ChildPath(id, "/guardian/" + found->id));
  page.form.version = found->version;
  page.form.fields = {DayField(visit, "on", "child.end_guardian.on"),
                      {.name = "reason",
                       .label = visit.T("child.end_guardian.reason"),
                       .kind = Kind::kSelect,
                       .choices = CodeChoices(visit, "guardian_end", visit.T("choice.choose")),
                       .required = true}};
  page.form.button = visit.T("child.end_guardian");
  Put(page.stored, "on", FormatDay(visit.Today()));
  page.save = [&](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    const Day on = TRY(ParseDay(saving.Typed("on")));
    ChildTrack saved(saving.work);
    TRY(saved.EndGuardianship(found->id, version, on, saving.Typed("reason")));
    return saving.Link(ChildPath(id));
  };
  return RunFormPage(visit, page);
}

Result<Response> AgePage(const DeskVisit& visit) {
  const ChildCase child = TRY(OpenChild(visit));
  const std::string& id = child.record.file.head.id;
  FormPage page;
  page.page = ChildFrame(visit, child.record, visit.T("child.begin_age"));
  page.page.lead = visit.T("child.age.rule");
  page.form.action = visit.Link(ChildPath(id, "/age"));
  page.form.fields = {{.name = "doubt",
                       .label = visit.T("child.doubt"),
                       .kind = Kind::kSelect,
                       .choices = CodeChoices(visit, "age_doubt", visit.T("choice.choose")),
                       .required = true},
                      {.name = "method",
                       .label = visit.T("child.method"),
                       .kind = Kind::kSelect,
                       .choices = CodeChoices(visit, "age_method", visit.T("choice.choose")),
                       .required = true},
                      {.name = "consented",
                       .label = visit.T("child.consented"),
                       .kind = Kind::kRadio,
                       .help = visit.T("child.consented.help"),
                       .choices = {{"yes", visit.T("choice.yes")}, {"no", visit.T("choice.no")}},
                       .required = true},
                      DayField(visit, "begun", "child.begun")};
  page.form.button = visit.T("form.save");
  Put(page.stored, "begun", FormatDay(visit.Today()));
  page.save = [&](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    AgeAssessment assessment;
    assessment.record = id;
    assessment.person = child.person;
    assessment.doubt = saving.Typed("doubt");
    assessment.method = saving.Typed("method");
    assessment.consented = saving.Typed("consented") == "yes";
    assessment.begun = TRY(ParseDay(saving.Typed("begun")));
    ChildTrack track(saving.work);
    TRY(track.BeginAgeAssessment(assessment));
    return saving.Link(ChildPath(id));
  };
  return RunFormPage(visit, page);
}

Result<Response> DecideAgePage(const DeskVisit& visit) {
  const ChildCase child = TRY(OpenChild(visit));
  const std::string& id = child.record.file.head.id;
  ChildTrack track(visit.work);
  std::optional<AgeAssessment> assessment;
  for (AgeAssessment& one : TRY(track.AgeAssessments(id, child.person))) {
    if (one.id == visit.request.Parameter("assessment")) assessment = std::move(one);
  }
  if (!assessment) return Fail(ErrorCode::kNotFound, "no such record");
  FormPage page;
  page.page = ChildFrame(visit, child.record, visit.T("child.decide_age"));
  page.form.action = visit.Link(ChildPath(id, "/age/" + assessment->id));
  page.form.version = assessment->version;
  page.form.fields = {{.name = "outcome",
                       .label = visit.T("child.age.outcome"),
                       .kind = Kind::kRadio,
                       .help = visit.T("child.age.outcome.help"),
                       .choices = {{"child", visit.T("age_outcome.child")},
                                   {"adult", visit.T("age_outcome.adult")},
                                   {"uncertain", visit.T("age_outcome.uncertain")}},
                       .required = true},
                      DayField(visit, "on", "track.on"),
                      AreaField(visit, "reasons", "track.reason", true)};
  page.form.button = visit.T("form.save");
  Put(page.stored, "on", FormatDay(visit.Today()));
  page.save = [&](const DeskVisit& saving, std::int64_t version) -> Result<std::string> {
    const std::string word = saving.Typed("outcome");
    const AgeOutcome outcome = word == "child"   ? AgeOutcome::kChild
                               : word == "adult" ? AgeOutcome::kAdult
                                                 : AgeOutcome::kStillUncertain;
    const Day on = TRY(ParseDay(saving.Typed("on")));
    ChildTrack saved(saving.work);
    TRY(saved.DecideAge(assessment->id, version, outcome, on, saving.Typed("reasons")));
    return saving.Link(ChildPath(id));
  };
  return RunFormPage(visit, page);
}

Result<Response> BestInterestsPage(const DeskVisit& visit) {
  const ChildCase child = TRY(OpenChild(visit));
  const std::string& id = child.record.file.head.id;
  FormPage page;
  page.page = ChildFrame(visit, child.record, visit.T("child.record_interests"));
  page.form.action = visit.Link(ChildPath(id, "/interests"));
  page.form.fields = {
      {.name = "question",
       .label = visit.T("child.interests.question"),
       .kind = Kind::kSelect,
       .choices = CodeChoices(visit, "best_interests_question", visit.T("choice.choose")),
       .required = true},
      AreaField(visit, "views", "child.views", true),
      AreaField(visit, "weighed", "child.weighed", true),
      AreaField(visit, "outcome", "child.outcome", true),
      DayField(visit, "on", "track.on")};
  page.form.button = visit.T("form.save");
  Put(page.stored, "on", FormatDay(visit.Today()));
  page.save = [&](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    BestInterests decision;
    decision.record = id;
    decision.person = child.person;
    decision.question = saving.Typed("question");
    decision.views = saving.Typed("views");
    decision.weighed = saving.Typed("weighed");
    decision.outcome = saving.Typed("outcome");
    decision.on = TRY(ParseDay(saving.Typed("on")));
    ChildTrack track(saving.work);
    TRY(track.RecordBestInterests(decision));
    return saving.Link(ChildPath(id));
  };
  return RunFormPage(visit, page);
}

Result<Response> MayBeToldPage(const DeskVisit& visit) {
  const ChildCase child = TRY(OpenChild(visit));
  const std::string& id = child.record.file.head.id;
  FormPage page;
  page.page = ChildFrame(visit, child.record, visit.T("child.set_told"));
  page.form.action = visit.Link(ChildPath(id, "/told"));
  page.form.fields = {
      {.name = "who", .label = visit.T("child.who"), .required = true, .max_bytes = 500},
      {.name = "may",
       .label = visit.T("child.may.question"),
       .kind = Kind::kRadio,
       .choices = {{"yes", visit.T("child.may")}, {"no", visit.T("child.may_not")}},
       .required = true},
      AreaField(visit, "why", "child.why", false)};
  page.form.button = visit.T("form.save");
  page.save = [&](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    MayBeTold told;
    told.record = id;
    told.person = child.person;
    told.may_be_told = saving.Typed("may") == "yes";
    told.who = saving.Typed("who");
    told.why = saving.Typed("why");
    ChildTrack track(saving.work);
    TRY(track.SetMayBeTold(told));
    return saving.Link(ChildPath(id));
  };
  return RunFormPage(visit, page);
}

}  // namespace thb
