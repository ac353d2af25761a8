// Releases, on SQLite and PostgreSQL.

#include "statistics/release.h"

#include "statistics/internal/test_database.h"

namespace thb {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ReleaseTest : public StoredTest {
 protected:
  std::vector<Release> Releases() {
    auto releases = LoadReleases(*database_);
    EXPECT_TRUE(releases.has_value()) << releases.error().ToLine();
    return releases.value_or(std::vector<Release>{});
  }
  Snapshot Frozen(const Release& release) {
    return LoadReleasedSnapshot(*database_, World().codes, World().datasets, release).value();
  }
  Lines Shown(const std::string& name, Instant now, std::string_view dataset = "thb_victims",
              const std::string& collection = kReturns) {
    const auto releases = Releases();
    const Release release = FindRelease(releases, collection, name).value();
    return CellsOf(LoadShownSnapshot(*database_, World().codes, World().datasets, release,
                                     StandingOf(releases, release, now))
                       .value(),
                   dataset);
  }
  ErrorCode CodeOfMaking(const std::string& name, const std::string& collection = kReturns,
                         Instant cutoff = 1000, const std::string& note = "") {
    Release release;
    release.collection = collection;
    release.name = name;
    release.note_nl = note;
    const auto made = MakeRelease(*database_, release, cutoff);
    EXPECT_FALSE(made.has_value()) << name;
    return made ? ErrorCode::kInternal : made.error().code;
  }
};

TEST_P(ReleaseTest, FreezesWhatCountedAtTheCutoff) {
  const auto first = Save(100, File({" : 30", "sex=F : 20"}));
  Save(100, File({" : 99"}), kReturns, false);
  const auto second = Save(200, File({" : 31"}));
  Save(201, File({" : 32"}));
  const Release release = Make("2024-01", 500, 200);
  EXPECT_THAT(release.vintages, ElementsAre(first, second));
  // Backdated and later ones do not enter it any more.
  Save(150, File({" : 33", "geo=FR : 1"}));
  Save(300, File({" : 34"}));
  EXPECT_THAT(CellsOf(Frozen(release)), ElementsAre("geo=EL time=2020 : 31"));
  EXPECT_EQ(Frozen(release).as_of, 500);
}

TEST_P(ReleaseTest, IsReadBackByPublicationTime) {
  Save(100, File({" : 30"}));
  Save(100, File({" : 5"}), kGlotip);
  Make("b", 900, 150);
  Make("a", 500, 150);
  Make("a", 700, 150, kGlotip);
  const auto releases = Releases();
  ASSERT_THAT(releases, SizeIs(3));
  EXPECT_EQ(releases[0].name + releases[1].collection + releases[2].name, "aUNODC_GLOTIPb");
  EXPECT_EQ(releases[0].published, 500);
  EXPECT_EQ(releases[0].made, 150);
  EXPECT_EQ(releases[0].note_en, "note of a");
  EXPECT_EQ(releases[0].note_nl, "noot van a");
  EXPECT_THAT(releases[0].vintages, SizeIs(1));
  EXPECT_EQ(FindRelease(releases, kReturns, "b")->published, 900);
  const auto unknown = FindRelease(releases, kReturns, "c");
  ASSERT_FALSE(unknown.has_value());
  EXPECT_THAT(unknown.error().ToLine(), HasSubstr("a, b"));
}

TEST_P(ReleaseTest, RefusesWhatIsNoRelease) {
  EXPECT_EQ(CodeOfMaking("a"), ErrorCode::kNotFound) << "no vintage at all";
  Save(100, File({" : 30"}));
  EXPECT_EQ(CodeOfMaking("a", kReturns, 99), ErrorCode::kNotFound) << "none yet";
  EXPECT_EQ(CodeOfMaking("a", kGlotip), ErrorCode::kNotFound);
  for (const char* name : {"", "a b", "a/b", ".", "..", ".x", "a?", "é", "a\nb"}) {
    EXPECT_EQ(CodeOfMaking(name), ErrorCode::kUsage) << name;
  }
  EXPECT_EQ(CodeOfMaking(std::string(kMaxReleaseName + 1, 'a')), ErrorCode::kUsage);
  EXPECT_EQ(CodeOfMaking("a", kReturns, 1000, std::string(kMaxReleaseNote + 1, 'n')),
            ErrorCode::kUsage);
  EXPECT_EQ(CodeOfMaking("a", kReturns, 1000, "\xff"), ErrorCode::kUsage);
  EXPECT_THAT(Releases(), IsEmpty());
  Make(std::string(kMaxReleaseName, 'a'), 500, 100);
  Make("a", 500, 100);
  EXPECT_EQ(CodeOfMaking("a"), ErrorCode::kConflict);
}

TEST_P(ReleaseTest, IsTakenBackUnderEmbargoOnly) {
  Save(100, File({" : 30"}));
  Make("a", 500, 100);
  const Release wrong = Make("b", 900, 100);
  ASSERT_TRUE(WithdrawRelease(*database_, kReturns, "b", 899));
  EXPECT_THAT(Releases(), SizeIs(1));
  EXPECT_EQ(WithdrawRelease(*database_, kReturns, "b", 899).error().code, ErrorCode::kNotFound);
  EXPECT_GT(Make("b", 900, 100).id, wrong.id) << "the name is free, the id is not";
  EXPECT_EQ(WithdrawRelease(*database_, kReturns, "b", 900).error().code, ErrorCode::kConflict);
  EXPECT_EQ(WithdrawRelease(*database_, kReturns, "a", 899).error().code, ErrorCode::kConflict);
  EXPECT_EQ(WithdrawRelease(*database_, kGlotip, "b", 100).error().code, ErrorCode::kNotFound);
  EXPECT_THAT(Releases(), SizeIs(2));
}

TEST_P(ReleaseTest, TakesReferenceDataThatItsOwnerLetsGo) {
  const auto own = Save(100, File({" : 30"}));
  const auto population = Save(100, File({" : 1000"}, "population", "population"), "POPULATION");
  Save(100, File({" : 7"}), "NATIONAL_REGISTER");
  EXPECT_THAT(Make("a", 90, 100).vintages, ElementsAre(own, population));
  // Once the owner makes releases, what it has not published by then stays out.
  Make("p", 600, 100, "POPULATION");
  EXPECT_THAT(Make("b", 599, 100).vintages, ElementsAre(own));
  EXPECT_THAT(Make("c", 600, 100).vintages, ElementsAre(own, population));
  EXPECT_THAT(CellsOf(Frozen(Releases().back()), "population"), SizeIs(1));
}

TEST_P(ReleaseTest, NoOtherReleaseToComeMayShowReferenceDataSooner) {
  Save(100, File({" : 30"}));
  Save(100, File({" : 1000"}, "population", "population"), "POPULATION");
  Make("a", 500, 100);
  Release late;
  late.collection = "POPULATION";
  late.name = "p";
  late.made = 499;
  late.published = 501;
  const auto refused = MakeRelease(*database_, late, 100);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_THAT(refused.error().ToLine(), HasSubstr("release a of EUROSTAT_RETURN"));
  late.made = 500;
  EXPECT_TRUE(MakeRelease(*database_, late, 100)) << "it is public already";
  Make("q", 500, 100, "POPULATION");
  late.name = "r";
  late.made = 499;
  EXPECT_TRUE(MakeRelease(*database_, late, 100)) << "its own release shows it as soon";
}

TEST_P(ReleaseTest, TheNewestYearIsProvisionalUntilTheNextRelease) {
  Save(100, File({" : 30", "time=2021 : 40", "time=2021 sex=F : 21 b", "time=2021 sex=M : <5"}));
  Save(100, File({"time=2019 leg_stat=PER_SUSP : 7"}, "thb_persons", "thb_persons"));
  Save(100, File({"time=2023 : 1000"}, "population", "population"));
  Make("a", 500, 150);
  const Lines provisional = {"sex=F geo=EL time=2021 : 21 bp", "sex=M geo=EL time=2021 : 0 c",
                             "geo=EL time=2020 : 30", "geo=EL time=2021 : 40 p"};
  EXPECT_EQ(Shown("a", 400), provisional) << "as it will be shown";
  EXPECT_EQ(Shown("a", 500), provisional);
  EXPECT_THAT(Shown("a", 500, "thb_persons"),
              ElementsAre("leg_stat=PER_SUSP offence=ART2 geo=EL time=2019 : 7"));
  EXPECT_THAT(Shown("a", 500, "population"), ElementsAre("geo=EL time=2023 : 1000"));
  Make("b", 900, 150);
  EXPECT_EQ(Shown("a", 899), provisional) << "the next one is not published yet";
  EXPECT_THAT(Shown("a", 900),
              ElementsAre("sex=F geo=EL time=2021 : 21 b", "sex=M geo=EL time=2021 : 0 c",
                          "geo=EL time=2020 : 30", "geo=EL time=2021 : 40"));
  EXPECT_EQ(Shown("b", 900), provisional);
}

TEST_P(ReleaseTest, AFigureThatChangedAfterAReleaseIsRevised) {
  Save(100, File({" : 30", "sex=F : 20 n", "sex=M : 10", "time=2021 : 40"}));
  Make("a", 500, 100);
  Save(200, File({" : 32", "sex=F : 21 n", "sex=M : 10", "sex=UNK : 1", "time=2021 : 41"}));
  Make("b", 900, 200);
  EXPECT_THAT(Shown("b", 900),
              ElementsAre("sex=F geo=EL time=2020 : 21 n", "sex=M geo=EL time=2020 : 10",
                          "geo=EL time=2020 : 32 r", "geo=EL time=2021 : 41 p",
                          "sex=UNK geo=EL time=2020 : 1"))
      << "what was added is not revised, p goes before r, and nr is no combination";
  Make("c", 1000, 200);
  EXPECT_THAT(Shown("b", 1000), ::testing::Contains("geo=EL time=2021 : 41 r"));
  EXPECT_THAT(Shown("c", 1000), ::testing::Contains("geo=EL time=2020 : 32"));
}

TEST_P(ReleaseTest, ReferenceDataOfOthersCarryNoFlagsOfTheRelease) {
  Save(100, File({" : 30"}));
  Save(100, File({" : 1000"}, "population", "population"), "POPULATION");
  Make("a", 150, 100);
  Save(200, File({" : 1001"}, "population", "population"), "POPULATION");
  Make("b", 900, 200);
  EXPECT_THAT(Shown("b", 900, "population"), ElementsAre("geo=EL time=2020 : 1001"));
  Make("p", 900, 200, "POPULATION");
  EXPECT_THAT(Shown("p", 900, "population", "POPULATION"),
              ElementsAre("geo=EL time=2020 : 1001 p"));
}

INSTANTIATE_TEST_SUITE_P(Both, ReleaseTest, ::testing::Values("sqlite", "postgresql"),
                         [](const auto& parameter) { return std::string(parameter.param); });

class CompareTest : public CellsTest {
 protected:
  static Snapshot Of(Lines lines) {
    Snapshot snapshot(World().codes, World().datasets);
    for (const std::string_view line : lines) {
      snapshot.Put(Table("thb_victims"), CellFrom(Table("thb_victims"), line));
    }
    return snapshot;
  }
  // "sex=F geo=EL time=2020 corrected 2".
  static std::vector<std::string> Reasons(const Snapshot& before, const Snapshot& after) {
    std::vector<std::string> lines;
    for (const Revision& revision : thb::Compare(World().datasets, before, after)) {
      const auto difference = revision.Difference();
      lines.push_back(DescribeKey(Table(revision.dataset), revision.key) + " " + revision.reason +
                      (difference ? " " + FormatNumber(*difference) : ""));
    }
    return lines;
  }
};

TEST_F(CompareTest, NamesEachChangeAndItsReason) {
  struct Case {
    const char* before;
    const char* after;
    const char* expected;  // "" where nothing changed
  };
  const Case cases[] = {
      {"30", "30", ""},
      {"30", "32", "corrected 2"},
      {"30", "0", "corrected -30"},
      {"30 e", "32", "estimate_replaced 2"},
      {"30 s", "32 e", "corrected 2"},
      {"30", "32 e", "estimated 2"},
      {"30 p", "30", ""},
      {"30 p", "30 r", ""},
      {"30 be", "30 bep", ""},
      {"30", "30 b", "flags 0"},
      {"30 e", "30", "flags 0"},
      {"30", "<5", "suppressed"},
      {"<5", "3", "disclosed"},
      {"<5", "<10", "corrected"},
      {"30", "not_sent", "no_longer_sent"},
      {"not_sent", "30", "first_sent"},
      {"not_sent", "not_collected", "reason_changed"},
      {"conflict", "30", "first_sent"},
  };
  for (const Case& row : cases) {
    const std::string at = "geo=EL time=2020";
    const auto before = Of({at + " : " + row.before});
    const auto after = Of({at + " : " + row.after});
    const std::string expected = row.expected;
    const auto reasons = Reasons(before, after);
    if (expected.empty()) {
      EXPECT_THAT(reasons, IsEmpty()) << row.before << " to " << row.after;
    } else {
      EXPECT_THAT(reasons, ElementsAre(at + " " + expected)) << row.before << " to " << row.after;
    }
  }
}

TEST_F(CompareTest, CellsThatAreNotThereAreNotSent) {
  const auto full = Of({" : 30", "sex=F : 20", "geo=FR : 5", "geo=FR time=2021 : not_sent"});
  const auto part = Of({" : 30"});
  EXPECT_THAT(Reasons(part, full),
              ElementsAre("sex=F geo=EL time=2020 added", "geo=FR time=2020 first_sent"));
  EXPECT_THAT(Reasons(full, part), ElementsAre("sex=F geo=EL time=2020 no_longer_sent",
                                               "geo=FR time=2020 no_longer_sent"));
  EXPECT_THAT(Reasons(full, full), IsEmpty());
  const auto revisions = thb::Compare(World().datasets, part, full);
  EXPECT_FALSE(revisions.front().before.has_value());
  EXPECT_EQ(revisions.front().after->cell.value, 20);
}

TEST_F(CompareTest, EveryReasonHasALabel) {
  const CodeList* reasons = World().codes.Find("revision_reason");
  ASSERT_NE(reasons, nullptr);
  for (const char* reason :
       {"first_sent", "added", "no_longer_sent", "corrected", "estimate_replaced", "estimated",
        "suppressed", "disclosed", "reason_changed", "flags"}) {
    EXPECT_NE(reasons->Find(reason), nullptr) << reason;
  }
}

}  // namespace
}  // namespace thb
