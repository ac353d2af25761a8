#pragma once
// Assistance: needs, plan, services, places in shelters, interpreters, legal aid, health, safety
// plans, compensation, return or integration, and when to look again.
//
// What is recorded of each kind is data (rules/assistance.json): its fields, states and field
// group, so that a new service is a change of data and pages make their forms from it. Nothing in
// this header takes or reads what a person does in the criminal case: help never depends on
// cooperation (Directive 2011/36/EU, Article 11(3)). All functions run in the caller's transaction.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"
#include "referral/calendar.h"

namespace thb {

inline constexpr std::size_t kMaxAssistanceText = 20'000;
inline constexpr std::size_t kMaxAssistanceEntries = 1'000;

enum class AssistanceFieldType { kText, kCode, kDay, kAmount, kYesNoUnknown };

struct AssistanceField {
  std::string id;
  std::string en;
  std::string nl;
  AssistanceFieldType type = AssistanceFieldType::kText;
  std::string list;  // of codelists/, for a code
  bool required = false;
};

// A kind of entry: "needs_assessment", "support_plan", "service", "legal_aid", "health",
// "safety_plan", "compensation", "durable_solution", "follow_up".
struct AssistanceKind {
  std::string id;
  std::string en;
  std::string nl;
  std::string source;  // the law that it comes from
  FieldGroup group = FieldGroup::kAssistance;
  struct State {
    std::string id;
    std::string en;
    std::string nl;
    std::vector<std::string> next;  // states that may follow; none: it is over
  };
  std::vector<State> states;  // the first is the one that it begins in
  std::vector<AssistanceField> fields;
};

class AssistanceKinds {
 public:
  static Result<AssistanceKinds> Load();
  const AssistanceKind* Find(std::string_view id) const;
  const std::vector<AssistanceKind>& All() const { return kinds_; }

 private:
  std::vector<AssistanceKind> kinds_;
};

struct AssistanceEntry {
  std::string id;
  std::string record;
  std::string person;
  std::string kind;
  std::string state;
  std::string provider;                       // organisation, "" none
  std::optional<Day> follow_up;               // when to look again; opens a task
  std::map<std::string, std::string> fields;  // sealed together
  std::string author;
  Instant changed = 0;
  std::int64_t version = 0;
};

// A shelter of the actor's organisation. Where it is lies in a field group of its own and is in no
// list, search, map, export, package, log or mail (rule 14).
struct Shelter {
  std::string id;
  std::string organisation;
  std::string label;  // a cover name, never the address: "House B"
  int places = 0;
  bool open = true;
  std::string for_sex;  // "F", "M", "T" all
  bool takes_children = false;
  bool takes_unknown_age = false;  // housed apart until the age is decided
  bool step_free = false;
  bool day_and_night = false;
  std::string location;      // sealed; empty in lists
  std::string restrictions;  // sealed: known danger nearby, nationalities kept apart, pets, ...
  std::int64_t version = 0;
};
struct ShelterAvailability {
  std::string shelter;
  std::string label;
  int free = 0;
  bool fits = false;
  std::vector<std::string>
      why_not;  // codes: "full", "sex", "children", "age_unknown", "access", "hours"
};
struct PlaceWanted {
  std::string sex;       // "F", "M", "UNK"
  std::string age_band;  // child, presumed_child, adult, unknown
  int children = 0;
  bool step_free = false;
  bool day_and_night = false;
};
struct Placement {
  std::string id;
  std::string record;
  std::string person;
  std::string shelter;
  std::string label;  // empty without the shelter group
  Day from = 0;
  std::optional<Day> until;
  std::string end_reason;  // code
  std::string location;    // empty without the shelter group
  std::int64_t version = 0;
};

// An interpreter on the register of the actor's organisation.
struct Interpreter {
  std::string id;
  std::string organisation;
  std::string name;                    // sealed
  std::string phone;                   // sealed
  std::string sex;                     // F, M, UNK
  std::vector<std::string> languages;  // ISO 639 codes
  bool bound_to_secrecy = false;
  std::int64_t version = 0;
};
struct InterpreterWanted {
  std::string language;
  std::string sex;  // "F", "M", "" no wish
};
// Rule 15: an interpreter is booked after a check for conflicts, and is never a companion.
struct InterpreterBooking {
  std::string id;
  std::string record;
  std::string person;
  std::string interpreter;
  std::string language;
  std::string sex_wanted;
  Day on = 0;
  bool conflict_checked = false;
  bool came_with_person = false;  // refused where true
  std::string name;               // empty without the interpreter group
  std::int64_t version = 0;
};

class Assistance {
 public:
  Assistance(const AssistanceKinds& kinds, const Work& work) : kinds_(kinds), work_(work) {}

  // Errors: kUnknownCode, kBadValue (a required field that is empty, a date or amount that is
  // none), kLimit, kNotFound, kForbidden.
  Result<std::string> Add(const AssistanceEntry& entry);
  Result<std::int64_t> Change(const AssistanceEntry& entry);  // by id and version
  Result<AssistanceEntry> Load(std::string_view id);
  // Of the kinds whose group the actor may read, newest first.
  Result<std::vector<AssistanceEntry>> OfRecord(std::string_view record);

  // With the duty "shelters", for the own organisation; a new one has no id. Errors: kBadValue
  // where fewer places are given than are taken.
  Result<std::string> SaveShelter(const Shelter& shelter);
  Result<std::vector<Shelter>> Shelters();
  // Of the own organisation, with the duty "shelters" or "intake"; those that fit first.
  Result<std::vector<ShelterAvailability>> FindPlaces(const PlaceWanted& wanted);
  // Needs kAssist on the record; the place is one of the own organisation's. Errors: kConflict
  // where it is full (of two workers who take the last place at once, one gets this) or the person
  // has a place; kBadValue where it does not fit, saying why.
  Result<std::string> Place(std::string_view record, std::string_view person,
                            std::string_view shelter, const PlaceWanted& wanted, Day from);
  Result<void> EndPlacement(std::string_view id, std::int64_t version, Day on,
                            std::string_view reason);
  // To those without the shelter group only that the person is placed, and since when.
  Result<std::vector<Placement>> PlacementsOf(std::string_view record);

  // With the duty "interpreters", for the own organisation.
  Result<std::string> SaveInterpreter(const Interpreter& interpreter);
  Result<std::vector<Interpreter>> FindInterpreters(const InterpreterWanted& wanted);
  // Errors: kForbidden for a companion; kBadValue without a conflict check, or where the sex or
  // language is not the one wanted.
  Result<std::string> Book(const InterpreterBooking& booking);
  Result<std::vector<InterpreterBooking>> BookingsOf(std::string_view record);

 private:
  const AssistanceKinds& kinds_;
  const Work& work_;
};

// For the worker: a task for each entry whose follow-up date has come. Returns how many were
// opened.
Result<int> OpenFollowUpTasks(Database& database, AuditLog& log, const RandomBytes& random,
                              Instant now);

}  // namespace thb
