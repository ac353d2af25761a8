#include "http/multipart.h"

#include <gtest/gtest.h>

namespace thb {
namespace {

constexpr const char* kType = "multipart/form-data; boundary=----x1";

std::string Part(const std::string& head, const std::string& content) {
  return "------x1\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + content + "\r\n";
}

ErrorCode CodeOf(const std::string& body, const char* type = kType) {
  const auto parts = ParseMultipart(type, body);
  EXPECT_FALSE(parts.has_value()) << body;
  return parts ? ErrorCode::kInternal : parts.error().code;
}

TEST(Multipart, ReadsTextsAndFilesAsABrowserSendsThem) {
  const std::string bytes("a\0\r\n--\r\n------x", 15);
  const std::string body = Part("name=\"group\"", "narrative") +
                           "------x1\r\nContent-Disposition: form-data; name=\"file\"; "
                           "filename=\"say %22hé%22.pdf\"\r\nContent-Type: application/pdf\r\n"
                           "\r\n" +
                           bytes + "\r\n------x1--\r\n";
  const auto parts = ParseMultipart(kType, body);
  ASSERT_TRUE(parts.has_value()) << parts.error().ToLine();
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ((*parts)[0].name, "group");
  EXPECT_FALSE((*parts)[0].is_file);
  EXPECT_EQ((*parts)[0].content, "narrative");
  EXPECT_TRUE((*parts)[1].is_file);
  EXPECT_EQ((*parts)[1].file_name, "say \"hé\".pdf");
  EXPECT_EQ((*parts)[1].content, bytes);
}

TEST(Multipart, ReadsAnEmptyFormAndAnEmptyFile) {
  const auto none = ParseMultipart(kType, "------x1--\r\n");
  ASSERT_TRUE(none.has_value());
  EXPECT_TRUE(none->empty());
  const auto empty = ParseMultipart("multipart/form-data; boundary=\"----x1\"",
                                    Part("name=\"file\"; filename=\"\"", "") + "------x1--");
  ASSERT_TRUE(empty.has_value());
  EXPECT_TRUE(empty->front().is_file);
  EXPECT_EQ(empty->front().content, "");
}

TEST(Multipart, RefusesWhatNoBrowserSends) {
  const std::string good = Part("name=\"a\"", "1");
  EXPECT_EQ(CodeOf(good + "------x1--", "multipart/form-data"), ErrorCode::kParse);
  EXPECT_EQ(CodeOf(good + "------x1--", "multipart/form-data; boundary=a b"), ErrorCode::kParse);
  EXPECT_EQ(CodeOf(good + "------x1--",
                   ("multipart/form-data; boundary=" + std::string(71, 'x')).c_str()),
            ErrorCode::kParse);
  EXPECT_EQ(CodeOf(""), ErrorCode::kParse);
  EXPECT_EQ(CodeOf("preamble\r\n" + good + "------x1--"), ErrorCode::kParse);
  EXPECT_EQ(CodeOf(good), ErrorCode::kParse) << "no end";
  EXPECT_EQ(CodeOf(good + "------x1--\r\nepilogue"), ErrorCode::kParse);
  EXPECT_EQ(CodeOf("------x1\r\n\r\n1\r\n------x1--"), ErrorCode::kParse) << "no head";
  EXPECT_EQ(CodeOf(Part("filename=\"a\"", "1") + "------x1--"), ErrorCode::kParse) << "no name";
  EXPECT_EQ(CodeOf(Part("name=\"a", "1") + "------x1--"), ErrorCode::kParse);
  EXPECT_EQ(CodeOf(Part("name=\"a\"", "\xff") + "------x1--"), ErrorCode::kEncoding);
  EXPECT_EQ(CodeOf(Part("name=\"\xff\"", "1") + "------x1--"), ErrorCode::kEncoding);
  EXPECT_EQ(
      CodeOf(Part("name=\"" + std::string(kMaxPartHeadBytes, 'a') + "\"", "1") + "------x1--"),
      ErrorCode::kLimit);
  std::string many;
  for (std::size_t i = 0; i <= kMaxFormParts; ++i) many += good;
  EXPECT_EQ(CodeOf(many + "------x1--"), ErrorCode::kLimit);
}

}  // namespace
}  // namespace thb
