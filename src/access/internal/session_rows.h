#pragma once
#include <string>
#include <string_view>

#include "access/session.h"
#include "access/work.h"

namespace thb {

// 256 random bits in hexadecimal.
std::string NewToken(const RandomBytes& random);

// Within the caller's transaction. Removes sessions that are over.
Result<void> InsertSession(const Work& work, const Session& session, std::string_view token);

}  // namespace thb
