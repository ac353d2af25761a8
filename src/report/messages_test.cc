#include "report/messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace thb {
namespace {

const Messages& In(std::string_view language) {
  static const Result<Messages> kEn = Messages::Load("en");
  static const Result<Messages> kNl = Messages::Load("nl");
  return language == "nl" ? *kNl : *kEn;
}

TEST(Messages, HaveTheSameKeysAndArgumentsInAllLanguages) {
  const auto& en = In("en").patterns();
  const auto& nl = In("nl").patterns();
  std::vector<std::string> keys;
  for (const auto& [key, pattern] : nl) keys.push_back(key);
  std::vector<std::string> expected;
  for (const auto& [key, pattern] : en) expected.push_back(key);
  EXPECT_EQ(keys, expected);
  for (const auto& [key, pattern] : en) {
    const auto names = MessageArgumentNames(pattern);
    ASSERT_TRUE(names) << key << ": " << names.error().ToLine();
    const auto others = MessageArgumentNames(nl.at(key));
    ASSERT_TRUE(others) << key << ": " << others.error().ToLine();
    EXPECT_EQ(*names, *others) << key;
  }
}

TEST(Messages, KeepFiguresAndFootnotesInTheirPlaces) {
  const auto runs =
      In("nl").Format("citizen.shares", {{"eu", Inlines{Inline::Figure("53 %", "a")}},
                                         {"non_eu", Inlines{Inline::Figure("43 %", "b")}},
                                         {"note", Inlines{Inline::Footnote(7)}}});
  ASSERT_TRUE(runs) << runs.error().ToLine();
  std::vector<std::string> ids;
  for (const Inline& run : *runs) {
    if (run.kind == Inline::Kind::kFigure) ids.push_back(run.figure_id);
  }
  EXPECT_THAT(ids, testing::ElementsAre("a", "b"));
  EXPECT_EQ(runs->at(runs->size() - 2).kind, Inline::Kind::kFootnote);
  EXPECT_EQ(runs->at(runs->size() - 2).footnote, 7U);
  EXPECT_EQ(runs->back().text, ".");
}

TEST(Messages, MarkStrongParts) {
  const auto runs = In("en").Format("coverage.none", {{"what", std::string("Victims")}});
  ASSERT_TRUE(runs);
  EXPECT_EQ(runs->front().text, "Victims:");
  EXPECT_TRUE(runs->front().strong);
  EXPECT_FALSE(runs->back().strong);
}

TEST(Messages, ChooseThePluralOfTheLanguage) {
  const auto one =
      In("nl").Format("contributions.states", {{"kind", std::string("closed")}, {"count", 7.0}});
  ASSERT_TRUE(one);
  EXPECT_EQ(PlainText(*one), "zeven lidstaten");
}

TEST(Messages, RefuseAMissingArgumentAndAnUnknownKey) {
  EXPECT_EQ(In("en").Format("coverage.none", {}).error().code, ErrorCode::kInternal);
  EXPECT_EQ(In("en").Format("no.such", {}).error().code, ErrorCode::kInternal);
  EXPECT_EQ(Messages::Load("xx").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace thb
