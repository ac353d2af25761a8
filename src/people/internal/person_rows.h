#pragma once
// Reading and changing rows of the table person.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "people/authorize.h"
#include "people/person.h"

namespace thb {

struct PersonRow {
  std::string id;
  std::string record;
  std::string role;
  AgeBand age_band = AgeBand::kUnknown;
  std::string age_decision;
  std::string key;
  std::int64_t version = 0;
  std::string sealed_identity;
  std::string sealed_contact;
  std::string sealed_context;
};

inline constexpr std::string_view kPersonColumns =
    "id, record_id, role, age_band, age_decision, key_id, version, sealed_identity, "
    "sealed_contact, sealed_context";
inline constexpr std::string_view kPersonTable = "person";
Result<PersonRow> ReadPersonRow(const SqlRow& row);
// Errors: kNotFound in the words of NoSuchPerson().
Result<PersonRow> PersonRowOf(Database& database, std::string_view person);
// Of many, with their keys fetched at once; in no order. Those that are not there are left out.
Result<std::vector<PersonRow>> PersonRowsOf(const Work& work, std::span<const std::string> persons);

// The same words as for a record that is not there: a person's id tells no more than a record's.
tl::unexpected<Error> NoSuchPerson();

Result<Identity> OpenIdentity(Vault& vault, const PersonRow& row);
Result<Contact> OpenContact(Vault& vault, const PersonRow& row);
// Nothing where her key is lost or destroyed: one unreadable row stops no list, search or rebuild.
struct Opened {
  Identity identity;
  Contact contact;
};
Result<std::optional<Opened>> OpenIfReadable(Vault& vault, const PersonRow& row);
// Of the victims of these records, by record: what a list shows.
Result<std::map<std::string, std::string>> VictimNames(const Work& work,
                                                       std::span<const std::string> records);

// A person whose record admits the act: the beginning of most functions on persons.
struct AdmittedPerson {
  PersonRow row;
  Admission admission;
};
Result<AdmittedPerson> AdmitPerson(const Work& work, std::string_view person, Right right,
                                   FieldGroup group);

// The code of the decision that she is a child, with regard to what her documents say.
std::string ChildDecision(const Identity& identity, Instant at);

// Errors of Check: kLimit, kEncoding, kBadValue, kUnknownCode naming the field.
Result<void> CheckIdentity(const Identity& identity);
Result<void> CheckContact(const Contact& contact);
Result<void> CheckVictimContext(const VictimContext& context);

}  // namespace thb
