#include "web/internal/search.h"

#include <algorithm>

#include "base/text.h"

namespace thb {
namespace {

std::vector<std::string> WordsOf(std::string_view text, char separator) {
  std::vector<std::string> words;
  for (const std::string_view word : Split(text, separator)) {
    if (!Trim(word).empty()) words.push_back(ToLowerAscii(Trim(word)));
  }
  return words;
}

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

// At the start of a word: "men" stands for "male", and "women" is something else.
bool BeginsAWord(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    if (at == 0 || !IsLetter(text[at - 1])) return true;
  }
  return false;
}

}  // namespace

SearchWords::SearchWords(std::string_view query, std::string_view synonyms) {
  for (const std::string& word : WordsOf(query, ' ')) {
    Wanted wanted{word, {}};
    for (const std::string_view group : Split(synonyms, ';')) {
      const std::vector<std::string> words = WordsOf(group, ',');
      if (std::find(words.begin(), words.end(), word) == words.end()) continue;
      wanted.same.insert(wanted.same.end(), words.begin(), words.end());
    }
    wanted_.push_back(std::move(wanted));
  }
}

bool SearchWords::In(std::string_view text) const {
  const std::string low = ToLowerAscii(text);
  return std::all_of(wanted_.begin(), wanted_.end(), [&](const Wanted& wanted) {
    // A word that others stand beside is meant as a word, any other as a part of one too.
    if (wanted.same.empty()) return low.find(wanted.word) != std::string::npos;
    return std::any_of(wanted.same.begin(), wanted.same.end(),
                       [&](const std::string& word) { return BeginsAWord(low, word); });
  });
}

SearchWords WantedWords(const PageVisit& visit) {
  return {visit.Parameter("q"), visit.T("search.synonyms")};
}

}  // namespace thb
