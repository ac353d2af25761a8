// The pages through the router, over a small database: a release, and a later return under embargo.

#include "web/web.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <deque>
#include <filesystem>
#include <map>
#include <pugixml.hpp>
#include <set>

#include "base/files.h"
#include "base/text.h"
#include "exchange/exchange.h"
#include "statistics/release.h"

namespace thb {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Instant kDay = 86'400;
constexpr Instant kFirst = 1'671'436'800;          // the first release
constexpr Instant kEmbargo = kFirst + 400 * kDay;  // the second
constexpr const char* kSecret = "98765";           // only in the return under embargo
constexpr const char* kSecretShown = "98\u00a0765";
constexpr const char* kHeader =
    "DATAFLOW,LAST UPDATE,freq,leg_stat,sex,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\n";

class WebTest : public ::testing::Test {
 protected:
  WebTest()
      : codes_(*Codes::Load()),
        datasets_(*Datasets::Load(codes_)),
        indicators_(*Indicators::Load(codes_, datasets_)) {}

  void SetUp() override {
    path_ = std::filesystem::temp_directory_path() /
            ("thb_web_test_" + std::to_string(getpid()) + ".db");
    Remove();
    database_ = *Database::Open(path_.string(), Database::Mode::kCreate);
    Send("NL",
         {"PER_VICT,T,NR,NL,2019,30,", "PER_VICT,F,NR,NL,2019,20,", "PER_VICT,M,NR,NL,2019,10,",
          "PER_VICT,T,NR,NL,2020,0,", "PER_SUSP,T,NR,NL,2020,12,e"},
         kFirst - 20 * kDay, "nl-2020.csv");
    Send("BE", {"PER_VICT,T,NR,BE,2019,:,c", "PER_VICT,T,NR,BE,2020,7,b"}, kFirst - 10 * kDay,
         "be-2020.csv");
    Release release;
    release.collection = "EUROSTAT_RETURN";
    release.name = "2022-12";
    release.published = kFirst;
    release.made = kFirst - kDay;
    release.note_en = "First figures <of all>.";
    release.note_nl = "Eerste cijfers <van alle>.";
    ASSERT_TRUE(MakeRelease(*database_, release, kFirst - kDay));
    Send("NL", {"PER_VICT,T,NR,NL,2020," + std::string(kSecret) + ","}, kFirst + 10 * kDay,
         "nl-2020-late.csv");
    release.name = "2024-01";
    release.published = kEmbargo;
    release.note_en = "The note of the embargoed release.";
    release.note_nl = "De toelichting onder embargo.";
    ASSERT_TRUE(MakeRelease(*database_, release, kFirst + 20 * kDay));
    Open(Audience::kPublic);
  }
  void TearDown() override {
    database_.reset();
    Remove();
  }
  void Remove() const {
    for (const char* suffix : {"", "-wal", "-shm"})
      std::filesystem::remove(path_.string() + suffix);
  }

  void Send(const std::string& sender, const std::vector<std::string>& rows, Instant time,
            const std::string& name, bool synthetic = false) {
    std::string text = kHeader;
    for (const std::string& row : rows) text += "ESTAT:CRIM_THB_SEX(1.0),,A," + row + "\n";
    ReadOptions options;
    options.sender = sender;
    auto file = ParseFile(text, name, options, codes_, datasets_);
    ASSERT_TRUE(file) << file.error().ToLine();
    Vintage vintage;
    vintage.collection = "EUROSTAT_RETURN";
    vintage.sender = sender;
    vintage.time = time;
    vintage.file_name = name;
    vintage.accepted = true;
    vintage.synthetic = synthetic;
    vintage.cells = static_cast<std::int64_t>(rows.size());
    ASSERT_TRUE(SaveVintage(*database_, datasets_, vintage, *file,
                            {{"parts_total.sex", Severity::kWarning, "geo=NL", "1 < 2 & 3"}}));
  }

  void Open(Audience audience, std::chrono::milliseconds limit = std::chrono::seconds(60)) {
    publication_ = *Publication::Open(path_.string(), audience, codes_, datasets_);
    WebContext context{codes_, datasets_, indicators_, *publication_, [this] { return now_; },
                       {},     "1.2"};
    context.estimate_limit = limit;
    context.national = [this](std::optional<Period> within) {
      return LoadNationalEstimates(*database_, within, std::nullopt);
    };
    router_ = std::make_unique<Router>(*Router::Make(*WebRoutes(context)));
    router_->SetErrorPage(*WebErrorPage(context));
  }

