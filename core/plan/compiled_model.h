// SPDX-License-Identifier: MIT
// A model that can be run: its parameters, also as the kernels need them, and its plans.
#pragma once

#include <cstdint>
#include <span>

#include "plan/plan.h"
#include "support/buffer.h"
#include "tinycnn/model.h"

namespace tinycnn {

class CompiledModel final : public Model {
 public:
  /// Throws Error if the spec is invalid, and if the parameters, the packed weights, or the
  /// activations and gradients of a block would each take more than 1 GiB.
  CompiledModel(ModelSpec spec, std::uint64_t seed);

  /// The initial parameters of a seed.
  void initialize(std::uint64_t seed) noexcept;

  /// After writing here call parameters_changed().
  using Model::mutable_parameters;
  void parameters_changed() noexcept;
  /// How often parameters have changed: whoever derives something from them can see whether it
  /// still holds.
  [[nodiscard]] std::uint64_t version() const { return version_; }

  /// For training and evaluation: activations are fused.
  [[nodiscard]] const Plan& plan() const { return plan_; }
  /// Every layer keeps its own output.
  [[nodiscard]] const Plan& inspection_plan() const { return inspection_plan_; }
  /// The parameters in the layout that forward of both plans needs.
  [[nodiscard]] std::span<const float> packed() const { return packed_; }
  /// The same for backward.
  [[nodiscard]] std::span<const float> packed_backward() const { return packed_backward_; }

 private:
  Plan plan_;
  Plan inspection_plan_;
  Buffer packed_;
  Buffer packed_backward_;
  std::uint64_t version_ = 0;
};

}  // namespace tinycnn
