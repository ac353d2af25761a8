#include "statistics/joint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.h"
#include "statistics/dataset.h"

namespace thb {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;

// Figures of COM(2022) 736 on the victims of 2019 and 2020, as printed; F024 and F025 are added by
// the tests. F005 counts, the other ones are percentages.
constexpr const char* kReport = R"(id,indicator,period,value,unit,where
F005,victims.count,2019-2020,14311,count (victims),
F010,victims.share.sex.F,2019-2020,63,percent,
F011,victims.share.sex.M,2019-2020,33,percent,
F014,victims.share.sex.UNK,2019-2020,4,percent,
F015,victims.share.citizen.EU27_2020,2019-2020,53,percent,
F016,victims.share.citizen.NEU27_2020,2019-2020,43,percent,
F017,victims.share.citizen.UNK,2019-2020,2,percent,
F018,victims.share.citizen.OTH,2019-2020,2,percent,
F021,victims.share.citizen.NAT,2019-2020,37,percent,
F022,victims.share.exploitation.ICCS02041,2019-2020,51,percent,
F023,victims.share.sex.F,2019-2020,87,percent,exploitation=ICCS02041
F026,victims.share.exploitation.ICCS02042,2019-2020,28,percent,
F028,victims.share.sex.M,2019-2020,66,percent,exploitation=ICCS02042
F029,victims.share.sex.F,2019-2020,34,percent,exploitation=ICCS02042
F033,victims.share.citizen.EU27_2020,2019-2020,45,percent,exploitation=ICCS02042
F034,victims.share.citizen.NEU27_2020,2019-2020,50,percent,exploitation=ICCS02042
F035,victims.share.citizen.OTH,2019-2020,5,percent,exploitation=ICCS02042
F037,victims.share.exploitation.ICCS02043_02044,2019-2020,11,percent,
F039,victims.share.exploitation.UNK,2019-2020,10,percent,
F040,victims.share.exploitation.BEG+CRIM,2019-2020,3,percent,
F043,victims.share.age.Y_LT18,2019-2020,47,percent,exploitation=BEG
F044,victims.share.age.Y_GE18,2019-2020,31,percent,exploitation=BEG
F045,victims.share.age.UNK,2019-2020,22,percent,exploitation=BEG
F046,victims.share.exploitation.ORG+BENFR,2019-2020,<1,percent,
F047,victims.share.age.Y_LT18,2019-2020,1/4,ratio (almost),
F048,victims.share.age.Y_LT18,2019-2020,23,percent,
F049,victims.share.sex.F,2019-2020,75,percent,age=Y_LT18
F050,victims.share.citizen.EU27_2020,2019-2020,85,percent,age=Y_LT18
F051,victims.share.citizen.NAT,2019-2020,75,percent,age=Y_LT18;citizen=EU27_2020
F052,victims.share.citizen.NEU27_2020,2019-2020,10,percent,age=Y_LT18
F055,victims.share.exploitation.ICCS02041,2019-2020,1/2,ratio,age=Y_LT18
F056,victims.share.exploitation.ICCS02041,2019-2020,50,percent,age=Y_LT18
)";

class JointTest : public testing::Test {
 protected:
  static std::vector<Claim> Parse(const std::string& text) {
    auto claims = ParseClaims(text, "claims.csv");
    EXPECT_TRUE(claims) << claims.error().ToLine();
    return claims.value_or(std::vector<Claim>{});
  }

  // Percentages of the victims of 2020: "id,indicator,value,where,denominator".
  static std::vector<Claim> Victims(const std::string& rows) {
    auto claims = Parse("id,indicator,value,where,denominator\n" + rows);
    for (Claim& claim : claims) claim.period = "2020";
    return claims;
  }

  // The report's figures with F024 and F025 over all or known ages.
  static std::vector<Claim> Report(const std::string& denominator) {
    auto claims = Parse(kReport);
    for (const char* row : {"F024,victims.share.age.Y_GE18,2019-2020,73,percent",
                            "F025,victims.share.age.Y_LT18,2019-2020,27,percent"}) {
      auto more = Parse("id,indicator,period,value,unit\n" + std::string(row) + "\n");
      more.front().where = "exploitation=ICCS02041;sex=F";
      more.front().denominator = denominator;
      claims.push_back(more.front());
    }
    return claims;
  }

