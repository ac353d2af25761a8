#pragma once
// Files that nobody but their owner may read: keys, shares, journals.

#include <string>
#include <string_view>

#include "base/result.h"

namespace thb {

// Writes beside and renames, mode 0600, durable with its folder. Refuses to replace a file unless
// told to (kConflict). Errors: kIo.
enum class Replace { kNo, kYes };
Result<void> WritePrivateFile(const std::string& path, std::string_view content, Replace replace);

// Adds text at the end, durable when this returns. Made with mode 0600 where it is not there.
Result<void> AppendPrivateFile(const std::string& path, std::string_view content);

// Refuses a file that group or others can read or write (kForbidden), or that is not there.
Result<void> CheckPrivate(const std::string& path);

// Whether `path` lies in `folder` or beneath it, links resolved.
bool LiesIn(const std::string& path, const std::string& folder);

}  // namespace thb
