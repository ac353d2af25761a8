#include "people/erasure.h"

#include <algorithm>

#include "access/approval.h"
#include "people/attachment.h"
#include "people/consent.h"
#include "people/counting.h"
#include "people/note.h"
#include "people/notice.h"
#include "people/search.h"
#include "people/testing.h"

namespace thb {
namespace {

Result<void> NothingElsewhere(std::string_view, std::string_view) {
  return {};
}

class ErasureTest : public PeopleTest {
 protected:
  // A registered victim, with what is counted of her.
  Made Registered(const std::string& worker, const std::string& name, VictimStatus status) {
    Identity identity = SyntheticIdentity("Synthetic", name, "1990-01-02");
    identity.sex = {Given::kKnown, "F"};
    identity.citizenship = {Given::kKnown, {"RO"}};
    Made made = NewVictimBy(worker, identity);
    VictimContext context;
    context.main_exploitation = {Given::kKnown, "ICCS02041"};
    context.forms = {Given::kKnown, {"ICCS02041"}};
    const Work work = As(worker);
    Must(EditVictimContext(work, made.person, 1, context, ""));
    // The decision itself is not what these tests are about.
    const std::vector<SqlValue> values = {std::string(VictimStatusName(status)), store_->now,
                                          made.record.id};
    Must(store_->database->Execute("UPDATE record SET status = $1, registered = $2 WHERE id = $3",
                                   values));
    return made;
  }
  std::string ApprovalFor(const std::string& person) {
    ApprovalRequest request;
    request.kind = ApprovalKind::kErase;
    request.organisation = Org("shelter");
    request.subjects = {person};
    request.reason = "retention has ended";
    const std::string approval = Must(AskApproval(As("sofia"), request));
    Must(Agree(As("silvia"), approval));
    return approval;
  }
  YearCount Count() { return Must(CountYear(As("stat"), 2023)); }
  std::int64_t Rows(const std::string& table) {
    std::int64_t rows = -1;
    Must(store_->database->Query("SELECT COUNT(*) FROM " + table, {},
                                 [&](const SqlRow& row) -> Result<void> {
                                   rows = row.Int(0);
                                   return {};
                                 }));
    return rows;
  }
};

TEST_P(ErasureTest, TotalsAreEqualBeforeAndAfter) {
  const Made made = Registered("anna", "Person", VictimStatus::kIdentified);
  Registered("anna", "Another", VictimStatus::kPresumed);
  const YearCount before = Count();
  ASSERT_EQ(before.persons.size(), 2U);
  EXPECT_EQ(before.persons[1].sex, "F");
  EXPECT_EQ(before.persons[1].age, "Y_GE18");
  EXPECT_EQ(before.persons[1].citizen, "RO");
  EXPECT_EQ(before.persons[1].entity, "NGO");
  EXPECT_EQ(before.persons[1].exploitation, "ICCS02041");
  Must(WriteNote(As("anna"), made.record.id, FieldGroup::kNarrative, "x", {made.person}));
  Must(AddAttachment(As("anna"), made.record.id, FieldGroup::kNarrative, "x", "text",
                     {made.person}));
  Must(OpenRightsRequest(As("anna"), made.person, "erasure", store_->now, ""));
  const PersonPlace place = Must(PlaceOfPerson(*store_->database, made.person));
  const std::string case_key = Must(KeyOfRecord(*store_->database, made.record.id));
  const Erased erased =
      Must(ErasePerson(As("sofia"), made.person, ApprovalFor(made.person), NothingElsewhere));
  EXPECT_TRUE(erased.done);
  const YearCount after = Count();
  ASSERT_EQ(after.persons.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(after.persons[i].identified, before.persons[i].identified);
    EXPECT_EQ(after.persons[i].sex + after.persons[i].age + after.persons[i].citizen +
                  after.persons[i].entity + after.persons[i].exploitation,
              before.persons[i].sex + before.persons[i].age + before.persons[i].citizen +
                  before.persons[i].entity + before.persons[i].exploitation);
  }
  EXPECT_EQ(after.erased, 1);
  EXPECT_FALSE(Must(store_->vault->HasKey(place.key)));
  EXPECT_FALSE(Must(store_->vault->HasKey(case_key)));
  EXPECT_EQ(CodeOf(ReadRecord(As("sofia"), made.record.id)), ErrorCode::kNotFound);
  for (const char* table : {"note", "attachment", "attachment_piece", "rights_request"}) {
    EXPECT_EQ(Rows(table), 0) << table;
  }
  EXPECT_EQ(Rows("person"), 1);
  EXPECT_EQ(Rows("remainder"), 1);
}

// After a restore the rows are those of the backup, and the journal has destroyed the keys.
TEST_P(ErasureTest, WhoWasErasedSinceABackupIsRemovedAgain) {
  const Made made = Registered("anna", "Person", VictimStatus::kIdentified);
  const Made other = Registered("anna", "Another", VictimStatus::kPresumed);
  Must(WriteNote(As("anna"), made.record.id, FieldGroup::kNarrative, "x", {made.person}));
  const PersonPlace place = Must(PlaceOfPerson(*store_->database, made.person));
  const Actor operator_actor = OperatorActor();
  EXPECT_EQ(Must(RemoveErased(WorkOf(operator_actor), NothingElsewhere)), 0);
  Must(store_->vault->DestroyKey(place.key));
  std::vector<std::string> elsewhere;
  EXPECT_EQ(Must(RemoveErased(WorkOf(operator_actor),
                              [&](std::string_view record, std::string_view) -> Result<void> {
                                elsewhere.emplace_back(record);
                                return {};
                              })),
            1);
  EXPECT_EQ(elsewhere, std::vector<std::string>{made.record.id});
  EXPECT_EQ(Rows("person"), 1);
  EXPECT_EQ(Rows("record"), 1);
  EXPECT_EQ(Rows("note"), 0);
  const YearCount count = Count();
  ASSERT_EQ(count.persons.size(), 2U) << "she stays counted";
  EXPECT_EQ(count.erased, 1);
  EXPECT_EQ(std::count_if(count.persons.begin(), count.persons.end(),
                          [](const CountedFacts& facts) {
                            return facts.identified && facts.sex == "UNK" && facts.entity == "NGO";
                          }),
            1);
  EXPECT_EQ(Must(ReadPerson(As("anna"), other.person)).id, other.person);
  EXPECT_EQ(Must(RemoveErased(WorkOf(operator_actor), NothingElsewhere)), 0);
}

TEST_P(ErasureTest, NeedsASecondPersonAndNoLegalHold) {
  const Made made = Registered("anna", "Person", VictimStatus::kPresumed);
  EXPECT_EQ(CodeOf(ErasePerson(As("anna"), made.person, "", NothingElsewhere)),
            ErrorCode::kForbidden);
  EXPECT_EQ(CodeOf(ErasePerson(As("sofia"), made.person, "", NothingElsewhere)),
            ErrorCode::kForbidden);
  EXPECT_EQ(CodeOf(ErasePerson(As("chief"), made.person, "", NothingElsewhere)),
            ErrorCode::kNotFound);
  const std::string approval = ApprovalFor(made.person);
  const auto version = Must(ReadRecord(As("anna"), made.record.id)).head.version;
  Must(SetRestriction(As("anna"), made.record.id, version, Restriction::kLegalHold));
  EXPECT_TRUE(Must(PlanErasure(As("sofia"), made.person)).legal_hold);
  EXPECT_EQ(CodeOf(ErasePerson(As("sofia"), made.person, approval, NothingElsewhere)),
            ErrorCode::kForbidden);
  EXPECT_EQ(Must(ReadPerson(As("anna"), made.person)).id, made.person);
}

TEST_P(ErasureTest, WhatFailsElsewhereErasesNothing) {
  const Made made = Registered("anna", "Person", VictimStatus::kPresumed);
  const auto failing = [](std::string_view, std::string_view) -> Result<void> {
    return Fail(ErrorCode::kDatabase, "synthetic failure");
  };
  EXPECT_EQ(CodeOf(ErasePerson(As("sofia"), made.person, ApprovalFor(made.person), failing)),
            ErrorCode::kDatabase);
  EXPECT_EQ(Must(ReadPerson(As("anna"), made.person)).id, made.person);
  EXPECT_EQ(Count().erased, 0);
}

TEST_P(ErasureTest, SharedNotesAreRedactedFirst) {
  const Made made = Registered("anna", "Person", VictimStatus::kPresumed);
  const auto child = Must(AddPerson(As("anna"), made.record.id,
                                    {"child", SyntheticIdentity("Synthetic", "Child", "2019")}));
  const std::string shared = Must(WriteNote(As("anna"), made.record.id, FieldGroup::kNarrative,
                                            "Both of them", {made.person, child.id}));
  const std::string own =
      Must(WriteNote(As("anna"), made.record.id, FieldGroup::kNarrative, "The child", {child.id}));
  const std::string approval = ApprovalFor(child.id);
  const Erased waiting = Must(ErasePerson(As("sofia"), child.id, approval, NothingElsewhere));
  EXPECT_FALSE(waiting.done);
  EXPECT_EQ(waiting.waiting, std::vector<std::string>{shared});
  EXPECT_EQ(Rows("person"), 2);
  EXPECT_EQ(CodeOf(RedactNote(As("anna"), shared, 7, "x", child.id)), ErrorCode::kStale);
  Must(RedactNote(As("anna"), shared, 1, "One of them", child.id));
  EXPECT_TRUE(Must(ErasePerson(As("sofia"), child.id, approval, NothingElsewhere)).done);
  const auto notes = Must(NotesOf(As("anna"), made.record.id));
  ASSERT_EQ(notes.size(), 1U) << "what named her alone has gone";
  EXPECT_EQ(notes[0].text, "One of them");
  EXPECT_EQ(Must(ReadRecord(As("anna"), made.record.id)).persons,
            std::vector<std::string>{made.person});
}

TEST_P(ErasureTest, RecipientsAreTold) {
  const Made made = Registered("anna", "Person", VictimStatus::kPresumed);
  Consent consent;
  consent.person = made.person;
  consent.state = ConsentState::kGiven;
  consent.purpose = "cross_border";
  consent.recipient = "node:BE";
  consent.how = "signed";
  consent.given_by = "person";
  Must(RecordConsent(As("anna"), consent));
  const Erased erased =
      Must(ErasePerson(As("sofia"), made.person, ApprovalFor(made.person), NothingElsewhere));
  EXPECT_EQ(erased.recipients, std::vector<std::string>{"node:BE"});
  const auto notices = Must(UntakenNotices(*store_->database, 10));
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].kind, "record.erased");
  EXPECT_EQ(notices[0].duty, "nodes");
}

