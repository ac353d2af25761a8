#pragma once
// What may be shown, to whom, at a time. Pages and machine interfaces read figures through this
// and nothing else, so that an embargo holds everywhere or nowhere.
//
// The public sees, of a collection of returns, what its latest published release holds; nothing
// where none is published. A foreign collection (codelists/collection.csv) was published by
// somebody else and is shown as imported, unless releases are made of it. The office sees every
// accepted vintage, and the rejected ones with their findings.
//
// `now` decides: a release is embargoed before `published` and shown from that second on. What is
// in the database is looked up at each call, so an import and a release show without a restart.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "statistics/dataset.h"
#include "statistics/release.h"
#include "statistics/snapshot.h"

namespace thb {

enum class Audience { kPublic, kOffice };

// Figures as they are served. Immutable; its const functions are safe from many threads.
struct Edition {
  std::string collection;
  std::optional<Release> release;  // nothing: everything accepted, or a foreign collection
  // The office's, as asked for. The public's is nothing: all times at which the same was shown
  // share one edition.
  std::optional<Instant> as_of;
  Snapshot snapshot;
  Instant updated = 0;  // when the newest vintage in it counts from
  // Differs where the content may differ: for entity tags. 32 hex digits; it depends on nothing
  // that the edition does not show.
  std::string token;
};

// Thread-safe. Opens its own connections and keeps the editions that were asked for last.
class Publication {
 public:
  // `address` as Database::Open takes it. Codes and datasets must outlive it. Errors: those of
  // Database::Open.
  static Result<std::unique_ptr<Publication>> Open(std::string address, Audience audience,
                                                   const Codes& codes, const Datasets& datasets);
  virtual ~Publication() = default;

  virtual Audience audience() const = 0;

  // The edition to show at `now`; `as_of`: as it was shown then (the public, at most now) or known
  // then (the office). `collection` "" chooses as ChooseCollection does, among what may be shown.
  // Errors: kNotFound where nothing is published (and at no time says that something is embargoed),
  // kDatabase.
  virtual Result<std::shared_ptr<const Edition>> At(const std::string& collection,
                                                    std::optional<Instant> as_of, Instant now) = 0;
  // The edition of one release. Errors: kNotFound, also for one under embargo. The office sees that
  // as it will be published.
  virtual Result<std::shared_ptr<const Edition>> Of(const std::string& collection,
                                                    const std::string& release, Instant now) = 0;

  // Collections of which something may be shown, by name.
  virtual Result<std::vector<std::string>> Collections(Instant now) = 0;
  // Releases that are published, by time. The calendar: those to come, with name and time and no
  // vintages; notes and the time of making are for the office.
  virtual Result<std::vector<Release>> Releases(Instant now) = 0;
  virtual Result<std::vector<Release>> Calendar(Instant now) = 0;
  // Vintages of a collection that may be shown (the office: rejected ones too), and one with its
  // findings. The public sees findings only where all that a finding may quote is public: what the
  // rules had before them when the file came. Errors: kNotFound for one that may not be shown.
  virtual Result<std::vector<Vintage>> Vintages(const std::string& collection, Instant now) = 0;
  virtual Result<std::vector<Finding>> Findings(std::int64_t vintage, Instant now) = 0;
  virtual Result<std::vector<SkippedRows>> Skipped(std::int64_t vintage, Instant now) = 0;
  // The cells of one accepted vintage alone, as they were sent. Errors: kNotFound as above.
  virtual Result<Snapshot> Contents(std::int64_t vintage, Instant now) = 0;
};

}  // namespace thb
