#include "demo/registers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/csv.h"
#include "base/resources.h"
#include "demo/internal/build.h"

namespace thb {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using Victim = std::function<bool(const VictimRecord&)>;
using Person = std::function<bool(const PersonRecord&)>;

const std::set<std::string>& Members() {
  static const std::set<std::string> kMembers = {
      "BE", "BG", "CZ", "DK", "DE", "EE", "IE", "EL", "ES", "FR", "HR", "IT", "CY", "LV",
      "LT", "LU", "HU", "MT", "NL", "AT", "PL", "PT", "RO", "SI", "SK", "FI", "SE"};
  return kMembers;
}

// The records' properties, stated again here and not with the generator's tables.
bool In(int year, int first, int last) {
  return first <= year && year <= last;
}
bool EuCitizen(const std::string& citizen) {
  return Members().contains(citizen);
}
bool NonEu(const std::string& citizen) {
  return !EuCitizen(citizen) && citizen != "OTH" && citizen != "UNK" && citizen != "STLS";
}
bool OtherForm(const std::string& form) {
  return form != "ICCS02041" && form != "ICCS02042" && form != "UNK";
}

Victim All() {
  return [](const VictimRecord&) { return true; };
}
Victim Sex(std::string code) {
  return [code](const VictimRecord& v) { return v.sex == code; };
}
Victim Age(std::string code) {
  return [code](const VictimRecord& v) { return v.age == code; };
}
Victim Form(std::string code) {
  return [code](const VictimRecord& v) { return v.exploitation == code; };
}
Victim Geo(std::string code) {
  return [code](const VictimRecord& v) { return v.geo == code; };
}
Victim Citizen(bool (*group)(const std::string&)) {
  return [group](const VictimRecord& v) { return group(v.citizen); };
}
Victim CitizenIs(std::string code) {
  return [code](const VictimRecord& v) { return v.citizen == code; };
}
Victim And(Victim a, Victim b) {
  return [a, b](const VictimRecord& v) { return a(v) && b(v); };
}
bool OwnNational(const VictimRecord& v) {
  return v.citizen == v.geo;
}
bool IsOtherForm(const VictimRecord& v) {
  return OtherForm(v.exploitation);
}

constexpr std::uint64_t kSeeds[] = {1, 2022};

// Both registers are built once for all tests: building is what takes time.
class RegistersTest : public testing::TestWithParam<std::uint64_t> {
 protected:
  static const Registers& Built(std::uint64_t seed) {
    static std::map<std::uint64_t, Registers> built;
    if (!built.contains(seed)) {
      const auto start = std::chrono::steady_clock::now();
      auto result = BuildRegisters(seed);
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
      EXPECT_TRUE(result) << result.error().ToLine();
      testing::Test::RecordProperty("seconds", std::to_string(took.count()));
      printf("seed %d: %.2f s\n", static_cast<int>(seed), took.count());
      built[seed] = result ? *std::move(result) : Registers{};
    }
    return built[seed];
  }

  const Registers& registers() const { return Built(GetParam()); }

