#include "referral/node_delivery.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/files.h"
#include "base/hash.h"
#include "base/text.h"
#include "referral/internal/node_bytes.h"
#include "referral/internal/node_refused.h"
#include "referral/internal/node_rows.h"

namespace thb {
namespace {

// Of one partner in one run.
constexpr int kMaxDelivered = 500;

// A renamed file is there after a crash only when its folder is synced.
Result<void> SyncFolder(const std::string& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && fsync(fd) == 0;
  if (fd >= 0) close(fd);
  if (synced) return {};
  return Fail(ErrorCode::kIo, "cannot sync the folder", folder, "check its permissions");
}

// Paths of the packages in a folder, by name; never a link, whoever put it there.
Result<std::vector<std::string>> PackagesIn(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code failed;
  std::filesystem::directory_iterator entries(folder, failed);
  for (; !failed && entries != std::filesystem::directory_iterator(); entries.increment(failed)) {
    const bool regular =
        entries->symlink_status(failed).type() == std::filesystem::file_type::regular;
    if (regular && EndsWith(entries->path().string(), kNodeFileEnding)) {
      paths.push_back(entries->path().string());
    }
  }
  if (failed) {
    return Fail(
        failed == std::errc::no_such_file_or_directory ? ErrorCode::kNotFound : ErrorCode::kIo,
        "cannot read the folder: " + failed.message(), folder,
        "check the path and its permissions");
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

Result<void> CountAttempt(const NodeWork& work, const std::string& id) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::vector<SqlValue> values = {work.now, id};
  TRY(work.database.Execute(
      "UPDATE node_outbox SET attempts = attempts + 1, last_attempt = $1 WHERE id = $2", values));
  return transaction.Commit();
}

// Those of a partner that are to be delivered, in order.
Result<std::vector<NodeOutboxRow>> DueFor(const NodeWork& work, const std::string& partner) {
  return SelectOutbox(
      work.database,
      "partner = $1 AND expires > $2 AND (state = 'waiting' OR (state = 'sent' AND kind <> "
      "'received' AND last_attempt <= $3)) ORDER BY sequence LIMIT " +
          std::to_string(kMaxDelivered),
      {partner, work.now, work.now - kNodeResendSeconds});
}

// An acknowledgement is not itself acknowledged, so that it is sent once.
std::string StateAfterDelivery(const NodeOutboxRow& row) {
  return row.kind == NodeKind::kReceived ? "acknowledged" : "sent";
}

// Returns the error that ended it, where one did. An attempt is counted before it is made: what
// failed may have arrived.
Result<std::optional<Error>> DeliverTo(const NodeWork& work, const NodePartner& partner,
                                       const NodeTransport& transport,
                                       std::vector<std::string>& delivered) {
  for (const NodeOutboxRow& row : TRY(DueFor(work, partner.node))) {
    const auto bytes = DecodeBase64(row.bytes);
    if (!bytes) return Fail(ErrorCode::kDatabase, "a package is damaged", row.id);
    TRY(CountAttempt(work, row.id));
    if (const auto sent = transport(partner.address, *bytes); !sent) return sent.error();
    Transaction transaction = TRY(Transaction::Begin(work.database));
    TRY(SetOutboxState(work.database, row.id, StateAfterDelivery(row)));
    TRY(transaction.Commit());
    delivered.push_back(row.id);
  }
  return std::nullopt;
}

// A file with what is known of it before it is taken.
struct Waiting {
  std::string path;
  NodePeek peek;
};

// By sender and number; what does not open first, to be refused.
Result<std::vector<Waiting>> InOrder(const NodeWork& work, const std::string& folder) {
  std::vector<Waiting> waiting;
  for (const std::string& path : TRY(PackagesIn(folder))) {
    if (waiting.size() >= kMaxNodeFilesWaiting) break;
    const auto bytes = ReadFile(path, kMaxNodePackageBytes);
    const auto peek = bytes ? PeekNodePackage(work, *bytes) : NodePeek{};
    if (!peek && !RefusalOf(peek.error())) return tl::make_unexpected(peek.error());
    waiting.push_back({path, peek.value_or(NodePeek{})});
  }
  std::stable_sort(waiting.begin(), waiting.end(), [](const Waiting& one, const Waiting& other) {
    return std::pair(one.peek.partner, one.peek.sequence) <
           std::pair(other.peek.partner, other.peek.sequence);
  });
  return waiting;
}

Result<NodeTaken> TakeFile(const NodeWork& work, const std::string& path) {
  const auto bytes = ReadFile(path, kMaxNodePackageBytes);
  if (bytes) return TakeNodePackage(work, *bytes);
  if (bytes.error().code != ErrorCode::kLimit) return tl::make_unexpected(bytes.error());
  TRY(RecordRefusal(work, NodeRefusal::kOversize, {Sha256Hex(path)}));
  return Refuse(NodeRefusal::kOversize);
}

}  // namespace

Result<void> DropNodePackage(const std::string& folder, std::string_view bytes,
                             const RandomBytes& random) {
  if (TRY(PackagesIn(folder)).size() >= kMaxNodeFilesWaiting) {
    return Fail(ErrorCode::kLimit,
                std::to_string(kMaxNodeFilesWaiting) + " packages wait here already", folder,
                "let the other side take them");
  }
  TRY(WriteFile(folder + "/" + NewId(random) + std::string(kNodeFileEnding), bytes));
  return SyncFolder(folder);
}

Result<NodeDelivery> DeliverNodePackages(const NodeWork& work, const NodeTransport& transport) {
  NodeDelivery delivery;
  for (const NodePartner& partner : TRY(LoadNodePartners(work.database))) {
    std::vector<std::string> delivered;
    const auto failed = DeliverTo(work, partner, transport, delivered);
    if (!delivered.empty()) {
      Transaction transaction = TRY(Transaction::Begin(work.database));
      TRY(LogNode(work, "node.deliver", "package", delivered, {}));
      TRY(transaction.Commit());
    }
    delivery.delivered += static_cast<int>(delivered.size());
    if (!failed) return tl::make_unexpected(failed.error());
    if (*failed) delivery.failed.push_back(**failed);
  }
  return delivery;
}

Result<NodeIntake> TakeNodeFolder(const NodeWork& work, const std::string& folder) {
  NodeIntake intake;
  for (const Waiting& file : TRY(InOrder(work, folder))) {
    auto taken = TakeFile(work, file.path);
    if (!taken && !RefusalOf(taken.error())) return tl::make_unexpected(taken.error());
    if (taken) {
      intake.taken.push_back(*std::move(taken));
    } else {
      intake.refused.push_back(taken.error());
    }
    // Where this fails the package comes again, and is taken for the same.
    std::error_code ignored;
    std::filesystem::remove(file.path, ignored);
  }
  return intake;
}

}  // namespace thb
