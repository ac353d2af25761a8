#pragma once
// Draws from distributions, seeded and the same on every platform. Only integer arithmetic and the
// IEEE operations (+ - * / sqrt) are used, with logarithm and exponential of our own, so that no
// mathematical library can change a stream in its last bit. All methods are exact: rejection, not
// approximation.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/random.h"

namespace thb {

// Largest number of trials and largest mean: integers that a double holds without loss.
inline constexpr double kMaxDrawCount = 0x1.0p53;

// Natural logarithm and exponential, to about one unit in the last place. Log of 0 is -infinity, of
// a negative number NaN.
double PortableLog(double x);
double PortableExp(double x);
// Sum of weights[i] * log(values[i]); values are normal, positive and finite.
double WeightedLogs(const double* weights, const double* values, std::size_t size);

// Stream `stream` of a seed: streams of one seed are independent generators, so that work that is
// cut into numbered pieces gives the same result on any number of threads.
Random StreamOf(std::uint64_t seed, std::uint64_t stream);

// Standard normal: Marsaglia's polar method.
double DrawNormal(Random& random);
// Mean 1.
double DrawExponential(Random& random);
// Gamma with scale 1, shape > 0: Marsaglia and Tsang (2000).
double DrawGamma(Random& random, double shape);
// Logarithm of a gamma draw; finite where the draw itself would be too small for a double.
double DrawLogGamma(Random& random, double shape);
double DrawBeta(Random& random, double a, double b);
// Successes in `trials` (up to kMaxDrawCount) with probability p: inversion where the mean is below
// 10, else transformed rejection (BTRS, Hoermann 1993).
std::uint64_t DrawBinomial(Random& random, std::uint64_t trials, double p);
// Mean at least 0 and at most kMaxDrawCount / 2: inversion below 10, else PTRS (Hoermann 1993).
std::uint64_t DrawPoisson(Random& random, double mean);
// `trials` spread over weights (at least 0, with a positive sum), by conditional binomials.
void DrawMultinomial(Random& random, std::uint64_t trials, const double* weights, std::size_t size,
                     std::uint64_t* counts);
std::vector<std::uint64_t> DrawMultinomial(Random& random, std::uint64_t trials,
                                           const std::vector<double>& weights);

}  // namespace thb
