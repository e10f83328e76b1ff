// SPDX-License-Identifier: MIT
// Trains one model on one data set. The whole state is (weights, optimizer state, step, seed,
// options): saving and loading it resumes to the last bit. Every method that throws tinycnn::Error
// leaves everything as it was.
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
#include "tinycnn/schedule.h"

namespace tinycnn {

struct Checkpoint;

/// The network sees (byte / 255 - mean) / std.
struct Normalization {
  double mean = 0.1307;  ///< of MNIST's training pixels, 0..1
  double std = 0.3081;

  friend bool operator==(const Normalization&, const Normalization&) = default;
};

struct TrainerOptions {
  std::uint64_t seed = 1;
  int batch_size = 16;  ///< 1..4,096
  OptimizerOptions optimizer{};
  Schedule schedule{};
  LossOptions loss{};
  double ema_decay = 0.0;    ///< of the average of the weights that evaluates and predicts; 0: none
  AugmentOptions augment{};  ///< of training images, drawn anew every epoch
  Normalization normalization{};
  /// What the classes are called, in order: none, or a different one for each. Training does not
  /// look at them; checkpoints hold them.
  std::vector<std::string> class_names{};

  friend bool operator==(const TrainerOptions&, const TrainerOptions&) = default;
};

/// kValidation: held out of the training set, for choices (when to stop, which weights to keep)
/// that must not be made by the test set.
enum class Split : std::uint8_t { kTrain, kTest, kValidation };
inline constexpr std::size_t kSplits = 3;

/// Why a run cannot go on.
struct Divergence {
  std::int64_t step = 0;  ///< the mini-batch at which it was noticed, before its update
  double loss = 0.0;      ///< of that mini-batch
  std::string cause;      ///< in words
  std::string cure;       ///< in words
};

struct TrainResult {
  std::int64_t step = 0;       ///< mini-batches since the start
  std::int64_t epoch = 0;      ///< whole passes over the training set since the start
  double loss = 0.0;           ///< nats, mean over the samples of these steps, before each update
  double accuracy = 0.0;       ///< 0..1, likewise
  std::size_t samples = 0;     ///< images trained on in these steps
  double loss_sum = 0.0;       ///< over these samples; loss is its mean
  std::size_t correct = 0;     ///< of these samples; accuracy is their share
  double learning_rate = 0.0;  ///< of the last step
  std::optional<Divergence> divergence{};  ///< training stopped at it
};

struct Evaluation {
  std::size_t count = 0;
  double loss_sum = 0.0;  ///< nats
  std::size_t correct = 0;
  std::vector<std::uint32_t> confusion;  ///< [true][predicted]
  std::vector<std::uint8_t> predicted;   ///< class, of each sample in order
};

/// One layer's output for one sample.
struct ActivationMap {
  std::string name;
  std::string type;
  Shape shape{};
  std::vector<float> data;  ///< [C][H][W]
};

/// A parameter's or gradient's values with its name and shape as in PyTorch's state_dict.
struct NamedTensor {
  std::string name;
  std::vector<int> shape;
  std::vector<float> data;
};

class Trainer {
 public:
  /// What load takes over, in memory: weights, optimizer state, step and options.
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

  /// Throws Error for an invalid spec or options, and where any of these would take more than 1
  /// GiB, half of what WebAssembly's heap may hold, on every machine: the parameters, the same
  /// packed for the kernels, the activations and gradients of a block of 8 samples, those of all
  /// threads' (or, with batch norm, all the mini-batch's) blocks, and the weight gradients of up to
  /// 8 slots. The executor must outlive the trainer.
  Trainer(ModelSpec spec, const TrainerOptions& options, Executor& executor);
  /// Goes on where a checkpoint was saved. Throws Error for one whose parts do not fit together.
  Trainer(const Checkpoint& checkpoint, Executor& executor);
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;
  Trainer(Trainer&&) = delete;
  Trainer& operator=(Trainer&&) = delete;
  ~Trainer();

