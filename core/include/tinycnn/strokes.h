// SPDX-License-Identifier: MIT
// A drawing as pen strokes, and its conversion to an image as in MNIST.
// Method: Y. LeCun, C. Cortes, C. Burges, http://yann.lecun.com/exdb/mnist/: the bounding
// box of the ink is fitted into 20x20 with its aspect ratio, anti-aliased, and shifted by whole
// pixels so that the centre of mass is in the middle of 28x28. The pen has the average thickness of
// MNIST's, whatever it was on the screen. The result is bit-exact in every build.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tinycnn {

inline constexpr int kDigitSide = 28;
inline constexpr int kDigitBox = 20;
inline constexpr std::size_t kMaxStrokePoints = 100'000;  ///< of all strokes of a drawing
inline constexpr double kMaxStrokeCoordinate = 1e9;

/// x goes right, y down, in any unit.
struct StrokePoint {
  double x = 0.0;
  double y = 0.0;
  double pressure = 0.5;  ///< 0..1, as in PointerEvent: 0.5 if the device does not report it

  friend bool operator==(const StrokePoint&, const StrokePoint&) = default;
};

/// The path of the pen between touching down and lifting. A single point is a dot.
using Stroke = std::vector<StrokePoint>;

/// Strokes one after another: stroke s has the points from ends[s - 1] (or 0) to ends[s]
/// (exclusive).
struct StrokePath {
  std::span<const StrokePoint> points;
  std::span<const std::uint32_t> ends;
};

/// What the ink looks like, in pixels of the 20x20 image. The defaults are MNIST's, by measures
/// that need an image alone (tests/support/stroke_shapes.h): of MNIST's training images they
/// are 2.715 and 1.163, of strokes inked by this pen within 2 % of that.
struct Pen {
  double thickness = 2.5;  ///< mean over the strokes' length; 0.1..10
  double softness = 1.1;   ///< width over which the edge goes from ink to paper; 0.1..10
};

/// The image and every intermediate step.
struct RenderedStrokes {
  struct Box {
    double left = 0.0;
    double top = 0.0;
    double right = 0.0;
    double bottom = 0.0;
  };

  bool empty = true;   ///< no stroke has a point; all members below are zero
  Box box{};           ///< 1. bounding box of the path, in units of the drawing
  double scale = 0.0;  ///< 2. pixels per unit; 0 for a single dot
  std::array<std::uint8_t, std::size_t{kDigitBox} * kDigitBox> boxed{};  ///< 3. [20][20]
  double center_x = 0.0;  ///< 4. centre of mass of `boxed`, in pixels from its corner
  double center_y = 0.0;
  int left = 0;  ///< 5. position of `boxed` in the 28x28 image
  int top = 0;
  std::array<std::uint8_t, std::size_t{kDigitSide} * kDigitSide> pixels{};  ///< 6. [28][28]

  /// The position of a point of the drawing in the 20x20 image, in pixels from its corner.
  [[nodiscard]] StrokePoint fit(const StrokePoint& point) const;
};

/// Strokes without points are passed over. Throws Error for coordinates or pressures that are no
/// finite numbers, coordinates beyond +-kMaxStrokeCoordinate, pressures outside 0..1, more than
/// kMaxStrokePoints points, ends that fall or pass the points, and a pen outside its ranges.
RenderedStrokes render_strokes(const StrokePath& path, const Pen& pen = {});
RenderedStrokes render_strokes(std::span<const Stroke> strokes, const Pen& pen = {});

}  // namespace tinycnn
