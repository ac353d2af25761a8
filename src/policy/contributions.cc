#include "policy/contributions.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "base/csv.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr std::array<const char*, 7> kColumns{"theme",        "period",       "state", "kind",
                                              "statement_en", "statement_nl", "source"};
constexpr std::size_t kMaxContributions = 100000;
constexpr std::string_view kStates = "{states}";

constexpr std::array<std::pair<ContributionKind, const char*>, 3> kKinds{
    {{ContributionKind::kClosed, "closed"},
     {ContributionKind::kExample, "example"},
     {ContributionKind::kRanked, "ranked"}}};

std::optional<ContributionKind> KindOf(std::string_view name) {
  for (const auto& [kind, text] : kKinds) {
    if (name == text) return kind;
  }
  return std::nullopt;
}

std::string NameOf(ContributionKind kind) {
  return std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& k) { return k.first == kind; })
      ->second;
}

bool SameList(const Contribution& a, const Contribution& b) {
  return a.theme == b.theme && a.period == b.period;
}

// Reads and checks one file.
class Parser {
 public:
  Parser(std::string_view text, const std::string& place, const Codes& codes)
      : reader_(text, place, GuessSeparator(text)),
        codes_(codes),
        members_(codes.Members("EU27_2020")) {}

  Result<std::vector<Contribution>> Parse() {
    TRY(ReadHeader());
    while (TRY(reader_.Next(fields_))) {
      if (rows_.size() == kMaxContributions) {
        return Fail(ErrorCode::kLimit,
                    "more than " + std::to_string(kMaxContributions) + " contributions",
                    reader_.Place(), "split the file");
      }
      TRY(ReadRow());
    }
    return std::move(rows_);
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
      if (found == fields_.end()) {
        return Wrong(ErrorCode::kStructure, std::string("no column ") + kColumns[i],
                     "name the columns theme, period, state, kind, statement_en, statement_nl, "
                     "source");
      }
      columns_[i] = static_cast<std::size_t>(found - fields_.begin());
    }
    width_ = fields_.size();
    return {};
  }

  const std::string& Field(std::size_t column) const { return fields_[columns_[column]]; }

  Result<void> ReadRow() {
    if (fields_.size() != width_) {
      return Wrong(ErrorCode::kStructure,
                   "the row has " + std::to_string(fields_.size()) + " fields, not " +
                       std::to_string(width_),
                   "quote fields that hold the separator");
    }
    Contribution row;
    row.theme = Field(0);
    const Result<Period> period = ParsePeriod(Field(1));
    if (!period) {
      return Wrong(ErrorCode::kBadValue, period.error().what, "write 2020 or 2019-2020");
    }
    row.period = *period;
    row.state = Field(2);
    const auto kind = KindOf(Field(3));
    if (!kind) {
      return Wrong(ErrorCode::kUnknownCode, "no kind of list: " + Field(3),
                   "write closed, example or ranked");
    }
    row.kind = *kind;
    row.statement_en = Field(4);
    row.statement_nl = Field(5);
    row.source = Field(6);
    TRY(CheckTheme(row));
    TRY(CheckState(row));
    TRY(JoinList(row));
    rows_.push_back(std::move(row));
    return {};
  }

  Result<void> CheckTheme(const Contribution& row) const {
    const std::string group = row.theme.substr(0, row.theme.find('.'));
    const std::vector<std::string>& groups = ContributionGroups();
    if (std::find(groups.begin(), groups.end(), group) != groups.end()) return {};
    return Wrong(ErrorCode::kUnknownCode, "no group of themes: " + group,
                 "begin the theme with one of " + Join(groups, ", "));
  }

  Result<void> CheckState(const Contribution& row) const {
    const CodeList* geo = codes_.Find("geo");
    const bool known = geo != nullptr && geo->Find(row.state) != nullptr;
    if (!known || codes_.IsAggregate(row.state)) {
      return Wrong(ErrorCode::kUnknownCode, "no country " + row.state, "use Eurostat's geo codes");
    }
    const bool member = std::find(members_.begin(), members_.end(), row.state) != members_.end();
    if (member || row.kind == ContributionKind::kRanked) return {};
    return Wrong(ErrorCode::kUnknownCode, row.state + " is not a Member State",
                 "use kind ranked for a list of other countries");
  }

  // Completes the row from the list that it continues, or begins a list.
  Result<void> JoinList(Contribution& row) {
    if (!rows_.empty() && SameList(rows_.back(), row)) return ContinueList(row);
    const auto key = std::make_tuple(row.theme, row.period.first, row.period.last);
    if (!lists_.insert(key).second) {
      return Wrong(ErrorCode::kStructure, "the list " + row.theme + " is not in one piece",
                   "put its rows below one another");
    }
    states_ = {row.state};
    for (const std::string* statement : {&row.statement_en, &row.statement_nl}) {
      const std::size_t at = statement->find(kStates);
      if (at == std::string::npos || statement->find(kStates, at + 1) != std::string::npos) {
        return Wrong(ErrorCode::kBadValue, "a statement does not hold {states} once",
                     "write {states} where the Member States are to be named");
      }
    }
    return {};
  }

  Result<void> ContinueList(Contribution& row) {
    const Contribution& first = rows_.back();
    if (row.statement_en.empty()) row.statement_en = first.statement_en;
    if (row.statement_nl.empty()) row.statement_nl = first.statement_nl;
    if (row.statement_en != first.statement_en || row.statement_nl != first.statement_nl ||
        row.kind != first.kind || row.source != first.source) {
      return Wrong(ErrorCode::kConflict, "the row differs from its list " + row.theme,
                   "give all rows of a list one kind, statement and source");
    }
    if (!states_.insert(row.state).second) {
      return Wrong(ErrorCode::kConflict, row.state + " is in the list " + row.theme + " twice",
                   "remove one");
    }
    return {};
  }

  CsvReader reader_;
  const Codes& codes_;
  std::vector<std::string> members_;
  std::array<std::size_t, kColumns.size()> columns_{};
  std::size_t width_ = 0;
  std::vector<std::string> fields_;
  std::vector<Contribution> rows_;
  std::set<std::tuple<std::string, int, int>> lists_;
  std::set<std::string> states_;  // of the list that is being read
};

