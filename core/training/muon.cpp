// SPDX-License-Identifier: MIT
#include "training/muon.h"

#include <algorithm>
#include <cmath>

#include "kernels/optimizer.h"

namespace tinycnn {
namespace {

kernels::MatrixShape matrix_of(const ParameterSpec& spec) {
  if (spec.shape.size() < 2) {
    return {};
  }
  const auto rows = static_cast<std::size_t>(spec.shape.front());
  return {rows, spec.size() / rows};
}

/// Multiply-adds of a Newton-Schulz step, about.
std::size_t cost_of(const Muon::Tensor& tensor) {
  return std::min(tensor.matrix.rows, tensor.matrix.columns) * tensor.count;
}

kernels::MuonStep muon_numbers(const OptimizerOptions& options, const OptimizerStep& step,
                               const kernels::MatrixShape& matrix) {
  // Makes the root mean square of the change what that of Adam's is, about 0.2 learning rates
  // (J. Liu et al., arXiv:2502.16982), so that one learning rate suits all tensors.
  const double scale = 0.2 * std::sqrt(static_cast<double>(std::max(matrix.rows, matrix.columns)));
  return {.momentum = static_cast<float>(step.momentum),
          .one_minus_momentum = static_cast<float>(1.0 - step.momentum),
          .gradient_scale = static_cast<float>(step.gradient_scale),
          .shrink = static_cast<float>(1.0 - step.learning_rate * options.weight_decay),
          .step_size = static_cast<float>(step.learning_rate * scale),
          .nesterov = options.nesterov};
}

}  // namespace

Muon::Muon(const Model& model, std::size_t threads) {
  for (const auto& [spec, offset] : model.parameter_views()) {
    if (spec.is_trained() && offset < model.trainable_size()) {
      tensors_.push_back({offset, round_up_to_lanes(spec.size()), matrix_of(spec)});
      scratch_size_ =
          std::max(scratch_size_, kernels::newton_schulz_scratch(tensors_.back().matrix));
    }
  }
  std::ranges::sort(tensors_, std::ranges::greater{}, cost_of);
  scratch_.resize(buffer_size(threads, scratch_size_, "matrices of Muon's of all threads"));
}

Muon::~Muon() = default;

void Muon::step(const OptimizerOptions& options, const OptimizerStep& step, const Tensor& tensor,
                std::size_t thread, std::span<float> gradient, std::span<float> parameters,
                std::span<float> state) noexcept {
  const auto& [first, count, matrix] = tensor;
  if (matrix.rows == 0) {
    kernels::adam_step(adam_numbers(options, step), gradient.subspan(first, count),
                       parameters.subspan(first, count), state.subspan(first, count),
                       state.subspan(parameters.size() + first, count));
    return;
  }
  const kernels::MuonStep numbers = muon_numbers(options, step, matrix);
  const std::span<float> direction = gradient.subspan(first, count);
  kernels::muon_direction(numbers, direction, state.subspan(first, count));
  kernels::newton_schulz(matrix, direction.first(matrix.rows * matrix.columns),
                         std::span(scratch_).subspan(thread * scratch_size_, scratch_size_));
  kernels::muon_step(numbers, direction, parameters.subspan(first, count));
}

}  // namespace tinycnn
