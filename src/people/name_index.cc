#include "people/internal/name_index.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "people/internal/person_rows.h"
#include "people/internal/rows.h"

namespace thb {
namespace {

constexpr std::string_view kNameIndex = "person.name";
constexpr std::string_view kIdentifierIndex = "person.identifier";
constexpr int kIdentifierBits = 64;
constexpr std::int64_t kFirstRebuild = 100;
// A small register's index is rebuilt when it is outgrown, within the entry that outgrows it;
// beyond this the operator does it (thb index).
constexpr std::int64_t kMaxRebuiltAtOnce = 20'000;
constexpr std::size_t kSharedAtOnce = 500;
constexpr int kRebuildBatch = 500;
constexpr std::size_t kMaxParts = 6;      // of one name
constexpr std::size_t kMaxEntries = 100;  // of one person

struct Generation {
  std::int64_t number = 0;
  int bits = 0;
  std::int64_t persons = 0;
  bool in_use = false;
  std::string built_to;  // id of the last person that has its rows in it
};

Result<std::vector<Generation>> Generations(Database& database) {
  std::vector<Generation> generations;
  TRY(database.Query(
      "SELECT generation, bits, persons, in_use, built_to FROM search_index ORDER BY generation",
      {}, [&](const SqlRow& row) -> Result<void> {
        generations.push_back({row.Int(0), static_cast<int>(row.Int(1)), row.Int(2),
                               row.Int(3) != 0, std::string(row.Text(4))});
        return {};
      }));
  return generations;
}

Result<void> InsertGeneration(Database& database, const Generation& generation) {
  const std::vector<SqlValue> values = {generation.number, std::int64_t{generation.bits},
                                        generation.persons, std::int64_t{generation.in_use}};
  return database.Execute(
      "INSERT INTO search_index (generation, bits, persons, added, in_use, built_to) "
      "VALUES ($1, $2, $3, 0, $4, '') ON CONFLICT DO NOTHING",
      values);
}

Result<std::vector<Generation>> GenerationsOrFirst(Database& database) {
  std::vector<Generation> generations = TRY(Generations(database));
  if (!generations.empty()) return generations;
  Generation first;
  first.number = 1;
  first.in_use = true;
  TRY(InsertGeneration(database, first));
  return std::vector{first};
}

// With no bits there is one bucket, which everybody shares.
std::string NameBucket(const Vault& vault, const std::string& entry, int bits) {
  return bits == 0 ? "all" : vault.BlindIndex(kNameIndex, entry, bits);
}

std::vector<std::string> NameBuckets(const Vault& vault, const std::string& entry, int bits) {
  if (bits == 0) return {"all"};
  return vault.BlindIndexes(kNameIndex, entry, bits);
}

// Codes of each part of a name.
std::vector<std::vector<std::string>> CodesOfParts(std::string_view name) {
  std::vector<std::vector<std::string>> parts;
  const std::string plain = PlainLatin(name);
  if (plain.empty()) return parts;
  for (const std::string_view part : Split(plain, ' ')) {
    auto codes = PhoneticCodes(part);
    if (!codes.empty() && parts.size() < kMaxParts) parts.push_back(std::move(codes));
  }
  return parts;
}

void AddEntries(std::string_view name, const std::vector<int>& years, std::set<std::string>& out) {
  const auto parts = CodesOfParts(name);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (const std::string& code : parts[i]) {
      for (const int year : years) out.insert(code + "@" + std::to_string(year));
      if (parts.size() == 1) out.insert(code + "|");
      for (std::size_t j = i + 1; j < parts.size(); ++j) {
        for (const std::string& other : parts[j]) {
          out.insert(code < other ? code + "|" + other : other + "|" + code);
        }
      }
    }
  }
}

std::vector<std::string> Limited(const std::set<std::string>& entries) {
  std::vector<std::string> out(entries.begin(), entries.end());
  if (out.size() > kMaxEntries) out.resize(kMaxEntries);
  return out;
}

std::string FullName(const PersonName& name) {
  return name.first_name + " " + name.middle_name + " " + name.second_name;
}

std::vector<SqlValue> IndexRow(const RandomBytes& random, std::int64_t generation,
                               std::string bucket, std::string_view person) {
  return {NewId(random), generation, std::move(bucket), std::string(person)};
}

Result<void> WriteRows(Database& database, const Vault& vault, const RandomBytes& random,
                       const Generation& generation, std::string_view person,
                       const Identity& identity, const Contact& contact) {
  std::set<std::string> buckets;
  for (const std::string& entry : NameEntries(identity)) {
    buckets.insert(NameBucket(vault, entry, generation.bits));
  }
  std::vector<std::vector<SqlValue>> rows;
  for (const std::string& bucket : buckets) {
    rows.push_back(IndexRow(random, generation.number, bucket, person));
  }
  TRY(database.ExecuteMany(
      "INSERT INTO name_index (id, generation, bucket, person_id, organisation) "
      "VALUES ($1, $2, $3, $4, (SELECT r.organisation FROM person p "
      "JOIN record r ON r.id = p.record_id WHERE p.id = $4))",
      rows));
  rows.clear();
  for (const std::string& entry : IdentifierEntries(identity, contact)) {
    rows.push_back(IndexRow(random, generation.number,
                            vault.BlindIndex(kIdentifierIndex, entry, kIdentifierBits), person));
  }
  return database.ExecuteMany(
      "INSERT INTO identifier_index (id, generation, bucket, person_id) "
      "VALUES ($1, $2, $3, $4)",
      rows);
}

// Where one looks: a table of the index and a condition on its rows. `values` are the parameters of
// the condition, from $1 on.
struct Place {
  std::string table;
  std::string condition;
  std::vector<SqlValue> values = {};
};

Result<void> AddUnder(Database& database, const Place& place, std::int64_t generation,
                      const std::vector<std::string>& buckets, std::set<std::string>& persons) {
  if (buckets.empty()) return {};
  std::vector<SqlValue> values = place.values;
  values.emplace_back(generation);
  const std::size_t known = values.size();
  values.insert(values.end(), buckets.begin(), buckets.end());
  const std::string sql = "SELECT DISTINCT person_id FROM " + place.table +
                          " WHERE generation = $" + std::to_string(known) + " AND bucket IN (" +
                          Placeholders(known + 1, buckets.size()) + ")" + place.condition;
  return database.Query(sql, values, [&](const SqlRow& row) -> Result<void> {
    persons.emplace(row.Text(0));
    return {};
  });
}

// Persons of other organisations' records that the actor may take part in, by a participation of
// now or an emergency opening.
Result<std::vector<std::string>> SharedPersons(const Work& work) {
  const Actor& actor = work.actor;
  std::vector<std::string> persons;
  const auto add = [&](const SqlRow& row) -> Result<void> {
    persons.emplace_back(row.Text(0));
    return {};
  };
  const std::vector<SqlValue> values = {actor.organisation, actor.account, work.now};
  TRY(work.database.Query(
      "SELECT p.id FROM person p JOIN record r ON r.id = p.record_id WHERE r.organisation <> $1 "
      "AND r.id IN (SELECT record_id FROM record_participant WHERE organisation = $1 "
      "AND (ends IS NULL OR ends > $3) UNION SELECT record_id FROM record_participant "
      "WHERE account = $2 AND (ends IS NULL OR ends > $3))",
      values, add));
  for (const BreakGlass& glass : actor.broken_glass) {
    const std::vector<SqlValue> record = {glass.record};
    TRY(work.database.Query("SELECT id FROM person WHERE record_id = $1", record, add));
  }
  return persons;
}

std::vector<std::string> BucketsOf(const Vault& vault, const std::vector<std::string>& names,
                                   int bits) {
  std::set<std::string> buckets;
  for (const std::string& entry : names) {
    for (std::string& bucket : NameBuckets(vault, entry, bits)) buckets.insert(std::move(bucket));
  }
  return {buckets.begin(), buckets.end()};
}

Result<std::vector<std::string>> CandidatesAt(const Work& work, const std::vector<Place>& places,
                                              const std::vector<std::string>& names,
                                              const std::vector<std::string>& identifiers) {
  std::set<std::string> persons;
  std::vector<std::string> exact;
  for (const std::string& entry : identifiers) {
    for (std::string& bucket : work.vault.BlindIndexes(kIdentifierIndex, entry, kIdentifierBits)) {
      exact.push_back(std::move(bucket));
    }
  }
  for (const Generation& generation : TRY(Generations(work.database))) {
    if (!generation.in_use) continue;
    const auto buckets = BucketsOf(work.vault, names, generation.bits);
    for (const Place& place : places) {
      TRY(AddUnder(work.database, place, generation.number, buckets, persons));
    }
    TRY(AddUnder(work.database, {"identifier_index", ""}, generation.number, exact, persons));
  }
  return std::vector<std::string>(persons.begin(), persons.end());
}

double BirthAgreement(const Identity& left, const Identity& right) {
  constexpr double kNothingKnown = 0.6;
  const int left_year = BirthYear(left);
  const int right_year = BirthYear(right);
  if (left_year == 0 || right_year == 0) return kNothingKnown;
  const std::string& a = left.birthdate.date;
  const std::string& b = right.birthdate.date;
  if (a == b) return a.size() > 4 ? 1.0 : 0.8;
  const bool swapped = a.size() == 10 && b.size() == 10 && left_year == right_year &&
                       a.substr(5, 2) == b.substr(8, 2) && a.substr(8, 2) == b.substr(5, 2);
  if (swapped) return 0.9;
  if (left_year == right_year) return 0.7;
  const bool estimated = left.birthdate.estimated || right.birthdate.estimated;
  const int apart = std::abs(left_year - right_year);
  if (apart <= 1) return 0.6;
  return estimated && apart <= 5 ? 0.5 : 0;
}

bool ShareAnIdentifier(const Identity& left, const Identity& right) {
  const auto of_left = IdentifierEntries(left, {});
  const auto of_right = IdentifierEntries(right, {});
  return std::any_of(of_left.begin(), of_left.end(), [&](const std::string& entry) {
    return std::find(of_right.begin(), of_right.end(), entry) != of_right.end();
  });
}

}  // namespace

