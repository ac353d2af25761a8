#include "referral/internal/persons.h"

#include "people/authorize.h"
#include "people/record.h"

namespace thb {
namespace {

constexpr std::int64_t kChildrenAtOnce = 500;

}  // namespace

Result<PersonPlace> PersonOfRecord(Database& database, std::string_view record,
                                   std::string_view person) {
  PersonPlace place = TRY(PlaceOfPerson(database, person));
  if (place.record != record) return NoSuchRecord();
  return place;
}

Result<std::string> KeyFor(Database& database, std::string_view record, std::string_view person) {
  if (person.empty()) return KeyOfRecord(database, record);
  const PersonPlace place = TRY(PersonOfRecord(database, record, person));
  return place.key;
}

Result<void> CloseNeedlessAlarms(Database& database, Instant now) {
  return database.Execute(
      "UPDATE task SET state = 'done', closed = $1, version = version + 1 WHERE kind = "
      "'child_no_guardian' AND state = 'open' AND NOT EXISTS (SELECT 1 FROM person p JOIN record r "
      "ON r.id = p.record_id WHERE p.id = task.source AND r.closed = 0 AND p.age_band IN ('child', "
      "'presumed_child'))",
      {{now}});
}

Result<std::vector<OpenChild>> ChildrenWithoutGuardian(Database& database) {
  std::vector<OpenChild> children;
  const std::vector<SqlValue> values = {kChildrenAtOnce};
  TRY(database.Query(
      "SELECT p.id, p.record_id, r.organisation, r.owner FROM person p JOIN record r ON r.id = "
      "p.record_id WHERE r.closed = 0 AND p.role IN ('victim', 'child') AND p.age_band IN "
      "('child', 'presumed_child') AND NOT EXISTS (SELECT 1 FROM guardianship g WHERE g.person_id "
      "= p.id AND g.until_day IS NULL) AND NOT EXISTS (SELECT 1 FROM task t WHERE t.source = p.id "
      "AND t.kind = 'child_no_guardian' AND t.state = 'open') ORDER BY p.id LIMIT $1",
      values, [&](const SqlRow& row) -> Result<void> {
        children.push_back({std::string(row.Text(0)), std::string(row.Text(1)),
                            std::string(row.Text(2)), std::string(row.Text(3))});
        return {};
      }));
  return children;
}

}  // namespace thb
