// The server of the benchmark: http_server FILE...
//
// Serves each file from memory at /inline/NAME by the thread that reads the connection, and at
// /worker/NAME by a worker. Prints its port, and ends when its standard input does.

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/hash.h"
#include "http/server.h"

namespace {

thb::Route FileRoute(const std::string& prefix, const std::string& path, const std::string& body) {
  thb::Response response;
  response.content_type = "application/json";
  response.body = std::make_shared<const std::string>(body);
  response.etag = thb::Sha256Hex(body).substr(0, 16);
  thb::Route route;
  route.pattern = prefix + std::filesystem::path(path).filename().string();
  route.inline_handler = prefix == "/inline/";
  route.handler = [response](const thb::Request&) { return response; };
  return route;
}

int Run(const std::vector<std::string>& paths) {
  std::vector<thb::Route> routes;
  for (const std::string& path : paths) {
    const auto body = thb::ReadFile(path);
    if (!body) {
      std::fprintf(stderr, "%s\n", body.error().ToLine().c_str());
      return 1;
    }
    routes.push_back(FileRoute("/inline/", path, *body));
    routes.push_back(FileRoute("/worker/", path, *body));
  }
  const auto router = thb::Router::Make(std::move(routes));
  thb::ServerOptions options;
  options.port = 0;
  auto server =
      router ? thb::Server::Start(options, *router)
             : thb::Result<std::unique_ptr<thb::Server>>(tl::make_unexpected(router.error()));
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().ToLine().c_str());
    return 1;
  }
  std::printf("%d\n", (*server)->port());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  (*server)->Stop(2);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: http_server FILE...\n");
    return 2;
  }
  return Run({argv + 1, argv + argc});
}
