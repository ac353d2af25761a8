#pragma once
// The consent ledger (rule 10). Entries are added and withdrawn, never changed. The legal ground of
// processing is another thing: RecordHead::legal_ground.
//
// Nothing here closes assistance: a refusal or a withdrawal ends what was shared, never what helps.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"

namespace thb {

enum class ConsentState { kGiven, kRefused, kNotAsked, kWithdrawn };
std::string_view ConsentStateName(ConsentState state);
Result<ConsentState> ParseConsentState(std::string_view name);

struct Consent {
  std::string id;
  std::string record;
  std::string person;
  ConsentState state = ConsentState::kNotAsked;
  std::string purpose;          // codelists/consent_purpose.csv: "referral", "assistance", ...
  std::string recipient;        // id of an organisation; "node:NL" for another state's
  std::set<FieldGroup> groups;  // what may be shared
  std::string text_version;     // of the text that was read out
  std::string language;         // in which it was
  std::string how;              // codelists/consent_how.csv: "signed", "spoken", "sign", "guardian"
  std::string given_by;         // "person", or the id of a guardian's participation
  bool interpreter = false;
  std::string who_was_in_room;   // sealed
  std::string interpreter_name;  // sealed; field group kInterpreter
  std::string remark;            // sealed
  Instant date = 0;
  std::optional<Instant> expires;
  std::optional<Instant> withdrawn;
};

// Records what the person said (kEdit on kReferral). `id`, `withdrawn` are set here. A child's
// protection needs none; a view is recorded as purpose "views". Errors: kForbidden where it was
// given by somebody who is marked as a possible exploiter. Returns the id.
Result<std::string> RecordConsent(const Work& work, const Consent& consent);
// Of a person, newest first (kRead on kReferral).
Result<std::vector<Consent>> ConsentsOf(const Work& work, std::string_view person);
// One consent, and the newest word on a purpose and recipient whatever it is. Neither writes a log:
// they are parts of an act that does. Errors: kNotFound.
Result<Consent> LoadConsent(const Work& work, std::string_view consent);
Result<std::optional<Consent>> NewestConsent(const Work& work, std::string_view person,
                                             std::string_view purpose, std::string_view recipient);
// The newest word of the person on this purpose and recipient, where it is given, has not expired
// and was not withdrawn or followed by a refusal. No log of its own: it is part of an act that has.
Result<std::optional<Consent>> StandingConsent(const Work& work, std::string_view person,
                                               std::string_view purpose,
                                               std::string_view recipient);

struct Withdrawal {
  std::vector<std::string> ended;       // participations that rested on it
  std::vector<std::string> recipients;  // organisations, "node:NL": each has got a notice
};
// In one transaction: the consent is withdrawn, each participation that rests on it ends, each
// recipient gets the notice "consent.withdrawn". Anyone who may edit the referral may record it,
// and it is never refused for a stale version.
Result<Withdrawal> WithdrawConsent(const Work& work, std::string_view consent,
                                   std::string_view reason);

}  // namespace thb
