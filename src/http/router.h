#pragma once
// The route table is data: it dispatches requests and it yields the OpenAPI document.

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "http/message.h"

namespace thb {

struct RouteParameter {
  enum class In { kPath, kQuery, kHeader };
  std::string name;
  In in = In::kQuery;
  std::string description;
  std::string example;
  bool required = false;
  bool repeated = false;
};

struct HttpRoute {
  Method method = Method::kGet;  // a GET route answers HEAD too
  // "/api/dissemination/sdmx/2.1/data/{flow}/{key}": a parameter is one whole segment, never empty.
  // A literal goes before a parameter.
  std::string pattern;
  std::string tag;      // group in the OpenAPI document and heading in docs/http.md
  std::string summary;  // a phrase
  std::vector<RouteParameter> parameters;
  std::vector<std::string> produces;  // media types of a 200
  std::vector<int> statuses;          // others that it may answer, beside those of every route
  // Refuses query parameters that are not in `parameters` (400 with the list), where true.
  bool strict_query = true;
  std::function<Response(const Request&)> handler;
  // "+" in the query is a space, as browsers write it that send a form (ParseFormQuery).
  bool form_query = false;
  // The handler answers at once from memory, so it runs on the thread that reads the connection and
  // not on a worker. It must not wait: no file, no database, no lock that is held for long.
  bool inline_handler = false;
  // Where it is set, it is tried first on that thread, under the same rule: the answer that is at
  // hand, or nothing, and then the handler runs on a worker.
  std::function<std::optional<Response>(const Request&)> at_hand = {};
  // Media types of the body that it reads; another is refused with 415. Empty: any.
  std::vector<std::string> consumes = {};
  // Of the body, where it may be larger than the server's limit; 0: that one. Only few such bodies
  // are read at a time.
  std::size_t max_body_bytes = 0;
};
// `exchange` has a Route inside, so the type has another name than the word used for it.
using Route = HttpRoute;

class Router {
 public:
  // Errors: kInternal where two routes have the same method and pattern, or a pattern is malformed.
  static Result<Router> Make(std::vector<Route> routes);

  // Finds the route, fills in Request::parameters and calls its handler. 404 where no pattern fits,
  // 405 with Allow where another method does, 400 for a malformed path or a parameter not known,
  // 415 for a body that the route does not read. An OPTIONS without a route of its own is answered
  // 204 with Allow. Safe from many threads where the handlers are.
  Response Dispatch(Request& request) const;

  // Dispatch in two halves, for the server, which chooses a thread in between: the route (where the
  // path has one, also if the request is refused), and the answer where no handler is to be called.
  struct Match {
    const Route* route = nullptr;
    std::optional<Response> answer;
  };
  Match Find(Request& request) const;
  // The limit of the body for a request of which the head was read; 0 where its route has none of
  // its own. And the largest of any route.
  std::size_t BodyLimit(const Request& head) const;
  std::size_t LargestBody() const { return largest_body_; }
  // The handler's response; the error page of a bug where the handler throws.
  Response Call(const Route& route, const Request& request) const;
  // What the route has at hand; nothing where that throws.
  std::optional<Response> AtHand(const Route& route, const Request& request) const;

  const std::vector<Route>& routes() const { return routes_; }

  // What answers an error or a route that is not there, in place of problem details: pages show a
  // page. Gets the request and the problem. Its status is the given one, whatever it sets.
  using ErrorPage = std::function<Response(const Request&, int status, const Error& error)>;
  void SetErrorPage(ErrorPage page) { error_page_ = std::move(page); }
  // The error page, or problem details where none was set.
  Response Problem(const Request& request, int status, const Error& error) const;

 private:
  // One step of the paths: the literal segments and the parameter that may follow.
  struct Node {
    std::map<std::string, std::size_t, std::less<>> literals;
    std::optional<std::size_t> parameter;
    std::map<Method, std::size_t> routes;  // that end here
  };

  Result<void> Add(std::size_t route);
  std::size_t Child(std::size_t node, std::string_view segment);
  // The node where the path ends, a literal before a parameter; `values` are those of parameters.
  std::optional<std::size_t> Walk(std::size_t node, const std::vector<std::string>& segments,
                                  std::size_t depth, std::vector<std::string>& values) const;
  // The way to the same address without the slash at its end, where that is one of a route.
  std::optional<Response> WithoutSlash(const Request& request,
                                       std::vector<std::string> segments) const;
  std::optional<Response> Check(const Route& route, const Request& request) const;

  std::vector<Route> routes_;
  std::vector<Node> nodes_;
  std::size_t largest_body_ = 0;
  ErrorPage error_page_;
};

// OpenAPI 3.1 of the routes.
Json OpenApi(const std::vector<Route>& routes, const std::string& title,
             const std::string& version);

}  // namespace thb
