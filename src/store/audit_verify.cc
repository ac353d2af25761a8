#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.h"
#include "store/audit.h"
#include "store/internal/audit_chain.h"
#include "store/internal/crypto.h"

namespace thb {
namespace {

constexpr std::int64_t kBatch = 1'000;
constexpr std::size_t kMaxFindings = 100;

using SignatureCheck = std::function<bool(std::string_view message, std::string_view signature)>;

// Walks the chain in batches, so that a long log needs little memory.
class Verification {
 public:
  // `vault` is null where details are not to be opened.
  Verification(Database& database, Vault* vault, SignatureCheck check,
               const std::vector<AuditHead>& heads)
      : database_(database), vault_(vault), check_(std::move(check)) {
    for (const AuditHead& head : heads) {
      if (check_(HeadMessage(head.sequence, head.hash, head.signed_at), head.signature)) {
        heads_.push_back(head);
      } else {
        Find(head.sequence, "a head was not signed by this log's key");
      }
    }
    std::stable_sort(heads_.begin(), heads_.end(), [](const AuditHead& a, const AuditHead& b) {
      return a.sequence < b.sequence;
    });
  }

  Result<AuditReport> Run() {
    TRY(LoadRestores());
    CompareAt(0, "");
    Head head = TRY(ReadHead());
    // Entries that were added meanwhile are verified too.
    while (true) {
      TRY(VerifyTo(head.head.sequence));
      const Head now = TRY(ReadHead());
      if (now.head.sequence == head.head.sequence) break;
      head = now;
    }
    TRY(CheckHead(head));
    CheckHeadsBeyond(head.head.sequence);
    TRY(FindUnprotected());
    std::stable_sort(
        report_.findings.begin(), report_.findings.end(),
        [](const AuditFinding& a, const AuditFinding& b) { return a.sequence < b.sequence; });
    return std::move(report_);
  }

 private:
  struct Head {
    AuditHead head;
    std::int64_t last = 0;  // number of the newest entry that is there
  };

  void Find(std::int64_t sequence, std::string message) {
    if (report_.findings.size() < kMaxFindings) {
      report_.findings.push_back({sequence, std::move(message)});
    }
  }

  Result<void> LoadRestores() {
    return database_.Query(
        "SELECT old_sequence, old_hash, new_sequence, new_hash, at, signature FROM audit_restore "
        "ORDER BY at, new_sequence",
        {}, [&](const SqlRow& row) -> Result<void> {
          AuditRestore restore{row.Int(0), std::string(row.Text(1)),
                               row.Int(2), std::string(row.Text(3)),
                               row.Int(4), std::string(row.Text(5))};
          if (!check_(RestoreMessage(restore), restore.signature)) {
            Find(restore.new_sequence, "a restore was not signed by this log's key");
            return {};
          }
          const bool gave_up = restore.old_sequence > restore.new_sequence;
          report_.notes.push_back(
              {restore.new_sequence,
               "a restore on " + FormatInstant(restore.at) +
                   (gave_up ? " gave up entries " + std::to_string(restore.new_sequence + 1) +
                                  " to " + std::to_string(restore.old_sequence)
                            : " gave up no entry that was known")});
          restores_.push_back(std::move(restore));
          return {};
        });
  }

  Result<Head> ReadHead() {
    Head head;
    TRY(
        database_.Query("SELECT sequence, hash, signed_at, signature, (SELECT MAX(sequence) FROM "
                        "audit_entry) FROM audit_head WHERE id = 1",
                        {}, [&](const SqlRow& row) -> Result<void> {
                          head.head.sequence = row.Int(0);
                          head.head.hash = row.Text(1);
                          head.head.signed_at = row.Int(2);
                          head.head.signature = row.Text(3);
                          head.last = row.Int(4);
                          return {};
                        }));
    return head;
  }

