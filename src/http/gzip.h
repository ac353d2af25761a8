#pragma once
// A body as a file compressed by gzip, for a client that asks for the file and not for the coding
// of the transfer, which the server chooses by itself.

#include <string>
#include <string_view>

namespace thb {

// Same input, same bytes: the header of the format carries no time.
std::string Gzip(std::string_view text);

}  // namespace thb
