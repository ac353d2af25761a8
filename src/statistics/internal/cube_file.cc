#include "statistics/internal/cube_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace thb {
namespace {

tl::unexpected<Error> SystemError(const std::string& path) {
  const int saved = errno;
  const ErrorCode code = saved == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo;
  return Fail(code, std::string("cannot read: ") + std::strerror(saved), path,
              "check the path and its permissions");
}

Result<std::string_view> Map(int fd, const std::string& path, std::size_t max_bytes) {
  struct stat info{};
  if (fstat(fd, &info) != 0) return SystemError(path);
  if (!S_ISREG(info.st_mode)) {
    return Fail(ErrorCode::kIo, "is not a regular file", path, "save the records to a file first");
  }
  const auto size = static_cast<std::size_t>(info.st_size);
  if (size > max_bytes) {
    return Fail(ErrorCode::kLimit, "the file has more than " + std::to_string(max_bytes) + " bytes",
                path, "split it, or aggregate it and name its column of counts");
  }
  if (size == 0) return std::string_view();
  void* const data = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (data == MAP_FAILED) return SystemError(path);
  return std::string_view(static_cast<const char*>(data), size);
}

}  // namespace

Result<MappedFile> MappedFile::Open(const std::string& path, std::size_t max_bytes) {
  // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return SystemError(path);
  auto text = Map(fd, path, max_bytes);
  close(fd);
  if (!text) return tl::make_unexpected(std::move(text).error());
  return MappedFile(text->data(), text->size());
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile::~MappedFile() {
  // munmap takes a non-const pointer though it changes no byte.
  if (data_ != nullptr) munmap(const_cast<char*>(data_), size_);
}

}  // namespace thb
