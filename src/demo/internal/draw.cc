#include "demo/internal/draw.h"

#include <cmath>

namespace thb {

double Noise(Random& random, double sigma) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += random.Uniform();
  return std::exp(sigma * sum);
}

std::size_t DrawIndex(Random& random, std::span<const double> weights) {
  double total = 0;
  for (const double weight : weights) total += weight;
  double at = random.Uniform() * total;
  for (std::size_t index = 0; index < weights.size(); ++index) {
    if (at < weights[index]) return index;
    at -= weights[index];
  }
  return weights.size() - 1;
}

}  // namespace thb
