#include "http/internal/certificate_testing.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include <ctime>

namespace thb {
namespace {

std::string TakeText(gnutls_datum_t& text) {
  std::string pem(reinterpret_cast<const char*>(text.data), text.size);
  gnutls_free(text.data);
  return pem;
}

}  // namespace

TestCertificate MakeTestCertificate(const std::string& address) {
  gnutls_x509_privkey_t key = nullptr;
  gnutls_x509_crt_t certificate = nullptr;
  gnutls_x509_privkey_init(&key);
  gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
                               GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
  gnutls_x509_crt_init(&certificate);
  gnutls_x509_crt_set_version(certificate, 3);
  gnutls_x509_crt_set_serial(certificate, "\x01", 1);
  gnutls_x509_crt_set_activation_time(certificate, std::time(nullptr) - 60);
  gnutls_x509_crt_set_expiration_time(certificate, std::time(nullptr) + 3600);
  gnutls_x509_crt_set_dn(certificate, "CN=synthetic node", nullptr);
  in_addr number{};
  inet_pton(AF_INET, address.c_str(), &number);
  gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, &number, sizeof(number),
                                       GNUTLS_FSAN_SET);
  gnutls_x509_crt_set_basic_constraints(certificate, 1, -1);
  gnutls_x509_crt_set_key(certificate, key);
  gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0);
  TestCertificate made;
  gnutls_datum_t text{};
  gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &text);
  made.certificate = TakeText(text);
  gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &text);
  made.key = TakeText(text);
  gnutls_x509_crt_deinit(certificate);
  gnutls_x509_privkey_deinit(key);
  return made;
}

}  // namespace thb
