#include "web/internal/desk/records.h"

#include <algorithm>

#include "people/authorize.h"

namespace thb {

Result<OpenedRecord> OpenRecord(const DeskVisit& visit, std::string_view record) {
  CaseFile file = TRY(ReadRecord(visit.work, record));
  RecordFacts facts = TRY(FactsOf(visit.work.database, record));
  return OpenedRecord{std::move(file), std::move(facts)};
}

bool Can(const DeskVisit& visit, const RecordFacts& facts, Right right, FieldGroup group) {
  return visit.work.roles.Decide(visit.actor, facts, right, group, visit.now).allowed;
}

bool Readable(const OpenedRecord& record, FieldGroup group) {
  return record.file.readable.count(group) > 0;
}

std::string RecordPath(std::string_view record, std::string_view rest) {
  return "/records/" + std::string(record) + std::string(rest);
}

std::vector<Crumb> RecordCrumbs(const DeskVisit& visit, const RecordHead& head) {
  return {{visit.T("nav.cases"), visit.Link("/cases")},
          {head.reference, visit.Link(RecordPath(head.id))}};
}

std::string PersonLabel(const DeskVisit& visit, const PersonFile& person) {
  const std::string role = visit.LabelOf("person_role", person.role);
  const std::string name = person.identity ? DisplayName(*person.identity) : "";
  return role + ": " + (name.empty() ? visit.T("person.no_name") : name);
}

Result<std::vector<FieldChoice>> PersonChoices(const DeskVisit& visit, const OpenedRecord& record) {
  std::vector<FieldChoice> choices;
  for (const std::string& id : record.file.persons) {
    const PersonFile person = TRY(ReadPerson(visit.work, id));
    choices.push_back({id, PersonLabel(visit, person)});
  }
  return choices;
}

std::string VictimOf(const OpenedRecord& record) {
  return record.file.persons.empty() ? "" : record.file.persons.front();
}

std::string AgeBandWord(const DeskVisit& visit, AgeBand band) {
  return visit.T("age." + std::string(AgeBandName(band)));
}

std::string FieldGroupWord(const DeskVisit& visit, FieldGroup group) {
  return visit.T("group." + std::string(WordOf(group)));
}

std::vector<FieldChoice> OtherOrganisations(const DeskVisit& visit, const std::string& none) {
  std::vector<FieldChoice> choices = {{"", none}};
  for (const Organisation& organisation : visit.Organisations()) {
    if (!organisation.active || organisation.id == visit.actor.organisation) continue;
    choices.push_back(
        {organisation.id,
         organisation.name + " (" + visit.LabelOf("organisation_kind", organisation.kind) + ")"});
  }
  return choices;
}

std::vector<FieldChoice> GroupChoices(const DeskVisit& visit, const std::set<FieldGroup>& groups) {
  std::vector<FieldChoice> choices;
  for (const FieldGroup group : groups) {
    if (group == FieldGroup::kProtectedNote) continue;
    choices.push_back({std::string(WordOf(group)), FieldGroupWord(visit, group)});
  }
  return choices;
}

Result<std::set<FieldGroup>> TypedGroups(const DeskVisit& visit, std::string_view name) {
  std::set<FieldGroup> groups;
  const auto typed = visit.typed.find(name);
  if (typed == visit.typed.end()) return groups;
  for (const std::string& word : typed->second) {
    groups.insert(TRY(ParseFieldGroup(word, std::string(name))));
  }
  return groups;
}

std::string SubmissionOf(const DeskVisit& visit) {
  const std::string typed = visit.Typed("submission");
  return typed.empty() ? NewId(visit.work.random) : typed;
}

Result<std::optional<Day>> TypedDay(const DeskVisit& visit, std::string_view name) {
  const std::string text = visit.Typed(name);
  if (text.empty()) return std::optional<Day>();
  return std::optional<Day>(TRY(ParseDay(text)));
}

}  // namespace thb
