// The procedure: the tracks as data, who may enter what, clocks, and that nothing ends by itself.

#include "referral/procedure.h"

#include "people/authorize.h"
#include "referral/testing.h"

namespace thb {
namespace {

using enum FieldGroup;

ProcedureRules LoadedRules() {
  auto rules = ProcedureRules::Load();
  EXPECT_TRUE(rules.has_value()) << (rules ? "" : rules.error().ToLine());
  return rules ? std::move(*rules) : ProcedureRules();
}

TEST(ProcedureRules, HaveTheTracksOfTheLaw) {
  const ProcedureRules rules = LoadedRules();
  std::vector<std::string> ids;
  for (const ProcedureTrack& track : rules.All()) ids.push_back(track.id);
  EXPECT_EQ(ids, (std::vector<std::string>{"identification", "reflection", "reconsideration",
                                           "appeal", "residence", "proceedings", "cooperation"}));
  EXPECT_EQ(rules.Find("residence")->group, kImmigration);
  EXPECT_EQ(rules.Find("cooperation")->group, kInvestigation);
}

// Rule 13: ending reflection needs a ground and a person's reasons; so does ending a permit.
TEST(ProcedureRules, EndingReflectionNeedsAGround) {
  const ProcedureRules rules = LoadedRules();
  for (const char* track : {"reflection", "residence"}) {
    for (const ProcedureTransition& transition : rules.Find(track)->transitions) {
      if (transition.event != "ended") continue;
      EXPECT_FALSE(transition.grounds.empty()) << track;
      EXPECT_TRUE(transition.needs_reason) << track;
    }
  }
}

// Check 10: no track opens or closes help, and no ground of any track is a refusal to testify.
TEST(ProcedureRules, KnowNothingOfAssistance) {
  const ProcedureRules rules = LoadedRules();
  for (const ProcedureTrack& track : rules.All()) {
    EXPECT_NE(track.group, kAssistance) << track.id;
    EXPECT_NE(track.group, kShelter) << track.id;
    for (const ProcedureTransition& transition : track.transitions) {
      for (const std::string& ground : transition.grounds) {
        EXPECT_EQ(ground.find("cooperat"), std::string::npos) << track.id;
        EXPECT_EQ(ground.find("unwilling"), std::string::npos) << track.id;
      }
    }
  }
}

class ProcedureTest : public ReferralTest {
 protected:
  void SetUp() override {
    ReferralTest::SetUp();
    if (store_ == nullptr) return;
    Must(Apply("olga", SentTo("authority", {kDecision, kImmigration}, "identification"),
               ReferralEvent::kAccept));
  }

  ProcedureStep Step(const std::string& track, const std::string& event) {
    ProcedureStep step;
    step.record = victim_.record.id;
    step.person = victim_.person;
    step.track = track;
    step.event = event;
    step.on = Today();
    step.country = "NL";
    return step;
  }
  Result<void> Enter(const std::string& worker, const ProcedureStep& step, std::int64_t version) {
    const Work work = As(worker);
    return Procedures(*procedure_, *countries_, work).Enter(step, version);
  }
  std::string StateOf(const std::string& worker, const std::string& track) {
    const Work work = As(worker);
    Procedures procedures(*procedure_, *countries_, work);
    for (const ProcedureState& state :
         Must(procedures.StatesOf(victim_.record.id, victim_.person))) {
      if (state.track == track) return state.state;
    }
    return "unseen";
  }
  std::vector<ProcedureClock> ClocksOf(const std::string& worker) {
    const Work work = As(worker);
    return Must(Clocks(*countries_, work).OfRecord(victim_.record.id));
  }
  void Confirm(const std::string& period, int amount, PeriodUnit unit) {
    const Work work = As("otto");
    ConfirmedPeriod confirmed;
    confirmed.country = "NL";
    confirmed.period = period;
    confirmed.amount = amount;
    confirmed.unit = unit;
    confirmed.article = "Synthetic Act, Article 1";
    Must(Clocks(*countries_, work).ConfirmPeriod(confirmed));
  }
};

TEST_P(ProcedureTest, FromSignalToIdentifiedVictim) {
  Must(Enter("olga", Step("identification", "referred"), 0));
  Must(Enter("olga", Step("identification", "grounds_positive"), 1));
  EXPECT_EQ(Must(FindHead(*store_->database, victim_.record.id)).status, VictimStatus::kPresumed);
  Must(Enter("olga", Step("identification", "final_positive"), 2));
  EXPECT_EQ(StateOf("anna", "identification"), "identified");
  const RecordHead head = Must(FindHead(*store_->database, victim_.record.id));
  EXPECT_EQ(head.status, VictimStatus::kIdentified);
  EXPECT_TRUE(head.registered.has_value());
  const Work anna = As("anna");
  const std::vector<ProcedureEvent> events =
      Must(Procedures(*procedure_, *countries_, anna).EventsOf(victim_.record.id, victim_.person));
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0].event, "referred");
  EXPECT_EQ(events[2].to, "identified");
  EXPECT_EQ(events[2].actor, Who("olga").account);
}

