#pragma once
// Texts of the catalogue and of reference metadata, locales/api.<language>.json, with {name} where
// a fact of the program stands.

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codes/codes.h"

namespace thb {

using TextFacts = std::map<std::string, std::string, std::less<>>;

class ApiTexts {
 public:
  // Errors: kInternal where a language lacks a text of the other, or the file is broken.
  static Result<ApiTexts> Load();

  bool Has(const std::string& key) const;
  // "" for a key that is not there. A fact that is not given stays as {name}.
  std::string Text(const std::string& key, Language language, const TextFacts& facts = {}) const;

 private:
  std::map<std::string, std::string, std::less<>> en_;
  std::map<std::string, std::string, std::less<>> nl_;
};

}  // namespace thb
