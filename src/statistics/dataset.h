#pragma once
// Dataset definitions: which dimensions a table has, in which order, over which code lists. They
// are data (codelists/datasets.json). A view is Eurostat's form of one of our datasets.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codes/codes.h"

namespace thb {

struct Dimension {
  std::string id;        // "sex"; "geo" and "time" are dimensions too
  std::string codelist;  // "" for time
  std::string total;     // the code that stands for all: "T", "TOTAL", "ICCS0204"; "" where none
};

// How a view's cells are cut out of its base dataset.
struct ViewDimension {
  std::string base;                          // base dimension; "" where the dimension is constant
  std::string constant;                      // the one code where base is ""
  std::map<std::string, std::string> codes;  // view code -> base codes joined by "+"; empty: same
};

// One part of a view: crim_thb_sex takes victims from one dataset and suspects from another.
struct ViewSource {
  std::string dataset;
  std::map<std::string, std::string> fixed;  // base dimension -> code; others are at their total
  std::map<std::string, ViewDimension> dimensions;  // by view dimension
};

struct Dataset {
  std::string id;  // "thb_victims", "crim_thb_sex"
  std::string en;  // title
  std::string nl;
  std::string agency;                 // "OPENTHB", "ESTAT"
  std::string version;                // "1.0"
  std::vector<Dimension> dimensions;  // "time" is the last one
  std::vector<ViewSource> sources;    // empty unless it is a view

  bool is_view() const { return !sources.empty(); }
  // Position of a dimension in keys, or nothing.
  std::optional<std::size_t> IndexOf(std::string_view dimension) const;
  std::size_t geo_index() const { return geo_index_; }  // npos where there is no geo (agencies)
  std::size_t time_index() const { return dimensions.size() - 1; }
  // SDMX identifier: "ESTAT:CRIM_THB_SEX(1.0)".
  std::string SdmxId() const;

  std::size_t geo_index_ = std::string::npos;  // set by Datasets::Load
};

// Every definition, checked against the code lists. Immutable and thread-safe after loading.
class Datasets {
 public:
  static Result<Datasets> Load(const Codes& codes);
  const Dataset* Find(std::string_view id) const;
  // Errors: kNotFound, naming those that exist.
  Result<const Dataset*> Get(std::string_view id) const;
  // The dataset with these dimensions, geo and time aside; freq and unit decide between several.
  const Dataset* FindByDimensions(const std::vector<std::string>& dimensions) const;
  const std::vector<Dataset>& all() const { return all_; }

 private:
  std::vector<Dataset> all_;
};

}  // namespace thb
