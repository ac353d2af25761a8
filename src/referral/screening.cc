#include "referral/screening.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/resources.h"
#include "base/text.h"
#include "referral/internal/data.h"

namespace thb {
namespace {

constexpr std::size_t kMaxItems = 500;
constexpr std::size_t kSheetDigits = 10;

Result<IndicatorWeight> ParseWeight(const std::string& text, const std::string& place) {
  constexpr std::array<std::pair<std::string_view, IndicatorWeight>, 4> weights{
      {{"", IndicatorWeight::kNone},
       {"weak", IndicatorWeight::kWeak},
       {"medium", IndicatorWeight::kMedium},
       {"strong", IndicatorWeight::kStrong}}};
  for (const auto& [name, weight] : weights) {
    if (text == name) return weight;
  }
  return BadData("there is no weight " + text, place);
}

Result<ScreeningItem> ReadItem(const Json& json, const std::string& place) {
  ScreeningItem item;
  item.id = TRY(TextAt(json, "id", place));
  item.dimension = TRY(TextAt(json, "dimension", place));
  item.en = TRY(TextAt(json, "en", place));
  item.nl = TRY(TextAt(json, "nl", place));
  const std::string weight = TRY(TextAt(json, "weight", place));
  item.weight = TRY(ParseWeight(weight, place));
  item.evidence = TRY(TextAt(json, "evidence", place));
  if (item.id.empty() || item.en.empty() || item.nl.empty() || item.evidence.empty()) {
    return BadData("an item without id, text or evidence: " + item.id, place);
  }
  return item;
}

Result<void> CheckList(const ScreeningList& list, const std::string& place) {
  if (list.id.empty() || list.source.empty() || list.items.empty() ||
      list.items.size() > kMaxItems) {
    return BadData("a list without id, source or items", place);
  }
  if (list.weights_verified && list.place.empty()) {
    return BadData("verified weights need the page of the source", place);
  }
  std::set<std::string> ids;
  for (const ScreeningItem& item : list.items) {
    if (!ids.insert(item.id).second) return BadData("the item " + item.id + " is twice", place);
    const bool placed =
        std::any_of(list.dimensions.begin(), list.dimensions.end(),
                    [&](const ScreeningDimension& d) { return d.id == item.dimension; });
    if (!placed) return BadData("the item " + item.id + " has no dimension", place);
    if (list.weights_verified && item.weight == IndicatorWeight::kNone) {
      return BadData("the item " + item.id + " has no weight", place);
    }
  }
  return {};
}

Result<ScreeningList> ReadList(const ResourceFile& file) {
  const std::string place(file.name);
  const Json json = TRY(ParseJson(file.content, place));
  ScreeningList list;
  list.id = TRY(TextAt(json, "id", place));
  list.version = TRY(NumberAt(json, "version", place));
  list.en = TRY(TextAt(json, "en", place));
  list.nl = TRY(TextAt(json, "nl", place));
  list.for_whom = TRY(TextAt(json, "for_whom", place));
  list.setting = TRY(TextAt(json, "setting", place));
  list.source = TRY(TextAt(json, "source", place));
  list.place = TRY(TextAt(json, "place", place));
  list.checked = TRY(TextAt(json, "checked", place));
  list.weights_verified = TRY(FlagAt(json, "weights_verified", place));
  list.note_en = TRY(TextAt(json, "note_en", place));
  list.note_nl = TRY(TextAt(json, "note_nl", place));
  for (const Json& item : TRY(ArrayAt(json, "dimensions", place))) {
    ScreeningDimension dimension;
    dimension.id = TRY(TextAt(item, "id", place));
    dimension.en = TRY(TextAt(item, "en", place));
    dimension.nl = TRY(TextAt(item, "nl", place));
    list.dimensions.push_back(std::move(dimension));
  }
  for (const Json& item : TRY(ArrayAt(json, "items", place))) {
    list.items.push_back(TRY(ReadItem(item, place)));
  }
  TRY(CheckList(list, place));
  return list;
}

void Count(const ScreeningItem& item, DimensionExplanation::Reached& reached) {
  reached.strong += item.weight == IndicatorWeight::kStrong ? 1 : 0;
  reached.medium += item.weight == IndicatorWeight::kMedium ? 1 : 0;
  reached.weak += item.weight == IndicatorWeight::kWeak ? 1 : 0;
}

DimensionExplanation Explain(const ScreeningList& list, const std::string& dimension,
                             const ScreeningAnswers& answers) {
  DimensionExplanation explained;
  explained.dimension = dimension;
  DimensionExplanation::Reached reached;
  for (const ScreeningItem& item : list.items) {
    if (item.dimension != dimension) continue;
    const auto answer = answers.find(item.id);
    switch (answer == answers.end() ? ScreeningAnswer::kNotAsked : answer->second) {
      case ScreeningAnswer::kYes:
        explained.recorded.push_back(item.id);
        Count(item, reached);
        break;
      case ScreeningAnswer::kNo:
        explained.answered_no.push_back(item.id);
        break;
      case ScreeningAnswer::kCouldNotAsk:
        explained.could_not_ask.push_back(item.id);
        break;
      case ScreeningAnswer::kNotAsked:
        explained.not_asked.push_back(item.id);
        break;
    }
  }
  if (list.weights_verified) {
    reached.reached = DelphiRule(reached.strong, reached.medium, reached.weak);
    explained.rule = reached;
  }
  return explained;
}

// Damm's quasigroup of order 10: finds each wrong digit and each swap of neighbours.
constexpr std::array<std::array<int, 10>, 10> kDamm{{{0, 3, 1, 7, 5, 9, 8, 6, 4, 2},
                                                     {7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
                                                     {4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
                                                     {1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
                                                     {6, 1, 2, 3, 0, 4, 5, 9, 7, 8},
                                                     {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
                                                     {5, 8, 6, 9, 7, 2, 0, 1, 3, 4},
                                                     {8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
                                                     {9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
                                                     {2, 5, 8, 1, 4, 3, 6, 7, 9, 0}}};

int DammOf(std::string_view digits) {
  int interim = 0;
  for (const char digit : digits) {
    interim = kDamm[static_cast<std::size_t>(interim)][static_cast<std::size_t>(digit - '0')];
  }
  return interim;
}

}  // namespace

Result<ScreeningLists> ScreeningLists::Load() {
  ScreeningLists lists;
  for (const ResourceFile& file : ResourcesUnder("rules/screening_")) {
    ScreeningList list = TRY(ReadList(file));
    if (lists.Find(list.id) != nullptr) {
      return BadData("the list " + list.id + " is there twice", std::string(file.name));
    }
    lists.lists_.push_back(std::move(list));
  }
  return lists;
}

const ScreeningList* ScreeningLists::Find(std::string_view id) const {
  for (const ScreeningList& list : lists_) {
    if (list.id == id) return &list;
  }
  return nullptr;
}

bool DelphiRule(int strong, int medium, int weak) {
  return strong >= 2 || (strong == 1 && medium + weak >= 1) || medium >= 3 ||
         (medium == 2 && weak >= 1);
}

Result<ScreeningExplanation> Evaluate(const ScreeningList& list, const ScreeningAnswers& answers) {
  for (const auto& [id, answer] : answers) {
    const bool known = std::any_of(list.items.begin(), list.items.end(),
                                   [&](const ScreeningItem& item) { return item.id == id; });
    if (!known) {
      return Fail(ErrorCode::kUnknownCode, "the list has no item \"" + id + "\"", list.id,
                  "take the items of this version of the list");
    }
  }
  ScreeningExplanation explanation;
  explanation.weighted = list.weights_verified;
  for (const ScreeningDimension& dimension : list.dimensions) {
    explanation.dimensions.push_back(Explain(list, dimension.id, answers));
    const DimensionExplanation& last = explanation.dimensions.back();
    explanation.recorded += static_cast<int>(last.recorded.size());
    explanation.answered_no += static_cast<int>(last.answered_no.size());
    explanation.not_asked += static_cast<int>(last.not_asked.size());
    explanation.could_not_ask += static_cast<int>(last.could_not_ask.size());
  }
  return explanation;
}

std::string Summarise(const ScreeningExplanation& explanation, std::string_view language) {
  const bool dutch = language == "nl";
  const auto part = [&](const char* en, const char* nl, int count) {
    return std::string(dutch ? nl : en) + ": " + std::to_string(count);
  };
  return part("Recorded so far", "Tot nu toe vastgelegd", explanation.recorded) + "; " +
         part("answered no", "met nee beantwoord", explanation.answered_no) + "; " +
         part("not asked", "niet gevraagd", explanation.not_asked) + "; " +
         part("could not be asked", "kon niet worden gevraagd", explanation.could_not_ask) + ".";
}

std::string FormatSheetNumber(std::string_view digits) {
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && i % 4 == 0) text += ' ';
    text += digits[i];
  }
  return text;
}

std::string WithCheckDigit(std::string_view digits) {
  return std::string(digits) + static_cast<char>('0' + DammOf(digits));
}

Result<std::string> ParseSheetNumber(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      digits += c;
    } else if (c != ' ' && c != '-') {
      digits.clear();
      break;
    }
  }
  if (digits.size() != kSheetDigits || DammOf(digits) != 0) {
    return Fail(ErrorCode::kBadValue, "this is not the number of a sheet", "sheet",
                "type the ten digits at the top of the sheet again");
  }
  return digits;
}

}  // namespace thb
