// Reads SDMX-JSON data messages, versions 1.0 to 2.1: one data set, flat or by series.

#include <algorithm>

#include "base/text.h"
#include "exchange/internal/json_document.h"
#include "exchange/internal/reader.h"
#include "exchange/internal/table_builder.h"

namespace thb {
namespace {

constexpr std::size_t kMaxComponents = 100;

// A dimension, measure or attribute with the values that indexes point at.
struct Component {
  std::string id;
  std::vector<std::string> values;
};

struct Structure {
  std::string dataset;                 // as the links name it, or ""
  std::vector<Component> fixed;        // dimensions of the whole data set
  std::vector<Component> series;       // dimensions of series keys
  std::vector<Component> observation;  // dimensions of observation keys
  std::vector<Component> measures;
  std::vector<Component> series_attributes;
  std::vector<Component> attributes;  // of observations
};

// The texts of one cell, by component.
struct CellParts {
  std::string value, flags, conf, lower, upper, reason, candidates;

  std::string* Find(std::string_view component) {
    if (component == kValueColumn) return &value;
    if (component == kFlagColumn || component == "OBS_STATUS") return &flags;
    if (component == kConfColumn) return &conf;
    if (component == kLowerColumn) return &lower;
    if (component == kUpperColumn) return &upper;
    if (component == kReasonColumn) return &reason;
    if (component == kCandidatesColumn) return &candidates;
    return nullptr;
  }
};

class SdmxJsonReader {
 public:
  SdmxJsonReader(JsonElement root, const ReadContext& context)
      : root_(root), context_(context), place_(context.place) {}

  Result<ParsedFile> Read();

 private:
  Result<void> ReadStructure(JsonElement data);
  Result<void> ReadComponents(std::optional<JsonElement> group, std::string_view level,
                              std::vector<Component>& components);
  Result<void> ReadDataSet(JsonElement data_set);
  Result<void> ReadAction(JsonElement data_set);
  Result<void> ReadObservations(JsonElement observations, const Key& series,
                                const CellParts& parts);
  // Codes of a key "0:2:1" over components.
  Result<Key> ReadKey(std::string_view text, const std::vector<Component>& components) const;
  Result<void> ReadValues(simdjson::dom::array values, const std::vector<Component>& components,
                          std::size_t skip, CellParts& parts, const std::string& place) const;
  Result<std::string> ReadComponent(JsonElement element, const Component& component,
                                    const std::string& place) const;
  tl::unexpected<Error> Wrong(const std::string& what) const {
    return Fail(ErrorCode::kStructure, what, place_, "check the file against SDMX-JSON 2.1");
  }

