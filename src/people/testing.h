#pragma once
// Test helper for this room and those above it; not part of the program. Two help organisations, a
// police service and a focal point with workers of several roles, over a store of store/testing.h.
// All persons in tests are synthetic and say so.

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "access/account.h"
#include "access/organisation.h"
#include "people/person.h"
#include "people/record.h"
#include "store/testing.h"

namespace thb {

// Fails and ends the test where there is an error.
template <typename T>
T Must(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << result.error().ToLine();
    throw std::runtime_error(result.error().ToLine());
  }
  return *std::move(result);
}
inline void Must(const Result<void>& result) {
  EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().ToLine());
}
template <typename T>
ErrorCode CodeOf(const Result<T>& result) {
  EXPECT_FALSE(result.has_value()) << "it was allowed";
  return result ? ErrorCode::kInternal : result.error().code;
}

inline PersonName SyntheticName(const std::string& first, const std::string& second) {
  PersonName name;
  name.first_name = first;
  name.second_name = second;
  return name;
}
inline Identity SyntheticIdentity(const std::string& first, const std::string& second,
                                  const std::string& born = {}) {
  Identity identity;
  identity.names = {SyntheticName(first, second)};
  if (!born.empty()) identity.birthdate = {Given::kKnown, born, false};
  identity.possibly_child = YesNo::kNo;
  return identity;
}

// Runs every test on both databases.
class PeopleTest : public TestOnBothStores {
 protected:
  void SetUp() override {
    TestOnBothStores::SetUp();
    if (store_ == nullptr) return;
    roles_ = std::make_unique<Roles>(Must(Roles::Load()));
    AddOrganisationOf("shelter", "NGO", "GDPR");
    AddOrganisationOf("clinic", "HEALTH", "GDPR");
    AddOrganisationOf("police", "POLICE", "LED");
    AddOrganisationOf("focal", "FOCAL", "GDPR");
    AddWorker("anna", "shelter", {{"case_worker", Scope::kOwn}});
    AddWorker("bert", "shelter", {{"case_worker", Scope::kOwn}});
    AddWorker("sofia", "shelter", {{"support_supervisor", Scope::kOrganisation}});
    AddWorker("silvia", "shelter", {{"support_supervisor", Scope::kOrganisation}});
    AddWorker("carla", "clinic", {{"health_worker", Scope::kOwn}});
    AddWorker("cora", "clinic", {{"case_worker", Scope::kOwn}});
    AddWorker("chief", "clinic", {{"support_supervisor", Scope::kOrganisation}});
    AddWorker("piet", "police", {{"police_investigator", Scope::kOwn}});
    AddWorker("fred", "focal", {{"focal_officer", Scope::kNational}});
    AddWorker("dana", "focal", {{"duplicates_custodian", Scope::kNational}});
    AddWorker("stat", "focal", {{"statistician", Scope::kNational}});
  }

  // Everyone's context is made anew, so that `store_->now` may move on.
  Work As(const std::string& worker) { return WorkOf(Who(worker)); }
  Work WorkOf(const Actor& actor) {
    return Work{*store_->database, *store_->vault, *store_->log, *roles_, actor,
                store_->now,       store_->random};
  }
  Actor& Who(const std::string& worker) {
    const auto found = actors_.find(worker);
    EXPECT_NE(found, actors_.end()) << worker;
    return found->second;
  }
  const std::string& Org(const std::string& name) { return organisations_[name]; }

  void AddOrganisationOf(const std::string& name, const std::string& kind,
                         const std::string& regime) {
    const Actor operator_actor = OperatorActor();
    Organisation organisation;
    organisation.kind = kind;
    organisation.name = "Synthetic organisation " + name;
    organisation.country = "NL";
    organisation.controller = organisation.name;
    organisation.regime = regime;
    organisations_[name] = Must(AddOrganisation(WorkOf(operator_actor), organisation));
    kinds_[name] = kind;
  }
  // An actor with a row of an account behind it, which the watch on use refers to. Nobody logs in:
  // making real credentials would cost each test seconds.
  void AddWorker(const std::string& name, const std::string& organisation,
                 const std::vector<RoleGrant>& roles) {
    Actor actor;
    actor.account = NewId(store_->random);
    actor.organisation = organisations_[organisation];
    actor.organisation_kind = kinds_[organisation];
    actor.roles = roles;
    const std::vector<SqlValue> values = {actor.account, actor.organisation, actor.account};
    Must(store_->database->Execute(
        "INSERT INTO account (id, organisation, login_index, profile, secrets, totp_step, "
        "supervisor, state, paused, renew_by, made_by, made, expires, version) "
        "VALUES ($1, $2, $3, '', '', 0, '', 'active', 0, 0, 'operator', 0, 4102444800, 1)",
        values));
    actors_[name] = actor;
  }

  RecordHead NewRecordBy(const std::string& worker) {
    NewRecord entry;
    entry.possibly_child = YesNo::kNo;
    return Must(CreateRecord(As(worker), entry));
  }
  // A record with its victim.
  struct Made {
    RecordHead record;
    std::string person;
  };
  Made NewVictimBy(const std::string& worker, const Identity& identity) {
    Made made;
    made.record = NewRecordBy(worker);
    made.person = Must(AddPerson(As(worker), made.record.id, {"victim", identity})).id;
    return made;
  }
  // What the log holds of one action.
  std::int64_t LoggedOf(const std::string& action) {
    std::int64_t count = 0;
    const std::vector<SqlValue> values = {action};
    Must(store_->database->Query("SELECT COUNT(*) FROM audit_entry WHERE action = $1", values,
                                 [&](const SqlRow& row) -> Result<void> {
                                   count = row.Int(0);
                                   return {};
                                 }));
    return count;
  }

  std::unique_ptr<Roles> roles_;
  std::map<std::string, Actor> actors_;
  std::map<std::string, std::string> organisations_;
  std::map<std::string, std::string> kinds_;
};

}  // namespace thb
