#include "app/app.h"

#include <cstdio>
#include <vector>

#include "app/serve.h"
#include "cli/command.h"

namespace thb {

int RunApp(int argc, const char* const* argv) {
  Environment environment;
  environment.out = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); };
  environment.note = [](std::string_view line) {
    std::fwrite(line.data(), 1, line.size(), stderr);
    std::fputc('\n', stderr);
  };
  const auto now = ClockNow();
  if (!now) {
    environment.note("thb: " + now.error().ToLine());
    return InfoOf(now.error().code).exit_status;
  }
  environment.now = *now;
  std::vector<Command> commands = Commands();
  commands.push_back(ServeCommand());
  const int status = RunProgram(argc, argv, environment, commands);
  // A full disk or a closed pipe shows only when the last bytes are written.
  if (std::fflush(stdout) != 0) {
    environment.note("thb: cannot write to stdout [io]");
    return InfoOf(ErrorCode::kIo).exit_status;
  }
  return status;
}

}  // namespace thb
