#include "store/vault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/files.h"
#include "store/testing.h"

namespace thb {
namespace {

using ::testing::HasSubstr;

constexpr FieldAddress kName = {"person", "row-1", "name"};

class VaultTest : public TestOnBothStores {
 protected:
  Vault& vault() { return *store_->vault; }
  std::string NewPersonKey() {
    auto key = vault().NewKey(KeyKind::kPerson);
    EXPECT_TRUE(key.has_value()) << key.error().ToLine();
    return key.value_or("");
  }
  std::string Sealed(const std::string& key, const std::string& plain) {
    auto sealed = vault().Seal(key, kName, plain);
    EXPECT_TRUE(sealed.has_value()) << sealed.error().ToLine();
    return sealed.value_or("");
  }
};

TEST_P(VaultTest, OpensWhatItSealedAndShowsNothingOfIt) {
  const std::string key = NewPersonKey();
  const std::string plain = "Synthetic Person 1";
  const std::string sealed = Sealed(key, plain);
  EXPECT_THAT(sealed, Not(HasSubstr("Synthetic")));
  EXPECT_THAT(sealed, HasSubstr(key));
  EXPECT_EQ(vault().Open(kName, sealed), plain);
  EXPECT_NE(Sealed(key, plain), sealed) << "the same text must not be seen to be the same";
  EXPECT_EQ(vault().Open(kName, Sealed(key, "")), "");
  const auto other = store_->OpenAnotherVault();
  EXPECT_EQ(other->Open(kName, sealed), plain);
}

TEST_P(VaultTest, RefusesAValueThatWasMovedOrChanged) {
  const std::string key = NewPersonKey();
  const std::string sealed = Sealed(key, "Synthetic Person 1");
  for (const FieldAddress& address :
       {FieldAddress{"person", "row-2", "name"}, FieldAddress{"person", "row-1", "alias"},
        FieldAddress{"case", "row-1", "name"}}) {
    const auto opened = vault().Open(address, sealed);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, ErrorCode::kSealed);
  }
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(vault().Open(kName, changed).has_value()) << "at " << i;
  }
  EXPECT_FALSE(vault().Open(kName, sealed.substr(0, sealed.size() - 1)).has_value());
  EXPECT_FALSE(vault().Open(kName, "Synthetic Person 1").has_value());
}

TEST_P(VaultTest, DestroysAKeyForEveryProcess) {
  const std::string key = NewPersonKey();
  const std::string sealed = Sealed(key, "Synthetic Person 1");
  const auto other = store_->OpenAnotherVault();
  ASSERT_TRUE(other->Open(kName, sealed).has_value());

  ASSERT_TRUE(vault().DestroyKey(key).has_value());
  const auto opened = vault().Open(kName, sealed);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::kSealed);
  EXPECT_THAT(opened.error().what, HasSubstr("erased"));
  EXPECT_FALSE(vault().Seal(key, kName, "x").has_value());
  EXPECT_EQ(vault().HasKey(key), false);
  EXPECT_EQ(vault().WasDestroyed(key), true);

  ASSERT_TRUE(other->Follow().has_value());
  EXPECT_FALSE(other->Open(kName, sealed).has_value());
  EXPECT_TRUE(vault().DestroyKey(key).has_value()) << "twice is no error";
}

TEST_P(VaultTest, TellsALostKeyFromADestroyedOne) {
  const std::string sealed = "s1." + NewId(store_->random) + ".1.AAAA";
  const auto opened = vault().Open(kName, sealed);
  ASSERT_FALSE(opened.has_value());
  EXPECT_THAT(opened.error().what, HasSubstr("lost"));
}

TEST_P(VaultTest, ComesBackAfterTheServerCutItsConnection) {
  if (GetParam() == std::string("sqlite")) GTEST_SKIP() << "a file has no server";
  const std::string key = NewPersonKey();
  ASSERT_TRUE(store_->database
                  ->Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> "
                            "pg_backend_pid() AND datname = current_database()")
                  .has_value());
  EXPECT_FALSE(vault().HasKey(key).has_value()) << "the first use finds out";
  const auto again = vault().HasKey(key);
  EXPECT_TRUE(again.has_value() && *again);
}

TEST_P(VaultTest, SealsForTheSystem) {
  const FieldAddress secret = {"account", "a1", "totp"};
  const auto sealed = vault().SealForSystem(secret, "canary");
  ASSERT_TRUE(sealed.has_value());
  EXPECT_EQ(vault().Open(secret, *sealed), "canary");
  EXPECT_FALSE(vault().Open({"account", "a2", "totp"}, *sealed).has_value());
}

TEST_P(VaultTest, MakesManyKeysAndReadsThemAtOnce) {
  const auto keys = vault().NewKeys(KeyKind::kCase, 450);
  ASSERT_TRUE(keys.has_value());
  EXPECT_EQ(std::set(keys->begin(), keys->end()).size(), 450u);
  const auto other = store_->OpenAnotherVault();
  ASSERT_TRUE(other->Prefetch(*keys).has_value());
  for (const std::string& key : *keys) {
    const auto sealed = other->Seal(key, kName, key);
    ASSERT_TRUE(sealed.has_value());
    EXPECT_EQ(vault().Open(kName, *sealed), key);
  }
}

