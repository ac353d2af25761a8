#pragma once
// Finding persons by sealed names and identifiers, and possible duplicates (rules 6 and 9).
//
// Names are transliterated (ICU), coded by the Daitch-Mokotoff soundex and kept as keyed hashes of
// so few bits that at least 50 persons share one on average. What a bucket holds is opened,
// compared in memory and passed through Decide. Phone and document numbers are 64-bit keyed hashes.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"
#include "people/person.h"

namespace thb {

inline constexpr int kMaxHits = 50;
inline constexpr int kMaxCandidates = 5'000;  // opened for one search
inline constexpr double kNamePersonsPerBucket = 50;

// Two of name parts and birth year at least, or a phone, or a document number. A single name alone
// would be a look through everybody who has it.
struct PersonQuery {
  std::string name;  // first and second names in any order
  std::optional<int> birth_year;
  int birth_year_tolerance = 2;  // 0 to 5 years
  std::string phone;
  std::string region;  // two letters, of phone numbers without a country code
  std::string document_number;
  // One of the two. `record`: the case for which one searches, to which the actor has access.
  std::string record;
  std::string ground;  // codelists/search_ground.csv
};

struct PersonHit {
  std::string person;
  std::string record;
  std::string reference;
  std::string name;
  AgeBand age_band = AgeBand::kUnknown;
  double similarity = 0;  // 1: an identifier is the same
};

// Hits in the actor's scope, most similar first. Whoever is out of scope is as if not there: same
// result, same entry. Errors: kUsage (too little to search by, neither case nor ground), kLimit
// (the hour's searches are used up; too common), kNotFound (the case).
Result<std::vector<PersonHit>> SearchPersons(const Work& work, const PersonQuery& query);

// Compares two persons side by side. The actor needs kRead of both identities.
struct PersonComparison {
  PersonFile left;
  PersonFile right;
  double similarity = 0;
};
Result<PersonComparison> ComparePersons(const Work& work, std::string_view left,
                                        std::string_view right);

// --- the duplicates custodian ----------------------------------------------------------------

// Between two organisations: open -> asked -> confirmed or dismissed -> linked.
struct DuplicateCandidate {
  std::string id;
  std::string left_person, left_record, left_organisation;
  std::string right_person, right_record, right_organisation;
  double similarity = 0;
  std::string state;        // "open", "asked", "confirmed", "dismissed", "merged"
  std::string left_answer;  // "", "same", "other", "unsure"
  std::string right_answer;
  Instant found = 0;
};
// For an actor with the duty "duplicates". No name is shown: ids, organisations, similarity.
Result<std::vector<DuplicateCandidate>> DuplicateCandidates(const Work& work, int limit);
// The custodian asks both owners, each about his own person, without naming the other's record.
Result<void> AskOwners(const Work& work, std::string_view candidate);
// Of a record, the candidates that its owner is asked about (kEdit on kIdentity).
struct DuplicateQuestion {
  std::string candidate;
  std::string person;  // of this record
};
Result<std::vector<DuplicateQuestion>> DuplicateQuestions(const Work& work,
                                                          std::string_view record);
// An owner's answer: "same", "other", "unsure". Both "same" confirms it and links the records.
Result<void> AnswerDuplicate(const Work& work, std::string_view candidate, std::string_view record,
                             std::string_view answer);

// Merges two persons of one organisation who are one: what `from` said is kept as earlier values of
// `into`; the record of `from` is closed as merged and linked. Never automatic: needs kMerge on
// both, and does `approval` of kind kMerge over the two records (people/second_person.h).
Result<void> MergePersons(const Work& work, std::string_view into, std::string_view from,
                          std::string_view approval);

// --- the index -------------------------------------------------------------------------------

struct SearchIndexState {
  std::int64_t generation = 0;
  int bits = 0;
  std::int64_t persons = 0;  // when the bits were chosen
};
Result<SearchIndexState> ReadSearchIndexState(Database& database);
// Bits for a number of persons: as many as leave 50 to a bucket on average; 0 below 100 persons.
int NameIndexBits(std::int64_t persons);
// Rebuilds all rows under the key and number of bits of now: after `thb key rekey`, or when the
// number of persons has grown fourfold. Online: searches use the old generation until the new one
// is whole. Works in batches of `batch` persons, each a transaction; run again where it was broken
// off.
Result<SearchIndexState> RebuildSearchIndex(Database& database, Vault& vault,
                                            const RandomBytes& random, int batch,
                                            bool fresh = false);

// A phone number in E.164, "+31612345678". Nothing where it is none. `region`: two letters.
std::optional<std::string> NormalisePhone(std::string_view typed, std::string_view region);
// The phonetic codes of one name: up to 8, each of six digits.
std::vector<std::string> PhoneticCodes(std::string_view name);
// Lower-case Latin letters and spaces, whatever the script.
std::string PlainLatin(std::string_view name);
// 0 to 1: Jaro-Winkler over the best pairing of the parts of two names.
double NameSimilarity(std::string_view left, std::string_view right);

}  // namespace thb
