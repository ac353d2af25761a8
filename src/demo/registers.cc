#include "demo/registers.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "base/random.h"
#include "base/resources.h"
#include "base/text.h"
#include "demo/internal/build.h"
#include "demo/internal/persons.h"
#include "demo/internal/targets.h"
#include "demo/internal/victims.h"

namespace thb {
namespace {

constexpr const char* kTargetsFile = "rules/demo_targets.csv";
constexpr const char* kPatternsFile = "rules/demo_patterns.csv";

struct ModelledPart {
  const char* id;
  const char* statement;
};

constexpr ModelledPart kModelled[] = {
    {"modelled.joint", "Every joint distribution of two or more dimensions that no figure states"},
    {"modelled.victims.2017", "The split of 2017 and 2018, and every share that no figure states"},
    {"modelled.victims.2019.cells", "Sex, age, citizenship and form by state and by single year"},
    {"modelled.victims.2021", "Every figure of 2021 but the totals and the published rates"},
    {"modelled.citizenship", "Countries of citizenship but for the published ranks"},
    {"modelled.status", "Identified and presumed victims"},
    {"modelled.entity", "Registering entities"},
    {"modelled.forms", "Second forms of exploitation"},
    {"modelled.persons",
     "Suspects, prosecuted and convicted persons by state, sex, age, "
     "citizenship and form; suspects of 2021"},
    {"modelled.use_of_services",
     "Which eleven states report the use of services, and their shares"},
    {"modelled.legal_persons", "No legal person: no state has sent any; missing, not zero"},
};

EarlierCounts CountByState(const std::vector<VictimRecord>& victims) {
  EarlierCounts counts;
  for (const VictimRecord& victim : victims) ++counts[{victim.geo, victim.year}];
  return counts;
}

void Append(std::vector<VictimRecord>& all, std::vector<VictimRecord> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

std::string AtCode(const CellFilter& filter, const std::string& dimension) {
  const auto found = filter.find(dimension);
  return found == filter.end() || found->second.empty() ? "" : found->second.front();
}

// The agencies' figures are taken over as they are; sums over them must agree.
Result<std::vector<AgencyFigure>> BuildAgency(const std::vector<Target>& targets) {
  std::vector<AgencyFigure> figures;
  for (const Target& target : targets) {
    if (target.population != "AGENCY" || target.kind != "count") continue;
    figures.push_back({AtCode(target.numerator, "agency"), AtCode(target.numerator, "measure"),
                       target.period, static_cast<int>(target.Number())});
  }
  for (const Target& target : targets) {
    if (target.population != "AGENCY" || target.kind != "sum") continue;
    const auto years = Split(target.period, '-');
    double sum = 0;
    std::string parts;
    for (const Target& part : targets) {
      if (part.kind != "count" || part.numerator_text != target.numerator_text) continue;
      if (part.period < years.front() || part.period > years.back()) continue;
      sum += part.Number();
      parts += ", " + part.id;
    }
    if (sum != target.Number()) {
      return Fail(ErrorCode::kConflict,
                  "these published figures cannot all be true: " + target.id + parts, kTargetsFile,
                  "correct or remove one of them");
    }
  }
  return figures;
}

// GLOTIP's count of a state and year, where the patterns name one.
std::optional<std::int64_t> GlotipCount(const Pattern& pattern) {
  if (pattern.source == "GLOTIP") return static_cast<std::int64_t>(pattern.value);
  const std::string marker = "GLOTIP ";
  const auto at = pattern.source.rfind(marker);
  if (at == std::string::npos) return std::nullopt;
  return ParseInt(std::string_view(pattern.source).substr(at + marker.size()));
}

// Every count of a state in which a source of higher precedence, or scaling to it, overrides
// GLOTIP.
void AppendOverrides(const Registers& registers, const Patterns& patterns,
                     std::vector<ManifestRow>& manifest) {
  std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> counts;
  for (const VictimRecord& victim : registers.victims) {
    ++counts[{"PER_VICT", victim.geo, std::to_string(victim.year)}];
  }
  for (const PersonRecord& person : registers.persons) {
    if (person.offence != "ART2") continue;
    ++counts[{person.leg_stat, person.geo, std::to_string(person.year)}];
  }
  for (const Pattern& pattern : patterns.all()) {
    if (!StartsWith(pattern.measure, "PER_")) continue;
    const auto glotip = GlotipCount(pattern);
    const std::int64_t count = counts[{pattern.measure, pattern.geo, pattern.code}];
    if (!glotip || *glotip == count) continue;
    manifest.push_back(
        {"override." + pattern.measure + "." + pattern.geo + "." + pattern.code, "UNODC GLOTIP",
         "GLOTIP has " + std::to_string(*glotip) + ", the demo " + std::to_string(count), false});
  }
}

std::vector<ManifestRow> BuildManifest(const Registers& registers,
                                       const std::vector<Target>& targets,
                                       const Patterns& patterns) {
  std::vector<ManifestRow> manifest;
  for (const Target& target : targets) {
    manifest.push_back(
        {target.id, target.source, target.statement + ": " + target.value, target.kind != "soft"});
  }
  for (const ModelledPart& part : kModelled) {
    manifest.push_back({part.id, "modelled", part.statement, false});
  }
  AppendOverrides(registers, patterns, manifest);
  return manifest;
}

}  // namespace

Result<Registers> BuildRegistersFrom(std::string_view targets_csv, std::string_view patterns_csv,
                                     std::uint64_t seed) {
  const auto targets = TRY(ReadTargets(targets_csv));
  const auto patterns = TRY(Patterns::Read(patterns_csv));
  Random random(seed);
  Registers registers;
  registers.agency = TRY(BuildAgency(targets));
  EarlierCounts earlier;
  const std::vector<std::pair<std::string, std::vector<int>>> periods = {
      {"2017-2018", {2017, 2018}}, {"2019-2020", {2019, 2020}}, {"2021", {2021}}};
  for (const auto& [period, years] : periods) {
    Append(registers.victims, TRY(BuildVictims(period, years, targets, patterns, earlier, random)));
    earlier = CountByState(registers.victims);
  }
  registers.persons = TRY(BuildPersons(targets, patterns, random));
  ReportingStates reporting = UseOfServicesStates(patterns);
  registers.use_of_services_2017_2018 = std::move(reporting.first);
  registers.use_of_services_2019_2020 = std::move(reporting.second);
  registers.manifest = BuildManifest(registers, targets, patterns);
  return registers;
}

Result<Registers> BuildRegisters(std::uint64_t seed) {
  const auto targets = FindResource(kTargetsFile);
  const auto patterns = FindResource(kPatternsFile);
  if (!targets || !patterns) {
    return Fail(ErrorCode::kInternal, "the calibration data are not embedded", kTargetsFile);
  }
  return BuildRegistersFrom(*targets, *patterns, seed);
}

bool InFirstVintage2021(std::string_view geo, std::string_view population) {
  if (population == "PER_VICT") return geo != "DE" && geo != "SE";
  if (population == "PER_PRSC") return geo != "PT";
  if (population == "PER_CNV") return geo != "DE" && geo != "PT";
  return true;
}

}  // namespace thb
