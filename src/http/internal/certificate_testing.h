#pragma once
// Test helper: a certificate for a numeric address, its own authority.

#include <string>

namespace thb {

struct TestCertificate {
  std::string certificate;  // PEM
  std::string key;          // PEM
};

// Valid from a minute ago for an hour.
TestCertificate MakeTestCertificate(const std::string& address);

}  // namespace thb
