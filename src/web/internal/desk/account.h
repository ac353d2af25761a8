#pragma once
// Signing in and out, one's sessions, renewing credentials, and keeping the accounts of others.

#include <string>

#include "access/account.h"
#include "web/internal/desk/form.h"

namespace thb {

Result<Response> SignInPage(const DeskVisit& visit);
Result<Response> SignOutPage(const DeskVisit& visit);
// The quick way out: ends the session and goes to a page that tells nothing.
Result<Response> LeavePage(const DeskVisit& visit);
Result<Response> AccountPage(const DeskVisit& visit);
Result<Response> RevokeSessionPage(const DeskVisit& visit);
Result<Response> AgainPage(const DeskVisit& visit);
Result<Response> RenewPage(const DeskVisit& visit);
Result<Response> ConfirmRenewalPage(const DeskVisit& visit);

// For administrators.
Result<Response> AccountsPage(const DeskVisit& visit);
Result<Response> NewAccountPage(const DeskVisit& visit);
Result<Response> OneAccountPage(const DeskVisit& visit);
Result<Response> ChangeAccountPage(const DeskVisit& visit);
Result<Response> AskRolePage(const DeskVisit& visit);
Result<Response> AskResetPage(const DeskVisit& visit);
Result<Response> WithdrawRolePage(const DeskVisit& visit);
Result<Response> EndSessionsPage(const DeskVisit& visit);

// "Case worker (group)".
std::string GrantWords(const DeskVisit& visit, const RoleGrant& grant);
// What another one's holder signs in with at first, shown once, in the answer.
Response ShowFirstCredentials(const DeskVisit& visit, const Credentials& credentials);

// The form of signing in where a session is over, with what was typed sealed inside.
Response AskToSignIn(const DeskVisit& visit, const std::string& draft);
// The form of signing in once more, with what was typed sealed inside.
Result<Response> AskAgain(const DeskVisit& visit);

}  // namespace thb
