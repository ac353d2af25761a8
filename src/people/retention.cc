// Retention periods and the records whose time has come.

#include <algorithm>
#include <utility>

#include "base/csv.h"
#include "base/resources.h"
#include "base/text.h"
#include "people/erasure.h"
#include "people/internal/person_rows.h"
#include "people/internal/record_rows.h"
#include "people/internal/rows.h"

namespace thb {
namespace {

constexpr std::string_view kFile = "rules/retention.csv";
constexpr std::string_view kAnyCountry = "*";
constexpr int kAdultYears = 18;
constexpr int kMaxMonths = 1'200;

struct Day {
  int year = 0;
  int month = 0;
  int day = 0;
};

Day DayOf(Instant instant) {
  const std::string date = FormatDate(instant);
  const std::string_view text = date;
  return {static_cast<int>(ParseInt(text.substr(0, 4)).value_or(0)),
          static_cast<int>(ParseInt(text.substr(5, 2)).value_or(0)),
          static_cast<int>(ParseInt(text.substr(8, 2)).value_or(0))};
}

std::string TwoDigits(int number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

// The same day so many months later, or the last of that month where it has no such day.
Instant MonthsAfter(Instant instant, int months) {
  const Day start = DayOf(instant);
  const int whole = start.year * 12 + start.month - 1 + months;
  for (int day = start.day; day > 0; --day) {
    const auto then = ParseInstant(std::to_string(whole / 12) + "-" + TwoDigits(whole % 12 + 1) +
                                   "-" + TwoDigits(day));
    constexpr Instant kDay = 86'400;
    if (then) return *then + instant % kDay;
  }
  return instant;
}

struct ClosedRecord {
  std::string id;
  std::string regime;
  AgeBand band = AgeBand::kUnknown;
  Instant closed_at = 0;
};

Result<std::vector<ClosedRecord>> ClosedRecords(const Work& work) {
  std::vector<ClosedRecord> records;
  const std::vector<SqlValue> values = {work.actor.organisation};
  TRY(work.database.Query(
      "SELECT id, regime, age_band, closed_at FROM record WHERE organisation = $1 "
      "AND closed_at IS NOT NULL ORDER BY closed_at, id",
      values, [&](const SqlRow& row) -> Result<void> {
        const AgeBand band = TRY(ParseAgeBand(row.Text(2)));
        records.push_back({std::string(row.Text(0)), std::string(row.Text(1)), band, row.Int(3)});
        return {};
      }));
  return records;
}

// When a child's period begins: at the 18th birthday, where that is known and later.
Result<Instant> ComesOfAge(const Work& work, const std::string& record, Instant closed_at) {
  Instant from = closed_at;
  std::vector<PersonRow> victims;
  const std::vector<SqlValue> values = {record};
  TRY(work.database.Query("SELECT " + std::string(kPersonColumns) +
                              " FROM person WHERE record_id = $1 AND role = 'victim'",
                          values, [&](const SqlRow& row) -> Result<void> {
                            victims.push_back(TRY(ReadPersonRow(row)));
                            return {};
                          }));
  for (const PersonRow& victim : victims) {
    const Identity identity = TRY(OpenIdentity(work.vault, victim));
    if (identity.birthdate.given != Given::kKnown) continue;
    constexpr std::string_view kLatest = "0000-12-31";
    const std::string& date = identity.birthdate.date;
    std::string latest = date + std::string(kLatest.substr(date.size()));
    if (date.size() == 7) latest = date + "-28";
    const auto born = ParseInstant(latest);
    if (born) from = std::max(from, MonthsAfter(*born, 12 * kAdultYears));
  }
  return from;
}

}  // namespace

Instant OneMonthAfter(Instant instant) {
  return MonthsAfter(instant, 1);
}

Result<std::vector<RetentionRule>> LoadRetentionRules() {
  std::vector<RetentionRule> rules;
  CsvReader reader(FindResource(kFile).value_or(""), std::string(kFile));
  std::vector<std::string> fields;
  bool head = true;
  while (TRY(reader.Next(fields))) {
    if (std::exchange(head, false)) continue;
    const auto months = fields.size() == 6 ? ParseInt(fields[3]) : std::nullopt;
    if (!months || *months < 1 || *months > kMaxMonths || fields[4].empty()) {
      return Fail(ErrorCode::kParse, "not a retention period", reader.Place(),
                  "give country, regime, age band, months, source, verified");
    }
    rules.push_back({fields[0], fields[1], fields[2], static_cast<int>(*months), fields[4],
                     fields[5] == "yes"});
  }
  return rules;
}

std::optional<RetentionRule> RetentionFor(const std::vector<RetentionRule>& rules,
                                          std::string_view country, std::string_view regime,
                                          bool child) {
  std::optional<RetentionRule> best;
  for (const RetentionRule& rule : rules) {
    if (rule.regime != regime || rule.age_band != (child ? "child" : "adult")) continue;
    if (rule.country == country) return rule;
    if (rule.country == kAnyCountry) best = rule;
  }
  return best;
}

Result<std::vector<RetentionDue>> DueForErasure(const Work& work, std::string_view country,
                                                int limit) {
  TRY(RequireDuty(work, "supervise"));
  const std::vector<RetentionRule> rules = TRY(LoadRetentionRules());
  std::vector<RetentionDue> due;
  std::vector<std::string> shown;
  for (const ClosedRecord& record : TRY(ClosedRecords(work))) {
    if (static_cast<int>(due.size()) == std::clamp(limit, 1, kMaxListed)) break;
    const bool child = record.band == AgeBand::kChild || record.band == AgeBand::kPresumedChild;
    const auto rule = RetentionFor(rules, country, record.regime, child);
    if (!rule || MonthsAfter(record.closed_at, rule->months) > work.now) continue;
    const Instant from =
        child ? TRY(ComesOfAge(work, record.id, record.closed_at)) : record.closed_at;
    const Instant at = MonthsAfter(from, rule->months);
    const RecordFacts facts = TRY(FactsOf(work.database, record.id));
    const bool listed =
        work.roles.Decide(work.actor, facts, Right::kList, FieldGroup::kReference, work.now)
            .allowed;
    if (at > work.now || !listed) continue;
    const bool hold = facts.restrictions.count(Restriction::kLegalHold) > 0;
    due.push_back({record.id, facts.organisation, at, hold, rule->verified});
    shown.push_back(record.id);
  }
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, "retention.list", "record", std::move(shown), "supervise"));
  TRY(transaction.Commit());
  return due;
}

}  // namespace thb
