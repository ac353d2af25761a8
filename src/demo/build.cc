#include "demo/build.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/csv.h"
#include "base/date.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/resources.h"
#include "demo/registers.h"
#include "demo/returns.h"
#include "exchange/exchange.h"
#include "policy/contributions.h"
#include "policy/national_estimates.h"
#include "statistics/release.h"
#include "statistics/repository.h"
#include "statistics/validate.h"

namespace thb {
namespace {

namespace fs = std::filesystem;

constexpr const char* kReturns = "EUROSTAT_RETURN";
constexpr const char* kAgencies = "EU_AGENCIES";

// One sending of all states: which years, and when it counts.
struct Sending {
  const char* date;
  std::vector<int> years;
  bool late = false;  // what was not ready for the first vintage of 2021
};

// Collections were two-yearly until 2021 and yearly from then on; 2021 has two vintages (rule 24).
const std::vector<Sending>& Sendings() {
  static const std::vector<Sending> sendings = {{"2019-09-30", {2017, 2018}, false},
                                                {"2021-09-30", {2019, 2020}, false},
                                                {"2022-12-01", {2021}, false},
                                                {"2024-01-24", {2021}, true}};
  return sendings;
}

// A release of all that was sent by `made`.
struct DemoRelease {
  const char* name;
  const char* made;
  std::string_view published;
  const char* note_en;
  const char* note_nl;
};

constexpr DemoRelease kReleases[] = {
    {kDemoRelease, "2022-12-16T12:00:00Z", kDemoDate,
     "First release of 2021, without the victims of Germany and Sweden, the prosecutions of "
     "Portugal and the convictions of Germany and Portugal. All records are synthetic.",
     "Eerste publicatie van 2021, zonder de slachtoffers van Duitsland en Zweden, de vervolgingen "
     "van Portugal en de veroordelingen van Duitsland en Portugal. Alle gegevens zijn "
     "synthetisch."},
    {"2024-01", "2024-01-24T08:00:00Z", "2024-01-24T10:00:00Z",
     "2021 is complete: Germany, Portugal and Sweden sent what was missing. All records are "
     "synthetic.",
     "2021 is volledig: Duitsland, Portugal en Zweden zonden wat ontbrak. Alle gegevens zijn "
     "synthetisch."}};

Result<void> MakeReleases(Database& database) {
  for (const DemoRelease& demo : kReleases) {
    Release release;
    release.collection = kReturns;
    release.name = demo.name;
    release.made = TRY(ParseInstant(demo.made));
    release.published = TRY(ParseInstant(demo.published));
    release.note_en = demo.note_en;
    release.note_nl = demo.note_nl;
    TRY(MakeRelease(database, release, release.made));
  }
  return {};
}

class DemoBuilder {
 public:
  DemoBuilder(std::string folder, const Registers& registers, const Codes& codes,
              const Datasets& datasets, Database& database)
      : folder_(std::move(folder)),
        registers_(registers),
        codes_(codes),
        datasets_(datasets),
        database_(database) {}

  Result<void> Send(const Sending& sending) {
    prior_ = std::make_unique<Snapshot>(
        TRY(LoadSnapshot(database_, codes_, datasets_, kReturns, std::nullopt)));
    for (const std::string& geo : codes_.Members("EU27_2020")) {
      TRY(SendVictims(geo, sending));
      TRY(SendPersons(geo, sending));
    }
    return {};
  }

  Result<void> SendAgencies() {
    prior_ = std::make_unique<Snapshot>(codes_, datasets_);
    const Dataset& dataset = *TRY(datasets_.Get("thb_agency"));
    std::vector<SnapshotCell> cells;
    for (const AgencyFigure& figure : registers_.agency) {
      SnapshotCell cell;
      cell.key = {figure.agency, figure.measure, figure.time};
      cell.cell = Cell::Value(figure.value);
      cells.push_back(std::move(cell));
    }
    std::sort(cells.begin(), cells.end(),
              [](const SnapshotCell& a, const SnapshotCell& b) { return a.key < b.key; });
    return Import(dataset, cells, std::string(kDemoFilePrefix) + "agencies.csv", "", "2022-12-01",
                  kAgencies);
  }

