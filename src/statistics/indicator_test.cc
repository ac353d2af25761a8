#include "statistics/indicator.h"

#include "statistics/internal/test_cells.h"

namespace thb {
namespace {

using ::testing::HasSubstr;

const Indicator& Get(const std::string& id) {
  const Indicator* found = World().indicators.Find(id);
  EXPECT_NE(found, nullptr) << id;
  static const Indicator kNone;
  return found == nullptr ? kNone : *found;
}

TEST(IndicatorsTest, HasTheIdsOfTheRules) {
  for (const char* id : {"victims.count",
                         "victims.share.sex.F",
                         "victims.share.citizen.NAT",
                         "victims.share.citizen.EU27_2020",
                         "victims.share.citizen.NEU27_2020",
                         "victims.share.citizen.OTH",
                         "victims.share.citizen.UNK",
                         "victims.top.citizen",
                         "states.main_form.ICCS02042",
                         "states.main_form.BEG",
                         "states.main_form.CRIM",
                         "states.own_nationals",
                         "states.reporting.victims",
                         "states.reporting.convictions",
                         "states.reporting.use_of_services",
                         "victims.change",
                         "victims.change_panel",
                         "victims.rate",
                         "suspects.rate",
                         "victims.share.sex.F.difference",
                         "prosecutions.per_suspect",
                         "prosecutions.per_suspect.change",
                         "prosecutions.per_suspect.difference",
                         "convictions.per_prosecution",
                         "convictions.per_suspect",
                         "use_of_services.suspects.count",
                         "use_of_services.prosecutions.count",
                         "use_of_services.convictions.count",
                         "eurojust.cases.count",
                         "eurojust.jits.count",
                         "europol.meetings.count"}) {
    EXPECT_NE(World().indicators.Find(id), nullptr) << id;
  }
  EXPECT_EQ(World().indicators.Find("states.reporting.eurojust.cases"), nullptr);
}

TEST(IndicatorsTest, EveryDefinitionIsWholeInBothLanguages) {
  for (const Indicator& indicator : World().indicators.all()) {
    const std::string& id = indicator.id;
    for (const std::string& text :
         {indicator.en, indicator.nl, indicator.definition_en, indicator.definition_nl}) {
      EXPECT_FALSE(text.empty()) << id;
      EXPECT_EQ(text.find('{'), std::string::npos) << id << ": " << text;
    }
    EXPECT_NE(World().codes.Find("unit")->Find(indicator.unit), nullptr) << id;
    for (const std::string& other : {indicator.of, indicator.per}) {
      EXPECT_TRUE(other.empty() || World().indicators.Find(other) != nullptr) << id;
    }
    if (indicator.dataset.empty()) {
      EXPECT_FALSE(indicator.of.empty()) << id;
      continue;
    }
    const Dataset& dataset = *World().datasets.Find(indicator.dataset);
    for (const Where& where : {indicator.population, indicator.numerator}) {
      for (const auto& [dimension, codes] : where) {
        ASSERT_TRUE(dataset.IndexOf(dimension)) << id;
        const std::string& list = dataset.dimensions[*dataset.IndexOf(dimension)].codelist;
        for (const auto& code : codes) {
          EXPECT_TRUE(World().codes.Find(list)->Check(code, id).has_value()) << id << " " << code;
        }
      }
    }
  }
}

TEST(IndicatorsTest, UnitsFollowTheKind) {
  EXPECT_EQ(Get("victims.count").unit, "NR");
  EXPECT_EQ(Get("victims.share.sex.F").unit, "PC");
  EXPECT_EQ(Get("victims.share.sex.F").denominator_rule, "all");
  EXPECT_EQ(Get("victims.change").unit, "PC");
  EXPECT_EQ(Get("victims.share.sex.F.difference").unit, "PP");
  EXPECT_EQ(Get("victims.share.sex.F.change").unit, "PC");
  EXPECT_EQ(Get("victims.rate").unit, "P_MHAB");
  EXPECT_EQ(Get("victims.top.citizen").unit, "LIST");
  EXPECT_EQ(Get("states.own_nationals").threshold, 95);
}

TEST(IndicatorsTest, NamesTheNearestId) {
  const auto unknown = World().indicators.Get("victims.cuont");
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(unknown.error().remedy, HasSubstr("victims.count"));
}

TEST(FigureIdTest, ReadsBackWhatItWrites) {
  for (const char* id :
       {"victims.count@EL:2020", "victims.share.sex.F[age=Y_LT18]{known}@EU27_2020:2019-2020",
        "victims.share.citizen.NAT[age=Y_LT18;citizen=EU27_2020]@EU27_2020:2019-2020",
        "victims.change@EL:2019-2020/2017-2018", "eurojust.cases.count@EU27_2020:2022-H1",
        "victims.share.sex.F.difference[exploitation=BEG+CRIM]{known}@EL:2020/2017"}) {
    const auto query = ParseFigureId(id);
    ASSERT_TRUE(query.has_value()) << id;
    IndicatorValue value;
    value.query = *query;
    EXPECT_EQ(value.FigureId(), id);
  }
}

TEST(FigureIdTest, FillsInTheFieldsOfTheQuery) {
  const auto query = ParseFigureId("victims.share.sex.F[age=UNK]{known}@EL:2020/2018");
  ASSERT_TRUE(query.has_value());
  EXPECT_EQ(query->id, "victims.share.sex.F");
  EXPECT_EQ(query->where, "age=UNK");
  EXPECT_EQ(query->denominator, "known");
  EXPECT_EQ(query->geo, "EL");
  EXPECT_EQ(query->period, (Period{2020, 2020, 0}));
  EXPECT_EQ(query->base, (Period{2018, 2018, 0}));
  EXPECT_EQ(ParseFigureId("victims.count")->geo, "EU27_2020");
}

TEST(FigureIdTest, RefusesAPlaceWithoutPeriod) {
  for (const char* id : {"victims.count@EL", "victims.count@EL:", "victims.count@EL:20x0",
                         "victims.count@EL:2020/"}) {
    const auto query = ParseFigureId(id);
    ASSERT_FALSE(query.has_value()) << id;
    EXPECT_EQ(query.error().code, ErrorCode::kUsage) << id;
  }
}

TEST(RoundHalfAwayTest, RoundsHalvesAwayFromZeroAsPrinted) {
  EXPECT_EQ(RoundHalfAway(2.5, 0), 3);
  EXPECT_EQ(RoundHalfAway(-2.5, 0), -3);
  EXPECT_EQ(RoundHalfAway(2.4999, 0), 2);
  EXPECT_EQ(RoundHalfAway(0.285, 2), 0.29);
  EXPECT_EQ(RoundHalfAway(1.005, 2), 1.01);
  EXPECT_EQ(RoundHalfAway(-0.4, 0), 0);
  EXPECT_EQ(RoundHalfAway(447319916, 0), 447319916);
  EXPECT_EQ(RoundHalfAway(100.0 * 5 / 8, 1), 62.5);
}

}  // namespace
}  // namespace thb
