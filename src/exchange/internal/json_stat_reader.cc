// Reads JSON-stat 2.0 datasets: dense and sparse values and status, and our extension with bounds,
// reasons and candidates.

#include <algorithm>
#include <map>

#include "base/text.h"
#include "exchange/internal/json_document.h"
#include "exchange/internal/reader.h"
#include "exchange/internal/table_builder.h"

namespace thb {
namespace {

constexpr std::size_t kMaxCells = 2'000'000;  // that are there, in a cube that may be much larger
constexpr std::uint64_t kMaxPositions = std::uint64_t{1} << 53;  // exact in every JSON reader
constexpr std::size_t kMaxCategories = 100'000;                  // of one dimension
constexpr std::size_t kMaxDimensions = 40;

struct CubeDimension {
  std::string id;
  std::vector<std::string> codes;  // by position
};

struct CubeCell {
  std::string value, flags, conf, lower, upper, reason, candidates;
};

class JsonStatReader {
 public:
  JsonStatReader(JsonElement root, const ReadContext& context)
      : root_(root), context_(context), place_(context.place) {}

  Result<ParsedFile> Read();

 private:
  Result<void> ReadDimensions();
  Result<std::vector<std::string>> ReadCategory(const std::string& id, std::size_t size);
  Result<void> ReadIndex(JsonElement index, const std::string& id, std::vector<std::string>& codes);
  // Sets a field of the cells from an array, or an object of positions.
  Result<void> ReadEntries(JsonElement entries, const std::string& what,
                           std::string CubeCell::* field);
  Result<void> ReadCandidates(JsonElement entries);
  Result<CubeCell*> CellAt(std::size_t position);
  Result<std::size_t> Position(std::string_view text, const std::string& what) const;
  Result<void> ReadCells();
  Result<ParsedFile> Build();
  tl::unexpected<Error> Wrong(const std::string& what) const {
    return Fail(ErrorCode::kStructure, what, place_, "check the file against JSON-stat 2.0");
  }

