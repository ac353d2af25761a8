// Two nodes with real servers: packages go out over HTTP and over TLS, and are taken from the
// folder in which the server left them.

#include "api/node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "base/files.h"
#include "base/process.h"
#include "http/client.h"
#include "http/server.h"
#include "referral/node_delivery.h"
#include "store/testing.h"

namespace thb {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// A node with database, server and folder.
struct ServedNode {
  explicit ServedNode(const std::string& node, std::uint64_t seed)
      : name(node), store(TestStore::Make("sqlite")), folder(TemporaryDirectory::Make().value()) {
    store->random = SeededRandom(seed);
    EXPECT_TRUE(MakeNodeIdentity(work(), name).has_value());
    router = std::make_unique<Router>(
        Router::Make(NodeRoutes({folder.path(), SeededRandom(seed + 100)})).value());
    ServerOptions options;
    options.port = 0;
    server = Server::Start(std::move(options), *router).value();
  }
  std::string address() const {
    return "http://127.0.0.1:" + std::to_string(server->port()) + kNodePackagesPath;
  }
  NodeWork work() const {
    return {*store->database, *store->vault, *store->log, "operator", now, store->random, {}};
  }
  void Trust(const ServedNode& other) {
    const NodePublicKeys keys = LoadNodeIdentity(*other.store->database)->keys;
    ASSERT_TRUE(AddNodePartner(work(), keys, other.address()).has_value());
    for (const char* person : {"synthetic-officer-1", "synthetic-officer-2"}) {
      ASSERT_TRUE(ConfirmNodeKeys(work(), keys.node, NodeFingerprint(keys), person).has_value());
    }
  }
  NodeDelivery Deliver() const {
    const auto delivery =
        DeliverNodePackages(work(), [](const std::string& to, std::string_view bytes) {
          const auto status = PostBytes(to, kNodePackageType, bytes, {});
          if (!status) return Result<void>(tl::make_unexpected(status.error()));
          if (*status != 202) return Result<void>(Fail(ErrorCode::kIo, "refused", to));
          return Result<void>();
        });
    EXPECT_TRUE(delivery.has_value()) << (delivery ? "" : delivery.error().ToLine());
    return delivery.value_or(NodeDelivery{});
  }
  NodeIntake TakeAll() const {
    const auto intake = TakeNodeFolder(work(), folder.path());
    EXPECT_TRUE(intake.has_value()) << (intake ? "" : intake.error().ToLine());
    return intake.value_or(NodeIntake{});
  }
  std::size_t Files() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
      (void)entry;
      ++count;
    }
    return count;
  }

  std::string name;
  Instant now = 1'780'000'000;
  std::unique_ptr<TestStore> store;
  TemporaryDirectory folder;
  std::unique_ptr<Router> router;
  std::unique_ptr<Server> server;
};

NodeSending SyntheticSending(const std::string& state, Instant now) {
  NodeSending sending;
  sending.partner = state;
  sending.record = "record-of-synthetic-person-1";
  sending.purpose = "assistance";
  sending.consent = {true, false, state, "assistance", "v1", "ro", now - 60, std::nullopt};
  sending.protection = {true, "synthetic-officer-1", now - 60, {}};
  sending.risk = {true, "synthetic-officer-1", now - 60, false};
  sending.fields = {{"needs", "Synthetic Person 1 needs a place"}};
  return sending;
}

class NodeServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    nl_.Trust(be_);
    be_.Trust(nl_);
  }
  std::string Send() {
    return SendNodeReferral(nl_.work(), rules_, SyntheticSending("BE", nl_.now)).value();
  }
  NodeRules rules_ = NodeRules::Load().value();
  ServedNode nl_{"NL", 31};
  ServedNode be_{"BE", 32};
};

TEST_F(NodeServerTest, AReferralAndItsAnswersTravelByHttp) {
  const std::string id = Send();
  EXPECT_EQ(nl_.Deliver().delivered, 1);
  EXPECT_EQ(be_.Files(), 1u);
  const NodeIntake intake = be_.TakeAll();
  ASSERT_THAT(intake.taken, SizeIs(1));
  EXPECT_EQ(intake.taken[0].id, id);
  EXPECT_EQ(be_.Files(), 0u);
  ASSERT_TRUE(AnswerNodeReferral(be_.work(), "NL", id, NodeKind::kAccepted, "", "").has_value());
  EXPECT_EQ(be_.Deliver().delivered, 2);
  EXPECT_THAT(nl_.TakeAll().taken, SizeIs(2));
  const auto sent = LoadNodeSent(*nl_.store->database).value();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].state, "acknowledged");
  EXPECT_EQ(sent[0].answer, "accepted");
}

TEST_F(NodeServerTest, AFolderIsTakenInTheOrderOfTheNumbers) {
  for (int i = 0; i < 12; ++i) Send();
  EXPECT_EQ(nl_.Deliver().delivered, 12);
  const NodeIntake intake = be_.TakeAll();
  EXPECT_THAT(intake.taken, SizeIs(12));
  EXPECT_THAT(intake.refused, IsEmpty());
}

