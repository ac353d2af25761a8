#pragma once
// One request to another machine: a body is posted, and the status is read. libcurl behind one
// function. The only place of the program from which it reaches out by itself.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace thb {

// What is read of an answer; the rest ends the connection.
inline constexpr std::size_t kMaxAnswerBytes = 64 * 1024;

struct PostOptions {
  std::string authorities = {};  // PEM file of certificate authorities; "" is the system's
  unsigned timeout_s = 60;       // of the whole request
};

// The status of the answer. TLS 1.2 or 1.3, the certificate checked against name and authorities;
// no redirect is followed, no cookie or credential is kept. Plain HTTP goes to a loopback address
// only. Errors: kUsage for another address; kIo where there is no answer, or a certificate is not
// trusted.
Result<int> PostBytes(const std::string& address, const std::string& content_type,
                      std::string_view body, const PostOptions& options);

}  // namespace thb
