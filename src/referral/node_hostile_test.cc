// A hostile node, and one whose keys were stolen: what each tries is refused by its name, logged,
// and leaves nothing behind.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "referral/internal/node_testing.h"

namespace thb {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class NodeHostileTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    nl_ = TestNode::Make(GetParam(), "NL", 21);
    if (nl_ == nullptr && std::getenv("THB_TEST_POSTGRES") == nullptr) {
      GTEST_SKIP() << "THB_TEST_POSTGRES is not set";
    }
    be_ = TestNode::Make(GetParam(), "BE", 22);
    fr_ = TestNode::Make(GetParam(), "FR", 23);
    ASSERT_TRUE(nl_ != nullptr && be_ != nullptr && fr_ != nullptr);
    // FR is hostile, and a partner of both all the same.
    nl_->Trust(*be_, "/BE");
    nl_->Trust(*fr_, "/FR");
    be_->Trust(*nl_, "/NL");
    be_->Trust(*fr_, "/FR");
    fr_->Trust(*nl_, "/NL");
    fr_->Trust(*be_, "/BE");
  }

  std::string Send(TestNode& from, const std::string& to) {
    const auto sent = SendNodeReferral(from.work(), rules_, SyntheticSending(to, from.now));
    EXPECT_TRUE(sent.has_value()) << (sent ? "" : sent.error().ToLine());
    return sent.value_or("");
  }
  // Refused by this name, with this count in the log, and nothing stored.
  void ExpectRefused(TestNode& node, std::string_view bytes, NodeRefusal refusal) {
    const auto before = node.Rows();
    const std::string name(InfoOf(refusal).name);
    const int logged = node.Logged("node.refuse", name);
    const auto taken = node.Take(bytes);
    ASSERT_FALSE(taken.has_value()) << name;
    EXPECT_EQ(taken.error().code, InfoOf(refusal).code);
    EXPECT_EQ(taken.error().place, name);
    EXPECT_EQ(node.Rows(), before);
    EXPECT_EQ(node.Logged("node.refuse", name), logged + 1);
  }
  // A package that `from` signs by its own keys, whatever the header says otherwise.
  std::string Forge(TestNode& from, TestNode& to, NodeKind kind, NodeBody body,
                    std::int64_t sequence, const std::function<void(NodeHeader&)>& change = {}) {
    NodePackage package;
    package.header = {NewId(from.store->random),
                      kind,
                      from.name,
                      to.name,
                      from.identity().id,
                      to.identity().id,
                      sequence,
                      from.now,
                      from.now + kNodeLifetimeSeconds,
                      ""};
    package.body = std::move(body);
    if (change) change(package.header);
    const auto secret = OpenOwnKeys(from.work(), from.identity().id);
    const auto sealed = SealNodePackage(package, *secret, to.identity().keys, from.store->random);
    EXPECT_TRUE(sealed.has_value()) << (sealed ? "" : sealed.error().ToLine());
    return sealed ? sealed->bytes : "";
  }
  // Signature and text of a package, sealed anew to `to`.
  static std::string SealAnew(const TestNode& reader, std::string_view bytes, const TestNode& to) {
    const auto secret = OpenOwnKeys(reader.work(), reader.identity().id);
    const auto opened = OpenNodePackage(bytes, {{reader.identity().id, &*secret}});
    std::string frame = opened->signature;
    for (int shift = 24; shift >= 0; shift -= 8) {
      frame.push_back(static_cast<char>((opened->text.size() >> shift) & 0xff));
    }
    frame += opened->text;
    frame.resize(kNodePackageSizes[0] - 8 - 48, '\0');
    return "THBNODE1" +
           SealBytes(*DecodeBase64(to.identity().keys.sealing), frame, std::string(32, 's'));
  }
  static NodeReferral AnyReferral() {
    return {"assistance", false, "2026-05-04", "v1", "en", "", {{"needs", "Synthetic Person 2"}}};
  }

  NodeRules rules_ = NodeRules::Load().value();
  std::unique_ptr<TestNode> nl_;
  std::unique_ptr<TestNode> be_;
  std::unique_ptr<TestNode> fr_;
};

TEST_P(NodeHostileTest, AReplayStoresNothing) {
  Send(*nl_, "BE");
  const auto file = nl_->Deliver().at(0);
  ASSERT_TRUE(be_->Take(file).has_value());
  const auto before = be_->Rows();
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(be_->Take(file)->again);
  EXPECT_EQ(be_->Rows(), before);
  EXPECT_EQ(be_->Logged("node.take_again", ""), 5);
  // The id is known past the expiry, and then the package is refused before it is looked up.
  be_->now += kNodeLifetimeSeconds;
  ExpectRefused(*be_, file, NodeRefusal::kExpired);
}

