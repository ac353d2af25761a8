// Names in any script as plain Latin, their phonetic codes, and how much two of them are alike.

#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>
#include <tuple>

#include "base/csv.h"
#include "base/resources.h"
#include "base/text.h"
#include "people/search.h"

namespace thb {
namespace {

constexpr std::size_t kCodeLength = 6;
constexpr std::size_t kMaxCodes = 8;

struct SoundRule {
  std::string pattern;
  std::vector<std::string> start;
  std::vector<std::string> before_vowel;
  std::vector<std::string> otherwise;
};

std::vector<std::string> Alternatives(const std::string& field) {
  std::vector<std::string> out;
  for (const std::string_view each : Split(field, '|')) out.emplace_back(each);
  return out;
}

std::vector<SoundRule> ReadSoundRules() {
  std::vector<SoundRule> rules;
  CsvReader reader(FindResource("rules/daitch_mokotoff.csv").value_or(""), "daitch_mokotoff");
  std::vector<std::string> fields;
  for (auto more = reader.Next(fields); more && *more; more = reader.Next(fields)) {
    if (fields.size() == 4 && fields[0] != "pattern") {
      rules.push_back(
          {fields[0], Alternatives(fields[1]), Alternatives(fields[2]), Alternatives(fields[3])});
    }
  }
  std::stable_sort(rules.begin(), rules.end(), [](const SoundRule& a, const SoundRule& b) {
    return a.pattern.size() > b.pattern.size();
  });
  return rules;
}

// Longest pattern first. Read once, on first use, from constant data.
const std::vector<SoundRule>& SoundRules() {
  static const std::vector<SoundRule> rules = ReadSoundRules();
  return rules;
}

// Null where this build of ICU lacks the transforms; then only Latin letters are understood.
const icu::Transliterator* LatinTransform() {
  static const std::unique_ptr<icu::Transliterator> transform = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::Transliterator> made(icu::Transliterator::createInstance(
        "Any-Latin; NFD; [:Nonspacing Mark:] Remove; Latin-ASCII; Lower", UTRANS_FORWARD, status));
    return U_SUCCESS(status) ? std::move(made) : nullptr;
  }();
  return transform.get();
}

bool IsVowel(char c) {
  return std::string_view("aeiou").find(c) != std::string_view::npos;
}

// One way to read a name so far.
struct Reading {
  std::string code;
  std::string last;  // what the last sound added: the same twice is written once
  bool first = true;

  void Add(const std::string& sound, bool force) {
    if (first || force || !EndsWith(last, sound)) code += sound;
    if (code.size() > kCodeLength) code.resize(kCodeLength);
    last = sound;
    first = false;
  }
};

void AddSound(std::vector<Reading>& readings, const std::vector<std::string>& sounds, bool force) {
  std::vector<Reading> next;
  for (const Reading& reading : readings) {
    for (const std::string& sound : sounds) {
      next.push_back(reading);
      next.back().Add(sound, force);
    }
  }
  // Readings that agree so far stay alike.
  std::sort(next.begin(), next.end(), [](const Reading& a, const Reading& b) {
    return std::tie(a.code, a.last) < std::tie(b.code, b.last);
  });
  next.erase(std::unique(next.begin(), next.end(),
                         [](const Reading& a, const Reading& b) {
                           return a.code == b.code && a.last == b.last;
                         }),
             next.end());
  if (next.size() > kMaxCodes) next.resize(kMaxCodes);
  readings = std::move(next);
}

double Jaro(std::string_view left, std::string_view right) {
  if (left.empty() || right.empty()) return 0;
  const std::size_t longest = std::max(left.size(), right.size());
  const std::size_t window = longest / 2 > 0 ? longest / 2 - 1 : 0;
  std::vector<bool> taken(right.size());
  std::string matched_left;
  for (std::size_t i = 0; i < left.size(); ++i) {
    const std::size_t from = i > window ? i - window : 0;
    const std::size_t to = std::min(i + window + 1, right.size());
    for (std::size_t j = from; j < to; ++j) {
      if (taken[j] || left[i] != right[j]) continue;
      taken[j] = true;
      matched_left += left[i];
      break;
    }
  }
  std::string in_order;
  for (std::size_t j = 0; j < right.size(); ++j) {
    if (taken[j]) in_order += right[j];
  }
  if (matched_left.empty()) return 0;
  double moved = 0;
  for (std::size_t i = 0; i < in_order.size(); ++i) moved += in_order[i] != matched_left[i] ? 1 : 0;
  const auto matches = static_cast<double>(matched_left.size());
  return (matches / static_cast<double>(left.size()) + matches / static_cast<double>(right.size()) +
          (matches - moved / 2) / matches) /
         3;
}

// Winkler (1990): a common beginning of up to four letters counts more.
double JaroWinkler(std::string_view left, std::string_view right) {
  const double jaro = Jaro(left, right);
  std::size_t same = 0;
  while (same < 4 && same < left.size() && same < right.size() && left[same] == right[same]) ++same;
  return jaro + 0.1 * static_cast<double>(same) * (1 - jaro);
}

}  // namespace

