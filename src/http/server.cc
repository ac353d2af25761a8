// The one file that sees libmicrohttpd.
//
// A connection is read and written by one of the I/O threads, which are libmicrohttpd's. When a
// request is complete the I/O thread suspends the connection and hands the request to a worker; the
// worker makes the reply and resumes the connection, and the I/O thread sends it. Between suspend
// and resume only the worker touches the exchange, so it needs no lock.

#include "http/server.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/text.h"
#include "http/internal/acceptor.h"
#include "http/internal/access_log.h"
#include "http/internal/gzip.h"
#include "http/internal/head.h"
#include "http/internal/listen.h"
#include "http/internal/metrics.h"
#include "http/internal/reply.h"
#include "http/internal/watch.h"
#include "http/internal/workers.h"

namespace thb {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Compressed forms of cached bodies.
constexpr std::size_t kGzipCacheBytes = std::size_t{16} << 20;
// A body beyond this is compressed by a worker, so that the other connections of the I/O thread do
// not wait for it.
constexpr std::size_t kMaxInlineGzipBytes = 32 * 1024;
constexpr std::size_t kStreamPartBytes = 64 * 1024;
// How much of a body that is too long is read and thrown away, so that the client gets to read why.
constexpr std::size_t kDiscardFactor = 4;
// Bodies beyond the server's limit that are read at a time.
constexpr int kMaxLargeBodies = 8;
// A request has to be received within this many timeouts.
constexpr unsigned kReceiveFactor = 2;
// Of libmicrohttpd's memory for a connection: the head of the request, its parsed form and the head
// of the reply. It is zeroed after each request, so more would cost time, and stay resident.
constexpr std::size_t kPoolFactor = 2;

// The acceptor keeps to the limit of connections. That of libmicrohttpd is higher for each of its
// threads, since it refuses what is beyond.
constexpr std::size_t kConnectionSpare = 64;

struct ResponseDeleter {
  void operator()(MHD_Response* response) const { MHD_destroy_response(response); }
};
using MhdResponse = std::unique_ptr<MHD_Response, ResponseDeleter>;

// One request and its answer.
struct Exchange {
  enum class Phase { kHead, kBody, kWaiting };
  Phase phase = Phase::kHead;
  std::string target;                // as sent
  const char* raw_target = nullptr;  // where it stood in the buffer
  Request request;
  std::size_t max_body_bytes = 0;
  std::shared_ptr<void> large;  // held while a body beyond the server's limit may be in memory
  bool body_too_long = false;
  std::size_t discarded = 0;
  std::size_t row = 0;  // of the metrics
  const Route* route = nullptr;
  std::optional<Response> response;  // of the handler, where the reply is still to be made
  MhdResponse reply;
  int status = 0;
  std::uint64_t bytes = 0;
  SteadyClock::time_point begin = SteadyClock::now();
};

Error TooLong(std::size_t limit) {
  return {ErrorCode::kLimit, "the body is too long", "body",
          "send at most " + std::to_string(limit) + " bytes"};
}

class MhdServer;

// A body that is made part by part by a worker. The connection is suspended meanwhile.
struct BodyStream {
  MhdServer* server = nullptr;
  MHD_Connection* connection = nullptr;
  Exchange* exchange = nullptr;
  std::function<std::string(std::size_t)> source;
  std::string part;
  std::size_t sent = 0;
  bool ended = false;
  bool failed = false;
};

class MhdServer : public Server {
 public:
  MhdServer(ServerOptions options, const Router& router);
  ~MhdServer() override { Stop(0); }

  Result<void> Listen();
  std::uint16_t port() const override { return port_; }
  void Stop(unsigned grace_s) override;

 private:
  friend struct Callbacks;

  Result<void> StartDaemon(std::size_t connections);

  // The steps of a request, on the I/O thread.
  Exchange* Begin(const char* target);
  MHD_Result OnHead(MHD_Connection* connection, Exchange& exchange, const char* method,
                    const char* version);
  void OnBody(Exchange& exchange, std::string_view part);
  MHD_Result OnComplete(MHD_Connection* connection, Exchange& exchange);
  void OnDone(Exchange* exchange);