TEST_P(NodeHostileTest, AnotherPackageUnderTheSameIdIsRefused) {
  const std::string id = "01hqsynthetic0000000000001";
  const auto same_id = [&](NodeHeader& header) { header.id = id; };
  ASSERT_TRUE(be_->Take(Forge(*fr_, *be_, NodeKind::kReferral, AnyReferral(), 1, same_id)));
  ExpectRefused(*be_, Forge(*fr_, *be_, NodeKind::kReferral, AnyReferral(), 2, same_id),
                NodeRefusal::kReusedId);
}

TEST_P(NodeHostileTest, ASubstitutedSenderIsNoticed) {
  // FR signs in the name of NL: by a key that is not pinned for NL.
  ExpectRefused(*be_,
                Forge(*fr_, *be_, NodeKind::kReferral, AnyReferral(), 1,
                      [&](NodeHeader& header) {
                        header.sender = "NL";
                        header.sender_key = NodeKeySetId(
                            {"NL", fr_->identity().keys.signing, fr_->identity().keys.sealing});
                      }),
                NodeRefusal::kUnknownSender);
}

TEST_P(NodeHostileTest, AChangedSignatureIsNoticed) {
  Send(*nl_, "BE");
  const auto file = nl_->Deliver().at(0);
  const auto secret = OpenOwnKeys(be_->work(), be_->identity().id);
  auto opened = OpenNodePackage(file, {{be_->identity().id, &*secret}});
  opened->signature[0] = static_cast<char>(opened->signature[0] ^ 1);
  std::string frame = opened->signature;
  for (int shift = 24; shift >= 0; shift -= 8) {
    frame.push_back(static_cast<char>((opened->text.size() >> shift) & 0xff));
  }
  frame += opened->text;
  frame.resize(kNodePackageSizes[0] - 8 - 48, '\0');
  ExpectRefused(*be_,
                "THBNODE1" + SealBytes(*DecodeBase64(be_->identity().keys.sealing), frame,
                                       std::string(32, 's')),
                NodeRefusal::kBadSignature);
}

TEST_P(NodeHostileTest, WhatWasMeantForAnotherIsRefused) {
  // NL sends to FR, which hands signature and text on to BE.
  Send(*nl_, "FR");
  const auto file = nl_->Deliver().at(0);
  ExpectRefused(*be_, SealAnew(*fr_, file, *be_), NodeRefusal::kWrongRecipient);
  // As it is, BE cannot even open it.
  ExpectRefused(*be_, file, NodeRefusal::kNotSealedToUs);
}

TEST_P(NodeHostileTest, AForgedAcknowledgementIsRefused) {
  const std::string id = Send(*nl_, "BE");
  const std::string hash = FindOutbox(*nl_->store->database, id).value()->hash;
  nl_->Deliver();
  std::int64_t sequence = 0;
  const auto forged = [&](const std::string& package, const std::string& of, NodeKind kind,
                          const std::string& outcome) {
    return Forge(*fr_, *nl_, kind, NodeAnswer{package, of, outcome, ""}, ++sequence);
  };
  // Of another partner, although it knows id and hash; of what was never sent; with another hash.
  ExpectRefused(*nl_, forged(id, hash, NodeKind::kReceived, "stored"), NodeRefusal::kForgedAnswer);
  ExpectRefused(*nl_, forged(id, hash, NodeKind::kAccepted, ""), NodeRefusal::kForgedAnswer);
  const std::string to_fr = Send(*nl_, "FR");
  nl_->Deliver();
  ExpectRefused(*nl_, forged(to_fr, std::string(64, '0'), NodeKind::kReceived, "stored"),
                NodeRefusal::kForgedAnswer);
  ExpectRefused(*nl_, forged("01hqsynthetic0000000000009", hash, NodeKind::kCompleted, ""),
                NodeRefusal::kForgedAnswer);
  ExpectRefused(*nl_,
                forged(to_fr, FindOutbox(*nl_->store->database, to_fr).value()->hash,
                       NodeKind::kErasureAnswer, "erased"),
                NodeRefusal::kForgedAnswer);
  EXPECT_EQ(FindOutbox(*nl_->store->database, id).value()->state, "sent");
}

