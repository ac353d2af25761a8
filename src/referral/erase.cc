#include "referral/erase.h"

#include <string>
#include <vector>

#include "base/text.h"
#include "referral/cross_border.h"
#include "referral/internal/placements.h"

namespace thb {
namespace {

// In an order in which no row is left that another refers to. {} is the condition on the record or
// the person; tasks go with what they come from.
constexpr const char* kStatements[] = {
    "DELETE FROM task WHERE source IN (SELECT id FROM referral WHERE {})",
    "DELETE FROM task WHERE source IN (SELECT id FROM consent_override WHERE {})",
    "DELETE FROM task WHERE source IN (SELECT id FROM procedure_clock WHERE {})",
    ("DELETE FROM task WHERE kind = 'follow_up' AND EXISTS (SELECT 1 FROM assistance_entry a WHERE "
     "task.source LIKE a.id || '.%' AND a.{})"),
    "DELETE FROM referral_event WHERE referral_id IN (SELECT id FROM referral WHERE {})",
    "DELETE FROM referral WHERE {}",
    "DELETE FROM consent_override WHERE {}",
    "DELETE FROM statistical_notice WHERE {}",
    "DELETE FROM screening WHERE {}",
    "DELETE FROM procedure_event WHERE {}",
    "DELETE FROM procedure_track WHERE {}",
    "DELETE FROM clock_stop WHERE clock_id IN (SELECT id FROM procedure_clock WHERE {})",
    "DELETE FROM procedure_clock WHERE {}",
    "DELETE FROM guardianship WHERE {}",
    "DELETE FROM child_entry WHERE {}",
    "DELETE FROM assistance_entry WHERE {}",
    "DELETE FROM placement WHERE {}",
    "DELETE FROM interpreter_booking WHERE {}",
    "DELETE FROM node_check WHERE {}",
};

}  // namespace

Result<void> EraseReferralRows(const Work& work, std::string_view record, std::string_view person) {
  TRY(EraseNodeCopies(NodeWorkOfSystem(work), record, person));
  TRY(GiveBackPlaces(work, record, person));
  const bool whole = person.empty();
  const std::string condition = whole ? "record_id = $1" : "person_id = $1";
  const std::vector<SqlValue> values = {std::string(whole ? record : person)};
  for (const char* statement : kStatements) {
    TRY(work.database.Execute(ReplaceAll(statement, "{}", condition), values));
  }
  if (whole) {
    TRY(work.database.Execute("UPDATE node_inbox SET record = '' WHERE record = $1", values));
  }
  // Alarms about the person herself; whatever else waits for a record that goes.
  TRY(work.database.Execute(
      whole ? "DELETE FROM task WHERE record_id = $1" : "DELETE FROM task WHERE source = $1",
      values));
  return {};
}

}  // namespace thb
