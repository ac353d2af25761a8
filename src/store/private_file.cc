#include "store/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace thb {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> Refused(std::string_view action, const std::string& path) {
  const int saved = errno;
  return Fail(saved == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
              "cannot " + std::string(action) + ": " + std::strerror(saved), path,
              "check the path and its permissions");
}

// Writes all, syncs and closes, whatever happens.
Result<void> WriteAndClose(int file, std::string_view content, const std::string& path) {
  Result<void> outcome;
  while (!content.empty() && outcome) {
    const ssize_t written = write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      outcome = Result<void>(Refused("write", path));
    } else {
      content.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  if (outcome && fsync(file) != 0) outcome = Result<void>(Refused("sync", path));
  close(file);
  return outcome;
}

// Makes a new or renamed name durable.
Result<void> SyncFolderOf(const std::string& path) {
  const std::string parent = fs::path(path).parent_path().string();
  const std::string folder = parent.empty() ? "." : parent;
  const int file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return Refused("open", folder);
  const bool synced = fsync(file) == 0;
  close(file);
  if (!synced) return Refused("sync", folder);
  return {};
}

}  // namespace

Result<void> WritePrivateFile(const std::string& path, std::string_view content, Replace replace) {
  const std::string temporary = path + ".part" + std::to_string(getpid());
  unlink(temporary.c_str());
  const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return Refused("write", path);
  if (auto written = WriteAndClose(file, content, path); !written) {
    unlink(temporary.c_str());
    return written;
  }
  // link() refuses a name that is taken, rename() replaces it.
  const int status = replace == Replace::kYes ? rename(temporary.c_str(), path.c_str())
                                              : link(temporary.c_str(), path.c_str());
  if (status != 0) {
    const bool taken = errno == EEXIST;
    auto error = Refused("put into place", path);
    unlink(temporary.c_str());
    if (taken) {
      return Fail(ErrorCode::kConflict, "the file is there already", path,
                  "name another; a key is never written over");
    }
    return error;
  }
  if (replace == Replace::kNo) unlink(temporary.c_str());
  return SyncFolderOf(path);
}

Result<void> AppendPrivateFile(const std::string& path, std::string_view content) {
  const bool is_new = !fs::exists(path);
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return Refused("write", path);
  TRY(WriteAndClose(file, content, path));
  if (is_new) TRY(SyncFolderOf(path));
  return {};
}

Result<void> CheckPrivate(const std::string& path) {
  struct stat info{};
  if (stat(path.c_str(), &info) != 0) return Refused("open", path);
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Fail(ErrorCode::kForbidden, "others can read or change the file", path,
                "chmod 600 it, and make a new key with `thb key rotate` where others may have it");
  }
  return {};
}

bool LiesIn(const std::string& path, const std::string& folder) {
  std::error_code failed;
  const fs::path inside = fs::weakly_canonical(path, failed);
  const fs::path outside = fs::weakly_canonical(folder.empty() ? "." : folder, failed);
  const auto relative = inside.lexically_relative(outside);
  return !relative.empty() && *relative.begin() != "..";
}

}  // namespace thb
