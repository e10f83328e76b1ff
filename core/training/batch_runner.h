// SPDX-License-Identifier: MIT
// Runs mini-batches through a model: splits them into blocks, distributes the blocks over threads
// and accumulates gradients in slots, so that results are bit-exact for any number of threads.
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
#include "training/training_image.h"
#include "training/weight_average.h"

namespace tinycnn {

class BatchRunner {
 public:
  /// Both must outlive the runner.
  BatchRunner(CompiledModel& model, Executor& executor);

  void set_loss(const LossOptions& loss) { loss_ = loss; }

  /// The value that each byte of an image is mapped to.
  void set_pixel_table(const kernels::PixelTable& table) { pixels_ = table; }

  /// Frees the memory of the previous augmenter. Call it when the augmenter changes.
  void augmenter_changed() { augmented_.clear(); }

  /// Forward and backward in Mode::kTrain. Afterwards losses() and predicted() hold one entry per
  /// sample, and the slots hold the partial sums of the gradient of the mean loss. Allocates only
  /// if a batch is larger than all before. mode and samples of `pass` are ignored.
  void backpropagate(std::span<const Sample> samples, const Pass& pass,
                     const Augmentation& augmentation = {});

  /// The same in parts, bit-exact: call begin, then advance until it returns true. `samples` must
  /// stay valid, and nothing else may run in between.
  void begin(std::span<const Sample> samples, const Pass& pass, const Augmentation& augmentation);
  /// Takes `blocks` blocks through one phase each. Returns whether the mini-batch is finished.
  bool advance(std::size_t blocks);

  /// A block of a forward pass without labels.
  struct InferredBlock {
    std::size_t first_sample = 0;
    std::size_t samples = 0;  ///< lanes in use; the values of the others are meaningless
    std::size_t thread = 0;
    Workspace workspace;
    std::span<float> input;         ///< [C][H][W][B]
    std::span<const float> output;  ///< [classes][B], after forward
  };

  /// Forward only, in Mode::kEvaluate, on all threads; a single block on the caller's. For each
  /// block: fill(block), which writes its input, then forward, then read(block). A mini-batch that
  /// has begun is left as it is.
  template <class Fill, class Read>
  void infer(std::size_t samples, const EvaluationWeights& weights, const Fill& fill,
             const Read& read);

  /// Forward only, on all threads. Afterwards losses() and predicted() hold one entry per sample,
  /// so that a mini-batch that has begun is lost.
  void evaluate(std::span<const Sample> samples, const EvaluationWeights& weights);

  /// Sums parameters first..first+count of all slots into gradient(), in the fixed tree. Several
  /// threads may sum different ranges at once.
  void sum_gradient(std::size_t first, std::size_t count) noexcept;
  /// Laid out like the model's parameters; valid in ranges that sum_gradient has summed since the
  /// last backpropagate.
  [[nodiscard]] std::span<const float> gradient() const { return {slots_.data(), slot_size_}; }
  [[nodiscard]] std::span<float> mutable_gradient() { return {slots_.data(), slot_size_}; }

  [[nodiscard]] std::size_t memory_bytes() const noexcept;

  [[nodiscard]] std::span<const float> losses() const { return losses_; }
  [[nodiscard]] std::span<const std::uint8_t> predicted() const { return predicted_; }

 private:
  /// The mini-batch that is being run.
  struct Batch {
    std::span<const Sample> samples;
    Pass pass;
    Augmentation augmentation;
    float scale = 0.0F;  // of the gradient; 0: no gradient is computed
  };
  /// Memory of a thread for the images of one block that are made for the mini-batch, and for one
  /// that is mixed into them.
  struct Augmented {
    AugmentScratch scratch;
    std::vector<std::uint8_t> pixels;
  };

