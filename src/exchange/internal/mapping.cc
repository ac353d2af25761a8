#include "exchange/internal/mapping.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/json.h"
#include "base/resources.h"
#include "base/text.h"
#include "codes/codes.h"

namespace thb {
namespace {

constexpr std::size_t kHeaderRows = 20;  // within which the header must be

// Reads the members of one JSON object and refuses those that nobody asked for.
class ObjectReader {
 public:
  ObjectReader(const Json& json, std::string place) : json_(json), place_(std::move(place)) {}

  Result<void> CheckObject(const std::set<std::string>& known) const {
    if (!json_.is_object()) return Fail(ErrorCode::kStructure, "no JSON object", place_);
    for (const auto& [name, value] : json_.items()) {
      if (known.count(name) > 0) continue;
      const std::vector<std::string> names(known.begin(), known.end());
      return Fail(ErrorCode::kStructure, "a mapping has no member \"" + name.substr(0, 80) + "\"",
                  place_, "its members are " + Join(names, ", "));
    }
    return {};
  }

  bool Has(const std::string& name) const { return json_.contains(name); }
  const Json& At(const std::string& name) const { return json_.at(name); }
  std::string Inside(const std::string& name) const { return place_ + ":" + name; }

  Result<std::string> Text(const std::string& name, bool required = false) const {
    if (!Has(name)) {
      if (!required) return std::string();
      return Fail(ErrorCode::kStructure, "member " + name + " is missing", place_, "add it");
    }
    if (!At(name).is_string()) return Wrong(name, "a text");
    return At(name).get<std::string>();
  }

  Result<std::vector<std::string>> Texts(const std::string& name) const {
    std::vector<std::string> texts;
    if (!Has(name)) return texts;
    if (!At(name).is_array()) return Wrong(name, "a list of texts");
    for (const Json& entry : At(name)) {
      if (!entry.is_string()) return Wrong(name, "a list of texts");
      texts.push_back(entry.get<std::string>());
    }
    return texts;
  }

  Result<std::map<std::string, std::string, std::less<>>> TextMap(const std::string& name) const {
    std::map<std::string, std::string, std::less<>> map;
    if (!Has(name)) return map;
    if (!At(name).is_object()) return Wrong(name, "an object of texts");
    for (const auto& [key, value] : At(name).items()) {
      if (!value.is_string()) return Wrong(name, "an object of texts");
      map[key] = value.get<std::string>();
    }
    return map;
  }

  tl::unexpected<Error> Wrong(const std::string& name, const std::string& kind) const {
    return Fail(ErrorCode::kStructure, "member " + name + " is not " + kind, place_, "correct it");
  }

