#include "people/search.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "access/usage.h"
#include "base/json.h"
#include "base/text.h"
#include "people/internal/duplicate_check.h"
#include "people/internal/name_index.h"
#include "people/internal/person_rows.h"
#include "people/internal/record_rows.h"
#include "people/internal/rows.h"

namespace thb {
namespace {

// Below this a name is another name.
constexpr double kAlike = 0.75;
constexpr int kMaxTolerance = 5;

std::vector<int> YearsAround(const PersonQuery& query) {
  std::vector<int> years;
  if (!query.birth_year) return years;
  for (int off = -query.birth_year_tolerance; off <= query.birth_year_tolerance; ++off) {
    years.push_back(*query.birth_year + off);
  }
  return years;
}

std::size_t PartsOf(const std::string& name) {
  const std::string plain = PlainLatin(name);
  return plain.empty() ? 0 : Split(plain, ' ').size();
}

Result<void> CheckTerms(const PersonQuery& query) {
  TRY(CheckText(query.name, kMaxPersonNameBytes, "name"));
  TRY(CheckText(query.phone, kMaxPersonNameBytes, "phone"));
  TRY(CheckText(query.document_number, kMaxPersonNameBytes, "document_number"));
  if (query.birth_year_tolerance < 0 || query.birth_year_tolerance > kMaxTolerance) {
    return Fail(ErrorCode::kUsage, "the year of birth may be off by 0 to 5 years",
                "birth_year_tolerance", "choose a smaller span");
  }
  const bool by_name = PartsOf(query.name) >= 2 || (PartsOf(query.name) == 1 && query.birth_year);
  if (by_name || !query.phone.empty() || !query.document_number.empty()) return {};
  return Fail(ErrorCode::kUsage, "too little to search by", "name",
              "give two parts of the name, or one and the year of birth, or a number");
}

// The search's own ground: a case that the actor may read, or a code.
Result<std::string> CheckGround(const Work& work, const PersonQuery& query) {
  TRY(RequireDuty(work, "search"));
  if (query.record.empty() == query.ground.empty()) {
    return Fail(ErrorCode::kUsage, "a search needs a case or a ground", "ground",
                "name the case for which you search, or choose a ground");
  }
  if (query.record.empty()) {
    TRY(CheckCode("search_ground", query.ground, "ground"));
    return query.ground;
  }
  TRY(Admit(work, query.record, Right::kRead, FieldGroup::kReference));
  return std::string("case");
}

std::vector<std::string> IdentifiersOf(const PersonQuery& query) {
  std::vector<std::string> entries;
  if (const auto number = NormalisePhone(query.phone, query.region)) {
    entries.push_back(PhoneEntry(*number));
  }
  if (DocumentEntry(query.document_number) != DocumentEntry("")) {
    entries.push_back(DocumentEntry(query.document_number));
  }
  return entries;
}

// Best over all names: 1 where an identifier is the same.
double Likeness(const PersonQuery& query, const std::vector<std::string>& identifiers,
                const Identity& identity, const Contact& contact) {
  for (const std::string& entry : IdentifierEntries(identity, contact)) {
    if (std::find(identifiers.begin(), identifiers.end(), entry) != identifiers.end()) return 1;
  }
  double best = 0;
  for (const PersonName& name : identity.names) {
    best = std::max(best, NameSimilarity(query.name, name.first_name + " " + name.middle_name +
                                                         " " + name.second_name));
  }
  const int year = BirthYear(identity);
  if (!query.birth_year || year == 0) return 0.99 * best;
  const bool near = std::abs(year - *query.birth_year) <= query.birth_year_tolerance;
  return near ? 0.99 * best : 0.8 * best;
}

Result<std::vector<PersonHit>> Compare(const Work& work, const PersonQuery& query,
                                       const std::vector<std::string>& identifiers,
                                       const std::vector<PersonRow>& rows) {
  std::vector<PersonHit> hits;
  for (const PersonRow& row : rows) {
    const auto opened = TRY(OpenIfReadable(work.vault, row));
    if (!opened) continue;
    const Identity& identity = opened->identity;
    const double likeness = Likeness(query, identifiers, identity, opened->contact);
    if (likeness < kAlike) continue;
    hits.push_back({row.id, row.record, "", DisplayName(identity), row.age_band, likeness});
  }
  std::sort(hits.begin(), hits.end(), [](const PersonHit& a, const PersonHit& b) {
    return a.similarity != b.similarity ? a.similarity > b.similarity : a.person < b.person;
  });
  if (hits.size() > kMaxHits) hits.resize(kMaxHits);
  return hits;
}

bool MaySeeContact(const Work& work, const RecordFacts& facts) {
  return work.roles.Decide(work.actor, facts, Right::kRead, FieldGroup::kContact, work.now).allowed;
}

// Of the candidates, those whose record the actor may see with what is searched by: its identities,
// and its phones where one is. Only these are opened, and only these count for the limit, so that
// nobody out of scope changes the answer.
Result<std::vector<std::string>> InScope(const Work& work, const PersonQuery& query,
                                         const std::vector<std::string>& persons) {
  std::map<std::string, std::vector<std::string>> by_record;
  TRY(QueryByIds(work.database, "SELECT id, record_id FROM person WHERE id IN ({})", persons,
                 [&](const SqlRow& row) -> Result<void> {
                   by_record[std::string(row.Text(1))].emplace_back(row.Text(0));
                   return {};
                 }));
  std::vector<std::string> records;
  for (const auto& [record, ids] : by_record) records.push_back(record);
  std::vector<std::string> visible;
  for (const RecordFacts& facts : TRY(FactsOfMany(work.database, records))) {
    if (!MaySeeIdentity(work, facts)) continue;
    if (!query.phone.empty() && !MaySeeContact(work, facts)) continue;
    const auto& ids = by_record[facts.record];
    visible.insert(visible.end(), ids.begin(), ids.end());
  }
  if (visible.size() <= kMaxCandidates) return visible;
  return Fail(ErrorCode::kLimit, "too many persons sound like this", "name",
              "add another part of the name, or the year of birth");
}

Result<void> AddReferences(const Work& work, std::vector<PersonHit>& hits) {
  std::vector<std::string> records;
  for (const PersonHit& hit : hits) records.push_back(hit.record);
  std::map<std::string, std::string, std::less<>> references;
  TRY(QueryByIds(work.database, "SELECT id, reference FROM record WHERE id IN ({})", records,
                 [&](const SqlRow& row) -> Result<void> {
                   references.emplace(row.Text(0), row.Text(1));
                   return {};
                 }));
  for (PersonHit& hit : hits) hit.reference = references[hit.record];
  return {};
}

// The terms are sealed under the month's key of the log, not under a person's.
Result<void> LogSearch(const Work& work, const PersonQuery& query, const std::string& ground,
                       const std::vector<PersonHit>& hits) {
  const Json terms = {{"name", query.name},
                      {"birth_year", query.birth_year.value_or(0)},
                      {"phone", query.phone},
                      {"document_number", query.document_number},
                      {"record", query.record}};
  std::vector<std::string> shown;
  for (const PersonHit& hit : hits) shown.push_back(hit.person);
  const std::string key = TRY(work.vault.MonthKey(work.now));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, "person.search", "person", std::move(shown), ground, terms.dump(), key));
  return transaction.Commit();
}

}  // namespace

