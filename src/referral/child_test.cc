// The track of a child: guardians, ages, who must not know.

#include "referral/child.h"

#include "people/authorize.h"
#include "referral/testing.h"

namespace thb {
namespace {

using enum FieldGroup;

class ChildTest : public ReferralTest {
 protected:
  void SetUp() override {
    ReferralTest::SetUp();
    if (store_ == nullptr) return;
    Identity identity = SyntheticIdentity("Synthetic", "Child One");
    identity.possibly_child = YesNo::kYes;
    child_ = NewVictimBy("anna", identity);
    Identity parent = SyntheticIdentity("Synthetic", "Parent One", "1980-01-01");
    parent.relation = "father";
    parent_ = Must(AddPerson(As("anna"), child_.record.id, {"relative", parent})).id;
  }
  Guardianship By(const std::string& worker) {
    Guardianship guardian;
    guardian.record = child_.record.id;
    guardian.person = child_.person;
    guardian.account = Who(worker).account;
    guardian.kind = "institution";
    guardian.from = Today();
    guardian.name = "Synthetic Guardian";
    return guardian;
  }
  int Alarms() {
    return Must(
        AlarmChildrenWithoutGuardian(*store_->database, *store_->log, store_->random, store_->now));
  }
  std::string BeginAssessment() {
    const Work anna = As("anna");
    AgeAssessment assessment;
    assessment.record = child_.record.id;
    assessment.person = child_.person;
    assessment.begun = Today();
    assessment.doubt = "no_documents";
    assessment.method = "social";
    return Must(ChildTrack(anna).BeginAgeAssessment(assessment));
  }
  // A referral that rests on her being a child, without consent.
  std::string ReferAsChild(const std::string& organisation, const std::set<FieldGroup>& groups,
                           const std::string& purpose = "assistance") {
    const Work anna = As("anna");
    Referrals referrals(*countries_, anna);
    ReferralDraft draft = DraftTo(organisation, groups, purpose);
    draft.record = child_.record.id;
    draft.person = child_.person;
    const std::string id = Must(referrals.Draft(draft));
    Must(referrals.Send(id, 1, {}));
    return id;
  }

