#pragma once
// The listening socket.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace thb {

struct Listener {
  int fd = -1;  // the caller's to close
  std::uint16_t port = 0;
};

// Errors: kUsage for a text that is no IPv4 or IPv6 address, kIo where the system refuses it.
Result<Listener> ListenOn(const std::string& address, std::uint16_t port);

// Raises the soft limit of open files, as far as the hard one allows, so that `connections` can be
// open. Returns how many can.
std::size_t RaiseFileLimit(std::size_t connections);

}  // namespace thb
