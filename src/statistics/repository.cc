#include "statistics/repository.h"

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>

#include "base/text.h"

namespace thb {
namespace {

constexpr std::string_view kPopulation = "population";
constexpr std::string_view kAgency = "thb_agency";
constexpr std::int64_t kDeleted = 3;  // observation.state of an SDMX delete

std::int64_t ReadState(CellState state) {
  switch (state) {
    case CellState::kValue:
      return 0;
    case CellState::kSuppressed:
      return 1;
    case CellState::kMissing:
      return 2;
  }
  return 2;
}

using Scope = std::tuple<std::string, std::string, std::string, std::string>;

// A return replaces the states and years that it names; a foreign table its whole dataset.
std::set<Scope> ScopesOf(const Datasets& datasets, const ParsedFile& file) {
  std::set<Scope> scopes;
  for (const TablePart& part : file.parts) {
    if (part.has_actions) continue;
    const Dataset& dataset = *datasets.Find(part.dataset);
    const std::string& table = part.table.empty() ? part.dataset : part.table;
    if (file.foreign) {
      scopes.emplace(part.dataset, "*", "*", table);
      continue;
    }
    for (const Observation& observation : part.observations) {
      const std::size_t geo = dataset.geo_index();
      scopes.emplace(part.dataset, geo == std::string::npos ? "" : observation.key[geo],
                     observation.key[dataset.time_index()], table);
    }
  }
  return scopes;
}

std::vector<SqlValue> ObservationRow(std::int64_t vintage, const TablePart& part,
                                     std::size_t index) {
  const Observation& observation = part.observations[index];
  const Cell& cell = observation.cell;
  const bool deleted = part.has_actions && part.actions[index] == Action::kDelete;
  const bool value = cell.state == CellState::kValue;
  const bool suppressed = cell.state == CellState::kSuppressed;
  return {vintage,
          part.dataset,
          static_cast<std::int64_t>(index),
          part.table.empty() ? part.dataset : part.table,
          JoinKey(observation.key),
          deleted ? kDeleted : ReadState(cell.state),
          value ? SqlValue(cell.value) : SqlValue(),
          suppressed ? SqlValue(cell.lower) : SqlValue(),
          suppressed && cell.upper >= 0 ? SqlValue(cell.upper) : SqlValue(),
          cell.reason,
          cell.flags,
          cell.conf,
          Join(cell.candidates, "|"),
          observation.place};
}

Result<std::int64_t> NextVintageId(Database& database) {
  std::int64_t id = 0;
  TRY(database.Query("SELECT COALESCE(MAX(id), 0) + 1 FROM vintage", {},
                     [&](const SqlRow& row) -> Result<void> {
                       id = row.Int(0);
                       return {};
                     }));
  return id;
}

Result<void> InsertVintage(Database& database, const Vintage& v) {
  const std::vector<SqlValue> values = {v.id,
                                        v.collection,
                                        v.sender,
                                        v.time,
                                        v.file_name,
                                        v.file_sha256,
                                        v.format,
                                        v.mapping,
                                        v.form_counting,
                                        std::int64_t{v.foreign},
                                        std::int64_t{v.accepted},
                                        v.rows_read,
                                        v.cells,
                                        std::int64_t{v.synthetic}};
  return database.Execute(
      "INSERT INTO vintage (id, collection, sender, effective, file_name, file_sha256, format, "
      "mapping, form_counting, is_foreign, accepted, rows_read, cells, is_synthetic) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
      values);
}

Result<void> InsertObservations(Database& database, std::int64_t id, const ParsedFile& file) {
  std::map<std::string, std::int64_t> next_ordinal;  // a dataset may come in several parts
  for (const TablePart& part : file.parts) {
    std::vector<std::vector<SqlValue>> rows;
    rows.reserve(part.observations.size());
    for (std::size_t i = 0; i < part.observations.size(); ++i) {
      rows.push_back(ObservationRow(id, part, i));
      rows.back()[2] = next_ordinal[part.dataset]++;
    }
    TRY(database.ExecuteMany(
        "INSERT INTO observation (vintage_id, dataset, ordinal, source_table, cell_key, state, "
        "value, lower_bound, upper_bound, reason, flags, conf, candidates, place) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        rows));
  }
  return {};
}

Result<void> InsertRest(Database& database, std::int64_t id, const std::set<Scope>& scopes,
                        const std::vector<SkippedRows>& skipped,
                        const std::vector<Finding>& findings) {
  std::vector<std::vector<SqlValue>> rows;
  for (const auto& [dataset, geo, time, table] : scopes) {
    rows.push_back({id, dataset, geo, time, table});
  }
  TRY(database.ExecuteMany(
      "INSERT INTO vintage_scope (vintage_id, dataset, geo, time, source_table) "
      "VALUES ($1, $2, $3, $4, $5)",
      rows));
  rows.clear();
  for (const SkippedRows& skip : skipped) {
    rows.push_back({id, static_cast<std::int64_t>(rows.size()), skip.reason,
                    static_cast<std::int64_t>(skip.rows), skip.first_place});
  }
  TRY(database.ExecuteMany(
      "INSERT INTO skipped_rows (vintage_id, ordinal, reason, rows_skipped, first_place) "
      "VALUES ($1, $2, $3, $4, $5)",
      rows));
  rows.clear();
  for (const Finding& finding : findings) {
    rows.push_back({id, static_cast<std::int64_t>(rows.size()), finding.rule,
                    static_cast<std::int64_t>(finding.severity), finding.key, finding.message});
  }
  return database.ExecuteMany(
      "INSERT INTO finding (vintage_id, ordinal, rule, severity, finding_key, message) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      rows);
}

Vintage ReadVintage(const SqlRow& row) {
  Vintage v;
  v.id = row.Int(0);
  v.collection = row.Text(1);
  v.sender = row.Text(2);
  v.time = row.Int(3);
  v.file_name = row.Text(4);
  v.file_sha256 = row.Text(5);
  v.format = row.Text(6);
  v.mapping = row.Text(7);
  v.form_counting = row.Text(8);
  v.foreign = row.Int(9) != 0;
  v.accepted = row.Int(10) != 0;
  v.rows_read = row.Int(11);
  v.cells = row.Int(12);
  v.synthetic = row.Int(13) != 0;
  return v;
}

}  // namespace

Result<std::int64_t> SaveVintage(Database& database, const Datasets& datasets, Vintage vintage,
                                 const ParsedFile& file, const std::vector<Finding>& findings) {
  Transaction transaction = TRY(Transaction::Begin(database));
  vintage.id = TRY(NextVintageId(database));
  TRY(InsertVintage(database, vintage));
  TRY(InsertObservations(database, vintage.id, file));
  TRY(InsertRest(database, vintage.id, ScopesOf(datasets, file), file.skipped, findings));
  TRY(transaction.Commit());
  return vintage.id;
}

Result<std::vector<Vintage>> LoadVintages(Database& database) {
  std::vector<Vintage> vintages;
  TRY(database.Query(
      "SELECT id, collection, sender, effective, file_name, file_sha256, format, mapping, "
      "form_counting, is_foreign, accepted, rows_read, cells, is_synthetic FROM vintage "
      "ORDER BY effective, id",
      {}, [&](const SqlRow& row) -> Result<void> {
        vintages.push_back(ReadVintage(row));
        return {};
      }));
  return vintages;
}

Result<std::vector<Finding>> LoadFindings(Database& database, std::int64_t vintage) {
  std::vector<Finding> findings;
  const std::vector<SqlValue> values = {vintage};
  TRY(database.Query(
      "SELECT rule, severity, finding_key, message FROM finding WHERE vintage_id = $1 "
      "ORDER BY ordinal",
      values, [&](const SqlRow& row) -> Result<void> {
        findings.push_back({std::string(row.Text(0)), static_cast<Severity>(row.Int(1)),
                            std::string(row.Text(2)), std::string(row.Text(3))});
        return {};
      }));
  return findings;
}

Result<std::vector<SkippedRows>> LoadSkipped(Database& database, std::int64_t vintage) {
  std::vector<SkippedRows> skipped;
  const std::vector<SqlValue> values = {vintage};
  TRY(database.Query(
      "SELECT reason, rows_skipped, first_place FROM skipped_rows WHERE vintage_id = $1 "
      "ORDER BY ordinal",
      values, [&](const SqlRow& row) -> Result<void> {
        skipped.push_back({std::string(row.Text(0)), static_cast<std::size_t>(row.Int(1)),
                           std::string(row.Text(2))});
        return {};
      }));
  return skipped;
}

Result<std::string> ChooseCollection(Database& database, const std::string& requested) {
  std::vector<std::string> collections;
  TRY(
      database.Query("SELECT DISTINCT collection FROM vintage WHERE accepted = 1 "
                     "ORDER BY collection",
                     {}, [&](const SqlRow& row) -> Result<void> {
                       collections.emplace_back(row.Text(0));
                       return {};
                     }));
  if (collections.empty()) {
    return Fail(ErrorCode::kNotFound, "the database holds no accepted data", {},
                "import a return with `thb import FILE --db DB`");
  }
  if (requested.empty()) return DefaultCollection(collections);
  if (std::find(collections.begin(), collections.end(), requested) != collections.end()) {
    return requested;
  }
  return Fail(ErrorCode::kNotFound, "no collection " + requested, "--collection",
              "choose one of " + Join(collections, ", "));
}

std::string DefaultCollection(const std::vector<std::string>& collections) {
  constexpr std::string_view kReturns = "EUROSTAT_RETURN";
  const auto returns = std::find(collections.begin(), collections.end(), kReturns);
  return returns != collections.end() ? *returns : collections.front();
}

namespace {

struct StoredScope {
  std::string dataset, geo, time, table;
};

Result<std::map<std::int64_t, std::vector<StoredScope>>> LoadScopes(Database& database) {
  std::map<std::int64_t, std::vector<StoredScope>> scopes;
  TRY(database.Query(
      "SELECT vintage_id, dataset, geo, time, source_table FROM vintage_scope "
      "ORDER BY vintage_id, dataset, geo, time, source_table",
      {}, [&](const SqlRow& row) -> Result<void> {
        scopes[row.Int(0)].push_back({std::string(row.Text(1)), std::string(row.Text(2)),
                                      std::string(row.Text(3)), std::string(row.Text(4))});
        return {};
      }));
  return scopes;
}

Cell ReadCell(const SqlRow& row) {
  Cell cell;
  switch (row.Int(3)) {
    case 0:
      cell = Cell::Value(row.Double(4));
      break;
    case 1:
      cell = Cell::Suppressed(row.Double(5), row.IsNull(6) ? -1 : row.Double(6));
      break;
    default:
      cell = Cell::Missing(std::string(row.Text(7)));
      break;
  }
  cell.flags = row.Text(8);
  cell.conf = row.Text(9);
  if (!row.Text(10).empty()) {
    for (const std::string_view candidate : Split(row.Text(10), '|')) {
      cell.candidates.emplace_back(candidate);
    }
  }
  return cell;
}

Key ReadKey(std::string_view text) {
  Key key;
  for (const std::string_view code : Split(text, '.')) key.emplace_back(code);
  return key;
}

// Which cells of a vintage a snapshot takes.
enum class Part { kAll, kReferenceOnly };

// Returns the number of cells taken.
Result<std::size_t> FoldVintage(Database& database, const Datasets& datasets,
                                const Vintage& vintage, const std::vector<StoredScope>& scopes,
                                Part part, Snapshot& snapshot) {
  std::size_t taken = 0;
  const auto wanted = [&](std::string_view dataset) {
    return part == Part::kAll || IsReference(dataset);
  };
  for (const StoredScope& scope : scopes) {
    if (!wanted(scope.dataset)) continue;
    snapshot.EraseScope(*TRY(datasets.Get(scope.dataset)), scope.geo, scope.time, scope.table);
  }
  const std::vector<SqlValue> values = {vintage.id};
  TRY(database.Query(
      "SELECT dataset, source_table, cell_key, state, value, lower_bound, upper_bound, reason, "
      "flags, conf, candidates, place FROM observation WHERE vintage_id = $1 "
      "ORDER BY dataset, ordinal",
      values, [&](const SqlRow& row) -> Result<void> {
        if (!wanted(row.Text(0))) return {};
        ++taken;
        const Dataset& dataset = *TRY(datasets.Get(row.Text(0)));
        Key key = ReadKey(row.Text(2));
        if (key.size() != dataset.dimensions.size()) {
          return Fail(ErrorCode::kDatabase, "an observation does not fit its dataset",
                      dataset.id + ":" + std::string(row.Text(2)), "import the file anew");
        }
        if (row.Int(3) == kDeleted) {
          snapshot.Erase(dataset, key);
          return {};
        }
        snapshot.Put(dataset, {std::move(key), ReadCell(row), vintage.id, std::string(row.Text(11)),
                               std::string(row.Text(1)), ""});
        return {};
      }));
  return taken;
}

}  // namespace

bool IsReference(std::string_view dataset) {
  return dataset == kPopulation || dataset == kAgency;
}

Result<std::set<std::int64_t>> LoadReferenceVintages(Database& database) {
  std::set<std::int64_t> ids;
  const std::vector<SqlValue> values = {std::string(kPopulation), std::string(kAgency)};
  TRY(database.Query(
      "SELECT id FROM vintage WHERE accepted = 1 AND EXISTS (SELECT 1 FROM observation "
      "WHERE vintage_id = vintage.id AND dataset IN ($1, $2))",
      values, [&](const SqlRow& row) -> Result<void> {
        ids.insert(row.Int(0));
        return {};
      }));
  return ids;
}

Result<Snapshot> FoldVintages(Database& database, const Codes& codes, const Datasets& datasets,
                              const std::string& collection,
                              const std::function<bool(const Vintage&)>& takes) {
  Snapshot snapshot(codes, datasets);
  snapshot.collection = collection;
  // In this order: a vintage that is imported between the two has scopes that are not used, and
  // never cells without the scopes that they replace.
  const auto all = TRY(LoadVintages(database));
  const auto scopes = TRY(LoadScopes(database));
  const auto fold = [&](const Vintage& vintage, Part part) -> Result<void> {
    const auto found = scopes.find(vintage.id);
    static const std::vector<StoredScope> kNone;
    const std::size_t taken =
        TRY(FoldVintage(database, datasets, vintage, found == scopes.end() ? kNone : found->second,
                        part, snapshot));
    if (taken > 0 || part == Part::kAll) snapshot.vintages.push_back(vintage);
    return {};
  };
  for (const Vintage& vintage : all) {
    if (vintage.accepted && vintage.collection != collection && takes(vintage)) {
      TRY(fold(vintage, Part::kReferenceOnly));
    }
  }
  for (const Vintage& vintage : all) {
    if (vintage.accepted && vintage.collection == collection && takes(vintage)) {
      TRY(fold(vintage, Part::kAll));
    }
  }
  return snapshot;
}

Result<Snapshot> LoadSnapshot(Database& database, const Codes& codes, const Datasets& datasets,
                              const std::string& collection, std::optional<Instant> as_of) {
  const Instant until = as_of.value_or(std::numeric_limits<Instant>::max());
  Snapshot snapshot =
      TRY(FoldVintages(database, codes, datasets, collection,
                       [until](const Vintage& vintage) { return vintage.time <= until; }));
  snapshot.as_of = as_of;
  return snapshot;
}

}  // namespace thb
