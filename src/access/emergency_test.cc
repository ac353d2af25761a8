#include "access/emergency.h"

#include <algorithm>

#include "access/approval.h"
#include "access/testing.h"
#include "access/usage.h"

namespace thb {
namespace {

class EmergencyTest : public AccessTest {
 protected:
  void SetUp() override {
    AccessTest::SetUp();
    if (world_ == nullptr) return;
    ngo_ = world_->MakeOrganisation("NGO", "Synthetic NGO 1");
    worker_ = world_->MakeAccount("worker", ngo_, {{"case_worker", Scope::kOwn}});
    supervisor_ =
        world_->MakeAccount("supervisor", ngo_, {{"support_supervisor", Scope::kOrganisation}});
    custodian_ = world_->MakeAccount("custodian", ngo_, {{"custodian", Scope::kOrganisation}});
    facts_.record = "record-1";
    facts_.organisation = ngo_;
    facts_.owner = "somebody-else";
    facts_.group = "another-group";
  }

  Result<BreakGlassCase> Break(const std::string& account, const std::string& approval = {}) {
    return BreakTheGlass(world_->As(account), facts_, "danger_to_life",
                         "a call that Synthetic Person 1 is in danger", approval);
  }
  bool Reads(const std::string& account, FieldGroup group = FieldGroup::kContact) {
    const Work work = world_->As(account);
    return work.roles.Decide(work.actor, facts_, Right::kRead, group, work.now).allowed;
  }
  std::vector<std::string> AlertsOf(const std::string& account) {
    std::vector<std::string> kinds;
    const auto alerts = OpenAlerts(world_->As(account));
    for (const Alert& alert : *alerts) kinds.push_back(alert.kind);
    std::sort(kinds.begin(), kinds.end());
    return kinds;
  }

