// Tasks, reminders, rosters, and urgent referrals that nobody acknowledges.

#include "referral/task.h"

#include "people/notice.h"
#include "referral/testing.h"

namespace thb {
namespace {

using enum FieldGroup;

class TaskTest : public ReferralTest {
 protected:
  std::string Open(const std::string& organisation, const std::string& worker,
                   const std::string& record) {
    Task task;
    task.organisation = Org(organisation);
    if (!worker.empty()) task.account = Who(worker).account;
    task.record = record;
    task.kind = "other";
    task.source = NewId(store_->random);
    return Must(OpenTask(*store_->database, store_->random, task, store_->now));
  }
  std::vector<Task> Mine(const std::string& worker) {
    const Work work = As(worker);
    return Must(Tasks(work).Mine());
  }
  int CountKind(const std::string& worker, const std::string& kind) {
    int count = 0;
    for (const Task& task : Mine(worker)) count += task.kind == kind;
    return count;
  }
};

TEST_P(TaskTest, WaitsForWhomItIsAndForNobodyElse) {
  Open("shelter", "anna", victim_.record.id);
  EXPECT_EQ(Mine("anna").size(), 1u);
  for (const char* other : {"bert", "carla", "piet", "fred"}) {
    EXPECT_EQ(Mine(other).size(), 0u) << other;
  }
  // One of the organisation, on a record that a colleague does not see: not his.
  Open("shelter", "", victim_.record.id);
  EXPECT_EQ(Mine("anna").size(), 2u);
  EXPECT_EQ(Mine("bert").size(), 0u);
}

TEST_P(TaskTest, IsAssignedOnlyToWhoCanOpenTheRecord) {  // check 2
  const std::string id = Open("shelter", "anna", victim_.record.id);
  const Work anna = As("anna");
  EXPECT_EQ(CodeOf(Tasks(anna).Assign(id, 1, Who("bert"))), ErrorCode::kForbidden);
  EXPECT_EQ(CodeOf(Tasks(anna).Assign(id, 1, Who("carla"))), ErrorCode::kForbidden);
  Must(Tasks(anna).Assign(id, 1, Who("sofia")));
  EXPECT_EQ(CodeOf(Tasks(anna).Assign(id, 1, Who("sofia"))), ErrorCode::kNotFound)
      << "it is not hers any more";
  const Work sofia = As("sofia");
  EXPECT_EQ(CodeOf(Tasks(sofia).Close(id, 1, TaskState::kDone)), ErrorCode::kStale);
  Must(Tasks(sofia).Close(id, 2, TaskState::kDone));
  EXPECT_EQ(Mine("sofia").size(), 0u);
}

TEST_P(TaskTest, TheSameSourceOpensItOnce) {
  Task task;
  task.organisation = Org("shelter");
  task.kind = "follow_up";
  task.source = "synthetic-source";
  const std::string first = Must(OpenTask(*store_->database, store_->random, task, store_->now));
  EXPECT_EQ(Must(OpenTask(*store_->database, store_->random, task, store_->now)), first);
  Must(CloseTasksOf(*store_->database, task.source, "follow_up", store_->now));
  EXPECT_EQ(Must(OpenTask(*store_->database, store_->random, task, store_->now, Repeat::kNever)),
            first);
  EXPECT_NE(Must(OpenTask(*store_->database, store_->random, task, store_->now)), first);
  task.kind = "no_such_kind";
  EXPECT_EQ(CodeOf(OpenTask(*store_->database, store_->random, task, store_->now)),
            ErrorCode::kUnknownCode);
}

// Rule 16: an outbox row holds an account and a time. The table has no room for more.
TEST_P(TaskTest, RemindersHoldNothingButAnAccountAndATime) {
  Open("shelter", "anna", victim_.record.id);
  Open("shelter", "anna", victim_.record.id);
  const std::vector<Reminder> reminders = Must(RemindersToSend(*store_->database, store_->now, 10));
  ASSERT_EQ(reminders.size(), 1u) << "one mail, however much waits";
  EXPECT_EQ(reminders[0].account, Who("anna").account);
  Must(MarkReminded(*store_->database, reminders[0].id, store_->now));
  EXPECT_EQ(Must(RemindersToSend(*store_->database, store_->now, 10)).size(), 0u);
  Open("shelter", "anna", "");
  EXPECT_EQ(Must(RemindersToSend(*store_->database, store_->now, 10)).size(), 1u);
  Open("shelter", "", "");
  EXPECT_EQ(CountOf("SELECT COUNT(*) FROM reminder"), 2) << "whose it is nobody's gets no mail";
}

TEST_P(TaskTest, NoticesOfTheRoomBelowBecomeTasks) {
  Notice notice;
  notice.kind = "record.assigned";
  notice.record = victim_.record.id;
  notice.organisation = Org("shelter");
  notice.account = Who("anna").account;
  Must(AddNotice(As("anna"), notice));
  const int taken = Must(TakeNotices(*store_->database, store_->random, store_->now));
  EXPECT_GE(taken, 1);
  EXPECT_EQ(CountKind("anna", "record_assigned"), 1);
  EXPECT_EQ(Must(TakeNotices(*store_->database, store_->random, store_->now)), 0);
}

TEST_P(TaskTest, WhatWaitsForARecordsWorkerWaitsForTheNewOne) {
  Task alarm;
  alarm.organisation = Org("clinic");
  alarm.account = Who("carla").account;
  alarm.record = victim_.record.id;
  alarm.kind = "child_no_guardian";
  alarm.source = victim_.person;
  Must(OpenTask(*store_->database, store_->random, alarm, store_->now));
  EXPECT_EQ(CountKind("anna", "child_no_guardian"), 0);
  Notice notice;
  notice.kind = "record.transferred";
  notice.record = victim_.record.id;
  notice.organisation = Org("shelter");
  notice.account = Who("anna").account;
  Must(AddNotice(As("anna"), notice));
  Must(TakeNotices(*store_->database, store_->random, store_->now));
  EXPECT_EQ(CountKind("anna", "child_no_guardian"), 1);
}

TEST_P(TaskTest, ASupervisorSeesLoadAndOverdue) {
  Task task;
  task.organisation = Org("shelter");
  task.account = Who("anna").account;
  task.kind = "other";
  for (int i = 0; i < 3; ++i) {
    task.source = "synthetic-source-" + std::to_string(i);
    task.due = store_->now + (i == 0 ? -1 : 1);
    Must(OpenTask(*store_->database, store_->random, task, store_->now));
  }
  const Work sofia = As("sofia");
  bool seen = false;
  for (const Tasks::Load& load : Must(Tasks(sofia).LoadOfOrganisation())) {
    if (load.account != Who("anna").account) continue;
    seen = true;
    EXPECT_EQ(load.open, 3);
    EXPECT_EQ(load.overdue, 1);
    EXPECT_EQ(load.records, 1);
  }
  EXPECT_TRUE(seen);
  const Work anna = As("anna");
  EXPECT_EQ(CodeOf(Tasks(anna).LoadOfOrganisation()), ErrorCode::kForbidden);
}

// --- rosters -------------------------------------------------------------------------------------

class RosterTest : public TaskTest {
 protected:
  DutyShift Shift(const std::string& on_duty, const std::string& deputy) {
    DutyShift shift;
    shift.organisation = Org("clinic");
    shift.from = store_->now - 3'600;
    shift.until = store_->now + 36'000;
    shift.on_duty = Who(on_duty).account;
    if (!deputy.empty()) shift.deputy = Who(deputy).account;
    return shift;
  }
  void SetUp() override {
    TaskTest::SetUp();
    if (store_ == nullptr) return;
    AddWorker("dora", "clinic", {{"support_supervisor", Scope::kOrganisation}});
  }
  std::string SendUrgently() {
    const std::string consent = ConsentTo("clinic", {kAssistance});
    const Work anna = As("anna");
    Referrals referrals(*countries_, anna);
    ReferralDraft draft = DraftTo("clinic", {kAssistance});
    draft.urgent = true;
    const std::string id = Must(referrals.Draft(draft));
    Must(referrals.Send(id, 1, {consent, {}}));
    return id;
  }
  int Escalate() {
    return Must(
        EscalateUrgent(*store_->database, *store_->log, store_->random, Org("focal"), store_->now));
  }
  std::string EscalatedTo(const std::string& id) {
    const Work anna = As("anna");
    return Must(Referrals(*countries_, anna).Load(id)).escalated_to;
  }
};

TEST_P(RosterTest, IsKeptByTheOwnSupervisors) {
  const Work chief = As("chief");
  Rosters rosters(chief);
  const std::string id = Must(rosters.AddShift(Shift("chief", "dora")));
  EXPECT_EQ(CodeOf(rosters.AddShift(Shift("dora", "chief"))), ErrorCode::kConflict);
  EXPECT_EQ(CodeOf(rosters.AddShift(Shift("chief", "chief"))), ErrorCode::kBadValue);
  EXPECT_EQ(CodeOf(rosters.AddShift(Shift("anna", "dora"))), ErrorCode::kBadValue)
      << "of another organisation";
  for (const char* other : {"carla", "sofia", "anna"}) {
    const Work work = As(other);
    EXPECT_EQ(CodeOf(Rosters(work).AddShift(Shift("chief", "dora"))), ErrorCode::kForbidden);
    // Of another organisation's shift nobody learns that it is there.
    const bool colleague = std::string_view(other) == "carla";
    EXPECT_EQ(CodeOf(Rosters(work).RemoveShift(id)),
              colleague ? ErrorCode::kForbidden : ErrorCode::kNotFound);
  }
  Must(rosters.RemoveShift(id));
  Must(rosters.AddShift(Shift("dora", "")));  // a small organisation has no deputy every night
}

TEST_P(RosterTest, TheNumberIsThereForWhoRefers) {
  const Work chief = As("chief");
  DutyContact contact;
  contact.organisation = Org("clinic");
  contact.out_of_hours = "0800 0000";
  contact.acknowledge_minutes = 30;
  Must(Rosters(chief).SetContact(contact));
  EXPECT_EQ(CodeOf(Rosters(chief).SetContact(contact)), ErrorCode::kStale);
  Must(Rosters(chief).AddShift(Shift("chief", "dora")));
  const OnCall call = Must(OnCallAt(*store_->database, Org("clinic"), store_->now));
  EXPECT_EQ(call.out_of_hours, "0800 0000");
  EXPECT_EQ(call.on_duty, Who("chief").account);
  const OnCall later = Must(OnCallAt(*store_->database, Org("clinic"), store_->now + 100'000));
  EXPECT_EQ(later.on_duty, "");
  EXPECT_EQ(later.out_of_hours, "0800 0000");
}

// Rule 15: to the deputy, then to the focal point; the referrer sees which.
TEST_P(RosterTest, AnUrgentReferralGoesOn) {
  const Work chief = As("chief");
  Must(Rosters(chief).AddShift(Shift("chief", "dora")));
  const std::string id = SendUrgently();
  EXPECT_EQ(CountKind("chief", "referral_urgent"), 1);
  EXPECT_EQ(CountKind("dora", "referral_urgent"), 0);
  store_->now += 59 * 60;
  EXPECT_EQ(Escalate(), 0);
  store_->now += 60;
  EXPECT_EQ(Escalate(), 1);
  EXPECT_EQ(EscalatedTo(id), "deputy");
  EXPECT_EQ(CountKind("dora", "referral_urgent"), 1);
  EXPECT_EQ(Escalate(), 0);
  store_->now += 60 * 60;
  EXPECT_EQ(Escalate(), 1);
  EXPECT_EQ(EscalatedTo(id), "focal_point");
  EXPECT_EQ(CountKind("fred", "referral_urgent"), 1);
  store_->now += 60 * 60;
  EXPECT_EQ(Escalate(), 0) << "the line ends there";
  // The focal point learns that it waits; of the person it sees no more than before.
  EXPECT_EQ(Must(ReadRecord(As("fred"), victim_.record.id)).persons.size(), 0u);
}

TEST_P(RosterTest, WithoutADeputyItGoesToTheFocalPoint) {
  const std::string id = SendUrgently();
  store_->now += kAcknowledgeMinutes * 60;
  EXPECT_EQ(Escalate(), 1);
  EXPECT_EQ(EscalatedTo(id), "focal_point");
}

TEST_P(RosterTest, AnAcknowledgedOneStays) {
  const std::string id = SendUrgently();
  Must(Apply("chief", id, ReferralEvent::kAcknowledge));
  store_->now += 10 * 86'400;
  EXPECT_EQ(Escalate(), 0);
  EXPECT_EQ(EscalatedTo(id), "");
  EXPECT_EQ(CountKind("chief", "referral_urgent"), 0);
}

INSTANTIATE_TEST_SUITE_P(Both, TaskTest, kBothStores, NameOfStore);
INSTANTIATE_TEST_SUITE_P(Both, RosterTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
