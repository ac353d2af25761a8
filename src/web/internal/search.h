#pragma once
// How the lists of the pages are searched: every word has to be found, in itself or in a word that
// means the same ("female" finds "women"; search.synonyms in the locales).

#include <string>
#include <string_view>
#include <vector>

#include "web/internal/site.h"

namespace thb {

class SearchWords {
 public:
  // `synonyms`: groups of words parted by semicolons, their words by commas.
  SearchWords(std::string_view query, std::string_view synonyms);

  // True for every text where nothing is searched for.
  bool In(std::string_view text) const;

 private:
  struct Wanted {
    std::string word;
    std::vector<std::string> same;
  };
  std::vector<Wanted> wanted_;
};

// The words of the parameter q, in the language of the page.
SearchWords WantedWords(const PageVisit& visit);

}  // namespace thb
