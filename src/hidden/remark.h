#pragma once
// A sentence about an estimate, in English, and what it is made of for whoever says it in another
// language.

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace thb {

using RemarkValue = std::variant<std::string, double>;

struct Remark {
  std::string text;  // English
  std::string id;    // "verdict.model_range"; a translation has it as its key
  std::vector<std::pair<std::string, RemarkValue>> values = {};  // that the text names
};

}  // namespace thb
