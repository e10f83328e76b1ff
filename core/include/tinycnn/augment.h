// SPDX-License-Identifier: MIT
// Random distortions of images: how each image looks in each epoch is a pure function of
// (options, seed, epoch, index), with the same bytes in every build.
// Affine: names and meaning of torchvision.transforms.RandomAffine, bilinear, filled with zeros.
// Elastic: P. Simard, D. Steinkraus, J. Platt, "Best practices for convolutional neural networks
// applied to visual document analysis", ICDAR 2003; here a cubic B-spline over a coarse grid of
// random displacements takes the place of their Gaussian.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tinycnn {

inline constexpr int kMaxAugmentSide = 1024;
inline constexpr int kMaxElasticGrid = 8;

/// All off by default. Every number is drawn uniformly from its range, for each image anew.
struct AugmentOptions {
  /// Share of the training images that give way to generated digits (digit_generator.h), label and
  /// all, drawn anew every epoch; 0..1. Generated digits are not distorted any further.
  double generated = 0.0;
  double degrees = 0.0;        ///< rotation from -degrees to degrees about the centre; 0..180
  double translate_x = 0.0;    ///< shift by up to this fraction of the width, both ways; 0..1
  double translate_y = 0.0;    ///< the same of the height
  double scale_min = 1.0;      ///< size from scale_min..
  double scale_max = 1.0;      ///< ..to scale_max times the image's; 0.1..10
  double shear = 0.0;          ///< slant along x from -shear to shear degrees; 0 to below 90
  double elastic_alpha = 0.0;  ///< displacement bound in pixels, of x and of y; 0..100. The root
                               ///< mean square of each is 0.28 times as much.
  int elastic_grid = 4;        ///< cells a side of the displacement's grid; 1..8. 4 at 28 pixels
                               ///< is as smooth as a Gaussian of 4 pixels.
  double thickness_min = 0.0;  ///< strokes grow (+) or shrink (-) by thickness_min..
  double thickness_max = 0.0;  ///< ..to thickness_max pixels of width; -2..2

  friend bool operator==(const AugmentOptions&, const AugmentOptions&) = default;
};

/// Whether these options distort no image.
bool is_identity(const AugmentOptions& options) noexcept;

/// Throws Error for numbers outside their range.
void require_valid(const AugmentOptions& options);

/// Which of all possible distortions an image gets.
struct AugmentKey {
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0;
  std::uint64_t index = 0;  ///< of the image in its data set
};

/// What is done to one image. x goes right, y down; positive angles turn clockwise.
struct Distortion {
  static constexpr std::size_t kMaxControls = (kMaxElasticGrid + 3) * (kMaxElasticGrid + 3);

  double degrees = 0.0;
  double translate_x = 0.0;  ///< pixels
  double translate_y = 0.0;  ///< pixels
  double scale = 1.0;
  double shear = 0.0;      ///< degrees
  double thickness = 0.0;  ///< pixels
  /// Displacements at the grid's control points in pixels, [G+3][G+3]: where an output pixel looks,
  /// relative to where it would look without. Unused where the options have no elastic_alpha.
  std::array<float, kMaxControls> elastic_x{};
  std::array<float, kMaxControls> elastic_y{};
};

/// Memory that one image needs on its way; one for each thread.
struct AugmentScratch {
  std::vector<std::uint8_t> framed;
  std::vector<std::uint8_t> thickened;
  std::vector<std::uint32_t> quads;
  std::vector<float> elastic_x;
  std::vector<float> elastic_y;
};

/// Distorts images of one size. Unchanging after construction, so that threads may share it.
class Augmenter {
 public:
  /// Throws Error as require_valid does, and unless both sides are from 1 to kMaxAugmentSide.
  Augmenter(const AugmentOptions& options, int height, int width);

  [[nodiscard]] AugmentScratch make_scratch() const;

  /// image -> out, both [C][H][W] for any C, a byte a pixel, 0 background, 255 ink; may be the same
  /// memory. All channels are distorted alike. Allocates nothing. scratch: of this augmenter's
  /// make_scratch.
  void augment(const AugmentKey& key, std::span<const std::uint8_t> image,
               std::span<std::uint8_t> out, AugmentScratch& scratch) const noexcept;

  /// The two halves of augment: what the key stands for, and doing it.
  [[nodiscard]] Distortion draw(const AugmentKey& key) const noexcept;
  void distort(const Distortion& distortion, std::span<const std::uint8_t> image,
               std::span<std::uint8_t> out, AugmentScratch& scratch) const noexcept;

 private:
  AugmentOptions options_;
  int height_;
  int width_;
  // The spline's weights: of each control column for each pixel column, [G+3][W'], and of the four
  // control rows from row_cells_[y] on for each pixel row, [H][4].
  std::vector<float> column_weights_;
  std::vector<float> row_weights_;
  std::vector<int> row_cells_;
};

}  // namespace tinycnn
