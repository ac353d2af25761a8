#include "http/recent_answers.h"

#include <gtest/gtest.h>

namespace thb {
namespace {

Request Asking(const std::string& target, const std::string& accept = "") {
  Request request;
  request.target = target;
  if (!accept.empty()) request.headers["accept"] = accept;
  return request;
}

TEST(RecentAnswers, RepeatsWithinTheSecondOnly) {
  RecentAnswers recent;
  recent.Keep(Asking("/a"), 10, 500, Response::Text("text/plain", "ten"));
  ASSERT_TRUE(recent.Find(Asking("/a"), 10, 600));
  EXPECT_EQ(*recent.Find(Asking("/a"), 10, 600)->body, "ten");
  EXPECT_FALSE(recent.Find(Asking("/a"), 11, 600)) << "the next second may show other figures";
  EXPECT_FALSE(recent.Find(Asking("/a"), 9, 600));
  EXPECT_FALSE(recent.Find(Asking("/b"), 10, 600));
  EXPECT_FALSE(recent.Find(Asking("/a", "text/csv"), 10, 600));
}

TEST(RecentAnswers, AClockThatStandsStillKeepsNothingForLong) {
  RecentAnswers recent;
  recent.Keep(Asking("/a"), 10, 0, Response::Text("text/plain", "ten"));
  EXPECT_TRUE(recent.Find(Asking("/a"), 10, kRecentTicks));
  EXPECT_FALSE(recent.Find(Asking("/a"), 10, kRecentTicks + 1));
}

TEST(RecentAnswers, AnAnswerOfAnEarlierSecondDoesNotReplaceALaterOne) {
  RecentAnswers recent;
  recent.Keep(Asking("/a"), 11, 0, Response::Text("text/plain", "eleven"));
  recent.Keep(Asking("/a"), 10, 0, Response::Text("text/plain", "ten"));
  EXPECT_EQ(*recent.Find(Asking("/a"), 11, 0)->body, "eleven");
}

TEST(RecentAnswers, LargeBodiesAndManyAnswersAreNotKept) {
  RecentAnswers recent;
  recent.Keep(Asking("/a"), 1, 0,
              Response::Text("text/plain", std::string(kMaxRecentBytes + 1, 'x')));
  EXPECT_FALSE(recent.Find(Asking("/a"), 1, 0));
  for (std::size_t i = 0; i <= kMaxRecentAnswers; ++i) {
    recent.Keep(Asking("/" + std::to_string(i)), 1, 0, Response::Text("text/plain", "x"));
  }
  EXPECT_FALSE(recent.Find(Asking("/0"), 1, 0));
  EXPECT_TRUE(recent.Find(Asking("/" + std::to_string(kMaxRecentAnswers)), 1, 0));
}

}  // namespace
}  // namespace thb
