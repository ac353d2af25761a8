#include "access/emergency.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "access/approval.h"
#include "access/internal/sql.h"
#include "access/usage.h"
#include "base/json.h"
#include "base/resources.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr const char* kGroundsFile = "rules/break_glass_grounds.json";
constexpr int kMaxCasesRead = 1'000;
constexpr Instant kDaySeconds = 86'400;

constexpr const char* kSelect =
    "SELECT id, record, organisation, account, ground, reason, opened, until, review_due, "
    "second_person, reviewed_by, reviewed_at, finding FROM break_glass ";

BreakGlassCase ReadCase(const SqlRow& row) {
  BreakGlassCase glass;
  glass.id = row.Text(0);
  glass.record = row.Text(1);
  glass.organisation = row.Text(2);
  glass.account = row.Text(3);
  glass.ground = row.Text(4);
  glass.reason = row.Text(5);
  glass.from = row.Int(6);
  glass.until = row.Int(7);
  glass.review_due = row.Int(8);
  glass.second_person = row.Int(9) != 0;
  glass.reviewed_by = row.Text(10);
  glass.reviewed_at = row.Int(11);
  glass.finding = row.Text(12);
  return glass;
}

FieldAddress ReasonAddress(std::string_view id) {
  return {"break_glass", id, "reason"};
}

// 1970-01-01 was a Thursday.
bool IsWeekend(Instant instant) {
  const Instant day = (instant / kDaySeconds + 4) % 7;
  return day == 0 || day == 6;
}

// The same hour of the next day from Monday to Friday. Public holidays are not known here: on one,
// the review is due earlier than the rule asks.
Instant ReviewDue(Instant opened) {
  Instant due = opened + kDaySeconds;
  while (IsWeekend(due)) due += kDaySeconds;
  return due;
}

bool IsProtected(const RecordFacts& facts) {
  return facts.restrictions.count(Restriction::kProtectedWitness) > 0 ||
         facts.restrictions.count(Restriction::kStaffMember) > 0 ||
         facts.restrictions.count(Restriction::kCustodian) > 0;
}

Result<void> CheckReason(std::string_view ground, std::string_view reason) {
  const std::vector<BreakGlassGround> grounds = TRY(BreakGlassGrounds());
  std::vector<std::string> codes;
  for (const BreakGlassGround& known : grounds) codes.push_back(known.code);
  if (std::find(codes.begin(), codes.end(), ground) == codes.end()) {
    return Fail(ErrorCode::kUnknownCode, "no ground " + std::string(ground), "ground",
                "choose from " + Join(codes, ", "));
  }
  if (Trim(reason).empty() || reason.size() > kMaxReasonBytes || !IsValidUtf8(reason)) {
    return Fail(ErrorCode::kBadValue, "no reason, or one that is too long", "reason",
                "say in up to " + std::to_string(kMaxReasonBytes) + " bytes what is at stake");
  }
  return {};
}

// Whether the broken glass would show more than is seen without: asked of the one function that
// decides.
Result<void> CheckThatItOpens(const Work& work, const RecordFacts& facts, bool second_person) {
  Actor actor = work.actor;
  const std::size_t before = work.roles.Readable(actor, facts, work.now).size();
  actor.broken_glass.push_back({facts.record, work.now + kBreakGlassSeconds, second_person});
  if (work.roles.Readable(actor, facts, work.now).size() > before) return {};
  return Fail(ErrorCode::kForbidden, "break-glass would show this account nothing more", "record",
              "ask the record's owner, or make a referral with a ground");
}

Result<void> CheckNumberOpen(const Work& work) {
  const std::int64_t open =
      TRY(Count(work.database, "SELECT COUNT(*) FROM break_glass WHERE account = $1 AND until > $2",
                {work.actor.account, work.now}));
  if (open < kMaxOpenBreakGlass) return {};
  return Fail(ErrorCode::kLimit,
              "this account has " + std::to_string(open) + " records open by break-glass", {},
              "close one of them first");
}

