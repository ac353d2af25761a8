#include "cli/command.h"

namespace thb {

std::vector<Command> Commands() {
  return {DemoCommand(),  ImportCommand(),   ValidateCommand(),   ReturnsCommand(),
          TableCommand(), ExportCommand(),   IndicatorsCommand(), ExplainCommand(),
          CheckCommand(), BacktestCommand(), ReportCommand(),     CubeCommand()};
}

}  // namespace thb
