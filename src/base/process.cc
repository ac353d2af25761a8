#include "base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace thb {
namespace {

using Clock = std::chrono::steady_clock;

// A file descriptor that closes itself.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { Close(); }
  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  void Close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_ = -1;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Result<Pipe> MakePipe() {
  std::array<int, 2> fds{};
  // Close-on-exec, so that a program started by another thread does not hold our ends open.
  if (::pipe2(fds.data(), O_CLOEXEC) != 0) {
    return Fail(ErrorCode::kIo, std::string("cannot make a pipe: ") + std::strerror(errno));
  }
  return Pipe{Descriptor(fds[0]), Descriptor(fds[1])};
}

// This process's environment with the additions, as "NAME=value".
std::vector<std::string> Environment(const ProcessSpec& spec) {
  std::vector<std::string> lines;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view line = *entry;
    const std::string_view name = line.substr(0, line.find('='));
    bool replaced = false;
    for (const auto& addition : spec.environment) replaced = replaced || addition.first == name;
    if (!replaced) lines.emplace_back(line);
  }
  for (const auto& [name, value] : spec.environment) lines.push_back(name + "=" + value);
  return lines;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

Result<pid_t> Spawn(const ProcessSpec& spec, const Pipe& out, const Pipe& err) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.write.get(), STDERR_FILENO);
  if (!spec.directory.empty()) {
    posix_spawn_file_actions_addchdir_np(&actions, spec.directory.c_str());
  }
  // A group of its own, so that children can be ended with it.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  std::vector<std::string> arguments = spec.arguments;
  std::vector<std::string> environment = Environment(spec);
  pid_t child = -1;
  const int status = posix_spawnp(&child, arguments[0].c_str(), &actions, &attributes,
                                  Pointers(arguments).data(), Pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (status == ENOENT) {
    return Fail(ErrorCode::kNotFound, "the program " + spec.arguments[0] + " is not installed",
                spec.arguments[0], "install it or put it on the PATH");
  }
  if (status != 0) {
    return Fail(ErrorCode::kIo, std::string("cannot start the program: ") + std::strerror(status),
                spec.arguments[0]);
  }
  return child;
}

// Appends what is there; closes the descriptor at its end. False on a read error.
bool Drain(Descriptor& from, std::string& into) {
  std::array<char, 65536> buffer;
  const ssize_t count = ::read(from.get(), buffer.data(), buffer.size());
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  if (count == 0) {
    from.Close();
  } else {
    into.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return true;
}

// Reads both streams until they end.
Result<void> Collect(const ProcessSpec& spec, Pipe& out, Pipe& err, ProcessOutput& output) {
  const auto deadline = Clock::now() + std::chrono::seconds(spec.timeout_seconds);
  while (out.read.open() || err.read.open()) {
    std::array<pollfd, 2> waits{pollfd{out.read.get(), POLLIN, 0},
                                pollfd{err.read.get(), POLLIN, 0}};
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    const int ready = left <= 0 ? 0 : ::poll(waits.data(), waits.size(), static_cast<int>(left));
    if (ready == 0) {
      return Fail(
          ErrorCode::kLimit,
          "the program did not end within " + std::to_string(spec.timeout_seconds) + " seconds",
          spec.arguments[0]);
    }
    if (ready < 0 && errno != EINTR) {
      return Fail(ErrorCode::kIo,
                  std::string("cannot wait for the program: ") + std::strerror(errno),
                  spec.arguments[0]);
    }
    const bool read_well = (waits[0].revents == 0 || Drain(out.read, output.out)) &&
                           (waits[1].revents == 0 || Drain(err.read, output.err));
    if (!read_well) {
      return Fail(ErrorCode::kIo, "cannot read what the program says", spec.arguments[0]);
    }
    if (output.out.size() > spec.max_output_bytes || output.err.size() > spec.max_output_bytes) {
      return Fail(ErrorCode::kLimit,
                  "the program wrote more than " + std::to_string(spec.max_output_bytes) + " bytes",
                  spec.arguments[0]);
    }
  }
  return {};
}

int Wait(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Result<ProcessOutput> RunProcess(const ProcessSpec& spec) {
  if (spec.arguments.empty()) return Fail(ErrorCode::kInternal, "no program is named");
  Pipe out = TRY(MakePipe());
  Pipe err = TRY(MakePipe());
  const pid_t child = TRY(Spawn(spec, out, err));
  out.write.Close();
  err.write.Close();
  ProcessOutput output;
  const Result<void> collected = Collect(spec, out, err, output);
  if (!collected) ::kill(-child, SIGKILL);
  output.exit_status = Wait(child);
  if (!collected) return tl::make_unexpected(collected.error());
  return output;
}

Result<TemporaryDirectory> TemporaryDirectory::Make() {
  const char* base = std::getenv("TMPDIR");
  std::string path = std::string(base != nullptr && *base != '\0' ? base : "/tmp") + "/thb-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) {
    return Fail(ErrorCode::kIo,
                std::string("cannot make a temporary directory: ") + std::strerror(errno), path,
                "set TMPDIR to a writable place");
  }
  return TemporaryDirectory(std::move(path));
}

TemporaryDirectory::~TemporaryDirectory() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace thb
