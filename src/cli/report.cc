// thb report: the progress report. thb demo: synthetic registers, their returns and reports.

#include "cli/report.h"

#include "base/files.h"
#include "base/text.h"
#include "demo/build.h"
#include "policy/contributions.h"
#include "policy/national_estimates.h"
#include "report/render.h"
#include "report/report.h"
#include "statistics/impute.h"

namespace thb {
namespace {

constexpr const char* kDefaultMethod = "locf";
constexpr const char* kNoMethod = "none";

Result<std::string> Render(const Document& document, const std::string& out, Instant now) {
  if (EndsWith(out, ".html")) return RenderHtml(document);
  if (EndsWith(out, ".pdf")) return RenderPdf(document, now);
  if (EndsWith(out, ".docx")) return RenderDocx(document, now);
  return Fail(ErrorCode::kUsage, "no format for this file name: " + out, "--out",
              "end it in .html, .pdf or .docx");
}

}  // namespace

Result<void> WriteReport(const ReportRequest& request, const Workspace& workspace,
                         const OpenCollection& opened, Instant now) {
  const Evaluator reported(workspace.codes, workspace.datasets, workspace.indicators,
                           opened.snapshot);
  // The year after the period is shown as well where it is there, with estimates beside it.
  const Period window{request.period.Preceding().first, request.period.last + 1, 0};
  const bool estimate = request.impute != kNoMethod;
  Snapshot completed = opened.snapshot;
  if (estimate) {
    completed = TRY(ImputeTotals(opened.snapshot, workspace.datasets,
                                 workspace.codes.Members("EU27_2020"), window, request.impute));
  }
  const Evaluator imputed(workspace.codes, workspace.datasets, workspace.indicators, completed);
  ReportInput input{
      reported, estimate ? &imputed : nullptr, request.period, request.language, {}, now, "", "",
      false};
  input.contributions = TRY(LoadContributions(*opened.database, request.period));
  input.national =
      TRY(LoadNationalEstimates(*opened.database, request.period, opened.snapshot.as_of));
  if (estimate) input.method = request.impute;
  input.release = opened.release;
  input.synthetic = request.synthetic || opened.snapshot.IsSynthetic();
  const Document document = TRY(BuildReport(input));
  return WriteFile(request.out, TRY(Render(document, request.out, now)));
}

namespace {

Result<int> RunReport(const Arguments& arguments, const Environment& environment) {
  ReportRequest request;
  request.period = TRY(ParsePeriod(arguments.Get("--period")));
  request.language = TRY(ParseLanguage(arguments.Get("--lang", "en")));
  request.out = arguments.Get("--out");
  request.impute = arguments.Get("--impute", kDefaultMethod);
  const auto workspace = TRY(Workspace::Load());
  const auto opened = TRY(OpenSnapshot(arguments, environment, *workspace));
  TRY(WriteReport(request, *workspace, opened, environment.now));
  environment.note("report of " + request.period.ToString() + " written to " + request.out);
  return kDone;
}

Result<int> RunDemo(const Arguments& arguments, const Environment& environment) {
  const std::string folder = arguments.Get("DIR");
  std::uint64_t seed = kDemoSeed;
  if (arguments.Has("--seed")) {
    const auto given = ParseInt(arguments.Get("--seed"));
    if (!given || *given < 0) {
      return Fail(ErrorCode::kUsage, "not a seed: " + arguments.Get("--seed"), "--seed",
                  "give a whole number, zero or more");
    }
    seed = static_cast<std::uint64_t>(*given);
  }
  const auto workspace = TRY(Workspace::Load());
  TRY(BuildDemo(folder, seed, workspace->codes, workspace->datasets, environment.note));
  // The reports show what was published on the day of COM(2022) 736.
  const Instant now = TRY(ParseInstant(kDemoDate));
  auto database = TRY(Database::Open(folder + "/thb.db", Database::Mode::kOpenExisting));
  const auto releases = TRY(LoadReleases(*database));
  const Release release = TRY(FindRelease(releases, "EUROSTAT_RETURN", kDemoRelease));
  Snapshot snapshot = TRY(LoadShownSnapshot(*database, workspace->codes, workspace->datasets,
                                            release, StandingOf(releases, release, now)));
  const OpenCollection opened{std::move(database), std::move(snapshot), release.name};
  for (const Language language : {Language::kEn, Language::kNl}) {
    ReportRequest request;
    request.period = Period{2019, 2020, 0};
    request.language = language;
    request.impute = kDefaultMethod;
    request.out = folder + "/report." + std::string(LanguageTag(language)) + ".html";
    environment.note("writing " + request.out);
    TRY(WriteReport(request, *workspace, opened, now));
  }
  environment.note("done: open " + folder + "/report.en.html");
  return kDone;
}

}  // namespace

Command ReportCommand() {
  Command command{
      "report", "the progress report of a period as a page, PDF or DOCX", {}, RunReport};
  command.options = DatabaseOptions();
  command.options.insert(
      command.options.end(),
      {{"--period", "P", "a year, 2020, or a window, 2019-2020", true},
       {"--lang", "LANG", "en or nl"},
       {"--impute", "METHOD", "method of the estimates shown beside: locf, mean, panel or none"},
       {"--out", "FILE", "report.html, report.pdf or report.docx", true}});
  return command;
}

Command DemoCommand() {
  return {"demo",
          "27 synthetic registers, their returns, a database and the report",
          {{"DIR", "DIR", "folder to write to, made where it is not there", true},
           {"--seed", "N", "another seed moves what no published figure fixes"}},
          RunDemo};
}

}  // namespace thb
