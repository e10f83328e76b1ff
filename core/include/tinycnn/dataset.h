// SPDX-License-Identifier: MIT
// Labelled images, and the IDX format for grey images.
// Format: http://yann.lecun.com/exdb/mnist/ (big-endian magic, dimensions, then bytes).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tinycnn/shape.h"

namespace tinycnn {

/// Images of one size, a byte per pixel and channel; grey ones: 0 background, 255 ink.
struct Images {
  int count = 0;
  int channels = 1;
  int height = 0;
  int width = 0;
  std::vector<std::uint8_t> pixels;  ///< [N][C][H][W]
};

/// Reads an IDX file of images (magic 0x00000803, dimensions N, H, W). `bytes`: decompressed.
/// Throws Error for another magic number, sizes of 0, and a length that does not match the
/// dimensions.
Images read_idx_images(std::span<const std::uint8_t> bytes);

/// Reads an IDX file of labels (magic 0x00000801, dimension N).
/// Throws Error in the same cases, and for labels that are not below `classes`.
std::vector<std::uint8_t> read_idx_labels(std::span<const std::uint8_t> bytes, int classes);

/// Images, each with a label.
class Dataset {
 public:
  Dataset() = default;
  /// Throws Error unless there is at least one image, a label for each, and as many bytes as the
  /// dimensions say.
  Dataset(Images images, std::vector<std::uint8_t> labels);

  /// Number of images.
  [[nodiscard]] std::size_t size() const { return labels_.size(); }
  /// Of one image.
  [[nodiscard]] Shape shape() const { return {images_.channels, images_.height, images_.width}; }
  [[nodiscard]] int channels() const { return images_.channels; }
  [[nodiscard]] int height() const { return images_.height; }
  [[nodiscard]] int width() const { return images_.width; }
  /// Throws Error if a label is not below `classes`.
  void require_labels_below(int classes) const;

  /// The pixels of one image, [C][H][W], and its label. index: below size(), which is not checked.
  [[nodiscard]] const std::uint8_t* pixels(std::size_t index) const {
    return images_.pixels.data() + index * bytes_per_image_;
  }
  [[nodiscard]] std::uint8_t label(std::size_t index) const { return labels_[index]; }

 private:
  Images images_;
  std::vector<std::uint8_t> labels_;
  std::size_t bytes_per_image_ = 0;
};

}  // namespace tinycnn