TEST_P(ProcedureTest, RefusesWhatTheTableDoesNotHave) {
  EXPECT_EQ(CodeOf(Enter("olga", Step("identification", "final_positive"), 0)),
            ErrorCode::kConflict);
  EXPECT_EQ(CodeOf(Enter("olga", Step("no_such_track", "referred"), 0)), ErrorCode::kUnknownCode);
  Must(Enter("olga", Step("identification", "referred"), 0));
  EXPECT_EQ(CodeOf(Enter("olga", Step("identification", "referred"), 1)), ErrorCode::kConflict);
  EXPECT_EQ(CodeOf(Enter("olga", Step("identification", "grounds_positive"), 0)),
            ErrorCode::kStale);
  EXPECT_EQ(CodeOf(Enter("olga", Step("identification", "grounds_negative"), 1)),
            ErrorCode::kBadValue)
      << "without reasons";
  ProcedureStep tomorrow = Step("identification", "grounds_positive");
  tomorrow.on = Today() + 1;
  EXPECT_EQ(CodeOf(Enter("olga", tomorrow, 1)), ErrorCode::kBadValue);
  ProcedureStep before = Step("identification", "grounds_positive");
  before.on = Today() - 1;
  EXPECT_EQ(CodeOf(Enter("olga", before, 1)), ErrorCode::kBadValue)
      << "before the event it follows";
}

TEST_P(ProcedureTest, OnlyWhoMayDecideDecides) {
  EXPECT_EQ(CodeOf(Enter("anna", Step("identification", "referred"), 0)), ErrorCode::kForbidden);
  for (const char* stranger : {"bert", "carla", "piet", "ivan"}) {
    EXPECT_EQ(CodeOf(Enter(stranger, Step("identification", "referred"), 0)), ErrorCode::kNotFound);
  }
  EXPECT_EQ(CountOf("SELECT COUNT(*) FROM procedure_event"), 0);
}

TEST_P(ProcedureTest, ReasonsAreSealedAndTracksAreSeenByGroup) {
  Must(Enter("olga", Step("identification", "referred"), 0));
  ProcedureStep negative = Step("identification", "grounds_negative");
  negative.reason = "Synthetic reason";
  Must(Enter("olga", negative, 1));
  std::string stored;
  Must(store_->database->Query("SELECT sealed_reason FROM procedure_event", {},
                               [&](const SqlRow& row) -> Result<void> {
                                 stored += row.Text(0);
                                 return {};
                               }));
  EXPECT_EQ(stored.find("Synthetic"), std::string::npos);
  EXPECT_EQ(StateOf("olga", "identification"), "grounds_refused");
  EXPECT_EQ(StateOf("olga", "cooperation"), "unseen") << "the criminal case is not hers to read";
  EXPECT_EQ(StateOf("anna", "residence"), "unseen");
}

TEST_P(ProcedureTest, EndingReflectionNeedsAGroundAndAPerson) {
  Must(Enter("olga", Step("reflection", "started"), 0));
  ProcedureStep end = Step("reflection", "ended");
  EXPECT_EQ(CodeOf(Enter("olga", end, 1)), ErrorCode::kBadValue);
  end.ground = "does_not_cooperate";
  end.reason = "Synthetic reason";
  EXPECT_EQ(CodeOf(Enter("olga", end, 1)), ErrorCode::kBadValue) << "no ground of the list";
  end.ground = "own_wish";
  end.reason = "";
  EXPECT_EQ(CodeOf(Enter("olga", end, 1)), ErrorCode::kBadValue);
  end.reason = "Synthetic reason";
  Must(Enter("olga", end, 1));
}

