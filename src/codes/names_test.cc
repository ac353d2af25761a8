#include "codes/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "base/csv.h"
#include "base/files.h"
#include "base/text.h"

namespace thb {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST(CountryName, ReadsInTheLanguageOfTheReader) {
  EXPECT_EQ(CountryName("EL", "en"), "Greece");
  EXPECT_EQ(CountryName("EL", "el"), "Ελλάδα");
  EXPECT_EQ(CountryName("EL", "nl"), "Griekenland");
  EXPECT_EQ(CountryName("UK", "fr"), "Royaume-Uni");
  EXPECT_EQ(CountryName("AT", "nl"), "Oostenrijk");
  EXPECT_EQ(CountryName("LV", "pt"), "Letónia") << "European, not Brazilian, Portuguese";
}

TEST(CountryName, FollowsTheUnionWhereIcuDoesNot) {
  EXPECT_EQ(CountryName("TR", "en"), "Türkiye");
  EXPECT_EQ(CountryName("CD", "nl"), "Democratische Republiek Congo");
  EXPECT_EQ(CountryName("TL", "en"), "Timor-Leste");
  for (const char* language : {"en", "nl", "de", "fr"}) {
    EXPECT_TRUE(EndsWith(CountryName("XK", language), "*")) << language;
  }
}

TEST(CountryName, FallsBackToLabelAndCode) {
  EXPECT_EQ(CountryName("EFTA", "nl"), "Europese Vrijhandelsassociatie");
  EXPECT_EQ(CountryName("EFTA", "fr"), "European Free Trade Association");
  EXPECT_EQ(CountryName("QQ", "en"), "QQ");
  EXPECT_EQ(CountryName("GR", "en"), "GR") << "ISO's code is not Eurostat's";
  EXPECT_EQ(CountryName("NL", "no such tag"), "Netherlands");
}

TEST(CountryName, ExistsInEveryOfficialLanguage) {
  EXPECT_THAT(OfficialLanguages(), SizeIs(24));
  EXPECT_GE(AllCountries().size(), 249u);
  std::set<std::string> germany;
  for (const std::string& language : OfficialLanguages()) {
    std::set<std::string> names;
    for (const std::string& code : AllCountries()) {
      const std::string name = CountryName(code, language);
      EXPECT_NE(name, code) << language;
      EXPECT_TRUE(names.insert(name).second) << language << " " << code << " " << name;
    }
    germany.insert(CountryName("DE", language));
  }
  EXPECT_GE(germany.size(), 18u) << "most languages have their own name for it";
}

TEST(SortByName, FollowsTheNameNotTheCode) {
  EXPECT_THAT(SortByName({"AT", "NL", "BE", "DE"}, "nl"), ElementsAre("BE", "DE", "NL", "AT"));
  EXPECT_THAT(SortByName({"AT", "NL", "BE", "DE"}, "en"), ElementsAre("AT", "BE", "DE", "NL"));
  EXPECT_THAT(SortByName({"EL", "EE", "ES"}, "en"), ElementsAre("EE", "EL", "ES"));
  EXPECT_THAT(SortByName({}, "nl"), ElementsAre());
}

TEST(SortByName, UsesTheCollationOfTheLanguage) {
  // Österrike comes after every plain letter in Swedish, Österreich with O in German.
  EXPECT_THAT(SortByName({"AT", "PL", "DE"}, "sv"), ElementsAre("PL", "DE", "AT"));
  EXPECT_THAT(SortByName({"AT", "PL", "DE"}, "de"), ElementsAre("DE", "AT", "PL"));
  // Česko follows every C in Czech, where Cyprus is Kypr and Chad is Čad.
  EXPECT_THAT(SortByName({"DK", "CZ", "CG"}, "cs"), ElementsAre("CZ", "DK", "CG"));
}

TEST(CountryFromName, TakesTheSpellingsOfForeignTables) {
  EXPECT_EQ(CountryFromName("Netherlands (Kingdom of the)"), "NL");
  EXPECT_EQ(CountryFromName("Republic of Moldova"), "MD");
  EXPECT_EQ(CountryFromName("Czechia"), "CZ");
  EXPECT_EQ(CountryFromName("Czech Republic"), "CZ");
  EXPECT_EQ(CountryFromName("Greece"), "EL");
  EXPECT_EQ(CountryFromName("  viet nam "), "VN");
  EXPECT_EQ(CountryFromName("COTE D'IVOIRE"), "CI");
  EXPECT_EQ(CountryFromName("HUNGRÍA"), "HU");
  EXPECT_EQ(CountryFromName("Kosovo under UNSCR 1244"), "XK");
}

TEST(CountryFromName, TellsNeighboursInNameApart) {
  EXPECT_EQ(CountryFromName("Niger"), "NE");
  EXPECT_EQ(CountryFromName("Nigeria"), "NG");
  EXPECT_EQ(CountryFromName("Guinea"), "GN");
  EXPECT_EQ(CountryFromName("Guinea-Bissau"), "GW");
  EXPECT_EQ(CountryFromName("Equatorial Guinea"), "GQ");
  EXPECT_EQ(CountryFromName("Congo"), "CG");
  EXPECT_EQ(CountryFromName("Democratic Republic of the Congo"), "CD");
  EXPECT_EQ(CountryFromName("Dominica"), "DM");
  EXPECT_EQ(CountryFromName("Dominican Republic"), "DO");
  EXPECT_EQ(CountryFromName("Austria"), "AT");
  EXPECT_EQ(CountryFromName("Australia"), "AU");
}

TEST(CountryFromName, RefusesWhatIsNoOneCountry) {
  for (const char* name : {"", "0", "Congolese", "Former Yugoslavia", "Unknown", "Africa others"}) {
    EXPECT_EQ(CountryFromName(name), std::nullopt) << name;
  }
}

TEST(CountryFromName, ReadsBackEveryNameThatItPrints) {
  for (const std::string& code : AllCountries()) {
    for (const char* language : {"en", "nl", "fr", "es", "de", "it"}) {
      EXPECT_EQ(CountryFromName(CountryName(code, language)), code)
          << CountryName(code, language) << " in " << language;
    }
  }
}

TEST(CountryFromIso3, KnowsEveryCountry) {
  EXPECT_EQ(CountryFromIso3("GRC"), "EL");
  EXPECT_EQ(CountryFromIso3("GBR"), "UK");
  EXPECT_EQ(CountryFromIso3("NLD"), "NL");
  EXPECT_EQ(CountryFromIso3("XXX"), std::nullopt);
  EXPECT_EQ(CountryFromIso3("NL"), std::nullopt);
  EXPECT_EQ(CountryFromIso3("iso3"), std::nullopt) << "the header of the list is no country";
}

// What the category column of GLOTIP holds beside countries: groups, remainders, states that are no
// more, and words for unknown. Only a mapping can say what becomes of them.
const std::set<std::string>& NoCountries() {
  static const std::set<std::string> names = {
      "",
      "0",
      "Abroad",
      "Africa others",
      "Amercias",
      "Asia others",
      "Congolese",
      "EU-28 others",
      "Europe others",
      "European Economic Area",
      "Former Czechoslovakia",
      "Former Yugoslavia",
      "Inconnue",
      "M49 Region: Africa",
      "M49 Region: Americas",
      "M49 Region: Asia",
      "NAT",
      "Nationals",
      "Stateless",
      "TOTAL",
      "The former Netherlands Antilles",
      "Unknown",
      "no information",
      "own country",
      "stateless",
      "without",
  };
  return names;
}

TEST(CountryFromName, MapsEveryCitizenshipOfGlotipInTheUnion) {
  const char* folder = std::getenv("THB_REFERENCE_DIR");
  if (folder == nullptr) {
    ASSERT_EQ(std::getenv("CI"), nullptr) << "THB_REFERENCE_DIR is not set";
    GTEST_SKIP() << "THB_REFERENCE_DIR is not set";
  }
  const auto text = ReadFile(std::string(folder) + "/unodc_glotip_eu27.csv");
  ASSERT_TRUE(text) << text.error().ToLine();
  CsvReader reader(*text, "unodc_glotip_eu27.csv");
  std::vector<std::string> fields;
  ASSERT_TRUE(reader.Next(fields));
  constexpr std::size_t kCitizen = 8;
  ASSERT_EQ(fields.at(kCitizen), "citizen_label");
  std::set<std::string> mapped;
  std::set<std::string> left;
  for (auto more = reader.Next(fields); more && *more; more = reader.Next(fields)) {
    const std::string name = ReplaceAll(fields.at(kCitizen), "REPATRIATED_FROM:", "");
    (CountryFromName(name) ? mapped : left).insert(name);
  }
  EXPECT_GE(mapped.size(), 150u);
  EXPECT_EQ(left, NoCountries());
}

}  // namespace
}  // namespace thb
