#include "referral/node_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "referral/internal/node_testing.h"

namespace thb {
namespace {

constexpr Instant kNow = 1'780'000'000;

class NodeGateTest : public ::testing::Test {
 protected:
  // The condition that forbids it, "" where it may go.
  std::string Forbidden(const NodeSending& sending) const {
    const auto checked = CheckNodeSending(sending, rules_, kNow);
    if (checked) return "";
    EXPECT_FALSE(checked.error().remedy.empty()) << checked.error().ToLine();
    return checked.error().place;
  }
  NodeRules rules_ = NodeRules::Load().value();
  NodeSending sending_ = SyntheticSending("BE", kNow);
};

TEST_F(NodeGateTest, WhatIsCompleteMayGo) {
  EXPECT_EQ(Forbidden(sending_), "");
}

TEST_F(NodeGateTest, WithoutConsentThatNamesTheStateNothingGoes) {
  const auto with = [&](auto change) {
    NodeSending sending = sending_;
    change(sending.consent);
    return Forbidden(sending);
  };
  EXPECT_EQ(with([](NodeConsent& c) { c.given = false; }), "consent");
  EXPECT_EQ(with([](NodeConsent& c) { c.withdrawn = true; }), "consent");
  EXPECT_EQ(with([](NodeConsent& c) { c.state = "FR"; }), "consent");
  EXPECT_EQ(with([](NodeConsent& c) { c.purpose = "return"; }), "consent");
  EXPECT_EQ(with([](NodeConsent& c) { c.given_at = kNow + 1; }), "consent");
  EXPECT_EQ(with([](NodeConsent& c) { c.expires = kNow; }), "consent");
  EXPECT_EQ(with([](NodeConsent& c) { c.expires = kNow + 1; }), "");
  EXPECT_EQ(with([](NodeConsent& c) { c.text = ""; }), "consent");
  EXPECT_EQ(with([](NodeConsent& c) { c.language = ""; }), "consent");
}

TEST_F(NodeGateTest, NothingGoesToAStateFromWhichThePersonSeeksProtection) {
  sending_.protection.from_states = {"RO"};
  EXPECT_EQ(Forbidden(sending_), "");
  sending_.protection.from_states = {"BE", "RO"};
  EXPECT_EQ(Forbidden(sending_), "protection");
  // A suffix of the node's name does not make it another state.
  sending_.partner = "BE-TEST";
  EXPECT_EQ(Forbidden(sending_), "protection");
}

TEST_F(NodeGateTest, BothChecksAreMadeBySomebodyAndFresh) {
  const auto with = [&](auto change) {
    NodeSending sending = sending_;
    change(sending);
    return Forbidden(sending);
  };
  EXPECT_EQ(with([](NodeSending& s) { s.protection.made = false; }), "protection");
  EXPECT_EQ(with([](NodeSending& s) { s.protection.by = ""; }), "protection");
  EXPECT_EQ(with([](NodeSending& s) { s.protection.at = kNow + 1; }), "protection");
  EXPECT_EQ(with([](NodeSending& s) { s.protection.at = kNow - 31 * 86'400; }), "protection");
  EXPECT_EQ(with([](NodeSending& s) { s.risk.made = false; }), "risk");
  EXPECT_EQ(with([](NodeSending& s) { s.risk.by = ""; }), "risk");
  EXPECT_EQ(with([](NodeSending& s) { s.risk.at = kNow - 31 * 86'400; }), "risk");
  EXPECT_EQ(with([](NodeSending& s) { s.risk.risk_found = true; }), "risk");
}

TEST_F(NodeGateTest, AThirdCountryNeedsAGround) {
  for (const char* state : {"NO", "IS", "LI", "EL"}) {
    EXPECT_EQ(Forbidden(SyntheticSending(state, kNow)), "") << state;
  }
  for (const char* state : {"CH", "UK", "NG", "UA"}) {
    NodeSending sending = SyntheticSending(state, kNow);
    EXPECT_EQ(Forbidden(sending), "transfer_ground") << state;
    sending.transfer_ground = "adequacy";
    EXPECT_EQ(Forbidden(sending), "") << state;
    sending.transfer_ground = "because";
    EXPECT_EQ(Forbidden(sending), "transfer_ground") << state;
  }
}

TEST_F(NodeGateTest, FieldsAreChosenFromTheList) {
  const auto with = [&](std::vector<NodeField> fields) {
    NodeSending sending = sending_;
    sending.fields = std::move(fields);
    return Forbidden(sending);
  };
  EXPECT_EQ(with({}), "fields");
  EXPECT_EQ(with({{"hair", "red"}}), "fields");
  EXPECT_EQ(with({{"needs", "a"}, {"needs", "b"}}), "fields");
  for (const char* never :
       {"shelter", "protected_note", "interpreter", "residence", "group_identity"}) {
    EXPECT_EQ(with({{"needs", "a"}, {never, "x"}}), "fields") << never;
  }
}

TEST_F(NodeGateTest, TheMinimumNamesNobody) {
  const auto minimum = rules_.MinimumFields();
  EXPECT_THAT(minimum, ::testing::IsSupersetOf({"age_band", "needs", "languages"}));
  for (const char* identity : {"given_name", "family_name", "date_of_birth", "document",
                               "narrative", "safe_contact", "health"}) {
    EXPECT_THAT(minimum, ::testing::Not(::testing::Contains(identity)));
  }
}

}  // namespace
}  // namespace thb
