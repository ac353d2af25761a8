#include "people/attachment.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "people/internal/record_rows.h"
#include "people/internal/rows.h"
#include "people/internal/shared_text.h"
#include "people/person.h"

namespace thb {
namespace {

constexpr std::size_t kMaxFileNameBytes = 255;

struct Signature {
  std::size_t offset;
  std::string_view bytes;
  std::string_view type;
};
using namespace std::string_view_literals;
constexpr std::array kSignatures = {
    Signature{0, "%PDF-"sv, "application/pdf"},
    Signature{0, "\xff\xd8\xff"sv, "image/jpeg"},
    Signature{0, "\x89PNG\r\n\x1a\n"sv, "image/png"},
    Signature{8, "WEBP"sv, "image/webp"},
    Signature{0, "ID3"sv, "audio/mpeg"},
    Signature{0, "\xff\xfb"sv, "audio/mpeg"},
    Signature{4, "ftyp"sv, "video/mp4"},
    Signature{0, "OggS"sv, "audio/ogg"},
};

bool IsPlainText(std::string_view content) {
  return !content.empty() && IsValidUtf8(content) &&
         std::none_of(content.begin(), content.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte < 0x20 && c != '\n' && c != '\r' && c != '\t';
         });
}

constexpr std::string_view kColumns =
    "id, record_id, field_group, media_type, bytes, account, added, redaction_wanted, sealed_name";

Result<Attachment> ReadRow(Vault& vault, const SqlRow& row) {
  Attachment attachment;
  attachment.group = TRY(ParseFieldGroup(row.Text(2), "attachment"));
  attachment.id = row.Text(0);
  attachment.record = row.Text(1);
  attachment.type = row.Text(3);
  attachment.bytes = row.Int(4);
  attachment.account = row.Text(5);
  attachment.added = row.Int(6);
  attachment.redaction_wanted = row.Int(7) != 0;
  attachment.name = TRY(vault.Open({"attachment", attachment.id, "sealed_name"}, row.Text(8)));
  return attachment;
}

Result<void> AddPersons(const Work& work, Attachment& attachment) {
  const std::vector<SqlValue> values = {attachment.id};
  return work.database.Query(
      "SELECT person_id FROM attachment_person WHERE attachment_id = $1 ORDER BY person_id", values,
      [&](const SqlRow& row) -> Result<void> {
        attachment.persons.emplace_back(row.Text(0));
        return {};
      });
}

// Where a file is and in which group: what admits to it, before anything is opened.
struct FilePlace {
  std::string record;
  FieldGroup group = FieldGroup::kReference;
};
Result<std::optional<FilePlace>> PlaceOf(Database& database, std::string_view attachment) {
  std::optional<FilePlace> place;
  const std::vector<SqlValue> values = {std::string(attachment)};
  TRY(QueryOne(database, "SELECT record_id, field_group FROM attachment WHERE id = $1", values,
               [&](const SqlRow& row) -> Result<void> {
                 const FieldGroup group = TRY(ParseFieldGroup(row.Text(1), "attachment"));
                 place = FilePlace{std::string(row.Text(0)), group};
                 return {};
               }));
  return place;
}

Result<Admission> AdmitFile(const Work& work, std::string_view attachment, Right right) {
  const auto place = TRY(PlaceOf(work.database, attachment));
  // Who may see the record but not the group gets the words of a file that is not there.
  Result<Admission> admission = Admit(work, place ? std::string_view(place->record) : attachment,
                                      right, place ? place->group : FieldGroup::kReference);
  if (!admission && admission.error().code == ErrorCode::kForbidden && right == Right::kRead) {
    return NoSuchRecord();
  }
  return admission;
}

Result<void> CheckRoom(const Work& work, std::string_view record) {
  std::int64_t count = 0;
  const std::vector<SqlValue> values = {std::string(record)};
  TRY(QueryOne(work.database, "SELECT COUNT(*) FROM attachment WHERE record_id = $1", values,
               [&](const SqlRow& row) -> Result<void> {
                 count = row.Int(0);
                 return {};
               }));
  if (count < kMaxAttachments) return {};
  return Fail(ErrorCode::kLimit,
              "a record has at most " + std::to_string(kMaxAttachments) + " files", "attachment",
              "remove what is not needed");
}

Result<void> InsertPieces(const Work& work, const std::string& attachment, const std::string& key,
                          std::string_view content) {
  std::vector<std::vector<SqlValue>> rows;
  for (std::size_t at = 0; at < content.size(); at += kAttachmentPieceBytes) {
    std::string id = NewId(work.random);
    std::string sealed = TRY(work.vault.Seal(key, {"attachment_piece", id, "sealed_content"},
                                             content.substr(at, kAttachmentPieceBytes)));
    rows.push_back(
        {std::move(id), attachment, static_cast<std::int64_t>(rows.size()), std::move(sealed)});
  }
  return work.database.ExecuteMany(
      "INSERT INTO attachment_piece (id, attachment_id, ordinal, sealed_content) "
      "VALUES ($1, $2, $3, $4)",
      rows);
}

}  // namespace

Result<std::string> AttachmentType(std::string_view content) {
  for (const Signature& signature : kSignatures) {
    if (content.size() >= signature.offset &&
        StartsWith(content.substr(signature.offset), signature.bytes)) {
      return std::string(signature.type);
    }
  }
  if (IsPlainText(content)) return std::string("text/plain");
  return Fail(
      ErrorCode::kUnsupported, "a file of this type is not kept", "attachment",
      "make it a PDF, a picture (JPEG, PNG, WebP), a recording (MP3, MP4, OGG) or plain text");
}

