#include "exchange/internal/xlsx_reader.h"

#include <charconv>
#include <map>

#include "base/text.h"
#include "exchange/internal/xml_stream.h"

namespace thb {
namespace {

constexpr const char* kWorkbookPart = "xl/workbook.xml";
constexpr const char* kWorkbookLinks = "xl/_rels/workbook.xml.rels";

// The sheets in the order of their tabs: name and relationship.
struct SheetListHandler : XmlHandler {
  std::vector<std::pair<std::string, std::string>> sheets;

  Result<void> Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name != "sheet" || sheets.size() > kMaxSheets) return {};
    const auto id = attributes.Find("r:id");
    sheets.emplace_back(attributes.Find("name").value_or(""),
                        id ? *id : attributes.Find("id").value_or(""));
    return {};
  }
  Result<void> End(std::string_view) override { return {}; }
  Result<void> Text(std::string_view) override { return {}; }
};

struct LinkHandler : XmlHandler {
  std::map<std::string, std::string, std::less<>> targets;
  std::string strings_target;

  Result<void> Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name != "Relationship") return {};
    const std::string target(attributes.Find("Target").value_or(""));
    targets[std::string(attributes.Find("Id").value_or(""))] = target;
    if (EndsWith(attributes.Find("Type").value_or(""), "/sharedStrings")) strings_target = target;
    return {};
  }
  Result<void> End(std::string_view) override { return {}; }
  Result<void> Text(std::string_view) override { return {}; }
};

// Targets are relative to xl/ or, with a leading slash, to the archive.
std::string PartName(std::string_view target) {
  if (StartsWith(target, "/")) return std::string(target.substr(1));
  return "xl/" + std::string(target);
}

tl::unexpected<Error> TooLong(const std::string& place) {
  return Fail(ErrorCode::kLimit, "a text of more than " + std::to_string(kMaxCellBytes) + " bytes",
              place, "shorten it");
}

struct StringsHandler : XmlHandler {
  const std::string* place = nullptr;
  std::vector<std::string> strings;
  int phonetic = 0;  // readings above a text are no part of it
  bool in_text = false;

  Result<void> Start(std::string_view name, const XmlAttributes&) override {
    if (name == "si") {
      if (strings.size() == kMaxSharedStrings) {
        return Fail(ErrorCode::kLimit,
                    "more than " + std::to_string(kMaxSharedStrings) + " different texts", *place,
                    "split the workbook");
      }
      strings.emplace_back();
    }
    if (name == "rPh") ++phonetic;
    if (name == "t") in_text = true;
    return {};
  }
  Result<void> End(std::string_view name) override {
    if (name == "rPh") --phonetic;
    if (name == "t") in_text = false;
    return {};
  }
  Result<void> Text(std::string_view text) override {
    if (!in_text || phonetic > 0 || strings.empty()) return {};
    if (strings.back().size() + text.size() > kMaxCellBytes) return TooLong(*place);
    strings.back() += text;
    return {};
  }
};

// Column of a reference such as "AB12", or nothing.
std::optional<std::size_t> ColumnOf(std::string_view reference) {
  std::size_t column = 0;
  std::size_t letters = 0;
  while (letters < reference.size() && reference[letters] >= 'A' && reference[letters] <= 'Z') {
    if (letters == 4) return std::nullopt;
    column = column * 26 + static_cast<std::size_t>(reference[letters] - 'A') + 1;
    ++letters;
  }
  if (letters == 0) return std::nullopt;
  return column - 1;
}

