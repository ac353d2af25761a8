#pragma once
// The count of refusals, and their entry in the log.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "referral/node_partners.h"
#include "referral/node_refusal.h"

namespace thb {

// Whether it is among those of the hour that still get an entry. `subjects` are what is known for
// sure: the hash of the file; of one that is signed by a known key its id and sender as well. A
// transaction of its own.
Result<bool> RecordRefusal(const NodeWork& work, NodeRefusal refusal,
                           std::vector<std::string> subjects);

}  // namespace thb