  JsonElement root_;
  const ReadContext& context_;
  std::string place_;
  std::vector<CubeDimension> dimensions_;
  std::size_t product_ = 1;
  std::map<std::size_t, CubeCell> cells_;  // by position, row-major
};

Result<ParsedFile> JsonStatReader::Read() {
  if (TextMember(root_, "class") != "dataset") {
    return Fail(ErrorCode::kUnsupported, "JSON that is neither SDMX-JSON nor a JSON-stat dataset",
                place_, "send one dataset in one of these formats");
  }
  TRY(ReadDimensions());
  TRY(ReadCells());
  return Build();
}

Result<void> JsonStatReader::ReadDimensions() {
  const auto ids = TRY(AsArray(Member(root_, "id"), "id", place_));
  const auto sizes = TRY(AsArray(Member(root_, "size"), "size", place_));
  if (ids.size() != sizes.size()) {
    return Wrong("id names " + std::to_string(ids.size()) + " dimensions, size " +
                 std::to_string(sizes.size()));
  }
  if (ids.size() > kMaxDimensions) {
    return Fail(ErrorCode::kLimit, "more than " + std::to_string(kMaxDimensions) + " dimensions",
                place_, "send a table of ours");
  }
  auto size = sizes.begin();
  for (const JsonElement id : ids) {
    std::string_view name;
    std::uint64_t count = 0;
    if (id.get(name) || (*size).get(count)) return Wrong("id or size holds a wrong entry");
    if (count > kMaxCategories || product_ * std::max<std::uint64_t>(count, 1) > kMaxPositions) {
      return Fail(ErrorCode::kLimit,
                  "dimension " + std::string(name.substr(0, 40)) + " of " + std::to_string(count) +
                      " categories makes the cube too large",
                  place_, "split the table");
    }
    product_ *= count;
    auto codes = TRY(ReadCategory(std::string(name), count));
    dimensions_.push_back({std::string(name), std::move(codes)});
    ++size;
  }
  return {};
}

Result<std::vector<std::string>> JsonStatReader::ReadCategory(const std::string& id,
                                                              std::size_t size) {
  const auto all = Member(root_, "dimension");
  TRY(AsObject(all, "dimension", place_));
  const auto own = Member(*all, id);
  const auto category = own ? Member(*own, "category") : std::nullopt;
  if (!category) return Wrong("dimension " + id + " has no category");
  std::vector<std::string> codes(size);
  if (const auto index = Member(*category, "index")) {
    TRY(ReadIndex(*index, id, codes));
  } else {
    // A dimension of one category may leave the index out.
    const auto label = TRY(AsObject(Member(*category, "label"), "label of " + id, place_));
    if (size != 1 || label.size() != 1) return Wrong("dimension " + id + " has no index");
    codes[0] = (*label.begin()).key;
  }
  for (const std::string& code : codes) {
    if (code.empty()) {
      return Wrong("dimension " + id + " does not have the " + std::to_string(size) +
                   " categories that size says");
    }
  }
  return codes;
}

Result<void> JsonStatReader::ReadIndex(JsonElement index, const std::string& id,
                                       std::vector<std::string>& codes) {
  simdjson::dom::array array;
  simdjson::dom::object object;
  std::size_t entries = 0;
  const auto put = [&](std::string_view code, std::uint64_t position) -> Result<void> {
    if (position >= codes.size() || !codes[position].empty() || ++entries > codes.size()) {
      return Wrong("dimension " + id + " has a position twice or out of size at " +
                   std::string(code.substr(0, 40)));
    }
    codes[position] = code;
    return {};
  };
  if (!index.get(array)) {
    std::uint64_t position = 0;
    for (const JsonElement entry : array) {
      std::string_view code;
      if (entry.get(code)) return Wrong("dimension " + id + " has a code that is no text");
      TRY(put(code, position++));
    }
    return {};
  }
  if (index.get(object)) return Wrong("the index of dimension " + id + " is no array or object");
  for (const auto [code, entry] : object) {
    std::uint64_t position = 0;
    if (entry.get(position)) return Wrong("dimension " + id + " has a position that is no number");
    TRY(put(code, position));
  }
  return {};
}

Result<std::size_t> JsonStatReader::Position(std::string_view text, const std::string& what) const {
  const auto position = ParseInt(text);
  if (!position || *position < 0 || static_cast<std::size_t>(*position) >= product_) {
    return Wrong(what + " has an entry at \"" + std::string(text.substr(0, 40)) +
                 "\", outside the table of " + std::to_string(product_) + " cells");
  }
  return static_cast<std::size_t>(*position);
}

Result<CubeCell*> JsonStatReader::CellAt(std::size_t position) {
  CubeCell* cell = &cells_[position];
  if (cells_.size() <= kMaxCells) return cell;
  return Fail(ErrorCode::kLimit, "more than " + std::to_string(kMaxCells) + " cells", place_,
              "split the table");
}

Result<void> JsonStatReader::ReadEntries(JsonElement entries, const std::string& what,
                                         std::string CubeCell::* field) {
  simdjson::dom::array array;
  simdjson::dom::object object;
  if (!entries.get(array)) {
    std::size_t position = 0;
    for (const JsonElement entry : array) {
      if (position == product_) return Wrong(what + " has more entries than the table has cells");
      const auto text = TRY(ScalarText(entry, place_ + ":" + what));
      // A value of null is said; a status of null is not.
      if (text || field == &CubeCell::value) {
        (TRY(CellAt(position))->*field) = text.value_or("");
      }
      ++position;
    }
    if (position != product_) {
      return Wrong(what + " has " + std::to_string(position) + " entries, the table " +
                   std::to_string(product_) + " cells");
    }
    return {};
  }
  if (entries.get(object)) return Wrong(what + " is no array or object");
  for (const auto [key, entry] : object) {
    CubeCell& cell = *TRY(CellAt(TRY(Position(key, what))));
    if (!(cell.*field).empty()) return Wrong(what + " has position " + std::string(key) + " twice");
    cell.*field = TRY(ScalarText(entry, place_ + ":" + what)).value_or("");
  }
  return {};
}

Result<void> JsonStatReader::ReadCandidates(JsonElement entries) {
  const std::string what(kCandidatesColumn);
  for (const auto [key, entry] : TRY(AsObject(entries, what, place_))) {
    std::vector<std::string> texts;
    for (const JsonElement candidate : TRY(AsArray(entry, what, place_))) {
      texts.push_back(TRY(ScalarText(candidate, place_ + ":" + what)).value_or(""));
    }
    TRY(CellAt(TRY(Position(key, what))))->candidates =
        Join(texts, std::string(1, kCandidateSeparator));
  }
  return {};
}

Result<void> JsonStatReader::ReadCells() {
  const auto value = Member(root_, "value");
  if (!value) return Wrong("value is missing");
  TRY(ReadEntries(*value, "value", &CubeCell::value));
  if (const auto status = Member(root_, "status")) {
    std::string_view one_for_all;
    if (!status->get(one_for_all)) {
      for (auto& [position, cell] : cells_) cell.flags = one_for_all;
    } else {
      TRY(ReadEntries(*status, "status", &CubeCell::flags));
    }
  }
  const auto extension = Member(root_, "extension");
  if (!extension) return {};
  constexpr std::pair<std::string_view, std::string CubeCell::*> kFields[] = {
      {kConfColumn, &CubeCell::conf},
      {kLowerColumn, &CubeCell::lower},
      {kUpperColumn, &CubeCell::upper},
      {kReasonColumn, &CubeCell::reason}};
  for (const auto& [name, field] : kFields) {
    if (const auto entries = Member(*extension, name)) {
      TRY(ReadEntries(*entries, std::string(name), field));
    }
  }
  const auto candidates = Member(*extension, kCandidatesColumn);
  return candidates ? ReadCandidates(*candidates) : Result<void>();
}

Result<ParsedFile> JsonStatReader::Build() {
  std::vector<std::string> names;
  for (const CubeDimension& dimension : dimensions_) names.push_back(dimension.id);
  TRY(CheckDistinct(names, place_));
  const auto extension = Member(root_, "extension");
  const std::string_view id = extension ? TextMember(*extension, "id") : std::string_view();
  const Dataset* dataset = TRY(ChooseDataset(id, names, context_));
  const auto positions = TRY(LocateDimensions(*dataset, names, place_));
  ParsedFile file;
  file.format = "json-stat";
  file.synthetic = TextMember(root_, "source") == kSyntheticComment;
  TableBuilder builder(*dataset, context_);
  std::vector<std::string_view> all(dimensions_.size());
  std::vector<std::string_view> codes(positions.size());
  for (const auto& [position, cell] : cells_) {
    std::size_t rest = position;
    for (std::size_t i = dimensions_.size(); i-- > 0;) {
      all[i] = dimensions_[i].codes[rest % dimensions_[i].codes.size()];
      rest /= dimensions_[i].codes.size();
    }
    for (std::size_t i = 0; i < positions.size(); ++i) {
      codes[i] = positions[i] == std::string::npos ? std::string_view() : all[positions[i]];
    }
    const CellText text{cell.value, cell.flags,  cell.conf,      cell.lower,
                        cell.upper, cell.reason, cell.candidates};
    ++file.rows_read;
    TRY(builder.Add(codes, text, place_ + ":value[" + std::to_string(position) + "]"));
  }
  builder.MoveInto(file);
  return file;
}

}  // namespace

Result<ParsedFile> ReadJsonStat(std::string_view content, const ReadContext& context) {
  const JsonDocument document = TRY(JsonDocument::Parse(content, context.place));
  return JsonStatReader(document.root(), context).Read();
}

}  // namespace thb
