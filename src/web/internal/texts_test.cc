#include "web/internal/texts.h"

#include <gtest/gtest.h>

#include <set>

namespace thb {
namespace {

class TextTables : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Tables, TextTables, ::testing::Values("web", "desk"));

TEST_P(TextTables, BothLanguagesHaveTheSameKeysAndArguments) {
  const Messages en = *Messages::Load("en", GetParam());
  const Messages nl = *Messages::Load("nl", GetParam());
  std::set<std::string> keys;
  for (const auto& [key, pattern] : en.patterns()) {
    keys.insert(key);
    const auto other = nl.patterns().find(key);
    ASSERT_NE(other, nl.patterns().end()) << key;
    const auto arguments = MessageArgumentNames(pattern);
    ASSERT_TRUE(arguments) << key << ": " << arguments.error().ToLine();
    const auto others = MessageArgumentNames(other->second);
    ASSERT_TRUE(others) << key << ": " << others.error().ToLine();
    EXPECT_EQ(*arguments, *others) << key;
  }
  EXPECT_EQ(keys.size(), nl.patterns().size());
}

TEST(Texts, ATextThatIsNotThereShowsItself) {
  const Texts texts = *Texts::Load(Language::kEn);
  EXPECT_EQ(texts.Get("no.such.text"), "[[no.such.text]]");
  EXPECT_EQ(texts.Get("why.title"), "[[why.title]]") << "its argument is missing";
}

TEST(Texts, PartsAndStrongWordsBecomeMarkup) {
  const Texts texts = *Texts::Load(Language::kEn);
  const Html html = texts.Rich("why.title", {}, {{"value", El("em", "<63")}});
  EXPECT_EQ(html.markup(), "Why is this figure <em>&lt;63</em>?");
  EXPECT_EQ(texts.Rich("legend.zero").markup().substr(0, 21), "<strong>Zero</strong>");
}

}  // namespace
}  // namespace thb