  Made child_;
  std::string parent_;
};

TEST_P(ChildTest, AChildWithoutAGuardianRaisesAnAlarm) {  // check 8
  EXPECT_EQ(Alarms(), 1) << "the child, not the adult of the other record";
  EXPECT_EQ(Alarms(), 0) << "it is open already";
  const Work anna = As("anna");
  int alarms = 0;
  for (const Task& task : Must(Tasks(anna).Mine())) {
    if (task.kind != "child_no_guardian") continue;
    ++alarms;
    EXPECT_TRUE(task.urgent);
  }
  EXPECT_EQ(alarms, 1);
  const std::string id = Must(ChildTrack(anna).AppointGuardian(By("greta")));
  EXPECT_EQ(
      CountOf("SELECT COUNT(*) FROM task WHERE kind = 'child_no_guardian' AND state = 'open'"), 0);
  EXPECT_EQ(Alarms(), 0);
  Must(ChildTrack(anna).EndGuardianship(id, 1, Today(), "replaced"));
  EXPECT_EQ(Alarms(), 1) << "she has none again";
}

TEST_P(ChildTest, AnAlarmEndsWithTheCase) {
  EXPECT_EQ(Alarms(), 1);
  Must(store_->database->Execute("UPDATE record SET closed = 1", {}));
  EXPECT_EQ(Alarms(), 0);
  EXPECT_EQ(CountOf("SELECT COUNT(*) FROM task WHERE state = 'open'"), 0);
}

TEST_P(ChildTest, AnUncertainAgeIsProtectedAsAChild) {  // check 9
  EXPECT_EQ(Must(PlaceOfPerson(*store_->database, child_.person)).age_band,
            AgeBand::kPresumedChild);
  const Made unknown = NewVictimBy("anna", [] {
    Identity identity = SyntheticIdentity("Synthetic", "Person Two");
    identity.possibly_child = YesNo::kUnknown;
    return identity;
  }());
  EXPECT_EQ(Must(PlaceOfPerson(*store_->database, unknown.person)).age_band,
            AgeBand::kPresumedChild);
  EXPECT_EQ(Alarms(), 2);
}

TEST_P(ChildTest, TheGuardianTakesPartWithoutTheInvestigation) {
  const Work anna = As("anna");
  EXPECT_EQ(CodeOf(ReadRecord(As("greta"), child_.record.id)), ErrorCode::kNotFound);
  const std::string id = Must(ChildTrack(anna).AppointGuardian(By("greta")));
  const std::set<FieldGroup> readable = Must(ReadRecord(As("greta"), child_.record.id)).readable;
  EXPECT_TRUE(readable.contains(kChild));
  for (const FieldGroup group : {kInvestigation, kImmigration, kProtectedNote, kShelter}) {
    EXPECT_FALSE(readable.contains(group));
  }
  EXPECT_EQ(CodeOf(ChildTrack(anna).AppointGuardian(By("greta"))), ErrorCode::kConflict);
  ASSERT_EQ(Must(ChildTrack(anna).Guardians(child_.record.id, child_.person)).size(), 1u);
  EXPECT_EQ(Must(ChildTrack(anna).Guardians(child_.record.id, child_.person))[0].name,
            "Synthetic Guardian");
  Must(ChildTrack(anna).EndGuardianship(id, 1, Today(), "conflict_of_interest"));
  EXPECT_EQ(CodeOf(ReadRecord(As("greta"), child_.record.id)), ErrorCode::kNotFound);
}

TEST_P(ChildTest, AnAdultHasNoGuardian) {
  const Work anna = As("anna");
  Guardianship guardian = By("greta");
  guardian.record = victim_.record.id;
  guardian.person = victim_.person;
  EXPECT_EQ(CodeOf(ChildTrack(anna).AppointGuardian(guardian)), ErrorCode::kBadValue);
  guardian.person = child_.person;
  EXPECT_EQ(CodeOf(ChildTrack(anna).AppointGuardian(guardian)), ErrorCode::kNotFound)
      << "a person of another record";
}

// Rule 11: a parent who may be an exploiter can neither consent nor see.
TEST_P(ChildTest, APossibleExploiterNeitherConsentsNorGuards) {
  const Work anna = As("anna");
  ChildTrack track(anna);
  EXPECT_TRUE(Must(track.MayConsentFor(child_.record.id, child_.person, parent_)));
  PersonFile file = Must(ReadPerson(anna, parent_));
  file.identity->possible_exploiter = YesNo::kUnknown;
  Must(EditIdentity(anna, parent_, file.version, *file.identity, ""));
  EXPECT_FALSE(Must(track.MayConsentFor(child_.record.id, child_.person, parent_)))
      << "a doubt is enough";
  Guardianship guardian = By("greta");
  guardian.kind = "parent";
  guardian.relative = parent_;
  EXPECT_EQ(CodeOf(track.AppointGuardian(guardian)), ErrorCode::kForbidden);
}

TEST_P(ChildTest, WhoMustNotBeToldDoesNotGuardEither) {
  const Work anna = As("anna");
  ChildTrack track(anna);
  MayBeTold told;
  told.record = child_.record.id;
  told.person = child_.person;
  told.relative = parent_;
  told.why = "Synthetic reason";
  Must(track.SetMayBeTold(told));
  EXPECT_FALSE(Must(track.MayConsentFor(child_.record.id, child_.person, parent_)));
  told.may_be_told = true;
  Must(track.SetMayBeTold(told));
  EXPECT_TRUE(Must(track.MayConsentFor(child_.record.id, child_.person, parent_)));
  const std::vector<MayBeTold> list = Must(track.WhoMayBeTold(child_.record.id, child_.person));
  ASSERT_EQ(list.size(), 1u) << "the newest word holds";
  EXPECT_EQ(list[0].why, "Synthetic reason");
}

TEST_P(ChildTest, HerProtectionNeedsNoConsent) {
  const std::string id = ReferAsChild("clinic", {kAssistance, kChild});
  EXPECT_EQ(Must(ReadRecord(As("chief"), child_.record.id)).head.id, child_.record.id);
  Must(Apply("anna", id, ReferralEvent::kRevoke));
  // Towards those who do not protect children, and for an adult, it does.
  const Work anna = As("anna");
  Referrals referrals(*countries_, anna);
  for (const char* receiver : {"immigration", "police"}) {
    ReferralDraft draft = DraftTo(receiver, {kIdentity});
    draft.record = child_.record.id;
    draft.person = child_.person;
    const std::string other = Must(referrals.Draft(draft));
    EXPECT_EQ(CodeOf(referrals.Send(other, 1, {})), ErrorCode::kForbidden) << receiver;
  }
}

TEST_P(ChildTest, FoundAdultListsWhatRestedOnTheAge) {
  const std::string shared = ReferAsChild("clinic", {kAssistance});
  Must(Apply("olga", ReferAsChild("authority", {kDecision, kChild, kIdentity}, "identification"),
             ReferralEvent::kAccept));
  const std::string id = BeginAssessment();
  const Work anna = As("anna");
  EXPECT_EQ(CodeOf(ChildTrack(anna).DecideAge(id, 1, AgeOutcome::kAdult, Today(), "x")),
            ErrorCode::kForbidden);
  const Work olga = As("olga");
  const std::vector<SharingToReview> review =
      Must(ChildTrack(olga).DecideAge(id, 1, AgeOutcome::kAdult, Today(), "Synthetic reasons"));
  ASSERT_EQ(review.size(), 2u);
  EXPECT_EQ(Must(PlaceOfPerson(*store_->database, child_.person)).age_band, AgeBand::kAdult);
  // Nothing ended by itself, and the owner has the review as a task.
  Must(ReadRecord(As("chief"), child_.record.id));
  Must(TakeNotices(*store_->database, store_->random, store_->now));
  bool waits = false;
  for (const Task& task : Must(Tasks(anna).Mine())) waits |= task.kind == "age_found_adult";
  EXPECT_TRUE(waits);
  EXPECT_EQ(CodeOf(ChildTrack(olga).DecideAge(id, 2, AgeOutcome::kChild, Today(), "")),
            ErrorCode::kConflict);
  const AgeAssessment decided =
      Must(ChildTrack(anna).AgeAssessments(child_.record.id, child_.person))[0];
  EXPECT_EQ(decided.outcome, AgeOutcome::kAdult);
  EXPECT_EQ(decided.reasons, "Synthetic reasons");
}

TEST_P(ChildTest, ADoubtThatRemainsLeavesTheProtection) {
  Must(Apply("olga", ReferAsChild("authority", {kDecision, kChild, kIdentity}, "identification"),
             ReferralEvent::kAccept));
  const std::string id = BeginAssessment();
  const Work olga = As("olga");
  EXPECT_EQ(
      Must(ChildTrack(olga).DecideAge(id, 1, AgeOutcome::kStillUncertain, Today(), "")).size(), 0u);
  EXPECT_EQ(Must(PlaceOfPerson(*store_->database, child_.person)).age_band,
            AgeBand::kPresumedChild);
}

TEST_P(ChildTest, HerViewsAreKeptInHerWordsAndSealed) {
  const Work anna = As("anna");
  BestInterests decision;
  decision.record = child_.record.id;
  decision.person = child_.person;
  decision.on = Today();
  decision.question = "placement";
  decision.views = "Synthetic words of the child";
  Must(ChildTrack(anna).RecordBestInterests(decision));
  const auto kept = Must(ChildTrack(anna).BestInterestsOf(child_.record.id, child_.person));
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].views, decision.views);
  std::string stored;
  Must(store_->database->Query("SELECT sealed_content FROM child_entry", {},
                               [&](const SqlRow& row) -> Result<void> {
                                 stored += row.Text(0);
                                 return {};
                               }));
  EXPECT_EQ(stored.find("Synthetic"), std::string::npos);
  for (const char* stranger : {"bert", "carla", "piet"}) {
    const Work work = As(stranger);
    EXPECT_EQ(CodeOf(ChildTrack(work).BestInterestsOf(child_.record.id, child_.person)),
              ErrorCode::kNotFound);
  }
}

INSTANTIATE_TEST_SUITE_P(Both, ChildTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