std::vector<std::string> NameEntries(const Identity& identity) {
  std::set<std::string> entries;
  std::vector<int> years;
  if (BirthYear(identity) != 0) years.push_back(BirthYear(identity));
  for (const PersonName& name : identity.names) AddEntries(FullName(name), years, entries);
  return Limited(entries);
}

std::vector<std::string> NameEntries(std::string_view name, const std::vector<int>& years) {
  std::set<std::string> entries;
  AddEntries(name, years, entries);
  return Limited(entries);
}

std::string PhoneEntry(std::string_view e164) {
  return "phone|" + std::string(e164);
}

std::string DocumentEntry(std::string_view number) {
  std::string out = "document|";
  for (const char c : ToUpperAscii(number)) {
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) out += c;
  }
  return out;
}

std::vector<std::string> IdentifierEntries(const Identity& identity, const Contact& contact) {
  std::set<std::string> entries;
  for (const IdentityDocument& document : identity.documents) {
    const std::string entry = DocumentEntry(document.number);
    if (entry != DocumentEntry("")) entries.insert(entry);
  }
  for (const SafePhone& phone : contact.phones) {
    if (StartsWith(phone.number, "+")) entries.insert(PhoneEntry(phone.number));
  }
  return {entries.begin(), entries.end()};
}

