#pragma once
// Names that SDMX-ML 2.1 messages share.

#include <string>
#include <string_view>

#include "base/date.h"
#include "exchange/xml_writer.h"

namespace thb {

inline constexpr std::string_view kMessageNamespace =
    "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message";
inline constexpr std::string_view kCommonNamespace =
    "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common";
inline constexpr std::string_view kStructureNamespace =
    "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/structure";
inline constexpr std::string_view kSpecificNamespace =
    "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/structurespecific";
inline constexpr std::string_view kInstanceNamespace = "http://www.w3.org/2001/XMLSchema-instance";

// ID, Test, Prepared and Sender of a header.
// `test`: a message of generated records, whose name is kSyntheticComment.
void WriteHeaderStart(XmlWriter& xml, std::string_view id, Instant prepared, bool test = false);

}  // namespace thb
