// SPDX-License-Identifier: MIT
// Runs mini-batches through a model: cuts them into blocks, spreads the blocks over threads and
// collects gradients in slots, so that every bit is the same for any number of threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/load_images.h"
#include "plan/compiled_model.h"
#include "support/buffer.h"
#include "tinycnn/executor.h"
#include "tinycnn/loss.h"
#include "training/sample.h"
#include "training/weight_average.h"

namespace tinycnn {

class BatchRunner {
 public:
  /// Both must outlive the runner.
  BatchRunner(CompiledModel& model, Executor& executor);

  void set_loss(const LossOptions& loss) { loss_ = loss; }

  /// What each byte of an image stands for.
  void set_pixel_table(const kernels::PixelTable& table) { pixels_ = table; }

  /// Forgets what the augmenter before needed: call it for another one.
  void augmenter_changed() { augmented_.clear(); }

  /// Forward and backward in Mode::kTrain; afterwards losses() and predicted() hold one entry a
  /// sample, and the slots the parts of the mean loss's gradient. Allocates only when a batch is
  /// larger than any before. pass: as it is to be but for mode and samples.
  void backpropagate(std::span<const Sample> samples, const Pass& pass,
                     const Augmentation& augmentation = {});

  /// The same in parts, with the same bits: begin, then advance until it is true. `samples` must
  /// stay where they are, and nothing else may run in between.
  void begin(std::span<const Sample> samples, const Pass& pass, const Augmentation& augmentation);
  /// Takes so many blocks further, each through one phase; whether the mini-batch is through.
  bool advance(std::size_t blocks);

  /// A block on its way through forward only.
  struct InferredBlock {
    std::size_t first_sample = 0;
    std::size_t samples = 0;  ///< lanes in use; the others' values mean nothing
    std::size_t thread = 0;
    std::span<float> input;         ///< [C][H][W][B]
    std::span<const float> output;  ///< [classes][B], after forward
  };

  /// Forward only, in Mode::kEvaluate, on all threads: for each block fill(block), which writes its
  /// input, forward, then read(block).
  template <class Fill, class Read>
  void infer(std::size_t samples, const EvaluationWeights& weights, const Fill& fill,
             const Read& read);

  /// Forward only; afterwards losses() and predicted() hold one entry a sample.
  void evaluate(std::span<const Sample> samples, const EvaluationWeights& weights);

  /// Sums parameters first..first+count of all slots, in the fixed tree, into gradient().
  /// Ranges may be summed by several threads at once.
  void sum_gradient(std::size_t first, std::size_t count) noexcept;
  /// Flat like the model's parameters; valid where sum_gradient has been since backpropagate.
  [[nodiscard]] std::span<const float> gradient() const { return {slots_.data(), slot_size_}; }

  [[nodiscard]] std::size_t memory_bytes() const noexcept;

  [[nodiscard]] std::span<const float> losses() const { return losses_; }
  [[nodiscard]] std::span<const std::uint8_t> predicted() const { return predicted_; }

 private:
  /// A mini-batch on its way.
  struct Batch {
    std::span<const Sample> samples;
    Pass pass;
    Augmentation augmentation;
    float scale = 0.0F;  // of the gradient; 0: none is wanted
  };
  /// A thread's memory for distorted and generated images of one block.
  struct Augmented {
    AugmentScratch scratch;
    std::vector<std::uint8_t> pixels;
  };

  /// For block `block` (or any index, where no block's memory is kept) on thread `thread`.
  [[nodiscard]] Workspace workspace(std::size_t block, std::size_t thread) noexcept;
  [[nodiscard]] std::span<float> slot(std::size_t index) noexcept;
  [[nodiscard]] PlanMemory memory() noexcept;
  [[nodiscard]] PlanBlock block_of(const Batch& batch, std::size_t block,
                                   const Workspace& workspace) const noexcept;
  void prepare(std::size_t samples);
  /// Throws Error if so many blocks' memory is more than can be had.
  void reserve_kept(std::size_t blocks);
  /// Calls run(thread, slot, block) for blocks first..end-1, those of a slot in order and on one
  /// thread.
  template <class Run>
  void for_slots(std::size_t first, std::size_t end, const Run& run);
  void load(const Batch& batch, std::size_t block, std::size_t thread,
            const Workspace& workspace) noexcept;
  void prepare_augmentation(const Augmentation& augmentation);
  /// Writes losses and predictions; with a scale, leaves the gradient where Plan::backward reads
  /// it.
  void finish_forward(const Batch& batch, std::size_t block, const Workspace& workspace) noexcept;
  /// Stages of a mini-batch: the plan's forward phases, the last of them with the first backward
  /// phase, then the other backward phases.
  [[nodiscard]] std::size_t stages() const noexcept { return 2 * model_.plan().phases() - 1; }
  void run_stage(std::size_t first, std::size_t end);
  void end_stage();

  CompiledModel& model_;
  Executor& executor_;
  LossOptions loss_{};
  kernels::PixelTable pixels_{};
  Buffer kept_;     // of every block, as far as later phases want it
  Buffer passing_;  // of every thread
  Buffer shared_;
  Buffer slots_;
  std::size_t slot_size_ = 0;
  std::size_t used_slots_ = 0;
  Batch batch_{};  // being backpropagated
  std::size_t blocks_ = 0;
  std::size_t stage_ = 0;
  std::size_t next_block_ = 0;               // of the stage
  std::vector<Workspace> block_workspaces_;  // where there are batch-wide layers
  std::vector<Augmented> augmented_;         // one a thread, once images are augmented
  std::vector<float> losses_;
  std::vector<std::uint8_t> predicted_;
};

template <class Fill, class Read>
void BatchRunner::infer(std::size_t samples, const EvaluationWeights& weights, const Fill& fill,
                        const Read& read) {
  const std::size_t blocks = (samples + kLanes - 1) / kLanes;
  const auto threads = static_cast<std::size_t>(executor_.threads());
  reserve_kept(threads);
  executor_.for_each_thread([&](int number) noexcept {
    const auto thread = static_cast<std::size_t>(number);
    const Workspace space = workspace(thread, thread);
    const Plan& plan = model_.plan();
    for (std::size_t block = thread; block < blocks; block += threads) {
      const std::size_t first = block * kLanes;
      InferredBlock inferred{.first_sample = first,
                             .samples = std::min<std::size_t>(kLanes, samples - first),
                             .thread = thread,
                             .input = plan.input(space),
                             .output = {}};
      fill(inferred);
      plan.forward({weights.parameters, weights.packed, shared_},
                   {{.samples = samples}, first, space});
      inferred.output = plan.output(space, model_.summary().layers.size() - 1);
      read(inferred);
    }
  });
}

}  // namespace tinycnn
