#include "referral/node_package.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include "base/random.h"
#include "base/text.h"
#include "referral/internal/node_bytes.h"

namespace thb {
namespace {

constexpr Instant kNow = 1'780'000'000;

RandomBytes SeededBytes(std::uint64_t seed) {
  return [random = Random(seed)](std::size_t count) mutable {
    std::string bytes(count, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.Below(256));
    return bytes;
  };
}

// A node with its keys.
struct Party {
  Party(std::string node, std::uint64_t seed)
      : secret(NewNodeKeys(SeededBytes(seed))), keys(PublicKeysOf(node, secret)) {}
  std::string id() const { return NodeKeySetId(keys); }
  std::vector<OwnNodeKeys> own() const { return {{id(), &secret}}; }
  NodeSecretKeys secret;
  NodePublicKeys keys;
};

class NodePackageTest : public ::testing::Test {
 protected:
  NodePackage Referral() const {
    NodePackage package;
    package.header = {
        "01hqreferral00000000000001", NodeKind::kReferral, "NL", "BE", nl_.id(), be_.id(), 7, kNow,
        kNow + kNodeLifetimeSeconds};
    package.body = NodeReferral{"assistance",
                                true,
                                "2026-05-04",
                                "cross_border.v1",
                                "ro",
                                "",
                                {{"age_band", "adult"}, {"needs", "shelter, \"ăîș\"\nsafe"}}};
    return package;
  }
  std::string Sealed(const NodePackage& package) const {
    auto sealed = SealNodePackage(package, nl_.secret, be_.keys, SeededBytes(5));
    EXPECT_TRUE(sealed.has_value()) << (sealed ? "" : sealed.error().ToLine());
    return sealed ? sealed->bytes : std::string();
  }
  // Signs and seals any text, as a hostile program can.
  std::string SealedText(std::string_view text, std::string_view padding = "\0") const {
    const std::string message = std::string("thb-node-package-1") + '\0' + std::string(text);
    std::string frame = SignBytes(nl_.secret.signing, message);
    for (int shift = 24; shift >= 0; shift -= 8) {
      frame.push_back(static_cast<char>((text.size() >> shift) & 0xff));
    }
    frame += text;
    frame += padding;
    frame.resize(kNodePackageSizes[0] - 8 - crypto_box_SEALBYTES, '\0');
    return "THBNODE1" + SealBytes(*DecodeBase64(be_.keys.sealing), frame, std::string(32, 'e'));
  }
  NodeRefusal RefusalOfBytes(std::string_view bytes) const {
    const auto opened = OpenNodePackage(bytes, be_.own());
    if (opened) {
      ADD_FAILURE() << "was opened";
      return {};
    }
    return RefusalOf(opened.error()).value();
  }
  NodeRefusal RefusalOfText(std::string_view text) const {
    return RefusalOfBytes(SealedText(text));
  }

