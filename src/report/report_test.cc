#include "report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "base/text.h"
#include "report/render.h"
#include "statistics/impute.h"

namespace thb {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Instant kNow = 1671436800;  // 2022-12-19

// A small collection that the tests fill by hand.
class Report : public testing::Test {
 protected:
  void SetUp() override {
    auto codes = Codes::Load();
    ASSERT_TRUE(codes) << codes.error().ToLine();
    codes_ = std::make_unique<Codes>(*std::move(codes));
    auto datasets = Datasets::Load(*codes_);
    ASSERT_TRUE(datasets) << datasets.error().ToLine();
    datasets_ = std::make_unique<Datasets>(*std::move(datasets));
    auto indicators = Indicators::Load(*codes_, *datasets_);
    ASSERT_TRUE(indicators) << indicators.error().ToLine();
    indicators_ = std::make_unique<Indicators>(*std::move(indicators));
    snapshot_ = std::make_unique<Snapshot>(*codes_, *datasets_);
    snapshot_->collection = "EUROSTAT_RETURN";
    snapshot_->as_of = kNow;
  }

  void Victims(const std::string& geo, int year, Cell cell, const std::string& sex = "T",
               const std::string& age = "TOTAL", const std::string& form = "ICCS0204") {
    SnapshotCell stored;
    stored.key = {"TOTAL", "TOTAL", sex, age, "TOTAL", form, geo, std::to_string(year)};
    stored.cell = std::move(cell);
    stored.vintage = 1;
    snapshot_->Put(*datasets_->Find("thb_victims"), std::move(stored));
  }

  // The same number of victims in every state and year.
  void FillVictims(int first, int last, double count) {
    for (const std::string& geo : codes_->Members("EU27_2020")) {
      for (int year = first; year <= last; ++year) Victims(geo, year, Cell::Value(count));
    }
  }

  Document Build(Period period, Language language, const Snapshot* imputed = nullptr,
                 std::vector<Contribution> contributions = {},
                 std::vector<NationalEstimate> national = {}) {
    const Evaluator reported(*codes_, *datasets_, *indicators_, *snapshot_);
    std::unique_ptr<Evaluator> estimates;
    if (imputed != nullptr) {
      estimates = std::make_unique<Evaluator>(*codes_, *datasets_, *indicators_, *imputed);
    }
    ReportInput input{reported, estimates.get(), period, language};
    input.contributions = std::move(contributions);
    input.national = std::move(national);
    input.now = kNow;
    input.method = "locf";
    Result<Document> document = BuildReport(input);
    EXPECT_TRUE(document) << document.error().ToLine();
    return document ? *std::move(document) : Document{};
  }

  // The text of one section, figures and footnote texts in place.
  static std::string TextOf(const Document& document, const std::string& id) {
    std::string text;
    const auto add = [&](const Inlines& runs) {
      for (const Inline& run : runs) {
        text += run.text;
        if (run.kind == Inline::Kind::kFootnote) {
          text += "[" + PlainText(document.footnotes[run.footnote].runs) + "]";
        }
      }
      text += "\n";
    };
    for (const ReportSection& section : document.sections) {
      if (section.id != id) continue;
      for (const ReportBlock& block : section.blocks) {
        if (const auto* paragraph = std::get_if<ReportParagraph>(&block)) add(paragraph->runs);
        if (const auto* list = std::get_if<ReportList>(&block)) {
          for (const Inlines& item : list->items) add(item);
        }
        if (const auto* table = std::get_if<ReportTable>(&block)) {
          for (const auto& row : table->rows) {
            for (const ReportCell& cell : row) add(cell.runs);
          }
        }
      }
    }
    // No-break spaces as spaces, so that expectations can be read.
    return ReplaceAll(text, "\u00a0", " ");
  }

