#include "report/render.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/process.h"

namespace thb {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Instant kNow = 1671436800;  // 2022-12-19T08:00:00Z

Document Sample() {
  Document document;
  document.language = "nl";
  document.title = "Verslag <1>";
  document.subtitle = "2019-2020";
  document.labels = {"Naar de tekst", "Inhoud", "Voetnoten", "Voetnoot", "Terug", "Cijfers",
                     "Uitleg",        "Cijfer", "Waarde",    "Kenmerk",  "Tabel", "van"};
  document.footnotes = {{{Inline::Text("België & Italië.")}}};
  document.figures = {{"victims.count@EU27_2020:2020", "6 534", "Aantal slachtoffers"}};
  ReportSection section{"victims", "Slachtoffers", 2, false, {}};
  section.blocks.push_back(
      ReportParagraph{{Inline::Text("In 2020 "), Inline::Figure("6 534", document.figures[0].id),
                       Inline::Footnote(0), Inline::Text(" en opnieuw"), Inline::Footnote(0)}});
  ReportTable table;
  table.caption = "Per lidstaat";
  table.columns = {"Lidstaat", "2020"};
  table.rows = {{{{Inline::Text("België")}, false}, {{Inline::Text("155")}, true}}};
  section.blocks.push_back(table);
  section.blocks.push_back(
      ReportChart{"Grafiek",
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\" "
                  "role=\"img\"><title>g</title><rect width=\"5\" height=\"5\"/></svg>",
                  "Een grafiek", table, true});
  document.sections.push_back(section);
  return document;
}

TEST(RenderHtml, IsOneAccessiblePage) {
  const auto page = RenderHtml(Sample());
  ASSERT_TRUE(page) << page.error().ToLine();
  EXPECT_THAT(*page, HasSubstr("<html lang=\"nl\">"));
  EXPECT_THAT(*page, HasSubstr("<h1>Verslag &lt;1&gt;</h1>"));
  EXPECT_THAT(*page, HasSubstr("<a class=\"skip\" href=\"#text\">"));
  EXPECT_THAT(*page, HasSubstr("<main id=\"text\">"));
  EXPECT_THAT(*page, HasSubstr("<caption>Per lidstaat</caption>"));
  EXPECT_THAT(*page, HasSubstr("<th scope=\"col\">Lidstaat</th>"));
  EXPECT_THAT(*page, HasSubstr("<th scope=\"row\">België</th><td class=\"number\">155</td>"));
}

TEST(RenderHtml, LoadsNothingAndRunsNothing) {
  const std::string page = *RenderHtml(Sample());
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("<link")));
  EXPECT_THAT(page, Not(HasSubstr(" src=")));
  EXPECT_THAT(page, Not(HasSubstr("@import")));
  EXPECT_THAT(page, Not(testing::ContainsRegex("url\\(|href=\"http")));
}

TEST(RenderHtml, LinksFiguresToTheirIdsAndNotesBothWays) {
  const std::string page = *RenderHtml(Sample());
  EXPECT_THAT(page, HasSubstr("href=\"#figure-1\" data-figure=\"victims.count@EU27_2020:2020\""));
  EXPECT_THAT(page, HasSubstr("<tr id=\"figure-1\">"));
  EXPECT_THAT(page, HasSubstr("<a id=\"call-1\" href=\"#note-1\""));
  EXPECT_THAT(page, HasSubstr("<li id=\"note-1\">België &amp; Italië. <a href=\"#call-1\""));
}

bool Installed(const std::string& program) {
  return RunProcess({.arguments = {program, "--version"}}).has_value();
}

TEST(RenderPdf, IsTaggedNumbersItsPagesAndRepeats) {
  if (!Installed("weasyprint")) GTEST_SKIP() << "weasyprint is not installed";
  const auto first = RenderPdf(Sample(), kNow);
  ASSERT_TRUE(first) << first.error().ToLine();
  EXPECT_THAT(*first, testing::StartsWith("%PDF-1.7"));
  EXPECT_EQ(*first, *RenderPdf(Sample(), kNow));
  if (!Installed("pdftotext")) GTEST_SKIP() << "pdftotext is not installed";
  const auto directory = TemporaryDirectory::Make();
  ASSERT_TRUE(WriteFile(directory->path() + "/a.pdf", *first));
  const auto info = RunProcess({.arguments = {"pdfinfo", "a.pdf"}, .directory = directory->path()});
  EXPECT_THAT(info->out, testing::ContainsRegex("Tagged: +yes"));
  const auto text =
      RunProcess({.arguments = {"pdftotext", "a.pdf", "-"}, .directory = directory->path()});
  EXPECT_THAT(text->out, HasSubstr("1 van 2"));
  EXPECT_THAT(text->out, HasSubstr("België & Italië."));
}

TEST(RenderDocx, HasFootnotesAndPicturesAndRepeats) {
  if (!Installed("pandoc") || !Installed("rsvg-convert")) {
    GTEST_SKIP() << "pandoc or rsvg-convert is not installed";
  }
  const auto first = RenderDocx(Sample(), kNow);
  ASSERT_TRUE(first) << first.error().ToLine();
  EXPECT_EQ(*first, *RenderDocx(Sample(), kNow));
  const auto directory = TemporaryDirectory::Make();
  ASSERT_TRUE(WriteFile(directory->path() + "/a.docx", *first));
  const auto text = RunProcess(
      {.arguments = {"pandoc", "--to", "markdown", "a.docx"}, .directory = directory->path()});
  EXPECT_THAT(text->out, HasSubstr("[^1]: België & Italië."));
  EXPECT_THAT(text->out, HasSubstr("Een grafiek"));
}

}  // namespace
}  // namespace thb
