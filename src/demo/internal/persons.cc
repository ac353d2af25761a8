#include "demo/internal/persons.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
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

constexpr double kStateNoise = 0.04;
constexpr double kPersonNoise = 0.15;

constexpr const char* kFirstUse = "2017-2018";
constexpr const char* kSecondUse = "2019-2020";

// Modelled shares in percent, in the order of the code lists above and of CitizenGroups().
constexpr std::array<double, 3> kSexShares = {23, 74, 3};
constexpr std::array<double, 3> kAgeShares = {3, 91, 6};
constexpr std::array<double, 5> kCitizenShares = {42, 19, 32, 2, 5};
// Added to a state's percentages of victims by citizenship, which draws its suspects halfway to the
// EU's.
constexpr double kPersonPattern = 50;
constexpr double kOwnNationalInUse = 0.7;  // of the buyers of services
constexpr double kSexualInUse = 0.8;

TableAxis StageAxis() {
  return {"leg_stat", {"PER_SUSP", "PER_PRSC", "PER_CNV"}};
}
TableAxis YearAxis() {
  return {"time", {"2017", "2018", "2019", "2020", "2021"}};
}
TableAxis UseYearAxis() {
  return {"time", {"2017", "2018", "2019", "2020"}};
}

std::vector<std::string> StatesWith(const Patterns& patterns, const std::string& period) {
  std::vector<std::string> states;
  for (const std::string& geo : MemberStates()) {
    if (patterns.Get(geo, "use_of_services", period, 0) > 0) states.push_back(geo);
  }
  std::ranges::sort(states);
  return states;
}

class PersonModel {
 public:
  explicit PersonModel(const Patterns& patterns)
      : patterns_(patterns),
        states_({{"offence", {"ART2"}}, StageAxis(), YearAxis(), {"geo", MemberStates()}}),
        persons_({{"offence", {"ART2"}},
                  StageAxis(),
                  YearAxis(),
                  {"sex", SexCodes()},
                  {"age", AgeCodes()},
                  {"citizen", CitizenGroups()}}),
        use_({{"offence", {"ART18_4"}}, StageAxis(), UseYearAxis(), {"geo", MemberStates()}}) {
    for (const std::string& geo : MemberStates()) {
      other_eu_[geo] = Countries(geo, "abroad");
      non_eu_[geo] = Countries(geo, "origin");
    }
  }

  Result<void> Solve(const std::vector<const Target*>& targets, Random& random);
  Result<std::vector<PersonRecord>> Expand(Random& random);

 private:
  void SetWeights(Random& random);
  void Fit();
  void Link(Program& program) const;
  Result<void> RequireReporters(const Target& target, Program& program) const;
  Result<void> ExpandStage(std::size_t stage_year, Random& random,
                           std::vector<PersonRecord>& records) const;
  void ExpandUse(Random& random, std::vector<PersonRecord>& records) const;
  void DrawTheRest(PersonRecord& record, Random& random) const;
  Distribution Countries(const std::string& geo, const std::string& measure) const;

  const Patterns& patterns_;
  Table states_;
  Table persons_;
  Table use_;
  std::map<std::string, Distribution> other_eu_;  // by reporting state
  std::map<std::string, Distribution> non_eu_;
  std::vector<std::int64_t> state_counts_;
  std::vector<std::int64_t> person_counts_;
  std::vector<std::int64_t> use_counts_;
};

void PersonModel::SetWeights(Random& random) {
  for (std::size_t cell = 0; cell < states_.size(); ++cell) {
    states_.weights()[cell] =
        patterns_.Get(states_.Code(cell, "geo"), states_.Code(cell, "leg_stat"),
                      states_.Code(cell, "time"), 1) *
        Noise(random, kStateNoise);
  }
  for (std::size_t cell = 0; cell < persons_.size(); ++cell) {
    persons_.weights()[cell] = kSexShares[persons_.Digit(cell, 3)] *
                               kAgeShares[persons_.Digit(cell, 4)] *
                               kCitizenShares[persons_.Digit(cell, 5)];
  }
  for (std::size_t cell = 0; cell < use_.size(); ++cell) {
    const bool first = use_.Digit(cell, 2) < 2;
    use_.weights()[cell] = patterns_.Get(use_.Code(cell, "geo"), "use_of_services",
                                         first ? kFirstUse : kSecondUse, 0) *
                           Noise(random, kStateNoise);
  }
}

