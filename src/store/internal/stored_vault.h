#pragma once
#include <memory>

#include "store/internal/data_keys.h"
#include "store/vault.h"

namespace thb {

// The vault over data keys that are open already.
Result<std::unique_ptr<Vault>> OpenVaultWith(const KeyPlaces& places, DataKeys data,
                                             RandomBytes random);

// The context under which a key of the key store is wrapped.
std::string KeyContext(std::string_view key_id);

}  // namespace thb