TEST_P(NodeHostileTest, AnotherNodesReferralCannotBeWithdrawn) {
  const std::string id = Send(*nl_, "BE");
  ASSERT_TRUE(be_->Take(nl_->Deliver().at(0)).has_value());
  const std::string hash = FindInbox(*be_->store->database, "NL", id).value()->hash;
  ASSERT_TRUE(be_->Take(Forge(*fr_, *be_, NodeKind::kWithdrawn, NodeAnswer{id, hash, "", ""}, 1)));
  EXPECT_EQ(FindInbox(*be_->store->database, "NL", id).value()->state, "taken");
}

TEST_P(NodeHostileTest, AnAnswerOutOfTurnIsRefused) {
  const std::string id = Send(*nl_, "FR");
  const std::string hash = FindOutbox(*nl_->store->database, id).value()->hash;
  nl_->Deliver();
  ExpectRefused(*nl_, Forge(*fr_, *nl_, NodeKind::kCompleted, NodeAnswer{id, hash, "", ""}, 1),
                NodeRefusal::kWrongState);
  ASSERT_TRUE(nl_->Take(Forge(*fr_, *nl_, NodeKind::kDeclined, NodeAnswer{id, hash, "x", ""}, 2)));
  ExpectRefused(*nl_, Forge(*fr_, *nl_, NodeKind::kAccepted, NodeAnswer{id, hash, "", ""}, 3),
                NodeRefusal::kWrongState);
}

TEST_P(NodeHostileTest, TruncatedOversizedAndStrangeFilesAreRefused) {
  Send(*nl_, "BE");
  const auto file = nl_->Deliver().at(0);
  ExpectRefused(*be_, file.substr(0, file.size() / 2), NodeRefusal::kTruncated);
  ExpectRefused(*be_, file.substr(0, file.size() - 1), NodeRefusal::kTruncated);
  ExpectRefused(*be_, "", NodeRefusal::kTruncated);
  ExpectRefused(*be_, std::string(kMaxNodePackageBytes + 1, 'x'), NodeRefusal::kOversize);
  ExpectRefused(*be_, std::string(kMaxNodePackageBytes, 'x'), NodeRefusal::kMalformed);
  ASSERT_TRUE(be_->Take(file).has_value());
}

TEST_P(NodeHostileTest, ClocksThatAreWrongAreNoticed) {
  Send(*nl_, "BE");
  const auto file = nl_->Deliver().at(0);
  be_->now = nl_->now - kMaxNodeClockSkewSeconds - 1;
  ExpectRefused(*be_, file, NodeRefusal::kFromTheFuture);
  be_->now = nl_->now + kNodeLifetimeSeconds;
  ExpectRefused(*be_, file, NodeRefusal::kExpired);
  be_->now = nl_->now - kMaxNodeClockSkewSeconds;
  ASSERT_TRUE(be_->Take(file).has_value());
}

TEST_P(NodeHostileTest, NumbersNeverGoBack) {
  ASSERT_TRUE(be_->Take(Forge(*fr_, *be_, NodeKind::kReferral, AnyReferral(), 9)).has_value());
  for (const std::int64_t sequence : {9, 8, 1}) {
    const auto bytes = Forge(*fr_, *be_, NodeKind::kReferral, AnyReferral(), sequence);
    const auto taken = be_->Take(bytes);
    ASSERT_FALSE(taken.has_value());
    EXPECT_EQ(RefusalOf(taken.error()), NodeRefusal::kOutOfSequence);
  }
  EXPECT_THAT(LoadNodeReferrals(*be_->store->database).value(), SizeIs(1));
  EXPECT_EQ(be_->Logged("node.refuse", "out_of_sequence"), 3);
}

TEST_P(NodeHostileTest, AnUnconfirmedKeyIsNoKey) {
  auto it = TestNode::Make(GetParam(), "IT", 24);
  it->Trust(*be_, "/BE");
  const auto added = AddNodePartner(be_->work(), it->identity().keys, "/IT");
  ASSERT_TRUE(added.has_value());
  ExpectRefused(*be_, Forge(*it, *be_, NodeKind::kReferral, AnyReferral(), 1),
                NodeRefusal::kUnconfirmedKey);
  EXPECT_EQ(SendNodeReferral(be_->work(), rules_, SyntheticSending("IT", be_->now)).error().code,
            ErrorCode::kForbidden);
  // One person is not two; a wrong fingerprint confirms nothing.
  const std::string fingerprint = NodeFingerprint(it->identity().keys);
  ASSERT_TRUE(ConfirmNodeKeys(be_->work(), "IT", fingerprint, "synthetic-officer-1").has_value());
  EXPECT_EQ(ConfirmNodeKeys(be_->work(), "IT", fingerprint, "synthetic-officer-1").error().code,
            ErrorCode::kConflict);
  EXPECT_EQ(ConfirmNodeKeys(be_->work(), "IT", NodeFingerprint(fr_->identity().keys),
                            "synthetic-officer-2")
                .error()
                .code,
            ErrorCode::kNotFound);
  ExpectRefused(*be_, Forge(*it, *be_, NodeKind::kReferral, AnyReferral(), 1),
                NodeRefusal::kUnconfirmedKey);
  ASSERT_TRUE(ConfirmNodeKeys(be_->work(), "IT", fingerprint, "synthetic-officer-2").has_value());
  EXPECT_TRUE(be_->Take(Forge(*it, *be_, NodeKind::kReferral, AnyReferral(), 1)).has_value());
}

