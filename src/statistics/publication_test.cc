// What the public and the office see, before, at and after the end of an embargo.

#include "statistics/publication.h"

#include <atomic>
#include <thread>

#include "statistics/internal/test_database.h"

namespace thb {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* kRegister = "NATIONAL_REGISTER";
constexpr const char* kPopulation = "POPULATION";

class PublicationTest : public StoredTest {
 protected:
  std::unique_ptr<Publication> Open(Audience audience = Audience::kPublic) {
    auto publication = Publication::Open(address_, audience, World().codes, World().datasets);
    EXPECT_TRUE(publication.has_value()) << publication.error().ToLine();
    return publication ? *std::move(publication) : nullptr;
  }

  static Lines Cells(const Result<std::shared_ptr<const Edition>>& edition) {
    return edition ? CellsOf((*edition)->snapshot) : Lines{edition.error().ToLine()};
  }
};

TEST_P(PublicationTest, ShowsAReleaseTheSecondItsEmbargoEnds) {
  Save(100, File({" : 30"}));
  const auto publication = Open();
  EXPECT_FALSE(publication->At("", {}, 499)) << "nothing is released";
  Make("a", 500, 100);
  EXPECT_FALSE(publication->At("", {}, 499));
  EXPECT_THAT(Cells(publication->At("", {}, 500)), ElementsAre("geo=EL time=2020 : 30 p"));
  EXPECT_FALSE(publication->At("", {}, 499)) << "what is kept in memory is embargoed too";
  EXPECT_FALSE(publication->Of("", "a", 499));
  EXPECT_THAT(Cells(publication->Of("", "a", 500)), SizeIs(1));
  EXPECT_EQ((*publication->At("", {}, 500))->release->name, "a");
  EXPECT_EQ((*publication->At("", {}, 500))->updated, 100);
}

TEST_P(PublicationTest, SeesImportsAndReleasesWithoutARestart) {
  Save(100, File({" : 30"}));
  Make("a", 500, 100);
  const auto open = Open();
  const auto office = Open(Audience::kOffice);
  const auto before = *open->At("", {}, 600);
  const auto office_before = *office->At("", {}, 600);
  EXPECT_EQ(before, *open->At("", {}, 700)) << "one edition for all";
  Save(200, File({" : 31"}));
  EXPECT_EQ(before, *open->At("", {}, 600)) << "an import is not public";
  EXPECT_THAT(CellsOf((*office->At("", {}, 600))->snapshot), ElementsAre("geo=EL time=2020 : 31"));
  EXPECT_NE((*office->At("", {}, 600))->token, office_before->token);
  Make("b", 600, 200);
  const auto after = *open->At("", {}, 600);
  EXPECT_EQ(after->release->name, "b");
  EXPECT_NE(after->token, before->token);
  EXPECT_THAT(CellsOf(before->snapshot), ElementsAre("geo=EL time=2020 : 30 p"))
      << "who reads an edition keeps it";
}

TEST_P(PublicationTest, AWithdrawnReleaseIsNeverShown) {
  Save(100, File({" : 30"}));
  Make("a", 500, 100);
  Save(200, File({" : 31"}));
  Make("b", 900, 200);
  const auto publication = Open();
  EXPECT_EQ((*publication->At("", {}, 900))->release->name, "b");
  ASSERT_TRUE(WithdrawRelease(*database_, kReturns, "b", 899));
  EXPECT_EQ((*publication->At("", {}, 900))->release->name, "a");
  EXPECT_FALSE(publication->Of("", "b", 900));
  EXPECT_THAT(*publication->Calendar(899), IsEmpty());
  Save(300, File({" : 32"}));
  Make("b", 900, 300);
  EXPECT_THAT(Cells(publication->Of("", "b", 900)), ElementsAre("geo=EL time=2020 : 32 p"));
}

TEST_P(PublicationTest, AsOfIsWhatWasShownThen) {
  Save(100, File({" : 30"}));
  Make("a", 500, 100);
  Save(200, File({" : 31"}));
  Make("b", 900, 200);
  const auto publication = Open();
  EXPECT_THAT(Cells(publication->At("", 899, 2000)), ElementsAre("geo=EL time=2020 : 30 p"));
  EXPECT_THAT(Cells(publication->At("", 900, 2000)), ElementsAre("geo=EL time=2020 : 31 p"));
  EXPECT_THAT(Cells(publication->Of("", "a", 2000)), ElementsAre("geo=EL time=2020 : 30"))
      << "no longer provisional";
  EXPECT_NE((*publication->Of("", "a", 2000))->token, (*publication->At("", 899, 2000))->token);
  EXPECT_THAT(Cells(publication->At("", 2000, 899)), ElementsAre("geo=EL time=2020 : 30 p"))
      << "the future is not told";
  const auto none = publication->At("", 499, 2000);
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
  // The office asks what was known.
  const auto office = Open(Audience::kOffice);
  EXPECT_THAT(Cells(office->At("", 199, 2000)), ElementsAre("geo=EL time=2020 : 30"));
  EXPECT_THAT(Cells(office->At("", 200, 100)), ElementsAre("geo=EL time=2020 : 31"));
  EXPECT_EQ((*office->At("", 199, 2000))->as_of, 199);
  EXPECT_NE((*office->At("", 199, 2000))->token, (*office->At("", 198, 2000))->token);
}

TEST_P(PublicationTest, AForeignCollectionIsShownAsImported) {
  ParsedFile file = File({" : 30"});
  file.foreign = true;
  const auto first = Save(100, file, kGlotip);
  Save(100, File({" : 99"}), kGlotip);
  Save(100, file, kRegister);
  const auto publication = Open();
  EXPECT_THAT(*publication->Collections(100), ElementsAre(kGlotip));
  EXPECT_THAT(Cells(publication->At("", {}, 100)), ElementsAre("geo=EL time=2020 : 30"));
  EXPECT_FALSE(publication->At("", {}, 99)) << "not before it counts";
  EXPECT_FALSE(publication->At("", 99, 100));
  EXPECT_THAT(*publication->Vintages("", 100), SizeIs(1));
  EXPECT_EQ(publication->Vintages("", 100)->front().id, first);
  // Who makes releases of it has taken it over.
  Make("g", 500, 100, kGlotip);
  EXPECT_FALSE(publication->At("", {}, 499));
  EXPECT_TRUE(publication->At("", {}, 500));
}

TEST_P(PublicationTest, AFindingThatMayQuoteWhatIsNotPublicStaysIn) {
  const std::vector<Finding> findings = {{"year_on_year", Severity::kWarning, "k", "7 to 77"}};
  Save(100, File({" : 30"}));
  const auto seen = Save(100, File({" : 31"}), kReturns, true, findings);
  Save(300, File({"time=2019 : 7"}));
  const auto quoting = Save(150, File({" : 77"}), kReturns, true, findings);
  Make("a", 500, 200);
  const auto publication = Open();
  EXPECT_THAT(*publication->Findings(seen, 500), SizeIs(1));
  EXPECT_FALSE(publication->Findings(quoting, 500)) << "an earlier import counts later";
  EXPECT_TRUE(publication->Skipped(quoting, 500));
  EXPECT_THAT(*Open(Audience::kOffice)->Findings(quoting, 0), SizeIs(1));
  Make("b", 900, 300);
  EXPECT_FALSE(publication->Findings(quoting, 899));
  EXPECT_TRUE(publication->Findings(quoting, 900));
}

TEST_P(PublicationTest, ManyThreadsReadOneEdition) {
  Save(100, File({" : 30", "sex=F : 20", "sex=M : 10", "geo=FR : 5", "time=2019 : 3"}));
  Make("a", 500, 100);
  const auto publication = Open();
  const Dataset& victims = Table("thb_victims");
  std::atomic<int> wrong = 0;
  const auto read = [&] {
    for (Instant now = 490; now < 520; ++now) {
      const auto edition = publication->At("", {}, now);
      if (edition.has_value() != (now >= 500)) ++wrong;
      if (!edition) continue;
      const Snapshot& snapshot = (*edition)->snapshot;
      const auto women = snapshot.Resolve(victims, {{"sex", {"F"}}}, "EL", "2020");
      const auto french = snapshot.Resolve(victims, {}, "FR", "2020");
      if (women.value != 20 || french.value != 5) ++wrong;
      Snapshot own = snapshot;
      own.Put(victims, CellFrom(victims, " : 31"));
      if (own.Resolve(victims, {}, "EL", "2020").value != 31) ++wrong;
      if (snapshot.Resolve(victims, {}, "EL", "2020").value != 30) ++wrong;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(read);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_P(PublicationTest, ADatabaseThatIsNotThereIsRefused) {
  const auto none =
      Publication::Open("/nonexistent/thb.db", Audience::kPublic, World().codes, World().datasets);
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
}

// Everything that a publication says at a time, to whoever tries every argument.
class EmbargoTest : public PublicationTest {
 protected:
  static constexpr Instant kTimes[] = {0, 99, 100, 499, 500, 899, 999, 1000, 1001, 2000, 3000};

  static std::string Of(const Result<std::shared_ptr<const Edition>>& result) {
    if (!result) return result.error().ToLine() + "\n";
    const Edition& edition = **result;
    std::string text = edition.collection + " " + edition.token + " " +
                       std::to_string(edition.updated) + " " +
                       (edition.release ? Of(*edition.release) : "-\n");
    for (const Vintage& vintage : edition.snapshot.vintages) text += Of(vintage);
    for (const Dataset& dataset : World().datasets.all()) {
      for (const std::string& line : CellsOf(edition.snapshot, dataset.id)) text += line + "\n";
    }
    return text;
  }
  static std::string Of(const Release& release) {
    std::string text = "release " + release.collection + " " + release.name + " " +
                       std::to_string(release.id) + " " + std::to_string(release.made) + " " +
                       release.note_en + " " + release.note_nl;
    for (const auto id : release.vintages) text += " " + std::to_string(id);
    return text + "\n";
  }
  static std::string Of(const Vintage& vintage) {
    return "vintage " + std::to_string(vintage.id) + " " + vintage.file_name + "\n";
  }
  static std::string Of(const Finding& finding) { return finding.message + "\n"; }
  static std::string Of(const SkippedRows& skipped) { return skipped.reason + "\n"; }
  static std::string Of(const std::string& text) { return text + "\n"; }
  template <typename T>
  static std::string Of(const Result<std::vector<T>>& result) {
    if (!result) return result.error().ToLine() + "\n";
    std::string text;
    for (const T& item : *result) text += Of(item);
    return text;
  }

  // All but the calendar.
  static std::string Everything(Publication& publication, Instant now) {
    std::string text = Of(publication.Collections(now)) + Of(publication.Releases(now));
    for (const char* collection : {"", kReturns, kGlotip, kRegister, kPopulation, "NOWHERE"}) {
      text += std::string("== ") + collection + "\n" + Of(publication.At(collection, {}, now));
      for (const Instant as_of : kTimes) text += Of(publication.At(collection, as_of, now));
      for (const char* name : {"", "a", "b", "n", "p", "zzz"}) {
        text += Of(publication.Of(collection, name, now));
      }
      text += Of(publication.Vintages(collection, now));
    }
    for (std::int64_t id = 0; id < 15; ++id) {
      text += "= " + std::to_string(id) + "\n" + Of(publication.Findings(id, now)) +
              Of(publication.Skipped(id, now));
    }
    return text;
  }

  ParsedFile WithSkipped(ParsedFile file, const std::string& reason) {
    file.skipped = {{reason, 1, "f.csv:9"}};
    return file;
  }
  static std::vector<Finding> Says(const std::string& message) {
    return {{"a_rule", Severity::kWarning, "k", message}};
  }

  void PutPublic() {
    Save(100, WithSkipped(File({" : 30", "sex=F : 20", "time=2019 : 9"}), "skipped 1"), kReturns,
         true, Says("finding 1"));
    Save(100, File({" : 1000"}, "population", "population"), kPopulation);
    ParsedFile foreign = File({" : 28"});
    foreign.foreign = true;
    Save(99, foreign, kGlotip);
    Make("a", 500, 100);
  }

  // What becomes public at 1000, and what never does.
  void PutEmbargoed() {
    Save(600, WithSkipped(File({" : 31111", "sex=F : 21", "time=2021 : 5"}), "skipped 600"),
         kReturns, true, Says("finding 600"));
    Save(601, WithSkipped(File({" : 77777"}), "skipped 601"), kReturns, false, Says("finding 601"));
    Save(602,
         WithSkipped(File({"leg_stat=PER_SUSP : 55555"}, "thb_persons", "thb_persons"),
                     "skipped 602"),
         kRegister, true, Says("finding 602"));
    Save(603, File({" : 44444"}, "population", "population"), kPopulation);
    Make("b", 1000, 700);
    Make("n", 1000, 700, kRegister);
    Make("p", 1000, 700, kPopulation);
    Save(900, WithSkipped(File({" : 88888"}), "skipped 900"), kReturns, true, Says("finding 900"));
    Save(901, File({" : 99999"}, "population", "population"), kPopulation);
  }
};

TEST_P(EmbargoTest, WhatIsEmbargoedChangesNothingThatThePublicSees) {
  PutPublic();
  const auto running = Open();
  std::map<Instant, std::string> before;
  for (const Instant now : kTimes) {
    if (now < 1000) before[now] = Everything(*running, now);
  }
  PutEmbargoed();
  for (const auto& [now, text] : before) {
    EXPECT_EQ(Everything(*running, now), text) << "running, at " << now;
    EXPECT_EQ(Everything(*Open(), now), text) << "started anew, at " << now;
  }
  // Nor does it after the embargoed has been shown and is kept in memory.
  EXPECT_THAT(Everything(*running, 1000), HasSubstr("31111"));
  for (const auto& [now, text] : before) EXPECT_EQ(Everything(*running, now), text) << now;
}

TEST_P(EmbargoTest, EverySecretHasItsTime) {
  struct Secret {
    const char* text;
    Instant from;  // for the public
  };
  constexpr Instant kNever = 1'000'000;
  const Secret secrets[] = {
      {"31111", 1000},         {"note of b", 1000},      {"noot van b", 1000},
      {"file-600.csv", 1000},  {"finding 600", 1000},    {"skipped 600", 1000},
      {"55555", 1000},         {"file-602.csv", 1000},   {"finding 602", 1000},
      {"skipped 602", 1000},   {"note of n", 1000},      {"44444", 1000},
      {"77777", kNever},       {"file-601.csv", kNever}, {"finding 601", kNever},
      {"skipped 601", kNever}, {"88888", kNever},        {"file-900.csv", kNever},
      {"finding 900", kNever}, {"skipped 900", kNever},  {"99999", kNever},
      {"file-901.csv", kNever}};
  PutPublic();
  PutEmbargoed();
  const auto open = Open();
  const auto office = Open(Audience::kOffice);
  for (const Instant now : kTimes) {
    const std::string shown = Everything(*open, now);
    const std::string known = Everything(*office, now);
    for (const Secret& secret : secrets) {
      EXPECT_EQ(shown.find(secret.text) != std::string::npos, now >= secret.from)
          << secret.text << " at " << now;
      const bool in_file = std::string(secret.text).find("77777") == std::string::npos;
      EXPECT_EQ(known.find(secret.text) != std::string::npos, in_file)
          << secret.text << ", the office at " << now;
    }
  }
}

TEST_P(EmbargoTest, TheCalendarSaysNameAndTimeAlone) {
  PutPublic();
  PutEmbargoed();
  const auto to_come = Open()->Calendar(999);
  ASSERT_THAT(*to_come, SizeIs(3));
  for (const Release& release : *to_come) {
    EXPECT_EQ(release.published, 1000);
    EXPECT_EQ(release.id + release.made, 0);
    EXPECT_EQ(release.note_en + release.note_nl, "");
    EXPECT_THAT(release.vintages, IsEmpty());
  }
  EXPECT_EQ(to_come->front().name, "b");
  EXPECT_THAT(*Open()->Calendar(1000), IsEmpty());
  EXPECT_THAT(*Open()->Releases(999), SizeIs(1));
  EXPECT_THAT(*Open()->Releases(1000), SizeIs(4));
  const auto office = Open(Audience::kOffice)->Calendar(999);
  EXPECT_EQ(office->front().note_en, "note of b");
  EXPECT_THAT(office->front().vintages, IsEmpty());
}

TEST_P(EmbargoTest, ErrorsOfTheEmbargoedAreThoseOfTheNonexistent) {
  PutPublic();
  PutEmbargoed();
  const auto publication = Open();
  const auto same = [](std::string text, const std::string& name, const std::string& other) {
    return ReplaceAll(text, name, other);
  };
  EXPECT_EQ(same(publication->Of(kReturns, "b", 999).error().ToLine(), " b ", " q "),
            publication->Of(kReturns, "q", 999).error().ToLine());
  EXPECT_EQ(same(publication->At(kRegister, {}, 999).error().ToLine(), kRegister, "NOWHERE"),
            publication->At("NOWHERE", {}, 999).error().ToLine());
  EXPECT_EQ(same(publication->Findings(4, 999).error().ToLine(), "4", "1234"),
            publication->Findings(1234, 999).error().ToLine());
}

INSTANTIATE_TEST_SUITE_P(Both, PublicationTest, ::testing::Values("sqlite", "postgresql"),
                         [](const auto& parameter) { return std::string(parameter.param); });
INSTANTIATE_TEST_SUITE_P(Both, EmbargoTest, ::testing::Values("sqlite", "postgresql"),
                         [](const auto& parameter) { return std::string(parameter.param); });

}  // namespace
}  // namespace thb
