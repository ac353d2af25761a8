#include "web/internal/kinds.h"

#include "web/internal/table_file.h"
#include "web/internal/values.h"

namespace thb {
namespace {

// From this number of choices on, a field is folded and its list scrolls.
constexpr std::size_t kManyChoices = 8;
// Columns that are in view on a telephone, and on a tablet.
constexpr std::size_t kNarrowColumns = 3;
constexpr std::size_t kMediumColumns = 5;

Html CheckList(const FormField& field, const char* type) {
  Html items;
  std::size_t number = 0;
  for (const FieldChoice& choice : field.choices) {
    const std::string id = field.name + "-" + std::to_string(++number);
    Html input = El("input", {{"type", type},
                              {"name", field.name},
                              {"id", id},
                              {"value", choice.value},
                              {"checked", OnlyIf(choice.chosen)}});
    items += El("li", input, El("label", {{"for", id}}, choice.label));
  }
  return El("ul", {{"class", "thb-checks"}}, items);
}

Html Help(const FormField& field) {
  if (field.help.empty()) return {};
  return El("p", {{"class", "thb-help"}, {"id", field.name + "-help"}}, field.help);
}

Html CheckField(const Texts& texts, const FormField& field) {
  std::vector<std::string> chosen;
  for (const FieldChoice& choice : field.choices) {
    if (choice.chosen && !choice.value.empty()) chosen.push_back(choice.label);
  }
  const char* type = field.kind == FormField::Kind::kRadio ? "radio" : "checkbox";
  std::string state = texts.Get("form.all");
  constexpr std::size_t kNamed = 2;
  if (!chosen.empty() && chosen.size() <= kNamed) {
    state = chosen.size() == 1 ? chosen[0] : chosen[0] + ", " + chosen[1];
  } else if (!chosen.empty()) {
    state = texts.Get("form.chosen", {{"count", static_cast<double>(chosen.size())}});
  }
  return El("details",
            {{"class", "thb-pick"},
             {"data-filter", OnlyIf(field.choices.size() > kManyChoices,
                                    texts.Get("form.filter", {{"what", field.label}}))},
             {"data-none", OnlyIf(field.choices.size() > kManyChoices, texts.Get("form.nothing"))}},
            El("summary", El("span", {{"class", "thb-pick__name"}}, field.label), " ",
               El("span", {{"class", "thb-pick__state"}}, state)),
            El("fieldset", El("legend", {{"class", "thb-hear"}}, field.label), Help(field),
               CheckList(field, type)));
}

Html SelectField(const FormField& field) {
  Html options;
  for (const FieldChoice& choice : field.choices) {
    options +=
        El("option", {{"value", choice.value}, {"selected", OnlyIf(choice.chosen)}}, choice.label);
  }
  return El("div", {{"class", field.roomy ? "thb-field thb-field--roomy" : "thb-field"}},
            El("label", {{"class", "ecl-form-label"}, {"for", field.name}}, field.label),
            Help(field),
            El("select",
               {{"class", "thb-input"},
                {"name", field.name},
                {"id", field.name},
                {"aria-describedby", OnlyIf(!field.help.empty(), field.name + "-help")}},
               options));
}

Html TextField(const FormField& field) {
  return El("div", {{"class", "thb-field"}},
            El("label", {{"class", "ecl-form-label"}, {"for", field.name}}, field.label),
            Help(field),
            El("input", {{"class", "thb-input"},
                         {"type", "text"},
                         {"name", field.name},
                         {"id", field.name},
                         {"value", field.value},
                         {"autocomplete", "off"},
                         {"aria-describedby", OnlyIf(!field.help.empty(), field.name + "-help")}}));
}

// For many lines, which are not wrapped: they are a table.
Html AreaField(const FormField& field) {
  std::string described = field.name + "-help";
  if (field.wrong) described += " wrong";
  return El("div", {{"class", "thb-field thb-field--wide"}},
            El("label", {{"class", "ecl-form-label"}, {"for", field.name}}, field.label),
            Help(field),
            El("textarea",
               {{"class", "thb-input thb-area"},
                {"name", field.name},
                {"id", field.name},
                {"rows", "12"},
                {"wrap", "off"},
                {"spellcheck", "false"},
                {"autocomplete", "off"},
                {"aria-invalid", OnlyIf(field.wrong, "true")},
                {"aria-describedby", described}},
               "\n" + field.value));
}

Html HiddenFields(const QueryPairs& pairs) {
  Html all;
  for (const auto& [name, value] : pairs) {
    all += El("input", {{"type", "hidden"}, {"name", name}, {"value", value}});
  }
  return all;
}

std::string TableClass(const DataTable& table) {
  std::string kind = "thb-table";
  if (table.wide_heading) kind += " thb-table--wrap";
  if (table.matrix) return kind + " thb-table--matrix";
  // Many columns of words need more room than a tablet has.
  kind += table.columns.size() > kMediumColumns ? " thb-table--cards-early" : " thb-table--cards";
  return kind;
}

// Shown on narrow screens alone, where the box below is likely to be wider than they are.
Html ScrollHint(const std::string& text) {
  return El("p", {{"class", "thb-hint"}}, text);
}

Html Submit(const std::string& label) {
  return El("button", {{"class", "ecl-button ecl-button--primary thb-button"}, {"type", "submit"}},
            label);
}

}  // namespace

Html RenderTable(const Texts& texts, const DataTable& table) {
  if (table.rows.empty()) {
    return El("p", {{"class", "thb-empty"}},
              table.empty.empty() ? texts.Get("table.empty") : table.empty);
  }
  Html head;
  for (const TableColumn& column : table.columns) {
    head += El("th", {{"scope", "col"}, {"class", OnlyIf(column.number, "thb-number")}},
               column.heading);
  }
  Html body;
  for (const std::vector<Html>& row : table.rows) {
    Html cells;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool number = i < table.columns.size() && table.columns[i].number;
      if (i == 0) {
        cells += El("th", {{"scope", "row"}, {"class", OnlyIf(number, "thb-number")}}, row[i]);
      } else {
        // On a narrow screen, where each row is a card, the heading stands beside its cell.
        const bool labelled = !table.matrix && i < table.columns.size();
        cells += El("td",
                    {{"class", OnlyIf(number, "thb-number")},
                     {"data-label", OnlyIf(labelled, labelled ? table.columns[i].heading : "")}},
                    row[i]);
      }
    }
    body += El("tr", cells);
  }
  const std::string caption = table.id + "-caption";
  Html html = table.matrix && table.columns.size() > kNarrowColumns
                  ? ScrollHint(texts.Get("table.scroll"))
                  : Html();
  html += El("div",
             {{"class", "thb-scroll"},
              {"role", "region"},
              {"tabindex", "0"},
              {"aria-labelledby", caption}},
             El("table", {{"class", TableClass(table)}, {"id", table.id}},
                El("caption", {{"id", caption}}, table.caption), El("thead", El("tr", head)),
                El("tbody", body)));
  for (const std::string& note : table.notes) {
    html += El("p", {{"class", "thb-table-note"}}, note);
  }
  return html;
}

