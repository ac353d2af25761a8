#include "people/second_person.h"

#include "access/approval.h"
#include "people/authorize.h"
#include "people/internal/person_rows.h"
#include "people/record.h"

namespace thb {
namespace {

// The reason is sealed under the case's key, so that it goes with the case.
Result<std::string> Ask(const Work& work, const RecordFacts& facts, ApprovalRequest request,
                        std::string_view reason) {
  request.organisation = facts.organisation;
  request.reason = reason;
  request.key = TRY(KeyOfRecord(work.database, facts.record));
  return AskApproval(work, request);
}

}  // namespace

Result<std::string> AskToLift(const Work& work, std::string_view record, Restriction restriction,
                              std::string_view reason) {
  const Admission admission = TRY(Admit(work, record, Right::kRestrict, FieldGroup::kReference));
  ApprovalRequest request;
  request.kind = ApprovalKind::kLiftRestriction;
  request.subjects = {std::string(record)};
  request.detail = RestrictionName(restriction);
  return Ask(work, admission.facts, std::move(request), reason);
}

Result<std::string> AskToErase(const Work& work, std::string_view person, std::string_view reason) {
  const AdmittedPerson admitted =
      TRY(AdmitPerson(work, person, Right::kErase, FieldGroup::kIdentity));
  ApprovalRequest request;
  request.kind = ApprovalKind::kErase;
  request.subjects = {std::string(person)};
  return Ask(work, admitted.admission.facts, std::move(request), reason);
}

Result<std::string> AskToMerge(const Work& work, std::string_view into, std::string_view from,
                               std::string_view reason) {
  const AdmittedPerson kept = TRY(AdmitPerson(work, into, Right::kMerge, FieldGroup::kIdentity));
  const AdmittedPerson gone = TRY(AdmitPerson(work, from, Right::kMerge, FieldGroup::kIdentity));
  ApprovalRequest request;
  request.kind = ApprovalKind::kMerge;
  request.subjects = {kept.row.record, gone.row.record};
  request.detail = kept.row.id;  // which of the two stays
  return Ask(work, kept.admission.facts, std::move(request), reason);
}

}  // namespace thb
