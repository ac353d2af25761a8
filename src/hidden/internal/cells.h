#pragma once
// What the Bayesian methods ask of a table of lists, and what they say of it.

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "hidden/lists.h"
#include "hidden/remark.h"

namespace thb {

// What every method needs: at least three lists, at most `max_lists`, somebody on a list, and
// somebody on two. Errors: kUnsupported or kStructure, naming `method`.
Result<void> CheckForEstimation(const ListTable& table, std::size_t max_lists,
                                const std::string& method);

// How suppressed counts enter, whatever the method.
Remark SuppressedRemark();
// Warnings that belong to the data, whatever the method: suppressed cells, a list inside another,
// few people on two lists.
std::vector<Remark> DataWarnings(const ListTable& table);

}  // namespace thb
