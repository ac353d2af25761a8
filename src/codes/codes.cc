#include "codes/codes.h"

#include <algorithm>
#include <array>

#include "base/csv.h"
#include "base/resources.h"
#include "base/text.h"
#include "codes/names.h"

namespace thb {
namespace {

constexpr std::string_view kFolder = "codelists/";
// A date after every change of an aggregate in the data: its last known composition.
constexpr std::string_view kLastDate = "9999-12-31";
// Files of the folder that are no code lists.
constexpr std::array<std::string_view, 6> kOtherFiles = {"countries",     "country_labels",
                                                         "country_names", "flag_combinations",
                                                         "geo_members",   "hierarchies"};

using Rows = std::vector<std::vector<std::string>>;

// All records after the header, which must be `header`.
Result<Rows> ReadTable(std::string_view text, const std::string& place,
                       const std::vector<std::string>& header) {
  CsvReader reader(text, place);
  std::vector<std::string> fields;
  if (!TRY(reader.Next(fields)) || fields != header) {
    return Fail(ErrorCode::kInternal, "the header is not " + Join(header, ","), place);
  }
  Rows rows;
  while (TRY(reader.Next(fields))) {
    if (fields.size() != header.size()) {
      return Fail(ErrorCode::kInternal, "wrong number of fields", reader.Place());
    }
    rows.push_back(fields);
  }
  return rows;
}

Result<Rows> ReadResource(const std::string& name, const std::vector<std::string>& header) {
  const std::string path = std::string(kFolder) + name + ".csv";
  const auto text = FindResource(path);
  if (!text) return Fail(ErrorCode::kInternal, "not embedded", path);
  return ReadTable(*text, path, header);
}

}  // namespace

Result<Language> ParseLanguage(std::string_view tag) {
  if (tag == "en") return Language::kEn;
  if (tag == "nl") return Language::kNl;
  return Fail(ErrorCode::kUsage, "no language " + std::string(tag), "--lang", "choose en or nl");
}

std::string_view LanguageTag(Language language) {
  return language == Language::kNl ? "nl" : "en";
}

Result<CodeList> CodeList::Make(std::string id, std::vector<Code> codes) {
  CodeList list;
  list.id_ = std::move(id);
  list.codes_ = std::move(codes);
  for (std::size_t i = 0; i < list.codes_.size(); ++i) {
    if (!list.index_.emplace(list.codes_[i].id, i).second) {
      return Fail(ErrorCode::kInternal, "repeated code " + list.codes_[i].id, list.id_);
    }
  }
  for (const Code& code : list.codes_) {
    const Code* at = &code;
    for (std::size_t steps = 0; !at->parent.empty(); ++steps) {
      at = list.Find(at->parent);
      if (at == nullptr || steps > list.codes_.size()) {
        return Fail(ErrorCode::kInternal, "the parents of " + code.id + " do not reach the top",
                    list.id_);
      }
    }
    if (!code.parent.empty()) list.children_[code.parent].push_back(code.id);
  }
  return list;
}

const Code* CodeList::Find(std::string_view code) const {
  const auto found = index_.find(code);
  return found == index_.end() ? nullptr : &codes_[found->second];
}

std::string CodeList::Label(std::string_view code, Language language) const {
  const Code* found = Find(code);
  if (found == nullptr) return std::string(code);
  return language == Language::kNl ? found->nl : found->en;
}

std::string CodeList::Total() const {
  for (const Code& code : codes_) {
    if (code.kind == "total") return code.id;
  }
  return "";
}

const std::vector<std::string>& CodeList::Children(std::string_view code) const {
  static const std::vector<std::string> kNone;
  const auto found = children_.find(code);
  return found == children_.end() ? kNone : found->second;
}

std::vector<std::string> CodeList::Leaves(std::string_view code) const {
  std::vector<std::string> leaves;
  for (const std::string& child : Children(code)) {
    const auto below = Leaves(child);
    leaves.insert(leaves.end(), below.begin(), below.end());
  }
  if (leaves.empty() && Find(code) != nullptr) leaves.emplace_back(code);
  return leaves;
}

Result<void> CodeList::Check(std::string_view code, const std::string& place) const {
  if (Find(code) != nullptr) return {};
  std::vector<std::string> ids;
  for (const Code& candidate : codes_) ids.push_back(candidate.id);
  const auto nearest = Nearest(code, ids);
  constexpr std::size_t kFew = 20;
  std::string remedy = "see the code list " + id_;
  if (ids.size() <= kFew) remedy = "choose one of " + Join(ids, ", ");
  if (nearest) remedy = "did you mean " + *nearest + "?";
  // ISO 3166-1 has other codes for these two, and no edit distance leads from GR to EL.
  if (code == "GR" && Find("EL") != nullptr) remedy = "Greece is EL";
  if (code == "GB" && Find("UK") != nullptr) remedy = "the United Kingdom is UK";
  return Fail(ErrorCode::kUnknownCode,
              "unknown code \"" + std::string(code) + "\" in code list " + id_, place, remedy);
}

Result<Codes> Codes::Load() {
  Codes codes;
  TRY(codes.LoadLists());
  TRY(codes.LoadMembers());
  TRY(codes.LoadHierarchies());
  return codes;
}

Result<void> Codes::LoadLists() {
  std::vector<Code> countries;
  for (const auto& row : TRY(ReadResource("countries", {"code", "iso2", "iso3"}))) {
    countries.push_back(
        {row[0], "", "country", CountryName(row[0], "en"), CountryName(row[0], "nl")});
  }
  for (const ResourceFile& file : ResourcesUnder(kFolder)) {
    if (!EndsWith(file.name, ".csv")) continue;
    std::string id(file.name.substr(kFolder.size(), file.name.size() - kFolder.size() - 4));
    if (std::find(kOtherFiles.begin(), kOtherFiles.end(), id) != kOtherFiles.end()) continue;
    std::vector<Code> codes;
    const std::string place(file.name);
    for (auto& row : TRY(ReadTable(file.content, place, {"code", "parent", "kind", "en", "nl"}))) {
      // One row stands for all countries, whose names come from the Unicode locale data.
      if (row[0] == "*") {
        for (Code country : countries) {
          country.parent = row[1];
          codes.push_back(std::move(country));
        }
        continue;
      }
      if (row[3].empty() || row[4].empty()) {
        return Fail(ErrorCode::kInternal, "a label is missing for " + row[0], place);
      }
      codes.push_back({row[0], row[1], row[2], row[3], row[4]});
    }
    lists_.emplace(id, TRY(CodeList::Make(id, std::move(codes))));
  }
  return {};
}

Result<void> Codes::LoadMembers() {
  const CodeList* geo = Find("geo");
  if (geo == nullptr || Find("citizen") == nullptr) {
    return Fail(ErrorCode::kInternal, "geo or citizen is not embedded", "codelists");
  }
  for (const auto& row : TRY(ReadResource("geo_members", {"aggregate", "member", "from", "to"}))) {
    TRY(geo->Check(row[0], "codelists/geo_members.csv"));
    TRY(geo->Check(row[1], "codelists/geo_members.csv"));
    members_[row[0]].push_back({row[1], row[2], row[3]});
  }
  for (const auto& [aggregate, memberships] : members_) {
    const auto members = Members(aggregate);
    latest_members_[aggregate].insert(members.begin(), members.end());
  }
  return {};
}

Result<void> Codes::LoadHierarchies() {
  const CodeList* forms = Find("exploitation");
  const CodeList* groups = Find("form_group");
  if (forms == nullptr || groups == nullptr) {
    return Fail(ErrorCode::kInternal, "exploitation or form_group is not embedded", "codelists");
  }
  for (const auto& row : TRY(ReadResource("hierarchies", {"hierarchy", "parent", "child"}))) {
    for (const std::string& code : {row[1], row[2]}) {
      if (groups->Find(code) != nullptr) continue;
      TRY(forms->Check(code, "codelists/hierarchies.csv"));
    }
    hierarchies_[row[0]][row[1]].push_back(row[2]);
  }
  return {};
}

const CodeList* Codes::Find(std::string_view list) const {
  const auto found = lists_.find(list);
  return found == lists_.end() ? nullptr : &found->second;
}

std::vector<std::string> Codes::ListIds() const {
  std::vector<std::string> ids;
  for (const auto& [id, list] : lists_) ids.push_back(id);
  return ids;
}

bool Codes::Membership::Holds(std::string_view date) const {
  return (from.empty() || from <= date) && (to.empty() || date < to);
}

std::vector<std::string> Codes::Members(std::string_view aggregate) const {
  return Members(aggregate, kLastDate);
}

std::vector<std::string> Codes::Members(std::string_view aggregate, std::string_view date) const {
  std::vector<std::string> members;
  const auto found = members_.find(aggregate);
  if (found == members_.end()) return members;
  for (const Membership& membership : found->second) {
    if (membership.Holds(date)) members.push_back(membership.geo);
  }
  return members;
}

bool Codes::IsAggregate(std::string_view geo) const {
  return members_.find(geo) != members_.end();
}

bool Codes::IsMember(std::string_view aggregate, std::string_view geo) const {
  const auto found = latest_members_.find(aggregate);
  return found != latest_members_.end() && found->second.count(geo) > 0;
}

std::vector<std::string> Codes::HierarchyChildren(std::string_view hierarchy,
                                                  std::string_view parent) const {
  const auto found = hierarchies_.find(hierarchy);
  if (found == hierarchies_.end()) return {};
  const auto children = found->second.find(std::string(parent));
  return children == found->second.end() ? std::vector<std::string>{} : children->second;
}

std::vector<std::string> Codes::HierarchyIds() const {
  std::vector<std::string> ids;
  for (const auto& [id, children] : hierarchies_) ids.push_back(id);
  return ids;
}

std::string Codes::CitizenGroup(std::string_view citizen, std::string_view reporting_geo) const {
  const Code* code = Find("citizen")->Find(citizen);
  if (code == nullptr || code->kind != "country") return std::string(citizen);
  if (citizen == reporting_geo) return "NAT";
  return IsMember("EU27_2020", citizen) ? "EU27_2020_FOR" : "NEU27_2020_FOR";
}

bool Codes::CitizenIn(std::string_view citizen, std::string_view group,
                      std::string_view reporting_geo) const {
  if (group == "TOTAL" || citizen == group) return true;
  const std::string own = CitizenGroup(citizen, reporting_geo);
  if (own == group) return true;
  // The nationals of a reporting state outside the Union are no EU citizens.
  const bool national_of_eu = reporting_geo.empty() || IsMember("EU27_2020", reporting_geo);
  if (group == "EU27_2020") return own == "EU27_2020_FOR" || (own == "NAT" && national_of_eu);
  if (group == "NEU27_2020") return own == "NEU27_2020_FOR" || (own == "NAT" && !national_of_eu);
  if (group == "FOR") return own == "EU27_2020_FOR" || own == "NEU27_2020_FOR";
  return false;
}

namespace {

// Eurostat's combinations, one a line after the header, in alphabetical order.
bool IsLegalCombination(std::string_view flags) {
  for (const std::string_view line :
       Split(FindResource("codelists/flag_combinations.csv").value_or(""), '\n')) {
    if (Trim(line) == flags) return true;
  }
  return false;
}

}  // namespace

Result<std::string> NormaliseFlags(std::string_view flags, const std::string& place) {
  constexpr std::string_view kLetters = "bcdefnprsuz";
  std::string normal;
  for (const char flag : flags) {
    if (flag == ' ') continue;
    if (kLetters.find(flag) == std::string_view::npos) {
      return Fail(ErrorCode::kUnknownCode,
                  "unknown observation flag \"" + std::string(1, flag) + "\"", place,
                  "flags are letters of " + std::string(kLetters));
    }
    if (normal.find(flag) == std::string::npos) normal += flag;
  }
  std::sort(normal.begin(), normal.end());
  if (normal.size() > 1 && !IsLegalCombination(normal)) {
    return Fail(ErrorCode::kConflict, "flags " + normal + " are no combination of Eurostat's",
                place, "keep those of codelists/flag_combinations.csv");
  }
  return normal;
}

std::string MergeFlags(std::string_view flags) {
  constexpr std::string_view kByWeight = "cbedpursnfz";
  std::string merged;
  for (const char flag : kByWeight) {
    if (flags.find(flag) == std::string_view::npos) continue;
    std::string candidate = merged + flag;
    std::sort(candidate.begin(), candidate.end());
    if (candidate.size() == 1 || IsLegalCombination(candidate)) merged = std::move(candidate);
  }
  return merged;
}

}  // namespace thb
