#pragma once
// Statements: ICU message patterns with named arguments from locales/<table>.<language>.json.
// Plural and select are ICU's, so that a language forms its sentences without the program's help.

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "report/document.h"

namespace thb {

// A text for {name} and select, a number for plural, or runs (figures, footnote calls) that stand
// where {name} stands.
using MessageValue = std::variant<std::string, double, Inlines>;
using MessageArguments = std::map<std::string, MessageValue, std::less<>>;

// Immutable after loading.
class Messages {
 public:
  // `language` is "en" or "nl"; `table` the first part of the file's name. Errors: kNotFound,
  // kParse.
  static Result<Messages> Load(std::string_view language, std::string_view table = "report");

  // Parts between <b> and </b> are strong. Arguments that the pattern does not use are no error.
  // Errors: kInternal for a key that is not there, a broken pattern or an argument that is missing.
  Result<Inlines> Format(std::string_view key, const MessageArguments& arguments) const;

  const std::map<std::string, std::string, std::less<>>& patterns() const { return patterns_; }
  const std::string& language() const { return language_; }

 private:
  std::string language_;
  std::map<std::string, std::string, std::less<>> patterns_;
};

// The names of the arguments of a pattern, sorted, each once. Errors: kParse.
Result<std::vector<std::string>> MessageArgumentNames(const std::string& pattern);

}  // namespace thb