  Result<std::vector<AuditEntry>> ReadEntries(const std::vector<SqlValue>& range) {
    std::vector<AuditEntry> entries;
    TRY(database_.Query(
        "SELECT sequence, at, actor, action, subject_kind, ground, commitment, detail_key, "
        "detail, hash FROM audit_entry WHERE sequence >= $1 AND sequence <= $2 ORDER BY sequence",
        range, [&](const SqlRow& row) -> Result<void> {
          AuditEntry& entry = entries.emplace_back();
          entry.sequence = row.Int(0);
          entry.at = row.Int(1);
          int column = 2;
          for (std::string* text :
               {&entry.actor, &entry.action, &entry.subject_kind, &entry.ground, &entry.commitment,
                &entry.detail_key, &entry.detail, &entry.hash}) {
            *text = row.Text(column++);
          }
          return {};
        }));
    return entries;
  }

  Result<std::vector<AuditEntry>> ReadBatch(std::int64_t end) {
    const std::vector<SqlValue> range = {next_, end};
    auto entries = TRY(ReadEntries(range));
    auto at = entries.begin();
    TRY(database_.Query(
        "SELECT sequence, subject FROM audit_subject WHERE sequence >= $1 AND sequence <= $2 "
        "ORDER BY sequence, ordinal",
        range, [&](const SqlRow& row) -> Result<void> {
          while (at != entries.end() && at->sequence < row.Int(0)) ++at;
          if (at == entries.end() || at->sequence != row.Int(0)) {
            Find(row.Int(0), "a subject belongs to no entry");
          } else {
            at->subjects.emplace_back(row.Text(1));
          }
          return {};
        }));
    return entries;
  }

  Result<void> VerifyTo(std::int64_t last) {
    while (next_ <= last) {
      const std::int64_t end = std::min(last, next_ + kBatch - 1);
      const auto entries = TRY(ReadBatch(end));
      TRY(PrefetchKeys(entries));
      for (const AuditEntry& entry : entries) {
        NoteGap(entry.sequence - 1);
        TRY(Verify(entry));
        next_ = entry.sequence + 1;
      }
      NoteGap(end);
    }
    return {};
  }

  // Entries from the next one expected to `last` are not there.
  void NoteGap(std::int64_t last) {
    if (next_ > last) return;
    Find(next_, next_ == last ? "the entry was removed"
                              : "the entries up to " + std::to_string(last) + " were removed");
    previous_known_ = false;
    next_ = last + 1;
  }

  Result<void> PrefetchKeys(const std::vector<AuditEntry>& entries) {
    if (vault_ == nullptr) return {};
    std::vector<std::string> keys;
    for (const AuditEntry& entry : entries) {
      if (!entry.detail_key.empty()) keys.push_back(entry.detail_key);
    }
    return vault_->Prefetch(keys);
  }

  Result<void> Verify(const AuditEntry& entry) {
    ++report_.entries;
    // After a gap the hash before is not known, and the entry has to be taken as it is.
    if (previous_known_ && entry.hash != HashOf(previous_, entry)) {
      Find(entry.sequence, "the entry was changed, or the hash of the one before it");
    }
    if (entry.detail.empty() != entry.commitment.empty()) {
      Find(entry.sequence, "the detail was removed or added");
    } else if (!entry.detail.empty()) {
      TRY(VerifyDetail(entry));
    }
    previous_ = entry.hash;
    previous_known_ = true;
    CompareAt(entry.sequence, entry.hash);
    return {};
  }

  Result<void> VerifyDetail(const AuditEntry& entry) {
    const auto sealed = ParseSealed(entry.detail);
    if (!sealed || sealed->key_id != entry.detail_key) {
      Find(entry.sequence, "the detail was changed");
      return {};
    }
    if (vault_ == nullptr) return {};
    const std::string number = std::to_string(entry.sequence);
    const auto plain = vault_->Open(DetailAddress(number), entry.detail);
    if (!plain) {
      if (plain.error().code != ErrorCode::kSealed) return tl::make_unexpected(plain.error());
      if (!TRY(vault_->WasDestroyed(entry.detail_key))) {
        Find(entry.sequence, "the detail was changed, or its key is lost");
      }
      return {};
    }
    const auto parsed = ParseJson(*plain, "audit_entry " + number);
    if (!parsed || vault_->Commitment(parsed->value("salt", ""), parsed->value("text", "")) !=
                       entry.commitment) {
      Find(entry.sequence, "the detail is not the one that was committed to");
    }
    return {};
  }

