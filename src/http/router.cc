#include "http/router.h"

#include <algorithm>
#include <exception>

#include "base/text.h"
#include "http/accept.h"
#include "http/internal/fields.h"

namespace thb {
namespace {

bool IsParameter(std::string_view segment) {
  return StartsWith(segment, "{");
}

std::string_view ParameterName(std::string_view segment) {
  return segment.substr(1, segment.size() - 2);
}

std::vector<std::string_view> SegmentsOf(std::string_view path) {
  return Split(path.substr(1), '/');
}

Result<void> CheckPattern(const Route& route) {
  const auto malformed = [&](std::string what) {
    return Fail(ErrorCode::kInternal, std::move(what), route.pattern, "correct the route");
  };
  if (!StartsWith(route.pattern, "/")) return malformed("a pattern does not begin with a slash");
  if (!route.handler) return malformed("a route has no handler");
  if (route.method == Method::kHead) return malformed("HEAD is answered by the route of GET");
  std::map<std::string_view, bool> names;
  for (const std::string_view segment : SegmentsOf(route.pattern)) {
    const bool parameter = IsParameter(segment);
    const bool braces = segment.find_first_of("{}") != std::string_view::npos;
    if (braces && (!parameter || segment.back() != '}' || !IsToken(ParameterName(segment)) ||
                   segment.find_first_of("{}", 1) != segment.size() - 1)) {
      return malformed("a parameter of a pattern is not one whole segment {name}");
    }
    if (parameter && !names.emplace(ParameterName(segment), true).second) {
      return malformed("a parameter of a pattern is repeated");
    }
  }
  for (const RouteParameter& parameter : route.parameters) {
    if (parameter.in == RouteParameter::In::kPath && !names.contains(parameter.name)) {
      return malformed("the parameter " + parameter.name + " is not in the pattern");
    }
  }
  return {};
}

std::string Allowed(const std::map<Method, std::size_t>& routes) {
  std::vector<std::string> names;
  for (const auto& [method, route] : routes) {
    names.emplace_back(MethodName(method));
    if (method == Method::kGet) names.emplace_back("HEAD");
  }
  if (!routes.contains(Method::kOptions)) names.emplace_back("OPTIONS");
  return Join(names, ", ");
}

Error UnknownParameter(const Route& route, const std::string& name) {
  std::vector<std::string> known;
  for (const RouteParameter& parameter : route.parameters) {
    if (parameter.in == RouteParameter::In::kQuery) known.push_back(parameter.name);
  }
  std::string remedy = "leave it out; this address takes no parameters";
  if (!known.empty()) {
    remedy = "use one of: " + Join(known, ", ");
    if (const auto nearest = Nearest(name, known)) remedy = "write " + *nearest + ", or " + remedy;
  }
  return {ErrorCode::kUsage, "there is no parameter \"" + name + "\"", "query", std::move(remedy)};
}

}  // namespace

Result<Router> Router::Make(std::vector<Route> routes) {
  Router router;
  router.routes_ = std::move(routes);
  router.nodes_.emplace_back();
  for (std::size_t i = 0; i < router.routes_.size(); ++i) TRY(router.Add(i));
  return router;
}

Result<void> Router::Add(std::size_t route) {
  const Route& added = routes_[route];
  TRY(CheckPattern(added));
  largest_body_ = std::max(largest_body_, added.max_body_bytes);
  std::size_t node = 0;
  for (const std::string_view segment : SegmentsOf(added.pattern)) node = Child(node, segment);
  const auto [existing, is_new] = nodes_[node].routes.emplace(added.method, route);
  if (!is_new) {
    return Fail(ErrorCode::kInternal,
                "two routes answer " + std::string(MethodName(added.method)) + " " +
                    routes_[existing->second].pattern,
                added.pattern, "give each its own pattern");
  }
  return {};
}

std::size_t Router::Child(std::size_t node, std::string_view segment) {
  const std::size_t next = nodes_.size();
  if (IsParameter(segment)) {
    if (nodes_[node].parameter) return *nodes_[node].parameter;
    nodes_[node].parameter = next;
  } else {
    const auto [found, is_new] = nodes_[node].literals.emplace(segment, next);
    if (!is_new) return found->second;
  }
  nodes_.emplace_back();
  return next;
}

std::optional<std::size_t> Router::Walk(std::size_t node, const std::vector<std::string>& segments,
                                        std::size_t depth, std::vector<std::string>& values) const {
  const Node& here = nodes_[node];
  if (depth == segments.size()) {
    if (here.routes.empty()) return std::nullopt;
    return node;
  }
  if (const auto literal = here.literals.find(segments[depth]); literal != here.literals.end()) {
    if (const auto end = Walk(literal->second, segments, depth + 1, values)) return end;
  }
  if (!here.parameter || segments[depth].empty()) return std::nullopt;
  values.push_back(segments[depth]);
  if (const auto end = Walk(*here.parameter, segments, depth + 1, values)) return end;
  values.pop_back();
  return std::nullopt;
}

// People write "/en/" for "/en". Nothing else of an address is guessed.
std::optional<Response> Router::WithoutSlash(const Request& request,
                                             std::vector<std::string> segments) const {
  const bool reads = request.method == Method::kGet || request.method == Method::kHead;
  if (!reads || segments.size() < 2 || !segments.back().empty()) return std::nullopt;
  segments.pop_back();
  std::vector<std::string> values;
  if (segments.back().empty() || !Walk(0, segments, 0, values)) return std::nullopt;
  const std::size_t query = request.target.find('?');
  return Response::Redirect(request.path.substr(0, request.path.size() - 1) +
                                (query == std::string::npos ? "" : request.target.substr(query)),
                            308);
}

std::size_t Router::BodyLimit(const Request& head) const {
  if (largest_body_ == 0) return 0;
  Request asked = head;
  const Match match = Find(asked);
  return match.route == nullptr || match.answer ? 0 : match.route->max_body_bytes;
}

Router::Match Router::Find(Request& request) const {
  std::vector<std::string> segments;
  if (!StartsWith(request.path, "/")) {
    return {nullptr, Problem(request, 400,
                             {ErrorCode::kParse, "the path does not begin with a slash", "path",
                              "ask for a path of this server"})};
  }
  for (const std::string_view segment : SegmentsOf(request.path)) {
    Result<std::string> decoded = DecodeSegment(segment);
    if (!decoded) return {nullptr, Problem(request, 400, decoded.error())};
    segments.push_back(*std::move(decoded));
  }
  std::vector<std::string> values;
  const std::optional<std::size_t> end = Walk(0, segments, 0, values);
  if (!end) {
    if (auto elsewhere = WithoutSlash(request, segments)) return {nullptr, *std::move(elsewhere)};
    return {nullptr, Problem(request, 404,
                             {ErrorCode::kNotFound, "there is nothing at this address",
                              request.path, "check the address"})};
  }
  const std::map<Method, std::size_t>& routes = nodes_[*end].routes;
  const Method method = request.method == Method::kHead ? Method::kGet : request.method;
  const auto found = routes.find(method);
  if (found == routes.end()) {
    Match match{&routes_[routes.begin()->second], Response{}};
    const std::string allowed = Allowed(routes);
    if (method == Method::kOptions) {
      match.answer->status = 204;
    } else {
      match.answer =
          Problem(request, 405,
                  {ErrorCode::kUsage,
                   "this address does not answer " + std::string(MethodName(request.method)),
                   request.path, "use one of: " + allowed});
    }
    match.answer->headers.emplace_back("Allow", allowed);
    return match;
  }
  const Route& route = routes_[found->second];
  std::size_t value = 0;
  for (const std::string_view segment : SegmentsOf(route.pattern)) {
    if (!IsParameter(segment)) continue;
    request.parameters.insert_or_assign(std::string(ParameterName(segment)),
                                        std::move(values[value++]));
  }
  if (route.form_query) {
    const std::size_t mark = request.target.find('?');
    if (mark != std::string::npos) {
      // The bytes were found well-formed when the request was made; only "+" is read anew.
      Result<QueryPairs> query = ParseFormQuery(std::string_view(request.target).substr(mark + 1));
      if (!query) return {&route, Problem(request, 400, query.error())};
      request.query = *std::move(query);
    }
  }
  return {&route, Check(route, request)};
}

std::optional<Response> Router::Check(const Route& route, const Request& request) const {
  if (route.strict_query) {
    for (const auto& [name, value] : request.query) {
      bool known = false;
      for (const RouteParameter& parameter : route.parameters) {
        known = known || (parameter.in == RouteParameter::In::kQuery && parameter.name == name);
      }
      if (!known) return Problem(request, 400, UnknownParameter(route, name));
    }
  }
  if (!route.consumes.empty() && !request.body.empty()) {
    const std::optional<MediaType> sent = ParseMediaType(request.Header("content-type"));
    for (const std::string& type : route.consumes) {
      const std::optional<MediaType> read = ParseMediaType(type);
      if (sent && read && sent->type == read->type && sent->subtype == read->subtype) return {};
    }
    return Problem(request, 415,
                   {ErrorCode::kUnsupported, "a body of this type is not read", "content-type",
                    "send one of: " + Join(route.consumes, ", ")});
  }
  return {};
}

Response Router::Call(const Route& route, const Request& request) const {
  // A handler is our own code and should not throw; if it does, one request fails and not all.
  try {
    return route.handler(request);
  } catch (const std::exception& exception) {
    return Problem(request, 500, {ErrorCode::kInternal, exception.what(), route.pattern, {}});
  }
}

std::optional<Response> Router::AtHand(const Route& route, const Request& request) const {
  if (!route.at_hand) return std::nullopt;
  try {
    return route.at_hand(request);
  } catch (const std::exception&) {
    return std::nullopt;  // the handler will say what is wrong
  }
}

Response Router::Dispatch(Request& request) const {
  Match match = Find(request);
  if (match.answer) return *std::move(match.answer);
  return Call(*match.route, request);
}

Response Router::Problem(const Request& request, int status, const Error& error) const {
  if (!error_page_) return ProblemResponse(error, status);
  Response response = error_page_(request, status, error);
  response.status = status;
  return response;
}

}  // namespace thb
