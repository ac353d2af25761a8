#pragma once
// Clocks of the procedure (casework rule 13). A clock has a start event, stops, a date that the
// program computed and perhaps one that an authority notified; the notified one wins. A clock that
// runs out opens a task. It never changes a state, ends a stay or closes access.
// Each act and its log entry are one transaction, which is part of the caller's where there is one.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"
#include "referral/calendar.h"

namespace thb {

struct ProcedureClock {
  std::string id;
  std::string record;
  std::string person;
  std::string track;
  std::string period;  // a code of codelists/legal_period.csv
  std::string country;
  std::string start_event;
  Day started = 0;
  std::vector<ClockStop> stops;
  std::optional<Day> computed;  // nothing while it is stopped or the period is unknown
  std::optional<Day> notified;
  std::optional<Day> met;  // the event that it waited for
  std::int64_t version = 0;

  // The notified date where there is one, else the computed one.
  std::optional<Day> Due() const { return notified ? notified : computed; }
  bool Overdue(Day today) const { return !met && Due() && *Due() < today; }
};

struct ClockStart {
  std::string record;
  std::string person;
  std::string track;
  std::string period;
  std::string country;
  std::string event;
  Day on = 0;
  std::optional<Day> notified;
};

// A period that a named national officer confirmed or stated.
struct ConfirmedPeriod {
  std::string country;
  std::string period;
  int amount = 0;
  PeriodUnit unit = PeriodUnit::kDays;
  std::string article;
  std::string account;
  Instant confirmed = 0;
};

class Clocks {
 public:
  Clocks(const Countries& countries, const Work& work) : countries_(countries), work_(work) {}

  // A period whose length is unknown, or not verified and not yet confirmed, gives a clock without
  // a computed date and a task for those who can confirm it; the date comes when they do. No
  // decision waits for that.
  Result<std::string> Start(const ClockStart& start);
  Result<void> Stop(std::string_view id, std::int64_t version, Day from, std::string_view ground);
  // Ends the stop that stands. Errors: kConflict where none does; kBadValue before it began.
  Result<void> Resume(std::string_view id, std::int64_t version, Day to);
  // The end that an authority notified; it wins from now on.
  Result<void> Notify(std::string_view id, std::int64_t version, Day notified);
  // The same for every open clock of one track of a person.
  Result<void> NotifyTrack(std::string_view record, std::string_view person, std::string_view track,
                           Day notified);
  // Meets every open clock of that period of the person.
  Result<void> Meet(std::string_view record, std::string_view person, std::string_view period,
                    Day on);
  Result<std::vector<ProcedureClock>> OfRecord(std::string_view record);

  // With the duty "confirm_periods". Confirms what the table says, or states what it does not know,
  // and computes the open clocks that wait for it. `account` and `confirmed` are set here. Errors:
  // kForbidden; kBadValue under a floor (reflection: 30 days) or without an article; kConflict for
  // a verified period that would be stated otherwise.
  Result<void> ConfirmPeriod(const ConfirmedPeriod& period);
  // The table's where it is verified, else what a national officer confirmed or stated; nothing
  // where there is neither. Errors: kUnknownCode.
  Result<std::optional<LegalPeriod>> PeriodInForce(std::string_view country,
                                                   std::string_view period);

 private:
  // What Stop, Resume and Notify share: the version, the change, the dates anew, the log.
  Result<void> Change(std::string_view id, std::int64_t version, std::string_view action,
                      const std::function<Result<void>(ProcedureClock&)>& change);

  const Countries& countries_;
  const Work& work_;
};

// For the worker that runs each minute: opens a task for each clock that ran out and each that ends
// within `warn_days`, once. Nothing else changes. Returns how many tasks were opened.
Result<int> OpenDueTasks(Database& database, AuditLog& log, const RandomBytes& random, Instant now,
                         int warn_days = 5);

}  // namespace thb
