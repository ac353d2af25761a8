// What the file alone tells of names (casework rule 3): somebody who has the index rows, no key,
// and knows how common names are, holds the largest buckets against the most common entries.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

#include "base/random.h"
#include "people/internal/name_index.h"

namespace thb {
namespace {

constexpr std::size_t kPersons = 20'000;
constexpr std::size_t kFirstNames = 300;
constexpr std::size_t kSecondNames = 2'000;

std::string MadeUpName(Random& random) {
  constexpr std::string_view kConsonants = "bdfgklmnprstvz";
  constexpr std::string_view kVowels = "aeiou";
  std::string name;
  const std::uint64_t syllables = 2 + random.Below(2);
  for (std::uint64_t i = 0; i < syllables; ++i) {
    name += kConsonants[random.Below(kConsonants.size())];
    name += kVowels[random.Below(kVowels.size())];
  }
  return name;
}

// Names as common as names are: the n-th is 1/n times as common as the first (Zipf).
class Names {
 public:
  Names(std::size_t count, Random& random) {
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
      names_.push_back(MadeUpName(random));
      sum += 1.0 / static_cast<double>(i + 1);
      upto_.push_back(sum);
    }
  }
  const std::string& Draw(Random& random) const {
    const double at = random.Uniform() * upto_.back();
    const auto found = std::upper_bound(upto_.begin(), upto_.end(), at);
    return names_[static_cast<std::size_t>(found - upto_.begin())];
  }

 private:
  std::vector<std::string> names_;
  std::vector<double> upto_;
};

struct Attack {
  double guessed = 0;  // share of persons whose name the attacker names
  double without = 0;  // the same where he has no index and names the most common one for all
};

// `entries_of` says what is hashed of a person; the hash is a random function, which is what a
// keyed hash is to who has no key.
Attack RunAttack(const std::function<std::vector<std::string>(const std::string&)>& entries_of,
                 int bits) {
  Random random(7);
  const Names first(kFirstNames, random);
  const Names second(kSecondNames, random);
  std::map<std::string, int> how_common;             // what the attacker knows of the population
  std::map<std::string, std::string> name_of_entry;  // the most common name with an entry
  std::vector<std::string> persons;
  for (std::size_t i = 0; i < kPersons; ++i) {
    persons.push_back(first.Draw(random) + " " + second.Draw(random));
    ++how_common[persons.back()];
  }
  std::map<std::string, int> entry_counts;
  std::map<std::string, std::vector<std::size_t>> buckets;
  const std::uint64_t key = random.Next();
  for (std::size_t i = 0; i < kPersons; ++i) {
    for (const std::string& entry : entries_of(persons[i])) {
      ++entry_counts[entry];
      std::string& name = name_of_entry[entry];
      if (name.empty() || how_common[persons[i]] > how_common[name]) name = persons[i];
      std::uint64_t hash = key;
      for (const char c : entry) hash = Random(hash ^ static_cast<unsigned char>(c)).Next();
      buckets[std::to_string(hash >> (64 - bits))].push_back(i);
    }
  }
  std::vector<std::pair<int, std::string>> entries;
  for (const auto& [entry, count] : entry_counts) entries.emplace_back(count, entry);
  std::sort(entries.rbegin(), entries.rend());
  std::vector<std::vector<std::size_t>> by_size;
  for (auto& [bucket, members] : buckets) by_size.push_back(std::move(members));
  std::sort(by_size.begin(), by_size.end(),
            [](const auto& a, const auto& b) { return a.size() > b.size(); });
  std::vector<bool> right(kPersons);
  for (std::size_t i = 0; i < std::min(by_size.size(), entries.size()); ++i) {
    const std::string& guess = name_of_entry[entries[i].second];
    for (const std::size_t person : by_size[i])
      right[person] = right[person] || persons[person] == guess;
  }
  int most = 0;
  for (const auto& [name, count] : how_common) most = std::max(most, count);
  return {static_cast<double>(std::count(right.begin(), right.end(), true)) / kPersons,
          static_cast<double>(most) / kPersons};
}

TEST(BlindIndexAttack, PairsOfCodesTellLittleMoreThanNoIndexAtAll) {
  const int bits = NameIndexBits(kPersons);
  const Attack attack =
      RunAttack([](const std::string& name) { return NameEntries(name, {}); }, bits);
  RecordProperty("guessed_per_mille", static_cast<int>(1'000 * attack.guessed));
  RecordProperty("without_per_mille", static_cast<int>(1'000 * attack.without));
  EXPECT_LT(attack.guessed, attack.without + 0.02);
}

TEST(BlindIndexAttack, AnExactIndexWouldTellMuchMore) {
  const auto whole_name = [](const std::string& name) { return std::vector<std::string>{name}; };
  const Attack exact = RunAttack(whole_name, 64);
  const Attack pairs = RunAttack([](const std::string& name) { return NameEntries(name, {}); },
                                 NameIndexBits(kPersons));
  EXPECT_GT(exact.guessed, 3 * pairs.guessed) << "an exact index gives names away by their number";
}

}  // namespace
}  // namespace thb
