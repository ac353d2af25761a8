#pragma once
// What all sections of the report are written with: reading figures, turning them into runs of text
// that carry their id, footnotes, and sentences from the locale.
//
// The first error sticks: later calls do nothing useful and status() returns it, so that sections
// read as the text they make.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chart/chart.h"
#include "report/messages.h"
#include "report/report.h"

namespace thb {

// A count against its base window, where the two can be compared.
struct Comparison {
  enum class Kind {
    kNone,   // no data in the base window, or not for all its years
    kTotal,  // the same states in both windows: published totals
    kPanel,  // different states: those with every year of both
  };
  Kind kind = Kind::kNone;
  IndicatorValue base;
  IndicatorValue change;       // of the kind
  std::size_t panel_size = 0;  // kPanel: number of states
};

class Composer {
 public:
  Composer(const ReportInput& input, Messages messages);

  const ReportInput& input() const { return input_; }
  const Period& period() const { return input_.period; }
  const std::string& tag() const { return messages_.language(); }
  // "detected" or "registered", as the collection counts victims.
  std::string counting() const;
  const std::vector<std::string>& members() const { return members_; }  // sorted by name
  std::string Name(std::string_view country) const;
  // With its article where the language asks for one in a sentence: "the Netherlands".
  std::string NameInText(std::string_view country) const;

  // Figures as the states sent them, of the EU in the report's period or another one. Shares are
  // read by ReadShare.
  IndicatorValue Read(std::string_view id, std::string_view where = {});
  IndicatorValue ReadIn(std::string_view id, Period period, std::string_view where = {});
  // A share of the EU; without a value where the states that have it are less than half the whole.
  IndicatorValue ReadShare(IndicatorQuery query);
  IndicatorValue ReadAt(std::string_view id, std::string_view geo, Period period);
  IndicatorValue ReadQuery(const Evaluator& evaluator, IndicatorQuery query);
  Comparison Compare(const std::string& population);
  // Members without a figure in the year.
  std::vector<std::string> MissingIn(const std::string& population, int year);
  // The first and last year of [from, to] with any figure of the population; nothing if none.
  std::optional<Period> YearsWithData(const std::string& population, int from, int to);

  // Runs. A figure without a value prints as an en dash.
  Inlines Number(const IndicatorValue& value);
  Inlines Percent(const IndicatorValue& value);
  Inlines Points(const IndicatorValue& value);  // without the unit
  Inlines Signed(const IndicatorValue& value);  // "+29 %"
  // The same for a number that was read off a value.
  Inlines Figure(std::string text, const IndicatorValue& value);
  Inlines Note(Inlines text);
  // A footnote that begins with a sentence of its own and ends with what Coverage would say.
  Inlines NoteWith(std::string_view key, MessageArguments arguments, const IndicatorValue& value);
  // A footnote that says whose figures are missing, withheld, estimated or without breakdown.
  // Nothing where there is nothing to say. A share only speaks of its breakdown.
  Inlines Coverage(const IndicatorValue& value);
  std::string States(std::vector<std::string> codes) const;  // a sorted list in words
  std::string List(const std::vector<std::string>& items, bool open = false) const;
  // The same for items that carry figures.
  Inlines ListOf(const std::vector<Inlines>& items) const;
  std::string Count(std::size_t number) const;
  std::string MethodName();

  // Sentences. `arguments` are completed with period, previous, years and counting.
  Inlines Say(std::string_view key, MessageArguments arguments = {});
  std::string Text(std::string_view key, MessageArguments arguments = {});
  void Add(ReportParagraph& paragraph, std::string_view key, MessageArguments arguments = {});
  static void Append(ReportParagraph& paragraph, const Inlines& sentence);

  // Cells and charts.
  ReportCell NumberCell(const IndicatorValue& value);
  static ReportCell TextCell(std::string text);
  ChartValue ToChart(const IndicatorValue& value) const;
  ChartText MakeChartText(const std::string& id, std::string_view title,
                          MessageArguments arguments = {});
  // The table of a chart; ids[row][column] go into its cells where they are given.
  ReportTable MakeChartTable(const ChartTable& table, const std::string& caption,
                             const std::vector<std::vector<std::string>>& ids);

  // Adds what was noted and listed to the document.
  void Finish(Document& document);
  Result<void> status() const;
  void Fail(Error error);

 private:
  std::vector<std::string> CoverageSentences(const IndicatorValue& value);
  void ListFigure(const IndicatorValue& value, const std::string& text);

  const ReportInput& input_;
  Messages messages_;
  std::vector<std::string> members_;
  std::map<std::string, IndicatorValue> cache_;
  std::vector<Footnote> footnotes_;
  std::map<std::string, std::size_t> footnote_index_;  // by plain text
  std::vector<FigureEntry> figures_;
  std::map<std::string, std::size_t> figure_index_;  // by id
  std::optional<Error> error_;
};

}  // namespace thb
