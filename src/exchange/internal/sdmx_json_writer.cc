#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "exchange/internal/writers.h"

namespace thb {
namespace {

constexpr std::string_view kSchema = "https://json.sdmx.org/2.1/sdmx-json-data-schema.json";

// "name": in the language asked for, and "names": in all.
void AppendNames(std::string& out, const std::string& en, const std::string& nl,
                 Language language) {
  out += "\"name\":";
  AppendJson(out, language == Language::kNl ? nl : en);
  out += ",\"names\":{\"en\":";
  AppendJson(out, en);
  out += ",\"nl\":";
  AppendJson(out, nl);
  out += '}';
}

void AppendConcept(std::string& out, const TableToWrite& table, std::string_view id,
                   std::string_view concept_id) {
  out += "{\"id\":";
  AppendJson(out, id);
  out += ',';
  AppendNames(out, ConceptLabel(table, concept_id, Language::kEn),
              ConceptLabel(table, concept_id, Language::kNl), table.options.language);
}

void AppendDimension(std::string& out, const TableToWrite& table, std::size_t index,
                     const std::vector<std::string>& codes) {
  const Dimension& dimension = table.dataset.dimensions[index];
  const bool is_time = index == table.dataset.time_index();
  if (index > 0) out += ',';
  AppendConcept(out, table, is_time ? "TIME_PERIOD" : dimension.id, dimension.id);
  out += ",\"keyPosition\":" + std::to_string(index);
  if (!codes.empty()) {
    out += ",\"values\":[";
    for (std::size_t i = 0; i < codes.size(); ++i) {
      out += i > 0 ? ",{\"id\":" : "{\"id\":";
      AppendJson(out, codes[i]);
      out += ',';
      AppendNames(out, CodeLabel(table, dimension, codes[i], Language::kEn),
                  CodeLabel(table, dimension, codes[i], Language::kNl), table.options.language);
      out += '}';
    }
    out += ']';
  }
  out += '}';
}

// The distinct texts of an attribute, sorted, with their positions.
using Values = std::map<std::string, std::size_t>;

Values CollectValues(const TableToWrite& table, std::string CellFields::* field) {
  Values values;
  for (const SnapshotCell& cell : table.cells) {
    const std::string text = PrintCell(cell.cell).*field;
    if (!text.empty()) values[text] = 0;
  }
  std::size_t next = 0;
  for (auto& [text, position] : values) position = next++;
  return values;
}

// "be" as "break in time series, estimated"; a code of one list by its label.
std::string AttributeLabel(const TableToWrite& table, const std::string& list_id,
                           const std::string& code, Language language) {
  const CodeList* list = table.codes.Find(list_id);
  if (list == nullptr) return code;
  if (list->Find(code) != nullptr || list_id != "obs_status") return list->Label(code, language);
  std::vector<std::string> labels;
  for (const char flag : code) labels.push_back(list->Label(std::string(1, flag), language));
  return Join(labels, ", ");
}

// One value that an attribute takes: a code with its names, or a number.
void AppendValue(std::string& out, const TableToWrite& table, const std::string& list,
                 const std::string& text) {
  if (list.empty()) {
    out += "{\"value\":" + text + '}';
    return;
  }
  out += "{\"id\":";
  AppendJson(out, text);
  out += ',';
  AppendNames(out, AttributeLabel(table, list, text, Language::kEn),
              AttributeLabel(table, list, text, Language::kNl), table.options.language);
  out += '}';
}

// Readers in use look into "values" of every attribute, so an attribute without a value has [null].
void AppendAttribute(std::string& out, const TableToWrite& table, std::string_view id,
                     const std::string& list, const Values& values) {
  if (!Wants(table.options, id)) return;
  if (out.back() != '[') out += ',';
  AppendConcept(out, table, id, id);
  out += ",\"isMandatory\":false,\"relationship\":{\"observation\":{}},\"values\":[";
  for (const auto& [text, position] : values) {
    if (position > 0) out += ',';
    AppendValue(out, table, list, text);
  }
  if (values.empty()) out += "null";
  out += "]}";
}

// Candidates stand in the observations as they were printed, several in one cell.
void AppendCandidates(std::string& out, const TableToWrite& table) {
  if (!Wants(table.options, kCandidatesColumn)) return;
  if (out.back() != '[') out += ',';
  AppendConcept(out, table, kCandidatesColumn, kCandidatesColumn);
  out += ",\"isMandatory\":false,\"relationship\":{\"observation\":{}},\"maxOccurs\":\"unbounded\"";
  const bool used = std::any_of(table.cells.begin(), table.cells.end(),
                                [](const auto& entry) { return !entry.cell.candidates.empty(); });
  out += used ? "}" : ",\"values\":[null]}";
}

struct AttributeValues {
  Values flags;
  Values conf;
  Values lower;
  Values upper;
  Values reasons;
};

std::string CandidateList(const Cell& cell) {
  if (cell.candidates.empty()) return "null";
  std::string list = "[";
  for (const std::string& candidate : cell.candidates) {
    if (list.size() > 1) list += ',';
    AppendJson(list, candidate);
  }
  return list + ']';
}

void AppendObservation(std::string& out, const Cell& cell, const AttributeValues& values,
                       const WriteOptions& options) {
  const CellFields fields = PrintCell(cell);
  const auto index = [](const Values& known, const std::string& text) {
    return text.empty() ? std::string("null") : std::to_string(known.at(text));
  };
  const std::array<std::pair<std::string_view, std::string>, 7> all = {
      {{kValueColumn, fields.value.empty() ? "null" : fields.value},
       {kFlagColumn, index(values.flags, fields.flags)},
       {kConfColumn, index(values.conf, fields.conf)},
       {kLowerColumn, index(values.lower, fields.lower)},
       {kUpperColumn, index(values.upper, fields.upper)},
       {kReasonColumn, index(values.reasons, fields.reason)},
       {kCandidatesColumn, CandidateList(cell)}}};
  std::vector<std::string> parts;
  for (const auto& [name, text] : all) {
    if (Wants(options, name)) parts.push_back(text);
  }
  while (parts.size() > 1 && parts.back() == "null") parts.pop_back();
  out += '[' + Join(parts, ",") + ']';
}

void AppendMeta(std::string& out, const TableToWrite& table) {
  const std::string time = FormatInstant(table.options.time);
  std::string id = ToUpperAscii(table.dataset.id) + "-";
  std::copy_if(time.begin(), time.end(), std::back_inserter(id),
               [](char c) { return c != '-' && c != ':'; });
  const bool dutch = table.options.language == Language::kNl;
  out += "{\"$schema\":";
  AppendJson(out, kSchema);
  out += ",\"meta\":{\"id\":";
  AppendJson(out, id);
  out += table.options.synthetic ? ",\"test\":true" : ",\"test\":false";
  out += ",\"prepared\":";
  AppendJson(out, time);
  out += dutch ? ",\"contentLanguages\":[\"nl\",\"en\"]" : ",\"contentLanguages\":[\"en\",\"nl\"]";
  if (table.options.synthetic) {
    out += ",\"name\":";
    AppendJson(out, kSyntheticComment);
  }
  out += ",\"sender\":{\"id\":\"OPENTHB\",\"name\":\"OpenTHB\"}}";
}

void AppendStructure(std::string& out, const TableToWrite& table,
                     const std::vector<std::vector<std::string>>& codes,
                     const AttributeValues& values) {
  out += "{\"dataSets\":[0],\"links\":[{\"rel\":\"dataflow\",\"urn\":";
  AppendJson(out, "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=" + table.dataset.SdmxId());
  out += "}],";
  AppendNames(out, table.dataset.en, table.dataset.nl, table.options.language);
  // Readers in use expect a description, and a list of each kind even where it is empty.
  out += ",\"description\":";
  AppendJson(out, DatasetLabel(table.dataset, table.options.language));
  out += ",\"descriptions\":{\"en\":";
  AppendJson(out, table.dataset.en);
  out += ",\"nl\":";
  AppendJson(out, table.dataset.nl);
  out += "},\"dimensions\":{\"dataSet\":[],\"series\":[],\"observation\":[";
  for (std::size_t i = 0; i < codes.size(); ++i) AppendDimension(out, table, i, codes[i]);
  out += "]}";
  if (Wants(table.options, kValueColumn)) {
    out += ",\"measures\":{\"observation\":[";
    AppendConcept(out, table, kValueColumn, kValueColumn);
    out += ",\"isMandatory\":false}]}";
  }
  out += ",\"attributes\":{\"dataSet\":[],\"series\":[],\"observation\":[";
  AppendAttribute(out, table, kFlagColumn, "obs_status", values.flags);
  AppendAttribute(out, table, kConfColumn, "conf_status", values.conf);
  AppendAttribute(out, table, kLowerColumn, "", values.lower);
  AppendAttribute(out, table, kUpperColumn, "", values.upper);
  AppendAttribute(out, table, kReasonColumn, "missing_reason", values.reasons);
  AppendCandidates(out, table);
  out += "]}}";
}

}  // namespace

// A flat data set: every dimension at the observation, whose key is "0:2:1".
Result<WrittenTable> WriteSdmxJson(const TableToWrite& table) {
  const auto codes = UsedCodes(table);
  std::vector<std::map<std::string, std::size_t>> index(codes.size());
  for (std::size_t i = 0; i < codes.size(); ++i) {
    for (std::size_t k = 0; k < codes[i].size(); ++k) index[i][codes[i][k]] = k;
  }
  const AttributeValues values{
      CollectValues(table, &CellFields::flags), CollectValues(table, &CellFields::conf),
      CollectValues(table, &CellFields::lower), CollectValues(table, &CellFields::upper),
      CollectValues(table, &CellFields::reason)};
  WrittenTable written;
  std::string& out = written.bytes;
  AppendMeta(out, table);
  out += ",\"data\":{\"structures\":[";
  AppendStructure(out, table, codes, values);
  out += "],\"dataSets\":[{\"structure\":0,\"action\":\"Information\",\"observations\":{";
  bool first = true;
  for (const SnapshotCell& cell : table.cells) {
    out += first ? "\"" : ",\"";
    first = false;
    for (std::size_t i = 0; i < codes.size(); ++i) {
      if (i > 0) out += ':';
      out += std::to_string(index[i].at(cell.key[i]));
    }
    out += "\":";
    AppendObservation(out, cell.cell, values, table.options);
  }
  out += "}}]}}\n";
  return written;
}

}  // namespace thb
