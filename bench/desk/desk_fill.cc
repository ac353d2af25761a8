// A casework database of a whole country, of synthetic persons: desk_fill DATABASE KEY_FILE PERSONS
// USERS
//
// USERS workers in organisations of five, each with the same number of cases, one victim in each;
// one case in fifty is open. Names are made of syllables, the r-th most frequent with a chance in
// proportion to 1 / (r + 10), so that some are borne by thousands. Prints, as JSON, what signs each
// worker in, a case of his and persons to look for.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "access/account.h"
#include "access/organisation.h"
#include "base/date.h"
#include "base/json.h"
#include "base/random.h"
#include "base/text.h"
#include "people/person.h"
#include "people/record.h"
#include "people/search.h"
#include "store/keys.h"

namespace thb {
namespace {

constexpr int kOfOneOrganisation = 5;
constexpr int kOneOpenIn = 50;
constexpr int kBatch = 1'000;
constexpr Instant kSecondsBetween = 60;
constexpr std::int64_t kGivenNames = 3'000;
constexpr std::int64_t kFamilyNames = 30'000;
constexpr std::size_t kPersonsToLookFor = 60;

// The r-th name of a list: syllables by the digits of a scrambled r.
std::string NameAt(std::int64_t rank, std::int64_t names) {
  static const std::vector<std::string> syllables = {
      "an", "be", "ca", "di",  "el",  "fo",  "ga",  "hu",  "ia",  "jo", "ka",
      "lu", "ma", "ni", "or",  "pe",  "ra",  "sa",  "te",  "ul",  "va", "wi",
      "xa", "yo", "ze", "mir", "bor", "lin", "sto", "ver", "nad", "kol"};
  const auto base = static_cast<std::int64_t>(syllables.size());
  constexpr std::int64_t kScramble = 7'919;  // prime, so that neighbours differ in each syllable
  std::int64_t rest = rank * kScramble % (names * base);
  std::string name;
  while (name.size() < 4 || rest > 0) {
    name += syllables[static_cast<std::size_t>(rest % base)];
    rest /= base;
  }
  name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

// A rank whose chance is in proportion to 1 / (rank + 10): the inverse of its distribution.
std::int64_t DrawRank(Random& random, std::int64_t names) {
  constexpr double kFlat = 10;
  const double top = std::log((static_cast<double>(names) + kFlat) / kFlat);
  const auto rank = static_cast<std::int64_t>(kFlat * (std::exp(random.Uniform() * top) - 1));
  return std::min(rank, names - 1);
}

class Filling {
 public:
  static Result<Json> Run(const KeyPlaces& places, std::int64_t persons, std::int64_t users) {
    const auto database = TRY(Database::Open(places.database, Database::Mode::kCreate));
    const Instant now = TRY(ClockNow());
    TRY(MakeKeys({places, *database, SystemRandom(), now}));
    const auto vault = TRY(OpenVault(places, SystemRandom()));
    const Roles roles = TRY(Roles::Load());
    Filling filling(*database, *vault, roles, now, persons);
    for (std::int64_t user = 0; user < users; ++user) TRY(filling.AddUser(user));
    for (std::int64_t done = 0; done < persons; done += kBatch) {
      TRY(filling.AddCases(std::min<std::int64_t>(kBatch, persons - done), done));
      std::fprintf(stderr, "\r%lld of %lld persons", static_cast<long long>(done + kBatch),
                   static_cast<long long>(persons));
    }
    TRY(filling.CloseMost());
    TRY(RebuildSearchIndex(*database, *vault, SystemRandom(), kBatch, true));
    return filling.Told();
  }

 private:
  struct User {
    Json credentials;
    Actor actor;
    std::string reference;
    Json persons = Json::array();
  };

  Filling(Database& database, Vault& vault, const Roles& roles, Instant now, std::int64_t persons)
      : database_(database),
        vault_(vault),
        roles_(roles),
        now_(now),
        persons_(persons),
        log_(vault, SystemRandom()),
        random_(20221219) {}

  Work As(const Actor& actor, Instant at) {
    return {database_, vault_, log_, roles_, actor, at, SystemRandom()};
  }

  Result<void> AddUser(std::int64_t number) {
    const Actor operator_actor = OperatorActor();
    if (number % kOfOneOrganisation == 0) {
      Organisation organisation;
      organisation.kind = "NGO";
      organisation.name = "Synthetic Helpers " + std::to_string(users_.size());
      organisation.country = "NL";
      organisation.controller = organisation.name;
      organisation.regime = "GDPR";
      organisation_ = TRY(AddOrganisation(As(operator_actor, now_), organisation));
    }
    NewAccount account;
    account.login = "worker" + std::to_string(number);
    account.name = "Synthetic Worker " + std::to_string(number);
    account.organisation = organisation_;
    account.roles = {{"case_worker", Scope::kOwn}};
    account.renews = false;
    const Credentials made = TRY(AddAccount(As(operator_actor, now_), account));
    User user;
    user.credentials = {
        {"login", made.login}, {"password", made.password}, {"totp", made.totp_secret}};
    user.actor = TRY(LoadActor(database_, made.account, now_));
    users_.push_back(std::move(user));
    return {};
  }

  Result<void> AddCases(std::int64_t count, std::int64_t first) {
    Transaction transaction = TRY(Transaction::Begin(database_));
    for (std::int64_t i = first; i < first + count; ++i) {
      User& user = users_[static_cast<std::size_t>(i) % users_.size()];
      // A case a minute, the last one now.
      TRY(AddCase(user, now_ - kSecondsBetween * (persons_ - i)));
    }
    return transaction.Commit();
  }

  Result<void> AddCase(User& user, Instant at) {
    const Work work = As(user.actor, at);
    NewRecord entry;
    entry.danger_now = YesNo::kNo;
    entry.possibly_child = YesNo::kNo;
    entry.narrative = "Synthetic: seen at work in a kitchen.";
    const RecordHead head = TRY(CreateRecord(work, entry));
    NewPerson person;
    // As a relative at first: a victim would be compared with everybody like her, which takes
    // an hour for all of them.
    person.role = "relative";
    PersonName name;
    name.first_name = NameAt(DrawRank(random_, kGivenNames), kGivenNames);
    name.second_name = NameAt(DrawRank(random_, kFamilyNames), kFamilyNames);
    const int year = 1960 + static_cast<int>(random_.Below(45));
    person.identity.names = {name};
    person.identity.birthdate = {Given::kKnown, std::to_string(year), false};
    person.identity.possibly_child = YesNo::kNo;
    TRY(AddPerson(work, head.id, person));
    user.reference = head.reference;
    if (user.persons.size() < kPersonsToLookFor) {
      user.persons.push_back({{"name", name.first_name + " " + name.second_name}, {"year", year}});
    }
    return {};
  }

  Result<void> CloseMost() {
    const std::vector<SqlValue> before = {now_ - kSecondsBetween * persons_ / kOneOpenIn};
    TRY(database_.Execute("UPDATE person SET role = 'victim'", {}));
    TRY(database_.Execute("UPDATE record SET age_band = 'adult'", {}));
    return database_.Execute("UPDATE record SET closed = 1 WHERE changed < $1", before);
  }

  Json Told() const {
    Json told = Json::array();
    for (const User& user : users_) {
      Json one = user.credentials;
      one["reference"] = user.reference;
      one["persons"] = user.persons;
      told.push_back(std::move(one));
    }
    return told;
  }

  Database& database_;
  Vault& vault_;
  const Roles& roles_;
  Instant now_;
  std::int64_t persons_;
  AuditLog log_;
  Random random_;
  std::string organisation_;
  std::vector<User> users_;
};

}  // namespace
}  // namespace thb

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fputs("usage: desk_fill DATABASE KEY_FILE PERSONS USERS\n", stderr);
    return 2;
  }
  const auto filled = thb::Filling::Run({argv[1], argv[2]}, thb::ParseInt(argv[3]).value_or(0),
                                        thb::ParseInt(argv[4]).value_or(0));
  if (!filled) {
    std::fprintf(stderr, "desk_fill: %s\n", filled.error().ToLine().c_str());
    return 1;
  }
  std::printf("%s\n", filled->dump().c_str());
  return 0;
}
