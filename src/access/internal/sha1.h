#pragma once
#include <string>
#include <string_view>

namespace thb {

// SHA-1 (FIPS 180-4), 20 bytes. For HMAC in one-time passwords only: authenticator apps know no
// other hash reliably, and HMAC does not rest on the resistance to collisions that SHA-1 has lost.
std::string Sha1(std::string_view message);

}  // namespace thb
