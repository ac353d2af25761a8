#include "policy/national_estimates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "base/csv.h"
#include "base/text.h"

namespace thb {
namespace {

enum Column {
  kGeo,
  kPeriod,
  kPopulation,
  kMethod,
  kObserved,
  kPoint,
  kLower,
  kUpper,
  kLevel,
  kModel,
  kVerdict,
  kSource,
  kSynthetic
};
constexpr std::array<const char*, 13> kColumns{
    "geo",   "period", "population", "method",  "observed", "point",    "lower",
    "upper", "level",  "model",      "verdict", "source",   "synthetic"};
constexpr double kMostPersons = 1e9;

using Key = std::tuple<std::string, int, int, std::string, std::string>;

Key KeyOf(const NationalEstimate& e) {
  return {e.geo, e.period.first, e.period.last, e.population, e.method};
}

// Reads and checks one file.
class EstimateParser {
 public:
  EstimateParser(std::string_view text, const std::string& place, const Codes& codes)
      : reader_(text, place, GuessSeparator(text)), members_(codes.Members("EU27_2020")) {}

  Result<std::vector<NationalEstimate>> Parse() {
    TRY(ReadHeader());
    std::set<Key> seen;
    std::vector<NationalEstimate> rows;
    while (TRY(reader_.Next(fields_))) {
      if (rows.size() == kMaxNationalEstimates) {
        return Wrong(ErrorCode::kLimit,
                     "more than " + std::to_string(kMaxNationalEstimates) + " estimates",
                     "split the file");
      }
      rows.push_back(TRY(ReadRow()));
      if (!seen.insert(KeyOf(rows.back())).second) {
        return Wrong(ErrorCode::kConflict,
                     "the state, period, population and method are in the file twice",
                     "keep one row");
      }
    }
    return rows;
  }

 private:
  tl::unexpected<Error> Wrong(ErrorCode code, std::string what, std::string remedy) const {
    return Fail(code, std::move(what), reader_.Place(), std::move(remedy));
  }

  Result<void> ReadHeader() {
    if (!TRY(reader_.Next(fields_))) {
      return Wrong(ErrorCode::kStructure, "the file is empty", "give it a header and rows");
    }
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
      const auto found = std::find(fields_.begin(), fields_.end(), kColumns[i]);
      columns_[i] = static_cast<std::size_t>(found - fields_.begin());
      if (found == fields_.end() && i != kSynthetic) {
        return Wrong(ErrorCode::kStructure, std::string("no column ") + kColumns[i],
                     "name the columns " + NationalEstimateHeader());
      }
    }
    width_ = fields_.size();
    return {};
  }

  std::string Field(Column column) const {
    return columns_[column] < width_ ? fields_[columns_[column]] : std::string();
  }

  Result<double> Number(Column column, double most) const {
    const auto value = ParseDecimal(Field(column));
    if (value && std::isfinite(*value) && *value >= 0 && *value <= most) return *value;
    return Wrong(ErrorCode::kBadValue,
                 std::string("not a number for ") + kColumns[column] + ": " + Field(column),
                 "write 0 to " + FormatNumber(most));
  }

  Result<std::string> OneOf(Column column, const std::vector<std::string>& words) const {
    const std::string word = Field(column);
    if (std::find(words.begin(), words.end(), word) != words.end()) return word;
    return Wrong(ErrorCode::kUnknownCode,
                 std::string("no ") + kColumns[column] + " \"" + word + "\"",
                 "write one of " + Join(words, ", "));
  }

  Result<std::string> Words(Column column) const {
    const std::string text = Field(column);
    if (text.size() <= kMaxEstimateText) return text;
    return Wrong(ErrorCode::kLimit, std::string("the ") + kColumns[column] + " is too long",
                 "write at most " + std::to_string(kMaxEstimateText) + " bytes");
  }

  Result<NationalEstimate> ReadRow() {
    if (fields_.size() != width_) {
      return Wrong(ErrorCode::kStructure,
                   "the row has " + std::to_string(fields_.size()) + " fields, not " +
                       std::to_string(width_),
                   "quote fields that hold the separator");
    }
    NationalEstimate row;
    row.geo = TRY(OneOf(kGeo, members_));
    const Result<Period> period = ParsePeriod(Field(kPeriod));
    if (!period || period->half != 0) {
      return Wrong(ErrorCode::kBadValue, "not a period of whole years: " + Field(kPeriod),
                   "write 2020 or 2019-2020");
    }
    row.period = *period;
    row.population = TRY(OneOf(kPopulation, {"presumed", "identified", "both"}));
    row.method = TRY(OneOf(kMethod, {"stepwise", "bic", "bayes", "dga", "lcmcr", "other"}));
    row.verdict = TRY(OneOf(kVerdict, {"supported", "fragile", "unsupported", ""}));
    row.synthetic = TRY(OneOf(kSynthetic, {"yes", "no", ""})) == "yes";
    row.model = TRY(Words(kModel));
    row.source = TRY(Words(kSource));
    TRY(ReadNumbers(row));
    return row;
  }

  Result<void> ReadNumbers(NationalEstimate& row) const {
    row.observed = TRY(Number(kObserved, kMostPersons));
    row.point = TRY(Number(kPoint, kMostPersons));
    row.lower = TRY(Number(kLower, kMostPersons));
    row.level = TRY(Number(kLevel, 1));
    if (!Field(kUpper).empty()) row.upper = TRY(Number(kUpper, kMostPersons));
    if (row.level <= 0 || row.level >= 1) {
      return Wrong(ErrorCode::kBadValue, "not a level: " + Field(kLevel), "write 0.95");
    }
    // A Bayesian or bias-corrected interval need not hold the point; its ends are in order.
    if (row.point < row.observed || (row.upper && *row.upper < row.lower)) {
      return Wrong(ErrorCode::kBadValue,
                   "the numbers are not in order: the estimate counts those observed, and lower is "
                   "not above upper",
                   "check observed, point, lower and upper");
    }
    return {};
  }

