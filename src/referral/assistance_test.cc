// Assistance: what is recorded, places, interpreters, and that none of it depends on cooperation.

#include "referral/assistance.h"

#include <mutex>
#include <thread>

#include "base/text.h"
#include "people/authorize.h"
#include "referral/testing.h"

namespace thb {
namespace {

using enum FieldGroup;

AssistanceKinds LoadedKinds() {
  auto kinds = AssistanceKinds::Load();
  EXPECT_TRUE(kinds.has_value()) << (kinds ? "" : kinds.error().ToLine());
  return kinds ? std::move(*kinds) : AssistanceKinds();
}

TEST(AssistanceKinds, CoverTheSupportOfTheDirective) {
  std::vector<std::string> ids;
  const AssistanceKinds kinds = LoadedKinds();
  for (const AssistanceKind& kind : kinds.All()) {
    ids.push_back(kind.id);
    EXPECT_FALSE(kind.source.empty()) << kind.id;
    EXPECT_EQ(kind.group, kAssistance) << kind.id;
  }
  EXPECT_EQ(ids, (std::vector<std::string>{"needs_assessment", "support_plan", "service",
                                           "legal_aid", "health", "safety_plan", "compensation",
                                           "durable_solution", "follow_up"}));
}

// Check 10: neither the data nor a field of it asks what somebody does in the criminal case.
TEST(AssistanceKinds, AskForNoCooperation) {
  int words = 0;
  const AssistanceKinds kinds = LoadedKinds();
  for (const AssistanceKind& kind : kinds.All()) {
    std::string all = kind.id + " " + kind.en + " " + kind.nl;
    for (const AssistanceField& field : kind.fields) {
      all += " " + field.id + " " + field.en + " " + field.nl + " " + field.list;
    }
    for (const AssistanceKind::State& state : kind.states) {
      all += " " + state.id + " " + state.en + " " + state.nl;
    }
    all = ToLowerAscii(all);
    words += static_cast<int>(Split(all, ' ').size());
    for (const char* word :
         {"cooperat", "testif", "willing", "meewerk", "aangifte", "procedure_"}) {
      EXPECT_EQ(all.find(word), std::string::npos) << kind.id << " names " << word;
    }
  }
  EXPECT_GT(words, 100);
}

class AssistanceTest : public ReferralTest {
 protected:
  void SetUp() override {
    ReferralTest::SetUp();
    if (store_ == nullptr) return;
    AddWorker("sam", "shelter", {{"shelter_worker", Scope::kOwn}});
  }
  AssistanceEntry Entry(const std::string& kind, const std::map<std::string, std::string>& fields) {
    AssistanceEntry entry;
    entry.record = victim_.record.id;
    entry.person = victim_.person;
    entry.kind = kind;
    entry.fields = fields;
    return entry;
  }
  Shelter House(const std::string& label, int places) {
    Shelter shelter;
    shelter.label = label;
    shelter.places = places;
    shelter.for_sex = "F";
    shelter.location = "Synthetic street 1";
    return shelter;
  }
  PlaceWanted Woman() {
    PlaceWanted wanted;
    wanted.sex = "F";
    wanted.age_band = "adult";
    return wanted;
  }
  std::string AddHouse(const Shelter& shelter) {
    const Work sofia = As("sofia");
    return Must(Assistance(*kinds_of_help_, sofia).SaveShelter(shelter));
  }
  Result<std::string> PlaceHer(const std::string& shelter) {
    const Work anna = As("anna");
    return Assistance(*kinds_of_help_, anna)
        .Place(victim_.record.id, victim_.person, shelter, Woman(), Today());
  }
};

TEST_P(AssistanceTest, EveryKindIsAddedChangedAndRead) {
  const Work anna = As("anna");
  Assistance assistance(*kinds_of_help_, anna);
  const std::map<std::string, std::map<std::string, std::string>> examples = {
      {"needs_assessment", {{"wishes", "Synthetic wishes"}}},
      {"support_plan", {{"goals", "Synthetic goals"}, {"agreed", "yes"}}},
      {"service", {{"service", "accommodation"}}},
      {"legal_aid", {{"matter", "compensation"}, {"free_of_charge", "unknown"}}},
      {"health", {{"care", "mental"}}},
      {"safety_plan", {{"code_word", "Synthetic word"}}},
      {"compensation", {{"route", "state_fund"}, {"claimed", "1250.50"}, {"currency", "EUR"}}},
      {"durable_solution", {{"solution", "stay"}}},
      {"follow_up", {{"what", "Synthetic question"}}}};
  ASSERT_EQ(examples.size(), kinds_of_help_->All().size());
  for (const auto& [kind, fields] : examples) {
    const std::string id = Must(assistance.Add(Entry(kind, fields)));
    AssistanceEntry entry = Must(assistance.Load(id));
    EXPECT_EQ(entry.fields, fields);
    const AssistanceKind* of = kinds_of_help_->Find(kind);
    EXPECT_EQ(entry.state, of->states.front().id);
    entry.state = of->states.front().next.front();
    EXPECT_EQ(Must(assistance.Change(entry)), 2) << kind;
    EXPECT_EQ(CodeOf(assistance.Change(entry)), ErrorCode::kStale) << kind;
  }
  EXPECT_EQ(Must(assistance.OfRecord(victim_.record.id)).size(), examples.size());
  std::string stored;
  Must(store_->database->Query("SELECT sealed_fields FROM assistance_entry", {},
                               [&](const SqlRow& row) -> Result<void> {
                                 stored += row.Text(0);
                                 return {};
                               }));
  EXPECT_EQ(stored.find("Synthetic"), std::string::npos);
}

TEST_P(AssistanceTest, RefusesWhatDoesNotFitItsField) {
  const Work anna = As("anna");
  Assistance assistance(*kinds_of_help_, anna);
  EXPECT_EQ(CodeOf(assistance.Add(Entry("service", {}))), ErrorCode::kBadValue) << "which service";
  EXPECT_EQ(CodeOf(assistance.Add(Entry("service", {{"service", "x"}}))), ErrorCode::kUnknownCode);
  EXPECT_EQ(CodeOf(assistance.Add(Entry("service", {{"cooperates", "yes"}}))),
            ErrorCode::kUnknownCode);
  EXPECT_EQ(CodeOf(assistance.Add(Entry("no_kind", {}))), ErrorCode::kUnknownCode);
  for (const char* amount : {"-1", "1,5", "1.555", "1.", ".5", "1e3", "1234567890123", "x"}) {
    EXPECT_EQ(CodeOf(assistance.Add(
                  Entry("compensation", {{"route", "state_fund"}, {"claimed", amount}}))),
              ErrorCode::kBadValue)
        << amount;
  }
  EXPECT_EQ(CodeOf(assistance.Add(Entry("support_plan", {{"goals", "x"}, {"agreed", "maybe"}}))),
            ErrorCode::kBadValue);
  const std::string id = Must(assistance.Add(Entry("service", {{"service", "work"}})));
  AssistanceEntry entry = Must(assistance.Load(id));
  entry.state = "done";
  EXPECT_EQ(CodeOf(assistance.Change(entry)), ErrorCode::kConflict) << "planned is not yet done";
}

// Check 10, by behaviour: whatever is entered in the criminal case or refused, help goes on the
// same.
TEST_P(AssistanceTest, HelpIsTheSameWhateverSheDoesInTheCriminalCase) {
  const Work anna = As("anna");
  Assistance assistance(*kinds_of_help_, anna);
  const std::string to_police = SentTo("police", {kInvestigation, kDecision}, "investigation");
  AddWorker("pim", "police", {{"police_supervisor", Scope::kOrganisation}});
  Must(Apply("pim", to_police, ReferralEvent::kAccept));
  const Work pim = As("pim");
  std::int64_t version = 0;
  for (const char* event : {"wants", "thinks", "does_not_want"}) {
    ProcedureStep step;
    step.record = victim_.record.id;
    step.person = victim_.person;
    step.track = "cooperation";
    step.event = event;
    step.on = Today();
    Must(Procedures(*procedure_, *countries_, pim).Enter(step, version++));
    const std::string id = Must(assistance.Add(Entry("service", {{"service", "accommodation"}})));
    AssistanceEntry entry = Must(assistance.Load(id));
    entry.state = "running";
    Must(assistance.Change(entry));
    EXPECT_EQ(Must(assistance.Load(id)).state, "running") << event;
  }
  // A consent that is withdrawn closes nothing either (rule 10).
  Referrals referrals(*countries_, anna);
  Must(referrals.WithdrawConsent(Must(referrals.Load(to_police)).basis.consent_id, ""));
  for (const AssistanceEntry& entry : Must(assistance.OfRecord(victim_.record.id))) {
    EXPECT_EQ(entry.state, "running");
  }
}

TEST_P(AssistanceTest, AFollowUpOpensItsTaskOnce) {
  const Work anna = As("anna");
  Assistance assistance(*kinds_of_help_, anna);
  AssistanceEntry entry = Entry("follow_up", {{"what", "Synthetic question"}});
  entry.follow_up = Today() + 7;
  const std::string id = Must(assistance.Add(entry));
  const auto open = [&] {
    return Must(OpenFollowUpTasks(*store_->database, *store_->log, store_->random, store_->now));
  };
  EXPECT_EQ(open(), 0);
  store_->now += Instant{7} * 86'400;
  EXPECT_EQ(open(), 1);
  EXPECT_EQ(open(), 0);
  const Work later = As("anna");
  entry = Must(Assistance(*kinds_of_help_, later).Load(id));
  entry.follow_up = Today() + 30;
  Must(Assistance(*kinds_of_help_, later).Change(entry));
  store_->now += Instant{30} * 86'400;
  EXPECT_EQ(open(), 1) << "another day is another task";
}

TEST_P(AssistanceTest, OthersFindNothing) {
  const Work anna = As("anna");
  const std::string id =
      Must(Assistance(*kinds_of_help_, anna).Add(Entry("service", {{"service", "accommodation"}})));
  for (const char* stranger : {"bert", "carla", "piet", "ivan"}) {
    const Work work = As(stranger);
    Assistance assistance(*kinds_of_help_, work);
    EXPECT_EQ(CodeOf(assistance.Load(id)), ErrorCode::kNotFound);
    EXPECT_EQ(CodeOf(assistance.OfRecord(victim_.record.id)), ErrorCode::kNotFound);
    EXPECT_EQ(CodeOf(assistance.Add(Entry("service", {{"service", "work"}}))),
              ErrorCode::kNotFound);
  }
}

// --- shelters ------------------------------------------------------------------------------------

TEST_P(AssistanceTest, TheLocationIsForThePlacingAndTheReceivingWorker) {  // rule 14
  const std::string house = AddHouse(House("House B", 2));
  Must(PlaceHer(house));
  const Work anna = As("anna");
  const std::vector<Placement> hers =
      Must(Assistance(*kinds_of_help_, anna).PlacementsOf(victim_.record.id));
  ASSERT_EQ(hers.size(), 1u);
  EXPECT_EQ(hers[0].location, "Synthetic street 1");
  // A referral on assistance tells that she is placed, not where.
  Must(Apply("chief", SentTo("clinic", {kAssistance}), ReferralEvent::kAccept));
  for (const char* other : {"chief", "sofia"}) {
    const Work work = As(other);
    const std::vector<Placement> seen =
        Must(Assistance(*kinds_of_help_, work).PlacementsOf(victim_.record.id));
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen[0].location, "") << other;
    EXPECT_EQ(seen[0].label, "") << other;
    EXPECT_EQ(seen[0].shelter, "") << other;
  }
  const Work piet = As("piet");
  EXPECT_EQ(CodeOf(Assistance(*kinds_of_help_, piet).PlacementsOf(victim_.record.id)),
            ErrorCode::kNotFound);
}

TEST_P(AssistanceTest, TheFileDoesNotSayWhoIsWhere) {
  const std::string house = AddHouse(House("Synthetic house", 2));
  Must(PlaceHer(house));
  std::string stored;
  const auto collect = [&](const char* sql, int columns) {
    Must(store_->database->Query(sql, {}, [&](const SqlRow& row) -> Result<void> {
      for (int i = 0; i < columns; ++i) stored += std::string(row.Text(i)) + " ";
      return {};
    }));
  };
  collect("SELECT id, record_id, person_id, end_reason, author, sealed_place FROM placement", 6);
  EXPECT_EQ(stored.find(house), std::string::npos) << "the row names its shelter";
  collect("SELECT sealed_content FROM shelter", 1);
  EXPECT_EQ(stored.find("Synthetic"), std::string::npos);
}

TEST_P(AssistanceTest, FindsPlacesThatFit) {
  Shelter family = House("House F", 4);
  family.for_sex = "T";
  family.takes_children = true;
  AddHouse(family);
  AddHouse(House("House W", 1));
  const Work anna = As("anna");
  Assistance assistance(*kinds_of_help_, anna);
  const auto fitting = [&](const PlaceWanted& wanted) {
    std::set<std::string> labels;
    for (const ShelterAvailability& place : Must(assistance.FindPlaces(wanted))) {
      if (place.fits) labels.insert(place.label);
    }
    return labels;
  };
  EXPECT_EQ(fitting(Woman()), (std::set<std::string>{"House F", "House W"}));
  PlaceWanted mother = Woman();
  mother.children = 1;
  EXPECT_EQ(fitting(mother), std::set<std::string>{"House F"});
  PlaceWanted man = Woman();
  man.sex = "M";
  EXPECT_EQ(fitting(man), std::set<std::string>{"House F"});
  PlaceWanted uncertain = Woman();
  uncertain.age_band = "presumed_child";
  EXPECT_EQ(fitting(uncertain), std::set<std::string>{}) << "housed apart until it is decided";
  for (const ShelterAvailability& place : Must(assistance.FindPlaces(uncertain))) {
    EXPECT_EQ(place.why_not.back(), "age_unknown");
  }
}

TEST_P(AssistanceTest, AFullHouseTakesNobodyAndAnEndFreesThePlace) {
  const std::string house = AddHouse(House("House B", 1));
  const std::string placement = Must(PlaceHer(house));
  EXPECT_EQ(CodeOf(PlaceHer(house)), ErrorCode::kConflict) << "she has a place";
  const Made other = NewVictimBy("anna", SyntheticIdentity("Synthetic", "Two", "1991-01-01"));
  const Work anna = As("anna");
  Assistance assistance(*kinds_of_help_, anna);
  const auto place_other = [&] {
    return assistance.Place(other.record.id, other.person, house, Woman(), Today());
  };
  EXPECT_EQ(CodeOf(place_other()), ErrorCode::kConflict);
  Must(assistance.EndPlacement(placement, 1, Today(), "own_home"));
  EXPECT_EQ(CodeOf(assistance.EndPlacement(placement, 2, Today(), "own_home")),
            ErrorCode::kConflict);
  Must(place_other());
  Shelter smaller = House("House B", 0);
  smaller.id = house;
  smaller.version = 1;
  const Work sofia = As("sofia");
  EXPECT_EQ(CodeOf(Assistance(*kinds_of_help_, sofia).SaveShelter(smaller)), ErrorCode::kBadValue);
}

TEST_P(AssistanceTest, OfTwoWhoTakeTheLastPlaceOneIsTold) {
  const std::string house = AddHouse(House("House B", 1));
  const Made other = NewVictimBy("anna", SyntheticIdentity("Synthetic", "Two", "1991-01-01"));
  const Actor anna = Who("anna");
  int placed = 0;
  int told = 0;
  std::mutex mutex;
  const auto take = [&](const Made& made, std::uint64_t seed) {
    const std::unique_ptr<Database> database = store_->Connect();
    const std::unique_ptr<Vault> vault = store_->OpenAnotherVault();
    const RandomBytes random = SeededRandom(seed);
    AuditLog log(*vault, random);
    const Work work{*database, *vault, log, *roles_, anna, store_->now, random};
    const auto result = Assistance(*kinds_of_help_, work)
                            .Place(made.record.id, made.person, house, Woman(), Today());
    const std::lock_guard lock(mutex);
    if (result) {
      ++placed;
    } else if (result.error().code == ErrorCode::kConflict) {
      ++told;
    } else {
      ADD_FAILURE() << result.error().ToLine();
    }
  };
  std::thread first([&] { take(victim_, 1001); });
  std::thread second([&] { take(other, 1002); });
  first.join();
  second.join();
  EXPECT_EQ(placed, 1);
  EXPECT_EQ(told, 1);
  EXPECT_EQ(CountOf("SELECT taken FROM shelter"), 1);
}

TEST_P(AssistanceTest, OtherOrganisationsSeeNoShelter) {
  const std::string house = AddHouse(House("House B", 1));
  const Work chief = As("chief");
  Assistance theirs(*kinds_of_help_, chief);
  EXPECT_EQ(Must(theirs.FindPlaces(Woman())).size(), 0u);
  EXPECT_EQ(Must(theirs.Shelters()).size(), 0u);
  const Work anna = As("anna");
  EXPECT_EQ(CodeOf(Assistance(*kinds_of_help_, anna).SaveShelter(House("House C", 1))),
            ErrorCode::kForbidden);
  EXPECT_EQ(CodeOf(Assistance(*kinds_of_help_, anna).Shelters()), ErrorCode::kForbidden);
}

// --- interpreters --------------------------------------------------------------------------------

TEST_P(AssistanceTest, AnInterpreterIsBookedAfterACheckAndIsNeverACompanion) {  // rule 15
  Interpreter interpreter;
  interpreter.name = "Synthetic Interpreter";
  interpreter.phone = "000";
  interpreter.sex = "F";
  interpreter.languages = {"vi", "en"};
  interpreter.bound_to_secrecy = true;
  const Work sofia = As("sofia");
  interpreter.id = Must(Assistance(*kinds_of_help_, sofia).SaveInterpreter(interpreter));
  const Work anna = As("anna");
  Assistance assistance(*kinds_of_help_, anna);
  EXPECT_EQ(Must(assistance.FindInterpreters({"vi", "F"})).size(), 1u);
  EXPECT_EQ(Must(assistance.FindInterpreters({"vi", "M"})).size(), 0u);
  EXPECT_EQ(Must(assistance.FindInterpreters({"ro", ""})).size(), 0u);
  EXPECT_EQ(CodeOf(assistance.SaveInterpreter(interpreter)), ErrorCode::kForbidden);
  InterpreterBooking booking;
  booking.record = victim_.record.id;
  booking.person = victim_.person;
  booking.interpreter = interpreter.id;
  booking.language = "vi";
  booking.sex_wanted = "F";
  booking.on = Today();
  EXPECT_EQ(CodeOf(assistance.Book(booking)), ErrorCode::kBadValue) << "nobody asked first";
  booking.conflict_checked = true;
  booking.came_with_person = true;
  EXPECT_EQ(CodeOf(assistance.Book(booking)), ErrorCode::kForbidden);
  booking.came_with_person = false;
  booking.sex_wanted = "M";
  EXPECT_EQ(CodeOf(assistance.Book(booking)), ErrorCode::kBadValue);
  booking.sex_wanted = "F";
  Must(assistance.Book(booking));
  EXPECT_EQ(Must(assistance.BookingsOf(victim_.record.id))[0].name, interpreter.name);
  // The name is a field group of its own.
  Must(Apply("chief", SentTo("clinic", {kAssistance}), ReferralEvent::kAccept));
  const Work chief = As("chief");
  const std::vector<InterpreterBooking> seen =
      Must(Assistance(*kinds_of_help_, chief).BookingsOf(victim_.record.id));
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].name, "");
  EXPECT_EQ(seen[0].interpreter, "");
  EXPECT_EQ(seen[0].language, "vi");
}

INSTANTIATE_TEST_SUITE_P(Both, AssistanceTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
