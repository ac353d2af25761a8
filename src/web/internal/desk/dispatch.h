#pragma once
// Which page answers an address of the desk, and how a visit begins.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/internal/desk/form.h"

namespace thb {

using DeskFunction = Result<Response> (*)(const DeskVisit&);

struct DeskRoute {
  enum class Access {
    kOpen,      // everybody: sign-in, rights information
    kSignedIn,  // whoever has signed in
    kAnyState,  // also one who must renew first credentials
  };
  const char* pattern;  // without the language
  const char* summary;
  DeskFunction make;
  bool get = true;
  bool post = false;
  Access access = Access::kSignedIn;
  const char* duty = "";  // that the account must have
  std::vector<const char*> query = {};
  bool takes_file = false;  // its form is multipart/form-data
};
// The whole table; src/web/desk_test.cc has a row for each.
const std::vector<DeskRoute>& DeskRouteTable();

// Takes up the session of a token. Errors: kForbidden where it is over.
Result<void> BeginSession(DeskVisit& visit, const std::string& token);

// The form of a draft as it was typed, for the session of `token`. Errors: kNotFound where its
// address is none, and those of the page.
Result<Response> RestoreForm(const DeskVisit& visit, const std::string& token,
                             const FormDraft& draft);

// "" where the browser sent none.
std::string CookieOf(const Request& request, const std::string& name);

}  // namespace thb
