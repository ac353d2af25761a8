#include "access/account.h"

#include <algorithm>

#include "access/approval.h"
#include "access/testing.h"
#include "store/keys.h"

namespace thb {
namespace {

class AccountTest : public AccessTest {
 protected:
  void SetUp() override {
    AccessTest::SetUp();
    if (world_ == nullptr) return;
    ngo_ = world_->MakeOrganisation("NGO", "Synthetic NGO 1");
    police_ = world_->MakeOrganisation("POLICE", "Synthetic Police 1");
  }

  Result<Credentials> Add(const Work& work, const std::string& login,
                          std::vector<RoleGrant> roles) {
    NewAccount account;
    account.login = login;
    account.name = "Synthetic Worker " + login;
    account.organisation = ngo_;
    account.roles = std::move(roles);
    return AddAccount(work, account);
  }

  std::string ngo_;
  std::string police_;
};
INSTANTIATE_TEST_SUITE_P(Both, AccountTest, kBothStores, NameOfStore);

TEST_P(AccountTest, AnAccountIsFoundAgainAndItsNamesAreSealed) {
  const std::string group = world_->MakeGroup(ngo_, "Team A");
  const std::string id =
      world_->MakeAccount("S.Worker", ngo_, {{"case_worker", Scope::kGroup}}, {group});
  const Work work = world_->AsOperator();
  const auto account = FindAccountByLogin(work, " s.worker");
  ASSERT_TRUE(account.has_value()) << account.error().ToLine();
  EXPECT_EQ(account->id, id);
  EXPECT_EQ(account->name, "Synthetic Worker S.Worker");
  EXPECT_EQ(account->roles, (std::vector<RoleGrant>{{"case_worker", Scope::kGroup}}));
  EXPECT_EQ(account->groups, std::set{group});
  EXPECT_EQ(ErrorOf(FindAccountByLogin(work, "nobody")), "not-found");
  std::string row;
  ASSERT_TRUE(store_->database
                  ->Query("SELECT profile, secrets, login_index FROM account", {},
                          [&](const SqlRow& r) -> Result<void> {
                            for (int i = 0; i < 3; ++i) row += r.Text(i);
                            return {};
                          })
                  .has_value());
  EXPECT_EQ(row.find("orker"), std::string::npos);
  EXPECT_EQ(row.find("argon2id"), std::string::npos);
}

TEST_P(AccountTest, WhatIsWrongIsNamed) {
  const Work work = world_->AsOperator();
  EXPECT_EQ(ErrorOf(Add(work, "a b", {})), "bad-value");
  EXPECT_EQ(ErrorOf(Add(work, "a", {{"police_investigator", Scope::kOwn}})), "forbidden");
  EXPECT_EQ(ErrorOf(Add(work, "a", {{"no_role", Scope::kOwn}})), "unknown-code");
  EXPECT_EQ(ErrorOf(Add(work, "a", {{"administrator", Scope::kNational}})), "forbidden");
  EXPECT_EQ(ErrorOf(Add(work, "a", {})), "");
  EXPECT_EQ(ErrorOf(Add(work, "A", {})), "conflict");
}

TEST_P(AccountTest, OnlyAnAdministratorOfTheOrganisationAddsAccounts) {
  const std::string worker = world_->MakeAccount("worker", ngo_, {{"case_worker", Scope::kOwn}});
  const std::string own =
      world_->MakeAccount("own", ngo_, {{"administrator", Scope::kOrganisation}});
  const std::string other =
      world_->MakeAccount("other", police_, {{"administrator", Scope::kOrganisation}});
  EXPECT_EQ(ErrorOf(Add(world_->As(worker), "x", {})), "forbidden");
  EXPECT_EQ(ErrorOf(Add(world_->As(other), "x", {})), "forbidden");
  EXPECT_EQ(ErrorOf(Add(world_->As(own), "x", {})), "");
}

TEST_P(AccountTest, NobodyRaisesHisOwnRights) {
  const std::string admin =
      world_->MakeAccount("admin", ngo_, {{"administrator", Scope::kOrganisation}});
  const Work work = world_->As(admin);
  EXPECT_EQ(ErrorOf(GrantRole(work, admin, {"case_worker", Scope::kOwn})), "forbidden");
  EXPECT_EQ(ErrorOf(WithdrawRole(work, admin, {"administrator", Scope::kOrganisation})),
            "forbidden");
  Account self = *FindAccount(work, admin);
  self.expires += 86'400;
  EXPECT_EQ(ErrorOf(ChangeAccount(work, self)), "forbidden");
  EXPECT_EQ(ErrorOf(ResetCredentials(work, admin, "")), "forbidden");
}

TEST_P(AccountTest, RolesThatExcludeEachOtherAreNotGranted) {
  const std::string worker = world_->MakeAccount("worker", ngo_, {{"case_worker", Scope::kOwn}});
  const Work work = world_->AsOperator();
  EXPECT_EQ(ErrorOf(GrantRole(work, worker, {"administrator", Scope::kOrganisation})), "forbidden");
  EXPECT_EQ(ErrorOf(GrantRole(work, worker, {"lawyer", Scope::kOwn})), "");
  EXPECT_EQ(ErrorOf(WithdrawRole(work, worker, {"case_worker", Scope::kOwn})), "");
  EXPECT_EQ(ErrorOf(WithdrawRole(work, worker, {"case_worker", Scope::kOwn})), "not-found");
  EXPECT_EQ(world_->As(worker).actor.roles, (std::vector<RoleGrant>{{"lawyer", Scope::kOwn}}));
}

TEST_P(AccountTest, NationalScopeNeedsASecondPersonOnce) {
  const std::string focal = world_->MakeOrganisation("FOCAL", "Synthetic Focal Point");
  const std::string first =
      world_->MakeAccount("first", focal, {{"administrator", Scope::kOrganisation}});
  const std::string second =
      world_->MakeAccount("second", focal, {{"administrator", Scope::kOrganisation}});
  const std::string officer = world_->MakeAccount("officer", focal, {});
  const RoleGrant grant = {"focal_officer", Scope::kNational};
  EXPECT_EQ(ErrorOf(GrantRole(world_->As(first), officer, grant)), "forbidden");

  ApprovalRequest request;
  request.kind = ApprovalKind::kNationalScope;
  request.organisation = focal;
  request.subjects = {officer};
  request.detail = DescribeGrant(grant);
  request.reason = "runs the focal point";
  const std::string approval = *AskApproval(world_->As(first), request);
  EXPECT_EQ(ErrorOf(GrantRole(world_->As(first), officer, grant, approval)), "forbidden");
  ASSERT_EQ(ErrorOf(Agree(world_->As(second), approval)), "");
  EXPECT_EQ(ErrorOf(GrantRole(world_->As(first), officer,
                              {"duplicates_custodian", Scope::kNational}, approval)),
            "forbidden")
      << "something else was agreed to";
  EXPECT_EQ(ErrorOf(GrantRole(world_->As(first), officer, grant, approval)), "");
  ASSERT_EQ(ErrorOf(WithdrawRole(world_->As(first), officer, grant)), "");
  EXPECT_EQ(ErrorOf(GrantRole(world_->As(first), officer, grant, approval)), "forbidden")
      << "an approval is used once";
}

TEST_P(AccountTest, TheFirstAdministratorIsMadeOnceAndTheLastStays) {
  NewAccount account;
  account.login = "first";
  account.name = "Synthetic Administrator";
  account.organisation = world_->MakeOrganisation("OPERATOR", "Synthetic Operator");
  const auto made = AddFirstAdministrator(world_->AsOperator(), account);
  ASSERT_TRUE(made.has_value()) << made.error().ToLine();
  EXPECT_EQ(made->recovery_codes.size(), kRecoveryCodes);
  EXPECT_FALSE(made->totp_secret.empty());
  account.login = "again";
  EXPECT_EQ(ErrorOf(AddFirstAdministrator(world_->AsOperator(), account)), "conflict");

  const Work work = world_->AsOperator();
  EXPECT_EQ(ErrorOf(WithdrawRole(work, made->account, {"administrator", Scope::kNational})),
            "conflict");
  Account last = *FindAccount(work, made->account);
  last.disabled = true;
  EXPECT_EQ(ErrorOf(ChangeAccount(work, last)), "conflict");
}

TEST_P(AccountTest, AStaleChangeIsRefused) {
  const std::string id = world_->MakeAccount("worker", ngo_, {});
  const Work work = world_->AsOperator();
  Account account = *FindAccount(work, id);
  account.name = "Synthetic Worker renamed";
  ASSERT_EQ(ErrorOf(ChangeAccount(work, account)), "");
  EXPECT_EQ(ErrorOf(ChangeAccount(work, account)), "stale");
  EXPECT_EQ(FindAccount(work, id)->name, "Synthetic Worker renamed");
}

TEST_P(AccountTest, AnActorHasNothingBeforeHisOwnCredentialsAndNothingAfterTheEnd) {
  const auto made = Add(world_->AsOperator(), "new", {{"case_worker", Scope::kOwn}});
  ASSERT_TRUE(made.has_value());
  EXPECT_TRUE(world_->As(made->account).actor.roles.empty());
  const std::string id = world_->MakeAccount("worker", ngo_, {{"case_worker", Scope::kOwn}});
  EXPECT_EQ(world_->As(id).actor.organisation_kind, "NGO");
  EXPECT_EQ(ErrorOf(LoadActor(*store_->database, id, store_->now + kAccountSeconds)), "forbidden");
  Account account = *FindAccount(world_->AsOperator(), id);
  account.disabled = true;
  ASSERT_EQ(ErrorOf(ChangeAccount(world_->AsOperator(), account)), "");
  EXPECT_EQ(ErrorOf(LoadActor(*store_->database, id, store_->now)), "forbidden");
  EXPECT_EQ(ErrorOf(LoadActor(*store_->database, "nobody", store_->now)), "forbidden");
}

TEST_P(AccountTest, ColleaguesAreListedAndStrangersAreNot) {
  const std::string worker = world_->MakeAccount("worker", ngo_, {{"case_worker", Scope::kOwn}});
  world_->MakeAccount("colleague", ngo_, {});
  world_->MakeAccount("stranger", police_, {});
  const auto colleagues = ListAccounts(world_->As(worker), ngo_);
  ASSERT_TRUE(colleagues.has_value());
  ASSERT_EQ(colleagues->size(), 2U);
  EXPECT_EQ((*colleagues)[0].login, "colleague");
  EXPECT_EQ(ErrorOf(ListAccounts(world_->As(worker), police_)), "forbidden");
  EXPECT_EQ(ErrorOf(ListAccounts(world_->As(worker), "")), "forbidden");
  EXPECT_EQ(ListAccounts(world_->AsOperator(), "")->size(), 3U);
  EXPECT_EQ(LiveAccounts(*store_->database, police_, store_->now)->size(), 1U);
}

TEST_P(AccountTest, OrganisationsAreChangedByWhoMayAndNeverCloseOverAccounts) {
  world_->MakeAccount("worker", ngo_, {});
  const Work work = world_->AsOperator();
  Organisation organisation = *FindOrganisation(*store_->database, ngo_);
  organisation.kind = "POLICE";
  organisation.name = "Synthetic NGO renamed";
  ASSERT_EQ(ErrorOf(ChangeOrganisation(work, organisation)), "");
  EXPECT_EQ(FindOrganisation(*store_->database, ngo_)->kind, "NGO") << "the kind stays";
  EXPECT_EQ(ErrorOf(ChangeOrganisation(work, organisation)), "stale");
  organisation.version = 2;
  organisation.active = false;
  EXPECT_EQ(ErrorOf(ChangeOrganisation(work, organisation)), "conflict");
  organisation.active = true;
  organisation.regime = "none";
  EXPECT_EQ(ErrorOf(ChangeOrganisation(work, organisation)), "bad-value");
  const std::string local =
      world_->MakeAccount("local", ngo_, {{"administrator", Scope::kOrganisation}});
  organisation.regime = "GDPR";
  EXPECT_EQ(ErrorOf(ChangeOrganisation(world_->As(local), organisation)), "forbidden");
  EXPECT_EQ(ErrorOf(FocalPointOf(*store_->database, "NL")), "not-found");
  const std::string focal = world_->MakeOrganisation("FOCAL", "Synthetic Focal Point");
  EXPECT_EQ(*FocalPointOf(*store_->database, "NL"), focal);
}

TEST_P(AccountTest, LoginsAreFoundWithNewKeys) {
  const std::string id = world_->MakeAccount("worker", ngo_, {});
  const KeyWork keys{store_->places, *store_->database, store_->random, store_->now};
  ASSERT_EQ(ErrorOf(Rekey(keys, RebuildLoginIndexes)), "");
  const KeyWork later{store_->places, *store_->database, store_->random,
                      store_->now + kRekeyGrace + 1};
  ASSERT_EQ(Rekey(later, RebuildLoginIndexes)->step, "done");
  ASSERT_EQ(ErrorOf(store_->vault->Follow()), "");
  const auto account = FindAccountByLogin(world_->AsOperator(), "worker");
  ASSERT_TRUE(account.has_value()) << account.error().ToLine();
  EXPECT_EQ(account->id, id);
  EXPECT_EQ(ErrorOf(LogIn(world_->AsSystem(), world_->AttemptOf(id))), "");
}

TEST_P(AccountTest, EachActIsInTheLog) {
  const std::string id = world_->MakeAccount("worker", ngo_, {});
  ASSERT_EQ(ErrorOf(GrantRole(world_->AsOperator(), id, {"case_worker", Scope::kOwn})), "");
  EXPECT_EQ(LoggedActions(), (std::vector<std::string>{"organisation.add", "organisation.add",
                                                       "account.add", "account.grant"}));
  const auto report = VerifyAudit(*store_->database, *store_->vault, {});
  ASSERT_TRUE(report.has_value());
  EXPECT_TRUE(report->findings.empty());
}

}  // namespace
}  // namespace thb