bool MaySeeIdentity(const Work& work, const RecordFacts& facts) {
  const auto may = [&](Right right, FieldGroup group) {
    return work.roles.Decide(work.actor, facts, right, group, work.now).allowed;
  };
  return may(Right::kList, FieldGroup::kReference) && may(Right::kRead, FieldGroup::kIdentity);
}

Result<std::vector<PersonHit>> SearchPersons(const Work& work, const PersonQuery& query) {
  TRY(CheckTerms(query));
  const std::string ground = TRY(CheckGround(work, query));
  TRY(CountSearch(work, query.record));
  const std::vector<std::string> identifiers = IdentifiersOf(query);
  const std::vector<std::string> candidates =
      TRY(CandidatesInReach(work, NameEntries(query.name, YearsAround(query)), identifiers));
  const std::vector<std::string> visible = TRY(InScope(work, query, candidates));
  const std::vector<PersonRow> rows = TRY(PersonRowsOf(work, visible));
  std::vector<PersonHit> hits = TRY(Compare(work, query, identifiers, rows));
  TRY(AddReferences(work, hits));
  TRY(LogSearch(work, query, ground, hits));
  return hits;
}

Result<PersonComparison> ComparePersons(const Work& work, std::string_view left,
                                        std::string_view right) {
  TRY(AdmitPerson(work, left, Right::kRead, FieldGroup::kIdentity));
  TRY(AdmitPerson(work, right, Right::kRead, FieldGroup::kIdentity));
  PersonComparison comparison;
  comparison.left = TRY(ReadPerson(work, left));
  comparison.right = TRY(ReadPerson(work, right));
  comparison.similarity = PersonSimilarity(*comparison.left.identity, *comparison.right.identity);
  return comparison;
}

}  // namespace thb
