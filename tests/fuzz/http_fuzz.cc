// What a client may write into a request: the address, the headers that the server answers by, and
// the head as a whole. The input is a head: the request line, then the headers.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "http/accept.h"
#include "http/internal/fields.h"
#include "http/internal/head.h"
#include "http/internal/reply.h"
#include "http/router.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

bool IsPlain(const std::string& text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return false;
  }
  return true;
}

// What is decoded holds no control character, and reads back when it is encoded.
void CheckAddress(std::string_view text) {
  if (const auto pairs = thb::ParseQuery(text)) {
    std::string again;
    for (const auto& [name, value] : *pairs) {
      Require(IsPlain(name) && IsPlain(value));
      again += thb::EncodeComponent(name) + "=" + thb::EncodeComponent(value) + "&";
    }
    Require(thb::ParseQuery(again).value() == *pairs);
  }
  static_cast<void>(thb::ParseForm(text));
  if (const auto segment = thb::DecodeSegment(text)) {
    Require(IsPlain(*segment) && segment->find_first_of("/\\") == std::string::npos);
    Require(*segment != "." && *segment != "..");
    Require(thb::DecodeSegment(thb::EncodeComponent(*segment)).value() == *segment);
  }
}

void CheckFields(std::string_view text) {
  for (const std::size_t size : {0, 1, 10}) {
    const thb::RangeRequest range = thb::ParseRange(text, size);
    if (range.kind != thb::RangeRequest::Kind::kPart) continue;
    Require(range.part.count > 0 && range.part.first < size);
    Require(range.part.count <= size - range.part.first);
  }
  // What matches strongly matches weakly too.
  if (thb::EtagListMatches(text, "v1", false)) Require(thb::EtagListMatches(text, "v1", true));
  static_cast<void>(thb::AcceptsGzip(text));
  const std::vector<std::string> offered = {"application/vnd.sdmx.data+csv;version=2.0.0",
                                            "application/json", "text/html"};
  if (const auto chosen = thb::Negotiate(text, offered)) Require(*chosen < offered.size());
  Require(thb::ParseAccept(text).size() <= thb::kMaxMediaRanges);
}

thb::Router MakeRouter() {
  thb::Route route;
  route.pattern = "/data/{flow}/{key}";
  route.parameters = {{"geo", thb::RouteParameter::In::kQuery, "", "", false, true}};
  route.handler = [](const thb::Request& request) {
    for (const auto& [name, value] : request.query) Require(name == "geo");
    for (const char* name : {"flow", "key"}) {
      const std::string& value = request.Parameter(name);
      Require(!value.empty() && IsPlain(value) && value != "..");
    }
    thb::Response response =
        thb::Response::Text("text/csv", std::string(thb::kMinGzipBytes, 'x') + request.body);
    response.etag = "v1";
    response.download_name = request.Parameter("key");
    return response;
  };
  thb::Route root = route;
  root.pattern = "/";
  root.parameters.clear();
  root.handler = [](const thb::Request&) { return thb::Response::Redirect("/data"); };
  return thb::Router::Make({route, root}).value();
}

// Every request that is taken gets one of the answers that the routes have.
void CheckRequest(thb::Request& request) {
  static const thb::Router router = MakeRouter();
  thb::GzipCache cache(1 << 16);
  const thb::Reply reply = thb::MakeReply(request, router.Dispatch(request), cache);
  static const std::set<int> statuses = {200, 204, 206, 303, 304, 308, 400, 404, 405, 412, 416};
  Require(statuses.contains(reply.status));
  if (reply.body) Require(reply.first + reply.count <= reply.body->size());
  for (const auto& [name, value] : reply.headers) {
    Require(thb::IsToken(name) && thb::IsFieldValue(value));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto line = [&] {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view taken = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return taken;
  };
  thb::RawHead head;
  head.method = line();
  head.target = line();
  head.version = line();
  head.size = size;
  CheckAddress(head.target);
  while (!rest.empty()) {
    const std::string_view field = line();
    const std::size_t colon = std::min(field.find(':'), field.size());
    const std::string_view value = field.substr(std::min(colon + 1, field.size()));
    head.fields.push_back({field.substr(0, colon), value});
    CheckFields(value);
  }
  thb::Request request;
  const auto refusal = thb::ReadHead(head, {1 << 14, 1 << 20}, request);
  if (!refusal) {
    Require(head.fields.size() <= thb::kMaxHeaderFields);
    CheckRequest(request);
  } else {
    Require(refusal->status >= 400 && refusal->status <= 501);
  }
  return 0;
}
