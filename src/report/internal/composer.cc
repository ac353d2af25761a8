#include "report/internal/composer.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "codes/format.h"
#include "codes/names.h"
#include "statistics/provisional.h"

namespace thb {
namespace {

constexpr const char* kEu = "EU27_2020";
constexpr const char* kNoValue = "–";
// A share of fewer than half of the population says more about who sent the breakdown than about
// the population; the report does not state it.
constexpr double kCoveredPart = 0.5;
// UNODC counts victims whom an authority detected, Eurostat those whom an entity registered.
constexpr const char* kDetecting = "UNODC_GLOTIP";

bool HasWarning(const IndicatorValue& value, std::string_view warning) {
  return std::any_of(value.warnings.begin(), value.warnings.end(),
                     [&](const std::string& text) { return StartsWith(text, warning); });
}

bool IsPercentage(const IndicatorValue& value) {
  return value.unit == "PC" || value.unit == "PP";
}

}  // namespace

Composer::Composer(const ReportInput& input, Messages messages)
    : input_(input), messages_(std::move(messages)) {
  members_ = SortByName(input.reported.codes().Members(kEu), tag());
}

std::string Composer::Name(std::string_view country) const {
  if (!input_.reported.codes().IsAggregate(country)) return CountryName(country, tag());
  return input_.reported.codes().Find("geo")->Label(country, input_.language);
}

std::string Composer::counting() const {
  return input_.reported.snapshot().collection == kDetecting ? "detected" : "registered";
}

std::string Composer::NameInText(std::string_view country) const {
  const auto name = messages_.patterns().find("in_text." + std::string(country));
  return name == messages_.patterns().end() ? Name(country) : name->second;
}

IndicatorValue Composer::Read(std::string_view id, std::string_view where) {
  return ReadIn(id, period(), where);
}

IndicatorValue Composer::ReadIn(std::string_view id, Period in, std::string_view where) {
  IndicatorQuery query;
  query.id = id;
  query.where = where;
  query.geo = kEu;
  query.period = in;
  return ReadShare(std::move(query));
}

IndicatorValue Composer::ReadShare(IndicatorQuery query) {
  const std::size_t share = query.id.find(".share.");
  IndicatorQuery whole = query;
  IndicatorValue value = ReadQuery(input_.reported, std::move(query));
  const bool is_share = share != std::string::npos && value.unit == "PC" && !whole.base;
  if (!is_share || !value.value || value.missing_breakdown.empty()) return value;
  whole.id = whole.id.substr(0, share) + ".count";
  whole.denominator.clear();
  const double all = ReadQuery(input_.reported, std::move(whole)).value.value_or(0);
  if (value.denominator.value_or(0) < kCoveredPart * all) {
    value.value.reset();
    value.missing_reason = "few_covered";
  }
  return value;
}

IndicatorValue Composer::ReadAt(std::string_view id, std::string_view geo, Period in) {
  IndicatorQuery query;
  query.id = id;
  query.geo = geo;
  query.period = in;
  return ReadQuery(input_.reported, std::move(query));
}

IndicatorValue Composer::ReadQuery(const Evaluator& evaluator, IndicatorQuery query) {
  std::string key = &evaluator == &input_.reported ? "r|" : "i|";
  for (const std::string& part :
       {query.id, query.where, query.denominator, query.geo, query.period.ToString(),
        query.base ? query.base->ToString() : std::string()}) {
    key += part + "|";
  }
  const auto cached = cache_.find(key);
  if (cached != cache_.end()) return cached->second;
  Result<IndicatorValue> value = evaluator.Evaluate(query);
  if (!value) {
    Fail(std::move(value).error());
    IndicatorValue none;
    none.query = std::move(query);
    return none;
  }
  return cache_.emplace(std::move(key), *std::move(value)).first->second;
}

Comparison Composer::Compare(const std::string& population) {
  Comparison comparison;
  const IndicatorValue now = Read(population + ".count");
  comparison.base = ReadIn(population + ".count", period().Preceding());
  if (!now.value || !comparison.base.value) return comparison;
  const IndicatorValue total = Read(population + ".change");
  const bool gaps = HasWarning(now, "year_missing") || HasWarning(comparison.base, "year_missing");
  if (total.value && total.one_period_only.empty() && !gaps) {
    comparison.kind = Comparison::Kind::kTotal;
    comparison.change = total;
    return comparison;
  }
  const IndicatorValue panel = Read(population + ".change_panel");
  // One state is no panel.
  if (panel.value && panel.reported.size() > 1) {
    comparison.kind = Comparison::Kind::kPanel;
    comparison.change = panel;
    comparison.panel_size = panel.reported.size();
  }
  return comparison;
}

std::vector<std::string> Composer::MissingIn(const std::string& population, int year) {
  return ReadIn(population + ".count", Period{year, year}).missing;
}

std::optional<Period> Composer::YearsWithData(const std::string& population, int from, int to) {
  std::optional<Period> years;
  for (int year = from; year <= to; ++year) {
    if (!ReadIn(population + ".count", Period{year, year}).value) continue;
    years = Period{years ? years->first : year, year};
  }
  return years;
}

Inlines Composer::Figure(std::string text, const IndicatorValue& value) {
  ListFigure(value, text);
  return {Inline::Figure(std::move(text), value.FigureId())};
}

void Composer::ListFigure(const IndicatorValue& value, const std::string& text) {
  const std::string id = value.FigureId();
  if (!figure_index_.emplace(id, figures_.size()).second) return;
  const Indicator* indicator = input_.reported.indicators().Find(value.query.id);
  std::string label = id;
  if (indicator != nullptr) {
    label = input_.language == Language::kNl ? indicator->nl : indicator->en;
  }
  if (!label.empty()) label[0] = ToUpperAscii(label.substr(0, 1))[0];
  figures_.push_back({id, text, label});
}

Inlines Composer::Number(const IndicatorValue& value) {
  return Figure(value.value ? FormatDecimal(*value.value, 0, tag()) : kNoValue, value);
}

Inlines Composer::Percent(const IndicatorValue& value) {
  if (!value.value) return Figure(kNoValue, value);
  // A share that is there but rounds to nothing is not nothing.
  const bool tiny = *value.value > 0 && RoundHalfAway(*value.value, 0) == 0;
  return Figure(tiny ? Text("percent.tiny") : FormatPercent(*value.value, 0, tag()), value);
}

Inlines Composer::Points(const IndicatorValue& value) {
  return Figure(value.value ? FormatDecimal(std::abs(*value.value), 0, tag()) : kNoValue, value);
}

Inlines Composer::Signed(const IndicatorValue& value) {
  if (!value.value) return Figure(kNoValue, value);
  const bool plus = RoundHalfAway(*value.value, 0) > 0;
  return Figure((plus ? "+" : "") + FormatPercent(*value.value, 0, tag()), value);
}

Inlines Composer::Note(Inlines text) {
  const auto [place, added] = footnote_index_.emplace(PlainText(text), footnotes_.size());
  if (added) footnotes_.push_back({std::move(text)});
  return {Inline::Footnote(place->second)};
}

std::vector<std::string> Composer::CoverageSentences(const IndicatorValue& value) {
  std::vector<std::string> sentences;
  const auto say = [&](std::string_view key, const std::vector<std::string>& states) {
    if (states.empty()) return;
    sentences.push_back(
        Text(key, {{"states", States(states)}, {"count", static_cast<double>(states.size())}}));
  };
  const bool share = IsPercentage(value);
  if (!share) {
    // The shorter of the two lists tells more.
    if (value.missing.size() == members_.size()) {
      sentences.push_back(Text("note.none_complete"));
    } else if (value.reported.size() < value.missing.size() && !value.reported.empty()) {
      say("note.only", value.reported);
    } else {
      say("note.missing", value.missing);
    }
  }
  say("note.breakdown", value.missing_breakdown);
  if (!share && !value.suppressed.empty() && value.lower) {
    MessageArguments arguments{{"states", States(value.suppressed)},
                               {"lower", FormatDecimal(*value.lower, 0, tag())}};
    if (value.upper) arguments.emplace("upper", FormatDecimal(*value.upper, 0, tag()));
    sentences.push_back(Text(value.upper ? "note.suppressed" : "note.suppressed_open", arguments));
  }
  if (!value.estimated.empty()) {
    sentences.push_back(
        Text("note.estimated", {{"states", States(value.estimated)},
                                {"count", static_cast<double>(value.estimated.size())},
                                {"method", MethodName()}}));
  }
  return sentences;
}

Inlines Composer::NoteWith(std::string_view key, MessageArguments arguments,
                           const IndicatorValue& value) {
  const std::vector<std::string> sentences = CoverageSentences(value);
  arguments.emplace("rest", sentences.empty() ? std::string() : " " + Join(sentences, " "));
  return Note(Say(key, std::move(arguments)));
}

Inlines Composer::Coverage(const IndicatorValue& value) {
  const std::vector<std::string> sentences = CoverageSentences(value);
  if (sentences.empty()) return {};
  return Note({Inline::Text(Join(sentences, " "))});
}

std::string Composer::States(std::vector<std::string> codes) const {
  codes = SortByName(std::move(codes), tag());
  for (std::string& code : codes) code = NameInText(code);
  return FormatList(codes, tag());
}

std::string Composer::List(const std::vector<std::string>& items, bool open) const {
  return FormatList(items, tag(), open);
}

Inlines Composer::ListOf(const std::vector<Inlines>& items) const {
  // The items go through the list format as control characters, which no name contains.
  constexpr char kMark = '\x02';
  const std::string text = FormatList(std::vector<std::string>(items.size(), {kMark}), tag());
  Inlines runs;
  std::size_t next = 0;
  std::string plain;
  for (const char c : text) {
    if (c != kMark || next >= items.size()) {
      plain += c;
      continue;
    }
    if (!plain.empty()) runs.push_back(Inline::Text(std::exchange(plain, {})));
    runs.insert(runs.end(), items[next].begin(), items[next].end());
    ++next;
  }
  if (!plain.empty()) runs.push_back(Inline::Text(plain));
  return runs;
}

std::string Composer::Count(std::size_t number) const {
  return FormatDecimal(static_cast<double>(number), 0, tag());
}

std::string Composer::MethodName() {
  return Text("method", {{"method", input_.method.empty() ? "sender" : input_.method}});
}

Inlines Composer::Say(std::string_view key, MessageArguments arguments) {
  arguments.emplace("period", period().ToString());
  arguments.emplace("previous", period().Preceding().ToString());
  arguments.emplace("years", static_cast<double>(period().years()));
  arguments.emplace("counting", counting());
  Result<Inlines> runs = messages_.Format(key, arguments);
  if (!runs) {
    Fail(std::move(runs).error());
    return {};
  }
  return *std::move(runs);
}

std::string Composer::Text(std::string_view key, MessageArguments arguments) {
  return PlainText(Say(key, std::move(arguments)));
}

void Composer::Add(ReportParagraph& paragraph, std::string_view key, MessageArguments arguments) {
  Append(paragraph, Say(key, std::move(arguments)));
}

void Composer::Append(ReportParagraph& paragraph, const Inlines& sentence) {
  if (sentence.empty()) return;
  if (!paragraph.runs.empty()) paragraph.runs.push_back(Inline::Text(" "));
  paragraph.runs.insert(paragraph.runs.end(), sentence.begin(), sentence.end());
}

ReportCell Composer::NumberCell(const IndicatorValue& value) {
  ReportCell cell;
  cell.number = true;
  std::string text;
  if (value.lower && value.lower != value.upper) {
    text = value.upper ? FormatRange(*value.lower, *value.upper, 0, tag())
                       : "≥ " + FormatDecimal(*value.lower, 0, tag());
    text += " c";
  } else if (!value.value) {
    text = value.missing_reason == "zero_denominator" ? kNoValue : ":";
  } else {
    text = IsPercentage(value) ? FormatPercent(*value.value, 0, tag())
                               : FormatDecimal(*value.value, 0, tag());
  }
  if (!value.estimated.empty()) text += " e";
  if (value.value && value.unit == "NR" && !value.missing.empty()) text += " i";
  cell.runs = {Inline::Figure(std::move(text), value.FigureId())};
  return cell;
}

ReportCell Composer::TextCell(std::string text) {
  return {{Inline::Text(std::move(text))}, false};
}

ChartValue Composer::ToChart(const IndicatorValue& value) const {
  ChartValue chart;
  chart.value = value.value;
  const bool visible = value.lower && (!value.upper || RoundHalfAway(*value.lower, 0) !=
                                                           RoundHalfAway(*value.upper, 0));
  if (visible) {
    chart.lower = value.lower;
    chart.upper = value.upper;
  }
  if (!value.value) {
    chart.mark = value.lower ? Mark::kSuppressed : Mark::kMissing;
  } else if (!value.estimated.empty()) {
    chart.mark = Mark::kEstimated;
  } else if (*value.value == 0) {
    chart.mark = value.lower && value.upper != value.lower ? Mark::kSuppressed : Mark::kZero;
  } else if (IsProvisional(input_.reported, value)) {
    chart.mark = Mark::kProvisional;
  }
  return chart;
}

ChartText Composer::MakeChartText(const std::string& id, std::string_view title,
                                  MessageArguments arguments) {
  ChartText text;
  text.id = "chart-" + id;
  text.title = Text(title, std::move(arguments));
  text.language = tag();
  return text;
}

ReportTable Composer::MakeChartTable(const ChartTable& table, const std::string& caption,
                                     const std::vector<std::vector<std::string>>& ids) {
  ReportTable made;
  made.caption = Text("chart.table", {{"title", caption}});
  made.columns = table.header;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    std::vector<ReportCell> cells;
    for (std::size_t column = 0; column < table.rows[row].size(); ++column) {
      const std::string& text = table.rows[row][column];
      ReportCell cell{{Inline::Text(text)}, column > 0};
      if (column > 0 && row < ids.size() && column - 1 < ids[row].size()) {
        cell.runs = {Inline::Figure(text, ids[row][column - 1])};
      }
      cells.push_back(std::move(cell));
    }
    made.rows.push_back(std::move(cells));
  }
  return made;
}

void Composer::Finish(Document& document) {
  document.footnotes = std::move(footnotes_);
  document.figures = std::move(figures_);
}

Result<void> Composer::status() const {
  if (error_) return tl::make_unexpected(*error_);
  return {};
}

void Composer::Fail(Error error) {
  if (!error_) error_ = std::move(error);
}

}  // namespace thb