TEST_P(NodeHostileTest, AnIdentityFileThatWasChangedIsRefused) {
  const std::string file = WriteNodeIdentity(fr_->identity().keys);
  EXPECT_EQ(ReadNodeIdentity(file, "fr.json").value(), fr_->identity().keys);
  std::string other = file;
  const std::string theirs = fr_->identity().keys.sealing;
  other.replace(other.find(theirs), theirs.size(), be_->identity().keys.sealing);
  EXPECT_EQ(ReadNodeIdentity(other, "fr.json").error().code, ErrorCode::kIntegrity);
  EXPECT_FALSE(ReadNodeIdentity("[]", "fr.json").has_value());
  EXPECT_EQ(ReadNodeIdentity(std::string(5'000, ' '), "fr.json").error().code, ErrorCode::kLimit);
  EXPECT_EQ(AddNodePartner(be_->work(), fr_->identity().keys, "/FR").error().code,
            ErrorCode::kConflict);
  for (const char* address : {"http://fr.example/node/v1/packages", "ftp://x", "folder", ""}) {
    EXPECT_EQ(SetNodeAddress(be_->work(), "FR", address).error().code, ErrorCode::kBadValue);
  }
}

TEST_P(NodeHostileTest, AKeyChangeIsUsedOnlyWhenTwoPeopleHaveConfirmedIt) {
  const std::string old = nl_->identity().id;
  const std::string stolen = [&] {  // what somebody signs who stole the old key
    return Forge(*nl_, *be_, NodeKind::kReferral, AnyReferral(), 1'000);
  }();
  const auto carry = [](TestNode& from, TestNode& to) {
    for (const std::string& bytes : from.Deliver()) (void)to.Take(bytes);
  };
  ASSERT_TRUE(ChangeNodeKeys(nl_->work()).has_value());
  carry(*nl_, *be_);
  EXPECT_THAT(be_->Notices(), Contains("key_offered"));
  // Until then the old key goes on, both ways.
  Send(*nl_, "BE");
  Send(*be_, "NL");
  carry(*nl_, *be_);
  carry(*be_, *nl_);
  EXPECT_THAT(LoadNodeReferrals(*be_->store->database).value(), SizeIs(1));
  be_->Confirm(nl_->identity().keys);
  EXPECT_THAT(be_->Notices(), Not(Contains("key_offered")));
  carry(*be_, *nl_);
  Send(*nl_, "BE");
  Send(*be_, "NL");
  carry(*nl_, *be_);
  carry(*be_, *nl_);
  EXPECT_THAT(LoadNodeReferrals(*be_->store->database).value(), SizeIs(2));
  EXPECT_THAT(LoadNodeReferrals(*nl_->store->database).value(), SizeIs(2));
  // The old key is over at BE, although FR has not confirmed the new one yet.
  EXPECT_EQ(RefusalOf(be_->Take(stolen).error()), NodeRefusal::kOldKey);
  EXPECT_EQ(FindKeySet(*be_->store->database, old).value()->state, NodeKeyState::kRetired);
  EXPECT_EQ(FindKeySet(*nl_->store->database, old).value()->state, NodeKeyState::kActive);
  // What FR has not answered comes again.
  nl_->now += kNodeResendSeconds;
  fr_->now = nl_->now;
  carry(*nl_, *fr_);
  fr_->Confirm(nl_->identity().keys);
  carry(*fr_, *nl_);
  EXPECT_EQ(FindKeySet(*nl_->store->database, old).value()->state, NodeKeyState::kRetired);
}

TEST_P(NodeHostileTest, AStolenKeyCannotOpenTheDoorToAnother) {
  // Who has NL's key announces a key of its own: it stays unconfirmed.
  const auto attacker = NewNodeKeys(SeededRandom(99));
  const NodePublicKeys keys = PublicKeysOf("NL", attacker);
  ASSERT_TRUE(be_->Take(Forge(*nl_, *be_, NodeKind::kKeyChange, NodeKeyChange{keys}, 50)));
  EXPECT_EQ(FindKeySet(*be_->store->database, NodeKeySetId(keys)).value()->state,
            NodeKeyState::kOffered);
  Send(*be_, "NL");
  EXPECT_TRUE(nl_->Take(be_->Deliver().at(1)).has_value());  // still sealed to the pinned key
  // A key change for another node is no key change.
  ExpectRefused(
      *be_, Forge(*fr_, *be_, NodeKind::kKeyChange, NodeKeyChange{PublicKeysOf("NL", attacker)}, 1),
      NodeRefusal::kMalformed);
}

TEST_P(NodeHostileTest, ARevokedKeyIsNeverUsedAgainAndAllUnderItIsListed) {
  const std::string taken = Send(*nl_, "BE");
  ASSERT_TRUE(be_->Take(nl_->Deliver().at(0)).has_value());
  const std::string waiting = Send(*be_, "NL");
  const std::string set = nl_->identity().id;
  const auto later = Forge(*nl_, *be_, NodeKind::kReferral, AnyReferral(), 100);
  ASSERT_TRUE(RevokeNodeKeys(nl_->work(), set, "compromised").has_value());
  const auto revocations = nl_->Deliver();
  ASSERT_THAT(revocations, SizeIs(2));  // to BE and to FR, signed by the key itself
  for (const std::string& bytes : revocations) {
    if (be_->Take(bytes).has_value()) continue;
    EXPECT_TRUE(fr_->Take(bytes).has_value());
  }
  EXPECT_THAT(be_->Notices(), Contains("key_revoked"));
  EXPECT_THAT(be_->Notices(), Contains("stopped"));
  ExpectRefused(*be_, later, NodeRefusal::kRevokedKey);
  EXPECT_EQ(FindOutbox(*be_->store->database, waiting).value()->state, "stopped");
  EXPECT_EQ(FindOutbox(*be_->store->database, waiting).value()->bytes, "");
  EXPECT_EQ(SendNodeReferral(be_->work(), rules_, SyntheticSending("NL", be_->now)).error().code,
            ErrorCode::kForbidden);
  std::vector<std::string> under;
  const auto all_package = PackagesUnderKey(*be_->store->database, set).value();
  for (const NodeUnderKey& package : all_package) {
    under.push_back(package.package);
  }
  EXPECT_THAT(under, Contains(taken));
  EXPECT_THAT(under, Contains(waiting));
  // New keys are pinned by hand, and then everything goes on.
  ASSERT_TRUE(ChangeNodeKeys(nl_->work()).has_value());
  ASSERT_TRUE(AddNodePartner(be_->work(), nl_->identity().keys, "/NL").has_value());
  be_->Confirm(nl_->identity().keys);
  Send(*nl_, "BE");
  EXPECT_TRUE(be_->Take(nl_->Deliver().at(0)).has_value());
}

TEST_P(NodeHostileTest, NobodyRevokesTheKeyOfAnother) {
  ExpectRefused(*be_,
                Forge(*fr_, *be_, NodeKind::kKeyRevocation,
                      NodeKeyRevocation{nl_->identity().id, "compromised"}, 1),
                NodeRefusal::kForgedAnswer);
  const auto listed = RevokePartnerKeys(be_->work(), fr_->identity().id);
  ASSERT_TRUE(listed.has_value());
  ExpectRefused(*be_, Forge(*fr_, *be_, NodeKind::kReferral, AnyReferral(), 2),
                NodeRefusal::kRevokedKey);
  EXPECT_EQ(RevokePartnerKeys(be_->work(), be_->identity().id).error().code, ErrorCode::kNotFound);
}

TEST_P(NodeHostileTest, AFloodDoesNotFillTheLog) {
  const std::string garbage(kNodePackageSizes[0], 'g');
  for (int i = 0; i < kMaxNodeRefusalsLogged + 20; ++i) EXPECT_FALSE(be_->Take(garbage));
  EXPECT_EQ(be_->Logged("node.refuse", "malformed"), kMaxNodeRefusalsLogged);
  const auto counts = RecentNodeRefusals(*be_->store->database, be_->now).value();
  ASSERT_THAT(counts, SizeIs(1));
  EXPECT_EQ(counts[0].packages, kMaxNodeRefusalsLogged + 20);
}

INSTANTIATE_TEST_SUITE_P(Both, NodeHostileTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
