#include "api/internal/answers.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "exchange/structure.h"
#include "http/accept.h"

namespace thb {
namespace {

// Codes of SDMX error messages, by what went wrong.
int SdmxCode(const ApiError& error) {
  switch (error.status) {
    case 404:
      return 100;
    case 413:
    case 414:
      return 130;
    case 500:
      return 500;
    case 501:
      return 501;
    case 503:
      return 503;
    default:
      break;
  }
  const ErrorCode code = error.error.code;
  return code == ErrorCode::kUsage || code == ErrorCode::kParse ? 140 : 150;
}

std::string TextOf(const ApiError& error) {
  if (error.status == 500) return "internal error";
  std::string text = error.error.what;
  if (!error.error.place.empty()) text += " (" + error.error.place + ")";
  if (!error.error.remedy.empty()) text += "; " + error.error.remedy;
  return text;
}

std::string Printed(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string JsonStatError(const ApiError& error) {
  return Printed({{"error", Json::array({{{"status", error.status},
                                          {"id", SdmxCode(error)},
                                          {"label", TextOf(error)}}})}});
}

std::string SdmxJsonError(const ApiError& error) {
  return Printed({{"meta",
                   {{"id", "ERROR"},
                    {"prepared", "1970-01-01T00:00:00Z"},
                    {"sender", {{"id", kStructureAgency}}}}},
                  {"errors", Json::array({{{"code", error.status},
                                           {"title", std::string(InfoOf(error.error.code).name)},
                                           {"detail", TextOf(error)}}})}});
}

}  // namespace

ApiError ToApiError(Error error) {
  const int status = InfoOf(error.code).http_status;
  return {status, std::move(error)};
}

tl::unexpected<ApiError> ApiFail(int status, ErrorCode code, std::string what, std::string place,
                                 std::string remedy) {
  return tl::make_unexpected(
      ApiError{status, Error{code, std::move(what), std::move(place), std::move(remedy)}});
}

Response ErrorResponse(ErrorStyle style, const ApiError& error) {
  Response response;
  switch (style) {
    case ErrorStyle::kJsonStat:
      response = Response::Text("application/json", JsonStatError(error), error.status);
      break;
    case ErrorStyle::kSdmxMl:
      response = Response::Text("application/xml", WriteErrorMl(SdmxCode(error), TextOf(error)),
                                error.status);
      break;
    case ErrorStyle::kSdmxJson:
      response = Response::Text("application/json", SdmxJsonError(error), error.status);
      break;
  }
  response.cache_control = "no-store";
  return response;
}

ApiResult<const Representation*> ChooseRepresentation(const Request& request,
                                                      std::span<const Representation> offered) {
  std::vector<std::string> names;
  std::vector<std::string> types;
  for (const Representation& one : offered) {
    const auto seen = std::find(names.begin(), names.end(), one.name);
    if (!one.name.empty() && seen == names.end()) names.emplace_back(one.name);
    types.emplace_back(one.type);
  }
  if (const auto format = request.Query("format")) {
    const std::string wanted = ToLowerAscii(*format);
    for (const Representation& one : offered) {
      if (!one.name.empty() && one.name == wanted) return &one;
    }
    return ApiFail(400, ErrorCode::kUsage,
                   "no format \"" + std::string(format->substr(0, 60)) + "\"", "format",
                   "use one of: " + Join(names, ", "));
  }
  const auto chosen = Negotiate(request.Header("accept"), types);
  if (chosen) return &offered[*chosen];
  return ApiFail(406, ErrorCode::kUnsupported, "no type that the client accepts", "Accept",
                 "accept one of: " + Join(types, ", "));
}

ApiResult<Language> ChooseLanguage(const Request& request) {
  if (const auto asked = request.Query("lang")) {
    auto language = ParseLanguage(ToLowerAscii(*asked));
    if (!language) {
      return ApiFail(400, ErrorCode::kUsage,
                     "no language \"" + std::string(asked->substr(0, 20)) + "\"", "lang",
                     "use en or nl");
    }
    return *language;
  }
  // The first of our languages that is listed; weights are hardly ever out of order.
  for (const std::string_view part : Split(request.Header("accept-language"), ',')) {
    const std::string tag = ToLowerAscii(Trim(part)).substr(0, 2);
    if (const auto language = ParseLanguage(tag)) return *language;
  }
  return Language::kEn;
}

ApiResult<void> CheckParameters(const Request& request, const std::vector<std::string>& known,
                                bool components) {
  for (const auto& [name, value] : request.query) {
    if (components && StartsWith(name, "c[") && EndsWith(name, "]")) continue;
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    std::string list = Join(known, ", ");
    if (components) list += ", c[DIMENSION]";
    return ApiFail(400, ErrorCode::kUsage, "no parameter \"" + name.substr(0, 60) + "\"", "query",
                   "use one of: " + list);
  }
  return CheckRepeated(request, known);
}

ApiResult<void> CheckRepeated(const Request& request, const std::vector<std::string>& single) {
  for (const std::string& name : single) {
    if (request.QueryAll(name).size() < 2 || StartsWith(name, "c[")) continue;
    return ApiFail(400, ErrorCode::kUsage, name + " is given twice", "query", "give it once");
  }
  return {};
}

}  // namespace thb
