#include "people/internal/rows.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "codes/codes.h"
#include "people/person.h"

namespace thb {
namespace {

constexpr std::size_t kIdsAtOnce = 500;
constexpr std::size_t kIdLength = 26;

// Loaded once, on first use, from constant data.
const Result<Codes>& AllCodes() {
  static const Result<Codes> codes = Codes::Load();
  return codes;
}

}  // namespace

Result<bool> QueryOne(Database& database, std::string_view sql, std::span<const SqlValue> values,
                      const std::function<Result<void>(const SqlRow&)>& row) {
  bool found = false;
  TRY(database.Query(sql, values, [&](const SqlRow& each) -> Result<void> {
    if (found) return {};
    found = true;
    return row(each);
  }));
  return found;
}

std::string Placeholders(std::size_t first, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out += ", ";
    out += "$" + std::to_string(first + i);
  }
  return out;
}

Result<void> QueryByIds(Database& database, std::string_view sql, std::span<const std::string> ids,
                        const std::function<Result<void>(const SqlRow&)>& row) {
  for (std::size_t begin = 0; begin < ids.size(); begin += kIdsAtOnce) {
    const auto batch = ids.subspan(begin, std::min(kIdsAtOnce, ids.size() - begin));
    const std::vector<SqlValue> values(batch.begin(), batch.end());
    TRY(database.Query(ReplaceAll(sql, "{}", Placeholders(1, batch.size())), values, row));
  }
  return {};
}

bool LooksLikeId(std::string_view text) {
  return text.size() == kIdLength && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
         });
}

Result<void> CheckCode(std::string_view list, std::string_view code, const std::string& field) {
  if (!AllCodes()) return tl::make_unexpected(AllCodes().error());
  const CodeList* codes = AllCodes()->Find(list);
  if (codes == nullptr) return Fail(ErrorCode::kInternal, "no code list " + std::string(list));
  return codes->Check(code, field);
}

bool SaysOfOnePerson(const Code& code) {
  // "No response" and "not applicable" are answers of a table; of a person `Given` says them.
  constexpr std::array<std::string_view, 3> kOfTables = {"DIFF", "NAP", "NRP"};
  const bool single = code.kind == "leaf" || code.kind == "country";
  return single && std::find(kOfTables.begin(), kOfTables.end(), code.id) == kOfTables.end();
}

Result<void> CheckLeaf(std::string_view list, std::string_view code, const std::string& field) {
  TRY(CheckCode(list, code, field));
  const Code* found = AllCodes()->Find(list)->Find(code);
  if (SaysOfOnePerson(*found)) return {};
  return Fail(ErrorCode::kUnknownCode, std::string(code) + " says nothing of one person", field,
              "choose a single code, or the answer \"unknown\"");
}

Result<void> CheckText(std::string_view text, std::size_t max_bytes, const std::string& field) {
  if (text.size() > max_bytes) {
    return Fail(ErrorCode::kLimit,
                "the text is longer than " + std::to_string(max_bytes) + " bytes", field,
                "shorten it, or add a file");
  }
  if (!IsValidUtf8(text)) {
    return Fail(ErrorCode::kEncoding, "the text is not valid UTF-8", field, "type it again");
  }
  return {};
}

}  // namespace thb
