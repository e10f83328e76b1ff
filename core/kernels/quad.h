// SPDX-License-Identifier: MIT
// Four floats in a register, in every build: for kernels whose vectors run along channels or pixels
// of one sample instead of along samples.
#pragma once

#include <type_traits>

#include "kernels/xsimd.h"

namespace tinycnn::kernels {

/// Where the widest register has four floats it may be one that xsimd does not choose by itself.
using Quad = std::conditional_t<(xsimd::batch<float>::size > 4), xsimd::make_sized_batch<float, 4>,
                                std::type_identity<xsimd::batch<float>>>::type;

inline Quad load_quad(const float* from) { return Quad::load_unaligned(from); }

}  // namespace tinycnn::kernels
