#pragma once

#include "cli/command.h"

namespace thb {

// thb serve: pages and machine interfaces over one database, until SIGINT or SIGTERM.
Command ServeCommand();

}  // namespace thb
