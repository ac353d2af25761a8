#include "access/usage.h"

#include <algorithm>

#include "access/testing.h"

namespace thb {
namespace {

class UsageTest : public AccessTest {
 protected:
  void SetUp() override {
    AccessTest::SetUp();
    if (world_ == nullptr) return;
    ngo_ = world_->MakeOrganisation("NGO", "Synthetic NGO 1");
    supervisor_ =
        world_->MakeAccount("supervisor", ngo_, {{"support_supervisor", Scope::kOrganisation}});
    worker_ = world_->MakeAccount("worker", ngo_, {{"case_worker", Scope::kOwn}}, {}, supervisor_);
    auditor_ = world_->MakeAccount("auditor", ngo_, {{"auditor", Scope::kOrganisation}});
    record_.record = "record-1";
    record_.organisation = ngo_;
    record_.owner = worker_;
  }

  std::string Open(int person) {
    return ErrorOf(CountOpened(world_->As(worker_), record_, {"person-" + std::to_string(person)}));
  }
  void OpenUntilPaused() {
    for (int i = 0; i < kMaxPersonsPerHour; ++i) ASSERT_EQ(Open(i), "");
    ASSERT_EQ(Open(kMaxPersonsPerHour), "limit");
  }
  std::vector<std::string> AlertsOf(const std::string& account) {
    std::vector<std::string> kinds;
    const auto alerts = OpenAlerts(world_->As(account));
    for (const Alert& alert : *alerts) kinds.push_back(alert.kind);
    return kinds;
  }

  std::string ngo_, worker_, supervisor_, auditor_;
  RecordFacts record_;
};
INSTANTIATE_TEST_SUITE_P(Both, UsageTest, kBothStores, NameOfStore);

TEST_P(UsageTest, MoreThanFiftyPersonsInAnHourPauseTheAccount) {
  OpenUntilPaused();
  EXPECT_TRUE(world_->As(worker_).actor.paused);
  EXPECT_EQ(Open(0), "limit");
  EXPECT_EQ(AlertsOf(supervisor_), std::vector<std::string>{"usage.paused"});
  EXPECT_EQ(AlertsOf(auditor_), std::vector<std::string>{"usage.paused"});
  EXPECT_EQ(ErrorOf(CountSearch(world_->As(worker_), "record-1")), "limit");
}

TEST_P(UsageTest, TheSamePersonsAgainAndOverADayDoNot) {
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < kMaxPersonsPerHour; ++i) ASSERT_EQ(Open(i), "");
  }
  store_->now += kUsageWindowSeconds;
  for (int i = 100; i < 100 + kMaxPersonsPerHour; ++i) ASSERT_EQ(Open(i), "");
}

TEST_P(UsageTest, TheOwnOpenUrgentRecordStaysOpen) {
  record_.urgent = true;
  for (int i = 0; i < 2 * kMaxPersonsPerHour; ++i) ASSERT_EQ(Open(i), "");
  record_.urgent = false;
  OpenUntilPaused();
  record_.urgent = true;
  EXPECT_EQ(Open(1), "");
  const Work work = world_->As(worker_);
  EXPECT_TRUE(work.roles.Decide(work.actor, record_, Right::kRead, FieldGroup::kIdentity, work.now)
                  .allowed);
  record_.owner = supervisor_;
  EXPECT_EQ(Open(1), "limit") << "a colleague's does not";
}

