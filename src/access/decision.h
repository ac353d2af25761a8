#pragma once
// The one function that decides who may see and do what (casework rules 7 to 9).
//
// List, search, count, export, detail and every change go through Decide. It knows nothing of a
// database: an actor is what an account may do, facts are what a record says of itself. It is pure,
// so that its whole table can be tested and printed.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/date.h"
#include "base/result.h"

namespace thb {

// What can be done with a record, a right of rules/roles.json. kRead, kEdit and kExport are held
// for a field group; each other right belongs to one group (GroupOf) and is asked for with that.
enum class Right {
  kList,      // appears in lists, search and counts: kReference
  kRead,      // a field group
  kEdit,      // a field group
  kScreen,    // screen, and hold a screening: kScreening
  kRefer,     // send a referral, hand over: kReferral
  kAnswer,    // acknowledge, accept, decline a referral: kReferral
  kDecide,    // reasonable grounds, reflection, final decision, residence: kDecision
  kAssign,    // give to another worker; the receiver needs access of his own: kReference
  kAssist,    // needs, plan, services, places: kAssistance
  kExport,    // take a field group out of the program
  kRestrict,  // set a restriction; lifting one needs a second person: kReference
  kErase,     // with a second person: kIdentity
  kMerge,     // with a second person: kIdentity
};

enum class Scope { kOwn, kGroup, kOrganisation, kNational };

// A record's fields, in groups that are shown or hidden together.
enum class FieldGroup {
  kReference,  // reference, organisation, age band, state, deadlines: all that national scope sees
  kIdentity,   // names, dates of birth, documents, citizenships, photographs
  kContact,    // how and when it is safe to reach the person
  kNarrative,  // what happened
  kScreening,
  kReferral,
  kDecision,
  kAssistance,     // needs, plan, services; "placed", without where
  kShelter,        // where
  kInterpreter,    // the interpreter's name
  kChild,          // guardian, age assessment, best interests
  kInvestigation,  // police and labour inspection only
  kImmigration,    // residence and asylum
  kProtectedNote,  // counselling, health, legal aid: sealed to the owning organisation
};

inline constexpr std::array kAllRights = {
    Right::kList,     Right::kRead,   Right::kEdit,   Right::kScreen, Right::kRefer,
    Right::kAnswer,   Right::kDecide, Right::kAssign, Right::kAssist, Right::kExport,
    Right::kRestrict, Right::kErase,  Right::kMerge};
inline constexpr std::array kAllScopes = {Scope::kOwn, Scope::kGroup, Scope::kOrganisation,
                                          Scope::kNational};
inline constexpr std::array kAllFieldGroups = {
    FieldGroup::kReference,   FieldGroup::kIdentity,     FieldGroup::kContact,
    FieldGroup::kNarrative,   FieldGroup::kScreening,    FieldGroup::kReferral,
    FieldGroup::kDecision,    FieldGroup::kAssistance,   FieldGroup::kShelter,
    FieldGroup::kInterpreter, FieldGroup::kChild,        FieldGroup::kInvestigation,
    FieldGroup::kImmigration, FieldGroup::kProtectedNote};

// The words of rules/roles.json and of the database: "list", "own", "protected_note".
std::string_view WordOf(Right right);
std::string_view WordOf(Scope scope);
std::string_view WordOf(FieldGroup group);
// Errors: kUnknownCode naming `place` and what exists.
Result<Right> ParseRight(std::string_view word, const std::string& place);
Result<Scope> ParseScope(std::string_view word, const std::string& place);
Result<FieldGroup> ParseFieldGroup(std::string_view word, const std::string& place);

// The one group that a right belongs to; nothing for kRead, kEdit and kExport.
std::optional<FieldGroup> GroupOf(Right right);

// A role held in a scope: a row of rules/roles.json and where it holds.
struct RoleGrant {
  std::string role;
  Scope scope = Scope::kOwn;
  bool operator==(const RoleGrant&) const = default;
};

// Break-glass on one record: a ground, four hours, reviewed within a working day.
struct BreakGlass {
  std::string record;
  Instant until = 0;
  bool second_person = false;  // without, protected-witness and staff records stay shut
};

struct Actor {
  std::string account;
  std::string organisation;
  std::string organisation_kind;  // a code of codelists/organisation_kind.csv
  std::set<std::string> groups;
  std::vector<RoleGrant> roles;
  std::vector<BreakGlass> broken_glass;
  bool paused = false;  // opened too many persons; only own urgent cases stay open
  // Colleagues whom the account stands in for: their records count as its own, under its own roles.
  std::set<std::string> stands_for;
};

// A live referral, appointment, task, guardianship or mandate: who takes part in a record, in which
// field groups, and until when.
struct Participation {
  std::string kind;     // "referral", "appointment", "task", "guardian", "lawyer", "custodian"
  std::string account;  // one of the two
  std::string organisation;
  std::set<FieldGroup> groups;
  bool may_edit = false;
  Instant from = 0;
  std::optional<Instant> until;
};

enum class Restriction { kChild, kProtectedWitness, kStaffMember, kCustodian, kLegalHold };

// What a record says of itself.
struct RecordFacts {
  std::string record;
  std::string organisation;  // the owner
  std::string group;
  std::string owner;   // account of the worker
  std::string regime;  // "GDPR" or "LED"
  std::set<Restriction> restrictions;
  std::set<std::string> excluded_accounts;
  std::vector<Participation> participants;
  bool restricted = false;  // processing is restricted (GDPR Art. 18); people refuses acts on it
  bool urgent = false;
  bool closed = false;
};

struct Verdict {
  bool allowed = false;
  bool visible = false;  // false: to this actor the record does not exist
  std::string rule;      // why: "scope.organisation", "participant.referral", "excluded", ...
};

// Police, support and immigration roles are never one account (rule 7).
enum class Realm { kPolice, kSupport, kImmigration, kFocal, kOperations, kAudit };
std::string_view WordOf(Realm realm);
Result<Realm> ParseRealm(std::string_view word, const std::string& place);
std::string_view WordOf(Restriction restriction);
Result<Restriction> ParseRestriction(std::string_view word, const std::string& place);
inline constexpr std::array kAllRestrictions = {Restriction::kChild, Restriction::kProtectedWitness,
                                                Restriction::kStaffMember, Restriction::kCustodian,
                                                Restriction::kLegalHold};

// What rules/roles.json says of a role.
struct Role {
  std::string id;
  std::string en;
  std::string nl;
  Realm realm = Realm::kSupport;
  std::set<Scope> scopes;               // in which it can be held
  std::set<std::string> organisations;  // kinds that may hold it
  std::set<Restriction> clearances;     // restricted records that its scope opens all the same
  std::set<std::string> excludes;       // roles that the same account cannot hold
  std::set<std::string> duties;         // rights that belong to no record
  // In a record of its scope; as a participant the most that a participation can give.
  std::set<std::pair<Right, FieldGroup>> rights;
  bool participant_only = false;  // reaches records by participation alone
  bool break_glass = false;       // may open a record out of its scope in an emergency
};

struct RoleTable;

// The roles of rules/roles.json: rights by field group, and which kinds of organisations may hold
// one. Immutable and thread-safe after loading.
class Roles {
 public:
  static Result<Roles> Load();
  ~Roles();
  Roles(Roles&&) noexcept;
  Roles& operator=(Roles&&) noexcept;

  Verdict Decide(const Actor& actor, const RecordFacts& facts, Right right, FieldGroup group,
                 Instant now) const;
  // The groups that the actor may read of the record; empty where it does not exist to him.
  std::set<FieldGroup> Readable(const Actor& actor, const RecordFacts& facts, Instant now) const;
  // Rights that belong to no record: "report", "duplicates", "accounts", "log", "statistics", ...
  // All of them are listed in rules/roles.json; another is never held.
  bool MayAct(const Actor& actor, std::string_view duty) const;
  // The same towards an organisation: its own, or any where the duty is held in national scope.
  bool MayActFor(const Actor& actor, std::string_view duty, std::string_view organisation) const;

  const Role* Find(std::string_view id) const;
  std::vector<std::string> Ids() const;  // in the order of the file
  // Whether accounts of this kind of organisation may hold these together. Errors: kUnknownCode (no
  // such role), kForbidden (a kind, scope or combination that the table excludes; says which).
  Result<void> CheckGrants(std::string_view organisation_kind,
                           const std::vector<RoleGrant>& grants) const;

 private:
  explicit Roles(std::unique_ptr<RoleTable> table);
  std::unique_ptr<RoleTable> table_;
};

}  // namespace thb
