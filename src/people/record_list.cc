// Worklists and counts. SQL answers from an index which rows might be the actor's; Decide says of
// each whether it is. What it refuses is neither shown nor counted.

#include <algorithm>
#include <map>

#include "base/text.h"
#include "people/authorize.h"
#include "people/internal/person_rows.h"
#include "people/internal/record_rows.h"
#include "people/internal/rows.h"
#include "people/record.h"

namespace thb {
namespace {

constexpr int kBatch = 100;
constexpr int kFew = 1'000;  // records taken part in

// Where a page begins: after the record with this time of change and this id.
struct Position {
  Instant changed = 0;
  std::string id;
};

// One index range of candidates, last changed first.
struct Source {
  std::string condition;         // over record, without the shared filters
  std::vector<SqlValue> values;  // its parameters, from $1
  // So few that each is looked up and the rest sorted. Else one goes through all open records in
  // their order, which is soon done where many of them fit.
  bool few = false;
};

struct Candidate {
  RecordHead head;
  RecordFacts facts;
};

Result<std::optional<Position>> ParsePosition(std::string_view text) {
  if (text.empty()) return std::optional<Position>();
  const auto parts = Split(text, '.');
  const auto changed = parts.size() == 2 ? ParseInt(parts[0]) : std::nullopt;
  if (!changed || !LooksLikeId(parts[1])) {
    return Fail(ErrorCode::kUsage, "not the mark of a page", "after", "begin at the first page");
  }
  return std::optional(Position{*changed, std::string(parts[1])});
}

Scope WidestScope(const Actor& actor) {
  Scope widest = Scope::kOwn;
  for (const RoleGrant& grant : actor.roles) widest = std::max(widest, grant.scope);
  return widest;
}

void AddOwned(const Actor& actor, bool mine, std::vector<Source>& sources) {
  const Scope scope = mine ? Scope::kOwn : WidestScope(actor);
  if (scope == Scope::kNational) {
    sources.push_back({"1 = 1", {}});
  } else if (scope == Scope::kOrganisation) {
    sources.push_back({"organisation = $1", {actor.organisation}});
  }
  if (scope >= Scope::kOrganisation) return;
  sources.push_back({"owner = $1", {actor.account}});
  if (mine) return;
  for (const std::string& colleague : actor.stands_for) {
    sources.push_back({"owner = $1", {colleague}});
  }
  if (scope != Scope::kGroup) return;
  for (const std::string& group : actor.groups) {
    sources.push_back({"organisation = $1 AND team = $2", {actor.organisation, group}});
  }
}

// Records in which an organisation or an account takes part.
Result<void> AddTakingPart(Database& database, const char* column, const std::string& who,
                           std::vector<Source>& sources) {
  const std::string part = "SELECT record_id FROM record_participant WHERE " + std::string(column);
  int count = 0;
  const std::vector<SqlValue> values = {who, std::int64_t{kFew + 1}};
  TRY(database.Query(part + " = $1 LIMIT $2", values, [&](const SqlRow&) -> Result<void> {
    ++count;
    return {};
  }));
  if (count > 0) sources.push_back({"id IN (" + part + " = $1)", {who}, count <= kFew});
  return {};
}

Result<void> AddShared(Database& database, const Actor& actor, std::vector<Source>& sources) {
  TRY(AddTakingPart(database, "organisation", actor.organisation, sources));
  TRY(AddTakingPart(database, "account", actor.account, sources));
  for (const BreakGlass& glass : actor.broken_glass) {
    sources.push_back({"id = $1", {glass.record}, true});
  }
  return {};
}

Result<std::vector<Source>> SourcesFor(Database& database, const Actor& actor,
                                       const RecordFilter& filter) {
  std::vector<Source> sources;
  if (filter.participating != Participating::kShared || filter.mine) {
    AddOwned(actor, filter.mine, sources);
  }
  if (filter.participating != Participating::kOwned && !filter.mine) {
    TRY(AddShared(database, actor, sources));
  }
  return sources;
}

class Statement {
 public:
  explicit Statement(const Source& source)
      : sql_("SELECT " + std::string(kHeadColumns) + " FROM record WHERE " + source.condition),
        values_(source.values),
        plus_(source.few ? "+" : "") {}

  void Require(const std::string& column, const std::string& comparison, SqlValue value) {
    sql_ += " AND " + column + " " + comparison + " " + Bind(std::move(value));
  }
  void RequireClosed(bool closed) { Require(plus_ + "closed", "=", std::int64_t{closed}); }
  void After(const Position& position) {
    sql_ += " AND (changed, id) < (" + Bind(position.changed);
    sql_ += ", " + Bind(position.id) + ")";
  }
  Result<void> Run(Database& database, int limit,
                   const std::function<Result<void>(const SqlRow&)>& row) {
    sql_ += " ORDER BY " + plus_ + "changed DESC, id DESC LIMIT " + Bind(std::int64_t{limit});
    return database.Query(sql_, values_, row);
  }