  std::vector<JointContradiction> Find(const std::vector<Claim>& claims) const {
    auto found = FindJointContradictions(claims, indicators_, codes_);
    EXPECT_TRUE(found) << found.error().ToLine();
    return found.value_or(std::vector<JointContradiction>{});
  }

  Error ErrorOf(const std::vector<Claim>& claims) const {
    const auto found = FindJointContradictions(claims, indicators_, codes_);
    EXPECT_FALSE(found);
    return found ? Error{} : found.error();
  }

  // That the claims contradict each other, and do not without any one of them.
  void ExpectIrreducible(const std::vector<Claim>& claims) const {
    const auto found = Find(claims);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_THAT(found.front().claims, SizeIs(claims.size()));
    for (std::size_t i = 0; i < claims.size(); ++i) {
      auto rest = claims;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
      EXPECT_THAT(Find(rest), IsEmpty()) << "without " << claims[i].id;
    }
  }

  Codes codes_ = Codes::Load().value();
  Datasets datasets_ = Datasets::Load(codes_).value();
  Indicators indicators_ = Indicators::Load(codes_, datasets_).value();
};

TEST_F(JointTest, TheReportFitsTogetherOverKnownAgesAndOverAll) {
  EXPECT_THAT(Find(Report("known")), IsEmpty());
  EXPECT_THAT(Find(Report("all")), IsEmpty());
}

// Child victims of sexual exploitation who are not girls: over all ages the report leaves room for
// at most 41 of them, over known ages for more than 850.
TEST_F(JointTest, OverAllAgesTheReportLeavesHardlyAnyBoysInSexualExploitation) {
  const Where boys = {{"age", {"Y_LT18"}},
                      {"exploitation", {"ICCS02041"}},
                      {"sex", {"M", "OTH", "NAP", "NRP", "UNK"}}};
  const auto all = MaximumOf(boys, Report("all"), indicators_, codes_);
  ASSERT_TRUE(all) << all.error().ToLine();
  EXPECT_EQ(std::floor(*all), 41);
  const auto known = MaximumOf(boys, Report("known"), indicators_, codes_);
  ASSERT_TRUE(known) << known.error().ToLine();
  EXPECT_GT(*known, 850);
}

// Were 45 percent of the children girls, there would be more boys than that among the victims of
// sexual exploitation.
TEST_F(JointTest, AFigureThatTheReportCannotHoldIsFoundWithThoseItContradicts) {
  const auto with_fewer_girls = [](std::vector<Claim> claims) {
    for (Claim& claim : claims) {
      if (claim.id == "F049") claim.value = "45";
    }
    return claims;
  };
  EXPECT_THAT(Find(with_fewer_girls(Report("known"))), IsEmpty());
  const auto claims = with_fewer_girls(Report("all"));
  const auto found = Find(claims);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found.front().claims, IsSupersetOf({"F025", "F049"}));
  std::vector<Claim> named;
  for (const Claim& claim : claims) {
    const auto& ids = found.front().claims;
    if (std::find(ids.begin(), ids.end(), claim.id) != ids.end()) named.push_back(claim);
  }
  ExpectIrreducible(named);
}

TEST_F(JointTest, TwoSharesOverAHundredAreNamedAlone) {
  const auto found =
      Find(Victims("A,victims.share.age.Y_LT18,20,,\nB,victims.share.sex.F,60,,\n"
                   "C,victims.share.citizen.NAT,40,,\nD,victims.share.sex.M,55,,\n"));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found.front().population, "victims EU27_2020 2020");
  EXPECT_THAT(found.front().claims, ElementsAre("B", "D"));
}

// 90 % women, 40 % children: at least 30 % are girls, so no less than 72 % of the children.
TEST_F(JointTest, AnIndirectContradictionOverThreeClaimsIsIrreducible) {
  const auto claims = Victims(
      "A,victims.share.sex.F,90,,\nB,victims.share.age.Y_LT18,40,,\n"
      "C,victims.share.sex.F,60,age=Y_LT18,\n");
  ExpectIrreducible(claims);
}

