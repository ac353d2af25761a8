#include "demo/internal/victims.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <numeric>
#include <span>
#include <utility>

#include "base/text.h"
#include "demo/internal/draw.h"
#include "demo/internal/order.h"
#include "demo/internal/program.h"
#include "demo/internal/rounding.h"
#include "demo/internal/tables.h"

namespace thb {
namespace {

constexpr const char* kOwn = "NAT";
constexpr const char* kOtherEu = "EU27_2020_FOR";
constexpr const char* kNonEu = "NEU27_2020_FOR";

// How far the seed moves what no figure fixes, as standard deviations of a factor's logarithm.
constexpr double kStateNoise = 0.05;
constexpr double kYearNoise = 0.10;
constexpr double kPersonNoise = 0.15;
constexpr double kOriginNoise = 0.15;

// Modelled: how the chance of a man, of a child and of a foreigner differs by form. The published
// shares then correct the whole.
struct FormProfile {
  const char* form;
  double male;
  double child;
  double non_eu;
};
constexpr std::array<FormProfile, 12> kFormProfiles = {{{"ICCS02041", 0.3, 1.0, 1.0},
                                                        {"ICCS02042", 3.0, 0.7, 1.3},
                                                        {"BEG", 1.3, 3.0, 0.4},
                                                        {"CRIM", 2.5, 1.5, 0.8},
                                                        {"ORG", 1.5, 0.2, 1.0},
                                                        {"BENFR", 1.0, 0.2, 0.3},
                                                        {"FMAR", 0.1, 1.5, 1.0},
                                                        {"SHAM", 0.1, 0.1, 0.3},
                                                        {"ADOPT", 1.0, 50.0, 0.3},
                                                        {"SURR", 0.0, 0.1, 0.5},
                                                        {"OTH", 1.0, 0.6, 1.0},
                                                        {"UNK", 1.0, 1.4, 1.0}}};
constexpr double kChildOwnNational = 1.6;
constexpr double kChildNonEu = 0.4;
// A state's total moves from its pattern by at most its `firm` part; without one it moves freely.
constexpr double kNotFirm = 1e9;

std::size_t FormIndex(const std::string& form) {
  const auto& codes = FormCodes();
  return static_cast<std::size_t>(std::ranges::find(codes, form) - codes.begin());
}

std::vector<std::string> YearCodes(const std::vector<int>& years) {
  std::vector<std::string> codes;
  for (const int year : years) codes.push_back(std::to_string(year));
  return codes;
}

std::vector<std::string> Origins(const Patterns& patterns) {
  std::vector<std::string> codes;
  for (const Pattern& pattern : patterns.all()) {
    if (pattern.measure == "origin") codes.push_back(pattern.geo);
  }
  return codes;
}

// Cells of `table` by their code on each of `dimensions`, in order of first appearance.
std::vector<std::vector<std::size_t>> GroupCells(const Table& table,
                                                 const std::vector<std::string>& dimensions) {
  std::map<std::vector<std::size_t>, std::vector<std::size_t>> groups;
  std::vector<std::size_t> at;
  for (const std::string& dimension : dimensions) {
    at.push_back(static_cast<std::size_t>(&table.axis(dimension) - table.axes().data()));
  }
  for (std::size_t cell = 0; cell < table.size(); ++cell) {
    std::vector<std::size_t> key;
    for (const std::size_t axis : at) key.push_back(table.Digit(cell, axis));
    groups[key].push_back(cell);
  }
  std::vector<std::vector<std::size_t>> cells;
  for (auto& [key, members] : groups) cells.push_back(std::move(members));
  return cells;
}

// The counts of a period from all sides.
struct VictimCounts {
  std::vector<std::int64_t> persons;
  std::vector<std::int64_t> states;
  std::vector<std::int64_t> totals;
  std::vector<std::int64_t> abroad;
  std::vector<std::int64_t> origins;
};

class VictimModel {
 public:
  VictimModel(const std::vector<int>& years, const Patterns& patterns)
      : patterns_(patterns),
        totals_({{"geo", MemberStates()}, {"time", YearCodes(years)}}),
        persons_({{"sex", SexCodes()},
                  {"age", AgeCodes()},
                  {"citizen", CitizenGroups()},
                  {"exploitation", FormCodes()}}),
        states_(
            {{"geo", MemberStates()}, {"citizen", CitizenGroups()}, {"exploitation", FormCodes()}}),
        home_({{"origin", MemberStates()}}),
        abroad_({{"origin", MemberStates()}}),
        origins_({{"origin", Origins(patterns)}}) {}

