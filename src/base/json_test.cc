#include "base/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace thb {
namespace {

TEST(JsonTest, KeepsTheOrderOfMembers) {
  const auto json = ParseJson(R"({"b":1,"a":[true,null]})", "t.json");
  ASSERT_TRUE(json.has_value());
  EXPECT_EQ(json->dump(), R"({"b":1,"a":[true,null]})");
}

TEST(JsonTest, RefusesBrokenAndDeepDocuments) {
  EXPECT_EQ(ParseJson("{\"a\":", "t.json").error().code, ErrorCode::kParse);
  EXPECT_EQ(ParseJson("[NaN]", "t.json").error().place, "t.json");
  EXPECT_EQ(ParseJson(std::string(100, '[') + std::string(100, ']'), "t").error().code,
            ErrorCode::kLimit);
  EXPECT_TRUE(ParseJson("\"[[[[\\\"[[[[\"", "t").has_value());
}

}  // namespace
}  // namespace thb
