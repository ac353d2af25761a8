#pragma once
// Time-based one-time passwords (RFC 6238): HMAC-SHA-1, six digits, steps of 30 seconds, as every
// authenticator app has them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/date.h"
#include "base/result.h"

namespace thb {

inline constexpr std::int64_t kTotpStepSeconds = 30;
inline constexpr int kTotpDigits = 6;
inline constexpr std::size_t kTotpSecretBytes = 20;
// Steps before and after the current one that are taken, for clocks that differ.
inline constexpr std::int64_t kTotpWindow = 1;

// The number of the step that an instant lies in.
std::int64_t TotpStep(Instant now);
// HMAC-SHA-1 of RFC 2104, as RFC 4226 wants it; 20 bytes.
std::string HmacSha1(std::string_view key, std::string_view message);
// The code of a step, with leading zeros; digits 6 to 8.
std::string TotpCode(std::string_view secret, std::int64_t step, int digits = kTotpDigits);
// The step whose code this is, within the window around `now` and after `last_step`: a code is good
// once. Nothing where it is none. Compares in constant time.
std::optional<std::int64_t> MatchTotp(std::string_view secret, std::string_view code, Instant now,
                                      std::int64_t last_step);

// RFC 4648, upper case without padding: how a secret is typed in.
std::string Base32(std::string_view bytes);
// "otpauth://totp/OpenTHB:login?secret=...&issuer=OpenTHB": what the picture for the app holds.
std::string OtpauthUri(std::string_view secret, std::string_view login);

}  // namespace thb