  std::string ngo_, worker_, supervisor_, custodian_;
  RecordFacts facts_;
};
INSTANTIATE_TEST_SUITE_P(Both, EmergencyTest, kBothStores, NameOfStore);

TEST_P(EmergencyTest, ItOpensTheRecordForFourHours) {
  ASSERT_FALSE(Reads(worker_));
  const auto glass = Break(worker_);
  ASSERT_TRUE(glass.has_value()) << glass.error().ToLine();
  EXPECT_TRUE(Reads(worker_));
  store_->now += kBreakGlassSeconds - 1;
  EXPECT_TRUE(Reads(worker_));
  store_->now += 1;
  EXPECT_FALSE(Reads(worker_));
}

TEST_P(EmergencyTest, ItCanBeClosedBefore) {
  const auto glass = Break(worker_);
  const std::string other = world_->MakeAccount("other", ngo_, {{"case_worker", Scope::kOwn}});
  EXPECT_EQ(ErrorOf(CloseBreakGlass(world_->As(other), glass->id)), "not-found");
  ASSERT_EQ(ErrorOf(CloseBreakGlass(world_->As(worker_), glass->id)), "");
  EXPECT_FALSE(Reads(worker_));
}

TEST_P(EmergencyTest, TheCustodianIsToldAndAReviewIsDue) {
  store_->now = 1'700'236'800;  // a Friday, 17 November 2023, 16:00
  const auto glass = Break(worker_);
  EXPECT_EQ(FormatInstant(glass->review_due), "2023-11-20T16:00:00Z");
  EXPECT_EQ(AlertsOf(custodian_), (std::vector<std::string>{"glass.opened", "glass.review"}));
  EXPECT_EQ(AlertsOf(supervisor_), std::vector<std::string>{"glass.review"});
  EXPECT_TRUE(AlertsOf(worker_).empty());

  EXPECT_TRUE(BreakGlassToReview(world_->As(worker_))->empty());
  const auto cases = BreakGlassToReview(world_->As(supervisor_));
  ASSERT_EQ(cases->size(), 1U);
  EXPECT_EQ((*cases)[0].reason, "a call that Synthetic Person 1 is in danger");
  EXPECT_EQ(ErrorOf(ReviewBreakGlass(world_->As(worker_), glass->id, "justified", "")),
            "forbidden");
  EXPECT_EQ(ErrorOf(ReviewBreakGlass(world_->As(supervisor_), glass->id, "fine", "")), "bad-value");
  ASSERT_EQ(ErrorOf(ReviewBreakGlass(world_->As(supervisor_), glass->id, "justified", "yes")), "");
  EXPECT_EQ(ErrorOf(ReviewBreakGlass(world_->As(custodian_), glass->id, "justified", "")),
            "conflict");
  EXPECT_TRUE(BreakGlassToReview(world_->As(supervisor_))->empty());
  EXPECT_TRUE(AlertsOf(supervisor_).empty());
}

TEST_P(EmergencyTest, NobodyReviewsHisOwn) {
  const std::string lead =
      world_->MakeAccount("lead", ngo_, {{"support_supervisor", Scope::kGroup}});
  EXPECT_EQ(ErrorOf(Break(supervisor_)), "forbidden") << "it would show nothing more";
  const auto glass = Break(lead);
  ASSERT_TRUE(glass.has_value()) << glass.error().ToLine();
  EXPECT_TRUE(BreakGlassToReview(world_->As(lead))->empty());
  EXPECT_EQ(ErrorOf(ReviewBreakGlass(world_->As(lead), glass->id, "justified", "")), "forbidden");
}

TEST_P(EmergencyTest, OneThatWasNotJustifiedGoesToTheAuditor) {
  const std::string auditor =
      world_->MakeAccount("auditor", ngo_, {{"auditor", Scope::kOrganisation}});
  const auto glass = Break(worker_);
  ASSERT_EQ(ErrorOf(ReviewBreakGlass(world_->As(supervisor_), glass->id, "not_justified", "")), "");
  EXPECT_EQ(AlertsOf(auditor), std::vector<std::string>{"glass.not_justified"});
}

TEST_P(EmergencyTest, ProtectedRecordsNeedASecondPerson) {
  for (const Restriction restriction :
       {Restriction::kProtectedWitness, Restriction::kStaffMember, Restriction::kCustodian}) {
    facts_.record = "record-" + std::string(WordOf(restriction));
    facts_.restrictions = {restriction};
    EXPECT_EQ(ErrorOf(Break(worker_)), "forbidden");
    ApprovalRequest request;
    request.kind = ApprovalKind::kProtectedGlass;
    request.organisation = ngo_;
    request.subjects = {facts_.record};
    request.reason = "danger";
    request.lasts = kUrgentApprovalSeconds;
    const std::string approval = *AskApproval(world_->As(worker_), request);
    EXPECT_EQ(ErrorOf(Break(worker_, approval)), "forbidden");
    ASSERT_EQ(ErrorOf(Agree(world_->As(supervisor_), approval)), "");
    ASSERT_EQ(ErrorOf(Break(worker_, approval)), "");
    EXPECT_TRUE(Reads(worker_, FieldGroup::kIdentity));
  }
}

TEST_P(EmergencyTest, WhoIsExcludedPausedOrFromElsewhereCannot) {
  const std::string elsewhere = world_->MakeOrganisation("NGO", "Synthetic NGO 2");
  const std::string stranger =
      world_->MakeAccount("stranger", elsewhere, {{"case_worker", Scope::kOwn}});
  EXPECT_EQ(ErrorOf(Break(stranger)), "forbidden");
  EXPECT_EQ(ErrorOf(Break(custodian_)), "forbidden") << "the role has no break-glass";
  facts_.excluded_accounts = {worker_};
  EXPECT_EQ(ErrorOf(Break(worker_)), "forbidden");
  facts_.excluded_accounts.clear();
  Actor paused = world_->As(worker_).actor;
  paused.paused = true;
  EXPECT_EQ(ErrorOf(BreakTheGlass(world_->WorkOf(paused), facts_, "danger_to_life", "x")),
            "forbidden");
}

TEST_P(EmergencyTest, ThreeAtATimeWithGroundAndReason) {
  const Work work = world_->As(worker_);
  EXPECT_EQ(ErrorOf(BreakTheGlass(work, facts_, "curious", "x")), "unknown-code");
  EXPECT_EQ(ErrorOf(BreakTheGlass(work, facts_, "child_at_risk", " ")), "bad-value");
  for (int i = 0; i < kMaxOpenBreakGlass; ++i) {
    facts_.record = "record-" + std::to_string(i);
    ASSERT_EQ(ErrorOf(Break(worker_)), "");
  }
  facts_.record = "record-9";
  EXPECT_EQ(ErrorOf(Break(worker_)), "limit");
}

TEST_P(EmergencyTest, TheReasonGoesWithTheRecord) {
  const std::string key = *store_->vault->NewKey(KeyKind::kCase);
  ASSERT_TRUE(
      BreakTheGlass(world_->As(worker_), facts_, "danger_to_life", "Synthetic Person 1", {}, key)
          .has_value());
  EXPECT_EQ(BreakGlassToReview(world_->As(supervisor_))->at(0).reason, "Synthetic Person 1");
  ASSERT_TRUE(store_->vault->DestroyKey(key).has_value());
  EXPECT_EQ(BreakGlassToReview(world_->As(supervisor_))->at(0).reason, "");
}

}  // namespace
}  // namespace thb
