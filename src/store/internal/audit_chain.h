#pragma once
// What an entry of the log is, and the texts that its hash and the signatures cover. docs/audit.md
// gives the format to those who verify it with a program of their own.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "store/vault.h"

namespace thb {

struct AuditEntry {
  std::int64_t sequence = 0;
  Instant at = 0;
  std::string actor;
  std::string action;
  std::string subject_kind;
  std::string ground;
  std::string commitment;
  std::string detail_key;
  std::string detail;
  std::string hash;
  std::vector<std::string> subjects;
};

// Covers everything but the sealed detail, which a rekey seals anew; its commitment stands for it.
std::string HashOf(std::string_view previous, const AuditEntry& entry);

// `sequence` is the entry's number as text.
inline FieldAddress DetailAddress(std::string_view sequence) {
  return {"audit_entry", sequence, "detail"};
}

std::string HeadMessage(std::int64_t sequence, std::string_view hash, Instant signed_at);

// A restore took the log back from the old head to the new one.
struct AuditRestore {
  std::int64_t old_sequence = 0;
  std::string old_hash;
  std::int64_t new_sequence = 0;
  std::string new_hash;
  Instant at = 0;
  std::string signature;
};
std::string RestoreMessage(const AuditRestore& restore);

}  // namespace thb
