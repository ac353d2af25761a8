// Requests of persons about their own data: a decision, a ground, a month.

#include "people/erasure.h"
#include "people/internal/person_rows.h"
#include "people/internal/record_rows.h"
#include "people/internal/rows.h"
#include "people/notice.h"

namespace thb {
namespace {

struct StoredRequest {
  RightsRequest request;
  std::string sealed_remark;
};

constexpr std::string_view kColumns =
    "id, record_id, person_id, kind, received, due, state, ground, sealed_remark";

StoredRequest ReadRequest(const SqlRow& row) {
  StoredRequest stored;
  RightsRequest& request = stored.request;
  request.id = row.Text(0);
  request.record = row.Text(1);
  request.person = row.Text(2);
  request.kind = row.Text(3);
  request.received = row.Int(4);
  request.due = row.Int(5);
  request.state = row.Text(6);
  request.ground = row.Text(7);
  stored.sealed_remark = row.Text(8);
  return stored;
}

Result<void> CheckDecision(const RightsRequest& request, bool granted, std::string_view ground) {
  if (request.state != "open") {
    return Fail(ErrorCode::kConflict, "the request was decided", "request",
                "open another one where something has changed");
  }
  if (granted != ground.empty()) {
    return Fail(ErrorCode::kBadValue, "a refusal has a ground, a grant has none", "ground",
                "choose the ground that the law gives");
  }
  return granted ? Result<void>() : CheckCode("rights_ground", ground, "ground");
}

}  // namespace

Result<std::string> OpenRightsRequest(const Work& work, std::string_view person,
                                      std::string_view kind, Instant received,
                                      std::string_view remark) {
  TRY(CheckCode("rights_request", kind, "kind"));
  TRY(CheckText(remark, kMaxShortTextBytes, "remark"));
  if (received > work.now) {
    return Fail(ErrorCode::kBadValue, "received in the future", "received", "give the true day");
  }
  const AdmittedPerson admitted =
      TRY(AdmitPerson(work, person, Right::kEdit, FieldGroup::kReference));
  const std::string id = NewId(work.random);
  const Instant due = OneMonthAfter(received);
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::string sealed =
      TRY(work.vault.Seal(admitted.row.key, {"rights_request", id, "sealed_remark"}, remark));
  const std::vector<SqlValue> values = {
      id, admitted.row.record, admitted.row.id, std::string(kind), received, due, sealed};
  TRY(work.database.Execute(
      "INSERT INTO rights_request (id, record_id, person_id, kind, received, due, state, ground, "
      "sealed_remark) VALUES ($1, $2, $3, $4, $5, $6, 'open', '', $7)",
      values));
  Notice notice;
  notice.kind = "rights.request";
  notice.record = admitted.row.record;
  notice.subject = id;
  notice.organisation = admitted.admission.facts.organisation;
  notice.due = due;
  TRY(AddNotice(work, std::move(notice)));
  TRY(LogAct(work, "rights.open", "rights_request", {id}, admitted.admission.ground, kind));
  TRY(transaction.Commit());
  return id;
}

Result<std::vector<RightsRequest>> RightsRequestsOf(const Work& work, std::string_view record) {
  const Admission admission = TRY(Admit(work, record, Right::kRead, FieldGroup::kIdentity));
  std::vector<StoredRequest> stored;
  const std::vector<SqlValue> values = {std::string(record)};
  TRY(work.database.Query("SELECT " + std::string(kColumns) +
                              " FROM rights_request WHERE record_id = $1 ORDER BY received, id",
                          values, [&](const SqlRow& row) -> Result<void> {
                            stored.push_back(ReadRequest(row));
                            return {};
                          }));
  std::vector<RightsRequest> requests;
  std::vector<std::string> shown;
  for (StoredRequest& one : stored) {
    one.request.remark = TRY(
        work.vault.Open({"rights_request", one.request.id, "sealed_remark"}, one.sealed_remark));
    shown.push_back(one.request.id);
    requests.push_back(std::move(one.request));
  }
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, "rights.list", "rights_request", std::move(shown), admission.ground));
  TRY(transaction.Commit());
  return requests;
}

Result<void> DecideRightsRequest(const Work& work, std::string_view request, bool granted,
                                 std::string_view ground, std::string_view remark) {
  TRY(CheckText(remark, kMaxShortTextBytes, "remark"));
  RightsRequest stored;
  const std::vector<SqlValue> by_id = {std::string(request)};
  const bool found = TRY(QueryOne(
      work.database, "SELECT " + std::string(kColumns) + " FROM rights_request WHERE id = $1",
      by_id, [&](const SqlRow& row) -> Result<void> {
        stored = ReadRequest(row).request;
        return {};
      }));
  const AdmittedPerson admitted =
      TRY(AdmitPerson(work, found ? std::string_view(stored.person) : request, Right::kEdit,
                      FieldGroup::kReference));
  TRY(CheckDecision(stored, granted, ground));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  const std::string sealed = TRY(
      work.vault.Seal(admitted.row.key, {"rights_request", stored.id, "sealed_remark"}, remark));
  const std::vector<SqlValue> values = {std::string(granted ? "granted" : "refused"),
                                        std::string(ground), sealed, stored.id};
  TRY(work.database.Execute(
      "UPDATE rights_request SET state = $1, ground = $2, sealed_remark = $3 WHERE id = $4",
      values));
  if (granted && stored.kind == "restriction") {
    TRY(SetColumn(work.database, stored.record, "restricted", std::int64_t{1}));
  }
  TRY(TouchRecord(work, stored.record));
  TRY(LogAct(work, "rights.decide", "rights_request", {stored.id}, admitted.admission.ground,
             granted ? "granted" : "refused"));
  return transaction.Commit();
}

Result<void> LiftProcessingRestriction(const Work& work, std::string_view record) {
  const Admission admission = TRY(Admit(work, record, Right::kRestrict, FieldGroup::kReference));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(SetColumn(work.database, record, "restricted", std::int64_t{0}));
  TRY(TouchRecord(work, record));
  TRY(LogAct(work, "rights.lift_restriction", "record", {std::string(record)}, admission.ground));
  return transaction.Commit();
}

}  // namespace thb
