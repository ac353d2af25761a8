#include "people/record.h"

#include "people/authorize.h"
#include "people/notice.h"
#include "people/testing.h"

namespace thb {
namespace {

using RecordTest = PeopleTest;

TEST_P(RecordTest, OpensWithAlmostNothingKnown) {
  const RecordHead head = Must(CreateRecord(As("anna"), NewRecord{}));
  EXPECT_EQ(head.organisation, Org("shelter"));
  EXPECT_EQ(head.owner, Who("anna").account);
  EXPECT_EQ(head.regime, "GDPR");
  EXPECT_EQ(head.entity, "NGO");
  EXPECT_EQ(head.status, VictimStatus::kNone);
  EXPECT_EQ(head.age_band, AgeBand::kPresumedChild) << "unknown is protected as a child (rule 11)";
  const CaseFile file = Must(ReadRecord(As("anna"), head.id));
  EXPECT_EQ(file.narrative, "");
  EXPECT_EQ(file.restrictions, std::set<Restriction>{Restriction::kChild});
  EXPECT_EQ(LoggedOf("record.create"), 1);
  EXPECT_EQ(LoggedOf("record.read"), 1);
}

TEST_P(RecordTest, KeepsTheFirstEntrySealed) {
  NewRecord entry;
  entry.danger_now = YesNo::kYes;
  entry.possibly_child = YesNo::kNo;
  entry.referrer_reach = "Synthetic reach 0123";
  entry.narrative = "Synthetic narrative";
  const RecordHead head = Must(CreateRecord(As("anna"), entry));
  EXPECT_TRUE(head.urgent);
  const CaseFile file = Must(ReadRecord(As("anna"), head.id));
  EXPECT_EQ(file.referrer_reach, entry.referrer_reach);
  EXPECT_EQ(file.narrative, entry.narrative);
  std::string stored;
  Must(store_->database->Query("SELECT sealed_reach, sealed_narrative FROM record", {},
                               [&](const SqlRow& row) -> Result<void> {
                                 stored += row.Text(0);
                                 stored += row.Text(1);
                                 return {};
                               }));
  EXPECT_EQ(stored.find("Synthetic"), std::string::npos);
}

TEST_P(RecordTest, TheSameFormSentTwiceMakesOneRecord) {
  NewRecord entry;
  entry.submission = "form-1";
  const RecordHead first = Must(CreateRecord(As("anna"), entry));
  EXPECT_EQ(Must(CreateRecord(As("anna"), entry)).id, first.id);
  EXPECT_NE(Must(CreateRecord(As("bert"), entry)).id, first.id)
      << "another's token is another form";
}

TEST_P(RecordTest, OutOfScopeAndNotThereAreTheSame) {
  const RecordHead head = NewRecordBy("anna");
  for (const char* stranger : {"bert", "carla", "piet"}) {
    const auto hidden = ReadRecord(As(stranger), head.id);
    const auto absent = ReadRecord(As(stranger), NewId(store_->random));
    ASSERT_FALSE(hidden || absent);
    EXPECT_EQ(hidden.error().code, ErrorCode::kNotFound);
    EXPECT_EQ(hidden.error().ToLine(), absent.error().ToLine());
    const auto by_reference = FindRecord(As(stranger), head.reference);
    ASSERT_FALSE(by_reference);
    EXPECT_EQ(by_reference.error().ToLine(), absent.error().ToLine());
    EXPECT_EQ(CodeOf(EditNarrative(As(stranger), head.id, 1, "x")), ErrorCode::kNotFound);
    EXPECT_EQ(CodeOf(CloseRecord(As(stranger), head.id, 1, "goals_met")), ErrorCode::kNotFound);
  }
  EXPECT_EQ(Must(FindRecord(As("anna"), head.reference)), head.id);
  EXPECT_EQ(LoggedOf("record.refused"), 15) << "each refusal is in the log, none was undone";
}

TEST_P(RecordTest, AStaleSaveIsRefusedAndLosesNothing) {
  const RecordHead head = NewRecordBy("anna");
  EXPECT_EQ(Must(EditNarrative(As("anna"), head.id, 1, "first")), 2);
  const auto stale = EditNarrative(As("anna"), head.id, 1, "second");
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, ErrorCode::kStale);
  EXPECT_NE(stale.error().what.find("version 2 is there, version 1 was read"), std::string::npos);
  EXPECT_EQ(Must(ReadRecord(As("anna"), head.id)).narrative, "first");
  EXPECT_EQ(Must(EditNarrative(As("anna"), head.id, 2, "second")), 3);
}

TEST_P(RecordTest, ClosesAndReopens) {
  const RecordHead head = NewRecordBy("anna");
  EXPECT_EQ(CodeOf(CloseRecord(As("anna"), head.id, 1, "no such reason")), ErrorCode::kUnknownCode);
  Participation clinic{"referral", "", Org("clinic"), {FieldGroup::kReference}, false, 0, {}};
  Must(AddParticipant(As("anna"), head.id, clinic, "source", ""));
  Must(CloseRecord(As("anna"), head.id, 1, "goals_met"));
  EXPECT_TRUE(Must(ReadRecord(As("anna"), head.id)).head.closed);
  EXPECT_EQ(CodeOf(CloseRecord(As("anna"), head.id, 2, "goals_met")), ErrorCode::kConflict);
  Must(ReopenRecord(As("anna"), head.id, 2));
  EXPECT_FALSE(Must(ReadRecord(As("anna"), head.id)).head.closed);
  EXPECT_EQ(CodeOf(ReadRecord(As("carla"), head.id)), ErrorCode::kNotFound)
      << "participations end with closing";
}

TEST_P(RecordTest, IsAssignedOnlyToWhoCanOpenIt) {
  const RecordHead head = NewRecordBy("anna");
  EXPECT_EQ(CodeOf(AssignRecord(As("anna"), head.id, 1, Who("piet"), "")), ErrorCode::kForbidden)
      << "another organisation";
  Actor without_role = Who("bert");
  without_role.roles.clear();
  EXPECT_EQ(CodeOf(AssignRecord(As("anna"), head.id, 1, without_role, "")), ErrorCode::kForbidden);
  EXPECT_EQ(CodeOf(AssignRecord(As("anna"), head.id, 1, Who("bert"), "a group of others")),
            ErrorCode::kForbidden);
  EXPECT_EQ(CodeOf(AssignRecord(As("bert"), head.id, 1, Who("bert"), "")), ErrorCode::kNotFound)
      << "nobody assigns what he cannot see";
  Must(ExcludeAccount(As("anna"), head.id, 1, Who("bert").account));
  EXPECT_EQ(CodeOf(AssignRecord(As("anna"), head.id, 2, Who("bert"), "")), ErrorCode::kForbidden);
  Must(AdmitAccount(As("anna"), head.id, 2, Who("bert").account));
  Must(AssignRecord(As("anna"), head.id, 3, Who("bert"), ""));
  EXPECT_EQ(CodeOf(ReadRecord(As("anna"), head.id)), ErrorCode::kNotFound);
  EXPECT_EQ(Must(ReadRecord(As("bert"), head.id)).head.owner, Who("bert").account);
  const auto notices = Must(UntakenNotices(*store_->database, 10));
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].kind, "record.assigned");
  EXPECT_EQ(notices[0].account, Who("bert").account);
  EXPECT_TRUE(Must(TakeNotice(*store_->database, notices[0].id, store_->now)));
  EXPECT_FALSE(Must(TakeNotice(*store_->database, notices[0].id, store_->now)));
}

