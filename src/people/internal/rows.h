#pragma once
// Small steps that the statements of this room share.

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"

namespace thb {

// Whether there was a row; `row` gets the first.
Result<bool> QueryOne(Database& database, std::string_view sql, std::span<const SqlValue> values,
                      const std::function<Result<void>(const SqlRow&)>& row);
// "$3, $4, $5": `count` parameters from number `first` on.
std::string Placeholders(std::size_t first, std::size_t count);
// Runs `sql`, whose "{}" becomes the list of ids, over at most 500 of them at a time.
Result<void> QueryByIds(Database& database, std::string_view sql, std::span<const std::string> ids,
                        const std::function<Result<void>(const SqlRow&)>& row);
// What an id of a row looks like: 26 characters of our base 32. Others come from outside.
bool LooksLikeId(std::string_view text);

// Errors: kUnknownCode where the code is not in codelists/<list>.csv, naming the field.
Result<void> CheckCode(std::string_view list, std::string_view code, const std::string& field);
// The same for what is said of a person: a leaf or a country, never a total, a group or "unknown",
// which is an answer of its own (Given).
Result<void> CheckLeaf(std::string_view list, std::string_view code, const std::string& field);
// Errors: kLimit over `max_bytes`; kEncoding where it is not UTF-8. Names the field.
Result<void> CheckText(std::string_view text, std::size_t max_bytes, const std::string& field);

}  // namespace thb
