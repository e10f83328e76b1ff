// SPDX-License-Identifier: MIT
// Four floats in a register, in every build: for kernels whose vectors run along channels or pixels
// of one sample instead of along samples.
#pragma once

#include <xsimd/xsimd.hpp>

namespace tinycnn::kernels {

using Quad = xsimd::make_sized_batch_t<float, 4>;

inline Quad load_quad(const float* from) { return Quad::load_unaligned(from); }

}  // namespace tinycnn::kernels
