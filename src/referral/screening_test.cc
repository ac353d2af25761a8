// Screening lists, the combination rule, and that no result ever says "negative".

#include "referral/screening.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/text.h"

namespace thb {
namespace {

const ScreeningLists& Lists() {
  static const ScreeningLists lists = [] {
    auto loaded = ScreeningLists::Load();
    EXPECT_TRUE(loaded.has_value()) << (loaded ? "" : loaded.error().ToLine());
    return loaded ? std::move(*loaded) : ScreeningLists();
  }();
  return lists;
}

// Every combination of 0 to 4 indicators of each weight, against the rule as the source words it.
TEST(DelphiRule, TruthTable) {
  int reached = 0;
  for (int strong = 0; strong <= 4; ++strong) {
    for (int medium = 0; medium <= 4; ++medium) {
      for (int weak = 0; weak <= 4; ++weak) {
        const bool two_strong = strong >= 2;
        const bool one_strong_and_another = strong >= 1 && (medium >= 1 || weak >= 1);
        const bool three_medium = medium >= 3;
        const bool two_medium_one_weak = medium >= 2 && weak >= 1;
        const bool expected =
            two_strong || one_strong_and_another || three_medium || two_medium_one_weak;
        EXPECT_EQ(DelphiRule(strong, medium, weak), expected)
            << strong << " strong, " << medium << " medium, " << weak << " weak";
        reached += expected ? 1 : 0;
      }
    }
  }
  EXPECT_EQ(reached, 113);            // 75 with two strong, 24 with one, 14 with none
  EXPECT_FALSE(DelphiRule(1, 0, 0));  // one strong alone
  EXPECT_FALSE(DelphiRule(0, 0, 4));  // any number of weak ones
  EXPECT_FALSE(DelphiRule(0, 2, 0));
}

TEST(ScreeningLists, HaveTheSizesOfTheirSources) {
  const auto sizes = [](const std::string& id) {
    std::vector<long> counts;
    const ScreeningList* list = Lists().Find(id);
    if (list == nullptr) return counts;
    for (const ScreeningDimension& dimension : list->dimensions) {
      counts.push_back(std::count_if(list->items.begin(), list->items.end(),
                                     [&](const auto& i) { return i.dimension == dimension.id; }));
    }
    return counts;
  };
  EXPECT_EQ(sizes("ilo_labour_adult"), (std::vector<long>{10, 10, 16, 9, 15, 7}));
  EXPECT_EQ(sizes("ilo_labour_child"), (std::vector<long>{10, 10, 15, 8, 15, 7}));
  EXPECT_EQ(sizes("ilo_forced_labour"), (std::vector<long>{11}));
}

TEST(ScreeningLists, StrongIndicatorsAreThoseOfTheSource) {
  const auto strong = [](const std::string& id, const std::string& dimension) {
    const ScreeningList* list = Lists().Find(id);
    return std::count_if(list->items.begin(), list->items.end(), [&](const auto& item) {
      return item.dimension == dimension && item.weight == IndicatorWeight::kStrong;
    });
  };
  const char* dimensions[] = {"deceptive_recruitment",     "coercive_recruitment",
                              "vulnerability_recruitment", "exploitation",
                              "coercion_destination",      "vulnerability_destination"};
  const long adult[] = {1, 1, 0, 1, 4, 0};
  const long child[] = {2, 4, 0, 1, 8, 0};
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(strong("ilo_labour_adult", dimensions[i]), adult[i]) << dimensions[i];
    EXPECT_EQ(strong("ilo_labour_child", dimensions[i]), child[i]) << dimensions[i];
  }
}

// Casework rule 12: weights that nobody compared with the original are not used.
TEST(ScreeningLists, NoListIsWeightedWithoutAPage) {
  ASSERT_EQ(Lists().All().size(), 6u);
  for (const ScreeningList& list : Lists().All()) {
    EXPECT_TRUE(!list.weights_verified || !list.place.empty()) << list.id;
    EXPECT_FALSE(list.source.empty()) << list.id;
    EXPECT_FALSE(list.note_en.empty()) << list.id;
    const auto explanation = Evaluate(list, {});
    ASSERT_TRUE(explanation.has_value());
    EXPECT_EQ(explanation->weighted, list.weights_verified);
    for (const DimensionExplanation& dimension : explanation->dimensions) {
      EXPECT_EQ(dimension.rule.has_value(), list.weights_verified) << list.id;
    }
  }
}

// Items name what others do with beliefs, religion or status, never the belief or status itself.
TEST(ScreeningLists, BeliefAndStatusAreWordedAsTheirUseByExploiters) {
  int checked = 0;
  for (const ScreeningList& list : Lists().All()) {
    for (const ScreeningItem& item : list.items) {
      const std::string text = ToLowerAscii(item.en);
      const bool touches =
          text.find("belief") != std::string::npos || text.find("religion") != std::string::npos ||
          text.find("legal stay") != std::string::npos || text.find("custom ") != std::string::npos;
      if (!touches) continue;
      ++checked;
      EXPECT_TRUE(StartsWith(item.en, "They ")) << item.id;
    }
  }
  EXPECT_GE(checked, 4);
  for (const ScreeningList& list : Lists().All()) {
    for (const ScreeningItem& item : list.items) {
      for (const char* word : {"nationality", "ethnic", "foreign", "Muslim", "Roma", "culture"}) {
        EXPECT_EQ(item.en.find(word), std::string::npos) << item.id;
      }
    }
  }
}

TEST(Evaluate, TellsFourAnswersApart) {
  const ScreeningList& list = *Lists().Find("ilo_forced_labour");
  const auto explanation = Evaluate(list, {{"fl.violence", ScreeningAnswer::kYes},
                                           {"fl.debt", ScreeningAnswer::kNo},
                                           {"fl.wages", ScreeningAnswer::kCouldNotAsk},
                                           {"fl.threats", ScreeningAnswer::kNotAsked}});
  ASSERT_TRUE(explanation.has_value());
  ASSERT_EQ(explanation->dimensions.size(), 1u);
  const DimensionExplanation& one = explanation->dimensions[0];
  EXPECT_EQ(one.recorded, (std::vector<std::string>{"fl.violence"}));
  EXPECT_EQ(one.answered_no, (std::vector<std::string>{"fl.debt"}));
  EXPECT_EQ(one.could_not_ask, (std::vector<std::string>{"fl.wages"}));
  EXPECT_EQ(one.not_asked.size(), 8u);
  EXPECT_EQ(Summarise(*explanation, "en"),
            "Recorded so far: 1; answered no: 1; not asked: 8; could not be asked: 1.");
  EXPECT_EQ(Summarise(*explanation, "nl"),
            "Tot nu toe vastgelegd: 1; met nee beantwoord: 1; niet gevraagd: 8; kon niet worden "
            "gevraagd: 1.");
}

TEST(Evaluate, RefusesItemsOfAnotherList) {
  const auto explanation =
      Evaluate(*Lists().Find("ilo_forced_labour"), {{"dr.job", ScreeningAnswer::kYes}});
  ASSERT_FALSE(explanation.has_value());
  EXPECT_EQ(explanation.error().code, ErrorCode::kUnknownCode);
}

TEST(Evaluate, AVerifiedListShowsWhatReachesItsRule) {
  ScreeningList list = *Lists().Find("ilo_labour_adult");
  list.weights_verified = true;
  list.place = "p. 3";
  const auto explanation = Evaluate(list, {{"cd.documents", ScreeningAnswer::kYes},
                                           {"cd.lie", ScreeningAnswer::kYes},
                                           {"ex.hours", ScreeningAnswer::kYes}});
  ASSERT_TRUE(explanation.has_value());
  EXPECT_TRUE(explanation->weighted);
  for (const DimensionExplanation& dimension : explanation->dimensions) {
    ASSERT_TRUE(dimension.rule.has_value());
    EXPECT_EQ(dimension.rule->reached, dimension.dimension == "coercion_destination");
  }
}

// Whatever is answered: no text that the program makes says that somebody is no victim.
TEST(Evaluate, NeverSaysNegative) {
  for (const ScreeningList& list : Lists().All()) {
    for (const ScreeningAnswer all : {ScreeningAnswer::kNo, ScreeningAnswer::kNotAsked,
                                      ScreeningAnswer::kCouldNotAsk, ScreeningAnswer::kYes}) {
      ScreeningAnswers answers;
      for (const ScreeningItem& item : list.items) answers[item.id] = all;
      const auto explanation = Evaluate(list, answers);
      ASSERT_TRUE(explanation.has_value());
      for (const char* language : {"en", "nl"}) {
        const std::string text = ToLowerAscii(Summarise(*explanation, language));
        for (const char* word : {"negati", "no victim", "geen slachtoffer", "positive", "positief",
                                 "result", "score"}) {
          EXPECT_EQ(text.find(word), std::string::npos) << list.id << ": " << text;
        }
      }
    }
  }
}

TEST(SheetNumber, FindsEachSlip) {
  EXPECT_EQ(WithCheckDigit("572"), "5724");  // Damm's own example
  const std::string number = WithCheckDigit("123456789");
  EXPECT_EQ(ParseSheetNumber(FormatSheetNumber(number)).value_or(""), number);
  EXPECT_EQ(ParseSheetNumber("1234-5678-9" + number.substr(9)).value_or(""), number);
  for (std::size_t i = 0; i < number.size(); ++i) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string wrong = number;
      wrong[i] = digit;
      EXPECT_EQ(ParseSheetNumber(wrong).has_value(), wrong == number) << wrong;
    }
    if (i + 1 == number.size() || number[i] == number[i + 1]) continue;
    std::string swapped = number;
    std::swap(swapped[i], swapped[i + 1]);
    EXPECT_FALSE(ParseSheetNumber(swapped).has_value()) << swapped;
  }
  for (const char* wrong : {"", "12345", "12345678901", "12345678a0", "１２３４５６７８９０"}) {
    EXPECT_FALSE(ParseSheetNumber(wrong).has_value()) << wrong;
  }
}

}  // namespace
}  // namespace thb
