#include "http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "http/internal/testing.h"

namespace thb {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

std::string Gunzip(std::string_view packed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::vector<Bytef> input(packed.begin(), packed.end());
  std::string out(std::size_t{16} << 20, '\0');
  stream.next_in = input.data();
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

std::string Numbers(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += std::to_string(i) + ",";
  return text;
}

// Something that a handler waits for.
class Gate {
 public:
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void Wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

// Waits, with patience for a busy machine, until the condition holds.
bool Eventually(const std::function<bool()>& holds) {
  const auto deadline = Clock::now() + std::chrono::seconds(20);
  while (!holds()) {
    if (Clock::now() > deadline) return false;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return true;
}

class ServerTest : public ::testing::Test {
 protected:
  using Handler = std::function<Response(const Request&)>;

  void Add(std::string pattern, Handler handler, Method method = Method::kGet, bool here = false) {
    Route route;
    route.method = method;
    route.pattern = std::move(pattern);
    route.handler = std::move(handler);
    route.inline_handler = here;
    routes_.push_back(std::move(route));
  }

  void Start() {
    router_ = std::make_unique<Router>(Router::Make(routes_).value());
    if (error_page_) router_->SetErrorPage(error_page_);
    options_.port = 0;
    auto server = Server::Start(options_, *router_);
    ASSERT_TRUE(server) << server.error().ToLine();
    server_ = *std::move(server);
  }

  ClientResponse Ask(std::string_view request) {
    const auto response = Fetch(server_->port(), request);
    EXPECT_TRUE(response) << "no response to " << request;
    return response.value_or(ClientResponse());
  }
  ClientResponse Get(std::string_view target, std::string_view headers = {}) {
    return Ask(GetRequest(target, headers));
  }

  ServerOptions options_;
  std::vector<Route> routes_;
  Router::ErrorPage error_page_;
  std::unique_ptr<Router> router_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AnswersByRouteAndMethod) {
  Add("/hello/{name}", [](const Request& request) {
    return Response::Text("text/plain; charset=utf-8", "hello " + request.Parameter("name"));
  });
  Start();
  const ClientResponse hello = Get("/hello/J%C3%BCrgen");
  EXPECT_EQ(hello.status, 200);
  EXPECT_EQ(hello.body, "hello J\xC3\xBCrgen");
  EXPECT_THAT(hello.headers, Contains(Pair("content-type", "text/plain; charset=utf-8")));
  EXPECT_THAT(hello.headers, Contains(Pair("cache-control", "no-cache")));
  EXPECT_THAT(hello.headers, Contains(Pair("x-content-type-options", "nosniff")));

  const ClientResponse head = Ask("HEAD /hello/you HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(head.status, 200);
  EXPECT_THAT(head.headers, Contains(Pair("content-length", "9")));
  const ClientResponse options = Ask("OPTIONS /hello/you HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(options.status, 204);
  EXPECT_THAT(options.headers, Contains(Pair("allow", "GET, HEAD, OPTIONS")));
  const ClientResponse removed = Ask("DELETE /hello/you HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(removed.status, 405);
  EXPECT_THAT(removed.headers, Contains(Pair("allow", "GET, HEAD, OPTIONS")));
  EXPECT_EQ(Get("/nothing").status, 404);
  EXPECT_EQ(Get("/hello/you?unknown=1").status, 400);
  EXPECT_EQ(Get("/healthz").body, "ok\n");
}

TEST_F(ServerTest, ARouteMayTakeALargerBody) {
  const auto size = [](const Request& request) {
    return Response::Text("text/plain", std::to_string(request.body.size()), 201);
  };
  Add("/small", size, Method::kPost);
  Add("/large", size, Method::kPost);
  routes_.back().max_body_bytes = 3'000'000;
  options_.max_body_bytes = 100'000;
  Start();
  const auto post = [this](const std::string& path, std::size_t bytes) {
    return Ask("POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(bytes) +
               "\r\n\r\n" + std::string(bytes, 'x'));
  };
  EXPECT_EQ(post("/large", 2'900'000).body, "2900000");
  EXPECT_EQ(post("/large", 10).body, "10");
  EXPECT_EQ(post("/small", 100'000).body, "100000");
  const auto status_of_head = [this](const std::string& head) {
    RawClient client(server_->port());
    client.Send("POST " + head + "\r\n\r\n");
    return client.Receive()->status;
  };
  EXPECT_EQ(status_of_head("/small HTTP/1.1\r\nHost: a\r\nContent-Length: 100001"), 413);
  EXPECT_EQ(status_of_head("/large HTTP/1.1\r\nHost: a\r\nContent-Length: 3000001"), 413);
  EXPECT_EQ(status_of_head("/elsewhere HTTP/1.1\r\nHost: a\r\nContent-Length: 200000"), 413);
}

TEST_F(ServerTest, FewLargeBodiesAreReadAtATime) {
  Add(
      "/large", [](const Request&) { return Response::Text("text/plain", "", 201); },
      Method::kPost);
  routes_.back().max_body_bytes = 3'000'000;
  options_.max_body_bytes = 100'000;
  Start();
  const std::string head = "POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n";
  constexpr int kAtATime = 8;
  std::vector<std::unique_ptr<RawClient>> held;
  for (int i = 0; i < kAtATime; ++i) {
    held.push_back(std::make_unique<RawClient>(server_->port()));
    held.back()->Send(head + "x");
  }
  // The server takes them in as they come; the ninth is refused once it has.
  int status = 0;
  for (int tries = 0; tries < 100 && status != 503; ++tries) {
    RawClient one_more(server_->port());
    one_more.Send(head + std::string(200'000, 'x'));
    status = one_more.Receive()->status;
  }
  EXPECT_EQ(status, 503);
  held.front()->Send(std::string(199'999, 'x'));
  EXPECT_EQ(held.front()->Receive()->status, 201);
  EXPECT_EQ(Ask(head + std::string(200'000, 'x')).status, 201) << "there is room again";
}

TEST_F(ServerTest, HandsTheBodyOver) {
  Add(
      "/echo",
      [](const Request& request) { return Response::Text("text/plain", request.body, 201); },
      Method::kPost);
  Start();
  const std::string large = Numbers(100'000);
  EXPECT_EQ(Ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc").body, "abc");
  const ClientResponse echoed =
      Ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(large.size()) +
          "\r\n\r\n" + large);
  EXPECT_EQ(echoed.status, 201);
  EXPECT_EQ(echoed.body, large);
  EXPECT_EQ(Ask("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: x\r\n\r\n")
                .body,
            "abcde");
  RawClient patient(server_->port());
  patient.Send(
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(patient.Receive(true)->status, 100);
  patient.Send("abc");
  EXPECT_EQ(patient.Receive()->body, "abc");
}

TEST_F(ServerTest, TakesTheLargestHeadAllowed) {
  Add("/", [](const Request& request) {
    return Response::Text("text/plain", std::to_string(request.headers.size()));
  });
  Start();
  const std::string frame = GetRequest("/", "X: \r\n");
  const std::string value(options_.max_header_bytes - frame.size(), 'a');
  EXPECT_EQ(Get("/", "X: " + value + "\r\n").body, "2");
  EXPECT_EQ(Get("/", "X: " + value + "a\r\n").status, 431);
  std::string many;
  for (int i = 0; i < 99; ++i)
    many += "X-" + std::to_string(i) + ": " + std::string(130, 'b') + "\r\n";
  EXPECT_EQ(Get("/", many).body, "100");
}

TEST_F(ServerTest, AnswersConditions) {
  Add("/", [](const Request&) {
    Response response = Response::Text("text/plain", "content");
    response.etag = "v1";
    response.cache_control = "public, max-age=60";
    return response;
  });
  Start();
  EXPECT_THAT(Get("/").headers, Contains(Pair("etag", "\"v1\"")));
  for (const char* tags : {"\"v1\"", "W/\"v1\"", "\"v0\", \"v1\"", "*", "\"a,b\",\"v1\""}) {
    const ClientResponse same = Get("/", "If-None-Match: " + std::string(tags) + "\r\n");
    EXPECT_EQ(same.status, 304) << tags;
    EXPECT_THAT(same.headers, Contains(Pair("etag", "\"v1\"")));
    EXPECT_THAT(same.headers, Contains(Pair("cache-control", "public, max-age=60")));
    EXPECT_THAT(same.headers, Not(Contains(Key("content-type"))));
  }
  for (const char* tags : {"\"v2\"", "v1", "\"v1", "\"v1-gzip\""}) {
    EXPECT_EQ(Get("/", "If-None-Match: " + std::string(tags) + "\r\n").status, 200) << tags;
  }
  EXPECT_EQ(Get("/", "If-Match: \"v1\"\r\n").status, 200);
  EXPECT_EQ(Get("/", "If-Match: \"v2\"\r\n").status, 412);
  EXPECT_EQ(Get("/", "If-Match: W/\"v1\"\r\n").status, 412);
}

TEST_F(ServerTest, SendsRanges) {
  Add("/file", [](const Request&) {
    Response response = Response::Text("text/csv", "0123456789");
    response.etag = "v1";
    response.download_name = "d\xC3\xA9tail.csv";
    return response;
  });
  Add("/loose", [](const Request&) { return Response::Text("text/csv", "0123456789"); });
  Start();
  const ClientResponse part = Get("/file", "Range: bytes=2-4\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "234");
  EXPECT_THAT(part.headers, Contains(Pair("content-range", "bytes 2-4/10")));
  EXPECT_THAT(
      part.headers,
      Contains(Pair("content-disposition",
                    "attachment; filename=\"d__tail.csv\"; filename*=UTF-8''d%C3%A9tail.csv")));
  EXPECT_EQ(Get("/file", "Range: bytes=7-\r\n").body, "789");
  EXPECT_EQ(Get("/file", "Range: bytes=-3\r\n").body, "789");
  EXPECT_EQ(Get("/file", "Range: bytes=-30\r\n").body, "0123456789");
  EXPECT_EQ(Get("/file", "Range: bytes=8-99999999999999999999999\r\n").body, "89");
  EXPECT_EQ(Get("/file", "Range: bytes=2-4\r\nIf-Range: \"v1\"\r\n").status, 206);
  EXPECT_EQ(Get("/file", "Range: bytes=2-4\r\nIf-Range: \"v0\"\r\n").status, 200);
  const ClientResponse outside = Get("/file", "Range: bytes=10-\r\n");
  EXPECT_EQ(outside.status, 416);
  EXPECT_THAT(outside.headers, Contains(Pair("content-range", "bytes */10")));
  for (const char* range : {"bytes=1-2,4-5", "lines=1-2", "bytes=4-2", "bytes=a-b", "bytes=-"}) {
    EXPECT_EQ(Get("/file", "Range: " + std::string(range) + "\r\n").body, "0123456789") << range;
  }
  // Without an entity tag the parts of two answers could be of different bodies.
  EXPECT_EQ(Get("/loose", "Range: bytes=2-4\r\n").status, 200);
}

TEST_F(ServerTest, CompressesText) {
  const auto text = std::make_shared<const std::string>(Numbers(20'000));
  const auto with_type = [&](std::string type, bool here) {
    return std::pair(
        [=](const Request&) {
          Response response;
          response.content_type = type;
          response.body = text;
          response.etag = "v1";
          return response;
        },
        here);
  };
  for (const bool here : {false, true}) {
    const auto [handler, in_place] = with_type("application/vnd.sdmx.data+csv;version=2.0.0", here);
    Add(here ? "/here" : "/there", handler, Method::kGet, in_place);
  }
  Add("/picture", with_type("image/png", false).first);
  Add("/small", [](const Request&) { return Response::Text("text/plain", "small"); });
  Start();
  const std::string accept = "Accept-Encoding: br, gzip;q=0.8\r\n";
  for (const std::string path : {"/here", "/there", "/here"}) {
    const ClientResponse packed = Get(path, accept);
    EXPECT_THAT(packed.headers, Contains(Pair("content-encoding", "gzip")));
    EXPECT_THAT(packed.headers, Contains(Pair("vary", "Accept-Encoding")));
    EXPECT_THAT(packed.headers, Contains(Pair("etag", "\"v1-gzip\"")));
    EXPECT_LT(packed.body.size(), text->size() / 2);
    EXPECT_EQ(Gunzip(packed.body), *text);
    EXPECT_EQ(Get(path, accept + "If-None-Match: \"v1-gzip\"\r\n").status, 304);
    const ClientResponse plain = Get(path);
    EXPECT_THAT(plain.headers, Contains(Pair("vary", "Accept-Encoding")));
    EXPECT_EQ(plain.body, *text);
    EXPECT_EQ(Get(path, "Accept-Encoding: gzip;q=0, *\r\n").body, *text);
    EXPECT_EQ(Get(path, accept + "Range: bytes=0-1\r\n").body, "0,");
  }
  EXPECT_EQ(Get("/picture", accept).body, *text);
  EXPECT_EQ(Get("/small", accept).body, "small");
}

TEST_F(ServerTest, Streams) {
  const std::string text = Numbers(200'000);
  Add("/stream", [&text](const Request&) {
    Response response;
    response.content_type = "text/csv";
    response.stream = [&text, sent = std::size_t{0}](std::size_t limit) mutable {
      const std::string part = text.substr(sent, limit);
      sent += part.size();
      return part;
    };
    return response;
  });
  Add("/broken", [](const Request&) {
    Response response;
    response.content_type = "application/octet-stream";
    response.stream = [first = true](std::size_t) mutable {
      if (!std::exchange(first, false)) throw std::runtime_error("lost");
      return std::string("first");
    };
    return response;
  });
  Start();
  const ClientResponse whole = Get("/stream");
  EXPECT_THAT(whole.headers, Contains(Pair("transfer-encoding", "chunked")));
  EXPECT_EQ(whole.body, text);
  const ClientResponse packed = Get("/stream", "Accept-Encoding: gzip\r\n");
  EXPECT_LT(packed.body.size(), text.size() / 2);
  EXPECT_EQ(Gunzip(packed.body), text);
  EXPECT_EQ(Ask("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n").status, 200);
  RawClient old(server_->port());
  old.Send("GET /stream HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(EndsWith(old.ReceiveAll(), "\r\n\r\n" + text));
  // The client sees that the body has no end.
  EXPECT_EQ(Fetch(server_->port(), GetRequest("/broken")), std::nullopt);
  {
    RawClient gone(server_->port());
    gone.Send(GetRequest("/stream"));
  }
  EXPECT_EQ(Get("/stream").body, text);
}

TEST_F(ServerTest, RefusesAHeaderThatAHandlerMadeWrong) {
  Add("/go", [](const Request& request) {
    return Response::Redirect(std::string(request.Query("to").value_or("/")) +
                              "\r\nSet-Cookie: a=b");
  });
  Start();
  const ClientResponse response = Get("/go");
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.headers, Not(Contains(Key("set-cookie"))));
}

TEST_F(ServerTest, LogsAndCountsWithoutPersonalData) {
  std::mutex mutex;
  std::vector<std::string> lines;
  options_.access_log = [&](const std::string& line) {
    const std::lock_guard lock(mutex);
    lines.push_back(line);
  };
  options_.clock = [] { return Instant{1'671'436'800}; };
  Add("/person/{id}", [](const Request&) { return Response::Text("text/plain", "abc"); });
  routes_[0].strict_query = false;
  Start();
  // On one connection, so that each is logged before the next is read.
  RawClient client(server_->port());
  const auto ask = [&](std::string_view target, std::string_view headers = {}) {
    client.Send(GetRequest(target, headers));
    return client.Receive().value_or(ClientResponse());
  };
  const ClientResponse answer = ask("/person/secret?name=secret",
                                    "User-Agent: secret\r\nReferer: secret\r\nCookie: secret\r\n");
  EXPECT_THAT(answer.headers, Contains(Pair("date", "Mon, 19 Dec 2022 08:00:00 GMT")));
  ask("/secret/secret");
  const std::string metrics = ask("/metrics").body;
  ask("/%secret");
  server_->Stop(5);
  ASSERT_THAT(lines, SizeIs(4));
  const auto first = ParseJson(lines[0], "log");
  ASSERT_TRUE(first);
  std::vector<std::string> keys;
  for (const auto& [key, value] : first->items()) keys.push_back(key);
  EXPECT_THAT(keys, ElementsAre("time", "method", "route", "status", "bytes", "ms"));
  EXPECT_EQ((*first)["time"], "2022-12-19T08:00:00Z");
  EXPECT_EQ((*first)["route"], "/person/{id}");
  EXPECT_EQ((*first)["bytes"], 3);
  EXPECT_THAT(lines[1], HasSubstr("\"route\":\"-\",\"status\":404"));
  EXPECT_THAT(lines[2], HasSubstr("\"route\":\"/metrics\",\"status\":200"));
  EXPECT_THAT(lines[3], HasSubstr("\"route\":\"-\",\"status\":400"));
  for (const std::string& line : lines) EXPECT_THAT(line, Not(HasSubstr("secret")));
  EXPECT_THAT(metrics, Not(HasSubstr("secret")));
  EXPECT_THAT(metrics, HasSubstr("thb_http_requests_total{method=\"GET\",route=\"/person/{id}\","
                                 "class=\"2xx\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("thb_http_requests_total{method=\"GET\",route=\"-\","
                                 "class=\"4xx\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("thb_http_response_bytes_total{method=\"GET\","
                                 "route=\"/person/{id}\"} 3\n"));
  EXPECT_THAT(metrics, HasSubstr("le=\"+Inf\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("\nthb_http_open_connections "));
  EXPECT_THAT(metrics, HasSubstr("\nthb_http_queue_length 0\n"));
  EXPECT_THAT(metrics, HasSubstr("\nprocess_resident_memory_bytes "));
}

TEST_F(ServerTest, AFullQueueIsSaid) {
  Gate gate;
  std::atomic<bool> begun = false;
  Add("/wait", [&](const Request&) {
    begun = true;
    gate.Wait();
    return Response::Text("text/plain", "done");
  });
  Add(
      "/quick", [](const Request&) { return Response::Text("text/plain", "quick"); }, Method::kGet,
      true);
  options_.workers = 1;
  options_.max_queue = 1;
  Start();
  std::vector<std::unique_ptr<RawClient>> waiting;
  int refused = 0;
  for (int i = 0; i < 6; ++i) {
    // The worker has taken the first before the second comes to wait.
    if (i == 1) {
      EXPECT_TRUE(Eventually([&] { return begun.load(); }));
    }
    waiting.push_back(std::make_unique<RawClient>(server_->port()));
    waiting.back()->Send(GetRequest("/wait"));
  }
  // One runs and one waits; the others are told. None of them delays an answer from memory.
  EXPECT_EQ(Get("/quick").body, "quick");
  const std::string counted = "route=\"/wait\",class=\"5xx\"} 4";
  EXPECT_TRUE(Eventually([&] { return Get("/metrics").body.find(counted) != std::string::npos; }));
  gate.Open();
  for (const auto& client : waiting) {
    const auto response = client->Receive();
    ASSERT_TRUE(response);
    if (response->status != 503) {
      EXPECT_EQ(response->body, "done");
      continue;
    }
    EXPECT_THAT(response->headers, Contains(Pair("retry-after", "1")));
    ++refused;
  }
  EXPECT_EQ(refused, 4);
}

TEST_F(ServerTest, AConnectionThatDripsIsEnded) {
  Add("/", [](const Request&) { return Response::Text("text/plain", "ok"); });
  options_.timeout_s = 1;
  Start();
  RawClient client(server_->port());
  client.Send("GET / HTTP/1.1\r\nX: ");
  const auto begin = Clock::now();
  while (client.Send("a") && Clock::now() - begin < std::chrono::seconds(20)) {
    std::this_thread::sleep_for(milliseconds(100));
  }
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(20));
}

TEST_F(ServerTest, SlowClientsDelayNobody) {
  Add("/", [](const Request&) { return Response::Text("text/plain", "ok"); });
  Start();
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(std::make_unique<RawClient>(server_->port()));
    ASSERT_TRUE(slow.back()->Send("GET / HTTP/1.1\r\nHost: loc"));
  }
  const auto begin = Clock::now();
  EXPECT_EQ(Get("/").body, "ok");
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(5));
  ASSERT_TRUE(slow[7]->Send("alhost\r\n\r\n"));
  EXPECT_EQ(slow[7]->Receive()->body, "ok");
}

TEST_F(ServerTest, ClientsThatDoNotReadDelayNobody) {
  const auto large = std::make_shared<const std::string>(std::size_t{8} << 20, 'x');
  Add("/large", [large](const Request&) {
    Response response;
    response.content_type = "image/png";
    response.body = large;
    return response;
  });
  Start();
  std::vector<std::unique_ptr<RawClient>> deaf;
  for (int i = 0; i < 50; ++i) {
    deaf.push_back(std::make_unique<RawClient>(server_->port()));
    ASSERT_TRUE(deaf.back()->Send(GetRequest("/large")));
  }
  const auto begin = Clock::now();
  EXPECT_EQ(Get("/healthz").body, "ok\n");
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(5));
  EXPECT_EQ(deaf[7]->Receive()->body.size(), large->size());
}

TEST_F(ServerTest, ConnectionsBeyondTheLimitWait) {
  Add("/", [](const Request&) { return Response::Text("text/plain", "ok"); });
  options_.io_threads = 1;
  options_.max_connections = 3;
  Start();
  std::vector<std::unique_ptr<RawClient>> open;
  for (int i = 0; i < 3; ++i) {
    open.push_back(std::make_unique<RawClient>(server_->port()));
    ASSERT_TRUE(open.back()->Send(GetRequest("/")));
    ASSERT_TRUE(open.back()->Receive());
  }
  RawClient next(server_->port());
  ASSERT_TRUE(next.Send(GetRequest("/")));
  next.patience = milliseconds(300);
  EXPECT_EQ(next.Receive(), std::nullopt);
  open.pop_back();
  next.patience = std::chrono::seconds(10);
  const auto answer = next.Receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
}

TEST_F(ServerTest, StopFinishesOpenRequests) {
  Gate gate;
  std::atomic<bool> begun = false;
  Add("/wait", [&](const Request&) {
    begun = true;
    gate.Wait();
    return Response::Text("text/plain", Numbers(100'000));
  });
  Start();
  const std::uint16_t port = server_->port();
  RawClient open(port);
  RawClient idle(port);
  open.Send(GetRequest("/wait"));
  EXPECT_TRUE(Eventually([&] { return begun.load(); }));
  std::thread stopping([&] { server_->Stop(30); });
  EXPECT_TRUE(Eventually([&] { return !Fetch(port, GetRequest("/healthz")); }))
      << "new connections are still taken";
  gate.Open();
  const auto response = open.Receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, Numbers(100'000));
  EXPECT_THAT(response->headers, Contains(Pair("connection", AnyOf("close", "Close"))));
  stopping.join();
  EXPECT_TRUE(idle.IsClosed());
}

TEST_F(ServerTest, StopDoesNotWaitForClients) {
  Add("/", [](const Request&) { return Response::Text("text/plain", "ok"); });
  Start();
  RawClient half(server_->port());
  half.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  std::this_thread::sleep_for(milliseconds(50));
  const auto begin = Clock::now();
  server_->Stop(1);
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(10));
  EXPECT_TRUE(half.IsClosed());
}

// What one client thread saw.
struct Tally {
  int whole = 0;
  int wrong = 0;
  int cut = 0;
};

// Keep-alive connections, each with several requests, until the server closes.
Tally Hammer(std::uint16_t port, const std::string& stream) {
  Tally tally;
  int turn = 0;
  while (true) {
    RawClient client(port);
    for (int i = 0; i < 20; ++i, ++turn) {
      const std::vector<std::string> targets = {"/here", "/there", "/stream"};
      const std::string& target = targets[static_cast<std::size_t>(turn) % 3];
      if (!client.Send(GetRequest(target))) {
        if (i == 0) return tally;  // no new connection: the server has stopped
        break;
      }
      const auto response = client.Receive();
      if (!response) {
        ++tally.cut;
        break;
      }
      const std::string& expected = target == "/stream" ? stream : target;
      ++(response->status == 200 && response->body == expected ? tally.whole : tally.wrong);
      if (response->headers.contains("connection")) break;
    }
  }
}

TEST_F(ServerTest, ServesManyAtOnceAndStopsUnderLoad) {
  const std::string text = Numbers(30'000);
  Add(
      "/here", [](const Request&) { return Response::Text("text/plain", "/here"); }, Method::kGet,
      true);
  Add("/there", [](const Request&) { return Response::Text("text/plain", "/there"); });
  Add("/stream", [&text](const Request&) {
    Response response;
    response.content_type = "text/csv";
    response.stream = [&text, sent = std::size_t{0}](std::size_t limit) mutable {
      const std::string part = text.substr(sent, limit);
      sent += part.size();
      return part;
    };
    return response;
  });
  std::atomic<int> logged = 0;
  std::atomic<int> unanswered = 0;
  options_.access_log = [&](const std::string& line) {
    ++logged;
    if (line.find("\"status\":0") != std::string::npos) ++unanswered;
  };
  Start();
  std::vector<std::thread> threads;
  std::vector<Tally> tallies(6);
  for (Tally& tally : tallies) {
    threads.emplace_back([&] { tally = Hammer(server_->port(), text); });
  }
  EXPECT_TRUE(Eventually([&] { return logged > 200; }));
  server_->Stop(30);
  for (std::thread& thread : threads) thread.join();
  int whole = 0;
  int cut = 0;
  for (const Tally& tally : tallies) {
    EXPECT_EQ(tally.wrong, 0);
    whole += tally.whole;
    cut += tally.cut;
  }
  EXPECT_GT(whole, 200);
  // Every request that the server had begun to read was answered whole. A client may have sent one
  // more to a connection that was being closed: that one was not read.
  EXPECT_EQ(unanswered, 0);
  EXPECT_EQ(logged, whole);
  EXPECT_LE(cut, static_cast<int>(tallies.size()));
}

TEST_F(ServerTest, AnErrorPageThatFailsIsAnErrorOfTheServer) {
  Add("/", [](const Request&) -> Response { throw std::runtime_error("secret"); });
  Start();
  router_->SetErrorPage(
      [](const Request&, int, const Error&) -> Response { throw std::runtime_error("secret"); });
  const ClientResponse response = Get("/");
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.body, Not(HasSubstr("secret")));
  // Outside of a worker it ends the connection, and no other.
  EXPECT_EQ(Fetch(server_->port(), GetRequest("/nothing")), std::nullopt);
  EXPECT_EQ(Get("/healthz").status, 200);
}

TEST_F(ServerTest, ListensOnIpv6) {
  Add("/", [](const Request&) { return Response::Text("text/plain", "ok"); });
  router_ = std::make_unique<Router>(Router::Make(routes_).value());
  options_.port = 0;
  options_.address = "::";
  auto server = Server::Start(options_, *router_);
  if (!server) GTEST_SKIP() << "this machine has no IPv6: " << server.error().ToLine();
  // A connection of IPv4 comes in mapped.
  EXPECT_EQ(Fetch((*server)->port(), GetRequest("/"))->body, "ok");
}

TEST_F(ServerTest, SaysWhyItCannotStart) {
  Add("/", [](const Request&) { return Response::Text("text/plain", "ok"); });
  Start();
  ServerOptions options;
  options.port = server_->port();
  auto taken = Server::Start(options, *router_);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::kIo);
  options.port = 0;
  options.address = "localhost";
  EXPECT_EQ(Server::Start(options, *router_).error().code, ErrorCode::kUsage);
  options.address = "127.0.0.1";
  options.certificate = "no certificate";
  options.private_key = "no key";
  EXPECT_EQ(Server::Start(options, *router_).error().code, ErrorCode::kUsage);
}

}  // namespace
}  // namespace thb
