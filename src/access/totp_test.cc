#include "access/totp.h"

#include <gtest/gtest.h>

#include <array>

#include "access/internal/sha1.h"

namespace thb {
namespace {

constexpr std::string_view kSecret = "12345678901234567890";

std::string Hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    hex += kDigits[static_cast<std::uint8_t>(c) >> 4];
    hex += kDigits[static_cast<std::uint8_t>(c) & 15];
  }
  return hex;
}

// FIPS 180-4's examples, and lengths around the end of a block.
TEST(TotpTest, Sha1IsThatOfTheStandard) {
  EXPECT_EQ(Hex(Sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(Hex(Sha1("")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(Hex(Sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(Hex(Sha1(std::string(1'000'000, 'a'))), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

// RFC 2202, cases 1, 2 and 6 (a key longer than a block).
TEST(TotpTest, HmacIsThatOfTheStandard) {
  EXPECT_EQ(Hex(HmacSha1(std::string(20, '\x0b'), "Hi There")),
            "b617318655057264e28bc0b6fb378c8ef146be00");
  EXPECT_EQ(Hex(HmacSha1("Jefe", "what do ya want for nothing?")),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(Hex(HmacSha1(std::string(80, '\xaa'),
                         "Test Using Larger Than Block-Size Key - Hash Key First")),
            "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

// RFC 6238, appendix B, the column SHA1.
TEST(TotpTest, CodesAreThoseOfTheStandard) {
  const std::array<std::pair<Instant, const char*>, 6> vectors = {{{59, "94287082"},
                                                                   {1111111109, "07081804"},
                                                                   {1111111111, "14050471"},
                                                                   {1234567890, "89005924"},
                                                                   {2000000000, "69279037"},
                                                                   {20000000000, "65353130"}}};
  for (const auto& [at, code] : vectors) EXPECT_EQ(TotpCode(kSecret, TotpStep(at), 8), code);
}

TEST(TotpTest, ACodeIsGoodWithinTheWindowAndOnce) {
  const Instant now = 1'700'000'000;
  const std::int64_t step = TotpStep(now);
  for (const std::int64_t offset : {-1, 0, 1}) {
    EXPECT_EQ(MatchTotp(kSecret, TotpCode(kSecret, step + offset), now, 0), step + offset);
  }
  EXPECT_FALSE(MatchTotp(kSecret, TotpCode(kSecret, step - 2), now, 0).has_value());
  EXPECT_FALSE(MatchTotp(kSecret, TotpCode(kSecret, step + 2), now, 0).has_value());
  EXPECT_FALSE(MatchTotp(kSecret, TotpCode(kSecret, step), now, step).has_value());
  EXPECT_FALSE(MatchTotp(kSecret, "", now, 0).has_value());
  EXPECT_FALSE(MatchTotp(kSecret, "000000", now, 0).has_value());
}

// RFC 4648, section 10.
TEST(TotpTest, SecretsAreWrittenInBase32) {
  EXPECT_EQ(Base32("foobar"), "MZXW6YTBOI");
  EXPECT_EQ(Base32("fooba"), "MZXW6YTB");
  EXPECT_EQ(Base32("f"), "MY");
  EXPECT_EQ(OtpauthUri("fooba", "a b@x"),
            "otpauth://totp/OpenTHB:a%20b%40x?secret=MZXW6YTB&issuer=OpenTHB");
}

}  // namespace
}  // namespace thb
