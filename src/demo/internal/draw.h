#pragma once
// Draws from the seeded generator.

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "base/random.h"

namespace thb {

// Log-normal with median 1: exp(sigma * z), z approximately standard normal (the sum of twelve
// uniform numbers, so that no mathematical library decides the bits).
double Noise(Random& random, double sigma);

// An index with probability proportional to its weight; the last one where all weights are 0.
std::size_t DrawIndex(Random& random, std::span<const double> weights);

// Fisher and Yates.
template <typename T>
void Shuffle(Random& random, std::vector<T>& items) {
  for (std::size_t left = items.size(); left > 1; --left) {
    std::swap(items[left - 1], items[random.Below(left)]);
  }
}

}  // namespace thb
