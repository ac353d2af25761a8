#include "hidden/internal/latent_class_chain.h"

#include <algorithm>
#include <cmath>

#include "base/draws.h"
#include "hidden/internal/log_gamma.h"

namespace thb {
namespace {

// Classes that hold fewer of the observed persons are not moved one probability at a time: the data
// say nothing on them, and they are drawn afresh from the prior in each sweep.
constexpr double kNegligiblePersons = 0.01;
constexpr double kLargestStep = 2;
constexpr double kSmallestSeen = 1e-12;
constexpr double kSmallestAlpha = 1e-13;
constexpr double kTinyRest = 1e-100;
constexpr double kSmallestProbability = 1e-300;
constexpr int kConcentrationMoves = 3;
constexpr double kMaxUnobserved = 1e15;

double LogAdd(double a, double b) {
  const double high = std::max(a, b);
  const double gap = std::min(a, b) - high;
  return gap < -40 ? high : high + PortableLog(1 + PortableExp(gap));
}

double Logit(double p) {
  return PortableLog(p / (1 - p));
}

// Inside the open interval, so that the logit is finite.
double Open(double p) {
  return std::clamp(p, 1e-12, 1 - 1e-12);
}

double Logistic(double x) {
  return Open(1 / (1 + PortableExp(-x)));
}

}  // namespace

LatentClassChain::LatentClassChain(const ClassCells& cells, const ClassPrior& prior, double power,
                                   Random random)
    : cells_(cells), prior_(prior), power_(power), random_(random) {
  const std::size_t size = cells.masks.size() + 1;
  const std::size_t classes = prior.classes;
  smallest_step_log_ =
      PortableLog(0.3 / std::sqrt(static_cast<double>(cells.observed) + 1) / kLargestStep);
  log_weights_.resize(classes);
  weights_.resize(classes);
  lambda_.resize(classes * cells.lists);
  given_.resize(classes * size);
  mixture_.resize(size);
  members_.resize(classes);
  listed_.resize(classes * cells.lists);
  allocation_.resize(classes);
  shares_.resize(classes);
  ratios_.resize(size);
  proposal_.lambda.resize(cells.lists);
  proposal_.given.resize(size);
  proposal_.mixture.resize(size);
  proposal_.log_weights.resize(classes);
  proposal_.weights.resize(classes);
  // Chains start apart: weights from the prior, which has few classes as a rule (superfluous ones
  // are slow to go), and probabilities from a wide range.
  alpha_ = std::clamp(DrawGamma(random_, prior.alpha_shape) / prior.alpha_rate, 0.01, 2.0);
  double log_rest = 0;
  for (std::size_t k = 0; k < classes; ++k) {
    const double here = DrawLogGamma(random_, 1);
    const double beyond = DrawLogGamma(random_, alpha_);
    const double both = LogAdd(here, beyond);
    log_weights_[k] = k + 1 < classes ? log_rest + here - both : log_rest;
    log_rest += beyond - both;
  }
  const double scale = Logit(0.5) - 4 * random_.Uniform();
  for (double& probability : lambda_) probability = Logistic(scale + DrawNormal(random_));
  Refresh();
}

void LatentClassChain::Refresh() {
  const std::size_t size = cells_.masks.size() + 1;
  std::fill(mixture_.begin(), mixture_.end(), 0.0);
  for (std::size_t k = 0; k < prior_.classes; ++k) {
    weights_[k] = PortableExp(log_weights_[k]);
    const double* lambda = &lambda_[k * cells_.lists];
    double* given = &given_[k * size];
    for (std::size_t x = 0; x < size; ++x) {
      const ListMask mask = x + 1 < size ? cells_.masks[x] : 0;
      double product = 1;
      for (std::size_t j = 0; j < cells_.lists; ++j) {
        product *= (mask >> j & 1U) != 0 ? lambda[j] : 1 - lambda[j];
      }
      given[x] = product;
      mixture_[x] += weights_[k] * product;
    }
  }
  for (double& probability : mixture_) probability = std::max(probability, kSmallestProbability);
  density_ = StickDensity(log_weights_, weights_);
}

// Log density of the weights, with respect to their logarithms; the concentration is given. The
// sums of the later weights are multiplied up while they are not tiny, so that one logarithm will
// do.
double LatentClassChain::StickDensity(const std::vector<double>& log_weights,
                                      const std::vector<double>& weights) const {
  const std::size_t classes = log_weights.size();
  double sum = (alpha_ - 1) * log_weights[classes - 1];
  double log_rest = log_weights[classes - 1];
  double rest = weights[classes - 1];
  double product = 1;
  for (std::size_t k = classes - 1; k-- > 1;) {
    if (rest < kTinyRest) log_rest = LogAdd(log_rest, log_weights[k]);
    rest += weights[k];
    if (rest < kTinyRest) {
      sum -= log_rest;
      continue;
    }
    product *= rest;
    if (product < kTinyRest) {
      sum -= PortableLog(product);
      product = 1;
    }
  }
  for (const double log_weight : log_weights) sum += log_weight;
  return sum - PortableLog(product);
}

// The people on no list, and everybody's class.
void LatentClassChain::DrawPeople() {
  const std::size_t size = cells_.masks.size() + 1;
  const std::size_t classes = prior_.classes;
  std::fill(members_.begin(), members_.end(), 0);
  std::fill(listed_.begin(), listed_.end(), 0);
  const double empty = mixture_[size - 1];
  const double seen = std::max(1 - empty, kSmallestProbability);
  const double mean =
      DrawGamma(random_, static_cast<double>(cells_.observed)) * std::min(empty, 1.0) / seen;
  const std::uint64_t unobserved = DrawPoisson(random_, std::min(mean, kMaxUnobserved));
  total_ = static_cast<double>(cells_.observed) + static_cast<double>(unobserved);
  for (std::size_t x = 0; x < size; ++x) {
    if (x + 1 == size) {
      occupied_ = static_cast<std::size_t>(
          std::count_if(members_.begin(), members_.end(), [](std::uint64_t m) { return m > 0; }));
    }
    for (std::size_t k = 0; k < classes; ++k) {
      shares_[k] = weights_[k] * given_[k * size + x] + kSmallestProbability;
    }
    const std::uint64_t people = x + 1 < size ? cells_.counts[x] : unobserved;
    DrawMultinomial(random_, people, shares_.data(), classes, allocation_.data());
    const ListMask mask = x + 1 < size ? cells_.masks[x] : 0;
    for (std::size_t k = 0; k < classes; ++k) {
      members_[k] += allocation_[k];
      for (std::size_t j = 0; j < cells_.lists; ++j) {
        if ((mask >> j & 1U) != 0) listed_[k * cells_.lists + j] += allocation_[k];
      }
    }
  }
}

// Given the members of each class but not the weights, by random walk on its logarithm.
void LatentClassChain::DrawConcentration() {
  const auto density = [&](double log_alpha) {
    const double alpha = PortableExp(log_alpha);
    double sum = prior_.alpha_shape * log_alpha - prior_.alpha_rate * alpha;
    double later = 0;
    for (std::size_t k = prior_.classes; k-- > 0;) {
      const auto members = static_cast<double>(members_[k]);
      if (k + 1 < prior_.classes && members + later > 0) {
        sum += log_alpha - LogGammaDifference(alpha + later, 1 + members);
      }
      later += members;
    }
    return sum;
  };
  double log_alpha = PortableLog(alpha_);
  double current = density(log_alpha);
  for (int i = 0; i < kConcentrationMoves; ++i) {
    const double proposed = log_alpha + 2 * DrawNormal(random_);
    if (proposed < -30 || proposed > 10) continue;
    const double value = density(proposed);
    if (-DrawExponential(random_) < value - current) {
      log_alpha = proposed;
      current = value;
    }
  }
  alpha_ = PortableExp(log_alpha);
}

void LatentClassChain::DrawClassParameters() {
  const std::size_t classes = prior_.classes;
  double later = 0;
  for (const std::uint64_t members : members_) later += static_cast<double>(members);
  double log_rest = 0;
  for (std::size_t k = 0; k < classes; ++k) {
    const auto members = static_cast<double>(members_[k]);
    later -= members;
    if (k + 1 < classes) {
      const double here = DrawLogGamma(random_, 1 + members);
      const double beyond = DrawLogGamma(random_, alpha_ + later);
      const double both = LogAdd(here, beyond);
      log_weights_[k] = log_rest + here - both;
      log_rest += beyond - both;
    } else {
      log_weights_[k] = log_rest;
    }
    for (std::size_t j = 0; j < cells_.lists; ++j) {
      const auto listed = static_cast<double>(listed_[k * cells_.lists + j]);
      const double drawn =
          members > 0 ? DrawBeta(random_, 1 + listed, 1 + members - listed) : random_.Uniform();
      lambda_[k * cells_.lists + j] = Open(drawn);
    }
  }
}

// A scale between the width of a posterior from all persons and that of a prior.
double LatentClassChain::Step() {
  return kLargestStep * PortableExp(random_.Uniform() * smallest_step_log_) * DrawNormal(random_);
}

// New list probabilities for a class that keeps its share of the observed persons: its weight
// changes with the probability that a member is on a list at all.
bool LatentClassChain::TryClass(std::size_t k, double log_prior_change) {
  const std::size_t observed = cells_.masks.size();
  const double* given = &given_[k * (observed + 1)];
  const double seen = 1 - given[observed];
  const double new_seen = 1 - proposal_.given[observed];
  if (!(new_seen > kSmallestSeen) || !(seen > kSmallestSeen)) return false;
  const double old_weight = weights_[k];
  const double new_weight = old_weight * seen / new_seen;
  const double sum = 1 + (new_weight - old_weight);
  for (std::size_t x = 0; x < observed; ++x) {
    const double value =
        std::max(mixture_[x] - old_weight * given[x] + new_weight * proposal_.given[x],
                 kSmallestProbability);
    proposal_.mixture[x] = value / sum;
    ratios_[x] = value / mixture_[x];
  }
  proposal_.mixture[observed] = std::max(
      (mixture_[observed] - old_weight * given[observed] + new_weight * proposal_.given[observed]) /
          sum,
      kSmallestProbability);
  ScaleWeights(k, new_weight / old_weight, sum);
  const double likelihood = WeightedLogs(cells_.weights.data(), ratios_.data(), observed);
  const double density = StickDensity(proposal_.log_weights, proposal_.weights);
  if (!Accept(log_prior_change + density - density_ + power_ * likelihood)) return false;
  std::copy(proposal_.lambda.begin(), proposal_.lambda.end(), &lambda_[k * cells_.lists]);
  std::copy(proposal_.given.begin(), proposal_.given.end(), &given_[k * (observed + 1)]);
  TakeWeights(density);
  return true;
}

bool LatentClassChain::Accept(double log_ratio) {
  return -DrawExponential(random_) < log_ratio;
}

// Proposes weights of which that of class k is multiplied by `factor` and all are divided by their
// sum.
void LatentClassChain::ScaleWeights(std::size_t k, double factor, double sum) {
  const double log_sum = PortableLog(sum);
  const double inverse = 1 / sum;
  for (std::size_t l = 0; l < prior_.classes; ++l) {
    proposal_.log_weights[l] = log_weights_[l] - log_sum;
    proposal_.weights[l] = weights_[l] * inverse;
  }
  proposal_.log_weights[k] += PortableLog(factor);
  proposal_.weights[k] *= factor;
}

void LatentClassChain::TakeWeights(double density) {
  mixture_.swap(proposal_.mixture);
  log_weights_.swap(proposal_.log_weights);
  weights_.swap(proposal_.weights);
  density_ = density;
}

// What the likelihood of proposal_.mixture gains over that of mixture_.
double LatentClassChain::LikelihoodGain() {
  const std::size_t observed = cells_.masks.size();
  for (std::size_t x = 0; x < observed; ++x) ratios_[x] = proposal_.mixture[x] / mixture_[x];
  const double seen = std::max(1 - mixture_[observed], kSmallestProbability);
  const double new_seen = std::max(1 - proposal_.mixture[observed], kSmallestProbability);
  return WeightedLogs(cells_.weights.data(), ratios_.data(), observed) -
         static_cast<double>(cells_.observed) * PortableLog(new_seen / seen);
}

double LatentClassChain::LogLikelihood() const {
  const std::size_t observed = cells_.masks.size();
  return WeightedLogs(cells_.weights.data(), mixture_.data(), observed) -
         static_cast<double>(cells_.observed) *
             PortableLog(std::max(1 - mixture_[observed], kSmallestProbability));
}

// The cells of a class whose list probabilities are proposal_.lambda.
void LatentClassChain::FillGiven() {
  for (std::size_t x = 0; x < proposal_.given.size(); ++x) {
    const ListMask mask = x < cells_.masks.size() ? cells_.masks[x] : 0;
    double product = 1;
    for (std::size_t j = 0; j < cells_.lists; ++j) {
      product *= (mask >> j & 1U) != 0 ? proposal_.lambda[j] : 1 - proposal_.lambda[j];
    }
    proposal_.given[x] = product;
  }
}

void LatentClassChain::MoveOneProbability(std::size_t k, std::size_t list) {
  const std::size_t size = cells_.masks.size() + 1;
  const double* lambda = &lambda_[k * cells_.lists];
  std::copy(lambda, lambda + cells_.lists, proposal_.lambda.begin());
  const double before = lambda[list];
  const double after = Logistic(Logit(before) + Step());
  proposal_.lambda[list] = after;
  const double on = after / before;
  const double off = (1 - after) / (1 - before);
  const double* given = &given_[k * size];
  for (std::size_t x = 0; x < size; ++x) {
    const bool listed = x + 1 < size && (cells_.masks[x] >> list & 1U) != 0;
    proposal_.given[x] = given[x] * (listed ? on : off);
  }
  TryClass(k, PortableLog(on * off));
}

// All lists see the class more, or all less.
void LatentClassChain::ShiftClass(std::size_t k) {
  const double step = Step();
  double change = 1;
  for (std::size_t j = 0; j < cells_.lists; ++j) {
    const double before = lambda_[k * cells_.lists + j];
    const double after = Logistic(Logit(before) + step);
    change *= after * (1 - after) / (before * (1 - before));
    proposal_.lambda[j] = after;
  }
  FillGiven();
  TryClass(k, PortableLog(std::max(change, kSmallestProbability)));
}

double LatentClassChain::ShareOfObserved(std::size_t k) const {
  const std::size_t observed = cells_.masks.size();
  const double seen = 1 - given_[k * (observed + 1) + observed];
  return weights_[k] * seen / std::max(1 - mixture_[observed], kSmallestProbability);
}

// One weight grows or shrinks against all others.
void LatentClassChain::MoveWeight(std::size_t k) {
  const std::size_t size = cells_.masks.size() + 1;
  const double factor = PortableExp(Step());
  const double added = weights_[k] * (factor - 1);
  const double sum = 1 + added;
  const double* given = &given_[k * size];
  for (std::size_t x = 0; x < size; ++x) {
    proposal_.mixture[x] = std::max((mixture_[x] + added * given[x]) / sum, kSmallestProbability);
  }
  ScaleWeights(k, factor, sum);
  const double density = StickDensity(proposal_.log_weights, proposal_.weights);
  if (Accept(density - density_ + power_ * LikelihoodGain())) TakeWeights(density);
}

// The likelihood does not know the labels, the stick-breaking prior does.
void LatentClassChain::SwapLabels() {
  const std::size_t classes = prior_.classes;
  if (classes < 2) return;
  const std::size_t size = cells_.masks.size() + 1;
  const std::size_t a = random_.Below(classes);
  std::size_t b = random_.Below(classes - 1);
  if (b >= a) ++b;
  proposal_.log_weights = log_weights_;
  proposal_.weights = weights_;
  std::swap(proposal_.log_weights[a], proposal_.log_weights[b]);
  std::swap(proposal_.weights[a], proposal_.weights[b]);
  const double density = StickDensity(proposal_.log_weights, proposal_.weights);
  if (!Accept(density - density_)) return;
  log_weights_.swap(proposal_.log_weights);
  weights_.swap(proposal_.weights);
  density_ = density;
  for (std::size_t j = 0; j < cells_.lists; ++j) {
    std::swap(lambda_[a * cells_.lists + j], lambda_[b * cells_.lists + j]);
  }
  for (std::size_t x = 0; x < size; ++x) std::swap(given_[a * size + x], given_[b * size + x]);
}

// Whether a class is moved depends on its share of the observed persons, which these moves keep.
void LatentClassChain::MoveProbabilities() {
  for (std::size_t k = 0; k < prior_.classes; ++k) {
    if (!(ShareOfObserved(k) * static_cast<double>(cells_.observed) > kNegligiblePersons)) continue;
    for (std::size_t j = 0; j < cells_.lists; ++j) MoveOneProbability(k, j);
    ShiftClass(k);
    ShiftClass(k);
  }
}

// List probabilities from the prior, the weight kept.
void LatentClassChain::RedrawProbabilities(std::size_t k) {
  const std::size_t size = cells_.masks.size() + 1;
  for (double& probability : proposal_.lambda) probability = Open(random_.Uniform());
  FillGiven();
  const double* given = &given_[k * size];
  for (std::size_t x = 0; x < size; ++x) {
    proposal_.mixture[x] =
        std::max(mixture_[x] + weights_[k] * (proposal_.given[x] - given[x]), kSmallestProbability);
  }
  if (!Accept(power_ * LikelihoodGain())) return;
  mixture_.swap(proposal_.mixture);
  std::copy(proposal_.lambda.begin(), proposal_.lambda.end(), &lambda_[k * cells_.lists]);
  std::copy(proposal_.given.begin(), proposal_.given.end(), &given_[k * size]);
}

// One break of the stick from the prior; all later weights scale with it.
void LatentClassChain::RedrawStick(std::size_t k) {
  const std::size_t size = cells_.masks.size() + 1;
  const std::size_t classes = prior_.classes;
  double log_later = log_weights_[classes - 1];
  for (std::size_t l = classes - 1; l-- > k + 1;) log_later = LogAdd(log_later, log_weights_[l]);
  const double log_rest = LogAdd(log_later, log_weights_[k]);
  const double here = DrawLogGamma(random_, 1);
  const double beyond = DrawLogGamma(random_, alpha_);
  const double both = LogAdd(here, beyond);
  proposal_.log_weights = log_weights_;
  proposal_.log_weights[k] = log_rest + here - both;
  for (std::size_t l = k + 1; l < classes; ++l) {
    proposal_.log_weights[l] += log_rest + beyond - both - log_later;
  }
  std::fill(proposal_.mixture.begin(), proposal_.mixture.end(), kSmallestProbability);
  for (std::size_t l = 0; l < classes; ++l) {
    proposal_.weights[l] = l < k ? weights_[l] : PortableExp(proposal_.log_weights[l]);
    for (std::size_t x = 0; x < size; ++x) {
      proposal_.mixture[x] += proposal_.weights[l] * given_[l * size + x];
    }
  }
  if (!Accept(power_ * LikelihoodGain())) return;
  TakeWeights(StickDensity(proposal_.log_weights, proposal_.weights));
}

void LatentClassChain::SampleAtPower() {
  const double sticks = static_cast<double>(prior_.classes - 1);
  alpha_ = DrawGamma(random_, prior_.alpha_shape + sticks) /
           (prior_.alpha_rate - log_weights_[prior_.classes - 1]);
  alpha_ = std::max(alpha_, kSmallestAlpha);
  density_ = StickDensity(log_weights_, weights_);
  for (std::size_t k = 0; k < prior_.classes; ++k) RedrawProbabilities(k);
  for (std::size_t k = 0; k + 1 < prior_.classes; ++k) RedrawStick(k);
}

void LatentClassChain::SampleWithPeople() {
  DrawPeople();
  DrawConcentration();
  DrawClassParameters();
  Refresh();
}

void LatentClassChain::Sweep() {
  if (power_ < 1) {
    SampleAtPower();
  } else {
    SampleWithPeople();
  }
  MoveProbabilities();
  for (std::size_t k = 0; k < prior_.classes; ++k) MoveWeight(k);
  for (std::size_t i = 0; i < prior_.classes; ++i) SwapLabels();
  Refresh();
}

bool LatentClassChain::Exchange(LatentClassChain* warmer, Random* random) {
  const double gain = (power_ - warmer->power_) * (warmer->LogLikelihood() - LogLikelihood());
  if (!(-DrawExponential(*random) < gain)) return false;
  std::swap(alpha_, warmer->alpha_);
  log_weights_.swap(warmer->log_weights_);
  weights_.swap(warmer->weights_);
  lambda_.swap(warmer->lambda_);
  given_.swap(warmer->given_);
  mixture_.swap(warmer->mixture_);
  std::swap(density_, warmer->density_);
  return true;
}

}  // namespace thb
