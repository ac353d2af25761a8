#pragma once
// Sums and products over the subsets or supersets of all 2^t cells, in place.

#include <cstddef>

namespace thb {

template <std::size_t kLists>
inline void SupersetSumFixed(double* f) {
  for (std::size_t half = 1; half < (std::size_t{1} << kLists); half *= 2) {
    for (std::size_t base = 0; base < (std::size_t{1} << kLists); base += 2 * half) {
      for (std::size_t j = base; j < base + half; ++j) f[j] += f[j + half];
    }
  }
}

template <std::size_t kLists>
inline void SubsetProductFixed(double* f) {
  for (std::size_t half = 1; half < (std::size_t{1} << kLists); half *= 2) {
    for (std::size_t base = 0; base < (std::size_t{1} << kLists); base += 2 * half) {
      for (std::size_t j = base; j < base + half; ++j) f[j + half] *= f[j];
    }
  }
}

// f(a) becomes the sum of f over the supersets of a.
inline void SupersetSum(double* f, std::size_t lists) {
  if (lists == 5) return SupersetSumFixed<5>(f);
  if (lists == 6) return SupersetSumFixed<6>(f);
  const std::size_t cells = std::size_t{1} << lists;
  for (std::size_t half = 1; half < cells; half *= 2) {
    for (std::size_t base = 0; base < cells; base += 2 * half) {
      for (std::size_t j = base; j < base + half; ++j) f[j] += f[j + half];
    }
  }
}

// f(a) becomes the product of f over the subsets of a.
inline void SubsetProduct(double* f, std::size_t lists) {
  if (lists == 5) return SubsetProductFixed<5>(f);
  if (lists == 6) return SubsetProductFixed<6>(f);
  const std::size_t cells = std::size_t{1} << lists;
  for (std::size_t half = 1; half < cells; half *= 2) {
    for (std::size_t base = 0; base < cells; base += 2 * half) {
      for (std::size_t j = base; j < base + half; ++j) f[j + half] *= f[j];
    }
  }
}

// f(a) becomes the sum of f over the subsets of a.
inline void SubsetSum(double* f, std::size_t lists) {
  const std::size_t cells = std::size_t{1} << lists;
  for (std::size_t half = 1; half < cells; half *= 2) {
    for (std::size_t base = 0; base < cells; base += 2 * half) {
      for (std::size_t j = base; j < base + half; ++j) f[j + half] += f[j];
    }
  }
}

}  // namespace thb
