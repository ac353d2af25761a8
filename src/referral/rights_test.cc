// Leaflets for victims: every language says all of it, shortly, and the cover says nothing.

#include "referral/rights.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/resources.h"
#include "base/text.h"

namespace thb {
namespace {

std::vector<RightsLeaflet> Leaflets() {
  auto loaded = LoadRightsLeaflets();
  EXPECT_TRUE(loaded.has_value()) << (loaded ? "" : loaded.error().ToLine());
  return loaded ? std::move(*loaded) : std::vector<RightsLeaflet>();
}

TEST(RightsLeaflets, EveryLanguageSaysTheSame) {
  std::set<std::string> languages;
  for (const RightsLeaflet& leaflet : Leaflets()) {
    languages.insert(leaflet.language);
    ASSERT_EQ(leaflet.sections.size(), RightsSections().size()) << leaflet.language;
    for (std::size_t i = 0; i < leaflet.sections.size(); ++i) {
      EXPECT_EQ(leaflet.sections[i].id, RightsSections()[i]);
      EXPECT_GE(leaflet.sections[i].lines.size(), 2u) << leaflet.language;
      EXPECT_LE(leaflet.sections[i].lines.size(), 3u) << leaflet.language;
    }
  }
  for (const char* language : {"de", "en", "es", "fr", "nl", "ro"}) {
    EXPECT_TRUE(languages.contains(language)) << language;
  }
}

TEST(RightsLeaflets, LinesAreShort) {
  constexpr std::size_t kLongestLine = 240;
  for (const RightsLeaflet& leaflet : Leaflets()) {
    for (const auto& section : leaflet.sections) {
      for (const std::string& line : section.lines) {
        EXPECT_LE(line.size(), kLongestLine) << leaflet.language << ": " << line;
      }
    }
  }
}

// A card that somebody else may find (casework rule 14).
TEST(RightsLeaflets, TheCoverIsNeutral) {
  for (const RightsLeaflet& leaflet : Leaflets()) {
    const std::string cover = ToLowerAscii(leaflet.card_title);
    for (const char* word : {"victim", "traffic", "slachtoffer", "rights", "recht", "police",
                             "help", "droit", "derech", "dreptur"}) {
      EXPECT_EQ(cover.find(word), std::string::npos) << leaflet.language;
    }
  }
}

TEST(RightsLeaflets, AnUnreviewedTextSaysSo) {
  for (const RightsLeaflet& leaflet : Leaflets()) {
    EXPECT_TRUE(leaflet.reviewed || !leaflet.draft.empty()) << leaflet.language;
  }
}

// Casework rule 16: a mail names nobody, nothing and no place.
TEST(Reminders, SayNothing) {
  for (const char* name : {"locales/referral.en.json", "locales/referral.nl.json"}) {
    const auto text = FindResource(name);
    ASSERT_TRUE(text.has_value());
    const std::string lower = ToLowerAscii(*text);
    for (const char* word :
         {"victim", "slachtoffer", "traffic", "mensenhandel", "referral", "verwijzing", "police",
          "politie", "shelter", "opvang", "case", "zaak", "opentHB", "{"}) {
      if (std::string_view(word) == "{") {
        EXPECT_EQ(std::count(lower.begin(), lower.end(), '{'), 1) << "a message with a variable";
      } else {
        EXPECT_EQ(lower.find(ToLowerAscii(word)), std::string::npos) << name << ": " << word;
      }
    }
  }
}

}  // namespace
}  // namespace thb
