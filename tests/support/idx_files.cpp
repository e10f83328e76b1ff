// SPDX-License-Identifier: MIT
#include "support/idx_files.h"

#include <fstream>
#include <iterator>

#include "support/text.h"

namespace tinycnn {

std::vector<std::uint8_t> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    fail("[read_file] cannot read ", path);
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Dataset read_split(const std::string& folder, std::string_view name, int classes) {
  const std::string start = concat(folder, "/", name);
  return {read_idx_images(read_file(start + "-images-idx3-ubyte")),
          read_idx_labels(read_file(start + "-labels-idx1-ubyte"), classes)};
}

}  // namespace tinycnn
