// The explorer: a table of the reader's choice, drawn as he likes, and the file with exactly that.
// The address holds the whole view.

#include <algorithm>

#include "base/files.h"
#include "base/process.h"
#include "base/text.h"
#include "codes/names.h"
#include "exchange/exchange.h"
#include "web/internal/crosstab.h"
#include "web/internal/figures.h"
#include "web/internal/pages.h"
#include "web/internal/refusals.h"
#include "web/internal/table_file.h"

namespace thb {
namespace {

constexpr std::size_t kMaxBars = 60;
constexpr std::size_t kMaxSeries = 8;
constexpr int kPictureSeconds = 20;
constexpr const char* kPictureWidth = "1440";

enum class View { kTable, kBar, kLine, kStacked, kMap, kPyramid };
constexpr std::array<std::pair<const char*, View>, 6> kViews{{{"table", View::kTable},
                                                              {"bar", View::kBar},
                                                              {"line", View::kLine},
                                                              {"stacked", View::kStacked},
                                                              {"map", View::kMap},
                                                              {"pyramid", View::kPyramid}}};

// A drawing, or why there is none.
struct Drawing {
  std::string svg;
  std::string reason;
};

class Explorer {
 public:
  explicit Explorer(const PageVisit& visit) : visit_(visit) {}

  Result<void> Read() {
    const std::string dataset = visit_.Parameter("dataset");
    dataset_ = TRY(ReadDataset(visit_, dataset.empty() ? "thb_victims" : dataset));
    stored_ = StoredCodes(visit_.site.codes(), visit_.snapshot(), *dataset_);
    SortCountries();
    CrosstabQuery query;
    query.dataset = dataset_;
    query.rows = Chosen("rows", DefaultRows());
    query.columns = Chosen("cols", query.rows == "time" ? DefaultRows() : "time");
    for (const std::string* axis : {&query.rows, &query.columns}) TRY(CheckAxis(*axis));
    if (query.rows == query.columns) {
      query.columns = query.rows == "time" ? DefaultRows() : "time";
      moved_ = true;
    }
    for (const Dimension& dimension : dataset_->dimensions) {
      std::vector<std::string>& codes = query.filters[dimension.id];
      for (const std::string_view value : visit_.request.QueryAll(dimension.id)) {
        AddCodes(dimension, value, codes);
      }
      for (const std::string& code : codes) TRY(CheckCode(dimension, code));
      if (codes.empty()) query.filters.erase(dimension.id);
    }
    if (const std::string period = visit_.Parameter("period"); !period.empty()) {
      query.period = TRY(ReadPeriod(visit_, period));
    }
    TRY(ReadView());
    CompleteFilters(stored_, query);
    table_ = TRY(MakeCrosstab(visit_.site.codes(), visit_.snapshot(), stored_, std::move(query)));
    return {};
  }

  Result<Response> ShowPage() const {
    Page page{visit_.T("explorer.title", {{"rows", visit_.ConceptInText(table_.query.rows)},
                                          {"columns", visit_.ConceptInText(table_.query.columns)}}),
              visit_.T("explorer.lead"),
              "/explorer",
              {},
              {}};
    const Drawing drawing = TRY(Draw());
    TableWithChart view;
    view.chart = Html::Chart(drawing.svg);
    view.table = Table();
    view.fold_table = view_ == View::kMap || view_ == View::kPyramid;
    view.chart_title = Caption();
    // The files stand above the table: below it they are many links away.
    Html result = El("h2", {{"id", "result"}}, Caption());
    if (moved_)
      result +=
          El("p", {{"class", "thb-note"}},
             visit_.T("explorer.moved", {{"columns", visit_.ConceptInText(table_.query.columns)}}));
    if (!view.table.rows.empty())
      result += RenderDownloads(visit_, Downloads(!drawing.svg.empty()));
    if (!drawing.reason.empty()) {
      result += El("p", {{"class", "thb-note thb-note--warning"}}, drawing.reason);
    }
    result += RenderTableWithChart(visit_, view);
    if (visit_.file && IsAskedFor(visit_, view.table.id)) visit_.file->table = view.table;
    page.body = RenderForm(visit_, DatasetForm()) + RenderForm(visit_, ViewForm()) +
                El("div", {{"class", "thb-section"}}, result) + FoldedLegend(visit_);
    return RenderPage(visit_, page);
  }

