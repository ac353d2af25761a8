#pragma once
// How much room a text takes. Widths are those of DejaVu Sans, which is wider than Arial and
// Liberation Sans, so that what fits here fits in each of the fonts that the charts name.

#include <string>
#include <string_view>
#include <vector>

namespace thb {

// In the unit of `size`, the font size. Letters beyond ASCII count as their widest kind, roughly.
double TextWidth(std::string_view text, double size, bool bold = false);

// Breaks at spaces into lines of at most `width`; a word that is wider is cut between letters.
// No-break spaces hold. There is always at least one line, which may be empty.
std::vector<std::string> WrapText(std::string_view text, double width, double size,
                                  bool bold = false);

double WidestWord(std::string_view text, double size);

}  // namespace thb
