#include "http/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace thb {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// Answers with the pattern and the parameters.
Route Echo(Method method, const std::string& pattern) {
  Route route;
  route.method = method;
  route.pattern = pattern;
  route.handler = [pattern](const Request& request) {
    std::string text = pattern;
    for (const auto& [name, value] : request.parameters) text += " " + name + "=" + value;
    return Response::Text("text/plain", text);
  };
  return route;
}

Router Sample() {
  std::vector<Route> routes = {Echo(Method::kGet, "/"),
                               Echo(Method::kGet, "/data/{flow}"),
                               Echo(Method::kGet, "/data/all"),
                               Echo(Method::kPost, "/data/{id}"),
                               Echo(Method::kGet, "/data/{flow}/{key}"),
                               Echo(Method::kGet, "/{page}/all/end")};
  routes[1].parameters = {{"geo", RouteParameter::In::kQuery, "states", "NL", false, true}};
  routes[3].consumes = {"application/json"};
  return Router::Make(std::move(routes)).value();
}

Response Ask(const Router& router, std::string_view target, Method method = Method::kGet) {
  Request request = ParseTarget(method, target).value();
  return router.Dispatch(request);
}

std::string HeaderOf(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

TEST(Router, FindsTheMostLiteralRoute) {
  const Router router = Sample();
  EXPECT_EQ(*Ask(router, "/").body, "/");
  EXPECT_EQ(*Ask(router, "/data/all").body, "/data/all");
  EXPECT_EQ(*Ask(router, "/data/THB_VIC").body, "/data/{flow} flow=THB_VIC");
  EXPECT_EQ(*Ask(router, "/data/a%20b/A..NL").body, "/data/{flow}/{key} flow=a b key=A..NL");
  // Steps back out of "data", which leads nowhere.
  EXPECT_EQ(*Ask(router, "/data/all/end").body, "/data/{flow}/{key} flow=all key=end");
  EXPECT_EQ(*Ask(router, "/other/all/end").body, "/{page}/all/end page=other");
}

TEST(Router, AnswersHeadOptionsAndTheWrongMethod) {
  const Router router = Sample();
  EXPECT_EQ(Ask(router, "/data/x", Method::kHead).status, 200);
  const Response options = Ask(router, "/data/x", Method::kOptions);
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(HeaderOf(options, "Allow"), "GET, HEAD, POST, OPTIONS");
  const Response refused = Ask(router, "/data/x", Method::kDelete);
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(HeaderOf(refused, "Allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(Ask(router, "/data/all", Method::kPost).status, 405);
}

TEST(Router, RefusesWhatIsNotThere) {
  const Router router = Sample();
  for (const char* target : {"/data", "/data/", "//", "/data//x", "/nothing", "/data/a/b/c"}) {
    EXPECT_EQ(Ask(router, target).status, 404) << target;
  }
  Request request;
  request.path = "/data/%2e%2e";
  EXPECT_EQ(router.Dispatch(request).status, 400);
  request.path = "data";
  EXPECT_EQ(router.Dispatch(request).status, 400);
}

TEST(Router, SendsASlashAtTheEndToTheAddressWithoutIt) {
  const Router router = Sample();
  const Response moved = Ask(router, "/data/a%20b/?geo=NL");
  EXPECT_EQ(moved.status, 308);
  EXPECT_EQ(HeaderOf(moved, "Location"), "/data/a%20b?geo=NL");
  EXPECT_EQ(Ask(router, "/data/x/", Method::kPost).status, 404);
  EXPECT_EQ(Ask(router, "/data/x//").status, 404);
}

TEST(Router, NamesTheParametersThatExist) {
  const Router router = Sample();
  EXPECT_EQ(Ask(router, "/data/x?geo=NL&geo=BE").status, 200);
  const Response unknown = Ask(router, "/data/x?goe=NL");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_THAT(*unknown.body, HasSubstr("write geo, or use one of: geo"));
  EXPECT_THAT(*Ask(router, "/?a=1").body, HasSubstr("takes no parameters"));
}

TEST(Router, LetsParametersThroughWhereTheRouteIsNotStrict) {
  Route route = Echo(Method::kGet, "/");
  route.strict_query = false;
  EXPECT_EQ(Ask(Router::Make({route}).value(), "/?anything=1").status, 200);
}

TEST(Router, ReadsAPlusAsASpaceWhereAFormIsSent) {
  Route page = Echo(Method::kGet, "/page");
  page.form_query = true;
  Route data = Echo(Method::kGet, "/data");
  for (Route* route : {&page, &data}) {
    route->strict_query = false;
    route->handler = [](const Request& request) {
      return Response::Text("text/plain", std::string(request.Query("q").value_or("")));
    };
  }
  const Router router = Router::Make({page, data}).value();
  EXPECT_EQ(*Ask(router, "/page?q=share+of%2Bwomen").body, "share of+women");
  EXPECT_EQ(*Ask(router, "/data?q=share+of%2Bwomen").body, "share+of+women");
}

TEST(Router, RefusesABodyOfAnotherType) {
  const Router router = Sample();
  Request request = ParseTarget(Method::kPost, "/data/1").value();
  request.body = "{}";
  EXPECT_EQ(router.Dispatch(request).status, 415);
  request.headers["content-type"] = "application/json; charset=utf-8";
  EXPECT_EQ(router.Dispatch(request).status, 200);
}

TEST(Router, AnErrorPageKeepsStatusAndAllow) {
  Router router = Sample();
  router.SetErrorPage([](const Request& request, int, const Error& error) {
    return Response::Text("text/html", request.path + ": " + error.what);
  });
  const Response missing = Ask(router, "/nothing");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(*missing.body, "/nothing: there is nothing at this address");
  EXPECT_EQ(HeaderOf(Ask(router, "/", Method::kPut), "Allow"), "GET, HEAD, OPTIONS");
}

TEST(Router, AHandlerThatThrowsIsAnErrorOfTheServer) {
  Route route = Echo(Method::kGet, "/");
  route.handler = [](const Request& request) -> Response {
    return Response::Text("text/plain", request.Parameter("not-in-the-pattern"));
  };
  EXPECT_EQ(Ask(Router::Make({route}).value(), "/").status, 500);
}

TEST(Router, RefusesRoutesThatClashOrAreMalformed) {
  EXPECT_FALSE(Router::Make({Echo(Method::kGet, "/a/{x}"), Echo(Method::kGet, "/a/{y}")}));
  EXPECT_TRUE(Router::Make({Echo(Method::kGet, "/a/{x}"), Echo(Method::kPut, "/a/{y}")}));
  for (const char* pattern : {"", "a", "/{", "/{}", "/x{a}", "/{a}x", "/{a b}", "/{a}/{a}"}) {
    EXPECT_FALSE(Router::Make({Echo(Method::kGet, pattern)})) << pattern;
  }
  EXPECT_FALSE(Router::Make({Echo(Method::kHead, "/")}));
  Route empty;
  empty.pattern = "/";
  EXPECT_FALSE(Router::Make({empty}));
}

TEST(OpenApi, DescribesEveryRoute) {
  std::vector<Route> routes = Sample().routes();
  routes[1].summary = "the data of a flow";
  routes[1].tag = "data";
  routes[1].produces = {"text/csv", "application/json"};
  routes[1].statuses = {404, 406};
  const Json document = OpenApi(routes, "OpenTHB", "0.1.0");
  EXPECT_EQ(document["openapi"], "3.1.0");
  EXPECT_EQ(document["paths"].size(), 6u);
  const Json& get = document["paths"]["/data/{flow}"]["get"];
  EXPECT_EQ(get["operationId"], "get_data_flow");
  EXPECT_EQ(get["tags"], Json::array({"data"}));
  ASSERT_EQ(get["parameters"].size(), 2u);
  EXPECT_EQ(get["parameters"][0]["name"], "flow");
  EXPECT_EQ(get["parameters"][0]["required"], true);
  EXPECT_EQ(get["parameters"][1]["schema"]["type"], "array");
  EXPECT_EQ(get["responses"]["200"]["content"].size(), 2u);
  for (const char* status : {"304", "400", "404", "406", "500", "503"}) {
    EXPECT_TRUE(get["responses"].contains(status)) << status;
  }
  const Json& post = document["paths"]["/data/{id}"]["post"];
  EXPECT_TRUE(post["requestBody"]["content"].contains("application/json"));
}

TEST(Router, WhatThrowsHasNothingAtHand) {
  const auto answer = [](const Request&) { return Response::Text("text/plain", "made"); };
  Route route;
  route.pattern = "/a";
  route.handler = answer;
  const auto router = Router::Make({route});
  ASSERT_TRUE(router.has_value());
  EXPECT_FALSE(router->AtHand(route, {}).has_value());
  route.at_hand = [](const Request&) -> std::optional<Response> {
    return Response::Text("text/plain", "at hand");
  };
  EXPECT_EQ(*router->AtHand(route, {})->body, "at hand");
  route.at_hand = [](const Request&) -> std::optional<Response> {
    throw std::runtime_error("a bug");
  };
  EXPECT_FALSE(router->AtHand(route, {}).has_value());
}

}  // namespace
}  // namespace thb