  std::optional<Response> AnswerOwn(Exchange& exchange);
  MHD_Result HandOver(MHD_Connection* connection, Exchange& exchange);
  void Work(MHD_Connection* connection, Exchange& exchange);
  void SetReply(MHD_Connection* connection, Exchange& exchange, Reply reply, bool close);
  void SetProblem(MHD_Connection* connection, Exchange& exchange, int status, const Error& error);
  MhdResponse MakeBody(MHD_Connection* connection, Exchange& exchange, Reply& reply);
  ssize_t ReadStream(BodyStream& stream, char* buffer, std::size_t max);
  static void NextPart(BodyStream& stream);

  std::optional<Refusal> LimitBody(Exchange& exchange);
  std::size_t RowOf(const Route* route) const;
  std::size_t health_row() const { return router_.routes().size(); }
  std::size_t metrics_row() const { return router_.routes().size() + 1; }
  std::size_t no_row() const { return router_.routes().size() + 2; }

  ServerOptions options_;
  const Router& router_;
  ServerMetrics metrics_;
  GzipCache gzip_{kGzipCacheBytes};
  WorkerPool workers_;
  ConnectionWatch watch_;
  std::unique_ptr<Acceptor> acceptor_;
  MHD_Daemon* daemon_ = nullptr;
  std::uint16_t port_ = 0;
  std::atomic<int> large_bodies_{0};
  std::atomic<bool> stopping_{false};   // replies close their connection
  std::atomic<bool> abandoned_{false};  // no handler is called any more
  std::mutex log_mutex_;
  std::string tls_versions_ = "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1";
};

// libmicrohttpd calls functions of C.
struct Callbacks {
  static MhdServer& Self(void* cls) { return *static_cast<MhdServer*>(cls); }

  static void* OnTarget(void* cls, const char* target, MHD_Connection* connection) {
    PeerOf(connection)->RequestBegun();
    return Self(cls).Begin(target);
  }

  // No exception may pass through a library of C. One that comes this far ends the connection.
  static MHD_Result OnRequest(void* cls, MHD_Connection* connection, const char*,
                              const char* method, const char* version, const char* upload,
                              std::size_t* upload_size, void** context) {
    try {
      return Step(Self(cls), connection, *static_cast<Exchange*>(*context), method, version, upload,
                  *upload_size);
    } catch (const std::exception&) {
      return MHD_NO;
    }
  }

  static MHD_Result Step(MhdServer& self, MHD_Connection* connection, Exchange& exchange,
                         const char* method, const char* version, const char* upload,
                         std::size_t& upload_size) {
    switch (exchange.phase) {
      case Exchange::Phase::kHead:
        return self.OnHead(connection, exchange, method, version);
      case Exchange::Phase::kBody:
        if (upload_size == 0) return self.OnComplete(connection, exchange);
        self.OnBody(exchange, {upload, upload_size});
        upload_size = 0;
        return exchange.discarded > kDiscardFactor * self.options_.max_body_bytes ? MHD_NO
                                                                                  : MHD_YES;
      case Exchange::Phase::kWaiting:
        if (!exchange.reply) return MHD_NO;  // no memory for it
        return MHD_queue_response(connection, static_cast<unsigned>(exchange.status),
                                  exchange.reply.get());
    }
    return MHD_NO;
  }

  static void OnCompleted(void* cls, MHD_Connection* connection, void** context,
                          MHD_RequestTerminationCode) {
    if (*context != nullptr) Self(cls).OnDone(static_cast<Exchange*>(*context));
    *context = nullptr;
    PeerOf(connection)->ReplySent();
  }

  static ConnectionWatch::Peer* PeerOf(MHD_Connection* connection) {
    const MHD_ConnectionInfo* info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return static_cast<ConnectionWatch::Peer*>(info->socket_context);
  }

  static void OnConnection(void* cls, MHD_Connection* connection, void** context,
                           MHD_ConnectionNotificationCode code) {
    MhdServer& self = Self(cls);
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
      self.metrics_.ConnectionOpened();
      *context = self.watch_.Open(
          MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd);
    } else {
      self.metrics_.ConnectionClosed();
      self.watch_.Close(static_cast<ConnectionWatch::Peer*>(*context));
      self.acceptor_->Closed();
    }
  }

  // The router decodes; what libmicrohttpd would decode is not used.
  static std::size_t LeaveEncoded(void*, MHD_Connection*, char* text) { return std::strlen(text); }

  static MHD_Result AddField(void* cls, MHD_ValueKind, const char* name, std::size_t name_size,
                             const char* value, std::size_t value_size) {
    if (value == nullptr) return MHD_NO;
    static_cast<RawHead*>(cls)->fields.push_back({{name, name_size}, {value, value_size}});
    return MHD_YES;
  }

