// SPDX-License-Identifier: MIT
#include "tinycnn/augment.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "kernels/elastic.h"
#include "kernels/thickness.h"
#include "kernels/warp.h"
#include "support/portable_math.h"
#include "support/random.h"
#include "support/text.h"

namespace tinycnn {
namespace {

constexpr std::uint32_t kScalarBlocks = 2;  // the blocks before those of the controls

void require_range(std::string_view what, double lowest, double highest, double got) {
  if (!(got >= lowest && got <= highest)) {
    fail("[augment] expected ", what, " from ", lowest, " to ", highest, ", got ", got);
  }
}

void require_ordered(std::string_view what, double min, double max) {
  if (!(min <= max)) {
    fail("[augment] expected ", what, " with its minimum first, got ", min, " and ", max);
  }
}

/// Four random words: number `block` of the key, counted from 0.
std::array<std::uint32_t, 4> words(const AugmentKey& key, std::uint32_t block) noexcept {
  const auto purpose = static_cast<std::uint32_t>(Purpose::kAugmentation) | block << 8;
  return philox4x32_10(
      {static_cast<std::uint32_t>(key.index), static_cast<std::uint32_t>(key.index >> 32),
       key.epoch, purpose},
      {static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)});
}

double between(double min, double max, std::uint32_t word) noexcept {
  return min + (max - min) * static_cast<double>(to_unit_float(word));
}

/// An integer from 0 to count - 1.
int below(int count, std::uint32_t word) noexcept {
  return static_cast<int>(static_cast<std::uint64_t>(count) * word >> 32);
}

/// From -bound to bound, at the centre of one of 2^16 intervals.
float displacement(float bound, std::uint32_t number) noexcept {
  return bound * ((static_cast<float>(number) + 0.5F) * 0x1.0p-15F - 1.0F);
}

/// One word gives the x and the y displacement of a control point.
void draw_controls(const AugmentKey& key, float bound, std::size_t count,
                   Distortion& distortion) noexcept {
  for (std::size_t first = 0; first < count; first += 4) {
    const auto random = words(key, kScalarBlocks + static_cast<std::uint32_t>(first / 4));
    for (std::size_t i = first; i < std::min(first + 4, count); ++i) {
      distortion.elastic_x[i] = displacement(bound, random[i - first] & 0xFFFF);
      distortion.elastic_y[i] = displacement(bound, random[i - first] >> 16);
    }
  }
}

std::size_t controls_a_side(const AugmentOptions& options) {
  return static_cast<std::size_t>(options.elastic_grid) + 3;
}

kernels::ImageFrame frame_of(int height, int width) {
  return {static_cast<std::size_t>(height), static_cast<std::size_t>(width)};
}

/// The grid cell of a pixel, and the position of the pixel in it.
struct Place {
  int cell;
  float share;

  Place(int pixel, int size, int cells) {
    const int scaled = (2 * pixel + 1) * cells;  // in units of half a pixel
    cell = scaled / (2 * size);
    share = static_cast<float>(scaled - cell * 2 * size) / static_cast<float>(2 * size);
  }
};

/// The inverse of torchvision's matrix T * C * RotateScaleShear * C^-1, in the frame's coordinates.
kernels::AffineMap inverse_map(const Distortion& distortion, int height, int width) noexcept {
  const auto [sin, cos] = sin_cos_degrees(distortion.degrees);
  const SinCos slant = sin_cos_degrees(distortion.shear);
  const double tan = slant.sin / slant.cos;
  const double u_x = (cos - sin * tan) / distortion.scale;
  const double u_y = (cos * tan + sin) / distortion.scale;
  const double v_x = -sin / distortion.scale;
  const double v_y = cos / distortion.scale;
  const double center_x = (width - 1) / 2.0;
  const double center_y = (height - 1) / 2.0;
  const double x = center_x + distortion.translate_x;
  const double y = center_y + distortion.translate_y;
  return {.u_x = static_cast<float>(u_x),
          .u_y = static_cast<float>(u_y),
          .u_0 = static_cast<float>(center_x + 1.0 - (u_x * x + u_y * y)),
          .v_x = static_cast<float>(v_x),
          .v_y = static_cast<float>(v_y),
          .v_0 = static_cast<float>(center_y + 1.0 - (v_x * x + v_y * y))};
}

/// Half of the change of a stroke's width, in the units of the kernel, rounded to nearest.
int thickness_weight(double thickness) noexcept {
  const double weight = thickness / 2.0 * kernels::kWholePixel;
  return static_cast<int>(weight < 0.0 ? weight - 0.5 : weight + 0.5);
}

/// A page that uses neither does not load it: it must not be inlined.
[[gnu::noinline]] void require_valid_extras(const AugmentOptions& options) {
  require_range("a cutout", 0.0, kMaxAugmentSide, options.cutout);
  require_range("a mixup", 0.0, kMaxMixup, options.mixup);
}

}  // namespace

