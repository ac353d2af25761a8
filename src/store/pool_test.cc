#include "store/pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "store/testing.h"

namespace thb {
namespace {

using namespace std::chrono_literals;

class PoolTest : public TestOnBothStores {};

TEST_P(PoolTest, SharesItsConnectionsAmongManyThreads) {
  const auto pool = DatabasePool::Open(store_->places.database, 3);
  ASSERT_TRUE(pool.has_value()) << pool.error().ToLine();
  std::atomic<int> at_once = 0, most = 0, done = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round) {
        const auto lease = (*pool)->Take(10s);
        ASSERT_TRUE(lease.has_value()) << lease.error().ToLine();
        const int now = ++at_once;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        ASSERT_TRUE((*lease)->Execute("SELECT COUNT(*) FROM audit_entry").has_value());
        --at_once;
        ++done;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 160);
  EXPECT_LE(most, 3);
}

TEST_P(PoolTest, WaitsWithALimit) {
  const auto pool = DatabasePool::Open(store_->places.database, 1);
  ASSERT_TRUE(pool.has_value()) << pool.error().ToLine();
  {
    const auto first = (*pool)->Take(1s);
    ASSERT_TRUE(first.has_value());
    const auto second = (*pool)->Take(5ms);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code, ErrorCode::kDatabase);
  }
  EXPECT_TRUE((*pool)->Take(1s).has_value());
  EXPECT_FALSE(DatabasePool::Open(store_->places.database, 0).has_value());
}

TEST_P(PoolTest, OpensAnewWhatTheServerCut) {
  if (GetParam() == std::string("sqlite")) GTEST_SKIP() << "a file has no server";
  const auto pool = DatabasePool::Open(store_->places.database, 1);
  ASSERT_TRUE(pool.has_value()) << pool.error().ToLine();
  {
    const auto lease = (*pool)->Take(1s);
    ASSERT_TRUE(lease.has_value());
    EXPECT_FALSE((*lease)->Execute("SELECT pg_terminate_backend(pg_backend_pid())").has_value());
  }
  const auto lease = (*pool)->Take(1s);
  ASSERT_TRUE(lease.has_value()) << lease.error().ToLine();
  EXPECT_TRUE((*lease)->Execute("SELECT 1").has_value());
}

INSTANTIATE_TEST_SUITE_P(Both, PoolTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
