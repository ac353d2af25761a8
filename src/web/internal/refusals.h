#pragma once
// What an address may get wrong, said in the reader's language. The rooms below say it in English,
// for programs; a page reads what comes from its address through these.

#include <string>
#include <string_view>

#include "base/date.h"
#include "web/internal/site.h"

namespace thb {

// Errors: kNotFound.
Result<const Dataset*> ReadDataset(const PageVisit& visit, const std::string& id);
Result<const Indicator*> ReadIndicator(const PageVisit& visit, const std::string& id);
// Errors: kUsage.
Result<Period> ReadPeriod(const PageVisit& visit, const std::string& text);
Result<Where> ReadWhere(const PageVisit& visit, const std::string& text);
Result<Instant> ReadDay(const PageVisit& visit, const std::string& text);

}  // namespace thb
