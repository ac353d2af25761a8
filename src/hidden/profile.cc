#include "hidden/profile.h"

#include <cmath>
#include <limits>

#include "hidden/internal/loglinear_engine.h"
#include "hidden/internal/poisson.h"

namespace thb {
namespace {

constexpr double kLargestUnobserved = 1e12;
constexpr int kBisections = 100;
constexpr double kPrecision = 1e-7;

// The profile over the persons on no list.
class Profile {
 public:
  Profile(const ListTable& table, const ModelTerms& terms)
      : engine_(table.lists.size()), counts_(DenseCounts(table)), terms_(terms) {
    observed_ = table.Observed();
  }

  // Log likelihood up to a constant.
  double At(double unobserved) {
    counts_[0] = unobserved;
    engine_.SetCounts(counts_, true);
    engine_.Fit(terms_, LoglinearEngine::Start::kWarm);
    const double total = observed_ + unobserved;
    // Poisson kernel to multinomial: the total is fitted exactly.
    return engine_.kernel() + total - total * std::log(total) + LogFactorial(total) -
           LogFactorial(unobserved);
  }

  // Golden section on the logarithm, around `guess`.
  double Best(double guess) {
    const double golden = 0.3819660112501051;
    double low = std::log(std::max(guess, 1e-3)) - 3;
    double high = low + 6;
    double a = low + golden * (high - low);
    double b = high - golden * (high - low);
    double at_a = At(std::exp(a));
    double at_b = At(std::exp(b));
    while (high - low > kPrecision) {
      if (at_a < at_b) {
        low = a;
        a = b;
        at_a = at_b;
        b = high - golden * (high - low);
        at_b = At(std::exp(b));
      } else {
        high = b;
        b = a;
        at_b = at_a;
        a = low + golden * (high - low);
        at_a = At(std::exp(a));
      }
    }
    return std::exp((low + high) / 2);
  }

  // Where the likelihood falls to `limit` between a point inside and one outside.
  double Cross(double inside, double outside, double limit) {
    for (int i = 0; i < kBisections && std::abs(outside - inside) > kPrecision * inside; ++i) {
      const double middle = (inside + outside) / 2;
      (At(middle) >= limit ? inside : outside) = middle;
    }
    return (inside + outside) / 2;
  }

  double observed() const { return observed_; }

 private:
  LoglinearEngine engine_;
  std::vector<double> counts_;
  ModelTerms terms_;
  double observed_ = 0;
};

}  // namespace

Result<ProfileInterval> ProfileLikelihood(const ListTable& table, const ModelTerms& terms,
                                          double level) {
  if (!(level > 0 && level < 1)) {
    return Fail(ErrorCode::kUsage, "a level is between 0 and 1", "level", "give 0.95");
  }
  const LoglinearFit fit = TRY(FitLoglinear(table, terms));
  if (fit.admissibility != Admissibility::kAdmissible) {
    return Fail(ErrorCode::kStructure, AdmissibilityText(fit.admissibility),
                ModelName(fit.terms, table.lists), "choose a smaller model");
  }
  Profile profile(table, fit.terms);
  const double best = profile.Best(fit.unobserved);
  const double z = NormalQuantile((1 + level) / 2);
  const double limit = profile.At(best) - z * z / 2;
  double below = best;
  double above = best;
  while (below > 1e-6 && profile.At(below) >= limit) below /= 2;
  while (above < kLargestUnobserved && profile.At(above) >= limit) above *= 2;
  ProfileInterval interval;
  interval.level = level;
  interval.point = profile.observed() + best;
  interval.lower = profile.observed() + (below > 1e-6 ? profile.Cross(best, below, limit) : 0.0);
  interval.upper = above < kLargestUnobserved
                       ? profile.observed() + profile.Cross(best, above, limit)
                       : std::numeric_limits<double>::infinity();
  return interval;
}

}  // namespace thb
