// SPDX-License-Identifier: MIT
// Inverse of model_json.h: a network out of JSON in the form of the package's ModelSpec.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "formats/json_value.h"
#include "formats/readers.h"

namespace tinycnn {

/// Throws Error for unknown names, which a later version may have, and for values of a wrong type.
/// Whether the layers fit together is left to summarize.
ModelSpec spec_of(const JsonValue& json);
/// { mean, std }: a finite mean and an std above 0.
Normalization normalization_of(const JsonValue& json);
/// Each once, none empty; null gives none.
std::vector<std::string> class_names_of(const JsonValue& json);

/// One of the texts that metadata_of writes under a key: sets what it says.
void read_metadata(FileContents& contents, std::string_view key, std::string_view json);

}  // namespace tinycnn
