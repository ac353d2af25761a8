// Shelters and places in them. Where a shelter is stays sealed, in a field group of its own.

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "people/authorize.h"
#include "referral/assistance.h"
#include "referral/internal/persons.h"
#include "referral/internal/placements.h"
#include "referral/internal/stored.h"

namespace thb {
namespace {

constexpr std::string_view kShelters = "shelter";
constexpr std::string_view kContent = "sealed_content";
constexpr std::string_view kPlacements = "placement";
constexpr std::string_view kPlace = "sealed_place";
constexpr std::size_t kMaxLabel = 100;
constexpr int kMaxPlaces = 10'000;

struct StoredShelter {
  Shelter shelter;
  int taken = 0;
};

Json ToJson(const Shelter& shelter) {
  return {{"label", shelter.label},
          {"for_sex", shelter.for_sex},
          {"takes_children", shelter.takes_children},
          {"takes_unknown_age", shelter.takes_unknown_age},
          {"step_free", shelter.step_free},
          {"day_and_night", shelter.day_and_night},
          {"location", shelter.location},
          {"restrictions", shelter.restrictions}};
}

void FromJson(const Json& json, Shelter& shelter) {
  shelter.label = SealedText(json, "label");
  shelter.for_sex = SealedText(json, "for_sex");
  shelter.takes_children = json.value("takes_children", false);
  shelter.takes_unknown_age = json.value("takes_unknown_age", false);
  shelter.step_free = json.value("step_free", false);
  shelter.day_and_night = json.value("day_and_night", false);
  shelter.location = SealedText(json, "location");
  shelter.restrictions = SealedText(json, "restrictions");
}

Result<std::vector<StoredShelter>> FetchShelters(const Work& work, const std::string& where,
                                                 const std::vector<SqlValue>& values) {
  std::vector<std::pair<StoredShelter, std::string>> rows;
  TRY(work.database.Query(
      "SELECT id, organisation, places, taken, is_open, version, sealed_content FROM shelter " +
          where + " ORDER BY id",
      values, [&](const SqlRow& row) -> Result<void> {
        StoredShelter stored;
        stored.shelter.id = row.Text(0);
        stored.shelter.organisation = row.Text(1);
        stored.shelter.places = static_cast<int>(row.Int(2));
        stored.taken = static_cast<int>(row.Int(3));
        stored.shelter.open = row.Int(4) != 0;
        stored.shelter.version = row.Int(5);
        rows.emplace_back(std::move(stored), row.Text(6));
        return {};
      }));
  std::vector<StoredShelter> shelters;
  for (auto& [stored, sealed] : rows) {
    const Json json = TRY(OpenObject(work.vault, {kShelters, stored.shelter.id, kContent}, sealed));
    FromJson(json, stored.shelter);
    shelters.push_back(std::move(stored));
  }
  return shelters;
}

tl::unexpected<Error> NoSuchShelter() {
  return Fail(ErrorCode::kNotFound, "there is no such shelter", "shelter", "look again");
}

Result<StoredShelter> OwnShelter(const Work& work, std::string_view id) {
  std::vector<StoredShelter> found = TRY(FetchShelters(work, "WHERE id = $1 AND organisation = $2",
                                                       {std::string(id), work.actor.organisation}));
  if (found.empty()) return NoSuchShelter();
  return std::move(found.front());
}

// Why a place does not fit, as codes.
std::vector<std::string> WhyNot(const StoredShelter& stored, const PlaceWanted& wanted) {
  const Shelter& shelter = stored.shelter;
  std::vector<std::string> why;
  if (!shelter.open || stored.taken >= shelter.places) why.emplace_back("full");
  if (shelter.for_sex != "T" && shelter.for_sex != wanted.sex) why.emplace_back("sex");
  const bool child = wanted.age_band == "child";
  if ((child || wanted.children > 0) && !shelter.takes_children) why.emplace_back("children");
  const bool uncertain = wanted.age_band == "presumed_child" || wanted.age_band == "unknown";
  if (uncertain && !shelter.takes_unknown_age) why.emplace_back("age_unknown");
  if (wanted.step_free && !shelter.step_free) why.emplace_back("access");
  if (wanted.day_and_night && !shelter.day_and_night) why.emplace_back("hours");
  return why;
}

Result<void> CheckShelter(const Shelter& shelter) {
  TRY(CheckLength(shelter.label, kMaxLabel, "label"));
  TRY(CheckLength(shelter.location, kMaxAssistanceText, "location"));
  TRY(CheckLength(shelter.restrictions, kMaxAssistanceText, "restrictions"));
  const bool known_sex = shelter.for_sex == "F" || shelter.for_sex == "M" || shelter.for_sex == "T";
  if (shelter.label.empty() || !known_sex || shelter.places < 0 || shelter.places > kMaxPlaces) {
    return Fail(ErrorCode::kBadValue, "a shelter has a cover name, for whom it is, and places",
                "shelter", "fill these in");
  }
  return {};
}

struct StoredPlacement {
  Placement placement;
  std::string sealed;
};

Result<std::vector<StoredPlacement>> FetchPlacements(Database& database, const std::string& where,
                                                     const std::vector<SqlValue>& values) {
  std::vector<StoredPlacement> rows;
  TRY(
      database.Query("SELECT id, record_id, person_id, from_day, until_day, end_reason, version, "
                     "sealed_place FROM placement " +
                         where + " ORDER BY from_day DESC, id",
                     values, [&](const SqlRow& row) -> Result<void> {
                       StoredPlacement one;
                       Placement& placement = one.placement;
                       placement.id = row.Text(0);
                       placement.record = row.Text(1);
                       placement.person = row.Text(2);
                       placement.from = row.Int(3);
                       placement.until = MaybeInt(row, 4);
                       placement.end_reason = row.Text(5);
                       placement.version = row.Int(6);
                       one.sealed = row.Text(7);
                       rows.push_back(std::move(one));
                       return {};
                     }));
  return rows;
}

// Takes one of the free places; of two who want the last, one is told.
Result<void> TakePlace(Database& database, const std::string& shelter) {
  const std::vector<SqlValue> values = {shelter};
  const bool taken = TRY(FirstRow(database,
                                  "UPDATE shelter SET taken = taken + 1 WHERE id = $1 AND taken < "
                                  "places AND is_open = 1 RETURNING taken",
                                  values, [](const SqlRow&) -> Result<void> { return {}; }));
  if (taken) return {};
  return Fail(ErrorCode::kConflict, "the shelter is full by now", "shelter", "choose another one");
}

Result<void> GiveBack(Database& database, const Json& place) {
  const std::vector<SqlValue> values = {SealedText(place, "shelter")};
  return database.Execute("UPDATE shelter SET taken = taken - 1 WHERE id = $1 AND taken > 0",
                          values);
}

}  // namespace

Result<void> GiveBackPlaces(const Work& work, std::string_view record, std::string_view person) {
  const std::string column = person.empty() ? "record_id" : "person_id";
  const std::string value(person.empty() ? record : person);
  for (const StoredPlacement& stored : TRY(FetchPlacements(
           work.database, "WHERE " + column + " = $1 AND until_day IS NULL", {value}))) {
    const auto place =
        OpenObject(work.vault, {kPlacements, stored.placement.id, kPlace}, stored.sealed);
    if (place) TRY(GiveBack(work.database, *place));
  }
  return {};
}

Result<std::string> Assistance::SaveShelter(const Shelter& shelter) {
  if (!work_.roles.MayActFor(work_.actor, "shelters", work_.actor.organisation)) {
    return Fail(ErrorCode::kForbidden, "your account may not keep shelters", "shelter",
                "ask your supervisor");
  }
  TRY(CheckShelter(shelter));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  const std::string id = shelter.id.empty() ? NewId(work_.random) : shelter.id;
  const std::string sealed =
      TRY(SealObject(work_.vault, {}, {kShelters, id, kContent}, ToJson(shelter)));
  if (shelter.id.empty()) {
    const std::vector<SqlValue> values = {id,
                                          work_.actor.organisation,
                                          std::int64_t{shelter.places},
                                          std::int64_t{0},
                                          std::int64_t{shelter.open},
                                          std::int64_t{1},
                                          sealed};
    TRY(
        work_.database.Execute("INSERT INTO shelter (id, organisation, places, taken, is_open, "
                               "version, sealed_content) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                               values));
  } else {
    const StoredShelter stored = TRY(OwnShelter(work_, shelter.id));
    if (shelter.places < stored.taken) {
      return Fail(ErrorCode::kBadValue,
                  std::to_string(stored.taken) + " places are taken, " +
                      std::to_string(shelter.places) + " would be there",
                  "places", "end placements first");
    }
    TRY(RaiseVersion(work_.database, kShelters, id, shelter.version));
    const std::vector<SqlValue> values = {std::int64_t{shelter.places}, std::int64_t{shelter.open},
                                          sealed, id};
    TRY(work_.database.Execute(
        "UPDATE shelter SET places = $1, is_open = $2, sealed_content = $3 WHERE id = $4", values));
  }
  TRY(LogAct(work_, "shelter.save", "shelter", {id}, "shelters"));
  TRY(transaction.Commit());
  return id;
}

Result<std::vector<Shelter>> Assistance::Shelters() {
  if (!work_.roles.MayActFor(work_.actor, "shelters", work_.actor.organisation)) {
    return Fail(ErrorCode::kForbidden, "your account may not keep shelters", "shelter",
                "ask your supervisor");
  }
  std::vector<Shelter> shelters;
  for (StoredShelter& stored :
       TRY(FetchShelters(work_, "WHERE organisation = $1", {work_.actor.organisation}))) {
    shelters.push_back(std::move(stored.shelter));
  }
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(LogAct(work_, "shelter.list", "organisation", {work_.actor.organisation}, "shelters"));
  TRY(transaction.Commit());
  return shelters;
}

Result<std::vector<ShelterAvailability>> Assistance::FindPlaces(const PlaceWanted& wanted) {
  if (!work_.roles.MayActFor(work_.actor, "shelters", work_.actor.organisation) &&
      !work_.roles.MayActFor(work_.actor, "intake", work_.actor.organisation)) {
    return Fail(ErrorCode::kForbidden, "your account may not look for places", "shelter",
                "ask your supervisor");
  }
  std::vector<ShelterAvailability> places;
  for (const StoredShelter& stored :
       TRY(FetchShelters(work_, "WHERE organisation = $1", {work_.actor.organisation}))) {
    ShelterAvailability place;
    place.shelter = stored.shelter.id;
    place.label = stored.shelter.label;
    place.free = stored.shelter.open ? std::max(stored.shelter.places - stored.taken, 0) : 0;
    place.why_not = WhyNot(stored, wanted);
    place.fits = place.why_not.empty();
    places.push_back(std::move(place));
  }
  std::stable_sort(places.begin(), places.end(),
                   [](const auto& a, const auto& b) { return a.fits && !b.fits; });
  return places;
}

Result<std::string> Assistance::Place(std::string_view record, std::string_view person,
                                      std::string_view shelter, const PlaceWanted& wanted,
                                      Day from) {
  const Admission admitted = TRY(Admit(work_, record, Right::kAssist, FieldGroup::kAssistance));
  const PersonPlace who = TRY(PersonOfRecord(work_.database, record, person));
  const StoredShelter stored = TRY(OwnShelter(work_, shelter));
  std::vector<std::string> why = WhyNot(stored, wanted);
  std::erase(why, "full");
  if (!why.empty()) {
    return Fail(ErrorCode::kBadValue, "the shelter does not fit: " + Join(why, ", "), "shelter",
                "choose another one, or say what is wanted anew");
  }
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  const std::vector<SqlValue> key = {std::string(person)};
  const bool placed = TRY(FirstRow(
      work_.database, "SELECT id FROM placement WHERE person_id = $1 AND until_day IS NULL", key,
      [](const SqlRow&) -> Result<void> { return {}; }));
  if (placed) {
    return Fail(ErrorCode::kConflict, "the person has a place", "person", "end that one first");
  }
  TRY(TakePlace(work_.database, stored.shelter.id));
  const std::string id = NewId(work_.random);
  const Json place = {{"shelter", stored.shelter.id}, {"label", stored.shelter.label}};
  const std::string sealed =
      TRY(SealObject(work_.vault, who.key, {kPlacements, id, kPlace}, place));
  const std::vector<SqlValue> values = {id,
                                        std::string(record),
                                        std::string(person),
                                        from,
                                        std::monostate{},
                                        std::string(),
                                        work_.actor.account,
                                        std::int64_t{1},
                                        sealed};
  TRY(work_.database.Execute(
      "INSERT INTO placement (id, record_id, person_id, from_day, until_day, end_reason, author, "
      "version, sealed_place) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      values));
  TRY(LogAct(work_, "placement.begin", "placement", {id, std::string(record)}, admitted.ground));
  TRY(transaction.Commit());
  return id;
}

Result<void> Assistance::EndPlacement(std::string_view id, std::int64_t version, Day on,
                                      std::string_view reason) {
  TRY(CheckListed("placement_end", reason, "reason"));
  const std::vector<StoredPlacement> found =
      TRY(FetchPlacements(work_.database, "WHERE id = $1", {std::string(id)}));
  if (found.empty()) return NoSuchRecord();
  const StoredPlacement& stored = found.front();
  const Admission admitted =
      TRY(Admit(work_, stored.placement.record, Right::kAssist, FieldGroup::kAssistance));
  if (stored.placement.until || on < stored.placement.from) {
    return Fail(ErrorCode::kConflict, "the placement ended already, or begins later", "placement",
                "look at its days");
  }
  const Json place =
      TRY(OpenObject(work_.vault, {kPlacements, stored.placement.id, kPlace}, stored.sealed));
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(RaiseVersion(work_.database, kPlacements, id, version));
  const std::vector<SqlValue> values = {on, std::string(reason), std::string(id)};
  TRY(work_.database.Execute("UPDATE placement SET until_day = $1, end_reason = $2 WHERE id = $3",
                             values));
  TRY(GiveBack(work_.database, place));
  TRY(LogAct(work_, "placement.end", "placement", {std::string(id), stored.placement.record},
             admitted.ground));
  return transaction.Commit();
}

Result<std::vector<Placement>> Assistance::PlacementsOf(std::string_view record) {
  const Admission admitted = TRY(Admit(work_, record, Right::kRead, FieldGroup::kAssistance));
  const bool where =
      work_.roles.Decide(work_.actor, admitted.facts, Right::kRead, FieldGroup::kShelter, work_.now)
          .allowed;
  std::vector<Placement> placements;
  for (StoredPlacement& stored :
       TRY(FetchPlacements(work_.database, "WHERE record_id = $1", {std::string(record)}))) {
    Placement& placement = stored.placement;
    if (where) {
      const Json place =
          TRY(OpenObject(work_.vault, {kPlacements, placement.id, kPlace}, stored.sealed));
      placement.shelter = SealedText(place, "shelter");
      placement.label = SealedText(place, "label");
      const std::vector<StoredShelter> shelter =
          TRY(FetchShelters(work_, "WHERE id = $1", {placement.shelter}));
      if (!shelter.empty()) placement.location = shelter.front().shelter.location;
    }
    placements.push_back(std::move(placement));
  }
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(LogAct(work_, where ? "placement.read" : "placement.list", "record", {std::string(record)},
             admitted.ground));
  TRY(transaction.Commit());
  return placements;
}

}  // namespace thb
