#pragma once
// Names of countries in the 24 official languages, by the Unicode locale data (ICU), and the way
// back from the names that foreign tables print. Greece is EL, the United Kingdom UK.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thb {

// The country's name in a language, by its tag ("nl"); Kosovo carries its asterisk. English and
// Dutch follow codelists/country_labels.csv where the Union writes a name in another way than ICU.
// An aggregate gives its label (English but for "nl"), another code itself.
std::string CountryName(std::string_view code, std::string_view language_tag);
// Tags of the 24 official languages of the Union.
std::vector<std::string> OfficialLanguages();
// The same codes in the order of their names, by the language's own collation. Returns the sorted
// list: the argument is a copy.
[[nodiscard]] std::vector<std::string> SortByName(std::vector<std::string> codes,
                                                  std::string_view language_tag);

// From a name or an adjective as foreign tables print it, whatever its case and accents: current
// names in English, French, Spanish, German, Italian, Portuguese and Dutch, and the spellings of
// codelists/country_names.csv. Nothing where it is ambiguous or no country.
std::optional<std::string> CountryFromName(std::string_view name);
// From ISO 3166-1 alpha-3.
std::optional<std::string> CountryFromIso3(std::string_view iso3);
// Codes of all countries, in list order.
std::vector<std::string> AllCountries();

}  // namespace thb
