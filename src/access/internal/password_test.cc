#include "access/internal/password.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace thb {
namespace {

RandomBytes Seeded() {
  return [random = std::make_shared<Random>(7)](std::size_t count) {
    std::string bytes;
    while (bytes.size() < count) bytes += static_cast<char>(random->Next() >> 56);
    return bytes;
  };
}

TEST(PasswordTest, AHashOpensForItsPasswordOnly) {
  const RandomBytes random = Seeded();
  const std::string hash = *HashPassword("drie losse woorden", random, {});
  EXPECT_EQ(hash.rfind("argon2id$3$67108864$", 0), 0U);
  EXPECT_NE(hash, *HashPassword("drie losse woorden", random, {}))
      << "the salt is another each time";
  EXPECT_TRUE(*VerifyPassword("drie losse woorden", hash));
  EXPECT_FALSE(*VerifyPassword("drie losse woorde", hash));
  EXPECT_FALSE(*VerifyPassword("drie losse woorden" + std::string(1, '\0'), hash));
  EXPECT_FALSE(*VerifyPassword("", ""));
  EXPECT_TRUE(*VerifyPassword("x", *HashPassword("x", random, {1, std::size_t{64} << 10})))
      << "a hash names its own cost";
  EXPECT_FALSE(*VerifyPassword("x", "argon2id$3$67108864$zz$zz"));
}

TEST(PasswordTest, CommonPasswordsAreRefused) {
  for (const char* bad : {"short", "Password2024!", "Welkom01Welkom01", "P@ssw0rd12345",
                          "123456789012", "aaaaaaaaaaaa", "abcdefghijklmnop", "Wachtwoord!2025",
                          "qwertyuiop123", "elephantelephant-j.jansen", "W1nter2024Admin"}) {
    EXPECT_FALSE(CheckPassword(bad, "j.jansen").has_value()) << bad;
  }
  for (const char* good :
       {"orange lantern carpet seventeen", "kast-motor-wolk-83", "Tr4mhalte&Kiwi!x"}) {
    EXPECT_TRUE(CheckPassword(good, "j.jansen").has_value()) << good;
  }
  EXPECT_FALSE(CheckPassword(std::string(kMaxPasswordBytes, 'k') + "motor wolk", "x").has_value());
  EXPECT_FALSE(CheckPassword("kast\xff motor wolk 83", "x").has_value());
}

TEST(PasswordTest, RandomOnesMayBeChosenAndReadBack) {
  const RandomBytes random = Seeded();
  const std::string code = RandomCode(random);
  EXPECT_EQ(code.size(), 19U);
  EXPECT_TRUE(CheckPassword(code, "j.jansen").has_value()) << code;
  EXPECT_EQ(NormalCode(" ABCD-efgh "), "abcdefgh");
  EXPECT_NE(code, RandomCode(random));
}

}  // namespace
}  // namespace thb
