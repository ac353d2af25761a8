// Requests that are no requests, sent byte by byte to a real server: each is refused or its
// connection closed, none reaches a handler, and the server answers the next client.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "http/internal/testing.h"
#include "http/server.h"

namespace thb {
namespace {

using ::testing::AnyOf;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::Not;

// What IsRefused gives for a connection that ended without an answer.
constexpr int kClosed = 0;

class Hostile : public ::testing::Test {
 protected:
  void SetUp() override {
    Route get;
    get.pattern = "/{page}";
    get.strict_query = false;
    get.handler = [this](const Request&) {
      ++handled_;
      return Response::Text("text/plain", "page");
    };
    Route post = get;
    post.method = Method::kPost;
    router_ = std::make_unique<Router>(Router::Make({get, post}).value());
    ServerOptions options;
    options.port = 0;
    options.max_body_bytes = 100'000;
    options.timeout_s = 2;
    server_ = Server::Start(options, *router_).value();
  }

  // The status of the answer; the connection must then end and no handler must have been called.
  int StatusOf(std::string_view bytes) {
    const int before = handled_;
    RawClient client(server_->port());
    client.Send(bytes);
    const auto response = client.Receive();
    EXPECT_TRUE(client.IsClosed()) << "left open after " << bytes.substr(0, 200);
    EXPECT_EQ(handled_, before) << "handled: " << bytes.substr(0, 200);
    return response ? response->status : kClosed;
  }

  void TearDown() override {
    const int before = handled_;
    const auto response = Fetch(server_->port(), GetRequest("/page"));
    ASSERT_TRUE(response) << "the server does not answer any more";
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(handled_, before + 1);
  }

