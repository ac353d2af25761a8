#include <algorithm>
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

// The distinct texts of a coded attribute, sorted, with their positions.
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

void AppendAttribute(std::string& out, const TableToWrite& table, std::string_view id,
                     const std::string& list, const Values& values) {
  if (out.back() != '[') out += ',';
  AppendConcept(out, table, id, id);
  out += ",\"isMandatory\":false,\"relationship\":{\"observation\":{}}";
  if (id == kCandidatesColumn) out += ",\"maxOccurs\":\"unbounded\"";
  if (!values.empty()) {
    out += ",\"values\":[";
    for (const auto& [code, position] : values) {
      out += position > 0 ? ",{\"id\":" : "{\"id\":";
      AppendJson(out, code);
      out += ',';
      AppendNames(out, AttributeLabel(table, list, code, Language::kEn),
                  AttributeLabel(table, list, code, Language::kNl), table.options.language);
      out += '}';
    }
    out += ']';
  }
  out += '}';
}

struct CodedAttributes {
  Values flags;
  Values conf;
  Values reasons;
};

void AppendObservation(std::string& out, const Cell& cell, const CodedAttributes& coded) {
  const CellFields fields = PrintCell(cell);
  const auto index = [](const Values& values, const std::string& text) {
    return text.empty() ? std::string("null") : std::to_string(values.at(text));
  };
  const auto number = [](const std::string& text) {
    return text.empty() ? std::string("null") : text;
  };
  std::string candidates = "null";
  if (!cell.candidates.empty()) {
    candidates = "[";
    for (const std::string& candidate : cell.candidates) {
      if (candidates.size() > 1) candidates += ',';
      AppendJson(candidates, candidate);
    }
    candidates += ']';
  }
  std::vector<std::string> parts = {number(fields.value),
                                    index(coded.flags, fields.flags),
                                    index(coded.conf, fields.conf),
                                    number(fields.lower),
                                    number(fields.upper),
                                    index(coded.reasons, fields.reason),
                                    candidates};
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
  out += ",\"test\":false,\"prepared\":";
  AppendJson(out, time);
  out += dutch ? ",\"contentLanguages\":[\"nl\",\"en\"]" : ",\"contentLanguages\":[\"en\",\"nl\"]";
  out += ",\"sender\":{\"id\":\"OPENTHB\",\"name\":\"OpenTHB\"}}";
}

void AppendStructure(std::string& out, const TableToWrite& table,
                     const std::vector<std::vector<std::string>>& codes,
                     const CodedAttributes& coded) {
  out += "{\"dataSets\":[0],\"links\":[{\"rel\":\"dataflow\",\"urn\":";
  AppendJson(out, "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=" + table.dataset.SdmxId());
  out += "}],";
  AppendNames(out, table.dataset.en, table.dataset.nl, table.options.language);
  out += ",\"dimensions\":{\"observation\":[";
  for (std::size_t i = 0; i < codes.size(); ++i) AppendDimension(out, table, i, codes[i]);
  out += "]},\"measures\":{\"observation\":[";
  AppendConcept(out, table, kValueColumn, kValueColumn);
  out += ",\"isMandatory\":false}]},\"attributes\":{\"observation\":[";
  AppendAttribute(out, table, kFlagColumn, "obs_status", coded.flags);
  AppendAttribute(out, table, kConfColumn, "conf_status", coded.conf);
  AppendAttribute(out, table, kLowerColumn, "", {});
  AppendAttribute(out, table, kUpperColumn, "", {});
  AppendAttribute(out, table, kReasonColumn, "missing_reason", coded.reasons);
  AppendAttribute(out, table, kCandidatesColumn, "", {});
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
  const CodedAttributes coded{CollectValues(table, &CellFields::flags),
                              CollectValues(table, &CellFields::conf),
                              CollectValues(table, &CellFields::reason)};
  WrittenTable written;
  std::string& out = written.bytes;
  AppendMeta(out, table);
  out += ",\"data\":{\"structures\":[";
  AppendStructure(out, table, codes, coded);
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
    AppendObservation(out, cell.cell, coded);
  }
  out += "}}]}}\n";
  return written;
}

}  // namespace thb