Result<void> UnindexPerson(Database& database, std::string_view person) {
  const std::vector<SqlValue> values = {std::string(person)};
  TRY(database.Execute("DELETE FROM name_index WHERE person_id = $1", values));
  return database.Execute("DELETE FROM identifier_index WHERE person_id = $1", values);
}

Result<void> GrowIndex(const Work& work) {
  std::int64_t persons = 0;
  std::int64_t added = 0;
  TRY(QueryOne(work.database,
               "UPDATE search_index SET added = added + 1 WHERE in_use = 1 "
               "RETURNING persons, added",
               {}, [&](const SqlRow& row) -> Result<void> {
                 persons = row.Int(0);
                 added = row.Int(1);
                 return {};
               }));
  const bool outgrown = added >= std::max(3 * persons, kFirstRebuild);
  if (!outgrown || persons + added > kMaxRebuiltAtOnce) return {};
  TRY(RebuildSearchIndex(work.database, work.vault, work.random, kRebuildBatch));
  return {};
}

Result<void> IndexPerson(const Work& work, std::string_view person, const Identity& identity,
                         const Contact& contact) {
  TRY(UnindexPerson(work.database, person));
  for (const Generation& generation : TRY(GenerationsOrFirst(work.database))) {
    TRY(WriteRows(work.database, work.vault, work.random, generation, person, identity, contact));
  }
  return {};
}

