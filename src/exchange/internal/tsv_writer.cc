#include <map>

#include "exchange/internal/writers.h"

namespace thb {
namespace {

// The only dataset whose dimensions, by which a TSV is known, are those of another.
constexpr std::string_view kUnrecognised = "thb_victims_forms";

}  // namespace

// A row per series, sorted by key; "12 e", ": c" and ": " in the cells, as Eurostat prints them.
Result<WrittenTable> WriteTsv(const TableToWrite& table) {
  const std::vector<std::string> times = UsedCodes(table).back();
  std::map<Key, std::map<std::string, const Cell*>> series;
  for (const SnapshotCell& cell : table.cells) {
    const Key key(cell.key.begin(), cell.key.end() - 1);
    series[key][cell.key.back()] = &cell.cell;
  }
  WrittenTable written;
  std::string& out = written.bytes;
  for (std::size_t i = 0; i + 1 < table.dataset.dimensions.size(); ++i) {
    if (i > 0) out += ',';
    out += table.dataset.dimensions[i].id;
  }
  out += "\\TIME_PERIOD";
  for (const std::string& time : times) out += '\t' + time + ' ';
  out += '\n';
  for (const auto& [key, cells] : series) {
    for (std::size_t i = 0; i < key.size(); ++i) out += (i > 0 ? "," : "") + key[i];
    for (const std::string& time : times) {
      const auto cell = cells.find(time);
      const CellFields fields =
          cell == cells.end() ? CellFields() : PrintReduced(*cell->second, false);
      out += '\t' + (fields.value.empty() ? std::string(":") : fields.value) + ' ' + fields.flags;
    }
    out += '\n';
  }
  written.losses = ReducedLosses(table, false);
  if (table.options.synthetic) written.losses.emplace_back("that the records are synthetic");
  if (table.dataset.id == kUnrecognised) {
    written.losses.push_back("the name of the dataset (read it with --dataset " + table.dataset.id +
                             ")");
  }
  return written;
}

}  // namespace thb
