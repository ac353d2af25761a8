// Possible duplicates: hints in scope, candidates for the custodian beyond it, and merging.

#include <algorithm>
#include <map>
#include <set>

#include "access/approval.h"
#include "people/internal/duplicate_check.h"
#include "people/internal/name_index.h"
#include "people/internal/person_rows.h"
#include "people/internal/record_rows.h"
#include "people/internal/rows.h"
#include "people/notice.h"
#include "people/search.h"

namespace thb {
namespace {

struct Likely {
  PersonRow row;
  double similarity = 0;
};

// Persons of other records who may be this one, most similar first.
Result<std::vector<Likely>> LikelyTheSame(const Work& work, std::string_view record,
                                          std::string_view person, const Identity& identity,
                                          const Contact& contact) {
  const auto identifiers = IdentifierEntries(identity, contact);
  const std::vector<std::string> candidates =
      TRY(Candidates(work, NameEntries(identity), identifiers));
  std::vector<Likely> likely;
  for (PersonRow& row : TRY(PersonRowsOf(work, candidates))) {
    if (row.id == person || row.record == record || row.role != "victim") continue;
    const auto opened = TRY(OpenIfReadable(work.vault, row));
    if (!opened) continue;
    double similarity = PersonSimilarity(identity, opened->identity);
    if (similarity < kPossiblyTheSame && !identifiers.empty()) {
      const auto others = IdentifierEntries(opened->identity, opened->contact);
      const bool shared = std::any_of(others.begin(), others.end(), [&](const std::string& entry) {
        return std::find(identifiers.begin(), identifiers.end(), entry) != identifiers.end();
      });
      if (shared) similarity = 1;
    }
    if (similarity >= kPossiblyTheSame) likely.push_back({std::move(row), similarity});
  }
  std::sort(likely.begin(), likely.end(), [](const Likely& a, const Likely& b) {
    return a.similarity != b.similarity ? a.similarity > b.similarity : a.row.id < b.row.id;
  });
  return likely;
}

// Linked records are known to be of one person.
Result<std::set<std::string>> LinkedTo(Database& database, std::string_view record) {
  std::set<std::string> linked;
  const std::vector<SqlValue> values = {std::string(record), std::string(record)};
  TRY(
      database.Query("SELECT other_id FROM record_link WHERE record_id = $1 UNION "
                     "SELECT record_id FROM record_link WHERE other_id = $2",
                     values, [&](const SqlRow& row) -> Result<void> {
                       linked.emplace(row.Text(0));
                       return {};
                     }));
  return linked;
}

// Nothing of this reaches the worker who entered the person, the log of his acts included.
Result<void> OpenCandidate(const Work& work, std::string_view person, std::string_view record,
                           const Likely& other) {
  const bool first = person < other.row.id;
  const std::string left(first ? person : std::string_view(other.row.id));
  const std::string right(first ? std::string_view(other.row.id) : person);
  const std::string left_record(first ? record : std::string_view(other.row.record));
  const std::string right_record(first ? std::string_view(other.row.record) : record);
  const std::string id = NewId(work.random);
  const std::vector<SqlValue> values = {
      id,      left,         left_record,
      right,   right_record, static_cast<std::int64_t>(100 * other.similarity),
      work.now};
  const bool opened = TRY(QueryOne(
      work.database,
      "INSERT INTO duplicate_candidate (id, left_person, left_record, right_person, right_record, "
      "similarity, state, left_answer, right_answer, found) "
      "VALUES ($1, $2, $3, $4, $5, $6, 'open', '', '', $7) ON CONFLICT DO NOTHING RETURNING id",
      values, [](const SqlRow&) -> Result<void> { return {}; }));
  if (!opened) return {};
  Notice notice;
  notice.kind = "duplicate.possible";
  notice.subject = id;
  notice.duty = "duplicates";
  TRY(AddNotice(work, std::move(notice)));
  AuditEvent event;
  event.actor = "system";
  event.action = "duplicate.found";
  event.subject_kind = "duplicate";
  event.subjects = {id};
  TRY(work.log.Append(work.database, event, work.now));
  return {};
}

constexpr std::string_view kCandidateColumns =
    "c.id, c.left_person, c.left_record, l.organisation, l.owner, c.right_person, "
    "c.right_record, r.organisation, r.owner, c.similarity, c.state, c.left_answer, "
    "c.right_answer, c.found FROM duplicate_candidate c "
    "JOIN record l ON l.id = c.left_record JOIN record r ON r.id = c.right_record ";

struct StoredCandidate {
  DuplicateCandidate candidate;
  std::string left_owner;
  std::string right_owner;
};

StoredCandidate ReadCandidate(const SqlRow& row) {
  StoredCandidate stored;
  DuplicateCandidate& candidate = stored.candidate;
  candidate.id = row.Text(0);
  candidate.left_person = row.Text(1);
  candidate.left_record = row.Text(2);
  candidate.left_organisation = row.Text(3);
  stored.left_owner = row.Text(4);
  candidate.right_person = row.Text(5);
  candidate.right_record = row.Text(6);
  candidate.right_organisation = row.Text(7);
  stored.right_owner = row.Text(8);
  candidate.similarity = static_cast<double>(row.Int(9)) / 100;
  candidate.state = row.Text(10);
  candidate.left_answer = row.Text(11);
  candidate.right_answer = row.Text(12);
  candidate.found = row.Int(13);
  return stored;
}

Result<StoredCandidate> CandidateOf(Database& database, std::string_view id) {
  StoredCandidate stored;
  const std::vector<SqlValue> values = {std::string(id)};
  const bool found =
      TRY(QueryOne(database, "SELECT " + std::string(kCandidateColumns) + "WHERE c.id = $1", values,
                   [&](const SqlRow& row) -> Result<void> {
                     stored = ReadCandidate(row);
                     return {};
                   }));
  if (!found) return NoSuchRecord();
  return stored;
}

Result<void> SetState(Database& database, const std::string& candidate, const char* state) {
  const std::vector<SqlValue> values = {std::string(state), candidate};
  return database.Execute("UPDATE duplicate_candidate SET state = $1 WHERE id = $2", values);
}

Result<void> AskOwner(const Work& work, const std::string& candidate, const std::string& record,
                      const std::string& organisation, const std::string& owner) {
  Notice notice;
  notice.kind = "duplicate.asked";
  notice.record = record;
  notice.subject = candidate;
  notice.organisation = organisation;
  notice.account = owner;
  TRY(AddNotice(work, std::move(notice)));
  return {};
}

// Both say the same: the records are linked and counted once. One says another: that is the end.
Result<void> Conclude(const Work& work, const DuplicateCandidate& candidate,
                      const std::string& left, const std::string& right) {
  if (left == "other" || right == "other")
    return SetState(work.database, candidate.id, "dismissed");
  if (left != "same" || right != "same") return {};
  TRY(SetState(work.database, candidate.id, "confirmed"));
  return LinkRecords(work, candidate.left_record, candidate.right_record, "duplicate");
}

// What `from` said becomes a part of the history of `into`.
Result<void> KeepAsEarlier(const Work& work, const PersonRow& into, const PersonRow& from) {
  const struct {
    const char* part;
    const char* column;
    const std::string& sealed;
  } parts[] = {{"identity", "sealed_identity", from.sealed_identity},
               {"contact", "sealed_contact", from.sealed_contact},
               {"context", "sealed_context", from.sealed_context}};
  for (const auto& part : parts) {
    const std::string document =
        TRY(work.vault.Open({kPersonTable, from.id, part.column}, part.sealed));
    const std::string id = NewId(work.random);
    const std::string reason =
        TRY(work.vault.Seal(into.key, {"person_earlier", id, "sealed_reason"}, "merged"));
    const std::string sealed =
        TRY(work.vault.Seal(into.key, {"person_earlier", id, "sealed_document"}, document));
    const std::vector<SqlValue> values = {id,           into.id,  std::string(part.part),
                                          into.version, work.now, work.actor.account,
                                          reason,       sealed};
    TRY(work.database.Execute(
        "INSERT INTO person_earlier (id, person_id, part, version, until, account, sealed_reason, "
        "sealed_document) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        values));
  }
  return {};
}

Result<void> CloseAsMerged(const Work& work, const std::string& record) {
  const std::vector<SqlValue> values = {work.now, work.now, record};
  TRY(work.database.Execute(
      "UPDATE record SET closed = 1, closing_reason = 'merged', closed_at = $1, changed = $2, "
      "version = version + 1 WHERE id = $3",
      values));
  TRY(EndParticipations(work, "record_id", record));
  return {};
}

}  // namespace

Result<std::vector<DuplicateHint>> CheckDuplicates(const Work& work, const RecordFacts& facts,
                                                   std::string_view person,
                                                   const Identity& identity,
                                                   const Contact& contact) {
  const std::vector<Likely> likely =
      TRY(LikelyTheSame(work, facts.record, person, identity, contact));
  const std::set<std::string> linked = TRY(LinkedTo(work.database, facts.record));
  std::vector<DuplicateHint> hints;
  std::vector<std::string> shown;
  for (const Likely& other : likely) {
    if (linked.count(other.row.record) > 0) continue;
    const RecordFacts theirs = TRY(FactsOf(work.database, other.row.record));
    if (MaySeeIdentity(work, theirs)) {
      if (hints.size() == kMaxHints) continue;
      hints.push_back({other.row.id, other.row.record, other.similarity});
      shown.push_back(other.row.id);
    } else {
      TRY(OpenCandidate(work, person, facts.record, other));
    }
  }
  if (!shown.empty()) TRY(LogAct(work, "duplicate.shown", "person", std::move(shown), "entry"));
  return hints;
}

Result<std::vector<DuplicateCandidate>> DuplicateCandidates(const Work& work, int limit) {
  TRY(RequireDuty(work, "duplicates"));
  std::vector<DuplicateCandidate> candidates;
  std::vector<std::string> shown;
  const std::vector<SqlValue> values = {std::int64_t{std::clamp(limit, 1, kMaxListed)}};
  TRY(work.database.Query("SELECT " + std::string(kCandidateColumns) +
                              "WHERE c.state IN ('open', 'asked') ORDER BY c.found, c.id LIMIT $1",
                          values, [&](const SqlRow& row) -> Result<void> {
                            candidates.push_back(ReadCandidate(row).candidate);
                            shown.push_back(candidates.back().id);
                            return {};
                          }));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, "duplicate.list", "duplicate", std::move(shown), "duplicates"));
  TRY(transaction.Commit());
  return candidates;
}

Result<void> AskOwners(const Work& work, std::string_view candidate) {
  TRY(RequireDuty(work, "duplicates"));
  const StoredCandidate stored = TRY(CandidateOf(work.database, candidate));
  const DuplicateCandidate& one = stored.candidate;
  if (one.state != "open") {
    return Fail(ErrorCode::kConflict, "the owners were asked already", "candidate",
                "wait for their answers");
  }
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(SetState(work.database, one.id, "asked"));
  TRY(AskOwner(work, one.id, one.left_record, one.left_organisation, stored.left_owner));
  TRY(AskOwner(work, one.id, one.right_record, one.right_organisation, stored.right_owner));
  TRY(LogAct(work, "duplicate.ask", "duplicate", {one.id}, "duplicates"));
  return transaction.Commit();
}

Result<std::vector<DuplicateQuestion>> DuplicateQuestions(const Work& work,
                                                          std::string_view record) {
  TRY(Admit(work, record, Right::kEdit, FieldGroup::kIdentity));
  std::vector<DuplicateQuestion> questions;
  const std::vector<SqlValue> values = {std::string(record), std::string(record)};
  TRY(work.database.Query(
      "SELECT id, left_person FROM duplicate_candidate WHERE left_record = $1 AND state = 'asked' "
      "AND left_answer = '' UNION ALL "
      "SELECT id, right_person FROM duplicate_candidate WHERE right_record = $2 "
      "AND state = 'asked' AND right_answer = ''",
      values, [&](const SqlRow& row) -> Result<void> {
        questions.push_back({std::string(row.Text(0)), std::string(row.Text(1))});
        return {};
      }));
  return questions;
}

Result<void> AnswerDuplicate(const Work& work, std::string_view candidate, std::string_view record,
                             std::string_view answer) {
  const Admission admission = TRY(Admit(work, record, Right::kEdit, FieldGroup::kIdentity));
  if (answer != "same" && answer != "other" && answer != "unsure") {
    return Fail(ErrorCode::kUnknownCode, "not an answer", "answer", "say same, other or unsure");
  }
  const DuplicateCandidate one = TRY(CandidateOf(work.database, candidate)).candidate;
  const bool left = one.left_record == record;
  // Another's question is as if it were not there.
  if (one.state != "asked" || (!left && one.right_record != record)) return NoSuchRecord();
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::vector<SqlValue> values = {std::string(answer), one.id};
  TRY(work.database.Execute(std::string("UPDATE duplicate_candidate SET ") +
                                (left ? "left" : "right") + "_answer = $1 WHERE id = $2",
                            values));
  TRY(Conclude(work, one, left ? std::string(answer) : one.left_answer,
               left ? one.right_answer : std::string(answer)));
  TRY(LogAct(work, "duplicate.answer", "duplicate", {one.id}, admission.ground, answer));
  return transaction.Commit();
}

Result<void> MergePersons(const Work& work, std::string_view into, std::string_view from,
                          std::string_view approval) {
  const AdmittedPerson kept = TRY(AdmitPerson(work, into, Right::kMerge, FieldGroup::kIdentity));
  const AdmittedPerson gone = TRY(AdmitPerson(work, from, Right::kMerge, FieldGroup::kIdentity));
  if (kept.row.record == gone.row.record ||
      kept.admission.facts.organisation != gone.admission.facts.organisation) {
    return Fail(ErrorCode::kConflict, "merging is for two records of one organisation", "person",
                "between organisations the duplicates custodian links the records");
  }
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(JoinUseApproval(work, approval, ApprovalKind::kMerge, {kept.row.record, gone.row.record},
                      kept.row.id));
  TRY(KeepAsEarlier(work, kept.row, gone.row));
  TRY(UnindexPerson(work.database, gone.row.id));
  TRY(CloseAsMerged(work, gone.row.record));
  TRY(TouchRecord(work, kept.row.record));
  TRY(LinkRecords(work, kept.row.record, gone.row.record, "merged"));
  TRY(LogAct(work, "person.merge", "person", {kept.row.id, gone.row.id}, kept.admission.ground));
  return transaction.Commit();
}

}  // namespace thb
