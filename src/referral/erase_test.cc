// Erasing a person takes away every row about her, and nobody else's.

#include "referral/erase.h"

#include "base/text.h"
#include "referral/testing.h"

namespace thb {
namespace {

using enum FieldGroup;

class EraseTest : public ReferralTest {
 protected:
  void Fill(const Made& made) {
    const Work anna = As("anna");
    Must(Screenings(*lists_, anna).Start(made.record.id, made.person, "ilo_forced_labour", ""));
    OverrideRequest request;
    request.record = made.record.id;
    request.person = made.person;
    request.country = "NL";
    request.ground = "danger_to_life";
    request.recipient = Org("police");
    request.reason = "Synthetic reason";
    request.told = true;
    Referrals referrals(*countries_, anna);
    const std::string override_id = Must(referrals.AskOverride(request));
    ReferralDraft draft = DraftTo("police", {kIdentity}, "investigation");
    draft.record = made.record.id;
    draft.person = made.person;
    Must(referrals.Send(Must(referrals.Draft(draft)), 1, {{}, override_id}));
    AssistanceEntry entry;
    entry.record = made.record.id;
    entry.person = made.person;
    entry.kind = "service";
    entry.fields = {{"service", "work"}};
    entry.follow_up = Today();
    Must(Assistance(*kinds_of_help_, anna).Add(entry));
    PlaceWanted wanted;
    wanted.sex = "F";
    wanted.age_band = "adult";
    Must(Assistance(*kinds_of_help_, anna)
             .Place(made.record.id, made.person, house_, wanted, Today()));
    Must(OpenFollowUpTasks(*store_->database, *store_->log, store_->random, store_->now));
  }
  // Rows of every table of the room that names a person.
  std::map<std::string, std::int64_t> RowsOf(const std::string& person) {
    std::map<std::string, std::int64_t> rows;
    for (const char* table :
         {"screening", "consent_override", "referral", "statistical_notice", "procedure_track",
          "procedure_event", "procedure_clock", "guardianship", "child_entry", "assistance_entry",
          "placement", "interpreter_booking"}) {
      rows[table] = CountOf("SELECT COUNT(*) FROM " + std::string(table) + " WHERE person_id = '" +
                            person + "'");
    }
    return rows;
  }
  std::int64_t Sum(const std::string& person) {
    std::int64_t sum = 0;
    for (const auto& [table, rows] : RowsOf(person)) sum += rows;
    return sum;
  }

  std::string house_;
};

TEST_P(EraseTest, NothingAboutHerStaysAndNothingElseGoes) {
  const Work sofia = As("sofia");
  Shelter shelter;
  shelter.label = "House B";
  shelter.places = 5;
  shelter.for_sex = "F";
  house_ = Must(Assistance(*kinds_of_help_, sofia).SaveShelter(shelter));
  const Made other = NewVictimBy("anna", SyntheticIdentity("Synthetic", "Two", "1991-01-01"));
  Fill(victim_);
  Fill(other);
  EXPECT_GE(Sum(victim_.person), 5);
  const std::int64_t others = Sum(other.person);
  const std::int64_t tasks = CountOf("SELECT COUNT(*) FROM task");
  {
    const Work anna = As("anna");
    Transaction transaction = Must(Transaction::Begin(*store_->database));
    Must(EraseReferralRows(anna, victim_.record.id, victim_.person));
    Must(transaction.Commit());
  }
  for (const auto& [table, rows] : RowsOf(victim_.person)) EXPECT_EQ(rows, 0) << table;
  EXPECT_EQ(Sum(other.person), others);
  EXPECT_EQ(CountOf("SELECT taken FROM shelter"), 1) << "her place is free";
  EXPECT_EQ(CountOf("SELECT COUNT(*) FROM task"), tasks / 2);
  {
    const Work anna = As("anna");
    Transaction transaction = Must(Transaction::Begin(*store_->database));
    Must(EraseReferralRows(anna, other.record.id, ""));
    Must(transaction.Commit());
  }
  EXPECT_EQ(Sum(other.person), 0);
  EXPECT_EQ(CountOf("SELECT COUNT(*) FROM task"), 0);
  EXPECT_EQ(CountOf("SELECT taken FROM shelter"), 0);
}

INSTANTIATE_TEST_SUITE_P(Both, EraseTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
