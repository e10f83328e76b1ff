// SPDX-License-Identifier: MIT
// The C++ side of the package's Session. Every method returns { value } or { error } (see guarded).
#pragma once

#include <emscripten/val.h>

#include <memory>

#include "from_js.h"
#include "tinycnn/trainer.h"
#include "to_js.h"

namespace tinycnn::bindings {

/// The engine's executor: set once, before the first session.
Executor& executor();
/// Starts the threads and returns their number.
val start_threads(int threads);
/// Sets the number of threads that work from now on; the others sleep.
val set_active_threads(int threads);
/// Ends the threads immediately, even while they work; the module must not be used afterwards.
void end_threads();

class Session {
 public:
  /// options: SessionOptions, whose model is a ModelSpec or an id of the zoo.
  val create(const val& options);
  /// bytes: a checkpoint, which holds everything but the data.
  val restore(const val& bytes);
  /// split: 0 train, 1 test, 2 validation.
  val set_data(const val& split, const val& data);
  /// Samples first..first+count of a split (fewer at its end): { images, labels }.
  val samples(const val& split, const val& first, const val& count);
  val train_steps(const val& steps);
  /// Returns null until the mini-batch is complete.
  val train_slice(const val& rounds);
  val set_learning_rate(const val& learning_rate);
  val set_schedule(const val& schedule);
  /// { min, max, steps } -> { points: [{ learningRate, loss, smoothed }], suggested }
  val find_learning_rate(const val& options);
  /// numbers: [sparsity, start, steps, frequency], integers but the first; see PruneOptions.
  val prune(const val& numbers);
  /// { target, sparsity }
  val pruning();
  /// Training image `index` after augmentation in `epoch`, as bytes.
  val augmented(const val& index, const val& epoch);
  val evaluate(const val& split, const val& first, const val& count);
  /// raw: returns the output of the last layer instead of probabilities.
  val predict(const val& pixels, const val& raw);
  /// pixels: [N][channels][height][width]; returns probabilities, [N][classes].
  val predict_batch(const val& pixels);
  /// Predicts the same image `count` times; returns nothing. For measuring.
  val predict_repeatedly(const val& pixels, const val& count);
  val activations(const val& pixels);
  /// The trained weights or, if averaged, those that are used to evaluate and predict.
  val parameters(const val& averaged);
  val set_parameters(const val& tensors);
  val gradients(const val& data);
  val rewind(const val& seed);
  val save();
  val load(const val& bytes);
  /// { spec, summary, classNames, step, stepsPerEpoch, seed, batchSize, memoryBytes }
  val state();

 private:
  std::unique_ptr<Trainer> trainer_;
};

}  // namespace tinycnn::bindings