  static ssize_t OnRead(void* cls, std::uint64_t, char* buffer, std::size_t max) {
    BodyStream& stream = *static_cast<BodyStream*>(cls);
    return stream.server->ReadStream(stream, buffer, max);
  }
  static void FreeStream(void* cls) { delete static_cast<BodyStream*>(cls); }
  static void FreeBody(void* cls) { delete static_cast<std::shared_ptr<const std::string>*>(cls); }
};

std::vector<ServerMetrics::Label> MetricLabels(const Router& router) {
  std::vector<ServerMetrics::Label> labels;
  for (const Route& route : router.routes()) labels.push_back({route.method, route.pattern});
  labels.push_back({Method::kGet, "/healthz"});
  labels.push_back({Method::kGet, "/metrics"});
  labels.push_back({Method::kGet, "-"});  // what no route answers
  return labels;
}

MhdServer::MhdServer(ServerOptions options, const Router& router)
    : options_(std::move(options)),
      router_(router),
      metrics_(MetricLabels(router)),
      workers_(options_.workers, options_.max_queue),
      watch_(std::chrono::seconds(kReceiveFactor * options_.timeout_s)) {}

Result<void> MhdServer::Listen() {
  const std::size_t connections = RaiseFileLimit(options_.max_connections);
  const Listener listener = TRY(ListenOn(options_.address, options_.port));
  port_ = listener.port;
  Result<void> started = StartDaemon(connections);
  if (!started) {
    close(listener.fd);
    return started;
  }
  const auto add = [this](int fd, const sockaddr* address, socklen_t size) {
    return MHD_add_connection(daemon_, fd, address, size) == MHD_YES;
  };
  acceptor_ = std::make_unique<Acceptor>(listener.fd, connections, add);
  acceptor_->Start();
  return {};
}

Result<void> MhdServer::StartDaemon(std::size_t connections) {
  const bool tls = !options_.certificate.empty() && !options_.private_key.empty();
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME |
                   MHD_USE_SUPPRESS_DATE_NO_CLOCK | MHD_USE_NO_LISTEN_SOCKET;
  if (tls) flags |= MHD_USE_TLS;
  const auto number = [](std::size_t value) { return static_cast<std::intptr_t>(value); };
  std::vector<MHD_OptionItem> items = {
      {MHD_OPTION_CONNECTION_MEMORY_LIMIT, number(kPoolFactor * options_.max_header_bytes),
       nullptr},
      {MHD_OPTION_CONNECTION_LIMIT, number(kConnectionSpare * options_.io_threads + connections),
       nullptr},
      {MHD_OPTION_CONNECTION_TIMEOUT, number(options_.timeout_s), nullptr},
      {MHD_OPTION_STRICT_FOR_CLIENT, 1, nullptr},
      {MHD_OPTION_NOTIFY_COMPLETED, reinterpret_cast<std::intptr_t>(&Callbacks::OnCompleted), this},
      {MHD_OPTION_NOTIFY_CONNECTION, reinterpret_cast<std::intptr_t>(&Callbacks::OnConnection),
       this},
      {MHD_OPTION_URI_LOG_CALLBACK, reinterpret_cast<std::intptr_t>(&Callbacks::OnTarget), this},
      {MHD_OPTION_UNESCAPE_CALLBACK, reinterpret_cast<std::intptr_t>(&Callbacks::LeaveEncoded),
       nullptr},
  };
  // A pool of one thread is none, says libmicrohttpd.
  if (options_.io_threads > 1) {
    items.push_back({MHD_OPTION_THREAD_POOL_SIZE, number(options_.io_threads), nullptr});
  }
  if (tls) {
    items.push_back({MHD_OPTION_HTTPS_MEM_CERT, 0, options_.certificate.data()});
    items.push_back({MHD_OPTION_HTTPS_MEM_KEY, 0, options_.private_key.data()});
    items.push_back({MHD_OPTION_HTTPS_PRIORITIES, 0, tls_versions_.data()});
  }
  items.push_back({MHD_OPTION_END, 0, nullptr});
  daemon_ = MHD_start_daemon(flags, 0, nullptr, nullptr, &Callbacks::OnRequest, this,
                             MHD_OPTION_ARRAY, items.data(), MHD_OPTION_END);
  if (daemon_ != nullptr) return {};
  if (tls) {
    return Fail(ErrorCode::kUsage, "the certificate and the key are no pair in PEM", "certificate",
                "give a certificate and the private key that belongs to it");
  }
  return Fail(ErrorCode::kIo, "the server cannot start", options_.address,
              "see whether the system has threads and memory left");
}

