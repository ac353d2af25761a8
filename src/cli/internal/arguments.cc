// The command line, by CLI11. The only file that includes it: it takes long to compile.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "cli/command.h"

namespace thb {
namespace {

constexpr const char* kAbout =
    "OpenTHB: statistics on trafficking in human beings, from national returns to the published "
    "report";

// Values that CLI11 fills in.
struct Slots {
  std::map<std::string, std::vector<std::string>> values;
  std::map<std::string, bool> switches;
};

void Declare(CLI::App& app, const Command& command, Slots& slots) {
  for (const Option& option : command.options) {
    if (option.value.empty() && option.name.front() == '-') {
      app.add_flag(option.name, slots.switches[option.name], option.help);
      continue;
    }
    CLI::Option* declared = app.add_option(option.name, slots.values[option.name], option.help);
    declared->type_name(option.value.empty() ? "" : option.value);
    if (option.required) declared->required();
    if (!option.repeated) declared->expected(option.values);
    // Of several operands each takes its own; the last tells what is given twice.
    const bool operand_before_another = option.name.front() != '-' &&
                                        &option != &command.options.back() &&
                                        (&option + 1)->name.front() != '-';
    if (operand_before_another || (option.repeated && option.name.front() == '-')) {
      declared->allow_extra_args(false);
    }
    declared->take_all();
  }
}

Result<Arguments> Collect(const Command& command, const Slots& slots) {
  Arguments arguments;
  for (const Option& option : command.options) {
    if (const auto flag = slots.switches.find(option.name); flag != slots.switches.end()) {
      if (flag->second) arguments.Add(option.name, "");
      continue;
    }
    const auto& values = slots.values.at(option.name);
    const auto wanted = static_cast<std::size_t>(option.values);
    if (!option.repeated && values.size() > wanted) {
      return Fail(ErrorCode::kUsage, option.name + " is given twice", command.name, "give it once");
    }
    if (values.size() % wanted != 0) {
      return Fail(ErrorCode::kUsage, option.name + " takes " + std::to_string(wanted) + " values",
                  command.name, "write " + option.name + " " + option.value);
    }
    for (const std::string& value : values) arguments.Add(option.name, value);
  }
  return arguments;
}

int Report(const Error& error, const Environment& environment) {
  environment.note("thb: " + error.ToLine());
  return InfoOf(error.code).exit_status;
}

int RunCommand(const Command& command, const Slots& slots, const Environment& environment) {
  const auto arguments = Collect(command, slots);
  if (!arguments) return Report(arguments.error(), environment);
  const Result<int> status = command.run(*arguments, environment);
  return status ? *status : Report(status.error(), environment);
}

}  // namespace

int RunProgram(int argc, const char* const* argv, const Environment& environment,
               const std::vector<Command>& commands) {
  CLI::App app(kAbout, "thb");
  app.require_subcommand(1);
  app.set_version_flag("--version", "thb " THB_VERSION);
  std::map<std::string, Slots> slots;
  for (const Command& command : commands) {
    CLI::App* sub = app.add_subcommand(command.name, command.summary);
    Declare(*sub, command, slots[command.name]);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    environment.out(app.help());
    return kDone;
  } catch (const CLI::CallForVersion&) {
    environment.out("thb " THB_VERSION "\n");
    return kDone;
  } catch (const CLI::ParseError& error) {
    const auto named = std::find_if(commands.begin(), commands.end(), [&](const Command& c) {
      return argc > 1 && c.name == argv[1];
    });
    const bool unknown = argc > 1 && named == commands.end() && argv[1][0] != '-';
    if (unknown) {
      std::vector<std::string> names;
      for (const Command& command : commands) names.push_back(command.name);
      return Report({ErrorCode::kUsage, "no command " + std::string(argv[1]), "",
                     "choose one of " + Join(names, ", ")},
                    environment);
    }
    const std::string who = named == commands.end() ? "thb" : "thb " + named->name;
    return Report({ErrorCode::kUsage, error.what(), "", "see `" + who + " --help`"}, environment);
  }
  const std::string chosen = app.get_subcommands().front()->get_name();
  for (const Command& command : commands) {
    if (command.name == chosen) return RunCommand(command, slots[chosen], environment);
  }
  return InfoOf(ErrorCode::kInternal).exit_status;
}

}  // namespace thb