  std::unique_ptr<Codes> codes_;
  std::unique_ptr<Datasets> datasets_;
  std::unique_ptr<Indicators> indicators_;
  std::unique_ptr<Snapshot> snapshot_;
};

TEST_F(Report, SetsNationalEstimatesBesideRegisteredVictimsAndNeverAddsThem) {
  FillVictims(2019, 2019, 150);
  FillVictims(2020, 2020, 110);
  const std::string rows = NationalEstimateHeader() +
                           "\nNL,2019-2020,presumed,bic,300,2100,900,,0.95,A:B,unsupported,s,no\n"
                           "BE,2019,both,other,20,700,600,800,0.9,,,published,yes\n";
  const auto national = ParseNationalEstimates(rows, "e.csv", *codes_);
  ASSERT_TRUE(national) << national.error().ToLine();
  const Document document = Build({2019, 2020}, Language::kEn, nullptr, {}, *national);
  const std::string text = TextOf(document, "hidden");
  EXPECT_THAT(text, HasSubstr("2 100\nnot supported\n900 to no upper bound (95 %)\n"));
  EXPECT_THAT(text, HasSubstr("Belgium (2019)\n"));
  EXPECT_THAT(text, HasSubstr("700\nnot judged\n600 to 800 (90 %)\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr("2 800"))) << "a sum over states";
  EXPECT_EQ(TextOf(Build({2019, 2020}, Language::kEn), "hidden"), "");
  EXPECT_THAT(TextOf(Build({2019, 2020}, Language::kNl, nullptr, {}, *national), "hidden"),
              HasSubstr("niet onderbouwd"));
}

TEST_F(Report, ComparesWithThePrecedingPeriodInWordsOfTheirBand) {
  FillVictims(2017, 2018, 100);
  FillVictims(2019, 2019, 150);
  FillVictims(2020, 2020, 110);
  const Document document = Build({2019, 2020}, Language::kEn);
  EXPECT_THAT(TextOf(document, "victims"),
              HasSubstr("In the reporting period 2019-2020, 7 020 victims of trafficking in human "
                        "beings were registered in the EU. That is considerably more than in the "
                        "preceding reporting period (2017-2018: 5 400; +30 %). Between 2019 and "
                        "2020 the number fell considerably, from 4 050 to 2 970 (−27 %)."));
}

TEST_F(Report, NamesMissingStatesInTheOrderOfTheLanguage) {
  FillVictims(2020, 2020, 10);
  for (const char* geo : {"DE", "EL", "HU"}) Victims(geo, 2020, Cell::Missing("not_sent"));
  EXPECT_THAT(TextOf(Build({2020, 2020}, Language::kNl), "victims"),
              HasSubstr("Duitsland, Griekenland en Hongarije"));
  EXPECT_THAT(TextOf(Build({2020, 2020}, Language::kEn), "victims"),
              HasSubstr("Germany, Greece and Hungary"));
}

TEST_F(Report, ComparesOnlyStatesWithBothPeriodsWhereTheyDiffer) {
  FillVictims(2019, 2019, 10);
  FillVictims(2020, 2020, 11);
  Victims("FR", 2020, Cell::Missing("not_sent"));
  const std::string text = TextOf(Build({2020, 2020}, Language::kEn), "victims");
  EXPECT_THAT(text, HasSubstr("Over the 26 Member States with figures for both years"));
  EXPECT_THAT(text, HasSubstr("rose clearly (+10 %)"));
  EXPECT_THAT(text, Not(HasSubstr("That is")));
}

TEST_F(Report, SaysWhatIsWithheldWithItsBounds) {
  FillVictims(2020, 2020, 10);
  Victims("MT", 2020, Cell::Suppressed(0, 4));
  const Document document = Build({2020, 2020}, Language::kEn);
  EXPECT_THAT(
      TextOf(document, "victims"),
      HasSubstr("Small counts of Malta are held back; with these the total lies between 260 "
                "and 264."));
  EXPECT_THAT(TextOf(document, "countries"), HasSubstr("Malta\n0–4 c\n"));
}

TEST_F(Report, SaysThatThereAreNoDataInsteadOfLeavingAHole) {
  FillVictims(2020, 2020, 10);
  const Document document = Build({2020, 2020}, Language::kEn);
  EXPECT_THAT(TextOf(document, "justice"),
              HasSubstr("The collection holds no data on suspects for 2020."));
  EXPECT_THAT(TextOf(document, "sexual"), HasSubstr("holds no figures on sexual exploitation"));
  EXPECT_THAT(TextOf(document, "children"), HasSubstr("holds no breakdown of victims by age"));
  EXPECT_THAT(TextOf(document, "services"), HasSubstr("holds no data for 2020 on the offence"));
  EXPECT_THAT(TextOf(document, "labour"), HasSubstr("no data for 2020 on legal persons"));
}

TEST_F(Report, IsReadableWithoutAnyData) {
  const Document document = Build({2019, 2020}, Language::kNl);
  EXPECT_THAT(TextOf(document, "victims"),
              HasSubstr("De verzameling bevat voor 2019-2020 geen gegevens over slachtoffers van "
                        "mensenhandel."));
  EXPECT_TRUE(RenderHtml(document));
}

TEST_F(Report, ShowsTheEstimateBesideWhatWasReported) {
  FillVictims(2019, 2020, 10);
  for (const std::string& geo : codes_->Members("EU27_2020")) {
    if (geo != "DE" && geo != "SE") Victims(geo, 2021, Cell::Value(12));
  }
  const auto imputed =
      ImputeTotals(*snapshot_, *datasets_, codes_->Members("EU27_2020"), {2019, 2021}, "locf");
  ASSERT_TRUE(imputed) << imputed.error().ToLine();
  const std::string text = TextOf(Build({2019, 2020}, Language::kEn, &*imputed), "estimates");
  EXPECT_THAT(text, HasSubstr("In 2021, the estimated number of victims of trafficking in human "
                              "beings was 320[The figures of Germany and Sweden are estimates "
                              "(last value carried forward).]; the 25 Member States that reported "
                              "sent a total of 300."));
  EXPECT_THAT(text, HasSubstr("Victims\n2021\n300\n25\n320 e\nGermany and Sweden\n"));
}

TEST_F(Report, StatesDifferencesOfSharesInPercentagePoints) {
  FillVictims(2019, 2020, 100);
  for (const std::string& geo : codes_->Members("EU27_2020")) {
    Victims(geo, 2019, Cell::Value(77), "F");
    Victims(geo, 2019, Cell::Value(23), "M");
    Victims(geo, 2020, Cell::Value(67), "F");
    Victims(geo, 2020, Cell::Value(33), "M");
  }
  EXPECT_THAT(TextOf(Build({2020, 2020}, Language::kNl), "victims"),
              HasSubstr("Het aandeel mannen en jongens steeg ten opzichte van 2019: van 23 % naar "
                        "33 %, dus met 10 procentpunt."));
}

TEST_F(Report, StatesNoShareThatCoversLessThanHalfOfTheVictims) {
  FillVictims(2020, 2020, 100);
  Victims("BE", 2020, Cell::Value(60), "F");
  Victims("BE", 2020, Cell::Value(40), "M");
  const std::string text = TextOf(Build({2020, 2020}, Language::kEn), "victims");
  EXPECT_THAT(text, Not(HasSubstr("women and girls made up")));
  EXPECT_THAT(text, HasSubstr("no breakdown of victims by sex for 2020 that covers"));
}

TEST_F(Report, ComparesNoSharesOfDifferentStates) {
  for (const std::string& geo : codes_->Members("EU27_2020")) {
    for (const int year : {2019, 2020}) {
      if (year == 2020 && (geo == "BE" || geo == "BG" || geo == "CZ")) continue;
      Victims(geo, year, Cell::Value(100));
      Victims(geo, year, Cell::Value(geo == "BE" ? 100 : 60), "F");
      Victims(geo, year, Cell::Value(geo == "BE" ? 0 : 40), "M");
    }
  }
  const std::string text = TextOf(Build({2020, 2020}, Language::kEn), "victims");
  EXPECT_THAT(text, HasSubstr("women and girls made up 60 %"));
  EXPECT_THAT(text, Not(HasSubstr("compared with 2019")));
}

TEST_F(Report, GivesEveryFigureAnIdThatIsListed) {
  FillVictims(2019, 2020, 10);
  const Document document = Build({2020, 2020}, Language::kEn);
  std::vector<std::string> ids;
  for (const FigureEntry& figure : document.figures) ids.push_back(figure.id);
  EXPECT_THAT(ids, testing::Contains("victims.count@EU27_2020:2020"));
  EXPECT_THAT(ids, testing::Contains("victims.change@EU27_2020:2020/2019"));
  EXPECT_THAT(*RenderHtml(document), HasSubstr("data-figure=\"victims.count@MT:2020\""));
}

TEST_F(Report, PutsContributingStatesIntoFootnotes) {
  FillVictims(2020, 2020, 10);
  std::vector<Contribution> rows;
  for (const char* geo : {"BE", "CY", "EL"}) {
    rows.push_back({"labour.visa",
                    {2019, 2020},
                    geo,
                    ContributionKind::kClosed,
                    "Said by {states}.",
                    "Gemeld door {states}.",
                    "S 1"});
  }
  rows.push_back({"labour.debt",
                  {2019, 2020},
                  "IE",
                  ContributionKind::kExample,
                  "Seen in {states}.",
                  "Gezien in {states}.",
                  "S 2"});
  const Document document = Build({2020, 2020}, Language::kNl, nullptr, rows);
  EXPECT_EQ(TextOf(document, "contributions-labour"),
            "Gemeld door drie lidstaten[België, Cyprus en Griekenland (S 1).].\n"
            "Gezien in verscheidene lidstaten[Onder meer Ierland (S 2).].\n");
}

TEST_F(Report, CoversALongPeriodAndRepeatsItsBytes) {
  FillVictims(2008, 2021, 10);
  const Document document = Build({2008, 2021}, Language::kEn);
  EXPECT_THAT(TextOf(document, "victims"), HasSubstr("Between 2008 and 2021 the number stayed"));
  EXPECT_EQ(*RenderHtml(document), *RenderHtml(Build({2008, 2021}, Language::kEn)));
}

TEST_F(Report, RefusesHalfAYear) {
  const Evaluator reported(*codes_, *datasets_, *indicators_, *snapshot_);
  const auto document = BuildReport({reported, nullptr, Period{2022, 2022, 1}});
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().code, ErrorCode::kUsage);
}

}  // namespace
}  // namespace thb
