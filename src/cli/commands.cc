#include "cli/command.h"

namespace thb {

std::vector<Command> Commands() {
  return {DemoCommand(),  ImportCommand(),   ValidateCommand(),      ReturnsCommand(),
          TableCommand(), ExportCommand(),   IndicatorsCommand(),    ExplainCommand(),
          CheckCommand(), BacktestCommand(), ReleaseCommand(),       ReportCommand(),
          CubeCommand(),  EstimateCommand(), SimulateListsCommand(), UserCommand(),
          KeyCommand(),   AuditCommand(),    BackupCommand(),        RestoreCommand(),
          NodeCommand(),  ExtractCommand(),  IndexCommand(),         DemoCaseworkCommand()};
}

}  // namespace thb
