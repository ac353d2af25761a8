#pragma once
// The referral desk's pages: casework behind a sign-in, server-rendered, in English and Dutch,
// without script and by keyboard.
//
// Every act on a record is done by people and referral, which ask Roles::Decide and write the log;
// the pages hold no rule of access of their own. What is out of scope and what does not exist give
// the same status and bytes (casework rule 9).

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "access/decision.h"
#include "base/date.h"
#include "base/result.h"
#include "codes/codes.h"
#include "http/router.h"
#include "store/database.h"
#include "store/vault.h"

namespace thb {

// What the desk is made of. What the references name must outlive the routes. The functions are
// called from many threads.
struct DeskContext {
  const Codes& codes;
  const Roles& roles;
  Vault& vault;
  // A connection for one request, given back when the last copy goes.
  std::function<Result<std::shared_ptr<Database>>()> connect;
  std::function<Instant()> clock;
  RandomBytes random;
  // The browser speaks TLS, to this server or to the proxy: cookies are Secure and __Host-.
  bool secure = false;
  // Address of the proxy whose X-Forwarded-For is believed; "" none.
  std::string trusted_proxy = {};
  // Told of each answer that is a fault of the server's own; the reader learns only that it is one.
  std::function<void(const std::string& line)> note = {};
};

// "/en/desk/...", "/nl/desk/..." and "/desk/assets/...". Errors: kInternal where a text, rule or
// style sheet is not embedded.
Result<std::vector<Route>> DeskRoutes(const DeskContext& context);

// For Router::SetErrorPage, of addresses of the desk.
Result<Router::ErrorPage> DeskErrorPage(const DeskContext& context);
bool IsDeskPath(std::string_view path);

}  // namespace thb
