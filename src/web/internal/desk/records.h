#pragma once
// A record as the pages about it open it, and what they have in common.

#include <string>
#include <vector>

#include "people/person.h"
#include "people/record.h"
#include "web/internal/desk/form.h"

namespace thb {

// What this visit may see of the record in its address, and what the record says of itself.
struct OpenedRecord {
  CaseFile file;
  RecordFacts facts;
};
// Reads it, which is an entry of the log. Errors: kNotFound also where it is out of scope.
Result<OpenedRecord> OpenRecord(const DeskVisit& visit, std::string_view record);

// What Roles::Decide says, to show or leave out a link. The act itself is decided by its room.
bool Can(const DeskVisit& visit, const RecordFacts& facts, Right right, FieldGroup group);
bool Readable(const OpenedRecord& record, FieldGroup group);

std::string RecordPath(std::string_view record, std::string_view rest = {});
// Cases > this record.
std::vector<Crumb> RecordCrumbs(const DeskVisit& visit, const RecordHead& head);
// "Victim: Synthetic Person 1", or a word where the name is not for this reader.
std::string PersonLabel(const DeskVisit& visit, const PersonFile& person);
// Persons of a record as choices; reading them is in the log.
Result<std::vector<FieldChoice>> PersonChoices(const DeskVisit& visit, const OpenedRecord& record);
// The victim; "" where the persons are not for this reader or there is none yet.
std::string VictimOf(const OpenedRecord& record);

std::string AgeBandWord(const DeskVisit& visit, AgeBand band);
std::string FieldGroupWord(const DeskVisit& visit, FieldGroup group);

// Choices of organisations, without the own one; `none` first, for whoever chooses nobody.
std::vector<FieldChoice> OtherOrganisations(const DeskVisit& visit, const std::string& none);
// Field groups as choices; protected notes are never among them.
std::vector<FieldChoice> GroupChoices(const DeskVisit& visit, const std::set<FieldGroup>& groups);
// What was chosen. Errors: kUnknownCode.
Result<std::set<FieldGroup>> TypedGroups(const DeskVisit& visit, std::string_view name);

// The id that a form carried, or a new one: what is sent twice is done once.
std::string SubmissionOf(const DeskVisit& visit);
// A day that was typed; nothing where the field is empty. Errors: kBadValue.
Result<std::optional<Day>> TypedDay(const DeskVisit& visit, std::string_view name);
inline constexpr Instant kSecondsOfDay = 86'400;

}  // namespace thb