TEST_F(NodeServerTest, TheAnswerIsTheSameForEverything) {
  Send();
  std::string genuine;
  (void)DeliverNodePackages(nl_.work(), [&](const std::string&, std::string_view bytes) {
    genuine = bytes;
    return Result<void>(Fail(ErrorCode::kIo, "not now"));
  });
  ASSERT_FALSE(genuine.empty());
  for (const std::string& body : {genuine, std::string(genuine.size(), 'x'), std::string("short"),
                                  std::string(), genuine.substr(1)}) {
    EXPECT_EQ(PostBytes(be_.address(), kNodePackageType, body, {}).value(), 202);
  }
  // What is of no size that a package has is not even kept.
  EXPECT_EQ(be_.Files(), 2u);
  EXPECT_EQ(PostBytes(be_.address(), "text/plain", genuine, {}).value(), 415);
  EXPECT_EQ(
      PostBytes(be_.address(), kNodePackageType, std::string(kMaxNodePackageBytes + 1, 'x'), {})
          .value(),
      413);
  const NodeIntake intake = be_.TakeAll();
  EXPECT_THAT(intake.taken, SizeIs(1));
  EXPECT_THAT(intake.refused, SizeIs(1));
  EXPECT_EQ(be_.Files(), 0u);
}

TEST_F(NodeServerTest, APartnerThatCannotBeReachedKeepsItsPackagesWaiting) {
  const std::string id = Send();
  be_.server->Stop(0);
  const NodeDelivery delivery = nl_.Deliver();
  EXPECT_EQ(delivery.delivered, 0);
  ASSERT_THAT(delivery.failed, SizeIs(1));
  EXPECT_EQ(LoadNodeSent(*nl_.store->database).value().at(0).state, "waiting");
}

TEST_F(NodeServerTest, AFullFolderIsSaidAndNothingIsLost) {
  // Links to one file are quick to make, and files all the same.
  const std::string first = be_.folder.path() + "/0" + std::string(kNodeFileEnding);
  ASSERT_TRUE(WriteFile(first, "x").has_value());
  std::vector<std::string> links;
  for (std::size_t i = 1; i < kMaxNodeFilesWaiting; ++i) {
    links.push_back(be_.folder.path() + "/" + std::to_string(i) + std::string(kNodeFileEnding));
    std::filesystem::create_hard_link(first, links.back());
  }
  Send();
  EXPECT_THAT(nl_.Deliver().failed, SizeIs(1));
  for (const std::string& link : links) std::filesystem::remove(link);
  EXPECT_EQ(nl_.Deliver().delivered, 1);
  const NodeIntake intake = be_.TakeAll();
  EXPECT_THAT(intake.taken, SizeIs(1));
  EXPECT_THAT(intake.refused, SizeIs(1));
}

TEST_F(NodeServerTest, LinksFoldersAndStrangersInTheFolderAreLeftAlone) {
  const std::string folder = be_.folder.path();
  std::filesystem::create_symlink("/etc/hostname", folder + "/link.thbnode");
  std::filesystem::create_directory(folder + "/folder.thbnode");
  ASSERT_TRUE(WriteFile(folder + "/readme.txt", "x").has_value());
  ASSERT_TRUE(WriteFile(folder + "/large.thbnode", std::string(kMaxNodePackageBytes + 1, 'x')));
  const NodeIntake intake = be_.TakeAll();
  EXPECT_THAT(intake.taken, IsEmpty());
  ASSERT_THAT(intake.refused, SizeIs(1));
  EXPECT_EQ(RefusalOf(intake.refused[0]), NodeRefusal::kOversize);
  EXPECT_EQ(be_.Files(), 3u);
  EXPECT_EQ(TakeNodeFolder(be_.work(), folder + "/none").error().code, ErrorCode::kNotFound);
}

// A process that is killed while it takes packages: each is there whole, or still in the folder.
TEST_F(NodeServerTest, AKilledReceiverLosesAndHalvesNothing) {
  constexpr int kPackages = 40;
  for (int i = 0; i < kPackages; ++i) Send();
  EXPECT_EQ(nl_.Deliver().delivered, kPackages);
  for (int round = 0; round < 8; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      // A connection and keys of its own, as another process has.
      const auto database = be_.store->Connect();
      const auto vault = be_.store->OpenAnotherVault();
      AuditLog log(*vault, SystemRandom());
      const NodeWork work{*database, *vault, log, "operator", be_.now, SystemRandom(), {}};
      (void)TakeNodeFolder(work, be_.folder.path());
      _exit(0);
    }
    usleep(static_cast<useconds_t>(20'000 + round * 15'000));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    const auto report = VerifyAudit(*be_.store->database, *be_.store->vault, {});
    ASSERT_TRUE(report.has_value());
    EXPECT_THAT(report->findings, IsEmpty());
  }
  be_.TakeAll();
  const auto referrals = LoadNodeReferrals(*be_.store->database).value();
  EXPECT_THAT(referrals, SizeIs(kPackages));
  for (const NodeTaken& taken : referrals) {
    EXPECT_TRUE(OpenNodeReferral(be_.work(), "NL", taken.id).has_value());
  }
  be_.Deliver();
  nl_.TakeAll();
  const auto all_sent = LoadNodeSent(*nl_.store->database).value();
  for (const NodeSent& sent : all_sent) EXPECT_EQ(sent.state, "acknowledged");
}

}  // namespace
}  // namespace thb
