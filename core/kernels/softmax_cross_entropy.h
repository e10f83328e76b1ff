// SPDX-License-Identifier: MIT
// Softmax and cross entropy (torch.nn.CrossEntropyLoss, classes as targets) over blocks of B
// samples. Losses are in nats.
#pragma once

#include <cstdint>
#include <span>

namespace tinycnn::kernels {

/// logits [K][B] -> probabilities [K][B]. May be the same memory.
void softmax_forward(std::span<const float> logits, std::span<float> probabilities) noexcept;

/// logits [K][B], labels [B] in 0..K-1 -> losses [B] and d_logits [K][B], the gradient of
/// loss * scale. Lanes from `samples` on are padding: their loss and gradient are zero.
/// d_logits may be logits, or empty where only losses are wanted.
void softmax_cross_entropy(std::span<const float> logits, std::span<const std::uint8_t> labels,
                           int samples, float scale, std::span<float> losses,
                           std::span<float> d_logits) noexcept;

/// logits [K][B] -> the index of the largest of each lane, the first of equals; predicted [B].
void argmax(std::span<const float> logits, std::span<std::uint8_t> predicted) noexcept;

}  // namespace tinycnn::kernels
