#pragma once
// One function for each page of the desk. Each gives the finished answer, or the error that the
// frame shows as a page. A page that is a form answers POST too.

#include <vector>

#include "people/person.h"
#include "web/internal/desk/form.h"

namespace thb {

// What waits, and looking for a case.
Result<Response> DeskHome(const DeskVisit& visit);
Result<Response> CloseTaskPage(const DeskVisit& visit);
Result<Response> AssignTaskPage(const DeskVisit& visit);
Result<Response> CloseAlertPage(const DeskVisit& visit);
Result<Response> CasesPage(const DeskVisit& visit);
Result<Response> OpenPage(const DeskVisit& visit);
Result<Response> SearchPage(const DeskVisit& visit);

// First entry.
Result<Response> EntryPage(const DeskVisit& visit);
Result<Response> EnteredPage(const DeskVisit& visit);

// A record and its persons.
Result<Response> DeskRecordPage(const DeskVisit& visit);
Result<Response> NarrativePage(const DeskVisit& visit);
Result<Response> NewNotePage(const DeskVisit& visit);
Result<Response> StatePage(const DeskVisit& visit);
Result<Response> LegalGroundPage(const DeskVisit& visit);
Result<Response> CloseCasePage(const DeskVisit& visit);
Result<Response> NewPersonPage(const DeskVisit& visit);
Result<Response> PersonPage(const DeskVisit& visit);
Result<Response> IdentityPage(const DeskVisit& visit);
Result<Response> ContactPage(const DeskVisit& visit);
Result<Response> ContextPage(const DeskVisit& visit);

// Screening.
Result<Response> NewScreeningPage(const DeskVisit& visit);
Result<Response> ScreeningPage(const DeskVisit& visit);
Result<Response> SheetsPage(const DeskVisit& visit);
Result<Response> SheetPage(const DeskVisit& visit);

// Referrals.
Result<Response> InboxPage(const DeskVisit& visit);
Result<Response> NewReferralPage(const DeskVisit& visit);
Result<Response> ReferralPage(const DeskVisit& visit);
Result<Response> EditReferralPage(const DeskVisit& visit);
Result<Response> SendReferralPage(const DeskVisit& visit);
Result<Response> ReferralEventPage(const DeskVisit& visit);

// Consent and what stands in for it.
Result<Response> ConsentsPage(const DeskVisit& visit);
Result<Response> WithdrawConsentPage(const DeskVisit& visit);
Result<Response> NewOverridePage(const DeskVisit& visit);
Result<Response> OverridePage(const DeskVisit& visit);
Result<Response> NoticePage(const DeskVisit& visit);

// Referral of a person to another state.
Result<Response> CrossBorderPage(const DeskVisit& visit);
Result<Response> ProtectionCheckPage(const DeskVisit& visit);
Result<Response> RiskCheckPage(const DeskVisit& visit);
Result<Response> ChooseFieldsPage(const DeskVisit& visit);
Result<Response> SendAbroadPage(const DeskVisit& visit);
Result<Response> WithdrawAbroadPage(const DeskVisit& visit);

// What came from other states.
Result<Response> NodesPage(const DeskVisit& visit);
Result<Response> CloseNodeNoticePage(const DeskVisit& visit);
Result<Response> NodeReferralPage(const DeskVisit& visit);
Result<Response> AnswerNodePage(const DeskVisit& visit);

// Decisions, the child track, assistance.
Result<Response> DecisionsPage(const DeskVisit& visit);
Result<Response> EnterDecisionPage(const DeskVisit& visit);
Result<Response> NotifyClockPage(const DeskVisit& visit);
Result<Response> PeriodsPage(const DeskVisit& visit);
Result<Response> ChildPage(const DeskVisit& visit);
Result<Response> GuardianPage(const DeskVisit& visit);
Result<Response> EndGuardianPage(const DeskVisit& visit);
Result<Response> AgePage(const DeskVisit& visit);
Result<Response> DecideAgePage(const DeskVisit& visit);
Result<Response> BestInterestsPage(const DeskVisit& visit);
Result<Response> MayBeToldPage(const DeskVisit& visit);
Result<Response> AssistancePage(const DeskVisit& visit);
Result<Response> NewAssistancePage(const DeskVisit& visit);
Result<Response> AssistanceEntryPage(const DeskVisit& visit);
Result<Response> PlacementPage(const DeskVisit& visit);
Result<Response> EndPlacementPage(const DeskVisit& visit);
Result<Response> BookInterpreterPage(const DeskVisit& visit);

// What an organisation keeps.
Result<Response> OrganisationPage(const DeskVisit& visit);
Result<Response> DutyContactPage(const DeskVisit& visit);
Result<Response> NewShiftPage(const DeskVisit& visit);
Result<Response> RemoveShiftPage(const DeskVisit& visit);
Result<Response> SheltersPage(const DeskVisit& visit);
Result<Response> NewShelterPage(const DeskVisit& visit);
Result<Response> ShelterPage(const DeskVisit& visit);
Result<Response> InterpretersPage(const DeskVisit& visit);
Result<Response> NewInterpreterPage(const DeskVisit& visit);
Result<Response> InterpreterPage(const DeskVisit& visit);

// Who sees what, and who watches.
Result<Response> AccessPage(const DeskVisit& visit);
Result<Response> AssignPage(const DeskVisit& visit);
Result<Response> RestrictPage(const DeskVisit& visit);
Result<Response> BreakGlassPage(const DeskVisit& visit);
Result<Response> ReviewGlassPage(const DeskVisit& visit);
Result<Response> ApprovalsPage(const DeskVisit& visit);
Result<Response> AnswerApprovalPage(const DeskVisit& visit);
Result<Response> CarryOutPage(const DeskVisit& visit);
Result<Response> WithdrawApprovalPage(const DeskVisit& visit);
Result<Response> LiftRestrictionPage(const DeskVisit& visit);
Result<Response> LoadPage(const DeskVisit& visit);
Result<Response> LogPage(const DeskVisit& visit);

// What a person may ask, and the end of her data.
Result<Response> RequestsPage(const DeskVisit& visit);
Result<Response> DecideRequestPage(const DeskVisit& visit);
Result<Response> ErasePage(const DeskVisit& visit);
Result<Response> RedactionPage(const DeskVisit& visit);
Result<Response> RedactNotePage(const DeskVisit& visit);
Result<Response> RetentionPage(const DeskVisit& visit);

// Persons who may be one.
Result<Response> PersonDuplicatesPage(const DeskVisit& visit);
Result<Response> ComparePage(const DeskVisit& visit);
Result<Response> DuplicatesPage(const DeskVisit& visit);
Result<Response> AskOwnersPage(const DeskVisit& visit);
Result<Response> AnswerDuplicatePage(const DeskVisit& visit);

// Files of a record.
Result<Response> FilesPage(const DeskVisit& visit);
Result<Response> FilePage(const DeskVisit& visit);
Result<Response> RemoveFilePage(const DeskVisit& visit);

// Notes that the running server cannot read.
Result<Response> ProtectedNotesPage(const DeskVisit& visit);
Result<Response> ProtectedNotePage(const DeskVisit& visit);
Result<Response> MakeNoteKeyPage(const DeskVisit& visit);
Result<Response> AdmitToNoteKeyPage(const DeskVisit& visit);
Result<Response> RemoveFromNoteKeyPage(const DeskVisit& visit);

// For victims.
Result<Response> RightsPage(const DeskVisit& visit);
Result<Response> RightsCardPage(const DeskVisit& visit);

// Parts that two pages show.
Result<Html> InboxTable(const DeskVisit& visit);
Html IdentityFacts(const DeskVisit& visit, const PersonFile& person);
Html BookingSection(const DeskVisit& visit, const std::vector<InterpreterBooking>& bookings);
Result<Html> ReferralList(const DeskVisit& visit, const std::string& record);

}  // namespace thb
