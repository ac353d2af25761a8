#include "exchange/exchange.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/resources.h"
#include "base/text.h"
#include "exchange/internal/mapping.h"
#include "exchange/internal/reader.h"
#include "exchange/internal/writers.h"
#include "exchange/internal/xlsx_reader.h"

namespace thb {
namespace {

constexpr std::string_view kReturnCollection = "EUROSTAT_RETURN";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Result<void> CheckText(std::string_view content, const std::string& place) {
  if (StartsWith(content, "\xFF\xFE") || StartsWith(content, "\xFE\xFF")) {
    return Fail(ErrorCode::kEncoding, "the file is in UTF-16", place, "save it as UTF-8");
  }
  if (StartsWith(content, "\xD0\xCF\x11\xE0")) {
    return Fail(ErrorCode::kUnsupported, "an old or encrypted Excel workbook", place,
                "save it as .xlsx without a password");
  }
  if (content.find('\0') != std::string_view::npos) {
    return Fail(ErrorCode::kParse, "a binary file of no known format", place,
                "send SDMX, JSON-stat, TSV, CSV or XLSX");
  }
  const std::size_t invalid = FindInvalidUtf8(content);
  if (invalid == std::string_view::npos) return {};
  const auto line =
      std::count(content.begin(), content.begin() + static_cast<std::ptrdiff_t>(invalid), '\n');
  return Fail(ErrorCode::kEncoding, "not UTF-8 (Latin-1 or Windows-1252, perhaps)",
              place + ":" + std::to_string(line + 1), "save the file as UTF-8");
}

// The mappings to try: the one that is named, or all that are shipped.
Result<std::vector<Mapping>> ChooseMappings(const ReadContext& context) {
  const ReadOptions& options = context.options;
  std::vector<Mapping> mappings;
  if (!options.mapping_text.empty()) {
    mappings.push_back(TRY(ParseMapping(options.mapping_text, options.mapping_place, context.codes,
                                        context.datasets)));
    return mappings;
  }
  mappings = TRY(ShippedMappings(context.codes, context.datasets));
  if (options.mapping.empty()) return mappings;
  std::vector<std::string> ids;
  for (Mapping& mapping : mappings) {
    if (mapping.id == options.mapping) return std::vector<Mapping>{std::move(mapping)};
    ids.push_back(mapping.id);
  }
  return Fail(ErrorCode::kNotFound, "no mapping " + options.mapping, "--mapping",
              "give a file, or one of " + Join(ids, ", "));
}

// Says which columns of a mapping are missing in a table that has most of them.
std::optional<Error> ExplainNearly(const std::vector<Mapping>& mappings, const Grid& grid) {
  for (const Mapping& mapping : mappings) {
    const auto nearly = NearlyMatched(mapping, grid);
    if (!nearly || nearly->first.empty()) continue;
    return Error{ErrorCode::kStructure,
                 (nearly->first.size() == 1 ? "column " : "columns ") + Join(nearly->first, ", ") +
                     " missing in what looks like " + mapping.id,
                 grid.Place(nearly->second), "add what is missing, or give another --mapping"};
  }
  return std::nullopt;
}

Result<ParsedFile> ReadMappedGrids(const std::vector<Grid>& grids, const ReadContext& context) {
  const std::vector<Mapping> mappings = TRY(ChooseMappings(context));
  std::vector<std::string> ids;
  for (const Mapping& mapping : mappings) {
    ids.push_back(mapping.id);
    for (const Grid& grid : grids) {
      if (!mapping.sheet.empty() && !grid.name().empty() && mapping.sheet != grid.name()) continue;
      const auto header = FindMappedHeader(mapping, grid);
      if (header) return ReadMappedTable(grid, *header, mapping, context);
    }
  }
  for (const Grid& grid : grids) {
    if (auto error = ExplainNearly(mappings, grid)) return tl::make_unexpected(*std::move(error));
  }
  return Fail(ErrorCode::kStructure, "no header of a known table in the first rows", context.place,
              "name the column of the figures OBS_VALUE, or give a --mapping (known: " +
                  Join(ids, ", ") + ")");
}

// Our own columns in any of the tables go before mappings, unless one was asked for.
Result<ParsedFile> ReadGrids(const std::vector<Grid>& grids, const std::string& format,
                             const ReadContext& context) {
  std::optional<ParsedFile> file;
  if (context.options.mapping.empty() && context.options.mapping_text.empty()) {
    for (const Grid& grid : grids) {
      file = TRY(ReadPlainTable(grid, context));
      if (file) break;
    }
  }
  if (!file) file = TRY(ReadMappedGrids(grids, context));
  file->format = format;
  return *std::move(file);
}

Result<ParsedFile> ReadXlsx(std::string_view content, const ReadContext& context) {
  Workbook workbook = TRY(Workbook::Open(content, context.place));
  std::vector<Grid> grids;
  for (std::size_t i = 0; i < workbook.sheets(); ++i) grids.push_back(TRY(workbook.ReadSheet(i)));
  return ReadGrids(grids, "xlsx", context);
}

Result<ParsedFile> ReadJson(std::string_view content, const ReadContext& context) {
  const bool sdmx = content.find("\"dataSets\"") != std::string_view::npos;
  return sdmx ? ReadSdmxJson(content, context) : ReadJsonStat(content, context);
}

Result<ParsedFile> ReadText(std::string_view content, const ReadContext& context) {
  TRY(CheckText(content, context.place));
  std::string_view body = content;
  if (StartsWith(body, kByteOrderMark)) body.remove_prefix(kByteOrderMark.size());
  const std::string_view text = Trim(body);
  if (text.empty()) {
    return Fail(ErrorCode::kParse, "the file is empty", context.place, "send a file with figures");
  }
  const bool mapped = !context.options.mapping.empty() || !context.options.mapping_text.empty();
  if (!mapped) {
    if (text[0] == '{' || text[0] == '[') return ReadJson(content, context);
    if (text[0] == '<') {
      return Fail(ErrorCode::kUnsupported, "an XML or HTML file", context.place,
                  "send SDMX-CSV or SDMX-JSON; a browser may have saved a page instead of a file");
    }
    const std::string_view header = text.substr(0, text.find('\n'));
    const std::string_view corner = header.substr(0, header.find('\t'));
    if (header.find('\t') != std::string_view::npos &&
        corner.find('\\') != std::string_view::npos) {
      return ReadTsv(content, context);
    }
    const auto starts = [&](std::string_view name) {
      return StartsWith(header, name) || StartsWith(header, "\"" + std::string(name));
    };
    if (starts("DATAFLOW") || starts("STRUCTURE")) return ReadSdmxCsv(content, context);
  }
  std::vector<Grid> grids;
  grids.push_back(TRY(ReadCsvGrid(content, context.place)));
  return ReadGrids(grids, "csv", context);
}

void FillIn(ParsedFile& file) {
  if (file.collection.empty()) file.collection = kReturnCollection;
  if (!file.form_counting.empty()) return;
  // The datasets say by themselves how they count.
  const bool only_mentions =
      !file.parts.empty() &&
      std::all_of(file.parts.begin(), file.parts.end(),
                  [](const TablePart& part) { return part.dataset == "thb_victims_forms"; });
  file.form_counting = only_mentions ? "mentions" : "main";
}

}  // namespace

Result<ParsedFile> ParseFile(std::string_view content, const std::string& place,
                             const ReadOptions& options, const Codes& codes,
                             const Datasets& datasets) {
  const ReadContext context{options, codes, datasets, place};
  ParsedFile file =
      StartsWith(content, "PK") ? TRY(ReadXlsx(content, context)) : TRY(ReadText(content, context));
  FillIn(file);
  if (file.parts.empty() && file.skipped.empty()) {
    return Fail(ErrorCode::kParse, "the file has a header and no figures", place,
                "send a file with figures");
  }
  return file;
}

Result<Format> ParseFormat(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Format>, 8> kFormats = {
      {{"sdmx-csv", Format::kSdmxCsv},
       {"sdmx-csv-2", Format::kSdmxCsv2},
       {"sdmx-json", Format::kSdmxJson},
       {"sdmx-ml", Format::kSdmxMl},
       {"json-stat", Format::kJsonStat},
       {"tsv", Format::kTsv},
       {"csv", Format::kCsv},
       {"xlsx", Format::kXlsx}}};
  std::vector<std::string> names;
  for (const auto& [known, format] : kFormats) {
    if (known == name) return format;
    names.emplace_back(known);
  }
  return Fail(ErrorCode::kUsage, "no format " + std::string(name), "--format",
              "choose one of " + Join(names, ", "));
}

Result<WrittenTable> WriteTable(Format format, const Dataset& dataset,
                                const std::vector<SnapshotCell>& cells, const WriteOptions& options,
                                const Codes& codes) {
  const TableToWrite table{dataset, cells, options, codes};
  TRY(CheckTable(table));
  switch (format) {
    case Format::kSdmxCsv:
      return WriteSdmxCsv(table);
    case Format::kSdmxCsv2:
      return WriteSdmxCsv2(table);
    case Format::kSdmxJson:
      return WriteSdmxJson(table);
    case Format::kSdmxMl:
      return WriteSdmxMl(table);
    case Format::kJsonStat:
      return WriteJsonStat(table);
    case Format::kTsv:
      return WriteTsv(table);
    case Format::kCsv:
      return WriteCsv(table);
    case Format::kXlsx:
      return WriteXlsx(table);
  }
  return Fail(ErrorCode::kInternal, "a format without a writer");
}

}  // namespace thb
