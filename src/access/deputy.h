#pragma once
// Standing in for a colleague, and handing over when a worker leaves.

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"

namespace thb {

inline constexpr Instant kMaxDeputySeconds = Instant{90} * 86'400;
inline constexpr std::size_t kMaxHeldItems = 100'000;

// A deputy sees the other's records as his own, with his own roles, for a time.
struct Deputy {
  std::string id;
  std::string account;  // who is away
  std::string deputy;
  Instant from = 0;
  Instant until = 0;
};

// By the account itself or with the duty "accounts"; both in one organisation and realm.
// Errors: kForbidden, kNotFound, kBadValue (times), kConflict (another realm or organisation).
Result<std::string> AppointDeputy(const Work& work, const Deputy& deputy);
Result<void> EndDeputy(const Work& work, std::string_view id);
// Past ones are left out.
Result<std::vector<Deputy>> ListDeputies(Database& database, std::string_view account, Instant now);

// One thing that a leaver holds: an open record, a task, an appointment.
struct HeldItem {
  std::string kind;  // "record", "task", ...
  std::string id;
};
// What a room above knows of a leaver's things. `move` runs in a transaction of its own for each
// item and calls Authorize-like checks for the receiver: an item that he cannot have is refused.
struct HeldThings {
  std::function<Result<std::vector<HeldItem>>(const Work&, std::string_view account)> list;
  std::function<Result<void>(const Work&, const HeldItem&, std::string_view from,
                             std::string_view to)>
      move;
};
struct HandOverLeft {
  HeldItem item;
  Error error;
};
struct HandOverReport {
  std::vector<HeldItem> moved;
  std::vector<HandOverLeft> left;  // nothing is orphaned: these keep their owner, and the account
                                   // is disabled but has not left until they are moved too
};
// Disables the leaver, ends sessions, moves each item to the receiver and, where nothing is left,
// marks the account as gone. Can be called again with another receiver for what was left. Needs the
// duty "accounts" for the organisation. Errors: kForbidden, kNotFound, kConflict (the receiver is
// of another organisation or realm, or not live), kDatabase.
Result<HandOverReport> HandOver(const Work& work, std::string_view leaver,
                                std::string_view receiver, std::span<const HeldThings> things);

// What the last hand-over could not move.
Result<std::vector<HeldItem>> LeftOf(Database& database, std::string_view account);

}  // namespace thb
