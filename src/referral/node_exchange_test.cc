// Two nodes, each with a database, keys and a log of its own, on both databases.

#include "referral/node_exchange.h"

#include "store/keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "referral/internal/node_testing.h"

namespace thb {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class NodeExchangeTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    nl_ = TestNode::Make(GetParam(), "NL", 11);
    if (nl_ == nullptr && std::getenv("THB_TEST_POSTGRES") == nullptr) {
      GTEST_SKIP() << "THB_TEST_POSTGRES is not set";
    }
    be_ = TestNode::Make(GetParam(), "BE", 12);
    ASSERT_TRUE(nl_ != nullptr && be_ != nullptr);
    nl_->Trust(*be_, "/a/folder/of/BE");
    be_->Trust(*nl_, "/a/folder/of/NL");
  }

  std::string Send() {
    const auto sent = SendNodeReferral(nl_->work(), rules_, SyntheticSending("BE", nl_->now));
    EXPECT_TRUE(sent.has_value()) << (sent ? "" : sent.error().ToLine());
    return sent.value_or("");
  }
  // Carries what is due one way; every package is taken.
  void Carry(TestNode& from, TestNode& to) {
    for (const std::string& bytes : from.Deliver()) {
      const auto taken = to.Take(bytes);
      EXPECT_TRUE(taken.has_value()) << (taken ? "" : taken.error().ToLine());
    }
  }
  void Exchange() {
    for (int round = 0; round < 4; ++round) {
      Carry(*nl_, *be_);
      Carry(*be_, *nl_);
    }
  }
  void Pass(std::int64_t seconds) {
    nl_->now += seconds;
    be_->now += seconds;
  }
  NodeSent Sent(const std::string& id) {
    const auto all_sent = LoadNodeSent(*nl_->store->database).value();
    for (const NodeSent& sent : all_sent) {
      if (sent.id == id) return sent;
    }
    ADD_FAILURE() << "not in the outbox";
    return {};
  }
  std::string StateAtBe(const std::string& id) {
    const auto all_taken = LoadNodeReferrals(*be_->store->database).value();
    for (const NodeTaken& taken : all_taken) {
      if (taken.id == id) return taken.state;
    }
    return "";
  }
  void ExpectWhole(const TestNode& node) {
    const auto report = VerifyAudit(*node.store->database, *node.store->vault, {});
    ASSERT_TRUE(report.has_value());
    EXPECT_THAT(report->findings, IsEmpty());
  }

  NodeRules rules_ = NodeRules::Load().value();
  std::unique_ptr<TestNode> nl_;
  std::unique_ptr<TestNode> be_;
};

TEST_P(NodeExchangeTest, AReferralGoesOutAndItsAnswersComeBack) {
  const std::string id = Send();
  EXPECT_EQ(Sent(id).state, "waiting");
  Exchange();
  EXPECT_EQ(Sent(id).state, "acknowledged");
  EXPECT_EQ(Sent(id).answer, "");
  EXPECT_THAT(be_->Notices(), ElementsAre("referral"));
  const auto opened = OpenNodeReferral(be_->work(), "NL", id);
  ASSERT_TRUE(opened.has_value()) << opened.error().ToLine();
  EXPECT_EQ(opened->fields, SyntheticSending("BE", nl_->now).fields);
  EXPECT_EQ(opened->consent_language, "ro");
  EXPECT_EQ(be_->Logged("node.read", ""), 1);

  for (const NodeKind answer : {NodeKind::kAccepted, NodeKind::kCompleted}) {
    ASSERT_TRUE(AnswerNodeReferral(be_->work(), "NL", id, answer, "", "a note").has_value());
    Exchange();
    EXPECT_EQ(Sent(id).answer, NameOf(answer));
    EXPECT_EQ(StateAtBe(id), NameOf(answer));
  }
  EXPECT_THAT(nl_->Notices(), ElementsAre("answered", "answered"));
  ExpectWhole(*nl_);
  ExpectWhole(*be_);
}

