#include "people/search.h"

#include <cmath>

#include "access/approval.h"
#include "people/notice.h"
#include "people/second_person.h"
#include "people/testing.h"

namespace thb {
namespace {

// Codes of the literature on the soundex (Mokotoff; the examples of Apache Commons Codec).
TEST(Phonetic, CodesAsPublished) {
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {"AUERBACH", {"097400", "097500"}},
      {"OHRBACH", {"097400", "097500"}},
      {"LIPSHITZ", {"874400"}},
      {"LIPPSZYC", {"874400", "874500"}},
      {"LEWINSKY", {"876450"}},
      {"LEVINSKI", {"876450"}},
      {"SZLAMAWICZ", {"486740"}},
      {"SHLAMOVITZ", {"486740"}},
      {"Peters", {"734000", "739400"}},
      {"Augsburg", {"054795"}},
      {"Ceniow", {"467000", "567000"}},
      {"Holubica", {"587400", "587500"}},
      {"Moskowitz", {"645740"}},
      {"Moskovitz", {"645740"}},
      {"Jackson", {"145460", "154600", "445460", "454600"}},
  };
  for (const auto& [name, codes] : cases) EXPECT_EQ(PhoneticCodes(name), codes) << name;
  EXPECT_TRUE(PhoneticCodes("").empty());
  EXPECT_TRUE(PhoneticCodes("123").empty());
}

TEST(Phonetic, ReadsOtherScripts) {
  EXPECT_EQ(PlainLatin("Łukasz  O'Brien-Müller"), "lukasz obrien muller");
  EXPECT_EQ(PlainLatin("Георгиев"), "georgiev");
  EXPECT_EQ(PlainLatin("Παπαδόπουλος"), "papadopoulos");
  EXPECT_EQ(PhoneticCodes("Георгиев"), PhoneticCodes("Georgiev"));
  EXPECT_EQ(PhoneticCodes("Παπαδόπουλος"), PhoneticCodes("Papadopoulos"));
}

TEST(Phonetic, SimilarityIsOneForTheSameAndLowForOthers) {
  EXPECT_DOUBLE_EQ(NameSimilarity("Synthetic Person", "person synthetic"), 1);
  EXPECT_NEAR(NameSimilarity("martha", "marhta"), 0.961, 0.001) << "Winkler's example";
  EXPECT_NEAR(NameSimilarity("dixon", "dicksonx"), 0.813, 0.001);
  EXPECT_LT(NameSimilarity("Synthetic Person", "Quodlibet Vogel"), 0.6);
  EXPECT_LT(NameSimilarity("Synthetic", "Synthetic Person"), 0.9);
  EXPECT_EQ(NameSimilarity("", "Synthetic"), 0);
}

TEST(Phonetic, PhonesInE164) {
  EXPECT_EQ(NormalisePhone("06 12345678", "NL"), "+31612345678");
  EXPECT_EQ(NormalisePhone("+31 (0)6-1234 5678", ""), "+31612345678");
  EXPECT_EQ(NormalisePhone("06 12345678", ""), std::nullopt) << "of which country?";
  EXPECT_EQ(NormalisePhone("no number", "NL"), std::nullopt);
}

TEST(NameIndex, BitsLeaveFiftyPersonsToABucket) {
  for (const std::int64_t persons : {0, 1, 99, 100, 199, 200, 1'000, 12'345, 1'000'000}) {
    const int bits = NameIndexBits(persons);
    const double buckets = std::pow(2.0, bits);
    if (bits > 0) {
      EXPECT_GE(static_cast<double>(persons) / buckets, 50) << persons;
    }
    EXPECT_LT(static_cast<double>(persons) / (2 * buckets), 50) << persons;
  }
  EXPECT_EQ(NameIndexBits(99), 0);
  EXPECT_EQ(NameIndexBits(1'000'000), 14);
}

class SearchTest : public PeopleTest {
 protected:
  PersonQuery ByName(const std::string& name) {
    PersonQuery query;
    query.name = name;
    query.ground = "first_contact";
    return query;
  }
  std::vector<std::string> Names(const std::string& worker, const PersonQuery& query) {
    std::vector<std::string> names;
    for (const PersonHit& hit : Must(SearchPersons(As(worker), query))) names.push_back(hit.name);
    return names;
  }
};

TEST_P(SearchTest, FindsByAnySpellingAndOrder) {
  NewVictimBy("anna", SyntheticIdentity("Sintetika", "Georgieva", "1998-03-04"));
  NewVictimBy("anna", SyntheticIdentity("Quodlibet", "Vogel", "1980"));
  const std::vector<std::string> found = {"Sintetika Georgieva"};
  EXPECT_EQ(Names("anna", ByName("Sintetika Georgieva")), found);
  EXPECT_EQ(Names("anna", ByName("GEORGIEWA Syntetika")), found);
  EXPECT_EQ(Names("anna", ByName("Георгиева Синтетика")), found);
  EXPECT_EQ(Names("anna", ByName("Nobody Here")), std::vector<std::string>{});
  PersonQuery by_year = ByName("Georgiewa");
  by_year.birth_year = 1999;
  EXPECT_EQ(Names("anna", by_year), found);
  by_year.birth_year = 1985;
  EXPECT_EQ(Names("anna", by_year), std::vector<std::string>{}) << "too far";
}

TEST_P(SearchTest, FindsByNumbers) {
  Identity identity = SyntheticIdentity("Synthetic", "Person");
  identity.documents = {{"passport", "NG", "ab-123 45", ""}};
  const Made made = NewVictimBy("anna", identity);
  Contact contact;
  contact.given = Given::kKnown;
  contact.phones = {{"06 12345678", "", "", "", true}};
  Must(EditContact(As("anna"), made.person, 1, contact, ""));
  EXPECT_EQ(Must(ReadPerson(As("anna"), made.person)).contact->phones[0].number, "+31612345678");
  PersonQuery query;
  query.ground = "first_contact";
  query.document_number = "AB12345";
  EXPECT_EQ(Names("anna", query).size(), 1U);
  query.document_number = "AB12346";
  EXPECT_EQ(Names("anna", query).size(), 0U);
  query.document_number.clear();
  query.phone = "0031 6 12345678";
  query.region = "NL";
  const auto hits = Must(SearchPersons(As("anna"), query));
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_EQ(hits[0].similarity, 1);
  EXPECT_EQ(hits[0].reference, made.record.reference);
}

TEST_P(SearchTest, NeedsTwoThingsAndACaseOrAGround) {
  PersonQuery query = ByName("Synthetic");
  EXPECT_EQ(CodeOf(SearchPersons(As("anna"), query)), ErrorCode::kUsage) << "one name alone";
  query.name = "Synthetic Person";
  query.ground.clear();
  EXPECT_EQ(CodeOf(SearchPersons(As("anna"), query)), ErrorCode::kUsage);
  query.ground = "curiosity";
  EXPECT_EQ(CodeOf(SearchPersons(As("anna"), query)), ErrorCode::kUnknownCode);
  query.ground.clear();
  query.record = NewRecordBy("bert").id;
  EXPECT_EQ(CodeOf(SearchPersons(As("anna"), query)), ErrorCode::kNotFound) << "not her case";
  EXPECT_EQ(CodeOf(SearchPersons(As("stat"), ByName("Synthetic Person"))), ErrorCode::kForbidden);
}

TEST_P(SearchTest, OutOfScopeIsAsIfNotThere) {
  NewVictimBy("bert", SyntheticIdentity("Synthetic", "Person", "1990"));
  EXPECT_EQ(Names("anna", ByName("Synthetic Person")), std::vector<std::string>{});
  EXPECT_EQ(Names("piet", ByName("Synthetic Person")), std::vector<std::string>{});
  EXPECT_EQ(Names("fred", ByName("Synthetic Person")), std::vector<std::string>{})
      << "national scope has no identities";
  EXPECT_EQ(Names("sofia", ByName("Synthetic Person")).size(), 1U);
  EXPECT_EQ(LoggedOf("person.search"), 4);
}

TEST_P(SearchTest, FollowsARecordToWhomItIsSharedWithAndMovedTo) {
  const Made made = NewVictimBy("anna", SyntheticIdentity("Synthetic", "Person", "1990"));
  const PersonQuery query = ByName("Synthetic Person");
  EXPECT_EQ(Names("cora", query).size(), 0U);
  Participation participation;
  participation.kind = "referral";
  participation.account = Who("cora").account;
  participation.groups = {FieldGroup::kReference, FieldGroup::kIdentity};
  participation.from = store_->now;
  participation.until = store_->now + 60;
  Must(AddParticipant(As("anna"), made.record.id, participation, "referral-1", ""));
  EXPECT_EQ(Names("cora", query).size(), 1U) << "shared";
  store_->now += 60;
  EXPECT_EQ(Names("cora", query).size(), 0U) << "it has ended";
  const std::int64_t version = Must(ReadRecord(As("anna"), made.record.id)).head.version;
  Must(MoveRecord(As("anna"), made.record.id, version, Who("cora"), "", "GDPR"));
  EXPECT_EQ(Names("cora", query).size(), 1U) << "moved";
  EXPECT_EQ(Names("anna", query).size(), 0U);
  EXPECT_EQ(Names("sofia", query).size(), 0U);
}

TEST_P(SearchTest, TheHoursSearchesRunOut) {
  Result<std::vector<PersonHit>> last = std::vector<PersonHit>{};
  int done = 0;
  while (last && done < 1'000) {
    last = SearchPersons(As("anna"), ByName("Synthetic Person"));
    ++done;
  }
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code, ErrorCode::kLimit);
  EXPECT_EQ(done, 61);
}

