#include "people/counting.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "base/json.h"
#include "base/text.h"
#include "people/internal/counted.h"
#include "people/internal/person_rows.h"
#include "people/internal/record_rows.h"
#include "people/internal/rows.h"

namespace thb {
namespace {

constexpr std::string_view kUnknown = "UNK";
constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2200;

Result<CountedRecord> ReadCounted(const SqlRow& row) {
  CountedRecord record;
  record.head = TRY(ReadHead(row));
  record.closing_reason = row.Text(kHeadColumnCount);
  record.counted_elsewhere = row.Int(kHeadColumnCount + 1) != 0;
  return record;
}

std::string SelectCounted(std::string_view condition) {
  return "SELECT " + std::string(kHeadColumns) + ", " + std::string(kCountedColumns) +
         " FROM record WHERE " + std::string(condition);
}

Result<std::vector<CountedRecord>> CountedRecords(Database& database, std::string_view condition,
                                                  const std::vector<SqlValue>& values) {
  std::vector<CountedRecord> records;
  TRY(database.Query(SelectCounted(condition) + " ORDER BY id", values,
                     [&](const SqlRow& row) -> Result<void> {
                       records.push_back(TRY(ReadCounted(row)));
                       return {};
                     }));
  return records;
}

Result<std::vector<std::string>> LinkedWith(Database& database, const std::string& record) {
  std::vector<std::string> linked;
  const std::vector<SqlValue> values = {record, record};
  TRY(
      database.Query("SELECT other_id FROM record_link WHERE record_id = $1 UNION "
                     "SELECT record_id FROM record_link WHERE other_id = $2",
                     values, [&](const SqlRow& row) -> Result<void> {
                       linked.emplace_back(row.Text(0));
                       return {};
                     }));
  return linked;
}

Result<std::optional<PersonRow>> VictimOf(Database& database, const std::string& record) {
  std::optional<PersonRow> victim;
  const std::vector<SqlValue> values = {record};
  TRY(QueryOne(database,
               "SELECT " + std::string(kPersonColumns) +
                   " FROM person WHERE record_id = $1 AND role = 'victim'",
               values, [&](const SqlRow& row) -> Result<void> {
                 victim = TRY(ReadPersonRow(row));
                 return {};
               }));
  return victim;
}

std::string KnownOr(const Answer& answer) {
  return answer.given == Given::kKnown ? answer.value : std::string(kUnknown);
}

auto SortKey(const CountedFacts& facts) {
  return std::tie(facts.identified, facts.entity, facts.sex, facts.age, facts.citizen,
                  facts.exploitation, facts.forms);
}

std::string ReasonFor(const CountedRecord& record) {
  if (record.closing_reason == "merged" || record.closing_reason == "entered_in_error") {
    return record.closing_reason;
  }
  if (record.counted_elsewhere) return "linked";
  return record.head.status == VictimStatus::kNotVictim ? "not_victim" : "signal";
}

Result<void> AddRecord(const Work& work, const CountedRecord& record, YearCount& count) {
  if (!record.Counts()) {
    ++count.left_out[ReasonFor(record)];
    return {};
  }
  const std::vector<CountedRecord> all = TRY(RecordsOfPerson(work.database, record.head.id));
  const CountedRecord* representative = Representative(all);
  if (representative == nullptr || representative->head.id != record.head.id) {
    ++count.left_out["linked"];
    return {};
  }
  Result<CountedFacts> facts = FactsForCount(work, record, all);
  if (!facts && facts.error().code == ErrorCode::kSealed) {
    ++count.left_out["unreadable"];
    return {};
  }
  if (!facts) return tl::make_unexpected(facts.error());
  count.persons.push_back(*std::move(facts));
  return {};
}

Result<void> AddRemainders(const Work& work, int year, YearCount& count) {
  const std::vector<SqlValue> values = {std::int64_t{year}};
  return work.database.Query("SELECT id, sealed_facts FROM remainder WHERE year = $1 ORDER BY id",
                             values, [&](const SqlRow& row) -> Result<void> {
                               count.persons.push_back(TRY(CountedFactsFromJson(TRY(work.vault.Open(
                                   {"remainder", row.Text(0), "sealed_facts"}, row.Text(1))))));
                               ++count.erased;
                               return {};
                             });
}

Result<void> CountUnlinked(const Work& work, Instant from, Instant to, YearCount& count) {
  const std::vector<SqlValue> values = {from, to, from, to};
  return work.database.Query(
      "SELECT COUNT(*) FROM duplicate_candidate c JOIN record l ON l.id = c.left_record "
      "JOIN record r ON r.id = c.right_record WHERE c.state IN ('open', 'asked') "
      "AND l.registered >= $1 AND l.registered < $2 AND r.registered >= $3 AND r.registered < $4",
      values, [&](const SqlRow& row) -> Result<void> {
        count.unlinked_duplicates = row.Int(0);
        return {};
      });
}

}  // namespace

int YearOf(Instant instant) {
  const std::string date = FormatDate(instant);
  return static_cast<int>(ParseInt(std::string_view(date).substr(0, 4)).value_or(0));
}

Result<std::vector<CountedRecord>> RecordsOfPerson(Database& database, std::string_view record) {
  std::set<std::string> seen = {std::string(record)};
  std::vector<std::string> open = {std::string(record)};
  while (!open.empty()) {
    const std::string next = std::move(open.back());
    open.pop_back();
    for (std::string& other : TRY(LinkedWith(database, next))) {
      if (seen.insert(other).second) open.push_back(std::move(other));
    }
  }
  std::vector<CountedRecord> records;
  const std::vector<std::string> ids(seen.begin(), seen.end());
  TRY(QueryByIds(database, SelectCounted("id IN ({})"), ids,
                 [&](const SqlRow& row) -> Result<void> {
                   records.push_back(TRY(ReadCounted(row)));
                   return {};
                 }));
  return records;
}

const CountedRecord* Representative(const std::vector<CountedRecord>& records) {
  const CountedRecord* best = nullptr;
  for (const CountedRecord& record : records) {
    // She is counted already by the row that stayed of another of her records.
    if (record.counted_elsewhere) return nullptr;
    if (!record.Counts()) continue;
    if (best == nullptr || std::tie(*record.head.registered, record.head.id) <
                               std::tie(*best->head.registered, best->head.id)) {
      best = &record;
    }
  }
  return best;
}

CountedFacts OutlineForCount(const CountedRecord& record, const std::vector<CountedRecord>& all) {
  CountedFacts facts{false, record.head.entity, "UNK", "UNK", "UNK", "UNK", {}};
  facts.identified = std::any_of(all.begin(), all.end(), [](const CountedRecord& one) {
    return one.Counts() && one.head.status == VictimStatus::kIdentified;
  });
  return facts;
}

Result<CountedFacts> FactsForCount(const Work& work, const CountedRecord& record,
                                   const std::vector<CountedRecord>& all) {
  CountedFacts facts = OutlineForCount(record, all);
  const auto victim = TRY(VictimOf(work.database, record.head.id));
  if (!victim) return facts;
  const Identity identity = TRY(OpenIdentity(work.vault, *victim));
  const VictimContext context = TRY(VictimContextFromJson(
      TRY(work.vault.Open({kPersonTable, victim->id, "sealed_context"}, victim->sealed_context))));
  facts.sex = KnownOr(identity.sex);
  facts.age = AgeGroupOf(identity, victim->age_decision, *record.head.registered);
  if (identity.citizenship.given == Given::kKnown) facts.citizen = identity.citizenship.values[0];
  facts.exploitation = KnownOr(context.main_exploitation);
  facts.forms = context.forms.values;
  return facts;
}

std::string CountedFactsToJson(const CountedFacts& facts) {
  const Json json = {{"identified", facts.identified},
                     {"entity", facts.entity},
                     {"sex", facts.sex},
                     {"age", facts.age},
                     {"citizen", facts.citizen},
                     {"exploitation", facts.exploitation},
                     {"forms", facts.forms}};
  return json.dump();
}

Result<CountedFacts> CountedFactsFromJson(std::string_view text) {
  const Json json = TRY(ParseJson(text, "remainder"));
  CountedFacts facts;
  facts.identified = json.value("identified", false);
  facts.entity = json.value("entity", "UNK");
  facts.sex = json.value("sex", "UNK");
  facts.age = json.value("age", "UNK");
  facts.citizen = json.value("citizen", "UNK");
  facts.exploitation = json.value("exploitation", "UNK");
  facts.forms = json.value("forms", std::vector<std::string>());
  return facts;
}

Result<YearCount> CountYear(const Work& work, int year) {
  TRY(RequireDuty(work, "statistics"));
  if (year < kFirstYear || year > kLastYear) {
    return Fail(ErrorCode::kUsage, "not a year", "year", "give a year from 1900 to 2200");
  }
  const Instant from = TRY(ParseInstant(std::to_string(year) + "-01-01"));
  const Instant to = TRY(ParseInstant(std::to_string(year + 1) + "-01-01"));
  YearCount count;
  // Registered in the year; and what was opened in it and never registered.
  for (const CountedRecord& record :
       TRY(CountedRecords(work.database,
                          "(registered >= $1 AND registered < $2) OR "
                          "(registered IS NULL AND opened >= $3 AND opened < $4)",
                          {from, to, from, to}))) {
    TRY(AddRecord(work, record, count));
  }
  TRY(AddRemainders(work, year, count));
  TRY(CountUnlinked(work, from, to, count));
  std::sort(count.persons.begin(), count.persons.end(),
            [](const CountedFacts& a, const CountedFacts& b) { return SortKey(a) < SortKey(b); });
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, "record.count", "year", {std::to_string(year)}, "statistics"));
  TRY(transaction.Commit());
  return count;
}

}  // namespace thb