TEST_P(NodeExchangeTest, AnswersComeInOrderOrNotAtAll) {
  const std::string id = Send();
  Exchange();
  EXPECT_EQ(AnswerNodeReferral(be_->work(), "NL", id, NodeKind::kCompleted, "", "").error().code,
            ErrorCode::kConflict);
  EXPECT_EQ(AnswerNodeReferral(be_->work(), "NL", id, NodeKind::kDeclined, "", "").error().code,
            ErrorCode::kBadValue);
  EXPECT_EQ(AnswerNodeReferral(be_->work(), "NL", id, NodeKind::kWithdrawn, "", "").error().code,
            ErrorCode::kConflict);
  EXPECT_EQ(
      AnswerNodeReferral(be_->work(), "NL", "none", NodeKind::kCompleted, "", "").error().code,
      ErrorCode::kNotFound);
  ASSERT_TRUE(AnswerNodeReferral(be_->work(), "NL", id, NodeKind::kDeclined, "no_capacity", "")
                  .has_value());
  EXPECT_EQ(AnswerNodeReferral(be_->work(), "NL", id, NodeKind::kAccepted, "", "").error().code,
            ErrorCode::kConflict);
  Exchange();
  EXPECT_EQ(Sent(id).answer, "declined");
}

TEST_P(NodeExchangeTest, WithoutTheGateNothingIsStored) {
  const auto before = nl_->Rows();
  NodeSending sending = SyntheticSending("BE", nl_->now);
  sending.consent.given = false;
  EXPECT_EQ(SendNodeReferral(nl_->work(), rules_, sending).error().code, ErrorCode::kForbidden);
  EXPECT_EQ(SendNodeReferral(nl_->work(), rules_, SyntheticSending("FR", nl_->now)).error().code,
            ErrorCode::kNotFound);
  EXPECT_EQ(nl_->Rows(), before);
}

TEST_P(NodeExchangeTest, SendingAgainIsTakenOnce) {
  const std::string id = Send();
  const auto first = nl_->Deliver();
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_THAT(nl_->Deliver(), IsEmpty());
  Pass(kNodeResendSeconds);
  EXPECT_EQ(nl_->Deliver(), first);  // byte by byte
  ASSERT_TRUE(be_->Take(first[0]).has_value());
  const auto once = be_->Rows();
  const auto again = be_->Take(first[0]);
  ASSERT_TRUE(again.has_value());
  EXPECT_TRUE(again->again);
  EXPECT_EQ(be_->Rows(), once);
  // The acknowledgement was lost: after an hour the same package asks for another.
  EXPECT_THAT(be_->Deliver(), SizeIs(1));
  Pass(kNodeAcknowledgeAgainSeconds);
  ASSERT_TRUE(be_->Take(first[0]).has_value());
  Carry(*be_, *nl_);
  EXPECT_EQ(Sent(id).state, "acknowledged");
}

TEST_P(NodeExchangeTest, WhatWasOvertakenIsSaidAnewAndTakenOnce) {
  const std::string first = Send();
  const std::string second = Send();
  const auto files = nl_->Deliver();
  ASSERT_THAT(files, SizeIs(2));
  ASSERT_TRUE(be_->Take(files[1]).has_value());
  EXPECT_EQ(RefusalOf(be_->Take(files[0]).error()), NodeRefusal::kOutOfSequence);
  EXPECT_EQ(StateAtBe(first), "");
  Exchange();
  const auto sent = LoadNodeSent(*nl_->store->database).value();
  ASSERT_THAT(sent, SizeIs(2));
  for (const NodeSent& package : sent) EXPECT_EQ(package.state, "acknowledged");
  EXPECT_THAT(LoadNodeReferrals(*be_->store->database).value(), SizeIs(2));
  EXPECT_EQ(StateAtBe(second), "taken");
}