// --- counting ------------------------------------------------------------------------------------

TEST_P(ErasureTest, AReferredPersonCountsOnce) {
  const Made first = Registered("anna", "Person", VictimStatus::kPresumed);
  store_->now += 100;
  const Made second = Registered("cora", "Person", VictimStatus::kIdentified);
  EXPECT_EQ(Count().persons.size(), 2U);
  EXPECT_EQ(Count().unlinked_duplicates, 1) << "looks like one and nobody has linked them";
  Must(LinkRecords(As("anna"), first.record.id, second.record.id, "referral"));
  const YearCount linked = Count();
  ASSERT_EQ(linked.persons.size(), 1U);
  EXPECT_TRUE(linked.persons[0].identified) << "identified by one is identified";
  EXPECT_EQ(linked.persons[0].entity, "NGO") << "the first that registered";
  EXPECT_EQ(linked.left_out.at("linked"), 1);
}

TEST_P(ErasureTest, ErasingOneOfTwoLinkedRecordsKeepsTheCount) {
  const Made first = Registered("anna", "Person", VictimStatus::kPresumed);
  const Made second = Registered("cora", "Person", VictimStatus::kPresumed);
  const Made third = Registered("piet", "Person", VictimStatus::kPresumed);
  Must(LinkRecords(As("anna"), first.record.id, second.record.id, "referral"));
  Must(LinkRecords(As("anna"), third.record.id, first.record.id, "referral"));
  ASSERT_EQ(Count().persons.size(), 1U);
  Must(ErasePerson(As("sofia"), first.person, ApprovalFor(first.person), NothingElsewhere));
  EXPECT_EQ(Count().persons.size(), 1U) << "the other two stay linked";
}

