#include "access/approval.h"

#include "access/testing.h"

namespace thb {
namespace {

class ApprovalTest : public AccessTest {
 protected:
  void SetUp() override {
    AccessTest::SetUp();
    if (world_ == nullptr) return;
    ngo_ = world_->MakeOrganisation("NGO", "Synthetic NGO 1");
    worker_ = world_->MakeAccount("worker", ngo_, {{"case_worker", Scope::kGroup}});
    first_ = world_->MakeAccount("first", ngo_, {{"support_supervisor", Scope::kOrganisation}});
    second_ = world_->MakeAccount("second", ngo_, {{"support_supervisor", Scope::kOrganisation}});
  }

  ApprovalRequest Merge() {
    ApprovalRequest request;
    request.kind = ApprovalKind::kMerge;
    request.organisation = ngo_;
    request.subjects = {"record-2", "record-1"};
    request.reason = "the same person, Synthetic Person 1";
    return request;
  }
  std::string Ask(const std::string& account) {
    return AccessWorld::Unwrap(AskApproval(world_->As(account), Merge()));
  }
  std::string Use(const std::string& account, const std::string& id,
                  const std::set<std::string>& subjects = {"record-1", "record-2"}) {
    return ErrorOf(JoinUseApproval(world_->As(account), id, ApprovalKind::kMerge, subjects));
  }

