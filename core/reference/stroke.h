// SPDX-License-Identifier: MIT
// Reference implementations of the kernels that draw strokes: every pixel is tested against every
// segment, in the same order of arithmetic, so depths within reach of a segment are bit-exact.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/stroke.h"

namespace tinycnn::reference {

void draw_segment(const kernels::InkSegment& segment, kernels::InkField& field);

void ink_to_grey(const kernels::InkField& field, float softness, std::span<std::uint8_t> out);

}  // namespace tinycnn::reference
