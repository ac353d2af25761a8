#pragma once
// Style sheets, script and pictures of the pages, at addresses that hold the hash of them all: a
// browser may keep them for ever, and another version has another address.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/router.h"

namespace thb {

struct AssetFile {
  std::string_view name;      // in its address
  std::string_view resource;  // as embedded
  std::string_view type;
};
// Of the statistics desk, and of the referral desk, which has no script.
const std::vector<AssetFile>& AssetFiles();
const std::vector<AssetFile>& DeskAssetFiles();

// Errors: kInternal where one is not embedded.
Result<std::string> HashOfAssets(const std::vector<AssetFile>& files);
// `prefix` + "/{hash}/{name}".
Route AssetRoute(const std::string& prefix, const std::vector<AssetFile>& files,
                 const std::string& hash);

}  // namespace thb
