// thb table: a table on the terminal. thb export: a file in one of the field's formats.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "cli/command.h"
#include "cli/workspace.h"
#include "exchange/exchange.h"

namespace thb {
namespace {

Result<Where> WhereOf(const Arguments& arguments) {
  return ParseWhere(Join(arguments.All("--where"), ";"));
}

// Whether a stored code is asked for by a filter code: itself or what lies below it.
bool Asked(const Workspace& workspace, const Dimension& dimension, const std::string& code,
           const std::vector<std::string>& filter) {
  return std::any_of(filter.begin(), filter.end(), [&](const std::string& wanted) {
    if (code == wanted) return true;
    return dimension.id == "geo" && workspace.codes.IsMember(wanted, code);
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

// EU totals of a view: Eurostat publishes them beside the states. Incomplete sums carry flag d.
Result<void> AppendAggregate(const Workspace& workspace, const Dataset& view,
                             std::vector<SnapshotCell>& cells) {
  const auto members = workspace.codes.Members("EU27_2020");
  struct Sum {
    SnapshotCell cell;
    std::set<std::string> known;
    std::string flags;
    double lower = 0;
    double upper = 0;
    bool suppressed = false;
  };
  std::map<Key, Sum> sums;
  for (const SnapshotCell& cell : cells) {
    const std::string& geo = cell.key[view.geo_index()];
    if (std::find(members.begin(), members.end(), geo) == members.end()) continue;
    Key key = cell.key;
    key[view.geo_index()] = "EU27_2020";
    Sum& sum = sums[key];
    sum.cell.key = key;
    sum.flags += cell.cell.flags;
    if (cell.cell.state == CellState::kMissing) continue;
    sum.known.insert(geo);
    const bool suppressed = cell.cell.state == CellState::kSuppressed;
    sum.suppressed |= suppressed;
    sum.cell.cell.value += suppressed ? 0 : cell.cell.value;
  }
  for (auto& [key, sum] : sums) {
    const bool whole = sum.known.size() == members.size() && !sum.suppressed;
    std::string flags = whole ? "" : "d";
    if (sum.flags.find('e') != std::string::npos) flags += "e";
    sum.cell.cell = Cell::Value(sum.cell.cell.value, MergeFlags(flags));
    if (!sum.known.empty()) cells.push_back(sum.cell);
  }
  std::sort(cells.begin(), cells.end(),
            [](const SnapshotCell& a, const SnapshotCell& b) { return a.key < b.key; });
  return {};
}

Result<std::vector<SnapshotCell>> SelectCells(const Arguments& arguments,
                                              const Workspace& workspace, const Dataset& dataset,
                                              const Snapshot& snapshot) {
  const Where where = TRY(WhereOf(arguments));
  TRY(CheckFilter(where, dataset, workspace));
  std::vector<SnapshotCell> cells = snapshot.Cells(dataset);
  // A sender may have sent the aggregate itself; then it stands as it was sent.
  const bool sent = snapshot.Geos(dataset.id).count("EU27_2020") > 0;
  if (dataset.is_view() && !sent) TRY(AppendAggregate(workspace, dataset, cells));
  std::optional<Period> period;
  if (arguments.Has("--period")) period = TRY(ParsePeriod(arguments.Get("--period")));
  std::erase_if(cells, [&](const SnapshotCell& cell) {
    for (const auto& [id, codes] : where) {
      const std::size_t index = *dataset.IndexOf(id);
      if (!Asked(workspace, dataset.dimensions[index], cell.key[index], codes)) return true;
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
  const auto written = TRY(WriteTable(format, dataset, cells, options, workspace->codes));
  for (const std::string& loss : written.losses) {
    environment.note("the format does not carry " + loss);
  }
  TRY(Deliver(arguments, environment, written.bytes));
  environment.note(std::to_string(cells.size()) + " cells of " + dataset.id + " written");
  return kDone;
}

std::string ShowResolved(const Resolved& resolved) {
  if (resolved.kind == Resolved::Kind::kNotReported) return ":";
  if (resolved.kind == Resolved::Kind::kNoBreakdown) {
    const bool conflict =
        !resolved.cells.empty() && resolved.cells.front()->cell.reason == "conflict";
    return conflict ? ": conflict" : ":";
  }
  const std::string flags = resolved.flags.empty() ? "" : " " + resolved.flags;
  if (!resolved.suppressed) return FormatNumber(resolved.value) + flags;
  if (!resolved.bounded) return ":c";
  return FormatNumber(resolved.lower) + "-" + FormatNumber(resolved.upper) + flags;
}

// One axis of the table: a dimension and its codes.
struct Axis {
  std::string dimension;
  std::vector<std::string> codes;
};

Result<Axis> AxisOf(const std::string& id, const Workspace& workspace, const Dataset& dataset,
                    const Snapshot& snapshot, const Where& where, const Arguments& arguments) {
  const auto index = dataset.IndexOf(id);
  if (!index) TRY(CheckFilter(Where{{id, {}}}, dataset, workspace));
  Axis axis{id, {}};
  std::set<std::string> stored;
  for (const SnapshotCell& cell : snapshot.Cells(dataset)) stored.insert(cell.key[*index]);
  if (id == "time") {
    for (const std::string& time : stored) axis.codes.push_back(time);
    if (!arguments.Has("--period")) return axis;
    const Period period = TRY(ParsePeriod(arguments.Get("--period")));
    std::erase_if(axis.codes, [&](const std::string& time) {
      const auto year = ParseInt(time);
      return !year || *year < period.first || *year > period.last;
    });
    return axis;
  }
  if (const auto filter = where.find(id); filter != where.end()) {
    axis.codes = filter->second;
    return axis;
  }
  const std::string& total = dataset.dimensions[*index].total;
  for (const Code& code : workspace.codes.Find(dataset.dimensions[*index].codelist)->codes()) {
    if (stored.count(code.id) > 0 || code.id == total) axis.codes.push_back(code.id);
  }
  if (id == "geo") axis.codes.insert(axis.codes.begin(), "EU27_2020");
  return axis;
}

// The count of a cell of the table; an aggregate is the sum of its members, a window that of its
// years.
std::string ShowCell(const Workspace& workspace, const Snapshot& snapshot, const Dataset& dataset,
                     const Where& where, const std::string& geo,
                     const std::vector<std::string>& times) {
  const bool aggregate = workspace.codes.IsAggregate(geo);
  if (!aggregate && times.size() == 1) {
    return ShowResolved(snapshot.Resolve(dataset, where, geo, times.front()));
  }
  Resolved sum;
  std::size_t missing = 0;
  const auto members = aggregate ? workspace.codes.Members(geo) : std::vector<std::string>{geo};
  for (const std::string& member : members) {
    for (const std::string& time : times) {
      const Resolved part = snapshot.Resolve(dataset, where, member, time);
      if (part.kind != Resolved::Kind::kValue) {
        ++missing;
        continue;
      }
      sum.kind = Resolved::Kind::kValue;
      sum.value += part.value;
      sum.estimated |= part.estimated;
    }
  }
  if (sum.kind != Resolved::Kind::kValue) return ":";
  std::string text = FormatNumber(sum.value) + (sum.estimated ? " e" : "");
  return missing > 0 ? text + " (" + std::to_string(missing) + " missing)" : text;
}

// The times of a table of which time is no axis.
Result<std::vector<std::string>> TimesOf(const Arguments& arguments, const Where& where,
                                         const Axis& rows, const Axis& columns) {
  if (rows.dimension == "time" || columns.dimension == "time") return std::vector<std::string>{};
  if (const auto time = where.find("time"); time != where.end()) return time->second;
  if (!arguments.Has("--period")) {
    return Fail(ErrorCode::kUsage, "the table has no period", "--period",
                "give --period 2020, or make time a dimension of rows or columns");
  }
  const Period period = TRY(ParsePeriod(arguments.Get("--period")));
  std::vector<std::string> times;
  for (int year = period.first; year <= period.last; ++year) times.push_back(std::to_string(year));
  return times;
}

Result<int> RunTable(const Arguments& arguments, const Environment& environment) {
  const auto workspace = TRY(Workspace::Load());
  const Dataset& dataset = *TRY(workspace->datasets.Get(arguments.Get("DATASET")));
  const auto opened = TRY(OpenSnapshot(arguments, environment, *workspace));
  if (dataset.is_view()) {
    return Fail(ErrorCode::kUsage, dataset.id + " is a view", "DATASET",
                "export it, or make a table of " + dataset.sources.front().dataset);
  }
  const Where where = TRY(WhereOf(arguments));
  TRY(CheckFilter(where, dataset, *workspace));
  const Axis rows =
      TRY(AxisOf(arguments.Get("--rows"), *workspace, dataset, opened.snapshot, where, arguments));
  const Axis columns =
      TRY(AxisOf(arguments.Get("--cols"), *workspace, dataset, opened.snapshot, where, arguments));
  const auto fixed_times = TRY(TimesOf(arguments, where, rows, columns));
  std::vector<std::vector<std::string>> text = {{rows.dimension + " \\ " + columns.dimension}};
  text[0].insert(text[0].end(), columns.codes.begin(), columns.codes.end());
  Json json = Json::array();
  for (const std::string& row : rows.codes) {
    text.push_back({row});
    for (const std::string& column : columns.codes) {
      Where cell = where;
      cell[rows.dimension] = {row};
      cell[columns.dimension] = {column};
      const auto pick = [&](const char* id) {
        const auto found = cell.find(id);
        std::string code = found == cell.end() ? "" : found->second.front();
        cell.erase(id);
        return code;
      };
      std::string geo = pick("geo");
      const std::string time = pick("time");
      const auto times = fixed_times.empty() ? std::vector<std::string>{time} : fixed_times;
      if (geo.empty() && dataset.geo_index() != std::string::npos) geo = "EU27_2020";
      text.back().push_back(ShowCell(*workspace, opened.snapshot, dataset, cell, geo, times));
      json.push_back(
          {{rows.dimension, row}, {columns.dimension, column}, {"value", text.back().back()}});
    }
  }
  TRY(Deliver(arguments, environment,
              arguments.Has("--json") ? json.dump(1) + "\n" : TextTable(text)));
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
      {"--format", "F", "sdmx-csv, sdmx-csv-2, sdmx-json, json-stat, tsv, csv or xlsx", true},
      {"--lang", "LANG", "language of labels: en or nl"}};
  const auto selection = SelectionOptions();
  command.options.insert(command.options.end(), selection.begin(), selection.end());
  return command;
}

}  // namespace thb
