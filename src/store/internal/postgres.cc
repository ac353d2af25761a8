#include <libpq-fe.h>

#include <charconv>

#include "base/process.h"
#include "base/text.h"
#include "store/internal/backends.h"
#include "store/internal/copy.h"
#include "store/internal/migrate.h"
#include "store/private_file.h"

namespace thb {
namespace {

constexpr Dialect kDialect = {"BIGINT", "DOUBLE PRECISION", ""};

// Of two transactions that wait for each other PostgreSQL ends one. Against somebody who writes to
// the database by another way than this program.
constexpr std::string_view kDeadlock = "40P01";
constexpr std::string_view kSerialization = "40001";
constexpr std::string_view kLockTimeout = "55P03";

// Writers take turns, as on SQLite. The log's head lets only one of them commit at a time anyhow;
// two that locked rows on the way to it in different orders would end in a deadlock, one of them
// undone. Waits as long as SQLite does. Readers wait for nobody.
constexpr const char* kBegin =
    "BEGIN; SET LOCAL lock_timeout = '10s'; "
    "SELECT pg_advisory_xact_lock(hashtext('thb writer'), hashtext(current_schema()))";

struct ResultDeleter {
  void operator()(PGresult* result) const { PQclear(result); }
};
using PgResult = std::unique_ptr<PGresult, ResultDeleter>;

class PostgresRow : public SqlRow {
 public:
  PostgresRow(const PGresult* result, int row) : result_(result), row_(row) {}
  bool IsNull(int column) const override { return PQgetisnull(result_, row_, column) != 0; }
  std::int64_t Int(int column) const override { return ParseInt(Text(column)).value_or(0); }
  double Double(int column) const override { return ParseDecimal(Text(column)).value_or(0); }
  std::string_view Text(int column) const override {
    return {PQgetvalue(result_, row_, column),
            static_cast<std::size_t>(PQgetlength(result_, row_, column))};
  }

 private:
  const PGresult* result_;
  int row_;
};

// Values in text form, kept alive for one call.
class Parameters {
 public:
  explicit Parameters(std::span<const SqlValue> values) {
    texts_.reserve(values.size());
    for (const SqlValue& value : values) {
      if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        texts_.push_back(std::to_string(*integer));
      } else if (const auto* real = std::get_if<double>(&value)) {
        char buffer[64];
        const auto end = std::to_chars(buffer, buffer + sizeof buffer, *real).ptr;
        texts_.emplace_back(buffer, end);
      } else if (const auto* text = std::get_if<std::string>(&value)) {
        texts_.push_back(*text);
      } else {
        texts_.emplace_back();
        pointers_.push_back(nullptr);
        continue;
      }
      pointers_.push_back(texts_.back().c_str());
    }
  }
  int count() const { return static_cast<int>(pointers_.size()); }
  const char* const* pointers() const { return pointers_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<const char*> pointers_;
};

class PostgresDatabase : public Database {
 public:
  explicit PostgresDatabase(PGconn* connection) : connection_(connection) {}
  ~PostgresDatabase() override { PQfinish(connection_); }
  PostgresDatabase(const PostgresDatabase&) = delete;
  PostgresDatabase& operator=(const PostgresDatabase&) = delete;

  Result<void> Execute(std::string_view sql, std::span<const SqlValue> values) override {
    TRY(Run(sql, values));
    return {};
  }

  Result<void> ExecuteMany(std::string_view sql,
                           std::span<const std::vector<SqlValue>> rows) override {
    const PgResult prepared(PQprepare(connection_, "", std::string(sql).c_str(), 0, nullptr));
    if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK) return Refused();
    // Pipeline mode: rows travel without waiting for each answer.
    if (PQenterPipelineMode(connection_) != 1) return Refused();
    auto sent = SendAll(rows);
    PQexitPipelineMode(connection_);
    return sent;
  }

