// SPDX-License-Identifier: MIT
#include "kernels/vectors.h"

#include "kernels/simd.h"

namespace tinycnn::kernels {

const char* vectors() noexcept { return Batch::arch_type::name(); }

}  // namespace tinycnn::kernels
