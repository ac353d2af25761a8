#pragma once
// Reading the room's data files. They are part of the program: what is wrong with them is a bug,
// and each error is kInternal with the file and the key.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace thb {

// A data file, "rules/countries.json".
Result<Json> LoadDataFile(std::string_view name);

// The value of a key; the default where the key is absent. Errors where it has another type.
Result<std::string> TextAt(const Json& object, const char* key, const std::string& place,
                           std::string absent = {});
Result<int> NumberAt(const Json& object, const char* key, const std::string& place, int absent = 0);
Result<bool> FlagAt(const Json& object, const char* key, const std::string& place,
                    bool absent = false);
Result<std::vector<std::string>> TextsAt(const Json& object, const char* key,
                                         const std::string& place);
// An array; an empty one where the key is absent.
Result<Json> ArrayAt(const Json& object, const char* key, const std::string& place);

// A bug in a data file.
tl::unexpected<Error> BadData(std::string what, const std::string& place);

}  // namespace thb
