// SPDX-License-Identifier: MIT
// Files that the command reads and writes. A file appears whole or not at all.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tinycnn::command {

using Bytes = std::vector<std::uint8_t>;

/// Throws Failure where the file cannot be read.
Bytes read_bytes(const std::string& path);
/// The same; gzip is decompressed.
Bytes read_decompressed(const std::string& path);

/// Writes a file by way of another name beside it, so that what was there stays until the new one
/// is whole. Throws Failure.
void write_whole(const std::string& path, std::span<const std::uint8_t> bytes);

/// Refuses, before any work is done, a file that is there already or cannot be written.
void require_writable(const std::string& path, bool force);

bool file_exists(const std::string& path);

}  // namespace tinycnn::command
