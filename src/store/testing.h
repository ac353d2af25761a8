#pragma once
// Test helper for this room and those above it; not part of the program. A database with its keys
// and its log, over files of its own, on SQLite or, where THB_TEST_POSTGRES names a server that the
// test run started, in a PostgreSQL schema of its own.

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "base/random.h"
#include "store/audit.h"
#include "store/database.h"
#include "store/keys.h"
#include "store/vault.h"

namespace thb {

// The same bytes in every run. Safe to use from many threads.
inline RandomBytes SeededRandom(std::uint64_t seed) {
  struct Shared {
    explicit Shared(std::uint64_t seed) : random(seed) {}
    std::mutex mutex;
    Random random;
  };
  return [shared = std::make_shared<Shared>(seed)](std::size_t count) {
    const std::lock_guard lock(shared->mutex);
    std::string bytes;
    while (bytes.size() < count) bytes += static_cast<char>(shared->random.Next() >> 56);
    return bytes;
  };
}

// Everything that a test of casework needs. Gone, with its files, when it goes.
class TestStore {
 public:
  // `kind` is "sqlite" or "postgresql". Null where there is no PostgreSQL to test with.
  static std::unique_ptr<TestStore> Make(const std::string& kind) {
    std::unique_ptr<TestStore> store(new TestStore());
    const bool ready = kind == "sqlite" ? store->MakeFile() : store->MakeSchema();
    return ready && store->Prepare() ? std::move(store) : nullptr;
  }

  ~TestStore() {
    log.reset();
    vault.reset();
    database.reset();
    std::filesystem::remove_all(folder_);
    if (schema_.empty()) return;
    if (const auto server = Server()) {
      (void)server->Execute("DROP SCHEMA IF EXISTS \"" + schema_ + "\" CASCADE");
      (void)server->Execute("DROP SCHEMA IF EXISTS \"keys_of_" + schema_ + "\" CASCADE");
    }
  }
  TestStore(const TestStore&) = delete;
  TestStore& operator=(const TestStore&) = delete;

  // Another connection to the same database; another vault, as a second process would have.
  std::unique_ptr<Database> Connect() const {
    auto opened = Database::Open(places.database, Database::Mode::kOpenExisting);
    if (!opened) ADD_FAILURE() << opened.error().ToLine();
    return opened ? *std::move(opened) : nullptr;
  }
  std::unique_ptr<Vault> OpenAnotherVault() const {
    auto opened = OpenVault(places, random);
    if (!opened) ADD_FAILURE() << opened.error().ToLine();
    return opened ? *std::move(opened) : nullptr;
  }
  const std::string& folder() const { return folder_; }

  KeyPlaces places;
  Instant now = 1'700'000'000;  // 14 November 2023
  RandomBytes random;
  std::unique_ptr<Database> database;
  std::unique_ptr<Vault> vault;
  std::unique_ptr<AuditLog> log;

 private:
  // In memory where the machine has such a folder: no test waits for a disk.
  TestStore() {
    static std::atomic<int> number = 0;
    number_ = ++number;
    random = SeededRandom(static_cast<std::uint64_t>(number_));
    const std::filesystem::path memory = "/dev/shm";
    std::error_code missing;
    folder_ =
        ((std::filesystem::is_directory(memory, missing) ? memory
                                                         : std::filesystem::temp_directory_path()) /
         ("thb_store_" + std::to_string(getpid()) + "_" + std::to_string(number_)))
            .string();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ + "/keys");
    places.key_file = folder_ + "/keys/thb.key";
  }

  bool MakeFile() {
    std::filesystem::create_directories(folder_ + "/data");
    places.database = folder_ + "/data/thb.db";
    return true;
  }

  static std::unique_ptr<Database> Server() {
    const char* address = std::getenv("THB_TEST_POSTGRES");
    if (address == nullptr) {
      const char* ci = std::getenv("CI");
      EXPECT_TRUE(ci == nullptr || ci != std::string("true")) << "no PostgreSQL was started";
      return nullptr;
    }
    auto opened = Database::Open(address, Database::Mode::kCreate);
    if (!opened) ADD_FAILURE() << opened.error().ToLine();
    return opened ? *std::move(opened) : nullptr;
  }

  bool MakeSchema() {
    const auto server = Server();
    if (server == nullptr) return false;
    schema_ = "test_" + std::to_string(getpid()) + "_" + std::to_string(number_);
    if (!server->Execute("CREATE SCHEMA \"" + schema_ + "\"")) return false;
    const std::string address = std::getenv("THB_TEST_POSTGRES");
    const char* separator = address.find('?') == std::string::npos ? "?" : "&";
    places.database = address + separator + "options=-csearch_path%3D" + schema_;
    return true;
  }

  bool Prepare() {
    auto opened = Database::Open(places.database, Database::Mode::kCreate);
    if (!opened) {
      ADD_FAILURE() << opened.error().ToLine();
      return false;
    }
    database = *std::move(opened);
    const auto made = MakeKeys({places, *database, random, now});
    if (!made) {
      ADD_FAILURE() << made.error().ToLine();
      return false;
    }
    vault = OpenAnotherVault();
    if (vault == nullptr) return false;
    log = std::make_unique<AuditLog>(*vault, random);
    return true;
  }

  int number_ = 0;
  std::string folder_;
  std::string schema_;
};

// A fixture on both databases:
//   using MyTest = TestOnBothStores;
//   TEST_P(MyTest, ...) { store_->... }
//   INSTANTIATE_TEST_SUITE_P(Both, MyTest, kBothStores, NameOfStore);
class TestOnBothStores : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    store_ = TestStore::Make(GetParam());
    if (store_ == nullptr && GetParam() == std::string("postgresql") &&
        std::getenv("THB_TEST_POSTGRES") == nullptr) {
      GTEST_SKIP() << "THB_TEST_POSTGRES is not set";
    }
    ASSERT_NE(store_, nullptr);
  }
  std::unique_ptr<TestStore> store_;
};

inline const auto kBothStores = ::testing::Values("sqlite", "postgresql");
inline std::string NameOfStore(const ::testing::TestParamInfo<const char*>& info) {
  return info.param;
}

}  // namespace thb
