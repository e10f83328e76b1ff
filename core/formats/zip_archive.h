// SPDX-License-Identifier: MIT
// The files of a zip archive that stores them uncompressed, as PyTorch's do.
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tinycnn {

struct ZipEntry {
  std::string name;
  std::span<const std::uint8_t> bytes;
};

/// Reads the central directory. Throws Error for what is not a zip archive, is cut short, is
/// larger than 4 GiB, encrypted or compressed.
std::vector<ZipEntry> read_zip(std::span<const std::uint8_t> bytes);

}  // namespace tinycnn