  int Victims(int first, int last, const Victim& in) const {
    return static_cast<int>(std::ranges::count_if(
        registers().victims, [&](const auto& v) { return In(v.year, first, last) && in(v); }));
  }
  int Persons(const std::string& stage, int first, int last, const Person& in,
              const std::string& offence = "ART2") const {
    return static_cast<int>(std::ranges::count_if(registers().persons, [&](const auto& p) {
      return p.leg_stat == stage && p.offence == offence && In(p.year, first, last) && in(p);
    }));
  }
  int Persons(const std::string& stage, int first, int last) const {
    return Persons(stage, first, last, [](const PersonRecord&) { return true; });
  }
  // Percent of 2019-2020, rounded half away from zero.
  long Share(const Victim& part, const Victim& whole) const {
    return std::lround(100.0 * Victims(2019, 2020, And(part, whole)) / Victims(2019, 2020, whole));
  }
  std::map<std::string, int> Citizenships(bool (*group)(const std::string&)) const {
    std::map<std::string, int> counts;
    for (const VictimRecord& v : registers().victims) {
      if (In(v.year, 2019, 2020) && group(v.citizen)) ++counts[v.citizen];
    }
    return counts;
  }
};

std::vector<std::string> Ranked(const std::map<std::string, int>& counts, std::size_t first) {
  std::vector<std::string> codes;
  for (const auto& [code, count] : counts) codes.push_back(code);
  std::ranges::sort(codes, [&](const std::string& a, const std::string& b) {
    return std::pair(-counts.at(a), a) < std::pair(-counts.at(b), b);
  });
  codes.resize(std::min(first, codes.size()));
  return codes;
}

TEST_P(RegistersTest, VictimTotals) {
  EXPECT_EQ(Victims(2017, 2018, All()), 14145);   // F006
  EXPECT_EQ(Victims(2019, 2020, All()), 14311);   // F005
  EXPECT_EQ(Victims(2019, 2019, All()), 7777);    // F008
  EXPECT_EQ(Victims(2020, 2020, All()), 6534);    // F009
  EXPECT_EQ(Victims(2021, 2021, All()), 7155);    // Eurostat, January 2024
  EXPECT_EQ(Victims(2020, 2020, Geo("LV")), 48);  // Eurostat
}

TEST_P(RegistersTest, SharesOf2017And2018) {
  const double all = Victims(2017, 2018, All());
  EXPECT_EQ(std::lround(100 * Victims(2017, 2018, Sex("M")) / all), 23);           // F012
  EXPECT_EQ(std::lround(100 * Victims(2017, 2018, Form("ICCS02042")) / all), 15);  // F027
  EXPECT_EQ(std::lround(100 * Victims(2017, 2018, IsOtherForm) / all), 18);        // F038
}

TEST_P(RegistersTest, SharesOfAllVictims) {
  EXPECT_EQ(Share(Sex("F"), All()), 63);            // F010
  EXPECT_EQ(Share(Sex("M"), All()), 33);            // F011
  EXPECT_EQ(Share(Sex("UNK"), All()), 4);           // F014
  EXPECT_EQ(Share(Citizen(EuCitizen), All()), 53);  // F015
  EXPECT_EQ(Share(Citizen(NonEu), All()), 43);      // F016
  EXPECT_EQ(Share(CitizenIs("UNK"), All()), 2);     // F017
  EXPECT_EQ(Share(CitizenIs("OTH"), All()), 2);     // F018
  EXPECT_EQ(Share(OwnNational, All()), 37);         // F021
  EXPECT_EQ(Share(Form("ICCS02041"), All()), 51);   // F022
  EXPECT_EQ(Share(Form("ICCS02042"), All()), 28);   // F026
  EXPECT_EQ(Share(IsOtherForm, All()), 11);         // F037
  EXPECT_EQ(Share(Form("UNK"), All()), 10);         // F039
  EXPECT_EQ(Share(Age("Y_LT18"), All()), 23);       // F048
  const Victim both = [](const VictimRecord& v) {
    return v.exploitation == "BEG" || v.exploitation == "CRIM";
  };
  EXPECT_EQ(Share(both, All()), 3);  // F040
}

TEST_P(RegistersTest, SharesOfSexualExploitation) {
  const Victim sexual = Form("ICCS02041");
  const Victim women = And(sexual, Sex("F"));
  const Victim known = And(women, [](const VictimRecord& v) { return v.age != "UNK"; });
  EXPECT_EQ(Share(Sex("F"), sexual), 87);      // F023
  EXPECT_EQ(Share(Age("Y_GE18"), known), 73);  // F024
  EXPECT_EQ(Share(Age("Y_LT18"), known), 27);  // F025
  EXPECT_NE(Share(Age("Y_GE18"), women), 73);  // rule 19
  EXPECT_NE(Share(Age("Y_LT18"), women), 27);
  const Victim not_girls = [](const VictimRecord& v) { return v.age == "Y_LT18" && v.sex != "F"; };
  EXPECT_GT(Victims(2019, 2020, And(sexual, not_girls)), 41);  // rule 22
}

TEST_P(RegistersTest, SharesOfLabourExploitationAndBegging) {
  const Victim labour = Form("ICCS02042");
  EXPECT_EQ(Share(Sex("M"), labour), 66);            // F028, F031
  EXPECT_EQ(Share(Sex("F"), labour), 34);            // F029, F032
  EXPECT_EQ(Share(Citizen(EuCitizen), labour), 45);  // F033
  EXPECT_EQ(Share(Citizen(NonEu), labour), 50);      // F034
  EXPECT_EQ(Share(CitizenIs("OTH"), labour), 5);     // F035
  EXPECT_EQ(Share(Age("Y_LT18"), Form("BEG")), 47);  // F043
  EXPECT_EQ(Share(Age("Y_GE18"), Form("BEG")), 31);  // F044
  EXPECT_EQ(Share(Age("UNK"), Form("BEG")), 22);     // F045
}

TEST_P(RegistersTest, SharesOfChildren) {
  const Victim child = Age("Y_LT18");
  EXPECT_EQ(Share(Sex("F"), child), 75);                              // F049
  EXPECT_EQ(Share(Citizen(EuCitizen), child), 85);                    // F050
  EXPECT_EQ(Share(OwnNational, And(child, Citizen(EuCitizen))), 75);  // F051
  EXPECT_EQ(Share(Citizen(NonEu), child), 10);                        // F052
  EXPECT_EQ(Share(CitizenIs("UNK"), child), 3);                       // F053
  EXPECT_EQ(Share(CitizenIs("OTH"), child), 2);                       // F054
  EXPECT_EQ(Share(Form("ICCS02041"), child), 50);                     // F055, F056
  EXPECT_EQ(Share(Form("ICCS02042"), child), 17);                     // F057
  EXPECT_EQ(Share(Form("BEG"), child), 4);                            // F058
  const Victim other = [](const VictimRecord& v) {
    return OtherForm(v.exploitation) && v.exploitation != "BEG";
  };
  EXPECT_EQ(Share(other, child), 8);         // F059
  EXPECT_EQ(Share(Form("UNK"), child), 20);  // F060
}

TEST_P(RegistersTest, OrganRemovalAndBenefitFraud) {
  std::set<std::string> organs;
  std::set<std::string> fraud;
  int both = 0;
  for (const VictimRecord& v : registers().victims) {
    if (!In(v.year, 2019, 2020)) continue;
    if (v.exploitation == "ORG") organs.insert(v.geo);
    if (v.exploitation == "BENFR") fraud.insert(v.geo);
    both += v.exploitation == "ORG" || v.exploitation == "BENFR" ? 1 : 0;
  }
  EXPECT_GT(both, 0);
  EXPECT_LT(100.0 * both / 14311, 1);  // F046
  EXPECT_THAT(organs, ElementsAre("EL", "NL", "PL"));
  EXPECT_THAT(fraud, ElementsAre("CY", "LT", "SK"));
}

TEST_P(RegistersTest, RankedCitizenships) {
  const auto eu = Citizenships(EuCitizen);
  const auto non_eu = Citizenships(NonEu);
  EXPECT_THAT(Ranked(eu, 5), ElementsAre("RO", "FR", "IT", "BG", "PL"));      // F019
  EXPECT_THAT(Ranked(non_eu, 5), ElementsAre("NG", "CN", "MD", "PK", "MA"));  // F020
  for (const auto* counts : {&eu, &non_eu}) {
    const auto six = Ranked(*counts, 6);
    for (std::size_t rank = 0; rank + 1 < six.size(); ++rank) {
      EXPECT_GT(counts->at(six[rank]), counts->at(six[rank + 1])) << "no ties in the top five";
    }
  }
  EXPECT_THAT(Ranked(non_eu, 10), testing::Contains("UA"));  // F004
}

TEST_P(RegistersTest, ListsOfStates) {
  std::vector<std::string> labour;
  std::vector<std::string> own;
  for (const std::string& geo : Members()) {
    std::map<std::string, int> forms;
    for (const VictimRecord& v : registers().victims) {
      if (v.geo == geo && In(v.year, 2019, 2020)) ++forms[v.exploitation];
    }
    ASSERT_FALSE(forms.empty()) << geo;
    const auto ranked = Ranked(forms, 2);
    if (ranked[0] == "ICCS02042") labour.push_back(geo);
    if (ranked[0] == "ICCS02042" && ranked.size() > 1) {
      EXPECT_GT(forms.at(ranked[0]), forms.at(ranked[1])) << geo;
    }
    const double share =
        100.0 * Victims(2019, 2020, And(Geo(geo), OwnNational)) / Victims(2019, 2020, Geo(geo));
    if (share >= 95) own.push_back(geo);
    if (geo == "EE") {
      EXPECT_EQ(ranked[1], "BEG");
    }
    if (geo == "EL") {
      EXPECT_EQ(ranked[1], "CRIM");
    }
  }
  EXPECT_THAT(labour, ElementsAre("BE", "IT", "LU", "LV", "MT", "PL", "SK"));
  EXPECT_THAT(own, ElementsAre("BG", "EE", "HU", "RO", "SK"));
  EXPECT_EQ(Share(Form("BEG"), Geo("EE")), 20);   // F041
  EXPECT_EQ(Share(Form("CRIM"), Geo("EL")), 42);  // F042
}

TEST_P(RegistersTest, Proceedings) {
  EXPECT_EQ(Persons("PER_SUSP", 2017, 2018), 11788);  // F079
  EXPECT_EQ(Persons("PER_SUSP", 2019, 2020), 15214);  // F078, and with F079 F077
  EXPECT_EQ(Persons("PER_SUSP", 2019, 2019), 7924);
  EXPECT_EQ(Persons("PER_SUSP", 2020, 2020), 7290);
  EXPECT_EQ(Persons("PER_PRSC", 2017, 2018), 6163);  // F086, and with F079 F088
  EXPECT_EQ(Persons("PER_PRSC", 2019, 2020), 6539);  // F084, and with F078 F089, F117
  EXPECT_EQ(Persons("PER_CNV", 2017, 2018), 2426);   // F087, and with F086 F090
  EXPECT_EQ(Persons("PER_CNV", 2019, 2019), 1724);
  EXPECT_EQ(Persons("PER_CNV", 2020, 2020), 1295);  // with 2019 F085, F091
  EXPECT_EQ(Persons("PER_CNV", 2021, 2021), 2517);
  const auto latvia = [](const PersonRecord& p) { return p.geo == "LV"; };
  EXPECT_EQ(Persons("PER_CNV", 2020, 2020, latvia), 2);
  const auto eu = [](const PersonRecord& p) { return EuCitizen(p.citizen); };
  EXPECT_EQ(std::lround(100.0 * Persons("PER_SUSP", 2019, 2020, eu) / 15214), 62);  // F080
  const auto women = [](const PersonRecord& p) { return p.sex == "F"; };
  EXPECT_EQ(std::lround(100.0 * Persons("PER_SUSP", 2020, 2020, women) / 7290), 24);
  EXPECT_EQ(std::lround(100.0 * Persons("PER_CNV", 2020, 2020, women) / 1295), 26);
  for (const PersonRecord& p : registers().persons) ASSERT_EQ(p.person, "NATURAL");  // F036
}

TEST_P(RegistersTest, FirstVintageOf2021WithTheLateStatesCarriedForward) {
  // The year before for a late state, as last value carried forward does it.
  const auto year_of = [](const std::string& geo, const char* population) {
    return InFirstVintage2021(geo, population) ? 2021 : 2020;
  };
  int victims = 0;
  for (const VictimRecord& v : registers().victims) {
    victims += v.year == year_of(v.geo, "PER_VICT") ? 1 : 0;
  }
  EXPECT_EQ(victims, 7109);  // F007
  const auto stage = [&](const char* code) {
    return static_cast<int>(std::ranges::count_if(registers().persons, [&](const auto& p) {
      return p.leg_stat == code && p.offence == "ART2" && p.year == year_of(p.geo, code);
    }));
  };
  EXPECT_EQ(stage("PER_PRSC"), 4452);  // F092
  EXPECT_EQ(stage("PER_CNV"), 2507);   // F093
}

TEST(VintageTest, LateStatesArePopulationByPopulation) {
  std::map<std::string, std::vector<std::string>> late;
  for (const char* population : {"PER_VICT", "PER_SUSP", "PER_PRSC", "PER_CNV"}) {
    for (const std::string& geo : Members()) {
      if (!InFirstVintage2021(geo, population)) late[population].push_back(geo);
    }
  }
  EXPECT_THAT(late["PER_VICT"], ElementsAre("DE", "SE"));
  EXPECT_THAT(late["PER_SUSP"], SizeIs(0));
  EXPECT_THAT(late["PER_PRSC"], ElementsAre("PT"));
  EXPECT_THAT(late["PER_CNV"], ElementsAre("DE", "PT"));
}

TEST_P(RegistersTest, UseOfServices) {
  const auto all = [](const PersonRecord&) { return true; };
  EXPECT_EQ(Persons("PER_SUSP", 2017, 2018, all, "ART18_4"), 170);  // F073
  EXPECT_EQ(Persons("PER_PRSC", 2017, 2018, all, "ART18_4"), 162);  // F074
  EXPECT_EQ(Persons("PER_CNV", 2017, 2018, all, "ART18_4"), 133);   // F075
  EXPECT_EQ(Persons("PER_SUSP", 2019, 2020, all, "ART18_4"), 159);  // F069
  EXPECT_EQ(Persons("PER_PRSC", 2019, 2020, all, "ART18_4"), 46);   // F070
  EXPECT_EQ(Persons("PER_CNV", 2019, 2020, all, "ART18_4"), 51);    // F071
  std::set<std::string> first;
  std::set<std::string> second;
  for (const PersonRecord& p : registers().persons) {
    if (p.offence != "ART18_4") continue;
    (p.year <= 2018 ? first : second).insert(p.geo);
    EXPECT_LE(p.year, 2020);
  }
  EXPECT_THAT(registers().use_of_services_2017_2018, testing::ElementsAreArray(first));
  EXPECT_THAT(registers().use_of_services_2019_2020, testing::ElementsAreArray(second));
  EXPECT_THAT(first, SizeIs(11));   // F072
  EXPECT_THAT(second, SizeIs(11));  // F068
}

TEST_P(RegistersTest, Agencies) {
  std::map<std::string, int> figures;
  for (const AgencyFigure& figure : registers().agency) {
    figures[figure.agency + " " + figure.measure + " " + figure.time] = figure.value;
  }
  const std::map<std::string, int> expected = {
      {"EUROJUST CASES 2017-2018", 273}, {"EUROJUST CASES 2019", 183},
      {"EUROJUST CASES 2020", 163},      {"EUROJUST CASES 2021", 140},
      {"EUROJUST JITS 2017-2018", 107},  {"EUROJUST JITS 2019-2021", 156},
      {"EUROPOL MEETINGS 2020", 32},     {"EUROPOL MEETINGS 2021", 60},
      {"EUROPOL MEETINGS 2022-H1", 37}};
  EXPECT_EQ(figures, expected);
}

TEST_P(RegistersTest, EveryStateHasVictimsInEveryYear) {
  std::set<std::pair<std::string, int>> seen;
  for (const VictimRecord& v : registers().victims) seen.insert({v.geo, v.year});
  EXPECT_EQ(seen.size(), 27U * 5U);
}

// The first column of an embedded code list.
std::set<std::string> Codes(const std::string& list) {
  std::set<std::string> codes;
  const auto text = FindResource("codelists/" + list + ".csv");
  if (!text) return codes;
  CsvReader reader(*text, list);
  std::vector<std::string> fields;
  while (reader.Next(fields).value_or(false)) codes.insert(fields.at(0));
  return codes;
}

TEST_P(RegistersTest, RecordsUseTheCodeLists) {
  const auto forms = Codes("exploitation");
  const auto entities = Codes("entity");
  const auto countries = Codes("countries");
  for (const VictimRecord& v : registers().victims) {
    ASSERT_TRUE(countries.contains(v.citizen) || v.citizen == "OTH" || v.citizen == "UNK")
        << v.citizen;
    ASSERT_TRUE(forms.contains(v.exploitation)) << v.exploitation;
    ASSERT_TRUE(entities.contains(v.entity)) << v.entity;
    ASSERT_TRUE(v.status == "IDENTIFIED" || v.status == "PRESUMED") << v.status;
    ASSERT_EQ(v.forms.empty(), v.exploitation == "UNK");
    ASSERT_EQ(std::set<std::string>(v.forms.begin(), v.forms.end()).size(), v.forms.size());
    if (!v.forms.empty()) {
      ASSERT_EQ(v.forms.front(), v.exploitation);
    }
    for (const std::string& form : v.forms) ASSERT_TRUE(forms.contains(form)) << form;
  }
  for (const PersonRecord& p : registers().persons) {
    ASSERT_TRUE(countries.contains(p.citizen) || p.citizen == "OTH" || p.citizen == "UNK")
        << p.citizen;
    ASSERT_TRUE(forms.contains(p.exploitation)) << p.exploitation;
  }
}

TEST_P(RegistersTest, ManifestSaysWhatIsFixedAndWhatIsModelled) {
  std::set<std::string> fixed;
  std::set<std::string> modelled;
  for (const ManifestRow& row : registers().manifest) {
    (row.fixed ? fixed : modelled).insert(row.id);
    EXPECT_FALSE(row.source.empty()) << row.id;
  }
  for (const char* id : {"F005", "F024", "F030", "F072", "F096", "F118"}) {
    EXPECT_TRUE(fixed.contains(id)) << id;
  }
  for (const char* id : {"modelled.status", "modelled.forms", "override.PER_VICT.AT.2020"}) {
    EXPECT_TRUE(modelled.contains(id)) << id;
  }
}

std::string Line(const VictimRecord& v) {
  std::string line = v.geo + std::to_string(v.year) + v.status + v.entity + v.sex + v.age +
                     v.citizen + v.exploitation;
  for (const std::string& form : v.forms) line += form;
  return line;
}

std::string Line(const PersonRecord& p) {
  return p.geo + std::to_string(p.year) + p.leg_stat + p.offence + p.sex + p.age + p.citizen +
         p.exploitation;
}

template <typename Record>
std::vector<std::string> Lines(const std::vector<Record>& records) {
  std::vector<std::string> lines;
  std::ranges::transform(records, std::back_inserter(lines),
                         [](const Record& record) { return Line(record); });
  return lines;
}

TEST_P(RegistersTest, TheSameSeedGivesTheSameRecords) {
  const auto again = BuildRegisters(GetParam());
  ASSERT_TRUE(again);
  EXPECT_EQ(Lines(again->victims), Lines(registers().victims));
  EXPECT_EQ(Lines(again->persons), Lines(registers().persons));
}

TEST_P(RegistersTest, AnotherSeedMovesWhatIsFree) {
  const Registers& other = Built(GetParam() == kSeeds[0] ? kSeeds[1] : kSeeds[0]);
  EXPECT_NE(Lines(other.victims), Lines(registers().victims));
  EXPECT_NE(Lines(other.persons), Lines(registers().persons));
}

INSTANTIATE_TEST_SUITE_P(Seeds, RegistersTest, testing::ValuesIn(kSeeds));

// Builds from the embedded data with one more target.
Result<Registers> BuildWith(const std::string& line) {
  return BuildRegistersFrom(std::string(*FindResource("rules/demo_targets.csv")) + line + "\n",
                            *FindResource("rules/demo_patterns.csv"), 1);
}

struct Contradiction {
  const char* line;
  const char* named;
};

class ContradictionTest : public testing::TestWithParam<Contradiction> {};

TEST_P(ContradictionTest, IsNamedAndNotBent) {
  const auto registers = BuildWith(GetParam().line);
  ASSERT_FALSE(registers);
  EXPECT_EQ(registers.error().code, ErrorCode::kConflict);
  EXPECT_THAT(registers.error().what, testing::EndsWith(std::string(": ") + GetParam().named));
}

INSTANTIATE_TEST_SUITE_P(
    Figures, ContradictionTest,
    testing::Values(
        Contradiction{"X1,PER_VICT,2019-2020,sex=F,,share,70,test,", "F010, X1"},
        Contradiction{"X2,PER_VICT,2019-2020,time=2019,,count,7778,test,", "F008, X2"},
        Contradiction{"X3,PER_VICT,2019-2020,exploitation=ICCS02042,,main,BE IT LV LU MT PL SK DE,"
                      "test,",
                      "F030, X3"},
        Contradiction{"X4,PERSONS,2017-2021,leg_stat=PER_CNV;offence=ART2;time=2019+2020,"
                      "leg_stat=PER_SUSP;offence=ART2;time=2019+2020,ratio,43,test,",
                      "F078, F085, X4"},
        Contradiction{"X5,AGENCY,2019-2021,agency=EUROJUST;measure=CASES,,sum,487,test,",
                      "X5, F098, F099, F100"}));

TEST(CalibrationDataTest, ErrorsNameTheLine) {
  const char* header = "id,population,period,numerator,denominator,kind,value,source,statement\n";
  const auto build = [&](const std::string& line) {
    const auto registers = BuildRegistersFrom(header + line, "geo,measure,code,value,source\n", 1);
    return registers ? std::string() : registers.error().ToLine();
  };
  EXPECT_THAT(build("X,PER_VICT,2021,,,guess,1,s,t\n"), HasSubstr("demo_targets.csv:2"));
  EXPECT_THAT(build("X,PER_VICT,2021,,,count,one,s,t\n"), HasSubstr("not a number: one"));
  EXPECT_THAT(build("X,PER_VICT,2021,sex,,share,1,s,t\n"), HasSubstr("not dimension=code"));
  EXPECT_THAT(build("X,PER_VICT,2021\n"), HasSubstr("9 fields"));
}

TEST(CalibrationDataTest, ATargetThatNoTableStatesIsAnError) {
  const auto registers = BuildWith("X,PER_VICT,2019-2020,shoe_size=44,,share,1,test,");
  ASSERT_FALSE(registers);
  EXPECT_THAT(registers.error().what, HasSubstr("target X"));
}

}  // namespace
}  // namespace thb
