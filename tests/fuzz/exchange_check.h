#pragma once
// What must be true of every file that a reader of src/exchange accepts.

#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "exchange/exchange.h"
#include "exchange/internal/reader.h"

inline void Require(bool condition) {
  if (!condition) std::abort();
}

struct ExchangeTables {
  thb::Codes codes = thb::Codes::Load().value();
  thb::Datasets datasets = thb::Datasets::Load(codes).value();
};

inline const ExchangeTables& SharedTables() {
  static const ExchangeTables tables;
  return tables;
}

inline void CheckParsed(const thb::Result<thb::ParsedFile>& file) {
  if (!file) {
    Require(!file.error().what.empty());
    return;
  }
  for (const thb::TablePart& part : file->parts) {
    const thb::Dataset* dataset = SharedTables().datasets.Find(part.dataset);
    Require(dataset != nullptr && !dataset->is_view());
    Require(part.actions.size() == (part.has_actions ? part.observations.size() : 0));
    for (const thb::Observation& observation : part.observations) {
      const thb::Cell& cell = observation.cell;
      Require(observation.key.size() == dataset->dimensions.size());
      Require(cell.value >= 0 && cell.lower >= 0);
      Require(cell.upper == -1 || cell.upper >= cell.lower);
      Require((cell.state == thb::CellState::kMissing) == !cell.reason.empty());
    }
  }
}

// Through the front door, which detects the format.
inline void CheckExchange(std::string_view content, const thb::ReadOptions& options) {
  const ExchangeTables& tables = SharedTables();
  CheckParsed(thb::ParseFile(content, "in", options, tables.codes, tables.datasets));
}

// One reader by itself; it never sees what is not UTF-8, or empty.
template <typename Reader>
void CheckReader(std::string_view content, const Reader& reader) {
  if (content.empty() || !thb::IsValidUtf8(content)) return;
  const ExchangeTables& tables = SharedTables();
  const thb::ReadOptions options;
  CheckParsed(reader(content, thb::ReadContext{options, tables.codes, tables.datasets, "in"}));
}
