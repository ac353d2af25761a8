#pragma once
// Notes of a record. A shared note is sealed under the case's key and names the persons in it. A
// protected note (counselling, health, legal aid) is sealed to the owning organisation's public key
// (rule 2): the running server cannot read it. Its private key is wrapped for each member under a
// key derived from a passphrase, and for the organisation's recovery officer.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"

namespace thb {

inline constexpr std::size_t kMaxNoteBytes = 100'000;
inline constexpr std::size_t kMinPassphraseBytes = 12;
inline constexpr std::size_t kMaxPassphraseBytes = 1'024;

struct Note {
  std::string id;
  std::string record;
  FieldGroup group = FieldGroup::kNarrative;
  std::string account;
  Instant written = 0;
  std::int64_t version = 0;
  std::string text;
  std::vector<std::string> persons;
  bool redaction_wanted = false;
};

Result<std::string> WriteNote(const Work& work, std::string_view record, FieldGroup group,
                              std::string_view text, const std::vector<std::string>& persons);
// Of the groups that the actor may read, newest first.
Result<std::vector<Note>> NotesOf(const Work& work, std::string_view record);
// Puts the redacted text in the place of the note and takes `person` off it.
Result<std::int64_t> RedactNote(const Work& work, std::string_view note, std::int64_t version,
                                std::string_view text, std::string_view person);

// --- protected notes -------------------------------------------------------------------------

// The memory and time of the passphrase's key; less in tests alone.
struct PassphraseCost {
  std::uint64_t operations = 3;
  std::size_t memory = std::size_t{256} << 20;
};

// Makes the organisation's pair of keys; the actor is its first member, `officer` the recovery
// officer. Errors: kConflict where there is one; kBadValue where a passphrase is too short.
Result<void> MakeOrganisationKey(const Work& work, std::string_view passphrase,
                                 std::string_view officer, std::string_view officer_passphrase,
                                 PassphraseCost cost = {});
// A member lets another in: opens with his own passphrase, wraps under the other's.
Result<void> AddKeyMember(const Work& work, std::string_view own_passphrase,
                          std::string_view account, std::string_view passphrase,
                          PassphraseCost cost = {});
// What he has read he knows; what he could read he can no longer.
Result<void> RemoveKeyMember(const Work& work, std::string_view account);

// Needs no passphrase: everyone with kEdit on kProtectedNote may write.
Result<std::string> WriteProtectedNote(const Work& work, std::string_view record,
                                       std::string_view text);
// Ids and times, newest first.
Result<std::vector<Note>> ProtectedNotesOf(const Work& work, std::string_view record);
// Errors: kForbidden where the passphrase is wrong or he is no member; both say the same.
Result<Note> ReadProtectedNote(const Work& work, std::string_view note,
                               std::string_view passphrase);

}  // namespace thb
