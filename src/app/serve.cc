#include "app/serve.h"

#include <malloc.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "api/api.h"
#include "api/node.h"
#include "app/desk_service.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/workspace.h"
#include "http/router.h"
#include "http/server.h"
#include "statistics/publication.h"
#include "store/database.h"
#include "web/web.h"

namespace thb {
namespace {

constexpr unsigned kDeskWorkers = 6;
constexpr unsigned kGraceSeconds = 10;
constexpr std::size_t kMaxPemBytes = 1 << 20;
constexpr const char* kDefaultListen = "127.0.0.1:8480";
constexpr const char* kOpenApiPath = "/api/openapi.json";

// SIGINT and SIGTERM wait to be taken by WaitForSignal, in this thread and those it starts.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
  bool IsLoopback() const { return StartsWith(address, "127.") || address == "::1"; }
};

// "127.0.0.1:8480", "[::1]:8480".
Result<Endpoint> ParseEndpoint(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const auto port = colon == std::string::npos ? std::nullopt : ParseInt(text.substr(colon + 1));
  if (!port || *port < 0 || *port > UINT16_MAX || colon == 0) {
    return Fail(ErrorCode::kUsage, text + " is no address and port", "--listen",
                "write 127.0.0.1:8480 or [::1]:8480");
  }
  Endpoint endpoint{text.substr(0, colon), static_cast<std::uint16_t>(*port)};
  if (endpoint.address.front() == '[' && endpoint.address.back() == ']') {
    endpoint.address = endpoint.address.substr(1, endpoint.address.size() - 2);
  }
  return endpoint;
}

// Editions are loaded by one thread and freed by another: with a heap for each thread, most of what
// is freed could not be used again, and a crawl of the demo took 100 MB more.
void ShareOneHeap() {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 1);
#endif
}

// The clock as a server reads it: SOURCE_DATE_EPOCH stands still, the system's goes on.
Instant ServerClock() {
  return ClockNow().value_or(0);
}

std::int64_t ServerTicks() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// The OpenAPI document of all routes, itself included.
Route OpenApiRoute(std::shared_ptr<const std::string>& document) {
  Route route;
  route.pattern = kOpenApiPath;
  route.tag = "openapi";
  route.summary = "this description of all addresses, as OpenAPI 3.1";
  route.produces = {"application/json"};
  route.statuses = {304};
  route.inline_handler = true;
  route.handler = [&document](const Request&) {
    Response response;
    response.content_type = "application/json";
    response.body = document;
    response.etag = "openapi-" THB_VERSION;
    response.cache_control = "public, max-age=60";
    return response;
  };
  return route;
}

// What lives as long as the server does: the statistics side, the casework side, or both.
struct Service {
  std::unique_ptr<Workspace> workspace;
  std::unique_ptr<Publication> publication;
  std::unique_ptr<DeskService> casework;
  std::shared_ptr<const std::string> openapi;
  std::unique_ptr<Router> router;
};

// The pages read contributions through a connection of their own; reports are few.
WebContext WebContextOf(const Service& service, const Arguments& arguments) {
  const std::string address = arguments.Get("--db");
  return {service.workspace->codes,
          service.workspace->datasets,
          service.workspace->indicators,
          *service.publication,
          &ServerClock,
          [address](Period period) -> Result<std::vector<Contribution>> {
            const auto database = TRY(Database::Open(address, Database::Mode::kOpenExisting));
            return LoadContributions(*database, period);
          },
          THB_VERSION,
          &ServerTicks,
          arguments.Get("--contact"),
          [address](std::optional<Period> within) -> Result<std::vector<NationalEstimate>> {
            const auto database = TRY(Database::Open(address, Database::Mode::kOpenExisting));
            return LoadNationalEstimates(*database, within, std::nullopt);
          }};
}

// Where partner nodes post, beside whatever else is served.
Result<void> AddNodes(const Arguments& arguments, std::vector<Route>& routes) {
  if (!arguments.Has("--node-folder")) return {};
  const std::string folder = arguments.Get("--node-folder");
  if (!std::filesystem::is_directory(folder)) {
    return Fail(ErrorCode::kNotFound, "there is no such folder", folder, "make it");
  }
  for (Route& route : NodeRoutes({folder, SystemRandom()})) routes.push_back(std::move(route));
  return {};
}