std::string_view GroupOf(std::string_view theme) {
  return theme.substr(0, theme.find('.'));
}

}  // namespace

const std::vector<std::string>& ContributionGroups() {
  static const std::vector<std::string> kGroups{"statistics", "online",   "sexual",    "labour",
                                                "other",      "children", "migration", "approach",
                                                "demand",     "justice"};
  return kGroups;
}

Result<std::vector<Contribution>> ParseContributions(std::string_view text,
                                                     const std::string& place, const Codes& codes) {
  if (const std::size_t bad = FindInvalidUtf8(text); bad != std::string_view::npos) {
    return Fail(ErrorCode::kEncoding, "not valid UTF-8 at byte " + std::to_string(bad), place,
                "save the file as UTF-8");
  }
  return Parser(text, place, codes).Parse();
}

Result<void> SaveContributions(Database& database, const std::vector<Contribution>& contributions) {
  Transaction transaction = TRY(Transaction::Begin(database));
  std::vector<std::vector<SqlValue>> rows;
  std::int64_t ordinal = 0;
  std::int64_t list_ordinal = 0;
  for (std::size_t i = 0; i < contributions.size(); ++i) {
    const Contribution& row = contributions[i];
    const std::int64_t first = row.period.first;
    const std::int64_t last = row.period.last;
    if (i == 0 || !SameList(contributions[i - 1], row)) {
      ordinal = 0;
      ++list_ordinal;
      const std::vector<SqlValue> key{row.theme, first, last};
      TRY(
          database.Execute("DELETE FROM contribution WHERE theme = $1 AND period_first = $2 AND "
                           "period_last = $3",
                           key));
    }
    rows.push_back({row.theme, first, last, ordinal++, list_ordinal, row.state, NameOf(row.kind),
                    row.statement_en, row.statement_nl, row.source});
  }
  TRY(database.ExecuteMany(
      "INSERT INTO contribution (theme, period_first, period_last, ordinal, list_ordinal, state, "
      "kind, statement_en, statement_nl, source) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      rows));
  return transaction.Commit();
}

Result<std::vector<Contribution>> LoadContributions(Database& database, Period period) {
  std::vector<Contribution> contributions;
  const std::vector<SqlValue> values{std::int64_t{period.last}, std::int64_t{period.first}};
  TRY(database.Query(
      "SELECT theme, period_first, period_last, state, kind, statement_en, statement_nl, source "
      "FROM contribution WHERE period_first <= $1 AND period_last >= $2 "
      "ORDER BY list_ordinal, theme, period_first, period_last, ordinal",
      values, [&](const SqlRow& row) -> Result<void> {
        Contribution contribution;
        contribution.theme = row.Text(0);
        contribution.period = {static_cast<int>(row.Int(1)), static_cast<int>(row.Int(2))};
        contribution.state = row.Text(3);
        contribution.kind = KindOf(row.Text(4)).value_or(ContributionKind::kClosed);
        contribution.statement_en = row.Text(5);
        contribution.statement_nl = row.Text(6);
        contribution.source = row.Text(7);
        contributions.push_back(std::move(contribution));
        return {};
      }));
  std::vector<Contribution> ordered;
  for (const std::string& group : ContributionGroups()) {
    std::copy_if(contributions.begin(), contributions.end(), std::back_inserter(ordered),
                 [&](const Contribution& row) { return GroupOf(row.theme) == group; });
  }
  return ordered;
}

}  // namespace thb
