#include "api/api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/json.h"
#include "exchange/exchange.h"
#include "http/message.h"
#include "statistics/repository.h"
#include "store/database.h"

namespace thb {
namespace {

using ::testing::_;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

constexpr Instant kBefore = 1'700'000'000;
constexpr Instant kPublished = kBefore + 1'000;
constexpr Instant kNow = kPublished + 1'000;
constexpr const char* kHeader =
    "DATAFLOW,LAST UPDATE,freq,leg_stat,sex,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\n";
constexpr const char* kStatistics = "/api/dissemination/statistics/1.0/data/";
constexpr const char* k21 = "/api/dissemination/sdmx/2.1/";
constexpr const char* k30 = "/api/dissemination/sdmx/3.0/";

// A database with returns of two states, of which a release was published, and the routes over it.
class ApiTest : public ::testing::Test {
 protected:
  ApiTest() : codes_(*Codes::Load()), datasets_(*Datasets::Load(codes_)) {}

  void SetUp() override {
    path_ = std::filesystem::temp_directory_path() /
            ("thb_api_test_" + std::to_string(getpid()) + ".db");
    Remove();
    database_ = *Database::Open(path_.string(), Database::Mode::kCreate);
    Save({"A,PER_VICT,T,NR,NL,2019,10,", "A,PER_VICT,F,NR,NL,2019,7,", "A,PER_VICT,M,NR,NL,2019,3,",
          "A,PER_VICT,T,NR,NL,2020,12,e", "A,PER_VICT,T,NR,BE,2019,:,c",
          "A,PER_VICT,T,NR,BE,2020,4,"},
         kBefore);
    Open(Audience::kOffice);
  }
  void TearDown() override {
    database_.reset();
    Remove();
  }
  void Remove() const {
    for (const char* suffix : {"", "-wal", "-shm"})
      std::filesystem::remove(path_.string() + suffix);
  }
  void Save(const std::vector<std::string>& rows, Instant time, bool synthetic = false) {
    std::string text = kHeader;
    for (const std::string& row : rows) text += "ESTAT:CRIM_THB_SEX(1.0),," + row + "\n";
    const auto file = ParseFile(text, "in.csv", {}, codes_, datasets_);
    ASSERT_TRUE(file) << file.error().ToLine();
    Vintage vintage;
    vintage.collection = "EUROSTAT_RETURN";
    vintage.time = time;
    vintage.accepted = true;
    vintage.synthetic = synthetic;
    const auto id = SaveVintage(*database_, datasets_, vintage, *file, {});
    ASSERT_TRUE(id) << id.error().ToLine();
  }
  void Publish(const std::string& name, Instant published, Instant cutoff) {
    Release release;
    release.collection = "EUROSTAT_RETURN";
    release.name = name;
    release.published = published;
    release.made = cutoff;
    const auto made = MakeRelease(*database_, release, cutoff);
    ASSERT_TRUE(made) << made.error().ToLine();
  }
  void Open(Audience audience, std::size_t max_cells = kMaxApiCells) {
    auto publication = Publication::Open(path_.string(), audience, codes_, datasets_);
    ASSERT_TRUE(publication) << publication.error().ToLine();
    publication_ = *std::move(publication);
    ApiContext context;
    context.codes = &codes_;
    context.datasets = &datasets_;
    context.publication = publication_.get();
    context.clock = [this] { return now_; };
    context.version = "test";
    context.max_cells = max_cells;
    auto routes = ApiRoutes(context);
    ASSERT_TRUE(routes) << routes.error().ToLine();
    auto router = Router::Make(*std::move(routes));
    ASSERT_TRUE(router) << router.error().ToLine();
    router_ = std::make_unique<Router>(*std::move(router));
  }
  Response Get(const std::string& target, const std::string& accept = "") {
    auto request = ParseTarget(Method::kGet, target);
    if (!request) {
      ADD_FAILURE() << target << ": " << request.error().ToLine();
      return {};
    }
    if (!accept.empty()) request->headers["accept"] = accept;
    return router_->Dispatch(*request);
  }
  static std::string Body(const Response& response) {
    if (!response.stream) return response.body ? *response.body : "";
    std::string body;
    for (std::string part; !(part = response.stream(1 << 16)).empty();) body += part;
    return body;
  }
  std::string Text(const std::string& target, const std::string& accept = "") {
    return Body(Get(target, accept));
  }
  int Status(const std::string& target, const std::string& accept = "") {
    return Get(target, accept).status;
  }

