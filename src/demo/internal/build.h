#pragma once
// The generator on given calibration data; BuildRegisters runs it on the embedded ones.

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "demo/registers.h"

namespace thb {

// Errors: those of ReadTargets and Patterns::Read; kConflict naming the figures that cannot all be
// true.
Result<Registers> BuildRegistersFrom(std::string_view targets_csv, std::string_view patterns_csv,
                                     std::uint64_t seed);

}  // namespace thb
