#pragma once
// Small steps that the statements of this room share.

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "access/work.h"
#include "base/json.h"
#include "base/result.h"

namespace thb {

// Whether there was a row; `row` gets the first.
Result<bool> FirstRow(Database& database, std::string_view sql, std::span<const SqlValue> values,
                      const std::function<Result<void>(const SqlRow&)>& row);

SqlValue NullOr(std::optional<std::int64_t> value);
SqlValue NullOrText(std::string_view text);  // null where it is empty
std::optional<std::int64_t> MaybeInt(const SqlRow& row, int column);

// Raises the version of a row from the one that was read, so that of two who change it at once one
// is told. Within a transaction. Errors: kStale; kNotFound where there is no such row.
Result<void> RaiseVersion(Database& database, std::string_view table, std::string_view id,
                          std::int64_t version);

// A JSON object sealed under a person's or a case's key, or the system's where `key` is empty.
Result<std::string> SealObject(Vault& vault, std::string_view key, const FieldAddress& address,
                               const Json& object);
// What SealObject made; an empty object of nothing.
Result<Json> OpenObject(Vault& vault, const FieldAddress& address, std::string_view sealed);
// A text of an opened object, "" where it is not there.
std::string SealedText(const Json& object, std::string_view key);

// Errors: kLimit over `max_bytes`, kEncoding where it is not UTF-8; names the field.
Result<void> CheckLength(std::string_view text, std::size_t max_bytes, const std::string& field);
// Errors: kUnknownCode where the code is not in codelists/<list>.csv; names the field.
Result<void> CheckListed(std::string_view list, std::string_view code, const std::string& field);

}  // namespace thb