  Result<void> Query(std::string_view sql, std::span<const SqlValue> values,
                     const std::function<Result<void>(const SqlRow&)>& row) override {
    const PgResult result = TRY(Run(sql, values));
    for (int i = 0; i < PQntuples(result.get()); ++i) TRY(row(PostgresRow(result.get(), i)));
    return {};
  }

  Result<void> Begin() override {
    const PgResult result(PQexec(connection_, kBegin));
    if (PQresultStatus(result.get()) == PGRES_TUPLES_OK) return {};
    const auto refused = Refused(result.get());
    Rollback();
    return refused;
  }
  Result<void> Commit() override { return Execute("COMMIT", {}); }
  void Rollback() override { PgResult(PQexec(connection_, "ROLLBACK")); }
  std::string_view Kind() const override { return "postgresql"; }
  bool IsUsable() const override { return PQstatus(connection_) == CONNECTION_OK; }

 private:
  tl::unexpected<Error> Refused(const PGresult* result = nullptr) const {
    const char* field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const std::string_view state = field == nullptr ? "" : field;
    if (state == kDeadlock || state == kSerialization || state == kLockTimeout) {
      return Fail(ErrorCode::kStale, "somebody else wrote to the same rows at the same moment",
                  "postgresql", "try again; nothing was written");
    }
    return Fail(ErrorCode::kDatabase,
                "the database says: " + std::string(Trim(PQerrorMessage(connection_))),
                "postgresql", "check that it is an OpenTHB database");
  }

  Result<PgResult> Run(std::string_view sql, std::span<const SqlValue> values) {
    const Parameters parameters(values);
    PgResult result(PQexecParams(connection_, std::string(sql).c_str(), parameters.count(), nullptr,
                                 parameters.pointers(), nullptr, nullptr, 0));
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return result;
    return Refused(result.get());
  }

  // Sends in batches, so that neither side's buffer fills while the other waits.
  Result<void> SendAll(std::span<const std::vector<SqlValue>> rows) {
    constexpr std::size_t kBatch = 500;
    for (std::size_t begin = 0; begin < rows.size(); begin += kBatch) {
      const auto batch = rows.subspan(begin, std::min(kBatch, rows.size() - begin));
      for (const auto& row : batch) {
        const Parameters parameters(row);
        if (PQsendQueryPrepared(connection_, "", parameters.count(), parameters.pointers(), nullptr,
                                nullptr, 0) != 1) {
          return Refused();
        }
      }
      if (PQpipelineSync(connection_) != 1) return Refused();
      TRY(ReceiveBatch());
    }
    return {};
  }

  // Answers come as (result, null) per row, then one PIPELINE_SYNC.
  Result<void> ReceiveBatch() {
    Result<void> outcome;
    while (true) {
      const PgResult result(PQgetResult(connection_));
      if (result == nullptr) continue;
      const ExecStatusType status = PQresultStatus(result.get());
      if (status == PGRES_PIPELINE_SYNC) return outcome;
      const bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
      if (!good && outcome.has_value()) outcome = Result<void>(Refused(result.get()));
      if (PQstatus(connection_) != CONNECTION_OK) return Refused();
    }
  }

  PGconn* connection_;
};

Result<bool> HasSchema(Database& database) {
  bool found = false;
  TRY(
      database.Query("SELECT 1 FROM information_schema.tables WHERE table_name = "
                     "'schema_migration' AND table_schema = current_schema()",
                     {}, [&](const SqlRow&) -> Result<void> {
                       found = true;
                       return {};
                     }));
  return found;
}

// Leads the connection to the key store's schema, made where it is to be created.
Result<void> EnterKeyStore(Database& database, bool create) {
  const std::string schema = QuotedName(TRY(SchemaName(database, Schema::kKeyStore)));
  if (create) TRY(database.Execute("CREATE SCHEMA IF NOT EXISTS " + schema));
  return database.Execute("SET search_path = " + schema);
}

}  // namespace

