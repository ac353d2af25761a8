#pragma once
// Passwords: Argon2id hashes, random ones, and which are too common to choose.

#include <string>
#include <string_view>

#include "access/account.h"
#include "base/result.h"
#include "store/vault.h"

namespace thb {

// "argon2id$passes$bytes$salt$hash", salt and hash in hexadecimal. Errors: kInternal where memory
// is short.
Result<std::string> HashPassword(std::string_view password, const RandomBytes& random,
                                 const PasswordCost& cost);
// Always does the work of one hash: for the empty text, which no account has, that of the default
// cost against nothing.
Result<bool> VerifyPassword(std::string_view password, std::string_view hash);

// 80 random bits as "xxxx-xxxx-xxxx-xxxx": a password, or a recovery code.
std::string RandomCode(const RandomBytes& random);
// As it is hashed: without hyphens and spaces, in lower case.
std::string NormalCode(std::string_view code);

}  // namespace thb
