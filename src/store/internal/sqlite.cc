#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/internal/backends.h"
#include "store/internal/copy.h"
#include "store/internal/migrate.h"

namespace thb {
namespace {

constexpr Dialect kDialect = {"INTEGER", "REAL", " STRICT"};

// Who waits to write asks again each millisecond, later each ten, for 10 seconds in all. SQLite's
// own handler sleeps up to 100 ms at a time, so that the last of many writers would wait far longer
// than the others write.
constexpr int kQuickTries = 200;
constexpr int kSlowTries = 980;
int WaitForWriter(void*, int tries) {
  if (tries >= kQuickTries + kSlowTries) return 0;
  usleep(tries < kQuickTries ? 1'000 : 10'000);
  return 1;
}

class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  sqlite3_stmt* get() const { return statement_; }

 private:
  sqlite3_stmt* statement_;
};

class SqliteRow : public SqlRow {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
  bool IsNull(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  std::int64_t Int(int column) const override { return sqlite3_column_int64(statement_, column); }
  double Double(int column) const override { return sqlite3_column_double(statement_, column); }
  std::string_view Text(int column) const override {
    const unsigned char* text = sqlite3_column_text(statement_, column);
    if (text == nullptr) return {};
    return {reinterpret_cast<const char*>(text),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  sqlite3_stmt* statement_;
};

class SqliteDatabase : public Database {
 public:
  SqliteDatabase(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}
  ~SqliteDatabase() override { sqlite3_close(handle_); }
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  Result<void> Execute(std::string_view sql, std::span<const SqlValue> values) override {
    return Query(sql, values, [](const SqlRow&) -> Result<void> { return {}; });
  }

  Result<void> ExecuteMany(std::string_view sql,
                           std::span<const std::vector<SqlValue>> rows) override {
    const Statement statement(TRY(Prepare(sql)));
    for (const auto& row : rows) {
      TRY(Bind(statement.get(), row));
      if (sqlite3_step(statement.get()) != SQLITE_DONE) return Refused();
      sqlite3_reset(statement.get());
    }
    return {};
  }

  Result<void> Query(std::string_view sql, std::span<const SqlValue> values,
                     const std::function<Result<void>(const SqlRow&)>& row) override {
    const Statement statement(TRY(Prepare(sql)));
    TRY(Bind(statement.get(), values));
    while (true) {
      const int status = sqlite3_step(statement.get());
      if (status == SQLITE_DONE) return {};
      if (status != SQLITE_ROW) return Refused();
      TRY(row(SqliteRow(statement.get())));
    }
  }

  Result<void> Begin() override { return Execute("BEGIN IMMEDIATE", {}); }
  Result<void> Commit() override { return Execute("COMMIT", {}); }
  void Rollback() override { sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr); }
  std::string_view Kind() const override { return "sqlite"; }

 private:
  tl::unexpected<Error> Refused() const {
    return Fail(ErrorCode::kDatabase, std::string("the database says: ") + sqlite3_errmsg(handle_),
                path_, "check that it is an OpenTHB database and that nobody else writes to it");
  }

  // A parameter is written $1, as on PostgreSQL. SQLite takes that for a name and looks it up among
  // all others, which takes longer than the query where there are hundreds; ?1 is a number.
  Result<sqlite3_stmt*> Prepare(std::string_view sql) {
    std::string numbered(sql);
    for (std::size_t i = 0; i + 1 < numbered.size(); ++i) {
      const bool digit = numbered[i + 1] >= '0' && numbered[i + 1] <= '9';
      if (numbered[i] == '$' && digit) numbered[i] = '?';
    }
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(handle_, numbered.data(), static_cast<int>(numbered.size()), &statement,
                           nullptr) != SQLITE_OK) {
      return Refused();
    }
    return statement;
  }

  Result<void> Bind(sqlite3_stmt* statement, std::span<const SqlValue> values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const int at = static_cast<int>(i) + 1;
      int status = SQLITE_OK;
      if (const auto* integer = std::get_if<std::int64_t>(&values[i])) {
        status = sqlite3_bind_int64(statement, at, *integer);
      } else if (const auto* real = std::get_if<double>(&values[i])) {
        status = sqlite3_bind_double(statement, at, *real);
      } else if (const auto* text = std::get_if<std::string>(&values[i])) {
        status = sqlite3_bind_text(statement, at, text->data(), static_cast<int>(text->size()),
                                   SQLITE_TRANSIENT);
      } else {
        status = sqlite3_bind_null(statement, at);
      }
      if (status != SQLITE_OK) return Refused();
    }
    return {};
  }