 private:
  std::string Bind(SqlValue value) {
    values_.push_back(std::move(value));
    return "$" + std::to_string(values_.size());
  }
  std::string sql_;
  std::vector<SqlValue> values_;
  std::string plus_;  // before a column, keeps the database from going by its index
};

void ApplyFilter(const RecordFilter& filter, Statement& statement) {
  if (filter.closed) statement.RequireClosed(*filter.closed);
  if (filter.urgent_only) statement.Require("urgent", "=", std::int64_t{1});
  if (filter.age_band) {
    statement.Require("age_band", "=", std::string(AgeBandName(*filter.age_band)));
  }
  if (filter.status) {
    statement.Require("status", "=", std::string(VictimStatusName(*filter.status)));
  }
  if (!filter.owner.empty()) statement.Require("owner", "=", filter.owner);
}

bool LaterChanged(const RecordHead& left, const RecordHead& right) {
  if (left.changed != right.changed) return left.changed > right.changed;
  return left.id > right.id;
}

// The next candidates of all sources together, without those that come twice. Empty at the end.
Result<std::vector<RecordHead>> NextHeads(const Work& work, const std::vector<Source>& sources,
                                          const RecordFilter& filter,
                                          const std::optional<Position>& after) {
  std::vector<RecordHead> heads;
  for (const Source& source : sources) {
    Statement statement(source);
    ApplyFilter(filter, statement);
    if (after) statement.After(*after);
    TRY(statement.Run(work.database, kBatch, [&](const SqlRow& row) -> Result<void> {
      heads.push_back(TRY(ReadHead(row)));
      return {};
    }));
  }
  std::sort(heads.begin(), heads.end(), LaterChanged);
  const auto twice =
      std::unique(heads.begin(), heads.end(),
                  [](const RecordHead& a, const RecordHead& b) { return a.id == b.id; });
  heads.erase(twice, heads.end());
  // Beyond one batch, a source may have left something out that comes between.
  if (heads.size() > kBatch) heads.resize(kBatch);
  return heads;
}

// Calls `each` for every record that the actor may list, in order, until it says false.
Result<void> ForEachListed(const Work& work, const RecordFilter& filter,
                           const std::function<Result<bool>(const Candidate&)>& each) {
  const std::vector<Source> sources = TRY(SourcesFor(work.database, work.actor, filter));
  std::optional<Position> after = TRY(ParsePosition(filter.after));
  for (;;) {
    const std::vector<RecordHead> heads = TRY(NextHeads(work, sources, filter, after));
    if (heads.empty()) return {};
    std::vector<RecordFacts> facts = TRY(FactsOfHeads(work.database, heads));
    for (std::size_t i = 0; i < heads.size(); ++i) {
      const Candidate candidate{heads[i], std::move(facts[i])};
      const Verdict verdict = work.roles.Decide(work.actor, candidate.facts, Right::kList,
                                                FieldGroup::kReference, work.now);
      if (verdict.allowed && !TRY(each(candidate))) return {};
    }
    after = Position{heads.back().changed, heads.back().id};
    if (heads.size() < kBatch) return {};
  }
}

bool MayReadIdentity(const Work& work, const RecordFacts& facts) {
  return work.roles.Decide(work.actor, facts, Right::kRead, FieldGroup::kIdentity, work.now)
      .allowed;
}

Result<void> LogList(const Work& work, const std::vector<std::string>& ids) {
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(LogAct(work, "record.list", "record", ids, "list"));
  return transaction.Commit();
}

}  // namespace

Result<RecordPage> ListRecords(const Work& work, const RecordFilter& filter) {
  if (filter.limit < 1 || filter.limit > kMaxListed) {
    return Fail(ErrorCode::kLimit, "a page has 1 to " + std::to_string(kMaxListed) + " records",
                "limit", "ask for fewer");
  }
  RecordPage page;
  std::vector<std::string> named;
  TRY(ForEachListed(work, filter, [&](const Candidate& candidate) -> Result<bool> {
    if (static_cast<int>(page.lines.size()) == filter.limit) {
      const RecordHead& last = page.lines.back().head;
      page.next = std::to_string(last.changed) + "." + last.id;
      return false;
    }
    page.lines.push_back({candidate.head, ""});
    if (MayReadIdentity(work, candidate.facts)) named.push_back(candidate.head.id);
    return true;
  }));
  const auto names = TRY(VictimNames(work, named));
  std::vector<std::string> shown;
  for (RecordLine& line : page.lines) {
    const auto name = names.find(line.head.id);
    if (name != names.end()) line.name = name->second;
    shown.push_back(line.head.id);
  }
  TRY(LogList(work, shown));
  return page;
}

Result<RecordCounts> CountRecords(const Work& work) {
  RecordCounts counts;
  TRY(ForEachListed(work, RecordFilter{}, [&](const Candidate& candidate) -> Result<bool> {
    if (counts.open == kMaxCounted) {
      counts.more = true;
      return false;
    }
    const RecordHead& head = candidate.head;
    ++counts.open;
    counts.urgent += head.urgent ? 1 : 0;
    counts.mine += head.owner == work.actor.account ? 1 : 0;
    const bool child = head.age_band == AgeBand::kChild || head.age_band == AgeBand::kPresumedChild;
    counts.children += child ? 1 : 0;
    return true;
  }));
  return counts;
}

Result<std::vector<OwnerLoad>> LoadByOwner(const Work& work) {
  TRY(RequireDuty(work, "supervise"));
  RecordFilter filter;
  filter.participating = Participating::kOwned;
  std::map<std::string, OwnerLoad> by_owner;
  TRY(ForEachListed(work, filter, [&](const Candidate& candidate) -> Result<bool> {
    if (candidate.head.organisation != work.actor.organisation) return true;
    OwnerLoad& load = by_owner[candidate.head.owner];
    load.owner = candidate.head.owner;
    ++load.open;
    load.urgent += candidate.head.urgent ? 1 : 0;
    return true;
  }));
  std::vector<OwnerLoad> load;
  for (auto& [owner, one] : by_owner) load.push_back(std::move(one));
  return load;
}

}  // namespace thb
