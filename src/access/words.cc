#include "access/internal/words.h"

#include "access/approval.h"
#include "access/decision.h"

namespace thb {
namespace {

constexpr Words<Right, 13> kRights = {{{Right::kList, "list"},
                                       {Right::kRead, "read"},
                                       {Right::kEdit, "edit"},
                                       {Right::kScreen, "screen"},
                                       {Right::kRefer, "refer"},
                                       {Right::kAnswer, "answer"},
                                       {Right::kDecide, "decide"},
                                       {Right::kAssign, "assign"},
                                       {Right::kAssist, "assist"},
                                       {Right::kExport, "export"},
                                       {Right::kRestrict, "restrict"},
                                       {Right::kErase, "erase"},
                                       {Right::kMerge, "merge"}}};

constexpr Words<Scope, 4> kScopes = {{{Scope::kOwn, "own"},
                                      {Scope::kGroup, "group"},
                                      {Scope::kOrganisation, "organisation"},
                                      {Scope::kNational, "national"}}};

constexpr Words<FieldGroup, 14> kFieldGroups = {{{FieldGroup::kReference, "reference"},
                                                 {FieldGroup::kIdentity, "identity"},
                                                 {FieldGroup::kContact, "contact"},
                                                 {FieldGroup::kNarrative, "narrative"},
                                                 {FieldGroup::kScreening, "screening"},
                                                 {FieldGroup::kReferral, "referral"},
                                                 {FieldGroup::kDecision, "decision"},
                                                 {FieldGroup::kAssistance, "assistance"},
                                                 {FieldGroup::kShelter, "shelter"},
                                                 {FieldGroup::kInterpreter, "interpreter"},
                                                 {FieldGroup::kChild, "child"},
                                                 {FieldGroup::kInvestigation, "investigation"},
                                                 {FieldGroup::kImmigration, "immigration"},
                                                 {FieldGroup::kProtectedNote, "protected_note"}}};

constexpr Words<Realm, 6> kRealms = {{{Realm::kPolice, "police"},
                                      {Realm::kSupport, "support"},
                                      {Realm::kImmigration, "immigration"},
                                      {Realm::kFocal, "focal"},
                                      {Realm::kOperations, "operations"},
                                      {Realm::kAudit, "audit"}}};

constexpr Words<Restriction, 5> kRestrictions = {
    {{Restriction::kChild, "child"},
     {Restriction::kProtectedWitness, "protected_witness"},
     {Restriction::kStaffMember, "staff_member"},
     {Restriction::kCustodian, "custodian"},
     {Restriction::kLegalHold, "legal_hold"}}};

constexpr Words<ApprovalKind, 10> kApprovalKinds = {
    {{ApprovalKind::kNationalScope, "national_scope"},
     {ApprovalKind::kRole, "role"},
     {ApprovalKind::kResetFactor, "reset_factor"},
     {ApprovalKind::kMerge, "merge"},
     {ApprovalKind::kErase, "erase"},
     {ApprovalKind::kExport, "export"},
     {ApprovalKind::kLiftRestriction, "lift_restriction"},
     {ApprovalKind::kKeyRecovery, "key_recovery"},
     {ApprovalKind::kProtectedGlass, "protected_glass"},
     {ApprovalKind::kConsentOverride, "consent_override"}}};

constexpr Words<ApprovalState, 6> kApprovalStates = {{{ApprovalState::kOpen, "open"},
                                                      {ApprovalState::kAgreed, "agreed"},
                                                      {ApprovalState::kRefused, "refused"},
                                                      {ApprovalState::kWithdrawn, "withdrawn"},
                                                      {ApprovalState::kExpired, "expired"},
                                                      {ApprovalState::kDone, "done"}}};

}  // namespace

std::string_view WordOf(Right right) {
  return WordIn(kRights, right);
}
std::string_view WordOf(Scope scope) {
  return WordIn(kScopes, scope);
}
std::string_view WordOf(FieldGroup group) {
  return WordIn(kFieldGroups, group);
}
std::string_view WordOf(Realm realm) {
  return WordIn(kRealms, realm);
}
std::string_view WordOf(Restriction restriction) {
  return WordIn(kRestrictions, restriction);
}
std::string_view WordOf(ApprovalKind kind) {
  return WordIn(kApprovalKinds, kind);
}
std::string_view WordOf(ApprovalState state) {
  return WordIn(kApprovalStates, state);
}

Result<Right> ParseRight(std::string_view word, const std::string& place) {
  return ValueIn(kRights, word, "right", place);
}
Result<Scope> ParseScope(std::string_view word, const std::string& place) {
  return ValueIn(kScopes, word, "scope", place);
}
Result<FieldGroup> ParseFieldGroup(std::string_view word, const std::string& place) {
  return ValueIn(kFieldGroups, word, "field group", place);
}
Result<Realm> ParseRealm(std::string_view word, const std::string& place) {
  return ValueIn(kRealms, word, "realm", place);
}
Result<Restriction> ParseRestriction(std::string_view word, const std::string& place) {
  return ValueIn(kRestrictions, word, "restriction", place);
}
Result<ApprovalKind> ParseApprovalKind(std::string_view word, const std::string& place) {
  return ValueIn(kApprovalKinds, word, "kind of approval", place);
}
Result<ApprovalState> ParseApprovalState(std::string_view word, const std::string& place) {
  return ValueIn(kApprovalStates, word, "state of an approval", place);
}

}  // namespace thb
