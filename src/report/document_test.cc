#include "report/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace thb {
namespace {

TEST(NumberFootnotes, OrdersByFirstCallAndDropsTheUncalled) {
  Document document;
  document.footnotes = {{{Inline::Text("a")}}, {{Inline::Text("b")}}, {{Inline::Text("c")}}};
  ReportSection section;
  section.blocks.push_back(ReportParagraph{{Inline::Footnote(2)}});
  section.blocks.push_back(ReportList{{{Inline::Footnote(0)}, {Inline::Footnote(2)}}});
  document.sections.push_back(section);
  NumberFootnotes(document);
  std::vector<std::string> notes;
  for (const Footnote& note : document.footnotes) notes.push_back(PlainText(note.runs));
  EXPECT_THAT(notes, testing::ElementsAre("c", "a"));
  const auto& list = std::get<ReportList>(document.sections[0].blocks[1]);
  EXPECT_EQ(list.items[0][0].footnote, 1U);
  EXPECT_EQ(list.items[1][0].footnote, 0U);
}

}  // namespace
}  // namespace thb