TEST_P(ErasureTest, LeavesOutWithAReason) {
  NewRecordBy("anna");
  Registered("anna", "No victim", VictimStatus::kNotVictim);
  const Made error = Registered("anna", "Error", VictimStatus::kPresumed);
  Must(CloseRecord(As("anna"), error.record.id, 1, "entered_in_error"));
  const Made lost = Registered("anna", "Lost", VictimStatus::kPresumed);
  Must(store_->vault->DestroyKey(Must(PlaceOfPerson(*store_->database, lost.person)).key));
  EXPECT_EQ(Must(ListRecords(As("anna"), {})).lines.size(), 3U) << "one stops no list";
  store_->now += 400 * 86'400;
  Registered("anna", "Next year", VictimStatus::kPresumed);
  const YearCount count = Count();
  EXPECT_TRUE(count.persons.empty());
  EXPECT_EQ(count.left_out,
            (std::map<std::string, std::int64_t>{
                {"entered_in_error", 1}, {"not_victim", 1}, {"signal", 1}, {"unreadable", 1}}));
  EXPECT_EQ(CodeOf(CountYear(As("anna"), 2023)), ErrorCode::kForbidden);
  EXPECT_EQ(CodeOf(CountYear(As("stat"), 1)), ErrorCode::kUsage);
}

