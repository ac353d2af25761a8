#pragma once

namespace thb {

// Wires clock and streams to the commands. Returns the exit status.
int RunApp(int argc, const char* const* argv);

}  // namespace thb
