// The parts of the server that can be tried without a socket.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>

#include "http/internal/access_log.h"
#include "http/internal/fields.h"
#include "http/internal/gzip.h"
#include "http/internal/workers.h"

namespace thb {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

TEST(Fields, AQuotedSeparatorDoesNotSeparate) {
  EXPECT_THAT(SplitOutsideQuotes(" a , \"b,c\" ,, \"d\\\",e\"", ','),
              ElementsAre("a", "\"b,c\"", "\"d\\\",e\""));
  EXPECT_THAT(SplitOutsideQuotes("a,\"b,c", ','), ElementsAre("a", "\"b,c"));
  EXPECT_THAT(SplitOutsideQuotes("a,\"b\\", ','), ElementsAre("a", "\"b\\"));
}

TEST(Fields, WeightsHaveThreeDigits) {
  EXPECT_THAT(ParseWeight("1"), Optional(1000));
  EXPECT_THAT(ParseWeight("0.125"), Optional(125));
  EXPECT_THAT(ParseWeight("0."), Optional(0));
  for (const char* weight : {"", "2", "1.001", "0.1234", "-1", "0,5", ".5", "1e0"}) {
    EXPECT_EQ(ParseWeight(weight), std::nullopt) << weight;
  }
}

TEST(Fields, GzipIsTakenWhereItIsNamedOrAnyIs) {
  for (const char* accept : {"gzip", "br, GZIP;q=0.1", "x-gzip", "*", "identity;q=0, *;q=0.5"}) {
    EXPECT_TRUE(AcceptsGzip(accept)) << accept;
  }
  for (const char* accept : {"", "identity", "gzip;q=0", "*, gzip;q=0.0", "gzip;q=x", "gzipped"}) {
    EXPECT_FALSE(AcceptsGzip(accept)) << accept;
  }
}

TEST(GzipCache, CompressesAKeptBodyOnce) {
  GzipCache cache(1 << 20);
  auto body = std::make_shared<const std::string>(10'000, 'x');
  EXPECT_EQ(cache.Find(body), nullptr);
  // Nobody else keeps it: it will not come again.
  cache.Compress(body);
  EXPECT_EQ(cache.Find(body), nullptr);
  const auto owner = body;
  const auto compressed = cache.Compress(body);
  EXPECT_EQ(cache.Find(body), compressed);
  EXPECT_EQ(cache.Compress(body), compressed);
  EXPECT_EQ(*compressed, Gzip(*body));
}

TEST(GzipCache, ForgetsTheLeastUsed) {
  const auto first = std::make_shared<const std::string>(10'000, 'x');
  const auto second = std::make_shared<const std::string>(10'000, 'y');
  const auto third = std::make_shared<const std::string>(10'000, 'z');
  const auto owners = {first, second, third};
  GzipCache cache(2 * Gzip(*first).size() + 1);
  cache.Compress(first);
  cache.Compress(second);
  EXPECT_NE(cache.Find(first), nullptr);
  cache.Compress(third);
  EXPECT_NE(cache.Find(first), nullptr);
  EXPECT_EQ(cache.Find(second), nullptr);
  EXPECT_NE(cache.Find(third), nullptr);
  EXPECT_EQ(owners.size(), 3u);
}

TEST(WorkerPool, HoldsBackWhatIsMoreThanTheLimit) {
  std::promise<void> gate;
  std::promise<void> running;
  std::atomic<int> done = 0;
  WorkerPool pool(1, 2);
  ASSERT_TRUE(pool.Post([&] {
    running.set_value();
    gate.get_future().wait();
    ++done;
  }));
  running.get_future().wait();
  EXPECT_TRUE(pool.Post([&] { ++done; }));
  EXPECT_TRUE(pool.Post([&] { ++done; }));
  EXPECT_FALSE(pool.Post([&] { ++done; }));
  EXPECT_TRUE(pool.PostNext([&] { ++done; }));
  EXPECT_EQ(pool.waiting(), 3u);
  gate.set_value();
  pool.Finish();
  EXPECT_EQ(done, 4);
  EXPECT_FALSE(pool.PostNext([&] { ++done; }));
}

TEST(HttpDate, IsThatOfTheStandard) {
  EXPECT_EQ(HttpDate(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace thb