TEST_F(JointTest, RoundingIsAllowedForAndNoMore) {
  const std::string two = "A,victims.share.sex.F,33,,\nB,victims.share.sex.M,33,,\n";
  EXPECT_THAT(Find(Victims(two + "C,victims.share.sex.UNK,35,,\n")), IsEmpty());
  EXPECT_THAT(Find(Victims(two + "C,victims.share.sex.UNK,36,,\n")), SizeIs(1));
  // With decimals the room is smaller: 33.1 + 33.1 + 34 is 100.2.
  EXPECT_THAT(Find(Victims("A,victims.share.sex.F,33.1,,\nB,victims.share.sex.M,33.1,,\n"
                           "C,victims.share.sex.UNK,34.0,,\n")),
              SizeIs(1));
  // Half rounds up, so the upper limit itself is outside: 50.5 percent is printed as 51.
  EXPECT_THAT(Find(Victims("A,victims.share.sex.F,50,,\nB,victims.share.sex.F,51,,\n")), SizeIs(1));
}

TEST_F(JointTest, ComparisonsAreStrict) {
  EXPECT_THAT(Find(Victims("A,victims.share.sex.F,<50,,\nB,victims.share.sex.F,>50,,\n")),
              SizeIs(1));
  EXPECT_THAT(Find(Victims("A,victims.share.sex.F,<51,,\nB,victims.share.sex.F,>50,,\n")),
              IsEmpty());
  auto almost = Victims("A,victims.share.sex.F,1/2,,\nB,victims.share.sex.F,50.1,,\n");
  almost.front().op = "almost";
  EXPECT_THAT(Find(almost), SizeIs(1));
  almost.back().value = "45";
  EXPECT_THAT(Find(almost), IsEmpty());
  almost.back().value = "39";
  EXPECT_THAT(Find(almost), SizeIs(1));
}

// Shares of the same people, of whom there must be some.
TEST_F(JointTest, APopulationWithSharesIsNotEmpty) {
  const auto found =
      Find(Victims("A,victims.share.sex.F,70,age=Y_LT18,\nB,victims.share.sex.M,70,age=Y_LT18,\n"));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found.front().claims, ElementsAre("A", "B"));
}

TEST_F(JointTest, TheDenominatorRuleCounts) {
  const std::string unknown = "A,victims.share.age.UNK,30,,\n";
  EXPECT_THAT(Find(Victims(unknown + "B,victims.share.age.Y_GE18,80,,all\n")), SizeIs(1));
  EXPECT_THAT(Find(Victims(unknown + "B,victims.share.age.Y_GE18,80,,known\n")), IsEmpty());
}

TEST_F(JointTest, GroupsHoldTheirParts) {
  // Own nationals of the Union's states are EU citizens, none is a citizen of another country.
  EXPECT_THAT(Find(Victims("A,victims.share.citizen.NAT,60,,\n"
                           "B,victims.share.citizen.EU27_2020,50,,\n")),
              SizeIs(1));
  EXPECT_THAT(Find(Victims("A,victims.share.citizen.NAT,50,,\n"
                           "B,victims.share.citizen.NEU27_2020,60,,\n")),
              SizeIs(1));
  // Begging and criminal activities are among the other forms.
  EXPECT_THAT(Find(Victims("A,victims.share.exploitation.BEG+CRIM,20,,\n"
                           "B,victims.share.exploitation.ICCS02043_02044,10,,\n")),
              SizeIs(1));
}

TEST_F(JointTest, InOneStateItsCitizenshipIsNational) {
  auto claims = Victims(
      "A,victims.count,100,,\nB,victims.share.citizen.NAT,40,,\n"
      "C,victims.count,60,citizen=RO,\n");
  EXPECT_THAT(Find(claims), IsEmpty());  // in the Union: Romanians abroad as well
  for (Claim& claim : claims) claim.geo = "RO";
  ASSERT_THAT(Find(claims), SizeIs(1));
  EXPECT_THAT(Find(claims).front().claims, ElementsAre("A", "B", "C"));
}