TEST_P(UsageTest, TheSupervisorLiftsThePause) {
  OpenUntilPaused();
  const std::string other = world_->MakeAccount("other", ngo_, {{"case_worker", Scope::kOwn}});
  EXPECT_EQ(ErrorOf(LiftPause(world_->As(worker_), worker_, "me")), "forbidden");
  EXPECT_EQ(ErrorOf(LiftPause(world_->As(other), worker_, "me")), "forbidden");
  EXPECT_EQ(ErrorOf(LiftPause(world_->As(supervisor_), other, "me")), "not-found");
  EXPECT_EQ(ErrorOf(LiftPause(world_->As(supervisor_), worker_, " ")), "bad-value");
  ASSERT_EQ(ErrorOf(LiftPause(world_->As(supervisor_), worker_, "a raid with many victims")), "");
  EXPECT_FALSE(world_->As(worker_).actor.paused);
  EXPECT_EQ(Open(0), "");
  EXPECT_TRUE(AlertsOf(supervisor_).empty());
  EXPECT_EQ(AlertsOf(auditor_).size(), 1U) << "the auditor still sees that it happened";
}

TEST_P(UsageTest, SearchesHaveAQuotaAndManyOfThemAreUnusual) {
  for (int i = 0; i < kMaxSearchesPerHour; ++i) {
    EXPECT_EQ(AlertsOf(auditor_).size(), i >= kUnusualSearchesPerHour ? 1U : 0U) << i;
    ASSERT_EQ(ErrorOf(CountSearch(world_->As(worker_), "record-1")), "");
  }
  EXPECT_EQ(ErrorOf(CountSearch(world_->As(worker_), "record-1")), "limit");
  store_->now += kUsageWindowSeconds;
  EXPECT_EQ(ErrorOf(CountSearch(world_->As(worker_), "record-1")), "");
}

TEST_P(UsageTest, SearchesWithoutACaseAreUnusualSooner) {
  for (int i = 0; i < kUnusualGroundSearchesPerHour; ++i) {
    EXPECT_TRUE(AlertsOf(auditor_).empty());
    ASSERT_EQ(ErrorOf(CountSearch(world_->As(worker_), "")), "");
  }
  EXPECT_EQ(AlertsOf(auditor_), std::vector<std::string>{"usage.searches"});
}

TEST_P(UsageTest, WhatIsCountedIsForgottenAfterADay) {
  ASSERT_EQ(Open(1), "");
  ASSERT_EQ(ErrorOf(CountSearch(world_->As(worker_), "record-1")), "");
  store_->now += kUsageMemorySeconds + 1;
  ASSERT_EQ(ErrorOf(CountSearch(world_->As(supervisor_), "record-1")), "");
  std::int64_t rows = 0;
  ASSERT_TRUE(store_->database
                  ->Query("SELECT COUNT(*) FROM usage_event", {},
                          [&](const SqlRow& row) -> Result<void> {
                            rows = row.Int(0);
                            return {};
                          })
                  .has_value());
  EXPECT_EQ(rows, 1);
}

TEST_P(UsageTest, AnAlertIsForItsReaderAlone) {
  OpenUntilPaused();
  const auto alerts = OpenAlerts(world_->As(auditor_));
  const std::string id = alerts->at(0).id;
  EXPECT_EQ(ErrorOf(CloseAlert(world_->As(worker_), id)), "not-found");
  const std::string elsewhere = world_->MakeOrganisation("NGO", "Synthetic NGO 2");
  const std::string stranger =
      world_->MakeAccount("stranger", elsewhere, {{"auditor", Scope::kOrganisation}});
  EXPECT_TRUE(AlertsOf(stranger).empty());
  EXPECT_EQ(ErrorOf(CloseAlert(world_->As(stranger), id)), "not-found");
  ASSERT_EQ(ErrorOf(CloseAlert(world_->As(auditor_), id)), "");
  EXPECT_TRUE(AlertsOf(auditor_).empty());
  EXPECT_EQ(ErrorOf(CloseAlert(world_->As(auditor_), id)), "not-found");
}

TEST_P(UsageTest, AnAccountIsWarnedBeforeItExpires) {
  store_->now += kAccountSeconds - kExpiryWarningSeconds;
  EXPECT_TRUE(AlertsOf(worker_).empty());
  store_->now += 1;
  EXPECT_EQ(AlertsOf(worker_), std::vector<std::string>{"account.expires"});
}

}  // namespace
}  // namespace thb
