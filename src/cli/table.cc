// thb table: a table on the terminal. thb export: a file in one of the field's formats.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "cli/command.h"
#include "cli/workspace.h"
#include "exchange/exchange.h"
#include "statistics/view_totals.h"

namespace thb {
namespace {

Result<Where> WhereOf(const Arguments& arguments) {
  return ParseWhere(Join(arguments.All("--where"), ";"));
}

// Whether a stored code is asked for: itself, or a member of an aggregate. A view holds the
// aggregate as a row of its own.
bool Asked(const Workspace& workspace, const Dataset& dataset, const Dimension& dimension,
           const std::string& code, const std::vector<std::string>& filter) {
  return std::any_of(filter.begin(), filter.end(), [&](const std::string& wanted) {
    if (code == wanted) return true;
    return dimension.id == "geo" && !dataset.is_view() && workspace.codes.IsMember(wanted, code);
  });
}

Result<void> CheckFilter(const Where& where, const Dataset& dataset, const Workspace& workspace) {
  for (const auto& [id, codes] : where) {
    const auto index = dataset.IndexOf(id);
    if (!index) {
      std::vector<std::string> names;
      for (const Dimension& dimension : dataset.dimensions) names.push_back(dimension.id);
      return Fail(ErrorCode::kUsage, "no dimension " + id, dataset.id,
                  "choose one of " + Join(names, ", "));
    }
    if (id == "time") continue;
    const CodeList* list = workspace.codes.Find(dataset.dimensions[*index].codelist);
    for (const std::string& code : codes) TRY(list->Check(code, "--where " + id));
  }
  return {};
}

Result<std::vector<SnapshotCell>> SelectCells(const Arguments& arguments,
                                              const Workspace& workspace, const Dataset& dataset,
                                              const Snapshot& snapshot) {
  const Where where = TRY(WhereOf(arguments));
  TRY(CheckFilter(where, dataset, workspace));
  std::vector<SnapshotCell> cells = CellsWithTotals(snapshot, dataset, workspace.codes);
  std::optional<Period> period;
  if (arguments.Has("--period")) period = TRY(ParsePeriod(arguments.Get("--period")));
  std::erase_if(cells, [&](const SnapshotCell& cell) {
    for (const auto& [id, codes] : where) {
      const std::size_t index = *dataset.IndexOf(id);
      if (!Asked(workspace, dataset, dataset.dimensions[index], cell.key[index], codes))
        return true;
    }
    if (!period) return false;
    const auto year = ParseInt(cell.key[dataset.time_index()]);
    return !year || *year < period->first || *year > period->last;
  });
  return cells;
}

Result<int> RunExport(const Arguments& arguments, const Environment& environment) {
  const auto workspace = TRY(Workspace::Load());
  const Format format = TRY(ParseFormat(arguments.Get("--format")));
  const Dataset& dataset = *TRY(workspace->datasets.Get(arguments.Get("DATASET")));
  const auto opened = TRY(OpenSnapshot(arguments, environment, *workspace));
  const auto cells = TRY(SelectCells(arguments, *workspace, dataset, opened.snapshot));
  WriteOptions options;
  options.time = environment.now;
  options.language = TRY(ParseLanguage(arguments.Get("--lang", "en")));
  options.synthetic = opened.snapshot.IsSynthetic();
  const auto written = TRY(WriteTable(format, dataset, cells, options, workspace->codes));
  for (const std::string& loss : written.losses) {
    environment.note("the format does not carry " + loss);
  }
  TRY(Deliver(arguments, environment, written.bytes));
  environment.note(std::to_string(cells.size()) + " cells of " + dataset.id + " written");
  return kDone;
}

// One place of a table: a number, or what stands in its place.
struct Shown {
  std::optional<double> value;
  std::string text;
};

Shown ShowCell(const Cell& cell) {
  const bool number = cell.state == CellState::kValue;
  return {number ? std::optional(cell.value) : std::nullopt, CellText(cell)};
}

// One axis of the table: a dimension and its codes.
struct Axis {
  std::string dimension;
  std::vector<std::string> codes;
};

// A table being made: what is read, and the filter that holds for all of it.
class TableMaker {
 public:
  TableMaker(const Workspace& workspace, const Dataset& dataset, const Snapshot& snapshot,
             std::vector<SnapshotCell> cells, Where where)
      : workspace_(workspace),
        dataset_(dataset),
        snapshot_(snapshot),
        cells_(std::move(cells)),
        where_(std::move(where)) {
    for (const SnapshotCell& cell : cells_) by_key_[cell.key] = &cell;
  }

