#include "people/person.h"

#include "people/authorize.h"
#include "people/consent.h"
#include "people/notice.h"
#include "people/testing.h"

namespace thb {
namespace {

using PersonTest = PeopleTest;

Identity FullIdentity() {
  Identity identity = SyntheticIdentity("Synthetic", "Person", "1998-03-04");
  PersonName alias = SyntheticName("Synthetic", "Alias");
  alias.kind = "alias";
  identity.names.push_back(alias);
  identity.sex = {Given::kKnown, "F"};
  identity.gender = {Given::kRefused, ""};
  identity.citizenship = {Given::kKnown, {"NG", "BE"}};
  identity.languages = {Given::kUnknown, {}};
  identity.documents = {{"passport", "NG", "X-123 456", "held by another"}};
  return identity;
}

TEST_P(PersonTest, KeepsEveryAnswerAndTellsThemApart) {
  const Made made = NewVictimBy("anna", FullIdentity());
  const PersonFile file = Must(ReadPerson(As("anna"), made.person));
  EXPECT_EQ(file.identity, FullIdentity());
  EXPECT_EQ(file.identity->gender.given, Given::kRefused);
  EXPECT_EQ(file.identity->languages.given, Given::kUnknown);
  EXPECT_EQ(file.contact->given, Given::kNotAsked);
  EXPECT_EQ(file.age_band, AgeBand::kAdult);
  EXPECT_EQ(LoggedOf("person.read"), 1);
}

TEST_P(PersonTest, NothingOfHerLiesInTheClear) {
  const Made made = NewVictimBy("anna", FullIdentity());
  Contact contact;
  contact.given = Given::kKnown;
  contact.phones = {{"+31612345678", "Synthetic friend", "Synthetic words", "09:00", true}};
  Must(EditContact(As("anna"), made.person, 1, contact, "Synthetic reason"));
  std::string stored;
  for (const char* sql : {"SELECT sealed_identity, sealed_contact, sealed_context FROM person",
                          "SELECT sealed_reason, sealed_document, part FROM person_earlier",
                          "SELECT bucket, id, person_id FROM name_index",
                          "SELECT bucket, id, person_id FROM identifier_index"}) {
    Must(store_->database->Query(sql, {}, [&](const SqlRow& row) -> Result<void> {
      for (int i = 0; i < 3; ++i) stored += std::string(row.Text(i)) + "\n";
      return {};
    }));
  }
  for (const char* canary : {"Synthetic", "Alias", "1998", "612345678", "123456", "\"F\""}) {
    EXPECT_EQ(stored.find(canary), std::string::npos) << canary;
  }
}

TEST_P(PersonTest, ACorrectionKeepsWhatWasSaidBefore) {
  const Made made = NewVictimBy("anna", FullIdentity());
  Identity corrected = FullIdentity();
  corrected.names[0].second_name = "Corrected";
  EXPECT_EQ(Must(EditIdentity(As("anna"), made.person, 1, corrected, "misheard")), 2);
  EXPECT_EQ(CodeOf(EditIdentity(As("anna"), made.person, 1, corrected, "")), ErrorCode::kStale);
  const auto earlier = Must(EarlierValues(As("anna"), made.person));
  ASSERT_EQ(earlier.size(), 1U);
  EXPECT_EQ(earlier[0].reason, "misheard");
  EXPECT_EQ(Must(IdentityFromJson(earlier[0].document)), FullIdentity());
  EXPECT_EQ(DisplayName(*Must(ReadPerson(As("anna"), made.person)).identity),
            "Synthetic Corrected");
}

TEST_P(PersonTest, AParticipantSeesTheGroupsThatItHas) {
  const Made made = NewVictimBy("anna", FullIdentity());
  Participation participation{
      "referral", Who("carla").account, "", {FieldGroup::kReference, FieldGroup::kContact}, true, 0,
      {}};
  Must(AddParticipant(As("anna"), made.record.id, participation, "r", ""));
  const PersonFile file = Must(ReadPerson(As("carla"), made.person));
  EXPECT_EQ(file.identity, std::nullopt);
  EXPECT_NE(file.contact, std::nullopt);
  EXPECT_EQ(CodeOf(EditIdentity(As("carla"), made.person, 1, FullIdentity(), "")),
            ErrorCode::kForbidden);
  EXPECT_EQ(CodeOf(ReadPerson(As("piet"), made.person)), ErrorCode::kNotFound);
  const auto absent = ReadPerson(As("piet"), NewId(store_->random));
  EXPECT_EQ(ReadPerson(As("piet"), made.person).error().ToLine(), absent.error().ToLine());
}

TEST_P(PersonTest, RefusesWhatIsNoAnswer) {
  const RecordHead record = NewRecordBy("anna");
  const auto refused = [&](const std::function<void(Identity&)>& spoil) {
    NewPerson person{"victim", FullIdentity()};
    spoil(person.identity);
    return CodeOf(AddPerson(As("anna"), record.id, person));
  };
  EXPECT_EQ(refused([](Identity& i) { i.sex.value.clear(); }), ErrorCode::kBadValue);
  EXPECT_EQ(refused([](Identity& i) { i.sex.value = "X"; }), ErrorCode::kUnknownCode);
  EXPECT_EQ(refused([](Identity& i) { i.sex.value = "T"; }), ErrorCode::kUnknownCode) << "a total";
  EXPECT_EQ(refused([](Identity& i) { i.sex.value = "NRP"; }), ErrorCode::kUnknownCode)
      << "an answer of tables";
  EXPECT_EQ(refused([](Identity& i) { i.citizenship.values = {"EU27_2020"}; }),
            ErrorCode::kUnknownCode);
  EXPECT_EQ(refused([](Identity& i) { i.birthdate.date = "1998-02-30"; }), ErrorCode::kBadValue);
  EXPECT_EQ(refused([](Identity& i) { i.birthdate.given = Given::kUnknown; }),
            ErrorCode::kBadValue);
  EXPECT_EQ(refused([](Identity& i) { i.names[0].first_name = std::string(201, 'a'); }),
            ErrorCode::kLimit);
  EXPECT_EQ(refused([](Identity& i) { i.names.resize(kMaxNames + 1); }), ErrorCode::kLimit);
  EXPECT_EQ(refused([](Identity& i) { i.names[0].first_name = "\xff"; }), ErrorCode::kEncoding);
  EXPECT_EQ(CodeOf(AddPerson(As("anna"), record.id, {"nobody", FullIdentity()})),
            ErrorCode::kUnknownCode);
}

TEST_P(PersonTest, ARecordHasOneVictim) {
  const Made made = NewVictimBy("anna", FullIdentity());
  EXPECT_EQ(CodeOf(AddPerson(As("anna"), made.record.id, {"victim", FullIdentity()})),
            ErrorCode::kConflict);
  const auto child = Must(AddPerson(As("anna"), made.record.id,
                                    {"child", SyntheticIdentity("Synthetic", "Child", "2020")}));
  EXPECT_EQ(Must(ReadRecord(As("anna"), made.record.id)).persons,
            (std::vector<std::string>{made.person, child.id}));
  EXPECT_EQ(Must(ReadRecord(As("anna"), made.record.id)).head.age_band, AgeBand::kAdult)
      << "the record's band is the victim's";
}

TEST_P(PersonTest, DocumentsAreRefusedWithTheFieldNamed) {
  EXPECT_EQ(CodeOf(IdentityFromJson("{\"names\": 1}")), ErrorCode::kParse);
  const auto wrong = IdentityFromJson("{\"names\": [{\"kind\": \"legal\", \"prs_FirstName\": 1}]}");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().place, "identity.names.prs_FirstName");
  EXPECT_EQ(CodeOf(IdentityFromJson("[]")), ErrorCode::kParse);
  EXPECT_EQ(CodeOf(ContactFromJson("{\"given\": \"perhaps\"}")), ErrorCode::kParse);
  EXPECT_EQ(CodeOf(IdentityFromJson(std::string(500'000, ' '))), ErrorCode::kLimit);
  EXPECT_EQ(Must(IdentityFromJson("")), Identity{}) << "nothing is known";
  VictimContext context;
  context.main_exploitation = {Given::kKnown, "ICCS02042"};
  context.forms = {Given::kKnown, {"ICCS02042", "BEG"}};
  context.control = "documents";
  EXPECT_EQ(Must(VictimContextFromJson(VictimContextToJson(context))), context);
}

// --- ages ----------------------------------------------------------------------------------------

struct AgeCase {
  const char* date;
  bool estimated;
  YesNo possibly_child;
  const char* decision;
  AgeBand band;
  const char* counted;
};

TEST(Age, UncertainIsProtectedAsAChildAndCountedAsUnknown) {
  const Instant at = *ParseInstant("2024-06-15");
  const AgeCase cases[] = {
      {"2006-06-15", false, YesNo::kUnknown, "", AgeBand::kAdult, "Y_GE18"},  // 18 today
      {"2006-06-16", false, YesNo::kUnknown, "", AgeBand::kChild, "Y_LT18"},  // tomorrow
      {"2006", false, YesNo::kUnknown, "", AgeBand::kPresumedChild, "UNK"},   // this year
      {"2005", false, YesNo::kUnknown, "", AgeBand::kAdult, "Y_GE18"},
      {"2007", false, YesNo::kUnknown, "", AgeBand::kChild, "Y_LT18"},
      {"2003", true, YesNo::kUnknown, "", AgeBand::kPresumedChild, "UNK"},  // taken for 21
      {"2003", true, YesNo::kNo, "", AgeBand::kAdult, "Y_GE18"},
      {"1990", true, YesNo::kUnknown, "", AgeBand::kAdult, "Y_GE18"},
      {"1990", false, YesNo::kYes, "", AgeBand::kPresumedChild, "UNK"},  // papers are doubted
      {"", false, YesNo::kUnknown, "", AgeBand::kPresumedChild, "UNK"},
      {"", false, YesNo::kYes, "", AgeBand::kPresumedChild, "UNK"},
      {"", false, YesNo::kNo, "", AgeBand::kAdult, "Y_GE18"},
      {"", false, YesNo::kYes, "adult", AgeBand::kAdult, "Y_GE18"},
      {"", false, YesNo::kNo, "child", AgeBand::kChild, "Y_LT18"},
      {"2005", false, YesNo::kNo, "child", AgeBand::kAdult, "Y_GE18"},  // has grown up since
      {"1990", false, YesNo::kNo, "child_despite_documents", AgeBand::kChild, "Y_LT18"},
  };
  for (const AgeCase& one : cases) {
    Identity identity;
    if (*one.date != '\0') identity.birthdate = {Given::kKnown, one.date, one.estimated};
    identity.possibly_child = one.possibly_child;
    EXPECT_EQ(AgeBandOf(identity, one.decision, at), one.band) << one.date << one.decision;
    EXPECT_EQ(AgeGroupOf(identity, one.decision, at), one.counted) << one.date << one.decision;
  }
}

TEST_P(PersonTest, AnAgeDecisionLiftsTheChildRestrictionAndPutsSharingUpForReview) {
  Identity identity = SyntheticIdentity("Synthetic", "Young");
  identity.possibly_child = YesNo::kUnknown;
  const Made made = NewVictimBy("piet", identity);
  const auto restrictions = [&] {
    return Must(ReadRecord(As("piet"), made.record.id)).restrictions;
  };
  EXPECT_EQ(restrictions().count(Restriction::kChild), 1U);
  EXPECT_EQ(CodeOf(LiftRestriction(As("piet"), made.record.id, 1, Restriction::kChild, "")),
            ErrorCode::kForbidden);
  Must(DecideAge(As("piet"), made.person, 1, true));
  EXPECT_EQ(restrictions().count(Restriction::kChild), 0U);
  EXPECT_EQ(Must(ReadPerson(As("piet"), made.person)).age_band, AgeBand::kAdult);
  const auto notices = Must(UntakenNotices(*store_->database, 10));
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].kind, "age.found_adult");
  Must(DecideAge(As("piet"), made.person, 2, false));
  EXPECT_EQ(restrictions().count(Restriction::kChild), 1U);
}

// --- consent -------------------------------------------------------------------------------------

Consent GivenFor(const std::string& person, const std::string& recipient) {
  Consent consent;
  consent.person = person;
  consent.state = ConsentState::kGiven;
  consent.purpose = "referral";
  consent.recipient = recipient;
  consent.groups = {FieldGroup::kReference, FieldGroup::kIdentity};
  consent.text_version = "2024-1";
  consent.language = "en";
  consent.how = "spoken";
  consent.given_by = "person";
  consent.interpreter = true;
  consent.interpreter_name = "Synthetic interpreter";
  consent.who_was_in_room = "Synthetic worker";
  return consent;
}

TEST_P(PersonTest, WithdrawalEndsAccessInTheSameRequest) {
  const Made made = NewVictimBy("anna", FullIdentity());
  const std::string consent = Must(RecordConsent(As("anna"), GivenFor(made.person, Org("clinic"))));
  Participation participation{"referral", "", Org("clinic"), {FieldGroup::kReference}, false,
                              0,          {}};
  participation.organisation.clear();
  participation.account = Who("carla").account;
  Must(AddParticipant(As("anna"), made.record.id, participation, "r", consent));
  EXPECT_TRUE(Must(StandingConsent(As("anna"), made.person, "referral", Org("clinic"))));
  Must(ReadRecord(As("carla"), made.record.id));
  const Withdrawal withdrawal = Must(WithdrawConsent(As("anna"), consent, "changed her mind"));
  EXPECT_EQ(withdrawal.ended.size(), 1U);
  EXPECT_EQ(withdrawal.recipients, std::vector<std::string>{Org("clinic")});
  EXPECT_EQ(CodeOf(ReadRecord(As("carla"), made.record.id)), ErrorCode::kNotFound);
  EXPECT_FALSE(Must(StandingConsent(As("anna"), made.person, "referral", Org("clinic"))));
  const auto notices = Must(UntakenNotices(*store_->database, 10));
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].kind, "consent.withdrawn");
  EXPECT_EQ(notices[0].organisation, Org("clinic"));
  EXPECT_EQ(Must(WithdrawConsent(As("anna"), consent, "")).ended.size(), 0U) << "said twice";
  EXPECT_FALSE(Must(ReadRecord(As("anna"), made.record.id)).head.closed)
      << "what helps goes on (rule 10)";
}

TEST_P(PersonTest, ConsentIsPerPurposeAndRecipientAndRunsOut) {
  const Made made = NewVictimBy("anna", FullIdentity());
  Consent consent = GivenFor(made.person, "node:BE");
  consent.expires = store_->now + 100;
  Must(RecordConsent(As("anna"), consent));
  const auto stands = [&](const char* purpose, const char* recipient) {
    return Must(StandingConsent(As("anna"), made.person, purpose, recipient)).has_value();
  };
  EXPECT_TRUE(stands("referral", "node:BE"));
  EXPECT_FALSE(stands("investigation", "node:BE"));
  EXPECT_FALSE(stands("referral", "node:FR"));
  store_->now += 100;
  EXPECT_FALSE(stands("referral", "node:BE"));
}

TEST_P(PersonTest, ARefusalTakesBackWhatWasGiven) {
  const Made made = NewVictimBy("anna", FullIdentity());
  const std::string given = Must(RecordConsent(As("anna"), GivenFor(made.person, "node:BE")));
  Consent refusal = GivenFor(made.person, "node:BE");
  refusal.state = ConsentState::kRefused;
  Must(RecordConsent(As("anna"), refusal));
  EXPECT_FALSE(Must(StandingConsent(As("anna"), made.person, "referral", "node:BE")));
  EXPECT_EQ(Must(LoadConsent(As("anna"), given)).state, ConsentState::kWithdrawn);
  const auto notices = Must(UntakenNotices(*store_->database, 10));
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].duty, "nodes") << "the other state has to be told";
  const auto all = Must(ConsentsOf(As("anna"), made.person));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].state, ConsentState::kRefused);
  EXPECT_EQ(all[0].interpreter_name, "Synthetic interpreter");
}

