#include "extract/extract.h"

#include "demo/returns.h"
#include "people/counting.h"

namespace thb {
namespace {

VictimRecord ToRecord(const CountedFacts& facts, const std::string& geo, int year) {
  VictimRecord record;
  record.geo = geo;
  record.year = year;
  record.status = facts.identified ? "IDENTIFIED" : "PRESUMED";
  record.entity = facts.entity;
  record.sex = facts.sex;
  record.age = facts.age;
  record.citizen = facts.citizen;
  record.exploitation = facts.exploitation;
  record.forms = facts.forms;
  return record;
}

std::vector<SnapshotCell> Confidential(std::vector<SnapshotCell> cells) {
  for (SnapshotCell& cell : cells) cell.cell.conf = kConfidential;
  return cells;
}

// Why a record counts nobody, for the note.
std::string ReasonText(const std::string& reason) {
  if (reason == "signal") return "nobody has decided whether the person is a victim";
  if (reason == "not_victim") return "decided not to be a victim";
  if (reason == "linked") return "counted with another record of the same person";
  if (reason == "merged") return "merged with another record";
  if (reason == "entered_in_error") return "entered in error";
  if (reason == "unreadable") return "the key of the person is lost";
  return reason;
}

}  // namespace

Result<Extract> ExtractVictims(const Work& work, const Codes& codes, const std::string& geo,
                               int year) {
  const CodeList* states = codes.Find("geo");
  if (states == nullptr) return Fail(ErrorCode::kInternal, "no code list geo");
  TRY(states->Check(geo, "geo"));
  YearCount count = TRY(CountYear(work, year));
  Extract extract;
  extract.geo = geo;
  extract.year = year;
  for (const CountedFacts& facts : count.persons) {
    extract.records.push_back(ToRecord(facts, geo, year));
  }
  extract.erased = count.erased;
  extract.left_out = std::move(count.left_out);
  extract.unlinked_duplicates = count.unlinked_duplicates;
  return extract;
}

Actor StatisticsOperator() {
  Actor actor;
  actor.account = "operator";
  actor.organisation_kind = "STATISTICS";
  actor.roles = {{"statistician", Scope::kNational}};
  return actor;
}

std::vector<SnapshotCell> VictimReturn(const Extract& extract, const Dataset& victims) {
  return Confidential(VictimCells(victims, extract.geo, {extract.year}, extract.records));
}

std::vector<SnapshotCell> FormReturn(const Extract& extract, const Dataset& forms) {
  return Confidential(FormCells(forms, extract.geo, {extract.year}, extract.records));
}

std::vector<std::string> QualityNotes(const Extract& extract) {
  std::vector<std::string> notes;
  notes.push_back(std::to_string(extract.records.size()) + " persons counted, " +
                  std::to_string(extract.erased) + " of them erased since");
  for (const auto& [reason, records] : extract.left_out) {
    notes.push_back(std::to_string(records) + " records left out: " + ReasonText(reason));
  }
  if (extract.unlinked_duplicates > 0) {
    notes.push_back(std::to_string(extract.unlinked_duplicates) +
                    " pairs may each be one person and are counted as two");
  }
  return notes;
}

}  // namespace thb
