// SPDX-License-Identifier: MIT
// Trains one model on one data set. The complete state is (weights, optimizer state, step, seed,
// options, pruned weights): after saving and loading it, training resumes bit-exact. A method that
// throws tinycnn::Error changes nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tinycnn/augment.h"
#include "tinycnn/dataset.h"
#include "tinycnn/executor.h"
#include "tinycnn/loss.h"
#include "tinycnn/model.h"
#include "tinycnn/optimizer.h"
#include "tinycnn/pruning.h"
#include "tinycnn/schedule.h"

namespace tinycnn {

struct Checkpoint;

/// The input of the network is (byte / 255 - mean) / std.
struct Normalization {
  double mean = 0.1307;  ///< of the pixels of MNIST's training images, 0..1
  double std = 0.3081;

  friend bool operator==(const Normalization&, const Normalization&) = default;
};

/// How a model is trained. The same options give the same weights on every machine.
struct TrainerOptions {
  std::uint64_t seed = 1;  ///< of initial weights, shuffling, dropout and augmentation
  int batch_size = 16;     ///< 1..4,096
  OptimizerOptions optimizer{};
  Schedule schedule{};
  LossOptions loss{};
  double ema_decay =
      0.0;  ///< of the moving average of the weights for evaluation, at most; 0: no average
  AugmentOptions augment{};  ///< of training images, different in every epoch
  Normalization normalization{};
  /// The names of the classes in order: none, or a different one for each. Training ignores them;
  /// checkpoints hold them.
  std::vector<std::string> class_names{};

  friend bool operator==(const TrainerOptions&, const TrainerOptions&) = default;
};

/// The data sets of a trainer. kValidation: held out of the training set, for decisions (when to
/// stop, which weights to keep) that must not depend on the test set.
enum class Split : std::uint8_t { kTrain, kTest, kValidation };
/// How many there are.
inline constexpr std::size_t kSplits = 3;

/// Why a run cannot continue.
struct Divergence {
  std::int64_t step = 0;  ///< the mini-batch at which it was detected, before its update
  double loss = 0.0;      ///< of that mini-batch
  std::string cause;      ///< in words
  std::string cure;       ///< in words
};

/// What some mini-batches of training have come to.
struct TrainResult {
  std::int64_t step = 0;       ///< mini-batches since the start
  std::int64_t epoch = 0;      ///< complete passes over the training set since the start
  double loss = 0.0;           ///< nats, mean over the samples of these steps, before each update
  double accuracy = 0.0;       ///< 0..1, mean over the same samples
  std::size_t samples = 0;     ///< images trained on in these steps
  double loss_sum = 0.0;       ///< over these samples; `loss` is its mean
  std::size_t correct = 0;     ///< of these samples; `accuracy` is their share
  double learning_rate = 0.0;  ///< of the last step
  std::optional<Divergence> divergence{};  ///< set if training stopped because of it
};

/// The evaluation of a range of samples. Counts and sums of several ranges can be added.
struct Evaluation {
  std::size_t count = 0;                 ///< samples evaluated
  double loss_sum = 0.0;                 ///< nats
  std::size_t correct = 0;               ///< samples classified correctly
  std::vector<std::uint32_t> confusion;  ///< [true][predicted]
  std::vector<std::uint8_t> predicted;   ///< class, of each sample in order
};

/// The output of one layer for one sample.
struct ActivationMap {
  std::string name;
  std::string type;
  Shape shape{};
  std::vector<float> data;  ///< [C][H][W]
};

/// The values of a parameter or gradient, with name and shape as in PyTorch's state_dict.
struct NamedTensor {
  std::string name;
  std::vector<int> shape;
  std::vector<float> data;
};

/// One training run: a model, its optimizer's state and its data sets. Not for use by several
/// threads at once; it spreads its work over those of its executor.
class Trainer {
 public:
  /// A copy of what a checkpoint holds, in memory: weights, optimizer state, step, options and what
  /// is pruned.
  class Snapshot {
   public:
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    Snapshot(Snapshot&& other) noexcept;
    Snapshot& operator=(Snapshot&& other) noexcept;
    ~Snapshot();

   private:
    friend class Trainer;
    struct Contents;
    explicit Snapshot(std::unique_ptr<Contents> contents);
    std::unique_ptr<Contents> contents_;
  };

  /// A new run at step 0. Throws Error for an invalid spec or invalid options, and if too much
  /// memory would be needed: the limits are those of Model, and 1 GiB each for the activations of
  /// all threads, the gradients of a mini-batch's slots and the optimizer state, on every machine.
  /// (The heap of WebAssembly holds 2 GiB in total.) The executor must outlive the trainer.
  Trainer(ModelSpec spec, const TrainerOptions& options, Executor& executor);
  /// Continues from a checkpoint. Throws Error if its parts do not fit together.
  Trainer(const Checkpoint& checkpoint, Executor& executor);
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;
  Trainer(Trainer&&) = delete;
  Trainer& operator=(Trainer&&) = delete;
  ~Trainer();

