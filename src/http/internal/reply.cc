#include "http/internal/reply.h"

#include <algorithm>

#include "base/text.h"
#include "http/internal/fields.h"

namespace thb {
namespace {

constexpr std::string_view kGzipSuffix = "-gzip";

// A type of text: compressed it is a fraction of its size. Pictures, workbooks and PDF are
// compressed already.
bool IsTextType(std::string_view content_type) {
  const std::string type = ToLowerAscii(Trim(content_type.substr(0, content_type.find(';'))));
  for (const std::string_view end : {"json", "+xml", "/xml", "+csv", "javascript"}) {
    if (EndsWith(type, end)) return true;
  }
  return StartsWith(type, "text/");
}

bool HasHeader(const Response& response, std::string_view lower_case_name) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [&](const auto& h) { return ToLowerAscii(h.first) == lower_case_name; });
}

bool MayCompress(const Response& response) {
  if (!IsTextType(response.content_type) || HasHeader(response, "content-encoding")) return false;
  return response.stream || (response.body && response.body->size() >= kMinGzipBytes);
}

// A part is asked for as the bytes are, not of a compressed form.
bool WantsGzip(const Request& request, const Response& response) {
  return MayCompress(response) && request.Header("range").empty() &&
         AcceptsGzip(request.Header("accept-encoding"));
}

bool IsRead(const Request& request) {
  return request.method == Method::kGet || request.method == Method::kHead;
}

bool IsEtag(std::string_view etag) {
  return !etag.empty() && std::all_of(etag.begin(), etag.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7f && c != '"';
  });
}

std::string Disposition(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    plain += byte < 0x20 || byte > 0x7e || c == '"' || c == '\\' || c == '/' || c == '%' ? '_' : c;
  }
  std::string value = "attachment; filename=\"" + plain + "\"";
  if (plain != name) value += "; filename*=UTF-8''" + EncodeComponent(name);
  return value;
}

void SetHeader(Reply& reply, std::string name, std::string value) {
  reply.headers.emplace_back(std::move(name), std::move(value));
}

void AddHeaders(const Response& response, Reply& reply) {
  bool varies = false;
  for (const auto& [name, value] : response.headers) {
    SetHeader(reply, name, value);
    if (ToLowerAscii(name) == "vary") {
      varies = true;
      if (MayCompress(response)) reply.headers.back().second += ", Accept-Encoding";
    }
  }
  if (!varies && MayCompress(response)) SetHeader(reply, "Vary", "Accept-Encoding");
  SetHeader(reply, "Cache-Control",
            response.cache_control.empty() ? "no-cache" : response.cache_control);
  SetHeader(reply, "X-Content-Type-Options", "nosniff");
}

// The headers that describe a body.
void AddBodyHeaders(const Response& response, Reply& reply) {
  if (!response.content_type.empty()) SetHeader(reply, "Content-Type", response.content_type);
  if (!response.download_name.empty()) {
    SetHeader(reply, "Content-Disposition", Disposition(response.download_name));
  }
}

bool HeadersAreSafe(const Reply& reply) {
  return std::all_of(reply.headers.begin(), reply.headers.end(), [](const auto& header) {
    return IsToken(header.first) && IsFieldValue(header.second);
  });
}

Reply Plain(const Response& response) {
  Reply reply;
  reply.status = response.status;
  AddHeaders(response, reply);
  AddBodyHeaders(response, reply);
  reply.body = response.body;
  reply.count = response.body ? response.body->size() : 0;
  return reply;
}

// 304 or 412, where the conditions of the request say so.
std::optional<Reply> Conditional(const Request& request, const Response& response,
                                 const std::string& etag) {
  const std::string_view if_match = request.Header("if-match");
  if (!if_match.empty() && !EtagListMatches(if_match, etag, false) &&
      !EtagListMatches(if_match, response.etag, false)) {
    return Plain(ProblemResponse(
        {ErrorCode::kConflict, "it has changed since it was read", "if-match", "read it again"},
        412));
  }
  const std::string_view if_none_match = request.Header("if-none-match");
  if (if_none_match.empty() || !EtagListMatches(if_none_match, etag, true)) return std::nullopt;
  Reply reply;
  reply.status = 304;
  AddHeaders(response, reply);
  SetHeader(reply, "ETag", "\"" + etag + "\"");
  return reply;
}

// Narrows the reply to the part asked for; false where there is no such part.
bool ApplyRange(const Request& request, const std::string& etag, Reply& reply) {
  SetHeader(reply, "Accept-Ranges", "bytes");
  const std::string_view range = request.Header("range");
  const std::string_view if_range = Trim(request.Header("if-range"));
  if (range.empty() || request.method != Method::kGet) return true;
  if (!if_range.empty() && if_range != "\"" + etag + "\"") return true;
  const std::size_t size = reply.body->size();
  const RangeRequest asked = ParseRange(range, size);
  if (asked.kind == RangeRequest::Kind::kUnsatisfiable) return false;
  if (asked.kind == RangeRequest::Kind::kWhole) return true;
  reply.status = 206;
  reply.first = asked.part.first;
  reply.count = asked.part.count;
  SetHeader(reply, "Content-Range",
            "bytes " + std::to_string(reply.first) + "-" +
                std::to_string(reply.first + reply.count - 1) + "/" + std::to_string(size));
  return true;
}

Reply RangeRefused(std::size_t size) {
  Reply reply =
      Plain(ProblemResponse({ErrorCode::kBadValue, "the range is outside of the body", "range",
                             "ask for a part of " + std::to_string(size) + " bytes"},
                            416));
  SetHeader(reply, "Content-Range", "bytes */" + std::to_string(size));
  return reply;
}

Reply Compose(const Request& request, Response response, GzipCache& cache) {
  const bool gzip = WantsGzip(request, response);
  const bool has_etag = IsEtag(response.etag);
  std::string etag = response.etag;
  if (gzip) etag += kGzipSuffix;
  if (response.status == 200 && IsRead(request) && has_etag) {
    if (auto answer = Conditional(request, response, etag)) return *std::move(answer);
  }
  Reply reply = Plain(response);
  if (has_etag) SetHeader(reply, "ETag", "\"" + etag + "\"");
  if (gzip) SetHeader(reply, "Content-Encoding", "gzip");
  if (response.stream) {
    reply.body = nullptr;
    reply.stream = gzip ? GzipStream(std::move(response.stream)) : std::move(response.stream);
    return reply;
  }
  if (gzip) {
    // Only this reply and a cache, if there is one, shall own the body.
    reply.body = nullptr;
    reply.body = cache.Compress(response.body);
    reply.count = reply.body->size();
    return reply;
  }
  if (response.status == 200 && IsRead(request) && has_etag && reply.body &&
      !ApplyRange(request, etag, reply)) {
    return RangeRefused(reply.body->size());
  }
  return reply;
}

}  // namespace

bool NeedsCompression(const Request& request, const Response& response, GzipCache& cache) {
  return response.body && WantsGzip(request, response) && cache.Find(response.body) == nullptr;
}

Reply MakeReply(const Request& request, Response response, GzipCache& cache) {
  Reply reply = Compose(request, std::move(response), cache);
  if (HeadersAreSafe(reply)) return reply;
  return Plain(
      ProblemResponse({ErrorCode::kInternal, "a header of the response is malformed", {}, {}}));
}

}  // namespace thb
