#include "web/internal/html.h"

#include <gtest/gtest.h>

namespace thb {
namespace {

TEST(Html, TextsAreEscapedWhereverTheyStand) {
  const std::string hostile = "<script>alert('x')</script>&\"";
  const Html html = El("p", {{"title", hostile}}, hostile, El("b", "safe"));
  EXPECT_EQ(html.markup(),
            "<p title=\"&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;\">"
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;<b>safe</b></p>");
}

TEST(Html, AnAddressOfAnotherKindIsDropped) {
  for (const char* address : {"javascript:alert(1)", "//evil.example", "/\\evil.example", "data:x",
                              "http://plain.example", " https://x"}) {
    EXPECT_EQ(El("a", {{"href", address}}, "x").markup(), "<a href=\"#\">x</a>") << address;
  }
  for (const char* address : {"/en", "#main", "?q=1", "https://example.eu/"}) {
    EXPECT_EQ(El("a", {{"href", address}}, "x").markup(),
              "<a href=\"" + std::string(address) + "\">x</a>");
  }
}

TEST(Html, AnAttributeWithoutValueIsNotWritten) {
  EXPECT_EQ(El("input", {{"checked", OnlyIf(false)}, {"name", "a"}}).markup(),
            "<input name=\"a\"/>");
  EXPECT_EQ(El("input", {{"checked", OnlyIf(true)}}).markup(), "<input checked=\"\"/>");
}

TEST(Html, EmptyElementsHaveAnEndUnlessTheyAreVoid) {
  EXPECT_EQ(El("p").markup(), "<p></p>");
  EXPECT_EQ(El("br").markup(), "<br/>");
  EXPECT_EQ(Html::ScriptFile("https://x/y.js").markup(),
            "<script src=\"https://x/y.js\" defer=\"\"></script>");
  EXPECT_TRUE(Html::ScriptFile("javascript:x").empty());
}

}  // namespace
}  // namespace thb