// Every stage and year has as many persons in the person table as in the state table.
void PersonModel::Fit() {
  const std::size_t geos = MemberStates().size();
  const std::size_t kinds = persons_.size() / (states_.size() / geos);
  for (std::size_t block = 0; block < states_.size() / geos; ++block) {
    double aim = 0;
    double sum = 0;
    for (std::size_t geo = 0; geo < geos; ++geo) aim += states_.weights()[block * geos + geo];
    for (std::size_t kind = 0; kind < kinds; ++kind)
      sum += persons_.weights()[block * kinds + kind];
    for (std::size_t kind = 0; kind < kinds; ++kind) {
      persons_.weights()[block * kinds + kind] *= aim / sum;
    }
  }
}

void PersonModel::Link(Program& program) const {
  const std::size_t geos = MemberStates().size();
  const std::size_t kinds = persons_.size() / (states_.size() / geos);
  for (std::size_t block = 0; block < states_.size() / geos; ++block) {
    std::vector<Term> terms;
    for (std::size_t geo = 0; geo < geos; ++geo) {
      terms.push_back({states_.Variable(block * geos + geo), 1});
    }
    for (std::size_t kind = 0; kind < kinds; ++kind) {
      terms.push_back({persons_.Variable(block * kinds + kind), -1});
    }
    program.RequireEqual("", std::move(terms), 0);
  }
}

// As many states report as the figure says, and each of them has a suspect.
Result<void> PersonModel::RequireReporters(const Target& target, Program& program) const {
  const std::string period = target.numerator_text.substr(target.numerator_text.find('=') + 1);
  const auto reporting = StatesWith(patterns_, period);
  if (static_cast<double>(reporting.size()) != target.Number()) {
    return Fail(ErrorCode::kConflict,
                target.id + " says " + target.value + " states_, the patterns have " +
                    std::to_string(reporting.size()),
                "rules/demo_patterns.csv", "list as many states_ under use_of_services");
  }
  const std::vector<std::string> years = period == kFirstUse
                                             ? std::vector<std::string>{"2017", "2018"}
                                             : std::vector<std::string>{"2019", "2020"};
  for (const std::string& geo : reporting) {
    std::vector<Term> terms;
    const auto cells = use_.Select({{"geo", {geo}}, {"leg_stat", {"PER_SUSP"}}, {"time", years}});
    AppendTerms(terms, use_, *cells, 1);
    program.RequireAtLeast(target.id, std::move(terms), 1);
  }
  return {};
}

Result<void> PersonModel::Solve(const std::vector<const Target*>& targets, Random& random) {
  SetWeights(random);
  const auto placed = TRY(PlaceTargets(targets, {&states_, &persons_, &use_}, {}));
  Rake(placed, [this] { Fit(); });
  Program program;
  for (Table* table : {&states_, &persons_, &use_}) table->AddTo(program);
  Link(program);
  for (const PlacedTarget& one : placed) TRY(RequireTarget(one, program));
  for (const Target* target : targets) {
    if (target->kind == "reporters") TRY(RequireReporters(*target, program));
  }
  const auto solution = TRY(program.Solve());
  state_counts_ = states_.Counts(solution);
  person_counts_ = persons_.Counts(solution);
  use_counts_ = use_.Counts(solution);
  return {};
}

