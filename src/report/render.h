#pragma once
// Renderers: a document as a page, as a PDF and as a word-processor file. Same document and clock,
// same bytes.

#include <string>

#include "base/date.h"
#include "base/result.h"
#include "report/document.h"

namespace thb {

// One self-contained page: no script, nothing loaded from elsewhere. Errors: kInternal where the
// style sheet is not embedded.
Result<std::string> RenderHtml(const Document& document);

// Tagged PDF (PDF/UA-1) by WeasyPrint, which must be installed. `now` becomes the date in the file.
// Errors: kRenderer, kIo, kLimit.
Result<std::string> RenderPdf(const Document& document, Instant now);

// DOCX by pandoc, with the charts as pictures by rsvg-convert; both must be installed.
// Errors: kRenderer, kIo, kLimit.
Result<std::string> RenderDocx(const Document& document, Instant now);

}  // namespace thb
