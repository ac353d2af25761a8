#include <algorithm>
#include <map>

#include "base/text.h"
#include "exchange/internal/writers.h"

namespace thb {
namespace {

constexpr std::size_t kMaxPositions = std::size_t{1} << 53;  // exact in every JSON reader

// Appends "name": and a separating comma before all members but the first.
void AppendMember(std::string& out, std::string_view name) {
  if (out.back() != '{') out += ',';
  AppendJson(out, name);
  out += ':';
}

void AppendText(std::string& out, std::string_view name, std::string_view text) {
  AppendMember(out, name);
  AppendJson(out, text);
}

void AppendDimension(std::string& out, const TableToWrite& table, std::size_t index,
                     const std::vector<std::string>& codes) {
  const Dimension& dimension = table.dataset.dimensions[index];
  const Language language = table.options.language;
  AppendMember(out, dimension.id);
  out += '{';
  AppendText(out, "label", ConceptLabel(table, dimension.id, language));
  AppendMember(out, "category");
  out += '{';
  AppendMember(out, "index");
  out += '{';
  for (std::size_t i = 0; i < codes.size(); ++i) {
    AppendMember(out, codes[i]);
    out += std::to_string(i);
  }
  out += '}';
  AppendMember(out, "label");
  out += '{';
  for (const std::string& code : codes) {
    AppendText(out, code, CodeLabel(table, dimension, code, language));
  }
  out += "}}}";
}

// Cells by their position in the cube, row-major.
using Positions = std::map<std::size_t, const Cell*>;

Positions Locate(const TableToWrite& table, const std::vector<std::vector<std::string>>& codes) {
  std::vector<std::map<std::string, std::size_t>> index(codes.size());
  for (std::size_t i = 0; i < codes.size(); ++i) {
    for (std::size_t k = 0; k < codes[i].size(); ++k) index[i][codes[i][k]] = k;
  }
  Positions positions;
  for (const SnapshotCell& cell : table.cells) {
    std::size_t position = 0;
    for (std::size_t i = 0; i < codes.size(); ++i) {
      position = position * codes[i].size() + index[i].at(cell.key[i]);
    }
    positions[position] = &cell.cell;
  }
  return positions;
}

// Appends the member `name` with `print` of each cell that has something to say.
template <typename Print>
void AppendSparse(std::string& out, std::string_view name, const Positions& positions,
                  const Print& print) {
  AppendMember(out, name);
  out += '{';
  for (const auto& [position, cell] : positions) {
    const std::string text = print(*cell);
    if (text.empty()) continue;
    AppendMember(out, std::to_string(position));
    out += text;
  }
  out += '}';
}

std::string Quoted(std::string_view text) {
  std::string out;
  if (!text.empty()) AppendJson(out, text);
  return out;
}

std::string CandidateList(const Cell& cell) {
  if (cell.candidates.empty()) return {};
  std::string out = "[";
  for (const std::string& candidate : cell.candidates) {
    if (out.size() > 1) out += ',';
    AppendJson(out, candidate);
  }
  return out + "]";
}

void AppendExtension(std::string& out, const TableToWrite& table, const Positions& positions) {
  AppendMember(out, "extension");
  out += '{';
  AppendText(out, "lang", LanguageTag(table.options.language));
  AppendText(out, "id", ToUpperAscii(table.dataset.id));
  AppendText(out, "agencyId", table.dataset.agency);
  AppendText(out, "version", table.dataset.version);
  AppendSparse(out, kConfColumn, positions, [](const Cell& c) { return Quoted(c.conf); });
  AppendSparse(out, kLowerColumn, positions, [](const Cell& c) { return PrintCell(c).lower; });
  AppendSparse(out, kUpperColumn, positions, [](const Cell& c) { return PrintCell(c).upper; });
  AppendSparse(out, kReasonColumn, positions,
               [](const Cell& c) { return Quoted(PrintCell(c).reason); });
  AppendSparse(out, kCandidatesColumn, positions, &CandidateList);
  out += '}';
}

}  // namespace

Result<WrittenTable> WriteJsonStat(const TableToWrite& table) {
  const auto codes = UsedCodes(table);
  std::size_t product = 1;
  for (const auto& used : codes) {
    product *= std::max<std::size_t>(used.size(), 1);
    if (product <= kMaxPositions) continue;
    return Fail(ErrorCode::kLimit, "the cube has too many positions", table.dataset.id,
                "narrow it with --where");
  }
  const Positions positions = Locate(table, codes);
  WrittenTable written;
  std::string& out = written.bytes;
  out = "{";
  AppendText(out, "version", "2.0");
  AppendText(out, "class", "dataset");
  AppendText(out, "label", DatasetLabel(table.dataset, table.options.language));
  if (table.options.synthetic) {
    AppendText(out, "source", kSyntheticComment);
    AppendMember(out, "note");
    out += '[' + Quoted(kSyntheticComment) + ']';
  } else {
    AppendText(out, "source", table.dataset.agency);
  }
  AppendText(out, "updated", FormatInstant(table.options.time));
  std::string ids;
  std::string sizes;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (i > 0) {
      ids += ',';
      sizes += ',';
    }
    AppendJson(ids, table.dataset.dimensions[i].id);
    sizes += std::to_string(codes[i].size());
  }
  out += ",\"id\":[" + ids + "],\"size\":[" + sizes + "],\"role\":{\"time\":[\"time\"]";
  if (table.dataset.geo_index() != std::string::npos) out += ",\"geo\":[\"geo\"]";
  out += "},\"dimension\":{";
  for (std::size_t i = 0; i < codes.size(); ++i) AppendDimension(out, table, i, codes[i]);
  out += '}';
  AppendSparse(out, "value", positions, [](const Cell& c) { return PrintCell(c).value; });
  AppendSparse(out, "status", positions, [](const Cell& c) { return Quoted(c.flags); });
  AppendExtension(out, table, positions);
  out += "}\n";
  return written;
}

}  // namespace thb
