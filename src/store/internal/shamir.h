#pragma once
// Shamir's secret sharing over GF(256) with a threshold of two: each byte of the secret is the
// value at 0 of a line through it; a share is the line's value at the share's number. One share
// alone is uniformly random whatever the secret is (Shamir 1979).

#include <string>
#include <string_view>
#include <vector>

#include "store/vault.h"

namespace thb {

struct SecretShare {
  int number = 0;  // from 1
  std::string bytes;
};

// `count` shares (at most 255), any two of which give the secret.
std::vector<SecretShare> SplitSecret(std::string_view secret, int count, const RandomBytes& random);

// The secret, from two shares with different numbers and of equal length.
std::string CombineShares(const SecretShare& a, const SecretShare& b);

}  // namespace thb