Html RenderSections(const std::vector<PageSection>& sections) {
  Html all;
  for (const PageSection& section : sections) {
    const std::string heading = section.id + "-heading";
    all +=
        El("section", {{"class", "thb-section"}, {"id", section.id}, {"aria-labelledby", heading}},
           El("h2", {{"id", heading}}, section.heading), section.body);
  }
  return all;
}

Html RenderContents(const Texts& texts, const std::vector<PageSection>& sections) {
  Html items;
  for (const PageSection& section : sections) {
    items +=
        El("li", El("a", {{"class", "ecl-link"}, {"href", "#" + section.id}}, section.heading));
  }
  return El("nav", {{"class", "thb-contents"}, {"aria-label", texts.Get("contents.label")}},
            El("ul", items));
}

Html RenderFacts(const Facts& facts) {
  Html items;
  for (const auto& [label, value] : facts) items += El("div", El("dt", label), El("dd", value));
  return El("dl", {{"class", "thb-facts"}}, items);
}

Html RenderWorklist(const PageVisit& visit, const Worklist& list) {
  Html html;
  if (list.search) {
    html += El("form",
               {{"class", "thb-search"},
                {"method", "get"},
                {"action", visit.request.path},
                {"role", "search"}},
               El("label", {{"class", "ecl-form-label"}, {"for", "q"}}, list.search_label),
               El("div", {{"class", "thb-search__row"}},
                  El("input", {{"class", "thb-input"},
                               {"type", "search"},
                               {"name", "q"},
                               {"id", "q"},
                               {"value", *list.search},
                               {"autocomplete", "off"}}),
                  HiddenFields(visit.Choice()), Submit(visit.T("form.search"))));
  }
  if (!list.count.empty()) {
    html += El("p", {{"class", "thb-count"}, {"role", "status"}}, list.count);
  }
  return html + RenderPublishedTable(visit, list.table);
}