// Routes and error page of the statistics side.
Result<Router::ErrorPage> AddStatistics(const Arguments& arguments, Service& service,
                                        std::vector<Route>& routes) {
  service.publication = TRY(Publication::Open(
      arguments.Get("--db"), arguments.Has("--office") ? Audience::kOffice : Audience::kPublic,
      service.workspace->codes, service.workspace->datasets));
  ApiContext context;
  context.codes = &service.workspace->codes;
  context.datasets = &service.workspace->datasets;
  context.publication = service.publication.get();
  context.clock = &ServerClock;
  context.ticks = &ServerTicks;
  context.version = THB_VERSION;
  routes = TRY(ApiRoutes(context));
  TRY(AddNodes(arguments, routes));
  routes.push_back(OpenApiRoute(service.openapi));
  service.openapi =
      std::make_shared<const std::string>(OpenApi(routes, "OpenTHB", THB_VERSION).dump(1) + "\n");
  const WebContext pages = WebContextOf(service, arguments);
  for (Route& route : TRY(WebRoutes(pages))) routes.push_back(std::move(route));
  return WebErrorPage(pages);
}

// Over a casework database alone, the address without a path leads to the desk.
Route WelcomeToDesk() {
  Route route;
  route.pattern = "/";
  route.tag = "desk";
  route.summary = "To the desk";
  route.statuses = {303};
  route.inline_handler = true;
  route.handler = [](const Request& request) {
    const bool dutch = StartsWith(request.Header("accept-language"), "nl");
    return Response::Redirect(dutch ? "/nl/desk" : "/en/desk");
  };
  return route;
}

struct Reach {
  bool loopback = true;
  bool tls = false;
};

Result<void> AddCasework(const Arguments& arguments, const Environment& environment, Reach reach,
                         Service& service) {
  TRY(ForbidCoreDumps());
  CaseworkOptions options;
  options.database = arguments.Get("--casework");
  options.key_file = arguments.Get("--key-file");
  options.log_heads = arguments.Get("--log-heads");
  options.trusted_proxy = arguments.Get("--trusted-proxy");
  options.secure = reach.tls || arguments.Has("--trusted-proxy");
  options.clock = &ServerClock;
  options.note = environment.note;
  service.casework = TRY(DeskService::Open(std::move(options), service.workspace->codes));
  if (!reach.loopback && TRY(service.casework->IsDemonstration())) {
    return Fail(ErrorCode::kUsage, "a demonstration is not for others to reach", "--casework",
                "listen on 127.0.0.1 or [::1]");
  }
  if (!arguments.Has("--log-heads")) {
    environment.note("no --log-heads: a cut of the log's end could not be noticed");
  }
  service.casework->StartEachMinute();
  return {};
}

Result<std::unique_ptr<Service>> MakeService(const Arguments& arguments,
                                             const Environment& environment, Reach reach) {
  auto service = std::make_unique<Service>();
  service->workspace = TRY(Workspace::Load());
  std::vector<Route> routes;
  Router::ErrorPage pages;
  if (arguments.Has("--db")) pages = TRY(AddStatistics(arguments, *service, routes));
  Router::ErrorPage desk;
  if (arguments.Has("--casework")) {
    TRY(AddCasework(arguments, environment, reach, *service));
    if (!arguments.Has("--db")) {
      routes.push_back(WelcomeToDesk());
      TRY(AddNodes(arguments, routes));
    }
    for (Route& route : TRY(DeskRoutes(service->casework->context()))) {
      routes.push_back(std::move(route));
    }
    desk = TRY(DeskErrorPage(service->casework->context()));
  }
  service->router = std::make_unique<Router>(TRY(Router::Make(std::move(routes))));
  service->router->SetErrorPage(
      [pages, desk](const Request& request, int status, const Error& error) {
        const bool of_desk = desk && (!pages || IsDeskPath(request.path));
        return of_desk ? desk(request, status, error) : pages(request, status, error);
      });
  return service;
}

// The casework side is reached by TLS, by a proxy that is named, or from this machine alone.
Result<void> CheckReach(const Arguments& arguments, const Endpoint& endpoint) {
  if (!arguments.Has("--db") && !arguments.Has("--casework")) {
    return Fail(ErrorCode::kUsage, "there is nothing to serve", "--db, --casework",
                "give --db, --casework or both");
  }
  for (const char* option : {"--key-file", "--log-heads", "--trusted-proxy"}) {
    if (!arguments.Has(option) || arguments.Has("--casework")) continue;
    return Fail(ErrorCode::kUsage, std::string(option) + " belongs to a casework database", option,
                "give --casework too");
  }
  if (!arguments.Has("--casework")) return {};
  if (!arguments.Has("--key-file")) {
    return Fail(ErrorCode::kUsage, "the keys of the casework database are missing", "--key-file",
                "give the file that thb key init made");
  }
  const bool guarded = arguments.Has("--certificate") || arguments.Has("--trusted-proxy");
  if (!endpoint.IsLoopback() && !guarded) {
    return Fail(ErrorCode::kUsage, "casework would cross the network in the clear", "--listen",
                "give --certificate and --key, or name the proxy with --trusted-proxy");
  }
  return {};
}

