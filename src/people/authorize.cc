#include "people/authorize.h"

#include <map>

#include "base/text.h"
#include "people/internal/record_rows.h"
#include "people/internal/rows.h"
#include "people/record.h"
#include "people/reference.h"

namespace thb {
namespace {

using FactsById = std::map<std::string, RecordFacts, std::less<>>;

Result<void> AddRestrictions(Database& database, std::span<const std::string> ids,
                             FactsById& facts) {
  TRY(QueryByIds(database,
                 "SELECT record_id, restriction FROM record_restriction WHERE record_id IN ({})",
                 ids, [&](const SqlRow& row) -> Result<void> {
                   const Restriction restriction = TRY(ParseRestriction(row.Text(1)));
                   facts.find(row.Text(0))->second.restrictions.insert(restriction);
                   return {};
                 }));
  return QueryByIds(database,
                    "SELECT record_id, account FROM record_exclusion WHERE record_id IN ({})", ids,
                    [&](const SqlRow& row) -> Result<void> {
                      facts.find(row.Text(0))->second.excluded_accounts.emplace(row.Text(1));
                      return {};
                    });
}

Result<void> AddParticipants(Database& database, std::span<const std::string> ids,
                             FactsById& facts) {
  return QueryByIds(
      database,
      "SELECT record_id, kind, account, organisation, field_groups, may_edit, starts, ends "
      "FROM record_participant WHERE record_id IN ({}) ORDER BY id",
      ids, [&](const SqlRow& row) -> Result<void> {
        Participation participation;
        participation.kind = row.Text(1);
        participation.account = row.Text(2);
        participation.organisation = row.Text(3);
        participation.groups = TRY(SplitFieldGroups(row.Text(4)));
        participation.may_edit = row.Int(5) != 0;
        participation.from = row.Int(6);
        if (!row.IsNull(7)) participation.until = row.Int(7);
        facts.find(row.Text(0))->second.participants.push_back(std::move(participation));
        return {};
      });
}

// What lies in other tables than the record's own.
Result<void> AddRest(Database& database, FactsById& facts) {
  std::vector<std::string> found;
  for (const auto& [id, one] : facts) found.push_back(id);
  TRY(AddRestrictions(database, found, facts));
  return AddParticipants(database, found, facts);
}

// What a person who had her processing restricted is spared until she says otherwise.
bool PassesOn(Right right) {
  return right == Right::kRefer || right == Right::kExport || right == Right::kScreen ||
         right == Right::kMerge;
}

Result<void> LogRefusal(const Work& work, std::string_view record, std::string_view rule,
                        Right right, FieldGroup group) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  std::vector<std::string> subjects;
  if (LooksLikeId(record)) subjects.emplace_back(record);
  TRY(LogAct(work, "record.refused", "record", std::move(subjects), rule,
             std::string(WordOf(right)) + " " + std::string(WordOf(group))));
  return transaction.Commit();
}

}  // namespace

Result<std::vector<RecordFacts>> FactsOfMany(Database& database,
                                             std::span<const std::string> records) {
  FactsById facts;
  TRY(QueryByIds(
      database,
      "SELECT id, organisation, team, owner, regime, urgent, closed, restricted FROM record "
      "WHERE id IN ({})",
      records, [&](const SqlRow& row) -> Result<void> {
        RecordFacts& one = facts[std::string(row.Text(0))];
        one.record = row.Text(0);
        one.organisation = row.Text(1);
        one.group = row.Text(2);
        one.owner = row.Text(3);
        one.regime = row.Text(4);
        one.urgent = row.Int(5) != 0;
        one.closed = row.Int(6) != 0;
        one.restricted = row.Int(7) != 0;
        return {};
      }));
  TRY(AddRest(database, facts));
  std::vector<RecordFacts> out;
  for (const std::string& id : records) {
    const auto one = facts.find(id);
    if (one != facts.end()) out.push_back(one->second);
  }
  return out;
}

Result<std::vector<RecordFacts>> FactsOfHeads(Database& database,
                                              std::span<const RecordHead> heads) {
  FactsById facts;
  for (const RecordHead& head : heads) {
    RecordFacts& one = facts[head.id];
    one.record = head.id;
    one.organisation = head.organisation;
    one.group = head.group;
    one.owner = head.owner;
    one.regime = head.regime;
    one.urgent = head.urgent;
    one.closed = head.closed;
    one.restricted = head.restricted;
  }
  TRY(AddRest(database, facts));
  std::vector<RecordFacts> out;
  for (const RecordHead& head : heads) out.push_back(facts[head.id]);
  return out;
}

