// The summary in front; contributions, country tables and methods at the end.

#include <algorithm>

#include "base/text.h"
#include "codes/format.h"
#include "report/internal/sections.h"

namespace thb {
namespace {

void AddTotals(Composer& composer, ReportList& list) {
  const IndicatorValue victims = composer.Read("victims.count");
  if (!victims.value) {
    list.items.push_back(composer.Say("count.none", {{"what", composer.Text("noun.victims")}}));
    return;
  }
  const Comparison comparison = composer.Compare("victims");
  const bool total = comparison.kind == Comparison::Kind::kTotal;
  list.items.push_back(composer.Say(
      "brief.victims", {{"victims", composer.Number(victims)},
                        {"compared", std::string(total ? "yes" : "no")},
                        {"change", total ? composer.Signed(comparison.change) : Inlines{}},
                        {"missing", static_cast<double>(victims.missing.size())},
                        {"members", static_cast<double>(composer.members().size())}}));
}

// A line of shares, left out where one of them is not there: its section says so.
void AddShares(Composer& composer, ReportList& list, std::string_view key,
               const std::vector<std::pair<std::string, std::string>>& shares) {
  MessageArguments arguments;
  for (const auto& [name, id] : shares) {
    const IndicatorValue value = composer.Read(id);
    if (!value.value) return;
    arguments.emplace(name, composer.Percent(value));
  }
  list.items.push_back(composer.Say(key, std::move(arguments)));
}

void AddJusticeTotals(Composer& composer, ReportList& list) {
  MessageArguments arguments;
  for (const char* stage : {"suspects", "prosecutions", "convictions"}) {
    const IndicatorValue value = composer.Read(std::string(stage) + ".count");
    arguments.emplace(std::string("has_") + stage, std::string(value.value ? "yes" : "no"));
    arguments.emplace(stage, composer.Number(value));
  }
  list.items.push_back(composer.Say("brief.justice", std::move(arguments)));
}

// Victims by state and year, with the whole period and the rate where it has one.
ReportTable VictimsTable(Composer& composer) {
  const Period& period = composer.period();
  const bool rate = composer.Read("victims.rate").value.has_value();
  ReportTable table;
  table.caption = composer.Text("countries.victims");
  table.columns = {composer.Text("column.state")};
  for (int year = period.first; year <= period.last; ++year) {
    table.columns.push_back(std::to_string(year));
  }
  if (period.years() > 1) table.columns.push_back(period.ToString());
  if (rate) table.columns.push_back(composer.Text("column.rate"));
  table.wide = table.columns.size() > 9;
  std::vector<std::string> geos = composer.members();
  geos.push_back("EU27_2020");
  for (const std::string& geo : geos) {
    std::vector<ReportCell> row{Composer::TextCell(composer.Name(geo))};
    for (int year = period.first; year <= period.last; ++year) {
      row.push_back(composer.NumberCell(composer.ReadAt("victims.count", geo, {year, year})));
    }
    if (period.years() > 1) {
      row.push_back(composer.NumberCell(composer.ReadAt("victims.count", geo, period)));
    }
    if (rate) row.push_back(composer.NumberCell(composer.ReadAt("victims.rate", geo, period)));
    table.rows.push_back(std::move(row));
  }
  table.notes.push_back(composer.Text("marks"));
  return table;
}

ReportTable PersonsTable(Composer& composer) {
  ReportTable table;
  table.caption = composer.Text("countries.persons");
  table.columns = {composer.Text("column.state")};
  for (const char* stage : {"suspects", "prosecutions", "convictions"}) {
    table.columns.push_back(composer.Text("column." + std::string(stage)));
  }
  std::vector<std::string> geos = composer.members();
  geos.push_back("EU27_2020");
  for (const std::string& geo : geos) {
    std::vector<ReportCell> row{Composer::TextCell(composer.Name(geo))};
    for (const char* stage : {"suspects", "prosecutions", "convictions"}) {
      row.push_back(composer.NumberCell(
          composer.ReadAt(std::string(stage) + ".count", geo, composer.period())));
    }
    table.rows.push_back(std::move(row));
  }
  table.notes.push_back(composer.Text("marks"));
  return table;
}

// The contributions of one theme: one statement and its states.
struct ContributionList {
  std::string theme;
  Period period;
  ContributionKind kind = ContributionKind::kClosed;
  std::string statement;
  std::string source;
  std::vector<std::string> states;
};

std::vector<ContributionList> GroupContributions(const ReportInput& input) {
  std::vector<ContributionList> lists;
  for (const Contribution& row : input.contributions) {
    if (lists.empty() || lists.back().theme != row.theme || !(lists.back().period == row.period)) {
      const std::string& statement =
          input.language == Language::kNl ? row.statement_nl : row.statement_en;
      lists.push_back({row.theme, row.period, row.kind, statement, row.source, {}});
    }
    lists.back().states.push_back(row.state);
  }
  return lists;
}

// Sources are written as in English: "fn. 8" is "voetnoot 8" in Dutch, on one line.
std::string SourceOf(Composer& composer, const ContributionList& list) {
  return ReplaceAll(list.source, "fn. ", composer.Text("source.footnote"));
}

// "three Member States" with a footnote that names them, or the name of the only one.
Inlines StatesPhrase(Composer& composer, const ContributionList& list) {
  const std::size_t count = list.states.size();
  if (list.kind == ContributionKind::kRanked) {
    std::vector<std::string> names;
    for (const std::string& state : list.states) names.push_back(composer.NameInText(state));
    Inlines phrase{Inline::Text(composer.List(names))};
    for (Inline& run :
         composer.Note(composer.Say("note.source", {{"source", SourceOf(composer, list)}}))) {
      phrase.push_back(std::move(run));
    }
    return phrase;
  }
  const bool open = list.kind == ContributionKind::kExample;
  if (count == 1 && !open) {
    Inlines phrase{Inline::Text(composer.NameInText(list.states.front()))};
    for (Inline& run :
         composer.Note(composer.Say("note.source", {{"source", SourceOf(composer, list)}}))) {
      phrase.push_back(std::move(run));
    }
    return phrase;
  }
  Inlines phrase{Inline::Text(
      composer.Text("contributions.states", {{"kind", std::string(open ? "example" : "closed")},
                                             {"count", static_cast<double>(count)}}))};
  for (Inline& run : composer.Note(
           composer.Say("note.contribution", {{"kind", std::string(open ? "example" : "closed")},
                                              {"states", composer.States(list.states)},
                                              {"source", SourceOf(composer, list)}}))) {
    phrase.push_back(std::move(run));
  }
  return phrase;
}

Inlines StatementOf(Composer& composer, const ContributionList& list) {
  constexpr std::string_view kStates = "{states}";
  const std::size_t at = list.statement.find(kStates);
  Inlines runs{Inline::Text(list.statement.substr(0, at))};
  if (at == std::string::npos) return runs;
  for (Inline& run : StatesPhrase(composer, list)) runs.push_back(std::move(run));
  runs.push_back(Inline::Text(list.statement.substr(at + kStates.size())));
  return runs;
}

}  // namespace

ReportSection MakeSummary(Composer& composer) {
  ReportSection section{"summary", composer.Text("summary.heading"), 2, true, {}};
  if (composer.input().synthetic) section.blocks.push_back(ReportNotice{composer.Say("synthetic")});
  ReportList list;
  AddTotals(composer, list);
  AddShares(composer, list, "brief.sex",
            {{"female", "victims.share.sex.F"}, {"male", "victims.share.sex.M"}});
  AddShares(composer, list, "brief.children", {{"children", "victims.share.age.Y_LT18"}});
  AddShares(composer, list, "brief.forms",
            {{"sexual", "victims.share.exploitation.ICCS02041"},
             {"labour", "victims.share.exploitation.ICCS02042"},
             {"other", "victims.share.exploitation.ICCS02043_02044"}});
  AddShares(
      composer, list, "brief.citizen",
      {{"eu", "victims.share.citizen.EU27_2020"}, {"non_eu", "victims.share.citizen.NEU27_2020"}});
  AddJusticeTotals(composer, list);
  section.blocks.push_back(std::move(list));
  return section;
}

ReportSection MakeCountries(Composer& composer) {
  ReportSection section{"countries", composer.Text("countries.heading"), 2, false, {}};
  if (composer.Read("victims.count").value) {
    section.blocks.push_back(VictimsTable(composer));
  } else {
    section.blocks.push_back(
        ReportParagraph{composer.Say("count.none", {{"what", composer.Text("noun.victims")}})});
  }
  const bool persons = composer.Read("suspects.count").value ||
                       composer.Read("prosecutions.count").value ||
                       composer.Read("convictions.count").value;
  if (persons) section.blocks.push_back(PersonsTable(composer));
  return section;
}

std::vector<ReportSection> MakeContributions(Composer& composer) {
  const std::vector<ContributionList> lists = GroupContributions(composer.input());
  if (lists.empty()) return {};
  std::vector<ReportSection> sections;
  sections.push_back({"contributions",
                      composer.Text("contributions.heading"),
                      2,
                      false,
                      {ReportParagraph{composer.Say("contributions.intro")}}});
  std::vector<std::pair<std::string, ReportList>> groups;
  for (const ContributionList& list : lists) {
    const std::string group = list.theme.substr(0, list.theme.find('.'));
    auto found = std::find_if(groups.begin(), groups.end(),
                              [&](const auto& entry) { return entry.first == group; });
    if (found == groups.end()) found = groups.insert(groups.end(), {group, {}});
    found->second.items.push_back(StatementOf(composer, list));
  }
  for (auto& [group, list] : groups) {
    sections.push_back({"contributions-" + group,
                        composer.Text("contributions." + group),
                        3,
                        false,
                        {std::move(list)}});
  }
  return sections;
}

ReportSection MakeMethods(Composer& composer) {
  ReportSection section{"methods", composer.Text("methods.heading"), 2, false, {}};
  section.blocks.push_back(ReportParagraph{composer.Say("methods.intro")});
  ReportList list;
  for (const char* key :
       {"methods.registered", "methods.years", "methods.shares", "methods.states",
        "methods.missing", "methods.change", "methods.words", "methods.ratios", "methods.citizen",
        "methods.forms", "methods.rate", "methods.estimates", "methods.rounding"}) {
    list.items.push_back(composer.Say(key));
  }
  section.blocks.push_back(std::move(list));
  return section;
}

}  // namespace thb
