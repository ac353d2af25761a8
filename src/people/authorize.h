#pragma once
// The gate of every act on a record. It asks Roles::Decide, says the same of a record that is out
// of scope as of one that is not there (rule 9), and logs each refusal.
//
// Authorise before you begin a transaction: a refusal is an entry of the log that has to stay.

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"

namespace thb {

// What a record says of itself. Errors: kNotFound, kDatabase.
Result<RecordFacts> FactsOf(Database& database, std::string_view record);
// Of many at once, in the order of the ids; those that are not there are left out.
Result<std::vector<RecordFacts>> FactsOfMany(Database& database,
                                             std::span<const std::string> records);

// Of the record with this reference, whatever its scope: for an opening in an emergency, which asks
// for itself. Errors: as NoSuchRecord() where there is none.
Result<RecordFacts> FactsByReference(Database& database, std::string_view reference);

// The rule that allows the act: the ground of its entry in the log. Errors: kNotFound where the
// record does not exist to this actor, with the words of NoSuchRecord(); kForbidden where he sees
// it but may not do this.
Result<std::string> Authorize(const Work& work, const RecordFacts& facts, Right right,
                              FieldGroup group);

// What was admitted, and why.
struct Admission {
  RecordFacts facts;
  std::string ground;
};
// FactsOf and Authorize together: the beginning of nearly every function.
Result<Admission> Admit(const Work& work, std::string_view record, Right right, FieldGroup group);

// A right that belongs to no record (Roles::MayAct). Errors: kForbidden; the refusal is logged.
Result<void> RequireDuty(const Work& work, std::string_view duty);

// The one error for what is not there and for what is out of scope. It names no id.
tl::unexpected<Error> NoSuchRecord();

// Errors: kStale, saying which versions. The caller reads again and shows both.
Result<void> CheckVersion(std::int64_t read, std::int64_t stored);

// Appends to the log what was done with one record under a ground of Authorize.
Result<void> LogAct(const Work& work, std::string_view action, std::string_view subject_kind,
                    std::vector<std::string> subjects, std::string_view ground,
                    std::string_view detail = {}, std::string_view detail_key = {});

// "contact,identity": the form in which sets of groups are stored.
std::string JoinFieldGroups(const std::set<FieldGroup>& groups);
Result<std::set<FieldGroup>> SplitFieldGroups(std::string_view text);

}  // namespace thb
