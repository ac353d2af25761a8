#pragma once
// Results and the one error table.
//
// Every fallible function returns Result<T>. An Error carries a code from the table, what is wrong,
// where (file:line, key or option) and what to do about it. No exception crosses a module border.

#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <type_traits>
#include <utility>

namespace thb {

enum class ErrorCode {
  kUsage,        // the command line is wrong
  kNotFound,     // a file, database, indicator or code that was named does not exist
  kIo,           // the operating system refused a read or write
  kParse,        // a file is not what its format says
  kEncoding,     // a text is not valid UTF-8
  kLimit,        // an input is larger than its limit
  kUnknownCode,  // a code that is not in its code list
  kBadValue,     // a number that is illegal here: negative, not finite, not an integer
  kStructure,    // a column or dimension that is missing, repeated or not in the dataset
  kConflict,     // two inputs contradict each other
  kRejected,     // a return that content rules refuse
  kUnsupported,  // a known feature of a format that is not read
  kDatabase,     // the database failed or has another schema
  kRenderer,     // an outside renderer failed or is not installed
  kMixed,        // figures of several collections or compositions would be mixed
  kDiffers,      // a claim that differs from what is computed
  kInterrupted,  // a run that was ended before it had an answer
  kForbidden,    // not among the rights of this account, or a second person is needed
  kStale,        // the record was changed by somebody else since it was read
  kSealed,       // a sealed field does not open: its key is lost, destroyed or another
  kIntegrity,    // the log or a backup is not whole
  kInternal,     // a bug in this program
};

// One row per code: what the shell, HTTP and the documentation call it.
struct ErrorInfo {
  ErrorCode code;
  std::string_view name;  // also the heading in docs/errors.md
  int exit_status;
  int http_status;
};

// The whole table, in the order of the enumeration.
std::span<const ErrorInfo> ErrorTable();
const ErrorInfo& InfoOf(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string what;    // what is wrong, a phrase without a full stop
  std::string place;   // file:line, key, option; may be empty
  std::string remedy;  // what to do, an imperative phrase; may be empty

  // One line: "what; at place; remedy [code]". Line breaks and control characters are replaced.
  std::string ToLine() const;
};

template <typename T>
using Result = tl::expected<T, Error>;

// What TRY takes out of a Result that holds a value.
template <typename T>
T TakeValue(Result<T>&& result) {
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

inline tl::unexpected<Error> Fail(ErrorCode code, std::string what, std::string place = {},
                                  std::string remedy = {}) {
  return tl::make_unexpected(Error{code, std::move(what), std::move(place), std::move(remedy)});
}

}  // namespace thb

// Evaluates to the value of a Result, or returns its error from the enclosing function. The local's
// name is unique, so that one TRY may stand inside another.
#define TRY(expression) THB_TRY_NAMED(expression, THB_TRY_JOIN(thb_try_result_, __COUNTER__))
#define THB_TRY_JOIN(prefix, number) THB_TRY_JOIN_EXPANDED(prefix, number)
#define THB_TRY_JOIN_EXPANDED(prefix, number) prefix##number
#define THB_TRY_NAMED(expression, name)                    \
  __extension__({                                          \
    auto name = (expression);                              \
    if (!name) {                                           \
      return tl::make_unexpected(std::move(name).error()); \
    }                                                      \
    ::thb::TakeValue(std::move(name));                     \
  })
