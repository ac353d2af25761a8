#pragma once
// The words of the pages: locales/web.<language>.json, and desk.<language>.json for the desk.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "codes/codes.h"
#include "report/messages.h"
#include "web/internal/html.h"

namespace thb {

class Texts {
 public:
  // The first table that has a key gives its text. Errors: kNotFound, kParse.
  static Result<Texts> Load(Language language, const std::vector<std::string>& tables = {"web"});

  // The text of `key`; "[[key]]" where there is none or its arguments do not fit, which no test
  // lets pass. Beside each number `n` a pattern has {n_text}, printed in the style of the house.
  std::string Get(std::string_view key, const MessageArguments& arguments = {}) const;
  bool Has(std::string_view key) const { return TableOf(key) != nullptr; }
  // The same with markup in the place of some arguments, and strong parts.
  Html Rich(std::string_view key, MessageArguments arguments = {},
            const std::map<std::string, Html>& parts = {}) const;

 private:
  explicit Texts(std::vector<Messages> tables) : tables_(std::move(tables)) {}
  // Nothing where no table has the key.
  const Messages* TableOf(std::string_view key) const;
  std::vector<Messages> tables_;
};

}  // namespace thb
