#include "codes/names.h"

#include <unicode/coll.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <map>
#include <memory>

#include "base/csv.h"
#include "base/resources.h"
#include "base/text.h"

namespace thb {
namespace {

struct Country {
  std::string code;
  std::string iso2;
  std::string iso3;
};

// The embedded list; it is checked by Codes::Load, so a malformed one is empty here.
std::vector<Country> Countries() {
  std::vector<Country> countries;
  CsvReader reader(FindResource("codelists/countries.csv").value_or(""), "countries");
  std::vector<std::string> fields;
  for (auto more = reader.Next(fields); more && *more; more = reader.Next(fields)) {
    if (fields.size() == 3 && fields[0] != "code") {
      countries.push_back({fields[0], fields[1], fields[2]});
    }
  }
  return countries;
}

// Built once, on first use, from constant data.
const std::vector<Country>& CountryTable() {
  static const std::vector<Country> table = Countries();
  return table;
}

struct Label {
  std::string en;
  std::string nl;
};

// Names that differ from ICU's in English or Dutch ("" where they do not), and the aggregates of
// geo.
std::map<std::string, Label, std::less<>> Labels() {
  std::map<std::string, Label, std::less<>> labels;
  std::vector<std::string> fields;
  CsvReader own(FindResource("codelists/country_labels.csv").value_or(""), "country_labels");
  for (auto more = own.Next(fields); more && *more; more = own.Next(fields)) {
    if (fields.size() == 3 && fields[0] != "code") labels[fields[0]] = {fields[1], fields[2]};
  }
  CsvReader geo(FindResource("codelists/geo.csv").value_or(""), "geo");
  for (auto more = geo.Next(fields); more && *more; more = geo.Next(fields)) {
    if (fields.size() == 5 && fields[2] == "aggregate") labels[fields[0]] = {fields[3], fields[4]};
  }
  return labels;
}

const std::map<std::string, Label, std::less<>>& LabelTable() {
  static const std::map<std::string, Label, std::less<>> table = Labels();
  return table;
}

// Eurostat's English and Portuguese are the European ones; ICU's defaults are the American ones.
icu::Locale LocaleOf(std::string_view language_tag) {
  if (language_tag == "en") return icu::Locale::getUK();
  if (language_tag == "pt") return icu::Locale("pt", "PT");
  UErrorCode status = U_ZERO_ERROR;
  const icu::StringPiece tag(language_tag.data(), static_cast<int32_t>(language_tag.size()));
  const icu::Locale locale = icu::Locale::forLanguageTag(tag, status);
  return U_FAILURE(status) || locale.isBogus() ? icu::Locale::getUK() : locale;
}

std::string DisplayName(const std::string& iso2, std::string_view language_tag) {
  const icu::Locale region("", iso2.c_str());
  icu::UnicodeString name;
  region.getDisplayCountry(LocaleOf(language_tag), name);
  std::string utf8;
  name.toUTF8String(utf8);
  return utf8;
}

// Case, accents and everything but letters removed: "Côte d'Ivoire" and "COTE DIVOIRE" are equal.
std::string Fold(std::string_view name) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* decompose = icu::Normalizer2::getNFKDInstance(status);
  const icu::UnicodeString text =
      icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), static_cast<int>(name.size())));
  icu::UnicodeString plain;
  const icu::UnicodeString decomposed = decompose->normalize(text, status);
  for (int32_t i = 0; i < decomposed.length();) {
    const UChar32 c = decomposed.char32At(i);
    i += U16_LENGTH(c);
    if (u_isalpha(c)) plain.append(u_foldCase(c, U_FOLD_CASE_DEFAULT));
  }
  std::string utf8;
  plain.toUTF8String(utf8);
  return utf8;
}

std::map<std::string, std::string> NameTable() {
  std::map<std::string, std::string> names;
  for (const Country& country : CountryTable()) {
    names.emplace(Fold(CountryName(country.code, "en")), country.code);
    names.emplace(Fold(CountryName(country.code, "nl")), country.code);
  }
  for (const char* language : {"en", "fr", "es", "de", "it", "pt", "nl"}) {
    for (const Country& country : CountryTable()) {
      names.emplace(Fold(DisplayName(country.iso2, language)), country.code);
    }
  }
  CsvReader reader(FindResource("codelists/country_names.csv").value_or(""), "names");
  std::vector<std::string> fields;
  for (auto more = reader.Next(fields); more && *more; more = reader.Next(fields)) {
    if (fields.size() == 2 && fields[0] != "name") names[Fold(fields[0])] = fields[1];
  }
  return names;
}

}  // namespace

std::string CountryName(std::string_view code, std::string_view language_tag) {
  const bool english = language_tag == "en" || StartsWith(language_tag, "en-");
  const bool dutch = language_tag == "nl" || StartsWith(language_tag, "nl-");
  const auto label = LabelTable().find(code);
  if (label != LabelTable().end()) {
    const std::string& own = dutch ? label->second.nl : label->second.en;
    if ((english || dutch) && !own.empty()) return own;
  }
  for (const Country& country : CountryTable()) {
    if (country.code != code) continue;
    // The asterisk stands for the note on status that every Union text gives Kosovo.
    return DisplayName(country.iso2, language_tag) + (code == "XK" ? "*" : "");
  }
  return label == LabelTable().end() ? std::string(code) : label->second.en;
}

std::vector<std::string> OfficialLanguages() {
  return {"bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr",
          "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv"};
}

std::vector<std::string> SortByName(std::vector<std::string> codes, std::string_view language_tag) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::Collator> collator(
      icu::Collator::createInstance(LocaleOf(language_tag), status));
  if (U_FAILURE(status)) return codes;
  struct Named {
    icu::UnicodeString name;
    std::string code;
  };
  std::vector<Named> named;
  for (std::string& code : codes) {
    const std::string name = CountryName(code, language_tag);
    named.push_back({icu::UnicodeString::fromUTF8(name), std::move(code)});
  }
  std::sort(named.begin(), named.end(), [&](const Named& a, const Named& b) {
    UErrorCode compare_status = U_ZERO_ERROR;
    const UCollationResult order = collator->compare(a.name, b.name, compare_status);
    return order == UCOL_EQUAL ? a.code < b.code : order == UCOL_LESS;
  });
  for (std::size_t i = 0; i < named.size(); ++i) codes[i] = std::move(named[i].code);
  return codes;
}

std::optional<std::string> CountryFromName(std::string_view name) {
  static const std::map<std::string, std::string> table = NameTable();
  const auto found = table.find(Fold(name));
  if (found == table.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> CountryFromIso3(std::string_view iso3) {
  for (const Country& country : CountryTable()) {
    if (country.iso3 == iso3) return country.code;
  }
  return std::nullopt;
}

std::vector<std::string> AllCountries() {
  std::vector<std::string> codes;
  for (const Country& country : CountryTable()) codes.push_back(country.code);
  return codes;
}

}  // namespace thb