TEST_P(PersonTest, APossibleExploiterCannotConsentForHer) {
  const Made made = NewVictimBy("anna", FullIdentity());
  Identity parent = SyntheticIdentity("Synthetic", "Parent", "1970");
  parent.possible_exploiter = YesNo::kUnknown;
  const auto guardian = Must(AddPerson(As("anna"), made.record.id, {"guardian", parent}));
  Consent consent = GivenFor(made.person, Org("clinic"));
  consent.given_by = guardian.id;
  EXPECT_EQ(CodeOf(RecordConsent(As("anna"), consent)), ErrorCode::kForbidden);
  EXPECT_TRUE(Must(IsPossibleExploiter(As("anna"), guardian.id)));
  parent.possible_exploiter = YesNo::kNo;
  Must(EditIdentity(As("anna"), guardian.id, 1, parent, ""));
  Must(RecordConsent(As("anna"), consent));
  consent.given_by = "somebody";
  EXPECT_EQ(CodeOf(RecordConsent(As("anna"), consent)), ErrorCode::kBadValue);
  consent.state = ConsentState::kNotAsked;
  consent.given_by = "\xff";
  EXPECT_EQ(CodeOf(RecordConsent(As("anna"), consent)), ErrorCode::kEncoding);
  consent = GivenFor(made.person, "");
  EXPECT_EQ(CodeOf(RecordConsent(As("anna"), consent)), ErrorCode::kBadValue);
}

INSTANTIATE_TEST_SUITE_P(Both, PersonTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
