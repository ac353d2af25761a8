// Stored screenings and the sheets that are printed.

#include <array>
#include <utility>

#include "people/authorize.h"
#include "referral/internal/persons.h"
#include "referral/internal/stored.h"
#include "referral/screening.h"

namespace thb {
namespace {

constexpr std::string_view kTable = "screening";
constexpr std::string_view kContent = "sealed_content";
constexpr std::size_t kDigitsBeforeCheck = 9;

constexpr std::array<std::pair<std::string_view, ScreeningAnswer>, 4> kAnswerNames{
    {{"not_asked", ScreeningAnswer::kNotAsked},
     {"yes", ScreeningAnswer::kYes},
     {"no", ScreeningAnswer::kNo},
     {"could_not_ask", ScreeningAnswer::kCouldNotAsk}}};

Json ContentOf(const ScreeningAnswers& answers, std::string_view note) {
  Json given = Json::object();
  for (const auto& [item, answer] : answers) {
    for (const auto& [name, value] : kAnswerNames) {
      if (value == answer) given[item] = name;
    }
  }
  return {{"answers", std::move(given)}, {"note", note}};
}

void ReadContent(const Json& content, Screening& screening) {
  screening.note = SealedText(content, "note");
  const auto answers = content.find("answers");
  if (answers == content.end() || !answers->is_object()) return;
  for (const auto& [item, value] : answers->items()) {
    for (const auto& [name, answer] : kAnswerNames) {
      if (value == name) screening.answers[item] = answer;
    }
  }
}

constexpr std::string_view kColumns =
    "SELECT s.id, s.record_id, s.person_id, s.list, s.list_version, t.sheet_number, s.state, "
    "s.author, s.begun, s.changed, s.version, s.sealed_content FROM screening s "
    "LEFT JOIN screening_sheet t ON t.id = s.sheet_id ";

Screening ReadRow(const SqlRow& row) {
  Screening screening;
  screening.id = row.Text(0);
  screening.record = row.Text(1);
  if (!row.IsNull(2)) screening.person = row.Text(2);
  screening.list = row.Text(3);
  screening.list_version = static_cast<int>(row.Int(4));
  if (!row.IsNull(5)) screening.sheet = row.Text(5);
  screening.state = row.Text(6) == "finished" ? ScreeningState::kFinished : ScreeningState::kDraft;
  screening.author = row.Text(7);
  screening.begun = row.Int(8);
  screening.changed = row.Int(9);
  screening.version = row.Int(10);
  return screening;
}

struct StoredScreening {
  Screening head;
  std::string sealed;
};

Result<StoredScreening> Fetch(Database& database, std::string_view id) {
  StoredScreening stored;
  const std::vector<SqlValue> values = {std::string(id)};
  const bool found = TRY(FirstRow(database, std::string(kColumns) + "WHERE s.id = $1", values,
                                  [&](const SqlRow& row) -> Result<void> {
                                    stored.head = ReadRow(row);
                                    stored.sealed = row.Text(11);
                                    return {};
                                  }));
  if (!found) return NoSuchRecord();
  return stored;
}

// The id of a sheet that is typed in for the first time. Errors: kNotFound, kConflict.
Result<std::string> TakeSheet(Database& database, const std::string& number,
                              const ScreeningList& list) {
  std::string id;
  std::string of_list;
  bool used = false;
  const std::vector<SqlValue> values = {number};
  const bool found = TRY(FirstRow(database,
                                  "SELECT t.id, t.list, s.id FROM screening_sheet t LEFT JOIN "
                                  "screening s ON s.sheet_id = t.id WHERE t.sheet_number = $1",
                                  values, [&](const SqlRow& row) -> Result<void> {
                                    id = row.Text(0);
                                    of_list = row.Text(1);
                                    used = !row.IsNull(2);
                                    return {};
                                  }));
  if (!found) {
    return Fail(ErrorCode::kNotFound, "no sheet with this number was printed here", "sheet",
                "type the number again, or leave it empty");
  }
  if (used) {
    return Fail(ErrorCode::kConflict, "this sheet was typed in before", "sheet",
                "look for the screening of that number; do not type it in twice");
  }
  if (of_list != list.id) {
    return Fail(ErrorCode::kConflict, "the sheet is of another list", "sheet",
                "take the list " + of_list);
  }
  return id;
}

Result<const ScreeningList*> ListOf(const ScreeningLists& lists, std::string_view id) {
  const ScreeningList* list = lists.Find(id);
  if (list != nullptr) return list;
  return Fail(ErrorCode::kUnknownCode, "no screening list \"" + std::string(id) + "\"", "list",
              "take one of rules/screening_*.json");
}

}  // namespace

Result<std::string> Screenings::Start(std::string_view record, std::string_view person,
                                      std::string_view list, std::string_view sheet) {
  const Admission admitted = TRY(Admit(work_, record, Right::kScreen, FieldGroup::kScreening));
  const ScreeningList* of = TRY(ListOf(lists_, list));
  const std::string key = TRY(KeyFor(work_.database, record, person));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  std::string sheet_id;
  if (!sheet.empty()) {
    const std::string number = TRY(ParseSheetNumber(sheet));
    sheet_id = TRY(TakeSheet(work_.database, number, *of));
  }
  const std::string id = NewId(work_.random);
  const std::string sealed =
      TRY(SealObject(work_.vault, key, {kTable, id, kContent}, ContentOf({}, {})));
  const std::vector<SqlValue> values = {id,
                                        std::string(record),
                                        NullOrText(person),
                                        of->id,
                                        std::int64_t{of->version},
                                        NullOrText(sheet_id),
                                        std::string("draft"),
                                        work_.actor.account,
                                        work_.now,
                                        work_.now,
                                        std::int64_t{1},
                                        sealed};
  TRY(work_.database.Execute(
      "INSERT INTO screening (id, record_id, person_id, list, list_version, sheet_id, state, "
      "author, begun, changed, version, sealed_content) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      values));
  TRY(LogAct(work_, "screening.start", "screening", {id, std::string(record)}, admitted.ground));
  TRY(transaction.Commit());
  return id;
}

Result<std::int64_t> Screenings::Save(std::string_view id, std::int64_t version,
                                      const ScreeningAnswers& answers, std::string_view note) {
  const StoredScreening stored = TRY(Fetch(work_.database, id));
  const Admission admitted =
      TRY(Admit(work_, stored.head.record, Right::kScreen, FieldGroup::kScreening));
  TRY(CheckLength(note, kMaxScreeningNote, "note"));
  const ScreeningList* list = TRY(ListOf(lists_, stored.head.list));
  TRY(Evaluate(*list, answers));
  if (stored.head.state == ScreeningState::kFinished) {
    return Fail(ErrorCode::kConflict, "the screening is finished", "screening",
                "begin another one to add to it");
  }
  const std::string key = TRY(KeyFor(work_.database, stored.head.record, stored.head.person));
  const std::string sealed =
      TRY(SealObject(work_.vault, key, {kTable, id, kContent}, ContentOf(answers, note)));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(RaiseVersion(work_.database, kTable, id, version));
  const std::vector<SqlValue> values = {sealed, work_.now, std::string(id)};
  TRY(work_.database.Execute("UPDATE screening SET sealed_content = $1, changed = $2 WHERE id = $3",
                             values));
  TRY(LogAct(work_, "screening.save", "screening", {std::string(id), stored.head.record},
             admitted.ground));
  TRY(transaction.Commit());
  return version + 1;
}

Result<void> Screenings::Finish(std::string_view id, std::int64_t version) {
  const StoredScreening stored = TRY(Fetch(work_.database, id));
  const Admission admitted =
      TRY(Admit(work_, stored.head.record, Right::kScreen, FieldGroup::kScreening));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(RaiseVersion(work_.database, kTable, id, version));
  const std::vector<SqlValue> values = {std::string("finished"), work_.now, std::string(id)};
  TRY(work_.database.Execute("UPDATE screening SET state = $1, changed = $2 WHERE id = $3",
                             values));
  TRY(LogAct(work_, "screening.finish", "screening", {std::string(id), stored.head.record},
             admitted.ground));
  return transaction.Commit();
}

Result<Screening> Screenings::Load(std::string_view id) {
  StoredScreening stored = TRY(Fetch(work_.database, id));
  const Admission admitted =
      TRY(Admit(work_, stored.head.record, Right::kRead, FieldGroup::kScreening));
  const Json content =
      TRY(OpenObject(work_.vault, {kTable, stored.head.id, kContent}, stored.sealed));
  ReadContent(content, stored.head);
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(LogAct(work_, "screening.read", "screening", {stored.head.id, stored.head.record},
             admitted.ground));
  TRY(transaction.Commit());
  return std::move(stored.head);
}

Result<std::vector<Screening>> Screenings::OfRecord(std::string_view record) {
  const Admission admitted = TRY(Admit(work_, record, Right::kRead, FieldGroup::kScreening));
  std::vector<Screening> screenings;
  const std::vector<SqlValue> values = {std::string(record),
                                        static_cast<std::int64_t>(kMaxScreeningsOfRecord)};
  TRY(work_.database.Query(
      std::string(kColumns) + "WHERE s.record_id = $1 ORDER BY s.begun DESC, s.id LIMIT $2", values,
      [&](const SqlRow& row) -> Result<void> {
        screenings.push_back(ReadRow(row));
        return {};
      }));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  std::vector<std::string> subjects = {std::string(record)};
  for (const Screening& screening : screenings) subjects.push_back(screening.id);
  TRY(LogAct(work_, "screening.list", "screening", std::move(subjects), admitted.ground));
  TRY(transaction.Commit());
  return screenings;
}

Result<std::string> Screenings::IssueSheet(std::string_view list) {
  const ScreeningList* of = TRY(ListOf(lists_, list));
  if (!work_.roles.MayAct(work_.actor, "report")) {
    return Fail(ErrorCode::kForbidden, "your account may not screen", "sheet",
                "ask your supervisor");
  }
  std::string digits;
  while (digits.size() < kDigitsBeforeCheck) {
    // Bytes over 249 would make the low digits likelier.
    const auto byte = static_cast<unsigned char>(work_.random(1)[0]);
    if (byte < 250) digits += static_cast<char>('0' + byte % 10);
  }
  const std::string number = WithCheckDigit(digits);
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  const std::string id = NewId(work_.random);
  const std::vector<SqlValue> values = {
      id, number, of->id, std::int64_t{of->version}, work_.actor.account, work_.now};
  TRY(
      work_.database.Execute("INSERT INTO screening_sheet (id, sheet_number, list, list_version, "
                             "issued_by, issued) VALUES ($1, $2, $3, $4, $5, $6)",
                             values));
  TRY(LogAct(work_, "screening.sheet", "screening_sheet", {id}, "report"));
  TRY(transaction.Commit());
  return number;
}

}  // namespace thb