void MhdServer::Stop(unsigned grace_s) {
  if (daemon_ == nullptr) return;
  stopping_ = true;
  acceptor_->Stop();
  const auto deadline = SteadyClock::now() + std::chrono::seconds(grace_s);
  while (acceptor_->open() > 0 && SteadyClock::now() < deadline) {
    // Again and again, since a connection is idle once its reply is sent.
    watch_.EndIdleOnes();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  // From here on a suspended connection is resumed at once; libmicrohttpd may not be stopped while
  // one is suspended.
  abandoned_ = true;
  workers_.Finish();
  MHD_stop_daemon(daemon_);
  daemon_ = nullptr;
}

Exchange* MhdServer::Begin(const char* target) {
  auto exchange = std::make_unique<Exchange>();
  exchange->target = target;
  exchange->raw_target = target;
  // The library would parse the query itself, and stall where its memory does not hold the result.
  // The buffer is its own and writable; what it finds now is an empty query.
  char* mark = std::strchr(const_cast<char*>(target), '?');
  if (mark != nullptr && mark[1] != '\0') mark[1] = '\0';
  exchange->row = no_row();
  return exchange.release();
}

MHD_Result MhdServer::OnHead(MHD_Connection* connection, Exchange& exchange, const char* method,
                             const char* version) {
  exchange.phase = Exchange::Phase::kBody;
  RawHead head;
  head.method = method;
  head.target = {exchange.raw_target, exchange.target.size()};
  head.version = version;
  MHD_get_connection_values_n(connection, MHD_HEADER_KIND, &Callbacks::AddField, &head);
  const MHD_ConnectionInfo* info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  head.size = info == nullptr ? 0 : info->header_size;
  std::optional<Refusal> refusal;
  if (!IsLaidOutStrictly(head)) {
    refusal = Refusal{400,
                      {ErrorCode::kParse, "the head of the request is malformed", "headers",
                       "send one plain request with line ends of CR LF"}};
  } else {
    head.target = exchange.target;
    const std::size_t largest = std::max(options_.max_body_bytes, router_.LargestBody());
    refusal = ReadHead(head, {options_.max_header_bytes, largest}, exchange.request);
    if (!refusal) refusal = LimitBody(exchange);
  }
  if (!refusal) return MHD_YES;
  exchange.phase = Exchange::Phase::kWaiting;
  SetReply(connection, exchange,
           MakeReply(exchange.request, ProblemResponse(refusal->error, refusal->status), gzip_),
           true);
  return MHD_queue_response(connection, static_cast<unsigned>(exchange.status),
                            exchange.reply.get());
}

// The server's limit, or that of the route, of which few are granted at a time: whoever asks for
// more has to be known first, and that is known only once the body is there.
std::optional<Refusal> MhdServer::LimitBody(Exchange& exchange) {
  exchange.max_body_bytes = options_.max_body_bytes;
  const std::size_t wanted = router_.BodyLimit(exchange.request);
  const std::string_view length = exchange.request.Header("content-length");
  const bool small = !length.empty() && ParseInt(length).value_or(0) <=
                                            static_cast<std::int64_t>(options_.max_body_bytes);
  const bool none = length.empty() && exchange.request.Header("transfer-encoding").empty();
  if (wanted > options_.max_body_bytes && !small && !none) {
    if (large_bodies_.fetch_add(1) >= kMaxLargeBodies) {
      large_bodies_.fetch_sub(1);
      return Refusal{503,
                     {ErrorCode::kLimit, "too much is being sent at this moment", "body",
                      "send it again in a minute"}};
    }
    exchange.large = std::shared_ptr<void>(nullptr, [this](void*) { large_bodies_.fetch_sub(1); });
    exchange.max_body_bytes = wanted;
  }
  if (!length.empty() &&
      ParseInt(length).value_or(INT64_MAX) > static_cast<std::int64_t>(exchange.max_body_bytes)) {
    return Refusal{413, TooLong(exchange.max_body_bytes)};
  }
  return std::nullopt;
}

void MhdServer::OnBody(Exchange& exchange, std::string_view part) {
  std::string& body = exchange.request.body;
  if (exchange.body_too_long || part.size() > exchange.max_body_bytes - body.size()) {
    exchange.body_too_long = true;
    exchange.discarded += part.size();
    body.clear();
    body.shrink_to_fit();
    return;
  }
  body.append(part);
}

// The answers that need no route.
std::optional<Response> MhdServer::AnswerOwn(Exchange& exchange) {
  Request& request = exchange.request;
  const bool reads = request.method == Method::kGet || request.method == Method::kHead;
  if (reads && request.path == "/healthz") {
    exchange.row = health_row();
    Response response = Response::Text("text/plain; charset=utf-8", "ok\n");
    response.cache_control = "no-store";
    return response;
  }
  if (reads && request.path == "/metrics") {
    exchange.row = metrics_row();
    Response response = Response::Text("text/plain; version=0.0.4; charset=utf-8",
                                       metrics_.Render(workers_.waiting()));
    response.cache_control = "no-store";
    return response;
  }
  if (exchange.body_too_long) {
    return router_.Problem(request, 413, TooLong(exchange.max_body_bytes));
  }
  return std::nullopt;
}

MHD_Result MhdServer::OnComplete(MHD_Connection* connection, Exchange& exchange) {
  exchange.phase = Exchange::Phase::kWaiting;
  Callbacks::PeerOf(connection)->RequestReceived();
  exchange.response = AnswerOwn(exchange);
  if (!exchange.response) {
    Router::Match match = router_.Find(exchange.request);
    exchange.route = match.route;
    exchange.row = RowOf(match.route);
    exchange.response = std::move(match.answer);
    const bool here = match.route != nullptr && match.route->inline_handler;
    if (!exchange.response && here) {
      exchange.response = router_.Call(*exchange.route, exchange.request);
    } else if (!exchange.response && match.route != nullptr) {
      exchange.response = router_.AtHand(*exchange.route, exchange.request);
    }
  }
  const bool heavy = exchange.response && exchange.response->body &&
                     exchange.response->body->size() > kMaxInlineGzipBytes &&
                     NeedsCompression(exchange.request, *exchange.response, gzip_);
  if (!exchange.response || heavy) return HandOver(connection, exchange);
  SetReply(connection, exchange,
           MakeReply(exchange.request, *std::exchange(exchange.response, {}), gzip_),
           exchange.body_too_long);
  return MHD_queue_response(connection, static_cast<unsigned>(exchange.status),
                            exchange.reply.get());
}

// Numeric, without the port.
std::string AddressOfPeer(MHD_Connection* connection) {
  const MHD_ConnectionInfo* info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  if (info == nullptr || info->client_addr == nullptr) return {};
  const sockaddr* address = info->client_addr;
  char text[INET6_ADDRSTRLEN] = {};
  const void* bytes = nullptr;
  if (address->sa_family == AF_INET) {
    bytes = &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
  } else if (address->sa_family == AF_INET6) {
    bytes = &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  }
  if (bytes == nullptr) return {};
  return inet_ntop(address->sa_family, bytes, text, sizeof text) == nullptr ? "" : text;
}

MHD_Result MhdServer::HandOver(MHD_Connection* connection, Exchange& exchange) {
  exchange.request.peer = AddressOfPeer(connection);
  MHD_suspend_connection(connection);
  const bool posted = workers_.Post([this, connection, &exchange] {
    Work(connection, exchange);
    MHD_resume_connection(connection);
  });
  if (!posted) {
    SetProblem(connection, exchange, 503,
               {ErrorCode::kLimit, "the server is too busy", "server", "try again in a second"});
    MHD_resume_connection(connection);
  }
  return MHD_YES;
}

// On a worker.
void MhdServer::Work(MHD_Connection* connection, Exchange& exchange) {
  if (abandoned_) {
    SetProblem(connection, exchange, 503,
               {ErrorCode::kLimit, "the server is being stopped", "server", "try again later"});
    return;
  }
  try {
    if (!exchange.response) {
      exchange.response = router_.Call(*exchange.route, exchange.request);
    }
    SetReply(connection, exchange,
             MakeReply(exchange.request, *std::exchange(exchange.response, {}), gzip_), false);
  } catch (const std::exception& exception) {
    // Without the error page, which may be what failed.
    SetReply(connection, exchange,
             MakeReply(exchange.request,
                       ProblemResponse({ErrorCode::kInternal, exception.what(), {}, {}}), gzip_),
             false);
  }
}

void MhdServer::SetProblem(MHD_Connection* connection, Exchange& exchange, int status,
                           const Error& error) {
  Response response = router_.Problem(exchange.request, status, error);
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  SetReply(connection, exchange, MakeReply(exchange.request, std::move(response), gzip_), false);
}

MhdResponse MhdServer::MakeBody(MHD_Connection* connection, Exchange& exchange, Reply& reply) {
  if (reply.stream) {
    auto stream = std::make_unique<BodyStream>();
    stream->server = this;
    stream->connection = connection;
    stream->exchange = &exchange;
    stream->source = std::move(reply.stream);
    return MhdResponse(MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, kStreamPartBytes / 2,
                                                         &Callbacks::OnRead, stream.release(),
                                                         &Callbacks::FreeStream));
  }
  if (!reply.body || reply.count == 0) {
    return MhdResponse(MHD_create_response_from_buffer(0, nullptr, MHD_RESPMEM_PERSISTENT));
  }
  // libmicrohttpd does not write to the buffer; its interface lacks the const.
  char* bytes = const_cast<char*>(reply.body->data() + reply.first);
  auto owner = std::make_unique<std::shared_ptr<const std::string>>(std::move(reply.body));
  return MhdResponse(MHD_create_response_from_buffer_with_free_callback_cls(
      reply.count, bytes, &Callbacks::FreeBody, owner.release()));
}

