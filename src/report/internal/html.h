#pragma once
// The HTML that all renderers start from.

#include <string>
#include <string_view>

#include "report/document.h"

namespace thb {

enum class HtmlTarget {
  kScreen,  // footnotes at the end, with ways there and back
  kPaper,   // footnotes within the text, for `float: footnote`
  kPandoc,  // footnotes as pandoc reads them; charts as pictures chart-1.png, chart-2.png ...
};

// `css` stands in the page; kPandoc has none.
std::string WriteHtml(const Document& document, HtmlTarget target, std::string_view css);

}  // namespace thb
