#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "http/router.h"

namespace thb {
namespace {

constexpr std::string_view kProblemType = "application/problem+json";

std::string_view InName(RouteParameter::In in) {
  switch (in) {
    case RouteParameter::In::kPath:
      return "path";
    case RouteParameter::In::kQuery:
      return "query";
    case RouteParameter::In::kHeader:
      return "header";
  }
  return {};
}

// "get /data/{flow}" as "get_data_flow": unique, since methods and patterns are.
std::string OperationId(const Route& route) {
  std::string id = ToLowerAscii(MethodName(route.method));
  for (const char c : route.pattern) {
    if (c == '/') {
      id += '_';
    } else if (c != '{' && c != '}') {
      id += c;
    }
  }
  return id;
}

Json ParameterJson(const RouteParameter& parameter) {
  Json json;
  json["name"] = parameter.name;
  json["in"] = InName(parameter.in);
  if (!parameter.description.empty()) json["description"] = parameter.description;
  const bool required = parameter.required || parameter.in == RouteParameter::In::kPath;
  if (required) json["required"] = true;
  if (parameter.repeated) {
    json["schema"] = {{"type", "array"}, {"items", {{"type", "string"}}}};
    json["style"] = parameter.in == RouteParameter::In::kQuery ? "form" : "simple";
    if (parameter.in == RouteParameter::In::kQuery) json["explode"] = true;
  } else {
    json["schema"] = {{"type", "string"}};
  }
  if (!parameter.example.empty()) json["example"] = parameter.example;
  return json;
}

// The parameters of the pattern stand first, also those that the route does not describe.
Json ParametersJson(const Route& route) {
  Json list = Json::array();
  for (const std::string_view segment : Split(route.pattern, '/')) {
    if (!StartsWith(segment, "{")) continue;
    RouteParameter parameter;
    parameter.name = segment.substr(1, segment.size() - 2);
    parameter.in = RouteParameter::In::kPath;
    for (const RouteParameter& described : route.parameters) {
      if (described.in == parameter.in && described.name == parameter.name) parameter = described;
    }
    list.push_back(ParameterJson(parameter));
  }
  for (const RouteParameter& parameter : route.parameters) {
    if (parameter.in != RouteParameter::In::kPath) list.push_back(ParameterJson(parameter));
  }
  return list;
}

std::string_view StatusPhrase(int status) {
  switch (status) {
    case 200:
      return "the answer";
    case 201:
      return "created";
    case 202:
      return "accepted, work goes on";
    case 204:
      return "done, no content";
    case 206:
      return "a part of the answer";
    case 303:
      return "see another address";
    case 304:
      return "not changed";
    case 400:
      return "malformed, or a parameter that does not exist";
    case 401:
      return "not signed in";
    case 403:
      return "not allowed";
    case 404:
      return "not found";
    case 406:
      return "no type that the client accepts";
    case 409:
      return "in conflict with what is there";
    case 410:
      return "no longer there";
    case 412:
      return "changed since it was read";
    case 413:
      return "larger than the limit";
    case 415:
      return "a body of a type that is not read";
    case 416:
      return "a range outside the answer";
    case 422:
      return "understood and refused";
    case 429:
      return "too many requests";
    case 500:
      return "an error of the server";
    case 501:
      return "not supported";
    case 503:
      return "too busy, try again later";
    default:
      return "see docs/http.md";
  }
}

Json ContentJson(const std::vector<std::string>& types) {
  Json content = Json::object();
  for (const std::string& type : types) content[type] = {{"schema", Json::object()}};
  return content;
}

Json ResponsesJson(const Route& route) {
  std::vector<int> statuses = {400, 500, 503};
  if (route.method == Method::kGet && !route.produces.empty()) statuses.push_back(304);
  if (!route.consumes.empty()) statuses.push_back(415);
  statuses.insert(statuses.end(), route.statuses.begin(), route.statuses.end());
  if (!route.produces.empty()) statuses.push_back(200);
  std::sort(statuses.begin(), statuses.end());
  statuses.erase(std::unique(statuses.begin(), statuses.end()), statuses.end());
  Json responses;
  for (const int status : statuses) {
    Json& response = responses[std::to_string(status)];
    response["description"] = StatusPhrase(status);
    if (status == 200 && !route.produces.empty()) {
      response["content"] = ContentJson(route.produces);
    }
    if (status >= 400) {
      response["content"][std::string(kProblemType)]["schema"]["$ref"] =
          "#/components/schemas/Problem";
    }
  }
  return responses;
}

Json OperationJson(const Route& route) {
  Json operation;
  operation["operationId"] = OperationId(route);
  if (!route.tag.empty()) operation["tags"] = {route.tag};
  if (!route.summary.empty()) operation["summary"] = route.summary;
  Json parameters = ParametersJson(route);
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  if (!route.consumes.empty()) {
    operation["requestBody"] = {{"required", true}, {"content", ContentJson(route.consumes)}};
  }
  operation["responses"] = ResponsesJson(route);
  return operation;
}

Json ProblemSchema() {
  Json schema;
  schema["type"] = "object";
  schema["description"] = "Problem details (RFC 9457). The title is the name of docs/errors.md.";
  for (const std::string_view name : {"type", "title", "detail", "place", "remedy"}) {
    schema["properties"][std::string(name)]["type"] = "string";
  }
  schema["properties"]["status"]["type"] = "integer";
  schema["required"] = {"type", "title", "status"};
  return schema;
}

}  // namespace

Json OpenApi(const std::vector<Route>& routes, const std::string& title,
             const std::string& version) {
  Json document;
  document["openapi"] = "3.1.0";
  document["info"] = {{"title", title}, {"version", version}};
  document["paths"] = Json::object();
  for (const Route& route : routes) {
    document["paths"][route.pattern][ToLowerAscii(MethodName(route.method))] = OperationJson(route);
  }
  document["components"]["schemas"]["Problem"] = ProblemSchema();
  return document;
}

}  // namespace thb
