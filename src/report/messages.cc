#include "report/messages.h"

#include <unicode/messagepattern.h>
#include <unicode/msgfmt.h>

#include <nlohmann/json.hpp>
#include <set>

#include "base/json.h"
#include "base/resources.h"
#include "base/text.h"

namespace thb {
namespace {

// Runs travel through ICU as one private-use character each.
constexpr char32_t kFirstMark = 0xE000;
constexpr std::size_t kMaxRuns = 0x1000;
constexpr std::size_t kMarkBytes = 3;  // U+E000 to U+EFFF take three bytes in UTF-8

std::string Mark(std::size_t index) {
  std::string utf8;
  icu::UnicodeString(static_cast<UChar32>(kFirstMark + index)).toUTF8String(utf8);
  return utf8;
}

// The run number of a mark at the start of `text`, or npos.
std::size_t MarkAt(std::string_view text) {
  if (text.size() < kMarkBytes || text[0] != '\xEE') return std::string_view::npos;
  const auto middle = static_cast<unsigned char>(text[1]);
  const auto last = static_cast<unsigned char>(text[2]);
  return (std::size_t{middle} & 0x3FU) << 6U | (std::size_t{last} & 0x3FU);
}

// Splits a formatted text into runs: marks become the runs they stand for, <b> turns strong on.
Inlines SplitRuns(std::string_view text, const Inlines& marked) {
  Inlines runs;
  bool strong = false;
  std::string plain;
  const auto flush = [&] {
    if (plain.empty()) return;
    runs.push_back(Inline::Text(std::exchange(plain, {})));
    runs.back().strong = strong;
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    if (const std::size_t mark = MarkAt(rest); mark < marked.size()) {
      flush();
      runs.push_back(marked[mark]);
      runs.back().strong = runs.back().strong || strong;
      at += kMarkBytes;
    } else if (StartsWith(rest, "<b>")) {
      flush();
      strong = true;
      at += 3;
    } else if (StartsWith(rest, "</b>")) {
      flush();
      strong = false;
      at += 4;
    } else {
      plain += text[at];
      ++at;
    }
  }
  flush();
  return runs;
}

icu::Formattable ToFormattable(const MessageValue& value, Inlines& marked) {
  if (const auto* number = std::get_if<double>(&value)) return icu::Formattable(*number);
  if (const auto* text = std::get_if<std::string>(&value)) {
    return icu::Formattable(icu::UnicodeString::fromUTF8(*text));
  }
  std::string marks;
  for (const Inline& run : std::get<Inlines>(value)) {
    if (marked.size() >= kMaxRuns) break;
    marks += Mark(marked.size());
    marked.push_back(run);
  }
  return icu::Formattable(icu::UnicodeString::fromUTF8(marks));
}

}  // namespace

Result<Messages> Messages::Load(std::string_view language, std::string_view table) {
  const std::string name = "locales/" + std::string(table) + "." + std::string(language) + ".json";
  const auto content = FindResource(name);
  if (!content) {
    return Fail(ErrorCode::kNotFound, "there are no texts in the language " + std::string(language),
                name, "use en or nl");
  }
  const Json json = TRY(ParseJson(*content, name));
  Messages messages;
  messages.language_ = language;
  if (!json.is_object()) return Fail(ErrorCode::kParse, "not an object of messages", name);
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string())
      return Fail(ErrorCode::kParse, "a message is not a text", name + ":" + key);
    messages.patterns_.emplace(key, value.get<std::string>());
  }
  return messages;
}

Result<Inlines> Messages::Format(std::string_view key, const MessageArguments& arguments) const {
  const std::string place = language_ + ":" + std::string(key);
  const auto pattern = patterns_.find(key);
  if (pattern == patterns_.end()) return Fail(ErrorCode::kInternal, "no such message", place);
  for (const std::string& name : TRY(MessageArgumentNames(pattern->second))) {
    if (!arguments.contains(name)) {
      return Fail(ErrorCode::kInternal, "the message has no argument " + name, place);
    }
  }
  std::vector<icu::UnicodeString> names;
  std::vector<icu::Formattable> values;
  Inlines marked;
  for (const auto& [name, value] : arguments) {
    names.push_back(icu::UnicodeString::fromUTF8(name));
    values.push_back(ToFormattable(value, marked));
  }
  UErrorCode status = U_ZERO_ERROR;
  const icu::MessageFormat format(icu::UnicodeString::fromUTF8(pattern->second),
                                  icu::Locale(language_.c_str()), status);
  icu::UnicodeString text;
  if (U_SUCCESS(status)) {
    format.format(names.data(), values.data(), static_cast<int32_t>(names.size()), text, status);
  }
  if (U_FAILURE(status)) {
    return Fail(ErrorCode::kInternal, std::string("message: ") + u_errorName(status), place);
  }
  std::string utf8;
  text.toUTF8String(utf8);
  return SplitRuns(utf8, marked);
}

Result<std::vector<std::string>> MessageArgumentNames(const std::string& pattern) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::MessagePattern parsed(icu::UnicodeString::fromUTF8(pattern), nullptr, status);
  if (U_FAILURE(status)) {
    return Fail(ErrorCode::kParse, std::string("not a message pattern: ") + u_errorName(status),
                pattern);
  }
  std::set<std::string> names;
  for (int32_t i = 0; i < parsed.countParts(); ++i) {
    const icu::MessagePattern::Part& part = parsed.getPart(i);
    if (part.getType() != UMSGPAT_PART_TYPE_ARG_NAME) continue;
    std::string name;
    parsed.getSubstring(part).toUTF8String(name);
    names.insert(std::move(name));
  }
  return std::vector<std::string>(names.begin(), names.end());
}

}  // namespace thb
