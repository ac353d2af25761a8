#include "store/internal/erasures.h"

#include "base/files.h"
#include "base/text.h"
#include "store/private_file.h"

namespace thb {
namespace {

constexpr std::string_view kWord = "erased ";
constexpr std::size_t kLineBytes = kWord.size() + 26;  // an id of NewId

}  // namespace

Result<void> AppendErasures(const std::string& path, const std::vector<std::string>& key_ids) {
  // After a crash the last line may be torn; the next begins on a line of its own all the same.
  std::string lines = "\n";
  for (const std::string& id : key_ids) lines.append(kWord).append(id).append("\n");
  return AppendPrivateFile(path, lines);
}

Result<std::set<std::string>> ReadErasures(const std::string& path) {
  const std::string text = TRY(ReadFile(path));
  std::set<std::string> ids;
  std::size_t number = 0;
  for (const std::string_view line : Split(text, '\n')) {
    ++number;
    // A torn line was never acknowledged, so its key was not destroyed.
    if (line.size() < kLineBytes) continue;
    if (!StartsWith(line, kWord) || line.size() != kLineBytes) {
      return Fail(ErrorCode::kIntegrity, "a line of the erasure journal is damaged",
                  path + ":" + std::to_string(number), "take it from another copy");
    }
    ids.emplace(line.substr(kWord.size()));
  }
  return ids;
}

}  // namespace thb