TEST_P(NodeExchangeTest, AReplacementOfWhatWasTakenIsTheSame) {
  // BE takes the referral; its acknowledgement is lost, and NL is told by a captured one that it
  // has to say it anew.
  const std::string id = Send();
  const auto file = nl_->Deliver().at(0);
  ASSERT_TRUE(be_->Take(file).has_value());
  be_->Deliver();
  const auto row = FindOutbox(*nl_->store->database, id).value().value();
  {
    Transaction transaction = Transaction::Begin(*nl_->store->database).value();
    ASSERT_TRUE(ReplaceNodePackage(nl_->work(), row).has_value());
    ASSERT_TRUE(transaction.Commit().has_value());
  }
  Exchange();
  EXPECT_THAT(LoadNodeReferrals(*be_->store->database).value(), SizeIs(1));
  EXPECT_EQ(StateAtBe(id), "taken");
  ASSERT_TRUE(AnswerNodeReferral(be_->work(), "NL", id, NodeKind::kAccepted, "", "").has_value());
  Exchange();
  const auto sent = LoadNodeSent(*nl_->store->database).value();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].answer, "accepted");
  // A withdrawal of either reaches the one that is held.
  ASSERT_TRUE(WithdrawNodeReferral(nl_->work(), id, "consent_withdrawn").has_value());
  Exchange();
  EXPECT_EQ(StateAtBe(id), "withdrawn");
}

TEST_P(NodeExchangeTest, WithdrawalEndsAccessAndAsksForErasure) {
  const std::string id = Send();
  Exchange();
  ASSERT_TRUE(AnswerNodeReferral(be_->work(), "NL", id, NodeKind::kAccepted, "", "").has_value());
  Exchange();
  const std::string key = FindInbox(*be_->store->database, "NL", id).value()->body_key;
  EXPECT_TRUE(be_->store->vault->HasKey(key).value());
  ASSERT_TRUE(WithdrawNodeReferral(nl_->work(), id, "consent_withdrawn").has_value());
  Exchange();
  EXPECT_EQ(StateAtBe(id), "withdrawn");
  EXPECT_TRUE(Sent(id).withdrawn);
  EXPECT_EQ(OpenNodeReferral(be_->work(), "NL", id).error().code, ErrorCode::kForbidden);
  EXPECT_THAT(be_->Notices(), ElementsAre("erasure_asked"));

  EXPECT_EQ(AnswerNodeErasure(be_->work(), "NL", id, false, "").error().code, ErrorCode::kBadValue);
  ASSERT_TRUE(AnswerNodeErasure(be_->work(), "NL", id, false, "a synthetic law").has_value());
  Exchange();
  EXPECT_EQ(Sent(id).answer, "kept");
  EXPECT_THAT(nl_->Notices(), Contains("erasure_kept"));
  ASSERT_TRUE(AnswerNodeErasure(be_->work(), "NL", id, true, "").has_value());
  EXPECT_FALSE(be_->store->vault->HasKey(key).value());
  Exchange();
  EXPECT_EQ(Sent(id).answer, "erased");
  EXPECT_EQ(StateAtBe(id), "erased");
  EXPECT_THAT(nl_->Notices(), Not(Contains("erasure_kept")));
  EXPECT_EQ(FindInbox(*be_->store->database, "NL", id).value()->body, "");
  ExpectWhole(*be_);
}

TEST_P(NodeExchangeTest, WhatIsWithdrawnBeforeItLeftNeverLeaves) {
  const std::string id = Send();
  ASSERT_TRUE(WithdrawNodeReferral(nl_->work(), id, "consent_withdrawn").has_value());
  EXPECT_THAT(nl_->Deliver(), IsEmpty());
  EXPECT_EQ(Sent(id).state, "stopped");
}

TEST_P(NodeExchangeTest, AWithdrawalThatOvertakesItsReferralIsKept) {
  const std::string id = Send();
  const auto referral = nl_->Deliver().at(0);
  ASSERT_TRUE(WithdrawNodeReferral(nl_->work(), id, "consent_withdrawn").has_value());
  const auto withdrawal = nl_->Deliver().at(0);
  ASSERT_TRUE(be_->Take(withdrawal).has_value());
  EXPECT_EQ(RefusalOf(be_->Take(referral).error()), NodeRefusal::kOutOfSequence);
  Exchange();
  // Nor is it said anew, as an overtaken package otherwise is.
  EXPECT_THAT(LoadNodeReferrals(*be_->store->database).value(), IsEmpty());
  EXPECT_EQ(Sent(id).answer, "erased");
}

