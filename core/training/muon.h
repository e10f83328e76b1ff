// SPDX-License-Identifier: MIT
// One step of Muon, tensor by tensor: the weights of convolutions and linear layers as matrices
// [out][everything else], by their orthogonalised momentum; all other tensors by AdamW. Each tensor
// is one thread's, so that results are bit-exact for any number of threads.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "kernels/newton_schulz.h"
#include "support/buffer.h"
#include "tinycnn/model.h"
#include "training/optimizer.h"

namespace tinycnn {

class Muon {
 public:
  /// Plans for up to `threads` threads. Throws Error if that takes too much memory.
  Muon(const Model& model, std::size_t threads);

  Muon(const Muon&) = delete;
  Muon& operator=(const Muon&) = delete;
  Muon(Muon&&) = delete;
  Muon& operator=(Muon&&) = delete;
  [[gnu::noinline]] ~Muon();

  /// A trained tensor, in the model's flat memory.
  struct Tensor {
    std::size_t first = 0;
    std::size_t count = 0;          ///< rounded up to a multiple of B
    kernels::MatrixShape matrix{};  ///< without rows: no matrix
  };

  /// Calls run(tensor) for the share of thread `thread` of `threads`, the costly ones first.
  template <class Run>
  void for_share(std::size_t thread, std::size_t threads, const Run& run) const {
    for (std::size_t i = thread; i < tensors_.size(); i += threads) {
      run(tensors_[i]);
    }
  }

  /// The arguments are those of apply_optimizer; the gradient of the tensor is overwritten. A
  /// thread names itself by its number.
  void step(const OptimizerOptions& options, const OptimizerStep& step, const Tensor& tensor,
            std::size_t thread, std::span<float> gradient, std::span<float> parameters,
            std::span<float> state) noexcept;

  [[nodiscard]] std::size_t memory_bytes() const {
    return scratch_.size() * sizeof(float) + tensors_.size() * sizeof(Tensor);
  }

 private:
  std::vector<Tensor> tensors_;
  std::size_t scratch_size_ = 0;  // of a thread
  Buffer scratch_;
};

}  // namespace tinycnn