  /// Of a block, whose part in `persistent` is the one of this index, on thread `thread`.
  [[nodiscard]] Workspace workspace(Buffer& persistent, std::size_t index,
                                    std::size_t thread) noexcept;
  [[nodiscard]] std::span<float> slot(std::size_t index) noexcept;
  [[nodiscard]] PlanMemory memory() noexcept;
  [[nodiscard]] PlanBlock block_of(const Batch& batch, std::size_t block,
                                   const Workspace& workspace) const noexcept;
  void prepare(std::size_t samples);
  /// Makes `memory` large enough for what `blocks` blocks keep. Throws Error if that is more than
  /// is allowed.
  void reserve_persistent(Buffer& memory, std::size_t blocks) const;
  /// Calls run(thread, slot, block) for blocks first..end-1. The blocks of a slot run in order and
  /// on one thread.
  template <class Run>
  void for_slots(std::size_t first, std::size_t end, const Run& run);
  void load(const Batch& batch, std::size_t block, std::size_t thread,
            const Workspace& workspace) noexcept;
  /// Image `number` of the mini-batch with another one mixed in. A page that mixes no images does
  /// not load it: it must not be inlined.
  [[gnu::noinline]] const std::uint8_t* mixed(const Batch& batch, std::size_t number,
                                              const std::uint8_t* image,
                                              Augmented& memory) noexcept;
  void prepare_augmentation(const Augmentation& augmentation);
  /// Writes losses and predictions and, with a scale, the gradient that Plan::backward_phase reads.
  void finish_forward(const Batch& batch, std::size_t block, const Workspace& workspace) noexcept;
  /// Stages of a mini-batch: the forward phases of the plan, the last one together with the first
  /// backward phase, then the other backward phases.
  [[nodiscard]] std::size_t stages() const noexcept { return 2 * model_.plan().phases() - 1; }
  void run_stage(std::size_t first, std::size_t end);
  void end_stage();

  CompiledModel& model_;
  Executor& executor_;
  LossOptions loss_{};
  kernels::PixelTable pixels_{};
  Buffer persistent_;  // of every block of a mini-batch
  Buffer inference_;   // the same, of every thread, for what is not trained on
  Buffer transient_;   // of every thread
  Buffer shared_;
  Buffer slots_;
  std::size_t slot_size_ = 0;
  std::size_t used_slots_ = 0;
  Batch batch_{};  // being backpropagated
  std::size_t blocks_ = 0;
  std::size_t stage_ = 0;
  std::size_t next_block_ = 0;               // of the stage
  std::vector<Workspace> block_workspaces_;  // if layers need statistics of the mini-batch
  std::vector<Augmented> augmented_;         // one per thread, once images are augmented
  std::vector<float> losses_;
  std::vector<std::uint8_t> predicted_;
};

template <class Fill, class Read>
void BatchRunner::infer(std::size_t samples, const EvaluationWeights& weights, const Fill& fill,
                        const Read& read) {
  const std::size_t blocks = (samples + kLanes - 1) / kLanes;
  const std::size_t threads =
      blocks <= 1 ? std::size_t{1} : static_cast<std::size_t>(executor_.threads());
  reserve_persistent(inference_, threads);
  const auto take_part = [&](int number) noexcept {
    const auto thread = static_cast<std::size_t>(number);
    const Workspace space = workspace(inference_, thread, thread);
    const Plan& plan = model_.plan();
    for (std::size_t block = thread; block < blocks; block += threads) {
      const std::size_t first = block * kLanes;
      InferredBlock inferred{.first_sample = first,
                             .samples = std::min<std::size_t>(kLanes, samples - first),
                             .thread = thread,
                             .workspace = space,
                             .input = plan.input(space),
                             .output = {}};
      fill(inferred);
      plan.forward({weights.parameters, weights.packed, {}, shared_},
                   {{.samples = samples}, first, space});
      inferred.output = plan.output(space, model_.summary().layers.size() - 1);
      read(inferred);
    }
  };
  if (threads == 1) {
    take_part(0);
  } else {
    executor_.for_each_thread(take_part);
  }
}

}  // namespace tinycnn
