// SPDX-License-Identifier: MIT
#include "tinycnn/dataset.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "support/text.h"

namespace tinycnn {
namespace {

constexpr std::uint32_t kImagesMagic = 0x00000803;
constexpr std::uint32_t kLabelsMagic = 0x00000801;

std::uint32_t big_endian(std::span<const std::uint8_t> bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 |
         std::uint32_t{bytes[at + 2]} << 8 | std::uint32_t{bytes[at + 3]};
}

/// Checks magic number and length. Returns the dimensions; the data follow them.
template <std::size_t Dimensions>
std::array<std::uint32_t, Dimensions> read_header(std::span<const std::uint8_t> bytes,
                                                  std::uint32_t magic, std::string_view what) {
  constexpr std::size_t kHeader = 4 + 4 * Dimensions;
  if (bytes.size() < kHeader) {
    fail("[idx] expected ", what, " with a header of ", kHeader, " bytes, got ", bytes.size(),
         " bytes");
  }
  if (const std::uint32_t found = big_endian(bytes, 0); found != magic) {
    fail("[idx] expected ", what, " (magic number ", magic, "), got magic number ", found);
  }
  std::array<std::uint32_t, Dimensions> dimensions{};
  std::uint64_t size = 1;
  bool fits = true;
  for (std::size_t d = 0; d < Dimensions; ++d) {
    dimensions[d] = big_endian(bytes, 4 + 4 * d);
    if (dimensions[d] == 0) {
      fail("[idx] expected ", what, " with dimensions above 0, got 0 as dimension ", d);
    }
    fits = fits && size <= std::numeric_limits<std::uint64_t>::max() / dimensions[d];
    size = fits ? size * dimensions[d] : size;
  }
  if (!fits || size != bytes.size() - kHeader) {
    fail("[idx] expected ", what, " of ", fits ? concat(size) : "more",
         " bytes as its dimensions say, got ", bytes.size() - kHeader, " bytes after the header");
  }
  constexpr int kMaxDimension = std::numeric_limits<int>::max();
  if (std::ranges::max(dimensions) > std::uint32_t{kMaxDimension}) {
    fail("[idx] expected ", what, " with dimensions up to ", kMaxDimension, ", got ",
         std::ranges::max(dimensions));
  }
  return dimensions;
}

/// "28x28", or "32x32 in 3 channels".
std::string describe_size(const Images& images) {
  const std::string area = concat(images.height, "x", images.width);
  return images.channels == 1 ? area : concat(area, " in ", images.channels, " channels");
}

}  // namespace

Images read_idx_images(std::span<const std::uint8_t> bytes) {
  const auto dimensions = read_header<3>(bytes, kImagesMagic, "an IDX file of images");
  const auto data = bytes.subspan(16);
  return {.count = static_cast<int>(dimensions[0]),
          .height = static_cast<int>(dimensions[1]),
          .width = static_cast<int>(dimensions[2]),
          .pixels = {data.begin(), data.end()}};
}

std::vector<std::uint8_t> read_idx_labels(std::span<const std::uint8_t> bytes, int classes) {
  read_header<1>(bytes, kLabelsMagic, "an IDX file of labels");
  const auto data = bytes.subspan(8);
  const auto wrong =
      std::ranges::find_if(data, [&](std::uint8_t label) { return label >= classes; });
  if (wrong != data.end()) {
    fail("[idx] expected labels from 0 to ", classes - 1, ", got ", int{*wrong}, " at position ",
         wrong - data.begin());
  }
  return {data.begin(), data.end()};
}

Dataset::Dataset(Images images, std::vector<std::uint8_t> labels)
    : images_(std::move(images)), labels_(std::move(labels)) {
  if (images_.count < 1 || images_.channels < 1 || images_.height < 1 || images_.width < 1) {
    fail("[data] expected at least one image of at least one pixel, got ", images_.count,
         " images of ", describe_size(images_));
  }
  // Divides instead of multiplying, so that no product can wrap around to the expected size.
  const std::size_t size = shape().size();
  assert(size > 0);
  if (images_.pixels.size() % size != 0 ||
      images_.pixels.size() / size != static_cast<std::uint64_t>(images_.count)) {
    fail("[data] expected ", images_.count, " images of ", describe_size(images_),
         ", a byte a pixel, got ", images_.pixels.size(), " bytes");
  }
  bytes_per_image_ = size;
  if (labels_.size() != static_cast<std::size_t>(images_.count)) {
    fail("[data] expected a label for each of ", images_.count, " images, got ", labels_.size(),
         " labels");
  }
}

void Dataset::require_labels_below(int classes) const {
  const auto wrong = std::ranges::find_if(labels_, [&](std::uint8_t l) { return l >= classes; });
  if (wrong != labels_.end()) {
    fail("[data] expected labels from 0 to ", classes - 1, ", got ", int{*wrong}, " for image ",
         wrong - labels_.begin());
  }
}

}  // namespace tinycnn