  Result<VictimCounts> Solve(const std::vector<const Target*>& targets,
                             const EarlierCounts& earlier, Random& random);

  const Table& abroad() const { return abroad_; }
  const Table& origins() const { return origins_; }

 private:
  void SetTotals();
  void SetStates(Random& random);
  void SetPersons();
  void Smooth(const std::vector<PlacedTarget>& placed);
  void SetOrigins(Random& random);
  void Link(Program& program) const;
  void LinkOrigins(Program& program) const;
  std::vector<Term> OriginTerms(const std::string& code, double coefficient) const;
  Result<void> RequireOrder(const Target& target, Program& program) const;
  Result<void> RequireWithin(const Target& target, Program& program) const;
  const Table& OriginTable(const Target& target) const;

  const Patterns& patterns_;
  Table totals_;   // state by year
  Table persons_;  // sex by age by citizenship group by form
  Table states_;   // state by citizenship group by form
  Table home_;     // own nationals by state
  Table abroad_;   // citizens of a Member State that another one registered
  Table origins_;  // citizens of other countries
};

void VictimModel::SetTotals() {
  for (std::size_t cell = 0; cell < totals_.size(); ++cell) {
    totals_.weights()[cell] =
        patterns_.Get(totals_.Code(cell, "geo"), "PER_VICT", totals_.Code(cell, "time"), 1);
  }
}

void VictimModel::SetStates(Random& random) {
  for (std::size_t cell = 0; cell < states_.size(); ++cell) {
    const std::string& geo = states_.Code(cell, "geo");
    const std::string& group = states_.Code(cell, "citizen");
    const std::string& form = states_.Code(cell, "exploitation");
    const double foreign = group == kNonEu ? kFormProfiles[FormIndex(form)].non_eu : 1.0;
    states_.weights()[cell] = patterns_.Get(geo, "citizen", group, 0) *
                              patterns_.Get(geo, "form", form, 0) * foreign *
                              Noise(random, kStateNoise);
  }
}

// The person table's start: the states_' cells spread by their sex and age patterns.
void VictimModel::SetPersons() {
  for (std::size_t cell = 0; cell < states_.size(); ++cell) {
    const std::string& geo = states_.Code(cell, "geo");
    const std::string& group = states_.Code(cell, "citizen");
    const FormProfile& profile = kFormProfiles[FormIndex(states_.Code(cell, "exploitation"))];
    std::array<double, 3> sex{};
    std::array<double, 3> age{};
    for (std::size_t i = 0; i < 3; ++i) {
      sex[i] =
          patterns_.Get(geo, "sex", SexCodes()[i], 0) * (SexCodes()[i] == "M" ? profile.male : 1);
      age[i] = patterns_.Get(geo, "age", AgeCodes()[i], 0);
    }
    age[0] *= profile.child;
    if (group == kOwn) age[0] *= kChildOwnNational;
    if (group == kNonEu) age[0] *= kChildNonEu;
    const double scale = (sex[0] + sex[1] + sex[2]) * (age[0] + age[1] + age[2]);
    if (scale <= 0) continue;
    const std::size_t plane = CitizenGroups().size() * FormCodes().size();
    for (std::size_t s = 0; s < 3; ++s) {
      for (std::size_t a = 0; a < 3; ++a) {
        persons_.weights()[(s * 3 + a) * plane + cell % plane] +=
            states_.weights()[cell] * sex[s] * age[a] / scale;
      }
    }
  }
}

// Rakes all tables to the targets and to each other.
void VictimModel::Smooth(const std::vector<PlacedTarget>& placed) {
  const auto by_state = GroupCells(states_, {"geo"});
  const auto total_by_state = GroupCells(totals_, {"geo"});
  const auto by_group = GroupCells(states_, {"citizen", "exploitation"});
  const auto person_by_group = GroupCells(persons_, {"citizen", "exploitation"});
  const std::vector<double> start = totals_.weights();
  std::vector<double> firm;
  for (std::size_t cell = 0; cell < totals_.size(); ++cell) {
    firm.push_back(patterns_.Get(totals_.Code(cell, "geo"), "firm", "PER_VICT", kNotFirm));
  }
  const auto fit = [](Table& table, const std::vector<std::size_t>& cells, double aim) {
    const double sum = table.Sum(cells);
    if (sum > 0) table.Scale(cells, aim / sum);
  };
  Rake(placed, [&] {
    double total = 0;
    for (std::size_t cell = 0; cell < totals_.size(); ++cell) {
      totals_.weights()[cell] = std::clamp(totals_.weights()[cell], start[cell] * (1 - firm[cell]),
                                           start[cell] * (1 + firm[cell]));
      total += totals_.weights()[cell];
    }
    double sum = 0;
    for (const double weight : persons_.weights()) sum += weight;
    for (double& weight : persons_.weights()) weight *= total / sum;
    for (std::size_t group = 0; group < by_group.size(); ++group) {
      fit(states_, by_group[group], persons_.Sum(person_by_group[group]));
    }
    for (std::size_t geo = 0; geo < by_state.size(); ++geo) {
      fit(states_, by_state[geo], totals_.Sum(total_by_state[geo]));
    }
  });
}

void VictimModel::SetOrigins(Random& random) {
  double other_eu = 0;
  double non_eu = 0;
  for (std::size_t cell = 0; cell < states_.size(); ++cell) {
    const std::string& group = states_.Code(cell, "citizen");
    const double weight = states_.weights()[cell];
    if (group == kOwn) home_.weights()[cell / (states_.size() / home_.size())] += weight;
    if (group == kOtherEu) other_eu += weight;
    if (group == kNonEu) non_eu += weight;
  }
  const auto spread = [&](Table& table, const std::string& measure, double total) {
    double sum = 0;
    for (std::size_t cell = 0; cell < table.size(); ++cell) {
      table.weights()[cell] =
          patterns_.Get(table.Code(cell, "origin"), measure, "", 1) * Noise(random, kStateNoise);
      sum += table.weights()[cell];
    }
    for (double& weight : table.weights()) weight *= total / sum;
  };
  spread(abroad_, "abroad", other_eu);
  spread(origins_, "origin", non_eu);
}

// Two tables of one population have the same margins.
void VictimModel::Link(Program& program) const {
  const auto link = [&program](const Table& left, const Table& right,
                               const std::vector<std::string>& dimensions) {
    const auto left_cells = GroupCells(left, dimensions);
    const auto right_cells = GroupCells(right, dimensions);
    for (std::size_t group = 0; group < left_cells.size(); ++group) {
      std::vector<Term> terms;
      AppendTerms(terms, left, left_cells[group], 1);
      AppendTerms(terms, right, right_cells[group], -1);
      program.RequireEqual("", std::move(terms), 0);
    }
  };
  link(states_, totals_, {"geo"});
  link(states_, persons_, {"citizen", "exploitation"});
}

void VictimModel::LinkOrigins(Program& program) const {
  const auto equate = [&](const Table& table, std::vector<std::size_t> cells,
                          const CellFilter& filter) {
    std::vector<Term> terms;
    AppendTerms(terms, table, cells, 1);
    AppendTerms(terms, states_, states_.Select(filter).value_or(std::vector<std::size_t>{}), -1);
    program.RequireEqual("", std::move(terms), 0);
  };
  for (std::size_t cell = 0; cell < home_.size(); ++cell) {
    equate(home_, {cell}, {{"geo", {home_.Code(cell, "origin")}}, {"citizen", {kOwn}}});
  }
  equate(abroad_, *abroad_.Select({}), {{"citizen", {kOtherEu}}});
  equate(origins_, *origins_.Select({}), {{"citizen", {kNonEu}}});
}

// Every victim of one citizenship: own nationals and those abroad, or one country outside the EU.
std::vector<Term> VictimModel::OriginTerms(const std::string& code, double coefficient) const {
  std::vector<Term> terms;
  for (const Table* table : {&home_, &abroad_, &origins_}) {
    const auto cells = table->Select({{"origin", {code}}});
    if (cells) AppendTerms(terms, *table, *cells, coefficient);
  }
  return terms;
}

const Table& VictimModel::OriginTable(const Target& target) const {
  return target.numerator_text == "origin=EU" ? home_ : origins_;
}

// A strict ranking: each listed citizenship ahead of the next, the last ahead of all others.
Result<void> VictimModel::RequireOrder(const Target& target, Program& program) const {
  const auto words = target.Words();
  const auto ahead = [&](const std::string& first, const std::string& second) {
    std::vector<Term> terms = OriginTerms(first, 1);
    const auto behind = OriginTerms(second, -1);
    terms.insert(terms.end(), behind.begin(), behind.end());
    program.RequireAtLeast(target.id, std::move(terms), 1);
  };
  for (std::size_t rank = 0; rank + 1 < words.size(); ++rank) ahead(words[rank], words[rank + 1]);
  for (const std::string& code : OriginTable(target).axis("origin").codes) {
    if (std::ranges::find(words, code) == words.end()) ahead(words.back(), code);
  }
  return {};
}

// "UA 10": ahead of every citizenship outside the ten with the largest modelled weights, so that at
// most nine are ahead of it.
Result<void> VictimModel::RequireWithin(const Target& target, Program& program) const {
  const auto words = target.Words();
  if (words.size() != 2) {
    return Fail(ErrorCode::kStructure, "not a citizenship and a rank: " + target.value,
                "rules/demo_targets.csv");
  }
  const auto rank = ParseInt(words[1]).value_or(0);
  std::vector<std::string> codes = OriginTable(target).axis("origin").codes;
  std::ranges::sort(codes, [this](const std::string& a, const std::string& b) {
    const double left = patterns_.Get(a, "origin", "", 0);
    const double right = patterns_.Get(b, "origin", "", 0);
    return left != right ? left > right : a < b;
  });
  for (std::size_t at = static_cast<std::size_t>(rank); at < codes.size(); ++at) {
    if (codes[at] == words[0]) continue;
    std::vector<Term> terms = OriginTerms(words[0], 1);
    const auto behind = OriginTerms(codes[at], -1);
    terms.insert(terms.end(), behind.begin(), behind.end());
    program.RequireAtLeast(target.id, std::move(terms), 1);
  }
  return {};
}

Result<VictimCounts> VictimModel::Solve(const std::vector<const Target*>& targets,
                                        const EarlierCounts& earlier, Random& random) {
  SetTotals();
  SetStates(random);
  SetPersons();
  const auto placed = TRY(PlaceTargets(targets, {&totals_, &persons_, &states_}, earlier));
  Smooth(placed);
  SetOrigins(random);
  Program program;
  for (Table* table : {&totals_, &persons_, &states_, &home_, &abroad_, &origins_})
    table->AddTo(program);
  Link(program);
  LinkOrigins(program);
  for (const PlacedTarget& one : placed) TRY(RequireTarget(one, program));
  for (const Target* target : targets) {
    if (target->kind == "order") TRY(RequireOrder(*target, program));
    if (target->kind == "within") TRY(RequireWithin(*target, program));
  }
  const auto solution = TRY(program.Solve());
  return VictimCounts{persons_.Counts(solution), states_.Counts(solution), totals_.Counts(solution),
                      abroad_.Counts(solution), origins_.Counts(solution)};
}

// The joint distribution, and the records.
class VictimExpansion {
 public:
  VictimExpansion(const VictimModel& model, const VictimCounts& counts,
                  const std::vector<int>& years, const Patterns& patterns, Random& random)
      : model_(model), counts_(counts), years_(years), patterns_(patterns), random_(random) {}

