#include "report/document.h"

#include <functional>
#include <optional>
#include <utility>

namespace thb {
namespace {

using Visit = std::function<void(Inlines&)>;

void VisitTable(ReportTable& table, const Visit& visit) {
  for (auto& row : table.rows) {
    for (ReportCell& cell : row) visit(cell.runs);
  }
}

struct BlockVisitor {
  const Visit& visit;
  void operator()(ReportParagraph& block) const { visit(block.runs); }
  void operator()(ReportNotice& block) const { visit(block.runs); }
  void operator()(ReportTable& block) const { VisitTable(block, visit); }
  void operator()(ReportChart& block) const { VisitTable(block.table, visit); }
  void operator()(ReportList& block) const {
    for (Inlines& item : block.items) visit(item);
  }
};

}  // namespace

std::string PlainText(const Inlines& runs) {
  std::string text;
  for (const Inline& run : runs) text += run.text;
  return text;
}

void NumberFootnotes(Document& document) {
  std::vector<std::optional<std::size_t>> places(document.footnotes.size());
  std::vector<Footnote> ordered;
  const Visit visit = [&](Inlines& runs) {
    for (Inline& run : runs) {
      if (run.kind != Inline::Kind::kFootnote) continue;
      std::optional<std::size_t>& place = places[run.footnote];
      if (!place) {
        place = ordered.size();
        ordered.push_back(std::move(document.footnotes[run.footnote]));
      }
      run.footnote = *place;
    }
  };
  for (ReportSection& section : document.sections) {
    for (ReportBlock& block : section.blocks) std::visit(BlockVisitor{visit}, block);
  }
  document.footnotes = std::move(ordered);
}

}  // namespace thb
