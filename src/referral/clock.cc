#include "referral/clock.h"

#include <array>
#include <tuple>
#include <utility>

#include "people/authorize.h"
#include "referral/internal/persons.h"
#include "referral/internal/stored.h"
#include "referral/task.h"

namespace thb {
namespace {

constexpr std::size_t kMaxArticle = 500;
constexpr std::size_t kMaxClocks = 500;
constexpr std::size_t kMaxStops = 100;

constexpr std::array<std::pair<std::string_view, PeriodUnit>, 4> kUnitNames{
    {{"days", PeriodUnit::kDays},
     {"working_days", PeriodUnit::kWorkingDays},
     {"months", PeriodUnit::kMonths},
     {"years", PeriodUnit::kYears}}};

std::string UnitName(PeriodUnit unit) {
  for (const auto& [name, value] : kUnitNames) {
    if (value == unit) return std::string(name);
  }
  return {};
}

PeriodUnit UnitOf(std::string_view text) {
  for (const auto& [name, value] : kUnitNames) {
    if (name == text) return value;
  }
  return PeriodUnit::kDays;
}

constexpr std::string_view kColumns =
    "SELECT id, record_id, person_id, track, period, country, start_event, started, computed, "
    "notified, met, version FROM procedure_clock ";

ProcedureClock ReadRow(const SqlRow& row) {
  ProcedureClock clock;
  clock.id = row.Text(0);
  clock.record = row.Text(1);
  clock.person = row.Text(2);
  clock.track = row.Text(3);
  clock.period = row.Text(4);
  clock.country = row.Text(5);
  clock.start_event = row.Text(6);
  clock.started = row.Int(7);
  clock.computed = MaybeInt(row, 8);
  clock.notified = MaybeInt(row, 9);
  clock.met = MaybeInt(row, 10);
  clock.version = row.Int(11);
  return clock;
}

Result<void> ReadStops(Database& database, ProcedureClock& clock) {
  const std::vector<SqlValue> values = {clock.id};
  return database.Query(
      "SELECT from_day, to_day, ground FROM clock_stop WHERE clock_id = $1 ORDER BY from_day, id",
      values, [&](const SqlRow& row) -> Result<void> {
        clock.stops.push_back({row.Int(0), MaybeInt(row, 1), std::string(row.Text(2))});
        return {};
      });
}

Result<std::vector<ProcedureClock>> Fetch(Database& database, const std::string& where,
                                          std::vector<SqlValue> values) {
  std::vector<ProcedureClock> clocks;
  values.emplace_back(static_cast<std::int64_t>(kMaxClocks));
  TRY(database.Query(std::string(kColumns) + where + " ORDER BY started, id LIMIT $" +
                         std::to_string(values.size()),
                     values, [&](const SqlRow& row) -> Result<void> {
                       clocks.push_back(ReadRow(row));
                       return {};
                     }));
  for (ProcedureClock& clock : clocks) TRY(ReadStops(database, clock));
  return clocks;
}

Result<ProcedureClock> FetchOne(Database& database, std::string_view id) {
  std::vector<ProcedureClock> clocks = TRY(Fetch(database, "WHERE id = $1", {std::string(id)}));
  if (clocks.empty()) return NoSuchRecord();
  return std::move(clocks.front());
}

Result<void> StoreDates(Database& database, const ProcedureClock& clock) {
  const std::vector<SqlValue> values = {NullOr(clock.computed), NullOr(clock.notified),
                                        NullOr(clock.Due()), clock.id};
  return database.Execute(
      "UPDATE procedure_clock SET computed = $1, notified = $2, due = $3 WHERE id = $4", values);
}

Result<std::optional<ConfirmedPeriod>> NewestConfirmation(Database& database,
                                                          std::string_view country,
                                                          std::string_view period) {
  std::optional<ConfirmedPeriod> newest;
  const std::vector<SqlValue> values = {std::string(country), std::string(period)};
  TRY(FirstRow(database,
               "SELECT amount, unit, article, account, confirmed FROM confirmed_period WHERE "
               "country = $1 AND period = $2 ORDER BY confirmed DESC, id DESC",
               values, [&](const SqlRow& row) -> Result<void> {
                 newest = ConfirmedPeriod{std::string(country),
                                          std::string(period),
                                          static_cast<int>(row.Int(0)),
                                          UnitOf(row.Text(1)),
                                          std::string(row.Text(2)),
                                          std::string(row.Text(3)),
                                          row.Int(4)};
                 return {};
               }));
  return newest;
}

LegalPeriod RowOf(const CountryRules& country, std::string_view period) {
  const auto found = country.periods.find(period);
  if (found != country.periods.end()) return found->second;
  LegalPeriod unknown;
  unknown.id = period;
  if (period == "reflection") unknown.floor_days = kReflectionFloorDays;
  return unknown;
}

// An authority may notify a later end, not one under the floor: an earlier end is a decision, with
// its ground.
Result<void> CheckNotified(const LegalPeriod& period, Day started, Day notified) {
  const Day earliest = started + period.floor_days;
  if (notified >= earliest) return {};
  return Fail(ErrorCode::kBadValue,
              period.floor_days > 0 ? "the period would be shorter than " +
                                          std::to_string(period.floor_days) + " days"
                                    : std::string("the end is before the start"),
              "notified",
              period.floor_days > 0 ? "enter an earlier end as a decision with its ground"
                                    : "give a day from " + FormatDay(earliest) + " on");
}

Result<void> AskForPeriod(const Work& work, const std::string& country, const std::string& period) {
  Task task;
  task.duty = "confirm_periods";
  task.kind = "period_to_confirm";
  task.source = country + "." + period;
  TRY(OpenTask(work.database, work.random, task, work.now));
  return {};
}

// A task for the record's owner, once for each clock and kind; nothing else changes.
Result<void> OpenDueTask(Database& database, AuditLog& log, const RandomBytes& random,
                         const ProcedureClock& clock, const std::string& kind, Instant now) {
  const RecordFacts facts = TRY(FactsOf(database, clock.record));
  Task task;
  task.organisation = facts.organisation;
  task.account = facts.owner;
  task.record = clock.record;
  task.kind = kind;
  task.source = clock.id;
  task.due = InstantOfDay(*clock.Due());
  Transaction transaction = TRY(Transaction::Begin(database));
  TRY(OpenTask(database, random, task, now, Repeat::kNever));
  AuditEvent event;
  event.actor = "system";
  event.action = "clock.task";
  event.subject_kind = "record";
  event.subjects = {clock.record};
  event.ground = kind;
  TRY(log.Append(database, event, now));
  return transaction.Commit();
}

}  // namespace

Result<std::optional<LegalPeriod>> Clocks::PeriodInForce(std::string_view country,
                                                         std::string_view period) {
  const CountryRules* rules = TRY(countries_.Find(country));
  TRY(CheckListed("legal_period", period, "period"));
  LegalPeriod row = RowOf(*rules, period);
  if (row.verified) return std::optional<LegalPeriod>(std::move(row));
  const auto confirmed = TRY(NewestConfirmation(work_.database, country, period));
  if (!confirmed) return std::optional<LegalPeriod>();
  row.amount = confirmed->amount;
  row.unit = confirmed->unit;
  row.article = confirmed->article;
  return std::optional<LegalPeriod>(std::move(row));
}

Result<std::string> Clocks::Start(const ClockStart& start) {
  const Admission admitted = TRY(Admit(work_, start.record, Right::kRead, FieldGroup::kReference));
  TRY(PersonOfRecord(work_.database, start.record, start.person));
  const CountryRules* rules = TRY(countries_.Find(start.country));
  const auto period = TRY(PeriodInForce(start.country, start.period));
  if (start.notified) {
    TRY(CheckNotified(RowOf(*rules, start.period), start.on, *start.notified));
  }
  ProcedureClock clock;
  clock.id = NewId(work_.random);
  clock.notified = start.notified;
  if (period) clock.computed = TRY(LastDayOf(*rules, *period, start.on, {}));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  if (!period) TRY(AskForPeriod(work_, start.country, start.period));
  const std::vector<SqlValue> values = {clock.id,
                                        start.record,
                                        start.person,
                                        start.track,
                                        start.period,
                                        start.country,
                                        start.event,
                                        start.on,
                                        NullOr(clock.computed),
                                        NullOr(clock.notified),
                                        NullOr(clock.Due()),
                                        std::monostate{},
                                        std::int64_t{1}};
  TRY(work_.database.Execute(
      "INSERT INTO procedure_clock (id, record_id, person_id, track, period, country, "
      "start_event, started, computed, notified, due, met, version) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
      values));
  TRY(LogAct(work_, "clock.start", "clock", {clock.id, start.record}, admitted.ground));
  TRY(transaction.Commit());
  return clock.id;
}

Result<void> Clocks::Change(std::string_view id, std::int64_t version, std::string_view action,
                            const std::function<Result<void>(ProcedureClock&)>& change) {
  ProcedureClock clock = TRY(FetchOne(work_.database, id));
  const Admission admitted = TRY(Admit(work_, clock.record, Right::kDecide, FieldGroup::kDecision));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(RaiseVersion(work_.database, "procedure_clock", id, version));
  TRY(change(clock));
  const CountryRules* rules = TRY(countries_.Find(clock.country));
  const auto period = TRY(PeriodInForce(clock.country, clock.period));
  clock.computed = std::nullopt;
  if (period) clock.computed = TRY(LastDayOf(*rules, *period, clock.started, clock.stops));
  TRY(StoreDates(work_.database, clock));
  // The tasks said another date.
  TRY(CloseTasksOf(work_.database, id, {}, work_.now));
  TRY(LogAct(work_, action, "clock", {clock.id, clock.record}, admitted.ground));
  return transaction.Commit();
}

Result<void> Clocks::Stop(std::string_view id, std::int64_t version, Day from,
                          std::string_view ground) {
  TRY(CheckListed("clock_stop", ground, "ground"));
  return Change(id, version, "clock.stop", [&](ProcedureClock& clock) -> Result<void> {
    const bool standing = !clock.stops.empty() && !clock.stops.back().to;
    if (standing || clock.met || clock.stops.size() >= kMaxStops) {
      return Fail(ErrorCode::kConflict, "the clock does not run", "clock",
                  "end the stop that stands first");
    }
    if (from < clock.started) {
      return Fail(ErrorCode::kBadValue, "the stop is before the start", "from",
                  "give a day from " + FormatDay(clock.started) + " on");
    }
    clock.stops.push_back({from, std::nullopt, std::string(ground)});
    const std::vector<SqlValue> values = {
        NewId(work_.random), clock.id,           from, std::monostate{},
        std::string(ground), work_.actor.account};
    return work_.database.Execute(
        "INSERT INTO clock_stop (id, clock_id, from_day, to_day, ground, account) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        values);
  });
}

Result<void> Clocks::Resume(std::string_view id, std::int64_t version, Day to) {
  return Change(id, version, "clock.resume", [&](ProcedureClock& clock) -> Result<void> {
    ClockStop* standing = nullptr;
    for (ClockStop& stop : clock.stops) {
      if (!stop.to) standing = &stop;
    }
    if (standing == nullptr) {
      return Fail(ErrorCode::kConflict, "the clock runs already", "clock", "look again");
    }
    if (to < standing->from) {
      return Fail(ErrorCode::kBadValue, "the stop would end before it began", "to",
                  "give a day from " + FormatDay(standing->from) + " on");
    }
    standing->to = to;
    const std::vector<SqlValue> values = {to, clock.id};
    return work_.database.Execute(
        "UPDATE clock_stop SET to_day = $1 WHERE clock_id = $2 AND to_day IS NULL", values);
  });
}

Result<void> Clocks::Notify(std::string_view id, std::int64_t version, Day notified) {
  return Change(id, version, "clock.notify", [&](ProcedureClock& clock) -> Result<void> {
    const CountryRules* rules = TRY(countries_.Find(clock.country));
    TRY(CheckNotified(RowOf(*rules, clock.period), clock.started, notified));
    clock.notified = notified;
    return {};
  });
}

Result<void> Clocks::NotifyTrack(std::string_view record, std::string_view person,
                                 std::string_view track, Day notified) {
  const std::vector<ProcedureClock> open = TRY(Fetch(
      work_.database, "WHERE record_id = $1 AND person_id = $2 AND track = $3 AND met IS NULL",
      {std::string(record), std::string(person), std::string(track)}));
  for (const ProcedureClock& clock : open) TRY(Notify(clock.id, clock.version, notified));
  return {};
}

Result<void> Clocks::Meet(std::string_view record, std::string_view person, std::string_view period,
                          Day on) {
  const Admission admitted = TRY(Admit(work_, record, Right::kRead, FieldGroup::kReference));
  const std::vector<ProcedureClock> open = TRY(Fetch(
      work_.database, "WHERE record_id = $1 AND person_id = $2 AND period = $3 AND met IS NULL",
      {std::string(record), std::string(person), std::string(period)}));
  if (open.empty()) return {};
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  for (const ProcedureClock& clock : open) {
    const std::vector<SqlValue> values = {on, clock.id};
    TRY(work_.database.Execute(
        "UPDATE procedure_clock SET met = $1, version = version + 1 WHERE id = $2", values));
    TRY(CloseTasksOf(work_.database, clock.id, {}, work_.now));
    TRY(LogAct(work_, "clock.meet", "clock", {clock.id, clock.record}, admitted.ground));
  }
  return transaction.Commit();
}

Result<std::vector<ProcedureClock>> Clocks::OfRecord(std::string_view record) {
  const Admission admitted = TRY(Admit(work_, record, Right::kRead, FieldGroup::kReference));
  std::vector<ProcedureClock> clocks =
      TRY(Fetch(work_.database, "WHERE record_id = $1", {std::string(record)}));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(LogAct(work_, "clock.list", "record", {std::string(record)}, admitted.ground));
  TRY(transaction.Commit());
  return clocks;
}

Result<void> Clocks::ConfirmPeriod(const ConfirmedPeriod& period) {
  if (!work_.roles.MayAct(work_.actor, "confirm_periods")) {
    return Fail(ErrorCode::kForbidden, "your account may not confirm a legal period", "period",
                "ask the competent authority");
  }
  const CountryRules* rules = TRY(countries_.Find(period.country));
  TRY(CheckListed("legal_period", period.period, "period"));
  LegalPeriod stated = RowOf(*rules, period.period);
  if (stated.verified && (stated.amount != period.amount || stated.unit != period.unit)) {
    return Fail(ErrorCode::kConflict, "the period was verified otherwise", "amount",
                "correct rules/countries.json where the law has changed");
  }
  stated.amount = period.amount;
  stated.unit = period.unit;
  TRY(CheckPeriod(stated));
  TRY(CheckLength(period.article, kMaxArticle, "article"));
  if (period.amount == 0 || period.article.empty()) {
    return Fail(ErrorCode::kBadValue, "a period needs its length and the article that sets it",
                period.amount == 0 ? "amount" : "article", "give both");
  }
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  const std::vector<SqlValue> values = {
      NewId(work_.random),   period.country, period.period,       std::int64_t{period.amount},
      UnitName(period.unit), period.article, work_.actor.account, work_.now};
  TRY(
      work_.database.Execute("INSERT INTO confirmed_period (id, country, period, amount, unit, "
                             "article, account, confirmed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                             values));
  for (ProcedureClock& clock :
       TRY(Fetch(work_.database,
                 "WHERE country = $1 AND period = $2 AND met IS NULL AND computed IS NULL",
                 {period.country, period.period}))) {
    clock.computed = TRY(LastDayOf(*rules, stated, clock.started, clock.stops));
    TRY(StoreDates(work_.database, clock));
  }
  TRY(CloseTasksOf(work_.database, period.country + "." + period.period, "period_to_confirm",
                   work_.now));
  TRY(LogAct(work_, "period.confirm", "period", {period.country + "." + period.period},
             "confirm_periods"));
  return transaction.Commit();
}

Result<int> OpenDueTasks(Database& database, AuditLog& log, const RandomBytes& random, Instant now,
                         int warn_days) {
  int opened = 0;
  const Day today = DayOfInstant(now);
  // Each clock is looked at until it has its task, so that old ones do not stand before new ones.
  const std::string without =
      "AND NOT EXISTS (SELECT 1 FROM task t WHERE t.source = procedure_clock.id AND t.kind = $3)";
  const std::array<std::tuple<std::string, Day, Day>, 2> kinds{
      {{"clock_ran_out", 0, today - 1}, {"clock_ends", today, today + warn_days}}};
  for (const auto& [kind, from, to] : kinds) {
    const std::vector<ProcedureClock> clocks = TRY(Fetch(
        database, "WHERE met IS NULL AND due >= $1 AND due <= $2 " + without, {from, to, kind}));
    for (const ProcedureClock& clock : clocks) {
      TRY(OpenDueTask(database, log, random, clock, kind, now));
      ++opened;
    }
  }
  return opened;
}

}  // namespace thb
