#include "access/deputy.h"

#include <algorithm>
#include <array>
#include <map>

#include "access/testing.h"
#include "access/usage.h"

namespace thb {
namespace {

class DeputyTest : public AccessTest {
 protected:
  void SetUp() override {
    AccessTest::SetUp();
    if (world_ == nullptr) return;
    ngo_ = world_->MakeOrganisation("NGO", "Synthetic NGO 1");
    away_ = world_->MakeAccount("away", ngo_, {{"case_worker", Scope::kOwn}});
    stand_in_ = world_->MakeAccount("standin", ngo_, {{"shelter_worker", Scope::kOwn}});
    admin_ = world_->MakeAccount("admin", ngo_, {{"administrator", Scope::kOrganisation}});
  }

  Deputy Week() { return {{}, away_, stand_in_, store_->now, store_->now + 7 * 86'400}; }
  std::set<FieldGroup> ReadableBy(const std::string& account) {
    RecordFacts facts;
    facts.record = "record-1";
    facts.organisation = ngo_;
    facts.owner = away_;
    const Work work = world_->As(account);
    return work.roles.Readable(work.actor, facts, work.now);
  }

  // Things of a room above: who holds what.
  HeldThings Things(std::map<std::string, std::string>& owners, const std::string& refused) {
    HeldThings things;
    things.list = [&owners](const Work&,
                            std::string_view account) -> Result<std::vector<HeldItem>> {
      std::vector<HeldItem> items;
      for (const auto& [item, owner] : owners) {
        if (owner == account) items.push_back({"record", item});
      }
      return items;
    };
    things.move = [&owners, refused](const Work&, const HeldItem& item, std::string_view,
                                     std::string_view to) -> Result<void> {
      if (item.id == refused) return Fail(ErrorCode::kForbidden, "the receiver is excluded");
      owners[item.id] = to;
      return {};
    };
    return things;
  }

  std::string ngo_, away_, stand_in_, admin_;
};
INSTANTIATE_TEST_SUITE_P(Both, DeputyTest, kBothStores, NameOfStore);

TEST_P(DeputyTest, ADeputySeesTheOthersRecordsWithHisOwnRolesForATime) {
  EXPECT_TRUE(ReadableBy(stand_in_).empty());
  ASSERT_EQ(ErrorOf(AppointDeputy(world_->As(away_), Week())), "");
  const auto readable = ReadableBy(stand_in_);
  EXPECT_EQ(readable.count(FieldGroup::kContact), 1U);
  EXPECT_EQ(readable.count(FieldGroup::kNarrative), 0U) << "his role has no narrative";
  EXPECT_EQ(ListDeputies(*store_->database, away_, store_->now)->size(), 1U);
  store_->now += 7 * 86'400;
  EXPECT_TRUE(ReadableBy(stand_in_).empty());
}

TEST_P(DeputyTest, ItEndsWhenOneOfTheTwoOrTheAdministratorSaysSo) {
  const std::string other = world_->MakeAccount("other", ngo_, {{"case_worker", Scope::kOwn}});
  for (const std::string& who : {away_, stand_in_, admin_}) {
    const auto id = AppointDeputy(world_->As(away_), Week());
    ASSERT_TRUE(id.has_value());
    EXPECT_EQ(ErrorOf(EndDeputy(world_->As(other), *id)), "forbidden");
    EXPECT_EQ(ErrorOf(EndDeputy(world_->As(who), *id)), "");
    EXPECT_TRUE(ReadableBy(stand_in_).empty());
  }
}

TEST_P(DeputyTest, OnlyForOneselfWithinTheOrganisationAndRealm) {
  EXPECT_EQ(ErrorOf(AppointDeputy(world_->As(stand_in_), Week())), "forbidden");
  Deputy deputy = Week();
  deputy.until = deputy.from + kMaxDeputySeconds + 1;
  EXPECT_EQ(ErrorOf(AppointDeputy(world_->As(away_), deputy)), "bad-value");
  const std::string elsewhere = world_->MakeOrganisation("NGO", "Synthetic NGO 2");
  deputy = Week();
  deputy.deputy = world_->MakeAccount("stranger", elsewhere, {{"case_worker", Scope::kOwn}});
  EXPECT_EQ(ErrorOf(AppointDeputy(world_->As(away_), deputy)), "conflict");
  deputy.deputy = admin_;
  EXPECT_EQ(ErrorOf(AppointDeputy(world_->As(away_), deputy)), "conflict") << "another realm";
  deputy.deputy = away_;
  EXPECT_EQ(ErrorOf(AppointDeputy(world_->As(away_), deputy)), "conflict");
}

TEST_P(DeputyTest, EverythingOfALeaverGetsANewOwner) {
  std::map<std::string, std::string> owners = {
      {"record-1", away_}, {"record-2", away_}, {"record-3", stand_in_}};
  const std::array things = {Things(owners, "")};
  const auto report = HandOver(world_->As(admin_), away_, stand_in_, things);
  ASSERT_TRUE(report.has_value()) << report.error().ToLine();
  EXPECT_EQ(report->moved.size(), 2U);
  EXPECT_TRUE(report->left.empty());
  for (const auto& [item, owner] : owners) EXPECT_EQ(owner, stand_in_) << item;
  EXPECT_EQ(ErrorOf(LoadActor(*store_->database, away_, store_->now)), "forbidden");
  Account gone = *FindAccount(world_->AsOperator(), away_);
  EXPECT_TRUE(gone.left);
  gone.disabled = false;
  EXPECT_EQ(ErrorOf(ChangeAccount(world_->As(admin_), gone)), "conflict") << "he is gone for good";
}

TEST_P(DeputyTest, WhatCannotBeMovedIsListedAndKeptUntilItIs) {
  std::map<std::string, std::string> owners = {{"record-1", away_}, {"record-2", away_}};
  const std::array things = {Things(owners, "record-2")};
  const auto report = HandOver(world_->As(admin_), away_, stand_in_, things);
  ASSERT_TRUE(report.has_value()) << report.error().ToLine();
  ASSERT_EQ(report->left.size(), 1U);
  EXPECT_EQ(report->left[0].item.id, "record-2");
  EXPECT_EQ(owners["record-2"], away_) << "it keeps its owner";
  EXPECT_EQ(LeftOf(*store_->database, away_)->size(), 1U);
  const Account leaver = *FindAccount(world_->AsOperator(), away_);
  EXPECT_TRUE(leaver.disabled);
  EXPECT_FALSE(leaver.left);
  const auto alerts = OpenAlerts(world_->As(admin_));
  ASSERT_EQ(alerts->size(), 1U);
  EXPECT_EQ((*alerts)[0].kind, "hand_over.left");

  const std::string other = world_->MakeAccount("other", ngo_, {{"case_worker", Scope::kOwn}});
  const std::array better = {Things(owners, "")};
  ASSERT_EQ(ErrorOf(HandOver(world_->As(admin_), away_, other, better)), "");
  EXPECT_EQ(owners["record-2"], other);
  EXPECT_TRUE(LeftOf(*store_->database, away_)->empty());
  EXPECT_TRUE(OpenAlerts(world_->As(admin_))->empty());
  EXPECT_TRUE(FindAccount(world_->AsOperator(), away_)->left);
}

TEST_P(DeputyTest, AHandOverNeedsTheDutyAndAFittingReceiver) {
  std::map<std::string, std::string> owners = {{"record-1", away_}};
  const std::array things = {Things(owners, "")};
  EXPECT_EQ(ErrorOf(HandOver(world_->As(stand_in_), away_, stand_in_, things)), "forbidden");
  EXPECT_EQ(ErrorOf(HandOver(world_->As(admin_), away_, admin_, things)), "conflict");
  EXPECT_EQ(ErrorOf(HandOver(world_->As(admin_), "nobody", stand_in_, things)), "not-found");
  EXPECT_EQ(owners["record-1"], away_);
  EXPECT_EQ(ErrorOf(LoadActor(*store_->database, away_, store_->now)), "")
      << "a hand-over that was refused disables nobody";
}

}  // namespace
}  // namespace thb