Result<void> Insert(const Work& work, const BreakGlassCase& glass, std::string_view key) {
  const FieldAddress address = ReasonAddress(glass.id);
  const std::string reason = TRY(key.empty() ? work.vault.SealForSystem(address, glass.reason)
                                             : work.vault.Seal(key, address, glass.reason));
  const SqlValues values = {glass.id,           glass.record,
                            glass.organisation, glass.account,
                            glass.ground,       reason,
                            glass.from,         glass.until,
                            glass.review_due,   std::int64_t{glass.second_person ? 1 : 0}};
  return work.database.Execute(
      "INSERT INTO break_glass (id, record, organisation, account, ground, reason, opened, until, "
      "review_due, second_person, reviewed_by, reviewed_at, finding, remark) VALUES ($1, $2, $3, "
      "$4, $5, $6, $7, $8, $9, $10, '', 0, '', '')",
      values);
}

Result<void> Announce(const Work& work, const BreakGlassCase& glass) {
  Alert alert;
  alert.kind = "glass.opened";
  alert.duty = "custodian";
  alert.organisation = glass.organisation;
  alert.subject_kind = "break_glass";
  alert.subject = glass.id;
  TRY(JoinRaiseAlert(work, alert));
  alert.kind = "glass.review";
  alert.duty = "review_glass";
  alert.due = glass.review_due;
  return JoinRaiseAlert(work, alert);
}

bool MayReview(const Work& work, const BreakGlassCase& glass) {
  return glass.account != work.actor.account &&
         work.roles.MayActFor(work.actor, "review_glass", glass.organisation);
}

tl::unexpected<Error> NoCase(std::string_view id) {
  return Fail(ErrorCode::kNotFound, "there is no such break-glass", std::string(id),
              "read the list again");
}

Result<BreakGlassCase> LoadCase(const Work& work, std::string_view id) {
  BreakGlassCase glass;
  const bool found =
      TRY(QueryOne(work.database, std::string(kSelect) + "WHERE id = $1", {SqlText(id)},
                   [&](const SqlRow& row) { glass = ReadCase(row); }));
  if (!found || (glass.account != work.actor.account && !MayReview(work, glass))) {
    return NoCase(id);
  }
  return glass;
}

}  // namespace

Result<std::vector<BreakGlassGround>> BreakGlassGrounds() {
  const auto text = FindResource(kGroundsFile);
  if (!text) return Fail(ErrorCode::kInternal, "not embedded", kGroundsFile);
  const Json json = TRY(ParseJson(*text, kGroundsFile));
  std::vector<BreakGlassGround> grounds;
  for (const Json& ground : json.at("grounds")) {
    grounds.push_back({ground.at("code").get<std::string>(), ground.at("en").get<std::string>(),
                       ground.at("nl").get<std::string>()});
  }
  return grounds;
}

bool GlassNeedsSecondPerson(const RecordFacts& facts) {
  return IsProtected(facts);
}

Result<std::string> AskToBreakTheGlass(const Work& work, const RecordFacts& facts,
                                       std::string_view ground, std::string_view reason,
                                       std::string_view key) {
  TRY(CheckReason(ground, reason));
  TRY(CheckThatItOpens(work, facts, true));
  return AskApproval(work, {.kind = ApprovalKind::kProtectedGlass,
                            .organisation = facts.organisation,
                            .subjects = {facts.record},
                            .reason = std::string(reason),
                            .lasts = kUrgentApprovalSeconds,
                            .key = std::string(key)});
}