Result<void> MoveInIndex(Database& database, std::string_view record,
                         std::string_view organisation) {
  const std::vector<SqlValue> values = {std::string(organisation), std::string(record)};
  return database.Execute(
      "UPDATE name_index SET organisation = $1 "
      "WHERE person_id IN (SELECT id FROM person WHERE record_id = $2)",
      values);
}

Result<std::vector<std::string>> Candidates(const Work& work, const std::vector<std::string>& names,
                                            const std::vector<std::string>& identifiers) {
  return CandidatesAt(work, {{"name_index", ""}}, names, identifiers);
}

Result<std::vector<std::string>> CandidatesInReach(const Work& work,
                                                   const std::vector<std::string>& names,
                                                   const std::vector<std::string>& identifiers) {
  std::vector<Place> places = {{"name_index", " AND organisation = $1", {work.actor.organisation}}};
  const std::vector<std::string> shared = TRY(SharedPersons(work));
  for (std::size_t begin = 0; begin < shared.size(); begin += kSharedAtOnce) {
    const std::size_t end = std::min(shared.size(), begin + kSharedAtOnce);
    Place place{"name_index", ""};
    place.values.assign(shared.begin() + static_cast<std::ptrdiff_t>(begin),
                        shared.begin() + static_cast<std::ptrdiff_t>(end));
    place.condition = " AND person_id IN (" + Placeholders(1, end - begin) + ")";
    places.push_back(std::move(place));
  }
  return CandidatesAt(work, places, names, identifiers);
}

int BirthYear(const Identity& identity) {
  if (identity.birthdate.given != Given::kKnown) return 0;
  const auto year = ParseInt(std::string_view(identity.birthdate.date).substr(0, 4));
  return static_cast<int>(year.value_or(0));
}

double PersonSimilarity(const Identity& left, const Identity& right) {
  if (ShareAnIdentifier(left, right)) return 1;
  double names = 0;
  for (const PersonName& one : left.names) {
    for (const PersonName& other : right.names) {
      names = std::max(names, NameSimilarity(FullName(one), FullName(other)));
    }
  }
  return 0.8 * names + 0.2 * BirthAgreement(left, right);
}

Result<SearchIndexState> ReadSearchIndexState(Database& database) {
  SearchIndexState state;
  for (const Generation& generation : TRY(Generations(database))) {
    if (generation.in_use) state = {generation.number, generation.bits, generation.persons};
  }
  return state;
}

int NameIndexBits(std::int64_t persons) {
  int bits = 0;
  while (static_cast<double>(persons) / static_cast<double>(std::int64_t{2} << bits) >=
         kNamePersonsPerBucket) {
    ++bits;
  }
  return bits;
}

