#pragma once
// Taking packages of other nodes (casework rule 17): all that comes from outside passes here.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "referral/node_exchange.h"

namespace thb {

// Refusals of one hour that get an entry in the log; the rest is counted.
inline constexpr int kMaxNodeRefusalsLogged = 100;

// Opens, verifies and stores one package, and queues its acknowledgement. Errors: a refusal
// (RefusalOf), which is counted and logged and of which nothing is stored; kDatabase and others
// where this node is at fault, so that the file must be kept and tried again. Called outside any
// other transaction, in which a refusal could not be rolled back and recorded.
Result<NodeTaken> TakeNodePackage(const NodeWork& work, std::string_view bytes);
// Sequence and sender of a package that opens and is signed by a key known here, without taking it:
// a folder is taken in order.
struct NodePeek {
  std::string partner;
  std::int64_t sequence = 0;
};
Result<NodePeek> PeekNodePackage(const NodeWork& work, std::string_view bytes);

struct NodeRefusalCount {
  std::string refusal;
  std::int64_t packages = 0;
};
// Of the last 24 hours.
Result<std::vector<NodeRefusalCount>> RecentNodeRefusals(Database& database, Instant now);

}  // namespace thb