std::optional<std::size_t> ParseIndex(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

class SheetHandler : public XmlHandler {
 public:
  SheetHandler(Grid& grid, const std::vector<std::string>& strings)
      : grid_(grid), strings_(strings) {}

  Result<void> Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "c") return StartCell(attributes);
    if (name == "v" || name == "t") {
      collecting_ = in_cell_ && phonetic_ == 0;
    } else if (name == "f") {
      has_formula_ = in_cell_;
    } else if (name == "rPh") {
      ++phonetic_;
    } else if (name == "row") {
      return StartRow(attributes);
    }
    return {};
  }

  Result<void> End(std::string_view name) override {
    if (name == "v" || name == "t") {
      collecting_ = false;
    } else if (name == "c") {
      return EndCell();
    } else if (name == "rPh") {
      --phonetic_;
    }
    return {};
  }

  Result<void> Text(std::string_view text) override {
    if (!collecting_) return {};
    if (text_.size() + text.size() > kMaxCellBytes) return TooLong(grid_.place());
    text_ += text;
    return {};
  }

 private:
  Result<void> StartRow(const XmlAttributes& attributes) {
    const auto given = attributes.Find("r");
    const std::size_t number = given ? ParseIndex(*given).value_or(0) : row_ + 1;
    if (number <= row_) {
      return Fail(ErrorCode::kParse, "rows are out of order after row " + std::to_string(row_),
                  grid_.place(), "save the workbook anew");
    }
    row_ = number;
    next_column_ = 0;
    has_row_ = true;
    return grid_.AddRow(number);
  }

  Result<void> StartCell(const XmlAttributes& attributes) {
    const auto reference = attributes.Find("r");
    const auto column = reference ? ColumnOf(*reference) : std::optional(next_column_);
    if (!column || !has_row_) {
      return Fail(ErrorCode::kParse,
                  "a cell without a place: " + std::string(reference.value_or("")), grid_.place(),
                  "save the workbook anew");
    }
    column_ = *column;
    next_column_ = column_ + 1;
    type_ = attributes.Find("t").value_or("n");
    text_.clear();
    in_cell_ = true;
    has_formula_ = false;
    return {};
  }

  Result<void> EndCell() {
    in_cell_ = false;
    if (has_formula_) grid_.AddFormula({row_, column_, !text_.empty()});
    if (text_.empty()) return {};
    return grid_.AddCell(column_, TRY(Value()));
  }

  Result<std::string_view> Value() {
    if (type_ == "s") {
      const auto index = ParseIndex(Trim(text_));
      if (!index || *index >= strings_.size()) {
        return Fail(ErrorCode::kParse,
                    "cell " + CellName(row_, column_) + " names text " + text_ +
                        ", which the workbook does not have",
                    grid_.place(), "save the workbook anew");
      }
      return std::string_view(strings_[*index]);
    }
    if (type_ == "b") return text_ == "1" ? "TRUE" : "FALSE";
    if (type_ == "n" && text_.find_first_not_of("0123456789") != std::string::npos) {
      if (const auto number = ParseDecimal(text_))
        return grid_.arena().Store(FormatNumber(*number));
    }
    return grid_.arena().Store(text_);
  }

  Grid& grid_;
  const std::vector<std::string>& strings_;
  std::size_t row_ = 0;
  std::size_t column_ = 0;
  std::size_t next_column_ = 0;
  std::string type_;
  std::string text_;
  int phonetic_ = 0;
  bool has_row_ = false;
  bool in_cell_ = false;
  bool collecting_ = false;
  bool has_formula_ = false;
};

}  // namespace

Result<Workbook> Workbook::Open(std::string_view bytes, const std::string& place) {
  Workbook workbook(TRY(ZipArchive::Open(bytes, place)), place);
  if (!workbook.archive_.Has(kWorkbookPart)) {
    return Fail(ErrorCode::kUnsupported, "a ZIP archive that is no XLSX workbook", place,
                "unpack it, or save the table as .xlsx or .csv");
  }
  TRY(workbook.ReadParts());
  return workbook;
}

Result<void> Workbook::ReadParts() {
  SheetListHandler list;
  TRY(ParseXmlPart(archive_, kWorkbookPart, place_, list));
  LinkHandler links;
  TRY(ParseXmlPart(archive_, kWorkbookLinks, place_, links));
  if (list.sheets.size() > kMaxSheets) {
    return Fail(ErrorCode::kLimit, "more than " + std::to_string(kMaxSheets) + " sheets", place_,
                "keep the sheet with the figures only");
  }
  for (auto& [name, id] : list.sheets) {
    const auto target = links.targets.find(id);
    if (target == links.targets.end()) continue;
    const std::string part = PartName(target->second);
    // Chart sheets hold no cells.
    if (part.find("worksheets/") != std::string::npos) sheets_.push_back({std::move(name), part});
  }
  if (sheets_.empty()) {
    return Fail(ErrorCode::kStructure, "a workbook without a sheet of cells", place_,
                "save the table as .xlsx or .csv");
  }
  if (!links.strings_target.empty()) strings_part_ = PartName(links.strings_target);
  return {};
}

Result<Grid> Workbook::ReadSheet(std::size_t sheet) {
  if (strings_ == nullptr) {
    StringsHandler handler;
    handler.place = &place_;
    if (!strings_part_.empty()) TRY(ParseXmlPart(archive_, strings_part_, place_, handler));
    strings_ = std::make_shared<const std::vector<std::string>>(std::move(handler.strings));
  }
  Grid grid(place_ + "!" + sheets_[sheet].name, "!");
  grid.SetName(sheets_[sheet].name);
  grid.Keep(strings_);
  SheetHandler handler(grid, *strings_);
  TRY(ParseXmlPart(archive_, sheets_[sheet].part, place_, handler));
  return grid;
}

}  // namespace thb
