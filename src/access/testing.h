#pragma once
// Test helper for this room and those above it; not part of the program. Organisations and accounts
// with obviously synthetic names over a TestStore.

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "access/account.h"
#include "access/organisation.h"
#include "access/session.h"
#include "access/totp.h"
#include "store/testing.h"

namespace thb {

class AccessWorld {
 public:
  explicit AccessWorld(TestStore& store) : store_(store), roles_(LoadRoles()) {}

  // An organisation of a kind, and its id. Its regime is LED for those of the police realm.
  std::string MakeOrganisation(const std::string& kind, const std::string& name) {
    Organisation organisation;
    organisation.kind = kind;
    organisation.name = name;
    organisation.country = "NL";
    organisation.controller = name;
    const bool led = kind == "POLICE" || kind == "PROSECUTION" || kind == "BORDER";
    organisation.regime = led ? "LED" : "GDPR";
    return Unwrap(AddOrganisation(AsOperator(), organisation));
  }
  std::string MakeGroup(const std::string& organisation, const std::string& name) {
    Group group;
    group.organisation = organisation;
    group.name = name;
    return Unwrap(AddGroup(AsOperator(), group));
  }
  // An account that can log in at once, and its id. Its credentials are kept for LogInAs.
  std::string MakeAccount(const std::string& login, const std::string& organisation,
                          std::vector<RoleGrant> roles, std::set<std::string> groups = {},
                          const std::string& supervisor = {}) {
    NewAccount account;
    account.login = login;
    account.name = "Synthetic Worker " + login;
    account.organisation = organisation;
    account.supervisor = supervisor;
    account.roles = std::move(roles);
    account.groups = std::move(groups);
    account.renews = false;
    Credentials made = Unwrap(AddAccount(AsOperator(), account));
    const std::string id = made.account;
    credentials_[id] = std::move(made);
    return id;
  }

  // The work of an account, as the database has it at this moment. The reference that it holds to
  // its actor stays good as long as this world.
  Work As(const std::string& account) {
    return WorkOf(Unwrap(LoadActor(*store_.database, account, store_.now)));
  }
  Work AsOperator() { return WorkOf(OperatorActor()); }
  Work AsSystem() { return WorkOf(SystemActor()); }
  Work WorkOf(Actor actor) {
    actors_.push_back(std::make_unique<Actor>(std::move(actor)));
    return {*store_.database, *store_.vault, *store_.log,   roles_,
            *actors_.back(),  store_.now,    store_.random, password_cost};
  }

  // A right attempt: the code is that of the app at this moment.
  LogInAttempt AttemptOf(const std::string& account) {
    const Credentials& credentials = credentials_.at(account);
    LogInAttempt attempt;
    attempt.login = credentials.login;
    attempt.password = credentials.password;
    attempt.code = TotpCode(SecretOf(account), TotpStep(store_.now));
    attempt.source = "192.0.2.1";
    attempt.label = "Synthetic browser";
    return attempt;
  }
  const Credentials& CredentialsOf(const std::string& account) { return credentials_.at(account); }
  std::string SecretOf(const std::string& account) {
    return FromBase32(credentials_.at(account).totp_secret);
  }

  const Roles& roles() const { return roles_; }
  TestStore& store() { return store_; }

  static std::string FromBase32(std::string_view text) {
    std::string bytes;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : text) {
      bits = bits << 5 | static_cast<std::uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
      held += 5;
      if (held >= 8) {
        held -= 8;
        bytes += static_cast<char>(bits >> held & 0xff);
      }
    }
    return bytes;
  }

  template <typename T>
  static T Unwrap(Result<T> result) {
    if (!result) ADD_FAILURE() << result.error().ToLine();
    return result ? *std::move(result) : T{};
  }

  // Of the accounts that are made from now on. Tests make hundreds; most need no dear password.
  PasswordCost password_cost{1, std::size_t{64} << 10};

 private:
  static Roles LoadRoles() {
    auto roles = Roles::Load();
    EXPECT_TRUE(roles.has_value()) << roles.error().ToLine();
    return *std::move(roles);
  }

  TestStore& store_;
  Roles roles_;
  std::vector<std::unique_ptr<Actor>> actors_;
  std::map<std::string, Credentials> credentials_;
};

// A fixture on both databases, as TestOnBothStores.
class AccessTest : public TestOnBothStores {
 protected:
  void SetUp() override {
    TestOnBothStores::SetUp();
    if (store_ != nullptr) world_ = std::make_unique<AccessWorld>(*store_);
  }
  void TearDown() override { world_.reset(); }

  // The name of an error, "" where there is none: for comparing.
  template <typename T>
  static std::string ErrorOf(const Result<T>& result) {
    return result ? "" : std::string(InfoOf(result.error().code).name);
  }
  // Actions of the log, in their order, without those on keys.
  std::vector<std::string> LoggedActions() {
    std::vector<std::string> actions;
    EXPECT_TRUE(store_->database
                    ->Query("SELECT action FROM audit_entry WHERE action NOT LIKE 'key.%' ORDER BY "
                            "sequence",
                            {},
                            [&](const SqlRow& row) -> Result<void> {
                              actions.emplace_back(row.Text(0));
                              return {};
                            })
                    .has_value());
    return actions;
  }

  std::unique_ptr<AccessWorld> world_;
};

}  // namespace thb
