#pragma once
// The logarithm of the gamma function without the global state of the library's, and its
// differences without cancellation.

namespace thb {

// log Gamma(x), x > 0.
double LogGamma(double x);

// log Gamma(x + d) - log Gamma(x), x > 0, x + d > 0. Precise where x is so large that the two
// logarithms share all their digits.
double LogGammaDifference(double x, double d);

}  // namespace thb
