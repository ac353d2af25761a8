#pragma once
// How packages travel: a folder out and a folder in, or any way that the caller gives (HTTPS).

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "referral/node_exchange.h"
#include "referral/node_intake.h"

namespace thb {

// Files of a folder that wait to be taken; beyond that no further one is put there.
inline constexpr std::size_t kMaxNodeFilesWaiting = 2'000;
inline constexpr std::string_view kNodeFileEnding = ".thbnode";

// Puts a package into a folder under a random name. Whole or not at all, and durable when this
// returns. Errors: kIo, kNotFound, kLimit where the folder is full.
Result<void> DropNodePackage(const std::string& folder, std::string_view bytes,
                             const RandomBytes& random);

// Hands bytes to an address. An error means: try again later.
using NodeTransport =
    std::function<Result<void>(const std::string& address, std::string_view bytes)>;

struct NodeDelivery {
  int delivered = 0;
  std::vector<Error> failed;  // one for each partner that could not be reached
};
// Delivers what waits, and again what was not acknowledged, in order for each partner; a partner
// that cannot be reached keeps its packages waiting.
Result<NodeDelivery> DeliverNodePackages(const NodeWork& work, const NodeTransport& transport);

struct NodeIntake {
  std::vector<NodeTaken> taken;
  std::vector<Error> refused;
};
// Takes the packages of a folder in the order of their numbers and removes each file that was taken
// or refused. A file stays where this node is at fault; the error is returned.
Result<NodeIntake> TakeNodeFolder(const NodeWork& work, const std::string& folder);

}  // namespace thb
