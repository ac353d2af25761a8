#pragma once
// Persons of a record: the victim, and children or relatives who need protection with her. Field
// names follow HTCDS 2.0 (prs_, vic_) and IC-TIP. Everything here is sealed under the person's own
// key; only role, age band and versions are clear.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"
#include "people/record.h"

namespace thb {

struct Code;

inline constexpr std::size_t kMaxPersonNameBytes = 200;
inline constexpr int kMaxNames = 20;
inline constexpr int kMaxValues = 20;   // citizenships, languages, phones, documents, forms
inline constexpr int kMaxPersons = 50;  // of one record

// Unknown, not asked and refused are different answers.
enum class Given { kKnown, kUnknown, kNotAsked, kRefused };

struct Answer {
  Given given = Given::kNotAsked;
  std::string value;  // where known
  bool operator==(const Answer&) const = default;
};
struct Answers {
  Given given = Given::kNotAsked;
  std::vector<std::string> values;
  bool operator==(const Answers&) const = default;
};

// Whether a code can be said of one person: no total, no group, and none of the answers that only a
// table has.
bool SaysOfOnePerson(const Code& code);

struct PersonName {
  std::string kind = "legal";  // codelists/name_kind.csv: legal, birth, alias, nickname, document
  std::string first_name;      // prs_FirstName
  std::string middle_name;     // prs_MiddleName
  std::string second_name;     // prs_SecondName
  bool operator==(const PersonName&) const = default;
};

// prs_Birthdate. A year, a month or a day: "1999", "1999-04", "1999-04-02".
struct Birthdate {
  Given given = Given::kNotAsked;
  std::string date;
  bool estimated = false;
  bool operator==(const Birthdate&) const = default;
};

struct IdentityDocument {
  std::string kind;     // codelists/document_kind.csv
  std::string country;  // codelists/citizen.csv
  std::string number;
  std::string note;  // "held by the employer", "not genuine"
  bool operator==(const IdentityDocument&) const = default;
};

// Field group kIdentity.
struct Identity {
  std::vector<PersonName> names;  // the first is the one shown
  Birthdate birthdate;
  YesNo possibly_child = YesNo::kUnknown;
  Answer sex;           // codelists/sex.csv: F, M, OTH
  Answer gender;        // prs_Gender, in the person's own words
  Answers citizenship;  // prs_Nationality, codelists/citizen.csv; the first is counted
  Answers languages;    // ISO 639 codes, the one to speak first
  std::vector<IdentityDocument> documents;
  std::string relation;                   // to the victim, of others: "mother"
  YesNo possible_exploiter = YesNo::kNo;  // of others: can neither consent nor see (rule 11)
  bool operator==(const Identity&) const = default;
};

// How it is safe to reach somebody (rule 14). Field group kContact.
struct SafePhone {
  std::string number;  // as typed; kept in E.164 where it can be read
  std::string who_may_answer;
  std::string safe_words;
  std::string hours;
  bool never_leave_message = true;
  bool operator==(const SafePhone&) const = default;
};
struct Contact {
  Given given = Given::kNotAsked;
  std::vector<SafePhone> phones;
  std::vector<std::string> emails;
  std::string other;    // a trusted person, a messenger
  std::string warning;  // who must not learn of it
  bool operator==(const Contact&) const = default;
};

// Field group kNarrative.
struct VictimContext {
  Answer main_exploitation;  // vic_TypeOfExploitation, codelists/exploitation.csv
  Answers forms;             // every form, the main one too
  Answers places;            // vic_LocationOfExploitation
  std::string recruitment;   // vic_MethodOfRecruitment
  std::string control;       // vic_MethodsOfControl
  std::string vulnerabilities;
  bool operator==(const VictimContext&) const = default;
};

// codelists/person_role.csv: "victim" (one per record), "child", "relative", "companion".
struct NewPerson {
  std::string role = "victim";
  Identity identity;
};

// A person as one actor may see her: what he may not read is absent.
struct PersonFile {
  std::string id;
  std::string record;
  std::string role;
  AgeBand age_band = AgeBand::kUnknown;
  std::string age_decision;  // "", "adult", "child", "child_despite_documents"
  std::int64_t version = 0;
  std::optional<Identity> identity;
  std::optional<Contact> contact;
  std::optional<VictimContext> context;
};

// A possible duplicate that the actor may see himself. One that he may not see is shown to nobody
// here: it waits for the duplicates custodian (rule 9).
struct DuplicateHint {
  std::string person;
  std::string record;
  double similarity = 0;  // 0 to 1
};

struct PersonAdded {
  std::string id;
  std::int64_t version = 0;
  std::vector<DuplicateHint> duplicates;  // most similar first
};

// Errors of all: kLimit and kBadValue naming the field; kUnknownCode; those of record.h.
Result<PersonAdded> AddPerson(const Work& work, std::string_view record, const NewPerson& person);
Result<PersonFile> ReadPerson(const Work& work, std::string_view person);
// Who in the actor's scope may be the same person, most similar first.
Result<std::vector<DuplicateHint>> FindDuplicates(const Work& work, std::string_view person);

// A change keeps the value before it, sealed. `reason`: why it was corrected; may be empty.
Result<std::int64_t> EditIdentity(const Work& work, std::string_view person, std::int64_t version,
                                  const Identity& identity, std::string_view reason);
Result<std::int64_t> EditContact(const Work& work, std::string_view person, std::int64_t version,
                                 const Contact& contact, std::string_view reason);
Result<std::int64_t> EditVictimContext(const Work& work, std::string_view person,
                                       std::int64_t version, const VictimContext& context,
                                       std::string_view reason);

struct EarlierValue {
  std::string part;  // "identity", "contact", "context"
  std::int64_t version = 0;
  Instant until = 0;
  std::string account;
  std::string reason;
  std::string document;  // JSON
};
// Newest first, of the parts that the actor may read.
Result<std::vector<EarlierValue>> EarlierValues(const Work& work, std::string_view person);

// The outcome of an age assessment (kDecide on kChild). Found adult: the child restriction goes,
// and each participation that rests on it is put up for review by a notice "age.found_adult".
Result<std::int64_t> DecideAge(const Work& work, std::string_view person, std::int64_t version,
                               bool adult);

// Ids of a person, for the rooms above. Errors: kNotFound.
struct PersonPlace {
  std::string record;
  std::string key;  // under which she is sealed
  std::string role;
  AgeBand age_band = AgeBand::kUnknown;
  std::string age_decision;
  std::int64_t version = 0;
};
Result<PersonPlace> PlaceOfPerson(Database& database, std::string_view person);
// Of a parent or guardian in the record. Part of an act that has its own entry in the log.
Result<bool> IsPossibleExploiter(const Work& work, std::string_view person);

// The band that protects and the group that is counted (rule 11). `at` is the day in question.
AgeBand AgeBandOf(const Identity& identity, std::string_view age_decision, Instant at);
std::string AgeGroupOf(const Identity& identity, std::string_view age_decision, Instant at);

// "First Second", or "" where there is none. For screens.
std::string DisplayName(const Identity& identity);

// The JSON in which a part is sealed, for packages between nodes. Errors of reading: kParse,
// kLimit, kUnknownCode, kBadValue, naming the field.
std::string IdentityToJson(const Identity& identity);
Result<Identity> IdentityFromJson(std::string_view text);
std::string ContactToJson(const Contact& contact);
Result<Contact> ContactFromJson(std::string_view text);
std::string VictimContextToJson(const VictimContext& context);
Result<VictimContext> VictimContextFromJson(std::string_view text);

}  // namespace thb
