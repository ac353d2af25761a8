#pragma once
// The demo: 27 synthetic registers send their returns through the same door as real ones.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codes/codes.h"
#include "exchange/exchange.h"
#include "statistics/dataset.h"

namespace thb {

// The clock of the demo's reports: the day on which COM(2022) 736 was published.
inline constexpr std::string_view kDemoDate = "2022-12-19T08:00:00Z";
inline constexpr std::uint64_t kDemoSeed = 2022;
// The release whose figures those reports print.
inline constexpr const char* kDemoRelease = "2022-12";
// Every file that the demo sends says in its name what it is.
inline constexpr std::string_view kDemoFilePrefix = kSyntheticPrefix;

// Writes into `folder` (made where it is not there): returns/ with every return as it was sent,
// thb.db with their vintages, the agencies' figures, the contributions and the releases 2022-12 and
// 2024-01, claims.csv with the figures of the report, manifest.csv saying what is fixed and what is
// modelled. Files of an earlier demo are replaced. `progress` gets one line per step. Errors:
// kConflict where published figures contradict each other; kIo, kDatabase; kRejected where a return
// breaks a rule, which would be a bug of the generator.
Result<void> BuildDemo(const std::string& folder, std::uint64_t seed, const Codes& codes,
                       const Datasets& datasets,
                       const std::function<void(std::string_view)>& progress);

}  // namespace thb
