#pragma once
// Runs another program and waits for it. No shell takes part: arguments are passed as they are.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace thb {

struct ProcessSpec {
  std::vector<std::string> arguments;  // the program first; a bare name is looked up in PATH
  std::vector<std::pair<std::string, std::string>> environment = {};  // added to this process's own
  std::string directory = {};  // working directory; "" is this one's
  int timeout_seconds = 120;
  std::size_t max_output_bytes = std::size_t{64} << 20;  // of each stream
};

struct ProcessOutput {
  int exit_status = 0;  // 128 + the signal where one ended it
  std::string out;
  std::string err;
};

// Standard input is empty. The program is ended, with its children, when it runs too long or says
// too much. A status other than 0 is no error here. Errors: kNotFound where the program is not
// installed, kLimit, kIo.
Result<ProcessOutput> RunProcess(const ProcessSpec& spec);

// A directory that only this user can read and that is gone, with its content, at the end.
class TemporaryDirectory {
 public:
  // Beneath TMPDIR or /tmp. Errors: kIo.
  static Result<TemporaryDirectory> Make();
  TemporaryDirectory(TemporaryDirectory&& other) noexcept
      : path_(std::exchange(other.path_, std::string())) {}
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
  ~TemporaryDirectory();

  const std::string& path() const { return path_; }

 private:
  explicit TemporaryDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace thb
