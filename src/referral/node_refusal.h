#pragma once
// Why a package from another node is not taken.

#include <optional>
#include <string_view>

#include "base/result.h"

namespace thb {

// An Error of the node's functions carries the name of the refusal in `place`.
enum class NodeRefusal {
  kOversize,
  kTruncated,       // of no size that a package has
  kNotSealedToUs,   // no key of ours opens it, or a byte was changed
  kMalformed,       // opened, but not what the format says
  kSchema,          // of another version of the format
  kWrongRecipient,  // meant for another node, or for another key than the one that opened it
  kUnknownSender,   // no partner of that name, or a key that was never pinned
  kUnconfirmedKey,  // pinned, but its fingerprint is not confirmed by two people
  kOldKey,          // replaced by another
  kRevokedKey,
  kBadSignature,
  kFromTheFuture,  // issued later than our clock and the skew allow
  kExpired,
  kLifetime,       // expires before it is issued, or too long after
  kReusedId,       // the id of another package of this sender
  kOutOfSequence,  // its number is not above the last one taken
  kForgedAnswer,   // answers what was not sent, with another hash, or from another partner
  kWrongState,     // what it answers is not in a state that has this answer
};

struct NodeRefusalInfo {
  NodeRefusal refusal;
  std::string_view name;  // "bad_signature"
  ErrorCode code;
  std::string_view what;
  std::string_view remedy;
};
const NodeRefusalInfo& InfoOf(NodeRefusal refusal);
tl::unexpected<Error> Refuse(NodeRefusal refusal);
// Nothing where the error is none of a package's: the database, a key of the vault.
std::optional<NodeRefusal> RefusalOf(const Error& error);

}  // namespace thb
