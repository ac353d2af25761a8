#pragma once
// Charts and maps as SVG, for pages and PDF alike, and the table that stands beside each.
//
// The SVG is plain 1.1 without style sheets, patterns, scripts or outside references, so that
// browsers, WeasyPrint and librsvg draw the same. It is 720 units wide: on A4 (17 cm) its smallest
// letter, 11 units, prints at 7 points. The root element has role="img", <title> and <desc>, the
// class "thb-chart" (a page makes it fluid by `max-width: 100%; height: auto`), and ids that begin
// with ChartText::id. Same input, same bytes.
//
// Zero, missing, suppressed, estimated and provisional differ by shape: see RenderMarkLegend.
// All texts are UTF-8 and are escaped here.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace thb {

enum class Mark {
  kValue,
  kZero,        // a counted zero: a line on the axis, never an empty place
  kMissing,     // dashed empty box, sparsely hatched
  kSuppressed,  // cross-hatched from lower to upper bound, or a cross-hatched box
  kEstimated,   // hatched
  kProvisional  // striped along
};

struct ChartValue {
  std::optional<double> value;         // none: drawn as missing unless the mark is kSuppressed
  std::optional<double> lower, upper;  // bounds, in the unit of `value`; either may be unknown
  Mark mark = Mark::kValue;
  std::string label;  // printed instead of the number, or of the mark's word; "" where ICU decides
};

struct Series {
  std::string name;
  std::vector<ChartValue> values;  // one per category; those that lack at the end are missing
};

struct ChartText {
  std::string id;           // prefix of all ids, unique within the page; letters, digits, '-', '_'
  std::string title;        // says what the chart shows; printed above it
  std::string description;  // for those who cannot see it; "" repeats the title
  std::string source;       // printed below, "" prints nothing
  std::string unit;         // printed under the title, "" prints nothing
  std::string language = "en";  // BCP 47; words exist in English and Dutch, others get English
  int decimals = 0;             // of all printed values
};

// Bars are grouped by category. An upright chart whose labels do not fit is laid on its side.
// A stacked chart draws no bounds, and a box after the bar where a part is missing.
struct BarChart {
  ChartText text;
  std::vector<std::string> categories;
  std::vector<Series> series;
  bool stacked = false;
  bool horizontal = false;
  bool percent = false;  // values are per cents, 0 to 100; they are not normalised
};

// Lines over time. A missing value breaks the line; a line that leads to an estimate is dashed.
struct LineChart {
  ChartText text;
  std::vector<std::string> categories;  // periods in order
  std::vector<Series> series;
  bool percent = false;
  bool from_zero = true;  // false where only the movement matters
};

// Two series back to back, such as women and men by age group. Negative values are drawn as zero.
struct Pyramid {
  ChartText text;
  std::vector<std::string> groups;  // from bottom to top
  Series left, right;
  bool percent = false;
};

// Europe, in ETRS89-LAEA. A country that has no entry in `values` is light grey: to show it as
// missing, enter it with Mark::kMissing. Åland is drawn with Finland; Cyprus as one island.
struct MapChart {
  ChartText text;
  std::map<std::string, ChartValue> values;  // by Eurostat geo code: EL, UK
  // Strictly increasing limits; a class reaches from one limit to below the next. At most
  // kMaxMapBreaks. Empty: up to five classes of about equally many countries, at round limits.
  std::vector<double> breaks;
  bool percent = false;
};

inline constexpr std::size_t kMaxMapBreaks = 6;

// Points with the interval around each, one below the other: answers to one question by several
// methods. A line marks the answer that they are compared with.
struct RangeChart {
  ChartText text;
  std::vector<std::string> categories;
  std::vector<ChartValue> values;   // one per category; those that lack at the end are missing
  std::optional<double> reference;  // none: no line
  std::string reference_name;       // in the legend
  bool from_zero = false;
};

// How many are on exactly these lists: a bar for each combination, and below it a dot for each
// list, filled where it is one of them (an "UpSet" drawing). Names that are too long are cut.
struct Overlap {
  std::vector<std::size_t> on;  // indices of lists
  ChartValue value;
};
struct OverlapChart {
  ChartText text;
  std::vector<std::string> lists;
  std::vector<Overlap> overlaps;  // from left to right; up to about 20 can be read
};

std::string RenderBarChart(const BarChart& chart);
std::string RenderLineChart(const LineChart& chart);
std::string RenderPyramid(const Pyramid& chart);
std::string RenderRangeChart(const RangeChart& chart);
std::string RenderOverlapChart(const OverlapChart& chart);
// Errors: kUnknownCode (a country outside the map), kBadValue (breaks), kLimit (too many breaks),
// kParse (the embedded shapes).
Result<std::string> RenderMap(const MapChart& chart);

// The one legend of all marks that a page or report shows once.
std::string RenderMarkLegend(std::string_view id, std::string_view language);

// The same numbers in words: "1 234 (estimated)", "missing", "suppressed (0–4)". Rows have as many
// fields as the header. A map's rows are sorted by country name in its language.
struct ChartTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
};

ChartTable TableOf(const BarChart& chart);
ChartTable TableOf(const LineChart& chart);
ChartTable TableOf(const Pyramid& chart);
ChartTable TableOf(const MapChart& chart);
ChartTable TableOf(const RangeChart& chart);
ChartTable TableOf(const OverlapChart& chart);  // lists joined by " + "

// "estimated", "geraamd".
std::string MarkWord(Mark mark, std::string_view language);

}  // namespace thb