  Result<std::vector<VictimRecord>> Run() {
    TRY(SplitYears());
    const std::size_t groups = CitizenGroups().size() * FormCodes().size();
    for (std::size_t group = 0; group < groups; ++group) TRY(SpreadPersons(group));
    TRY(AssignCitizens(kOtherEu, model_.abroad(), counts_.abroad, "abroad"));
    TRY(AssignCitizens(kNonEu, model_.origins(), counts_.origins, "origin"));
    for (VictimRecord& record : records_) DrawTheRest(record);
    return ByYearAndState(std::move(records_));
  }

 private:
  Result<void> SplitYears();
  Result<void> SpreadPersons(std::size_t group);
  Result<void> AssignCitizens(const std::string& group, const Table& table,
                              const std::vector<std::int64_t>& countries,
                              const std::string& measure);
  void DrawCountries(const std::string& geo, const std::string& group, const Table& table,
                     std::vector<std::int64_t> left);
  void DrawTheRest(VictimRecord& record);
  std::string DrawEntity(const VictimRecord& record);
  void DrawSecondForm(VictimRecord& record);

  const VictimModel& model_;
  const VictimCounts& counts_;
  const std::vector<int>& years_;
  const Patterns& patterns_;
  Random& random_;
  // [state cell][year]
  std::vector<std::vector<std::int64_t>> by_year_;
  std::vector<VictimRecord> records_;
};

Result<void> VictimExpansion::SplitYears() {
  const std::size_t groups = CitizenGroups().size() * FormCodes().size();
  by_year_.resize(counts_.states.size());
  for (std::size_t geo = 0; geo < MemberStates().size(); ++geo) {
    const std::span rows = std::span(counts_.states).subspan(geo * groups, groups);
    const std::span columns = std::span(counts_.totals).subspan(geo * years_.size(), years_.size());
    std::vector<double> prior;
    for (const std::int64_t row : rows) {
      for (const std::int64_t column : columns) {
        prior.push_back(static_cast<double>(row) * static_cast<double>(column) *
                        Noise(random_, kYearNoise));
      }
    }
    const auto split = TRY(RoundToMargins(prior, {rows, columns}));
    for (std::size_t group = 0; group < groups; ++group) {
      const auto begin = split.begin() + static_cast<std::ptrdiff_t>(group * years_.size());
      by_year_[geo * groups + group].assign(begin,
                                            begin + static_cast<std::ptrdiff_t>(years_.size()));
    }
  }
  return {};
}

// Distributes the persons of one citizenship group and form over states and years.
Result<void> VictimExpansion::SpreadPersons(std::size_t group) {
  const std::size_t groups = CitizenGroups().size() * FormCodes().size();
  std::vector<std::int64_t> columns;
  for (std::size_t kind = 0; kind < 9; ++kind) {
    columns.push_back(counts_.persons[kind * groups + group]);
  }
  std::vector<std::int64_t> rows;
  std::vector<double> prior;
  for (std::size_t geo = 0; geo < MemberStates().size(); ++geo) {
    for (std::size_t year = 0; year < years_.size(); ++year) {
      rows.push_back(by_year_[geo * groups + group][year]);
      for (std::size_t kind = 0; kind < 9; ++kind) {
        prior.push_back(static_cast<double>(columns[kind]) * static_cast<double>(rows.back()) *
                        patterns_.Get(MemberStates()[geo], "sex", SexCodes()[kind / 3], 0) *
                        patterns_.Get(MemberStates()[geo], "age", AgeCodes()[kind % 3], 0) *
                        Noise(random_, kPersonNoise));
      }
    }
  }
  const auto spread = TRY(RoundToMargins(prior, {rows, columns}));
  for (std::size_t cell = 0; cell < spread.size(); ++cell) {
    const std::size_t row = cell / 9;
    const std::size_t kind = cell % 9;
    VictimRecord record;
    record.geo = MemberStates()[row / years_.size()];
    record.year = years_[row % years_.size()];
    record.sex = SexCodes()[kind / 3];
    record.age = AgeCodes()[kind % 3];
    record.citizen = CitizenGroups()[group / FormCodes().size()];
    if (record.citizen == kOwn) record.citizen = record.geo;
    record.exploitation = FormCodes()[group % FormCodes().size()];
    records_.insert(records_.end(), static_cast<std::size_t>(spread[cell]), record);
  }
  return {};
}

// Gives the victims of a citizenship group their countries: first how many of each country every
// state has, then who.
Result<void> VictimExpansion::AssignCitizens(const std::string& group, const Table& table,
                                             const std::vector<std::int64_t>& countries,
                                             const std::string& measure) {
  std::vector<std::int64_t> rows;
  std::vector<double> prior;
  for (const std::string& geo : MemberStates()) {
    rows.push_back(std::ranges::count_if(records_, [&](const VictimRecord& record) {
      return record.geo == geo && record.citizen == group;
    }));
    for (const std::string& country : table.axis("origin").codes) {
      const double weight = country == geo ? 0 : patterns_.Get(country, measure, "", 0);
      prior.push_back(weight * patterns_.Get(geo, "affinity", country, 1) *
                      Noise(random_, kOriginNoise));
    }
  }
  const auto counts = TRY(RoundToMargins(prior, {rows, countries}));
  for (std::size_t geo = 0; geo < rows.size(); ++geo) {
    const auto begin = counts.begin() + static_cast<std::ptrdiff_t>(geo * countries.size());
    DrawCountries(MemberStates()[geo], group, table,
                  {begin, begin + static_cast<std::ptrdiff_t>(countries.size())});
  }
  return {};
}

void VictimExpansion::DrawCountries(const std::string& geo, const std::string& group,
                                    const Table& table, std::vector<std::int64_t> left) {
  std::vector<VictimRecord*> members;
  for (VictimRecord& record : records_) {
    if (record.geo == geo && record.citizen == group) members.push_back(&record);
  }
  Shuffle(random_, members);
  const auto& codes = table.axis("origin").codes;
  std::vector<double> sexual;
  for (const std::string& code : codes) sexual.push_back(patterns_.Get(code, "sexual", "", 1));
  for (VictimRecord* record : members) {
    std::vector<double> weights;
    for (std::size_t at = 0; at < codes.size(); ++at) {
      weights.push_back(static_cast<double>(left[at]) *
                        (record->exploitation == "ICCS02041" ? sexual[at] : 1));
    }
    const std::size_t drawn = DrawIndex(random_, weights);
    record->citizen = codes[drawn];
    --left[drawn];
  }
}

std::string VictimExpansion::DrawEntity(const VictimRecord& record) {
  const Distribution& entities = patterns_.Of(record.exploitation, "entity");
  return entities.codes.empty() ? "UNK" : entities.codes[DrawIndex(random_, entities.weights)];
}

// Some victims are exploited in a second form; the main form comes first.
void VictimExpansion::DrawSecondForm(VictimRecord& record) {
  if (record.exploitation == "UNK") return;
  record.forms = {record.exploitation};
  const Distribution& seconds = patterns_.Of(record.exploitation, "second_form");
  std::vector<double> percent = seconds.weights;
  percent.push_back(100 - std::accumulate(percent.begin(), percent.end(), 0.0));
  const std::size_t drawn = DrawIndex(random_, percent);
  if (drawn < seconds.codes.size()) record.forms.push_back(seconds.codes[drawn]);
}

void VictimExpansion::DrawTheRest(VictimRecord& record) {
  const double identified = patterns_.Get(record.geo, "status", "IDENTIFIED", 0) / 100;
  record.status = random_.Uniform() < identified ? "IDENTIFIED" : "PRESUMED";
  record.entity = DrawEntity(record);
  DrawSecondForm(record);
}

}  // namespace

Result<std::vector<VictimRecord>> BuildVictims(const std::string& period,
                                               const std::vector<int>& years,
                                               const std::vector<Target>& targets,
                                               const Patterns& patterns,
                                               const EarlierCounts& earlier, Random& random) {
  std::vector<const Target*> of_period;
  for (const Target& target : targets) {
    if (target.population == "PER_VICT" && target.period == period) of_period.push_back(&target);
  }
  VictimModel model(years, patterns);
  const VictimCounts counts = TRY(model.Solve(of_period, earlier, random));
  return VictimExpansion(model, counts, years, patterns, random).Run();
}

}  // namespace thb
