#pragma once
// The Poisson and the normal distribution, to the accuracy of a double.

namespace thb {

// log(count!), also between whole numbers.
double LogFactorial(double count);

// The smaller of P(X <= count) and P(X >= count) for X ~ Poisson(mean), mean >= 0. A tail far out
// keeps its relative accuracy. Beyond a mean of 4 million the saddlepoint approximation of
// Lugannani and Rice (1980) stands in for the sum; its relative error there is below 1e-6.
double PoissonSmallerTail(double count, double mean);

double NormalCdf(double x);
// 0 < p < 1; infinite at its ends.
double NormalQuantile(double p);

}  // namespace thb
