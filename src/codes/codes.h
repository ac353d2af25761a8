#pragma once
// Code lists: geography, citizenship, sex, age, legal status, exploitation and the rest, with
// labels in English and Dutch. The lists are data (codelists/*.csv); so are hierarchies and
// aggregates.

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace thb {

enum class Language { kEn, kNl };

// "en", "nl". Errors: kUsage naming those that exist.
Result<Language> ParseLanguage(std::string_view tag);
std::string_view LanguageTag(Language language);

struct Code {
  std::string id;
  std::string parent;  // "" at the top of the default hierarchy
  std::string kind;    // total, group, leaf, country, aggregate, unknown
  std::string en;
  std::string nl;
};

// One list, in its published order. Immutable.
class CodeList {
 public:
  // Errors: kInternal where a code is repeated, a parent is missing or a cycle exists.
  static Result<CodeList> Make(std::string id, std::vector<Code> codes);

  const std::string& id() const { return id_; }
  const std::vector<Code>& codes() const { return codes_; }
  const Code* Find(std::string_view code) const;
  // The code itself where it is not in the list.
  std::string Label(std::string_view code, Language language) const;
  // The code that stands for all, "" where the list has none.
  std::string Total() const;
  // Those whose parent it is in the default hierarchy, in the list's order.
  const std::vector<std::string>& Children(std::string_view code) const;
  // The leaves below a code in the default hierarchy, itself where it is one.
  std::vector<std::string> Leaves(std::string_view code) const;
  // Errors: kUnknownCode, with the nearest code as remedy.
  Result<void> Check(std::string_view code, const std::string& place) const;

 private:
  std::string id_;
  std::vector<Code> codes_;
  std::map<std::string, std::size_t, std::less<>> index_;
  std::map<std::string, std::vector<std::string>, std::less<>> children_;
};

// All lists. Immutable and thread-safe after loading.
class Codes {
 public:
  // Reads the embedded lists. Errors: kInternal where the data contradict themselves.
  static Result<Codes> Load();

  const CodeList* Find(std::string_view list) const;
  std::vector<std::string> ListIds() const;

  // Members of an aggregate, EU states in Eurostat's protocol order; empty where it is none.
  std::vector<std::string> Members(std::string_view aggregate) const;
  // Members at a date, "2013-07-01": for "EU", whose composition changes.
  std::vector<std::string> Members(std::string_view aggregate, std::string_view date) const;
  bool IsAggregate(std::string_view geo) const;
  bool IsMember(std::string_view aggregate, std::string_view geo) const;

  // Children in a versioned hierarchy of forms: REPORT_2022, DIR_2011, DIR_2024. The top is
  // ICCS0204; nodes are codes of exploitation, or of form_group where a text groups forms in its
  // own way. The leaves are those of exploitation, each once.
  std::vector<std::string> HierarchyChildren(std::string_view hierarchy,
                                             std::string_view parent) const;
  std::vector<std::string> HierarchyIds() const;

  // The group of a citizenship seen from the reporting state, by the composition EU27_2020: NAT,
  // EU27_2020_FOR, NEU27_2020_FOR; STLS, OTH, NRP and UNK are groups of their own.
  std::string CitizenGroup(std::string_view citizen, std::string_view reporting_geo) const;
  // Whether a citizenship, a country or a group, lies within `group`: TOTAL, NAT, EU27_2020,
  // EU27_2020_FOR, NEU27_2020, NEU27_2020_FOR, FOR, STLS, OTH, UNK or a country.
  bool CitizenIn(std::string_view citizen, std::string_view group,
                 std::string_view reporting_geo) const;

 private:
  struct Membership {
    std::string geo;
    std::string from;  // first day, ISO; "" open
    std::string to;    // first day no longer a member
    bool Holds(std::string_view date) const;
  };
  Result<void> LoadLists();
  Result<void> LoadMembers();
  Result<void> LoadHierarchies();

  std::map<std::string, CodeList, std::less<>> lists_;
  std::map<std::string, std::vector<Membership>, std::less<>> members_;
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> latest_members_;
  std::map<std::string, std::map<std::string, std::vector<std::string>>, std::less<>> hierarchies_;
};

// Observation flags in Eurostat's form: letters of obs_status, once each, in alphabetical order.
// Errors: kUnknownCode for another letter; kConflict for a combination that is not one of
// Eurostat's (codelists/flag_combinations.csv).
Result<std::string> NormaliseFlags(std::string_view flags, const std::string& place);

// The flags of a sum of cells: as many of the union as Eurostat's combinations allow, those that
// warn most first (c, b, e, d, p, u, ...).
std::string MergeFlags(std::string_view flags);

}  // namespace thb
