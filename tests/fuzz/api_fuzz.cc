// Takes any bytes for the target of a request and lets the interfaces answer it over a small table:
// keys, filters, periods, names of formats and parts of paths. Whatever comes in, the answer has
// one of the documented statuses, a body where it should, and the same bytes when it is asked
// again.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "api/api.h"
#include "http/message.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

// One edition, always shown.
class FixedPublication : public thb::Publication {
 public:
  FixedPublication(const thb::Codes& codes, const thb::Datasets& datasets)
      : edition_(std::make_shared<thb::Edition>(
            thb::Edition{"EUROSTAT_RETURN", {}, {}, thb::Snapshot(codes, datasets), 0, "token"})) {
    const thb::Dataset& victims = *datasets.Find("thb_victims");
    int value = 1;
    for (const char* geo : {"BE", "EL", "NL"}) {
      for (const char* time : {"2019", "2020"}) {
        for (const char* sex : {"T", "F", "M"}) {
          thb::SnapshotCell cell;
          cell.key = {"TOTAL", "TOTAL", sex, "TOTAL", "TOTAL", "ICCS0204", geo, time};
          cell.cell = value % 4 == 0 ? thb::Cell::Suppressed(0, 4) : thb::Cell::Value(value);
          ++value;
          edition_->snapshot.Put(victims, std::move(cell));
        }
      }
    }
  }

  thb::Audience audience() const override { return thb::Audience::kPublic; }
  thb::Result<std::shared_ptr<const thb::Edition>> At(const std::string&,
                                                      std::optional<thb::Instant>,
                                                      thb::Instant) override {
    return edition_;
  }
  thb::Result<std::shared_ptr<const thb::Edition>> Of(const std::string&, const std::string&,
                                                      thb::Instant) override {
    return edition_;
  }
  thb::Result<std::vector<std::string>> Collections(thb::Instant) override {
    return std::vector<std::string>{"EUROSTAT_RETURN"};
  }
  thb::Result<std::vector<thb::Release>> Releases(thb::Instant) override {
    return std::vector<thb::Release>();
  }
  thb::Result<std::vector<thb::Release>> Calendar(thb::Instant) override {
    return std::vector<thb::Release>();
  }
  thb::Result<std::vector<thb::Vintage>> Vintages(const std::string&, thb::Instant) override {
    return std::vector<thb::Vintage>();
  }
  thb::Result<std::vector<thb::Finding>> Findings(std::int64_t, thb::Instant) override {
    return std::vector<thb::Finding>();
  }
  thb::Result<std::vector<thb::SkippedRows>> Skipped(std::int64_t, thb::Instant) override {
    return std::vector<thb::SkippedRows>();
  }
  thb::Result<thb::Snapshot> Contents(std::int64_t, thb::Instant) override {
    return edition_->snapshot;
  }

 private:
  std::shared_ptr<thb::Edition> edition_;
};

struct World {
  thb::Codes codes = thb::Codes::Load().value();
  thb::Datasets datasets = thb::Datasets::Load(codes).value();
  FixedPublication publication{codes, datasets};
  std::unique_ptr<thb::Router> router;

  World() {
    thb::ApiContext context;
    context.codes = &codes;
    context.datasets = &datasets;
    context.publication = &publication;
    context.clock = [] { return thb::Instant{0}; };
    context.cache_bytes = 1 << 20;
    router =
        std::make_unique<thb::Router>(thb::Router::Make(thb::ApiRoutes(context).value()).value());
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const World world;
  static const std::set<int> statuses = {200, 204, 308, 400, 404, 406, 413, 501};
  std::string target = "/api/dissemination/";
  target.append(reinterpret_cast<const char*>(data), size);
  const auto request = thb::ParseTarget(thb::Method::kGet, target);
  if (!request) return 0;
  thb::Request one = *request;
  thb::Request two = *request;
  const thb::Response first = world.router->Dispatch(one);
  const thb::Response second = world.router->Dispatch(two);
  Require(statuses.count(first.status) > 0);
  Require(first.status == second.status && first.etag == second.etag);
  Require((first.body != nullptr) == (first.status != 204 && first.status != 308));
  if (first.body) Require(!first.body->empty() && *first.body == *second.body);
  return 0;
}
