#include "statistics/dataset.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/json.h"
#include "base/resources.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr const char* kFile = "codelists/datasets.json";

Result<Dimension> ReadDimension(const Json& json, const Codes& codes) {
  Dimension dimension{json.at(0).get<std::string>(), json.at(1).get<std::string>(),
                      json.at(2).get<std::string>()};
  if (dimension.codelist.empty()) return dimension;
  const CodeList* list = codes.Find(dimension.codelist);
  if (list == nullptr) {
    return Fail(ErrorCode::kInternal, "no code list " + dimension.codelist, kFile);
  }
  if (!dimension.total.empty()) TRY(list->Check(dimension.total, kFile));
  return dimension;
}

ViewSource ReadSource(const Json& json) {
  ViewSource source;
  source.dataset = json.at("dataset").get<std::string>();
  for (const auto& [dimension, code] : json.at("fixed").items()) {
    source.fixed[dimension] = code.get<std::string>();
  }
  for (const auto& [dimension, rule] : json.at("view").items()) {
    ViewDimension& view = source.dimensions[dimension];
    view.base = rule.value("base", "");
    view.constant = rule.value("constant", "");
    if (!rule.contains("codes")) continue;
    for (const auto& [code, base] : rule.at("codes").items()) {
      view.codes[code] = base.get<std::string>();
    }
  }
  return source;
}

Result<Dataset> ReadDataset(const Json& json, const Codes& codes) {
  Dataset dataset;
  dataset.id = json.at("id").get<std::string>();
  dataset.agency = json.at("agency").get<std::string>();
  dataset.version = json.at("version").get<std::string>();
  dataset.en = json.at("en").get<std::string>();
  dataset.nl = json.at("nl").get<std::string>();
  for (const Json& dimension : json.at("dimensions")) {
    dataset.dimensions.push_back(TRY(ReadDimension(dimension, codes)));
  }
  dataset.geo_index_ = dataset.IndexOf("geo").value_or(std::string::npos);
  if (json.contains("sources")) {
    for (const Json& source : json.at("sources")) dataset.sources.push_back(ReadSource(source));
  }
  return dataset;
}

}  // namespace

std::optional<std::size_t> Dataset::IndexOf(std::string_view dimension) const {
  for (std::size_t i = 0; i < dimensions.size(); ++i) {
    if (dimensions[i].id == dimension) return i;
  }
  return std::nullopt;
}

std::string Dataset::SdmxId() const {
  return agency + ":" + ToUpperAscii(id) + "(" + version + ")";
}

Result<Datasets> Datasets::Load(const Codes& codes) {
  const auto text = FindResource(kFile);
  if (!text) return Fail(ErrorCode::kInternal, "not embedded", kFile);
  const Json json = TRY(ParseJson(*text, kFile));
  Datasets datasets;
  try {
    for (const Json& entry : json) datasets.all_.push_back(TRY(ReadDataset(entry, codes)));
  } catch (const Json::exception& error) {
    return Fail(ErrorCode::kInternal, error.what(), kFile);
  }
  return datasets;
}

const Dataset* Datasets::Find(std::string_view id) const {
  const auto found =
      std::find_if(all_.begin(), all_.end(), [&](const Dataset& d) { return d.id == id; });
  return found == all_.end() ? nullptr : &*found;
}

Result<const Dataset*> Datasets::Get(std::string_view id) const {
  const std::string lower = ToLowerAscii(id);
  if (const Dataset* dataset = Find(lower)) return dataset;
  std::vector<std::string> ids;
  for (const Dataset& dataset : all_) ids.push_back(dataset.id);
  return Fail(ErrorCode::kNotFound, "no dataset " + std::string(id), {},
              "choose one of " + Join(ids, ", "));
}

const Dataset* Datasets::FindByDimensions(const std::vector<std::string>& dimensions) const {
  const auto own = [](const std::string& id) {
    return id != "freq" && id != "unit" && id != "geo" && id != "time" && id != "TIME_PERIOD";
  };
  std::set<std::string> wanted;
  std::copy_if(dimensions.begin(), dimensions.end(), std::inserter(wanted, wanted.end()), own);
  const Dataset* nearest = nullptr;
  std::ptrdiff_t most = -1;  // of the others too, which tell a view by unit from our own table
  for (const Dataset& dataset : all_) {
    std::set<std::string> has;
    for (const Dimension& dimension : dataset.dimensions) {
      if (own(dimension.id)) has.insert(dimension.id);
    }
    const auto shared = std::count_if(dimensions.begin(), dimensions.end(),
                                      [&](const auto& id) { return dataset.IndexOf(id); });
    if (has != wanted || shared <= most) continue;
    nearest = &dataset;
    most = shared;
  }
  return nearest;
}

}  // namespace thb
