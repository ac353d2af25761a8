#include "referral/internal/stored.h"

#include <utility>
#include <vector>

#include "base/text.h"
#include "codes/codes.h"

namespace thb {

Result<bool> FirstRow(Database& database, std::string_view sql, std::span<const SqlValue> values,
                      const std::function<Result<void>(const SqlRow&)>& row) {
  bool found = false;
  TRY(database.Query(sql, values, [&](const SqlRow& each) -> Result<void> {
    if (found) return {};
    found = true;
    return row(each);
  }));
  return found;
}

SqlValue NullOr(std::optional<std::int64_t> value) {
  return value ? SqlValue(*value) : SqlValue(std::monostate{});
}

SqlValue NullOrText(std::string_view text) {
  return text.empty() ? SqlValue(std::monostate{}) : SqlValue(std::string(text));
}

std::optional<std::int64_t> MaybeInt(const SqlRow& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return row.Int(column);
}

Result<void> RaiseVersion(Database& database, std::string_view table, std::string_view id,
                          std::int64_t version) {
  const std::vector<SqlValue> values = {std::string(id), version};
  const bool raised = TRY(FirstRow(database,
                                   "UPDATE " + std::string(table) +
                                       " SET version = version + 1 WHERE id = $1 AND version = $2 "
                                       "RETURNING version",
                                   values, [](const SqlRow&) -> Result<void> { return {}; }));
  if (raised) return {};
  std::int64_t stored = 0;
  const std::vector<SqlValue> key = {std::string(id)};
  const bool there =
      TRY(FirstRow(database, "SELECT version FROM " + std::string(table) + " WHERE id = $1", key,
                   [&](const SqlRow& row) -> Result<void> {
                     stored = row.Int(0);
                     return {};
                   }));
  if (!there) return Fail(ErrorCode::kNotFound, "it is not there any more", std::string(table));
  return Fail(ErrorCode::kStale,
              "changed by somebody else since it was read: version " + std::to_string(stored) +
                  " is there, version " + std::to_string(version) + " was read",
              "version", "compare the two and save again; nothing that was typed is lost");
}

Result<std::string> SealObject(Vault& vault, std::string_view key, const FieldAddress& address,
                               const Json& object) {
  const std::string plain = object.dump();
  return key.empty() ? vault.SealForSystem(address, plain) : vault.Seal(key, address, plain);
}

Result<Json> OpenObject(Vault& vault, const FieldAddress& address, std::string_view sealed) {
  const std::string plain = TRY(vault.Open(address, sealed));
  if (plain.empty()) return Json::object();
  return ParseJson(plain, std::string(address.table));
}

std::string SealedText(const Json& object, std::string_view key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<void> CheckLength(std::string_view text, std::size_t max_bytes, const std::string& field) {
  if (text.size() > max_bytes) {
    return Fail(ErrorCode::kLimit,
                "the text is longer than " + std::to_string(max_bytes) + " bytes", field,
                "shorten it");
  }
  if (!IsValidUtf8(text)) {
    return Fail(ErrorCode::kEncoding, "the text is not valid UTF-8", field, "type it again");
  }
  return {};
}

Result<void> CheckListed(std::string_view list, std::string_view code, const std::string& field) {
  static const Result<Codes> codes = Codes::Load();  // constant data
  if (!codes) return tl::make_unexpected(codes.error());
  const CodeList* found = codes->Find(list);
  if (found == nullptr) return Fail(ErrorCode::kInternal, "no code list " + std::string(list));
  return found->Check(code, field);
}

}  // namespace thb