  /// The model with its present weights, the options, and the mini-batches trained since the start.
  [[nodiscard]] const Model& model() const;
  [[nodiscard]] const TrainerOptions& options() const;
  [[nodiscard]] std::int64_t step() const;
  /// Mini-batches of one pass over the training set, of which the last may be smaller; 0 without
  /// data.
  [[nodiscard]] std::int64_t steps_per_epoch() const;

  /// Memory of the trainer without its data sets: weights, gradients, optimizer state and
  /// activations. Grows with the largest mini-batch so far.
  [[nodiscard]] std::size_t memory_bytes() const;

  /// Sets one of the data sets. Weights, step and optimizer state do not change. Throws Error
  /// unless images have the shape of the model's input and labels are below its number of classes.
  void set_data(Split split, Dataset data);
  /// The data set of a split. Throws Error without this data. Valid until it is set again.
  [[nodiscard]] const Dataset& data(Split split) const;

  /// Trains so many mini-batches. Throws Error without training data or for steps < 1. Stops early
  /// at a mini-batch whose loss is NaN, infinite or 100 times that of guessing, and reports it; its
  /// update is not made.
  TrainResult train_steps(int steps);

  /// train_steps(1) in parts, for callers with other work to do: takes `rounds` blocks of the
  /// mini-batch through one phase on every thread (a model without batch norm has one phase).
  /// Returns nothing until the mini-batch is finished, then the same result as train_steps,
  /// bit-exact. Until then all other methods show the state before the mini-batch. train_steps
  /// finishes it. Methods that change what it started from (set_data, set_parameters, rewind, load)
  /// or need its memory (evaluate, gradients) discard it, so that the next call
  /// starts it again. Throws Error without training data or for rounds < 1.
  std::optional<TrainResult> train_slice(int rounds);

  /// Changes the learning rate or the schedule. Takes effect with the next step. Weights and
  /// optimizer state do not change. Throws Error for values outside their range.
  void set_learning_rate(double learning_rate);
  void set_schedule(const Schedule& schedule);

  /// Makes the smallest weights of convolutions and linear layers zeros, most in layers of many
  /// weights (LAMP, arXiv:2010.07611), now or as training goes on. Pruned weights stay exactly
  /// zero, in the moving average, too, until rewind, or load of a state without them; a call with
  /// sparsity 0 lets them train again. A later call sets another schedule. Layers that are frozen
  /// keep their weights. Throws Error for values out of range, and for a sparsity below the present
  /// one.
  void prune(const PruneOptions& options);
  /// How much is pruned now. See pruned_layers, too.
  [[nodiscard]] Pruning pruning() const;

  /// Training image `index` as it is used in `epoch`: distorted as the options say, or the
  /// generated digit that replaces it, and mixed. [C][H][W] bytes. Throws Error without training
  /// data and for an index past its end.
  [[nodiscard]] std::vector<std::uint8_t> augmented(std::size_t index, std::uint32_t epoch);

  /// Evaluates samples first..first+count of a split (fewer at its end).
  Evaluation evaluate(Split split, std::size_t first, std::size_t count);

  /// Classifies one image. pixels: [C][H][W], 0..255. Returns the class probabilities.
  [[nodiscard]] std::vector<float> predict(std::span<const float> pixels);
  /// The same for several images one after another, on all threads: [N][classes]. Throws Error
  /// unless the number of pixels is a multiple of an image's.
  [[nodiscard]] std::vector<float> predict_batch(std::span<const float> pixels);
  /// The output of the last layer for one image: with cross entropy, the logits.
  [[nodiscard]] std::vector<float> logits(std::span<const float> pixels);

  /// The normalized input, the output of every layer in order, and "softmax".
  [[nodiscard]] std::vector<ActivationMap> activations(std::span<const float> pixels);

  /// All weights, in the order of PyTorch's state_dict.
  [[nodiscard]] std::vector<NamedTensor> parameters() const;
  /// The weights of evaluate, predict and activations: the moving average if there is one, else
  /// those of parameters().
  [[nodiscard]] std::vector<NamedTensor> evaluated_parameters();
  /// Replaces all weights. Throws Error unless names, order and shapes are those of parameters(). A
  /// moving average continues from these. Pruned weights stay zero.
  void set_parameters(const std::vector<NamedTensor>& tensors);

  /// Gradient of the mean loss over `data` at the current weights; does not change the training
  /// state. With batch norm all of `data` is in memory at once; throws Error if that is more than 1
  /// GiB.
  [[nodiscard]] std::vector<NamedTensor> gradients(const Dataset& data);

  /// Back to step 0 with the initial weights of `seed` and a cleared optimizer state. Nothing is
  /// pruned any more. Keeps the data.
  void rewind(std::uint64_t seed);

  /// The complete state without the data, as bytes (see checkpoint.h).
  [[nodiscard]] std::vector<std::uint8_t> save() const;
  /// Loads weights, optimizer state, step and options; class names too, if there are any. Throws
  /// Error for damaged bytes and for those of another model.
  void load(std::span<const std::uint8_t> bytes);

  /// A copy of the state, for restore.
  [[nodiscard]] Snapshot snapshot() const;
  /// Restores a snapshot of this trainer. Allocates nothing, so it cannot fail.
  void restore(Snapshot snapshot) noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tinycnn
