#include "referral/node_package.h"

#include <sodium.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "referral/internal/node_bytes.h"

namespace thb {
namespace {

constexpr std::string_view kMagic = "THBNODE1";
// Keeps a signature of ours from being one of anything else.
constexpr std::string_view kSignedAs = "thb-node-package-1";
constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kFrameBytes = crypto_sign_BYTES + kLengthBytes;
constexpr std::size_t kEnvelopeBytes = kMagic.size() + crypto_box_SEALBYTES;
constexpr std::size_t kIdBytes = 26;
constexpr std::size_t kKeySetIdDigits = 32;
constexpr std::size_t kHashDigits = 64;

constexpr std::array<std::string_view, 9> kKindNames = {
    "referral",  "received",       "accepted",   "declined",      "done",
    "withdrawn", "erasure_answer", "key_change", "key_revocation"};

bool IsOneOf(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}
bool IsHex(std::string_view text, std::size_t digits) {
  return text.size() == digits && IsOneOf(text, "0123456789abcdef");
}
bool IsNodeId(std::string_view text) {
  return text.size() == kIdBytes && IsOneOf(text, "0123456789abcdefghijklmnopqrstuvwxyz");
}
// A code of a list, or nothing.
bool IsCodeOrEmpty(std::string_view text) {
  return text.size() <= kMaxNodeCodeBytes &&
         IsOneOf(text, "abcdefghijklmnopqrstuvwxyz0123456789_.-");
}
bool IsText(std::string_view text, std::size_t max_bytes) {
  return text.size() <= max_bytes && IsValidUtf8(text) && text.find('\0') == std::string_view::npos;
}

// --- Limits and shapes ------------------------------------------------------------------------

bool IsSound(const NodeHeader& header) {
  return IsNodeId(header.id) && CheckNodeName(header.sender) && CheckNodeName(header.recipient) &&
         header.sender != header.recipient && IsHex(header.sender_key, kKeySetIdDigits) &&
         IsHex(header.recipient_key, kKeySetIdDigits) && header.sequence > 0 &&
         (header.replaces.empty() || (IsNodeId(header.replaces) && header.replaces != header.id));
}

bool IsSound(const NodeReferral& body) {
  const auto date = ParseInstant(body.consent_given);
  if (!date || FormatDate(*date) != body.consent_given) return false;
  if (body.purpose.empty() || !IsCodeOrEmpty(body.purpose) || !IsCodeOrEmpty(body.consent_text) ||
      !IsCodeOrEmpty(body.consent_language) || !IsCodeOrEmpty(body.transfer_ground) ||
      body.fields.size() > kMaxNodeFields) {
    return false;
  }
  return std::all_of(body.fields.begin(), body.fields.end(), [](const NodeField& field) {
    return !field.name.empty() && IsCodeOrEmpty(field.name) &&
           IsText(field.value, kMaxNodeFieldBytes);
  });
}

bool IsSound(const NodeAnswer& body) {
  return IsNodeId(body.package) && IsHex(body.hash, kHashDigits) && IsCodeOrEmpty(body.outcome) &&
         IsText(body.note, kMaxNodeNoteBytes);
}

bool IsSound(const NodeKeyChange& body) {
  return CheckNodePublicKeys(body.keys).has_value();
}

bool IsSound(const NodeKeyRevocation& body) {
  return IsHex(body.key_set, kKeySetIdDigits) && !body.reason.empty() && IsCodeOrEmpty(body.reason);
}

bool IsBodyOfKind(const NodePackage& package) {
  switch (package.header.kind) {
    case NodeKind::kReferral:
      return std::holds_alternative<NodeReferral>(package.body);
    case NodeKind::kKeyChange:
      return std::holds_alternative<NodeKeyChange>(package.body);
    case NodeKind::kKeyRevocation:
      return std::holds_alternative<NodeKeyRevocation>(package.body);
    case NodeKind::kReceived:
    case NodeKind::kAccepted:
    case NodeKind::kDeclined:
    case NodeKind::kCompleted:
    case NodeKind::kWithdrawn:
    case NodeKind::kErasureAnswer:
      return std::holds_alternative<NodeAnswer>(package.body);
  }
  return false;
}

// Outcomes that the program itself acts upon are a closed list.
bool IsKnownOutcome(const NodePackage& package) {
  if (!std::holds_alternative<NodeAnswer>(package.body)) return true;
  const std::string& outcome = std::get<NodeAnswer>(package.body).outcome;
  if (package.header.kind == NodeKind::kReceived) {
    return outcome == kOutcomeStored || outcome == kOutcomeOutOfSequence;
  }
  if (package.header.kind == NodeKind::kErasureAnswer) {
    return outcome == kOutcomeErased || outcome == kOutcomeKept;
  }
  return true;
}

Result<void> CheckSound(const NodePackage& package) {
  const bool sound = IsSound(package.header) && IsBodyOfKind(package) && IsKnownOutcome(package) &&
                     std::visit([](const auto& body) { return IsSound(body); }, package.body);
  if (!sound) return Refuse(NodeRefusal::kMalformed);
  const std::int64_t lifetime = package.header.expires - package.header.issued;
  if (lifetime <= 0 || lifetime > kMaxNodeLifetimeSeconds) return Refuse(NodeRefusal::kLifetime);
  return {};
}

// --- Text -------------------------------------------------------------------------------------

Json ToJson(const NodeHeader& header) {
  return Json{{"schema", kNodeSchema},
              {"id", header.id},
              {"kind", NameOf(header.kind)},
              {"sender", header.sender},
              {"recipient", header.recipient},
              {"sender_key", header.sender_key},
              {"recipient_key", header.recipient_key},
              {"sequence", header.sequence},
              {"issued", FormatInstant(header.issued)},
              {"expires", FormatInstant(header.expires)},
              {"replaces", header.replaces}};
}

Json ToJson(const NodeReferral& body) {
  Json fields = Json::array();
  for (const NodeField& field : body.fields) {
    fields.push_back(Json{{"name", field.name}, {"value", field.value}});
  }
  return Json{{"purpose", body.purpose},
              {"urgent", body.urgent},
              {"consent",
               {{"given", body.consent_given},
                {"text", body.consent_text},
                {"language", body.consent_language}}},
              {"transfer_ground", body.transfer_ground},
              {"fields", std::move(fields)}};
}

Json ToJson(const NodeAnswer& body) {
  return Json{{"package", body.package},
              {"hash", body.hash},
              {"outcome", body.outcome},
              {"note", body.note}};
}

Json ToJson(const NodeKeyChange& body) {
  return Json{
      {"node", body.keys.node}, {"signing", body.keys.signing}, {"sealing", body.keys.sealing}};
}

Json ToJson(const NodeKeyRevocation& body) {
  return Json{{"key_set", body.key_set}, {"reason", body.reason}};
}

// Reads members of an object; what is missing or of another type reads as nothing. That nothing
// else is there is checked at the end, by writing the package anew.
class Members {
 public:
  explicit Members(const Json& json) : json_(json) {}
  std::string Text(const char* name) const {
    const Json* found = Find(name);
    return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
  }
  std::int64_t Int(const char* name) const {
    const Json* found = Find(name);
    return found != nullptr && found->is_number_integer() ? found->get<std::int64_t>() : 0;
  }
  bool Bool(const char* name) const {
    const Json* found = Find(name);
    return found != nullptr && found->is_boolean() && found->get<bool>();
  }
  const Json& Member(const char* name) const {
    static const Json kNothing;
    const Json* found = Find(name);
    return found != nullptr ? *found : kNothing;
  }

