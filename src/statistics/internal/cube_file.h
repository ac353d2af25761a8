#pragma once
// A file mapped into memory, read-only.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace thb {

class MappedFile {
 public:
  // Errors: kNotFound, kIo (also for what is not a regular file), kLimit.
  static Result<MappedFile> Open(const std::string& path, std::size_t max_bytes);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  std::string_view text() const { return {data_, size_}; }

 private:
  MappedFile(const char* data, std::size_t size) : data_(data), size_(size) {}

  const char* data_;
  std::size_t size_;
};

}  // namespace thb