TEST_P(RecordTest, AMoveTakesTheRecordFromItsOldOrganisation) {
  const RecordHead head = NewRecordBy("anna");
  Must(MoveRecord(As("anna"), head.id, 1, Who("carla"), "", "GDPR"));
  EXPECT_EQ(CodeOf(ReadRecord(As("anna"), head.id)), ErrorCode::kNotFound);
  const CaseFile file = Must(ReadRecord(As("carla"), head.id));
  EXPECT_EQ(file.head.organisation, Org("clinic"));
}

TEST_P(RecordTest, AParticipantSeesItsFieldGroupsUntilItEnds) {
  NewRecord entry;
  entry.possibly_child = YesNo::kNo;
  entry.narrative = "Synthetic narrative";
  entry.referrer_reach = "Synthetic reach";
  const RecordHead head = Must(CreateRecord(As("anna"), entry));
  EXPECT_EQ(CodeOf(ReadRecord(As("carla"), head.id)), ErrorCode::kNotFound);
  Participation participation;
  participation.kind = "referral";
  participation.account = Who("carla").account;
  participation.groups = {FieldGroup::kReference, FieldGroup::kContact};
  participation.from = store_->now;
  Must(AddParticipant(As("anna"), head.id, participation, "referral-1", ""));
  const CaseFile file = Must(ReadRecord(As("carla"), head.id));
  EXPECT_EQ(file.referrer_reach, "Synthetic reach");
  EXPECT_EQ(file.narrative, std::nullopt) << "not among its groups";
  EXPECT_EQ(CodeOf(EditReferrerReach(As("carla"), head.id, 1, "x")), ErrorCode::kForbidden);
  store_->now += 60;
  Must(EndParticipants(As("anna"), "referral-1"));
  store_->now += 1;
  EXPECT_EQ(CodeOf(ReadRecord(As("carla"), head.id)), ErrorCode::kNotFound);
  participation.organisation = Org("clinic");
  EXPECT_EQ(CodeOf(AddParticipant(As("anna"), head.id, participation, "x", "")),
            ErrorCode::kBadValue)
      << "of one account or of one organisation, not of both";
}

