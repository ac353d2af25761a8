#pragma once
// The blind indexes of persons: what is written of one, and who lies under what is searched.

#include <string>
#include <string_view>
#include <vector>

#include "people/person.h"
#include "people/search.h"

namespace thb {

// Texts that are hashed for the names of a person: two codes of different parts of a name, one code
// with the year of birth, or the only code of a single name. Sorted, each once.
std::vector<std::string> NameEntries(const Identity& identity);
// The same for what somebody searches: a name and years of birth, in any spelling.
std::vector<std::string> NameEntries(std::string_view name, const std::vector<int>& years);
// Phone and document numbers in their normal form: "phone|+31...", "document|X1234".
std::vector<std::string> IdentifierEntries(const Identity& identity, const Contact& contact);
std::string PhoneEntry(std::string_view e164);
std::string DocumentEntry(std::string_view number);

// Writes the person's rows anew in every generation of the index that is in use or being built.
Result<void> IndexPerson(const Work& work, std::string_view person, const Identity& identity,
                         const Contact& contact);
// After a person was added: chooses more bits where the register has outgrown the index fourfold.
Result<void> GrowIndex(const Work& work);
Result<void> UnindexPerson(Database& database, std::string_view person);
// After a record went to another organisation.
Result<void> MoveInIndex(Database& database, std::string_view record,
                         std::string_view organisation);

// Ids of the persons under any of these entries, in whatever scope.
Result<std::vector<std::string>> Candidates(const Work& work, const std::vector<std::string>& names,
                                            const std::vector<std::string>& identifiers);
// The same without those whose identity the actor can see in no way: names of his organisation and
// of what is shared with him. Decide says of each whether he does see it. So a search in one
// organisation does not weigh the whole country.
Result<std::vector<std::string>> CandidatesInReach(const Work& work,
                                                   const std::vector<std::string>& names,
                                                   const std::vector<std::string>& identifiers);

// "1999" of "1999-04-02"; 0 where it is not known.
int BirthYear(const Identity& identity);
// 0 to 1, over names and dates of birth; 1 where an identifier is the same.
double PersonSimilarity(const Identity& left, const Identity& right);

}  // namespace thb
