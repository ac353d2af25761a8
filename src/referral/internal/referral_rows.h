#pragma once
// Rows of the table referral.

#include <string>
#include <string_view>
#include <vector>

#include "people/authorize.h"
#include "referral/referral.h"

namespace thb {

struct ReferralRowData {
  Referral referral;  // without message and reason
  std::string sealed_message;
};
// Errors: kNotFound with the words of a record that is not there.
Result<ReferralRowData> FetchReferral(Database& database, std::string_view id);
Result<std::vector<Referral>> FetchReferrals(Database& database, const std::string& where,
                                             std::vector<SqlValue> values);

// What the log calls an event.
std::string_view ActionOf(ReferralEvent event);

// Puts a referral into a state and writes the event; `reason` is sealed under `key`.
Result<void> StoreReferralEvent(const Work& work, const Referral& referral, std::string_view event,
                                ReferralState to, std::string_view reason, std::string_view key);

// Why a referral may go, as Send found out.
struct FoundBasis {
  std::string consent;  // id, ""
  std::string override_id;
  bool rests_on_age = false;
};
Result<FoundBasis> CheckBasis(const Work& work, const Countries& countries,
                              const Referral& referral, const ReferralBasis& basis);

}  // namespace thb
