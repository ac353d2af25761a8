#include "access/internal/password.h"

#include <sodium.h>

#include <set>

#include "base/resources.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr std::size_t kSaltBytes = crypto_pwhash_SALTBYTES;
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kCodeCharacters = 16;
constexpr std::size_t kCodeGroup = 4;
// A password that consists of common words, runs and repeats needs so many characters beside them.
constexpr std::size_t kMinOwnCharacters = 6;
constexpr std::size_t kMinDistinctCharacters = 6;
constexpr std::size_t kMinLoginInPassword = 4;

std::string Hex(std::string_view bytes) {
  std::string hex(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                 bytes.size());
  hex.pop_back();
  return hex;
}

std::string FromHex(std::string_view hex) {
  std::string bytes(hex.size() / 2, '\0');
  std::size_t length = 0;
  sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), hex.data(),
                 hex.size(), nullptr, &length, nullptr);
  bytes.resize(length);
  return bytes;
}

Result<std::string> Argon2id(std::string_view password, std::string_view salt,
                             const PasswordCost& cost) {
  std::string hash(kHashBytes, '\0');
  if (crypto_pwhash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(), password.data(),
                    password.size(), reinterpret_cast<const unsigned char*>(salt.data()),
                    cost.passes, cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return Fail(ErrorCode::kInternal, "no memory to hash a password", "Argon2id",
                "give the server more memory: each log-in takes 64 MiB for a moment");
  }
  return hash;
}

// Digits and signs that stand for letters.
char Plain(char c) {
  switch (c) {
    case '0':
      return 'o';
    case '1':
    case '!':
      return 'i';
    case '3':
      return 'e';
    case '4':
    case '@':
      return 'a';
    case '5':
    case '$':
      return 's';
    case '7':
      return 't';
    default:
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
}

// Characters that neither repeat the one before nor follow it in the alphabet or the digits.
std::size_t OwnCharacters(std::string_view text) {
  std::size_t own = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int step = i == 0 ? 100 : text[i] - text[i - 1];
    if (step < -1 || step > 1) ++own;
  }
  return own;
}

// What is left of a password without common words.
std::string WithoutCommonWords(std::string_view password) {
  std::string text;
  for (const char c : password) text += Plain(c);
  for (const std::string_view line :
       Split(FindResource("rules/common_passwords.txt").value_or(""), '\n')) {
    const std::string_view word = Trim(line);
    if (!word.empty() && word.front() != '#') text = ReplaceAll(text, word, "");
  }
  return text;
}

std::size_t CharactersOf(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
  return count;
}

tl::unexpected<Error> BadPassword(std::string what) {
  return Fail(ErrorCode::kBadValue, std::move(what), "password",
              "take several words that have nothing to do with each other");
}

}  // namespace

Result<std::string> HashPassword(std::string_view password, const RandomBytes& random,
                                 const PasswordCost& cost) {
  const std::string salt = random(kSaltBytes);
  const std::string hash = TRY(Argon2id(password, salt, cost));
  return "argon2id$" + std::to_string(cost.passes) + "$" + std::to_string(cost.memory_bytes) + "$" +
         Hex(salt) + "$" + Hex(hash);
}

Result<bool> VerifyPassword(std::string_view password, std::string_view hash) {
  const std::vector<std::string_view> parts = Split(hash, '$');
  const bool is_hash = parts.size() == 5 && parts[0] == "argon2id";
  const std::string salt = is_hash ? FromHex(parts[3]) : std::string(kSaltBytes, '\0');
  const std::string expected = is_hash ? FromHex(parts[4]) : std::string();
  const auto passes = is_hash ? ParseInt(parts[1]).value_or(0) : 0;
  const auto memory = is_hash ? ParseInt(parts[2]).value_or(0) : 0;
  PasswordCost cost;
  if (passes > 0) cost.passes = static_cast<std::uint64_t>(passes);
  if (memory > 0) cost.memory_bytes = static_cast<std::size_t>(memory);
  const std::string computed = TRY(Argon2id(password.substr(0, kMaxPasswordBytes), salt, cost));
  return expected.size() == computed.size() && password.size() <= kMaxPasswordBytes &&
         sodium_memcmp(computed.data(), expected.data(), computed.size()) == 0;
}

std::string RandomCode(const RandomBytes& random) {
  const std::string bits = NewId(random).substr(0, kCodeCharacters);
  std::string code;
  for (std::size_t at = 0; at < bits.size(); at += kCodeGroup) {
    if (at > 0) code += '-';
    code += bits.substr(at, kCodeGroup);
  }
  return code;
}

std::string NormalCode(std::string_view code) {
  std::string normal;
  for (const char c : ToLowerAscii(code)) {
    if (c != '-' && c != ' ') normal += c;
  }
  return normal;
}

Result<void> CheckPassword(std::string_view password, std::string_view login) {
  if (!IsValidUtf8(password) || CharactersOf(password) < kMinPasswordCharacters ||
      password.size() > kMaxPasswordBytes) {
    return BadPassword("a password has at least " + std::to_string(kMinPasswordCharacters) +
                       " characters and at most " + std::to_string(kMaxPasswordBytes) + " bytes");
  }
  const std::string lower = ToLowerAscii(password);
  const std::string name = ToLowerAscii(login);
  if (name.size() >= kMinLoginInPassword && lower.find(name) != std::string::npos) {
    return BadPassword("the password holds the login name");
  }
  if (std::set<char>(lower.begin(), lower.end()).size() < kMinDistinctCharacters ||
      OwnCharacters(lower) < kMinOwnCharacters ||
      OwnCharacters(WithoutCommonWords(lower)) < kMinOwnCharacters) {
    return BadPassword("the password is one of those that are guessed first");
  }
  return {};
}

}  // namespace thb
