// Every address of the desk. A row here has a row in the matrix of src/web/desk_test.cc, or that
// test fails.

#include "web/internal/desk/account.h"
#include "web/internal/desk/dispatch.h"
#include "web/internal/desk/pages.h"

namespace thb {
namespace {

using Access = DeskRoute::Access;

// Shown, and nothing else.
DeskRoute Shown(const char* pattern, const char* summary, DeskFunction make, const char* duty = "",
                std::vector<const char*> query = {}) {
  return {pattern, summary, make, true, false, Access::kSignedIn, duty, std::move(query)};
}

// A form: shown and sent at one address.
DeskRoute Form(const char* pattern, const char* summary, DeskFunction make, const char* duty = "",
               std::vector<const char*> query = {}) {
  return {pattern, summary, make, true, true, Access::kSignedIn, duty, std::move(query)};
}

// One act, without a page of its own.
DeskRoute Act(const char* pattern, const char* summary, DeskFunction make, const char* duty = "") {
  return {pattern, summary, make, false, true, Access::kSignedIn, duty, {}};
}

std::vector<DeskRoute> AccountRoutes() {
  return {
      {"/desk/sign-in", "Sign in", SignInPage, true, true, Access::kOpen, "", {"next"}},
      {"/desk/sign-out", "Sign out", SignOutPage, false, true, Access::kAnyState, "", {}},
      {"/desk/leave", "The quick way out", LeavePage, true, false, Access::kOpen, "", {}},
      {"/desk/renew", "Take up new credentials", RenewPage, true, true, Access::kAnyState, "", {}},
      {"/desk/renew/code",
       "Confirm the new second factor",
       ConfirmRenewalPage,
       true,
       true,
       Access::kAnyState,
       "",
       {}},
      {"/desk/rights",
       "Rights information for victims",
       RightsPage,
       true,
       false,
       Access::kOpen,
       "",
       {"language"}},
      {"/desk/rights/card",
       "The same as a folded card",
       RightsCardPage,
       true,
       false,
       Access::kOpen,
       "",
       {"language"}},
      Shown("/desk/account", "One's account and sessions", AccountPage),
      Act("/desk/account/sessions", "End one of one's sessions", RevokeSessionPage),
      Form("/desk/again", "Sign in once more", AgainPage, "", {"next"})};
}

std::vector<DeskRoute> WorkRoutes() {
  return {Shown("/desk", "What waits for me", DeskHome),
          Act("/desk/tasks/{task}", "Close a task", CloseTaskPage),
          Form("/desk/tasks/{task}/assign", "Give a task to a colleague", AssignTaskPage),
          Act("/desk/alerts/{alert}", "Close an alert", CloseAlertPage),
          Shown("/desk/cases", "The cases that I may see", CasesPage, "",
                {"whose", "age", "urgent", "closed", "after"}),
          Form("/desk/open", "Open a case by its reference", OpenPage),
          Form("/desk/search", "Search for a person", SearchPage, "search"),
          Form("/desk/entry", "First entry", EntryPage, "report"),
          Shown("/desk/inbox", "Referrals to and from my organisation", InboxPage),
          Form("/desk/sheets", "Print a screening sheet", SheetsPage),
          Shown("/desk/sheets/{list}/{number}", "A screening sheet", SheetPage),
          Shown("/desk/approvals", "What waits for a second person", ApprovalsPage),
          Act("/desk/approvals/{approval}", "Agree or refuse as second person", AnswerApprovalPage),
          Act("/desk/approvals/{approval}/done", "Carry out what a second person agreed to",
              CarryOutPage),
          Act("/desk/approvals/{approval}/withdraw", "Take back what one asked for",
              WithdrawApprovalPage),
          Form("/desk/break-glass", "Open a record in an emergency", BreakGlassPage),
          Act("/desk/break-glass/{glass}", "Review an emergency opening", ReviewGlassPage),
          Form("/desk/periods", "Confirm legal periods", PeriodsPage, "confirm_periods"),
          Shown("/desk/load", "Load and overdue work", LoadPage, "supervise"),
          Shown("/desk/log", "The log", LogPage, "log", {"actor", "action", "subject", "before"})};
}

std::vector<DeskRoute> RecordRoutes() {
  return {Shown("/desk/records/{record}", "One record and its timeline", DeskRecordPage),
          Shown("/desk/records/{record}/entered", "The reference of a first entry", EnteredPage),
          Form("/desk/records/{record}/narrative", "What happened", NarrativePage),
          Form("/desk/records/{record}/notes/new", "Write a note", NewNotePage),
          Form("/desk/records/{record}/state", "Urgency, legal ground, closing", StatePage),
          Form("/desk/records/{record}/legal-ground", "The legal ground of processing",
               LegalGroundPage),
          Form("/desk/records/{record}/close", "Close a record", CloseCasePage),
          Shown("/desk/records/{record}/access", "Who sees a record and why", AccessPage),
          Form("/desk/records/{record}/assign", "Give a record to a colleague", AssignPage),
          Form("/desk/records/{record}/restrict", "Restrict a record", RestrictPage),
          Form("/desk/records/{record}/lift", "Ask to lift a restriction", LiftRestrictionPage),
          Form("/desk/records/{record}/persons/new", "Enter a person", NewPersonPage),
          Shown("/desk/persons/{person}", "One person", PersonPage),
          Form("/desk/persons/{person}/identity", "Who a person is", IdentityPage),
          Form("/desk/persons/{person}/contact", "How it is safe to reach a person", ContactPage),
          Form("/desk/persons/{person}/context", "What happened to a person", ContextPage),
          Form("/desk/records/{record}/screenings/new", "Begin a screening", NewScreeningPage),
          Form("/desk/screenings/{screening}", "A screening", ScreeningPage)};
}

std::vector<DeskRoute> ReferralRoutes() {
  return {Form("/desk/records/{record}/referrals/new", "Write a referral", NewReferralPage),
          Shown("/desk/referrals/{referral}", "One referral", ReferralPage),
          Form("/desk/referrals/{referral}/edit", "Change a draft", EditReferralPage),
          Act("/desk/referrals/{referral}/send", "Send a referral", SendReferralPage),
          Form("/desk/referrals/{referral}/{event}", "Answer, complete or revoke a referral",
               ReferralEventPage),
          Form("/desk/records/{record}/consents", "Consents of a record", ConsentsPage, "",
               {"recipient"}),
          Form("/desk/records/{record}/consents/withdraw", "Withdraw a consent",
               WithdrawConsentPage, "", {"consent"}),
          Form("/desk/records/{record}/overrides/new", "Ask for an override", NewOverridePage, "",
               {"recipient"}),
          Form("/desk/overrides/{override}", "One override", OverridePage),
          Form("/desk/records/{record}/notice", "The notice that the law asks for", NoticePage)};
}

std::vector<DeskRoute> CareRoutes() {
  return {
      Shown("/desk/records/{record}/decisions", "Decisions and clocks", DecisionsPage),
      Form("/desk/records/{record}/decisions/{person}/{track}/{event}", "Enter a decision",
           EnterDecisionPage),
      Form("/desk/records/{record}/clocks/{clock}", "The end that an authority notified",
           NotifyClockPage),
      Shown("/desk/records/{record}/child", "The child track", ChildPage),
      Form("/desk/records/{record}/child/guardian", "Appoint a guardian", GuardianPage),
      Form("/desk/records/{record}/child/guardian/{guardian}", "End a guardianship",
           EndGuardianPage),
      Form("/desk/records/{record}/child/age", "Begin an age assessment", AgePage),
      Form("/desk/records/{record}/child/age/{assessment}", "Decide an age", DecideAgePage),
      Form("/desk/records/{record}/child/interests", "Record best interests", BestInterestsPage),
      Form("/desk/records/{record}/child/told", "Who may be told", MayBeToldPage),
      Shown("/desk/records/{record}/assistance", "Needs, plan and services", AssistancePage),
      Form("/desk/records/{record}/assistance/new/{kind}", "Add to the assistance",
           NewAssistancePage),
      Form("/desk/assistance/{entry}", "One entry of the assistance", AssistanceEntryPage),
      Form("/desk/records/{record}/placement", "Find and take a place", PlacementPage),
      Form("/desk/records/{record}/placements/{placement}", "End a stay", EndPlacementPage),
      Form("/desk/records/{record}/interpreter", "Book an interpreter", BookInterpreterPage)};
}

std::vector<DeskRoute> OrganisationRoutes() {
  return {
      Shown("/desk/organisation", "My organisation and who is on duty", OrganisationPage),
      Form("/desk/roster/contact", "How an organisation is reached", DutyContactPage, "roster"),
      Form("/desk/roster/shifts", "Add a shift", NewShiftPage, "roster"),
      Act("/desk/roster/shifts/{shift}", "Remove a shift", RemoveShiftPage, "roster"),
      Shown("/desk/shelters", "The shelters of my organisation", SheltersPage, "shelters"),
      Form("/desk/shelters/new", "Add a shelter", NewShelterPage, "shelters"),
      Form("/desk/shelters/{shelter}", "One shelter", ShelterPage, "shelters"),
      Shown("/desk/interpreters", "The interpreters of my organisation", InterpretersPage,
            "report"),
      Form("/desk/interpreters/new", "Add an interpreter", NewInterpreterPage, "interpreters"),
      Form("/desk/interpreters/{interpreter}", "One interpreter", InterpreterPage, "interpreters")};
}

std::vector<DeskRoute> DuplicateRoutes() {
  return {Shown("/desk/persons/{person}/duplicates", "Who may be the same person",
                PersonDuplicatesPage),
          Form("/desk/persons/{person}/compare/{other}", "Two persons side by side", ComparePage),
          Shown("/desk/duplicates", "Possible duplicates between organisations", DuplicatesPage,
                "duplicates"),
          Act("/desk/duplicates/{candidate}", "Ask both owners", AskOwnersPage, "duplicates"),
          Form("/desk/records/{record}/duplicate", "Answer the custodian", AnswerDuplicatePage)};
}

std::vector<DeskRoute> FileRoutes() {
  DeskRoute add = Form("/desk/records/{record}/files", "Files of a record", FilesPage);
  add.takes_file = true;
  return {
      add,
      Shown("/desk/records/{record}/files/{file}", "One file, to be kept by the browser", FilePage),
      Act("/desk/records/{record}/files/{file}/remove", "Remove a file", RemoveFilePage)};
}

std::vector<DeskRoute> ProtectedNoteRoutes() {
  return {
      Form("/desk/records/{record}/protected", "Protected notes", ProtectedNotesPage),
      Form("/desk/records/{record}/protected/{note}", "Open a protected note", ProtectedNotePage),
      Form("/desk/note-key", "Make the key of protected notes", MakeNoteKeyPage, "supervise"),
      Form("/desk/note-key/members", "Let a colleague read protected notes", AdmitToNoteKeyPage),
      Form("/desk/note-key/remove", "End a colleague's reading", RemoveFromNoteKeyPage)};
}

std::vector<DeskRoute> NodeRoutes() {
  return {
      Shown("/desk/records/{record}/cross-border", "Referral to another state", CrossBorderPage),
      Form("/desk/records/{record}/cross-border/protection", "Check for international protection",
           ProtectionCheckPage),
      Form("/desk/records/{record}/cross-border/risk", "Check for danger in another state",
           RiskCheckPage),
      Form("/desk/records/{record}/cross-border/choose", "Choose what another state is told",
           ChooseFieldsPage, "nodes"),
      Form("/desk/records/{record}/cross-border/send", "Send a referral to another state",
           SendAbroadPage, "nodes", {"person", "partner", "purpose", "fields"}),
      Form("/desk/records/{record}/cross-border/withdraw", "Take back what another state was sent",
           WithdrawAbroadPage, "", {"package"}),
      Shown("/desk/nodes", "What came from other states", NodesPage, "nodes"),
      Act("/desk/node-notices/{notice}", "Close a notice of the exchange", CloseNodeNoticePage,
          "nodes"),
      Shown("/desk/nodes/{partner}/{package}", "A referral from another state", NodeReferralPage,
            "nodes"),
      Form("/desk/nodes/{partner}/{package}/{answer}", "Answer another state", AnswerNodePage,
           "nodes")};
}

std::vector<DeskRoute> PrivacyRoutes() {
  return {
      Form("/desk/records/{record}/requests", "What a person asks about her data", RequestsPage),
      Form("/desk/records/{record}/requests/{request}", "Decide a request", DecideRequestPage),
      Form("/desk/persons/{person}/erase", "Ask to erase a person", ErasePage),
      Shown("/desk/records/{record}/redaction", "What is redacted before an erasure",
            RedactionPage),
      Form("/desk/records/{record}/notes/{note}/redact", "Redact a note", RedactNotePage),
      Shown("/desk/retention", "Whose time has come", RetentionPage, "supervise")};
}

std::vector<DeskRoute> AdministrationRoutes() {
  return {
      Shown("/desk/accounts", "The accounts that I keep", AccountsPage, "accounts"),
      Form("/desk/accounts/new", "Add an account", NewAccountPage, "accounts"),
      Shown("/desk/accounts/{account}", "One account", OneAccountPage, "accounts"),
      Form("/desk/accounts/{account}/change", "Change an account", ChangeAccountPage, "accounts"),
      Form("/desk/accounts/{account}/roles", "Ask for a role", AskRolePage, "accounts"),
      Act("/desk/accounts/{account}/withdraw", "Take a role away", WithdrawRolePage, "accounts"),
      Act("/desk/accounts/{account}/sessions", "End an account's sessions", EndSessionsPage,
          "accounts"),
      Form("/desk/accounts/{account}/reset", "Ask for new first credentials", AskResetPage,
           "accounts")};
}

}  // namespace

const std::vector<DeskRoute>& DeskRouteTable() {
  static const std::vector<DeskRoute> table = [] {
    std::vector<DeskRoute> all;
    for (const auto& part :
         {AccountRoutes(), WorkRoutes(), RecordRoutes(), ReferralRoutes(), CareRoutes(),
          OrganisationRoutes(), PrivacyRoutes(), AdministrationRoutes(), DuplicateRoutes(),
          ProtectedNoteRoutes(), FileRoutes(), NodeRoutes()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }();
  return table;
}

}  // namespace thb
