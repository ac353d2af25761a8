#pragma once
// A request as a handler sees it and the response it gives. Nothing here knows of a socket.

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace thb {

enum class Method { kGet, kHead, kPost, kPut, kDelete, kOptions };

std::string_view MethodName(Method method);

// Decoded name and value, in the order in which they were sent; a name may be repeated.
using QueryPairs = std::vector<std::pair<std::string, std::string>>;

// Splits and decodes "geo=NL&geo=BE&c%5Bsex%5D=F". "+" is a space in a value only where it was sent
// as %20 or in a form: in the query of an SDMX address it is itself, so it stays "+".
// Errors: kParse for a malformed percent code, kEncoding for bytes that are not UTF-8 or hold a
// control character, kLimit for more than kMaxQueryPairs.
Result<QueryPairs> ParseQuery(std::string_view query);
inline constexpr std::size_t kMaxQueryPairs = 500;

// The same of a form's body (application/x-www-form-urlencoded), where "+" is a space and a text
// may hold line breaks.
Result<QueryPairs> ParseForm(std::string_view body);

// The same of the query that a browser makes of a form sent by GET, where "+" is a space. Errors as
// ParseQuery.
Result<QueryPairs> ParseFormQuery(std::string_view query);

// Decodes the percent codes of one path segment. Errors as ParseQuery; kParse for what a file
// system or a proxy could take for another path: "%2F", "\\", "%5C", ".", "..".
Result<std::string> DecodeSegment(std::string_view segment);
// Encodes all but unreserved characters, so that the result may stand in a path or a query.
std::string EncodeComponent(std::string_view text);

struct Request {
  Method method = Method::kGet;
  std::string target;  // as sent, for the address of the page itself
  std::string path;    // without the query, still encoded
  QueryPairs query;
  std::map<std::string, std::string> headers;     // names in lower case
  std::map<std::string, std::string> parameters;  // decoded, of the route's pattern: {code}
  std::string body;
  // Network address of who is connected, without a port: "192.0.2.7". "" where the answer needs no
  // worker. For limits on guessing alone; it goes into no log.
  std::string peer = {};

  // The first value of a query parameter.
  std::optional<std::string_view> Query(std::string_view name) const;
  std::vector<std::string_view> QueryAll(std::string_view name) const;
  // "" where the header was not sent.
  std::string_view Header(std::string_view lower_case_name) const;
  // A parameter of the pattern. It is there, or the route is wrong.
  const std::string& Parameter(std::string_view name) const;
};

// The request for a target in origin form, "/path?query", as the server makes it before it adds
// headers and body. Errors: kParse for another form, for a character that may not stand in a target
// and for what DecodeSegment or ParseQuery refuses; kLimit for more than kMaxPathSegments or
// kMaxQueryPairs.
Result<Request> ParseTarget(Method method, std::string_view target);
inline constexpr std::size_t kMaxPathSegments = 32;

struct Response {
  int status = 200;
  std::string content_type;  // "text/html; charset=utf-8"; "" where there is no body
  std::vector<std::pair<std::string, std::string>> headers;
  // Shared, so that a cache serves the same bytes many times without copying them.
  std::shared_ptr<const std::string> body;
  // Instead of `body`, for what is larger than memory should hold: called again and again with a
  // limit until it returns nothing. Runs on a worker thread.
  std::function<std::string(std::size_t limit)> stream;
  // Strong validator without quotes, "" where there is none. The server answers If-None-Match,
  // If-Match and ranges by it, and derives one for each content coding.
  std::string etag;
  // Of the answer as a whole: "public, max-age=60", "no-store". "" is "no-cache".
  std::string cache_control;
  // File name under which a browser keeps it; "" shows it.
  std::string download_name;

  static Response Text(std::string content_type, std::string body, int status = 200);
  static Response Redirect(std::string location, int status = 303);
};

// The error as RFC 9457 problem details (application/problem+json), with the status of the table or
// the one given. Of an error with status 500 the client learns the name only: the rest may name
// files and statements of this machine.
Response ProblemResponse(const Error& error, int status = 0);

}  // namespace thb
