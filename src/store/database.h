#pragma once
// One interface over SQLite and PostgreSQL, with one set of SQL for both.
//
// SQL is the common part of both: parameters are $1, $2 ... (each bound once, in order), texts are
// UTF-8, instants are BIGINT seconds, no dialect function is used. Statements run in a transaction
// that the caller opens; a write that returned is durable after Commit.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace thb {

using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string>;

// A row of a result. Valid only during the callback. Columns count from 0; a wrong type or column
// is a bug of the caller and reads as zero or empty text.
class SqlRow {
 public:
  virtual ~SqlRow() = default;
  virtual bool IsNull(int column) const = 0;
  virtual std::int64_t Int(int column) const = 0;
  virtual double Double(int column) const = 0;
  virtual std::string_view Text(int column) const = 0;
};

// Not thread-safe: one connection, one thread. Errors: kDatabase with the database's message.
class Database {
 public:
  enum class Mode { kOpenExisting, kCreate };

  // `address` is a file path (SQLite) or a postgresql:// address. kOpenExisting refuses a SQLite
  // file or a PostgreSQL schema that is not there (kNotFound) or of another version (kDatabase);
  // kCreate makes it. Both bring the schema up to date by the numbered migrations/.
  static Result<std::unique_ptr<Database>> Open(const std::string& address, Mode mode);

  virtual ~Database() = default;

  virtual Result<void> Execute(std::string_view sql, std::span<const SqlValue> values = {}) = 0;
  // Runs one statement for each row of values, prepared once.
  virtual Result<void> ExecuteMany(std::string_view sql,
                                   std::span<const std::vector<SqlValue>> rows) = 0;
  // Calls `row` for each row in order; stops at the first error it returns.
  virtual Result<void> Query(std::string_view sql, std::span<const SqlValue> values,
                             const std::function<Result<void>(const SqlRow&)>& row) = 0;

  virtual Result<void> Begin() = 0;
  virtual Result<void> Commit() = 0;
  virtual void Rollback() = 0;
  virtual std::string_view Kind() const = 0;  // "sqlite" or "postgresql"
  // False once a statement found that the server cut the connection.
  virtual bool IsUsable() const { return true; }

 private:
  friend class Transaction;
  int depth_ = 0;        // transactions of ours that are open, one within another
  bool broken_ = false;  // an inner one was rolled back: so must the outermost be
};

// Rolls back unless committed. One that is begun while another is open is part of it: the outermost
// decides, and an inner one that was not committed takes the outermost with it.
class Transaction {
 public:
  static Result<Transaction> Begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(other.database_) {
    other.database_ = nullptr;
  }
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Result<void> Commit();

 private:
  explicit Transaction(Database* database) : database_(database) {}
  Database* database_;
};

}  // namespace thb