TEST_P(NodeExchangeTest, AnErasureThatACrashInterruptedIsFinished) {
  const std::string id = Send();
  Exchange();
  ASSERT_TRUE(WithdrawNodeReferral(nl_->work(), id, "consent_withdrawn").has_value());
  Exchange();
  const auto row = FindInbox(*be_->store->database, "NL", id).value().value();
  ASSERT_TRUE(SetInboxState(*be_->store->database, row, "erasing").has_value());
  ASSERT_TRUE(AttendNode(be_->work()).has_value());
  EXPECT_FALSE(be_->store->vault->HasKey(row.body_key).value());
  Exchange();
  EXPECT_EQ(Sent(id).answer, "erased");
}

TEST_P(NodeExchangeTest, ErasingARecordTellsEveryPartnerAndForgetsOurCopy) {
  const std::string id = Send();
  Exchange();
  const std::string key = FindOutbox(*nl_->store->database, id).value()->body_key;
  EXPECT_EQ(EraseNodeCopies(nl_->work(), "record-of-synthetic-person-1").value(), 1);
  EXPECT_EQ(DestroyMarked(*nl_->store->database, *nl_->store->vault).value(), 1);
  EXPECT_FALSE(nl_->store->vault->HasKey(key).value());
  EXPECT_EQ(EraseNodeCopies(nl_->work(), "record-of-synthetic-person-1").value(), 0);
  EXPECT_EQ(EraseNodeCopies(nl_->work(), "another-record").value(), 0);
  Exchange();
  EXPECT_EQ(StateAtBe(id), "withdrawn");
}

