#include "people/reference.h"

#include <gtest/gtest.h>

#include <set>

#include "base/random.h"

namespace thb {
namespace {

RandomBytes Seeded(std::uint64_t seed) {
  return [generator = Random(seed)](std::size_t count) mutable {
    std::string bytes(count, '\0');
    for (char& byte : bytes) byte = static_cast<char>(generator.Below(256));
    return bytes;
  };
}

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

TEST(Reference, ReadsBackHoweverItIsTyped) {
  const std::string reference = NewReference(Seeded(1));
  ASSERT_EQ(reference.size(), 14U);
  EXPECT_EQ(ParseReference(reference), reference);
  std::string sloppy;
  for (const char c : reference) {
    if (c == '-') continue;
    sloppy += c == '0' ? 'o' : c == '1' ? 'l' : static_cast<char>(std::tolower(c));
    sloppy += ' ';
  }
  EXPECT_EQ(ParseReference(sloppy), reference);
}

TEST(Reference, FindsEachWrongCharacterAndEachSwapOfNeighbours) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::string reference = NewReference(Seeded(seed));
    for (std::size_t i = 0; i < reference.size(); ++i) {
      if (reference[i] == '-') continue;
      for (const char other : kAlphabet) {
        std::string wrong = reference;
        wrong[i] = other;
        if (wrong == reference) continue;
        EXPECT_EQ(ParseReference(wrong), std::nullopt) << wrong;
      }
      const std::size_t next = i + 1 < reference.size() && reference[i + 1] == '-' ? i + 2 : i + 1;
      if (next >= reference.size() || reference[i] == reference[next]) continue;
      std::string swapped = reference;
      std::swap(swapped[i], swapped[next]);
      EXPECT_EQ(ParseReference(swapped), std::nullopt) << swapped;
    }
  }
}

TEST(Reference, RefusesWhatIsNone) {
  for (const char* text : {"", "7K3M", "7K3M-9QWE-2R5T-7K3M", "U000-0000-0000", "7K3M_9QWE_2R5T"}) {
    EXPECT_EQ(ParseReference(text), std::nullopt) << text;
  }
}

TEST(Reference, ThousandsDiffer) {
  const auto random = Seeded(7);
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) seen.insert(NewReference(random));
  EXPECT_EQ(seen.size(), 10'000U);
}

}  // namespace
}  // namespace thb