bool is_identity(const AugmentOptions& options) noexcept {
  return options.degrees == 0.0 && options.translate_x == 0.0 && options.translate_y == 0.0 &&
         options.scale_min == 1.0 && options.scale_max == 1.0 && options.shear == 0.0 &&
         options.elastic_alpha == 0.0 && options.thickness_min == 0.0 &&
         options.thickness_max == 0.0 && options.cutout == 0;
}

void require_valid(const AugmentOptions& options) {
  require_range("a share of generated digits", 0.0, 1.0, options.generated);
  require_range("degrees", 0.0, 180.0, options.degrees);
  require_range("a translation along x", 0.0, 1.0, options.translate_x);
  require_range("a translation along y", 0.0, 1.0, options.translate_y);
  require_range("a scale", 0.1, 10.0, options.scale_min);
  require_range("a scale", 0.1, 10.0, options.scale_max);
  require_ordered("scales", options.scale_min, options.scale_max);
  if (!(options.shear >= 0.0 && options.shear < 90.0)) {
    fail("[augment] expected a shear from 0 to below 90 degrees, got ", options.shear);
  }
  require_range("an elastic alpha", 0.0, 100.0, options.elastic_alpha);
  if (options.elastic_grid < 1 || options.elastic_grid > kMaxElasticGrid) {
    fail("[augment] expected an elastic grid of 1 to ", kMaxElasticGrid, " cells, got ",
         options.elastic_grid);
  }
  require_range("a thickness", -2.0, 2.0, options.thickness_min);
  require_range("a thickness", -2.0, 2.0, options.thickness_max);
  require_ordered("thicknesses", options.thickness_min, options.thickness_max);
  if (options.cutout != 0 || options.mixup != 0.0) {
    require_valid_extras(options);
  }
}

Augmenter::Augmenter(const AugmentOptions& options, int height, int width)
    : options_(options), height_(height), width_(width) {
  require_valid(options);
  if (height < 1 || width < 1 || height > kMaxAugmentSide || width > kMaxAugmentSide) {
    fail("[augment] expected images with sides from 1 to ", kMaxAugmentSide, ", got ", height, "x",
         width);
  }
  const kernels::ImageFrame frame = frame_of(height, width);
  column_weights_.resize(controls_a_side(options) * frame.float_width());
  for (int x = 0; x < width; ++x) {
    const Place place(x, width, options.elastic_grid);
    const auto weights = kernels::spline_weights(place.share);
    for (std::size_t i = 0; i < 4; ++i) {
      const std::size_t column = static_cast<std::size_t>(place.cell) + i;
      column_weights_[column * frame.float_width() + static_cast<std::size_t>(x)] = weights[i];
    }
  }
  for (int y = 0; y < height; ++y) {
    const Place place(y, height, options.elastic_grid);
    row_cells_.push_back(place.cell);
    const auto weights = kernels::spline_weights(place.share);
    row_weights_.insert(row_weights_.end(), weights.begin(), weights.end());
  }
}

