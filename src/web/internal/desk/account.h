#pragma once
// Signing in and out, one's sessions, and renewing credentials.

#include <string>

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

// The form of signing in where a session is over, with what was typed sealed inside.
Response AskToSignIn(const DeskVisit& visit, const std::string& draft);
// The form of signing in once more, with what was typed sealed inside.
Result<Response> AskAgain(const DeskVisit& visit);

}  // namespace thb
