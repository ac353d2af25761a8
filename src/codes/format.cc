#include "codes/format.h"

#include <unicode/datefmt.h>
#include <unicode/dcfmtsym.h>
#include <unicode/listformatter.h>
#include <unicode/locid.h>
#include <unicode/numberformatter.h>
#include <unicode/timezone.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/resources.h"

namespace thb {
namespace {

constexpr char16_t kNoBreakSpace = 0x00A0;
constexpr char16_t kMinus = 0x2212;
constexpr std::string_view kEnDash = "\u2013";
constexpr int kMaxDecimals = 15;
// Beyond this a double no longer holds every integer with a decimal, and digits would be made up.
constexpr double kScientificFrom = 1e15;

// An ill-formed tag gives British English: a report in the notation of another language is better
// than ICU's root notation, which is no language's.
icu::Locale LocaleOf(std::string_view language) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::StringPiece tag(language.data(), static_cast<std::int32_t>(language.size()));
  icu::Locale locale = icu::Locale::forLanguageTag(tag, status);
  const bool plain_english =
      std::string_view(locale.getLanguage()) == "en" && *locale.getCountry() == '\0';
  if (U_FAILURE(status) || *locale.getLanguage() == '\0' || plain_english) {
    return icu::Locale::getUK();
  }
  return locale;
}

std::string ToUtf8(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

// Only a broken ICU installation can fail here; the number is then printed in C notation.
std::string FormatNumberWith(const icu::number::LocalizedNumberFormatter& formatter, double value) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString text = formatter.formatDouble(value, status).toString(status);
  return U_FAILURE(status) ? std::to_string(value) : ToUtf8(text);
}

// The word that opens an incomplete list, from locales/format.<language>.json.
std::string IncludingWord(std::string_view language) {
  const std::string base(LocaleOf(language).getLanguage());
  for (const std::string& candidate : {base, std::string("en")}) {
    const std::string name = "locales/format." + candidate + ".json";
    const auto resource = FindResource(name);
    if (!resource) continue;
    const Result<Json> json = ParseJson(*resource, name);
    if (!json || !json->is_object()) continue;
    const auto found = json->find("including");
    if (found != json->end() && found->is_string()) return found->get<std::string>();
  }
  return "including";
}

}  // namespace

std::string FormatDecimal(double value, int decimals, std::string_view language) {
  if (!std::isfinite(value)) return std::string(kEnDash);
  const icu::Locale locale = LocaleOf(language);
  UErrorCode status = U_ZERO_ERROR;
  icu::DecimalFormatSymbols symbols(locale, status);
  if (U_FAILURE(status)) return std::to_string(value);
  symbols.setSymbol(icu::DecimalFormatSymbols::kGroupingSeparatorSymbol,
                    icu::UnicodeString(kNoBreakSpace));
  symbols.setSymbol(icu::DecimalFormatSymbols::kMinusSignSymbol, icu::UnicodeString(kMinus));
  const int places = std::clamp(decimals, 0, kMaxDecimals);
  const auto formatter = icu::number::NumberFormatter::withLocale(locale)
                             .symbols(symbols)
                             .roundingMode(UNUM_ROUND_HALFUP)
                             .sign(UNUM_SIGN_NEGATIVE);
  if (std::abs(value) >= kScientificFrom) {
    return FormatNumberWith(formatter.notation(icu::number::Notation::scientific())
                                .precision(icu::number::Precision::maxFraction(2)),
                            value);
  }
  return FormatNumberWith(formatter.grouping(UNUM_GROUPING_THOUSANDS)
                              .precision(icu::number::Precision::fixedFraction(places)),
                          value);
}

std::string FormatPercent(double percent, int decimals, std::string_view language) {
  return FormatDecimal(percent, decimals, language) + "\u00a0%";
}

std::string FormatRange(double lower, double upper, int decimals, std::string_view language) {
  const std::string first = FormatDecimal(lower, decimals, language);
  const std::string last = FormatDecimal(upper, decimals, language);
  if (first == last) return first;
  const bool spaced = lower < 0 || upper < 0;
  return first + (spaced ? "\u00a0\u2013\u00a0" : "\u2013") + last;
}

std::string FormatList(const std::vector<std::string>& items, std::string_view language,
                       bool including) {
  if (items.empty()) return {};
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::ListFormatter> formatter(icu::ListFormatter::createInstance(
      LocaleOf(language), ULISTFMT_TYPE_AND, ULISTFMT_WIDTH_WIDE, status));
  std::vector<icu::UnicodeString> texts;
  texts.reserve(items.size());
  for (const std::string& item : items) {
    texts.push_back(icu::UnicodeString::fromUTF8(item));
  }
  icu::UnicodeString joined;
  if (U_SUCCESS(status)) {
    formatter->format(texts.data(), static_cast<std::int32_t>(texts.size()), joined, status);
  }
  const std::string list = ToUtf8(joined);
  return including ? IncludingWord(language) + " " + list : list;
}

std::string FormatLongDate(Instant instant, std::string_view language) {
  const std::unique_ptr<icu::DateFormat> format(
      icu::DateFormat::createDateInstance(icu::DateFormat::kLong, LocaleOf(language)));
  if (!format) return FormatDate(instant);
  format->adoptTimeZone(icu::TimeZone::getGMT()->clone());
  icu::UnicodeString text;
  format->format(static_cast<UDate>(instant) * 1000.0, text);
  return ToUtf8(text);
}

}  // namespace thb
