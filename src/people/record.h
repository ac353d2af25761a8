#pragma once
// Records: one case of one organisation (HTCDS "case"). See README.md for what is sealed and clear.
//
// Each function authorises first, does its work and its entry in the log in one transaction, which
// is part of the caller's where he has begun one, and takes the version that the caller read
// (kStale where it is another). A record that is out of scope is not there (kNotFound); one that is
// seen but not open to this act is kForbidden. An actor who may create, assign and so on gets that
// from rules/roles.json.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"

namespace thb {

inline constexpr std::size_t kMaxNarrativeBytes = 200'000;
inline constexpr std::size_t kMaxShortTextBytes = 2'000;
inline constexpr int kMaxListed = 200;     // records on a page of a list
inline constexpr int kMaxCounted = 1'000;  // a count stops there: "1 000 or more"
inline constexpr int kMaxParticipants = 200;

// A child and a presumed child are protected alike; only decided or documented ages are counted.
enum class AgeBand { kChild, kPresumedChild, kAdult, kUnknown };
std::string_view AgeBandName(AgeBand band);  // "child", "presumed_child", "adult", "unknown"
Result<AgeBand> ParseAgeBand(std::string_view name);

// Standing of the person as a victim, by the decisions of the referral room.
enum class VictimStatus {
  kNone,        // a signal; no one has said yet that this is a victim
  kPresumed,    // reasonable grounds, or as the law of the country says
  kIdentified,  // final decision
  kNotVictim,   // decided
};
std::string_view VictimStatusName(VictimStatus status);
Result<VictimStatus> ParseVictimStatus(std::string_view name);

// Words of codelists/restriction.csv: "child", "protected_witness", ...
std::string_view RestrictionName(Restriction restriction);
Result<Restriction> ParseRestriction(std::string_view name);

// "yes", "no", "unknown": the answers of the first entry.
enum class YesNo { kYes, kNo, kUnknown };

// The first entry of rule 15. All else comes later.
struct NewRecord {
  YesNo danger_now = YesNo::kUnknown;
  YesNo possibly_child = YesNo::kUnknown;
  std::string referrer_reach;  // where it is safe to reach the referrer; may be empty
  std::string narrative;       // may be empty
  std::string group;           // of the organisation; empty: the actor's only or first group
  std::string legal_ground = "unknown";  // codelists/legal_ground.csv; not the person's consent
  // Entity of codelists/entity.csv that registered the person; empty: by the kind of organisation.
  std::string entity;
  // A token that the form carried: the same entry sent twice makes one record (check 19).
  std::string submission;
};

struct RecordHead {
  std::string id;
  std::string reference;
  std::string organisation;
  std::string group;
  std::string owner;
  std::string regime;
  std::string entity;
  std::string legal_ground;
  AgeBand age_band = AgeBand::kUnknown;
  VictimStatus status = VictimStatus::kNone;
  bool urgent = false;
  bool closed = false;
  bool restricted = false;  // processing restricted at the person's request: kept, not used
  Instant opened = 0;
  Instant changed = 0;
  std::optional<Instant> registered;  // first presumed or identified: the year that is counted
  std::int64_t version = 0;
};

// A record as one actor may see it: what he may not read is absent.
struct CaseFile {
  RecordHead head;
  std::set<FieldGroup> readable;
  std::set<Restriction> restrictions;
  std::vector<std::string> persons;           // ids, the victim first; empty without kIdentity
  std::optional<std::string> referrer_reach;  // kContact
  std::optional<std::string> narrative;       // kNarrative
};

// A worker who has the duty "report" may make one. Opens it in his organisation, he is the owner.
Result<RecordHead> CreateRecord(const Work& work, const NewRecord& entry);
Result<CaseFile> ReadRecord(const Work& work, std::string_view record);
// Where the actor may see it. Errors: kNotFound, whatever the reason.
Result<std::string> FindRecord(const Work& work, std::string_view reference);

// Returns the new version of the record, as all that follow.
Result<std::int64_t> EditNarrative(const Work& work, std::string_view record, std::int64_t version,
                                   std::string_view narrative);
Result<std::int64_t> EditReferrerReach(const Work& work, std::string_view record,
                                       std::int64_t version, std::string_view reach);
Result<std::int64_t> SetUrgent(const Work& work, std::string_view record, std::int64_t version,
                               bool urgent);
// `ground`: a code of codelists/legal_ground.csv.
Result<std::int64_t> SetLegalGround(const Work& work, std::string_view record, std::int64_t version,
                                    std::string_view ground);
// By a decision (kDecide). Presumed or identified sets `registered` where it is not set.
Result<std::int64_t> SetVictimStatus(const Work& work, std::string_view record,
                                     std::int64_t version, VictimStatus status);
// `reason`: a code of codelists/closing_reason.csv. Participations end with closing; reopening does
// not bring them back.
Result<std::int64_t> CloseRecord(const Work& work, std::string_view record, std::int64_t version,
                                 std::string_view reason);
Result<std::int64_t> ReopenRecord(const Work& work, std::string_view record, std::int64_t version);

// --- who takes part --------------------------------------------------------------------------

// To a worker who can open the record himself: in its organisation, not excluded, and allowed kRead
// once he owns it. `receiver` is loaded by the caller. Errors: kForbidden naming no one else.
Result<std::int64_t> AssignRecord(const Work& work, std::string_view record, std::int64_t version,
                                  const Actor& receiver, std::string_view group);
// Ownership moves to another organisation, group and worker: a transfer that the room above has
// authorised, with consent or an override. Participations and exclusions of the old organisation
// end; it keeps a link (LinkRecords) only where it holds a record of its own. `receiver` must be
// able to open the record once it is his (kForbidden).
Result<std::int64_t> MoveRecord(const Work& work, std::string_view record, std::int64_t version,
                                const Actor& receiver, std::string_view group,
                                std::string_view regime);

Result<std::int64_t> SetRestriction(const Work& work, std::string_view record, std::int64_t version,
                                    Restriction restriction);
// `approval` of kind kLiftRestriction is done by this (access/approval.h). The child restriction is
// lifted by an age decision alone.
Result<std::int64_t> LiftRestriction(const Work& work, std::string_view record,
                                     std::int64_t version, Restriction restriction,
                                     std::string_view approval);
Result<std::int64_t> ExcludeAccount(const Work& work, std::string_view record, std::int64_t version,
                                    std::string_view account);
Result<std::int64_t> AdmitAccount(const Work& work, std::string_view record, std::int64_t version,
                                  std::string_view account);

// A referral, appointment, task, guardianship or mandate that was agreed on by the room above,
// which has authorised it; this only keeps it. `source` is the id of what gives it. `consent` is
// the consent that it rests on, or empty: it ends when that is withdrawn. Returns its id.
Result<std::string> AddParticipant(const Work& work, std::string_view record,
                                   const Participation& participation, std::string_view source,
                                   std::string_view consent);
// Ends now whatever `source` gave. What has ended stays as it is.
Result<void> EndParticipants(const Work& work, std::string_view source);

// The clear columns of a record, for the rooms above: it authorises and logs nothing, and is part
// of an act that does. Errors: kNotFound.
Result<RecordHead> FindHead(Database& database, std::string_view record);

// The key under which a record's own documents are sealed, for rooms that keep more of them.
// Errors: kNotFound.
Result<std::string> KeyOfRecord(Database& database, std::string_view record);

// The same person, held by two organisations: `kind` "referral" where the receiver keeps a record
// of his own, "transfer", or "duplicate", confirmed. Counted once.
Result<void> LinkRecords(const Work& work, std::string_view record, std::string_view other,
                         std::string_view kind);

// --- lists -----------------------------------------------------------------------------------

enum class Participating { kAny, kOwned, kShared };

struct RecordFilter {
  Participating participating = Participating::kAny;  // of the actor's organisation, or taking part
  bool mine = false;                                  // owned by the actor himself
  std::optional<bool> closed = false;
  std::optional<AgeBand> age_band;
  std::optional<VictimStatus> status;
  bool urgent_only = false;
  std::string owner;  // account
  std::string after;  // RecordPage::next of the page before
  int limit = 50;     // 1 to kMaxListed
};

struct RecordLine {
  RecordHead head;
  std::string name;  // of the victim, where the actor may read the identity
};

struct RecordPage {
  std::vector<RecordLine> lines;  // last changed first
  std::string next;               // empty: no more
};

// Only what Decide lets this actor list. The entry in the log names every id before this returns.
Result<RecordPage> ListRecords(const Work& work, const RecordFilter& filter);

struct RecordCounts {
  int open = 0;
  int urgent = 0;
  int children = 0;  // presumed ones too
  int mine = 0;
  bool more = false;  // counting stopped at kMaxCounted
};
// Over open records that the actor may list; never of others.
Result<RecordCounts> CountRecords(const Work& work);

// Open records by owner within the actor's organisation, of those that he may list: a supervisor's
// view of the load (duty "supervise"), in the order of the owners' ids.
struct OwnerLoad {
  std::string owner;
  int open = 0;
  int urgent = 0;
};
Result<std::vector<OwnerLoad>> LoadByOwner(const Work& work);

}  // namespace thb