TEST_P(SearchTest, ARebuiltIndexFindsTheSame) {
  for (std::size_t i = 0; i < 120; ++i) {
    NewVictimBy("anna", SyntheticIdentity("Synthetic", "Person" + std::string(1 + i % 3, 'a')));
  }
  const auto before = Names("anna", ByName("Synthetic Persona")).size();
  EXPECT_EQ(Must(ReadSearchIndexState(*store_->database)).generation, 2)
      << "it has grown by itself";
  const SearchIndexState state =
      Must(RebuildSearchIndex(*store_->database, *store_->vault, store_->random, 7));
  EXPECT_EQ(state.generation, 3);
  EXPECT_EQ(state.persons, 120);
  EXPECT_EQ(state.bits, 1);
  EXPECT_EQ(Names("anna", ByName("Synthetic Persona")).size(), before);
  NewVictimBy("anna", SyntheticIdentity("Sintetika", "Later"));
  EXPECT_EQ(Names("anna", ByName("Sintetika Later")).size(), 1U);
  std::int64_t old = -1;
  Must(store_->database->Query("SELECT COUNT(*) FROM name_index WHERE generation < 3", {},
                               [&](const SqlRow& row) -> Result<void> {
                                 old = row.Int(0);
                                 return {};
                               }));
  EXPECT_EQ(old, 0);
}

