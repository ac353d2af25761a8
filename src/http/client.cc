#include "http/client.h"

#include <curl/curl.h>

#include <memory>

#include "base/text.h"

namespace thb {
namespace {

constexpr long kConnectSeconds = 20;

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// Counts and forgets; 0 where it is too much, which ends the transfer.
std::size_t Swallow(char*, std::size_t size, std::size_t count, void* total) {
  auto* const read = static_cast<std::size_t*>(total);
  *read += size * count;
  return *read <= kMaxAnswerBytes ? size * count : 0;
}

bool IsLoopback(const std::string& address) {
  return StartsWith(address, "http://127.0.0.1:") || StartsWith(address, "http://[::1]:");
}

tl::unexpected<Error> NoAnswer(const std::string& address, CURLcode code) {
  const bool untrusted = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE;
  return Fail(ErrorCode::kIo, std::string("no answer: ") + curl_easy_strerror(code), address,
              untrusted ? "give the authority that signed its certificate" : "try again later");
}

}  // namespace

Result<int> PostBytes(const std::string& address, const std::string& content_type,
                      std::string_view body, const PostOptions& options) {
  if (!StartsWith(address, "https://") && !IsLoopback(address)) {
    return Fail(ErrorCode::kUsage, "not an address that is encrypted on the way", address,
                "give one that begins with https://");
  }
  const std::unique_ptr<CURL, EasyDeleter> curl(curl_easy_init());
  const std::string type = "Content-Type: " + content_type;
  // Without "Expect: 100-continue", for which small servers have no answer.
  std::unique_ptr<curl_slist, ListDeleter> headers(curl_slist_append(nullptr, type.c_str()));
  if (curl == nullptr || headers == nullptr) {
    return Fail(ErrorCode::kIo, "libcurl does not start", address, "try again later");
  }
  curl_slist_append(headers.get(), "Expect:");
  std::size_t read = 0;
  CURL* const handle = curl.get();
  curl_easy_setopt(handle, CURLOPT_URL, address.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, static_cast<long>(options.timeout_s));
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Swallow);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &read);
  if (IsLoopback(address)) curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
  if (!options.authorities.empty()) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, options.authorities.c_str());
  }
  const CURLcode code = curl_easy_perform(handle);
  if (code != CURLE_OK) return NoAnswer(address, code);
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

}  // namespace thb