  std::atomic<int> handled_{0};
  std::unique_ptr<Router> router_;
  std::unique_ptr<Server> server_;
};

std::string Post(std::string_view headers, std::string_view body) {
  return "POST /page HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) + "\r\n" +
         std::string(body);
}

std::string With(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST_F(Hostile, TwoLengthsAreRefused) {
  for (const std::string& headers : std::vector<std::string>{
           "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
           "Content-Length: 4\r\nContent-Length: 5\r\n",
           "Content-Length: 4\r\nContent-Length: 4\r\n", "Content-Length: 4, 4\r\n",
           "Content-Length: +4\r\n", "Content-Length: -4\r\n", "Content-Length: 4 \r\n",
           "Content-Length: 0x4\r\n", "Content-Length: \r\n", "Content-Length: 4;\r\n",
           "Content-Length: four\r\n"}) {
    EXPECT_THAT(StatusOf(Post(headers, "0\r\n\r\n")), Eq(400)) << headers;
  }
}

TEST_F(Hostile, UnknownCodingsAreRefused) {
  for (const std::string& headers : std::vector<std::string>{
           "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: chunked, chunked\r\n",
           "Transfer-Encoding: chunked \r\n", "Transfer-Encoding: \tchunked\t\r\n",
           "Transfer-Encoding: identity\r\n", "Transfer-Encoding: xchunked\r\n",
           "Transfer-Encoding: \"chunked\"\r\n", "Transfer-Encoding: \r\n"}) {
    EXPECT_THAT(StatusOf(Post(headers, "0\r\n\r\n")), AnyOf(501, 400)) << headers;
  }
  EXPECT_THAT(StatusOf(Post("Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n", "")),
              Eq(400));
  EXPECT_EQ(StatusOf("POST /page HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
}

TEST_F(Hostile, HiddenHeadersAreRefused) {
  using std::string_literals::operator""s;
  for (const std::string& headers :
       std::vector<std::string>{"X: a\r\n b\r\n",
                                "X: a\r\n\tTransfer-Encoding: chunked\r\n",
                                "Transfer-Encoding:\r\n chunked\r\n",
                                "Content-Length: 1\r\n 0\r\n",
                                "Content-Length : 4\r\n",
                                "Transfer-Encoding : chunked\r\n",
                                " X: a\r\n",
                                "X\tY: a\r\n",
                                "X Y: a\r\n",
                                ": empty\r\n",
                                "no colon\r\n",
                                "X: a\nContent-Length: 4\r\n",
                                "X: a\rContent-Length: 4\r\n",
                                "X: a\0Content-Length: 4\r\n"s,
                                "X\0: a\r\n"s,
                                "X: \x01\r\n",
                                "X: \x7f\r\n",
                                "X: a\r\r\n",
                                "\xC3\xA9: a\r\n",
                                "X(: a\r\n",
                                "Host: other\r\n"}) {
    EXPECT_THAT(StatusOf(GetRequest("/page", headers)), AnyOf(400, kClosed)) << headers;
  }
  // Line ends that a proxy may not have taken for such.
  EXPECT_EQ(StatusOf("GET /page HTTP/1.1\nHost: localhost\n\n"), 400);
  EXPECT_EQ(StatusOf("GET /page HTTP/1.1\r\nHost: localhost\r\n\n"), 400);
}

TEST_F(Hostile, OtherTargetsAndVersionsAreRefused) {
  for (const std::string& line : std::vector<std::string>{"GET http://localhost/page HTTP/1.1",
                                                          "GET localhost:80 HTTP/1.1",
                                                          "CONNECT localhost:443 HTTP/1.1",
                                                          "OPTIONS * HTTP/1.1",
                                                          "GET page HTTP/1.1",
                                                          "GET /page HTTP/1.1 ",
                                                          "GET  /page HTTP/1.1",
                                                          " GET /page HTTP/1.1",
                                                          "GET /page  HTTP/1.1",
                                                          "GET /a page HTTP/1.1",
                                                          "GET\t/page HTTP/1.1",
                                                          "GET /page",
                                                          "GET /page HTTP/0.9",
                                                          "GET /page HTTP/2.0",
                                                          "GET /page HTTP/1.10",
                                                          "GET /page http/1.1",
                                                          "GET /page HTTP/1.1x",
                                                          "PRI * HTTP/2.0",
                                                          "GET",
                                                          "",
                                                          "\x16\x03\x01\x02",
                                                          "get /page HTTP/1.1",
                                                          "TRACE /page HTTP/1.1",
                                                          "PATCH /page HTTP/1.1",
                                                          "G\x01T /page HTTP/1.1"}) {
    EXPECT_THAT(StatusOf(line + "\r\nHost: localhost\r\n\r\n"), AnyOf(400, 501, 505, kClosed))
        << line;
  }
  EXPECT_EQ(StatusOf("GET /page HTTP/1.1\r\n\r\n"), 400);  // no host
  EXPECT_EQ(StatusOf("GET /page HTTP/1.1\r\nHost: a/b@c\r\n\r\n"), 400);
}

TEST_F(Hostile, MalformedAddressesAreRefused) {
  using std::string_literals::operator""s;
  for (const std::string& target : std::vector<std::string>{"/%",
                                                            "/%4",
                                                            "/%zz",
                                                            "/%00",
                                                            "/%0d%0a",
                                                            "/a%2fb",
                                                            "/a%5Cb",
                                                            "/..",
                                                            "/%2e%2e",
                                                            "/../../etc/passwd",
                                                            "/..%2f..%2fetc%2fpasswd",
                                                            "/.%2e/.%2e/etc",
                                                            "/a/../b",
                                                            "/a\\b",
                                                            "/%c0%ae%c0%ae",
                                                            "/\xC0\xAE",
                                                            "/a\x01",
                                                            "/a\0b"s,
                                                            "/a?b=%",
                                                            "/a?b=%00",
                                                            "/a?b=\x02",
                                                            "/<script>",
                                                            "/a#b"}) {
    EXPECT_EQ(StatusOf(GetRequest(target)), 400) << target;
  }
}

TEST_F(Hostile, TooMuchIsRefused) {
  EXPECT_THAT(StatusOf(GetRequest("/" + With("a", 200'000))), AnyOf(414, 431, kClosed));
  EXPECT_THAT(StatusOf(GetRequest("/" + With("a", 40'000))), AnyOf(414, 431));
  EXPECT_THAT(StatusOf(GetRequest("/page?" + With("a=1&", 10'000))), AnyOf(414, 431));
  EXPECT_EQ(StatusOf(GetRequest("/page?" + With("&", 10'000) + With("a&", 600))), 414);
  EXPECT_EQ(StatusOf(GetRequest("/page?" + With("a=1&", 600))), 414);
  EXPECT_EQ(StatusOf(GetRequest(With("/a", 100))), 414);
  EXPECT_THAT(StatusOf(GetRequest("/page", With("X: a\r\n", 200))), Eq(431));
  EXPECT_THAT(StatusOf(GetRequest("/page", With("X: a\r\n", 50'000))), AnyOf(413, 431, kClosed));
  EXPECT_THAT(StatusOf(GetRequest("/page", "X: " + With("a", 40'000) + "\r\n")), Eq(431));
  EXPECT_THAT(StatusOf(GetRequest("/page", "X: " + With("a", 900'000) + "\r\n")),
              AnyOf(431, kClosed));
}

TEST_F(Hostile, AFloodWithoutALineEndIsClosed) {
  RawClient client(server_->port());
  const std::string part = With("a", 1'000'000);
  int sent = 0;
  while (sent < 100 && client.Send(part)) ++sent;
  EXPECT_LT(sent, 100);
}

TEST_F(Hostile, BodiesThatAreTooLongAreRefused) {
  EXPECT_EQ(StatusOf(Post("Content-Length: 100001\r\n", "")), 413);
  EXPECT_EQ(StatusOf(Post("Content-Length: 99999999999999999999999\r\n", "")), 413);
  EXPECT_EQ(StatusOf(Post("Transfer-Encoding: chunked\r\n",
                          "1d4c0\r\n" + With("a", 120'000) + "\r\n0\r\n\r\n")),
            413);
  EXPECT_THAT(StatusOf(Post("Transfer-Encoding: chunked\r\n",
                            "f4240\r\n" + With("a", 1'000'000) + "\r\n0\r\n\r\n")),
              AnyOf(413, kClosed));
}

TEST_F(Hostile, BadChunksAreRefused) {
  for (const std::string& body : std::vector<std::string>{
           "x\r\nabc\r\n0\r\n\r\n", "-1\r\na\r\n0\r\n\r\n", "0x3\r\nabc\r\n0\r\n\r\n",
           " 3\r\nabc\r\n0\r\n\r\n", "3 \r\nabc\r\n0\r\n\r\n", "ffffffffffffffffff\r\nabc\r\n",
           "3\r\nabcd\r\n0\r\n\r\n", "\r\n\r\n", ";x\r\nabc\r\n0\r\n\r\n"}) {
    EXPECT_THAT(StatusOf(Post("Transfer-Encoding: chunked\r\n", body)), AnyOf(400, 413, kClosed))
        << body;
  }
  EXPECT_THAT(StatusOf(Post("Transfer-Encoding: chunked\r\n", "1;" + With("x", 300'000))),
              AnyOf(400, 413, 431, 500, kClosed));  // 500 is the library's own word for it
}

TEST_F(Hostile, ABodyOfARequestToReadIsRefused) {
  EXPECT_EQ(StatusOf(GetRequest("/page", "Content-Length: 3\r\n") + "abc"), 400);
  EXPECT_EQ(StatusOf(GetRequest("/page", "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n"), 400);
}

TEST_F(Hostile, WhatIsSmuggledBehindARefusedRequestIsNotRead) {
  const std::string behind = GetRequest("/smuggled");
  for (const std::string& first :
       {Post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), GetRequest("/%"),
        Post("Content-Length: 0\r\nContent-Length: 0\r\n", "")}) {
    EXPECT_EQ(StatusOf(first + behind), 400);
  }
}

TEST_F(Hostile, AHalfRequestIsClosedInTime) {
  for (const std::string& half :
       std::vector<std::string>{"GET /page HTT", "GET /page HTTP/1.1\r\nHost: local",
                                Post("Content-Length: 9\r\n", "a")}) {
    EXPECT_THAT(StatusOf(half), AnyOf(408, kClosed));
  }
}

TEST_F(Hostile, PipelinedRequestsAreAnsweredInOrder) {
  RawClient client(server_->port());
  client.Send(GetRequest("/page") + Post("Content-Length: 3\r\n", "abc") + GetRequest("/no/thing") +
              Post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n") + GetRequest("/a%") +
              GetRequest("/page"));
  for (const int status : {200, 200, 404, 200, 400}) {
    const auto response = client.Receive();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, status);
  }
  EXPECT_TRUE(client.IsClosed());
  EXPECT_EQ(handled_, 3);
}

TEST_F(Hostile, TheAnswerNamesNoVersion) {
  for (const char* target : {"/page", "/%", "/no/thing"}) {
    RawClient client(server_->port());
    client.Send(GetRequest(target, "Connection: close\r\n"));
    const std::string answer = client.ReceiveAll();
    EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff"));
    EXPECT_THAT(answer, Not(HasSubstr("Server:")));
    EXPECT_THAT(answer, Not(HasSubstr("icrohttpd")));
  }
}

}  // namespace
}  // namespace thb