  JsonElement root_;
  const ReadContext& context_;
  std::string place_;
  Structure structure_;
  std::optional<TableBuilder> builder_;
  std::vector<std::size_t>
      positions_;  // of the dataset's dimensions in fixed + series + observation
  std::optional<Action> action_;
  ParsedFile file_;
};

// "THB_VICTIMS" of a URN that ends in "Dataflow=OPENTHB:THB_VICTIMS(1.0)".
std::string DatasetOfUrn(std::string_view urn) {
  const std::size_t equals = urn.rfind('=');
  if (equals == std::string_view::npos) return {};
  return std::string(urn.substr(equals + 1));
}

Result<ParsedFile> SdmxJsonReader::Read() {
  const auto errors = Member(root_, "errors");
  const auto data = Member(root_, "data");
  if (errors && !data) return Wrong("the message holds errors instead of data");
  TRY(AsObject(data, "data", place_));
  TRY(ReadStructure(*data));
  std::vector<std::string> names;
  for (const auto* group : {&structure_.fixed, &structure_.series, &structure_.observation}) {
    for (const Component& component : *group) names.push_back(component.id);
  }
  TRY(CheckDistinct(names, place_));
  const Dataset* dataset = TRY(ChooseDataset(structure_.dataset, names, context_));
  positions_ = TRY(LocateDimensions(*dataset, names, place_));
  builder_.emplace(*dataset, context_);
  const auto data_sets = TRY(AsArray(Member(*data, "dataSets"), "data.dataSets", place_));
  for (const JsonElement data_set : data_sets) TRY(ReadDataSet(data_set));
  builder_->MoveInto(file_);
  file_.format = "sdmx-json";
  const auto meta = Member(root_, "meta");
  file_.synthetic = meta && TextMember(*meta, "name") == kSyntheticComment;
  return std::move(file_);
}

Result<void> SdmxJsonReader::ReadStructure(JsonElement data) {
  JsonElement structure;
  if (const auto one = Member(data, "structure")) {  // version 1.0
    structure = *one;
  } else {
    const auto all = TRY(AsArray(Member(data, "structures"), "data.structures", place_));
    if (all.size() != 1) {
      return Fail(ErrorCode::kUnsupported,
                  "a message with " + std::to_string(all.size()) + " structures", place_,
                  "send one dataset per file");
    }
    structure = all.at(0);
  }
  if (const auto links = Member(structure, "links")) {
    for (const JsonElement link : TRY(AsArray(links, "links", place_))) {
      const std::string_view rel = TextMember(link, "rel");
      if (rel != "dataflow" && rel != "structure" && rel != "datastructure" && rel != "self") {
        continue;
      }
      if (structure_.dataset.empty()) structure_.dataset = DatasetOfUrn(TextMember(link, "urn"));
    }
  }
  const auto dimensions = Member(structure, "dimensions");
  TRY(AsObject(dimensions, "structure.dimensions", place_));
  TRY(ReadComponents(dimensions, "dataSet", structure_.fixed));
  TRY(ReadComponents(dimensions, "series", structure_.series));
  TRY(ReadComponents(dimensions, "observation", structure_.observation));
  TRY(ReadComponents(Member(structure, "measures"), "observation", structure_.measures));
  // Version 1.0 has one measure and does not name it.
  if (structure_.measures.empty()) {
    structure_.measures.push_back({std::string(kValueColumn), {}});
  }
  const auto attributes = Member(structure, "attributes");
  TRY(ReadComponents(attributes, "series", structure_.series_attributes));
  return ReadComponents(attributes, "observation", structure_.attributes);
}

Result<void> SdmxJsonReader::ReadComponents(std::optional<JsonElement> group,
                                            std::string_view level,
                                            std::vector<Component>& components) {
  const auto list = group ? Member(*group, level) : std::nullopt;
  if (!list) return {};
  for (const JsonElement entry : TRY(AsArray(list, "structure." + std::string(level), place_))) {
    Component component{std::string(TextMember(entry, "id")), {}};
    if (components.size() == kMaxComponents) {
      return Fail(ErrorCode::kLimit, "more than " + std::to_string(kMaxComponents) + " components",
                  place_, "send a table of ours");
    }
    if (const auto values = Member(entry, "values")) {
      for (const JsonElement value : TRY(AsArray(values, "values of " + component.id, place_))) {
        const auto id = Member(value, "id");
        const auto plain = Member(value, "value");
        const auto text = id || plain ? TRY(ScalarText(id ? *id : *plain, place_)) : std::nullopt;
        component.values.push_back(text.value_or(""));
      }
    }
    components.push_back(std::move(component));
  }
  return {};
}

Result<void> SdmxJsonReader::ReadAction(JsonElement data_set) {
  const std::string_view action = TextMember(data_set, "action");
  action_.reset();
  if (action == "Merge" || action == "Append") action_ = Action::kMerge;
  if (action == "Replace") action_ = Action::kReplace;
  if (action == "Delete") action_ = Action::kDelete;
  if (action_ || action.empty() || action == "Information") return {};
  return Fail(ErrorCode::kUnknownCode,
              "unknown action \"" + std::string(action.substr(0, 40)) + "\"", place_,
              "write Merge, Replace or Delete");
}

Result<void> SdmxJsonReader::ReadDataSet(JsonElement data_set) {
  TRY(ReadAction(data_set));
  if (const auto observations = Member(data_set, "observations")) {
    TRY(ReadObservations(*observations, {}, {}));
  }
  const auto series = Member(data_set, "series");
  if (!series) return {};
  for (const auto [key, entry] : TRY(AsObject(series, "series", place_))) {
    const Key codes = TRY(ReadKey(key, structure_.series));
    CellParts parts;
    if (const auto attributes = Member(entry, "attributes")) {
      const auto values = TRY(AsArray(attributes, "attributes", place_));
      TRY(ReadValues(values, structure_.series_attributes, 0, parts,
                     place_ + ":" + std::string(key)));
    }
    if (const auto observations = Member(entry, "observations")) {
      TRY(ReadObservations(*observations, codes, parts));
    }
  }
  return {};
}

Result<Key> SdmxJsonReader::ReadKey(std::string_view text,
                                    const std::vector<Component>& components) const {
  Key key;
  const auto parts = Split(text, ':');
  if (parts.size() != components.size()) {
    return Wrong("key \"" + std::string(text.substr(0, 80)) + "\" has " +
                 std::to_string(parts.size()) + " parts, the structure " +
                 std::to_string(components.size()) + " dimensions");
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto index = ParseInt(parts[i]);
    if (!index || *index < 0 || static_cast<std::size_t>(*index) >= components[i].values.size()) {
      return Wrong("key \"" + std::string(text.substr(0, 80)) + "\" points outside dimension " +
                   components[i].id);
    }
    key.push_back(components[i].values[static_cast<std::size_t>(*index)]);
  }
  return key;
}

Result<std::string> SdmxJsonReader::ReadComponent(JsonElement element, const Component& component,
                                                  const std::string& place) const {
  std::uint64_t index = 0;
  if (!component.values.empty() && !element.get(index)) {
    if (index < component.values.size()) return component.values[index];
    return Wrong(component.id + " at " + place + " points outside its values");
  }
  simdjson::dom::array list;
  if (element.get(list)) return TRY(ScalarText(element, place)).value_or("");
  std::vector<std::string> texts;
  for (const JsonElement entry : list) texts.push_back(TRY(ScalarText(entry, place)).value_or(""));
  return Join(texts, std::string(1, kCandidateSeparator));
}

Result<void> SdmxJsonReader::ReadValues(simdjson::dom::array values,
                                        const std::vector<Component>& components, std::size_t skip,
                                        CellParts& parts, const std::string& place) const {
  std::size_t at = 0;
  for (const JsonElement value : values) {
    const std::size_t index = at++;
    if (index < skip) continue;
    if (index - skip >= components.size()) break;
    const Component& component = components[index - skip];
    std::string* field = parts.Find(component.id);
    if (field != nullptr && !value.is_null()) *field = TRY(ReadComponent(value, component, place));
  }
  return {};
}

Result<void> SdmxJsonReader::ReadObservations(JsonElement observations, const Key& series,
                                              const CellParts& parts) {
  for (const auto [text, entry] : TRY(AsObject(observations, "observations", place_))) {
    const std::string place = place_ + ":" + std::string(text);
    Key all;
    for (const Component& component : structure_.fixed) {
      if (component.values.size() != 1)
        return Wrong("dimension " + component.id + " of the data set has not one value");
      all.push_back(component.values[0]);
    }
    all.insert(all.end(), series.begin(), series.end());
    const Key own = TRY(ReadKey(text, structure_.observation));
    all.insert(all.end(), own.begin(), own.end());
    CellParts cell = parts;
    const auto values = TRY(AsArray(entry, "observation " + std::string(text), place_));
    if (values.size() > structure_.measures.size() + structure_.attributes.size()) {
      return Wrong("observation " + std::string(text) +
                   " has more values than the structure names");
    }
    TRY(ReadValues(values, structure_.measures, 0, cell, place));
    TRY(ReadValues(values, structure_.attributes, structure_.measures.size(), cell, place));
    std::vector<std::string_view> codes;
    for (const std::size_t position : positions_) {
      codes.push_back(position == std::string::npos ? std::string_view() : all[position]);
    }
    CellText cell_text{cell.value, cell.flags,  cell.conf,      cell.lower,
                       cell.upper, cell.reason, cell.candidates};
    cell_text.nan_is_missing = true;
    ++file_.rows_read;
    TRY(builder_->Add(codes, cell_text, place, action_));
  }
  return {};
}

}  // namespace

Result<ParsedFile> ReadSdmxJson(std::string_view content, const ReadContext& context) {
  const JsonDocument document = TRY(JsonDocument::Parse(content, context.place));
  return SdmxJsonReader(document.root(), context).Read();
}

}  // namespace thb
