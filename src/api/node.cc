#include "api/node.h"

#include <algorithm>
#include <utility>

#include "referral/node_delivery.h"
#include "referral/node_package.h"

namespace thb {
namespace {

constexpr const char* kRetrySeconds = "600";

bool HasSizeOfPackage(const std::string& body) {
  return std::find(kNodePackageSizes.begin(), kNodePackageSizes.end(), body.size()) !=
         kNodePackageSizes.end();
}

Response Receive(const NodeRouteContext& context, const Request& request) {
  // What has another size is no package. It is not kept, and the answer does not say so.
  if (HasSizeOfPackage(request.body)) {
    if (!DropNodePackage(context.folder, request.body, context.random)) {
      Response busy = ProblemResponse(
          {ErrorCode::kLimit, "the node takes no packages at present", "", "send it again later"},
          503);
      busy.headers.emplace_back("Retry-After", kRetrySeconds);
      return busy;
    }
  }
  Response response = Response::Text("text/plain; charset=utf-8", "received\n", 202);
  response.cache_control = "no-store";
  return response;
}

}  // namespace

std::vector<Route> NodeRoutes(NodeRouteContext context) {
  Route route;
  route.method = Method::kPost;
  route.pattern = kNodePackagesPath;
  route.tag = "node";
  route.summary = "takes a sealed package of a partner node";
  route.produces = {"text/plain"};
  route.statuses = {202, 503};
  route.consumes = {kNodePackageType};
  route.handler = [context = std::move(context)](const Request& request) {
    return Receive(context, request);
  };
  return {route};
}

}  // namespace thb