Result<RecordFacts> FactsOf(Database& database, std::string_view record) {
  const std::vector<std::string> ids = {std::string(record)};
  std::vector<RecordFacts> facts = TRY(FactsOfMany(database, ids));
  if (facts.empty()) return NoSuchRecord();
  return std::move(facts.front());
}

Result<RecordFacts> FactsByReference(Database& database, std::string_view reference) {
  std::string id;
  const std::vector<SqlValue> values = {ParseReference(reference).value_or("")};
  TRY(QueryOne(database, "SELECT id FROM record WHERE reference = $1", values,
               [&](const SqlRow& row) -> Result<void> {
                 id = row.Text(0);
                 return {};
               }));
  return FactsOf(database, id);
}

Result<std::string> Authorize(const Work& work, const RecordFacts& facts, Right right,
                              FieldGroup group) {
  const Verdict verdict = work.roles.Decide(work.actor, facts, right, group, work.now);
  if (verdict.allowed && !(facts.restricted && PassesOn(right))) return verdict.rule;
  TRY(LogRefusal(work, facts.record, verdict.allowed ? "restricted" : verdict.rule, right, group));
  if (!verdict.visible) return NoSuchRecord();
  if (verdict.allowed) {
    return Fail(ErrorCode::kForbidden,
                "processing of this record is restricted at the person's request", "record",
                "ask the person, or lift the restriction");
  }
  return Fail(ErrorCode::kForbidden,
              "your account may not " + std::string(WordOf(right)) + " the " +
                  std::string(WordOf(group)) + " of this record",
              "record", "ask its owner or your supervisor");
}

Result<Admission> Admit(const Work& work, std::string_view record, Right right, FieldGroup group) {
  Result<RecordFacts> facts = FactsOf(work.database, record);
  if (!facts && facts.error().code == ErrorCode::kNotFound) {
    TRY(LogRefusal(work, record, "invisible", right, group));
    return NoSuchRecord();
  }
  if (!facts) return tl::make_unexpected(facts.error());
  std::string ground = TRY(Authorize(work, *facts, right, group));
  return Admission{*std::move(facts), std::move(ground)};
}

Result<void> RequireDuty(const Work& work, std::string_view duty) {
  if (work.roles.MayAct(work.actor, duty)) return {};
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, "duty.refused", "account", {work.actor.account}, duty));
  TRY(transaction.Commit());
  return Fail(ErrorCode::kForbidden,
              "your account does not have the duty \"" + std::string(duty) + "\"", "account",
              "ask your organisation's administrator");
}

tl::unexpected<Error> NoSuchRecord() {
  return Fail(ErrorCode::kNotFound, "there is no such record", "record",
              "check the reference, or ask the organisation that gave it");
}

Result<void> CheckVersion(std::int64_t read, std::int64_t stored) {
  if (read == stored) return {};
  return Fail(ErrorCode::kStale,
              "changed by somebody else since it was read: version " + std::to_string(stored) +
                  " is there, version " + std::to_string(read) + " was read",
              "version", "compare the two and save again; nothing that was typed is lost");
}

Result<void> LogAct(const Work& work, std::string_view action, std::string_view subject_kind,
                    std::vector<std::string> subjects, std::string_view ground,
                    std::string_view detail, std::string_view detail_key) {
  AuditEvent event;
  event.actor = work.actor.account;
  event.action = action;
  event.subject_kind = subject_kind;
  event.subjects = std::move(subjects);
  event.ground = ground;
  event.detail = detail;
  event.detail_key = detail_key;
  TRY(work.log.Append(work.database, event, work.now));
  return {};
}

std::string JoinFieldGroups(const std::set<FieldGroup>& groups) {
  std::vector<std::string> words;
  for (const FieldGroup group : groups) words.emplace_back(WordOf(group));
  return Join(words, ",");
}

Result<std::set<FieldGroup>> SplitFieldGroups(std::string_view text) {
  std::set<FieldGroup> groups;
  if (text.empty()) return groups;
  for (const std::string_view word : Split(text, ',')) {
    groups.insert(TRY(ParseFieldGroup(word, "field_groups")));
  }
  return groups;
}

}  // namespace thb