TEST_P(VaultTest, HasOneKeyForAMonthOfTheLog) {
  const auto month_key = [](Vault& vault, Instant now) { return vault.MonthKey(now).value_or(""); };
  const std::string november = month_key(vault(), store_->now);
  EXPECT_FALSE(november.empty());
  EXPECT_EQ(month_key(vault(), store_->now + 86'400), november);
  EXPECT_EQ(month_key(*store_->OpenAnotherVault(), store_->now), november);
  EXPECT_NE(month_key(vault(), store_->now + 40 * 86'400), november);
}

TEST_P(VaultTest, MakesBlindIndexesOfTheBitsAskedFor) {
  EXPECT_EQ(vault().BlindIndex("document", "X1", 64).size(), 16u);
  EXPECT_EQ(vault().BlindIndex("phonetic", "X1", 10).size(), 3u);
  EXPECT_EQ(vault().BlindIndex("document", "X1", 64), vault().BlindIndex("document", "X1", 64));
  EXPECT_NE(vault().BlindIndex("document", "X1", 64), vault().BlindIndex("phone", "X1", 64));
  EXPECT_NE(vault().BlindIndex("document", "X1", 64), vault().BlindIndex("document", "X2", 64));
  EXPECT_EQ(vault().BlindIndexes("document", "X1", 64),
            std::vector{vault().BlindIndex("document", "X1", 64)});
  std::set<std::string> buckets;
  for (int i = 0; i < 1000; ++i) {
    buckets.insert(vault().BlindIndex("phonetic", std::to_string(i), 5));
  }
  EXPECT_EQ(buckets.size(), 32u);
  EXPECT_EQ(*buckets.begin(), "00");
  EXPECT_EQ(*buckets.rbegin(), "1f");
}

TEST_P(VaultTest, SignsWithTheLogsKey) {
  const std::string signature = vault().SignLogHead("head");
  EXPECT_TRUE(vault().CheckLogSignature("head", signature));
  EXPECT_FALSE(vault().CheckLogSignature("heae", signature));
  EXPECT_FALSE(vault().CheckLogSignature("head", ""));
  EXPECT_FALSE(vault().LogPublicKey().empty());
}

TEST_P(VaultTest, RefusesAKeyFileThatOthersCanReadOrThatIsAnother) {
  namespace fs = std::filesystem;
  fs::permissions(store_->places.key_file, fs::perms::group_read, fs::perm_options::add);
  auto opened = OpenVault(store_->places, store_->random);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::kForbidden);
  fs::permissions(store_->places.key_file, fs::perms::group_read, fs::perm_options::remove);

  const auto other = TestStore::Make("sqlite");
  KeyPlaces wrong = store_->places;
  wrong.key_file = other->places.key_file;
  opened = OpenVault(wrong, store_->random);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::kSealed);
}

INSTANTIATE_TEST_SUITE_P(Both, VaultTest, kBothStores, NameOfStore);

TEST(VaultFileTest, RefusesAKeyFileBesideTheDatabase) {
  const auto store = TestStore::Make("sqlite");
  KeyPlaces beside = store->places;
  beside.key_file = store->folder() + "/data/thb.key";
  std::filesystem::copy_file(store->places.key_file, beside.key_file);
  std::filesystem::permissions(beside.key_file, std::filesystem::perms::owner_read);
  const auto opened = OpenVault(beside, store->random);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::kForbidden);
}

TEST(VaultFileTest, KeepsTheKeyStoreApartAndPrivate) {
  namespace fs = std::filesystem;
  const auto store = TestStore::Make("sqlite");
  const std::string keys = store->places.database + ".keys";
  EXPECT_EQ(fs::status(keys).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(fs::status(store->places.key_file).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  const auto key = store->vault->NewKey(KeyKind::kPerson);
  ASSERT_TRUE(key.has_value());
  const auto main = ReadFile(store->places.database);
  ASSERT_TRUE(main.has_value());
  EXPECT_THAT(*main, Not(HasSubstr(*key)));
  ASSERT_TRUE(store->vault->DestroyKey(*key).has_value());
  for (const char* suffix : {"", "-wal"}) {
    const auto bytes = ReadFile(keys + suffix);
    ASSERT_TRUE(bytes.has_value());
    EXPECT_THAT(*bytes, Not(HasSubstr(*key + "person"))) << suffix;
  }
}

TEST(NewIdTest, IsTwentySixCharactersOfBase32) {
  EXPECT_EQ(NewId([](std::size_t count) { return std::string(count, '\0'); }),
            std::string(26, '0'));
  EXPECT_EQ(NewId([](std::size_t count) { return std::string(count, '\xff'); }),
            "7" + std::string(25, 'z'));
  const std::string one(15, '\0');
  EXPECT_EQ(NewId([&](std::size_t) { return one + '\x21'; }), std::string(24, '0') + "11");
}

}  // namespace
}  // namespace thb
