// SDMX-ML 2.1 structure-specific data: series with their observations in time.

#include <algorithm>
#include <array>

#include "base/text.h"
#include "exchange/internal/sdmx_ml.h"
#include "exchange/internal/structure_model.h"
#include "exchange/internal/writers.h"

namespace thb {
namespace {

std::vector<const SnapshotCell*> InKeyOrder(const TableToWrite& table) {
  std::vector<const SnapshotCell*> cells;
  for (const SnapshotCell& cell : table.cells) cells.push_back(&cell);
  std::sort(cells.begin(), cells.end(),
            [](const SnapshotCell* a, const SnapshotCell* b) { return a->key < b->key; });
  return cells;
}

void WriteHeader(XmlWriter& xml, const TableToWrite& table, const std::string& space) {
  const std::string id = ToUpperAscii(table.dataset.id);
  xml.Open("m:Header");
  WriteHeaderStart(xml, id, table.options.time, table.options.synthetic);
  xml.Open("m:Structure",
           {{"structureID", id}, {"namespace", space}, {"dimensionAtObservation", "TIME_PERIOD"}});
  xml.Open("c:Structure");
  xml.Empty("Ref",
            {{"agencyID", table.dataset.agency}, {"id", id}, {"version", table.dataset.version}});
  xml.Close();
  xml.Close();
  xml.Close();
}

bool SameSeries(const Key& a, const Key& b) {
  return std::equal(a.begin(), a.end() - 1, b.begin(), b.end() - 1);
}

void WriteObservation(XmlWriter& xml, const TableToWrite& table, const SnapshotCell& cell) {
  const CellFields fields = PrintCell(cell.cell);
  const std::string time = SdmxPeriod(cell.key.back());
  XmlWriter::Attributes attributes = {{"TIME_PERIOD", time}};
  const std::array<std::pair<std::string_view, const std::string*>, 7> parts = {
      {{kValueColumn, &fields.value},
       {kFlagColumn, &fields.flags},
       {kConfColumn, &fields.conf},
       {kLowerColumn, &fields.lower},
       {kUpperColumn, &fields.upper},
       {kReasonColumn, &fields.reason},
       {kCandidatesColumn, &fields.candidates}}};
  for (const auto& [name, text] : parts) {
    if (!text->empty() && Wants(table.options, name)) attributes.emplace_back(name, *text);
  }
  xml.Empty("Obs", attributes);
}

}  // namespace

Result<WrittenTable> WriteSdmxMl(const TableToWrite& table) {
  const std::string space = DataNamespace(table.dataset);
  XmlWriter xml;
  xml.Open("m:StructureSpecificData", {{"xmlns:m", kMessageNamespace},
                                       {"xmlns:c", kCommonNamespace},
                                       {"xmlns:d", kSpecificNamespace},
                                       {"xmlns:xsi", kInstanceNamespace},
                                       {"xmlns:t", space}});
  WriteHeader(xml, table, space);
  xml.Open("m:DataSet", {{"d:dataScope", "DataStructure"},
                         {"xsi:type", "t:DataSetType"},
                         {"d:structureRef", ToUpperAscii(table.dataset.id)}});
  const Key* series = nullptr;
  for (const SnapshotCell* cell : InKeyOrder(table)) {
    if (series == nullptr || !SameSeries(*series, cell->key)) {
      if (series != nullptr) xml.Close();
      series = &cell->key;
      XmlWriter::Attributes attributes;
      for (std::size_t i = 0; i + 1 < cell->key.size(); ++i) {
        attributes.emplace_back(table.dataset.dimensions[i].id, cell->key[i]);
      }
      xml.Open("Series", attributes);
    }
    if (!table.options.series_only) WriteObservation(xml, table, *cell);
  }
  if (series != nullptr) xml.Close();
  xml.Close();
  xml.Close();
  return WrittenTable{xml.Take(), {}};
}

}  // namespace thb
