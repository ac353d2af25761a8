#include "http/internal/head.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "http/internal/fields.h"

namespace thb {
namespace {

Refusal Malformed(std::string what, std::string place) {
  return {400, {ErrorCode::kParse, std::move(what), std::move(place), "send one plain request"}};
}

std::optional<Method> ParseMethod(std::string_view text) {
  for (const Method method : {Method::kGet, Method::kHead, Method::kPost, Method::kPut,
                              Method::kDelete, Method::kOptions}) {
    if (MethodName(method) == text) return method;
  }
  return std::nullopt;
}

// Headers of which a second one would make the request ambiguous.
bool IsSingle(std::string_view name) {
  constexpr std::array<std::string_view, 9> kSingle = {
      "host",  "content-length", "transfer-encoding", "content-type", "authorization",
      "range", "if-range",       "content-encoding",  "origin"};
  return std::find(kSingle.begin(), kSingle.end(), name) != kSingle.end();
}

bool IsHost(std::string_view host) {
  return std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && std::string_view(".-_:[]").find(c) != std::string_view::npos);
  });
}

std::optional<Refusal> ReadFields(const RawHead& head, Request& request) {
  if (head.fields.size() > kMaxHeaderFields) {
    return Refusal{431,
                   {ErrorCode::kLimit, "too many headers", "headers",
                    "send at most " + std::to_string(kMaxHeaderFields)}};
  }
  for (const auto& [raw_name, raw_value] : head.fields) {
    if (!IsToken(raw_name) || !IsFieldValue(raw_value)) {
      return Malformed("a header is malformed", "headers");
    }
    const std::string name = ToLowerAscii(raw_name);
    const std::string_view value = Trim(raw_value);
    const auto [found, is_new] = request.headers.emplace(name, value);
    if (is_new) continue;
    if (IsSingle(name)) return Malformed("a header is repeated that may stand once", name);
    found->second.append(name == "cookie" ? "; " : ", ").append(value);
  }
  return std::nullopt;
}

// How the body is framed. The parser reads these two as they were sent, white space included.
std::optional<Refusal> CheckFraming(const RawHead& head, const HeadLimits& limits,
                                    const Request& request) {
  std::optional<std::string_view> length;
  std::optional<std::string_view> coding;
  for (const auto& [name, value] : head.fields) {
    if (ToLowerAscii(name) == "content-length") length = value;
    if (ToLowerAscii(name) == "transfer-encoding") coding = value;
  }
  if (length && coding) return Malformed("the request has two lengths", "content-length");
  if (coding && ToLowerAscii(*coding) != "chunked") {
    return Refusal{501,
                   {ErrorCode::kUnsupported, "a transfer coding is not known", "transfer-encoding",
                    "send the body as chunked, or with its length"}};
  }
  if (coding && head.version != "HTTP/1.1") {
    return Malformed("the version of the request has no transfer codings", "transfer-encoding");
  }
  const bool reads = request.method == Method::kGet || request.method == Method::kHead;
  if (reads && (coding || (length && *length != "0"))) {
    return Malformed("a request to read has a body", "body");
  }
  if (!length) return std::nullopt;
  if (length->empty() || length->find_first_not_of("0123456789") != std::string_view::npos) {
    return Malformed("the length of the body is no number", "content-length");
  }
  const std::string_view digits =
      length->substr(std::min(length->find_first_not_of('0'), length->size()));
  if (digits.size() > 18 ||
      ParseInt(digits).value_or(0) > static_cast<std::int64_t>(limits.max_body_bytes)) {
    return Refusal{413,
                   {ErrorCode::kLimit, "the body is too long", "body",
                    "send at most " + std::to_string(limits.max_body_bytes) + " bytes"}};
  }
  return std::nullopt;
}

}  // namespace

bool IsLaidOutStrictly(const RawHead& head) {
  const char* at = head.method.data() + head.method.size();
  if (at[0] != '\0' || head.target.data() != at + 1) return false;
  at = head.target.data() + head.target.size();
  if (head.version.data() != at + 1) return false;
  at = head.version.data() + head.version.size();
  const auto at_line_end = [&] { return at[0] == '\0' && at[1] == '\0'; };
  for (const auto& [name, value] : head.fields) {
    if (!at_line_end() || name.data() != at + 2) return false;
    at = name.data() + name.size();
    if (at[0] != '\0' || value.data() <= at) return false;
    for (++at; at != value.data(); ++at) {
      if (*at != ' ' && *at != '\t') return false;
    }
    at = value.data() + value.size();
  }
  return at_line_end() && head.size == static_cast<std::size_t>(at + 4 - head.method.data());
}

std::optional<Refusal> ReadHead(const RawHead& head, const HeadLimits& limits, Request& request) {
  if (head.size > limits.max_header_bytes) {
    return Refusal{431,
                   {ErrorCode::kLimit, "the head of the request is too long", "headers",
                    "send at most " + std::to_string(limits.max_header_bytes) + " bytes"}};
  }
  const std::optional<Method> method = ParseMethod(head.method);
  if (!method) {
    return Refusal{501,
                   {ErrorCode::kUnsupported, "the method is not known", "method",
                    "use GET, HEAD, POST, PUT, DELETE or OPTIONS"}};
  }
  Result<Request> parsed = ParseTarget(*method, head.target);
  if (!parsed) {
    return Refusal{parsed.error().code == ErrorCode::kLimit ? 414 : 400, parsed.error()};
  }
  request = *std::move(parsed);
  if (auto refusal = ReadFields(head, request)) return refusal;
  if (head.version == "HTTP/1.1" && !request.headers.contains("host")) {
    return Malformed("the request names no host", "host");
  }
  if (!IsHost(request.Header("host"))) return Malformed("the host is malformed", "host");
  return CheckFraming(head, limits, request);
}

}  // namespace thb
