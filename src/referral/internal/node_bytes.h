#pragma once
// libsodium behind the node's packages. Raw bytes in and out; keys of the wrong length give
// nothing.

#include <optional>
#include <string>
#include <string_view>

namespace thb {

std::string EncodeBase64(std::string_view bytes);
std::optional<std::string> DecodeBase64(std::string_view text);

// Ed25519, detached. The seed has 32 bytes.
std::string SignBytes(std::string_view signing_seed, std::string_view message);
bool IsSignatureOf(std::string_view signing_public, std::string_view signature,
                   std::string_view message);

// libsodium's sealed box, byte for byte, with the ephemeral key from `seed` (32 random bytes),
// since randomness is passed in. "" where the public key is none.
std::string SealBytes(std::string_view sealing_public, std::string_view plain, std::string seed);
std::optional<std::string> UnsealBytes(std::string_view sealing_seed, std::string_view box);

std::string SigningPublicOf(std::string_view signing_seed);
std::string SealingPublicOf(std::string_view sealing_seed);
// Whether anything can be sealed to it: false for points of low order.
bool CanSealTo(std::string_view sealing_public);
// Whether it is a point on the curve, in the main subgroup.
bool CanVerifyBy(std::string_view signing_public);

std::string Sha512Of(std::string_view bytes);
void WipeBytes(std::string& bytes);

}  // namespace thb