 private:
  const Json* Find(const char* name) const {
    if (!json_.is_object()) return nullptr;
    const auto found = json_.find(name);
    return found == json_.end() ? nullptr : &*found;
  }
  const Json& json_;
};

Result<NodeHeader> ReadHeader(const Json& json) {
  const Members members(json);
  if (members.Int("schema") != kNodeSchema) return Refuse(NodeRefusal::kSchema);
  const auto kind = FindNodeKind(members.Text("kind"));
  const auto issued = ParseInstant(members.Text("issued"));
  const auto expires = ParseInstant(members.Text("expires"));
  if (!kind || !issued || !expires) return Refuse(NodeRefusal::kMalformed);
  NodeHeader header;
  header.id = members.Text("id");
  header.kind = *kind;
  header.sender = members.Text("sender");
  header.recipient = members.Text("recipient");
  header.sender_key = members.Text("sender_key");
  header.recipient_key = members.Text("recipient_key");
  header.sequence = members.Int("sequence");
  header.issued = *issued;
  header.expires = *expires;
  header.replaces = members.Text("replaces");
  return header;
}

NodeReferral ReadReferral(const Members& members) {
  NodeReferral body;
  body.purpose = members.Text("purpose");
  body.urgent = members.Bool("urgent");
  const Members consent(members.Member("consent"));
  body.consent_given = consent.Text("given");
  body.consent_text = consent.Text("text");
  body.consent_language = consent.Text("language");
  body.transfer_ground = members.Text("transfer_ground");
  const Json& fields = members.Member("fields");
  if (!fields.is_array()) return body;
  for (const Json& entry : fields) {
    if (body.fields.size() > kMaxNodeFields) break;
    const Members field(entry);
    body.fields.push_back({field.Text("name"), field.Text("value")});
  }
  return body;
}

NodeBody ReadBody(NodeKind kind, const Json& json) {
  const Members members(json);
  if (kind == NodeKind::kReferral) return ReadReferral(members);
  if (kind == NodeKind::kKeyChange) {
    return NodeKeyChange{{members.Text("node"), members.Text("signing"), members.Text("sealing")}};
  }
  if (kind == NodeKind::kKeyRevocation) {
    return NodeKeyRevocation{members.Text("key_set"), members.Text("reason")};
  }
  return NodeAnswer{members.Text("package"), members.Text("hash"), members.Text("outcome"),
                    members.Text("note")};
}

// --- Frame ------------------------------------------------------------------------------------

std::string SignedMessage(std::string_view text) {
  std::string message(kSignedAs);
  message.push_back('\0');
  message.append(text);
  return message;
}

// Signature, length, text, zeros.
std::string Frame(std::string_view signature, std::string_view text, std::size_t size) {
  std::string frame(signature);
  for (int shift = 24; shift >= 0; shift -= 8) {
    frame.push_back(static_cast<char>((text.size() >> shift) & 0xff));
  }
  frame.append(text);
  frame.resize(size, '\0');
  return frame;
}

std::optional<std::string_view> TextOfFrame(std::string_view frame) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    length = length << 8 | static_cast<unsigned char>(frame[crypto_sign_BYTES + i]);
  }
  if (length > frame.size() - kFrameBytes) return std::nullopt;
  // What is behind the text must not carry anything past the signature.
  const std::string_view padding = frame.substr(kFrameBytes + length);
  if (padding.find_first_not_of('\0') != std::string_view::npos) return std::nullopt;
  return frame.substr(kFrameBytes, length);
}