Result<std::string> AddAttachment(const Work& work, std::string_view record, FieldGroup group,
                                  std::string_view name, std::string_view content,
                                  const std::vector<std::string>& persons) {
  TRY(CheckText(name, kMaxFileNameBytes, "name"));
  if (content.size() > kMaxAttachmentBytes) {
    return Fail(ErrorCode::kLimit,
                "a file has at most " + std::to_string(kMaxAttachmentBytes >> 20) + " MiB",
                "attachment", "split it, or keep a smaller copy");
  }
  const std::string type = TRY(AttachmentType(content));
  const Admission admission = TRY(Admit(work, record, Right::kEdit, group));
  TRY(CheckNamed(work, record, persons));
  TRY(CheckRoom(work, record));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::string id = NewId(work.random);
  const std::string key = TRY(KeyOfRecord(work.database, record));
  const std::string sealed = TRY(work.vault.Seal(key, {"attachment", id, "sealed_name"}, name));
  const std::vector<SqlValue> values = {id,
                                        std::string(record),
                                        std::string(WordOf(group)),
                                        type,
                                        static_cast<std::int64_t>(content.size()),
                                        work.actor.account,
                                        work.now,
                                        sealed};
  TRY(work.database.Execute(
      "INSERT INTO attachment (id, record_id, field_group, media_type, bytes, account, added, "
      "redaction_wanted, sealed_name) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)",
      values));
  TRY(InsertPieces(work, id, key, content));
  for (const std::string& person : persons) {
    const std::vector<SqlValue> named = {id, person};
    TRY(
        work.database.Execute("INSERT INTO attachment_person (attachment_id, person_id) "
                              "VALUES ($1, $2) ON CONFLICT DO NOTHING",
                              named));
  }
  TRY(TouchRecord(work, record));
  TRY(LogAct(work, "attachment.add", "attachment", {id}, admission.ground));
  TRY(transaction.Commit());
  return id;
}

Result<std::vector<Attachment>> AttachmentsOf(const Work& work, std::string_view record) {
  const Admission admission = TRY(Admit(work, record, Right::kRead, FieldGroup::kReference));
  const std::set<FieldGroup> readable = work.roles.Readable(work.actor, admission.facts, work.now);
  std::vector<Attachment> attachments;
  const std::vector<SqlValue> values = {std::string(record)};
  TRY(work.database.Query("SELECT " + std::string(kColumns) +
                              " FROM attachment WHERE record_id = $1 ORDER BY added, id",
                          values, [&](const SqlRow& row) -> Result<void> {
                            const FieldGroup group =
                                TRY(ParseFieldGroup(row.Text(2), "attachment"));
                            if (readable.count(group) == 0) return {};
                            attachments.push_back(TRY(ReadRow(work.vault, row)));
                            return {};
                          }));
  std::vector<std::string> shown;
  for (Attachment& attachment : attachments) {
    shown.push_back(attachment.id);
    if (readable.count(FieldGroup::kIdentity) > 0) TRY(AddPersons(work, attachment));
  }
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, "attachment.list", "attachment", std::move(shown), admission.ground));
  TRY(transaction.Commit());
  return attachments;
}

Result<Attachment> ReadAttachment(const Work& work, std::string_view attachment,
                                  const std::function<Result<void>(std::string_view)>& piece) {
  const Admission admission = TRY(AdmitFile(work, attachment, Right::kRead));
  Attachment found;
  const std::vector<SqlValue> values = {std::string(attachment)};
  const bool there = TRY(
      QueryOne(work.database, "SELECT " + std::string(kColumns) + " FROM attachment WHERE id = $1",
               values, [&](const SqlRow& row) -> Result<void> {
                 found = TRY(ReadRow(work.vault, row));
                 return {};
               }));
  if (!there) return NoSuchRecord();
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, "attachment.read", "attachment", {found.id}, admission.ground));
  TRY(transaction.Commit());
  TRY(work.database.Query(
      "SELECT id, sealed_content FROM attachment_piece WHERE attachment_id = $1 ORDER BY ordinal",
      values, [&](const SqlRow& row) -> Result<void> {
        return piece(
            TRY(work.vault.Open({"attachment_piece", row.Text(0), "sealed_content"}, row.Text(1))));
      }));
  return found;
}

Result<void> RemoveAttachment(const Work& work, std::string_view attachment) {
  const Admission admission = TRY(AdmitFile(work, attachment, Right::kEdit));
  if (admission.facts.restrictions.count(Restriction::kLegalHold) > 0) {
    return Fail(ErrorCode::kForbidden, "the record is under legal hold", "attachment",
                "keep it until the hold is lifted");
  }
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(DeleteAttachment(work.database, attachment));
  TRY(TouchRecord(work, admission.facts.record));
  TRY(LogAct(work, "attachment.remove", "attachment", {std::string(attachment)}, admission.ground));
  return transaction.Commit();
}

Result<void> DeleteAttachment(Database& database, std::string_view attachment) {
  const std::vector<SqlValue> values = {std::string(attachment)};
  TRY(database.Execute("DELETE FROM attachment_piece WHERE attachment_id = $1", values));
  TRY(database.Execute("DELETE FROM attachment_person WHERE attachment_id = $1", values));
  return database.Execute("DELETE FROM attachment WHERE id = $1", values);
}

}  // namespace thb
