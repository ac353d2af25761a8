#include "store/internal/migrate.h"

#include "base/hash.h"
#include "base/resources.h"
#include "base/text.h"

namespace thb {
namespace {

std::string InDialect(std::string_view sql, const Dialect& dialect) {
  std::string text = ReplaceAll(sql, "{INTEGER}", dialect.integer);
  text = ReplaceAll(text, "{REAL}", dialect.real);
  return ReplaceAll(text, "{STRICT}", dialect.strict);
}

// Statements end in a semicolon at the end of a line; comments are whole lines.
std::vector<std::string> Statements(const std::string& text) {
  std::vector<std::string> statements(1);
  for (const std::string_view line : Split(text, '\n')) {
    if (StartsWith(line, "--")) continue;
    statements.back() += line;
    statements.back() += '\n';
    if (EndsWith(Trim(line), ";")) statements.emplace_back();
  }
  std::erase_if(statements, [](const std::string& s) { return Trim(s).empty(); });
  return statements;
}

Result<std::vector<std::pair<std::string, std::string>>> Applied(Database& database) {
  std::vector<std::pair<std::string, std::string>> applied;
  TRY(database.Query("SELECT name, sha256 FROM schema_migration ORDER BY name", {},
                     [&](const SqlRow& row) -> Result<void> {
                       applied.emplace_back(row.Text(0), row.Text(1));
                       return {};
                     }));
  return applied;
}

// How many of the migrations the database has. Refuses one that has others.
Result<std::size_t> CountApplied(Database& database, const std::vector<ResourceFile>& files,
                                 const std::string& address) {
  const auto applied = TRY(Applied(database));
  for (std::size_t i = 0; i < applied.size(); ++i) {
    if (i >= files.size() || applied[i].first != files[i].name ||
        applied[i].second != Sha256Hex(files[i].content)) {
      return Fail(ErrorCode::kDatabase, "its schema is of another version of this program", address,
                  "use the version that made it, or export and import anew");
    }
  }
  return applied.size();
}

Result<void> Apply(Database& database, const ResourceFile& file, const Dialect& dialect) {
  for (const std::string& statement : Statements(InDialect(file.content, dialect))) {
    TRY(database.Execute(statement));
  }
  const std::vector<SqlValue> values = {std::string(file.name), Sha256Hex(file.content)};
  return database.Execute("INSERT INTO schema_migration (name, sha256) VALUES ($1, $2)", values);
}

}  // namespace

Result<void> Migrate(Database& database, const MigrationPlan& plan) {
  const bool main = plan.schema == Schema::kMain;
  if (!plan.has_schema && !plan.may_create) {
    return Fail(ErrorCode::kNotFound, main ? "there is no OpenTHB database" : "there are no keys",
                plan.address,
                main ? "make one with `thb import FILE --db DB` or `thb demo DIR`"
                     : "make them with `thb key make`, or restore the key store");
  }
  const auto files = ResourcesUnder(main ? "migrations/" : "migrations_keys/");
  // A database that is up to date is opened without waiting for who is writing to it.
  if (plan.has_schema && TRY(CountApplied(database, files, plan.address)) == files.size()) {
    return {};
  }
  Transaction transaction = TRY(Transaction::Begin(database));
  if (!plan.has_schema) {
    TRY(
        database.Execute(InDialect("CREATE TABLE schema_migration (name TEXT PRIMARY KEY, "
                                   "sha256 TEXT NOT NULL){STRICT}",
                                   plan.dialect)));
  }
  const std::size_t applied = TRY(CountApplied(database, files, plan.address));
  for (std::size_t i = applied; i < files.size(); ++i) {
    TRY(Apply(database, files[i], plan.dialect));
  }
  return transaction.Commit();
}

}  // namespace thb