TEST_P(RecordTest, RestrictedProcessingStopsWhatPassesOn) {
  const RecordHead head = NewRecordBy("anna");
  Must(store_->database->Execute("UPDATE record SET restricted = 1"));
  const RecordFacts facts = Must(FactsOf(*store_->database, head.id));
  EXPECT_EQ(CodeOf(Authorize(As("anna"), facts, Right::kRefer, FieldGroup::kReferral)),
            ErrorCode::kForbidden);
  EXPECT_TRUE(Authorize(As("anna"), facts, Right::kRead, FieldGroup::kReference));
}

TEST_P(RecordTest, StatusSetsTheDateOfRegistrationOnce) {
  const RecordHead head = NewRecordBy("piet");
  const Instant first = store_->now;
  Must(SetVictimStatus(As("piet"), head.id, 1, VictimStatus::kPresumed));
  store_->now += 1'000;
  Must(SetVictimStatus(As("piet"), head.id, 2, VictimStatus::kIdentified));
  const RecordHead after = Must(ReadRecord(As("piet"), head.id)).head;
  EXPECT_EQ(after.registered, first);
  EXPECT_EQ(after.status, VictimStatus::kIdentified);
  const RecordHead other = NewRecordBy("anna");
  EXPECT_EQ(CodeOf(SetVictimStatus(As("anna"), other.id, 1, VictimStatus::kPresumed)),
            ErrorCode::kForbidden)
      << "a case worker does not decide";
}

// --- lists ---------------------------------------------------------------------------------------

TEST_P(RecordTest, AListShowsNothingOfWhatIsNotVisible) {
  const Made own = NewVictimBy("anna", SyntheticIdentity("Synthetic", "Own", "1990"));
  NewVictimBy("bert", SyntheticIdentity("Synthetic", "Colleague", "1990"));
  NewVictimBy("carla", SyntheticIdentity("Synthetic", "Elsewhere", "1990"));
  const RecordPage page = Must(ListRecords(As("anna"), {}));
  ASSERT_EQ(page.lines.size(), 1U);
  EXPECT_EQ(page.lines[0].head.id, own.record.id);
  EXPECT_EQ(page.lines[0].name, "Synthetic Own");
  EXPECT_EQ(page.next, "");
  EXPECT_EQ(Must(CountRecords(As("anna"))).open, 1);
  EXPECT_EQ(Must(ListRecords(As("sofia"), {})).lines.size(), 2U) << "her organisation's";
  EXPECT_EQ(Must(ListRecords(As("piet"), {})).lines.size(), 0U);
  Must(ExcludeAccount(As("anna"), own.record.id, own.record.version, Who("sofia").account));
  EXPECT_EQ(Must(ListRecords(As("sofia"), {})).lines.size(), 1U);
  EXPECT_EQ(Must(CountRecords(As("sofia"))).open, 1) << "nor is it counted";
}

