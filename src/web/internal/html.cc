#include "web/internal/html.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace thb {
namespace {

bool IsVoid(std::string_view tag) {
  constexpr std::array<std::string_view, 9> kVoid{"br",   "col",  "hr",  "img",   "input",
                                                  "link", "meta", "wbr", "source"};
  return std::find(kVoid.begin(), kVoid.end(), tag) != kVoid.end();
}

bool IsAddress(std::string_view attribute) {
  return attribute == "href" || attribute == "action" || attribute == "src";
}

// Of this site, or https: nothing else is an address here, and "javascript:" least of all.
bool IsSafeAddress(std::string_view address) {
  if (StartsWith(address, "https://") || StartsWith(address, "#") || StartsWith(address, "?")) {
    return true;
  }
  return StartsWith(address, "/") && !StartsWith(address, "//") && !StartsWith(address, "/\\");
}

}  // namespace

void Html::AddText(std::string_view text) {
  markup_ += EscapeXml(text);
}

Html Html::Chart(std::string svg) {
  Html html;
  html.markup_ = std::move(svg);
  return html;
}

Html Html::ScriptFile(std::string_view address) {
  Html html;
  if (!IsSafeAddress(address)) return html;
  html.markup_ = "<script src=\"" + EscapeXml(address) + "\" defer=\"\"></script>";
  return html;
}

Html MakeElement(HtmlName tag, HtmlAttributes attributes,
                 std::initializer_list<const Html*> children) {
  Html element;
  std::string& out = element.markup_;
  std::size_t size = 2 * tag.text().size() + 8;
  for (const Html* child : children) size += child->markup_.size();
  out.reserve(size + 64 * attributes.size());
  out += '<';
  out += tag.text();
  for (const HtmlAttribute& attribute : attributes) {
    if (!attribute.value) continue;
    const std::string_view name = attribute.name.text();
    const bool dropped = IsAddress(name) && !IsSafeAddress(*attribute.value);
    out += ' ';
    out += name;
    out += "=\"";
    out += dropped ? "#" : EscapeXml(*attribute.value);
    out += '"';
  }
  if (IsVoid(tag.text())) {
    out += "/>";
    return element;
  }
  out += '>';
  for (const Html* child : children) out += child->markup_;
  out += "</";
  out += tag.text();
  out += '>';
  return element;
}

std::string HtmlDocument(const Html& root) {
  return "<!DOCTYPE html>\n" + root.markup() + "\n";
}

}  // namespace thb