AugmentScratch Augmenter::make_scratch() const {
  const kernels::ImageFrame frame = frame_of(height_, width_);
  AugmentScratch scratch;
  scratch.framed.resize(frame.size());
  scratch.thickened.resize(frame.size());
  scratch.quads.resize(frame.quads());
  scratch.elastic_x.resize(column_weights_.size());
  scratch.elastic_y.resize(column_weights_.size());
  return scratch;
}

Distortion Augmenter::draw(const AugmentKey& key) const noexcept {
  const auto first = words(key, 0);
  const auto second = words(key, 1);
  const double shift_x = options_.translate_x * width_;
  const double shift_y = options_.translate_y * height_;
  Distortion distortion;
  distortion.degrees = between(-options_.degrees, options_.degrees, first[0]);
  distortion.translate_x = between(-shift_x, shift_x, first[1]);
  distortion.translate_y = between(-shift_y, shift_y, first[2]);
  distortion.scale = between(options_.scale_min, options_.scale_max, first[3]);
  distortion.shear = between(-options_.shear, options_.shear, second[0]);
  distortion.thickness = between(options_.thickness_min, options_.thickness_max, second[1]);
  if (options_.elastic_alpha > 0.0) {
    const std::size_t side = controls_a_side(options_);
    draw_controls(key, static_cast<float>(options_.elastic_alpha), side * side, distortion);
  }
  return distortion;
}

void Augmenter::distort(const Distortion& distortion, std::span<const std::uint8_t> image,
                        std::span<std::uint8_t> out, AugmentScratch& scratch) const noexcept {
  const kernels::ImageFrame frame = frame_of(height_, width_);
  kernels::ElasticField field;
  if (options_.elastic_alpha > 0.0) {
    const std::size_t side = controls_a_side(options_);
    kernels::elastic_rows(side, distortion.elastic_x, column_weights_, scratch.elastic_x);
    kernels::elastic_rows(side, distortion.elastic_y, column_weights_, scratch.elastic_y);
    field = {scratch.elastic_x, scratch.elastic_y, row_weights_, row_cells_};
  }
  const int weight = thickness_weight(distortion.thickness);
  const kernels::AffineMap map = inverse_map(distortion, height_, width_);
  const std::size_t area = frame.H * frame.W;
  for (std::size_t plane = 0; plane < image.size(); plane += area) {
    kernels::frame_image(frame, image.subspan(plane, area), scratch.framed);
    if (weight != 0) {
      kernels::change_thickness(frame, scratch.framed, weight, scratch.thickened);
    }
    kernels::pack_quads(frame, weight != 0 ? scratch.thickened : scratch.framed, scratch.quads);
    kernels::warp(frame, scratch.quads, map, field, out.subspan(plane, area));
  }
}

PixelPlace Augmenter::cutout_center(const AugmentKey& key) const noexcept {
  const auto random = words(key, kScalarBlocks - 1);
  return {.x = below(width_, random[2]), .y = below(height_, random[3])};
}

void Augmenter::cut_out(const AugmentKey& key, std::span<std::uint8_t> image) const noexcept {
  const PixelPlace center = cutout_center(key);
  const int left = center.x - options_.cutout / 2;
  const int top = center.y - options_.cutout / 2;
  const auto first = static_cast<std::size_t>(std::max(left, 0));
  const auto end = static_cast<std::size_t>(std::clamp(left + options_.cutout, 0, width_));
  const auto width = static_cast<std::size_t>(width_);
  for (std::size_t row = 0; row * width < image.size(); ++row) {
    const int y = static_cast<int>(row) % height_ - top;
    if (y >= 0 && y < options_.cutout) {
      std::fill_n(&image[row * width + first], end - first, std::uint8_t{0});
    }
  }
}

void Augmenter::augment(const AugmentKey& key, std::span<const std::uint8_t> image,
                        std::span<std::uint8_t> out, AugmentScratch& scratch) const noexcept {
  distort(draw(key), image, out, scratch);
  if (options_.cutout > 0) {
    cut_out(key, out);
  }
}

}  // namespace tinycnn
