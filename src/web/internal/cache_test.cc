#include "web/internal/cache.h"

#include <gtest/gtest.h>

namespace thb {
namespace {

Response Page(std::size_t bytes) {
  return Response::Text("text/html", std::string(bytes, 'x'));
}

TEST(PageCache, GivesUpWhatWasUsedLongestAgo) {
  PageCache cache(100'000);
  cache.Keep("first", Page(30'000));
  cache.Keep("second", Page(30'000));
  EXPECT_TRUE(cache.Find("first"));
  cache.Keep("third", Page(45'000));
  EXPECT_FALSE(cache.Find("second"));
  EXPECT_TRUE(cache.Find("first"));
  EXPECT_TRUE(cache.Find("third"));
  EXPECT_LE(cache.bytes(), 100'000U);
}

TEST(PageCache, SharesTheBody) {
  PageCache cache;
  const Response page = Page(10);
  cache.Keep("page", page);
  EXPECT_EQ(cache.Find("page")->body, page.body);
}

TEST(PageCache, KeepsNothingThatIsTooLargeOrHasNoBody) {
  PageCache cache;
  cache.Keep("large", Page(kMaxCachedAnswer + 1));
  cache.Keep("none", Response{});
  EXPECT_FALSE(cache.Find("large"));
  EXPECT_FALSE(cache.Find("none"));
  EXPECT_EQ(cache.bytes(), 0U);
}

}  // namespace
}  // namespace thb
