#pragma once
// Fitted margins of tables of many lists. Lists that no term connects are independent in the
// complete table, so that its sums are products over the connected components of the model, each of
// few lists.

#include <cstddef>
#include <span>
#include <vector>

#include "hidden/lists.h"

namespace thb {

class ComponentSums {
 public:
  explicit ComponentSums(std::size_t lists) : lists_(lists), component_(lists), position_(lists) {}

  // Terms of one list and more with a finite parameter, and those whose factor is 0.
  void Connect(std::span<const ListMask> active, std::span<const ListMask> dropped);

  // From the intercept and the logarithms of the factors of the active terms, in the order of
  // Connect.
  void Evaluate(double intercept, std::span<const double> logarithms);

  // Sum of the means over the supersets of a set, in the complete table.
  double At(ListMask set) const;
  // The same for the union of two active terms, by their index.
  double AtUnion(std::size_t a, std::size_t b) const;
  double AtTerm(std::size_t a) const { return AtUnion(a, a); }

 private:
  struct Place {
    std::size_t component = 0;
    ListMask local = 0;  // the term in the numbering of its component
  };
  Place PlaceOf(ListMask term) const;
  double Share(const Place& place) const {
    return sums_[start_[place.component] + place.local] / sums_[start_[place.component]];
  }

  std::size_t lists_;
  std::vector<std::size_t> component_;  // by list
  std::vector<std::size_t> position_;   // by list, within its component
  std::vector<std::size_t> size_;       // lists by component
  std::vector<std::size_t> start_;      // of its sums
  std::vector<double> sums_;
  std::vector<Place> active_;
  std::vector<Place> dropped_;
  double total_ = 0;
};

}  // namespace thb
