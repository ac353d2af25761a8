#pragma once
// The track of a child (casework rule 11): guardian, age assessment, best interests, views, and who
// may be told. An uncertain age is protected as a child until it is decided.
// Each act and its log entry are one transaction, which is part of the caller's where there is one.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"
#include "referral/calendar.h"

namespace thb {

inline constexpr std::size_t kMaxChildText = 20'000;
inline constexpr std::size_t kMaxChildEntries = 500;

// A guardian takes part in the record on the named child, without investigation fields, and works
// in reach, assistance and the child's track.
struct Guardianship {
  std::string id;
  std::string record;
  std::string person;        // the child
  std::string account;       // the guardian's, "" where they have none
  std::string organisation;  // guardianship institution
  std::string kind;          // codelists/guardian_kind.csv
  std::string relative;      // id of the parent as a person of the record, where it is one
  Day from = 0;
  std::optional<Day> until;
  std::string end_reason;  // codelists/guardian_end.csv
  std::string name;        // sealed
  std::int64_t version = 0;
};

enum class AgeOutcome { kPending, kChild, kAdult, kStillUncertain };
struct AgeAssessment {
  std::string id;
  std::string record;
  std::string person;
  Day begun = 0;
  std::string doubt;       // codelists/age_doubt.csv
  std::string method;      // codelists/age_method.csv
  bool consented = false;  // the person agreed to be assessed; a refusal is no proof of age
  AgeOutcome outcome = AgeOutcome::kPending;
  std::optional<Day> decided;
  std::string reasons;  // sealed
  std::int64_t version = 0;
};

// Best interests and the child's own views; and whom it is safe to tell.
struct BestInterests {
  std::string id;
  std::string record;
  std::string person;
  Day on = 0;
  std::string question;  // codelists/best_interests_question.csv
  std::string views;     // sealed: what the child said, in its words
  std::string weighed;   // sealed
  std::string outcome;   // sealed
  std::int64_t version = 0;
};
struct MayBeTold {
  std::string id;
  std::string record;
  std::string person;
  std::string relative;  // a person of the record, or "" for somebody described in words
  bool may_be_told = false;
  std::string who;  // sealed
  std::string why;  // sealed
  std::int64_t version = 0;
};

// A sharing that rested on the person being a child, to be reviewed after an adult was found.
struct SharingToReview {
  std::string referral;  // or override
  std::string recipient;
  Instant since = 0;
};

class ChildTrack {
 public:
  explicit ChildTrack(const Work& work) : work_(work) {}

  // Errors: kForbidden where the relative is marked as a possible exploiter; kConflict where a
  // guardian is there already (end that one first); kBadValue where the person is a known adult.
  // A guardian with an account or an organisation takes part in the record from then on.
  Result<std::string> AppointGuardian(const Guardianship& guardian);
  Result<void> EndGuardianship(std::string_view id, std::int64_t version, Day on,
                               std::string_view reason);
  Result<std::vector<Guardianship>> Guardians(std::string_view record, std::string_view person);

  Result<std::string> BeginAgeAssessment(const AgeAssessment& assessment);
  // Sets the person's age band. Where an adult is found, returns every sharing that rested on the
  // age, for which the owner gets a task; nothing is revoked by itself. A doubt that remains leaves
  // the protection as it was.
  Result<std::vector<SharingToReview>> DecideAge(std::string_view id, std::int64_t version,
                                                 AgeOutcome outcome, Day on,
                                                 std::string_view reasons);
  Result<std::vector<SharingToReview>> SharingsOnAge(std::string_view record,
                                                     std::string_view person);
  Result<std::vector<AgeAssessment>> AgeAssessments(std::string_view record,
                                                    std::string_view person);

  Result<std::string> RecordBestInterests(const BestInterests& decision);
  Result<std::vector<BestInterests>> BestInterestsOf(std::string_view record,
                                                     std::string_view person);
  Result<std::string> SetMayBeTold(const MayBeTold& told);
  Result<std::vector<MayBeTold>> WhoMayBeTold(std::string_view record, std::string_view person);

  // Whether this relative may consent for the child, or see its record: never where it is marked as
  // a possible exploiter, nor where it must not be told.
  Result<bool> MayConsentFor(std::string_view record, std::string_view person,
                             std::string_view relative);

 private:
  const Work& work_;
};

// For the worker that runs each minute: an urgent task for each child, or presumed child, without a
// guardian in an open record. Where the person was found adult or the record was closed, the task
// is closed. Returns how many were opened.
Result<int> AlarmChildrenWithoutGuardian(Database& database, AuditLog& log,
                                         const RandomBytes& random, Instant now);

}  // namespace thb