TEST_F(JointTest, CountsFixTheTable) {
  const std::string total = "A,victims.count,200,,\n";
  EXPECT_THAT(Find(Victims(total + "B,victims.count,50,sex=F,\nC,victims.share.sex.F,25,,\n")),
              IsEmpty());
  const auto found =
      Find(Victims(total + "B,victims.count,50,sex=F,\nC,victims.share.sex.F,30,,\n"));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found.front().claims, ElementsAre("A", "B", "C"));
}

TEST_F(JointTest, PopulationsDoNotMix) {
  auto claims = Victims("A,victims.share.sex.F,60,,\nB,victims.share.sex.M,55,,\n");
  for (const auto member : {&Claim::period, &Claim::geo, &Claim::as_of, &Claim::impute}) {
    auto apart = claims;
    apart.back().*member = member == &Claim::period  ? "2019"
                           : member == &Claim::geo   ? "RO"
                           : member == &Claim::as_of ? "2022-12-19"
                                                     : "locf";
    EXPECT_THAT(Find(apart), IsEmpty());
    apart.front().*member = apart.back().*member;
    EXPECT_THAT(Find(apart), SizeIs(1));
  }
  claims.back().indicator = "suspects.share.sex.M";
  EXPECT_THAT(Find(claims), IsEmpty());
  claims.front().indicator = "suspects.share.sex.F";
  ASSERT_THAT(Find(claims), SizeIs(1));
  EXPECT_EQ(Find(claims).front().population, "suspects EU27_2020 2020");
}

TEST_F(JointTest, PopulationsAreReportedInTheOrderOfTheFile) {
  auto claims = Victims(
      "A,victims.share.sex.F,60,,\nB,suspects.share.sex.F,60,,\n"
      "C,suspects.share.sex.M,55,,\nD,victims.share.sex.M,55,,\n");
  const auto found = Find(claims);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_THAT(found[0].claims, ElementsAre("A", "D"));
  EXPECT_THAT(found[1].claims, ElementsAre("B", "C"));
}

TEST_F(JointTest, OtherClaimsTakeNoPart) {
  EXPECT_THAT(Find({}), IsEmpty());
  const std::string women = "A,victims.share.sex.F,60,,\n";
  for (const char* other :
       {"B,not_statistical,55,,", "B,victims.share.status.PRESUMED,155,,",
        "B,victims.share.sex.M,55,status=PRESUMED,", "B,victims.share.sex.M,many,,",
        "B,victims.share.sex.M,RO;FR,,", "B,victims.share.sex.M.change,155,,",
        "B,victims.top.citizen,RO;FR,,", "B,convictions.per_suspect,155,,"}) {
    EXPECT_THAT(Find(Victims(women + other + "\n")), IsEmpty()) << other;
  }
  auto claims = Victims(women + "B,victims.share.sex.M,55,,\n");
  claims.back().unit = "percentage points";
  EXPECT_THAT(Find(claims), IsEmpty());
}

TEST_F(JointTest, AShareOverAHundredIsAContradictionInItself) {
  for (const char* value : {"101", "1e300", "-1"}) {
    const auto found = Find(Victims("A,victims.share.sex.F," + std::string(value) + ",,\n"));
    ASSERT_THAT(found, SizeIs(1)) << value;
    EXPECT_THAT(found.front().claims, ElementsAre("A"));
  }
}

TEST_F(JointTest, MalformedClaimsAreNamed) {
  const auto with = [](auto member, const char* value) {
    auto claims = Victims("A,victims.share.sex.F,60,,\n");
    claims.front().*member = value;
    return claims;
  };
  for (const auto& claims : {with(&Claim::period, "lately"), with(&Claim::where, "age"),
                             with(&Claim::denominator, "some")}) {
    EXPECT_EQ(ErrorOf(claims).code, ErrorCode::kUsage);
    EXPECT_EQ(ErrorOf(claims).place, "claims.csv:2");
  }
  for (const auto& claims : {with(&Claim::where, "age=OLD"), with(&Claim::geo, "XX")}) {
    EXPECT_EQ(ErrorOf(claims).code, ErrorCode::kUnknownCode);
    EXPECT_EQ(ErrorOf(claims).place, "claims.csv:2");
  }
}