Html RenderRecord(const Texts& texts, const RecordView& record) {
  Html html = record.lead;
  if (!record.facts.empty()) html += RenderFacts(record.facts);
  constexpr std::size_t kManySections = 3;
  if (record.sections.size() >= kManySections) html += RenderContents(texts, record.sections);
  return html + RenderSections(record.sections);
}

Html RenderTimeline(const std::vector<TimelineItem>& events) {
  Html items;
  for (const TimelineItem& event : events) {
    items +=
        El("li", {{"class", "thb-event"}},
           El("p", {{"class", "thb-event__date"}}, event.date, " ",
              event.status.empty() ? Html() : El("span", {{"class", "thb-status"}}, event.status)),
           El("h3", event.title), event.body);
  }
  return El("ol", {{"class", "thb-timeline"}}, items);
}

Html RenderForm(const Texts& texts, const FormView& form) {
  Html areas;
  Html selects;
  Html picks;
  for (const FormField& field : form.fields) {
    switch (field.kind) {
      case FormField::Kind::kSelect:
        selects += SelectField(field);
        break;
      case FormField::Kind::kText:
        selects += TextField(field);
        break;
      case FormField::Kind::kArea:
        areas += AreaField(field);
        break;
      case FormField::Kind::kCheckboxes:
      case FormField::Kind::kRadio:
        picks += CheckField(texts, field);
        break;
    }
  }
  const Html send = El("p", {{"class", "thb-form__send"}}, Submit(form.button));
  const bool short_form = picks.empty();
  return El("form",
            {{"class", "thb-form"},
             {"method", form.post ? "post" : "get"},
             {"action", form.action},
             {"aria-label", form.label}},
            HiddenFields(form.hidden), areas,
            El("div", {{"class", "thb-form__row"}}, selects, short_form ? send : Html()),
            short_form ? Html() : El("div", {{"class", "thb-picks"}}, picks) + send);
}

Html RenderTableWithChart(const PageVisit& visit, const TableWithChart& view) {
  Html chart;
  if (!view.chart.empty()) {
    const std::string& title = view.chart_title.empty() ? view.table.caption : view.chart_title;
    // On a narrow screen the drawing keeps letters that can be read, and scrolls; its title stands
    // above it as well, since part of the drawn one is out of view.
    chart = El("figure", {{"class", "thb-chart-box"}},
               El("p", {{"class", "thb-chart-title"}, {"aria-hidden", "true"}}, title),
               ScrollHint(visit.T("chart.scroll")),
               El("div",
                  {{"class", "thb-chart-scroll"},
                   {"role", "region"},
                   {"tabindex", "0"},
                   {"aria-label", visit.T("chart.region", {{"caption", title}})}},
                  view.chart),
               view.description.empty() ? Html() : El("figcaption", view.description));
  }
  Html table = RenderPublishedTable(visit, view.table);
  if (view.fold_table && !view.chart.empty()) {
    table = El("details", {{"class", "thb-fold"}}, El("summary", visit.T("chart.table")), table);
  }
  Html html = view.beside && !chart.empty()
                  ? El("div", {{"class", "thb-pair"}}, chart, El("div", table))
                  : chart + table;
  return html + RenderDownloads(visit, view.downloads);
}

Html RenderDownloads(const PageVisit& visit,
                     const std::vector<std::pair<std::string, std::string>>& downloads) {
  if (downloads.empty()) return {};
  Html items;
  for (const auto& [label, address] : downloads) {
    items +=
        El("li", El("a", {{"class", "ecl-link"}, {"href", address}, {"rel", "nofollow"}}, label));
  }
  return El("div", {{"class", "thb-downloads"}}, El("h3", visit.T("download.title")),
            El("ul", items));
}

}  // namespace thb
