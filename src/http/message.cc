#include "http/message.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr std::array<std::string_view, 6> kMethodNames = {"GET", "HEAD",   "POST",
                                                          "PUT", "DELETE", "OPTIONS"};

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

enum class Text { kComponent, kForm, kFormQuery };

bool IsForbiddenControl(char c, Text kind) {
  const auto byte = static_cast<unsigned char>(c);
  if (kind == Text::kForm && (c == '\n' || c == '\r' || c == '\t')) return false;
  return byte < 0x20 || byte == 0x7f;
}

Result<std::string> Decode(std::string_view text, Text kind) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+' && kind != Text::kComponent) c = ' ';
    if (c == '%') {
      const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return Fail(ErrorCode::kParse, "a percent sign is not followed by two hexadecimal digits",
                    "address", "write a percent sign as %25");
      }
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (IsForbiddenControl(c, kind)) {
      return Fail(ErrorCode::kEncoding, "the text holds a control character", "address",
                  "leave it out");
    }
    out += c;
  }
  if (!IsValidUtf8(out)) {
    return Fail(ErrorCode::kEncoding, "the text is not valid UTF-8", "address",
                "encode the characters as UTF-8");
  }
  return out;
}

Result<QueryPairs> ParsePairs(std::string_view text, Text kind) {
  QueryPairs pairs;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    if (pairs.size() == kMaxQueryPairs) {
      return Fail(ErrorCode::kLimit, "more than " + std::to_string(kMaxQueryPairs) + " parameters",
                  "address", "ask for less at once");
    }
    const std::size_t equals = std::min(pair.find('='), pair.size());
    std::string name = TRY(Decode(pair.substr(0, equals), kind));
    std::string value = TRY(Decode(pair.substr(std::min(equals + 1, pair.size())), kind));
    pairs.emplace_back(std::move(name), std::move(value));
  }
  return pairs;
}

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// What an address may hold as it is: no control, no white space, nothing that has to be encoded.
// Bytes above 0x7f are let through to the check of their UTF-8, as browsers once sent them.
bool MayStandInTarget(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte != 0x7f &&
         std::string_view("\"<>\\^`{|}#").find(c) == std::string_view::npos;
}

}  // namespace

std::string_view MethodName(Method method) {
  return kMethodNames[static_cast<std::size_t>(method)];
}

Result<QueryPairs> ParseQuery(std::string_view query) {
  return ParsePairs(query, Text::kComponent);
}

Result<QueryPairs> ParseForm(std::string_view body) {
  return ParsePairs(body, Text::kForm);
}

Result<QueryPairs> ParseFormQuery(std::string_view query) {
  return ParsePairs(query, Text::kFormQuery);
}

Result<std::string> DecodeSegment(std::string_view segment) {
  std::string decoded = TRY(Decode(segment, Text::kComponent));
  if (decoded == "." || decoded == ".." || decoded.find_first_of("/\\") != std::string::npos) {
    return Fail(ErrorCode::kParse, "a part of the path is a dot segment or holds a slash",
                "address", "name the resource itself");
  }
  return decoded;
}

std::string EncodeComponent(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (IsUnreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::optional<std::string_view> Request::Query(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::vector<std::string_view> Request::QueryAll(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : query) {
    if (key == name) values.push_back(value);
  }
  return values;
}

std::string_view Request::Header(std::string_view lower_case_name) const {
  const auto found = headers.find(std::string(lower_case_name));
  return found == headers.end() ? std::string_view() : found->second;
}

const std::string& Request::Parameter(std::string_view name) const {
  return parameters.at(std::string(name));
}

Result<Request> ParseTarget(Method method, std::string_view target) {
  if (!StartsWith(target, "/")) {
    return Fail(ErrorCode::kParse, "the target of the request does not begin with a slash",
                "address", "ask for a path of this server");
  }
  if (!std::all_of(target.begin(), target.end(), MayStandInTarget)) {
    return Fail(ErrorCode::kParse, "the target holds a character that has to be encoded", "address",
                "write it as a percent code");
  }
  Request request;
  request.method = method;
  request.target = target;
  const std::size_t mark = std::min(target.find('?'), target.size());
  request.path = target.substr(0, mark);
  const std::vector<std::string_view> segments =
      Split(std::string_view(request.path).substr(1), '/');
  if (segments.size() > kMaxPathSegments) {
    return Fail(ErrorCode::kLimit,
                "the path has more than " + std::to_string(kMaxPathSegments) + " parts", "address",
                "name a resource of this server");
  }
  for (const std::string_view segment : segments) TRY(DecodeSegment(segment));
  if (mark < target.size()) request.query = TRY(ParseQuery(target.substr(mark + 1)));
  return request;
}

Response Response::Text(std::string content_type, std::string body, int status) {
  Response response;
  response.status = status;
  response.content_type = std::move(content_type);
  response.body = std::make_shared<const std::string>(std::move(body));
  return response;
}

Response Response::Redirect(std::string location, int status) {
  Response response;
  response.status = status;
  response.headers.emplace_back("Location", std::move(location));
  return response;
}

Response ProblemResponse(const Error& error, int status) {
  const ErrorInfo& info = InfoOf(error.code);
  if (status == 0) status = info.http_status;
  Json problem;
  problem["type"] = "urn:openthb:error:" + std::string(info.name);
  problem["title"] = info.name;
  problem["status"] = status;
  if (status != 500) {
    problem["detail"] = error.what;
    if (!error.place.empty()) problem["place"] = error.place;
    if (!error.remedy.empty()) problem["remedy"] = error.remedy;
  }
  Response response =
      Response::Text("application/problem+json",
                     problem.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n", status);
  response.cache_control = "no-store";
  return response;
}

}  // namespace thb