  Result<void> WriteManifest() const {
    std::string text;
    AppendCsv(text, std::vector<std::string>{"id", "kind", "statement", "source"});
    for (const ManifestRow& row : registers_.manifest) {
      AppendCsv(text, std::vector<std::string>{row.id, row.fixed ? "fixed" : "modelled",
                                               row.statement, row.source});
    }
    return WriteFile(folder_ + "/manifest.csv", text);
  }

 private:
  static std::string NameOf(const std::string& geo, const Sending& sending, const char* table) {
    const std::string years = Period{sending.years.front(), sending.years.back(), 0}.ToString();
    return std::string(kDemoFilePrefix) + geo + "-" + years + "-" + table +
           (sending.late ? "-late" : "") + ".csv";
  }

  // Whether a state's figures of a population belong to this sending.
  static bool Sends(const std::string& geo, const char* population, const Sending& sending) {
    if (sending.years.front() != 2021) return true;
    return InFirstVintage2021(geo, population) != sending.late;
  }

  Result<void> SendVictims(const std::string& geo, const Sending& sending) {
    if (!Sends(geo, "PER_VICT", sending)) return {};
    const Dataset& victims = *TRY(datasets_.Get("thb_victims"));
    TRY(Import(victims, VictimCells(victims, geo, sending.years, registers_.victims),
               NameOf(geo, sending, "victims"), geo, sending.date, kReturns));
    const Dataset& forms = *TRY(datasets_.Get("thb_victims_forms"));
    return Import(forms, FormCells(forms, geo, sending.years, registers_.victims),
                  NameOf(geo, sending, "forms"), geo, sending.date, kReturns);
  }

  bool ReportsUse(const std::string& geo, int year) const {
    if (year > 2020) return false;
    const auto& states =
        year <= 2018 ? registers_.use_of_services_2017_2018 : registers_.use_of_services_2019_2020;
    return std::find(states.begin(), states.end(), geo) != states.end();
  }

  // A late return repeats what the first had: it replaces the state's year.
  Result<void> SendPersons(const std::string& geo, const Sending& sending) {
    std::vector<StageSent> stages;
    bool anything_new = !sending.late;
    for (const int year : sending.years) {
      for (const char* stage : {"PER_SUSP", "PER_PRSC", "PER_CNV"}) {
        const bool now = Sends(geo, stage, sending);
        anything_new |= now;
        if (now || sending.late) stages.push_back({year, stage, "ART2"});
        if (ReportsUse(geo, year)) stages.push_back({year, stage, "ART18_4"});
      }
    }
    if (!anything_new) return {};
    const Dataset& persons = *TRY(datasets_.Get("thb_persons"));
    return Import(persons, PersonCells(persons, geo, stages, registers_.persons),
                  NameOf(geo, sending, "persons"), geo, sending.date, kReturns);
  }

  // Writes the return, then reads, checks and stores it as any other.
  Result<void> Import(const Dataset& dataset, const std::vector<SnapshotCell>& cells,
                      const std::string& name, const std::string& sender, const char* date,
                      const char* collection) {
    const Instant time = TRY(ParseInstant(date));
    WriteOptions written_with{.time = time};
    written_with.synthetic = true;
    const auto written = TRY(WriteTable(Format::kCsv, dataset, cells, written_with, codes_));
    TRY(WriteFile(folder_ + "/returns/" + name, written.bytes));
    ReadOptions options;
    options.sender = sender;
    ParsedFile file = TRY(ParseFile(written.bytes, name, options, codes_, datasets_));
    file.collection = collection;
    ValidateOptions rules;
    rules.prior = prior_.get();
    const auto findings = TRY(Validate(file, codes_, datasets_, rules));
    if (HasErrors(findings)) return Refused(name, findings);
    Vintage vintage;
    vintage.collection = collection;
    vintage.sender = sender;
    vintage.time = time;
    vintage.file_name = name;
    vintage.file_sha256 = Sha256Hex(written.bytes);
    vintage.format = file.format;
    vintage.form_counting = file.form_counting;
    vintage.accepted = true;
    vintage.synthetic = true;
    vintage.rows_read = static_cast<std::int64_t>(file.rows_read);
    vintage.cells = static_cast<std::int64_t>(cells.size());
    TRY(SaveVintage(database_, datasets_, vintage, file, findings));
    return {};
  }