  Response Get(const std::string& target) {
    auto request = ParseTarget(Method::kGet, target);
    EXPECT_TRUE(request) << target << ": " << request.error().ToLine();
    if (!request) return {};
    return router_->Dispatch(*request);
  }
  // A form as a browser sends it.
  Response Post(const std::string& target, const QueryPairs& fields,
                const std::string& site = "same-origin") {
    auto request = ParseTarget(Method::kPost, target);
    EXPECT_TRUE(request);
    for (const auto& [name, value] : fields) {
      request->body += (request->body.empty() ? "" : "&") + name + "=" + EncodeComponent(value);
    }
    request->headers = {{"content-type", "application/x-www-form-urlencoded"},
                        {"sec-fetch-site", site}};
    return router_->Dispatch(*request);
  }
  std::string Body(const std::string& target) {
    const Response response = Get(target);
    return response.body ? *response.body : "";
  }

  std::filesystem::path path_;
  Codes codes_;
  Datasets datasets_;
  Indicators indicators_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Publication> publication_;
  std::unique_ptr<Router> router_;
  Instant now_ = kFirst + 100 * kDay;
};

std::string HeaderOf(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

bool IsPage(const Response& response) {
  return StartsWith(response.content_type, "text/html");
}

// What holds for every page, found or not.
void CheckPage(const Response& response, const std::string& target) {
  SCOPED_TRACE(target);
  ASSERT_TRUE(response.body);
  EXPECT_THAT(HeaderOf(response, "Content-Security-Policy"), HasSubstr("default-src 'none'"));
  EXPECT_EQ(HeaderOf(response, "Referrer-Policy"), "no-referrer");
  pugi::xml_document document;
  const auto parsed = document.load_string(response.body->c_str(), pugi::parse_default);
  ASSERT_TRUE(parsed) << parsed.description() << " at "
                      << response.body->substr(static_cast<std::size_t>(parsed.offset), 80);
  const pugi::xml_node html = document.child("html");
  EXPECT_EQ(html.attribute("lang").value(), target.substr(1, 2));
  EXPECT_STREQ(html.attribute("class").value(), "no-js");
  EXPECT_EQ(document.select_nodes("//h1").size(), 1U);
  const std::string title = document.select_node("//h1").node().child_value();
  EXPECT_TRUE(EndsWith(title, "?")) << "no question: " << title;
  EXPECT_THAT(*response.body, Not(HasSubstr("[["))) << "a text is not there";
  std::set<std::string> ids;
  for (const auto& node : document.select_nodes("//*[@id]")) {
    EXPECT_TRUE(ids.insert(node.node().attribute("id").value()).second)
        << node.node().attribute("id").value();
  }
  for (const auto& node : document.select_nodes("//a[starts-with(@href, '#')]")) {
    EXPECT_EQ(ids.count(node.node().attribute("href").value() + 1), 1U)
        << node.node().attribute("href").value();
  }
  for (const auto& node : document.select_nodes("//table")) {
    EXPECT_TRUE(node.node().child("caption"));
  }
  EXPECT_TRUE(document.select_nodes("//@style").empty());
}

std::vector<std::string> LinksOf(const std::string& body) {
  pugi::xml_document document;
  document.load_string(body.c_str());
  std::vector<std::string> links;
  for (const auto& node : document.select_nodes("//a[starts-with(@href, '/')]")) {
    std::string link = node.node().attribute("href").value();
    // The machine interfaces are another room's.
    if (!StartsWith(link, "/api/")) links.push_back(link.substr(0, link.find('#')));
  }
  return links;
}

// The route of an address, so that a crawl sees some of each kind and not thousands of one.
std::string KindOf(const std::string& target) {
  const std::string path = target.substr(0, target.find('?'));
  const auto parts = Split(path, '/');
  std::string kind;
  for (std::size_t i = 1; i < std::min<std::size_t>(parts.size(), 3); ++i) {
    kind += "/" + std::string(parts[i]);
  }
  return kind + (EndsWith(path, "/download") ? "/download" : "");
}

// Every page that links lead to, at most `each` of a kind.
std::map<std::string, std::string> Crawl(const std::function<Response(const std::string&)>& get,
                                         std::size_t each) {
  std::map<std::string, std::string> pages;
  std::map<std::string, std::size_t> kinds;
  std::deque<std::string> waiting = {"/en", "/nl"};
  std::set<std::string> seen(waiting.begin(), waiting.end());
  while (!waiting.empty()) {
    const std::string target = waiting.front();
    waiting.pop_front();
    const Response response = get(target);
    EXPECT_EQ(response.status, 200) << target;
    pages[target] = response.body ? *response.body : "";
    if (!IsPage(response)) continue;
    CheckPage(response, target);
    for (const std::string& link : LinksOf(*response.body)) {
      // Files by outside programs are the renderers' tests.
      const bool outside = link.find("format=pdf") != std::string::npos ||
                           link.find("format=docx") != std::string::npos ||
                           link.find("format=png") != std::string::npos;
      if (outside || !seen.insert(link).second || kinds[KindOf(link)]++ >= each) continue;
      waiting.push_back(link);
    }
  }
  return pages;
}

TEST_F(WebTest, EveryLinkLeadsToAPageThatIsWellFormed) {
  const auto pages = Crawl([this](const std::string& target) { return Get(target); }, 12);
  std::set<std::string> kinds;
  for (const auto& [target, body] : pages) kinds.insert(KindOf(target));
  for (const char* kind :
       {"/explorer", "/explorer/download", "/indicators", "/why", "/report", "/releases",
        "/returns", "/vintages", "/codes", "/methods", "/about", "/accessibility"}) {
    EXPECT_THAT(kinds, Contains("/en" + std::string(kind)));
    EXPECT_THAT(kinds, Contains("/nl" + std::string(kind)));
  }
}

TEST_F(WebTest, NothingUnderEmbargoIsOnAnyPage) {
  const auto get = [this](const std::string& target) { return Get(target); };
  for (const auto& [target, body] : Crawl(get, 12)) {
    EXPECT_THAT(body, Not(HasSubstr(kSecret))) << target;
    EXPECT_THAT(body, Not(HasSubstr(kSecretShown))) << target;
    EXPECT_THAT(body, Not(HasSubstr("embargoed release"))) << target;
    EXPECT_THAT(body, Not(HasSubstr("nl-2020-late"))) << target;
  }
  EXPECT_EQ(Get("/en/releases/2024-01").status, 404);
  EXPECT_EQ(Get("/en?release=2024-01&collection=EUROSTAT_RETURN").status, 404);
  EXPECT_EQ(Get("/en/vintages/3").status, 404);
  EXPECT_EQ(Get("/en/compare?from=1&to=3").status, 404);
  EXPECT_THAT(Body("/en/releases"), HasSubstr("2024-01")) << "the calendar announces its name";
  now_ = kEmbargo;
  EXPECT_THAT(Body("/en"), HasSubstr(kSecretShown));
  EXPECT_THAT(Body("/en/releases/2024-01"), HasSubstr("The note of the embargoed release."));
  EXPECT_THAT(Body("/en/releases/2024-01"), HasSubstr("The sender corrected the figure"));
  EXPECT_THAT(Body("/en/compare?from=1&to=3"), HasSubstr(kSecretShown));
}

TEST_F(WebTest, HostileParametersAreRefusedAndEscaped) {
  const std::string script = "%3Cscript%3Ealert(1)%3C/script%3E";
  for (const std::string& target :
       std::vector<std::string>{"/en/explorer?rows=" + script,
                                "/en/explorer?dataset=" + script,
                                "/en/explorer?view=" + script,
                                "/en/explorer?sex=" + script,
                                "/en/explorer?period=" + script,
                                "/en/explorer/download?format=" + script,
                                "/en/why?figure=" + script,
                                "/en/why?dataset=thb_victims&where=" + script + "=1",
                                "/en/indicators/victims.count?period=" + script,
                                "/en/indicators/victims.count?impute=" + script,
                                "/en/indicators/victims.count?where=" + script,
                                "/en/report?period=" + script,
                                "/nl/report/" + std::string("9999-0001"),
                                "/en?release=" + script,
                                "/en?as_of=" + script,
                                "/en?release=a&as_of=2020-01-01",
                                "/en/vintages/1?page=" + script,
                                "/nl/compare?from=" + script + "&to=1",
                                "/en/compare",
                                "/en?" + script + "=1",
                                "/en/indicators?q=" + std::string(5000, 'a')}) {
    const Response response = Get(target);
    EXPECT_TRUE(response.status == 400 || response.status == 404 || response.status == 413)
        << target << " " << response.status;
    CheckPage(response, target);
    EXPECT_THAT(*response.body, Not(HasSubstr("<script>alert"))) << target;
  }
  EXPECT_EQ(Get("/en/explorer?rows=" + script).status, 400);
  EXPECT_THAT(Body("/en/explorer?rows=" + script), HasSubstr("&lt;script&gt;alert(1)"));
  EXPECT_THAT(Body("/en/explorer?rows=sexe"), HasSubstr("Choose one of: status"));
}

TEST_F(WebTest, WhatIsNotThereIsAPageThatSaysWhatIs) {
  for (const char* target : {"/en/nothing", "/nl/returns/XX", "/en/codes/nothing",
                             "/nl/vintages/abc", "/en/indicators/victims.counts"}) {
    const Response response = Get(target);
    EXPECT_EQ(response.status, 404) << target;
    CheckPage(response, target);
    EXPECT_THAT(*response.body, HasSubstr("/explorer\"")) << target;
  }
  const Response api = Get("/api/nothing");
  EXPECT_EQ(api.content_type, "application/problem+json");
}

TEST_F(WebTest, AFigureIsWalkedBackToItsFileAndLine) {
  const std::string why = Body("/en/why?figure=victims.share.sex.F%40NL%3A2019");
  EXPECT_THAT(why, HasSubstr("Why is this figure 67\u00a0%?"));
  EXPECT_THAT(why, HasSubstr("nl-2020.csv:3"));
  EXPECT_THAT(why, HasSubstr("/en/vintages/1?place=nl-2020.csv%3A3#cell"));
  const std::string file = Body("/en/vintages/1?place=nl-2020.csv%3A3");
  EXPECT_THAT(file, HasSubstr("<span class=\"thb-came\" id=\"cell\"><code>3</code>"));
  EXPECT_THAT(file, HasSubstr("<code>2</code>")) << "with its neighbours";
  EXPECT_THAT(Body("/en/vintages/1?place=nl-2020.csv%3A99"), HasSubstr("No cell of this file"));
  EXPECT_THAT(file, HasSubstr("1 &lt; 2 &amp; 3")) << "its findings are shown, escaped";
}

TEST_F(WebTest, SearchesBySeveralWordsAsABrowserSendsThem) {
  const std::string found = Body("/en/indicators?q=share+of+women");
  EXPECT_THAT(found, HasSubstr("/en/indicators/victims.share.sex.F\""));
  EXPECT_THAT(found, HasSubstr("value=\"share of women\""));
  EXPECT_THAT(Body("/en/indicators?q=female"), HasSubstr("/en/indicators/victims.share.sex.F\""));
  EXPECT_THAT(Body("/nl/indicators?q=minderjarigen"),
              HasSubstr("/nl/indicators/victims.share.age.Y_LT18\""));
  EXPECT_THAT(Body("/en/codes/sex?q=and+girls"), HasSubstr("2 codes"));
  EXPECT_THAT(Body("/en/returns?q=nether+lands"), HasSubstr("/en/returns/NL"));
}

TEST_F(WebTest, MissingSuppressedZeroAndEstimatedLookDifferent) {
  const std::string table =
      Body("/en/explorer?dataset=crim_thb_sex&leg_stat=PER_VICT&rows=geo&cols=time&geo=NL&geo=BE");
  EXPECT_THAT(table, HasSubstr("thb-value--zero"));
  EXPECT_THAT(table, HasSubstr("thb-value--suppressed"));
  const std::string suspects =
      Body("/en/explorer?dataset=crim_thb_sex&leg_stat=PER_SUSP&rows=geo&cols=time&geo=NL&geo=BE");
  EXPECT_THAT(suspects, HasSubstr("thb-value--estimated"));
  EXPECT_THAT(suspects, HasSubstr("thb-value--missing"));
}

TEST_F(WebTest, TheNewestYearIsProvisionalInItsRelease) {
  EXPECT_THAT(Body("/en/indicators/victims.count"), HasSubstr("thb-value--provisional"));
  now_ = kEmbargo;
  EXPECT_THAT(Body("/en/indicators/victims.count?release=2022-12"),
              Not(HasSubstr("thb-value--provisional\"><a")));
}

TEST_F(WebTest, TheFileHoldsExactlyWhatIsSeen) {
  const std::string query = "?dataset=thb_victims&rows=sex&cols=time&geo=NL&sex=F&sex=M";
  const Response file = Get("/en/explorer/download" + query + "&format=csv");
  EXPECT_EQ(file.download_name, "thb_victims-sex-time.csv");
  EXPECT_EQ(*file.body,
            "\xEF\xBB\xBFSex,2019,2020,2020: letters,2020: remarks\n"
            "Women and girls,20,0,p,Provisional\nMen and boys,10,0,p,Provisional\n");
  EXPECT_THAT(Body("/nl/explorer/download" + query + "&format=csv"),
              HasSubstr("Vrouwen en meisjes,20,"));
  EXPECT_EQ(Get("/en/explorer/download" + query + "&format=sdmx-csv").download_name,
            "thb_victims-sex-time-sdmx.csv");
  for (const char* format : {"xlsx", "json-stat", "sdmx-csv"}) {
    EXPECT_EQ(Get("/en/explorer/download" + query + "&format=" + format).status, 200) << format;
  }
  EXPECT_EQ(Get("/en/explorer/download" + query + "&format=svg").status, 400) << "a table";
  const Response svg = Get("/en/explorer/download" + query + "&view=bar&format=svg");
  EXPECT_EQ(svg.content_type, "image/svg+xml");
  EXPECT_THAT(Body("/en/explorer" + query + "&view=bar"), HasSubstr(*svg.body));
}

TEST_F(WebTest, EveryTableIsAFileToo) {
  const Response years = Get("/en/indicators/victims.count?period=2020&file=by-year");
  EXPECT_EQ(years.content_type, "text/csv; charset=utf-8");
  EXPECT_EQ(years.download_name, "indicators-victims.count-by-year.csv");
  EXPECT_THAT(*years.body, HasSubstr("\n2020,7,"));
  const std::string why = "/en/why?figure=victims.share.sex.F%40NL%3A2019";
  EXPECT_THAT(Body(why), HasSubstr("file=cells-1-table"));
  EXPECT_THAT(Body(why + "&file=cells-1-table"), HasSubstr("nl-2020.csv:3,"));
  for (const char* target :
       {"/en?file=by-state", "/nl/report/2019-2020?file=table-1", "/en/codes/sex?file=codes",
        "/en/vintages/1?file=cells", "/en/returns?file=senders"}) {
    EXPECT_EQ(Get(target).content_type, "text/csv; charset=utf-8") << target;
  }
  EXPECT_EQ(Get("/en/returns?file=nothing").status, 404);
  now_ = kEmbargo;
  EXPECT_THAT(Body("/en/releases/2024-01?file=revisions-thb_victims"), HasSubstr(kSecret));
  EXPECT_THAT(Body("/en/compare?from=1&to=3&file=revisions-thb_victims"), HasSubstr(kSecret));
}

TEST_F(WebTest, GeneratedRecordsAreMarkedOnEveryPageAndFile) {
  const auto pages = std::vector<std::string>{"/en",
                                              "/nl/explorer",
                                              "/en/indicators/victims.count",
                                              "/en/why?figure=victims.count%40NL%3A2019",
                                              "/en/report/2019-2020",
                                              "/en/releases",
                                              "/en/releases/2024-01",
                                              "/en/returns",
                                              "/nl/returns/NL",
                                              "/en/vintages/4",
                                              "/en/compare?from=1&to=4"};
  constexpr const char* kNote = "thb-note\"><strong>";
  Send("NL", {"PER_VICT,T,NR,NL,2019,31,"}, kFirst + 30 * kDay, "nl-invented.csv", true);
  Release release;
  release.collection = "EUROSTAT_RETURN";
  release.name = "2024-01";
  release.published = kEmbargo;
  release.made = kFirst + 40 * kDay;
  ASSERT_TRUE(WithdrawRelease(*database_, release.collection, release.name, kFirst + 35 * kDay));
  ASSERT_TRUE(MakeRelease(*database_, release, kFirst + 40 * kDay));
  EXPECT_THAT(Body("/en"), Not(HasSubstr(kNote))) << "what is published is real";
  EXPECT_THAT(Body("/en/vintages/1"), Not(HasSubstr(kNote)));
  now_ = kEmbargo;
  for (const std::string& page : pages) EXPECT_THAT(Body(page), HasSubstr(kNote)) << page;
  EXPECT_THAT(Body("/en/vintages/1"), Not(HasSubstr(kNote))) << "a real file among them";
  EXPECT_THAT(Body("/en"), HasSubstr("Synthetic records, not to be quoted</text>")) << "drawings";
  const Response table = Get("/en/returns/NL?file=nothing");
  EXPECT_EQ(table.status, 404);
  const Response file = Get("/en/indicators/victims.count?file=by-year");
  EXPECT_TRUE(StartsWith(file.download_name, "synthetic-"));
  EXPECT_THAT(*file.body, HasSubstr(",\"Synthetic records, not to be quoted\"\n"));
  const std::string download = "/en/explorer/download?dataset=thb_victims&geo=NL&format=";
  for (const char* format : {"csv", "json-stat", "sdmx-csv"}) {
    EXPECT_TRUE(StartsWith(Get(download + format).download_name, "synthetic-")) << format;
    EXPECT_THAT(Body(download + format), HasSubstr("ynthetic records")) << format;
  }
}

TEST_F(WebTest, FilesThatShareNothingAreNotCompared) {
  const std::string page = Body("/en/compare?from=2&to=1");
  EXPECT_THAT(page, HasSubstr("a file of Belgium and a file of the Netherlands"));
  Send("NL", {"PER_SUSP,T,NR,NL,2018,5,"}, kFirst - 2 * kDay, "nl-2018.csv");
  Open(Audience::kOffice);
  const std::string other = Body("/en/compare?from=2&to=4");
  EXPECT_THAT(other, HasSubstr("hold no table and year in common"));
  EXPECT_THAT(other, Not(HasSubstr("Nothing differs")));
  // The form begins with two files of the same year, not with the first and the last.
  const std::string sender = Body("/en/returns/NL");
  EXPECT_THAT(sender, HasSubstr("<option value=\"1\" selected=\"\">"));
  EXPECT_THAT(sender, HasSubstr("<option value=\"3\" selected=\"\">"));
}

TEST_F(WebTest, TheSameBreakdownTwiceKeepsTheForm) {
  const Response same = Get("/en/explorer?dataset=thb_victims&rows=sex&cols=sex&geo=NL");
  EXPECT_EQ(same.status, 200);
  EXPECT_THAT(*same.body, HasSubstr("across the top now stands reference period"));
  EXPECT_THAT(Body("/en/explorer?rows=time&cols=time"), HasSubstr("now stands reporting country"));
}

TEST_F(WebTest, RefusalsSpeakTheLanguageOfThePage) {
  for (const auto& [target, text] :
       std::map<std::string, std::string>{{"/nl/nothing", "Op dit adres is niets"},
                                          {"/nl/report/abc", "Abc is geen periode"},
                                          {"/nl/explorer?dataset=nope", "Er is geen dataset nope"},
                                          {"/nl/explorer?rows=nope", "Er is geen dimensie nope"},
                                          {"/nl/explorer?sex=nope", "Er is geen code nope"},
                                          {"/nl/indicators/nope", "Er is geen indicator nope"},
                                          {"/nl?as_of=nope", "Nope is geen dag"},
                                          {"/nl/why?figure=nope", "Er is geen indicator nope"}}) {
    EXPECT_THAT(Body(target), HasSubstr(text)) << target;
    EXPECT_THAT(Body(target), Not(HasSubstr("docs/"))) << target;
  }
  EXPECT_THAT(Body("/en/indicators/victims.counts"), HasSubstr("Did you mean victims.count?"));
  EXPECT_THAT(*Get("/api/dissemination").body, HasSubstr("/api/openapi.json"));
}

TEST_F(WebTest, TheWayBackLeadsToTheReportThatAsked) {
  const std::string why = "/en/why?figure=victims.count%40NL%3A2019";
  EXPECT_THAT(Body("/en/report/2019-2020"), HasSubstr("%3A2019-2020&amp;from=2019-2020"));
  EXPECT_THAT(Body(why + "&from=2019-2020"), HasSubstr("href=\"/en/report/2019-2020\""));
  EXPECT_THAT(Body(why), Not(HasSubstr("href=\"/en/report/2019-2020\"")));
  EXPECT_EQ(Get(why + "&from=x").status, 200);
}

TEST_F(WebTest, AListHasEntriesAndNoValue) {
  const std::string list = Body("/en/indicators/victims.top.citizen");
  EXPECT_THAT(list, HasSubstr("a list of "));
  EXPECT_THAT(list, Not(HasSubstr("thb-big")));
  const std::string rate = Body("/nl/indicators/victims.rate");
  EXPECT_THAT(rate, HasSubstr("geen raming"));
  EXPECT_THAT(rate, Not(HasSubstr("id=\"chart")));
}

TEST_F(WebTest, DatasetsWithoutFiguresSaySoAndOfferNoFile) {
  const std::string page = Body("/en/explorer?dataset=thb_decisions");
  EXPECT_THAT(page, HasSubstr("(thb_decisions) – no figures here"));
  EXPECT_THAT(page, Not(HasSubstr("format=csv")));
  EXPECT_THAT(page, Not(HasSubstr("(thb_victims) – no figures here")));
}

TEST_F(WebTest, EveryDrawingIsMadeOrSaysWhatItNeeds) {
  const std::string geo = "/en/explorer?dataset=crim_thb_sex&leg_stat=PER_VICT&rows=geo&cols=time";
  const std::string sex = "/en/explorer?dataset=crim_thb_sex&leg_stat=PER_VICT&rows=time&cols=sex";
  for (const std::string& target :
       std::vector<std::string>{geo + "&view=bar", geo + "&view=map", sex + "&view=line",
                                sex + "&view=stacked", sex + "&view=pyramid"}) {
    EXPECT_THAT(Body(target), HasSubstr("<svg")) << target;
    EXPECT_THAT(Body(target), HasSubstr("format=svg")) << target;
  }
  EXPECT_THAT(Body(geo + "&view=pyramid"), HasSubstr("A pyramid sets women against men"));
  EXPECT_THAT(Body(sex + "&view=map"), HasSubstr("A map needs countries"));
}

TEST_F(WebTest, PagesAreKeptByEditionAndAskedForAgain) {
  const Response first = Get("/en");
  EXPECT_FALSE(first.etag.empty());
  EXPECT_EQ(first.cache_control, "no-cache");
  EXPECT_EQ(Get("/en").body, first.body) << "the same bytes, not others that are equal";
  now_ = kEmbargo;
  EXPECT_NE(Get("/en").etag, first.etag);
}

TEST_F(WebTest, TheReportIsReadOnlineWithALinkAtEachFigure) {
  const std::string report = Body("/nl/report/2019-2020");
  EXPECT_THAT(report, HasSubstr("/nl/why?figure=victims.count%40EU27_2020%3A2019-2020"));
  EXPECT_THAT(report, HasSubstr("href=\"/en/report/2019-2020\""));
  EXPECT_EQ(Get("/en/report/1800").status, 400);
}

TEST_F(WebTest, TheFirstPageSpeaksTheReadersLanguage) {
  const auto language = [this](const std::string& header) {
    auto request = *ParseTarget(Method::kGet, "/");
    request.headers["accept-language"] = header;
    return HeaderOf(router_->Dispatch(request), "Location");
  };
  EXPECT_EQ(language(""), "/en");
  EXPECT_EQ(language("nl-BE,nl;q=0.9,en;q=0.8"), "/nl");
  EXPECT_EQ(language("fr, en;q=0.3, nl;q=0.7"), "/nl");
  EXPECT_EQ(language("de"), "/en");
}

TEST_F(WebTest, TheOfficeSeesAllAndNothingPublishedIsSaid) {
  Open(Audience::kOffice);
  EXPECT_THAT(Body("/en"), HasSubstr(kSecretShown));
  now_ = kFirst - 5 * kDay;
  Open(Audience::kPublic);
  const Response empty = Get("/en");
  EXPECT_EQ(empty.status, 200);
  EXPECT_THAT(*empty.body, HasSubstr("Nothing is published here yet"));
  CheckPage(empty, "/en");
  EXPECT_EQ(Get("/en/explorer").status, 404);
}

TEST_F(WebTest, AssetsHaveTheAddressOfTheirContent) {
  const std::string page = Body("/en");
  const std::size_t at = page.find("/assets/");
  const std::string address = page.substr(at, page.find('"', at) - at);
  const Response icon = Get(address);
  EXPECT_EQ(icon.status, 200);
  EXPECT_THAT(icon.cache_control, HasSubstr("immutable"));
  EXPECT_EQ(Get("/assets/x/other.css").status, 404);
}

TEST_F(WebTest, EveryRouteIsDocumented) {
  const std::string page = *ReadFile(THB_DOCS_DIR "/pages.md");
  const WebContext context{codes_, datasets_, indicators_, *publication_, [this] { return now_; },
                           {},     ""};
  const std::vector<Route> routes = *WebRoutes(context);
  for (const Route& route : routes) {
    std::string pattern = route.pattern;
    if (StartsWith(pattern, "/en") || StartsWith(pattern, "/nl")) {
      pattern = "/{language}" + pattern.substr(3);
    }
    EXPECT_THAT(page, HasSubstr("\n### `" + pattern + "`\n")) << route.pattern;
  }
}

constexpr const char* kLists =
    "police,shelter,inspectorate,count\r\n1,0,0,120\r\n0,1,0,85\r\n0,0,1,60\r\n1,1,0,24\r\n"
    "1,0,1,15\r\n0,1,1,11\r\n1,1,1,4\r\n";

TEST_F(WebTest, EstimatesFromPostedListsAreForTheOffice) {
  EXPECT_EQ(Post("/en/estimates", {{"lists", kLists}}).status, 405);
  EXPECT_THAT(Body("/en/estimates"), Not(HasSubstr("<textarea")));
  EXPECT_THAT(Body("/en/estimates"), HasSubstr("thb estimate"));
  Open(Audience::kOffice);
  EXPECT_THAT(Body("/en/estimates"), HasSubstr("<textarea"));
  for (const std::string language : {"en", "nl"}) {
    for (const std::string method : {"stepwise", "bic", "dga"}) {
      const Response response = Post("/" + language + "/estimates", {{"lists", kLists},
                                                                     {"method", method},
                                                                     {"population", "presumed"},
                                                                     {"period", "2019-2020"},
                                                                     {"strata", ""}});
      EXPECT_EQ(response.status, 200) << *response.body;
      EXPECT_EQ(response.cache_control, "no-store");
      EXPECT_EQ(response.etag, "");
      CheckPage(response, "/" + language + "/estimates");
      for (const char* part : {"why_verdict", "overlaps", "sensitivity", "again"}) {
        EXPECT_THAT(*response.body,
                    HasSubstr("<section class=\"thb-section\" id=\"" + std::string(part) + "\""));
      }
      EXPECT_THAT(*response.body, HasSubstr("thb estimate lists.csv --method " + method));
      // Every sentence is said in the language of the page.
      EXPECT_THAT(*response.body, Not(HasSubstr("<span lang=\"en\"")));
    }
  }
}

TEST_F(WebTest, TablesOfAnEstimateAreFilesOfTheSameForm) {
  Open(Audience::kOffice);
  QueryPairs fields{{"lists", kLists}, {"method", "stepwise"}, {"strata", ""}};
  const std::string page = *Post("/nl/estimates", fields).body;
  EXPECT_THAT(page, HasSubstr("<form id=\"same\" method=\"post\""));
  EXPECT_THAT(page, HasSubstr("form=\"same\" name=\"file\" value=\"overlaps-table\""));
  EXPECT_THAT(page, Not(HasSubstr("?file="))) << "an address alone does not make the answer";
  fields.emplace_back("file", "overlaps-table");
  const Response file = Post("/nl/estimates", fields);
  EXPECT_EQ(file.status, 200);
  EXPECT_EQ(file.download_name, "estimates-overlaps-table.csv");
  EXPECT_EQ(file.cache_control, "no-store");
  EXPECT_THAT(*file.body, HasSubstr("\npolice + shelter,24,"));
  fields.back().second = "nothing";
  EXPECT_EQ(Post("/nl/estimates", fields).status, 404);
}

TEST_F(WebTest, EstimatesByStratumAreAddedUp) {
  Open(Audience::kOffice);
  std::string lists = "a,b,c,sex,count\n";
  for (const std::string sex : {"F", "M"}) {
    lists += "1,0,0," + sex + ",120\n0,1,0," + sex + ",85\n0,0,1," + sex + ",60\n1,1,0," + sex +
             ",24\n1,0,1," + sex + ",15\n0,1,1," + sex + ",11\n1,1,1," + sex + ",<5\n";
  }
  const Response response =
      Post("/en/estimates", {{"lists", lists}, {"method", "stepwise"}, {"strata", "sex"}});
  EXPECT_EQ(response.status, 200);
  CheckPage(response, "/en/estimates");
  EXPECT_THAT(*response.body, HasSubstr("sex=F"));
  EXPECT_THAT(*response.body, HasSubstr("Sum of the strata"));
}

TEST_F(WebTest, EstimatesThatCannotBeMadeSayWhatToDo) {
  Open(Audience::kOffice);
  const auto status = [&](const QueryPairs& fields) {
    const Response response = Post("/en/estimates", fields);
    CheckPage(response, "/en/estimates");
    EXPECT_THAT(*response.body, HasSubstr("role=\"alert\""));
    EXPECT_THAT(*response.body, HasSubstr("<textarea")) << "what was written is kept";
    return response.status;
  };
  EXPECT_EQ(status({{"lists", " "}}), 400);
  EXPECT_EQ(status({{"lists", "a,b\n1,0\n0,1\n"}}), 400);
  EXPECT_EQ(status({{"lists", "a,b,count\n1,1,x\n"}}), 400);
  const std::string dutch = *Post("/nl/estimates", {{"lists", "a,b,count\n1,1,x\n"}}).body;
  EXPECT_THAT(dutch, HasSubstr("<span lang=\"en\">")) << "what is not translated says so";
  EXPECT_EQ(status({{"lists", kLists}, {"method", "lcmcr"}}), 400);
  EXPECT_EQ(status({{"lists", kLists}, {"population", "all"}}), 400);
  EXPECT_EQ(status({{"lists", kLists}, {"period", "now"}}), 400);
  EXPECT_EQ(status({{"lists", "a,b,c,d,e,f,g,h,i,count\n1,1,1,1,1,1,1,1,1,3\n"}}), 413);
  EXPECT_EQ(status({{"lists", std::string(70'000, 'a')}}), 413);
  const Response elsewhere = Post("/en/estimates", {{"lists", kLists}}, "cross-site");
  EXPECT_EQ(elsewhere.status, 403);
  Open(Audience::kOffice, std::chrono::milliseconds(0));
  const Response slow = Post("/en/estimates", {{"lists", kLists}});
  EXPECT_EQ(slow.status, 503);
  EXPECT_THAT(*slow.body, HasSubstr("thb estimate"));
}

TEST_F(WebTest, NationalEstimatesStandBesideRegisteredVictims) {
  EXPECT_THAT(Body("/en/estimates"), HasSubstr("thb import"));
  const std::string text =
      NationalEstimateHeader() +
      "\nNL,2019,presumed,bic,30,4321,100,,0.95,A:B,unsupported,lists of <two> offices,yes\n";
  ASSERT_TRUE(SaveNationalEstimates(*database_, *ParseNationalEstimates(text, "e.csv", codes_),
                                    "e.csv", "aa", kFirst));
  for (const std::string language : {"en", "nl"}) {
    const Response response = Get("/" + language + "/estimates");
    CheckPage(response, "/" + language + "/estimates");
    EXPECT_THAT(*response.body, HasSubstr("4\u00a0321"));
    EXPECT_THAT(*response.body, HasSubstr("lists of &lt;two&gt; offices"));
    EXPECT_THAT(*response.body, HasSubstr(language == "en" ? "<strong>Not supported.</strong>"
                                                           : "<strong>Niet onderbouwd.</strong>"));
    EXPECT_THAT(*response.body, HasSubstr("/why?figure=victims.count%40NL%3A2019"));
    EXPECT_THAT(*response.body, HasSubstr(language == "en" ? ">4\u00a0321. Not supported.<"
                                                           : ">4\u00a0321. Niet onderbouwd.<"));
  }
}

}  // namespace
}  // namespace thb