  Party nl_{"NL", 1};
  Party be_{"BE", 2};
  Party hostile_{"NL", 3};
};

TEST_F(NodePackageTest, WhatIsSealedIsOpenedVerifiedAndEqual) {
  const NodePackage sent = Referral();
  const auto sealed = SealNodePackage(sent, nl_.secret, be_.keys, SeededBytes(5));
  ASSERT_TRUE(sealed.has_value());
  EXPECT_EQ(sealed->bytes.size(), kNodePackageSizes[0]);
  const auto opened = OpenNodePackage(sealed->bytes, be_.own());
  ASSERT_TRUE(opened.has_value()) << opened.error().ToLine();
  EXPECT_EQ(opened->package, sent);
  EXPECT_EQ(opened->hash, sealed->hash);
  EXPECT_EQ(opened->opened_by, be_.id());
  EXPECT_TRUE(VerifyNodeSignature(*opened, nl_.keys).has_value());
  EXPECT_TRUE(CheckNodeDelivery(*opened, "BE", kNow).has_value());
}

TEST_F(NodePackageTest, EveryKindSurvivesTheWay) {
  const NodeAnswer answer{"01hqreferral00000000000001", std::string(64, 'a'), "", "a note"};
  for (const char* name : {"received", "accepted", "declined", "done", "withdrawn",
                           "erasure_answer", "key_change", "key_revocation"}) {
    NodePackage package = Referral();
    package.header.kind = FindNodeKind(name).value();
    package.body = answer;
    if (package.header.kind == NodeKind::kReceived)
      std::get<NodeAnswer>(package.body).outcome = "stored";
    if (package.header.kind == NodeKind::kErasureAnswer) {
      std::get<NodeAnswer>(package.body).outcome = "kept";
    }
    if (package.header.kind == NodeKind::kKeyChange) package.body = NodeKeyChange{nl_.keys};
    if (package.header.kind == NodeKind::kKeyRevocation) {
      package.body = NodeKeyRevocation{nl_.id(), "compromised"};
    }
    const auto opened = OpenNodePackage(Sealed(package), be_.own());
    ASSERT_TRUE(opened.has_value()) << name;
    EXPECT_EQ(opened->package, package);
  }
}

TEST_F(NodePackageTest, SizesTellNothingBetweenThem) {
  NodePackage answer = Referral();
  answer.header.kind = NodeKind::kCompleted;
  answer.body = NodeAnswer{answer.header.id, std::string(64, '0'), "", ""};
  EXPECT_EQ(Sealed(answer).size(), Sealed(Referral()).size());
  for (const std::size_t size : {std::size_t{15'000}, std::size_t{20'000}}) {
    NodePackage large = Referral();
    std::get<NodeReferral>(large.body).fields[0].value = std::string(size, 'x');
    EXPECT_EQ(Sealed(large).size(), kNodePackageSizes[size > 15'000 ? 1 : 0]);
  }
  NodePackage too_large = Referral();
  for (int i = 0; i < 60; ++i) {
    std::get<NodeReferral>(too_large.body).fields.push_back({"notes", std::string(20'000, 'x')});
  }
  const auto refused = SealNodePackage(too_large, nl_.secret, be_.keys, SeededBytes(5));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kLimit);
}

TEST_F(NodePackageTest, NothingOfTheTextIsInTheFile) {
  const std::string bytes = Sealed(Referral());
  for (const char* clear : {"adult", "NL", "referral", "01hqreferral"}) {
    // "NL" may occur by chance in 16 KiB; the header would have it in quotes.
    EXPECT_EQ(bytes.find('"' + std::string(clear) + '"'), std::string::npos) << clear;
  }
}

TEST_F(NodePackageTest, AnyChangedByteIsNoticed) {
  const std::string bytes = Sealed(Referral());
  for (std::size_t at = 0; at < bytes.size(); at += 97) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    const NodeRefusal refusal = RefusalOfBytes(changed);
    EXPECT_EQ(refusal, at < 8 ? NodeRefusal::kMalformed : NodeRefusal::kNotSealedToUs);
  }
}

TEST_F(NodePackageTest, TruncationAndOversizeAreRefusedBeforeAnythingIsOpened) {
  const std::string bytes = Sealed(Referral());
  EXPECT_EQ(RefusalOfBytes(bytes.substr(0, bytes.size() - 1)), NodeRefusal::kTruncated);
  EXPECT_EQ(RefusalOfBytes(""), NodeRefusal::kTruncated);
  EXPECT_EQ(RefusalOfBytes(bytes + std::string(kNodePackageSizes[1] - bytes.size(), '\0')),
            NodeRefusal::kNotSealedToUs);
  EXPECT_EQ(RefusalOfBytes(std::string(kMaxNodePackageBytes + 1, 'x')), NodeRefusal::kOversize);
}

TEST_F(NodePackageTest, AnotherSignerIsNoticed) {
  NodePackage package = Referral();
  package.header.sender_key = hostile_.id();
  const auto sealed = SealNodePackage(package, hostile_.secret, be_.keys, SeededBytes(5));
  ASSERT_TRUE(sealed.has_value());
  auto opened = OpenNodePackage(sealed->bytes, be_.own());
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(RefusalOf(VerifyNodeSignature(*opened, nl_.keys).error()), NodeRefusal::kBadSignature);
  // Nor does the pinned key's name help, where the signature is another's.
  package.header.sender_key = nl_.id();
  EXPECT_EQ(SealNodePackage(package, hostile_.secret, be_.keys, SeededBytes(5)).error().code,
            ErrorCode::kInternal);
  auto genuine = OpenNodePackage(Sealed(Referral()), be_.own());
  genuine->text.back() = ' ';
  EXPECT_EQ(RefusalOf(VerifyNodeSignature(*genuine, nl_.keys).error()), NodeRefusal::kBadSignature);
}

TEST_F(NodePackageTest, SealingAnewToAnotherIsNoticed) {
  // BE opens what NL sent it and seals signature and text to FR.
  const Party fr("FR", 9);
  const auto opened = OpenNodePackage(Sealed(Referral()), be_.own());
  std::string frame = opened->signature;
  const std::size_t length = opened->text.size();
  for (int shift = 24; shift >= 0; shift -= 8) {
    frame.push_back(static_cast<char>((length >> shift) & 0xff));
  }
  frame += opened->text;
  frame.resize(kNodePackageSizes[0] - 8 - crypto_box_SEALBYTES, '\0');
  const std::string moved =
      "THBNODE1" + SealBytes(*DecodeBase64(fr.keys.sealing), frame, std::string(32, 's'));
  const auto at_fr = OpenNodePackage(moved, fr.own());
  ASSERT_TRUE(at_fr.has_value());
  EXPECT_TRUE(VerifyNodeSignature(*at_fr, nl_.keys).has_value());
  EXPECT_EQ(RefusalOf(CheckNodeDelivery(*at_fr, "FR", kNow).error()), NodeRefusal::kWrongRecipient);
  // Nor does it pass where the other node has the name, but another key.
  EXPECT_EQ(RefusalOf(CheckNodeDelivery(*at_fr, "BE", kNow).error()), NodeRefusal::kWrongRecipient);
}

TEST_F(NodePackageTest, ClocksMayDifferByTenMinutes) {
  const auto opened = OpenNodePackage(Sealed(Referral()), be_.own());
  EXPECT_TRUE(CheckNodeDelivery(*opened, "BE", kNow - kMaxNodeClockSkewSeconds).has_value());
  EXPECT_EQ(
      RefusalOf(CheckNodeDelivery(*opened, "BE", kNow - kMaxNodeClockSkewSeconds - 1).error()),
      NodeRefusal::kFromTheFuture);
  EXPECT_TRUE(CheckNodeDelivery(*opened, "BE", kNow + kNodeLifetimeSeconds - 1).has_value());
  EXPECT_EQ(RefusalOf(CheckNodeDelivery(*opened, "BE", kNow + kNodeLifetimeSeconds).error()),
            NodeRefusal::kExpired);
}

TEST_F(NodePackageTest, OneTextForOnePackage) {
  const std::string text = EncodeNodePackage(Referral()).value();
  EXPECT_TRUE(OpenNodePackage(SealedText(text), be_.own()).has_value());
  for (const std::string& other :
       {" " + text, ReplaceAll(text, "\"urgent\":true", "\"urgent\": true"),
        ReplaceAll(text, "\"urgent\":true", "\"urgent\":true,\"urgent\":true"),
        ReplaceAll(text, "\"urgent\":true", "\"urgent\":true,\"more\":1"),
        ReplaceAll(text, "\"urgent\":true,", ""),
        ReplaceAll(text, "\"sequence\":7", "\"sequence\":7.0"),
        ReplaceAll(text, "\"sequence\":7", "\"sequence\":0"),
        ReplaceAll(text, "\"sequence\":7", "\"sequence\":99999999999999999999"),
        ReplaceAll(text, "\"sender\":\"NL\"", "\"sender\":\"BE\""),
        ReplaceAll(text, "\"sender\":\"NL\"", "\"sender\":\"nl\""),
        ReplaceAll(text, "2026-05-04", "2026-05-04T00:00:00Z"),
        ReplaceAll(text, "\"kind\":\"referral\"", "\"kind\":\"done\""),
        ReplaceAll(text, "\"kind\":\"referral\"", "\"kind\":\"gift\""),
        ReplaceAll(text, "\"name\":\"age_band\"", "\"name\":\"Age Band\""), std::string("{}x"),
        std::string(100, '['), std::string()}) {
    const NodeRefusal refusal = RefusalOfText(other);
    EXPECT_TRUE(refusal == NodeRefusal::kMalformed || refusal == NodeRefusal::kSchema) << other;
  }
  EXPECT_EQ(RefusalOfText(ReplaceAll(text, "\"schema\":1", "\"schema\":2")), NodeRefusal::kSchema);
  EXPECT_EQ(RefusalOfText(ReplaceAll(text, "\"expires\":\"2026", "\"expires\":\"2029")),
            NodeRefusal::kLifetime);
  EXPECT_EQ(RefusalOfText(ReplaceAll(text, "\"expires\":\"2026", "\"expires\":\"2020")),
            NodeRefusal::kLifetime);
}

TEST_F(NodePackageTest, NothingHidesBehindTheText) {
  const std::string text = EncodeNodePackage(Referral()).value();
  EXPECT_EQ(RefusalOfBytes(SealedText(text, "hidden")), NodeRefusal::kMalformed);
}

TEST_F(NodePackageTest, AnInventedOutcomeIsNoAcknowledgement) {
  NodePackage package = Referral();
  package.header.kind = NodeKind::kReceived;
  package.body = NodeAnswer{package.header.id, std::string(64, '0'), "probably", ""};
  EXPECT_FALSE(EncodeNodePackage(package).has_value());
}

TEST_F(NodePackageTest, AFingerprintIsReadAloudInGroups) {
  const std::string fingerprint = NodeFingerprint(nl_.keys);
  EXPECT_THAT(fingerprint, ::testing::MatchesRegex("([0-9][0-9][0-9][0-9][0-9] ){11}[0-9]{5}"));
  EXPECT_TRUE(IsSameNodeFingerprint(fingerprint, ReplaceAll(fingerprint, " ", "-\n")));
  EXPECT_FALSE(IsSameNodeFingerprint(fingerprint, NodeFingerprint(hostile_.keys)));
  EXPECT_FALSE(IsSameNodeFingerprint("", " "));
  // The name is part of it: the same keys under another name are another's.
  NodePublicKeys renamed = nl_.keys;
  renamed.node = "BE";
  EXPECT_FALSE(IsSameNodeFingerprint(fingerprint, NodeFingerprint(renamed)));
  EXPECT_NE(NodeKeySetId(renamed), nl_.id());
}

TEST_F(NodePackageTest, KeysThatAreNoneAreRefused) {
  EXPECT_TRUE(CheckNodePublicKeys(nl_.keys).has_value());
  NodePublicKeys keys = nl_.keys;
  keys.sealing = EncodeBase64(std::string(32, '\0'));  // of low order
  EXPECT_FALSE(CheckNodePublicKeys(keys).has_value());
  keys = nl_.keys;
  keys.signing = EncodeBase64(std::string(32, '\1'));
  EXPECT_FALSE(CheckNodePublicKeys(keys).has_value());
  keys = nl_.keys;
  keys.signing.pop_back();
  EXPECT_FALSE(CheckNodePublicKeys(keys).has_value());
  for (const char* name : {"", "N", "nl", "NL-", "NL_A", "NL-a", "NL-ABCDEFGHIJKLMNOPQ", "NLX"}) {
    EXPECT_FALSE(CheckNodeName(name).has_value()) << name;
  }
  EXPECT_TRUE(CheckNodeName("NL-TEST2").has_value());
  EXPECT_EQ(StateOfNode("NL-TEST2"), "NL");
}

TEST_F(NodePackageTest, EveryRefusalHasItsRow) {
  for (int i = 0; i <= static_cast<int>(NodeRefusal::kWrongState); ++i) {
    const auto refusal = static_cast<NodeRefusal>(i);
    EXPECT_EQ(InfoOf(refusal).refusal, refusal);
    EXPECT_EQ(RefusalOf(Refuse(refusal).value()), refusal);
  }
  EXPECT_FALSE(RefusalOf({ErrorCode::kDatabase, "disk full", "node.db", ""}).has_value());
}

}  // namespace
}  // namespace thb