  CsvReader reader_;
  std::vector<std::string> members_;
  std::array<std::size_t, kColumns.size()> columns_{};
  std::size_t width_ = 0;
  std::vector<std::string> fields_;
};

NationalEstimate EstimateOf(const SqlRow& row) {
  NationalEstimate e;
  e.geo = row.Text(0);
  e.period = {static_cast<int>(row.Int(1)), static_cast<int>(row.Int(2))};
  e.population = row.Text(3);
  e.method = row.Text(4);
  e.observed = row.Double(5);
  e.point = row.Double(6);
  e.lower = row.Double(7);
  if (!row.IsNull(8)) e.upper = row.Double(8);
  e.level = row.Double(9);
  e.model = row.Text(10);
  e.verdict = row.Text(11);
  e.source = row.Text(12);
  e.synthetic = row.Int(13) != 0;
  e.file_name = row.Text(14);
  e.file_hash = row.Text(15);
  e.received = row.Int(16);
  return e;
}

}  // namespace

std::string NationalEstimateHeader() {
  return Join(std::vector<std::string>(kColumns.begin(), kColumns.end()), ",");
}

bool IsNationalEstimates(std::string_view content) {
  const std::string_view header = content.substr(0, content.find('\n'));
  for (const std::string_view name : {"geo", "population", "observed", "point", "verdict"}) {
    if (header.find(name) == std::string_view::npos) return false;
  }
  return true;
}

Result<std::vector<NationalEstimate>> ParseNationalEstimates(std::string_view text,
                                                             const std::string& place,
                                                             const Codes& codes) {
  if (const std::size_t bad = FindInvalidUtf8(text); bad != std::string_view::npos) {
    return Fail(ErrorCode::kEncoding, "not valid UTF-8 at byte " + std::to_string(bad), place,
                "save the file as UTF-8");
  }
  return EstimateParser(text, place, codes).Parse();
}

std::string WriteNationalEstimates(const std::vector<NationalEstimate>& estimates) {
  std::string text = NationalEstimateHeader() + "\n";
  for (const NationalEstimate& e : estimates) {
    const std::vector<std::string> fields{e.geo,
                                          e.period.ToString(),
                                          e.population,
                                          e.method,
                                          FormatNumber(e.observed),
                                          FormatNumber(e.point),
                                          FormatNumber(e.lower),
                                          e.upper ? FormatNumber(*e.upper) : "",
                                          FormatNumber(e.level),
                                          e.model,
                                          e.verdict,
                                          e.source,
                                          e.synthetic ? "yes" : "no"};
    AppendCsv(text, fields);
  }
  return text;
}

Result<void> SaveNationalEstimates(Database& database, const std::vector<NationalEstimate>& rows,
                                   const std::string& file_name, const std::string& file_hash,
                                   Instant received) {
  Transaction transaction = TRY(Transaction::Begin(database));
  std::int64_t id = 1;
  TRY(database.Query("SELECT COALESCE(MAX(id), 0) + 1 FROM national_estimate_file", {},
                     [&](const SqlRow& row) -> Result<void> {
                       id = row.Int(0);
                       return {};
                     }));
  const std::vector<SqlValue> file{id, file_name, file_hash, std::int64_t{received}};
  TRY(
      database.Execute("INSERT INTO national_estimate_file (id, file_name, file_hash, received) "
                       "VALUES ($1, $2, $3, $4)",
                       file));
  std::vector<std::vector<SqlValue>> values;
  std::int64_t ordinal = 0;
  for (const NationalEstimate& e : rows) {
    const SqlValue upper = e.upper ? SqlValue(*e.upper) : SqlValue();
    values.push_back({id, ordinal++, e.geo, std::int64_t{e.period.first},
                      std::int64_t{e.period.last}, e.population, e.method, e.observed, e.point,
                      e.lower, upper, e.level, e.model, e.verdict, e.source,
                      std::int64_t{e.synthetic ? 1 : 0}});
  }
  TRY(database.ExecuteMany(
      "INSERT INTO national_estimate (file_id, ordinal, geo, period_first, period_last, "
      "population, method, observed, point, lower_bound, upper_bound, level, model, verdict, "
      "source, synthetic) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "
      "$15, $16)",
      values));
  return transaction.Commit();
}

Result<std::vector<NationalEstimate>> LoadNationalEstimates(Database& database,
                                                            std::optional<Period> within,
                                                            std::optional<Instant> as_of) {
  constexpr int kLastYear = 9999;
  const std::int64_t first = within ? within->first : 0;
  const std::int64_t last = within ? within->last : kLastYear;
  const std::vector<SqlValue> values{first, last};
  std::map<Key, NationalEstimate> newest;
  TRY(database.Query(
      "SELECT geo, period_first, period_last, population, method, observed, point, lower_bound, "
      "upper_bound, level, model, verdict, source, synthetic, file_name, file_hash, received "
      "FROM national_estimate JOIN national_estimate_file ON file_id = id "
      "WHERE period_first >= $1 AND period_last <= $2 ORDER BY received, id, ordinal",
      values, [&](const SqlRow& row) -> Result<void> {
        NationalEstimate e = EstimateOf(row);
        if (as_of && e.received > *as_of) return {};
        Key key = KeyOf(e);
        newest.insert_or_assign(std::move(key), std::move(e));
        return {};
      }));
  std::vector<NationalEstimate> rows;
  for (auto& [key, estimate] : newest) rows.push_back(std::move(estimate));
  return rows;
}

}  // namespace thb