  sqlite3* handle_;
  std::string path_;
};

Result<bool> HasSchema(Database& database) {
  bool found = false;
  TRY(database.Query("SELECT 1 FROM sqlite_master WHERE name = 'schema_migration'", {},
                     [&](const SqlRow&) -> Result<void> {
                       found = true;
                       return {};
                     }));
  return found;
}

// Others must not read the key store, whatever the umask. Its journal files take the mode of the
// file. An error shows when the database is opened.
void MakePrivate(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file >= 0) close(file);
}

}  // namespace

Result<std::unique_ptr<Database>> OpenSqlite(const std::string& path, Database::Mode mode,
                                             Schema schema) {
  const bool create = mode == Database::Mode::kCreate;
  const bool main = schema == Schema::kMain;
  struct stat info{};
  if (!create && stat(path.c_str(), &info) != 0) {
    return Fail(ErrorCode::kNotFound,
                main ? "there is no such database" : "the key store is not there", path,
                main ? "check the path, or make one with `thb import` or `thb demo`"
                     : "make it with `thb key make`, or restore it");
  }
  if (create && !main) MakePrivate(path);
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
  const int status = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  auto database = std::make_unique<SqliteDatabase>(handle, path);
  if (status != SQLITE_OK) {
    return Fail(ErrorCode::kIo, std::string("cannot open: ") + sqlite3_errstr(status), path,
                "check the path and its permissions");
  }
  sqlite3_busy_handler(handle, WaitForWriter, nullptr);
  TRY(database->Execute("PRAGMA journal_mode = WAL", {}));
  TRY(database->Execute("PRAGMA synchronous = FULL", {}));
  TRY(database->Execute("PRAGMA foreign_keys = ON", {}));
  // The cache of a connection is emptied whenever another one has written, which the log does at
  // every reading. Pages that are mapped stay.
  TRY(database->Execute("PRAGMA mmap_size = 2147418112", {}));
  const bool has_schema = TRY(HasSchema(*database));
  TRY(Migrate(*database, {kDialect, schema, path, create, has_schema}));
  return database;
}

Result<void> CopySqlite(const std::string& from, const std::string& to) {
  struct stat info{};
  if (stat(to.c_str(), &info) == 0) {
    return Fail(ErrorCode::kConflict, "the file is there already", to, "name another");
  }
  MakePrivate(to);
  sqlite3 *source = nullptr, *target = nullptr;
  int status = sqlite3_open_v2(from.c_str(), &source, SQLITE_OPEN_READONLY, nullptr);
  const SqliteDatabase source_owner(source, from);
  if (status == SQLITE_OK) {
    status = sqlite3_open_v2(to.c_str(), &target, SQLITE_OPEN_READWRITE, nullptr);
  }
  SqliteDatabase target_owner(target, to);
  if (status == SQLITE_OK) {
    sqlite3_busy_handler(source, WaitForWriter, nullptr);
    sqlite3_backup* backup = sqlite3_backup_init(target, "main", source, "main");
    // All pages in one step: in WAL mode a reader holds up no writer.
    if (backup != nullptr) sqlite3_backup_step(backup, -1);
    status = sqlite3_backup_finish(backup);
    if (backup == nullptr) status = sqlite3_errcode(target);
  }
  if (status == SQLITE_OK) {
    // The copy is then one file, which opens on a medium that cannot be written to.
    if (auto set = target_owner.Execute("PRAGMA journal_mode = DELETE", {}); !set) return set;
    return {};
  }
  unlink(to.c_str());
  return Fail(ErrorCode::kIo, std::string("cannot copy the database: ") + sqlite3_errstr(status),
              from, "check both paths, and the space on the disk");
}

}  // namespace thb