// --- retention and rights ------------------------------------------------------------------------

TEST(Retention, AMonthIsByTheCalendar) {
  const auto after = [](const char* day) { return FormatDate(OneMonthAfter(*ParseInstant(day))); };
  EXPECT_EQ(after("2024-01-31"), "2024-02-29");
  EXPECT_EQ(after("2023-01-31"), "2023-02-28");
  EXPECT_EQ(after("2023-12-15"), "2024-01-15");
}

TEST(Retention, TheCountrysOwnRuleComesFirst) {
  const std::vector<RetentionRule> rules = {{"*", "GDPR", "adult", 60, "s", false},
                                            {"NL", "GDPR", "adult", 24, "s", true}};
  EXPECT_EQ(RetentionFor(rules, "NL", "GDPR", false)->months, 24);
  EXPECT_EQ(RetentionFor(rules, "BE", "GDPR", false)->months, 60);
  EXPECT_EQ(RetentionFor(rules, "NL", "LED", false), std::nullopt) << "asked for, never guessed";
  for (const RetentionRule& rule : Must(LoadRetentionRules())) EXPECT_FALSE(rule.source.empty());
}

TEST_P(ErasureTest, ClosedRecordsComeDue) {
  const Made made = Registered("anna", "Person", VictimStatus::kPresumed);
  Must(CloseRecord(As("anna"), made.record.id, 1, "goals_met"));
  EXPECT_TRUE(Must(DueForErasure(As("sofia"), "NL", 10)).empty());
  store_->now += Instant{61} * 31 * 86'400;
  const auto due = Must(DueForErasure(As("sofia"), "NL", 10));
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].record, made.record.id);
  EXPECT_FALSE(due[0].verified);
  EXPECT_EQ(CodeOf(DueForErasure(As("anna"), "NL", 10)), ErrorCode::kForbidden);
}

TEST_P(ErasureTest, AChildsRecordIsKeptFromThe18thBirthday) {
  const Made made = NewVictimBy("anna", SyntheticIdentity("Synthetic", "Child", "2015-05-05"));
  const auto version = Must(ReadRecord(As("anna"), made.record.id)).head.version;
  Must(CloseRecord(As("anna"), made.record.id, version, "goals_met"));
  store_->now = *ParseInstant("2038-05-04");
  EXPECT_TRUE(Must(DueForErasure(As("sofia"), "NL", 10)).empty());
  store_->now = *ParseInstant("2038-05-06");
  EXPECT_EQ(Must(DueForErasure(As("sofia"), "NL", 10)).size(), 1U);
}

TEST_P(ErasureTest, ARightsRequestHasAMonthADecisionAndAGround) {
  const Made made = Registered("anna", "Person", VictimStatus::kPresumed);
  const std::string id =
      Must(OpenRightsRequest(As("anna"), made.person, "restriction", store_->now, "by letter"));
  const auto requests = Must(RightsRequestsOf(As("anna"), made.record.id));
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].due, OneMonthAfter(store_->now));
  EXPECT_EQ(requests[0].remark, "by letter");
  EXPECT_EQ(CodeOf(DecideRightsRequest(As("anna"), id, false, "", "")), ErrorCode::kBadValue);
  EXPECT_EQ(CodeOf(DecideRightsRequest(As("bert"), id, true, "", "")), ErrorCode::kNotFound);
  Must(DecideRightsRequest(As("anna"), id, true, "", ""));
  EXPECT_TRUE(Must(ReadRecord(As("anna"), made.record.id)).head.restricted);
  EXPECT_EQ(CodeOf(DecideRightsRequest(As("anna"), id, true, "", "")), ErrorCode::kConflict);
  Must(LiftProcessingRestriction(As("anna"), made.record.id));
  EXPECT_FALSE(Must(ReadRecord(As("anna"), made.record.id)).head.restricted);
}

INSTANTIATE_TEST_SUITE_P(Both, ErasureTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