TEST_P(RecordTest, NationalScopeListsWithoutNames) {
  NewVictimBy("anna", SyntheticIdentity("Synthetic", "Person", "1990"));
  const RecordPage page = Must(ListRecords(As("fred"), {}));
  ASSERT_EQ(page.lines.size(), 1U);
  EXPECT_EQ(page.lines[0].name, "");
}

TEST_P(RecordTest, PagesHoldEachRecordOnce) {
  std::set<std::string> made;
  for (int i = 0; i < 25; ++i) {
    if (i % 3 == 0) ++store_->now;
    made.insert(NewRecordBy("anna").id);
  }
  RecordFilter filter;
  filter.limit = 10;
  std::set<std::string> seen;
  std::vector<std::size_t> sizes;
  do {
    const RecordPage page = Must(ListRecords(As("anna"), filter));
    sizes.push_back(page.lines.size());
    for (const RecordLine& line : page.lines) EXPECT_TRUE(seen.insert(line.head.id).second);
    filter.after = page.next;
  } while (!filter.after.empty() && sizes.size() < 10);
  EXPECT_EQ(seen, made);
  EXPECT_EQ(sizes, (std::vector<std::size_t>{10, 10, 5}));
  filter.after = "nonsense";
  EXPECT_EQ(CodeOf(ListRecords(As("anna"), filter)), ErrorCode::kUsage);
  filter = {};
  filter.limit = kMaxListed + 1;
  EXPECT_EQ(CodeOf(ListRecords(As("anna"), filter)), ErrorCode::kLimit);
}

TEST_P(RecordTest, FiltersAndShares) {
  NewRecord urgent;
  urgent.danger_now = YesNo::kYes;
  const RecordHead child = Must(CreateRecord(As("anna"), urgent));
  const RecordHead adult = NewRecordBy("anna");
  Must(CloseRecord(As("anna"), adult.id, 1, "goals_met"));
  RecordFilter filter;
  EXPECT_EQ(Must(ListRecords(As("anna"), filter)).lines.size(), 1U) << "open ones";
  filter.closed = std::nullopt;
  EXPECT_EQ(Must(ListRecords(As("anna"), filter)).lines.size(), 2U);
  filter.age_band = AgeBand::kPresumedChild;
  filter.urgent_only = true;
  ASSERT_EQ(Must(ListRecords(As("anna"), filter)).lines.size(), 1U);
  Participation participation{
      "referral", Who("carla").account, "", {FieldGroup::kReference}, false, 0, {}};
  Must(AddParticipant(As("anna"), child.id, participation, "r", ""));
  filter = {};
  filter.participating = Participating::kShared;
  EXPECT_EQ(Must(ListRecords(As("carla"), filter)).lines.size(), 1U);
  filter.participating = Participating::kOwned;
  EXPECT_EQ(Must(ListRecords(As("carla"), filter)).lines.size(), 0U);
  const RecordCounts counts = Must(CountRecords(As("anna")));
  EXPECT_EQ(counts.open, 1);
  EXPECT_EQ(counts.urgent, 1);
  EXPECT_EQ(counts.children, 1);
  EXPECT_EQ(counts.mine, 1);
}

TEST_P(RecordTest, TheSupervisorSeesTheLoad) {
  NewRecordBy("anna");
  NewRecordBy("anna");
  NewRecordBy("bert");
  const auto load = Must(LoadByOwner(As("sofia")));
  ASSERT_EQ(load.size(), 2U);
  EXPECT_EQ(load[0].open + load[1].open, 3);
  EXPECT_EQ(CodeOf(LoadByOwner(As("anna"))), ErrorCode::kForbidden);
}

INSTANTIATE_TEST_SUITE_P(Both, RecordTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
