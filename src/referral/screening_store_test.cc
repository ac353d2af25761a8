// Stored screenings: drafts, sheets, who may see them.

#include "referral/testing.h"

namespace thb {
namespace {

using ScreeningStoreTest = ReferralTest;

TEST_P(ScreeningStoreTest, IsSavedResumedAndFinished) {
  const Work work = As("anna");
  Screenings screenings(*lists_, work);
  const std::string id =
      Must(screenings.Start(victim_.record.id, victim_.person, "ilo_forced_labour", ""));
  const ScreeningAnswers answers = {{"fl.debt", ScreeningAnswer::kYes},
                                    {"fl.wages", ScreeningAnswer::kCouldNotAsk}};
  EXPECT_EQ(Must(screenings.Save(id, 1, answers, "Synthetic note")), 2);
  const Screening resumed = Must(screenings.Load(id));
  EXPECT_EQ(resumed.answers, answers);
  EXPECT_EQ(resumed.note, "Synthetic note");
  EXPECT_EQ(resumed.state, ScreeningState::kDraft);
  EXPECT_EQ(CodeOf(screenings.Save(id, 1, answers, "")), ErrorCode::kStale);
  Must(screenings.Finish(id, 2));
  EXPECT_EQ(CodeOf(screenings.Save(id, 3, answers, "")), ErrorCode::kConflict);
  EXPECT_EQ(Must(screenings.Load(id)).state, ScreeningState::kFinished);
  EXPECT_EQ(Must(screenings.OfRecord(victim_.record.id)).size(), 1u);
  EXPECT_EQ(LoggedOf("screening.read"), 2);
}

TEST_P(ScreeningStoreTest, IsSealed) {
  const Work work = As("anna");
  Screenings screenings(*lists_, work);
  const std::string id =
      Must(screenings.Start(victim_.record.id, victim_.person, "ilo_forced_labour", ""));
  Must(screenings.Save(id, 1, {{"fl.debt", ScreeningAnswer::kYes}}, "Synthetic note"));
  std::string stored;
  Must(store_->database->Query("SELECT sealed_content FROM screening", {},
                               [&](const SqlRow& row) -> Result<void> {
                                 stored += row.Text(0);
                                 return {};
                               }));
  EXPECT_FALSE(stored.empty());
  EXPECT_EQ(stored.find("Synthetic"), std::string::npos);
  EXPECT_EQ(stored.find("fl.debt"), std::string::npos);
}

TEST_P(ScreeningStoreTest, ASheetTypedInTwiceIsFound) {
  const Work work = As("anna");
  Screenings screenings(*lists_, work);
  const std::string number = Must(screenings.IssueSheet("ilo_forced_labour"));
  EXPECT_EQ(ParseSheetNumber(number).value_or(""), number);
  EXPECT_EQ(CodeOf(screenings.Start(victim_.record.id, "", "workplace_signs", number)),
            ErrorCode::kConflict)
      << "a sheet of another list";
  const std::string typed = FormatSheetNumber(number);
  const std::string id = Must(screenings.Start(victim_.record.id, "", "ilo_forced_labour", typed));
  EXPECT_EQ(Must(screenings.Load(id)).sheet, number);
  EXPECT_EQ(CodeOf(screenings.Start(victim_.record.id, "", "ilo_forced_labour", typed)),
            ErrorCode::kConflict);
  std::string wrong = number;
  wrong[0] = wrong[0] == '9' ? '8' : static_cast<char>(wrong[0] + 1);
  EXPECT_EQ(CodeOf(screenings.Start(victim_.record.id, "", "ilo_forced_labour", wrong)),
            ErrorCode::kBadValue);
  EXPECT_EQ(CodeOf(screenings.Start(victim_.record.id, "", "ilo_forced_labour",
                                    WithCheckDigit("000000000"))),
            ErrorCode::kNotFound);
}

TEST_P(ScreeningStoreTest, OthersFindNothing) {
  const Work work = As("anna");
  const std::string id = Must(
      Screenings(*lists_, work).Start(victim_.record.id, victim_.person, "ilo_forced_labour", ""));
  for (const char* stranger : {"bert", "carla", "piet", "olga"}) {
    const Work other = As(stranger);
    Screenings screenings(*lists_, other);
    const auto hidden = screenings.Load(id);
    const auto absent = screenings.Load(NewId(store_->random));
    ASSERT_FALSE(hidden || absent);
    EXPECT_EQ(hidden.error().ToLine(), absent.error().ToLine());
    EXPECT_EQ(CodeOf(screenings.Save(id, 1, {}, "")), ErrorCode::kNotFound);
    EXPECT_EQ(CodeOf(screenings.OfRecord(victim_.record.id)), ErrorCode::kNotFound);
    EXPECT_EQ(CodeOf(screenings.Start(victim_.record.id, "", "ilo_forced_labour", "")),
              ErrorCode::kNotFound);
  }
}

INSTANTIATE_TEST_SUITE_P(Both, ScreeningStoreTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
