#include <array>

#include "chart/chart.h"
#include "chart/internal/marks.h"
#include "chart/internal/page.h"
#include "chart/internal/words.h"

namespace thb {

std::string RenderMarkLegend(std::string_view id, std::string_view language) {
  ChartText text;
  text.id = id;
  text.language = language;
  text.title = ChartWord("legend", language);
  std::vector<LegendItem> items;
  for (const Mark mark : {Mark::kValue, Mark::kZero, Mark::kMissing, Mark::kSuppressed,
                          Mark::kEstimated, Mark::kProvisional}) {
    items.push_back({MarkWord(mark, language), SeriesColor(0), mark});
    text.description += (text.description.empty() ? "" : ", ") + items.back().label;
  }
  items.push_back({ChartWord("bounds", language), kInk, Mark::kValue, Swatch::kWhisker});
  Canvas canvas;
  return FinishChart(canvas, text, DrawHeading(canvas, text, items));
}

}  // namespace thb
