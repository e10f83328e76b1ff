// SPDX-License-Identifier: MIT
// IDX files of a folder, for the programs that train natively.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tinycnn/dataset.h"

namespace tinycnn {

/// Throws Error where the file cannot be read.
std::vector<std::uint8_t> read_file(const std::string& path);

/// `name` is "train" or "t10k", the beginning of two decompressed files' names.
Dataset read_split(const std::string& folder, std::string_view name, int classes);

}  // namespace tinycnn