// One stage in one year: persons over states, own nationals after the state's pattern.
Result<void> PersonModel::ExpandStage(std::size_t stage_year, Random& random,
                                      std::vector<PersonRecord>& records) const {
  const std::size_t geos = MemberStates().size();
  const std::size_t kinds = persons_.size() / (states_.size() / geos);
  const std::span rows = std::span(state_counts_).subspan(stage_year * geos, geos);
  const std::span columns = std::span(person_counts_).subspan(stage_year * kinds, kinds);
  std::vector<double> prior;
  for (std::size_t geo = 0; geo < geos; ++geo) {
    for (std::size_t kind = 0; kind < kinds; ++kind) {
      const std::string& group = CitizenGroups()[kind % CitizenGroups().size()];
      const double pattern =
          kPersonPattern + patterns_.Get(MemberStates()[geo], "citizen", group, 0);
      prior.push_back(static_cast<double>(rows[geo]) * static_cast<double>(columns[kind]) *
                      pattern * Noise(random, kPersonNoise));
    }
  }
  const auto spread = TRY(RoundToMargins(prior, {rows, columns}));
  for (std::size_t cell = 0; cell < spread.size(); ++cell) {
    const std::size_t person = stage_year * kinds + cell % kinds;
    PersonRecord record;
    record.geo = MemberStates()[cell / kinds];
    record.year = static_cast<int>(*ParseInt(persons_.Code(person, "time")));
    record.leg_stat = persons_.Code(person, "leg_stat");
    record.offence = "ART2";
    record.person = "NATURAL";
    record.sex = persons_.Code(person, "sex");
    record.age = persons_.Code(person, "age");
    record.citizen = persons_.Code(person, "citizen");
    for (std::int64_t copy = 0; copy < spread[cell]; ++copy) {
      records.push_back(record);
      DrawTheRest(records.back(), random);
    }
  }
  return {};
}

// Countries of citizenship that a state registers: all but itself, more of those it is near to.
Distribution PersonModel::Countries(const std::string& geo, const std::string& measure) const {
  Distribution countries;
  for (const Pattern& pattern : patterns_.all()) {
    if (pattern.measure != measure || pattern.geo == geo) continue;
    countries.codes.push_back(pattern.geo);
    countries.weights.push_back(pattern.value * patterns_.Get(geo, "affinity", pattern.geo, 1));
  }
  return countries;
}

void PersonModel::DrawTheRest(PersonRecord& record, Random& random) const {
  if (record.citizen == "NAT") record.citizen = record.geo;
  for (const auto& [group, countries] :
       {std::pair{"EU27_2020_FOR", &other_eu_}, std::pair{"NEU27_2020_FOR", &non_eu_}}) {
    if (record.citizen != group) continue;
    const Distribution& of_state = countries->at(record.geo);
    record.citizen = of_state.codes[DrawIndex(random, of_state.weights)];
  }
  const Distribution& forms = patterns_.Of(record.geo, "form");
  record.exploitation = forms.codes[DrawIndex(random, forms.weights)];
}

void PersonModel::ExpandUse(Random& random, std::vector<PersonRecord>& records) const {
  for (std::size_t cell = 0; cell < use_.size(); ++cell) {
    for (std::int64_t copy = 0; copy < use_counts_[cell]; ++copy) {
      PersonRecord record;
      record.geo = use_.Code(cell, "geo");
      record.year = static_cast<int>(*ParseInt(use_.Code(cell, "time")));
      record.leg_stat = use_.Code(cell, "leg_stat");
      record.offence = "ART18_4";
      record.person = "NATURAL";
      record.sex = "M";
      record.age = "Y_GE18";
      record.citizen = random.Uniform() < kOwnNationalInUse ? record.geo : "UNK";
      record.exploitation = random.Uniform() < kSexualInUse ? "ICCS02041" : "ICCS02042";
      records.push_back(std::move(record));
    }
  }
}

Result<std::vector<PersonRecord>> PersonModel::Expand(Random& random) {
  std::vector<PersonRecord> records;
  for (std::size_t block = 0; block < states_.size() / MemberStates().size(); ++block) {
    TRY(ExpandStage(block, random, records));
  }
  ExpandUse(random, records);
  return ByYearAndState(std::move(records));
}

}  // namespace

ReportingStates UseOfServicesStates(const Patterns& patterns) {
  return {StatesWith(patterns, kFirstUse), StatesWith(patterns, kSecondUse)};
}

Result<std::vector<PersonRecord>> BuildPersons(const std::vector<Target>& targets,
                                               const Patterns& patterns, Random& random) {
  std::vector<const Target*> of_persons;
  for (const Target& target : targets) {
    if (target.population == "PERSONS") of_persons.push_back(&target);
  }
  PersonModel model(patterns);
  TRY(model.Solve(of_persons, random));
  return model.Expand(random);
}

}  // namespace thb
