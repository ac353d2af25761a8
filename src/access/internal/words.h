#pragma once
// An enumeration and the words by which files and the database name its values.

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/text.h"

namespace thb {

template <typename E, std::size_t N>
using Words = std::array<std::pair<E, std::string_view>, N>;

template <typename E, std::size_t N>
std::string_view WordIn(const Words<E, N>& words, E value) {
  for (const auto& [known, word] : words) {
    if (known == value) return word;
  }
  return {};
}

// Errors: kUnknownCode with the nearest word.
template <typename E, std::size_t N>
Result<E> ValueIn(const Words<E, N>& words, std::string_view wanted, std::string_view what,
                  const std::string& place) {
  std::vector<std::string> all;
  for (const auto& [value, word] : words) {
    if (word == wanted) return value;
    all.emplace_back(word);
  }
  const auto nearest = Nearest(wanted, all);
  return Fail(ErrorCode::kUnknownCode, "no " + std::string(what) + " " + std::string(wanted), place,
              nearest ? "did you mean " + *nearest + "?" : "choose from " + Join(all, ", "));
}

}  // namespace thb
