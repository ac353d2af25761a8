#pragma once
// A package from one state's node to another's (casework rule 17; docs/formats/node-package.md).
//
// Pure: no database, no clock, no file. What is said is a JSON text of header and body. It is
// signed by the sender (Ed25519), then signature and text are padded and sealed to the recipient
// (libsodium's sealed box, X25519). Sender, recipient, both keys, sequence and times are inside the
// signed text, so that a package that was sealed anew to somebody else, or replayed, is noticed.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "referral/node_keys.h"
#include "referral/node_refusal.h"
#include "store/vault.h"

namespace thb {

// A file has one of these sizes, whatever it says. The smallest holds an answer as well as a short
// referral, so that the size does not tell them apart.
inline constexpr std::array<std::size_t, 4> kNodePackageSizes = {
    std::size_t{16} << 10, std::size_t{64} << 10, std::size_t{256} << 10, std::size_t{1} << 20};
inline constexpr std::size_t kMaxNodePackageBytes = kNodePackageSizes.back();
inline constexpr int kNodeSchema = 1;
inline constexpr std::size_t kMaxNodeFields = 200;
inline constexpr std::size_t kMaxNodeFieldBytes = 20'000;
inline constexpr std::size_t kMaxNodeNoteBytes = 4'000;
inline constexpr std::size_t kMaxNodeCodeBytes = 64;
inline constexpr std::int64_t kNodeLifetimeSeconds = 14 * 86'400;     // of what we send
inline constexpr std::int64_t kMaxNodeLifetimeSeconds = 30 * 86'400;  // of what we take
inline constexpr std::int64_t kMaxNodeClockSkewSeconds = 600;

enum class NodeKind {
  kReferral,
  kReceived,  // taken into the other node's database; the only kind that is not itself answered
  kAccepted,
  kDeclined,
  kCompleted,      // "done"
  kWithdrawn,      // of a referral: stop, and erase
  kErasureAnswer,  // erased, or kept by which law
  kKeyChange,
  kKeyRevocation,
};
std::string_view NameOf(NodeKind kind);  // "erasure_answer"
std::optional<NodeKind> FindNodeKind(std::string_view name);

struct NodeHeader {
  std::string id;  // NewId
  NodeKind kind = NodeKind::kReferral;
  std::string sender;
  std::string recipient;
  std::string sender_key;     // key set that signs
  std::string recipient_key;  // key set that it is sealed to
  std::int64_t sequence = 0;  // from 1, growing, of this sender to this recipient
  Instant issued = 0;
  Instant expires = 0;
  // Id of the package that this one says again, under a later number or another key, because it was
  // not taken; "" else. Who took that one takes this for the same.
  std::string replaces = {};
  bool operator==(const NodeHeader&) const = default;
};

// A field of a person, named in codelists/node_field.csv.
struct NodeField {
  std::string name;
  std::string value;
  bool operator==(const NodeField&) const = default;
};

struct NodeReferral {
  std::string purpose;  // codelists/consent_purpose.csv
  bool urgent = false;
  std::string consent_given;     // date "2026-05-04"
  std::string consent_text;      // version of the text that was read out
  std::string consent_language;  // "ro"
  std::string transfer_ground;   // codelists/transfer_ground.csv; "" where none is needed
  std::vector<NodeField> fields;
  bool operator==(const NodeReferral&) const = default;
};

// All kinds but kReferral and those of keys.
struct NodeAnswer {
  std::string package;  // id of what is answered, or withdrawn
  std::string hash;     // and its hash
  std::string outcome;  // a code: kStored..., a reason for declining, "erased", "kept"; may be ""
  std::string note;
  bool operator==(const NodeAnswer&) const = default;
};
// Outcomes of kReceived.
inline constexpr std::string_view kOutcomeStored = "stored";
inline constexpr std::string_view kOutcomeOutOfSequence = "out_of_sequence";  // send it anew
// Outcomes of kErasureAnswer.
inline constexpr std::string_view kOutcomeErased = "erased";
inline constexpr std::string_view kOutcomeKept = "kept";  // the note says by which law

struct NodeKeyChange {
  NodePublicKeys keys;
  bool operator==(const NodeKeyChange&) const = default;
};
struct NodeKeyRevocation {
  std::string key_set;
  std::string reason;  // a code: "compromised", "lost"
  bool operator==(const NodeKeyRevocation&) const = default;
};

using NodeBody = std::variant<NodeReferral, NodeAnswer, NodeKeyChange, NodeKeyRevocation>;
struct NodePackage {
  NodeHeader header;
  NodeBody body;
  bool operator==(const NodePackage&) const = default;
};

// The signed text. There is one text for one package: Decode refuses every other. Errors of both:
// kMalformed, kSchema, kLifetime.
Result<std::string> EncodeNodePackage(const NodePackage& package);
Result<NodePackage> DecodeNodePackage(std::string_view text);

struct SealedNodePackage {
  std::string bytes;  // of one of kNodePackageSizes
  std::string hash;   // SHA-256 of signature and text in hexadecimal: what an answer names
};
// Signs, then seals. The header's keys must be those given. Errors: kInternal where they are not;
// kLimit for a text that no size holds; those of EncodeNodePackage.
Result<SealedNodePackage> SealNodePackage(const NodePackage& package, const NodeSecretKeys& sender,
                                          const NodePublicKeys& recipient,
                                          const RandomBytes& random);

struct OpenedNodePackage {
  NodePackage package;
  std::string text;       // as signed
  std::string signature;  // 64 bytes, not verified yet
  std::string hash;
  std::string opened_by;  // id of the own key set that opened it
};
// What nobody has vouched for yet: verify before use. `own` are tried in turn. Errors: kOversize,
// kTruncated, kNotSealedToUs, and those of DecodeNodePackage.
struct OwnNodeKeys {
  std::string id;
  const NodeSecretKeys* secret = nullptr;
};
Result<OpenedNodePackage> OpenNodePackage(std::string_view bytes,
                                          const std::vector<OwnNodeKeys>& own);

// Errors: kBadSignature, also where the header names another key set than `sender`.
Result<void> VerifyNodeSignature(const OpenedNodePackage& opened, const NodePublicKeys& sender);
// Errors: kWrongRecipient, kFromTheFuture, kExpired.
Result<void> CheckNodeDelivery(const OpenedNodePackage& opened, std::string_view own_node,
                               Instant now);

}  // namespace thb
