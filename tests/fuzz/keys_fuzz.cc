// Reads any bytes as what the store reads from outside the database: an officer's share, a file of
// heads, a backup's manifest, a sealed text. What is read is the same when it is written and read
// again, and nothing opens under a key that did not seal it.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "store/internal/crypto.h"
#include "store/internal/heads.h"
#include "store/internal/manifest.h"
#include "store/internal/recovery.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

void CheckShare(std::string_view text) {
  const auto share = thb::ParseShare(text, "share");
  if (!share) return;
  Require(share->share.number >= 1 && share->share.number <= thb::kOfficers);
  Require(share->share.bytes.size() == thb::kKeyBytes);
  Require(!thb::IsGenuine(*share, {share->recovery_key, "", {"", "", ""}, 0}));
}

void CheckHeads(std::string_view text) {
  const auto heads = thb::ParseHeads(text, "heads");
  if (!heads) return;
  std::string written;
  for (const thb::AuditHead& head : *heads) written += thb::HeadLine(head) + "\n";
  const auto again = thb::ParseHeads(written, "heads");
  Require(again.has_value() && again->size() == heads->size());
  std::string twice;
  for (const thb::AuditHead& head : *again) twice += thb::HeadLine(head) + "\n";
  Require(twice == written);
}

void CheckManifest(std::string_view text) {
  const auto manifest = thb::ParseManifest(text, "manifest");
  if (!manifest) return;
  const auto again = thb::ParseManifest(thb::ManifestText(*manifest), "manifest");
  Require(again.has_value() && thb::ManifestMessage(*again) == thb::ManifestMessage(*manifest));
}

void CheckSealed(std::string_view text) {
  const auto sealed = thb::ParseSealed(text);
  if (!sealed) return;
  Require(!thb::OpenWith(thb::SecretKey("another key of thirty-two bytes!"), *sealed, "context"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckShare(text);
  CheckHeads(text);
  CheckManifest(text);
  CheckSealed(text);
  return 0;
}
