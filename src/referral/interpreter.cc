// The register of interpreters and their bookings (casework rule 15).

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "people/authorize.h"
#include "referral/assistance.h"
#include "referral/internal/persons.h"
#include "referral/internal/stored.h"

namespace thb {
namespace {

constexpr std::string_view kTable = "interpreter";
constexpr std::string_view kContent = "sealed_content";
constexpr std::string_view kBookings = "interpreter_booking";
constexpr std::string_view kSealed = "sealed_interpreter";
constexpr std::size_t kMaxName = 200;
constexpr std::size_t kMaxLanguages = 30;
constexpr std::size_t kMaxLanguageTag = 8;

Result<std::vector<Interpreter>> Fetch(const Work& work, const std::string& where,
                                       std::vector<SqlValue> values) {
  std::vector<std::pair<Interpreter, std::string>> rows;
  TRY(work.database.Query(
      "SELECT id, organisation, sex, languages, bound_to_secrecy, version, sealed_content FROM "
      "interpreter " +
          where + " ORDER BY id",
      values, [&](const SqlRow& row) -> Result<void> {
        Interpreter interpreter;
        interpreter.id = row.Text(0);
        interpreter.organisation = row.Text(1);
        interpreter.sex = row.Text(2);
        for (const std::string_view language : Split(row.Text(3), ' ')) {
          interpreter.languages.emplace_back(language);
        }
        interpreter.bound_to_secrecy = row.Int(4) != 0;
        interpreter.version = row.Int(5);
        rows.emplace_back(std::move(interpreter), row.Text(6));
        return {};
      }));
  std::vector<Interpreter> interpreters;
  for (auto& [interpreter, sealed] : rows) {
    const Json json = TRY(OpenObject(work.vault, {kTable, interpreter.id, kContent}, sealed));
    interpreter.name = SealedText(json, "name");
    interpreter.phone = SealedText(json, "phone");
    interpreters.push_back(std::move(interpreter));
  }
  return interpreters;
}

bool IsLanguageTag(std::string_view tag) {
  return tag.size() >= 2 && tag.size() <= kMaxLanguageTag &&
         std::all_of(tag.begin(), tag.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

Result<void> CheckInterpreter(const Interpreter& interpreter) {
  TRY(CheckLength(interpreter.name, kMaxName, "name"));
  TRY(CheckLength(interpreter.phone, kMaxName, "phone"));
  const bool known_sex =
      interpreter.sex == "F" || interpreter.sex == "M" || interpreter.sex == "UNK";
  const bool languages =
      !interpreter.languages.empty() && interpreter.languages.size() <= kMaxLanguages &&
      std::all_of(interpreter.languages.begin(), interpreter.languages.end(), IsLanguageTag);
  if (interpreter.name.empty() || !known_sex || !languages) {
    return Fail(ErrorCode::kBadValue, "an interpreter has a name, a sex (or UNK) and languages",
                "interpreter", "give languages as codes of ISO 639, such as vi");
  }
  return {};
}

bool Fits(const Interpreter& interpreter, const std::string& language, const std::string& sex) {
  const auto& languages = interpreter.languages;
  const bool speaks = std::find(languages.begin(), languages.end(), language) != languages.end();
  return speaks && (sex.empty() || sex == interpreter.sex);
}

Result<void> CheckBooking(const InterpreterBooking& booking, const Interpreter& interpreter) {
  if (booking.came_with_person) {
    return Fail(ErrorCode::kForbidden, "who came along with the person never interprets",
                "interpreter", "take somebody of the register, by telephone if need be");
  }
  if (!booking.conflict_checked) {
    return Fail(ErrorCode::kBadValue, "nobody asked whether the interpreter knows the people",
                "conflict_checked", "ask the interpreter first, without a name");
  }
  if (!interpreter.bound_to_secrecy || !Fits(interpreter, booking.language, booking.sex_wanted)) {
    return Fail(ErrorCode::kBadValue,
                "the interpreter does not fit in language, sex wanted or duty of secrecy",
                "interpreter", "choose another one");
  }
  return {};
}

}  // namespace

Result<std::string> Assistance::SaveInterpreter(const Interpreter& interpreter) {
  if (!work_.roles.MayActFor(work_.actor, "interpreters", work_.actor.organisation)) {
    return Fail(ErrorCode::kForbidden, "your account may not keep the register of interpreters",
                "interpreter", "ask your supervisor");
  }
  TRY(CheckInterpreter(interpreter));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  const std::string id = interpreter.id.empty() ? NewId(work_.random) : interpreter.id;
  const Json content = {{"name", interpreter.name}, {"phone", interpreter.phone}};
  const std::string sealed = TRY(SealObject(work_.vault, {}, {kTable, id, kContent}, content));
  const std::string languages = Join(interpreter.languages, " ");
  if (interpreter.id.empty()) {
    const std::vector<SqlValue> values = {id,
                                          work_.actor.organisation,
                                          interpreter.sex,
                                          languages,
                                          std::int64_t{interpreter.bound_to_secrecy},
                                          std::int64_t{1},
                                          sealed};
    TRY(work_.database.Execute(
        "INSERT INTO interpreter (id, organisation, sex, languages, bound_to_secrecy, version, "
        "sealed_content) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        values));
  } else {
    const std::vector<Interpreter> own =
        TRY(Fetch(work_, "WHERE id = $1 AND organisation = $2", {id, work_.actor.organisation}));
    if (own.empty()) {
      return Fail(ErrorCode::kNotFound, "there is no such interpreter", "interpreter",
                  "look again");
    }
    TRY(RaiseVersion(work_.database, kTable, id, interpreter.version));
    const std::vector<SqlValue> values = {interpreter.sex, languages,
                                          std::int64_t{interpreter.bound_to_secrecy}, sealed, id};
    TRY(
        work_.database.Execute("UPDATE interpreter SET sex = $1, languages = $2, bound_to_secrecy "
                               "= $3, sealed_content = $4 WHERE id = $5",
                               values));
  }
  TRY(LogAct(work_, "interpreter.save", "interpreter", {id}, "interpreters"));
  TRY(transaction.Commit());
  return id;
}

Result<std::vector<Interpreter>> Assistance::FindInterpreters(const InterpreterWanted& wanted) {
  if (!work_.roles.MayActFor(work_.actor, "interpreters", work_.actor.organisation) &&
      !work_.roles.MayActFor(work_.actor, "report", work_.actor.organisation)) {
    return Fail(ErrorCode::kForbidden, "your account may not see the interpreters", "interpreter",
                "ask your supervisor");
  }
  std::vector<Interpreter> interpreters =
      TRY(Fetch(work_, "WHERE organisation = $1", {work_.actor.organisation}));
  std::erase_if(interpreters, [&](const Interpreter& interpreter) {
    return !wanted.language.empty() && !Fits(interpreter, wanted.language, wanted.sex);
  });
  if (interpreters.empty()) return interpreters;
  std::vector<std::string> subjects;
  for (const Interpreter& interpreter : interpreters) subjects.push_back(interpreter.id);
  if (subjects.size() > kMaxAuditSubjects) subjects.resize(kMaxAuditSubjects);
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(LogAct(work_, "interpreter.list", "interpreter", std::move(subjects), "report"));
  TRY(transaction.Commit());
  return interpreters;
}

Result<std::string> Assistance::Book(const InterpreterBooking& booking) {
  const Admission admitted =
      TRY(Admit(work_, booking.record, Right::kEdit, FieldGroup::kInterpreter));
  const PersonPlace person = TRY(PersonOfRecord(work_.database, booking.record, booking.person));
  const std::vector<Interpreter> found =
      TRY(Fetch(work_, "WHERE id = $1 AND organisation = $2",
                {booking.interpreter, work_.actor.organisation}));
  if (found.empty()) {
    return Fail(ErrorCode::kNotFound, "there is no such interpreter", "interpreter", "look again");
  }
  TRY(CheckBooking(booking, found.front()));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  const std::string id = NewId(work_.random);
  const Json who = {{"interpreter", booking.interpreter}, {"name", found.front().name}};
  const std::string sealed =
      TRY(SealObject(work_.vault, person.key, {kBookings, id, kSealed}, who));
  const std::vector<SqlValue> values = {id,
                                        booking.record,
                                        booking.person,
                                        booking.language,
                                        booking.sex_wanted,
                                        booking.on,
                                        work_.actor.account,
                                        std::int64_t{1},
                                        sealed};
  TRY(work_.database.Execute(
      "INSERT INTO interpreter_booking (id, record_id, person_id, language, sex_wanted, on_day, "
      "author, version, sealed_interpreter) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      values));
  TRY(LogAct(work_, "interpreter.book", "interpreter_booking", {id, booking.record},
             admitted.ground));
  TRY(transaction.Commit());
  return id;
}

Result<std::vector<InterpreterBooking>> Assistance::BookingsOf(std::string_view record) {
  const Admission admitted = TRY(Admit(work_, record, Right::kRead, FieldGroup::kAssistance));
  const bool named =
      work_.roles
          .Decide(work_.actor, admitted.facts, Right::kRead, FieldGroup::kInterpreter, work_.now)
          .allowed;
  std::vector<std::pair<InterpreterBooking, std::string>> rows;
  const std::vector<SqlValue> values = {std::string(record)};
  TRY(work_.database.Query(
      "SELECT id, record_id, person_id, language, sex_wanted, on_day, version, sealed_interpreter "
      "FROM interpreter_booking WHERE record_id = $1 ORDER BY on_day DESC, id",
      values, [&](const SqlRow& row) -> Result<void> {
        InterpreterBooking booking;
        booking.id = row.Text(0);
        booking.record = row.Text(1);
        booking.person = row.Text(2);
        booking.language = row.Text(3);
        booking.sex_wanted = row.Text(4);
        booking.on = row.Int(5);
        booking.conflict_checked = true;
        booking.version = row.Int(6);
        rows.emplace_back(std::move(booking), row.Text(7));
        return {};
      }));
  std::vector<InterpreterBooking> bookings;
  for (auto& [booking, sealed] : rows) {
    if (named) {
      const Json who = TRY(OpenObject(work_.vault, {kBookings, booking.id, kSealed}, sealed));
      booking.interpreter = SealedText(who, "interpreter");
      booking.name = SealedText(who, "name");
    }
    bookings.push_back(std::move(booking));
  }
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(LogAct(work_, "interpreter.read", "record", {std::string(record)}, admitted.ground));
  TRY(transaction.Commit());
  return bookings;
}

}  // namespace thb
