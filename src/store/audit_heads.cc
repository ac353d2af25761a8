// The file of signed heads, which is kept elsewhere. A line reads
// "thb-head 1 SEQUENCE HASH TIME SIGNATURE KEY ."; only one with its point was acknowledged.

#include <algorithm>
#include <fstream>

#include "base/files.h"
#include "base/text.h"
#include "store/audit.h"
#include "store/internal/heads.h"
#include "store/private_file.h"

namespace thb {
namespace {

constexpr std::string_view kHeadWord = "thb-head";
constexpr std::string_view kHeadVersion = "1";
constexpr std::string_view kEnd = " .";
constexpr std::streamoff kTailBytes = 4'096;  // more than the longest line
// "-" stands for the hash of an empty log.
constexpr std::string_view kNoHash = "-";

Result<AuditHead> ParseHead(std::string_view line, const std::string& place) {
  const auto words = Split(line, ' ');
  const auto sequence = words.size() == 8 ? ParseInt(words[2]) : std::nullopt;
  if (!sequence || words[0] != kHeadWord || words[1] != kHeadVersion) {
    return Fail(ErrorCode::kParse, "is no head of a log", place,
                "name the file that `thb audit head` writes");
  }
  AuditHead head;
  head.sequence = *sequence;
  if (words[3] != kNoHash) head.hash = words[3];
  head.signed_at = TRY(ParseInstant(words[4]));
  head.signature = words[5];
  head.public_key = words[6];
  return head;
}

}  // namespace

std::string HeadLine(const AuditHead& head) {
  std::string line(kHeadWord);
  line.append(" ").append(kHeadVersion).append(" ").append(std::to_string(head.sequence));
  line.append(" ").append(head.hash.empty() ? kNoHash : head.hash);
  line.append(" ").append(FormatInstant(head.signed_at));
  line.append(" ").append(head.signature).append(" ").append(head.public_key);
  return line.append(kEnd);
}

Result<std::vector<AuditHead>> ParseHeads(std::string_view text, const std::string& place) {
  std::vector<AuditHead> heads;
  std::size_t number = 0;
  for (const std::string_view line : Split(text, '\n')) {
    ++number;
    if (!EndsWith(line, kEnd)) continue;
    heads.push_back(TRY(ParseHead(line, place + ":" + std::to_string(number))));
  }
  return heads;
}

namespace {

// The last head of the file, without reading all of it.
std::optional<AuditHead> LastHead(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return {};
  const std::streamoff size = file.tellg();
  if (size <= 0) return {};
  std::string tail(static_cast<std::size_t>(std::min(size, kTailBytes)), '\0');
  file.seekg(size - static_cast<std::streamoff>(tail.size()));
  file.read(tail.data(), static_cast<std::streamsize>(tail.size()));
  if (size > kTailBytes) tail.erase(0, tail.find('\n'));
  const auto heads = ParseHeads(tail, path);
  if (!heads || heads->empty()) return {};
  return heads->back();
}

}  // namespace

Result<bool> WriteHead(Database& database, const Vault& vault, const std::string& path,
                       Instant now) {
  const AuditHead head = TRY(SignHead(database, vault, now));
  const auto last = LastHead(path);
  if (last && last->sequence == head.sequence && last->hash == head.hash) return false;
  // The line break in front ends a line that a crash tore.
  TRY(AppendPrivateFile(path, "\n" + HeadLine(head) + "\n"));
  return true;
}

Result<std::vector<AuditHead>> ReadHeads(const std::string& path) {
  const std::string text = TRY(ReadFile(path));
  return ParseHeads(text, path);
}

}  // namespace thb
