// thb node: this state's node, its partners and their keys, and the packages that go out and come
// in.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "cli/casework.h"
#include "cli/workspace.h"
#include "codes/codes.h"
#include "http/client.h"
#include "referral/node_delivery.h"
#include "referral/node_exchange.h"
#include "referral/node_intake.h"
#include "referral/node_partners.h"

namespace thb {
namespace {

constexpr const char* kPackageType = "application/octet-stream";
constexpr int kReceivedStatus = 202;

Result<std::string> ObjectOf(const Arguments& arguments, const std::string& what) {
  if (arguments.Has("OBJECT")) return arguments.Get("OBJECT");
  return Fail(ErrorCode::kUsage, what + " is missing", "OBJECT", "name it after the action");
}

Result<std::string> Need(const Arguments& arguments, const char* option, const std::string& why) {
  if (arguments.Has(option)) return arguments.Get(option);
  return Fail(ErrorCode::kUsage, why, option, "give it");
}

// --- Keys -------------------------------------------------------------------------------------

Result<int> Make(const NodeWork& work, const Arguments& arguments, const Environment& environment) {
  const NodeKeySet set = TRY(MakeNodeIdentity(work, TRY(ObjectOf(arguments, "the node's name"))));
  environment.note("made the keys of " + set.keys.node +
                   "; hand partners what `thb node show` prints");
  environment.note("fingerprint " + NodeFingerprint(set.keys));
  return kDone;
}

Result<int> Show(const NodeWork& work, const Environment& environment) {
  environment.out(WriteNodeIdentity(TRY(LoadNodeIdentity(work.database)).keys));
  return kDone;
}

Result<int> ChangeKeys(const NodeWork& work, const Environment& environment) {
  const NodeKeySet set = TRY(ChangeNodeKeys(work));
  environment.note(
      "made new keys; partners are told at the next send-queue and go on with the old "
      "ones until two people there have confirmed the new");
  environment.note("fingerprint " + NodeFingerprint(set.keys));
  return kDone;
}

void PrintUnderKey(const std::vector<NodeUnderKey>& packages, const Arguments& arguments,
                   const Environment& environment) {
  Json json = Json::array();
  std::vector<std::vector<std::string>> rows = {{"package", "kind", "way", "at", "record"}};
  for (const NodeUnderKey& package : packages) {
    const std::string way = package.taken ? "in" : "out";
    json.push_back({{"package", package.package},
                    {"kind", package.kind},
                    {"way", way},
                    {"at", FormatInstant(package.at)},
                    {"record", package.record}});
    rows.push_back({package.package, package.kind, way, FormatInstant(package.at), package.record});
  }
  environment.out(arguments.Has("--json") ? json.dump(1) + "\n" : TextTable(rows));
}

Result<int> RevokeKeys(const NodeWork& work, const Arguments& arguments,
                       const Environment& environment) {
  const std::string set = TRY(ObjectOf(arguments, "the key set"));
  const std::string reason = arguments.Get("--reason", "compromised");
  TRY(RevokeNodeKeys(work, set, reason));
  environment.note(
      "revoked; partners are told at the next send-queue. Call them too, then make new "
      "keys (thb node change-keys). This went under the key:");
  PrintUnderKey(TRY(PackagesUnderKey(work.database, set)), arguments, environment);
  return kDone;
}

// --- Partners ---------------------------------------------------------------------------------

Result<int> AddPartner(const NodeWork& work, const Arguments& arguments,
                       const Environment& environment) {
  const std::string path = TRY(ObjectOf(arguments, "the partner's file"));
  const std::string text = TRY(ReadFile(path, kMaxNodeIdentityBytes));
  const NodePublicKeys keys = TRY(ReadNodeIdentity(text, path));
  const std::string address =
      TRY(Need(arguments, "--address", "where the partner's packages go is not said"));
  TRY(AddNodePartner(work, keys, address));
  environment.note(
      "added the keys of " + keys.node +
      "; they are used once two people have each heard the fingerprint from the partner "
      "by voice and entered it (thb node confirm)");
  return kDone;
}

Result<int> MovePartner(const NodeWork& work, const Arguments& arguments,
                        const Environment& environment) {
  const std::string node = TRY(ObjectOf(arguments, "the partner"));
  TRY(SetNodeAddress(work, node,
                     TRY(Need(arguments, "--address", "where its packages go is not said"))));
  environment.note("packages to " + node + " go to " + arguments.Get("--address"));
  return kDone;
}

Result<int> Confirm(const NodeWork& work, const Arguments& arguments,
                    const Environment& environment) {
  const std::string node = TRY(ObjectOf(arguments, "the partner"));
  const std::string fingerprint =
      TRY(Need(arguments, "--fingerprint", "what the partner read out is missing"));
  const std::string person = TRY(Need(arguments, "--by", "who heard it is not said"));
  const NodeKeySet set = TRY(ConfirmNodeKeys(work, node, fingerprint, person));
  environment.note(set.state == NodeKeyState::kActive
                       ? "confirmed by two people; the keys of " + node + " are used from now on"
                       : "confirmed by " + person + "; a second person has to");
  return kDone;
}

Result<int> Revoke(const NodeWork& work, const Arguments& arguments,
                   const Environment& environment) {
  const auto packages =
      TRY(RevokePartnerKeys(work, TRY(ObjectOf(arguments, "the partner's key set"))));
  environment.note("revoked; review what went under the key:");
  PrintUnderKey(packages, arguments, environment);
  return kDone;
}

Result<int> ListPartners(const NodeWork& work, const Arguments& arguments,
                         const Environment& environment) {
  Json json = Json::array();
  std::vector<std::vector<std::string>> rows = {
      {"key set", "node", "state", "confirmed by", "address", "fingerprint"}};
  const auto partners = TRY(LoadNodePartners(work.database));
  for (const NodeKeySet& set : TRY(LoadNodeKeySets(work.database, ""))) {
    const auto partner =
        std::find_if(partners.begin(), partners.end(),
                     [&](const NodePartner& one) { return one.node == set.keys.node; });
    const std::string address = partner == partners.end() ? "(this node)" : partner->address;
    std::string people;
    for (const std::string& person : set.confirmed_by)
      people += (people.empty() ? "" : " ") + person;
    json.push_back({{"key_set", set.id},
                    {"node", set.keys.node},
                    {"own", set.own},
                    {"state", NameOf(set.state)},
                    {"confirmed_by", set.confirmed_by},
                    {"address", address},
                    {"fingerprint", NodeFingerprint(set.keys)}});
    rows.push_back({set.id, set.keys.node, std::string(NameOf(set.state)), people, address,
                    NodeFingerprint(set.keys)});
  }
  environment.out(arguments.Has("--json") ? json.dump(1) + "\n" : TextTable(rows));
  return kDone;
}

// --- Packages ---------------------------------------------------------------------------------

NodeTransport TransportOf(const Arguments& arguments, const RandomBytes& random) {
  PostOptions options;
  options.authorities = arguments.Get("--authorities");
  return [options, random](const std::string& address, std::string_view bytes) -> Result<void> {
    if (address.front() == '/') return DropNodePackage(address, bytes, random);
    const int status = TRY(PostBytes(address, kPackageType, bytes, options));
    if (status == kReceivedStatus) return {};
    return Fail(ErrorCode::kIo, "the partner's node answered " + std::to_string(status), address,
                "try again later, or call the partner");
  };
}

Result<int> SendQueue(const NodeWork& work, const Arguments& arguments,
                      const Environment& environment) {
  const NodeDelivery delivery = TRY(DeliverNodePackages(work, TransportOf(arguments, work.random)));
  const int notices = TRY(AttendNode(work));
  TRY(OpenNodeTasks(work));
  for (const Error& error : delivery.failed) environment.note("not delivered: " + error.ToLine());
  environment.note(std::to_string(delivery.delivered) + " packages delivered, " +
                   std::to_string(notices) + " new notices");
  return delivery.failed.empty() ? kDone : kFindings;
}

Result<int> Receive(const NodeWork& work, const Arguments& arguments,
                    const Environment& environment) {
  const NodeIntake intake = TRY(TakeNodeFolder(work, TRY(ObjectOf(arguments, "the folder"))));
  Json json = Json::array();
  std::vector<std::vector<std::string>> rows = {{"package", "partner", "kind", "state"}};
  for (const NodeTaken& taken : intake.taken) {
    json.push_back({{"package", taken.id},
                    {"partner", taken.partner},
                    {"kind", NameOf(taken.kind)},
                    {"state", taken.state},
                    {"again", taken.again}});
    rows.push_back({taken.id, taken.partner, std::string(NameOf(taken.kind)), taken.state});
  }
  TRY(OpenNodeTasks(work));
  for (const Error& error : intake.refused) environment.note("refused: " + error.ToLine());
  environment.out(arguments.Has("--json") ? json.dump(1) + "\n" : TextTable(rows));
  return intake.refused.empty() ? kDone : kFindings;
}

// How far a referral came: its withdrawal hides what was answered before it.
std::string StateOf(const NodeSent& sent) {
  const bool final = sent.answer == kOutcomeErased || sent.answer == kOutcomeKept;
  return sent.answer.empty() || (sent.state == "withdrawn" && !final) ? sent.state : sent.answer;
}

struct StatusText {
  Json packages = Json::array();
  Json notices = Json::array();
  Json refusals = Json::array();
  std::string text;
};

Result<void> AddPackages(const NodeWork& work, const CodeList& labels, StatusText& status) {
  std::vector<std::vector<std::string>> rows = {{"package", "partner", "kind", "issued", "state"}};
  for (const NodeSent& sent : TRY(LoadNodeSent(work.database))) {
    if (sent.kind != NodeKind::kReferral) continue;
    const std::string state = StateOf(sent);
    status.packages.push_back({{"package", sent.id},
                               {"way", "out"},
                               {"partner", sent.partner},
                               {"issued", FormatInstant(sent.issued)},
                               {"state", state}});
    rows.push_back({sent.id, "to " + sent.partner, std::string(NameOf(sent.kind)),
                    FormatInstant(sent.issued), labels.Label(state, Language::kEn)});
  }
  for (const NodeTaken& taken : TRY(LoadNodeReferrals(work.database))) {
    status.packages.push_back({{"package", taken.id},
                               {"way", "in"},
                               {"partner", taken.partner},
                               {"issued", FormatInstant(taken.taken)},
                               {"state", taken.state}});
    rows.push_back({taken.id, "from " + taken.partner, std::string(NameOf(taken.kind)),
                    FormatInstant(taken.taken), taken.state});
  }
  status.text += TextTable(rows);
  return {};
}

Result<void> AddNotices(const NodeWork& work, const CodeList& labels, StatusText& status) {
  for (const NodeNotice& notice : TRY(OpenNodeNotices(work.database))) {
    status.notices.push_back({{"notice", notice.id},
                              {"kind", notice.kind},
                              {"partner", notice.partner},
                              {"subject", notice.subject},
                              {"opened", FormatInstant(notice.opened)}});
    status.text += "notice " + notice.id + ": " + labels.Label(notice.kind, Language::kEn) + " (" +
                   notice.partner + ", " + notice.subject + ")\n";
  }
  for (const NodeRefusalCount& count : TRY(RecentNodeRefusals(work.database, work.now))) {
    status.refusals.push_back({{"refusal", count.refusal}, {"packages", count.packages}});
    status.text += "refused within a day: " + count.refusal + ", " +
                   std::to_string(count.packages) + " packages\n";
  }
  return {};
}

Result<int> Status(const NodeWork& work, const Arguments& arguments,
                   const Environment& environment) {
  const Codes codes = TRY(Codes::Load());
  StatusText status;
  TRY(AddPackages(work, *codes.Find("node_state"), status));
  TRY(AddNotices(work, *codes.Find("node_notice"), status));
  const Json object{
      {"packages", status.packages}, {"notices", status.notices}, {"refusals", status.refusals}};
  const Json json = Json::array({object});
  environment.out(arguments.Has("--json") ? json.dump(1) + "\n" : status.text);
  return kDone;
}

Result<int> CloseNotice(const NodeWork& work, const Arguments& arguments,
                        const Environment& environment) {
  TRY(CloseNodeNotice(work, TRY(ObjectOf(arguments, "the notice"))));
  environment.note("closed");
  return kDone;
}

Result<int> RunNode(const Arguments& arguments, const Environment& environment) {
  const std::string action = TRY(ChooseAction(
      arguments, {"make", "show", "change-keys", "revoke-keys", "add", "move", "confirm", "revoke",
                  "partners", "send-queue", "receive", "status", "close"}));
  const auto casework = TRY(Casework::Open(arguments));
  const NodeWork work{*casework->database,
                      *casework->vault,
                      *casework->log,
                      "operator",
                      environment.now,
                      SystemRandom(),
                      {}};
  if (action == "make") return Make(work, arguments, environment);
  if (action == "show") return Show(work, environment);
  if (action == "change-keys") return ChangeKeys(work, environment);
  if (action == "revoke-keys") return RevokeKeys(work, arguments, environment);
  if (action == "add") return AddPartner(work, arguments, environment);
  if (action == "move") return MovePartner(work, arguments, environment);
  if (action == "confirm") return Confirm(work, arguments, environment);
  if (action == "revoke") return Revoke(work, arguments, environment);
  if (action == "partners") return ListPartners(work, arguments, environment);
  if (action == "send-queue") return SendQueue(work, arguments, environment);
  if (action == "receive") return Receive(work, arguments, environment);
  if (action == "close") return CloseNotice(work, arguments, environment);
  return Status(work, arguments, environment);
}

}  // namespace

Command NodeCommand() {
  std::vector<Option> options = {
      {"ACTION", "ACTION",
       "make, show, change-keys, revoke-keys, add, move, confirm, revoke, partners, send-queue, "
       "receive, status or close",
       true},
      {"OBJECT", "OBJECT", "what it acts on: a node, a partner's file, a key set, a folder"}};
  for (Option& option : KeyOptions()) options.push_back(std::move(option));
  options.push_back({"--address", "ADDRESS",
                     "add, move: a folder's whole path, or https://HOST/node/v1/packages"});
  options.push_back({"--fingerprint", "DIGITS", "confirm: what the partner read out"});
  options.push_back({"--by", "PERSON", "confirm: the account of who heard it"});
  options.push_back({"--reason", "CODE", "revoke-keys: compromised (the default) or lost"});
  options.push_back({"--authorities", "FILE",
                     "send-queue: certificate authorities (PEM) in place of the system's"});
  options.push_back({"--json", "", "as JSON"});
  return {"node", "exchange of referrals with the nodes of other states", options, RunNode};
}

}  // namespace thb