// --- duplicates ----------------------------------------------------------------------------------

TEST_P(SearchTest, ADuplicateInScopeIsShownSideBySide) {
  const Made first = NewVictimBy("anna", SyntheticIdentity("Sintetika", "Georgieva", "1998-03-04"));
  const RecordHead second = NewRecordBy("anna");
  const PersonAdded added =
      Must(AddPerson(As("anna"), second.id,
                     {"victim", SyntheticIdentity("Syntetika", "Georgiewa", "1998-03-04")}));
  ASSERT_EQ(added.duplicates.size(), 1U);
  EXPECT_EQ(added.duplicates[0].person, first.person);
  const PersonComparison sides = Must(ComparePersons(As("anna"), added.id, first.person));
  EXPECT_GT(sides.similarity, 0.88);
  EXPECT_EQ(DisplayName(*sides.right.identity), "Sintetika Georgieva");
  EXPECT_EQ(CodeOf(ComparePersons(As("bert"), added.id, first.person)), ErrorCode::kNotFound);
  EXPECT_TRUE(Must(UntakenNotices(*store_->database, 10)).empty());
}

TEST_P(SearchTest, ADuplicateOutOfScopeIsForTheCustodianAlone) {
  const Made theirs = NewVictimBy("carla", SyntheticIdentity("Sintetika", "Georgieva", "1998"));
  const RecordHead record = NewRecordBy("anna");
  const PersonAdded added = Must(AddPerson(
      As("anna"), record.id, {"victim", SyntheticIdentity("Sintetika", "Georgieva", "1998")}));
  EXPECT_TRUE(added.duplicates.empty()) << "shown to nobody at entry";
  const auto notices = Must(UntakenNotices(*store_->database, 10));
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].duty, "duplicates");
  EXPECT_EQ(notices[0].record, "");
  EXPECT_EQ(CodeOf(DuplicateCandidates(As("anna"), 10)), ErrorCode::kForbidden);
  const auto candidates = Must(DuplicateCandidates(As("dana"), 10));
  ASSERT_EQ(candidates.size(), 1U);
  const std::string id = candidates[0].id;
  EXPECT_EQ(CodeOf(AnswerDuplicate(As("anna"), id, record.id, "same")), ErrorCode::kNotFound)
      << "nobody asked";
  Must(AskOwners(As("dana"), id));
  EXPECT_EQ(CodeOf(AskOwners(As("dana"), id)), ErrorCode::kConflict);
  ASSERT_EQ(Must(DuplicateQuestions(As("anna"), record.id)).size(), 1U);
  EXPECT_EQ(Must(DuplicateQuestions(As("anna"), record.id))[0].person, added.id);
  Must(AnswerDuplicate(As("anna"), id, record.id, "same"));
  EXPECT_EQ(CodeOf(AnswerDuplicate(As("anna"), id, theirs.record.id, "same")),
            ErrorCode::kNotFound);
  Must(AnswerDuplicate(As("carla"), id, theirs.record.id, "same"));
  EXPECT_TRUE(Must(DuplicateCandidates(As("dana"), 10)).empty()) << "concluded";
  EXPECT_EQ(LoggedOf("record.link"), 1);
}