  Result<Axis> AxisOf(const std::string& id, const std::optional<Period>& period) const {
    const auto index = dataset_.IndexOf(id);
    if (!index) TRY(CheckFilter(Where{{id, {}}}, dataset_, workspace_));
    Axis axis{id, {}};
    if (const auto filter = where_.find(id); filter != where_.end()) {
      axis.codes = filter->second;
      return axis;
    }
    std::set<std::string> stored;
    for (const SnapshotCell& cell : cells_) stored.insert(cell.key[*index]);
    if (id == "time") {
      for (const std::string& time : stored) {
        const auto year = ParseInt(time);
        const bool inside = !period || (year && *year >= period->first && *year <= period->last);
        if (inside) axis.codes.push_back(time);
      }
      return axis;
    }
    const Dimension& dimension = dataset_.dimensions[*index];
    for (const Code& code : workspace_.codes.Find(dimension.codelist)->codes()) {
      const bool aggregate = id == "geo" && code.id == "EU27_2020";
      if (stored.count(code.id) > 0 || code.id == dimension.total || aggregate) {
        axis.codes.push_back(code.id);
      }
    }
    return axis;
  }

  // The sum over the states and years that the cell's filter names.
  Shown Show(Where cell, const std::vector<std::string>& times) const {
    if (dataset_.is_view()) return ShowView(cell, times);
    std::vector<std::string> geos;
    if (const auto geo = cell.find("geo"); geo != cell.end()) {
      for (const std::string& code : geo->second) {
        const auto members = workspace_.codes.Members(code);
        if (members.empty()) geos.push_back(code);
        geos.insert(geos.end(), members.begin(), members.end());
      }
    } else if (dataset_.geo_index() == std::string::npos) {
      geos = {""};
    } else {
      geos = workspace_.codes.Members("EU27_2020");
    }
    cell.erase("geo");
    cell.erase("time");
    return ShowSum(cell, geos, times);
  }

 private:
  Shown ShowSum(const Where& where, const std::vector<std::string>& geos,
                const std::vector<std::string>& times) const {
    Resolved sum;
    std::size_t missing = 0;
    std::string reason;
    for (const std::string& geo : geos) {
      for (const std::string& time : times) {
        const Resolved part = snapshot_.Resolve(dataset_, where, geo, time);
        if (part.kind != Resolved::Kind::kValue) {
          ++missing;
          if (!part.cells.empty()) reason = part.cells.front()->cell.reason;
          continue;
        }
        sum.kind = Resolved::Kind::kValue;
        sum.lower += part.lower;
        sum.upper += part.upper;
        sum.suppressed |= part.suppressed;
        sum.bounded &= part.bounded;
        sum.flags += part.flags;
      }
    }
    const bool single = geos.size() == 1 && times.size() == 1;
    if (sum.kind != Resolved::Kind::kValue) {
      return ShowCell(Cell::Missing(single ? reason : "not_sent"));
    }
    const std::string flags = MergeFlags(sum.flags);
    Shown shown =
        ShowCell(sum.suppressed ? Cell::Suppressed(sum.lower, sum.bounded ? sum.upper : -1, flags)
                                : Cell::Value(sum.lower, flags));
    if (missing > 0) shown.text += " (" + std::to_string(missing) + " missing)";
    return shown;
  }

  // A view has few cells and they are all there: its total where nothing is asked for.
  Shown ShowView(const Where& cell, const std::vector<std::string>& times) const {
    Key key;
    for (const Dimension& dimension : dataset_.dimensions) {
      const auto asked = cell.find(dimension.id);
      std::string code = asked == cell.end() ? dimension.total : asked->second.front();
      if (dimension.id == "time" && asked == cell.end()) code = times.front();
      if (code.empty() && dimension.id == "geo") code = "EU27_2020";
      if (code.empty()) code = OnlyCode(key.size());
      key.push_back(std::move(code));
    }
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? ShowCell(Cell::Missing("not_sent"))
                                  : ShowCell(found->second->cell);
  }

  // The first code of a dimension that has no total: frequency, unit.
  std::string OnlyCode(std::size_t index) const {
    return cells_.empty() ? "" : cells_.front().key[index];
  }

