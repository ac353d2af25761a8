#include "statistics/cube.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <map>

#include "base/csv.h"
#include "base/files.h"
#include "base/random.h"

namespace thb {
namespace {

using testing::HasSubstr;

constexpr std::string_view kSmall =
    "geo,sex,note\n"
    "NL,F,\n"
    "BE,M,\n"
    "NL,M,x\n"
    "NL,F,y\n";

std::string CubeOf(std::string_view csv, std::vector<std::string> by, std::string_view count = {},
                   int threads = 1, const CubeLimits& limits = {}) {
  auto table = LoadRecords(csv, "f.csv", by, count, threads, limits);
  if (!table) return table.error().ToLine();
  auto cube = ComputeCube(*table, threads, limits);
  return cube ? CubeCsv(*cube, threads) : cube.error().ToLine();
}

// The definition: every record counts in each of its 2^n margins. Reads with base's CSV reader.
std::string BruteForce(std::string_view csv, const std::vector<std::string>& by,
                       std::string_view count) {
  CsvReader reader(csv, "f.csv");
  std::vector<std::string> header, row;
  EXPECT_TRUE(*reader.Next(header));
  const auto column = [&](std::string_view name) {
    return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
  };
  // ALL sorts before every value, also before the empty one.
  std::map<std::vector<std::pair<bool, std::string>>, std::uint64_t> cells;
  while (*reader.Next(row)) {
    const std::uint64_t weight = count.empty() ? 1 : std::stoull(row[column(count)]);
    for (std::size_t mask = 0; mask < std::size_t{1} << by.size(); ++mask) {
      std::vector<std::pair<bool, std::string>> key;
      for (std::size_t d = 0; d < by.size(); ++d) {
        const bool all = (mask >> d & 1) != 0;
        key.emplace_back(!all, all ? "ALL" : row[column(by[d])]);
      }
      cells[key] += weight;
    }
  }
  std::string out;
  std::vector<std::string> fields = by;
  fields.emplace_back("count");
  AppendCsv(out, fields);
  for (const auto& [key, sum] : cells) {
    if (sum == 0) continue;
    fields.clear();
    for (const auto& [is_value, text] : key) fields.push_back(text);
    fields.push_back(std::to_string(sum));
    AppendCsv(out, fields);
  }
  return out;
}

struct RandomFile {
  std::string csv;
  std::vector<std::string> by;
  std::string count;
};

// Up to five dimensions (a, b, …), unused columns between them, counts in half of the files; values
// that are empty, quoted, longer than sixteen bytes, or span lines; LF or CRLF; sometimes no line
// end at the end.
RandomFile MakeRandomFile(Random& random) {
  const std::vector<std::string> odd = {"",
                                        "a,b",
                                        "say \"so\"",
                                        "two\nlines",
                                        "ICCS02043_02044",
                                        "a value that is longer than sixteen bytes",
                                        "a value that is longer than sixteen bytes.",
                                        "0123456789abcdef",
                                        " all",
                                        "ALL ",
                                        "é"};
  RandomFile file;
  const std::size_t dimensions = 1 + random.Below(5);
  const bool counted = random.Below(2) == 0;
  const std::size_t records = random.Below(4) == 0 ? random.Below(3) : random.Below(200);
  const std::size_t values = 1 + random.Below(random.Below(3) == 0 ? 300 : 6);
  const std::string line_end = random.Below(2) == 0 ? "\n" : "\r\n";
  const bool quoted = random.Below(2) == 0;
  const auto append_row = [&](const std::vector<std::string>& row) {
    AppendCsv(file.csv, row);
    file.csv.pop_back();
    if (row.size() == 1 && row[0].empty()) file.csv += "\"\"";
    file.csv += line_end;
  };
  std::vector<std::string> row;
  for (std::size_t d = 0; d < dimensions; ++d) row.emplace_back(1, static_cast<char>('a' + d));
  file.by = row;
  std::reverse(file.by.begin(), file.by.end());
  if (random.Below(2) == 0) row.emplace_back("unused");
  const std::size_t plain = row.size();
  if (counted) row.emplace_back(file.count = "n");
  append_row(row);
  for (std::size_t r = 0; r < records; ++r) {
    for (std::size_t c = 0; c < plain; ++c) {
      row[c] = "v" + std::to_string(random.Below(values));
      if (random.Below(8) == 0) row[c].clear();
      if (quoted && random.Below(4) == 0) row[c] = odd[random.Below(odd.size())];
    }
    if (counted) row[plain] = std::to_string(random.Below(3) * random.Below(1000));
    append_row(row);
    if (random.Below(50) == 0) file.csv += line_end;
  }
  if (random.Below(3) == 0) file.csv.resize(file.csv.size() - line_end.size());
  return file;
}

TEST(Cube, HasEveryMarginInOrder) {
  EXPECT_EQ(CubeOf(kSmall, {"geo", "sex"}),
            "geo,sex,count\n"
            "ALL,ALL,4\nALL,F,2\nALL,M,2\n"
            "BE,ALL,1\nBE,M,1\n"
            "NL,ALL,3\nNL,F,2\nNL,M,1\n");
}

TEST(Cube, FollowsTheOrderOfTheDimensionsAsked) {
  EXPECT_EQ(CubeOf("a,b\n1,2\n", {"b", "a"}), "b,a,count\nALL,ALL,1\nALL,1,1\n2,ALL,1\n2,1,1\n");
}

TEST(Cube, KeepsEmptyValuesAsACategory) {
  EXPECT_EQ(CubeOf(kSmall, {"note"}), "note,count\nALL,4\n,2\nx,1\ny,1\n");
}

TEST(Cube, SumsACountColumn) {
  EXPECT_EQ(CubeOf("n,sex\n3,F\n0,OTH\n4,M\n2,F\n", {"sex"}, "n"), "sex,count\nALL,9\nF,5\nM,4\n");
}

TEST(Cube, CountsBeyondThirtyTwoBits) {
  EXPECT_EQ(CubeOf("sex,n\nF,5000000000\nM,9223372031854775807\n", {"sex"}, "n"),
            "sex,count\nALL,9223372036854775807\nF,5000000000\nM,9223372031854775807\n");
  EXPECT_THAT(CubeOf("sex,n\nF,1\nM,9223372036854775807\n", {"sex"}, "n"), HasSubstr("f.csv:3"));
}

TEST(Cube, OfNoRecordsHasNoCells) {
  EXPECT_EQ(CubeOf("geo,sex\n", {"geo", "sex"}), "geo,sex,count\n");
  EXPECT_EQ(CubeOf("geo,sex", {"geo", "sex"}, {}, 4), "geo,sex,count\n");
}

TEST(Cube, EqualsItsDefinitionWhateverTheThreads) {
  Random random(20240614);
  for (int i = 0; i < 400; ++i) {
    const RandomFile file = MakeRandomFile(random);
    const std::string expected = BruteForce(file.csv, file.by, file.count);
    CubeLimits limits;
    ASSERT_EQ(CubeOf(file.csv, file.by, file.count, 1, limits), expected) << file.csv;
    limits.chunk_bytes = 1 + random.Below(400);
    ASSERT_EQ(CubeOf(file.csv, file.by, file.count, 3, limits), expected) << file.csv;
  }
}

// Enough values that the full table does not fit an array: five columns of `values` values.
std::string WideFile(std::size_t records, std::size_t values, std::size_t columns) {
  Random random(7);
  std::string csv;
  std::vector<std::string> row(columns);
  for (std::size_t c = 0; c < columns; ++c) row[c] = "d" + std::to_string(c);
  AppendCsv(csv, row);
  for (std::size_t r = 0; r < records; ++r) {
    for (std::string& field : row) field = std::to_string(random.Below(values));
    AppendCsv(csv, row);
  }
  return csv;
}

std::vector<std::string> Columns(std::size_t columns) {
  std::vector<std::string> by;
  for (std::size_t c = 0; c < columns; ++c) by.push_back("d" + std::to_string(c));
  return by;
}

TEST(Cube, OfManyValuesEqualsItsDefinition) {
  for (const std::size_t values : {30U, 300U}) {
    const std::string csv = WideFile(2000, values, 5);
    const std::string expected = BruteForce(csv, Columns(5), {});
    EXPECT_TRUE(CubeOf(csv, Columns(5)) == expected);
    EXPECT_TRUE(CubeOf(csv, Columns(5), {}, 4, {.chunk_bytes = 1000}) == expected);
  }
}

TEST(Cube, OfSixteenDimensionsEqualsItsDefinition) {
  const std::string csv = WideFile(2, 700, 16);
  EXPECT_TRUE(CubeOf(csv, Columns(16), {}, 2) == BruteForce(csv, Columns(16), {}));
}

TEST(Cube, OfKeysBeyondSixtyFourBitsEqualsItsDefinition) {
  const std::string csv = WideFile(200, 5000, 9);  // more than 128 values in each column
  EXPECT_TRUE(CubeOf(csv, Columns(9), {}, 2) == BruteForce(csv, Columns(9), {}));
}

TEST(Cube, OfManyCellsOrMoreThan65536ValuesIsExact) {
  std::string csv = "id,half\n";
  for (int i = 0; i < 70000; ++i) csv += std::to_string(i) + (i % 2 == 0 ? ",even\n" : ",odd\n");
  const std::vector<std::string> by = {"half", "id"};
  const auto table = LoadRecords(csv, "f.csv", by, {}, 2, {.chunk_bytes = 50000});
  ASSERT_TRUE(table);
  EXPECT_TRUE(std::holds_alternative<std::vector<std::uint32_t>>(table->codes[1]));
  const auto cube = ComputeCube(*table, 2);
  ASSERT_TRUE(cube);
  EXPECT_EQ(cube->counts.size(), 70000U + 70000U + 2U + 1U);
  EXPECT_EQ(cube->counts[0], 70000U);
  EXPECT_THAT(ComputeCube(*table, 2, {.max_cells = 1000}).error().ToLine(),
              HasSubstr("more than 1000 cells"));
}

TEST(Cube, TableIsIndependentOfTheThreads) {
  const std::string csv = WideFile(5000, 40, 3);
  const auto one = LoadRecords(csv, "f.csv", Columns(3), {}, 1);
  const auto four = LoadRecords(csv, "f.csv", Columns(3), {}, 4, {.chunk_bytes = 777});
  ASSERT_TRUE(one && four);
  EXPECT_EQ(one->labels, four->labels);
  EXPECT_EQ(one->codes, four->codes);
  EXPECT_EQ(one->labels[0][kAllCode], kAllLabel);
  EXPECT_EQ(one->labels[0][CodeAt(one->codes[0], 0)], csv.substr(9, csv.find(',', 9) - 9));
}

TEST(Cube, ReadsAByteOrderMarkAndFiles) {
  const std::string path = testing::TempDir() + "cube_test.csv";
  ASSERT_TRUE(WriteFile(path, "\xEF\xBB\xBFgeo\nNL\n"));
  const std::vector<std::string> by = {"geo"};
  const auto table = LoadRecordFile(path, by, {}, 2);
  ASSERT_TRUE(table) << table.error().ToLine();
  EXPECT_EQ(CubeCsv(*ComputeCube(*table, 1)), "geo,count\nALL,1\nNL,1\n");
  EXPECT_THAT(LoadRecordFile(path, by, {}, 1, {.max_file_bytes = 5}).error().ToLine(),
              HasSubstr("more than 5 bytes"));
  std::filesystem::remove(path);
  EXPECT_EQ(LoadRecordFile(path, by, {}, 1).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(LoadRecordFile(testing::TempDir(), by, {}, 1).error().code, ErrorCode::kIo);
}

struct Refusal {
  std::string_view csv;
  std::vector<std::string> by;
  std::string_view count;
  ErrorCode code;
  std::string_view says;
};

class CubeRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(CubeRefusal, NamesPlaceAndRemedyWhateverTheThreads) {
  const Refusal& refusal = GetParam();
  CubeLimits limits;
  limits.max_columns = 4;
  limits.max_field_bytes = 100;
  limits.max_dimensions = 3;
  limits.max_distinct = 5;
  limits.max_records = 8;
  const auto error = LoadRecords(refusal.csv, "f.csv", refusal.by, refusal.count, 1, limits);
  ASSERT_FALSE(error);
  EXPECT_EQ(error.error().code, refusal.code) << error.error().ToLine();
  EXPECT_THAT(error.error().ToLine(), HasSubstr(refusal.says));
  EXPECT_FALSE(error.error().remedy.empty());
  limits.chunk_bytes = 3;
  const auto parallel = LoadRecords(refusal.csv, "f.csv", refusal.by, refusal.count, 3, limits);
  ASSERT_FALSE(parallel);
  EXPECT_EQ(parallel.error().ToLine(), error.error().ToLine());
}

INSTANTIATE_TEST_SUITE_P(
    All, CubeRefusal,
    testing::Values(
        Refusal{"", {"a"}, "", ErrorCode::kParse, "empty"},
        Refusal{"a,b\n1,2\n", {}, "", ErrorCode::kUsage, "--by"},
        Refusal{"a,b\n1,2\n", {"a", "a"}, "", ErrorCode::kUsage, "'a' is named twice"},
        Refusal{"a,count\n1,2\n", {"count"}, "", ErrorCode::kUsage, "'count'"},
        Refusal{"a,n\n1,2\n", {"a", "n"}, "n", ErrorCode::kUsage, "'n'"},
        Refusal{"a,b\n", {"a", "b", "c", "d"}, "", ErrorCode::kLimit, "3 dimensions"},
        Refusal{"geo,sex\n", {"geo", "age"}, "", ErrorCode::kStructure, "name one of: geo, sex"},
        Refusal{"geo,sex\n", {"geo"}, "n", ErrorCode::kStructure, "no column 'n'"},
        Refusal{"a,b,a\n", {"a"}, "", ErrorCode::kStructure, "two columns"},
        Refusal{"a,b,c,d,e\n", {"a"}, "", ErrorCode::kLimit, "4 columns"},
        Refusal{"a\xff\n", {"a"}, "", ErrorCode::kEncoding, "f.csv:1"},
        Refusal{"a,b\n1,2\n3\n4\n", {"a"}, "", ErrorCode::kParse, "f.csv:3"},
        Refusal{"a,b\n1,2\n\n3,4,5\n", {"a"}, "", ErrorCode::kParse, "f.csv:4"},
        Refusal{"a,b\n1,\"2\n3\"\n4,ALL\n", {"b"}, "", ErrorCode::kBadValue, "f.csv:4"},
        Refusal{"a,b\n1,\"ALL\"\n", {"b"}, "", ErrorCode::kBadValue, "f.csv:2"},
        Refusal{"a,b\n1,\"2\n3\n", {"a"}, "", ErrorCode::kParse, "f.csv:2"},
        Refusal{"a,b\n1,\"2\"x\n", {"a"}, "", ErrorCode::kParse, "f.csv:2"},
        Refusal{"a,b\n1,2\n\xc3,2\n", {"a"}, "", ErrorCode::kEncoding, "f.csv:3"},
        Refusal{"a,n\n1,2\n1,\n", {"a"}, "n", ErrorCode::kBadValue, "f.csv:3"},
        Refusal{"a,n\n1,-2\n", {"a"}, "n", ErrorCode::kBadValue, "'-2'"},
        Refusal{"a,n\n1,2.5\n", {"a"}, "n", ErrorCode::kBadValue, "'2.5'"},
        Refusal{"a,n\n1,<5\n", {"a"}, "n", ErrorCode::kBadValue, "'<5'"},
        Refusal{"a\n1\n2\n3\n4\n5\n6\n", {"a"}, "", ErrorCode::kLimit, "f.csv:7"},
        Refusal{"a\n1\n1\n1\n1\n1\n1\n1\n1\n1\n", {"a"}, "", ErrorCode::kLimit, "8 records"}));

TEST(Cube, RefusesLongFields) {
  const std::string plain = "a\n" + std::string(101, 'x') + "\n";
  const std::string quoted = "a\n\"" + std::string(101, 'x') + "\"\n";
  const std::string doubled = "a\n\"" + std::string(202, '"') + "\"\n";
  for (const std::string& csv : {plain, quoted, doubled}) {
    EXPECT_THAT(CubeOf(csv, {"a"}, {}, 1, {.max_field_bytes = 100}), HasSubstr("f.csv:2"));
    EXPECT_THAT(CubeOf(csv, {"a"}, {}, 1, {.max_field_bytes = 101}), HasSubstr(",1\n"));
  }
}

}  // namespace
}  // namespace thb
