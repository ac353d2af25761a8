// The UNODC workbook, read as it is published, against a conversion that was made independently.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/csv.h"
#include "base/files.h"
#include "base/text.h"
#include "codes/names.h"
#include "exchange/internal/mapping.h"
#include "exchange/internal/testing.h"

namespace thb {
namespace {

class GlotipTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = ReferenceDirectory();
    if (directory_.empty()) GTEST_SKIP() << "THB_REFERENCE_DIR is not set";
    const auto content = ReadFile(directory_ + "/unodc/data_glotip.xlsx");
    ASSERT_TRUE(content) << content.error().ToLine();
    auto file = Parse(*content, {}, "data_glotip.xlsx");
    ASSERT_TRUE(file) << file.error().ToLine();
    file_ = *std::move(file);
  }

  static bool InUnion(const std::string& geo) { return TestCodes().IsMember("EU27_2020", geo); }

  std::string directory_;
  ParsedFile file_;
};

struct Expected {
  std::string key;
  std::vector<std::string> values;
};

// The cell that a row of the independent conversion means, or "" where it has none with us.
std::string KeyOf(const std::vector<std::string>& row, const Mapping& mapping) {
  const std::string& status = row[2];
  if (row[7] == "by country of repatriation" || status == "OFFENCES") return {};
  std::string citizen = row[8];
  if (citizen == "NAT") citizen = row[3];
  if (row[7] == "by citizenship" && row[8] != "NAT") {
    const Recode& recode = mapping.recodes.at("citizen");
    const auto found = recode.find(citizen);
    if (found != recode.end()) {
      citizen = found->second == "@geo" ? row[3] : found->second;
    } else {
      const auto country = CountryFromName(citizen);
      citizen = country ? *country : "!";
    }
  }
  if (StartsWith(citizen, "!")) return {};
  const std::string rest =
      row[5] + "." + row[6] + "." + citizen + "." + row[9] + "." + row[3] + "." + row[4];
  return status == "PER_VICT" ? "thb_victims:TOTAL.TOTAL." + rest
                              : "thb_persons:" + status + ".ART2.TOTAL." + rest;
}

// What was printed in the file for a cell.
std::string Printed(const Cell& cell) {
  if (cell.state == CellState::kSuppressed) return "<" + FormatNumber(cell.upper + 1);
  return FormatNumber(cell.value);
}

TEST_F(GlotipTest, IsKnownByItsHeader) {
  EXPECT_EQ(file_.mapping, "unodc_glotip");
  EXPECT_EQ(file_.format, "xlsx");
  EXPECT_EQ(file_.collection, "UNODC_GLOTIP");
  EXPECT_EQ(file_.form_counting, "unknown");
  EXPECT_TRUE(file_.foreign);
  EXPECT_EQ(file_.rows_read, 46556U);
}

TEST_F(GlotipTest, AccountsForEveryRow) {
  std::size_t skipped = 0;
  for (const SkippedRows& skip : file_.skipped) skipped += skip.rows;
  std::size_t placed = 0;
  for (const TablePart& part : file_.parts) {
    for (const Observation& observation : part.observations) {
      placed += std::max<std::size_t>(1, observation.cell.candidates.size());
    }
  }
  EXPECT_EQ(placed + skipped, file_.rows_read);
  EXPECT_GT(placed, 42'000U);
}

TEST_F(GlotipTest, FindsTheRepeatedKeysOfTheUnion) {
  std::set<std::string> repeated;
  for (const Finding& finding : file_.findings) {
    if (finding.rule != "duplicate_key") continue;
    EXPECT_EQ(finding.severity, Severity::kWarning);
    const std::size_t geo = finding.key.find("geo=");
    if (geo != std::string::npos && InUnion(finding.key.substr(geo + 4, 2))) {
      repeated.insert(finding.key);
    }
  }
  EXPECT_EQ(repeated.size(), 82U);
}

TEST_F(GlotipTest, EqualsTheIndependentConversionCellByCell) {
  const auto shipped = ShippedMappings(TestCodes(), TestDatasets());
  ASSERT_TRUE(shipped) << shipped.error().ToLine();
  const auto mapping = std::find_if(shipped->begin(), shipped->end(),
                                    [](const Mapping& m) { return m.id == "unodc_glotip"; });
  const auto text = ReadFile(directory_ + "/unodc_glotip_eu27.csv");
  ASSERT_TRUE(text);
  CsvReader reader(*text, "eu27.csv");
  std::vector<std::string> row;
  ASSERT_TRUE(*reader.Next(row));
  std::map<std::string, std::vector<std::string>> expected;
  std::set<std::string> keys;
  while (*reader.Next(row)) {
    keys.insert(row[1] + "|" + row[3] + "|" + row[4] + "|" + row[5] + "|" + row[6] + "|" + row[7] +
                "|" + row[8] + "|" + row[9]);
    const std::string key = KeyOf(row, *mapping);
    if (!key.empty()) expected[key].push_back(ReplaceAll(row[12], ",", ""));
  }
  EXPECT_EQ(keys.size(), 13'688U);
  std::map<std::string, Cell> ours;
  for (auto& [key, cell] : CellsOf(file_)) {
    const auto parts = Split(key, '.');
    if (InUnion(std::string(parts[parts.size() - 2]))) ours[key] = cell;
  }
  EXPECT_EQ(ours.size(), expected.size());
  for (const auto& [key, values] : expected) {
    ASSERT_EQ(ours.count(key), 1U) << key;
    const Cell& cell = ours.at(key);
    if (values.size() == 1) {
      EXPECT_EQ(Printed(cell), values[0]) << key;
      continue;
    }
    EXPECT_EQ(cell.reason, "conflict") << key;
    std::vector<std::string> candidates;
    for (const std::string& c : cell.candidates) candidates.push_back(ReplaceAll(c, ",", ""));
    EXPECT_EQ(candidates, values) << key;
  }
}

TEST_F(GlotipTest, NamesWhatItCannotMap) {
  const auto rows = [&](const std::string& reason) -> std::size_t {
    for (const SkippedRows& skip : file_.skipped) {
      if (skip.reason == reason) return skip.rows;
    }
    return 0;
  };
  EXPECT_EQ(rows("repatriation has no dataset"), 1830U);
  EXPECT_EQ(rows("offences are not persons"), 1156U);
  EXPECT_GT(rows("the label of the citizenship is empty"), 0U);
  EXPECT_GT(rows("the reporting area is a region, not a country"), 0U);
}

TEST_F(GlotipTest, KeepsCandidatesOfAConflict) {
  const auto cells = CellsOf(file_);
  const Cell& cell = cells.at("thb_persons:PER_PRSC.ART2.TOTAL.M.TOTAL.TOTAL.ICCS0204.ES.2017");
  EXPECT_EQ(cell.state, CellState::kMissing);
  EXPECT_EQ(cell.reason, "conflict");
  EXPECT_EQ(cell.candidates, (std::vector<std::string>{"<5", "41"}));
}

}  // namespace
}  // namespace thb
