#include "cli/casework.h"

#include <algorithm>
#include <cstdlib>

#include "base/text.h"

namespace thb {

std::vector<Option> KeyOptions() {
  return {{"--db", "DB", "database: a file path or a postgresql:// address", true},
          {"--key", "FILE", "file of the installation key; default: the service's credential"},
          {"--erasures", "FILE", "erasure journal; default: beside the key file"}};
}

Result<KeyPlaces> PlacesOf(const Arguments& arguments) {
  KeyPlaces places;
  places.database = arguments.Get("--db");
  places.key_file = arguments.Get("--key");
  places.erasures = arguments.Get("--erasures");
  if (places.key_file.empty()) {
    const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
    if (credentials == nullptr) {
      return Fail(ErrorCode::kUsage, "no key file is named", "--key",
                  "give the file that `thb key make` wrote");
    }
    places.key_file = std::string(credentials) + "/thb.key";
  }
  return places;
}

Result<std::unique_ptr<Casework>> Casework::Open(const Arguments& arguments) {
  auto casework = std::make_unique<Casework>();
  casework->places = TRY(PlacesOf(arguments));
  casework->database =
      TRY(Database::Open(casework->places.database, Database::Mode::kOpenExisting));
  casework->vault = TRY(OpenVault(casework->places, SystemRandom()));
  casework->log = std::make_unique<AuditLog>(*casework->vault, SystemRandom());
  return casework;
}

Result<std::string> ChooseAction(const Arguments& arguments,
                                 const std::vector<std::string>& actions) {
  std::string action = arguments.Get("ACTION");
  if (std::find(actions.begin(), actions.end(), action) != actions.end()) return action;
  return Fail(ErrorCode::kUsage, "there is no action " + action, "ACTION",
              "choose one of " + Join(actions, ", "));
}

}  // namespace thb
