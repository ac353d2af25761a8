#include "http/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json.h"

namespace thb {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Optional;
using ::testing::Pair;

ErrorCode CodeOf(const Result<QueryPairs>& result) {
  return result ? ErrorCode::kInternal : result.error().code;
}

TEST(ParseQuery, SplitsAndDecodesInOrder) {
  const auto pairs = ParseQuery("geo=NL&geo=BE&c%5Bsex%5D=F&&flag&x=a=b&sum=1+2&n=caf%C3%A9");
  ASSERT_TRUE(pairs);
  EXPECT_THAT(*pairs, ElementsAre(Pair("geo", "NL"), Pair("geo", "BE"), Pair("c[sex]", "F"),
                                  Pair("flag", ""), Pair("x", "a=b"), Pair("sum", "1+2"),
                                  Pair("n", "caf\xC3\xA9")));
  EXPECT_THAT(ParseQuery("").value(), IsEmpty());
}

TEST(ParseQuery, RefusesMalformedCodesBytesAndControls) {
  for (const char* query : {"a=%", "a=%4", "a=%GG", "%", "a=%%20", "a=%u0041"}) {
    EXPECT_EQ(CodeOf(ParseQuery(query)), ErrorCode::kParse) << query;
  }
  for (const char* query : {"a=%00", "a=%0A", "a=%7F", "a=%C3", "a=%C0%AF", "a=%ED%A0%80"}) {
    EXPECT_EQ(CodeOf(ParseQuery(query)), ErrorCode::kEncoding) << query;
  }
}

TEST(ParseQuery, TakesALimitedNumber) {
  std::string query;
  for (std::size_t i = 0; i < kMaxQueryPairs; ++i) query += "a=1&";
  EXPECT_TRUE(ParseQuery(query));
  EXPECT_EQ(CodeOf(ParseQuery(query + "a")), ErrorCode::kLimit);
}

TEST(ParseForm, ReadsPlusAsSpaceAndKeepsLines) {
  const auto pairs = ParseForm("note=two+words%0D%0Aand+1%2B1");
  ASSERT_TRUE(pairs);
  EXPECT_THAT(*pairs, ElementsAre(Pair("note", "two words\r\nand 1+1")));
  EXPECT_EQ(CodeOf(ParseForm("a=%00")), ErrorCode::kEncoding);
}

TEST(ParseFormQuery, ReadsPlusAsSpaceAndRefusesLines) {
  const auto pairs = ParseFormQuery("q=share+of%20women&sum=1%2B1");
  ASSERT_TRUE(pairs);
  EXPECT_THAT(*pairs, ElementsAre(Pair("q", "share of women"), Pair("sum", "1+1")));
  EXPECT_EQ(CodeOf(ParseFormQuery("a=%0A")), ErrorCode::kEncoding);
}

TEST(DecodeSegment, RefusesWhatCouldBeAnotherPath) {
  EXPECT_EQ(DecodeSegment("A.NL+BE..%20%3F").value(), "A.NL+BE.. ?");
  for (const char* segment : {"%2F", "a%2fb", "%5c", "..", ".", "%2e%2E", "a\\b"}) {
    const auto decoded = DecodeSegment(segment);
    ASSERT_FALSE(decoded) << segment;
    EXPECT_EQ(decoded.error().code, ErrorCode::kParse) << segment;
  }
  EXPECT_EQ(DecodeSegment("...").value(), "...");
}

TEST(EncodeComponent, ReadsBack) {
  std::string all;
  for (int c = 0x20; c < 0x7f; ++c) all += static_cast<char>(c);
  EXPECT_EQ(EncodeComponent("a b/\xC3\xA9"), "a%20b%2F%C3%A9");
  EXPECT_EQ(ParseQuery("v=" + EncodeComponent(all)).value()[0].second, all);
}

TEST(ParseTarget, SplitsPathAndQuery) {
  const auto request = ParseTarget(Method::kGet, "/data/a%20b?geo=NL&geo=BE");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->path, "/data/a%20b");
  EXPECT_THAT(request->QueryAll("geo"), ElementsAre("NL", "BE"));
  EXPECT_THAT(request->Query("geo"), Optional(std::string_view("NL")));
  EXPECT_EQ(request->Query("sex"), std::nullopt);
}

TEST(ParseTarget, RefusesOtherForms) {
  for (const char* target : {"", "*", "http://host/", "host:443", "a/b", "/a b", "/a\tb", "/a#b",
                             "/../etc", "/a/%2e%2e/b", "/a\\..\\b", "/\x01", "/%zz", "/a?b=%0"}) {
    EXPECT_FALSE(ParseTarget(Method::kGet, target)) << target;
  }
  std::string deep;
  for (std::size_t i = 0; i <= kMaxPathSegments; ++i) deep += "/a";
  EXPECT_EQ(ParseTarget(Method::kGet, deep).error().code, ErrorCode::kLimit);
}

TEST(ProblemResponse, IsProblemDetails) {
  const Response response =
      ProblemResponse({ErrorCode::kUnknownCode, "no code \"XX\"", "geo", "use NL"});
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/problem+json");
  const auto problem = ParseJson(*response.body, "problem");
  ASSERT_TRUE(problem);
  EXPECT_EQ((*problem)["title"], "unknown-code");
  EXPECT_EQ((*problem)["detail"], "no code \"XX\"");
  EXPECT_EQ((*problem)["place"], "geo");
  EXPECT_EQ((*problem)["remedy"], "use NL");
  EXPECT_EQ(ProblemResponse({ErrorCode::kLimit, "", "", ""}, 414).status, 414);
}

TEST(ProblemResponse, TellsNothingOfTheMachine) {
  const Response response =
      ProblemResponse({ErrorCode::kDatabase, "SELECT secret", "/var/thb.db", ""});
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(*response.body, Not(HasSubstr("secret")));
  EXPECT_THAT(*response.body, Not(HasSubstr("thb.db")));
}

}  // namespace
}  // namespace thb
