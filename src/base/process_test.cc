#include "base/process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>

#include "base/files.h"

namespace thb {
namespace {

TEST(RunProcess, PassesArgumentsAsTheyAreAndCapturesBothStreams) {
  const auto output = RunProcess(
      {.arguments = {"sh", "-c", "printf %s \"$1\"; echo no >&2; exit 3", "sh", "a b; $(echo c)"}});
  ASSERT_TRUE(output) << output.error().ToLine();
  EXPECT_EQ(output->exit_status, 3);
  EXPECT_EQ(output->out, "a b; $(echo c)");
  EXPECT_EQ(output->err, "no\n");
}

TEST(RunProcess, AddsToTheEnvironmentAndChangesTheDirectory) {
  const auto directory = TemporaryDirectory::Make();
  ASSERT_TRUE(directory);
  const auto output = RunProcess({.arguments = {"sh", "-c", "echo $THB_PROCESS_TEST; pwd"},
                                  .environment = {{"THB_PROCESS_TEST", "yes"}},
                                  .directory = directory->path()});
  ASSERT_TRUE(output);
  EXPECT_EQ(output->out, "yes\n" + directory->path() + "\n");
}

TEST(RunProcess, NamesAProgramThatIsNotInstalled) {
  const auto output = RunProcess({.arguments = {"thb-no-such-program"}});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(output.error().what, testing::HasSubstr("thb-no-such-program is not installed"));
}

TEST(RunProcess, EndsAProgramAndItsChildrenInTime) {
  const auto start = std::chrono::steady_clock::now();
  const auto output =
      RunProcess({.arguments = {"sh", "-c", "sleep 30 & sleep 30"}, .timeout_seconds = 1});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::kLimit);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST(RunProcess, EndsAProgramThatSaysTooMuch) {
  const auto output = RunProcess({.arguments = {"yes"}, .max_output_bytes = 100000});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::kLimit);
}

TEST(RunProcess, ReportsASignalAsAShellDoes) {
  const auto output = RunProcess({.arguments = {"sh", "-c", "kill -TERM $$"}});
  ASSERT_TRUE(output);
  EXPECT_EQ(output->exit_status, 128 + 15);
}

TEST(TemporaryDirectory, IsPrivateAndGoesWithItsContent) {
  std::string path;
  {
    const auto directory = TemporaryDirectory::Make();
    ASSERT_TRUE(directory);
    path = directory->path();
    struct stat info{};
    ASSERT_EQ(stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0700U);
    ASSERT_TRUE(WriteFile(path + "/a", "text"));
  }
  struct stat info{};
  EXPECT_NE(stat(path.c_str(), &info), 0);
}

}  // namespace
}  // namespace thb