  [[nodiscard]] const Model& model() const;
  [[nodiscard]] const TrainerOptions& options() const;
  [[nodiscard]] std::int64_t step() const;
  /// Mini-batches of a pass over the training set, the last one possibly smaller; 0 without data.
  [[nodiscard]] std::int64_t steps_per_epoch() const;

  /// What the trainer has allocated besides its data sets: weights, gradients, optimizer state and
  /// activations. Grows with the largest mini-batch so far.
  [[nodiscard]] std::size_t memory_bytes() const;

  /// Weights, step and optimizer stay. Throws Error unless images have the shape of the model's
  /// input and labels are below its number of classes.
  void set_data(Split split, Dataset data);

  /// Throws Error without training data or for steps < 1. Stops early
  /// at a mini-batch whose loss is no number, infinite or 100 times that of guessing, and says so;
  /// its update is not made.
  TrainResult train_steps(int steps);

  /// train_steps(1) in parts, for callers that have other work too: takes the mini-batch `rounds`
  /// blocks further on every thread, each through one phase (a model without batch norm has one).
  /// Nothing until the mini-batch is through, then what train_steps says, with the same bits.
  /// Until then everything shows the state before the mini-batch; train_steps finishes it, and
  /// whatever changes what it started from (set_data, set_parameters, rewind, load), or needs its
  /// memory (evaluate, predict_batch, gradients), drops it, so that the next call begins it anew.
  /// Throws Error without training data or for rounds < 1.
  std::optional<TrainResult> train_slice(int rounds);

  /// From the next step on; weights and optimizer state stay. Throws Error for numbers that make no
  /// sense.
  void set_learning_rate(double learning_rate);
  void set_schedule(const Schedule& schedule);

  /// Training image `index` as `epoch` trains on it: distorted as the options say, or the generated
  /// digit that takes its place. [C][H][W] bytes. Throws Error without training data and for an
  /// index past its end.
  [[nodiscard]] std::vector<std::uint8_t> augmented(std::size_t index, std::uint32_t epoch);

  /// Samples first..first+count of a split (count is cut at its end).
  Evaluation evaluate(Split split, std::size_t first, std::size_t count);

  /// pixels: one image [C][H][W], 0..255. Class probabilities.
  [[nodiscard]] std::vector<float> predict(std::span<const float> pixels);
  /// The same of images one after another, on all threads: [N][classes]. Throws Error unless the
  /// pixels are whole images.
  [[nodiscard]] std::vector<float> predict_batch(std::span<const float> pixels);
  /// What the last layer gives for one image: with cross entropy, the logits.
  [[nodiscard]] std::vector<float> logits(std::span<const float> pixels);

  /// The input (normalised), every layer's output in order, and "softmax".
  [[nodiscard]] std::vector<ActivationMap> activations(std::span<const float> pixels);

  [[nodiscard]] std::vector<NamedTensor> parameters() const;
  /// The weights that evaluate, predict and give activations: the average where there is one, else
  /// the same.
  [[nodiscard]] std::vector<NamedTensor> evaluated_parameters();
  /// Throws Error unless names, order and shapes are those of parameters(). An average of the
  /// weights goes on from these.
  void set_parameters(const std::vector<NamedTensor>& tensors);

  /// Gradient of the mean loss over `data` at the present weights; training state stays. With batch
  /// norm all of `data` is in memory at once; throws Error where that would be above 1 GiB.
  [[nodiscard]] std::vector<NamedTensor> gradients(const Dataset& data);

  /// The initial weights of `seed`, step 0, optimizer state cleared. Data stay.
  void rewind(std::uint64_t seed);

  /// Everything but the data, as bytes (see checkpoint.h).
  [[nodiscard]] std::vector<std::uint8_t> save() const;
  /// Takes over weights, optimizer state, step and options; class names too, if there are any.
  /// Throws Error for damaged bytes or another model's.
  void load(std::span<const std::uint8_t> bytes);

  [[nodiscard]] Snapshot snapshot() const;
  /// Goes back to a snapshot of this trainer. Allocates nothing, so it cannot fail.
  void restore(Snapshot snapshot) noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tinycnn