  const Workspace& workspace_;
  const Dataset& dataset_;
  const Snapshot& snapshot_;
  std::vector<SnapshotCell> cells_;
  Where where_;
  std::map<Key, const SnapshotCell*> by_key_;
};

// The times of a table of which time is no axis.
Result<std::vector<std::string>> TimesOf(const std::optional<Period>& period, const Where& where) {
  if (const auto time = where.find("time"); time != where.end()) return time->second;
  if (!period) {
    return Fail(ErrorCode::kUsage, "the table has no period", "--period",
                "give --period 2020, or make time a dimension of rows or columns");
  }
  std::vector<std::string> times;
  for (int year = period->first; year <= period->last; ++year) {
    times.push_back(std::to_string(year));
  }
  return times;
}

struct MadeTable {
  std::vector<std::vector<std::string>> text;
  Json json = Json::array();
};

Result<MadeTable> MakeTable(const TableMaker& maker, const Axis& rows, const Axis& columns,
                            const Where& where, const std::optional<Period>& period) {
  MadeTable table;
  table.text.push_back({rows.dimension + " \\ " + columns.dimension});
  table.text[0].insert(table.text[0].end(), columns.codes.begin(), columns.codes.end());
  for (const std::string& row : rows.codes) {
    table.text.push_back({row});
    for (const std::string& column : columns.codes) {
      Where cell = where;
      cell[rows.dimension] = {row};
      cell[columns.dimension] = {column};
      const Shown shown = maker.Show(cell, TRY(TimesOf(period, cell)));
      table.text.back().push_back(shown.text);
      table.json.push_back({{rows.dimension, row},
                            {columns.dimension, column},
                            {"value", shown.value ? Json(*shown.value) : Json(nullptr)},
                            {"text", shown.text}});
    }
  }
  return table;
}

Result<int> RunTable(const Arguments& arguments, const Environment& environment) {
  const auto workspace = TRY(Workspace::Load());
  const Dataset& dataset = *TRY(workspace->datasets.Get(arguments.Get("DATASET")));
  const auto opened = TRY(OpenSnapshot(arguments, environment, *workspace));
  const Where where = TRY(WhereOf(arguments));
  TRY(CheckFilter(where, dataset, *workspace));
  if (arguments.Get("--rows") == arguments.Get("--cols")) {
    return Fail(ErrorCode::kUsage, "rows and columns are both " + arguments.Get("--rows"), "--cols",
                "choose two dimensions");
  }
  std::optional<Period> period;
  if (arguments.Has("--period")) period = TRY(ParsePeriod(arguments.Get("--period")));
  const TableMaker maker(*workspace, dataset, opened.snapshot,
                         TRY(SelectCells(arguments, *workspace, dataset, opened.snapshot)), where);
  const Axis rows = TRY(maker.AxisOf(arguments.Get("--rows"), period));
  const Axis columns = TRY(maker.AxisOf(arguments.Get("--cols"), period));
  const auto table = TRY(MakeTable(maker, rows, columns, where, period));
  TRY(Deliver(arguments, environment,
              arguments.Has("--json") ? table.json.dump(1) + "\n" : TextTable(table.text)));
  return kDone;
}

std::vector<Option> SelectionOptions() {
  auto options = DatabaseOptions();
  options.push_back({"--where", "D=V+V", "filter; may be repeated, or joined by ;", false, true});
  options.push_back({"--period", "P", "years: 2020 or 2019-2020"});
  options.push_back({"--out", "FILE", "write here in place of stdout"});
  return options;
}

}  // namespace

Command TableCommand() {
  Command command{"table", "a table on the terminal", {}, RunTable};
  command.options = {{"DATASET", "DATASET", "dataset, such as thb_victims", true},
                     {"--rows", "D", "dimension of the rows", true},
                     {"--cols", "D", "dimension of the columns", true}};
  const auto selection = SelectionOptions();
  command.options.insert(command.options.end(), selection.begin(), selection.end());
  command.options.push_back({"--json", "", "cells as JSON"});
  return command;
}

Command ExportCommand() {
  Command command{"export", "a dataset or view as a file", {}, RunExport};
  command.options = {
      {"DATASET", "DATASET", "dataset or view, such as thb_victims or crim_thb_sex", true},
      {"--format", "F", "sdmx-csv, sdmx-csv-2, sdmx-json, sdmx-ml, json-stat, tsv, csv or xlsx",
       true},
      {"--lang", "LANG", "language of labels: en or nl"}};
  const auto selection = SelectionOptions();
  command.options.insert(command.options.end(), selection.begin(), selection.end());
  return command;
}

}  // namespace thb
