#include "referral/node_refusal.h"

#include <array>
#include <cstddef>
#include <string>

namespace thb {
namespace {

constexpr std::array<NodeRefusalInfo, 18> kRefusals = {{
    {NodeRefusal::kOversize, "oversize", ErrorCode::kLimit, "the package is too large",
     "ask the sender to send it anew"},
    {NodeRefusal::kTruncated, "truncated", ErrorCode::kParse,
     "the file has no size that a package has", "ask the sender to send it anew"},
    {NodeRefusal::kNotSealedToUs, "not_sealed_to_us", ErrorCode::kSealed,
     "no key of this node opens the package, or it was changed on the way",
     "check that the sender has this node's present keys"},
    {NodeRefusal::kMalformed, "malformed", ErrorCode::kParse,
     "the package is not what its format says", "ask the sender which program made it"},
    {NodeRefusal::kSchema, "schema", ErrorCode::kUnsupported,
     "the package is of another version of the format", "use the same version on both nodes"},
    {NodeRefusal::kWrongRecipient, "wrong_recipient", ErrorCode::kForbidden,
     "the package was made for another node or another key", "tell the sender: it was redirected"},
    {NodeRefusal::kUnknownSender, "unknown_sender", ErrorCode::kForbidden,
     "the sender or its key is not known here", "add the partner's keys (thb node add)"},
    {NodeRefusal::kUnconfirmedKey, "unconfirmed_key", ErrorCode::kForbidden,
     "the fingerprint of the sender's key is not confirmed by two people",
     "compare it by voice and confirm it (thb node confirm)"},
    {NodeRefusal::kOldKey, "old_key", ErrorCode::kForbidden,
     "the package is signed by a key that was replaced", "ask the sender to send it anew"},
    {NodeRefusal::kRevokedKey, "revoked_key", ErrorCode::kForbidden,
     "the package is signed by a key that was revoked", "call the sender: the key is compromised"},
    {NodeRefusal::kBadSignature, "bad_signature", ErrorCode::kIntegrity,
     "the signature is not the sender's", "call the sender: somebody sends in its name"},
    {NodeRefusal::kFromTheFuture, "from_the_future", ErrorCode::kConflict,
     "the package was issued later than this node's clock", "set the clocks of both nodes right"},
    {NodeRefusal::kExpired, "expired", ErrorCode::kConflict, "the package has expired",
     "ask the sender to send it anew"},
    {NodeRefusal::kLifetime, "lifetime", ErrorCode::kLimit,
     "the package expires too late or before it was issued", "ask the sender to send it anew"},
    {NodeRefusal::kReusedId, "reused_id", ErrorCode::kConflict,
     "another package of this sender had the same id", "call the sender"},
    {NodeRefusal::kOutOfSequence, "out_of_sequence", ErrorCode::kConflict,
     "a package with this or a later number was taken already", "the sender sends it anew"},
    {NodeRefusal::kForgedAnswer, "forged_answer", ErrorCode::kIntegrity,
     "the package answers what was not sent to that node", "call the sender"},
    {NodeRefusal::kWrongState, "wrong_state", ErrorCode::kConflict,
     "what the package answers cannot be answered so any more", "call the sender"},
}};

}  // namespace

const NodeRefusalInfo& InfoOf(NodeRefusal refusal) {
  return kRefusals[static_cast<std::size_t>(refusal)];
}

tl::unexpected<Error> Refuse(NodeRefusal refusal) {
  const NodeRefusalInfo& info = InfoOf(refusal);
  return Fail(info.code, std::string(info.what), std::string(info.name), std::string(info.remedy));
}

std::optional<NodeRefusal> RefusalOf(const Error& error) {
  for (const NodeRefusalInfo& info : kRefusals) {
    if (error.place == info.name && error.code == info.code) return info.refusal;
  }
  return std::nullopt;
}

}  // namespace thb
