#pragma once
// What a command of the program is: a name, its options as data, and a function. The command line
// is read in one place (internal/arguments.cc), so that help and documentation come from the same
// table.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"

namespace thb {

// The world as a command sees it.
struct Environment {
  Instant now = 0;                             // SOURCE_DATE_EPOCH or the clock
  std::function<void(std::string_view)> out;   // stdout: data
  std::function<void(std::string_view)> note;  // stderr, one line: progress and findings
};

struct Option {
  std::string name;   // "--db", or "FILE" for an operand
  std::string value;  // what its value is called, "" for a switch
  std::string help;
  bool required = false;
  bool repeated = false;
  int values = 1;  // how many follow the name
};

class Arguments {
 public:
  void Add(const std::string& name, std::string value) {
    values_[name].push_back(std::move(value));
  }
  bool Has(const std::string& name) const { return values_.count(name) > 0; }
  // The value, or the fallback where the option was not given.
  std::string Get(const std::string& name, const std::string& fallback = "") const {
    const auto found = values_.find(name);
    return found == values_.end() ? fallback : found->second.front();
  }
  std::vector<std::string> All(const std::string& name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::vector<std::string>{} : found->second;
  }

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

struct Command {
  std::string name;
  std::string summary;
  std::vector<Option> options;  // operands first
  // The exit status: 0 done, 3 findings. Errors become one line on stderr and their own status.
  std::function<Result<int>(const Arguments&, const Environment&)> run;
};

inline constexpr int kDone = 0;
inline constexpr int kFindings = 3;

// Every command of this room, in the order of the help.
std::vector<Command> Commands();

// Reads the command line and runs the command. Returns the exit status; prints errors and help.
int RunProgram(int argc, const char* const* argv, const Environment& environment,
               const std::vector<Command>& commands);

// One for each command.
Command AuditCommand();
Command BacktestCommand();
Command BackupCommand();
Command CheckCommand();
Command CubeCommand();
Command DemoCaseworkCommand();
Command DemoCommand();
Command EstimateCommand();
Command ExplainCommand();
Command ExportCommand();
Command ExtractCommand();
Command ImportCommand();
Command IndexCommand();
Command IndicatorsCommand();
Command KeyCommand();
Command NodeCommand();
Command ReleaseCommand();
Command ReportCommand();
Command RestoreCommand();
Command ReturnsCommand();
Command SimulateListsCommand();
Command TableCommand();
Command UserCommand();
Command ValidateCommand();

}  // namespace thb