std::string HashOf(std::string_view signature, std::string_view text) {
  return Sha256Hex(std::string(signature) + std::string(text));
}

}  // namespace

std::string_view NameOf(NodeKind kind) {
  return kKindNames[static_cast<std::size_t>(kind)];
}

std::optional<NodeKind> FindNodeKind(std::string_view name) {
  const auto* const found = std::find(kKindNames.begin(), kKindNames.end(), name);
  if (found == kKindNames.end()) return std::nullopt;
  return static_cast<NodeKind>(found - kKindNames.begin());
}

Result<std::string> EncodeNodePackage(const NodePackage& package) {
  TRY(CheckSound(package));
  Json json;
  json["header"] = ToJson(package.header);
  json["body"] = std::visit([](const auto& body) { return ToJson(body); }, package.body);
  return json.dump();
}

Result<NodePackage> DecodeNodePackage(std::string_view text) {
  const auto json = ParseJson(text, {});
  if (!json) return Refuse(NodeRefusal::kMalformed);
  const Members members(*json);
  NodePackage package;
  package.header = TRY(ReadHeader(members.Member("header")));
  package.body = ReadBody(package.header.kind, members.Member("body"));
  // One text for one package: nothing repeated, nothing beside, nothing in another order.
  if (TRY(EncodeNodePackage(package)) != text) return Refuse(NodeRefusal::kMalformed);
  return package;
}

