#include "web/internal/search.h"

#include <gtest/gtest.h>

namespace thb {
namespace {

constexpr const char* kSame = "female, woman, women; male, man, men; minor, child, children";

TEST(SearchWords, EveryWordHasToBeThere) {
  EXPECT_TRUE(SearchWords("share women", kSame).In("Women and girls as a Share of victims"));
  EXPECT_FALSE(SearchWords("share labour", kSame).In("Women and girls as a share of victims"));
  EXPECT_TRUE(SearchWords("  ", kSame).In("anything"));
}

TEST(SearchWords, AWordFindsWhatMeansTheSame) {
  EXPECT_TRUE(SearchWords("female", kSame).In("Women and girls"));
  EXPECT_TRUE(SearchWords("minors", kSame + std::string("; minors, child")).In("Children"));
  EXPECT_FALSE(SearchWords("male", kSame).In("Women and girls"));
  EXPECT_TRUE(SearchWords("male", kSame).In("Men and boys"));
}

TEST(SearchWords, APartOfAWordIsEnough) {
  EXPECT_TRUE(SearchWords("uitbuiting", kSame).In("Arbeidsuitbuiting"));
}

}  // namespace
}  // namespace thb
