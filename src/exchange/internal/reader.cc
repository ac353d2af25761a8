#include "exchange/internal/reader.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace thb {
namespace {

std::string NormalName(std::string_view column) {
  const std::string lower = ToLowerAscii(Trim(column));
  return lower == "time_period" ? "time" : lower;
}

// "crim_thb_sex" of "ESTAT:CRIM_THB_SEX(1.0)".
std::string IdOf(std::string_view name) {
  if (const std::size_t colon = name.find(':'); colon != std::string_view::npos) {
    name.remove_prefix(colon + 1);
  }
  return ToLowerAscii(Trim(name.substr(0, name.find('('))));
}

// Every name is a dimension, and all dimensions are named but those that older files leave out.
bool HasDimensions(const Dataset& dataset, const std::vector<std::string>& names) {
  const auto named = [&](const Dimension& dimension) {
    return dimension.id == "freq" || dimension.id == "unit" || dimension.id == "time" ||
           std::find(names.begin(), names.end(), dimension.id) != names.end();
  };
  return std::all_of(names.begin(), names.end(),
                     [&](const std::string& name) { return dataset.IndexOf(name).has_value(); }) &&
         std::all_of(dataset.dimensions.begin(), dataset.dimensions.end(), named);
}

}  // namespace

Result<const Dataset*> ChooseDataset(std::string_view id,
                                     const std::vector<std::string>& dimensions,
                                     const ReadContext& context) {
  if (!context.options.dataset.empty()) return context.datasets.Get(context.options.dataset);
  if (!id.empty()) {
    if (const Dataset* dataset = context.datasets.Find(IdOf(id))) return dataset;
    std::vector<std::string> ids;
    for (const Dataset& dataset : context.datasets.all()) ids.push_back(dataset.id);
    const auto nearest = Nearest(IdOf(id), ids);
    return Fail(ErrorCode::kNotFound, "unknown dataset " + std::string(id.substr(0, 80)),
                context.place,
                nearest ? "did you mean " + *nearest + "? Name it with --dataset"
                        : "name one with --dataset");
  }
  std::vector<std::string> names;
  for (const std::string& dimension : dimensions) names.push_back(NormalName(dimension));
  for (const Dataset& dataset : context.datasets.all()) {
    if (HasDimensions(dataset, names)) return &dataset;
  }
  return Fail(ErrorCode::kStructure,
              "no dataset has the dimensions " + Join(names, ", ").substr(0, 200), context.place,
              "name the dataset with --dataset, or give a --mapping");
}

Result<std::vector<std::size_t>> LocateDimensions(const Dataset& dataset,
                                                  const std::vector<std::string>& columns,
                                                  const std::string& place) {
  std::vector<std::string> names;
  for (const std::string& column : columns) names.push_back(NormalName(column));
  std::vector<std::size_t> positions;
  for (const Dimension& dimension : dataset.dimensions) {
    const auto found = std::find(names.begin(), names.end(), dimension.id);
    if (found != names.end()) {
      positions.push_back(static_cast<std::size_t>(found - names.begin()));
      continue;
    }
    if (dimension.id == "freq" || dimension.id == "unit") {
      positions.push_back(std::string::npos);
      continue;
    }
    const auto nearest = Nearest(dimension.id, columns);
    return Fail(ErrorCode::kStructure,
                "dimension " + dimension.id + " of " + dataset.id + " is missing", place,
                nearest ? "is it the column " + *nearest + "?" : "add its column");
  }
  return positions;
}

Result<void> CheckDistinct(const std::vector<std::string>& columns, const std::string& place) {
  std::set<std::string> seen;
  for (const std::string& column : columns) {
    if (column.empty() || seen.insert(NormalName(column)).second) continue;
    return Fail(ErrorCode::kStructure, "column " + column.substr(0, 80) + " is there twice", place,
                "remove one of them");
  }
  return {};
}

tl::unexpected<Error> FieldCountError(std::size_t found, std::size_t wanted, char separator,
                                      std::string_view first_field, const std::string& place) {
  std::string remedy = "check its separators";
  for (const char other : {',', ';', '\t'}) {
    if (other != separator && first_field.find(other) != std::string_view::npos) {
      remedy = "use one separator in the whole file, not two";
    }
  }
  return Fail(ErrorCode::kParse,
              std::to_string(found) + (found == 1 ? " field" : " fields") +
                  " where the header has " + std::to_string(wanted),
              place, remedy);
}

Result<void> CheckRecord(const Grid& grid, std::size_t row,
                         const std::vector<std::string>& columns) {
  const auto cells = grid.Row(row);
  const char separator = grid.field_separator();
  if (separator != '\0' && cells.size() != columns.size()) {
    return FieldCountError(cells.size(), columns.size(), separator, cells[0], grid.Place(row));
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const bool named = i < columns.size() && !columns[i].empty();
    if (named || Trim(cells[i]).empty()) continue;
    return Fail(ErrorCode::kStructure,
                "cell " + CellName(grid.Number(row), i) + " stands under no column name",
                grid.Place(row), "name the column or clear the cell");
  }
  return {};
}

}  // namespace thb
