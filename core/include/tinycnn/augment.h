// SPDX-License-Identifier: MIT
// Random distortions of images: how each image looks in each epoch is a pure function of
// (options, seed, epoch, index), bit-exact in every build.
// Affine: names and meaning of torchvision.transforms.RandomAffine, bilinear, filled with zeros.
// Elastic: P. Simard, D. Steinkraus, J. Platt, "Best practices for convolutional neural networks
// applied to visual document analysis", ICDAR 2003; here a cubic B-spline over a coarse grid of
// random displacements replaces the Gaussian filter.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tinycnn {

inline constexpr int kMaxAugmentSide = 1024;
inline constexpr int kMaxElasticGrid = 8;

/// All off by default. For each image every value is drawn uniformly from its range.
struct AugmentOptions {
  /// Share of the training images that are replaced by generated digits (digit_generator.h) with
  /// their labels, different ones in every epoch; 0..1. Generated digits are not distorted.
  double generated = 0.0;
  double degrees = 0.0;        ///< rotation from -degrees to degrees about the centre; 0..180
  double translate_x = 0.0;    ///< shift by up to this fraction of the width, both ways; 0..1
  double translate_y = 0.0;    ///< the same for the height
  double scale_min = 1.0;      ///< scaled by a factor from scale_min..
  double scale_max = 1.0;      ///< ..to scale_max; 0.1..10
  double shear = 0.0;          ///< slant along x from -shear to shear degrees; 0 to below 90
  double elastic_alpha = 0.0;  ///< maximum displacement in x and in y, in pixels; 0..100. The root
                               ///< mean square of each is 0.28 times this.
  int elastic_grid = 4;  ///< cells per side of the grid of displacements; 1..8. 4 at 28 pixels
                         ///< is as smooth as a Gaussian of 4 pixels.
  double thickness_min = 0.0;  ///< strokes become thicker (+) or thinner (-) by thickness_min..
  double thickness_max = 0.0;  ///< ..to thickness_max pixels; -2..2

  friend bool operator==(const AugmentOptions&, const AugmentOptions&) = default;
};

/// Whether these options distort no images.
bool is_identity(const AugmentOptions& options) noexcept;

/// Throws Error for values outside their range.
void require_valid(const AugmentOptions& options);

/// Selects the distortion of an image.
struct AugmentKey {
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0;
  std::uint64_t index = 0;  ///< of the image in its data set
};

/// The distortion of one image. x goes right, y down; positive angles turn clockwise.
struct Distortion {
  static constexpr std::size_t kMaxControls = (kMaxElasticGrid + 3) * (kMaxElasticGrid + 3);

  double degrees = 0.0;
  double translate_x = 0.0;  ///< pixels
  double translate_y = 0.0;  ///< pixels
  double scale = 1.0;
  double shear = 0.0;      ///< degrees
  double thickness = 0.0;  ///< pixels
  /// Displacements at the control points of the grid in pixels, [G+3][G+3]. They are added to the
  /// position that an output pixel reads. Unused without elastic_alpha.
  std::array<float, kMaxControls> elastic_x{};
  std::array<float, kMaxControls> elastic_y{};
};

/// Scratch memory for one image; each thread needs its own.
struct AugmentScratch {
  std::vector<std::uint8_t> framed;
  std::vector<std::uint8_t> thickened;
  std::vector<std::uint32_t> quads;
  std::vector<float> elastic_x;
  std::vector<float> elastic_y;
};

/// Distorts images of one size. Immutable, so that threads can share it.
class Augmenter {
 public:
  /// Throws Error as require_valid does, and unless both sides are from 1 to kMaxAugmentSide.
  Augmenter(const AugmentOptions& options, int height, int width);

  [[nodiscard]] AugmentScratch make_scratch() const;

  /// image -> out, both [C][H][W] bytes, 0 background, 255 ink; may be the same memory. All
  /// channels are distorted in the same way. Allocates nothing. scratch: from make_scratch of this
  /// augmenter.
  void augment(const AugmentKey& key, std::span<const std::uint8_t> image,
               std::span<std::uint8_t> out, AugmentScratch& scratch) const noexcept;

  /// The two halves of augment: the distortion of a key, and applying it.
  [[nodiscard]] Distortion draw(const AugmentKey& key) const noexcept;
  void distort(const Distortion& distortion, std::span<const std::uint8_t> image,
               std::span<std::uint8_t> out, AugmentScratch& scratch) const noexcept;

 private:
  AugmentOptions options_;
  int height_;
  int width_;
  // Weights of the spline: of each control column for each pixel column, [G+3][W'], and for each
  // pixel row of the four control rows from row_cells_[y] on, [H][4].
  std::vector<float> column_weights_;
  std::vector<float> row_weights_;
  std::vector<int> row_cells_;
};

}  // namespace tinycnn
