// SPDX-License-Identifier: MIT
// exp and log from adds, multiplies and bit shifts in one fixed order, so that every build gives
// the same bits; library versions differ between platforms. Templated on the number type: the
// kernels use it with Batch, the reference implementation with float. The names differ from
// xsimd::exp and xsimd::log, which an unqualified call with a Batch would find instead.
// Polynomials: Cephes Mathematical Library, expf.c and logf.c (S. Moshier, netlib.org/cephes).
#pragma once

#include <bit>
#include <cstdint>

#include "kernels/simd.h"

namespace tinycnn::kernels {

namespace detail {

inline std::int32_t bits(float v) { return std::bit_cast<std::int32_t>(v); }
inline float from_bits(std::int32_t v) { return std::bit_cast<float>(v); }
inline float choose(bool mask, float a, float b) { return mask ? a : b; }
inline float as_float(std::int32_t v) { return static_cast<float>(v); }

template <class A>
xsimd::batch<std::int32_t, A> bits(const xsimd::batch<float, A>& v) {
  return xsimd::bitwise_cast<std::int32_t>(v);
}
template <class A>
xsimd::batch<float, A> from_bits(const xsimd::batch<std::int32_t, A>& v) {
  return xsimd::bitwise_cast<float>(v);
}
template <class M, class A>
xsimd::batch<float, A> choose(const M& mask, const xsimd::batch<float, A>& a,
                              const xsimd::batch<float, A>& b) {
  return xsimd::select(mask, a, b);
}
template <class A>
xsimd::batch<float, A> as_float(const xsimd::batch<std::int32_t, A>& v) {
  return xsimd::to_float(v);
}

}  // namespace detail

/// e^x for x in [-87, 88], clamped to that range; NaN stays NaN. Relative error below 1e-7.
template <class V>
V portable_exp(V x) {
  x = detail::choose(x < V(-87.0F), V(-87.0F), x);
  x = detail::choose(x > V(88.0F), V(88.0F), x);
  // Adding 1.5 * 2^23 rounds to the nearest integer n and leaves it in the low bits.
  const V magic(12582912.0F);
  const V shifted = x * V(1.44269504088896341F) + magic;
  const V n = shifted - magic;
  const V r = (x - n * V(0.693359375F)) - n * V(-2.12194440e-4F);
  V p(1.9875691500e-4F);
  p = p * r + V(1.3981999507e-3F);
  p = p * r + V(8.3334519073e-3F);
  p = p * r + V(4.1665795894e-2F);
  p = p * r + V(1.6666665459e-1F);
  p = p * r + V(5.0000001201e-1F);
  p = p * (r * r) + r + V(1.0F);
  return p * detail::from_bits((detail::bits(shifted) - detail::bits(magic) + 127) << 23);
}

/// Natural logarithm of a positive normal x; NaN stays NaN. Error below 1e-7, relative where the
/// result is above 1, absolute elsewhere.
template <class V>
V portable_log(V x) {
  // x = m * 2^e with m in [sqrt(1/2), sqrt(2)).
  constexpr std::int32_t kSqrtHalf = 0x3F3504F3;
  const auto scaled = detail::bits(x) - kSqrtHalf;
  const auto exponent = scaled >> 23;
  const V m = detail::from_bits(detail::bits(x) - (exponent << 23)) - V(1.0F);
  const V e = detail::as_float(exponent);
  V p(7.0376836292e-2F);
  p = p * m + V(-1.1514610310e-1F);
  p = p * m + V(1.1676998740e-1F);
  p = p * m + V(-1.2420140846e-1F);
  p = p * m + V(1.4249322787e-1F);
  p = p * m + V(-1.6668057665e-1F);
  p = p * m + V(2.0000714765e-1F);
  p = p * m + V(-2.4999993993e-1F);
  p = p * m + V(3.3333331174e-1F);
  const V square = m * m;
  V result = p * m * square + e * V(-2.12194440e-4F) - square * V(0.5F);
  result = m + result + e * V(0.693359375F);
  return detail::choose(x != x, x, result);
}

}  // namespace tinycnn::kernels
