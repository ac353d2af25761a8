// Screening: a list as prompt for a conversation. What is recorded, what was said not to be so,
// what was not asked and what could not be asked stay four different answers; nothing is concluded.

#include "base/text.h"
#include "web/internal/desk/pages.h"
#include "web/internal/desk/records.h"

namespace thb {
namespace {

struct AnswerWord {
  ScreeningAnswer answer;
  const char* word;
};
constexpr AnswerWord kAnswerWords[] = {{ScreeningAnswer::kYes, "yes"},
                                       {ScreeningAnswer::kNo, "no"},
                                       {ScreeningAnswer::kNotAsked, "not_asked"},
                                       {ScreeningAnswer::kCouldNotAsk, "could_not_ask"}};

std::string NameOfList(const DeskVisit& visit, const ScreeningList& list) {
  return visit.dutch() ? list.nl : list.en;
}

std::string TextOf(const DeskVisit& visit, const ScreeningItem& item) {
  return visit.dutch() ? item.nl : item.en;
}

const ScreeningItem* FindItem(const ScreeningList& list, std::string_view id) {
  for (const ScreeningItem& item : list.items) {
    if (item.id == id) return &item;
  }
  return nullptr;
}

std::vector<FieldChoice> AnswerChoices(const DeskVisit& visit) {
  std::vector<FieldChoice> choices;
  for (const AnswerWord& one : kAnswerWords) {
    choices.push_back({one.word, visit.T("answer." + std::string(one.word))});
  }
  return choices;
}

// What the list is, whether its weights were checked, and where it comes from.
Html AboutList(const DeskVisit& visit, const ScreeningList& list) {
  return El("div", {{"class", "thb-note"}},
            El("p", visit.T(list.weights_verified ? "screening.weighted" : "screening.unweighted")),
            El("p", visit.dutch() ? list.note_nl : list.note_en),
            El("p", {{"class", "thb-quiet"}}, visit.T("screening.source"), " ", list.source,
               list.place.empty() ? "" : ", " + list.place, ". ",
               visit.LabelOf("evidence_grade", list.checked), "."));
}

std::vector<DeskField> ItemFields(const DeskVisit& visit, const ScreeningList& list) {
  std::vector<DeskField> fields;
  for (const ScreeningDimension& dimension : list.dimensions) {
    bool first = true;
    for (const ScreeningItem& item : list.items) {
      if (item.dimension != dimension.id) continue;
      fields.push_back({.name = "item." + item.id,
                        .label = TextOf(visit, item),
                        .kind = DeskField::Kind::kRadio,
                        .choices = AnswerChoices(visit),
                        .required = true,
                        .heading = first ? (visit.dutch() ? dimension.nl : dimension.en) : ""});
      first = false;
    }
  }
  fields.push_back({.name = "note",
                    .label = visit.T("screening.note"),
                    .kind = DeskField::Kind::kArea,
                    .max_bytes = kMaxScreeningNote,
                    .heading = visit.T("screening.note.heading")});
  return fields;
}

FormValues ValuesOf(const ScreeningList& list, const Screening& screening) {
  FormValues values;
  for (const ScreeningItem& item : list.items) {
    const auto found = screening.answers.find(item.id);
    const ScreeningAnswer answer =
        found == screening.answers.end() ? ScreeningAnswer::kNotAsked : found->second;
    for (const AnswerWord& one : kAnswerWords) {
      if (one.answer == answer) Put(values, "item." + item.id, one.word);
    }
  }
  Put(values, "note", screening.note);
  return values;
}

ScreeningAnswers AnswersTyped(const DeskVisit& visit, const ScreeningList& list) {
  ScreeningAnswers answers;
  for (const ScreeningItem& item : list.items) {
    const std::string word = visit.Typed("item." + item.id);
    for (const AnswerWord& one : kAnswerWords) {
      if (word == one.word && one.answer != ScreeningAnswer::kNotAsked) {
        answers.emplace(item.id, one.answer);
      }
    }
  }
  return answers;
}

Html ItemList(const DeskVisit& visit, const ScreeningList& list, const char* heading,
              const std::vector<std::string>& ids) {
  if (ids.empty()) return {};
  Html items;
  for (const std::string& id : ids) {
    const ScreeningItem* item = FindItem(list, id);
    items += El("li", item == nullptr ? id : TextOf(visit, *item));
  }
  return El("h4", visit.T(heading)) + El("ul", {{"class", "thb-list"}}, items);
}

// Every point of it, and which rule makes it so where the weights were checked.
Result<Html> Explanation(const DeskVisit& visit, const ScreeningList& list,
                         const Screening& screening) {
  const ScreeningExplanation explained = TRY(Evaluate(list, screening.answers));
  Html html = El("p", {{"class", "desk-summary"}}, Summarise(explained, visit.tag()));
  for (const DimensionExplanation& one : explained.dimensions) {
    if (one.recorded.empty() && one.answered_no.empty() && one.could_not_ask.empty()) continue;
    std::string name = one.dimension;
    for (const ScreeningDimension& dimension : list.dimensions) {
      if (dimension.id == one.dimension) name = visit.dutch() ? dimension.nl : dimension.en;
    }
    html += El("h3", name);
    if (one.rule) {
      html += El("p", visit.T(one.rule->reached ? "screening.reached" : "screening.not_reached",
                              {{"strong", static_cast<double>(one.rule->strong)},
                               {"medium", static_cast<double>(one.rule->medium)},
                               {"weak", static_cast<double>(one.rule->weak)}}));
    }
    html += ItemList(visit, list, "screening.recorded", one.recorded) +
            ItemList(visit, list, "screening.said_no", one.answered_no) +
            ItemList(visit, list, "screening.could_not", one.could_not_ask);
  }
  return html;
}

Result<Screening> LoadScreening(const DeskVisit& visit, const std::string& id) {
  Screenings screenings(visit.site.screening_lists(), visit.work);
  return screenings.Load(id);
}

Result<std::string> SaveScreening(const DeskVisit& visit, const ScreeningList& list,
                                  const Screening& screening, std::int64_t version) {
  Screenings screenings(visit.site.screening_lists(), visit.work);
  const std::int64_t saved =
      TRY(screenings.Save(screening.id, version, AnswersTyped(visit, list), visit.Typed("note")));
  if (visit.Typed(kThenField) == "finish") TRY(screenings.Finish(screening.id, saved));
  return visit.Link("/screenings/" + screening.id);
}

}  // namespace

Result<Response> NewScreeningPage(const DeskVisit& visit) {
  const OpenedRecord record = TRY(OpenRecord(visit, visit.request.Parameter("record")));
  const std::string id = record.file.head.id;
  std::vector<FieldChoice> lists;
  for (const ScreeningList& list : visit.site.screening_lists().All()) {
    lists.push_back(
        {list.id, NameOfList(visit, list) + " (" + visit.T("for." + list.for_whom) + ")"});
  }
  std::vector<FieldChoice> persons = TRY(PersonChoices(visit, record));
  persons.insert(persons.begin(), {"", visit.T("screening.nobody")});
  FormPage page;
  page.page = {.title = visit.T("screening.new"),
               .lead = visit.T("screening.new.lead"),
               .kind = "form",
               .section = "/cases",
               .crumbs = RecordCrumbs(visit, record.file.head)};
  page.form.action = visit.Link(RecordPath(id, "/screenings/new"));
  page.form.fields = {{.name = "list",
                       .label = visit.T("screening.list"),
                       .kind = DeskField::Kind::kRadio,
                       .choices = lists,
                       .required = true},
                      {.name = "person",
                       .label = visit.T("screening.person"),
                       .kind = DeskField::Kind::kSelect,
                       .choices = persons},
                      {.name = "sheet",
                       .label = visit.T("screening.sheet"),
                       .help = visit.T("screening.sheet.help"),
                       .max_bytes = 30}};
  page.form.button = visit.T("screening.begin");
  Put(page.stored, "person", VictimOf(record));
  page.save = [&](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    Screenings screenings(saving.site.screening_lists(), saving.work);
    const std::string begun = TRY(
        screenings.Start(id, saving.Typed("person"), saving.Typed("list"), saving.Typed("sheet")));
    return saving.Link("/screenings/" + begun);
  };
  return RunFormPage(visit, page);
}

Result<Response> ScreeningPage(const DeskVisit& visit) {
  const Screening screening = TRY(LoadScreening(visit, visit.request.Parameter("screening")));
  const OpenedRecord record = TRY(OpenRecord(visit, screening.record));
  const ScreeningList* list = visit.site.screening_lists().Find(screening.list);
  if (list == nullptr) return Fail(ErrorCode::kInternal, "no such list", screening.list);
  const Html explanation =
      El("h2", visit.T("screening.explained")) + TRY(Explanation(visit, *list, screening));
  DeskPage frame{.title = NameOfList(visit, *list),
                 .kind = "form",
                 .section = "/cases",
                 .crumbs = RecordCrumbs(visit, record.file.head)};
  frame.body = AboutList(visit, *list);
  if (screening.state == ScreeningState::kFinished) {
    frame.body += El("p", StatusWord(visit.T("screening.finished")), " ",
                     visit.DateTime(screening.changed), ", ", visit.AccountName(screening.author)) +
                  explanation;
    if (!screening.note.empty()) {
      frame.body += El("h2", visit.T("screening.note.heading")) + TypedText(screening.note);
    }
    return RenderDeskPage(visit, frame);
  }
  FormPage page;
  page.page = frame;
  page.form.action = visit.Link("/screenings/" + screening.id);
  page.form.version = screening.version;
  page.form.fields = ItemFields(visit, *list);
  page.form.button = visit.T("screening.save");
  page.form.more_buttons = {{"finish", visit.T("screening.finish")}};
  page.stored = ValuesOf(*list, screening);
  page.below = explanation;
  page.save = [&](const DeskVisit& saving, std::int64_t version) {
    return SaveScreening(saving, *list, screening, version);
  };
  return RunFormPage(visit, page);
}

// Which sheet to print. Each print has a number of its own, so that a sheet typed in twice is
// found.
Result<Response> SheetsPage(const DeskVisit& visit) {
  std::vector<FieldChoice> lists;
  for (const ScreeningList& list : visit.site.screening_lists().All()) {
    lists.push_back({list.id, NameOfList(visit, list)});
  }
  FormPage page;
  page.page = {.title = visit.T("sheet.question"), .lead = visit.T("sheet.lead"), .kind = "form"};
  page.form.action = visit.Link("/sheets");
  page.form.fields = {{.name = "list",
                       .label = visit.T("screening.list"),
                       .kind = DeskField::Kind::kRadio,
                       .choices = lists,
                       .required = true}};
  page.form.button = visit.T("sheet.button");
  page.save = [](const DeskVisit& saving, std::int64_t) -> Result<std::string> {
    Screenings screenings(saving.site.screening_lists(), saving.work);
    const std::string list = saving.Typed("list");
    const std::string number = TRY(screenings.IssueSheet(list));
    return saving.Link("/sheets/" + list + "/" + number);
  };
  return RunFormPage(visit, page);
}

Result<Response> SheetPage(const DeskVisit& visit) {
  const ScreeningList* list = visit.site.screening_lists().Find(visit.request.Parameter("list"));
  if (list == nullptr) return Fail(ErrorCode::kNotFound, "no such list");
  const std::string number =
      FormatSheetNumber(TRY(ParseSheetNumber(visit.request.Parameter("number"))));
  const std::string version =
      visit.T("sheet.version", {{"version", std::to_string(list->version)}, {"number", number}});
  Html body = El("p", {{"class", "desk-sheet__number"}}, version) +
              El("p", visit.T("sheet.identity")) + AboutList(visit, *list);
  for (const ScreeningDimension& dimension : list->dimensions) {
    Html rows;
    for (const ScreeningItem& item : list->items) {
      if (item.dimension != dimension.id) continue;
      Html boxes;
      for (const FieldChoice& choice : AnswerChoices(visit)) boxes += El("td", "☐ " + choice.label);
      rows += El("tr", El("th", {{"scope", "row"}}, TextOf(visit, item)), boxes);
    }
    body += El("h2", visit.dutch() ? dimension.nl : dimension.en) +
            El("table", {{"class", "desk-sheet__table"}}, El("tbody", rows));
  }
  body += El("section", {{"class", "desk-sheet__identity"}}, El("h2", visit.T("sheet.page_two")),
             El("p", {{"class", "desk-sheet__number"}}, version), El("p", visit.T("sheet.apart")),
             El("p", visit.T("sheet.reference_line")), El("p", visit.T("sheet.name_line")));
  DeskPage page{.title = NameOfList(visit, *list), .kind = "sheet", .for_print = true};
  page.body = body;
  return RenderDeskPage(visit, page);
}

}  // namespace thb
