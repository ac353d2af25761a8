#pragma once
// Whole files in and out, with limits.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace thb {

// The largest file that is read into memory at once. GLOTIP, the largest known return, has 2.3 MB.
inline constexpr std::size_t kMaxFileBytes = std::size_t{512} << 20;

// Errors: kNotFound, kIo (a directory, no permission), kLimit.
Result<std::string> ReadFile(const std::string& path, std::size_t max_bytes = kMaxFileBytes);

// Writes to a temporary name beside `path`, syncs and renames: the old content or the new is there,
// never a part. Errors: kIo.
Result<void> WriteFile(const std::string& path, std::string_view content);

}  // namespace thb