// Rule 13: an unverified period is confirmed before its first use, an unknown one is asked for; no
// decision waits for that.
TEST_P(ProcedureTest, AnUnverifiedPeriodIsConfirmedBeforeItsFirstUse) {
  Must(Enter("olga", Step("reflection", "started"), 0));
  ASSERT_EQ(ClocksOf("anna").size(), 1u);
  EXPECT_FALSE(ClocksOf("anna")[0].computed.has_value()) << "nobody confirmed the three months";
  const auto asked = [&] {
    const Work otto = As("otto");
    int count = 0;
    for (const Task& task : Must(Tasks(otto).Mine())) count += task.kind == "period_to_confirm";
    return count;
  };
  EXPECT_EQ(asked(), 1);
  Confirm("reflection", 3, PeriodUnit::kMonths);
  EXPECT_EQ(asked(), 0);
  const ProcedureClock clock = ClocksOf("anna")[0];
  const LegalPeriod period = Must(countries_->Find("NL"))->periods.at("reflection");
  EXPECT_EQ(clock.Due(), Must(LastDayOf(*Must(countries_->Find("NL")), period, Today(), {})));
  const Work anna = As("anna");
  ConfirmedPeriod mine;
  mine.country = "NL";
  mine.period = "reflection";
  mine.amount = 90;
  mine.article = "Synthetic Act";
  EXPECT_EQ(CodeOf(Clocks(*countries_, anna).ConfirmPeriod(mine)), ErrorCode::kForbidden);
}

TEST_P(ProcedureTest, NoPeriodUnderItsFloorIsConfirmed) {
  const Work otto = As("otto");
  Clocks clocks(*countries_, otto);
  for (const std::string& country : countries_->Codes()) {  // check 12
    ConfirmedPeriod period;
    period.country = country;
    period.period = "reflection";
    period.amount = 29;
    period.article = "Synthetic Act, Article 1";
    EXPECT_EQ(CodeOf(clocks.ConfirmPeriod(period)), ErrorCode::kBadValue) << country;
    period.amount = 30;
    Must(clocks.ConfirmPeriod(period));
    period.article = "";
    EXPECT_EQ(CodeOf(clocks.ConfirmPeriod(period)), ErrorCode::kBadValue);
  }
}

TEST_P(ProcedureTest, TheNotifiedDateWins) {
  Confirm("reflection", 3, PeriodUnit::kMonths);
  ProcedureStep start = Step("reflection", "started");
  start.notified_until = Today() + 29;
  EXPECT_EQ(CodeOf(Enter("olga", start, 0)), ErrorCode::kBadValue) << "under the floor";
  start.notified_until = Today() + 60;
  Must(Enter("olga", start, 0));
  const ProcedureClock clock = ClocksOf("anna")[0];
  EXPECT_NE(clock.computed, clock.notified);
  EXPECT_EQ(clock.Due(), Today() + 60);
  ProcedureStep extended = Step("reflection", "extended");
  extended.ground = "health";
  extended.reason = "Synthetic reason";
  extended.notified_until = Today() + 120;
  Must(Enter("olga", extended, 1));
  EXPECT_EQ(ClocksOf("anna")[0].Due(), Today() + 120);
}

TEST_P(ProcedureTest, AClockIsStoppedAndRunsOn) {
  Confirm("reflection", 3, PeriodUnit::kMonths);
  Must(Enter("olga", Step("reflection", "started"), 0));
  const Work olga = As("olga");
  Clocks clocks(*countries_, olga);
  const ProcedureClock clock = ClocksOf("olga")[0];
  Must(clocks.Stop(clock.id, 1, Today() + 5, "illness"));
  EXPECT_FALSE(ClocksOf("olga")[0].Due().has_value());
  EXPECT_EQ(CodeOf(clocks.Stop(clock.id, 2, Today() + 6, "illness")), ErrorCode::kConflict);
  EXPECT_EQ(CodeOf(clocks.Resume(clock.id, 1, Today() + 15)), ErrorCode::kStale);
  Must(clocks.Resume(clock.id, 2, Today() + 15));
  EXPECT_EQ(*ClocksOf("olga")[0].Due(), *clock.Due() + 10);
  EXPECT_EQ(CodeOf(clocks.Resume(clock.id, 3, Today() + 20)), ErrorCode::kConflict);
}

