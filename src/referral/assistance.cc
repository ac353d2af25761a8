#include "referral/assistance.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "access/organisation.h"
#include "base/text.h"
#include "people/authorize.h"
#include "referral/internal/data.h"
#include "referral/internal/persons.h"
#include "referral/internal/stored.h"
#include "referral/task.h"

namespace thb {
namespace {

constexpr std::string_view kTable = "assistance_entry";
constexpr std::string_view kFields = "sealed_fields";
constexpr std::size_t kMaxCentDigits = 2;
constexpr std::size_t kMaxAmountDigits = 12;

Result<AssistanceFieldType> ParseType(const std::string& text, const std::string& place) {
  constexpr std::array<std::pair<std::string_view, AssistanceFieldType>, 5> types{
      {{"text", AssistanceFieldType::kText},
       {"code", AssistanceFieldType::kCode},
       {"day", AssistanceFieldType::kDay},
       {"amount", AssistanceFieldType::kAmount},
       {"yes_no_unknown", AssistanceFieldType::kYesNoUnknown}}};
  for (const auto& [name, type] : types) {
    if (text == name) return type;
  }
  return BadData("there is no type of field " + text, place);
}

Result<AssistanceField> ReadField(const Json& json, const std::string& place) {
  AssistanceField field;
  field.id = TRY(TextAt(json, "id", place));
  field.en = TRY(TextAt(json, "en", place));
  field.nl = TRY(TextAt(json, "nl", place));
  const std::string type = TRY(TextAt(json, "type", place, "text"));
  field.type = TRY(ParseType(type, place));
  field.list = TRY(TextAt(json, "list", place));
  field.required = TRY(FlagAt(json, "required", place));
  if (field.id.empty() || (field.type == AssistanceFieldType::kCode) == field.list.empty()) {
    return BadData("the field " + field.id + " has no id, or a list without need", place);
  }
  return field;
}

Result<AssistanceKind> ReadKind(const Json& json, const std::string& place) {
  AssistanceKind kind;
  kind.id = TRY(TextAt(json, "id", place));
  kind.en = TRY(TextAt(json, "en", place));
  kind.nl = TRY(TextAt(json, "nl", place));
  kind.source = TRY(TextAt(json, "source", place));
  const std::string group = TRY(TextAt(json, "group", place));
  kind.group = TRY(ParseFieldGroup(group, place));
  std::set<std::string> ids;
  for (const Json& item : TRY(ArrayAt(json, "states", place))) {
    AssistanceKind::State state;
    state.id = TRY(TextAt(item, "id", place));
    state.en = TRY(TextAt(item, "en", place));
    state.nl = TRY(TextAt(item, "nl", place));
    state.next = TRY(TextsAt(item, "next", place));
    ids.insert(state.id);
    kind.states.push_back(std::move(state));
  }
  for (const AssistanceKind::State& state : kind.states) {
    for (const std::string& next : state.next) {
      if (!ids.contains(next)) return BadData(kind.id + " has no state " + next, place);
    }
  }
  for (const Json& item : TRY(ArrayAt(json, "fields", place))) {
    kind.fields.push_back(TRY(ReadField(item, place)));
  }
  if (kind.states.empty() || kind.fields.empty()) {
    return BadData(kind.id + " has no states or no fields", place);
  }
  return kind;
}

// "1234.50": digits, at most two after a point; no sign, no thousands.
bool IsAmount(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view cents = point == std::string_view::npos ? "" : text.substr(point + 1);
  const auto digits = [](std::string_view part) {
    return std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  const bool cents_fit = point == std::string_view::npos ||
                         (!cents.empty() && cents.size() <= kMaxCentDigits && digits(cents));
  return !whole.empty() && whole.size() <= kMaxAmountDigits && digits(whole) && cents_fit;
}

Result<void> CheckValue(const AssistanceField& field, const std::string& value) {
  if (value.empty()) {
    if (!field.required) return {};
    return Fail(ErrorCode::kBadValue, "\"" + field.en + "\" is empty", field.id, "fill it in");
  }
  TRY(CheckLength(value, kMaxAssistanceText, field.id));
  switch (field.type) {
    case AssistanceFieldType::kText:
      return {};
    case AssistanceFieldType::kCode:
      return CheckListed(field.list, value, field.id);
    case AssistanceFieldType::kDay:
      TRY(ParseDay(value));
      return {};
    case AssistanceFieldType::kAmount:
      if (IsAmount(value)) return {};
      return Fail(ErrorCode::kBadValue, "\"" + value + "\" is no amount", field.id,
                  "write it as 1234.50");
    case AssistanceFieldType::kYesNoUnknown:
      if (value == "yes" || value == "no" || value == "unknown") return {};
      return Fail(ErrorCode::kBadValue, "the answer is yes, no or unknown", field.id, "choose one");
  }
  return {};
}

Result<void> CheckEntry(const Work& work, const AssistanceKind& kind,
                        const AssistanceEntry& entry) {
  for (const auto& [id, value] : entry.fields) {
    const bool known = std::any_of(kind.fields.begin(), kind.fields.end(),
                                   [&](const AssistanceField& field) { return field.id == id; });
    if (!known) {
      return Fail(ErrorCode::kUnknownCode, kind.id + " has no field \"" + id + "\"", id,
                  "take the fields of rules/assistance.json");
    }
  }
  for (const AssistanceField& field : kind.fields) {
    const auto value = entry.fields.find(field.id);
    TRY(CheckValue(field, value == entry.fields.end() ? std::string() : value->second));
  }
  if (!entry.provider.empty()) TRY(FindOrganisation(work.database, entry.provider));
  return {};
}

Json ToJson(const AssistanceEntry& entry) {
  Json fields = Json::object();
  for (const auto& [id, value] : entry.fields) {
    if (!value.empty()) fields[id] = value;
  }
  return fields;
}

constexpr std::string_view kColumns =
    "SELECT id, record_id, person_id, kind, state, provider, follow_up, author, changed, version, "
    "sealed_fields FROM assistance_entry ";

struct StoredEntry {
  AssistanceEntry entry;
  std::string sealed;
};

Result<std::vector<StoredEntry>> Fetch(Database& database, const std::string& where,
                                       std::vector<SqlValue> values) {
  std::vector<StoredEntry> rows;
  values.emplace_back(static_cast<std::int64_t>(kMaxAssistanceEntries));
  TRY(database.Query(std::string(kColumns) + where + " ORDER BY changed DESC, id LIMIT $" +
                         std::to_string(values.size()),
                     values, [&](const SqlRow& row) -> Result<void> {
                       StoredEntry one;
                       AssistanceEntry& entry = one.entry;
                       entry.id = row.Text(0);
                       entry.record = row.Text(1);
                       entry.person = row.Text(2);
                       entry.kind = row.Text(3);
                       entry.state = row.Text(4);
                       entry.provider = row.Text(5);
                       entry.follow_up = MaybeInt(row, 6);
                       entry.author = row.Text(7);
                       entry.changed = row.Int(8);
                       entry.version = row.Int(9);
                       one.sealed = row.Text(10);
                       rows.push_back(std::move(one));
                       return {};
                     }));
  return rows;
}

Result<AssistanceEntry> Opened(const Work& work, StoredEntry stored) {
  const Json fields =
      TRY(OpenObject(work.vault, {kTable, stored.entry.id, kFields}, stored.sealed));
  for (const auto& [id, value] : fields.items()) {
    if (value.is_string()) stored.entry.fields[id] = value.get<std::string>();
  }
  return std::move(stored.entry);
}

Result<const AssistanceKind*> KindOf(const AssistanceKinds& kinds, std::string_view id) {
  const AssistanceKind* kind = kinds.Find(id);
  if (kind != nullptr) return kind;
  return Fail(ErrorCode::kUnknownCode, "no kind of assistance \"" + std::string(id) + "\"", "kind",
              "take one of rules/assistance.json");
}

const AssistanceKind::State* StateOf(const AssistanceKind& kind, std::string_view id) {
  for (const AssistanceKind::State& state : kind.states) {
    if (state.id == id) return &state;
  }
  return nullptr;
}

// A state is kept, or followed by one that may follow.
Result<void> CheckMove(const AssistanceKind& kind, const std::string& from, const std::string& to) {
  if (from == to) return {};
  const AssistanceKind::State* state = StateOf(kind, from);
  if (state != nullptr &&
      std::find(state->next.begin(), state->next.end(), to) != state->next.end()) {
    return {};
  }
  return Fail(ErrorCode::kConflict, "\"" + to + "\" cannot follow \"" + from + "\"", "state",
              state == nullptr || state->next.empty() ? "begin another entry"
                                                      : "choose " + Join(state->next, ", "));
}

}  // namespace

Result<AssistanceKinds> AssistanceKinds::Load() {
  AssistanceKinds kinds;
  const std::string place = "rules/assistance.json";
  const Json file = TRY(LoadDataFile(place));
  for (const Json& item : TRY(ArrayAt(file, "kinds", place))) {
    AssistanceKind kind = TRY(ReadKind(item, place));
    if (kinds.Find(kind.id) != nullptr) return BadData(kind.id + " is there twice", place);
    kinds.kinds_.push_back(std::move(kind));
  }
  return kinds;
}

const AssistanceKind* AssistanceKinds::Find(std::string_view id) const {
  for (const AssistanceKind& kind : kinds_) {
    if (kind.id == id) return &kind;
  }
  return nullptr;
}

Result<std::string> Assistance::Add(const AssistanceEntry& entry) {
  const Admission admitted =
      TRY(Admit(work_, entry.record, Right::kAssist, FieldGroup::kAssistance));
  const PersonPlace person = TRY(PersonOfRecord(work_.database, entry.record, entry.person));
  const AssistanceKind* kind = TRY(KindOf(kinds_, entry.kind));
  TRY(CheckEntry(work_, *kind, entry));
  const std::string state = entry.state.empty() ? kind->states.front().id : entry.state;
  if (StateOf(*kind, state) == nullptr) {
    return Fail(ErrorCode::kUnknownCode, kind->id + " has no state \"" + state + "\"", "state",
                "take one of rules/assistance.json");
  }
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  const std::string id = NewId(work_.random);
  const std::string sealed =
      TRY(SealObject(work_.vault, person.key, {kTable, id, kFields}, ToJson(entry)));
  const std::vector<SqlValue> values = {id,
                                        entry.record,
                                        entry.person,
                                        entry.kind,
                                        state,
                                        entry.provider,
                                        NullOr(entry.follow_up),
                                        work_.actor.account,
                                        work_.now,
                                        std::int64_t{1},
                                        sealed};
  TRY(work_.database.Execute(
      "INSERT INTO assistance_entry (id, record_id, person_id, kind, state, provider, follow_up, "
      "author, changed, version, sealed_fields) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      values));
  TRY(LogAct(work_, "assistance.add", "assistance", {id, entry.record}, admitted.ground, entry.kind,
             person.key));
  TRY(transaction.Commit());
  return id;
}

Result<std::int64_t> Assistance::Change(const AssistanceEntry& entry) {
  const std::vector<StoredEntry> found = TRY(Fetch(work_.database, "WHERE id = $1", {entry.id}));
  if (found.empty()) return NoSuchRecord();
  const AssistanceEntry& stored = found.front().entry;
  const Admission admitted =
      TRY(Admit(work_, stored.record, Right::kAssist, FieldGroup::kAssistance));
  const AssistanceKind* kind = TRY(KindOf(kinds_, stored.kind));
  TRY(CheckEntry(work_, *kind, entry));
  TRY(CheckMove(*kind, stored.state, entry.state));
  const std::string key = TRY(KeyFor(work_.database, stored.record, stored.person));
  const std::string sealed =
      TRY(SealObject(work_.vault, key, {kTable, stored.id, kFields}, ToJson(entry)));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(RaiseVersion(work_.database, kTable, entry.id, entry.version));
  const std::vector<SqlValue> values = {entry.state, entry.provider, NullOr(entry.follow_up),
                                        work_.now,   sealed,         entry.id};
  TRY(
      work_.database.Execute("UPDATE assistance_entry SET state = $1, provider = $2, follow_up = "
                             "$3, changed = $4, sealed_fields = $5 WHERE id = $6",
                             values));
  TRY(LogAct(work_, "assistance.change", "assistance", {stored.id, stored.record}, admitted.ground,
             stored.kind + " " + stored.state + " " + entry.state, key));
  TRY(transaction.Commit());
  return entry.version + 1;
}

Result<AssistanceEntry> Assistance::Load(std::string_view id) {
  std::vector<StoredEntry> found = TRY(Fetch(work_.database, "WHERE id = $1", {std::string(id)}));
  if (found.empty()) return NoSuchRecord();
  const AssistanceKind* kind = TRY(KindOf(kinds_, found.front().entry.kind));
  const Admission admitted =
      TRY(Admit(work_, found.front().entry.record, Right::kRead, kind->group));
  AssistanceEntry entry = TRY(Opened(work_, std::move(found.front())));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(LogAct(work_, "assistance.read", "assistance", {entry.id, entry.record}, admitted.ground));
  TRY(transaction.Commit());
  return entry;
}

Result<std::vector<AssistanceEntry>> Assistance::OfRecord(std::string_view record) {
  const Admission admitted = TRY(Admit(work_, record, Right::kRead, FieldGroup::kAssistance));
  const std::set<FieldGroup> readable =
      work_.roles.Readable(work_.actor, admitted.facts, work_.now);
  std::vector<AssistanceEntry> entries;
  std::vector<std::string> subjects = {std::string(record)};
  for (StoredEntry& stored :
       TRY(Fetch(work_.database, "WHERE record_id = $1", {std::string(record)}))) {
    const AssistanceKind* kind = kinds_.Find(stored.entry.kind);
    if (kind == nullptr || !readable.contains(kind->group)) continue;
    if (subjects.size() < kMaxAuditSubjects) subjects.push_back(stored.entry.id);
    entries.push_back(TRY(Opened(work_, std::move(stored))));
  }
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(LogAct(work_, "assistance.list", "assistance", std::move(subjects), admitted.ground));
  TRY(transaction.Commit());
  return entries;
}

Result<int> OpenFollowUpTasks(Database& database, AuditLog& log, const RandomBytes& random,
                              Instant now) {
  int opened = 0;
  const std::vector<StoredEntry> due =
      TRY(Fetch(database,
                "WHERE follow_up <= $1 AND NOT EXISTS (SELECT 1 FROM task t WHERE t.kind = "
                "'follow_up' AND t.source = assistance_entry.id || '.' || "
                "CAST(assistance_entry.follow_up AS TEXT))",
                {DayOfInstant(now)}));
  for (const StoredEntry& stored : due) {
    const AssistanceEntry& entry = stored.entry;
    const RecordFacts facts = TRY(FactsOf(database, entry.record));
    Task task;
    task.organisation = facts.organisation;
    task.account = facts.owner;
    task.record = entry.record;
    task.kind = "follow_up";
    task.source = entry.id + "." + std::to_string(*entry.follow_up);
    task.due = InstantOfDay(*entry.follow_up);
    Transaction transaction = TRY(Transaction::Begin(database));
    TRY(OpenTask(database, random, task, now, Repeat::kNever));
    AuditEvent event;
    event.actor = "system";
    event.action = "assistance.task";
    event.subject_kind = "record";
    event.subjects = {entry.record};
    event.ground = task.kind;
    TRY(log.Append(database, event, now));
    TRY(transaction.Commit());
    ++opened;
  }
  return opened;
}

}  // namespace thb