  static Result<void> Refused(const std::string& name, const std::vector<Finding>& findings) {
    const auto error = std::find_if(findings.begin(), findings.end(), [](const Finding& f) {
      return f.severity == Severity::kError;
    });
    return Fail(ErrorCode::kRejected,
                "a synthetic return breaks " + error->rule + ": " + error->message,
                name + " " + error->key, "report this as a bug");
  }

  std::string folder_;
  const Registers& registers_;
  const Codes& codes_;
  const Datasets& datasets_;
  Database& database_;
  std::unique_ptr<Snapshot> prior_;
};

Result<void> PrepareFolder(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder + "/returns", error);
  if (error) {
    return Fail(ErrorCode::kIo, "cannot make the folder: " + error.message(), folder,
                "check the path and its permissions");
  }
  for (const char* suffix : {"", "-wal", "-shm"}) {
    fs::remove(folder + "/thb.db" + suffix, error);
  }
  return {};
}

Result<void> SaveDemoContributions(Database& database, const Codes& codes) {
  constexpr const char* kFile = "templates/demo_contributions.csv";
  const auto text = FindResource(kFile);
  if (!text) return Fail(ErrorCode::kInternal, "not embedded", kFile);
  return SaveContributions(database, TRY(ParseContributions(*text, kFile, codes)));
}

// Made up, and says so; a demonstration of what stands beside the registered numbers.
Result<void> SaveDemoEstimates(Database& database, const Codes& codes) {
  constexpr const char* kFile = "templates/demo_estimates.csv";
  const auto text = FindResource(kFile);
  if (!text) return Fail(ErrorCode::kInternal, "not embedded", kFile);
  const auto rows = TRY(ParseNationalEstimates(*text, kFile, codes));
  const Instant received = TRY(ParseInstant(kDemoDate));
  return SaveNationalEstimates(database, rows, "demo_estimates.csv", Sha256Hex(*text), received);
}

}  // namespace

Result<void> BuildDemo(const std::string& folder, std::uint64_t seed, const Codes& codes,
                       const Datasets& datasets,
                       const std::function<void(std::string_view)>& progress) {
  TRY(PrepareFolder(folder));
  progress("solving for registers that satisfy every published figure");
  const Registers registers = TRY(BuildRegisters(seed));
  progress(std::to_string(registers.victims.size()) + " victims and " +
           std::to_string(registers.persons.size()) +
           " suspects, prosecuted and convicted; all records are synthetic");
  const auto database = TRY(Database::Open(folder + "/thb.db", Database::Mode::kCreate));
  DemoBuilder builder(folder, registers, codes, datasets, *database);
  for (const Sending& sending : Sendings()) {
    progress(std::string("returns of ") + sending.date + (sending.late ? " (late ones)" : ""));
    TRY(builder.Send(sending));
  }
  TRY(builder.SendAgencies());
  TRY(MakeReleases(*database));
  TRY(builder.WriteManifest());
  TRY(SaveDemoContributions(*database, codes));
  TRY(SaveDemoEstimates(*database, codes));
  constexpr const char* kClaims = "mappings/report_2022_figures.csv";
  return WriteFile(folder + "/claims.csv", FindResource(kClaims).value_or(""));
}

}  // namespace thb