Result<void> ReadCertificate(const Arguments& arguments, ServerOptions& options) {
  if (arguments.Has("--certificate") != arguments.Has("--key")) {
    return Fail(ErrorCode::kUsage, "a certificate and its key belong together", "--certificate",
                "give --certificate and --key, or neither");
  }
  if (!arguments.Has("--certificate")) return {};
  options.certificate = TRY(ReadFile(arguments.Get("--certificate"), kMaxPemBytes));
  options.private_key = TRY(ReadFile(arguments.Get("--key"), kMaxPemBytes));
  return {};
}

// The log is a file that lines are added to, or stderr ("-").
Result<void> OpenLog(const Arguments& arguments, const Environment& environment,
                     ServerOptions& options) {
  if (!arguments.Has("--log")) return {};
  const std::string path = arguments.Get("--log");
  if (path == "-") {
    options.access_log = [note = environment.note](const std::string& line) { note(line); };
    return {};
  }
  auto file = std::make_shared<std::ofstream>(path, std::ios::app);
  if (!*file) {
    return Fail(ErrorCode::kIo, "cannot write the log", path, "give a file that can be written");
  }
  options.access_log = [file](const std::string& line) { *file << line << std::endl; };
  return {};
}

Result<int> RunServe(const Arguments& arguments, const Environment& environment) {
  const Endpoint endpoint = TRY(ParseEndpoint(arguments.Get("--listen", kDefaultListen)));
  if (arguments.Has("--office") && !endpoint.IsLoopback()) {
    return Fail(ErrorCode::kUsage, "the office's view shows figures under embargo", "--office",
                "listen on 127.0.0.1 or [::1]");
  }
  TRY(CheckReach(arguments, endpoint));
  const sigset_t signals = BlockSignals();
  ShareOneHeap();
  const Reach reach{endpoint.IsLoopback(), arguments.Has("--certificate")};
  const auto service = TRY(MakeService(arguments, environment, reach));
  ServerOptions options;
  options.address = endpoint.address;
  options.port = endpoint.port;
  options.clock = &ServerClock;
  // Each answer of the desk waits for the disk, since its entry in the log is durable before it
  // leaves.
  if (arguments.Has("--casework")) options.workers = kDeskWorkers;
  TRY(ReadCertificate(arguments, options));
  TRY(OpenLog(arguments, environment, options));
  const bool tls = !options.certificate.empty();
  const auto server = TRY(Server::Start(std::move(options), *service->router));
  const bool ipv6 = endpoint.address.find(':') != std::string::npos;
  environment.note("listening on " + std::string(tls ? "https://" : "http://") +
                   (ipv6 ? "[" + endpoint.address + "]" : endpoint.address) + ":" +
                   std::to_string(server->port()));
  if (service->publication && TRY(service->publication->Collections(ServerClock())).empty()) {
    environment.note("nothing is published yet: make a release (thb release), or use --office");
  }
  int signal = 0;
  sigwait(&signals, &signal);
  environment.note("stopping");
  server->Stop(kGraceSeconds);
  return kDone;
}

}  // namespace

Command ServeCommand() {
  return {
      "serve",
      "pages and machine interfaces, until SIGINT or SIGTERM",
      {{"--db", "DB", "statistics: a file path or a postgresql:// address"},
       {"--casework", "DB", "casework: a database of its own, for the pages of the desk"},
       {"--key-file", "FILE", "installation key of the casework database"},
       {"--log-heads", "FILE", "signed heads of the log are added to this file each minute"},
       {"--trusted-proxy", "ADDRESS", "proxy that ends TLS and whose X-Forwarded-For is believed"},
       {"--listen", "ADDRESS:PORT", "where to listen (default 127.0.0.1:8480); port 0: any"},
       {"--office", "", "what the office sees, embargoed figures too; on a loopback address"},
       {"--node-folder", "DIR", "takes packages of partner nodes into this folder (thb node)"},
       {"--certificate", "FILE", "certificate chain (PEM): answer by TLS"},
       {"--key", "FILE", "private key of the certificate (PEM)"},
       {"--contact", "ADDRESS", "where readers reach you: mail, or https://...; on the pages"},
       {"--log", "FILE",
        "log of requests, lines of JSON without addresses of clients; - is stderr"}},
      RunServe};
}

}  // namespace thb