TEST_P(SearchTest, MergingNeedsTwoPersons) {
  const Made kept = NewVictimBy("anna", SyntheticIdentity("Synthetic", "Kept", "1990"));
  const Made gone = NewVictimBy("anna", SyntheticIdentity("Synthetic", "Gone", "1990"));
  EXPECT_EQ(CodeOf(MergePersons(As("anna"), kept.person, gone.person, "")), ErrorCode::kForbidden);
  EXPECT_EQ(CodeOf(MergePersons(As("sofia"), kept.person, gone.person, "")), ErrorCode::kForbidden)
      << "alone";
  EXPECT_EQ(CodeOf(AskToMerge(As("carla"), kept.person, gone.person, "the same person")),
            ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(AskToMerge(As("anna"), kept.person, gone.person, "the same person")),
            ErrorCode::kForbidden);
  const std::string approval =
      Must(AskToMerge(As("sofia"), kept.person, gone.person, "the same person"));
  EXPECT_FALSE(Agree(As("sofia"), approval)) << "never by the asker";
  Must(Agree(As("silvia"), approval));
  EXPECT_EQ(CodeOf(MergePersons(As("sofia"), gone.person, kept.person, approval)),
            ErrorCode::kForbidden)
      << "agreed to the other way round";
  Must(MergePersons(As("sofia"), kept.person, gone.person, approval));
  EXPECT_TRUE(Must(ReadRecord(As("sofia"), gone.record.id)).head.closed);
  EXPECT_EQ(Names("sofia", ByName("Synthetic Gone")).size(), 0U);
  const auto earlier = Must(EarlierValues(As("sofia"), kept.person));
  ASSERT_EQ(earlier.size(), 3U);
  EXPECT_EQ(earlier[0].reason, "merged");
}

INSTANTIATE_TEST_SUITE_P(Both, SearchTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
