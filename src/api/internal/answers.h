#pragma once
// How the interfaces answer: representations, errors in each interface's own form, entity tags.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codes/codes.h"
#include "exchange/exchange.h"
#include "http/message.h"

namespace thb {

// A form in which a resource can be had.
struct Representation {
  std::string_view name;  // of the parameter "format", lower case; "" where only Accept chooses it
  std::string_view type;  // media type, with parameters
  std::string_view id;    // what the code asks by: "sdmx-csv", "xml", "json", "tsv"
};

enum class ErrorStyle { kJsonStat, kSdmxMl, kSdmxJson };

// An error with the status that HTTP or the standard names for it.
struct ApiError {
  int status = 500;
  Error error;
};

template <typename T>
using ApiResult = tl::expected<T, ApiError>;

// As that of base/result.h: TRY takes the value out of these too.
template <typename T>
T TakeValue(ApiResult<T>&& result) {
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

// The status of the error table.
ApiError ToApiError(Error error);
tl::unexpected<ApiError> ApiFail(int status, ErrorCode code, std::string what,
                                 std::string place = {}, std::string remedy = {});

// The body of an error; what a 500 says of this machine stays here.
Response ErrorResponse(ErrorStyle style, const ApiError& error);

// By "format", else by Accept; the first one where neither says anything. Errors: 400 for a format
// that is not there, 406 where the client accepts none; both with the list.
ApiResult<const Representation*> ChooseRepresentation(const Request& request,
                                                      std::span<const Representation> offered);

// "lang", else Accept-Language, else English. Errors: 400 for a language that is not there.
ApiResult<Language> ChooseLanguage(const Request& request);

// Refuses every parameter that is not in `known` (and not "c[...]" where `components`), and one
// that is given twice.
ApiResult<void> CheckParameters(const Request& request, const std::vector<std::string>& known,
                                bool components = false);
// The second half alone, for the parameters that may not be repeated.
ApiResult<void> CheckRepeated(const Request& request, const std::vector<std::string>& single);

}  // namespace thb

// As TRY, for a Result in a function that returns an ApiResult.
#define API_TRY(expression) TRY((expression).map_error(&::thb::ToApiError))
