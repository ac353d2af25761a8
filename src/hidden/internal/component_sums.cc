#include "hidden/internal/component_sums.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "hidden/internal/transform.h"

namespace thb {

void ComponentSums::Connect(std::span<const ListMask> active, std::span<const ListMask> dropped) {
  for (std::size_t i = 0; i < lists_; ++i) component_[i] = i;
  for (const auto& terms : {active, dropped}) {
    for (const ListMask term : terms) {
      const auto into = component_[static_cast<std::size_t>(std::countr_zero(term))];
      for (ListMask rest = term & (term - 1); rest != 0; rest &= rest - 1) {
        const auto from = component_[static_cast<std::size_t>(std::countr_zero(rest))];
        if (from != into) std::replace(component_.begin(), component_.end(), from, into);
      }
    }
  }
  size_.assign(lists_, 0);
  for (std::size_t i = 0; i < lists_; ++i) position_[i] = size_[component_[i]]++;
  start_.assign(lists_, 0);
  std::size_t cells = 0;
  for (std::size_t c = 0; c < lists_; ++c) {
    start_[c] = cells;
    if (size_[c] > 0) cells += std::size_t{1} << size_[c];
  }
  sums_.resize(cells);
  active_.clear();
  dropped_.clear();
  for (const ListMask term : active) active_.push_back(PlaceOf(term));
  for (const ListMask term : dropped) dropped_.push_back(PlaceOf(term));
}

ComponentSums::Place ComponentSums::PlaceOf(ListMask term) const {
  Place place{component_[static_cast<std::size_t>(std::countr_zero(term))], 0};
  for (ListMask rest = term; rest != 0; rest &= rest - 1) {
    place.local |= ListMask{1} << position_[static_cast<std::size_t>(std::countr_zero(rest))];
  }
  return place;
}

void ComponentSums::Evaluate(double intercept, std::span<const double> logarithms) {
  std::fill(sums_.begin(), sums_.end(), 1.0);
  for (std::size_t i = 0; i < active_.size(); ++i) {
    sums_[start_[active_[i].component] + active_[i].local] = std::exp(logarithms[i]);
  }
  for (const Place& place : dropped_) sums_[start_[place.component] + place.local] = 0;
  total_ = std::exp(intercept);
  for (std::size_t c = 0; c < lists_; ++c) {
    if (size_[c] == 0) continue;
    SubsetProduct(sums_.data() + start_[c], size_[c]);
    SupersetSum(sums_.data() + start_[c], size_[c]);
    total_ *= sums_[start_[c]];
  }
}

double ComponentSums::At(ListMask set) const {
  double product = total_;
  for (std::size_t c = 0; c < lists_ && set != 0; ++c) {
    if (size_[c] == 0) continue;
    Place place{c, 0};
    for (ListMask rest = set; rest != 0; rest &= rest - 1) {
      const auto list = static_cast<std::size_t>(std::countr_zero(rest));
      if (component_[list] == c) place.local |= ListMask{1} << position_[list];
    }
    product *= Share(place);
  }
  return product;
}

double ComponentSums::AtUnion(std::size_t a, std::size_t b) const {
  const Place& first = active_[a];
  const Place& second = active_[b];
  if (first.component == second.component) {
    return total_ * Share({first.component, first.local | second.local});
  }
  return total_ * Share(first) * Share(second);
}

}  // namespace thb
