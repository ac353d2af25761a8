#include "chart/internal/text_layout.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace thb {
namespace {

// Advance widths of DejaVu Sans for U+0020 to U+007E, in thousandths of the font size.
constexpr std::array<short, 95> kAdvance = {
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,  318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,  611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,  525, 636, 337, 636, 838};
constexpr double kTwoByteAdvance = 0.68;    // Latin with marks, Greek, Cyrillic
constexpr double kThreeByteAdvance = 0.84;  // dashes, minus, arrows
constexpr double kBoldFactor = 1.16;

// The bytes of the UTF-8 sequence that begins with `lead`.
std::size_t SequenceLength(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte < 0x80) return 1;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

double LetterWidth(std::string_view letter) {
  const auto byte = static_cast<unsigned char>(letter.front());
  if (byte >= 0x20 && byte < 0x7F) return kAdvance[byte - std::size_t{0x20}] / 1000.0;
  if (letter == "\u00a0") return kAdvance[0] / 1000.0;
  return letter.size() == 2 ? kTwoByteAdvance : kThreeByteAdvance;
}

// Cuts a word that is wider than a line; the last piece stays open for what follows.
void AppendCutWord(std::vector<std::string>& lines, std::string_view word, double width,
                   double size, bool bold) {
  for (std::size_t at = 0; at < word.size();) {
    const std::string_view letter = word.substr(at, SequenceLength(word[at]));
    const std::string longer = lines.back() + std::string(letter);
    if (!lines.back().empty() && TextWidth(longer, size, bold) > width) {
      lines.emplace_back(letter);
    } else {
      lines.back() = longer;
    }
    at += letter.size();
  }
}

}  // namespace

double TextWidth(std::string_view text, double size, bool bold) {
  double width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view letter = text.substr(at, SequenceLength(text[at]));
    width += LetterWidth(letter);
    at += letter.size();
  }
  return width * size * (bold ? kBoldFactor : 1.0);
}

std::vector<std::string> WrapText(std::string_view text, double width, double size, bool bold) {
  std::vector<std::string> lines(1);
  for (const std::string_view word : Split(text, ' ')) {
    if (word.empty()) continue;
    const std::string longer =
        lines.back().empty() ? std::string(word) : lines.back() + " " + std::string(word);
    if (TextWidth(longer, size, bold) <= width) {
      lines.back() = longer;
      continue;
    }
    if (!lines.back().empty()) lines.emplace_back();
    AppendCutWord(lines, word, width, size, bold);
  }
  return lines;
}

double WidestWord(std::string_view text, double size) {
  double widest = 0;
  for (const std::string_view word : Split(text, ' ')) {
    widest = std::max(widest, TextWidth(word, size));
  }
  return widest;
}

}  // namespace thb