 private:
  const Json& json_;
  std::string place_;
};

Result<DimensionRule> ReadRule(const Json& json, const std::string& place) {
  DimensionRule rule;
  if (json.is_string()) {
    rule.constant = json.get<std::string>();
    return rule;
  }
  const ObjectReader object(json, place);
  TRY(object.CheckObject({"column", "recode", "lookup", "empty"}));
  rule.column = TRY(object.Text("column", true));
  rule.recode = TRY(object.Text("recode"));
  rule.lookups = TRY(object.Texts("lookup"));
  rule.empty = TRY(object.Text("empty"));
  const std::set<std::string> known = {"codelist", "iso3", "country"};
  for (const std::string& lookup : rule.lookups) {
    if (known.count(lookup) == 0) return object.Wrong("lookup", "codelist, iso3 or country");
  }
  return rule;
}

Result<Route> ReadRoute(const Json& json, const std::string& place) {
  const ObjectReader object(json, place);
  TRY(object.CheckObject({"when", "skip", "dataset", "dimensions"}));
  Route route;
  route.skip = TRY(object.Text("skip"));
  route.dataset = TRY(object.Text("dataset"));
  if (route.skip.empty() == route.dataset.empty()) {
    return Fail(ErrorCode::kStructure, "a route has one of dataset and skip", place, "correct it");
  }
  if (object.Has("when")) {
    const ObjectReader when(object.At("when"), object.Inside("when"));
    if (!object.At("when").is_object()) return object.Wrong("when", "an object");
    for (const auto& [column, texts] : object.At("when").items()) {
      route.when[column] = TRY(when.Texts(column));
    }
  }
  if (!object.Has("dimensions")) return route;
  if (!object.At("dimensions").is_object()) return object.Wrong("dimensions", "an object");
  for (const auto& [dimension, rule] : object.At("dimensions").items()) {
    route.dimensions[dimension] = TRY(ReadRule(rule, object.Inside("dimensions." + dimension)));
  }
  return route;
}

Result<void> ReadCellRules(const Json& json, const std::string& place, Mapping& mapping) {
  const ObjectReader object(json, place);
  TRY(object.CheckObject({"value", "flag", "thousands", "suppressed", "missing"}));
  mapping.value = TRY(object.Text("value", true));
  mapping.flag = TRY(object.Text("flag"));
  mapping.thousands = TRY(object.Text("thousands"));
  for (const auto& [text, reason] : TRY(object.TextMap("missing"))) mapping.missing[text] = reason;
  if (!object.Has("suppressed")) return {};
  if (!object.At("suppressed").is_object()) return object.Wrong("suppressed", "an object");
  for (const auto& [text, bounds] : object.At("suppressed").items()) {
    const bool shaped = bounds.is_array() && bounds.size() == 2 && bounds[0].is_number_unsigned() &&
                        (bounds[1].is_number_unsigned() || bounds[1].is_null());
    if (!shaped) return object.Wrong("suppressed", "an object of [lower, upper or null]");
    mapping.suppressed[text] = {bounds[0].get<double>(),
                                bounds[1].is_null() ? -1.0 : bounds[1].get<double>()};
  }
  return {};
}

Result<Mapping> ReadMapping(const Json& json, const std::string& place) {
  const ObjectReader object(json, place);
  TRY(object.CheckObject({"id", "title", "source", "collection", "form_counting", "foreign",
                          "sheet", "signature", "optional", "ignored", "header_row", "cells",
                          "not_in_key", "recodes", "routes"}));
  Mapping mapping;
  mapping.id = TRY(object.Text("id", true));
  mapping.collection = TRY(object.Text("collection", true));
  mapping.form_counting = TRY(object.Text("form_counting", true));
  mapping.sheet = TRY(object.Text("sheet"));
  mapping.signature = TRY(object.Texts("signature"));
  mapping.optional = TRY(object.Texts("optional"));
  mapping.ignored = TRY(object.Texts("ignored"));
  mapping.not_in_key = TRY(object.Texts("not_in_key"));
  if (object.Has("foreign")) {
    if (!object.At("foreign").is_boolean()) return object.Wrong("foreign", "true or false");
    mapping.foreign = object.At("foreign").get<bool>();
  }
  if (object.Has("header_row")) {
    if (!object.At("header_row").is_number_unsigned())
      return object.Wrong("header_row", "a number");
    mapping.header_row = object.At("header_row").get<std::size_t>();
  }
  if (!object.Has("cells")) return object.Wrong("cells", "there");
  TRY(ReadCellRules(object.At("cells"), object.Inside("cells"), mapping));
  if (object.Has("recodes")) {
    if (!object.At("recodes").is_object()) return object.Wrong("recodes", "an object");
    const ObjectReader recodes(object.At("recodes"), object.Inside("recodes"));
    for (const auto& [name, table] : object.At("recodes").items()) {
      mapping.recodes[name] = TRY(recodes.TextMap(name));
    }
  }
  if (!object.Has("routes") || !object.At("routes").is_array()) {
    return object.Wrong("routes", "a list");
  }
  for (const Json& route : object.At("routes")) {
    const std::string at = "routes[" + std::to_string(mapping.routes.size()) + "]";
    mapping.routes.push_back(TRY(ReadRoute(route, object.Inside(at))));
  }
  return mapping;
}

Result<void> CheckColumn(const Mapping& mapping, const std::string& column,
                         const std::string& place) {
  const auto in = [&](const std::vector<std::string>& list) {
    return std::find(list.begin(), list.end(), column) != list.end();
  };
  if (in(mapping.signature) || in(mapping.optional)) return {};
  return Fail(ErrorCode::kStructure,
              "column \"" + column + "\" is neither in signature nor in optional", place,
              "name it in one of them");
}

Result<void> CheckRoute(const Mapping& mapping, const Route& route, const Codes& codes,
                        const Datasets& datasets, const std::string& place) {
  for (const auto& [column, texts] : route.when) TRY(CheckColumn(mapping, column, place));
  if (route.dataset.empty()) return {};
  const Dataset* dataset = TRY(datasets.Get(route.dataset));
  for (const auto& [dimension, rule] : route.dimensions) {
    if (!dataset->IndexOf(dimension)) {
      return Fail(ErrorCode::kStructure, "\"" + dimension + "\" is no dimension of " + dataset->id,
                  place, "correct it");
    }
    if (!rule.column.empty()) TRY(CheckColumn(mapping, rule.column, place));
    if (!rule.recode.empty() && mapping.recodes.count(rule.recode) == 0) {
      return Fail(ErrorCode::kStructure, "there is no recode table " + rule.recode, place,
                  "add it to recodes");
    }
  }
  for (const Dimension& dimension : dataset->dimensions) {
    const auto rule = route.dimensions.find(dimension.id);
    if (rule == route.dimensions.end() && dimension.total.empty()) {
      return Fail(ErrorCode::kStructure, "nothing gives dimension " + dimension.id, place,
                  "add it to dimensions");
    }
    const CodeList* list = codes.Find(dimension.codelist);
    if (list == nullptr || rule == route.dimensions.end()) continue;
    for (const std::string& code : {rule->second.constant, rule->second.empty}) {
      if (!code.empty() && !StartsWith(code, "@")) TRY(list->Check(code, place));
    }
  }
  return {};
}

Result<void> CheckMapping(const Mapping& mapping, const std::string& place, const Codes& codes,
                          const Datasets& datasets) {
  if (mapping.signature.empty()) {
    return Fail(ErrorCode::kStructure, "signature names no column", place, "name the header");
  }
  TRY(CheckColumn(mapping, mapping.value, place + ":cells.value"));
  if (!mapping.flag.empty()) TRY(CheckColumn(mapping, mapping.flag, place + ":cells.flag"));
  TRY(codes.Find("collection")->Check(mapping.collection, place));
  TRY(codes.Find("form_counting")->Check(mapping.form_counting, place));
  for (const auto& [text, reason] : mapping.missing) {
    TRY(codes.Find("missing_reason")->Check(reason, place + ":cells.missing"));
  }
  for (std::size_t i = 0; i < mapping.routes.size(); ++i) {
    TRY(CheckRoute(mapping, mapping.routes[i], codes, datasets,
                   place + ":routes[" + std::to_string(i) + "]"));
  }
  return {};
}

std::size_t CountColumns(const Mapping& mapping, const Grid& grid, std::size_t row,
                         std::vector<std::string>* absent) {
  const auto cells = grid.Row(row);
  std::size_t found = 0;
  for (const std::string& column : mapping.signature) {
    const bool there = std::any_of(cells.begin(), cells.end(),
                                   [&](std::string_view cell) { return Trim(cell) == column; });
    if (there) ++found;
    if (!there && absent != nullptr) absent->push_back(column);
  }
  return found;
}

}  // namespace

Result<Mapping> ParseMapping(std::string_view json, const std::string& place, const Codes& codes,
                             const Datasets& datasets) {
  const Json document = TRY(ParseJson(json, place));
  Mapping mapping = TRY(ReadMapping(document, place));
  TRY(CheckMapping(mapping, place, codes, datasets));
  return mapping;
}

Result<std::vector<Mapping>> ShippedMappings(const Codes& codes, const Datasets& datasets) {
  std::vector<Mapping> mappings;
  for (const ResourceFile& file : ResourcesUnder("mappings/")) {
    if (!EndsWith(file.name, ".json")) continue;
    mappings.push_back(TRY(ParseMapping(file.content, std::string(file.name), codes, datasets)));
  }
  return mappings;
}

std::optional<std::size_t> FindMappedHeader(const Mapping& mapping, const Grid& grid) {
  for (std::size_t row = 0; row < grid.rows(); ++row) {
    if (mapping.header_row == 0 && row == kHeaderRows) break;
    if (mapping.header_row != 0 && grid.Number(row) != mapping.header_row) continue;
    if (CountColumns(mapping, grid, row, nullptr) == mapping.signature.size()) return row;
  }
  return std::nullopt;
}

std::optional<std::pair<std::vector<std::string>, std::size_t>> NearlyMatched(
    const Mapping& mapping, const Grid& grid) {
  std::size_t best = 0;
  std::size_t best_row = 0;
  for (std::size_t row = 0; row < std::min(grid.rows(), kHeaderRows); ++row) {
    const std::size_t found = CountColumns(mapping, grid, row, nullptr);
    if (found > best) {
      best = found;
      best_row = row;
    }
  }
  if (best == 0 || best * 2 < mapping.signature.size()) return std::nullopt;
  std::vector<std::string> absent;
  CountColumns(mapping, grid, best_row, &absent);
  return std::make_pair(std::move(absent), best_row);
}

}  // namespace thb