  std::string ngo_, worker_, first_, second_;
};
INSTANTIATE_TEST_SUITE_P(Both, ApprovalTest, kBothStores, NameOfStore);

TEST_P(ApprovalTest, OneAsksAnotherAgreesAndItIsDoneOnce) {
  const std::string id = Ask(worker_);
  EXPECT_EQ(Use(worker_, id), "forbidden");
  const auto waiting = ApprovalsToAnswer(world_->As(first_));
  ASSERT_TRUE(waiting.has_value());
  ASSERT_EQ(waiting->size(), 1U);
  EXPECT_EQ((*waiting)[0].reason, "the same person, Synthetic Person 1");
  EXPECT_EQ((*waiting)[0].subjects, (std::vector<std::string>{"record-1", "record-2"}));
  ASSERT_EQ(ErrorOf(Agree(world_->As(first_), id)), "");
  EXPECT_EQ(ErrorOf(Agree(world_->As(second_), id)), "conflict");
  EXPECT_EQ(Use(first_, id), "forbidden") << "only the asker carries it out";
  EXPECT_EQ(Use(worker_, id, {"record-1", "record-3"}), "forbidden") << "something else";
  EXPECT_EQ(Use(worker_, id), "");
  EXPECT_EQ(Use(worker_, id), "forbidden") << "once";
  const Approval done = *FindApproval(world_->As(worker_), id);
  EXPECT_EQ(done.state, ApprovalState::kDone);
  EXPECT_EQ(done.asked_by, worker_);
  EXPECT_EQ(done.answered_by, first_);
}

TEST_P(ApprovalTest, TheAskerNeverAgrees) {
  const std::string id = Ask(first_);
  EXPECT_EQ(ErrorOf(Agree(world_->As(first_), id)), "forbidden");
  EXPECT_TRUE(ApprovalsToAnswer(world_->As(first_))->empty());
  EXPECT_EQ(ErrorOf(Agree(world_->As(second_), id)), "");
}

// An administrator could otherwise make a second self, whose first credentials he knows.
TEST_P(ApprovalTest, NorDoesAnAccountThatTheAskerMadeOrWhichMadeTheAskers) {
  const std::string admin =
      world_->MakeAccount("admin", ngo_, {{"administrator", Scope::kOrganisation}});
  const std::string other =
      world_->MakeAccount("other", ngo_, {{"administrator", Scope::kOrganisation}});
  NewAccount puppet;
  puppet.login = "puppet";
  puppet.name = "Synthetic Worker puppet";
  puppet.organisation = ngo_;
  puppet.renews = false;
  const std::string made = AddAccount(world_->As(admin), puppet)->account;
  const RoleGrant grant = {"administrator", Scope::kOrganisation};
  const std::string role = *AskForRole(world_->As(admin), made, grant, "takes over");
  ASSERT_EQ(ErrorOf(Agree(world_->As(other), role)), "");
  ASSERT_EQ(ErrorOf(GrantRole(world_->As(admin), made, grant, role)), "");
  const std::string by_maker = *AskForReset(world_->As(admin), worker_, "lost");
  EXPECT_EQ(ErrorOf(Agree(world_->As(made), by_maker)), "forbidden");
  EXPECT_EQ(ErrorOf(Agree(world_->As(other), by_maker)), "");
  const std::string by_made = *AskForReset(world_->As(made), worker_, "lost");
  EXPECT_EQ(ErrorOf(Agree(world_->As(admin), by_made)), "forbidden");
  EXPECT_EQ(ErrorOf(Agree(world_->As(other), by_made)), "");
}

// The operator, who holds the keys, gives the first roles alone.
TEST_P(ApprovalTest, AnAdministratorAloneGivesNoRole) {
  const std::string admin =
      world_->MakeAccount("admin", ngo_, {{"administrator", Scope::kOrganisation}});
  NewAccount account;
  account.login = "reader";
  account.name = "Synthetic Worker reader";
  account.organisation = ngo_;
  account.roles = {{"case_worker", Scope::kOwn}};
  EXPECT_EQ(ErrorOf(AddAccount(world_->As(admin), account)), "forbidden");
  account.roles.clear();
  const std::string reader = AddAccount(world_->As(admin), account)->account;
  const RoleGrant grant = {"case_worker", Scope::kOwn};
  EXPECT_EQ(ErrorOf(GrantRole(world_->As(admin), reader, grant)), "forbidden");
  EXPECT_EQ(ErrorOf(AskForRole(world_->As(worker_), reader, grant, "mine")), "forbidden");
  EXPECT_EQ(ErrorOf(AskForRole(world_->As(admin), admin, grant, "for myself")), "forbidden");
  const std::string id = *AskForRole(world_->As(admin), reader, grant, "new colleague");
  EXPECT_EQ(ErrorOf(Agree(world_->As(admin), id)), "forbidden");
  EXPECT_EQ(ErrorOf(GrantRole(world_->As(admin), reader, grant, id)), "forbidden") << "not yet";
  const std::string supervisor =
      world_->MakeAccount("supervisor", ngo_, {{"support_supervisor", Scope::kOrganisation}});
  ASSERT_EQ(ErrorOf(Agree(world_->As(supervisor), id)), "");
  const RoleGrant wider = {"case_worker", Scope::kGroup};
  EXPECT_EQ(ErrorOf(GrantRole(world_->As(admin), reader, wider, id)), "forbidden") << "another one";
  EXPECT_EQ(ErrorOf(GrantRole(world_->As(admin), reader, grant, id)), "");
}

TEST_P(ApprovalTest, NorDoesWhomItConcerns) {
  const std::string admin =
      world_->MakeAccount("admin", ngo_, {{"administrator", Scope::kOrganisation}});
  const std::string other =
      world_->MakeAccount("other", ngo_, {{"administrator", Scope::kOrganisation}});
  ApprovalRequest request = Merge();
  request.kind = ApprovalKind::kResetFactor;
  request.subjects = {other};
  const std::string id = *AskApproval(world_->As(admin), request);
  EXPECT_EQ(ErrorOf(Agree(world_->As(other), id)), "forbidden");
}

TEST_P(ApprovalTest, ToOthersTheRequestDoesNotExist) {
  const std::string id = Ask(worker_);
  const std::string elsewhere = world_->MakeOrganisation("NGO", "Synthetic NGO 2");
  const std::string stranger =
      world_->MakeAccount("stranger", elsewhere, {{"support_supervisor", Scope::kOrganisation}});
  const std::string colleague =
      world_->MakeAccount("colleague", ngo_, {{"case_worker", Scope::kGroup}});
  for (const std::string& account : {stranger, colleague}) {
    const Work work = world_->As(account);
    EXPECT_EQ(ErrorOf(Agree(work, id)), "not-found");
    EXPECT_EQ(ErrorOf(Refuse(work, id, "")), "not-found");
    EXPECT_EQ(ErrorOf(FindApproval(work, id)), "not-found");
    EXPECT_TRUE(ApprovalsToAnswer(work)->empty());
    const auto missing = Agree(work, id.substr(0, 25) + "0");
    EXPECT_EQ(missing.error().what, Agree(work, id).error().what);
  }
}

TEST_P(ApprovalTest, ItIsRefusedWithdrawnOrExpires) {
  const std::string refused = Ask(worker_);
  ASSERT_EQ(ErrorOf(Refuse(world_->As(first_), refused, "these are two persons")), "");
  EXPECT_EQ(FindApproval(world_->As(worker_), refused)->answer, "these are two persons");
  EXPECT_EQ(Use(worker_, refused), "forbidden");

  const std::string withdrawn = Ask(worker_);
  EXPECT_EQ(ErrorOf(Withdraw(world_->As(first_), withdrawn)), "not-found");
  ASSERT_EQ(ErrorOf(Withdraw(world_->As(worker_), withdrawn)), "");
  EXPECT_EQ(ErrorOf(Agree(world_->As(first_), withdrawn)), "conflict");

  const std::string late = Ask(worker_);
  const std::string agreed = Ask(worker_);
  ASSERT_EQ(ErrorOf(Agree(world_->As(first_), agreed)), "");
  EXPECT_EQ(ApprovalsAsked(world_->As(worker_))->size(), 3U);
  store_->now += kApprovalSeconds;
  EXPECT_EQ(ErrorOf(Agree(world_->As(first_), late)), "conflict");
  EXPECT_EQ(Use(worker_, agreed), "forbidden") << "what was agreed to expires too";
  EXPECT_EQ(FindApproval(world_->As(worker_), agreed)->state, ApprovalState::kExpired);
  EXPECT_TRUE(ApprovalsAsked(world_->As(worker_))->empty());
}

TEST_P(ApprovalTest, AnActThatFailsLeavesTheApprovalUnused) {
  const std::string id = Ask(worker_);
  ASSERT_EQ(ErrorOf(Agree(world_->As(first_), id)), "");
  {
    auto transaction = Transaction::Begin(*store_->database);
    ASSERT_TRUE(transaction.has_value());
    ASSERT_EQ(Use(worker_, id), "");
  }
  EXPECT_EQ(Use(worker_, id), "");
}

TEST_P(ApprovalTest, ARequestSaysWhatAndWhy) {
  ApprovalRequest request = Merge();
  request.reason = " ";
  EXPECT_EQ(ErrorOf(AskApproval(world_->As(worker_), request)), "bad-value");
  request = Merge();
  request.subjects.clear();
  EXPECT_EQ(ErrorOf(AskApproval(world_->As(worker_), request)), "bad-value");
  EXPECT_EQ(Use(worker_, ""), "forbidden");
}

TEST_P(ApprovalTest, BothPersonsAreInTheLogAndTheReasonIsSealed) {
  const std::string id = Ask(worker_);
  ASSERT_EQ(ErrorOf(Agree(world_->As(first_), id)), "");
  ASSERT_EQ(Use(worker_, id), "");
  std::vector<std::pair<std::string, std::string>> entries;
  ASSERT_TRUE(store_->database
                  ->Query("SELECT action, actor FROM audit_entry WHERE subject_kind = 'approval' "
                          "ORDER BY sequence",
                          {},
                          [&](const SqlRow& row) -> Result<void> {
                            entries.emplace_back(row.Text(0), row.Text(1));
                            return {};
                          })
                  .has_value());
  EXPECT_EQ(entries,
            (std::vector<std::pair<std::string, std::string>>{
                {"approval.ask", worker_}, {"approval.agree", first_}, {"approval.use", worker_}}));
  std::string reason;
  ASSERT_TRUE(store_->database
                  ->Query("SELECT reason FROM approval", {},
                          [&](const SqlRow& row) -> Result<void> {
                            reason = row.Text(0);
                            return {};
                          })
                  .has_value());
  EXPECT_EQ(reason.find("Synthetic"), std::string::npos);
}

TEST_P(ApprovalTest, AReasonUnderACaseKeyGoesWithTheCase) {
  ApprovalRequest request = Merge();
  request.key = *store_->vault->NewKey(KeyKind::kCase);
  const std::string id = *AskApproval(world_->As(worker_), request);
  EXPECT_EQ(FindApproval(world_->As(worker_), id)->reason, request.reason);
  ASSERT_TRUE(store_->vault->DestroyKey(request.key).has_value());
  EXPECT_EQ(FindApproval(world_->As(worker_), id)->reason, "");
}

}  // namespace
}  // namespace thb
