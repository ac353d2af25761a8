#pragma once
// The decisions of Publication, apart from connections and caches: what a database holds, who asks
// and when say what may be shown. Nothing here reads a database.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "statistics/publication.h"

namespace thb {

// All vintages and releases of a database.
struct Holdings {
  std::vector<Vintage> vintages;     // by effective time and id
  std::vector<Release> releases;     // by publication time and id
  std::set<std::int64_t> reference;  // vintages with cells of a reference dataset
};

// What an edition is made of. Equal tokens are equal content.
struct EditionPlan {
  std::string collection;
  std::optional<Release> release;
  ReleaseStanding standing;         // of the release
  std::set<std::int64_t> vintages;  // that are folded where there is no release
  std::optional<Instant> as_of;
  std::string token;
};

class Embargo {
 public:
  // `codes` and `holdings` must outlive it.
  Embargo(const Codes& codes, const Holdings& holdings, Audience audience, Instant now)
      : codes_(codes), holdings_(holdings), audience_(audience), now_(now) {}

  // Each as the function of Publication, whose errors they have.
  Result<EditionPlan> At(const std::string& collection, std::optional<Instant> as_of) const;
  Result<EditionPlan> Of(const std::string& collection, const std::string& release) const;
  std::vector<std::string> Collections() const;
  std::vector<Release> Releases() const;
  std::vector<Release> Calendar() const;
  Result<std::vector<Vintage>> Vintages(const std::string& collection) const;
  Result<void> CheckFindings(std::int64_t vintage) const;
  Result<void> CheckSkipped(std::int64_t vintage) const;

 private:
  bool IsPublic() const { return audience_ == Audience::kPublic; }
  // Published by somebody else, and not released here.
  bool IsForeign(const std::string& collection) const;
  // Whether the vintage itself, its file and its findings, may be shown at a time.
  bool Shows(const Vintage& vintage, Instant at) const;
  // Whether its collection's releases had published it by then.
  bool WasReleased(const Vintage& vintage, Instant at) const;
  // Whether some release had published cells of it by then: as reference data, of any collection.
  bool WasReleasedAnywhere(const Vintage& vintage, Instant at) const;
  Result<std::string> Choose(const std::string& requested) const;
  Result<const Vintage*> Find(std::int64_t vintage) const;
  Result<EditionPlan> PlanOfRelease(const Release& release, Instant at) const;
  EditionPlan PlanOfForeign(const std::string& collection, Instant at) const;
  EditionPlan PlanOfOffice(const std::string& collection, std::optional<Instant> as_of) const;

  const Codes& codes_;
  const Holdings& holdings_;
  Audience audience_;
  Instant now_;
};

}  // namespace thb