namespace {

Result<void> DropGeneration(Database& database, std::int64_t generation) {
  const std::vector<SqlValue> values = {generation};
  for (const char* table : {"name_index", "identifier_index", "search_index"}) {
    TRY(database.Execute("DELETE FROM " + std::string(table) + " WHERE generation = $1", values));
  }
  return {};
}

// The generation that is being built, begun where there is none.
Result<Generation> BeginGeneration(Database& database, bool fresh) {
  std::vector<Generation> generations = TRY(GenerationsOrFirst(database));
  if (!generations.back().in_use) {
    if (!fresh) return generations.back();
    TRY(DropGeneration(database, generations.back().number));
    generations.pop_back();
  }
  Generation next;
  next.number = generations.back().number + 1;
  TRY(QueryOne(database, "SELECT COUNT(*) FROM person", {}, [&](const SqlRow& row) -> Result<void> {
    next.persons = row.Int(0);
    return {};
  }));
  next.bits = NameIndexBits(next.persons);
  TRY(InsertGeneration(database, next));
  return next;
}

Result<std::vector<PersonRow>> NextPersons(Database& database, Vault& vault,
                                           const std::string& after, int batch) {
  std::vector<PersonRow> rows;
  std::vector<std::string> keys;
  const std::vector<SqlValue> values = {after, std::int64_t{batch}};
  TRY(database.Query(
      "SELECT " + std::string(kPersonColumns) + " FROM person WHERE id > $1 ORDER BY id LIMIT $2",
      values, [&](const SqlRow& row) -> Result<void> {
        rows.push_back(TRY(ReadPersonRow(row)));
        keys.push_back(rows.back().key);
        return {};
      }));
  TRY(vault.Prefetch(keys));
  return rows;
}

// Rows that were written by an edit during the build are replaced by the same.
Result<void> Rewrite(Database& database, Vault& vault, const RandomBytes& random,
                     const Generation& generation, const PersonRow& row) {
  const auto opened = TRY(OpenIfReadable(vault, row));
  if (!opened) return {};
  const std::vector<SqlValue> values = {row.id, generation.number};
  for (const char* table : {"name_index", "identifier_index"}) {
    TRY(database.Execute(
        "DELETE FROM " + std::string(table) + " WHERE person_id = $1 AND generation = $2", values));
  }
  return WriteRows(database, vault, random, generation, row.id, opened->identity, opened->contact);
}

Result<void> SwitchTo(Database& database, const Generation& generation) {
  Transaction transaction = TRY(Transaction::Begin(database));
  const std::vector<SqlValue> values = {generation.number};
  for (const char* table : {"name_index", "identifier_index", "search_index"}) {
    TRY(database.Execute("DELETE FROM " + std::string(table) + " WHERE generation < $1", values));
  }
  TRY(database.Execute("UPDATE search_index SET in_use = 1 WHERE generation = $1", values));
  return transaction.Commit();
}

}  // namespace

Result<SearchIndexState> RebuildSearchIndex(Database& database, Vault& vault,
                                            const RandomBytes& random, int batch, bool fresh) {
  Generation generation = TRY(BeginGeneration(database, fresh));
  for (;;) {
    const std::vector<PersonRow> rows =
        TRY(NextPersons(database, vault, generation.built_to, batch));
    if (rows.empty()) break;
    Transaction transaction = TRY(Transaction::Begin(database));
    for (const PersonRow& row : rows) TRY(Rewrite(database, vault, random, generation, row));
    generation.built_to = rows.back().id;
    const std::vector<SqlValue> values = {generation.built_to, generation.number};
    TRY(database.Execute("UPDATE search_index SET built_to = $1 WHERE generation = $2", values));
    TRY(transaction.Commit());
  }
  TRY(SwitchTo(database, generation));
  return ReadSearchIndexState(database);
}

}  // namespace thb
