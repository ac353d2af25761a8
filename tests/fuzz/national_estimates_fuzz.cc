// Reads any bytes as a file of national estimates. What is read holds what a reader of the report
// relies on (numbers in order, known states, one row of each kind), and written it reads the same.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string_view>
#include <tuple>

#include "policy/national_estimates.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

const thb::Codes& LoadedCodes() {
  static const thb::Codes codes = *thb::Codes::Load();
  return codes;
}

void CheckRow(const thb::NationalEstimate& row) {
  for (const double number : {row.observed, row.point, row.lower, row.upper.value_or(row.lower)}) {
    Require(std::isfinite(number) && number >= 0);
  }
  Require(row.point >= row.observed);
  Require(!row.upper || *row.upper >= row.lower);
  Require(row.level > 0 && row.level < 1);
  Require(row.period.first <= row.period.last && row.period.half == 0);
  Require(row.model.size() <= thb::kMaxEstimateText && row.source.size() <= thb::kMaxEstimateText);
  const auto members = LoadedCodes().Members("EU27_2020");
  Require(std::find(members.begin(), members.end(), row.geo) != members.end());
}

bool Same(const thb::NationalEstimate& a, const thb::NationalEstimate& b) {
  const auto all = [](const thb::NationalEstimate& e) {
    return std::tie(e.geo, e.period.first, e.period.last, e.population, e.method, e.observed,
                    e.point, e.lower, e.upper, e.level, e.model, e.verdict, e.source, e.synthetic);
  };
  return all(a) == all(b);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  thb::IsNationalEstimates(text);
  const auto rows = thb::ParseNationalEstimates(text, "fuzz.csv", LoadedCodes());
  if (!rows) {
    Require(!rows.error().ToLine().empty());
    return 0;
  }
  Require(rows->size() <= thb::kMaxNationalEstimates);
  std::set<std::tuple<std::string, int, int, std::string, std::string>> keys;
  for (const thb::NationalEstimate& row : *rows) {
    CheckRow(row);
    Require(keys.emplace(row.geo, row.period.first, row.period.last, row.population, row.method)
                .second);
  }
  const std::string written = thb::WriteNationalEstimates(*rows);
  Require(thb::IsNationalEstimates(written));
  const auto again = thb::ParseNationalEstimates(written, "written.csv", LoadedCodes());
  Require(again.has_value() && again->size() == rows->size());
  for (std::size_t i = 0; i < rows->size(); ++i) Require(Same((*rows)[i], (*again)[i]));
  Require(thb::WriteNationalEstimates(*again) == written);
  return 0;
}