// Blocks of claims are left out at once; the two that matter stay.
TEST_F(JointTest, ALongListIsReducedToTheClaimsThatMatter) {
  std::string rows;
  for (int i = 0; i < 37; ++i) rows += "X" + std::to_string(i) + ",victims.share.age.UNK,5,,\n";
  const auto found =
      Find(Victims("A,victims.share.sex.F,60,,\n" + rows + "B,victims.share.sex.M,55,,\n" + rows));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found.front().claims, ElementsAre("A", "B"));
}

// Victims by sex (F, M, UNK) and age (child, adult, unknown), and their shares as printed.
struct SmallTable {
  std::array<std::array<unsigned, 3>, 3> cells{};
  int decimals = 0;

  void AddShare(std::string& rows, const std::string& of, const std::string& filter, unsigned part,
                unsigned whole) const {
    if (whole == 0) return;
    std::ostringstream value;
    value << std::fixed << std::setprecision(decimals)
          << RoundHalfAway(100.0 * part / whole, decimals);
    rows += "S,victims.share." + of + "," + value.str() + "," + filter + "\n";
  }

  std::string Claims(bool with_count) const {
    const std::array<std::string, 3> sexes = {"F", "M", "UNK"};
    const std::array<std::string, 3> ages = {"Y_LT18", "Y_GE18", "UNK"};
    std::string rows;
    unsigned total = 0;
    for (const auto& row : cells) total += row[0] + row[1] + row[2];
    for (std::size_t s = 0; s < 3; ++s) {
      const auto& row = cells[s];
      const unsigned known = row[0] + row[1];
      AddShare(rows, "sex." + sexes[s], ",", known + row[2], total);
      AddShare(rows, "age.Y_LT18", "sex=" + sexes[s] + ",known", row[0], known);
      for (std::size_t a = 0; a < 3; ++a) {
        const unsigned of_age = cells[0][a] + cells[1][a] + cells[2][a];
        AddShare(rows, "age." + ages[a], "sex=" + sexes[s] + ",", row[a], known + row[2]);
        AddShare(rows, "sex." + sexes[s], "age=" + ages[a] + ",", row[a], of_age);
      }
    }
    if (with_count) rows += "N,victims.count," + std::to_string(total) + ",,\n";
    return rows;
  }
};

// Whatever a table of whole persons has, its printed shares are true together.
TEST_F(JointTest, TheSharesOfATableNeverContradictEachOther) {
  std::mt19937 random(20221219);
  const auto below = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
  for (int i = 0; i < 200; ++i) {
    SmallTable table;
    table.decimals = static_cast<int>(below(4));
    for (auto& row : table.cells) {
      for (unsigned& cell : row) cell = below(3) == 0 ? 0 : below(500);
    }
    const std::string rows = table.Claims(below(2) == 0);
    EXPECT_THAT(Find(Victims(rows)), IsEmpty()) << rows;
  }
}

TEST_F(JointTest, AMaximumNeedsOnePopulationThatACountBounds) {
  const Where women = {{"sex", {"F"}}};
  const auto code = [&](const std::string& rows, const Where& where) {
    const auto maximum = MaximumOf(where, Victims(rows), indicators_, codes_);
    return maximum ? ErrorCode::kInternal : maximum.error().code;
  };
  EXPECT_EQ(code("", women), ErrorCode::kUsage);
  EXPECT_EQ(code("A,victims.share.sex.F,60,,\n", women), ErrorCode::kUsage);
  EXPECT_EQ(code("A,victims.count,9,,\nB,suspects.count,9,,\n", women), ErrorCode::kUsage);
  EXPECT_EQ(code("A,victims.count,9,,\n", {{"status", {"PRESUMED"}}}), ErrorCode::kUsage);
  EXPECT_EQ(code("A,victims.count,9,,\n", {{"sex", {"X"}}}), ErrorCode::kUnknownCode);
  EXPECT_EQ(code("A,victims.count,9,,\nB,victims.count,8,,\n", women), ErrorCode::kConflict);
  const auto maximum = MaximumOf(
      women, Victims("A,victims.count,200,,\nB,victims.share.sex.M,40.0,,\n"), indicators_, codes_);
  ASSERT_TRUE(maximum) << maximum.error().ToLine();
  EXPECT_EQ(std::floor(*maximum), 120);  // no fewer than 39.95 percent, 80 persons, are men
}

}  // namespace
}  // namespace thb
