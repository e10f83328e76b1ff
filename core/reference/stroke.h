// SPDX-License-Identifier: MIT
// Scalar twins of the kernels that ink strokes: every pixel is asked about every segment. In the
// kernels' order of arithmetic, so that depths within a segment's reach are equal to the last bit.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/stroke.h"

namespace tinycnn::reference {

void draw_segment(const kernels::InkSegment& segment, kernels::InkField& field);

void ink_to_grey(const kernels::InkField& field, float softness, std::span<std::uint8_t> out);

}  // namespace tinycnn::reference
