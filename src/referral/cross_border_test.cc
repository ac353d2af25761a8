// A referral to another state from a record, and a record from one that came. Synthetic persons.

#include "referral/cross_border.h"

#include <algorithm>

#include "people/consent.h"
#include "people/erasure.h"
#include "referral/erase.h"
#include "referral/internal/node_testing.h"
#include "referral/referral.h"
#include "referral/task.h"
#include "referral/testing.h"
#include "store/keys.h"

namespace thb {
namespace {

using enum FieldGroup;

// Our node has the record; BE is a partner with a database of its own.
class CrossBorderTest : public ReferralTest {
 protected:
  void SetUp() override {
    ReferralTest::SetUp();
    if (store_ == nullptr) return;
    AddWorker("frida", "focal", {{"focal_officer", Scope::kOrganisation}});
    rules_ = std::make_unique<NodeRules>(Must(NodeRules::Load()));
    be_ = TestNode::Make(GetParam(), "BE", 77);
    ASSERT_NE(be_, nullptr);
    be_->now = store_->now;
    const NodeKeySet ours = Must(MakeNodeIdentity(Node(), "NL"));
    Must(AddNodePartner(Node(), be_->identity().keys, "/partner"));
    for (const char* person : {"one", "two"}) {
      Must(ConfirmNodeKeys(Node(), "BE", NodeFingerprint(be_->identity().keys), person));
    }
    Must(AddNodePartner(be_->work(), ours.keys, "/back"));
    be_->Confirm(ours.keys);
    // The focal point takes part in the case, as the desk has it.
    SentTo("focal", {kReference, kIdentity, kContact, kNarrative, kReferral}, "cross_border");
  }

  NodeWork Node() const {
    return {*store_->database,
            *store_->vault,
            *store_->log,
            "operator",
            store_->now,
            store_->random,
            {}};
  }
  std::string ConsentToState(const std::set<FieldGroup>& groups = {kReference, kIdentity, kContact,
                                                                   kAssistance}) {
    Consent consent;
    consent.record = victim_.record.id;
    consent.person = victim_.person;
    consent.state = ConsentState::kGiven;
    consent.purpose = "cross_border";
    consent.recipient = RecipientOfState("BE");
    consent.groups = groups;
    consent.text_version = "1";
    consent.language = "en";
    consent.how = "spoken";
    consent.given_by = "person";
    consent.date = store_->now;
    return Must(RecordConsent(As("anna"), consent));
  }
  void Check(const std::set<std::string>& from = {}, bool risk = false) {
    const Work anna = As("anna");
    CrossBorder border(*rules_, anna);
    Must(border.RecordProtection(victim_.record.id, victim_.person, from));
    Must(border.RecordRisk(victim_.record.id, victim_.person, "BE", risk, "Synthetic reasons"));
  }
  CrossBorderDraft Draft() {
    const Work frida = As("frida");
    CrossBorderDraft draft;
    draft.record = victim_.record.id;
    draft.person = victim_.person;
    draft.partner = "BE";
    draft.purpose = "cross_border";
    for (const NodeField& field :
         Must(CrossBorder(*rules_, frida).Propose(victim_.record.id, victim_.person))) {
      const std::vector<std::string> wanted = {"age_band", "sender_reference", "given_name",
                                               "family_name", "date_of_birth"};
      if (std::find(wanted.begin(), wanted.end(), field.name) != wanted.end()) {
        draft.fields.push_back(field);
      }
    }
    return draft;
  }
  Result<std::string> Send(const CrossBorderDraft& draft, const std::string& worker = "frida") {
    const Work work = As(worker);
    return CrossBorder(*rules_, work).Send(draft);
  }
  // Everything that waits, taken there, and what comes back taken here.
  void Exchange() {
    Must(DeliverNodePackages(Node(), [&](const std::string&, std::string_view bytes) {
      Must(be_->Take(bytes));
      return Result<void>{};
    }));
    for (const std::string& bytes : be_->Deliver()) Must(TakeNodePackage(Node(), bytes));
  }
  std::string PlaceOf(const Result<std::string>& result) {
    return result ? "sent" : result.error().place;
  }

