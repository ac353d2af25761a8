#include "policy/national_estimates.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace thb {
namespace {

const Codes& TestCodes() {
  static const Result<Codes> kCodes = Codes::Load();
  EXPECT_TRUE(kCodes) << kCodes.error().ToLine();
  return *kCodes;
}

Result<std::vector<NationalEstimate>> Parse(const std::string& rows) {
  return ParseNationalEstimates(NationalEstimateHeader() + "\n" + rows, "e.csv", TestCodes());
}

ErrorCode CodeOf(const std::string& rows) {
  const auto parsed = Parse(rows);
  EXPECT_FALSE(parsed) << rows;
  return parsed ? ErrorCode::kInternal : parsed.error().code;
}

constexpr const char* kDutch =
    "NL,2019-2020,presumed,bic,800,3100,2700,3600,0.95,A:B,fragile,s,no\n";

TEST(ParseNationalEstimates, ReadsWhatItWrites) {
  const auto rows = Parse(std::string(kDutch) +
                          "BE,2020,identified,other,10,20,15,,0.9,,unsupported,\"a, b\",yes\n");
  ASSERT_TRUE(rows) << rows.error().ToLine();
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ((*rows)[0].upper, 3600);
  EXPECT_FALSE((*rows)[0].synthetic);
  EXPECT_EQ((*rows)[1].upper, std::nullopt);
  EXPECT_EQ((*rows)[1].source, "a, b");
  EXPECT_TRUE((*rows)[1].synthetic);
  const std::string text = WriteNationalEstimates(*rows);
  EXPECT_TRUE(IsNationalEstimates(text));
  const auto again = ParseNationalEstimates(text, "again.csv", TestCodes());
  ASSERT_TRUE(again) << again.error().ToLine();
  EXPECT_EQ(WriteNationalEstimates(*again), text);
}

TEST(ParseNationalEstimates, NamesWhatIsWrong) {
  EXPECT_EQ(CodeOf("EU27_2020,2020,presumed,bic,8,31,27,36,0.95,,fragile,s,no\n"),
            ErrorCode::kUnknownCode);
  EXPECT_EQ(CodeOf("NL,2020,victims,bic,8,31,27,36,0.95,,fragile,s,no\n"), ErrorCode::kUnknownCode);
  EXPECT_EQ(CodeOf("NL,2020,presumed,guess,8,31,27,36,0.95,,fragile,s,no\n"),
            ErrorCode::kUnknownCode);
  EXPECT_EQ(CodeOf("NL,2020,presumed,bic,8,31,27,36,0.95,,good,s,no\n"), ErrorCode::kUnknownCode);
  EXPECT_EQ(CodeOf("NL,20,presumed,bic,8,31,27,36,0.95,,fragile,s,no\n"), ErrorCode::kBadValue);
  EXPECT_EQ(CodeOf("NL,2020,presumed,bic,-8,31,27,36,0.95,,fragile,s,no\n"), ErrorCode::kBadValue);
  EXPECT_EQ(CodeOf("NL,2020,presumed,bic,8,31,27,36,95,,fragile,s,no\n"), ErrorCode::kBadValue);
  EXPECT_EQ(CodeOf("NL,2020,presumed,bic,8,7,6,36,0.95,,fragile,s,no\n"), ErrorCode::kBadValue);
  EXPECT_EQ(CodeOf("NL,2020,presumed,bic,8,31,37,36,0.95,,fragile,s,no\n"), ErrorCode::kBadValue);
  EXPECT_EQ(CodeOf("NL,2020\n"), ErrorCode::kStructure);
  EXPECT_EQ(CodeOf(std::string(kDutch) + kDutch), ErrorCode::kConflict);
  EXPECT_EQ(Parse(std::string(kDutch) + "NL\n").error().place, "e.csv:3");
}

// A later file takes the place of an earlier one, which can still be read as of its time.
TEST(NationalEstimates, KeepEveryFile) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("thb_national_estimates_" + std::to_string(getpid()) + ".db");
  std::filesystem::remove(path);
  {
    const auto database = Database::Open(path.string(), Database::Mode::kCreate);
    ASSERT_TRUE(database) << database.error().ToLine();
    auto rows = *Parse(kDutch);
    ASSERT_TRUE(SaveNationalEstimates(**database, rows, "first.csv", "aa", 100));
    rows[0].point = 3200;
    rows[0].upper.reset();
    ASSERT_TRUE(SaveNationalEstimates(**database, rows, "second.csv", "bb", 200));
    const auto now = LoadNationalEstimates(**database, Period{2019, 2020}, std::nullopt);
    ASSERT_TRUE(now) << now.error().ToLine();
    ASSERT_EQ(now->size(), 1U);
    EXPECT_EQ(now->front().point, 3200);
    EXPECT_EQ(now->front().upper, std::nullopt);
    EXPECT_EQ(now->front().file_name, "second.csv");
    const auto before = LoadNationalEstimates(**database, std::nullopt, 150);
    ASSERT_EQ(before->size(), 1U);
    EXPECT_EQ(before->front().point, 3100);
    EXPECT_EQ(before->front().file_hash, "aa");
    EXPECT_TRUE(LoadNationalEstimates(**database, Period{2020, 2020}, std::nullopt)->empty());
  }
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path.string() + suffix);
}

}  // namespace
}  // namespace thb
