// The timeline shows what happened, to each only what he may see.

#include "referral/timeline.h"

#include "referral/testing.h"

namespace thb {
namespace {

using enum FieldGroup;

class TimelineTest : public ReferralTest {
 protected:
  std::vector<CaseEvent> Seen(const std::string& worker) {
    const Work work = As(worker);
    return Must(TimelineOf(work, *procedure_, victim_.record.id));
  }
  std::set<std::string> KindsSeen(const std::string& worker) {
    std::set<std::string> kinds;
    for (const CaseEvent& event : Seen(worker)) kinds.insert(event.kind);
    return kinds;
  }
  // One of everything that anna can enter.
  void LiveThroughACase() {
    const Work anna = As("anna");
    Screenings screenings(*lists_, anna);
    Must(screenings.Start(victim_.record.id, victim_.person, "ilo_forced_labour", ""));
    Must(Apply("olga", SentTo("authority", {kDecision}, "identification"), ReferralEvent::kAccept));
    ProcedureStep step;
    step.record = victim_.record.id;
    step.person = victim_.person;
    step.track = "reflection";
    step.event = "started";
    step.on = Today();
    step.country = "NL";
    step.notified_until = Today() + 90;
    const Work olga = As("olga");
    Must(Procedures(*procedure_, *countries_, olga).Enter(step, 0));
    AssistanceEntry entry;
    entry.record = victim_.record.id;
    entry.person = victim_.person;
    entry.kind = "service";
    entry.fields = {{"service", "work"}};
    entry.follow_up = Today() + 14;
    Must(Assistance(*kinds_of_help_, anna).Add(entry));
  }
};

TEST_P(TimelineTest, TellsTheCaseInOrder) {
  LiveThroughACase();
  const std::vector<CaseEvent> events = Seen("anna");
  std::set<std::string> kinds;
  for (const CaseEvent& event : events) kinds.insert(event.kind);
  EXPECT_EQ(kinds, (std::set<std::string>{"record", "screening", "consent", "referral", "procedure",
                                          "clock", "assistance", "follow_up", "task"}));
  // What is to come first, the nearest first; then what was, the latest first.
  for (std::size_t i = 1; i < events.size(); ++i) {
    ASSERT_GE(events[i - 1].upcoming, events[i].upcoming);
    if (events[i - 1].upcoming != events[i].upcoming) continue;
    if (events[i].upcoming) {
      EXPECT_LE(events[i - 1].on, events[i].on);
    } else {
      EXPECT_GE(events[i - 1].on, events[i].on);
    }
  }
  ASSERT_GE(events.size(), 2u);
  EXPECT_EQ(events[0].kind, "follow_up");
  EXPECT_EQ(events[1].kind, "clock");
  EXPECT_EQ(LoggedOf("timeline.read"), 1);
}

TEST_P(TimelineTest, AReceiverSeesHisOwnPart) {
  LiveThroughACase();
  SentTo("clinic", {kAssistance});
  EXPECT_EQ(KindsSeen("chief"), (std::set<std::string>{"record", "referral", "clock", "assistance",
                                                       "follow_up", "task"}));
  for (const CaseEvent& event : Seen("chief")) {
    if (event.kind != "referral") continue;
    EXPECT_EQ(event.code, "send");
    EXPECT_EQ(event.actor, "") << "who wrote it is the sender's business";
  }
  // The authority sees the decision and not the help.
  const std::set<std::string> authority = KindsSeen("olga");
  EXPECT_TRUE(authority.contains("procedure"));
  EXPECT_FALSE(authority.contains("assistance"));
  EXPECT_FALSE(authority.contains("screening"));
}

TEST_P(TimelineTest, StrangersSeeNothing) {
  for (const char* stranger : {"bert", "carla", "piet", "olga"}) {
    const Work work = As(stranger);
    EXPECT_EQ(CodeOf(TimelineOf(work, *procedure_, victim_.record.id)), ErrorCode::kNotFound);
  }
}

INSTANTIATE_TEST_SUITE_P(Both, TimelineTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