Result<std::unique_ptr<Database>> ConnectPostgres(const std::string& address) {
  PGconn* connection = PQconnectdb(address.c_str());
  auto database = std::make_unique<PostgresDatabase>(connection);
  if (PQstatus(connection) != CONNECTION_OK) {
    // The address may hold a password, so it is not repeated.
    return Fail(ErrorCode::kDatabase,
                "cannot connect: " + std::string(Trim(PQerrorMessage(connection))), "postgresql",
                "check host, port, user and database name");
  }
  PQsetNoticeProcessor(connection, [](void*, const char*) {}, nullptr);
  TRY(database->Execute("SET standard_conforming_strings = on", {}));
  return database;
}

Result<std::unique_ptr<Database>> OpenPostgres(const std::string& address, Database::Mode mode,
                                               Schema schema) {
  const bool create = mode == Database::Mode::kCreate;
  auto database = TRY(ConnectPostgres(address));
  if (schema == Schema::kKeyStore) TRY(EnterKeyStore(*database, create));
  const bool has_schema = TRY(HasSchema(*database));
  TRY(Migrate(*database, {kDialect, schema, "postgresql", create, has_schema}));
  return database;
}

Result<std::string> SchemaName(Database& connection, Schema schema) {
  std::string name;
  TRY(connection.Query("SELECT current_schema()", {}, [&](const SqlRow& row) -> Result<void> {
    name = row.Text(0);
    return {};
  }));
  return schema == Schema::kMain ? name : "keys_of_" + name;
}

std::string QuotedName(const std::string& name) {
  return "\"" + ReplaceAll(name, "\"", "\"\"") + "\"";
}

namespace {

constexpr int kDumpSeconds = 24 * 3'600;

// The parts of the address as libpq's environment variables: arguments can be seen by everybody on
// the machine, and the address may hold a password.
std::vector<std::pair<std::string, std::string>> AddressEnvironment(const std::string& address) {
  std::vector<std::pair<std::string, std::string>> variables;
  PQconninfoOption* options = PQconninfoParse(address.c_str(), nullptr);
  for (const PQconninfoOption* at = options; at != nullptr && at->keyword != nullptr; ++at) {
    if (at->val != nullptr && at->envvar != nullptr) variables.emplace_back(at->envvar, at->val);
  }
  PQconninfoFree(options);
  return variables;
}

Result<void> RunClient(std::vector<std::string> arguments, const std::string& address) {
  ProcessSpec spec;
  spec.arguments = std::move(arguments);
  spec.environment = AddressEnvironment(address);
  spec.timeout_seconds = kDumpSeconds;
  const ProcessOutput output = TRY(RunProcess(spec));
  if (output.exit_status == 0) return {};
  return Fail(ErrorCode::kDatabase,
              spec.arguments.front() + " says: " + std::string(Trim(output.err)), "postgresql",
              "check the rights of the database's user and the version of the client programs");
}

}  // namespace

Result<void> DumpPostgres(const std::string& address, const std::string& schema,
                          const std::string& to) {
  // A private file that is there already keeps its mode.
  TRY(WritePrivateFile(to, "", Replace::kNo));
  return RunClient({"pg_dump", "--format=custom", "--no-owner", "--no-privileges",
                    "--schema=" + QuotedName(schema), "--file=" + to},
                   address);
}

Result<void> LoadPostgres(const std::string& address, const std::string& schema,
                          const std::string& from) {
  std::string database;
  const auto connection = TRY(ConnectPostgres(address));
  TRY(connection->Query("SELECT current_database()", {}, [&](const SqlRow& row) -> Result<void> {
    database = row.Text(0);
    return {};
  }));
  // With --schema, what is in the schema is made, not the schema itself.
  return RunClient({"pg_restore", "--exit-on-error", "--single-transaction", "--no-owner",
                    "--no-privileges", "--schema=" + schema, "--dbname=" + database, from},
                   address);
}

}  // namespace thb
