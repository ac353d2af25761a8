#include "statistics/dataset.h"

#include <set>

#include "base/text.h"
#include "statistics/internal/test_cells.h"

namespace thb {
namespace {

using ::testing::HasSubstr;

void ExpectCode(const Dimension& dimension, std::string_view code, const std::string& where) {
  const CodeList* list = World().codes.Find(dimension.codelist);
  ASSERT_NE(list, nullptr) << where;
  EXPECT_NE(list->Find(code), nullptr) << where << " " << dimension.id << "=" << code;
}

TEST(DatasetsTest, EveryDatasetEndsInTimeAndIsLabelled) {
  for (const Dataset& dataset : World().datasets.all()) {
    EXPECT_EQ(dataset.dimensions.back().id, "time") << dataset.id;
    EXPECT_EQ(dataset.IndexOf("geo").value_or(std::string::npos), dataset.geo_index());
    EXPECT_FALSE(dataset.en.empty() || dataset.nl.empty()) << dataset.id;
    EXPECT_EQ(World().datasets.Find(dataset.id), &dataset) << "two datasets have one id";
  }
}

TEST(DatasetsTest, ViewsAreCutOutOfTheirBaseByCodesThatExist) {
  for (const Dataset& view : World().datasets.all()) {
    for (const ViewSource& source : view.sources) {
      const Dataset* base = World().datasets.Find(source.dataset);
      ASSERT_NE(base, nullptr) << view.id;
      EXPECT_FALSE(base->is_view()) << view.id;
      std::set<std::string> chosen;
      for (const auto& [id, code] : source.fixed) {
        ASSERT_TRUE(base->IndexOf(id)) << view.id << " " << id;
        ExpectCode(base->dimensions[*base->IndexOf(id)], code, view.id);
        chosen.insert(id);
      }
      for (const Dimension& dimension : view.dimensions) {
        ASSERT_EQ(source.dimensions.count(dimension.id), 1U) << view.id << " " << dimension.id;
        const ViewDimension& rule = source.dimensions.at(dimension.id);
        if (rule.base.empty()) {
          ExpectCode(dimension, rule.constant, view.id);
          continue;
        }
        ASSERT_TRUE(base->IndexOf(rule.base)) << view.id << " " << rule.base;
        chosen.insert(rule.base);
        for (const auto& [code, joined] : rule.codes) {
          ExpectCode(dimension, code, view.id);
          for (const std::string_view part : Split(joined, '+')) {
            ExpectCode(base->dimensions[*base->IndexOf(rule.base)], part, view.id);
          }
        }
      }
      // A dimension without a total must be chosen, or the view would add up all its codes.
      for (const Dimension& dimension : base->dimensions) {
        EXPECT_TRUE(!dimension.total.empty() || chosen.count(dimension.id) > 0) << dimension.id;
      }
    }
  }
}

TEST(DatasetsTest, FindsByIdWhateverTheCase) {
  const auto found = World().datasets.Get("CRIM_THB_SEX");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ((*found)->id, "crim_thb_sex");
  EXPECT_EQ((*found)->SdmxId(), "ESTAT:CRIM_THB_SEX(1.0)");
  EXPECT_TRUE((*found)->is_view());
  const auto unknown = World().datasets.Get("crim_thb_age");
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(unknown.error().remedy, HasSubstr("crim_thb_vsage"));
}

TEST(DatasetsTest, FindsByTheDimensionsThatTellDatasetsApart) {
  const auto id = [](const std::vector<std::string>& dimensions) {
    const Dataset* found = World().datasets.FindByDimensions(dimensions);
    return found == nullptr ? std::string("none") : found->id;
  };
  EXPECT_EQ(id({"freq", "unit", "leg_stat", "sex", "geo", "TIME_PERIOD"}), "crim_thb_sex");
  EXPECT_EQ(id({"sex", "age", "unit"}), "crim_thb_vsage");
  EXPECT_EQ(id({"iccs"}), "crim_thb_vexp");
  EXPECT_EQ(id({"iccs", "sex"}), "none");
}

TEST(DatasetsTest, AgenciesHaveNoGeo) {
  const Dataset& agency = *World().datasets.Find("thb_agency");
  EXPECT_EQ(agency.geo_index(), std::string::npos);
  EXPECT_EQ(agency.time_index(), 2U);
}

}  // namespace
}  // namespace thb
