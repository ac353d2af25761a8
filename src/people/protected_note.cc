// Protected notes (rule 2): the server keeps them and cannot read them.

#include "base/text.h"
#include "people/authorize.h"
#include "people/internal/note_crypto.h"
#include "people/internal/record_rows.h"
#include "people/internal/rows.h"
#include "people/note.h"

namespace thb {
namespace {

// A row that somebody changed cannot make the server spend more than this on one passphrase.
constexpr std::uint64_t kMaxOperations = 10;
constexpr std::size_t kMaxMemory = std::size_t{1} << 30;

Result<void> CheckPassphrase(std::string_view passphrase, const std::string& field) {
  if (passphrase.size() >= kMinPassphraseBytes && passphrase.size() <= kMaxPassphraseBytes) {
    return {};
  }
  return Fail(ErrorCode::kBadValue,
              "a passphrase has " + std::to_string(kMinPassphraseBytes) + " to " +
                  std::to_string(kMaxPassphraseBytes) + " characters",
              field, "take four words or more");
}

Result<std::string> PublicKeyOf(const Work& work, std::string_view organisation) {
  std::string key;
  const std::vector<SqlValue> values = {std::string(organisation)};
  const bool found =
      TRY(QueryOne(work.database, "SELECT public_key FROM note_key WHERE organisation = $1", values,
                   [&](const SqlRow& row) -> Result<void> {
                     key = row.Text(0);
                     return {};
                   }));
  if (found) return key;
  return Fail(ErrorCode::kConflict, "the organisation has no key for protected notes", "note",
              "have its supervisor make one");
}

Result<void> InsertShare(const Work& work, std::string_view account, bool officer,
                         const WrappedNoteKey& wrapped) {
  const std::vector<SqlValue> values = {work.actor.organisation,
                                        std::string(account),
                                        std::int64_t{officer},
                                        wrapped.salt,
                                        static_cast<std::int64_t>(wrapped.cost.operations),
                                        static_cast<std::int64_t>(wrapped.cost.memory),
                                        wrapped.wrapped};
  return work.database.Execute(
      "INSERT INTO note_key_share (organisation, account, officer, salt, operations, memory_bytes, "
      "wrapped_key) VALUES ($1, $2, $3, $4, $5, $6, $7)",
      values);
}

// The organisation's private key, by this actor's share. Who has none gets the words of a wrong
// passphrase.
Result<std::string> PrivateKey(const Work& work, std::string_view passphrase) {
  WrappedNoteKey wrapped;
  const std::vector<SqlValue> values = {work.actor.organisation, work.actor.account};
  const bool member =
      TRY(QueryOne(work.database,
                   "SELECT salt, operations, memory_bytes, wrapped_key FROM note_key_share "
                   "WHERE organisation = $1 AND account = $2",
                   values, [&](const SqlRow& row) -> Result<void> {
                     wrapped.salt = row.Text(0);
                     wrapped.cost.operations = static_cast<std::uint64_t>(row.Int(1));
                     wrapped.cost.memory = static_cast<std::size_t>(row.Int(2));
                     wrapped.wrapped = row.Text(3);
                     return {};
                   }));
  const bool sane = wrapped.cost.operations <= kMaxOperations && wrapped.cost.memory <= kMaxMemory;
  if (!member || !sane) {
    return Fail(ErrorCode::kForbidden, "protected notes do not open with this passphrase",
                "passphrase", "type it again, or ask a colleague who reads them to let you in");
  }
  return UnwrapWithPassphrase(wrapped, passphrase);
}

Result<void> LogKey(const Work& work, std::string_view action, std::string_view account) {
  return LogAct(work, action, "account", {std::string(account)}, "protected_note");
}

struct StoredProtected {
  Note note;
  std::string organisation;
  std::string sealed;
};

Result<std::optional<StoredProtected>> FindProtected(const Work& work, std::string_view note) {
  std::optional<StoredProtected> found;
  const std::vector<SqlValue> values = {std::string(note)};
  TRY(QueryOne(work.database,
               "SELECT id, record_id, account, written, organisation, sealed_text "
               "FROM protected_note WHERE id = $1",
               values, [&](const SqlRow& row) -> Result<void> {
                 found.emplace();
                 found->note.id = row.Text(0);
                 found->note.record = row.Text(1);
                 found->note.account = row.Text(2);
                 found->note.written = row.Int(3);
                 found->note.group = FieldGroup::kProtectedNote;
                 found->organisation = row.Text(4);
                 found->sealed = row.Text(5);
                 return {};
               }));
  return found;
}

// A sealed box is bound to nothing; so the note's id is sealed with it.
std::string WithId(std::string_view id, std::string_view text) {
  return std::string(id) + "\n" + std::string(text);
}

}  // namespace

Result<void> MakeOrganisationKey(const Work& work, std::string_view passphrase,
                                 std::string_view officer, std::string_view officer_passphrase,
                                 PassphraseCost cost) {
  TRY(RequireDuty(work, "supervise"));
  TRY(CheckPassphrase(passphrase, "passphrase"));
  TRY(CheckPassphrase(officer_passphrase, "officer_passphrase"));
  if (officer == work.actor.account || passphrase == officer_passphrase) {
    return Fail(ErrorCode::kBadValue,
                "the recovery officer is another person with a passphrase of "
                "his own",
                "officer", "name another account");
  }
  if (PublicKeyOf(work, work.actor.organisation)) {
    return Fail(ErrorCode::kConflict, "the organisation has a key for protected notes", "note",
                "let further members in with their own passphrase");
  }
  NoteKeyPair pair = NewNoteKeyPair();
  const WipedText secret(std::move(pair.private_key));
  const WrappedNoteKey own = TRY(WrapUnderPassphrase(work.random, passphrase, secret.view(), cost));
  const WrappedNoteKey for_officer =
      TRY(WrapUnderPassphrase(work.random, officer_passphrase, secret.view(), cost));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::vector<SqlValue> values = {work.actor.organisation, pair.public_key, work.now};
  TRY(work.database.Execute(
      "INSERT INTO note_key (organisation, public_key, made) VALUES ($1, $2, $3)", values));
  TRY(InsertShare(work, work.actor.account, false, own));
  TRY(InsertShare(work, officer, true, for_officer));
  TRY(LogKey(work, "note_key.make", officer));
  return transaction.Commit();
}

Result<void> AddKeyMember(const Work& work, std::string_view own_passphrase,
                          std::string_view account, std::string_view passphrase,
                          PassphraseCost cost) {
  TRY(CheckPassphrase(passphrase, "passphrase"));
  const WipedText secret(TRY(PrivateKey(work, own_passphrase)));
  const WrappedNoteKey wrapped =
      TRY(WrapUnderPassphrase(work.random, passphrase, secret.view(), cost));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::vector<SqlValue> values = {work.actor.organisation, std::string(account)};
  TRY(work.database.Execute(
      "DELETE FROM note_key_share WHERE organisation = $1 AND account = $2 AND officer = 0",
      values));
  TRY(InsertShare(work, account, false, wrapped));
  TRY(LogKey(work, "note_key.admit", account));
  return transaction.Commit();
}

Result<void> RemoveKeyMember(const Work& work, std::string_view account) {
  if (account != work.actor.account) TRY(RequireDuty(work, "supervise"));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  std::int64_t left = 0;
  const std::vector<SqlValue> own = {work.actor.organisation, std::string(account)};
  TRY(QueryOne(work.database,
               "SELECT COUNT(*) FROM note_key_share WHERE organisation = $1 AND account <> $2", own,
               [&](const SqlRow& row) -> Result<void> {
                 left = row.Int(0);
                 return {};
               }));
  if (left == 0) {
    return Fail(ErrorCode::kConflict, "nobody would be left who opens the protected notes",
                "account", "let somebody else in first");
  }
  TRY(work.database.Execute("DELETE FROM note_key_share WHERE organisation = $1 AND account = $2",
                            own));
  TRY(LogKey(work, "note_key.remove", account));
  return transaction.Commit();
}

Result<std::string> WriteProtectedNote(const Work& work, std::string_view record,
                                       std::string_view text) {
  TRY(CheckText(text, kMaxNoteBytes, "text"));
  const Admission admission = TRY(Admit(work, record, Right::kEdit, FieldGroup::kProtectedNote));
  const std::string public_key = TRY(PublicKeyOf(work, admission.facts.organisation));
  const std::string id = NewId(work.random);
  const std::string sealed = TRY(SealToPublicKey(public_key, WithId(id, text)));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::vector<SqlValue> values = {
      id, std::string(record), admission.facts.organisation, work.actor.account, work.now, sealed};
  TRY(work.database.Execute(
      "INSERT INTO protected_note (id, record_id, organisation, account, written, sealed_text) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      values));
  TRY(TouchRecord(work, record));
  TRY(LogAct(work, "protected_note.write", "note", {id}, admission.ground));
  TRY(transaction.Commit());
  return id;
}

Result<std::vector<Note>> ProtectedNotesOf(const Work& work, std::string_view record) {
  const Admission admission = TRY(Admit(work, record, Right::kRead, FieldGroup::kProtectedNote));
  std::vector<Note> notes;
  std::vector<std::string> shown;
  const std::vector<SqlValue> values = {std::string(record), work.actor.organisation};
  TRY(work.database.Query(
      "SELECT id, record_id, account, written FROM protected_note WHERE record_id = $1 "
      "AND organisation = $2 ORDER BY written DESC, id",
      values, [&](const SqlRow& row) -> Result<void> {
        Note note;
        note.id = row.Text(0);
        note.record = row.Text(1);
        note.account = row.Text(2);
        note.written = row.Int(3);
        note.group = FieldGroup::kProtectedNote;
        shown.push_back(note.id);
        notes.push_back(std::move(note));
        return {};
      }));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, "protected_note.list", "note", std::move(shown), admission.ground));
  TRY(transaction.Commit());
  return notes;
}

Result<Note> ReadProtectedNote(const Work& work, std::string_view note,
                               std::string_view passphrase) {
  auto found = TRY(FindProtected(work, note));
  const Admission admission = TRY(Admit(work, found ? std::string_view(found->note.record) : note,
                                        Right::kRead, FieldGroup::kProtectedNote));
  // After a transfer the old organisation's notes stay its own.
  if (!found || found->organisation != work.actor.organisation) return NoSuchRecord();
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, "protected_note.read", "note", {found->note.id}, admission.ground));
  TRY(transaction.Commit());
  const WipedText secret(TRY(PrivateKey(work, passphrase)));
  const std::string public_key = TRY(PublicKeyOf(work, found->organisation));
  const std::string plain = TRY(OpenWithPrivateKey(public_key, secret.view(), found->sealed));
  const std::string head = WithId(found->note.id, "");
  if (!StartsWith(plain, head)) {
    return Fail(ErrorCode::kSealed, "a protected note was put in the place of another", "note",
                "restore a backup");
  }
  found->note.text = plain.substr(head.size());
  return found->note;
}

}  // namespace thb
