// Parts of sections that several of them have.

#include <algorithm>
#include <cmath>

#include "codes/format.h"
#include "report/internal/sections.h"
#include "report/wording.h"

namespace thb {
namespace {

void AddComparison(Composer& composer, ReportParagraph& paragraph, const std::string& population) {
  const Comparison comparison = composer.Compare(population);
  if (comparison.kind == Comparison::Kind::kNone) {
    // A base with figures that cannot be compared is said; one without any needs no sentence.
    if (comparison.base.value) composer.Add(paragraph, "change.none");
    return;
  }
  MessageArguments arguments{{"band", ChangeWord(*comparison.change.value)},
                             {"base", composer.Number(comparison.base)},
                             {"change", composer.Signed(comparison.change)}};
  if (comparison.kind == Comparison::Kind::kTotal) {
    arguments.emplace("note", composer.Coverage(comparison.base));
    composer.Add(paragraph, "change.total", std::move(arguments));
    return;
  }
  arguments.emplace("count", static_cast<double>(comparison.panel_size));
  arguments.emplace("note",
                    composer.Note(composer.Say(
                        "note.panel", {{"states", composer.States(comparison.change.reported)}})));
  composer.Add(paragraph, "change.panel", std::move(arguments));
}

// From the first to the last year of the period, over states that sent both.
void AddCourse(Composer& composer, ReportParagraph& paragraph, const std::string& population) {
  const Period& period = composer.period();
  if (period.years() < 2) return;
  const Period first{period.first, period.first};
  const Period last{period.last, period.last};
  IndicatorQuery query;
  query.period = last;
  query.base = first;
  query.id = population + ".change";
  IndicatorValue change = composer.ReadQuery(composer.input().reported, query);
  const bool same = change.one_period_only.empty();
  if (!same) {
    query.id = population + ".change_panel";
    change = composer.ReadQuery(composer.input().reported, query);
  }
  if (!change.value || change.reported.size() < 2) return;
  MessageArguments arguments{
      {"band", ChangeWord(*change.value)},
      {"change", composer.Signed(change)},
      {"first_year", first.ToString()},
      {"last_year", last.ToString()},
      {"first", composer.Number(composer.ReadIn(population + ".count", first))},
      {"last", composer.Number(composer.ReadIn(population + ".count", last))},
      {"count", static_cast<double>(change.reported.size())}};
  composer.Add(paragraph, same ? "course.total" : "course.panel", std::move(arguments));
}

// Whether the states that only one window has are few enough, by their counts, for a share to be
// compared: else it would move because other states are in it.
bool SameStates(Composer& composer, const std::string& share, const IndicatorValue& difference) {
  constexpr double kOthersPart = 0.1;
  const std::size_t end = share.find(".share.");
  const std::string count =
      (end == std::string::npos ? "suspects" : share.substr(0, end)) + ".count";
  for (const Period& window : {composer.period(), composer.period().Preceding()}) {
    double others = 0;
    for (const std::string& state : difference.one_period_only) {
      others += composer.ReadAt(count, state, window).value.value_or(0);
    }
    const double all = composer.ReadIn(count, window).value.value_or(0);
    if (others > kOthersPart * all) return false;
  }
  return true;
}

// Victims are detected in some collections; persons in proceedings are registered in all.
std::string CountingOf(const Composer& composer, const std::string& population) {
  return population == "victims" ? composer.counting() : "registered";
}

}  // namespace

bool AddCount(Composer& composer, ReportParagraph& paragraph, const std::string& population) {
  const IndicatorValue count = composer.Read(population + ".count");
  const std::string what = composer.Text("noun." + population);
  if (!count.value) {
    composer.Add(paragraph, "count.none", {{"what", what}});
    return false;
  }
  composer.Add(paragraph, "count.total",
               {{"what", what},
                {"value", composer.Number(count)},
                {"number", *count.value},
                {"counting", CountingOf(composer, population)},
                {"note", composer.Coverage(count)}});
  AddComparison(composer, paragraph, population);
  AddCourse(composer, paragraph, population);
  return true;
}

void AddShareChange(Composer& composer, ReportParagraph& paragraph, const std::string& share,
                    std::string_view what, const std::string& where) {
  const IndicatorValue now = composer.Read(share, where);
  const IndicatorValue before = composer.ReadIn(share, composer.period().Preceding(), where);
  const IndicatorValue difference = composer.Read(share + ".difference", where);
  if (!now.value || !before.value || !difference.value) return;
  if (!SameStates(composer, share, difference)) return;
  // Rounded figures can seem to differ by a point more or less; a footnote then gives the decimal.
  const double printed = std::abs(RoundHalfAway(*now.value, 0) - RoundHalfAway(*before.value, 0));
  const double points = std::abs(RoundHalfAway(*difference.value, 0));
  Inlines note = composer.Coverage(before);
  if (printed != points) {
    const std::string exact = FormatDecimal(std::abs(*difference.value), 1, composer.tag());
    note =
        composer.NoteWith("note.points", {{"points", composer.Figure(exact, difference)}}, before);
  }
  composer.Add(paragraph, "share.change",
               {{"what", composer.Text(what)},
                {"direction", DirectionWord(*before.value, *now.value)},
                {"before", composer.Percent(before)},
                {"note", std::move(note)},
                {"now", composer.Percent(now)},
                {"has_points", std::string(printed == points ? "yes" : "no")},
                {"points", composer.Points(difference)},
                {"points_number", points}});
}

std::optional<Period> ChartYears(Composer& composer, const std::string& population) {
  const Period& period = composer.period();
  constexpr int kManyYears = 5;
  const int first = period.years() > kManyYears ? period.first : period.Preceding().first;
  return composer.YearsWithData(population, first, period.last + 1);
}

std::string YearLabel(Composer& composer, const std::string& population, int year) {
  const std::size_t missing = composer.MissingIn(population, year).size();
  const std::string text = std::to_string(year);
  if (missing == 0) return text;
  return text + " (" + composer.Count(composer.members().size() - missing) + ")";
}

}  // namespace thb