  // Holds the given heads and the restores of this number against the hash that is there.
  void CompareAt(std::int64_t sequence, std::string_view hash) {
    for (; head_at_ < heads_.size() && heads_[head_at_].sequence <= sequence; ++head_at_) {
      const AuditHead& head = heads_[head_at_];
      if (head.sequence == sequence && head.hash == hash) {
        report_.protected_to = sequence;
        report_.protected_at = std::max(report_.protected_at, head.signed_at);
      } else if (head.sequence == sequence && !GivenUp(head)) {
        Find(sequence,
             "the entry is not the one that was signed on " + FormatInstant(head.signed_at));
      }
    }
    for (const AuditRestore& restore : restores_) {
      if (restore.new_sequence == sequence && restore.new_hash != hash) {
        Find(sequence, "the entry is not the one to which a restore went back");
      }
    }
  }

  // Whether a restore that was signed explains why this head is no longer the log's.
  bool GivenUp(const AuditHead& head) const {
    return std::any_of(restores_.begin(), restores_.end(), [&](const AuditRestore& restore) {
      return head.sequence > restore.new_sequence && head.sequence <= restore.old_sequence &&
             head.signed_at <= restore.at;
    });
  }

  Result<void> CheckHead(const Head& head) {
    report_.last = head.head.sequence;
    if (head.last > head.head.sequence) {
      Find(head.head.sequence + 1, "entries follow the log's head");
    }
    if (head.head.sequence == 0) {
      // The making of the keys is the first entry; before it there is no log.
      return database_.Query("SELECT COUNT(*) FROM data_key", {},
                             [&](const SqlRow& row) -> Result<void> {
                               if (row.Int(0) > 0) Find(1, "the log was emptied");
                               return {};
                             });
    }
    if (!check_(HeadMessage(head.head.sequence, head.head.hash, head.head.signed_at),
                head.head.signature)) {
      Find(head.head.sequence, "the log's head was not signed by this log's key");
    } else if (previous_known_ && head.head.hash != previous_) {
      Find(head.head.sequence, "the log's head is not that of its last entry");
    }
    return {};
  }

  void CheckHeadsBeyond(std::int64_t last) {
    for (; head_at_ < heads_.size(); ++head_at_) {
      const AuditHead& head = heads_[head_at_];
      if (GivenUp(head)) continue;
      Find(last + 1, "the entries up to " + std::to_string(head.sequence) + ", signed on " +
                         FormatInstant(head.signed_at) + ", were cut off");
    }
  }

  Result<void> FindUnprotected() {
    const std::vector<SqlValue> values = {report_.protected_to.value_or(0)};
    return database_.Query(
        "SELECT at FROM audit_entry WHERE sequence > $1 ORDER BY sequence LIMIT 1", values,
        [&](const SqlRow& row) -> Result<void> {
          report_.unprotected_from = row.Int(0);
          return {};
        });
  }

  Database& database_;
  Vault* const vault_;
  const SignatureCheck check_;
  std::vector<AuditHead> heads_;  // by sequence
  std::vector<AuditRestore> restores_;
  std::size_t head_at_ = 0;
  AuditReport report_;
  std::int64_t next_ = 1;
  std::string previous_;
  bool previous_known_ = true;
};

}  // namespace

Result<AuditReport> VerifyAudit(Database& database, Vault& vault,
                                const std::vector<AuditHead>& heads) {
  const auto check = [&](std::string_view message, std::string_view signature) {
    return vault.CheckLogSignature(message, signature);
  };
  return Verification(database, &vault, check, heads).Run();
}

Result<AuditReport> VerifyAuditWithoutKeys(Database& database,
                                           const std::vector<AuditHead>& heads) {
  std::vector<std::string> keys;
  for (const AuditHead& head : heads) keys.push_back(head.public_key);
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  // Where no key is known, no signature can be checked.
  const auto check = [&](std::string_view message, std::string_view signature) {
    return keys.empty() || std::any_of(keys.begin(), keys.end(), [&](const std::string& key) {
             return VerifySignature(key, message, signature);
           });
  };
  return Verification(database, nullptr, check, heads).Run();
}

}  // namespace thb
