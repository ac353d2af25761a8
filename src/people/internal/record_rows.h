#pragma once
// Reading and changing rows of the table record.

#include <span>
#include <string>
#include <string_view>

#include "people/authorize.h"
#include "people/record.h"

namespace thb {

// The columns that ReadHead expects, in its order.
inline constexpr std::string_view kHeadColumns =
    "id, reference, organisation, team, owner, regime, entity, legal_ground, age_band, status, "
    "urgent, closed, restricted, opened, changed, registered, version";
inline constexpr int kHeadColumnCount = 17;
Result<RecordHead> ReadHead(const SqlRow& row);
// FactsOfMany of records that were just read, which it does not read again. In their order.
Result<std::vector<RecordFacts>> FactsOfHeads(Database& database,
                                              std::span<const RecordHead> heads);

// Takes the record to its next version, within a transaction, and returns that. Two writers at the
// same time: one of them gets kStale.
Result<std::int64_t> BumpRecord(const Work& work, std::string_view record, std::int64_t version);
// Marks it as changed without a new version: something of it, with a version of its own, was.
Result<void> TouchRecord(const Work& work, std::string_view record);
// Sets one clear column.
Result<void> SetColumn(Database& database, std::string_view record, std::string_view column,
                       SqlValue value);

// Puts the age band of the victim, or of the first entry, on the record, with the child restriction
// that follows from it.
Result<void> SetRecordAgeBand(const Work& work, std::string_view record, AgeBand band);

// Ends the participations of which `condition`, a column, is `value`, and returns their ids.
Result<std::vector<std::string>> EndParticipations(const Work& work, std::string_view condition,
                                                   std::string_view value);

}  // namespace thb
