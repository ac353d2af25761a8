#pragma once
// Where other nodes post their packages (casework rule 17).
//
// The answer is the same for every body: what came is put into a folder, and looked at later by
// `thb node receive`. So who posts learns neither whether a package was opened, nor by which key,
// nor how long that took.

#include <string>
#include <vector>

#include "http/router.h"
#include "store/vault.h"

namespace thb {

inline constexpr const char* kNodePackagesPath = "/node/v1/packages";
inline constexpr const char* kNodePackageType = "application/octet-stream";

struct NodeRouteContext {
  std::string folder;  // where packages wait; it exists
  RandomBytes random;
};

// POST /node/v1/packages: 202 "received" for any body; 503 where the folder takes no more. Safe
// from many threads.
std::vector<Route> NodeRoutes(NodeRouteContext context);

}  // namespace thb