void MhdServer::SetReply(MHD_Connection* connection, Exchange& exchange, Reply reply, bool close) {
  exchange.status = reply.status;
  const bool has_body = exchange.request.method != Method::kHead && !reply.stream;
  exchange.bytes = has_body ? reply.count : 0;
  exchange.reply = MakeBody(connection, exchange, reply);
  MHD_Response* response = exchange.reply.get();
  for (const auto& [name, value] : reply.headers) {
    MHD_add_response_header(response, name.c_str(), value.c_str());
  }
  if (options_.clock) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_DATE, HttpDate(options_.clock()).c_str());
  }
  if (close || stopping_) MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
}

ssize_t MhdServer::ReadStream(BodyStream& stream, char* buffer, std::size_t max) {
  if (stream.sent < stream.part.size()) {
    const std::size_t count = std::min(max, stream.part.size() - stream.sent);
    std::memcpy(buffer, stream.part.data() + stream.sent, count);
    stream.sent += count;
    stream.exchange->bytes += count;
    return static_cast<ssize_t>(count);
  }
  if (stream.ended) return MHD_CONTENT_READER_END_OF_STREAM;
  if (stream.failed || abandoned_) return MHD_CONTENT_READER_END_WITH_ERROR;
  MHD_suspend_connection(stream.connection);
  const bool posted = workers_.PostNext([&stream] {
    NextPart(stream);
    MHD_resume_connection(stream.connection);
  });
  if (!posted) {
    stream.failed = true;
    MHD_resume_connection(stream.connection);
  }
  return 0;
}

