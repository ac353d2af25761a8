// Writes a record file for the benchmark of the cube: cube_records SHAPE RECORDS SEED FILE
//
//   uniform    six dimensions of 27, 5, 4, 4, 60 and 11 values, all equally frequent: nearly every
//              combination occurs, the worst case for a dense table
//   realistic  the same values as victims have them: skewed, citizenship most of all
//   quoted     as realistic, every field in quotation marks, as statistical packages write it
//   wide       dimensions of 27, 20, 4, 100, 200 and 30 values, mildly skewed: far more
//              combinations than records

#include <cmath>
#include <cstdio>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/random.h"
#include "base/text.h"

namespace thb {
namespace {

// A dimension and how its values are drawn: value k has a weight of 1 / (k + 1)^skew.
struct Dimension {
  std::string name;
  std::vector<std::string> values;
  double skew;
};

std::vector<std::string> Numbered(std::string_view prefix, int count, int first = 1) {
  std::vector<std::string> values;
  for (int i = 0; i < count; ++i) values.push_back(std::string(prefix) + std::to_string(first + i));
  return values;
}

// Two letters, as country codes have.
std::vector<std::string> Countries(int count) {
  std::vector<std::string> values;
  for (int i = 0; i < count; ++i) {
    values.push_back({static_cast<char>('A' + i / 26), static_cast<char>('A' + i * 7 % 26)});
  }
  return values;
}

std::vector<Dimension> DimensionsOf(std::string_view shape) {
  const bool wide = shape == "wide";
  const double skew = shape == "uniform" ? 0 : wide ? 0.5 : 1;
  return {
      {"geo", Countries(27), skew},
      {"year", Numbered("", wide ? 20 : 5, 2003), skew / 4},
      {"sex", {"F", "M", "UNK", "OTH"}, 2 * skew},
      {"age",
       wide ? Numbered("Y", 100, 0) : std::vector<std::string>{"Y_GE18", "Y_LT18", "UNK", "NAP"},
       skew},
      {"citizen", Countries(wide ? 200 : 60), 1.5 * skew},
      {"exploitation", Numbered("ICCS0204", wide ? 30 : 11), 1.5 * skew}};
}

// Upper bounds of the values' shares of [0, 1).
std::vector<double> CumulativeShares(const Dimension& dimension) {
  std::vector<double> shares;
  double sum = 0;
  for (std::size_t k = 0; k < dimension.values.size(); ++k) {
    sum += std::pow(static_cast<double>(k + 1), -dimension.skew);
    shares.push_back(sum);
  }
  for (double& share : shares) share /= sum;
  return shares;
}

std::string WriteRecords(std::string_view shape, std::int64_t records, std::uint64_t seed) {
  const std::vector<Dimension> dimensions = DimensionsOf(shape);
  const std::string_view quote = shape == "quoted" ? "\"" : "";
  std::vector<std::vector<double>> shares;
  std::string csv;
  const auto append = [&](std::size_t d, std::string_view text) {
    if (d > 0) csv += ',';
    csv.append(quote).append(text).append(quote);
  };
  for (std::size_t d = 0; d < dimensions.size(); ++d) {
    append(d, dimensions[d].name);
    shares.push_back(CumulativeShares(dimensions[d]));
  }
  csv += '\n';
  Random random(seed);
  for (std::int64_t i = 0; i < records; ++i) {
    for (std::size_t d = 0; d < dimensions.size(); ++d) {
      const double u = random.Uniform();
      std::size_t k = 0;
      while (k + 1 < shares[d].size() && u >= shares[d][k]) ++k;
      append(d, dimensions[d].values[k]);
    }
    csv += '\n';
  }
  return csv;
}

int Run(std::span<char*> arguments) {
  const std::optional<std::int64_t> records =
      arguments.size() == 5 ? ParseInt(arguments[2]) : std::nullopt;
  const std::optional<std::int64_t> seed =
      arguments.size() == 5 ? ParseInt(arguments[3]) : std::nullopt;
  if (!records || !seed) {
    std::fputs("usage: cube_records uniform|realistic|quoted|wide RECORDS SEED FILE\n", stderr);
    return 2;
  }
  const std::string csv = WriteRecords(arguments[1], *records, static_cast<std::uint64_t>(*seed));
  if (auto written = WriteFile(arguments[4], csv); !written) {
    std::fprintf(stderr, "%s\n", written.error().ToLine().c_str());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace thb

int main(int count, char** values) {
  return thb::Run({values, static_cast<std::size_t>(count)});
}