  std::unique_ptr<NodeRules> rules_;
  std::unique_ptr<TestNode> be_;
};

TEST_P(CrossBorderTest, ProposesWhatTheRecordHolds) {
  const CrossBorderDraft draft = Draft();
  ASSERT_EQ(draft.fields.size(), 5u);
  const auto value = [&](const std::string& name) {
    for (const NodeField& field : draft.fields) {
      if (field.name == name) return field.value;
    }
    return std::string();
  };
  EXPECT_EQ(value("given_name"), "Synthetic");
  EXPECT_EQ(value("family_name"), "Person One");
  EXPECT_EQ(value("date_of_birth"), "1990-02-03");
  EXPECT_EQ(value("age_band"), "adult");
  EXPECT_EQ(value("sender_reference"), victim_.record.reference);
}

TEST_P(CrossBorderTest, NothingLeavesUntilAllConditionsHold) {
  EXPECT_EQ(PlaceOf(Send(Draft())), "consent");
  ConsentToState({kReference});
  EXPECT_EQ(PlaceOf(Send(Draft())), "consent") << "the names are not covered";
  store_->now += 10;
  ConsentToState();
  EXPECT_EQ(PlaceOf(Send(Draft())), "protection");
  Check({"BE"});
  EXPECT_EQ(PlaceOf(Send(Draft())), "protection") << "the person seeks protection from there";
  store_->now += 10;
  Check({"MD"}, true);
  EXPECT_EQ(PlaceOf(Send(Draft())), "risk");
  store_->now += 10;
  Check({"MD"});
  CrossBorderDraft draft = Draft();
  draft.purpose = "assistance";
  EXPECT_EQ(PlaceOf(Send(draft)), "consent") << "for another purpose";
  EXPECT_EQ(CodeOf(Send(Draft(), "anna")), ErrorCode::kForbidden) << "without the duty";
  EXPECT_EQ(PlaceOf(Send(Draft())), "sent");
  EXPECT_EQ(CountOf("SELECT COUNT(*) FROM node_outbox"), 1);
}

TEST_P(CrossBorderTest, AChecksFindingLiesSealed) {
  Check({"MD"}, true);
  EXPECT_EQ(CountOf("SELECT COUNT(*) FROM node_check"), 2);
  // Letters of two or three may stand in sealed bytes by chance.
  EXPECT_EQ(CountOf("SELECT COUNT(*) FROM node_check WHERE sealed_content LIKE '%from_states%' OR "
                    "sealed_content LIKE '%Synthetic reasons%'"),
            0);
  const Work ivan = As("ivan");
  CrossBorder border(*rules_, ivan);
  EXPECT_EQ(CodeOf(border.Checks(victim_.record.id, victim_.person, "BE")), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(border.SentOf(victim_.record.id)), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(border.RecordProtection(victim_.record.id, victim_.person, {})),
            ErrorCode::kNotFound);
}

TEST_P(CrossBorderTest, WithdrawalOfTheConsentReachesThePartner) {
  const std::string consent = ConsentToState();
  Check();
  const std::string package = Must(Send(Draft()));
  Exchange();
  Must(OpenNodeReferral(be_->work(), "NL", package));
  const Work anna = As("anna");
  Referrals referrals(*countries_, anna);
  EXPECT_EQ(Must(referrals.WithdrawConsent(consent, "Synthetic reason")), 1);
  Exchange();
  EXPECT_EQ(CodeOf(OpenNodeReferral(be_->work(), "NL", package)), ErrorCode::kForbidden);
  EXPECT_EQ(Must(referrals.WithdrawConsent(consent, "again")), 0);
  const auto sent = Must(CrossBorder(*rules_, anna).SentOf(victim_.record.id));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_TRUE(sent.front().withdrawn);
}

TEST_P(CrossBorderTest, ARefusalAfterwardsReachesThePartnerToo) {
  const std::string consent = ConsentToState();
  Check();
  const std::string package = Must(Send(Draft()));
  Exchange();
  Consent refused = Must(LoadConsent(As("anna"), consent));
  refused.state = ConsentState::kRefused;
  store_->now += 10;
  refused.date = store_->now;
  const Work anna = As("anna");
  Must(Referrals(*countries_, anna).RecordConsent(refused));
  Exchange();
  EXPECT_EQ(CodeOf(OpenNodeReferral(be_->work(), "NL", package)), ErrorCode::kForbidden);
}

TEST_P(CrossBorderTest, ErasureTakesOurCopiesAndAsksThePartner) {
  ConsentToState();
  Check();
  const std::string package = Must(Send(Draft()));
  Exchange();
  {
    const Work anna = As("anna");
    Transaction transaction = Must(Transaction::Begin(*store_->database));
    Must(EraseReferralRows(anna, victim_.record.id, victim_.person));
    Must(transaction.Commit());
    EXPECT_EQ(Must(DestroyMarked(*store_->database, *store_->vault)), 1) << "the copy's key";
  }
  EXPECT_EQ(CountOf("SELECT COUNT(*) FROM node_check"), 0);
  EXPECT_EQ(CountOf("SELECT COUNT(*) FROM node_outbox WHERE record <> '' OR person <> '' OR "
                    "consent <> ''"),
            0);
  Exchange();
  EXPECT_EQ(CodeOf(OpenNodeReferral(be_->work(), "NL", package)), ErrorCode::kForbidden);
}

TEST_P(CrossBorderTest, AChildGoesWithItsGuardianAndItsViews) {
  victim_ = NewVictimBy("anna", SyntheticIdentity("Synthetic", "Child Two", "2012-02-03"));
  SentTo("focal", {kReference, kIdentity, kContact, kReferral, kChild}, "cross_border");
  ConsentToState();
  Check();
  EXPECT_EQ(PlaceOf(Send(Draft())), "consent") << "the child alone";
  Consent by_guardian = Must(LoadConsent(As("anna"), ConsentToState()));
  by_guardian.how = "guardian";
  store_->now += 10;
  Must(RecordConsent(As("anna"), by_guardian));
  EXPECT_EQ(PlaceOf(Send(Draft())), "consent") << "its views are not recorded";
  Consent views = by_guardian;
  views.purpose = "views";
  Must(RecordConsent(As("anna"), views));
  EXPECT_EQ(PlaceOf(Send(Draft())), "sent");
}

TEST_P(CrossBorderTest, OnlyWhoMayReferTheRecordWithdraws) {
  ConsentToState();
  Check();
  const std::string package = Must(Send(Draft()));
  const Work ivan = As("ivan");
  EXPECT_EQ(CodeOf(CrossBorder(*rules_, ivan).Withdraw(victim_.record.id, package, "other")),
            ErrorCode::kNotFound);
  const Work anna = As("anna");
  CrossBorder border(*rules_, anna);
  const Made other = NewVictimBy("anna", SyntheticIdentity("Synthetic", "Three", "1990"));
  EXPECT_EQ(CodeOf(border.Withdraw(other.record.id, package, "other")), ErrorCode::kNotFound);
  Must(border.Withdraw(victim_.record.id, package, "other"));
  EXPECT_EQ(Must(border.SentOf(victim_.record.id)).front().state, "stopped") << "it never left";
}

// The other way round: BE sends, a record is opened here.
TEST_P(CrossBorderTest, ARecordIsOpenedFromAReferralThatCame) {
  NodeSending sending;
  sending.partner = "NL";
  sending.record = "record-of-synthetic-person";
  sending.purpose = "assistance";
  sending.consent = {true, false, "NL", "assistance", "1", "ro", be_->now};
  sending.protection = {true, "o", be_->now, {}};
  sending.risk = {true, "o", be_->now, false};
  sending.fields = {{"age_band", "presumed_child"},  {"given_name", "Synthetic"},
                    {"family_name", "Person Four"},  {"citizenship", "RO, nowhere"},
                    {"date_of_birth", "2009-13-40"}, {"sex", "F"}};
  const std::string package = Must(SendNodeReferral(be_->work(), *rules_, sending));
  for (const std::string& bytes : be_->Deliver()) Must(TakeNodePackage(Node(), bytes));
  Must(OpenNodeTasks(Node()));
  const Work frida = As("frida");
  const auto waits = [&] {
    const auto mine = Must(Tasks(frida).Mine());
    return std::count_if(mine.begin(), mine.end(),
                         [](const Task& task) { return task.kind == "node"; });
  };
  EXPECT_EQ(waits(), 1);

  CrossBorder border(*rules_, frida);
  const std::string record = Must(border.OpenRecordFrom("BE", package, "Synthetic narrative"));
  EXPECT_EQ(Must(border.OpenRecordFrom("BE", package, "Synthetic narrative")), record);
  const CaseFile file = Must(ReadRecord(frida, record));
  EXPECT_EQ(file.narrative, "Synthetic narrative");
  ASSERT_EQ(file.persons.size(), 1u);
  const PersonFile person = Must(ReadPerson(frida, file.persons.front()));
  EXPECT_EQ(DisplayName(*person.identity), "Synthetic Person Four");
  EXPECT_EQ(person.age_band, AgeBand::kPresumedChild);
  EXPECT_EQ(person.identity->citizenship.values, std::vector<std::string>{"RO"});
  EXPECT_EQ(person.identity->birthdate.given, Given::kNotAsked) << "no day of any calendar";
  const auto came = Must(LoadNodeReferrals(*store_->database));
  EXPECT_EQ(came.front().state, "accepted");
  EXPECT_EQ(came.front().record, record);

  for (const NodeNotice& notice : Must(OpenNodeNotices(*store_->database))) {
    Must(CloseNodeNotice(Node(), notice.id));
  }
  EXPECT_EQ(waits(), 0) << "a closed notice waits for nobody";
  const Work anna = As("anna");
  EXPECT_EQ(CodeOf(CrossBorder(*rules_, anna).OpenRecordFrom("BE", package, "")),
            ErrorCode::kForbidden);
}

INSTANTIATE_TEST_SUITE_P(Both, CrossBorderTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