Result<BreakGlassCase> BreakTheGlass(const Work& work, const RecordFacts& facts,
                                     std::string_view ground, std::string_view reason,
                                     std::string_view approval, std::string_view key) {
  TRY(CheckReason(ground, reason));
  const bool second_person = IsProtected(facts);
  TRY(CheckThatItOpens(work, facts, second_person));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(CheckNumberOpen(work));
  if (second_person) {
    TRY(JoinUseApproval(work, approval, ApprovalKind::kProtectedGlass, {facts.record}));
  }
  BreakGlassCase glass;
  glass.id = NewId(work.random);
  glass.record = facts.record;
  glass.organisation = facts.organisation;
  glass.account = work.actor.account;
  glass.ground = ground;
  glass.reason = reason;
  glass.from = work.now;
  glass.until = work.now + kBreakGlassSeconds;
  glass.review_due = ReviewDue(work.now);
  glass.second_person = second_person;
  TRY(Insert(work, glass, key));
  TRY(Announce(work, glass));
  TRY(Log(work,
          {"glass.break", "record", {facts.record}, glass.ground, glass.reason, std::string(key)}));
  TRY(transaction.Commit());
  return glass;
}

Result<void> CloseBreakGlass(const Work& work, std::string_view id) {
  const BreakGlassCase glass = TRY(LoadCase(work, id));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(work.database.Execute("UPDATE break_glass SET until = $1 WHERE id = $2 AND until > $3",
                            SqlValues{work.now, glass.id, work.now}));
  TRY(Log(work, {"glass.close", "record", {glass.record}}));
  return transaction.Commit();
}

Result<std::vector<BreakGlassCase>> BreakGlassToReview(const Work& work) {
  std::vector<BreakGlassCase> cases;
  TRY(work.database.Query(std::string(kSelect) + "WHERE finding = '' ORDER BY opened, id LIMIT " +
                              std::to_string(kMaxCasesRead),
                          {}, [&](const SqlRow& row) -> Result<void> {
                            BreakGlassCase glass = ReadCase(row);
                            if (MayReview(work, glass)) cases.push_back(std::move(glass));
                            return {};
                          }));
  for (BreakGlassCase& glass : cases) {
    auto reason = work.vault.Open(ReasonAddress(glass.id), glass.reason);
    // An erased record's reason is gone with its key; that the glass was broken stays.
    if (!reason && reason.error().code != ErrorCode::kSealed) {
      return tl::make_unexpected(std::move(reason).error());
    }
    glass.reason = reason.value_or("");
  }
  return cases;
}

Result<void> ReviewBreakGlass(const Work& work, std::string_view id, std::string_view finding,
                              std::string_view remark) {
  const BreakGlassCase glass = TRY(LoadCase(work, id));
  if (!MayReview(work, glass)) {
    return Fail(ErrorCode::kForbidden, "nobody reviews his own break-glass", glass.id,
                "another reviewer does");
  }
  if ((finding != "justified" && finding != "not_justified") || remark.size() > kMaxReasonBytes ||
      !IsValidUtf8(remark)) {
    return Fail(ErrorCode::kBadValue, "no finding " + std::string(finding), "finding",
                "give justified or not_justified, and a remark of up to " +
                    std::to_string(kMaxReasonBytes) + " bytes");
  }
  const std::string sealed =
      TRY(work.vault.SealForSystem({"break_glass", glass.id, "remark"}, remark));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  if (!TRY(Exists(work.database,
                  "UPDATE break_glass SET finding = $1, remark = $2, reviewed_by = $3, "
                  "reviewed_at = $4 WHERE id = $5 AND finding = '' RETURNING id",
                  {SqlText(finding), sealed, work.actor.account, work.now, glass.id}))) {
    return Fail(ErrorCode::kConflict, "this break-glass was reviewed already", glass.id,
                "read the list again");
  }
  TRY(JoinCloseAlerts(work, "glass.review", glass.id));
  if (finding == "not_justified") {
    Alert alert;
    alert.kind = "glass.not_justified";
    alert.duty = "log";
    alert.organisation = glass.organisation;
    alert.subject_kind = "break_glass";
    alert.subject = glass.id;
    TRY(JoinRaiseAlert(work, alert));
  }
  TRY(Log(work, {"glass.review", "record", {glass.record}, std::string(finding)}));
  return transaction.Commit();
}

}  // namespace thb
