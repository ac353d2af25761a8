#include "report/report.h"

#include "codes/format.h"
#include "report/internal/composer.h"
#include "report/internal/sections.h"

namespace thb {
namespace {

std::string CollectionName(const ReportInput& input) {
  const CodeList* collections = input.reported.codes().Find("collection");
  const std::string& id = input.reported.snapshot().collection;
  if (collections == nullptr || collections->Find(id) == nullptr) return id;
  return collections->Label(id, input.language);
}

void WriteImprint(Composer& composer, Document& document) {
  const ReportInput& input = composer.input();
  const Instant known = input.reported.snapshot().as_of.value_or(input.now);
  document.imprint.push_back(composer.Text(
      "imprint.collection",
      {{"collection", CollectionName(input)}, {"date", FormatLongDate(known, composer.tag())}}));
  if (!input.release.empty()) {
    document.imprint.push_back(composer.Text("imprint.release", {{"release", input.release}}));
  }
  document.imprint.push_back(
      composer.Text("imprint.made", {{"date", FormatLongDate(input.now, composer.tag())}}));
}

DocumentLabels MakeLabels(Composer& composer) {
  DocumentLabels labels;
  labels.skip = composer.Text("page.skip");
  labels.contents = composer.Text("page.contents");
  labels.footnotes = composer.Text("page.footnotes");
  labels.footnote = composer.Text("page.footnote");
  labels.back = composer.Text("page.back");
  labels.figures = composer.Text("page.figures");
  labels.figures_text = composer.Text("page.figures_text");
  labels.figure = composer.Text("page.figure");
  labels.value = composer.Text("page.value");
  labels.identifier = composer.Text("page.identifier");
  labels.chart_table = composer.Text("page.chart_table");
  labels.page_of = composer.Text("page.of");
  return labels;
}

}  // namespace

Result<Document> BuildReport(const ReportInput& input) {
  if (input.period.half != 0) {
    return Fail(ErrorCode::kUsage, "a report covers whole years", input.period.ToString(),
                "give a year or a window of years");
  }
  Messages messages = TRY(Messages::Load(LanguageTag(input.language)));
  Composer composer(input, std::move(messages));
  Document document;
  document.language = composer.tag();
  document.title = composer.Text("title");
  document.subtitle = composer.Text("subtitle");
  WriteImprint(composer, document);
  document.labels = MakeLabels(composer);
  const std::vector<ReportSection (*)(Composer&)> sections{MakeSummary,
                                                           MakeCoverage,
                                                           MakeEstimates,
                                                           MakeVictims,
                                                           MakeSexualExploitation,
                                                           MakeLabourExploitation,
                                                           MakeOtherForms,
                                                           MakeChildren,
                                                           MakeJustice,
                                                           MakeUseOfServices,
                                                           MakeAgencies};
  for (const auto& make : sections) document.sections.push_back(make(composer));
  if (!input.national.empty()) document.sections.push_back(MakeHidden(composer));
  for (ReportSection& section : MakeContributions(composer)) {
    document.sections.push_back(std::move(section));
  }
  document.sections.push_back(MakeCountries(composer));
  document.sections.push_back(MakeMethods(composer));
  TRY(composer.status());
  composer.Finish(document);
  NumberFootnotes(document);
  return document;
}

}  // namespace thb
