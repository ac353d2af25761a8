#include "extract/extract.h"

#include <algorithm>
#include <set>

#include "codes/codes.h"
#include "demo/build.h"
#include "demo/registers.h"
#include "demo/returns.h"
#include "exchange/exchange.h"
#include "extract/demo_casework.h"
#include "people/testing.h"

namespace thb {
namespace {

using ExtractTest = PeopleTest;

// Keys and values as texts, so that two returns can be compared and their difference read.
std::set<std::string> TextsOf(const std::vector<SnapshotCell>& cells) {
  std::set<std::string> texts;
  for (const SnapshotCell& cell : cells) {
    std::string text;
    for (const std::string& code : cell.key) text += code + " ";
    texts.insert(text + "= " + std::to_string(cell.cell.value));
  }
  return texts;
}

// The three smallest registers that have a victim in every year.
std::vector<std::string> SmallStates(const Registers& registers) {
  std::map<std::string, std::map<int, std::size_t>> sizes;
  for (const VictimRecord& record : registers.victims) ++sizes[record.geo][record.year];
  std::vector<std::pair<std::size_t, std::string>> ordered;
  for (const auto& [geo, years] : sizes) {
    std::size_t total = 0;
    for (const auto& [year, size] : years) total += size;
    if (years.size() == 5) ordered.emplace_back(total, geo);
  }
  std::sort(ordered.begin(), ordered.end());
  return {ordered[0].second, ordered[1].second, ordered[2].second};
}

TEST(ExtractDemo, TheReturnsOfThreeStatesComeThroughTheDoorUnchanged) {
  const Codes codes = Must(Codes::Load());
  const Datasets datasets = Must(Datasets::Load(codes));
  const Registers registers = Must(BuildRegisters(kDemoSeed));
  const Dataset& victims = *Must(datasets.Get("thb_victims"));
  const Dataset& forms = *Must(datasets.Get("thb_victims_forms"));
  const Roles roles = Must(Roles::Load());
  const Actor statistician = StatisticsOperator();
  for (const std::string& geo : SmallStates(registers)) {
    const auto store = TestStore::Make("sqlite");
    ASSERT_NE(store, nullptr);
    const CaseworkPlace place{*store->database, *store->vault, *store->log, store->random};
    Must(FillDemoCasework(place, geo, registers.victims));
    const Work work{*store->database, *store->vault, *store->log,  roles,
                    statistician,     store->now,    store->random};
    std::size_t extracted = 0;
    for (int year = 2017; year <= 2021; ++year) {
      const Extract extract = Must(ExtractVictims(work, codes, geo, year));
      extracted += extract.records.size();
      EXPECT_EQ(TextsOf(VictimReturn(extract, victims)),
                TextsOf(VictimCells(victims, geo, {year}, registers.victims)))
          << geo << " " << year;
      EXPECT_EQ(TextsOf(FormReturn(extract, forms)),
                TextsOf(FormCells(forms, geo, {year}, registers.victims)))
          << geo << " " << year;
    }
    const auto registered =
        std::count_if(registers.victims.begin(), registers.victims.end(),
                      [&](const VictimRecord& record) { return record.geo == geo; });
    EXPECT_EQ(extracted, static_cast<std::size_t>(registered)) << geo;
    EXPECT_GT(extracted, 20U) << geo;
  }
}

TEST_P(ExtractTest, FlagsEveryCellAndSaysWhatIsLeftOut) {
  const Codes codes = Must(Codes::Load());
  const Datasets datasets = Must(Datasets::Load(codes));
  const CaseworkPlace place{*store_->database, *store_->vault, *store_->log, store_->random};
  std::vector<VictimRecord> records(
      20,
      {"NL", 2020, "IDENTIFIED", "POLICE", "F", "Y_LT18", "NG", "ICCS02041", {"ICCS02041", "BEG"}});
  records[0].age = "UNK";
  records[1].citizen = "STLS";
  records[2].exploitation = "UNK";
  records[2].forms.clear();
  Must(FillDemoCasework(place, "NL", records));
  const Extract extract = Must(ExtractVictims(As("stat"), codes, "NL", 2020));
  ASSERT_EQ(extract.records.size(), 20U);
  const auto unknown_age = std::count_if(extract.records.begin(), extract.records.end(),
                                         [](const VictimRecord& r) { return r.age == "UNK"; });
  EXPECT_EQ(unknown_age, 1);
  // The two who were referred have a second record, which nobody has decided on; and one signal.
  EXPECT_EQ(extract.left_out, (std::map<std::string, std::int64_t>{{"signal", 3}}));
  const auto cells = VictimReturn(extract, *Must(datasets.Get("thb_victims")));
  for (const SnapshotCell& cell : cells) EXPECT_EQ(cell.cell.conf, "C");
  const auto notes = QualityNotes(extract);
  ASSERT_GE(notes.size(), 2U);
  EXPECT_EQ(notes[0], "20 persons counted, 0 of them erased since");
  EXPECT_EQ(Must(ExtractVictims(As("stat"), codes, "NL", 2019)).records.size(), 0U);
}

TEST_P(ExtractTest, TheReturnCanBeImported) {
  const Codes codes = Must(Codes::Load());
  const Datasets datasets = Must(Datasets::Load(codes));
  const CaseworkPlace place{*store_->database, *store_->vault, *store_->log, store_->random};
  const std::vector<VictimRecord> records(
      3, {"NL", 2020, "PRESUMED", "NGO", "M", "Y_GE18", "RO", "ICCS02042", {"ICCS02042"}});
  Must(FillDemoCasework(place, "NL", records));
  const Extract extract = Must(ExtractVictims(As("stat"), codes, "NL", 2020));
  const Dataset& victims = *Must(datasets.Get("thb_victims"));
  const auto written = Must(WriteTable(Format::kCsv, victims, VictimReturn(extract, victims),
                                       {store_->now, Language::kEn}, codes));
  const ParsedFile file = Must(ParseFile(written.bytes, "return.csv", {}, codes, datasets));
  ASSERT_EQ(file.parts.size(), 1U);
  EXPECT_EQ(file.parts[0].dataset, "thb_victims");
  EXPECT_EQ(file.parts[0].observations.front().cell.conf, "C");
}

TEST_P(ExtractTest, IsForStatisticiansAlone) {
  const Codes codes = Must(Codes::Load());
  for (const char* worker : {"anna", "sofia", "fred", "dana", "piet"}) {
    EXPECT_EQ(CodeOf(ExtractVictims(As(worker), codes, "NL", 2020)), ErrorCode::kForbidden);
  }
  EXPECT_EQ(CodeOf(ExtractVictims(As("stat"), codes, "XX", 2020)), ErrorCode::kUnknownCode);
  EXPECT_EQ(LoggedOf("record.count"), 0);
  EXPECT_EQ(LoggedOf("duty.refused"), 5);
}

INSTANTIATE_TEST_SUITE_P(Both, ExtractTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
