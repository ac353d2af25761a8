#include "web/internal/assets.h"

#include "base/hash.h"
#include "base/resources.h"
#include "web/internal/page.h"

namespace thb {
namespace {

Response AssetOf(const std::vector<AssetFile>& files, const std::string& hash,
                 const Request& request) {
  for (const AssetFile& asset : files) {
    if (request.Parameter("name") != asset.name) continue;
    const auto content = FindResource(asset.resource);
    if (!content) break;
    Response response = Response::Text(std::string(asset.type), std::string(*content));
    response.etag = hash + "-" + std::string(asset.name);
    const bool current = request.Parameter("hash") == hash;
    response.cache_control = current ? "public, max-age=31536000, immutable" : "no-cache";
    AddSecurityHeaders(response);
    return response;
  }
  return ProblemResponse(Error{ErrorCode::kNotFound, "no such file", "", "see the pages"});
}

}  // namespace

const std::vector<AssetFile>& AssetFiles() {
  static const std::vector<AssetFile> files = {
      {"ecl-eu.css", "web/ecl-eu.css", "text/css; charset=utf-8"},
      {"web.css", "templates/web.css", "text/css; charset=utf-8"},
      {"web.js", "templates/web.js", "text/javascript; charset=utf-8"},
      {"icon.svg", "templates/icon.svg", "image/svg+xml"}};
  return files;
}

const std::vector<AssetFile>& DeskAssetFiles() {
  static const std::vector<AssetFile> files = {
      {"web.css", "templates/web.css", "text/css; charset=utf-8"},
      {"desk.css", "templates/desk.css", "text/css; charset=utf-8"},
      {"icon.svg", "templates/desk_icon.svg", "image/svg+xml"}};
  return files;
}

Result<std::string> HashOfAssets(const std::vector<AssetFile>& files) {
  std::string all;
  for (const AssetFile& asset : files) {
    const auto content = FindResource(asset.resource);
    if (!content) return Fail(ErrorCode::kInternal, "not embedded", std::string(asset.resource));
    all += Sha256Hex(*content);
  }
  constexpr std::size_t kHashLetters = 16;
  return Sha256Hex(all).substr(0, kHashLetters);
}

Route AssetRoute(const std::string& prefix, const std::vector<AssetFile>& files,
                 const std::string& hash) {
  Route route;
  route.pattern = prefix + "/{hash}/{name}";
  route.tag = "pages";
  route.summary = "Style sheets, script and icon";
  for (const char* name : {"hash", "name"}) {
    RouteParameter parameter;
    parameter.name = name;
    parameter.in = RouteParameter::In::kPath;
    parameter.required = true;
    route.parameters.push_back(std::move(parameter));
  }
  route.produces = {"text/css", "text/javascript", "image/svg+xml"};
  route.statuses = {404};
  route.handler = [&files, hash](const Request& request) { return AssetOf(files, hash, request); };
  return route;
}

}  // namespace thb