// Rule 13: a clock that runs out opens a task, and nothing else.
TEST_P(ProcedureTest, RunningOutOpensATaskAndChangesNothing) {
  Confirm("reflection", 3, PeriodUnit::kMonths);
  Must(Enter("olga", Step("reflection", "started"), 0));
  store_->now += Instant{200} * 86'400;
  EXPECT_EQ(Must(OpenDueTasks(*store_->database, *store_->log, store_->random, store_->now)), 1);
  EXPECT_EQ(Must(OpenDueTasks(*store_->database, *store_->log, store_->random, store_->now)), 0);
  EXPECT_EQ(StateOf("anna", "reflection"), "running");
  EXPECT_TRUE(ClocksOf("anna")[0].Overdue(Today()));
  Must(ReadRecord(As("olga"), victim_.record.id));  // nobody's access ended
  const Work anna = As("anna");
  int ran_out = 0;
  for (const Task& task : Must(Tasks(anna).Mine())) ran_out += task.kind == "clock_ran_out";
  EXPECT_EQ(ran_out, 1);
  // Closing the task does not bring it back.
  for (const Task& task : Must(Tasks(anna).Mine())) {
    if (task.kind == "clock_ran_out") {
      Must(Tasks(anna).Close(task.id, task.version, TaskState::kDone));
    }
  }
  EXPECT_EQ(Must(OpenDueTasks(*store_->database, *store_->log, store_->random, store_->now)), 0);
}

TEST_P(ProcedureTest, ANearEndIsAnnouncedOnce) {
  Confirm("reflection", 3, PeriodUnit::kMonths);
  Must(Enter("olga", Step("reflection", "started"), 0));
  const Day due = *ClocksOf("olga")[0].Due();
  store_->now = InstantOfDay(due - 6);
  EXPECT_EQ(Must(OpenDueTasks(*store_->database, *store_->log, store_->random, store_->now)), 0);
  store_->now = InstantOfDay(due - 5);
  EXPECT_EQ(Must(OpenDueTasks(*store_->database, *store_->log, store_->random, store_->now)), 1);
  EXPECT_EQ(Must(OpenDueTasks(*store_->database, *store_->log, store_->random, store_->now)), 0);
}

TEST_P(ProcedureTest, ADecisionMeetsItsClock) {
  Confirm("reasonable_grounds", 5, PeriodUnit::kWorkingDays);
  ProcedureStep referred = Step("identification", "referred");
  referred.country = "UK";
  Must(Enter("olga", referred, 0));
  ASSERT_EQ(ClocksOf("olga").size(), 1u);
  Must(Enter("olga", Step("identification", "grounds_positive"), 1));
  EXPECT_EQ(ClocksOf("olga")[0].met, Today());
  EXPECT_FALSE(ClocksOf("olga")[0].Overdue(Today() + 100));
}

// The tracks run beside each other: a refusal of one ends no other.
TEST_P(ProcedureTest, TracksAreIndependent) {
  Must(Enter("olga", Step("reflection", "started"), 0));
  Must(Enter("olga", Step("identification", "referred"), 0));
  ProcedureStep negative = Step("identification", "grounds_negative");
  negative.reason = "Synthetic reason";
  Must(Enter("olga", negative, 1));
  EXPECT_EQ(StateOf("olga", "reflection"), "running");
  Must(Enter("olga", Step("reconsideration", "asked"), 0));
  Must(Enter("olga", Step("reconsideration", "granted"), 1));
  ProcedureStep again = Step("identification", "reopened");
  again.ground = "reconsideration_granted";
  Must(Enter("olga", again, 2));
  EXPECT_EQ(StateOf("olga", "identification"), "pending");
}

INSTANTIATE_TEST_SUITE_P(Both, ProcedureTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
