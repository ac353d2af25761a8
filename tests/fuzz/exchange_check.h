#pragma once
// What must be true of every file that a reader of src/exchange accepts.

#include <cstdlib>
#include <string_view>

#include "exchange/exchange.h"

inline void CheckExchange(std::string_view content, const thb::ReadOptions& options) {
  static const thb::Codes codes = thb::Codes::Load().value();
  static const thb::Datasets datasets = thb::Datasets::Load(codes).value();
  const auto require = [](bool condition) {
    if (!condition) std::abort();
  };
  const auto file = thb::ParseFile(content, "in", options, codes, datasets);
  if (!file) {
    require(!file.error().what.empty());
    return;
  }
  for (const thb::TablePart& part : file->parts) {
    const thb::Dataset* dataset = datasets.Find(part.dataset);
    require(dataset != nullptr && !dataset->is_view());
    require(part.actions.size() == (part.has_actions ? part.observations.size() : 0));
    for (const thb::Observation& observation : part.observations) {
      const thb::Cell& cell = observation.cell;
      require(observation.key.size() == dataset->dimensions.size());
      require(cell.value >= 0 && cell.lower >= 0);
      require(cell.upper == -1 || cell.upper >= cell.lower);
      require((cell.state == thb::CellState::kMissing) == !cell.reason.empty());
    }
  }
}
