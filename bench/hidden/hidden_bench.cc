// One piece of work on one table of lists, in one thread, its processor time as JSON:
// hidden_bench TABLE.csv stepwise REPLICATES | bic ORDER | bic-bootstrap ORDER REPLICATES

#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/files.h"
#include "hidden/bootstrap.h"
#include "hidden/lists.h"
#include "hidden/select.h"

namespace {

double ProcessorSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

template <typename T>
T OrExit(thb::Result<T> result) {
  if (result) return *std::move(result);
  std::fprintf(stderr, "%s\n", result.error().ToLine().c_str());
  std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const std::string path = argv[1];
  const std::string work = argv[2];
  const thb::ListTable table = OrExit(thb::ReadLists(OrExit(thb::ReadFile(path)), path, {})).pooled;
  thb::SelectionOptions selection;
  thb::BootstrapOptions bootstrap;
  if (work == "stepwise") {
    bootstrap.replicates = std::strtoul(argv[3], nullptr, 10);
  } else {
    selection.method = thb::SelectionMethod::kBic;
    selection.max_order = std::strtoul(argv[3], nullptr, 10);
    bootstrap.replicates = argc > 4 ? std::strtoul(argv[4], nullptr, 10) : 0;
  }
  const thb::Selection chosen = thb::SelectOnce(table, selection);
  const double point = table.Observed() + chosen.unobserved;
  std::size_t models = 0;
  double lower = 0;
  double upper = 0;
  if (work == "bic") {
    models = OrExit(thb::SelectModel(table, selection)).models;
  } else {
    const auto result = OrExit(thb::Bootstrap(table, selection, point, bootstrap));
    lower = result.bca.lower;
    upper = result.bca.upper;
  }
  std::printf(
      "{\"cpu\": %.4f, \"point\": %.10g, \"models\": %zu, \"lower\": %.6g, \"upper\": %.6g}\n",
      ProcessorSeconds(), point, models, lower, upper);
  return 0;
}