  Codes codes_;
  Datasets datasets_;
  std::filesystem::path path_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Publication> publication_;
  std::unique_ptr<Router> router_;
  Instant now_ = kNow;
};

TEST_F(ApiTest, EveryAnswerOfGeneratedRecordsSaysWhatTheyAre) {
  const std::string data = std::string(k21) + "data/CRIM_THB_SEX?format=";
  const std::string esms = std::string(k30) + "metadata/structure/dataflow/ESTAT/CRIM_THB_SEX/1.0";
  std::vector<std::string> targets = {std::string(kStatistics) + "CRIM_THB_SEX",
                                      "/api/dissemination/catalogue/toc/txt",
                                      "/api/dissemination/catalogue/toc/xml",
                                      "/api/dissemination/catalogue/dcat",
                                      esms,
                                      esms + "?format=txt"};
  for (const char* format : {"SDMX-CSV", "sdmx_2.1_structured", "JSON", "jsondata"}) {
    targets.push_back(data + format);
  }
  for (const std::string& target : targets) {
    EXPECT_THAT(Text(target), Not(HasSubstr("ynthetic records"))) << target;
  }
  Save({"A,PER_VICT,T,NR,FR,2020,5,"}, kBefore, true);
  for (const std::string& target : targets) {
    const Response response = Get(target);
    EXPECT_THAT(Body(response), HasSubstr("ynthetic records")) << target;
    EXPECT_THAT(response.headers, Contains(Pair("OpenTHB-Synthetic", _))) << target;
  }
  EXPECT_THAT(Text(std::string(kStatistics) + "CRIM_THB_SEX"),
              Not(HasSubstr("\"source\":\"ESTAT")));
  EXPECT_EQ(Get(data + "TSV").download_name, "synthetic-crim_thb_sex.tsv");
}

TEST_F(ApiTest, AnEmptyAnswerNamesTheDimensionThatHasNothing) {
  const std::string victims = std::string(kStatistics) + "THB_VICTIMS";
  const Response union_sum = Get(victims + "?geo=EU27_2020");
  EXPECT_EQ(union_sum.status, 404);
  EXPECT_THAT(Body(union_sum), HasSubstr("no data for this geo"));
  EXPECT_THAT(Body(union_sum), HasSubstr("the data have geo BE, NL"));
  EXPECT_THAT(Text(victims + "?time=1999"), HasSubstr("the data have time 2019, 2020"));
  EXPECT_THAT(Text(victims + "?geo=BE&sex=F"), HasSubstr("leave one out"));
  EXPECT_THAT(Text(std::string(k21) + "data/CRIM_THB_SEX/A.PER_VICT.T.NR.FR"),
              HasSubstr("the data have geo"));
  EXPECT_THAT(Text(victims + "?geo=XX"), HasSubstr("did you mean"));
}

TEST_F(ApiTest, StatisticsAnswersWithJsonStat) {
  const std::string base = std::string(kStatistics) + "CRIM_THB_SEX";
  const Response response = Get(base + "?geo=NL&geo=BE&time=2019&format=JSON&lang=NL");
  ASSERT_EQ(response.status, 200) << Body(response);
  EXPECT_EQ(response.content_type, "application/json");
  const Json json = *ParseJson(Body(response), "answer");
  EXPECT_EQ(json["class"], "dataset");
  EXPECT_EQ(json["id"], (Json{"freq", "leg_stat", "sex", "unit", "geo", "time"}));
  EXPECT_EQ(json["dimension"]["geo"]["category"]["index"].size(), 2U);
  EXPECT_EQ(json["dimension"]["time"]["category"]["index"].size(), 1U);
  EXPECT_THAT(Body(response), HasSubstr("Bij mensenhandel betrokken personen"));
  EXPECT_THAT(Text(base + "?sinceTimePeriod=2020&geo=NL"), Not(HasSubstr("\"2019\"")));
  EXPECT_THAT(Text(base + "?untilTimePeriod=2019&geo=NL"), Not(HasSubstr("\"2020\"")));
  EXPECT_THAT(Text(base + "?lastTimePeriod=1&geo=NL"), Not(HasSubstr("\"2019\"")));
}

TEST_F(ApiTest, StatisticsSaysWhatThereIs) {
  const std::string base = std::string(kStatistics) + "crim_thb_sex";
  EXPECT_EQ(Status(base + "?citizen=NAT"), 400);
  EXPECT_THAT(Text(base + "?citizen=NAT"), HasSubstr("freq, leg_stat, sex, unit, geo, time"));
  EXPECT_THAT(Text(base + "?leg_stat=X"), HasSubstr("PER_CNV"));
  EXPECT_EQ(Status(base + "?leg_stat=X"), 400);
  EXPECT_EQ(Status(base + "?format=XML"), 400);
  EXPECT_EQ(Status(base + "?lang=fr"), 400);
  EXPECT_EQ(Status(base + "?geo=SE"), 404);
  EXPECT_EQ(Status(base, "text/html"), 406);
  EXPECT_EQ(Status(std::string(kStatistics) + "NO_SUCH"), 404);
  EXPECT_THAT(Text(std::string(kStatistics) + "NO_SUCH"), HasSubstr("CRIM_THB_VEXP"));
  EXPECT_EQ((*ParseJson(Text(base + "?x=1"), "error"))["error"][0]["status"], 400);
}

TEST_F(ApiTest, Sdmx21AnswersInEachFormat) {
  const std::string base = std::string(k21) + "data/CRIM_THB_SEX/A.PER_VICT.T.NR.NL+BE";
  EXPECT_EQ(Text(base + "?format=SDMX-CSV&startPeriod=2020&endPeriod=2020"),
            "DATAFLOW,LAST UPDATE,freq,leg_stat,sex,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,"
            "CONF_STATUS\n"
            "ESTAT:CRIM_THB_SEX(1.0),14/11/23 22:13:20,A,PER_VICT,T,NR,BE,2020,4,,\n"
            "ESTAT:CRIM_THB_SEX(1.0),14/11/23 22:13:20,A,PER_VICT,T,NR,NL,2020,12,e,\n");
  EXPECT_EQ(Text(base + "?format=TSV"),
            "freq,leg_stat,sex,unit,geo\\TIME_PERIOD\t2019 \t2020 \n"
            "A,PER_VICT,T,NR,BE\t: c\t4 \n"
            "A,PER_VICT,T,NR,NL\t10 \t12 e\n");
  EXPECT_THAT(Text(base), HasSubstr("<m:StructureSpecificData"));
  EXPECT_THAT(Text(base, "application/vnd.sdmx.data+csv;version=1.0.0"), HasSubstr("DATAFLOW,"));
  EXPECT_THAT(Text(base, "application/json"), HasSubstr("\"class\":\"dataset\""));
  EXPECT_THAT(Text(base + "?format=jsondata"), HasSubstr("\"dataSets\""));
  EXPECT_EQ(Status(base, "text/html"), 406);
  EXPECT_EQ(Text(base + "?format=SDMX-CSV&detail=serieskeysonly"),
            "DATAFLOW,LAST UPDATE,freq,leg_stat,sex,unit,geo\n"
            "ESTAT:CRIM_THB_SEX(1.0),14/11/23 22:13:20,A,PER_VICT,T,NR,BE\n"
            "ESTAT:CRIM_THB_SEX(1.0),14/11/23 22:13:20,A,PER_VICT,T,NR,NL\n");
  EXPECT_THAT(Text(base + "?detail=dataonly"), Not(HasSubstr("OBS_FLAG")));
  EXPECT_THAT(Text(base + "?format=SDMX-CSV&labels=both"), HasSubstr("PER_VICT: Victim"));
  EXPECT_THAT(Text(base, "application/vnd.sdmx.data+csv;version=1.0.0;labels=both"),
              HasSubstr("PER_VICT: Victim"));
  EXPECT_EQ(Text(base + "?format=SDMX-CSV&compressed=true").substr(0, 2), "\x1f\x8b");
}

TEST_F(ApiTest, Sdmx21FindsFlowsWhateverTheirForm) {
  for (const char* flow :
       {"crim_thb_sex", "CRIM_THB_SEX", "ESTAT,CRIM_THB_SEX", "ESTAT,CRIM_THB_SEX,1.0",
        "OPENTHB,CRIM_THB_SEX,latest", "all,CRIM_THB_SEX,*", "CRIM_THB_SEX/", "CRIM_THB_SEX/all"}) {
    EXPECT_EQ(Status(std::string(k21) + "data/" + flow), 200) << flow;
  }
  EXPECT_EQ(Status(std::string(k21) + "data/ESTAT,CRIM_THB_SEX,2.0"), 404);
  EXPECT_EQ(Status(std::string(k21) + "data/XX,CRIM_THB_SEX,1.0"), 404);
}

TEST_F(ApiTest, Sdmx21ErrorsAreMessagesOfTheStandard) {
  const std::string base = std::string(k21) + "data/CRIM_THB_SEX/";
  EXPECT_EQ(Status(base + "A.PER_VICT.T.NR.SE"), 404);
  EXPECT_THAT(Text(base + "A.PER_VICT.T.NR.SE"), HasSubstr("<m:ErrorMessage code=\"100\">"));
  EXPECT_EQ(Status(base + "A.PER_VICT.T.NR.XX"), 400);
  EXPECT_THAT(Text(base + "A.PER_VICT.T.NR.XX"), HasSubstr("code=\"150\""));
  EXPECT_EQ(Status(base + "A.PER_VICT"), 400);
  EXPECT_THAT(Text(base + "A.PER_VICT"), HasSubstr("freq.leg_stat.sex.unit.geo"));
  EXPECT_EQ(Status(base + "all?nothing=1"), 400);
  EXPECT_THAT(Text(base + "all?nothing=1"), HasSubstr("startPeriod"));
  EXPECT_EQ(Status(base + "all?updatedAfter=2020"), 501);
  EXPECT_EQ(Status(base + "all?format=PDF"), 400);
  EXPECT_EQ(Status(base + "all?detail=some"), 400);
  EXPECT_EQ(Status(std::string(k21) + "nothing/ESTAT"), 400);
  Open(Audience::kOffice, 3);
  EXPECT_EQ(Status(base + "all"), 413);
  EXPECT_THAT(Text(base + "all"), HasSubstr("code=\"130\""));
  EXPECT_EQ(Status(base + "A.PER_VICT.T.NR.BE"), 200);
}

TEST_F(ApiTest, Sdmx30FiltersAndChoosesParts) {
  const std::string base = std::string(k30) + "data/dataflow/ESTAT/CRIM_THB_SEX/1.0";
  EXPECT_EQ(Text(base + "/A.PER_VICT.T.NR.*?c[geo]=NL,BE&c[TIME_PERIOD]=ge:2020+le:2021&format="
                        "csvdata&attributes=none"),
            "STRUCTURE,STRUCTURE_ID,freq,leg_stat,sex,unit,geo,TIME_PERIOD,OBS_VALUE\n"
            "dataflow,ESTAT:CRIM_THB_SEX(1.0),A,PER_VICT,T,NR,BE,2020,4\n"
            "dataflow,ESTAT:CRIM_THB_SEX(1.0),A,PER_VICT,T,NR,NL,2020,12\n");
  const Response json = Get(base);
  EXPECT_EQ(json.status, 200);
  EXPECT_EQ(json.content_type, "application/vnd.sdmx.data+json;version=2.1.0");
  EXPECT_TRUE(ParseJson(Body(json), "answer"));
  EXPECT_THAT(Text(base + "?c[OBS_FLAG]=co:e&format=csvdata"), HasSubstr(",2020,12,e"));
  EXPECT_THAT(Text(base, "application/vnd.sdmx.data+csv;version=2.0.0"), HasSubstr("STRUCTURE,"));
  EXPECT_THAT(Text(base + "?format=csvdata&formatVersion=1.0"), HasSubstr("DATAFLOW,"));
  // What the client sdmx-rest builds.
  EXPECT_EQ(Status(std::string(k30) +
                   "data/dataflow/*/CRIM_THB_SEX/*/A.PER_VICT...?attributes=dsd&measures=all&"
                   "includeHistory=false"),
            200);
  EXPECT_EQ(Status(base + "/A.PER_VICT.T.NR.SE"), 204);
  EXPECT_EQ(Status(base + "?c[geo]=XX"), 400);
  EXPECT_EQ(Status(base + "?c[nothing]=NL"), 400);
  EXPECT_EQ(Status(base + "?attributes=SOME"), 400);
  EXPECT_EQ(Status(base + "?includeHistory=true"), 501);
  EXPECT_EQ(Status(base, "image/png"), 406);
  const Json error = *ParseJson(Text(base + "?c[geo]=XX"), "error");
  EXPECT_EQ(error["errors"][0]["code"], 400);
}

TEST_F(ApiTest, StructuresComeWithTheirReferences) {
  const std::string base = std::string(k21) + "dataflow/ESTAT/CRIM_THB_SEX";
  const std::string alone = Text(base);
  EXPECT_THAT(alone, HasSubstr("<s:Dataflow urn="));
  EXPECT_THAT(alone, Not(HasSubstr("s:Codelist ")));
  const std::string with = Text(base + "/1.0?references=descendants&detail=referencepartial");
  EXPECT_THAT(with, HasSubstr("<s:DataStructure urn="));
  EXPECT_THAT(with, HasSubstr("<s:ConceptScheme urn="));
  EXPECT_THAT(with, HasSubstr("isPartial=\"true\""));
  EXPECT_THAT(Text(base + "?references=children"), Not(HasSubstr("s:Codelist ")));
  EXPECT_THAT(Text(base + "?references=codelist&detail=allstubs"), Not(HasSubstr("<s:Code ")));
  EXPECT_THAT(Text(base + "?references=all"), HasSubstr("<s:ContentConstraint "));
  EXPECT_THAT(Text(std::string(k21) + "codelist/ESTAT/SEX?references=parents"),
              HasSubstr("<s:DataStructure urn="));
  EXPECT_EQ(Status(base + "?references=everything"), 400);
  EXPECT_EQ(Status(base + "?detail=little"), 400);
  EXPECT_EQ(Status(std::string(k21) + "codelist/ESTAT/NOTHING"), 404);
  EXPECT_THAT(Text(std::string(k21) + "dataflow/all/all"), HasSubstr("THB_JUDGMENTS"));
  EXPECT_THAT(
      Text(std::string(k21) + "codelist/ESTAT/OBS_STATUS/?compressed=false&format=TSV&lang=en"),
      HasSubstr("b\tBreak in time series\n"));
  EXPECT_THAT(Text(std::string(k21) + "contentconstraint/ESTAT/CRIM_THB_SEX"),
              HasSubstr("<c:Value>NL</c:Value>"));
  EXPECT_THAT(Text(std::string(k21) + "schema/dataflow/ESTAT/CRIM_THB_SEX/1.0"),
              HasSubstr("<xs:enumeration value=\"PER_VICT\"/>"));
  const Json json = *ParseJson(
      Text(std::string(k30) + "structure/dataflow/ESTAT/CRIM_THB_SEX/1.0?references=descendants"),
      "structure");
  EXPECT_EQ(json["data"]["dataflows"][0]["id"], "CRIM_THB_SEX");
  EXPECT_EQ(json["data"]["dataStructures"].size(), 1U);
}

TEST_F(ApiTest, AnEmbargoHoldsOnEveryRoute) {
  Save({"A,PER_VICT,T,NR,NL,2021,99,"}, kBefore + 10);
  Publish("first", kPublished, kBefore + 5);
  Publish("second", kNow + 100, kBefore + 20);
  Open(Audience::kPublic);
  const std::string targets[] = {std::string(kStatistics) + "CRIM_THB_SEX",
                                 std::string(k21) + "data/CRIM_THB_SEX",
                                 std::string(k30) + "data/dataflow/ESTAT/CRIM_THB_SEX/1.0",
                                 std::string(k21) + "contentconstraint/ESTAT/CRIM_THB_SEX"};
  for (const std::string& target : targets) {
    now_ = kBefore;
    EXPECT_EQ(Status(target), 404) << target;
    now_ = kNow;
    EXPECT_EQ(Status(target), 200) << target;
    EXPECT_THAT(Text(target), Not(HasSubstr("2021"))) << target;
    EXPECT_EQ(Status(target + "?release=second"), 404) << target;
    EXPECT_EQ(Status(target + "?asOf=2020-01-01"), 404) << target;
    EXPECT_EQ(Status(target + "?collection=NOTHING"), 404) << target;
    const std::string before = Get(target).etag;
    now_ = kNow + 100;
    EXPECT_THAT(Text(target), HasSubstr("2021")) << target;
    EXPECT_NE(Get(target).etag, before) << target;
    EXPECT_THAT(Text(target + "?release=first"), Not(HasSubstr("2021"))) << target;
    EXPECT_THAT(Text(target + "?asOf=" + FormatInstant(kNow)), Not(HasSubstr("2021"))) << target;
    EXPECT_EQ(Status(target + "?release=first&asOf=2020-01-01"), 400) << target;
  }
  // Structures say nothing of the data, so they are there before anything is.
  now_ = kBefore;
  EXPECT_EQ(Status(std::string(k21) + "dataflow/ESTAT/CRIM_THB_SEX"), 200);
}

TEST_F(ApiTest, EntityTagsFollowTheRequestAndNotItsOrder) {
  const std::string base = std::string(kStatistics) + "CRIM_THB_SEX";
  const Response one = Get(base + "?geo=NL&sex=T");
  const Response same = Get(base + "?sex=T&geo=NL");
  const Response other = Get(base + "?sex=F&geo=NL");
  EXPECT_EQ(one.etag, same.etag);
  EXPECT_EQ(one.body, same.body) << "from the cache";
  EXPECT_NE(one.etag, other.etag);
  EXPECT_EQ(one.cache_control, "private, no-cache");
  const std::string csv = std::string(k21) + "data/CRIM_THB_SEX";
  EXPECT_NE(Get(csv, "text/csv").etag, Get(csv, "application/json").etag);
}

TEST_F(ApiTest, AParameterGivenTwiceIsRefused) {
  EXPECT_EQ(Status(std::string(k21) + "data/CRIM_THB_SEX?startPeriod=2019&startPeriod=2020"), 400);
  EXPECT_EQ(Status(std::string(kStatistics) + "CRIM_THB_SEX?lang=en&lang=nl"), 400);
  EXPECT_EQ(Status("/api/dissemination/catalogue/toc/txt?format=txt&format=txt"), 400);
}

TEST_F(ApiTest, TheCatalogueNamesEachDataset) {
  const std::string base = "/api/dissemination/catalogue/";
  EXPECT_THAT(
      Text(base + "toc/txt"),
      HasSubstr("\t\"crim_thb_sex\"\t\"dataset\"\t\"14.11.2023\"\t\" \"\t\"2019\"\t\"2020\"\t"));
  EXPECT_THAT(Text(base + "toc/txt?lang=nl"), HasSubstr("Mensenhandel"));
  EXPECT_THAT(Text(base + "toc/xml"), HasSubstr("<nt:code>crim_thb_sex</nt:code>"));
  EXPECT_THAT(Text(base + "dcat"), HasSubstr("<dcat:Dataset rdf:about="));
  EXPECT_THAT(Text(base + "dcat", "text/turtle"), HasSubstr("a dcat:Catalog ;"));
  // Without data there is nothing to describe.
  EXPECT_THAT(Text(base + "dcat"), Not(HasSubstr("THB_JUDGMENTS")));
  EXPECT_EQ(Status(base + "dcat?format=n3"), 400);
}

TEST_F(ApiTest, ReferenceMetadataHasAllHeadings) {
  const std::string base = std::string(k30) + "metadata/structure/dataflow/ESTAT/CRIM_THB_SEX/1.0";
  const std::string text = Text(base + "?format=txt&lang=nl");
  EXPECT_THAT(text, HasSubstr("\n1. Contact\n"));
  EXPECT_THAT(text, HasSubstr("\n19. Opmerking\n"));
  EXPECT_THAT(text, HasSubstr("Nederland"));
  // Every fact has been filled in.
  EXPECT_THAT(text, Not(HasSubstr("{")));
  EXPECT_THAT(Text(base + "?format=txt"), Not(HasSubstr("{")));
  const Json json = *ParseJson(Text(base), "esms");
  EXPECT_EQ(json["data"]["metadataSets"][0]["attributes"].size(), 19U);
  EXPECT_EQ(Status(base + "x"), 404);
}

TEST_F(ApiTest, ManyThreadsGetTheSame) {
  const std::vector<std::string> targets = {
      std::string(kStatistics) + "CRIM_THB_SEX?geo=NL", std::string(k21) + "data/THB_VICTIMS",
      std::string(k30) + "structure/dataflow/*/*/*?references=all",
      "/api/dissemination/catalogue/toc/txt"};
  std::vector<std::string> alone;
  for (const std::string& target : targets) alone.push_back(Text(target));
  Open(Audience::kOffice);
  std::atomic<int> different = 0;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (std::size_t k = 0; k < 2 * targets.size(); ++k) {
        const std::size_t at = (i + k) % targets.size();
        if (Text(targets[at]) != alone[at]) ++different;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(different, 0);
}

// docs/api.md has a heading that names the address of each route.
TEST_F(ApiTest, EveryRouteHasItsHeading) {
  std::ifstream page(THB_API_PAGE);
  std::string headings;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("#")) headings += line + "\n";
  }
  for (const Route& route : router_->routes()) {
    EXPECT_THAT(headings, HasSubstr("`" + route.pattern + "`"));
  }
}

TEST_F(ApiTest, EveryRouteIsDescribed) {
  for (const Route& route : router_->routes()) {
    EXPECT_FALSE(route.summary.empty()) << route.pattern;
    EXPECT_FALSE(route.tag.empty()) << route.pattern;
    EXPECT_FALSE(route.produces.empty()) << route.pattern;
    for (const RouteParameter& parameter : route.parameters) {
      EXPECT_FALSE(parameter.description.empty()) << route.pattern << " " << parameter.name;
      EXPECT_FALSE(parameter.example.empty()) << route.pattern << " " << parameter.name;
    }
  }
}

}  // namespace
}  // namespace thb