TEST_P(NodeExchangeTest, SilenceOpensANoticeAfterTwoWorkingDays) {
  const std::string id = Send();
  nl_->Deliver();
  EXPECT_EQ(AttendNode(nl_->work()).value(), 0);
  // Thursday; Friday and Monday are the two working days.
  Pass(4 * 86'400);
  EXPECT_EQ(AttendNode(nl_->work()).value(), 0);
  Pass(86'400);
  EXPECT_EQ(AttendNode(nl_->work()).value(), 1);
  EXPECT_EQ(AttendNode(nl_->work()).value(), 0);
  EXPECT_THAT(nl_->Notices(), ElementsAre("no_acknowledgement"));
  Exchange();
  EXPECT_THAT(nl_->Notices(), IsEmpty());
  EXPECT_EQ(Sent(id).state, "acknowledged");
}

TEST_P(NodeExchangeTest, WhatExpiredIsNotSentAnyMore) {
  const std::string id = Send();
  Pass(kNodeLifetimeSeconds);
  EXPECT_THAT(nl_->Deliver(), IsEmpty());
  EXPECT_EQ(AttendNode(nl_->work()).value(), 1);
  EXPECT_EQ(Sent(id).state, "expired");
  EXPECT_THAT(nl_->Notices(), ElementsAre("expired"));
}

TEST_P(NodeExchangeTest, OnlyTheDutyOpensTheNodeToAnAccount) {
  const Roles roles = Roles::Load().value();
  Actor actor;
  actor.account = "synthetic-officer-1";
  actor.organisation = "synthetic-focal-point";
  actor.organisation_kind = "FOCAL";
  const TestStore& store = *nl_->store;
  const Work work{*store.database, *store.vault, *store.log, roles, actor, nl_->now, store.random};
  EXPECT_EQ(NodeWorkOf(work).error().code, ErrorCode::kForbidden);
  actor.roles = {{"focal_officer", Scope::kNational}};
  const auto node = NodeWorkOf(work);
  ASSERT_TRUE(node.has_value()) << node.error().ToLine();
  EXPECT_EQ(node->actor, "synthetic-officer-1");
  actor.organisation_kind = "POLICE";
  EXPECT_EQ(NodeWorkOf(work).error().code, ErrorCode::kForbidden);
}

TEST(NodeWordsTest, StatesAndNoticesHaveWordsInBothLanguages) {
  const Codes codes = Codes::Load().value();
  for (const char* state : {"waiting", "sent", "acknowledged", "withdrawn", "stopped", "expired",
                            "taken", "accepted", "declined", "done", "erased", "kept"}) {
    EXPECT_NE(codes.Find("node_state")->Find(state), nullptr) << state;
  }
  for (const char* notice :
       {"referral", "answered", "no_acknowledgement", "expired", "not_taken", "stopped",
        "erasure_asked", "erasure_kept", "key_offered", "key_revoked"}) {
    EXPECT_NE(codes.Find("node_notice")->Find(notice), nullptr) << notice;
  }
  // That a withdrawal cannot be enforced is said where its state is.
  EXPECT_THAT(codes.Find("node_state")->Label("withdrawn", Language::kEn),
              ::testing::HasSubstr("cannot be enforced"));
  EXPECT_THAT(codes.Find("node_state")->Label("withdrawn", Language::kNl),
              ::testing::HasSubstr("niet worden afgedwongen"));
}

TEST(NodeWordsTest, HolidaysAreNotWorkingDays) {
  const auto no_friday = [](Instant day) {
    return FormatDate(day) != "2026-05-29" && FormatDate(day) != "2026-05-30" &&
           FormatDate(day) != "2026-05-31";
  };
  EXPECT_EQ(FormatInstant(TwoWorkingDaysAfter(1'780'000'000, no_friday)), "2026-06-02T23:59:59Z");
  EXPECT_EQ(FormatInstant(TwoWorkingDaysAfter(1'780'000'000, {})), "2026-06-01T23:59:59Z");
}

TEST_P(NodeExchangeTest, NothingOfAPersonIsInTheDatabase) {
  const std::string id = Send();
  Exchange();
  ASSERT_TRUE(AnswerNodeReferral(be_->work(), "NL", id, NodeKind::kAccepted, "", "Synthetic note")
                  .has_value());
  Exchange();
  for (const TestNode* node : {nl_.get(), be_.get()}) {
    for (const std::string& row : node->Rows()) {
      EXPECT_EQ(row.find("Synthetic"), std::string::npos) << row;
    }
  }
}

TEST_P(NodeExchangeTest, ARestoredSenderFindsItsPlaceAgain) {
  for (int i = 0; i < 20; ++i) Send();
  Exchange();
  // As after a restore: our numbers are those of yesterday.
  ASSERT_TRUE(nl_->store->database->Execute("UPDATE node_partner SET last_sent = 3").has_value());
  ASSERT_TRUE(nl_->store->database->Execute("DELETE FROM node_outbox WHERE sequence > 3"));
  const std::string id = Send();
  for (const std::string& bytes : nl_->Deliver()) EXPECT_FALSE(be_->Take(bytes).has_value());
  Exchange();
  EXPECT_THAT(LoadNodeReferrals(*be_->store->database).value(), SizeIs(21));
  EXPECT_EQ(FindOutbox(*nl_->store->database, id).value()->state, "replaced");
}

TEST_P(NodeExchangeTest, AWithdrawnReferralIsNotDeliveredAgain) {
  Send();
  const std::string id = Send();
  ASSERT_THAT(nl_->Deliver(), SizeIs(2));
  ASSERT_TRUE(WithdrawNodeReferral(nl_->work(), id, "consent_withdrawn").has_value());
  Pass(kNodeResendSeconds);
  EXPECT_THAT(nl_->Deliver(), SizeIs(2));  // the other one, and the withdrawal
  EXPECT_EQ(Sent(id).state, "withdrawn");
}

TEST_P(NodeExchangeTest, AReferralHasWhatTheNodeNeedsAndNoMore) {
  Send();
  const auto opened_by_be = be_->Take(nl_->Deliver().at(0));
  ASSERT_TRUE(opened_by_be.has_value());
  const auto fields = OpenNodeReferral(be_->work(), "NL", opened_by_be->id).value();
  for (const NodeField& field : fields.fields) {
    EXPECT_EQ(field.value.find("record-of"), std::string::npos);
  }
}

INSTANTIATE_TEST_SUITE_P(Both, NodeExchangeTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