Result<SealedNodePackage> SealNodePackage(const NodePackage& package, const NodeSecretKeys& sender,
                                          const NodePublicKeys& recipient,
                                          const RandomBytes& random) {
  const std::string text = TRY(EncodeNodePackage(package));
  const NodeHeader& header = package.header;
  if (header.sender_key != NodeKeySetId(PublicKeysOf(header.sender, sender)) ||
      header.recipient != recipient.node || header.recipient_key != NodeKeySetId(recipient)) {
    return Fail(ErrorCode::kInternal, "the header names other keys than those given", header.id);
  }
  const std::size_t needed = text.size() + kFrameBytes + kEnvelopeBytes;
  const auto* const size = std::find_if(kNodePackageSizes.begin(), kNodePackageSizes.end(),
                                        [&](std::size_t candidate) { return candidate >= needed; });
  if (size == kNodePackageSizes.end()) {
    return Fail(
        ErrorCode::kLimit,
        "the package would have more than " + std::to_string(kMaxNodePackageBytes) + " bytes",
        header.id, "choose fewer fields, or shorten them");
  }
  const std::string signature = SignBytes(sender.signing, SignedMessage(text));
  const std::string box =
      SealBytes(DecodeBase64(recipient.sealing).value_or(""),
                Frame(signature, text, *size - kEnvelopeBytes), random(crypto_box_SEEDBYTES));
  return SealedNodePackage{std::string(kMagic) + box, HashOf(signature, text)};
}

Result<OpenedNodePackage> OpenNodePackage(std::string_view bytes,
                                          const std::vector<OwnNodeKeys>& own) {
  if (bytes.size() > kMaxNodePackageBytes) return Refuse(NodeRefusal::kOversize);
  const bool sized = std::find(kNodePackageSizes.begin(), kNodePackageSizes.end(), bytes.size()) !=
                     kNodePackageSizes.end();
  if (!sized) return Refuse(NodeRefusal::kTruncated);
  if (!StartsWith(bytes, kMagic)) return Refuse(NodeRefusal::kMalformed);
  for (const OwnNodeKeys& keys : own) {
    const auto frame = UnsealBytes(keys.secret->sealing, bytes.substr(kMagic.size()));
    if (!frame) continue;
    const auto text = TextOfFrame(*frame);
    if (!text) return Refuse(NodeRefusal::kMalformed);
    OpenedNodePackage opened;
    opened.package = TRY(DecodeNodePackage(*text));
    opened.text = *text;
    opened.signature = frame->substr(0, crypto_sign_BYTES);
    opened.hash = HashOf(opened.signature, opened.text);
    opened.opened_by = keys.id;
    return opened;
  }
  return Refuse(NodeRefusal::kNotSealedToUs);
}

Result<void> VerifyNodeSignature(const OpenedNodePackage& opened, const NodePublicKeys& sender) {
  const NodeHeader& header = opened.package.header;
  const bool holds = header.sender == sender.node && header.sender_key == NodeKeySetId(sender) &&
                     IsSignatureOf(DecodeBase64(sender.signing).value_or(""), opened.signature,
                                   SignedMessage(opened.text));
  if (!holds) return Refuse(NodeRefusal::kBadSignature);
  return {};
}

Result<void> CheckNodeDelivery(const OpenedNodePackage& opened, std::string_view own_node,
                               Instant now) {
  const NodeHeader& header = opened.package.header;
  if (header.recipient != own_node || header.recipient_key != opened.opened_by) {
    return Refuse(NodeRefusal::kWrongRecipient);
  }
  if (header.issued > now + kMaxNodeClockSkewSeconds) return Refuse(NodeRefusal::kFromTheFuture);
  if (header.expires <= now) return Refuse(NodeRefusal::kExpired);
  return {};
}

}  // namespace thb
