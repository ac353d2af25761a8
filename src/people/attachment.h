#pragma once
// Files of a record, sealed in pieces under the case's key. The type is what the content says, on a
// list of allowed ones; the name is sealed. Who may read it is said by the record and the field
// group, on every path.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"

namespace thb {

inline constexpr std::size_t kMaxAttachmentBytes = std::size_t{25} << 20;
inline constexpr std::size_t kAttachmentPieceBytes = std::size_t{64} << 10;
inline constexpr int kMaxAttachments = 500;  // of one record

struct Attachment {
  std::string id;
  std::string record;
  FieldGroup group = FieldGroup::kNarrative;
  std::string type;  // "application/pdf", "image/jpeg", ...
  std::string name;
  std::int64_t bytes = 0;
  std::vector<std::string> persons;  // whom it names: erasing one puts it up for redaction
  bool redaction_wanted = false;
  std::string account;
  Instant added = 0;
};

// The type by content: PDF, JPEG, PNG, WebP, plain UTF-8 text, MP3, MP4, OGG. Errors: kUnsupported
// for another one. Office files and archives, which can hold programs, are not on the list.
Result<std::string> AttachmentType(std::string_view content);

// kEdit on the group. `persons` is at least the victim. Returns the id. Errors: kLimit,
// kUnsupported.
Result<std::string> AddAttachment(const Work& work, std::string_view record, FieldGroup group,
                                  std::string_view name, std::string_view content,
                                  const std::vector<std::string>& persons);
// Of the groups that the actor may read.
Result<std::vector<Attachment>> AttachmentsOf(const Work& work, std::string_view record);
// Opens piece by piece; the entry in the log is durable before the first piece. Errors: kNotFound
// as for a record that is not there.
Result<Attachment> ReadAttachment(const Work& work, std::string_view attachment,
                                  const std::function<Result<void>(std::string_view)>& piece);
// The pieces and the name go; a note in the log stays. Refused under legal hold.
Result<void> RemoveAttachment(const Work& work, std::string_view attachment);

}  // namespace thb