  Result<Response> Download() const {
    const std::string format = visit_.Parameter("format");
    const bool synthetic = visit_.snapshot().IsSynthetic();
    const std::string view = dataset_->id + "-" + table_.query.rows + "-" + table_.query.columns;
    // What is seen, in the reader's words; the other formats hold the same cells by their codes.
    if (format == "csv") return CsvResponse(visit_, Table(), synthetic, view);
    const std::string name = std::string(synthetic ? kSyntheticPrefix : "") + view;
    if (format == "svg" || format == "png") return Picture(format, name);
    struct FileKind {
      const char* format;
      Format writer;
      const char* media;
      const char* ending;
    };
    constexpr std::array<FileKind, 3> kKinds{
        {{"xlsx", Format::kXlsx,
          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"},
         {"json-stat", Format::kJsonStat, "application/json", ".json"},
         {"sdmx-csv", Format::kSdmxCsv2, "application/vnd.sdmx.data+csv; version=2.0.0",
          "-sdmx.csv"}}};
    for (const FileKind& kind : kKinds) {
      if (format != kind.format) continue;
      WriteOptions options;
      options.time = visit_.edition->updated;
      options.language = visit_.language;
      options.synthetic = synthetic;
      const WrittenTable written =
          TRY(WriteTable(kind.writer, *dataset_, ToCells(table_), options, visit_.site.codes()));
      return FileOf(kind.media, written.bytes, name + kind.ending);
    }
    return Fail(ErrorCode::kUsage, visit_.T("error.format", {{"format", format}}), "format",
                visit_.T("error.choose",
                         {{"choices", std::string("csv, xlsx, json-stat, sdmx-csv, svg, png")}}));
  }

 private:
  std::string DefaultRows() const {
    return dataset_->geo_index() == std::string::npos ? dataset_->dimensions.front().id : "geo";
  }

  std::string Chosen(std::string_view name, std::string fallback) const {
    std::string value = visit_.Parameter(name);
    return value.empty() ? fallback : value;
  }

  // One code, which may hold a plus itself ("BEG+CRIM"), or several joined by it: a browser reads a
  // plus as a space.
  void AddCodes(const Dimension& dimension, std::string_view value,
                std::vector<std::string>& codes) const {
    const CodeList* list = visit_.site.codes().Find(dimension.codelist);
    std::vector<std::string> parts = {std::string(value)};
    if (list == nullptr || list->Find(value) == nullptr) {
      parts.clear();
      const std::string joined = ReplaceAll(value, " ", "+");
      for (const std::string_view part : Split(joined, '+')) parts.emplace_back(part);
    }
    for (std::string& code : parts) {
      const bool again = std::find(codes.begin(), codes.end(), code) != codes.end();
      if (!code.empty() && !again) codes.push_back(std::move(code));
    }
  }

  // By name in the reader's language, as on every page; the Union goes first.
  void SortCountries() {
    const auto geo = stored_.find("geo");
    if (geo == stored_.end()) return;
    std::vector<std::string> sorted = SortByName(geo->second, visit_.tag());
    std::stable_partition(sorted.begin(), sorted.end(), [this](const std::string& code) {
      return visit_.site.codes().IsAggregate(code);
    });
    geo->second = std::move(sorted);
  }

  Result<void> CheckAxis(const std::string& id) const {
    if (dataset_->IndexOf(id)) return {};
    std::vector<std::string> ids;
    for (const Dimension& dimension : dataset_->dimensions) ids.push_back(dimension.id);
    return Fail(ErrorCode::kUsage, visit_.T("error.no_dimension", {{"dimension", id}}),
                dataset_->id, visit_.T("error.choose", {{"choices", Join(ids, ", ")}}));
  }

  Result<void> CheckCode(const Dimension& dimension, const std::string& code) const {
    if (dimension.id == "time") {
      TRY(ReadPeriod(visit_, code));
      return {};
    }
    const CodeList& list = *visit_.site.codes().Find(dimension.codelist);
    if (list.Find(code) != nullptr) return {};
    return Fail(ErrorCode::kUnknownCode,
                visit_.T("error.no_code", {{"code", code}, {"list", visit_.Concept(dimension.id)}}),
                dimension.id, visit_.T("error.see_list", {{"list", dimension.codelist}}));
  }

  Result<void> ReadView() {
    const std::string wanted = visit_.Parameter("view");
    if (wanted.empty()) return {};
    std::vector<std::string> names;
    for (const auto& [name, view] : kViews) {
      names.emplace_back(name);
      if (wanted != name) continue;
      view_ = view;
      return {};
    }
    return Fail(ErrorCode::kUsage, visit_.T("error.view", {{"view", wanted}}), "view",
                visit_.T("error.choose", {{"choices", Join(names, ", ")}}));
  }

  const Dimension& DimensionOf(const std::string& id) const {
    return dataset_->dimensions[*dataset_->IndexOf(id)];
  }

  std::string Label(const std::string& dimension, const std::string& code) const {
    return visit_.Label(DimensionOf(dimension), code);
  }

  // "Registered victims by country and year; Sex: Women and girls".
  std::string Caption() const {
    std::string text =
        visit_.T("explorer.caption", {{"dataset", visit_.Title(*dataset_)},
                                      {"rows", visit_.ConceptInText(table_.query.rows)},
                                      {"columns", visit_.ConceptInText(table_.query.columns)}});
    for (const auto& [id, codes] : table_.query.filters) {
      if (id == table_.query.rows || id == table_.query.columns) continue;
      std::string labels;
      for (const std::string& code : codes) {
        labels += (labels.empty() ? "" : " + ") + Label(id, code);
      }
      text += "; " + visit_.Concept(id) + ": " + labels;
    }
    const bool whole = dataset_->geo_index() != std::string::npos && table_.query.rows != "geo" &&
                       table_.query.columns != "geo" && table_.query.filters.count("geo") == 0;
    if (whole) text += "; " + visit_.Place(kUnion);
    return text;
  }

  // --- the table --------------------------------------------------------------------------------

  ShownValue ShownAt(std::size_t row, std::size_t column) const {
    const CrosstabCell& place = table_.cells[row][column];
    ShownValue shown = ShowCell(visit_, place.cell);
    shown.why = visit_.Link(
        "/why", {{"dataset", dataset_->id}, {"where", FormatWhere(table_.At(row, column))}});
    if (place.cell.state == CellState::kMissing) {
      shown.why.clear();
    } else if (place.missing > 0) {
      shown.letters += "i";
      shown.remarks.push_back(
          visit_.T("remark.parts", {{"count", static_cast<double>(place.missing)}}));
    }
    return shown;
  }

  DataTable Table() const {
    DataTable table{.id = "table",
                    .caption = Caption(),
                    .columns = {{visit_.Concept(table_.query.rows), false}},
                    .rows = {},
                    .empty = visit_.T("explorer.empty"),
                    .notes = {},
                    .wide_heading = false,
                    .matrix = true};
    for (const std::string& code : table_.column_codes) {
      table.columns.push_back({Label(table_.query.columns, code), true});
    }
    for (std::size_t row = 0; row < table_.row_codes.size(); ++row) {
      std::vector<Html> cells{Html(Label(table_.query.rows, table_.row_codes[row]))};
      for (std::size_t column = 0; column < table_.column_codes.size(); ++column) {
        cells.push_back(ValueHtml(visit_, ShownAt(row, column)));
      }
      table.rows.push_back(std::move(cells));
    }
    if (table_.column_codes.empty()) table.rows.clear();
    return table;
  }

  // --- the forms --------------------------------------------------------------------------------

  FormView DatasetForm() const {
    FormView form{"/" + visit_.tag() + "/explorer",
                  visit_.T("explorer.form_dataset"),
                  visit_.Choice(),
                  {},
                  visit_.T("explorer.use_dataset")};
    FormField field{"dataset", visit_.T("field.dataset"), "", FormField::Kind::kSelect, {}, ""};
    for (const Dataset& dataset : visit_.site.datasets().all()) {
      std::string label = visit_.Title(dataset) + " (" + dataset.id + ")";
      if (IsEmpty(dataset)) label += " – " + visit_.T("explorer.no_figures");
      field.choices.push_back({dataset.id, std::move(label), dataset.id == dataset_->id});
    }
    form.fields.push_back(std::move(field));
    return form;
  }

  FormField AxisField(const char* name, const char* label, const std::string& chosen) const {
    FormField field{name, visit_.T(label), "", FormField::Kind::kSelect, {}, ""};
    for (const Dimension& dimension : dataset_->dimensions) {
      field.choices.push_back({dimension.id, visit_.Concept(dimension.id), dimension.id == chosen});
    }
    return field;
  }

  // Whether the edition holds no cell of it; a view has what its sources have.
  bool IsEmpty(const Dataset& dataset) const {
    if (!dataset.is_view()) return visit_.snapshot().Times(dataset.id).empty();
    return std::all_of(dataset.sources.begin(), dataset.sources.end(), [this](const auto& source) {
      return visit_.snapshot().Times(source.dataset).empty();
    });
  }

  // The address of what the form shows leads to the result below it.
  FormView ViewForm() const {
    FormView form{"/" + visit_.tag() + "/explorer#result",
                  visit_.T("explorer.form_view"),
                  visit_.Choice(),
                  {},
                  visit_.T("form.show")};
    form.hidden.emplace_back("dataset", dataset_->id);
    form.fields.push_back(AxisField("rows", "field.rows", table_.query.rows));
    form.fields.push_back(AxisField("cols", "field.columns", table_.query.columns));
    FormField views{"view", visit_.T("field.view"), "", FormField::Kind::kSelect, {}, ""};
    for (const auto& [name, view] : kViews) {
      views.choices.push_back({name, visit_.T(std::string("view.") + name), view == view_});
    }
    form.fields.push_back(std::move(views));
    for (const Dimension& dimension : dataset_->dimensions) {
      FormField field = Pick(dimension);
      if (!field.choices.empty()) form.fields.push_back(std::move(field));
    }
    return form;
  }

  FormField Pick(const Dimension& dimension) const {
    const bool axis = dimension.id == table_.query.rows || dimension.id == table_.query.columns;
    const bool single =
        dimension.total.empty() && dimension.id != "geo" && dimension.id != "time" && !axis;
    FormField field{dimension.id, visit_.Concept(dimension.id),
                    "",           single ? FormField::Kind::kRadio : FormField::Kind::kCheckboxes,
                    {},           ""};
    field.help = visit_.T(axis     ? "explorer.pick_axis"
                          : single ? "explorer.pick_one"
                                   : "explorer.pick_sum");
    const auto filter = table_.query.filters.find(dimension.id);
    std::vector<std::string> codes = stored_.at(dimension.id);
    if (dimension.id == "geo") codes.insert(codes.begin(), std::string(kUnion));
    if (dimension.id == "citizen" && !dataset_->is_view()) {
      for (const char* group : {"NEU27_2020_FOR", "EU27_2020_FOR", "NAT"})
        codes.insert(codes.begin(), group);
    }
    // Years that the period chose are no choice of the reader's.
    const bool chosen_here = !visit_.request.QueryAll(dimension.id).empty() || single;
    std::vector<std::string> listed;
    for (const std::string& code : codes) {
      if (std::find(listed.begin(), listed.end(), code) != listed.end()) continue;
      listed.push_back(code);
      const bool on =
          chosen_here && filter != table_.query.filters.end() &&
          std::find(filter->second.begin(), filter->second.end(), code) != filter->second.end();
      field.choices.push_back({code, visit_.Label(dimension, code), on});
    }
    return field;
  }

  QueryPairs Address() const {
    QueryPairs query;
    for (const auto& [name, value] : visit_.request.query) {
      if (name != "format") query.emplace_back(name, value);
    }
    return query;
  }

  std::vector<std::pair<std::string, std::string>> Downloads(bool drawn) const {
    std::vector<std::pair<std::string, std::string>> links;
    const auto add = [&](const char* format, const char* label) {
      std::string link = "/" + visit_.tag() + "/explorer/download";
      char separator = '?';
      for (const auto& [name, value] : Address()) {
        link += separator + EncodeComponent(name) + "=" + EncodeComponent(value);
        separator = '&';
      }
      links.emplace_back(label, link + separator + "format=" + format);
    };
    add("csv", "CSV");
    add("xlsx", "XLSX");
    add("json-stat", "JSON-stat");
    add("sdmx-csv", "SDMX-CSV");
    if (drawn) add("svg", "SVG");
    if (drawn) add("png", "PNG");
    return links;
  }

  // --- the drawing ------------------------------------------------------------------------------

  ChartValue Value(std::size_t row, std::size_t column) const {
    const Cell& cell = table_.cells[row][column].cell;
    ChartValue value{.value = {}, .lower = {}, .upper = {}, .mark = Mark::kMissing, .label = {}};
    if (cell.state == CellState::kSuppressed) {
      value.mark = Mark::kSuppressed;
      value.lower = cell.lower;
      if (cell.upper >= 0) value.upper = cell.upper;
    } else if (cell.state == CellState::kValue) {
      value.value = cell.value;
      value.mark = Mark::kValue;
      if (cell.flags.find_first_of("es") != std::string::npos)
        value.mark = Mark::kEstimated;
      else if (cell.flags.find('p') != std::string::npos)
        value.mark = Mark::kProvisional;
    }
    return value;
  }

  // Positions of an axis that a drawing shows: parts without their total, states without the Union.
  std::vector<std::size_t> Parts(const std::string& dimension,
                                 const std::vector<std::string>& codes) const {
    const std::string& total = DimensionOf(dimension).total;
    std::vector<std::size_t> parts;
    for (std::size_t i = 0; i < codes.size(); ++i) {
      const bool whole =
          codes[i] == total || (dimension == "geo" && visit_.site.codes().IsAggregate(codes[i]));
      if (!whole) parts.push_back(i);
    }
    if (!parts.empty()) return parts;
    for (std::size_t i = 0; i < codes.size(); ++i) parts.push_back(i);
    return parts;
  }

  Result<Drawing> Draw() const {
    const bool nothing = table_.row_codes.empty() || table_.column_codes.empty();
    if (view_ == View::kTable || nothing) return Drawing{};
    switch (view_) {
      case View::kBar:
      case View::kStacked:
        return DrawBars();
      case View::kLine:
        return DrawLines();
      case View::kMap:
        return DrawMap();
      case View::kPyramid:
        return DrawPyramid();
      case View::kTable:
        break;
    }
    return Drawing{};
  }

  ChartText Text() const {
    return MakeChartText(visit_, "chart", Caption(), visit_.T("explorer.chart_description"));
  }

  Drawing DrawBars() const {
    const auto rows = Parts(table_.query.rows, table_.row_codes);
    const auto columns = Parts(table_.query.columns, table_.column_codes);
    if (rows.size() > kMaxBars || columns.size() > kMaxSeries) {
      return {"", visit_.T("explorer.too_many", {{"rows", static_cast<double>(kMaxBars)},
                                                 {"series", static_cast<double>(kMaxSeries)}})};
    }
    BarChart chart;
    chart.text = Text();
    chart.stacked = view_ == View::kStacked;
    constexpr std::size_t kUpright = 12;
    chart.horizontal = rows.size() > kUpright;
    for (const std::size_t row : rows) {
      chart.categories.push_back(Label(table_.query.rows, table_.row_codes[row]));
    }
    for (const std::size_t column : columns) {
      Series series{Label(table_.query.columns, table_.column_codes[column]), {}};
      for (const std::size_t row : rows) series.values.push_back(Value(row, column));
      chart.series.push_back(std::move(series));
    }
    return {RenderBarChart(chart), ""};
  }

  Drawing DrawLines() const {
    const bool across = table_.query.columns == "time";
    if (!across && table_.query.rows != "time") return {"", visit_.T("explorer.needs_time")};
    const auto& lines = across ? table_.row_codes : table_.column_codes;
    const std::string& dimension = across ? table_.query.rows : table_.query.columns;
    const auto parts = Parts(dimension, lines);
    if (parts.size() > kMaxSeries) {
      return {"",
              visit_.T("explorer.too_many_lines", {{"series", static_cast<double>(kMaxSeries)}})};
    }
    LineChart chart;
    chart.text = Text();
    chart.categories = across ? table_.column_codes : table_.row_codes;
    for (const std::size_t line : parts) {
      Series series{Label(dimension, lines[line]), {}};
      for (std::size_t time = 0; time < chart.categories.size(); ++time) {
        series.values.push_back(across ? Value(line, time) : Value(time, line));
      }
      chart.series.push_back(std::move(series));
    }
    return {RenderLineChart(chart), ""};
  }

  // A map shows one column (or row) beside the states: the last one, which is the latest year.
  Result<Drawing> DrawMap() const {
    const bool down = table_.query.rows == "geo";
    if (!down && table_.query.columns != "geo") return Drawing{"", visit_.T("explorer.needs_geo")};
    const auto& others = down ? table_.column_codes : table_.row_codes;
    const auto& geos = down ? table_.row_codes : table_.column_codes;
    MapChart chart;
    chart.text = Text();
    chart.text.title +=
        ": " + Label(down ? table_.query.columns : table_.query.rows, others.back());
    const std::vector<std::string> on_map = AllCountries();
    for (std::size_t i = 0; i < geos.size(); ++i) {
      if (visit_.site.codes().IsAggregate(geos[i])) continue;
      if (std::find(on_map.begin(), on_map.end(), geos[i]) == on_map.end()) continue;
      chart.values[geos[i]] = down ? Value(i, others.size() - 1) : Value(others.size() - 1, i);
    }
    Result<std::string> svg = RenderMap(chart);
    if (!svg && svg.error().code == ErrorCode::kUnknownCode) {
      return Drawing{"", visit_.T("explorer.off_map", {{"geo", svg.error().place}})};
    }
    return Drawing{TRY(std::move(svg)), ""};
  }

  Drawing DrawPyramid() const {
    const bool across = table_.query.columns == "sex";
    if (!across && table_.query.rows != "sex") return {"", visit_.T("explorer.needs_sex")};
    const auto& sexes = across ? table_.column_codes : table_.row_codes;
    const auto& groups = across ? table_.row_codes : table_.column_codes;
    const std::string& dimension = across ? table_.query.rows : table_.query.columns;
    const auto women = std::find(sexes.begin(), sexes.end(), "F");
    const auto men = std::find(sexes.begin(), sexes.end(), "M");
    if (women == sexes.end() || men == sexes.end()) return {"", visit_.T("explorer.needs_sex")};
    const auto side = [&](std::vector<std::string>::const_iterator sex) {
      const auto at = static_cast<std::size_t>(sex - sexes.begin());
      Series series{Label("sex", *sex), {}};
      for (const std::size_t group : Parts(dimension, groups)) {
        series.values.push_back(across ? Value(group, at) : Value(at, group));
      }
      return series;
    };
    Pyramid chart;
    chart.text = Text();
    for (const std::size_t group : Parts(dimension, groups)) {
      chart.groups.push_back(Label(dimension, groups[group]));
    }
    chart.left = side(women);
    chart.right = side(men);
    return {RenderPyramid(chart), ""};
  }

  static Response FileOf(const std::string& media, std::string bytes, const std::string& name) {
    Response response = Response::Text(media, std::move(bytes));
    response.download_name = name;
    AddSecurityHeaders(response);
    return response;
  }

  Result<Response> Picture(const std::string& format, const std::string& name) const {
    const Drawing drawing = TRY(Draw());
    if (drawing.svg.empty()) {
      return Fail(ErrorCode::kUsage,
                  drawing.reason.empty() ? visit_.T("error.no_chart") : drawing.reason, "view",
                  visit_.T("error.choose_view"));
    }
    if (format == "svg") return FileOf("image/svg+xml", drawing.svg, name + ".svg");
    const auto turn = visit_.site.TakeRenderer();
    if (turn == nullptr) {
      return Fail(ErrorCode::kRenderer, visit_.T("error.busy"), "png", visit_.T("error.later"));
    }
    const TemporaryDirectory directory = TRY(TemporaryDirectory::Make());
    TRY(WriteFile(directory.path() + "/chart.svg", drawing.svg));
    const ProcessOutput output = TRY(
        RunProcess({.arguments = {"rsvg-convert", "--width", kPictureWidth, "--background-color",
                                  "white", "--output", "chart.png", "chart.svg"},
                    .environment = {{"LC_ALL", "C.UTF-8"}},
                    .directory = directory.path(),
                    .timeout_seconds = kPictureSeconds}));
    if (output.exit_status != 0) {
      return Fail(ErrorCode::kRenderer, visit_.T("error.no_picture"), "png",
                  visit_.T("error.later"));
    }
    return FileOf("image/png", TRY(ReadFile(directory.path() + "/chart.png")), name + ".png");
  }

  const PageVisit& visit_;
  const Dataset* dataset_ = nullptr;
  std::map<std::string, std::vector<std::string>> stored_;
  Crosstab table_;
  View view_ = View::kTable;
  bool moved_ = false;  // rows and columns were the same, so the columns were changed
};

}  // namespace

Result<Response> ExplorerPage(const PageVisit& visit) {
  Explorer explorer(visit);
  TRY(explorer.Read());
  return explorer.ShowPage();
}

Result<Response> ExplorerDownload(const PageVisit& visit) {
  Explorer explorer(visit);
  TRY(explorer.Read());
  return explorer.Download();
}

}  // namespace thb
