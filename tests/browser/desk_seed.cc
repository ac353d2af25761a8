// Fills a new casework database with synthetic organisations and accounts for the browser test, and
// prints what signs each account in as JSON. Not part of the program.
//
// Usage: desk_seed DATABASE KEY_FILE
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "access/account.h"
#include "access/organisation.h"
#include "base/date.h"
#include "base/json.h"
#include "referral/assistance.h"
#include "referral/roster.h"
#include "store/keys.h"

namespace thb {
namespace {

class Seed {
 public:
  static Result<Json> Run(const KeyPlaces& places) {
    const auto database = TRY(Database::Open(places.database, Database::Mode::kCreate));
    const Instant now = TRY(ClockNow());
    TRY(MakeKeys({places, *database, SystemRandom(), now}));
    const auto vault = TRY(OpenVault(places, SystemRandom()));
    const Roles roles = TRY(Roles::Load());
    Seed seed(*database, *vault, roles, now);
    TRY(seed.Fill());
    return seed.out_;
  }

 private:
  Seed(Database& database, Vault& vault, const Roles& roles, Instant now)
      : database_(database), vault_(vault), roles_(roles), now_(now), log_(vault, SystemRandom()) {}

  Work As(const Actor& actor) {
    return {database_, vault_, log_, roles_, actor, now_, SystemRandom()};
  }

  Result<void> Fill() {
    const std::string border = TRY(Organise("BORDER", "Synthetic Border Guard", "LED"));
    const std::string helpers = TRY(Organise("NGO", "Synthetic Helpers", "GDPR"));
    const std::string authority = TRY(Organise("AUTHORITY", "Synthetic Authority", "GDPR"));
    const std::string guardians = TRY(Organise("GUARDIANSHIP", "Synthetic Guardians", "GDPR"));
    const std::string watchers = TRY(Organise("SUPERVISION", "Synthetic Auditors", "GDPR"));
    const std::string focal = TRY(Organise("FOCAL", "Synthetic Focal Point", "GDPR"));
    const std::string team = TRY(Group(helpers, "Synthetic Team"));
    const std::string ward = TRY(Group(guardians, "Synthetic Ward"));
    const std::string officer =
        TRY(Person("officer", border, {{"border_officer", Scope::kOwn}}, {}));
    TRY(Person("colleague", border,
               {{"border_officer", Scope::kOwn}, {"police_supervisor", Scope::kOrganisation}}, {}));
    const std::string worker =
        TRY(Person("worker", helpers, {{"child_worker", Scope::kGroup}}, {team}));
    const std::string deputy =
        TRY(Person("supervisor", helpers, {{"support_supervisor", Scope::kOrganisation}}, {team}));
    TRY(Person("second", helpers, {{"support_supervisor", Scope::kOrganisation}}, {team}));
    TRY(Person("administrator", helpers, {{"administrator", Scope::kOrganisation}}, {}));
    TRY(Person("decider", authority, {{"decision_officer", Scope::kOrganisation}}, {}));
    TRY(Person("guardian", guardians, {{"child_worker", Scope::kGroup}, {"guardian", Scope::kOwn}},
               {ward}));
    TRY(Person("auditor", watchers, {{"auditor", Scope::kOrganisation}}, {}));
    const std::string focal_officer =
        TRY(Person("focal", focal, {{"focal_officer", Scope::kOrganisation}}, {}));
    TRY(OnDuty(deputy, helpers, worker, deputy, "+31 20 000 0001"));
    TRY(OnDuty(focal_officer, focal, "", "", "+31 20 000 0002"));
    TRY(House(deputy, helpers));
    return {};
  }

  Result<std::string> Organise(const char* kind, const char* name, const char* regime) {
    const Actor actor = OperatorActor();
    Organisation organisation;
    organisation.kind = kind;
    organisation.name = name;
    organisation.country = "NL";
    organisation.controller = name;
    organisation.regime = regime;
    const std::string id = TRY(AddOrganisation(As(actor), organisation));
    out_["organisations"][name] = id;
    return id;
  }
  Result<std::string> Group(const std::string& organisation, const char* name) {
    const Actor actor = OperatorActor();
    thb::Group group;
    group.organisation = organisation;
    group.name = name;
    return AddGroup(As(actor), group);
  }
  Result<std::string> Person(const char* login, const std::string& organisation,
                             std::vector<RoleGrant> roles, std::set<std::string> groups) {
    const Actor actor = OperatorActor();
    NewAccount account;
    account.login = login;
    account.name = std::string("Synthetic Worker ") + login;
    account.organisation = organisation;
    account.roles = std::move(roles);
    account.groups = std::move(groups);
    account.renews = false;
    const Credentials made = TRY(AddAccount(As(actor), account));
    out_["accounts"][login] = {{"login", made.login},
                               {"password", made.password},
                               {"totp", made.totp_secret},
                               {"recovery", made.recovery_codes}};
    return made.account;
  }
  Result<void> OnDuty(const std::string& by, const std::string& organisation,
                      const std::string& on_duty, const std::string& deputy, const char* number) {
    const Actor actor = TRY(LoadActor(database_, by, now_));
    const Work work = As(actor);
    Rosters rosters(work);
    DutyContact contact;
    contact.organisation = organisation;
    contact.out_of_hours = number;
    contact.opening_hours = "09:00-17:00";
    contact.country = "NL";
    TRY(rosters.SetContact(contact));
    if (on_duty.empty()) return {};
    constexpr Instant kWeek = 7 * 86'400;
    TRY(rosters.AddShift({"", organisation, now_ - 60, now_ + kWeek, on_duty, deputy}));
    return {};
  }
  Result<void> House(const std::string& by, const std::string& organisation) {
    const Actor actor = TRY(LoadActor(database_, by, now_));
    const Work work = As(actor);
    const AssistanceKinds kinds = TRY(AssistanceKinds::Load());
    Assistance assistance(kinds, work);
    Shelter shelter;
    shelter.organisation = organisation;
    shelter.label = "House B";
    shelter.places = 4;
    shelter.for_sex = "T";
    shelter.takes_children = true;
    shelter.takes_unknown_age = true;
    shelter.location = "Synthetic Street 1";
    TRY(assistance.SaveShelter(shelter));
    return {};
  }

  Database& database_;
  Vault& vault_;
  const Roles& roles_;
  Instant now_;
  AuditLog log_;
  Json out_ = Json::object();
};

}  // namespace
}  // namespace thb

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto seeded = thb::Seed::Run({argv[1], argv[2]});
  if (!seeded) {
    std::fprintf(stderr, "%s\n", seeded.error().ToLine().c_str());
    return 1;
  }
  std::printf("%s\n", seeded->dump(1).c_str());
  return 0;
}
