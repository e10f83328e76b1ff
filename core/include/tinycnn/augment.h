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

/// Limits: pixels of an image's side, and cells of a side of the grid of displacements.
inline constexpr int kMaxAugmentSide = 1024;
inline constexpr int kMaxElasticGrid = 8;

/// The largest alpha of the Beta distribution that mixup draws from.
inline constexpr double kMaxMixup = 2.0;

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
  /// A square of this many pixels a side becomes background, around a random pixel, so that it may
  /// reach over the edge (Cutout, arXiv:1708.04552). After the distortions; 0..1,024, 0: none.
  int cutout = 0;
  /// Each image is mixed with another random one of the training set, and the loss with the other's
  /// label (mixup, arXiv:1710.09412). The shares are drawn from the beta distribution of
  /// (mixup, mixup); an image keeps the larger one. Last of all, generated digits included. 0..2;
  /// 0: none.
  double mixup = 0.0;

  friend bool operator==(const AugmentOptions&, const AugmentOptions&) = default;
};

/// Whether an image stays as it is where it is neither replaced nor mixed.
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

/// A pixel of an image, from its upper left corner.
struct PixelPlace {
  int x = 0;
  int y = 0;
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

  /// Scratch memory for images of this augmenter's size.
  [[nodiscard]] AugmentScratch make_scratch() const;

  /// image -> out, both [C][H][W] bytes, 0 background, 255 ink; may be the same memory. All
  /// channels are distorted in the same way. Allocates nothing. scratch: from make_scratch of this
  /// augmenter.
  void augment(const AugmentKey& key, std::span<const std::uint8_t> image,
               std::span<std::uint8_t> out, AugmentScratch& scratch) const noexcept;

  /// The parts of augment: the distortion of a key, applying it, and the cutout around a pixel.
  [[nodiscard]] Distortion draw(const AugmentKey& key) const noexcept;
  void distort(const Distortion& distortion, std::span<const std::uint8_t> image,
               std::span<std::uint8_t> out, AugmentScratch& scratch) const noexcept;
  [[nodiscard]] PixelPlace cutout_center(const AugmentKey& key) const noexcept;
  /// A page that cuts out nothing does not load it: it must not be inlined.
  [[gnu::noinline]] void cut_out(const AugmentKey& key,
                                 std::span<std::uint8_t> image) const noexcept;

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
