#include "report/render.h"

#include <vector>

#include "base/files.h"
#include "base/process.h"
#include "base/resources.h"
#include "report/internal/html.h"

namespace thb {
namespace {

// WeasyPrint needs a few seconds for a long report on a slow machine.
constexpr int kRenderSeconds = 180;
// Twice the 720 units of a chart, for print.
constexpr const char* kPictureWidth = "1440";

Result<std::string_view> StyleSheet() {
  const auto css = FindResource("templates/report.css");
  if (!css) return Fail(ErrorCode::kInternal, "the style sheet is not embedded", "report.css");
  return *css;
}

// Runs a renderer in `directory`; what it says becomes the error.
Result<void> Run(std::vector<std::string> arguments, const std::string& directory, Instant now,
                 const std::string& package) {
  const std::string program = arguments[0];
  const Result<ProcessOutput> output =
      RunProcess({.arguments = std::move(arguments),
                  .environment = {{"SOURCE_DATE_EPOCH", std::to_string(now)},
                                  {"LC_ALL", "C.UTF-8"},
                                  {"TZ", "UTC"}},
                  .directory = directory,
                  .timeout_seconds = kRenderSeconds});
  if (!output && output.error().code == ErrorCode::kNotFound) {
    return Fail(ErrorCode::kRenderer, output.error().what, program,
                "install the package " + package + " or write HTML");
  }
  if (!output) return tl::make_unexpected(output.error());
  if (output->exit_status != 0) {
    constexpr std::size_t kMaxMessage = 500;
    return Fail(ErrorCode::kRenderer,
                program + " failed with status " + std::to_string(output->exit_status) + ": " +
                    output->err.substr(0, kMaxMessage),
                program, "check that " + program + " works, or write HTML");
  }
  return {};
}

}  // namespace

Result<std::string> RenderHtml(const Document& document) {
  return WriteHtml(document, HtmlTarget::kScreen, TRY(StyleSheet()));
}

Result<std::string> RenderPdf(const Document& document, Instant now) {
  const TemporaryDirectory directory = TRY(TemporaryDirectory::Make());
  const std::string_view css = TRY(StyleSheet());
  TRY(WriteFile(directory.path() + "/report.html", WriteHtml(document, HtmlTarget::kPaper, css)));
  TRY(Run({"weasyprint", "--quiet", "--encoding", "utf-8", "--pdf-variant", "pdf/ua-1",
           "report.html", "report.pdf"},
          directory.path(), now, "weasyprint"));
  return ReadFile(directory.path() + "/report.pdf");
}

Result<std::string> RenderDocx(const Document& document, Instant now) {
  const TemporaryDirectory directory = TRY(TemporaryDirectory::Make());
  int charts = 0;
  for (const ReportSection& section : document.sections) {
    for (const ReportBlock& block : section.blocks) {
      const auto* chart = std::get_if<ReportChart>(&block);
      if (chart == nullptr) continue;
      const std::string name = "chart-" + std::to_string(++charts);
      TRY(WriteFile(directory.path() + "/" + name + ".svg", chart->svg));
      TRY(Run({"rsvg-convert", "--width", kPictureWidth, "--background-color", "white", "--output",
               name + ".png", name + ".svg"},
              directory.path(), now, "librsvg2-bin"));
    }
  }
  TRY(WriteFile(directory.path() + "/report.html", WriteHtml(document, HtmlTarget::kPandoc, "")));
  TRY(Run({"pandoc", "--from", "html+epub_html_exts", "--to", "docx", "--metadata",
           "title=" + document.title, "--output", "report.docx", "report.html"},
          directory.path(), now, "pandoc"));
  return ReadFile(directory.path() + "/report.docx");
}

}  // namespace thb