// On a worker.
void MhdServer::NextPart(BodyStream& stream) {
  try {
    stream.sent = 0;
    stream.part = stream.source(kStreamPartBytes);
    stream.ended = stream.part.empty();
  } catch (const std::exception&) {
    // The head is sent already: the client sees that the body does not end.
    stream.part.clear();
    stream.failed = true;
  }
}

void MhdServer::OnDone(Exchange* exchange) {
  const std::unique_ptr<Exchange> done(exchange);
  const std::chrono::duration<double> taken = SteadyClock::now() - done->begin;
  metrics_.Count(done->row, done->status, taken.count(), done->bytes);
  if (options_.access_log) {
    AccessEntry entry;
    if (options_.clock) entry.time = options_.clock();
    entry.method = MethodName(done->request.method);
    entry.route = metrics_.label(done->row).route;
    entry.status = done->status;
    entry.bytes = done->bytes;
    entry.milliseconds = taken.count() * 1000;
    const std::string line = AccessLine(entry);
    const std::lock_guard lock(log_mutex_);
    options_.access_log(line);
  }
}

std::size_t MhdServer::RowOf(const Route* route) const {
  return route == nullptr ? no_row() : static_cast<std::size_t>(route - router_.routes().data());
}

}  // namespace

Result<std::unique_ptr<Server>> Server::Start(ServerOptions options, const Router& router) {
  auto server = std::make_unique<MhdServer>(std::move(options), router);
  TRY(server->Listen());
  return server;
}

}  // namespace thb
