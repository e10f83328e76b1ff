// SPDX-License-Identifier: MIT
// Images to classify: PGM files, IDX files of images, and folders of these.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tinycnn/shape.h"

namespace tinycnn::command {

struct NamedImage {
  std::string name;  ///< its path; in an IDX file with its number
  std::vector<std::uint8_t> pixels;
};

/// Appends the images of a file or folder. Throws Failure for what cannot be read, and for images
/// of another size than the network's input.
void read_images(const std::string& path, const Shape& input, std::vector<NamedImage>& images);

}  // namespace tinycnn::command
