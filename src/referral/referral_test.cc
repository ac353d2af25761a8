// Referrals, transfers, overrides and notices: who may do what, and what others see.

#include "referral/referral.h"

#include <thread>

#include "people/authorize.h"
#include "referral/testing.h"

namespace thb {
namespace {

using enum ReferralEvent;
using enum FieldGroup;

// Every state and event that is not in the table is refused; what is in it has one end.
TEST(ReferralTable, IsClosed) {
  std::set<std::pair<ReferralState, ReferralEvent>> seen;
  for (const ReferralTransition& transition : ReferralTransitions()) {
    EXPECT_TRUE(seen.insert({transition.from, transition.event}).second);
    const bool ends = !IsLive(transition.from) && transition.from != ReferralState::kDraft;
    EXPECT_FALSE(ends) << NameOf(transition.from) << " has an end and goes on";
    const bool sender = transition.event == kSend || transition.event == kRevoke;
    EXPECT_EQ(transition.party == ReferralParty::kSender, sender);
  }
  // Check 4: whatever lives can be revoked.
  for (const ReferralState live :
       {ReferralState::kSent, ReferralState::kAcknowledged, ReferralState::kAccepted}) {
    EXPECT_TRUE(seen.contains({live, kRevoke}));
  }
}

using ReferralsTest = ReferralTest;

TEST_P(ReferralsTest, TheReceiverSeesWhatWasAgreedAndOnlyWhileItLives) {
  const std::string id = SentTo("clinic", {kAssistance, kContact});
  const Work chief = As("chief");
  Referrals theirs(*countries_, chief);
  ASSERT_EQ(Must(theirs.Inbox()).size(), 1u);
  const RecordFacts facts = Must(FactsOf(*store_->database, victim_.record.id));
  EXPECT_EQ(roles_->Readable(Who("chief"), facts, store_->now),
            (std::set<FieldGroup>{kReference, kReferral, kAssistance, kContact}));
  EXPECT_EQ(Must(theirs.Load(id)).message, "Synthetic message");

  Must(Apply("chief", id, kAcknowledge));
  Must(Apply("chief", id, kAccept));
  Must(Apply("chief", id, kComplete));
  EXPECT_EQ(Must(theirs.Inbox()).size(), 0u);
  EXPECT_EQ(CodeOf(theirs.Load(id)), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(ReadRecord(chief, victim_.record.id)), ErrorCode::kNotFound);
  const Work anna = As("anna");
  EXPECT_EQ(Must(Referrals(*countries_, anna).Load(id)).state, ReferralState::kDone);
}

TEST_P(ReferralsTest, NothingGoesWithoutConsent) {  // check 6
  const Work anna = As("anna");
  Referrals referrals(*countries_, anna);
  const std::string id = Must(referrals.Draft(DraftTo("clinic", {kAssistance, kContact})));
  EXPECT_EQ(CodeOf(referrals.Send(id, 1, {})), ErrorCode::kForbidden);
  const std::string elsewhere = ConsentTo("police", {kAssistance, kContact});
  EXPECT_EQ(CodeOf(referrals.Send(id, 1, {elsewhere, {}})), ErrorCode::kForbidden);
  const std::string other_purpose = ConsentTo("clinic", {kAssistance, kContact}, "compensation");
  EXPECT_EQ(CodeOf(referrals.Send(id, 1, {other_purpose, {}})), ErrorCode::kForbidden);
  const std::string too_narrow = ConsentTo("clinic", {kAssistance});
  const auto narrow = referrals.Send(id, 1, {too_narrow, {}});
  ASSERT_FALSE(narrow);
  EXPECT_NE(narrow.error().what.find("contact"), std::string::npos) << narrow.error().what;
  EXPECT_EQ(CountOf("SELECT COUNT(*) FROM record_participant"), 0);
  const std::string wide = ConsentTo("clinic", {kAssistance, kContact});
  Must(referrals.Send(id, 1, {wide, {}}));
  EXPECT_EQ(CountOf("SELECT COUNT(*) FROM record_participant"), 1);
}

TEST_P(ReferralsTest, ARefusalAfterAConsentHolds) {
  const std::string consent = ConsentTo("clinic", {kAssistance});
  Consent refused = Must(LoadConsent(As("anna"), consent));
  refused.state = ConsentState::kRefused;
  store_->now += 10;
  refused.date = store_->now;
  Must(RecordConsent(As("anna"), refused));
  const Work anna = As("anna");
  Referrals referrals(*countries_, anna);
  const std::string id = Must(referrals.Draft(DraftTo("clinic", {kAssistance})));
  EXPECT_EQ(CodeOf(referrals.Send(id, 1, {consent, {}})), ErrorCode::kForbidden);
}

TEST_P(ReferralsTest, WithdrawalTakesEffectAtTheReceiverAtOnce) {
  const std::string id = SentTo("clinic", {kAssistance});
  Must(Apply("chief", id, kAccept));
  const Work chief = As("chief");
  Must(ReadRecord(chief, victim_.record.id));
  const Work anna = As("anna");
  Referrals referrals(*countries_, anna);
  const std::string consent = Must(referrals.Load(id)).basis.consent_id;
  EXPECT_EQ(Must(referrals.WithdrawConsent(consent, "Synthetic reason")), 1);
  EXPECT_EQ(CodeOf(ReadRecord(As("chief"), victim_.record.id)), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(Referrals(*countries_, chief).Load(id)), ErrorCode::kNotFound);
  EXPECT_EQ(Must(Referrals(*countries_, chief).Inbox()).size(), 0u);
  EXPECT_EQ(Must(referrals.Load(id)).state, ReferralState::kRevoked);
  // The receiver learns that it ended, not whom it was about.
  bool told = false;
  for (const Task& task : Must(Tasks(chief).Mine())) {
    if (task.kind != "consent_withdrawn") continue;
    told = true;
    EXPECT_EQ(task.record, "");
  }
  EXPECT_TRUE(told);
  EXPECT_EQ(Must(referrals.WithdrawConsent(consent, "again")), 0) << "said twice, it was said";
}

TEST_P(ReferralsTest, ARefusalRevokesWhatWasSentOnTheConsent) {
  const std::string id = SentTo("clinic", {kAssistance});
  Must(Apply("chief", id, kAccept));
  const Work anna = As("anna");
  Referrals referrals(*countries_, anna);
  Consent refused = Must(LoadConsent(anna, Must(referrals.Load(id)).basis.consent_id));
  refused.state = ConsentState::kRefused;
  Must(referrals.RecordConsent(refused));
  EXPECT_EQ(Must(referrals.Load(id)).state, ReferralState::kRevoked);
  EXPECT_EQ(CodeOf(ReadRecord(As("chief"), victim_.record.id)), ErrorCode::kNotFound);
  EXPECT_EQ(Must(Referrals(*countries_, As("chief")).Inbox()).size(), 0u);
}

TEST_P(ReferralsTest, AConsentThatExpiresEndsWhatRestsOnIt) {
  Consent consent = Must(LoadConsent(As("anna"), ConsentTo("clinic", {kAssistance})));
  consent.expires = store_->now + 1'000;
  store_->now += 1;
  consent.date = store_->now;
  const std::string id = Must(RecordConsent(As("anna"), consent));
  const Work anna = As("anna");
  Referrals referrals(*countries_, anna);
  const std::string referral = Must(referrals.Draft(DraftTo("clinic", {kAssistance})));
  Must(referrals.Send(referral, 1, {id, {}}));
  Must(Apply("chief", referral, kAccept));
  store_->now += 998;
  Must(ReadRecord(As("chief"), victim_.record.id));
  store_->now += 1;
  EXPECT_EQ(CodeOf(ReadRecord(As("chief"), victim_.record.id)), ErrorCode::kNotFound);
}

// Whichever comes first: after both, the receiver sees nothing.
TEST_P(ReferralsTest, AWithdrawalAndASendingAtTheSameTimeLeaveNoAccess) {
  const Actor anna = Who("anna");
  for (std::uint64_t round = 0; round < 8; ++round) {
    store_->now += 10;
    const std::string consent = ConsentTo("clinic", {kAssistance});
    const Work here = As("anna");
    const std::string id =
        Must(Referrals(*countries_, here).Draft(DraftTo("clinic", {kAssistance})));
    const auto apart = [&](std::uint64_t seed, const auto& act) {
      const std::unique_ptr<Database> database = store_->Connect();
      const std::unique_ptr<Vault> vault = store_->OpenAnotherVault();
      const RandomBytes random = SeededRandom(5'000 + 2 * round + seed);
      AuditLog log(*vault, random);
      const Work work{*database, *vault, log, *roles_, anna, store_->now, random};
      Referrals referrals(*countries_, work);
      act(referrals);
    };
    std::thread sends([&] {
      apart(0, [&](Referrals& referrals) { (void)referrals.Send(id, 1, {consent, {}}); });
    });
    std::thread withdraws([&] {
      apart(1, [&](Referrals& referrals) { Must(referrals.WithdrawConsent(consent, "")); });
    });
    sends.join();
    withdraws.join();
    const RecordFacts facts = Must(FactsOf(*store_->database, victim_.record.id));
    EXPECT_FALSE(
        roles_->Decide(Who("chief"), facts, Right::kRead, kReference, store_->now).visible);
    EXPECT_FALSE(IsLive(Must(Referrals(*countries_, here).Load(id)).state)) << round;
  }
}

TEST_P(ReferralsTest, RevokingWorksAndEndsAccess) {  // check 4
  const std::string id = SentTo("clinic", {kAssistance});
  EXPECT_EQ(CodeOf(Apply("chief", id, kRevoke)), ErrorCode::kForbidden);
  Must(Apply("anna", id, kRevoke));
  EXPECT_EQ(CodeOf(ReadRecord(As("chief"), victim_.record.id)), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(Apply("anna", id, kRevoke)), ErrorCode::kConflict);
}

TEST_P(ReferralsTest, ATransitionNeedsAccessToTheRecord) {  // check 3
  const std::string id = SentTo("clinic", {kAssistance});
  for (const char* stranger : {"bert", "piet", "olga", "ivan", "fred"}) {
    for (const ReferralEvent event : {kAcknowledge, kAccept, kDecline, kComplete, kRevoke}) {
      const ErrorCode code = CodeOf(Apply(stranger, id, event, "reason"));
      EXPECT_TRUE(code == ErrorCode::kNotFound || code == ErrorCode::kForbidden) << stranger;
    }
  }
  EXPECT_EQ(CodeOf(Apply("anna", id, kAccept)), ErrorCode::kForbidden)
      << "the sender does not answer for the receiver";
  // Once it was revoked, the receiver edits it no more.
  Must(Apply("anna", id, kRevoke));
  EXPECT_EQ(CodeOf(Apply("chief", id, kAccept)), ErrorCode::kNotFound);
}

TEST_P(ReferralsTest, EveryEventOutsideTheTableIsRefused) {
  const std::string id = SentTo("clinic", {kAssistance});
  EXPECT_EQ(CodeOf(Apply("chief", id, kComplete)), ErrorCode::kConflict);
  Must(Apply("chief", id, kAcknowledge));
  EXPECT_EQ(CodeOf(Apply("chief", id, kAcknowledge)), ErrorCode::kConflict);
  EXPECT_EQ(CodeOf(Apply("chief", id, kDecline)), ErrorCode::kBadValue) << "a reason is needed";
  Must(Apply("chief", id, kDecline, "Synthetic reason"));
  const Work anna = As("anna");
  const Referral declined = Must(Referrals(*countries_, anna).Load(id));
  EXPECT_EQ(declined.state, ReferralState::kDeclined);
  EXPECT_EQ(declined.reason, "Synthetic reason");
}

TEST_P(ReferralsTest, ARedirectedOneNamesTheBetterPlace) {
  const std::string id = SentTo("clinic", {kAssistance});
  EXPECT_EQ(CodeOf(Apply("chief", id, kRedirect, "no beds", "nowhere")), ErrorCode::kBadValue);
  Must(Apply("chief", id, kRedirect, "no beds", Org("guardians")));
  const Work anna = As("anna");
  EXPECT_EQ(Must(Referrals(*countries_, anna).Load(id)).redirect_to, Org("guardians"));
  bool told = false;
  for (const Task& task : Must(Tasks(anna).Mine())) told |= task.kind == "referral_redirected";
  EXPECT_TRUE(told);
}

TEST_P(ReferralsTest, TheSameFormSentTwiceIsOneReferral) {  // check 19
  const Work anna = As("anna");
  Referrals referrals(*countries_, anna);
  const ReferralDraft draft = DraftTo("clinic", {kAssistance});
  const std::string id = Must(referrals.Draft(draft));
  EXPECT_EQ(Must(referrals.Draft(draft)), id);
  EXPECT_EQ(CountOf("SELECT COUNT(*) FROM referral"), 1);
  const std::string consent = ConsentTo("clinic", {kAssistance});
  Must(referrals.Send(id, 1, {consent, {}}));
  EXPECT_EQ(CodeOf(referrals.Send(id, 1, {consent, {}})), ErrorCode::kConflict);
  EXPECT_EQ(CountOf("SELECT COUNT(*) FROM record_participant"), 1);
}

TEST_P(ReferralsTest, AStaleSaveIsRefused) {
  const Work anna = As("anna");
  Referrals referrals(*countries_, anna);
  ReferralDraft draft = DraftTo("clinic", {kAssistance});
  const std::string id = Must(referrals.Draft(draft));
  draft.message = "Synthetic second message";
  draft.submission.clear();  // only what makes a draft needs a number
  Must(referrals.Edit(id, 1, draft));
  EXPECT_EQ(CodeOf(referrals.Edit(id, 1, draft)), ErrorCode::kStale);
  EXPECT_EQ(Must(referrals.Load(id)).message, "Synthetic second message");
}

TEST_P(ReferralsTest, TheReferrersCopyIsTheirOwnWordsAlone) {
  const std::string id = SentTo("clinic", {kAssistance});
  const Work anna = As("anna");
  Referrals referrals(*countries_, anna);
  const std::string reference = Must(referrals.Load(id)).reference;
  const ReferrerCopy copy = Must(referrals.CopyFor(reference));
  EXPECT_EQ(copy.message, "Synthetic message");
  EXPECT_EQ(copy.receiver, Org("clinic"));
  const Work bert = As("bert");
  const Work chief = As("chief");
  for (const Work* other : {&bert, &chief}) {
    EXPECT_EQ(CodeOf(Referrals(*countries_, *other).CopyFor(reference)), ErrorCode::kNotFound);
  }
}

TEST_P(ReferralsTest, AReceiverDoesNotSeeTheOtherReferrals) {
  const std::string first = SentTo("clinic", {kAssistance});
  const std::string second = SentTo("authority", {kDecision}, "identification");
  const Work chief = As("chief");
  Referrals theirs(*countries_, chief);
  EXPECT_EQ(CodeOf(theirs.Load(second)), ErrorCode::kNotFound);
  const std::vector<ReferralRow> rows = Must(theirs.OfRecord(victim_.record.id));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].id, first);
  const Work anna = As("anna");
  EXPECT_EQ(Must(Referrals(*countries_, anna).OfRecord(victim_.record.id)).size(), 2u);
}

TEST_P(ReferralsTest, ListsShowNothingOfRecordsOutOfScope) {  // check 1
  SentTo("clinic", {kAssistance});
  const Work bert = As("bert");  // same organisation, another worker's record
  EXPECT_EQ(Must(Referrals(*countries_, bert).Outbox()).size(), 0u);
  const Work carla = As("carla");  // no duty of intake at the clinic
  EXPECT_EQ(Must(Referrals(*countries_, carla).Inbox()).size(), 0u);
  const Work anna = As("anna");
  EXPECT_EQ(Must(Referrals(*countries_, anna).Outbox()).size(), 1u);
}

TEST_P(ReferralsTest, AnAcceptedTransferMovesTheRecord) {
  const std::string consent = ConsentTo("clinic", {kIdentity, kContact, kAssistance}, "transfer");
  const Work anna = As("anna");
  Referrals referrals(*countries_, anna);
  ReferralDraft draft = DraftTo("clinic", {kIdentity, kContact, kAssistance}, "transfer");
  draft.kind = ReferralKind::kTransfer;
  const std::string id = Must(referrals.Draft(draft));
  Must(referrals.Send(id, 1, {consent, {}}));
  EXPECT_EQ(Must(FactsOf(*store_->database, victim_.record.id)).organisation, Org("shelter"));
  Must(Apply("chief", id, kAccept));
  const RecordFacts facts = Must(FactsOf(*store_->database, victim_.record.id));
  EXPECT_EQ(facts.organisation, Org("clinic"));
  EXPECT_EQ(facts.owner, Who("chief").account);
  EXPECT_EQ(CodeOf(ReadRecord(As("anna"), victim_.record.id)), ErrorCode::kNotFound);
  // What she wrote stays hers.
  std::string reference;
  Must(store_->database->Query("SELECT reference FROM referral", {},
                               [&](const SqlRow& row) -> Result<void> {
                                 reference = row.Text(0);
                                 return {};
                               }));
  EXPECT_EQ(Must(referrals.CopyFor(reference)).state, ReferralState::kDone);
}

TEST_P(ReferralsTest, AReferralLeavesTheOwner) {
  const std::string id = SentTo("clinic", {kAssistance});
  Must(Apply("chief", id, kAccept));
  EXPECT_EQ(Must(FactsOf(*store_->database, victim_.record.id)).organisation, Org("shelter"));
  Must(ReadRecord(As("anna"), victim_.record.id));
}

TEST_P(ReferralsTest, WhoAcceptedWorksInWhatThePurposeIsAbout) {
  const std::string id = SentTo("authority", {kDecision, kNarrative}, "identification");
  const auto may = [&](Right right, FieldGroup group) {
    const RecordFacts facts = Must(FactsOf(*store_->database, victim_.record.id));
    return roles_->Decide(Who("olga"), facts, right, group, store_->now).allowed;
  };
  EXPECT_FALSE(may(Right::kDecide, kDecision)) << "not before it is accepted";
  Must(Apply("olga", id, kAccept));
  EXPECT_TRUE(may(Right::kDecide, kDecision));
  EXPECT_FALSE(may(Right::kEdit, kNarrative));
  Must(Apply("anna", id, kRevoke));
  EXPECT_FALSE(may(Right::kDecide, kDecision));
}

TEST_P(ReferralsTest, ProtectedNotesNeverGo) {
  const Work anna = As("anna");
  Referrals referrals(*countries_, anna);
  EXPECT_EQ(CodeOf(referrals.Draft(DraftTo("clinic", {kProtectedNote}))), ErrorCode::kBadValue);
  EXPECT_EQ(CodeOf(referrals.Draft(DraftTo("clinic", {}))), ErrorCode::kBadValue);
  EXPECT_EQ(CodeOf(referrals.Draft(DraftTo("shelter", {kContact}))), ErrorCode::kBadValue);
}

// --- overrides -----------------------------------------------------------------------------------

class OverrideTest : public ReferralTest {
 protected:
  OverrideRequest Request(const std::string& ground, const std::string& recipient) {
    OverrideRequest request;
    request.record = victim_.record.id;
    request.person = victim_.person;
    request.country = "NL";
    request.ground = ground;
    request.recipient = Org(recipient);
    request.reason = "Synthetic reason";
    request.told = true;
    return request;
  }
};

TEST_P(OverrideTest, NeedsASecondPersonAndIsLogged) {  // check 7
  const Work anna = As("anna");
  Referrals referrals(*countries_, anna);
  OverrideRequest request = Request("legal_order", "police");
  EXPECT_EQ(CodeOf(referrals.AskOverride(request)), ErrorCode::kBadValue) << "without the order";
  request.document = "Synthetic order 1";
  const std::string override_id = Must(referrals.AskOverride(request));
  const std::string id = Must(referrals.Draft(DraftTo("police", {kIdentity}, "investigation")));
  EXPECT_EQ(CodeOf(referrals.Send(id, 1, {{}, override_id})), ErrorCode::kForbidden);
  EXPECT_EQ(CodeOf(referrals.AgreeOverride(override_id, 1)), ErrorCode::kForbidden)
      << "nobody agrees to what they asked for";
  const Work sofia = As("sofia");
  Must(Referrals(*countries_, sofia).AgreeOverride(override_id, 1));
  Must(referrals.Send(id, 1, {{}, override_id}));
  EXPECT_EQ(LoggedOf("override.ask"), 1);
  EXPECT_EQ(LoggedOf("override.agree"), 1);
  const Override kept = Must(referrals.LoadOverride(override_id));
  EXPECT_EQ(kept.agreed_by, Who("sofia").account);
  EXPECT_EQ(kept.document, "Synthetic order 1");
  // It is used once.
  const std::string again = Must(referrals.Draft(DraftTo("police", {kIdentity}, "investigation")));
  EXPECT_EQ(CodeOf(referrals.Send(again, 1, {{}, override_id})), ErrorCode::kForbidden);
}

TEST_P(OverrideTest, SendsNoMoreThanTheGroundsMinimum) {
  const Work anna = As("anna");
  Referrals referrals(*countries_, anna);
  const std::string override_id = Must(referrals.AskOverride(Request("danger_to_life", "police")));
  const std::string id =
      Must(referrals.Draft(DraftTo("police", {kIdentity, kNarrative}, "investigation")));
  const auto sent = referrals.Send(id, 1, {{}, override_id});
  ASSERT_FALSE(sent);
  EXPECT_NE(sent.error().what.find("narrative"), std::string::npos);
}

TEST_P(OverrideTest, ImminentDangerGoesFirstAndIsAgreedWithinADay) {
  const Work anna = As("anna");
  Referrals referrals(*countries_, anna);
  const std::string override_id = Must(referrals.AskOverride(Request("danger_to_life", "police")));
  const std::string id = Must(referrals.Draft(DraftTo("police", {kIdentity}, "investigation")));
  Must(referrals.Send(id, 1, {{}, override_id}));
  const Work sofia = As("sofia");
  bool asked = false;
  for (const Task& task : Must(Tasks(sofia).Mine())) {
    if (task.kind != "override_second_person") continue;
    asked = true;
    EXPECT_EQ(task.due.value_or(0), store_->now + 86'400);
    EXPECT_TRUE(task.urgent);
  }
  EXPECT_TRUE(asked);
  Must(Referrals(*countries_, sofia).AgreeOverride(override_id, 1));
  for (const Task& task : Must(Tasks(sofia).Mine())) {
    EXPECT_NE(task.kind, "override_second_person") << "it is answered";
  }
}

TEST_P(OverrideTest, ThePersonIsToldOrTheDelayIsReviewed) {
  const Work anna = As("anna");
  Referrals referrals(*countries_, anna);
  OverrideRequest request = Request("danger_to_life", "police");
  request.told = false;
  EXPECT_EQ(CodeOf(referrals.AskOverride(request)), ErrorCode::kBadValue);
  request.tell_by = Today() + 3;
  EXPECT_EQ(CodeOf(referrals.AskOverride(request)), ErrorCode::kBadValue) << "without a reason";
  request.delay_reason = "Synthetic delay";
  const std::string override_id = Must(referrals.AskOverride(request));
  const auto waits = [&] {
    int count = 0;
    for (const Task& task : Must(Tasks(anna).Mine())) count += task.kind == "override_tell";
    return count;
  };
  EXPECT_EQ(waits(), 1);
  Must(referrals.RecordTold(override_id, 1));
  EXPECT_EQ(waits(), 0);
}

TEST_P(OverrideTest, GroundsAreAClosedList) {
  const Work anna = As("anna");
  Referrals referrals(*countries_, anna);
  EXPECT_EQ(CodeOf(referrals.AskOverride(Request("public_interest", "police"))),
            ErrorCode::kUnknownCode);
  OverrideRequest elsewhere = Request("danger_to_life", "police");
  elsewhere.country = "XX";
  EXPECT_EQ(CodeOf(referrals.AskOverride(elsewhere)), ErrorCode::kUnknownCode);
  EXPECT_EQ(CodeOf(referrals.AskOverride(Request("child_protection", "police"))),
            ErrorCode::kBadValue)
      << "she is an adult";
}

// Rule 10: towards immigration enforcement, consent that names it or a legal order; nothing else.
TEST_P(OverrideTest, NeverTowardsImmigrationEnforcementByDefault) {
  const Work anna = As("anna");
  Referrals referrals(*countries_, anna);
  EXPECT_EQ(CodeOf(referrals.AskOverride(Request("danger_to_life", "immigration"))),
            ErrorCode::kForbidden);
  const std::string id = Must(referrals.Draft(DraftTo("immigration", {kIdentity}, "residence")));
  EXPECT_EQ(CodeOf(referrals.Send(id, 1, {})), ErrorCode::kForbidden);
  OverrideRequest order = Request("legal_order", "immigration");
  order.document = "Synthetic order 2";
  Must(referrals.AskOverride(order));
  const std::string consent = ConsentTo("immigration", {kIdentity}, "residence");
  Must(referrals.Send(id, 1, {consent, {}}));
}

TEST_P(OverrideTest, AnotherOrganisationDoesNotReadTheReason) {
  const Work anna = As("anna");
  Referrals referrals(*countries_, anna);
  const std::string override_id = Must(referrals.AskOverride(Request("danger_to_life", "police")));
  const std::string id = Must(referrals.Draft(DraftTo("police", {kIdentity}, "investigation")));
  Must(referrals.Send(id, 1, {{}, override_id}));
  const Work piet = As("piet");
  EXPECT_EQ(CodeOf(Referrals(*countries_, piet).LoadOverride(override_id)), ErrorCode::kNotFound);
}

// --- the duty to notify --------------------------------------------------------------------------

using NoticeTest = ReferralTest;

TEST_P(NoticeTest, HoldsListedFieldsAndNobodysName) {
  const Work anna = As("anna");
  Referrals referrals(*countries_, anna);
  EXPECT_EQ(CodeOf(referrals.PreviewNotice(victim_.record.id, victim_.person, "NL")),
            ErrorCode::kUnsupported);
  const NoticePreview preview =
      Must(referrals.PreviewNotice(victim_.record.id, victim_.person, "UK"));
  ASSERT_EQ(preview.fields.size(), 7u);
  for (const NoticePreview::Field& field : preview.fields) {
    EXPECT_EQ(field.value.find("Synthetic"), std::string::npos) << field.code;
    EXPECT_FALSE(field.value.empty()) << field.code;
  }
  NoticePreview changed = preview;
  changed.fields[1].value = "M";
  EXPECT_EQ(CodeOf(referrals.SendNotice(victim_.record.id, victim_.person, changed)),
            ErrorCode::kStale);
  Must(referrals.SendNotice(victim_.record.id, victim_.person, preview));
  EXPECT_EQ(CodeOf(referrals.SendNotice(victim_.record.id, victim_.person, preview)),
            ErrorCode::kConflict);
  const Work fred = As("fred");
  const std::vector<NoticePreview> sent = Must(Referrals(*countries_, fred).NoticesSent("UK"));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0], preview);
  EXPECT_EQ(CodeOf(referrals.NoticesSent("UK")), ErrorCode::kForbidden);
}

INSTANTIATE_TEST_SUITE_P(Both, ReferralsTest, kBothStores, NameOfStore);
INSTANTIATE_TEST_SUITE_P(Both, OverrideTest, kBothStores, NameOfStore);
INSTANTIATE_TEST_SUITE_P(Both, NoticeTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
