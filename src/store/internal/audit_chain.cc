#include "store/internal/audit_chain.h"

#include "base/hash.h"
#include "store/internal/crypto.h"

namespace thb {

std::string HashOf(std::string_view previous, const AuditEntry& entry) {
  const std::string sequence = std::to_string(entry.sequence);
  const std::string at = std::to_string(entry.at);
  std::vector<std::string_view> parts = {previous,     sequence,         at,
                                         entry.actor,  entry.action,     entry.subject_kind,
                                         entry.ground, entry.commitment, entry.detail_key};
  parts.insert(parts.end(), entry.subjects.begin(), entry.subjects.end());
  return Sha256Hex(Netstrings(parts));
}

std::string HeadMessage(std::int64_t sequence, std::string_view hash, Instant signed_at) {
  const std::string number = std::to_string(sequence);
  const std::string time = std::to_string(signed_at);
  const std::string_view parts[] = {"thb-audit-head", number, hash, time};
  return Netstrings(parts);
}

std::string RestoreMessage(const AuditRestore& restore) {
  const std::string old_number = std::to_string(restore.old_sequence);
  const std::string new_number = std::to_string(restore.new_sequence);
  const std::string time = std::to_string(restore.at);
  const std::string_view parts[] = {"thb-audit-restore", old_number,       restore.old_hash,
                                    new_number,          restore.new_hash, time};
  return Netstrings(parts);
}

}  // namespace thb
