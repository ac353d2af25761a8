#pragma once
// Test helper: a node with a database, keys and log of its own, as a state would have it. Synthetic
// persons only.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "referral/internal/node_bytes.h"
#include "referral/internal/node_rows.h"
#include "referral/node_delivery.h"
#include "referral/node_exchange.h"
#include "referral/node_intake.h"
#include "store/testing.h"

namespace thb {

class TestNode {
 public:
  // Null where there is no PostgreSQL to test with.
  static std::unique_ptr<TestNode> Make(const std::string& kind, const std::string& name,
                                        std::uint64_t seed) {
    auto store = TestStore::Make(kind);
    if (store == nullptr) return nullptr;
    store->random = SeededRandom(seed);
    std::unique_ptr<TestNode> node(new TestNode(std::move(store)));
    const auto made = MakeNodeIdentity(node->work(), name);
    if (!made) {
      ADD_FAILURE() << made.error().ToLine();
      return nullptr;
    }
    node->name = name;
    return node;
  }

  NodeWork work() const {
    return {*store->database, *store->vault, *store->log, "operator", now, store->random, {}};
  }
  NodeKeySet identity() const { return LoadNodeIdentity(*store->database).value(); }

  // Pins the other's present keys, confirmed by two people.
  void Trust(const TestNode& other, const std::string& address) {
    const NodePublicKeys keys = other.identity().keys;
    const auto added = AddNodePartner(work(), keys, address);
    ASSERT_TRUE(added.has_value()) << added.error().ToLine();
    Confirm(keys);
  }
  void Confirm(const NodePublicKeys& keys) {
    for (const char* person : {"synthetic-officer-1", "synthetic-officer-2"}) {
      const auto done = ConfirmNodeKeys(work(), keys.node, NodeFingerprint(keys), person);
      ASSERT_TRUE(done.has_value()) << done.error().ToLine();
    }
  }

  // Everything that is due, in order, as bytes.
  std::vector<std::string> Deliver() {
    std::vector<std::string> sent;
    const auto delivery =
        DeliverNodePackages(work(), [&](const std::string&, std::string_view bytes) {
          sent.emplace_back(bytes);
          return Result<void>{};
        });
    EXPECT_TRUE(delivery.has_value()) << (delivery ? "" : delivery.error().ToLine());
    return sent;
  }
  Result<NodeTaken> Take(std::string_view bytes) { return TakeNodePackage(work(), bytes); }

  // The rows of all tables of nodes but the count of refusals, to see that nothing changed.
  std::vector<std::string> Rows() const {
    std::vector<std::string> rows;
    for (const char* sql :
         {"SELECT id || state || answer || bytes || body FROM node_outbox",
          "SELECT id || state || body FROM node_inbox", "SELECT id || state FROM node_key_set",
          "SELECT node || CAST(last_sent AS TEXT) || '/' || CAST(last_taken AS TEXT) FROM "
          "node_partner",
          "SELECT kind || subject || CAST(closed AS TEXT) FROM node_notice"}) {
      EXPECT_TRUE(store->database
                      ->Query(sql, {},
                              [&](const SqlRow& row) -> Result<void> {
                                rows.emplace_back(row.Text(0));
                                return {};
                              })
                      .has_value());
    }
    std::sort(rows.begin(), rows.end());
    return rows;
  }
  std::vector<std::string> Notices() const {
    std::vector<std::string> kinds;
    const auto all_notice = OpenNodeNotices(*store->database).value();
    for (const NodeNotice& notice : all_notice) {
      kinds.push_back(notice.kind);
    }
    return kinds;
  }
  // Actions of the log with this ground.
  int Logged(const std::string& action, const std::string& ground) const {
    int count = 0;
    const std::vector<SqlValue> values = {action, ground};
    EXPECT_TRUE(store->database
                    ->Query("SELECT COUNT(*) FROM audit_entry WHERE action = $1 AND ground = $2",
                            values,
                            [&](const SqlRow& row) -> Result<void> {
                              count = static_cast<int>(row.Int(0));
                              return {};
                            })
                    .has_value());
    return count;
  }

  std::string name;
  Instant now = 1'780'000'000;  // Thursday 28 May 2026
  std::unique_ptr<TestStore> store;

 private:
  explicit TestNode(std::unique_ptr<TestStore> made) : store(std::move(made)) {}
};

// A referral of a synthetic adult that may go to `partner`.
inline NodeSending SyntheticSending(const std::string& partner, Instant now) {
  NodeSending sending;
  sending.partner = partner;
  sending.record = "record-of-synthetic-person-1";
  sending.purpose = "assistance";
  sending.consent = {true,
                     false,
                     std::string(StateOfNode(partner)),
                     "assistance",
                     "cross_border.v1",
                     "ro",
                     now - 86'400,
                     std::nullopt};
  sending.protection = {true, "synthetic-officer-1", now - 3'600, {}};
  sending.risk = {true, "synthetic-officer-1", now - 3'600, false};
  sending.fields = {{"age_band", "adult"}, {"needs", "Synthetic Person 1 needs a place by Monday"}};
  return sending;
}

}  // namespace thb
