#include "store/internal/manifest.h"

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "store/internal/crypto.h"

namespace thb {

std::string ManifestPath(const std::string& backup) {
  return backup + ".manifest";
}

std::string ManifestMessage(const BackupManifest& manifest) {
  const std::string made = std::to_string(manifest.made);
  const std::string erased = std::to_string(manifest.erased);
  const std::string sequence = std::to_string(manifest.head.sequence);
  const std::string_view parts[] = {"thb-backup", manifest.kind,   manifest.schema,
                                    made,         manifest.sha256, manifest.keys_sha256,
                                    erased,       sequence,        manifest.head.hash};
  return Netstrings(parts);
}

std::string ManifestText(const BackupManifest& manifest) {
  const Json json = {{"kind", manifest.kind},
                     {"schema", manifest.schema},
                     {"made", FormatInstant(manifest.made)},
                     {"sha256", manifest.sha256},
                     {"keys_sha256", manifest.keys_sha256},
                     {"erased", manifest.erased},
                     {"log_sequence", manifest.head.sequence},
                     {"log_hash", manifest.head.hash},
                     {"signature", manifest.signature}};
  return json.dump(1) + "\n";
}

Result<BackupManifest> ParseManifest(std::string_view text, const std::string& place) {
  const Json json = TRY(ParseJson(text, place));
  BackupManifest manifest;
  try {
    manifest.kind = json.at("kind").get<std::string>();
    manifest.schema = json.at("schema").get<std::string>();
    manifest.sha256 = json.at("sha256").get<std::string>();
    manifest.keys_sha256 = json.at("keys_sha256").get<std::string>();
    manifest.erased = json.at("erased").get<std::int64_t>();
    manifest.head.sequence = json.at("log_sequence").get<std::int64_t>();
    manifest.head.hash = json.at("log_hash").get<std::string>();
    manifest.signature = json.at("signature").get<std::string>();
    manifest.made = TRY(ParseInstant(json.at("made").get<std::string>()));
  } catch (const Json::exception&) {
    return Fail(ErrorCode::kParse, "is no manifest of a backup", place,
                "take the backup from another copy");
  }
  return manifest;
}

}  // namespace thb
