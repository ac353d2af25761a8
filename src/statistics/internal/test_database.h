#pragma once
// Test helper: a database of the test's own, on SQLite and, where THB_TEST_POSTGRES names a server
// that the test run started, on PostgreSQL. Vintages are written as short text.

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "statistics/internal/test_cells.h"
#include "statistics/release.h"
#include "statistics/repository.h"

namespace thb {

inline constexpr const char* kReturns = "EUROSTAT_RETURN";
inline constexpr const char* kGlotip = "UNODC_GLOTIP";
inline constexpr const char* kTables[] = {
    "release_withdrawal", "release_vintage", "statistical_release", "finding",
    "skipped_rows",       "observation",     "vintage_scope",       "vintage"};

class StoredTest : public ::testing::TestWithParam<const char*> {
 protected:
  using Lines = std::vector<std::string>;

  void SetUp() override {
    if (GetParam() == std::string("sqlite")) {
      path_ = std::filesystem::temp_directory_path() /
              ("thb_statistics_test_" + std::to_string(getpid()) + ".db");
      std::filesystem::remove(path_);
      address_ = path_.string();
    } else {
      const char* server = std::getenv("THB_TEST_POSTGRES");
      if (server == nullptr) {
        const char* ci = std::getenv("CI");
        ASSERT_TRUE(ci == nullptr || ci != std::string("true")) << "no PostgreSQL was started";
        GTEST_SKIP() << "THB_TEST_POSTGRES is not set";
      }
      address_ = server;
    }
    auto opened = Database::Open(address_, Database::Mode::kCreate);
    ASSERT_TRUE(opened.has_value()) << opened.error().ToLine();
    database_ = std::move(*opened);
    Clear();
  }
  void TearDown() override {
    if (database_) Clear();
    database_.reset();
    for (const char* suffix : {"", "-wal", "-shm"}) {
      if (!path_.empty()) std::filesystem::remove(path_.string() + suffix);
    }
  }
  void Clear() {
    for (const std::string table : kTables) {
      ASSERT_TRUE(database_->Execute("DELETE FROM " + table).has_value());
    }
  }

  static const Dataset& Table(std::string_view id) { return *World().datasets.Find(id); }

  static ParsedFile File(const Lines& lines, const std::string& table = "thb_victims",
                         const std::string& dataset = "thb_victims") {
    ParsedFile file;
    TablePart part;
    part.dataset = dataset;
    part.table = table;
    for (const std::string& line : lines) {
      const SnapshotCell cell = CellFrom(Table(dataset), line);
      const std::string place = "f.csv:" + std::to_string(part.observations.size() + 2);
      part.observations.push_back({cell.key, cell.cell, place});
    }
    file.parts.push_back(std::move(part));
    return file;
  }

  std::int64_t Save(Instant time, const ParsedFile& file, const std::string& collection = kReturns,
                    bool accepted = true, const std::vector<Finding>& findings = {}) {
    Vintage vintage;
    vintage.file_name = "file-" + std::to_string(time) + ".csv";
    vintage.collection = collection;
    vintage.time = time;
    vintage.foreign = file.foreign;
    vintage.accepted = accepted;
    auto id = SaveVintage(*database_, World().datasets, vintage, file, findings);
    EXPECT_TRUE(id.has_value()) << id.error().ToLine();
    return id.value_or(0);
  }

  Snapshot Load(std::optional<Instant> as_of = {}, const std::string& collection = kReturns) {
    auto snapshot = LoadSnapshot(*database_, World().codes, World().datasets, collection, as_of);
    EXPECT_TRUE(snapshot.has_value()) << snapshot.error().ToLine();
    return snapshot ? *std::move(snapshot) : Snapshot(World().codes, World().datasets);
  }

  // "sex=F geo=EL time=2020 : 20 e", in key order.
  static Lines CellsOf(const Snapshot& snapshot, std::string_view dataset = "thb_victims") {
    Lines lines;
    for (const SnapshotCell& cell : snapshot.Cells(Table(dataset))) {
      lines.push_back(DescribeKey(Table(dataset), cell.key) + " : " +
                      FormatNumber(cell.cell.value) +
                      (cell.cell.flags.empty() ? "" : " " + cell.cell.flags));
    }
    return lines;
  }

  Release Make(const std::string& name, Instant published, Instant cutoff,
               const std::string& collection = kReturns) {
    Release release;
    release.collection = collection;
    release.name = name;
    release.published = published;
    release.made = cutoff;
    release.note_en = "note of " + name;
    release.note_nl = "noot van " + name;
    auto made = MakeRelease(*database_, release, cutoff);
    EXPECT_TRUE(made.has_value()) << made.error().ToLine();
    return made ? *made : release;
  }

  std::string address_;
  std::unique_ptr<Database> database_;
  std::filesystem::path path_;
};

}  // namespace thb
