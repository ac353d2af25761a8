#include "base/files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace thb {
namespace {

class FilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("thb_files_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string Path(const char* name) const { return (folder_ / name).string(); }
  std::filesystem::path folder_;
};

TEST_F(FilesTest, ReplacesWholeFiles) {
  ASSERT_TRUE(WriteFile(Path("a"), std::string(1 << 20, 'x')).has_value());
  ASSERT_TRUE(WriteFile(Path("a"), std::string("b\0c", 3)).has_value());
  EXPECT_EQ(*ReadFile(Path("a")), std::string("b\0c", 3));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(FilesTest, SaysWhatIsWrong) {
  EXPECT_EQ(ReadFile(Path("none")).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(ReadFile(folder_.string()).error().code, ErrorCode::kIo);
  EXPECT_FALSE(WriteFile(Path("no/such/folder"), "x").has_value());
  ASSERT_TRUE(WriteFile(Path("big"), "12345").has_value());
  EXPECT_EQ(ReadFile(Path("big"), 4).error().code, ErrorCode::kLimit);
}

}  // namespace
}  // namespace thb