std::string PlainLatin(std::string_view name) {
  auto text = icu::UnicodeString::fromUTF8(
      icu::StringPiece(name.data(), static_cast<std::int32_t>(name.size())));
  if (LatinTransform() != nullptr) LatinTransform()->transliterate(text);
  std::string folded;
  text.toUTF8String(folded);
  std::string out;
  for (const char c : ToLowerAscii(folded)) {
    if (c >= 'a' && c <= 'z') {
      out += c;
    } else if ((c == ' ' || c == '-' || c == '.' || c == ',') && !out.empty() &&
               out.back() != ' ') {
      out += ' ';
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::vector<std::string> PhoneticCodes(std::string_view name) {
  const std::string letters = ReplaceAll(PlainLatin(name), " ", "");
  std::vector<Reading> readings = {Reading{}};
  char before = '\0';
  for (std::size_t at = 0; at < letters.size();) {
    const std::string_view rest = std::string_view(letters).substr(at);
    const auto rule = std::find_if(SoundRules().begin(), SoundRules().end(),
                                   [&](const SoundRule& r) { return StartsWith(rest, r.pattern); });
    if (rule == SoundRules().end()) return {};
    const std::size_t length = rule->pattern.size();
    const bool vowel_follows = length < rest.size() && IsVowel(rest[length]);
    const auto& sounds = at == 0         ? rule->start
                         : vowel_follows ? rule->before_vowel
                                         : rule->otherwise;
    const bool force = (before == 'm' && rest[0] == 'n') || (before == 'n' && rest[0] == 'm');
    AddSound(readings, sounds, force);
    before = rest[0];
    at += length;
  }
  std::vector<std::string> codes;
  if (letters.empty()) return codes;
  for (Reading& reading : readings) {
    reading.code.resize(kCodeLength, '0');
    codes.push_back(std::move(reading.code));
  }
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  return codes;
}

double NameSimilarity(std::string_view left, std::string_view right) {
  const std::string plain_left = PlainLatin(left);
  const std::string plain_right = PlainLatin(right);
  if (plain_left.empty() || plain_right.empty()) return 0;
  std::vector<std::string_view> fewer = Split(plain_left, ' ');
  std::vector<std::string_view> more = Split(plain_right, ' ');
  if (fewer.size() > more.size()) std::swap(fewer, more);
  const auto spare = static_cast<double>(more.size() - fewer.size());
  const auto parts = static_cast<double>(fewer.size());
  double sum = 0;
  for (const std::string_view part : fewer) {
    auto best = more.begin();
    double most = -1;
    for (auto each = more.begin(); each != more.end(); ++each) {
      const double alike = JaroWinkler(part, *each);
      if (alike > most) {
        most = alike;
        best = each;
      }
    }
    sum += most;
    more.erase(best);
  }
  // Parts that only one of them has tell a little against it.
  return sum / (parts + 0.25 * spare);
}

}  // namespace thb
