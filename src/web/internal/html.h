#pragma once
// Markup that is safe by construction. A text becomes markup by being escaped and in no other way;
// names of elements and attributes are literals that the compiler checks, so that neither an event
// handler nor an inline style can be written; an address that is not of this site or https is
// dropped. Empty elements are written <br/>, so that a page is well-formed XML too.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace thb {

// The name of an element or attribute.
class HtmlName {
 public:
  // NOLINTNEXTLINE: implicit, so that a literal can stand for a name.
  consteval HtmlName(const char* name) : text_(name) {
    std::size_t length = 0;
    for (; name[length] != '\0'; ++length) {
      const char c = name[length];
      const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
      if (!fits) NotAName();
    }
    const std::string_view text(name, length);
    if (length == 0 || text == "style" || text == "srcdoc" || text == "script" ||
        (text.substr(0, 2) == "on" && length > 4)) {
      NotAName();
    }
  }
  std::string_view text() const { return text_; }

 private:
  static void NotAName() {}  // not constant: its call is what the compiler reports
  std::string_view text_;
};

struct HtmlAttribute {
  HtmlName name;
  std::optional<std::string> value;  // nothing: the attribute is not written
};
using HtmlAttributes = std::initializer_list<HtmlAttribute>;

// A boolean attribute.
inline std::optional<std::string> OnlyIf(bool condition) {
  return condition ? std::optional<std::string>("") : std::nullopt;
}
inline std::optional<std::string> OnlyIf(bool condition, std::string value) {
  return condition ? std::optional<std::string>(std::move(value)) : std::nullopt;
}

// A fragment: any number of elements and texts.
class Html {
 public:
  Html() = default;
  // NOLINTNEXTLINE: implicit, so that a text can stand where a fragment is expected.
  Html(std::string_view text) { AddText(text); }
  // NOLINTNEXTLINE
  Html(const char* text) { AddText(text); }
  // NOLINTNEXTLINE
  Html(const std::string& text) { AddText(text); }

  // One <svg> element as src/chart draws it, which escapes for itself.
  static Html Chart(std::string svg);
  // A script file of this site: the only way to a script.
  static Html ScriptFile(std::string_view address);

  Html& operator+=(const Html& other) {
    markup_ += other.markup_;
    return *this;
  }
  friend Html operator+(Html left, const Html& right) { return left += right; }
  const std::string& markup() const { return markup_; }
  bool empty() const { return markup_.empty(); }

 private:
  friend Html MakeElement(HtmlName tag, HtmlAttributes attributes,
                          std::initializer_list<const Html*> children);
  void AddText(std::string_view text);

  std::string markup_;
};

Html MakeElement(HtmlName tag, HtmlAttributes attributes,
                 std::initializer_list<const Html*> children);

// A fragment as it is, without a copy; a text escaped.
template <typename Child>
decltype(auto) AsHtml(const Child& child) {
  if constexpr (std::is_same_v<Child, Html>) {
    return (child);
  } else {
    return Html(child);
  }
}

// El("p", {{"class", "lead"}}, "Text", El("a", {{"href", "/en"}}, "link"))
template <typename... Children>
Html El(HtmlName tag, HtmlAttributes attributes, const Children&... children) {
  const auto make = [&](const auto&... parts) { return MakeElement(tag, attributes, {&parts...}); };
  return make(AsHtml(children)...);
}

template <typename... Children>
Html El(HtmlName tag, const Children&... children) {
  return El(tag, HtmlAttributes{}, children...);
}

// Fragments one after another.
template <typename... Children>
Html Fragment(const Children&... children) {
  Html all;
  ((all += AsHtml(children)), ...);
  return all;
}

// The whole page, with its document type.
std::string HtmlDocument(const Html& root);

}  // namespace thb
