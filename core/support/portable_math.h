// SPDX-License-Identifier: MIT
// Math functions for cold paths that are bit-exact on every platform, unlike those of the C
// library: only additions, multiplications and divisions in one fixed order. (For vectors see
// kernels/exp_log.h.)
#pragma once

namespace tinycnn {

struct SinCos {
  double sin = 0.0;
  double cos = 1.0;
};

/// Sine and cosine of an angle in degrees, |degrees| up to 1e6; exact at multiples of 90. Error
/// below 1e-15 up to 360 degrees.
constexpr SinCos sin_cos_degrees(double degrees) noexcept {
  // degrees = 90 * quarter + rest, rest from -45 to 45: Taylor series up to x^17 and x^16.
  const double quarters = degrees / 90.0;
  const int quarter = static_cast<int>(quarters < 0.0 ? quarters - 0.5 : quarters + 0.5);
  const double x = (degrees - 90.0 * quarter) * (3.14159265358979323846 / 180.0);
  const double square = x * x;
  double sin = 1.0;
  for (int n = 16; n >= 2; n -= 2) {
    sin = 1.0 - square / (n * (n + 1)) * sin;
  }
  sin *= x;
  double cos = 1.0;
  for (int n = 15; n >= 1; n -= 2) {
    cos = 1.0 - square / (n * (n + 1)) * cos;
  }
  switch (quarter & 3) {
    case 1:
      return {cos, -sin};
    case 2:
      return {-sin, -cos};
    case 3:
      return {-cos, sin};
    default:
      return {sin, cos};
  }
}

/// Natural logarithm of a number of at least 1. Relative error below 1e-15.
constexpr double natural_log(int number) noexcept {
  // number = 2^k * m, m from 1 to below 2; log(m) = 2 * atanh(t), t = (m - 1) / (m + 1) below 1/3.
  double m = number;
  int k = 0;
  for (; m >= 2.0; m *= 0.5) {
    ++k;
  }
  const double t = (m - 1.0) / (m + 1.0);
  double sum = 0.0;
  for (int n = 31; n >= 1; n -= 2) {
    sum = sum * (t * t) + 1.0 / n;
  }
  return k * 0.69314718055994530942 + 2.0 * t * sum;
}

}  // namespace tinycnn
